//! The billing engine. A contract's whole paper is a [`Dossier`]; [`decide`] takes in what happens and gives the next
//! dossier with everything that has to be recorded; [`next`] says what has to be done now. Both are pure and total.
//!
//! A driver loads a dossier, and until [`Next::Wait`]:
//! - [`Next::Act`]: `decide` it and commit the [`Decision`] in one transaction at the revision that was read. If it
//!   brings a [`Decision::call`], make that call **after** the commit, and `decide` on its answer.
//! - [`Next::Call`]: make the call and `decide` on its answer.
//!
//! A driver that dies anywhere begins again at the top: what was sent and not answered is looked up, and sent again
//! only under the same key while the rail honours it. A decision that is refused because the dossier has moved is no
//! fault; read again.
//!
//! **Bound.** Every decided act and every answered call moves at least one instant of the agenda forward, so at one
//! `now` the loop ends after [`MOST_STEPS`] steps for one dossier at most; a driver that sees more should park it
//! ([`Act::Park`]).
mod access;
mod acts;
mod agenda;
mod books;
mod calls;
mod capture;
mod change;
mod clock;
mod disputes;
mod dossier;
mod invoicing;
mod mandates;
mod notices;
mod open;
mod pauses;
mod policy;
mod rail;
mod reader;
mod refusal;
mod reminders;
mod staff;
mod work;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::benefits::Grant;
use crate::ledger::{self, TaxSplit};
use crate::money::Money;
use crate::payments::Capabilities;
use crate::plans::PlanVersion;
use crate::readers::ReaderId;
use crate::subscriptions::{Actor, Event, State, SubscriptionId};
use work::{Step, Work};

pub use acts::{Act, Call, DebitCall, Due, LookUpCall, MandateWish, PageCall, PagePurpose, RefundCall};
pub use agenda::next;
pub use change::quote_change;
pub use dossier::{
    Attempt, Dispute, Dossier, Invoice, InvoiceState, Mandate, Page, PageAsk, Purpose, Refund, RefundState, Revocation,
    Service, Setup, SetupState, Stray, Stretch, Talk, Way,
};
pub use invoicing::Change;
pub use notices::{Notice, NoticeKind};
pub use open::open;
pub use policy::{Ladder, PauseRules, Policy, PolicyProblem, RefundRule};
pub use refusal::BillingRefusal;
pub use staff::complimentary;

/// Steps that one dossier can need at one instant, far above what any needs.
pub const MOST_STEPS: usize = 500;

/// Clock's notices remembered; older ones cannot become due again.
pub const MOST_NOTICES: usize = 64;

/// What a decision rests on besides the dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What the publisher has set.
    pub policy: Policy,
    /// What the contract's rail can do.
    pub rail: Capabilities,
    /// Another running contract of the reader for the same product; of the claimer, when a gift is claimed.
    pub other_live: Option<SubscriptionId>,
}

/// A step taken. All of it is committed in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The dossier as it now stands.
    pub dossier: Dossier,
    /// What to record.
    pub records: Vec<Record>,
    /// What to ask the rail once the commit is certain; lost with the process, it is made good by [`next`].
    pub call: Option<Call>,
}

/// Something to be written beside the dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A line of the contract's history, also for listeners outside.
    Event(Box<Event>),
    /// An entry in the books; its id is unique.
    Entry(ledger::Entry),
    /// A mail; its key is unique.
    Mail(Box<Notice>),
    /// A tax document to be numbered and issued; its reference is unique.
    Document(Box<DocumentOrder>),
    /// A right: replaces the one with the same reader and reference. One that ends where it starts is none.
    Grant {
        /// Whose.
        reader: ReaderId,
        /// What and when.
        grant: Grant,
    },
    /// A right that is no longer given at all: remove the one with this reader and reference.
    GrantGone {
        /// Whose.
        reader: ReaderId,
        /// Which.
        reference: String,
    },
}

/// The kinds of tax documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// A tax invoice.
    TaxInvoice,
    /// A credit note.
    CreditNote,
}

/// A tax document to be numbered and issued; everything that the contract knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentOrder {
    /// Which kind.
    pub kind: DocumentKind,
    /// Unique: `invoice:sub-1-p0`, `credit-note:sub-1-p0-r1`.
    pub reference: String,
    /// The contract.
    pub subscription: SubscriptionId,
    /// Who pays.
    pub reader: ReaderId,
    /// Number of the invoice within the contract.
    pub invoice: u32,
    /// What was sold.
    pub plan: PlanVersion,
    /// First day of the time it is for.
    pub from: Date,
    /// First day after.
    pub to: Date,
    /// Whole amount, tax included; more than zero on both kinds.
    pub gross: Money,
    /// Net and taxes, summing to the gross.
    pub split: TaxSplit,
    /// Rates of the taxes, by name.
    pub rates: ledger::TaxRates,
    /// Of a credit note: the reference of the document it corrects.
    pub original: Option<String>,
    /// Of a credit note: why.
    pub reason: Option<String>,
    /// When (UTC).
    pub at: Timestamp,
}

/// What has to be done next for a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Decide this.
    Act(Act),
    /// Ask the rail this and decide on the answer. Only what may be asked twice comes this way.
    Call(Call),
    /// Nothing until then (UTC); nothing at all for `None`. Stored in a due column.
    Wait(Option<Timestamp>),
}

