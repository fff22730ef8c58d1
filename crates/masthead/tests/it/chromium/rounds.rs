//! A walk past every kind of page in every state that matters, for those who examine pages.
use newsroom::articles::Marking;

use super::driver::Chromium;
use super::town::{EDITOR, REGISTERED, Town};
use super::{agree, give_place, log_in, log_out, read_metered};

/// Shows the pages one after the other and calls `look` with the name of each while it is open.
pub fn walk(chromium: &Chromium, town: &Town, look: &mut dyn FnMut(&str)) {
    as_guest(chromium, town, look);
    as_reader(chromium, town, look);
    as_editor(chromium, town, look);
}

fn as_guest(chromium: &Chromium, town: &Town, look: &mut dyn FnMut(&str)) {
    let mut visit = |name: &str, path: &str| {
        chromium.open(path);
        look(name);
    };
    visit("front", "/");
    visit("section", "/markets");
    let zone = &town.house.publication.zone;
    let latest = town.newest(Marking::Free).published_at.expect("a date").to_zoned(zone.clone());
    visit("archive", "/archive");
    visit("archive-year", &latest.strftime("/archive/%Y").to_string());
    visit("archive-month", &latest.strftime("/archive/%Y/%m").to_string());
    visit("archive-day", &latest.strftime("/archive/%Y/%m/%d").to_string());
    visit("archive-on-this-day", &latest.strftime("/archive/on-this-day/%m-%d").to_string());
    visit("authors", "/authors");
    visit("topics", "/topics");
    let (author, topic) = town.credits();
    visit("author", &format!("/authors/{author}"));
    visit("topic", &format!("/topics/{topic}"));
    visit("archive-undated", "/archive/undated");
    visit("search", "/search");
    visit("search-results", "/search?q=after:1990&year=1990-2030&marking=metered");
    visit("search-time", "/search?q=18+December+2015");
    visit("search-asks-nothing", "/search?q=colour:red+year:15");
    visit("article", &town.newest(Marking::Free).path());
    visit("wall-premium", &town.newest(Marking::Premium).path());
    visit("wall-register", &town.newest(Marking::Registered).path());
    visit("mailbox-empty", "/mailbox");
    visit("plans", "/subscribe");
    visit("sign-up", "/signup");
    visit("log-in", "/login");
    visit("not-found", "/there/is-no-such-page");
    let stories = town.stories(Marking::Metered);
    read_metered(chromium, town, 2);
    visit("notice", &stories[2].path());
    visit("article-metered", &stories[3].path());
    visit("last-free", &stories[4].path());
    visit("wall", &stories[5].path());

    chromium.open("/login");
    chromium.type_in("#email", "nobody");
    chromium.run("document.querySelector('form.form').noValidate = true", vec![]);
    chromium.choose("Log in");
    look("log-in-wrong");
    chromium.type_in("#email", REGISTERED.0);
    chromium.choose("Mail me a code");
    look("code");
    chromium.open("/mailbox");
    chromium.follow(".mail-list li:first-child a");
    look("mailbox");
    chromium.follow(".mail-text a[href*='/login/code']");
    look("code-link");
}

fn as_reader(chromium: &Chromium, town: &Town, look: &mut dyn FnMut(&str)) {
    log_in(chromium, REGISTERED);
    chromium.open(&town.newest(Marking::Premium).path());
    look("wall-premium-registered");
    chromium.open("/account");
    look("account-registered");
    chromium.open("/checkout?plan=smart-quarterly");
    look("billing-first");
    chromium.run("document.querySelector('form.form').noValidate = true", vec![]);
    chromium.choose("Go on");
    look("billing-wrong");
    give_place(chromium);
    look("checkout");
    agree(chromium);
    look("sandbox");
    chromium.click("input[value=declined]");
    chromium.follow("button.pay");
    look("return-failed");
    chromium.choose("Try again");
    agree(chromium);
    chromium.click("input[value=paid]");
    chromium.follow("button.pay");
    look("return");
    chromium.open(&town.newest(Marking::Premium).path());
    look("article-subscriber");
    chromium.open("/account");
    look("account");
    as_subscriber(chromium, look);
    chromium.open("/account");
    chromium.choose("Cancel the subscription");
    look("cancel");
    chromium.choose("Cancel the subscription");
    look("cancelled");
    chromium.open("/account");
    look("account-cancelled");
    chromium.open("/account/erase");
    look("erase");
    log_out(chromium);
    without_logging_in(chromium, look);
}

