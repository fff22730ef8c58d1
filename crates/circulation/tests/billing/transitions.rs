//! T1 to T30 but T23 and T24, one test each at least.
use circulation::billing::{Act, BillingRefusal, InvoiceState, NoticeKind, RefundRule, Terms, open};
use circulation::payments::{DisputeState, FailureKind, MandateFacts, MandateState, Outcome};
use circulation::subscriptions::{Actor, EndReason, EventKind, Offer, SubscriptionId, SubscriptionRefusal};
use jiff::civil::date;

use crate::world::{
    READER, Reply, World, card, essential, indian_rail, inr, instant, opening, order, plan, quarterly, terms, upi,
};

fn cancel() -> Act {
    Act::Cancel { by: Actor::Reader }
}

fn trial(days: u16) -> Offer {
    Offer { trial_days: Some(days), ..Offer::default() }
}

fn in_trial(days: u16) -> World {
    let mut world = World::checkout(quarterly(), trial(days), terms());
    world.keep(card("tok_1"));
    assert_eq!(world.state(), "trial");
    world
}

fn gone(facts: MandateFacts, state: MandateState) -> Act {
    let mandate = facts.mandate.clone();
    Act::MandateTold { mandate, facts: Some(MandateFacts { state, ..facts }) }
}

#[test]
fn t1_a_checkout_freezes_the_offer_and_gives_nothing() {
    let world = World::checkout(quarterly(), Offer::default(), terms());
    assert_eq!((world.state(), world.reads()), ("checkout", false));
    assert_eq!(world.d.open_invoice().unwrap().gross, inr(900));
    assert_eq!(world.kinds(), [EventKind::CheckoutOpened]);
    let live = World::active(quarterly()).d.contract;
    let again = open(order(essential(), Offer::default(), opening()), &[live], opening(), &terms());
    assert_eq!(again.unwrap_err(), BillingRefusal::Contract(SubscriptionRefusal::AlreadyLive(SubscriptionId(1))));
}

#[test]
fn t2_the_first_payment_begins_the_contract_on_the_local_day() {
    let mut world = World::checkout(quarterly(), Offer::default(), terms());
    world.now = instant("2026-11-22T18:29:00Z");
    world.pay_by_page();
    assert_eq!((world.state(), world.reads()), ("active", true));
    assert_eq!(world.paid_through(), date(2027, 2, 22));
    assert_eq!(world.d.contract.access_until(), Some(instant("2027-02-21T18:30:00Z")));
    assert_eq!(world.mailed(NoticeKind::Receipt), 1);
    assert_eq!(world.documents[0].reference, "invoice:sub-1-p0");
    assert_eq!((world.balance("clearing:sandbox"), world.balance("output-tax:igst")), (90_000, -13_729));
}

#[test]
fn t3_a_trial_begins_when_the_method_is_kept_and_takes_nothing() {
    let mut world = in_trial(14);
    assert!(world.reads());
    assert_eq!((world.entries.len(), world.charges()), (0, 0));
    assert_eq!(world.d.contract.next_renewal(), Some(date(2026, 12, 6)));
    world.advance("2026-12-05T18:29:59Z");
    assert!(world.reads());
    assert_eq!(world.mailed(NoticeKind::TrialEnding), 1);
}

#[test]
fn t3_what_the_rail_takes_to_check_a_method_goes_back() {
    let mut rules = terms();
    rules.rail.method_only_amount = Some(inr(1));
    let mut world = World::checkout(quarterly(), trial(14), rules);
    world.keep(card("tok_1"));
    assert_eq!(world.state(), "trial");
    assert_eq!(
        (world.balance("suspense"), world.balance("refunds-payable"), world.balance("clearing:sandbox")),
        (0, 0, 0)
    );
    assert_eq!(world.d.refunds.len(), 1);
}

