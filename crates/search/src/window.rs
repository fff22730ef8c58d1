//! A part of a drawer, from one second to another, for rights that begin or end with a day.
//!
//! The library's own filter by a column costs more than the search. Here matches are looked up in the column as they come: for counting in
//! blocks, for the best few only where the score would place the story among them.
use crate::collect::{Counted, Tally};
use crate::error::SearchError;
use crate::exact::exact;
use crate::schema::UNDATED;
use crate::statistics::Statistics;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::ColumnValues;
use tantivy::query::{BooleanQuery, EnableScoring, Occur, Query, TermQuery, Weight};
use tantivy::{DocAddress, DocId, DocSet as _, Score, Searcher, SegmentOrdinal, SegmentReader};

/// Seconds, the first included and the last not. A story without a date is older than any other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Window {
    pub from: Option<i64>,
    pub until: Option<i64>,
}

impl Window {
    pub(crate) const fn is_whole(self) -> bool {
        self.from.is_none() && self.until.is_none()
    }

    pub(crate) fn holds(self, at: i64) -> bool {
        self.from.is_none_or(|from| at >= from) && self.until.is_none_or(|until| at < until)
    }
}

/// The best few, and what all matches are counted by.
pub(crate) type Best = (Vec<(Score, DocAddress)>, Counted);

/// How far two sums of the same scores can lie apart, for each score that is summed: rounding to steps of 1/4096, and the library's
/// rounding in whichever order it adds. Twice that much below the last of the best, nothing can be one of them.
const APART: Score = 1.0 / 1024.0;

/// The best few of a drawer's window, and what its matches are counted by.
///
/// Where the rest of the drawer is `open` to the asker too, the library's short cuts find them. Where it holds stories that the asker may not
/// read, the answer is made as if it did not hold them. The short cuts skip a run of stories by the best score in it, chosen among all of
/// them: they are left out. The library's sums depend in their last bit on the order of adding, which is the order of lengths of lists:
/// whatever comes near to the best is scored once more, in steps (`exact.rs`).
pub(crate) fn best_within(
    searcher: &Searcher,
    asked: &dyn Query,
    statistics: &Statistics<'_>,
    kept: usize,
    tally: &Tally,
    open: bool,
) -> Result<Best, SearchError> {
    let near = Near { kept, window: tally.window, open, apart: if open { 0.0 } else { APART * scores(asked) } };
    let (found, counted) = if any_terms(asked) {
        // counting without scores is so much the quicker here that two ways are shorter than one
        (searcher.search_with_statistics_provider(asked, &near, statistics)?, searcher.search(asked, tally)?)
    } else {
        searcher.search_with_statistics_provider(asked, &(near, tally.clone()), statistics)?
    };
    let found = if open { found } else { scored_again(searcher, asked, statistics, found)? };
    Ok((first(found, kept), counted))
}

/// The same matches with their scores in steps.
fn scored_again(
    searcher: &Searcher,
    asked: &dyn Query,
    statistics: &Statistics<'_>,
    mut found: Vec<(Score, DocAddress)>,
) -> Result<Vec<(Score, DocAddress)>, SearchError> {
    found.sort_unstable_by_key(|(_, address)| *address);
    let asked = exact(asked.box_clone());
    let weight = asked.weight(EnableScoring::enabled_from_statistics_provider(statistics, searcher))?;
    for of_segment in found.chunk_by_mut(|one, two| one.1.segment_ord == two.1.segment_ord) {
        let Some((_, first)) = of_segment.first() else { continue };
        let mut scorer = weight.scorer(searcher.segment_reader(first.segment_ord), 1.0)?;
        for (score, address) in of_segment {
            if scorer.doc() < address.doc_id {
                scorer.seek(address.doc_id);
            }
            if scorer.doc() != address.doc_id {
                return Err(SearchError::unreadable("a match that is none when it is scored again"));
            }
            *score = scorer.score();
        }
    }
    Ok(found)
}

/// Whether a query is one term, or any of several.
pub(crate) fn any_terms(asked: &dyn Query) -> bool {
    asked.is::<TermQuery>()
        || asked.downcast_ref::<BooleanQuery>().is_some_and(|any| {
            any.clauses().iter().all(|(occur, one)| *occur == Occur::Should && one.is::<TermQuery>())
        })
}

