//! JSON documents of any size: the lists of posts in them are read entry by entry, the rest is passed over.

use std::cell::Cell;
use std::io::BufRead;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::columns::{self, Field};
use super::ghost::{self, Ghost, Table};
use super::out::{Flow, Out, Stop};
use super::{Format, ans, clean, csv_file, ninjs, other_cms, source, standing};
use crate::access::{Said, VALUE, names, told};
use crate::item::{Access, Item, Standing};

/// Names under which documents keep their list of pieces.
const LISTS: &[&str] = &[
    "posts",
    "items",
    "articles",
    "entries",
    "results",
    "docs",
    "stories",
    "_items",
    "newsItems",
    "newsitems",
    "hits",
    "documents",
    "records",
    "rows",
    "nodes",
];

/// Objects that only wrap another.
const WRAPPERS: &[&str] = &["db", "data", "result", "response"];

pub(crate) fn read<R: BufRead>(input: R, out: &mut Out<'_>) -> Flow {
    let state = out.state.clone();
    let limits = out.options.limits.clone();
    let mut walk = Walk {
        ghost: Ghost::new(&limits),
        nodes: Cell::new(0),
        most_nodes: limits.nodes,
        number: 0,
        lists: 0,
        stop: None,
        language: None,
        out,
    };
    state.budget.set(limits.item_bytes);
    let mut deserializer = serde_json::Deserializer::from_reader(input);
    let mut ended = Container { walk: &mut walk, path: Vec::new() }.deserialize(&mut deserializer);
    if ended.is_ok() {
        // One document after the other is a habit of some tools.
        while walk.more(&mut deserializer, &mut ended) {}
    }
    state.budget.set(source::UNLIMITED);
    let stop = walk.stop.take();
    if matches!(stop, Some(Stop::Asked)) {
        return Err(Stop::Asked);
    }
    let Walk { ghost, out, .. } = walk;
    ghost.end(out)?;
    match (stop, ended) {
        (Some(stop), _) => Err(stop),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => Err(broken(&error, &out.state.line_and_column())),
    }
}

fn broken(error: &serde_json::Error, place: &str) -> Stop {
    use std::io::ErrorKind;
    match (error.classify(), error.io_error_kind()) {
        (serde_json::error::Category::Eof, _) => Stop::Early(format!("in {place}, where a bracket or a quote is open")),
        (_, Some(ErrorKind::UnexpectedEof)) => Stop::Early(error.to_string()),
        (_, Some(ErrorKind::InvalidData)) => Stop::Broken(format!("in {place}: {error}")),
        (serde_json::error::Category::Io, _) => Stop::Io(std::io::Error::other(error.to_string())),
        _ => Stop::Broken(format!(
            "not valid JSON: {error}; mend it there, export it again, or, if it is the text of a page, name --format crawl"
        )),
    }
}

/// One value from the bytes of a line.
pub(crate) fn value(bytes: &[u8], most_nodes: usize) -> Result<Value, String> {
    let nodes = Cell::new(0);
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Kept { nodes: &nodes, most: most_nodes }.deserialize(&mut deserializer).map_err(|e| e.to_string())?;
    deserializer.end().map_err(|e| e.to_string())?;
    Ok(value)
}

struct Walk<'o, 'a> {
    out: &'o mut Out<'a>,
    ghost: Ghost,
    nodes: Cell<usize>,
    most_nodes: usize,
    number: u64,
    /// Lists of pieces that were read.
    lists: u64,
    stop: Option<Stop>,
    language: Option<String>,
}

impl Walk<'_, '_> {
    fn more<R: std::io::Read>(
        &mut self,
        deserializer: &mut serde_json::Deserializer<serde_json::de::IoRead<R>>,
        ended: &mut Result<(), serde_json::Error>,
    ) -> bool {
        self.fresh();
        if deserializer.end().is_ok() {
            return false;
        }
        let before = self.number;
        *ended = Container { walk: self, path: Vec::new() }.deserialize(deserializer);
        ended.is_ok() && self.number > before
    }

    /// A new piece begins: the limits count anew.
    fn fresh(&self) {
        self.nodes.set(0);
        self.out.state.budget.set(self.out.options.limits.item_bytes);
    }

    fn piece(&mut self, value: Value, in_data: bool) -> Flow {
        self.number += 1;
        let value = unwrapped(value);
        if ghost::is_post(&value) && (in_data || self.out.format() == Format::Ghost) {
            return self.ghost.post(&value, self.number, self.out);
        }
        piece_in(value, self.number, self.language.as_deref(), self.out)
    }

