//! Seeded damage: whole stories are turned into the kind of crawls that old archives hold, and rebuilt. The figures are printed; the
//! floors are asserted.
//!
//! Stories: the sample paper's. `DAMAGE_STORIES=DIR` tries another folder of the same form.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test may stop and may print its figures")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use archive::{Crawl, Import, Options, rebuild};

/// SplitMix64: repeatable dice for the tests.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).expect("small")
    }

    fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

struct Story {
    headline: String,
    paragraphs: Vec<String>,
}

fn stories() -> Vec<Story> {
    let folder = std::env::var_os("DAMAGE_STORIES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample/stories"), PathBuf::from);
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    paths.iter().filter(|p| p.extension().is_some_and(|e| e == "md")).filter_map(|p| read(p)).collect()
}

fn read(path: &Path) -> Option<Story> {
    let text = std::fs::read_to_string(path).ok()?;
    let (front, body) = text.strip_prefix("+++\n")?.split_once("\n+++\n")?;
    let headline = front.lines().find_map(|l| l.strip_prefix("headline = \""))?.trim_end_matches('"').to_owned();
    let paragraphs: Vec<String> = body
        .split("\n\n")
        .map(|p| p.trim().trim_start_matches('#').split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|p| !p.is_empty())
        .collect();
    (paragraphs.len() >= 4).then_some(Story { headline, paragraphs })
}

/// A site's furniture: one template for the whole heap, with syntax and labels drawn by the dice.
struct Site {
    labels: Vec<String>,
    wall: Vec<String>,
    tail: Vec<String>,
}

const SYNTAX: &[(&str, &str)] = &[
    ("{{ ", " }}"),
    ("{", "}"),
    ("<%= ", " %>"),
    ("${", "}"),
    ("[[", "]]"),
    ("%(", ")s"),
    ("*|", "|*"),
    ("#{", "}"),
    ("__", "__"),
    ("%%", "%%"),
    ("{$", "}"),
    ("@@", "@@"),
    ("<?= ", " ?>"),
    ("{!", "!}"),
];
const LABELS: &[&str] = &[
    "Also on our pages",
    "Trending",
    "Related",
    "You may like",
    "Editor's picks",
    "Watch this space",
    "Elsewhere on the site",
    "From the Money Desk",
    "Top videos",
    "Around the web",
    "Quick takes",
    "Reader favourites",
];
const WALLS: &[&str] = &[
    "Only # free stories remain this week.",
    "Sign in to continue",
    "Become a member to keep reading",
    "# articles left",
    "Join thousands of subscribers today →",
    "Already a member? Sign in",
    "Unlock every story with a digital plan",
    "Your free reading for this month ends here.",
];
const PLANS: &[(&str, &str, &str)] = &[
    ("Digital Lite", "£4.99", "per month"),
    ("Weekend Reader", "$12", "1 Month"),
    ("All Access", "€99.00", "12 Months"),
    ("Patron", "Rs 1,999", "1 Year"),
    ("Starter", "₹149", "/month"),
];
const BENEFITS: &[&str] = &[
    "Crossword and puzzles",
    "A morning briefing in your mailbox before breakfast",
    "Read on any device you own",
    "No display advertising",
    "Full archive",
    "Every page of the printed paper, as a replica",
    "Gift five stories a month to friends",
    "Podcasts without interruption",
    "We use cookies to make this site work and to understand how you read it.",
    "Offer valid for new customers only.",
    "Terms apply",
];

fn site(dice: &mut Dice) -> Site {
    let (open, close) = *dice.pick(SYNTAX);
    let mut wall = Vec::new();
    for _ in 0..3 {
        wall.push(dice.pick(WALLS).replace('#', &format!("{open}meter.left{close}")));
    }
    let mut tail = Vec::new();
    for _ in 0..2 {
        let (name, price, term) = dice.pick(PLANS);
        tail.extend([(*name).to_owned(), (*price).to_owned(), (*term).to_owned()]);
    }
    for _ in 0..4 {
        tail.push((*dice.pick(BENEFITS)).to_owned());
    }
    let labels = (0..2).map(|_| (*dice.pick(LABELS)).to_owned()).collect();
    Site { labels, wall, tail }
}