#[test]
fn t4_an_unpaid_checkout_ends_after_a_day_and_its_page_is_closed_at_the_rail() {
    let mut world = World::checkout(quarterly(), Offer::default(), terms());
    world.terms.policy.page_minutes = 1_440;
    world.now = instant("2026-11-23T04:00:00Z");
    let key = world.ask_page();
    world.advance("2026-11-23T04:30:00Z");
    assert_eq!(world.ended(), Some(EndReason::Nonpayment));
    assert!(world.rail.calls.contains(&format!("close {key}")));
    assert!(world.kinds().contains(&EventKind::CheckoutExpired));
}

#[test]
fn t5_late_money_still_buys_the_contract_or_goes_back_in_full() {
    for other_live in [None, Some(SubscriptionId(2))] {
        let mut world = World::checkout(quarterly(), Offer::default(), terms());
        world.terms.policy.page_minutes = 1_440;
        world.now = instant("2026-11-23T04:00:00Z");
        let key = world.ask_page();
        world.now = instant("2026-11-23T04:31:00Z");
        world.act(Act::Due(circulation::billing::Due::ExpireCheckout));
        assert_eq!(world.ended(), Some(EndReason::Nonpayment));
        // The reader was quicker than the closing of the page, and the closing is told two days later.
        world.reader_pays(&key);
        world.now = instant("2026-11-25T04:31:00Z");
        world.terms.other_live = other_live;
        world.tell_known(&key);
        world.run();
        match other_live {
            None => {
                assert_eq!((world.state(), world.paid_through()), ("active", date(2027, 2, 25)));
                assert!(world.kinds().contains(&EventKind::ActivatedLate));
            }
            Some(_) => {
                assert_eq!((world.state(), world.reads()), ("ended", false));
                assert_eq!((world.balance("suspense"), world.balance("clearing:sandbox")), (0, 0));
                assert_eq!(world.mailed(NoticeKind::LateMoneyReturned), 1);
            }
        }
    }
}

#[test]
fn t6_the_trial_turns_into_the_paid_contract_at_its_end() {
    let mut world = in_trial(14);
    world.advance("2026-12-06T04:30:00Z");
    assert_eq!((world.state(), world.charges()), ("active", 1));
    assert_eq!(world.paid_through(), date(2027, 3, 6));
    assert!(world.kinds().contains(&EventKind::Converted));
}

#[test]
fn t7_a_cancelled_trial_runs_out_and_takes_nothing() {
    let mut world = in_trial(14);
    world.go(cancel());
    assert!(world.reads());
    world.advance("2026-12-05T18:29:59Z");
    assert!(world.reads());
    world.advance("2026-12-05T18:30:00Z");
    assert_eq!((world.ended(), world.reads()), (Some(EndReason::ReaderCancelled), false));
    assert_eq!((world.charges(), world.entries.len()), (0, 0));
}

#[test]
fn t8_a_trial_that_cannot_be_paid_has_no_grace_and_a_new_anchor_when_it_is() {
    let mut world = in_trial(14);
    world.rail.script.push_back(Reply::Decline);
    world.advance("2026-12-06T04:30:00Z");
    assert_eq!((world.state(), world.reads(), world.charges()), ("lapsed", false, 1));
    assert!(world.kinds().contains(&EventKind::PastDue));
    world.advance("2026-12-10T04:30:00Z");
    world.pay_by_page();
    assert_eq!((world.state(), world.paid_through()), ("active", date(2027, 3, 10)));
}

#[test]
fn t8_without_a_mandate_nothing_is_tried() {
    let mut world = in_trial(14);
    world.go(gone(card("tok_1"), MandateState::Revoked));
    world.advance("2026-12-06T04:30:00Z");
    assert_eq!((world.state(), world.charges()), ("lapsed", 0));
    assert_eq!(world.mailed(NoticeKind::MandateGone), 1);
}

#[test]
fn t9_a_renewal_moves_the_paid_time_to_the_next_end_from_the_anchor() {
    let mut world = World::active(quarterly());
    world.advance("2028-11-30T00:00:00Z");
    assert_eq!((world.state(), world.charges()), ("active", 8));
    assert_eq!(world.paid_through(), date(2029, 2, 22));
    assert_eq!(world.d.contract.periods_paid(), 9);
    assert_eq!(world.mailed(NoticeKind::RenewalComing(21)), 8);
    assert_eq!(world.mailed(NoticeKind::RenewalComing(7)), 8);
    assert_eq!(world.mailed(NoticeKind::YearlyStatement), 2);
}

