//! Front page, section pages, messages and errors.
use super::{Advertisement, Link, SectionLink, StoryCard};
use jiff::Timestamp;

/// The front page, `GET /`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FrontPage {
    /// Instant whose date stands under the paper's name (the caller's clock; compile the page anew at midnight).
    pub printed_at: Timestamp,
    /// The lead story.
    pub lead: Option<StoryCard>,
    /// The desk's further picks, best first: three stand beside the lead, two under it.
    pub picks: Vec<StoryCard>,
    /// The newest stories, newest first.
    pub latest: Vec<StoryCard>,
    /// Premium stories, *handpicked by our editors*.
    pub premium: Vec<StoryCard>,
    /// One rail per section.
    pub rails: Vec<Rail>,
    /// Market figures across the top; empty: no strip.
    pub markets: Vec<MarketFigure>,
    /// House advertisements; empty for readers without advertisements.
    pub advertisements: Vec<Advertisement>,
}

/// A section's stories on the front page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rail {
    /// The section.
    pub section: SectionLink,
    /// Its stories, best first; four are shown well.
    pub stories: Vec<StoryCard>,
}

/// One figure of the markets strip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketFigure {
    /// What: `Ledger 50`.
    pub name: String,
    /// Finished figure: `24,118.40`.
    pub value: String,
    /// Finished change: `+0.4%`.
    pub change: String,
    /// Whether the change is upward.
    pub up: bool,
}

/// One page of a section's stories, `GET /{section}` and `GET /{section}?page=N`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionPage {
    /// The section.
    pub section: SectionLink,
    /// A sentence about it; may be empty.
    pub about: String,
    /// Stories of this page, newest first.
    pub stories: Vec<StoryCard>,
    /// Number of this page, from 1.
    pub page: u32,
    /// How many pages there are; 0 where they are not counted, because the section goes on behind what is counted.
    pub pages: u32,
    /// Address of the stories behind this page, where pages are not counted.
    pub older: Option<String>,
    /// House advertisements; empty for readers without advertisements.
    pub advertisements: Vec<Advertisement>,
}

/// A plain page with a heading, paragraphs and links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessagePage {
    /// Heading and title.
    pub title: String,
    /// Paragraphs.
    pub paragraphs: Vec<String>,
    /// Ways on.
    pub links: Vec<Link>,
}

/// Something went wrong. The words follow the status (404, 410, 429, 500 and others).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ErrorPage {
    /// HTTP status.
    pub status: u16,
    /// What happened, when more can be said than the status says.
    pub detail: Option<String>,
    /// What happened says what to do about it, too.
    pub advised: bool,
    /// Seconds to wait, for 429 and 503.
    pub retry_after: Option<u32>,
    /// Reference that the operator finds in the log.
    pub reference: Option<String>,
    /// At the desk: it keeps its menu, and its ways lead on there.
    pub desk: bool,
    /// Where there is something instead.
    pub way: Option<Link>,
    /// What the address seems to ask for, to be searched for where there is no such page; may be empty.
    pub looked_for: String,
    /// Stories to read instead.
    pub suggestions: Vec<StoryCard>,
}

impl ErrorPage {
    /// Whether what is missed may stand elsewhere: then search and archive help.
    pub(crate) const fn is_missing(&self) -> bool {
        matches!(self.status, 404 | 410)
    }
}
