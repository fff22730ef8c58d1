//! Collecting: ladders, windows, notices before debits, lost answers, brakes, and death between any two steps.
use circulation::billing::{Act, BillingRefusal, Call, Due, Next, NoticeKind, Terms, decide, next};
use circulation::payments::{AttemptState, Capabilities, FailureKind, Outcome, Scheduling};
use circulation::subscriptions::{Actor, EventKind, Offer};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

use crate::world::{Known, Reply, World, card, indian_rail, inr, instant, quarterly, terms, upi};

fn sent_at(world: &World) -> Vec<String> {
    let local = |at: Timestamp| at.in_tz("Asia/Kolkata").unwrap().strftime("%m-%d %H:%M").to_string();
    let debits = world.d.attempts.iter().filter(|attempt| attempt.payment.period() > 0);
    debits.filter_map(|attempt| attempt.payment.sent_at()).map(local).collect()
}

fn indian(method: circulation::payments::MandateFacts) -> World {
    World::active_with(quarterly(), Terms { rail: indian_rail(), ..terms() }, method)
}

#[test]
fn a_card_is_tried_on_the_days_of_the_ladder_and_the_last_time_within_grace() {
    let mut world = World::active(quarterly());
    world.rail.script.extend([Reply::Decline; 9]);
    world.advance("2027-04-01T00:00:00Z");
    assert_eq!(sent_at(&world), ["02-22 06:00", "02-23 06:00", "02-25 06:00", "02-27 06:00", "02-28 06:00"]);
    assert_eq!(world.mailed(NoticeKind::PaymentFailed), 5);
}

#[test]
fn upi_is_announced_a_day_before_and_debited_outside_peak_hours() {
    let mut world = indian(upi("upi_1", 1_350));
    world.terms.policy.debit_hour = 10;
    world.rail.script.push_back(Reply::Decline);
    world.advance("2027-02-22T05:00:00Z");
    // Asked for two days before the due instant.
    let told = world.mails.iter().find(|mail| mail.kind == NoticeKind::DebitComing).unwrap();
    assert_eq!(told.at, instant("2027-02-19T18:30:00Z"));
    assert_eq!((sent_at(&world).len(), world.state()), (0, "past-due"));
    world.advance("2027-02-24T18:00:00Z");
    // From ten it is peak; the second is announced anew and waits for its notice: 25 hours from the failure.
    assert_eq!(sent_at(&world), ["02-22 13:00", "02-23 14:00"]);
    assert_eq!(world.mailed(NoticeKind::DebitComing), 2);
    assert_eq!((world.state(), world.paid_through()), ("active", date(2027, 5, 22)));
}

#[test]
fn a_refused_announcement_is_a_refused_debit() {
    let mut world = indian(upi("upi_1", 1_350));
    let failure = circulation::payments::Failure { kind: FailureKind::Refused, code: "opted-out".into() };
    world.rail.announce = Some(circulation::payments::Announced::Refused(failure));
    world.advance("2027-02-25T00:00:00Z");
    assert_eq!((world.state(), world.charges(), world.mailed(NoticeKind::PaymentFailed)), ("past-due", 0, 1));
}

#[test]
fn an_unanswered_announcement_is_asked_again_and_then_debited() {
    let mut world = indian(upi("upi_1", 1_350));
    world.rail.announce = Some(circulation::payments::Announced::NoAnswer);
    world.advance("2027-02-23T00:00:00Z");
    assert_eq!((world.state(), world.charges()), ("active", 1));
}

#[test]
fn what_is_refused_for_good_is_not_tried_again() {
    for reply in [Reply::Refuse, Reply::NeedsReader] {
        let mut world = World::active(quarterly());
        world.rail.script.push_back(reply);
        world.advance("2027-02-27T00:00:00Z");
        assert_eq!((world.charges(), world.state(), world.mailed(NoticeKind::PaymentFailed)), (1, "past-due", 1));
        world.pay_by_page();
        assert_eq!((world.state(), world.paid_through()), ("active", date(2027, 5, 22)));
    }
}

#[test]
fn a_lost_answer_is_looked_up_and_never_charged_again() {
    let mut world = World::active(quarterly());
    world.rail.script.push_back(Reply::LostCapture);
    world.advance("2027-02-22T00:30:00Z");
    let attempt = world.d.attempts.last().unwrap();
    assert!(matches!(attempt.payment.state(), AttemptState::Unknown { .. }));
    // Unknown blocks the page as well.
    let refused = world.try_act(Act::Pay { parameters: Default::default() });
    assert!(matches!(refused, Err(BillingRefusal::PaymentOpen(_))), "{refused:?}");
    world.advance("2027-02-22T00:35:00Z");
    assert_eq!((world.state(), world.charges()), ("active", 1));
    assert!(world.rail.calls.iter().any(|call| call.starts_with("look-up sub-1-p1-a1")));
}

