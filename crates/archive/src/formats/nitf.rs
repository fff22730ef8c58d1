//! NITF 3, alone in a file or inside NewsML.

use std::io::BufRead;

use super::out::{Flow, Out};
use super::xml::{Element, Next, Node, Xml, add_escaped};
use super::{bylines, clean, dates, ninjs};
use crate::item::{Item, Standing};

pub(crate) fn read<R: BufRead>(input: R, out: &mut Out<'_>) -> Flow {
    let mut xml = Xml::new(input, out.state.clone(), &out.options.limits);
    let mut number = 0;
    loop {
        match xml.next()? {
            Next::Done => return xml.whole(),
            Next::Start(start, empty) if start.local() == "nitf" => {
                number += 1;
                match xml.tree(start, empty)? {
                    Ok(tree) => {
                        let mut item = out.draft(number);
                        fill(&mut item, &tree);
                        out.item(item)?;
                    }
                    Err(reason) => out.refuse(number, format!("{reason}: too large for one story"))?,
                }
            }
            _ => {}
        }
    }
}

/// Takes everything from a document that the piece does not know yet.
pub(crate) fn fill(item: &mut Item, nitf: &Element) {
    if let Some(head) = nitf.child("head") {
        from_head(item, head);
    }
    let Some(body) = nitf.child("body") else { return };
    if let Some(head) = body.child("body.head") {
        from_body_head(item, head);
    }
    for content in body.named("body.content") {
        pictures(item, content);
        clean::html_body(item, &html(content));
    }
    if let Some(end) = body.at(&["body.end", "tagline"]).and_then(|e| clean::line(&e.text())) {
        clean::removed(item, &end, "the line under the story (tagline)");
    }
    if item.headline.is_none() {
        item.headline = nitf.at(&["head", "title"]).and_then(|e| clean::line(&e.text()));
    }
    if item.bylines.is_empty() {
        let line = nitf.at(&["head", "pubdata"]).and_then(|p| p.attr("author"));
        item.bylines.extend(line.and_then(clean::line));
    }
}

fn from_head(item: &mut Item, head: &Element) {
    if let Some(data) = head.child("docdata") {
        if let Some(id) = data.child("doc-id").and_then(|d| d.attr("id-string")).filter(|_| item.key.is_empty()) {
            let source = data.child("doc-id").and_then(|d| d.attr("regsrc")).unwrap_or("-");
            item.key = format!("nitf:{source}:{id}");
        }
        let norm = |name: &str| data.child(name).and_then(|e| e.attr("norm")).and_then(dates::when);
        item.published_at = item.published_at.or_else(|| norm("date.issue")).or_else(|| norm("date.release"));
        if let Some(key) = data.child("du-key") {
            item.version = item.version.or_else(|| key.attr("version").and_then(|v| v.parse().ok()));
        }
        for keyword in data.child("key-list").into_iter().flat_map(|list| list.named("keyword")) {
            item.topics.extend(keyword.attr("key").and_then(clean::line));
        }
        if let Some(note) = data.child("ed-msg").and_then(|e| e.attr("info")) {
            item.notes.push(format!("its agency says: {}", clean::shortened(note, 300)));
        }
        let release = data.child("date.release").and_then(|e| e.attr("norm"));
        let status = data.attr("management-status").unwrap_or("usable");
        match status {
            "usable" | "advisory" => {}
            "embargoed" => ninjs::embargo(item, release, true),
            "canceled" | "cancelled" => item.standing = Standing::Withdrawn,
            _ => item.standing = Standing::Unpublished,
        }
        if status != "usable" {
            item.notes.push(format!("its agency marked it {}", clean::shortened(status, 40)));
        }
    }
    if let Some(data) = head.child("pubdata") {
        item.published_at = item.published_at.or_else(|| data.attr("date.publication").and_then(dates::when));
        item.section = item.section.take().or_else(|| data.attr("position.section").and_then(clean::line));
        item.url = item.url.take().or_else(|| data.attr("ex-ref").and_then(clean::address));
    }
    for meta in head.named("meta") {
        let name = meta.attr("name").unwrap_or_default().to_ascii_lowercase();
        if matches!(name.as_str(), "url" | "canonical-url" | "permalink") {
            item.url = item.url.take().or_else(|| meta.attr("content").and_then(clean::address));
        }
    }
    for class in head.at(&["tobject"]).into_iter().flat_map(|t| t.named("tobject.subject")) {
        let name = class.attr("tobject.subject.matter").or_else(|| class.attr("tobject.subject.type"));
        item.topics.extend(name.and_then(clean::line));
    }
}

