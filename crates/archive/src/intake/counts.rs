//! In how many stories, or documents, a line stands.

/// Lines that stand in more than one; sorted by hash.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    hashes: Vec<u64>,
    counts: Vec<u32>,
    /// Lines that stand in fewer are not remembered any more.
    floor: u32,
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

    /// The count of a line; 1 if it is not known to stand in more.
    pub(crate) fn get(&self, hash: u64) -> u32 {
        self.hashes.binary_search(&hash).ok().and_then(|at| self.counts.get(at)).copied().unwrap_or(1)
    }
}
