//! Repeatable dice.

/// SplitMix64 (Steele, Lea, Flood 2014): one number of state, good enough to break stories with.
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).expect("small")
    }

    pub fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// The first `n` of a shuffled copy.
    pub fn some<T: Clone>(&mut self, list: &[T], n: usize) -> Vec<T> {
        let mut copy = list.to_vec();
        for at in 0..n.min(copy.len()) {
            let other = at + self.below(copy.len() - at);
            copy.swap(at, other);
        }
        copy.truncate(n);
        copy
    }
}
