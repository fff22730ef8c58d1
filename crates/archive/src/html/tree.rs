//! The tree of a page: html5ever's parser over flat tables of our own.
//!
//! Nodes are numbers, text lies in one buffer, and only attributes that some rule looks at are kept. Everything here is a loop:
//! a page nested a million deep costs no stack.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::collections::HashMap;
use std::sync::OnceLock;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TokenizerResult, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, LocalName, QualName, local_name, ns};
use serde_json::Value;

use crate::item::Access;

/// Deeper elements are not opened; their text goes to the element that is still open. The parser's work for one tag grows with
/// the depth, so this also bounds time. Real pages stay below 100.
const MAX_DEPTH: u32 = 256;
/// What a page has beyond so many nodes is left out, and [`Tree::cut`] says so. The largest real page seen has 60,000.
const MAX_NODES: usize = 400_000;
/// The parser is fed in pieces of so many bytes. A tag or comment that fills a whole piece is ended by force: the parser compares
/// every attribute of a tag with all others.
const PIECE: usize = 8 * 1024;
/// Longer values of attributes are cut; only addresses and classes are of interest.
const MAX_VALUE: usize = 2_000;
/// So many names of attributes are remembered.
const MAX_NAMES: usize = 1_000;

pub(crate) type NodeId = u32;
const NONE: NodeId = u32::MAX;
pub(crate) const ROOT: NodeId = 0;

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Document,
    Element(QualName),
    /// Place in the text buffer.
    Text {
        from: u32,
        to: u32,
    },
    /// Comments and the like: nothing to read.
    Nothing,
}

#[derive(Debug)]
struct Node {
    kind: Kind,
    parent: NodeId,
    first: NodeId,
    last: NodeId,
    before: NodeId,
    after: NodeId,
    depth: u32,
    attributes: (u32, u32),
}

/// A parsed page.
#[derive(Debug)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    text: String,
    attributes: Vec<(LocalName, StrTendril)>,
    /// The page went on, but beyond a bound.
    pub(crate) cut: bool,
    /// Names of attributes, and whether they are kept: a page has few of them, many times.
    kept: HashMap<LocalName, bool>,
    /// What is read of it once, when it is asked first.
    pub(super) once: Once,
}

#[derive(Debug, Default)]
pub(super) struct Once {
    /// Structured data by its script; nothing where it cannot be read.
    pub(super) data: OnceLock<HashMap<NodeId, Option<Value>>>,
    /// By node: for whom its names say that it is.
    pub(super) closed: OnceLock<Vec<Option<Access>>>,
}

impl Tree {
    fn new() -> Self {
        let mut tree = Self {
            nodes: Vec::new(),
            text: String::new(),
            attributes: Vec::new(),
            cut: false,
            kept: HashMap::new(),
            once: Once::default(),
        };
        tree.add(Kind::Document);
        tree
    }

