//! WordPress shortcodes: a caption becomes its picture, a wrapper lets go of its text, everything else is taken out and said.

use std::collections::{HashMap, HashSet};

use super::{clean, walls};
use crate::item::Item;

/// Shortcodes that stand for something that is no text, with what they stand for. Their inside goes with them.
const WIDGETS: &[(&str, &str)] = &[
    ("gallery", "a gallery"),
    ("embed", "an embedded page"),
    ("youtube", "a video"),
    ("vimeo", "a video"),
    ("video", "a video"),
    ("wpvideo", "a video"),
    ("audio", "a sound"),
    ("playlist", "a sound"),
    ("soundcloud", "a sound"),
    ("spotify", "a sound"),
    ("podcast", "a sound"),
    ("tweet", "an embedded post"),
    ("twitter", "an embedded post"),
    ("instagram", "an embedded post"),
    ("facebook", "an embedded post"),
    ("tiktok", "an embedded post"),
    ("googlemaps", "a map"),
    ("map", "a map"),
    ("iframe", "an embedded page"),
    ("contact-form", "a form"),
    ("contact-form-7", "a form"),
    ("contact-field", "a form"),
    ("gravityform", "a form"),
    ("ninja_form", "a form"),
    ("wpforms", "a form"),
    ("polldaddy", "a poll"),
    ("poll", "a poll"),
    ("crowdsignal", "a poll"),
    ("newsletter", "a sign-up"),
    ("subscribe", "a sign-up"),
    ("mc4wp_form", "a sign-up"),
    ("jetpack_subscription_form", "a sign-up"),
    ("ad", "an advertisement"),
    ("ads", "an advertisement"),
    ("adrotate", "an advertisement"),
    ("advertisement", "an advertisement"),
    ("jp-relatedposts", "links to other stories"),
    ("related_posts", "links to other stories"),
    ("related", "links to other stories"),
    ("also_read", "links to other stories"),
    ("recent_posts", "links to other stories"),
    ("posts", "links to other stories"),
    ("archives", "links to other stories"),
    ("toc", "a table of contents"),
    ("social", "sharing buttons"),
    ("share", "sharing buttons"),
    ("sharethis", "sharing buttons"),
    ("rev_slider", "a slide show"),
    ("slideshow", "a slide show"),
    ("nggallery", "a gallery"),
    ("imagebrowser", "a gallery"),
    ("slideshare", "a slide show"),
    ("scribd", "an embedded document"),
    ("documentcloud", "an embedded document"),
    ("googleapps", "an embedded document"),
];

/// A shortcode's tag: `[name attributes]`.
struct Code<'a> {
    name: &'a str,
    attributes: &'a str,
    /// Bytes of the tag.
    length: usize,
    closes: bool,
}

/// The body without shortcodes. What was taken out is noted in the piece; numbers of pictures in galleries are given back.
pub(crate) fn without(body: &str, item: &mut Item) -> (String, Vec<u64>) {
    let mut pictures = Vec::new();
    if !body.contains('[') {
        return (body.to_owned(), pictures);
    }
    let ends = ends(body);
    let mut opened = HashSet::new();
    let mut out = String::with_capacity(body.len());
    let mut at = 0;
    while let Some(open) = body.get(at..).and_then(|rest| rest.find('[')).map(|i| i + at) {
        out.push_str(body.get(at..open).unwrap_or_default());
        at = open + 1;
        let rest = body.get(open..).unwrap_or_default();
        // "[[gallery]]" is how one writes about a shortcode.
        let quoted = rest.strip_prefix('[').filter(|r| r.starts_with('['));
        if let Some(end) = quoted.and_then(|r| clean::near(r, 500).find("]]")) {
            out.push_str(rest.get(1..=end + 1).unwrap_or_default());
            at = open + end + 3;
            continue;
        }
        let Some(code) = code(rest) else {
            out.push('[');
            continue;
        };
        let last_end = ends.get(code.name).copied();
        let widget = WIDGETS.iter().find(|(name, _)| code.name.eq_ignore_ascii_case(name)).map(|(_, what)| *what);
        let inside = open + code.length;
        let closed = last_end.is_some_and(|end| end >= inside);
        let known = widget.is_some() || closed || code.attributes.contains('=') || walls::stands_alone(code.name);
        let is_one = if code.closes { opened.contains(code.name) } else { known };
        if !is_one {
            // Words in brackets: "[sic]", "[laughs]".
            out.push('[');
            continue;
        }
        at = inside;
        if code.closes {
            continue;
        }
        let caption = matches!(code.name, "caption" | "wp_caption");
        let mark = format!("[/{}]", code.name);
        // Only what goes with its inside needs its end: what goes is passed over, so no text is searched twice.
        let ends = closed && (caption || widget.is_some());
        let inner = ends.then(|| body.get(inside..)?.find(&mark).map(|end| (inside, inside + end))).flatten();
        let text = inner.and_then(|(from, to)| body.get(from..to)).unwrap_or_default();
        if caption && inner.is_some() {
            out.push_str(&figure(text, code.attributes));
            at = inside + text.len() + mark.len();
        } else if let Some(what) = widget {
            if code.name == "gallery" {
                pictures.extend(numbers(code.attributes));
            }
            let end = if inner.is_some() { inside + text.len() + mark.len() } else { inside };
            clean::removed(item, body.get(open..end).unwrap_or_default(), format!("{what}: a shortcode of WordPress"));
            at = end;
        } else {
            opened.insert(code.name);
            let tag = rest.get(..code.length).unwrap_or_default();
            clean::removed(item, tag, "a shortcode of WordPress; the text inside it stays");
        }
    }
    out.push_str(body.get(at..).unwrap_or_default());
    (out, pictures)
}

