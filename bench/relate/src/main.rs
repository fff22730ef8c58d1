//! How well *Also Read* is chosen, by topics that people gave, and what that costs. See bench/README.md.
#![allow(clippy::print_stdout, reason = "a tool for scripts: what it prints is what it is for")]
mod before;
mod clock;
mod damage;
mod dice;
mod judge;
mod large;
mod posts;

use std::collections::HashMap;
use std::path::PathBuf;

use clap::Parser;
use newsroom::articles::{Story, StoryNumber};
use newsroom::related::{Card, Model, Passage, Shelf, Words};

use crate::dice::Dice;
use crate::judge::{JUDGED, judge};
use crate::posts::Post;

#[derive(Parser)]
struct Wishes {
    /// The posts, as JSON lines, gzipped.
    posts: PathBuf,
    /// Paragraphs that everybody may read.
    #[arg(long, default_value_t = 3)]
    preview: u16,
    /// Sizes of the large archives to make.
    #[arg(long, value_delimiter = ',')]
    sizes: Vec<usize>,
    /// Print so many lists for a person to look at, and nothing else.
    #[arg(long, default_value_t = 0)]
    lists: usize,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let wishes = Wishes::parse();
    let posts = posts::read(&wishes.posts, wishes.preview)?;
    if wishes.lists > 0 {
        lists(&posts, wishes.lists);
        return Ok(());
    }
    println!("| stories | way | nDCG@5 | share of five with a common topic |");
    println!("|---|---|---|---|");
    for size in [66, 200, 500, posts.len()] {
        quality(&posts, size.min(posts.len()));
    }
    println!();
    copies(&posts);
    if !wishes.sizes.is_empty() {
        println!();
        println!(
            "| stories | learn s | model MB | card µs | lists | card bytes | publish ms p50 / p99 | cards looked at | of the exhaustive five |"
        );
        println!("|---|---|---|---|---|---|---|---|---|");
        let near = near(&posts);
        for size in wishes.sizes {
            large::row(&posts, &near, size);
        }
    }
    Ok(())
}

/// All of a story's words, as if nothing were locked: measured, never used.
fn whole(story: &Story) -> Words {
    let headline = std::iter::once(Passage { text: &story.headline, weight: 3.0 });
    let standfirst = story.standfirst.iter().map(|text| Passage { text, weight: 2.0 });
    Words::read(headline.chain(standfirst).chain(story.body.iter().map(|b| Passage { text: b.text(), weight: 1.0 })))
}

/// Ways to a list of places, each with its name.
type Way<'a> = (&'static str, Box<dyn Fn(usize) -> Vec<usize> + 'a>);

/// Marks every way on archives of `size` posts: as many as there are, eight at most, none with a post of another.
#[allow(clippy::cast_precision_loss)] // few
fn quality(all: &[Post], size: usize) {
    let folds = (all.len() / size).min(8);
    let mut sums: Vec<(&'static str, f64, f64)> = Vec::new();
    for fold in 0..folds {
        let step = all.len() / size;
        let posts: Vec<Post> = all.iter().skip(fold).step_by(step).take(size).cloned().collect();
        let queries: Vec<usize> = (0..posts.len().min(1000)).map(|q| q * posts.len() / posts.len().min(1000)).collect();
        for (at, (name, way)) in ways(&posts).iter().enumerate() {
            let mark = judge(&posts, &queries, way);
            if fold == 0 {
                sums.push((name, 0.0, 0.0));
            }
            sums[at].1 += mark.ndcg / folds as f64;
            sums[at].2 += mark.share / folds as f64;
        }
    }
    for (name, ndcg, share) in sums {
        println!("| {size} × {folds} | {name} | {ndcg:.3} | {share:.3} |");
    }
}

fn ways(posts: &[Post]) -> Vec<Way<'_>> {
    let place: HashMap<StoryNumber, usize> = posts.iter().enumerate().map(|(at, p)| (p.story.number, at)).collect();
    let places = move |numbers: Vec<StoryNumber>| numbers.iter().map(|n| place[n]).collect::<Vec<usize>>();
    let public: Vec<Words> = posts.iter().map(|p| Words::of(&p.story)).collect();
    let all: Vec<Words> = posts.iter().map(|p| whole(&p.story)).collect();
    let before = before::Shelf::of(posts.iter().map(|p| &p.story));
    let shelf = Shelf::of(posts.iter().map(|p| &p.story), "en");
    let count = posts.len();
    let dice = move |query: usize| {
        let mut dice = Dice::new(query as u64);
        (0..JUDGED).map(|_| dice.below(u32::try_from(count).unwrap_or(1)) as usize).collect()
    };
    let names = places.clone();
    vec![
        ("by chance", Box::new(dice)),
        ("TF-IDF, public words, likeness alone", by_likeness(plain(&public))),
        ("the paper before, public words", Box::new(move |q| names(before.also_read(posts[q].story.number, JUDGED)))),
        ("vectors, public words, likeness alone", by_likeness(vectors(posts, &public))),
        ("**the paper now**, public words", Box::new(move |q| places(shelf.also_read(posts[q].story.number, JUDGED)))),
        ("TF-IDF, whole text, likeness alone", by_likeness(plain(&all))),
        ("vectors, whole text, likeness alone", by_likeness(vectors(posts, &all))),
    ]
}

