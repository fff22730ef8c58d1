//! Accounts and the codes that open them, through the paper's front door: nobody learns who has an account, a code works
//! once in its browser, and a stranger who hammers locks nobody out.
use jiff::SignedDuration;
use masthead::readers;

use crate::account::{field, has};
use crate::browser::Browser;
use crate::client::Answer;
use crate::fixture::Settings;
use crate::house::{Engine, Paper, on_both};

on_both!(
    nobody_learns_who_has_an_account,
    signing_up_again_changes_no_password_and_still_lets_the_owner_in,
    a_code_works_once_in_its_browser_and_opening_the_link_uses_nothing_up,
    five_wrong_tries_or_ten_minutes_end_a_code,
    a_stranger_who_hammers_at_an_address_does_not_lock_its_reader_out,
    a_device_is_ended_at_once_and_by_its_own_reader_alone,
    accounts_of_the_settings_keep_the_readers_rule_and_are_made_once,
);

const ASHA: &str = "asha@gazette.example";
const PASSWORD: &str = "nine lanterns over the quay";

fn newest_mail(paper: &Paper) -> store::Mail {
    paper.block_on(paper.house().store.mails(1)).unwrap().remove(0)
}

fn code(paper: &Paper) -> String {
    let text = newest_mail(paper).text;
    let (_, rest) = text.split_once("Your code: ").expect("a code is mailed");
    rest.lines().next().unwrap().to_owned()
}

/// Creates an account and types the mailed code.
fn sign_up(paper: &Paper, email: &str) -> Browser {
    let mut browser = paper.browser();
    let sent = browser.post("/signup", &[("name", "Asha"), ("email", email), ("password", PASSWORD)]);
    assert_eq!(sent.status, 303, "{}", sent.words());
    let typed = code(paper);
    let inside = browser.post("/login/code/confirm", &[("email", email), ("code", &typed), ("next", "/account")]);
    assert_eq!(inside.location(303), "/account");
    browser
}

fn is_inside(browser: &mut Browser) -> bool {
    browser.get("/account").status == 200
}

fn nobody_learns_who_has_an_account(engine: Engine) {
    let paper = Paper::usual(engine);
    sign_up(&paper, ASHA);
    // Everything that can be seen from outside, but for the address that was typed and what is random in any answer.
    let shape = |answer: &Answer, name: &str| {
        let mut names: Vec<String> = answer.headers.iter().map(|(name, _)| name.clone()).collect();
        names.sort();
        let to = answer.header("location").unwrap_or_default().replace(name, "NAME");
        (answer.status, to, names, answer.text().replace(name, "NAME"))
    };
    for path in ["/signup", "/login/code"] {
        let ask = |name: &str| {
            let email = format!("{name}@gazette.example");
            let fields = [("name", ""), ("email", email.as_str()), ("password", PASSWORD)];
            shape(&paper.browser().post(path, &fields), name)
        };
        assert_eq!(ask("asha"), ask("ravi"), "{path}");
    }
}

fn signing_up_again_changes_no_password_and_still_lets_the_owner_in(engine: Engine) {
    let paper = Paper::usual(engine);
    sign_up(&paper, ASHA);
    let mut second = paper.browser();
    second.post("/signup", &[("email", "Asha@Gazette.example"), ("password", "another long secret of mine")]);
    let mail = newest_mail(&paper);
    assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("account-exists", ASHA));
    let typed = code(&paper);
    let inside = second.post("/login/code/confirm", &[("email", ASHA), ("code", &typed)]);
    assert_eq!(inside.location(303), "/");
    let mut third = paper.browser();
    let refused = third.post("/login", &[("email", ASHA), ("password", "another long secret of mine")]);
    assert_eq!(refused.status, 422);
    assert!(!refused.text().contains("another long secret"), "passwords are never shown again");
    for elsewhere in ["//evil.example", "https://evil.example/", "/\\evil.example"] {
        let welcome = third.post("/login", &[("email", ASHA), ("password", PASSWORD), ("next", elsewhere)]);
        assert_eq!(welcome.location(303), "/", "nobody is sent to another host");
    }
}

fn a_code_works_once_in_its_browser_and_opening_the_link_uses_nothing_up(engine: Engine) {
    let paper = Paper::usual(engine);
    sign_up(&paper, ASHA);
    let mut browser = paper.browser();
    browser.post("/login/code", &[("email", ASHA), ("next", "/account")]);
    let typed = code(&paper);
    let text = newest_mail(&paper).text;
    let link = text.lines().find_map(|line| line.strip_prefix("http://gazette.example")).expect("a link").to_owned();
    let fields = [("email", ASHA), ("code", typed.as_str()), ("next", "/account")];
    for _ in 0..3 {
        has(&paper.browser().get(&link).words(), &["Press the button"]);
    }
    let elsewhere = paper.browser().post("/login/code/confirm", &fields);
    assert_eq!(elsewhere.status, 422);
    let wrong = browser.post("/login/code/confirm", &[("email", ASHA), ("code", "0000 0000")]);
    has(&wrong.words(), &["4 tries are left"]);
    let mut replay = browser.tab();
    assert_eq!(browser.post("/login/code/confirm", &fields).location(303), "/account");
    assert_eq!(replay.post("/login/code/confirm", &fields).status, 422, "it worked once");
}

