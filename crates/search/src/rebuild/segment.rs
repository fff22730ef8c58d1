//! The runs of a drawer, merged into the one segment that the drawer begins with.
//!
//! It holds what the library's own writer would have made of the same rows; only the way is shorter. That writer looks up each term of each
//! story in a table as large as the segment's vocabulary, and what it writes is read and written once more when segments are merged.
use super::numbers::read;
use super::run::{Kind, Written, field, kinds};
use super::spill::{Reader, Section, Spill};
use crate::drawer::Drawer;
use crate::error::SearchError;
use crate::words::first;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::path::Path;
use tantivy::directory::{Directory as _, TerminatingWrite as _, WritePtr};
use tantivy::fastfield::FastFieldsWriter;
use tantivy::fieldnorm::{FieldNormReaders, FieldNormsSerializer, FieldNormsWriter};
use tantivy::index::{IndexMeta, Segment, SegmentComponent};
use tantivy::postings::{FieldSerializer, InvertedIndexSerializer};
use tantivy::{Index, TantivyDocument, TantivyError};

/// Makes the rest of the segment and names it in the drawer's own list, with how far the index has followed.
pub(super) fn bind(
    drawer: &Drawer,
    segment: Segment,
    spill: &Spill,
    runs: &[&Written],
    payload: &str,
) -> Result<(), SearchError> {
    let stories: u32 = runs.iter().map(|run| run.stories).sum();
    if stories == 0 {
        return Ok(());
    }
    let index = &drawer.index;
    let segment = segment.with_max_doc(stories);
    rows(index, &segment, spill, runs)?;
    postings(index, &segment, spill, runs)?;
    let meta = IndexMeta {
        index_settings: index.settings().clone(),
        persisted_custom_extensions: Vec::new(),
        segments: vec![segment.meta().clone()],
        schema: index.schema(),
        opstamp: u64::from(stories),
        payload: Some(payload.to_owned()),
    };
    let meta = serde_json::to_vec_pretty(&meta).map_err(|e| SearchError::unreadable(e.to_string()))?;
    index.directory().atomic_write(Path::new("meta.json"), &meta)?;
    Ok(())
}

fn open(segment: &Segment, component: SegmentComponent) -> Result<WritePtr, SearchError> {
    Ok(segment.open_write(component).map_err(TantivyError::from)?)
}

/// Writes lengths and columns.
fn rows(index: &Index, segment: &Segment, spill: &Spill, runs: &[&Written]) -> Result<(), SearchError> {
    let schema = index.schema();
    let with_length: Vec<_> = (0..).zip(kinds(&schema)).filter(|(_, kind)| kind.length).collect();
    let mut lengths = FieldNormsWriter::for_schema(&schema);
    let tokenizers = index.fast_field_tokenizer().clone();
    let mut columns = FastFieldsWriter::from_schema_and_tokenizer_manager(&schema, tokenizers)?;
    let mut story = 0;
    for run in runs {
        let mut reader = Reader::of(spill, run.rows, 1);
        for _ in 0..run.stories {
            for (place, _) in &with_length {
                lengths.record(story, field(*place), reader.number()? as u32);
            }
            columns.add_document(&row(&mut reader)?)?;
            story += 1;
        }
    }
    let into = open(segment, SegmentComponent::FieldNorms)?;
    lengths.serialize(FieldNormsSerializer::from_write(into)?, None)?;
    let mut into = open(segment, SegmentComponent::FastFields)?;
    columns.serialize(&mut into, None)?;
    Ok(into.terminate()?)
}

/// A row's columns.
fn row(reader: &mut Reader<'_>) -> Result<TantivyDocument, SearchError> {
    let mut row = TantivyDocument::new();
    loop {
        let Some(place) = reader.number()?.checked_sub(1) else { return Ok(row) };
        let field = field(place as usize);
        match reader.number()? {
            0 => row.add_u64(field, reader.number()?),
            1 => row.add_i64(field, reader.number()?.cast_signed()),
            _ => {
                let bytes = reader.number()? as usize;
                let text = std::str::from_utf8(reader.take(bytes)?);
                row.add_text(field, text.map_err(|e| SearchError::unreadable(e.to_string()))?);
            }
        }
    }
}

