//! Texts in a few numbers: word 3-shingles, a MinHash signature of 30 bands of 3, and a small sample to estimate containment by.

use crate::blocks::Block;

/// Bands of a signature, and values of a band: a pair of Jaccard similarity 0.5 shares one with a chance of 0.98, one of 0.1 with 0.03.
/// They are for texts all of whose sentences many others have; the anchors find the rest.
const BANDS: usize = 30;
const ROWS: usize = 3;
const BINS: usize = BANDS * ROWS;
/// Shingles of the sample: the smallest.
pub(crate) const SAMPLE: usize = 32;
/// The shingles up to this, an eighth, are anchors: they find a short piece of a long text, which signatures do not.
const EIGHTH: u64 = u64::MAX / 8;
/// Of a text with fewer shingles each is one.
const FEW: usize = 40;
/// The smallest anchors, which texts of about one length are told by: two that share 0.6 of their shingles share one of 16 but for a
/// chance of 0.0000004, and one of the 8 that lie below the sixteenth of a text twice as long but for one of 0.0007.
const LOW: usize = 16;
/// Anchors of one kind in one document: a file of many megabytes is found by a part of its text.
const ANCHORS: usize = 512;

/// Adds the shingles of a key.
pub(crate) fn shingle(key: &str, into: &mut Vec<u64>) {
    let mut last = [0u64; 2];
    let mut count = 0usize;
    let mut rest = Some(key.as_bytes());
    while let Some(word) = rest {
        let hash;
        (hash, rest) = first_word(word);
        count += 1;
        let [first, second] = last;
        if count >= 3 {
            into.push(mix(mix(first).wrapping_add(second)).wrapping_add(hash));
        }
        last = [second, hash];
    }
    if count < 3 {
        let [first, second] = last;
        into.push(mix(mix(first).wrapping_add(second)));
    }
}

/// Hash of the first word, and what follows its space. Eight bytes at a time: most words end in the first eight, which takes no branch that
/// depends on how long they are.
fn first_word(key: &[u8]) -> (u64, Option<&[u8]>) {
    const LOW: u64 = 0x0101_0101_0101_0101;
    let (mut hash, mut at) = (BASIS, 0);
    loop {
        let rest = key.get(at..).unwrap_or_default();
        let eight = match rest.first_chunk::<8>() {
            Some(eight) => u64::from_le_bytes(*eight),
            // The end of the key ends its last word as a space does.
            None => rest.iter().rev().fold(LOW * u64::from(b' '), |eight, byte| eight << 8 | u64::from(*byte)),
        };
        // The highest bit of each byte that is a space; of those above the first it may be wrong.
        let spaces = eight ^ (LOW * u64::from(b' '));
        let ends = spaces.wrapping_sub(LOW) & !spaces & (LOW << 7);
        let bits = (ends.trailing_zeros() / 8) * 8;
        if ends != 0 {
            at += (bits / 8) as usize;
            hash = mix(hash ^ (eight & ((1 << bits) - 1)));
            return (hash, if at < key.len() { key.get(at + 1..) } else { None });
        }
        hash = mix(hash ^ eight);
        at += 8;
    }
}

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// FNV-1a with a finishing mix: short words, no adversary (a false candidate is only a wasted comparison).
pub(crate) fn word_hash(word: &str) -> u64 {
    let mut hash = BASIS;
    for byte in word.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    }
    mix(hash)
}

pub(crate) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    x = (x ^ (x >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ (x >> 33)
}

/// What one document is found by.
#[derive(Debug, Default)]
pub(crate) struct Sketch {
    /// Keys under which it is filed; documents under one key may be one story.
    pub anchors: Vec<u64>,
    /// Further keys, which tell only where one text is much longer than the other.
    pub pieces: Vec<u64>,
    /// How long it is, in quarters of a doubling of its shingles.
    pub length: u8,
    /// The smallest shingles, sorted.
    pub sample: Vec<u32>,
}

/// Shingles that do not count because many stories have them.
#[derive(Debug, Default)]
pub(crate) struct Common {
    /// Sorted.
    shingles: Vec<u64>,
    /// A bit for the lowest bits of each: most shingles are known not to be among them by one look.
    bits: Vec<u64>,
}

/// Lowest bits of a shingle that [`Common::bits`] goes by: 128 KB of them, 2.5 % set at 25,000 shingles.
const LOWEST: u64 = (1 << 20) - 1;

impl Common {
    pub(crate) fn new(shingles: Vec<u64>) -> Self {
        let mut bits = if shingles.is_empty() { Vec::new() } else { vec![0; (LOWEST as usize + 1) / 64] };
        for shingle in &shingles {
            let (word, bit) = Self::place(*shingle);
            if let Some(word) = bits.get_mut(word) {
                *word |= bit;
            }
        }
        Self { shingles, bits }
    }

    const fn place(shingle: u64) -> (usize, u64) {
        ((shingle & LOWEST) as usize / 64, 1 << (shingle % 64))
    }

    pub(crate) fn has(&self, shingle: u64) -> bool {
        let (word, bit) = Self::place(shingle);
        self.bits.get(word).is_some_and(|word| word & bit != 0) && self.shingles.binary_search(&shingle).is_ok()
    }
}

/// Sketches the prose of a document, without the `common` shingles.
pub(crate) fn sketch<'a>(prose: impl Iterator<Item = &'a Block>, common: &Common) -> Sketch {
    let mut sketch = Sketch::default();
    let mut shingles: Vec<u64> = Vec::with_capacity(512);
    let mut long: Vec<u64> = Vec::new();
    for block in prose {
        shingle(&block.key, &mut shingles);
        if block.chars() >= 60 {
            // Another space of keys than that of shingles.
            long.push(mix(block.hash ^ 0x5bd1_e995));
        }
    }
    if !common.shingles.is_empty() {
        shingles.retain(|s| !common.has(*s));
    }
    if shingles.is_empty() {
        return sketch;
    }
    sketch.length = quarters(shingles.len());
    sketch.anchors.extend(smallest(long));
    bands(&shingles, &mut sketch.anchors);
    let few = shingles.len() < FEW;
    let mut low: Vec<u64> = shingles.iter().copied().filter(|s| few || *s <= EIGHTH).collect();
    low.sort_unstable();
    low.dedup();
    sketch.sample = if low.len() > SAMPLE + SAMPLE / 4 { sample(low.clone()) } else { sample(shingles) };
    low.truncate(ANCHORS);
    let told = if few { low.len() } else { LOW.min(low.len()) };
    let mut anchors = low.into_iter().map(anchor_hash);
    sketch.anchors.extend(anchors.by_ref().take(told));
    sketch.pieces.extend(anchors);
    sketch
}

