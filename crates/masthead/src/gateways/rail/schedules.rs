//! Rails that debit by their own clock.
use async_trait::async_trait;
use circulation::money::Money;
use circulation::payments::AttemptKey;
use jiff::Timestamp;

use super::{Found, PageAnswer, PageRequest};

/// A schedule to be kept by the rail: the fallback where the house may not send debits itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleRequest {
    /// The page on which the reader agrees and pays first; its key is the schedule's.
    pub page: PageRequest,
    /// Months between debits.
    pub months: u16,
    /// How many debits in all, the first payment included; rails want an end.
    pub times: u32,
}

/// One payment that a schedule made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduledPayment {
    /// Counted from 0, in the order in which the rail billed.
    pub period: u32,
    /// The rail's reference of the payment.
    pub reference: String,
    /// How much was taken.
    pub amount: Money,
    /// When (UTC).
    pub at: Timestamp,
}

/// Where a schedule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScheduleState {
    /// The reader has not agreed yet.
    Waiting,
    /// Debits as agreed.
    Running,
    /// A debit failed and the rail is trying again.
    Retrying,
    /// The rail gave up and will not debit older periods any more.
    Halted,
    /// The reader or we paused it.
    Paused,
    /// Over: cancelled, completed or never agreed to.
    Ended,
}

/// What the rail says of a schedule. Its payments are the truth; its status word is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleFacts {
    /// The rail's reference.
    pub reference: String,
    /// The house's key, where the rail carried it.
    pub key: Option<AttemptKey>,
    /// Where it stands.
    pub state: ScheduleState,
    /// When the rail means to debit next (UTC).
    pub next_at: Option<Timestamp>,
    /// All captured payments, oldest first.
    pub payments: Vec<ScheduledPayment>,
    /// The kept method, if the rail tells it.
    pub token: Option<String>,
}

/// A rail that debits by its own clock.
#[async_trait]
pub trait Scheduler: Send + Sync {
    /// Opens the page on which the reader agrees. A rail without idempotency keys is asked first whether a schedule
    /// with this key exists.
    async fn open_schedule(&self, request: &ScheduleRequest, now: Timestamp) -> PageAnswer;

    /// What the rail knows of a schedule. Reads only.
    async fn schedule(&self, reference: &str, now: Timestamp) -> Found<ScheduleFacts>;

    /// Ends a schedule now: no debit after this. Idempotent.
    async fn end_schedule(&self, reference: &str, now: Timestamp) -> Found<ScheduleFacts>;
}
