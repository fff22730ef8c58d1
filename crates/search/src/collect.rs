//! Goes through all matches of a drawer once: how many there are, of which years and sections, and which are the newest.
use crate::codes::{Coded, Codes};
use crate::schema::UNDATED;
use crate::window::Window;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::ColumnValues;
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

/// What is asked for besides the number of matches.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    /// How many of the newest are kept.
    pub newest: usize,
    /// What the drawer's stories are counted by, where they are.
    pub facets: Option<Coded>,
    /// Others are no matches.
    pub window: Window,
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
    kept: usize,
    window: Window,
    /// Dates of a block, and its matches of the window.
    block_dates: Vec<i64>,
    within: Vec<DocId>,
    segment: SegmentOrdinal,
    block: Vec<DocId>,
    matches: u64,
    codes: Option<Arc<Codes>>,
    /// Matches of each code.
    counts: Vec<u64>,
    dates: Arc<dyn ColumnValues<i64>>,
    numbers: Arc<dyn ColumnValues<u64>>,
    newest: BinaryHeap<Reverse<(i64, u64, DocId)>>,
}

impl Collector for Tally {
    type Fruit = Counted;
    type Child = Counting;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<Counting> {
        let columns = reader.fast_fields();
        let codes = self.facets.as_ref().and_then(|coded| coded.get(segment as usize)).cloned();
        Ok(Counting {
            kept: self.newest,
            window: self.window,
            block_dates: Vec::new(),
            within: Vec::new(),
            segment,
            block: Vec::with_capacity(COLLECT_BLOCK_BUFFER_LEN),
            matches: 0,
            counts: vec![0; codes.as_ref().map_or(0, |codes| codes.kinds.len())],
            codes,
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
    fn take(&mut self, docs: &[DocId]) {
        if self.window.is_whole() {
            return self.count(docs);
        }
        self.block_dates.resize(docs.len(), UNDATED);
        self.dates.get_vals(docs, &mut self.block_dates);
        let mut within = std::mem::take(&mut self.within);
        within.clear();
        let dated = docs.iter().zip(&self.block_dates);
        within.extend(dated.filter(|(_, at)| self.window.holds(**at)).map(|(doc, _)| *doc));
        self.count(&within);
        self.within = within;
    }

    fn count(&mut self, docs: &[DocId]) {
        self.matches += docs.len() as u64;
        if let Some(codes) = &self.codes {
            for doc in docs {
                let code = codes.of.get(*doc as usize).copied().unwrap_or_default();
                if let Some(n) = self.counts.get_mut(usize::from(code)) {
                    *n += 1;
                }
            }
        }
        if self.kept > 0 {
            docs.iter().for_each(|doc| self.date(*doc));
        }
    }

    fn date(&mut self, doc: DocId) {
        let date = self.dates.get_val(doc);
        if self.newest.len() == self.kept {
            match self.newest.peek() {
                Some(Reverse((oldest, ..))) if date < *oldest => return,
                _ => {}
            }
        }
        self.newest.push(Reverse((date, self.numbers.get_val(doc), doc)));
        if self.newest.len() > self.kept {
            self.newest.pop();
        }
    }

    fn flush(&mut self) {
        let block = std::mem::take(&mut self.block);
        self.take(&block);
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
        docs.chunks(COLLECT_BLOCK_BUFFER_LEN).for_each(|block| self.take(block));
    }

    fn harvest(mut self) -> tantivy::Result<Counted> {
        self.flush();
        let mut counted = Counted { matches: self.matches, ..Counted::default() };
        if let Some(codes) = &self.codes {
            for (kind, n) in codes.kinds.iter().zip(&self.counts).filter(|(_, n)| **n > 0) {
                *counted.years.entry(kind.year).or_default() += n;
                if let Some(section) = &kind.section {
                    match counted.sections.get_mut(section) {
                        Some(held) => *held += n,
                        None => _ = counted.sections.insert(section.clone(), *n),
                    }
                }
            }
        }
        let segment = self.segment;
        let newest = self.newest.into_iter();
        counted.newest = newest.map(|Reverse((at, number, doc))| (at, number, DocAddress::new(segment, doc))).collect();
        Ok(counted)
    }
}
