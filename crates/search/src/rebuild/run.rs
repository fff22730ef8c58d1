//! A run: some thousand stories cut into terms, sorted by term, and written away.
use super::numbers::write;
use super::spill::{Section, Spill};
use super::stored::{OfHeap, Stored};
use crate::error::SearchError;
use crate::words::{Head, Lexicon, Listed};
use hashbrown::HashMap;
use std::ops::Range;
use tantivy::TantivyDocument;
use tantivy::schema::document::{ReferenceValue, ReferenceValueLeaf};
use tantivy::schema::{Document as _, Field, FieldType, Schema, Value as _};
use tantivy::tokenizer::MAX_TOKEN_LEN;

/// How the values of a field become terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Cut {
    Running,
    Plain,
    /// The value as it stands.
    Whole,
    Number,
    /// It has no terms.
    No,
}

/// What the schema says of a field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    cut: Cut,
    /// Whether it is known how often and where a term stands in a story.
    pub positions: bool,
    pub length: bool,
    column: bool,
}

/// What the schema says of each field.
pub(super) fn kinds(schema: &Schema) -> Vec<Kind> {
    let kind = |entry: &tantivy::schema::FieldEntry| {
        let (cut, positions) = match entry.field_type() {
            FieldType::Str(options) => match options.get_indexing_options() {
                Some(indexed) => {
                    let cut = match indexed.tokenizer() {
                        "running" => Cut::Running,
                        "plain" => Cut::Plain,
                        _ => Cut::Whole,
                    };
                    (cut, indexed.index_option().has_positions())
                }
                None => (Cut::No, false),
            },
            other if other.is_indexed() => (Cut::Number, false),
            _ => (Cut::No, false),
        };
        Kind { cut, positions, length: entry.is_indexed() && entry.has_fieldnorms(), column: entry.is_fast() }
    };
    schema.fields().map(|(_, entry)| kind(entry)).collect()
}

/// Terms of one field of one drawer, story after story.
#[derive(Default)]
struct Postings {
    listed: Vec<Listed>,
    /// Where each story's terms end.
    ends: Vec<u32>,
}

/// What one drawer has of a run.
struct Rows {
    stories: u32,
    fields: Vec<Postings>,
    /// Lengths and columns, see [`Rows::row`].
    rows: Vec<u8>,
    stored: Stored,
}

/// Where a drawer's part of a run was written.
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    pub stories: u32,
    pub rows: Section,
    /// Of each field: its terms and how many words they stand for.
    pub fields: Vec<(Section, u64)>,
}

impl Written {
    /// Terms of all stories: how much work it is.
    pub(super) fn terms(&self) -> u64 {
        self.fields.iter().map(|(_, terms)| terms).sum()
    }
}

/// Words of a story's values. What stands in it twice, such as the headline, or what is open of a whole text, is cut once.
#[derive(Default)]
pub(super) struct Cuts<'a> {
    pub listed: Vec<Listed>,
    of: HashMap<(Cut, &'a str), Range<usize>>,
}

/// Where the next value of a field begins.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    position: u32,
    terms: u32,
}

pub(super) struct Run {
    kinds: Vec<Kind>,
    drawers: Vec<Rows>,
    places: Vec<Place>,
    listed: usize,
    sorting: Sorting,
    /// What is written, put together. Memory is kept from run to run: asking the system for it costs as much as sorting.
    bytes: Vec<u8>,
}

impl Run {
    pub(super) fn new(schema: &Schema, drawers: usize) -> Self {
        let kinds = kinds(schema);
        let rows = || Rows {
            stories: 0,
            fields: kinds.iter().map(|_| Postings::default()).collect(),
            rows: Vec::new(),
            stored: Stored::default(),
        };
        let drawers = (0..drawers).map(|_| rows()).collect();
        Self {
            places: vec![Place::default(); kinds.len()],
            kinds,
            drawers,
            listed: 0,
            sorting: Sorting::default(),
            bytes: Vec::new(),
        }
    }

    /// Terms held.
    pub(super) const fn listed(&self) -> usize {
        self.listed
    }

