//! ninjs 1, 2 and 3: the same things under changing names.

use serde_json::{Map, Value};

use super::json::{self, list_at, text_at};
use super::out::{Flow, Out};
use super::{bylines, clean, dates, nitf};
use crate::access::{Said, schema, terms};
use crate::item::{Image, Item, Standing};

/// So many entries of a list of rights are looked at.
const MANY_RIGHTS: usize = 100;

/// Whether an object is a ninjs item.
pub(crate) fn is(object: &Map<String, Value>) -> bool {
    let has = |key: &str| object.contains_key(key);
    let body = object.keys().any(|key| key.starts_with("body_") || key == "bodies" || key.starts_with("headline"));
    has("uri") && (body || has("versioncreated") || has("$standard") || has("associations") || has("pubstatus"))
}

pub(crate) fn piece(object: &Map<String, Value>, number: u64, out: &mut Out<'_>) -> Flow {
    let text = |key: &str| text_at(object, &[key]);
    let kind = text("type").unwrap_or("text");
    if matches!(kind, "event" | "planning" | "component" | "audio" | "video" | "graphic" | "animation")
        && !has_body(object)
    {
        let name = headline(object).or_else(|| text("uri").map(str::to_owned)).unwrap_or_default();
        let name = clean::shortened(&name, 100);
        return out.refuse(number, format!("ninjs of the type {kind} without a text: no story (“{name}”)"));
    }
    let mut item = out.draft(number);
    item.key = text("uri").map(|uri| format!("ninjs:{uri}")).unwrap_or_default();
    item.url = text("uri").and_then(clean::address);
    item.headline = headline(object);
    item.language = text("language").map(str::to_owned);
    item.version = match object.get("version") {
        Some(Value::String(version)) => version.trim().parse().ok(),
        Some(other) => other.as_u64().and_then(|v| u32::try_from(v).ok()),
        None => None,
    };
    let time = |names: &[&str]| names.iter().find_map(|name| text(name)).and_then(dates::when);
    item.published_at = time(&["firstcreated", "contentcreated", "versioncreated"]);
    item.updated_at = time(&["versioncreated", "contentmodified"]);
    standing(&mut item, object);
    usage(&mut item, object);
    json::close(&mut item, object.iter());
    people(&mut item, object);
    item.dateline = ["located", "dateline"].iter().find_map(|key| text(key)).and_then(clean::line);
    for key in ["subject", "subjects", "genres", "genre"] {
        let names = list_at(object, key).iter().filter_map(|s| s.get("name").and_then(Value::as_str));
        item.topics.extend(names.filter_map(clean::line));
    }
    item.standfirst = description(object, &["summary", "abstract", "standfirst", "preamble"]);
    bodies(&mut item, object);
    pictures(&mut item, object);
    if kind == "picture" {
        own_picture(&mut item, object);
    }
    if let Some(told) = description(object, &[]).filter(|_| item.body.is_empty()) {
        clean::any_body(&mut item, &told);
        item.notes.push("only a description is given, not a text".to_owned());
    }
    if item.headline.is_none() && item.body.is_empty() {
        return out.refuse(number, format!("ninjs of the type {kind} without headline and text: no story"));
    }
    out.item(item)
}

fn has_body(object: &Map<String, Value>) -> bool {
    object.iter().any(|(key, value)| {
        (key.starts_with("body_") && value.as_str().is_some_and(|t| !t.trim().is_empty()))
            || (key == "bodies" && value.as_array().is_some_and(|list| !list.is_empty()))
    })
}

/// Values of a list of roles, the wanted ones first.
fn role<'v>(list: &'v [Value], wanted: &[&str]) -> Option<&'v str> {
    let value = |entry: &'v Value| entry.get("value").and_then(Value::as_str).filter(|t| !t.trim().is_empty());
    let of = |name: &str| list.iter().find(|e| e.get("role").and_then(Value::as_str) == Some(name)).and_then(value);
    wanted.iter().find_map(|name| of(name))
}

