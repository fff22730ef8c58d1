//! What each page needs to know, and nothing more.
//!
//! All text is plain text: it is escaped where it is shown. Paths begin with `/` and are already percent-encoded.
//! Amounts are finished strings (`₹2,700`). Instants are [`jiff::Timestamp`]s, shown in [`Paper::zone`].
mod account;
mod archive;
mod article;
mod contract;
mod desk;
mod doubts;
mod fronts;
mod money;
mod paying;
mod search;
mod support;

pub use account::*;
pub use archive::*;
pub use article::*;
pub use contract::*;
pub use desk::*;
pub use doubts::*;
pub use fronts::*;
pub use money::*;
pub use paying::*;
pub use search::*;
pub use support::*;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What every page says about the publication. One value for the whole server, made from its configuration.
#[derive(Debug, Clone)]
pub struct Paper {
    /// Name as readers see it: `The Deccan Ledger`.
    pub name: String,
    /// The line under the name.
    pub tagline: String,
    /// BCP 47 language tag of the pages: `en-IN`.
    pub language: String,
    /// Origin without a slash at the end: `https://www.example.com`. Canonical links and feeds are built from it.
    pub base_url: String,
    /// The paper's time zone: every date a reader sees is in it.
    pub zone: TimeZone,
    /// ISO 4217 code, for structured data: `INR`.
    pub currency: String,
    /// Sections in the order of the navigation.
    pub sections: Vec<SectionLink>,
    /// Further links at the foot of every page (terms, privacy …), after the built-in ones.
    pub footer_links: Vec<Link>,
    /// Address for readers' mail, shown at the foot and on error pages.
    pub contact: Option<String>,
    /// CSS colour (`#101c2c`) for the browser's frame and the installed app.
    pub theme_colour: String,
    /// One line across the top of every page of a demonstration paper: `Sandbox payments: no money moves`.
    pub sample_banner: Option<String>,
    /// A second line, while the clock of such a paper is moved.
    pub moved: MovedClock,
}

/// What every page says while the clock of a rehearsing paper is moved. Shared, since it changes while the paper runs.
#[derive(Debug, Clone, Default)]
pub struct MovedClock(std::sync::Arc<std::sync::RwLock<Option<String>>>);

impl MovedClock {
    /// Says this from now on. True when it is something else than before.
    pub fn say(&self, words: Option<String>) -> bool {
        let mut said = self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let differs = *said != words;
        *said = words;
        differs
    }

    /// What is said now.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

impl Default for Paper {
    /// An unnamed paper in UTC: a base for struct update syntax.
    fn default() -> Self {
        Self {
            name: "Masthead".into(),
            tagline: String::new(),
            language: "en".into(),
            base_url: "http://127.0.0.1:1997".into(),
            zone: TimeZone::UTC,
            currency: "INR".into(),
            sections: Vec::new(),
            footer_links: Vec::new(),
            contact: None,
            theme_colour: "#101c2c".into(),
            sample_banner: None,
            moved: MovedClock::default(),
        }
    }
}

/// What the page's header may know of the reader: a class, never a person, so that pages can be kept ready per class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reader {
    /// Not signed in: the header offers *Log in* and *Subscribe*.
    Guest,
    /// Signed in without a subscription: *Account* and *Subscribe*.
    Registered,
    /// Signed in with a subscription: *Account*.
    Subscriber,
    /// Signed in as staff: *Desk* and *Account*.
    Staff,
}

impl Reader {
    /// All classes, for compiling variants and for tests.
    pub const ALL: [Self; 4] = [Self::Guest, Self::Registered, Self::Subscriber, Self::Staff];

    /// Whether the header offers log-in.
    #[must_use]
    pub const fn is_guest(self) -> bool {
        matches!(self, Self::Guest)
    }

    /// Whether the header shows the way to the desk.
    #[must_use]
    pub const fn is_staff(self) -> bool {
        matches!(self, Self::Staff)
    }

    /// Whether a subscription is offered.
    #[must_use]
    pub const fn may_subscribe(self) -> bool {
        matches!(self, Self::Guest | Self::Registered)
    }
}

