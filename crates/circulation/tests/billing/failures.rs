//! Failures of the field that concern dates, credits and ends, and that no other test holds by name. The numbers are
//! those of the table in `docs/billing-proofs.md`.
use chrono::{TimeZone as _, Timelike as _};
use circulation::billing::{Act, BillingRefusal, DocumentKind, RefundRule, quote_change};
use circulation::calendar::BillingZone;
use circulation::payments::DisputeState;
use circulation::plans::PlanVersion;
use circulation::subscriptions::{Actor, EventKind, Offer, Order, SubscriptionId};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};

use crate::world::{Reply, World, essential, inr, instant, order, plan, quarterly, saver, terms};

/// A contract of a reader in this zone, bought and paid at this instant.
fn bought(plan: PlanVersion, zone: &str, at: Timestamp) -> World {
    let order = Order { zone: BillingZone::new(zone).unwrap(), ..order(plan, Offer::default(), at) };
    let mut world = World::ordered(order, at, terms());
    world.pay_by_page();
    world
}

/// When each debit went out, as a clock on the wall there showed it; worked out by another calendar library.
fn debits(world: &World, zone: &str) -> Vec<(String, u32, u32)> {
    let zone: chrono_tz::Tz = zone.parse().unwrap();
    let sent = world.d.attempts.iter().skip(1).filter_map(|attempt| attempt.payment.sent_at());
    sent.map(|at| {
        let local = zone.timestamp_opt(at.as_second(), 0).unwrap();
        (local.date_naive().to_string(), local.hour(), local.minute())
    })
    .collect()
}

/// (3) The days of the month on which clocks are changed in these places: midnight does not exist, or comes twice, or
/// moves by half an hour. [`World::advance_to`] fails when work does not end.
#[test]
fn where_clocks_are_changed_each_period_is_charged_once_and_work_ends() {
    for (zone, first) in [
        ("Africa/Cairo", date(2027, 1, 30)),
        ("Asia/Beirut", date(2027, 1, 28)),
        ("America/Santiago", date(2027, 7, 5)),
        ("America/New_York", date(2027, 1, 14)),
        ("Australia/Lord_Howe", date(2027, 2, 4)),
        ("Europe/Berlin", date(2027, 1, 28)),
    ] {
        let noon = first.at(12, 0, 0, 0).in_tz(zone).unwrap().timestamp();
        let mut world = bought(plan("smart-monthly", 300, 1), zone, noon);
        let mut due: Vec<Date> = Vec::new();
        for _ in 0..13 {
            let end = world.paid_through();
            due.push(end);
            // Once before and once after each edge, and on the day at six.
            world.advance_to(end.in_tz(zone).unwrap().timestamp() - SignedDuration::from_secs(1));
            assert!(world.reads(), "{zone} {end}");
            world.advance_to(end.at(5, 59, 0, 0).in_tz(zone).unwrap().timestamp());
            assert!(world.reads(), "{zone} {end}: a renewal is collected with access kept");
            world.advance_to(end.at(7, 0, 0, 0).in_tz(zone).unwrap().timestamp());
            assert_eq!(world.state(), "active", "{zone} {end}");
        }
        let expected: Vec<_> = due.iter().map(|day| (day.to_string(), 6, 0)).collect();
        assert_eq!(debits(&world, zone), expected, "{zone}");
        let days: Vec<i8> = due.iter().map(|day| day.day()).collect();
        let short = |day: &Date| day.day() == first.day() || day.day() == day.last_of_month().day();
        assert!(due.iter().all(short), "{zone}: {days:?}");
    }
}

/// (4) Late in the evening west of Greenwich, UTC has the next day's date.
#[test]
fn a_year_bought_late_at_night_in_the_west_ends_on_the_day_it_began_and_leaves_no_credit() {
    let zone = "America/Los_Angeles";
    // 14 January 2027, 23:30 there.
    let mut world = bought(essential(), zone, instant("2027-01-15T07:30:00Z"));
    assert_eq!(world.paid_through(), date(2028, 1, 14));
    world.advance("2029-01-20T12:00:00Z");
    assert_eq!(world.paid_through(), date(2030, 1, 14));
    assert_eq!(debits(&world, zone), [("2028-01-14".into(), 6, 0), ("2029-01-14".into(), 6, 0)]);
    let sold: Vec<_> = world.documents.iter().map(|order| (order.kind, order.from, order.gross)).collect();
    let year = |from| (DocumentKind::TaxInvoice, from, inr(2_700));
    assert_eq!(sold, [year(date(2027, 1, 14)), year(date(2028, 1, 14)), year(date(2029, 1, 14))]);
    assert!(world.d.refunds.is_empty() && world.d.invoices.iter().all(|invoice| invoice.credit.minor() == 0));
}

