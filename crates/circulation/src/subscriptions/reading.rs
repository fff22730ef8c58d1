//! What a contract says, computed from its dates: access, grant, next renewal.
use jiff::Timestamp;
use jiff::civil::Date;

use super::{CHECKOUT_LASTS, Cancellation, Consent, Paid, Product, State, Subscription, SubscriptionId};
use crate::benefits::{Grant, GrantSource};
use crate::calendar::BillingZone;
use crate::plans::PlanVersion;
use crate::readers::ReaderId;

impl Subscription {
    /// The instant (UTC) at which paid access ends or ended; `None` when nothing was ever paid. Ask `now < access_until`.
    pub fn access_until(&self) -> Option<Timestamp> {
        match &self.state {
            State::Checkout => None,
            State::Active(paid) => Some(paid.period.ends),
            State::Ended { reason, at, paid } => {
                let paid = paid.as_ref()?;
                if reason.keeps_paid_time() { Some(paid.period.ends) } else { Some(paid.period.ends.min(*at)) }
            }
        }
    }

    /// The right that the paid period gives, from the capture (or the start of the period, if later) to
    /// [`access_until`](Self::access_until). Its reference names contract and period.
    pub fn grant(&self) -> Option<Grant> {
        let paid = self.paid()?;
        Some(Grant {
            benefits: self.plan.benefits,
            source: GrantSource::Purchase,
            starts_at: paid.paid_at.max(paid.period.starts),
            ends_at: Some(self.access_until()?),
            reference: format!("sub-{}-p{}", self.id.0, paid.period.number),
        })
    }

    /// The date on which the next payment falls due, in the contract's zone; `None` when nothing renews.
    pub fn next_renewal(&self) -> Option<Date> {
        match (&self.state, &self.cancellation) {
            (State::Active(paid), None) => Some(paid.period.to),
            _ => None,
        }
    }

    /// The instant (UTC) at which a recorded cancellation takes effect: the end of the paid time.
    pub fn cancels_at(&self) -> Option<Timestamp> {
        self.cancellation.as_ref()?;
        Some(self.paid()?.period.ends)
    }

    /// The first civil date that is not paid for, in the contract's zone.
    pub fn paid_through(&self) -> Option<Date> {
        Some(self.paid()?.period.to)
    }

    /// Reader and product while the contract runs: at most one contract has a given value (a unique index in the
    /// store). Unpaid checkouts have none, so that a reader may change their mind.
    pub fn live_key(&self) -> Option<(ReaderId, Product)> {
        match self.state {
            State::Active(_) => Some((self.reader, self.product)),
            State::Checkout | State::Ended { .. } => None,
        }
    }

    /// When an unpaid checkout is closed (UTC).
    pub fn checkout_ends(&self) -> Timestamp {
        self.opened_at.checked_add(CHECKOUT_LASTS).unwrap_or(Timestamp::MAX)
    }

    /// The contract's number.
    pub fn id(&self) -> SubscriptionId {
        self.id
    }
    /// Whose it is.
    pub fn reader(&self) -> ReaderId {
        self.reader
    }
    /// What it is for.
    pub fn product(&self) -> Product {
        self.product
    }
    /// The frozen terms.
    pub fn plan(&self) -> &PlanVersion {
        &self.plan
    }
    /// The frozen zone.
    pub fn zone(&self) -> &BillingZone {
        &self.zone
    }
    /// What the reader agreed to, and when.
    pub fn consent(&self) -> &Consent {
        &self.consent
    }
    /// When the checkout was opened (UTC).
    pub fn opened_at(&self) -> Timestamp {
        self.opened_at
    }
    /// Where it stands.
    pub fn state(&self) -> &State {
        &self.state
    }
    /// The cancellation, while one is recorded.
    pub fn cancellation(&self) -> Option<&Cancellation> {
        self.cancellation.as_ref()
    }
    /// The period last paid for.
    pub fn paid(&self) -> Option<&Paid> {
        match &self.state {
            State::Checkout => None,
            State::Active(paid) => Some(paid),
            State::Ended { paid, .. } => paid.as_ref(),
        }
    }
}
