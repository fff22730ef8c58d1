//! Sorting more than memory holds: records are parted by key, set aside, and sorted part by part.

use std::sync::{Mutex, PoisonError, RwLock};

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

/// Several threads may push at once: the parts are sorted when they are read.
#[derive(Debug)]
pub(crate) struct Sorter {
    spill: RwLock<Spill>,
    parts: Vec<Mutex<Part>>,
}

#[derive(Debug, Default)]
struct Part {
    waiting: Vec<Record>,
    /// Start and number of records of each run that was set aside.
    runs: Vec<(u64, u32)>,
}

impl Sorter {
    pub(crate) fn new(place: &Place) -> Result<Self, IntakeError> {
        let parts = std::iter::repeat_with(Mutex::default).take(PARTS).collect();
        Ok(Self { spill: RwLock::new(Spill::new(place)?), parts })
    }

    /// Takes all of some records; each part is asked for once.
    pub(crate) fn push(&self, records: &mut Vec<Record>) -> Result<(), IntakeError> {
        // The top byte: keys are hashes. Laid out by it, which takes two looks at each record.
        let part = |record: &Record| (record.0 >> 56) as usize % PARTS;
        let mut ends = [0usize; PARTS];
        records.iter().for_each(|record| ends[part(record)] += 1);
        let mut end = 0;
        for part in &mut ends {
            end += std::mem::replace(part, end);
        }
        let mut laid = vec![(0, 0); records.len()];
        for record in records.iter() {
            let end = &mut ends[part(record)];
            laid[*end] = *record;
            *end += 1;
        }
        let mut begun = 0;
        for (held, end) in self.parts.iter().zip(ends) {
            let same = laid.get(std::mem::replace(&mut begun, end)..end).unwrap_or_default();
            if same.is_empty() {
                continue;
            }
            let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
            held.waiting.extend_from_slice(same);
            if held.waiting.len() >= WAITING {
                self.set_aside(&mut held)?;
            }
        }
        records.clear();
        Ok(())
    }

    fn set_aside(&self, part: &mut Part) -> Result<(), IntakeError> {
        let mut bytes = Vec::with_capacity(part.waiting.len() * RECORD);
        let length = u32::try_from(part.waiting.len()).unwrap_or(u32::MAX);
        for (key, value) in part.waiting.drain(..) {
            bytes.extend_from_slice(&key.to_le_bytes());
            bytes.extend_from_slice(&value.to_le_bytes());
        }
        let start = self.spill.write().unwrap_or_else(PoisonError::into_inner).push(&bytes)?;
        part.runs.push((start, length));
        Ok(())
    }

    /// Ends the pushing.
    pub(crate) fn seal(&mut self) -> Result<(), IntakeError> {
        self.spill.get_mut().unwrap_or_else(PoisonError::into_inner).flush()
    }

    /// Number of parts.
    pub(crate) fn parts(&self) -> usize {
        self.parts.len()
    }

    /// Records of one part, sorted, each once. The parts follow each other in the order of their keys.
    pub(crate) fn part(&self, number: usize) -> Result<Vec<Record>, IntakeError> {
        let Some(part) = self.parts.get(number) else { return Ok(Vec::new()) };
        let part = part.lock().unwrap_or_else(PoisonError::into_inner);
        let total: usize = part.runs.iter().map(|r| r.1 as usize).sum();
        let mut records = Vec::with_capacity(total + part.waiting.len());
        let mut bytes = Vec::new();
        let spill = self.spill.read().unwrap_or_else(PoisonError::into_inner);
        for (start, length) in &part.runs {
            spill.read(*start, *length as usize * RECORD, &mut bytes)?;
            records.extend(bytes.chunks_exact(RECORD).filter_map(|record| {
                let (key, value) = record.split_at(8);
                Some((u64::from_le_bytes(key.try_into().ok()?), u32::from_le_bytes(value.try_into().ok()?)))
            }));
        }
        records.extend_from_slice(&part.waiting);
        // As one number, so that comparing takes no branch.
        records.sort_unstable_by_key(|(key, value)| u128::from(*key) << 32 | u128::from(*value));
        records.dedup();
        Ok(records)
    }
}
