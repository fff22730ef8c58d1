//! NewsML-G2: news items, alone or in messages. What they contain is XHTML, NITF or plain text.

use std::io::BufRead;

use serde_json::Value;

use super::out::{Flow, Out};
use super::xml::{Element, Next, Node, Xml};
use super::{bylines, clean, dates, ninjs, nitf};
use crate::access::{Said, schema, terms};
use crate::item::{Item, Standing};

pub(crate) fn read<R: BufRead>(input: R, out: &mut Out<'_>) -> Flow {
    let mut xml = Xml::new(input, out.state.clone(), &out.options.limits);
    let mut number = 0;
    loop {
        let (start, empty) = match xml.next()? {
            Next::Done => return xml.whole(),
            Next::Start(start, empty) => (start, empty),
            Next::End(_) | Next::Text(_) => continue,
        };
        match start.local() {
            "newsItem" => {
                number += 1;
                match xml.tree(start, empty)? {
                    Ok(tree) => piece(&tree, number, out)?,
                    Err(reason) => out.refuse(number, format!("{reason}: too large for one story"))?,
                }
            }
            // A content without its item.
            "contentSet" => {
                number += 1;
                if let Ok(tree) = xml.tree(start, empty)? {
                    let item = Element { children: vec![Node::Element(tree)], ..Element::default() };
                    piece(&item, number, out)?;
                }
            }
            "packageItem" | "conceptItem" | "knowledgeItem" | "planningItem" | "catalogItem" => {
                let kind = start.local().to_owned();
                xml.tree(start, empty)?.ok();
                out.aside(&kind);
            }
            "header" => {
                xml.tree(start, empty)?.ok();
            }
            _ => {}
        }
    }
}

fn piece(tree: &Element, number: u64, out: &mut Out<'_>) -> Flow {
    let mut item = out.draft(number);
    item.key = tree.attr("guid").map(|guid| format!("newsml:{guid}")).unwrap_or_default();
    item.version = tree.attr("version").and_then(|v| v.parse().ok());
    item.language = tree.attr("xml:lang").map(str::to_owned);
    let class = tree.at(&["itemMeta", "itemClass"]).and_then(|c| c.attr("qcode")).unwrap_or("ninat:text").to_owned();
    if let Some(meta) = tree.child("contentMeta") {
        from_content_meta(&mut item, meta);
    }
    if let Some(meta) = tree.child("itemMeta") {
        from_item_meta(&mut item, meta);
    }
    if item.published_at.is_none() {
        item.published_at = item.updated_at;
    }
    let mut said = Said::default();
    for rights in tree.named("rightsInfo").flat_map(Element::elements) {
        let text = rights.text();
        said.take(terms(&text), &text);
    }
    let parts = ["rightsInfo", "itemMeta", "contentMeta"];
    let parts = tree.elements().filter(|part| parts.contains(&part.local())).flat_map(Element::elements);
    parts.chain(tree.elements()).for_each(|element| free(&mut said, element));
    item.says(&said);
    for set in tree.named("contentSet") {
        content(&mut item, set, tree);
    }
    let kind = class.rsplit(':').next().unwrap_or_default();
    if !matches!(kind, "text" | "composite" | "picture") && item.body.is_empty() {
        let name = item.headline.unwrap_or(item.key);
        return out.refuse(number, format!("NewsML-G2 of the class {kind} without a text: no story (“{name}”)"));
    }
    if item.standing == Standing::Withdrawn && item.headline.is_none() {
        // What is withdrawn need not say what it was: its identity is enough.
        item.headline = Some("Withdrawn by its agency".to_owned());
        item.notes.push("the headline is ours: the agency's notice has none".to_owned());
    }
    out.item(item)
}

/// What schema.org has for it: an element of that name, or a further property that names it.
fn free(said: &mut Said, element: &Element) {
    let names = ["rel", "type", "typeuri", "qcode", "uri"].iter().filter_map(|name| element.attr(name));
    let own = schema(element.local()).map(|asked| (asked, element.text()));
    let further = names.filter_map(schema).next().and_then(|asked| {
        let value = ["value", "literal", "valueuri"].iter().find_map(|name| element.attr(name)).map(str::to_owned);
        Some((asked, value.or_else(|| element.child("name").map(Element::text)).or_else(|| Some(element.text()))?))
    });
    if let Some((asked, value)) = own.or(further) {
        said.value(asked, &Value::String(value));
    }
}

