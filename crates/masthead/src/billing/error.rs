//! Why a step of billing could not be finished.
use circulation::billing::BillingRefusal;
use circulation::calendar::CalendarError;
use circulation::ledger::LedgerError;
use circulation::subscriptions::SubscriptionRefusal;

use crate::web::error::Fault;

/// Why a step failed. Nothing half-done stays behind: every step is one transaction, and what was begun is finished by
/// the round.
#[derive(Debug, thiserror::Error)]
pub enum BillingError {
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The rules refuse; the words say why.
    #[error(transparent)]
    Refused(#[from] BillingRefusal),
    #[error(transparent)]
    Contract(#[from] SubscriptionRefusal),
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

impl BillingError {
    pub(crate) fn stored(what: &'static str, cause: &dyn std::fmt::Display) -> Self {
        Self::Stored { what, cause: cause.to_string() }
    }
}

impl From<BillingError> for Fault {
    fn from(error: BillingError) -> Self {
        match error {
            BillingError::Store(error) => error.into(),
            BillingError::Contended => Self::Busy,
            BillingError::Refused(refusal) if !refusal.is_fault() => Self::Conflict(refusal.to_string()),
            other => Self::internal(&other),
        }
    }
}
