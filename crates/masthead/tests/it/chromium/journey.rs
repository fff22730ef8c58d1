//! One reader from the first visit to the cancelled subscription, on a desktop and on a telephone.
use newsroom::articles::Marking;

use super::driver::{Chromium, Kind};
use super::town::{Town, locked_sentences};
use super::{agree, code_in, driver, give_place, link_in, log_out, newest_mail, sign_up};

const READER: (&str, &str) = ("meenal@example.net", "eleven kites above the mill");

#[test]
fn a_guest_meets_the_wall_subscribes_reads_on_and_cancels_from_a_telephone() {
    let Some(address) = driver::address() else { return };
    let town = Town::open();
    let desktop = Chromium::start(&address, &town, Kind::Desktop);
    let wanted = read_to_the_wall(&desktop, &town);
    subscribe_from_the_wall(&desktop);
    read_without_limit(&desktop, &town, &wanted);
    log_out_to_the_wall(&desktop, &wanted);

    let phone = Chromium::start(&address, &town, Kind::Phone);
    look_at_the_account(&phone, &wanted);
    log_in_by_mailed_link(&desktop);
    end_the_other_device(&phone, &desktop);
    cancel_and_resume(&phone, &town);
}

/// Clicks five metered stories on the front page, then a sixth.
fn read_to_the_wall(desktop: &Chromium, town: &Town) -> String {
    desktop.open("/");
    let stories: Vec<_> = town
        .stories(Marking::Metered)
        .into_iter()
        .filter(|story| desktop.has(&format!("main a[href='{}']", story.path())))
        .take(6)
        .collect();
    assert_eq!(stories.len(), 6, "the front page shows at least six metered stories");
    let notices = [
        None,
        None,
        Some("You have 2 free articles left this month."),
        Some("You have 1 free article left this month."),
        Some("This is your last free article this month."),
    ];
    for (story, notice) in stories.iter().zip(notices) {
        desktop.follow(&format!("main a[href='{}']", story.path()));
        assert_eq!(desktop.text("h1"), story.headline);
        let (shown, all) = locked_sentences(&desktop.source(), story);
        assert_eq!(shown, all, "{} is open", story.path());
        assert_eq!(desktop.texts(".notice strong").first().map(String::as_str), notice, "{}", story.path());
        assert!(desktop.has(".ad"), "a guest sees the house's advertisements");
        desktop.go_back();
    }
    // A story read before does not count again.
    desktop.follow(&format!("main a[href='{}']", stories[0].path()));
    assert!(!desktop.has(".wall"));
    desktop.go_back();

    let wanted = &stories[5];
    desktop.follow(&format!("main a[href='{}']", wanted.path()));
    assert_eq!(desktop.text(".wall h2"), "You've reached your limit of 5 free articles this month.");
    let wall = desktop.text(".wall");
    for words in [
        "Subscribe now for unlimited access",
        "Already subscribed? Log in",
        "Your free articles start again on 1 December.",
        "Renews automatically, cancel anytime",
    ] {
        assert!(wall.contains(words), "{words:?} is missing on the wall: {wall}");
    }
    let sent = desktop.run("return fetch(location.href).then(answer => answer.text())", vec![]);
    for page in [desktop.source(), sent.as_str().expect("a page").to_owned()] {
        assert_eq!(locked_sentences(&page, wanted).0, 0, "locked sentences on the walled page");
    }
    wanted.path()
}

fn subscribe_from_the_wall(desktop: &Chromium) {
    desktop.follow(".top-links a.button");
    let plans = desktop.text(".plans-large");
    let expected = [
        ["Smart Quarterly", "₹900", "3 Months", "₹300/Month"],
        ["Smart Essential", "₹2,700", "1 Year", "₹225/Month"],
        ["Super Saver", "₹3,900", "2 Years", "₹162/Month"],
    ];
    for words in expected.iter().flatten() {
        assert!(plans.contains(words), "{words:?} is missing among the plans: {plans}");
    }
    assert!(plans.contains("Renews automatically, cancel anytime"));
    desktop.follow("a[aria-label='Choose Smart Quarterly']");
    assert!(desktop.path().starts_with("/signup?next="), "{}", desktop.path());
    sign_up(desktop, READER.0, READER.1);
    give_place(desktop);

    assert!(desktop.text(".summary").contains("₹900"));
    assert!(desktop.text(".summary").contains(READER.0));
    // Without the reader's agreement nothing is sent.
    desktop.click("main button[type=submit]");
    assert!(desktop.path().starts_with("/checkout"), "{}", desktop.path());
    agree(desktop);
    assert_eq!(desktop.text("h1"), "₹900");
    desktop.follow("button.pay");
    assert_eq!(desktop.text("h1"), "Thank you. You are subscribed.");
    assert!(desktop.text("main").contains("22 February 2027"), "{}", desktop.text("main"));
}

