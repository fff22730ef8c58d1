//! How text becomes terms: cutting, folding, stemming, and lists by neighbour for the words that stand everywhere.
//!
//! A phrase such as "the cost of living" is slow where "the" and "of" have lists of every story. Here such words (*stop words*) have no list
//! of their own in running text. Each is kept in one of [`BUCKETS`] lists by the word before it and in one by the word after it, and two side
//! by side as a pair (`of the`). A phrase asks for its other words, and between them for the stop word in the short list of that
//! neighbour: which word stands there is exact, the bucket only shortens the list. Whole pairs for all neighbours (`cost of`, `of live`)
//! would be asked for as exactly, but are as many terms as there are neighbours: making and merging them took two fifths of the time of indexing.
//! Index and queries use the same code, so they cannot disagree.
mod compounds;
mod languages;
mod lexicon;

pub(crate) use compounds::{Compound, closed, linked};
pub use languages::Language;
pub(crate) use lexicon::{Head, Lexicon, Listed, first};

use frostem::Stemmer;
use newsroom::letters;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_normalization::char::is_combining_mark;

/// A term is cut here: no word of a language is longer, a line of noise may be.
const LONGEST_WORD: usize = 64;
/// What terms of stop words begin with, so that no prefix of a word can meet one.
const STOP: &str = "\u{1}";
/// Stands between a stop word and the bucket of the word before it.
const AFTER: &str = "<";
/// Stands between a stop word and the bucket of the word after it.
const BEFORE: &str = ">";
/// Lists of each stop word by the word before it, and as many by the word after it.
const BUCKETS: u32 = 512;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Lower case, without accents, apostrophes and possessive endings.
    pub folded: String,
    /// Where it stands in the text, in bytes.
    pub place: Range<usize>,
}

/// Cuts a text into words.
///
/// A word is a run of letters, marks and digits. Apostrophes inside a word and commas inside a number are left out, points inside a
/// number stay. Where a script has no spaces (Han, kana, Thai, Lao, Khmer, Burmese) every letter is a word: several in a row are found as
/// a phrase.
pub(crate) fn cut(text: &str) -> Vec<Word> {
    let mut words = Vec::with_capacity(text.len() / 6);
    places(text, |place| {
        let folded = fold(&text[place.clone()]);
        if !folded.is_empty() {
            words.push(Word { folded, place });
        }
    });
    words
}

/// Tells where words stand, in order.
pub(crate) fn places(text: &str, mut told: impl FnMut(Range<usize>)) {
    let bytes = text.as_bytes();
    let mut open: Option<(usize, usize)> = None;
    let (mut at, mut last) = (0, ' ');
    while let Some(byte) = bytes.get(at) {
        if byte.is_ascii_alphanumeric() {
            // most text is runs of these, and no run needs to be looked at letter by letter
            let from = at;
            at += bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            open = Some((open.map_or(from, |(from, _)| from), at));
            last = char::from(bytes[at - 1]);
            continue;
        }
        if *byte == b' ' {
            open.take().into_iter().for_each(|(from, to)| told(from..to));
            (at, last) = (at + 1, ' ');
            continue;
        }
        let mut chars = text[at..].chars();
        let Some(c) = chars.next() else { break };
        let end = at + c.len_utf8();
        if unspaced(c) {
            open.take().into_iter().chain([(at, end)]).for_each(|(from, to)| told(from..to));
        } else if c.is_alphanumeric() || (open.is_some() && (is_combining_mark(c) || joiner(c))) {
            open = Some((open.map_or(at, |(from, _)| from), end));
        } else if !(open.is_some() && joins(last, c, chars.next())) {
            open.take().into_iter().for_each(|(from, to)| told(from..to));
        }
        (at, last) = (end, c);
    }
    open.into_iter().for_each(|(from, to)| told(from..to));
}

/// Zero-width joiners belong to words of Indian and Persian scripts.
const fn joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether `c` between `last` and `next` is inside a word: an apostrophe between letters, a point or comma between digits.
fn joins(last: char, c: char, next: Option<char>) -> bool {
    let Some(next) = next else { return false };
    match c {
        '\'' | '’' | '\u{2bc}' => last.is_alphabetic() && next.is_alphabetic(),
        '.' | ',' => last.is_numeric() && next.is_numeric(),
        '\u{ad}' => last.is_alphabetic() && next.is_alphabetic(),
        _ => false,
    }
}

