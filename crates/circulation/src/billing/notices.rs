//! Mails that the rules cause, as facts. The words are the binary's.
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::plans::PlanVersion;
use crate::readers::ReaderId;
use crate::subscriptions::SubscriptionId;

/// What a mail tells. Days before are those of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// Money arrived for a period.
    Receipt,
    /// A renewal is coming: when, how much, how to cancel.
    RenewalComing(u16),
    /// A year of the contract in figures.
    YearlyStatement,
    /// A debit was announced to the reader's bank.
    DebitComing,
    /// A payment failed; with a link to pay.
    PaymentFailed,
    /// Grace is over: no access; paying still revives.
    GraceOver,
    /// The recovery window is over.
    RecoveryOver,
    /// Cancelled: with the date and time of the cancellation and the last day.
    Cancelled,
    /// The cancellation is taken back.
    CancelTakenBack,
    /// The contract is over.
    Ended,
    /// Paused.
    Paused,
    /// Goes on after a pause.
    Resumed,
    /// Another plan holds from now on.
    PlanChanged,
    /// Another plan will hold from the next renewal on.
    PlanWillChange,
    /// The publisher's new price.
    PriceChange,
    /// A withdrawal was received: with date and time, on a durable medium.
    WithdrawalReceived,
    /// Money will be given back.
    RefundRequested,
    /// Money was given back.
    RefundPaid,
    /// The permission to debit is gone; another method is needed.
    MandateGone,
    /// The permission to debit ends soon.
    MandateExpiring,
    /// A method is kept.
    MethodKept,
    /// A free trial has begun.
    TrialStarted,
    /// A free trial ends soon: when, and what is charged then.
    TrialEnding,
    /// A gift was bought.
    GiftBought,
    /// A gift was claimed.
    GiftClaimed,
    /// A payment is disputed.
    Dispute,
    /// Money came that nobody could use and goes back in full.
    LateMoneyReturned,
    /// Days were added.
    Extended,
}

impl NoticeKind {
    /// Its stored word; part of the key.
    pub fn word(self) -> String {
        let word = match self {
            NoticeKind::RenewalComing(days) => return format!("renewal-{days}"),
            NoticeKind::Receipt => "receipt",
            NoticeKind::YearlyStatement => "statement",
            NoticeKind::DebitComing => "debit-coming",
            NoticeKind::PaymentFailed => "payment-failed",
            NoticeKind::GraceOver => "grace-over",
            NoticeKind::RecoveryOver => "recovery-over",
            NoticeKind::Cancelled => "cancelled",
            NoticeKind::CancelTakenBack => "cancel-taken-back",
            NoticeKind::Ended => "ended",
            NoticeKind::Paused => "paused",
            NoticeKind::Resumed => "resumed",
            NoticeKind::PlanChanged => "plan-changed",
            NoticeKind::PlanWillChange => "plan-will-change",
            NoticeKind::PriceChange => "price-change",
            NoticeKind::WithdrawalReceived => "withdrawal",
            NoticeKind::RefundRequested => "refund-requested",
            NoticeKind::RefundPaid => "refund-paid",
            NoticeKind::MandateGone => "mandate-gone",
            NoticeKind::MandateExpiring => "mandate-expiring",
            NoticeKind::MethodKept => "method-kept",
            NoticeKind::TrialStarted => "trial-started",
            NoticeKind::TrialEnding => "trial-ending",
            NoticeKind::GiftBought => "gift-bought",
            NoticeKind::GiftClaimed => "gift-claimed",
            NoticeKind::Dispute => "dispute",
            NoticeKind::LateMoneyReturned => "late-money-returned",
            NoticeKind::Extended => "extended",
        };
        word.to_owned()
    }
}

/// A mail to be written. What it does not concern is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Unique in the paper: the outbox takes each key once.
    pub key: String,
    /// What it tells.
    pub kind: NoticeKind,
    /// Of which contract.
    pub subscription: SubscriptionId,
    /// To whom.
    pub reader: ReaderId,
    /// When it happened (UTC).
    pub at: Timestamp,
    /// The plan it is about; of a coming change the new one.
    pub plan: PlanVersion,
    /// How much.
    pub amount: Option<Money>,
    /// The day it speaks of, in the contract's zone: due date, last day, day of return.
    pub on: Option<Date>,
    /// The instant it speaks of (UTC): end of access, earliest debit.
    pub until: Option<Timestamp>,
    /// Number of the invoice.
    pub invoice: Option<u32>,
    /// How the method is shown.
    pub method: Option<String>,
    /// Whether what is due next is collected without the reader, as things stand; of a failed payment, whether it is
    /// tried again.
    pub by_itself: bool,
    /// Whether the contract is a gift: paid once, and never renewed.
    pub gift: bool,
    /// A rail's code or a reason by staff; for the desk, not for readers.
    pub note: Option<String>,
}