fn read_without_limit(desktop: &Chromium, town: &Town, wanted: &str) {
    desktop.choose("Read on where you were");
    assert_eq!(desktop.path(), wanted, "the reader is back at the story they wanted");
    let metered = town.stories(Marking::Metered);
    let unread = metered.iter().rev().take(3).cloned();
    let wanted = metered.iter().find(|story| story.path() == wanted).cloned();
    for story in wanted.into_iter().chain(unread).chain([town.newest(Marking::Premium)]) {
        if desktop.path() != story.path() {
            desktop.open(&story.path());
        }
        let page = desktop.source();
        let (shown, all) = locked_sentences(&page, &story);
        assert_eq!(shown, all, "{} is whole", story.path());
        assert!(!desktop.has(".wall, .notice"), "{}", story.path());
        // Not hidden: absent.
        assert!(!page.contains("class=\"ad") && !page.contains("Advertisement"), "{}", story.path());
    }
    desktop.open("/");
    assert!(!desktop.source().contains("Advertisement"), "nor on the front page");
}

fn log_out_to_the_wall(desktop: &Chromium, wanted: &str) {
    log_out(desktop);
    desktop.open(wanted);
    assert!(desktop.has(".wall"), "logged out, the sixth story is closed again");
    desktop.go_back();
    assert!(desktop.has(".top-links a[href^='/login']"), "and the page before knows it too");
}

fn look_at_the_account(phone: &Chromium, wanted: &str) {
    phone.open(wanted);
    assert!(!phone.has(".wall"), "another device is another guest");
    phone.follow(".top-links a[href^='/login']");
    phone.type_in("#email", READER.0);
    phone.type_in("#password", "eleven kites above the hill");
    phone.choose("Log in");
    assert!(phone.text(".form-errors").contains("do not belong together"), "{}", phone.text(".form-errors"));
    phone.type_in("#password", READER.1);
    phone.choose("Log in");
    assert_eq!(phone.path(), wanted, "log-in leads back to the story");
    phone.follow(".top-links a[href='/account']");
    let summary = phone.text(".summary");
    for words in ["Smart Quarterly", "₹900", "Paid until", "22 February 2027", "Next renewal"] {
        assert!(summary.contains(words), "{words:?} is missing in the account: {summary}");
    }
    assert_eq!(phone.texts(".devices strong"), ["Chrome on Android"]);
}

/// The desktop comes back by the mailed link, which a mail scanner has opened before.
fn log_in_by_mailed_link(desktop: &Chromium) {
    desktop.open("/login");
    desktop.type_in("#email", READER.0);
    desktop.choose("Mail me a code");
    let mail = newest_mail(desktop);
    let link = link_in(&mail);
    for _ in 0..2 {
        desktop.in_new_tab(|| {
            desktop.open(&link);
            assert_eq!(desktop.text("h1"), format!("Log in as {}?", READER.0));
        });
    }
    desktop.open(&link);
    assert!(desktop.has(".top-links a[href^='/login']"), "opening a link logs nobody in");
    desktop.choose("Log in");
    assert_eq!(desktop.path(), "/");
    assert!(desktop.has(".top-links a[href='/account']"));
    log_out(desktop);
    // Used up: neither the link nor its code work again.
    desktop.open(&link);
    desktop.choose("Log in");
    assert!(desktop.text(".form-errors").contains("does not work"), "{}", desktop.text(".form-errors"));

    desktop.open("/login");
    desktop.type_in("#email", READER.0);
    desktop.choose("Mail me a code");
    let code = code_in(&newest_mail(desktop));
    // As people type it.
    desktop.type_in("#code", &format!("{} {}", &code[..4], &code[4..]));
    desktop.choose("Log in");
    assert!(desktop.has(".top-links a[href='/account']"));
}

fn end_the_other_device(phone: &Chromium, desktop: &Chromium) {
    phone.reload();
    assert_eq!(phone.texts(".devices strong"), ["Chrome on Android", "Chrome on Linux"]);
    phone.follow("button[aria-label='Sign out Chrome on Linux']");
    assert_eq!(phone.texts(".devices strong"), ["Chrome on Android"]);
    assert_eq!(phone.text(".message"), "The device was signed out.");
    desktop.open("/account");
    assert!(desktop.path().starts_with("/login"), "the ended device is logged out: {}", desktop.path());
}

fn cancel_and_resume(phone: &Chromium, town: &Town) {
    // Two clicks.
    phone.choose("Cancel the subscription");
    phone.choose("Cancel the subscription");
    assert_eq!(phone.text("h1"), "Cancelled");
    assert!(phone.text("main").contains("22 February 2027"));
    let premium = town.newest(Marking::Premium);
    phone.open(&premium.path());
    assert!(!phone.has(".wall"), "what is paid for stays open");
    phone.open("/account");
    assert!(phone.text(".summary").contains("None: cancelled"), "{}", phone.text(".summary"));
    phone.choose("Resume the subscription");
    assert!(phone.text(".message").contains("goes on"));
    assert!(phone.text(".summary").contains("₹900"));
    assert!(!phone.text(".summary").contains("cancelled"));
}
