//! A new index beside the old one, put in its place when it is whole.
use crate::codes::AllCodes;
use crate::document::Document;
use crate::drawer::{Drawer, Pace, Part};
use crate::error::SearchError;
use crate::index::{Drawers, Index, parts};
use crate::manifest::{Position, generation};
use crate::schema::row;
use std::{fs, thread};
use tantivy::IndexWriter;

/// An index in the making. Dropped before [`Rebuild::finish`], it leaves the old one as it was.
pub struct Rebuild<'a> {
    index: &'a Index,
    drawers: Drawers,
    documents: u64,
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
        let create = |part: &Part| Drawer::create(&folder.join(part.folder()), &self.wording);
        let drawers = Part::ALL.iter().map(create).collect::<Result<Vec<_>, _>>()?;
        let writers = Part::ALL.iter().map(|_| None).collect();
        Ok(Rebuild {
            index: self,
            drawers: Drawers { drawers, writers, folder, manifest, codes: AllCodes::default() },
            documents: 0,
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
        for (part, text) in parts(document) {
            let row = row(&self.index.fields, document, text, &self.index.settings.zone);
            self.drawers.writer(part, Pace::Rebuilding)?.add_document(row)?;
        }
        self.documents += 1;
        Ok(())
    }

    /// How many stories were taken in.
    #[must_use]
    pub const fn documents(&self) -> u64 {
        self.documents
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
        let written: Vec<(usize, IndexWriter)> =
            self.drawers.writers.iter_mut().enumerate().filter_map(|(at, writer)| Some((at, writer.take()?))).collect();
        // what the writers still hold is written by all of them at once
        let committed: Vec<Result<usize, SearchError>> = thread::scope(|scope| {
            let all: Vec<_> = written
                .into_iter()
                .map(|(at, writer)| scope.spawn(move || commit(writer, position).map(|()| at)))
                .collect();
            all.into_iter()
                .map(|one| one.join().unwrap_or_else(|_| Err(SearchError::unreadable("a writer stopped"))))
                .collect()
        });
        let mut merging = Vec::new();
        for place in committed {
            let place = place?;
            let segments = self.drawers.drawers[place].index.searchable_segment_ids()?;
            if segments.len() > 1 {
                let mut writer = self.drawers.drawers[place].writer(Pace::Following, &self.drawers.folder)?;
                let merged = writer.merge(&segments);
                merging.push((writer, merged));
            }
        }
        // each in a thread of its own; the largest drawers come last
        let idle = Part::ALL.len() - merging.len();
        for (done, (writer, merged)) in merging.into_iter().enumerate() {
            step(idle + done, Part::ALL.len());
            merged.wait()?;
            writer.wait_merging_threads()?;
        }
        step(Part::ALL.len(), Part::ALL.len());
        self.finished = true;
        self.index.replace(&self.drawers.manifest.clone())
    }
}

/// Writes what a writer holds. Its memory goes before that of the merges comes.
fn commit(mut writer: IndexWriter, position: Position) -> Result<(), SearchError> {
    let mut commit = writer.prepare_commit()?;
    commit.set_payload(&position.cursor.to_string());
    commit.commit()?;
    Ok(writer.wait_merging_threads()?)
}

impl Drop for Rebuild<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.drawers.writers.clear();
            // nothing names the folder yet; what cannot be removed now goes with the next rebuild
            if let Err(e) = fs::remove_dir_all(&self.drawers.folder) {
                tracing::warn!(error = %e, "an unfinished search index stays on the disk");
            }
        }
    }
}
