//! The desk's pages. Only staff may be sent these: [`DeskStory`] shows a whole body.
use super::{Block, FieldErrors, Marking, Picture, SectionLink};
use jiff::Timestamp;

/// The desk's list of stories, `GET /desk` (query: `q`, `marking`, `state`, `page`).
///
/// Form in each row: `POST /desk/stories/{number}` with `revision`, `marking` and `next` (path of this list). Fields that are
/// absent stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeskFront {
    /// Stories of this page.
    pub stories: Vec<DeskRow>,
    /// How many stories match altogether.
    pub total: u32,
    /// Number of this page, from 1.
    pub page: u32,
    /// How many pages there are, at least 1.
    pub pages: u32,
    /// What was searched for.
    pub query: String,
    /// Which marking is shown; `None`: all.
    pub marking: Option<Marking>,
    /// Which unfinished or withdrawn stories are shown; `None`: all.
    pub state: Option<DeskState>,
    /// What just happened.
    pub message: Option<String>,
    /// How many things need a person in billing.
    pub needs: u32,
}

/// What a story may still lack, or where it stands, by which the desk's list can be narrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskState {
    /// The headline is made of the lead's first words.
    Provisional,
    /// Nobody knows when it was published.
    Undated,
    /// One of its sources took it back: it is not in the list otherwise.
    Out,
}

impl DeskState {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Provisional, Self::Undated, Self::Out];

    /// The word in addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Provisional => "provisional",
            Self::Undated => "undated",
            Self::Out => "out",
        }
    }

    /// The state of a word, if it is one.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Provisional => "Provisional headline",
            Self::Undated => "Date unknown",
            Self::Out => "Out of the paper",
        }
    }
}

impl DeskFront {
    /// Whether the list leaves stories out.
    pub(crate) const fn is_narrowed(&self) -> bool {
        !self.query.is_empty() || self.marking.is_some() || self.state.is_some()
    }
}

/// A story in the desk's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskRow {
    /// The story's number.
    pub number: u32,
    /// The store's revision that this row shows; a change decided on another one is not saved.
    pub revision: i64,
    /// Headline.
    pub headline: String,
    /// The headline is made of the lead's first words until the desk writes one.
    pub headline_provisional: bool,
    /// Path of the story for readers.
    pub path: String,
    /// Section.
    pub section: SectionLink,
    /// Marking.
    pub marking: Marking,
    /// One of its sources took it back.
    pub out: bool,
    /// Pick for the front page; 1 is the lead.
    pub pick: Option<u16>,
    /// When it was published.
    pub published_at: Option<Timestamp>,
}

/// One story at the desk, `GET /desk/stories/{number}`.
///
/// Form: `POST /desk/stories/{number}` with `revision`, `headline`, `standfirst`, `marking`, `preview_blocks`, `pick` (empty:
/// none).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskStory {
    /// The story's number.
    pub number: u32,
    /// The store's revision that this form shows; a change decided on another one is not saved.
    pub revision: i64,
    /// Path of the story for readers.
    pub path: String,
    /// Headline, or what was typed.
    pub headline: String,
    /// The headline is made of the lead's first words until the desk writes one.
    pub headline_provisional: bool,
    /// Standfirst, or what was typed; may be empty.
    pub standfirst: String,
    /// Section.
    pub section: SectionLink,
    /// Writers.
    pub bylines: Vec<String>,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// Marking.
    pub marking: Marking,
    /// How many blocks everybody may read.
    pub preview_blocks: u16,
    /// Pick for the front page; empty: none. A string, so that what was typed can be shown again.
    pub pick: String,
    /// Picture.
    pub picture: Option<Picture>,
    /// The whole body.
    pub body: Vec<Block>,
    /// Which rule decides for which visitor.
    pub decisions: Vec<DecisionLine>,
    /// Errors beside the fields.
    pub errors: FieldErrors,
    /// What just happened: `Saved.`
    pub message: Option<String>,
    /// Why it is out of the paper, where it is: then nothing of it can be changed.
    pub out: Option<String>,
    /// Set when somebody else changed the story while the form was open. The fields then show the story as it is now.
    pub conflict: Option<Vec<Difference>>,
    /// The headline that was left out, while none but a stand-in is there.
    pub withheld_headline: Option<Withheld>,
    /// The standfirst that was left out, while there is no other.
    pub withheld: Option<Withheld>,
}

/// A headline or a standfirst that was left out because it told what the story's marking closes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// Its words.
    pub text: String,
    /// What they repeat of the closed part; none: nothing any more, such as after the story was opened.
    pub repeats: Option<String>,
}

/// A field of a stale form that does not say what the story says now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Label of the field.
    pub field: &'static str,
    /// What the story has now; may be empty.
    pub now: String,
    /// What was sent; may be empty.
    pub typed: String,
}

/// What the gate says to one kind of visitor, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionLine {
    /// `Guest with 2 of 5 left`.
    pub visitor: String,
    /// Whether the whole story is sent.
    pub opens: bool,
    /// The gate's explanation, one sentence.
    pub because: String,
}

/// What the imports did, `GET /desk/imports` and `GET /desk/imports/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeskImports {
    /// Imports, newest first.
    pub imports: Vec<ImportRow>,
    /// The report that is open.
    pub open: Option<ImportReport>,
}

/// One import in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// Id, the last part of its path.
    pub id: String,
    /// When it ran.
    pub at: Timestamp,
    /// What was imported: a path.
    pub source: String,
    /// What became of it, in the order of the columns.
    pub sums: Vec<ImportSum>,
}

/// One sum of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportSum {
    /// What is counted: `Changed`.
    pub name: &'static str,
    /// How many.
    pub count: u32,
    /// Whether the number stands there also where it is nothing and room is scarce.
    pub always: bool,
    /// Where those that are counted stand.
    pub path: Option<String>,
}

/// The report of one import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportReport {
    /// Its line in the list.
    pub row: ImportRow,
    /// The sums in one line.
    pub sums: Option<String>,
    /// Whether the whole report lies in files.
    pub files: bool,
    /// Per story what was kept, dropped, doubted.
    pub stories: Vec<ImportedStory>,
    /// Files that could not be read, and why.
    pub refused: Vec<ImportRemark>,
    /// What was no story, by its kinds: `menu`, 3.
    pub aside: Vec<(String, u32)>,
    /// What is worth knowing of stories that went in.
    pub remarks: Vec<ImportRemark>,
}

/// What happened to one story of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedStory {
    /// Its headline.
    pub headline: String,
    /// Number at the desk, once it has one.
    pub number: Option<u32>,
    /// Files it was built from.
    pub files: Vec<String>,
    /// Paragraphs kept.
    pub kept: u32,
    /// What was dropped, and why.
    pub dropped: Vec<ImportRemark>,
    /// What was doubted, and why.
    pub doubted: Vec<ImportRemark>,
}

/// A piece of text or a file, with a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRemark {
    /// The text, shortened, or the file's name.
    pub what: String,
    /// Why.
    pub why: String,
    /// How often.
    pub times: u32,
    /// First words of the paragraph that is meant, where the story still has it; or the headline of the story that is meant.
    pub quote: Option<String>,
    /// Path of the place in the story: `/desk/stories/61#p4`.
    pub path: Option<String>,
}
