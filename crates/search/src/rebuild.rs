//! A new index beside the old one, put in its place when it is whole.
//!
//! Stories come in heaps. Each heap is cut and sorted by term on one of several threads (`rebuild/run.rs`) and waits in a file
//! (`rebuild/spill.rs`); when all are in, the runs of each drawer are merged into its one segment (`rebuild/segment.rs`).
mod disk;
mod numbers;
mod run;
mod segment;
mod spill;
mod stored;
#[cfg(test)]
mod tests;

use crate::codes::AllCodes;
use crate::document::Document;
use crate::drawer::{Drawer, Part};
use crate::error::SearchError;
use crate::index::{Drawers, Index, parts};
use crate::manifest::{Position, generation, settle};
use crate::schema::{Fields, row, schema};
use crate::words::{Lexicon, Listed};
use disk::Disk;
use jiff::tz::TimeZone;
use run::{Cuts, Run, Written};
use spill::Spill;
use std::cmp::Reverse;
use std::fs::{self, File};
use std::path::Path;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use stored::{Begun, OfHeap};
use tantivy::index::Segment;
use tantivy::schema::Schema;

/// Text of the first heaps and of the largest; each is an eighth of what came before. Cut and sorted it takes some eight times as much
/// memory, so a small paper's are small; a large paper's are large, because each run has all common words once more.
const HEAP_BYTES: (u64, u64) = (3_000_000, 8_000_000);
/// Stories of the last heaps at least.
const LEAST_HEAP: usize = 64;
/// Heaps that are worked on at once, as far as there are processors; with those that wait they stay below half a gigabyte.
const MOST_THREADS: usize = 4;
/// Terms of a heap before it is written in two parts: text without any spaces has more of them than others.
const MOST_LISTED: usize = 8_000_000;
/// Memory of the words that a thread remembers from heap to heap; when there are more it forgets them all, after a heap if it can be.
const MOST_REMEMBERED: usize = 48_000_000;

/// An index in the making. Dropped before [`Rebuild::finish`], it leaves the old one as it was.
pub struct Rebuild<'a> {
    index: &'a Index,
    disk: Disk,
    drawers: Drawers,
    heap: Vec<Document>,
    heap_bytes: u64,
    /// The heap before, which waits until this one is full: the last two are parted evenly.
    before: Vec<Document>,
    /// Of the heaps before.
    bytes: u64,
    work: Option<Work>,
    documents: u64,
    /// Held while the folder is being filled: a folder whose file nobody holds was left by a program that was ended.
    _making: File,
    finished: bool,
}

impl Index {
    /// Begins a new index in a fresh folder. The old one goes on answering.
    ///
    /// # Errors
    /// The file system's and the library's.
    pub fn rebuild(&self) -> Result<Rebuild<'_>, SearchError> {
        let manifest = self.fresh_manifest();
        let folder = generation(&self.folder, manifest.generation);
        let disk = Disk::begin();
        let create = |part: &Part| Drawer::create(disk.folder(&folder.join(part.folder()))?, &self.wording);
        let drawers = Part::ALL.iter().map(create).collect::<Result<Vec<_>, _>>()?;
        let making = hold(&folder)?;
        let writers = Part::ALL.iter().map(|_| None).collect();
        Ok(Rebuild {
            index: self,
            disk,
            drawers: Drawers { drawers, writers, folder, manifest, codes: AllCodes::default() },
            heap: Vec::new(),
            heap_bytes: 0,
            before: Vec::new(),
            bytes: 0,
            work: None,
            documents: 0,
            _making: making,
            finished: false,
        })
    }
}

