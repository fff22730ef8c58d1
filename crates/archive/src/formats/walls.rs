//! Marks in WordPress' bodies and fields behind which a story was not everybody's: blocks and shortcodes of the usual plug-ins, custom fields.

use super::{clean, shortcodes};
use crate::access::{Answer, Question, Said, answer, names, told_of_field};
use crate::item::{Access, Item};

/// Parts of names of blocks and short codes that close what is inside them, or below, whatever else their names say.
const CLOSING: &[&str] = &[
    "paywall",
    "restrict",
    "membership",
    "mepr-",
    "pmpro",
    "ihc-hide",
    "wlm_private",
    "um_loggedin",
    "swpm_protected",
    "s2if",
    "s2member",
    "laterpay",
    "patreon",
];
/// So many entries of a list in a custom field are read.
const MANY: usize = 100;
/// Parts of names of custom fields that say for whom a post is.
const FIELDS: &[&str] = &[
    "access_level",
    "subscription_level",
    "newsletter_access",
    "membership_level",
    "pmpro_level",
    "paywall_visibility",
    "rcp_user_level",
    "memberful_acl",
    "patreon-level",
    "um_content_restriction",
    "laterpay_post_prices",
    "issuem_leaky_paywall",
    "newspack_content_gate",
    "restrict_content",
    "wpmem_block",
];

/// Takes in the first such mark of a body: the story is sold, and what stands above the mark is open. `parts` reads a body and counts its parts.
pub(crate) fn close(item: &mut Item, body: &str, parts: impl Fn(&str) -> usize) -> bool {
    let Some(at) = mark(body) else { return false };
    let above = body.get(..at).unwrap_or_default();
    let (above, _) = shortcodes::without(above, &mut Item::new(String::new(), String::new(), 0));
    let shown = item.body.len().saturating_add(parts(&above));
    item.shown = Some(item.shown.map_or(shown, |before| before.min(shown)));
    item.access = Some(Access::Paid);
    item.notes.push("a mark in its text closes what stands below it: taken as sold".to_owned());
    true
}

/// Where the first such mark of a body stands.
fn mark(body: &str) -> Option<usize> {
    let block = body.match_indices("<!-- wp:").find(|(at, mark)| {
        let rest = body.get(at + mark.len()..).unwrap_or_default();
        let name = rest.split([' ', '\n', '\t']).next().unwrap_or_default();
        closes(name)
            || names::wraps(name) && !clean::near(rest, 2_000).split("-->").next().is_some_and(|tag| tag.ends_with('/'))
    });
    // Looked for once: a body may have a million of them.
    let ends = shortcodes::ends(body);
    let code = body.match_indices('[').find(|(at, _)| {
        let rest = body.get(at + 1..).unwrap_or_default();
        let name = name(rest);
        let ended =
            rest.get(name.len()..).is_some_and(|after| after.starts_with([']', ' ', '\t', '\n', '/', '\u{a0}']));
        // A word in brackets is one, and no mark.
        let tag = clean::near(rest, 200).split(']').next().unwrap_or_default();
        let whole = || tag.contains('=') || ends.contains_key(name);
        ended && (stands_alone(name) || (closes(name) || names::wraps(name)) && whole())
    });
    [block, code].into_iter().flatten().map(|(at, _)| at).min()
}

/// Whether a block or shortcode of this name closes.
fn closes(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    CLOSING.iter().any(|part| lower.contains(part)) || names::closes(name)
}

/// Whether it does so without an end or anything said with it.
pub(crate) fn stands_alone(name: &str) -> bool {
    closes(name) && (name.contains(['_', '-']) || matches!(name, "paywall" | "restrict"))
}

fn name(text: &str) -> &str {
    let length = text.bytes().take(60).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count();
    text.get(..length).unwrap_or_default()
}

/// Takes in what a custom field says of who may read.
pub(crate) fn field(said: &mut Said, key: &str, value: &str) {
    let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
    // What names the form of another field says nothing of the post.
    if value.is_empty() || value.starts_with("field_") {
        return;
    }
    let answered = match value {
        // A letter to everybody who subscribed, for nothing too.
        "subscribers" if key.contains("newsletter_access") => Some(Answer::For(Access::Registered)),
        _ if FIELDS.iter().any(|part| key.contains(part)) => answer(Question::Who, value),
        _ => told_of_field(&key, value),
    };
    said.take(answered, value);
    // A list as PHP writes it.
    if answered.is_none() && value.starts_with("a:") {
        let each = value.split(":\"").skip(1).filter_map(|text| text.split_once("\";")).take(MANY);
        each.for_each(|(text, _)| said.take(told_of_field(&key, text), text));
    }
}