    /// Takes in a row of a drawer, as the library's own writer would: the values of a field follow each other with one word's room between.
    pub(super) fn add<'a>(
        &mut self,
        drawer: usize,
        row: &'a TantivyDocument,
        cuts: &mut Cuts<'a>,
        lexicon: &mut Lexicon,
        schema: &Schema,
    ) -> Result<(), SearchError> {
        let Some(rows) = self.drawers.get_mut(drawer) else { return Ok(()) };
        self.places.fill(Place::default());
        for (field, value) in row.iter_fields_and_values() {
            let place = field.field_id() as usize;
            let (Some(kind), ReferenceValue::Leaf(value)) = (self.kinds.get(place), value.as_value()) else { continue };
            let Some(listed) = cuts.listed(kind.cut, &value, lexicon) else { continue };
            let (at, field) = (&mut self.places[place], &mut rows.fields[place]);
            let from = at.position;
            for one in listed {
                field.listed.push(Listed { position: from + one.position, number: one.number });
                at.position = at.position.max(from + one.position + 1);
            }
            at.position += 1;
            at.terms += listed.len() as u32;
            self.listed += listed.len();
        }
        for field in &mut rows.fields {
            field.ends.push(field.listed.len() as u32);
        }
        rows.row(row, &self.kinds, &self.places);
        rows.stored.add(row, schema)?;
        rows.stories += 1;
        Ok(())
    }

    /// Sorts and writes everything, and is empty afterwards. What hits are shown from is not written but added to `stored`, by drawer.
    pub(super) fn write(
        &mut self,
        lexicon: &Lexicon,
        spill: &Spill,
        stored: &mut OfHeap,
    ) -> Result<Vec<Written>, SearchError> {
        let Self { kinds, drawers, sorting, bytes, .. } = self;
        sorting.at.resize(sorting.at.len().max(lexicon.len()), 0);
        bytes.clear();
        let mut written = Vec::new();
        for (place, rows) in drawers.iter_mut().enumerate() {
            let section =
                |from: usize, bytes: &Vec<u8>| Section { at: from as u64, bytes: (bytes.len() - from) as u64 };
            let mut one = Written { stories: rows.stories, ..Written::default() };
            for (field, kind) in rows.fields.iter_mut().zip(&*kinds) {
                let from = bytes.len();
                sorting.write(field, kind.positions, lexicon, bytes);
                one.fields.push((section(from, bytes), field.listed.len() as u64));
                field.listed.clear();
                field.ends.clear();
            }
            let from = bytes.len();
            bytes.append(&mut rows.rows);
            one.rows = section(from, bytes);
            stored.push((place, std::mem::take(&mut rows.stored).close()?));
            rows.stories = 0;
            written.push(one);
        }
        self.listed = 0;
        let at = spill.append(bytes)?;
        for one in &mut written {
            let sections = one.fields.iter_mut().map(|(section, _)| section).chain([&mut one.rows]);
            sections.for_each(|section| section.at += at);
        }
        Ok(written)
    }
}

impl<'a> Cuts<'a> {
    /// None yet, in memory that was used before.
    pub(super) fn of(mut listed: Vec<Listed>) -> Self {
        listed.clear();
        Self { listed, of: HashMap::new() }
    }

    fn listed(&mut self, cut: Cut, value: &ReferenceValueLeaf<'a>, lexicon: &mut Lexicon) -> Option<&[Listed]> {
        let from = self.listed.len();
        match (cut, value) {
            (Cut::No, _) => return None,
            (Cut::Number, ReferenceValueLeaf::U64(number)) => {
                // as the library writes numbers: their bytes, the highest first
                let number = lexicon.number_of_bytes(&number.to_be_bytes());
                self.listed.push(Listed { position: 0, number });
                return self.listed.get(from..);
            }
            (_, ReferenceValueLeaf::Str(text)) => {
                if let Some(known) = self.of.get(&(cut, *text)) {
                    return self.listed.get(known.clone());
                }
                match cut {
                    Cut::Running => lexicon.running(text, &mut self.listed),
                    Cut::Plain => lexicon.plain(text, &mut self.listed),
                    _ if text.len() > MAX_TOKEN_LEN => {}
                    _ => self.listed.push(Listed { position: 0, number: lexicon.number(text) }),
                }
                self.of.insert((cut, text), from..self.listed.len());
            }
            _ => return None,
        }
        self.listed.get(from..)
    }
}

