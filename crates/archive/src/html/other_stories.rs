//! Other stories on a story's page: streams of announcements, and further stories told in full below the first.

use std::collections::{HashMap, HashSet};

use html5ever::local_name;

use super::marks;
use super::tree::{NodeId, ROOT, Tree};
use crate::blocks::key;

/// A stream has at least so many announcements.
const SEVERAL: u32 = 3;
/// An item with more prose is a story of its own, and its linked heading leads to itself.
const LONG: f32 = 700.0;
/// Prose of less weight, in characters, is no story.
const LITTLE: f32 = 80.0;
/// With so much prose, in characters, a story has been told, and another may begin.
const TOLD: f32 = 300.0;
/// What parts a headline from the paper's name in a title.
const MARKS: [&str; 7] = [" | ", " – ", " — ", " - ", " :: ", " » ", " · "];
/// So many headings of a page are looked at for further stories.
const HEADINGS: usize = 200;
/// So much prose beside the streams, in characters, and there is a story that they only stand around.
const STORY: f32 = 400.0;
/// Prose beside its items, in characters, from which an element is more than a stream of them.
const BESIDE: f32 = 80.0;

/// The items of streams of announcements: neighbours that each have one heading, a link to another page, and text of their own. On
/// a page that has nothing else they are what the page is about, and none is given. `prose` is the weight below each node.
pub(crate) fn announcements(tree: &Tree, prose: &[f32]) -> HashSet<NodeId> {
    let at = |node: NodeId| prose.get(node as usize).copied().unwrap_or(0.0);
    let linked: Vec<NodeId> = tree.below(ROOT).filter(|n| is_heading(tree, *n) && is_link(tree, *n)).collect();
    let mut below: HashMap<NodeId, u32> = HashMap::new();
    for node in linked.iter().flat_map(|heading| tree.ancestors(*heading)) {
        *below.entry(node).or_default() += 1;
    }
    let mut streams: HashMap<NodeId, Vec<NodeId>> = HashMap::new();
    for heading in linked {
        let alone = |n: &NodeId| below.get(n) == Some(&1);
        let Some(item) = tree.ancestors(heading).take_while(alone).last() else { continue };
        if at(item) > 0.0 && at(item) <= LONG {
            streams.entry(tree.parent(item).unwrap_or(ROOT)).or_default().push(item);
        }
    }
    let items: HashSet<NodeId> = streams
        .into_iter()
        .filter(|(stream, items)| {
            items.len() >= SEVERAL as usize && at(*stream) - items.iter().map(|i| at(*i)).sum::<f32>() <= BESIDE
        })
        .flat_map(|(_, items)| items)
        .collect();
    let told: f32 = items.iter().map(|i| at(*i)).sum();
    if at(ROOT) - told >= STORY { items } else { HashSet::new() }
}

/// Further stories beside the one of the page's title: other articles under headings of their own, and boxes under another heading
/// of the first level with a date or name of their own. Pages go on with them when a reader has come to the end.
pub(crate) fn further(tree: &Tree, prose: &[f32]) -> HashSet<NodeId> {
    let at = |node: NodeId| prose.get(node as usize).copied().unwrap_or(0.0);
    let mut others = HashSet::new();
    let title = tree.below(ROOT).find(|n| tree.name(*n) == local_name!("title"));
    let title = title.map(|t| tree.all_text(t)).unwrap_or_default();
    let headings: Vec<NodeId> = tree.below(ROOT).filter(|n| is_heading(tree, *n)).take(HEADINGS).collect();
    let titled = |n: &NodeId| is_title(&title, &tree.all_text(*n));
    let Some(headline) = headings.iter().copied().find(titled) else { return others };
    let own: HashSet<NodeId> = std::iter::once(headline).chain(tree.ancestors(headline)).collect();
    let article = tree.ancestors(headline).find(|n| is_article(tree, *n) && at(*n) >= TOLD);
    let first = tree.name(headline) == local_name!("h1");
    for heading in headings.into_iter().skip_while(|n| *n != headline).skip(1).filter(|n| !titled(n)) {
        // The part of the page beside the headline's that the heading stands in.
        let Some(part) = tree.ancestors(heading).take_while(|n| !own.contains(n)).last() else { continue };
        if at(part) < LITTLE || others.contains(&part) {
            continue;
        }
        let unit = || tree.ancestors(heading).take_while(|n| !own.contains(n)).find(|n| is_article(tree, *n));
        let another = match article {
            // Inside the headline's own article, articles are its parts: posts of a running report, questions of a talk.
            Some(article) => tree.ancestors(part).all(|n| n != article) && unit().is_some(),
            None => false,
        };
        // The headline's own box must be of the same kind and tell a story too: a headline often stands apart from its text.
        let beside = || tree.parent(part).and_then(|p| tree.children(p).find(|c| own.contains(c)));
        let told = || beside().is_some_and(|b| at(b) >= TOLD && is_alike(tree, b, part));
        let again = || first && told() && tree.name(heading) == local_name!("h1") && is_signed(tree, part);
        if another || again() {
            others.insert(part);
        }
    }
    others
}

/// Whether a heading says what the page's title says, the paper's name aside.
fn is_title(title: &str, heading: &str) -> bool {
    let said = key(heading);
    let whole = key(title);
    !said.is_empty()
        && (whole.contains(&said) && said.len() * 2 > whole.len()
            || MARKS.iter().flat_map(|mark| title.split(mark)).any(|piece| key(piece) == said))
}

fn is_article(tree: &Tree, node: NodeId) -> bool {
    let typed = |t: &str| t.trim_end_matches('/').ends_with("Article") || t.trim_end_matches('/').ends_with("Posting");
    tree.name(node) == local_name!("article") || tree.attribute(node, &local_name!("itemtype")).is_some_and(typed)
}

fn is_alike(tree: &Tree, one: NodeId, other: NodeId) -> bool {
    let class = |n| tree.attribute(n, &local_name!("class"));
    tree.name(one) == tree.name(other) && class(one) == class(other)
}

/// Whether a part of the page has a time or a name of its own.
fn is_signed(tree: &Tree, part: NodeId) -> bool {
    tree.below(part).take(2_000).any(|n| {
        let item = tree.attribute(n, &local_name!("itemprop")).unwrap_or_default();
        let words = || tree.attribute(n, &local_name!("class")).into_iter().flat_map(marks::words);
        tree.name(n) == local_name!("time")
            || matches!(item, "datePublished" | "author")
            || words()
                .any(|w| matches!(w.as_str(), "byline" | "dateline" | "timestamp" | "author" | "date" | "pubdate"))
    })
}

fn is_heading(tree: &Tree, node: NodeId) -> bool {
    matches!(
        tree.name(node),
        local_name!("h1")
            | local_name!("h2")
            | local_name!("h3")
            | local_name!("h4")
            | local_name!("h5")
            | local_name!("h6")
    )
}

/// A heading whose words are all a link to another page, or that stands in one.
fn is_link(tree: &Tree, heading: NodeId) -> bool {
    let leads = |n: NodeId| {
        tree.name(n) == local_name!("a")
            && tree
                .attribute(n, &local_name!("href"))
                .is_some_and(|href| !matches!(href.trim().chars().next(), None | Some('#')))
    };
    let words = |n: NodeId| tree.below(n).filter_map(|n| tree.text(n)).map(|t| t.trim().len()).sum::<usize>();
    let all = words(heading);
    if all == 0 {
        return false;
    }
    let linked: usize = tree.below(heading).filter(|n| leads(*n)).map(words).sum();
    linked * 5 > all * 4 || tree.ancestors(heading).take(3).any(leads)
}
