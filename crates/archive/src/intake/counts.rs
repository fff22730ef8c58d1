//! In how many stories, or documents, a line stands.

/// Lines that stand in more than one; sorted by hash.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    hashes: Vec<u64>,
    counts: Vec<u32>,
    /// Lines that stand in fewer are not remembered any more.
    floor: u32,
    /// Where the lines begin whose hashes have the same highest bits, so many that hardly two share a beginning: searching all of them
    /// takes a look at a place of memory for each half.
    starts: Vec<u32>,
    /// Lower bits.
    shift: u32,
}

/// Lines remembered: 48 MB. Beyond that those of the smallest counts are forgotten, which then look as if they stood in one story
/// only. Furniture has large counts.
const REMEMBERED: usize = 4_000_000;

impl Counts {
    /// Adds a line; hashes must come in ascending order.
    pub(crate) fn push(&mut self, hash: u64, count: u32) {
        if count < 2 || count < self.floor {
            return;
        }
        self.hashes.push(hash);
        self.counts.push(count);
        while self.hashes.len() > REMEMBERED {
            self.floor = self.floor.max(2) + 1;
            let kept: Vec<bool> = self.counts.iter().map(|c| *c >= self.floor).collect();
            let mut keep = kept.iter();
            self.hashes.retain(|_| keep.next().copied().unwrap_or(false));
            let floor = self.floor;
            self.counts.retain(|c| *c >= floor);
        }
    }

    /// Ends the adding.
    pub(crate) fn seal(&mut self) {
        let bits = (self.hashes.len().max(2) - 1).ilog2() + 1;
        self.shift = u64::BITS - bits;
        self.starts = Vec::with_capacity((1 << bits) + 1);
        let mut at = 0u32;
        for beginning in 0..1u64 << bits {
            self.starts.push(at);
            let same = |hash: &&u64| **hash >> self.shift == beginning;
            at += u32::try_from(self.hashes.iter().skip(at as usize).take_while(same).count()).unwrap_or(u32::MAX);
        }
        self.starts.push(at);
    }

    /// The count of a line; 1 if it is not known to stand in more.
    pub(crate) fn get(&self, hash: u64) -> u32 {
        let beginning = usize::try_from(hash.checked_shr(self.shift).unwrap_or_default()).unwrap_or(usize::MAX);
        let (Some(from), Some(to)) = (self.starts.get(beginning), self.starts.get(beginning.saturating_add(1))) else {
            return 1;
        };
        let same = self.hashes.get(*from as usize..*to as usize).unwrap_or_default();
        same.binary_search(&hash).ok().and_then(|at| self.counts.get(*from as usize + at)).copied().unwrap_or(1)
    }
}
