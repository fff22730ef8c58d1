//! Why a contract refuses a step.
use jiff::Timestamp;
use jiff::civil::Date;

use super::{EndReason, SubscriptionId};
use crate::calendar::CalendarError;
use crate::money::Money;
use crate::payments::AttemptKey;

/// Why a step is refused; the contract stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionRefusal {
    /// The reader has a running contract for the product.
    #[error("the reader already subscribes (contract {}); send them to their account instead", .0.0)]
    AlreadyLive(SubscriptionId),
    /// The consent is empty.
    #[error("no consent text was recorded; show the terms and record what was shown")]
    NoConsent,
    /// The payment belongs to another contract or period.
    #[error("payment {key} does not pay the first period of contract {}; look up its own contract", .id.0)]
    ForeignCapture {
        /// The contract at hand.
        id: SubscriptionId,
        /// The payment.
        key: AttemptKey,
    },
    /// The payment is of another amount or currency than the frozen price.
    #[error("contract {} costs {expected:?} but {got:?} was taken; book it to suspense and refund it", .id.0)]
    AmountDiffers {
        /// The contract.
        id: SubscriptionId,
        /// Its frozen price.
        expected: Money,
        /// The amount taken.
        got: Money,
    },
    /// That very payment has been applied before.
    #[error("contract {} already runs on this payment; there is nothing left to do", .0.0)]
    AlreadyApplied(SubscriptionId),
    /// Another payment has paid the period.
    #[error("contract {} is already paid for this period by another payment", .0.0)]
    PeriodPaid(SubscriptionId),
    /// The contract has ended.
    #[error("contract {} has ended ({reason}); a new one can be bought", .id.0)]
    Ended {
        /// The contract.
        id: SubscriptionId,
        /// Why it ended.
        reason: EndReason,
    },
    /// Only an unpaid checkout can take this step.
    #[error("contract {} is no unpaid checkout any more; read it again", .0.0)]
    NotCheckout(SubscriptionId),
    /// Nothing has been paid yet.
    #[error("contract {} is not paid yet, so there is nothing to cancel; close the payment page", .0.0)]
    NotRunning(SubscriptionId),
    /// A cancellation is recorded already.
    #[error("contract {} is already cancelled and ends on {ends}", .id.0)]
    AlreadyCancelled {
        /// The contract.
        id: SubscriptionId,
        /// First day that is not paid for.
        ends: Date,
    },
    /// No cancellation is recorded.
    #[error("contract {} is not cancelled", .0.0)]
    NotCancelled(SubscriptionId),
    /// The clock has not reached the instant of this step.
    #[error("contract {} cannot take this step before {not_before}", .id.0)]
    TooEarly {
        /// The contract.
        id: SubscriptionId,
        /// The earliest instant (UTC).
        not_before: Timestamp,
    },
    /// The clock has passed the last instant of this step.
    #[error("contract {} ended at {ended}; a new one can be bought", .id.0)]
    TooLate {
        /// The contract.
        id: SubscriptionId,
        /// When it ended (UTC).
        ended: Timestamp,
    },
    /// The dates of the contract cannot be computed.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// A stored word that this version does not know.
    #[error("\"{0}\" is not known to this version; update masthead before opening this paper")]
    UnknownWord(String),
    /// A stored contract contradicts itself.
    #[error("stored contract {} cannot be read: {what}; run masthead doctor", .id.0)]
    Stored {
        /// The contract.
        id: SubscriptionId,
        /// What contradicts.
        what: &'static str,
    },
}
