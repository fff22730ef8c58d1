//! Where readers put what they find: counts it, finishes it, hands it on.

use std::ops::ControlFlow;
use std::rc::Rc;

use super::clean;
use super::columns::Guesses;
use super::dates::{Dates, DatesSeen};
use super::source::State;
use super::{Format, Found, Page, Read, ReadError, ReadOptions, Text};
use crate::item::Item;

/// Why a reader ends before its source does.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The sink wants no more.
    Asked,
    /// The rest cannot be read; one line with the mend.
    Broken(String),
    /// The file ends before it should; where.
    Early(String),
    Io(std::io::Error),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        // Limits and damaged compression come as invalid data: the fault of the file, not of the disk.
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => Self::Early(error.to_string()),
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput => Self::Broken(error.to_string()),
            _ => Self::Io(error),
        }
    }
}

/// What is said of a file that was cut off, and what mends it: where, and whether something before that is in.
#[must_use]
pub fn ends_early(place: &str, something: bool) -> String {
    let rest = if something {
        "what stands whole before that is in. Get the whole file (copy, download or export it again) and import it: what is in stays \
         as it is, and the rest goes in"
    } else {
        "nothing of it can be taken in. Get the whole file (copy, download or export it again) and import it"
    };
    format!("ends early, {place}: {rest}")
}

pub(crate) type Flow = Result<(), Stop>;

pub(crate) struct Out<'a> {
    pub options: &'a ReadOptions,
    pub state: Rc<State>,
    file: &'a str,
    sink: &'a mut dyn FnMut(Found) -> ControlFlow<()>,
    read: Read,
    /// Strange bytes that earlier pieces have been told of.
    told: u64,
    /// The order of a table's dates.
    pub dates: Dates,
    /// What was guessed of its columns.
    pub guesses: Guesses,
}

impl<'a> Out<'a> {
    pub(crate) fn new(
        file: &'a str,
        format: Format,
        options: &'a ReadOptions,
        state: Rc<State>,
        sink: &'a mut dyn FnMut(Found) -> ControlFlow<()>,
    ) -> Self {
        let read = Read {
            format,
            items: 0,
            refused: 0,
            bytes: 0,
            aside: std::collections::BTreeMap::new(),
            notes: Vec::new(),
            stopped: false,
            dates: DatesSeen::default(),
        };
        let dates = Dates { order: options.dates, ask: options.order.clone(), ..Dates::default() };
        Self { options, state, file, sink, read, told: 0, dates, guesses: Guesses::default() }
    }

    /// A piece to be filled in; its key is made from the content unless a reader sets one.
    pub(crate) fn draft(&self, place: u64) -> Item {
        Item::new(String::new(), self.file.to_owned(), place)
    }

    pub(crate) fn format(&self) -> Format {
        self.read.format
    }

