//! The parts of a page that it closes itself, by a selector, a class or an `id`, and where the first of them begins.

use std::collections::{HashMap, HashSet};

use html5ever::local_name;
use serde_json::{Map, Value};

use super::choose::{self, ends_sentence};
use super::flow::{self, Block, Flow, Shape, is_block};
use super::fragment::shortened;
use super::selectors;
use super::tree::{NodeId, ROOT, Tree};
use super::{house, jsonld, marks, wall, wording};
use crate::access::{Said, says_closed, schema};
use crate::blocks as lines;
use crate::furniture::{self, Kind};
use crate::item::{Access, Image, Removed};

/// So many values of one script are looked at.
const MANY: usize = 20_000;
/// Selectors of one page.
const SELECTORS: usize = 50;
/// Names of a part's selector, without their vocabulary and in small letters.
const SELECTOR: &str = "cssselector";
/// So much of a part's text is read, in bytes.
const TEXT: usize = 2_000;
/// Fewer words are a badge.
const WORDS: usize = 5;
/// Prose of less weight that is not shown is no part of a story.
const PROSE: f32 = 80.0;
/// The same of what also asks for something.
const LONG: f32 = 400.0;
/// So many elements around one that nobody sees may close it.
const AROUND: usize = 3;
/// Bytes from which something is a text or a code, and bytes of a word of a code.
const CODED: usize = 200;
const WORD: usize = 40;
/// So many parts within paragraphs are looked into.
const WITHIN: usize = 5_000;
/// A picture stands so deep in its figure at most.
const FIGURE: usize = 6;
/// Why words of a picture are left out.
const CAPTION: &str = "words of a picture that the page closes";
/// Beginnings of words by which a paper sells: a part that has one may be an offer.
const ASKS: &[&str] = &["subscri", "abonn", "suscri", "newsletter", "unlock", "login", "signup", "paywall"];

/// What structured data names as closed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Named {
    /// In the order of the page.
    pub(crate) elements: Vec<NodeId>,
    /// What it names as open, where it names no part as closed: the rest is.
    pub(crate) open: HashSet<NodeId>,
    /// It names something in a way that is not understood.
    pub(crate) unread: bool,
    /// It names what is not on the page.
    pub(crate) missing: bool,
    /// The same, to ask for one.
    set: HashSet<NodeId>,
}

/// Selectors of a page's parts, by what it says of them.
#[derive(Debug, Default)]
struct Parts {
    closed: Vec<String>,
    open: Vec<String>,
}

/// Where what is closed begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wall {
    /// So many kept blocks stand above it.
    pub(crate) above: usize,
    /// The place of the element in the order of the page.
    from: u32,
}

/// The places of a page's nodes in its order, which repaired markup does not number so.
#[derive(Debug)]
pub(crate) struct Order(Vec<u32>);

impl Order {
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut places = vec![0; tree.len()];
        for (place, node) in (1..).zip(tree.below(ROOT)) {
            if let Some(slot) = places.get_mut(node as usize) {
                *slot = place;
            }
        }
        Self(places)
    }

    pub(crate) fn at(&self, node: NodeId) -> u32 {
        self.0.get(node as usize).copied().unwrap_or_default()
    }

    /// The first place behind an element.
    fn behind(&self, tree: &Tree, node: NodeId) -> u32 {
        tree.following_outside(node, ROOT).map_or(u32::MAX, |next| self.at(next))
    }
}

