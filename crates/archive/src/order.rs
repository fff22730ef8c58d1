//! One order out of several copies: the graph of "stands directly before", cycles broken at the weakest place; then the order in
//! which the crawls need the fewest passes.
//!
//! **Determined** is a story whose paragraphs all stand in some crawl, and of whose neighbours each two stand together in some pass, in
//! this order and not as often in the other. Then there is one order only in which the crawls need so few passes. Every other story
//! gets a doubt: `untied` finds neighbours that no pass has together, `may_move` paragraphs that fit elsewhere as well.

use std::collections::{BTreeMap, BTreeSet};

/// An order and what is doubtful in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Ordered {
    /// Every node once.
    pub order: Vec<usize>,
    /// Nodes whose place no copy fixes.
    pub loose: BTreeSet<usize>,
    /// Nodes about which the copies disagree.
    pub torn: BTreeSet<usize>,
    /// The first or last node, if it might as well stand at the other end.
    pub adrift: BTreeSet<usize>,
}

/// Orders the nodes `0..ranks.len()` by the sequences. `ranks` decide where the sequences do not; each must be different.
pub(crate) fn order<R: Ord + Copy>(ranks: &[R], sequences: &[Vec<usize>]) -> Ordered {
    let mut next: Vec<BTreeMap<usize, u32>> = vec![BTreeMap::new(); ranks.len()];
    let mut weight_in: Vec<u32> = vec![0; ranks.len()];
    for sequence in sequences {
        for pair in sequence.windows(2) {
            if let [a, b] = pair
                && a != b
                && let (Some(edges), Some(weight)) = (next.get_mut(*a), weight_in.get_mut(*b))
            {
                *edges.entry(*b).or_default() += 1;
                *weight += 1;
            }
        }
    }
    let mut walk =
        Walk { ranks, weight_in, done: vec![false; ranks.len()], open: BTreeSet::new(), rest: BTreeSet::new() };
    for (node, rank) in ranks.iter().enumerate() {
        let weight = walk.weight_in.get(node).copied().unwrap_or(0);
        if weight == 0 {
            walk.open.insert((0, *rank, node));
        }
        walk.rest.insert((weight, *rank, node));
    }
    let mut ordered = Ordered::default();
    let mut last: Option<usize> = None;
    while let Some(node) = walk.choose(last.and_then(|l| next.get(l)), &mut ordered) {
        walk.take(node, next.get(node));
        ordered.order.push(node);
        last = Some(node);
    }
    ordered
}

struct Walk<'a, R> {
    ranks: &'a [R],
    weight_in: Vec<u32>,
    done: Vec<bool>,
    /// Nodes that nothing precedes any more, or that a node already placed precedes.
    open: BTreeSet<(u32, R, usize)>,
    /// All nodes not yet placed.
    rest: BTreeSet<(u32, R, usize)>,
}

impl<R: Ord + Copy> Walk<'_, R> {
    fn choose(&self, after_last: Option<&BTreeMap<usize, u32>>, ordered: &mut Ordered) -> Option<usize> {
        let first = self.open.first().or_else(|| self.rest.first())?;
        if first.0 > 0 {
            ordered.torn.insert(first.2);
            return Some(first.2);
        }
        let free: Vec<usize> = self.open.iter().take_while(|n| n.0 == 0).take(16).map(|n| n.2).collect();
        let chosen = after_last
            .into_iter()
            .flatten()
            .filter(|(node, _)| free.contains(node))
            .max_by_key(|(node, weight)| (**weight, std::cmp::Reverse(self.ranks.get(**node).copied())))
            .map_or(first.2, |(node, _)| *node);
        ordered.loose.extend(free.into_iter().filter(|n| *n != chosen));
        Some(chosen)
    }

    fn take(&mut self, node: usize, edges: Option<&BTreeMap<usize, u32>>) {
        if let (Some(rank), Some(weight), Some(done)) =
            (self.ranks.get(node), self.weight_in.get(node), self.done.get_mut(node))
        {
            *done = true;
            self.open.remove(&(*weight, *rank, node));
            self.rest.remove(&(*weight, *rank, node));
        }
        for (to, weight) in edges.into_iter().flatten() {
            let (Some(rank), Some(inward), Some(false)) =
                (self.ranks.get(*to), self.weight_in.get_mut(*to), self.done.get(*to))
            else {
                continue;
            };
            self.open.remove(&(*inward, *rank, *to));
            self.rest.remove(&(*inward, *rank, *to));
            *inward = inward.saturating_sub(*weight);
            self.open.insert((*inward, *rank, *to));
            self.rest.insert((*inward, *rank, *to));
        }
    }
}

