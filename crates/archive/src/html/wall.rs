//! Whether a page, or a part of it, was for people who had paid. A page that contradicts itself is closed.

use html5ever::local_name;
use serde_json::Value;

use super::choose::Ground;
use super::tree::{NodeId, ROOT, Tree};
use crate::access::{
    self, Answer, Question, SOLD, Said, VALUE, answer, costs, is_terms, named, names, question, says_closed, schema,
    terms, told, told_of_gate, told_of_story,
};
use crate::blocks::shortened;
use crate::item::Access;

/// Prose, in characters, from which an element holds a part of the story.
const SOME: f32 = 80.0;
/// So many values of one script are looked at.
const MANY: usize = 20_000;
/// Attributes of AMP whose value names who may read.
const AMP: &[&str] = &["subscriptions-section", "amp-access"];
/// Whether an attribute of this name may say who may read.
pub(crate) fn is_told_by(name: &str) -> bool {
    AMP.contains(&name) || own_name(name).is_some_and(access::is_told_by)
}

/// The name of an attribute that is a page's own.
fn own_name(attribute: &str) -> Option<&str> {
    attribute.strip_prefix("data-").or_else(|| attribute.strip_prefix("x-"))
}

impl Said {
    pub(crate) fn of(html: &str, tree: &Tree, ground: &Ground) -> Self {
        let mut said = Self::default();
        for node in tree.below(ROOT) {
            match tree.name(node) {
                local_name!("script") => said.script(tree, node),
                local_name!("meta") => said.meta(tree, node),
                _ => said.marked_up(tree, node),
            }
            said.attributes(tree, ground, node);
        }
        said.raw(html);
        said
    }

    /// The same of a body by itself, all of which is the story. Gives the first element that closes what is in it.
    pub(crate) fn body(&mut self, html: &str, tree: &Tree) -> Option<NodeId> {
        let mut first = None;
        for node in tree.below(ROOT) {
            match tree.name(node) {
                local_name!("script") => self.script(tree, node),
                local_name!("meta") => self.meta(tree, node),
                _ => self.marked_up(tree, node),
            }
            let mut own = Self::default();
            own.own(tree, node);
            own.take(super::closed::by_name(tree, node).map(Answer::For), "");
            if let Some(access) = own.access {
                self.take(Some(Answer::For(access)), "");
                first = first.or(Some(node).filter(|_| access > Access::Free));
            }
        }
        if html.contains("<script") {
            self.raw(html);
        }
        first
    }

    /// Structured data, at any depth: parts of a page and what it belongs to say it too.
    fn script(&mut self, tree: &Tree, node: NodeId) {
        let Some(value) = super::jsonld::value(tree, node) else { return };
        super::jsonld::objects(value, MANY, |object, waiting| {
            let sells = object.get("@type").is_some_and(is_story) && object.get("offers").is_some_and(has_price)
                || object.get("expectsAcceptanceOf").is_some_and(has_price);
            if sells {
                self.take(Some(Answer::For(Access::Paid)), "");
            }
            let offer = object.get("@type").and_then(Value::as_str) == Some("ActionAccessSpecification");
            for (name, value) in object {
                if let Some(text) = value.as_str().filter(|_| is_terms(name)) {
                    self.take(terms(text), text);
                }
                let asked = schema(name).or((offer && name == "category").then_some(Question::Who));
                if let Some(asked) = asked {
                    self.value(asked, value);
                }
            }
            waiting.extend(object.values());
        });
    }

    pub(crate) fn value(&mut self, asked: Question, value: &Value) {
        match value {
            Value::Bool(yes) => self.take(answer(asked, if *yes { "true" } else { "false" }), ""),
            Value::Number(number) => self.take(answer(asked, &number.to_string()), &number.to_string()),
            Value::String(text) => match answer(asked, text) {
                // Asked whether it is free, nothing is no yes.
                None if asked == Question::Free => self.take(Some(Answer::Unknown), text),
                told => self.take(told, text),
            },
            Value::Array(all) => all.iter().take(VALUE).for_each(|one| {
                if !one.is_array() {
                    self.value(asked, one);
                }
            }),
            Value::Object(object) => {
                let named = ["@value", "@id", "name", "text"].iter().find_map(|n| object.get(*n));
                match named.filter(|named| !named.is_object() && !named.is_array()) {
                    // A subscription by name is one that it takes.
                    Some(named) if asked != Question::Sold || !named.is_string() => self.value(asked, named),
                    Some(Value::String(text)) if answer(asked, text) == Some(Answer::NotSold) => self.not_sold = true,
                    _ => self.take(Some(Answer::For(Access::Paid)), ""),
                }
            }
            Value::Null if asked == Question::Free => self.take(Some(Answer::Unknown), "null"),
            Value::Null => {}
        }
    }

    /// An element of the head: a name of its own, or schema.org's.
    fn meta(&mut self, tree: &Tree, node: NodeId) {
        let Some(content) = tree.attribute(node, &local_name!("content")).filter(|c| !c.trim().is_empty()) else {
            return;
        };
        let names = [local_name!("property"), local_name!("name"), local_name!("itemprop")];
        for name in names.iter().filter_map(|n| tree.attribute(node, n)).flat_map(str::split_whitespace) {
            self.take(told_of_story(name, content), content);
            if is_terms(name) {
                self.take(terms(content), content);
            }
            if content.trim_start().starts_with('{') && name.to_ascii_lowercase().contains("metadata") {
                self.pairs(content);
            }
        }
    }