#[test]
fn t10_a_renewal_that_is_not_paid_is_past_due_and_still_reads() {
    let mut world = World::active(quarterly());
    world.advance("2027-02-21T18:30:00Z");
    assert_eq!((world.state(), world.reads(), world.charges()), ("past-due", true, 0));
    world.rail.script.push_back(Reply::Decline);
    world.advance("2027-02-22T00:29:59Z");
    assert_eq!(world.charges(), 0);
    // 06:00 in India.
    world.advance("2027-02-22T00:30:00Z");
    assert_eq!((world.state(), world.reads(), world.charges()), ("past-due", true, 1));
    assert_eq!(world.mailed(NoticeKind::PaymentFailed), 1);
}

#[test]
fn t11_paid_in_grace_the_period_begins_at_the_old_end() {
    let mut world = World::active(quarterly());
    world.rail.script.push_back(Reply::Decline);
    world.advance("2027-02-23T06:00:00Z");
    assert_eq!((world.state(), world.charges()), ("active", 2));
    assert_eq!(world.paid_through(), date(2027, 5, 22));
}

#[test]
fn t12_grace_ends_and_with_it_the_debits() {
    let mut world = World::active(quarterly());
    world.rail.script.extend([Reply::Decline; 9]);
    world.advance("2027-02-28T18:29:59Z");
    assert!(world.reads());
    let tried = world.charges();
    world.advance("2027-02-28T18:30:00Z");
    assert_eq!((world.state(), world.reads()), ("lapsed", false));
    world.advance("2027-03-20T00:00:00Z");
    assert_eq!(world.charges(), tried);
    assert_eq!(world.mailed(NoticeKind::GraceOver), 1);
}

#[test]
fn t13_paid_after_grace_the_blocked_days_are_not_sold() {
    let mut world = World::active(quarterly());
    world.rail.script.extend([Reply::Decline; 9]);
    world.advance("2027-03-10T06:00:00Z");
    assert_eq!(world.state(), "lapsed");
    world.pay_by_page();
    assert_eq!((world.state(), world.paid_through(), world.reads()), ("active", date(2027, 6, 10), true));
    assert!(world.kinds().contains(&EventKind::Revived));
    // The same invoice, not another number.
    assert_eq!(world.d.invoices.len(), 2);
}

#[test]
fn t14_after_the_recovery_window_the_contract_ends_and_the_mandate_is_withdrawn() {
    let mut world = World::active(quarterly());
    world.rail.script.extend([Reply::Decline; 9]);
    world.advance("2027-03-25T06:00:00Z");
    assert_eq!(world.ended(), Some(EndReason::Nonpayment));
    assert_eq!(world.rail.revoked.len(), 1);
    assert!(matches!(world.d.invoices[1].state, InvoiceState::Uncollectible { .. }));
}

#[test]
fn t15_cancelled_the_paid_time_stays_and_nothing_is_charged_any_more() {
    let mut world = World::active(quarterly());
    world.days(10);
    world.go(cancel());
    assert_eq!((world.state(), world.reads()), ("active", true));
    assert_eq!(world.try_act(cancel()), Err(BillingRefusal::AlreadyCancelled(SubscriptionId(1))));
    world.advance("2027-06-01T00:00:00Z");
    assert_eq!((world.charges(), world.ended()), (0, Some(EndReason::ReaderCancelled)));
    assert_eq!(world.mailed(NoticeKind::RenewalComing(21)), 0);
}

