//! Sorting more than memory holds: records are parted by key, set aside, and sorted part by part.

use super::IntakeError;
use super::spill::{Place, Spill};

/// Parts of a sort. At 10⁸ records one part has 400,000.
const PARTS: usize = 256;
/// Records of one part that wait in memory.
const WAITING: usize = 1024;
/// Bytes of a record: key and value.
const RECORD: usize = 12;

/// A key and the number of a document.
pub(crate) type Record = (u64, u32);

#[derive(Debug)]
pub(crate) struct Sorter {
    spill: Spill,
    parts: Vec<Part>,
    records: u64,
}

#[derive(Debug, Default)]
struct Part {
    waiting: Vec<Record>,
    /// Start and number of records of each run that was set aside.
    runs: Vec<(u64, u32)>,
}

impl Sorter {
    pub(crate) fn new(place: &Place) -> Result<Self, IntakeError> {
        let parts = std::iter::repeat_with(Part::default).take(PARTS).collect();
        Ok(Self { spill: Spill::new(place)?, parts, records: 0 })
    }

    pub(crate) fn push(&mut self, record: Record) -> Result<(), IntakeError> {
        self.records += 1;
        // The top byte: keys are hashes.
        let at = usize::try_from(record.0 >> 56).unwrap_or_default();
        let Some(part) = self.parts.get_mut(at) else { return Ok(()) };
        part.waiting.push(record);
        if part.waiting.len() < WAITING {
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(WAITING * RECORD);
        for (key, value) in part.waiting.drain(..) {
            bytes.extend_from_slice(&key.to_le_bytes());
            bytes.extend_from_slice(&value.to_le_bytes());
        }
        let start = self.spill.push(&bytes)?;
        part.runs.push((start, u32::try_from(WAITING).unwrap_or_default()));
        Ok(())
    }

    /// Ends the pushing.
    pub(crate) fn seal(&mut self) -> Result<(), IntakeError> {
        self.spill.flush()
    }

    /// Number of parts.
    pub(crate) fn parts(&self) -> usize {
        self.parts.len()
    }

    /// Records of one part, sorted, each once. The parts follow each other in the order of their keys.
    pub(crate) fn part(&self, number: usize) -> Result<Vec<Record>, IntakeError> {
        let Some(part) = self.parts.get(number) else { return Ok(Vec::new()) };
        let total: usize = part.runs.iter().map(|r| r.1 as usize).sum();
        let mut records = Vec::with_capacity(total + part.waiting.len());
        let mut bytes = Vec::new();
        for (start, length) in &part.runs {
            self.spill.read(*start, *length as usize * RECORD, &mut bytes)?;
            records.extend(bytes.chunks_exact(RECORD).filter_map(|record| {
                let (key, value) = record.split_at(8);
                Some((u64::from_le_bytes(key.try_into().ok()?), u32::from_le_bytes(value.try_into().ok()?)))
            }));
        }
        records.extend_from_slice(&part.waiting);
        records.sort_unstable();
        records.dedup();
        Ok(records)
    }
}
