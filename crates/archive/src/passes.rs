//! Copies inside one file. A crawl is read as one or more *passes* through the story; a new pass starts where a long line comes back
//! and the lines after it come back too.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::clues;
use crate::furniture::Kind;
use crate::heap::Document;

/// A block that takes part in a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Item {
    /// Index of the block in its document.
    pub block: usize,
    pub hash: u64,
    pub chars: usize,
    /// Stands in what looks like the list under a label.
    pub listed: bool,
    /// Which of the places of a line that stands several times in the story.
    pub nth: u16,
}

/// One pass through the story.
#[derive(Debug, Clone)]
pub(crate) struct Pass {
    /// Index of the document within the group.
    pub doc: usize,
    pub items: Vec<Item>,
}

/// Splits the chosen blocks of a document into passes. The second value holds what says something again in its pass.
pub(crate) fn split(doc: usize, items: &[Item], restart_chars: usize) -> (Vec<Pass>, Vec<Item>) {
    let mut passes = Vec::new();
    let mut repeated = Vec::new();
    let mut current: Vec<Item> = Vec::new();
    let mut seen: HashMap<u64, usize> = HashMap::new();
    for (at, item) in items.iter().enumerate() {
        if let Some(before) = seen.get(&item.hash).copied() {
            let rest = items.get(at + 1..).unwrap_or_default();
            if !restarts(item, before, rest, &seen, restart_chars) {
                repeated.push(*item);
                continue;
            }
            seen.clear();
            passes.push(Pass { doc, items: std::mem::take(&mut current) });
        }
        seen.insert(item.hash, current.len());
        current.push(*item);
    }
    if !current.is_empty() {
        passes.push(Pass { doc, items: current });
    }
    (passes, repeated)
}

/// A line that comes back starts a new pass if what followed it comes back as well; otherwise it is a pull quote or a stutter.
fn restarts(item: &Item, before: usize, rest: &[Item], seen: &HashMap<u64, usize>, restart_chars: usize) -> bool {
    let reach = if item.chars >= restart_chars { usize::MAX } else { 4 };
    rest.iter()
        .take(12)
        .filter(|next| next.chars >= restart_chars)
        .take(4)
        .filter_map(|next| seen.get(&next.hash))
        .any(|again| *again > before && *again - before <= reach)
}

/// A line between two passes whose owner no other copy tells.
#[derive(Debug)]
pub(crate) struct Boundary {
    /// Index of the document within the group, and of the block.
    pub doc: usize,
    pub block: usize,
    /// Whether it was taken as the start of the second pass.
    pub moved: bool,
}

/// Decides who owns the lines just before each restart: the pass that ends there or the one that begins.
pub(crate) fn settle(passes: &mut [Pass], documents: &[&Document]) -> Vec<Boundary> {
    let firm = FirmPlaces::new(passes);
    let mut undecided = Vec::new();
    for at in 1..passes.len() {
        let (left, right) = passes.split_at_mut(at);
        let (Some(ended), Some(begun)) = (left.last_mut(), right.first_mut()) else {
            continue;
        };
        let Some(document) = documents.get(ended.doc).filter(|_| ended.doc == begun.doc) else {
            continue;
        };
        let (count, told) = Evidence { firm: &firm, document }.owned_by_next(ended, begun);
        let keep = ended.items.len() - count.min(ended.items.len());
        if !told && let Some(item) = ended.items.last() {
            undecided.push(Boundary { doc: ended.doc, block: item.block, moved: count > 0 });
        }
        let moved = ended.items.split_off(keep);
        begun.items.splice(0..0, moved);
    }
    undecided
}

/// At most so many lines before a restart can belong to the next pass.
const LEAD: usize = 3;

/// Where lines stand in the passes, places just before a restart aside: those are in question themselves.
struct FirmPlaces {
    places: HashMap<u64, Vec<usize>>,
    positions: Vec<HashMap<u64, usize>>,
}