    fn take<E: serde::de::Error>(&mut self, flow: Flow) -> Result<(), E> {
        flow.map_err(|stop| {
            self.stop = Some(stop);
            E::custom("stopped")
        })
    }
}

/// `{"url": …, "data": {…}}`: the address outside and the post inside, as migration tools have it.
fn unwrapped(value: Value) -> Value {
    match value {
        Value::Object(mut outer) if outer.len() <= 4 && outer.get("data").is_some_and(Value::is_object) => {
            let url = outer.remove("url");
            match (outer.remove("data"), url) {
                (Some(Value::Object(mut inner)), Some(url)) => {
                    inner.entry("url").or_insert(url);
                    Value::Object(inner)
                }
                (Some(inner), _) => inner,
                (None, _) => Value::Object(outer),
            }
        }
        other => other,
    }
}

/// A piece of a known system, or else one of columns.
pub(crate) fn piece(value: Value, number: u64, out: &mut Out<'_>) -> Flow {
    piece_in(unwrapped(value), number, None, out)
}

fn piece_in(value: Value, number: u64, language: Option<&str>, out: &mut Out<'_>) -> Flow {
    let Value::Object(object) = &value else {
        return out.refuse(number, "neither a piece nor an object: only objects hold stories".to_owned());
    };
    let said = !out.options.columns.is_empty();
    if said {
    } else if ghost::is_post(&value) {
        return ghost::single(&value, number, out);
    } else if ans::is(object) {
        return ans::piece(object, number, out);
    } else if ninjs::is(object) {
        return ninjs::piece(object, number, out);
    } else if let Some(found) = other_cms::piece(object, number, language, out) {
        return found;
    }
    by_columns(object, number, out)
}

fn by_columns(object: &Map<String, Value>, number: u64, out: &mut Out<'_>) -> Flow {
    let names: Vec<String> = object.keys().take(2000).cloned().collect();
    let fields = out.options.columns.fields(&names);
    let has = |field| fields.contains(&Some(field));
    if names.is_empty() {
        return out.refuse(number, "an empty object ({}): there is nothing in it to take in".to_owned());
    }
    if !has(Field::Headline) && !has(Field::Body) {
        let names = clean::shortened(&names.join(", "), 300);
        let kind = object.get("type").and_then(Value::as_str).map(|t| format!(" ({})", clean::shortened(t, 60)));
        return out.refuse(
            number,
            format!(
                "no story: neither headline nor text in it{}; its keys are {names}. Name them with --map headline=…,body=… if \
                 they are there",
                kind.unwrap_or_default()
            ),
        );
    }
    out.options.columns.guesses(&names, &fields, &mut out.guesses);
    let mut item = out.draft(number);
    let known =
        names.iter().zip(&fields).filter_map(|(name, field)| Some(((*field)?, name.as_str(), object.get(name)?)));
    let values = known.flat_map(|(field, name, value)| {
        let told = if field == Field::Access && value.is_object() { vec![value.to_string()] } else { texts(value) };
        told.into_iter().map(move |text| (Some(field), name, text.into()))
    });
    let within = object.iter().zip(&fields).filter(|(_, field)| field.is_none()).map(|(under, _)| under);
    let columns = &out.options.columns;
    let within = told_within(within, 0, &|name| columns.reads(name));
    let within = within.into_iter().map(|(field, name, text)| (field, name, text.into()));
    let by_value = columns::fill_all(&mut item, values.chain(within), &mut out.dates);
    out.guesses.read_by_value(&by_value);
    for ((name, value), field) in object.iter().zip(&fields) {
        let Some(sign) = standing::sign(name, *field, &out.options.columns) else { continue };
        for text in texts(value) {
            if standing::take(&mut item, sign, name, &text) {
                out.guesses.read_of_standing(name);
            }
        }
    }
    if !has(Field::Body) && item.standing == Standing::Published {
        let length = |name: &String| object.get(name).map_or(0, |value| texts(value).iter().map(String::len).sum());
        let unused = names.iter().zip(&fields).filter(|(_, field)| field.is_none());
        let wanted = columns::body_wanted(unused.map(|(name, _)| (name.as_str(), length(name))));
        let names = clean::shortened(&names.join(", "), 300);
        return out.refuse(number, format!("no key is known to hold the text; its keys are {names}: {wanted}"));
    }
    csv_file::keyed(&mut item, &clean::table_key(out.file()));
    out.item(item)
}

