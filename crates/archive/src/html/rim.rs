//! What stands above a story's first paragraph and below its last: headline, standfirst, dates, names, labels, headings of what was
//! taken out.

use std::collections::HashSet;

use html5ever::local_name;

use super::asides::leads_away;
use super::choose::{Ground, ends_sentence, length, weight};
use super::closed;
use super::flow::{Block, Flow, Shape};
use super::furnishing;
use super::keep::{HEADLINE, Known, LINKS, OUTSIDE, Verdict, is_prose};
use super::tree::{NodeId, Tree};
use crate::blocks as lines;

const ALONE: &str = "a heading of nothing";
const BEFORE: &str = "above the first paragraph";
const AFTER: &str = "below the last paragraph";

/// The summary under the headline, in the body's place or above it.
pub(crate) fn standfirst(tree: &Tree, flow: &Flow, ground: &Ground, known: &Known<'_>, verdicts: &mut [Verdict]) {
    let Some(first) = first_prose(flow, verdicts) else { return };
    let keys: Vec<String> = flow.blocks.iter().take(first + 1).map(|b| lines::key(&b.text)).collect();
    // What stands above the headline is about the page, not about the story.
    let headline = flow.blocks.iter().zip(&keys).rposition(|(b, key)| {
        matches!(b.shape, Shape::Heading(_)) && (b.shape == Shape::Heading(1) || known.titles.contains(key))
    });
    let from = headline.map_or(0, |at| at.saturating_sub(2));
    let mut found = None;
    for (index, (block, verdict)) in flow.blocks.iter().zip(verdicts.iter()).enumerate().take(first + 1).skip(from) {
        let open = matches!(verdict, Verdict::Keep | Verdict::Drop(OUTSIDE | BEFORE));
        let fits = (25..=700).contains(&block.chars) && block.linked * 2 < block.chars && block.shape != Shape::Caption;
        let named = ground.furniture.get(block.holder as usize).copied().flatten().is_some();
        let Some(key) = keys.get(index).filter(|key| !known.titles.contains(*key)) else { continue };
        let described = index < first && !known.description.is_empty() && key == known.description;
        if open
            && fits
            && !named
            && matches!(block.shape, Shape::Paragraph | Shape::Heading(2..=6) | Shape::Quote)
            && (described || furnishing::names_standfirst(tree, block.holder))
            && !is_signature(&block.text, key)
        {
            found = Some(index);
        }
    }
    // The only paragraph is the body, whatever it is called.
    let kept = verdicts.iter().filter(|v| **v == Verdict::Keep).count();
    if let Some(index) = found
        && kept > 1
        && let (Some(block), Some(place)) = (flow.blocks.get(index), verdicts.get_mut(index))
    {
        // everybody reads a standfirst: one that the page closes is a paragraph
        let other = flow.blocks.iter().skip(first.max(index + 1)).find(|b| b.holder != block.holder && is_prose(b));
        let closed = is_closed(tree, ground, known, block.holder, other.map(|b| b.holder));
        *place = if closed { Verdict::Keep } else { Verdict::Standfirst };
    }
}

/// Whether the page closes an element, a part of it, or what it stands in. A class around the story, in which `other` stands too, says only that
/// it is sold.
fn is_closed(tree: &Tree, ground: &Ground, known: &Known<'_>, node: NodeId, other: Option<NodeId>) -> bool {
    let by_class = |around: &NodeId| {
        let holds_other = other.is_some_and(|other| tree.ancestors(other).any(|above| above == *around));
        ground.closed.contains(around) && !holds_other
    };
    let named = |node: NodeId| known.closed.has(node);
    known.closed.unread
        || closed::by_mark(tree, node).is_some()
        || std::iter::once(node).chain(tree.ancestors(node)).any(|around| named(around) || by_class(&around))
        || tree.below(node).any(|part| named(part) || ground.closed.contains(&part))
}

