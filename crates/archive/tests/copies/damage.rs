//! Many stories, some with damaged copies: which are found, and whether any two stories are taken for one.

use std::collections::BTreeSet;

use crate::prose::{Dice, paragraphs};
use crate::{crawl, stories};

#[test]
fn copies_are_found_and_nothing_else() {
    let count = if cfg!(debug_assertions) { 600 } else { 10_000 };
    let furniture: Vec<String> =
        (0..10).map(|n| format!("Every reader may order print number {n} of this page at the counter.")).collect();
    let mut dice = Dice(1997);
    let mut crawls = Vec::new();
    let mut pairs = 0usize;
    for number in 0..count {
        let text = paragraphs(number as u64, 9 + number % 7);
        let copies = [1, 1, 2, 3][number % 4];
        pairs += copies - 1;
        for copy in 0..copies {
            let mut lines: Vec<String> = Vec::new();
            for (at, paragraph) in text.iter().enumerate() {
                if dice.percent(10) {
                    lines.push(furniture[dice.below(10)].clone());
                }
                if copies == 1 || !dice.percent(if at == 0 { 25 } else { 15 }) {
                    lines.push(if dice.percent(30) {
                        paragraph.replace(['“', '”'], "\"")
                    } else {
                        paragraph.clone()
                    });
                }
            }
            lines.extend(furniture.iter().take(dice.below(10)).cloned());
            crawls.push(crawl(&format!("{number}-{copy}"), &lines));
        }
    }
    let (mut found, mut wrong) = (0usize, 0usize);
    for story in stories(&crawls, &[]) {
        let of: BTreeSet<&str> = story.rebuilt.crawls.iter().filter_map(|c| c.name.split('-').next()).collect();
        wrong += of.len() - 1;
        found += story.rebuilt.crawls.len() - of.len();
    }
    println!("{} crawls of {count} stories: {found} of {pairs} copies found, {wrong} wrongly", crawls.len());
    assert_eq!(wrong, 0);
    assert!(found * 1000 >= pairs * 998, "{found} of {pairs}");
}

#[test]
fn a_chain_does_not_make_one_story_of_many() {
    // Each shares two thirds of its paragraphs with the next, and the last nothing with the first.
    let all = paragraphs(7, 60);
    let crawls: Vec<_> = (0..17).map(|n| crawl(&format!("{n:02}"), &all[n * 3..n * 3 + 9])).collect();
    let found = stories(&crawls, &[]);
    let spread = found.iter().map(|story| {
        let numbers: Vec<usize> = story.rebuilt.crawls.iter().filter_map(|c| c.name.parse().ok()).collect();
        numbers.iter().max().copied().unwrap_or(0) - numbers.iter().min().copied().unwrap_or(0)
    });
    let spread = spread.max().expect("stories");
    assert!(spread <= 4, "one story from {spread} links of the chain");
    // What lies side by side is still found.
    assert!(found.len() < crawls.len());
}

#[test]
fn a_teaser_belongs_to_its_story() {
    let text = paragraphs(11, 14);
    let mut crawls = vec![crawl("full", &text), crawl("teaser", &text[..2])];
    crawls.extend((20..40).map(|n| crawl(&format!("other {n}"), &paragraphs(n, 12))));
    let found = stories(&crawls, &[]);
    assert_eq!(found.len(), 21);
    assert!(found.iter().any(|s| s.rebuilt.crawls.len() == 2));
}
