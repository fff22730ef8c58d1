//! Where everything of an invoice stands.
use crate::fonts::{Face, Fonts};
use crate::sheet::{BOTTOM, Item, LEFT, Leaf, Node, Part, Plan, RIGHT, TOP};
use crate::text::{Line, Style};
use crate::{Fact, Invoice, MOST_PAGES, Party, PressError, Row};

const INK: [u8; 3] = [22, 22, 24];
const GREY: [u8; 3] = [92, 92, 98];
const HAIR: [u8; 3] = [196, 196, 200];
const RED: [u8; 3] = [168, 18, 24];

const fn style(face: Face, size: f32, leading: f32, colour: [u8; 3]) -> Style {
    Style { face, size, leading, colour }
}

const PAPER: Style = style(Face::Display, 15.0, 20.0, INK);
const TITLE: Style = style(Face::Display, 22.0, 29.0, INK);
const NUMBER: Style = style(Face::Bold, 11.0, 15.0, INK);
const LABEL: Style = style(Face::Bold, 7.5, 11.0, GREY);
const NAME: Style = style(Face::Bold, 10.5, 15.0, INK);
const BODY: Style = style(Face::Regular, 9.5, 13.5, INK);
const SMALL: Style = style(Face::Regular, 8.0, 11.5, GREY);
const WARNING: Style = style(Face::Bold, 10.0, 14.0, RED);
const TOTAL: Style = style(Face::Bold, 12.5, 18.0, INK);
const FOOT: Style = style(Face::Regular, 7.5, 10.0, GREY);

/// Between columns.
const GAP: f32 = 24.0;
/// Columns of facts.
const FACTS: usize = 3;
/// The narrowest a description may be.
const DESCRIPTION: f32 = 130.0;
/// Sizes of the table's figures, from the usual to the smallest that is still read easily.
const FIGURES: [f32; 4] = [9.5, 8.5, 7.5, 6.5];

pub(crate) fn lay_out(invoice: &Invoice, fonts: &Fonts) -> Result<Plan, PressError> {
    let wanted = invoice.columns.len().saturating_sub(1);
    if let Some((nth, row)) = invoice.rows.iter().enumerate().find(|(_, row)| row.cells.len() != wanted) {
        return Err(PressError::Columns { row: nth + 1, found: row.cells.len(), wanted });
    }
    let mut setter = Setter { plan: Plan::default(), fonts, invoice, y: TOP };
    setter.new_page()?;
    setter.head()?;
    setter.parties()?;
    setter.facts()?;
    setter.table()?;
    setter.totals()?;
    setter.ending()?;
    setter.furniture();
    Ok(setter.plan)
}

struct Setter<'a> {
    plan: Plan,
    fonts: &'a Fonts,
    invoice: &'a Invoice,
    y: f32,
}

fn height(lines: &[Line]) -> f32 {
    lines.iter().map(|line| line.style.leading).sum()
}

/// Label and value of a fact, in lines.
struct SetFact {
    label: Vec<Line>,
    value: Vec<Line>,
}

impl SetFact {
    fn height(&self) -> f32 {
        height(&self.label) + height(&self.value)
    }
}

