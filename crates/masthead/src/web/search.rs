//! Search: the page, suggestions as one types, what readers keep.
//!
//! Whoever may open every story of a marking searches whole stories of it, everybody else what is open to all. Which it is the gate says, as
//! for a page; the index then has no drawer open that the reader may not read (`search::Reach`).
mod asked;
pub mod kept;
pub mod suggest;
mod times;
mod words;

use std::sync::Arc;

use axum::extract::{Extension, Query, State};
use http::{HeaderMap, Response};
use newsroom::articles::{Block, Marking, Story};
use pages::views::{Link, Marked, SearchFacet, SearchHit, SearchPage, SearchResults};
use search::{Ask, Found, Notice, Order, Reach, Right, Run, SearchError};

use self::asked::Asked;
use self::times::{Answer, Times};
use super::archive::days::day_in;
use super::article::{InFull, in_full};
use super::body::Reply;
use super::compose;
use super::error::{Fault, see_other};
use super::feeds;
use super::forms::{knock, show};
use super::serve::Peer;
use super::visitor::{self, Visitor};
use crate::catalogue::Fetched;
use crate::house::House;
use crate::readers::Door;

/// Results on one page; the template counts by it.
const PER_PAGE: usize = 20;
/// Letters of a word that may be a beginning.
const BEGUN: usize = 3;
/// Years and sections to narrow by.
const FACETS: usize = 40;

/// `GET /search`
pub async fn page(
    State(house): State<Arc<House>>,
    Query(asked): Query<Asked>,
    visitor: Visitor,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    let kept = match visitor.signed() {
        Some(signed) => house.store.saved_searches(signed.reader.0).await?,
        None => Vec::new(),
    };
    let mut view = SearchPage {
        here: (!asked.is_empty()).then(|| asked.at(asked.page())),
        form: asked.form(),
        sections: house.publication.sections.iter().map(compose::section_link).collect(),
        keeps: !kept.is_empty(),
        ..SearchPage::default()
    };
    if asked.is_empty() {
        return show(&house, visitor.reader(), &view);
    }
    knock(&house, Door::Search, &asker(&house, &visitor, &headers, &peer), &headers, &peer)?;
    let (query, left_out) = asked.query(&house);
    view.notices = left_out;
    let today = day_in(&house.publication.zone, house.clock.now());
    let times = Times::of(&house, &asked, today).await?;
    (view.times, view.days) = (times.pages, times.offered);
    view.either_day = asked.either_day(query.notices());
    if query.is_empty() {
        view.asks_nothing = true;
        view.notices.extend(query.notices().iter().map(words::notice));
        return show(&house, visitor.reader(), &view);
    }
    let in_full = in_full(&house, visitor.standing(), visitor.benefits(), house.clock.now());
    let reach = reach(&in_full);
    let answer = match times::answer(&house, asked, query, reach.as_ref(), times.meant.as_ref()).await {
        Ok(answer) => answer,
        Err(Missing::Fault(fault)) => return Err(fault),
        Err(Missing::Index) => {
            view.unavailable = true;
            return show(&house, visitor.reader(), &view);
        }
    };
    let Answer { asked, query, found, of_time } = answer;
    if of_time.is_some() {
        view.days.clear();
    }
    view.notices.extend(found.notices.iter().map(words::notice));
    if found.notices.contains(&Notice::OnlyCommonWords) {
        view.asks_nothing = true;
        return show(&house, visitor.reader(), &view);
    }
    let asked = asked.corrected(found.instead.as_ref());
    if found.total == 0 {
        view.notices.extend(words::unknown_sections(&house, &query));
        view.notices.extend(times::why_nothing(&house, &asked, &query, today).await?);
    } else if asked.page() > pages(&found) {
        return Ok(see_other(&asked.at(pages(&found))));
    }
    if visitor.signed().is_some() && !query.excludes_itself() {
        let searched = asked.line(found.instead.as_ref().unwrap_or(&query));
        view.saved = kept::holds(&kept, &searched, asked.is_newest());
        view.save = (!view.saved).then_some(searched);
    }
    view.range = words::range(query.days());
    view.extent = words::extent(&house, &in_full);
    let results = results(&house, &asked, found, reach.as_ref(), &query).await?;
    view.results = Some(SearchResults { of_time, ..results });
    show(&house, visitor.reader(), &view)
}