impl Named {
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut found = Self::default();
        let mut parts = Parts::default();
        for node in tree.below(ROOT).filter(|node| tree.is_element(*node)) {
            if tree.name(node) == local_name!("script") {
                found.script(tree, node, &mut parts);
            }
            let names = [local_name!("itemprop"), local_name!("property")];
            let mut names = names.iter().filter_map(|n| tree.attribute(node, n)).flat_map(str::split_whitespace);
            found.unread |= names.any(|name| matches!(own(name).as_str(), "haspart" | SELECTOR));
        }
        let Parts { closed: mut selectors, mut open } = parts;
        found.unread |= selectors.len() > SELECTORS;
        selectors.truncate(SELECTORS);
        let (set, understood) = selectors::named(tree, &selectors);
        found.unread |= !understood;
        found.missing = !selectors.is_empty() && set.is_empty();
        if selectors.is_empty() && !open.is_empty() {
            open.truncate(SELECTORS);
            let (set, understood) = selectors::named(tree, &open);
            found.unread |= !understood;
            found.missing = set.is_empty();
            found.open = set;
        }
        if !set.is_empty() {
            found.elements = tree.below(ROOT).filter(|node| set.contains(node)).collect();
        }
        found.set = set;
        found
    }

    pub(crate) fn has(&self, node: NodeId) -> bool {
        self.set.contains(&node)
    }

    /// Whether it names an element, as closed or as open: then it is the story's.
    pub(crate) fn tells_of(&self, node: NodeId) -> bool {
        self.has(node) || self.open.contains(&node)
    }

    /// What is odd about it on a page that was sold.
    pub(crate) fn note(&self) -> Option<&'static str> {
        const UNREAD: &str = "names its closed parts in a way that is not understood: all of it is closed; look which of its paragraphs were open";
        const MISSING: &str =
            "names closed parts that are not on the page: the usual preview is open; look whether it may be";
        if self.unread { Some(UNREAD) } else { self.missing.then_some(MISSING) }
    }

    fn script(&mut self, tree: &Tree, node: NodeId, parts: &mut Parts) {
        let Some(text) = jsonld::script(tree, node) else { return };
        let Some(value) = jsonld::value(tree, node) else {
            self.unread |= says_closed(text);
            return;
        };
        jsonld::objects(value, MANY, |object, waiting| {
            self.part(object, false, parts);
            for (name, value) in object {
                if own(name) == "haspart" {
                    jsonld::each(value, |part| self.part(part, !part.contains_key("@type"), parts));
                }
            }
            waiting.extend(object.values());
        });
    }

    /// A part is closed where it says so, and where it says nothing of that: whoever names it for nothing names what is sold.
    fn part(&mut self, object: &Map<String, Value>, of_story: bool, parts: &mut Parts) {
        let get = |asked: &str| object.iter().find(|(name, _)| own(name) == asked).map(|(_, value)| value);
        let mut said = Said::default();
        for (name, value) in object {
            if let Some(asked) = schema(name) {
                said.value(asked, value);
            }
        }
        let closed = said.access > Some(Access::Free);
        let open = !closed && (said.access.is_some() || said.not_sold);
        let mut of_page = false;
        if let Some(kind) = object.get("@type") {
            jsonld::each_text(kind, |kind| of_page |= kind.ends_with("WebPageElement"));
        }
        let selector = get(SELECTOR);
        let told = selector.is_some() || get("xpath").is_some();
        if open && (of_page || of_story) {
            selector.into_iter().for_each(|selector| {
                jsonld::each_text(selector, |text| parts.open.push(text.to_owned()));
            });
        }
        if open || !(of_page || of_story || closed && told) || !(closed || told) {
            return;
        }
        let known = parts.closed.len();
        if let Some(selector) = selector {
            jsonld::each_text(selector, |text| parts.closed.push(text.to_owned()));
        }
        // A part that only has a name is told of elsewhere.
        self.unread |= parts.closed.len() == known;
    }
}

/// A name without its vocabulary, in small letters.
fn own(name: &str) -> String {
    name.rsplit([':', '/', '#']).next().unwrap_or(name).to_ascii_lowercase()
}

/// For whom an element says by its class or `id` that it is, where that is not everybody.
pub(super) fn by_name(tree: &Tree, node: NodeId) -> Option<Access> {
    let closed = tree.once.closed.get_or_init(|| {
        let (mut classes, mut ids) = (HashMap::new(), HashMap::new());
        let mut closed = vec![None; tree.len()];
        for (node, slot) in (ROOT..).zip(&mut closed) {
            let class = tree.attribute(node, &local_name!("class"));
            let id = tree.attribute(node, &local_name!("id"));
            let class = class.and_then(|class| *classes.entry(class).or_insert_with(|| wall::part(class)));
            *slot = class.max(id.and_then(|id| *ids.entry(id).or_insert_with(|| wall::part_by_id(id))));
            *slot = slot.or_else(|| by_own_name(tree, node));
            if slot.is_none() && is_blurred(tree, node) {
                *slot = Some(Access::Paid);
            }
        }
        closed
    });
    closed.get(node as usize).copied().flatten()
}

