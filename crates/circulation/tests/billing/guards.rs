//! Guards of which another one stands behind: each alone, so that none can fall unnoticed.
use circulation::billing::{Act, BillingRefusal, InvoiceState, NoticeKind, Terms, quote_change};
use circulation::payments::{AttemptState, DisputeState, MandateFacts, MandateState, Outcome, RefundAnswer};
use circulation::subscriptions::{Actor, EndReason};
use jiff::civil::date;

use crate::world::{Reply, World, indian_rail, inr, instant, quarterly, saver, terms, upi};

/// A UPI contract whose renewal is announced to the bank and not yet due.
fn announced() -> World {
    let mut world = World::active_with(quarterly(), Terms { rail: indian_rail(), ..terms() }, upi("upi_1", 1_350));
    world.advance("2027-02-20T06:00:00Z");
    assert_eq!((world.state(), world.mailed(NoticeKind::DebitComing)), ("active", 1));
    world
}

#[test]
fn a_cancellation_drops_the_announced_debit_at_once_and_withdraws_the_mandate() {
    let mut world = announced();
    world.go(Act::Cancel { by: Actor::Reader });
    assert!(matches!(world.d.invoices[1].state, InvoiceState::Void { .. }));
    assert!(world.d.attempts.iter().all(|attempt| !attempt.payment.is_open()));
    assert_eq!(world.rail.revoked.len(), 1);
    world.advance("2027-03-01T00:00:00Z");
    assert_eq!((world.charges(), world.ended()), (0, Some(EndReason::ReaderCancelled)));
}

#[test]
fn paid_on_a_page_at_the_moment_of_cancelling_the_money_goes_back() {
    let mut world = announced();
    let key = world.ask_page();
    world.reader_pays(&key);
    world.act(Act::Cancel { by: Actor::Reader });
    world.run();
    assert_eq!((world.state(), world.paid_through()), ("active", date(2027, 2, 22)));
    assert_eq!((world.d.refunds.len(), world.balance("suspense"), world.balance("clearing:sandbox")), (1, 0, 90_000));
}

#[test]
fn a_planned_debit_is_not_sent_when_the_mandate_has_gone_meanwhile() {
    let mut world = announced();
    let facts = MandateFacts { state: MandateState::Revoked, ..upi("upi_1", 1_350) };
    world.go(Act::MandateTold { mandate: facts.mandate.clone(), facts: Some(facts) });
    world.advance("2027-02-24T00:00:00Z");
    assert_eq!((world.charges(), world.state(), world.reads()), (0, "past-due", true));
    assert!(matches!(world.d.attempts.last().unwrap().payment.state(), AttemptState::Failed { .. }));
}

#[test]
fn access_of_a_grace_ends_with_the_payment_that_replaces_it() {
    let mut world = World::active(quarterly());
    world.rail.script.push_back(Reply::Decline);
    world.advance("2027-02-23T06:00:00Z");
    assert_eq!(world.state(), "active");
    world.go(Act::Pause { by: Actor::Reader });
    assert!(!world.reads());
    world.go(Act::Resume { by: Actor::Reader });
    world.go(Act::End { refund: circulation::billing::RefundRule::Nothing, reason: "fraud".into() });
    assert!(!world.reads());
}

#[test]
fn while_a_payment_is_disputed_nothing_is_charged_and_afterwards_it_goes_on() {
    let mut world = World::active(quarterly());
    world.advance("2027-02-10T00:00:00Z");
    world.dispute("pay_sub-1-p0-a1", DisputeState::Open);
    let page = Act::Pay { parameters: Default::default() };
    assert!(matches!(world.try_act(page), Err(BillingRefusal::Disputed(_))));
    world.advance("2027-02-24T00:00:00Z");
    assert_eq!((world.charges(), world.state(), world.d.attempts.len()), (0, "past-due", 1));
    world.dispute("pay_sub-1-p0-a1", DisputeState::Won);
    world.days(1);
    assert_eq!((world.charges(), world.state()), (1, "active"));
}

#[test]
fn a_refund_counts_from_the_moment_it_is_asked_for() {
    let mut world = World::active(quarterly());
    let key = world.d.attempts[0].payment.key();
    world.rail.refund_script.push_back(RefundAnswer::Pending { reference: "re_1".into() });
    world.go(Act::Refund { invoice: 0, amount: Some(inr(300)), reason: "part".into() });
    assert_eq!(world.d.refundable(&key), Some(inr(600)));
    assert_eq!(world.d.returnable(0), Some(inr(600)));
    // A credit for unused days is never more than what was not given back: nearly all of 900 is unused.
    let quote = quote_change(&world.d, &saver(), world.now, &world.terms).unwrap();
    assert_eq!((quote.credit, quote.charge), (inr(600), inr(3_300)));
}

#[test]
fn a_refund_that_the_rail_does_not_know_yet_is_not_taken_for_absent_too_soon() {
    let mut world = World::active(quarterly());
    world.rail.refund_script.push_back(RefundAnswer::NoAnswer);
    world.go(Act::Withdraw);
    let key = world.d.refunds[0].key.clone();
    let state = |world: &World| format!("{:?}", world.d.refunds[0].state);
    let before = state(&world);
    world.act(Act::RefundTold { key: key.clone(), answer: RefundAnswer::NotFound });
    assert_eq!(state(&world), before);
    world.now = instant("2026-11-22T05:01:00Z");
    world.act(Act::RefundTold { key, answer: RefundAnswer::NotFound });
    assert_eq!(state(&world), "Planned");
}

#[test]
fn money_set_aside_is_set_aside_once_however_often_it_is_told() {
    let mut world = World::active(quarterly());
    world.rail.script.push_back(Reply::Pending);
    world.advance("2027-02-22T00:30:00Z");
    let key = world.d.attempts.last().unwrap().payment.key();
    for _ in 0..3 {
        world.told(&key, Outcome::Captured { reference: "pay_odd".into(), amount: inr(901) }, None);
    }
    assert_eq!((world.d.strays.len(), world.balance("suspense")), (1, -90_100));
}

#[test]
fn a_step_that_the_engine_cannot_finish_parks_the_contract_and_ends_no_round() {
    let mut world = World::active(quarterly());
    // A reference that the books do not take.
    let key = world.d.attempts[0].payment.key();
    world.told(&key, Outcome::Captured { reference: "two words".into(), amount: inr(900) }, None);
    assert!(world.d.contract.parked().is_some());
    world.days(30);
    assert_eq!(world.d.strays.len(), 0);
}

#[test]
fn a_stored_dossier_that_contradicts_itself_is_not_decided_on() {
    let world = World::active(quarterly());
    let mut broken = world.d.clone();
    broken.invoices[0].number = 5;
    broken.invoices.push(broken.invoices[0].clone());
    let refused = circulation::billing::decide(broken, &Act::Withdraw, world.now, &world.terms).unwrap_err();
    assert!(refused.to_string().contains("run masthead doctor"), "{refused}");
}
