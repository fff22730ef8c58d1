//! Why a contract is refused.
use super::SubscriptionId;

/// Why a contract cannot be begun or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionRefusal {
    /// The reader has a running contract for the product.
    #[error("the reader already subscribes (contract {}); send them to their account instead", .0.0)]
    AlreadyLive(SubscriptionId),
    /// The consent is empty.
    #[error("no consent text was recorded; show the terms and record what was shown")]
    NoConsent,
    /// The coupon cannot be used.
    #[error("the coupon {code} cannot be used: {why}; leave it out or write another")]
    Coupon {
        /// As it was issued.
        code: String,
        /// Why.
        why: &'static str,
    },
    /// The parts of an offer do not fit each other or the plan.
    #[error("this offer cannot be sold: {0}")]
    OfferBroken(&'static str),
    /// A free trial or a win-back offer is for somebody else.
    #[error("this offer is not open to the reader: {0}; sell them the plan itself")]
    NotEligible(&'static str),
    /// A stored word that this version does not know.
    #[error("\"{0}\" is not known to this version; update masthead before opening this paper")]
    UnknownWord(String),
}
