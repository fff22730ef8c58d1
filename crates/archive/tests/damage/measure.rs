//! Rebuilding measured: exact, precision, recall, wrong and silent, doubts on right stories; and three naive ways beside it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use archive::{Crawl, Import, Options, rebuild};

use super::causes::Causes;
use super::corpora::Story;
use super::crawls::{Damaged, Harm, damage, plain};
use super::dice::Dice;
use super::site::Site;

#[derive(Default, Debug, Clone)]
pub struct Figures {
    pub stories: usize,
    pub determined: usize,
    /// Of the determined.
    pub exact: usize,
    /// Determined, and no line without a full stop hangs on one crawl.
    pub plain: usize,
    pub plain_exact: usize,
    pub wrong_silent: usize,
    /// … although the crawls hold the whole story.
    pub wrong_silent_determined: usize,
    pub right: usize,
    pub right_flagged: usize,
    /// Doubts on right stories.
    pub right_doubts: usize,
    pub split: usize,
    pub merged: usize,
    /// Paragraphs of determined stories: in the truth, in the result, in both.
    pub truth: usize,
    pub got: usize,
    pub common: usize,
    /// Exact by a naive way: the longest crawl, the union of lines, lines in two crawls or more.
    pub naive: [usize; 3],
    pub causes: Causes,
}

impl Figures {
    pub fn share(part: usize, whole: usize) -> f64 {
        part as f64 / whole.max(1) as f64
    }

    pub fn row(&self) -> String {
        let naive: Vec<String> =
            self.naive.iter().map(|n| format!("{:.3}", Self::share(*n, self.determined))).collect();
        format!(
            "{:5} | {:5} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {:.2} | {:3} | {:3} | {}",
            self.stories,
            self.determined,
            Self::share(self.exact, self.determined),
            Self::share(self.plain_exact, self.plain),
            Self::share(self.common, self.got),
            Self::share(self.common, self.truth),
            Self::share(self.wrong_silent_determined, self.determined),
            Self::share(self.wrong_silent, self.stories),
            Self::share(self.right_flagged, self.right),
            Self::share(self.right_doubts, self.right),
            self.split,
            self.merged,
            naive.join(" | ")
        )
    }

    pub const HEAD: &'static str = "stories | determined | exact | exact, lines vouched | precision | recall | silent of determined | silent of all | \
                                    right with doubt | doubts per right | split | merged | longest crawl | union | lines in 2 crawls";
}

/// One heap: every story damaged, all rebuilt together.
pub fn measure(all: &[Story], sites: &[Site], harm: Harm, seed: u64, figures: &mut Figures) {
    let mut dice = Dice(seed);
    let damaged: Vec<Damaged> =
        (0..all.len()).map(|number| damage(number, all, &sites[number % sites.len()], harm, &mut dice)).collect();
    let crawls: Vec<Crawl> = damaged.iter().flat_map(|d| d.crawls.clone()).collect();
    let import = rebuild(&[], &crawls, &Options::default());
    let found = by_story(&import, figures);
    for (number, (story, damaged)) in all.iter().zip(&damaged).enumerate() {
        let rebuilt = found.get(&number).map(Vec::as_slice).unwrap_or_default();
        one(story, damaged, &import, rebuilt, figures);
    }
}

fn one(story: &Story, damaged: &Damaged, import: &Import, rebuilt: &[usize], figures: &mut Figures) {
    figures.stories += 1;
    figures.split += usize::from(rebuilt.len() != 1);
    let truth: Vec<String> = story.paragraphs.iter().map(|p| plain(p)).collect();
    let got: Vec<Vec<String>> =
        rebuilt.iter().map(|at| import.stories[*at].paragraphs.iter().map(|p| plain(&p.text)).collect()).collect();
    let exact = got.len() == 1 && got[0] == truth;
    let doubts: usize = rebuilt.iter().map(|at| import.stories[*at].doubts.len()).sum();
    if exact {
        figures.right += 1;
        figures.right_flagged += usize::from(doubts > 0);
        figures.right_doubts += doubts;
        if doubts > 0 && std::env::var_os("DAMAGE_DOUBTS").is_some() {
            for doubt in rebuilt.iter().flat_map(|at| &import.stories[*at].doubts) {
                println!("needless doubt: {}", doubt.text);
            }
        }
    } else {
        figures.wrong_silent += usize::from(doubts == 0);
    }
    if !exact && (damaged.determined || std::env::var_os("DAMAGE_SHOW").is_some_and(|v| v == "all")) {
        show(import, rebuilt, &truth, damaged, doubts > 0);
    }
    if !damaged.determined {
        return;
    }
    if !exact {
        figures.causes.add(import, rebuilt, &truth, damaged, doubts == 0);
    }
    figures.determined += 1;
    figures.exact += usize::from(exact);
    figures.plain += usize::from(damaged.plain);
    figures.plain_exact += usize::from(damaged.plain && exact);
    figures.wrong_silent_determined += usize::from(!exact && doubts == 0);
    figures.truth += truth.len();
    figures.got += got.iter().map(Vec::len).sum::<usize>();
    let mut left: HashMap<&str, usize> = HashMap::new();
    for text in &truth {
        *left.entry(text).or_default() += 1;
    }
    for text in got.iter().flatten() {
        if let Some(n) = left.get_mut(text.as_str()).filter(|n| **n > 0) {
            *n -= 1;
            figures.common += 1;
        }
    }
    for (way, lines) in naive(&damaged.crawls).iter().enumerate() {
        figures.naive[way] += usize::from(*lines == truth);
    }
}

