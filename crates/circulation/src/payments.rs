//! One attempt to take one payment, from before it is sent until its outcome is certain.
//!
//! An attempt is stored before anything leaves for the rail, with its key and its frozen request. What the rail says
//! may come late, twice or out of order; [`settle`] gives the same end state for every order. States only rise:
//! planned, sent, unknown, failed, captured. Nothing undoes a capture here: money goes back by a refund, its own act.
mod rail;
mod refusal;
mod settle;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::subscriptions::SubscriptionId;

pub use rail::{
    Announced, Capabilities, DebitWindows, DisputeState, MandateFacts, MandateRef, MandateState, MethodKind,
    RefundAnswer, Scheduling, Told,
};
pub use refusal::PaymentRefusal;
pub use settle::{Capture, Effect, Outcome, RailAnswer, settle};

/// Attempts allowed for one period of one contract; beyond it a person has to look.
pub const MOST_ATTEMPTS: u16 = 20;

/// How old an attempt must be before "no such payment" from the rail is believed: a rail's own look-up may lag behind a
/// request that did arrive. Counted from the first sending, so it is [`RESENT_FOR`] and as much again.
pub const ABSENCE_BELIEVED_AFTER: SignedDuration = SignedDuration::from_mins(30);

/// For how long after the first sending the same request may go out again. Whatever was sent last is then certainly
/// with the rail, or lost, when its absence is believed: otherwise a request still under way is charged beside a new one.
pub const RESENT_FOR: SignedDuration = SignedDuration::from_mins(15);

/// Who moves the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rail {
    /// The built-in test rail; moves nothing.
    Sandbox,
    /// Stripe.
    Stripe,
    /// Razorpay.
    Razorpay,
}

impl Rail {
    /// Its stored word.
    pub fn word(self) -> &'static str {
        match self {
            Rail::Sandbox => "sandbox",
            Rail::Stripe => "stripe",
            Rail::Razorpay => "razorpay",
        }
    }
}

impl fmt::Display for Rail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Rail {
    type Err = PaymentRefusal;
    fn from_str(word: &str) -> Result<Rail, PaymentRefusal> {
        [Rail::Sandbox, Rail::Stripe, Rail::Razorpay]
            .into_iter()
            .find(|rail| rail.word() == word)
            .ok_or_else(|| PaymentRefusal::UnknownWord(word.to_owned()))
    }
}

/// The idempotency key of an attempt: made of contract, period and attempt number only, so that sending again is the
/// same charge to the rail. It is unique within one paper; a gateway whose rail account serves several papers, or
/// outlives a data folder, puts the paper's own id before it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttemptKey(String);

impl AttemptKey {
    /// The key of attempt `number` (from 1) for period `period` (from 0).
    pub fn new(subscription: SubscriptionId, period: u32, number: u16) -> AttemptKey {
        AttemptKey(format!("sub-{}-p{period}-a{number}", subscription.0))
    }

    /// A key as it came back from a rail or the store; it is only ever compared.
    pub fn from_text(text: &str) -> AttemptKey {
        AttemptKey(text.to_owned())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AttemptKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is asked of the rail, frozen when the attempt is planned. The parameters are kept in order, so that the same
/// key always goes out with the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargeRequest {
    /// Who is asked.
    pub rail: Rail,
    /// How much, tax included.
    pub amount: Money,
    /// Everything else that the rail needs (return address, description, method).
    pub parameters: BTreeMap<String, String>,
}

/// Why an attempt failed; the kind says whether trying again makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// Refused for now (funds, issuer down); may be tried again later.
    Declined,
    /// Refused for good (stolen card, mandate revoked); never try this method again.
    Refused,
    /// The reader has to confirm; trying again without them is useless.
    NeedsReader,
    /// The payment page was left open until it expired, or was closed by the reader.
    Expired,
    /// The rail has never heard of the attempt.
    NeverArrived,
}

impl FailureKind {
    const ALL: [FailureKind; 5] = [
        FailureKind::Declined,
        FailureKind::Refused,
        FailureKind::NeedsReader,
        FailureKind::Expired,
        FailureKind::NeverArrived,
    ];

    /// Its stored word.
    pub fn word(self) -> &'static str {
        match self {
            FailureKind::Declined => "declined",
            FailureKind::Refused => "refused",
            FailureKind::NeedsReader => "needs-reader",
            FailureKind::Expired => "expired",
            FailureKind::NeverArrived => "never-arrived",
        }
    }
}

impl FromStr for FailureKind {
    type Err = PaymentRefusal;
    fn from_str(word: &str) -> Result<FailureKind, PaymentRefusal> {
        FailureKind::ALL
            .into_iter()
            .find(|kind| kind.word() == word)
            .ok_or_else(|| PaymentRefusal::UnknownWord(word.to_owned()))
    }
}

/// A failure as the rail told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What it means for us.
    pub kind: FailureKind,
    /// The rail's own code, for support; never shown to readers.
    pub code: String,
}

/// Where an attempt stands. Instants are UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum AttemptState {
    /// Stored, nothing sent yet.
    Planned,
    /// Sent or about to be; the reader may be on the rail's page.
    Sent,
    /// Sent, and no usable answer came: it may or may not have been charged.
    Unknown {
        /// When the answer failed to come.
        since: Timestamp,
    },
    /// Nothing was charged.
    Failed {
        /// When the rail says it failed.
        at: Timestamp,
        /// Why.
        failure: Failure,
    },
    /// The money was taken.
    Captured {
        /// When the rail says it was taken.
        at: Timestamp,
        /// The rail's reference of the payment.
        reference: String,
    },
}

