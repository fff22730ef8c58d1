//! Finds where a text tells another one again with some of its words changed, added or left out: a print version, an earlier state.
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::runs;

/// So many words in a row are changed, added or left out at a time, in both texts together.
const CHANGED: usize = 6;
/// Of so many words of either text …
const STRETCH: usize = 20;
/// … so many stand in the other in their order: every fourth word may be another one, or one more.
const SAME: usize = 15;
/// Bytes of letters of words in a row that count where none is changed. Of 1,705 posts of a real news site 90 say so much of their first three
/// paragraphs again further down, or a stretch, or a whole paragraph.
const RUN: usize = 70;
/// So many words of both are filled into a form at a time.
const FILLED: usize = 12;
/// A sentence of a form is shorter than so many words; a copy goes on.
const FORM: usize = 60;
/// So many words behind what is filled in, or before it, show that a sentence is one of a form.
const FRAME: usize = 5;
/// Two words in a row that stand more often in a text lead nowhere.
const OFTEN: usize = 8;

/// A word that begins with a digit has this bit …
const NUMBER: u64 = 1;
/// … and behind it how many bytes it has, up to this.
const LONGEST: u64 = 63;

/// The places of the words that two texts have in common, in their order, as far as only a few words at a time are changed, added or left out.
pub fn in_step<'a>(a: &'a [u64], b: &'a [u64]) -> impl Iterator<Item = (usize, usize)> + 'a {
    within(CHANGED, a, b)
}

/// The same where a few words more are lost or garbled in a row.
pub fn in_step_widely<'a>(a: &'a [u64], b: &'a [u64]) -> impl Iterator<Item = (usize, usize)> + 'a {
    within(FILLED, a, b)
}

/// The same with so many words at a time.
fn within<'a>(most: usize, a: &'a [u64], b: &'a [u64]) -> impl Iterator<Item = (usize, usize)> + 'a {
    // Both go on alike with two words; with one at the end.
    let meet = |x: usize, y: usize| x < a.len() && a.get(x) == b.get(y) && a.get(x + 1) == b.get(y + 1);
    let (mut at, mut bt) = (0, 0);
    std::iter::from_fn(move || {
        if a.get(at)? != b.get(bt)? {
            let mut steps = (1..=most).flat_map(|sum| (0..=sum).map(move |step| (step, sum - step)));
            let (x, y) = steps.find(|(x, y)| meet(at + x, bt + y))?;
            (at, bt) = (at + x, bt + y);
        }
        (at, bt) = (at + 1, bt + 1);
        Some((at - 1, bt - 1))
    })
}

/// The words of some blocks, one after the other: lines and entries of lists are short.
pub(crate) struct Words {
    words: Vec<u64>,
    /// Behind the words of each block.
    ends: Vec<usize>,
    /// Where each two of them stand.
    pairs: HashMap<(u64, u64), Vec<usize>>,
}

