//! Terms by number. The same words come again and again: each is cut, folded and stemmed once, and is a number from then on.
use super::{AFTER, BEFORE, BUCKETS, Compound, LONGEST_WORD, STOP, Wording, bucket, cut, fold, letters, places};
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use std::cmp::Ordering;
use std::hash::BuildHasher as _;
use std::ops::Range;

/// What a word of a text becomes.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// Of its term; of a stop word, of the word among stop words. [`NONE`] where nothing is left of the word.
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
    /// Words as texts write them, those of up to 15 bytes as a number.
    short: HashMap<u128, Known>,
    /// Those that came last, each in the one place where it may be: the commonest are found near by.
    near: Vec<(u128, Known)>,
    long: HashMap<Box<str>, Known>,
    numbers: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// All terms, one after the other: they are read in other orders than they came in, and each step aside costs more than reading.
    letters: Vec<u8>,
    heads: Vec<Head>,
    stops: HashMap<Box<str>, u32>,
    /// For each stop word and each thing that may stand beside it one more than the term's number, or 0.
    beside: Vec<u32>,
    bytes: usize,
    /// Memory for the words of a text.
    words: Vec<(Range<usize>, Known)>,
}

/// A term without looking at its letters: most are no longer than what is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// The first eight bytes, in the order of terms.
    first: u64,
    /// Bytes of the whole.
    length: u32,
    /// Where it ends among the letters of all.
    end: u32,
}

impl Head {
    fn of(term: &[u8], end: usize) -> Self {
        Self { first: first(term), length: term.len() as u32, end: end as u32 }
    }

    /// Bytes of the term.
    pub(crate) const fn length(self) -> u32 {
        self.length
    }

    /// Whether its letters are all here.
    const fn is_whole(self) -> bool {
        self.length <= 8
    }
}

/// The first eight bytes of a term, in the order of terms.
pub(crate) fn first(term: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let most = term.len().min(8);
    bytes[..most].copy_from_slice(&term[..most]);
    u64::from_be_bytes(bytes)
}

/// How far a text has been read.
#[derive(Default)]
struct Saying {
    position: u32,
    before: Option<Known>,
    compound: Compound,
}

const NONE: u32 = u32::MAX;
const UNKNOWN: Known = Known { number: NONE, stop: false, bucket: 0 };
/// Words that are looked up together.
const TOGETHER: usize = 256;
/// Places of [`Lexicon::near`] at first and at most, four times as many when there are more words: 512 KB and 4 MB. Where a word lies
/// is known from the word, so that memory is waited for once.
const NEAR: (usize, usize) = (1 << 14, 1 << 17);
/// Memory of a word besides its letters, and of a term, roughly.
const EACH: usize = 64;
const EACH_TERM: usize = 28;
/// In [`Lexicon::beside`], what is no bucket of the word after (up to [`BUCKETS`]) is one of the word before, then a second stop word.
const TWO: u32 = 2 * BUCKETS;

impl Lexicon {
    pub(crate) fn of(wording: Wording) -> Self {
        Self {
            wording,
            short: HashMap::new(),
            near: Vec::new(),
            long: HashMap::new(),
            numbers: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            letters: Vec::new(),
            heads: Vec::new(),
            stops: HashMap::new(),
            beside: Vec::new(),
            bytes: 0,
            words: Vec::new(),
        }
    }

    /// Terms so far; each has a number below this.
    pub(crate) fn len(&self) -> usize {
        self.heads.len()
    }

    /// A term by its number.
    pub(crate) fn head(&self, number: u32) -> Head {
        self.heads[number as usize]
    }

    /// In the order of their bytes.
    pub(crate) fn compare(&self, one: Head, other: Head) -> Ordering {
        one.first.cmp(&other.first).then_with(|| {
            if one.is_whole() && other.is_whole() {
                return one.length.cmp(&other.length);
            }
            letters_of(&self.letters, one).cmp(letters_of(&self.letters, other))
        })
    }

    /// Writes a term's bytes.
    pub(crate) fn write(&self, head: Head, into: &mut Vec<u8>) {
        if head.is_whole() {
            into.extend_from_slice(&head.first.to_be_bytes()[..head.length as usize]);
        } else {
            into.extend_from_slice(letters_of(&self.letters, head));
        }
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
        let Self { numbers, hasher, letters, heads, .. } = self;
        let hash = hasher.hash_one(term);
        let new = Head::of(term, letters.len() + term.len());
        let is_it = |number: &u32| {
            let head = heads[*number as usize];
            (head.first, head.length) == (new.first, new.length)
                && (new.is_whole() || letters_of(letters, head) == term)
        };
        if let Some(number) = numbers.find(hash, is_it) {
            return *number;
        }
        let number = heads.len() as u32;
        letters.extend_from_slice(term);
        heads.push(new);
        numbers.insert_unique(hash, number, |number| hasher.hash_one(letters_of(letters, heads[*number as usize])));
        self.bytes += term.len() + EACH_TERM;
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
        let mut saying = Saying::default();
        let mut words = std::mem::take(&mut self.words);
        places(text, |place| {
            words.push((place, UNKNOWN));
            if words.len() == TOGETHER {
                self.say(text, &mut words, &mut saying, into);
            }
        });
        self.say(text, &mut words, &mut saying, into);
        into.extend(self.closed(text, &saying.compound));
        self.words = words;
    }