/// Takes in what the keys of a piece say of who may read, and the keys within them, in whatever format: they close it, and open nothing.
pub(crate) fn close<'v>(item: &mut Item, object: impl Iterator<Item = (&'v String, &'v Value)>) {
    let mut said = Said::default();
    for (_, name, text) in told_within(object, 1, &columns::may_ask) {
        said.take(told(name, &text), &text);
    }
    if said.access > Some(Access::Free) {
        item.says(&said);
    }
}

/// What keys within other keys say of who may read, to a few levels: not what is said of writers, pictures and other stories. Those at the level
/// 0 that ask it are read elsewhere; `reads` says which others are.
fn told_within<'v>(
    object: impl Iterator<Item = (&'v String, &'v Value)>,
    from: usize,
    reads: &dyn Fn(&str) -> bool,
) -> Vec<(Option<Field>, &'v str, String)> {
    const LEVELS: usize = 4;
    const MANY: usize = 1_000;
    const OTHERS: &[&str] = &[
        "author",
        "writer",
        "user",
        "creator",
        "image",
        "picture",
        "media",
        "photo",
        "link",
        "related",
        "comment",
        "association",
        "rendition",
        "element",
        "promo",
    ];
    const COUNTS: &[&str] = &["stats", "statistics", "metrics", "analytics", "counts", "seo"];
    let mut told = Vec::new();
    let mut waiting: Vec<(&str, &Value, usize, Within)> =
        object.map(|(name, value)| (name.as_str(), value, from, Within::default())).collect();
    for _ in 0..MANY {
        let Some((name, value, level, within)) = waiting.pop() else { break };
        let lower = name.to_ascii_lowercase();
        if OTHERS.iter().any(|other| lower.contains(other)) || COUNTS.contains(&lower.as_str()) {
            continue;
        }
        let restricts = lower.contains("restriction");
        let asked = within.asked || restricts || level > 0 && columns::is_asked(name);
        let priced = within.of_offer && columns::is_price(name);
        match value {
            Value::Object(inner) if level < LEVELS => {
                let closed = within.closed || !columns::may_tell(name);
                let within = Within { asked: restricts, of_offer: columns::is_offer(name), closed };
                let general = |own: &str| is_general(own) || names::is_gate(name) && names::is_kind(own);
                let named = inner.iter().map(|(own, value)| (if general(own) { name } else { own.as_str() }, value));
                waiting.extend(named.map(|(name, value)| (name, value, level + 1, within)));
            }
            Value::Array(all) if level < LEVELS => {
                waiting.extend(all.iter().take(MANY).map(|value| (name, value, level + 1, Within { asked, ..within })));
            }
            Value::String(_) | Value::Number(_) | Value::Bool(_) if asked || priced => {
                let name = if priced || columns::is_asked(name) { name } else { "access" };
                told.extend(texts(value).into_iter().map(|text| (Some(Field::Access), name, text)));
            }
            Value::String(_) | Value::Number(_) | Value::Bool(_)
                if columns::may_ask(name) || !within.closed && reads(name) && is_brief(value) =>
            {
                told.extend(texts(value).into_iter().map(|text| (None, name, text)));
            }
            _ => {}
        }
    }
    told
}

/// Where a key stands within others.
#[derive(Debug, Clone, Copy, Default)]
struct Within {
    /// It is one of several that say who may read.
    asked: bool,
    /// A price in it is the story's.
    of_offer: bool,
    /// What is around it is something else's: a value alone says nothing.
    closed: bool,
}

/// Whether a key only gives its object's name or value.
fn is_general(key: &str) -> bool {
    ["name", "title", "slug", "label", "value", "text", "key"].iter().any(|general| key.eq_ignore_ascii_case(general))
}

/// Whether a value may be a word or two.
fn is_brief(value: &Value) -> bool {
    value.as_str().is_none_or(|text| text.len() <= VALUE)
}

/// The texts of a value: of lists each, of objects the one that names or says it.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Bool(is) => vec![is.to_string()],
        Value::Array(list) => list.iter().flat_map(texts).take(5000).collect(),
        Value::Object(object) => [
            "name", "rendered", "html", "text", "value", "title", "label", "url", "src", "$date", "content", "body",
            "term", "href",
        ]
        .iter()
        .find_map(|key| object.get(*key).map(texts).filter(|texts| !texts.is_empty()))
        .unwrap_or_default(),
        Value::Null => Vec::new(),
    }
}

