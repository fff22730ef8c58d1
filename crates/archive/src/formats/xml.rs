//! XML as it is, not as it should be: end tags that are missing or wrong, entities nobody declared, prefixes of any kind. Document
//! types are passed over and no entity is ever replaced but the five of XML and numbers.

use std::collections::HashMap;
use std::io::BufRead;
use std::rc::Rc;

use quick_xml::events::{BytesStart, Event};

use super::Limits;
use super::out::Stop;
use super::source::{State, UNLIMITED};

/// An element with all that is in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Element {
    /// With the usual prefix of its name space (see [`USUAL`]), whatever the document calls it.
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

/// Name spaces that exports use, each by a part of its address, with the prefix by which readers know it.
const USUAL: &[(&str, &str)] = &[
    ("purl.org/rss/1.0/modules/content", "content"),
    ("/excerpt/", "excerpt"),
    ("wordpress.org/export/", "wp"),
    ("purl.org/dc/elements", "dc"),
    ("purl.org/dc/terms", "dcterms"),
    ("purl.org/atom/", ""),
    ("www.w3.org/2005/Atom", "atom"),
    ("search.yahoo.com/mrss", "media"),
    ("www.itunes.com", "itunes"),
    ("www.w3.org/1999/02/22-rdf-syntax-ns", "rdf"),
    ("www.w3.org/2007/app", "app"),
    ("purl.org/atom/app", "app"),
    ("iptc.org/std/nar/", ""),
    ("iptc.org/std/NITF/", ""),
    ("www.w3.org/1999/xhtml", ""),
];

impl Element {
    /// The name without prefix.
    pub(crate) fn local(&self) -> &str {
        self.name.rsplit(':').next().unwrap_or_default()
    }

    pub(crate) fn attr(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.trim()).filter(|v| !v.is_empty())
    }

    pub(crate) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Children of that name (without prefix).
    pub(crate) fn named<'a>(&'a self, local: &'a str) -> impl Iterator<Item = &'a Self> {
        self.elements().filter(move |element| element.local() == local)
    }

    /// The first child of that name (without prefix).
    pub(crate) fn child(&self, local: &str) -> Option<&Self> {
        self.elements().find(|element| element.local() == local)
    }

    /// The text of the first child of that full name, if there is any.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        self.elements().find(|e| e.name == name).map(Self::text).filter(|t| !t.trim().is_empty())
    }

    /// What lies at the end of a path of names.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Self> {
        let (first, rest) = path.split_first()?;
        self.elements().filter(|e| e.local() == *first).find_map(|e| if rest.is_empty() { Some(e) } else { e.at(rest) })
    }

    /// Everything below of one of these names; what is inside a found one is its own business.
    pub(crate) fn all<'a>(&'a self, names: &[&str], found: &mut Vec<&'a Self>) {
        for element in self.elements() {
            if names.contains(&element.local()) {
                found.push(element);
            } else {
                element.all(names, found);
            }
        }
    }

    /// All text in it.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        self.add_text(&mut out);
        out
    }

    fn add_text(&self, out: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Element(element) => element.add_text(out),
            }
        }
    }

    /// What is in it, as HTML.
    pub(crate) fn markup(&self) -> String {
        let mut out = String::new();
        for node in &self.children {
            add_markup(node, &mut out);
        }
        out
    }
}

pub(crate) fn add_markup(node: &Node, out: &mut String) {
    match node {
        Node::Text(text) => add_text(text, out),
        Node::Element(element) => {
            let name = element.local();
            out.push('<');
            out.push_str(name);
            for (key, value) in &element.attributes {
                out.push(' ');
                out.push_str(key);
                out.push_str("=\"");
                add_escaped(value, out);
                out.push('"');
            }
            out.push('>');
            if is_void(name) {
                return;
            }
            for child in &element.children {
                add_markup(child, out);
            }
            out.push_str("</");
            out.push_str(name);
            out.push('>');
        }
    }
}

/// Elements that HTML never closes, and feeds written by hand do not either.
fn is_void(name: &str) -> bool {
    matches!(name, "br" | "hr" | "img")
}

/// Text between elements. What is escaped still was escaped twice: nobody writes about entities in such places.
fn add_text(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        add_escaped(before, out);
        let end = after.bytes().take(10).position(|b| b == b';');
        let name = end.and_then(|end| after.get(..end)).unwrap_or_default();
        let entity = name.len() > 1 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#');
        out.push_str(if entity { "&" } else { "&amp;" });
        rest = after;
    }
    add_escaped(rest, out);
}

