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

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::path::Path;

use crate::item::Item;
use crate::{CopyOf, Crawl, CrawlRef, Known, Note, Options, Rebuilt, Refused, StoryLine};

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
    /// Counting lines.
    Counting,
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
            Self::Counting => "counting lines",
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

/// Takes pieces in until [`Intake::finish`].
#[derive(Debug)]
pub struct Intake {
    options: Options,
    known: Vec<Known>,
    crawls: Vec<Crawl>,
    items: Vec<Item>,
}

impl Intake {
    /// Begins an intake that sets aside what it reads in `work_dir`.
    ///
    /// # Errors
    /// If the folder cannot be written to.
    pub fn new(work_dir: &Path, options: &Options) -> Result<Self, IntakeError> {
        tempfile::tempfile_in(work_dir).map_err(|source| IntakeError::Spill { what: "opening a file", source })?;
        Ok(Self { options: options.clone(), known: Vec::new(), crawls: Vec::new(), items: Vec::new() })
    }

    /// Tells of a story that the paper has, so that pieces of it are found to be copies.
    ///
    /// # Errors
    /// If it cannot be set aside.
    pub fn known(&mut self, story: &Known) -> Result<(), IntakeError> {
        self.known.push(story.clone());
        Ok(())
    }

    /// Takes in a crawled file.
    ///
    /// # Errors
    /// If it cannot be set aside.
    pub fn crawl(&mut self, crawl: Crawl) -> Result<(), IntakeError> {
        self.crawls.push(crawl);
        Ok(())
    }

    /// Takes in a piece that a format's reader gave.
    ///
    /// # Errors
    /// If it cannot be set aside.
    pub fn item(&mut self, item: Item) -> Result<(), IntakeError> {
        self.items.push(item);
        Ok(())
    }

    /// Finds out which pieces tell one story. The stories themselves are rebuilt while the result is read.
    ///
    /// # Errors
    /// If what was set aside cannot be read back.
    pub fn finish(self, progress: &mut dyn FnMut(Progress)) -> Result<Groups, IntakeError> {
        let (import, items) = crate::heap::at_once(&self.known, &self.crawls, self.items, &self.options);
        let of = import.stories.len() as u64;
        progress(Progress { phase: Phase::Comparing, done: of, of });
        let mut lines: BTreeMap<String, StoryLine> =
            import.report.stories.into_iter().map(|l| (l.key.clone(), l)).collect();
        let mut ready = VecDeque::new();
        let take =
            |crawls: &[CrawlRef]| -> Vec<Item> { crawls.iter().filter_map(|c| items.get(&c.hash)).cloned().collect() };
        for rebuilt in import.stories {
            let Some(line) = lines.remove(&rebuilt.key) else { continue };
            ready.push_back(Outcome::Story(Box::new(Story { items: take(&rebuilt.crawls), rebuilt, line })));
        }
        for copy in import.copies {
            let item = items.get(&copy.crawl.hash).cloned();
            ready.push_back(Outcome::Copy(Box::new(Copy { copy, item, newer: None })));
        }
        ready.extend(import.refused.into_iter().map(Outcome::Refused));
        ready.extend(import.report.notes.into_iter().map(Outcome::Note));
        Ok(Groups { ready, stories: of })
    }
}

/// The outcomes of an intake, one at a time.
#[derive(Debug)]
pub struct Groups {
    ready: VecDeque<Outcome>,
    stories: u64,
}

impl Groups {
    /// How many stories there are, those of the paper that pieces belong to among them. A few of them may turn out to be furniture
    /// only, and are then refused.
    #[must_use]
    pub fn stories(&self) -> u64 {
        self.stories
    }
}

impl Iterator for Groups {
    type Item = Result<Outcome, IntakeError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.ready.pop_front().map(Ok)
    }
}
