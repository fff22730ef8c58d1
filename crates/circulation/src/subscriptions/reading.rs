//! What a contract says, computed from its dates: access, next renewal, and its plain facts.
use jiff::Timestamp;
use jiff::civil::Date;

use super::{
    Actor, Anchor, CHECKOUT_LASTS, Cancellation, Consent, EndReason, Event, EventKind, Facts, Hold, Offer, Paid,
    Parked, PendingPlan, Product, State, Subscription, SubscriptionId, Trial,
};
use crate::calendar::BillingZone;
use crate::ledger::TaxRates;
use crate::plans::PlanVersion;
use crate::readers::ReaderId;

impl EndReason {
    /// Whether access stays to the end of the paid time; for the other reasons it ends with the contract.
    pub fn keeps_paid_time(self) -> bool {
        matches!(self, EndReason::ReaderCancelled | EndReason::TermOver | EndReason::Nonpayment)
    }
}

impl Subscription {
    /// The instant (UTC) at which access ends or ended; `None` when there never was any. Ask `now < access_until`.
    /// The grants in [`crate::billing::Dossier::grants`] say the same, with the gaps between.
    pub fn access_until(&self) -> Option<Timestamp> {
        let paid = self.paid.as_ref().map(|paid| paid.period.ends);
        let dated = paid.or_else(|| self.trial.as_ref().map(|trial| trial.ends))?;
        let until = match &self.state {
            State::Checkout | State::Unclaimed => return None,
            State::Trial | State::Active | State::Lapsed { .. } => dated,
            State::PastDue { grace_until, .. } => dated.max(*grace_until),
            State::Paused { since, .. } => dated.min(*since),
            State::Ended { reason, .. } if reason.keeps_paid_time() => dated,
            State::Ended { at, .. } => dated.min(*at),
        };
        Some(self.hold.as_ref().filter(|hold| hold.cut).map_or(until, |hold| until.min(hold.since)))
    }

    /// The date on which the next payment falls due, in the contract's zone; `None` when nothing renews.
    pub fn next_renewal(&self) -> Option<Date> {
        if self.cancellation.is_some() || self.is_last_period() {
            return None;
        }
        match &self.state {
            State::Active | State::PastDue { .. } => self.paid_through(),
            State::Trial => self.trial.as_ref().map(|trial| trial.to),
            _ => None,
        }
    }

    /// Whether no period may follow the one paid for (T29).
    pub fn is_last_period(&self) -> bool {
        self.offer.gift.is_some() || self.offer.periods.is_some_and(|most| self.periods_paid >= most)
    }

    /// The instant (UTC) at which a recorded cancellation takes effect.
    pub fn cancels_at(&self) -> Option<Timestamp> {
        self.zone.start_of_day(self.cancellation.as_ref()?.cancel_at)
    }

    /// The first civil date that is not paid for, in the contract's zone.
    pub fn paid_through(&self) -> Option<Date> {
        Some(self.paid.as_ref()?.period.to)
    }

    /// Reader and product while the contract runs: at most one contract has a given value (a unique index in the
    /// store). Unpaid checkouts have none, so that a reader may change their mind; nor have gifts, which stand beside
    /// the reader's own contract.
    pub fn live_key(&self) -> Option<(ReaderId, Product)> {
        match self.state {
            _ if self.offer.gift.is_some() => None,
            State::Checkout | State::Unclaimed | State::Ended { .. } => None,
            _ => Some((self.reader, self.product)),
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
    /// Who pays.
    pub fn reader(&self) -> ReaderId {
        self.reader
    }
    /// Who reads: the payer, or the one who claimed the gift.
    pub fn holder(&self) -> ReaderId {
        self.beneficiary.unwrap_or(self.reader)
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
    /// What is special about it.
    pub fn offer(&self) -> &Offer {
        &self.offer
    }
    /// Taxes in the price of the next invoice.
    pub fn taxes(&self) -> &TaxRates {
        &self.taxes
    }
    /// When the checkout was opened (UTC).
    pub fn opened_at(&self) -> Timestamp {
        self.opened_at
    }
    /// When it first ran (UTC): paid, or in a trial.
    pub fn activated_at(&self) -> Option<Timestamp> {
        self.activated_at
    }
    /// Where it stands.
    pub fn state(&self) -> &State {
        &self.state
    }
    /// From where the next periods are counted.
    pub fn anchor(&self) -> Option<Anchor> {
        self.anchor
    }
    /// The period last paid for.
    pub fn paid(&self) -> Option<&Paid> {
        self.paid.as_ref()
    }
    /// Periods paid so far.
    pub fn periods_paid(&self) -> u32 {
        self.periods_paid
    }
    /// The trial, running or over.
    pub fn trial(&self) -> Option<&Trial> {
        self.trial.as_ref()
    }
    /// The cancellation, while one is recorded.
    pub fn cancellation(&self) -> Option<&Cancellation> {
        self.cancellation.as_ref()
    }
    /// The change that waits for the next renewal.
    pub fn pending(&self) -> Option<&PendingPlan> {
        self.pending.as_ref()
    }
    /// The hold of a running dispute.
    pub fn hold(&self) -> Option<&Hold> {
        self.hold.as_ref()
    }
    /// Why nothing is charged, while that is so.
    pub fn parked(&self) -> Option<&Parked> {
        self.parked.as_ref()
    }

    /// The facts that an event keeps.
    pub fn facts(&self) -> Facts {
        Facts {
            state: self.state.word().to_owned(),
            plan: self.plan.code.clone(),
            plan_version: self.plan.version,
            paid_through: self.paid_through(),
            cancel_at: self.cancellation.as_ref().map(|recorded| recorded.cancel_at),
            end_reason: match &self.state {
                State::Ended { reason, .. } => Some(*reason),
                _ => None,
            },
        }
    }

    pub(crate) fn event(&self, kind: EventKind, by: Actor, at: Timestamp, before: Option<Facts>) -> Event {
        let (subscription, reader, after) = (self.id, self.reader, self.facts());
        Event { kind, subscription, reader, at, by, before, after, amount: None, note: None }
    }
}
