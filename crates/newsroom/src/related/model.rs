//! What words mean beside each other, learned from a bounded sample of stories: latent semantic vectors.
use std::collections::HashMap;

use super::lists::Lists;
use super::sketch::{self, Sketch};
use super::subspace::{Sparse, directions};
use super::words::Words;
use crate::articles::Story;
use crate::languages;

/// Stories a model is learned from; of more, the caller takes a sample spread over the whole archive.
pub const SAMPLE: usize = 20_000;
/// Terms a model knows: those found in most stories of the sample, but for the too common.
pub(super) const MOST_TERMS: usize = 40_000;
/// Most numbers of a story's vector.
pub(super) const WIDEST: usize = 192;
/// Fewest numbers, where there are more stories than that at all.
const NARROWEST: usize = 24;
/// Up to so many stories every story has a direction of its own: too few to learn from which of them belong together.
const APART: usize = 100;
/// A term found in more stories than this share says nothing, once there are enough stories to tell.
const COMMON: f32 = 0.25;
/// Fewer stories than this say nothing about what is common.
const FEW: usize = 20;
/// A run of words in so many stories of the sample is furniture; a story and its copies are fewer.
const FURNITURE: u32 = 5;
/// Runs kept as furniture, the most frequent ones.
pub(super) const MOST_FURNITURE: usize = 20_000;

/// A story's place among all stories: a direction in small numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vector(pub(super) Vec<i8>);

impl Vector {
    #[allow(clippy::cast_possible_truncation)] // at most 127 on purpose
    pub(super) fn of(exact: &[f32]) -> Self {
        let largest = exact.iter().fold(0.0f32, |most, v| most.max(v.abs()));
        let scale = if largest > 0.0 { 127.0 / largest } else { 0.0 };
        Self(exact.iter().map(|v| (v * scale).round() as i8).collect())
    }

    /// The sum of products with another vector.
    #[must_use]
    pub fn times(&self, other: &Self) -> i32 {
        self.times_wide(&other.wide())
    }

    /// The numbers as wide as the processor multiplies them: whoever compares one vector with thousands widens it once.
    #[must_use]
    pub(super) fn wide(&self) -> Vec<i16> {
        self.0.iter().map(|v| i16::from(*v)).collect()
    }

    /// [`Vector::times`] with one that was widened: half the time of two narrow ones.
    #[must_use]
    pub(super) fn times_wide(&self, wide: &[i16]) -> i32 {
        self.0.iter().zip(wide).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
    }

    /// How long the vector is; 0 for a story of which the model knows no word.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // below 127² × WIDEST
    pub fn length(&self) -> f32 {
        (self.times(self) as f32).sqrt()
    }
}

/// What was learned: terms, how rare each is, where each points; what is furniture; and the lists that keep a search short.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Model {
    /// How many stories it was learned from.
    pub learned_from: usize,
    /// The paper's own language, which a story has that names none.
    pub(super) language: u32,
    /// In rising order.
    pub(super) terms: Vec<u64>,
    pub(super) rarity: Vec<f32>,
    pub(super) width: usize,
    /// `width` numbers a term.
    pub(super) basis: Vec<i8>,
    /// What a term's numbers are multiplied with.
    pub(super) scales: Vec<f32>,
    /// Runs of words that say nothing, in rising order.
    pub(super) furniture: Vec<u32>,
    pub(super) lists: Lists,
}

impl Model {
    /// Learns from a sample (stories after the first [`SAMPLE`] are not read) for an archive of `stories`, of a paper in a `language`.
    #[must_use]
    pub fn learn(sample: &[Words], stories: usize, language: &str) -> Self {
        let sample = &sample[..sample.len().min(SAMPLE)];
        let (terms, rarity) = vocabulary(sample);
        let language = languages::number_of(language);
        let mut model = Self { learned_from: sample.len(), language, terms, rarity, ..Self::default() };
        model.furniture = furniture(sample);
        let weighed: Vec<Sparse> = sample.iter().map(|words| model.weigh(words)).filter(|s| !s.is_empty()).collect();
        let (mut basis, strengths) = directions(&weighed, model.terms.len(), width(sample.len()));
        model.width = basis.width;
        for row in basis.cells.chunks_mut(model.width.max(1)) {
            if sample.len() > APART {
                // Weak directions are half chance: they weigh by the root of their strength.
                row.iter_mut().zip(&strengths).for_each(|(cell, strength)| *cell *= strength.sqrt());
            }
            let largest = row.iter().fold(f32::MIN_POSITIVE, |most, v| most.max(v.abs()));
            model.scales.push(largest / 127.0);
            model.basis.extend(Vector::of(row).0);
        }
        let vectors: Vec<Vector> = sample.iter().map(|words| model.vector(words)).collect();
        model.lists = Lists::learn(&vectors, stories);
        model
    }

