//! The story page: open, or walled without a body.
use super::{Advertisement, Link, Marking, Picture, PlanCard, SectionLink, StoryCard};
use jiff::Timestamp;
use jiff::civil::Date;

/// One block of a body. Text is plain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(String),
    /// A crosshead between paragraphs.
    Crosshead(String),
    /// A quotation set apart.
    Quote(String),
}

/// Everything about a story that everybody may see. It has no body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryHead {
    /// Path of the story, also its canonical path: `/markets/slug-12`.
    pub path: String,
    /// Headline.
    pub headline: String,
    /// Standfirst.
    pub standfirst: Option<String>,
    /// Section.
    pub section: SectionLink,
    /// Writers, in the order given.
    pub bylines: Vec<String>,
    /// Place the story was filed from.
    pub dateline: Option<String>,
    /// `None`: unknown. Shown as *Date unknown* and left out of structured data.
    pub published_at: Option<Timestamp>,
    /// Shown only when later than publication.
    pub updated_at: Option<Timestamp>,
    /// Whole minutes of reading.
    pub reading_minutes: u16,
    /// Marking, for the badge and the structured data.
    pub marking: Marking,
    /// Whether it is of the archive and its reader needs the right to that: shows a badge.
    pub archived: bool,
    /// Picture, if any.
    pub picture: Option<Picture>,
    /// BCP 47 tag of its words, where they are in another language than the paper's.
    pub language: Option<String>,
    /// Topics, for structured data and the line under the story.
    pub topics: Vec<String>,
    /// Pages of the writers, where they have one; the names in their order.
    pub author_links: Vec<Link>,
    /// Pages of the topics.
    pub topic_links: Vec<Link>,
    /// *Also Read*: two or three stories shown inside the text.
    pub also_read: Vec<StoryCard>,
    /// *More From This Section*: shown below the text.
    pub more_from_section: Vec<StoryCard>,
}

/// A story whose whole body may be sent.
///
/// `opening` and `rest` together are the body. The split is only for the structured data of gated stories: `rest`
/// goes into the container that the markup names as paid. For a free story the split does not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenArticle {
    /// Head of the story.
    pub story: StoryHead,
    /// Blocks that everybody may read.
    pub opening: Vec<Block>,
    /// Blocks that needed a right; this reader has it.
    pub rest: Vec<Block>,
    /// Set when few free articles are left.
    pub notice: Option<Notice>,
    /// House advertisements; empty for readers without advertisements.
    pub advertisements: Vec<Advertisement>,
}

/// A story behind a wall: the preview and the way in. There is no field for the locked blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalledArticle {
    /// Head of the story.
    pub story: StoryHead,
    /// Blocks that everybody may read.
    pub preview: Vec<Block>,
    /// Which wall.
    pub wall: WallView,
    /// Plans offered at the wall (not shown for [`WallView::Register`] and [`WallView::Unopened`]).
    pub plans: Vec<PlanCard>,
    /// House advertisements; empty for readers without advertisements.
    pub advertisements: Vec<Advertisement>,
}

/// Which wall stands before the rest of a story. The words are made here from the verdict's own numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WallView {
    /// The free articles of the period are used up.
    Limit {
        /// The limit that was reached.
        limit: u16,
        /// Whether the reader is signed in.
        registered: bool,
        /// Over which period it counts.
        period: MeterPeriod,
        /// First day of the next period in the paper's zone.
        resets_on: Date,
        /// For guests: how many a free account reads per period, when that is more than `limit`.
        with_account: Option<u16>,
    },
    /// A free account opens the story.
    Register,
    /// Too many new guests came from this network today: a free account opens the story.
    NetworkSpent,
    /// For subscribers with premium.
    Premium,
    /// For subscribers with the archive.
    Archive,
    /// Nothing was counted because the request was not a reader opening a page (a prefetch, a frame). A link opens it.
    Unopened,
}

/// The period over which free articles count, for the words on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MeterPeriod {
    /// *this month*
    #[default]
    Month,
    /// *this week*
    Week,
    /// *today*
    Day,
    /// *in 30 days*
    RollingDays(u16),
}

/// The line at the top of a story when few free articles are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// How many more may be opened after this one. 0: this is the last.
    pub left: u16,
    /// The limit.
    pub limit: u16,
    /// Over which period it counts.
    pub period: MeterPeriod,
    /// First day of the next period in the paper's zone.
    pub resets_on: Date,
}
