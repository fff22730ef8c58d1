//! Where on a page the story stands: furniture by name out, then the element that holds the prose.

use std::collections::HashSet;

use html5ever::local_name;

use super::closed::{self, Named};
use super::flow::{Block, Flow, Shape};
use super::furnishing::{self, Sure};
use super::other_stories;
use super::tree::{NodeId, ROOT, Tree};

/// An element holding this share of the prose is no furniture, whatever it is called.
const MUCH: f32 = 0.3;
/// Characters below which a text is short enough to be a byline, a date or a list of topics.
const SHORT: u32 = 220;
/// A child with this share of its parent's prose is the story's place, not its parent.
const NEARLY_ALL: f32 = 0.7;
/// Prose of less weight is no story.
const LITTLE: f32 = 80.0;
/// So much prose, in characters, is a story of its own, whatever stands beside it.
const STORY: f32 = 400.0;

const FURTHER: &str = "another story on the page";

/// Why the blocks below an element are not the story.
pub(crate) type Reason = &'static str;

/// A page's elements with what was found of each.
#[derive(Debug, Clone)]
pub(crate) struct Ground {
    /// By node: why it and what is below it is furniture.
    pub(crate) furniture: Vec<Option<Reason>>,
    /// By node: weight of prose below it, furniture not counted.
    pub(crate) prose: Vec<f32>,
    /// The element that holds the story.
    pub(crate) place: NodeId,
    /// Whether the page itself says so.
    pub(crate) said: bool,
    /// Elements that say by their names that they are closed, and tell a story.
    pub(crate) closed: HashSet<NodeId>,
}

/// How much a block looks like prose of a story, in characters.
pub(crate) fn weight(block: &Block) -> f32 {
    let chars = block.chars as f32;
    let unlinked = 1.0 - (block.linked as f32 / chars.max(1.0));
    let sentence = ends_sentence(&block.text);
    let dense = wide(&block.text);
    let chars = if dense { chars * 2.0 } else { chars };
    // Lines of Chinese and Japanese often end without a sign.
    let open = if dense { 0.6 } else { 0.15 };
    let by_shape = match block.shape {
        // Whole paragraphs are set as headings to make them large.
        Shape::Heading(level) if level > 1 && sentence && chars >= 90.0 => 0.7,
        Shape::Heading(_) | Shape::Caption => return 0.0,
        Shape::Paragraph | Shape::Quote => 1.0,
        Shape::Listed => 0.5,
        Shape::Row => 0.3,
    };
    let by_length = match chars as u32 {
        0..=24 => 0.0,
        25..=79 if !sentence => open,
        25..=79 => 0.7,
        _ if !sentence => 0.6,
        _ => 1.0,
    };
    chars * unlinked * unlinked * by_shape * by_length
}

/// How long a text would be in Latin letters, in characters. A sign of Han says as much as three of them, one of kana or Hangul as two; what
/// is written without vowels, or has them as signs on other letters, is a quarter to a third shorter.
pub(crate) fn in_letters(text: &str) -> u32 {
    const WHOLE: u32 = 12;
    let weight = |c: char| match u32::from(c) {
        0x3400..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff => 3 * WHOLE,
        0x3040..=0x30ff | 0xac00..=0xd7af => 2 * WHOLE,
        0x0590..=0x08ff | 0xfb1d..=0xfdff | 0xfe70..=0xfefc => WHOLE + 4,
        0x0900..=0x109f | 0x1780..=0x17ff => WHOLE + 3,
        _ => WHOLE,
    };
    text.chars().map(weight).fold(0, u32::saturating_add) / WHOLE
}

/// Characters, those of scripts without spaces twice.
pub(crate) fn length(block: &Block) -> u32 {
    if wide(&block.text) { block.chars * 2 } else { block.chars }
}

/// Scripts without spaces between words say more in fewer characters.
fn wide(text: &str) -> bool {
    text.chars()
        .take(40)
        .filter(|c| matches!(u32::from(*c), 0x3040..=0x30ff | 0x3400..=0x9fff | 0xac00..=0xd7af))
        .count()
        > 8
}