/// For whom the name of an element itself says that it is, as a class of that name would: `<subscriber-only>`, `<my-paywall>`.
fn by_own_name(tree: &Tree, node: NodeId) -> Option<Access> {
    let name = tree.name(node);
    if name.contains('-') { wall::part(&name) } else { None }
}

/// Whether an element holds words that nobody can read: pictures are blurred until they are there.
fn is_blurred(tree: &Tree, node: NodeId) -> bool {
    let blurred =
        |class: &str| matches!(class, "blur" | "blurred" | "is-blurred" | "text-blur" | "blur-text" | "blurred-text");
    tree.attribute(node, &local_name!("class")).is_some_and(|class| class.split_whitespace().any(blurred))
        && !tree.below(node).any(|part| matches!(tree.name(part), local_name!("img") | local_name!("picture")))
        && is_told(&beginning(tree, node))
}

/// The same with its attributes, which cards of other stories have too: of what is the story's.
pub(super) fn by_mark(tree: &Tree, node: NodeId) -> Option<Access> {
    by_name(tree, node).max(wall::part_by_attributes(tree, node))
}

/// Whether an element stands in what the page closes, and so names nobody and nothing for everybody. A class around the headline too says only
/// that the story is sold.
pub(super) fn is_within(tree: &Tree, named: &Named, node: NodeId) -> bool {
    let headed = |above: NodeId| tree.below(above).any(|node| tree.name(node) == local_name!("h1"));
    let closes = |above: NodeId| {
        named.has(above) || by_mark(tree, above).is_some() && !is_of_story(tree, above) && !headed(above)
    };
    std::iter::once(node).chain(tree.ancestors(node)).any(closes)
}

/// Why an element holds nothing of a story; `None` also where it is the part of it that the page keeps from who has not paid.
pub(super) fn left_out(tree: &Tree, named: Option<&Named>, node: NodeId) -> Option<&'static str> {
    let reason =
        marks::never_story(tree, node).filter(|_| !shows_nothing(tree, node) || !is_kept_back(tree, named, node));
    reason.or_else(|| marks::hidden(tree, node).filter(|_| !is_kept_back(tree, named, node)))
}

/// Whether an element is one that nobody sees before a program shows it.
fn shows_nothing(tree: &Tree, node: NodeId) -> bool {
    matches!(tree.name(node), local_name!("template") | local_name!("noscript") | local_name!("dialog"))
}

/// Whether an element that is not shown closes by name or mark, or one around it.
fn is_marked(tree: &Tree, named: Option<&Named>, node: NodeId) -> bool {
    let closes = |node: NodeId| {
        may_close(tree, node)
            && (named.is_some_and(|named| named.has(node)) || by_mark(tree, node).is_some_and(is_walled))
    };
    if closes(node) || !shows_nothing(tree, node) {
        return closes(node);
    }
    tree.ancestors(node).take(AROUND).any(|node| !is_of_story(tree, node) && closes(node))
        || tree.below(node).take(WITHIN).any(closes)
}

/// Whether an element that is not shown holds a story, and closes: most are offers, and what tells a story at length may have one in it.
fn is_kept_back(tree: &Tree, named: Option<&Named>, node: NodeId) -> bool {
    if !is_marked(tree, named, node) {
        return false;
    }
    let blocks = flow::flow(tree, node, marks::never_story).blocks;
    let (asking, told): (Vec<&Block>, Vec<&Block>) =
        blocks.iter().partition(|block| block.linked * 2 > block.chars || asks(&block.text));
    // One paragraph in a dialog, or for readers without scripts, is mostly a notice.
    let paragraphs = || told.iter().map(|block| 1 + block.breaks.len()).sum::<usize>();
    let is_notice = !asking.is_empty() || shows_nothing(tree, node) && paragraphs() < 2;
    let least = if is_notice { LONG } else { PROSE };
    told.into_iter().filter(|block| is_told(&block.text)).map(choose::weight).sum::<f32>() >= least
}

/// The elements that nobody sees in which kept words stand: what they hold was sold.
pub(super) fn unseen(tree: &Tree, named: &Named, kept: &[&Block]) -> Vec<NodeId> {
    let mut found: Vec<NodeId> = Vec::new();
    for block in kept {
        // Bare words there stand in a block of what is around.
        let around = tree.ancestors(block.from).chain(tree.ancestors(block.until)).chain([block.from, block.until]);
        let new: HashSet<NodeId> = around.filter(|node| shows_nothing(tree, *node) && !found.contains(node)).collect();
        found.extend(new);
    }
    found.retain(|node| is_kept_back(tree, Some(named), *node));
    found
}