fn five_wrong_tries_or_ten_minutes_end_a_code(engine: Engine) {
    let paper = Paper::usual(engine);
    sign_up(&paper, ASHA);
    let mut browser = paper.browser();
    browser.post("/login/code", &[("email", ASHA)]);
    let typed = code(&paper);
    for _ in 0..5 {
        assert_eq!(browser.post("/login/code/confirm", &[("email", ASHA), ("code", "00000000")]).status, 422);
    }
    assert_eq!(browser.post("/login/code/confirm", &[("email", ASHA), ("code", &typed)]).status, 422);
    let mut late = paper.browser();
    late.post("/login/code", &[("email", ASHA)]);
    let typed = code(&paper);
    paper.set_clock(paper.clock.now() + SignedDuration::from_mins(10));
    assert_eq!(late.post("/login/code/confirm", &[("email", ASHA), ("code", &typed)]).status, 422);
}

fn a_stranger_who_hammers_at_an_address_does_not_lock_its_reader_out(engine: Engine) {
    let paper = Paper::usual(engine);
    sign_up(&paper, ASHA);
    let mut stranger = paper.browser().at([127, 3, 0, 9]);
    let wrong = [("email", ASHA), ("password", "a password nobody has")];
    let typed = [("email", ASHA), ("code", "0000 0000")];
    let ask = [("email", ASHA)];
    let doors: [(&str, &[(&str, &str)]); 3] =
        [("/login", &wrong), ("/login/code", &ask), ("/login/code/confirm", &typed)];
    let mut refused = [false; 3];
    for _ in 0..20 {
        for (n, (path, fields)) in doors.iter().enumerate() {
            refused[n] |= stranger.post(path, fields).status == 429;
        }
    }
    assert_eq!(refused, [true; 3], "the stranger is held up at every door");
    let mut laptop = paper.browser();
    assert_eq!(laptop.post("/login", &[("email", ASHA), ("password", PASSWORD)]).location(303), "/");
    let mut phone = paper.browser();
    assert_eq!(phone.post("/login/code", &ask).status, 303);
    assert_eq!(phone.post("/login/code/confirm", &typed).status, 422, "a wrong code, and not a closed door");
}

fn a_device_is_ended_at_once_and_by_its_own_reader_alone(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut phone = sign_up(&paper, ASHA);
    let mut laptop = paper.browser();
    laptop.post("/login", &[("email", ASHA), ("password", PASSWORD)]);
    let page = laptop.get("/account").text();
    let device = field(&page, "device");
    let session = phone.cookie(masthead::web::cookies::SESSION).unwrap();
    assert!(!session.contains(&device), "its name says nothing of its key");
    let mut ravi = sign_up(&paper, "ravi@gazette.example");
    assert_eq!(ravi.post("/account/devices/end", &[("device", &device)]).status, 303);
    assert!(is_inside(&mut phone) && is_inside(&mut laptop));
    laptop.post("/account/devices/end", &[("device", &device)]);
    assert!(phone.get("/account").location(303).starts_with("/login"));
    assert!(is_inside(&mut laptop));
}

fn accounts_of_the_settings_keep_the_readers_rule_and_are_made_once(engine: Engine) {
    let more = "[[accounts]]\nemail = \"deepa@gazette.example\"\npassword = \"too short\"\nname = \"Deepa\"\n";
    let paper = Paper::open(engine, Settings { more, ..Settings::default() });
    for _ in 0..2 {
        let refused = paper.block_on(readers::create_sample_accounts(paper.house())).unwrap_err().to_string();
        has(&refused, &["account deepa@gazette.example: This password has 9 characters", "[[accounts]]"]);
        assert!(!refused.contains("too short"), "{refused}");
    }
    let found = |email: &str| paper.block_on(paper.house().store.reader_by_email_key(email)).unwrap();
    assert!(found("deepa@gazette.example").is_none());
    // Those before it were made, once, and the subscription was really bought.
    let subscriber = found(crate::fixture::SUBSCRIBER.0).expect("made").id;
    let contracts = paper.block_on(paper.house().store.subscriptions_of(subscriber)).unwrap();
    assert_eq!((contracts.len(), contracts[0].state.as_str()), (1, "active"));
    let takings = paper.block_on(paper.house().store.sandbox_takings()).unwrap();
    assert_eq!(takings.iter().map(|(_, times, amount)| (*times, *amount)).collect::<Vec<_>>(), [(1, 90_000)]);
}
