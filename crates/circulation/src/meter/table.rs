//! The counts that must be exact now: a bounded table in memory, one lock per question.

use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashTable;

use super::reads::{Read, ReadList};
use super::window::Period;

/// What the meter says about one story and one reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Whether the story may be opened: counted before, or the limit is not reached.
    pub granted: bool,
    /// Whether the story was counted before in this period, so that this reading is free.
    pub already: bool,
    /// Whether this reading was counted, or for a mere look ([`MeterTable::peek`]), whether it would be.
    pub newly: bool,
    /// How many stories are counted in the period, this one included. May exceed a limit that was lowered.
    pub counted: u16,
    /// Everything counted, when that differs from what was known: seal it into the reader's pass.
    pub reads: Option<ReadList>,
}

impl Counted {
    fn looked_at(already: bool, before: u16, limit: u16) -> Self {
        let newly = !already && before < limit;
        Self { granted: already || newly, already, newly, counted: before + u16::from(newly), reads: None }
    }
}

/// Counted stories by guest or, in a second table, by registered reader.
///
/// **Exact.** Whether a story may be opened, and its counting, happen under one lock, so parallel requests of one
/// reader never pass the limit together. A list that the reader brings (`known`, from the cookie) is merged first:
/// an old cookie played again takes nothing back.
///
/// **Bounded.** Each of the 256 shards keeps two generations. A record that is used moves to the young one; when that is
/// full, the old one is dropped and the young one becomes the old. So at least half the bound, the most recently
/// active, is always remembered. A guest who is forgotten falls back to what their cookie says; a registered reader is
/// loaded from the store again ([`MeterTable::count_held`] says when).
///
/// **Small.** A record is 64 bytes for up to six stories. Nothing is recorded for a re-reading or a refusal of a guest
/// whose cookie says all there is to say.
pub struct MeterTable {
    shards: Box<[Shard]>,
}

const SHARDS: usize = 256;

/// On its own cache line, so that neighbours' locks do not slow each other.
#[repr(align(128))]
struct Shard(Mutex<Generations>);

struct Generations {
    young: Generation,
    old: Generation,
    /// The most records of one generation.
    bound: usize,
}

#[derive(Default)]
struct Generation {
    records: HashTable<Record>,
    /// Bytes of long lists, outside the records.
    spilled: usize,
}

struct Record {
    key: u64,
    period: u32,
    reads: ReadList,
}

// The memory promised per million readers stands on this: at worst a table is filled to 7/16.
const _: () = assert!(size_of::<Record>() == 64);

/// Spreads keys over shards and buckets: guests' are random already, registered readers' are consecutive. No key is
/// chosen by a visitor, so no secret is needed. Two widening multiplications, each folded onto itself.
const fn mix(key: u64) -> u64 {
    const fn fold(a: u64, b: u64) -> u64 {
        let product = a as u128 * b as u128;
        product as u64 ^ (product >> 64) as u64
    }
    // Odd numbers without pattern: the digits of the golden ratio and of the square root of 3.
    fold(fold(key ^ 0xbb67_ae85_84ca_a73b, 0x9e37_79b9_7f4a_7c15), 0xbb67_ae85_84ca_a73b)
}

impl Generation {
    fn find(&self, hash: u64, key: u64) -> Option<&Record> {
        self.records.find(hash, |record| record.key == key)
    }

    fn take(&mut self, hash: u64, key: u64) -> Option<Record> {
        let entry = self.records.find_entry(hash, |record| record.key == key).ok()?;
        let (record, _) = entry.remove();
        self.spilled = self.spilled.saturating_sub(record.reads.heap_bytes());
        Some(record)
    }

    fn put(&mut self, hash: u64, record: Record) {
        self.spilled += record.reads.heap_bytes();
        self.records.insert_unique(hash, record, |record| mix(record.key));
    }

    /// Keeps the room: the next generation grows into it.
    fn clear(&mut self) {
        self.records.clear();
        self.spilled = 0;
    }

