//! Topics and section as links beside the story name them, where the head of the page does not: `rel=tag` and `rel=category`
//! (microformats.org, rel-tag), and the trail of links from the front page.

use html5ever::{LocalName, local_name};

use super::closed::{self, Named};
use super::metadata::{Metadata, tidy};
use super::tree::{NodeId, ROOT, Tree};

/// More links of one kind are a cloud of all that the paper has.
const MANY: usize = 12;
/// A longer name is a sentence.
const LONG: usize = 60;
/// So many elements of a trail are looked at.
const TRAIL: usize = 60;

/// Fills in what the head of a page does not say. What the page closes names nothing.
pub(super) fn fill(tree: &Tree, named: &Named, meta: &mut Metadata) {
    if !meta.topics.is_empty() && meta.section.is_some() {
        return;
    }
    let (mut topics, mut categories, mut trail) = (Vec::new(), Vec::new(), None);
    for node in tree.below(ROOT).filter(|node| tree.is_element(*node)) {
        if trail.is_none() && is_trail(tree, node) && !closed::is_within(tree, named, node) {
            trail = first_step(tree, node);
        }
        if tree.name(node) != local_name!("a") {
            continue;
        }
        let rel = tree.attribute(node, &local_name!("rel")).unwrap_or_default();
        let has = |asked: &str| rel.split_whitespace().any(|word| word.eq_ignore_ascii_case(asked));
        let list = match (has("category"), has("tag")) {
            (true, _) => &mut categories,
            (false, true) => &mut topics,
            (false, false) => continue,
        };
        if list.len() <= MANY
            && let Some(name) = name(&tree.all_text(node))
            && !is_beside(tree, named, node)
            && !list.contains(&name)
        {
            list.push(name);
        }
    }
    if meta.topics.is_empty() && topics.len() <= MANY {
        meta.topics = topics;
    }
    let category = (categories.len() <= MANY).then(|| categories.into_iter().next()).flatten();
    meta.section = meta.section.take().or(category).or(trail);
}

fn name(text: &str) -> Option<String> {
    let text = tidy(text.trim().trim_start_matches('#'))?;
    (text.chars().count() <= LONG).then_some(text)
}

/// In what belongs to the paper and not to the story, or in what the page closes.
fn is_beside(tree: &Tree, named: &Named, node: NodeId) -> bool {
    let of_paper = |name: LocalName| matches!(name, local_name!("aside") | local_name!("nav"));
    closed::is_within(tree, named, node)
        || tree.ancestors(node).any(|above| of_paper(tree.name(above)))
        || tree.ancestors(node).all(|above| tree.name(above) != local_name!("article"))
            && tree.ancestors(node).any(|above| tree.name(above) == local_name!("footer"))
}

fn is_trail(tree: &Tree, node: NodeId) -> bool {
    let says = |name: LocalName| tree.attribute(node, &name).unwrap_or_default().to_ascii_lowercase();
    let label = tree.attribute_named(node, "aria-label").unwrap_or_default().to_ascii_lowercase();
    says(local_name!("class")).contains("breadcrumb")
        || says(local_name!("itemtype")).ends_with("breadcrumblist")
        || label.starts_with("breadcrumb")
}

/// The first link of a trail that does not lead to the front page.
fn first_step(tree: &Tree, trail: NodeId) -> Option<String> {
    let links = tree.below(trail).take(TRAIL).filter(|node| tree.name(*node) == local_name!("a"));
    let mut links = links.filter(|link| {
        let to = tree.attribute(*link, &local_name!("href")).unwrap_or_default();
        let path = to.split_once("://").map_or(to, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
        !path.trim_matches('/').is_empty() && !path.starts_with('#') && !to.contains("javascript:")
    });
    name(&tree.all_text(links.next()?))
}