/// What is odd about a page that closes what is no text, as it stands there: it was sold, and the text is not on the page.
pub(super) fn unread(tree: &Tree, named: &Named, skipped: &[(NodeId, &str)]) -> Option<String> {
    let is_coded = |text: &str| text.len() >= CODED && text.split_whitespace().count() * WORD < text.len();
    let mut coded = skipped.iter().map(|(node, _)| *node).filter(|node| shows_nothing(tree, *node));
    let node = coded.find(|node| is_coded(tree.all_text(*node).trim()) && is_marked(tree, Some(named), *node))?;
    let begins = lines::shortened(tree.all_text(node).trim(), 40);
    Some(format!("left out: “{begins}”, which the page closes and which is no text: take it from where it was written"))
}

/// Whether there is a wall before what is for these: what counts is open to begin with.
pub(super) const fn is_walled(access: Access) -> bool {
    matches!(access, Access::Paid | Access::Registered)
}

/// Whether an element is by its name around a whole story.
fn is_of_story(tree: &Tree, node: NodeId) -> bool {
    use html5ever::local_name as name;
    matches!(tree.name(node), name!("html") | name!("body") | name!("main") | name!("article"))
}

/// Whether an element may close: a heading has an `id` made of its words, and links lead to other stories.
fn may_close(tree: &Tree, node: NodeId) -> bool {
    use html5ever::local_name as name;
    let of = tree.name(node);
    !matches!(of, name!("html") | name!("body") | name!("a") | name!("button") | name!("label") | name!("form"))
        && !matches!(of, name!("h1") | name!("h2") | name!("h3") | name!("h4") | name!("h5") | name!("h6"))
}

/// The elements that close by their names and tell a story: sentences that ask for nothing, and no links.
pub(super) fn telling(tree: &Tree, flow: &Flow) -> HashSet<NodeId> {
    let named: HashSet<NodeId> =
        tree.below(ROOT).filter(|node| by_name(tree, *node).is_some() && may_close(tree, *node)).collect();
    let mut found = HashSet::new();
    if named.is_empty() {
        return found;
    }
    let mut with_blocks: HashSet<NodeId> = HashSet::new();
    let mut not: HashSet<NodeId> = HashSet::new();
    for block in &flow.blocks {
        let around = std::iter::once(block.holder).chain(tree.ancestors(block.holder));
        let around: Vec<NodeId> = around.filter(|node| named.contains(node)).collect();
        if around.is_empty() {
            continue;
        }
        with_blocks.extend(&around);
        if block.linked * 2 > block.chars || asks(&block.text) {
            not.extend(around);
        } else if !matches!(block.shape, Shape::Heading(_) | Shape::Caption) && is_told(&block.text) {
            found.extend(around);
        }
    }
    for node in named.iter().copied().filter(|node| !with_blocks.contains(node)).take(WITHIN) {
        let text = beginning(tree, node);
        let linked = tree.ancestors(node).take(8).any(|around| tree.name(around) == local_name!("a"));
        if !linked && is_told(&text) && !asks(&text) {
            found.insert(node);
        }
    }
    found.retain(|node| !not.contains(node));
    found
}

