//! Which lines of the several passes are one paragraph.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::Options;
use crate::blocks::{Block, hash_of};
use crate::furniture::Kind;
use crate::heap::Document;
use crate::passes::Pass;
use crate::shape;

/// Where a paragraph stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub pass: usize,
    /// Index of the document within the group.
    pub doc: usize,
    pub block: usize,
}

/// A paragraph with all its places.
#[derive(Debug, Clone, Default)]
pub(crate) struct Class {
    pub hash: u64,
    /// Some place reads as prose.
    pub prose: bool,
    /// Every place is in what looks like the list under a label.
    pub listed: bool,
    /// Places with the whole paragraph.
    pub places: Vec<Place>,
    /// Places where it is cut short or run together with its neighbour: witnesses, but not of the text.
    pub partial: Vec<Place>,
}

impl Class {
    pub(crate) fn passes(&self) -> BTreeSet<usize> {
        self.places.iter().chain(&self.partial).map(|p| p.pass).collect()
    }

    pub(crate) fn docs(&self) -> BTreeSet<usize> {
        self.places.iter().chain(&self.partial).map(|p| p.doc).collect()
    }
}

/// Classes, and each pass as a sequence of them without repetition.
#[derive(Debug)]
pub(crate) struct Classes {
    pub all: Vec<Class>,
    pub sequences: Vec<Vec<usize>>,
}

pub(crate) fn block<'a>(documents: &[&'a Document], place: &Place) -> Option<&'a Block> {
    documents.get(place.doc).and_then(|d| d.blocks.get(place.block))
}

/// Prose, or a sentence that was taken for furniture by its words and is the story's own all the same.
fn reads_as_prose(block: &Block) -> bool {
    block.kind == Kind::Prose
        || (matches!(block.kind, Kind::Furniture(_)) && block.score >= 0.7 && shape::closes(&block.text))
}

/// Builds the classes of a group.
pub(crate) fn build(passes: &[Pass], documents: &[&Document], options: &Options) -> Classes {
    let mut all: Vec<Class> = Vec::new();
    let mut by_hash: HashMap<(u64, u16), usize> = HashMap::new();
    let mut sequences: Vec<Vec<usize>> = Vec::new();
    for (number, pass) in passes.iter().enumerate() {
        let mut sequence = Vec::with_capacity(pass.items.len());
        for item in &pass.items {
            let id = *by_hash.entry((item.hash, item.nth)).or_insert_with(|| {
                all.push(Class { hash: item.hash, listed: true, ..Class::default() });
                all.len() - 1
            });
            let place = Place { pass: number, doc: pass.doc, block: item.block };
            if let Some(class) = all.get_mut(id) {
                class.prose |= block(documents, &place).is_some_and(reads_as_prose);
                class.listed &= item.listed;
                class.places.push(place);
            }
            sequence.push(id);
        }
        sequences.push(sequence);
    }
    let mut merger = Merger { documents, all, sequences, into: BTreeMap::new() };
    if passes.len() > 1 {
        merger.run_together(&by_hash);
    }
    merger.cut_short();
    if passes.len() > 1 {
        merger.nearly_equal(options.same_paragraph);
    }
    merger.finish()
}

struct Merger<'a> {
    documents: &'a [&'a Document],
    all: Vec<Class>,
    sequences: Vec<Vec<usize>>,
    /// Class → (class it became part of, whether its places are partial).
    into: BTreeMap<usize, (usize, bool)>,
}