/// What one would do without thinking, given which crawls belong together.
fn naive(crawls: &[Crawl]) -> [Vec<String>; 3] {
    let lines: Vec<Vec<String>> = crawls
        .iter()
        .map(|c| {
            let text = String::from_utf8_lossy(&c.bytes).replace("&amp;", "&").replace("&rsquo;", "'");
            let text = text
                .replace(['“', '”'], "\"")
                .replace("&ldquo;", "\"")
                .replace("&rdquo;", "\"")
                .replace("&quot;", "\"");
            text.replace('\u{ad}', "").lines().map(plain).filter(|l| !l.is_empty()).collect()
        })
        .collect();
    let longest = lines.iter().max_by_key(|l| l.iter().map(String::len).sum::<usize>()).cloned().unwrap_or_default();
    let mut seen = HashSet::new();
    let union: Vec<String> = lines.iter().flatten().filter(|l| seen.insert((*l).clone())).cloned().collect();
    let in_crawls = |line: &String| lines.iter().filter(|l| l.contains(line)).count();
    let shared = union.iter().filter(|l| in_crawls(l) >= 2).cloned().collect();
    [longest, union, shared]
}

fn by_story(import: &Import, figures: &mut Figures) -> BTreeMap<usize, Vec<usize>> {
    let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, story) in import.stories.iter().enumerate() {
        let numbers: BTreeSet<usize> = story.crawls.iter().map(|c| c.name[..4].parse().expect("a number")).collect();
        if numbers.len() > 1 && std::env::var_os("DAMAGE_SHOW").is_some() {
            println!("merged: {numbers:?}");
        }
        figures.merged += usize::from(numbers.len() > 1);
        for number in numbers {
            found.entry(number).or_default().push(at);
        }
    }
    found
}

fn show(import: &Import, rebuilt: &[usize], truth: &[String], damaged: &Damaged, flagged: bool) {
    if std::env::var_os("DAMAGE_SHOW").is_none() {
        return;
    }
    let determined = damaged.determined;
    println!("---- wrong (determined {determined}, flagged: {flagged}), {} stories", rebuilt.len());
    for crawl in &damaged.crawls {
        let text = String::from_utf8_lossy(&crawl.bytes).into_owned();
        let number =
            |line: &str| truth.iter().position(|t| *t == plain(line)).map_or("x".to_owned(), |n| n.to_string());
        let lines: Vec<String> = text.lines().filter(|l| !l.trim().is_empty()).map(number).collect();
        println!("  crawl {}", lines.join(" "));
    }
    let short = |text: &str| text.chars().take(90).collect::<String>();
    for at in rebuilt {
        let story = &import.stories[*at];
        println!("  {:?}", story.crawls.iter().map(|c| c.name.as_str()).collect::<Vec<_>>());
        let got: Vec<String> = story.paragraphs.iter().map(|p| plain(&p.text)).collect();
        for (at, text) in got.iter().enumerate() {
            let mark = truth.iter().position(|t| t == text).map_or("??".to_owned(), |p| p.to_string());
            println!("  {at:2} <- {mark:2} {}", short(text));
        }
        for (at, text) in truth.iter().enumerate().filter(|(_, t)| !got.contains(t)) {
            println!("  missing {at} {}", short(text));
        }
        for d in &story.doubts {
            println!("    doubt {:?} {}", d.paragraph, d.text);
        }
        for d in &story.dropped {
            let mark = if truth.contains(&plain(&d.text)) { "DROPPED" } else { "dropped" };
            println!("    {mark} {}:{} {} | {}", d.crawl, d.line, d.reason, short(&d.text));
        }
    }
}
