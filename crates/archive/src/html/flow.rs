//! A tree as the blocks a reader sees: paragraphs, crossheads, quotations, entries of lists, rows of tables, pictures.
//!
//! What is left out is decided by the caller; how blocks are told apart is the same for exported bodies and for pages.

use std::collections::HashSet;

use html5ever::{LocalName, local_name};

use super::tree::{NodeId, Tree};
use super::{lines, marks};
use crate::item::{Image, Part};

/// Blocks beyond so many are not read; the longest real page seen has 6,000.
const MAX_BLOCKS: usize = 50_000;

/// How a block is marked on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    Paragraph,
    /// With its level, 1 to 6.
    Heading(u8),
    Quote,
    Listed,
    Row,
    /// Under a picture. Belongs to the picture, not to the body.
    Caption,
}

/// One block.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) shape: Shape,
    /// White space single, cells of rows parted by tabs.
    pub(crate) text: String,
    /// The block element it stands in.
    pub(crate) holder: NodeId,
    /// The texts of the page in which its words begin and end.
    pub(crate) from: NodeId,
    pub(crate) until: NodeId,
    /// Characters in all and in links.
    pub(crate) chars: u32,
    pub(crate) linked: u32,
    /// Its first link.
    pub(crate) link: Option<NodeId>,
    /// From a `pre`: code, verse or a table drawn with letters, which no rule for prose fits.
    pub(crate) code: bool,
    /// It begins behind a single line break, with an indent: a paragraph of an old page, or a line of verse that is set in. Of a `pre`:
    /// a line of it does that is not the first.
    pub(crate) indented: bool,
    /// Where single line breaks stand in the text, each in the place of a space.
    pub(crate) breaks: Vec<usize>,
    /// Its lines are kept: verse, an address, a list of results.
    pub(crate) lined: bool,
}

impl Block {
    /// What it gives to a body: itself, or each of its lines, as plain text has them.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part> + '_ {
        lines::of(&self.text, if self.lined { self.breaks.as_slice() } else { &[] }).map(|line| {
            let text = line.trim().to_owned();
            match self.shape {
                Shape::Paragraph | Shape::Caption => Part::Paragraph(text),
                Shape::Heading(_) => Part::Crosshead(text),
                Shape::Quote => Part::Quote(text),
                Shape::Listed => Part::Listed(text),
                Shape::Row => Part::Row(text),
            }
        })
    }
}

/// What was read.
#[derive(Debug, Default, Clone)]
pub(crate) struct Flow {
    pub(crate) blocks: Vec<Block>,
    /// Pictures with the element they stand at, each behind so many blocks.
    pub(crate) images: Vec<(NodeId, Image)>,
    /// What the caller left out, with its reason.
    pub(crate) skipped: Vec<(NodeId, &'static str)>,
}

/// Reads everything below `top`. `leave_out` says of an element why it and all below it is not read.
pub(crate) fn flow(tree: &Tree, top: NodeId, mut leave_out: impl FnMut(&Tree, NodeId) -> Option<&'static str>) -> Flow {
    let mut reader = Reader::new(tree);
    let mut at = top;
    loop {
        if reader.flow.blocks.len() >= MAX_BLOCKS {
            break;
        }
        let mut go_in = true;
        if tree.is_element(at) {
            if at != top
                && let Some(reason) = leave_out(tree, at)
            {
                reader.leave_out(at, reason);
                go_in = false;
            } else {
                reader.enter(at);
            }
        } else if let Some(text) = tree.text(at) {
            reader.spoken = at;
            reader.say(text);
        }
        if go_in && let Some(child) = tree.first_child(at) {
            at = child;
            continue;
        }
        // Up until there is a sibling.
        let mut entered = go_in;
        loop {
            if entered && tree.is_element(at) {
                reader.leave(at);
            }
            if at == top {
                return reader.end();
            }
            if let Some(next) = tree.next_sibling(at) {
                at = next;
                break;
            }
            let Some(parent) = tree.parent(at) else {
                return reader.end();
            };
            at = parent;
            entered = true;
        }
    }
    reader.end()
}

/// What the text at hand stands in.
#[derive(Debug, Clone, Copy)]
struct Setting {
    shape: Shape,
    holder: NodeId,
    /// Inside the row of a table of data: blocks do not part its text.
    row: bool,
    figure: bool,
    /// White space counts, as in `pre`: an empty line parts paragraphs.
    kept: bool,
}

struct Reader<'t> {
    tree: &'t Tree,
    flow: Flow,
    settings: Vec<(NodeId, Setting)>,
    now: Setting,
    links: u32,
    link: Option<NodeId>,
    /// The link that the text at hand began to stand in first.
    first_link: Option<NodeId>,
    text: String,
    /// The text that is read, and those in which the words at hand begin and end.
    spoken: NodeId,
    from: NodeId,
    until: NodeId,
    chars: u32,
    linked: u32,
    /// White space is due before the next word.
    space: bool,
    breaks: u32,
    /// Where single ones stand in the text at hand.
    broken: Vec<usize>,
    indented: bool,
    /// Tables found to be layout or data.
    figure_images: usize,
    /// Addresses of the pictures so far: a page may have a hundred thousand.
    pictured: HashSet<String>,
    captions: Vec<String>,
}

