//! The archive: years, months, days, authors and topics. All of it is heads of stories; nothing here has a body.
use super::{Link, Marking, SectionLink};
use jiff::Timestamp;

/// A page of the archive. What is empty is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArchivePage {
    /// Heading and title.
    pub title: String,
    /// A sentence under it; may be empty.
    pub about: String,
    /// A sentence for search engines; where it is empty, `about` is.
    pub description: String,
    /// Canonical path.
    pub path: String,
    /// One of endless addresses of the same list: kept out of search engines.
    pub unlisted: bool,
    /// The way here, outermost first, without this page.
    pub crumbs: Vec<Link>,
    /// Years, months or names with how many stories each has.
    pub tallies: Vec<Tally>,
    /// Whether the tallies are by name: those are long and need wide columns.
    pub by_name: bool,
    /// Letters that names of a long directory begin with, each with the page that goes on there.
    pub letters: Vec<Link>,
    /// Whether stories can be looked for from here.
    pub searches: bool,
    /// A month's days.
    pub calendar: Option<Calendar>,
    /// Stories, in groups.
    pub heaps: Vec<Heap>,
    /// What is said where there is neither.
    pub empty: String,
    /// Other ways into the archive.
    pub ways: Vec<Link>,
    /// What came before in time, or the page before.
    pub previous: Option<Link>,
    /// What comes after.
    pub next: Option<Link>,
}

/// A year, month or name, and how much there is of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// `1997`, `March`, a name.
    pub name: String,
    /// Where its stories stand; `None` where there are none.
    pub path: Option<String>,
    /// How many.
    pub stories: u64,
}

/// A month as a table of weeks that begin on Monday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// `March 1997`.
    pub caption: String,
    /// Seven cells each; `None` belongs to another month.
    pub weeks: Vec<[Option<CalendarDay>; 7]>,
}

/// One day of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarDay {
    /// Day of the month.
    pub day: i8,
    /// Where its stories stand; `None` where there are none.
    pub path: Option<String>,
    /// `14 March 1997, 3 stories`: what is read out.
    pub label: String,
    /// How many.
    pub stories: u64,
}

/// Some stories, under a heading that folds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heap {
    /// The heading; `None`: no heading, and nothing to fold.
    pub heading: Option<String>,
    /// The page of all that belongs under the heading.
    pub whole: Option<Link>,
    /// Newest first.
    pub stories: Vec<ArchiveStory>,
}

/// A story's head in a list of the archive. It has no body, and its length is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveStory {
    /// Path of the story.
    pub path: String,
    /// Headline.
    pub headline: String,
    /// Standfirst.
    pub standfirst: Option<String>,
    /// Section.
    pub section: SectionLink,
    /// Writers.
    pub bylines: Vec<String>,
    /// `None`: unknown, shown as *Date unknown*.
    pub published_at: Option<Timestamp>,
    /// Premium shows a badge.
    pub marking: Marking,
    /// Whether it is of the archive and its reader needs the right to that: shows a badge.
    pub archived: bool,
    /// BCP 47 tag of its words, where they are in another language than the paper's.
    pub language: Option<String>,
}

/// So many stories are unfolded when a page is opened: some screens of a phone.
const UNFOLDED: usize = 8;

impl ArchivePage {
    /// The heaps, each with whether it is unfolded: the first ones are, until enough stories are to be seen.
    pub(crate) fn heaps(&self) -> impl Iterator<Item = (&Heap, bool)> {
        let mut above = 0;
        self.heaps.iter().map(move |heap| {
            let unfolded = above < UNFOLDED;
            above += heap.stories.len();
            (heap, unfolded)
        })
    }

    /// Whether no story stands here and none is led to: nothing for search engines.
    #[must_use]
    pub fn holds_nothing(&self) -> bool {
        self.tallies.iter().all(|tally| tally.stories == 0) && self.heaps.iter().all(|heap| heap.stories.is_empty())
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tallies.is_empty() && self.calendar.is_none() && self.heaps.iter().all(|heap| heap.stories.is_empty())
    }
}
