//! Payment attempts: what is planned once is taken at most once, whatever the rail says and in whatever order.
#![cfg(test)]

use std::collections::BTreeMap;

use circulation::money::{Currency, Money};
use circulation::payments::{
    AttemptKey, AttemptRecord, AttemptState, ChargeRequest, Effect, Failure, FailureKind, MOST_ATTEMPTS, Outcome,
    PaymentAttempt, PaymentRefusal, Rail, RailAnswer, plan_attempt, settle,
};
use circulation::subscriptions::SubscriptionId;
use jiff::Timestamp;
use proptest::prelude::*;

const CONTRACT: SubscriptionId = SubscriptionId(7);

fn price() -> Money {
    Money::new(270_000, Currency::INR)
}

fn minute(count: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + 60 * count).unwrap()
}

fn request() -> ChargeRequest {
    let parameters = [("return", "/checkout/return"), ("description", "Smart Essential")];
    ChargeRequest {
        rail: Rail::Sandbox,
        amount: price(),
        parameters: parameters.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
    }
}

fn planned() -> PaymentAttempt {
    plan_attempt(CONTRACT, 0, &[], request(), minute(0)).unwrap()
}

fn sent() -> PaymentAttempt {
    planned().send(minute(0)).unwrap()
}

fn answer(at: i64, outcome: Outcome) -> RailAnswer {
    RailAnswer { key: AttemptKey::new(CONTRACT, 0, 1), at: minute(at), outcome }
}

fn captured(reference: &str) -> Outcome {
    Outcome::Captured { reference: reference.to_owned(), amount: price() }
}

fn declined() -> Failure {
    Failure { kind: FailureKind::Declined, code: "insufficient-funds".into() }
}

fn after(attempt: PaymentAttempt, outcome: Outcome) -> (PaymentAttempt, Effect) {
    settle(attempt, &answer(1, outcome)).unwrap()
}

#[test]
fn an_attempt_is_planned_sent_and_captured() {
    let attempt = planned();
    assert_eq!(attempt.key().as_str(), "sub-7-p0-a1");
    assert_eq!((attempt.state(), attempt.sent_at(), attempt.capture()), (&AttemptState::Planned, None, None));
    let attempt = attempt.send(minute(1)).unwrap();
    assert_eq!((attempt.state(), attempt.sent_at()), (&AttemptState::Sent, Some(minute(1))));
    let (attempt, effect) = settle(attempt, &answer(5, captured("pay_1"))).unwrap();
    let capture = attempt.capture().unwrap();
    assert_eq!(effect, Effect::Captured(capture.clone()));
    assert_eq!((capture.amount(), capture.at(), capture.reference()), (price(), minute(5), "pay_1"));
    assert_eq!((capture.subscription(), capture.period(), capture.rail()), (CONTRACT, 0, Rail::Sandbox));
    assert!(!attempt.is_open());
}

#[test]
fn a_capture_is_told_once() {
    let (attempt, _) = after(sent(), captured("pay_1"));
    let (again, effect) = settle(attempt.clone(), &answer(9, captured("pay_1"))).unwrap();
    assert_eq!((again, effect), (attempt, Effect::Unchanged));
}

#[test]
fn nothing_lowers_a_capture() {
    let (paid, _) = after(sent(), captured("pay_1"));
    for late in [Outcome::Failed(declined()), Outcome::Pending, Outcome::NoAnswer, Outcome::NotFound] {
        let (still, effect) = settle(paid.clone(), &answer(60, late)).unwrap();
        assert_eq!((still, effect), (paid.clone(), Effect::Unchanged));
    }
}

#[test]
fn money_that_arrives_after_a_failure_is_still_money() {
    let (failed, effect) = after(sent(), Outcome::Failed(declined()));
    assert_eq!(effect, Effect::Failed(declined()));
    let (same, effect) = settle(failed.clone(), &answer(2, Outcome::Failed(declined()))).unwrap();
    assert_eq!((&same, effect), (&failed, Effect::Unchanged));
    let (paid, effect) = settle(failed, &answer(90, captured("pay_1"))).unwrap();
    assert!(matches!(effect, Effect::Captured(_)) && paid.capture().is_some());
}

#[test]
fn another_amount_or_currency_is_refused() {
    let yen = Currency::parse("JPY").unwrap();
    for amount in [Money::new(269_999, Currency::INR), Money::new(270_001, Currency::INR), Money::new(270_000, yen)] {
        let wrong = answer(1, Outcome::Captured { reference: "pay_1".into(), amount });
        let refusal = settle(sent(), &wrong).unwrap_err();
        let expected = PaymentRefusal::AmountDiffers { key: planned().key(), expected: price(), got: amount };
        assert_eq!(refusal, expected);
    }
}

#[test]
fn a_second_payment_for_one_attempt_is_not_swallowed() {
    let (paid, _) = after(sent(), captured("pay_1"));
    let refusal = settle(paid, &answer(2, captured("pay_2"))).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "payment sub-7-p0-a1 was taken twice, as pay_1 and as pay_2; book pay_2 to suspense and refund it"
    );
}