#[test]
fn t15_cancelling_wins_over_a_debit_that_is_not_sent_and_refunds_one_that_is() {
    let mut world = World::active(quarterly());
    world.advance("2027-02-21T19:00:00Z");
    assert_eq!(world.state(), "past-due");
    world.go(cancel());
    assert_eq!((world.ended(), world.charges(), world.reads()), (Some(EndReason::ReaderCancelled), 0, false));

    let mut world = World::active(quarterly());
    world.rail.script.push_back(Reply::LostCapture);
    world.advance("2027-02-22T00:30:00Z");
    assert_eq!((world.state(), world.charges()), ("past-due", 1));
    world.go(cancel());
    world.advance("2027-02-22T02:00:00Z");
    assert_eq!((world.ended(), world.reads()), (Some(EndReason::ReaderCancelled), false));
    assert_eq!(
        (world.balance("suspense"), world.balance("refunds-payable"), world.balance("clearing:sandbox")),
        (0, 0, 90_000)
    );
    assert_eq!((world.d.refunds[0].amount, world.mailed(NoticeKind::LateMoneyReturned)), (inr(900), 1));
}

#[test]
fn t16_a_cancellation_is_taken_back_while_the_mandate_stands() {
    let mut world = World::active(quarterly());
    world.go(cancel());
    world.go(Act::TakeCancelBack { by: Actor::Reader });
    assert!(world.d.contract.cancellation().is_none());
    world.advance("2027-02-23T00:00:00Z");
    assert_eq!((world.state(), world.charges()), ("active", 1));

    world.go(cancel());
    world.go(gone(card("tok_1"), MandateState::Revoked));
    let back = Act::TakeCancelBack { by: Actor::Reader };
    assert_eq!(world.try_act(back.clone()), Err(BillingRefusal::NeedsMethod));
    world.keep(card("tok_2"));
    world.go(back);
    assert_eq!(world.d.contract.next_renewal(), Some(date(2027, 5, 22)));
}

#[test]
fn t17_a_cancelled_contract_ends_on_its_date_and_not_before() {
    let mut world = World::active(quarterly());
    world.go(cancel());
    world.advance("2027-02-21T18:29:59Z");
    assert_eq!((world.state(), world.reads()), ("active", true));
    world.advance("2027-02-21T18:30:00Z");
    assert_eq!((world.ended(), world.reads()), (Some(EndReason::ReaderCancelled), false));
    assert_eq!(world.rail.revoked.len(), 1);
}

#[test]
fn t18_withdrawn_within_fourteen_days_everything_goes_back_and_access_ends() {
    let mut world = World::active(quarterly());
    world.days(14);
    world.go(Act::Withdraw);
    assert_eq!((world.ended(), world.reads()), (Some(EndReason::Withdrawn), false));
    assert_eq!(
        (world.d.refunds[0].amount, world.balance("clearing:sandbox"), world.balance("deferred")),
        (inr(900), 0, 0)
    );
    assert_eq!((world.balance("revenue"), world.balance("output-tax:igst")), (0, 0));
    assert_eq!(world.mailed(NoticeKind::WithdrawalReceived), 1);

    let mut late = World::active(quarterly());
    late.days(15);
    assert!(matches!(late.try_act(Act::Withdraw), Err(BillingRefusal::TooLate(_))));
}

#[test]
fn t18_days_used_are_kept_only_where_the_reader_asked_to_begin_at_once() {
    for begin_at_once in [false, true] {
        let mut rules = terms();
        rules.policy.withdrawal_refund = RefundRule::ProRata;
        let mut order = order(quarterly(), Offer::default(), opening());
        order.consent.begin_at_once = begin_at_once;
        let mut world = World::ordered(order, opening(), rules);
        world.pay_by_page();
        // 22 November to 22 February: 92 days; ten of them used.
        world.days(9);
        world.go(Act::Withdraw);
        let back = if begin_at_once { 90_000 * 82 / 92 } else { 90_000 };
        assert_eq!(world.d.refunds[0].amount.minor(), back);
        assert_eq!(world.balance("deferred"), 0);
    }
}

