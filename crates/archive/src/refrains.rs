//! Lines that stand several times in one story: a crosshead, a refrain, a question. Each place is a paragraph of its own, if the copies
//! agree on it by what stands beside it. What only one pass says again is a pull quote or a stutter, and stays out.

use std::collections::{BTreeMap, BTreeSet};

use crate::furniture::Kind;
use crate::heap::Document;
use crate::passes::{Item, Pass};

/// Different lines that come back in one story. Of a scan with more of them nothing is said: it is a table or noise.
const LINES: usize = 64;
/// Places of one line in one pass.
const PLACES: usize = 32;
/// Lines on each side by which a place is known again.
const NEAR: usize = 4;

/// A longer line is a paragraph: characters.
const LONG: usize = 60;

/// A line that a pass has several times, at one of its places.
#[derive(Debug, Clone)]
struct Occurrence {
    pass: usize,
    /// Index in the pass.
    at: usize,
    before: Vec<u64>,
    after: Vec<u64>,
}

impl Occurrence {
    /// How much the two agree on what stands beside the line; nothing if on neither side.
    fn likeness(&self, other: &Self) -> usize {
        near(&self.before, &other.before) + near(&self.after, &other.after)
    }
}

/// How near to the line is what both have on this side.
fn near(one: &[u64], other: &[u64]) -> usize {
    let places = one.iter().enumerate().filter_map(|(i, hash)| Some(i.max(other.iter().position(|h| h == hash)?)));
    places.min().map_or(0, |far| NEAR - far)
}

/// Gives the lines of `again`, which their passes have already, a place of their own where the copies agree on one. The rest, by
/// document and block, stays out; the second value says if something else stands between it and the line's other place.
pub(crate) fn place(
    passes: &mut [Pass],
    again: Vec<(usize, Item)>,
    documents: &[&Document],
) -> Vec<(usize, usize, bool)> {
    if again.is_empty() {
        return Vec::new();
    }
    let mut left = Vec::new();
    let mut merged: Vec<Vec<Item>> = passes.iter().map(|p| p.items.clone()).collect();
    for (doc, item) in again {
        let begun = |p: &&Pass| p.doc == doc && p.items.first().is_some_and(|first| first.block < item.block);
        let Some(pass) = passes.iter().rposition(|p| begun(&p)) else {
            left.push((doc, item.block, false));
            continue;
        };
        let Some(items) = merged.get_mut(pass) else { continue };
        let at = items.partition_point(|i| i.block < item.block);
        if documents.get(doc).is_some_and(|d| stutters(items.get(..at).unwrap_or_default(), &item, d)) {
            left.push((doc, item.block, false));
        } else {
            items.insert(at, item);
        }
    }
    let (lines, shared) = (several(&merged), shared(&merged));
    let mut dropped: BTreeSet<(usize, usize)> = BTreeSet::new();
    for line in &lines {
        let clusters = clusters(*line, &merged, &lines);
        let long = merged.iter().flatten().any(|i| i.hash == *line && i.chars >= LONG);
        let between = Between { merged: &merged, shared: &shared, least: if long { 2 } else { 1 } };
        let settled = settle(&clusters, passes, &between);
        for (nth, occurrence) in settled {
            let Some(items) = merged.get_mut(occurrence.pass) else { continue };
            match (nth, items.get_mut(occurrence.at)) {
                (Some(nth), Some(item)) => item.nth = nth,
                _ => {
                    dropped.insert((occurrence.pass, occurrence.at));
                }
            }
        }
    }
    for (number, (pass, items)) in passes.iter_mut().zip(merged).enumerate() {
        let mut seen = BTreeSet::new();
        pass.items.clear();
        for (at, item) in items.into_iter().enumerate() {
            if dropped.contains(&(number, at)) || !seen.insert((item.hash, item.nth)) {
                left.push((pass.doc, item.block, true));
            } else {
                pass.items.push(item);
            }
        }
    }
    left
}

/// Whether the line merely stands there twice: of a sentence no other sentence stands between the two, of another line nothing.
fn stutters(above: &[Item], item: &Item, document: &Document) -> bool {
    let prose = |i: &Item| document.blocks.get(i.block).is_some_and(|b| b.kind == Kind::Prose);
    let sentence = prose(item);
    above.iter().rev().find(|i| i.hash == item.hash || !sentence || prose(i)).is_some_and(|i| i.hash == item.hash)
}

/// Lines that some pass has more than once.
fn several(merged: &[Vec<Item>]) -> BTreeSet<u64> {
    let mut found = BTreeSet::new();
    for items in merged {
        let mut times: BTreeMap<u64, usize> = BTreeMap::new();
        for item in items {
            *times.entry(item.hash).or_default() += 1;
        }
        found.extend(times.into_iter().filter(|(_, n)| (2..=PLACES).contains(n)).map(|(hash, _)| hash).take(LINES));
    }
    if found.len() > LINES { BTreeSet::new() } else { found }
}

