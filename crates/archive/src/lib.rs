//! Bytes of an old archive in, canonical stories out.
//!
//! [`rebuild`] takes crawled text files as they lie on the disk and gives back one clean story per story: the page furniture is out,
//! copies within and across files are one, and what is doubtful is said. It asks neither the clock nor the dice, and the
//! order of its input does not matter.
//!
//! The stages: [`decode`] (bytes to text), `blocks` and `columns` (text to lines and their comparison keys), `furniture` (what is not the
//! story), `figures` and `verse` (tables and poems as lines), [`intake`] (set aside, sketched, and brought together with what resembles it, in bounded memory), `duplicates`, `kinship` and `edited`
//! (which of those tell the same story), `kinds` (which lines go with a kind of page), `passes`, `refrains`, `order`, `likely` and `reconstruct` (one story out of its copies), `titles` (the headline), `clues` (date,
//! names), `report` (what was done and why).

mod access;
mod blocks;
mod classes;
mod clues;
mod columns;
mod copies;
mod decide;
pub mod decode;
mod dos;
mod doubts;
mod duplicates;
mod edited;
mod facts;
mod figures;
pub mod formats;
mod furniture;
mod heap;
pub mod html;
mod hz;
pub mod intake;
pub mod item;
mod kinds;
mod kinship;
mod left;
mod lexicon;
mod likely;
mod order;
mod passes;
mod reconstruct;
mod refrains;
mod report;
mod select;
mod shape;
mod titles;
mod utf7;
mod verse;
mod weigh;

use serde::{Deserialize, Serialize};

pub use clues::TEXT_NAMES;
pub use report::{Note, Report, StoryLine, Totals};

/// One crawled file: the name to show in reports (unique in one call; a path is best) and its bytes, untouched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crawl {
    /// Name shown in the report.
    pub name: String,
    /// The file as it is.
    pub bytes: Vec<u8>,
}

/// A story the paper already has. The desk's text wins: crawls of it are only recorded as copies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The paper's own story number.
    pub number: u32,
    /// [`item::Item::key`] of the piece it was made from, if it was imported.
    pub key: Option<String>,
    /// See [`item::Item::system`].
    pub system: Option<String>,
    /// When it was published.
    pub published_at: Option<jiff::Timestamp>,
    /// Headline; also used to recognise it as furniture in crawls of other stories.
    pub headline: String,
    /// Paragraphs in order.
    pub paragraphs: Vec<String>,
}

/// Thresholds of the import. [`Options::default`] is what the paper uses.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The paper's zone: what a time without one means.
    pub zone: jiff::tz::TimeZone,
    /// Files larger than this many bytes are refused.
    pub max_bytes: usize,
    /// Share of the shorter cleaned text (word 3-shingles) that must be in the longer one for two crawls to be one story.
    pub containment: f64,
    /// Share of the numbers of the crawl with fewer numbers that must be in the other one.
    pub numbers: f64,
    /// Jaccard similarity of character 5-grams from which two paragraphs of different copies are one paragraph.
    pub same_paragraph: f64,
    /// A line is furniture when it stands in at least this many stories …
    pub repeated_stories: usize,
    /// … and in at least this share of all stories.
    pub repeated_share: f64,
    /// A line of at least this many characters that comes back may start a second copy inside a file.
    pub restart_chars: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            zone: jiff::tz::TimeZone::UTC,
            max_bytes: 64 * 1024 * 1024,
            containment: 0.6,
            numbers: 0.6,
            same_paragraph: 0.8,
            repeated_stories: 3,
            repeated_share: 0.004,
            restart_chars: 40,
        }
    }
}

/// What an import gives: new stories, copies of known ones, refused files, and the account of it all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// New stories, ordered by the name of their first crawl.
    pub stories: Vec<Rebuilt>,
    /// Crawls of stories that the paper already has.
    pub copies: Vec<CopyOf>,
    /// Files from which nothing was taken, each with the reason and the mend.
    pub refused: Vec<Refused>,
    /// What was kept, merged, dropped and doubted.
    pub report: Report,
}

/// Name and fingerprint of one crawl.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CrawlRef {
    /// Name as given in [`Crawl::name`].
    pub name: String,
    /// [`fingerprint`] of the bytes.
    pub hash: String,
}

/// Where a paragraph was seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Witness {
    /// Name of the crawl.
    pub crawl: String,
    /// Line in that crawl, counted from 1.
    pub line: u32,
}

/// What a source says a block is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// A line of which the source says nothing: of a crawl, or of a page.
    #[default]
    Line,
    /// A paragraph.
    Paragraph,
    /// A crosshead.
    Crosshead,
    /// A quotation set apart.
    Quote,
    /// An entry of a list.
    Listed,
    /// A row of a table, its cells parted by tabs.
    Row,
}

