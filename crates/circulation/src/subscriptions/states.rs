//! The states of a contract and the facts that travel with them. Dates are civil dates in the contract's zone,
//! instants are UTC.
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Actor, EndReason, EventKind, SubscriptionId};
use crate::calendar::BillingPeriod;
use crate::money::Money;
use crate::plans::{PlanCode, PlanVersion};
use crate::readers::ReaderId;

/// What the reader agreed to, word for word, and when (UTC).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The text as it was shown: price, term, renewal, how to cancel.
    pub text: String,
    /// When they agreed.
    pub given_at: Timestamp,
    /// Whether the reader expressly asked to begin at once and was told that a withdrawal then costs the days used.
    #[serde(default)]
    pub begin_at_once: bool,
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

/// The period last paid for. Its number is that of its invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paid {
    /// The period; its end moves with pauses and extensions.
    pub period: BillingPeriod,
    /// When it was paid (UTC).
    pub paid_at: Timestamp,
}

/// From where the next periods are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// First paid day, or the day of the latest re-anchoring.
    pub date: Date,
    /// How many terms after it the next period begins.
    pub next: u32,
}

/// A free trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// When it began.
    pub started: Timestamp,
    /// The first day that is not free.
    pub to: Date,
    /// Start of that day.
    pub ends: Timestamp,
}

/// A change of plan that waits for the next renewal (T24).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingPlan {
    /// What the contract changes to.
    pub plan: PlanVersion,
    /// When it was recorded; for a price change also when the reader was told.
    pub since: Timestamp,
    /// The reader's own wish, or the publisher's price change.
    pub by: Actor,
    /// Whether the reader has agreed to it; the reader's own wish is agreed.
    pub agreed: bool,
}

/// The contract is held while a payment is disputed (T26).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Since when.
    pub since: Timestamp,
    /// Whether access is cut meanwhile.
    pub cut: bool,
}

/// Nothing is charged until a person has looked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// Since when.
    pub since: Timestamp,
    /// What could not be reconciled.
    pub why: String,
}

/// Where a contract stands. What was paid for and a trial's dates are kept beside it, on the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "kebab-case")]
pub enum State {
    /// Begun and not paid: no right to anything.
    Checkout,
    /// A gift, paid and not yet claimed: its time has not begun.
    Unclaimed,
    /// In a free trial.
    Trial,
    /// Paid.
    Active,
    /// A payment is due and being collected; access goes on until `grace_until`.
    PastDue {
        /// Since when the payment is due.
        since: Timestamp,
        /// End of access.
        grace_until: Timestamp,
        /// Until when paying revives the contract.
        recovery_until: Timestamp,
    },
    /// Grace is over: no access, and paying still revives the contract.
    Lapsed {
        /// Since when.
        since: Timestamp,
        /// Until when paying revives the contract.
        recovery_until: Timestamp,
    },
    /// Paused: no access, the days left are kept.
    Paused {
        /// Since when.
        since: Timestamp,
        /// Whole days to be given back.
        days_left: u32,
        /// When the pause ends by itself.
        until: Timestamp,
        /// Who paused: the reader here, or in a bank's app (rail).
        by: Actor,
    },
    /// Over; it never runs again, a reader who comes back gets a new contract. The exception is money that arrives
    /// late for a contract which ended unpaid.
    Ended {
        /// Why.
        reason: EndReason,
        /// When it ended.
        at: Timestamp,
    },
}

impl State {
    /// Its stored word.
    pub fn word(&self) -> &'static str {
        match self {
            State::Checkout => "checkout",
            State::Unclaimed => "unclaimed",
            State::Trial => "trial",
            State::Active => "active",
            State::PastDue { .. } => "past-due",
            State::Lapsed { .. } => "lapsed",
            State::Paused { .. } => "paused",
            State::Ended { .. } => "ended",
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
    /// The amount it is about, if it is about one.
    #[serde(default)]
    pub amount: Option<Money>,
    /// A reason given by staff, a rail's code, the key of an attempt: for the timeline, not for decisions.
    #[serde(default)]
    pub note: Option<String>,
}