impl<'t> Reader<'t> {
    fn new(tree: &'t Tree) -> Self {
        let now = Setting { shape: Shape::Paragraph, holder: 0, row: false, figure: false, kept: false };
        Self {
            tree,
            flow: Flow::default(),
            settings: Vec::new(),
            now,
            links: 0,
            link: None,
            first_link: None,
            text: String::new(),
            spoken: 0,
            from: 0,
            until: 0,
            chars: 0,
            linked: 0,
            space: false,
            breaks: 0,
            broken: Vec::new(),
            indented: false,
            figure_images: 0,
            pictured: HashSet::new(),
            captions: Vec::new(),
        }
    }

    fn leave_out(&mut self, node: NodeId, reason: &'static str) {
        if is_block(&self.tree.name(node)) && !self.now.row {
            self.flush();
        }
        self.flow.skipped.push((node, reason));
    }

    fn enter(&mut self, node: NodeId) {
        let name = self.tree.name(node);
        match name {
            local_name!("br") => return self.line_break(),
            local_name!("img") => return self.picture(node),
            _ if &*name == "amp-img" => return self.picture(node),
            local_name!("a") if self.leads(node) => {
                self.links += 1;
                self.link = Some(node);
            }
            local_name!("q") => self.literal("“"),
            _ => {}
        }
        if !is_block(&name) {
            return;
        }
        if self.now.row {
            match name {
                local_name!("td") | local_name!("th") if !self.text.is_empty() => self.cell(),
                _ => self.space = true,
            }
            return;
        }
        self.flush();
        self.settings.push((node, self.now));
        let mut next = Setting { holder: node, ..self.now };
        match name {
            local_name!("h1") => next.shape = Shape::Heading(1),
            local_name!("h2") => next.shape = Shape::Heading(2),
            local_name!("h3") => next.shape = Shape::Heading(3),
            local_name!("h4") => next.shape = Shape::Heading(4),
            local_name!("h5") => next.shape = Shape::Heading(5),
            local_name!("h6") => next.shape = Shape::Heading(6),
            local_name!("blockquote") => next.shape = Shape::Quote,
            local_name!("li") | local_name!("dt") | local_name!("dd") if next.shape != Shape::Quote => {
                next.shape = Shape::Listed;
            }
            local_name!("tr") if marks::is_data_row(self.tree, node) => {
                next.shape = Shape::Row;
                next.row = true;
            }
            local_name!("td") | local_name!("th") => next.shape = Shape::Paragraph,
            local_name!("pre") => next.kept = true,
            local_name!("figure") => {
                next.figure = true;
                self.figure_images = self.flow.images.len();
                self.captions.clear();
            }
            local_name!("figcaption") => next.shape = Shape::Caption,
            _ => {
                if marks::is_caption(self.tree, node) {
                    next.shape = Shape::Caption;
                }
            }
        }
        self.now = next;
    }

    fn leave(&mut self, node: NodeId) {
        let name = self.tree.name(node);
        match name {
            local_name!("a") if self.leads(node) => self.links = self.links.saturating_sub(1),
            local_name!("q") => self.literal("”"),
            _ => {}
        }
        if self.settings.last().is_none_or(|(opened, _)| *opened != node) {
            if self.now.row && is_block(&name) {
                self.space = true;
            }
            return;
        }
        self.flush();
        if name == local_name!("figure") {
            self.end_figure();
        }
        if let Some((_, before)) = self.settings.pop() {
            self.now = before;
        }
    }

    /// Whether an anchor leads anywhere: old pages name places of their text with it.
    fn leads(&self, anchor: NodeId) -> bool {
        self.tree.attribute(anchor, &local_name!("href")).is_some()
    }

    /// The first picture of a figure gets what was said under it.
    fn end_figure(&mut self) {
        let caption = std::mem::take(&mut self.captions).join(" ");
        if !caption.is_empty()
            && let Some((_, image)) = self.flow.images.get_mut(self.figure_images)
        {
            image.caption = Some(caption);
        }
    }

    fn line_break(&mut self) {
        if self.now.row {
            self.space = true;
            return;
        }
        self.breaks += 1;
        self.space = true;
        if self.breaks >= 2 {
            self.flush();
        }
    }

    fn picture(&mut self, node: NodeId) {
        if let Some(image) = marks::image(self.tree, node)
            && self.pictured.insert(image.source.clone())
        {
            // Inside a paragraph it stands behind that one's beginning.
            let above = self.flow.blocks.len() + usize::from(self.chars > 0);
            self.flow.images.push((node, Image { after: Some(above), ..image }));
        }
    }

