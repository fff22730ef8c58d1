//! Marks in WordPress' bodies and fields behind which a story was not everybody's: blocks and shortcodes of the usual plug-ins, custom fields.

use super::{clean, shortcodes};
use crate::access::{Answer, Question, Said, answer, question};
use crate::item::Access;

/// Parts of names of blocks and shortcodes that close what is inside them, or below.
const CLOSING: &[&str] = &[
    "paywall",
    "premium-content",
    "premium_content",
    "restrict",
    "membership",
    "mepr-",
    "members-only",
    "members_only",
    "memberonly",
    "paid-content",
    "paid_content",
    "pmpro",
    "subscriber-view",
    "subscribers-only",
    "subscribers_only",
    "subscriber_only",
    "subscriber-only",
    "ihc-hide",
    "wlm_private",
    "um_loggedin",
    "swpm_protected",
    "laterpay",
    "patreon",
];
/// Further shortcodes, which are words too.
const WORDS: &[&str] = &[
    "member",
    "members",
    "subscriber",
    "subscribers",
    "premium",
    "paid",
    "private",
    "locked",
    "protected",
    "s2if",
    "s2member",
];
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
];

/// Where the first such mark of a body stands.
pub(crate) fn mark(body: &str) -> Option<usize> {
    let block = body.match_indices("<!-- wp:").find(|(at, mark)| {
        let rest = body.get(at + mark.len()..).unwrap_or_default();
        closes(rest.split([' ', '\n', '\t']).next().unwrap_or_default())
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
        ended && (stands_alone(name) || (closes(name) || is_word(name)) && whole())
    });
    [block, code].into_iter().flatten().map(|(at, _)| at).min()
}

/// Whether a block or shortcode of this name closes.
fn closes(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    CLOSING.iter().any(|part| name.contains(part))
}

/// Whether it does so without an end or anything said with it.
pub(crate) fn stands_alone(name: &str) -> bool {
    closes(name) && (name.contains(['_', '-']) || matches!(name, "paywall" | "restrict"))
}

fn is_word(name: &str) -> bool {
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(name))
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
    let own = FIELDS.iter().any(|part| key.contains(part)).then_some(Question::Who);
    let Some(asked) = own.or_else(|| question(&key)) else { return };
    let newsletter = key.contains("newsletter_access");
    let told = match value {
        // A letter to everybody who subscribed, for nothing too.
        "subscribers" if newsletter => Some(Answer::For(Access::Registered)),
        _ => answer(asked, value),
    };
    said.take(told, value);
}
