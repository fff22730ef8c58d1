//! Which documents are worth a comparison, and in which company.

use super::IntakeError;
use super::sketch::{Estimate, SAMPLE, Sketch};
use super::sorter::{Record, Sorter};
use super::work;

/// Keys with this bit come from an address or a key of a source: their documents are compared whatever their words are.
pub(crate) const NAMED: u64 = 1;
/// In quarters of a doubling: from this on one text is much longer than another, and what they have in common may be a piece of it.
const LONGER: u8 = 4;
/// Under a key with more documents than this only neighbours are paired, so that a line on every page costs no square.
const CROWD: usize = 16;
/// Of so many and more under one key a glance tells most pairs apart.
const GLANCED: usize = 4;
/// Pairs held: 60 MB. Beyond that the weakest go.
const PAIRS: usize = 5_000_000;
/// Documents that are compared with each other at most. A story with more crawls than this becomes several.
const COMPANY: u32 = 512;
/// Bytes of them, as they are set aside.
const COMPANY_BYTES: u64 = 32 << 20;

/// A key, and the number of a document doubled, with one more if the key tells for texts of any length.
fn record(key: u64, number: u32, anchor: bool) -> Record {
    (key, number << 1 | u32::from(anchor))
}

const fn number(record: Record) -> u32 {
    record.1 >> 1
}

const fn is_anchor(record: Record) -> bool {
    record.1 & 1 == 1
}

/// A document as it is filed under its keys, which are taken.
pub(crate) fn filed(sketch: &mut Sketch, number: u32) -> impl Iterator<Item = Record> {
    let (anchors, pieces) = (std::mem::take(&mut sketch.anchors), std::mem::take(&mut sketch.pieces));
    let anchors = anchors.into_iter().map(move |key| record(key, number, true));
    anchors.chain(pieces.into_iter().map(move |key| record(key, number, false)))
}

/// The samples of all documents, one after the other.
#[derive(Debug)]
pub(crate) struct Samples {
    values: Vec<u32>,
    sizes: Vec<u8>,
    lengths: Vec<u8>,
}

impl Samples {
    pub(crate) fn new(documents: usize) -> Self {
        Self {
            values: Vec::with_capacity(documents * SAMPLE),
            sizes: Vec::with_capacity(documents),
            lengths: Vec::with_capacity(documents),
        }
    }

    pub(crate) fn push(&mut self, sketch: &Sketch) {
        let kept = sketch.sample.get(..SAMPLE).unwrap_or(&sketch.sample);
        self.lengths.push(sketch.length);
        self.values.extend_from_slice(kept);
        self.values.extend(std::iter::repeat_n(0, SAMPLE - kept.len()));
        self.sizes.push(u8::try_from(kept.len()).unwrap_or_default());
    }

    /// What two samples tell, if it is hopeful.
    fn hopeful(&self, a: u32, b: u32) -> Option<Estimate> {
        Some(Estimate::new(self.of(a), self.of(b))).filter(|estimate| estimate.hopeful())
    }

    /// Glances at some, side by side. They are not kept: a glance is nearly as large as the sample, and made in the time that fetching one takes.
    fn glances(&self, of: &[Record], into: &mut Vec<Glance>) {
        into.clear();
        if (GLANCED..=CROWD).contains(&of.len()) {
            into.extend(of.iter().map(|record| Glance::of(self.of(number(*record)))));
        }
    }

    /// Whether one of two texts is much longer than the other.
    fn is_piece(&self, a: Record, b: Record) -> bool {
        let length = |of: Record| self.lengths.get(number(of) as usize).copied().unwrap_or_default();
        length(a).abs_diff(length(b)) >= LONGER
    }

    fn of(&self, number: u32) -> &[u32] {
        let start = number as usize * SAMPLE;
        let size = self.sizes.get(number as usize).copied().map_or(0, usize::from);
        self.values.get(start..start + size).unwrap_or_default()
    }
}

