//! For `bench/oracle`: whether the time of a guest's search tells locked phrases from ones that stand nowhere.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)] // measuring needs the clock
use jiff::tz::TimeZone;
use newsroom::articles::{Marking, StoryNumber};
use search::{Ask, Document, Index, Language, Order, Query, Settings};
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

fn main() {
    let folder = std::env::temp_dir().join(format!("masthead-oracle-{}", std::process::id()));
    let settings = Settings { language: Language::read("en"), zone: TimeZone::UTC };
    let index = Index::open(&folder, settings).unwrap();
    let (mut dice, mut locked) = (Dice(3), Vec::new());
    let mut rebuild = index.rebuild().unwrap();
    for number in 1..=STORIES {
        let (open, hidden) = (dice.words(40), dice.words(300));
        rebuild
            .add(&Document {
                number: StoryNumber(number),
                revision: 1,
                section: "harbour".into(),
                headline: dice.words(6).join(" "),
                bylines: vec![],
                topics: vec![],
                marking: Marking::Metered,
                published_at: None,
                open: open.join(" "),
                whole: format!("{}\n{}", open.join(" "), hidden.join(" ")),
            })
            .unwrap();
        locked.push(hidden);
    }
    rebuild.finish(1, |_, _| ()).unwrap();
    let public = index.public().unwrap();
    let mut times: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    let mut found = 0;
    for turn in 0..PHRASES * 2 {
        let truly = turn % 2 == 0;
        let story = &locked[dice.below(locked.len())];
        let at = dice.below(story.len() - 3);
        let words = if truly { story[at..at + 3].to_vec() } else { dice.words(3) };
        let query = Query::parse(&format!("\"{}\"", words.join(" ")));
        let ask = Ask { query: &query, order: Order::Relevance, offset: 0, limit: 10, facets: true };
        let took = (0..5).map(|_| {
            let began = Instant::now();
            found += usize::from(black_box(public.find(&ask).unwrap()).total > 0 && truly);
            began.elapsed().as_secs_f64() * 1e6
        });
        times[usize::from(!truly)].push(took.fold(f64::MAX, f64::min));
    }
    for list in &mut times {
        list.sort_by(f64::total_cmp);
    }
    let at = |list: &[f64], part: usize| list[list.len() * part / 100];
    // the share of pairs in which the locked one took longer: 0.5 is chance
    let longer: usize = times[0].iter().map(|one| times[1].partition_point(|two| two < one)).sum();
    println!(
        "guest, {PHRASES} locked phrases and {PHRASES} random ones: p50 {:.1} / {:.1} µs, p99 {:.1} / {:.1} µs; locked took longer in {:.3} of pairs; locked phrases found {found}",
        at(&times[0], 50),
        at(&times[1], 50),
        at(&times[0], 99),
        at(&times[1], 99),
        longer as f64 / (PHRASES * PHRASES) as f64
    );
    std::fs::remove_dir_all(&folder).unwrap();
}
