//! Generated noisy crawls: pages that somebody saved, one block a line, with furniture around and inside, pieces missing,
//! whole bodies twice.
use std::fmt::Write as _;
use std::path::Path;

use crate::dice::Dice;
use crate::stories::{Draft, draft};
use crate::{Outcome, at};

const TOP: [&str; 4] = ["Home", "Markets", "Opinion", "Log in"];
const BOTTOM: [&str; 18] = [
    "You’ve reached your limit of 5 free articles this month.",
    "Subscribe now for unlimited access.",
    "Already subscribed? Log in",
    "Subscribe to read the full story →",
    "Included in every plan",
    "• Premium stories",
    "• E-paper",
    "• Newsletters",
    "• Archive since 1997",
    "• Ad-free reading",
    "Quarterly",
    "₹900",
    "3 Months",
    "₹300/Month",
    "Yearly",
    "₹2,700",
    "₹225/Month",
    "Renews automatically, cancel anytime",
];

/// What happened to one saved page.
#[derive(Debug, Clone, Copy)]
struct Damage {
    /// Paragraphs that are not there.
    lost: Option<usize>,
    twice: bool,
    entities: bool,
    carriage_returns: bool,
    label_after: usize,
}

/// Writes `count` files of about 4 kB; every second story was crawled twice, with different damage. Returns how many stories
/// are in them.
pub fn write(folder: &Path, count: u32) -> Outcome<u32> {
    std::fs::create_dir_all(folder).map_err(at(folder))?;
    let (mut files, mut stories) = (0, 0);
    while files < count {
        let mut dice = Dice::new(0xc4a3_1500 + u64::from(stories));
        // Other stories than those of the story lines.
        let story = draft(1_000_000 + stories, 8 + dice.below(3));
        let copies = if stories % 2 == 1 && files + 1 < count { 2 } else { 1 };
        for copy in 0..copies {
            let path = folder.join(format!("page-{stories:05}-{copy}.txt"));
            let damage = damage(&mut dice, story.paragraphs.len(), copies == 2, copy);
            std::fs::write(&path, page(&story, damage, &mut dice)).map_err(at(&path))?;
            files += 1;
        }
        stories += 1;
    }
    Ok(stories)
}

/// Of a story that was crawled twice each copy lacks another paragraph; the only copy of a story lacks none.
fn damage(dice: &mut Dice, paragraphs: usize, pair: bool, copy: u32) -> Damage {
    let lost = pair.then_some(if copy == 0 { 3 } else { paragraphs - 2 });
    Damage {
        lost,
        twice: dice.once_in(8),
        entities: dice.once_in(6),
        carriage_returns: dice.once_in(5),
        label_after: 4 + dice.below(2) as usize,
    }
}

fn page(story: &Draft, damage: Damage, dice: &mut Dice) -> String {
    let mut lines: Vec<String> = TOP.iter().map(|&l| l.to_owned()).collect();
    let elsewhere = |dice: &mut Dice| draft(2_000_000 + dice.below(50_000), 0).headline;
    for _ in 0..=usize::from(damage.twice) {
        for (nth, paragraph) in story.paragraphs.iter().enumerate() {
            if damage.lost == Some(nth) {
                continue;
            }
            if nth == damage.label_after {
                lines.push("Also Read".into());
                lines.push(elsewhere(dice));
            }
            lines.push(if damage.entities { entities(paragraph) } else { paragraph.clone() });
        }
    }
    lines.push("More From This Section".into());
    for _ in 0..4 {
        lines.push(elsewhere(dice));
    }
    lines.extend(BOTTOM.iter().map(|&l| l.to_owned()));
    let end = if damage.carriage_returns { "\r\n" } else { "\n" };
    lines.join(end) + end
}

/// As a careless program writes plain text: every hyphen and comma an entity.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 5 / 4);
    for letter in text.chars() {
        match letter {
            ',' | '-' => {
                // Writing to a string does not fail.
                let _ = write!(out, "&#{};", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_crawls_of_a_story_hold_all_of_it_together() {
        let story = draft(1, 9);
        let mut dice = Dice::new(5);
        let whole = Damage { lost: None, twice: false, entities: false, carriage_returns: false, label_after: 4 };
        let first = page(&story, Damage { lost: Some(3), ..whole }, &mut dice);
        let second = page(&story, Damage { lost: Some(7), ..whole }, &mut dice);
        for (nth, paragraph) in story.paragraphs.iter().enumerate() {
            assert_eq!(first.contains(paragraph.as_str()), nth != 3, "{nth}");
            assert_eq!(second.contains(paragraph.as_str()), nth != 7, "{nth}");
        }
        assert!(first.contains("More From This Section"));
    }

    #[test]
    fn entities_stand_for_the_same_text() {
        assert_eq!(entities("a, b-c"), "a&#44; b&#45;c");
    }
}
