//! Introductory prices, coupons, gifts, complimentary copies: all of it data on the order.
use circulation::benefits::{Benefit, GrantSource};
use circulation::billing::{Act, BillingRefusal, NoticeKind, complimentary, open};
use circulation::money::{Currency, Money};
use circulation::readers::ReaderId;
use circulation::subscriptions::{
    Admission, Coupon, EndReason, Gift, Intro, Off, Offer, Product, SubscriptionId, SubscriptionRefusal, admit,
};
use jiff::civil::date;

use crate::world::{READER, World, essential, inr, instant, opening, order, quarterly, terms};

fn coupon(off: Off, periods: u32) -> Coupon {
    Coupon { code: "DIWALI".into(), off, periods, until: Some(instant("2026-12-31T00:00:00Z")), most: Some(100) }
}

fn charged(world: &World) -> Vec<i64> {
    world.d.invoices.iter().map(|invoice| invoice.charge().minor() / 100).collect()
}

#[test]
fn an_introductory_price_holds_for_its_periods_and_is_told_before_it_ends() {
    let offer = Offer { intro: Some(Intro { price: inr(99), periods: 2 }), ..Offer::default() };
    let mut world = World::checkout(quarterly(), offer, terms());
    world.pay_by_page();
    world.advance("2027-08-23T00:00:00Z");
    assert_eq!(charged(&world), [99, 99, 900, 900]);
    let told: Vec<_> = world.mails.iter().filter(|mail| mail.kind == NoticeKind::RenewalComing(21)).collect();
    assert_eq!([told[0].amount, told[1].amount], [Some(inr(99)), Some(inr(900))]);
}

#[test]
fn a_coupon_takes_off_what_it_says_for_its_periods() {
    for (off, first) in [(Off::Percent(33), 603), (Off::Amount(inr(100)), 800)] {
        let offer = Offer { coupon: Some(coupon(off, 1)), ..Offer::default() };
        let mut world = World::checkout(quarterly(), offer, terms());
        world.pay_by_page();
        world.advance("2027-02-23T00:00:00Z");
        assert_eq!(charged(&world), [first, 900]);
    }
}

#[test]
fn a_coupon_that_cannot_be_used_says_why() {
    let good = coupon(Off::Percent(10), 1);
    let why = |refused: Result<(), SubscriptionRefusal>| refused.unwrap_err().to_string();
    assert!(good.check(opening(), 99, false).is_ok());
    assert!(why(good.check(opening(), 100, false)).contains("as often as it may be"));
    assert!(why(good.check(opening(), 1, true)).contains("used it already"));
    assert!(why(good.check(instant("2027-01-01T00:00:00Z"), 1, false)).contains("its time is over"));
    let euros = Money::new(100, Currency::parse("EUR").unwrap());
    for off in [Off::Percent(0), Off::Percent(100), Off::Amount(inr(900)), Off::Amount(inr(-5)), Off::Amount(euros)] {
        let offer = Offer { coupon: Some(coupon(off, 1)), ..Offer::default() };
        let refused = open(order(quarterly(), offer, opening()), &[], opening(), &terms());
        assert!(matches!(refused, Err(BillingRefusal::Contract(SubscriptionRefusal::Coupon { .. }))), "{off:?}");
    }
}

#[test]
fn offers_that_contradict_themselves_are_not_sold() {
    let gift = Some(Gift { periods: 1 });
    for offer in [
        Offer { trial_days: Some(0), ..Offer::default() },
        Offer { periods: Some(0), ..Offer::default() },
        Offer { gift: Some(Gift { periods: 0 }), ..Offer::default() },
        Offer { gift, trial_days: Some(7), ..Offer::default() },
        Offer { intro: Some(Intro { price: inr(0), periods: 1 }), ..Offer::default() },
        Offer { intro: Some(Intro { price: inr(9), periods: 0 }), ..Offer::default() },
    ] {
        let refused = open(order(quarterly(), offer.clone(), opening()), &[], opening(), &terms());
        assert!(matches!(refused, Err(BillingRefusal::Contract(SubscriptionRefusal::OfferBroken(_)))), "{offer:?}");
    }
    let mut rules = terms();
    rules.rail.max_interval_months = Some(12);
    let long = open(order(crate::world::saver(), Offer::default(), opening()), &[], opening(), &rules);
    assert!(matches!(long, Err(BillingRefusal::BadPlan(_))));
}

