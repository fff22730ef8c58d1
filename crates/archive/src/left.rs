//! Lines that were left out and that somebody may want back: each is asked about once, with the places where it stood.

use std::collections::{BTreeMap, BTreeSet};

use crate::blocks::{Block, shortened};
use crate::classes::Classes;
use crate::furniture::{Kind, Reason};
use crate::heap::Document;
use crate::{Doubt, LeftOut};

/// Lines that one doubt names, where many were left out that look alike.
const NAMED: usize = 3;
/// Places at which one line is put back.
const PLACES: usize = 16;
/// Lines on each side of one that are told, of those between the same two paragraphs.
const BESIDE: usize = 8;

/// A line that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Left {
    /// Index of the document within the group, and of the block.
    pub doc: usize,
    pub block: usize,
    /// The doubt about it; none if nobody would look if it did not stand where a crosshead stands.
    pub doubt: Option<String>,
}

/// A block, and the index of the paragraph that it is.
type Neighbour = (usize, usize);

/// Where the paragraphs of the finished story stand in its documents.
pub(crate) struct Stood<'a> {
    documents: &'a [&'a Document],
    /// Of each document: blocks that are in the story, with the paragraph's index.
    kept: Vec<BTreeMap<usize, usize>>,
    /// Lines of the story, in any document.
    hashes: BTreeSet<u64>,
    /// Lines that are asked about, by document and block.
    asked: BTreeSet<(usize, usize)>,
}

