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
use async_trait::async_trait;
use circulation::money::Money;
/// The words that rules and rails share.
pub use circulation::payments::{
    Announced, DisputeState, MandateFacts, MandateRef, MandateState, MethodKind, RefundAnswer, Scheduling,
};
use circulation::payments::{AttemptKey, Failure, Rail, RailAnswer};
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What a hosted page is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The first payment of a contract; with a [`MandateWish`] the method is kept for renewals.
    FirstPayment,
    /// A payment that is due and could not be, or may not be, taken without the reader.
    PayNow,
    /// A method is to be kept, nothing is to be paid. A finished page answers with a capture: of zero, or of
    /// [`Capabilities::method_only_amount`] where the rail can only keep a method by taking a little money.
    MethodOnly,
}

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
    /// The rail's reference; to be stored with the attempt and given back in [`Asked`].
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
    /// The rail's reference from [`Page`], [`Told`] or [`Announced`], if an answer ever told one.
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

/// A dispute (chargeback) as the rail tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeFacts {
    /// The rail's reference.
    pub reference: String,
    /// The rail's reference of the captured payment, as in [`circulation::payments::Outcome::Captured`].
    pub payment: String,
    /// How much is disputed.
    pub amount: Money,
    /// The rail's word for the ground.
    pub reason: String,
    /// Where it stands.
    pub state: DisputeState,
    /// Until when evidence may be given (UTC).
    pub respond_by: Option<Timestamp>,
}

/// What one line of a payout is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayoutSource {
    /// A captured payment, by its reference.
    Payment(String),
    /// A refund, by its reference.
    Refund(String),
    /// A dispute, by its reference.
    Dispute(String),
    /// Fees of the account, corrections and what the rail may invent: its word and reference.
    Other(String),
}

/// One line of a payout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutLine {
    /// What it is about.
    pub source: PayoutSource,
    /// Before the fee; negative for refunds and disputes.
    pub gross: Money,
    /// What the rail keeps, tax on the fee included.
    pub fee: Money,
}

/// Money that the rail paid to the paper's bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutFacts {
    /// The rail's reference.
    pub reference: String,
    /// What the bank gets.
    pub amount: Money,
    /// When it is there by the rail's account (UTC).
    pub arrives_at: Timestamp,
    /// Whether the rail says that it arrived.
    pub paid: bool,
    /// What it is made of; gross less fees sums to `amount`, else the rail's list was not complete.
    pub lines: Vec<PayoutLine>,
}

/// When debits may be sent, in the zone of the rail's rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DebitWindows {
    /// IANA name of the zone.
    pub zone: &'static str,
    /// Open from the first minute of the day (inclusive) to the second (exclusive).
    pub minutes: &'static [(u16, u16)],
    /// The methods the rule is about.
    pub methods: &'static [MethodKind],
}

/// What a rail can do: data that the engine obeys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// Who decides when.
    pub scheduling: Scheduling,
    /// Methods whose permission allows another amount than before, up to its maximum.
    pub can_change_amount: &'static [MethodKind],
    /// Methods whose paused permission the house could resume. None known: the reader paused it, the reader resumes it.
    pub can_resume: &'static [MethodKind],
    /// Methods that need a notice before each debit ([`Gateway::announce_debit`]).
    pub needs_predebit: &'static [MethodKind],
    /// How long before the debit that notice must be asked for.
    pub predebit_lead: SignedDuration,
    /// The most that a debit may take without the reader, in the currency it is written in; none: no such limit.
    pub max_unattended_amount: Option<Money>,
    /// When debits may be sent; none: at any time.
    pub debit_windows: Option<DebitWindows>,
    /// Longest term in months that the rail can renew; none: any.
    pub max_interval_months: Option<u16>,
    /// For how long the rail itself honours a key. After that an open question is looked up and never resent.
    pub resend_within: SignedDuration,
    /// Longest a hosted page may stay open, and the shortest.
    pub page_open: (SignedDuration, SignedDuration),
    /// What [`Purpose::MethodOnly`] takes; zero or none: nothing.
    pub method_only_amount: Option<Money>,
    /// ISO codes that this account may charge; empty: whatever the rail takes.
    pub currencies: Vec<String>,
}

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
    /// A dispute: [`Gateway::dispute`].
    Dispute(String),
    /// A payout: [`Gateway::payout`].
    Payout(String),
    /// A schedule of the rail's own: [`Scheduler::schedule`].
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

/// A schedule to be kept by the rail: the fallback where the house may not send debits itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleRequest {
    /// The page on which the reader agrees and pays first; its key is the schedule's.
    pub page: PageRequest,
    /// Months between debits.
    pub months: u16,
    /// How many debits in all, the first payment included; rails want an end.
    pub times: u32,
}

/// One payment that a schedule made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduledPayment {
    /// Counted from 0, in the order in which the rail billed.
    pub period: u32,
    /// The rail's reference of the payment.
    pub reference: String,
    /// How much was taken.
    pub amount: Money,
    /// When (UTC).
    pub at: Timestamp,
}

/// Where a schedule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScheduleState {
    /// The reader has not agreed yet.
    Waiting,
    /// Debits as agreed.
    Running,
    /// A debit failed and the rail is trying again.
    Retrying,
    /// The rail gave up and will not debit older periods any more.
    Halted,
    /// The reader or we paused it.
    Paused,
    /// Over: cancelled, completed or never agreed to.
    Ended,
}

/// What the rail says of a schedule. Its payments are the truth; its status word is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleFacts {
    /// The rail's reference.
    pub reference: String,
    /// The house's key, where the rail carried it.
    pub key: Option<AttemptKey>,
    /// Where it stands.
    pub state: ScheduleState,
    /// When the rail means to debit next (UTC).
    pub next_at: Option<Timestamp>,
    /// All captured payments, oldest first.
    pub payments: Vec<ScheduledPayment>,
    /// The kept method, if the rail tells it.
    pub token: Option<String>,
}

/// A rail that debits by its own clock.
#[async_trait]
pub trait Scheduler: Send + Sync {
    /// Opens the page on which the reader agrees. A rail without idempotency keys is asked first whether a schedule
    /// with this key exists.
    async fn open_schedule(&self, request: &ScheduleRequest, now: Timestamp) -> PageAnswer;

    /// What the rail knows of a schedule. Reads only.
    async fn schedule(&self, reference: &str, now: Timestamp) -> Found<ScheduleFacts>;

    /// Ends a schedule now: no debit after this. Idempotent.
    async fn end_schedule(&self, reference: &str, now: Timestamp) -> Found<ScheduleFacts>;
}
