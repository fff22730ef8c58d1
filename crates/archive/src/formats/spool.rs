//! Pieces that wait for what their file says later, on the disk once they are many.

use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::out::{Flow, Stop};

/// Bytes that are kept in memory before the disk is used.
const IN_MEMORY: usize = 8 << 20;

pub(crate) struct Spool {
    file: tempfile::SpooledTempFile,
    written: u64,
    limit: u64,
}

impl Spool {
    pub(crate) fn new(limit: u64) -> Self {
        Self { file: tempfile::SpooledTempFile::new(IN_MEMORY), written: 0, limit }
    }

    /// Lets a piece wait. False, and nothing done, when the room is used up.
    pub(crate) fn put<T: Serialize>(&mut self, value: &T) -> Result<bool, Stop> {
        if self.written >= self.limit {
            return Ok(false);
        }
        let mut line = serde_json::to_vec(value).map_err(|e| Stop::Broken(e.to_string()))?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.written += line.len() as u64;
        Ok(true)
    }

    /// Gives them back in their order.
    pub(crate) fn drain<T: DeserializeOwned>(mut self, mut give: impl FnMut(T) -> Flow) -> Flow {
        self.file.flush()?;
        self.file.seek(SeekFrom::Start(0))?;
        let mut lines = BufReader::with_capacity(256 << 10, self.file);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 {
            give(serde_json::from_slice(&line).map_err(|e| Stop::Broken(e.to_string()))?)?;
            line.clear();
        }
        Ok(())
    }
}