fn headline(object: &Map<String, Value>) -> Option<String> {
    let listed = list_at(object, "headlines");
    let main = role(listed, &["main", "headline", "web", "title"]);
    let first = listed.iter().find_map(|e| e.get("value").and_then(Value::as_str));
    let named = object.iter().find(|(key, _)| key.starts_with("headline_")).and_then(|(_, value)| value.as_str());
    let any = text_at(object, &["headline"]).or(main).or(first).or(named).or(text_at(object, &["title"]));
    any.and_then(clean::line).or_else(|| text_at(object, &["slugline"]).and_then(clean::line))
}

/// A description in one of the roles; any of them where none is named.
fn description(object: &Map<String, Value>, wanted: &[&str]) -> Option<String> {
    let listed = list_at(object, "descriptions");
    if let Some(found) = role(listed, wanted) {
        return clean::line(found);
    }
    for name in wanted {
        let found =
            ["text", "html", "xhtml"].iter().find_map(|form| text_at(object, &[&format!("description_{name}_{form}")]));
        if let Some(found) = found {
            return clean::line(found);
        }
    }
    if !wanted.is_empty() {
        return None;
    }
    let any = object.iter().filter(|(key, _)| key.starts_with("description_")).find_map(|(_, value)| value.as_str());
    let any = any.or_else(|| {
        role(listed, &["text", "caption"])
            .or_else(|| listed.iter().find_map(|e| e.get("value").and_then(Value::as_str)))
    });
    any.filter(|t| !t.trim().is_empty()).map(str::to_owned)
}

/// Its terms, where they keep it for those who pay. They may lie in a list of rights, one for each right.
fn usage(item: &mut Item, object: &Map<String, Value>) {
    let mut said = Said::default();
    let own = ["usageterms", "usageTerms", "copyrightnotice"].into_iter().filter_map(|key| text_at(object, &[key]));
    let rights = object.get("rightsinfo").or_else(|| object.get("rightsInfo"));
    let rights = match rights {
        Some(Value::Array(all)) => all.iter().take(MANY_RIGHTS).collect(),
        other => other.into_iter().collect::<Vec<_>>(),
    };
    let listed = rights.into_iter().flat_map(|right| match right {
        Value::String(text) => vec![text.as_str()],
        Value::Object(right) => right.values().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    });
    own.chain(listed).for_each(|text| said.take(terms(text), text));
    for (name, value) in object {
        if let Some(asked) = schema(name) {
            said.value(asked, value);
        }
    }
    item.says(&said);
}

fn standing(item: &mut Item, object: &Map<String, Value>) {
    let status = text_at(object, &["pubstatus"]).unwrap_or("usable").to_ascii_lowercase();
    match status.as_str() {
        "usable" => {}
        "canceled" | "cancelled" => item.standing = Standing::Withdrawn,
        _ => item.standing = Standing::Unpublished,
    }
    if status != "usable" {
        item.notes.push(format!("its agency marked it {}", clean::shortened(&status, 40)));
    }
    embargo(item, text_at(object, &["embargoed"]), object.contains_key("embargoedreason"));
}

/// An embargo with a time moves the time; one without keeps the piece back.
pub(crate) fn embargo(item: &mut Item, until: Option<&str>, open: bool) {
    match until {
        Some(text) => match dates::when(text) {
            Some(when) => {
                item.notes.push(format!("embargoed until {text}"));
                item.published_at = later(item.published_at, when);
            }
            None => {
                item.standing = Standing::Unpublished;
                item.notes.push("embargoed until a time that could not be read".to_owned());
            }
        },
        None if open => {
            item.standing = Standing::Unpublished;
            item.notes.push("embargoed without a time".to_owned());
        }
        None => {}
    }
}

fn later(a: Option<crate::item::When>, b: crate::item::When) -> Option<crate::item::When> {
    use crate::item::When::{Instant, Local};
    match (a, b) {
        (Some(Instant(x)), Instant(y)) if x > y => a,
        (Some(Local(x)), Local(y)) if x > y => a,
        _ => Some(b),
    }
}