/// Dates, names and kickers above the first paragraph.
pub(crate) fn trim_start(
    tree: &Tree,
    flow: &Flow,
    ground: &Ground,
    known: &Known<'_>,
    told: &dyn Fn(&Block) -> bool,
    verdicts: &mut [Verdict],
) {
    let Some(first) = first_prose(flow, verdicts) else { return };
    let place = flow.blocks.get(first).and_then(|b| tree.parent(b.holder)).filter(|_| ground.said);
    let goes_on = flow.blocks.get(first).is_some_and(|b| goes_on(&b.text));
    for (at, (block, verdict)) in flow.blocks.iter().zip(verdicts.iter_mut()).take(first).enumerate() {
        let heading = matches!(block.shape, Shape::Heading(_));
        if *verdict == Verdict::Keep && matches!(block.shape, Shape::Heading(1 | 2)) && is_title(&block.text, known) {
            *verdict = Verdict::Drop(HEADLINE);
        }
        let short = || length(block) < 80 || is_dated(block);
        // A paragraph like the first one, in the same box of which the page says that it is the body: a second headline, a verse.
        let spoken = || {
            let key = lines::key(&block.text);
            place.is_some()
                && tree.name(block.holder) == local_name!("p")
                && tree.parent(block.holder) == place
                && block.linked == 0
                && length(block) >= 30
                && !is_dated(block)
                && !is_title(&block.text, known)
                && !is_signature(&block.text, &key)
        };
        // A quotation above a story is its motto.
        let open = *verdict == Verdict::Keep && !heading && block.shape != Shape::Quote && !ends_sentence(&block.text);
        // Directly above a song or its like its title.
        let entitles = || {
            at + 1 == first
                && flow.blocks.get(first).is_some_and(|b| b.lined)
                && block.shape == Shape::Paragraph
                && block.linked == 0
                && !is_dated(block)
                && !is_title(&block.text, known)
                && !is_signature(&block.text, &lines::key(&block.text))
        };
        let begins = || goes_on && at + 1 == first && block.shape == Shape::Paragraph && !is_dated(block);
        if open && short() && !told(block) && !spoken() && !begins() && !entitles() {
            *verdict = Verdict::Drop(BEFORE);
        }
    }
}

/// Whether a paragraph begins inside a sentence: broken lines and large initials part one from its beginning.
fn goes_on(text: &str) -> bool {
    text.chars().next().is_some_and(|c| c.is_lowercase() || matches!(c, ',' | ';'))
}

/// Whether a heading and one of the titles say nearly the same, one of them perhaps more: the headline in other words. A heading of
/// the first level that says something else is the story's own.
fn is_title(heading: &str, known: &Known<'_>) -> bool {
    let key = lines::key(heading);
    let words: HashSet<&str> = key.split(' ').collect();
    let chars = |words: &HashSet<&str>| words.iter().map(|w| w.chars().count()).sum::<usize>();
    known.titles.iter().any(|title| {
        let said: HashSet<&str> = title.split(' ').collect();
        let common: usize = words.intersection(&said).map(|w| w.chars().count()).sum();
        // A title of one word may be the paper's name, or a part of it.
        let shorter = if said.len() >= 3 { chars(&words).min(chars(&said)) } else { chars(&words) };
        common * 4 >= shorter * 3
    })
}

fn first_prose(flow: &Flow, verdicts: &[Verdict]) -> Option<usize> {
    flow.blocks.iter().zip(verdicts).position(|(b, v)| *v == Verdict::Keep && is_prose(b) && !is_dated(b))
}

/// A line that tells a day and a time rather than anything else: scripts without spaces put a name and a source into it too.
fn is_dated(block: &Block) -> bool {
    block.chars < 80
        && !ends_sentence(&block.text)
        && block.text.chars().filter(char::is_ascii_digit).take(6).count() == 6
}

