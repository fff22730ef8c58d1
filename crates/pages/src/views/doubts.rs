//! The desk's pages of what a person decides better than the program, and of what a story's sources said. Only staff may be sent these.
use jiff::Timestamp;

/// Doubts, `GET /desk/doubts` (query: `state`, `kind`, `story`, `import`, `page`).
///
/// Forms: `POST /desk/doubts/{id}` with `choice` and `next` (path of this list), and with `headline` or `date` where one is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeskDoubts {
    /// Doubts of this page.
    pub doubts: Vec<DoubtShown>,
    /// How many there are altogether.
    pub total: u64,
    /// Number of this page, from 1.
    pub page: u32,
    /// How many pages there are, at least 1.
    pub pages: u32,
    /// Whether decided ones are shown.
    pub decided: bool,
    /// The kind that is shown; empty: all.
    pub kind: String,
    /// Kinds that can be chosen: the word in addresses, and what a person reads.
    pub kinds: Vec<(String, String)>,
    /// The one story whose doubts are shown.
    pub story: Option<u32>,
    /// The one import whose doubts are shown.
    pub import: Option<i64>,
    /// The one doubt that is shown, open or decided.
    pub only: Option<i64>,
    /// Path of this list, to come back to.
    pub here: String,
    /// What just happened.
    pub message: Option<String>,
    /// The doubt of this page that comes next, above which that is said; none: above all.
    pub message_above: Option<i64>,
}

/// One doubt with its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoubtShown {
    /// Its id.
    pub id: i64,
    /// The story's number.
    pub number: u32,
    /// The story's headline.
    pub headline: String,
    /// What it is about.
    pub about: String,
    /// Path of the place in the story.
    pub path: String,
    /// The doubt in one sentence.
    pub text: String,
    /// The paragraphs that are meant.
    pub paragraphs: Vec<String>,
    /// Copies side by side: place, headline, beginning.
    pub copies: Vec<DoubtCopy>,
    /// What can be chosen: the value, the words on the button.
    pub choices: Vec<(String, String)>,
    /// A headline can be written.
    pub headline_field: bool,
    /// A time can be written.
    pub date_field: bool,
    /// The time that was written there and not taken.
    pub date: String,
    /// The headline that was written there and not taken.
    pub written: String,
    /// Who decided what and when; none: it is open.
    pub decided: Option<DoubtDecided>,
    /// By what the form tells what it showed; a choice on another state is refused.
    pub seen: String,
}

/// A copy as evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoubtCopy {
    /// File and place.
    pub place: String,
    /// Its headline; may be empty.
    pub headline: String,
    /// Its beginning.
    pub paragraphs: Vec<String>,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoubtDecided {
    /// Who decided.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub choice: String,
    /// What came in settled it, and there is nothing to undo.
    pub for_good: bool,
    /// It cannot be undone as things stand.
    pub barred: bool,
}

impl DoubtShown {
    /// The button of what is written in the field.
    pub(crate) fn written_choice(&self) -> Option<&(String, String)> {
        self.choices.iter().find(|choice| self.is_written(choice))
    }

    /// The other buttons.
    pub(crate) fn other_choices(&self) -> impl Iterator<Item = &(String, String)> {
        self.choices.iter().filter(|choice| !self.is_written(choice))
    }

    fn is_written(&self, (value, _): &(String, String)) -> bool {
        self.headline_field && value == "headline" || self.date_field && value == "date"
    }
}

impl DeskDoubts {
    /// Path of a page of this list.
    #[must_use]
    pub fn path(&self, page: u32) -> String {
        if let Some(only) = self.only {
            return format!("/desk/doubts?doubt={only}");
        }
        let mut path = self.filtered(self.decided);
        if page > 1 {
            path.push_str(&format!("&page={page}"));
        }
        path
    }

    /// Whether what just happened is said above this doubt.
    pub(crate) fn tells_above(&self, doubt: &DoubtShown) -> bool {
        self.message_above == Some(doubt.id)
    }

    /// The same list of the others: decided ones, or open ones.
    pub(crate) fn other(&self) -> String {
        self.filtered(!self.decided)
    }

    fn filtered(&self, decided: bool) -> String {
        let mut path = format!("/desk/doubts?state={}", if decided { "decided" } else { "open" });
        if !self.kind.is_empty() {
            path.push_str(&format!("&kind={}", self.kind));
        }
        if let Some(story) = self.story {
            path.push_str(&format!("&story={story}"));
        }
        if let Some(import) = self.import {
            path.push_str(&format!("&import={import}"));
        }
        path
    }
}

/// What the sources of a story said, `GET /desk/stories/{number}/versions`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskVersions {
    /// The story's number.
    pub number: u32,
    /// Its headline now.
    pub headline: String,
    /// Versions, oldest first.
    pub versions: Vec<VersionShown>,
    /// Crawls that it was rebuilt from, oldest first.
    pub crawls: Vec<CrawlShown>,
}

/// One version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionShown {
    /// Its place among the versions, from 1.
    pub nth: usize,
    /// Why it was kept: `a correction`.
    pub why: String,
    /// What it is known by: `wxr:old.example:5`.
    pub source: String,
    /// File and place.
    pub place: String,
    /// The story that it was of before that became this one.
    pub of: Option<u32>,
    /// When the source says that it said so.
    pub said_at: Option<Timestamp>,
    /// When it was taken in.
    pub kept_at: Timestamp,
    /// How it differs from the version before, in words.
    pub differs: String,
    /// Its headline; `true`: the version before had another.
    pub headline: (bool, String),
    /// Its standfirst, likewise.
    pub standfirst: Option<(bool, String)>,
    /// Its paragraphs; `true`: the version before did not have it.
    pub paragraphs: Vec<(bool, String)>,
}

/// One crawl.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrawlShown {
    /// Its place among the crawls, from 1.
    pub nth: usize,
    /// File.
    pub name: String,
    /// When it was taken in.
    pub kept_at: Timestamp,
    /// The beginning of its fingerprint: two crawls of one name are told apart by it.
    pub mark: String,
    /// How many lines it has.
    pub lines: usize,
    /// Its text.
    pub text: String,
}
