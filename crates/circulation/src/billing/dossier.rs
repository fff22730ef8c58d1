//! Everything that is kept of one contract.
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::acts::{MandateWish, PagePurpose};
use super::notices::NoticeKind;
use crate::ledger::TaxRates;
use crate::money::Money;
use crate::payments::{AttemptKey, DisputeState, MandateFacts, MandateRef, MandateState, PaymentAttempt, Rail};
use crate::plans::PlanVersion;
use crate::subscriptions::{Actor, Subscription};

/// Everything that is kept of one contract; loaded and written as one, at one revision. It grows by one invoice a
/// period and a handful of attempts for each; an unfinished matter is never dropped from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    /// The contract itself.
    pub contract: Subscription,
    /// The permission to debit, if there ever was one.
    pub mandate: Option<Mandate>,
    /// Invoices by rising number; one per period number, which never starts again.
    pub invoices: Vec<Invoice>,
    /// Attempts to collect them, in the order of planning.
    pub attempts: Vec<Attempt>,
    /// Pages on which only a method is kept.
    pub setups: Vec<Setup>,
    /// Refunds, in the order of asking.
    pub refunds: Vec<Refund>,
    /// Disputes, in the order of hearing of them.
    pub disputes: Vec<Dispute>,
    /// Money that came in and belongs to no invoice; each is given back by a refund, or waits for a person.
    pub strays: Vec<Stray>,
    /// Permissions that have to be withdrawn at the rail; they leave the list when the rail says so.
    pub revocations: Vec<Revocation>,
    /// Notices sent by the clock: kind and what it was about. The latest [`super::MOST_NOTICES`].
    pub notices: Vec<(NoticeKind, u32)>,
    /// Income is recognised up to the beginning of this day.
    pub recognised_to: Option<Date>,
    /// How many records were written so far; makes their keys unique.
    pub steps: u64,
}

/// A permission to debit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mandate {
    /// Our own number of it within the contract, from 1.
    pub number: u32,
    /// Where it is kept.
    pub rail: Rail,
    /// Where it is at the rail, how it is shown, what it allows, and where it stands.
    #[serde(flatten)]
    pub facts: MandateFacts,
    /// When the rail last told something new of it (UTC).
    pub since: Timestamp,
}

impl Mandate {
    /// Whether it may be debited at `now` with `amount`.
    pub fn allows(&self, amount: Money, now: Timestamp) -> bool {
        self.facts.state == MandateState::Confirmed
            && self.facts.expires.is_none_or(|expires| now < expires)
            && self
                .facts
                .max_amount
                .is_none_or(|most| most.currency() == amount.currency() && amount.minor() <= most.minor())
    }

    /// Its name at the rail.
    pub fn reference(&self) -> &MandateRef {
        &self.facts.mandate
    }
}

/// What an invoice is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The first period.
    First,
    /// The first period after a trial.
    Conversion,
    /// The next period.
    Renewal,
    /// The next period after a pause that used up all paid days.
    Resume,
    /// A new plan at once; `from` is the invoice whose unused days are credited.
    Change {
        /// Number of the credited invoice.
        from: u32,
    },
}

/// Where an invoice stands. Refunds are told by [`Invoice::credited`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "kebab-case")]
pub enum InvoiceState {
    /// To be paid.
    Open,
    /// Paid.
    Paid {
        /// When (UTC).
        at: Timestamp,
        /// By which attempt.
        attempt: AttemptKey,
    },
    /// No longer to be paid; money for it goes back.
    Void {
        /// Since when (UTC).
        at: Timestamp,
    },
    /// Never paid; money for it may still revive the contract for a while.
    Uncollectible {
        /// Since when (UTC).
        at: Timestamp,
    },
}

/// One period to be paid or paid. Until it is paid it is a renewal notice without a number of its own in any series;
/// the tax document is ordered when the money is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// Period number within the contract, from 0; never used twice.
    pub number: u32,
    /// What for.
    pub purpose: Purpose,
    /// The terms it is for.
    pub plan: PlanVersion,
    /// Terms covered: 1 but for gifts.
    pub span: u32,
    /// The price, tax included, after discounts.
    pub gross: Money,
    /// How much of it is paid by the credit of an earlier invoice.
    pub credit: Money,
    /// Taxes in the price, frozen.
    pub rates: TaxRates,
    /// When it was opened (UTC).
    pub opened_at: Timestamp,
    /// When it is due (UTC): start of `due_on`.
    pub due_at: Timestamp,
    /// The day it is due.
    pub due_on: Date,
    /// Where it stands.
    pub state: InvoiceState,
    /// Access while it was being collected: from and until (UTC).
    pub grace: Option<(Timestamp, Timestamp)>,
    /// What was delivered of it; none before it is paid.
    pub service: Option<Service>,
    /// How much of the gross was taken back by credit notes.
    pub credited: Money,
    /// The parts of that: net, then each tax in the order of the rates.
    pub credited_parts: Vec<Money>,
}

impl Invoice {
    /// What has to be paid by money.
    pub fn charge(&self) -> Money {
        Money::new(self.gross.minor().saturating_sub(self.credit.minor()), self.gross.currency())
    }

    /// Whether it waits for money.
    pub fn is_open(&self) -> bool {
        self.state == InvoiceState::Open
    }

    /// The attempt that paid it.
    pub fn paid_by(&self) -> Option<&AttemptKey> {
        match &self.state {
            InvoiceState::Paid { attempt, .. } => Some(attempt),
            _ => None,
        }
    }
}

