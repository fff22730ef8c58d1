//! Words stored with contracts and their way back.
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::SubscriptionRefusal;

/// Writes an enum whose values are known by one stored word each: the enum, its list, its words, and the way back.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $value,)+
        }

        impl $name {
            /// Every value.
            pub const ALL: &'static [$name] = &[$($name::$value,)+];

            /// Its stored word.
            pub const fn word(self) -> &'static str {
                match self {
                    $($name::$value => $word,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }

        impl FromStr for $name {
            type Err = SubscriptionRefusal;
            fn from_str(word: &str) -> Result<$name, SubscriptionRefusal> {
                let known = $name::ALL.iter().copied().find(|known| known.word() == word);
                known.ok_or_else(|| SubscriptionRefusal::UnknownWord(word.to_owned()))
            }
        }
    };
}

words! {
    /// What is subscribed to; one reader has at most one running contract for each.
    Product {
        /// The paper's digital edition.
        Digital = "digital",
    }
}

words! {
    /// Who brought a step about.
    Actor {
        /// The reader.
        Reader = "reader",
        /// The passing of time.
        Clock = "clock",
        /// The payment rail, or the reader inside their bank's app.
        Rail = "rail",
        /// Somebody of the paper's staff.
        Staff = "staff",
    }
}

words! {
    /// Why a contract ended.
    EndReason {
        /// The reader cancelled and the paid time is over.
        ReaderCancelled = "reader-cancelled",
        /// The reader withdrew within the legal period.
        Withdrawn = "withdrawn",
        /// The payment was given back.
        Refunded = "refunded",
        /// It was never paid, or no longer.
        Nonpayment = "nonpayment",
        /// The agreed number of periods is over.
        TermOver = "term-over",
        /// A dispute was lost.
        Dispute = "dispute",
        /// Ended by staff.
        Staff = "staff",
        /// Another contract took its place.
        Superseded = "superseded",
    }
}

words! {
    /// What happened to a contract. The numbers are those of the transitions in the billing rules.
    EventKind {
        /// T1.
        CheckoutOpened = "checkout-opened",
        /// Another plan was chosen before paying.
        Superseded = "superseded",
        /// T2.
        Activated = "activated",
        /// T3.
        TrialStarted = "trial-started",
        /// T4.
        CheckoutExpired = "checkout-expired",
        /// T5 with a usable contract.
        ActivatedLate = "activated-late",
        /// T6.
        Converted = "converted",
        /// T9, and T11 when it came in grace.
        Renewed = "renewed",
        /// T8, T10.
        PastDue = "past-due",
        /// T12.
        Lapsed = "lapsed",
        /// T13, and T30 for a contract that ended unpaid not long ago.
        Revived = "revived",
        /// T15, and T7 for a trial.
        Cancelled = "cancelled",
        /// T16.
        CancelTakenBack = "cancel-taken-back",
        /// T7, T14, T17, T18, T19, T26 lost, T28, T29: the reason says which.
        Ended = "ended",
        /// T20, T21.
        Paused = "paused",
        /// T22.
        Resumed = "resumed",
        /// T23.
        PlanChanged = "plan-changed",
        /// T24 recorded.
        ChangePlanned = "change-planned",
        /// T24 taken back.
        ChangeDropped = "change-dropped",
        /// T25, and every other change of the permission to debit.
        MandateChanged = "mandate-changed",
        /// T26.
        DisputeOpened = "dispute-opened",
        /// T26.
        DisputeWon = "dispute-won",
        /// T26.
        DisputeLost = "dispute-lost",
        /// T5, T30 and money nobody can use: it goes back in full.
        RefundOwed = "refund-owed",
        /// T19 and every other refund asked for.
        RefundRequested = "refund-requested",
        /// A refund arrived.
        RefundPaid = "refund-paid",
        /// A refund could not be paid.
        RefundFailed = "refund-failed",
        /// An attempt failed.
        PaymentFailed = "payment-failed",
        /// Paid days were added.
        Extended = "extended",
        /// A gift waits for the one it is for.
        GiftBought = "gift-bought",
        /// A gift was claimed.
        GiftClaimed = "gift-claimed",
        /// Nothing is charged any more until a person has looked: an alarm.
        Parked = "parked",
        /// A person has looked.
        Released = "released",
    }
}