#[test]
fn t19_staff_gives_back_a_part_and_then_the_rest() {
    let mut world = World::active(quarterly());
    world.days(30);
    let part = |amount| Act::Refund { invoice: 0, amount, reason: "sorry".into() };
    world.go(part(Some(inr(300))));
    assert_eq!((world.state(), world.reads()), ("active", true));
    assert!(matches!(world.try_act(part(Some(inr(601)))), Err(BillingRefusal::TooMuch { .. })));
    world.go(part(None));
    assert_eq!((world.ended(), world.reads()), (Some(EndReason::Refunded), false));
    assert_eq!((world.balance("deferred"), world.balance("revenue"), world.balance("output-tax:igst")), (0, 0, 0));
    assert_eq!(world.documents.len(), 3);
    let silent = Act::Refund { invoice: 0, amount: None, reason: " ".into() };
    assert_eq!(World::active(quarterly()).try_act(silent), Err(BillingRefusal::ReasonRequired));
}

#[test]
fn t20_t22_a_pause_keeps_the_days_and_gives_them_back() {
    let mut world = World::active(quarterly());
    // 2 December: 11 of 92 days used with today.
    world.advance("2026-12-02T06:00:00Z");
    world.go(Act::Pause { by: Actor::Reader });
    assert_eq!((world.state(), world.reads()), ("paused", false));
    world.advance("2027-01-01T06:00:00Z");
    assert_eq!((world.reads(), world.charges()), (false, 0));
    world.go(Act::Resume { by: Actor::Reader });
    assert_eq!((world.state(), world.reads()), ("active", true));
    // 81 days from the first of January.
    assert_eq!(world.paid_through(), date(2027, 3, 23));
    world.advance("2027-03-23T06:00:00Z");
    assert_eq!((world.charges(), world.paid_through()), (1, date(2027, 6, 23)));
    world.advance("2027-06-23T00:00:00Z");
    // The first price is earned on the day before the second period begins, no sooner and no later.
    assert!(world.balance("revenue") < -76_271);
}

#[test]
fn t20_a_pause_of_no_day_changes_nothing() {
    let mut world = World::active(quarterly());
    let end = world.paid_through();
    world.days(3);
    world.go(Act::Pause { by: Actor::Reader });
    world.go(Act::Resume { by: Actor::Reader });
    assert_eq!((world.paid_through(), world.reads()), (end, true));
    world.go(Act::Pause { by: Actor::Reader });
    world.go(Act::Resume { by: Actor::Reader });
    assert!(matches!(world.try_act(Act::Pause { by: Actor::Reader }), Err(BillingRefusal::Limit(_))));
}

#[test]
fn t21_paused_in_the_readers_own_app_only_the_reader_resumes_there() {
    let rules = Terms { rail: indian_rail(), ..terms() };
    let mut world = World::active_with(quarterly(), rules, upi("upi_1", 1_350));
    world.go(gone(upi("upi_1", 1_350), MandateState::PausedByReader));
    assert!(world.reads());
    world.advance("2027-02-23T00:00:00Z");
    assert_eq!((world.state(), world.reads(), world.charges()), ("paused", false, 0));
    assert_eq!(world.try_act(Act::Resume { by: Actor::Reader }), Err(BillingRefusal::PausedElsewhere));
    world.go(gone(upi("upi_1", 1_350), MandateState::Confirmed));
    assert_eq!(world.state(), "paused");
    world.days(3);
    assert_eq!((world.state(), world.charges()), ("active", 1));
    // Counted from the day the money came.
    assert!(world.paid_through() > date(2027, 5, 22));
}

#[test]
fn t22_a_pause_ends_by_itself() {
    let mut world = World::active(quarterly());
    world.days(10);
    world.go(Act::Pause { by: Actor::Staff });
    world.days(89);
    assert_eq!(world.state(), "paused");
    world.days(1);
    assert_eq!((world.state(), world.reads()), ("active", true));
}

