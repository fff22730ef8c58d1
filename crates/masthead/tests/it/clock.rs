//! A paper that rehearses: its clock is moved by the desk and by the command line, never back, and everything that
//! becomes due on the way is done on its own day.
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use circulation::subscriptions::State;
use jiff::{SignedDuration, Timestamp};
use masthead::clock::Clock;
use masthead::clock::journey::Kind;
use masthead::clock::travel::{self, To, TravelRefused};
use masthead::gateways::sandbox::Behaviour;

use crate::desk_billing::{SUPPLIER, editor, held, subscriber};
use crate::fixture::{Settings, instant};
use crate::house::{Engine, Paper, on_both};

on_both!(
    a_renewal_is_rehearsed_at_the_desk,
    a_failed_card_walks_the_ladder_day_by_day,
    the_doctor_finds_the_books_sound_and_says_what_is_not,
    exports_hold_documents_payments_and_the_books,
    the_clock_never_goes_back_and_a_restart_keeps_it,
    the_command_line_and_a_running_paper_share_the_clock,
);

fn travelled(paper: &Paper, to: To) -> (masthead::clock::journey::Journey, masthead::clock::journey::Told) {
    paper.block_on(async {
        let journey = travel::travel(paper.house(), to, "a test").await.unwrap();
        let told = journey.tell(paper.house()).await.unwrap();
        (journey, told)
    })
}

/// The days on which something of a kind happened, with its words.
fn days(paper: &Paper, told: &masthead::clock::journey::Told, kind: Kind) -> Vec<(String, String)> {
    let zone = paper.house().publication.zone.clone();
    told.lines
        .iter()
        .filter(|line| line.kind == kind)
        .map(|line| (line.at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string(), line.words.clone()))
        .collect()
}

fn a_renewal_is_rehearsed_at_the_desk(engine: Engine) {
    let paper = Paper::usual(engine);
    let (reader, contract) = subscriber(&paper, "quarter", Behaviour::Ok);
    let (_, mut browser) = editor(&paper);
    let page = browser.get("/desk/clock");
    assert!(page.says("That is the real time."), "{}", page.words());
    assert!(!page.text().contains("moved-banner"));
    // To the first thing that anybody would notice: the notice of the renewal. On the way only revenue is booked.
    assert_eq!(browser.post("/desk/clock", &[("by", "next")]).location(303), "/desk/clock");
    let arrived = paper.clock.now();
    let notice = instant("2027-01-30T08:00:00+05:30");
    assert!(arrived >= notice && arrived < notice + SignedDuration::from_secs(1), "{arrived}");
    assert!(browser.get("/desk/clock").location(303).starts_with("/login"), "a log-in lasts thirty days");
    let (_, mut browser) = editor(&paper);
    let page = browser.get("/desk/clock");
    assert!(page.says("ahead of the real time") && page.says("The latest journey"), "{}", page.words());
    assert!(page.text().contains("moved-banner"), "every page says that the clock is moved");
    let story = &paper.metered()[0];
    assert!(paper.browser().get(&story.path()).text().contains("moved-banner"), "stories too");

    assert_eq!(browser.post("/desk/clock", &[("to", "2027-02-21")]).location(303), "/desk/clock");
    let page = browser.get("/desk/clock");
    let email = paper.block_on(paper.house().store.reader(reader)).unwrap().unwrap().email;
    assert!(page.says(&format!("₹900 from {email} (sub-1-p1-a1)")), "{}", page.words());
    assert!(page.says("renewed, paid until 20 May 2027"), "{}", page.words());
    let after = held(&paper, contract).dossier;
    assert_eq!(after.contract.paid_through(), Some("2027-05-20".parse().unwrap()));
    let mails = paper.block_on(paper.house().store.mails_of_reader(reader, 50)).unwrap();
    let zone = paper.house().publication.zone.clone();
    let mut written: Vec<String> =
        mails.iter().map(|m| format!("{} {}", m.created_at.to_zoned(zone.clone()).date(), m.kind)).collect();
    written.sort();
    assert_eq!(
        written,
        ["2026-11-20 receipt", "2027-01-30 renewal-21", "2027-02-13 renewal-7", "2027-02-20 receipt"],
        "each on its own day"
    );
    assert!(mails.iter().all(|mail| mail.sent_at.is_some()), "they lie in the paper's own mailbox");
    let recognised = paper.block_on(paper.house().store.ledger_entries_after(0, 10_000)).unwrap();
    let days = recognised.iter().filter(|e| e.reason == "recognition").count();
    assert_eq!(days, 92 + 1, "one entry a day, and one of the new period");
    // What the rail has paid out is off its account: the bank has the prices less the fees.
    travelled(&paper, To::By(SignedDuration::from_hours(24 * 7)));
    let balances = paper.block_on(paper.house().store.ledger_balances()).unwrap();
    let on = |account: &str| balances.iter().find(|b| b.account == account).map_or(0, |b| b.amount);
    assert_eq!((on("clearing:sandbox"), on("bank"), on("fees")), (0, 2 * (90_000 - 2_124), 2 * 2_124));
}

