//! An archive of any size taken in: pieces go in one by one, stories come out one by one, and memory stays bounded.
//!
//! ```no_run
//! # fn f(known: Vec<archive::Known>, items: Vec<archive::item::Item>) -> Result<(), archive::intake::IntakeError> {
//! let mut intake = archive::intake::Intake::new(std::path::Path::new("work"), &archive::Options::default())?;
//! for story in &known {
//!     intake.known(story)?;
//! }
//! for item in items {
//!     intake.item(item)?;
//! }
//! for outcome in intake.finish(&mut |_| {})? {
//!     let _ = outcome?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The same pieces in any order give the same outcomes in the same order. What lies in the work folder has no names there: a killed
//! intake leaves nothing behind.

mod counts;
mod events;
mod evidence;
mod pairs;
mod record;
mod rounds;
mod shelf;
mod shut;
mod sketch;
mod sorter;
mod spill;
mod telling;
mod versions;
mod work;

use std::fmt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

pub(crate) use counts::Counts;
pub(crate) use evidence::Evidence;
use shelf::{Arrival, Arrivals};
use shut::Shut;
pub(crate) use sketch::{Common, shingle, word_hash};
use spill::Place;
pub use telling::Groups;

use crate::item::Item;
use crate::{CopyOf, Crawl, Import, Known, Note, Options, Rebuilt, Refused, Report, StoryLine, heap};

/// What stops an intake. No piece of an archive does: what cannot be used is refused as an [`Outcome`].
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The work folder cannot hold what is set aside there.
    #[error("{what} in the work folder: {source}; look at its free space and rights, and start again")]
    Spill {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// What was set aside cannot be read back.
    #[error("what was set aside in the work folder is damaged ({0}); start again")]
    Damaged(String),
}

/// A stretch of the work after everything has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Sketching texts.
    Sketching,
    /// Comparing texts that may be one story.
    Comparing,
    /// Rebuilding stories; goes on while [`Groups`] is read.
    Rebuilding,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sketching => "sketching texts",
            Self::Comparing => "comparing texts",
            Self::Rebuilding => "rebuilding stories",
        })
    }
}

/// How far the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Of what.
    pub phase: Phase,
    /// Steps of the phase that are done …
    pub done: u64,
    /// … of so many.
    pub of: u64,
}

/// One rebuilt story with what its sources say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// The story.
    pub rebuilt: Rebuilt,
    /// The items it was made of, the present version first, without their bodies. Empty when it was made of crawls.
    pub items: Vec<Item>,
    /// Its entry in the report.
    pub line: StoryLine,
}

/// A piece that tells a story which the paper has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Which story, and how the texts differ.
    pub copy: CopyOf,
    /// The item without its body, if it was one.
    pub item: Option<Item>,
    /// Why the item is a later version of the story rather than a copy, if it is: the paper may want its text.
    pub newer: Option<String>,
}

/// What became of one or several pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A new story.
    Story(Box<Story>),
    /// A copy of a story that the paper has.
    Copy(Box<Copy>),
    /// Nothing was taken from it.
    Refused(Refused),
    /// A remark about a crawl.
    Note(Note),
}

/// Bytes of pieces that wait to be read together, on all processors.
const BATCH: usize = 4 << 20;
/// Pieces of them.
const PIECES: usize = 1024;

/// Takes pieces in until [`Intake::finish`].
#[derive(Debug)]
pub struct Intake {
    options: Options,
    place: Place,
    arrivals: Arrivals,
    waiting: Vec<Piece>,
    /// Bytes of those.
    weight: usize,
    /// Refused pieces that are set aside.
    shut: Shut,
}

/// A piece as it was given.
#[derive(Debug)]
enum Piece {
    Known(Known),
    Crawl(Crawl),
    Item(Box<Item>),
}

impl Intake {
    /// Begins an intake that sets aside what it reads in `work_dir`: about as many bytes as the texts have, and as many again while
    /// they are compared.
    ///
    /// # Errors
    /// If the folder cannot be written to.
    pub fn new(work_dir: &Path, options: &Options) -> Result<Self, IntakeError> {
        Self::at(Place::Folder(work_dir.to_owned()), options)
    }

    fn at(place: Place, options: &Options) -> Result<Self, IntakeError> {
        Ok(Self {
            options: options.clone(),
            arrivals: Arrivals::new(&place)?,
            shut: Shut::new(&place)?,
            place,
            waiting: Vec::new(),
            weight: 0,
        })
    }

    /// Tells of a story that the paper has, so that pieces of it are found to be copies.
    ///
    /// # Errors
    /// If it cannot be set aside.
    pub fn known(&mut self, story: &Known) -> Result<(), IntakeError> {
        let weight = story.paragraphs.iter().map(String::len).sum();
        self.take(Piece::Known(story.clone()), weight)
    }

