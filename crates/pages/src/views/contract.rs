//! The reader's contract: how it stands, what can be done about it, and the page for each.
use super::{FieldErrors, PlanCard};
use jiff::Timestamp;
use jiff::civil::Date;

/// A contract in plain words. Days are in the contract's zone; amounts contain tax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractView {
    /// Name of the plan.
    pub plan: String,
    /// Finished price for the term: `₹2,700`.
    pub price: String,
    /// Finished term: `1 Year`.
    pub term: String,
    /// Where it stands.
    pub standing: Standing,
    /// How it is paid.
    pub method: Option<MethodView>,
    /// Whether it renews by itself: the method may be debited.
    pub unattended: bool,
    /// A payment is on its way and not decided: paying again has to wait.
    pub deciding: bool,
    /// A change of plan that waits.
    pub pending: Option<PendingView>,
    /// A payment of it is disputed; whether access is cut meanwhile.
    pub disputed: Option<bool>,
    /// Nothing is charged until somebody of the paper has looked at it.
    pub parked: bool,
    /// What the reader can do now.
    pub may: May,
}

/// Where a contract stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Free days.
    Trial {
        /// First day that is not free.
        to: Date,
        /// What is charged then.
        amount: String,
        /// How often after that: `every 3 months`.
        every: String,
    },
    /// Paid, and renews.
    Active {
        /// The day.
        on: Date,
        /// What is charged then.
        amount: String,
    },
    /// Paid, and ends by itself.
    LastTerm {
        /// First day after.
        to: Date,
    },
    /// Cancelled; runs until then.
    Cancelled {
        /// First day without access.
        to: Date,
        /// When the cancellation was received.
        received: Timestamp,
    },
    /// A payment is due and was not made yet; access goes on.
    PastDue {
        /// Since when.
        since: Date,
        /// How much.
        amount: String,
        /// End of access.
        access_until: Timestamp,
    },
    /// Not paid; no access, and one payment brings it back.
    Lapsed {
        /// How much.
        amount: String,
        /// First day on which it is too late.
        until: Date,
    },
    /// Paused here.
    Paused {
        /// Whole days kept.
        days_left: u32,
        /// The day it goes on by itself.
        until: Date,
    },
    /// The permission to debit is paused in the reader's own bank app.
    PausedAtBank,
    /// Over.
    Ended {
        /// The day it ended.
        on: Date,
        /// Why.
        because: Because,
    },
}

/// Why a contract is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// The reader cancelled.
    Cancelled,
    /// The reader withdrew.
    Withdrawn,
    /// The payment was given back.
    Refunded,
    /// It was not paid.
    Unpaid,
    /// The agreed time is over.
    TermOver,
    /// A payment was disputed and taken back by the bank.
    Dispute,
    /// The paper ended it.
    ByPaper,
}

/// A way to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodView {
    /// As the rail shows it: `Visa •••• 4242`.
    pub label: String,
    /// What has to be known about it.
    pub trouble: Option<MethodTrouble>,
}

/// What is the matter with a way to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MethodTrouble {
    /// The bank has not confirmed it yet.
    Pending,
    /// The reader paused it in their bank's app.
    Paused,
    /// It was withdrawn.
    Gone,
    /// It is over.
    Expired,
    /// It ends on this day.
    Expires(Date),
}

/// A change of plan that waits for the next renewal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingView {
    /// Name of the new plan.
    pub plan: String,
    /// Finished price.
    pub price: String,
    /// Finished term.
    pub term: String,
    /// From which day.
    pub on: Option<Date>,
    /// The paper's change of price, not the reader's wish.
    pub by_paper: bool,
    /// Whether it is only an offer: without the reader's yes it is never charged.
    pub needs_yes: bool,
    /// Whether the reader has agreed.
    pub agreed: bool,
}

/// What a reader can do about a contract now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct May {
    /// Pay this amount.
    pub pay: Option<String>,
    /// Look at other plans.
    pub change: bool,
    /// Pause.
    pub pause: bool,
    /// End a pause.
    pub resume: bool,
    /// Cancel.
    pub cancel: bool,
    /// Take a cancellation back.
    pub take_back: bool,
    /// Keep another way to pay.
    pub method: bool,
    /// Withdraw from the contract, through this day.
    pub withdraw_through: Option<Date>,
}

/// The one confirmation before cancelling. Form: `POST action` with `do` = `cancel`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelPage {
    /// Name of the plan.
    pub plan: String,
    /// First day without access; none: it ends at once.
    pub access_until: Option<Date>,
    /// Finished amount that will not be charged.
    pub amount: String,
    /// Where the form goes.
    pub action: String,
    /// Path back.
    pub back: String,
    /// The other control with the other effect: path of the page on which to withdraw, and through which day.
    pub withdraw: Option<(String, Date)>,
}