struct Damaged {
    crawls: Vec<Crawl>,
    /// Whether the crawls hold every paragraph, and every two neighbours side by side somewhere.
    determined: bool,
}

fn damage(number: usize, all: &[Story], site: &Site, loss: usize, dice: &mut Dice) -> Damaged {
    let story = &all[number];
    let length = story.paragraphs.len();
    let mut crawls = Vec::new();
    let mut beside = vec![false; length.saturating_sub(1)];
    let mut present = vec![false; length];
    for version in 0..2 + dice.below(2) {
        let mut lines: Vec<String> = Vec::new();
        for _ in 0..1 + dice.below(2) {
            let kept = lose(length, loss, dice);
            for at in &kept {
                present[*at] = true;
            }
            for pair in kept.windows(2) {
                if pair[1] == pair[0] + 1 {
                    beside[pair[0]] = true;
                }
            }
            write_pass(story, &kept, number, all, site, &mut lines, dice);
        }
        if dice.percent(80) {
            lines.extend(site.wall.iter().cloned());
            lines.extend(site.tail.iter().cloned());
        }
        if dice.percent(5) {
            lines.extend(lines.clone());
        }
        let text = typography(&lines.join("\n"), dice);
        crawls.push(Crawl { name: format!("{number:04}-{version}"), bytes: text.into_bytes() });
    }
    let determined = present.iter().all(|p| *p) && beside.iter().all(|b| *b);
    Damaged { crawls, determined }
}

/// Which paragraphs a pass keeps: the lead is lost in a quarter, each other one with `loss` per cent.
fn lose(length: usize, loss: usize, dice: &mut Dice) -> Vec<usize> {
    (0..length).filter(|at| if *at == 0 { !dice.percent(25) } else { !dice.percent(loss) }).collect()
}

fn write_pass(
    story: &Story,
    kept: &[usize],
    number: usize,
    all: &[Story],
    site: &Site,
    lines: &mut Vec<String>,
    dice: &mut Dice,
) {
    let widget = dice.below(kept.len().max(2));
    for (at, paragraph) in kept.iter().enumerate() {
        lines.push(story.paragraphs[*paragraph].clone());
        if at == widget && dice.percent(60) && at + 1 < kept.len() {
            lines.push(dice.pick(&site.labels).clone());
            for _ in 0..dice.below(3) {
                let other = (number + 1 + dice.below(all.len() - 1)) % all.len();
                lines.push(all[other].headline.clone());
            }
        }
    }
}

fn typography(text: &str, dice: &mut Dice) -> String {
    match dice.below(6) {
        0 => text.replace('’', "'").replace(['“', '”'], "\"").replace(['—', '–'], "-"),
        1 => text.replace('&', "&amp;").replace('’', "&rsquo;").replace('“', "&ldquo;").replace('”', "&rdquo;"),
        2 => text.replace('\n', "\r\n"),
        3 => text.replace('\n', "\n\n"),
        4 => text.replace(' ', "  "),
        _ => text.to_owned(),
    }
}

fn plain(text: &str) -> String {
    text.replace(['’', '‘'], "'").replace(['“', '”'], "\"").replace(['—', '–'], "-")
}

#[derive(Default, Debug)]
struct Figures {
    stories: usize,
    determined: usize,
    exact: usize,
    wrong_flagged: usize,
    wrong_silent: usize,
    /// … although the crawls hold the whole story.
    wrong_silent_determined: usize,
    right_flagged: usize,
    split: usize,
    merged: usize,
}

