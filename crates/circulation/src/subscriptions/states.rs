//! The states of a contract and the facts that travel with them.
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{SubscriptionId, SubscriptionRefusal};
use crate::calendar::BillingPeriod;
use crate::payments::AttemptKey;
use crate::plans::PlanCode;
use crate::readers::ReaderId;

/// What is subscribed to; one reader has at most one running contract for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Product {
    /// The paper's digital edition.
    Digital,
}

impl Product {
    /// Its stored word.
    pub fn word(self) -> &'static str {
        match self {
            Product::Digital => "digital",
        }
    }
}

impl FromStr for Product {
    type Err = SubscriptionRefusal;
    fn from_str(word: &str) -> Result<Product, SubscriptionRefusal> {
        [Product::Digital]
            .into_iter()
            .find(|known| known.word() == word)
            .ok_or_else(|| SubscriptionRefusal::UnknownWord(word.to_owned()))
    }
}

/// Who brought a step about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// The reader.
    Reader,
    /// The passing of time.
    Clock,
    /// The payment rail, or the reader inside their bank's app.
    Rail,
    /// Somebody of the paper's staff.
    Staff,
}

impl Actor {
    const ALL: [Actor; 4] = [Actor::Reader, Actor::Clock, Actor::Rail, Actor::Staff];

    /// Its stored word.
    pub fn word(self) -> &'static str {
        match self {
            Actor::Reader => "reader",
            Actor::Clock => "clock",
            Actor::Rail => "rail",
            Actor::Staff => "staff",
        }
    }
}

impl FromStr for Actor {
    type Err = SubscriptionRefusal;
    fn from_str(word: &str) -> Result<Actor, SubscriptionRefusal> {
        Actor::ALL
            .into_iter()
            .find(|known| known.word() == word)
            .ok_or_else(|| SubscriptionRefusal::UnknownWord(word.to_owned()))
    }
}

/// What the reader agreed to, word for word, and when (UTC).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The text as it was shown: price, term, renewal, how to cancel.
    pub text: String,
    /// When they agreed.
    pub given_at: Timestamp,
}

/// Why a contract ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndReason {
    /// The reader cancelled and the paid time is over.
    ReaderCancelled,
    /// The reader withdrew within the legal period.
    Withdrawn,
    /// The payment was given back.
    Refunded,
    /// It was never paid, or no longer.
    Nonpayment,
    /// The agreed number of periods is over.
    TermOver,
    /// A dispute was lost.
    Dispute,
    /// Ended by staff.
    Staff,
    /// Another contract took its place.
    Superseded,
}

impl EndReason {
    const ALL: [EndReason; 8] = [
        EndReason::ReaderCancelled,
        EndReason::Withdrawn,
        EndReason::Refunded,
        EndReason::Nonpayment,
        EndReason::TermOver,
        EndReason::Dispute,
        EndReason::Staff,
        EndReason::Superseded,
    ];

    /// Its stored word.
    pub fn word(self) -> &'static str {
        match self {
            EndReason::ReaderCancelled => "reader-cancelled",
            EndReason::Withdrawn => "withdrawn",
            EndReason::Refunded => "refunded",
            EndReason::Nonpayment => "nonpayment",
            EndReason::TermOver => "term-over",
            EndReason::Dispute => "dispute",
            EndReason::Staff => "staff",
            EndReason::Superseded => "superseded",
        }
    }

    /// Whether access stays to the end of the paid time; for the other reasons it ends with the contract.
    pub(super) fn keeps_paid_time(self) -> bool {
        matches!(self, EndReason::ReaderCancelled | EndReason::TermOver)
    }
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for EndReason {
    type Err = SubscriptionRefusal;
    fn from_str(word: &str) -> Result<EndReason, SubscriptionRefusal> {
        EndReason::ALL
            .into_iter()
            .find(|known| known.word() == word)
            .ok_or_else(|| SubscriptionRefusal::UnknownWord(word.to_owned()))
    }
}

/// A cancellation lies over a running contract; it is no state of its own. Who asked, when, and from which date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancellation {
    /// The first civil date, in the contract's zone, on which the contract no longer runs.
    pub cancel_at: Date,
    /// When it was recorded (UTC); no debit may be sent after that.
    pub recorded_at: Timestamp,
    /// Who asked for it.
    pub by: Actor,
}

/// The period last paid for, and the anchor that its successors are counted from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    /// First paid day, in the contract's zone.
    pub anchor: Date,
    /// The period that begins on the anchor.
    pub anchored_period: u32,
    /// The period paid for.
    pub period: BillingPeriod,
    /// When it was paid (UTC).
    pub paid_at: Timestamp,
    /// The payment that began the contract.
    pub first_payment: AttemptKey,
}

/// Where a contract stands. Trial, past due, lapsed and paused will stand beside these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Begun and not paid: no right to anything.
    Checkout,
    /// Paid.
    Active(Paid),
    /// Over; it never runs again, a reader who comes back gets a new contract. The one exception is money that
    /// arrives late for a checkout which was never paid.
    Ended {
        /// Why.
        reason: EndReason,
        /// When it ended (UTC).
        at: Timestamp,
        /// The period last paid for, if any was.
        paid: Option<Paid>,
    },
}

impl State {
    /// Its stored word.
    pub fn word(&self) -> &'static str {
        match self {
            State::Checkout => "checkout",
            State::Active(_) => "active",
            State::Ended { .. } => "ended",
        }
    }
}

/// What happened to a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// T1.
    CheckoutOpened,
    /// T2.
    Activated,
    /// T5 with a usable contract.
    ActivatedLate,
    /// T4.
    CheckoutExpired,
    /// Another plan was chosen before paying.
    Superseded,
    /// T15.
    Cancelled,
    /// T16.
    Resumed,
    /// T17.
    Ended,
    /// T5 and T30: money came that must go back in full.
    RefundOwed,
}

impl EventKind {
    /// Its stored word.
    pub fn word(self) -> &'static str {
        match self {
            EventKind::CheckoutOpened => "checkout-opened",
            EventKind::Activated => "activated",
            EventKind::ActivatedLate => "activated-late",
            EventKind::CheckoutExpired => "checkout-expired",
            EventKind::Superseded => "superseded",
            EventKind::Cancelled => "cancelled",
            EventKind::Resumed => "resumed",
            EventKind::Ended => "ended",
            EventKind::RefundOwed => "refund-owed",
        }
    }
}

/// The facts of a contract that an event keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Word of the state.
    pub state: String,
    /// Code of the plan.
    pub plan: PlanCode,
    /// Its version.
    pub plan_version: u32,
    /// First day not paid for.
    pub paid_through: Option<Date>,
    /// Date of a recorded cancellation.
    pub cancel_at: Option<Date>,
    /// Why it ended, if it did.
    pub end_reason: Option<EndReason>,
}

/// One line of a contract's history: what, when (UTC), by whom, and the facts before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// To which contract.
    pub subscription: SubscriptionId,
    /// Of which reader.
    pub reader: ReaderId,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// The facts before; none for a new contract.
    pub before: Option<Facts>,
    /// The facts after.
    pub after: Facts,
}
