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
use crate::window::{Best, Side, any_terms, best_within, counted_within};
use jiff::Timestamp;
use newsroom::articles::{Marking, StoryNumber};
use std::collections::HashSet;
use tantivy::collector::{Count, TopDocs};
use tantivy::schema::Value;
use tantivy::{DocAddress, TantivyDocument};

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
    /// Each as the paper prints it.
    pub bylines: Vec<Vec<Run>>,
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
    let offset = ask.offset.min(MOST_HITS);
    let kept = (offset + ask.limit).min(MOST_HITS);
    let by_score = ask.order == Order::Relevance && ask.query.has_words();
    let plan = Plan::of(ask.query, generation)?;
    let Gathered { fitting, newest, counted } =
        gather(generation, scopes, ask, &plan, if by_score { (kept, 0) } else { (0, kept) })?;
    let places = if by_score { fitting } else { newest };
    let shown = places.iter().skip(offset).take(kept - offset);
    let hits = shown.map(|place| hit(generation, scopes, place, &plan)).collect::<Result<_, _>>()?;
    let (years, sections) = facets(&counted);
    Ok(Found { hits, total: counted.matches, years, sections, notices: plan.notices, instead: None })
}

/// The most fitting and the newest of one search, each story once.
pub(crate) fn fitting_and_newest(
    generation: &Generation,
    scopes: &[Scope],
    query: &Query,
    fitting: usize,
    newest: usize,
) -> Result<Vec<Hit>, SearchError> {
    let plan = Plan::of(query, generation)?;
    let ask = Ask { query, order: Order::Relevance, offset: 0, limit: fitting, facets: false };
    let found = gather(generation, scopes, &ask, &plan, (fitting, newest))?;
    let both = found.fitting.iter().take(fitting).chain(found.newest.iter().take(newest));
    let mut seen = HashSet::new();
    let once = both.filter(|place| seen.insert((place.scope, place.address)));
    once.map(|place| hit(generation, scopes, place, &plan)).collect()
}

/// What the drawers hold together, in order.
struct Gathered {
    fitting: Vec<Place>,
    newest: Vec<Place>,
    counted: Counted,
}

/// Asks each drawer for some of its most fitting stories, and for some of its newest.
fn gather(
    generation: &Generation,
    scopes: &[Scope],
    ask: &Ask<'_>,
    plan: &Plan,
    (fitting, newest): (usize, usize),
) -> Result<Gathered, SearchError> {
    let statistics = Statistics::of(generation);
    let mut all = Gathered { fitting: Vec::new(), newest: Vec::new(), counted: Counted::default() };
    let markings = &ask.query.markings;
    let chosen = |scope: &Scope| markings.is_empty() || markings.contains(&scope.part.marking());
    let asked = plan.asked();
    for (index, scope) in scopes.iter().enumerate().filter(|(_, scope)| chosen(scope)) {
        let searcher = generation.searcher(scope.part);
        let (window, coded) = (scope.window, generation.coded(scope.part));
        let tally = Tally { newest, facets: ask.facets, coded: coded.clone() };
        let side = Side { searcher, coded, window, open: scope.part.is_open() };
        let mut drawer = if fitting > 0 {
            let (best, drawer) = best(side, asked.as_ref(), &statistics, fitting, &tally)?;
            let place = |(score, address)| Place { scope: index, address, score, at: 0, number: 0 };
            all.fitting.extend(best.into_iter().map(place));
            drawer
        } else if window.is_whole() {
            searcher.search(&asked, &tally)?
        } else {
            counted_within(side, asked.as_ref(), &tally)?
        };
        let place = |(at, number, address): Dated| Place { scope: index, address, score: 0.0, at, number };
        all.newest.extend(std::mem::take(&mut drawer.newest).into_iter().map(place));
        all.counted.add(drawer);
    }
    number(generation, scopes, &mut all.fitting);
    for places in [&mut all.fitting, &mut all.newest] {
        places.sort_by(|one, two| {
            let score = two.score.total_cmp(&one.score);
            score.then(two.at.cmp(&one.at)).then(two.number.cmp(&one.number))
        });
    }
    Ok(all)
}

/// The best few of a drawer, and what its matches are counted by.
fn best(
    side: Side<'_>,
    asked: &dyn tantivy::query::Query,
    statistics: &Statistics<'_>,
    kept: usize,
    tally: &Tally,
) -> Result<Best, SearchError> {
    if !side.window.is_whole() {
        return best_within(side, asked, statistics, kept, tally);
    }
    let searcher = side.searcher;
    let best = TopDocs::with_limit(kept).order_by_score();
    // the best few of one word, or of any of some, are found without looking at all matches; of other queries they are not, and going
    // through the matches once does for both
    if !any_terms(asked) {
        return Ok(searcher.search_with_statistics_provider(asked, &(best, tally.clone()), statistics)?);
    }
    let best = searcher.search_with_statistics_provider(asked, &best, statistics)?;
    let counted = if tally.facets || tally.newest > 0 {
        searcher.search(asked, tally)?
    } else {
        Counted { matches: searcher.search(asked, &Count)? as u64, ..Counted::default() }
    };
    Ok((best, counted))
}

/// Fills in times and numbers of hits that came by score, so that equal ones keep one order.
fn number(generation: &Generation, scopes: &[Scope], places: &mut [Place]) {
    for place in places.iter_mut() {
        let coded = generation.coded(scopes[place.scope].part);
        if let Some(codes) = coded.get(place.address.segment_ord as usize) {
            place.number = codes.numbers.get_val(place.address.doc_id);
            place.at = codes.dates.get_val(place.address.doc_id);
        }
    }
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
    let line = |text: &String| line(text, &plan.wanted, &generation.wording);
    Ok(Hit {
        number: StoryNumber(number),
        revision: shown.revision,
        marking: part.marking(),
        published_at: if place.at == UNDATED { None } else { Timestamp::from_second(place.at).ok() },
        headline: line(&shown.headline),
        fragment: fragment(&shown.text, &plan.wanted, &generation.wording),
        section: shown.section,
        bylines: shown.bylines.iter().map(line).collect(),
        score: place.score,
    })
}
