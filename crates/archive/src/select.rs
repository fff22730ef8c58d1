//! Which blocks of a crawl take part in rebuilding: what `furniture` left, less what stands in other stories.

use std::collections::{BTreeMap, BTreeSet};

use crate::blocks::{Block, shortened};
use crate::duplicates::Groups;
use crate::furniture::{Kind, Reason};
use crate::heap::Document;
use crate::passes::Item;
use crate::{Dropped, lexicon};

/// Headlines seen anywhere, those of the paper's stories and the tops of crawls, with the stories they belong to.
#[derive(Debug, Default)]
pub(crate) struct Headlines(Vec<(u64, u32)>);

impl Headlines {
    pub(crate) fn new(mut found: Vec<(u64, u32)>) -> Self {
        found.sort_unstable();
        found.dedup();
        Self(found)
    }

    /// Whether the line is a headline of this story, and of another one.
    fn of(&self, hash: u64, group: usize) -> (bool, bool) {
        let (mut own, mut elsewhere) = (false, false);
        let first = self.0.partition_point(|h| h.0 < hash);
        for (_, story) in self.0.iter().skip(first).take_while(|h| h.0 == hash) {
            let same = *story as usize == group;
            own |= same;
            elsewhere |= !same;
        }
        (own, elsewhere)
    }
}

/// The outcome for one crawl.
#[derive(Debug, Default)]
pub(crate) struct Selected {
    pub items: Vec<Item>,
    pub dropped: Vec<Dropped>,
    /// Doubts about the story that the selection raises.
    pub doubts: Vec<String>,
}

/// What the selection of one group needs to know.
pub(crate) struct Selection<'a> {
    pub group: usize,
    pub groups: &'a Groups,
    pub headlines: &'a Headlines,
    pub documents: &'a [&'a Document],
    /// Documents (within the group) in which a line passes as part of the story.
    pub kept_in: BTreeMap<u64, BTreeSet<usize>>,
    /// In how many documents (within the group) a line stands at all.
    present: BTreeMap<u64, usize>,
}

impl<'a> Selection<'a> {
    pub(crate) fn new(
        group: usize,
        groups: &'a Groups,
        headlines: &'a Headlines,
        documents: &'a [&'a Document],
    ) -> Self {
        let mut kept_in: BTreeMap<u64, BTreeSet<usize>> = BTreeMap::new();
        for (doc, document) in documents.iter().enumerate() {
            for block in document.blocks.iter().filter(|b| !matches!(b.kind, Kind::Furniture(_))) {
                kept_in.entry(block.hash).or_default().insert(doc);
            }
        }
        let mut present: BTreeMap<u64, usize> = BTreeMap::new();
        for document in documents {
            let hashes: BTreeSet<u64> = document.blocks.iter().map(|b| b.hash).collect();
            for hash in hashes {
                *present.entry(hash).or_default() += 1;
            }
        }
        Self { group, groups, headlines, documents, kept_in, present }
    }

    /// Chooses the blocks of one document; `foreign` holds lines of another story told in the same crawl (sorted).
    pub(crate) fn select(&self, doc: usize, foreign: &[u64]) -> Selected {
        let mut selected = Selected::default();
        let Some(document) = self.documents.get(doc) else {
            return selected;
        };
        let mut under_label = false;
        for (at, block) in document.blocks.iter().enumerate() {
            let verdict = if foreign.binary_search(&block.hash).is_ok() {
                Err(("belongs to another story in the same file".to_owned(), true))
            } else {
                self.verdict(doc, block)
            };
            // A line that stands in many stories and is no sentence is a label; what follows it and is no sentence either is its list.
            let unsure = block.kind == Kind::Unsure;
            let verdict = match verdict {
                Ok(()) if under_label && (unsure || asks(block)) && !self.vouched(doc, block) => {
                    Err((Reason::UnderLabel.to_string(), false))
                }
                other => other,
            };
            under_label = (unsure && verdict.is_err()) || (under_label && verdict.is_err());
            match verdict {
                Ok(()) => selected.items.push(Item { block: at, hash: block.hash, chars: block.chars() }),
                Err((reason, doubtful)) => {
                    if doubtful {
                        selected.doubts.push(format!(
                            "left out, though it reads like a sentence: “{}” ({reason})",
                            shortened(&block.text, 80)
                        ));
                    }
                    selected.dropped.push(dropped(document, block, reason));
                }
            }
        }
        selected
    }

    /// Whether another crawl has the line as part of the story.
    fn vouched(&self, doc: usize, block: &Block) -> bool {
        self.kept_in.get(&block.hash).is_some_and(|docs| docs.iter().any(|d| *d != doc))
    }

    /// A series has its own crossheads, and `decide` looks whether the copies agree on their places. What stands in a tenth of all
    /// stories is the page's.
    fn is_of_a_series(&self, doc: usize, block: &Block) -> bool {
        (self.groups.stories(block.hash) as usize) * 10 < self.groups.total && self.vouched(doc, block)
    }

    fn verdict(&self, doc: usize, block: &Block) -> Result<(), (String, bool)> {
        let stories = self.groups.stories(block.hash);
        let repeated = self.groups.is_repeated(block.hash);
        if let Kind::Furniture(reason) = block.kind {
            if reason.is_soft() && self.vouched(doc, block) && (!repeated || self.is_of_a_series(doc, block)) {
                return Ok(());
            }
            // A sentence that was taken for furniture by its words alone is worth a look, unless other stories confirm it; so is
            // any such line that several copies of this story have and no other story.
            let by_words = matches!(reason, Reason::Tail | Reason::Order | Reason::Wall);
            let sentence = block.score >= 0.9 && block.chars() >= 70 && stories < 2;
            let shared = self.present.get(&block.hash).is_some_and(|docs| *docs > 1);
            let sentence = by_words && (sentence || (shared && self.groups.own(block.hash)));
            return Err((reason.to_string(), sentence));
        }
        let (own, elsewhere) = self.headlines.of(block.hash, self.group);
        if elsewhere && !own && block.key.split(' ').count() <= 26 {
            return Err(("the headline of another story".to_owned(), false));
        }
        if !repeated {
            return Ok(());
        }
        let reason = format!("stands in {stories} stories");
        if block.kind == Kind::Unsure {
            let series = self.is_of_a_series(doc, block);
            return if series { Ok(()) } else { Err((reason, false)) };
        }
        let words: Vec<&str> = block.key.split(' ').take(60).collect();
        let strong = block.score >= 0.9 && block.chars() >= 60 && !lexicon::vocabulary(&words).reader;
        // Background that a paper repeats in a few stories is still part of each; what stands in many is the page's.
        let few = stories < (self.groups.repeated_from * 2).max(5);
        if strong && few { Ok(()) } else { Err((reason, strong)) }
    }
}

/// A short question or exclamation: a headline as often as a sentence.
fn asks(block: &Block) -> bool {
    block.text.ends_with(['?', '!']) && block.key.split(' ').count() <= 16
}

pub(crate) fn dropped(document: &Document, block: &Block, reason: String) -> Dropped {
    Dropped { crawl: document.name().to_owned(), line: block.line, text: shortened(&block.text, 300), reason }
}
