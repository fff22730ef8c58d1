//! The one small file that says which folder is the index, what made it, and how far it has followed the store.
use crate::error::SearchError;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

const NAME: &str = "manifest.json";

/// How far an index has followed the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The store's version up to which every change is in.
    pub cursor: i64,
    /// The second up to which every story whose time has come is in.
    #[serde(default)]
    pub as_of: i64,
}

impl From<i64> for Position {
    fn from(cursor: i64) -> Self {
        Self { cursor, as_of: 0 }
    }
}

/// What the file holds. It is replaced as a whole, after everything it speaks of is on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// [`crate::schema::VERSION`] of the program that made the index.
    pub schema: u32,
    pub language: String,
    /// The paper's zone, in which years and months were counted.
    pub zone: String,
    /// The generation's folder beside this file.
    pub generation: u64,
    /// How far it has followed.
    #[serde(flatten)]
    pub position: Position,
}

impl Manifest {
    /// `Ok(None)` where there is none, or none that can be read.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(folder.join(NAME)).ok()?).ok()
    }

    /// Replaces the file: after a crash it is the old one or the new one.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), SearchError> {
        let (new, path) = (folder.join("manifest.new"), folder.join(NAME));
        let bytes = serde_json::to_vec(self).map_err(|e| SearchError::unreadable(e.to_string()))?;
        let mut file = File::create(&new).map_err(SearchError::files(&new))?;
        file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(SearchError::files(&new))?;
        fs::rename(&new, &path).map_err(SearchError::files(&path))?;
        // the rename itself is on the disk when the folder is
        settle(folder)
    }

    pub(crate) fn remove(folder: &Path) -> Result<(), SearchError> {
        match fs::remove_file(folder.join(NAME)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(SearchError::Files { path: folder.join(NAME), source: e })
            }
            _ => Ok(()),
        }
    }
}

/// Waits until the names in a folder are on the disk; a system that cannot open folders does without.
pub(crate) fn settle(folder: &Path) -> Result<(), SearchError> {
    File::open(folder).and_then(|folder| folder.sync_all()).or_else(|e| match e.kind() {
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::Unsupported => Ok(()),
        _ => Err(SearchError::Files { path: folder.to_owned(), source: e }),
    })
}

/// The folder of a generation.
pub(crate) fn generation(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("generation-{number}"))
}

/// The numbers of the generations that lie in the folder.
pub(crate) fn generations(folder: &Path) -> Vec<u64> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let number = |name: std::ffi::OsString| name.to_str()?.strip_prefix("generation-")?.parse().ok();
    entries.filter_map(|entry| number(entry.ok()?.file_name())).collect()
}