/// (5) Who joins in summer and who joins in winter live by the same clock afterwards.
#[test]
fn twins_who_joined_in_summer_and_in_winter_are_charged_at_the_same_hour() {
    let zone = "Europe/Berlin";
    let mut winter = bought(quarterly(), zone, instant("2027-01-15T11:00:00Z"));
    let mut summer = bought(quarterly(), zone, instant("2027-07-15T11:00:00Z"));
    for world in [&mut winter, &mut summer] {
        world.advance("2028-08-01T00:00:00Z");
    }
    let sent = |world: &World| -> Vec<Timestamp> {
        let sent = world.d.attempts.iter().skip(1).filter_map(|attempt| attempt.payment.sent_at());
        sent.filter(|at| *at > instant("2027-08-01T00:00:00Z")).collect()
    };
    // Six in the morning there: 04:00 UTC in summer time, 05:00 in winter.
    let expected = ["2027-10-15T04:00:00Z", "2028-01-15T05:00:00Z", "2028-04-15T04:00:00Z", "2028-07-15T04:00:00Z"];
    assert_eq!(sent(&winter), expected.map(instant));
    assert_eq!(sent(&summer), expected.map(instant));
}

/// (8) East of Greenwich the billing day begins on the day before in UTC: asked at every hour of both.
#[test]
fn asked_at_every_hour_around_the_billing_day_a_renewal_is_charged_once() {
    for zone in ["Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Auckland", "America/Los_Angeles"] {
        let noon = date(2026, 11, 22).at(12, 0, 0, 0).in_tz(zone).unwrap().timestamp();
        let mut world = bought(quarterly(), zone, noon);
        world.advance("2027-02-20T00:00:00Z");
        for _ in 0..5 * 24 {
            world.now += SignedDuration::from_hours(1);
            world.run();
        }
        assert_eq!(debits(&world, zone).len(), 1, "{zone}");
        assert_eq!((world.paid_through(), world.d.invoices.len()), (date(2027, 5, 22), 2), "{zone}");
    }
}

/// (9, 13, 14) The 30th and the 31st, cancelled and taken back in the shortest month.
#[test]
fn cancelled_in_the_shortest_month_it_ends_there_and_taken_back_it_finds_its_day_again() {
    let at = date(2026, 11, 30).at(12, 0, 0, 0).in_tz("Asia/Kolkata").unwrap().timestamp();
    let mut world = bought(quarterly(), "Asia/Kolkata", at);
    assert_eq!(world.paid_through(), date(2027, 2, 28));
    let mut other = world.fork();
    for world in [&mut world, &mut other] {
        world.advance("2027-02-27T12:00:00Z");
        world.go(Act::Cancel { by: Actor::Reader });
        assert_eq!(world.d.contract.cancellation().map(|cancelled| cancelled.cancel_at), Some(date(2027, 2, 28)));
    }
    // The last second of 27 February in India.
    world.advance("2027-02-27T18:29:59Z");
    assert!(world.reads());
    world.advance("2027-02-27T18:30:00Z");
    assert_eq!((world.state(), world.reads()), ("ended", false));

    other.go(Act::TakeCancelBack { by: Actor::Reader });
    other.advance("2027-03-01T00:00:00Z");
    assert_eq!((other.state(), other.paid_through()), ("active", date(2027, 5, 30)));
    other.advance("2027-12-01T00:00:00Z");
    assert_eq!(other.paid_through(), date(2028, 2, 29));
}

/// (10) After a change to a smaller plan the first invoice is that plan's price, for that plan's time, and so are all
/// that follow.
#[test]
fn the_first_invoice_after_a_change_to_a_smaller_plan_is_its_own_price_and_time() {
    let mut world = World::active(essential());
    world.advance("2027-05-01T00:00:00Z");
    let smaller = plan("smart-quarterly", 600, 3);
    let now = Act::ChangeNow { plan: smaller.clone(), parameters: Default::default() };
    assert!(matches!(world.try_act(now), Err(BillingRefusal::NoUpgrade)), "it waits for the renewal");
    world.go(Act::ChangeAtRenewal { plan: smaller, by: Actor::Reader });
    world.advance("2028-05-30T00:00:00Z");
    let told: Vec<_> = world.documents.iter().map(|order| (order.from, order.to, order.gross)).collect();
    assert_eq!(
        told,
        [
            (date(2026, 11, 22), date(2027, 11, 22), inr(2_700)),
            (date(2027, 11, 22), date(2028, 2, 22), inr(600)),
            (date(2028, 2, 22), date(2028, 5, 22), inr(600)),
            (date(2028, 5, 22), date(2028, 8, 22), inr(600)),
        ]
    );
    assert_eq!(world.balance("clearing:sandbox"), 270_000 + 3 * 60_000);
}