/// What was recorded, with its time. Form: `POST action` with `do` = `take-back`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelledPage {
    /// Name of the plan.
    pub plan: String,
    /// When the cancellation was received.
    pub received: Timestamp,
    /// First day without access, while that is to come.
    pub access_until: Option<Date>,
    /// Where a changed mind goes; none: it cannot be taken back.
    pub take_back: Option<String>,
    /// Shown once, after it is recorded: pausing would be possible for so many days.
    pub pause_days: Option<u16>,
}

/// The statement of withdrawal, to be confirmed. Form: `POST action` with `do` = `withdraw`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawPage {
    /// Name of the plan.
    pub plan: String,
    /// The contract's number.
    pub contract: i64,
    /// The day the contract began.
    pub began: Date,
    /// The last day on which it is possible.
    pub through: Date,
    /// What the reader gets back, finished; none: nothing was paid.
    pub back: Option<String>,
    /// Not all of it: the reader had asked to begin at once, and the days used are paid for.
    pub pro_rata: bool,
    /// Whose contract it is: name or address, as it stands in the statement.
    pub reader: String,
    /// Where the form goes.
    pub action: String,
    /// Path back.
    pub leave: String,
}

/// A withdrawal was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawnPage {
    /// Name of the plan.
    pub plan: String,
    /// When it was received.
    pub received: Timestamp,
    /// What the reader gets back.
    pub back: Option<String>,
}

/// Other plans, `GET /account/plan`. Each leads to `GET /account/plan?to=CODE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangePage {
    /// Name of the present plan.
    pub current: String,
    /// The change that the reader has planned.
    pub planned: Option<PendingView>,
    /// The others.
    pub plans: Vec<PlanCard>,
}

/// One change of plan with its price, `GET /account/plan?to=CODE`.
///
/// Forms: `POST /account/plan` with `to` (code), `when` (`now` or `renewal`) and `seen` (names exactly what was shown).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeQuotePage {
    /// Name of the present plan.
    pub current: String,
    /// The change that the reader has planned, to this plan or another.
    pub planned: Option<PendingView>,
    /// The new one.
    pub plan: PlanCard,
    /// What it costs at once.
    pub now: Option<ChangeNow>,
    /// Why not at once.
    pub why_not_now: Option<String>,
    /// What it costs at the next renewal.
    pub renewal: Option<ChangeLater>,
    /// Why not then.
    pub why_not_then: Option<String>,
    /// This change was begun at once, and its payment page is open.
    pub open_page: bool,
    /// Errors of the form as a whole.
    pub errors: FieldErrors,
}

/// A change at once: today counts as used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeNow {
    /// Whole days unused.
    pub days_left: u32,
    /// Whole days sold.
    pub days: u32,
    /// What they are worth.
    pub credit: String,
    /// The new plan's price.
    pub price: String,
    /// What is charged now.
    pub charge: String,
    /// First day after the new period.
    pub paid_through: Date,
    /// By which method, if without a page.
    pub by: Option<String>,
    /// Names exactly this.
    pub seen: String,
}

/// A change at the next renewal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeLater {
    /// The day.
    pub on: Option<Date>,
    /// What is charged then.
    pub price: String,
    /// How often: `every 2 years`.
    pub every: String,
    /// How the method that is kept is shown.
    pub by: Option<String>,
    /// Whether the kept method does not allow so much, and the reader has to allow it first.
    pub allow_first: bool,
    /// Names exactly this.
    pub seen: String,
}

/// Before pausing. Form: `POST /account/pause`, no fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PausePage {
    /// Name of the plan.
    pub plan: String,
    /// Whole days that are kept.
    pub days_left: u32,
    /// The day on which it goes on by itself.
    pub until: Date,
}

/// What a link in a mail leads to, `GET /cancel/TOKEN`: the contract and the ways out, without logging in.
///
/// Forms: `POST path` with `do` = `cancel` or `take-back`. Withdrawing is `GET path?step=withdraw`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractLinkPage {
    /// The contract.
    pub contract: ContractView,
    /// This page's path.
    pub path: String,
}

/// What a link in a mail leads to, `GET /pay/TOKEN`. Form: `POST path`, no fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayLinkPage {
    /// The contract.
    pub contract: ContractView,
    /// This page's path.
    pub path: String,
}

/// Cancelling without logging in, `GET /cancel`. Form: `POST /cancel` with `email` and `contract` (may be empty).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CancelAskPage {
    /// What was typed as address.
    pub email: String,
    /// What was typed as the contract's number or plan.
    pub contract: String,
    /// Errors beside `email`.
    pub errors: FieldErrors,
}
