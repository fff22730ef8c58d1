//! What only Razorpay has.
use circulation::payments::{FailureKind, Outcome};
use jiff::SignedDuration;
use masthead::gateways::rail::{
    Announced, DisputeState, Found, Gateway as _, Hint, MandateState, MethodKind, PageAnswer, PayoutSource,
    ScheduleRequest, ScheduleState, Way,
};
use masthead::gateways::razorpay::webhook::sign;
use serde_json::json;

use super::bench::{
    Bench as _, Delivery, HOOK_SECRET, NOW, RazorpayBench, Step, asked, debit, first_payment, kept, key, now, opened,
    rupees,
};
use super::razorpay_shape::KEY_SECRET;
use super::server::Trouble;
use super::stripe_shape::Card;

#[tokio::test]
async fn the_order_carries_the_mandates_terms_and_the_form_no_secret() {
    let bench = RazorpayBench::new(false);
    for (months, method, frequency) in [
        (3, Some(MethodKind::Upi), "quarterly"),
        (12, Some(MethodKind::Upi), "yearly"),
        (24, Some(MethodKind::Upi), "as_presented"),
        (3, Some(MethodKind::Card), "as_presented"),
    ] {
        let mut request = first_payment(&format!("sub-30-{months}-{method:?}"));
        let wish = request.mandate.as_mut().unwrap();
        (wish.term_months, wish.method_hint) = (months, method);
        let page = opened(&bench, &request).await;
        let order = bench.server.peer.object(&page.reference);
        assert_eq!(order["token"]["frequency"], frequency);
        assert_eq!(order["token"]["max_amount"], 120_000);
        assert_eq!((order["amount"].as_i64(), order["payment_capture"].as_bool()), (Some(90_000), Some(false)));
        let Way::Form { action, fields } = page.way else { panic!("a form") };
        assert!(action.ends_with("/v1/checkout/embedded"));
        let field = |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
        assert_eq!((field("order_id"), field("recurring")), (Some(page.reference.as_str()), Some("1")));
        assert!(fields.iter().all(|(_, value)| value != KEY_SECRET));
    }
}

#[tokio::test]
async fn one_debit_a_cycle_and_none_above_the_maximum() {
    let bench = RazorpayBench::new(false);
    let mut request = first_payment("sub-31-p0-a1");
    request.mandate.as_mut().unwrap().term_months = 12;
    let page = opened(&bench, &request).await;
    assert!(bench.reader_pays(&page, Card::Good));
    let told = bench.rail.look_up(&asked("sub-31-p0-a1", None), now()).await;
    let facts = told.mandate.expect("kept");
    assert_eq!(facts.max_amount, Some(rupees(1_200)));
    let mandate = facts.mandate;
    assert_eq!(bench.rail.charge(&debit("sub-31-p1-a1", &mandate), now()).await.answer.outcome, Outcome::Pending);
    bench.banks_answer();
    let second = bench.rail.charge(&debit("sub-31-p2-a1", &mandate), now()).await;
    assert!(matches!(second.answer.outcome, Outcome::Failed(_)), "the cycle is used: {second:?}");
    bench.server.peer.set_clock(NOW + 366 * 86_400);
    let mut much = debit("sub-31-p2-a2", &mandate);
    much.amount = rupees(1_201);
    let told = bench.rail.charge(&much, now()).await;
    assert!(matches!(&told.answer.outcome, Outcome::Failed(f) if f.kind == FailureKind::Refused), "{told:?}");
    let told = bench.rail.charge(&debit("sub-31-p2-a3", &mandate), now()).await;
    assert_eq!(told.answer.outcome, Outcome::Pending);
}