fn postings(index: &Index, segment: &Segment, spill: &Spill, runs: &[&Written]) -> Result<(), SearchError> {
    let lengths = segment.open_read(SegmentComponent::FieldNorms).map_err(TantivyError::from)?;
    let lengths = FieldNormReaders::open(lengths)?;
    let mut serializer = InvertedIndexSerializer::open(segment)?;
    for (place, kind) in kinds(&index.schema()).into_iter().enumerate() {
        let of_field = |run: &&Written| run.fields.get(place).copied().unwrap_or_default();
        let words: u64 = runs.iter().map(|run| of_field(run).1).sum();
        if words > 0 {
            let field = field(place);
            let mut into = serializer.new_field(field, words, lengths.get_field(field)?)?;
            let sections: Vec<Section> = runs.iter().map(|run| of_field(run).0).collect();
            merge(&mut into, kind, spill, runs, &sections)?;
            into.close()?;
        }
    }
    Ok(serializer.close()?)
}

/// A run's next term.
struct Head {
    /// The term's first letters.
    first: u64,
    term: Vec<u8>,
    run: usize,
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        self.first.cmp(&other.first).then_with(|| self.term.cmp(&other.term)).then(self.run.cmp(&other.run))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head {}

impl Head {
    /// Goes on to the run's next term, if there is one.
    fn next(mut self, reader: &mut Reader<'_>) -> Result<Option<Self>, SearchError> {
        if reader.is_done() {
            return Ok(None);
        }
        let bytes = reader.number()? as usize;
        self.term.clear();
        self.term.extend_from_slice(reader.take(bytes)?);
        self.first = first(&self.term);
        Ok(Some(self))
    }
}

/// Writes all terms of a field in order, each with its stories in order.
fn merge(
    into: &mut FieldSerializer<'_>,
    kind: Kind,
    spill: &Spill,
    runs: &[&Written],
    sections: &[Section],
) -> Result<(), SearchError> {
    let mut readers: Vec<Reader<'_>> = sections.iter().map(|section| Reader::of(spill, *section, runs.len())).collect();
    // where each run's stories begin
    let begin: Vec<u32> = runs.iter().scan(0, |at, run| Some(std::mem::replace(at, *at + run.stories))).collect();
    let mut heads = BinaryHeap::new();
    for (run, reader) in readers.iter_mut().enumerate() {
        heads.extend(Head { first: 0, term: Vec::new(), run }.next(reader)?.map(Reverse));
    }
    let mut same: Vec<(Head, u64)> = Vec::new();
    let mut positions = Vec::new();
    while let Some(Reverse(head)) = heads.pop() {
        let stories = readers[head.run].number()?;
        same.push((head, stories));
        while let Some(Reverse(other)) = heads.peek() {
            if other.first != same[0].0.first || other.term != same[0].0.term {
                break;
            }
            if let Some(Reverse(other)) = heads.pop() {
                let stories = readers[other.run].number()?;
                same.push((other, stories));
            }
        }
        // the library asks for the number of stories only where it weighs them
        let stories = if kind.positions { same.iter().map(|(_, stories)| stories).sum::<u64>() } else { 0 };
        into.new_term(&same[0].0.term, stories as u32, kind.positions)?;
        for (head, stories) in same.drain(..) {
            let reader = &mut readers[head.run];
            let bytes = reader.number()? as usize;
            tell(into, reader.take(bytes)?, kind, begin[head.run], stories, &mut positions);
            heads.extend(head.next(reader)?.map(Reverse));
        }
        into.close_term()?;
    }
    Ok(())
}

/// Writes a term's stories in one run.
fn tell(
    into: &mut FieldSerializer<'_>,
    mut postings: &[u8],
    kind: Kind,
    begin: u32,
    stories: u64,
    positions: &mut Vec<u32>,
) {
    let mut story = begin;
    for _ in 0..stories {
        story += read(&mut postings) as u32;
        positions.clear();
        if kind.positions {
            let times = read(&mut postings);
            positions.extend((0..times).map(|_| read(&mut postings) as u32));
        }
        into.write_doc(story, positions.len() as u32, positions);
    }
}
