//! On a narrow telephone nothing is wider than the window, however long the words are that readers write, and the frame stays where it is.
use super::driver::{self, Chromium, Kind};
use super::town::{REGISTERED, Town};
use super::{agree, code_in, give_place, log_in, newest_mail};
use newsroom::articles::Marking;
use serde_json::json;

/// A word that no line is long enough for.
fn long(letters: usize) -> String {
    "Wolfeschlegelsteinhausenbergerdorff".chars().cycle().take(letters).collect()
}

/// How large the letters of a page are that is looked at.
enum Letters {
    /// Then nothing may reach past the edge.
    Usual,
    /// Of twice the size. Then it must not be possible to move the page sideways.
    Large,
}

/// Notes what is wider than the window on the page that is open.
fn examine(chromium: &Chromium, letters: &Letters, name: &str, found: &mut Vec<String>) {
    for width in [320, 390] {
        chromium.dress(width, 844, false);
        // a telephone shows a page that is too wide smaller: what it calls the window's width then is the page's
        let script = "const [width, large] = arguments; if (large) document.documentElement.style.fontSize = '200%'; \
             const wide = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 1 \
             && !e.closest('.table-scroll, .markets, .visually-hidden, svg')); \
             const most = document.scrollingElement.scrollWidth; \
             return most > width || !large && wide.length ? \
             `${most} ` + wide.map(e => `${e.tagName}.${e.className}`).slice(0, 6).join(' ') : null";
        let wide = chromium.run(script, vec![json!(width), json!(matches!(letters, Letters::Large))]);
        found.extend(wide.as_str().map(|what| format!("{name} at {width}: {what}")));
    }
}

fn look(chromium: &Chromium, name: &str, found: &mut Vec<String>) {
    examine(chromium, &Letters::Usual, name, found);
}

#[test]
fn long_words_of_readers_break_at_the_edge() {
    let Some(address) = driver::address() else { return };
    let town = Town::open();
    let chromium = Chromium::start(&address, &town, Kind::Desktop);
    let mut found = Vec::new();
    // the examination sees what it looks for
    chromium.open("/search");
    chromium.run("document.querySelector('h1').style.width = '500px'", vec![]);
    look(&chromium, "made wide", &mut found);
    assert_eq!(found.len(), 2, "{found:?}");
    found.clear();

    chromium.open("/signup");
    chromium.type_in("#name", &long(80));
    chromium.type_in("#email", &format!("{}@{}.example.com", &long(60), &long(60)));
    chromium.type_in("#password", "seven rupees at the tea stall");
    chromium.choose("Create the account");
    look(&chromium, "code", &mut found);
    let code = code_in(&newest_mail(&chromium));
    chromium.type_in("#code", &code);
    chromium.choose("Log in");
    chromium.open(&format!("/search?q={}+headline:{}&author={}", long(200), long(90), long(78)));
    look(&chromium, "search", &mut found);
    chromium.choose("Save this search");
    look(&chromium, "account", &mut found);
    chromium.open(&format!("/search?q=colour:{}+year:{}&section={}", long(80), long(80), long(40)));
    look(&chromium, "search, notices", &mut found);
    chromium.open(&format!("/there/{}", long(120)));
    look(&chromium, "not found", &mut found);
    chromium.open("/checkout?plan=smart-quarterly");
    chromium.run("document.querySelectorAll('details').forEach(details => details.open = true)", vec![]);
    for field in ["name", "address"] {
        chromium.type_in(&format!("#{field}"), &long(90));
    }
    chromium.click("#state option[value='27']");
    look(&chromium, "billing", &mut found);
    chromium.choose("Go on");
    look(&chromium, "checkout", &mut found);
    // the sum stands at the edge that all other figures stand at
    let edges = "const right = e => Math.round(e.getBoundingClientRect().right); \
         return [...document.querySelectorAll('.summary dd')].map(right).every(edge => edge === right(document.querySelector('.summary')))";
    assert_eq!(chromium.run(edges, vec![]), true, "figures of the summary stand in one column");
    agree(&chromium);
    look(&chromium, "sandbox", &mut found);
    chromium.click("input[value=paid]");
    chromium.follow("button.pay");
    look(&chromium, "return", &mut found);
    chromium.open("/subscribe/gift?plan=smart-quarterly");
    chromium.type_in("#for_name", &long(78));
    chromium.type_in("#for_mail", &format!("{}@example.net", long(60)));
    chromium.click("input[name=consent]");
    chromium.follow("main button[type=submit]");
    chromium.click("input[value=paid]");
    chromium.follow("button.pay");
    look(&chromium, "gift bought", &mut found);
    for path in [
        "/account",
        "/account/billing",
        "/account/invoices",
        "/account/plan?to=super-saver",
        "/account/erase",
        "/mailbox",
    ] {
        chromium.open(path);
        look(&chromium, path, &mut found);
    }
    assert!(found.is_empty(), "wider than the window:\n{}", found.join("\n"));
}

