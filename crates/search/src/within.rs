//! Phrases that are looked for in the stories of a window only.
//!
//! The library's scorer of a phrase goes on by itself until some story has it, and reads the places of its words in every story on the way. Where
//! a drawer holds stories that the asker may not read, how long that takes would tell of their text: it would stop sooner where one of
//! them has the phrase. Here each story is known to be the asker's before its words are looked at.
use crate::codes::Codes;
use crate::exact::Exact;
use crate::times::Stretch;
use crate::window::Window;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use tantivy::index::SegmentId;
use tantivy::query::{BooleanQuery, EmptyScorer, EnableScoring, Explanation, PhraseQuery, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED};

/// The stories of a segment that are of a window.
pub(crate) struct Within {
    pub codes: Arc<Codes>,
    pub stretches: Vec<Stretch>,
    pub window: Window,
}

impl Within {
    /// The first of them from a place on.
    fn next(&self, from: DocId) -> Option<DocId> {
        let begun = self.stretches.partition_point(|stretch| stretch.docs.end <= from);
        self.stretches.get(begun..)?.iter().find_map(|Stretch { docs, all }| {
            let mut docs = docs.start.max(from)..docs.end;
            if *all { docs.next() } else { docs.find(|doc| self.window.holds(self.codes.dates.get_val(*doc))) }
        })
    }
}

/// Those of each segment; a segment that is not named holds none.
pub(crate) type OfSegments = Arc<HashMap<SegmentId, Arc<Within>>>;

/// The query with all its phrases kept to these stories; nothing where it has none.
pub(crate) fn within(asked: &dyn Query, stories: &OfSegments) -> Option<Box<dyn Query>> {
    if asked.is::<PhraseQuery>() {
        return Some(Box::new(Kept { phrase: asked.box_clone(), stories: Arc::clone(stories) }));
    }
    if let Some(Exact(inner)) = asked.downcast_ref::<Exact>() {
        return within(inner.as_ref(), stories).map(|kept| Box::new(Exact(kept)) as Box<dyn Query>);
    }
    let parts = asked.downcast_ref::<BooleanQuery>()?;
    let kept: Vec<_> = parts.clauses().iter().map(|(_, part)| within(part.as_ref(), stories)).collect();
    kept.iter().any(Option::is_some).then_some(())?;
    let clauses = parts.clauses().iter().zip(kept);
    let clauses = clauses.map(|((occur, part), kept)| (*occur, kept.unwrap_or_else(|| part.box_clone()))).collect();
    Some(Box::new(BooleanQuery::with_minimum_required_clauses(clauses, parts.get_minimum_number_should_match())))
}

struct Kept {
    phrase: Box<dyn Query>,
    stories: OfSegments,
}

impl Clone for Kept {
    fn clone(&self) -> Self {
        Self { phrase: self.phrase.box_clone(), stories: Arc::clone(&self.stories) }
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kept({:?})", self.phrase)
    }
}

impl Query for Kept {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(KeptWeight { phrase: self.phrase.weight(scoring)?, stories: Arc::clone(&self.stories) }))
    }
}

struct KeptWeight {
    phrase: Box<dyn Weight>,
    stories: OfSegments,
}

impl Weight for KeptWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let stories = self.stories.get(&reader.segment_id()).map(Arc::clone);
        let first = stories.as_ref().and_then(|stories| stories.next(0));
        let (Some(stories), Some(first)) = (stories, first) else { return Ok(Box::new(EmptyScorer)) };
        let (met, phrase) = self.phrase.scorer_danger(reader, first, boost)?;
        let mut kept = KeptScorer { phrase, stories, doc: first, least: first };
        if let SeekDangerResult::SeekLowerBound(bound) = met {
            kept.go(bound);
        }
        Ok(Box::new(kept))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.phrase.explain(reader, doc)
    }
}

struct KeptScorer {
    phrase: Box<dyn Scorer>,
    stories: Arc<Within>,
    /// The last match.
    doc: DocId,
    /// Before this place there is no match any more.
    least: DocId,
}

impl KeptScorer {
    /// Whether a story of the window has the phrase; otherwise from where on one may.
    fn look(&mut self, doc: DocId) -> SeekDangerResult {
        if doc < self.least {
            return SeekDangerResult::SeekLowerBound(self.least);
        }
        let met = self.phrase.seek_danger(doc);
        self.least = match met {
            SeekDangerResult::Found => doc,
            SeekDangerResult::SeekLowerBound(least) => least,
        };
        met
    }

    /// Goes to the first match from a place on that is after all it was asked for.
    fn go(&mut self, mut bound: DocId) -> DocId {
        self.doc = TERMINATED;
        while bound < TERMINATED
            && let Some(doc) = self.stories.next(bound)
        {
            match self.look(doc) {
                SeekDangerResult::Found => {
                    self.doc = doc;
                    break;
                }
                SeekDangerResult::SeekLowerBound(next) => bound = next,
            }
        }
        self.doc
    }
}

impl DocSet for KeptScorer {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED { TERMINATED } else { self.go(self.doc + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target { self.go(target) } else { self.doc }
    }

