//! UPI Autopay as India's rules want it: announced a day ahead, debited in the quiet hours, four tries, one amount, and
//! a reader who can pause, skip and withdraw in an app of their own.
use circulation::payments::{FailureKind, Outcome};
use jiff::{SignedDuration, Timestamp};
use masthead::gateways::rail::{
    Announced, Debit, Found, Gateway as _, MandateRef, MandateState, MethodKind, RefundAnswer, RefundOrder,
};
use masthead::gateways::sandbox::{BankAct, Behaviour, Change};

use super::{Books, captured, debit, failed, hours, now, on_both_books, rupees};

on_both_books!(
    a_debit_is_announced_a_day_ahead_and_taken_in_the_quiet_hours,
    no_debit_without_notice_nor_of_another_amount,
    a_notice_serves_the_retries_of_its_cycle_and_four_tries_are_all,
    the_reader_skips_one_debit,
    a_method_that_skips_skips_every_time,
    a_paused_mandate_is_resumed_by_the_reader_alone,
    a_mandate_that_is_paused_or_withdrawn_by_itself,
    withdrawing_stops_what_is_on_its_way,
    a_refund_takes_an_hour,
    what_the_rail_can_do_is_told,
);

/// A time of day in Kolkata, three months on.
fn at(time: &str) -> Timestamp {
    format!("2027-02-22T{time}:00+05:30").parse().unwrap()
}

async fn announced(books: &Books, order: &Debit, when: Timestamp) -> Timestamp {
    match books.rail.announce_debit(order, when).await {
        Announced::Sent { debit_from, .. } => debit_from,
        other => panic!("not announced: {other:?}"),
    }
}

fn code(answer: &Announced) -> (FailureKind, &str) {
    match answer {
        Announced::Refused(why) => (why.kind, why.code.as_str()),
        other => panic!("not refused: {other:?}"),
    }
}

async fn a_debit_is_announced_a_day_ahead_and_taken_in_the_quiet_hours(books: Books) {
    let upi = books.kept("sub-1-p0-a1", Behaviour::UpiOk).await;
    assert_eq!(upi.method, MethodKind::Upi);
    let order = debit("sub-1-p1-a1", &upi);
    let notice = books.rail.announce_debit(&order, at("08:00") - hours(24)).await;
    let Announced::Sent { reference, debit_from } = notice.clone() else { panic!("{notice:?}") };
    assert_eq!(debit_from, at("08:00"));
    let again = books.rail.announce_debit(&order, at("07:00")).await;
    assert_eq!(again, Announced::Sent { reference, debit_from }, "one notice, however often it is asked for");
    for (n, time) in ["10:00", "12:59", "17:00", "21:29"].into_iter().enumerate() {
        let early = debit(&format!("sub-{}-p1-a1", n + 2), &upi);
        announced(&books, &early, at(time) - hours(24)).await;
        let told = books.rail.charge(&early, at(time)).await;
        assert_eq!(failed(&told), (FailureKind::Declined, "outside-debit-hours"), "{time}");
    }
    let told = books.rail.charge(&order, at("08:00")).await;
    assert_eq!(told.answer.outcome, Outcome::Pending, "the bank takes its time");
    let taken = books.look("sub-1-p1-a1", at("08:10")).await;
    assert_eq!((captured(&taken).1, taken.answer.at), (90_000, at("08:10")));
    for (n, time) in ["09:59", "13:00", "16:59", "21:30", "00:00"].into_iter().enumerate() {
        let order = debit(&format!("sub-{}-p2-a1", n + 2), &upi);
        announced(&books, &order, at(time) - hours(24)).await;
        let told = books.rail.charge(&order, at(time) + hours(24 * i64::try_from(n).unwrap())).await;
        assert_eq!(told.answer.outcome, Outcome::Pending, "{time}");
    }
}

