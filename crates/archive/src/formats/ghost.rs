//! Ghost's export: one document with tables. Who wrote a post and what it is about may stand behind the posts, so these wait
//! on the disk until the document ends.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::json::{list_at, text_at};
use super::out::{Flow, Out};
use super::spool::Spool;
use super::{Limits, clean, columns, dates, lexical, mobiledoc};
use crate::access::{Answer, Said};
use crate::item::{Item, Part, Standing};

/// What stands for the site's address in an export.
const SITE: &str = "__GHOST_URL__";

/// A table that posts are joined with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Users,
    Tags,
    PostsAuthors,
    PostsTags,
    PostsMeta,
}

impl Table {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "users" => Some(Self::Users),
            "tags" => Some(Self::Tags),
            "posts_authors" => Some(Self::PostsAuthors),
            "posts_tags" => Some(Self::PostsTags),
            "posts_meta" => Some(Self::PostsMeta),
            _ => None,
        }
    }
}

/// An id of any length as a number; two that fall together are as likely as nothing.
fn short(value: &Value) -> Option<u64> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let hash = *blake3::hash(text.as_bytes()).as_bytes();
    hash.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

#[derive(Serialize, Deserialize)]
struct Waiting {
    item: Item,
    post: Option<u64>,
    /// The column older exports had for the one author.
    author: Option<u64>,
}

pub(crate) struct Ghost {
    users: HashMap<u64, String>,
    tags: HashMap<u64, String>,
    /// Post, order, and user or tag.
    authors: Vec<(u64, u32, u64)>,
    subjects: Vec<(u64, u32, u64)>,
    captions: HashMap<u64, (Option<String>, Option<String>)>,
    waiting: Spool,
    remembered: usize,
    forgotten: u64,
}

impl Ghost {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            users: HashMap::new(),
            tags: HashMap::new(),
            authors: Vec::new(),
            subjects: Vec::new(),
            captions: HashMap::new(),
            waiting: Spool::new(limits.spool_bytes),
            remembered: limits.remembered,
            forgotten: 0,
        }
    }

    /// Takes in a row of a table.
    pub(crate) fn row(&mut self, table: Table, row: &Value) {
        let Some(row) = row.as_object().map(|row| row.get("data").and_then(Value::as_object).unwrap_or(row)) else {
            return;
        };
        let number = |key: &str| row.get(key).and_then(short);
        let order = row.get("sort_order").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
        // Joins are small and many; names are few.
        let room = self.users.len() + self.tags.len() + self.captions.len() < self.remembered
            && self.authors.len() + self.subjects.len() < self.remembered.saturating_mul(8);
        if !room {
            self.forgotten += 1;
            return;
        }
        match table {
            Table::Users | Table::Tags => {
                let name = text_at(row, &["name"]).and_then(clean::line);
                // Tags with a # are for the desk alone.
                let internal = table == Table::Tags && text_at(row, &["visibility"]) == Some("internal");
                if let (Some(id), Some(name)) = (number("id"), name.filter(|n| !internal && !n.starts_with('#'))) {
                    let names = if table == Table::Users { &mut self.users } else { &mut self.tags };
                    names.insert(id, name);
                }
            }
            Table::PostsAuthors => {
                self.authors.extend(number("post_id").zip(number("author_id")).map(|(post, user)| (post, order, user)));
            }
            Table::PostsTags => {
                self.subjects.extend(number("post_id").zip(number("tag_id")).map(|(post, tag)| (post, order, tag)));
            }
            Table::PostsMeta => {
                let alt = text_at(row, &["feature_image_alt"]).and_then(clean::line);
                let caption = text_at(row, &["feature_image_caption"]).and_then(clean::line);
                if let Some(post) = number("post_id").filter(|_| alt.is_some() || caption.is_some()) {
                    self.captions.insert(post, (alt, caption));
                }
            }
        }
    }

    /// Takes in a post of an export; one that has its authors and tags with it need not wait.
    pub(crate) fn post(&mut self, value: &Value, number: u64, out: &mut Out<'_>) -> Flow {
        let Some(post) = value.as_object() else { return Ok(()) };
        let mut item = item(post, number, out);
        out.note_encoding(&mut item);
        if post.contains_key("authors") || post.contains_key("tags") || post.contains_key("primary_author") {
            return out.finished(item);
        }
        let waiting = Waiting {
            item,
            post: post.get("id").and_then(short),
            author: post
                .get("author_id")
                .or_else(|| post.get("author").filter(|a| a.is_string() || a.is_u64()))
                .and_then(short),
        };
        if self.waiting.put(&waiting)? {
            return Ok(());
        }
        let mut item = waiting.item;
        item.notes.push("its authors and tags stand later in the file than could be waited for".to_owned());
        out.finished(item)
    }

    /// The document has ended: joins the posts with what else there was.
    pub(crate) fn end(mut self, out: &mut Out<'_>) -> Flow {
        self.authors.sort_unstable();
        self.subjects.sort_unstable();
        if self.forgotten > 0 {
            out.note(format!("{} row(s) of authors and tags were more than can be remembered", self.forgotten));
        }
        let Self { users, tags, authors, subjects, captions, waiting, .. } = self;
        waiting.drain(|mut waiting: Waiting| {
            let item = &mut waiting.item;
            if let Some(post) = waiting.post {
                item.bylines.extend(of(&authors, post).filter_map(|user| users.get(&user).cloned()));
                let mut own = of(&subjects, post).filter_map(|tag| tags.get(&tag).cloned());
                if item.section.is_none() {
                    item.section = own.next();
                }
                item.topics.extend(own);
                if let (Some((alt, caption)), Some(image)) = (captions.get(&post), item.images.first_mut()) {
                    image.alt = alt.clone().or(image.alt.take());
                    image.caption = caption.clone().or(image.caption.take());
                }
            }
            if item.bylines.is_empty() {
                item.bylines.extend(waiting.author.and_then(|user| users.get(&user)).cloned());
            }
            out.finished(waiting.item)
        })
    }
}