/// Lines below the last paragraph that are no sentences.
pub(crate) fn trim_end(flow: &Flow, told: &dyn Fn(&Block) -> bool, verdicts: &mut [Verdict]) {
    let last = flow.blocks.iter().zip(verdicts.iter()).rposition(|(b, v)| *v == Verdict::Keep && is_prose(b));
    let Some(last) = last else { return };
    let row = |at: usize, verdicts: &[Verdict]| {
        verdicts.get(at) == Some(&Verdict::Keep) && flow.blocks.get(at).is_some_and(|b| b.shape == Shape::Row)
    };
    let tables: Vec<bool> = (0..flow.blocks.len()).map(|at| row(at + 1, verdicts) && row(at + 2, verdicts)).collect();
    for (at, (block, verdict)) in flow.blocks.iter().zip(verdicts.iter_mut()).enumerate().skip(last + 1) {
        let listed = matches!(block.shape, Shape::Listed | Shape::Row);
        // What stands directly above a table names it.
        let names = || block.linked == 0 && tables.get(at).copied().unwrap_or_default();
        // Scripts without vowels say as much in fewer signs: what has a whole sentence in it is a paragraph, whatever it ends with.
        let spoken = || block.shape == Shape::Paragraph && block.linked == 0 && begins_with_sentence(&block.text);
        let open = !listed && !ends_sentence(&block.text);
        if *verdict == Verdict::Keep && open && !names() && !told(block) && !spoken() {
            *verdict = Verdict::Drop(AFTER);
        }
    }
    // A last line with a colon stands above something that was taken out: links, an address, sources.
    let kept = flow.blocks.iter().zip(verdicts.iter_mut()).rev().filter(|(_, v)| **v == Verdict::Keep);
    for (block, verdict) in kept {
        let announces = block.shape == Shape::Paragraph
            && length(block) < 60
            && block.text.split(' ').count() <= 8
            && block.text.ends_with([':', '：']);
        if !announces || told(block) {
            break;
        }
        *verdict = Verdict::Drop(AFTER);
    }
}

/// Whether a whole sentence stands at the beginning, no shorter than a line.
fn begins_with_sentence(text: &str) -> bool {
    const LINE: usize = 50;
    let mut chars = 0;
    text.split(' ').any(|word| {
        chars += word.chars().count() + 1;
        chars >= LINE && word.ends_with(['.', '!', '?', '।', '۔', '؟', '。', '։', '။'])
    })
}

/// A list below the last paragraph of which more than half is links to the publisher's own pages.
pub(crate) fn last_list(tree: &Tree, flow: &Flow, shares: &[f32], known: &Known<'_>, verdicts: &mut [Verdict]) {
    const HALF: f32 = 0.5;
    for (at, block) in flow.blocks.iter().enumerate().rev() {
        let Some(verdict) = verdicts.get_mut(at).filter(|v| **v == Verdict::Keep) else { continue };
        let linked = shares.get(at).is_some_and(|share| *share > HALF);
        if !matches!(block.shape, Shape::Listed | Shape::Row) || !linked || leads_away(tree, block, known) {
            break;
        }
        *verdict = Verdict::Drop(LINKS);
    }
}

/// A crosshead stands above something; one after the other or at the end stands above what was taken out.
pub(crate) fn headings(tree: &Tree, flow: &Flow, ground: &Ground, verdicts: &mut [Verdict]) {
    // A story told in pictures has headings above them; in one told in words these stand above what was taken out.
    let told = flow.blocks.iter().zip(verdicts.iter()).any(|(b, v)| *v == Verdict::Keep && is_prose(b));
    let shown = |node: NodeId| {
        !told
            && ground.furniture.get(node as usize).copied().flatten().is_none()
            && tree.ancestors(node).any(|around| around == ground.place)
    };
    let pictures: Vec<usize> =
        flow.images.iter().filter(|(node, _)| shown(*node)).filter_map(|(_, image)| image.after).collect();
    let mut level_below: Option<u8> = Some(0);
    // Only where something was taken out: two headings in a row may be meant.
    let mut gap = true;
    let mut next = usize::MAX;
    for (at, (block, verdict)) in flow.blocks.iter().zip(verdicts.iter_mut()).enumerate().rev() {
        if *verdict != Verdict::Keep {
            gap |= block.shape != Shape::Caption;
            continue;
        }
        match block.shape {
            Shape::Heading(level) if weight(block) <= 0.0 => {
                let pictured = || block.linked == 0 && pictures.iter().any(|p| *p > at && *p <= next);
                if gap && level_below.is_some_and(|below| below <= level) && !pictured() {
                    *verdict = Verdict::Drop(ALONE);
                    continue;
                }
                level_below = Some(level);
            }
            _ => level_below = None,
        }
        gap = false;
        next = at;
    }
}

/// Who wrote it, with or without "posted" before it and however it is spelt.
fn is_signature(text: &str, key: &str) -> bool {
    let byline = |text: &str, key: &str| {
        let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
        let text = format!("{}{rest}", first.to_uppercase());
        crate::clues::is_byline(&text, key, key.split(' ').count())
    };
    let beyond = || Some((text.split_once(' ')?.1, key.split_once(' ')?.1));
    byline(text, key) || beyond().is_some_and(|(text, key)| byline(text, key))
}