fn beginning(tree: &Tree, node: NodeId) -> String {
    let mut text = String::new();
    for words in tree.below(node).take(TEXT).filter_map(|node| tree.text(node)) {
        text.push_str(words);
        if text.len() > TEXT {
            break;
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_told(text: &str) -> bool {
    text.split(' ').count() >= WORDS || ends_sentence(text) && text.chars().count() >= 4 * WORDS
}

fn asks(text: &str) -> bool {
    let mut line = [lines::Block::new(1, text.to_owned())];
    furniture::judge(&mut line);
    let wall = matches!(line.first().map(|line| line.kind), Some(Kind::Furniture(reason)) if reason.is_wall());
    let key = lines::key(text);
    wall || house::is_plea(text, &key)
        || wording::is_offer(text, &key)
        || key.split(' ').any(|word| ASKS.iter().any(|start| word.starts_with(start)))
}

/// Of the elements that tell by their names that they are closed: those in which kept words stand, and pictures between kept words.
pub(super) fn sold(tree: &Tree, telling: &HashSet<NodeId>, kept: &[&Block]) -> Option<Access> {
    let pictures = pictures(tree, kept);
    if telling.is_empty() {
        return pictures;
    }
    let holders: HashSet<NodeId> = kept.iter().map(|block| block.holder).collect();
    let mut around = HashSet::new();
    for holder in &holders {
        let path = std::iter::once(*holder).chain(tree.ancestors(*holder));
        around.extend(path.take_while(|node| !around.contains(node)).collect::<Vec<_>>());
    }
    let within = |node: NodeId| {
        let holder = tree.ancestors(node).find(|above| is_block(&tree.name(*above)));
        !is_block(&tree.name(node)) && holder.is_some_and(|holder| holders.contains(&holder))
    };
    let kept = telling.iter().filter(|node| around.contains(node) || within(**node));
    kept.filter_map(|node| by_name(tree, *node)).max().max(pictures)
}

/// For whom the pictures between kept words are by their names.
fn pictures(tree: &Tree, kept: &[&Block]) -> Option<Access> {
    let named = |node: &NodeId| tree.name(*node) == local_name!("figure") && by_name(tree, *node).is_some();
    let figures: Vec<NodeId> = tree.below(ROOT).filter(named).collect();
    let (first, last) = (kept.first()?, kept.last()?);
    if figures.is_empty() {
        return None;
    }
    let order = Order::of(tree);
    let among = |node: &NodeId| (order.at(first.from)..order.at(last.until)).contains(&order.at(*node));
    let told = figures.into_iter().filter(|node| among(node) && !asks(&beginning(tree, *node)));
    told.filter_map(|node| by_name(tree, node)).max()
}

/// Where what a page closes begins among its kept blocks, which begin and end there in each copy of the body; `None` where it closes none, or
/// none that is there. No more is open than in the copy that closes first.
pub(super) fn wall(
    tree: &Tree,
    named: &Named,
    place: NodeId,
    copies: &[Vec<(NodeId, NodeId)>],
    unseen: &[NodeId],
) -> Option<Wall> {
    if named.unread {
        return Some(Wall { above: 0, from: 0 });
    }
    let order = Order::of(tree);
    let copies: Vec<Copy<'_>> = copies.iter().map(|kept| Copy::of(&order, kept)).collect();
    let told: Vec<Met> = copies.iter().flat_map(|copy| copy.told(tree, named)).collect();
    let first = |asked: &dyn Fn(&Met) -> bool| {
        told.iter().filter(|met| asked(met)).map(|met| met.wall).min_by_key(|wall| (wall.above, wall.from))
    };
    // What stands above all of a copy, or below all of it, says nothing of it, where it says something of another. What stands above the story
    // and holds none of it closes all of it where nothing else is named.
    let told = first(&|met| met.parts).or_else(|| first(&|met| copies.len() == 1 && met.wall.above > 0));
    let told = told.or_else(|| first(&|_| true));
    let closes = |node: &NodeId| unseen.contains(node) || by_mark(tree, *node).is_some_and(is_walled);
    let classed: Vec<NodeId> = tree.below(place_around(tree, place)).filter(closes).collect();
    let classed: Vec<Met> = copies.iter().flat_map(|copy| copy.classed(tree, &classed)).collect();
    let first = |parts: bool| classed.iter().filter(move |met| met.parts == parts).map(|met| met.wall);
    // A class around all of it says where it begins where nothing names a part.
    let part = told.into_iter().chain(first(true)).min_by_key(|wall| (wall.above, wall.from));
    part.or_else(|| first(false).min_by_key(|wall| (wall.above, wall.from)))
}

/// Where something that a page names meets a copy of its body.
struct Met {
    wall: Wall,
    /// Some of the copy's words stand in it.
    holds: bool,
    /// It closes a part of the copy, or holds some of it.
    parts: bool,
}

/// The kept blocks of one copy of a body.
struct Copy<'a> {
    kept: &'a [(NodeId, NodeId)],
    /// By block: the furthest place at which it or one above it ends. Blocks that only a further copy of the body has stand among those of the
    /// first: what is above must be above all of them.
    until: Vec<u32>,
    order: &'a Order,
}

impl<'a> Copy<'a> {
    fn of(order: &'a Order, kept: &'a [(NodeId, NodeId)]) -> Self {
        let furthest = kept.iter().scan(0, |furthest, (_, until)| {
            *furthest = order.at(*until).max(*furthest);
            Some(*furthest)
        });
        Self { until: furthest.collect(), kept, order }
    }

    /// The wall at a place: below the last block that ends above it. What only another copy has directly above the wall may be closed there.
    fn at(&self, from: u32) -> Wall {
        let mut above = self.until.partition_point(|until| *until < from);
        let is_elsewhere = |at: usize| {
            let own = self.kept.get(at).map(|(_, until)| self.order.at(*until));
            own.zip(self.until.get(at).copied()).is_some_and(|(own, furthest)| own < furthest)
        };
        while above.checked_sub(1).is_some_and(is_elsewhere) {
            above -= 1;
        }
        Wall { above, from }
    }

    /// What begins at a place and ends before another.
    fn meets(&self, from: u32, behind: u32) -> Met {
        let wall = self.at(from);
        let first = self.until.partition_point(|until| *until < from);
        let holds = self.kept.get(first).is_some_and(|(begins, _)| self.order.at(*begins) < behind);
        Met { wall, holds, parts: holds || (1..self.kept.len()).contains(&first) }
    }

    /// What structured data names; what is behind all that it names as open is closed.
    fn told(&self, tree: &Tree, named: &Named) -> impl Iterator<Item = Met> {
        let behind = named.open.iter().map(|node| self.order.behind(tree, *node)).max();
        let elements = named.elements.iter().map(|node| (self.order.at(*node), self.order.behind(tree, *node)));
        elements.chain(behind.map(|from| (from, from))).map(|(from, behind)| self.meets(from, behind))
    }

    /// What its class closes. An empty element is a mark within the story, and so is a picture. One around the headline, or the element of the
    /// whole story, says only that it is sold.
    fn classed(&self, tree: &Tree, classed: &[NodeId]) -> impl Iterator<Item = Met> {
        use html5ever::local_name as name;
        let places = || self.kept.iter().map(|(begins, _)| self.order.at(*begins));
        let (begins, last) = (places().next().unwrap_or_default(), places().max().unwrap_or_default());
        let is_heading = |node: NodeId| matches!(tree.name(node), name!("h1") | name!("h2") | name!("h3"));
        let headed = move |node: NodeId| {
            let mut above = tree.below(node).take_while(|part| self.order.at(*part) < begins);
            above.any(is_heading)
        };
        let asks =
            |node: NodeId| matches!(tree.name(node), name!("a") | name!("button") | name!("label") | name!("form"));
        let is_mark = |node: NodeId| tree.name(node) == name!("figure") || beginning(tree, node).is_empty();
        let closes = move |node: &NodeId| {
            let met = self.meets(self.order.at(*node), self.order.behind(tree, *node));
            let parts = met.wall.above > 0 || met.holds && last >= self.order.behind(tree, *node);
            let around = met.holds && !is_of_story(tree, *node) && !headed(*node);
            let is = !asks(*node) && (parts || around) && (met.holds || is_mark(*node));
            is.then_some(Met { parts, ..met })
        };
        classed.iter().filter_map(closes)
    }
}

/// Takes away the words of pictures whose caption the page closes, or a part of it; what they were. The picture itself may be everybody's.
pub(super) fn captions(tree: &Tree, named: &Named, images: &mut [(NodeId, Image)]) -> Vec<Removed> {
    let mut taken = Vec::new();
    for (node, image) in images {
        let figure = tree.ancestors(*node).take(FIGURE).find(|above| tree.name(*above) == local_name!("figure"));
        let closes = |part: NodeId| named.has(part) || by_mark(tree, part).is_some();
        if !figure.is_some_and(|figure| tree.below(figure).any(closes)) {
            continue;
        }
        let words = [image.caption.take(), image.credit.take(), image.alt.take()];
        let words = words.into_iter().flatten().filter(|words| !words.is_empty());
        taken.extend(words.map(|text| Removed { text: shortened(&text), reason: CAPTION.to_owned() }));
    }
    taken
}

/// A lead often stands beside the place of the story.
fn place_around(tree: &Tree, place: NodeId) -> NodeId {
    tree.ancestors(place).take(3).last().unwrap_or(place)
}

impl Wall {
    /// Whether a node stands in what is closed.
    pub(crate) fn is_before(self, order: &Order, node: NodeId) -> bool {
        self.from <= order.at(node)
    }
}