pub(crate) fn add_escaped(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

/// What comes next in a document.
#[derive(Debug)]
pub(crate) enum Next {
    /// A start tag; true when the element is empty.
    Start(Element, bool),
    End(String),
    Text(String),
    Done,
}

/// A document as a stream.
pub(crate) struct Xml<R: BufRead> {
    reader: quick_xml::Reader<R>,
    buffer: Vec<u8>,
    state: Rc<State>,
    limits: Limits,
    prefixes: HashMap<String, &'static str>,
    /// The start tag that ended the tree before it.
    again: Option<(Element, bool)>,
    /// Where the tag or text at hand begins.
    begins: (u64, u64),
    /// The name of the document's outermost element, and whether its end came.
    outermost: Option<String>,
    ended: bool,
    /// Start tags that the library holds until their end comes, and the bytes of their names.
    open: (usize, usize),
}

/// Start tags that may wait for their ends at once, and the bytes of their names: a document that is nothing but openings is none, and one that
/// forgets an end mark in every story has room for millions. Some 100 MB.
const MOST_OPEN: (usize, usize) = (4_000_000, 32 << 20);

/// A tree, or why it was not kept.
pub(crate) type Tree = Result<Element, String>;

impl<R: BufRead> Xml<R> {
    pub(crate) fn new(input: R, state: Rc<State>, limits: &Limits) -> Self {
        let mut reader = quick_xml::Reader::from_reader(input);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        Self {
            reader,
            buffer: Vec::new(),
            state,
            limits: limits.clone(),
            prefixes: HashMap::new(),
            again: None,
            begins: (0, 0),
            outermost: None,
            ended: false,
            open: (0, 0),
        }
    }

    /// Says that the document ends before its outermost element does.
    ///
    /// # Errors
    /// It does.
    pub(crate) fn whole(&self) -> Result<(), Stop> {
        match &self.outermost {
            Some(name) if !self.ended => Err(Stop::Early(format!("before its last tag, </{name}>"))),
            _ => Ok(()),
        }
    }

    /// Bytes of text read so far.
    pub(crate) fn place(&self) -> u64 {
        self.reader.buffer_position()
    }

    /// The next tag or text.
    pub(crate) fn next(&mut self) -> Result<Next, Stop> {
        if let Some((element, empty)) = self.again.take() {
            return Ok(Next::Start(element, empty));
        }
        loop {
            self.buffer.clear();
            self.begins = (self.state.lines.get() + 1, self.state.characters.get() + 1);
            self.state.budget.set(self.limits.item_bytes);
            let event = self.reader.read_event_into(&mut self.buffer);
            self.state.budget.set(UNLIMITED);
            let event = event.map_err(|error| broken(error, self.begins))?;
            return Ok(match event {
                Event::Start(tag) => {
                    self.open = (self.open.0 + 1, self.open.1 + tag.name().0.len());
                    if self.open.0 > MOST_OPEN.0 || self.open.1 > MOST_OPEN.1 {
                        let (line, column) = self.begins;
                        return Err(Stop::Broken(format!(
                            "{} elements are open in line {line}, column {column}: their end marks are missing; mend it, or export it again",
                            self.open.0
                        )));
                    }
                    let element = element(&tag, &mut self.prefixes, &self.limits);
                    self.outermost.get_or_insert_with(|| element.name.clone());
                    Next::Start(element, false)
                }
                Event::Empty(tag) => Next::Start(element(&tag, &mut self.prefixes, &self.limits), true),
                Event::End(tag) => {
                    self.open = (self.open.0.saturating_sub(1), self.open.1.saturating_sub(tag.name().0.len()));
                    let name = usual(tag.name().0, &self.prefixes);
                    self.ended |= self.outermost.as_ref() == Some(&name);
                    Next::End(name)
                }
                Event::Text(text) => Next::Text(text.into_inner().into_owned()),
                Event::CData(text) => Next::Text(text.into_inner().into_owned()),
                Event::GeneralRef(reference) => Next::Text(resolved(&reference.into_inner())),
                Event::Eof => Next::Done,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
            });
        }
    }

    /// Reads an element to its end. A missing end is made up for where the same element starts again, or the document is at its end; where
    /// the document has none either, it was cut off, and so was the element.
    pub(crate) fn tree(&mut self, start: Element, empty: bool) -> Result<Tree, Stop> {
        if empty {
            return Ok(Ok(start));
        }
        let from = self.place();
        let begins = self.begins;
        let root = start.name.clone();
        let mut open = vec![start];
        let (mut nodes, mut excess) = (0usize, None);
        loop {
            let next = self.next()?;
            if excess.is_none() && self.place().saturating_sub(from) > self.limits.item_bytes as u64 {
                excess = Some(format!("longer than {} bytes", self.limits.item_bytes));
            }
            if excess.is_none() && nodes > self.limits.nodes {
                excess = Some(format!("more than {} elements", self.limits.nodes));
            }
            if excess.is_some() {
                open.truncate(1);
                if let Some(first) = open.first_mut() {
                    first.children.clear();
                }
            }
            match next {
                Next::Done if !self.ended => {
                    let (line, column) = begins;
                    return Err(Stop::Early(format!("within <{root}>, which begins in line {line}, column {column}")));
                }
                Next::Done => break,
                Next::Text(text) if excess.is_none() => {
                    nodes += 1;
                    add(&mut open, Node::Text(text));
                }
                Next::Text(_) => {}
                Next::Start(element, empty) => {
                    // Only an element that never holds its like: a story in a list of stories.
                    let restarts = element.name == root
                        && open.len() <= 2
                        && matches!(root.rsplit(':').next(), Some("item" | "entry"));
                    if restarts {
                        self.again = Some((element, empty));
                        break;
                    }
                    nodes += 1 + element.attributes.len();
                    if excess.is_some() {
                    } else if empty || is_void(element.local()) || open.len() >= self.limits.depth {
                        add(&mut open, Node::Element(element));
                    } else {
                        open.push(element);
                    }
                }
                Next::End(name) => {
                    if excess.is_some() {
                        if name == root {
                            break;
                        }
                        continue;
                    }
                    let Some(at) = open.iter().rposition(|e| e.name == name) else { continue };
                    if at == 0 {
                        break;
                    }
                    fold(&mut open, at);
                }
            }
        }
        if let Some(reason) = excess {
            return Ok(Err(reason));
        }
        fold(&mut open, 1);
        Ok(Ok(open.pop().unwrap_or_default()))
    }
}

/// What a parser's error means, in what begins at this line and column.
fn broken(error: quick_xml::Error, (line, column): (u64, u64)) -> Stop {
    use quick_xml::errors::SyntaxError;
    match error {
        quick_xml::Error::Io(error) => match std::io::Error::new(error.kind(), error.to_string()).into() {
            Stop::Broken(reason) => Stop::Broken(format!("in what begins in line {line}, column {column}, {reason}")),
            stop => stop,
        },
        // All others of these say that the input ended before something else did.
        quick_xml::Error::Syntax(error) if error != SyntaxError::InvalidBangMarkup => {
            Stop::Early(format!("or an end mark is missing in line {line}, column {column} ({error})"))
        }
        error => Stop::Broken(format!(
            "not well-formed XML in line {line}, column {column}: {error}; mend it there, or export it again"
        )),
    }
}

/// Closes elements until only `left` are open.
fn fold(open: &mut Vec<Element>, left: usize) {
    while open.len() > left.max(1) {
        if let Some(done) = open.pop() {
            add(open, Node::Element(done));
        }
    }
}

fn add(open: &mut [Element], node: Node) {
    if let Some(last) = open.last_mut() {
        match (node, last.children.last_mut()) {
            (Node::Text(more), Some(Node::Text(text))) => text.push_str(&more),
            (node, _) => last.children.push(node),
        }
    }
}

/// The characters of a reference. One that nobody knows stays as it is: the HTML inside may know it.
fn resolved(name: &str) -> String {
    let known = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => name.strip_prefix('#').and_then(|number| {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => number.parse().ok(),
            };
            code.and_then(char::from_u32)
        }),
    };
    known.map_or_else(|| format!("&{name};"), String::from)
}

