//! Bodies that exports carry as HTML: everything in them is the story but for scripts, embedded things and widgets.

use std::collections::HashSet;

use html5ever::local_name;

use super::closed::{self, Named, Order};
use super::flow::{self, Block, Shape};
use super::marks;
use super::tree::{self, NodeId, ROOT, Tree};
use crate::access::Said;
use crate::item::{Access, Image, Part, Removed};

/// Longest account of something taken out, in characters.
const ACCOUNT: usize = 300;
/// So many captions are looked into for a part of them that stands by itself.
const CAPTIONS: usize = 200;

/// A body taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// Its blocks in order.
    pub parts: Vec<Part>,
    /// Its pictures in order, each with the number of blocks above it, with alt text and caption as far as given.
    pub images: Vec<Image>,
    /// What was taken out and why; scripts and styles without content are not named.
    pub removed: Vec<Removed>,
    /// What the body says of who may read it.
    pub(crate) said: Said,
    /// So many of its blocks stand above the first element that closes.
    pub(crate) above_wall: Option<usize>,
}

/// Takes a body of HTML apart.
///
/// Never fails: markup is read as browsers read it. Plain text without any markup is one paragraph, or several when empty lines
/// part it.
#[must_use]
pub fn parts(fragment: &str) -> Parts {
    if !fragment.contains(['<', '&']) {
        return plain(fragment);
    }
    let tree = tree::parse_fragment(fragment);
    let flow = flow::flow(&tree, ROOT, leave_out);
    let mut out = Parts::default();
    let wall = out.said.body(fragment, &tree);
    for block in &flow.blocks {
        if block.shape == Shape::Caption {
            continue;
        }
        out.parts.extend(block.parts());
    }
    let parts = |block: &Block| if block.shape == Shape::Caption { 0 } else { block.parts().count() };
    if out.said.access > Some(Access::Free) {
        let (named, order) = (Named::of(&tree), Order::of(&tree));
        let walls = wall.into_iter().chain(named.elements.first().copied()).map(|wall| order.at(wall));
        let wall = if named.unread { Some(0) } else { walls.min() };
        let above = |wall| flow.blocks.iter().filter(|b| order.at(b.until) < wall).map(parts).sum();
        out.above_wall = wall.map(above);
    }
    let mut holders: Vec<NodeId> = flow.blocks.iter().map(|block| block.holder).collect();
    holders.sort_unstable();
    for (node, reason) in &flow.skipped {
        if *reason == SHOWN_WITHOUT_SCRIPTS {
            // Blocks of one holder begin where it does: some of these may stand below.
            let above = holders.partition_point(|holder| holder < node);
            from_noscript(&tree, *node, above, &mut out.images);
        }
        if let Some(removed) = account(&tree, *node, reason) {
            out.removed.push(removed);
        }
    }
    let mut known: HashSet<String> = HashSet::new();
    let images = std::mem::take(&mut out.images);
    out.images =
        flow.images.into_iter().map(|(_, i)| i).chain(images).filter(|i| known.insert(i.source.clone())).collect();
    let mut kept = Vec::with_capacity(flow.blocks.len() + 1);
    kept.push(0);
    for block in &flow.blocks {
        kept.push(kept.last().copied().unwrap_or_default() + parts(block));
    }
    for image in &mut out.images {
        // Inside a paragraph that is the last.
        image.after = image.after.map(|at| kept.get(at).copied().unwrap_or(out.parts.len()));
    }
    // Captions of pictures that have none of their own element are said nowhere else.
    let told: HashSet<&str> = out.images.iter().filter_map(|i| i.caption.as_deref()).collect();
    let longer: Vec<&str> = out.images.iter().filter_map(|i| i.caption.as_deref()).take(CAPTIONS).collect();
    let is_told = |text: &str| told.contains(text) || longer.iter().any(|t| t.contains(text));
    let loose: Vec<Removed> = flow
        .blocks
        .iter()
        .filter(|b| b.shape == Shape::Caption && !is_told(&b.text))
        .map(|b| Removed { text: shortened(&b.text), reason: "caption without a picture".to_owned() })
        .collect();
    out.removed.extend(loose);
    if tree.cut {
        out.removed.push(Removed {
            text: String::new(),
            reason: "the markup goes on, but it is too large to be read; split it".to_owned(),
        });
    }
    out
}

const SHOWN_WITHOUT_SCRIPTS: &str = "shown only without scripts";

fn plain(text: &str) -> Parts {
    let parts = text
        .split("\n\n")
        .flat_map(|p| p.split("\r\n\r\n"))
        .map(|p| p.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|p| !p.is_empty())
        .map(Part::Paragraph)
        .collect();
    Parts { parts, ..Parts::default() }
}

fn leave_out(tree: &Tree, node: NodeId) -> Option<&'static str> {
    closed::left_out(tree, None, node).or_else(|| marks::widget(tree, node))
}

/// Pictures that are loaded late have their true address in `noscript`.
fn from_noscript(tree: &Tree, node: NodeId, above: usize, images: &mut Vec<Image>) {
    let pictures = tree.below(node).filter(|n| tree.name(*n) == local_name!("img"));
    let found = pictures.filter_map(|n| marks::image(tree, n));
    images.extend(found.map(|image| Image { after: Some(above), ..image }));
}

/// What is told of something that was taken out.
pub(crate) fn account(tree: &Tree, node: NodeId, reason: &str) -> Option<Removed> {
    let mut text = match tree.name(node) {
        // Code is of no interest to anybody.
        local_name!("script")
        | local_name!("style")
        | local_name!("head")
        | local_name!("link")
        | local_name!("meta") => {
            return None;
        }
        _ => shortened(&tree.all_text(node)),
    };
    if text.is_empty() {
        let address = [local_name!("src"), local_name!("href")].iter().find_map(|name| tree.attribute(node, name));
        text = shortened(address?);
    }
    Some(Removed { text, reason: reason.to_owned() })
}

pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(ACCOUNT) {
        None => text.to_owned(),
        Some((end, _)) => format!("{} …", text.get(..end).unwrap_or_default().trim_end()),
    }
}

/// All text of a piece of HTML that a reader would see, a line a block. Nothing is judged: captions and tables are there too.
#[must_use]
pub fn text_of(fragment: &str) -> String {
    if !fragment.contains(['<', '&']) {
        return fragment.to_owned();
    }
    let tree = tree::parse_fragment(fragment);
    let flow = flow::flow(&tree, ROOT, |tree, node| {
        matches!(tree.name(node), local_name!("script") | local_name!("style") | local_name!("template"))
            .then_some("code")
    });
    flow.blocks.iter().map(|b| b.text.as_str()).collect::<Vec<_>>().join("\n")
}
