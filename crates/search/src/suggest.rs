//! What a reader may mean while they type: topics, authors and headlines that everybody may read.
use crate::Query;
use crate::error::SearchError;
use crate::find::fitting_and_newest;
use crate::index::Generation;
use crate::query::{Typing, led};
use crate::schema::SHOWN_AFTER;
use crate::spelling;
use crate::words::cut;
use crate::{full::Scope, highlight::Run};
use newsroom::articles::{StoryNumber, key_of};
use std::cmp::Reverse;
use std::collections::HashMap;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, Searcher, TERMINATED, Term};

/// Letters that must be there before anything is suggested.
pub const LEAST_LETTERS: usize = 2;
/// Characters of the typed text that are read.
const MOST_CHARACTERS: usize = 80;
/// Names that are looked at for one beginning, in each segment.
const MOST_LOOKED_AT: usize = 2_000;
/// Names of each kind, and headlines, that are suggested.
const MOST_OF_A_KIND: usize = 4;
/// Headlines that fit by their words, of which those are chosen that fit best.
const MOST_FITTING: usize = 16;
/// The same where the last word has too few letters to look for.
const MOST_FITTING_BEGUN: usize = 64;
/// Letters from which on a word that is begun can be looked for.
const LEAST_OF_A_WORD: usize = 3;

/// What a suggestion leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suggestion {
    /// A topic, as the paper writes it.
    Topic(String),
    /// An author, as the paper writes the name.
    Author(String),
    /// A story.
    Headline { number: StoryNumber, headline: String },
}

