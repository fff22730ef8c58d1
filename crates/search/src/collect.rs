//! Goes through all matches of a drawer once: how many there are, of which years and sections, and which are the newest.
use crate::codes::{Coded, Codes};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocAddress, DocId, Score, SegmentOrdinal, SegmentReader, TantivyError};

/// What is asked for besides the number of matches.
#[derive(Clone)]
pub(crate) struct Tally {
    /// How many of the newest are kept.
    pub newest: usize,
    /// Whether they are counted by year and section.
    pub facets: bool,
    /// What the drawer's stories are counted by.
    pub coded: Coded,
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
    segment: SegmentOrdinal,
    block: Vec<DocId>,
    matches: u64,
    codes: Arc<Codes>,
    /// Matches of each code, where they are counted.
    counts: Vec<u64>,
    newest: BinaryHeap<Reverse<(i64, u64, DocId)>>,
}

impl Collector for Tally {
    type Fruit = Counted;
    type Child = Counting;

    fn for_segment(&self, segment: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<Counting> {
        let none = || TantivyError::InternalError("a segment whose stories are not known".into());
        let codes = Arc::clone(self.coded.get(segment as usize).ok_or_else(none)?);
        Ok(Counting {
            kept: self.newest,
            segment,
            block: Vec::with_capacity(COLLECT_BLOCK_BUFFER_LEN),
            matches: 0,
            counts: vec![0; if self.facets { codes.kinds.len() } else { 0 }],
            codes,
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
    pub(crate) fn count(&mut self, docs: &[DocId]) {
        self.matches += docs.len() as u64;
        if !self.counts.is_empty() {
            for doc in docs {
                let code = self.codes.of.get(*doc as usize).copied().unwrap_or_default();
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
        let date = self.codes.dates.get_val(doc);
        if self.newest.len() == self.kept {
            match self.newest.peek() {
                Some(Reverse((oldest, ..))) if date < *oldest => return,
                _ => {}
            }
        }
        self.newest.push(Reverse((date, self.codes.numbers.get_val(doc), doc)));
        if self.newest.len() > self.kept {
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
        self.count(docs);
    }

    fn harvest(mut self) -> tantivy::Result<Counted> {
        self.flush();
        let mut counted = Counted { matches: self.matches, ..Counted::default() };
        for (kind, n) in self.codes.kinds.iter().zip(&self.counts).filter(|(_, n)| **n > 0) {
            *counted.years.entry(kind.year).or_default() += n;
            if let Some(section) = &kind.section {
                match counted.sections.get_mut(section) {
                    Some(held) => *held += n,
                    None => _ = counted.sections.insert(section.clone(), *n),
                }
            }
        }
        let segment = self.segment;
        let newest = self.newest.into_iter();
        counted.newest = newest.map(|Reverse((at, number, doc))| (at, number, DocAddress::new(segment, doc))).collect();
        Ok(counted)
    }
}