#[test]
fn a_trial_is_not_given_twice() {
    let known = World::active(quarterly()).d.contract;
    let mut ended = World::active(quarterly());
    ended.go(Act::Withdraw);
    assert_eq!(known.reader(), READER);
    let offer = Offer { trial_days: Some(7), ..Offer::default() };
    let refused = open(order(quarterly(), offer, opening()), &[ended.d.contract], opening(), &terms());
    assert!(matches!(refused, Err(BillingRefusal::Contract(SubscriptionRefusal::NotEligible(_)))));
}

#[test]
fn a_gift_is_paid_once_claimed_by_another_and_never_renews() {
    let friend = ReaderId(77);
    let offer = Offer { gift: Some(Gift { periods: 2 }), ..Offer::default() };
    let mut world = World::checkout(quarterly(), offer, terms());
    world.pay_by_page();
    assert_eq!((world.state(), world.reads(), charged(&world)), ("unclaimed", false, vec![1_800]));
    assert_eq!((world.balance("revenue"), world.mailed(NoticeKind::GiftBought)), (0, 1));
    // It stands beside the buyer's own contract.
    assert_eq!(world.d.contract.live_key(), None);
    world.advance("2027-06-10T06:00:00Z");
    assert_eq!(world.balance("revenue"), 0);
    world.terms.other_live = Some(SubscriptionId(5));
    assert!(world.try_act(Act::Claim { reader: friend }).is_err());
    world.terms.other_live = None;
    world.go(Act::Claim { reader: friend });
    assert_eq!((world.state(), world.reads(), world.paid_through()), ("active", true, date(2027, 12, 10)));
    assert!(world.grants.keys().all(|(reader, _)| *reader == friend));
    assert!(world.grants.values().all(|grant| grant.source == GrantSource::Gift));
    assert!(matches!(world.try_act(Act::Claim { reader: READER }), Err(BillingRefusal::WrongState { .. })));
    world.advance("2028-03-01T00:00:00Z");
    assert_eq!((world.ended(), world.charges(), world.reads()), (Some(EndReason::TermOver), 0, false));
    assert_eq!(world.balance("deferred"), 0);
}

#[test]
fn an_unclaimed_gift_can_be_withdrawn() {
    let mut world =
        World::checkout(quarterly(), Offer { gift: Some(Gift { periods: 1 }), ..Offer::default() }, terms());
    world.pay_by_page();
    world.days(3);
    world.go(Act::Withdraw);
    assert_eq!(
        (world.ended(), world.balance("deferred"), world.balance("clearing:sandbox")),
        (Some(EndReason::Withdrawn), 0, 0)
    );
}

#[test]
fn complimentary_rights_stand_beside_billing() {
    let benefits = [Benefit::Unlimited].into_iter().collect();
    let until = Some(instant("2027-01-01T00:00:00Z"));
    let (reader, grant) = complimentary(READER, benefits, (opening(), until), 4, "our printer").unwrap();
    assert_eq!((reader, grant.source, grant.reference.as_str()), (READER, GrantSource::Staff, "staff-4"));
    assert_eq!(complimentary(READER, benefits, (opening(), until), 4, ""), Err(BillingRefusal::ReasonRequired));
    assert!(complimentary(READER, benefits, (opening(), Some(opening())), 4, "x").is_err());
}

#[test]
fn another_tab_goes_on_with_the_same_checkout_and_another_plan_supersedes_it() {
    let plain = Offer::default();
    let contract = World::checkout(quarterly(), plain.clone(), terms()).d.contract;
    let existing = [contract];
    let ask = |plan, offer| admit(READER, Product::Digital, &plan, offer, &existing, opening()).unwrap();
    assert_eq!(ask(quarterly(), &plain), Admission::Resume(SubscriptionId(1)));
    assert_eq!(ask(essential(), &plain), Admission::Open { supersede: vec![SubscriptionId(1)] });
    let gift = Offer { gift: Some(Gift { periods: 1 }), ..Offer::default() };
    assert_eq!(ask(quarterly(), &gift), Admission::Open { supersede: vec![] });
    let live = [World::active(quarterly()).d.contract];
    assert!(admit(READER, Product::Digital, &quarterly(), &plain, &live, opening()).is_err());
    assert!(admit(READER, Product::Digital, &quarterly(), &gift, &live, opening()).is_ok());
}