/// Orders of more paragraphs are left as the graph gives them: the search costs the cube of their number.
const SEARCHED: usize = 64;
/// Paragraphs that move together.
const SEGMENT: usize = 12;

/// What each crawl tells, as nodes in the order of its lines, and how few passes it could need at best.
#[derive(Debug)]
pub(crate) struct Tellings {
    pub(crate) crawls: Vec<Vec<usize>>,
    nodes: usize,
    /// No order needs fewer passes: each crawl begins anew as often as its commonest paragraph comes back.
    best: usize,
}

impl Tellings {
    pub(crate) fn new(crawls: Vec<Vec<usize>>, nodes: usize) -> Self {
        let mut best = 0;
        for crawl in &crawls {
            let mut times = vec![0usize; nodes];
            for node in crawl {
                if let Some(n) = times.get_mut(*node) {
                    *n += 1;
                }
            }
            best += times.into_iter().max().unwrap_or(0).saturating_sub(1);
        }
        Self { crawls, nodes, best }
    }

    pub(crate) fn places(&self, order: &[usize]) -> Vec<usize> {
        let mut places = vec![0; self.nodes];
        for (at, node) in order.iter().enumerate() {
            if let Some(place) = places.get_mut(*node) {
                *place = at;
            }
        }
        places
    }

    /// How often the crawls go back to an earlier paragraph if the story runs in this order.
    pub(crate) fn returns(&self, order: &[usize]) -> usize {
        let places = self.places(order);
        let place = |node: &usize| places.get(*node).copied().unwrap_or(0);
        let back = |pair: &&[usize]| matches!(pair, [a, b] if place(a) >= place(b));
        self.crawls.iter().map(|c| c.windows(2).filter(back).count()).sum()
    }

    pub(crate) fn is_searchable(&self, order: &[usize]) -> bool {
        order.len() <= SEARCHED && self.crawls.iter().map(Vec::len).sum::<usize>() <= 10 * SEARCHED
    }

    /// Moves paragraphs, alone or several together, as long as the crawls need fewer passes for it. Whether the result is as good as
    /// any order can be.
    pub(crate) fn fewest_returns(&self, order: &mut Vec<usize>) -> bool {
        let mut now = self.returns(order);
        if !self.is_searchable(order) {
            return now <= self.best;
        }
        while now > self.best {
            let Some((returns, better)) = self.step(order, now) else { break };
            now = returns;
            *order = better;
        }
        now <= self.best
    }

    fn step(&self, order: &[usize], now: usize) -> Option<(usize, Vec<usize>)> {
        let mut best: Option<(usize, Vec<usize>)> = None;
        for from in 0..order.len() {
            for length in 1..=SEGMENT.min(order.len() - from) {
                for to in 0..=order.len() - length {
                    if to == from {
                        continue;
                    }
                    let moved = moved(order, from, length, to);
                    let returns = self.returns(&moved);
                    if returns < best.as_ref().map_or(now, |b| b.0) {
                        best = Some((returns, moved));
                    }
                }
            }
        }
        best
    }

    /// Nodes that no pass has together with the one before them.
    pub(crate) fn untied(&self, order: &[usize]) -> BTreeSet<usize> {
        let places = self.places(order);
        let place = |node: &usize| places.get(*node).copied().unwrap_or(0);
        let mut tied = vec![false; order.len()];
        for crawl in &self.crawls {
            for pair in crawl.windows(2) {
                if let [a, b] = pair
                    && place(a) + 1 == place(b)
                    && let Some(slot) = tied.get_mut(place(b))
                {
                    *slot = true;
                }
            }
        }
        order.iter().zip(tied).skip(1).filter(|(_, tied)| !tied).map(|(node, _)| *node).collect()
    }
}

pub(crate) fn moved(order: &[usize], from: usize, length: usize, to: usize) -> Vec<usize> {
    let mut rest = order.to_vec();
    let segment: Vec<usize> = rest.drain(from..from + length).collect();
    rest.splice(to..to, segment);
    rest
}
