//! The index as a running paper holds it: opened, followed, answered from.
use crate::codes::{AllCodes, Coded};
use crate::document::Change;
use crate::drawer::{Drawer, Part};
use crate::error::SearchError;
use crate::full::{Full, Reach};
use crate::manifest::{Manifest, Position, generation, generations};
use crate::public::Public;
use crate::rebuild::is_left;
use crate::schema::{Fields, VERSION, row, schema};
use crate::words::{Language, Wording};
use jiff::tz::TimeZone;
use newsroom::articles::{Marking, StoryNumber};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tantivy::{IndexWriter, Searcher, Term};

/// What an index is made for. One made for something else is made again.
#[derive(Clone)]
pub struct Settings {
    /// The language of the paper's text.
    pub language: Language,
    /// The paper's zone, in which years, months and days are counted.
    pub zone: TimeZone,
}

impl Settings {
    fn zone_name(&self) -> String {
        self.zone.iana_name().unwrap_or("fixed").to_owned()
    }
}

/// How an index stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It answers.
    Ready {
        /// How far it has followed.
        position: Position,
        /// Stories in it.
        documents: u64,
    },
    /// It does not answer and has to be made anew.
    Absent {
        /// A sentence that says why.
        why: String,
    },
}

/// What answers: one state of all drawers at one moment.
pub(crate) struct Generation {
    pub searchers: Vec<Searcher>,
    /// Years and sections of each drawer's stories.
    pub coded: Vec<Coded>,
    pub fields: Fields,
    pub wording: Wording,
    pub zone: TimeZone,
    pub position: Position,
}

impl Generation {
    pub(crate) fn searcher(&self, part: Part) -> &Searcher {
        &self.searchers[part.place()]
    }

    pub(crate) fn coded(&self, part: Part) -> &Coded {
        &self.coded[part.place()]
    }

    /// The drawers that everybody may search.
    pub(crate) fn open(&self) -> impl Iterator<Item = &Searcher> {
        Marking::ALL.iter().map(|marking| self.searcher(Part::Open(*marking)))
    }

    fn documents(&self) -> u64 {
        self.open().map(Searcher::num_docs).sum()
    }
}

/// What writes. Writers are opened when a drawer is first written, so that a paper at rest holds none of their memory.
pub(crate) struct Drawers {
    pub drawers: Vec<Drawer>,
    pub writers: Vec<Option<IndexWriter>>,
    pub folder: PathBuf,
    pub manifest: Manifest,
    pub codes: AllCodes,
}

impl Drawers {
    pub(crate) fn writer(&mut self, part: Part) -> Result<&mut IndexWriter, SearchError> {
        let place = part.place();
        let slot = &mut self.writers[place];
        if slot.is_none() {
            *slot = Some(self.drawers[place].writer(&self.folder)?);
        }
        slot.as_mut().ok_or_else(|| SearchError::unreadable("a writer that was just opened"))
    }

    fn generation(
        &self,
        settings: &Settings,
        fields: Fields,
        wording: &Wording,
    ) -> Result<Arc<Generation>, SearchError> {
        let searchers: Vec<Searcher> = self.drawers.iter().map(|drawer| drawer.reader.searcher()).collect();
        let coded = searchers.iter().map(|searcher| self.codes.of(searcher)).collect::<Result<_, _>>()?;
        Ok(Arc::new(Generation {
            searchers,
            coded,
            fields,
            wording: wording.clone(),
            zone: settings.zone.clone(),
            position: self.manifest.position,
        }))
    }
}

/// The search index of one paper, in one folder.
pub struct Index {
    pub(crate) folder: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) wording: Wording,
    pub(crate) fields: Fields,
    answering: RwLock<Result<Arc<Generation>, String>>,
    pub(crate) writing: Mutex<Option<Drawers>>,
}

/// What [`Index::apply`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    pub put: usize,
    pub removed: usize,
}

impl Index {
    /// Opens the index in `folder`, or an empty place for one. An index that is damaged, of another version, for another language or zone
    /// opens as [`State::Absent`] and answers nothing until it was rebuilt.
    ///
    /// # Errors
    /// The file system's, when the folder cannot be made.
    pub fn open(folder: &Path, settings: Settings) -> Result<Self, SearchError> {
        fs::create_dir_all(folder).map_err(SearchError::files(folder))?;
        let index = Self {
            folder: folder.to_owned(),
            wording: Wording::of(settings.language),
            settings,
            fields: schema().1,
            answering: RwLock::new(Err("It has not been made yet.".into())),
            writing: Mutex::new(None),
        };
        let mut writing = index.writing.lock().unwrap_or_else(PoisonError::into_inner);
        index.load(&mut writing);
        drop(writing);
        for left in generations(folder).into_iter().map(|number| generation(folder, number)) {
            if is_left(&left)
                && let Err(e) = fs::remove_dir_all(&left)
            {
                tracing::warn!(error = %e, "an unfinished search index stays on the disk");
            }
        }
        Ok(index)
    }