/// References in an attribute's value.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('&') {
        out.push_str(before);
        let end = from.bytes().take(12).position(|b| b == b';');
        match end.and_then(|end| Some((from.get(..end)?, from.get(end + 1..)?))) {
            Some((name, after)) => {
                out.push_str(&resolved(name));
                rest = after;
            }
            None => {
                out.push('&');
                rest = from;
            }
        }
    }
    out.push_str(rest);
    out
}

fn element(tag: &BytesStart<'_>, prefixes: &mut HashMap<String, &'static str>, limits: &Limits) -> Element {
    let mut attributes = Vec::new();
    let mut list = tag.html_attributes();
    for attribute in list.with_checks(false).take(limits.nodes.min(500)).flatten() {
        let key: &str = attribute.key.0;
        let value = unescaped(&attribute.value);
        if let Some(prefix) = key.strip_prefix("xmlns:") {
            let usual = USUAL.iter().find(|(part, _)| value.contains(part)).map(|(_, usual)| *usual);
            if let Some(usual) = usual.filter(|_| prefixes.len() < 200) {
                prefixes.insert(prefix.to_owned(), usual);
            }
        }
        attributes.push((key.to_owned(), value));
    }
    Element { name: usual(tag.name().0, prefixes), attributes, children: Vec::new() }
}

fn usual(name: &str, prefixes: &HashMap<String, &'static str>) -> String {
    match name.split_once(':') {
        Some((prefix, local)) => match prefixes.get(prefix) {
            Some(&"") => local.to_owned(),
            Some(usual) => format!("{usual}:{local}"),
            None => name.to_owned(),
        },
        None => name.to_owned(),
    }
}