/// Suggestions for a beginning, topics first. After the name of a field only what stands in that field is suggested; headlines only of
/// stories that `narrowed` asks for.
pub(crate) fn suggest(
    generation: &Generation,
    scopes: &[Scope],
    typed: &str,
    narrowed: &Query,
) -> Result<Vec<Suggestion>, SearchError> {
    let typed: String = typed.chars().take(MOST_CHARACTERS).collect();
    let typed = Typing::read(&typed).words;
    let (field, typed) = led(&typed);
    let words: Vec<String> = cut(typed).into_iter().map(|word| word.folded).collect();
    if words.iter().map(|word| word.chars().count()).sum::<usize>() < LEAST_LETTERS {
        return Ok(Vec::new());
    }
    let found = fitting(generation, scopes, field, &words, narrowed)?;
    if !found.is_empty() {
        return Ok(found);
    }
    // as in a search that finds nothing, and then as if the last word were only begun
    for mended in [spelling::mended, spelling::mended_beginning] {
        if let Some(words) = mended(generation, &words)? {
            let found = fitting(generation, scopes, field, &words, narrowed)?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
    }
    Ok(Vec::new())
}

fn fitting(
    generation: &Generation,
    scopes: &[Scope],
    field: Option<&str>,
    words: &[String],
    narrowed: &Query,
) -> Result<Vec<Suggestion>, SearchError> {
    let beginning = words.join(" ");
    let wanted = |name| field.is_none_or(|field| field == name);
    let mut found = Vec::new();
    if wanted("topic") {
        found.extend(names(generation, generation.fields.topics, &beginning)?.into_iter().map(Suggestion::Topic));
    }
    if wanted("author") {
        found.extend(names(generation, generation.fields.authors, &beginning)?.into_iter().map(Suggestion::Author));
    }
    if wanted("headline") {
        found.extend(headlines(generation, scopes, words, narrowed)?);
    }
    Ok(found)
}

/// The names that begin so, those of most stories first. A name of removed stories only is none.
fn names(generation: &Generation, field: Field, beginning: &str) -> Result<Vec<String>, SearchError> {
    // spellings of one name stand under its letters: the commonest is shown, and all count
    let mut found: HashMap<String, HashMap<String, u64>> = HashMap::new();
    for segment in generation.open().flat_map(Searcher::segment_readers) {
        let inverted = segment.inverted_index(field)?;
        let mut terms = inverted.terms().range().ge(beginning).into_stream().map_err(tantivy::TantivyError::from)?;
        let mut left = MOST_LOOKED_AT;
        // a name of which two words begin so stands there twice, each time with the same stories
        let mut here: HashMap<String, u64> = HashMap::new();
        while left > 0 && terms.advance() {
            left -= 1;
            let Ok(text) = std::str::from_utf8(terms.key()) else { continue };
            if !text.starts_with(beginning) {
                break;
            }
            if let Some((_, shown)) = text.split_once(SHOWN_AFTER) {
                let stories = here.entry(shown.to_owned()).or_default();
                *stories = u64::from(terms.value().doc_freq).max(*stories);
            }
        }
        for (shown, stories) in here {
            let key = key_of(&shown).unwrap_or_default();
            *found.entry(key).or_default().entry(shown).or_default() += stories;
        }
    }
    let commonest = |spellings: HashMap<String, u64>| {
        let all: u64 = spellings.values().sum();
        let name = spellings.into_iter().max_by(|one, two| one.1.cmp(&two.1).then(two.0.cmp(&one.0)));
        name.map(|(name, _)| (all, name))
    };
    let mut found: Vec<(u64, String)> = found.into_values().filter_map(commonest).collect();
    found.sort_by(|one, two| two.0.cmp(&one.0).then(one.1.cmp(&two.1)));
    let mut names = Vec::new();
    for (_, name) in found.into_iter().take(MOST_OF_A_KIND * 4) {
        if names.len() < MOST_OF_A_KIND && lives(generation, field, &name)? {
            names.push(name);
        }
    }
    Ok(names)
}

fn lives(generation: &Generation, field: Field, name: &str) -> Result<bool, SearchError> {
    let words: Vec<String> = cut(name).into_iter().map(|word| word.folded).take(6).collect();
    let term = Term::from_field_text(field, &format!("{}{SHOWN_AFTER}{name}", words.join(" ")));
    for segment in generation.open().flat_map(Searcher::segment_readers) {
        let inverted = segment.inverted_index(field)?;
        let postings = inverted.read_postings(&term, IndexRecordOption::Basic).map_err(tantivy::TantivyError::from)?;
        let Some(mut postings) = postings else { continue };
        while postings.doc() != TERMINATED {
            if !segment.is_deleted(postings.doc()) {
                return Ok(true);
            }
            postings.advance();
        }
    }
    Ok(false)
}

/// Stories whose headlines hold the words, the last of them begun: those first that fit best, and of these the newest.
fn headlines(
    generation: &Generation,
    scopes: &[Scope],
    words: &[String],
    narrowed: &Query,
) -> Result<Vec<Suggestion>, SearchError> {
    let Some((last, before)) = words.split_last() else { return Ok(Vec::new()) };
    let mut text: Vec<String> = before.iter().map(|word| format!("headline:{word}")).collect();
    let begun = last.chars().count() < LEAST_OF_A_WORD && !before.is_empty();
    match last.chars().count() {
        LEAST_OF_A_WORD.. => text.push(format!("headline:{last}*")),
        // one or two letters of a further word: the words before it are looked for, and those headlines come first that go on so
        _ if begun => {}
        _ => text.push(format!("headline:{last}")),
    }
    let query = Query::parse(&text.join(" ")).narrowed_as(narrowed);
    let plain = |runs: Vec<Run>| runs.into_iter().map(|run| run.text).collect::<String>();
    let mut found = Vec::new();
    let fitting = if begun { MOST_FITTING_BEGUN } else { MOST_FITTING };
    // where all fit alike, the score does not tell the newest
    for hit in fitting_and_newest(generation, scopes, &query, fitting, MOST_OF_A_KIND)? {
        let headline = plain(hit.headline);
        let cut: Vec<String> = cut(&headline).into_iter().map(|word| word.folded).collect();
        found.push((fit(&cut, words), Reverse(hit.published_at), Reverse(hit.number), headline));
    }
    found.sort();
    found.dedup_by_key(|(.., number, _)| *number);
    let suggested = found.into_iter().take(MOST_OF_A_KIND);
    Ok(suggested.map(|(.., number, headline)| Suggestion::Headline { number: number.0, headline }).collect())
}

/// How well a headline fits what was typed, best first: it begins so, has the words side by side, has them somewhere, or lacks the last, of
/// which a letter or two is there.
fn fit(headline: &[String], words: &[String]) -> u8 {
    let same = |run: &[String]| {
        let last = run.len().saturating_sub(1);
        let mut pairs = run.iter().zip(words).enumerate();
        pairs.all(|(at, (word, typed))| if at == last { word.starts_with(typed.as_str()) } else { word == typed })
    };
    match (headline.windows(words.len().max(1)).position(same), words.split_last()) {
        (Some(0), _) => 0,
        (Some(_), _) => 1,
        (None, Some((last, before)))
            if !before.is_empty() && !headline.iter().any(|word| word.starts_with(last.as_str())) =>
        {
            3 + fit(headline, before)
        }
        (None, _) => 2,
    }
}