/// A paragraph of a rebuilt story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    /// The text to publish.
    pub text: String,
    /// What the source says it is; [`Form::Line`] where no source of it says anything.
    pub form: Form,
    /// Every place where it was seen; one crawl may be there twice.
    pub witnesses: Vec<Witness>,
    /// Why somebody should look at it, if somebody should.
    pub doubt: Option<String>,
}

/// Something a person can decide better than this program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Doubt {
    /// Paragraph it is about, counted from 1; none when it is about the whole story.
    pub paragraph: Option<u32>,
    /// The doubt in one sentence.
    pub text: String,
    /// Lines that were left out and can be put back, if it is about those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
}

/// A line that was left out, whole, and where it stood.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LeftOut {
    /// The line.
    pub text: String,
    /// Numbers of the paragraphs behind which it stood, counted from 1; 0: above the first. Empty if no copy tells.
    pub after: Vec<u32>,
    /// At each of these, the lines that were left out between the same two paragraphs, in their order; it is one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub between: Vec<Vec<String>>,
}

/// A line that was left out. The crawl itself is the place to get it back from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Dropped {
    /// Name of the crawl.
    pub crawl: String,
    /// Line in that crawl, counted from 1.
    pub line: u32,
    /// Its text, shortened to a few hundred characters.
    pub text: String,
    /// Why it is not part of the story.
    pub reason: String,
}

/// One story made of all its crawls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rebuilt {
    /// Fingerprint of the story: the smallest hash of its long paragraphs that no other story of the call has. Other furniture or a
    /// further copy leaves it alone; a further *paragraph* may change it, so match by crawl hash first.
    pub key: String,
    /// Its crawls, by name.
    pub crawls: Vec<CrawlRef>,
    /// What it said before, oldest first; empty when it never changed. Its present text is in `paragraphs`.
    pub versions: Vec<Version>,
    /// Its paragraphs in order.
    pub paragraphs: Vec<Paragraph>,
    /// Everything doubtful.
    pub doubts: Vec<Doubt>,
    /// Everything left out.
    pub dropped: Vec<Dropped>,
    /// The one story that one of its doubts says it sounds like. Where there are several, it is one of a series, and no pair.
    #[serde(default)]
    pub alike: Option<Alike>,
    /// Some of several stories that it sounds like.
    #[serde(default)]
    pub series: Vec<Alike>,
    /// Headline, only if a crawl clearly has one. Whoever publishes it asks about one that is a guess: no doubt says so a second time.
    pub headline: Option<String>,
    /// Whether that is certain: a file or an address is named after it, pages of its kind show their headline there, it is the page's
    /// title with the paper's name behind it, or other pages list it.
    #[serde(default)]
    pub headline_certain: bool,
    /// Words of the crawls that bear on the date. Never a date: that is for the desk to say.
    pub date_clue: Option<String>,
}

/// Another story that sounds like one, and of which numbers, days or paragraphs differ.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Alike {
    /// Number of a story of the paper.
    Known(u32),
    /// A crawl or a piece of another story.
    Piece(CrawlRef),
}

/// An earlier text of a story: before a correction, or the shorter first report of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its headline then.
    pub headline: Option<String>,
    /// Its text then, furniture taken out.
    pub paragraphs: Vec<String>,
    /// When it was published or changed, as its source says.
    pub at: Option<item::When>,
    /// Its number where the format counts versions.
    pub number: Option<u32>,
    /// Where it comes from.
    pub crawls: Vec<CrawlRef>,
    /// Why a later text took its place, one sentence.
    pub why: String,
}

/// A crawl of a story that the paper already has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyOf {
    /// Number of the known story.
    pub number: u32,
    /// The crawl.
    pub crawl: CrawlRef,
    /// Paragraphs of the known story that the crawl lacks.
    pub lacked: Vec<String>,
    /// Paragraphs of the crawl that the known story lacks.
    pub extra: Vec<String>,
}

/// A file from which nothing was taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Refused {
    /// Name of the crawl.
    pub name: String,
    /// [`fingerprint`] of its bytes.
    pub hash: String,
    /// What is wrong and how to mend it, one line.
    pub reason: String,
}

/// Fingerprint of a crawl's bytes: BLAKE3, 64 hexadecimal digits.
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Rebuilds the stories of a heap of crawls.
///
/// The same set of crawls in any order gives the same result. Files with equal bytes count as one witness.
/// Never fails as a whole: a file that cannot be used is in [`Import::refused`] and the rest goes in.
#[must_use]
pub fn rebuild(known: &[Known], crawls: &[Crawl], options: &Options) -> Import {
    intake::at_once(known, crawls, options)
}