/// Ends as sentences end, in any script. A face or a heart stands for a full stop.
pub(crate) fn ends_sentence(text: &str) -> bool {
    let text = text
        .trim_end_matches(['"', '\'', '”', '“', '’', '‘', '»', '«', '›', '‹', ')', ']', '」', '』', '）', '*', ' ']);
    text.ends_with(['.', '!', '?', '…', ':', ';', '。', '！', '？', '।', '؟', '۔', '．', '։', '።', '၊', '။'])
        || text.trim_end_matches(['\u{fe0f}', '\u{200d}']).ends_with(crate::shape::is_emoji)
}

/// Surveys a page.
pub(crate) fn survey(tree: &Tree, flow: &Flow, named: &Named) -> Ground {
    let weights: Vec<f32> = flow.blocks.iter().map(weight).collect();
    let raw = summed(tree, flow, &weights);
    let chars: Vec<f32> = flow.blocks.iter().map(|b| b.chars as f32).collect();
    let text = summed(tree, flow, &chars);
    let closed = closed::telling(tree, flow);
    let furniture = furniture(tree, &raw, &text, &closed, named);
    let kept: Vec<f32> = flow
        .blocks
        .iter()
        .zip(&weights)
        .map(|(b, w)| if is_furniture(&furniture, b.holder) { 0.0 } else { *w })
        .collect();
    let prose = summed(tree, flow, &kept);
    let (place, said) = place(tree, &furniture, &prose);
    Ground { furniture, prose, place, said, closed }
}

fn is_furniture(furniture: &[Option<Reason>], node: NodeId) -> bool {
    furniture.get(node as usize).copied().flatten().is_some()
}

/// Adds the blocks' values up to all their ancestors.
fn summed(tree: &Tree, flow: &Flow, values: &[f32]) -> Vec<f32> {
    let mut sums = vec![0.0; tree.len()];
    for (block, value) in flow.blocks.iter().zip(values) {
        if *value <= 0.0 {
            continue;
        }
        for node in std::iter::once(block.holder).chain(tree.ancestors(block.holder)) {
            if let Some(sum) = sums.get_mut(node as usize) {
                *sum += *value;
            }
        }
    }
    sums
}

fn at(values: &[f32], node: NodeId) -> f32 {
    values.get(node as usize).copied().unwrap_or(0.0)
}

/// Marks furniture by its names, and all below it.
fn furniture(tree: &Tree, prose: &[f32], text: &[f32], closed: &HashSet<NodeId>, named: &Named) -> Vec<Option<Reason>> {
    let total = at(prose, ROOT).max(1.0);
    let bodies = bodies(tree, prose);
    let announced = other_stories::announcements(tree, prose);
    let further = other_stories::further(tree, prose);
    let mut out: Vec<Option<Reason>> = vec![None; tree.len()];
    for node in tree.below(ROOT) {
        let above = tree.parent(node).and_then(|p| out.get(p as usize).copied().flatten());
        let own = || -> Option<Reason> {
            if !tree.is_element(node) {
                return None;
            }
            if announced.contains(&node) && !bodies.within(tree, node) {
                return Some(furnishing::RELATED);
            }
            if further.contains(&node) {
                return Some(FURTHER);
            }
            let (reason, sure) = furnishing::furnishing(tree, node)?;
            if reason == furnishing::SUBSCRIBE && closed.contains(&node) {
                return None;
            }
            let here = at(prose, node);
            // Where the page names its body, what is not part of the way there may be as long as it likes.
            let holds = bodies.holds(node) || (bodies.named.is_empty() && holds_headline(tree, node));
            let within = bodies.within(tree, node);
            if within && reason == furnishing::SIDE && tree.name(node) != local_name!("aside") {
                // Page builders call every piece of a body a widget.
                return None;
            }
            let much = here / total >= MUCH && here > LITTLE && (bodies.named.is_empty() || within);
            let is = !holds
                && match sure {
                    // Comments may be longer than the story; something must be left.
                    Sure::Yes => !much || total - here > 2.0 * LITTLE,
                    Sure::UnlessProse => !much,
                    // A slider that holds the page's stories stands alone; one with pictures stands in a story.
                    Sure::UnlessStory => !much || tree.parent(node).is_some_and(|p| at(prose, p) - here >= STORY),
                    Sure::IfShort => at(text, node) as u32 <= SHORT,
                };
            is.then_some(reason)
        };
        // What the page itself names as closed, or as open, is the story's.
        let reason = if named.tells_of(node) { None } else { above.or_else(own) };
        if let Some(place) = out.get_mut(node as usize) {
            *place = reason;
        }
    }
    out
}

