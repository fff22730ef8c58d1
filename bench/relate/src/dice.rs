//! Numbers that look random and are the same for the same seed (SplitMix64, the generator of Java's SplittableRandom).

/// One row of numbers.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// A row of its own for every seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to below `end`, which must not be 0.
    pub const fn below(&mut self, end: u32) -> u32 {
        // The high half of a product is even enough for a bench.
        (((self.number() >> 32) * end as u64) >> 32) as u32
    }

    /// True once in `times`, on average.
    pub const fn once_in(&mut self, times: u32) -> bool {
        self.below(times) == 0
    }
}