/// A value that may be a list of pieces, an object around one, or a piece itself.
struct Container<'w, 'o, 'a> {
    walk: &'w mut Walk<'o, 'a>,
    path: Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Container<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Container<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object or a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let name = self.path.last().map_or("", String::as_str);
        let in_data = self.path.len() > 1;
        let table = Table::named(name);
        self.walk.lists += 1;
        self.walk.fresh();
        if name == "db" {
            while list.next_element_seed(Container { walk: &mut *self.walk, path: self.path.clone() })?.is_some() {}
            return Ok(());
        }
        loop {
            let kept = Kept { nodes: &self.walk.nodes, most: self.walk.most_nodes };
            let Some(value) = list.next_element_seed(kept)? else { break };
            match table {
                Some(table) => self.walk.ghost.row(table, &value),
                None => {
                    let flow = self.walk.piece(value, in_data);
                    self.walk.take(flow)?;
                }
            }
            self.walk.fresh();
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut kept = Map::new();
        let lists = self.walk.lists;
        while let Some(key) = map.next_key::<String>()? {
            let wrapper = WRAPPERS.contains(&key.as_str()) && self.path.len() < 4;
            // In an object around lists: the lists. Anywhere else what they hold is the piece's own.
            let list = (LISTS.contains(&key.as_str()) && self.path.len() < 5)
                || (Table::named(&key).is_some() && !self.path.is_empty());
            if wrapper || list {
                let mut path = self.path.clone();
                path.push(key.clone());
                let found = map.next_value_seed(Descent { walk: &mut *self.walk, path })?;
                if let Some(value) = found {
                    kept.insert(key, value);
                }
            } else if self.path.is_empty() {
                let seed = Kept { nodes: &self.walk.nodes, most: self.walk.most_nodes };
                let value = map.next_value_seed(seed)?;
                if key == "language" {
                    self.walk.language = value.as_str().map(str::to_owned);
                }
                kept.insert(key, value);
            } else {
                self.walk.out.state.budget.set(source::UNLIMITED);
                map.next_value::<IgnoredAny>()?;
                self.walk.fresh();
            }
        }
        // Nothing streamed out of it: it is a piece itself.
        if self.walk.lists == lists && !kept.is_empty() && (self.path.is_empty() || kept.contains_key("title")) {
            let flow = self.walk.piece(Value::Object(kept), false);
            self.walk.take(flow)?;
        }
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        Err(E::custom("a single text, not an object or a list"))
    }
}

/// What stands under a key that usually holds a list: the list is read through, anything else is kept.
struct Descent<'w, 'o, 'a> {
    walk: &'w mut Walk<'o, 'a>,
    path: Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Descent<'_, '_, '_> {
    type Value = Option<Value>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Option<Value>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Descent<'_, '_, '_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Container { walk: self.walk, path: self.path }.visit_seq(list)?;
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let name = self.path.last().map_or("", String::as_str);
        if WRAPPERS.contains(&name) {
            Container { walk: self.walk, path: self.path }.visit_map(map)?;
            return Ok(None);
        }
        let mut kept = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let seed = Kept { nodes: &self.walk.nodes, most: self.walk.most_nodes };
            kept.insert(key, map.next_value_seed(seed)?);
        }
        Ok(Some(Value::Object(kept)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Value::String(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Some(Value::Null))
    }

    fn visit_bool<E>(self, is: bool) -> Result<Self::Value, E> {
        Ok(Some(Value::Bool(is)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Some(number.into()))
    }
}

/// A value kept in memory, as long as it has not too many parts.
struct Kept<'c> {
    nodes: &'c Cell<usize>,
    most: usize,
}

impl Kept<'_> {
    fn again(&self) -> Kept<'_> {
        Kept { nodes: self.nodes, most: self.most }
    }
}

impl<'de> DeserializeSeed<'de> for Kept<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.nodes.set(self.nodes.get() + 1);
        if self.nodes.get() > self.most {
            return Err(D::Error::custom(format!("more than {} values in one piece", self.most)));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Kept<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("any value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(self.again())? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = map.next_value_seed(self.again())?;
            values.insert(key, value);
        }
        Ok(Value::Object(values))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, is: bool) -> Result<Value, E> {
        Ok(Value::Bool(is))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }
}

/// The text at a path of keys, if it is one and not empty.
pub(crate) fn text_at<'v>(object: &'v Map<String, Value>, path: &[&str]) -> Option<&'v str> {
    let (first, rest) = path.split_first()?;
    let mut value = object.get(*first)?;
    for key in rest {
        value = value.get(key)?;
    }
    value.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// The list at a key; nothing is an empty one.
pub(crate) fn list_at<'v>(object: &'v Map<String, Value>, key: &str) -> &'v [Value] {
    object.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
