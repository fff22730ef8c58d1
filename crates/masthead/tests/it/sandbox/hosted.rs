//! The hosted page and the bank's app through the paper's front door.
use jiff::SignedDuration;
use masthead::gateways::webhooks;

use crate::browser::Browser;
use crate::clock::wait_for;
use crate::fixture::Settings;
use crate::house::{Engine, Paper, Rights, on_both};

on_both!(
    a_reader_chooses_a_method_and_comes_back,
    a_declined_method_leaves_the_page_open,
    nonsense_is_refused_and_strangers_find_nothing,
    the_reader_plays_their_bank,
    webhooks_on_a_bad_line_settle_once,
);

/// Agrees to a plan; gives the hosted page's path.
fn agree(browser: &mut Browser) -> String {
    let page = browser.get("/checkout?plan=quarter").text();
    let attempt = between(&page, "name=\"attempt\" value=\"", "\"").to_owned();
    let fields = [("plan", "quarter"), ("attempt", attempt.as_str()), ("consent", "yes"), ("next", "/harbour")];
    let hosted = browser.post("/checkout", &fields).location(303).to_owned();
    assert!(hosted.starts_with("/sandbox/pay/page_"), "{hosted}");
    hosted
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let start = text.find(from).unwrap_or_else(|| panic!("no {from} in {text}")) + from.len();
    &text[start..start + text[start..].find(to).expect("an end")]
}

fn reader(paper: &Paper) -> (i64, Browser) {
    let (id, cookie) = paper.sign_in("reader", Rights::None);
    (id, paper.browser().holding(&cookie))
}

/// The contract's state and what was captured on the paper's books.
fn stands(paper: &Paper, reader: i64) -> (String, i64) {
    let store = &paper.house().store;
    paper.block_on(async {
        let contracts = store.subscriptions_of(reader).await.unwrap();
        let balances = store.ledger_balances().await.unwrap();
        let taken = balances.iter().find(|b| b.account == "clearing:sandbox").map_or(0, |b| b.amount);
        (contracts[0].state.clone(), taken)
    })
}

