//! What every format's reader gives: one piece of an old archive, as its source tells it, before anything is judged.
//!
//! A reader invents nothing. What the source does not say is `None`; what it says and cannot be read is said in
//! [`Item::notes`].

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// One block of a body, as its source marks it. Text is plain, entities are undone, white space is single.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "text", rename_all = "lowercase")]
pub enum Part {
    Paragraph(String),
    Crosshead(String),
    Quote(String),
    /// An entry of a list.
    Listed(String),
    /// A row of a table, its cells parted by tabs.
    Row(String),
    /// A line of a page or crawl of which nobody has said yet what it is.
    Line(String),
}

impl Part {
    /// The words.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Paragraph(t)
            | Self::Crosshead(t)
            | Self::Quote(t)
            | Self::Listed(t)
            | Self::Row(t)
            | Self::Line(t) => t,
        }
    }
}

/// A time as the source gives it. The paper's zone turns a local one into an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// With an offset or zone.
    Instant(Timestamp),
    /// Without: to be read in the paper's zone.
    Local(DateTime),
}

/// Who might read the piece where it was published, the strictest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    Free,
    /// For people with an account.
    Registered,
    /// For everybody up to some number of stories.
    Metered,
    /// For people who paid.
    Paid,
}

/// Whether the source says that the piece was public; the worse the later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    Published,
    /// Drafts, private and password-protected pieces, trash, embargoed without a time.
    Unpublished,
    /// Cancelled or killed by its agency: an earlier version must not stay public.
    Withdrawn,
}

/// A picture of a piece, where the source names one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Address or path as the source has it.
    pub source: String,
    pub alt: Option<String>,
    pub caption: Option<String>,
    pub credit: Option<String>,
    /// So many parts of the body stand above it, or more: what stands behind a wall must not be taken for what stands before it. None where
    /// the source names it as the piece's own picture, beside the body.
    #[serde(default)]
    pub after: Option<usize>,
}

impl Image {
    /// Somewhere in the body, and nobody can say where.
    pub const SOMEWHERE: usize = usize::MAX;
}

/// One piece of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Identity within the paper's archive, the same at every import of the same source: `wxr:example.com:123`,
    /// `newsml:urn:newsml:…`, `page:https://…`. Without one of its own, a fingerprint of the content.
    pub key: String,
    /// File the piece came from, and its number or byte offset there, for reports.
    pub file: String,
    pub place: u64,
    /// What gives each of its stories one key, and says who may read them: of that, pieces with two keys that are no copies are two stories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The address where it was published.
    pub url: Option<String>,
    /// Further addresses that led to it.
    pub aliases: Vec<String>,
    pub headline: Option<String>,
    pub standfirst: Option<String>,
    pub bylines: Vec<String>,
    pub dateline: Option<String>,
    /// Section or category as the source words it.
    pub section: Option<String>,
    pub topics: Vec<String>,
    /// BCP 47.
    pub language: Option<String>,
    pub published_at: Option<When>,
    /// The two days that its date may be, where nothing tells which: `03/04/1999`. The earlier one first.
    #[serde(default)]
    pub published_either: Option<[When; 2]>,
    /// Whether the earlier of those is read with the day before the month.
    #[serde(default)]
    pub earlier_has_day_first: bool,
    /// What stands where its date should, and is none, or one of two: `31/02/1999`, `03/04/1999`.
    #[serde(default)]
    pub published_unread: Option<String>,
    pub updated_at: Option<When>,
    /// When its export was made, where that says so: what a piece without a date of change says, it said then.
    #[serde(default)]
    pub exported_at: Option<When>,
    pub access: Option<Access>,
    pub standing: Standing,
    /// Number of the version where the format counts them; a higher one replaces a lower one of the same key.
    pub version: Option<u32>,
    pub body: Vec<Part>,
    pub images: Vec<Image>,
    /// What was mended or could not be read, one sentence each.
    pub notes: Vec<String>,
    /// What was taken out of the body and why: widgets by type, shortcodes, scripts.
    pub dropped: Vec<Removed>,
    /// So many parts of the body were shown to everybody where it stood, if it is known that the others were not.
    #[serde(default)]
    pub shown: Option<usize>,
}

/// A part of the source that is not part of the story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// Shortened to a few hundred characters.
    pub text: String,
    pub reason: String,
}

impl Item {
    /// Takes in what the source says of who may read it: never more open than what it said before.
    pub(crate) fn says(&mut self, said: &crate::access::Said) {
        self.access = self.access.max(said.access);
        self.notes.extend(said.notes());
    }

    /// A piece of which only its identity and place are known. It counts as published until its source says otherwise.
    #[must_use]
    pub fn new(key: String, file: String, place: u64) -> Self {
        Self {
            key,
            file,
            place,
            system: None,
            url: None,
            aliases: Vec::new(),
            headline: None,
            standfirst: None,
            bylines: Vec::new(),
            dateline: None,
            section: None,
            topics: Vec::new(),
            language: None,
            published_at: None,
            published_either: None,
            earlier_has_day_first: false,
            published_unread: None,
            updated_at: None,
            exported_at: None,
            access: None,
            standing: Standing::Published,
            version: None,
            body: Vec::new(),
            images: Vec::new(),
            notes: Vec::new(),
            dropped: Vec::new(),
            shown: None,
        }
    }
}