/// Quarters of a doubling.
fn quarters(size: usize) -> u8 {
    // The two bits below the highest, in whose place four parts of a doubling are near enough.
    let size = (size as u64) << 2;
    let doublings = size.ilog2();
    u8::try_from(doublings * 4 + u32::try_from(size >> (doublings - 2) & 3).unwrap_or_default()).unwrap_or(u8::MAX)
}

/// The smallest [`ANCHORS`] of some values, each once; where there are no more, all as they are.
fn smallest(mut values: Vec<u64>) -> Vec<u64> {
    if values.len() > ANCHORS {
        values.sort_unstable();
        values.dedup();
        values.truncate(ANCHORS);
    }
    values
}

fn anchor_hash(shingle: u64) -> u64 {
    mix(shingle ^ 0x9e37_79b9_7f4a_7c15)
}

fn sample(mut shingles: Vec<u64>) -> Vec<u32> {
    let small = |s: &u64| u32::try_from(*s >> 32).unwrap_or_default();
    if shingles.len() > SAMPLE * 2 {
        // Twice as many as needed: equal ones fall together.
        shingles.select_nth_unstable(SAMPLE * 2);
        shingles.truncate(SAMPLE * 2);
    }
    let mut sample: Vec<u32> = shingles.iter().map(small).collect();
    sample.sort_unstable();
    sample.dedup();
    sample.truncate(SAMPLE);
    sample
}

/// Fast similarity sketching (Dahlgaard, Knudsen, Thorup 2017): as good as 90 MinHash functions, for the price of about one. Every
/// shingle goes into one bin a round, until each bin has one; a bin keeps the smallest of the first round that reached it.
fn bands(shingles: &[u64], anchors: &mut Vec<u64>) {
    const ROUNDS: u64 = BINS as u64;
    let mut bins = [u64::MAX; BINS];
    for round in 0..(2 * ROUNDS) {
        let seed = mix(round.wrapping_add(0x7f4a_7c15));
        let mut reached = [u64::MAX; BINS];
        for shingle in shingles {
            let hash = mix(shingle ^ seed);
            let at = match round.checked_sub(ROUNDS) {
                Some(fixed) => fixed,
                // The upper half by multiplication: no slower division.
                None => ((hash >> 32) * ROUNDS) >> 32,
            };
            if let Some(bin) = reached.get_mut(usize::try_from(at).unwrap_or(BINS)) {
                *bin = (*bin).min(hash.rotate_left(32));
            }
        }
        for (bin, reached) in bins.iter_mut().zip(reached).filter(|(bin, _)| **bin == u64::MAX) {
            *bin = reached;
        }
        if !bins.contains(&u64::MAX) {
            break;
        }
    }
    for (band, rows) in bins.chunks_exact(ROWS).enumerate() {
        anchors.push(rows.iter().fold(mix(band as u64), |key, row| mix(key.wrapping_add(*row))));
    }
}

/// What two samples tell of the containment of the smaller text in the larger.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Estimate {
    pub common: u32,
    pub of: u32,
}

impl Estimate {
    pub(crate) fn new(a: &[u32], b: &[u32]) -> Self {
        // Side by side up to the smaller of the two largest values, below which both are complete. Nothing branches on what the values
        // are: no processor could guess it, and most pairs have nearly nothing in common.
        let (mut at, mut bt, mut common) = (0, 0, 0);
        while let (Some(x), Some(y)) = (a.get(at), b.get(bt)) {
            common += u32::from(x == y);
            at += usize::from(x <= y);
            bt += usize::from(y <= x);
        }
        // A sample that is smaller than it might be is the whole text and complete everywhere.
        let of_a = if b.len() < SAMPLE { a.len() } else { at };
        let of_b = if a.len() < SAMPLE { b.len() } else { bt };
        Self { common, of: u32::try_from(of_a.min(of_b)).unwrap_or_default() }
    }

    /// Whether a true containment of 0.6 is not ruled out: a third of a sample that is large enough, anything of a smaller one.
    pub(crate) fn hopeful(self) -> bool {
        if self.of < 6 { self.common > 0 || self.of < 2 } else { self.common * 3 >= self.of }
    }

    /// In 255ths, cautious about small samples.
    pub(crate) fn strength(self) -> u8 {
        u8::try_from(self.common * 255 / (self.of + 1)).unwrap_or(u8::MAX)
    }
}
