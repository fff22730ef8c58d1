//! Leaving: cancelling, taking it back, withdrawing and paying, in the account and by links that need no log-in.
use masthead::billing::links::Purpose;

use crate::account::{Subscriber, field, go_to, has, settle};
use crate::client::Request;
use crate::fixture::{Settings, instant};
use crate::house::{Engine, Paper, on_both};

on_both!(
    cancelling_takes_no_more_steps_than_joining_and_can_be_taken_back,
    withdrawing_gives_the_money_back_and_says_when_it_was_received,
    who_asked_to_begin_at_once_pays_the_days_used,
    a_mailed_link_cancels_without_a_password,
    a_mailed_link_pays_without_a_password,
    links_that_are_forged_foreign_or_old_do_nothing,
    asking_for_a_link_tells_nobody_who_subscribes,
);

fn cancelling_takes_no_more_steps_than_joining_and_can_be_taken_back(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("quarter", "paid");
    // One page with one button; a second click does no harm.
    let page = reader.browser.get("/account/cancel");
    assert_eq!(page.text().matches("<form").count(), 1, "one button, and none that says no");
    for _ in 0..2 {
        assert_eq!(reader.browser.post("/account/cancel", &[("do", "cancel")]).location(303), "/account/cancel?done=1");
    }
    let cancelled = |reader: &Subscriber<'_>| reader.mails().iter().filter(|m| m.kind == "cancelled").count();
    assert_eq!(cancelled(&reader), 1, "one confirmation");
    has(&reader.mails().last().unwrap().text, &["on 20 November 2026, 10:00 IST", "/cancel/"]);
    assert_eq!(reader.browser.post("/account/resume", &[]).location(303), "/account?done=resumed");
    assert_eq!(reader.browser.post("/account/resume", &[]).location(303), "/account?done=resumed", "twice is as good");
    has(&reader.account(), &["It renews by itself on 20 February 2027"]);
    // A UPI permission is withdrawn with the cancellation, so that no bank announces a debit: coming back needs a new one.
    let mut upi = Subscriber::new(&paper);
    upi.subscribe("quarter", "upi-ok");
    upi.browser.post("/account/cancel", &[("do", "cancel")]);
    settle(&paper);
    has(&upi.account(), &["Cancelled.", "Resume the subscription"]);
    let begun = upi.browser.post("/account/resume", &[]);
    has(&upi.pay_on(&begun, "upi-ok").words(), &["Your way to pay is changed"]);
    assert_eq!(upi.browser.post("/account/resume", &[]).location(303), "/account?done=resumed");
    has(&upi.account(), &["It renews by itself on 20 February 2027"]);
}

fn withdrawing_gives_the_money_back_and_says_when_it_was_received(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("quarter", "paid");
    go_to(&paper, "2026-12-04T23:00:00+05:30");
    let page = reader.browser.get("/account/withdraw");
    has(
        &page.words(),
        &[
            "Through 4 December 2026 you may withdraw without giving a reason.",
            "You get ₹900 back",
            "Confirm withdrawal here",
        ],
    );
    let held = reader.held();
    has(
        &page.words(),
        &[&format!("withdraw from my contract no. {} for Quarter, begun on 20 November 2026.", held.id)],
    );
    let target = format!("/account/withdraw?contract={}", held.id);
    for _ in 0..2 {
        assert_eq!(reader.browser.post(&target, &[("do", "withdraw")]).location(303), target);
    }
    has(
        &reader.browser.get(&target).words(),
        &[
            "received your withdrawal from the contract for Quarter on 4 December 2026, 11:00 pm IST",
            "You get ₹900 back",
        ],
    );
    let mails = reader.mails();
    let statement = mails.iter().find(|m| m.kind == "withdrawal").expect("on a durable medium");
    has(&statement.text, &["4 December 2026, 23:00 IST", "₹900"]);
    settle(&paper);
    let page = reader.browser.get("/account/invoices").words();
    has(&page, &["Refund, sent to you"]);
    assert_eq!(reader.held().dossier.refunds.len(), 1, "a second click gives nothing twice");
    // A day later it is too late for another.
    let mut late = Subscriber::new(&paper);
    late.subscribe("quarter", "paid");
    go_to(&paper, "2026-12-19T00:00:01+05:30");
    late.back();
    assert_eq!(late.browser.get("/account/withdraw").location(303), "/account");
    let refused = late.browser.post("/account/withdraw", &[("do", "withdraw")]);
    assert_eq!(refused.status, 409);
    has(&refused.words(), &["The time for this ended on 19 December 2026, 00:00 IST."]);
    // Another's contract does not exist.
    assert_eq!(late.browser.post(&target, &[("do", "withdraw")]).status, 404);
}

