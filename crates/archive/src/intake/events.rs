//! Which sentences that many stories have are told of one event. The updates of a wire repeat what does not change, and a series its setting;
//! a page puts its sentences beside stories of anything. What tells them apart are the stories' other sentences: those of one event name the
//! same people, places and things, as few other stories do.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::blocks::{Block, words};
use crate::heap::Document;
use crate::intake::word_hash;
use crate::{facts, select, weigh};

/// Sentences that are looked at, and stories of each. Of further ones nothing is said.
const SENTENCES: usize = 20_000;
const STORIES: usize = 64;
/// No event has more updates.
const UPDATES: u32 = 1_000;
/// What fewer stories share is kept as it is, and asked about: they may have words in common by chance.
pub(crate) const FEW: u32 = 5;
/// Words of one story that are looked at.
const WORDS: usize = 256;
/// Words that the stories must have in common, with a name among them, and how much more often than other stories …
const COMMON: usize = 4;
const OFTENER: u64 = 2;
/// … or so many where there are too few other stories to tell.
const COMMON_ALONE: usize = 6;

/// What one document tells.
#[derive(Debug, Default)]
pub(crate) struct Telling {
    /// Sentences of its that many stories have, and whether they stand between others that hardly another story has.
    sentences: Vec<(u64, bool)>,
    /// What its other sentences are about, sorted; whether as a name.
    words: BTreeMap<u64, bool>,
}

impl Telling {
    /// Reads a document. `stories` says in how many stories a line stands, `many` from how many on it counts.
    pub(crate) fn of(document: &Document, stories: &dyn Fn(u64) -> u32, many: u32) -> Option<Self> {
        let told = |b: &&Block| (many..=UPDATES).contains(&stories(b.hash)) && select::tells(b);
        let told: Vec<&Block> = document.prose().filter(told).collect();
        // Most documents have none.
        if told.is_empty() {
            return None;
        }
        let own = |b: &&Block| stories(b.hash) < many && select::tells(b);
        let (first, last) = (document.prose().find(own)?.line, document.prose().filter(own).last()?.line);
        let sentences = told.iter().map(|b| (b.hash, first < b.line && b.line < last)).collect();
        Some(Self { sentences, words: about(document, stories, many) })
    }
}

/// Words of the sentences that hardly another story has.
pub(crate) fn about(document: &Document, stories: &dyn Fn(u64) -> u32, many: u32) -> BTreeMap<u64, bool> {
    let mut found = BTreeMap::new();
    for block in document.prose().filter(|b| stories(b.hash) < many && select::tells(b)) {
        let mut opens = true;
        for word in words(&block.text) {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            let lower = bare.to_lowercase();
            // Scripts without small letters have no sign of a name.
            let named = !opens && !bare.starts_with(char::is_lowercase) || lower == bare.to_uppercase();
            opens = word.ends_with(['.', '!', '?', ':']);
            if weigh::is_content(&lower)
                && !facts::is_number(&lower)
                && !facts::is_calendar(&lower)
                && found.len() < WORDS
            {
                *found.entry(word_hash(&lower)).or_default() |= named;
            }
        }
    }
    found
}

/// The stories of one sentence, and what they have in common.
#[derive(Debug, Default)]
struct Sentence {
    stories: Vec<u32>,
    /// In how many of them it stands between the story's own.
    within: usize,
    /// Words, in how many of those stories, and whether as names.
    words: Vec<(u64, u32, bool)>,
}

/// What is gathered over all documents.
#[derive(Debug, Default)]
pub(crate) struct Events(HashMap<u64, Sentence>);

impl Events {
    /// Adds a document of a story.
    pub(crate) fn add(&mut self, story: u32, telling: &Telling) {
        for (line, within) in &telling.sentences {
            if self.0.len() >= SENTENCES && !self.0.contains_key(line) {
                continue;
            }
            let sentence = self.0.entry(*line).or_default();
            if sentence.stories.len() >= STORIES || sentence.stories.contains(&story) {
                continue;
            }
            if sentence.stories.is_empty() {
                sentence.words = telling.words.iter().map(|(word, named)| (*word, 1, *named)).collect();
            } else {
                for (word, stories, _) in &mut sentence.words {
                    *stories += u32::from(telling.words.contains_key(word));
                }
            }
            sentence.stories.push(story);
            sentence.within += usize::from(*within);
            let half = u32::try_from(sentence.stories.len() / 2).unwrap_or(u32::MAX);
            sentence.words.retain(|(_, stories, _)| *stories >= half);
        }
    }

    /// Keeps what the stories of a sentence have in common, of sentences where that is enough to be one event. Gives those words.
    pub(crate) fn narrow(&mut self, many: u32) -> HashSet<u64> {
        self.0.retain(|_, sentence| {
            let all = u32::try_from(sentence.stories.len()).unwrap_or(u32::MAX);
            sentence.words.retain(|(_, stories, _)| *stories * 5 >= all * 4);
            all >= many && is_enough(sentence.words.iter().map(|(.., named)| *named), COMMON)
        });
        self.0.values().flat_map(|sentence| sentence.words.iter().map(|(word, ..)| *word)).collect()
    }

    /// The sentences that are told of one event, for certain or perhaps. `drawn` says in how many of so many stories the words stand, `stories`
    /// in how many of all `total` a sentence.
    pub(crate) fn told(
        &self,
        (drawn, of): (&HashMap<u64, u32>, usize),
        stories: &dyn Fn(u64) -> u32,
        total: usize,
    ) -> HashMap<u64, bool> {
        let (of, total) = (u64::try_from(of.max(1)).unwrap_or(1), u64::try_from(total).unwrap_or(u64::MAX));
        let told = |line: &u64, sentence: &Sentence| -> Option<bool> {
            let (with, all) = (u64::from(stories(*line)), sentence.stories.len() as u64);
            let without = total.saturating_sub(with);
            let oftener = |word: u64, common: u32| {
                let everywhere = u64::from(drawn.get(&word).copied().unwrap_or_default()) * total / of;
                let here = u64::from(common) * with / all.max(1);
                // The share of these stories against that of the others.
                here * without >= everywhere.saturating_sub(here) * with * OFTENER
            };
            if without < with {
                let always = sentence.words.iter().filter(|(_, common, _)| u64::from(*common) * 10 >= all * 9);
                // Where nearly all stories have it, what stands at the end of each may be the page's.
                is_enough(always.map(|(.., named)| *named), COMMON_ALONE)
                    .then_some(sentence.within * 5 >= sentence.stories.len() * 4)
            } else {
                let words = sentence.words.iter().filter(|(word, common, _)| oftener(*word, *common));
                is_enough(words.map(|(.., named)| *named), COMMON).then_some(true)
            }
        };
        self.0.iter().filter_map(|(line, sentence)| Some((*line, told(line, sentence)?))).collect()
    }
}

/// Whether there are so many words, and a name among them.
fn is_enough(named: impl Iterator<Item = bool>, wanted: usize) -> bool {
    let (words, names) = named.fold((0, 0), |(words, names), named| (words + 1, names + usize::from(named)));
    words >= wanted && names > 0
}
