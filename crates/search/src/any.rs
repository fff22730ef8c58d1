//! Any of several words, in stretches of a drawer that is not all open to the asker.
//!
//! The library's short cuts skip by the best score of a run of stories, which those that are closed to the asker have a part in. Here a word is
//! left aside when it alone, however often it stood in a story, would not bring one among the best so far. What a word can score at most
//! depends on open text alone, and the best so far are the asker's own stories (Turtle and Flood, 1995: MaxScore).
use crate::statistics::Statistics;
use crate::window::{Nearest, Part};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings as _, SegmentPostings};
use tantivy::query::{Bm25Weight, BooleanQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet as _, Score, Term};

/// A word and how its scores are made.
pub(crate) struct Word {
    term: Term,
    weight: Bm25Weight,
}

/// A word's stories in one segment.
struct List {
    postings: SegmentPostings,
    lengths: FieldNormReader,
    weight: Bm25Weight,
}

/// The words of a query that asks for any of several, those first that score least at most.
pub(crate) fn words(asked: &dyn Query, statistics: &Statistics<'_>) -> tantivy::Result<Vec<Word>> {
    let any = asked.downcast_ref::<BooleanQuery>().map(BooleanQuery::clauses).unwrap_or_default();
    let terms = any.iter().filter_map(|(_, one)| one.downcast_ref::<TermQuery>()).map(TermQuery::term);
    let word = |term: &Term| {
        let weight = Bm25Weight::for_terms(statistics, std::slice::from_ref(term))?;
        Ok(Word { term: term.clone(), weight })
    };
    let mut words = terms.map(word).collect::<tantivy::Result<Vec<Word>>>()?;
    words.sort_by(|one, two| one.weight.max_score().total_cmp(&two.weight.max_score()));
    Ok(words)
}

/// Takes in what is among the best of a part.
pub(crate) fn best(part: &Part<'_>, words: &[Word], nearest: &mut Nearest) -> tantivy::Result<()> {
    let mut lists = Vec::with_capacity(words.len());
    for Word { term, weight } in words {
        let postings = part.reader.inverted_index(term.field())?.read_postings(term, IndexRecordOption::WithFreqs)?;
        let lengths = part.reader.get_fieldnorms_reader(term.field())?;
        lists.extend(postings.map(|postings| List { postings, lengths, weight: weight.clone() }));
    }
    // what the first, the first two, … score together at most
    let mut most: Vec<Score> = vec![0.0];
    for list in &lists {
        most.push(most.last().copied().unwrap_or_default() + list.weight.max_score());
    }
    for stretch in &part.stretches {
        for list in &mut lists {
            list.go_to(stretch.docs.start);
        }
        loop {
            // lists that are not worth looking through by themselves
            let aside = most[1..].partition_point(|most| *most <= nearest.threshold);
            let (few, looked_through) = lists.split_at_mut(aside);
            let Some(doc) = looked_through.iter().map(|list| list.postings.doc()).min() else { return Ok(()) };
            if doc >= stretch.docs.end {
                break;
            }
            let counts = part.is_alive(doc) && (stretch.all || part.holds(doc));
            let mut score = 0.0;
            for list in looked_through.iter_mut().filter(|list| list.postings.doc() == doc) {
                score += if counts { list.score() } else { 0.0 };
                list.postings.advance();
            }
            if counts && score + most[aside] > nearest.threshold {
                for (list, others) in few.iter_mut().zip(&most).rev() {
                    list.go_to(doc);
                    score += if list.postings.doc() == doc { list.score() } else { 0.0 };
                    if score + others <= nearest.threshold {
                        break;
                    }
                }
                nearest.take(doc, score);
            }
        }
    }
    Ok(())
}

impl List {
    fn go_to(&mut self, doc: DocId) {
        if self.postings.doc() < doc {
            self.postings.seek(doc);
        }
    }

    fn score(&self) -> Score {
        self.weight.score(self.lengths.fieldnorm_id(self.postings.doc()), self.postings.term_freq())
    }
}
