//! Contracts: opened once, paid once, cancelled without losing a paid day.
#![cfg(test)]

use std::collections::BTreeMap;

use circulation::benefits::{Benefit, GrantSource, rights_at};
use circulation::calendar::{BillingZone, Term};
use circulation::money::{Currency, Money};
use circulation::payments::{Capture, ChargeRequest, Effect, Outcome, Rail, RailAnswer, plan_attempt, settle};
use circulation::plans::{PlanCode, PlanVersion};
use circulation::readers::ReaderId;
use circulation::subscriptions::{
    Actor, Admission, Consent, EndReason, Event, EventKind, FirstPayment, Order, Product, State, Subscription,
    SubscriptionId, SubscriptionRecord, SubscriptionRefusal, admit, find_live, open_checkout,
};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const READER: ReaderId = ReaderId(11);
const FIRST: SubscriptionId = SubscriptionId(1);
const SECOND: SubscriptionId = SubscriptionId(2);

/// 22 November 2026, 10:00 in India.
fn opening() -> Timestamp {
    "2026-11-22T04:30:00Z".parse().unwrap()
}

fn hours(count: i64) -> Timestamp {
    opening() + SignedDuration::from_hours(count)
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn plan(code: &str, rupees: i64, months: u16) -> PlanVersion {
    PlanVersion {
        code: PlanCode::try_from(code.to_owned()).unwrap(),
        version: 1,
        name: code.to_owned(),
        price: Money::new(rupees * 100, Currency::INR),
        term: Term::new(months).unwrap(),
        benefits: [Benefit::Unlimited, Benefit::Premium, Benefit::AdFree].into_iter().collect(),
    }
}

fn essential() -> PlanVersion {
    plan("smart-essential", 2_700, 12)
}

fn order(id: SubscriptionId, plan: PlanVersion) -> Order {
    Order {
        id,
        reader: READER,
        product: Product::Digital,
        plan,
        zone: BillingZone::new("Asia/Kolkata").unwrap(),
        consent: Consent { text: "Renews automatically, cancel anytime.".into(), given_at: opening() },
    }
}

fn checkout(id: SubscriptionId) -> Subscription {
    open_checkout(order(id, essential()), &[], opening()).unwrap().subscription
}

/// Money certainly taken for a contract, in the only way there is: an attempt that the rail says was captured.
fn capture_of(id: SubscriptionId, period: u32, amount: Money, at: Timestamp) -> Capture {
    let request = ChargeRequest { rail: Rail::Sandbox, amount, parameters: BTreeMap::new() };
    let attempt = plan_attempt(id, period, &[], request, opening()).unwrap().send(opening()).unwrap();
    let outcome = Outcome::Captured { reference: "pay_1".into(), amount };
    let answer = RailAnswer { key: attempt.key(), at, outcome };
    match settle(attempt, &answer).unwrap() {
        (_, Effect::Captured(capture)) => capture,
        other => panic!("not captured: {other:?}"),
    }
}

fn capture(id: SubscriptionId, at: Timestamp) -> Capture {
    capture_of(id, 0, essential().price, at)
}

fn activated(outcome: FirstPayment) -> (Subscription, Event) {
    match outcome {
        FirstPayment::Activated(transition) => (transition.subscription, transition.event),
        FirstPayment::Refund { because, .. } => panic!("refunded: {because}"),
    }
}

fn refunded(outcome: FirstPayment) -> (SubscriptionRefusal, Event) {
    match outcome {
        FirstPayment::Refund { because, event } => (because, *event),
        FirstPayment::Activated(transition) => panic!("activated: {transition:?}"),
    }
}

fn active(id: SubscriptionId) -> Subscription {
    activated(checkout(id).first_payment(&capture(id, hours(1)), None, hours(1)).unwrap()).0
}

#[test]
fn a_checkout_freezes_the_offer_and_gives_nothing() {
    let opened = open_checkout(order(FIRST, essential()), &[], opening()).unwrap();
    let subscription = opened.subscription;
    assert_eq!(subscription.plan(), &essential());
    assert_eq!(subscription.consent().text, "Renews automatically, cancel anytime.");
    assert_eq!((subscription.access_until(), subscription.grant(), subscription.next_renewal()), (None, None, None));
    assert_eq!(subscription.checkout_ends(), hours(24));
    assert_eq!((opened.event.kind, opened.event.before), (EventKind::CheckoutOpened, None));
    let silent = Order { consent: Consent { text: " ".into(), given_at: opening() }, ..order(FIRST, essential()) };
    assert_eq!(open_checkout(silent, &[], opening()), Err(SubscriptionRefusal::NoConsent));
}

#[test]
fn a_captured_payment_begins_the_contract_on_the_local_day() {
    // 23:59 in India is still the 22nd although UTC has long passed noon.
    let at = instant("2026-11-22T18:29:59Z");
    let (subscription, event) = activated(checkout(FIRST).first_payment(&capture(FIRST, at), None, at).unwrap());
    let paid = subscription.paid().unwrap();
    assert_eq!((paid.anchor, subscription.paid_through()), (date(2026, 11, 22), Some(date(2027, 11, 22))));
    assert_eq!(subscription.next_renewal(), Some(date(2027, 11, 22)));
    assert_eq!(subscription.access_until(), Some(instant("2027-11-21T18:30:00Z")));
    assert_eq!((event.kind, event.by, event.at), (EventKind::Activated, Actor::Rail, at));
    assert_eq!(event.before.unwrap().paid_through, None);
    assert_eq!(event.after.paid_through, Some(date(2027, 11, 22)));
    // One second later it is the 23rd.
    let at = instant("2026-11-22T18:30:00Z");
    let (subscription, _) = activated(checkout(FIRST).first_payment(&capture(FIRST, at), None, at).unwrap());
    assert_eq!(subscription.paid_through(), Some(date(2027, 11, 23)));
}

#[test]
fn the_grant_covers_the_paid_time_and_not_an_instant_more() {
    let grant = active(FIRST).grant().unwrap();
    assert_eq!((grant.source, grant.reference.as_str()), (GrantSource::Purchase, "sub-1-p0"));
    let end = instant("2027-11-21T18:30:00Z");
    let nanosecond = SignedDuration::from_nanos(1);
    let held = |now: Timestamp| rights_at(std::slice::from_ref(&grant), now).benefits;
    assert!(held(hours(1) - nanosecond).is_empty());
    assert_eq!(held(hours(1)), essential().benefits);
    assert_eq!(held(end - nanosecond), essential().benefits);
    assert!(held(end).is_empty());
}

#[test]
fn a_rail_whose_clock_is_ahead_does_not_keep_the_reader_waiting() {
    let ahead = capture(FIRST, hours(2));
    let (subscription, _) = activated(checkout(FIRST).first_payment(&ahead, None, hours(1)).unwrap());
    assert_eq!(subscription.grant().unwrap().starts_at, hours(1));
}

#[test]
fn a_payment_of_another_amount_or_contract_opens_nothing() {
    let dollars = Currency::parse("USD").unwrap();
    for amount in [Money::new(269_999, Currency::INR), Money::new(270_000, dollars)] {
        let refusal = checkout(FIRST).first_payment(&capture_of(FIRST, 0, amount, hours(1)), None, hours(1));
        let expected = essential().price;
        assert_eq!(refusal, Err(SubscriptionRefusal::AmountDiffers { id: FIRST, expected, got: amount }));
    }
    for stray in [capture(SECOND, hours(1)), capture_of(FIRST, 1, essential().price, hours(1))] {
        let refusal = checkout(FIRST).first_payment(&stray, None, hours(1));
        assert_eq!(refusal, Err(SubscriptionRefusal::ForeignCapture { id: FIRST, key: stray.key().clone() }));
    }
}

#[test]
fn the_same_payment_is_applied_once() {
    let again = active(FIRST).first_payment(&capture(FIRST, hours(1)), None, hours(3));
    assert_eq!(again, Err(SubscriptionRefusal::AlreadyApplied(FIRST)));
    let ended = active(FIRST).cancel(Actor::Reader, hours(2)).unwrap().subscription;
    let ended = ended.end_cancelled(hours(24 * 366)).unwrap().subscription;
    let again = ended.first_payment(&capture(FIRST, hours(1)), None, hours(24 * 366));
    assert_eq!(again, Err(SubscriptionRefusal::AlreadyApplied(FIRST)));
}

#[test]
fn a_second_payment_for_the_same_period_goes_back() {
    let request = ChargeRequest { rail: Rail::Sandbox, amount: essential().price, parameters: BTreeMap::new() };
    let first = plan_attempt(FIRST, 0, &[], request.clone(), opening()).unwrap();
    let declined =
        circulation::payments::Failure { kind: circulation::payments::FailureKind::Declined, code: "declined".into() };
    let failed = RailAnswer { key: first.key(), at: hours(0), outcome: Outcome::Failed(declined) };
    let (first, _) = settle(first, &failed).unwrap();
    let second = plan_attempt(FIRST, 0, &[first], request, opening()).unwrap();
    let outcome = Outcome::Captured { reference: "pay_2".into(), amount: essential().price };
    let (second, _) = settle(second.clone(), &RailAnswer { key: second.key(), at: hours(2), outcome }).unwrap();
    let paid = active(FIRST);
    let (because, event) = refunded(paid.first_payment(&second.capture().unwrap(), None, hours(2)).unwrap());
    assert_eq!(because, SubscriptionRefusal::PeriodPaid(FIRST));
    assert_eq!((event.kind, event.after.state.as_str()), (EventKind::RefundOwed, "active"));
}

#[test]
fn one_reader_has_one_running_contract() {
    let running = [active(FIRST)];
    let refusal = SubscriptionRefusal::AlreadyLive(FIRST);
    let admitted = admit(READER, Product::Digital, &essential(), &running, hours(2));
    assert_eq!(admitted, Err(refusal.clone()));
    assert_eq!(open_checkout(order(SECOND, essential()), &running, hours(2)), Err(refusal.clone()));
    assert_eq!(find_live(&running, READER, Product::Digital).map(Subscription::id), Some(FIRST));
    assert_eq!(running[0].live_key(), Some((READER, Product::Digital)));
    // Two tabs paid two checkouts: the second payment goes back.
    let (because, event) =
        refunded(checkout(SECOND).first_payment(&capture(SECOND, hours(2)), Some(FIRST), hours(2)).unwrap());
    assert_eq!((because, event.kind), (refusal, EventKind::RefundOwed));
    // Another reader is not concerned.
    let other = admit(ReaderId(12), Product::Digital, &essential(), &running, hours(2));
    assert_eq!(other, Ok(Admission::Open { supersede: vec![] }));
}

#[test]
fn a_second_click_goes_on_with_the_open_checkout() {
    let open = [checkout(FIRST)];
    let at = |plan: &PlanVersion, now| admit(READER, Product::Digital, plan, &open, now).unwrap();
    assert_eq!(at(&essential(), hours(1)), Admission::Resume(FIRST));
    // Its time is over, or the offer has changed: a new one takes its place.
    assert_eq!(at(&essential(), hours(24)), Admission::Open { supersede: vec![FIRST] });
    let dearer = PlanVersion { version: 2, price: Money::new(300_000, Currency::INR), ..essential() };
    assert_eq!(at(&dearer, hours(1)), Admission::Open { supersede: vec![FIRST] });
    let superseded = checkout(FIRST).supersede(hours(1)).unwrap();
    assert_eq!(superseded.event.after.end_reason, Some(EndReason::Superseded));
    let ended = [superseded.subscription];
    let admitted = admit(READER, Product::Digital, &dearer, &ended, hours(2)).unwrap();
    assert_eq!(admitted, Admission::Open { supersede: vec![] });
}

#[test]
fn an_unpaid_checkout_ends_after_a_day() {
    let early = checkout(FIRST).expire_checkout(hours(24) - SignedDuration::from_nanos(1));
    assert_eq!(early, Err(SubscriptionRefusal::TooEarly { id: FIRST, not_before: hours(24) }));
    let expired = checkout(FIRST).expire_checkout(hours(24)).unwrap();
    let ended = State::Ended { reason: EndReason::Nonpayment, at: hours(24), paid: None };
    assert_eq!(expired.subscription.state(), &ended);
    assert_eq!(expired.subscription.access_until(), None);
    assert_eq!(active(FIRST).expire_checkout(hours(48)), Err(SubscriptionRefusal::NotCheckout(FIRST)));
}

#[test]
fn late_money_still_buys_unless_the_reader_has_another_contract() {
    let expired = checkout(FIRST).expire_checkout(hours(24)).unwrap().subscription;
    let late = capture(FIRST, hours(30));
    let (subscription, event) = activated(expired.clone().first_payment(&late, None, hours(31)).unwrap());
    assert_eq!(event.kind, EventKind::ActivatedLate);
    assert_eq!(subscription.paid().unwrap().anchor, date(2026, 11, 23));
    assert!(subscription.live_key().is_some());
    let (because, _) = refunded(expired.first_payment(&late, Some(SECOND), hours(31)).unwrap());
    assert_eq!(because, SubscriptionRefusal::AlreadyLive(SECOND));
    let superseded = checkout(FIRST).supersede(hours(1)).unwrap().subscription;
    let (subscription, _) = activated(superseded.first_payment(&late, None, hours(31)).unwrap());
    assert_eq!(subscription.state().word(), "active");
}

#[test]
fn cancelling_keeps_the_paid_time_and_stops_the_renewal() {
    let running = active(FIRST);
    let end = running.access_until().unwrap();
    let cancelled = running.clone().cancel(Actor::Reader, hours(5)).unwrap();
    let subscription = cancelled.subscription;
    assert_eq!(subscription.next_renewal(), None);
    assert_eq!((subscription.access_until(), subscription.cancels_at()), (Some(end), Some(end)));
    assert_eq!(running.cancels_at(), None);
    assert_eq!(subscription.grant(), running.grant());
    let recorded = subscription.cancellation().unwrap();
    assert_eq!((recorded.cancel_at, recorded.recorded_at, recorded.by), (date(2027, 11, 22), hours(5), Actor::Reader));
    assert_eq!(cancelled.event.before.unwrap().cancel_at, None);
    assert_eq!(cancelled.event.after.cancel_at, Some(date(2027, 11, 22)));
    // The second click of an impatient reader changes nothing and says so.
    let again = subscription.clone().cancel(Actor::Reader, hours(6)).unwrap_err();
    assert_eq!(again.to_string(), "contract 1 is already cancelled and ends on 2027-11-22");
    // Until the day comes it still runs, and still blocks a second contract.
    assert!(subscription.live_key().is_some());
    let early = subscription.clone().end_cancelled(end - SignedDuration::from_nanos(1));
    assert_eq!(early, Err(SubscriptionRefusal::TooEarly { id: FIRST, not_before: end }));
    let ended = subscription.end_cancelled(end).unwrap();
    assert_eq!(ended.event.after.end_reason, Some(EndReason::ReaderCancelled));
    assert_eq!((ended.subscription.access_until(), ended.subscription.live_key()), (Some(end), None));
    assert_eq!(ended.subscription.grant(), running.grant());
    let dead = ended.subscription.cancel(Actor::Reader, end).unwrap_err();
    assert_eq!(dead, SubscriptionRefusal::Ended { id: FIRST, reason: EndReason::ReaderCancelled });
}

#[test]
fn a_cancellation_can_be_taken_back_until_its_day() {
    let running = active(FIRST);
    let end = running.access_until().unwrap();
    let cancelled = running.clone().cancel(Actor::Reader, hours(5)).unwrap().subscription;
    let resumed = cancelled.clone().resume(Actor::Reader, end - SignedDuration::from_nanos(1)).unwrap();
    assert_eq!(resumed.subscription, running);
    assert_eq!(resumed.event.kind, EventKind::Resumed);
    let late = cancelled.resume(Actor::Reader, end);
    assert_eq!(late, Err(SubscriptionRefusal::TooLate { id: FIRST, ended: end }));
    assert_eq!(running.clone().resume(Actor::Reader, hours(6)), Err(SubscriptionRefusal::NotCancelled(FIRST)));
    assert_eq!(running.end_cancelled(end), Err(SubscriptionRefusal::NotCancelled(FIRST)));
}

#[test]
fn what_is_not_paid_cannot_be_cancelled() {
    let refusal = checkout(FIRST).cancel(Actor::Reader, hours(1));
    assert_eq!(refusal, Err(SubscriptionRefusal::NotRunning(FIRST)));
}

#[test]
fn a_contract_ended_by_the_paper_gives_nothing_from_that_instant() {
    let mut record = SubscriptionRecord::from(active(FIRST));
    record.state = "ended".into();
    record.ended_at = Some(hours(100));
    for reason in [EndReason::Withdrawn, EndReason::Refunded, EndReason::Dispute, EndReason::Staff] {
        record.end_reason = Some(reason);
        let ended = Subscription::try_from(record.clone()).unwrap();
        assert_eq!(ended.access_until(), Some(hours(100)), "{reason}");
        assert_eq!(ended.grant().unwrap().ends_at, Some(hours(100)));
        let stray = ended.first_payment(&capture(FIRST, hours(1)), None, hours(101));
        assert_eq!(stray, Err(SubscriptionRefusal::AlreadyApplied(FIRST)));
    }
}

#[test]
fn what_is_stored_comes_back_and_what_contradicts_itself_does_not() {
    let cancelled = active(FIRST).cancel(Actor::Reader, hours(5)).unwrap().subscription;
    let ended = cancelled.clone().end_cancelled(hours(24 * 366)).unwrap().subscription;
    let expired = checkout(FIRST).expire_checkout(hours(24)).unwrap().subscription;
    for subscription in [checkout(FIRST), active(FIRST), cancelled.clone(), ended, expired] {
        let stored = serde_json::to_string(&subscription).unwrap();
        assert_eq!(serde_json::from_str::<Subscription>(&stored).unwrap(), subscription);
    }
    let whole = SubscriptionRecord::from(cancelled);
    let spoilt: [fn(&mut SubscriptionRecord); 7] = [
        |record| record.state = "checkout".into(),
        |record| record.state = "ended".into(),
        |record| record.state = "vip".into(),
        |record| record.anchor = None,
        |record| record.paid_through = Some(date(2099, 1, 1)),
        |record| record.cancellation.as_mut().unwrap().cancel_at = date(2027, 1, 1),
        |record| record.end_reason = Some(EndReason::Staff),
    ];
    for (number, spoil) in spoilt.iter().enumerate() {
        let mut record = whole.clone();
        spoil(&mut record);
        let refusal = Subscription::try_from(record).unwrap_err();
        assert!(matches!(refusal, SubscriptionRefusal::Stored { id: FIRST, .. }), "spoilt field {number}: {refusal}");
    }
}

#[test]
fn stored_words_are_the_same_in_columns_and_documents() {
    let reasons = [EndReason::ReaderCancelled, EndReason::Withdrawn, EndReason::Refunded, EndReason::Nonpayment];
    let more = [EndReason::TermOver, EndReason::Dispute, EndReason::Staff, EndReason::Superseded];
    for reason in reasons.into_iter().chain(more) {
        assert_eq!(reason.word().parse(), Ok(reason));
        assert_eq!(serde_json::to_value(reason).unwrap(), reason.word());
    }
    for actor in [Actor::Reader, Actor::Clock, Actor::Rail, Actor::Staff] {
        assert_eq!(actor.word().parse(), Ok(actor));
        assert_eq!(serde_json::to_value(actor).unwrap(), actor.word());
    }
    assert_eq!("digital".parse(), Ok(Product::Digital));
    assert_eq!("vip".parse::<EndReason>(), Err(SubscriptionRefusal::UnknownWord("vip".into())));
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Pay { other_live: bool },
    Expire,
    Supersede,
    Cancel,
    Resume,
    End,
}

fn any_step() -> impl Strategy<Value = (i64, Step)> {
    let steps = vec![
        Step::Pay { other_live: false },
        Step::Pay { other_live: true },
        Step::Expire,
        Step::Supersede,
        Step::Cancel,
        Step::Resume,
        Step::End,
    ];
    (0_i64..24 * 200, proptest::sample::select(steps))
}

fn take(subscription: Subscription, step: Step, now: Timestamp) -> Result<(Subscription, Event), SubscriptionRefusal> {
    let before = subscription.clone();
    let transition = match step {
        Step::Pay { other_live } => {
            let other = other_live.then_some(SECOND);
            return match subscription.first_payment(&capture(FIRST, now), other, now)? {
                FirstPayment::Activated(transition) => Ok((transition.subscription, transition.event)),
                FirstPayment::Refund { event, .. } => Ok((before, *event)),
            };
        }
        Step::Expire => subscription.expire_checkout(now),
        Step::Supersede => subscription.supersede(now),
        Step::Cancel => subscription.cancel(Actor::Reader, now),
        Step::Resume => subscription.resume(Actor::Reader, now),
        Step::End => subscription.end_cancelled(now),
    }?;
    Ok((transition.subscription, transition.event))
}

proptest! {
    #[test]
    fn any_history_gives_exactly_the_time_that_was_paid(steps in proptest::collection::vec(any_step(), 0..12)) {
        let mut now = opening();
        let mut subscription = checkout(FIRST);
        let mut paid_until = None;
        for (pause, step) in steps {
            now += SignedDuration::from_hours(pause);
            let Ok((next, event)) = take(subscription.clone(), step, now) else { continue };
            if matches!(event.kind, EventKind::Activated | EventKind::ActivatedLate) {
                prop_assert_eq!(paid_until, None, "paid twice");
                // Twelve months from the local day, counted in days by a second way of reading the calendar.
                let local = now.to_zoned(jiff::tz::TimeZone::get("Asia/Kolkata").unwrap());
                let end = local.date().checked_add(jiff::Span::new().years(1)).unwrap();
                paid_until = Some(end.to_zoned(local.time_zone().clone()).unwrap().timestamp());
            }
            // No date without a payment, and no paid time lost by cancelling, resuming or ending.
            prop_assert_eq!(next.access_until(), paid_until);
            prop_assert_eq!(next.grant().is_some(), paid_until.is_some());
            prop_assert_eq!(next.next_renewal().is_some(), next.live_key().is_some() && next.cancellation().is_none());
            prop_assert_eq!(event.before.is_some() && event.at == now, true);
            let read = Subscription::try_from(SubscriptionRecord::from(next.clone())).unwrap();
            prop_assert_eq!(&read, &next);
            subscription = next;
        }
    }
}