/// What a sorted table joins a post with, in order.
fn of(table: &[(u64, u32, u64)], post: u64) -> impl Iterator<Item = u64> + '_ {
    let from = table.partition_point(|(p, _, _)| *p < post);
    table.get(from..).unwrap_or_default().iter().take_while(move |(p, _, _)| *p == post).map(|(_, _, other)| *other)
}

/// Whether an object is a post in Ghost's manner.
pub(crate) fn is_post(value: &Value) -> bool {
    let Some(post) = value.as_object() else { return false };
    let has = |key: &str| post.contains_key(key);
    has("title")
        && (has("html") || has("lexical") || has("mobiledoc") || has("markdown"))
        && (has("slug") || has("comment_id") || has("custom_excerpt") || has("feature_image"))
}

/// A post that has everything with it.
pub(crate) fn single(value: &Value, number: u64, out: &mut Out<'_>) -> Flow {
    let Some(post) = value.as_object() else { return Ok(()) };
    let item = item(post, number, out);
    out.item(item)
}

fn item(post: &Map<String, Value>, number: u64, out: &Out<'_>) -> Item {
    let mut item = out.draft(number);
    let text = |key: &str| text_at(post, &[key]);
    let id = match post.get("id") {
        Some(Value::Number(id)) => Some(id.to_string()),
        Some(Value::String(id)) if !id.is_empty() => Some(id.clone()),
        _ => None,
    };
    // Numbers of the oldest exports begin at 1 on every site; their uuid is the better name.
    let id = id.clone().filter(|id| id.len() >= 12).or_else(|| text("uuid").map(str::to_owned)).or(id);
    let id = id.or_else(|| text("comment_id").map(str::to_owned)).or_else(|| text("slug").map(str::to_owned));
    item.key = id.map(|id| format!("ghost:{}", clean::shortened(&id, 200))).unwrap_or_default();
    item.headline = text("title").and_then(clean::line);
    item.standfirst = text("custom_excerpt").and_then(clean::line);
    addresses(&mut item, post);
    item.published_at = time(post, "published_at");
    item.updated_at = time(post, "updated_at");
    item.language = text("locale").map(str::to_owned);
    // The oldest exports have no such key. A filter for members (`product:gold`) is known to nobody here.
    if let Some(value) = post.get("visibility") {
        let words = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let mut said = Said::default();
        said.take(Some(columns::access(&words).map_or(Answer::Unknown, Answer::For)), &words);
        item.says(&said);
    }
    let status = text("status").unwrap_or("published");
    if !matches!(status, "published" | "scheduled") || (status == "scheduled" && item.published_at.is_none()) {
        item.standing = Standing::Unpublished;
        item.notes.push(format!("its status in Ghost is “{}”", clean::shortened(status, 40)));
    }
    let page = post.get("page").is_some_and(|p| p == &Value::Bool(true) || p.as_u64() == Some(1));
    if page || text("type") == Some("page") {
        item.notes.push("a page of the site, not a post".to_owned());
    }
    if let Some(mut image) = text("feature_image").or(text("image")).and_then(|s| clean::image(&s.replace(SITE, ""))) {
        image.alt = text("feature_image_alt").and_then(clean::line);
        image.caption = text("feature_image_caption").and_then(clean::line);
        item.images.push(image);
    }
    people(&mut item, post);
    body(&mut item, post);
    item
}

