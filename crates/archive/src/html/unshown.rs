//! Pages that hold their story, or the whole of it, only for readers without scripts. Where such a page shows a beginning of the story, the
//! rest was sold; one that shows nothing of it is only built with scripts.

use html5ever::local_name;

use super::choose::{self, Ground};
use super::flow::{self, Block, Flow, Shape};
use super::marks;
use super::tree::{NodeId, ROOT, Tree};
use crate::blocks as lines;
use crate::furniture::{self, Kind};

/// Characters of prose that are no story yet.
const LITTLE: f32 = 80.0;
/// Places for readers without scripts that are looked at: most are for a picture each.
const NOSCRIPTS: usize = 64;
/// Fewer words may stand in any text.
const TELLING: usize = 3;
/// So many words that end in three dots were cut: fewer say that the page is on its way.
const CUT: usize = 5;

/// What is read of a page.
pub(super) struct Surveyed {
    pub(super) flow: Flow,
    pub(super) ground: Ground,
    /// The words that the page shows, where it holds more of its story only without scripts.
    pub(super) shown: Option<String>,
}

/// A page without a story is read once more with what it shows only without scripts: some have nothing else, and of others that is the
/// whole of a story whose beginning they show.
pub(super) fn surveyed(tree: &Tree) -> Surveyed {
    let flow = read(tree, false);
    let ground = choose::survey(tree, &flow);
    if !flow.skipped.iter().any(|(node, _)| is_noscript(tree, *node)) {
        return Surveyed { flow, ground, shown: None };
    }
    if let Some((whole, other)) = whole_without_scripts(tree, &flow, &ground) {
        return Surveyed { shown: Some(words(&flow)), flow: whole, ground: other };
    }
    if prose(&ground) < LITTLE {
        let whole = read(tree, true);
        let other = choose::survey(tree, &whole);
        if prose(&other) > 4.0 * LITTLE {
            let inside = |block: &&Block| std::iter::once(block.holder).chain(tree.ancestors(block.holder));
            let hidden = whole.blocks.iter().filter(|block| inside(block).any(|node| is_noscript(tree, node)));
            let shown = shown(&flow, &ground);
            let sold = tells(&shown, hidden) || shown.iter().any(|block| is_cut(block) || is_wall(block));
            return Surveyed { shown: sold.then(|| words(&flow)), flow: whole, ground: other };
        }
    }
    Surveyed { flow, ground, shown: None }
}

/// The words of all blocks, as keys, with a space at both ends.
pub(super) fn words(flow: &Flow) -> String {
    let keys: Vec<String> = flow.blocks.iter().map(|block| lines::key(&block.text)).collect();
    format!(" {} ", keys.join(" "))
}

fn is_noscript(tree: &Tree, node: NodeId) -> bool {
    tree.name(node) == local_name!("noscript")
}

fn prose(ground: &Ground) -> f32 {
    ground.prose.get(ground.place as usize).copied().unwrap_or(0.0)
}

/// What a page shows without scripts, where that is twice as much as it shows otherwise and tells the same words.
fn whole_without_scripts(tree: &Tree, flow: &Flow, ground: &Ground) -> Option<(Flow, Ground)> {
    let shown = shown(flow, ground);
    let unread = flow.skipped.iter().filter(|(node, _)| is_noscript(tree, *node));
    let mut found: Option<(Flow, Ground)> = None;
    for (node, _) in unread.take(NOSCRIPTS) {
        let whole =
            flow::flow(tree, *node, |tree, node| marks::never_story(tree, node).or_else(|| marks::hidden(tree, node)));
        let other = choose::survey(tree, &whole);
        let least = found.as_ref().map_or(2.0 * prose(ground), |(_, found)| prose(found)).max(4.0 * LITTLE);
        if prose(&other) > least && tells(&shown, whole.blocks.iter()) {
            found = Some((whole, other));
        }
    }
    found
}

/// The blocks of a page that may be a story's: no headings, links and furniture by name.
fn shown<'a>(flow: &'a Flow, ground: &Ground) -> Vec<&'a Block> {
    let named = |block: &Block| ground.furniture.get(block.holder as usize).copied().flatten().is_some();
    let text = |block: &Block| !matches!(block.shape, Shape::Heading(_) | Shape::Caption);
    flow.blocks.iter().filter(|block| text(block) && !named(block)).collect()
}

/// Whether shown blocks tell words of the whole: one of them stands in it, or they tell its first words together, however short each is.
fn tells<'a>(shown: &[&Block], whole: impl Iterator<Item = &'a Block>) -> bool {
    let whole: Vec<String> =
        whole.filter(|block| choose::weight(block) > 0.0).map(|block| lines::key(&block.text)).collect();
    let shown: Vec<String> = shown.iter().map(|block| lines::key(&block.text)).collect();
    let telling = |key: &&String| key.split(' ').count() >= TELLING;
    let first: Vec<&str> = whole.first().map(|key| key.split(' ').take(TELLING + 1).collect()).unwrap_or_default();
    shown.iter().filter(telling).any(|shown| whole.iter().any(|key| key.contains(shown.as_str())))
        || !first.is_empty() && shown.join(" ").contains(&first.join(" "))
}

fn is_cut(block: &Block) -> bool {
    let text = block.text.trim_end();
    (text.ends_with('…') || text.ends_with("...")) && text.split(' ').count() >= CUT
}

/// A line that sells the rest. A word or two on a button stand on every page.
fn is_wall(block: &Block) -> bool {
    let mut line = [lines::Block::new(0, block.text.clone())];
    furniture::judge(&mut line);
    let [line] = line;
    line.key.split(' ').count() >= TELLING && matches!(line.kind, Kind::Furniture(reason) if reason.is_wall())
}

/// All blocks of a page, but for what can hold no story.
fn read(tree: &Tree, without_scripts: bool) -> Flow {
    flow::flow(tree, ROOT, |tree, node| {
        let shown = without_scripts && is_noscript(tree, node);
        marks::never_story(tree, node).filter(|_| !shown).or_else(|| marks::hidden(tree, node))
    })
}