impl FirmPlaces {
    fn new(passes: &[Pass]) -> Self {
        let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
        let mut positions = Vec::with_capacity(passes.len());
        for (number, pass) in passes.iter().enumerate() {
            let restart_follows = passes.get(number + 1).is_some_and(|next| next.doc == pass.doc);
            let firm = pass.items.len().saturating_sub(if restart_follows { LEAD } else { 0 });
            for item in pass.items.iter().take(firm) {
                places.entry(item.hash).or_default().push(number);
            }
            positions.push(pass.items.iter().take(firm).enumerate().map(|(at, i)| (i.hash, at)).collect());
        }
        Self { places, positions }
    }

    /// Whether other passes have the item before (`Less`) or after (`Greater`) the other lines of this pass.
    fn side(&self, item: &Item, pass: &Pass) -> Option<Ordering> {
        let mut before = 0usize;
        let mut after = 0usize;
        for place in self.places.get(&item.hash).into_iter().flatten().take(16) {
            let Some(positions) = self.positions.get(*place) else { continue };
            let Some(own) = positions.get(&item.hash) else { continue };
            for other in pass.items.iter().filter(|i| i.hash != item.hash).take(24) {
                match positions.get(&other.hash).map(|at| at.cmp(own)) {
                    Some(Ordering::Greater) => before += 1,
                    Some(Ordering::Less) => after += 1,
                    _ => {}
                }
            }
        }
        match before.cmp(&after) {
            Ordering::Equal => None,
            Ordering::Greater => Some(Ordering::Less),
            Ordering::Less => Some(Ordering::Greater),
        }
    }
}

struct Evidence<'a> {
    firm: &'a FirmPlaces,
    document: &'a Document,
}

impl Evidence<'_> {
    /// How many of the last items belong to the next pass, and whether other copies tell (or there is nothing to tell).
    fn owned_by_next(&self, ended: &Pass, begun: &Pass) -> (usize, bool) {
        let (len, Some(restart)) = (ended.items.len(), begun.items.first()) else {
            return (0, true);
        };
        let mut count = 0;
        let mut alone = 0;
        for (back, item) in ended.items.iter().rev().take(LEAD.min(len.saturating_sub(1))).enumerate() {
            match self.firm.side(item, ended) {
                Some(Ordering::Less) if alone == 0 => count = back + 1,
                None if count == 0 => alone += 1,
                _ => break,
            }
        }
        if count > 0 || alone == 0 {
            return (count, true);
        }
        let at_top = self.is_at_top(ended, restart);
        if alone >= LEAD || alone + 1 >= len || !at_top {
            // A long run of its own, or a restart that is not at the top: the earlier pass simply goes further.
            return (0, alone >= LEAD || !at_top);
        }
        (if self.reads_as_lead(ended, restart, alone) { alone } else { 0 }, false)
    }

    /// Whether the pass begins with the line that comes back. A headline above it stands on the page once.
    fn is_at_top(&self, ended: &Pass, restart: &Item) -> bool {
        ended.items.iter().take_while(|i| i.hash != restart.hash).all(|i| !self.is_prose(i))
    }

    fn is_prose(&self, item: &Item) -> bool {
        self.document.blocks.get(item.block).is_some_and(|b| b.kind == Kind::Prose)
    }

    /// No other copy tells: offers between the lines, then the words, and else a lost lead is the commoner damage.
    fn reads_as_lead(&self, ended: &Pass, restart: &Item, alone: usize) -> bool {
        let len = ended.items.len();
        let (Some(before), Some(first), Some(last)) = (
            len.checked_sub(alone + 1).and_then(|i| ended.items.get(i)),
            len.checked_sub(alone).and_then(|i| ended.items.get(i)),
            ended.items.last(),
        ) else {
            return false;
        };
        let wall = |from: usize, to: usize| {
            self.document
                .blocks
                .get(from + 1..to)
                .is_some_and(|between| between.iter().any(|b| matches!(b.kind, Kind::Furniture(r) if r.is_wall())))
        };
        if wall(before.block, first.block) {
            return true;
        }
        if wall(last.block, restart.block) {
            return false;
        }
        let text = |item: &Item| self.document.blocks.get(item.block).map_or("", |b| b.text.as_str());
        if clues::introduces(text(last), text(restart)) {
            return true;
        }
        let top = ended.items.iter().find(|i| self.is_prose(i)).or(ended.items.first()).map_or("", text);
        !clues::leans_back(text(first)) && !clues::introduces(top, text(first))
    }
}
