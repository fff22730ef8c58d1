//! One search: over the drawers that the asker may open, in the order they want, merged.
use crate::collect::{Counted, Dated, Tally};
use crate::compile::Plan;
use crate::error::SearchError;
use crate::full::Scope;
use crate::highlight::{Run, fragment, line};
use crate::index::Generation;
use crate::query::{Notice, Query};
use crate::schema::{Shown, UNDATED};
use crate::spelling;
use crate::statistics::Statistics;
use crate::window::{Best, any_terms, best_within};
use jiff::Timestamp;
use newsroom::articles::{Marking, StoryNumber};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use tantivy::collector::{Count, TopDocs};
use tantivy::schema::Value;
use tantivy::{DocAddress, Searcher, TantivyDocument};

/// Hits that can be paged through; who wants more asks more narrowly.
pub const MOST_HITS: usize = 1_000;

/// In which order hits come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The most fitting first; without words to rank by, the newest.
    #[default]
    Relevance,
    /// The newest first; stories without a date last.
    Newest,
}

/// A question to an index.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    pub query: &'a Query,
    pub order: Order,
    /// Hits left out before the first; up to [`MOST_HITS`] together with `limit`.
    pub offset: usize,
    pub limit: usize,
    /// Whether matches are counted by year and section.
    pub facets: bool,
}

/// A story that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub number: StoryNumber,
    /// The store's revision that was indexed. Whoever shows text of the hit compares it with the story's own.
    pub revision: i64,
    pub marking: Marking,
    pub section: String,
    pub published_at: Option<Timestamp>,
    pub bylines: Vec<String>,
    pub headline: Vec<Run>,
    /// A part of the text that the asker may read.
    pub fragment: Vec<Run>,
    /// Comparable within one search; zero where hits are in order of time.
    pub score: f32,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    pub hits: Vec<Hit>,
    pub total: u64,
    /// Matches by year, the latest first; `None` for stories without a date. Empty unless asked for.
    pub years: Vec<(Option<i16>, u64)>,
    /// Matches by section's code, the most first. Empty unless asked for.
    pub sections: Vec<(String, u64)>,
    pub notices: Vec<Notice>,
    /// Nothing was found for the query as it was typed; this is what was searched instead.
    pub instead: Option<Query>,
}

/// Where a hit lies and what places it.
struct Place {
    scope: usize,
    address: DocAddress,
    score: f32,
    at: i64,
    number: u64,
}

pub(crate) fn find(generation: &Generation, scopes: &[Scope], ask: &Ask<'_>) -> Result<Found, SearchError> {
    let found = exactly(generation, scopes, ask)?;
    if found.total > 0 {
        return Ok(found);
    }
    let Some(spelled) = spelling::corrected(generation, ask.query)? else { return Ok(found) };
    let other = exactly(generation, scopes, &Ask { query: &spelled, ..ask.clone() })?;
    Ok(if other.total > 0 { Found { instead: Some(spelled), ..other } } else { found })
}

/// The search of the query as it stands.
pub(crate) fn exactly(generation: &Generation, scopes: &[Scope], ask: &Ask<'_>) -> Result<Found, SearchError> {
    if ask.query.is_empty() && ask.query.pieces().next().is_none() {
        return Ok(Found { notices: ask.query.notices.clone(), ..Found::default() });
    }
    let plan = Plan::of(ask.query, generation)?;
    let statistics = Statistics::of(generation);
    let offset = ask.offset.min(MOST_HITS);
    let kept = (offset + ask.limit).min(MOST_HITS);
    let by_score = ask.order == Order::Relevance && ask.query.has_words();
    let (mut places, mut counted) = (Vec::new(), Counted::default());
    let markings = &ask.query.markings;
    let chosen = |scope: &Scope| markings.is_empty() || markings.contains(&scope.part.marking());
    let asked = plan.asked();
    for (index, scope) in scopes.iter().enumerate().filter(|(_, scope)| chosen(scope)) {
        let searcher = generation.searcher(scope.part);
        let facets = ask.facets.then(|| generation.coded(scope.part).clone());
        let tally = Tally { newest: if by_score { 0 } else { kept }, facets, window: scope.window };
        let mut drawer = if by_score && kept > 0 {
            let (best, drawer) = best(searcher, *scope, asked.as_ref(), &statistics, kept, &tally)?;
            let place = |(score, address)| Place { scope: index, address, score, at: 0, number: 0 };
            places.extend(best.into_iter().map(place));
            drawer
        } else {
            searcher.search(&asked, &tally)?
        };
        let place = |(at, number, address): Dated| Place { scope: index, address, score: 0.0, at, number };
        places.extend(std::mem::take(&mut drawer.newest).into_iter().map(place));
        counted.add(drawer);
    }
    number(generation, scopes, &mut places)?;
    places.sort_by(|one, two| {
        let score = two.score.total_cmp(&one.score);
        score.then(two.at.cmp(&one.at)).then(two.number.cmp(&one.number))
    });
    let shown = places.iter().skip(offset).take(kept - offset);
    let hits = shown.map(|place| hit(generation, scopes, place, &plan)).collect::<Result<_, _>>()?;
    let (years, sections) = facets(&counted);
    Ok(Found { hits, total: counted.matches, years, sections, notices: plan.notices, instead: None })
}

