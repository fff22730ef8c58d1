//! What single elements say of themselves: pictures, captions, tables of data, embedded things, hidden things.

use html5ever::{LocalName, local_name};

use super::tree::{NodeId, Tree};
use crate::item::Image;

/// A picture that a reader would see; nothing for counting pixels and for pictures inside the page's code.
pub(crate) fn image(tree: &Tree, node: NodeId) -> Option<Image> {
    let attribute = |name: &LocalName| tree.attribute(node, name).map(str::trim).filter(|v| !v.is_empty());
    let named = |name: &str| tree.attribute_named(node, name).map(str::trim).filter(|v| !v.is_empty());
    let small = |name: LocalName| attribute(&name).and_then(|v| v.parse::<u32>().ok()).is_some_and(|v| v <= 2);
    if small(local_name!("width")) || small(local_name!("height")) {
        return None;
    }
    // Pages that load pictures late keep the true address aside.
    let candidates = [
        named("data-src"),
        named("data-original"),
        named("data-lazy-src"),
        attribute(&local_name!("src")),
        named("data-srcset").and_then(largest),
        attribute(&local_name!("srcset")).and_then(largest),
    ];
    let source = candidates.into_iter().flatten().find(|s| !s.starts_with("data:"))?;
    let alt = attribute(&local_name!("alt")).map(|a| a.split_whitespace().collect::<Vec<_>>().join(" "));
    Some(Image { source: source.to_owned(), alt, caption: None, credit: None, after: None })
}

/// The last address of a set: by custom the largest.
fn largest(set: &str) -> Option<&str> {
    set.rsplit(", ").find_map(|entry| entry.split_whitespace().next())
}

/// An element that says by its class that it is the line under a picture: `caption`, `wp-caption-text`, `imageCredit`,
/// `img_description`.
pub(crate) fn is_caption(tree: &Tree, node: NodeId) -> bool {
    if matches!(
        tree.name(node),
        local_name!("body")
            | local_name!("html")
            | local_name!("main")
            | local_name!("article")
            | local_name!("section")
    ) {
        return false;
    }
    /// A line under a picture may be long; a column of text beside one is longer.
    const LONG: usize = 400;
    let named = tree.attribute(node, &local_name!("class"));
    named.is_some_and(|class| class.split_whitespace().take(12).any(names_caption)) && {
        let texts = tree.below(node).filter_map(|n| tree.text(n)).map(|t| t.trim().chars().count());
        texts.take(200).sum::<usize>() <= LONG
    }
}

fn names_caption(token: &str) -> bool {
    const PICTURES: &[&str] = &[
        "img", "image", "images", "picture", "pic", "photo", "photos", "foto", "fotos", "bild", "bilder", "figure",
        "media", "imagen", "imagem", "immagine", "obrazek", "zdjecie",
    ];
    const LINES: &[&str] = &[
        "description",
        "desc",
        "legend",
        "legende",
        "leyenda",
        "legenda",
        "credit",
        "credits",
        "copyright",
        "source",
        "quelle",
        "author",
        "autor",
        "byline",
        "unterschrift",
        "untertitel",
        "subtitle",
    ];
    let mut picture = false;
    for word in words(token) {
        let word = word.as_str();
        if word.ends_with("caption")
            || word.ends_with("bildunterschrift")
            || word == "didascalia"
            || word == "piedefoto"
        {
            return true;
        }
        let line = LINES.iter().find_map(|line| word.strip_suffix(line));
        match line {
            Some("") if picture => return true,
            Some(before) if PICTURES.contains(&before) => return true,
            _ => picture = picture || PICTURES.contains(&word),
        }
    }
    false
}

/// The words of a class or id: `relatedLinks-box` has related, links and box.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let mut end = rest.len();
        let mut lower = false;
        for (at, c) in rest.char_indices() {
            if !c.is_alphanumeric() || (lower && c.is_uppercase()) {
                end = at;
                break;
            }
            lower = c.is_lowercase();
        }
        let (word, after) = rest.split_at(end);
        rest = after;
        (!word.is_empty()).then(|| word.to_lowercase())
    })
}

