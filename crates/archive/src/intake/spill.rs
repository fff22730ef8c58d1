//! What an intake sets aside: one growing row of bytes, in a file without a name or in memory.

use std::fs::File;
use std::path::PathBuf;

use super::IntakeError;

/// Where things are set aside.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// In memory: for heaps that are in memory anyway.
    Memory,
    /// In files of this folder. They have no names, so that nothing is left of a killed process.
    Folder(PathBuf),
}

/// Bytes waiting to be written.
const BUFFER: usize = 1 << 20;

#[derive(Debug)]
pub(crate) struct Spill {
    file: Option<File>,
    /// What the file does not have yet; everything, if there is no file.
    tail: Vec<u8>,
    written: u64,
}

impl Spill {
    pub(crate) fn new(place: &Place) -> Result<Self, IntakeError> {
        let file = match place {
            Place::Memory => None,
            Place::Folder(folder) => {
                let file = tempfile::tempfile_in(folder)
                    .map_err(|source| IntakeError::Spill { what: "opening a file", source })?;
                Some(file)
            }
        };
        Ok(Self { file, tail: Vec::new(), written: 0 })
    }

    /// Sets bytes aside and says where.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<u64, IntakeError> {
        let at = self.written + self.tail.len() as u64;
        self.tail.extend_from_slice(bytes);
        if self.tail.len() >= BUFFER {
            self.flush()?;
        }
        Ok(at)
    }

    /// Before reading: everything into the file.
    pub(crate) fn flush(&mut self) -> Result<(), IntakeError> {
        let Some(file) = &self.file else { return Ok(()) };
        let failed = |source| IntakeError::Spill { what: "writing", source };
        write_at(file, self.written, &self.tail).map_err(failed)?;
        self.written += self.tail.len() as u64;
        self.tail.clear();
        // A very long piece must not keep its memory.
        self.tail.shrink_to(BUFFER * 2);
        Ok(())
    }

    /// Reads `length` bytes from `at` into `into`, which is emptied first. The bytes must have been flushed.
    pub(crate) fn read(&self, at: u64, length: usize, into: &mut Vec<u8>) -> Result<(), IntakeError> {
        into.clear();
        match &self.file {
            Some(file) => {
                into.resize(length, 0);
                read_at(file, at, into).map_err(|source| IntakeError::Spill { what: "reading", source })
            }
            None => {
                let from = usize::try_from(at).unwrap_or(usize::MAX);
                let bytes = from.checked_add(length).and_then(|to| self.tail.get(from..to));
                into.extend_from_slice(bytes.ok_or_else(|| IntakeError::Damaged(format!("nothing at {at}")))?);
                Ok(())
            }
        }
    }
}

#[cfg(unix)]
fn read_at(file: &File, at: u64, into: &mut [u8]) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, at)
}

#[cfg(unix)]
fn write_at(file: &File, at: u64, bytes: &[u8]) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(windows)]
fn read_at(file: &File, mut at: u64, mut into: &mut [u8]) -> std::io::Result<()> {
    while !into.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, into, at)?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        at += read as u64;
        into = into.get_mut(read..).unwrap_or_default();
    }
    Ok(())
}

#[cfg(windows)]
fn write_at(file: &File, mut at: u64, mut bytes: &[u8]) -> std::io::Result<()> {
    while !bytes.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, bytes, at)?;
        if written == 0 {
            return Err(std::io::ErrorKind::WriteZero.into());
        }
        at += written as u64;
        bytes = bytes.get(written..).unwrap_or_default();
    }
    Ok(())
}
