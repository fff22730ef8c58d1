//! Typing errors. When a query finds nothing, words that no open text holds are replaced by the most frequent word of headlines, topics and
//! names within one change of a letter (two from eight letters on; two neighbours swapped are one). Locked text has no part in this.
use crate::error::SearchError;
use crate::index::Generation;
use crate::query::{Piece, Query};
use std::collections::HashMap;
use tantivy::Term;
use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;

/// Shorter words have too many neighbours.
const LEAST_LETTERS: usize = 4;
/// From this length on two letters may be wrong.
const LETTERS_FOR_TWO: usize = 8;
/// Words of a query that are looked up: each costs a walk through the vocabulary.
const MOST_CORRECTED: usize = 4;

/// The query with its unknown words replaced; none when there is nothing to replace.
pub(crate) fn corrected(generation: &Generation, query: &Query) -> Result<Option<Query>, SearchError> {
    let mut spelled = query.clone();
    let mut left = MOST_CORRECTED;
    let mut changed = false;
    for piece in spelled.groups.iter_mut().flatten() {
        let mut words = piece.words.clone();
        for word in &mut words {
            // another number is another thing, however alike it looks
            let number = word.starts_with(|c: char| c.is_numeric());
            if left == 0 || number || word.chars().count() < LEAST_LETTERS || is_known(generation, word, piece)? {
                continue;
            }
            left -= 1;
            if let Some(nearest) = nearest(generation, word)? {
                *word = nearest;
                changed = true;
            }
        }
        if words != piece.words {
            *piece = piece.spelled(words);
        }
    }
    Ok(changed.then_some(spelled))
}

fn is_known(generation: &Generation, word: &str, piece: &Piece) -> Result<bool, SearchError> {
    let fields = &generation.fields;
    let term = match piece.place {
        crate::query::Place::Author => Term::from_field_text(fields.author, word),
        _ => Term::from_field_text(fields.text, &generation.wording.term(word)),
    };
    for searcher in generation.open() {
        if generation.wording.is_stop(word) || searcher.doc_freq(&term)? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The most frequent word near to `word`.
fn nearest(generation: &Generation, word: &str) -> Result<Option<String>, SearchError> {
    let most = if word.chars().count() >= LETTERS_FOR_TWO { 2 } else { 1 };
    for distance in 1..=most {
        let mut near: HashMap<String, u64> = HashMap::new();
        for searcher in generation.open() {
            for segment in searcher.segment_readers() {
                near_in(segment, generation.fields.words, word, distance, &mut near)?;
            }
        }
        let best = near.into_iter().max_by(|one, two| one.1.cmp(&two.1).then(two.0.cmp(&one.0)));
        if let Some((nearest, _)) = best {
            return Ok(Some(nearest));
        }
    }
    Ok(None)
}

fn near_in(
    segment: &tantivy::SegmentReader,
    field: Field,
    word: &str,
    distance: u8,
    near: &mut HashMap<String, u64>,
) -> Result<(), SearchError> {
    let automaton = FuzzyTermQuery::new(Term::from_field_text(field, word), distance, true).automaton()?;
    let inverted = segment.inverted_index(field)?;
    let mut terms = inverted.terms().search(automaton).into_stream().map_err(tantivy::TantivyError::from)?;
    while terms.advance() {
        if let Ok(text) = std::str::from_utf8(terms.key()) {
            *near.entry(text.to_owned()).or_default() += u64::from(terms.value().doc_freq);
        }
    }
    Ok(())
}
