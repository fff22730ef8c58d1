//! Goes through all matches of a drawer once: how many there are, of which years and sections, and which are the newest.
use crate::schema::UNDATED;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{ColumnValues, StrColumn};
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

/// What is asked for besides the number of matches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tally {
    /// How many of the newest are kept.
    pub newest: usize,
    pub facets: bool,
}

/// Newest first; of one second the one with the higher number.
pub(crate) type Dated = (i64, u64, DocAddress);

/// What was found in one drawer, or in several.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counted {
    pub matches: u64,
    pub years: BTreeMap<u64, u64>,
    pub sections: BTreeMap<String, u64>,
    pub newest: Vec<Dated>,
}

impl Counted {
    pub(crate) fn add(&mut self, other: Self) {
        self.matches += other.matches;
        other.years.into_iter().for_each(|(year, n)| *self.years.entry(year).or_default() += n);
        other.sections.into_iter().for_each(|(section, n)| *self.sections.entry(section).or_default() += n);
        self.newest.extend(other.newest);
    }
}

pub(crate) struct Counting {
    tally: Tally,
    segment: SegmentOrdinal,
    block: Vec<DocId>,
    values: Vec<u64>,
    matches: u64,
    years: Option<(Arc<dyn ColumnValues<u64>>, u64)>,
    year_counts: Vec<u64>,
    sections: Option<(StrColumn, Arc<dyn ColumnValues<u64>>)>,
    section_counts: Vec<u64>,
    dates: Arc<dyn ColumnValues<i64>>,
    numbers: Arc<dyn ColumnValues<u64>>,
    newest: BinaryHeap<Reverse<(i64, u64, DocId)>>,
}

impl Collector for Tally {
    type Fruit = Counted;
    type Child = Counting;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<Counting> {
        let columns = reader.fast_fields();
        let (mut years, mut year_counts, mut sections, mut section_counts) = (None, Vec::new(), None, Vec::new());
        if self.facets {
            let column = columns.u64("year")?;
            let (least, most) = (column.min_value(), column.max_value());
            year_counts = vec![0; usize::try_from(most.saturating_sub(least)).unwrap_or(0).min(10_000) + 1];
            years = Some((column.first_or_default_col(0), least));
            if let Some(column) = columns.str("section")? {
                section_counts = vec![0; column.num_terms()];
                let ordinals = column.ords().clone().first_or_default_col(u64::MAX);
                sections = Some((column, ordinals));
            }
        }
        Ok(Counting {
            tally: *self,
            segment,
            block: Vec::with_capacity(COLLECT_BLOCK_BUFFER_LEN),
            values: vec![0; COLLECT_BLOCK_BUFFER_LEN],
            matches: 0,
            years,
            year_counts,
            sections,
            section_counts,
            dates: columns.i64("date")?.first_or_default_col(UNDATED),
            numbers: columns.u64("number")?.first_or_default_col(0),
            newest: BinaryHeap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<tantivy::Result<Counted>>) -> tantivy::Result<Counted> {
        let mut all = Counted::default();
        for fruit in fruits {
            all.add(fruit?);
        }
        Ok(all)
    }
}

impl Counting {
    fn count(&mut self, docs: &[DocId]) {
        self.matches += docs.len() as u64;
        let values = &mut self.values[..docs.len()];
        if let Some((column, least)) = &self.years {
            column.get_vals(docs, values);
            for year in values.iter() {
                let place = usize::try_from(year.saturating_sub(*least)).unwrap_or(usize::MAX);
                if let Some(n) = self.year_counts.get_mut(place) {
                    *n += 1;
                }
            }
        }
        if let Some((_, column)) = &self.sections {
            column.get_vals(docs, values);
            for ordinal in values.iter() {
                if let Some(n) = self.section_counts.get_mut(usize::try_from(*ordinal).unwrap_or(usize::MAX)) {
                    *n += 1;
                }
            }
        }
        if self.tally.newest > 0 {
            docs.iter().for_each(|doc| self.date(*doc));
        }
    }

    fn date(&mut self, doc: DocId) {
        let date = self.dates.get_val(doc);
        if self.newest.len() == self.tally.newest {
            match self.newest.peek() {
                Some(Reverse((oldest, ..))) if date < *oldest => return,
                _ => {}
            }
        }
        self.newest.push(Reverse((date, self.numbers.get_val(doc), doc)));
        if self.newest.len() > self.tally.newest {
            self.newest.pop();
        }
    }

    fn flush(&mut self) {
        let block = std::mem::take(&mut self.block);
        self.count(&block);
        self.block = block;
        self.block.clear();
    }
}

impl SegmentCollector for Counting {
    type Fruit = tantivy::Result<Counted>;

    /// Called one by one where stories were removed from the segment.
    fn collect(&mut self, doc: DocId, _: Score) {
        self.block.push(doc);
        if self.block.len() == COLLECT_BLOCK_BUFFER_LEN {
            self.flush();
        }
    }

    fn collect_block(&mut self, docs: &[DocId]) {
        docs.chunks(COLLECT_BLOCK_BUFFER_LEN).for_each(|block| self.count(block));
    }

    fn harvest(mut self) -> tantivy::Result<Counted> {
        self.flush();
        let mut counted = Counted { matches: self.matches, ..Counted::default() };
        if let Some((_, least)) = self.years {
            let found = self.year_counts.iter().zip(least..).filter(|(n, _)| **n > 0);
            counted.years = found.map(|(n, year)| (year, *n)).collect();
        }
        if let Some((column, _)) = self.sections {
            for (ordinal, n) in (0..).zip(&self.section_counts).filter(|(_, n)| **n > 0) {
                let mut code = String::new();
                column.ord_to_str(ordinal, &mut code)?;
                counted.sections.insert(code, *n);
            }
        }
        let segment = self.segment;
        let newest = self.newest.into_iter();
        counted.newest = newest.map(|Reverse((at, number, doc))| (at, number, DocAddress::new(segment, doc))).collect();
        Ok(counted)
    }
}
