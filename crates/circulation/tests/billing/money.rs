//! Income by the day, prices taken apart and taken back, credits: nothing is lost and nothing is given twice.
use circulation::billing::{Act, quote_change};
use circulation::ledger::{Account, TaxRates};
use circulation::money::Currency;
use circulation::payments::Rail;
use circulation::subscriptions::Offer;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::world::{World, instant, opening, order, plan, quarterly, saver, terms};

fn within_state() -> TaxRates {
    TaxRates::new(&[("cgst", 900), ("sgst", 900)]).unwrap()
}

fn priced(rupees: i64, months: u16, rates: TaxRates, begins: Timestamp) -> World {
    let mut order = order(plan("any", rupees, months), Offer::default(), begins);
    order.taxes = rates;
    let mut world = World::ordered(order, begins, terms());
    world.pay_by_page();
    world
}

#[test]
fn the_books_of_a_quarter_day_by_day() {
    let mut world = World::active(quarterly());
    world.days(1);
    // 762.71 over 92 days: 8.29 for the first, cut to the paisa.
    assert_eq!(world.balance("revenue"), -(76_271 / 92));
    world.days(45);
    assert_eq!(world.balance("revenue"), -(76_271 * 46 / 92));
    world.advance("2027-02-21T18:30:00Z");
    assert_eq!((world.balance("revenue"), world.balance("deferred")), (-76_271, 0));
}

#[test]
fn income_does_not_depend_on_how_often_it_is_looked_at() {
    for every in [1, 7, 31] {
        let mut world = World::active(quarterly());
        world.terms.policy.recognise_days = every;
        world.advance("2027-02-21T18:30:00Z");
        assert_eq!(world.balance("revenue"), -76_271, "every {every} days");
    }
}

#[test]
fn the_books_are_sound_and_open_items_have_an_age() {
    let mut world = World::active(quarterly());
    world.days(40);
    world.go(Act::Refund { invoice: 0, amount: Some(crate::world::inr(100)), reason: "sorry".into() });
    let health = world.health();
    assert!(health.is_sound(), "{:?}", health.faults);
    let clearing = &health.open[&(Account::Clearing { rail: Rail::Sandbox }, Currency::INR)];
    assert_eq!((clearing.balance, clearing.since), (80_000, opening()));
    assert_eq!(health.open.len(), 1);
}

#[test]
fn a_gap_in_a_quote_is_no_gap_in_the_money() {
    // The last day of a period: nothing is left, the whole price is charged.
    let mut world = World::active(quarterly());
    world.advance("2027-02-21T06:00:00Z");
    let quote = quote_change(&world.d, &saver(), world.now, &world.terms).unwrap();
    assert_eq!((quote.days_left, quote.credit.minor(), quote.charge), (0, 0, saver().price));
    world.go(Act::ChangeNow { plan: saver(), parameters: Default::default() });
    assert_eq!((world.d.contract.plan(), world.documents.len()), (&saver(), 2));
}