fn a_failed_card_walks_the_ladder_day_by_day(engine: Engine) {
    let paper = Paper::usual(engine);
    let (_, contract) = subscriber(&paper, "quarter", Behaviour::Decline);
    let (journey, told) = travelled(&paper, To::At(instant("2027-03-25T00:00:00+05:30")));
    assert!(journey.is_whole() && journey.stops > 90, "{journey:?}");
    let tries: Vec<String> = days(&paper, &told, Kind::Failed).into_iter().map(|(day, _)| day).collect();
    assert_eq!(
        tries,
        ["2027-02-20 06:00", "2027-02-21 06:00", "2027-02-23 06:00", "2027-02-25 06:00", "2027-02-26 06:00"],
        "the first debit and four more"
    );
    let stands: Vec<(String, String)> = days(&paper, &told, Kind::Contract);
    let on = |day: &str, words: &str| stands.iter().any(|(at, said)| at.starts_with(day) && said.contains(words));
    assert!(on("2027-02-20", "is past due"), "{stands:?}");
    assert!(on("2027-02-27", "lapsed"), "{stands:?}");
    assert!(on("2027-03-22", "ended"), "{stands:?}");
    assert!(days(&paper, &told, Kind::Captured).is_empty());
    assert!(matches!(held(&paper, contract).dossier.contract.state(), State::Ended { .. }));
    assert!(told.summary.contains("5 not taken"), "{}", told.summary);
}

fn the_doctor_finds_the_books_sound_and_says_what_is_not(engine: Engine) {
    let paper = Paper::open(engine, Settings { server: SUPPLIER, ..Settings::default() });
    let (_, contract) = subscriber(&paper, "quarter", Behaviour::Ok);
    subscriber(&paper, "biennial", Behaviour::DeclineTwiceThenOk);
    travelled(&paper, To::At(instant("2027-03-01T12:00:00+05:30")));
    let reason = "an apology".to_owned();
    let refund = circulation::billing::Act::Refund {
        invoice: 1,
        amount: Some(circulation::money::Money::new(10_000, circulation::money::Currency::INR)),
        reason,
    };
    paper.block_on(masthead::billing::act(paper.house(), contract, &refund)).unwrap();
    let looked = command(&paper, &["doctor"]);
    let told = said(&looked.stdout);
    for line in [
        "entries, summed up again, balance to zero",
        "contracts: 2, each with the rows that follow from it",
        "payments: every captured payment and every refund is in the books",
        "revenue: what is recognised in the books is what the days that were delivered give",
    ] {
        assert!(told.contains(line), "{line} in {told} {}", said(&looked.stderr));
    }
    // Money that nobody knows, two days old.
    let reference = "pay_unknown";
    let at = paper.clock.now() - SignedDuration::from_hours(48);
    let amount = circulation::money::Money::new(90_000, circulation::money::Currency::INR);
    let rail = circulation::payments::Rail::Sandbox;
    let entry = circulation::ledger::Entry::unmatched_capture(rail, reference, amount, at).unwrap();
    let booked = masthead::billing::records::entry(&entry);
    paper.block_on(paper.house().store.book(&booked)).unwrap();
    let told = said(&command(&paper, &["doctor"]).stdout);
    assert!(told.contains("✗ ledger: suspense stands at -₹900, the oldest of it for"), "{told}");
    assert!(told.contains("look under Billing at the desk"), "{told}");
    let (_, mut browser) = editor(&paper);
    let page = browser.get("/desk/billing");
    assert!(page.says("₹900 (sandbox/pay_unknown)"), "{}", page.words());
}