const fn unspaced(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Lower case without Latin and Greek accents; a possessive ending and apostrophes go. What readers leave out where papers write it, or the
/// other way round, goes too: the nukta of Devanagari, and the points of `ё`.
pub(crate) fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    if word.is_ascii() {
        let bare = word.strip_suffix("'s").or_else(|| word.strip_suffix("'S")).unwrap_or(word);
        out.extend(bare.chars().filter(|c| !matches!(c, '\'' | ',')).map(|c| c.to_ascii_lowercase()));
    } else {
        let bare = ["'s", "'S", "’s", "’S"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
        let kept = letters::bare(bare).filter(|c| !matches!(c, '\'' | '’' | '\u{2bc}' | ',' | '\u{ad}' | '\u{93c}'));
        out.extend(kept.map(|c| match c {
            'ё' => 'е',
            // these have their nukta within them
            '\u{929}' => '\u{928}',
            '\u{931}' => '\u{930}',
            '\u{934}' => '\u{933}',
            c => c,
        }));
    }
    if out.len() > LONGEST_WORD {
        let end = (0..=LONGEST_WORD).rev().find(|&at| out.is_char_boundary(at)).unwrap_or(0);
        out.truncate(end);
    }
    out
}

/// How one language's text is indexed.
#[derive(Clone)]
pub(crate) struct Wording {
    stemmer: Option<Arc<Stemmer>>,
    everywhere: Arc<HashSet<String>>,
    keeps_beginnings: bool,
}

impl Wording {
    pub(crate) fn of(language: Language) -> Self {
        Self {
            stemmer: language.algorithm().map(|algorithm| Arc::new(Stemmer::new(algorithm))),
            everywhere: Arc::new(language.stop_words().iter().map(|word| fold(word)).collect()),
            keeps_beginnings: language.keeps_beginnings(),
        }
    }

    /// Whether the word stands in nearly every story, so that it says nothing by itself.
    pub(crate) fn is_stop(&self, folded: &str) -> bool {
        self.everywhere.contains(folded)
    }

    /// How many such words there are.
    fn stop_words(&self) -> usize {
        self.everywhere.len()
    }

    /// The term of a word: its stem; a stop word stays as it is.
    pub(crate) fn term(&self, folded: &str) -> String {
        match &self.stemmer {
            Some(stemmer) if !self.is_stop(folded) && !folded.starts_with(|c: char| c.is_numeric()) => {
                let stem = stemmer.stem(folded);
                // a word never vanishes: the places of the others would move
                if stem.is_empty() { folded.to_owned() } else { stem.into_owned() }
            }
            _ => folded.to_owned(),
        }
    }

    /// Whether the term of a word as it stands in a text can be one of those that begin with these letters. Told from its first letter:
    /// most words of a text need not be folded and stemmed to know that they are not meant.
    pub(crate) fn may_begin(&self, word: &str, beginnings: &[u8]) -> bool {
        let first = word.as_bytes().first().copied().unwrap_or_default();
        !self.keeps_beginnings || !first.is_ascii() || beginnings.contains(&first.to_ascii_lowercase())
    }

    /// What a phrase is asked for by: terms with their distance from its first word. Every word is in one of them.
    ///
    /// A stop word is asked for beside one neighbour that is none. Two stop words side by side are asked for as a pair only where one of
    /// them has no such neighbour.
    pub(crate) fn phrase(&self, words: &[String]) -> Vec<(usize, String)> {
        let known: Vec<Known> =
            words.iter().map(|word| Known { term: self.term(word), stop: self.is_stop(word) }).collect();
        let plain = |at: usize| known.get(at).filter(|word| !word.stop);
        let mut asked = Vec::new();
        let mut covered = vec![false; words.len()];
        for (at, word) in known.iter().enumerate() {
            let term = if !word.stop {
                word.term.clone()
            } else if let Some(before) = at.checked_sub(1).and_then(plain) {
                [STOP, &word.term, AFTER, &letters(bucket(&before.term))].concat()
            } else if let Some(after) = plain(at + 1) {
                [STOP, &word.term, BEFORE, &letters(bucket(&after.term))].concat()
            } else {
                continue;
            };
            covered[at] = true;
            asked.push((at, term));
        }
        for at in 0..words.len().saturating_sub(1) {
            if known[at].stop && known[at + 1].stop && !(covered[at] && covered[at + 1]) {
                (covered[at], covered[at + 1]) = (true, true);
                asked.push((at, [STOP, &known[at].term, " ", &known[at + 1].term].concat()));
            }
        }
        // one word alone, a stop word
        asked.extend((0..words.len()).filter(|&at| !covered[at]).map(|at| (at, known[at].term.clone())));
        asked.sort();
        asked
    }
}

/// The tokenizer of running text: stems, and in place of stop words their lists by neighbour.
#[derive(Clone)]
pub(crate) struct Running {
    lexicon: Lexicon,
    listed: Vec<Listed>,
    made: Made,
}

/// What a word of a question becomes.
struct Known {
    term: String,
    stop: bool,
}

/// The bucket of a term, by the FNV-1a hash (Fowler, Noll, Vo): indexes on disks hold it, so it never changes.
fn bucket(term: &str) -> u32 {
    let hash = term.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    // the lowest bits of this hash are its worst
    (hash ^ (hash >> 15)) % BUCKETS
}

/// The two letters of a bucket.
fn letters(bucket: u32) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
    [bucket / 32, bucket].iter().map(|digit| char::from(DIGITS[*digit as usize % 32])).collect()
}

