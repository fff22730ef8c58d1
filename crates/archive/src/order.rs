//! One order out of several copies: the graph of "stands directly before", cycles broken at the weakest place.

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