fn exports_hold_documents_payments_and_the_books(engine: Engine) {
    let paper = Paper::open(engine, Settings { server: SUPPLIER, ..Settings::default() });
    subscriber(&paper, "quarter", Behaviour::Ok);
    travelled(&paper, To::By(SignedDuration::from_hours(24 * 3)));
    let lines = |kind: &str| -> Vec<serde_json::Value> {
        let output = command(&paper, &["export", kind]);
        assert!(output.status.success(), "{}", said(&output.stderr));
        said(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let invoices = lines("invoices");
    assert_eq!(invoices.len(), 1);
    assert!(invoices[0]["number"].as_str().unwrap().starts_with("TEST-G26-"), "{}", invoices[0]);
    assert_eq!((&invoices[0]["gross"], &invoices[0]["currency"]), (&90_000.into(), &"INR".into()));
    assert_eq!(invoices[0]["document"]["number"], invoices[0]["number"], "the document whole");
    let payments = lines("payments");
    assert_eq!(payments.len(), 1);
    assert_eq!((&payments[0]["key"], &payments[0]["state"]), (&"sub-1-p0-a1".into(), &"captured".into()));
    let ledger = lines("ledger");
    assert_eq!(ledger[0]["kind"], "capture");
    assert_eq!(ledger.iter().filter(|e| e["kind"] == "recognition").count(), 3, "one a day");
    for entry in &ledger {
        let sum: i64 = entry["lines"].as_array().unwrap().iter().map(|l| l["amount"].as_i64().unwrap()).sum();
        assert_eq!(sum, 0, "{entry}");
    }
}

fn the_clock_never_goes_back_and_a_restart_keeps_it(engine: Engine) {
    let mut paper = Paper::usual(engine);
    let (_, mut browser) = editor(&paper);
    let start = paper.clock.now();
    travelled(&paper, To::By(SignedDuration::from_hours(48)));
    assert_eq!(paper.clock.ahead().as_hours(), 48);
    let back = paper.block_on(travel::travel(paper.house(), To::At(start), "a test")).unwrap_err();
    assert!(matches!(back, TravelRefused::Back(_)) && back.to_string().contains("cannot be undone"), "{back}");
    let far =
        paper.block_on(travel::travel(paper.house(), To::By(SignedDuration::from_hours(24 * 3_000)), "x")).unwrap_err();
    assert!(matches!(far, TravelRefused::TooFar(_)), "{far}");
    for (field, value, complaint) in [
        ("to", "2026-11-01", "only goes forward"),
        ("to", "the day after", "Write a date"),
        ("to", "2039-01-01", "too far for one journey"),
        ("by", "year", "Write a date"),
    ] {
        let answer = browser.post("/desk/clock", &[(field, value)]);
        assert!(answer.status == 422 && answer.says(complaint), "{value}: {}", answer.words());
    }
    let nothing = paper.block_on(travel::travel(paper.house(), To::Next, "a test"));
    assert!(matches!(nothing, Err(TravelRefused::NothingDue)), "an empty paper waits for nothing");
    let now = paper.clock.now();
    // Another process of the same paper, with a clock of its own, begins where this one is.
    paper.clock = Clock::standing(start);
    paper.restart();
    assert_eq!(paper.clock.now(), now, "a restart keeps it");
    assert!(paper.browser().get("/").text().contains("moved-banner"));
}

fn the_command_line_and_a_running_paper_share_the_clock(engine: Engine) {
    let paper = Paper::usual(engine);
    let run = |words: &[&str]| command(&paper, words);
    let ours = paper.clock.ahead();
    // The command line asks the system's clock, this paper's stands: what they share is how far ahead it is.
    let output = run(&["clock", "+3h"]);
    assert!(output.status.success(), "{}", said(&output.stderr));
    let moved = wait_for(|| Some(paper.clock.ahead()).filter(|ahead| *ahead > ours));
    assert_eq!((moved.as_secs() + 30) / 3_600, 3, "a running paper notices");
    let shown = said(&run(&["clock"]).stdout);
    assert!(shown.contains("The clock is 3 hours ahead of the real time."), "{shown}");
    // And the other way round.
    travelled(&paper, To::By(SignedDuration::from_hours(21)));
    let shown = said(&run(&["clock"]).stdout);
    assert!(shown.contains("The clock is 1 day ahead of the real time."), "{shown}");
    for (words, complaint) in [
        (&["clock", "-1d"][..], "the clock only goes forward"),
        (&["clock", "to", "2020-01-01"], "the clock only goes forward"),
        (&["clock", "+1fortnight"], "is no time to go to; write +1d"),
        (&["clock", "yesterday"], "is no time to go to"),
        (&["clock", "+9999d"], "too far for one journey"),
    ] {
        let output = run(words);
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        assert!(said(&output.stderr).contains(complaint), "{words:?}: {}", said(&output.stderr));
    }
}

#[test]
fn two_who_move_the_clock_at_once_do_not_meet() {
    let paper = Paper::usual(Engine::Sqlite);
    subscriber(&paper, "quarter", Behaviour::Ok);
    let house = Arc::clone(paper.house());
    let results = paper.block_on(async {
        let day = SignedDuration::from_hours(24 * 40);
        tokio::join!(travel::travel(&house, To::By(day), "one"), travel::travel(&house, To::By(day), "two"))
    });
    let busy = |result: &Result<_, TravelRefused>| matches!(result, Err(TravelRefused::Busy));
    assert!(results.0.is_ok() != results.1.is_ok() && (busy(&results.0) || busy(&results.1)), "one of them");
    assert_eq!(paper.clock.ahead().as_hours() / 24, 40);
}

#[test]
fn a_paper_that_takes_real_money_has_no_such_clock() {
    let paper = Paper::usual(Engine::Sqlite);
    travelled(&paper, To::By(SignedDuration::from_hours(1)));
    let folder = paper.folder().to_owned();
    let settings = std::fs::read_to_string(folder.join("publication.toml")).unwrap();
    std::fs::write(folder.join("publication.toml"), settings.replace("rail = \"sandbox\"", "rail = \"stripe\""))
        .unwrap();
    let output = command(&paper, &["clock", "+1d"]);
    assert_eq!(output.status.code(), Some(1));
    let complaint = said(&output.stderr);
    let known = complaint.contains("only a paper that rehearses can move its clock") || complaint.contains("rail");
    assert!(known, "{complaint}");
    std::fs::write(folder.join("publication.toml"), settings).unwrap();
    assert_eq!(paper.clock.ahead().as_hours(), 1, "nothing was moved");
}

#[test]
fn a_journey_leaves_out_codes_and_tells_the_rest_in_order() {
    let paper =
        Paper::open(Engine::Sqlite, Settings { now: instant("2026-11-20T10:00:00+05:30"), ..Settings::default() });
    subscriber(&paper, "quarter", Behaviour::Ok);
    let before: Timestamp = paper.clock.now();
    let (journey, told) = travelled(&paper, To::At(instant("2027-02-21T00:00:00+05:30")));
    assert_eq!(journey.from, before);
    assert!(told.lines.is_sorted_by_key(|line| line.at) && told.more == 0, "{}", told.lines.len());
    assert!(told.summary.contains("1 payment (₹900)"), "{}", told.summary);
    assert!(!told.lines.iter().any(|line| line.words.contains("log-in code")));
}

#[test]
fn a_new_version_of_a_plan_reaches_who_has_the_old_one_with_notice() {
    let paper = Paper::open(Engine::Sqlite, Settings { now: Clock::system().now(), ..Settings::default() });
    let (_, contract) = subscriber(&paper, "quarter", Behaviour::Ok);
    let settings = paper.folder().join("publication.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, text.replacen("price = \"900\"", "price = \"950\"", 1)).unwrap();
    let reused = command(&paper, &["reprice", "quarter"]);
    assert_eq!(reused.status.code(), Some(1));
    assert!(said(&reused.stderr).contains("version"), "{}", said(&reused.stderr));
    std::fs::write(&settings, text.replacen("price = \"900\"", "version = 2\nprice = \"950\"", 1)).unwrap();
    let looked = command(&paper, &["reprice", "quarter"]);
    assert!(said(&looked.stdout).contains("1 × Quarter, version 1, ₹900"), "{looked:?}");
    assert!(held(&paper, contract).dossier.contract.pending().is_none(), "looking changes nothing");
    let told = command(&paper, &["reprice", "quarter", "--yes"]);
    assert!(said(&told.stdout).contains("1 told of Quarter, version 2: ₹950 for 3 Months"), "{told:?}");
    assert!(said(&command(&paper, &["reprice", "quarter", "--yes"]).stdout).contains("Everybody"), "once");
    let mails = paper.block_on(paper.house().store.mails(9)).unwrap();
    assert!(mails.iter().any(|mail| mail.text.contains("Quarter costs ₹950 for 3 months")), "{mails:?}");
    let pending = held(&paper, contract).dossier.contract.pending().cloned().unwrap();
    assert_eq!((pending.plan.price.minor(), pending.agreed), (95_000, false));
    assert_eq!(command(&paper, &["reprice", "none"]).status.code(), Some(1));
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The binary on this paper's folder and database.
fn command(paper: &Paper, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
    command.args(words).arg("--data").arg(paper.folder()).stdin(Stdio::null());
    for name in ["MASTHEAD_DATA", "MASTHEAD_DATABASE", "MASTHEAD_LISTEN", "MASTHEAD_LOG", "MASTHEAD_LOG_FORMAT"] {
        command.env_remove(name);
    }
    if let Some(url) = paper.database_url() {
        command.env("MASTHEAD_DATABASE", url);
    }
    command.output().unwrap()
}

/// What comes to be within the second that is promised; ten for a busy machine.
pub fn wait_for<T>(what: impl FnMut() -> Option<T>) -> T {
    wait_patiently(200, what)
}

/// What comes to be in its own time; `turns` is how often it is looked for, twenty times a second.
pub fn wait_patiently<T>(turns: usize, mut what: impl FnMut() -> Option<T>) -> T {
    for _ in 0..turns {
        if let Some(found) = what() {
            return found;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("it never came to be");
}