fn who_asked_to_begin_at_once_pays_the_days_used(engine: Engine) {
    let more = "[billing.policy]\nwithdrawal_refund = \"pro-rata\"\n";
    let paper = Paper::open(engine, Settings { more, ..Settings::default() });
    let (mut asked, mut silent) = (Subscriber::new(&paper), Subscriber::new(&paper));
    for (reader, at_once) in [(&mut asked, "yes"), (&mut silent, "")] {
        let summary = reader.browser.get("/checkout?plan=quarter");
        has(
            &summary.words(),
            &["I ask that my subscription begins at once, before the 14 days for withdrawing are over."],
        );
        let attempt = field(&summary.text(), "attempt");
        let fields = [("plan", "quarter"), ("attempt", attempt.as_str()), ("consent", "yes"), ("at_once", at_once)];
        let begun = reader.browser.post("/checkout", &fields);
        reader.pay_on(&begun, "paid");
    }
    assert!(asked.held().dossier.contract.consent().text.contains("I pay for the days until then"));
    assert!(!silent.held().dossier.contract.consent().text.contains("at once"));
    go_to(&paper, "2026-11-22T10:00:00+05:30");
    // 3 of 92 days are used.
    has(&asked.browser.get("/account/withdraw").words(), &["You get ₹870.65 back", "all but the days already used"]);
    has(&silent.browser.get("/account/withdraw").words(), &["You get ₹900 back"]);
}

fn a_mailed_link_cancels_without_a_password(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("quarter", "paid");
    let email = paper.block_on(paper.house().store.reader(reader.id)).unwrap().unwrap().email;
    let mut stranger = paper.browser();
    has(&stranger.get("/").words(), &["Cancel a subscription"]);
    let asked = stranger.post("/cancel", &[("email", &email.to_uppercase()), ("contract", "")]);
    has(&asked.words(), &["Look in your mail", "We received your request on 20 November 2026, 10:00 am IST."]);
    let mail = paper.block_on(paper.house().store.mails(1)).unwrap().remove(0);
    assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("ways-to-cancel", email.as_str()));
    let link =
        mail.text.lines().find_map(|line| line.strip_prefix("http://gazette.example")).expect("a link").to_owned();
    // A mail scanner opens it, often.
    for _ in 0..3 {
        let page = stranger.get(&link);
        has(
            &page.words(),
            &[
                "Cancel the subscription now",
                "Withdraw from contract here",
                "You then keep full access until 20 February 2027",
            ],
        );
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        assert!(page.header("set-cookie").is_none());
    }
    assert!(reader.held().dossier.contract.cancellation().is_none(), "opening a link does nothing");
    let done = stranger.post(&link, &[("do", "cancel")]);
    assert_eq!(done.location(303), format!("{link}?done=cancelled"));
    has(
        &stranger.get(done.location(303)).words(),
        &["We received your cancellation of Quarter on 20 November 2026, 10:00 am IST.", "until 20 February 2027"],
    );
    assert_eq!(stranger.post(&link, &[("do", "cancel")]).status, 303, "a second click is as good");
    has(&stranger.get(&link).words(), &["Cancelled.", "Take the cancellation back"]);
    assert_eq!(stranger.post(&link, &[("do", "take-back")]).location(303), link);
    assert!(reader.held().dossier.contract.cancellation().is_none());
    let statement = stranger.get(&format!("{link}?step=withdraw")).words();
    has(&statement, &["Confirm withdrawal here", "You get ₹900 back"]);
    assert_eq!(stranger.post(&link, &[("do", "withdraw")]).location(303), link);
    has(&stranger.get(&link).words(), &["Your withdrawal was received", "20 November 2026, 10:00 am IST"]);
}

