//! Every command and every answer that a dossier can take in.
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::dossier::{Mandate, Page};
use super::policy::RefundRule;
use crate::ledger::TaxRates;
use crate::money::Money;
use crate::payments::{Announced, AttemptKey, DisputeState, Failure, MandateFacts, MandateRef, RefundAnswer, Told};
use crate::plans::PlanVersion;
use crate::readers::ReaderId;
use crate::subscriptions::Actor;

/// Something that happens to a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// The reader wants to pay the open invoice, or begin: plans a page. While one is open, nothing changes and
    /// [`super::Dossier::open_page`] has it. The parameters go to the rail as they are.
    Pay {
        /// Return address, description, and what else the gateway needs.
        parameters: BTreeMap<String, String>,
    },
    /// The reader wants to keep another method, or one for a trial: plans a page without a payment.
    KeepMethod {
        /// As for [`Act::Pay`].
        parameters: BTreeMap<String, String>,
    },
    /// Another plan was chosen before paying: this checkout is over.
    Supersede,
    /// T15, T7.
    Cancel {
        /// Who asks.
        by: Actor,
    },
    /// T16.
    TakeCancelBack {
        /// Who asks.
        by: Actor,
    },
    /// T18.
    Withdraw,
    /// T20.
    Pause {
        /// Who asks.
        by: Actor,
    },
    /// T22.
    Resume {
        /// Who asks.
        by: Actor,
    },
    /// T23: a dearer plan at once. Plans a debit where the mandate allows it, else a page.
    ChangeNow {
        /// The new plan.
        plan: PlanVersion,
        /// As for [`Act::Pay`].
        parameters: BTreeMap<String, String>,
    },
    /// T24: another plan from the next renewal on. By staff it is a price change: the reader is told.
    ChangeAtRenewal {
        /// The new plan.
        plan: PlanVersion,
        /// Who asks.
        by: Actor,
    },
    /// The reader agrees to a price change that waits for them.
    AgreeToChange,
    /// A change that waits is taken back.
    DropChange {
        /// Who asks.
        by: Actor,
    },
    /// A gift is claimed; its time begins. [`super::Terms::other_live`] tells of the claimer's own contract.
    Claim {
        /// By whom.
        reader: ReaderId,
    },
    /// The reader's place, and thereby the tax in the price, has changed: from the next invoice on.
    Moved {
        /// The taxes there.
        taxes: TaxRates,
    },
    /// T19: staff gives money back for a paid invoice; the whole of what is left ends the contract if it is the
    /// running period.
    Refund {
        /// Number of the invoice.
        invoice: u32,
        /// How much; none: all that is left.
        amount: Option<Money>,
        /// Why; required.
        reason: String,
    },
    /// A refund that the rail refused is tried again under a new key.
    RetryRefund {
        /// Key of the failed refund.
        key: String,
        /// Why; required.
        reason: String,
    },
    /// A refund that the rail refused was paid from the bank.
    RefundedByBank {
        /// Key of the failed refund.
        key: String,
        /// Reference of the transfer; required.
        reason: String,
    },
    /// Staff adds days.
    Extend {
        /// How many, 1 to 366.
        days: u16,
        /// Why; required.
        reason: String,
    },
    /// T28.
    End {
        /// What the reader gets back.
        refund: RefundRule,
        /// Why; required.
        reason: String,
    },
    /// Something could not be reconciled: nothing is charged until a person has looked. Rounds use it when a step
    /// keeps failing.
    Park {
        /// What.
        why: String,
    },
    /// A person has looked: strays are given back and work goes on.
    Release {
        /// What was found; required.
        reason: String,
    },
    /// Something is due. [`super::next`] says what; anything else is refused.
    Due(Due),
    /// The rail says something about an attempt or a kept method: answer, look-up, webhook's re-reading, return.
    Told(Told),
    /// The rail has opened a page.
    PageOpened {
        /// Key of the attempt or set-up.
        key: AttemptKey,
        /// The page.
        page: Page,
    },
    /// The rail has answered to an announcement.
    Announced {
        /// Key of the attempt.
        key: AttemptKey,
        /// What it said.
        answer: Announced,
    },
    /// The rail says something about a refund.
    RefundTold {
        /// Key of the refund.
        key: String,
        /// What it says.
        answer: RefundAnswer,
    },
    /// The rail says where a permission stands (T21, T25). `None` in answer to a revocation: no usable answer; a
    /// permission unknown to the rail is told as revoked.
    MandateTold {
        /// Which.
        mandate: MandateRef,
        /// What the rail says.
        facts: Option<MandateFacts>,
    },
    /// The rail's own schedule took a payment ([`crate::payments::Scheduling::ProviderScheduled`]).
    ProviderCaptured {
        /// The rail's reference.
        reference: String,
        /// How much.
        amount: Money,
        /// When (UTC).
        at: Timestamp,
    },
    /// The rail's own schedule failed to take the payment that is due.
    ProviderFailed {
        /// Why.
        failure: Failure,
        /// When (UTC).
        at: Timestamp,
    },
    /// The rail tells of a dispute (T26), in any order and any number of times.
    Disputed {
        /// The rail's reference.
        reference: String,
        /// The rail's reference of the payment.
        payment: String,
        /// How much.
        amount: Money,
        /// When (UTC).
        at: Timestamp,
        /// Where it stands.
        state: DisputeState,
    },
}

