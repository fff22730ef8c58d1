//! Why determined stories did not come back, counted by cause: what `bench/rebuild` lists below a row with `DAMAGE_CAUSES=1`.

use std::collections::{BTreeMap, BTreeSet};

use archive::{Dropped, Import};

use super::crawls::{Damaged, plain};

/// How often a cause was met: paragraphs, stories that have it, and stories that have no other.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    paragraphs: usize,
    stories: usize,
    alone: usize,
    silent: usize,
}

#[derive(Debug, Default, Clone)]
pub struct Causes {
    counts: BTreeMap<String, Count>,
}

impl Causes {
    /// Notes the causes of one story that did not come back.
    pub fn add(&mut self, import: &Import, rebuilt: &[usize], truth: &[String], damaged: &Damaged, silent: bool) {
        let found = causes(import, rebuilt, truth, damaged);
        for (cause, paragraphs) in &found {
            let count = self.counts.entry(cause.clone()).or_default();
            count.paragraphs += paragraphs;
            count.stories += 1;
            count.alone += usize::from(found.len() == 1);
            count.silent += usize::from(silent);
        }
    }

    /// One line for each cause, the commonest first.
    pub fn rows(&self) -> Vec<String> {
        let mut all: Vec<(&String, &Count)> = self.counts.iter().collect();
        all.sort_by_key(|(cause, count)| (std::cmp::Reverse(count.stories), *cause));
        all.iter()
            .map(|(cause, c)| {
                format!(
                    "{:4} stories, {:4} with no other cause, {:3} silent, {:4} paragraphs: {cause}",
                    c.stories, c.alone, c.silent, c.paragraphs
                )
            })
            .collect()
    }
}

fn causes(import: &Import, rebuilt: &[usize], truth: &[String], damaged: &Damaged) -> BTreeMap<String, usize> {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    if rebuilt.is_empty() {
        found.insert("no story at all".to_owned(), 1);
    }
    if rebuilt.len() > 1 {
        found.insert("its crawls were not brought together".to_owned(), 1);
    }
    let got: Vec<String> =
        rebuilt.iter().flat_map(|at| &import.stories[*at].paragraphs).map(|p| plain(&p.text)).collect();
    let dropped: Vec<&Dropped> = rebuilt.iter().flat_map(|at| &import.stories[*at].dropped).collect();
    for text in truth.iter().filter(|t| !got.contains(t)) {
        let crawls: BTreeSet<&str> = dropped
            .iter()
            .filter(|d| text.starts_with(plain(&d.text).trim_end_matches('…')))
            .map(|d| d.crawl.as_str())
            .collect();
        let why = dropped.iter().find(|d| text.starts_with(plain(&d.text).trim_end_matches('…')));
        let why = why.map_or_else(|| "other words in its place".to_owned(), |d| numberless(&d.reason));
        *found.entry(format!("lost, {}, in {} crawls: {why}", manner(text), crawls.len())).or_default() += 1;
    }
    for text in got.iter().filter(|t| !truth.contains(t)) {
        let crawls = damaged
            .crawls
            .iter()
            .filter(|c| String::from_utf8_lossy(&c.bytes).lines().any(|l| plain(l) == **text))
            .count();
        let of_truth = truth.iter().any(|t| t.contains(text.as_str()) || text.contains(t.as_str()));
        let what = if of_truth { "part of a paragraph, or more than one" } else { "furniture" };
        *found.entry(format!("added, {}, in {crawls} crawls: {what}", manner(text))).or_default() += 1;
    }
    let common: Vec<&String> = got.iter().filter(|t| truth.contains(t)).collect();
    let right: Vec<&String> = truth.iter().filter(|t| got.contains(t)).collect();
    if common.len() != right.len() {
        found.insert("a paragraph twice".to_owned(), 1);
    } else if common != right {
        found.insert("the order".to_owned(), 1);
    }
    found
}

fn manner(text: &str) -> &'static str {
    if text.ends_with(['.', '!', '?', '"', '”', '»', '।', '。', '“']) { "sentence" } else { "no sentence" }
}

fn numberless(reason: &str) -> String {
    reason.split(' ').map(|w| if w.bytes().all(|b| b.is_ascii_digit()) { "N" } else { w }).collect::<Vec<_>>().join(" ")
}