impl Merger<'_> {
    fn block_of(&self, id: usize) -> Option<&Block> {
        let place = self.all.get(id)?.places.first()?;
        self.documents.get(place.doc)?.blocks.get(place.block)
    }

    /// A line that is two neighbouring paragraphs of another pass run together stands for both.
    fn run_together(&mut self, by_hash: &HashMap<(u64, u16), usize>) {
        let mut tried: BTreeSet<(usize, usize)> = BTreeSet::new();
        let mut joined: Vec<(usize, usize, usize)> = Vec::new();
        for sequence in &self.sequences {
            for pair in sequence.windows(2) {
                let [a, b] = pair else { continue };
                if !tried.insert((*a, *b)) {
                    continue;
                }
                let (Some(x), Some(y)) = (self.block_of(*a), self.block_of(*b)) else {
                    continue;
                };
                if x.key.len() + y.key.len() > 10_000 {
                    continue;
                }
                let both = hash_of(&format!("{} {}", x.key, y.key));
                if let Some(whole) = by_hash.get(&(both, 0)) {
                    joined.push((*whole, *a, *b));
                }
            }
        }
        for (whole, a, b) in joined {
            if self.into.contains_key(&whole) || whole == a || whole == b {
                continue;
            }
            if self.mostly_whole(whole, a, b) {
                self.into.insert(a, (whole, true));
                self.into.insert(b, (whole, true));
                continue;
            }
            let places = self.all.get(whole).map(|c| c.places.clone()).unwrap_or_default();
            if let Some(second) = self.all.get_mut(b) {
                second.partial.extend(places);
            }
            self.into.insert(whole, (a, true));
            for sequence in &mut self.sequences {
                if let Some(at) = sequence.iter().position(|c| *c == whole) {
                    sequence.splice(at..=at, [a, b]);
                }
            }
        }
    }

    /// Whether more crawls have the paragraph on one line than on two, or the seam shows, and none has the parts for themselves: then
    /// it was divided there, and not run together in the others.
    fn mostly_whole(&self, whole: usize, a: usize, b: usize) -> bool {
        let class = |id: usize| self.all.get(id).map(|c| (c.docs(), c.passes()));
        let (Some(whole), Some(first), Some(second)) = (class(whole), class(a), class(b)) else { return false };
        let taken = self.into.contains_key(&a) || self.into.contains_key(&b);
        let divided = || self.is_divided(a, b);
        !taken && first == second && whole.1.is_disjoint(&first.1) && (whole.0.len() > first.0.len() || divided())
    }

    /// Whether the two lines are one that something of the page was put into: no sentence ends at the seam, and there is always
    /// another line between them, or the second goes on in small letters.
    fn is_divided(&self, a: usize, b: usize) -> bool {
        let (Some(x), Some(y)) = (self.block_of(a), self.block_of(b)) else { return false };
        let (Some(first), Some(second)) = (self.all.get(a), self.all.get(b)) else { return false };
        let apart = first
            .places
            .iter()
            .all(|p| second.places.iter().any(|q| q.pass == p.pass && q.doc == p.doc && q.block > p.block + 1));
        !shape::closes(&x.text) && (apart || y.text.starts_with(char::is_lowercase))
    }

    /// A line that is the beginning of another one was cut: by the end of the file, or by a teaser.
    fn cut_short(&mut self) {
        let mut keys: Vec<(&str, usize)> = (0..self.all.len())
            .filter(|id| !self.into.contains_key(id))
            .filter_map(|id| {
                let key = &self.block_of(id)?.key;
                (key.len() <= 10_000).then_some((key.as_str(), id))
            })
            .collect();
        keys.sort_unstable();
        let mut found = Vec::new();
        for pair in keys.windows(2) {
            let [(short, a), (long, b)] = pair else { continue };
            // Equal ones are two places of one line.
            let begins = long.len() > short.len() && long.starts_with(short);
            if short.len() < 20 || !begins || short.split(' ').nth(3).is_none() {
                continue;
            }
            let cut = self.block_of(*a).is_some_and(|b| {
                let end = b.text.trim_end_matches([']', ')', ' ']);
                !shape::closes(&b.text) || end.ends_with('…') || end.ends_with("...")
            });
            if cut || self.apart(*a, *b) {
                found.push((*a, *b));
            }
        }
        // Longest first: a cut of a cut ends at the whole.
        for (a, b) in found.into_iter().rev() {
            let whole = self.into.get(&b).map_or(b, |(whole, _)| *whole);
            self.into.insert(a, (whole, true));
        }
    }

    fn apart(&self, a: usize, b: usize) -> bool {
        match (self.all.get(a), self.all.get(b)) {
            (Some(x), Some(y)) => x.passes().is_disjoint(&y.passes()),
            _ => false,
        }
    }

    /// Long lines of different passes that differ in a few letters are one paragraph; two lines of one pass never are, for in tables
    /// nearly equal lines are different facts.
    fn nearly_equal(&mut self, threshold: f64) {
        let mut index: Vec<(u64, usize)> = Vec::new();
        let mut grams: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
        let passes = self.sequences.len();
        for id in 0..self.all.len() {
            let everywhere = self.all.get(id).is_none_or(|c| c.passes().len() >= passes);
            let Some(block) = self.block_of(id).filter(|b| b.chars() >= 60 && b.key.len() <= 10_000) else {
                continue;
            };
            if everywhere || self.into.contains_key(&id) {
                continue;
            }
            let list = five_grams(&block.key);
            index.extend(list.iter().take(8).map(|g| (*g, id)));
            grams.insert(id, list);
        }
        index.sort_unstable();
        let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
        for entry in index.chunk_by(|a, b| a.0 == b.0) {
            for (at, a) in entry.iter().enumerate() {
                pairs.extend(entry.iter().skip(at + 1).take(16).map(|b| (a.1.min(b.1), a.1.max(b.1))));
            }
        }
        for (a, b) in pairs {
            let (Some(x), Some(y)) = (grams.get(&a), grams.get(&b)) else {
                continue;
            };
            let same = self.all.get(a).map(|c| c.hash) == self.all.get(b).map(|c| c.hash);
            if same
                || jaccard(x, y) < threshold
                || self.into.contains_key(&a)
                || self.into.contains_key(&b)
                || !self.apart(a, b)
            {
                continue;
            }
            let more = |id: usize| self.all.get(id).map_or(0, |c| c.places.len());
            let (keep, give) = if more(b) > more(a) { (b, a) } else { (a, b) };
            let given = self.all.get(give).cloned().unwrap_or_default();
            if let Some(class) = self.all.get_mut(keep) {
                class.prose |= given.prose;
                class.places.extend(given.places);
                class.partial.extend(given.partial);
            }
            self.into.insert(give, (keep, false));
        }
    }

    fn finish(mut self) -> Classes {
        let into = self.into;
        for (from, (to, partial)) in &into {
            if !partial {
                continue;
            }
            let places = self.all.get_mut(*from).map(|c| {
                let mut places = std::mem::take(&mut c.places);
                places.append(&mut c.partial);
                places
            });
            let to = into.get(to).map_or(*to, |(further, _)| *further);
            if let Some(class) = self.all.get_mut(to) {
                class.partial.extend(places.unwrap_or_default());
            }
        }
        let resolve = |id: usize| {
            let mut id = id;
            let mut partial = false;
            // A chain has at most three links: cut, joined, near.
            for _ in 0..4 {
                if let Some((to, cut)) = into.get(&id) {
                    id = *to;
                    partial |= *cut;
                }
            }
            (id, partial)
        };
        for sequence in &mut self.sequences {
            let resolved: Vec<(usize, bool)> = sequence.iter().map(|id| resolve(*id)).collect();
            let whole: BTreeSet<usize> = resolved.iter().filter(|(_, partial)| !partial).map(|(id, _)| *id).collect();
            let mut seen = BTreeSet::new();
            // Where a pass has a paragraph whole and cut, the whole one says where it stands.
            *sequence = resolved
                .into_iter()
                .filter(|(id, partial)| !(*partial && whole.contains(id)))
                .filter(|(id, _)| seen.insert(*id))
                .map(|(id, _)| id)
                .collect();
        }
        for (from, (_, _)) in &into {
            if let Some(class) = self.all.get_mut(*from) {
                class.places.clear();
                class.partial.clear();
            }
        }
        for class in &mut self.all {
            class.places.sort_unstable();
            class.partial.sort_unstable();
            class.partial.dedup();
        }
        Classes { all: self.all, sequences: self.sequences }
    }
}

/// Sorted hashes of the character 5-grams of a key.
pub(crate) fn five_grams(key: &str) -> Vec<u64> {
    let chars: Vec<char> = key.chars().collect();
    let mut grams: Vec<u64> = chars
        .windows(5.min(chars.len()).max(1))
        .map(|gram| {
            gram.iter().fold(0xcbf2_9ce4_8422_2325u64, |hash, c| {
                let mixed = (hash ^ u64::from(*c)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                mixed ^ (mixed >> 29)
            })
        })
        .collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// Jaccard similarity of two sorted sets.
pub(crate) fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let mut rest = b.iter().peekable();
    let mut common = 0usize;
    for x in a {
        while rest.next_if(|y| *y < x).is_some() {}
        common += usize::from(rest.peek() == Some(&x));
    }
    let all = a.len() + b.len() - common;
    if all == 0 {
        return 1.0;
    }
    #[allow(clippy::cast_precision_loss, reason = "sizes of sets of one paragraph")]
    let share = common as f64 / all as f64;
    share
}
