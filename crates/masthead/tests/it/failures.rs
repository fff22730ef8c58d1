//! Failures of the field, through the paper's front door. The numbers are those of the table in `docs/billing-proofs.md`.
use circulation::billing::{Act, Way};
use circulation::subscriptions::Actor;
use jiff::SignedDuration;
use masthead::billing::{self, dossiers};
use masthead::gateways::sandbox::{BankAct, Behaviour, Change};
use newsroom::articles::Marking;

use crate::account::{Subscriber, go_to, has, settle};
use crate::desk_billing::{SUPPLIER, editor, subscriber};
use crate::fixture::{Settings, instant};
use crate::house::{Engine, Paper, Shown, on_both};
use crate::races::{LATE, second_process};

on_both!(
    while_nobody_knows_what_became_of_a_debit_nothing_else_is_charged,
    looking_changes_nothing,
    two_processes_that_ask_every_hour_renew_once,
    grace_opens_stories_to_its_last_second_and_not_beyond,
    rights_follow_their_dates_though_nobody_tells_of_an_end,
    a_renewal_is_not_charged_beside_the_page_on_which_the_reader_pays_it,
    a_cancellation_ends_nothing_before_its_day_and_an_end_by_staff_does,
    tax_documents_have_no_gap_beside_pages_nobody_paid,
);

