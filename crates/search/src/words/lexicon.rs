//! Terms by number. The same words come again and again: each is cut, folded and stemmed once, and is a number from then on.
use super::{AFTER, BEFORE, BUCKETS, LONGEST_WORD, STOP, Wording, bucket, cut, fold, letters, places};
use hashbrown::HashMap;
use std::sync::Arc;

/// What a word of a text becomes.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// Of its term; of a stop word, of the word among stop words.
    number: u32,
    stop: bool,
    /// The bucket that the word puts a stop word beside it into.
    bucket: u32,
}

/// A term of a text: where it stands, in words, and which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listed {
    pub position: u32,
    pub number: u32,
}

/// The terms seen so far, numbered in the order in which they came.
#[derive(Clone)]
pub(crate) struct Lexicon {
    wording: Wording,
    /// Words as texts write them; `None` where nothing is left of one.
    words: HashMap<Box<str>, Option<Known>>,
    numbers: HashMap<Arc<[u8]>, u32>,
    terms: Vec<Arc<[u8]>>,
    stops: HashMap<Box<str>, u32>,
    /// A stop word and what stands beside it.
    beside: HashMap<(u32, u32), u32>,
    bytes: usize,
}

/// Memory of a word or term besides its letters, roughly.
const EACH: usize = 64;
/// In [`Lexicon::beside`], what is no bucket before (up to [`BUCKETS`]) is one after, then a second stop word.
const TWO: u32 = 2 * BUCKETS;

impl Lexicon {
    pub(crate) fn of(wording: Wording) -> Self {
        Self {
            wording,
            words: HashMap::new(),
            numbers: HashMap::new(),
            terms: Vec::new(),
            stops: HashMap::new(),
            beside: HashMap::new(),
            bytes: 0,
        }
    }

    /// Terms so far; each has a number below this.
    pub(crate) fn len(&self) -> usize {
        self.terms.len()
    }

    pub(crate) fn term(&self, number: u32) -> &[u8] {
        self.terms.get(number as usize).map_or(&[], |term| term)
    }

    /// Memory held, roughly.
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Begins anew. Numbers given before stand for nothing from then on.
    pub(crate) fn clear(&mut self) {
        *self = Self::of(self.wording.clone());
    }

    /// The number of a term that is taken as it stands.
    pub(crate) fn number(&mut self, term: &str) -> u32 {
        self.number_of_bytes(term.as_bytes())
    }

    pub(crate) fn number_of_bytes(&mut self, term: &[u8]) -> u32 {
        if let Some(number) = self.numbers.get(term) {
            return *number;
        }
        let (number, term) = (self.terms.len() as u32, Arc::<[u8]>::from(term));
        self.bytes += term.len() + EACH;
        self.terms.push(Arc::clone(&term));
        self.numbers.insert(term, number);
        number
    }

    /// Folded words as they stand.
    pub(crate) fn plain(&mut self, text: &str, into: &mut Vec<Listed>) {
        for (position, word) in cut(text).iter().enumerate() {
            into.push(Listed { position: position as u32, number: self.number(&word.folded) });
        }
    }

    /// Stems, and in place of stop words their lists by neighbour.
    pub(crate) fn running(&mut self, text: &str, into: &mut Vec<Listed>) {
        let mut position = 0;
        let mut before: Option<Known> = None;
        places(text, |place| {
            let Some(word) = self.known(&text[place]) else { return };
            match before {
                Some(before) if before.stop && word.stop => {
                    let number = self.beside(before.number, TWO + word.number);
                    into.push(Listed { position: position - 1, number });
                }
                Some(before) if before.stop => {
                    let number = self.beside(before.number, word.bucket);
                    into.push(Listed { position: position - 1, number });
                }
                Some(before) if word.stop => {
                    into.push(Listed { position, number: self.beside(word.number, BUCKETS + before.bucket) });
                }
                _ => {}
            }
            if !word.stop {
                into.push(Listed { position, number: word.number });
            }
            before = Some(word);
            position += 1;
        });
    }

    fn known(&mut self, word: &str) -> Option<Known> {
        if let Some(known) = self.words.get(word) {
            return *known;
        }
        let folded = fold(word);
        let stop = self.wording.is_stop(&folded);
        let term = self.wording.term(&folded);
        let known = (!term.is_empty()).then(|| Known {
            number: if stop { self.stop(&term) } else { self.number(&term) },
            stop,
            bucket: bucket(&term),
        });
        // a line of noise will hardly come again
        if word.len() <= LONGEST_WORD {
            self.bytes += word.len() + EACH;
            self.words.insert(word.into(), known);
        }
        known
    }

    fn stop(&mut self, term: &str) -> u32 {
        let next = self.stops.len() as u32;
        *self.stops.entry_ref(term).or_insert(next)
    }

    fn beside(&mut self, stop: u32, other: u32) -> u32 {
        if let Some(number) = self.beside.get(&(stop, other)) {
            return *number;
        }
        let word = |number: u32| self.stops.iter().find(|(_, held)| **held == number).map_or("", |(word, _)| word);
        let term = match other {
            0..BUCKETS => [STOP, word(stop), BEFORE, &letters(other)].concat(),
            BUCKETS..TWO => [STOP, word(stop), AFTER, &letters(other - BUCKETS)].concat(),
            _ => [STOP, word(stop), " ", word(other - TWO)].concat(),
        };
        let number = self.number(&term);
        self.beside.insert((stop, other), number);
        number
    }
}
