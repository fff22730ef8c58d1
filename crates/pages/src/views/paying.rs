//! Around paying: billing details, leaving for the payment page, documents and payments, gifts.
use super::{FieldErrors, PlanCard};
use jiff::Timestamp;
use jiff::civil::Date;

/// Who is named on invoices, `GET /account/billing?next=PATH`.
///
/// Form: `POST /account/billing` with `name`, `country`, `state`, `address`, `gstin`, `vat_id`, `next`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BillingPage {
    /// The name to be printed.
    pub name: String,
    /// Chosen country, two letters.
    pub country: String,
    /// Countries: code and name.
    pub countries: Vec<(String, String)>,
    /// Chosen State of India: its code.
    pub state: String,
    /// States and Union Territories: code and name.
    pub states: Vec<(String, String)>,
    /// Lines of the address.
    pub address: String,
    /// GST number.
    pub gstin: String,
    /// VAT number.
    pub vat_id: String,
    /// The paper sells from India: the State is asked for first.
    pub indian: bool,
    /// The reader is on the way to the checkout.
    pub before_paying: bool,
    /// Path to go on to.
    pub next: Option<String>,
    /// Errors beside the fields.
    pub errors: FieldErrors,
}

/// On to the payment company's page: by a button that sends hidden fields, or by itself with a link for those who stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeavePage {
    /// A form to another origin; the page's policy allows that one.
    Form {
        /// Whole URL.
        action: String,
        /// Hidden fields in order.
        fields: Vec<(String, String)>,
    },
    /// An address on another origin. The browser goes there by itself.
    Link {
        /// Whole URL.
        address: String,
    },
}

/// Documents and payments, `GET /account/invoices`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoicesPage {
    /// Tax documents, latest first.
    pub documents: Vec<DocumentRow>,
    /// Payments and refunds, latest first.
    pub payments: Vec<PaymentRow>,
}

/// A tax document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// Id, the last part of its path before the ending.
    pub id: i64,
    /// Its number.
    pub number: String,
    /// Whether it is a credit note.
    pub credit: bool,
    /// What it is for.
    pub what: String,
    /// When it was issued.
    pub at: Timestamp,
    /// Finished amount.
    pub amount: String,
}

/// A payment or a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRow {
    /// When it was begun or settled.
    pub at: Timestamp,
    /// Name of the plan.
    pub plan: String,
    /// Finished amount.
    pub amount: String,
    /// What became of it.
    pub outcome: PaymentOutcome,
}

/// What became of a payment or a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentOutcome {
    /// Paid.
    Paid,
    /// Not decided yet.
    Open,
    /// Did not go through; nothing was charged.
    Failed,
    /// Taken and given back, or on its way.
    Returning,
    /// On its way back.
    RefundComing,
    /// Given back.
    Refunded,
    /// The paper has to look at it.
    RefundStuck,
}

/// Giving a subscription, `GET /subscribe/gift` and `GET /subscribe/gift?plan=CODE`.
///
/// Form: `POST /subscribe/gift` with `plan`, `attempt`, `for_name`, `for_mail`, `consent`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GiftPage {
    /// Plans to choose from, until one is chosen.
    pub plans: Vec<PlanCard>,
    /// The chosen one.
    pub chosen: Option<GiftChoice>,
    /// Whom it is for, as typed.
    pub for_name: String,
    /// Where the code may be sent, as typed.
    pub for_mail: String,
    /// Errors beside the fields.
    pub errors: FieldErrors,
}

/// A chosen gift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftChoice {
    /// The plan.
    pub plan: PlanCard,
    /// Address the receipt goes to.
    pub email: String,
    /// Tax line.
    pub tax: Option<String>,
    /// The sentence agreed to.
    pub consent: String,
    /// Names exactly this offer.
    pub attempt: String,
}

/// Typing in a gift's code, `GET /gift`. Form: `GET /gift` with `code`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GiftCodePage {
    /// What was typed.
    pub code: String,
    /// Errors beside `code`.
    pub errors: FieldErrors,
}

/// A gift to be claimed, `GET /gift/CODE`. Form: `POST /gift/CODE`, no fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimPage {
    /// Name of the plan.
    pub plan: String,
    /// Finished term.
    pub term: String,
    /// What its rights open: `every story and ad-free reading`.
    pub opens: String,
    /// This page's path.
    pub path: String,
    /// What can be done.
    pub state: ClaimState,
}

/// What can be done with a gift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimState {
    /// It waits; the visitor has to log in first.
    LogInFirst,
    /// It waits for this reader's button.
    Waits,
    /// This reader subscribes already; it keeps.
    Keeps,
    /// This reader has claimed it.
    Yours {
        /// First day after.
        to: Date,
    },
    /// Somebody has claimed it.
    Taken,
    /// It was never paid, or given back.
    Void,
}

/// A gift that the reader bought, on the account page. Form: `POST /account/gifts/mail` with `gift` (id).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftView {
    /// Number of its contract.
    pub id: i64,
    /// Name of the plan.
    pub plan: String,
    /// Finished term.
    pub term: String,
    /// Whom it is for.
    pub for_name: String,
    /// Where its code may be sent.
    pub for_mail: String,
    /// Code and whole address, while it waits.
    pub code: Option<(String, String)>,
    /// The day its time began, once it is claimed.
    pub claimed: Option<Date>,
    /// The buyer may withdraw, through this day.
    pub withdraw_through: Option<Date>,
}

/// Before erasing, `GET /account/erase`.
///
/// Form: `POST /account/erase` with `do` = `erase`, `sure` (`yes`) and, where asked for, `password` or `code`; with `do` =
/// `code` a code is mailed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErasePage {
    /// The account's address.
    pub email: String,
    /// Why it cannot be erased now, in one sentence; then there is no form.
    pub blocked: Option<String>,
    /// First day of a paid time that ends with the account.
    pub gives_up: Option<Date>,
    /// How the reader shows that it is them.
    pub proof: Proof,
    /// Documents are kept for the account's payments.
    pub keeps: bool,
    /// Errors beside `sure`, `password`, `code` or the form.
    pub errors: FieldErrors,
}

/// How a reader shows that it is them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Proof {
    /// They logged in a moment ago.
    #[default]
    Fresh,
    /// By password, or by a mailed code.
    Password,
    /// By a mailed code: there is no password.
    Code,
    /// A code is on its way.
    CodeSent,
}