fn look_at_large(chromium: &Chromium, name: &str, found: &mut Vec<String>) {
    examine(chromium, &Letters::Large, name, found);
}

#[test]
fn letters_twice_as_large_stay_within_the_window() {
    let Some(address) = driver::address() else { return };
    let town = Town::open();
    let chromium = Chromium::start(&address, &town, Kind::Desktop);
    let mut found = Vec::new();
    // the examination sees what it looks for
    chromium.open("/search");
    chromium.run("document.querySelector('h1').style.width = '500px'", vec![]);
    look_at_large(&chromium, "made wide", &mut found);
    assert_eq!(found.len(), 2, "{found:?}");
    found.clear();

    let story = |marking| town.newest(marking).path();
    let [free, premium] = [story(Marking::Free), story(Marking::Premium)];
    let guest = [
        "/",
        &free,
        &premium,
        "/markets",
        "/search",
        "/search?q=the+harbour+OR+bank",
        "/archive",
        "/archive/2026",
        "/archive/2026/11",
        "/archive/2026/11/20",
        "/archive/on-this-day",
        "/authors",
        "/topics",
        "/subscribe",
        "/login",
        "/signup",
        "/cancel",
        "/nowhere/at-all",
    ];
    for path in guest {
        chromium.open(path);
        look_at_large(&chromium, path, &mut found);
    }
    log_in(&chromium, REGISTERED);
    chromium.open("/checkout?plan=smart-quarterly");
    look_at_large(&chromium, "billing", &mut found);
    give_place(&chromium);
    look_at_large(&chromium, "checkout", &mut found);
    agree(&chromium);
    look_at_large(&chromium, "sandbox", &mut found);
    chromium.click("input[value=paid]");
    chromium.follow("button.pay");
    look_at_large(&chromium, "return", &mut found);
    let reader = [
        "/",
        "/account",
        "/account/plan",
        "/account/plan?to=super-saver",
        "/account/billing",
        "/account/invoices",
        "/account/pause",
        "/account/cancel",
        "/account/erase",
        "/subscribe",
    ];
    for path in reader {
        chromium.open(path);
        look_at_large(&chromium, &format!("subscriber's {path}"), &mut found);
    }
    assert!(found.is_empty(), "wider than the window:\n{}", found.join("\n"));
}

#[test]
fn the_bar_of_sections_is_as_high_wherever_one_is() {
    let Some(address) = driver::address() else { return };
    let town = Town::open();
    let chromium = Chromium::start(&address, &town, Kind::Desktop);
    chromium.open("/archive");
    // sixteen sections, each of them the present one in turn
    let script = "const list = document.querySelector('.sections ul'); \
         while (list.children.length < 17) list.prepend(list.children[list.children.length % 5].cloneNode(true)); \
         const links = [...list.querySelectorAll('a')]; \
         const height = link => { links.forEach(a => a.removeAttribute('aria-current')); link?.setAttribute('aria-current', 'true'); \
             return list.parentElement.offsetHeight; }; \
         return [...new Set([undefined, ...links].map(height))]";
    let mut heights = Vec::new();
    for width in (320..1400).step_by(9) {
        chromium.dress(width, 844, false);
        let measured = chromium.run(script, vec![]);
        let measured = measured.as_array().expect("heights");
        assert_eq!(measured.len(), 1, "at {width} the bar has {measured:?}");
        heights.push(measured[0].clone());
    }
    heights.dedup();
    assert!(heights.len() > 3, "a bar of several lines was seen: {heights:?}");
}