#[test]
fn an_answer_about_another_attempt_is_refused() {
    let stray = RailAnswer { key: AttemptKey::from_text("sub-8-p0-a1"), at: minute(1), outcome: captured("pay_1") };
    let refusal = settle(sent(), &stray).unwrap_err();
    assert!(matches!(refusal, PaymentRefusal::OtherAttempt { .. }));
}

#[test]
fn only_one_attempt_for_a_period_is_open() {
    let plan = |existing: &[PaymentAttempt]| plan_attempt(CONTRACT, 0, existing, request(), minute(30));
    let key = planned().key();
    for open in [planned(), sent()] {
        assert_eq!(plan(&[open]), Err(PaymentRefusal::AttemptOpen(key.clone())));
    }
    let (unknown, effect) = after(sent(), Outcome::NoAnswer);
    assert_eq!(effect, Effect::LookUp);
    assert_eq!(plan(&[unknown]), Err(PaymentRefusal::OutcomeUnknown(key.clone())));
    let (paid, _) = after(sent(), captured("pay_1"));
    assert_eq!(plan(&[paid]), Err(PaymentRefusal::AlreadyPaid { period: 0, key }));
    let (failed, _) = after(sent(), Outcome::Failed(declined()));
    let second = plan(std::slice::from_ref(&failed)).unwrap();
    assert_eq!(second.key().as_str(), "sub-7-p0-a2");
    // A failure that turns into a capture closes the period even while the second attempt is open.
    let (paid_late, _) = settle(failed, &answer(40, captured("pay_1"))).unwrap();
    assert!(matches!(plan(&[second, paid_late]), Err(PaymentRefusal::AlreadyPaid { .. })));
}

#[test]
fn other_periods_and_contracts_do_not_stand_in_the_way() {
    let existing = [sent()];
    assert_eq!(plan_attempt(CONTRACT, 1, &existing, request(), minute(1)).unwrap().number(), 1);
    assert_eq!(plan_attempt(SubscriptionId(8), 0, &existing, request(), minute(1)).unwrap().number(), 1);
}

#[test]
fn attempts_without_end_are_stopped() {
    let mut attempts: Vec<PaymentAttempt> = Vec::new();
    for number in 1..=MOST_ATTEMPTS {
        let attempt = plan_attempt(CONTRACT, 0, &attempts, request(), minute(0)).unwrap();
        assert_eq!(attempt.number(), number);
        let failed = RailAnswer { key: attempt.key(), at: minute(1), outcome: Outcome::Failed(declined()) };
        attempts.push(settle(attempt.send(minute(0)).unwrap(), &failed).unwrap().0);
    }
    let refusal = plan_attempt(CONTRACT, 0, &attempts, request(), minute(2)).unwrap_err();
    assert_eq!(refusal, PaymentRefusal::TooManyAttempts(CONTRACT));
}

#[test]
fn nothing_is_sent_twice() {
    let (unknown, _) = after(sent(), Outcome::NoAnswer);
    let (failed, _) = after(sent(), Outcome::Failed(declined()));
    for (attempt, state) in [(sent(), "sent"), (unknown, "unknown"), (failed, "failed")] {
        let refusal = attempt.send(minute(9)).unwrap_err();
        assert_eq!(refusal, PaymentRefusal::NotPlanned { key: planned().key(), state });
    }
}

#[test]
fn nothing_at_all_cannot_be_charged() {
    let free = ChargeRequest { amount: Money::zero(Currency::INR), ..request() };
    let refusal = plan_attempt(CONTRACT, 0, &[], free, minute(0)).unwrap_err();
    assert_eq!(refusal.to_string(), "₹0 cannot be charged; an amount must be more than zero");
}

#[test]
fn absence_is_believed_only_when_the_request_has_had_time_to_arrive() {
    let (early, effect) = settle(sent(), &answer(29, Outcome::NotFound)).unwrap();
    assert_eq!(effect, Effect::LookUp);
    assert!(early.is_open());
    let (late, effect) = settle(early, &answer(30, Outcome::NotFound)).unwrap();
    assert!(matches!(&effect, Effect::Failed(failure) if failure.kind == FailureKind::NeverArrived));
    assert!(!late.is_open());
}

#[test]
fn a_process_that_died_while_sending_leaves_an_attempt_that_can_be_settled() {
    // The request left, the mark did not: the rail knows more than our books.
    let (paid, effect) = after(planned(), captured("pay_1"));
    assert!(matches!(effect, Effect::Captured(_)) && paid.capture().is_some());
    let (waiting, effect) = after(planned(), Outcome::Pending);
    assert_eq!((waiting.state(), effect), (&AttemptState::Sent, Effect::Waiting));
    let (unknown, effect) = after(planned(), Outcome::NoAnswer);
    assert_eq!((unknown.state().word(), effect), ("unknown", Effect::LookUp));
    // Nothing left at all: it may still be sent.
    let (unsent, effect) = after(planned(), Outcome::NotFound);
    assert_eq!((unsent, effect), (planned(), Effect::Unchanged));
}