fn measure(all: &[Story], loss: usize, seed: u64, figures: &mut Figures) {
    let mut dice = Dice(seed);
    let site = site(&mut dice);
    let mut crawls = Vec::new();
    let mut determined = Vec::new();
    for number in 0..all.len() {
        let damaged = damage(number, all, &site, loss, &mut dice);
        crawls.extend(damaged.crawls);
        determined.push(damaged.determined);
    }
    let import = rebuild(&[], &crawls, &Options::default());
    let found = by_story(&import, figures);
    for (number, story) in all.iter().enumerate() {
        figures.stories += 1;
        let rebuilt = found.get(&number).map(Vec::as_slice).unwrap_or_default();
        figures.split += usize::from(rebuilt.len() != 1);
        let truth: Vec<String> = story.paragraphs.iter().map(|p| plain(p)).collect();
        let right =
            |at: &usize| import.stories[*at].paragraphs.iter().map(|p| plain(&p.text)).collect::<Vec<_>>() == truth;
        let exact = rebuilt.len() == 1 && rebuilt.iter().all(right);
        let flagged = rebuilt.iter().any(|at| !import.stories[*at].doubts.is_empty());
        if exact {
            figures.right_flagged += usize::from(flagged);
        }
        if determined[number] {
            figures.determined += 1;
            figures.exact += usize::from(exact);
            if !exact {
                show(&import, rebuilt, &truth, flagged);
            }
        }
        if !exact {
            figures.wrong_silent_determined += usize::from(determined[number] && !flagged);
            // What the crawls do not hold cannot be flagged for sure; it counts all the same.
            *(if flagged { &mut figures.wrong_flagged } else { &mut figures.wrong_silent }) += 1;
        }
    }
}

fn by_story(import: &Import, figures: &mut Figures) -> BTreeMap<usize, Vec<usize>> {
    let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, story) in import.stories.iter().enumerate() {
        let mut numbers: Vec<usize> = story.crawls.iter().map(|c| c.name[..4].parse().expect("a number")).collect();
        numbers.dedup();
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

fn show(import: &Import, rebuilt: &[usize], truth: &[String], flagged: bool) {
    if std::env::var_os("DAMAGE_SHOW").is_none() {
        return;
    }
    println!("---- wrong (flagged: {flagged}), {} stories", rebuilt.len());
    for at in rebuilt {
        let story = &import.stories[*at];
        let got: Vec<String> = story.paragraphs.iter().map(|p| plain(&p.text)).collect();
        for (at, text) in got.iter().enumerate() {
            let mark = truth.iter().position(|t| t == text).map_or("??".to_owned(), |p| p.to_string());
            println!("  {at:2} <- {mark:2} {}", text.chars().take(70).collect::<String>());
        }
        for (at, text) in truth.iter().enumerate().filter(|(_, t)| !got.contains(t)) {
            println!("  missing {at} {}", text.chars().take(70).collect::<String>());
        }
        for d in &story.doubts {
            println!("    doubt {:?} {}", d.paragraph, d.text);
        }
        for d in story.dropped.iter().filter(|d| truth.contains(&plain(&d.text))) {
            println!(
                "    dropped {}:{} {} | {}",
                d.crawl,
                d.line,
                d.reason,
                d.text.chars().take(60).collect::<String>()
            );
        }
    }
}

#[test]
fn damaged_stories_are_rebuilt() {
    let all = stories();
    if all.len() < 20 {
        println!("no stories to damage: skipped");
        return;
    }
    for loss in [5, 15] {
        let mut figures = Figures::default();
        let rounds = if all.len() > 300 { 1 } else { 3 };
        for seed in 0..rounds {
            measure(&all, loss, 1000 * seed + loss as u64, &mut figures);
        }
        let share = figures.exact as f64 / figures.determined as f64;
        let silent = figures.wrong_silent as f64 / figures.stories as f64;
        println!(
            "loss {loss:2} %: exact {share:.3} of {} determined; wrong and silent {silent:.3}; {figures:?}",
            figures.determined
        );
        assert_eq!(figures.merged, 0, "two stories in one");
        assert!(share >= if loss == 5 { 0.95 } else { 0.92 }, "exact {share}");
        assert!(silent <= 0.03, "silent {silent}");
        assert!(figures.wrong_silent_determined * 100 <= figures.determined, "silent although determined");
    }
}