    /// Names and values written as JSON in a value of the head, which may be cut.
    fn pairs(&mut self, content: &str) {
        let bare = |text: &str| {
            text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '[' | ']')).to_owned()
        };
        for (name, value) in content.split(['{', ',', '}']).filter_map(|pair| pair.split_once(':')) {
            let value = bare(value);
            self.take(question(&bare(name)).and_then(|asked| answer(asked, &value)), &value);
        }
    }

    /// Microdata and RDFa in the page: schema.org's names alone, which nothing else has.
    fn marked_up(&mut self, tree: &Tree, node: NodeId) {
        let names = [local_name!("itemprop"), local_name!("property")];
        for name in names.iter().filter_map(|n| tree.attribute(node, n)).flat_map(str::split_whitespace) {
            let Some(asked) = schema(name) else { continue };
            let told = ["content", "resource", "href", "src", "value"]
                .iter()
                .find_map(|n| tree.attribute_named(node, n))
                .map_or_else(|| shortened(&tree.all_text(node), VALUE), str::to_owned);
            self.take(answer(asked, &told), &told);
        }
    }

    /// Attributes and classes of an element of the story, or around it.
    fn attributes(&mut self, tree: &Tree, ground: &Ground, node: NodeId) {
        let whole = matches!(tree.name(node), local_name!("html") | local_name!("body"));
        let holds = ground.prose.get(node as usize).copied().unwrap_or_default() >= SOME;
        if !(whole || holds) {
            return;
        }
        self.own(tree, node);
        if let Some(access) = super::closed::by_name(tree, node).filter(|_| !whole) {
            self.take(Some(Answer::For(access)), "");
        }
    }

    /// The attributes of an element.
    fn own(&mut self, tree: &Tree, node: NodeId) {
        for (name, value) in tree.attributes_of(node) {
            let Some(name) = own_name(name) else { continue };
            // There being one without a value says yes.
            let value = if value.trim().is_empty() { "true" } else { value };
            let of_column = || told_of_story(name, value).filter(|told| is_wall(name, *told));
            match told_of_gate(name, value).or_else(|| told(name, value)).or_else(of_column) {
                // What is no word for who may read is a name of the page's programs.
                Some(Answer::Unknown) => {}
                Some(Answer::For(Access::Free)) => self.not_sold = true,
                told => self.take(told, value),
            }
        }
        if AMP.iter().filter_map(|name| tree.attribute_named(node, name)).any(is_sold_part) {
            self.take(Some(Answer::For(Access::Paid)), "");
        }
    }

    /// schema.org's names with a value that closes, wherever and however they are written: in JSON-LD that cannot be read, too.
    fn raw(&mut self, html: &str) {
        if says_closed(html) {
            self.take(Some(Answer::For(Access::Paid)), "");
        }
    }
}

/// Whether an attribute that is named by who pays alone is of a wall: that somebody has an account says nothing of the story.
fn is_wall(name: &str, told: Answer) -> bool {
    told == Answer::For(Access::Paid) || name.contains("wall")
}

/// For whom the classes of a part say that it is, where that is not everybody.
pub(super) fn part(classes: &str) -> Option<Access> {
    const OPENED: &[&str] =
        &["no", "non", "without", "free", "off", "has", "not", "un", "inactive", "disabled", "removed"];
    // Somebody paid for an advertisement.
    let sponsored = || ["sponsor", "advert", "promoted"].iter().any(|word| classes.to_ascii_lowercase().contains(word));
    let one = |own: &str| {
        let class = &own.to_ascii_lowercase();
        let mut words = class.split(|c: char| !c.is_alphanumeric());
        if words.any(|word| OPENED.contains(&word)) || class == "paid" && sponsored() {
            return None;
        }
        match named(class) {
            _ if class == "abo"
                || class.contains("paywall")
                || class.contains("premium-content")
                || names::closes(own) =>
            {
                Some(Access::Paid)
            }
            _ if class.contains("regwall") || names::tells_account(own) => Some(Access::Registered),
            Some(Question::Sold) => Some(Access::Paid),
            Some(Question::Metered) => Some(Access::Metered),
            _ => None,
        }
    };
    classes.split_whitespace().take(50).filter_map(one).max()
}

/// The same of an `id`.
pub(super) fn part_by_id(id: &str) -> Option<Access> {
    (id.eq_ignore_ascii_case("paywall") || names::id_closes(id)).then_some(Access::Paid)
}

/// The same of its attributes.
pub(super) fn part_by_attributes(tree: &Tree, node: NodeId) -> Option<Access> {
    let mut said = Said::default();
    said.own(tree, node);
    said.access
}

/// A value of AMP for what only subscribers see.
fn is_sold_part(value: &str) -> bool {
    let value = value.trim().to_ascii_lowercase();
    value.starts_with("content") || SOLD.iter().any(|w| value.starts_with(w))
}

/// Whether a type of structured data is one of stories.
fn is_story(kind: &Value) -> bool {
    match kind {
        Value::String(kind) => super::jsonld::is_kind_of_story(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(super::jsonld::is_kind_of_story),
        _ => false,
    }
}

/// Whether an offer of a story asks for something: a price that is not nothing, or a category that is sold.
fn has_price(offers: &Value) -> bool {
    match offers {
        Value::Array(all) => all.iter().take(VALUE).any(|one| !one.is_array() && has_price(one)),
        Value::Object(offer) => {
            let price = ["price", "lowPrice", "highPrice"].iter().filter_map(|name| offer.get(*name)).any(|price| {
                let words = price.as_str().map_or_else(|| price.to_string(), str::to_owned);
                costs(&words)
            });
            let inner = offer.get("priceSpecification");
            let sold = offer.get("category").and_then(Value::as_str).and_then(|text| answer(Question::Who, text));
            price || sold == Some(Answer::For(Access::Paid)) || inner.is_some_and(has_price)
        }
        _ => false,
    }
}
