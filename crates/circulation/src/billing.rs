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
mod acts;
mod dossier;
mod notices;
mod policy;
mod refusal;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::benefits::Grant;
use crate::ledger::{self, TaxSplit};
use crate::money::Money;
use crate::payments::Capabilities;
use crate::plans::PlanVersion;
use crate::readers::ReaderId;
use crate::subscriptions::{Event, Order, Subscription, SubscriptionId};

pub use acts::{Act, Call, DebitCall, Due, LookUpCall, MandateWish, PageCall, PagePurpose, RefundCall};
pub use dossier::{
    Attempt, Dispute, Dossier, Invoice, InvoiceState, Mandate, Page, Purpose, Refund, RefundState, Revocation, Service,
    Setup, SetupState, Stray, Stretch, Talk, Way,
};
pub use notices::{Notice, NoticeKind};
pub use policy::{Ladder, PauseRules, Policy, PolicyProblem, RefundRule};
pub use refusal::BillingRefusal;

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

/// Opens a checkout (T1): terms, zone, taxes and consent are frozen. Ask [`crate::subscriptions::admit`] first, and
/// check a coupon with [`crate::subscriptions::Coupon::check`].
///
/// # Errors
/// No consent, a running contract among `existing` (unless for a gift), an offer that cannot be sold or is not open to
/// the reader, a term that the rail cannot renew.
pub fn open(
    order: Order,
    existing: &[Subscription],
    now: Timestamp,
    terms: &Terms,
) -> Result<Decision, BillingRefusal> {
    let _ = (order, existing, now, terms);
    Err(BillingRefusal::NotDue)
}

/// Takes in what happens and gives the next dossier with everything that has to be recorded.
///
/// # Errors
/// [`BillingRefusal`] when the step is not possible; the dossier is as it was.
pub fn decide(dossier: Dossier, act: &Act, now: Timestamp, terms: &Terms) -> Result<Decision, BillingRefusal> {
    let _ = (dossier, act, now, terms);
    Err(BillingRefusal::NotDue)
}

/// What has to be done next. Pure, and never two things at once: ask again after each.
pub fn next(dossier: &Dossier, now: Timestamp, terms: &Terms) -> Next {
    let _ = (dossier, now, terms);
    Next::Wait(None)
}

/// What a change of plan at once would cost today, to be shown before it is asked for (T23).
///
/// # Errors
/// The contract stands where no plan can be changed, the plan does not fit, or it is no upgrade.
pub fn quote_change(
    dossier: &Dossier,
    plan: &PlanVersion,
    now: Timestamp,
    terms: &Terms,
) -> Result<Quote, BillingRefusal> {
    let _ = (dossier, plan, now, terms);
    Err(BillingRefusal::NoUpgrade)
}
