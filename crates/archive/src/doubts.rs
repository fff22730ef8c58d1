//! How many doubts one story may have: a scan of a thousand garbled lines is one thing to look at, and not a thousand.

use std::collections::BTreeMap;

use crate::Doubt;

/// If more paragraphs than this are doubted in the same words, one doubt says so of all.
const SAME: usize = 8;
/// At most so many lines that were left out are named, and at most so many paragraphs are doubted each by itself.
const NAMED: usize = 16;
const PARAGRAPHS: usize = 32;

/// Names the first of the lines that were left out, and counts the rest.
pub(crate) fn name_some(doubts: &mut Vec<Doubt>) {
    doubts.sort_unstable();
    doubts.dedup();
    if let Some(more) = doubts.len().checked_sub(NAMED).filter(|more| *more > 0) {
        doubts.truncate(NAMED);
        doubts.push(about_story(format!(
            "{more} more lines may have been left out wrongly; all stand among what was dropped"
        )));
    }
}

/// Puts doubts that many paragraphs share into one, and counts what is still too much.
pub(crate) fn sum_up(doubts: &mut Vec<Doubt>) {
    doubts.sort_unstable();
    doubts.dedup();
    let mut same: BTreeMap<&str, (usize, u32)> = BTreeMap::new();
    for (text, paragraph) in doubts.iter().filter_map(|d| Some((d.text.as_str(), d.paragraph?))) {
        same.entry(text).or_insert((0, paragraph)).0 += 1;
    }
    let many: BTreeMap<String, (usize, u32)> =
        same.into_iter().filter(|(_, (n, _))| *n > SAME).map(|(text, found)| (text.to_owned(), found)).collect();
    doubts.retain(|d| d.paragraph.is_none() || !many.contains_key(&d.text));
    let single = doubts.iter().filter(|d| d.paragraph.is_some()).count();
    if let Some(more) = single.checked_sub(PARAGRAPHS).filter(|more| *more > 0) {
        let mut left = PARAGRAPHS;
        doubts.retain(|d| {
            let fits = d.paragraph.is_none() || left > 0;
            left = left.saturating_sub(usize::from(d.paragraph.is_some()));
            fits
        });
        doubts
            .push(about_story(format!("{more} more doubts about single paragraphs; read the story beside its crawls")));
    }
    doubts.extend(
        many.into_iter().map(|(text, (n, first))| {
            about_story(format!("{n} paragraphs, the first of them paragraph {first}: {text}"))
        }),
    );
    doubts.sort_unstable();
}

/// A doubt about the story as a whole.
pub(crate) fn about_story(text: String) -> Doubt {
    Doubt { paragraph: None, text, left_out: Vec::new() }
}

/// A doubt about a paragraph, by its index.
pub(crate) fn about(at: usize, text: String) -> Doubt {
    Doubt { paragraph: u32::try_from(at + 1).ok(), text, left_out: Vec::new() }
}
