//! Deliveries, and what they hint at.
use circulation::payments::AttemptKey;
use jiff::Timestamp;

/// What a webhook, a return or a list of events gives to re-read. It is never more than a hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// An attempt of this paper.
    Attempt {
        /// The house's key, where the rail carried it.
        key: Option<AttemptKey>,
        /// The rail's reference: of the page, the order or the payment, whichever the event is about.
        reference: String,
    },
    /// A refund, by the rail's reference, and the house's key where the rail carried it.
    Refund {
        /// The rail's reference.
        reference: String,
        /// The house's key.
        key: Option<String>,
    },
    /// A kept method, by the rail's name.
    Mandate {
        /// The rail's name for the method or token.
        token: String,
        /// The rail's name for the reader, where the event tells it.
        customer: Option<String>,
    },
    /// A dispute: [`super::Gateway::dispute`].
    Dispute(String),
    /// A payout: [`super::Gateway::payout`].
    Payout(String),
    /// A schedule of the rail's own: [`super::Scheduler::schedule`].
    Schedule(String),
    /// Nothing for this paper: an event of another paper on the same account, or a kind not listened to.
    Other,
}

/// A delivery whose signature is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// The rail's id of the event: the same at every delivery. Claim it before acting.
    pub event_id: String,
    /// The rail's word.
    pub kind: String,
    /// When it happened by the rail's account (UTC).
    pub at: Timestamp,
    /// What to re-read.
    pub hint: Hint,
    /// The rail's account it is about, where the event tells it.
    pub account: Option<String>,
}

/// Why a delivery is not believed, or cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookRefused {
    /// No signature, or not of the rail's form.
    #[error("the signature header is missing or not of this rail's form; is this the address given to this rail?")]
    Malformed,
    /// The signature fits no secret.
    #[error(
        "the signature fits none of the webhook secrets; compare the secret with the rail's page, and check that no proxy rewrites the body"
    )]
    Forged,
    /// Signed too long ago, or in the future.
    #[error("the delivery is older than five minutes, or from the future; check the clock of this machine")]
    Stale,
    /// Larger than any true event.
    #[error("the body has more than {0} bytes; no event of this rail does")]
    TooBig(usize),
    /// The signature is good and the body is no event.
    #[error("the body is signed but is no event: {0}")]
    Body(String),
    /// Meant for another account, or for the rail's other mode.
    #[error("the event is of {got}, and this paper takes events of {expected}; give each paper its own webhook secret")]
    OtherAccount {
        /// What this paper expects.
        expected: String,
        /// What the event says.
        got: String,
    },
}
