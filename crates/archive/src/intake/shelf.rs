//! All documents of an intake, set aside, each under a number that does not depend on the order in which they came.

use super::IntakeError;
use super::counts::Counts;
use super::record;
use super::sorter::{Record, Sorter};
use super::spill::{Place, Spill};
use super::work;
use crate::blocks::mould;
use crate::furniture::Kind;
use crate::heap::Document;

/// Where a document lies: start and length.
type Lying = (u64, u32);

/// Lines that wait for being sorted: each part of a sort is asked for once for so many.
const LINES: usize = 16_384;

/// Documents while they come in.
#[derive(Debug)]
pub(crate) struct Arrivals {
    spill: Spill,
    lines: Sorter,
    /// Lines that the sorter does not have yet.
    waiting: Vec<Record>,
    places: Vec<Lying>,
    /// What each is ordered by; see [`Document::rank`].
    ranks: Vec<(u32, [u8; 16])>,
}

/// A document as it will be set aside.
#[derive(Debug)]
pub(crate) struct Arrival {
    bytes: Vec<u8>,
    rank: (u32, [u8; 16]),
    /// Its lines, each once.
    lines: Vec<u64>,
}

impl Arrival {
    pub(crate) fn of(document: &Document) -> Result<Self, IntakeError> {
        let texts = document.blocks.iter().map(|b| b.text.len() + b.key.len() + 32).sum::<usize>();
        let mut bytes = Vec::with_capacity(texts + 256);
        record::write(document, &mut bytes)?;
        let mut lines: Vec<u64> = document.blocks.iter().map(|b| b.hash).collect();
        let moulds = document.blocks.iter().filter(|b| b.kind != Kind::Prose).filter_map(|b| mould(&b.key));
        lines.extend(moulds);
        // A headline counts as a line, so that it is known when it stands in another story.
        lines.extend(document.evidence.headline);
        lines.sort_unstable();
        lines.dedup();
        Ok(Self { bytes, rank: document.rank(), lines })
    }
}

impl Arrivals {
    pub(crate) fn new(place: &Place) -> Result<Self, IntakeError> {
        Ok(Self {
            spill: Spill::new(place)?,
            lines: Sorter::new(place)?,
            waiting: Vec::new(),
            places: Vec::new(),
            ranks: Vec::new(),
        })
    }

    /// Sets a document aside.
    pub(crate) fn push(&mut self, arrival: Arrival) -> Result<(), IntakeError> {
        let Arrival { bytes, rank, lines } = arrival;
        let start = self.spill.push(&bytes)?;
        let number = u32::try_from(self.places.len())
            .map_err(|_| IntakeError::Damaged("more than four thousand million pieces".to_owned()))?;
        let length = u32::try_from(bytes.len())
            .map_err(|_| IntakeError::Damaged(format!("a piece of {} bytes", bytes.len())))?;
        self.places.push((start, length));
        self.ranks.push(rank);
        self.waiting.extend(lines.into_iter().map(|hash| (hash, number)));
        if self.waiting.len() >= LINES { self.lines.push(&mut self.waiting) } else { Ok(()) }
    }

    /// Numbers the documents by their content.
    pub(crate) fn shelve(mut self) -> Result<Shelf, IntakeError> {
        self.spill.flush()?;
        self.lines.push(&mut self.waiting)?;
        self.lines.seal()?;
        let mut order: Vec<u32> = (0u32..).take(self.places.len()).collect();
        let place = |n: u32| self.places.get(n as usize).copied().unwrap_or_default();
        let rank = |n: u32| self.ranks.get(n as usize).copied().unwrap_or_default();
        order.sort_unstable_by_key(|n| rank(*n));
        let mut number_of = vec![0u32; order.len()];
        let mut places: Vec<Lying> = Vec::with_capacity(order.len());
        let mut twins: Vec<(u32, Lying)> = Vec::new();
        let mut last = None;
        for arrival in &order {
            // Stories of the paper are never twins: their hash is empty and their number their own.
            let same = last == Some(rank(*arrival)) && rank(*arrival).0 == u32::MAX;
            if !same {
                places.push(place(*arrival));
                last = Some(rank(*arrival));
            }
            let number = u32::try_from(places.len() - 1).unwrap_or(u32::MAX);
            if same {
                twins.push((number, place(*arrival)));
            }
            if let Some(slot) = number_of.get_mut(*arrival as usize) {
                *slot = number;
            }
        }
        let known = self.ranks.iter().filter(|r| r.0 != u32::MAX).count();
        let known = u32::try_from(known).unwrap_or(u32::MAX);
        Ok(Shelf { known, spill: self.spill, lines: self.lines, places, number_of, twins })
    }
}

/// Documents when all are in.
#[derive(Debug)]
pub(crate) struct Shelf {
    spill: Spill,
    lines: Sorter,
    places: Vec<Lying>,
    /// The number of each arrival.
    number_of: Vec<u32>,
    /// The paper's own stories have the first numbers, below this.
    known: u32,
    /// Documents with the bytes of an earlier one, by its number.
    twins: Vec<(u32, Lying)>,
}

impl Shelf {
    pub(crate) fn is_known(&self, number: u32) -> bool {
        number < self.known
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// Bytes of a document as it is set aside.
    pub(crate) fn size(&self, number: u32) -> u64 {
        self.places.get(number as usize).map_or(0, |p| u64::from(p.1))
    }

    /// A document with the names of all that have its bytes.
    pub(crate) fn document(&self, number: u32) -> Result<Document, IntakeError> {
        let place = self.places.get(number as usize).copied();
        let mut document = self.at(place.ok_or_else(|| IntakeError::Damaged(format!("no document {number}")))?)?;
        let first = self.twins.partition_point(|t| t.0 < number);
        for twin in self.twins.iter().skip(first).take_while(|t| t.0 == number) {
            document.refs.extend(self.at(twin.1)?.refs);
        }
        document.refs.sort_unstable();
        document.refs.dedup();
        Ok(document)
    }

    fn at(&self, place: Lying) -> Result<Document, IntakeError> {
        let mut bytes = Vec::new();
        self.spill.read(place.0, place.1 as usize, &mut bytes)?;
        record::read(&bytes)
    }

    /// In how many documents each line stands, or in how many of what `of` makes of a document's number.
    pub(crate) fn count(&self, of: &(dyn Fn(u32) -> u32 + Sync)) -> Result<Counts, IntakeError> {
        let mut counts = Counts::default();
        let take = |part: Vec<(u64, u32)>| {
            part.into_iter().for_each(|(hash, count)| counts.push(hash, count));
            Ok(())
        };
        work::flow(self.lines.parts(), work::workers() * 4, |at| self.count_part(at, of), take, |_| ())?;
        counts.seal();
        Ok(counts)
    }

    fn count_part(&self, part: usize, of: &(dyn Fn(u32) -> u32 + Sync)) -> Result<Vec<(u64, u32)>, IntakeError> {
        let records = self.lines.part(part)?;
        let mut counted = Vec::new();
        let mut owners: Vec<u32> = Vec::new();
        for same in records.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
            owners.clear();
            owners.extend(same.iter().filter_map(|r| self.number_of.get(r.1 as usize)).map(|n| of(*n)));
            owners.sort_unstable();
            owners.dedup();
            if let Some((hash, _)) = same.first()
                && owners.len() > 1
            {
                counted.push((*hash, u32::try_from(owners.len()).unwrap_or(u32::MAX)));
            }
        }
        Ok(counted)
    }
}
