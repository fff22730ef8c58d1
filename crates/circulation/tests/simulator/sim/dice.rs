//! A small seeded generator: one seed, one story, on every machine.

/// The dice of one household, one seed, or one rail.
#[derive(Debug, Clone)]
pub struct Dice(u64);

/// The state of dice that always show the middle.
const STILL: u64 = u64::MAX;

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// Dice that always show the middle, however often they are thrown: for stories written by hand.
    pub fn still() -> Dice {
        Dice(STILL)
    }

    /// Other dice that depend on these and on `salt` only, however often these were thrown meanwhile.
    pub fn fork(&self, salt: u64) -> Dice {
        if self.0 == STILL {
            return Dice::still();
        }
        let mut forked = Dice(self.0 ^ salt.wrapping_mul(0xA076_1D64_78BD_642F));
        forked.throw();
        Dice(forked.throw())
    }

    /// Weyl sequence with a mixing function.
    fn throw(&mut self) -> u64 {
        if self.0 == STILL {
            return u64::MAX / 2;
        }
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `most`; 0 for `most` 0.
    pub fn below(&mut self, most: u64) -> u64 {
        if most == 0 {
            return 0;
        }
        let wide = u128::from(self.throw()) * u128::from(most);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number from `least` to `most`, both included.
    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// True so many times in a thousand.
    pub fn permille(&mut self, chance: u64) -> bool {
        self.below(1_000) < chance
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let index = usize::try_from(self.below(of.len() as u64)).unwrap_or(0);
        &of[index]
    }

    /// One of several by weight.
    pub fn weighted<T: Copy>(&mut self, of: &[(u64, T)]) -> T {
        let mut at = self.below(of.iter().map(|(weight, _)| weight).sum());
        for (weight, value) in of {
            if at < *weight {
                return *value;
            }
            at -= weight;
        }
        of[of.len() - 1].1
    }

    /// A wait in seconds that is short mostly and long now and then: each step up is four times as long.
    pub fn wait(&mut self, shortest: u64, longest: u64) -> i64 {
        let mut most = shortest.max(1);
        while most < longest && self.permille(600) {
            most = (most * 4).min(longest);
        }
        i64::try_from(self.below(most)).unwrap_or(0)
    }
}
