//! The reader's story in a real Chromium: what only a browser can tell. The paper is the sample, served as on its first
//! day. Without a driver (`MASTHEAD_TEST_WEBDRIVER`) these tests say that they were skipped.
mod barriers;
mod driver;
mod entrance;
mod journey;
mod keyboard;
mod narrow;
mod portraits;
mod rounds;
mod tabs;
mod town;
mod weights;
mod years;

use driver::Chromium;
use newsroom::articles::Marking;
use town::Town;

/// Fills in the log-in page and sends it.
fn log_in(chromium: &Chromium, (email, password): (&str, &str)) {
    chromium.open("/login");
    chromium.type_in("#email", email);
    chromium.type_in("#password", password);
    chromium.choose("Log in");
}

fn log_out(chromium: &Chromium) {
    chromium.open("/account");
    chromium.choose("Log out on this device");
    assert_eq!(chromium.path(), "/");
}

/// The newest mail in the sample's mailbox, looked up in a tab of its own.
fn newest_mail(chromium: &Chromium) -> String {
    chromium.in_new_tab(|| {
        chromium.open("/mailbox");
        chromium.follow(".mail-list li:first-child a");
        chromium.text(".mail-text")
    })
}

fn code_in(mail: &str) -> String {
    let code = mail.lines().find_map(|line| line.strip_prefix("Your code: ")).expect("the mail holds a code");
    code.trim().to_owned()
}

fn link_in(mail: &str) -> String {
    let link = mail.lines().find(|line| line.contains("/login/code?")).expect("the mail holds a link");
    link.trim().splitn(4, '/').last().map(|path| format!("/{path}")).expect("a link has a path")
}

/// Creates an account on the page that is open and types in the mailed code.
fn sign_up(chromium: &Chromium, email: &str, password: &str) {
    chromium.type_in("#name", "Meenal Rege");
    chromium.type_in("#email", email);
    chromium.type_in("#password", password);
    chromium.choose("Create the account");
    assert_eq!(chromium.text("h1"), "Look in your mail");
    let code = code_in(&newest_mail(chromium));
    chromium.type_in("#code", &code);
    chromium.choose("Log in");
}

/// Says where the reader lives, where that is asked before the first payment.
fn give_place(chromium: &Chromium) {
    assert_eq!(chromium.text("h1"), "Who is the invoice for?");
    chromium.click("#state option[value='27']");
    chromium.choose("Go on");
}

/// From the summary to the sandbox's page: the box must be ticked first.
fn agree(chromium: &Chromium) {
    assert_eq!(chromium.text("h1"), "Check and pay");
    chromium.click("input[name=consent]");
    chromium.follow("main button[type=submit]");
    assert!(chromium.path().starts_with("/sandbox/pay/"), "{}", chromium.path());
}

/// Reads so many metered stories, newest first; gives the next one, unread.
fn read_metered(chromium: &Chromium, town: &Town, count: usize) -> String {
    let stories = town.stories(Marking::Metered);
    for story in &stories[..count] {
        chromium.open(&story.path());
    }
    stories[count].path()
}