/// Elements that call themselves the body of a story, and everything above them.
struct Bodies {
    named: Vec<NodeId>,
    holders: HashSet<NodeId>,
}

impl Bodies {
    fn holds(&self, node: NodeId) -> bool {
        self.holders.contains(&node)
    }

    fn within(&self, tree: &Tree, node: NodeId) -> bool {
        !self.named.is_empty() && tree.ancestors(node).any(|a| self.named.contains(&a))
    }
}

/// Bodies by name that hold a good part of the prose; teasers of other stories are named alike.
fn bodies(tree: &Tree, prose: &[f32]) -> Bodies {
    let total = at(prose, ROOT);
    let named: Vec<NodeId> = tree
        .below(ROOT)
        .filter(|n| at(prose, *n) >= LITTLE.max(0.15 * total) && furnishing::names_body(tree, *n))
        .filter(|n| !among_comments(tree, *n))
        .filter_map(|n| whole(tree, n))
        .take(50)
        .collect();
    let holders = named.iter().flat_map(|n| std::iter::once(*n).chain(tree.ancestors(*n))).collect();
    Bodies { named, holders }
}

/// `post-text` may be a reader's.
fn among_comments(tree: &Tree, node: NodeId) -> bool {
    std::iter::once(node)
        .chain(tree.ancestors(node))
        .take(4)
        .any(|n| furnishing::names_comments(tree, n) && !holds_headline(tree, n))
}

/// What an element speaks for: a paragraph that is called `bodytext` is one of several.
fn whole(tree: &Tree, node: NodeId) -> Option<NodeId> {
    if is_leaf(tree, node) { tree.parent(node) } else { Some(node) }
}

fn holds_headline(tree: &Tree, node: NodeId) -> bool {
    tree.below(node).take(400).any(|n| tree.name(n) == local_name!("h1"))
}

/// The element of the story, and whether the page said so.
fn place(tree: &Tree, furniture: &[Option<Reason>], prose: &[f32]) -> (NodeId, bool) {
    let total = at(prose, ROOT);
    let open = |n: &NodeId| tree.is_element(*n) && !is_furniture(furniture, *n);
    let mut best: Option<(NodeId, f32)> = None;
    let mut articles: Vec<NodeId> = Vec::new();
    let mut main = None;
    for node in tree.below(ROOT).filter(open) {
        let here = at(prose, node);
        if here >= LITTLE && best.is_none_or(|(_, b)| here > b) && furnishing::names_body(tree, node) {
            best = whole(tree, node).map(|node| (node, at(prose, node)));
        }
        match tree.name(node) {
            local_name!("article") if here >= LITTLE => articles.push(node),
            local_name!("main") if here >= LITTLE => main = Some(node),
            _ if tree.attribute(node, &local_name!("role")) == Some("main") && here >= LITTLE => main = Some(node),
            _ => {}
        }
    }
    if let Some((node, here)) = best.filter(|(_, here)| *here >= 0.35 * total || *here > 1_000.0) {
        let _ = here;
        return (node, true);
    }
    articles.sort_by(|a, b| at(prose, *b).total_cmp(&at(prose, *a)));
    let article = articles.first().copied().filter(|a| at(prose, *a) >= 0.5 * total);
    let main = main.filter(|m| at(prose, *m) >= 0.5 * total);
    let start = article.or(main).unwrap_or(ROOT);
    (descend(tree, prose, start), article.is_some())
}

/// Down to where the prose parts.
fn descend(tree: &Tree, prose: &[f32], start: NodeId) -> NodeId {
    let mut here = start;
    loop {
        let all = at(prose, here);
        let heaviest = tree
            .children(here)
            .filter(|c| tree.is_element(*c) && super::flow::is_block(&tree.name(*c)))
            .max_by(|a, b| at(prose, *a).total_cmp(&at(prose, *b)));
        match heaviest {
            Some(child) if all > 0.0 && at(prose, child) >= NEARLY_ALL * all && !is_leaf(tree, child) => here = child,
            _ => return here,
        }
    }
}

/// One paragraph is not a place.
fn is_leaf(tree: &Tree, node: NodeId) -> bool {
    matches!(
        tree.name(node),
        local_name!("p")
            | local_name!("li")
            | local_name!("blockquote")
            | local_name!("ul")
            | local_name!("ol")
            | local_name!("pre")
            | local_name!("tr")
            | local_name!("dl")
    )
}