    fn memory(&self) -> usize {
        self.records.allocation_size() + self.spilled
    }
}

impl Generations {
    fn find(&self, hash: u64, key: u64) -> Option<&Record> {
        self.young.find(hash, key).or_else(|| self.old.find(hash, key))
    }

    /// Runs `work` on the record of `key`, which becomes young; `None` when there is none.
    fn with<T>(&mut self, key: u64, work: impl FnOnce(&mut Record) -> T) -> Option<T> {
        let hash = mix(key);
        if self.young.find(hash, key).is_none() {
            let record = self.old.take(hash, key)?;
            self.put(hash, record);
        }
        let record = self.young.records.find_mut(hash, |record| record.key == key)?;
        let before = record.reads.heap_bytes();
        let result = work(record);
        let after = record.reads.heap_bytes();
        self.young.spilled = (self.young.spilled + after).saturating_sub(before);
        Some(result)
    }

    /// A record that is in neither generation.
    fn put(&mut self, hash: u64, record: Record) {
        if self.young.records.len() >= self.bound {
            self.old.clear();
            mem::swap(&mut self.young, &mut self.old);
        }
        self.young.put(hash, record);
    }
}

impl Record {
    /// Makes the record one of `period`, empty if it was of another, and without what left the window. Whether it is:
    /// a record of the very next period stays, since then the question, not the record, is late: it was asked in the
    /// last instant of a period and answered after midnight. Its story counts in the next.
    fn enter(&mut self, period: &Period) -> bool {
        if self.period != period.id {
            if self.period == period.next_id {
                return false;
            }
            self.period = period.id;
            self.reads.clear();
        }
        self.reads.prune(period.oldest);
        true
    }

    fn count(&mut self, period: &Period, story: u32, limit: u16, known: &ReadList) -> Counted {
        let same_period = self.enter(period);
        if same_period {
            self.reads.union(known);
        }
        let already = self.reads.contains(story);
        let mut counted = Counted::looked_at(already, self.reads.count(), limit);
        if counted.newly {
            self.reads.insert(Read::new(story, period.today));
        }
        // Each list is without doubles and this one holds the other, so equal lengths are equal sets.
        if same_period && self.reads.len() != known.len() {
            counted.reads = Some(self.reads.clone());
        }
        counted
    }
}

impl MeterTable {
    /// A table of at most `bound` readers, rounded up to a multiple of 512. Room is taken as readers come.
    #[must_use]
    pub fn new(bound: usize) -> Self {
        let shard = || {
            Shard(Mutex::new(Generations {
                young: Generation::default(),
                old: Generation::default(),
                bound: bound.div_ceil(2 * SHARDS).max(1),
            }))
        };
        Self { shards: (0..SHARDS).map(|_| shard()).collect() }
    }