/// Where each closing tag stands last.
pub(super) fn ends(body: &str) -> HashMap<&str, usize> {
    let mut found = HashMap::new();
    for (at, _) in body.match_indices("[/") {
        let rest = body.get(at + 2..).unwrap_or_default();
        let length = name_length(rest);
        if let Some(name) = rest.get(..length).filter(|_| length > 0 && rest.as_bytes().get(length) == Some(&b']')) {
            found.insert(name, at);
        }
    }
    found
}

fn name_length(text: &str) -> usize {
    text.bytes().take(60).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count()
}

fn code(text: &str) -> Option<Code<'_>> {
    let inside = text.get(1..)?;
    let (closes, inside) = match inside.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (false, inside),
    };
    let length = name_length(inside);
    let name = inside.get(..length).filter(|n| n.starts_with(|c: char| c.is_ascii_alphabetic()))?;
    let mut quote = None;
    let rest = inside.get(length..)?;
    if !rest.starts_with([']', ' ', '\t', '\n', '/', '\u{a0}', '=']) {
        return None;
    }
    for (at, c) in rest.char_indices().take(1000) {
        match (c, quote) {
            (']', None) => {
                let attributes = rest.get(..at)?;
                return Some(Code { name, attributes, length: 2 + usize::from(closes) + length + at, closes });
            }
            ('[', None) => return None,
            ('"' | '\'', None) if rest.get(..at)?.ends_with('=') => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            _ => {}
        }
    }
    None
}

/// `ids="12,15"` or `include="12"`.
fn numbers(attributes: &str) -> Vec<u64> {
    let Some((_, list)) = attributes.split_once("ids=").or_else(|| attributes.split_once("include=")) else {
        return Vec::new();
    };
    let list = list.trim_start_matches(['"', '\'']);
    let end = list.find(['"', '\'', ']']).unwrap_or(list.len());
    list.get(..end).unwrap_or_default().split(',').filter_map(|n| n.trim().parse().ok()).take(500).collect()
}

/// A caption with its picture, as the element that HTML has for it.
fn figure(inside: &str, attributes: &str) -> String {
    let lower = inside.to_ascii_lowercase();
    let picture = lower.rfind("<img").and_then(|at| lower.get(at..)?.find('>').map(|end| at + end + 1)).unwrap_or(0);
    let (markup, mut words) = inside.split_at(picture);
    if let Some(rest) = words.trim_start().strip_prefix("</a>") {
        words = rest;
    }
    let named = attributes.split_once("caption=").and_then(|(_, rest)| {
        let quote = rest.chars().next()?;
        rest.get(1..)?.split(quote).next()
    });
    let words = if words.trim().is_empty() { named.unwrap_or_default() } else { words };
    format!("<figure>{markup}<figcaption>{words}</figcaption></figure>\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(body: &str) -> (String, Vec<String>) {
        let mut item = Item::new(String::new(), String::new(), 0);
        let (text, _) = without(body, &mut item);
        (text, item.dropped.into_iter().map(|d| d.reason).collect())
    }

    #[test]
    fn words_in_brackets_are_no_shortcodes() {
        for text in
            ["He “recieved” [sic] it.", "[1] See [Smith 2004].", "[Applause]", "a [b", "[]", "[[gallery]]x", "[/b]"]
        {
            assert_eq!(tried(text).0, text.replace("[[gallery]]", "[gallery]"), "{text}");
            assert!(tried(text).1.is_empty(), "{text}");
        }
    }

    #[test]
    fn widgets_go_and_wrappers_let_go() {
        assert_eq!(tried("a [gallery ids=\"1,2\"] b").0, "a  b");
        assert_eq!(
            tried("[youtube http://x.example/v?a=[1]]").0,
            "[youtube http://x.example/v?a=]"
                .replace("[youtube http://x.example/v?a=]", "[youtube http://x.example/v?a=[1]]")
        );
        assert_eq!(tried("[vc_row a=\"]\"][vc_text]Words[/vc_text][/vc_row]").0, "Words");
        assert_eq!(tried("[embed]http://x.example[/embed]Then").0, "Then");
        assert_eq!(tried("[ad]buy[/ad]Then").1, ["an advertisement: a shortcode of WordPress"]);
    }

    #[test]
    fn a_caption_becomes_a_figure() {
        let body = "[caption id=\"a\" width=\"3\"]<a href=\"x\"><img src=\"y.jpg\"></a> The quay[/caption]Text";
        let expected = "<figure><a href=\"x\"><img src=\"y.jpg\"><figcaption> The quay</figcaption></figure>\n\nText";
        assert_eq!(tried(body).0, expected);
    }
}