    /// Opens what the manifest names, or notes why it cannot.
    fn load(&self, writing: &mut Option<Drawers>) {
        *writing = None;
        let answering = self.try_load().map(|(drawers, generation)| {
            *writing = Some(drawers);
            generation
        });
        *self.answering.write().unwrap_or_else(PoisonError::into_inner) = answering;
    }

    fn try_load(&self) -> Result<(Drawers, Arc<Generation>), String> {
        let manifest = Manifest::read(&self.folder).ok_or("It has not been made yet.")?;
        if manifest.schema != VERSION {
            return Err("It was made by another version of the program.".into());
        }
        if manifest.language != self.settings.language.name() || manifest.zone != self.settings.zone_name() {
            return Err("The paper's language or time zone has changed since it was made.".into());
        }
        let folder = generation(&self.folder, manifest.generation);
        let damaged = |e: SearchError| {
            tracing::warn!(error = %e, "the search index is damaged");
            "It is damaged.".to_owned()
        };
        let open = |part: &Part| Drawer::open(&folder.join(part.folder()), &self.wording);
        let drawers = Part::ALL.iter().map(open).collect::<Result<Vec<_>, _>>().map_err(damaged)?;
        let writers = Part::ALL.iter().map(|_| None).collect();
        let drawers = Drawers { writers, drawers, folder, manifest, codes: AllCodes::default() };
        let generation = drawers.generation(&self.settings, self.fields, &self.wording).map_err(damaged)?;
        Ok((drawers, generation))
    }

    pub(crate) fn fresh_manifest(&self) -> Manifest {
        let next = generations(&self.folder).into_iter().max().unwrap_or(0) + 1;
        Manifest {
            schema: VERSION,
            language: self.settings.language.name().to_owned(),
            zone: self.settings.zone_name(),
            generation: next,
            position: Position::default(),
        }
    }

    /// How the index stands.
    #[must_use]
    pub fn state(&self) -> State {
        match &*self.answering.read().unwrap_or_else(PoisonError::into_inner) {
            Ok(generation) => State::Ready { position: generation.position, documents: generation.documents() },
            Err(why) => State::Absent { why: why.clone() },
        }
    }

    /// Opens what another process put in this one's place, if one did. True when it did.
    pub fn refresh(&self) -> bool {
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let ours = writing.as_ref().map(|drawers| drawers.manifest.generation);
        let theirs = Manifest::read(&self.folder).map(|manifest| manifest.generation);
        let replaced = theirs.is_some() && theirs != ours;
        if replaced {
            self.load(&mut writing);
        }
        replaced && writing.is_some()
    }

    /// Takes changes in. After this they are found, and still are after a crash; the next run goes on from `position`.
    ///
    /// A crash inside leaves the old position with some of the changes: applying them again is harmless.
    ///
    /// # Errors
    /// [`SearchError::Absent`] before the first rebuild, [`SearchError::Busy`] when another process writes; otherwise the library's.
    pub fn apply(&self, changes: Vec<Change>, position: impl Into<Position>) -> Result<Applied, SearchError> {
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(drawers) = writing.as_mut() else { return Err(self.absent()) };
        let done = self.write(drawers, changes, position.into());
        if done.is_err() {
            // what was not committed is dropped with the writers; the position has not moved
            drawers.writers.iter_mut().for_each(|writer| *writer = None);
        }
        done
    }

    fn write(&self, drawers: &mut Drawers, changes: Vec<Change>, position: Position) -> Result<Applied, SearchError> {
        let mut applied = Applied::default();
        let mut touched = [false; Part::ALL.len()];
        // of several changes of one story the last counts
        let mut last: HashMap<StoryNumber, Change> = HashMap::new();
        for change in changes {
            last.insert(change.number(), change);
        }
        for change in last.into_values() {
            self.remove(drawers, change.number(), &mut touched)?;
            match change {
                Change::Remove(_) => applied.removed += 1,
                Change::Put(document) => {
                    applied.put += 1;
                    for (part, text) in parts(&document) {
                        let row = row(&self.fields, &document, text, &self.settings.zone);
                        drawers.writer(part)?.add_document(row)?;
                        touched[part.place()] = true;
                    }
                }
            }
        }
        commit(
            drawers.writers.iter_mut().zip(touched).filter_map(|(w, touched)| w.as_mut().filter(|_| touched)),
            position,
        )?;
        if drawers.manifest.position != position {
            drawers.manifest.position = position;
            drawers.manifest.write(&self.folder)?;
        }
        for (drawer, _) in drawers.drawers.iter().zip(touched).filter(|(_, touched)| *touched) {
            drawer.reader.reload()?;
        }
        // all drawers are seen at their new state at once: a story that moved is never seen in two, nor in none
        let generation = drawers.generation(&self.settings, self.fields, &self.wording)?;
        *self.answering.write().unwrap_or_else(PoisonError::into_inner) = Ok(generation);
        Ok(applied)
    }

