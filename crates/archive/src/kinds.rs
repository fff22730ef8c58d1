//! Whether a line that many stories have goes with a kind of page. Pages of one kind end alike (or begin so), and what is theirs stands
//! on a good part of them; what a writer says again, a series' crossheads, stands here and there on pages of any kind.

use std::collections::HashMap;

use crate::blocks::Block;
use crate::furniture::{Kind, Reason};
use crate::heap::Document;
use crate::select;

/// Lines and kinds of pages that are counted. Of further ones nothing is said.
const COUNTED: usize = 100_000;
/// Kinds on whose pages one line is counted.
const KINDS: usize = 32;
/// Of fewer pages of a kind, one or two are many.
const PAGES: u64 = 8;
/// The share of a line's pages that are of one kind, times the share of that kind's pages that have it, is at most one in so many.
const RARE: u64 = 20;

/// What one page has: its kind, and the lines that many stories have.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    kind: u64,
    lines: Vec<u64>,
}

impl Shown {
    /// Reads a page. `stories` says in how many stories a line stands, `many` from how many on it counts.
    pub(crate) fn of(document: &Document, stories: &dyn Fn(u64) -> u32, many: u32) -> Option<Self> {
        let kind = kind(document, stories)?;
        let mut lines: Vec<u64> =
            document.blocks.iter().map(|b| b.hash).filter(|hash| stories(*hash) >= many).collect();
        lines.sort_unstable();
        lines.dedup();
        Some(Self { kind, lines })
    }
}

/// The last line of a page that many stories have, else the one above its headline.
fn kind(document: &Document, stories: &dyn Fn(u64) -> u32) -> Option<u64> {
    let said = |b: &&Block| b.kind != Kind::Furniture(Reason::Symbols);
    let foot = document.blocks.iter().rev().filter(said).take(select::FOOT).map(|b| b.hash);
    let top = || select::top(document, stories, select::ON_TOP).map(|top| top.line).filter(|line| *line != 0);
    foot.into_iter().find(|hash| stories(*hash) >= select::ON_TOP).or_else(top)
}

/// Counts over all pages.
#[derive(Debug, Default)]
pub(crate) struct Kinds {
    /// Pages of each kind.
    pages: HashMap<u64, u32>,
    /// On how many pages of each kind a line stands.
    lines: HashMap<u64, Vec<(u64, u32)>>,
}

impl Kinds {
    pub(crate) fn add(&mut self, shown: &Shown) {
        if self.pages.len() >= COUNTED && !self.pages.contains_key(&shown.kind) {
            return;
        }
        *self.pages.entry(shown.kind).or_default() += 1;
        for line in &shown.lines {
            if self.lines.len() >= COUNTED && !self.lines.contains_key(line) {
                continue;
            }
            let kinds = self.lines.entry(*line).or_default();
            if let Some((_, pages)) = kinds.iter_mut().find(|(kind, _)| *kind == shown.kind) {
                *pages += 1;
            } else if kinds.len() < KINDS {
                kinds.push((shown.kind, 1));
            }
        }
    }

    /// Whether the line stands on pages of several kinds and on few of each: the more it keeps to one kind, the fewer they must be.
    pub(crate) fn is_spread(&self, line: u64) -> bool {
        let Some(kinds) = self.lines.get(&line) else { return false };
        let all: u64 = kinds.iter().map(|(_, pages)| u64::from(*pages)).sum();
        kinds.iter().all(|(kind, pages)| {
            let (pages, of) = (u64::from(*pages), u64::from(self.pages.get(kind).copied().unwrap_or_default()));
            pages * 2 <= all && (of < PAGES || pages * pages * RARE <= all * of)
        })
    }
}