    pub(crate) fn file(&self) -> &'a str {
        self.file
    }

    /// What must be said of a piece because of the file it stands in.
    pub(crate) fn note_encoding(&mut self, item: &mut Item) {
        let strange = self.state.strange_bytes.get();
        if strange > self.told {
            let count = strange - self.told;
            self.told = strange;
            item.notes.push(format!("{count} byte(s) that are no UTF-8 were read as windows-1252"));
        }
        let encoding = self.state.encoding.get();
        if encoding != "UTF-8" {
            item.notes.push(format!("read as {encoding}"));
        }
    }

    /// Hands a piece on, unless nothing is in it.
    pub(crate) fn item(&mut self, mut item: Item) -> Flow {
        self.note_encoding(&mut item);
        self.finished(item)
    }

    /// The same for a piece that was noted before it waited.
    pub(crate) fn finished(&mut self, mut item: Item) -> Flow {
        clean::finish(&mut item);
        if item.headline.is_none() && item.body.is_empty() && item.images.is_empty() && item.standfirst.is_none() {
            let what = if item.key.is_empty() { "a piece".to_owned() } else { format!("“{}”", item.key) };
            return self
                .refuse(item.place, format!("{what} has neither headline nor text; export it again or leave it out"));
        }
        if item.key.is_empty() {
            item.key = clean::content_key(&item);
        }
        self.read.items += 1;
        self.give(Found::Item(Box::new(item)))
    }

    pub(crate) fn page(&mut self, page: Page) -> Flow {
        self.read.items += 1;
        self.give(Found::Page(page))
    }

    pub(crate) fn crawl(&mut self, text: Text) -> Flow {
        self.read.items += 1;
        self.give(Found::Crawl(text))
    }

    pub(crate) fn refuse(&mut self, place: u64, reason: String) -> Flow {
        self.read.refused += 1;
        self.give(Found::Refused { place, reason })
    }

    fn give(&mut self, found: Found) -> Flow {
        match (self.sink)(found) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Stop::Asked),
        }
    }

    /// Counts something that is no story. Kinds beyond the first hundred are counted together.
    pub(crate) fn aside(&mut self, kind: &str) {
        let kind: String = kind.chars().take(80).collect();
        let known = self.read.aside.len() < 100 || self.read.aside.contains_key(&kind);
        *self.read.aside.entry(if known { kind } else { "other kinds".to_owned() }).or_default() += 1;
    }

    pub(crate) fn note(&mut self, note: String) {
        if self.read.notes.len() < 100 && !self.read.notes.contains(&note) {
            self.read.notes.push(note);
        }
    }

    /// Says how it ended.
    pub(crate) fn end(mut self, ended: Flow) -> Result<Read, ReadError> {
        match ended {
            Ok(()) => {}
            Err(Stop::Asked) => self.read.stopped = true,
            Err(Stop::Io(error)) => return Err(ReadError::Io(error)),
            // Of the file, not of a piece: where it is, the reason says as far as a person can find it.
            Err(Stop::Broken(reason)) => {
                let reason = if self.read.items > 0 { format!("the rest of the file: {reason}") } else { reason };
                self.read.stopped = matches!(self.refuse(0, reason), Err(Stop::Asked));
            }
            Err(Stop::Early(place)) => {
                let reason = ends_early(&place, self.read.items > 0);
                self.read.stopped = matches!(self.refuse(0, reason), Err(Stop::Asked));
            }
        }
        let nothing = self.read.items == 0 && self.read.refused == 0 && !self.read.stopped;
        if nothing {
            let aside: u64 = self.read.aside.values().sum();
            let reason = if aside > 0 {
                format!("no stories in it: {aside} thing(s) of other kinds ({})", kinds(&self.read))
            } else {
                format!(
                    "nothing of the format {} is in it; export it again, {}",
                    self.read.format,
                    super::detect::or_named()
                )
            };
            // The sink's wish to stop changes nothing any more.
            let _ = self.refuse(0, reason);
        }
        self.read.bytes = self.state.consumed.get();
        self.read.dates = self.dates.seen;
        if let Some(guesses) = self.guesses.in_words() {
            self.note(guesses);
        }
        if let (Some(order), 1..) = (self.dates.order, self.dates.seen.unclear) {
            self.note(format!("dates such as 03/04/1999 were read in the order {}", order.name()));
            if let Some(contradicted) = self.dates.contradicted() {
                self.note(contradicted);
            }
        }
        if let Some(told) = self.dates.told() {
            self.note(told);
        }
        if self.state.encoding.get() != "UTF-8" {
            let note = format!("read as {}", self.state.encoding.get());
            self.note(note);
        }
        if self.state.strange_bytes.get() > 0 {
            let note =
                format!("{} byte(s) that are no UTF-8 were read as windows-1252", self.state.strange_bytes.get());
            self.note(note);
        }
        let told = self.state.places.borrow().tell();
        if let Some(reason) = told {
            self.note(reason);
        }
        if self.state.broken_members.get() > 0 {
            let note = format!("{} compressed part(s) are damaged and were left out", self.state.broken_members.get());
            self.note(note);
        }
        Ok(self.read)
    }
}

fn kinds(read: &Read) -> String {
    let names: Vec<&str> = read.aside.keys().take(5).map(String::as_str).collect();
    names.join(", ")
}