/// The best few of a drawer, and what its matches are counted by.
fn best(
    searcher: &Searcher,
    scope: Scope,
    asked: &dyn tantivy::query::Query,
    statistics: &Statistics<'_>,
    kept: usize,
    tally: &Tally,
) -> Result<Best, SearchError> {
    if !scope.window.is_whole() {
        return best_within(searcher, asked, statistics, kept, tally, scope.part.is_open());
    }
    let best = TopDocs::with_limit(kept).order_by_score();
    // the best few of one word, or of any of some, are found without looking at all matches; of other queries they are not, and going
    // through the matches once does for both
    if !any_terms(asked) {
        return Ok(searcher.search_with_statistics_provider(asked, &(best, tally.clone()), statistics)?);
    }
    let best = searcher.search_with_statistics_provider(asked, &best, statistics)?;
    let counted = if tally.facets.is_some() {
        searcher.search(asked, tally)?
    } else {
        Counted { matches: searcher.search(asked, &Count)? as u64, ..Counted::default() }
    };
    Ok((best, counted))
}

/// Fills in times and numbers of hits that came by score, so that equal ones keep one order. A segment's columns are opened once.
fn number(generation: &Generation, scopes: &[Scope], places: &mut [Place]) -> Result<(), SearchError> {
    let mut opened = HashMap::new();
    for place in places.iter_mut() {
        let (numbers, dates) = match opened.entry((place.scope, place.address.segment_ord)) {
            Entry::Occupied(held) => held.into_mut(),
            Entry::Vacant(free) => {
                let searcher = generation.searcher(scopes[place.scope].part);
                let columns = searcher.segment_reader(place.address.segment_ord).fast_fields();
                free.insert((columns.u64("number")?, columns.i64("date")?))
            }
        };
        place.number = numbers.first(place.address.doc_id).unwrap_or(0);
        place.at = dates.first(place.address.doc_id).unwrap_or(UNDATED);
    }
    Ok(())
}

type Facets = (Vec<(Option<i16>, u64)>, Vec<(String, u64)>);

fn facets(counted: &Counted) -> Facets {
    let year = |year: u64| i16::try_from(year).ok().filter(|year| *year > 0);
    let years = counted.years.iter().rev().map(|(number, n)| (year(*number), *n)).collect();
    let mut sections: Vec<(String, u64)> = counted.sections.iter().map(|(code, n)| (code.clone(), *n)).collect();
    sections.sort_by(|one, two| two.1.cmp(&one.1).then(one.0.cmp(&two.0)));
    (years, sections)
}

fn hit(generation: &Generation, scopes: &[Scope], place: &Place, plan: &Plan) -> Result<Hit, SearchError> {
    let part = scopes[place.scope].part;
    let row: TantivyDocument = generation.searcher(part).doc(place.address)?;
    let bytes = row.get_first(generation.fields.shown).and_then(|value| value.as_bytes()).unwrap_or_default();
    let shown: Shown = serde_json::from_slice(bytes).map_err(|e| SearchError::unreadable(e.to_string()))?;
    let number = u32::try_from(place.number).map_err(|e| SearchError::unreadable(e.to_string()))?;
    Ok(Hit {
        number: StoryNumber(number),
        revision: shown.revision,
        marking: part.marking(),
        published_at: if place.at == UNDATED { None } else { Timestamp::from_second(place.at).ok() },
        headline: line(&shown.headline, &plan.wanted, &generation.wording),
        fragment: fragment(&shown.text, &plan.wanted, &generation.wording),
        section: shown.section,
        bylines: shown.bylines,
        score: place.score,
    })
}
