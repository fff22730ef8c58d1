//! Which blocks in and beside the story's place are the story.

use std::collections::{HashMap, HashSet};

use html5ever::local_name;

use super::asides;
use super::choose::{Ground, ends_sentence, weight};
use super::closed::Named;
use super::flow::{Block, Flow, Shape};
use super::lines as broken;
use super::rim;
use super::tree::{NodeId, Tree};
use super::wording;
use crate::blocks as lines;
use crate::furniture::{self, Kind, Reason};
use crate::shape;

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
    /// What the page itself names as closed.
    pub(crate) closed: &'a Named,
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

/// A list with no larger share of links is one of words.
const MIXED: f32 = 0.5;

pub(crate) const OUTSIDE: &str = "outside the story";
pub(crate) const LINKS: &str = "links";
pub(crate) const HEADLINE: &str = "the headline";
pub(crate) const CAPTION: &str = "caption of a picture";

/// Judges every block of the page.
pub(crate) fn verdicts(tree: &Tree, flow: &Flow, ground: &Ground, known: &Known<'_>) -> Vec<Verdict> {
    let mut within = places(tree, ground);
    within.extend(known.closed.elements.iter().chain(&known.closed.open));
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
    asides::dates(tree, flow, &mut out);
    asides::author_box(flow, &mut out);
    asides::pleas(tree, flow, ground, &mut out);
    asides::linked_sentences(tree, flow, &mut out);
    asides::linked_headings(tree, flow, known, &mut out);
    only_links(&mut out);
    let told = |b: &Block| {
        b.code || broken::tell(b, false) || !known.pieces.is_empty() && known.pieces.contains(&lines::key(&b.text))
    };
    rim::trim_start(tree, flow, ground, known, &told, &mut out);
    rim::trim_end(flow, &told, &mut out);
    rim::last_list(tree, flow, &lists, known, &mut out);
    rim::headings(tree, flow, ground, &mut out);
    rim::standfirst(tree, flow, ground, known, &mut out);
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
            _ if ground.closed.contains(&child) => 0.0,
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

/// By block: the share of links in the list it belongs to. A list inside an entry that has words of its own belongs to them, and if
/// the outer list is not one of links, nor is it.
fn link_shares(tree: &Tree, flow: &Flow) -> Vec<f32> {
    let is_list = |n: NodeId| {
        matches!(tree.name(n), local_name!("ul") | local_name!("ol") | local_name!("dl") | local_name!("table"))
    };
    let enclosing = |n: NodeId| tree.ancestors(n).find(|a| is_list(*a));
    let list_of = |b: &Block| if is_list(b.holder) { Some(b.holder) } else { enclosing(b.holder) };
    let listed = |b: &Block| matches!(b.shape, Shape::Listed | Shape::Row);
    let lists: Vec<Option<NodeId>> = flow.blocks.iter().map(|b| if listed(b) { list_of(b) } else { None }).collect();
    // By list: characters in links and in all, and the entries with words of their own.
    let mut sums: HashMap<NodeId, (f32, f32)> = HashMap::new();
    let mut spoken: HashSet<NodeId> = HashSet::new();
    for (block, list) in flow.blocks.iter().zip(&lists) {
        if let Some(list) = list {
            let sum = sums.entry(*list).or_default();
            sum.0 += block.linked as f32;
            sum.1 += block.chars as f32;
            if block.linked * 2 < block.chars && tree.name(block.holder) == local_name!("li") {
                spoken.insert(block.holder);
            }
        }
    }
    let share = |list: NodeId| sums.get(&list).map_or(1.0, |(linked, chars)| linked / chars.max(1.0));
    let outer = |list: NodeId| {
        let entry = tree.parent(list).filter(|entry| spoken.contains(entry))?;
        enclosing(entry).map(share).filter(|share| *share <= MIXED)
    };
    let alone = |b: &Block| b.linked as f32 / (b.chars as f32).max(1.0);
    let of = |list: NodeId| outer(list).unwrap_or_else(|| share(list));
    flow.blocks.iter().zip(&lists).map(|(block, list)| list.map_or_else(|| alone(block), of)).collect()
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
    let spoken = || sentence && block.shape == Shape::Paragraph && block.chars >= 20 && asides::opens_here(tree, block);
    if linky && !asides::leads_away(tree, block, known) && !spoken() {
        return Verdict::Drop(LINKS);
    }
    if let Some(reason) = asides::worded(block, &key) {
        return Verdict::Drop(reason);
    }
    let mut line = [lines::Block::new(1, block.text.clone())];
    furniture::judge(&mut line);
    match line.first().map(|l| l.kind) {
        Some(Kind::Furniture(reason)) if !excused(block, reason) && !told_in_lines(block, reason) => {
            Verdict::Drop(said(reason))
        }
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
        // A page's own paragraphs speak of code, and set words apart, with the same signs.
        Reason::Unrendered => is_prose(block) && !shape::has_strong_placeholder(&block.text),
        Reason::Credit => block.chars > 120,
        _ => false,
    }
}

/// Hours of opening are no date of the page, and what would be a label stands above a table or a song.
fn told_in_lines(block: &Block, reason: Reason) -> bool {
    let named = matches!(reason, Reason::Label | Reason::UnderLabel);
    (named || reason == Reason::DateLine) && broken::tell(block, named)
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
