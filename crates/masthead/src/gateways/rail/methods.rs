//! Kept methods: how a reader may be debited later.
use std::fmt;
use std::str::FromStr;

use circulation::money::Money;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a method debits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MethodKind {
    /// A card.
    Card,
    /// UPI Autopay.
    Upi,
    /// A bank account: SEPA, NACH, e-mandate.
    Bank,
}

impl MethodKind {
    /// Its stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Upi => "upi",
            Self::Bank => "bank",
        }
    }
}

impl fmt::Display for MethodKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for MethodKind {
    type Err = UnknownMethod;
    fn from_str(word: &str) -> Result<Self, UnknownMethod> {
        [Self::Card, Self::Upi, Self::Bank]
            .into_iter()
            .find(|kind| kind.word() == word)
            .ok_or_else(|| UnknownMethod(word.to_owned()))
    }
}

/// A stored word for a method that this version does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no kind of payment method known here; update masthead before opening this paper")]
pub struct UnknownMethod(pub String);

/// The permission to debit later that a page asks the reader for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MandateWish {
    /// The most that one debit may take, tax included: the price with headroom for a rise, as a UPI mandate cannot be
    /// changed later.
    pub max_amount: Money,
    /// Months between debits (3, 12, 24).
    pub term_months: u16,
    /// When the permission ends.
    pub expires_at: Timestamp,
    /// The method the reader chose before, where the rail has to know it beforehand.
    pub method_hint: Option<MethodKind>,
}

/// Where a kept method is at the rail.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MandateRef {
    /// The rail's name for the reader.
    pub customer: String,
    /// The rail's name for the method or token.
    pub token: String,
    /// What it is.
    pub method: MethodKind,
}

/// Where a permission to debit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MandateState {
    /// Asked for; bank or reader has not confirmed yet.
    Pending,
    /// May be debited.
    Confirmed,
    /// The reader paused it in the UPI app; only the reader resumes it, there.
    PausedByReader,
    /// Withdrawn by the reader, the bank or us. For good.
    Revoked,
    /// Over by its date.
    Expired,
}

impl MandateState {
    /// Its stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::PausedByReader => "paused-by-reader",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }
}

/// What the rail says of a kept method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MandateFacts {
    /// Where it is.
    #[serde(flatten)]
    pub mandate: MandateRef,
    /// For the reader: `Visa •••• 4242`, `name@bank`. Never a whole number.
    pub label: String,
    /// The most that one debit may take, where the rail holds such a limit.
    pub max_amount: Option<Money>,
    /// When it ends (UTC). Of a card: the first instant after its last month.
    pub expires: Option<Timestamp>,
    /// Where it stands.
    pub state: MandateState,
}