/// What the clock brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// T4.
    ExpireCheckout,
    /// The next invoice is opened: at the due instant (with T10), or earlier where the debit has to be announced.
    OpenRenewal,
    /// T10, T8: the payment is due and not there.
    PastDue,
    /// T12.
    Lapse,
    /// T14.
    GiveUp,
    /// T17, T7.
    EndCancelled,
    /// T29.
    EndTerm,
    /// T21: the mandate was paused in the reader's app and the paid days are over.
    PauseUnpaid,
    /// T22 by the clock.
    EndPause,
    /// A debit is planned for an open invoice.
    PlanDebit {
        /// Number of the invoice.
        invoice: u32,
    },
    /// A planned attempt or set-up is marked as sent; the decision brings the call.
    Send {
        /// Its key.
        key: AttemptKey,
    },
    /// A planned refund is marked as sent; the decision brings the call.
    SendRefund {
        /// Its key.
        key: String,
    },
    /// An open page is to be closed.
    WantClosed {
        /// Its key.
        key: AttemptKey,
    },
    /// A notice is due.
    Notice {
        /// Which.
        kind: super::NoticeKind,
        /// What it is about: invoice number, year, mandate number.
        about: u32,
    },
    /// Days have passed that were paid for.
    Recognise,
    /// The mandate's last day has come (T25).
    ExpireMandate,
}

/// A call to the rail. Whatever it is about is stored as sent; its answer comes back as an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// Open a page → [`Act::PageOpened`], or [`Act::Told`] with a failure or without answer.
    OpenPage(PageCall),
    /// Close a page → [`Act::Told`]: a failure of kind `Expired` means closed, a capture that the reader was quicker.
    ClosePage(PageCall),
    /// Debit without the reader → [`Act::Told`].
    Charge(DebitCall),
    /// Have the reader told by their bank → [`Act::Announced`]. Given only for a planned debit, whose key it shares.
    AnnounceDebit(DebitCall),
    /// Ask about an attempt or set-up → [`Act::Told`].
    LookUp(LookUpCall),
    /// Give money back → [`Act::RefundTold`].
    Refund(RefundCall),
    /// Ask about a refund → [`Act::RefundTold`].
    LookUpRefund(RefundCall),
    /// Withdraw a permission → [`Act::MandateTold`].
    RevokeMandate(Mandate),
}

/// What a page is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PagePurpose {
    /// The first payment of a contract.
    FirstPayment,
    /// A payment due.
    PayNow,
    /// Only a method is kept.
    MethodOnly,
}

/// The permission that a page asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MandateWish {
    /// The most that one debit may take.
    pub max_amount: Money,
    /// Months between debits.
    pub term_months: u16,
    /// When it ends (UTC).
    pub expires_at: Timestamp,
}

/// Everything about a page; the same for every call with the same key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageCall {
    /// Idempotency key.
    pub key: AttemptKey,
    /// What for.
    pub purpose: PagePurpose,
    /// How much.
    pub amount: Money,
    /// The permission asked for; none for gifts.
    pub mandate: Option<MandateWish>,
    /// The rail's name for the reader, if one is known.
    pub customer: Option<String>,
    /// The rail's reference, once it is known.
    pub reference: Option<String>,
    /// As given by [`Act::Pay`].
    pub parameters: BTreeMap<String, String>,
    /// After that nobody may pay on it (UTC).
    pub expires_at: Timestamp,
}

/// A debit; the same for every call with the same key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DebitCall {
    /// Idempotency key.
    pub key: AttemptKey,
    /// How much.
    pub amount: Money,
    /// By which permission.
    pub mandate: MandateRef,
    /// Not before (UTC).
    pub not_before: Timestamp,
    /// Description and what else was frozen.
    pub parameters: BTreeMap<String, String>,
}

/// A question about an attempt or set-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookUpCall {
    /// Its key.
    pub key: AttemptKey,
    /// What was asked for.
    pub amount: Money,
    /// The rail's reference, if one is known.
    pub reference: Option<String>,
    /// The rail's name for the reader, if known.
    pub customer: Option<String>,
    /// When it was first sent (UTC).
    pub sent_at: Timestamp,
}

/// A refund; the same for every call with the same key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundCall {
    /// Idempotency key.
    pub key: String,
    /// The rail's reference of the payment.
    pub payment: String,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: String,
    /// The rail's reference of the refund, once it is known.
    pub reference: Option<String>,
}
