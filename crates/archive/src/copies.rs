//! Crawls of stories that the paper already has: recorded, compared, never published over the desk's text.

use std::collections::BTreeSet;

use crate::CopyOf;
use crate::blocks::Block;
use crate::classes::{five_grams, jaccard};
use crate::furniture::Kind;
use crate::heap::Document;
use crate::passes::Item;
use crate::reconstruct::Telling;
use crate::select::Selection;

impl Telling<'_> {
    /// Records the crawls of a group that holds stories of the paper.
    pub(crate) fn copies(&self) -> Vec<CopyOf> {
        let mut copies = Vec::new();
        let selection = Selection::new(self.number, self.groups, self.lines, &self.documents);
        for (doc, document) in self.documents.iter().enumerate().filter(|(_, d)| d.known.is_none()) {
            let items = selection.select(doc, self.foreign(doc)).items;
            let mut seen = BTreeSet::new();
            let read: Vec<&Block> = items
                .iter()
                .filter(|item: &&Item| seen.insert(item.hash))
                .filter_map(|item| document.blocks.get(item.block))
                .collect();
            let shared = |known: &Document| known.blocks.iter().filter(|b| seen.contains(&b.hash)).count();
            let best = self
                .documents
                .iter()
                .filter(|d| d.known.is_some())
                .max_by_key(|d| (shared(d), std::cmp::Reverse(d.known)));
            let Some((known, number)) = best.and_then(|d| Some((d, d.known?))) else {
                continue;
            };
            let theirs: Vec<&Block> = known.blocks.iter().collect();
            let prose: Vec<&Block> = read.iter().copied().filter(|b| b.kind == Kind::Prose).collect();
            copies.extend(document.refs.iter().map(|crawl| CopyOf {
                number,
                crawl: crawl.clone(),
                lacked: absent(&theirs, &read, self.options.same_paragraph),
                extra: absent(&prose, &theirs, self.options.same_paragraph),
            }));
        }
        copies
    }
}

/// Texts of `these` that have no equal and no near-equal among `those`.
fn absent(these: &[&Block], those: &[&Block], threshold: f64) -> Vec<String> {
    let hashes: BTreeSet<u64> = those.iter().map(|b| b.hash).collect();
    let missing: Vec<&&Block> = these.iter().filter(|b| !hashes.contains(&b.hash)).take(2000).collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let grams: Vec<Vec<u64>> =
        those.iter().filter(|b| b.key.len() < 10_000).map(|b| five_grams(&b.key)).take(2000).collect();
    missing
        .into_iter()
        .filter(|b| {
            let own = if b.key.len() < 10_000 { five_grams(&b.key) } else { Vec::new() };
            own.is_empty() || !grams.iter().any(|g| jaccard(&own, g) >= threshold)
        })
        .map(|b| b.text.clone())
        .collect()
}