fn a_mailed_link_pays_without_a_password(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("quarter", "decline");
    go_to(&paper, "2027-02-20T08:00:00+05:30");
    let mails = reader.mails();
    let mail = mails.iter().find(|m| m.kind == "payment-failed").expect("a mail");
    let link = mail
        .text
        .lines()
        .filter_map(|l| l.strip_prefix("http://gazette.example"))
        .find(|l| l.starts_with("/pay/"))
        .unwrap()
        .to_owned();
    let mut stranger = paper.browser();
    has(&stranger.get(&link).words(), &["Pay for Quarter", "Pay ₹900 now"]);
    let begun = stranger.post(&link, &[]);
    let hosted = begun.location(303).to_owned();
    let paid = stranger.post(&hosted, &[("outcome", "paid")]);
    let back = paid.location(303).to_owned();
    // Back without logging in: only the browser that left sees the result.
    has(&stranger.get(&back).words(), &["Thank you. It is paid.", "paid until 20 May 2027"]);
    assert!(paper.browser().get(&back).location(303).starts_with("/login"));
    has(&stranger.get(&link).words(), &["Another way to pay for Quarter", "Choose a way to pay"]);
    let kept = stranger.post(&link, &[]);
    let kept = stranger.post(kept.location(303), &[("outcome", "paid")]);
    has(&stranger.get(kept.location(303)).words(), &["Your way to pay is changed"]);
    assert_eq!(reader.held().dossier.contract.paid_through().unwrap().to_string(), "2027-05-20");
}

fn links_that_are_forged_foreign_or_old_do_nothing(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("quarter", "paid");
    let (id, now) = (reader.held().id, paper.clock.now());
    let links = &paper.house().links;
    let cancel = links.path(Purpose::Cancel, id, now);
    let token = cancel.strip_prefix("/cancel/").unwrap();
    let of_nobody = links.path(Purpose::Cancel, 9_999, now);
    let mut stranger = paper.browser();
    let bent = format!("/cancel/{}", token.replace(&token[5..6], if &token[5..6] == "A" { "B" } else { "A" }));
    for path in [bent.as_str(), "/cancel/x", &format!("/pay/{token}"), of_nobody.as_str()] {
        for answer in [stranger.get(path), stranger.post(path, &[("do", "cancel")])] {
            assert_eq!(answer.status, 404, "{path}");
            has(&answer.words(), &["This link does not work (any more)"]);
        }
    }
    assert_eq!(stranger.post(&cancel, &[("do", "everything")]).location(303), cancel, "an unknown step is none");
    let elsewhere = Request::form(&cancel, &[("do", "cancel")]);
    let elsewhere = Request {
        headers: elsewhere.headers.into_iter().filter(|(n, _)| n != "sec-fetch-site").collect(),
        ..elsewhere
    };
    assert_eq!(stranger.send(&elsewhere.with("sec-fetch-site", "cross-site")).status, 400, "another site's button");
    paper.set_clock(instant("2028-01-01T00:00:00+05:30"));
    assert_eq!(stranger.get(&cancel).status, 404, "after four hundred days");
    assert!(reader.held().dossier.contract.cancellation().is_none());
}

fn asking_for_a_link_tells_nobody_who_subscribes(engine: Engine) {
    let paper = Paper::usual(engine);
    let mut reader = Subscriber::new(&paper);
    reader.subscribe("quarter", "paid");
    let store = &paper.house().store;
    let known = paper.block_on(store.reader(reader.id)).unwrap().unwrap().email;
    let mut stranger = paper.browser();
    let mut page = |email: &str, contract: &str| {
        let answer = stranger.post("/cancel", &[("email", email), ("contract", contract)]);
        (answer.status, answer.words().replace(email, "…"))
    };
    let (with, without) = (page(&known, ""), page("nobody@example.net", ""));
    assert_eq!(with, without);
    assert_eq!(page(&known, "no such plan"), with, "a name that fits nothing keeps nobody from leaving");
    let mails = paper.block_on(store.mails(3)).unwrap();
    has(&mails[1].text, &["No subscription is running for this address"]);
    has(&mails[0].text, &["Quarter:", "/cancel/"]);
    let wrong = stranger.post("/cancel", &[("email", "nobody")]);
    assert_eq!(wrong.status, 422);
    for _ in 0..12 {
        stranger.post("/cancel", &[("email", &known)]);
    }
    assert_eq!(stranger.post("/cancel", &[("email", &known)]).status, 429, "nobody's mailbox is flooded");
}
