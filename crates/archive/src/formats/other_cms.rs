//! JSON of other systems, each object told by its keys: WordPress REST, Blogger, Chorus, Tiny News, JSON Feed.

use serde_json::{Map, Value};

use super::json::{self, list_at, text_at};
use super::out::{Flow, Out};
use super::{Format, clean, dates, walls, wxr};
use crate::access::Said;
use crate::item::{Item, Part, Standing, When};

/// Reads a piece of a system that is known; none when it is of none.
pub(crate) fn piece(
    object: &Map<String, Value>,
    number: u64,
    language: Option<&str>,
    out: &mut Out<'_>,
) -> Option<Flow> {
    let mut item = out.draft(number);
    item.language = language.map(str::to_owned);
    if object.get("content").is_some_and(|c| c.get("rendered").is_some()) {
        wordpress(&mut item, object);
    } else if text_at(object, &["kind"]).is_some_and(|k| k == "blogger#post" || k == "blogger#page") {
        blogger(&mut item, object);
    } else if object.get("body").is_some_and(|b| b.get("components").is_some()) {
        chorus(&mut item, object);
    } else if object.get("translations").is_some_and(Value::is_array) {
        tiny_news(&mut item, object);
    } else if object.contains_key("content_html") || object.contains_key("content_text") || is_feed_entry(object, out) {
        feed_entry(&mut item, object);
    } else if object.contains_key("version")
        && text_at(object, &["version"]).is_some_and(|v| v.contains("jsonfeed.org"))
    {
        out.aside("feed without entries");
        return Some(Ok(()));
    } else {
        return None;
    }
    json::close(&mut item, object.iter());
    Some(out.item(item))
}

/// Entries without a text are still told by the feed around them.
fn is_feed_entry(object: &Map<String, Value>, out: &Out<'_>) -> bool {
    out.format() == Format::Feed && object.contains_key("id") && !object.contains_key("version")
}