    /// Goes on with the words that come next. All are looked up first: what becomes of a word depends on what is found, and a processor
    /// that has to guess it fetches one word at a time.
    fn say(&mut self, text: &str, words: &mut Vec<(Range<usize>, Known)>, saying: &mut Saying, into: &mut Vec<Listed>) {
        for (place, word) in words.iter_mut() {
            *word = self.known(text, place.clone());
        }
        for (place, word) in words.drain(..).filter(|(_, word)| word.number != NONE) {
            let Saying { position, before, compound } = saying;
            if !compound.takes(text, &place) {
                into.extend(self.closed(text, compound));
                compound.begin(*position);
            }
            compound.parts.push(place);
            let beside = match before {
                Some(before) if before.stop && word.stop => Some((before.number, TWO + word.number, *position - 1)),
                Some(before) if before.stop => Some((before.number, word.bucket, *position - 1)),
                Some(before) if word.stop => Some((word.number, BUCKETS + before.bucket, *position)),
                _ => None,
            };
            if let Some((stop, other, position)) = beside {
                into.push(Listed { position, number: self.beside(stop, other) });
            }
            if !word.stop {
                into.push(Listed { position: *position, number: word.number });
            }
            *before = Some(word);
            *position += 1;
        }
    }

    /// What a hyphenated compound is in one word, where it begins: `co-operative` is found as `cooperative` too.
    fn closed(&mut self, text: &str, compound: &Compound) -> Option<Listed> {
        let word = fold(&compound.closed(text)?);
        if self.wording.is_stop(&word) {
            return None;
        }
        let number = self.number(&self.wording.term(&word));
        // where languages drop beginnings it may be the term of a part, and a term's places are told in order
        let mut parts = compound.parts.iter().map(|part| self.known(text, part.clone()));
        let is_part = parts.any(|part| !part.stop && part.number == number);
        (!is_part).then_some(Listed { position: compound.position, number })
    }

    fn known(&mut self, text: &str, place: Range<usize>) -> Known {
        let Some(short) = short(text.as_bytes(), &place) else {
            let word = &text[place];
            return self.long.get(word).copied().unwrap_or_else(|| self.learn(word, None));
        };
        if self.near.len() < NEAR.1 && self.near.len() <= self.short.len() {
            let places = (self.near.len() * 4).clamp(NEAR.0, NEAR.1);
            self.near.clear();
            self.near.resize(places, (0, UNKNOWN));
        }
        // multiplied, the bits of all letters reach the highest
        let folded = (short as u64) ^ (short >> 64) as u64;
        let slot = (folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 47) as usize & (self.near.len() - 1);
        if let Some((held, known)) = self.near.get(slot)
            && *held == short
        {
            return *known;
        }
        let known = self.short.get(&short).copied().unwrap_or_else(|| self.learn(&text[place], Some(short)));
        self.near[slot] = (short, known);
        known
    }

    fn learn(&mut self, word: &str, short: Option<u128>) -> Known {
        let folded = fold(word);
        let stop = self.wording.is_stop(&folded);
        let term = self.wording.term(&folded);
        let number = if term.is_empty() {
            NONE
        } else if stop {
            self.stop(&term)
        } else {
            self.number(&term)
        };
        let known = Known { number, stop, bucket: bucket(&term) };
        if let Some(short) = short {
            self.bytes += EACH;
            self.short.insert(short, known);
        } else if word.len() <= LONGEST_WORD {
            // a longer line of noise will hardly come again
            self.bytes += word.len() + EACH;
            self.long.insert(word.into(), known);
        }
        known
    }

    fn stop(&mut self, term: &str) -> u32 {
        let next = self.stops.len() as u32;
        *self.stops.entry_ref(term).or_insert(next)
    }

    fn beside(&mut self, stop: u32, other: u32) -> u32 {
        // there are no more stop words than this, each with a row as wide
        let place = (stop * (TWO + self.wording.stop_words() as u32) + other) as usize;
        if self.beside.len() <= place {
            self.beside.resize(place + 1, 0);
        }
        if let Some(number) = self.beside[place].checked_sub(1) {
            return number;
        }
        let word = |number: u32| self.stops.iter().find(|(_, held)| **held == number).map_or("", |(word, _)| word);
        let term = match other {
            0..BUCKETS => [STOP, word(stop), BEFORE, &letters(other)].concat(),
            BUCKETS..TWO => [STOP, word(stop), AFTER, &letters(other - BUCKETS)].concat(),
            _ => [STOP, word(stop), " ", word(other - TWO)].concat(),
        };
        let number = self.number(&term);
        self.beside[place] = number + 1;
        number
    }
}

fn letters_of(letters: &[u8], Head { end, length, .. }: Head) -> &[u8] {
    &letters[(end - length) as usize..end as usize]
}

/// A word of up to 15 bytes as one number: its letters, and above them how many they are.
fn short(text: &[u8], place: &Range<usize>) -> Option<u128> {
    let length = place.len();
    if length > 15 {
        return None;
    }
    let letters = match text.get(place.start..place.start + 16).and_then(|bytes| bytes.try_into().ok()) {
        Some(bytes) => u128::from_le_bytes(bytes) & ((1 << (8 * length)) - 1),
        None => {
            let mut bytes = [0; 16];
            bytes[..length].copy_from_slice(text.get(place.clone())?);
            u128::from_le_bytes(bytes)
        }
    };
    Some(letters | (length as u128) << 120)
}
