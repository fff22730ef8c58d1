//! The pages as PDF: tagged for screen readers (PDF/UA-1), fit for keeping (PDF/A-2a), the same bytes every time.
use std::num::NonZeroU16;

use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup, TagKind, TagTree,
};
use krilla::{Document, SerializeSettings};

use crate::fonts::Fonts;
use crate::sheet::{HEIGHT, Item, LEFT, Leaf, Node, Part, Plan, WIDTH};
use crate::text::Line;
use crate::{Invoice, PressError};

pub(crate) fn write(invoice: &Invoice, plan: &Plan, fonts: &Fonts) -> Result<Vec<u8>, PressError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| PressError::Pdf(format!("{error:?}")))?;
    let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let heading = format!("{} {}", invoice.title, invoice.number);
    let day = invoice.date;
    let date = DateTime::new(day.year).month(day.month).day(day.day).hour(0).minute(0).second(0).utc_offset_hour(0);
    document.set_metadata(
        Metadata::new()
            .title(heading.clone())
            .authors(vec![invoice.supplier.name.clone()])
            .creator("Masthead".to_owned())
            .language(invoice.language.clone())
            .creation_date(date.utc_offset_minute(0)),
    );
    let mut leaves: Vec<Vec<Identifier>> = (0..plan.leaves).map(|_| Vec::new()).collect();
    for items in &plan.pages {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT)
            .ok_or_else(|| PressError::Pdf("the size of a page is refused".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for item in items {
            draw(&mut surface, item, fonts, &mut leaves);
        }
        surface.finish();
        page.finish();
    }
    let mut outline = Outline::new();
    outline.push_child(OutlineNode::new(heading, XyzDestination::new(0, Point::from_xy(LEFT, 0.0))));
    document.set_outline(outline);
    let mut tree = TagTree::new().with_lang(Some(invoice.language.clone()));
    for node in &plan.structure {
        if let Some(group) = tagged(node, &mut leaves) {
            tree.push(group);
        }
    }
    document.set_tag_tree(tree);
    document.finish().map_err(|error| PressError::Pdf(error.to_string()))
}

fn fill([red, green, blue]: [u8; 3]) -> Fill {
    let paint = rgb::Color::new(red, green, blue).into();
    Fill { paint, opacity: NormalizedF32::ONE, rule: FillRule::default() }
}

fn draw(surface: &mut Surface<'_>, item: &Item, fonts: &Fonts, leaves: &mut [Vec<Identifier>]) {
    match item {
        Item::Text { x, y, line, leaf } => {
            let tag = match leaf {
                Leaf::Of(_) => ContentTag::Span(SpanTag::empty()),
                Leaf::Furniture => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)),
            };
            let id = surface.start_tagged(tag);
            if let Leaf::Of(nth) = leaf
                && let Some(ids) = leaves.get_mut(*nth)
            {
                ids.push(id);
            }
            draw_line(surface, *x, *y, line, fonts);
            surface.end_tagged();
        }
        Item::Rule { x, y, width, height, colour } => {
            let mut path = PathBuilder::new();
            let Some(rectangle) = Rect::from_xywh(*x, *y, *width, *height) else { return };
            path.push_rect(rectangle);
            let Some(path) = path.finish() else { return };
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
            surface.set_fill(Some(fill(*colour)));
            surface.draw_path(&path);
            surface.end_tagged();
        }
    }
}

fn draw_line(surface: &mut Surface<'_>, x: f32, y: f32, line: &Line, fonts: &Fonts) {
    surface.set_fill(Some(fill(line.style.colour)));
    let mut at = x;
    for run in &line.runs {
        let Some(font) = fonts.get(run.slot) else { continue };
        let start = Point::from_xy(at, y);
        surface.draw_glyphs(start, &run.mapped(fonts), font.pdf.clone(), &run.text, run.size, false);
        at += run.width;
    }
}

/// A part as a tag with what was drawn for it; nothing for a part without content.
fn tagged(node: &Node, leaves: &mut [Vec<Identifier>]) -> Option<TagGroup> {
    match node {
        Node::Group(part, children) => {
            let mut group = TagGroup::new(kind(part));
            let children: Vec<TagGroup> = children.iter().filter_map(|child| tagged(child, leaves)).collect();
            if children.is_empty() {
                return None;
            }
            children.into_iter().for_each(|child| group.push(child));
            Some(group)
        }
        Node::Leaf(part, nth) => {
            let ids = std::mem::take(leaves.get_mut(*nth)?);
            // An empty cell stays a cell, or the columns of its row would shift.
            if ids.is_empty() && !matches!(part, Part::Cell | Part::ColumnHeading) {
                return None;
            }
            let mut group = TagGroup::new(kind(part));
            ids.into_iter().for_each(|id| group.push(id));
            Some(group)
        }
    }
}

fn kind(part: &Part) -> TagKind {
    let second = NonZeroU16::MIN.saturating_add(1);
    match part {
        Part::Title(text) => Tag::Hn(NonZeroU16::MIN, Some(text.clone())).into(),
        Part::Heading(text) => Tag::Hn(second, Some(text.clone())).into(),
        Part::Paragraph => Tag::P.into(),
        Part::Section => Tag::Section.into(),
        Part::Table => Tag::Table.into(),
        Part::Head => Tag::THead.into(),
        Part::Body => Tag::TBody.into(),
        Part::Row => Tag::TR.into(),
        Part::ColumnHeading => Tag::TH(TableHeaderScope::Column).into(),
        Part::RowHeading => Tag::TH(TableHeaderScope::Row).into(),
        Part::Cell => Tag::TD.into(),
    }
}