#[test]
fn what_never_arrived_is_sent_again_under_the_same_key_and_costs_no_step() {
    let mut world = World::active(quarterly());
    world.rail.script.push_back(Reply::LostNothing);
    world.advance("2027-02-22T02:00:00Z");
    assert_eq!(world.state(), "active");
    let keys: Vec<_> = world.rail.calls.iter().filter(|call| call.starts_with("charge")).collect();
    assert_eq!(keys, ["charge sub-1-p1-a1", "charge sub-1-p1-a1"]);
    // A rail that honours no key gets a new attempt once the absence is certain.
    let mut world = World::active(quarterly());
    world.terms.rail.resend_within = SignedDuration::ZERO;
    world.rail.script.extend([Reply::LostNothing, Reply::Decline]);
    world.advance("2027-02-24T00:30:00Z");
    assert_eq!(sent_at(&world).len(), 3);
    assert_eq!((world.state(), world.mailed(NoticeKind::PaymentFailed)), ("active", 1));
}

#[test]
fn the_page_is_closed_before_a_debit_goes_out_and_a_quicker_reader_wins() {
    for quicker in [false, true] {
        let mut world = World::active(quarterly());
        world.terms.policy.page_minutes = 1_440;
        world.advance("2027-02-21T20:00:00Z");
        let key = world.ask_page();
        if quicker {
            world.reader_pays(&key);
        }
        world.advance("2027-02-22T00:30:00Z");
        let closed = world.rail.calls.iter().position(|call| *call == format!("close {key}")).unwrap_or(usize::MAX);
        let charged = world.rail.calls.iter().position(|call| call.starts_with("charge"));
        assert_eq!(world.state(), "active");
        match charged {
            Some(charged) => assert!(!quicker && closed < charged),
            None => assert!(quicker),
        }
    }
}

#[test]
fn the_daily_brake_holds_whatever_the_ladder_says() {
    let mut world = World::active(quarterly());
    world.terms.policy.most_debits_per_day = 1;
    world.terms.rail.resend_within = SignedDuration::ZERO;
    world.rail.script.extend([Reply::LostNothing, Reply::LostNothing]);
    world.advance("2027-02-26T00:00:00Z");
    assert_eq!(sent_at(&world), ["02-22 06:00", "02-23 06:00", "02-24 06:00"]);
}

#[test]
fn another_amount_parks_the_contract_until_a_person_has_looked() {
    let mut world = World::active(quarterly());
    world.rail.script.push_back(Reply::Pending);
    world.advance("2027-02-22T00:30:00Z");
    let key = world.d.attempts.last().unwrap().payment.key();
    let wrong = Outcome::Captured { reference: "pay_odd".into(), amount: inr(800) };
    world.told(&key, wrong.clone(), None);
    world.told(&key, wrong, None);
    assert!(world.d.contract.parked().is_some());
    assert_eq!(world.balance("suspense"), -80_000);
    world.rail.known.insert(key.as_str().into(), Known::Pending);
    world.advance("2027-03-05T00:00:00Z");
    assert_eq!(world.charges(), 1);
    let refused = world.try_act(Act::Pay { parameters: Default::default() });
    assert!(matches!(refused, Err(BillingRefusal::Parked { .. })));
    world.go(Act::Release { reason: "the rail had a bad day".into() });
    assert_eq!((world.balance("suspense"), world.balance("refunds-payable")), (0, 0));
    assert_eq!(world.kinds().iter().filter(|kind| **kind == EventKind::Parked).count(), 1);
}

#[test]
fn money_taken_twice_for_one_attempt_goes_back_once() {
    let mut world = World::active(quarterly());
    let key = world.d.attempts[0].payment.key();
    for _ in 0..2 {
        world.told(&key, Outcome::Captured { reference: "pay_again".into(), amount: inr(900) }, None);
        world.run();
    }
    assert_eq!((world.d.refunds.len(), world.balance("clearing:sandbox"), world.balance("suspense")), (1, 90_000, 0));
    assert_eq!((world.state(), world.paid_through()), ("active", date(2027, 2, 22)));
}

#[test]
fn a_provider_that_schedules_itself_is_expected_and_settled_by_the_same_rules() {
    let rail = Capabilities { scheduling: Scheduling::ProviderScheduled, ..terms().rail };
    let mut world = World::active_with(quarterly(), Terms { rail, ..terms() }, card("tok_1"));
    world.advance("2027-02-22T06:00:00Z");
    assert_eq!((world.state(), world.charges()), ("past-due", 0));
    let failure = circulation::payments::Failure { kind: FailureKind::Declined, code: "funds".into() };
    world.go(Act::ProviderFailed { failure, at: world.now });
    let taken = Act::ProviderCaptured { reference: "pay_p".into(), amount: inr(900), at: world.now };
    world.go(taken.clone());
    world.go(taken);
    assert_eq!((world.state(), world.paid_through()), ("active", date(2027, 5, 22)));
    // One that nobody expects, and one of another amount.
    world.go(Act::Cancel { by: Actor::Reader });
    world.go(Act::ProviderCaptured { reference: "pay_q".into(), amount: inr(900), at: world.now });
    assert_eq!((world.d.refunds.len(), world.balance("suspense"), world.balance("refunds-payable")), (1, 0, 0));
}

