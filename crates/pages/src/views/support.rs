//! The desk's pages about readers and money, and the clock of a rehearsing paper. Only staff may be sent these.
use super::{FieldErrors, Link};
use jiff::Timestamp;
use jiff::civil::Date;

/// Readers by a search, `GET /desk/readers` (query: `q`, `page`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeskReaders {
    /// What was searched for.
    pub query: String,
    /// Readers of this page.
    pub readers: Vec<ReaderRow>,
    /// How many there are altogether.
    pub total: u32,
    /// Number of this page, from 1.
    pub page: u32,
    /// How many pages there are, at least 1.
    pub pages: u32,
}

/// A reader in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderRow {
    /// Id, the last part of their page's path.
    pub id: i64,
    /// Address.
    pub email: String,
    /// Name; may be empty.
    pub name: String,
    /// Where their subscription stands, in a few words.
    pub standing: String,
    /// Since when they have an account.
    pub since: Timestamp,
    /// Whether they work for the paper.
    pub staff: bool,
}

/// One reader as support sees them, `GET /desk/readers/{id}` (query: `show`, `page`, `done`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskReader {
    /// Id.
    pub id: i64,
    /// Address.
    pub email: String,
    /// Name; may be empty.
    pub name: String,
    /// Since when they have an account.
    pub since: Timestamp,
    /// Whether the address was proved.
    pub verified: bool,
    /// Whether they work for the paper.
    pub staff: bool,
    /// What was just done.
    pub message: Option<String>,
    /// Contracts, the running one first.
    pub contracts: Vec<ContractPanel>,
    /// Rights, those that hold now first.
    pub rights: Vec<RightRow>,
    /// Tax documents, latest first.
    pub documents: Vec<PaperRow>,
    /// Everything that happened, latest first.
    pub timeline: Vec<TimelineRow>,
    /// What of it is shown; `None`: all.
    pub show: Option<TimelineKind>,
    /// Number of this page of the timeline, from 1.
    pub page: u32,
    /// How many pages it has, at least 1.
    pub pages: u32,
    /// Path of the form for complimentary access.
    pub complimentary: String,
}

/// A contract in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractPanel {
    /// Its number.
    pub id: i64,
    /// Plan and price: `Smart Essential, ₹2,700 for 1 Year`.
    pub plan: String,
    /// One or two words: `Active`, `Past due`.
    pub state: String,
    /// What a person has to look at first.
    pub alert: Option<String>,
    /// Where it stands, sentence by sentence.
    pub words: Vec<String>,
    /// What can be done, in the order of harm.
    pub actions: Vec<Link>,
    /// Periods paid or to be paid, latest first.
    pub invoices: Vec<InvoiceRow>,
}

/// One period of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceRow {
    /// `Period 1: 22 Nov 2026 to 22 Feb 2027`
    pub period: String,
    /// Finished amount.
    pub amount: String,
    /// `Paid on 22 November 2026`, `Open`.
    pub state: String,
    /// Path of the refund's form, where something can be given back.
    pub refund: Option<String>,
}

/// A right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RightRow {
    /// What may be read.
    pub benefits: String,
    /// `Purchase`, `Complimentary`.
    pub source: String,
    /// What it was given for.
    pub reference: String,
    /// From then on.
    pub from: Timestamp,
    /// Until then; `None`: without an end.
    pub until: Option<Timestamp>,
    /// Whether it holds now.
    pub holds: bool,
    /// Path of the form that ends it, where staff may.
    pub end: Option<String>,
}

/// A tax document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperRow {
    /// `M/26-27/0000123`
    pub number: String,
    /// `Invoice`, `Credit note`.
    pub kind: String,
    /// When it was issued.
    pub at: Timestamp,
    /// Finished amount.
    pub amount: String,
}

/// What kind of thing a line of the timeline tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimelineKind {
    /// Where the contract stands.
    Contract,
    /// A try to collect a payment.
    Payment,
    /// Money on its way back.
    Refund,
    /// A dispute.
    Dispute,
    /// A mail.
    Mail,
    /// A tax document.
    Document,
    /// A right.
    Right,
    /// Something that staff did.
    Desk,
}

