//! An attacker with as many queries as they like.
//!
//! Two papers are alike in everything that is open and differ in what is locked. Whatever is asked, both must answer alike, to the last bit
//! of every score: then no answer can depend on locked text. That the difference is there to be seen is proved by a holder's eyes.
use crate::paper::{ask, day, index, put, story};
use newsroom::articles::Marking::{self, Free, Metered, Premium, Registered};
use search::{Ask, Document, Found, Index, Order, Query, Reach, Right, Suggestion};
use tempfile::{TempDir, tempdir};

/// Questions that the attacker asks of each pair of papers, unless `SEARCH_ORACLE_QUESTIONS` says more (`bench/oracle` does).
const QUESTIONS: usize = 600;
const STORIES: u32 = 160;

/// A small generator of numbers, so that every run asks the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }

    fn word(&mut self, words: &[String]) -> String {
        words[self.below(words.len())].clone()
    }

    fn text(&mut self, words: &[String], length: usize) -> String {
        (0..length).map(|_| self.word(words)).collect::<Vec<_>>().join(" ")
    }
}

/// Words of a made-up language, with common English ones among them.
fn vocabulary() -> Vec<String> {
    let (starts, ends) = (["br", "k", "l", "st", "v", "m", "tr", "s"], ["a", "o", "i", "u"]);
    let mut words: Vec<String> = ["the", "of", "and", "to", "in"].map(str::to_owned).to_vec();
    for first in starts {
        for vowel in ends {
            words.extend(
                starts.iter().flat_map(|last| [format!("{first}{vowel}{last}en"), format!("{first}{vowel}{last}or")]),
            );
        }
    }
    words
}

struct Papers {
    one: Index,
    two: Index,
    locked: Vec<String>,
    words: Vec<String>,
    _folders: [TempDir; 2],
}

/// Two papers whose stories differ in the locked text of those that `differs` names.
fn twins(differs: impl Fn(&Document) -> bool) -> Papers {
    let words = vocabulary();
    let mut dice = Dice(7);
    let (mut one, mut two, mut locked) = (Vec::new(), Vec::new(), Vec::new());
    for number in 1..=STORIES {
        let marking = Marking::ALL[dice.below(4)];
        let (headline, open) = (dice.text(&words[5..], 5), dice.text(&words, 25));
        let (hidden, other) = (dice.text(&words, 80), dice.text(&words, 80));
        let mut story = story(number, marking, &headline, &open, &hidden);
        story.published_at = Some(day(&format!("20{:02}-06-01", number % 20)));
        story.section = ["harbour", "markets"][dice.below(2)].into();
        if marking == Free {
            story.open = story.whole.clone();
        }
        let mut twin = story.clone();
        if marking != Free && differs(&story) {
            twin.whole = format!("{open}\n{other}");
            locked.push(hidden);
            locked.push(other);
        }
        one.push(story);
        two.push(twin);
    }
    let folders = [tempdir().unwrap(), tempdir().unwrap()];
    Papers {
        one: index(folders[0].path(), &one),
        two: index(folders[1].path(), &two),
        locked,
        words,
        _folders: folders,
    }
}

/// A question about locked text: phrases of it, its words, its words with mistakes, with filters, as fields.
fn question(dice: &mut Dice, papers: &Papers) -> String {
    let text: Vec<&str> = papers.locked[dice.below(papers.locked.len())].split(' ').collect();
    let at = dice.below(text.len() - 4);
    let [a, b, c] = [text[at], text[at + 1], text[at + 2]];
    let known = dice.word(&papers.words);
    match dice.below(12) {
        0 => format!("\"{a} {b} {c}\""),
        1 => format!("\"{a} {b}\""),
        2 => format!("{a} {b} {c}"),
        3 => format!("{a} OR {b} OR {c}"),
        4 => format!("{known} \"{b} {c}\" OR {known}"),
        5 => format!("{}x{} {known}", &a[..1], &a[1..]),
        6 => format!("{known} -{a} -\"{b} {c}\""),
        7 => format!("{known} OR {a} section:harbour"),
        8 => format!("{known} OR \"{a} {b} {c}\" year:20{:02}", dice.below(20)),
        9 => format!("{}*", &a[..a.len().min(3)]),
        10 => format!("headline:{a} OR topic:{b} OR author:{c} OR {known}"),
        _ => format!("{known} OR {a} after:2007 marking:{}", Marking::ALL[dice.below(4)].word()),
    }
}

/// Everything an answer tells.
#[derive(Debug, PartialEq)]
struct Answer {
    relevant: Found,
    newest: Found,
    suggested: Vec<Suggestion>,
}

fn answers(index: &Index, reach: Option<&Reach>, text: &str) -> Answer {
    let query = Query::parse(text);
    let ask = Ask { limit: 50, ..ask(&query) };
    let newest = Ask { order: Order::Newest, ..ask.clone() };
    let public = index.public().unwrap();
    let full = reach.map(|reach| index.full(reach.clone()).unwrap());
    let find = |ask: &Ask<'_>| full.as_ref().map_or_else(|| public.find(ask), |full| full.find(ask)).unwrap();
    Answer { relevant: find(&ask), newest: find(&newest), suggested: public.suggest(text, &Query::default()).unwrap() }
}

