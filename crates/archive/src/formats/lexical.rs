//! Lexical, the editor state in which Ghost keeps bodies since version 5.

use serde_json::{Map, Value};

use super::json::{list_at, text_at};
use super::{clean, json, mobiledoc};
use crate::item::{Item, Part};

/// Values in one body.
const MOST: usize = 200_000;

/// Cards that hold no text of the story, with what they are.
const WIDGETS: &[(&str, &str)] = &[
    ("bookmark", "a link to another page"),
    ("embed", "an embedded page"),
    ("video", "a video"),
    ("audio", "a sound"),
    ("file", "a file"),
    ("button", "a button"),
    ("call-to-action", "a call to action"),
    ("signup", "a sign-up"),
    ("email", "a part for letters"),
    ("email-cta", "a part for letters"),
    ("product", "a product"),
    ("header", "a header"),
    ("collection", "links to other stories"),
    ("transistor", "a sound"),
];

/// Reads a body that is JSON inside a text.
pub(crate) fn body(item: &mut Item, text: &str) {
    let Ok(value) = json::value(text.as_bytes(), MOST) else {
        item.notes.push("its text (Lexical) could not be read; export it as HTML".to_owned());
        return;
    };
    if let Some(root) = value.get("root").and_then(Value::as_object) {
        blocks(item, root);
    }
}

fn blocks(item: &mut Item, parent: &Map<String, Value>) {
    for node in list_at(parent, "children").iter().filter_map(Value::as_object) {
        block(item, node);
    }
}

fn block(item: &mut Item, node: &Map<String, Value>) {
    let kind = text_at(node, &["type"]).unwrap_or_default();
    match kind {
        "paragraph" => push(item, Part::Paragraph(line(node))),
        "heading" | "extended-heading" => push(item, Part::Crosshead(line(node))),
        "quote" | "extended-quote" | "aside" => push(item, Part::Quote(line(node))),
        "list" | "listitem" => listed(item, node),
        "code-block" | "codeblock" => {
            let text = text_at(node, &["code"]).map_or_else(|| line(node), str::to_owned);
            clean::text_body(item, &text);
        }
        "image" => picture(item, node),
        "gallery" => {
            for image in list_at(node, "images").iter().filter_map(Value::as_object) {
                picture(item, image);
            }
        }
        "html" => clean::html_body(item, text_at(node, &["html"]).unwrap_or_default()),
        "markdown" => mobiledoc::markdown(item, text_at(node, &["markdown"]).unwrap_or_default()),
        "callout" => clean::html_body(item, text_at(node, &["calloutText"]).unwrap_or_default()),
        "toggle" => {
            if let Some(head) = text_at(node, &["heading"]).and_then(clean::line) {
                push(item, Part::Crosshead(head));
            }
            clean::html_body(item, text_at(node, &["content"]).unwrap_or_default());
        }
        "paywall" => {
            let before = item.body.len();
            item.shown = Some(before);
            item.notes.push(format!("the part for members begins after block {before}"));
        }
        "horizontalrule" | "linebreak" => {}
        _ => match WIDGETS.iter().find(|(name, _)| *name == kind) {
            Some((_, what)) => {
                let words = ["url", "buttonText", "fileTitle", "productTitle", "header", "textValue", "html"]
                    .iter()
                    .find_map(|key| text_at(node, &[key]));
                clean::removed(item, words.unwrap_or(kind), *what);
            }
            // A kind that is not known may still hold words.
            None if node.contains_key("children") => {
                if has_blocks(node) {
                    blocks(item, node)
                } else {
                    push(item, Part::Paragraph(line(node)))
                }
            }
            None => clean::removed(item, kind, "an unknown kind of card"),
        },
    }
}

fn push(item: &mut Item, part: Part) {
    if !part.text().is_empty() {
        item.body.push(part);
    }
}

fn has_blocks(node: &Map<String, Value>) -> bool {
    list_at(node, "children").iter().any(|child| {
        child.get("type").and_then(Value::as_str).is_some_and(|t| matches!(t, "paragraph" | "list" | "heading"))
    })
}

fn listed(item: &mut Item, node: &Map<String, Value>) {
    for child in list_at(node, "children").iter().filter_map(Value::as_object) {
        match text_at(child, &["type"]) {
            Some("listitem") => {
                push(item, Part::Listed(line(child)));
                listed(item, child);
            }
            Some("list") => listed(item, child),
            _ => {}
        }
    }
}

/// The words of a block, without those of lists inside it.
fn line(node: &Map<String, Value>) -> String {
    let mut text = String::new();
    words(node, &mut text);
    crate::blocks::tidy(&text)
}

fn words(node: &Map<String, Value>, out: &mut String) {
    for child in list_at(node, "children").iter().filter_map(Value::as_object) {
        match text_at(child, &["type"]).unwrap_or_default() {
            "linebreak" => out.push(' '),
            "list" => {}
            _ => {
                // White space at the ends of a text parts words: it is taken as it is.
                if let Some(text) = child.get("text").and_then(Value::as_str) {
                    out.push_str(text);
                }
                words(child, out);
            }
        }
    }
}

fn picture(item: &mut Item, node: &Map<String, Value>) {
    if let Some(mut image) = text_at(node, &["src"]).and_then(clean::image) {
        image.alt = text_at(node, &["alt"]).and_then(clean::line);
        image.caption = text_at(node, &["caption"]).and_then(clean::line);
        clean::image_here(item, image);
    }
}
