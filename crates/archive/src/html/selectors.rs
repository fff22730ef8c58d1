//! Selectors by which structured data names the parts of a page that are not free.

use std::collections::HashSet;

use super::tree::{NodeId, ROOT, Tree};

/// So many selectors of a page are read, and so many characters of each.
const MANY: usize = 50;
const LONG: usize = 500;

/// One element as a selector tells it: its name, its classes and its `id`, as far as it says them.
#[derive(Debug, Default)]
struct Told {
    /// The name of an element. Where it is none, some write so the name of a class or an `id`.
    word: Option<String>,
    classes: Vec<String>,
    id: Option<String>,
}

/// The elements that the selectors name, and whether all of them were understood.
pub(super) fn named(tree: &Tree, selectors: &[String]) -> (HashSet<NodeId>, bool) {
    let single = |list: &str| list.split(',').filter(|one| !one.trim().is_empty()).count();
    let mut understood = selectors.iter().all(|list| single(list) > 0);
    let mut all = HashSet::new();
    let ones = selectors.iter().flat_map(|list| list.split(',')).filter(|one| !one.trim().is_empty());
    for (nth, one) in ones.enumerate() {
        match way(one).filter(|_| nth < MANY) {
            Some(way) => leads(tree, &way, &mut all),
            None => understood = false,
        }
        if nth >= MANY {
            break;
        }
    }
    (all, understood)
}

/// One selector, from the outermost element to the one it means. What stands beside an element (`+`, `~`) is not asked: that names more, not less.
fn way(selector: &str) -> Option<Vec<Told>> {
    if selector.len() > LONG {
        return None;
    }
    let spaced = selector.replace('>', " ");
    let mut way = Vec::new();
    for word in spaced.split_whitespace() {
        match word {
            "+" | "~" => way.clear(),
            _ => way.push(told(word)?),
        }
    }
    (!way.is_empty()).then_some(way)
}

/// `p.rest#more`, in any order.
fn told(text: &str) -> Option<Told> {
    let mut told = Told::default();
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        let from = usize::from(matches!(sign, '.' | '#'));
        let name = rest.get(from..)?;
        let length = name.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(name.len());
        let (name, after) = name.split_at_checked(length).filter(|(name, _)| !name.is_empty())?;
        match sign {
            '.' => told.classes.push(name.to_owned()),
            '#' => told.id = Some(name.to_owned()),
            _ => told.word = Some(name.to_owned()),
        }
        rest = after;
    }
    Some(told)
}

/// Goes down the page once: of each element it is known how much of the way its ancestors have gone.
fn leads(tree: &Tree, way: &[Told], all: &mut HashSet<NodeId>) {
    let Some((own, around)) = way.split_last() else { return };
    let mut gone = vec![0usize; tree.len()];
    for node in tree.below(ROOT).filter(|node| tree.is_element(*node)) {
        let above = tree.parent(node).and_then(|parent| gone.get(parent as usize)).copied().unwrap_or_default();
        if above == around.len() && is(tree, own, node) {
            all.insert(node);
        }
        let further = around.get(above).is_some_and(|told| is(tree, told, node));
        if let Some(slot) = gone.get_mut(node as usize) {
            *slot = above + usize::from(further);
        }
    }
}

fn is(tree: &Tree, told: &Told, node: NodeId) -> bool {
    let has = |class: &str| {
        let classes = tree.attribute_named(node, "class").unwrap_or_default();
        classes.split_whitespace().any(|own| own.eq_ignore_ascii_case(class))
    };
    // Without regard to case, as classes: it names more, not less.
    let id = |id: &str| tree.attribute_named(node, "id").is_some_and(|own| own.eq_ignore_ascii_case(id));
    told.word.as_ref().is_none_or(|word| (*tree.name(node)).eq_ignore_ascii_case(word) || has(word) || id(word))
        && told.classes.iter().all(|class| has(class))
        && told.id.as_ref().is_none_or(|own| id(own))
}