    fn cell(&mut self) {
        self.text.push('\t');
        self.space = false;
    }

    fn literal(&mut self, mark: &str) {
        // Closing marks follow their word at once.
        if mark == "“" {
            self.part_words();
        }
        self.space = false;
        self.text.push_str(mark);
    }

    fn say(&mut self, text: &str) {
        // Old pages part paragraphs by one line break and an indent of hard spaces.
        if self.breaks == 1 && text.trim_start_matches([' ', '\n', '\r', '\t']).starts_with("\u{a0}\u{a0}") {
            self.flush();
            self.indented = true;
        }
        if self.now.kept {
            for (nth, line) in text.split('\n').enumerate() {
                if nth > 0 {
                    self.line_break();
                }
                self.words(line);
                self.indented |= self.breaks == 0 && nth > 0 && !self.broken.is_empty() && line.starts_with("  ");
            }
            return;
        }
        self.words(text);
    }

    fn words(&mut self, text: &str) {
        if text.starts_with(char::is_whitespace) {
            self.space = true;
        }
        let mut first = true;
        for word in text.split_whitespace() {
            if !first {
                self.space = true;
            }
            first = false;
            self.word(word);
        }
        if !first && text.ends_with(char::is_whitespace) {
            self.space = true;
        }
    }

    /// The white space that is due.
    fn part_words(&mut self) {
        if self.space && !self.text.is_empty() && !self.text.ends_with('\t') {
            if self.breaks == 1 {
                self.broken.push(self.text.len());
            }
            self.text.push(' ');
        }
        self.space = false;
    }

    fn word(&mut self, word: &str) {
        self.part_words();
        self.breaks = 0;
        let before = self.text.len();
        // Hints where a line may break, and marks of byte order: nobody sees them and no search finds words that hold them.
        self.text.extend(word.chars().filter(|c| !matches!(c, '\u{ad}' | '\u{feff}')));
        let added = self.text.get(before..).map_or(0, |t| t.chars().count());
        let added = u32::try_from(added).unwrap_or(u32::MAX);
        if self.chars == 0 {
            self.from = self.spoken;
        }
        self.until = self.spoken;
        self.chars = self.chars.saturating_add(added);
        if self.links > 0 {
            self.linked = self.linked.saturating_add(added);
            self.first_link = self.first_link.or(self.link);
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = text.trim_end();
        self.space = false;
        self.breaks = 0;
        let (chars, linked) = (self.chars, self.linked);
        (self.chars, self.linked) = (0, 0);
        let link = self.first_link.take();
        let breaks = std::mem::take(&mut self.broken);
        let indented = std::mem::take(&mut self.indented);
        if chars == 0 {
            return;
        }
        if self.now.shape == Shape::Caption && self.now.figure {
            self.captions.push(text.to_owned());
        }
        let shape = self.now.shape;
        let text = text.to_owned();
        let (holder, code) = (self.now.holder, self.now.kept);
        let (from, until) = (self.from, self.until);
        self.flow.blocks.push(Block {
            shape,
            text,
            holder,
            from,
            until,
            chars,
            linked,
            link,
            code,
            indented,
            breaks,
            lined: false,
        });
    }

    fn end(mut self) -> Flow {
        self.flush();
        lines::judge(&mut self.flow.blocks);
        self.flow
    }
}

/// Elements that part text.
pub(crate) fn is_block(name: &LocalName) -> bool {
    const NAMES: &[LocalName] = &[
        local_name!("address"),
        local_name!("article"),
        local_name!("aside"),
        local_name!("blockquote"),
        local_name!("body"),
        local_name!("caption"),
        local_name!("center"),
        local_name!("dd"),
        local_name!("details"),
        local_name!("dialog"),
        local_name!("dir"),
        local_name!("div"),
        local_name!("dl"),
        local_name!("dt"),
        local_name!("fieldset"),
        local_name!("figcaption"),
        local_name!("figure"),
        local_name!("footer"),
        local_name!("form"),
        local_name!("h1"),
        local_name!("h2"),
        local_name!("h3"),
        local_name!("h4"),
        local_name!("h5"),
        local_name!("h6"),
        local_name!("header"),
        local_name!("hgroup"),
        local_name!("hr"),
        local_name!("html"),
        local_name!("legend"),
        local_name!("li"),
        local_name!("main"),
        local_name!("menu"),
        local_name!("nav"),
        local_name!("ol"),
        local_name!("option"),
        local_name!("p"),
        local_name!("pre"),
        local_name!("section"),
        local_name!("summary"),
        local_name!("table"),
        local_name!("tbody"),
        local_name!("td"),
        local_name!("tfoot"),
        local_name!("th"),
        local_name!("thead"),
        local_name!("tr"),
        local_name!("ul"),
    ];
    NAMES.contains(name)
}
