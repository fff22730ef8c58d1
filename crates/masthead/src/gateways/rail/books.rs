//! What the books read: disputes and payouts.
use circulation::money::Money;
use jiff::Timestamp;

use super::DisputeState;

/// A dispute (chargeback) as the rail tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeFacts {
    /// The rail's reference.
    pub reference: String,
    /// The rail's reference of the captured payment, as in [`circulation::payments::Outcome::Captured`].
    pub payment: String,
    /// How much is disputed.
    pub amount: Money,
    /// The rail's word for the ground.
    pub reason: String,
    /// Where it stands.
    pub state: DisputeState,
    /// Until when evidence may be given (UTC).
    pub respond_by: Option<Timestamp>,
}

/// What one line of a payout is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayoutSource {
    /// A captured payment, by its reference.
    Payment(String),
    /// A refund, by its reference.
    Refund(String),
    /// A dispute, by its reference.
    Dispute(String),
    /// Fees of the account, corrections and what the rail may invent: its word and reference.
    Other(String),
}

/// One line of a payout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutLine {
    /// What it is about.
    pub source: PayoutSource,
    /// Before the fee; negative for refunds and disputes.
    pub gross: Money,
    /// What the rail keeps, tax on the fee included.
    pub fee: Money,
}

/// Money that the rail paid to the paper's bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutFacts {
    /// The rail's reference.
    pub reference: String,
    /// What the bank gets.
    pub amount: Money,
    /// When it is there by the rail's account (UTC).
    pub arrives_at: Timestamp,
    /// Whether the rail says that it arrived.
    pub paid: bool,
    /// What it is made of; gross less fees sums to `amount`, else the rail's list was not complete.
    pub lines: Vec<PayoutLine>,
}