async fn no_debit_without_notice_nor_of_another_amount(books: Books) {
    let upi = books.kept("sub-1-p0-a1", Behaviour::UpiOk).await;
    let told = books.rail.charge(&debit("sub-1-p1-a1", &upi), at("08:00")).await;
    assert_eq!(failed(&told), (FailureKind::Declined, "not-announced"));
    let order = debit("sub-1-p1-a2", &upi);
    let from = announced(&books, &order, at("08:00")).await;
    let other = Debit { amount: rupees(901), ..debit("sub-1-p1-a3", &upi) };
    assert_eq!(code(&books.rail.announce_debit(&other, at("08:00")).await).1, "announced-otherwise");
    assert_eq!(failed(&books.rail.charge(&other, at("08:00")).await).1, "announced-otherwise");
    let early = books.rail.charge(&order, at("08:30")).await;
    assert_eq!(early.answer.outcome, Outcome::Pending, "sent too early, it waits for the end of the notice");
    assert_eq!(books.look("sub-1-p1-a2", from).await.answer.outcome, Outcome::Pending);
    assert_eq!(books.captured("sub-1-p1-a2", from + SignedDuration::from_mins(10)).await.1, 90_000);
    let dearer = Debit { amount: rupees(1_000), ..debit("sub-1-p2-a1", &upi) };
    let next = at("08:00") + hours(24 * 90);
    assert_eq!(
        code(&books.rail.announce_debit(&dearer, next).await),
        (FailureKind::NeedsReader, "amount-not-agreed"),
        "a UPI mandate does not change its amount"
    );
    assert_eq!(failed(&books.rail.charge(&dearer, next).await).1, "amount-not-agreed");
}

async fn a_notice_serves_the_retries_of_its_cycle_and_four_tries_are_all(books: Books) {
    let upi = books.kept("sub-1-p0-a1", Behaviour::UpiOk).await;
    let first = debit("sub-1-p1-a1", &upi);
    announced(&books, &first, at("11:00") - hours(24)).await;
    for n in 1..=4 {
        let told = books.rail.charge(&debit(&format!("sub-1-p1-a{n}"), &upi), at("11:00")).await;
        assert_eq!(failed(&told).1, "outside-debit-hours");
    }
    let told = books.rail.charge(&debit("sub-1-p1-a5", &upi), at("13:00")).await;
    assert_eq!(failed(&told), (FailureKind::Declined, "tries-used-up"));
    let second = debit("sub-1-p2-a1", &upi);
    let later = at("13:00") + hours(24 * 90);
    announced(&books, &second, later - hours(24)).await;
    assert_eq!(failed(&books.rail.charge(&second, later - hours(2)).await).1, "outside-debit-hours");
    let told = books.rail.charge(&debit("sub-1-p2-a2", &upi), later).await;
    assert_eq!(told.answer.outcome, Outcome::Pending, "the same notice");
    let told = books.rail.charge(&debit("sub-1-p2-a3", &upi), later).await;
    assert_eq!(failed(&told).1, "cycle-already-paid");
    let told = books.rail.charge(&debit("sub-7-p1-a1", &upi), later).await;
    assert_eq!(failed(&told).1, "another-debit-on-its-way");
}

