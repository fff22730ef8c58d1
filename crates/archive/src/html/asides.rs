//! Pieces inside the story's place that are not the story: labels, offers, notices, announcements of other stories, the author's
//! box, words that come back.

use std::collections::{HashMap, HashSet};

use html5ever::local_name;

use super::choose::{Ground, ends_sentence, weight};
use super::flow::{Block, Flow, Shape};
use super::keep::{Known, LINKS, Verdict, is_prose, said};
use super::tree::{NodeId, Tree};
use super::{address, house, wording};
use crate::blocks as lines;
use crate::furniture::Reason;

const PLEA: &str = "the paper asks for support, comments or accounts";
const ECHO: &str = "a line that comes back on the page";
const AUTHOR: &str = "about the author";

/// What a line's own words say against it.
pub(crate) fn worded(block: &Block, key: &str) -> Option<&'static str> {
    if matches!(block.shape, Shape::Row | Shape::Quote) {
        return None;
    }
    if wording::is_label(&block.text, key) || block.linked == 0 && house::is_sign(key) {
        return Some(said(Reason::Label));
    }
    if wording::is_rights(key, key.split(' ').count()) {
        return Some(said(Reason::Rights));
    }
    (!matches!(block.shape, Shape::Heading(_) | Shape::Listed) && wording::is_offer(&block.text, key))
        .then_some(said(Reason::Wall))
}

/// Words of the paper for itself: at the end of the story, from the last paragraph upwards until one is the story's; and anywhere in
/// boxes that hold nothing else. A story is never taken for them whole.
pub(crate) fn pleas(tree: &Tree, flow: &Flow, ground: &Ground, verdicts: &mut [Verdict]) {
    /// So much of the body, in characters, may be the paper's own word at most: one part in …
    const ONE_IN: u32 = 3;
    /// A shorter line between two of them, or between one and the end, belongs to them.
    const SHORT: u32 = 60;
    /// A parent of so many paragraphs is no box.
    const SEVERAL: u32 = 3;
    let kept: Vec<usize> = (0..flow.blocks.len()).filter(|at| verdicts.get(*at) == Some(&Verdict::Keep)).collect();
    let block = |at: usize| flow.blocks.get(at);
    let above = |at: usize| block(at).and_then(|b| tree.parent(b.holder));
    let whole: u32 = kept.iter().filter_map(|at| block(*at)).map(|b| b.chars).sum();
    let mut siblings: HashMap<Option<NodeId>, u32> = HashMap::new();
    for at in kept.iter().filter(|at| block(**at).is_some_and(is_prose)) {
        *siblings.entry(above(*at)).or_default() += 1;
    }
    let mut found: HashSet<usize> = HashSet::new();
    let mut below = 0u32;
    let mut at_end = true;
    for at in kept.iter().rev().copied() {
        let Some(b) = block(at) else { break };
        below += b.chars;
        let boxed = || siblings.get(&above(at)).is_none_or(|n| *n < SEVERAL);
        let plea = !b.code
            && !matches!(b.shape, Shape::Row | Shape::Quote)
            && (at_end || b.shape != Shape::Listed)
            && b.chars >= 20
            && (at_end || boxed())
            && house::is_plea(&b.text, &lines::key(&b.text));
        if plea && at_end && below * ONE_IN <= whole {
            found.extend(kept.iter().copied().filter(|other| *other >= at));
        } else if plea && boxed() {
            let members = box_of(tree, flow, ground, &kept, at);
            let chars: u32 = members.iter().filter_map(|m| block(*m)).map(|b| b.chars).sum();
            found.extend(members.into_iter().filter(|_| chars * ONE_IN <= whole));
        }
        at_end &= found.contains(&at) || b.chars < SHORT && !b.code && !ends_sentence(&b.text);
    }
    for at in found {
        if let Some(verdict) = verdicts.get_mut(at) {
            *verdict = Verdict::Drop(PLEA);
        }
    }
}