    fn add(&mut self, kind: Kind) -> NodeId {
        let id = u32::try_from(self.nodes.len()).unwrap_or(NONE - 1);
        self.nodes.push(Node {
            kind,
            parent: NONE,
            first: NONE,
            last: NONE,
            before: NONE,
            after: NONE,
            depth: 0,
            attributes: (0, 0),
        });
        id
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id as usize)
    }

    fn change(&mut self, id: NodeId, what: impl FnOnce(&mut Node)) {
        if let Some(node) = self.nodes.get_mut(id as usize) {
            what(node);
        }
    }

    /// How many nodes there are; ids are below it.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).map(|n| n.parent).filter(|p| *p != NONE)
    }

    pub(crate) fn first_child(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).map(|n| n.first).filter(|p| *p != NONE)
    }

    pub(crate) fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).map(|n| n.after).filter(|p| *p != NONE)
    }

    pub(crate) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.first_child(id), |n| self.next_sibling(*n))
    }

    /// From the parent up to the document.
    pub(crate) fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(id), |n| self.parent(*n))
    }

    /// The node and everything below it, in the order of the page.
    pub(crate) fn below(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(Some(id), move |n| self.following(*n, id))
    }

    /// The next node in the order of the page, inside `top`.
    fn following(&self, id: NodeId, top: NodeId) -> Option<NodeId> {
        self.first_child(id).or_else(|| self.following_outside(id, top))
    }

    /// The next node in the order of the page that is not below `id`, inside `top`.
    pub(crate) fn following_outside(&self, id: NodeId, top: NodeId) -> Option<NodeId> {
        let mut at = id;
        loop {
            if at == top {
                return None;
            }
            if let Some(next) = self.next_sibling(at) {
                return Some(next);
            }
            at = self.parent(at)?;
        }
    }

    /// The element's name; empty for everything else.
    pub(crate) fn name(&self, id: NodeId) -> LocalName {
        match self.node(id).map(|n| &n.kind) {
            Some(Kind::Element(name)) => name.local.clone(),
            _ => local_name!(""),
        }
    }

    pub(crate) fn is_element(&self, id: NodeId) -> bool {
        matches!(self.node(id).map(|n| &n.kind), Some(Kind::Element(_)))
    }

    /// The text of a text node.
    pub(crate) fn text(&self, id: NodeId) -> Option<&str> {
        match self.node(id).map(|n| &n.kind) {
            Some(Kind::Text { from, to }) => self.text.get(*from as usize..*to as usize),
            _ => None,
        }
    }

    pub(crate) fn attribute(&self, id: NodeId, name: &LocalName) -> Option<&str> {
        let (from, to) = self.node(id)?.attributes;
        let slice = self.attributes.get(from as usize..to as usize)?;
        slice.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_ref())
    }

    /// Whether the element has the attribute by a name that html5ever has no constant for.
    pub(crate) fn attribute_named(&self, id: NodeId, name: &str) -> Option<&str> {
        let (from, to) = self.node(id)?.attributes;
        let slice = self.attributes.get(from as usize..to as usize)?;
        slice.iter().find(|(n, _)| &**n == name).map(|(_, value)| value.as_ref())
    }

    /// The attributes that are kept of an element.
    pub(crate) fn attributes_of(&self, id: NodeId) -> impl Iterator<Item = (&str, &str)> {
        let (from, to) = self.node(id).map_or((0, 0), |node| node.attributes);
        let slice = self.attributes.get(from as usize..to as usize).unwrap_or_default();
        slice.iter().map(|(name, value)| (&**name, value.as_ref()))
    }

    /// All text below a node, white space single.
    pub(crate) fn all_text(&self, id: NodeId) -> String {
        let mut out = String::new();
        for node in self.below(id) {
            if let Some(text) = self.text(node) {
                for word in text.split_whitespace() {
                    if !out.is_empty() {
                        out.push(' ');
                    }
                    out.push_str(word);
                }
            }
        }
        out
    }

    fn detach(&mut self, id: NodeId) {
        let Some((parent, before, after)) = self.node(id).map(|n| (n.parent, n.before, n.after)) else { return };
        if parent == NONE {
            return;
        }
        if before == NONE {
            self.change(parent, |p| p.first = after);
        } else {
            self.change(before, |b| b.after = after);
        }
        if after == NONE {
            self.change(parent, |p| p.last = before);
        } else {
            self.change(after, |a| a.before = before);
        }
        self.change(id, |n| (n.parent, n.before, n.after) = (NONE, NONE, NONE));
    }

    /// Puts a node before `sibling`, or last when there is none.
    fn insert(&mut self, parent: NodeId, sibling: NodeId, id: NodeId) -> u32 {
        self.detach(id);
        let depth = self.node(parent).map_or(0, |p| p.depth + 1);
        let before = match self.node(sibling) {
            Some(s) => s.before,
            None => self.node(parent).map_or(NONE, |p| p.last),
        };
        self.change(id, |n| (n.parent, n.before, n.after, n.depth) = (parent, before, sibling, depth));
        if before == NONE {
            self.change(parent, |p| p.first = id);
        } else {
            self.change(before, |b| b.after = id);
        }
        if sibling == NONE {
            self.change(parent, |p| p.last = id);
        } else {
            self.change(sibling, |s| s.before = id);
        }
        depth
    }

    /// Adds text before `sibling`, or last; a text that just ended there is gone on with.
    fn insert_text(&mut self, parent: NodeId, sibling: NodeId, text: &str) -> u32 {
        let from = self.text.len();
        let (Ok(start), Ok(end)) = (u32::try_from(from), u32::try_from(from + text.len())) else {
            self.cut = true;
            return 0;
        };
        self.text.push_str(text);
        let before = match self.node(sibling) {
            Some(s) => s.before,
            None => self.node(parent).map_or(NONE, |p| p.last),
        };
        if let Some(Node { kind: Kind::Text { to, .. }, depth, .. }) = self.nodes.get_mut(before as usize)
            && *to == start
        {
            *to = end;
            return *depth;
        }
        let id = self.add(Kind::Text { from: start, to: end });
        self.insert(parent, sibling, id)
    }

    fn add_attributes(&mut self, id: NodeId, attributes: Vec<Attribute>) {
        let Some((from, to)) = self.node(id).map(|n| n.attributes) else { return };
        let start = self.attributes.len();
        // Attributes of one element lie together: earlier ones move to the end too.
        let earlier = self.attributes.get(from as usize..to as usize).unwrap_or_default().to_vec();
        let added = attributes
            .into_iter()
            .filter(|a| self.keeps(&a.name.local) && !earlier.iter().any(|(name, _)| *name == a.name.local))
            .map(|a| (a.name.local, shortened(a.value)))
            .collect::<Vec<_>>();
        if added.is_empty() {
            return;
        }
        self.attributes.extend(earlier);
        self.attributes.extend(added);
        let range = (u32::try_from(start).unwrap_or(0), u32::try_from(self.attributes.len()).unwrap_or(0));
        self.change(id, |n| n.attributes = range);
    }

    fn keeps(&mut self, name: &LocalName) -> bool {
        if let Some(kept) = self.kept.get(name) {
            return *kept;
        }
        let kept = wanted(name);
        if self.kept.len() < MAX_NAMES {
            self.kept.insert(name.clone(), kept);
        }
        kept
    }
}