    /// Takes in a crawled file.
    ///
    /// # Errors
    /// If it cannot be set aside.
    pub fn crawl(&mut self, crawl: Crawl) -> Result<(), IntakeError> {
        let weight = crawl.bytes.len();
        self.take(Piece::Crawl(crawl), weight)
    }

    /// Takes in a piece that a format's reader gave.
    ///
    /// # Errors
    /// If it cannot be set aside.
    pub fn item(&mut self, item: Item) -> Result<(), IntakeError> {
        let weight = item.body.iter().map(|p| p.text().len()).sum();
        self.take(Piece::Item(Box::new(item)), weight)
    }

    fn take(&mut self, piece: Piece, weight: usize) -> Result<(), IntakeError> {
        self.waiting.push(piece);
        self.weight += weight;
        if self.weight >= BATCH || self.waiting.len() >= PIECES { self.read() } else { Ok(()) }
    }

    /// Reads what waits.
    fn read(&mut self) -> Result<(), IntakeError> {
        let pieces: Vec<Mutex<Option<Piece>>> = self.waiting.drain(..).map(|p| Mutex::new(Some(p))).collect();
        self.weight = 0;
        let (options, arrivals, shut) = (&self.options, &mut self.arrivals, &mut self.shut);
        let read = |at: usize| {
            let piece = pieces.get(at).and_then(|p| p.lock().unwrap_or_else(PoisonError::into_inner).take());
            let document = piece.map(|piece| match piece {
                Piece::Known(story) => Ok(heap::of_known(&story)),
                Piece::Crawl(crawl) => heap::of_crawl(crawl, options),
                Piece::Item(item) => heap::of_item(*item, options),
            });
            Ok(match document {
                Some(Ok(document)) => Some(Ok(Arrival::of(&document)?)),
                Some(Err(refused)) => Some(Err(refused)),
                None => None,
            })
        };
        let take = |piece| match piece {
            Some(Ok(document)) => arrivals.push(document),
            Some(Err(refused)) => shut.push(&refused),
            None => Ok(()),
        };
        work::flow(pieces.len(), pieces.len(), read, take, |_| ())
    }

    /// Finds out which pieces tell one story. The stories themselves are rebuilt while the result is read.
    ///
    /// # Errors
    /// If what was set aside cannot be read back.
    pub fn finish(mut self, progress: &mut dyn FnMut(Progress)) -> Result<Groups, IntakeError> {
        self.read()?;
        let shelf = self.arrivals.shelve()?;
        let found = rounds::group(&shelf, &self.place, &self.options, progress)?;
        self.shut.seal()?;
        Ok(Groups::new(shelf, found, self.shut, self.options))
    }
}

/// Everything in memory, in one go.
pub(crate) fn at_once(known: &[Known], crawls: &[Crawl], options: &Options) -> Import {
    match gathered(known, crawls, options) {
        Ok(import) => import,
        // Nothing is written or read, so nothing fails; were it otherwise, every file is refused with the reason.
        Err(error) => {
            let refused: Vec<Refused> = crawls
                .iter()
                .map(|crawl| Refused {
                    name: crawl.name.clone(),
                    hash: crate::fingerprint(&crawl.bytes),
                    reason: error.to_string(),
                })
                .collect();
            let report = Report::new(Vec::new(), &[], &refused, Vec::new());
            Import { stories: Vec::new(), copies: Vec::new(), refused, report }
        }
    }
}

fn gathered(known: &[Known], crawls: &[Crawl], options: &Options) -> Result<Import, IntakeError> {
    let mut intake = Intake::at(Place::Memory, options)?;
    for story in known {
        intake.known(story)?;
    }
    for crawl in crawls {
        intake.crawl(crawl.clone())?;
    }
    let (mut stories, mut copies, mut refused, mut notes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for outcome in intake.finish(&mut |_| {})? {
        match outcome? {
            Outcome::Story(story) => stories.push((story.rebuilt, story.line)),
            Outcome::Copy(copy) => copies.push(copy.copy),
            Outcome::Refused(file) => refused.push(file),
            Outcome::Note(note) => notes.push(note),
        }
    }
    stories.sort_by(|(a, _), (b, _)| (&a.crawls, &a.key).cmp(&(&b.crawls, &b.key)));
    copies.sort_by(|a, b| (&a.crawl, a.number).cmp(&(&b.crawl, b.number)));
    refused.sort_unstable();
    refused.dedup();
    notes.sort_unstable();
    let (stories, lines): (Vec<Rebuilt>, Vec<StoryLine>) = stories.into_iter().unzip();
    let report = Report::new(lines, &copies, &refused, notes);
    Ok(Import { stories, copies, refused, report })
}
