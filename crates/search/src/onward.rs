//! Stories from one of a segment on, as the first condition of several: the library looks for the first story that meets all of them from the
//! segment's beginning, and then through stories that are none of the asker's.
use std::collections::HashMap;
use std::sync::Arc;
use tantivy::index::SegmentId;
use tantivy::query::{BooleanQuery, EnableScoring, Explanation, Occur, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED};

/// The first story of each segment; of one that is not named, all.
pub(crate) type Starts = HashMap<SegmentId, DocId>;

/// A query of several conditions with this one before them; nothing for any other, which goes to its place by itself.
pub(crate) fn onward(asked: &dyn Query, starts: Starts) -> Option<Box<dyn Query>> {
    let parts = asked.downcast_ref::<BooleanQuery>()?;
    let clauses = parts.clauses();
    clauses.iter().find(|(occur, _)| *occur == Occur::Must)?;
    let first: (Occur, Box<dyn Query>) = (Occur::Must, Box::new(Onward(Arc::new(starts))));
    let others = clauses.iter().map(|(occur, part)| (*occur, part.box_clone()));
    let all = std::iter::once(first).chain(others).collect();
    Some(Box::new(BooleanQuery::with_minimum_required_clauses(all, parts.get_minimum_number_should_match())))
}

#[derive(Debug, Clone)]
struct Onward(Arc<Starts>);

impl Query for Onward {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Onward {
    fn scorer(&self, reader: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let (doc, end) = (self.0.get(&reader.segment_id()).copied().unwrap_or(0), reader.max_doc());
        Ok(Box::new(All { doc: if doc < end { doc } else { TERMINATED }, end }))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("all from one on", 0.0))
    }
}

struct All {
    doc: DocId,
    end: DocId,
}

impl DocSet for All {
    fn advance(&mut self) -> DocId {
        self.seek(self.doc.saturating_add(1))
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.doc = if target < self.end { self.doc.max(target) } else { TERMINATED };
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.end
    }

    /// The last to be asked: it is met wherever the others are.
    fn cost(&self) -> u64 {
        u64::MAX
    }
}

impl Scorer for All {
    fn score(&mut self) -> Score {
        0.0
    }
}
