//! Log-in and log-out, as far as the meter is concerned: one pool per reader, nothing gained by going in and out.
use masthead::web::cookies;

use crate::browser::Browser;
use crate::client::Request;
use crate::fixture::{REGISTERED, SUBSCRIBER};
use crate::house::{Engine, Paper, Shown, on_both};
use crate::meter::{openable, read, read_all};

on_both!(
    what_a_guest_has_read_counts_for_the_account,
    two_devices_that_read_before_logging_in_are_counted_together,
    logging_out_gives_no_fresh_allowance,
    a_log_in_gives_a_new_session_and_a_log_out_ends_it,
    a_wrong_password_and_an_unknown_address_are_answered_alike,
    a_subscriber_reads_after_logging_in_and_no_longer_after_logging_out,
);

/// Logs in by password.
fn log_in(browser: &mut Browser, (email, password): (&str, &str)) {
    let answer = browser.post("/login", &[("email", email), ("password", password), ("next", "/harbour")]);
    assert_eq!(answer.location(303), "/harbour");
    assert!(browser.cookie(cookies::SESSION).is_some());
}

fn log_out(browser: &mut Browser) {
    let answer = browser.post("/logout", &[]);
    assert_eq!(answer.status, 303);
    assert!(answer.header("clear-site-data").is_some_and(|v| v.contains("\"cache\"")), "pages leave with the reader");
    assert_eq!(browser.cookie(cookies::SESSION), None);
}

fn what_a_guest_has_read_counts_for_the_account(engine: Engine) {
    let paper = Paper::usual(engine);
    paper.make_accounts();
    let stories = paper.metered();
    let mut browser = paper.browser();
    assert_eq!(openable(&paper, &mut browser, &stories[..3]), 3);
    log_in(&mut browser, REGISTERED);
    assert_eq!(read_all(&paper, &mut browser, &stories[..3]), [Shown::Open; 3]);
    assert_eq!(openable(&paper, &mut browser, &stories[3..]), 4, "seven in all, three of them read before");
    let mut phone = paper.browser();
    log_in(&mut phone, REGISTERED);
    assert_eq!(openable(&paper, &mut phone, &stories), 7, "the same seven on every device");
}

fn two_devices_that_read_before_logging_in_are_counted_together(engine: Engine) {
    let paper = Paper::usual(engine);
    paper.make_accounts();
    let stories = paper.metered();
    let mut phone = paper.browser();
    log_in(&mut phone, REGISTERED);
    assert_eq!(openable(&paper, &mut phone, &stories[3..5]), 2, "the account's reads are in memory from here on");
    let mut tablet = paper.browser();
    assert_eq!(openable(&paper, &mut tablet, &stories[..4]), 4);
    log_in(&mut tablet, REGISTERED);
    assert_eq!(openable(&paper, &mut tablet, &stories[5..]), 2, "five were read on either, one of them on both");
    assert_eq!(openable(&paper, &mut phone, &stories), 7, "the same seven on the other");
}

fn logging_out_gives_no_fresh_allowance(engine: Engine) {
    let paper = Paper::usual(engine);
    paper.make_accounts();
    let stories = paper.metered();
    let mut browser = paper.browser();
    log_in(&mut browser, REGISTERED);
    assert_eq!(openable(&paper, &mut browser, &stories[..7]), 7);
    log_out(&mut browser);
    assert_eq!(openable(&paper, &mut browser, &stories[7..]), 0, "seven read, five allowed: the wall");
    for _ in 0..3 {
        log_in(&mut browser, REGISTERED);
        assert_eq!(openable(&paper, &mut browser, &stories[7..]), 0);
        log_out(&mut browser);
        assert_eq!(openable(&paper, &mut browser, &stories[7..]), 0);
    }
}

fn a_log_in_gives_a_new_session_and_a_log_out_ends_it(engine: Engine) {
    let paper = Paper::usual(engine);
    paper.make_accounts();
    let chosen = format!("{}=chosen-by-somebody-else", cookies::SESSION);
    let mut browser = paper.browser().holding(&chosen);
    log_in(&mut browser, REGISTERED);
    let first = browser.cookie(cookies::SESSION).unwrap();
    assert_ne!(first, "chosen-by-somebody-else");
    log_in(&mut browser, REGISTERED);
    let second = browser.cookie(cookies::SESSION).unwrap();
    assert_ne!(first, second, "a new token at every log-in");
    assert_eq!(browser.get("/account").status, 200);
    log_out(&mut browser);
    let mut thief = paper.browser().holding(&format!("{}={second}", cookies::SESSION));
    assert!(thief.get("/account").location(303).starts_with("/login"), "an ended session opens nothing");
    let mut preset = paper.browser().holding(&chosen);
    assert!(preset.get("/account").location(303).starts_with("/login"));
}

fn a_wrong_password_and_an_unknown_address_are_answered_alike(engine: Engine) {
    let paper = Paper::usual(engine);
    paper.make_accounts();
    let try_with = |email: &str| {
        let answer = paper.browser().post("/login", &[("email", email), ("password", "not this one at all")]);
        assert_eq!(answer.header("set-cookie"), None);
        let text = answer.text().replace(email, "");
        (answer.status, text)
    };
    let (known, unknown) = (try_with(REGISTERED.0), try_with("nobody@gazette.example"));
    assert_ne!(known.0, 303);
    assert_eq!(known, unknown);
    let elsewhere = Request::form("/login", &[("email", REGISTERED.0), ("password", REGISTERED.1)]);
    for (name, value) in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site")] {
        let mut request = elsewhere.clone();
        request.headers.retain(|(n, _)| n != name);
        let mut browser = paper.browser();
        assert_eq!(browser.send(&request.with(name, value)).status, 400, "{value}");
        assert_eq!(browser.cookie(cookies::SESSION), None);
    }
}

fn a_subscriber_reads_after_logging_in_and_no_longer_after_logging_out(engine: Engine) {
    let paper = Paper::usual(engine);
    paper.make_accounts();
    let premium = paper.stories(newsroom::articles::Marking::Premium);
    let mut browser = paper.browser();
    assert_eq!(read(&paper, &mut browser, &premium[0]), Shown::Preview);
    log_in(&mut browser, SUBSCRIBER);
    assert_eq!(read(&paper, &mut browser, &premium[0]), Shown::Open);
    assert_eq!(openable(&paper, &mut browser, &paper.metered()), paper.metered().len());
    log_out(&mut browser);
    assert_eq!(read(&paper, &mut browser, &premium[0]), Shown::Preview);
}