#[test]
fn a_late_round_sends_one_notice_and_does_not_take_the_recovery_window_away() {
    let mut world = World::active(quarterly());
    world.now = instant("2027-02-20T06:00:00Z");
    world.run();
    assert_eq!((world.mailed(NoticeKind::RenewalComing(21)), world.mailed(NoticeKind::RenewalComing(7))), (0, 1));
    // The machine was off for two months.
    world.now = instant("2027-04-20T06:00:00Z");
    world.run();
    assert_eq!((world.state(), world.reads()), ("lapsed", false));
    world.pay_by_page();
    assert_eq!((world.state(), world.paid_through()), ("active", date(2027, 7, 20)));
}

#[test]
fn the_clock_takes_no_step_that_is_not_due() {
    let world = World::active(quarterly());
    for due in [Due::Lapse, Due::GiveUp, Due::EndTerm, Due::PastDue, Due::EndCancelled, Due::ExpireCheckout] {
        let refused = decide(world.d.clone(), &Act::Due(due), world.now, &world.terms);
        assert_eq!(refused.unwrap_err(), BillingRefusal::NotDue);
    }
}

/// Death after any commit and before its call: what was sent is found again, and nothing is taken twice.
#[test]
fn a_driver_may_die_between_any_commit_and_its_call() {
    for dies_at in 0..14 {
        for before_call in [false, true] {
            let mut world = World::active(quarterly());
            world.advance("2027-02-22T00:29:59Z");
            world.now = instant("2027-02-22T00:30:00Z");
            let mut commits = 0;
            // The same instant again after death, then time goes on.
            for _ in 0..200 {
                match next(&world.d, world.now, &world.terms) {
                    Next::Act(act) => {
                        let decision = decide(world.d.clone(), &act, world.now, &world.terms).unwrap();
                        let dies = commits == dies_at;
                        commits += 1;
                        if dies && !before_call {
                            continue;
                        }
                        let call = world.store(decision);
                        match call {
                            Some(Call::Charge(debit)) if dies => {
                                // The request left, the answer found nobody.
                                let mut dead = world.fork();
                                dead.answer(&Call::Charge(debit));
                                world.rail = dead.rail;
                            }
                            Some(call) if !dies => world.answer(&call),
                            _ => {}
                        }
                    }
                    Next::Call(call) => world.answer(&call),
                    Next::Wait(Some(at)) if at < instant("2027-02-22T06:00:00Z") => world.now = at,
                    Next::Wait(_) => break,
                }
            }
            assert_eq!((world.state(), world.paid_through()), ("active", date(2027, 5, 22)), "{dies_at} {before_call}");
            assert_eq!(world.balance("clearing:sandbox"), 180_000);
            let taken = world.rail.known.values().filter(|known| matches!(known, Known::Captured { .. })).count();
            assert_eq!(taken, 2);
        }
    }
}

#[test]
fn a_refund_that_fails_waits_for_a_person_and_is_paid_once() {
    use circulation::payments::{Failure, RefundAnswer};
    let failed = || RefundAnswer::Failed(Failure { kind: FailureKind::Refused, code: "closed-account".into() });
    for by_bank in [false, true] {
        let mut world = World::active(quarterly());
        world.rail.refund_script.push_back(failed());
        world.go(Act::Withdraw);
        assert!(world.d.contract.parked().is_some());
        assert_eq!(world.balance("refunds-payable"), -90_000);
        let (key, reason) = (world.d.refunds[0].key.clone(), String::from("by transfer 17"));
        let act = if by_bank { Act::RefundedByBank { key, reason } } else { Act::RetryRefund { key, reason } };
        world.go(act);
        assert_eq!(world.balance("refunds-payable"), 0);
        assert_eq!(world.balance("bank"), if by_bank { -90_000 } else { 0 });
        assert_eq!(world.mailed(NoticeKind::RefundPaid), 1);
    }
}

#[test]
fn a_refund_without_answer_is_looked_up_and_sent_again_under_the_same_key() {
    use circulation::payments::RefundAnswer;
    for first in [RefundAnswer::NoAnswer, RefundAnswer::Pending { reference: "re_x".into() }] {
        let mut world = World::active(quarterly());
        world.rail.refund_script.push_back(first);
        world.go(Act::Withdraw);
        world.days(1);
        assert_eq!((world.balance("refunds-payable"), world.balance("clearing:sandbox")), (0, 0));
        let keys: std::collections::BTreeSet<_> =
            world.rail.calls.iter().filter(|call| call.starts_with("refund")).collect();
        assert_eq!(keys.len(), 1);
    }
}

#[test]
fn two_tabs_get_one_page() {
    let mut world = World::checkout(quarterly(), Offer::default(), terms());
    let key = world.ask_page();
    assert_eq!(world.ask_page(), key);
    assert_eq!(world.rail.calls.iter().filter(|call| call.starts_with("page")).count(), 1);
}
