//! Accounts: sign-up, log-in, the account page, cancelling, the sample paper's mailbox.
use super::{ContractView, FieldErrors, GiftView, MeterPeriod};
use jiff::Timestamp;
use jiff::civil::Date;

/// Create an account, `GET /signup?next=PATH`.
///
/// Form: `POST /signup` with `name` (may be empty), `email`, `password`, `next` (path, may be absent).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignUpPage {
    /// What was typed as name, shown again after an error.
    pub name: String,
    /// What was typed as address.
    pub email: String,
    /// Path to return to.
    pub next: Option<String>,
    /// Fewest characters of a password, for the hint.
    pub password_minimum: u16,
    /// What the reader is about to buy, if that is why an account is wanted: `Smart Quarterly, ₹900`.
    pub purchase: Option<String>,
    /// Errors beside `name`, `email`, `password` or the form.
    pub errors: FieldErrors,
}

/// Log in, `GET /login?next=PATH`: by mailed code, or by password, both on one page.
///
/// Forms: `POST /login/code` with `email`, `next`; `POST /login` with `email`, `password`, `next`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogInPage {
    /// What was typed as address.
    pub email: String,
    /// Path to return to.
    pub next: Option<String>,
    /// Errors beside `email`, `password` or the form (one text for wrong address and wrong password).
    pub errors: FieldErrors,
    /// A kind word on why the reader is here: `Log in to go on to the checkout.`
    pub reason: Option<String>,
}

/// Enter or confirm a mailed code, `GET /login/code`. Opening the page uses nothing up: only the button does.
///
/// Form: `POST /login/code/confirm` with `email`, `code`, `next`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodePage {
    /// Address the code went to.
    pub email: String,
    /// The code when the reader came by the mailed link: then the page only asks for the button. Else `None`.
    pub code: Option<String>,
    /// Path to return to.
    pub next: Option<String>,
    /// How many minutes a code is good for.
    pub minutes: u16,
    /// The paper sends no mail: what it would send lies in its mailbox, `/mailbox`.
    pub mailbox: bool,
    /// Errors beside `code` or the form.
    pub errors: FieldErrors,
}

/// The reader's own page, `GET /account`.
///
/// Forms: `POST /logout`; `POST /account/resume`; `POST /account/pause/end`; `POST /account/pay`; `POST /account/method`;
/// `POST /account/plan/agree`; `POST /account/plan/drop`; `POST /account/gifts/mail` with `gift` (id);
/// `POST /account/devices/end` with `device` (id).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountPage {
    /// The reader's name; may be empty.
    pub name: String,
    /// The reader's address.
    pub email: String,
    /// The subscription, if there is one.
    pub contract: Option<ContractView>,
    /// A gift the reader has claimed and reads by: its plan and the first day after.
    pub held_gift: Option<(String, Date)>,
    /// Gifts the reader bought.
    pub gifts: Vec<GiftView>,
    /// Whether there are documents or payments to look at.
    pub payments: bool,
    /// Who is named on invoices: `Meenal Rege, Maharashtra`; none where the paper asks for nobody.
    pub billing: Option<String>,
    /// Searches the reader keeps, the latest first.
    pub searches: Vec<SavedSearchView>,
    /// What was just done with them.
    pub searches_message: Option<String>,
    /// Devices signed in, this one first.
    pub devices: Vec<Device>,
    /// Free articles used in this period.
    pub reading: ReadingView,
    /// What just happened: `The device was signed out.`
    pub message: Option<String>,
}

/// A search that the reader keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearchView {
    /// Its number, the value of the field `search`.
    pub id: i64,
    /// The query, in the words of the search field.
    pub query: String,
    /// Address of its newest results.
    pub href: String,
}

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Id of the session, the value of the field `device`; never the session's token.
    pub id: String,
    /// What it is: `Chrome on Android`.
    pub label: String,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// Whether it is the one in use now.
    pub current: bool,
}

/// What counted against the reader's free articles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadingView {
    /// How many counted in this period.
    pub counted: u16,
    /// The limit; `None`: unlimited.
    pub limit: Option<u16>,
    /// Over which period it counts.
    pub period: MeterPeriod,
    /// First day of the next period.
    pub resets_on: Option<Date>,
    /// The stories: headline and path, newest first.
    pub stories: Vec<ReadStory>,
}

/// One story on the reader's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadStory {
    /// Headline.
    pub headline: String,
    /// Path.
    pub path: String,
}

/// The sample paper's mailbox, `GET /mailbox` and `GET /mailbox/{id}`: mail that would have been sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MailboxPage {
    /// Mails, newest first.
    pub mails: Vec<MailRow>,
    /// The mail that is open.
    pub open: Option<Mail>,
}

/// A line of the mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow {
    /// Id, the last part of its path.
    pub id: String,
    /// Whom it is for.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// When it was written.
    pub at: Timestamp,
}

/// One mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Whom it is for.
    pub to: String,
    /// Who sends it.
    pub from: String,
    /// Subject.
    pub subject: String,
    /// When it was written.
    pub at: Timestamp,
    /// Plain text; addresses of the paper itself become links.
    pub text: String,
}