/// What a subscriber can look at and do.
fn as_subscriber(chromium: &Chromium, look: &mut dyn FnMut(&str)) {
    for (name, path) in [
        ("invoices", "/account/invoices"),
        ("billing", "/account/billing"),
        ("plan-change", "/account/plan"),
        ("plan-quote", "/account/plan?to=super-saver"),
        ("withdraw", "/account/withdraw"),
        ("erase-blocked", "/account/erase"),
        ("pause", "/account/pause"),
    ] {
        chromium.open(path);
        look(name);
    }
    chromium.choose("Pause the subscription");
    look("account-paused");
    chromium.choose("End the pause now");
    chromium.open("/account/plan?to=super-saver");
    chromium.choose("Change at the renewal");
    look("account-change-planned");
    chromium.open("/subscribe/gift");
    look("gift-plans");
    chromium.open("/subscribe/gift?plan=smart-quarterly");
    look("gift-buy");
    chromium.type_in("#for_name", "Ravi");
    chromium.type_in("#for_mail", "ravi@example.net");
    chromium.click("input[name=consent]");
    chromium.follow("main button[type=submit]");
    chromium.click("input[value=paid]");
    chromium.follow("button.pay");
    look("gift-bought");
    let gift = chromium.attribute("main a[href*='/gift/']", "href").expect("the gift's address");
    let path = format!("/gift/{}", gift.rsplit('/').next().expect("its code"));
    chromium.open(&path);
    look("gift-keeps");
    chromium.open("/account");
    look("account-gift");
    chromium.open("/gift?code=nonsense");
    look("gift-code");
}

/// Cancelling by a mailed link.
fn without_logging_in(chromium: &Chromium, look: &mut dyn FnMut(&str)) {
    chromium.open("/cancel");
    look("cancel-ask");
    chromium.type_in("#email", REGISTERED.0);
    chromium.choose("Send me the link to cancel");
    look("cancel-asked");
    chromium.open("/mailbox");
    chromium.follow(".mail-list li:first-child a");
    chromium.follow(".mail-text a[href*='/cancel/']");
    look("cancel-link");
    chromium.choose("Take the cancellation back");
    chromium.choose("Cancel the subscription now");
    look("cancel-link-done");
    chromium.open("/cancel/nonsense");
    look("link-over");
}

fn as_editor(chromium: &Chromium, town: &Town, look: &mut dyn FnMut(&str)) {
    log_in(chromium, EDITOR);
    chromium.open("/desk/stories/987654/versions");
    look("desk-not-found");
    chromium.open("/desk");
    look("desk");
    chromium.open(&format!("/desk/stories/{}", town.newest(Marking::Premium).number.0));
    look("desk-story");
    chromium.open("/desk/imports");
    look("desk-imports");
    chromium.follow("main a[href^='/desk/imports/']");
    look("desk-import");
    let doubted = town.doubt();
    chromium.open(&format!("/desk/doubts?story={doubted}"));
    look("desk-doubts");
    chromium.follow("main form[action^='/desk/doubts/'] button[type=submit]");
    look("desk-doubt-decided");
    chromium.open("/desk/doubts?state=decided");
    look("desk-doubts-decided");
    chromium.open(&format!("/desk/stories/{}/versions", town.rebuilt()));
    look("desk-versions");
    chromium.open(&format!("/desk/stories/{doubted}/versions"));
    look("desk-versions-none");
    as_support(chromium, look);
}

/// What support sees and does, and the clock.
fn as_support(chromium: &Chromium, look: &mut dyn FnMut(&str)) {
    chromium.open("/desk/readers");
    look("desk-readers");
    chromium.open("/desk/readers?q=nobody-of-this-name");
    look("desk-readers-none");
    chromium.open(&format!("/desk/readers?q={}", REGISTERED.0));
    chromium.follow("main tbody a[href^='/desk/readers/']");
    look("desk-reader");
    chromium.open("/desk/readers?q=subscriber");
    chromium.follow("main tbody a[href^='/desk/readers/']");
    look("desk-reader-subscriber");
    let reader = chromium.path();
    chromium.follow("main a[href*='/refund?invoice=']");
    look("desk-refund");
    chromium.type_in("#amount", "12");
    chromium.type_in("#reason", "The app failed for a week");
    chromium.choose("See what will happen");
    look("desk-refund-confirm");
    chromium.follow("main form button[type=submit]");
    look("desk-refund-done");
    chromium.open(&format!("{reader}/complimentary"));
    look("desk-complimentary");
    chromium.open("/desk/billing");
    look("desk-billing");
    chromium.open("/desk/clock");
    look("desk-clock");
    chromium.choose("A week");
    chromium.until("the journey's end", || chromium.has("#journey-heading").then_some(()));
    look("desk-clock-moved");
    chromium.open("/");
    look("front-moved");
}