/// What a change of plan at once would cost today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The invoice whose unused days are credited.
    pub from: u32,
    /// Whole days unused; today counts as used.
    pub days_left: u32,
    /// Whole days sold.
    pub days: u32,
    /// What they are worth.
    pub credit: Money,
    /// The new plan's price.
    pub price: Money,
    /// What is charged now.
    pub charge: Money,
    /// First day after the new period.
    pub paid_through: Date,
}

/// Takes in what happens and gives the next dossier with everything that has to be recorded.
///
/// # Errors
/// [`BillingRefusal`] when the step is not possible; the dossier is as it was. [`BillingRefusal::NoSuch`] in answer to
/// the rail means that its word is about nothing that this contract knows: keep a trace and drop it. A step of the clock or the rail that the
/// engine itself cannot finish (an entry that would not balance, a date beyond the calendar) is not refused but parks
/// the contract, so that a round cannot run into it for ever.
pub fn decide(dossier: Dossier, act: &Act, now: Timestamp, terms: &Terms) -> Result<Decision, BillingRefusal> {
    dossier.check()?;
    let mut work = Work::new(dossier.clone(), now, terms);
    match step(&mut work, act) {
        Ok(()) => Ok(work.finish()),
        Err(fault) if cannot_go_on(act, &fault) => {
            let mut parked = Work::new(dossier, now, terms);
            parked.stuck(act, &fault);
            Ok(parked.finish())
        }
        Err(refusal) => Err(refusal),
    }
}

/// Whether nobody is there who could do something about a refusal, so that the step would be tried for ever.
fn cannot_go_on(act: &Act, refusal: &BillingRefusal) -> bool {
    if matches!(act, Act::Due(_)) {
        return !matches!(refusal, BillingRefusal::NotDue | BillingRefusal::Stored { .. });
    }
    let by_rail = matches!(
        act,
        Act::Told(_)
            | Act::PageOpened { .. }
            | Act::Announced { .. }
            | Act::RefundTold { .. }
            | Act::MandateTold { .. }
            | Act::ProviderCaptured { .. }
            | Act::ProviderFailed { .. }
            | Act::Disputed { .. }
    );
    by_rail && refusal.is_fault()
}

fn step(work: &mut Work<'_>, act: &Act) -> Step {
    match act {
        Act::Pay { parameters } => work.ask_page(parameters),
        Act::KeepMethod { parameters } => work.keep_method(parameters),
        Act::Supersede => work.supersede(),
        Act::Cancel { by } => work.cancel(*by),
        Act::TakeCancelBack { by } => work.take_cancel_back(*by),
        Act::Withdraw => work.withdraw(),
        Act::Pause { by } => work.pause(*by),
        Act::Resume { by } => work.resume(*by),
        Act::ChangeNow { plan, parameters } => work.change_now(plan, parameters),
        Act::ChangeAtRenewal { plan, by } => work.change_at_renewal(plan, *by),
        Act::AgreeToChange => work.agree_to_change(),
        Act::DropChange { by } => work.drop_change(*by),
        Act::Claim { reader } => work.claim(*reader),
        Act::Moved { taxes } => work.moved(taxes),
        Act::Refund { invoice, amount, reason } => work.staff_refund(*invoice, *amount, reason),
        Act::RetryRefund { key, reason } => work.retry_refund(key, reason),
        Act::RefundedByBank { key, reason } => work.refunded_by_bank(key, reason),
        Act::Extend { days, reason } => work.extend(*days, reason),
        Act::End { refund, reason } => work.staff_end(*refund, reason),
        Act::Park { why } => {
            work.park(why.clone(), Actor::Clock);
            Ok(())
        }
        Act::Release { reason } => work.release(reason),
        Act::Due(due) => work.due(due),
        Act::Told(told) => work.told(told),
        Act::PageOpened { key, page } => work.page_opened(key, page),
        Act::Announced { key, answer } => work.announced(key, answer),
        Act::RefundTold { key, answer } => work.refund_told(key, answer),
        Act::MandateTold { mandate, facts } => work.mandate_told(mandate, facts.as_ref()),
        Act::ProviderCaptured { reference, amount, at } => work.provider_captured(reference, *amount, *at),
        Act::ProviderFailed { failure, at } => work.provider_failed(failure, *at),
        Act::Disputed { reference, payment, amount, state, .. } => work.disputed(reference, payment, *amount, *state),
    }
}

impl Dossier {
    /// What a stored dossier must hold before anything is decided on it.
    ///
    /// # Errors
    /// [`BillingRefusal::Stored`] says what contradicts.
    pub fn check(&self) -> Result<(), BillingRefusal> {
        let contract = &self.contract;
        let broken = |what| Err(BillingRefusal::Stored { id: contract.id, what });
        let runs = matches!(contract.state, State::Active | State::Paused { .. });
        if runs && (contract.paid.is_none() || contract.anchor.is_none()) {
            return broken("it runs, and nothing was paid");
        }
        if contract.state == State::Trial && contract.trial.is_none() {
            return broken("it is in a trial without dates");
        }
        if !self.invoices.windows(2).all(|pair| pair[0].number < pair[1].number) {
            return broken("its invoices are not numbered upwards");
        }
        if self.invoices.iter().filter(|invoice| invoice.is_open()).count() > 1 {
            return broken("two invoices are open at once");
        }
        if self.attempts.iter().any(|attempt| attempt.payment.subscription() != contract.id) {
            return broken("it holds an attempt of another contract");
        }
        if contract.paid.as_ref().is_some_and(|paid| paid.period.from > paid.period.to) {
            return broken("its paid time ends before it begins");
        }
        Ok(())
    }
}