/// Asks everything of both papers; how many questions got any answer at all.
fn attack(papers: &Papers, reach: Option<&Reach>, questions: usize) -> usize {
    let mut dice = Dice(99);
    let mut told = 0;
    for _ in 0..questions {
        let text = question(&mut dice, papers);
        let (one, two) = (answers(&papers.one, reach, &text), answers(&papers.two, reach, &text));
        assert_eq!(one, two, "the answer to {text:?} depends on what is locked");
        told += usize::from(one.relevant.total > 0);
    }
    told
}

fn questions() -> usize {
    std::env::var("SEARCH_ORACLE_QUESTIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(QUESTIONS)
}

/// How many of some questions a reader of everything sees answered differently.
fn differences(papers: &Papers) -> usize {
    let rights = [Registered, Metered, Premium].map(|marking| Right { marking, since: None });
    let reach = Reach::of(rights);
    let mut dice = Dice(99);
    let differ = |text: &str| answers(&papers.one, reach.as_ref(), text) != answers(&papers.two, reach.as_ref(), text);
    (0..300).filter(|_| differ(&question(&mut dice, papers))).count()
}

/// Two papers that were changed story by story after they were made, so that drawers have several segments and removed stories, and whose
/// stories score alike: in which order equals come, and which of them are left off, must not depend on what is closed either.
#[test]
fn nothing_is_learnt_from_the_order_of_equals_in_a_paper_that_has_grown() {
    let since = day("2010-01-01");
    let reach = Reach::of([Metered, Premium].map(|marking| Right { marking, since: Some(since) }));
    let words = vocabulary();
    let folders = [tempdir().unwrap(), tempdir().unwrap()];
    let mut papers = Vec::new();
    for (paper, folder) in folders.iter().enumerate() {
        let (mut dice, mut other) = (Dice(5), Dice(50 + paper as u64));
        let mut of = |number: u32| {
            let marking = [Metered, Premium][dice.below(2)];
            let mut story = story(number, marking, "brasor kramen", "stulor in the valen", &dice.text(&words, 6));
            let year = 2000 + dice.below(20);
            story.published_at = Some(day(&format!("{year}-06-01")));
            if year < 2010 {
                // another length and other words than in the other paper
                story.whole = format!("{}\n{}", story.open, other.text(&words, 5 + 60 * paper));
            }
            story
        };
        let index = index(folder.path(), &(1..=60).map(&mut of).collect::<Vec<_>>());
        for round in 0..8 {
            let changed = (1..=9).map(|n| put(&of(40 + 9 * round + n))).collect();
            index.apply(changed, i64::from(round) + 2).unwrap();
        }
        papers.push(index);
    }
    let mut dice = Dice(1);
    for turn in 0..150 {
        let [a, b] = [dice.word(&words), dice.word(&words)];
        let text = ["brasor", "stulor valen", "\"brasor kramen\"", "kramen OR "][turn % 4].to_owned();
        let text = if turn % 4 == 3 { format!("{text}{a} OR {b}") } else { text };
        let query = Query::parse(&text);
        let ask = Ask { offset: dice.below(12), limit: 1 + dice.below(30), ..ask(&query) };
        for order in [Order::Relevance, Order::Newest] {
            let ask = Ask { order, ..ask.clone() };
            let found = |paper: &Index| paper.full(reach.clone().unwrap()).unwrap().find(&ask).unwrap();
            let (one, two) = (found(&papers[0]), found(&papers[1]));
            assert!(turn % 4 == 3 || one.total > 50, "{text}: {}", one.total);
            assert_eq!(one, two, "the answer to {text:?} depends on what is locked");
        }
    }
}

#[test]
fn a_guest_learns_nothing() {
    let papers = twins(|_| true);
    assert!(differences(&papers) > 200, "the papers do differ, for those who may read them");
    let told = attack(&papers, None, questions());
    assert!(told > questions() / 2, "the attacker asked for what is not there: {told}");
}

#[test]
fn a_subscriber_without_premium_learns_nothing_of_premium() {
    let papers = twins(|story| story.marking == Premium);
    assert!(differences(&papers) > 100);
    let reach = Reach::of([Registered, Metered].map(|marking| Right { marking, since: None }));
    attack(&papers, reach.as_ref(), questions());
}

#[test]
fn a_subscriber_of_the_last_years_learns_nothing_of_the_years_before() {
    let since = day("2010-01-01");
    let papers = twins(|story| story.published_at.is_none_or(|at| at < since));
    assert!(differences(&papers) > 100);
    let reach = Reach::of([Registered, Metered, Premium].map(|marking| Right { marking, since: Some(since) }));
    // its score once had another last bit, because words were summed up in the order of how often they stand in locked text
    let close = "brotren vubren sivor";
    assert_eq!(answers(&papers.one, reach.as_ref(), close), answers(&papers.two, reach.as_ref(), close));
    attack(&papers, reach.as_ref(), questions());
}
