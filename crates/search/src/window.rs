//! A part of a drawer, from one second to another, for rights that begin or end with a day.
//!
//! The library's own filter by a column costs more than the search. Here only those stretches of a drawer are gone through that hold stories
//! of the window (`times.rs`); in a stretch that holds others too, a match is looked up in the column.
use crate::any;
use crate::codes::Coded;
use crate::collect::{Counted, Tally};
use crate::error::SearchError;
use crate::exact::exact;
use crate::onward::onward;
use crate::statistics::Statistics;
use crate::times::Stretch;
use crate::within::{OfSegments, Within, within};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use tantivy::collector::{Collector as _, SegmentCollector as _};
use tantivy::columnar::ColumnValues;
use tantivy::fastfield::AliveBitSet;
use tantivy::query::{BooleanQuery, EnableScoring, Occur, Query, Scorer, TermQuery, Weight};
use tantivy::{
    COLLECT_BLOCK_BUFFER_LEN, DocAddress, DocId, Score, Searcher, SeekDangerResult, SegmentOrdinal, SegmentReader,
    TERMINATED,
};

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

    /// Whether it may hold one of several, of which these are the first and the last.
    pub(crate) fn meets(self, first: i64, last: i64) -> bool {
        self.from.is_none_or(|from| last >= from) && self.until.is_none_or(|until| first < until)
    }
}

/// The best few, and what all matches are counted by.
pub(crate) type Best = (Vec<(Score, DocAddress)>, Counted);

/// How far two sums of the same scores can lie apart, for each score that is summed: rounding to steps of 1/4096, and the library's
/// rounding in whichever order it adds. Twice that much below the last of the best, nothing can be one of them.
const APART: Score = 1.0 / 1024.0;

/// One side of a day in a drawer.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    pub searcher: &'a Searcher,
    pub coded: &'a Coded,
    pub window: Window,
    /// Whether the rest of the drawer is open to the asker too.
    pub open: bool,
}

impl<'a> Side<'a> {
    /// The segments that hold stories of it.
    fn parts(self) -> Vec<Part<'a>> {
        let mut parts = Vec::new();
        for ((segment, reader), codes) in (0..).zip(self.searcher.segment_readers()).zip(self.coded) {
            let stretches = codes.times.within(self.window);
            if !stretches.is_empty() {
                let (dates, alive) = (codes.dates.as_ref(), reader.alive_bitset());
                parts.push(Part { segment, reader, stretches, window: self.window, dates, alive });
            }
        }
        parts
    }

    /// The stories that a phrase may be looked for in.
    fn stories(self, parts: &[Part<'_>]) -> OfSegments {
        let of = |part: &Part<'_>| {
            let codes = Arc::clone(self.coded.get(part.segment as usize)?);
            let within = Within { codes, stretches: part.stretches.clone(), window: self.window };
            Some((part.reader.segment_id(), Arc::new(within)))
        };
        Arc::new(parts.iter().filter_map(of).collect())
    }
}

/// The best few of a drawer's window, and what its matches are counted by.
///
/// Where the rest of the drawer is `open` to the asker too, the library's short cuts find them. Where it holds stories that the asker may not
/// read, the answer is made as if it did not hold them. The short cuts skip a run of stories by the best score in it, chosen among all of
/// them: they are left out. The library's sums depend in their last bit on the order of adding, which is the order of lengths of lists:
/// whatever comes near to the best is scored once more, in steps (`exact.rs`).
pub(crate) fn best_within(
    side: Side<'_>,
    asked: &dyn Query,
    statistics: &Statistics<'_>,
    kept: usize,
    tally: &Tally,
) -> Result<Best, SearchError> {
    let parts = side.parts();
    if parts.is_empty() {
        return Ok(Best::default());
    }
    let apart = if side.open { 0.0 } else { APART * scores(asked) };
    let placed = placed(side, &parts, asked);
    let asked = placed.as_deref().unwrap_or(asked);
    let weight = asked.weight(EnableScoring::enabled_from_statistics_provider(statistics, side.searcher))?;
    let short_cuts = side.open && any_terms(asked);
    let words = if side.open || !any_terms(asked) { Vec::new() } else { any::words(asked, statistics)? };
    let (mut found, mut counted) = (Vec::new(), Counted::default());
    for part in &parts {
        let mut nearest = Nearest::of(kept, apart);
        if short_cuts {
            part.prune(weight.as_ref(), &mut nearest)?;
        } else if !words.is_empty() {
            any::best(part, &words, &mut nearest)?;
        } else {
            let mut counting = tally.for_segment(part.segment, part.reader)?;
            part.walk(weight.as_ref(), &mut |doc, scorer| {
                counting.collect(doc, 0.0);
                nearest.take(doc, scorer.score());
            })?;
            counted.add(counting.harvest()?);
        }
        found.extend(nearest.found().map(|(score, doc)| (score, DocAddress::new(part.segment, doc))));
    }
    if short_cuts || !words.is_empty() {
        counted = counted_of(&parts, side.searcher, asked, tally)?;
    }
    let found = if side.open { found } else { scored_again(side.searcher, asked, statistics, found)? };
    Ok((first(side, found, kept), counted))
}

