//! NewsML 1: items made of components, which are made of components.

use std::io::BufRead;

use super::out::{Flow, Out};
use super::xml::{Element, Next, Xml};
use super::{bylines, clean, dates, nitf};
use crate::item::{Item, Part, Standing};

/// Roles of components that are not the story's text.
const ASIDE: &[&str] =
    &["StyleSheet", "Stylesheet", "HeadLine", "Video", "Audio", "Caption", "Contact", "Contacts", "Disclaimer"];

pub(crate) fn read<R: BufRead>(input: R, out: &mut Out<'_>) -> Flow {
    let mut xml = Xml::new(input, out.state.clone(), &out.options.limits);
    let mut number = 0;
    loop {
        match xml.next()? {
            Next::Done => return xml.whole(),
            Next::Start(start, empty) if start.local() == "NewsItem" => {
                number += 1;
                match xml.tree(start, empty)? {
                    Ok(tree) => piece(&tree, number, out)?,
                    Err(reason) => out.refuse(number, format!("{reason}: too large for one story"))?,
                }
            }
            Next::Start(start, empty) if matches!(start.local(), "NewsEnvelope" | "Catalog" | "TopicSet") => {
                xml.tree(start, empty)?.ok();
            }
            _ => {}
        }
    }
}

fn piece(tree: &Element, number: u64, out: &mut Out<'_>) -> Flow {
    let mut base = out.draft(number);
    identity(&mut base, tree);
    let Some(top) = tree.child("NewsComponent") else {
        if base.standing == Standing::Withdrawn {
            base.headline = Some("Withdrawn by its agency".to_owned());
            base.notes.push("the headline is ours: the agency's notice has none".to_owned());
            return out.item(base);
        }
        return out.refuse(number, "a NewsML item without a component: nothing is in it".to_owned());
    };
    describe(&mut base, top);
    let mut told = Vec::new();
    stories(top, &mut told);
    if told.is_empty() {
        told.push(top);
    }
    // Several headlines are one story in several languages, or several stories under one number.
    let several = told.len() > 1;
    for (index, component) in told.into_iter().enumerate() {
        let mut item = base.clone();
        if !std::ptr::eq(component, top) {
            describe(&mut item, component);
        }
        if several && !item.key.is_empty() {
            let mark = item.language.clone().unwrap_or_else(|| index.to_string());
            item.key = format!("{}:{mark}", item.key);
        }
        content(&mut item, component);
        out.item(item)?;
    }
    Ok(())
}

/// The components that have a headline of their own.
fn stories<'a>(component: &'a Element, found: &mut Vec<&'a Element>) {
    if component.at(&["NewsLines", "HeadLine"]).is_some_and(|h| !h.text().trim().is_empty()) {
        found.push(component);
        return;
    }
    for inner in component.named("NewsComponent") {
        stories(inner, found);
    }
}

fn identity(item: &mut Item, tree: &Element) {
    let identifier = tree.at(&["Identification", "NewsIdentifier"]);
    let text = |name: &str| identifier.and_then(|i| i.child(name)).and_then(|e| clean::line(&e.text()));
    // The public identifier ends with the revision, so it is no identity.
    item.key = match (text("ProviderId"), text("DateId"), text("NewsItemId"), text("PublicIdentifier")) {
        (Some(provider), Some(date), Some(id), _) => format!("newsml:urn:newsml:{provider}:{date}:{id}"),
        (_, _, _, Some(public)) => format!("newsml:{public}"),
        _ => String::new(),
    };
    item.version = text("RevisionId").and_then(|v| v.parse().ok());
    let Some(management) = tree.child("NewsManagement") else { return };
    let time = |name: &str| management.child(name).and_then(|e| dates::when(&e.text()));
    item.published_at = time("FirstCreated").or_else(|| time("ThisRevisionCreated"));
    item.updated_at = time("ThisRevisionCreated");
    let name = |element| formal_name(management, element);
    let status = name("Status").to_ascii_lowercase();
    match status.as_str() {
        "" | "usable" => {}
        "canceled" | "cancelled" => item.standing = Standing::Withdrawn,
        _ => item.standing = Standing::Unpublished,
    }
    if !matches!(status.as_str(), "" | "usable") {
        item.notes.push(format!("its agency marked it {}", clean::shortened(&status, 40)));
    }
    if name("Instruction").eq_ignore_ascii_case("delete") {
        item.standing = Standing::Withdrawn;
        item.notes.push("its agency asks for its deletion".to_owned());
    }
    // "Embargoed until": the status that comes then, and when.
    if let Some(then) = management.at(&["StatusWillChange"]) {
        let date = then.child("DateAndTime").and_then(|d| dates::when(&d.text()));
        let future = then.at(&["FutureStatus"]).and_then(|s| s.attr("FormalName")).unwrap_or_default();
        if future.eq_ignore_ascii_case("usable") && date.is_some() {
            item.standing = Standing::Published;
            item.published_at = date;
            item.notes.push("it was embargoed until its time".to_owned());
        }
    }
}