#[test]
fn an_attempt_is_stored_and_read_back_with_the_same_request() {
    let (failed, _) = after(sent(), Outcome::Failed(declined()));
    let (paid, _) = after(sent(), captured("pay_1"));
    let (unknown, _) = after(sent(), Outcome::NoAnswer);
    for attempt in [planned(), sent(), unknown, failed, paid] {
        let stored = serde_json::to_string(&attempt).unwrap();
        let read: PaymentAttempt = serde_json::from_str(&stored).unwrap();
        assert_eq!(read, attempt);
        assert_eq!(serde_json::to_string(read.request()).unwrap(), serde_json::to_string(&request()).unwrap());
    }
    let broken = AttemptRecord { number: 0, ..planned().into() };
    assert!(PaymentAttempt::try_from(broken).is_err());
    let stored = serde_json::to_string(&sent()).unwrap().replace("\"sent\"", "\"teleported\"");
    assert!(serde_json::from_str::<PaymentAttempt>(&stored).is_err());
}

#[test]
fn stored_words_are_the_same_in_columns_and_documents() {
    for rail in [Rail::Sandbox, Rail::Stripe, Rail::Razorpay] {
        assert_eq!(rail.word().parse(), Ok(rail));
        assert_eq!(serde_json::to_value(rail).unwrap(), rail.word());
    }
    for kind in every_failure() {
        assert_eq!(kind.word().parse(), Ok(kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
    }
    assert_eq!("cash".parse::<Rail>(), Err(PaymentRefusal::UnknownWord("cash".into())));
}

/// All orders of the given answers.
fn orders(answers: &[RailAnswer]) -> Vec<Vec<RailAnswer>> {
    if answers.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for first in 0..answers.len() {
        let mut rest = answers.to_vec();
        let head = rest.remove(first);
        all.extend(orders(&rest).into_iter().map(|tail| [vec![head.clone()], tail].concat()));
    }
    all
}

#[test]
fn every_order_of_a_payments_news_ends_in_the_same_state() {
    let news = [
        answer(1, Outcome::Pending),
        answer(2, Outcome::NoAnswer),
        answer(3, Outcome::Failed(declined())),
        answer(20, Outcome::NotFound),
        answer(21, captured("pay_1")),
        answer(21, captured("pay_1")),
    ];
    // With the capture and without it; news may also be lost.
    for (part, wanted) in [(&news[..], "captured"), (&news[..4], "failed"), (&news[..2], "unknown")] {
        let all = orders(part);
        assert_eq!(all.len(), (1..=part.len()).product::<usize>());
        for order in all {
            let mut attempt = sent();
            let mut captures = 0;
            for item in &order {
                let (next, effect) = settle(attempt, item).unwrap();
                captures += usize::from(matches!(effect, Effect::Captured(_)));
                attempt = next;
            }
            assert_eq!(attempt.state().word(), wanted, "{order:?}");
            assert_eq!(captures, usize::from(wanted == "captured"), "{order:?}");
        }
    }
}

fn every_failure() -> [FailureKind; 5] {
    [
        FailureKind::Declined,
        FailureKind::Refused,
        FailureKind::NeedsReader,
        FailureKind::Expired,
        FailureKind::NeverArrived,
    ]
}

fn any_outcome() -> impl Strategy<Value = Outcome> {
    let failure = proptest::sample::select(every_failure().to_vec())
        .prop_map(|kind| Outcome::Failed(Failure { kind, code: "code".into() }));
    prop_oneof![
        Just(Outcome::Pending),
        Just(Outcome::NoAnswer),
        Just(Outcome::NotFound),
        failure,
        "pay_[12]".prop_map(|reference| captured(&reference)),
        (1_i64..3).prop_map(|off| Outcome::Captured {
            reference: "pay_1".into(),
            amount: Money::new(270_000 + off, Currency::INR),
        }),
    ]
}

proptest! {
    #[test]
    fn a_state_only_rises_and_pays_at_most_once(news in proptest::collection::vec((0_i64..60, any_outcome()), 0..12)) {
        let ranks: BTreeMap<&str, u8> =
            [("planned", 0), ("sent", 1), ("unknown", 2), ("failed", 3), ("captured", 4)].into();
        let mut attempt = planned();
        let mut captures = 0;
        for (at, outcome) in news {
            let before = attempt.clone();
            let rank = ranks[before.state().word()];
            let Ok((next, effect)) = settle(attempt, &answer(at, outcome)) else {
                attempt = before;
                continue;
            };
            prop_assert!(ranks[next.state().word()] >= rank);
            prop_assert_eq!(effect == Effect::Unchanged, next == before);
            prop_assert_eq!(next.request(), before.request());
            captures += usize::from(matches!(effect, Effect::Captured(_)));
            attempt = next;
        }
        prop_assert_eq!(captures, usize::from(attempt.capture().is_some()));
    }
}