/// What the window's matches are counted by.
pub(crate) fn counted_within(side: Side<'_>, asked: &dyn Query, tally: &Tally) -> Result<Counted, SearchError> {
    let parts = side.parts();
    let placed = placed(side, &parts, asked);
    counted_of(&parts, side.searcher, placed.as_deref().unwrap_or(asked), tally)
}

/// The query as it is asked where nothing before the window may be looked at, and no phrase outside of it.
fn placed(side: Side<'_>, parts: &[Part<'_>], asked: &dyn Query) -> Option<Box<dyn Query>> {
    let kept = if side.open { None } else { within(asked, &side.stories(parts)) };
    let start = |part: &Part<'_>| Some((part.reader.segment_id(), part.stretches.first()?.docs.start));
    let placed = onward(kept.as_deref().unwrap_or(asked), parts.iter().filter_map(start).collect());
    placed.or(kept)
}

fn counted_of(
    parts: &[Part<'_>],
    searcher: &Searcher,
    asked: &dyn Query,
    tally: &Tally,
) -> Result<Counted, SearchError> {
    let mut counted = Counted::default();
    let weight = asked.weight(EnableScoring::disabled_from_searcher(searcher))?;
    for part in parts {
        let mut counting = tally.for_segment(part.segment, part.reader)?;
        if any_terms(asked) {
            part.walk_in_blocks(weight.as_ref(), &mut |docs| counting.count(docs))?;
        } else {
            part.walk(weight.as_ref(), &mut |doc, _| counting.collect(doc, 0.0))?;
        }
        counted.add(counting.harvest()?);
    }
    Ok(counted)
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
        let reader = searcher.segment_reader(first.segment_ord);
        let Some(mut scorer) = reach(weight.as_ref(), reader, first.doc_id)? else { continue };
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

/// The best first; of equal ones the newest. Where they stand in the drawer depends on what is beside them.
fn first(side: Side<'_>, mut found: Vec<(Score, DocAddress)>, kept: usize) -> Vec<(Score, DocAddress)> {
    let time = |at: &DocAddress| {
        let codes = side.coded.get(at.segment_ord as usize);
        codes.map(|codes| (codes.dates.get_val(at.doc_id), codes.numbers.get_val(at.doc_id)))
    };
    found.sort_unstable_by(|one, two| two.0.total_cmp(&one.0).then_with(|| time(&two.1).cmp(&time(&one.1))));
    found.truncate(kept);
    found
}

/// What a query matches from a story on; `None` where that is nothing. Nothing is looked for before it.
fn reach(weight: &dyn Weight, reader: &SegmentReader, from: DocId) -> tantivy::Result<Option<Box<dyn Scorer>>> {
    let (mut met, mut scorer) = weight.scorer_danger(reader, from, 1.0)?;
    // until it has found something, the library's scorer may be asked nothing else
    while let SeekDangerResult::SeekLowerBound(bound) = met {
        if bound >= TERMINATED {
            return Ok(None);
        }
        met = scorer.seek_danger(bound);
    }
    Ok(Some(scorer))
}

/// A segment and where the window's stories stand in it.
pub(crate) struct Part<'a> {
    segment: SegmentOrdinal,
    pub reader: &'a SegmentReader,
    pub stretches: Vec<Stretch>,
    window: Window,
    dates: &'a dyn ColumnValues<i64>,
    alive: Option<&'a AliveBitSet>,
}

impl Part<'_> {
    pub(crate) fn is_alive(&self, doc: DocId) -> bool {
        self.alive.is_none_or(|alive| alive.is_alive(doc))
    }

    pub(crate) fn holds(&self, doc: DocId) -> bool {
        self.window.holds(self.dates.get_val(doc))
    }

    /// Tells all matches of the window in order.
    fn walk(&self, weight: &dyn Weight, told: &mut dyn FnMut(DocId, &mut dyn Scorer)) -> tantivy::Result<()> {
        let Some(begin) = self.stretches.first() else { return Ok(()) };
        let Some(mut scorer) = reach(weight, self.reader, begin.docs.start)? else { return Ok(()) };
        for Stretch { docs, all } in &self.stretches {
            let mut doc = scorer.doc();
            if doc < docs.start {
                doc = scorer.seek(docs.start);
            }
            while doc < docs.end {
                if self.is_alive(doc) && (*all || self.holds(doc)) {
                    told(doc, scorer.as_mut());
                }
                doc = scorer.advance();
            }
        }
        Ok(())
    }

    /// The same, many at a time; goes a block beyond the window.
    fn walk_in_blocks(&self, weight: &dyn Weight, told: &mut dyn FnMut(&[DocId])) -> tantivy::Result<()> {
        let (mut block, mut within) = ([0; COLLECT_BLOCK_BUFFER_LEN], Vec::new());
        let mut stretches = self.stretches.iter();
        let Some(mut stretch) = stretches.next() else { return Ok(()) };
        let Some(mut scorer) = reach(weight, self.reader, stretch.docs.start)? else { return Ok(()) };
        loop {
            if scorer.doc() < stretch.docs.start {
                scorer.seek(stretch.docs.start);
            }
            let met = scorer.fill_buffer(&mut block);
            let mut docs = block.get(..met).unwrap_or_default();
            loop {
                docs = &docs[docs.partition_point(|doc| *doc < stretch.docs.start)..];
                let (of_stretch, rest) = docs.split_at(docs.partition_point(|doc| *doc < stretch.docs.end));
                if stretch.all && self.alive.is_none() {
                    told(of_stretch);
                } else {
                    within.clear();
                    let of_window = |doc: &DocId| self.is_alive(*doc) && (stretch.all || self.holds(*doc));
                    within.extend(of_stretch.iter().copied().filter(of_window));
                    told(&within);
                }
                docs = rest;
                if docs.is_empty() && scorer.doc() < stretch.docs.end {
                    break;
                }
                let Some(next) = stretches.next() else { return Ok(()) };
                stretch = next;
                if docs.is_empty() {
                    break;
                }
            }
            if met < COLLECT_BLOCK_BUFFER_LEN {
                return Ok(());
            }
        }
    }

    /// Takes in what is among the best, leaving out whatever the library knows to score less.
    fn prune(&self, weight: &dyn Weight, nearest: &mut Nearest) -> tantivy::Result<()> {
        let end = self.stretches.last().map_or(0, |stretch| stretch.docs.end);
        weight.for_each_pruning(Score::MIN, self.reader, &mut |doc, score| {
            if doc >= end {
                return Score::MAX;
            }
            if self.is_alive(doc) && self.holds(doc) { nearest.take(doc, score) } else { nearest.threshold }
        })
    }
}

/// Keeps what is, or comes near to, the best few.
pub(crate) struct Nearest {
    kept: usize,
    apart: Score,
    best: BinaryHeap<Reverse<Placed>>,
    found: Vec<(Score, DocId)>,
    /// What scores no more than this is none of the best.
    pub threshold: Score,
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
    fn of(kept: usize, apart: Score) -> Self {
        let (best, found) = (BinaryHeap::new(), Vec::new());
        Self { kept, apart, best, found, threshold: Score::MIN, room: LEAST_ROOM }
    }

    /// Takes a match in; what the next one must exceed.
    pub(crate) fn take(&mut self, doc: DocId, score: Score) -> Score {
        if score > self.threshold {
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

    fn found(mut self) -> impl Iterator<Item = (Score, DocId)> {
        self.let_go();
        self.found.into_iter()
    }
}