/// How many pages of what was found can be shown.
fn pages(found: &Found) -> usize {
    usize::try_from(found.total).unwrap_or(usize::MAX).min(search::MOST_HITS).div_ceil(PER_PAGE).max(1)
}

/// Who is counted by the limit: a reader, or an address.
fn asker(house: &House, visitor: &Visitor, headers: &HeaderMap, peer: &Peer) -> String {
    visitor.signed().map_or_else(
        || format!("address:{}", visitor::address(house, headers, peer)),
        |signed| format!("reader:{}", signed.reader),
    )
}

/// What this visitor may read whole by right. The meter opens single stories, never all.
fn reach(in_full: &InFull) -> Option<Reach> {
    let right = |marking: &Marking| {
        let since = if in_full.archived.contains(marking) { None } else { in_full.begins };
        Right { marking: *marking, since }
    };
    Reach::of(in_full.lately.iter().map(right))
}

/// Why there is no answer.
enum Missing {
    /// The index is being made.
    Index,
    Fault(Fault),
}

async fn found(house: &House, asked: &Asked, query: search::Query, reach: Option<Reach>) -> Result<Found, Missing> {
    let order = if asked.is_newest() { Order::Newest } else { Order::Relevance };
    let offset = (asked.page() - 1) * PER_PAGE;
    let work = move |index: &search::Index| {
        let ask = Ask { query: &query, order, offset, limit: PER_PAGE, facets: true };
        match reach {
            Some(reach) => index.full(reach)?.find(&ask),
            None => index.public()?.find(&ask),
        }
    };
    if house.searching.is_behind(house.clock.now()) {
        return Err(Missing::Index);
    }
    match house.searching.ask(work).await {
        None => Err(Missing::Fault(Fault::Busy)),
        Some(Err(SearchError::Absent { .. })) => Err(Missing::Index),
        Some(Err(error)) => Err(Missing::Fault(Fault::internal(&error))),
        Some(Ok(found)) => Ok(found),
    }
}

/// What was found, `asked` being what was searched in the end.
async fn results(
    house: &House,
    asked: &Asked,
    found: Found,
    reach: Option<&Reach>,
    query: &search::Query,
) -> Result<SearchResults, Fault> {
    let pages = pages(&found);
    let number = asked.page();
    let nothing = found.total == 0;
    let typed: Vec<&str> = asked.q.split_whitespace().collect();
    let plain = typed.len() > 1 && typed.iter().all(|word| word.chars().all(char::is_alphanumeric) && *word != "OR");
    let sign = |c: char| c.is_ascii_punctuation() || c.is_numeric();
    let begun = |word: &&str| nothing && word.chars().count() >= BEGUN && !word.contains(sign);
    let beginning = match typed.as_slice() {
        [word] if begun(word) => Some(Link::new(*word, asked.with(|asked| asked.q = format!("{word}*")))),
        _ => None,
    };
    let order = |sort: &str| asked.with(|asked| sort.clone_into(&mut asked.sort));
    Ok(SearchResults {
        total: words::grouped(found.total),
        single: found.total == 1,
        years: years(asked, &found.years),
        by_section: sections(house, asked, &found.sections),
        page: number,
        pages,
        previous: (number > 1).then(|| asked.at(number - 1)),
        next: (number < pages).then(|| asked.at(number + 1)),
        chosen: asked.chosen(house),
        unreached: (number == pages && found.total > search::MOST_HITS as u64)
            .then(|| words::grouped(search::MOST_HITS as u64)),
        orders: (found.total > 1 && query.has_words()).then(|| (order(""), order("newest"))),
        without_filters: (nothing && asked.form().is_narrowed() && !asked.q.trim().is_empty())
            .then(|| Asked { q: asked.q.clone(), ..Asked::default() }.href()),
        any_word: (nothing && plain).then(|| asked.with(|asked| asked.q = typed.join(" OR "))),
        beginning,
        // narrowed beside the words is said beside the words
        of_time: None,
        instead: found.instead.map(|_| Link::new(asked.q.clone(), asked.with(|_| ()))),
        hits: hits(house, found.hits, reach, query.has_words()).await?,
    })
}