/// How many scores are summed for one story at most.
fn scores(asked: &dyn Query) -> Score {
    let parts = asked.downcast_ref::<BooleanQuery>();
    parts.map_or(1.0, |parts| parts.clauses().iter().map(|(_, part)| scores(part.as_ref())).sum())
}

/// The best first; of equal ones the one that stands first in the drawer.
fn first(mut found: Vec<(Score, DocAddress)>, kept: usize) -> Vec<(Score, DocAddress)> {
    found.sort_unstable_by(|one, two| two.0.total_cmp(&one.0).then(one.1.cmp(&two.1)));
    found.truncate(kept);
    found
}

/// Collects what is, or comes near to, the best few of a window.
struct Near {
    kept: usize,
    window: Window,
    /// The library may skip what it knows to score less.
    open: bool,
    apart: Score,
}

/// What was collected in one segment.
pub(crate) struct Nearest {
    kept: usize,
    window: Window,
    apart: Score,
    segment: SegmentOrdinal,
    dates: Arc<dyn ColumnValues<i64>>,
    best: BinaryHeap<Reverse<Placed>>,
    found: Vec<(Score, DocId)>,
    /// What scores no more than this is none of the best.
    threshold: Score,
    /// Matches held before those that have fallen behind are let go.
    room: usize,
}

/// A score with an order.
#[derive(PartialEq)]
struct Placed(Score);

impl Eq for Placed {}

impl PartialOrd for Placed {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Placed {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// The least [`Nearest::room`]. It grows to twice what stays, so that very many equal scores are not gone through for each of them.
const LEAST_ROOM: usize = 4_096;

impl Nearest {
    /// Takes a match in, if it is of the window; what the next one must exceed.
    fn take(&mut self, doc: DocId, score: Score) -> Score {
        if score > self.threshold && self.window.holds(self.dates.get_val(doc)) {
            self.found.push((score, doc));
            self.best.push(Reverse(Placed(score)));
            if self.best.len() > self.kept {
                self.best.pop();
            }
            if self.best.len() == self.kept
                && let Some(Reverse(Placed(last))) = self.best.peek()
            {
                // with no room for rounding, an equal score that comes later is behind
                self.threshold = last - 2.0 * self.apart;
            }
            if self.found.len() > self.room {
                self.let_go();
                self.room = LEAST_ROOM.max(2 * self.found.len());
            }
        }
        self.threshold
    }

    fn let_go(&mut self) {
        let (threshold, exact) = (self.threshold, self.apart == 0.0);
        self.found.retain(|(score, _)| *score > threshold || (exact && *score == threshold));
    }
}

impl Collector for Near {
    type Fruit = Vec<(Score, DocAddress)>;
    type Child = Nearest;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<Nearest> {
        Ok(Nearest {
            kept: self.kept,
            window: self.window,
            apart: self.apart,
            segment,
            dates: reader.fast_fields().i64("date")?.first_or_default_col(UNDATED),
            best: BinaryHeap::new(),
            found: Vec::new(),
            threshold: Score::MIN,
            room: LEAST_ROOM,
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, fruits: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        Ok(fruits.into_iter().flatten().collect())
    }

    /// Asked where nothing else is collected on the same way.
    fn collect_segment(
        &self,
        weight: &dyn Weight,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<Self::Fruit> {
        let mut nearest = self.for_segment(segment, reader)?;
        let alive = reader.alive_bitset();
        let mut take = |doc, score| {
            if alive.is_none_or(|alive| alive.is_alive(doc)) { nearest.take(doc, score) } else { nearest.threshold }
        };
        if self.open {
            weight.for_each_pruning(Score::MIN, reader, &mut take)?;
        } else {
            weight.for_each(reader, &mut |doc, score| {
                take(doc, score);
            })?;
        }
        Ok(nearest.harvest())
    }
}

impl SegmentCollector for Nearest {
    type Fruit = Vec<(Score, DocAddress)>;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.take(doc, score);
    }

    fn harvest(mut self) -> Self::Fruit {
        self.let_go();
        let segment = self.segment;
        self.found.into_iter().map(|(score, doc)| (score, DocAddress::new(segment, doc))).collect()
    }
}