fn id(object: &Map<String, Value>, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|t| !t.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A post of WordPress' REST interface.
fn wordpress(item: &mut Item, object: &Map<String, Value>) {
    let link = text_at(object, &["link"]);
    let guid = text_at(object, &["guid", "rendered"]);
    let host = link.or(guid).and_then(clean::host).unwrap_or_else(|| "-".to_owned());
    // The same key as in an export: it is the same post.
    item.key = id(object, "id").map(|id| format!("wxr:{host}:{id}")).unwrap_or_default();
    item.url = link.map(str::to_owned);
    item.aliases.extend(guid.and_then(clean::address));
    item.headline = text_at(object, &["title", "rendered"]).and_then(clean::line);
    item.standfirst = text_at(object, &["excerpt", "rendered"]).and_then(clean::line);
    let time = |gmt: &str, local: &str| {
        let gmt = text_at(object, &[gmt]).and_then(dates::when).and_then(|when| match when {
            When::Local(at) => jiff::tz::Offset::UTC.to_timestamp(at).ok().map(When::Instant),
            instant => Some(instant),
        });
        gmt.or_else(|| text_at(object, &[local]).and_then(dates::when))
    };
    item.published_at = time("date_gmt", "date");
    item.updated_at = time("modified_gmt", "modified");
    let status = text_at(object, &["status"]).unwrap_or("publish");
    let protected = object.get("content").and_then(|c| c.get("protected")) == Some(&Value::Bool(true));
    if !matches!(status, "publish" | "future") || protected {
        item.standing = Standing::Unpublished;
        item.notes.push(if protected {
            "it was protected by a password".to_owned()
        } else {
            format!("its status is “{status}”")
        });
    }
    if text_at(object, &["type"]) == Some("page") {
        item.notes.push("a page of the site, not a post".to_owned());
    }
    let mut said = Said::default();
    for (key, value) in object.get("meta").and_then(Value::as_object).into_iter().flatten() {
        walls::field(&mut said, key, &value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    item.says(&said);
    embedded(item, object);
    wxr::body(item, text_at(object, &["content", "rendered"]).unwrap_or_default());
}

/// Authors, terms and the picture that were asked for with the post.
fn embedded(item: &mut Item, object: &Map<String, Value>) {
    let Some(embedded) = object.get("_embedded").and_then(Value::as_object) else { return };
    let name = |value: &Value| value.get("name").and_then(Value::as_str).and_then(clean::line);
    let mut coauthors = Vec::new();
    for term in list_at(embedded, "wp:term").iter().filter_map(Value::as_array).flatten() {
        match (term.get("taxonomy").and_then(Value::as_str), name(term)) {
            (Some("author"), Some(name)) => coauthors.push(name),
            (Some("category"), Some(name)) if item.section.is_none() => item.section = Some(name),
            (_, Some(name)) => item.topics.push(name),
            _ => {}
        }
    }
    let authors = list_at(embedded, "author").iter().filter_map(name);
    item.bylines = if coauthors.is_empty() { authors.collect() } else { coauthors };
    for media in list_at(embedded, "wp:featuredmedia").iter().filter_map(Value::as_object) {
        if let Some(mut image) = text_at(media, &["source_url"]).and_then(clean::image) {
            image.alt = text_at(media, &["alt_text"]).and_then(clean::line);
            image.caption = text_at(media, &["caption", "rendered"]).and_then(clean::line);
            item.images.push(image);
        }
    }
}

fn blogger(item: &mut Item, object: &Map<String, Value>) {
    item.key = id(object, "id").map(|id| format!("blogger:{id}")).unwrap_or_default();
    item.url = text_at(object, &["url"]).map(str::to_owned);
    item.headline = text_at(object, &["title"]).and_then(clean::line);
    item.published_at = text_at(object, &["published"]).and_then(dates::when);
    item.updated_at = text_at(object, &["updated"]).and_then(dates::when);
    item.bylines.extend(text_at(object, &["author", "displayName"]).and_then(clean::line));
    item.topics.extend(list_at(object, "labels").iter().filter_map(|l| clean::line(l.as_str()?)));
    if text_at(object, &["status"]).is_some_and(|s| !s.eq_ignore_ascii_case("live")) {
        item.standing = Standing::Unpublished;
    }
    clean::any_body(item, text_at(object, &["content"]).unwrap_or_default());
}

fn chorus(item: &mut Item, object: &Map<String, Value>) {
    item.key = id(object, "uid").map(|id| format!("chorus:{id}")).unwrap_or_default();
    item.url = text_at(object, &["url"]).map(str::to_owned);
    item.headline = text_at(object, &["title"]).and_then(clean::line);
    item.standfirst = text_at(object, &["dek", "html"]).and_then(clean::line);
    let time = |key: &str| text_at(object, &[key]).and_then(dates::when);
    item.published_at = time("publishDate").or_else(|| time("createdAt"));
    item.updated_at = time("updatedAt");
    let author = text_at(object, &["author", "fullOrUserName"]).or_else(|| text_at(object, &["authorProfile", "name"]));
    item.bylines.extend(author.and_then(clean::line));
    let others = list_at(object, "contributors").iter().filter_map(|c| c.get("fullOrUserName")?.as_str());
    item.bylines.extend(others.filter_map(clean::line));
    let mut groups = list_at(object, "communityGroups").iter().filter_map(|g| clean::line(g.get("name")?.as_str()?));
    item.section = groups.next();
    item.topics.extend(groups);
    let lead = object.get("leadImage").and_then(Value::as_object);
    item.images
        .extend(lead.and_then(|l| clean::image(text_at(l, &["asset", "url"]).or_else(|| text_at(l, &["url"]))?)));
    let components = object.get("body").and_then(Value::as_object).map(|b| list_at(b, "components"));
    for component in components.unwrap_or_default().iter().filter_map(Value::as_object) {
        self::component(item, component);
    }
}

fn component(item: &mut Item, component: &Map<String, Value>) {
    let html = text_at(component, &["contents", "html"]).or_else(|| text_at(component, &["rawHtml"]));
    let html = html.unwrap_or_default();
    match text_at(component, &["__typename"]).unwrap_or_default() {
        "EntryBodyParagraph" => clean::html_body(item, &format!("<p>{html}</p>")),
        "EntryBodyHeading" => item.body.extend(clean::line(html).map(Part::Crosshead)),
        "EntryBodyPullquote" | "EntryBodyBlockquote" => {
            let quote = if html.is_empty() { text_at(component, &["quote", "html"]).unwrap_or_default() } else { html };
            item.body.extend(clean::line(quote).map(Part::Quote));
        }
        "EntryBodyList" => {
            for entry in list_at(component, "items").iter().filter_map(Value::as_object) {
                let text = text_at(entry, &["line", "html"]).or_else(|| text_at(entry, &["contents", "html"]));
                let text = text.or_else(|| text_at(entry, &["html"]));
                item.body.extend(text.and_then(clean::line).map(Part::Listed));
            }
        }
        "EntryBodyImage" => {
            let source =
                text_at(component, &["image", "asset", "url"]).or_else(|| text_at(component, &["image", "url"]));
            if let Some(mut image) = source.and_then(clean::image) {
                image.alt = text_at(component, &["image", "alt"]).and_then(clean::line);
                image.caption = text_at(component, &["image", "caption", "html"]).and_then(clean::line);
                clean::image_here(item, image);
            }
        }
        "EntryBodyHTML" => clean::html_body(item, html),
        other => {
            let known = text_at(component, &["title"]).or_else(|| text_at(component, &["url"])).unwrap_or(html);
            clean::removed(item, known, format!("a component of the kind {}", clean::shortened(other, 60)));
        }
    }
}

fn tiny_news(item: &mut Item, object: &Map<String, Value>) {
    let number = id(object, "id");
    item.url = text_at(object, &["live_url"]).map(str::to_owned);
    let place = item.url.as_deref().and_then(clean::host).unwrap_or_default();
    item.key = number.map(|id| format!("tinynews:{place}:{id}")).unwrap_or_default();
    item.section = text_at(object, &["category", "slug"]).and_then(clean::line);
    let Some(text) = list_at(object, "translations").iter().find_map(Value::as_object) else { return };
    item.headline = text_at(text, &["headline"]).and_then(clean::line);
    item.language = text_at(text, &["locale_code"]).map(str::to_owned);
    item.published_at = text_at(text, &["first_published_at"]).and_then(dates::when);
    item.updated_at = text_at(text, &["last_published_at"]).and_then(dates::when);
    if text.get("published") == Some(&Value::Bool(false)) {
        item.standing = Standing::Unpublished;
    }
    item.bylines.extend(text_at(text, &["custom_byline"]).and_then(clean::line));
    if item.bylines.is_empty() {
        for author in list_at(object, "author").iter().filter_map(|a| a.get("author")?.as_object()) {
            let names = ["first_names", "last_name"].iter().filter_map(|key| text_at(author, &[key]));
            item.bylines.extend(clean::line(&names.collect::<Vec<_>>().join(" ")));
        }
    }
    if let Some(mut image) = text_at(object, &["featured_image", "url"]).and_then(clean::image) {
        image.caption = text_at(object, &["featured_image", "caption"]).and_then(clean::line);
        item.images.push(image);
    }
    for block in list_at(text, "content").iter().filter_map(Value::as_object) {
        tiny_block(item, block);
    }
}

fn tiny_block(item: &mut Item, block: &Map<String, Value>) {
    let words: String = list_at(block, "children").iter().filter_map(|c| c.get("content")?.as_str()).collect();
    let kind = text_at(block, &["type"]).unwrap_or_default();
    match kind {
        "text" | "paragraph" => {
            let Some(text) = clean::line_of_any_length(&words) else { return };
            let heading = text_at(block, &["style"]).is_some_and(|s| s.starts_with("HEADING"));
            item.body.push(if heading { Part::Crosshead(text) } else { Part::Paragraph(text) });
        }
        "list" => {
            for entry in list_at(block, "items").iter().filter_map(Value::as_object) {
                let words: String =
                    list_at(entry, "children").iter().filter_map(|c| c.get("content")?.as_str()).collect();
                item.body.extend(clean::line(&words).map(Part::Listed));
            }
        }
        "blockquote" => item.body.extend(clean::line(&words).map(Part::Quote)),
        "image" => {
            for child in list_at(block, "children").iter().filter_map(Value::as_object) {
                if let Some(mut image) = text_at(child, &["imageUrl"]).and_then(clean::image) {
                    image.alt = text_at(child, &["imageAlt"]).and_then(clean::line);
                    clean::image_here(item, image);
                }
            }
        }
        _ => {
            let shown = text_at(block, &["link"]).or_else(|| text_at(block, &["html"])).unwrap_or(kind);
            clean::removed(item, shown, format!("an element of the kind {}", clean::shortened(kind, 60)));
        }
    }
}

/// An entry of a JSON Feed.
fn feed_entry(item: &mut Item, object: &Map<String, Value>) {
    let text = |key: &str| text_at(object, &[key]);
    item.key =
        id(object, "id").or_else(|| text("url").map(str::to_owned)).map(|id| format!("feed:{id}")).unwrap_or_default();
    item.url = text("url").map(str::to_owned);
    item.aliases.extend(text("id").and_then(clean::address));
    item.headline = text("title").and_then(clean::line);
    item.standfirst = text("summary").and_then(clean::line);
    item.published_at = text("date_published").and_then(dates::when);
    item.updated_at = text("date_modified").and_then(dates::when);
    item.language = text("language").map(str::to_owned).or(item.language.take());
    let one = object.get("author").into_iter();
    let authors = list_at(object, "authors").iter().chain(one).filter_map(|a| a.get("name")?.as_str());
    item.bylines.extend(authors.filter_map(clean::line));
    item.topics.extend(list_at(object, "tags").iter().filter_map(|t| clean::line(t.as_str()?)));
    item.images.extend(text("image").or(text("banner_image")).and_then(clean::image));
    match (text("content_html"), text("content_text")) {
        (Some(html), _) => clean::html_body(item, html),
        (None, Some(plain)) => clean::text_body(item, plain),
        (None, None) => {}
    }
    if let Some(summary) = item.standfirst.take_if(|_| item.body.is_empty()) {
        item.body.push(Part::Paragraph(summary));
        item.notes.push("the feed gives a description only; it may be no more than the beginning".to_owned());
    }
}