impl Setter<'_> {
    fn new_page(&mut self) -> Result<(), PressError> {
        if self.plan.pages.len() >= MOST_PAGES {
            return Err(PressError::TooLong(MOST_PAGES));
        }
        self.plan.pages.push(Vec::new());
        self.y = TOP;
        if self.plan.pages.len() > 1 {
            let Invoice { paper, title, number, .. } = self.invoice;
            let left = self.fonts.wrap(paper, LABEL, (RIGHT - LEFT) / 2.0);
            let right = self.fonts.wrap(&format!("{title} {number}"), LABEL, (RIGHT - LEFT) / 2.0 - GAP);
            self.plan.lines(LEFT, self.y, left.into_iter().take(1).collect(), Leaf::Furniture);
            self.plan.lines_to(RIGHT, self.y, right.into_iter().take(1).collect(), Leaf::Furniture);
            self.plan.rule(LEFT, self.y + 15.0, RIGHT - LEFT, 0.6, INK);
            self.y += 28.0;
        }
        Ok(())
    }

    /// Goes to a new page when so much does not fit any more.
    fn room_for(&mut self, height: f32) -> Result<(), PressError> {
        if self.y + height <= BOTTOM {
            return Ok(());
        }
        self.new_page()?;
        if self.y + height <= BOTTOM { Ok(()) } else { Err(PressError::TooLong(MOST_PAGES)) }
    }

    fn head(&mut self) -> Result<(), PressError> {
        let Invoice { paper, title, number, warning, .. } = self.invoice;
        let leaf = self.plan.leaf();
        let lines = self.fonts.wrap(paper, PAPER, RIGHT - LEFT);
        self.y = self.plan.lines(LEFT, self.y, lines, Leaf::Of(leaf));
        let paper = Node::Leaf(Part::Paragraph, leaf);
        self.plan.rule(LEFT, self.y + 5.0, RIGHT - LEFT, 1.4, INK);
        self.y += 24.0;

        let leaf = self.plan.leaf();
        let half = (RIGHT - LEFT) * 0.62;
        let titles = self.fonts.wrap(title, TITLE, half);
        let numbers = self.fonts.wrap(number, NUMBER, RIGHT - LEFT - half - GAP);
        // The number stands on the baseline of the title.
        let numbers_from = self.y + TITLE.leading * 0.73 - NUMBER.leading * 0.73;
        let top = self.y;
        self.y = self.plan.lines(LEFT, top, titles, Leaf::Of(leaf));
        let below = self.plan.lines_to(RIGHT, numbers_from, numbers, Leaf::Of(leaf));
        self.y = self.y.max(below);
        self.plan.structure.push(Node::Leaf(Part::Title(format!("{title} {number}")), leaf));
        self.plan.structure.push(paper);
        if let Some(warning) = warning {
            self.warning(warning)?;
        }
        self.y += 12.0;
        Ok(())
    }

    fn warning(&mut self, warning: &str) -> Result<(), PressError> {
        let lines = self.fonts.wrap(warning, WARNING, RIGHT - LEFT - 24.0);
        let tall = height(&lines) + 16.0;
        self.y += 6.0;
        self.room_for(tall)?;
        let (top, wide) = (self.y, RIGHT - LEFT);
        for (x, y, width, height) in [
            (LEFT, top, wide, 1.0),
            (LEFT, top + tall - 1.0, wide, 1.0),
            (LEFT, top, 1.0, tall),
            (RIGHT - 1.0, top, 1.0, tall),
        ] {
            self.plan.rule(x, y, width, height, RED);
        }
        let leaf = self.plan.leaf();
        self.plan.lines(LEFT + 12.0, top + 8.0, lines, Leaf::Of(leaf));
        self.plan.structure.push(Node::Leaf(Part::Paragraph, leaf));
        self.y += tall;
        Ok(())
    }

    fn parties(&mut self) -> Result<(), PressError> {
        let wide = (RIGHT - LEFT - GAP) / 2.0;
        let sides = [&self.invoice.supplier, &self.invoice.recipient];
        let set = sides.map(|party| self.party(party, wide));
        let tall = set.iter().map(|parts| parts.iter().map(|lines| height(lines)).sum()).fold(0.0, f32::max);
        self.room_for(tall)?;
        let top = self.y;
        for ((nth, parts), party) in (0_u8..).zip(set).zip(sides) {
            let x = LEFT + f32::from(nth) * (wide + GAP);
            let mut y = top;
            let mut nodes = Vec::new();
            for (lines, part) in
                parts.into_iter().zip([Part::Heading(party.heading.clone()), Part::Paragraph, Part::Paragraph])
            {
                let leaf = self.plan.leaf();
                y = self.plan.lines(x, y, lines, Leaf::Of(leaf));
                nodes.push(Node::Leaf(part, leaf));
            }
            self.plan.structure.push(Node::Group(Part::Section, nodes));
        }
        self.y += tall + 16.0;
        Ok(())
    }

    fn party(&self, party: &Party, wide: f32) -> [Vec<Line>; 3] {
        let lines = party.lines.iter().flat_map(|line| self.fonts.wrap(line, BODY, wide));
        [self.fonts.wrap(&party.heading, LABEL, wide), self.fonts.wrap(&party.name, NAME, wide), lines.collect()]
    }

    fn facts(&mut self) -> Result<(), PressError> {
        // Three columns and two gaps.
        let wide = (RIGHT - LEFT - 2.0 * GAP) / 3.0;
        let facts: Vec<SetFact> = self.invoice.facts.iter().map(|fact| self.fact(fact, wide)).collect();
        self.plan.rule(LEFT, self.y, RIGHT - LEFT, 0.6, HAIR);
        self.y += 9.0;
        let mut nodes = Vec::new();
        let mut facts = facts.into_iter().peekable();
        while facts.peek().is_some() {
            let row: Vec<SetFact> = facts.by_ref().take(FACTS).collect();
            let tall = row.iter().map(SetFact::height).fold(0.0, f32::max);
            self.room_for(tall)?;
            for (nth, fact) in (0_u8..).zip(row) {
                let x = LEFT + f32::from(nth) * (wide + GAP);
                let leaf = self.plan.leaf();
                let below = self.plan.lines(x, self.y, fact.label, Leaf::Of(leaf));
                self.plan.lines(x, below, fact.value, Leaf::Of(leaf));
                nodes.push(Node::Leaf(Part::Paragraph, leaf));
            }
            self.y += tall + 8.0;
        }
        self.plan.structure.push(Node::Group(Part::Section, nodes));
        self.y += 12.0;
        Ok(())
    }

    fn fact(&self, fact: &Fact, wide: f32) -> SetFact {
        SetFact { label: self.fonts.wrap(&fact.label, LABEL, wide), value: self.fonts.wrap(&fact.value, BODY, wide) }
    }

    fn table(&mut self) -> Result<(), PressError> {
        if self.invoice.rows.is_empty() {
            return Ok(());
        }
        let columns = Columns::of(self.invoice, self.fonts);
        let headings = columns.headings(self.invoice, self.fonts);
        self.room_for(height(&headings) + 60.0)?;
        let head = self.table_head(&columns, true);
        let mut body = Vec::new();
        for row in &self.invoice.rows {
            let name = self.fonts.wrap(&row.description, BODY, columns.description);
            let detail = if row.detail.is_empty() {
                Vec::new()
            } else {
                self.fonts.wrap(&row.detail, SMALL, columns.description)
            };
            let tall = height(&name) + height(&detail) + 9.5;
            let page = self.plan.pages.len();
            self.room_for(tall)?;
            if self.plan.pages.len() > page {
                self.table_head(&columns, false);
            }
            body.push(self.row(row, &columns, name, detail));
            self.y += tall;
            self.plan.rule(LEFT, self.y, RIGHT - LEFT, 0.4, HAIR);
        }
        let parts = vec![Node::Group(Part::Head, vec![head]), Node::Group(Part::Body, body)];
        self.plan.structure.push(Node::Group(Part::Table, parts));
        self.y += 8.0;
        Ok(())
    }

    /// The headings; on further pages they repeat what was said, so only the first are part of the structure.
    fn table_head(&mut self, columns: &Columns, first: bool) -> Node {
        let headings = columns.headings(self.invoice, self.fonts);
        let tall = height(&headings) / f32::from(u16::try_from(headings.len()).unwrap_or(1).max(1));
        let mut nodes = Vec::new();
        for (nth, line) in headings.into_iter().enumerate() {
            let leaf = if first { Leaf::Of(self.plan.leaf()) } else { Leaf::Furniture };
            if let Leaf::Of(leaf) = leaf {
                nodes.push(Node::Leaf(Part::ColumnHeading, leaf));
            }
            match columns.ends.get(nth.wrapping_sub(1)) {
                Some(right) if nth > 0 => self.plan.lines_to(*right, self.y, vec![line], leaf),
                _ => self.plan.lines(LEFT, self.y, vec![line], leaf),
            };
        }
        self.y += tall + 4.0;
        self.plan.rule(LEFT, self.y, RIGHT - LEFT, 0.9, INK);
        Node::Group(Part::Row, nodes)
    }

    fn row(&mut self, row: &Row, columns: &Columns, name: Vec<Line>, detail: Vec<Line>) -> Node {
        let top = self.y + 4.5;
        let leaf = self.plan.leaf();
        let below = self.plan.lines(LEFT, top, name, Leaf::Of(leaf));
        self.plan.lines(LEFT, below, detail, Leaf::Of(leaf));
        let mut nodes = vec![Node::Leaf(Part::RowHeading, leaf)];
        for (cell, right) in row.cells.iter().zip(&columns.ends) {
            let leaf = self.plan.leaf();
            let line = self.fonts.line(cell, columns.figures);
            self.plan.lines_to(*right, top, vec![line], Leaf::Of(leaf));
            nodes.push(Node::Leaf(Part::Cell, leaf));
        }
        Node::Group(Part::Row, nodes)
    }

    /// Kept together: a total is not parted from what it sums.
    fn totals(&mut self) -> Result<(), PressError> {
        let count = self.invoice.totals.len();
        let styles = (1..=count).map(|nth| if nth == count { TOTAL } else { BODY });
        let set: Vec<(Line, Line)> = self
            .invoice
            .totals
            .iter()
            .zip(styles)
            .map(|(fact, style)| (self.fonts.line(&fact.label, style), self.fonts.line(&fact.value, style)))
            .collect();
        let widest = |of: fn(&(Line, Line)) -> f32| set.iter().map(of).fold(0.0, f32::max);
        let left = (RIGHT - widest(|(_, value)| value.width) - GAP - widest(|(label, _)| label.width))
            .clamp(LEFT, RIGHT - 190.0);
        let tall: f32 = set.iter().map(|(label, _)| label.style.leading + 2.0).sum();
        self.room_for(tall + 14.0)?;
        let mut nodes = Vec::new();
        for (nth, (label, value)) in set.into_iter().enumerate() {
            if nth + 1 == count {
                self.plan.rule(left, self.y + 3.0, RIGHT - left, 0.9, INK);
                self.y += 6.0;
            }
            let tall = label.style.leading;
            let (named, valued) = (self.plan.leaf(), self.plan.leaf());
            self.plan.lines(left, self.y, vec![label], Leaf::Of(named));
            self.plan.lines_to(RIGHT, self.y, vec![value], Leaf::Of(valued));
            let cells = vec![Node::Leaf(Part::RowHeading, named), Node::Leaf(Part::Cell, valued)];
            nodes.push(Node::Group(Part::Row, cells));
            self.y += tall + 2.0;
        }
        self.plan.structure.push(Node::Group(Part::Table, nodes));
        self.y += 26.0;
        Ok(())
    }

    fn ending(&mut self) -> Result<(), PressError> {
        if let Some((name, above)) = self.invoice.signature.split_last() {
            let wide = (RIGHT - LEFT) / 2.0;
            let mut lines: Vec<Line> = above.iter().flat_map(|line| self.fonts.wrap(line, SMALL, wide)).collect();
            lines.extend(self.fonts.wrap(name, BODY, wide));
            self.room_for(height(&lines))?;
            let leaf = self.plan.leaf();
            self.y = self.plan.lines_to(RIGHT, self.y, lines, Leaf::Of(leaf)) + 18.0;
            self.plan.structure.push(Node::Leaf(Part::Paragraph, leaf));
        }
        for note in &self.invoice.notes {
            let leaf = self.plan.leaf();
            for line in self.fonts.wrap(note, SMALL, (RIGHT - LEFT) * 0.86) {
                self.room_for(line.style.leading)?;
                self.y = self.plan.lines(LEFT, self.y, vec![line], Leaf::Of(leaf));
            }
            self.plan.structure.push(Node::Leaf(Part::Paragraph, leaf));
            self.y += 3.0;
        }
        Ok(())
    }

    /// The foot of every page, set last: only then are the pages counted.
    fn furniture(&mut self) {
        let count = self.plan.pages.len();
        let Invoice { supplier, title, number, .. } = self.invoice;
        let left = self.fonts.wrap(&format!("{} · {title} {number}", supplier.name), FOOT, RIGHT - LEFT - 90.0);
        let top = BOTTOM + 22.0;
        for (nth, page) in self.plan.pages.iter_mut().enumerate() {
            let y = top + 12.0;
            page.push(Item::Rule { x: LEFT, y: top, width: RIGHT - LEFT, height: 0.4, colour: HAIR });
            if let Some(line) = left.first() {
                page.push(Item::Text { x: LEFT, y, line: line.clone(), leaf: Leaf::Furniture });
            }
            let line = self.fonts.line(&format!("Page {} of {count}", nth + 1), FOOT);
            page.push(Item::Text { x: RIGHT - line.width, y, line, leaf: Leaf::Furniture });
        }
    }
}

