//! T23 and T24: another plan, at once or at the next renewal.
use circulation::billing::{Act, BillingRefusal, NoticeKind, Terms};
use circulation::subscriptions::{Actor, Offer};
use jiff::civil::date;

use crate::world::{Known, Reply, World, essential, indian_rail, inr, instant, order, quarterly, saver, terms, upi};

#[test]
fn t23_a_dearer_plan_at_once_is_credited_with_the_days_left() {
    // A quarter of 90 days: 1 January to 1 April of a year that is no leap year.
    let mut world = World::ordered(
        order(quarterly(), Offer::default(), instant("2027-01-01T04:30:00Z")),
        instant("2027-01-01T04:30:00Z"),
        terms(),
    );
    world.pay_by_page();
    // 30 January is the thirtieth day.
    world.advance("2027-01-30T06:00:00Z");
    let quote = circulation::billing::quote_change(&world.d, &saver(), world.now, &world.terms).unwrap();
    assert_eq!((quote.days, quote.days_left), (90, 60));
    assert_eq!((quote.credit, quote.charge, quote.paid_through), (inr(600), inr(3_300), date(2029, 1, 30)));
    world.go(Act::ChangeNow { plan: saver(), parameters: Default::default() });
    assert_eq!((world.state(), world.charges()), ("active", 1));
    assert_eq!((world.d.contract.plan(), world.paid_through()), (&saver(), date(2029, 1, 30)));
    assert_eq!(world.balance("clearing:sandbox"), 90_000 + 330_000);
    // The credit note is of the old invoice, the new one is at the full price.
    let gross: Vec<_> = world.documents.iter().map(|order| order.gross).collect();
    assert_eq!(gross, [inr(900), inr(600), inr(3_900)]);
    // What is left of the old price is income; the new one is owed.
    let net = 76_271 - (60_000 - 9_153);
    assert_eq!(world.balance("revenue"), -net);
    assert!(matches!(
        world.try_act(Act::ChangeNow { plan: quarterly(), parameters: Default::default() }),
        Err(BillingRefusal::NoUpgrade)
    ));
}

#[test]
fn t23_on_upi_the_change_asks_for_a_new_mandate_and_withdraws_the_old_after_it() {
    let rules = Terms { rail: indian_rail(), ..terms() };
    let mut world = World::active_with(quarterly(), rules, upi("upi_1", 1_350));
    world.days(30);
    world.go(Act::ChangeNow { plan: saver(), parameters: Default::default() });
    assert_eq!((world.charges(), world.rail.revoked.len()), (0, 0));
    world.method = upi("upi_2", 5_850);
    let key = world.d.open_page().unwrap().payment.key();
    world.reader_pays(&key);
    world.tell_known(&key);
    world.run();
    assert_eq!(world.d.contract.plan(), &saver());
    assert_eq!(world.d.mandate.as_ref().unwrap().facts.mandate.token, "upi_2");
    assert_eq!(world.rail.revoked[0].token, "upi_1");
}

#[test]
fn t23_a_declined_change_leaves_the_contract_as_it_was() {
    let mut world = World::active(quarterly());
    world.days(30);
    world.rail.script.push_back(Reply::Decline);
    world.go(Act::ChangeNow { plan: saver(), parameters: Default::default() });
    assert_eq!((world.d.contract.plan(), world.paid_through()), (&quarterly(), date(2027, 2, 22)));
    world.advance("2027-02-23T00:00:00Z");
    // The renewal has the next number and begins where the paid time ended.
    assert_eq!((world.paid_through(), world.d.invoices.last().unwrap().number), (date(2027, 5, 22), 2));
}

#[test]
fn t24_a_change_at_renewal_is_applied_by_the_renewal() {
    let mut world = World::active(essential());
    // A second click is the same wish: nothing is mailed again.
    for _ in 0..2 {
        world.go(Act::ChangeAtRenewal { plan: quarterly(), by: Actor::Reader });
        assert_eq!(world.mailed(NoticeKind::PlanWillChange), 1);
    }
    assert_eq!(world.d.contract.plan(), &essential());
    world.advance("2027-11-22T06:00:00Z");
    assert_eq!((world.d.contract.plan(), world.paid_through()), (&quarterly(), date(2028, 2, 22)));
    assert!(world.d.contract.pending().is_none());
    world.advance("2028-02-22T06:00:00Z");
    assert_eq!(world.paid_through(), date(2028, 5, 22));
    assert_eq!(world.mailed(NoticeKind::PlanChanged), 1);
}