type Likeness = Box<dyn Fn(usize) -> Vec<f32>>;

fn by_likeness<'a>(likeness: Likeness) -> Box<dyn Fn(usize) -> Vec<usize> + 'a> {
    Box::new(move |query| {
        let mut ranked: Vec<(f32, usize)> = likeness(query).into_iter().zip(0..).filter(|r| r.1 != query).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        ranked.into_iter().take(JUDGED).map(|(_, at)| at).collect()
    })
}

fn vectors(posts: &[Post], words: &[Words]) -> Likeness {
    let model = Model::learn(words, words.len(), "en");
    let cards: Vec<Card> = posts.iter().zip(words).map(|(p, w)| Card::read(&p.story, w, &model)).collect();
    Box::new(move |query| cards.iter().map(|card| cards[query].likeness(card)).collect())
}

/// Cosine of TF-IDF with nothing else done.
#[allow(clippy::cast_precision_loss)] // few
fn plain(words: &[Words]) -> Likeness {
    let mut spread: HashMap<u64, f32> = HashMap::new();
    words.iter().flat_map(|w| w.counts()).for_each(|(term, _)| *spread.entry(*term).or_default() += 1.0);
    let all = words.len() as f32;
    let weighed: Vec<HashMap<u64, f32>> = words
        .iter()
        .map(|words| {
            let weigh = |&(term, count): &(u64, f32)| (term, (1.0 + count.ln()) * (1.0 + all / spread[&term]).ln());
            let weighed: HashMap<u64, f32> = words.counts().iter().map(weigh).collect();
            let length = weighed.values().map(|w| w * w).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            weighed.into_iter().map(|(term, weight)| (term, weight / length)).collect()
        })
        .collect();
    Box::new(move |query| {
        let ours = &weighed[query];
        weighed.iter().map(|theirs| ours.iter().filter_map(|(t, w)| theirs.get(t).map(|v| v * w)).sum()).collect()
    })
}

/// Two damaged copies of every third post go in beside it: how many stand in its lists, or in each other's?
fn copies(posts: &[Post]) {
    let mut dice = Dice::new(1);
    let mut stories: Vec<Story> = posts.iter().map(|p| p.story.clone()).collect();
    let mut of: Vec<usize> = (0..posts.len()).collect();
    for at in (0..posts.len()).step_by(3) {
        for _ in 0..2 {
            let number = u32::try_from(stories.len() + 1).unwrap_or(u32::MAX);
            stories.push(damage::copy(&posts[at].story, number, &mut dice));
            of.push(at);
        }
    }
    let place: HashMap<StoryNumber, usize> = stories.iter().enumerate().map(|(at, s)| (s.number, at)).collect();
    let owner = |number: &StoryNumber| of[place[number]];
    let (before, now) = (before::Shelf::of(&stories), Shelf::of(&stories, "en"));
    let count = |also: &dyn Fn(StoryNumber) -> Vec<StoryNumber>| -> (usize, usize, usize) {
        let (mut own, mut twice, mut empty) = (0, 0, 0);
        for story in &stories {
            let list = also(story.number);
            own += list.iter().filter(|n| owner(n) == owner(&story.number)).count();
            twice += (1..list.len()).filter(|&at| list[..at].iter().any(|n| owner(n) == owner(&list[at]))).count();
            empty += usize::from(list.is_empty());
        }
        (own, twice, empty)
    };
    println!(
        "| {} stories, {} of them copies | own copies | one story twice | empty lists |",
        stories.len(),
        stories.len() - posts.len()
    );
    println!("|---|---|---|---|");
    let (own, twice, empty) = count(&|n| before.also_read(n, JUDGED));
    println!("| *Also Read*, the paper before | {own} | {twice} | {empty} |");
    let (own, twice, empty) = count(&|n| now.also_read(n, JUDGED));
    println!("| *Also Read*, the paper now | {own} | {twice} | {empty} |");
    let (own, twice, empty) = count(&|n| now.more_from_section(n, &[], JUDGED));
    println!("| *More From This Section* | {own} | {twice} | {empty} |");
}

/// The posts most like each: what stories of a large archive are put together from.
fn near(posts: &[Post]) -> Vec<Vec<usize>> {
    let words: Vec<Words> = posts.iter().map(|p| Words::of(&p.story)).collect();
    let near = by_likeness(vectors(posts, &words));
    (0..posts.len()).map(near).collect()
}

/// Lists for a person to look at.
fn lists(posts: &[Post], most: usize) {
    let shelf = Shelf::of(posts.iter().map(|p| &p.story), "en");
    let of = |number: &StoryNumber| posts.iter().find(|p| p.story.number == *number);
    for post in posts.iter().step_by((posts.len() / most).max(1)).take(most) {
        println!("## {} [{:?}]", post.story.headline, post.story.published_at.map(|t| t.to_string()));
        for other in shelf.also_read(post.story.number, JUDGED).iter().filter_map(of) {
            println!("   - {} [{:?}]", other.story.headline, other.story.published_at.map(|t| t.to_string()));
        }
    }
}
