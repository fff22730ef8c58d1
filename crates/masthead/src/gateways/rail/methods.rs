//! Kept methods: how a reader may be debited later.
use circulation::money::Money;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::MethodKind;

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
