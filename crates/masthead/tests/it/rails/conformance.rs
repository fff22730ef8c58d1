//! What every rail must do, whichever it is. Each test runs for each rail.
use circulation::payments::{FailureKind, Outcome};
use jiff::SignedDuration;
use masthead::gateways::rail::{
    Announced, Found, Hint, MandateState, PageAnswer, PageRequest, Purpose, RefundAnswer, RefundFacts, RefundOrder,
    Told, WebhookRefused,
};

use super::bench::{
    Bench, Delivery, OLD_HOOK_SECRET, RazorpayBench, Step, StripeBench, asked, debit, first_payment, kept, key, now,
    opened, rupees,
};
use super::sandbox::SandboxBench;
use super::server::Trouble;
use super::stripe_shape::Card;

/// Runs a test for every rail.
macro_rules! for_every_rail {
    ($($name:ident),* $(,)?) => {
        mod stripe { $( #[tokio::test] async fn $name() { super::$name(&super::StripeBench::new()).await; } )* }
        mod razorpay { $( #[tokio::test] async fn $name() { super::$name(&super::RazorpayBench::new(false)).await; } )* }
        mod sandbox {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() { super::$name(&super::SandboxBench::new().await).await; }
            )*
        }
    };
}

for_every_rail! {
    a_page_is_paid_and_every_look_says_the_same,
    the_same_page_however_often_it_is_asked_for,
    a_method_is_kept_without_a_bill,
    a_bill_without_a_mandate_keeps_no_method,
    a_closed_page_takes_no_money,
    a_page_that_was_paid_cannot_be_closed_over,
    a_page_whose_opening_got_lost_is_closed_all_the_same,
    a_debit_is_taken_once_however_often_it_is_sent,
    two_at_once_take_once_and_neither_is_told_that_it_failed,
    a_decline_and_a_need_of_the_reader_are_told_apart,
    an_answer_that_did_not_come_is_unknown_and_the_look_up_tells,
    a_debit_that_never_arrived_is_not_found,
    money_goes_back_once_and_never_more_than_came,
    a_lost_refund_is_found,
    a_revoked_method_pays_nothing,
    a_true_delivery_is_a_hint_and_no_more,
    a_false_delivery_is_refused,
    nothing_is_concluded_from_a_key_that_is_not_accepted,
}

fn captured(told: &Told) -> (&str, i64) {
    match &told.answer.outcome {
        Outcome::Captured { reference, amount } => (reference, amount.minor()),
        other => panic!("not captured: {other:?}"),
    }
}

fn failed(told: &Told) -> FailureKind {
    match &told.answer.outcome {
        Outcome::Failed(failure) => failure.kind,
        other => panic!("not failed: {other:?}"),
    }
}

async fn a_page_is_paid_and_every_look_says_the_same(bench: &dyn Bench) {
    let page = opened(bench, &first_payment("sub-1-p0-a1")).await;
    let by_name = asked("sub-1-p0-a1", Some(&page.reference));
    let by_key = asked("sub-1-p0-a1", None);
    let rail = bench.gateway();
    for look in [&by_name, &by_key] {
        assert_eq!(rail.look_up(look, now()).await.answer.outcome, Outcome::Pending, "nobody has paid");
    }
    assert!(bench.reader_pays(&page, Card::Good));
    let first = rail.look_up(&by_name, now()).await;
    assert_eq!(captured(&first).1, 90_000);
    assert_eq!(first.answer.key, key("sub-1-p0-a1"));
    for look in [&by_name, &by_key, &by_name] {
        assert_eq!(rail.look_up(look, now()).await, first);
    }
    let facts = first.mandate.expect("the method is kept");
    assert_eq!(facts.state, MandateState::Confirmed);
    assert!(facts.label.starts_with("Visa •••• "), "{}", facts.label);
    assert_eq!(
        rail.mandate(&facts.mandate, now()).await.is().map(|f| (f.state, f.label)),
        Some((facts.state, facts.label))
    );
    assert_eq!(bench.taken(&key("sub-1-p0-a1")), 1);
    assert!(!bench.reader_pays(&page, Card::Good), "a page is paid once");
}

async fn the_same_page_however_often_it_is_asked_for(bench: &dyn Bench) {
    let request = first_payment("sub-2-p0-a1");
    let page = opened(bench, &request).await;
    assert_eq!(opened(bench, &request).await, page);
    for trouble in [Trouble::AnswerLost, Trouble::Slow] {
        let request = first_payment(&format!("sub-2-{trouble:?}"));
        bench.trouble(Step::Page, trouble);
        assert_eq!(bench.gateway().open_page(&request, now()).await, PageAnswer::NoAnswer, "{trouble:?}");
        let page = opened(bench, &request).await;
        assert!(bench.reader_pays(&page, Card::Good));
        assert_eq!(
            bench.taken(&request.key),
            usize::from(!page.reference.starts_with("order_")),
            "authorised or taken"
        );
        let told = bench.gateway().look_up(&asked(request.key.as_str(), None), now()).await;
        assert_eq!(captured(&told).1, 90_000);
    }
    let other = PageRequest { amount: rupees(1_000), ..request };
    assert_eq!(
        bench.gateway().open_page(&other, now()).await,
        PageAnswer::NoAnswer,
        "one key, two amounts: a conflict"
    );
}

async fn a_method_is_kept_without_a_bill(bench: &dyn Bench) {
    let mut request = first_payment("sub-3-method-1");
    request.purpose = Purpose::MethodOnly;
    request.amount = rupees(0);
    let page = opened(bench, &request).await;
    assert!(bench.reader_pays(&page, Card::Good));
    let told = bench.gateway().look_up(&asked("sub-3-method-1", Some(&page.reference)), now()).await;
    let most = bench.gateway().capabilities().method_only_amount.map_or(0, |amount| amount.minor());
    assert_eq!(captured(&told).1, most);
    let facts = told.mandate.expect("kept");
    let debit = bench.gateway().charge(&debit("sub-3-p1-a1", &facts.mandate), now()).await;
    assert!(!matches!(debit.answer.outcome, Outcome::Failed(_)), "it can be debited: {debit:?}");
}

async fn a_bill_without_a_mandate_keeps_no_method(bench: &dyn Bench) {
    let mut request = first_payment("sub-4-p1-a2");
    (request.purpose, request.mandate) = (Purpose::PayNow, None);
    let page = opened(bench, &request).await;
    assert_eq!(opened(bench, &request).await, page);
    assert!(bench.reader_pays(&page, Card::Good));
    for look in [asked("sub-4-p1-a2", Some(&page.reference)), asked("sub-4-p1-a2", None)] {
        let told = bench.gateway().look_up(&look, now()).await;
        assert_eq!((captured(&told).1, told.mandate), (90_000, None));
    }
    assert_eq!(bench.taken(&request.key), 1);
}

async fn a_closed_page_takes_no_money(bench: &dyn Bench) {
    for (of, bill) in [("sub-5-p0-a1", false), ("sub-5-p1-a1", true)] {
        let mut request = first_payment(of);
        if bill {
            (request.purpose, request.mandate) = (Purpose::PayNow, None);
        }
        let page = opened(bench, &request).await;
        let rail = bench.gateway();
        for _ in 0..2 {
            assert_eq!(failed(&rail.close_page(&request, Some(&page.reference), now()).await), FailureKind::Expired);
        }
        // Whatever the page may let the reader do: no money of theirs is taken.
        let _ = bench.reader_pays(&page, Card::Good);
        for look in [asked(of, Some(&page.reference)), asked(of, None)] {
            assert_eq!(failed(&rail.look_up(&look, now()).await), FailureKind::Expired);
        }
        assert_eq!(bench.taken(&request.key), 0);
    }
}

async fn a_page_that_was_paid_cannot_be_closed_over(bench: &dyn Bench) {
    let request = first_payment("sub-6-p0-a1");
    let page = opened(bench, &request).await;
    assert!(bench.reader_pays(&page, Card::Good));
    let rail = bench.gateway();
    assert!(matches!(rail.look_up(&asked("sub-6-p0-a1", None), now()).await.answer.outcome, Outcome::Captured { .. }));
    let told = rail.close_page(&request, Some(&page.reference), now()).await;
    assert_eq!(captured(&told).1, 90_000, "the reader was quicker");
}

async fn a_page_whose_opening_got_lost_is_closed_all_the_same(bench: &dyn Bench) {
    for trouble in [Trouble::AnswerLost, Trouble::NeverArrives, Trouble::Error500] {
        let request = first_payment(&format!("sub-7-{trouble:?}"));
        bench.trouble(Step::Page, trouble);
        assert_eq!(bench.gateway().open_page(&request, now()).await, PageAnswer::NoAnswer);
        let told = bench.gateway().close_page(&request, None, now()).await;
        assert_eq!(failed(&told), FailureKind::Expired, "{trouble:?}");
        let page = bench.gateway().open_page(&request, now()).await;
        if let PageAnswer::Open(page) = page {
            let _ = bench.reader_pays(&page, Card::Good);
        }
        let told = bench.gateway().look_up(&asked(request.key.as_str(), None), now()).await;
        assert_eq!(failed(&told), FailureKind::Expired, "{trouble:?}");
        assert_eq!(bench.taken(&request.key), 0);
    }
}

async fn a_debit_is_taken_once_however_often_it_is_sent(bench: &dyn Bench) {
    let mandate = kept(bench, "sub-8-p0-a1", Card::Good).await;
    let order = debit("sub-8-p1-a1", &mandate);
    let rail = bench.gateway();
    if rail.capabilities().needs_predebit.contains(&mandate.method) {
        let Announced::Sent { reference, .. } = rail.announce_debit(&order, now()).await else { panic!("announced") };
        assert_eq!(bench.taken(&order.key), 0, "a notice takes nothing");
        let told = rail.look_up(&asked("sub-8-p1-a1", Some(&reference)), now()).await;
        assert_eq!(told.answer.outcome, Outcome::NotFound, "announced is not charged");
    }
    let first = rail.charge(&order, now()).await;
    assert!(matches!(first.answer.outcome, Outcome::Captured { .. } | Outcome::Pending), "{first:?}");
    let _ = rail.charge(&order, now()).await;
    bench.banks_answer();
    let again = rail.charge(&order, now()).await;
    let told = rail.look_up(&asked("sub-8-p1-a1", first.reference.as_deref()), now()).await;
    assert_eq!((captured(&told).1, told.answer.key.as_str()), (90_000, "sub-8-p1-a1"));
    assert_eq!(captured(&again), captured(&told));
    assert_eq!(told.mandate.map(|facts| facts.mandate), Some(mandate));
    assert_eq!(bench.taken(&order.key), 1);
}

async fn two_at_once_take_once_and_neither_is_told_that_it_failed(bench: &dyn Bench) {
    let mandate = kept(bench, "sub-18-p0-a1", Card::Good).await;
    let order = debit("sub-18-p1-a1", &mandate);
    let rail = bench.gateway();
    let sent = tokio::join!(
        rail.charge(&order, now()),
        rail.charge(&order, now()),
        rail.charge(&order, now()),
        rail.charge(&order, now()),
    );
    for told in [sent.0, sent.1, sent.2, sent.3] {
        assert!(!matches!(told.answer.outcome, Outcome::Failed(_) | Outcome::NotFound), "{told:?}");
    }
    let request = first_payment("sub-18-p2-a1");
    let (one, other) = tokio::join!(rail.open_page(&request, now()), rail.open_page(&request, now()));
    assert!(matches!(one, PageAnswer::Open(_)));
    assert_eq!(one, other);
    bench.banks_answer();
    assert_eq!(bench.taken(&order.key), 1);
}

async fn a_decline_and_a_need_of_the_reader_are_told_apart(bench: &dyn Bench) {
    for (card, of, kind) in
        [(Card::Declines, "sub-9-p1-a1", FailureKind::Declined), (Card::Asks, "sub-10-p1-a1", FailureKind::NeedsReader)]
    {
        let mandate = kept(bench, &format!("{of}-first"), card).await;
        let first = bench.gateway().charge(&debit(of, &mandate), now()).await;
        bench.banks_answer();
        let reference = first.reference.expect("something to look up");
        for look in [asked(of, Some(&reference)), asked(of, None)] {
            let told = bench.gateway().look_up(&look, now()).await;
            assert_eq!(failed(&told), kind);
            assert_eq!(told.answer.key, key(of));
        }
        let again = bench.gateway().charge(&debit(of, &mandate), now()).await;
        assert_eq!(failed(&again), kind, "the same attempt is not tried anew");
        assert_eq!(bench.taken(&key(of)), 0);
    }
}

async fn an_answer_that_did_not_come_is_unknown_and_the_look_up_tells(bench: &dyn Bench) {
    let rail = bench.gateway();
    for trouble in [Trouble::AnswerLost, Trouble::Error500, Trouble::Slow] {
        let of = format!("sub-11-{trouble:?}");
        let mandate = kept(bench, &format!("{of}-first"), Card::Good).await;
        bench.trouble(Step::Debit, trouble);
        let told = rail.charge(&debit(&of, &mandate), now()).await;
        assert_eq!(told.answer.outcome, Outcome::NoAnswer, "{trouble:?}");
        assert_eq!(told.answer.key, key(&of));
        let again = rail.charge(&debit(&of, &mandate), now()).await;
        assert!(!matches!(again.answer.outcome, Outcome::Failed(_)), "{trouble:?}: {again:?}");
        bench.banks_answer();
        let told = rail.look_up(&asked(&of, None), now()).await;
        assert_eq!(captured(&told).1, 90_000, "{trouble:?}");
        assert_eq!(bench.taken(&key(&of)), 1, "{trouble:?}: sent twice, taken once");
    }
}

async fn a_debit_that_never_arrived_is_not_found(bench: &dyn Bench) {
    let mandate = kept(bench, "sub-12-p0-a1", Card::Good).await;
    bench.trouble(Step::Debit, Trouble::NeverArrives);
    let told = bench.gateway().charge(&debit("sub-12-p1-a1", &mandate), now()).await;
    assert_eq!(told.answer.outcome, Outcome::NoAnswer, "from here it cannot be told whether it arrived");
    let told = bench.gateway().look_up(&asked("sub-12-p1-a1", told.reference.as_deref()), now()).await;
    assert_eq!(told.answer.outcome, Outcome::NotFound);
}

fn refund(payment: &str, of: &str, amount: i64) -> RefundOrder {
    RefundOrder { key: of.to_owned(), payment: payment.to_owned(), amount: rupees(amount), reason: "withdrawn".into() }
}

async fn paid(bench: &dyn Bench, of: &str) -> String {
    let page = opened(bench, &first_payment(of)).await;
    assert!(bench.reader_pays(&page, Card::Good));
    captured(&bench.gateway().look_up(&asked(of, Some(&page.reference)), now()).await).0.to_owned()
}

async fn money_goes_back_once_and_never_more_than_came(bench: &dyn Bench) {
    let payment = paid(bench, "sub-13-p0-a1").await;
    let rail = bench.gateway();
    let part = refund(&payment, "refund-1-of-13", 600);
    let RefundAnswer::Succeeded { reference, .. } = rail.refund(&part, now()).await else { panic!("refunded") };
    for _ in 0..2 {
        let again = rail.refund(&part, now()).await;
        assert!(matches!(again, RefundAnswer::Succeeded { reference: r, .. } if r == reference), "the same one");
    }
    let beyond = refund(&payment, "refund-2-of-13", 301);
    assert!(matches!(rail.refund(&beyond, now()).await, RefundAnswer::Failed(_)));
    assert_eq!(rail.look_up_refund(&beyond, None, now()).await, RefundAnswer::NotFound);
    let rest = refund(&payment, "refund-3-of-13", 300);
    assert!(matches!(rail.refund(&rest, now()).await, RefundAnswer::Succeeded { .. }));
    let more = refund(&payment, "refund-4-of-13", 1);
    assert!(matches!(rail.refund(&more, now()).await, RefundAnswer::Failed(_)));
    let told = rail.look_up(&asked("sub-13-p0-a1", None), now()).await;
    assert_eq!(captured(&told).1, 90_000, "what was captured stays captured; the refund is its own act");
}

async fn a_lost_refund_is_found(bench: &dyn Bench) {
    let payment = paid(bench, "sub-14-p0-a1").await;
    let order = refund(&payment, "refund-1-of-14", 900);
    assert_eq!(bench.gateway().look_up_refund(&order, None, now()).await, RefundAnswer::NotFound);
    bench.trouble(Step::Refund, Trouble::AnswerLost);
    assert_eq!(bench.gateway().refund(&order, now()).await, RefundAnswer::NoAnswer);
    let found = bench.gateway().look_up_refund(&order, None, now()).await;
    let RefundAnswer::Succeeded { reference, .. } = &found else { panic!("{found:?}") };
    assert_eq!(bench.gateway().look_up_refund(&order, Some(reference), now()).await, found);
    assert_eq!(bench.gateway().refund(&order, now()).await, found, "sent again it is the same refund");
    let facts = bench.gateway().refund_made(reference, now()).await;
    let expected =
        RefundFacts { payment: payment.clone(), amount: rupees(900), key: Some(order.key), answer: found.clone() };
    assert_eq!(facts, Found::Is(expected), "what a webhook names can be read, whoever made it");
    assert_eq!(bench.gateway().refund_made("re_none", now()).await, Found::NotFound);
}

async fn a_revoked_method_pays_nothing(bench: &dyn Bench) {
    let mandate = kept(bench, "sub-15-p0-a1", Card::Good).await;
    let rail = bench.gateway();
    for _ in 0..2 {
        let Found::Is(facts) = rail.revoke(&mandate, now()).await else { panic!("revoked") };
        assert_eq!(facts.state, MandateState::Revoked);
    }
    let told = rail.charge(&debit("sub-15-p1-a1", &mandate), now()).await;
    assert_eq!(failed(&told), FailureKind::Refused);
    bench.banks_answer();
    assert_eq!(bench.taken(&key("sub-15-p1-a1")), 0);
}

async fn a_true_delivery_is_a_hint_and_no_more(bench: &dyn Bench) {
    let page = opened(bench, &first_payment("sub-16-p0-a1")).await;
    let delivery = Delivery { key: "sub-16-p0-a1", reference: &page.reference, ..Delivery::default() };
    let rail = bench.gateway();
    let (headers, body) = bench.delivery(&delivery);
    let event = rail.read_webhook(&headers, &body, now()).expect("believed");
    assert_eq!(event, rail.read_webhook(&headers, &body, now() + SignedDuration::from_secs(60)).expect("again"));
    let expected = Hint::Attempt { key: Some(key("sub-16-p0-a1")), reference: page.reference.clone() };
    assert_eq!((event.hint, event.at), (expected, now()));
    assert!(event.event_id.starts_with("evt_"));
    let told = rail.look_up(&asked("sub-16-p0-a1", Some(&page.reference)), now()).await;
    assert_eq!(told.answer.outcome, Outcome::Pending, "it said paid, and the rail is asked");
    let rotated = Delivery { secret: OLD_HOOK_SECRET, ..delivery };
    let (headers, body) = bench.delivery(&rotated);
    assert!(rail.read_webhook(&headers, &body, now()).is_ok(), "either secret, while one replaces the other");
    for strange in [
        Delivery { kind: "marvel.happened", reference: "x_1", ..Delivery::default() },
        Delivery { paper: "weekly", reference: "x_2", ..Delivery::default() },
    ] {
        let (headers, body) = bench.delivery(&strange);
        assert_eq!(rail.read_webhook(&headers, &body, now()).map(|event| event.hint), Ok(Hint::Other));
    }
}

async fn a_false_delivery_is_refused(bench: &dyn Bench) {
    let rail = bench.gateway();
    let told = |delivery: Delivery<'_>| {
        let (headers, body) = bench.delivery(&delivery);
        rail.read_webhook(&headers, &body, now()).map(|event| event.hint)
    };
    let forged = Delivery { reference: "order_1", secret: "whsec_guess", ..Delivery::default() };
    assert_eq!(told(forged), Err(WebhookRefused::Forged));
    assert_eq!(told(Delivery { secret: "", ..Delivery::default() }), Err(WebhookRefused::Forged));
    let old = Delivery { at: now() - SignedDuration::from_hours(26), ..Delivery::default() };
    assert_eq!(told(old), Err(WebhookRefused::Stale));
    let ahead = Delivery { at: now() + SignedDuration::from_mins(6), ..Delivery::default() };
    assert_eq!(told(ahead), Err(WebhookRefused::Stale));
    let other = Delivery { account: Some("acct_theirs"), ..Delivery::default() };
    assert!(matches!(told(other), Err(WebhookRefused::OtherAccount { .. })));
    let huge = Delivery { padding: 600 * 1024, ..Delivery::default() };
    assert!(matches!(told(huge), Err(WebhookRefused::TooBig(_))));
    let (headers, body) = bench.delivery(&Delivery { reference: "order_1", ..Delivery::default() });
    assert!(rail.read_webhook(&headers, &body, now()).is_ok(), "the control");
    assert_eq!(rail.read_webhook(&headers, &body[..body.len() - 1], now()), Err(WebhookRefused::Forged));
    let mut bent = body.clone();
    bent[20] ^= 1;
    assert_eq!(rail.read_webhook(&headers, &bent, now()), Err(WebhookRefused::Forged));
    assert_eq!(rail.read_webhook(&http::HeaderMap::new(), &body, now()), Err(WebhookRefused::Malformed));
}

async fn nothing_is_concluded_from_a_key_that_is_not_accepted(bench: &dyn Bench) {
    let stripe = {
        let mut keys = super::bench::stripe_keys(None);
        keys.secret_key = masthead::gateways::settings::Secret::new("sk_test_wrong");
        keys
    };
    // Only the rail under test has a server; which of the two it is, its address tells. The sandbox has no key.
    let base = bench.base();
    if base.is_empty() {
        return;
    }
    let rail: Box<dyn masthead::gateways::rail::Gateway> = match bench.gateway().rail() {
        circulation::payments::Rail::Stripe => {
            Box::new(masthead::gateways::stripe::Stripe::new(stripe, "main", &base, super::bench::patience()).unwrap())
        }
        _ => {
            let mut keys = super::bench::razorpay_keys(None);
            keys.key_secret = masthead::gateways::settings::Secret::new("wrong");
            Box::new(
                masthead::gateways::razorpay::Razorpay::new(keys, "main", &base, false, super::bench::patience())
                    .unwrap(),
            )
        }
    };
    let mandate = kept(bench, "sub-17-p0-a1", Card::Good).await;
    assert_eq!(rail.open_page(&first_payment("sub-17-p1-a1"), now()).await, PageAnswer::NoAnswer);
    assert_eq!(rail.charge(&debit("sub-17-p1-a2", &mandate), now()).await.answer.outcome, Outcome::NoAnswer);
    assert_eq!(rail.look_up(&asked("sub-17-p0-a1", None), now()).await.answer.outcome, Outcome::NoAnswer);
    assert_eq!(rail.mandate(&mandate, now()).await, Found::NoAnswer);
}