impl Words {
    pub(crate) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let (mut all, mut ends) = (Vec::new(), Vec::new());
        for text in texts {
            all.extend(words(text));
            ends.push(all.len());
        }
        let mut pairs: HashMap<(u64, u64), Vec<usize>> = HashMap::new();
        for (at, pair) in all.windows(2).enumerate() {
            if let [one, other] = pair {
                pairs.entry((*one, *other)).or_default().push(at);
            }
        }
        pairs.retain(|_, places| places.len() <= OFTEN);
        Self { words: all, ends, pairs }
    }

    /// Whether a text is long enough to tell a stretch of any words.
    pub(crate) fn may_be_told_by(text: &str) -> bool {
        text.split_whitespace().nth(SAME - 1).is_some()
    }

    /// The first block of another text in which a stretch of these words begins.
    pub(crate) fn first_in(&self, told: &Self) -> Option<usize> {
        let at = (0..told.words.len()).find(|at| self.is_told_at(told, *at))?;
        Some(told.ends.partition_point(|end| *end <= at))
    }

    /// Whether another text tells a stretch of these words from there on. What both fill into the same form is no copy.
    fn is_told_at(&self, told: &Self, at: usize) -> bool {
        let mut places = self.standing(told.from(at)).filter(|place| is_told(told.from(at), self.from(*place)));
        places.any(|place| told.forms(at) < 1 && self.forms(place) < 2)
    }

    fn from(&self, place: usize) -> &[u64] {
        self.words.get(place..).unwrap_or_default()
    }

    /// Where the two words stand that others begin with.
    fn standing(&self, words: &[u64]) -> impl Iterator<Item = usize> {
        let pair = words.first().copied().zip(words.get(1).copied());
        pair.and_then(|pair| self.pairs.get(&pair)).into_iter().flatten().copied()
    }

    /// How often else the sentence that stands there is said with other words filled in: so a report says it of each in turn.
    fn forms(&self, place: usize) -> usize {
        let stretch = 0..STRETCH.min(self.from(place).len());
        let elsewhere = stretch.flat_map(|behind| {
            self.standing(self.from(place + behind)).filter_map(move |other| other.checked_sub(behind))
        });
        let mut elsewhere: Vec<usize> = elsewhere.filter(|other| other.abs_diff(place) >= STRETCH).collect();
        elsewhere.sort_unstable();
        elsewhere.retain(|other| self.is_form(place, *other));
        elsewhere.chunk_by(|one, next| next - one < STRETCH).count()
    }

    /// Whether the same sentence stands at both places with something else in it. A second copy of a text is told on and on; of a form that
    /// is so only where the next sentence is out of it too.
    fn is_form(&self, place: usize, other: usize) -> bool {
        let step = |(at, bt): &(usize, usize)| (*at).max(*bt) < FORM;
        let on: Vec<(usize, usize)> = within(FILLED, self.from(place), self.from(other)).take_while(step).collect();
        let before = |place: usize| -> Vec<u64> { self.words.iter().take(place).rev().take(FORM).copied().collect() };
        let (one, two) = (before(place), before(other));
        let back: Vec<(usize, usize)> = within(FILLED, &one, &two).collect();
        let equal =
            |steps: &[(usize, usize)]| (0..).zip(steps).take_while(|(nth, step)| **step == (*nth, *nth)).count();
        let filled = on.len() + back.len() - equal(&on) - equal(&back) >= FRAME;
        let length = on.last().map_or(0, |(at, _)| at + 1 + FILLED);
        filled && on.len() + back.len() >= SAME && (length < FORM || length >= place.abs_diff(other))
    }
}

/// Whether a text tells words from the first on: most of a stretch of them, with the same numbers, since with others it is the next report;
/// or a run of them to the word.
fn is_told(told: &[u64], words: &[u64]) -> bool {
    let (mut same, mut run, mut next) = (0, 0, (0, 0));
    for (at, place) in in_step(told, words) {
        if next == (at, place) && same == at {
            run += words.get(place).map_or(0, |word| word >> 1 & LONGEST);
        }
        let number = |words: &[u64], from: usize, to: usize| {
            words.get(from..to).unwrap_or_default().iter().any(|word| word & NUMBER != 0)
        };
        let another = number(told, next.0, at) && number(words, next.1, place);
        if another || at.max(place) >= STRETCH {
            break;
        }
        same += 1;
        next = (at + 1, place + 1);
    }
    same >= SAME || run >= RUN as u64
}

/// The words of a text, however it is set.
fn words(text: &str) -> impl Iterator<Item = u64> + '_ {
    text.split(char::is_whitespace).map(runs::letters).filter(|word| !word.is_empty()).map(|word| {
        let mut hasher = DefaultHasher::new();
        word.hash(&mut hasher);
        let number = if word.starts_with(|c: char| c.is_ascii_digit()) { NUMBER } else { 0 };
        let length = LONGEST.min(word.len() as u64);
        hasher.finish() & !(LONGEST << 1 | NUMBER) | length << 1 | number
    })
}