impl Rows {
    /// Notes the lengths of the row's fields and the values of its columns.
    fn row(&mut self, row: &TantivyDocument, kinds: &[Kind], places: &[Place]) {
        let lengths = kinds.iter().zip(places).filter(|(kind, _)| kind.length);
        lengths.for_each(|(_, place)| write(u64::from(place.terms), &mut self.rows));
        for (field, value) in row.iter_fields_and_values() {
            let ReferenceValue::Leaf(value) = value.as_value() else { continue };
            if !kinds.get(field.field_id() as usize).is_some_and(|kind| kind.column) {
                continue;
            }
            let mut tagged = |tag: u64| {
                write(u64::from(field.field_id()) + 1, &mut self.rows);
                write(tag, &mut self.rows);
            };
            match value {
                ReferenceValueLeaf::U64(number) => {
                    tagged(0);
                    write(number, &mut self.rows);
                }
                ReferenceValueLeaf::I64(number) => {
                    tagged(1);
                    write(number.cast_unsigned(), &mut self.rows);
                }
                ReferenceValueLeaf::Str(text) => {
                    tagged(2);
                    write(text.len() as u64, &mut self.rows);
                    self.rows.extend_from_slice(text.as_bytes());
                }
                _ => {}
            }
        }
        write(0, &mut self.rows);
    }
}

/// What sorting needs, used again for each field.
#[derive(Default)]
struct Sorting {
    /// Of each term: first how often it stands in the field, then where its next place goes. 0 between fields.
    at: Vec<u32>,
    /// The field's terms with their numbers.
    terms: Vec<(Head, u32)>,
    /// Story and position, term after term.
    places: Vec<(u32, u32)>,
    postings: Vec<u8>,
}

impl Sorting {
    /// Writes the field's terms in order: the term's length and bytes, its stories, the length of what follows, and for each story how
    /// far it is from the one before, how often the term stands there, and how far each place is from the one before.
    fn write(&mut self, field: &Postings, positions: bool, lexicon: &Lexicon, into: &mut Vec<u8>) {
        self.order(field, lexicon);
        let mut from = 0;
        for (head, number) in &self.terms {
            let to = std::mem::take(&mut self.at[*number as usize]) as usize;
            self.postings.clear();
            let (mut stories, mut last) = (0, 0);
            for places in self.places[from..to].chunk_by(|one, two| one.0 == two.0) {
                let story = places[0].0;
                write(u64::from(story - last), &mut self.postings);
                (last, stories) = (story, stories + 1);
                if positions {
                    write(places.len() as u64, &mut self.postings);
                    let mut before = 0;
                    for (_, position) in places {
                        write(u64::from(position - before), &mut self.postings);
                        before = *position;
                    }
                }
            }
            from = to;
            write(u64::from(head.length()), into);
            lexicon.write(*head, into);
            write(stories, into);
            write(self.postings.len() as u64, into);
            into.extend_from_slice(&self.postings);
        }
    }

    /// Brings terms into the order of their bytes, and the places of each together. They stay in the order of the stories.
    fn order(&mut self, field: &Postings, lexicon: &Lexicon) {
        self.terms.clear();
        for one in &field.listed {
            let times = &mut self.at[one.number as usize];
            if *times == 0 {
                self.terms.push((lexicon.head(one.number), one.number));
            }
            *times += 1;
        }
        self.terms.sort_unstable_by(|one, two| lexicon.compare(one.0, two.0));
        let mut from = 0;
        for (_, number) in &self.terms {
            let at = &mut self.at[*number as usize];
            from += std::mem::replace(at, from);
        }
        self.places.resize(self.places.len().max(field.listed.len()), (0, 0));
        let mut begun = 0;
        for (story, end) in (0..).zip(&field.ends) {
            for one in &field.listed[begun..*end as usize] {
                let at = &mut self.at[one.number as usize];
                self.places[*at as usize] = (story, one.position);
                *at += 1;
            }
            begun = *end as usize;
        }
    }
}

/// The field at a place of the schema.
pub(super) const fn field(place: usize) -> Field {
    Field::from_field_id(place as u32)
}
