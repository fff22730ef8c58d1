//! Why a step is refused.
use jiff::Timestamp;

use crate::calendar::CalendarError;
use crate::ledger::LedgerError;
use crate::money::MoneyError;
use crate::payments::{AttemptKey, PaymentRefusal};
use crate::subscriptions::{SubscriptionId, SubscriptionRefusal};

/// Why a step is refused; the dossier stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BillingRefusal {
    /// The contract stands where this step does not lead on.
    #[error("contract {} is {state}, and {step} is not possible then; read it again", .id.0)]
    WrongState {
        /// The contract.
        id: SubscriptionId,
        /// Word of its state.
        state: &'static str,
        /// What was asked.
        step: &'static str,
    },
    /// A clock's step that is not due (any more).
    #[error("nothing of that kind is due; ask what is next again")]
    NotDue,
    /// The contract is cancelled already.
    #[error("contract {} is already cancelled", .0.0)]
    AlreadyCancelled(SubscriptionId),
    /// No cancellation is recorded.
    #[error("contract {} is not cancelled", .0.0)]
    NotCancelled(SubscriptionId),
    /// The time for this is over.
    #[error("the time for this was over at {0}")]
    TooLate(Timestamp),
    /// There is no permission to debit.
    #[error("there is no confirmed payment method; keep one first")]
    NeedsMethod,
    /// Something is owed: the way by which it is paid is kept.
    #[error("a payment is due; pay it, and the method is kept with it")]
    PayFirst,
    /// The reader paused the permission in their own app.
    #[error("the payment permission is paused in the reader's bank app; only the reader can resume it, there")]
    PausedElsewhere,
    /// Another payment is on its way.
    #[error("payment {0} is on its way and not decided; wait until it is")]
    PaymentOpen(AttemptKey),
    /// Nothing is to be paid.
    #[error("nothing is to be paid on contract {} now", .0.0)]
    NothingToPay(SubscriptionId),
    /// A person has to look first.
    #[error("contract {} waits for a person: {why}; release it at the desk", .id.0)]
    Parked {
        /// The contract.
        id: SubscriptionId,
        /// Why.
        why: String,
    },
    /// A payment of the contract is disputed.
    #[error("a payment of contract {} is disputed; wait until the bank has decided", .0.0)]
    Disputed(SubscriptionId),
    /// The publisher does not offer this.
    #[error("{0} is not offered by this paper")]
    NotOffered(&'static str),
    /// A limit is reached.
    #[error("{0}")]
    Limit(&'static str),
    /// The new plan is no upgrade.
    #[error("the days left are worth as much as that plan costs; change at the next renewal instead")]
    NoUpgrade,
    /// The plan cannot be changed to.
    #[error("{0}")]
    BadPlan(&'static str),
    /// No such invoice, refund, attempt.
    #[error("there is no {0} of that name on this contract")]
    NoSuch(&'static str),
    /// More than can be given back.
    #[error("at most {left} of invoice {invoice} can still be given back; ask for that or less")]
    TooMuch {
        /// The invoice.
        invoice: u32,
        /// What is left, as text with its currency.
        left: String,
    },
    /// Staff must say why.
    #[error("a reason is required; write one sentence for the history")]
    ReasonRequired,
    /// A payment rule refuses.
    #[error(transparent)]
    Payment(#[from] PaymentRefusal),
    /// A rule of contracts refuses.
    #[error(transparent)]
    Contract(#[from] SubscriptionRefusal),
    /// The dates cannot be computed.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The books refuse.
    #[error(transparent)]
    Books(#[from] LedgerError),
    /// The amounts cannot be computed.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A stored dossier contradicts itself.
    #[error("stored contract {} cannot be used: {what}; run masthead doctor", .id.0)]
    Stored {
        /// The contract.
        id: SubscriptionId,
        /// What contradicts.
        what: &'static str,
    },
}

impl BillingRefusal {
    /// Whether the engine itself is at its wits' end: a step of clock or rail that ends so parks the contract.
    pub fn is_fault(&self) -> bool {
        matches!(
            self,
            BillingRefusal::Calendar(_)
                | BillingRefusal::Books(_)
                | BillingRefusal::Money(_)
                | BillingRefusal::Contract(_)
                | BillingRefusal::Payment(_)
        )
    }
}