impl Rebuild<'_> {
    /// Takes a story in; each number once.
    ///
    /// # Errors
    /// The library's, such as a full disk.
    pub fn add(&mut self, document: &Document) -> Result<(), SearchError> {
        self.heap_bytes += (document.whole.len() + document.open.len() + document.headline.len()) as u64;
        self.heap.push(document.clone());
        self.documents += 1;
        let enough = (self.bytes / 8).clamp(HEAP_BYTES.0, HEAP_BYTES.1);
        if self.heap_bytes < enough {
            return Ok(());
        }
        self.bytes += std::mem::take(&mut self.heap_bytes);
        let full = std::mem::replace(&mut self.before, std::mem::take(&mut self.heap));
        self.hand_over(full)
    }

    /// How many stories were taken in.
    #[must_use]
    pub const fn documents(&self) -> u64 {
        self.documents
    }

    /// Gives the rest to threads, in such parts that none of them works on alone for long.
    fn hand_over_rest(&mut self) -> Result<(), SearchError> {
        let mut rest = std::mem::take(&mut self.before);
        rest.append(&mut self.heap);
        let each = rest.len().div_ceil(4 * threads()).max(LEAST_HEAP);
        while !rest.is_empty() {
            let further = rest.split_off(each.min(rest.len()));
            self.hand_over(std::mem::replace(&mut rest, further))?;
        }
        Ok(())
    }

    /// Gives a heap to a thread; waits while all are at work.
    fn hand_over(&mut self, heap: Vec<Document>) -> Result<(), SearchError> {
        if heap.is_empty() {
            return Ok(());
        }
        let work = match &mut self.work {
            Some(work) => work,
            None => self.work.insert(Work::begin(self.index, &self.drawers)?),
        };
        work.heaps += 1;
        if work.sender.send((work.heaps - 1, heap)).is_ok() {
            return Ok(());
        }
        // nobody takes heaps any more: all have failed
        let failed = self.work.take().map(Work::end);
        failed.map_or(Ok(()), |failed| failed.map(|_| ()))
    }

    /// Writes everything, merges each drawer into one segment, and puts the new index in the old one's place. `step` is told how many of
    /// the drawers are done, up to 7 of 7.
    ///
    /// # Errors
    /// The file system's and the library's; the old index then stays.
    pub fn finish(
        mut self,
        position: impl Into<Position>,
        mut step: impl FnMut(usize, usize),
    ) -> Result<(), SearchError> {
        let position = position.into();
        self.drawers.manifest.position = position;
        step(0, Part::ALL.len());
        self.hand_over_rest()?;
        if let Some(work) = self.work.take() {
            let (spill, begun, runs) = work.end()?;
            self.bind(&spill, begun.close()?, &runs, position, &mut step)?;
        }
        self.disk.settle()?;
        Part::ALL.iter().try_for_each(|part| settle(&self.drawers.folder.join(part.folder())))?;
        step(Part::ALL.len(), Part::ALL.len());
        let making = self.drawers.folder.join(MAKING);
        // it stays locked until all is in place: whoever opened it before takes nothing away
        fs::remove_file(&making).map_err(SearchError::files(&making))?;
        settle(&self.drawers.folder)?;
        self.finished = true;
        self.index.replace(&self.drawers.manifest.clone())
    }

    /// Makes the drawers' segments, the largest first, at once as far as there are processors.
    fn bind(
        &self,
        spill: &Spill,
        segments: Vec<Segment>,
        runs: &[Vec<Written>],
        position: Position,
        step: &mut impl FnMut(usize, usize),
    ) -> Result<(), SearchError> {
        let runs_of = |place: usize| runs.iter().filter_map(|run| run.get(place)).collect::<Vec<&Written>>();
        let size = |place: usize| runs_of(place).iter().map(|run| run.terms()).sum::<u64>();
        let mut places: Vec<(usize, Segment)> = segments.into_iter().enumerate().collect();
        places.sort_by_cached_key(|(place, _)| Reverse(size(*place)));
        let (next, payload) = (Mutex::new(places.into_iter()), position.cursor.to_string());
        let (told, done) = mpsc::channel();
        thread::scope(|scope| {
            // one more, for while one of them waits for the disk
            for _ in 0..=threads() {
                let (told, next, payload) = (told.clone(), &next, &payload);
                scope.spawn(move || {
                    loop {
                        let Some((place, segment)) = next.lock().unwrap_or_else(PoisonError::into_inner).next() else {
                            return;
                        };
                        let drawer = &self.drawers.drawers[place];
                        let bound = segment::bind(drawer, segment, spill, &runs_of(place), payload);
                        if told.send(bound).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(told);
            for bound in 1..=Part::ALL.len() {
                // a thread that stopped tells nothing
                done.recv().unwrap_or_else(|_| Err(SearchError::unreadable("a writer stopped")))?;
                step(bound, Part::ALL.len());
            }
            Ok(())
        })
    }
}

impl Drop for Rebuild<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.drawers.writers.clear();
            if let Some(work) = self.work.take() {
                // what they made is not wanted, and neither is why they could not
                drop(work.end());
            }
            // nothing names the folder yet; what cannot be removed now goes with the next rebuild
            if let Err(e) = fs::remove_dir_all(&self.drawers.folder) {
                tracing::warn!(error = %e, "an unfinished search index stays on the disk");
            }
        }
    }
}

/// The file that is locked while a folder is being filled.
const MAKING: &str = "making";

fn hold(folder: &Path) -> Result<File, SearchError> {
    let path = folder.join(MAKING);
    let file = File::create(&path).map_err(SearchError::files(&path))?;
    file.lock().map_err(SearchError::files(&path))?;
    Ok(file)
}

