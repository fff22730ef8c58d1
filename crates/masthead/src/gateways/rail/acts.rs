//! What is done with money, and what the rail says of it.
use circulation::money::Money;
use circulation::payments::{AttemptKey, RailAnswer, RefundAnswer};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{MandateFacts, MandateRef};

/// A debit without the reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Debit {
    /// Idempotency key.
    pub key: AttemptKey,
    /// How much, tax included.
    pub amount: Money,
    /// By which permission.
    pub mandate: MandateRef,
    /// What the reader reads on the statement's details or in the bank's notice.
    pub description: String,
    /// For the rail's receipt.
    pub reader_email: String,
    /// The rail must not debit before that (UTC); for rails that tell the reader ahead.
    pub not_before: Option<Timestamp>,
}

/// What the house remembers of an attempt that it asks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its key.
    pub key: AttemptKey,
    /// What was asked for.
    pub amount: Money,
    /// The rail's reference from [`super::Page`], [`Told`] or [`super::Announced`], if an answer ever told one.
    pub reference: Option<String>,
    /// The rail's name for the reader, if known.
    pub customer: Option<String>,
    /// When it was first sent (UTC): a look-up without reference searches from shortly before then.
    pub sent_at: Timestamp,
}

/// What a rail says about one attempt, by whatever call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The outcome, for [`circulation::payments::settle`].
    pub answer: RailAnswer,
    /// The rail's reference of page or charge, to be stored for later look-ups.
    pub reference: Option<String>,
    /// The rail's name for the reader.
    pub customer: Option<String>,
    /// The method that was kept or debited.
    pub mandate: Option<MandateFacts>,
    /// For [`circulation::payments::FailureKind::NeedsReader`]: where the reader can confirm, if the rail gives a place.
    pub confirm_at: Option<String>,
}

impl Told {
    /// Only an outcome, nothing else.
    #[must_use]
    pub const fn only(answer: RailAnswer) -> Self {
        Self { answer, reference: None, customer: None, mandate: None, confirm_at: None }
    }
}

/// Money to be given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundOrder {
    /// Idempotency key, unique in the paper.
    pub key: String,
    /// The rail's reference of the captured payment.
    pub payment: String,
    /// How much; at most what was captured and not yet refunded.
    pub amount: Money,
    /// For our books and, where the rail shows it, for the reader.
    pub reason: String,
}

/// A refund as the rail holds it, whoever made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundFacts {
    /// The rail's reference of the captured payment, as in [`circulation::payments::Outcome::Captured`].
    pub payment: String,
    /// How much.
    pub amount: Money,
    /// The house's key; none for one made at the rail by hand, which still has to be booked.
    pub key: Option<String>,
    /// Where it stands.
    pub answer: RefundAnswer,
}

/// What was read at the rail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<T> {
    /// This.
    Is(T),
    /// The rail has no such thing.
    NotFound,
    /// No usable answer.
    NoAnswer,
}

impl<T> Found<T> {
    /// The thing, if it was found.
    pub fn is(self) -> Option<T> {
        match self {
            Self::Is(thing) => Some(thing),
            Self::NotFound | Self::NoAnswer => None,
        }
    }
}