#[test]
fn an_upgrade_withdrawn_gives_back_both_payments_and_not_more() {
    let mut world = World::active(quarterly());
    world.days(5);
    world.go(Act::ChangeNow { plan: saver(), parameters: Default::default() });
    assert_eq!(world.d.contract.plan(), &saver());
    world.days(5);
    world.go(Act::Withdraw);
    assert_eq!((world.balance("clearing:sandbox"), world.balance("refunds-payable")), (0, 0));
    assert_eq!((world.balance("revenue"), world.balance("deferred"), world.balance("output-tax:igst")), (0, 0, 0));
    let back: i64 = world.d.refunds.iter().map(|refund| refund.amount.minor()).sum();
    let taken: i64 =
        world.d.attempts.iter().filter_map(|attempt| attempt.payment.capture()).map(|c| c.amount().minor()).sum();
    assert_eq!(back, taken);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// I19 and the splitting of refunds: whatever is taken back and whenever, by the end nothing is owed.
    #[test]
    fn by_the_end_of_the_period_everything_is_earned_or_given_back(
        rupees in 1_i64..9_000, months in 1_u16..14, state in any::<bool>(), begin in 0_i64..2_000,
        backs in proptest::collection::vec((1_i64..400, 1_i64..60), 0..4),
    ) {
        let rates = if state { within_state() } else { TaxRates::new(&[("igst", 1_800)]).unwrap() };
        let begins = instant("2024-01-01T04:30:00Z") + SignedDuration::from_hours(24 * begin);
        let mut world = priced(rupees, months, rates.clone(), begins);
        world.terms.policy.recognise_days = 9;
        world.go(Act::Cancel { by: circulation::subscriptions::Actor::Reader });
        let mut back = 0;
        for (thousandths, days) in backs {
            world.days(days);
            let amount = (rupees * 100 * thousandths / 1_000).max(1);
            if world.state() == "active" && back + amount < rupees * 100 {
                let amount = circulation::money::Money::new(amount, Currency::INR);
                world.go(Act::Refund { invoice: 0, amount: Some(amount), reason: "part".into() });
                back += amount.minor();
            }
        }
        world.days(500);
        prop_assert_eq!(world.balance("deferred"), 0);
        prop_assert_eq!(world.balance("clearing:sandbox"), rupees * 100 - back);
        let taxes: i64 = ["igst", "cgst", "sgst"].iter().map(|tax| world.balance(&format!("output-tax:{tax}"))).sum();
        prop_assert_eq!(-world.balance("revenue") - taxes, rupees * 100 - back);
        // The whole of it back leaves nothing anywhere.
        if back > 0 {
            world.go(Act::Refund { invoice: 0, amount: None, reason: "rest".into() });
            for account in ["deferred", "revenue", "output-tax:igst", "output-tax:cgst", "output-tax:sgst", "clearing:sandbox"] {
                prop_assert_eq!(world.balance(account), 0, "{}", account);
            }
        }
        prop_assert!(world.health().is_sound());
    }

    /// I16: a credit is never more than the part of the price not used, nor than what was paid and not given back.
    #[test]
    fn a_credit_never_exceeds_what_is_left(
        rupees in 1_i64..9_000, months in 1_u16..25, after in 0_i64..800, back in 0_i64..1_000,
    ) {
        let mut world = priced(rupees, months, within_state(), instant("2024-02-29T04:30:00Z"));
        world.terms.policy.recognise_days = 31;
        let end = world.paid_through();
        world.days(after);
        let back = rupees * 100 * back / 1_000;
        if back > 0 && back < rupees * 100 && world.d.contract.paid_through() == Some(end) {
            let amount = circulation::money::Money::new(back, Currency::INR);
            world.go(Act::Refund { invoice: 0, amount: Some(amount), reason: "part".into() });
        }
        let invoice = world.d.invoices.iter().rfind(|invoice| invoice.paid_by().is_some()).unwrap().clone();
        if let Ok(quote) = quote_change(&world.d, &plan("dear", 20_000, 24), world.now, &world.terms) {
            prop_assert!(quote.credit.minor() <= invoice.gross.minor() - invoice.credited.minor());
            let exact = i128::from(invoice.gross.minor()) * i128::from(quote.days_left);
            let given = i128::from(quote.credit.minor()) * i128::from(quote.days);
            prop_assert!(given <= exact);
            let capped = quote.credit.minor() == invoice.gross.minor() - invoice.credited.minor();
            prop_assert!(capped || exact - given < i128::from(quote.days));
            prop_assert_eq!(quote.charge.minor() + quote.credit.minor(), 2_000_000);
            world.go(Act::ChangeNow { plan: plan("dear", 20_000, 24), parameters: Default::default() });
            prop_assert_eq!(world.paid_through(), quote.paid_through);
        }
    }
}