    /// Takes a story out of the drawers that hold it, and leaves the others alone.
    fn remove(&self, drawers: &mut Drawers, number: StoryNumber, touched: &mut [bool]) -> Result<(), SearchError> {
        let term = Term::from_field_u64(self.fields.number, u64::from(number.0));
        for part in Part::ALL {
            if drawers.drawers[part.place()].reader.searcher().doc_freq(&term)? > 0 {
                drawers.writer(part)?.delete_term(term.clone());
                touched[part.place()] = true;
            }
        }
        Ok(())
    }

    /// Reads every byte and compares it with its checksum. Takes seconds on a large archive.
    ///
    /// # Errors
    /// [`SearchError::Absent`]; [`SearchError::Unreadable`] when something is damaged. The index answers nothing from then on.
    pub fn verify(&self) -> Result<(), SearchError> {
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(drawers) = writing.as_ref() else { return Err(self.absent()) };
        for drawer in &drawers.drawers {
            let damaged = match drawer.index.validate_checksum() {
                Ok(files) if files.is_empty() => continue,
                Ok(files) => format!("{} files", files.len()),
                Err(e) => e.to_string(),
            };
            *self.answering.write().unwrap_or_else(PoisonError::into_inner) = Err("It is damaged.".into());
            return Err(SearchError::unreadable(damaged));
        }
        Ok(())
    }

    pub(crate) fn absent(&self) -> SearchError {
        match &*self.answering.read().unwrap_or_else(PoisonError::into_inner) {
            Ok(_) => SearchError::Absent { why: "It is being replaced.".into() },
            Err(why) => SearchError::Absent { why: why.clone() },
        }
    }

    pub(crate) fn answering(&self) -> Result<Arc<Generation>, SearchError> {
        let answering = self.answering.read().unwrap_or_else(PoisonError::into_inner);
        answering.as_ref().map(Arc::clone).map_err(|why| SearchError::Absent { why: why.clone() })
    }

    /// What everybody may search: headlines, standfirsts, names, topics, previews and free stories.
    ///
    /// # Errors
    /// [`SearchError::Absent`].
    pub fn public(&self) -> Result<Public, SearchError> {
        Ok(Public { generation: self.answering()? })
    }

    /// Whole stories as far as `reach` goes, and what everybody may search of the others.
    ///
    /// # Errors
    /// [`SearchError::Absent`].
    pub fn full(&self, reach: Reach) -> Result<Full, SearchError> {
        Ok(Full { generation: self.answering()?, reach })
    }

    /// Puts a rebuilt generation in this one's place and removes older ones.
    pub(crate) fn replace(&self, manifest: &Manifest) -> Result<(), SearchError> {
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        *writing = None;
        manifest.write(&self.folder)?;
        self.load(&mut writing);
        for old in generations(&self.folder).into_iter().filter(|number| *number < manifest.generation) {
            // searches that are still answering keep the files they have open; what cannot be removed now is removed next time
            if let Err(e) = fs::remove_dir_all(generation(&self.folder, old)) {
                tracing::warn!(error = %e, generation = old, "an old search index stays on the disk");
            }
        }
        match &*writing {
            Some(_) => Ok(()),
            None => Err(self.absent()),
        }
    }

    /// Forgets the index: it answers nothing until it was rebuilt.
    ///
    /// # Errors
    /// The file system's.
    pub fn discard(&self) -> Result<(), SearchError> {
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        *writing = None;
        *self.answering.write().unwrap_or_else(PoisonError::into_inner) = Err("It was discarded.".into());
        Manifest::remove(&self.folder)
    }
}

/// Writes to the disk what the writers hold, each in a thread of its own: a commit is mostly waiting for the disk.
fn commit<'a>(writers: impl Iterator<Item = &'a mut IndexWriter>, position: Position) -> Result<(), SearchError> {
    let payload = position.cursor.to_string();
    let one = |writer: &mut IndexWriter| {
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&payload);
        commit.commit()
    };
    std::thread::scope(|threads| {
        let begun: Vec<_> = writers.map(|writer| threads.spawn(|| one(writer))).collect();
        for thread in begun {
            thread.join().map_err(|_| SearchError::unreadable("a drawer whose writing broke off"))??;
        }
        Ok(())
    })
}

/// Which text of a story goes into which drawer.
pub(crate) fn parts(document: &crate::Document) -> impl Iterator<Item = (Part, &str)> {
    let open = (Part::Open(document.marking), document.open.as_str());
    let whole = (document.marking != Marking::Free).then_some((Part::Whole(document.marking), document.whole.as_str()));
    std::iter::once(open).chain(whole)
}