/// (23) Whoever listens to events learns of a cancellation and of its end, with what was before and after.
#[test]
fn a_cancellation_and_its_taking_back_are_told_with_what_was_before_and_after() {
    let mut world = World::active(quarterly());
    world.go(Act::Cancel { by: Actor::Reader });
    world.go(Act::TakeCancelBack { by: Actor::Staff });
    let told: Vec<_> = world
        .events
        .iter()
        .filter_map(|event| {
            let before = event.before.as_ref()?;
            let dates = (before.cancel_at, event.after.cancel_at);
            (before.cancel_at != event.after.cancel_at).then_some((
                event.kind,
                event.by,
                dates,
                event.after.paid_through,
            ))
        })
        .collect();
    let end = Some(date(2027, 2, 22));
    assert_eq!(
        told,
        [
            (EventKind::Cancelled, Actor::Reader, (None, end), end),
            (EventKind::CancelTakenBack, Actor::Staff, (end, None), end),
        ]
    );
    // Nothing that a reader would notice changes without an event: each begins where the one before it ended.
    world.rail.script.extend([Reply::Decline; 9]);
    world.advance("2027-04-01T00:00:00Z");
    assert_eq!(world.state(), "ended");
    for pair in world.events.windows(2) {
        assert_eq!(pair[1].before.as_ref(), Some(&pair[0].after), "{:?} then {:?}", pair[0].kind, pair[1].kind);
    }
}

/// (24) The reader pays, and at that moment chooses another plan in a second tab: what was paid for is bought, unless
/// the other plan was quicker; then it goes back.
#[test]
fn what_was_paid_while_another_plan_was_chosen_buys_or_goes_back() {
    for other in [None, Some(SubscriptionId(2))] {
        let mut world = World::checkout(quarterly(), Offer::default(), terms());
        let key = world.ask_page();
        world.reader_pays(&key);
        world.terms.other_live = other;
        world.go(Act::Supersede);
        match other {
            None => {
                assert_eq!((world.state(), world.paid_through(), world.reads()), ("active", date(2027, 2, 22), true));
                assert!(world.d.refunds.is_empty() && world.kinds().contains(&EventKind::ActivatedLate));
            }
            Some(_) => {
                assert_eq!((world.state(), world.reads(), world.d.refunds.len()), ("ended", false, 1));
                assert_eq!((world.balance("suspense"), world.balance("clearing:sandbox")), (0, 0));
            }
        }
    }
}

/// (29) Where no mandate was given, the contract says so at once; months later nothing is tried.
#[test]
fn without_a_mandate_the_first_renewal_asks_the_reader_and_debits_nothing() {
    let mut world = World::checkout(quarterly(), Offer::default(), terms());
    let key = world.ask_page();
    // Paid, and the bank keeps no method.
    let outcome = circulation::payments::Outcome::Captured { reference: "pay_1".into(), amount: inr(900) };
    world.told(&key, outcome, None);
    world.run();
    assert_eq!((world.state(), world.d.mandate.is_none()), ("active", true));
    world.advance("2027-02-23T00:00:00Z");
    assert_eq!((world.state(), world.charges(), world.reads()), ("past-due", 0, true));
    let asked = world.ask_page();
    world.reader_pays(&asked);
    world.tell_known(&asked);
    world.run();
    assert_eq!((world.state(), world.paid_through()), ("active", date(2027, 5, 22)));
}

