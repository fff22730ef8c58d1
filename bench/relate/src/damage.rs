//! Copies of a story as a heap has them: the lead gone, paragraphs lost, the headline written anew, other quotes and
//! dashes, another day, another section.
use newsroom::articles::{Block, Story, StoryNumber};

use crate::dice::Dice;

/// A damaged copy under another number.
pub fn copy(story: &Story, number: u32, dice: &mut Dice) -> Story {
    let mut copy = story.clone();
    copy.number = StoryNumber(number);
    if copy.body.len() > 3 && dice.once_in(3) {
        copy.body.remove(0);
    }
    let lost = dice.below(3);
    for _ in 0..lost {
        if copy.body.len() > 4 {
            let at = 1 + dice.below(u32::try_from(copy.body.len() - 1).unwrap_or(1));
            copy.body.remove(at as usize);
        }
    }
    if dice.once_in(2) {
        copy.headline = rewritten(&copy.headline);
    }
    if dice.once_in(3) {
        copy.standfirst = None;
    }
    if dice.once_in(3) {
        for block in &mut copy.body {
            *block = Block::Paragraph(retyped(block.text()));
        }
    }
    if dice.once_in(4) {
        copy.published_at = None;
    }
    if dice.once_in(4) {
        copy.section = "elsewhere".into();
    }
    copy
}

/// The headline's second half first: another headline of the same story.
fn rewritten(headline: &str) -> String {
    let words: Vec<&str> = headline.split_whitespace().collect();
    let (first, second) = words.split_at(words.len() / 2);
    format!("{}: {}", second.join(" "), first.join(" "))
}

fn retyped(text: &str) -> String {
    text.replace('’', "'").replace(['“', '”'], "\"").replace(['–', '—'], "-").to_uppercase().to_lowercase()
}