fn time(post: &Map<String, Value>, key: &str) -> Option<crate::item::When> {
    match post.get(key)? {
        Value::String(text) => dates::when(text),
        // Milliseconds, in the oldest exports.
        Value::Number(number) => dates::when(&number.to_string()),
        _ => None,
    }
}

fn addresses(item: &mut Item, post: &Map<String, Value>) {
    let slug = text_at(post, &["slug"]).map(|slug| format!("/{}/", slug.trim_matches('/')));
    let url = text_at(post, &["url"]).map(|url| url.replace(SITE, ""));
    item.url = url.clone().or_else(|| slug.clone());
    if let Some(canonical) = text_at(post, &["canonical_url"]).filter(|_| url.is_none()) {
        item.aliases.push(canonical.replace(SITE, ""));
    }
    item.aliases.extend(slug);
}

/// Authors and tags that stand in the post itself.
fn people(item: &mut Item, post: &Map<String, Value>) {
    let name = |value: &Value| {
        let object = value.as_object()?;
        let object = object.get("data").and_then(Value::as_object).unwrap_or(object);
        text_at(object, &["name"]).and_then(clean::line)
    };
    item.bylines.extend(list_at(post, "authors").iter().filter_map(name));
    if item.bylines.is_empty() {
        item.bylines.extend(post.get("primary_author").or_else(|| post.get("author")).and_then(name));
    }
    let mut tags = list_at(post, "tags").iter().filter_map(name).filter(|tag| !tag.starts_with('#'));
    item.section = tags.next();
    item.topics.extend(tags);
}

fn body(item: &mut Item, post: &Map<String, Value>) {
    let text = |key: &str| text_at(post, &[key]);
    if let Some(html) = text("html") {
        if html.contains("<!--members-only-->") {
            let free = html.split("<!--members-only-->").next().unwrap_or_default();
            let parts = crate::html::parts(free).parts.len();
            item.shown = Some(parts);
            item.notes.push(format!("the part for members begins after block {parts}"));
        }
        clean::html_body(item, &html.replace(SITE, ""));
    }
    if let Some(lexical) = text("lexical").filter(|_| item.body.is_empty()) {
        lexical::body(item, &lexical.replace(SITE, ""));
    }
    if let Some(mobiledoc) = text("mobiledoc").filter(|_| item.body.is_empty()) {
        mobiledoc::body(item, &mobiledoc.replace(SITE, ""));
    }
    if item.body.is_empty() {
        if let Some(markdown) = text("markdown") {
            mobiledoc::markdown(item, markdown);
        } else if let Some(plain) = text("plaintext") {
            clean::text_body(item, plain);
        }
    }
    item.body.retain(|part| !matches!(part, Part::Paragraph(text) if text.is_empty()));
}
