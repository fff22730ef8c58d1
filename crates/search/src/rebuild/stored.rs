//! What hits are shown from, compressed while a run is made, so that the segment takes it over as it is.
use crate::error::SearchError;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::TantivyDocument;
use tantivy::directory::{AntiCallToken, TerminatingWrite};
use tantivy::index::IndexSettings;
use tantivy::schema::Schema;
use tantivy::store::StoreWriter;

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
            let IndexSettings { docstore_compression: compressor, docstore_blocksize: block, .. } =
                IndexSettings::default();
            let into = io::BufWriter::new(Box::new(self.memory.clone()) as Box<dyn TerminatingWrite + Send + Sync>);
            self.writer = Some(StoreWriter::new(into, compressor, block, false)?);
        }
        if let Some(writer) = &mut self.writer {
            writer.store(row, schema)?;
        }
        Ok(())
    }

    /// Writes the whole file there; nothing where there was no row.
    pub(super) fn close(self, into: &mut Vec<u8>) -> Result<(), SearchError> {
        if let Some(writer) = self.writer {
            writer.close()?;
            into.append(&mut self.memory.0.lock().unwrap_or_else(PoisonError::into_inner));
        }
        Ok(())
    }
}
