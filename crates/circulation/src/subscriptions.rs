//! The contract between a reader and the paper, and every step it may take. A step consumes the contract and gives
//! the next one together with the event to be recorded, or refuses and says why.
//!
//! Access is never read from a state word: [`Subscription::access_until`] and [`Subscription::grant`] are computed
//! from dates, and no date exists without a captured payment.
mod reading;
mod refusal;
mod states;
mod stored;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::calendar::{BillingCalendar, BillingZone};
use crate::payments::Capture;
use crate::plans::PlanVersion;
use crate::readers::ReaderId;

pub use refusal::SubscriptionRefusal;
pub use states::{Actor, Cancellation, Consent, EndReason, Event, EventKind, Facts, Paid, Product, State};
pub use stored::SubscriptionRecord;

/// How long an unpaid checkout stays open.
pub const CHECKOUT_LASTS: SignedDuration = SignedDuration::from_hours(24);

/// A contract's number; given by the store, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubscriptionId(pub i64);

/// A contract. It changes only by its transitions, and comes back from storage only through [`SubscriptionRecord`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SubscriptionRecord", into = "SubscriptionRecord")]
pub struct Subscription {
    id: SubscriptionId,
    reader: ReaderId,
    product: Product,
    plan: PlanVersion,
    zone: BillingZone,
    consent: Consent,
    opened_at: Timestamp,
    state: State,
    cancellation: Option<Cancellation>,
}

/// A step taken: the contract afterwards, and what to record in the same transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The contract as it now stands.
    pub subscription: Subscription,
    /// What happened to it.
    pub event: Event,
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
}

/// How a reader may begin to subscribe, given the contracts they have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// The same offer is already open in another tab or from another click: go on with that one.
    Resume(SubscriptionId),
    /// A new checkout may be opened, once these older unpaid ones are [superseded](Subscription::supersede) and
    /// their payment pages have been expired at the rail.
    Open {
        /// Unpaid checkouts to close first.
        supersede: Vec<SubscriptionId>,
    },
}

/// What a captured first payment leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FirstPayment {
    /// The contract runs; give the grant and book the capture.
    Activated(Box<Transition>),
    /// The reader cannot use it: refund in full. The contract stays as it was; the money goes through suspense.
    Refund {
        /// What to record.
        event: Box<Event>,
        /// Why the money goes back.
        because: SubscriptionRefusal,
    },
}

