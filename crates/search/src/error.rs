//! What can go wrong with an index. A reader's words never can: every query means something.
use std::path::PathBuf;

/// Why the index did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// There is nothing to answer from: the index is being made, was damaged, or belongs to another version.
    #[error(
        "the search index is not there: {why} Run `masthead index --rebuild`, or wait while the running paper makes it"
    )]
    Absent {
        /// A sentence that says why.
        why: String,
    },
    /// Another process writes this index.
    #[error("another process writes the search index in {}: stop it, or leave the work to it", folder.display())]
    Busy {
        /// The index's folder.
        folder: PathBuf,
    },
    /// The file system refused.
    #[error("{}: {source}; check the disk's space and the folder's owner", path.display())]
    Files {
        /// What was read or written.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The index library refused.
    #[error(
        "the search index failed: {0}; `masthead doctor` tells whether it is damaged, `masthead index --rebuild` makes it anew"
    )]
    Library(#[from] tantivy::TantivyError),
    /// What is stored in the index is not what this version stores.
    #[error("the search index holds something unreadable ({what}); run `masthead index --rebuild`")]
    Unreadable {
        /// What was read.
        what: String,
    },
}

impl SearchError {
    pub(crate) fn files(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        |source| Self::Files { path, source }
    }

    pub(crate) fn unreadable(what: impl Into<String>) -> Self {
        Self::Unreadable { what: what.into() }
    }
}

/// What the library could not write or read, where it says so in the system's own words.
impl From<std::io::Error> for SearchError {
    fn from(e: std::io::Error) -> Self {
        Self::Library(e.into())
    }
}
