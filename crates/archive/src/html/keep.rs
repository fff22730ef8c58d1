//! Which blocks in and beside the story's place are the story.

use std::collections::HashSet;

use html5ever::local_name;

use super::asides;
use super::choose::{Ground, ends_sentence, length, weight};
use super::flow::{Block, Flow, Shape};
use super::furnishing;
use super::tree::{NodeId, Tree};
use super::wording;
use crate::blocks as lines;
use crate::furniture::{self, Kind, Reason};

/// What is decided of one block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Keep,
    /// Above the body and meant as its summary.
    Standfirst,
    Drop(&'static str),
}

/// What is known beside the tree.
pub(crate) struct Known<'a> {
    /// Comparison keys of the page's titles.
    pub(crate) titles: &'a HashSet<String>,
    /// Comparison key of the body in structured data.
    pub(crate) witness: &'a str,
    /// Comparison keys of a recipe's lines in structured data.
    pub(crate) pieces: &'a HashSet<String>,
    /// Comparison key of the description in the head of the page.
    pub(crate) description: &'a str,
    /// The publisher's hosts, as far as the page tells them.
    pub(crate) hosts: &'a [String],
    /// Of a block: whether it repeats on the publisher's other pages.
    pub(crate) repeats: &'a dyn Fn(&Block) -> Option<&'static str>,
}

const OUTSIDE: &str = "outside the story";
pub(crate) const LINKS: &str = "links";
const HEADLINE: &str = "the headline";
const ALONE: &str = "a heading of nothing";
const BEFORE: &str = "above the first paragraph";
const CAPTION: &str = "caption of a picture";
const AFTER: &str = "below the last paragraph";

/// Judges every block of the page.
pub(crate) fn verdicts(tree: &Tree, flow: &Flow, ground: &Ground, known: &Known<'_>) -> Vec<Verdict> {
    let within = places(tree, ground);
    let lists = link_shares(tree, flow);
    let mut out: Vec<Verdict> = Vec::with_capacity(flow.blocks.len());
    for (index, block) in flow.blocks.iter().enumerate() {
        let inside = within.contains(&block.holder) || tree.ancestors(block.holder).any(|a| within.contains(&a));
        let named = ground.furniture.get(block.holder as usize).copied().flatten();
        out.push(match named {
            Some(reason) => Verdict::Drop(reason),
            // Recipes stand in several boxes; structured data tells their lines one by one.
            None if !known.pieces.is_empty() && known.pieces.contains(&lines::key(&block.text)) => Verdict::Keep,
            None if !inside => Verdict::Drop(OUTSIDE),
            None => alone(tree, block, lists.get(index).copied().unwrap_or(0.0), known),
        });
    }
    asides::echoes(flow, &mut out);
    asides::author_box(flow, &mut out);
    asides::linked_sentences(tree, flow, &mut out);
    asides::linked_headings(tree, flow, known, &mut out);
    only_links(&mut out);
    let told = |b: &Block| b.code || !known.pieces.is_empty() && known.pieces.contains(&lines::key(&b.text));
    trim_start(flow, known, &told, &mut out);
    trim_end(flow, &told, &mut out);
    headings(flow, &mut out);
    standfirst(tree, flow, ground, known, &mut out);
    out
}

/// A story of nothing but links is still a story.
fn only_links(verdicts: &mut [Verdict]) {
    if verdicts.contains(&Verdict::Keep) {
        return;
    }
    for verdict in verdicts.iter_mut().filter(|v| **v == Verdict::Drop(LINKS)) {
        *verdict = Verdict::Keep;
    }
}

/// The summary under the headline, in the body's place or above it.
fn standfirst(tree: &Tree, flow: &Flow, ground: &Ground, known: &Known<'_>, verdicts: &mut [Verdict]) {
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
        if crate::clues::is_byline(&block.text, key, key.split(' ').count()) {
            continue;
        }
        let described = index < first && !known.description.is_empty() && key == known.description;
        if open
            && fits
            && !named
            && matches!(block.shape, Shape::Paragraph | Shape::Heading(2..=6) | Shape::Quote)
            && (described || furnishing::names_standfirst(tree, block.holder))
        {
            found = Some(index);
        }
    }
    // The only paragraph is the body, whatever it is called.
    let kept = verdicts.iter().filter(|v| **v == Verdict::Keep).count();
    if let Some(place) = found.and_then(|index| verdicts.get_mut(index))
        && kept > 1
    {
        *place = Verdict::Standfirst;
    }
}