#[tokio::test]
async fn a_notice_names_the_time_and_the_debit_uses_it() {
    let bench = RazorpayBench::new(false);
    let mandate = kept(&bench, "sub-32-p0-a1", Card::Good).await;
    let due = now() + SignedDuration::from_hours(48);
    let mut order = debit("sub-32-p1-a1", &mandate);
    order.not_before = Some(due);
    let Announced::Sent { reference, debit_from } = bench.rail.announce_debit(&order, now()).await else {
        panic!("sent")
    };
    assert_eq!(debit_from, due);
    let made = bench.server.peer.object(&reference);
    assert_eq!(made["notification"], json!({"token_id": mandate.token, "payment_after": due.as_second()}));
    let later =
        masthead::gateways::rail::Debit { not_before: Some(due + SignedDuration::from_hours(9)), ..order.clone() };
    assert_eq!(
        bench.rail.announce_debit(&later, now()).await,
        Announced::Sent { reference: reference.clone(), debit_from }
    );
    let told = bench.rail.charge(&order, now()).await;
    assert_eq!(told.reference, Some(reference), "the order of the notice");
}

#[tokio::test]
async fn the_reader_rules_their_mandate_from_their_app() {
    let bench = RazorpayBench::new(false);
    let mandate = kept(&bench, "sub-33-p0-a1", Card::Good).await;
    for (word, state) in [
        ("paused", MandateState::PausedByReader),
        ("initiated", MandateState::Pending),
        ("rejected", MandateState::Revoked),
        ("a_word_of_tomorrow", MandateState::Pending),
        ("cancelled", MandateState::Revoked),
    ] {
        bench.server.peer.change(&mandate.token, "/recurring_details/status", json!(word));
        assert_eq!(bench.rail.mandate(&mandate, now()).await.is().map(|facts| facts.state), Some(state), "{word}");
        let told = bench.rail.charge(&debit(&format!("sub-33-{word}"), &mandate), now()).await;
        assert!(matches!(told.answer.outcome, Outcome::Failed(f) if f.kind == FailureKind::Refused), "{word}");
    }
}

#[tokio::test]
async fn what_a_reader_pays_too_late_is_not_captured() {
    let bench = RazorpayBench::new(false);
    let page = opened(&bench, &first_payment("sub-34-p0-a1")).await;
    bench.server.peer.set_clock(NOW + 21 * 3_600);
    assert!(bench.reader_pays(&page, Card::Good), "Razorpay's page knows no end");
    let later = now() + SignedDuration::from_hours(21);
    let told = bench.rail.look_up(&asked("sub-34-p0-a1", None), later).await;
    assert!(matches!(told.answer.outcome, Outcome::Failed(f) if f.kind == FailureKind::Expired));
    assert_eq!(bench.taken(&key("sub-34-p0-a1")), 0, "and goes back by itself");
}

#[tokio::test]
async fn a_lost_capture_is_unknown_and_then_known() {
    let bench = RazorpayBench::new(false);
    let page = opened(&bench, &first_payment("sub-35-p0-a1")).await;
    assert!(bench.reader_pays(&page, Card::Good));
    bench.trouble(Step::Refund, Trouble::AnswerLost);
    let look = asked("sub-35-p0-a1", Some(&page.reference));
    assert_eq!(bench.rail.look_up(&look, now()).await.answer.outcome, Outcome::NoAnswer);
    assert!(matches!(bench.rail.look_up(&look, now()).await.answer.outcome, Outcome::Captured { .. }));
    assert_eq!(bench.taken(&key("sub-35-p0-a1")), 1);
}

#[test]
fn a_return_is_believed_only_with_its_signature() {
    let bench = RazorpayBench::new(true);
    let fields = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let signed = |text: &str| sign(KEY_SECRET, text.as_bytes());
    let checkout = |signature: &str| {
        fields(&[("razorpay_payment_id", "pay_1"), ("razorpay_order_id", "order_1"), ("razorpay_signature", signature)])
    };
    let attempt = |reference: &str| Some(Hint::Attempt { key: None, reference: reference.to_owned() });
    assert_eq!(bench.rail.read_return(&checkout(&signed("order_1|pay_1"))), attempt("order_1"));
    for wrong in ["pay_1|order_1", "order_1|pay_2", ""] {
        assert_eq!(bench.rail.read_return(&checkout(&signed(wrong))), None);
    }
    assert_eq!(bench.rail.read_return(&checkout(&sign(HOOK_SECRET, b"order_1|pay_1"))), None, "another secret");
    let link = fields(&[
        ("razorpay_payment_id", "pay_1"),
        ("razorpay_payment_link_id", "plink_1"),
        ("razorpay_payment_link_reference_id", "main-sub-1-p1-a2"),
        ("razorpay_payment_link_status", "paid"),
        ("razorpay_signature", &signed("plink_1|main-sub-1-p1-a2|paid|pay_1")),
    ]);
    assert_eq!(bench.rail.read_return(&link), attempt("plink_1"));
    let subscription = fields(&[
        ("razorpay_payment_id", "pay_1"),
        ("razorpay_subscription_id", "sub_1"),
        ("razorpay_signature", &signed("pay_1|sub_1")),
    ]);
    assert_eq!(bench.rail.read_return(&subscription), Some(Hint::Schedule("sub_1".into())));
}

