//! What is special for one reader: a first price or free days for those who never subscribed, a price for those who come
//! back, a coupon.
use circulation::plans::Plan;
use circulation::readers::ReaderId;
use circulation::subscriptions::{Coupon, EndReason, Gift, Offer as Special, State, Subscription, SubscriptionRefusal};

use crate::billing::orders::Offer;
use crate::billing::{BillingError, dossiers};
use crate::config::{PlanOffer, Publication};
use crate::house::House;

/// Today's offer of a plan to a reader, and what became of a coupon.
pub struct Made {
    pub offer: Offer,
    pub coupon: Typed,
}

/// What became of what stands in the coupon's field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// Nothing stands there.
    Nothing,
    /// Its code, as issued: it is in the price.
    Taken(String),
    /// It cannot be used; in words for the reader.
    Refused(String),
}

/// The offer of a plan to a reader.
///
/// # Errors
/// The store's; a plan that cannot be sold.
pub async fn offer(house: &House, reader: ReaderId, plan: &Plan, typed: &str) -> Result<Made, BillingError> {
    let held = dossiers::of_reader(house, reader.0).await?;
    let existing: Vec<Subscription> = held.into_iter().map(|h| h.dossier.contract).collect();
    let set = house.publication.offers.iter().find(|offer| offer.plan == plan.terms.code.as_str());
    let base = match set {
        Some(set) => best(house, reader, plan, set, &existing).await?,
        None => Special::default(),
    };
    let coupon = match typed.trim() {
        "" => Ok(None),
        code => find(house, reader, code).await?.map(Some),
    };
    let plain = || Offer::of(house, reader, plan, base.clone());
    let coupon = match coupon {
        Ok(None) => return Ok(Made { offer: plain().await?, coupon: Typed::Nothing }),
        Err(words) => return Ok(Made { offer: plain().await?, coupon: Typed::Refused(words) }),
        Ok(Some(coupon)) => coupon,
    };
    let code = coupon.code.clone();
    // It must fit the first price, whichever that is, and leave something to pay.
    let special = Special { coupon: Some(coupon), ..base.clone() };
    if let Err(refusal) = special.price(&plan.terms, 0) {
        return Ok(Made { offer: plain().await?, coupon: Typed::Refused(words(&refusal)) });
    }
    Ok(Made { offer: Offer::of(house, reader, plan, special).await?, coupon: Typed::Taken(code) })
}

/// What the publisher has set for readers like this one, as far as the rules sell it to them.
async fn best(
    house: &House,
    reader: ReaderId,
    plan: &Plan,
    set: &PlanOffer,
    existing: &[Subscription],
) -> Result<Special, BillingError> {
    let own = || existing.iter().filter(|contract| contract.offer().gift.is_none());
    let special = if own().any(|contract| contract.activated_at().is_some()) {
        let left = |contract: &&Subscription| {
            // Who got the money back has not left a paid subscription to come back to.
            let State::Ended { reason, .. } = contract.state() else { return false };
            let unpaid = matches!(reason, EndReason::Dispute | EndReason::Withdrawn | EndReason::Refunded);
            contract.activated_at().is_some() && !unpaid
        };
        match (own().find(left), &set.win_back) {
            (Some(lost), Some(price)) => {
                Special { win_back: Some(lost.id()), intro: Some(price.clone()), ..Special::default() }
            }
            _ => Special::default(),
        }
    } else {
        Special { trial_days: set.trial_days, intro: set.intro.clone(), ..Special::default() }
    };
    if special == Special::default() {
        return Ok(special);
    }
    let offer = Offer::of(house, reader, plan, special.clone()).await?;
    Ok(if offer.check(house, reader, existing).is_ok() { special } else { Special::default() })
}

/// A gift of one term.
#[must_use]
pub fn gift() -> Special {
    Special { gift: Some(Gift { periods: 1 }), ..Special::default() }
}

/// The coupon of a code, if this reader may use it now; else why not.
async fn find(house: &House, reader: ReaderId, code: &str) -> Result<Result<Coupon, String>, BillingError> {
    let known = house.publication.coupons.iter().find(|coupon| coupon.code.to_lowercase() == code.to_lowercase());
    let Some(coupon) = known else {
        let words = "We know no such code. Check its letters, or go on without it; capitals do not matter.";
        return Ok(Err(words.into()));
    };
    let (used, own) = house.store.coupon_uses(&coupon.code.to_lowercase(), reader.0).await?;
    let checked = coupon.check(house.clock.now(), used, own);
    Ok(checked.map(|()| coupon.clone()).map_err(|refusal| words(&refusal)))
}

fn words(refusal: &SubscriptionRefusal) -> String {
    match refusal {
        SubscriptionRefusal::Coupon { why, .. } => {
            format!("This code cannot be used: {why}. Go on without it, or with another.")
        }
        other => other.to_string(),
    }
}

/// What is special about a plan at first, on its card: true for everybody who never subscribed.
#[must_use]
pub fn on_card(publication: &Publication, plan: &Plan) -> Option<String> {
    let set = publication.offers.iter().find(|offer| offer.plan == plan.terms.code.as_str())?;
    let (price, term) = (plan.terms.price, plan.terms.term.to_string().to_lowercase());
    let free = set.trial_days.map(|days| if days == 1 { "1 day free".into() } else { format!("{days} days free") });
    let first = set.intro.as_ref().map(|intro| first_price(intro.periods, &intro.price.to_string(), &term));
    match (free, first) {
        (Some(free), Some(first)) => Some(format!("New readers: {free}, then {first}, then {price}")),
        (Some(free), None) => Some(format!("New readers: {free}, then {price}")),
        (None, Some(first)) => Some(format!("New readers: {first}, then {price}")),
        (None, None) => None,
    }
}

/// `first 3 months ₹450`
#[must_use]
pub fn first_price(periods: u32, price: &str, term: &str) -> String {
    if periods == 1 {
        format!("first {term} {price}")
    } else {
        format!("{price} for each of the first {periods} terms")
    }
}