/// The blocks of the largest element around one that is not much longer than it.
fn box_of(tree: &Tree, flow: &Flow, ground: &Ground, kept: &[usize], at: usize) -> Vec<usize> {
    /// Characters beyond which an element is no box.
    const LONG: u32 = 900;
    let Some(block) = flow.blocks.get(at) else { return Vec::new() };
    let mut members = vec![at];
    for around in tree.ancestors(block.holder) {
        if around == ground.place || matches!(tree.name(around), local_name!("body") | local_name!("article")) {
            break;
        }
        let inside = |b: &Block| b.holder == around || tree.ancestors(b.holder).any(|a| a == around);
        let all: Vec<usize> = kept.iter().copied().filter(|m| flow.blocks.get(*m).is_some_and(inside)).collect();
        let chars: u32 = all.iter().filter_map(|m| flow.blocks.get(*m)).map(|b| b.chars).sum();
        let other = |m: &&usize| {
            let told = |b: &Block| is_prose(b) && !house::is_plea(&b.text, &lines::key(&b.text));
            **m != at && flow.blocks.get(**m).is_some_and(told)
        };
        let others: u32 = all.iter().filter(other).filter_map(|m| flow.blocks.get(*m)).map(|b| b.chars).sum();
        if chars > LONG || others * 4 > block.chars {
            break;
        }
        members = all;
    }
    members
}

/// Days that a story lists, and days that head its parts: several between its first and its last paragraph, or one with a colon.
pub(crate) fn dates(tree: &Tree, flow: &Flow, verdicts: &mut [Verdict]) {
    const SEVERAL: u32 = 3;
    let date = Verdict::Drop(said(Reason::DateLine));
    if !verdicts.contains(&date) {
        return;
    }
    let prose = |(b, v): (&Block, &Verdict)| *v == Verdict::Keep && is_prose(b);
    let (Some(first), Some(last)) = (
        flow.blocks.iter().zip(verdicts.iter()).position(prose),
        flow.blocks.iter().zip(verdicts.iter()).rposition(prose),
    ) else {
        return;
    };
    let between: Vec<usize> = (first..last).filter(|at| verdicts.get(*at) == Some(&date)).collect();
    let above = |at: usize| flow.blocks.get(at).and_then(|b| tree.parent(b.holder));
    let mut siblings: HashMap<Option<NodeId>, u32> = HashMap::new();
    for at in &between {
        *siblings.entry(above(*at)).or_default() += 1;
    }
    for at in between {
        let heads = flow.blocks.get(at).is_some_and(|b| b.text.ends_with([':', '：']));
        let listed = siblings.get(&above(at)).is_some_and(|n| *n >= SEVERAL);
        if let Some(verdict) = verdicts.get_mut(at).filter(|_| heads || listed) {
            *verdict = Verdict::Keep;
        }
    }
}

/// What is told of the author at the end, under its own heading.
pub(crate) fn author_box(flow: &Flow, verdicts: &mut [Verdict]) {
    /// Longer texts are a story about somebody.
    const LONG: f32 = 1_200.0;
    let introduces = |b: &Block| b.chars <= 60 && wording::introduces_author(&b.text, &lines::key(&b.text));
    let kept = |at: usize| verdicts.get(at) == Some(&Verdict::Keep);
    let Some(at) = flow.blocks.iter().enumerate().rposition(|(at, b)| kept(at) && introduces(b)) else { return };
    let weighed = |from: usize, to: usize| -> f32 {
        (from..to).filter(|at| kept(*at)).filter_map(|at| flow.blocks.get(at)).map(weight).sum()
    };
    let below = weighed(at, flow.blocks.len());
    if below <= LONG && below * 2.0 <= weighed(0, at) {
        for verdict in verdicts.iter_mut().skip(at).filter(|v| **v == Verdict::Keep) {
            *verdict = Verdict::Drop(AUTHOR);
        }
    }
}

/// Headings that are nothing but a link to another page of the publisher: a story is announced there, not told. A page on which
/// there are several, each with text below it, is a list of stories and keeps them.
pub(crate) fn linked_headings(tree: &Tree, flow: &Flow, known: &Known<'_>, verdicts: &mut [Verdict]) {
    let linked = |b: &Block| {
        matches!(b.shape, Shape::Heading(_))
            && b.linked * 5 > b.chars * 4
            && b.link.is_some()
            && !leads_away(tree, b, known)
    };
    let kept: Vec<usize> = (0..flow.blocks.len()).filter(|at| verdicts.get(*at) == Some(&Verdict::Keep)).collect();
    let found: Vec<(usize, bool)> = kept
        .iter()
        .enumerate()
        .filter_map(|(place, at)| flow.blocks.get(*at).filter(|b| linked(b)).map(|_| (place, *at)))
        .map(|(place, at)| {
            let next = kept.get(place + 1).and_then(|next| flow.blocks.get(*next));
            (at, next.is_some_and(|b| is_prose(b) && b.chars >= 80))
        })
        .collect();
    let told = found.iter().filter(|(_, told)| *told).count();
    let crossheads = crossheads(tree, flow, verdicts, &linked);
    for (at, has_text) in found {
        if (told < 3 || !has_text)
            && !flow.blocks.get(at).is_some_and(|b| crossheads.contains(&rank(tree, b)))
            && let Some(verdict) = verdicts.get_mut(at)
        {
            *verdict = Verdict::Drop(LINKS);
        }
    }
}

