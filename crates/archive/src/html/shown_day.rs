//! The day of a story, where a page tells it to readers alone: `<p class="date">1 January 2003</p>`, `<time>12 March 1999</time>`.

use html5ever::local_name;

use super::furnishing;
use super::marks;
use super::metadata::tidy;
use super::tree::{NodeId, ROOT, Tree};
use crate::formats::when;
use crate::item::When;

/// Elements that are looked at.
const MANY: usize = 50_000;
/// Characters of a line with a date.
const LONG: usize = 100;

const CLASSES: &[&str] = &[
    "date",
    "pubdate",
    "postdate",
    "published",
    "publication",
    "posted",
    "timestamp",
    "datum",
    "fecha",
    "dato",
    "datestamp",
    "datepublished",
];
/// What else such an element may tell: when something was changed or begins, and the day on which the page was read.
const OTHERS: &[&str] = &[
    "updated",
    "modified",
    "update",
    "comment",
    "comments",
    "event",
    "events",
    "today",
    "current",
    "now",
    "related",
    "archive",
    "picker",
    "copyright",
    "expires",
];
const OPENINGS: &[&str] = &[
    "published on",
    "published",
    "posted on",
    "posted",
    "date",
    "first published",
    "veröffentlicht am",
    "veröffentlicht",
    "publié le",
    "publicado el",
    "publicado em",
    "pubblicato il",
    "on",
    "le",
    "vom",
];

/// What a page shows for its story's day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shown {
    At(When),
    /// These words, in which no day is certain, or the first of several days.
    Unread(String),
}

/// The day that stands below the headline or in the article, if all such lines show the same.
pub(crate) fn shown(tree: &Tree) -> Option<Shown> {
    let mut below = false;
    let mut found: Option<(When, String)> = None;
    let mut unread = None;
    for node in tree.below(ROOT).take(MANY) {
        below |= tree.name(node) == local_name!("h1");
        if !names_day(tree, node) || !(below || is_in_article(tree, node)) || furnishing::stands_apart(tree, node) {
            continue;
        }
        let Some(text) = tidy(&tree.all_text(node)).filter(|text| text.chars().count() <= LONG) else { continue };
        match (day(&text), &found) {
            (Some(at), None) => found = Some((at, text)),
            // One names the day and another the hour as well; a later day is of what stands beside the story.
            (Some(at), Some((first, words))) if date(&at) != date(first) => {
                return Some(Shown::Unread(words.clone()));
            }
            (Some(_), Some(_)) => {}
            (None, _) => {
                if text.bytes().any(|b| b.is_ascii_digit()) {
                    unread.get_or_insert(text);
                }
            }
        }
    }
    found.map(|(at, _)| Shown::At(at)).or(unread.map(Shown::Unread))
}

fn date(when: &When) -> jiff::civil::Date {
    match when {
        When::Instant(at) => at.to_zoned(jiff::tz::TimeZone::UTC).date(),
        When::Local(at) => at.date(),
    }
}

fn names_day(tree: &Tree, node: NodeId) -> bool {
    let fits = matches!(
        tree.name(node),
        local_name!("p")
            | local_name!("div")
            | local_name!("span")
            | local_name!("time")
            | local_name!("li")
            | local_name!("small")
            | local_name!("em")
            | local_name!("strong")
            | local_name!("td")
            | local_name!("h4")
            | local_name!("h5")
            | local_name!("h6")
    );
    if !fits || tree.below(node).take(12).count() >= 12 {
        return false;
    }
    let classes = tree.attribute(node, &local_name!("class")).unwrap_or_default();
    let words: Vec<String> = classes.split_whitespace().take(8).flat_map(marks::words).collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    (tree.name(node) == local_name!("time") || has(CLASSES)) && !has(OTHERS)
}

fn is_in_article(tree: &Tree, node: NodeId) -> bool {
    tree.ancestors(node).take(12).any(|n| tree.name(n) == local_name!("article"))
}

/// The time in a line: "Published: 12 March 1999 | Harrow Lane" is that day.
fn day(text: &str) -> Option<When> {
    let text = text.split(['|', '·', '•']).map(str::trim).find(|part| part.bytes().any(|b| b.is_ascii_digit()))?;
    let bare = |text: &str| {
        let lower = text.to_lowercase();
        let opening = OPENINGS.iter().find(|o| lower.strip_prefix(**o).is_some_and(|r| r.starts_with([' ', ':'])))?;
        text.get(opening.len()..).map(|rest| rest.trim_start_matches([':', ' ']).to_owned())
    };
    when(text).or_else(|| when(&bare(text)?))
}
