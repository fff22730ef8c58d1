//! Why selling, settling or ending a contract could not be finished.
use circulation::calendar::CalendarError;
use circulation::ledger::LedgerError;
use circulation::payments::PaymentRefusal;
use circulation::subscriptions::SubscriptionRefusal;

use crate::web::error::Fault;

/// Why a step of the trade failed. Nothing half-done stays behind: every step is one transaction, and doing it again
/// goes on where it stopped.
#[derive(Debug, thiserror::Error)]
pub enum TradeError {
    #[error(transparent)]
    Store(#[from] store::StoreError),
    #[error(transparent)]
    Contract(#[from] SubscriptionRefusal),
    #[error(transparent)]
    Payment(#[from] PaymentRefusal),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// A stored row does not read back as what it should be.
    #[error("the stored {what} cannot be read: {cause}; run `masthead doctor`")]
    Stored { what: &'static str, cause: String },
    /// Others kept changing the same thing.
    #[error("the contract keeps changing under this step; try again in a moment")]
    Contended,
}

impl TradeError {
    pub(super) fn stored(what: &'static str, cause: &dyn std::fmt::Display) -> Self {
        Self::Stored { what, cause: cause.to_string() }
    }
}

impl From<TradeError> for Fault {
    fn from(error: TradeError) -> Self {
        match error {
            TradeError::Store(error) => error.into(),
            TradeError::Contended => Self::Busy,
            other => Self::internal(&other),
        }
    }
}
