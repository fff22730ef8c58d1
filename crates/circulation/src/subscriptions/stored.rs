//! A contract as plain fields, and the way back: what contradicts itself does not become a contract.
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    Cancellation, Consent, EndReason, Paid, Product, State, Subscription, SubscriptionId, SubscriptionRefusal,
};
use crate::calendar::{BillingCalendar, BillingZone};
use crate::payments::AttemptKey;
use crate::plans::PlanVersion;
use crate::readers::ReaderId;

/// A contract as it is stored: every field plain, one column each or one JSON document. Period boundaries are not
/// stored but computed again; `paid_through` is, for queries, and is checked against them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionRecord {
    /// The contract's number.
    pub id: SubscriptionId,
    /// Whose it is.
    pub reader: ReaderId,
    /// What it is for.
    pub product: Product,
    /// The frozen terms.
    pub plan: PlanVersion,
    /// The frozen zone.
    pub zone: BillingZone,
    /// What the reader agreed to.
    pub consent: Consent,
    /// When the checkout was opened (UTC).
    pub opened_at: Timestamp,
    /// Word of the state: `checkout`, `active`, `ended`.
    pub state: String,
    /// First paid day, or the day of the latest re-anchoring.
    pub anchor: Option<Date>,
    /// The period that begins on the anchor.
    #[serde(default)]
    pub anchored_period: u32,
    /// The period last paid for, from 0.
    pub period: Option<u32>,
    /// First day not paid for.
    pub paid_through: Option<Date>,
    /// When the period was paid (UTC).
    pub paid_at: Option<Timestamp>,
    /// The payment that began the contract.
    pub first_payment: Option<AttemptKey>,
    /// The cancellation, while one is recorded.
    pub cancellation: Option<Cancellation>,
    /// Why it ended.
    pub end_reason: Option<EndReason>,
    /// When it ended (UTC).
    pub ended_at: Option<Timestamp>,
}

impl From<Subscription> for SubscriptionRecord {
    fn from(subscription: Subscription) -> SubscriptionRecord {
        let paid = subscription.paid().cloned();
        let (end_reason, ended_at) = match &subscription.state {
            State::Ended { reason, at, .. } => (Some(*reason), Some(*at)),
            _ => (None, None),
        };
        SubscriptionRecord {
            id: subscription.id,
            reader: subscription.reader,
            product: subscription.product,
            state: subscription.state.word().to_owned(),
            plan: subscription.plan,
            zone: subscription.zone,
            consent: subscription.consent,
            opened_at: subscription.opened_at,
            anchor: paid.as_ref().map(|paid| paid.anchor),
            anchored_period: paid.as_ref().map_or(0, |paid| paid.anchored_period),
            period: paid.as_ref().map(|paid| paid.period.number),
            paid_through: paid.as_ref().map(|paid| paid.period.to),
            paid_at: paid.as_ref().map(|paid| paid.paid_at),
            first_payment: paid.map(|paid| paid.first_payment),
            cancellation: subscription.cancellation,
            end_reason,
            ended_at,
        }
    }
}

impl TryFrom<SubscriptionRecord> for Subscription {
    type Error = SubscriptionRefusal;
    fn try_from(record: SubscriptionRecord) -> Result<Subscription, SubscriptionRefusal> {
        let id = record.id;
        let broken = |what| SubscriptionRefusal::Stored { id, what };
        let paid = record.paid()?;
        if record.end_reason.is_some() != record.ended_at.is_some() {
            return Err(broken("the reason and the time of its ending must come together"));
        }
        let ending = record.end_reason.zip(record.ended_at);
        let state = match (record.state.as_str(), paid, ending) {
            ("checkout", None, None) => State::Checkout,
            ("active", Some(paid), None) => State::Active(paid),
            ("ended", paid, Some((reason, at))) => State::Ended { reason, at, paid },
            ("checkout" | "active" | "ended", _, _) => {
                return Err(broken("its state does not fit its payments or its ending"));
            }
            _ => return Err(broken("its state is not known to this version")),
        };
        if let Some(recorded) = &record.cancellation
            && Some(recorded.cancel_at) != record.paid_through
        {
            return Err(broken("it is cancelled for a day that is not the end of its paid time"));
        }
        Ok(Subscription {
            id,
            reader: record.reader,
            product: record.product,
            plan: record.plan,
            zone: record.zone,
            consent: record.consent,
            opened_at: record.opened_at,
            state,
            cancellation: record.cancellation,
        })
    }
}

impl SubscriptionRecord {
    fn paid(&self) -> Result<Option<Paid>, SubscriptionRefusal> {
        let broken = |what| SubscriptionRefusal::Stored { id: self.id, what };
        let (anchor, number, paid_at, first_payment) =
            match (self.anchor, self.period, self.paid_at, &self.first_payment) {
                (None, None, None, None) => return Ok(None),
                (Some(anchor), Some(number), Some(paid_at), Some(key)) => (anchor, number, paid_at, key.clone()),
                _ => return Err(broken("anchor, period and payment must come together")),
            };
        let mut calendar = BillingCalendar::new(anchor, self.zone.clone(), self.plan.term);
        calendar.anchored_period = self.anchored_period;
        let period = calendar.period(number)?;
        if self.paid_through != Some(period.to) {
            return Err(broken("its paid-through date does not follow from its anchor"));
        }
        Ok(Some(Paid { anchor, anchored_period: self.anchored_period, period, paid_at, first_payment }))
    }
}