/// Where a heading stands and of which level it is.
fn rank(tree: &Tree, block: &Block) -> (Shape, Option<NodeId>) {
    (block.shape, tree.parent(block.holder))
}

/// Ranks at which a story has several crossheads that are no links: one more that is a link is one of them.
fn crossheads(
    tree: &Tree,
    flow: &Flow,
    verdicts: &[Verdict],
    linked: &dyn Fn(&Block) -> bool,
) -> HashSet<(Shape, Option<NodeId>)> {
    let mut plain: HashMap<(Shape, Option<NodeId>), (u32, u32)> = HashMap::new();
    for (block, verdict) in flow.blocks.iter().zip(verdicts) {
        if matches!(block.shape, Shape::Heading(_)) && *verdict == Verdict::Keep {
            let seen = plain.entry(rank(tree, block)).or_default();
            if linked(block) { seen.1 += 1 } else { seen.0 += 1 }
        }
    }
    plain.into_iter().filter(|(_, (plain, links))| *plain >= 3 && plain > links).map(|(rank, _)| rank).collect()
}

/// A sentence among the story's own is one, even if all of it is a link. Announcements have no full stop.
pub(crate) fn linked_sentences(tree: &Tree, flow: &Flow, verdicts: &mut [Verdict]) {
    let told = |at: usize| {
        let Some(block) = flow.blocks.get(at) else { return false };
        verdicts.get(at) == Some(&Verdict::Keep) && block.shape == Shape::Paragraph && ends_sentence(&block.text)
    };
    let beside = |at: usize, other: usize| {
        let above = |n: usize| flow.blocks.get(n).and_then(|b| tree.parent(b.holder));
        told(other) && above(at) == above(other)
    };
    let found: Vec<usize> = (1..flow.blocks.len())
        .filter(|at| verdicts.get(*at) == Some(&Verdict::Drop(LINKS)))
        .filter(|at| flow.blocks.get(*at).is_some_and(|b| b.shape == Shape::Paragraph && has_full_stop(&b.text)))
        .filter(|at| beside(*at, at - 1) && beside(*at, at + 1))
        .collect();
    for at in found {
        if let Some(verdict) = verdicts.get_mut(at) {
            *verdict = Verdict::Keep;
        }
    }
}

fn has_full_stop(text: &str) -> bool {
    let text = text.trim_end_matches(['"', '\'', '”', '“', '’', '‘', '»', '«', '」', '』', '）', ')']);
    text.ends_with(['.', '。', '।', '۔', '．', '։', '။']) && !text.ends_with("..")
}

/// A source that a story names on a line of its own.
pub(crate) fn leads_away(tree: &Tree, block: &Block, known: &Known<'_>) -> bool {
    block
        .link
        .and_then(|link| tree.attribute(link, &local_name!("href")))
        .is_some_and(|href| address::leads_away(href, known.hosts))
}

/// A link that runs a script instead of leading to another page: a note that opens over the text.
pub(crate) fn opens_here(tree: &Tree, block: &Block) -> bool {
    block
        .link
        .and_then(|link| tree.attribute(link, &local_name!("href")))
        .is_some_and(|href| href.trim_start().get(..11).is_some_and(|start| start.eq_ignore_ascii_case("javascript:")))
}

/// Short lines that come back on the same page are the words of buttons, of axes of a chart, of marks over pictures.
pub(crate) fn echoes(flow: &Flow, verdicts: &mut [Verdict]) {
    let mut seen: HashMap<&str, u32> = HashMap::new();
    // A line that begins small goes on with a sentence: "and then:".
    let begins = |b: &Block| b.text.starts_with(|c: char| c.is_lowercase()) && b.text.contains(' ') && b.linked == 0;
    let short =
        |b: &Block| b.shape == Shape::Paragraph && !b.code && b.chars <= 24 && !ends_sentence(&b.text) && !begins(b);
    for block in flow.blocks.iter().filter(|b| short(b)) {
        *seen.entry(&block.text).or_default() += 1;
    }
    for (block, verdict) in flow.blocks.iter().zip(verdicts.iter_mut()) {
        if *verdict == Verdict::Keep && short(block) && seen.get(block.text.as_str()).is_some_and(|n| *n >= 3) {
            *verdict = Verdict::Drop(ECHO);
        }
    }
}
