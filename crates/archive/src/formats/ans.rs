//! ANS, the JSON of Arc XP: a story is a list of elements, each with its type.

use serde_json::{Map, Value};

use super::json::{self, list_at, text_at};
use super::out::{Flow, Out};
use super::{clean, dates, ninjs};
use crate::item::{Access, Image, Item, Part, Standing};

/// Whether an object is one of ANS.
pub(crate) fn is(object: &Map<String, Value>) -> bool {
    let version = text_at(object, &["version"]).is_some_and(|v| v.starts_with("0."));
    object.contains_key("content_elements") || (version && object.contains_key("type")) || is_part(object)
}

/// Parts of stories and lists that stand alone in a file.
fn is_part(object: &Map<String, Value>) -> bool {
    let known = [
        "text",
        "raw_html",
        "interstitial_link",
        "custom_embed",
        "oembed_response",
        "link_list",
        "numeric_rating",
        "divider",
        "endorsement",
        "social_media",
        "reference",
        "image",
        "gallery",
        "video",
        "audio",
        "quote",
        "correction",
    ];
    text_at(object, &["type"]).is_some_and(|t| known.contains(&t))
        && (object.contains_key("additional_properties")
            || object.contains_key("referent")
            || object.contains_key("_id"))
}

pub(crate) fn piece(object: &Map<String, Value>, number: u64, out: &mut Out<'_>) -> Flow {
    let kind = text_at(object, &["type"]).unwrap_or("story");
    match kind {
        "story" | "gallery" => story(object, kind, number, out),
        // A collection holds stories, whole or by their numbers.
        "collection" => {
            let mut any = false;
            for inner in list_at(object, "content_elements").iter().filter_map(Value::as_object) {
                let whole = inner.contains_key("content_elements") || inner.contains_key("headlines");
                if whole && text_at(inner, &["type"]).is_some_and(|t| matches!(t, "story" | "gallery")) {
                    any = true;
                    story(inner, text_at(inner, &["type"]).unwrap_or("story"), number, out)?;
                }
            }
            if any {
                return Ok(());
            }
            out.refuse(number, "an ANS collection that only refers to its stories; export the stories".to_owned())
        }
        // A collection is also written as plain content.
        other if object.contains_key("headlines") && !list_at(object, "content_elements").is_empty() => {
            story(object, other, number, out)
        }
        other => {
            let other = clean::shortened(other, 60);
            out.refuse(number, format!("ANS of the type {other}: no story, and none in it; leave it out"))
        }
    }
}

fn story(object: &Map<String, Value>, kind: &str, number: u64, out: &mut Out<'_>) -> Flow {
    let mut item = out.draft(number);
    let text = |path: &[&str]| text_at(object, path);
    let headlines = object.get("headlines").and_then(Value::as_object);
    let any =
        headlines.and_then(|h| ["basic", "web", "print", "native", "mobile"].iter().find_map(|k| text_at(h, &[k])));
    item.headline = any.or_else(|| text(&["headline"])).and_then(clean::line);
    item.standfirst = ["subheadlines", "description"].iter().find_map(|k| text(&[k, "basic"])).and_then(clean::line);
    addresses(&mut item, object);
    item.key = match text(&["_id"]) {
        Some(id) => format!("ans:{id}"),
        None => item.url.as_ref().map(|url| format!("ans:{url}")).unwrap_or_default(),
    };
    let time = |names: &[&str]| names.iter().find_map(|name| text(&[name])).and_then(dates::when);
    item.published_at = time(&["first_publish_date", "display_date", "publish_date", "created_date"]);
    item.updated_at = time(&["last_updated_date", "display_date"]);
    item.language = text(&["language"]).or_else(|| text(&["locale"])).map(str::to_owned);
    item.dateline = text(&["dateline"]).or_else(|| text(&["location"])).and_then(clean::line);
    people_and_subjects(&mut item, object);
    rights(&mut item, object);
    json::close(&mut item, object.iter().filter(|(name, _)| *name != "content_restrictions"));
    let workflow = object.get("workflow").and_then(|w| w.get("status_code")).and_then(Value::as_i64);
    let unpublished = object.get("revision").and_then(|r| r.get("published")) == Some(&Value::Bool(false));
    if unpublished && text(&["first_publish_date"]).is_none() && workflow.is_some_and(|w| w < 4) {
        item.standing = Standing::Unpublished;
        item.notes.push("an unpublished revision".to_owned());
    }
    if object.get("canonical_url").is_none() && text(&["status"]).is_some_and(|s| s == "draft") {
        item.standing = Standing::Unpublished;
    }
    lead_pictures(&mut item, object);
    for element in list_at(object, "content_elements").iter().filter_map(Value::as_object) {
        self::element(&mut item, element, 0);
    }
    if kind == "gallery" && item.body.is_empty() {
        item.notes.push("a gallery without a text of its own".to_owned());
    }
    out.item(item)
}

