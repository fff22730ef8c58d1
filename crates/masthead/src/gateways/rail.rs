//! What the house asks of a payment rail, whichever it is.
//!
//! Three rules hold for every [`Gateway`]:
//! - **An unknown answer is never a failure.** A time-out, a broken connection, an answer that cannot be read, a server
//!   error and a conflict of idempotency keys are all `NoAnswer`: the money may have moved. Only a rail that said no
//!   says no.
//! - **The same key is the same act.** Every call that moves money or opens a page carries a key made by the house;
//!   calling again with the same key and the same request does nothing twice and gives what the first call gave. For
//!   how long a rail itself remembers a key is [`Capabilities::resend_within`]; after that, look up and do not resend.
//! - **A gateway keeps nothing.** What has to be known later stands in the answers, and the house stores it.
//!
//! Instants are UTC and passed in; `now` is used where the rail gives no instant of its own. Amounts are minor units by
//! ISO 4217; a rail that counts a currency otherwise is translated inside its gateway.
mod able;
mod acts;
mod books;
mod methods;
mod pages;
mod schedules;
mod webhooks;

use async_trait::async_trait;
use circulation::payments::Rail;
use http::HeaderMap;
use jiff::Timestamp;

pub use able::{Capabilities, DebitWindows};
pub use acts::{Asked, Debit, Found, RefundFacts, RefundOrder, Told};
pub use books::{DisputeFacts, PayoutFacts, PayoutLine, PayoutSource};
/// The words that rules and rails share.
pub use circulation::payments::{
    Announced, DisputeState, MandateFacts, MandateRef, MandateState, MethodKind, RefundAnswer, Scheduling,
};
pub use methods::MandateWish;
pub use pages::{Page, PageAnswer, PageRequest, Purpose, Way};
pub use schedules::{ScheduleFacts, ScheduleRequest, ScheduleState, ScheduledPayment, Scheduler};
pub use webhooks::{Hint, Webhook, WebhookRefused};

/// A payment rail.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Which.
    fn rail(&self) -> Rail;

    /// What it can do.
    fn capabilities(&self) -> &Capabilities;

    /// Opens a hosted page. Idempotent by `request.key`: the same request gives the same page, and a page that was
    /// paid or closed since is not opened anew.
    async fn open_page(&self, request: &PageRequest, now: Timestamp) -> PageAnswer;

    /// Closes a page, so that nobody can pay on it any more, and says what had become of it: a failure of kind
    /// `Expired` means closed; a capture means that the reader was quicker; `Pending` means that money is moving and the
    /// page cannot be closed now; `NoAnswer` means that it may still be open. Idempotent. Give the request, not only
    /// the reference: a page whose opening was never answered is found, or opened, by its key and then closed.
    async fn close_page(&self, request: &PageRequest, reference: Option<&str>, now: Timestamp) -> Told;

    /// Debits without the reader. Idempotent by `debit.key` for [`Capabilities::resend_within`].
    async fn charge(&self, debit: &Debit, now: Timestamp) -> Told;

    /// What the rail knows of an attempt. Starts no payment; it may finish one that the reader has authorised on an open
    /// page (Razorpay, where we capture). `NotFound` is an answer: the caller decides from when on absence is believed.
    async fn look_up(&self, asked: &Asked, now: Timestamp) -> Told;

    /// Gives money back. Idempotent by `order.key` for [`Capabilities::resend_within`].
    async fn refund(&self, order: &RefundOrder, now: Timestamp) -> RefundAnswer;

    /// What the rail knows of a refund; by `reference` when one is known, else by the order's key. Reads only.
    async fn look_up_refund(&self, order: &RefundOrder, reference: Option<&str>, now: Timestamp) -> RefundAnswer;

    /// A refund by the rail's reference, as a [`Hint::Refund`] names it: also one that somebody made at the rail by hand.
    /// Reads only. A rail at which nobody can has none.
    async fn refund_made(&self, _reference: &str, _now: Timestamp) -> Found<RefundFacts> {
        Found::NotFound
    }

    /// What the rail knows of a kept method. Reads only.
    async fn mandate(&self, mandate: &MandateRef, now: Timestamp) -> Found<MandateFacts>;

    /// Withdraws a permission to debit; `Is(facts)` tells where it stands then. Idempotent: what is revoked or unknown
    /// at the rail stays so.
    async fn revoke(&self, mandate: &MandateRef, now: Timestamp) -> Found<MandateFacts>;

    /// Has the reader told by their bank of the debit to come, where the rail or the law wants it. Idempotent by
    /// `debit.key`; [`Gateway::charge`] with the same debit then uses the notice. Nothing is debited by this call.
    async fn announce_debit(&self, debit: &Debit, now: Timestamp) -> Announced;

    /// Verifies a delivery on its raw bytes and says what to re-read. Touches nothing; the same delivery gives the same
    /// answer while it is fresh.
    ///
    /// # Errors
    /// [`WebhookRefused`] tells why it is not believed.
    fn read_webhook(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<Webhook, WebhookRefused>;

    /// What a delivery is about that was verified when it came and is taken up again from the store; none when it cannot
    /// be told from the body alone. Touches nothing.
    fn read_stored(&self, body: &[u8]) -> Option<Hint> {
        let _ = body;
        None
    }

    /// What the reader's return says (query or form fields): a hint which attempt to look up now, or none when the
    /// rail's signature on it is wrong.
    fn read_return(&self, fields: &[(String, String)]) -> Option<Hint>;

    /// What happened at the rail from `from` to `to`, as hints: for rounds, since webhooks may be lost or switched off.
    /// Reads only; at most one thousand hints, `NoAnswer` if the rail cannot list that span whole.
    async fn recent(&self, from: Timestamp, to: Timestamp) -> Found<Vec<Hint>>;

    /// What the rail knows of a dispute. Reads only.
    async fn dispute(&self, reference: &str, now: Timestamp) -> Found<DisputeFacts>;

    /// What the rail knows of a payout. Reads only.
    async fn payout(&self, reference: &str, now: Timestamp) -> Found<PayoutFacts>;

    /// The rail's own schedules, where it is used that way.
    fn scheduler(&self) -> Option<&dyn Scheduler> {
        None
    }
}