    /// A story's vector, whether or not it was in the sample.
    #[must_use]
    pub fn vector(&self, words: &Words) -> Vector {
        let mut exact = vec![0.0f32; self.width];
        for (term, weight) in self.weigh(words) {
            let at = term as usize;
            let weight = weight * self.scales[at];
            for (cell, step) in exact.iter_mut().zip(&self.basis[at * self.width..]) {
                *cell += weight * f32::from(*step);
            }
        }
        Vector::of(&exact)
    }

    /// A story's sketch, without the furniture of this paper.
    #[must_use]
    pub fn sketch(&self, words: &Words) -> Sketch {
        Sketch::of(words, &self.furniture)
    }

    /// The language of a story's words.
    pub(super) fn language(&self, story: &Story) -> u32 {
        story.language.as_deref().map_or(self.language, languages::number_of)
    }

    /// From which likeness on two stories are about one matter. Where directions are learned, any two stories of a paper have much in common;
    /// measured on posts with topics, of pairs above it three in four share one.
    #[must_use]
    pub const fn much_alike(&self) -> f32 {
        if self.learned_from > APART { 0.7 } else { 0.2 }
    }

    /// The lists by which the archive is searched.
    #[must_use]
    pub const fn lists(&self) -> &Lists {
        &self.lists
    }

    /// Term frequency × rarity, of length 1.
    pub(super) fn weigh(&self, words: &Words) -> Sparse {
        let mut weighed: Sparse = Vec::with_capacity(words.counts().len());
        let mut from = 0;
        for &(term, count) in words.counts() {
            match self.terms[from..].binary_search(&term) {
                Ok(at) => {
                    from += at;
                    let weight = (1.0 + count.max(1.0).ln()) * self.rarity[from];
                    weighed.push((u32::try_from(from).unwrap_or(u32::MAX), weight));
                }
                Err(at) => from += at,
            }
        }
        let length = weighed.iter().map(|(_, w)| w * w).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        weighed.iter_mut().for_each(|(_, weight)| *weight /= length);
        weighed
    }
}

/// How many numbers a vector has: measured, the best number grows about with the root of the stories.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at most SAMPLE
fn width(stories: usize) -> usize {
    if stories <= APART {
        return stories;
    }
    let numbers = (1.2 * (stories as f32).sqrt()) as usize;
    numbers.next_multiple_of(8).clamp(NARROWEST, WIDEST)
}

/// The terms worth knowing, in rising order, and how rare each is.
#[allow(clippy::cast_precision_loss)] // at most SAMPLE
fn vocabulary(sample: &[Words]) -> (Vec<u64>, Vec<f32>) {
    let all = sample.len() as f32;
    let mut spread: HashMap<u64, u32> = HashMap::new();
    for (term, _) in sample.iter().flat_map(Words::counts) {
        *spread.entry(*term).or_default() += 1;
    }
    // A term of a single story says nothing about two; in a small paper, about the next one it may.
    let least = if sample.len() > APART { 2 } else { 1 };
    let mut known: Vec<(u64, u32)> =
        spread.into_iter().filter(|&(_, n)| n >= least && (sample.len() < FEW || n as f32 <= all * COMMON)).collect();
    known.sort_unstable_by_key(|&(term, n)| (std::cmp::Reverse(n), term));
    known.truncate(MOST_TERMS);
    known.sort_unstable();
    known.into_iter().map(|(term, n)| (term, (1.0 + all / n as f32).ln())).unzip()
}

fn furniture(sample: &[Words]) -> Vec<u32> {
    let mut spread: HashMap<u32, u32> = HashMap::new();
    for run in sample.iter().flat_map(|words| sketch::runs(words).into_iter().chain(sketch::headline(words))) {
        *spread.entry(run).or_default() += 1;
    }
    let mut known: Vec<(u32, u32)> = spread.into_iter().filter(|&(_, n)| n >= FURNITURE).collect();
    known.sort_unstable_by_key(|&(run, n)| (std::cmp::Reverse(n), run));
    known.truncate(MOST_FURNITURE);
    let mut runs: Vec<u32> = known.into_iter().map(|(run, _)| run).collect();
    runs.sort_unstable();
    runs
}