/// A link with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Words of the link.
    pub text: String,
    /// A path of the paper or an `http(s)` or `mailto` address. Any other scheme is refused and leads to `/`.
    pub href: String,
}

impl Link {
    /// A link from its words and its address.
    #[must_use]
    pub fn new(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into() }
    }
}

/// A section as it appears in links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionLink {
    /// Lower-case code, the first part of its stories' paths: `markets` for `/markets`.
    pub code: String,
    /// Name as readers see it.
    pub name: String,
}

/// A story's or card's picture. Three files are expected: `/pictures/FILE-640.webp`, `/pictures/FILE-1280.webp` and,
/// for link cards on other sites, `/pictures/FILE-1200.jpg`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// File name without width and ending: `harbour`.
    pub file: String,
    /// Alternative text.
    pub alt: String,
    /// Caption under the picture on the story's own page.
    pub caption: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
    /// Pixels of the widest file, for the place it takes before it arrives.
    pub width: u32,
    /// Pixels of the widest file.
    pub height: u32,
}

/// A story as it stands in a list. It has no body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryCard {
    /// Path of the story: `/markets/slug-12`.
    pub path: String,
    /// Headline.
    pub headline: String,
    /// Standfirst (the sentence under the headline).
    pub standfirst: Option<String>,
    /// Section the story belongs to.
    pub section: SectionLink,
    /// Writers.
    pub bylines: Vec<String>,
    /// `None`: unknown, shown as *Date unknown*.
    pub published_at: Option<Timestamp>,
    /// Whole minutes of reading.
    pub reading_minutes: u16,
    /// How the desk marked the story; premium shows a badge.
    pub marking: Marking,
    /// Whether it is of the archive and its reader needs the right to that: shows a badge.
    pub archived: bool,
    /// Picture, if any.
    pub picture: Option<Picture>,
    /// BCP 47 tag of its words, where they are in another language than the paper's.
    pub language: Option<String>,
}

impl StoryCard {
    /// Whether it carries a badge.
    #[must_use]
    pub const fn is_badged(&self) -> bool {
        self.marking.is_premium() || self.archived
    }
}

/// How the desk marked a story. The words are those of the desk's form and of `article:content_tier`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Marking {
    /// Open to everybody.
    Free,
    /// Open to everybody with an account.
    Registered,
    /// Open while the meter has allowance left.
    Metered,
    /// Open to subscribers with premium.
    Premium,
}

impl Marking {
    /// All markings in the order of the desk's form.
    pub const ALL: [Self; 4] = [Self::Free, Self::Registered, Self::Metered, Self::Premium];

    /// Value of the field `marking`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Registered => "registered",
            Self::Metered => "metered",
            Self::Premium => "premium",
        }
    }

    /// Value of `article:content_tier`: free, metered or locked. A registration wall counts as metered.
    #[must_use]
    pub const fn content_tier(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Registered | Self::Metered => "metered",
            Self::Premium => "locked",
        }
    }

    /// Whether the story carries the premium badge.
    #[must_use]
    pub const fn is_premium(self) -> bool {
        matches!(self, Self::Premium)
    }

    /// Whether the story is open to everybody.
    #[must_use]
    pub const fn is_free(self) -> bool {
        matches!(self, Self::Free)
    }
}

/// A house advertisement. A page gets a list of them; readers without advertisements get an empty list, and then no
/// trace of a slot is in the markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advertisement {
    /// Headline of the advertisement.
    pub headline: String,
    /// One sentence.
    pub text: String,
    /// Words of the link.
    pub label: String,
    /// Where it leads; the same rule as [`Link::href`].
    pub link: String,
}

/// One thing wrong with a form, shown beside its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field (`email`), or empty for the form as a whole.
    pub field: &'static str,
    /// What is wrong and how to mend it, one sentence.
    pub text: String,
}

impl FieldError {
    /// An error beside `field`; an empty name means the form as a whole.
    #[must_use]
    pub fn new(field: &'static str, text: impl Into<String>) -> Self {
        Self { field, text: text.into() }
    }
}

/// The errors of one form.
pub type FieldErrors = Vec<FieldError>;