/// Where the columns of the table end, and how its figures are set.
struct Columns {
    description: f32,
    /// Right ends of the columns of figures.
    ends: Vec<f32>,
    figures: Style,
}

impl Columns {
    /// Each column is as wide as its widest figure, and the description has the rest. Where that is too little, the
    /// figures are set smaller.
    fn of(invoice: &Invoice, fonts: &Fonts) -> Columns {
        let mut columns = Columns { description: DESCRIPTION, ends: Vec::new(), figures: BODY };
        for size in FIGURES {
            let figures = Style { size, ..BODY };
            let widths: Vec<f32> = invoice
                .columns
                .iter()
                .skip(1)
                .enumerate()
                .map(|(nth, heading)| {
                    let cells = invoice.rows.iter().filter_map(|row| row.cells.get(nth));
                    let widest = cells.map(|cell| fonts.line(cell, figures).width).fold(0.0, f32::max);
                    widest.max(fonts.line(heading, LABEL).width) + 20.0
                })
                .collect();
            let description = RIGHT - LEFT - widths.iter().sum::<f32>();
            let mut end = LEFT + description;
            let ends = widths.iter().map(|width| {
                end += width;
                end
            });
            columns = Columns { description: description.max(DESCRIPTION), ends: ends.collect(), figures };
            if description >= DESCRIPTION {
                break;
            }
        }
        columns
    }

    fn headings(&self, invoice: &Invoice, fonts: &Fonts) -> Vec<Line> {
        invoice.columns.iter().map(|heading| fonts.line(heading, LABEL)).collect()
    }
}