/// Whether a folder was being filled when its program ended.
pub(crate) fn is_left(folder: &Path) -> bool {
    File::open(folder.join(MAKING)).is_ok_and(|file| file.try_lock().is_ok())
}

/// Threads that work at once.
fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS)
}

/// A heap and its place among all.
type Heap = (usize, Vec<Document>);
/// A run and the place of its heap.
type Placed = (usize, Vec<Written>);

/// What became of all heaps: the runs of each.
type Cut = (Arc<Spill>, Begun, Vec<Vec<Written>>);

/// The threads that make runs.
struct Work {
    spill: Arc<Spill>,
    begun: Arc<Begun>,
    sender: SyncSender<Heap>,
    threads: Vec<JoinHandle<Result<Vec<Placed>, SearchError>>>,
    /// Handed over so far.
    heaps: usize,
}

impl Work {
    fn begin(index: &Index, drawers: &Drawers) -> Result<Self, SearchError> {
        let spill = Arc::new(Spill::create(&drawers.folder)?);
        let begun = Arc::new(Begun::of(drawers.drawers.iter().map(|drawer| &drawer.index)));
        let (sender, receiver) = mpsc::sync_channel(0);
        let receiver = Arc::new(Mutex::new(receiver));
        let cutter = || Cutter {
            fields: index.fields,
            zone: index.settings.zone.clone(),
            lexicon: Lexicon::of(index.wording.clone()),
            spill: Arc::clone(&spill),
            begun: Arc::clone(&begun),
            heaps: Arc::clone(&receiver),
        };
        let threads = (0..threads())
            .map(|_| {
                let cutter = cutter();
                thread::spawn(move || cutter.work())
            })
            .collect();
        Ok(Self { spill, begun, sender, threads, heaps: 0 })
    }

    /// Waits for all; the runs in the order of the stories.
    fn end(self) -> Result<Cut, SearchError> {
        drop(self.sender);
        let mut runs = Vec::new();
        // all are waited for, then the first that failed is told of
        let ended: Vec<_> = self.threads.into_iter().map(JoinHandle::join).collect();
        for ended in ended {
            runs.extend(ended.map_err(|_| SearchError::unreadable("a writer stopped"))??);
        }
        runs.sort_by_key(|(place, _)| *place);
        let begun = Arc::into_inner(self.begun).ok_or_else(|| SearchError::unreadable("a writer goes on"))?;
        Ok((self.spill, begun, runs.into_iter().map(|(_, run)| run).collect()))
    }
}

/// What a thread needs to make runs of heaps.
struct Cutter {
    fields: Fields,
    zone: TimeZone,
    lexicon: Lexicon,
    spill: Arc<Spill>,
    begun: Arc<Begun>,
    heaps: Arc<Mutex<Receiver<Heap>>>,
}

impl Cutter {
    fn work(mut self) -> Result<Vec<Placed>, SearchError> {
        let schema = schema().0;
        let mut run = Run::new(&schema, Part::ALL.len());
        let (mut runs, mut listed) = (Vec::new(), Vec::new());
        loop {
            let heap = self.heaps.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(heap) = heap else { return Ok(runs) };
            let made = self.heap(&heap, &mut run, &schema, &mut listed, &mut runs);
            made.inspect_err(|_| self.begun.fail())?;
        }
    }

    fn heap(
        &mut self,
        (place, documents): &Heap,
        run: &mut Run,
        schema: &Schema,
        listed: &mut Vec<Listed>,
        runs: &mut Vec<Placed>,
    ) -> Result<(), SearchError> {
        let mut stored = OfHeap::new();
        for document in documents {
            let rows: Vec<_> =
                parts(document).map(|(part, text)| (part, row(&self.fields, document, text, &self.zone))).collect();
            let mut cuts = Cuts::of(std::mem::take(listed));
            // the whole text first: what is open of it was cut then
            for (part, row) in rows.iter().rev() {
                run.add(part.place(), row, &mut cuts, &mut self.lexicon, schema)?;
            }
            *listed = cuts.listed;
            if run.listed() > MOST_LISTED || self.lexicon.bytes() > MOST_REMEMBERED {
                runs.push((*place, run.write(&self.lexicon, &self.spill, &mut stored)?));
                self.lexicon.clear();
            }
        }
        runs.push((*place, run.write(&self.lexicon, &self.spill, &mut stored)?));
        if self.lexicon.bytes() > MOST_REMEMBERED / 4 * 3 {
            self.lexicon.clear();
        }
        self.begun.put(*place, stored)
    }
}