/// Memory of the words that one tokenizer remembers; when there are more it forgets them all.
const MOST_REMEMBERED: usize = 4_000_000;

/// The tokenizer of names and vocabulary: folded words as they stand.
#[derive(Clone, Default)]
pub(crate) struct Plain {
    made: Made,
}

/// Terms of one text, in one piece of memory that is used again for the next.
#[derive(Clone, Default)]
struct Made {
    texts: String,
    /// Position, and where in `texts` the term ends.
    terms: Vec<(usize, usize)>,
}

impl Made {
    fn clear(&mut self) {
        self.texts.clear();
        self.terms.clear();
    }

    fn push(&mut self, position: usize, text: &str) {
        self.texts.push_str(text);
        self.terms.push((position, self.texts.len()));
    }
}

/// Terms made at once, given one by one.
pub(crate) struct Terms<'a> {
    made: &'a Made,
    next: usize,
    token: Token,
}

impl<'a> Terms<'a> {
    fn of(made: &'a Made) -> Self {
        Self { made, next: 0, token: Token::default() }
    }
}

impl TokenStream for Terms<'_> {
    fn advance(&mut self) -> bool {
        let Some((position, end)) = self.made.terms.get(self.next) else { return false };
        let from = if self.next == 0 { 0 } else { self.made.terms[self.next - 1].1 };
        self.token.position = *position;
        self.token.text.clear();
        self.token.text.push_str(&self.made.texts[from..*end]);
        self.next += 1;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

impl Running {
    pub(crate) fn of(wording: Wording) -> Self {
        Self { lexicon: Lexicon::of(wording), listed: Vec::new(), made: Made::default() }
    }
}

impl Tokenizer for Running {
    type TokenStream<'a> = Terms<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms<'a> {
        if self.lexicon.bytes() > MOST_REMEMBERED {
            self.lexicon.clear();
        }
        self.listed.clear();
        self.lexicon.running(text, &mut self.listed);
        self.made.clear();
        let mut term = Vec::new();
        for one in &self.listed {
            term.clear();
            self.lexicon.write(self.lexicon.head(one.number), &mut term);
            // made of letters here, so that it is text
            self.made.push(one.position as usize, std::str::from_utf8(&term).unwrap_or_default());
        }
        Terms::of(&self.made)
    }
}

impl Tokenizer for Plain {
    type TokenStream<'a> = Terms<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms<'a> {
        self.made.clear();
        for (position, word) in cut(text).iter().enumerate() {
            self.made.push(position, &word.folded);
        }
        Terms::of(&self.made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        cut(text).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn words_are_cut_and_folded() {
        assert_eq!(words("The harbour’s café, well-kept"), ["the", "harbour", "cafe", "well", "kept"]);
        assert_eq!(words("O'Hara paid 1,250.50 in '98."), ["ohara", "paid", "1250.50", "in", "98"]);
        assert_eq!(words("किसानों की माँग"), ["किसानों", "की", "माँग"], "vowel signs and viramas stay in their words");
        assert_eq!(words("東京都"), ["東", "京", "都"]);
        assert_eq!(words("  ''' -- … "), Vec::<String>::new());
    }

    #[test]
    fn a_phrase_is_asked_for_by_terms_the_index_holds() {
        let wording = Wording::of(Language::read("en"));
        for text in [
            "the cost of living",
            "to be or not to be",
            "harbour master",
            "president of the board",
            "of the",
            "a b the c",
        ] {
            let mut running = Running::of(wording.clone());
            let mut stream = running.token_stream(text);
            let mut held = Vec::new();
            while stream.advance() {
                held.push((stream.token().position, stream.token().text.clone()));
            }
            let asked = wording.phrase(&words(text));
            assert!(!asked.is_empty() && asked.iter().all(|term| held.contains(term)), "{text}: {asked:?} of {held:?}");
        }
        assert_eq!(
            wording.phrase(&words("president of the board")).len(),
            4,
            "the pair of two stop words is not needed"
        );
    }

    #[test]
    fn a_first_letter_tells_what_a_word_cannot_be() {
        for tag in ["en", "de", "fr", "es", "it", "pt", "sv", "da", "nb", "nl", "ar", "xx"] {
            let wording = Wording::of(Language::read(tag));
            let text =
                "Dying skies, gently: l'école Ärger geben gebouw übers Ñandú uno prévu déjà 1,250 İzmir كتاب الكتاب";
            for word in text.split(' ') {
                for folded in words(word) {
                    let term = wording.term(&folded);
                    assert!(wording.may_begin(word, &term.as_bytes()[..1]), "{tag}: {word} becomes {term}");
                }
            }
        }
        assert!(!Wording::of(Language::read("en")).may_begin("harbour", b"st"));
    }

    #[test]
    fn long_noise_is_cut_at_a_character() {
        assert!(words(&"é".repeat(500)).iter().all(|word| word.len() <= LONGEST_WORD));
        assert!(words(&"क्ष".repeat(500)).iter().all(|word| word.len() <= LONGEST_WORD));
    }
}
