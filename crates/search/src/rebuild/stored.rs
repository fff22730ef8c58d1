//! What hits are shown from, compressed while a run is made, so that the segment takes it over as it is: at once, so that it is on its way
//! to the disk while further runs are made.
use crate::error::SearchError;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::directory::{AntiCallToken, FileSlice, TerminatingWrite, WritePtr};
use tantivy::index::{IndexSettings, Segment, SegmentComponent};
use tantivy::schema::Schema;
use tantivy::store::{StoreReader, StoreWriter};
use tantivy::{Index, TantivyDocument, TantivyError};

/// A file of the library's in memory.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for Memory {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        Ok(())
    }
}

/// The stored values of the rows of one drawer.
#[derive(Default)]
pub(super) struct Stored {
    writer: Option<StoreWriter>,
    memory: Memory,
}

impl Stored {
    pub(super) fn add(&mut self, row: &TantivyDocument, schema: &Schema) -> Result<(), SearchError> {
        if self.writer.is_none() {
            self.writer = Some(store(io::BufWriter::new(Box::new(self.memory.clone())))?);
        }
        if let Some(writer) = &mut self.writer {
            writer.store(row, schema)?;
        }
        Ok(())
    }

    /// The whole file; nothing where there was no row.
    pub(super) fn close(self) -> Result<Vec<u8>, SearchError> {
        let Some(writer) = self.writer else { return Ok(Vec::new()) };
        writer.close()?;
        Ok(std::mem::take(&mut *self.memory.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// What the runs of a heap store: drawers, each with the file of a run.
pub(super) type OfHeap = Vec<(usize, Vec<u8>)>;

/// The segments that the drawers begin with, and their files of what hits are shown from.
pub(super) struct Begun {
    segments: Vec<Segment>,
    held: Mutex<Held>,
}

struct Held {
    /// Of each drawer, once it has a story.
    writers: Vec<Option<StoreWriter>>,
    /// The heap whose stories come next, and what came before its turn, drawer by drawer; of no heap once one failed.
    next: usize,
    waiting: Option<BTreeMap<usize, OfHeap>>,
}

impl Begun {
    pub(super) fn of<'a>(indexes: impl Iterator<Item = &'a Index>) -> Self {
        let segments: Vec<Segment> = indexes.map(Index::new_segment).collect();
        let writers = segments.iter().map(|_| None).collect();
        Self { segments, held: Mutex::new(Held { writers, next: 0, waiting: Some(BTreeMap::new()) }) }
    }

    /// Takes over what the runs of a heap store, in the order of the heaps.
    pub(super) fn put(&self, heap: usize, stored: OfHeap) -> Result<(), SearchError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Held { writers, next, waiting: Some(waiting) } = &mut *held else { return Ok(()) };
        waiting.insert(heap, stored);
        while let Some(stored) = waiting.remove(next) {
            for (place, bytes) in stored.into_iter().filter(|(_, bytes)| !bytes.is_empty()) {
                let (Some(writer), Some(segment)) = (writers.get_mut(place), self.segments.get(place)) else {
                    continue;
                };
                if writer.is_none() {
                    let into = segment.open_write(SegmentComponent::Store).map_err(TantivyError::from)?;
                    *writer = Some(store(into)?);
                }
                if let Some(writer) = writer {
                    writer.stack(StoreReader::open(FileSlice::from(bytes), 0)?)?;
                }
            }
            *next += 1;
        }
        Ok(())
    }

    /// Takes nothing more: a heap is missing for good.
    pub(super) fn fail(&self) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).waiting = None;
    }

    /// Ends the files; the segments.
    pub(super) fn close(self) -> Result<Vec<Segment>, SearchError> {
        let held = self.held.into_inner().unwrap_or_else(PoisonError::into_inner);
        held.writers.into_iter().flatten().try_for_each(StoreWriter::close)?;
        Ok(self.segments)
    }
}

fn store(into: WritePtr) -> Result<StoreWriter, SearchError> {
    let IndexSettings { docstore_compression: compressor, docstore_blocksize: block, .. } = IndexSettings::default();
    Ok(StoreWriter::new(into, compressor, block, false)?)
}
