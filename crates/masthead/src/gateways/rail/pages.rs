//! Hosted pages.
use circulation::money::Money;
use circulation::payments::{AttemptKey, Failure};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::MandateWish;

/// What a hosted page is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The first payment of a contract; with a [`MandateWish`] the method is kept for renewals.
    FirstPayment,
    /// A payment that is due and could not be, or may not be, taken without the reader.
    PayNow,
    /// A method is to be kept, nothing is to be paid. A finished page answers with a capture: of zero, or of
    /// [`super::Capabilities::method_only_amount`] where the rail can only keep a method by taking a little money.
    MethodOnly,
}

/// A hosted page to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRequest {
    /// Idempotency key.
    pub key: AttemptKey,
    /// What for.
    pub purpose: Purpose,
    /// How much, tax included. Zero for [`Purpose::MethodOnly`].
    pub amount: Money,
    /// What the reader reads on the page.
    pub description: String,
    /// For the rail's receipt; also finds the reader at the rail.
    pub reader_email: String,
    /// The house's own name for the reader at this rail: stable, and no personal datum.
    pub reader_ref: String,
    /// The rail's name for the reader, where an earlier answer told it.
    pub customer: Option<String>,
    /// Whole URL to which the reader comes back after paying.
    pub return_url: String,
    /// Whole URL to which the reader comes back without having paid.
    pub cancel_url: String,
    /// The permission asked for, if one is.
    pub mandate: Option<MandateWish>,
    /// After that nobody may pay on the page. A rail's own limits are applied inside its gateway.
    pub expires_at: Timestamp,
}

/// How a browser gets to a hosted page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// By a redirect (303) or a link.
    Link(String),
    /// By sending a form: the house shows a page of its own with one button. The `form-action` of that page's content
    /// security policy has to allow the origin of `action`, and of where the rail redirects.
    Form {
        /// Whole URL.
        action: String,
        /// Hidden fields in order; none is secret.
        fields: Vec<(String, String)>,
    },
}

/// A hosted page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The rail's reference; to be stored with the attempt and given back in [`super::Asked`].
    pub reference: String,
    /// The rail's name for the reader, if it made one.
    pub customer: Option<String>,
    /// How the reader gets there.
    pub way: Way,
}

/// What came of asking for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageAnswer {
    /// It is open, or was already.
    Open(Page),
    /// The rail will not open it: nobody can pay with this key.
    Refused(Failure),
    /// It may or may not be open; ask again with the same request.
    NoAnswer,
}