/// Lines and descriptions of a component.
fn describe(item: &mut Item, component: &Element) {
    for lines in component.named("NewsLines") {
        let text = |name: &str| lines.child(name).and_then(|e| clean::line(&e.text()));
        item.headline = text("HeadLine").or(item.headline.take());
        item.standfirst = text("SubHeadLine").or(item.standfirst.take());
        item.dateline = text("DateLine").or(item.dateline.take());
        if let Some(by) = text("ByLine") {
            item.bylines.clear();
            bylines::fill(item, &nitf::without_by(&by));
        }
        item.topics.extend(lines.named("KeywordLine").filter_map(|k| clean::line(&k.text())));
    }
    for meta in component.named("DescriptiveMetadata") {
        if let Some(language) = meta.child("Language").and_then(|l| l.attr("FormalName")) {
            item.language = Some(language.to_owned());
        }
    }
    for property in component.named("Metadata").flat_map(|m| m.named("Property")) {
        let name = property.attr("FormalName").unwrap_or_default().to_ascii_lowercase();
        if name.contains("keyword") || name.contains("subject") {
            item.topics.extend(property.attr("Value").and_then(clean::line));
        }
    }
}

fn content(item: &mut Item, component: &Element) {
    let role = formal_name(component, "Role");
    if ASIDE.contains(&role) {
        return;
    }
    if role == "SubHeadLine" {
        let mut under = item.clone();
        under.body.clear();
        component.named("ContentItem").for_each(|c| content_item(&mut under, c));
        let words: Vec<&str> = under.body.iter().map(Part::text).collect();
        item.standfirst = item.standfirst.take().or_else(|| clean::line(&words.join(" ")));
        return;
    }
    for inner in component.elements() {
        match inner.local() {
            "ContentItem" => content_item(item, inner),
            "NewsComponent" => {
                let before = item.images.len();
                content(item, inner);
                caption(item, inner, before);
            }
            _ => {}
        }
    }
}

/// A caption beside a picture, in a component of its own.
fn caption(item: &mut Item, component: &Element, before: usize) {
    let told = component
        .named("NewsComponent")
        .filter(|c| c.child("Role").and_then(|r| r.attr("FormalName")) == Some("Caption"))
        .find_map(|c| c.at(&["ContentItem", "DataContent"]))
        .and_then(|d| clean::line(&d.text()));
    if let (Some(told), Some(image)) = (told, item.images.get_mut(before)) {
        image.caption = image.caption.take().or(Some(told));
    }
}

fn formal_name<'a>(parent: &'a Element, element: &str) -> &'a str {
    parent.child(element).and_then(|e| e.attr("FormalName")).unwrap_or_default()
}

fn content_item(item: &mut Item, content: &Element) {
    let name = |element| formal_name(content, element);
    let (kind, mime) = (name("MediaType").to_ascii_lowercase(), name("MimeType").to_ascii_lowercase());
    if mime.contains("css") || mime.contains("javascript") {
        return;
    }
    if let Some(href) = content.attr("Href").filter(|_| content.child("DataContent").is_none()) {
        if mime.starts_with("image/") || matches!(kind.as_str(), "photo" | "graphic" | "image") {
            item.images.extend(clean::image(href));
        } else {
            let href = clean::shortened(href, 200);
            item.notes.push(format!("a part of it lies elsewhere ({href}) and was not taken in"));
        }
        return;
    }
    let Some(data) = content.child("DataContent") else { return };
    let mut found = Vec::new();
    data.all(&["nitf", "body"], &mut found);
    match found.first() {
        Some(inner) if inner.local() == "nitf" => nitf::fill(item, inner),
        Some(body) => clean::html_body(item, &body.markup()),
        None if data.elements().next().is_some() => clean::html_body(item, &data.markup()),
        None => clean::any_body(item, &data.text()),
    }
}
