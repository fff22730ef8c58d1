//! How good a list is: nDCG@5, where what a story is worth is the share of topics (people gave them) it has in common.
use std::collections::BTreeSet;

use crate::posts::Post;

/// How many of a list are judged.
pub const JUDGED: usize = 5;

/// Means over all lists judged.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mark {
    pub ndcg: f64,
    /// Part of the five places that share a topic with the story read.
    pub share: f64,
}

#[allow(clippy::cast_precision_loss)] // a handful of topics
fn gain(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    let both = a.intersection(b).count() as f64;
    both / ((a.len() + b.len()) as f64 - both)
}

#[allow(clippy::cast_precision_loss)] // five places
fn discounted(gains: &[f64]) -> f64 {
    gains.iter().take(JUDGED).enumerate().map(|(place, gain)| gain / (place as f64 + 2.0).log2()).sum()
}

/// Judges the lists of the posts at `queries`; `list` gives places.
#[allow(clippy::cast_precision_loss)] // at most thousands
pub fn judge(posts: &[Post], queries: &[usize], list: &dyn Fn(usize) -> Vec<usize>) -> Mark {
    let mut mark = Mark::default();
    for &query in queries {
        let topics = &posts[query].topics;
        let worth = |&other: &usize| gain(topics, &posts[other].topics);
        let mut best: Vec<f64> = (0..posts.len()).filter(|other| *other != query).map(|other| worth(&other)).collect();
        best.sort_by(|a, b| b.total_cmp(a));
        let got: Vec<f64> = list(query).iter().map(worth).collect();
        if discounted(&best) > 0.0 {
            mark.ndcg += discounted(&got) / discounted(&best) / queries.len() as f64;
        }
        let common = got.iter().take(JUDGED).filter(|gain| **gain > 0.0).count();
        mark.share += common as f64 / JUDGED as f64 / queries.len() as f64;
    }
    mark
}
