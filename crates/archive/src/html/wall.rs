//! Whether a page, or a part of it, was for people who had paid. A page that contradicts itself is closed.

use html5ever::local_name;

use super::choose::Ground;
use super::tree::{NodeId, ROOT, Tree};

/// Prose, in characters, from which an element holds a part of the story.
const SOME: f32 = 80.0;
/// Attributes whose being there, or being true, says that what is inside has to be paid for.
const CLOSED: &[&str] = &[
    "data-paywall",
    "data-paywalled",
    "data-premium",
    "data-is-premium",
    "data-paid",
    "data-is-paid",
    "data-locked",
    "data-subscriber-only",
    "data-subscribers-only",
    "data-members-only",
    "data-requires-subscription",
];
/// Attributes whose value names who may read.
const FOR: &[&str] = &[
    "data-access",
    "data-access-level",
    "data-content-tier",
    "data-content-access",
    "data-article-access",
    "data-visibility",
    "data-tier",
    "subscriptions-section",
    "amp-access",
];
/// Classes of parts that have to be paid for.
const PARTS: &[&str] = &[
    "premium-content",
    "paid-content",
    "subscriber-only",
    "subscribers-only",
    "members-only",
    "member-only",
    "locked-content",
    "content-locked",
    "premium-body",
    "paid-body",
    "pw-content",
];

/// Whether an attribute of this name may say who may read.
pub(crate) fn is_told_by(name: &str) -> bool {
    CLOSED.contains(&name) || FOR.contains(&name)
}

/// Whether anything says that the page had to be paid for.
pub(crate) fn is_closed(html: &str, tree: &Tree, ground: &Ground) -> bool {
    not_for_free(html) || tree.below(ROOT).any(|node| tier(tree, node) || closes(tree, ground, node))
}

/// `isAccessibleForFree` with a false value, wherever and however it is written: in JSON-LD that cannot be read, too.
fn not_for_free(html: &str) -> bool {
    const NAME: &str = "isaccessibleforfree";
    let bytes = html.as_bytes();
    let mut at = 0;
    while let Some(found) =
        bytes.get(at..).and_then(|rest| rest.windows(NAME.len()).position(|w| w.eq_ignore_ascii_case(NAME.as_bytes())))
    {
        at += found + NAME.len();
        let after = bytes.get(at..bytes.len().min(at + 80)).unwrap_or_default();
        let value: String = after
            .iter()
            .filter(|b| b.is_ascii_alphanumeric() || **b == b'!')
            .map(|b| char::from(b.to_ascii_lowercase()))
            .collect();
        let value = value.trim_start_matches("quot").trim_start_matches("content").trim_start_matches("value");
        let value = ["https", "http"].iter().find_map(|s| value.strip_prefix(s)).unwrap_or(value);
        let value = value.strip_prefix("schemaorg").unwrap_or(value);
        if value.starts_with("false") || value.starts_with("no") || value.starts_with('0') || value.starts_with("!1") {
            return true;
        }
    }
    false
}

/// A tier of content that is not said to be free or metered.
fn tier(tree: &Tree, node: NodeId) -> bool {
    tree.name(node) == local_name!("meta")
        && [local_name!("property"), local_name!("name")]
            .iter()
            .filter_map(|n| tree.attribute(node, n))
            .any(|n| n.eq_ignore_ascii_case("article:content_tier"))
        && tree
            .attribute(node, &local_name!("content"))
            .is_some_and(|c| !["free", "metered", ""].contains(&c.trim().to_ascii_lowercase().as_str()))
}

/// An element of the story, or around it, that says so.
fn closes(tree: &Tree, ground: &Ground, node: NodeId) -> bool {
    let whole = matches!(tree.name(node), local_name!("html") | local_name!("body"));
    let holds = ground.prose.get(node as usize).copied().unwrap_or_default() >= SOME;
    if !(whole || holds) {
        return false;
    }
    let says = CLOSED.iter().any(|name| {
        tree.attribute_named(node, name).is_some_and(|v| {
            !["false", "0", "no", "off", "none", "free"].contains(&v.trim().to_ascii_lowercase().as_str())
        })
    });
    let named = FOR.iter().filter_map(|name| tree.attribute_named(node, name)).any(|v| {
        let v = v.trim().to_ascii_lowercase();
        ["paid", "premium", "locked", "subscrib", "member", "closed", "content"].iter().any(|w| v.starts_with(w))
    });
    says || named || (!whole && tree.attribute(node, &local_name!("class")).is_some_and(is_part))
}

fn is_part(classes: &str) -> bool {
    classes.split_whitespace().map(str::to_ascii_lowercase).any(|class| {
        let open = ["no-", "non-", "without", "free", "off", "has-", "not-"].iter().any(|w| class.contains(w));
        !open && (class.contains("paywall") || PARTS.contains(&class.as_str()))
    })
}
