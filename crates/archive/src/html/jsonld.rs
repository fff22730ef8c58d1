//! Structured data of a page: what its JSON-LD says of the story.

use html5ever::local_name;
use serde_json::{Map, Value};

use super::tree::{NodeId, ROOT, Tree};
use crate::item::When;

/// So many objects are looked at in one page.
const MANY: usize = 2_000;

/// The story as structured data tells it.
#[derive(Debug, Default)]
pub(crate) struct Story {
    pub(crate) headline: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) authors: Vec<String>,
    pub(crate) published_at: Option<When>,
    pub(crate) updated_at: Option<When>,
    pub(crate) section: Option<String>,
    pub(crate) topics: Vec<String>,
    pub(crate) language: Option<String>,
    pub(crate) picture: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) body: Option<String>,
    /// What a recipe takes and its steps, one each.
    pub(crate) pieces: Vec<String>,
}

/// What the script of a page says, read once; nothing where it cannot be read.
pub(crate) fn value(tree: &Tree, node: NodeId) -> Option<&Value> {
    let data = tree.once.data.get_or_init(|| {
        let scripts = tree.below(ROOT).filter_map(|node| script(tree, node).map(|text| (node, parsed(text))));
        scripts.collect()
    });
    data.get(&node).and_then(Option::as_ref)
}

/// The text of a script that holds structured data.
pub(crate) fn script(tree: &Tree, node: NodeId) -> Option<&str> {
    let kind = tree.attribute(node, &local_name!("type")).unwrap_or_default();
    let is = tree.name(node) == local_name!("script") && kind.to_ascii_lowercase().contains("ld+json");
    tree.first_child(node).filter(|_| is).and_then(|text| tree.text(text))
}

/// An object, or the objects of a list.
pub(crate) fn each(value: &Value, mut look: impl FnMut(&Map<String, Value>)) {
    match value {
        Value::Array(all) => all.iter().take(MANY).filter_map(Value::as_object).for_each(look),
        Value::Object(object) => look(object),
        _ => {}
    }
}

/// A text, or the texts of a list.
pub(crate) fn each_text(value: &Value, mut look: impl FnMut(&str)) {
    match value {
        Value::Array(all) => all.iter().take(MANY).filter_map(Value::as_str).for_each(look),
        Value::String(text) => look(text),
        _ => {}
    }
}

/// A script as JSON, without the comments and the section that some pages set around it.
fn parsed(script: &str) -> Option<Value> {
    const AROUND: &[&str] = &["<!--", "-->", "<![CDATA[", "]]>", "//", "/*", "*/", ";"];
    let mut text = script.trim().trim_start_matches('\u{feff}');
    while let Some(rest) =
        AROUND.iter().find_map(|sign| text.strip_prefix(sign).or_else(|| text.strip_suffix(sign))).map(str::trim)
    {
        text = rest;
    }
    serde_json::from_str(text).ok()
}

/// Looks at the objects of structured data, at most so many values. `look` adds what is to be looked into of one.
pub(crate) fn objects<'v>(
    value: &'v Value,
    most: usize,
    mut look: impl FnMut(&'v Map<String, Value>, &mut Vec<&'v Value>),
) {
    let mut waiting = vec![value];
    for _ in 0..most {
        match waiting.pop() {
            None => return,
            Some(Value::Array(all)) => waiting.extend(all.iter().rev()),
            Some(Value::Object(object)) => look(object, &mut waiting),
            Some(_) => {}
        }
    }
}

impl Story {
    /// Takes in what one script says.
    pub(crate) fn take(&mut self, value: &Value) {
        objects(value, MANY, |object, waiting| {
            if is_story(object) {
                self.fill(object);
            }
            waiting.extend(object.get("@graph"));
            waiting.extend(object.get("mainEntity"));
        });
    }

    /// The first story that says something is believed.
    fn fill(&mut self, object: &Map<String, Value>) {
        let text = |name: &str| object.get(name).and_then(first_text);
        self.headline = self.headline.take().or_else(|| text("headline")).or_else(|| text("name"));
        self.description = self.description.take().or_else(|| text("description"));
        if self.authors.is_empty() {
            self.authors = object.get("author").map(names).unwrap_or_default();
        }
        let when = |name: &str| text(name).and_then(|t| super::dates::when(&t));
        self.published_at = self.published_at.or_else(|| when("datePublished"));
        self.updated_at = self.updated_at.or_else(|| when("dateModified"));
        self.section = self.section.take().or_else(|| text("articleSection"));
        if self.topics.is_empty() {
            self.topics = object.get("keywords").map(names).unwrap_or_default();
        }
        self.language = self.language.take().or_else(|| text("inLanguage"));
        self.picture = self.picture.take().or_else(|| text("image"));
        self.url = self.url.take().or_else(|| text("url")).or_else(|| text("mainEntityOfPage"));
        if self.pieces.is_empty() {
            for name in ["recipeIngredient", "ingredients", "recipeInstructions"] {
                object.get(name).into_iter().for_each(|v| pieces(v, &mut self.pieces));
            }
        }
        if self.body.is_none() {
            let body = object.get("articleBody").or_else(|| object.get("reviewBody")).or_else(|| object.get("text"));
            self.body = body.and_then(Value::as_str).map(str::to_owned).filter(|b| !b.trim().is_empty());
        }
    }
}

/// The lines of a recipe: texts, and the texts of its steps and of the sections that hold steps.
fn pieces(value: &Value, out: &mut Vec<String>) {
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        if out.len() >= MANY || waiting.len() > MANY {
            return;
        }
        match value {
            Value::String(text) => {
                out.extend(text.split(['\n', '\r']).map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned));
            }
            Value::Array(all) => waiting.extend(all.iter().rev()),
            Value::Object(object) => {
                waiting.extend(object.get("itemListElement"));
                waiting.extend(object.get("text"));
            }
            _ => {}
        }
    }
}

/// Whether a type of structured data is one of stories.
pub(crate) fn is_kind_of_story(kind: &str) -> bool {
    kind.ends_with("Article") || matches!(kind, "BlogPosting" | "Report" | "Review" | "LiveBlogPosting" | "Recipe")
}

fn is_story(object: &Map<String, Value>) -> bool {
    let is = is_kind_of_story;
    match object.get("@type") {
        Some(Value::String(kind)) => is(kind),
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).any(is),
        _ => false,
    }
}

/// A text, the first of several, or the name, address or id of an object.
fn first_text(value: &Value) -> Option<String> {
    let found = match value {
        Value::String(text) => Some(text.as_str()),
        Value::Array(all) => return all.iter().find_map(first_text),
        Value::Object(object) => ["name", "url", "@id"].iter().find_map(|n| object.get(*n)).and_then(Value::as_str),
        _ => None,
    };
    found.and_then(super::metadata::tidy)
}

fn names(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().filter_map(name).take(40).collect(),
        other => name(other).into_iter().collect(),
    }
}

fn name(value: &Value) -> Option<String> {
    match value {
        Value::Object(object) => object.get("name").and_then(first_text),
        other => first_text(other),
    }
}