fn from_body_head(item: &mut Item, head: &Element) {
    let text = |path: &[&str]| head.at(path).and_then(|e| clean::line(&e.text()));
    item.headline = item.headline.take().or_else(|| text(&["hedline", "hl1"])).or_else(|| text(&["hedline"]));
    let abstracted = head.child("abstract").and_then(|e| clean::line(&clean::words(&html(e))));
    item.standfirst = item.standfirst.take().or(abstracted).or_else(|| text(&["hedline", "hl2"]));
    if item.bylines.is_empty() {
        head.named("byline").filter_map(byline).for_each(|names| bylines::fill(item, &names));
    }
    if let Some(line) = head.child("dateline") {
        item.dateline = item.dateline.take().or_else(|| clean::line(&line.text()));
        let told = line.at(&["story.date"]).and_then(|d| d.attr("norm"));
        item.published_at = item.published_at.or_else(|| told.and_then(dates::when));
    }
    if let Some(note) = text(&["note"]) {
        clean::removed(item, &note, "a note to editors");
    }
    if let Some(lang) = head.attr("xml:lang") {
        item.language = item.language.take().or_else(|| Some(lang.to_owned()));
    }
}

/// The name in a byline, without the office; the office where there is nothing else.
fn byline(element: &Element) -> Option<String> {
    let mut name = String::new();
    for node in &element.children {
        match node {
            Node::Text(text) => name.push_str(text),
            Node::Element(inner) if inner.local() != "byttl" => name.push_str(&inner.text()),
            Node::Element(_) => {}
        }
    }
    let name = clean::line(&name).map(|name| without_by(&name)).filter(|n| !n.is_empty());
    name.or_else(|| element.child("byttl").and_then(|t| clean::line(&t.text())))
}

/// “By Ila Kamat,” is Ila Kamat.
pub(crate) fn without_by(line: &str) -> String {
    let line = line.trim();
    let bare =
        ["By ", "BY ", "by ", "Von ", "Par ", "Por "].iter().find_map(|by| line.strip_prefix(by)).unwrap_or(line);
    bare.trim_matches([' ', ',', ':', ';']).to_owned()
}

/// The content as HTML: the same elements under other names. Pictures are told apart from it.
fn html(element: &Element) -> String {
    let mut out = String::new();
    add(element, &mut out);
    out
}

fn add(element: &Element, out: &mut String) {
    for node in &element.children {
        match node {
            Node::Text(text) => add_escaped(text, out),
            Node::Element(inner) => {
                let name = match inner.local() {
                    "media" | "note" => continue,
                    "hl1" | "hl2" | "hl3" | "hl4" => "h2",
                    "bq" => "blockquote",
                    "block" | "nitf-table" | "credit" | "fn" => "div",
                    "br" => {
                        out.push_str("<br>");
                        continue;
                    }
                    "p" => "p",
                    "ul" => "ul",
                    "ol" => "ol",
                    "li" => "li",
                    "dl" => "dl",
                    "dt" => "dt",
                    "dd" => "dd",
                    "pre" => "pre",
                    "table" => "table",
                    "tr" => "tr",
                    "td" => "td",
                    "th" => "th",
                    "tbody" => "tbody",
                    "thead" => "thead",
                    _ => "span",
                };
                out.push('<');
                out.push_str(name);
                out.push('>');
                add(inner, out);
                out.push_str("</");
                out.push_str(name);
                out.push('>');
            }
        }
    }
}

/// Every `media` with the number of blocks above it, in the order of the text.
fn media<'a>(of: &'a Element, above: &mut usize, found: &mut Vec<(usize, &'a Element)>) {
    for element in of.elements() {
        if element.local() == "media" {
            found.push((*above, element));
            continue;
        }
        let mut inside = Vec::new();
        element.all(&["media"], &mut inside);
        if inside.is_empty() {
            element.all(&["p", "li", "dt", "dd", "tr", "hl2", "pre"], &mut inside);
            *above += inside.len().max(1);
        } else {
            media(element, above, found);
            *above += 1;
        }
    }
}

fn pictures(item: &mut Item, content: &Element) {
    let (mut above, mut found) = (item.body.len(), Vec::new());
    media(content, &mut above, &mut found);
    for (above, media) in found.into_iter().take(500) {
        if media.attr("media-type").is_some_and(|kind| !kind.contains("image")) {
            let kind = media.attr("media-type").unwrap_or_default();
            clean::removed(item, &media.text(), format!("{}: no picture", clean::shortened(kind, 40)));
            continue;
        }
        let reference = media.named("media-reference").filter_map(|r| r.attr("source")).next();
        let Some(mut image) = reference.and_then(clean::image) else { continue };
        image.alt = media.named("media-reference").find_map(|r| r.attr("alternate-text")).and_then(clean::line);
        image.caption = media.child("media-caption").and_then(|c| clean::line(&c.text()));
        image.credit = media.child("media-producer").and_then(|c| clean::line(&c.text()));
        image.after = Some(above);
        item.images.push(image);
    }
}