fn addresses(item: &mut Item, object: &Map<String, Value>) {
    let site = text_at(object, &["canonical_website"]).or_else(|| text_at(object, &["website"]));
    let urls = ["canonical_url", "website_url", "short_url"].iter().filter_map(|key| text_at(object, &[key]));
    let websites = object.get("websites").and_then(Value::as_object);
    let own = site.and_then(|site| websites?.get(site)?.get("website_url")?.as_str());
    let others = websites.into_iter().flatten().filter_map(|(_, site)| site.get("website_url").and_then(Value::as_str));
    let mut all = urls.chain(own).chain(others).map(str::to_owned);
    item.url = all.next();
    item.aliases.extend(all);
    let redirect = ["redirect_url"].iter().filter_map(|key| text_at(object, &[key]));
    item.aliases.extend(redirect.map(str::to_owned));
}

fn people_and_subjects(item: &mut Item, object: &Map<String, Value>) {
    let credits = object.get("credits").and_then(Value::as_object);
    for person in credits.into_iter().flat_map(|c| list_at(c, "by")).filter_map(Value::as_object) {
        let name = text_at(person, &["byline"]).or_else(|| text_at(person, &["name"]));
        let name = name.or_else(|| text_at(person, &["additional_properties", "original", "byline"]));
        item.bylines.extend(name.or_else(|| text_at(person, &["org"])).and_then(clean::line));
    }
    let Some(taxonomy) = object.get("taxonomy").and_then(Value::as_object) else { return };
    let name = |value: &Value| {
        let object = value.as_object()?;
        let any = ["name", "text", "title", "keyword", "path", "_id"].iter().find_map(|key| text_at(object, &[key]));
        any.or_else(|| text_at(object, &["referent", "id"])).and_then(clean::line)
    };
    let primary = ["primary_section", "primary_site"].iter().find_map(|key| taxonomy.get(*key)).and_then(name);
    let mut sections = list_at(taxonomy, "sections").iter().chain(list_at(taxonomy, "sites")).filter_map(name);
    item.section = primary.or_else(|| sections.next());
    item.topics.extend(sections);
    for key in ["tags", "topics", "keywords", "seo_keywords"] {
        item.topics.extend(list_at(taxonomy, key).iter().filter_map(|v| name(v).or_else(|| clean::line(v.as_str()?))));
    }
    let section = item.section.clone();
    item.topics.retain(|topic| Some(topic) != section.as_ref());
}

/// Who may read it, and since when.
fn rights(item: &mut Item, object: &Map<String, Value>) {
    let Some(restrictions) = object.get("content_restrictions").and_then(Value::as_object) else { return };
    if let Some(code) = text_at(restrictions, &["content_code"]) {
        item.access = Some(match code.to_ascii_lowercase().as_str() {
            "free" | "public" | "open" | "0" => Access::Free,
            "registered" | "registration" | "login" => Access::Registered,
            "metered" => Access::Metered,
            // A code that is not known is a wall that is not known: closed.
            _ => Access::Paid,
        });
        item.notes.push(format!("its content code is “{}”", clean::shortened(code, 60)));
    }
    if let Some(embargo) = restrictions.get("embargo").filter(|e| e.get("active") == Some(&Value::Bool(true))) {
        ninjs::embargo(item, embargo.get("end_time").and_then(Value::as_str), true);
    }
    if restrictions.contains_key("geo") {
        item.notes.push("it was restricted to some countries".to_owned());
    }
}

fn lead_pictures(item: &mut Item, object: &Map<String, Value>) {
    let Some(promo) = object.get("promo_items").and_then(Value::as_object) else { return };
    for other in ["lead_art", "basic"].iter().filter_map(|key| promo.get(*key)).filter_map(Value::as_object) {
        match text_at(other, &["type"]) {
            Some("image") => item.images.extend(image(other)),
            Some("gallery") => gallery(item, other),
            _ => item.images.extend(other.get("promo_items").and_then(|p| image(p.get("basic")?.as_object()?))),
        }
    }
}

fn gallery(item: &mut Item, object: &Map<String, Value>) {
    let pictures = list_at(object, "content_elements").iter().filter_map(Value::as_object).filter_map(image);
    item.images.extend(pictures.take(500));
}