fn tries(reader: &Subscriber<'_>) -> Vec<&'static str> {
    reader.held().dossier.attempts.iter().map(|attempt| attempt.payment.state().word()).collect()
}

/// How often the payment company has taken money for each cycle.
fn most_often_taken(paper: &Paper) -> u32 {
    let takings = paper.block_on(paper.house().store.sandbox_takings()).unwrap();
    takings.iter().map(|(_, times, _)| u32::try_from(*times).unwrap()).max().unwrap_or(0)
}

fn premium(paper: &Paper, reader: &mut Subscriber<'_>) -> Shown {
    let story = &paper.stories(Marking::Premium)[0];
    paper.shown(&reader.browser.get(&story.path()).text(), story)
}

/// (1, 12, 24, 26) The answer to a debit is lost: until it is known what became of it, neither the ladder nor a reader
/// who clicks pays a second time.
fn while_nobody_knows_what_became_of_a_debit_nothing_else_is_charged(engine: Engine) {
    for (method, then) in [("timeout-then-captured", "captured"), ("timeout-then-failed", "failed")] {
        let paper = Paper::open(engine, Settings { server: LATE, ..Settings::default() });
        let mut reader = Subscriber::new(&paper);
        reader.subscribe("quarter", method);
        go_to(&paper, "2027-02-20T06:00:01+05:30");
        reader.back();
        assert_eq!(tries(&reader), ["captured", "unknown"]);
        for _ in 0..3 {
            let clicked = reader.browser.post("/account/pay", &[]);
            assert!(!clicked.text().contains("/sandbox/pay/"), "{}", clicked.words());
            let to = clicked.header("location").unwrap_or_default();
            assert!(!to.starts_with("/sandbox/pay/"), "{to}: a second way to pay the same invoice");
        }
        assert_eq!(tries(&reader), ["captured", "unknown"], "no other attempt is begun");
        assert_eq!(premium(&paper, &mut reader), Shown::Open, "and the reader reads on");
        go_to(&paper, "2027-02-20T09:00:00+05:30");
        assert_eq!(tries(&reader)[..2], ["captured", then]);
        go_to(&paper, "2027-03-01T09:00:00+05:30");
        assert_eq!(most_often_taken(&paper), 1);
        let charged = tries(&reader).iter().filter(|state| **state == "captured").count();
        assert_eq!(charged, if then == "captured" { 2 } else { 1 });
    }
}

/// (2) Whoever looks, a reader, the desk or the doctor, repairs nothing and sets nothing going.
fn looking_changes_nothing(engine: Engine) {
    // The payment company tells of nothing by itself meanwhile.
    let paper = Paper::open(engine, Settings { server: LATE, ..Settings::default() });
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("quarter", "timeout-then-captured");
    let mut failing = Subscriber::new(&paper);
    failing.subscribe("quarter", "decline");
    go_to(&paper, "2027-02-20T06:00:01+05:30");
    reader.back();
    failing.back();
    // The lost answer is due to be asked after, and the clock says so; nobody does while these pages are looked at
    // but the rounds, and those are seen by what they write.
    let state = || {
        paper.block_on(async {
            let store = &paper.house().store;
            let rows = store.dossiers_after(0, 100).await.unwrap();
            let dossiers: Vec<_> = rows.into_iter().map(|row| (row.id, row.revision, row.dossier)).collect();
            let entries = store.ledger_entries_after(0, 10_000).await.unwrap().len();
            let mails = store.mails(1_000).await.unwrap().len();
            (dossiers, entries, mails)
        })
    };
    // A round of the paper's own may still be writing what fell due.
    let before = loop {
        let before = state();
        settle(&paper);
        if state() == before {
            break before;
        }
    };
    let (_, mut desk) = editor(&paper);
    for browser in [&mut reader.browser, &mut failing.browser] {
        for path in [
            "/account",
            "/account/invoices",
            "/account/cancel",
            "/account/plan",
            "/account/plan?to=biennial",
            "/account/pause",
            "/account/withdraw",
            "/subscribe",
            "/checkout?plan=quarter",
        ] {
            // What is not possible now is said, with 409.
            assert!(matches!(browser.get(path).status, 200 | 303 | 409), "{path}");
        }
    }
    for path in ["/desk/billing", "/desk/clock", "/desk/readers", &format!("/desk/readers/{}", reader.id)] {
        let page = desk.get(path);
        assert_eq!(page.status, 200, "{path}: {}", page.words());
    }
    let after = state();
    assert_eq!(before.0, after.0, "no contract was touched");
    assert_eq!((before.1, before.2), (after.1, after.2), "nothing was booked and nothing written");
}

/// (8, 20, 21) Two processes, each asking at every hour of the days around a billing day in a zone ahead of UTC.
fn two_processes_that_ask_every_hour_renew_once(engine: Engine) {
    let paper = Paper::usual(engine);
    let behaviours = [Behaviour::Ok, Behaviour::TimeoutThenCaptured, Behaviour::UpiOk];
    let all: Vec<i64> = behaviours.map(|behaviour| subscriber(&paper, "quarter", behaviour).1).to_vec();
    let second = second_process(&paper);
    let mut at = instant("2027-02-18T00:30:00+05:30");
    while at < instant("2027-02-21T12:00:00+05:30") {
        paper.set_clock(at);
        paper.block_on(async {
            let (one, two) = tokio::join!(billing::round(paper.house()), billing::round(&second));
            one.unwrap();
            two.unwrap();
        });
        at += SignedDuration::from_hours(1);
    }
    settle(&paper);
    for id in all {
        let held = paper.block_on(dossiers::one(paper.house(), id)).unwrap();
        let debits = held.dossier.attempts.iter().filter(|a| matches!(a.way, Way::Debit { .. })).count();
        let paid = held.dossier.invoices.iter().filter(|invoice| invoice.paid_by().is_some()).count();
        assert_eq!((debits, paid), (1, 2), "contract {id}");
    }
    assert_eq!(most_often_taken(&paper), 1);
    paper.block_on(second.store.close());
}

/// (18) Access neither vanishes with a failed payment nor outlives its grace.
fn grace_opens_stories_to_its_last_second_and_not_beyond(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("quarter", "decline");
    for (at, shown) in [
        ("2027-02-19T23:59:59+05:30", Shown::Open),
        ("2027-02-20T00:00:00+05:30", Shown::Open),
        ("2027-02-20T06:00:01+05:30", Shown::Open),
        ("2027-02-26T23:59:59+05:30", Shown::Open),
        ("2027-02-27T00:00:00+05:30", Shown::Preview),
        ("2027-03-21T23:59:59+05:30", Shown::Preview),
        ("2028-01-01T00:00:00+05:30", Shown::Preview),
    ] {
        go_to(&paper, at);
        reader.back();
        assert_eq!(premium(&paper, &mut reader), shown, "{at}");
    }
}

/// (19) A mandate is withdrawn at the bank and no delivery ever tells; a paper that comes late to its own rounds; rights
/// that billing did not give are not taken by it.
fn rights_follow_their_dates_though_nobody_tells_of_an_end(engine: Engine) {
    let paper = Paper::open(engine, Settings { server: LATE, ..Settings::default() });
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("quarter", "upi-ok");
    let mandate = reader.held().dossier.mandate.clone().unwrap().facts.mandate;
    let revoke = BankAct::Method(mandate.token.clone(), Change::Revoke);
    paper.block_on(paper.house().rail.act(&mandate.customer, &revoke, paper.clock.now())).unwrap();
    // Stored once and for all: nobody has to come by for it to end.
    let grants = reader.held().dossier.grants();
    assert!(grants.iter().all(|(_, grant)| grant.ends_at == Some(instant("2027-02-20T00:00:00+05:30"))), "{grants:?}");
    go_to(&paper, "2027-02-24T23:59:59+05:30");
    reader.back();
    assert_eq!(premium(&paper, &mut reader), Shown::Open, "grace, where debits are announced: five days");
    assert_eq!(most_often_taken(&paper), 1, "nothing was taken by a mandate that is gone");
    let complimentary = store::NewGrant {
        reader_id: reader.id,
        benefits: vec!["unlimited".into(), "premium".into()],
        source: "complimentary".into(),
        reference: "comp:a-test".into(),
        starts_at: paper.clock.now(),
        ends_at: Some(instant("2027-06-01T00:00:00+05:30")),
    };
    assert!(paper.block_on(paper.house().store.give_grant(&complimentary, paper.clock.now())).unwrap());
    go_to(&paper, "2027-04-01T00:00:00+05:30");
    reader.back();
    assert_eq!(reader.held().dossier.contract.state().word(), "ended");
    assert_eq!(premium(&paper, &mut reader), Shown::Open, "what the desk gave stands");
    go_to(&paper, "2027-06-01T00:00:00+05:30");
    reader.back();
    assert_eq!(premium(&paper, &mut reader), Shown::Preview);
}

/// (11) The reader opens the page for a failed renewal and leaves it open over the next debit of the ladder.
fn a_renewal_is_not_charged_beside_the_page_on_which_the_reader_pays_it(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("quarter", "decline-twice-then-ok");
    for day in ["2027-02-20T06:00:01+05:30", "2027-02-21T06:00:01+05:30"] {
        go_to(&paper, day);
    }
    assert_eq!(tries(&reader), ["captured", "failed", "failed"]);
    reader.back();
    // A minute before the debit that will work, the reader stands on the page.
    go_to(&paper, "2027-02-23T05:59:00+05:30");
    let page = reader.browser.post("/account/pay", &[]).location(303).to_owned();
    assert!(page.starts_with("/sandbox/pay/"), "{page}");
    go_to(&paper, "2027-02-23T06:00:01+05:30");
    let late = reader.browser.post(&page, &[("outcome", "paid")]);
    settle(&paper);
    go_to(&paper, "2027-02-25T12:00:00+05:30");
    let taken = tries(&reader).iter().filter(|state| **state == "captured").count();
    assert_eq!((taken, most_often_taken(&paper)), (2, 1), "{:?}, the page said {}", tries(&reader), late.words());
    assert_eq!(reader.held().dossier.contract.paid_through(), Some("2027-05-20".parse().unwrap()));
    assert!(reader.held().dossier.refunds.is_empty());
}

/// (6, 33) Both ways of ending, told apart.
fn a_cancellation_ends_nothing_before_its_day_and_an_end_by_staff_does(engine: Engine) {
    let paper = Paper::usual(engine);
    let (mut leaving, mut thrown) = (Subscriber::new(&paper), Subscriber::new(&paper));
    for reader in [&mut leaving, &mut thrown] {
        reader.subscribe("quarter", "paid");
    }
    go_to(&paper, "2026-12-10T12:00:00+05:30");
    leaving.act(&Act::Cancel { by: Actor::Reader });
    let refund = circulation::billing::RefundRule::Nothing;
    thrown.act(&Act::End { refund, reason: "shared with a street".into() });
    settle(&paper);
    assert_eq!(premium(&paper, &mut leaving), Shown::Open);
    assert_eq!(premium(&paper, &mut thrown), Shown::Preview);
    go_to(&paper, "2027-02-19T23:59:59+05:30");
    leaving.back();
    thrown.back();
    assert_eq!(premium(&paper, &mut leaving), Shown::Open);
    go_to(&paper, "2027-02-20T00:00:00+05:30");
    assert_eq!(premium(&paper, &mut leaving), Shown::Preview);
    go_to(&paper, "2028-06-01T00:00:00+05:30");
    for reader in [&mut leaving, &mut thrown] {
        reader.back();
        assert_eq!(premium(&paper, reader), Shown::Preview);
        assert_eq!(tries(reader), ["captured"], "nothing was charged after the end");
    }
}

/// (30) Pages that were left, declined or superseded between two sales take no number.
fn tax_documents_have_no_gap_beside_pages_nobody_paid(engine: Engine) {
    let paper = Paper::open(engine, Settings { server: SUPPLIER, ..Settings::default() });
    let placed = |paper| {
        let mut reader = Subscriber::new(paper);
        let place = [("name", "Asha Rao"), ("country", "IN"), ("state", "27")];
        assert_eq!(reader.browser.post("/account/billing", &place).status, 303);
        reader
    };
    for n in 0..6 {
        let mut reader = placed(&paper);
        let page = crate::races::agree(&mut reader.browser, "quarter").location(303).to_owned();
        match n % 3 {
            0 => {}
            1 => drop(reader.browser.post(&page, &[("outcome", "declined")])),
            _ => drop(crate::races::agree(&mut reader.browser, "biennial")),
        }
        let mut buyer = placed(&paper);
        has(&buyer.subscribe("quarter", "paid").words(), &["Thank you"]);
    }
    let until = paper.clock.now() + SignedDuration::from_hours(30);
    paper.set_clock(until);
    settle(&paper);
    let documents = paper.block_on(paper.house().store.documents_after(0, 100)).unwrap();
    let numbers: Vec<(&str, i64)> = documents.iter().map(|document| (document.series.as_str(), document.n)).collect();
    let expected: Vec<(&str, i64)> = (1..=6).map(|n| (numbers[0].0, n)).collect();
    assert_eq!(numbers, expected);
    assert_eq!(paper.block_on(paper.house().store.sandbox_takings()).unwrap().len(), 6, "one for each payment");
}
