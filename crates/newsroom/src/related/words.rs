//! The public words of a story, counted: headline, standfirst, topics, preview. A locked paragraph is not read here.
use unicode_segmentation::UnicodeSegmentation;

use crate::articles::Story;

/// Words read of one story; what comes after them shapes nothing.
const MOST_WORDS: usize = 2_000;
/// A word longer than this is no word.
const LONGEST_WORD: usize = 64;

/// How much a word weighs by where it stands.
const IN_HEADLINE: f32 = 3.0;
const IN_STANDFIRST: f32 = 2.0;
const IN_TOPICS: f32 = 6.0;
const IN_PREVIEW: f32 = 1.0;

/// A text whose words weigh alike.
#[derive(Debug, Clone, Copy)]
pub struct Passage<'a> {
    pub text: &'a str,
    pub weight: f32,
}

/// The words of a story as numbers, made once and asked by the model and by the test for copies.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Words {
    /// Term and how often it stands there, weighed; in the order of the terms, each once.
    counts: Vec<(u64, f32)>,
    /// Terms in the order of the text, without the topics: what a copy shares.
    run: Vec<u64>,
    /// How many terms of the text are the first passage's: the headline.
    headline: usize,
}

impl Words {
    /// Reads what everybody may read of a story.
    #[must_use]
    pub fn of(story: &Story) -> Self {
        let headline = std::iter::once(Passage { text: &story.headline, weight: IN_HEADLINE });
        let standfirst = story.standfirst.iter().map(|text| Passage { text, weight: IN_STANDFIRST });
        let preview = story.preview().iter().map(|block| Passage { text: block.text(), weight: IN_PREVIEW });
        let mut words = Self::read(headline.chain(standfirst).chain(preview));
        for topic in &story.topics {
            // A topic is one term however many words it has, and stands apart from the same word in a text.
            let folded: String = topic.trim().chars().flat_map(char::to_lowercase).take(LONGEST_WORD * 4).collect();
            if !folded.is_empty() {
                words.counts.push((number_of(&[b"#", folded.as_bytes()]), IN_TOPICS));
            }
            words.counts.extend(read_terms(topic).map(|term| (term, IN_STANDFIRST)));
        }
        words.settle();
        words
    }

    /// Reads passages.
    #[must_use]
    pub fn read<'a>(passages: impl IntoIterator<Item = Passage<'a>>) -> Self {
        let mut words = Self::default();
        for passage in passages {
            let room = MOST_WORDS.saturating_sub(words.run.len());
            let before = words.run.len();
            words.run.extend(read_terms(passage.text).take(room));
            words.counts.extend(words.run[before..].iter().map(|&term| (term, passage.weight)));
            if before == 0 {
                words.headline = words.run.len();
            }
        }
        words.settle();
        words
    }

    /// Term and weighed count, in the order of the terms.
    #[must_use]
    pub fn counts(&self) -> &[(u64, f32)] {
        &self.counts
    }

    /// Terms in the order of the text.
    #[must_use]
    pub fn run(&self) -> &[u64] {
        &self.run
    }

    /// Terms of the headline.
    #[must_use]
    pub fn headline(&self) -> &[u64] {
        &self.run[..self.headline]
    }

    fn settle(&mut self) {
        self.counts.sort_by_key(|&(term, _)| term);
        self.counts.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
    }
}

/// The terms of a text in any language, by the rules of Unicode (UAX 29). Scripts that are written without spaces come
/// as single signs; there, two signs next to each other are a term.
fn read_terms(text: &str) -> impl Iterator<Item = u64> + '_ {
    let mut before: Option<(usize, &str)> = None;
    text.unicode_word_indices().filter_map(move |(at, word)| {
        let sign = is_sign(word);
        let touching = before.filter(|(end, earlier)| *end == at && sign && is_sign(earlier));
        before = Some((at + word.len(), word));
        if word.len() > LONGEST_WORD {
            return None;
        }
        match touching {
            Some((_, earlier)) => Some(number_of(&[earlier.as_bytes(), word.as_bytes()])),
            None => (sign || word.chars().nth(1).is_some()).then(|| fold(word)),
        }
    })
}

/// A single sign of a script in which a sign is more than a letter.
fn is_sign(word: &str) -> bool {
    let mut signs = word.chars().filter(|c| c.is_alphabetic());
    // Thai, Lao, Myanmar, Khmer; then everything from Hiragana on that is not Hangul (which has spaces) or a full-width form
    let unspaced = |c: char| matches!(c as u32, 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0xA4CF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF);
    signs.next().is_some_and(unspaced) && signs.next().is_none()
}

fn fold(word: &str) -> u64 {
    let mut folded = [0u8; LONGEST_WORD * 3];
    let mut length = 0;
    for c in word.chars().flat_map(char::to_lowercase).filter(|c| !matches!(c, '\'' | '’')) {
        let mut sign = [0u8; 4];
        let sign = c.encode_utf8(&mut sign).as_bytes();
        let Some(room) = folded.get_mut(length..length + sign.len()) else { break };
        room.copy_from_slice(sign);
        length += sign.len();
    }
    number_of(&[&folded[..length]])
}

/// A number for a term that is the same on every machine and in every year, since models are kept (FNV-1a, then mixed).
fn number_of(parts: &[&[u8]]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in parts.iter().copied().flatten() {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    mixed(hash)
}

/// Spreads a number over all its bits (the finishing steps of splitmix64).
pub(super) const fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