/// The story's place, and pieces beside it that are prose too: a lead set above the body, a body in two parts.
fn places(tree: &Tree, ground: &Ground) -> HashSet<NodeId> {
    let mut places = HashSet::from([ground.place]);
    let whole = ground.prose.get(ground.place as usize).copied().unwrap_or(0.0);
    let mut here = ground.place;
    let mut levels = 0;
    for parent in tree.ancestors(ground.place).take(if ground.said { 3 } else { 20 }) {
        if levels >= 3 || matches!(tree.name(parent), local_name!("body") | local_name!("html")) && whole > 400.0 {
            break;
        }
        let known = places.len();
        beside(tree, ground, parent, here, whole, &mut places);
        // Elements that only wrap another are no level of the page.
        levels +=
            usize::from(places.len() > known || tree.children(parent).filter(|c| tree.is_element(*c)).count() > 1);
        here = parent;
        if matches!(tree.name(here), local_name!("article") | local_name!("main")) {
            break;
        }
    }
    places
}

/// Children of `parent` that hold story like the child `here`, and everything between them: a crosshead has no weight of its own.
fn beside(tree: &Tree, ground: &Ground, parent: NodeId, here: NodeId, whole: f32, places: &mut HashSet<NodeId>) {
    let open = |n: NodeId| ground.furniture.get(n as usize).copied().flatten().is_none();
    let class = tree.attribute(here, &local_name!("class")).filter(|c| !c.is_empty());
    let mut waiting: Vec<NodeId> = Vec::new();
    let mut before = true;
    let mut begun = false;
    for child in tree.children(parent).filter(|c| tree.is_element(*c)) {
        if child == here {
            (before, begun) = (false, true);
            places.extend(waiting.drain(..));
            continue;
        }
        if !open(child) {
            continue;
        }
        let alike = class.is_some()
            && tree.name(child) == tree.name(here)
            && tree.attribute(child, &local_name!("class")) == class;
        let enough = match (alike, before) {
            (true, _) => 25.0,
            (false, true) => 60.0,
            (false, false) => (0.25 * whole).max(200.0),
        };
        if ground.prose.get(child as usize).copied().unwrap_or(0.0) >= enough {
            places.insert(child);
            places.extend(waiting.drain(..));
            begun = true;
        } else if begun {
            waiting.push(child);
        }
    }
}

/// By block: the share of links in the list it belongs to.
fn link_shares(tree: &Tree, flow: &Flow) -> Vec<f32> {
    let list_of = |block: &Block| {
        std::iter::once(block.holder).chain(tree.ancestors(block.holder)).find(|n| {
            matches!(tree.name(*n), local_name!("ul") | local_name!("ol") | local_name!("dl") | local_name!("table"))
        })
    };
    let lists: Vec<Option<NodeId>> = flow
        .blocks
        .iter()
        .map(|b| if matches!(b.shape, Shape::Listed | Shape::Row) { list_of(b) } else { None })
        .collect();
    let mut sums: std::collections::HashMap<NodeId, (f32, f32)> = std::collections::HashMap::new();
    for (block, list) in flow.blocks.iter().zip(&lists) {
        if let Some(list) = list {
            let sum = sums.entry(*list).or_default();
            sum.0 += block.linked as f32;
            sum.1 += block.chars as f32;
        }
    }
    flow.blocks
        .iter()
        .zip(&lists)
        .map(|(block, list)| match list.and_then(|l| sums.get(&l)) {
            Some((linked, chars)) => linked / chars.max(1.0),
            None => block.linked as f32 / (block.chars as f32).max(1.0),
        })
        .collect()
}

/// The verdict on a block in the story's place by itself.
fn alone(tree: &Tree, block: &Block, link_share: f32, known: &Known<'_>) -> Verdict {
    if block.shape == Shape::Caption || wording::is_numbered_caption(&block.text) {
        return Verdict::Drop(CAPTION);
    }
    if let Some(reason) = (known.repeats)(block) {
        return Verdict::Drop(reason);
    }
    let key = lines::key(&block.text);
    if known.titles.contains(&key) {
        return Verdict::Drop(HEADLINE);
    }
    let long = block.chars >= 80;
    if long && !known.witness.is_empty() && known.witness.contains(&key) {
        return Verdict::Keep;
    }
    if block.code {
        return Verdict::Keep;
    }
    let own = block.linked as f32 / (block.chars as f32).max(1.0);
    let sentence = ends_sentence(&block.text);
    let linky = match block.shape {
        // What a heading stands above decides.
        Shape::Heading(_) => false,
        Shape::Listed | Shape::Row => link_share > 0.8 && !(sentence && block.chars > 120),
        _ => own > 0.8 || (own > 0.5 && !sentence),
    };
    if linky && !asides::leads_away(tree, block, known) {
        return Verdict::Drop(LINKS);
    }
    if let Some(reason) = asides::worded(block, &key) {
        return Verdict::Drop(reason);
    }
    let mut line = [lines::Block::new(1, block.text.clone())];
    furniture::judge(&mut line);
    match line.first().map(|l| l.kind) {
        Some(Kind::Furniture(reason)) if !excused(block, reason) => Verdict::Drop(said(reason)),
        _ => Verdict::Keep,
    }
}

