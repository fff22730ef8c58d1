//! Inverted lists: stories that point the same way stand in one list, and a search reads the few lists nearby.
use super::model::Vector;

/// Stories a list has on average.
const EACH: usize = 1_000;
/// Lists at most; beyond a million stories they grow longer.
pub(super) const MOST: usize = 1_024;
/// Lists a search reads at least, if there are so many.
const LEAST_READ: usize = 8;
/// Of all lists a search reads one in so many.
const READ_ONE_IN: usize = 32;
/// Rounds of moving the middles of lists.
const ROUNDS: usize = 6;

/// The middle of each list. Without one everything is in list 0.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lists(pub(super) Vec<Vector>);

impl Lists {
    /// Parts an archive of `stories` by a sample of its vectors (k-means on directions).
    pub(super) fn learn(sample: &[Vector], stories: usize) -> Self {
        let count = (stories / EACH).min(MOST).min(sample.len() / 4);
        if count < 2 {
            return Self::default();
        }
        let mut lists = Self((0..count).map(|list| sample[list * sample.len() / count].clone()).collect());
        let width = sample[0].0.len();
        for _ in 0..ROUNDS {
            let mut sums = vec![0.0f32; count * width];
            for vector in sample {
                let length = vector.length().max(1.0);
                let at = usize::from(lists.list(vector)) * width;
                for (sum, v) in sums[at..at + width].iter_mut().zip(&vector.0) {
                    *sum += f32::from(*v) / length;
                }
            }
            for (middle, sum) in lists.0.iter_mut().zip(sums.chunks(width)) {
                // An empty list keeps its middle, for what comes later.
                if sum.iter().any(|v| *v != 0.0) {
                    *middle = Vector::of(sum);
                }
            }
        }
        lists
    }

    /// How many lists there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len().max(1)
    }

    /// The list a story belongs in.
    #[must_use]
    pub fn list(&self, vector: &Vector) -> u16 {
        self.ranked(vector).into_iter().max_by(|a, b| a.0.total_cmp(&b.0)).map_or(0, |(_, list)| list)
    }

    /// The lists to read for a story, nearest first.
    #[must_use]
    pub fn near(&self, vector: &Vector) -> Vec<u16> {
        let mut ranked = self.ranked(vector);
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.truncate(LEAST_READ.max(self.0.len() / READ_ONE_IN));
        if ranked.is_empty() { vec![0] } else { ranked.into_iter().map(|(_, list)| list).collect() }
    }

    /// The middle of a list: what its stories have in common.
    #[must_use]
    pub fn middle(&self, list: u16) -> Vector {
        self.0.get(usize::from(list)).cloned().unwrap_or_default()
    }

    #[allow(clippy::cast_precision_loss)] // below 127² × the width
    fn ranked(&self, vector: &Vector) -> Vec<(f32, u16)> {
        let score = |(list, middle): (usize, &Vector)| {
            (middle.times(vector) as f32 / middle.length().max(1.0), u16::try_from(list).unwrap_or_default())
        };
        self.0.iter().enumerate().map(score).collect()
    }
}
