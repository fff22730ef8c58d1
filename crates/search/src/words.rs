//! How text becomes terms: cutting, folding, stemming, and pairs for the words that stand everywhere.
//!
//! A phrase such as "the cost of living" is slow where "the" and "of" have lists of every story. Here such words have no list of their
//! own in running text: they are kept as pairs with their neighbours (`the cost`, `cost of`, `of live`), whose lists are short, and a
//! phrase is asked for by its pairs. Index and queries use the same code, so they cannot disagree.
mod languages;

pub use languages::Language;

use frostem::Stemmer;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A term is cut here: no word of a language is longer, a line of noise may be.
const LONGEST_WORD: usize = 64;
/// What a pair begins with, so that no prefix of a word can meet one.
const PAIR: &str = "\u{1}";

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
    let mut chars = text.char_indices().peekable();
    let mut open: Option<(usize, usize)> = None;
    let mut last = ' ';
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let next = chars.peek().map(|(_, c)| *c);
        if unspaced(c) {
            open.take().into_iter().chain([(at, end)]).for_each(|(from, to)| told(from..to));
        } else if c.is_alphanumeric() || (open.is_some() && (is_combining_mark(c) || joiner(c))) {
            open = Some((open.map_or(at, |(from, _)| from), end));
        } else if !(open.is_some() && joins(last, c, next)) {
            open.take().into_iter().for_each(|(from, to)| told(from..to));
        }
        last = c;
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

/// Lower case without Latin, Greek and Cyrillic accents; a possessive ending and apostrophes go.
pub(crate) fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    if word.is_ascii() {
        let bare = word.strip_suffix("'s").or_else(|| word.strip_suffix("'S")).unwrap_or(word);
        out.extend(bare.chars().filter(|c| !matches!(c, '\'' | ',')).map(|c| c.to_ascii_lowercase()));
    } else {
        let bare = ["'s", "'S", "’s", "’S"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
        // An accent is left out over Latin and Greek letters; elsewhere it makes another letter (й, vowel signs of Indian scripts).
        let mut accents_go = false;
        let kept = bare.nfkd().flat_map(char::to_lowercase).filter(|&c| {
            let accent = matches!(c, '\u{300}'..='\u{36f}');
            if !accent {
                accents_go = c.is_ascii_alphabetic() || matches!(c, '\u{370}'..='\u{3ff}');
            }
            !(accent && accents_go)
        });
        for c in kept.nfc() {
            match c {
                '\'' | '’' | '\u{2bc}' | ',' | '\u{ad}' => {}
                'ß' => out.push_str("ss"),
                'ø' => out.push('o'),
                'æ' => out.push_str("ae"),
                'œ' => out.push_str("oe"),
                'ł' => out.push('l'),
                'đ' => out.push('d'),
                'ı' => out.push('i'),
                c => out.push(c),
            }
        }
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

    /// The term of two neighbours of which one is a stop word.
    fn pair(first: &str, second: &str) -> String {
        format!("{PAIR}{first} {second}")
    }

    /// What a phrase is asked for by: terms with their distance from its first word. Every word is in one of them.
    ///
    /// Two stop words side by side need a pair of their own only where no other pair holds them.
    pub(crate) fn phrase(&self, words: &[String]) -> Vec<(usize, String)> {
        let stops: Vec<bool> = words.iter().map(|word| self.is_stop(word)).collect();
        let terms: Vec<String> = words.iter().map(|word| self.term(word)).collect();
        let mut covered = vec![false; words.len()];
        let mut asked = Vec::new();
        let mut ask = |at: usize, covered: &mut Vec<bool>| {
            asked.push((at, Self::pair(&terms[at], &terms[at + 1])));
            (covered[at], covered[at + 1]) = (true, true);
        };
        for at in 0..words.len().saturating_sub(1) {
            if stops[at] != stops[at + 1] {
                ask(at, &mut covered);
            }
        }
        for at in 0..words.len().saturating_sub(1) {
            if stops[at] && stops[at + 1] && !(covered[at] && covered[at + 1]) {
                ask(at, &mut covered);
            }
        }
        for at in 0..words.len() {
            if !covered[at] {
                asked.push((at, terms[at].clone()));
            }
        }
        asked.sort();
        asked
    }
}

/// The tokenizer of running text: stems, and pairs in place of stop words.
#[derive(Clone)]
pub(crate) struct Running {
    wording: Wording,
    known: HashMap<Box<str>, Known>,
    made: Made,
}

/// What a word of the text becomes. The same words come again and again: looking one up costs a fraction of folding and stemming it.
#[derive(Clone)]
struct Known {
    /// Empty where nothing is left of the word.
    term: Box<str>,
    stop: bool,
}

/// Words that are remembered by one tokenizer; when there are more it begins anew. Some 2 MB.
const MOST_KNOWN: usize = 20_000;

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

    fn push(&mut self, position: usize, text: &[&str]) {
        text.iter().for_each(|piece| self.texts.push_str(piece));
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
        Self { wording, known: HashMap::new(), made: Made::default() }
    }
}

impl Wording {
    fn known(&self, word: &str) -> Known {
        let folded = fold(word);
        Known { stop: self.is_stop(&folded), term: self.term(&folded).into() }
    }
}

impl Tokenizer for Running {
    type TokenStream<'a> = Terms<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms<'a> {
        let Self { wording, known, made } = self;
        made.clear();
        let mut position = 0;
        // the last word's term, and whether it is a stop word
        let (mut before, mut stopped) = (String::with_capacity(LONGEST_WORD), None);
        places(text, |place| {
            let word = &text[place];
            let fresh;
            let Known { term, stop } = match known.get(word) {
                Some(held) => held,
                None if word.len() > LONGEST_WORD => {
                    fresh = wording.known(word);
                    &fresh
                }
                None => {
                    if known.len() >= MOST_KNOWN {
                        known.clear();
                    }
                    known.entry(word.into()).or_insert_with(|| wording.known(word))
                }
            };
            if term.is_empty() {
                return;
            }
            if stopped.is_some_and(|first_stops| *stop || first_stops) {
                made.push(position - 1, &[PAIR, &before, " ", term]);
            }
            if !*stop {
                made.push(position, &[term]);
            }
            before.clear();
            before.push_str(term);
            stopped = Some(*stop);
            position += 1;
        });
        Terms::of(made)
    }
}

impl Tokenizer for Plain {
    type TokenStream<'a> = Terms<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms<'a> {
        self.made.clear();
        for (position, word) in cut(text).iter().enumerate() {
            self.made.push(position, &[&word.folded]);
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
    fn a_phrase_is_asked_for_by_the_pairs_the_index_holds() {
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
            2,
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