fn people(item: &mut Item, object: &Map<String, Value>) {
    if let Some(by) = text_at(object, &["byline"]).or_else(|| text_at(object, &["by"])).and_then(clean::line) {
        bylines::fill(item, &nitf::without_by(&by));
    }
    if item.bylines.is_empty() {
        let creators = list_at(object, "infosources").iter().chain(list_at(object, "people"));
        let wrote = creators.filter(|p| {
            p.get("rel").and_then(Value::as_str).is_some_and(|rel| matches!(rel, "author" | "creator" | "writer"))
        });
        let names = wrote.filter_map(|p| p.get("name").and_then(Value::as_str)).filter_map(clean::line);
        item.bylines.extend(names);
    }
}

/// The body in its best form: with markup before plain.
fn bodies(item: &mut Item, object: &Map<String, Value>) {
    let mut forms: Vec<(u8, String)> = Vec::new();
    for (key, value) in object.iter().filter(|(key, _)| key.starts_with("body_")) {
        let Some(text) = value.as_str().filter(|t| !t.trim().is_empty()) else { continue };
        forms.push((u8::from(key == "body_text" || key.ends_with("_text")), text.to_owned()));
    }
    for body in list_at(object, "bodies") {
        let Some(text) = body.get("value").and_then(Value::as_str).filter(|t| !t.trim().is_empty()) else { continue };
        let kind = body.get("contenttype").or_else(|| body.get("contentType")).and_then(Value::as_str).unwrap_or("");
        let role = body.get("role").and_then(Value::as_str).unwrap_or("");
        let rank = match (kind, role) {
            _ if kind.contains("nitf") => 2,
            _ if kind.contains("html") || role.contains("html") => 0,
            ("text/plain", _) | (_, "text") => 1,
            _ => u8::from(!clean::is_markup(text)),
        };
        forms.push((rank, text.to_owned()));
    }
    forms.sort_by_key(|(rank, _)| *rank);
    for (rank, text) in forms {
        if !item.body.is_empty() {
            break;
        }
        if rank == 1 { clean::any_body(item, &text) } else { clean::html_body(item, &text) }
    }
}

fn pictures(item: &mut Item, object: &Map<String, Value>) {
    let associations = object.get("associations");
    let listed = associations.and_then(Value::as_array).into_iter().flatten();
    let listed = listed.filter_map(|other| Some((text_at(other.as_object()?, &["name"]).unwrap_or_default(), other)));
    let named =
        associations.and_then(Value::as_object).into_iter().flatten().map(|(name, other)| (name.as_str(), other));
    for (name, other) in listed.chain(named) {
        let Some(other) = other.as_object() else { continue };
        if matches!(text_at(other, &["type"]), Some("picture" | "graphic")) {
            // Superdesk names so what its editor put into the body.
            let after = name.starts_with("editor_").then_some(Image::SOMEWHERE);
            item.images.extend(picture(other).map(|image| Image { after, ..image }));
        }
    }
}

fn own_picture(item: &mut Item, object: &Map<String, Value>) {
    if let Some(image) = picture(object) {
        item.images.insert(0, image);
    }
}

/// The largest rendition of a picture.
fn picture(object: &Map<String, Value>) -> Option<Image> {
    let renditions = object.get("renditions")?;
    let listed = renditions.as_array().into_iter().flatten();
    let named = renditions.as_object().into_iter().flat_map(|map| map.values());
    let best = listed
        .chain(named)
        .filter(|r| {
            let kind = r.get("mimetype").or_else(|| r.get("contenttype")).and_then(Value::as_str);
            kind.is_none_or(|kind| kind.starts_with("image"))
        })
        .filter_map(|r| Some((r.get("width").and_then(Value::as_u64).unwrap_or(0), r.get("href")?.as_str()?)))
        .max_by_key(|(width, _)| *width)?;
    let mut image = clean::image(best.1)?;
    image.caption =
        description(object, &["caption"]).or_else(|| description(object, &[]).and_then(|t| clean::line(&t)));
    image.alt = headline(object);
    image.credit = text_at(object, &["byline"]).or_else(|| text_at(object, &["by"])).and_then(clean::line);
    Some(image)
}