async fn the_reader_skips_one_debit(books: Books) {
    let upi = books.kept("sub-1-p0-a1", Behaviour::UpiOk).await;
    let order = debit("sub-1-p1-a1", &upi);
    announced(&books, &order, at("08:00") - hours(24)).await;
    assert_eq!(books.rail.charge(&order, at("08:00")).await.answer.outcome, Outcome::Pending);
    let account = books.rail.account(&upi.customer, at("08:01")).await.unwrap().unwrap();
    let skip = BankAct::Skip(account.notices[0].reference.clone());
    assert!(books.rail.act(&upi.customer, &skip, at("08:01")).await.unwrap(), "it is not taken yet");
    let told = books.look("sub-1-p1-a1", at("09:00")).await;
    assert_eq!(failed(&told), (FailureKind::NeedsReader, "skipped-by-reader"));
    let told = books.rail.charge(&debit("sub-1-p1-a2", &upi), at("09:00")).await;
    assert_eq!(failed(&told), (FailureKind::NeedsReader, "skipped-by-reader"), "this cycle is skipped");
    let facts = books.rail.mandate(&upi, at("09:00")).await.is().expect("the mandate");
    assert_eq!(facts.state, MandateState::Confirmed, "the mandate goes on");
    let next = debit("sub-1-p2-a1", &upi);
    let later = at("08:00") + hours(24 * 90);
    announced(&books, &next, later - hours(24)).await;
    let notice = books.rail.account(&upi.customer, later).await.unwrap().unwrap().notices.remove(0);
    books.rail.charge(&next, later).await;
    let taken = later + SignedDuration::from_mins(10);
    assert_eq!(books.captured("sub-1-p2-a1", taken).await.1, 90_000);
    let late = BankAct::Skip(notice.reference);
    assert!(!books.rail.act(&upi.customer, &late, taken).await.unwrap(), "taken is taken");
}

async fn a_method_that_skips_skips_every_time(books: Books) {
    let upi = books.kept("sub-1-p0-a1", Behaviour::UpiReaderSkips).await;
    for period in 1..=2 {
        let order = debit(&format!("sub-1-p{period}-a1"), &upi);
        announced(&books, &order, at("08:00") - hours(24)).await;
        let told = books.rail.charge(&order, at("08:00")).await;
        assert_eq!(failed(&told), (FailureKind::NeedsReader, "skipped-by-reader"));
    }
}

async fn state(books: &Books, mandate: &MandateRef, when: Timestamp) -> MandateState {
    books.rail.mandate(mandate, when).await.is().expect("the mandate").state
}

async fn a_paused_mandate_is_resumed_by_the_reader_alone(books: Books) {
    let upi = books.kept("sub-1-p0-a1", Behaviour::UpiOk).await;
    let act = |change| BankAct::Method(upi.token.clone(), change);
    assert!(!books.rail.act(&upi.customer, &act(Change::Resume), now()).await.unwrap(), "it is not paused");
    assert!(books.rail.act(&upi.customer, &act(Change::Pause), now()).await.unwrap());
    assert!(!books.rail.act(&upi.customer, &act(Change::Pause), now()).await.unwrap());
    assert_eq!(state(&books, &upi, now()).await, MandateState::PausedByReader);
    let order = debit("sub-1-p1-a1", &upi);
    let expected = (FailureKind::NeedsReader, "paused-by-reader");
    assert_eq!(code(&books.rail.announce_debit(&order, at("08:00")).await), expected);
    assert_eq!(failed(&books.rail.charge(&order, at("08:00")).await), expected);
    assert!(!books.rail.capabilities().can_resume.contains(&MethodKind::Upi));
    assert!(books.rail.act(&upi.customer, &act(Change::Resume), at("08:00")).await.unwrap());
    assert_eq!(state(&books, &upi, at("08:00")).await, MandateState::Confirmed);
    let card = books.kept("sub-2-p0-a1", Behaviour::Ok).await;
    let pause = BankAct::Method(card.token.clone(), Change::Pause);
    assert!(!books.rail.act(&card.customer, &pause, now()).await.unwrap(), "no bank pauses a card for one paper");
}

async fn a_mandate_that_is_paused_or_withdrawn_by_itself(books: Books) {
    for (behaviour, key, becomes) in [
        (Behaviour::UpiPaused, "sub-1-p0-a1", MandateState::PausedByReader),
        (Behaviour::UpiRevoked, "sub-2-p0-a1", MandateState::Revoked),
    ] {
        let upi = books.kept(key, behaviour).await;
        assert_eq!(state(&books, &upi, now() + hours(23)).await, MandateState::Confirmed);
        assert_eq!(state(&books, &upi, now() + hours(24)).await, becomes);
    }
    let paused = books.kept("sub-3-p0-a1", Behaviour::UpiPaused).await;
    let revoke = books.rail.revoke(&paused, now() + hours(30)).await;
    assert!(matches!(revoke, Found::Is(facts) if facts.state == MandateState::Revoked));
    assert_eq!(state(&books, &paused, now() + hours(48)).await, MandateState::Revoked, "withdrawn is for good");
    let resume = BankAct::Method(paused.token.clone(), Change::Resume);
    assert!(!books.rail.act(&paused.customer, &resume, now() + hours(48)).await.unwrap());
}