/// Whether a row stands in a table of data. In tables for layout each cell is a piece of the page.
pub(crate) fn is_data_row(tree: &Tree, row: NodeId) -> bool {
    /// Longer cells are prose that somebody put into columns.
    const LONG: usize = 300;
    /// Under a row of heads a cell may have a paragraph.
    const LONG_UNDER_HEADS: usize = 2_000;
    let table = tree.ancestors(row).find(|a| tree.name(*a) == local_name!("table"));
    let long = if table.is_some_and(|t| has_heads(tree, t)) { LONG_UNDER_HEADS } else { LONG };
    let mut cells = 0usize;
    for cell in tree.children(row).filter(|c| is_cell(&tree.name(*c))) {
        cells += 1;
        let mut chars = 0usize;
        let mut paragraphs = 0usize;
        for node in tree.below(cell) {
            if let Some(text) = tree.text(node) {
                chars += text.trim().len();
                if chars > long {
                    return false;
                }
                continue;
            }
            match tree.name(node) {
                local_name!("table")
                | local_name!("h1")
                | local_name!("h2")
                | local_name!("h3")
                | local_name!("h4")
                | local_name!("form")
                | local_name!("script")
                | local_name!("article")
                | local_name!("section")
                | local_name!("nav")
                | local_name!("iframe") => return false,
                local_name!("p") => paragraphs += 1,
                _ => {}
            }
            if paragraphs > 1 {
                return false;
            }
        }
    }
    let presentation = table
        .and_then(|t| tree.attribute(t, &local_name!("role")))
        .is_some_and(|role| role.eq_ignore_ascii_case("presentation"));
    cells >= 2 && !presentation
}

/// Whether the first row of a table has nothing but heads.
fn has_heads(tree: &Tree, table: NodeId) -> bool {
    let Some(first) = tree.below(table).take(20).find(|n| tree.name(*n) == local_name!("tr")) else { return false };
    let mut cells = tree.children(first).filter(|c| is_cell(&tree.name(*c))).peekable();
    cells.peek().is_some() && cells.all(|c| tree.name(c) == local_name!("th"))
}

fn is_cell(name: &LocalName) -> bool {
    matches!(*name, local_name!("td") | local_name!("th"))
}

/// Why an element can hold nothing of a story, whatever stands in it.
pub(crate) fn never_story(tree: &Tree, node: NodeId) -> Option<&'static str> {
    Some(match tree.name(node) {
        local_name!("script") | local_name!("template") => "script",
        local_name!("style")
        | local_name!("link")
        | local_name!("meta")
        | local_name!("head")
        | local_name!("title") => "style or description of the page",
        local_name!("noscript") => "shown only without scripts",
        local_name!("iframe")
        | local_name!("frame")
        | local_name!("frameset")
        | local_name!("noframes")
        | local_name!("object")
        | local_name!("embed")
        | local_name!("applet") => "embedded from elsewhere",
        local_name!("video") | local_name!("audio") | local_name!("track") => "film or sound",
        local_name!("form")
        | local_name!("button")
        | local_name!("select")
        | local_name!("textarea")
        | local_name!("input")
        | local_name!("datalist")
        | local_name!("fieldset") => "form or button",
        local_name!("nav") | local_name!("menu") => "navigation",
        local_name!("svg") | local_name!("canvas") => "drawing",
        local_name!("dialog") => "window over the page",
        _ => return None,
    })
}

/// Why an element is not shown. What a reader who sees the page sees is the story: words that are only kept from being read aloud
/// (`aria-hidden`) belong to it, words that are only there to be read aloud do not.
pub(crate) fn hidden(tree: &Tree, node: NodeId) -> Option<&'static str> {
    let style = tree.attribute(node, &local_name!("style")).unwrap_or_default();
    let tight = || style.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect::<String>();
    let tight = if style.len() > 8 { tight() } else { String::new() };
    if tree.attribute(node, &local_name!("hidden")).is_some()
        || tight.contains("display:none")
        || tight.contains("visibility:hidden")
    {
        return Some("hidden on the page");
    }
    if is_placed(&tight) && is_short(tree, node) {
        return Some("placed over a picture or the page");
    }
    if is_read_aloud(tree, node) {
        return Some("only for reading aloud");
    }
    is_ornament(tree, node).then_some("an ornament")
}