#[test]
fn events_name_what_to_read() {
    let bench = RazorpayBench::new(false);
    let event = |kind: &str, payload: serde_json::Value| {
        let body = serde_json::to_vec(&json!({"event": kind, "created_at": NOW, "payload": payload})).unwrap();
        let mut headers = http::HeaderMap::new();
        headers.insert("x-razorpay-signature", sign(HOOK_SECRET, &body).parse().unwrap());
        bench.rail.read_webhook(&headers, &body, now()).expect("believed")
    };
    let one = |name: &str, entity: serde_json::Value| json!({ name: { "entity": entity } });
    for (kind, payload, hint) in [
        (
            "payment.captured",
            one("payment", json!({"id": "pay_1", "order_id": "order_1", "notes": []})),
            Hint::Attempt { key: None, reference: "order_1".into() },
        ),
        ("payment.dispute.created", one("dispute", json!({"id": "disp_1"})), Hint::Dispute("disp_1".into())),
        ("subscription.charged", one("subscription", json!({"id": "sub_1"})), Hint::Schedule("sub_1".into())),
        ("settlement.processed", one("settlement", json!({"id": "setl_1"})), Hint::Payout("setl_1".into())),
        (
            "token.cancelled",
            one("token", json!({"id": "token_1", "customer_id": "cust_1"})),
            Hint::Mandate { token: "token_1".into(), customer: Some("cust_1".into()) },
        ),
        (
            "refund.failed",
            one("refund", json!({"id": "rfnd_1"})),
            Hint::Refund { reference: "rfnd_1".into(), key: None },
        ),
        ("fund_account.validation.completed", json!({}), Hint::Other),
        ("payment.captured", json!({"payment": 7}), Hint::Other),
    ] {
        let read = event(kind, payload);
        assert_eq!(read.hint, hint, "{kind}");
        assert!(read.event_id.starts_with("body-"), "without the header, the body names the event");
    }
    let old = Delivery { at: now() - SignedDuration::from_hours(20), reference: "order_1", ..Delivery::default() };
    let (headers, body) = bench.delivery(&old);
    assert!(bench.rail.read_webhook(&headers, &body, now()).is_ok(), "a retry may be most of a day late");
}

#[tokio::test]
async fn disputes_and_settlements_are_read() {
    let bench = RazorpayBench::new(false);
    bench.server.peer.add(json!({"id": "disp_1", "entity": "dispute", "payment_id": "pay_1", "amount": 90_000,
        "currency": "INR", "reason_code": "goods_not_received", "status": "under_review", "respond_by": NOW + 86_400}));
    let Found::Is(dispute) = bench.rail.dispute("disp_1", now()).await else { panic!("there") };
    assert_eq!((dispute.state, dispute.amount), (DisputeState::Open, rupees(900)));
    assert_eq!(bench.rail.dispute("disp_2", now()).await, Found::NotFound);
    bench.server.peer.add(json!({"id": "setl_1", "entity": "settlement", "amount": 58_200, "status": "processed",
        "created_at": NOW}));
    for (n, id, settlement, kind, amount, fee) in [
        (1, "pay_1", "setl_1", "payment", 90_000, 1_800),
        (2, "rfnd_1", "setl_1", "refund", 30_000, 0),
        (3, "pay_2", "setl_0", "payment", 90_000, 1_800),
    ] {
        bench.server.peer.add(json!({"id": format!("recon_{n}"), "entity": "recon", "entity_id": id, "type": kind,
            "settlement_id": settlement, "amount": amount, "fee": fee, "currency": "INR"}));
    }
    let Found::Is(payout) = bench.rail.payout("setl_1", now()).await else { panic!("there") };
    let sources: Vec<_> = payout.lines.iter().map(|line| line.source.clone()).collect();
    assert_eq!(sources, [PayoutSource::Refund("rfnd_1".into()), PayoutSource::Payment("pay_1".into())]);
    let sum: i64 = payout.lines.iter().map(|line| line.gross.minor() - line.fee.minor()).sum();
    assert_eq!((sum, payout.paid), (payout.amount.minor(), true));
}

