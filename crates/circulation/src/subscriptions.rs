//! The contract between a reader and the paper: its terms, its dates, and where it stands. What moves it stands in
//! [`crate::billing`]; nothing else does.
//!
//! Access is never read from a state word: it is computed from dates ([`Subscription::access_until`],
//! [`crate::billing::Dossier::grants`]), and apart from a free trial no date exists without a captured payment.
mod offers;
mod reading;
mod refusal;
mod states;
mod words;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::calendar::BillingZone;
use crate::ledger::TaxRates;
use crate::plans::PlanVersion;
use crate::readers::ReaderId;

pub use offers::{Coupon, Gift, Intro, Off, Offer};
pub use refusal::SubscriptionRefusal;
pub use states::{Anchor, Cancellation, Consent, Event, Facts, Hold, Paid, Parked, PendingPlan, State, Trial};
pub use words::{Actor, EndReason, EventKind, Product};

/// How long an unpaid checkout stays open.
pub const CHECKOUT_LASTS: SignedDuration = SignedDuration::from_hours(24);

/// A contract's number; given by the store, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubscriptionId(pub i64);

/// A contract. Read it by its methods; it changes only by [`crate::billing::decide`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    pub(crate) id: SubscriptionId,
    pub(crate) reader: ReaderId,
    pub(crate) product: Product,
    pub(crate) plan: PlanVersion,
    pub(crate) zone: BillingZone,
    pub(crate) consent: Consent,
    pub(crate) offer: Offer,
    pub(crate) taxes: TaxRates,
    pub(crate) opened_at: Timestamp,
    pub(crate) state: State,
    pub(crate) anchor: Option<Anchor>,
    pub(crate) paid: Option<Paid>,
    /// Periods paid so far; what an offer counts.
    pub(crate) periods_paid: u32,
    pub(crate) trial: Option<Trial>,
    pub(crate) activated_at: Option<Timestamp>,
    pub(crate) cancellation: Option<Cancellation>,
    pub(crate) pending: Option<PendingPlan>,
    pub(crate) hold: Option<Hold>,
    pub(crate) parked: Option<Parked>,
    /// Who reads, where it is not who pays.
    pub(crate) beneficiary: Option<ReaderId>,
    /// When pauses began, the latest last; at most a year's.
    pub(crate) pauses: Vec<Timestamp>,
}

/// What the reader asks for when they begin to subscribe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Number for the new contract.
    pub id: SubscriptionId,
    /// Who.
    pub reader: ReaderId,
    /// Of what.
    pub product: Product,
    /// On which terms; frozen from here on.
    pub plan: PlanVersion,
    /// Where days begin; frozen from here on.
    pub zone: BillingZone,
    /// What they agreed to.
    pub consent: Consent,
    /// What is special about it.
    pub offer: Offer,
    /// Taxes that the price contains, by the reader's place.
    pub taxes: TaxRates,
}

/// How a reader may begin to subscribe, given the contracts they have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// The same offer is already open in another tab or from another click: go on with that one.
    Resume(SubscriptionId),
    /// A new checkout may be opened, once these older unpaid ones are superseded ([`crate::billing::Act::Supersede`]).
    Open {
        /// Unpaid checkouts to close first.
        supersede: Vec<SubscriptionId>,
    },
}

/// Decides how a reader may begin to subscribe (T1). `existing` are all contracts of that reader. The store's unique
/// index on [`Subscription::live_key`] enforces the same when two requests race.
///
/// # Errors
/// [`SubscriptionRefusal::AlreadyLive`] when a contract for the product is running and this is no gift.
pub fn admit(
    reader: ReaderId,
    product: Product,
    plan: &PlanVersion,
    offer: &Offer,
    existing: &[Subscription],
    now: Timestamp,
) -> Result<Admission, SubscriptionRefusal> {
    if offer.gift.is_none()
        && let Some(live) = find_live(existing, reader, product)
    {
        return Err(SubscriptionRefusal::AlreadyLive(live.id));
    }
    let mut supersede = Vec::new();
    for other in existing {
        let concerns = other.reader == reader && other.product == product;
        let same_kind = other.offer.gift.is_some() == offer.gift.is_some();
        if !concerns || !same_kind || other.state != State::Checkout {
            continue;
        }
        if other.plan == *plan && other.offer == *offer && now < other.checkout_ends() {
            return Ok(Admission::Resume(other.id));
        }
        supersede.push(other.id);
    }
    Ok(Admission::Open { supersede })
}

/// The running contract of a reader for a product, if there is one.
pub fn find_live(existing: &[Subscription], reader: ReaderId, product: Product) -> Option<&Subscription> {
    existing.iter().find(|subscription| subscription.live_key() == Some((reader, product)))
}