fn shortened(value: StrTendril) -> StrTendril {
    if value.len() <= MAX_VALUE {
        return value;
    }
    let end = value.floor_char_boundary(MAX_VALUE);
    StrTendril::from(value.get(..end).unwrap_or_default())
}

fn wanted(name: &LocalName) -> bool {
    const NAMES: &[&str] = &[
        "alt",
        "aria-hidden",
        "aria-label",
        "class",
        "content",
        "datetime",
        "height",
        "hidden",
        "href",
        "hreflang",
        "http-equiv",
        "id",
        "itemprop",
        "itemscope",
        "itemtype",
        "lang",
        "media",
        "name",
        "property",
        "rel",
        "resource",
        "role",
        "src",
        "srcset",
        "style",
        "title",
        "type",
        "value",
        "width",
        "xml:lang",
        "data-src",
        "data-srcset",
        "data-original",
        "data-lazy-src",
        "data-component",
        "data-type",
        "data-testid",
        "data-qa",
        "data-module",
        "cite",
    ];
    NAMES.contains(&&**name) || super::wall::is_told_by(name)
}

/// What html5ever builds through.
struct Sink {
    tree: RefCell<Tree>,
    /// Depth of the last insertion.
    depth: Cell<u32>,
}

const NAMELESS: &QualName = &QualName { prefix: None, ns: ns!(), local: local_name!("") };