/// What of a full sample rules most pairs out, in few bytes: stories that have a sentence in common are many, copies few.
#[derive(Debug)]
struct Glance {
    /// A bit of each value.
    bits: [u64; 8],
    /// Every fourth value; none where the sample is not full.
    fourths: Option<[u32; SAMPLE / 4]>,
    /// Values whose bit another has.
    doubled: u32,
}

impl Glance {
    fn of(sample: &[u32]) -> Self {
        let mut bits = [0u64; 8];
        for value in sample {
            // The lowest bits: of the highest the smallest values have hardly any.
            if let Some(word) = bits.get_mut((value >> 6) as usize & 7) {
                *word |= 1 << (value & 63);
            }
        }
        let mut fourths = [0; SAMPLE / 4];
        fourths.iter_mut().zip(sample.iter().skip(3).step_by(4)).for_each(|(fourth, value)| *fourth = *value);
        let set: u32 = bits.iter().map(|word| word.count_ones()).sum();
        let size = u32::try_from(sample.len()).unwrap_or(u32::MAX);
        Self { bits, fourths: (sample.len() == SAMPLE).then_some(fourths), doubled: size - set }
    }

    /// Whether [`Estimate::hopeful`] cannot be: at most so many values in common, of at least so many.
    fn rules_out(&self, other: &Self) -> bool {
        let (Some(own), Some(others)) = (&self.fourths, &other.fourths) else { return false };
        let set: u32 = self.bits.iter().zip(&other.bits).map(|(a, b)| (a & b).count_ones()).sum();
        let common = set + self.doubled.min(other.doubled);
        let below =
            |fourths: &[u32; SAMPLE / 4], most: u32| fourths.iter().map(|f| u32::from(*f <= most)).sum::<u32>() * 4;
        let last = |fourths: &[u32; SAMPLE / 4]| fourths.last().copied().unwrap_or_default();
        let of = below(own, last(others)).min(below(others, last(own)));
        of >= 8 && common * 3 < of
    }
}

/// Two documents and how much they seem to share, in 255ths.
type Pair = (u32, u32, u8);

/// Finds the pairs.
pub(crate) fn pairs(anchors: &Sorter, samples: &Samples) -> Result<Vec<Pair>, IntakeError> {
    let mut pairs: Vec<Pair> = Vec::new();
    let mut next = PAIRS / 4;
    let take = |found: Vec<Pair>| {
        pairs.extend(found);
        if pairs.len() > next {
            compact(&mut pairs);
            next = (pairs.len() * 2).clamp(PAIRS / 4, PAIRS);
        }
        Ok(())
    };
    let find = |part| Ok(of_part(&anchors.part(part)?, samples));
    work::flow(anchors.parts(), work::workers() * 4, find, take, |_| ())?;
    compact(&mut pairs);
    Ok(pairs)
}

/// Each pair once; at the bound the weakest go.
fn compact(pairs: &mut Vec<Pair>) {
    pairs.sort_unstable();
    pairs.dedup();
    if pairs.len() > PAIRS / 2 {
        pairs.sort_unstable_by(|a, b| (b.2, a.0, a.1).cmp(&(a.2, b.0, b.1)));
        pairs.truncate(PAIRS / 2);
    }
}

