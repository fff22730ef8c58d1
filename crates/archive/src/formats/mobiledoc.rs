//! Mobiledoc 0.3, in which Ghost kept bodies from version 1 to 4, and the Markdown before it.

use serde_json::{Map, Value};

use super::json::text_at;
use super::{clean, json};
use crate::item::{Item, Part};

/// Values in one body.
const MOST: usize = 200_000;

/// Reads a body that is JSON inside a text.
pub(crate) fn body(item: &mut Item, text: &str) {
    let value = json::value(text.as_bytes(), MOST).ok();
    let Some(document) = value.as_ref().and_then(Value::as_object) else {
        item.notes.push("its text (Mobiledoc) could not be read; export it as HTML".to_owned());
        return;
    };
    for section in json::list_at(document, "sections").iter().filter_map(Value::as_array) {
        let name = section.get(1).and_then(Value::as_str).unwrap_or_default();
        match section.first().and_then(Value::as_u64) {
            Some(1) => {
                let text = markers(document, section.get(2));
                push(
                    item,
                    match name {
                        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Part::Crosshead(text),
                        "blockquote" | "aside" | "pull-quote" => Part::Quote(text),
                        _ => Part::Paragraph(text),
                    },
                );
            }
            Some(2) => {
                if let Some(image) = clean::image(name) {
                    clean::image_here(item, image);
                }
            }
            Some(3) => {
                for entry in section.get(2).and_then(Value::as_array).into_iter().flatten() {
                    push(item, Part::Listed(markers(document, Some(entry))));
                }
            }
            Some(10) => card(item, document, section.get(1)),
            _ => {}
        }
    }
}

fn push(item: &mut Item, part: Part) {
    if !part.text().is_empty() {
        item.body.push(part);
    }
}

