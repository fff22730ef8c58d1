//! The file in which sorted runs wait until all stories are in.
use super::numbers::read;
use crate::error::SearchError;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Bytes that are read at once from all runs of a drawer together, and the least and most from each: the more runs there are, the less
/// of each is held.
const READ: usize = 16 << 20;
const READ_OF_EACH: (usize, usize) = (4 << 10, 64 << 10);

/// One file for all runs, so that their number is not bounded by how many files may be open. It has no name: the system removes it.
pub(super) struct Spill {
    path: PathBuf,
    /// The file, and where it ends.
    file: Mutex<(File, u64)>,
}

/// A part of the file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Section {
    pub at: u64,
    pub bytes: u64,
}

impl Spill {
    pub(super) fn create(folder: &Path) -> Result<Self, SearchError> {
        let path = folder.join("runs");
        let file = OpenOptions::new().create(true).truncate(true).read(true).write(true).open(&path);
        let file = file.map_err(SearchError::files(&path))?;
        // it holds closed text: whatever ends the program, nobody finds it under a name
        std::fs::remove_file(&path).map_err(SearchError::files(&path))?;
        Ok(Self { file: Mutex::new((file, 0)), path })
    }

    /// Writes at the end; where that was.
    pub(super) fn append(&self, bytes: &[u8]) -> Result<u64, SearchError> {
        let mut held = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, end) = &mut *held;
        let written = file.seek(SeekFrom::Start(*end)).and_then(|_| file.write_all(bytes));
        written.map_err(SearchError::files(&self.path))?;
        let at = *end;
        *end += bytes.len() as u64;
        Ok(at)
    }

    fn fill(&self, at: u64, bytes: &mut [u8]) -> Result<(), SearchError> {
        let mut held = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let file = &mut held.0;
        let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(bytes));
        read.map_err(SearchError::files(&self.path))
    }
}

/// Reads a section from its beginning.
pub(super) struct Reader<'a> {
    spill: &'a Spill,
    rest: Section,
    held: Vec<u8>,
    at: usize,
    at_once: usize,
}

impl<'a> Reader<'a> {
    /// One of as many readers that read side by side.
    pub(super) fn of(spill: &'a Spill, section: Section, readers: usize) -> Self {
        let at_once = (READ / readers.max(1)).clamp(READ_OF_EACH.0, READ_OF_EACH.1);
        Self { spill, rest: section, held: Vec::new(), at: 0, at_once }
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.rest.bytes == 0 && self.at == self.held.len()
    }

    /// Holds as many bytes, or all that are left.
    fn hold(&mut self, bytes: usize) -> Result<(), SearchError> {
        if self.held.len() - self.at >= bytes || self.rest.bytes == 0 {
            return Ok(());
        }
        self.held.drain(..self.at);
        self.at = 0;
        let had = self.held.len();
        let more = self.rest.bytes.min(self.at_once.max(bytes) as u64);
        self.held.resize(had + more as usize, 0);
        self.spill.fill(self.rest.at, &mut self.held[had..])?;
        self.rest.at += more;
        self.rest.bytes -= more;
        Ok(())
    }

    pub(super) fn number(&mut self) -> Result<u64, SearchError> {
        self.hold(10)?;
        let mut rest = &self.held[self.at..];
        let number = read(&mut rest);
        self.at = self.held.len() - rest.len();
        Ok(number)
    }

    /// So many bytes as they are.
    pub(super) fn take(&mut self, bytes: usize) -> Result<&[u8], SearchError> {
        self.hold(bytes)?;
        let from = self.at;
        self.at = (from + bytes).min(self.held.len());
        if self.at - from < bytes {
            return Err(SearchError::unreadable("a run that ends too early"));
        }
        Ok(&self.held[from..self.at])
    }
}
