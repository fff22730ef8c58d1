//! Of several orders in which the crawls need equally few passes, the one in which the passes lost least: a crawl that reads
//! `2 3 1 2 3` is a pass without its lead before a whole one, or a whole one before a pass without its end. Extractors lose leads
//! far more often than other paragraphs, and what is cut is cut at the end.

use crate::order::{Tellings, moved};

/// A pass without the first paragraph: one in four loses it. All of these are logarithms of odds.
const LEAD: f32 = 1.1;
/// A pass without another paragraph: about one in eight is lost.
const INNER: f32 = 2.0;
/// A pass that is cut short: a teaser, a summary. It may be so behind any paragraph, and each is as likely as the others.
const CUT: f32 = 3.0;
/// An order must be likelier by so much that nobody needs to look.
const CLEAR: f32 = 2.0;
/// Of more paragraphs only the ends are moved.
const MOVED_ANYWHERE: usize = 24;
/// Paragraphs that move together.
const SEGMENT: usize = 12;
/// Steps from the order of fewest passes to the likeliest: each is better than the one before it.
const STEPS: usize = 6;

impl Tellings {
    /// How much the passes lost if the story runs in this order.
    pub(crate) fn lost(&self, order: &[usize]) -> f32 {
        let places = self.places(order);
        let end = order.len();
        let mut lost = 0.0;
        for crawl in &self.crawls {
            let mut last: Option<usize> = None;
            for node in crawl {
                let Some(place) = places.get(*node).copied() else { continue };
                match last {
                    Some(before) if before < place => lost += INNER * count(place - before - 1),
                    Some(before) => lost += tail(end - before - 1, end) + head(place),
                    None => lost += head(place),
                }
                last = Some(place);
            }
            lost += last.map_or(0.0, |last| tail(end - last - 1, end));
        }
        lost
    }

    /// Takes the likeliest of the orders that need no more passes. `words` says how badly a story reads in an order. Gives the
    /// paragraphs that might nearly as well stand elsewhere.
    pub(crate) fn likeliest(&self, order: &mut Vec<usize>, words: &dyn Fn(&[usize]) -> f32) -> Vec<usize> {
        let returns = self.returns(order);
        if returns == 0 || !self.is_searchable(order) {
            return Vec::new();
        }
        for _ in 0..STEPS {
            let now = self.lost(order) + words(order);
            let Some((cost, better, segment)) = self.rival(order, returns, now, words) else { return Vec::new() };
            if cost + 0.01 < now {
                *order = better;
            } else {
                return if cost - now < CLEAR { segment } else { Vec::new() };
            }
        }
        Vec::new()
    }

    /// The likeliest other order, with the paragraphs that are moved in it.
    fn rival(
        &self,
        order: &[usize],
        returns: usize,
        now: f32,
        words: &dyn Fn(&[usize]) -> f32,
    ) -> Option<(f32, Vec<usize>, Vec<usize>)> {
        let length = order.len();
        let mut best: Option<(f32, Vec<usize>, Vec<usize>)> = None;
        for from in 0..length {
            for many in 1..=SEGMENT.min(length - from) {
                for to in (0..=length - many).filter(|to| *to != from) {
                    let rim = from == 0 || from + many == length || to == 0 || to + many == length;
                    if length > MOVED_ANYWHERE && !rim {
                        continue;
                    }
                    let other = moved(order, from, many, to);
                    if self.returns(&other) > returns {
                        continue;
                    }
                    let lost = self.lost(&other);
                    // Words are asked last: they cost most, and they never weigh more than this.
                    if lost > best.as_ref().map_or(now + CLEAR, |b| b.0).min(now + CLEAR) {
                        continue;
                    }
                    let cost = lost + words(&other);
                    if best.as_ref().is_none_or(|b| cost < b.0) {
                        let segment = order.get(from..from + many).unwrap_or_default().to_vec();
                        best = Some((cost, other, segment));
                    }
                }
            }
        }
        best
    }

    /// Whether the node at `at` might nearly as well stand at the other end of the story.
    pub(crate) fn may_move(&self, order: &[usize], at: usize) -> bool {
        let now = (self.returns(order), self.lost(order));
        let end = order.len().saturating_sub(1);
        [0, end].into_iter().filter(|to| to.abs_diff(at) > 1).any(|to| {
            let other = moved(order, at, 1, to);
            let returns = self.returns(&other);
            returns < now.0 || returns == now.0 && self.lost(&other) < now.1 + CLEAR
        })
    }
}

fn head(missing: usize) -> f32 {
    if missing == 0 { 0.0 } else { LEAD + INNER * count(missing - 1) }
}

fn tail(missing: usize, of: usize) -> f32 {
    (INNER * count(missing)).min(CUT + count(of).ln())
}

pub(crate) fn count(n: usize) -> f32 {
    f32::from(u16::try_from(n.min(60)).unwrap_or(60))
}