impl TimelineKind {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 8] = [
        Self::Contract,
        Self::Payment,
        Self::Refund,
        Self::Dispute,
        Self::Mail,
        Self::Document,
        Self::Right,
        Self::Desk,
    ];

    /// The word in addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::Payment => "payment",
            Self::Refund => "refund",
            Self::Dispute => "dispute",
            Self::Mail => "mail",
            Self::Document => "document",
            Self::Right => "right",
            Self::Desk => "desk",
        }
    }

    /// The kind of a word, if it is one.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Contract => "Contract",
            Self::Payment => "Payment",
            Self::Refund => "Refund",
            Self::Dispute => "Dispute",
            Self::Mail => "Mail",
            Self::Document => "Document",
            Self::Right => "Right",
            Self::Desk => "Desk",
        }
    }
}

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineRow {
    /// When.
    pub at: Timestamp,
    /// What kind of thing.
    pub kind: TimelineKind,
    /// What happened, one sentence.
    pub words: String,
    /// Keys and references, for searching at the rail.
    pub detail: Option<String>,
    /// Who brought it about; empty where nobody is to be named.
    pub who: String,
    /// The whole text of a mail.
    pub text: Option<String>,
}

/// Something that support is about to do: first its form, then exactly what will happen.
///
/// Form: `POST` to `action` with the fields, `reason`, `revision`, `step` (`check`, then `do`) and, for `do`, `seen`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeskAct {
    /// `Give money back`
    pub title: String,
    /// What this is for, one or two sentences.
    pub about: String,
    /// Whose: address.
    pub reader: String,
    /// Path of the reader's page.
    pub back: String,
    /// Where the form goes.
    pub action: String,
    /// Fields to fill in.
    pub fields: Vec<ActField>,
    /// Why, as typed.
    pub reason: String,
    /// Everything that is sent along.
    pub hidden: Vec<(String, String)>,
    /// Exactly what will happen; empty while the form is being filled in.
    pub outcome: Vec<String>,
    /// What it costs the paper.
    pub cost: String,
    /// Words of the last button: `Give ₹900 back`.
    pub button: String,
    /// The contract has changed since the page was opened.
    pub stale: bool,
    /// Errors beside the fields or the form.
    pub errors: FieldErrors,
}

/// A field of such a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActField {
    /// Name.
    pub name: &'static str,
    /// Label.
    pub label: String,
    /// A sentence below the label; may be empty.
    pub hint: String,
    /// What was typed or is proposed.
    pub value: String,
    /// How it is filled in.
    pub kind: ActFieldKind,
}

/// How a field is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActFieldKind {
    /// A line of text; numbers and amounts too, so that what was typed can be shown again.
    Text {
        /// `decimal`, `numeric` or `text`: which keys a telephone offers.
        keys: &'static str,
    },
    /// A date.
    Date,
    /// One of these: value and label.
    Choice(Vec<(String, String)>),
}

/// What needs a person, and the day's takings, `GET /desk/billing`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskBilling {
    /// The day of the takings.
    pub day: Date,
    /// What came in on that day, one line a currency.
    pub takings: Vec<String>,
    /// What needs a person, by kind.
    pub needs: Vec<NeedList>,
}

/// One kind of thing that needs a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeedList {
    /// `Parked contracts`
    pub heading: String,
    /// What it means and what to do, one or two sentences.
    pub about: String,
    /// How many there are; more than are listed, perhaps.
    pub count: u32,
    /// The oldest.
    pub rows: Vec<NeedRow>,
}

/// One thing that needs a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeedRow {
    /// What it is.
    pub words: String,
    /// Since when.
    pub since: Timestamp,
    /// Where it is dealt with.
    pub path: Option<String>,
}

/// The clock of a rehearsing paper, `GET /desk/clock`.
///
/// Form: `POST /desk/clock` with `by` (`day`, `week`, `month`, `next`) or `to` (a date).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskClock {
    /// The paper's time.
    pub now: Timestamp,
    /// How far that is ahead of the real time; `None`: not at all.
    pub ahead: Option<String>,
    /// When something is due next.
    pub next_due: Option<Timestamp>,
    /// Tomorrow, the earliest date that can be gone to.
    pub tomorrow: Date,
    /// How many stops a journey has made that is still under way.
    pub under_way: Option<u32>,
    /// The latest journey.
    pub journey: Option<JourneyView>,
    /// What was typed as date.
    pub to: String,
    /// Errors beside `to` or the form.
    pub errors: FieldErrors,
}

/// A journey that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JourneyView {
    /// From then.
    pub from: Timestamp,
    /// Until then.
    pub to: Timestamp,
    /// Instants on the way at which something was due.
    pub stops: u32,
    /// Whether it came to where it was meant to go.
    pub whole: bool,
    /// All of it in one sentence.
    pub summary: String,
    /// Line by line.
    pub lines: Vec<JourneyLine>,
    /// How much more there was.
    pub more: u32,
}

/// One thing that happened on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JourneyLine {
    /// When.
    pub at: Timestamp,
    /// What kind of thing.
    pub kind: &'static str,
    /// What.
    pub words: String,
    /// Path of the reader's page.
    pub path: Option<String>,
}