#[test]
fn t25_a_revoked_mandate_is_told_and_never_debited_again() {
    let mut world = World::active(quarterly());
    world.days(5);
    world.go(gone(card("tok_1"), MandateState::Revoked));
    assert_eq!((world.state(), world.mailed(NoticeKind::MandateGone)), ("active", 1));
    // A late word from before does not bring it back.
    world.go(gone(card("tok_1"), MandateState::Confirmed));
    world.advance("2027-02-22T06:00:00Z");
    assert_eq!((world.state(), world.charges(), world.reads()), ("past-due", 0, true));
    // A page that says that nothing is charged is not opened now: who owes pays, and the method is kept with it.
    let kept = world.try_act(Act::KeepMethod { parameters: Default::default() });
    assert_eq!(kept, Err(BillingRefusal::PayFirst));
}

#[test]
fn t25_a_card_expires_by_the_calendar_and_is_told_before() {
    let mut facts = card("tok_1");
    facts.expires = Some(instant("2027-01-31T18:30:00Z"));
    let mut world = World::active_with(quarterly(), terms(), facts);
    world.advance("2027-02-22T06:00:00Z");
    assert_eq!((world.mailed(NoticeKind::MandateExpiring), world.mailed(NoticeKind::MandateGone)), (1, 1));
    assert_eq!((world.state(), world.charges()), ("past-due", 0));
}

#[test]
fn t26_a_dispute_holds_the_contract_and_ends_it_when_lost() {
    let payment = "pay_sub-1-p0-a1";
    for cut in [false, true] {
        let mut world = World::active(quarterly());
        world.terms.policy.cut_on_dispute = cut;
        world.days(5);
        world.dispute(payment, DisputeState::Open);
        assert_eq!((world.state(), world.reads()), ("active", !cut));
        assert_eq!((world.balance("disputes"), world.balance("clearing:sandbox")), (90_000, 0));
        let refund = Act::Refund { invoice: 0, amount: None, reason: "twice?".into() };
        assert!(world.try_act(refund).is_err());
        world.days(5);
        world.dispute(payment, DisputeState::Won);
        assert_eq!((world.reads(), world.balance("disputes"), world.balance("clearing:sandbox")), (true, 0, 90_000));
        // Told again, even as lost, it stays decided.
        world.dispute(payment, DisputeState::Lost);
        assert_eq!(world.state(), "active");
    }
    let mut world = World::active(quarterly());
    world.days(5);
    // Lost is heard before open.
    world.dispute(payment, DisputeState::Lost);
    world.dispute(payment, DisputeState::Open);
    assert_eq!((world.ended(), world.reads()), (Some(EndReason::Dispute), false));
    assert_eq!((world.balance("loss"), world.balance("disputes"), world.balance("deferred")), (90_000, 0, 0));
}

#[test]
fn t27_a_win_back_is_a_new_contract_of_its_own_and_not_twice_a_year() {
    let mut old = World::active(quarterly());
    old.go(cancel());
    old.advance("2027-03-01T00:00:00Z");
    let offer = Offer { win_back: Some(SubscriptionId(1)), ..Offer::default() };
    let mut again = order(plan("smart-quarterly", 450, 3), offer, old.now);
    again.id = SubscriptionId(2);
    // A second within twelve months is refused, later not.
    let mut won = World::ordered_among(again.clone(), &[old.d.contract.clone()], old.now, terms());
    won.pay_by_page();
    assert_eq!(won.paid_through(), date(2027, 6, 1));
    assert_eq!(won.d.contract.offer().win_back, Some(SubscriptionId(1)));
    won.go(cancel());
    won.advance("2027-06-02T00:00:00Z");
    let both = [old.d.contract.clone(), won.d.contract.clone()];
    again.id = SubscriptionId(3);
    let refused = open(again.clone(), &both, won.now, &terms()).unwrap_err();
    assert!(matches!(refused, BillingRefusal::Contract(SubscriptionRefusal::NotEligible(_))), "{refused}");
    assert!(open(again, &both, instant("2028-03-02T00:00:00Z"), &terms()).is_ok());
}