/// Decides how a reader may begin to subscribe (T1). `existing` are all contracts of that reader. The store's unique
/// index on [`Subscription::live_key`] enforces the same when two requests race.
///
/// # Errors
/// [`SubscriptionRefusal::AlreadyLive`] when a contract for the product is running.
pub fn admit(
    reader: ReaderId,
    product: Product,
    plan: &PlanVersion,
    existing: &[Subscription],
    now: Timestamp,
) -> Result<Admission, SubscriptionRefusal> {
    if let Some(live) = find_live(existing, reader, product) {
        return Err(SubscriptionRefusal::AlreadyLive(live.id));
    }
    let mut supersede = Vec::new();
    for other in existing {
        let concerns = other.reader == reader && other.product == product;
        if !concerns || other.state != State::Checkout {
            continue;
        }
        if other.plan == *plan && now < other.checkout_ends() {
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

/// Opens a checkout (T1): terms, zone and consent are frozen. Ask [`admit`] first.
///
/// # Errors
/// No consent, or a running contract among `existing`.
pub fn open_checkout(
    order: Order,
    existing: &[Subscription],
    now: Timestamp,
) -> Result<Transition, SubscriptionRefusal> {
    if let Some(live) = find_live(existing, order.reader, order.product) {
        return Err(SubscriptionRefusal::AlreadyLive(live.id));
    }
    if order.consent.text.trim().is_empty() {
        return Err(SubscriptionRefusal::NoConsent);
    }
    let subscription = Subscription {
        id: order.id,
        reader: order.reader,
        product: order.product,
        plan: order.plan,
        zone: order.zone,
        consent: order.consent,
        opened_at: now,
        state: State::Checkout,
        cancellation: None,
    };
    let event = subscription.event(EventKind::CheckoutOpened, Actor::Reader, now, None);
    Ok(Transition { subscription, event })
}

impl Subscription {
    /// Takes in a captured first payment: T2 in time, T5 and T30 late. `other_live` is another running contract of the
    /// reader for the same product. Late money still buys the contract when it can be used; when it cannot, because
    /// the reader has another one or this one has ended for good, it goes back in full.
    ///
    /// # Errors
    /// The capture is for another contract, another period or another amount, or this contract is already paid by
    /// that very capture.
    pub fn first_payment(
        self,
        capture: &Capture,
        other_live: Option<SubscriptionId>,
        now: Timestamp,
    ) -> Result<FirstPayment, SubscriptionRefusal> {
        self.check_capture(capture)?;
        if self.paid().is_some_and(|paid| paid.first_payment == *capture.key()) {
            return Err(SubscriptionRefusal::AlreadyApplied(self.id));
        }
        let late = match &self.state {
            State::Checkout => false,
            State::Ended { reason: EndReason::Nonpayment | EndReason::Superseded, paid: None, .. } => true,
            State::Active(_) => {
                let because = SubscriptionRefusal::PeriodPaid(self.id);
                return Ok(self.refund(because, now));
            }
            State::Ended { reason, .. } => {
                let because = SubscriptionRefusal::Ended { id: self.id, reason: *reason };
                return Ok(self.refund(because, now));
            }
        };
        if let Some(other) = other_live.filter(|other| *other != self.id) {
            return Ok(self.refund(SubscriptionRefusal::AlreadyLive(other), now));
        }
        // A rail's clock that runs ahead must not keep the reader waiting for what they paid.
        let paid_at = capture.at().min(now);
        let anchor = self.zone.date_at(paid_at);
        let calendar = BillingCalendar::new(anchor, self.zone.clone(), self.plan.term);
        let paid = Paid {
            period: calendar.period(0)?,
            anchor,
            anchored_period: 0,
            paid_at,
            first_payment: capture.key().clone(),
        };
        let kind = if late { EventKind::ActivatedLate } else { EventKind::Activated };
        let transition = self.moved(kind, Actor::Rail, now, |next| {
            next.state = State::Active(paid);
        });
        Ok(FirstPayment::Activated(Box::new(transition)))
    }

    /// Ends an unpaid checkout after [`CHECKOUT_LASTS`] (T4). Its payment page must be expired at the rail first; an
    /// attempt whose outcome is unknown is looked up first.
    ///
    /// # Errors
    /// Not a checkout, or its time is not over.
    pub fn expire_checkout(self, now: Timestamp) -> Result<Transition, SubscriptionRefusal> {
        self.require_checkout()?;
        let ends = self.checkout_ends();
        if now < ends {
            return Err(SubscriptionRefusal::TooEarly { id: self.id, not_before: ends });
        }
        Ok(self.ended(EventKind::CheckoutExpired, EndReason::Nonpayment, Actor::Clock, now))
    }

    /// Ends an unpaid checkout because the reader chose another plan. Money that arrives for it later is treated as
    /// late (T5).
    ///
    /// # Errors
    /// Not a checkout.
    pub fn supersede(self, now: Timestamp) -> Result<Transition, SubscriptionRefusal> {
        self.require_checkout()?;
        Ok(self.ended(EventKind::Superseded, EndReason::Superseded, Actor::Reader, now))
    }

    /// Records a cancellation (T15): no renewal any more, access stays to the end of the paid time.
    ///
    /// # Errors
    /// Nothing is running, or it is already cancelled.
    pub fn cancel(self, by: Actor, now: Timestamp) -> Result<Transition, SubscriptionRefusal> {
        let paid = self.require_active()?;
        if let Some(recorded) = &self.cancellation {
            return Err(SubscriptionRefusal::AlreadyCancelled { id: self.id, ends: recorded.cancel_at });
        }
        let cancellation = Cancellation { cancel_at: paid.period.to, recorded_at: now, by };
        Ok(self.moved(EventKind::Cancelled, by, now, |next| {
            next.cancellation = Some(cancellation);
        }))
    }

    /// Takes a cancellation back (T16): the contract renews again.
    ///
    /// # Errors
    /// Not cancelled, or the date of the cancellation has come.
    pub fn resume(self, by: Actor, now: Timestamp) -> Result<Transition, SubscriptionRefusal> {
        let ends = self.require_cancelled()?;
        if now >= ends {
            return Err(SubscriptionRefusal::TooLate { id: self.id, ended: ends });
        }
        Ok(self.moved(EventKind::Resumed, by, now, |next| next.cancellation = None))
    }

    /// Ends a cancelled contract when its date has come (T17).
    ///
    /// # Errors
    /// Not cancelled, or the date has not come.
    pub fn end_cancelled(self, now: Timestamp) -> Result<Transition, SubscriptionRefusal> {
        let ends = self.require_cancelled()?;
        if now < ends {
            return Err(SubscriptionRefusal::TooEarly { id: self.id, not_before: ends });
        }
        Ok(self.ended(EventKind::Ended, EndReason::ReaderCancelled, Actor::Clock, now))
    }

    fn check_capture(&self, capture: &Capture) -> Result<(), SubscriptionRefusal> {
        if capture.subscription() != self.id || capture.period() != 0 {
            return Err(SubscriptionRefusal::ForeignCapture { id: self.id, key: capture.key().clone() });
        }
        if capture.amount() != self.plan.price {
            return Err(SubscriptionRefusal::AmountDiffers {
                id: self.id,
                expected: self.plan.price,
                got: capture.amount(),
            });
        }
        Ok(())
    }

    fn require_checkout(&self) -> Result<(), SubscriptionRefusal> {
        match self.state {
            State::Checkout => Ok(()),
            _ => Err(SubscriptionRefusal::NotCheckout(self.id)),
        }
    }

    fn require_active(&self) -> Result<&Paid, SubscriptionRefusal> {
        match &self.state {
            State::Active(paid) => Ok(paid),
            State::Checkout => Err(SubscriptionRefusal::NotRunning(self.id)),
            State::Ended { reason, .. } => Err(SubscriptionRefusal::Ended { id: self.id, reason: *reason }),
        }
    }

    /// The instant at which the recorded cancellation takes effect.
    fn require_cancelled(&self) -> Result<Timestamp, SubscriptionRefusal> {
        self.require_active()?;
        self.cancels_at().ok_or(SubscriptionRefusal::NotCancelled(self.id))
    }

    fn refund(self, because: SubscriptionRefusal, now: Timestamp) -> FirstPayment {
        let facts = self.facts();
        FirstPayment::Refund {
            event: Box::new(self.event(EventKind::RefundOwed, Actor::Rail, now, Some(facts))),
            because,
        }
    }

    fn ended(self, kind: EventKind, reason: EndReason, by: Actor, now: Timestamp) -> Transition {
        self.moved(kind, by, now, |next| {
            let paid = next.paid().cloned();
            next.state = State::Ended { reason, at: now, paid };
        })
    }

    fn moved(
        mut self,
        kind: EventKind,
        by: Actor,
        now: Timestamp,
        change: impl FnOnce(&mut Subscription),
    ) -> Transition {
        let before = self.facts();
        change(&mut self);
        let event = self.event(kind, by, now, Some(before));
        Transition { subscription: self, event }
    }

    fn facts(&self) -> Facts {
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

    fn event(&self, kind: EventKind, by: Actor, at: Timestamp, before: Option<Facts>) -> Event {
        Event { kind, subscription: self.id, reader: self.reader, at, by, before, after: self.facts() }
    }
}