async fn withdrawing_stops_what_is_on_its_way(books: Books) {
    let upi = books.kept("sub-1-p0-a1", Behaviour::UpiOk).await;
    let order = debit("sub-1-p1-a1", &upi);
    announced(&books, &order, at("08:00") - hours(24)).await;
    books.rail.charge(&order, at("08:00")).await;
    let revoked = books.rail.revoke(&upi, at("08:05")).await;
    assert!(matches!(revoked, Found::Is(facts) if facts.state == MandateState::Revoked));
    let told = books.look("sub-1-p1-a1", at("09:00")).await;
    assert_eq!(failed(&told), (FailureKind::Refused, "method-withdrawn"));
    let late = books.kept("sub-2-p0-a1", Behaviour::LateCapture).await;
    assert_eq!(books.rail.charge(&debit("sub-2-p1-a1", &late), at("08:00")).await.answer.outcome, Outcome::Pending);
    books.rail.revoke(&late, at("08:05")).await;
    assert_eq!(books.captured("sub-2-p1-a1", at("08:00") + hours(24 * 9)).await.1, 90_000, "a card's money moves on");
}

async fn a_refund_takes_an_hour(books: Books) {
    books.paid("sub-1-p0-a1", Behaviour::UpiOk).await;
    let (payment, _) = books.captured("sub-1-p0-a1", now()).await;
    let order = RefundOrder { key: "sub-1-r1".into(), payment, amount: rupees(900), reason: "withdrawn".into() };
    let RefundAnswer::Pending { reference } = books.rail.refund(&order, now()).await else { panic!("pending") };
    let done = books.rail.look_up_refund(&order, Some(&reference), now() + hours(1)).await;
    assert_eq!(done, RefundAnswer::Succeeded { reference: reference.clone(), at: now() + hours(1) });
    let made = books.rail.refund_made(&reference, now() + hours(1)).await.is().expect("found by reference");
    assert_eq!((made.key.as_deref(), made.amount, made.answer), (Some("sub-1-r1"), rupees(900), done));
}

async fn what_the_rail_can_do_is_told(books: Books) {
    let able = books.rail.capabilities();
    assert_eq!(able.needs_predebit, [MethodKind::Upi]);
    assert_eq!(able.can_change_amount, [MethodKind::Card]);
    assert_eq!(able.predebit_lead, hours(24));
    assert_eq!(able.max_unattended_amount, Some(rupees(15_000)));
    let windows = able.debit_windows.clone().expect("windows");
    assert_eq!((windows.zone, windows.methods), ("Asia/Kolkata", &[MethodKind::Upi][..]));
    let mut page = super::first_payment("sub-1-p0-a1");
    page.amount = rupees(20_000);
    page.mandate.as_mut().expect("a wish").max_amount = rupees(20_000);
    let page = books.page(&page).await;
    books.rail.pay(&page.reference, Behaviour::Ok, now()).await.unwrap();
    let card = books.look("sub-1-p0-a1", now()).await.mandate.expect("kept").mandate;
    let most = Debit { amount: rupees(15_000), ..debit("sub-1-p1-a1", &card) };
    assert_eq!(captured(&books.rail.charge(&most, now()).await).1, 1_500_000);
    let above = Debit { amount: rupees(15_001), ..debit("sub-1-p2-a1", &card) };
    let told = books.rail.charge(&above, now()).await;
    assert_eq!(failed(&told), (FailureKind::NeedsReader, "above-the-unattended-limit"));
    assert!(told.confirm_at.is_some());
}