/// (30) A number is given to money that came, and to nothing else.
#[test]
fn pages_nobody_paid_and_debits_that_failed_make_no_document() {
    let mut world = World::checkout(quarterly(), Offer::default(), terms());
    world.ask_page();
    world.advance("2026-11-22T06:00:00Z");
    world.pay_by_page();
    world.rail.script.extend([Reply::Decline; 9]);
    world.advance("2027-04-01T00:00:00Z");
    assert_eq!((world.state(), world.d.invoices.len()), ("ended", 2));
    assert!(world.d.attempts.len() >= 6, "a page left open, one paid, and the ladder");
    let made: Vec<_> = world.documents.iter().map(|order| (order.kind, order.reference.as_str())).collect();
    assert_eq!(made, [(DocumentKind::TaxInvoice, "invoice:sub-1-p0")]);
}

/// (33) What ended at once has no date left from which anything could begin again.
#[test]
fn what_ended_at_once_leaves_no_date_that_could_revive_it() {
    let end = |world: &mut World, how: usize| match how {
        0 => world.go(Act::End { refund: RefundRule::Nothing, reason: "fraud".into() }),
        1 => world.go(Act::Withdraw),
        2 => world.go(Act::Refund { invoice: 0, amount: None, reason: "an apology".into() }),
        _ => {
            world.dispute("pay_sub-1-p0-a1", DisputeState::Open);
            world.dispute("pay_sub-1-p0-a1", DisputeState::Lost);
        }
    };
    for how in 0..4 {
        let mut world = World::active(quarterly());
        world.days(10);
        end(&mut world, how);
        assert_eq!((world.state(), world.reads()), ("ended", false), "{how}");
        let now = world.now;
        assert!(world.d.contract.access_until().is_none_or(|until| until <= now), "{how}");
        assert!(world.grants.values().all(|grant| grant.ends_at.is_some_and(|ends| ends <= now)), "{how}");
        assert_eq!(world.d.contract.next_renewal(), None, "{how}");
        let mails = world.mails.len();
        world.advance("2030-01-01T00:00:00Z");
        assert_eq!((world.state(), world.charges(), world.reads()), ("ended", 0, false), "{how}");
        assert!(world.mails.len() <= mails + 1, "{how}: nothing is announced for what is over");
        for act in [Act::Resume { by: Actor::Staff }, Act::TakeCancelBack { by: Actor::Reader }] {
            assert!(world.try_act(act).is_err(), "{how}");
        }
    }
}

/// (35) On the last day nothing is left to credit, and on the last day nothing is left to give back.
#[test]
fn a_credit_or_a_refund_of_nothing_leaves_no_line_behind() {
    let mut world = World::active(quarterly());
    world.advance("2027-02-21T06:00:00Z");
    let quote = quote_change(&world.d, &saver(), world.now, &world.terms).unwrap();
    assert_eq!((quote.days_left, quote.credit, quote.charge), (0, inr(0), inr(3_900)));
    let mut ended = world.fork();
    world.go(Act::ChangeNow { plan: saver(), parameters: Default::default() });
    assert_eq!((world.state(), world.paid_through()), ("active", date(2029, 2, 21)));
    let kinds: Vec<_> = world.documents.iter().map(|order| (order.kind, order.gross)).collect();
    assert_eq!(kinds, [(DocumentKind::TaxInvoice, inr(900)), (DocumentKind::TaxInvoice, inr(3_900))]);
    assert!(world.entries.iter().all(|entry| entry.lines().iter().all(|line| line.amount.minor() > 0)));
    // It lives on: the next renewal is the new plan's.
    world.advance("2029-02-22T00:00:00Z");
    assert_eq!((world.state(), world.paid_through()), ("active", date(2031, 2, 21)));

    ended.go(Act::End { refund: RefundRule::ProRata, reason: "moved away".into() });
    assert_eq!((ended.state(), ended.d.refunds.len(), ended.documents.len()), ("ended", 0, 1));
    assert_eq!((ended.balance("deferred"), ended.balance("refunds-payable")), (0, 0));
}

/// (38) A cancellation gives nothing back; giving back is an act of its own, and does not cancel twice.
#[test]
fn a_cancellation_refunds_nothing_and_a_refund_is_asked_for_by_itself() {
    let mut world = World::active(quarterly());
    world.days(3);
    world.go(Act::Cancel { by: Actor::Reader });
    assert!(world.d.refunds.is_empty() && world.reads());
    world.go(Act::Refund { invoice: 0, amount: Some(inr(300)), reason: "a part".into() });
    assert_eq!((world.state(), world.reads(), world.balance("clearing:sandbox")), ("active", true, 60_000));
    world.advance("2027-03-01T00:00:00Z");
    assert_eq!((world.state(), world.d.refunds.len(), world.balance("clearing:sandbox")), ("ended", 1, 60_000));
}