fn from_content_meta(item: &mut Item, meta: &Element) {
    let text = |name: &str| meta.child(name).and_then(|e| clean::line(&e.text()));
    let main =
        meta.named("headline").find(|h| h.attr("role").is_none_or(|r| r.contains("main") || r.contains("hldrole")));
    item.headline = main.or_else(|| meta.child("headline")).and_then(|h| clean::line(&h.text()));
    item.dateline = text("dateline");
    if let Some(language) = meta.child("language").and_then(|l| l.attr("tag")) {
        item.language = Some(language.to_owned());
    }
    item.published_at = text("contentCreated").and_then(|t| dates::when(&t));
    item.updated_at = text("contentModified").and_then(|t| dates::when(&t));
    for by in meta.named("by").filter_map(|b| clean::line(&b.text())) {
        bylines::fill(item, &nitf::without_by(&by));
    }
    if item.bylines.is_empty() {
        let names = meta.named("creator").filter_map(|c| name_of(c).or_else(|| clean::line(c.attr("literal")?)));
        item.bylines.extend(names);
    }
    for subject in meta.named("subject").chain(meta.named("genre")) {
        item.topics.extend(name_of(subject));
    }
    item.topics.extend(meta.named("keyword").filter_map(|k| clean::line(&k.text())));
    if item.dateline.is_none() {
        item.dateline = meta.child("located").and_then(name_of);
    }
    let summary = meta.named("description").find(|d| {
        d.attr("role").is_none_or(|role| ["summary", "abstract", "standfirst"].iter().any(|r| role.contains(r)))
    });
    item.standfirst = summary.and_then(|d| clean::line(&d.text()));
}

fn name_of(element: &Element) -> Option<String> {
    element.child("name").and_then(|n| clean::line(&n.text()))
}

fn from_item_meta(item: &mut Item, meta: &Element) {
    let text = |name: &str| meta.child(name).and_then(|e| clean::line(&e.text()));
    let time = |name: &str| text(name).and_then(|t| dates::when(&t));
    item.published_at = time("firstCreated").or(item.published_at).or_else(|| time("versionCreated"));
    item.updated_at = time("versionCreated").or(item.updated_at);
    if item.headline.is_none() {
        item.headline = text("title");
    }
    let status = meta.child("pubStatus").and_then(|s| s.attr("qcode").or_else(|| s.attr("uri"))).unwrap_or("usable");
    let status = status.rsplit([':', '/']).next().unwrap_or_default();
    match status {
        "usable" => {}
        "canceled" | "cancelled" => item.standing = Standing::Withdrawn,
        _ => item.standing = Standing::Unpublished,
    }
    if status != "usable" {
        item.notes.push(format!("its agency marked it {}", clean::shortened(status, 40)));
    }
    if let Some(embargo) = meta.child("embargoed") {
        let until = clean::line(&embargo.text());
        ninjs::embargo(item, until.as_deref(), true);
    }
    if let Some(note) = text("edNote") {
        item.notes.push(format!("its agency says: {}", clean::shortened(&note, 300)));
    }
}

/// The content in the first form that has a text.
fn content(item: &mut Item, set: &Element, tree: &Element) {
    for element in set.elements() {
        if !item.body.is_empty() && element.local() != "remoteContent" {
            break;
        }
        let kind = element.attr("contenttype").unwrap_or_default();
        match element.local() {
            "inlineXML" => inline(item, element),
            "inlineData" if element.attr("encoding").is_some_and(|e| e.contains("base64")) => {
                clean::removed(item, kind, "content encoded in base 64");
            }
            "inlineData" if kind.contains("plain") => clean::text_body(item, &element.text()),
            "inlineData" => clean::any_body(item, &element.text()),
            "remoteContent" => remote(item, element, kind, tree),
            _ => {}
        }
    }
}

fn inline(item: &mut Item, element: &Element) {
    let mut found = Vec::new();
    element.all(&["nitf", "html"], &mut found);
    for inner in &found {
        if inner.local() == "nitf" {
            nitf::fill(item, inner);
        } else {
            clean::html_body(item, &inner.child("body").unwrap_or(inner).markup());
            if item.headline.is_none() {
                item.headline = inner.at(&["head", "title"]).and_then(|t| clean::line(&t.text()));
            }
        }
    }
    if found.is_empty() {
        clean::html_body(item, &element.markup());
    }
}

fn remote(item: &mut Item, element: &Element, kind: &str, tree: &Element) {
    let Some(href) = element.attr("href") else { return };
    if !kind.starts_with("image/") {
        item.notes.push(format!("its content lies elsewhere ({}) and was not taken in", clean::shortened(href, 200)));
        return;
    }
    // Renditions of one picture: the first is the best.
    if !item.images.is_empty() {
        return;
    }
    if let Some(mut image) = clean::image(href) {
        let meta = tree.child("contentMeta");
        let caption =
            meta.and_then(|m| m.named("description").find(|d| d.attr("role").is_some_and(|r| r.contains("caption"))));
        image.caption = caption.and_then(|c| clean::line(&c.text()));
        image.credit = meta.and_then(|m| m.child("creditline")).and_then(|c| clean::line(&c.text()));
        item.images.push(image);
    }
}
