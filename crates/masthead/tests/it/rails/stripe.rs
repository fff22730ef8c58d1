//! What only Stripe has.
use circulation::money::{Currency, Money};
use circulation::payments::{AttemptKey, FailureKind, Outcome};
use jiff::SignedDuration;
use masthead::gateways::rail::{
    Asked, DisputeState, Found, Gateway as _, Hint, MandateState, PageAnswer, PayoutSource, Way,
};
use serde_json::json;

use super::bench::{Bench as _, NOW, StripeBench, asked, debit, first_payment, kept, now, opened, rupees};
use super::stripe_shape::Card;

#[tokio::test]
async fn the_page_is_what_was_asked_for() {
    let bench = StripeBench::new();
    let request = first_payment("sub-20-p0-a1");
    let page = opened(&bench, &request).await;
    let Way::Link(url) = &page.way else { panic!("a link") };
    assert!(url.starts_with("https://"));
    let session = bench.server.peer.object(&page.reference);
    assert_eq!((session["amount_total"].as_i64(), session["currency"].as_str()), (Some(90_000), Some("inr")));
    assert_eq!(session["future"], "off_session");
    assert_eq!(session["client_reference_id"], "sub-20-p0-a1");
    let back = session["success_url"].as_str().unwrap();
    assert_eq!(back, "https://paper.example/checkout/return?id=7&session_id={CHECKOUT_SESSION_ID}");
    assert_eq!(session["expires_at"], request.expires_at.as_second());
    let fields = [("session_id".to_owned(), page.reference.clone())];
    assert_eq!(bench.rail.read_return(&fields), Some(Hint::Attempt { key: None, reference: page.reference }));
    assert_eq!(bench.rail.read_return(&[("session_id".to_owned(), "pi_1".to_owned())]), None);
}

#[tokio::test]
async fn money_is_counted_as_stripe_counts_it() {
    let bench = StripeBench::new();
    let currency = |code: &str| Currency::parse(code).unwrap();
    for (amount, wire) in [
        (Money::new(900, currency("JPY")), 900),
        (Money::new(900, currency("ISK")), 90_000),
        (Money::new(1_230, currency("KWD")), 1_230),
    ] {
        let mut request = first_payment(&format!("sub-21-{}", amount.currency()));
        request.amount = amount;
        let page = opened(&bench, &request).await;
        assert_eq!(bench.server.peer.object(&page.reference)["amount_total"], wire);
        assert!(bench.reader_pays(&page, Card::Good));
        let told = bench.rail.look_up(&asked(request.key.as_str(), Some(&page.reference)), now()).await;
        assert!(matches!(told.answer.outcome, Outcome::Captured { amount: taken, .. } if taken == amount));
    }
    let mut request = first_payment("sub-21-exact");
    request.amount = Money::new(1_234, currency("KWD"));
    assert!(matches!(bench.rail.open_page(&request, now()).await, PageAnswer::Refused(_)), "not rounded, refused");
}

#[tokio::test]
async fn a_page_that_ran_out_has_failed() {
    let bench = StripeBench::new();
    let mut request = first_payment("sub-22-p0-a1");
    request.expires_at = now() + SignedDuration::from_mins(10);
    let PageAnswer::Refused(failure) = bench.rail.open_page(&request, now()).await else { panic!("refused") };
    assert_eq!(failure.kind, FailureKind::Refused, "too short for Checkout");
    let request = first_payment("sub-22-p0-a2");
    let page = opened(&bench, &request).await;
    bench.server.peer.set_clock(NOW + 21 * 3_600);
    assert!(!bench.reader_pays(&page, Card::Good));
}

#[tokio::test]
async fn an_attempt_is_found_among_hundreds_and_an_unread_end_is_no_absence() {
    let bench = StripeBench::new();
    let mandate = kept(&bench, "sub-23-p0-a1", Card::Good).await;
    bench.rail.charge(&debit("sub-23-p1-a1", &mandate), now()).await;
    let other = |n: usize| {
        json!({"id": format!("pi_x{n}"), "object": "payment_intent", "created": NOW, "status": "succeeded",
            "metadata": {"masthead_paper": "weekly", "masthead_key": "sub-23-p1-a1"}})
    };
    (0..350).for_each(|n| bench.server.peer.add(other(n)));
    let told = bench.rail.look_up(&asked("sub-23-p1-a1", None), now()).await;
    assert!(matches!(told.answer.outcome, Outcome::Captured { .. }));
    assert_eq!(told.answer.key, AttemptKey::from_text("sub-23-p1-a1"), "and not the other paper's of the same key");
    let absent = bench.rail.look_up(&asked("sub-23-p9-a1", None), now()).await;
    assert_eq!(absent.answer.outcome, Outcome::NotFound);
    let elsewhen = Asked { sent_at: now() - SignedDuration::from_hours(100), ..asked("sub-23-p1-a1", None) };
    assert_eq!(bench.rail.look_up(&elsewhen, now()).await.answer.outcome, Outcome::NotFound);
    (350..1_100).for_each(|n| bench.server.peer.add(other(n)));
    let unread = bench.rail.look_up(&asked("sub-23-p9-a1", None), now()).await;
    assert_eq!(unread.answer.outcome, Outcome::NoAnswer, "more than is read: absence is not proved");
}

