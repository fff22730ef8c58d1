//! Copies and versions: what of a story's pieces is its present text, and what it said before.
//!
//! Only a source that says when, or counts versions, can say that a text is an earlier one. Crawls say neither: they are witnesses of
//! whichever version they hold most of.

use std::collections::BTreeSet;

use super::evidence;
use crate::furniture::Kind;
use crate::heap::Document;
use crate::item::{Item, Standing, When};
use crate::{CrawlRef, Options, Version};

/// The documents of a story, parted.
#[derive(Debug, Default)]
pub(crate) struct Parted {
    /// Places of the documents that tell the present text, the best first.
    pub present: Vec<usize>,
    /// Earlier texts, oldest first.
    pub earlier: Vec<Version>,
}

/// One state of the text.
struct State {
    documents: Vec<usize>,
    lines: BTreeSet<u64>,
    /// Number of the version, then time.
    age: (Option<u32>, Option<i64>),
}

/// Parts the documents of a story.
pub(crate) fn part(documents: &[&Document], options: &Options) -> Parted {
    let mut told: Vec<(usize, &Item)> =
        documents.iter().enumerate().filter_map(|(at, d)| Some((at, d.item.as_deref()?))).collect();
    told.sort_by_key(|(at, item)| (age(item, options), *at));
    let mut states: Vec<State> = Vec::new();
    for (at, item) in told {
        let Some(document) = documents.get(at) else { continue };
        let lines = lines(document);
        match states.last_mut() {
            Some(last) if !is_later(last, &lines, age(item, options)) && !is_reworded(&last.lines, &lines) => {
                last.documents.push(at);
                // Of two copies of one state the fuller one is compared with the next.
                if lines.len() > last.lines.len() {
                    last.lines = lines;
                }
            }
            _ => states.push(State { documents: vec![at], lines, age: age(item, options) }),
        }
    }
    let crawls = documents.iter().enumerate().filter(|(_, d)| d.item.is_none() && d.known.is_none());
    if states.len() < 2 {
        let mut present: Vec<usize> = states.into_iter().flat_map(|s| s.documents).rev().collect();
        present.extend(crawls.map(|(at, _)| at));
        return Parted { present, earlier: Vec::new() };
    }
    for (at, document) in crawls {
        let lines = lines(document);
        // The later state wins a tie.
        let best = states.iter_mut().max_by_key(|s| s.lines.intersection(&lines).count());
        best.into_iter().for_each(|state| state.documents.push(at));
    }
    let present = states.pop().map(|s| s.documents).unwrap_or_default();
    let next = states.iter().skip(1).map(|s| &s.lines).collect::<Vec<_>>();
    let last = present.first().and_then(|at| documents.get(*at)).map(|d| lines(d)).unwrap_or_default();
    let whys: Vec<String> =
        states.iter().enumerate().map(|(at, s)| why(&s.lines, next.get(at).copied().unwrap_or(&last))).collect();
    let earlier = states.iter().zip(whys).filter_map(|(state, why)| version(state, documents, why)).collect();
    Parted { present, earlier }
}

/// What a newer piece of a story that the paper has changes. None if it tells nothing new.
pub(crate) fn newer(known: &Document, piece: &Document, options: &Options) -> Option<String> {
    let item = piece.item.as_deref()?;
    if !known.evidence.same_key(&piece.evidence) {
        return None;
    }
    let later = match (changed(item, options), known.evidence.when) {
        (Some(changed), Some(when)) => changed > when,
        _ => item.version.is_some_and(|v| v > 1),
    };
    let (before, after) = (lines(known), lines(piece));
    (later && before != after).then(|| why(&before, &after))
}

fn age(item: &Item, options: &Options) -> (Option<u32>, Option<i64>) {
    (item.version, changed(item, options))
}

fn changed(item: &Item, options: &Options) -> Option<i64> {
    item.updated_at.or(item.published_at).and_then(|when| evidence::seconds(when, options))
}

/// Whether a text is a later state, not another copy of the last.
fn is_later(last: &State, lines: &BTreeSet<u64>, age: (Option<u32>, Option<i64>)) -> bool {
    if *lines == last.lines {
        return false;
    }
    match (last.age.0, age.0) {
        (Some(before), Some(now)) if now > before => return true,
        (Some(before), Some(now)) if now == before => return false,
        _ => {}
    }
    let later = matches!((last.age.1, age.1), (Some(before), Some(now)) if now > before);
    // A later piece that only lacks something is a teaser or a damaged copy: it corrects nothing.
    later && !lines.is_subset(&last.lines)
}

/// Whether two texts of about one length have hardly a line in common: two wordings, which make no text together.
fn is_reworded(a: &BTreeSet<u64>, b: &BTreeSet<u64>) -> bool {
    let (few, many) = (a.len().min(b.len()), a.len().max(b.len()));
    few * 10 >= many * 7 && a.intersection(b).count() * 5 < few
}

fn lines(document: &Document) -> BTreeSet<u64> {
    document.blocks.iter().filter(|b| b.kind == Kind::Prose).map(|b| b.hash).collect()
}

fn why(before: &BTreeSet<u64>, after: &BTreeSet<u64>) -> String {
    let gone = before.difference(after).count();
    let new = after.difference(before).count();
    let count = |n: usize| match n {
        1 => "1 paragraph".to_owned(),
        n => format!("{n} paragraphs"),
    };
    match (gone, new) {
        (0, n) => format!("a later text adds {}", count(n)),
        (n, 0) => format!("a later text takes out {}", count(n)),
        (gone, new) if gone == new => format!("a later text changes {}", count(gone)),
        (gone, new) => format!("a later text has {} new and {} fewer", count(new), gone),
    }
}

fn version(state: &State, documents: &[&Document], why: String) -> Option<Version> {
    // The last item of the state is its latest; crawls come after the items.
    let shown = state.documents.iter().rev().filter_map(|at| documents.get(*at)).find(|d| d.item.is_some())?;
    let item = shown.item.as_deref()?;
    let at: Option<When> = item.updated_at.or(item.published_at);
    let mut crawls: Vec<CrawlRef> =
        state.documents.iter().filter_map(|at| documents.get(*at)).flat_map(|d| d.refs.clone()).collect();
    crawls.sort_unstable();
    Some(Version {
        headline: item.headline.clone(),
        paragraphs: shown.prose().map(|b| b.text.clone()).collect(),
        at,
        number: item.version,
        crawls,
        why: if item.standing == Standing::Withdrawn { format!("withdrawn; {why}") } else { why },
    })
}
