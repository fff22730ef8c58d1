//! Scores that do not depend on the order in which they are summed up.
//!
//! The library adds the scores of a query's words in the order of their lists' lengths. Where a right ends at a date, a drawer's lists hold
//! stories that the asker may not read: the last bit of a sum, and with it the order of two hits that are nearly alike, would tell which word
//! is the commoner behind the wall. Scores in steps of 1/4096 are summed without rounding, in whichever order.
//!
//! What is excluded goes the same way for another reason: the library's phrases must not be asked for a story once they have ended, which is
//! what its exclusion does with them. The scorer here remembers the end.
use std::fmt;
use tantivy::query::{BooleanQuery, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED};

/// Steps in one. A sum below 4,096 then fits the 24 bits that a score has; one word scores less than 20.
const STEPS: Score = 4096.0;

/// The query with the scores of all its parts in steps.
pub(crate) fn exact(query: Box<dyn Query>) -> Box<dyn Query> {
    let Some(parts) = query.downcast_ref::<BooleanQuery>() else { return Box::new(Exact(query)) };
    let clauses = parts.clauses().iter().map(|(occur, part)| (*occur, exact(part.box_clone()))).collect();
    Box::new(BooleanQuery::with_minimum_required_clauses(clauses, parts.get_minimum_number_should_match()))
}

/// Matches what the query inside matches, with its scores in steps, and may be asked after its end.
pub(crate) struct Exact(pub Box<dyn Query>);

impl Clone for Exact {
    fn clone(&self) -> Self {
        Self(self.0.box_clone())
    }
}

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exact({:?})", self.0)
    }
}

impl Query for Exact {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(ExactWeight(self.0.weight(scoring)?)))
    }
}

struct ExactWeight(Box<dyn Weight>);

impl Weight for ExactWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(ExactScorer(self.0.scorer(reader, boost)?)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.0.explain(reader, doc)
    }
}

/// Leaves out the library's quicker ways of asking on purpose: the plain ones keep to the order that phrases need.
struct ExactScorer(Box<dyn Scorer>);

impl DocSet for ExactScorer {
    fn advance(&mut self) -> DocId {
        if self.0.doc() == TERMINATED { TERMINATED } else { self.0.advance() }
    }

    /// Skips by the inner scorer's own means, never backwards.
    fn seek(&mut self, target: DocId) -> DocId {
        if self.0.doc() < target { self.0.seek(target) } else { self.0.doc() }
    }

    fn doc(&self) -> DocId {
        self.0.doc()
    }

    fn size_hint(&self) -> u32 {
        self.0.size_hint()
    }
}

impl Scorer for ExactScorer {
    fn score(&mut self) -> Score {
        (self.0.score() * STEPS).round() / STEPS
    }
}