impl TreeSink for Sink {
    type Handle = NodeId;
    type Output = Tree;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Tree {
        self.tree.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        ROOT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        Ref::map(self.tree.borrow(), |tree| match tree.node(*target).map(|n| &n.kind) {
            Some(Kind::Element(name)) => name,
            _ => NAMELESS,
        })
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> NodeId {
        let mut tree = self.tree.borrow_mut();
        let id = tree.add(Kind::Element(name));
        tree.add_attributes(id, attributes);
        id
    }

    fn create_comment(&self, _: StrTendril) -> NodeId {
        self.tree.borrow_mut().add(Kind::Nothing)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        self.tree.borrow_mut().add(Kind::Nothing)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        let mut tree = self.tree.borrow_mut();
        self.depth.set(match child {
            NodeOrText::AppendNode(id) => tree.insert(*parent, NONE, id),
            NodeOrText::AppendText(text) => tree.insert_text(*parent, NONE, &text),
        });
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        if self.tree.borrow().parent(*element).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        // What stands in a template is not shown; its own element keeps it and is left out as a whole.
        *target
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &NodeId, new: NodeOrText<NodeId>) {
        let mut tree = self.tree.borrow_mut();
        let Some(parent) = tree.parent(*sibling) else { return };
        self.depth.set(match new {
            NodeOrText::AppendNode(id) => tree.insert(parent, *sibling, id),
            NodeOrText::AppendText(text) => tree.insert_text(parent, *sibling, &text),
        });
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        self.tree.borrow_mut().add_attributes(*target, attributes);
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.tree.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        let mut tree = self.tree.borrow_mut();
        while let Some(child) = tree.first_child(*node) {
            tree.insert(*new_parent, NONE, child);
        }
    }
}

/// Stands between the tokens and the tree, and keeps the bounds.
struct Guard {
    builder: TreeBuilder<NodeId, Sink>,
    tokens: Cell<u64>,
}

impl Guard {
    fn refuses(&self, token: &Token) -> bool {
        if self.builder.sink.tree.borrow().len() >= MAX_NODES {
            self.builder.sink.tree.borrow_mut().cut = true;
            return !matches!(token, Token::EOFToken);
        }
        match token {
            Token::CommentToken(_) => true,
            Token::TagToken(tag) => self.builder.sink.depth.get() >= MAX_DEPTH && opens(tag),
            _ => false,
        }
    }
}

/// A start tag that makes the tree deeper. The contents of the others are read by rules of their own, so they must be known.
fn opens(tag: &Tag) -> bool {
    tag.kind == TagKind::StartTag
        && !matches!(
            tag.name,
            local_name!("script")
                | local_name!("style")
                | local_name!("textarea")
                | local_name!("title")
                | local_name!("noscript")
                | local_name!("iframe")
                | local_name!("xmp")
                | local_name!("noembed")
                | local_name!("noframes")
        )
}

impl TokenSink for Guard {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        self.tokens.set(self.tokens.get() + 1);
        if self.refuses(&token) {
            return TokenSinkResult::Continue;
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Reads a page.
pub(crate) fn parse(html: &str) -> Tree {
    run(html, TreeBuilder::new)
}

/// Reads a piece of a page, as if it stood in a `div`. Its nodes are below [`ROOT`].
pub(crate) fn parse_fragment(html: &str) -> Tree {
    run(html, |sink, options| {
        let name = QualName::new(None, ns!(html), local_name!("div"));
        let context = sink.create_element(name, Vec::new(), ElementFlags::default());
        TreeBuilder::new_for_fragment(sink, context, None, options)
    })
}

fn run(html: &str, make: impl FnOnce(Sink, TreeBuilderOpts) -> TreeBuilder<NodeId, Sink>) -> Tree {
    let sink = Sink { tree: RefCell::new(Tree::new()), depth: Cell::new(0) };
    // Without scripts: what a page says inside `noscript` is read as a person without scripts sees it.
    let options = TreeBuilderOpts { scripting_enabled: false, drop_doctype: true, ..TreeBuilderOpts::default() };
    let guard = Guard { builder: make(sink, options), tokens: Cell::new(0) };
    let tokenizer = Tokenizer::new(guard, Default::default());
    let queue = BufferQueue::default();
    let mut rest = html;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
        let (piece, after) = if piece.is_empty() { (rest, "") } else { (piece, after) };
        rest = after;
        let before = tokenizer.sink.tokens.get();
        feed(&tokenizer, &queue, piece);
        if tokenizer.sink.tokens.get() == before && piece.len() > PIECE / 2 {
            feed(&tokenizer, &queue, ">");
        }
        if tokenizer.sink.builder.sink.tree.borrow().cut {
            break;
        }
    }
    tokenizer.end();
    tokenizer.sink.builder.sink.finish()
}

/// Scripts and declared encodings make the tokenizer stop; there is nothing to wait for.
fn feed(tokenizer: &Tokenizer<Guard>, queue: &BufferQueue, piece: &str) {
    queue.push_back(StrTendril::from(piece));
    while !matches!(tokenizer.feed(queue), TokenizerResult::Done) {}
}
