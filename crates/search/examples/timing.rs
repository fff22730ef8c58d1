//! For `bench/oracle`: whether the time of a search tells locked phrases from ones that stand nowhere.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)] // measuring needs the clock
use jiff::{Timestamp, tz::TimeZone};
use newsroom::articles::{Marking, StoryNumber};
use search::{Ask, Document, Index, Language, Order, Query, Reach, Right, Settings};
use std::hint::black_box;
use std::time::Instant;

/// Stories of the paper.
const STORIES: u32 = 2_000;
/// Phrases of each kind.
const PHRASES: usize = 5_000;

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }

    fn words(&mut self, n: usize) -> Vec<String> {
        let parts = ["ka", "lo", "ri", "mu", "ste", "vo", "ban", "tir", "sel", "dro"];
        (0..n).map(|_| (0..3).map(|_| parts[self.below(parts.len())]).collect()).collect()
    }
}

/// Stories from this one on are opened by the right that begins with a day; those before it are locked for its holder too.
const OPENED: u32 = STORIES / 2;

fn main() {
    let folder = std::env::temp_dir().join(format!("masthead-oracle-{}", std::process::id()));
    let settings = Settings { language: Language::read("en"), zone: TimeZone::UTC };
    let index = Index::open(&folder, settings).unwrap();
    let (mut dice, mut hidden) = (Dice(3), Vec::new());
    // in no order of time, so that the two sides of a day stand among each other everywhere
    let place = |number: u32| number * 7919 % STORIES;
    let day = |place: u32| Timestamp::from_second(900_000_000 + i64::from(place) * 86_400).unwrap();
    let mut rebuild = index.rebuild().unwrap();
    for number in 1..=STORIES {
        let (open, locked) = (dice.words(40), dice.words(300));
        rebuild
            .add(&Document {
                number: StoryNumber(number),
                revision: 1,
                section: "harbour".into(),
                headline: dice.words(6).join(" "),
                bylines: vec![],
                topics: vec![],
                marking: Marking::Metered,
                published_at: Some(day(place(number))),
                open: open.join(" "),
                whole: format!("{}\n{}", open.join(" "), locked.join(" ")),
            })
            .unwrap();
        hidden.push(locked);
    }
    rebuild.finish(1, |_, _| ()).unwrap();
    let public = index.public().unwrap();
    // the same words in another order: how common the words are is the same, no sequence is
    let old: Vec<Vec<String>> =
        (1..=STORIES).zip(&hidden).filter(|(n, _)| place(*n) < OPENED).map(|(_, h)| h.clone()).collect();
    let mut words: Vec<String> = old.concat();
    (1..words.len()).rev().for_each(|at| words.swap(at, dice.below(at + 1)));
    let shuffled: Vec<Vec<String>> = words.chunks(300).map(<[String]>::to_vec).collect();
    compare("guest", &mut dice, &hidden, |ask| public.find(ask).unwrap().total);
    let right = Right { marking: Marking::Metered, since: Some(day(OPENED)) };
    let full = index.full(Reach::of([right]).unwrap()).unwrap();
    compare("holder of a right that begins with a day", &mut dice, &old, |ask| full.find(ask).unwrap().total);
    compare("the same, words shuffled", &mut dice, &shuffled, |ask| full.find(ask).unwrap().total);
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Prints how long searches for phrases of `locked` stories take, and for such as hardly stand anywhere. A phrase that chance has put where the
/// asker may read it is left out of both.
fn compare(who: &str, dice: &mut Dice, locked: &[Vec<String>], find: impl Fn(&Ask<'_>) -> u64) {
    let mut times: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    // made as the others are, and never given to the index
    let ghosts: Vec<Vec<String>> = (0..locked.len()).map(|_| dice.words(300)).collect();
    while times.iter().any(|list| list.len() < PHRASES) {
        let truly = times[0].len() <= times[1].len();
        let stories = if truly { locked } else { &ghosts };
        let story = &stories[dice.below(stories.len())];
        let at = dice.below(story.len() - 3);
        let query = Query::parse(&format!("\"{}\"", story[at..at + 3].join(" ")));
        let ask = Ask { query: &query, order: Order::Relevance, offset: 0, limit: 10, facets: true };
        let mut found = 0u64;
        let took = (0..5).map(|_| {
            let began = Instant::now();
            found += black_box(find(&ask));
            began.elapsed().as_secs_f64() * 1e6
        });
        let took = took.fold(f64::MAX, f64::min);
        if found == 0 {
            times[usize::from(!truly)].push(took);
        }
    }
    for list in &mut times {
        list.sort_by(f64::total_cmp);
    }
    let at = |list: &[f64], part: usize| list[list.len() * part / 100];
    // the share of pairs in which the locked one took longer: 0.5 is chance
    let longer: usize = times[0].iter().map(|one| times[1].partition_point(|two| two < one)).sum();
    println!(
        "{who}, {PHRASES} locked phrases and {PHRASES} random ones: p50 {:.1} / {:.1} µs, p99 {:.1} / {:.1} µs; locked took longer in {:.3} of pairs",
        at(&times[0], 50),
        at(&times[1], 50),
        at(&times[0], 99),
        at(&times[1], 99),
        longer as f64 / (PHRASES * PHRASES) as f64
    );
}