impl AttemptState {
    /// Its stored word.
    pub fn word(&self) -> &'static str {
        match self {
            AttemptState::Planned => "planned",
            AttemptState::Sent => "sent",
            AttemptState::Unknown { .. } => "unknown",
            AttemptState::Failed { .. } => "failed",
            AttemptState::Captured { .. } => "captured",
        }
    }
}

/// An attempt to take the payment for one period of one contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "AttemptRecord", into = "AttemptRecord")]
pub struct PaymentAttempt {
    record: AttemptRecord,
}

/// An attempt as it is stored: plain fields. It becomes a [`PaymentAttempt`] only through `try_from`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptRecord {
    /// The contract.
    pub subscription: SubscriptionId,
    /// The period paid for, from 0.
    pub period: u32,
    /// The attempt for that period, from 1.
    pub number: u16,
    /// What is asked of the rail.
    pub request: ChargeRequest,
    /// When it was planned (UTC).
    pub planned_at: Timestamp,
    /// When it was given to the rail (UTC), if it was.
    pub sent_at: Option<Timestamp>,
    /// Where it stands.
    #[serde(flatten)]
    pub state: AttemptState,
}

impl TryFrom<AttemptRecord> for PaymentAttempt {
    type Error = PaymentRefusal;
    fn try_from(record: AttemptRecord) -> Result<PaymentAttempt, PaymentRefusal> {
        if record.number == 0 || record.number > MOST_ATTEMPTS {
            return Err(PaymentRefusal::TooManyAttempts(record.subscription));
        }
        if !record.request.amount.is_positive() {
            return Err(PaymentRefusal::NothingToCharge(record.request.amount));
        }
        Ok(PaymentAttempt { record })
    }
}

impl From<PaymentAttempt> for AttemptRecord {
    fn from(attempt: PaymentAttempt) -> AttemptRecord {
        attempt.record
    }
}

/// Plans the next attempt for a period, given all attempts stored for that contract. At most one attempt of a period
/// is open at any time, and an unknown outcome blocks every other until it is looked up.
///
/// # Errors
/// The period is paid, another attempt is open or unknown, the limit is reached, or there is nothing to charge.
pub fn plan_attempt(
    subscription: SubscriptionId,
    period: u32,
    existing: &[PaymentAttempt],
    request: ChargeRequest,
    now: Timestamp,
) -> Result<PaymentAttempt, PaymentRefusal> {
    let of_period =
        || existing.iter().filter(|attempt| attempt.subscription() == subscription && attempt.period() == period);
    let in_state = |wanted: fn(&AttemptState) -> bool| {
        of_period().find(|attempt| wanted(attempt.state())).map(PaymentAttempt::key)
    };
    if let Some(key) = in_state(|state| matches!(state, AttemptState::Captured { .. })) {
        return Err(PaymentRefusal::AlreadyPaid { period, key });
    }
    if let Some(key) = in_state(|state| matches!(state, AttemptState::Unknown { .. })) {
        return Err(PaymentRefusal::OutcomeUnknown(key));
    }
    if let Some(key) = in_state(|state| matches!(state, AttemptState::Planned | AttemptState::Sent)) {
        return Err(PaymentRefusal::AttemptOpen(key));
    }
    let last = of_period().map(PaymentAttempt::number).max().unwrap_or(0);
    PaymentAttempt::try_from(AttemptRecord {
        subscription,
        period,
        number: last.saturating_add(1),
        request,
        planned_at: now,
        sent_at: None,
        state: AttemptState::Planned,
    })
}

impl PaymentAttempt {
    /// Marks a planned attempt as sent. Store that first, then send.
    ///
    /// # Errors
    /// [`PaymentRefusal::NotPlanned`] in any other state: what was sent once is looked up, not sent blindly.
    pub fn send(mut self, now: Timestamp) -> Result<PaymentAttempt, PaymentRefusal> {
        if self.record.state != AttemptState::Planned {
            return Err(PaymentRefusal::NotPlanned { key: self.key(), state: self.record.state.word() });
        }
        self.record.sent_at = Some(now);
        self.record.state = AttemptState::Sent;
        Ok(self)
    }

    /// Idempotency key.
    pub fn key(&self) -> AttemptKey {
        AttemptKey::new(self.subscription(), self.period(), self.number())
    }
    /// The contract.
    pub fn subscription(&self) -> SubscriptionId {
        self.record.subscription
    }
    /// The period, from 0.
    pub fn period(&self) -> u32 {
        self.record.period
    }
    /// The attempt for that period, from 1.
    pub fn number(&self) -> u16 {
        self.record.number
    }
    /// What is asked of the rail.
    pub fn request(&self) -> &ChargeRequest {
        &self.record.request
    }
    /// Where it stands.
    pub fn state(&self) -> &AttemptState {
        &self.record.state
    }
    /// When it was planned (UTC).
    pub fn planned_at(&self) -> Timestamp {
        self.record.planned_at
    }
    /// When it was given to the rail (UTC).
    pub fn sent_at(&self) -> Option<Timestamp> {
        self.record.sent_at
    }

    /// Whether it still blocks other attempts: planned, sent or unknown.
    pub fn is_open(&self) -> bool {
        matches!(self.state(), AttemptState::Planned | AttemptState::Sent | AttemptState::Unknown { .. })
    }
}