/// Whether a style puts an element at a point: labels of drawn charts, marks over pictures, buttons in corners.
fn is_placed(style: &str) -> bool {
    let (mut down, mut across) = (false, false);
    for rule in style.split(';') {
        match rule.split_once(':') {
            Some(("position", "relative" | "static" | "sticky")) => return false,
            Some((_, "auto" | "unset" | "initial")) => {}
            Some(("top" | "bottom", _)) => down = true,
            Some(("left" | "right", _)) => across = true,
            _ => {}
        }
    }
    down && across
}

/// Whether an element has little text.
fn is_short(tree: &Tree, node: NodeId) -> bool {
    const SHORT: usize = 200;
    tree.below(node).filter_map(|n| tree.text(n)).map(|t| t.trim().len()).take(200).sum::<usize>() <= SHORT
}

/// By the classes that the usual style sheets have for it.
fn is_read_aloud(tree: &Tree, node: NodeId) -> bool {
    const CLASSES: &[&str] = &[
        "sr-only",
        "u-sr-only",
        "visually-hidden",
        "visuallyhidden",
        "u-visually-hidden",
        "hidden-visually",
        "u-hidden-visually",
        "screen-reader-text",
        "screen-reader-only",
        "screen-reader",
        "screenreader-only",
        "off-screen",
        "offscreen",
        "katex-mathml",
    ];
    /// Nobody hides a story from those who see.
    const LONG: usize = 400;
    tree.attribute(node, &local_name!("class"))
        .is_some_and(|class| class.split_whitespace().take(12).any(|c| CLASSES.contains(&c)))
        && tree.below(node).filter_map(|n| tree.text(n)).map(|t| t.trim().len()).take(200).sum::<usize>() <= LONG
}

/// A mark without letters or digits that is not read aloud: the hash beside a crosshead, a bullet, an arrow.
fn is_ornament(tree: &Tree, node: NodeId) -> bool {
    tree.attribute(node, &local_name!("aria-hidden")) == Some("true")
        && !matches!(tree.name(node), local_name!("img") | local_name!("svg") | local_name!("br"))
        && tree.below(node).take(20).all(|n| match tree.text(n) {
            Some(text) => text.chars().all(|c| !c.is_alphanumeric()),
            None => !matches!(tree.name(n), local_name!("img") | local_name!("picture")),
        })
        && tree.below(node).take(20).filter_map(|n| tree.text(n)).any(|t| !t.trim().is_empty())
}

/// Why an element of an exported body is a widget: it says so by its class, and it is not long.
pub(crate) fn widget(tree: &Tree, node: NodeId) -> Option<&'static str> {
    /// A body may as a whole be called `story-related`; a widget is short.
    const LONG: usize = 600;
    let class = tree.attribute(node, &local_name!("class"))?;
    let mut reason = None;
    for word in words(class) {
        reason = reason.or(match word.as_str() {
            "sharedaddy" | "sharing" | "sharebar" | "sharebuttons" | "addtoany" | "addthis" => {
                Some("buttons for sharing")
            }
            "relatedposts" | "related" | "readmore" | "alsoread" | "recommended" | "recommendations" => {
                Some("links to other stories")
            }
            "newsletter" | "signup" | "subscribe" | "optin" => Some("asks to subscribe"),
            "advert" | "advertisement" | "adsbygoogle" | "adslot" | "sponsored" => Some("advertisement"),
            _ => None,
        });
    }
    let reason = reason?;
    let mut chars = 0usize;
    for below in tree.below(node) {
        chars += tree.text(below).map_or(0, |t| t.trim().len());
        if chars > LONG {
            return None;
        }
    }
    Some(reason)
}