/// The words of a block: texts, and atoms such as line breaks.
fn markers(document: &Map<String, Value>, list: Option<&Value>) -> String {
    let mut text = String::new();
    for marker in list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_array) {
        match (marker.first().and_then(Value::as_u64), marker.get(3)) {
            (Some(0), Some(Value::String(words))) => text.push_str(words),
            (Some(1), Some(atom)) => {
                let atom = atom.as_u64().and_then(|at| json::list_at(document, "atoms").get(usize::try_from(at).ok()?));
                match (atom.and_then(|a| a.get(0)).and_then(Value::as_str), atom.and_then(|a| a.get(1))) {
                    (Some("soft-return"), _) => text.push(' '),
                    (_, Some(Value::String(words))) => text.push_str(words),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    crate::blocks::tidy(&text)
}

fn card(item: &mut Item, document: &Map<String, Value>, at: Option<&Value>) {
    let at = at.and_then(Value::as_u64).and_then(|at| usize::try_from(at).ok());
    let Some(card) = at.and_then(|at| json::list_at(document, "cards").get(at)) else { return };
    let name = card.get(0).and_then(Value::as_str).unwrap_or_default();
    let empty = Map::new();
    let payload = card.get(1).and_then(Value::as_object).unwrap_or(&empty);
    let text = |key: &str| text_at(payload, &[key]);
    match name {
        "image" | "image-card" => picture(item, payload),
        "gallery" => {
            for image in json::list_at(payload, "images").iter().filter_map(Value::as_object) {
                picture(item, image);
            }
        }
        "html" => clean::html_body(item, text("html").unwrap_or_default()),
        "markdown" | "card-markdown" => markdown(item, text("markdown").unwrap_or_default()),
        "code" => clean::text_body(item, text("code").unwrap_or_default()),
        "callout" => clean::html_body(item, text("calloutText").unwrap_or_default()),
        "toggle" => {
            if let Some(head) = text("heading").and_then(clean::line) {
                push(item, Part::Crosshead(head));
            }
            clean::html_body(item, text("content").unwrap_or_default());
        }
        "paywall" => {
            let before = item.body.len();
            item.shown = Some(before);
            item.notes.push(format!("the part for members begins after block {before}"));
        }
        "hr" => {}
        _ => {
            let words = ["url", "html", "buttonText", "title"].iter().find_map(|key| text(key)).unwrap_or(name);
            clean::removed(item, words, format!("a card of the kind {}", clean::shortened(name, 40)));
        }
    }
}

fn picture(item: &mut Item, payload: &Map<String, Value>) {
    if let Some(mut image) = text_at(payload, &["src"]).and_then(clean::image) {
        image.alt = text_at(payload, &["alt"]).and_then(clean::line);
        image.caption = text_at(payload, &["caption"]).and_then(clean::line);
        clean::image_here(item, image);
    }
}

/// Markdown as far as stories use it: crossheads, lists, quotations, pictures, paragraphs; marks inside lines are undone.
pub(crate) fn markdown(item: &mut Item, text: &str) {
    let text = text.replace("\r\n", "\n");
    let mut paragraph = String::new();
    for line in text.split('\n').chain([""]) {
        let trimmed = line.trim();
        let listed = trimmed.strip_prefix("- ").or_else(|| trimmed.strip_prefix("* ")).or_else(|| numbered(trimmed));
        if trimmed.is_empty() || trimmed.starts_with('#') || listed.is_some() || trimmed.starts_with('>') {
            flush(item, &mut paragraph);
        }
        if trimmed.starts_with('#') {
            let text = inline(item, trimmed.trim_matches('#'));
            push(item, Part::Crosshead(text));
        } else if let Some(listed) = listed {
            let text = inline(item, listed);
            push(item, Part::Listed(text));
        } else if let Some(quoted) = trimmed.strip_prefix('>') {
            let text = inline(item, quoted);
            push(item, Part::Quote(text));
        } else if !trimmed.is_empty() && !trimmed.chars().all(|c| matches!(c, '-' | '*' | '_' | '=')) {
            paragraph.push_str(trimmed);
            paragraph.push('\n');
        }
    }
}

fn numbered(line: &str) -> Option<&str> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    (1..=3).contains(&digits).then(|| line.get(digits..)?.strip_prefix(". ")).flatten()
}

fn flush(item: &mut Item, paragraph: &mut String) {
    let text = std::mem::take(paragraph);
    if clean::is_markup(&text) {
        clean::html_body(item, &text);
    } else if !text.is_empty() {
        let text = inline(item, &text);
        push(item, Part::Paragraph(text));
    }
}

/// A line without its marks: links are their words, pictures go to the piece.
fn inline(item: &mut Item, text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let link = clean::near(after, 4000).split_once("](").filter(|(words, _)| !words.contains('\n'));
        let Some((words, target)) = link.and_then(|(words, more)| Some((words, more.split_once(')')?.0))) else {
            out.push_str(before);
            out.push('[');
            rest = after;
            continue;
        };
        match before.strip_suffix('!') {
            Some(before) => {
                out.push_str(before);
                if let Some(mut image) = target.split_whitespace().next().and_then(clean::image) {
                    image.alt = clean::line(words);
                    clean::image_here(item, image);
                }
            }
            None => {
                out.push_str(before);
                out.push_str(words);
            }
        }
        rest = after.get(words.len() + target.len() + 3..).unwrap_or_default();
    }
    out.push_str(rest);
    let out = out.replace("**", "").replace("__", "").replace('`', "");
    crate::blocks::tidy(&single_marks(&out))
}

/// `*word*` and `_word_` without their marks; signs inside words stay.
fn single_marks(text: &str) -> String {
    text.split(' ')
        .map(|word| {
            let word = word.strip_prefix(['*', '_']).unwrap_or(word);
            let end = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\n']);
            match end.strip_suffix(['*', '_']) {
                Some(bare) => format!("{bare}{}", word.get(end.len()..).unwrap_or_default()),
                None => word.to_owned(),
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_markdown_are_undone() {
        let mut item = Item::new(String::new(), String::new(), 0);
        markdown(
            &mut item,
            "## Tides\n\nA [link](http://x.example) and *two* [sic].\nNext line.\n\n- Ebb\n2. Flood\n> Said.\n\n![Mast](m.jpg)",
        );
        let expected = [
            Part::Crosshead("Tides".to_owned()),
            Part::Paragraph("A link and two [sic]. Next line.".to_owned()),
            Part::Listed("Ebb".to_owned()),
            Part::Listed("Flood".to_owned()),
            Part::Quote("Said.".to_owned()),
        ];
        assert_eq!(item.body, expected);
        assert_eq!(item.images[0].source, "m.jpg");
    }
}
