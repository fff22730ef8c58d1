//! What it costs in a large archive: stories put together from the paragraphs of real ones, each of one matter.
use newsroom::articles::{Story, StoryNumber};
use newsroom::related::{Card, Model, SAMPLE, Words, also_read};

use crate::clock::stopwatch;
use crate::dice::Dice;
use crate::posts::Post;

/// Stories that are published while the clock runs.
const PUBLISHED: usize = 500;

/// Prints the row of one size.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // counts below 2^32
pub fn row(posts: &[Post], near: &[Vec<usize>], stories: usize) {
    let mut dice = Dice::new(7);
    let made = |number: usize, dice: &mut Dice| made(posts, near, number, dice);
    let every = stories.div_ceil(SAMPLE);
    let sample: Vec<Words> = (0..stories.div_ceil(every)).map(|at| Words::of(&made(at * every, &mut dice))).collect();

    let begun = stopwatch();
    let model = Model::learn(&sample, stories, "en");
    let learned = begun.elapsed();
    drop(sample);
    let mut lists: Vec<Vec<Card>> = vec![Vec::new(); model.lists().count()];
    let begun = stopwatch();
    for number in 0..stories {
        let card = Card::of(&made(number, &mut dice), &model);
        lists[usize::from(model.lists().list(card.vector()))].push(card);
    }
    let carded = begun.elapsed();
    let (mut found, mut best, mut times, mut looked) = (0, 0, Vec::new(), 0);
    for number in 0..PUBLISHED {
        let story = made(stories + number, &mut dice);
        let begun = stopwatch();
        let card = Card::of(&story, &model);
        let near = model.lists().near(card.vector());
        let some = || near.iter().flat_map(|&list| &lists[usize::from(list)]);
        let chosen = also_read(&card, some(), model.much_alike(), 5);
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        looked += some().count();
        if number % 10 == 0 {
            let exhaustive = also_read(&card, lists.iter().flatten(), model.much_alike(), 5);
            best += exhaustive.len();
            found += exhaustive.iter().filter(|n| chosen.contains(n)).count();
        }
    }
    times.sort_by(f64::total_cmp);
    let bytes: usize = lists.iter().flatten().map(|card| card.to_bytes().len()).sum();
    println!(
        "| {stories} | {:.1} | {:.1} | {:.1} | {} | {:.0} | {:.2} / {:.2} | {:.0} | {:.3} |",
        learned.as_secs_f64(),
        model.to_bytes().len() as f64 / 1e6,
        carded.as_secs_f64() * 1e6 / stories as f64,
        lists.len(),
        bytes as f64 / stories as f64,
        times[PUBLISHED / 2],
        times[PUBLISHED * 99 / 100],
        looked as f64 / PUBLISHED as f64,
        found as f64 / best.max(1) as f64,
    );
}

/// A story of the paragraphs of one post and of posts like it.
#[allow(clippy::cast_possible_truncation)] // far below
fn made(posts: &[Post], near: &[Vec<usize>], number: usize, dice: &mut Dice) -> Story {
    let of = dice.below(posts.len() as u32) as usize;
    let mut story = posts[of].story.clone();
    story.number = StoryNumber(number as u32 + 1);
    let other = |dice: &mut Dice| &posts[near[of][dice.below(near[of].len() as u32) as usize]].story;
    let words = |story: &Story, dice: &mut Dice| {
        let words: Vec<&str> = story.headline.split_whitespace().collect();
        words[dice.below(words.len() as u32) as usize..].join(" ")
    };
    story.headline = format!("{} {}", words(&story, dice), words(other(dice), dice));
    story.standfirst.clone_from(&other(dice).standfirst);
    for at in 0..story.body.len().min(4) {
        let from = other(dice);
        let block = dice.below(from.body.len() as u32) as usize;
        story.body[at] = from.body[block].clone();
    }
    story
}
