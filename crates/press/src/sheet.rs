//! What stands where: pages of placed lines and rules, with the structure a screen reader follows.
use crate::text::Line;

/// A4 and its margins, in points.
pub(crate) const WIDTH: f32 = 595.28;
pub(crate) const HEIGHT: f32 = 841.89;
pub(crate) const LEFT: f32 = 56.0;
pub(crate) const RIGHT: f32 = WIDTH - 56.0;
pub(crate) const TOP: f32 = 54.0;
pub(crate) const BOTTOM: f32 = HEIGHT - 72.0;

/// One thing on a page. Lengths are points from the top left corner.
pub(crate) enum Item {
    /// A line of text with its baseline at `y`.
    Text { x: f32, y: f32, line: Line, leaf: Leaf },
    /// A filled rectangle, which says nothing to a reader.
    Rule { x: f32, y: f32, width: f32, height: f32, colour: [u8; 3] },
}

/// What a line of text belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaf {
    /// A leaf of the structure.
    Of(usize),
    /// Repeated on every page and read out on none.
    Furniture,
}

/// The structure of a document.
pub(crate) enum Node {
    /// A part with parts of its own.
    Group(Part, Vec<Node>),
    /// A leaf: its lines were placed under this number.
    Leaf(Part, usize),
}

/// The parts a screen reader knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// The document's heading, with its text.
    Title(String),
    /// A heading below it, with its text.
    Heading(String),
    Paragraph,
    Section,
    Table,
    Head,
    Body,
    Row,
    ColumnHeading,
    RowHeading,
    Cell,
}

/// A document laid out.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) pages: Vec<Vec<Item>>,
    pub(crate) structure: Vec<Node>,
    pub(crate) leaves: usize,
}

impl Plan {
    /// A new leaf's number.
    pub(crate) fn leaf(&mut self) -> usize {
        self.leaves += 1;
        self.leaves - 1
    }

    pub(crate) fn place(&mut self, item: Item) {
        if let Some(page) = self.pages.last_mut() {
            page.push(item);
        }
    }

    pub(crate) fn rule(&mut self, x: f32, y: f32, width: f32, height: f32, colour: [u8; 3]) {
        self.place(Item::Rule { x, y, width, height, colour });
    }

    /// Lines under each other, the first baseline one leading below `y`; gives the y below them.
    pub(crate) fn lines(&mut self, x: f32, y: f32, lines: Vec<Line>, leaf: Leaf) -> f32 {
        let mut below = y;
        for line in lines {
            below += line.style.leading;
            // The baseline stands a little above the foot of its line.
            let baseline = below - line.style.leading * 0.27;
            self.place(Item::Text { x, y: baseline, line, leaf });
        }
        below
    }

    /// As [`Plan::lines`], with the lines' ends at `right`.
    pub(crate) fn lines_to(&mut self, right: f32, y: f32, lines: Vec<Line>, leaf: Leaf) -> f32 {
        let mut below = y;
        for line in lines {
            let x = right - line.width;
            below = self.lines(x, below, vec![line], leaf);
        }
        below
    }
}
