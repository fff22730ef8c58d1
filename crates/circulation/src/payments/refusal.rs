//! Why a payment step is refused.
use super::{AttemptKey, MOST_ATTEMPTS};
use crate::money::Money;
use crate::subscriptions::SubscriptionId;

/// Why a payment step is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaymentRefusal {
    /// The answer speaks of another attempt.
    #[error("the answer is about payment {got}, not {expected}; look the attempt up by its key")]
    OtherAttempt {
        /// The attempt at hand.
        expected: AttemptKey,
        /// The attempt in the answer.
        got: AttemptKey,
    },
    /// Another amount or currency was taken than was asked for.
    #[error("payment {key}: {got:?} was taken where {expected:?} was asked; book it to suspense and refund it")]
    AmountDiffers {
        /// The attempt.
        key: AttemptKey,
        /// Amount asked for.
        expected: Money,
        /// Amount taken.
        got: Money,
    },
    /// The rail took money twice for one attempt.
    #[error("payment {key} was taken twice, as {first} and as {second}; book {second} to suspense and refund it")]
    SecondPayment {
        /// The attempt.
        key: AttemptKey,
        /// Reference already booked.
        first: String,
        /// Reference of the second payment.
        second: String,
    },
    /// The period is paid.
    #[error("period {period} is already paid by {key}; nothing is charged again")]
    AlreadyPaid {
        /// The period.
        period: u32,
        /// The attempt that paid it.
        key: AttemptKey,
    },
    /// Another attempt for the period is still open.
    #[error("payment {0} is still open; finish or close it before another is begun")]
    AttemptOpen(AttemptKey),
    /// The outcome of another attempt for the period is not known.
    #[error("the outcome of payment {0} is not known yet; look it up before charging again")]
    OutcomeUnknown(AttemptKey),
    /// Only a planned attempt can be sent.
    #[error("payment {key} is {state} and cannot be sent; look it up instead")]
    NotPlanned {
        /// The attempt.
        key: AttemptKey,
        /// Its state.
        state: &'static str,
    },
    /// The limit on attempts is reached.
    #[error(
        "contract {} has used all {MOST_ATTEMPTS} payment attempts for this period; a person has to look at it",
        .0.0
    )]
    TooManyAttempts(SubscriptionId),
    /// Nothing or less than nothing to charge.
    #[error("{0} cannot be charged; an amount must be more than zero")]
    NothingToCharge(Money),
    /// A stored word that this version does not know.
    #[error("\"{0}\" is not known to this version; update masthead before opening this paper")]
    UnknownWord(String),
}
