//! Typing errors. When a query finds nothing, words that no open text holds are replaced by the most frequent word of headlines, topics and
//! names within one change of a letter (two from eight letters on; two neighbours swapped are one), or by one of which another form is that near. Locked text has no part in this.
use crate::error::SearchError;
use crate::index::Generation;
use crate::query::{Piece, Query};
use std::collections::HashMap;
use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

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

/// [`corrected`] for plain words.
pub(crate) fn mended(generation: &Generation, words: &[String]) -> Result<Option<Vec<String>>, SearchError> {
    let spelled = corrected(generation, &Query::parse(&words.join(" ")))?;
    Ok(spelled.map(|spelled| spelled.pieces().flat_map(|piece| piece.words.clone()).collect()))
}

/// Words of which the last is only begun: with the most frequent beginning near to it in its place, and the others as [`mended`] has them. None
/// where words begin as it does.
pub(crate) fn mended_beginning(generation: &Generation, words: &[String]) -> Result<Option<Vec<String>>, SearchError> {
    let Some((last, before)) = words.split_last() else { return Ok(None) };
    let Some(beginning) = nearest_beginning(generation, last)? else { return Ok(None) };
    let mut words =
        if before.is_empty() { None } else { mended(generation, before)? }.unwrap_or_else(|| before.to_vec());
    words.push(beginning);
    Ok(Some(words))
}

/// The beginning of most words near to one that is begun.
fn nearest_beginning(generation: &Generation, begun: &str) -> Result<Option<String>, SearchError> {
    let letters: Vec<char> = begun.chars().collect();
    if letters.len() < LEAST_LETTERS || letters[0].is_numeric() {
        return Ok(None);
    }
    let most = if letters.len() >= LETTERS_FOR_TWO { 2 } else { 1 };
    // by how many changes, and in how many stories
    let mut near: HashMap<String, (usize, u64)> = HashMap::new();
    let term = Term::from_field_text(generation.fields.words, begun);
    for segment in generation.open().flat_map(Searcher::segment_readers) {
        let automaton = FuzzyTermQuery::new_prefix(term.clone(), most, true).automaton()?;
        let inverted = segment.inverted_index(generation.fields.words)?;
        let mut terms = inverted.terms().search(automaton).into_stream().map_err(tantivy::TantivyError::from)?;
        while terms.advance() {
            let Some((changes, beginning)) =
                std::str::from_utf8(terms.key()).ok().and_then(|word| beginning_of(word, &letters))
            else {
                continue;
            };
            let (_, stories) = near.entry(beginning).or_insert((changes, 0));
            *stories += u64::from(terms.value().doc_freq);
        }
    }
    let best = near.into_iter().min_by(|(one, a), (two, b)| (a.0, b.1, one).cmp(&(b.0, a.1, two)));
    Ok(best.filter(|(_, (changes, _))| *changes > 0).map(|(beginning, _)| beginning))
}

/// The beginning of a word that is nearest to what is begun, and by how many changes it is made of it; of several as near as another the one of as
/// many letters.
fn beginning_of(word: &str, begun: &[char]) -> Option<(usize, String)> {
    let word: Vec<char> = word.chars().take(begun.len() + 2).collect();
    let rows = changes(&word, begun);
    let nearest = rows.iter().enumerate().min_by_key(|(length, changes)| (**changes, length.abs_diff(begun.len())));
    nearest.map(|(length, changes)| (*changes, word[..length].iter().collect()))
}

/// By how many changes of a letter, or swaps of two neighbours, each beginning of a word becomes `begun`: the first of none of its letters.
fn changes(word: &[char], begun: &[char]) -> Vec<usize> {
    let mut rows: Vec<Vec<usize>> = vec![(0..=begun.len()).collect()];
    for (at, letter) in word.iter().enumerate() {
        let mut row = vec![at + 1];
        for (there, other) in begun.iter().enumerate() {
            let changed = rows[at][there] + usize::from(letter != other);
            let mut least = changed.min(rows[at][there + 1] + 1).min(row[there] + 1);
            if at > 0 && there > 0 && *letter == begun[there - 1] && word[at - 1] == *other {
                least = least.min(rows[at - 1][there - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows.iter().filter_map(|row| row.last().copied()).collect()
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
    nearest_form(generation, word, most)
}

/// The most frequent word of which another form than `word` is near: `umbrela`, where only umbrellas stand.
fn nearest_form(generation: &Generation, word: &str, most: u8) -> Result<Option<String>, SearchError> {
    let stem = generation.wording.term(word);
    let letters: Vec<char> = stem.chars().collect();
    if letters.len() < LEAST_LETTERS {
        return Ok(None);
    }
    let mut near: HashMap<String, u64> = HashMap::new();
    for segment in generation.open().flat_map(Searcher::segment_readers) {
        let begun = Term::from_field_text(generation.fields.words, &stem);
        let automaton = FuzzyTermQuery::new_prefix(begun, most, true).automaton()?;
        let inverted = segment.inverted_index(generation.fields.words)?;
        let mut terms = inverted.terms().search(automaton).into_stream().map_err(tantivy::TantivyError::from)?;
        while terms.advance() {
            let Ok(found) = std::str::from_utf8(terms.key()) else { continue };
            let form: Vec<char> = generation.wording.term(found).chars().collect();
            if changes(&form, &letters).last().is_some_and(|changes| *changes <= usize::from(most)) {
                *near.entry(found.to_owned()).or_default() += u64::from(terms.value().doc_freq);
            }
        }
    }
    let best = near.into_iter().max_by(|one, two| one.1.cmp(&two.1).then(two.0.cmp(&one.0)));
    Ok(best.map(|(nearest, _)| nearest))
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