#[test]
fn t24_a_page_that_would_allow_too_little_for_the_planned_plan_gives_way_to_one_that_asks_for_it() {
    let keep = || Act::KeepMethod { parameters: Default::default() };
    let asked = |world: &World| {
        let of = |call: &Known| match call {
            Known::PageOpen(page) => page.mandate.as_ref().map(|wish| wish.max_amount),
            _ => None,
        };
        let mut open: Vec<_> = world.rail.known.values().filter_map(of).collect();
        open.sort_by_key(|amount| amount.minor());
        open
    };
    let mut world = World::active(quarterly());
    world.go(keep());
    assert_eq!(asked(&world), [inr(1_350)]);
    // The same wish finds the same page.
    world.go(keep());
    assert_eq!((asked(&world), world.d.setups.len()), (vec![inr(1_350)], 1));
    // A dearer plan is planned: nobody can allow the lower limit any more, though nobody asks for the other page yet.
    world.go(Act::ChangeAtRenewal { plan: saver(), by: Actor::Reader });
    assert_eq!(asked(&world), []);
    world.go(keep());
    assert_eq!(asked(&world), [inr(5_850)]);
    // What was planned is taken back: nobody is asked for more than the plan needs.
    world.go(Act::DropChange { by: Actor::Reader });
    assert_eq!(asked(&world), []);
    // Changed today, for money: the page from before goes.
    world.go(keep());
    assert_eq!(asked(&world), [inr(1_350)]);
    world.days(1);
    world.go(keep());
    world.go(Act::ChangeNow { plan: saver(), parameters: Default::default() });
    assert_eq!((world.d.contract.plan(), asked(&world)), (&saver(), vec![]));
}

#[test]
fn t24_a_dearer_price_needs_notice_and_room_in_the_mandate() {
    let mut dearer = quarterly();
    (dearer.price, dearer.version) = (inr(1_000), 2);
    let change = Act::ChangeAtRenewal { plan: dearer.clone(), by: Actor::Staff };
    // Told 40 days before the renewal: the new price.
    let mut world = World::active(quarterly());
    world.advance("2027-01-13T06:00:00Z");
    world.go(change.clone());
    assert_eq!(world.mailed(NoticeKind::PriceChange), 1);
    world.advance("2027-02-22T06:00:00Z");
    assert_eq!(world.d.invoices[1].gross, inr(1_000));
    // Told 10 days before: the old price once more.
    let mut world = World::active(quarterly());
    world.advance("2027-02-12T06:00:00Z");
    world.go(change.clone());
    world.advance("2027-05-22T06:00:00Z");
    assert_eq!((world.d.invoices[1].gross, world.d.invoices[2].gross), (inr(900), inr(1_000)));
    // Above the mandate: the old price until the reader agrees, then by a pay link.
    let rules = Terms { rail: indian_rail(), ..terms() };
    let mut world = World::active_with(quarterly(), rules, upi("upi_1", 950));
    world.go(change);
    world.advance("2027-02-23T06:00:00Z");
    assert_eq!(world.d.invoices[1].gross, inr(900));
    world.go(Act::AgreeToChange);
    world.advance("2027-05-23T06:00:00Z");
    assert_eq!((world.d.invoices[2].gross, world.state(), world.charges()), (inr(1_000), "past-due", 1));
}

#[test]
fn t24_another_plan_by_the_paper_is_charged_only_if_the_reader_agrees() {
    let change = Act::ChangeAtRenewal { plan: essential(), by: Actor::Staff };
    let mut world = World::active(quarterly());
    world.go(change.clone());
    world.advance("2027-02-22T06:00:00Z");
    assert_eq!((world.d.contract.plan(), world.d.invoices[1].gross), (&quarterly(), inr(900)));
    let mut world = World::active(quarterly());
    world.go(change);
    world.go(Act::AgreeToChange);
    world.advance("2027-02-22T06:00:00Z");
    assert_eq!((world.d.invoices[1].gross, &world.d.invoices[1].plan), (inr(2_700), &essential()));
}