    fn shard(&self, key: u64) -> MutexGuard<'_, Generations> {
        // The tables inside use the lowest and the highest bits; these are neither.
        let shard = (mix(key) >> 40) as usize % SHARDS;
        lock(&self.shards[shard])
    }

    /// Counts `story` for `key` unless it was counted before in `period`, if fewer than `limit` are counted.
    /// `known` is what the reader's cookie says, empty without one.
    pub fn count(&self, key: u64, period: &Period, story: u32, limit: u16, known: &ReadList) -> Counted {
        let mut shard = self.shard(key);
        if let Some(counted) = shard.with(key, |record| record.count(period, story, limit, known)) {
            return counted;
        }
        let mut counted = Counted::looked_at(known.contains(story), known.count(), limit);
        if counted.newly {
            let mut reads = known.clone();
            reads.insert(Read::new(story, period.today));
            counted.reads = Some(reads.clone());
            let record = Record { key, period: period.id, reads };
            shard.put(mix(key), record);
        }
        counted
    }

    /// Like [`MeterTable::count`] with nothing known, but `None` when the table holds no record of this period for
    /// `key`. For registered readers, whose reads the store knows: on `None` load them, [`MeterTable::absorb`] them,
    /// and count.
    pub fn count_held(&self, key: u64, period: &Period, story: u32, limit: u16) -> Option<Counted> {
        let mut shard = self.shard(key);
        let counted = shard.with(key, |record| {
            let held = record.period == period.id || record.period == period.next_id;
            held.then(|| record.count(period, story, limit, &ReadList::new()))
        });
        counted.flatten()
    }

    /// What [`MeterTable::count`] would say, without counting anything or remembering that it was asked.
    #[must_use]
    pub fn peek(&self, key: u64, period: &Period, story: u32, limit: u16, known: &ReadList) -> Counted {
        let shard = self.shard(key);
        let record = shard.find(mix(key), key);
        let late = record.is_some_and(|r| r.period != period.id && r.period == period.next_id);
        let held = record.filter(|r| late || r.period == period.id);
        let counts = |read: &Read| late || read.day() >= period.oldest;
        let (mut already, mut before) = (false, 0);
        for read in held.iter().flat_map(|r| r.reads.iter()).filter(counts) {
            already |= read.story() == story;
            before += 1;
        }
        if !late {
            let in_record =
                |read: &Read| held.is_some_and(|r| r.reads.iter().filter(counts).any(|x| x.story() == read.story()));
            for read in known.iter().filter(|read| !in_record(read)) {
                already |= read.story() == story;
                before += 1;
            }
        }
        Counted::looked_at(already, before, limit)
    }

    /// The stories counted for `key` in `period`, as far as the table remembers.
    #[must_use]
    pub fn reads_of(&self, key: u64, period: &Period) -> Option<ReadList> {
        let shard = self.shard(key);
        let record = shard.find(mix(key), key)?;
        (record.period == period.id).then(|| {
            let mut reads = record.reads.clone();
            reads.prune(period.oldest);
            reads
        })
    }

    /// Merges `reads` into the record of `key`, made if it is not there: a guest's reads into the reader's at log-in,
    /// or the store's when a reader is first seen. Nothing is taken away, and merging twice changes nothing.
    pub fn absorb(&self, key: u64, period: &Period, reads: &ReadList) {
        let mut shard = self.shard(key);
        let merged = shard.with(key, |record| {
            if record.enter(period) {
                record.reads.union(reads);
            }
        });
        if merged.is_none() {
            let record = Record { key, period: period.id, reads: reads.clone() };
            shard.put(mix(key), record);
        }
    }

    /// Forgets one reader: erasure, or a reset by staff.
    pub fn forget(&self, key: u64) {
        let mut shard = self.shard(key);
        let hash = mix(key);
        shard.young.take(hash, key);
        shard.old.take(hash, key);
    }

    /// Forgets the records of every other period, so that what was read last month is not kept for want of traffic.
    /// For a round, after a period has ended.
    pub fn sweep(&self, period: &Period) {
        for shard in &self.shards {
            let mut shard = lock(shard);
            let Generations { young, old, .. } = &mut *shard;
            for generation in [young, old] {
                let mut spilled = 0;
                generation.records.retain(|record| {
                    let keep = record.period == period.id || record.period == period.next_id;
                    spilled += if keep { record.reads.heap_bytes() } else { 0 };
                    keep
                });
                generation.spilled = spilled;
            }
        }
    }

    /// How many readers are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        let count = |shard: &Shard| {
            let shard = lock(shard);
            shard.young.records.len() + shard.old.records.len()
        };
        self.shards.iter().map(count).sum()
    }

    /// Whether nobody is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes the table takes, allocator's overhead apart.
    #[must_use]
    pub fn memory(&self) -> usize {
        let count = |shard: &Shard| {
            let shard = lock(shard);
            shard.young.memory() + shard.old.memory()
        };
        SHARDS * size_of::<Shard>() + self.shards.iter().map(count).sum::<usize>()
    }
}

/// A thread that died while counting leaves a record behind that is whole: every change to one is a single step.
fn lock(shard: &Shard) -> MutexGuard<'_, Generations> {
    shard.0.lock().unwrap_or_else(PoisonError::into_inner)
}
