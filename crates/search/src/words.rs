//! How text becomes terms: cutting, folding, stemming, and pairs for the words that stand everywhere.
//!
//! A phrase such as "the cost of living" is slow where "the" and "of" have lists of every story. Here such words have no list of their
//! own in running text: they are kept as pairs with their neighbours (`the cost`, `cost of`, `of live`), whose lists are short, and a
//! phrase is asked for by its pairs. Index and queries use the same code, so they cannot disagree.
mod languages;

pub use languages::Language;

use frostem::Stemmer;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A term is cut here: no word of a language is longer, a line of noise may be.
const LONGEST_WORD: usize = 64;
/// What a pair begins with, so that no prefix of a word can meet one.
const PAIR: char = '\u{1}';

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
    let mut chars = text.char_indices().peekable();
    let mut open: Option<(usize, usize)> = None;
    let mut last = ' ';
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let next = chars.peek().map(|(_, c)| *c);
        if unspaced(c) {
            close(text, open.take(), &mut words);
            words.push(Word { folded: fold(&text[at..end]), place: at..end });
        } else if c.is_alphanumeric() || (open.is_some() && (is_combining_mark(c) || joiner(c))) {
            open = Some((open.map_or(at, |(from, _)| from), end));
        } else if !(open.is_some() && joins(last, c, next)) {
            close(text, open.take(), &mut words);
        }
        last = c;
    }
    close(text, open, &mut words);
    words
}

fn close(text: &str, open: Option<(usize, usize)>, words: &mut Vec<Word>) {
    let Some((from, to)) = open else { return };
    let folded = fold(&text[from..to]);
    if !folded.is_empty() {
        words.push(Word { folded, place: from..to });
    }
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
}

impl Wording {
    pub(crate) fn of(language: Language) -> Self {
        Self {
            stemmer: language.algorithm().map(|algorithm| Arc::new(Stemmer::new(algorithm))),
            everywhere: Arc::new(language.stop_words().iter().map(|word| fold(word)).collect()),
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
                stemmer.stem(folded).into_owned()
            }
            _ => folded.to_owned(),
        }
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
pub(crate) struct Running(pub Wording);

/// The tokenizer of names and vocabulary: folded words as they stand.
#[derive(Clone)]
pub(crate) struct Plain;

/// Terms made at once, given one by one.
pub(crate) struct Terms {
    made: Vec<(usize, String)>,
    next: usize,
    token: Token,
}

impl Terms {
    fn of(made: Vec<(usize, String)>) -> Self {
        Self { made, next: 0, token: Token::default() }
    }
}

impl TokenStream for Terms {
    fn advance(&mut self) -> bool {
        let Some((position, text)) = self.made.get_mut(self.next) else { return false };
        self.token.position = *position;
        std::mem::swap(&mut self.token.text, text);
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

impl Tokenizer for Running {
    type TokenStream<'a> = Terms;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms {
        let words = cut(text);
        let mut made = Vec::with_capacity(words.len() * 2);
        let mut before: Option<(String, bool)> = None;
        for (position, word) in words.iter().enumerate() {
            let stop = self.0.is_stop(&word.folded);
            let term = self.0.term(&word.folded);
            if let Some((first, first_stops)) = &before
                && (stop || *first_stops)
            {
                made.push((position - 1, Wording::pair(first, &term)));
            }
            if !stop {
                made.push((position, term.clone()));
            }
            before = Some((term, stop));
        }
        Terms::of(made)
    }
}

impl Tokenizer for Plain {
    type TokenStream<'a> = Terms;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms {
        Terms::of(cut(text).into_iter().map(|word| word.folded).enumerate().collect())
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
            let mut running = Running(wording.clone());
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
    fn long_noise_is_cut_at_a_character() {
        assert!(words(&"é".repeat(500)).iter().all(|word| word.len() <= LONGEST_WORD));
        assert!(words(&"क्ष".repeat(500)).iter().all(|word| word.len() <= LONGEST_WORD));
    }
}