/// Rules made for lines of plain crawls that structure contradicts: prices and dates stand in tables and lists of stories.
fn excused(block: &Block, reason: Reason) -> bool {
    match reason {
        // Crossheads of advice are orders.
        Reason::Order => matches!(block.shape, Shape::Row | Shape::Listed | Shape::Quote | Shape::Heading(_)),
        // A door has a word or two: "Log in".
        Reason::Wall if matches!(block.shape, Shape::Heading(_)) => block.text.split(' ').count() >= 4,
        Reason::Wall => matches!(block.shape, Shape::Row | Shape::Listed | Shape::Quote),
        Reason::Price | Reason::DateLine => matches!(block.shape, Shape::Row | Shape::Listed | Shape::Quote),
        Reason::Link => block.shape == Shape::Quote,
        Reason::Symbols => false,
        Reason::Credit => block.chars > 120,
        _ => false,
    }
}

pub(crate) fn said(reason: Reason) -> &'static str {
    match reason {
        Reason::Unrendered => "a template that nobody filled in",
        Reason::Symbols => "no letters or digits",
        Reason::Label | Reason::UnderLabel => "a label that points to other stories or a widget",
        Reason::Wall | Reason::Tail => "speaks of subscriptions, accounts or limits on reading",
        Reason::Price => "a bare price or term",
        Reason::Order => "an order to the reader",
        Reason::Buttons => "a row of buttons",
        Reason::Byline => "a byline",
        Reason::DateLine => "a date line",
        Reason::Credit => "a credit or an editorial note",
        Reason::Link => "a bare link",
        Reason::Rights => "a notice of rights",
    }
}

pub(crate) fn is_prose(block: &Block) -> bool {
    weight(block) >= 30.0
}

/// Dates, names and kickers above the first paragraph.
fn trim_start(flow: &Flow, known: &Known<'_>, told: &dyn Fn(&Block) -> bool, verdicts: &mut [Verdict]) {
    let Some(first) = first_prose(flow, verdicts) else { return };
    for (block, verdict) in flow.blocks.iter().zip(verdicts.iter_mut()).take(first) {
        let heading = matches!(block.shape, Shape::Heading(_));
        if *verdict == Verdict::Keep && matches!(block.shape, Shape::Heading(1 | 2)) && is_title(&block.text, known) {
            *verdict = Verdict::Drop(HEADLINE);
        }
        let short = || length(block) < 80 || is_dated(block);
        if *verdict == Verdict::Keep && !heading && !ends_sentence(&block.text) && short() && !told(block) {
            *verdict = Verdict::Drop(BEFORE);
        }
    }
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
fn trim_end(flow: &Flow, told: &dyn Fn(&Block) -> bool, verdicts: &mut [Verdict]) {
    let last = flow.blocks.iter().zip(verdicts.iter()).rposition(|(b, v)| *v == Verdict::Keep && is_prose(b));
    let Some(last) = last else { return };
    for (block, verdict) in flow.blocks.iter().zip(verdicts.iter_mut()).skip(last + 1) {
        let listed = matches!(block.shape, Shape::Listed | Shape::Row);
        if *verdict == Verdict::Keep && !listed && !ends_sentence(&block.text) && !told(block) {
            *verdict = Verdict::Drop(AFTER);
        }
    }
    // A last word or two with a colon stand above something that was taken out: links, an address, sources.
    let kept = flow.blocks.iter().zip(verdicts.iter_mut()).rev().filter(|(_, v)| **v == Verdict::Keep);
    for (block, verdict) in kept {
        let announces = block.shape == Shape::Paragraph
            && length(block) < 40
            && block.text.split(' ').count() <= 3
            && block.text.ends_with([':', '：']);
        if !announces || told(block) {
            break;
        }
        *verdict = Verdict::Drop(AFTER);
    }
}

/// A crosshead stands above something; one after the other or at the end stands above what was taken out.
fn headings(flow: &Flow, verdicts: &mut [Verdict]) {
    let mut level_below: Option<u8> = Some(0);
    // Only where something was taken out: two headings in a row may be meant.
    let mut gap = true;
    for (block, verdict) in flow.blocks.iter().zip(verdicts.iter_mut()).rev() {
        if *verdict != Verdict::Keep {
            gap |= block.shape != Shape::Caption;
            continue;
        }
        match block.shape {
            Shape::Heading(level) if weight(block) <= 0.0 => {
                if gap && level_below.is_some_and(|below| below <= level) {
                    *verdict = Verdict::Drop(ALONE);
                    continue;
                }
                level_below = Some(level);
            }
            _ => level_below = None,
        }
        gap = false;
    }
}