/// The places of a line, those together that the passes agree on.
fn clusters(line: u64, merged: &[Vec<Item>], lines: &BTreeSet<u64>) -> Vec<Vec<Occurrence>> {
    let mut by_pass: Vec<Vec<Occurrence>> = Vec::new();
    for (pass, items) in merged.iter().enumerate() {
        let own = |i: &&Item| !lines.contains(&i.hash);
        let places = items.iter().enumerate().filter(|(_, i)| i.hash == line).take(PLACES);
        let found: Vec<Occurrence> = places
            .map(|(at, _)| Occurrence {
                pass,
                at,
                before: items.iter().take(at).rev().filter(own).take(NEAR).map(|i| i.hash).collect(),
                after: items.iter().skip(at + 1).filter(own).take(NEAR).map(|i| i.hash).collect(),
            })
            .collect();
        if !found.is_empty() {
            by_pass.push(found);
        }
    }
    by_pass.sort_by_key(|places| std::cmp::Reverse(places.len()));
    let mut clusters: Vec<Vec<Occurrence>> = Vec::new();
    for places in by_pass {
        let mut pairs: Vec<(usize, usize, usize)> = Vec::new();
        for (at, place) in places.iter().enumerate() {
            for (number, cluster) in clusters.iter().enumerate() {
                let likeness = cluster.iter().take(16).map(|other| place.likeness(other)).max().unwrap_or(0);
                if likeness > 0 {
                    pairs.push((likeness, number, at));
                }
            }
        }
        // The surest first; of equals the nearest to the top.
        pairs.sort_by_key(|(likeness, number, at)| (std::cmp::Reverse(*likeness), *number, *at));
        let (mut taken, mut placed) = (BTreeSet::new(), BTreeSet::new());
        for (_, number, at) in pairs {
            if !taken.contains(&number) && !placed.contains(&at) {
                taken.insert(number);
                placed.insert(at);
                if let (Some(cluster), Some(place)) = (clusters.get_mut(number), places.get(at)) {
                    cluster.push(place.clone());
                }
            }
        }
        let rest = places.into_iter().enumerate().filter(|(at, _)| !placed.contains(at));
        clusters.extend(rest.map(|(_, place)| vec![place]));
    }
    clusters
}

/// Which of its places a line has in the story: the one that most copies have and, if two copies have the line again, every other one
/// that two copies have, with something else of the story in between.
fn settle<'a>(
    clusters: &'a [Vec<Occurrence>],
    passes: &[Pass],
    between: &Between<'_>,
) -> Vec<(Option<u16>, &'a Occurrence)> {
    let docs = |cluster: &[Occurrence]| {
        let docs: BTreeSet<usize> = cluster.iter().filter_map(|o| passes.get(o.pass)).map(|p| p.doc).collect();
        docs.len()
    };
    let weight = |cluster: &Vec<Occurrence>| (docs(cluster), cluster.len());
    let mut ranked: Vec<usize> = (0..clusters.len()).collect();
    ranked.sort_by_key(|at| (std::cmp::Reverse(clusters.get(*at).map(weight)), *at));
    // One copy that begins anew unseen says lines again that each other copy has once.
    let mut times: BTreeMap<usize, usize> = BTreeMap::new();
    for occurrence in clusters.iter().flatten() {
        *times.entry(occurrence.pass).or_default() += 1;
    }
    let again: BTreeSet<usize> =
        times.iter().filter(|(_, n)| **n > 1).filter_map(|(pass, _)| passes.get(*pass)).map(|p| p.doc).collect();
    let mut settled = Vec::new();
    let mut standing: Vec<&Vec<Occurrence>> = Vec::new();
    for at in ranked {
        let Some(cluster) = clusters.get(at) else { continue };
        let stands = standing.is_empty()
            || again.len() > 1 && docs(cluster) > 1 && standing.iter().all(|other| between.parts(cluster, other));
        let nth = u16::try_from(standing.len()).unwrap_or(u16::MAX);
        settled.extend(cluster.iter().map(|o| (stands.then_some(nth), o)));
        if stands {
            standing.push(cluster);
        }
    }
    settled
}

/// What stands between two places of a line. A lead that is its own teaser has nothing of the story between.
struct Between<'a> {
    merged: &'a [Vec<Item>],
    /// Lines that several passes have.
    shared: &'a BTreeSet<u64>,
    /// So many of them must stand between.
    least: usize,
}

impl Between<'_> {
    fn parts(&self, one: &[Occurrence], other: &[Occurrence]) -> bool {
        one.iter().flat_map(|a| other.iter().filter(|b| b.pass == a.pass).map(move |b| (a, b))).all(|(a, b)| {
            let (from, to) = (a.at.min(b.at), a.at.max(b.at));
            let items = self.merged.get(a.pass).and_then(|items| items.get(from + 1..to)).unwrap_or_default();
            items.iter().filter(|i| self.shared.contains(&i.hash)).count() >= self.least
        })
    }
}

/// Lines that more than one pass has.
fn shared(merged: &[Vec<Item>]) -> BTreeSet<u64> {
    let (mut once, mut more) = (BTreeSet::new(), BTreeSet::new());
    for items in merged {
        let lines: BTreeSet<u64> = items.iter().map(|i| i.hash).collect();
        more.extend(lines.iter().filter(|hash| once.contains(*hash)).copied());
        once.extend(lines);
    }
    more
}