#[tokio::test]
async fn razorpay_may_keep_the_calendar_and_we_settle_what_it_took() {
    assert!(RazorpayBench::new(false).rail.scheduler().is_none());
    let bench = RazorpayBench::new(true);
    let scheduler = bench.rail.scheduler().expect("a schedule of its own");
    let request = ScheduleRequest { page: first_payment("sub-36-schedule"), months: 24, times: 5 };
    bench.server.trouble("POST", "/v1/subscriptions", Trouble::AnswerLost);
    assert_eq!(scheduler.open_schedule(&request, now()).await, PageAnswer::NoAnswer);
    let PageAnswer::Open(page) = scheduler.open_schedule(&request, now()).await else { panic!("open") };
    let PageAnswer::Open(same) = scheduler.open_schedule(&request, now()).await else { panic!("open") };
    assert_eq!(page, same, "one subscription, though the first answer was lost");
    let subscription = bench.server.peer.object(&page.reference);
    let plan = bench.server.peer.object(subscription["plan_id"].as_str().unwrap());
    assert_eq!((plan["plan"]["period"].as_str(), plan["plan"]["interval"].as_i64()), (Some("yearly"), Some(2)));
    let Found::Is(facts) = scheduler.schedule(&page.reference, now()).await else { panic!("there") };
    assert_eq!(
        (facts.state, facts.payments.len(), facts.key),
        (ScheduleState::Waiting, 0, Some(key("sub-36-schedule")))
    );
    for (n, status) in [(2, "paid"), (1, "expired"), (0, "paid")] {
        bench.server.peer.add(json!({"id": format!("inv_{n}"), "entity": "invoice", "currency": "INR",
            "subscription_id": page.reference, "status": status, "payment_id": format!("pay_{n}"),
            "amount_paid": 90_000, "billing_start": NOW + n * 86_400, "paid_at": NOW + n * 86_400}));
    }
    bench.server.peer.change(&page.reference, "/status", json!("halted"));
    let Found::Is(facts) = scheduler.schedule(&page.reference, now()).await else { panic!("there") };
    let paid: Vec<_> = facts.payments.iter().map(|p| (p.period, p.reference.as_str())).collect();
    assert_eq!(paid, [(0, "pay_0"), (2, "pay_2")], "the missed one keeps its place");
    assert_eq!(facts.state, ScheduleState::Halted);
    for _ in 0..2 {
        let Found::Is(facts) = scheduler.end_schedule(&page.reference, now()).await else { panic!("there") };
        assert_eq!(facts.state, ScheduleState::Ended);
    }
}

#[tokio::test]
async fn rounds_learn_what_no_webhook_told() {
    let bench = RazorpayBench::new(false);
    let mandate = kept(&bench, "sub-37-p0-a1", Card::Good).await;
    bench.rail.charge(&debit("sub-37-p1-a1", &mandate), now()).await;
    let Found::Is(hints) = bench.rail.recent(now() - SignedDuration::from_hours(1), now()).await else {
        panic!("listed")
    };
    assert_eq!(hints.len(), 2);
    assert!(hints.iter().any(|hint| matches!(hint, Hint::Attempt { key: Some(k), .. } if *k == key("sub-37-p1-a1"))));
}