#[test]
fn t28_staff_ends_a_contract_and_gives_back_what_the_rule_says() {
    for (rule, back) in [(RefundRule::Nothing, 0), (RefundRule::ProRata, 90_000 * 81 / 92), (RefundRule::Full, 90_000)]
    {
        let mut world = World::active(quarterly());
        world.days(10);
        world.go(Act::End { refund: rule, reason: "fraud".into() });
        assert_eq!((world.ended(), world.reads()), (Some(EndReason::Staff), false));
        assert_eq!(world.d.refunds.iter().map(|refund| refund.amount.minor()).sum::<i64>(), back);
        assert_eq!((world.balance("deferred"), world.balance("refunds-payable")), (0, 0));
    }
}

#[test]
fn t29_a_contract_of_so_many_periods_ends_by_itself() {
    let mut world = World::checkout(quarterly(), Offer { periods: Some(2), ..Offer::default() }, terms());
    world.pay_by_page();
    world.advance("2027-02-23T00:00:00Z");
    assert_eq!((world.charges(), world.d.contract.next_renewal()), (1, None));
    world.advance("2027-05-21T18:29:59Z");
    assert!(world.reads());
    world.advance("2028-01-01T00:00:00Z");
    assert_eq!((world.ended(), world.charges(), world.reads()), (Some(EndReason::TermOver), 1, false));
}

#[test]
fn t30_money_after_the_end_revives_what_ended_unpaid_and_else_goes_back() {
    for (late_days, other, revived) in [(10, None, true), (10, Some(SubscriptionId(2)), false), (31, None, false)] {
        let mut world = World::active(quarterly());
        world.rail.script.extend([Reply::Decline; 3]);
        world.rail.script.push_back(Reply::Pending);
        world.advance("2027-03-24T20:00:00Z");
        assert_eq!(world.ended(), Some(EndReason::Nonpayment));
        let key = world.d.attempts.last().unwrap().payment.key();
        world.days(late_days);
        world.terms.other_live = other;
        world.told(&key, Outcome::Captured { reference: "pay_late".into(), amount: inr(900) }, None);
        world.run();
        assert_eq!((world.state() == "active", world.reads()), (revived, revived), "{late_days} {other:?}");
        assert_eq!(world.mailed(NoticeKind::LateMoneyReturned), usize::from(!revived));
        assert_eq!(world.balance("suspense"), 0);
    }
}

#[test]
fn superseding_closes_the_page_and_only_a_checkout_can_be_superseded() {
    let mut world = World::checkout(quarterly(), Offer::default(), terms());
    let key = world.ask_page();
    world.go(Act::Supersede);
    assert_eq!(world.ended(), Some(EndReason::Superseded));
    assert!(world.rail.calls.contains(&format!("close {key}")));
    assert!(matches!(World::active(quarterly()).try_act(Act::Supersede), Err(BillingRefusal::WrongState { .. })));
}

#[test]
fn days_given_by_staff_move_the_end_and_the_anchor() {
    let mut world = World::active(quarterly());
    world.go(Act::Extend { days: 10, reason: "outage".into() });
    assert_eq!(world.paid_through(), date(2027, 3, 4));
    world.advance("2027-02-25T00:00:00Z");
    assert_eq!((world.state(), world.reads(), world.charges()), ("active", true, 0));
    // The price is earned in the days sold, not in the days given.
    assert_eq!(world.balance("revenue"), -76_271);
    world.advance("2027-03-04T06:00:00Z");
    assert_eq!((world.charges(), world.paid_through()), (1, date(2027, 6, 4)));
}

#[test]
fn the_page_that_was_left_open_is_closed_and_another_can_be_opened() {
    let mut world = World::checkout(quarterly(), Offer::default(), terms());
    let first = world.ask_page();
    assert_eq!(world.ask_page(), first);
    world.advance("2026-11-22T05:30:00Z");
    assert!(world.d.open_page().is_none());
    assert!(world.rail.calls.contains(&format!("close {first}")));
    let second = world.ask_page();
    assert_ne!(second, first);
    world.fail_at_rail(second.as_str(), FailureKind::Declined);
    world.tell_known(&second);
    assert_eq!(world.d.contract.reader(), READER);
}
