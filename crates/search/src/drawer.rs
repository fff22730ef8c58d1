//! A drawer: one index of the library, holding one part of the stories of one marking.
//!
//! Parts and markings lie in drawers of their own, so that a search never opens what the asker may not read: no filter stands between a
//! guest and locked text, there is no way from one to the other.
use crate::error::SearchError;
use crate::schema::{schema, tokenizers};
use crate::words::Wording;
use newsroom::articles::Marking;
use std::path::Path;
use tantivy::directory::Directory;
use tantivy::index::IndexSettings;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyError};

/// Memory of one drawer's writer before it writes a segment. Seven may be open: 140 MB.
const WRITER_BYTES: usize = 20_000_000;
/// Segments of one size that are merged into one; fewer segments answer sooner, merging costs more.
const SEGMENTS_MERGED: usize = 6;
/// A segment is rewritten when this share of it was removed, so that removed text does not stay on the disk.
const REMOVED_SHARE: f32 = 0.25;

/// Which part of which stories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    /// What everybody may read of stories of this marking.
    Open(Marking),
    /// Whole stories of this marking; free ones have none, they are open.
    Whole(Marking),
}

impl Part {
    pub(crate) const ALL: [Self; 7] = [
        Self::Open(Marking::Free),
        Self::Open(Marking::Registered),
        Self::Open(Marking::Metered),
        Self::Open(Marking::Premium),
        Self::Whole(Marking::Registered),
        Self::Whole(Marking::Metered),
        Self::Whole(Marking::Premium),
    ];

    pub(crate) const fn marking(self) -> Marking {
        match self {
            Self::Open(marking) | Self::Whole(marking) => marking,
        }
    }

    /// Whether everybody may read all of it.
    pub(crate) const fn is_open(self) -> bool {
        matches!(self, Self::Open(_))
    }

    pub(crate) fn folder(self) -> String {
        match self {
            Self::Open(marking) => format!("public-{}", marking.word()),
            Self::Whole(marking) => format!("full-{}", marking.word()),
        }
    }

    /// Where the part stands in [`Part::ALL`].
    pub(crate) fn place(self) -> usize {
        Self::ALL.iter().position(|part| *part == self).unwrap_or(0)
    }
}

/// An open drawer.
pub(crate) struct Drawer {
    pub index: Index,
    pub reader: IndexReader,
}

impl Drawer {
    pub(crate) fn create(folder: impl Directory, wording: &Wording) -> Result<Self, SearchError> {
        Self::over(Index::create(folder, schema().0, IndexSettings::default())?, wording)
    }

    pub(crate) fn open(folder: &Path, wording: &Wording) -> Result<Self, SearchError> {
        let index = Index::open_in_dir(folder)?;
        if index.schema() != schema().0 {
            return Err(SearchError::unreadable("the fields of a drawer are not this version's"));
        }
        Self::over(index, wording)
    }

    fn over(mut index: Index, wording: &Wording) -> Result<Self, SearchError> {
        index.set_tokenizers(tokenizers(wording));
        let reader =
            index.reader_builder().reload_policy(ReloadPolicy::Manual).doc_store_cache_num_blocks(16).try_into()?;
        Ok(Self { index, reader })
    }

    pub(crate) fn writer(&self, folder: &Path) -> Result<IndexWriter, SearchError> {
        let options = IndexWriterOptions::builder().num_worker_threads(1).num_merge_threads(1);
        let writer: IndexWriter = self
            .index
            .writer_with_options(options.memory_budget_per_thread(WRITER_BYTES).build())
            .map_err(|e| match e {
                TantivyError::LockFailure(..) => SearchError::Busy { folder: folder.to_owned() },
                other => SearchError::Library(other),
            })?;
        let mut policy = LogMergePolicy::default();
        policy.set_min_num_segments(SEGMENTS_MERGED);
        policy.set_del_docs_ratio_before_merge(REMOVED_SHARE);
        writer.set_merge_policy(Box::new(policy));
        Ok(writer)
    }
}