fn of_part(records: &[Record], samples: &Samples) -> Vec<Pair> {
    let mut found: Vec<Pair> = Vec::new();
    let (mut anchored, mut glances): (Vec<Record>, Vec<Glance>) = (Vec::new(), Vec::new());
    for same in records.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
        if same.first().is_some_and(|r| r.0 & NAMED == NAMED) {
            neighbours(same, |a, b| found.push((number(same[a]), number(same[b]), u8::MAX)));
            continue;
        }
        anchored.clear();
        anchored.extend(same.iter().copied().filter(|r| is_anchor(*r)));
        samples.glances(&anchored, &mut glances);
        let mut look = |a: Record, b: Record| {
            let (a, b) = (number(a), number(b));
            found.extend(samples.hopeful(a, b).map(|estimate| (a, b, estimate.strength())));
        };
        neighbours(&anchored, |a, b| {
            if !matches!((glances.get(a), glances.get(b)), (Some(one), Some(other)) if one.rules_out(other)) {
                look(anchored[a], anchored[b]);
            }
        });
        if anchored.len() == same.len() {
            continue;
        }
        neighbours(same, |a, b| {
            let (a, b) = (same[a], same[b]);
            if !(is_anchor(a) && is_anchor(b)) && samples.is_piece(a, b) {
                look(a, b);
            }
        });
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Tells the places of all pairs; in a crowd those of neighbours.
fn neighbours(same: &[Record], mut told: impl FnMut(usize, usize)) {
    let reach = if same.len() > CROWD { 1 } else { same.len() };
    for a in 0..same.len() {
        for b in (a + 1)..same.len().min(a + 1 + reach) {
            told(a, b);
        }
    }
}

/// Documents that are compared with each other, ascending, and their pairs by place in the list.
#[derive(Debug, Default)]
pub(crate) struct Company {
    pub documents: Vec<u32>,
    pub pairs: Vec<(usize, usize)>,
}

/// Parts the pairs into companies of a bounded size. The strongest pairs come together first.
pub(crate) fn companies(mut pairs: Vec<Pair>, documents: usize, size: impl Fn(u32) -> u64) -> Vec<Company> {
    pairs.sort_unstable_by(|a, b| (b.2, a.0, a.1).cmp(&(a.2, b.0, b.1)));
    let mut sets = Sets::new(documents);
    for (a, b, _) in &pairs {
        sets.join(*a, *b, &size);
    }
    let mut placed: Vec<(u32, u32, u32)> = pairs
        .into_iter()
        .filter_map(|(a, b, _)| {
            let root = sets.root(a);
            (root == sets.root(b)).then_some((root, a, b))
        })
        .collect();
    placed.sort_unstable();
    placed
        .chunk_by(|a, b| a.0 == b.0)
        .map(|same| {
            let mut documents: Vec<u32> = same.iter().flat_map(|p| [p.1, p.2]).collect();
            documents.sort_unstable();
            documents.dedup();
            let at = |d: u32| documents.binary_search(&d).unwrap_or_default();
            let pairs = same.iter().map(|p| (at(p.1), at(p.2))).collect();
            Company { documents, pairs }
        })
        .collect()
}

/// Union-find with bounds.
struct Sets {
    parent: Vec<u32>,
    sizes: std::collections::HashMap<u32, (u32, u64)>,
}

impl Sets {
    fn new(documents: usize) -> Self {
        Self { parent: (0u32..).take(documents).collect(), sizes: std::collections::HashMap::new() }
    }

    fn root(&mut self, of: u32) -> u32 {
        let mut at = of;
        while let Some(&up) = self.parent.get(at as usize)
            && up != at
        {
            // Halve the path on the way.
            let above = self.parent.get(up as usize).copied().unwrap_or(up);
            if let Some(slot) = self.parent.get_mut(at as usize) {
                *slot = above;
            }
            at = above;
        }
        at
    }

    fn join(&mut self, a: u32, b: u32, size: &impl Fn(u32) -> u64) {
        let (ra, rb) = (self.root(a), self.root(b));
        if ra == rb {
            return;
        }
        let of = |root: u32| self.sizes.get(&root).copied().unwrap_or_else(|| (1, size(root)));
        let ((na, ba), (nb, bb)) = (of(ra), of(rb));
        // Two documents may always be compared, however large they are.
        if na + nb > 2 && (na + nb > COMPANY || ba + bb > COMPANY_BYTES) {
            return;
        }
        let (into, from) = (ra.min(rb), ra.max(rb));
        if let Some(slot) = self.parent.get_mut(from as usize) {
            *slot = into;
        }
        self.sizes.remove(&from);
        self.sizes.insert(into, (na + nb, ba + bb));
    }
}