impl<'a> Stood<'a> {
    pub(crate) fn new(documents: &'a [&'a Document], classes: &Classes, order: &[usize]) -> Self {
        let mut kept = vec![BTreeMap::new(); documents.len()];
        let mut hashes = BTreeSet::new();
        for (at, id) in order.iter().enumerate() {
            let Some(class) = classes.all.get(*id) else { continue };
            hashes.insert(class.hash);
            for place in class.places.iter().chain(&class.partial) {
                if let Some(blocks) = kept.get_mut(place.doc) {
                    blocks.insert(place.block, at);
                }
            }
        }
        Self { documents, kept, hashes, asked: BTreeSet::new() }
    }

    /// Lines that are asked about: where several stand between the same two paragraphs, each doubt tells their order.
    pub(crate) fn ask(&mut self, lines: &[Left]) {
        self.asked.extend(lines.iter().map(|left| (left.doc, left.block)));
    }

    fn block(&self, left: &Left) -> Option<&'a Block> {
        self.documents.get(left.doc)?.blocks.get(left.block)
    }

    /// The paragraphs that stand next to a line in its document, with their blocks.
    fn beside(&self, left: &Left) -> (Option<Neighbour>, Option<Neighbour>) {
        let pair = |(block, at): (&usize, &usize)| (*block, *at);
        let Some(blocks) = self.kept.get(left.doc) else { return (None, None) };
        (blocks.range(..left.block).next_back().map(pair), blocks.range(left.block + 1..).next().map(pair))
    }

    /// Whether the line stands where a crosshead does: directly between two paragraphs that are neighbours in the story, and no more
    /// copies have these side by side without it. `rare`: so few stories have it that as many may be without it.
    pub(crate) fn parts(&self, left: &Left, rare: bool) -> bool {
        let (Some(hash), (Some((above, a)), Some((below, b)))) = (self.block(left).map(|b| b.hash), self.beside(left))
        else {
            return false;
        };
        // Below a label its text follows; else nothing stands between.
        let block = self.block(left);
        let labelled = block.is_some_and(|b| b.kind == Kind::Furniture(Reason::UnderLabel));
        if a + 1 != b || above + 1 != left.block && !labelled || left.block + 1 != below {
            return false;
        }
        let (mut with, mut without) = (0usize, 0usize);
        for (document, kept) in self.documents.iter().zip(&self.kept) {
            let here = |block: usize| document.blocks.get(block).is_some_and(|b| b.hash == hash);
            let place = kept.iter().filter(|(_, at)| **at == a).find_map(|(block, _)| {
                let (below, at) = kept.range(block + 1..).next()?;
                (*at == b).then_some((*block, *below))
            });
            match place {
                Some((above, below)) if (above + 1..below).any(here) => with += 1,
                Some(_) => without += 1,
                None => {}
            }
        }
        with > without || rare && with == without
    }

    /// Whether the story has the line.
    pub(crate) fn has(&self, hash: u64) -> bool {
        self.hashes.contains(&hash)
    }

    /// Whether the line stands between two paragraphs of the story.
    pub(crate) fn is_within(&self, left: &Left) -> bool {
        let (above, below) = self.beside(left);
        above.is_some() && below.is_some()
    }

    /// Whether the line stands directly below the last paragraph of the story.
    pub(crate) fn ends(&self, left: &Left) -> bool {
        matches!(self.beside(left), (Some((above, _)), None) if above + 1 == left.block)
    }

    /// Number of the paragraph behind which the line stood; 0: above the first.
    fn after(&self, left: &Left) -> Option<u32> {
        let after = match self.beside(left) {
            (Some((_, above)), _) => above + 1,
            (None, Some((_, below))) => below,
            (None, None) => return None,
        };
        u32::try_from(after).ok()
    }

    /// The doubts about what was left out: one for each line, one for all lines of a table that stood together, and one for all that only look
    /// as if they might be crossheads. `elsewhere` says of a line whether other stories have it, `tabled` are the lines that stand at a table.
    pub(crate) fn doubts(
        &self,
        left: &[Left],
        tabled: &BTreeSet<(usize, usize)>,
        elsewhere: &dyn Fn(u64) -> bool,
    ) -> Vec<Doubt> {
        let mut by_line: BTreeMap<u64, Vec<&Left>> = BTreeMap::new();
        for left in left {
            if let Some(block) = self.block(left) {
                by_line.entry(block.hash).or_default().push(left);
            }
        }
        let mut doubts = Vec::new();
        for table in self.tables(left, tabled) {
            let places = table.iter().filter_map(|line| by_line.remove(line));
            let lines =
                places.filter_map(|places| Some(self.left_out(self.block(places.first()?)?.text.clone(), &places)));
            doubts.extend(together(lines.collect(), AT_A_TABLE));
        }
        let mut alike: [Vec<LeftOut>; 2] = Default::default();
        for (hash, places) in &by_line {
            let Some(text) = places.first().and_then(|l| self.block(l)).map(|b| b.text.clone()) else { continue };
            let line = self.left_out(text, places);
            match places.iter().find_map(|l| l.doubt.clone()) {
                Some(text) => doubts.push(Doubt { paragraph: None, text, left_out: vec![line] }),
                // What the story has elsewhere was not lost.
                None if self.has(*hash) => {}
                None => alike[usize::from(elsewhere(*hash))].push(line),
            }
        }
        for (mut lines, said) in alike.into_iter().zip([OWN_CROSSHEADS, CROSSHEADS]) {
            lines.sort_by(|a, b| (&a.after, &a.text).cmp(&(&b.after, &b.text)));
            doubts.extend(together(lines, said));
        }
        doubts
    }

    /// The lines of each table of which several were left out side by side or around its rows, in their order.
    fn tables(&self, left: &[Left], tabled: &BTreeSet<(usize, usize)>) -> Vec<Vec<u64>> {
        let mut lines: Vec<&Left> =
            left.iter().filter(|l| l.doubt.is_some() && tabled.contains(&(l.doc, l.block))).collect();
        lines.sort_unstable_by_key(|l| (l.doc, l.block));
        let mut told = BTreeSet::new();
        let beside = |a: &Left, b: &Left| {
            a.doc == b.doc && (a.block + 1..b.block).all(|between| tabled.contains(&(a.doc, between)))
        };
        let runs = lines.chunk_by(|a, b| beside(a, b)).filter(|run| run.len() > 1);
        runs.map(|run| run.iter().filter_map(|l| Some(self.block(l)?.hash)).filter(|line| told.insert(*line)).collect())
            .collect()
    }

    /// The doubt about lines of stars and their like. None where they stand between most paragraphs: there they are the file's manner.
    pub(crate) fn breaks(&self, left: &[Left]) -> Option<Doubt> {
        let text = left.first().and_then(|l| self.block(l))?.text.clone();
        let doubt = format!("left out: “{}”; a new part of the story may begin there", shortened(&text, 20));
        let line = self.left_out(text, &left.iter().collect::<Vec<_>>());
        let paragraphs = self.kept.iter().flat_map(BTreeMap::values).max().map_or(0, |last| last + 1);
        if line.after.is_empty() || line.after.len() * 2 >= paragraphs {
            return None;
        }
        Some(Doubt { paragraph: None, text: doubt, left_out: vec![line] })
    }

    /// A line with its places. At each, the document that has most of the lines there tells their order.
    fn left_out(&self, text: String, left: &[&Left]) -> LeftOut {
        let after = self.places(left);
        let at = |place: u32| left.iter().filter(move |l| self.after(l) == Some(place));
        let between = after.iter().map(|place| {
            let told = at(*place).map(|left| (left, self.between(left)));
            let most = told.max_by_key(|(left, lines)| (lines.len(), std::cmp::Reverse(left.doc)));
            most.map(|(_, lines)| lines).unwrap_or_default()
        });
        LeftOut { between: between.collect(), text, after }
    }

    /// The lines that are asked about between the same two paragraphs as one of them, in their order; it is one of these.
    fn between(&self, left: &Left) -> Vec<String> {
        let (above, below) = self.beside(left);
        let from = above.map_or(0, |(block, _)| block + 1);
        let to = below.map_or(usize::MAX, |(block, _)| block);
        let text = |(doc, block): &(usize, usize)| {
            self.documents.get(*doc).and_then(|d| d.blocks.get(*block)).map(|b| b.text.clone())
        };
        let own = (left.doc, left.block);
        let before = self.asked.range((left.doc, from)..own).rev().take(BESIDE).filter_map(text);
        let mut lines: Vec<String> = before.collect();
        lines.reverse();
        lines.extend(self.asked.range(own..(left.doc, to)).take(BESIDE + 1).filter_map(text));
        lines
    }

    /// Where a line stood, in the document that has it at most places.
    fn places(&self, left: &[&Left]) -> Vec<u32> {
        let mut by_doc: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
        for left in left {
            if let Some(after) = self.after(left) {
                by_doc.entry(left.doc).or_default().insert(after);
            }
        }
        let most = by_doc.into_iter().max_by_key(|(doc, places)| (places.len(), std::cmp::Reverse(*doc)));
        most.map(|(_, places)| places.into_iter().take(PLACES).collect()).unwrap_or_default()
    }
}

/// What is said of one line, and of several.
type Said = [&'static str; 2];

const OWN_CROSSHEADS: Said = ["it stands where a crosshead stands", "they stand where crossheads stand"];
const CROSSHEADS: Said = [
    "other stories have it, and it stands where a crosshead stands",
    "other stories have them, and they stand where crossheads stand",
];
const AT_A_TABLE: Said = [
    "it stands at a table, of the story or of its page",
    "they are a table, or stand at one, of the story or of its page",
];

/// One doubt about several lines.
fn together(lines: Vec<LeftOut>, [of_one, of_several]: Said) -> Option<Doubt> {
    let named: Vec<String> = lines.iter().take(NAMED).map(|l| format!("“{}”", shortened(&l.text, 80))).collect();
    let named = named.join(", ");
    let text = match (lines.len(), lines.len().saturating_sub(NAMED)) {
        (0, _) => return None,
        (1, _) => format!("left out: {named}; {of_one}"),
        (_, 0) => format!("left out: {named}; {of_several}"),
        (_, more) => format!("left out: {named} and {more} more; {of_several}"),
    };
    Some(Doubt { paragraph: None, text, left_out: lines })
}