/// Hits as the paper has them now. One that is published no longer is left out; text that the asker may not read of the story as it is now is
/// not shown, whatever the index holds: it learns of a change within a moment.
async fn hits(
    house: &House,
    hits: Vec<search::Hit>,
    reach: Option<&Reach>,
    by_words: bool,
) -> Result<Vec<SearchHit>, Fault> {
    let mut shown = Vec::with_capacity(hits.len());
    for hit in hits {
        let Fetched::Story(entry) = house.fetch(hit.number).await? else { continue };
        if entry.story.number != hit.number {
            continue;
        }
        let card = compose::card(house, &entry);
        let whole = reach.is_some_and(|reach| reach.opens(entry.marking, entry.story.published_at));
        let readable = reads(&entry.story, whole, &hit.fragment);
        let headline = line(hit.headline, &card.headline);
        let fragment = if readable { marked(hit.fragment) } else { Vec::new() };
        let mut names = hit.bylines.into_iter();
        let bylines: Vec<Vec<Marked>> =
            card.bylines.iter().map(|name| line(names.next().unwrap_or_default(), name)).collect();
        // what is marked nowhere was found by a topic of the story: it is said which it has
        let named = by_words && !bylines.iter().flatten().chain(&headline).chain(&fragment).any(|run| run.marked);
        shown.push(SearchHit {
            path: card.path,
            headline,
            fragment,
            section: card.section,
            topics: if named { entry.story.topics.clone() } else { Vec::new() },
            bylines,
            published_at: card.published_at,
            marking: card.marking,
            archived: card.archived,
            language: card.language,
        });
    }
    Ok(shown)
}

fn marked(runs: Vec<Run>) -> Vec<Marked> {
    runs.into_iter().map(|run| Marked { text: run.text, marked: run.marked }).collect()
}

/// A line of a hit as it is marked, where the story still says the same; else as the story says it now.
fn line(runs: Vec<Run>, now: &str) -> Vec<Marked> {
    let same = letters(runs.iter().map(|run| run.text.as_str())) == letters([now]);
    if same { marked(runs) } else { vec![Marked { text: now.to_owned(), marked: false }] }
}

/// Whether a fragment is of the text that the asker may read of a story, as it is now.
fn reads(story: &Story, whole: bool, fragment: &[Run]) -> bool {
    let blocks = if whole { &story.body } else { story.open() };
    let text = letters(story.standfirst.as_deref().into_iter().chain(blocks.iter().map(Block::text)));
    text.contains(&letters(fragment.iter().map(|run| run.text.as_str())))
}

/// Letters and digits alone: what stands between them depends on who shows them.
fn letters<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().flat_map(str::chars).filter(|c| c.is_alphanumeric()).collect()
}

fn years(asked: &Asked, years: &[(Option<i16>, u64)]) -> Vec<SearchFacet> {
    let known = years.iter().filter_map(|(year, n)| Some(((*year)?, *n)));
    let facet = |(year, n): (i16, u64)| {
        let current = asked.year.trim() == year.to_string();
        SearchFacet {
            label: year.to_string(),
            count: words::grouped(n),
            href: asked.with(|asked| asked.year = if current { String::new() } else { year.to_string() }),
            current,
        }
    };
    known.take(FACETS).map(facet).collect()
}

fn sections(house: &House, asked: &Asked, sections: &[(String, u64)]) -> Vec<SearchFacet> {
    let facet = |(code, n): &(String, u64)| {
        let current = asked.section == *code;
        SearchFacet {
            label: compose::section_of(&house.publication, code).name,
            count: words::grouped(*n),
            href: asked.with(|asked| asked.section = if current { String::new() } else { code.clone() }),
            current,
        }
    };
    sections.iter().take(FACETS).map(facet).collect()
}

/// `GET /opensearch.xml`
pub async fn open_search(State(house): State<Arc<House>>, headers: HeaderMap) -> Result<Response<Reply>, Fault> {
    feeds::shared(&house, &headers, "/opensearch.xml", "application/opensearchdescription+xml; charset=utf-8", || {
        Ok(pages::feeds::open_search(&house.paper))
    })
}