fn a_reader_chooses_a_method_and_comes_back(engine: Engine) {
    let paper = Paper::usual(engine);
    let (id, mut browser) = reader(&paper);
    let hosted = agree(&mut browser);
    let page = browser.get(&hosted);
    assert_eq!((page.status, page.header("cache-control")), (200, Some("private, no-store")));
    let text = page.text();
    for words in [
        "No money moves",
        "Visa •••• 4242",
        "works@testbank",
        "UPI Autopay",
        "Up to ₹1,350 may be debited from it every 3 months",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(text.matches("type=\"radio\"").count(), 17);
    assert_eq!(text.matches(" checked").count(), 1);
    assert!(!text.contains("<script"), "it works without any");
    let back = browser.post(&hosted, &[("outcome", "upi-ok")]).location(303).to_owned();
    assert!(back.starts_with("/checkout/return?key=sub-") && back.contains("&page=page_"), "{back}");
    let thanks = browser.get(&back).words();
    assert!(thanks.contains("quarter is paid until 20 february 2027"), "{thanks}");
    assert_eq!(stands(&paper, id), ("active".to_owned(), 90_000));
    let settled = browser.post(&hosted, &[("outcome", "paid")]).text();
    assert!(settled.contains("Nothing more is taken") && !settled.contains("<form"), "{settled}");
    assert_eq!(stands(&paper, id).1, 90_000);
}

fn a_declined_method_leaves_the_page_open(engine: Engine) {
    let paper = Paper::usual(engine);
    let (id, mut browser) = reader(&paper);
    let hosted = agree(&mut browser);
    let back = browser.post(&hosted, &[("outcome", "declined")]).location(303).to_owned();
    assert!(browser.get(&back).text().contains("The payment was declined"));
    assert_eq!(agree(&mut browser), hosted, "the very page is open");
    assert!(browser.get(&hosted).text().contains("That was declined and nothing was taken"));
    browser.post(&hosted, &[("outcome", "return-lost")]);
    paper.block_on(webhooks::deliver_due(paper.house())).unwrap();
    // The page has sent its own delivery on the way as well: whichever of the two is quicker, it arrives.
    for _ in 0..1_000 {
        if stands(&paper, id).0 == "active" {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(stands(&paper, id), ("active".to_owned(), 90_000));
}

fn nonsense_is_refused_and_strangers_find_nothing(engine: Engine) {
    let paper = Paper::usual(engine);
    let (id, mut browser) = reader(&paper);
    let hosted = agree(&mut browser);
    for outcome in ["", "free", "PAID", "ok; DROP TABLE"] {
        let refused = browser.post(&hosted, &[("outcome", outcome)]);
        assert_eq!(refused.status, 422, "{outcome}");
        assert!(refused.text().contains("Choose one of the methods below."));
    }
    assert_eq!(stands(&paper, id), ("checkout".to_owned(), 0));
    let customer = between(&browser.get(&hosted).text(), "/sandbox/bank/", "\"").to_owned();
    let bank = format!("/sandbox/bank/{customer}");
    assert_eq!(browser.post(&bank, &[("act", "rob"), ("about", "x")]).status, 400);
    for act in ["pause", "resume", "revoke", "skip", "confirm", "dispute", "lose", "win"] {
        let late = browser.post(&bank, &[("act", act), ("about", "tok_of_nobody")]).location(303).to_owned();
        assert!(browser.get(&late).text().contains("not possible any more"), "{act}");
    }
    assert_eq!(browser.get("/sandbox/bank").status, 404, "readers see no list of others");
    let (_, staff) = paper.sign_in("staff", Rights::None);
    let list = paper.browser().holding(&staff).get("/sandbox/bank");
    assert_eq!(list.status, 200);
    assert!(list.text().contains(&bank), "{}", list.text());
}

fn the_reader_plays_their_bank(engine: Engine) {
    let paper = Paper::usual(engine);
    let (id, mut browser) = reader(&paper);
    let hosted = agree(&mut browser);
    browser.post(&hosted, &[("outcome", "upi-ok")]);
    let customer = between(&browser.get(&hosted).text(), "/sandbox/bank/", "\"").to_owned();
    let bank = format!("/sandbox/bank/{customer}");
    let press = |browser: &mut Browser, act: &str, label: &str| {
        let page = browser.get(&bank).text();
        let form = between(&page, &format!("name=\"act\" value=\"{act}\""), "</form>");
        assert!(form.contains(label), "{form}");
        let about = between(form, "name=\"about\" value=\"", "\"").to_owned();
        let after = browser.post(&bank, &[("act", act), ("about", &about)]).location(303).to_owned();
        let after = browser.get(&after).text();
        assert!(after.contains("Done. The paper is told of it."), "{act}: {after}");
        after
    };
    let page = browser.get(&bank);
    assert_eq!((page.status, page.header("cache-control")), (200, Some("private, no-store")));
    assert!(page.text().contains("No money moves") && page.text().contains("works@testbank"));
    assert!(press(&mut browser, "pause", "Pause").contains("Paused: nothing is debited until you resume it"));
    assert!(press(&mut browser, "resume", "Resume").contains("May be debited"));
    assert!(press(&mut browser, "dispute", "Dispute it").contains("Open; decided for the reader on"));
    assert!(press(&mut browser, "win", "Decide for the paper").contains("Decided for the paper"));
    assert!(press(&mut browser, "revoke", "Withdraw").contains("Withdrawn: nothing is debited any more"));
    // The bank's news are delivered beside this; all of them together leave the contract paid.
    wait_for(|| {
        paper.block_on(webhooks::deliver_due(paper.house())).unwrap();
        (stands(&paper, id) == ("active".to_owned(), 90_000)).then_some(())
    });
    let undelivered = paper.block_on(paper.house().store.take_sandbox_posts(99, paper.clock.now())).unwrap();
    assert!(undelivered.is_empty(), "{undelivered:?}");
}

fn webhooks_on_a_bad_line_settle_once(engine: Engine) {
    let line = "\n[payments.sandbox.webhooks]\nseed = 11\ndoubled = 100\nlate = 600";
    let paper = Paper::open(engine, Settings { server: line, ..Settings::default() });
    let (id, mut browser) = reader(&paper);
    let hosted = agree(&mut browser);
    browser.post(&hosted, &[("outcome", "return-lost")]);
    let start = paper.clock.now();
    for minute in 0..=10 {
        paper.set_clock(start + SignedDuration::from_mins(minute));
        paper.block_on(webhooks::deliver_due(paper.house())).unwrap();
    }
    let undelivered = paper.block_on(paper.house().store.take_sandbox_posts(99, paper.clock.now())).unwrap();
    assert!(undelivered.is_empty(), "{undelivered:?}");
    assert_eq!(stands(&paper, id), ("active".to_owned(), 90_000));
    assert_eq!(paper.block_on(paper.house().store.unfinished_webhooks(9)).unwrap().len(), 0);
}
