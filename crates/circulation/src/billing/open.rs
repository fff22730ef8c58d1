//! The beginning of a contract (T1), with everything that an offer may bring.
use jiff::{Span, Timestamp};

use super::dossier::Purpose;
use super::work::Work;
use super::{BillingRefusal, Decision, Dossier, Terms};
use crate::subscriptions::{
    Actor, EndReason, EventKind, Offer, Order, State, Subscription, SubscriptionRefusal, find_live,
};

/// Opens a checkout (T1): terms, zone, taxes and consent are frozen. Ask [`crate::subscriptions::admit`] first, and
/// check a coupon with [`crate::subscriptions::Coupon::check`].
///
/// # Errors
/// No consent, a running contract among `existing` (unless for a gift), an offer that cannot be sold or is not open to
/// the reader, a term that the rail cannot renew.
pub fn open(
    order: Order,
    existing: &[Subscription],
    now: Timestamp,
    terms: &Terms,
) -> Result<Decision, BillingRefusal> {
    if order.offer.gift.is_none()
        && let Some(live) = find_live(existing, order.reader, order.product)
    {
        return Err(SubscriptionRefusal::AlreadyLive(live.id).into());
    }
    if order.consent.text.trim().is_empty() {
        return Err(SubscriptionRefusal::NoConsent.into());
    }
    check_offer(&order, existing, now, terms)?;
    let trial = order.offer.trial_days.is_some();
    let contract = Subscription {
        id: order.id,
        reader: order.reader,
        product: order.product,
        plan: order.plan,
        zone: order.zone,
        consent: order.consent,
        offer: order.offer,
        taxes: order.taxes,
        opened_at: now,
        state: State::Checkout,
        anchor: None,
        paid: None,
        periods_paid: 0,
        trial: None,
        activated_at: None,
        cancellation: None,
        pending: None,
        hold: None,
        parked: None,
        beneficiary: None,
        pauses: Vec::new(),
    };
    let mut work = Work::born(Dossier::new(contract), now, terms);
    if !trial {
        let today = work.today();
        work.open_invoice(Purpose::First, today)?;
    }
    work.event(EventKind::CheckoutOpened, Actor::Reader);
    Ok(work.finish())
}

impl Dossier {
    fn new(contract: Subscription) -> Dossier {
        Dossier {
            contract,
            mandate: None,
            invoices: Vec::new(),
            attempts: Vec::new(),
            setups: Vec::new(),
            refunds: Vec::new(),
            disputes: Vec::new(),
            strays: Vec::new(),
            revocations: Vec::new(),
            notices: Vec::new(),
            recognised_to: None,
            steps: 0,
        }
    }
}

fn check_offer(order: &Order, existing: &[Subscription], now: Timestamp, terms: &Terms) -> Result<(), BillingRefusal> {
    let offer = &order.offer;
    let broken = |why| Err(SubscriptionRefusal::OfferBroken(why).into());
    let longest = terms.rail.max_interval_months;
    if offer.gift.is_none() && longest.is_some_and(|most| order.plan.term.months().get() > most) {
        return Err(BillingRefusal::BadPlan("the payment rail cannot renew so long a term; offer a shorter one"));
    }
    if offer.gift.is_some_and(|gift| !(1..=10).contains(&gift.periods)) {
        return broken("a gift lasts 1 to 10 terms");
    }
    if offer.gift.is_some() && (offer.trial_days.is_some() || offer.intro.is_some() || offer.win_back.is_some()) {
        return broken("a gift has no trial, no introductory price and wins nobody back");
    }
    if offer.trial_days.is_some_and(|days| !(1..=366).contains(&days)) {
        return broken("a trial lasts 1 to 366 days");
    }
    if offer.periods == Some(0) {
        return broken("a contract has at least one period");
    }
    if let Some(intro) = &offer.intro
        && (intro.price.currency() != order.plan.price.currency() || intro.periods == 0 || !intro.price.is_positive())
    {
        return broken(
            "the introductory price must be more than zero, in the plan's currency, for at least one period",
        );
    }
    // Every price that the offer can lead to must be one that can be charged and split into its taxes.
    let first = offer.price(&order.plan, 0)?;
    let plain = Offer { gift: offer.gift, ..Offer::default() }.price(&order.plan, 0)?;
    for price in [first, plain] {
        if !price.is_positive() {
            return broken("the price must be more than zero");
        }
        order.taxes.split(price)?;
    }
    let theirs = || existing.iter().filter(|other| other.reader == order.reader && other.product == order.product);
    if offer.trial_days.is_some() && theirs().any(|other| other.activated_at.is_some() && other.offer.gift.is_none()) {
        return Err(SubscriptionRefusal::NotEligible("a trial is for readers who never subscribed").into());
    }
    match offer.win_back {
        Some(lost) => check_win_back(lost, theirs(), now, terms).map_err(Into::into),
        None => Ok(()),
    }
}

/// T27: the old contract has ended, and no other win-back began within the publisher's months.
fn check_win_back<'a>(
    lost: crate::subscriptions::SubscriptionId,
    mut theirs: impl Iterator<Item = &'a Subscription> + Clone,
    now: Timestamp,
    terms: &Terms,
) -> Result<(), SubscriptionRefusal> {
    let refused = |why| Err(SubscriptionRefusal::NotEligible(why));
    let ended = theirs.clone().find(|other| other.id == lost).map(|other| &other.state);
    match ended {
        Some(State::Ended { reason: EndReason::Dispute, .. }) => {
            return refused("the last contract ended in a dispute");
        }
        Some(State::Ended { .. }) => {}
        _ => return refused("no ended contract of the reader has that number"),
    }
    let months = Span::new().try_months(i64::from(terms.policy.win_back_months)).unwrap_or_default();
    let recent = theirs.any(|other| {
        let used = other.offer.win_back.is_some() && other.activated_at.is_some();
        let until = other.zone.date_at(other.opened_at).saturating_add(months);
        used && other.zone.date_at(now) < until
    });
    if recent { refused("a win-back offer was used not long ago") } else { Ok(()) }
}
