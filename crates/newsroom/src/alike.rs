//! Finds where a text tells another one again with some of its words changed: a print version, an earlier state.
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::articles::Block;
use crate::runs;

/// Of so many words in a row …
const STRETCH: usize = 20;
/// … so many stand in their places: every fourth word may be another one. Of 1,705 posts of a real news site 15 say so much of their first
/// three paragraphs again further down.
const SAME: usize = 15;
/// So many are a pattern, where they stand elsewhere in the text too.
const PATTERN: usize = 13;
/// Two words in a row that stand more often in a text lead nowhere.
const OFTEN: usize = 8;

/// A word that begins with a digit has this bit.
const NUMBER: u64 = 1;

/// The words of some blocks, one after the other: lines and entries of lists are short.
pub(crate) struct Words {
    words: Vec<u64>,
    /// Where each two of them stand.
    pairs: HashMap<(u64, u64), Vec<usize>>,
}

impl Words {
    pub(crate) fn of<'a>(blocks: impl Iterator<Item = &'a Block>) -> Self {
        let words: Vec<u64> = blocks.flat_map(|block| words(block.text())).collect();
        let mut pairs: HashMap<(u64, u64), Vec<usize>> = HashMap::new();
        for (at, pair) in words.windows(2).enumerate() {
            if let [one, other] = pair {
                pairs.entry((*one, *other)).or_default().push(at);
            }
        }
        pairs.retain(|_, places| places.len() <= OFTEN);
        Self { words, pairs }
    }

    /// The first of some blocks in which a stretch of these words begins.
    pub(crate) fn first_in(&self, blocks: &[Block]) -> Option<usize> {
        self.first_of(blocks.iter().map(Block::text))
    }

    /// Whether a text is long enough to tell a stretch of any words.
    pub(crate) fn may_be_told_by(text: &str) -> bool {
        text.split_whitespace().nth(STRETCH - 1).is_some()
    }

    /// Whether a text tells a stretch of these words.
    pub(crate) fn are_told_by(&self, text: &str) -> bool {
        self.first_of(std::iter::once(text)).is_some()
    }

    fn first_of<'t>(&self, texts: impl Iterator<Item = &'t str>) -> Option<usize> {
        let told: Vec<(usize, u64)> =
            (0..).zip(texts).flat_map(|(at, text)| words(text).map(move |word| (at, word))).collect();
        if self.words.len().min(told.len()) < STRETCH {
            return None;
        }
        let begins = |at: usize| {
            let (of, _) = told.get(at)?;
            let stretch: Vec<u64> = told.get(at..at + STRETCH)?.iter().map(|(_, word)| *word).collect();
            let mut places = self.pairs.get(&(*stretch.first()?, *stretch.get(1)?))?.iter();
            places.any(|place| self.is_told(&stretch, *place)).then_some(*of)
        };
        (0..told.len()).find_map(begins)
    }

    fn stretch(&self, place: usize) -> &[u64] {
        self.words.get(place..place + STRETCH).unwrap_or_default()
    }

    /// How many words of a stretch stand in their places from there on.
    fn same(&self, stretch: &[u64], place: usize) -> usize {
        stretch.iter().zip(self.stretch(place)).filter(|(one, other)| one == other).count()
    }

    /// Whether a stretch tells the one from there on, and the same numbers: with others it is the next report.
    fn is_told(&self, stretch: &[u64], place: usize) -> bool {
        let numbers = || stretch.iter().zip(self.stretch(place)).filter(|(one, other)| *one & *other & NUMBER != 0);
        self.same(stretch, place) >= SAME && numbers().all(|(one, other)| one == other) && !self.is_pattern(place)
    }

    /// Whether the stretch from there on is said elsewhere in these words with some changed: so the sentences of a report say it of each in turn, and
    /// one more of them is no copy.
    fn is_pattern(&self, place: usize) -> bool {
        let stretch = self.stretch(place);
        let elsewhere = stretch.windows(2).enumerate().flat_map(|(behind, pair)| {
            let places = match pair {
                [one, other] => self.pairs.get(&(*one, *other)),
                _ => None,
            };
            places.into_iter().flatten().filter_map(move |other| other.checked_sub(behind))
        });
        elsewhere.filter(|other| *other != place).any(|other| (PATTERN..STRETCH).contains(&self.same(stretch, other)))
    }
}

/// The words of a text, however it is set.
fn words(text: &str) -> impl Iterator<Item = u64> + '_ {
    text.split(char::is_whitespace).map(runs::letters).filter(|word| !word.is_empty()).map(|word| {
        let mut hasher = DefaultHasher::new();
        word.hash(&mut hasher);
        let number = if word.starts_with(|c: char| c.is_ascii_digit()) { NUMBER } else { 0 };
        hasher.finish() & !NUMBER | number
    })
}