fn image(object: &Map<String, Value>) -> Option<Image> {
    let mut image = clean::image(text_at(object, &["url"])?)?;
    image.alt = text_at(object, &["alt_text"]).and_then(clean::line);
    image.caption = text_at(object, &["caption"]).or_else(|| text_at(object, &["subtitle"])).and_then(clean::line);
    let by = object.get("credits").and_then(Value::as_object).and_then(|c| {
        let list = if list_at(c, "by").is_empty() { list_at(c, "photos_by") } else { list_at(c, "by") };
        list.iter().find_map(|p| text_at(p.as_object()?, &["byline"]).or_else(|| text_at(p.as_object()?, &["name"])))
    });
    image.credit = by.and_then(clean::line);
    Some(image)
}

/// One element of a story, by its type.
fn element(item: &mut Item, element: &Map<String, Value>, depth: usize) {
    let content = text_at(element, &["content"]).unwrap_or_default();
    let kind = text_at(element, &["type"]).unwrap_or_default();
    if depth > 20 {
        clean::removed(item, kind, "an element too deep in others");
        return;
    }
    match kind {
        "text" => inline(item, content, Part::Paragraph),
        "header" => inline(item, content, Part::Crosshead),
        "quote" | "blockquote" => quoted(item, element, depth),
        "list" => {
            for entry in list_at(element, "items").iter().filter_map(Value::as_object) {
                match text_at(entry, &["type"]) {
                    Some("list") => self::element(item, entry, depth + 1),
                    _ => inline(item, text_at(entry, &["content"]).unwrap_or_default(), Part::Listed),
                }
            }
        }
        "element_group" | "story" => {
            for inner in list_at(element, "content_elements").iter().filter_map(Value::as_object) {
                self::element(item, inner, depth + 1);
            }
        }
        "table" => table(item, element),
        "raw_html" => clean::html_body(item, content),
        "code" => clean::text_body(item, content),
        "image" => {
            if let Some(image) = image(element) {
                clean::image_here(item, image);
            }
        }
        "gallery" => gallery(item, element),
        "correction" | "clarification" => {
            let text = text_at(element, &["text"]).or(Some(content)).and_then(clean::line);
            if let Some(text) = text {
                item.notes.push(format!("it has a {kind}, the last paragraph but for others like it"));
                item.body.push(Part::Paragraph(text));
            }
        }
        "endorsement" | "numeric_rating" => {
            let told = element.get(if kind == "endorsement" { "endorsement" } else { "numeric_rating" });
            clean::removed(item, &told.map(Value::to_string).unwrap_or_default(), format!("a rating ({kind})"));
        }
        "interstitial_link" => clean::removed(item, content, "a link to another story (interstitial_link)"),
        "link_list" => {
            let title = text_at(element, &["title"]).unwrap_or("link_list");
            clean::removed(item, title, "links to other stories (link_list)");
        }
        "divider" => {}
        "" => inline(item, content, Part::Paragraph),
        other => {
            let shown = ["url", "content", "subtype", "_id"].iter().find_map(|key| text_at(element, &[key]));
            let reason = format!("an element of the type {}", clean::shortened(other, 60));
            clean::removed(item, shown.unwrap_or(other), reason);
        }
    }
}

/// Text with inline markup is one block; where it has blocks of its own, they are kept.
fn inline(item: &mut Item, content: &str, part: fn(String) -> Part) {
    if !content.contains('<') {
        item.body.extend(clean::line_of_any_length(content).map(part));
        return;
    }
    let found = crate::html::parts(content);
    item.images.extend(found.images);
    item.dropped.extend(found.removed);
    for block in found.parts {
        item.body.push(match block {
            Part::Paragraph(text) | Part::Line(text) => part(text),
            other => other,
        });
    }
}

fn quoted(item: &mut Item, element: &Map<String, Value>, depth: usize) {
    let before = item.body.len();
    inline(item, text_at(element, &["content"]).unwrap_or_default(), Part::Quote);
    for inner in list_at(element, "content_elements").iter().filter_map(Value::as_object) {
        self::element(item, inner, depth + 1);
    }
    for part in item.body.iter_mut().skip(before) {
        if let Part::Paragraph(text) = part {
            *part = Part::Quote(std::mem::take(text));
        }
    }
    let who = element.get("citation").and_then(|c| c.get("content")).and_then(Value::as_str).and_then(clean::line);
    item.body.extend(who.map(Part::Quote));
}

fn table(item: &mut Item, element: &Map<String, Value>) {
    let cells = |row: &Value| {
        let cells = row.as_array().into_iter().flatten();
        let texts: Vec<String> = cells
            .filter_map(|cell| cell.as_str().or_else(|| cell.get("content")?.as_str()))
            .map(|text| clean::line(text).unwrap_or_default())
            .collect();
        texts.join("\t")
    };
    let header = element.get("header").map(cells);
    let rows: Vec<String> = header.into_iter().chain(list_at(element, "rows").iter().map(cells)).collect();
    item.body.extend(rows.into_iter().filter(|row| !row.trim().is_empty()).map(Part::Row));
}