    /// Looks at one story at most, as whoever asks for several conditions counts on.
    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if target >= TERMINATED || self.doc > target {
            return SeekDangerResult::SeekLowerBound(self.doc.max(target));
        }
        if self.doc == target {
            return SeekDangerResult::Found;
        }
        match self.stories.next(target) {
            None => SeekDangerResult::SeekLowerBound(TERMINATED),
            Some(doc) if doc > target => SeekDangerResult::SeekLowerBound(doc),
            Some(_) => {
                let met = self.look(target);
                if met == SeekDangerResult::Found {
                    self.doc = target;
                }
                met
            }
        }
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.phrase.size_hint()
    }

    fn cost(&self) -> u64 {
        self.phrase.cost()
    }
}

impl Scorer for KeptScorer {
    fn score(&mut self) -> Score {
        self.phrase.score()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::times::Times;
    use std::sync::Mutex;
    use tantivy::columnar::ColumnValues;

    const STORIES: u32 = 1_200;

    /// Every third story is of the window up to the 600th, then all are.
    struct Days;

    impl ColumnValues<i64> for Days {
        fn get_val(&self, doc: u32) -> i64 {
            if doc >= 600 || doc.is_multiple_of(3) { 2_000 + i64::from(doc) } else { i64::from(doc) }
        }

        fn min_value(&self) -> i64 {
            0
        }

        fn max_value(&self) -> i64 {
            10_000
        }

        fn num_vals(&self) -> u32 {
            STORIES
        }
    }

    impl ColumnValues<u64> for Days {
        fn get_val(&self, doc: u32) -> u64 {
            u64::from(doc)
        }

        fn min_value(&self) -> u64 {
            0
        }

        fn max_value(&self) -> u64 {
            u64::from(STORIES)
        }

        fn num_vals(&self) -> u32 {
            STORIES
        }
    }

    /// Stands in every fourth story, and notes which stories it was asked for.
    struct Phrase(DocId, Arc<Mutex<Vec<DocId>>>);

    impl DocSet for Phrase {
        fn advance(&mut self) -> DocId {
            unreachable!("nobody may let it go on by itself")
        }

        fn seek(&mut self, _: DocId) -> DocId {
            unreachable!("nobody may let it go on by itself")
        }

        fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
            assert!(target > self.0 || self.0 == 0, "asked for {target} after {}", self.0);
            self.0 = target;
            self.1.lock().expect("nobody has failed").push(target);
            if target.is_multiple_of(4) {
                SeekDangerResult::Found
            } else {
                SeekDangerResult::SeekLowerBound(target + 1)
            }
        }

        fn doc(&self) -> DocId {
            self.0
        }

        fn size_hint(&self) -> u32 {
            STORIES / 4
        }
    }

    impl Scorer for Phrase {
        fn score(&mut self) -> Score {
            1.0
        }
    }

    fn of_window(doc: DocId) -> bool {
        ColumnValues::<i64>::get_val(&Days, doc) >= 2_000
    }

    fn kept() -> (KeptScorer, Arc<Mutex<Vec<DocId>>>) {
        let window = Window { from: Some(2_000), until: None };
        let times = Times::of(&Days as &dyn ColumnValues<i64>, STORIES);
        let stretches = times.within(window);
        let codes = Arc::new(Codes {
            kinds: Vec::new(),
            of: Vec::new(),
            times,
            dates: Arc::new(Days),
            numbers: Arc::new(Days),
        });
        let asked = Arc::new(Mutex::new(Vec::new()));
        let phrase = Box::new(Phrase(0, Arc::clone(&asked)));
        let stories = Arc::new(Within { codes, stretches, window });
        (KeptScorer { phrase, stories, doc: 0, least: 0 }, asked)
    }

    fn asked_of_the_window_only(asked: &Mutex<Vec<DocId>>) {
        let asked = asked.lock().expect("nobody has failed");
        assert!(!asked.is_empty());
        assert!(asked.iter().all(|doc| of_window(*doc)), "{asked:?}");
    }

    #[test]
    fn a_phrase_is_looked_for_in_stories_of_the_window_only() {
        let (mut kept, asked) = kept();
        let mut met = vec![kept.go(0)];
        while kept.advance() != TERMINATED {
            met.push(kept.doc());
        }
        let has = |doc: &DocId| doc.is_multiple_of(4) && of_window(*doc);
        assert_eq!(met, (0..STORIES).filter(has).collect::<Vec<_>>());
        asked_of_the_window_only(&asked);
    }

    #[test]
    fn whoever_asks_for_one_story_is_told_of_it_or_from_where_on_to_ask() {
        let (mut kept, asked) = kept();
        let mut target = 1;
        let mut met = Vec::new();
        while target < TERMINATED {
            target = match kept.seek_danger(target) {
                SeekDangerResult::Found => {
                    met.push(target);
                    target + 7
                }
                SeekDangerResult::SeekLowerBound(bound) => {
                    assert!(bound > target, "{bound} after {target}");
                    bound
                }
            };
        }
        let mut expected = Vec::new();
        let mut from = 1;
        while let Some(doc) = (from..STORIES).find(|doc| doc.is_multiple_of(4) && of_window(*doc)) {
            expected.push(doc);
            from = doc + 7;
        }
        assert_eq!(met, expected);
        asked_of_the_window_only(&asked);
    }
}
