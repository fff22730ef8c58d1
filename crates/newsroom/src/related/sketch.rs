//! Whether two stories are one: a copy, a version, the same report told again.
use super::words::{Words, mixed};

/// Numbers kept of a story.
const MOST: usize = 48;
/// Terms that are taken together.
const RUN: usize = 3;
/// Two stories of which the shorter shares this part of its runs with the other are one story. Measured on damaged copies of which
/// the public words overlap in part only; two stories that are not one share next to nothing once furniture is out.
const SHARED: f32 = 0.15;
/// A headline of fewer terms names many stories.
const HEADLINE: usize = 2;

/// A story's runs of three words, thinned out so that two stories keep the same ones (the smallest hashes, as in Broder's
/// sketches of 1997).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sketch {
    /// The headline's terms as one number, whatever their order; 0 where it says nothing.
    pub(super) headline: u32,
    pub(super) runs: Vec<u32>,
}

impl Sketch {
    /// Sketches a story; runs in `common` (in rising order) are furniture and say nothing.
    #[must_use]
    pub fn of(words: &Words, common: &[u32]) -> Self {
        let mut runs = runs(words);
        runs.retain(|run| common.binary_search(run).is_err());
        runs.truncate(MOST);
        let headline = headline(words).filter(|number| common.binary_search(number).is_err());
        Self { headline: headline.unwrap_or_default(), runs }
    }

    /// Whether both tell the same story.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // at most MOST
    pub fn same_story(&self, other: &Self) -> bool {
        if self.headline != 0 && self.headline == other.headline {
            return true;
        }
        // Beyond the last number of a full sketch nothing is known of its story.
        let known =
            |sketch: &Self| if sketch.runs.len() < MOST { u32::MAX } else { *sketch.runs.last().unwrap_or(&u32::MAX) };
        let end = known(self).min(known(other));
        let within = |sketch: &Self| sketch.runs.partition_point(|&run| run <= end);
        let (ours, theirs) = (&self.runs[..within(self)], &other.runs[..within(other)]);
        let shared = shared(ours, theirs);
        let fewer = ours.len().min(theirs.len());
        shared > 0 && shared as f32 >= SHARED * fewer as f32
    }
}

/// How many numbers stand in both; both rise. Without branches, for the processor cannot guess which of two hashes is smaller.
fn shared(ours: &[u32], theirs: &[u32]) -> usize {
    let (mut at, mut there, mut shared) = (0, 0, 0);
    while let (Some(&one), Some(&two)) = (ours.get(at), theirs.get(there)) {
        shared += usize::from(one == two);
        at += usize::from(one <= two);
        there += usize::from(two <= one);
    }
    shared
}

/// A headline as a number; a recurring one is found to be furniture like any run.
pub(super) fn headline(words: &Words) -> Option<u32> {
    let mut terms = words.headline().to_vec();
    terms.sort_unstable();
    terms.dedup();
    let whole = terms.iter().fold(0u64, |hash, &term| mixed(hash.rotate_left(21) ^ term));
    (terms.len() >= HEADLINE).then(|| u32::try_from(whole >> 32).unwrap_or_default())
}

/// All runs of a story as numbers, in rising order, each once.
pub(super) fn runs(words: &Words) -> Vec<u32> {
    let mut runs: Vec<u32> = words
        .run()
        .windows(RUN)
        .map(|run| {
            let whole = run.iter().fold(0u64, |hash, &term| mixed(hash.rotate_left(21) ^ term));
            u32::try_from(whole >> 32).unwrap_or_default()
        })
        .collect();
    runs.sort_unstable();
    runs.dedup();
    runs
}