/// Days delivered for one invoice, and what of its net price is income already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Whole days sold.
    pub days: u32,
    /// The stretches in which they are delivered: one, unless the contract was paused or extended.
    pub stretches: Vec<Stretch>,
    /// Net price, tax excluded.
    pub net: Money,
    /// How much of it is recognised.
    pub recognised: Money,
    /// How many days that covers.
    pub recognised_days: u32,
}

/// Days in a row, `[from, to)`, in the contract's zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// First day.
    pub from: Date,
    /// First day after.
    pub to: Date,
    /// Given by staff: access without a price.
    pub free: bool,
    /// Since when it is given (UTC): paid, or resumed.
    pub since: Timestamp,
    /// Access ended before `to`, at this instant (UTC).
    pub cut: Option<Timestamp>,
}

/// A hosted page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The rail's reference.
    pub reference: String,
    /// How the reader gets there, as the gateway wrote it.
    pub address: String,
}

/// What a page is asked to do, frozen when it is planned, so that one key always goes out with the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageAsk {
    /// What for.
    pub purpose: PagePurpose,
    /// The permission asked for.
    pub mandate: Option<MandateWish>,
    /// The rail's name for the reader.
    pub customer: Option<String>,
    /// After that nobody may pay on it (UTC).
    pub until: Timestamp,
}

/// What is kept about talking with the rail on one matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talk {
    /// The rail's reference of page or charge.
    pub reference: Option<String>,
    /// The page, once it is open.
    pub page: Option<Page>,
    /// What the page is asked to do; none for debits.
    pub ask: Option<PageAsk>,
    /// The page is to be closed from this instant on.
    pub close_at: Option<Timestamp>,
    /// When to ask next (UTC).
    pub ask_at: Option<Timestamp>,
    /// How often it was asked.
    pub asked: u16,
    /// The rail does not know of it (yet): the same request may go out again while the rail honours its key.
    pub absent: bool,
}

/// How an attempt goes to the rail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "kebab-case")]
pub enum Way {
    /// A page on which the reader pays.
    Page,
    /// A debit without the reader.
    Debit {
        /// Number of the mandate.
        mandate: u32,
        /// Not to be sent before (UTC).
        not_before: Timestamp,
        /// Whether the reader's bank has still to be told of it.
        announce: bool,
    },
    /// The rail's own schedule debits.
    Expected,
}

/// An attempt and what is known of its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The attempt.
    pub payment: PaymentAttempt,
    /// How it goes to the rail.
    pub way: Way,
    /// Talking about it.
    pub talk: Talk,
}

/// Where the keeping of a method stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SetupState {
    /// Stored, nothing sent.
    Planned,
    /// The page is asked for or open.
    Sent,
    /// The method is kept.
    Done,
    /// It is not, and this page never will.
    Failed,
}

/// A page on which the reader only keeps a method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// Its number within the contract, from 1.
    pub number: u32,
    /// Idempotency key, `sub-<id>-m<number>`.
    pub key: AttemptKey,
    /// What the rail takes for it, if anything; given back.
    pub amount: Money,
    /// Everything else for the rail, frozen.
    pub parameters: std::collections::BTreeMap<String, String>,
    /// When it was planned (UTC).
    pub planned_at: Timestamp,
    /// When it was sent (UTC).
    pub sent_at: Option<Timestamp>,
    /// Where it stands.
    pub state: SetupState,
    /// Talking about it.
    pub talk: Talk,
}

/// Where a refund stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "kebab-case")]
pub enum RefundState {
    /// Reserved and booked; not sent.
    Planned,
    /// Sent; the rail has it or may have it.
    Sent {
        /// When first (UTC).
        at: Timestamp,
    },
    /// The rail will not pay it: a person has to. Still reserved and owed.
    Failed {
        /// The rail's code.
        code: String,
    },
    /// The rail would not pay it, and another refund has taken its place.
    Replaced,
    /// Paid back.
    Succeeded {
        /// When (UTC).
        at: Timestamp,
    },
}

/// Money to be given back. Reserved from the moment it is asked for: what is asked and paid together never exceeds
/// what the payment took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// Idempotency key, `sub-<id>-p<period>-r<number>`.
    pub key: String,
    /// The invoice it corrects; none for money that belonged to no invoice.
    pub invoice: Option<u32>,
    /// Who took the money.
    pub rail: Rail,
    /// The rail's reference of the payment.
    pub payment: String,
    /// How much.
    pub amount: Money,
    /// Why, for the books.
    pub reason: String,
    /// Who asked.
    pub by: Actor,
    /// When (UTC).
    pub asked_at: Timestamp,
    /// Where it stands.
    pub state: RefundState,
    /// Talking about it.
    pub talk: Talk,
}

/// A dispute about one payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// The rail's reference.
    pub reference: String,
    /// The rail's reference of the payment.
    pub payment: String,
    /// How much.
    pub amount: Money,
    /// When we heard of it (UTC).
    pub at: Timestamp,
    /// Where it stands.
    pub state: DisputeState,
}

/// Money that came in and belongs to no invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stray {
    /// The attempt it came by.
    pub key: AttemptKey,
    /// Who took it.
    pub rail: Rail,
    /// The rail's reference.
    pub payment: String,
    /// How much.
    pub amount: Money,
    /// When (UTC).
    pub at: Timestamp,
    /// Whether its refund is asked for; else a person has to decide.
    pub returning: bool,
}

/// A permission that has to be withdrawn at the rail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// Which.
    pub mandate: Mandate,
    /// When to ask (again).
    pub ask_at: Timestamp,
    /// How often it was asked.
    pub asked: u16,
}