#[tokio::test]
async fn an_indian_card_without_a_registered_mandate_is_not_taken_for_kept() {
    let bench = StripeBench::new();
    let page = opened(&bench, &first_payment("sub-24-p0-a1")).await;
    assert!(bench.reader_pays(&page, Card::Good));
    let intent =
        bench.server.peer.object(bench.server.peer.object(&page.reference)["payment_intent"].as_str().unwrap());
    let mut method = bench.server.peer.object(intent["payment_method"].as_str().unwrap());
    method["card"]["country"] = json!("IN");
    bench.server.peer.add(method);
    let look = asked("sub-24-p0-a1", Some(&page.reference));
    let told = bench.rail.look_up(&look, now()).await;
    assert_eq!(told.mandate.map(|facts| facts.state), Some(MandateState::Pending));
    let mut charge = bench.server.peer.object(intent["latest_charge"].as_str().unwrap());
    charge["payment_method_details"]["card"]["mandate"] = json!("mandate_1");
    bench.server.peer.add(charge);
    let told = bench.rail.look_up(&look, now()).await;
    assert_eq!(told.mandate.map(|facts| facts.state), Some(MandateState::Confirmed));
}

#[tokio::test]
async fn a_card_ends_after_its_last_month() {
    let bench = StripeBench::new();
    let mandate = kept(&bench, "sub-25-p0-a1", Card::Good).await;
    let Found::Is(facts) = bench.rail.mandate(&mandate, now()).await else { panic!("there") };
    let end: jiff::Timestamp = "2032-01-01T00:00:00Z".parse().unwrap();
    assert_eq!((facts.expires, facts.state), (Some(end), MandateState::Confirmed));
    let Found::Is(facts) = bench.rail.mandate(&mandate, end).await else { panic!("there") };
    assert_eq!(facts.state, MandateState::Expired);
}

#[tokio::test]
async fn disputes_and_payouts_are_read() {
    let bench = StripeBench::new();
    let dispute = |status: &str| {
        json!({"id": "du_1", "object": "dispute", "payment_intent": "pi_1", "amount": 90_000, "currency": "inr",
            "reason": "fraudulent", "status": status, "evidence_details": {"due_by": NOW + 86_400}})
    };
    for (word, state) in [
        ("needs_response", DisputeState::Open),
        ("warning_under_review", DisputeState::Open),
        ("won", DisputeState::Won),
        ("lost", DisputeState::Lost),
    ] {
        bench.server.peer.add(dispute(word));
        let Found::Is(facts) = bench.rail.dispute("du_1", now()).await else { panic!("there") };
        assert_eq!((facts.state, facts.payment.as_str(), facts.amount), (state, "pi_1", rupees(900)), "{word}");
    }
    assert_eq!(bench.rail.dispute("du_2", now()).await, Found::NotFound);
    bench.server.peer.add(json!({"id": "po_1", "object": "payout", "amount": 58_200, "currency": "inr",
        "status": "paid", "arrival_date": NOW + 86_400}));
    bench.server.peer.add(json!({"id": "ch_9", "object": "charge", "payment_intent": "pi_1"}));
    for (id, kind, source, amount, fee) in [
        ("txn_1", "charge", "ch_9", 90_000, 1_800),
        ("txn_2", "refund", "re_1", -30_000, 0),
        ("txn_3", "payout", "po_1", -58_200, 0),
    ] {
        bench.server.peer.add(json!({"id": id, "object": "balance_transaction", "payout": "po_1", "type": kind,
            "source": source, "amount": amount, "fee": fee, "currency": "inr"}));
    }
    let Found::Is(facts) = bench.rail.payout("po_1", now()).await else { panic!("there") };
    assert!(facts.paid);
    let sources: Vec<_> = facts.lines.iter().map(|line| line.source.clone()).collect();
    assert_eq!(sources, [PayoutSource::Refund("re_1".into()), PayoutSource::Payment("pi_1".into())]);
    let sum: i64 = facts.lines.iter().map(|line| line.gross.minor() - line.fee.minor()).sum();
    assert_eq!(sum, facts.amount.minor());
}

#[tokio::test]
async fn rounds_learn_what_no_webhook_told() {
    let bench = StripeBench::new();
    let event = |n: i64, object: serde_json::Value| json!({"id": format!("evt_{n}"), "object": "event", "created": NOW - n, "type": "x", "data": {"object": object}});
    let ours = json!({"masthead_paper": "main", "masthead_key": "sub-26-p0-a1"});
    let theirs = json!({"masthead_paper": "weekly", "masthead_key": "sub-26-p0-a1"});
    bench.server.peer.add(event(1, json!({"id": "pi_1", "object": "payment_intent", "metadata": ours})));
    bench.server.peer.add(event(2, json!({"id": "pi_2", "object": "payment_intent", "metadata": theirs})));
    bench.server.peer.add(event(3, json!({"id": "du_1", "object": "dispute"})));
    bench.server.peer.add(event(4, json!({"id": "pm_1", "object": "payment_method", "customer": null})));
    bench.server.peer.add(event(9_000, json!({"id": "du_0", "object": "dispute"})));
    let hints = bench.rail.recent(now() - SignedDuration::from_hours(1), now()).await;
    let mandate = Hint::Mandate { token: "pm_1".into(), customer: None };
    let attempt = Hint::Attempt { key: Some(AttemptKey::from_text("sub-26-p0-a1")), reference: "pi_1".into() };
    assert_eq!(hints, Found::Is(vec![mandate, Hint::Dispute("du_1".into()), attempt]));
}
