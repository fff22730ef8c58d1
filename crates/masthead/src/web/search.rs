//! Search: the page, suggestions as one types, what readers keep.
//!
//! Whoever may open every story of a marking searches whole stories of it, everybody else what is open to all. Which it is the gate says, as
//! for a page; the index then has no drawer open that the reader may not read (`search::Reach`).
use std::sync::Arc;

use axum::extract::{Extension, Form, Query, State};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response};
use hyper::body::Bytes;
use newsroom::articles::{Block, Marking, Story};
use pages::views::{self, Marked, SearchFacet, SearchForm, SearchHit, SearchPage, SearchResults};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use search::{Ask, Days, Found, Notice, Order, Reach, Right, Run, SearchError, Suggestion};
use serde::{Deserialize, Serialize};

use super::article::in_full;
use super::body::Reply;
use super::compose;
use super::error::{Fault, see_other};
use super::feeds;
use super::forms::{knock, show};
use super::serve::Peer;
use super::visitor::{self, Reader, Visitor};
use crate::catalogue::Fetched;
use crate::house::House;
use crate::readers::Door;

/// Results on one page; the template counts by it.
const PER_PAGE: usize = 20;
/// Years and sections to narrow by.
const FACETS: usize = 40;

/// What was asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    section: String,
    year: String,
    author: String,
    marking: String,
    sort: String,
    page: String,
}

impl Asked {
    fn is_empty(&self) -> bool {
        [&self.q, &self.section, &self.year, &self.author, &self.marking].iter().all(|text| text.trim().is_empty())
    }

    fn page(&self) -> usize {
        self.page.parse().unwrap_or(1).clamp(1, search::MOST_HITS / PER_PAGE)
    }

    /// What is meant. A filter that means nothing is left out, as in the words.
    fn query(&self, house: &House) -> search::Query {
        let mut query = search::Query::parse(&self.q);
        if house.publication.sections.iter().any(|section| section.code == self.section) {
            query = query.in_section(&self.section);
        }
        if let Some(days) = self.year.trim().parse().ok().filter(|year| *year > 0).and_then(Days::year) {
            query = query.within(days);
        }
        if Marking::knows(&self.marking) {
            query = query.marked(Marking::read(&self.marking));
        }
        if self.author.trim().is_empty() { query } else { query.by_author(&self.author) }
    }

    fn form(&self) -> SearchForm {
        let short = |text: &str, most| text.chars().take(most).collect::<String>();
        SearchForm {
            words: short(&self.q, search::MOST_CHARACTERS),
            section: short(&self.section, 40),
            year: short(&self.year, 4),
            author: short(&self.author, 80),
            marking: short(&self.marking, 20),
            newest: self.sort == "newest",
        }
    }

    /// The address of these results.
    fn href(&self) -> String {
        let form = self.form();
        let fields = [
            ("q", form.words),
            ("section", form.section),
            ("year", form.year),
            ("author", form.author),
            ("marking", form.marking),
            ("sort", if form.newest { "newest".to_owned() } else { String::new() }),
            ("page", self.page.clone()),
        ];
        let set = fields.iter().filter(|(_, value)| !value.is_empty());
        let pairs: Vec<String> =
            set.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))).collect();
        format!("/search?{}", pairs.join("&"))
    }

    fn with(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut asked = Self { page: String::new(), ..self.clone() };
        change(&mut asked);
        asked.href()
    }
}

/// `GET /search`
pub async fn page(
    State(house): State<Arc<House>>,
    Query(asked): Query<Asked>,
    visitor: Visitor,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    let mut view = SearchPage {
        form: asked.form(),
        sections: house.publication.sections.iter().map(compose::section_link).collect(),
        ..SearchPage::default()
    };
    if !asked.is_empty() {
        knock(&house, Door::Search, &asker(&house, &visitor, &headers, &peer), &headers, &peer)?;
        let query = asked.query(&house);
        let reach = reach(&house, &visitor);
        let whole_stories = reach.is_some();
        match found(&house, &asked, query.clone(), reach.clone()).await {
            Ok(found) => {
                let saveable = visitor.signed().is_some() && !query.is_empty();
                view.save = saveable.then(|| query.to_string());
                view.results = Some(results(&house, &asked, found, reach.as_ref(), whole_stories).await?);
            }
            Err(Missing::Index) => view.unavailable = true,
            Err(Missing::Fault(fault)) => return Err(fault),
        }
    }
    show(&house, visitor.reader(), &view)
}

/// Who is counted by the limit: a reader, or an address.
fn asker(house: &House, visitor: &Visitor, headers: &HeaderMap, peer: &Peer) -> String {
    visitor.signed().map_or_else(
        || format!("address:{}", visitor::address(house, headers, peer)),
        |signed| format!("reader:{}", signed.reader),
    )
}

/// What this visitor may read whole by right. The meter opens single stories, never all.
fn reach(house: &House, visitor: &Visitor) -> Option<Reach> {
    let in_full = in_full(house, visitor.standing(), visitor.benefits(), house.clock.now());
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
    let order = if asked.sort == "newest" { Order::Newest } else { Order::Relevance };
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

async fn results(
    house: &House,
    asked: &Asked,
    found: Found,
    reach: Option<&Reach>,
    whole_stories: bool,
) -> Result<SearchResults, Fault> {
    let pages = usize::try_from(found.total).unwrap_or(usize::MAX).min(search::MOST_HITS).div_ceil(PER_PAGE).max(1);
    let number = asked.page();
    let at = |page: usize| asked.with(|asked| asked.page = if page == 1 { String::new() } else { page.to_string() });
    let nothing = found.total == 0;
    let words: Vec<&str> = asked.q.split_whitespace().collect();
    let plain = words.len() > 1 && words.iter().all(|word| word.chars().all(char::is_alphanumeric) && *word != "OR");
    Ok(SearchResults {
        total: grouped(found.total),
        single: found.total == 1,
        notices: found.notices.iter().map(notice).collect(),
        hits: hits(house, found.hits, reach).await?,
        years: years(asked, &found.years),
        by_section: sections(house, asked, &found.sections),
        page: number,
        pages,
        previous: (number > 1).then(|| at(number - 1)),
        next: (number < pages).then(|| at(number + 1)),
        whole_stories,
        without_filters: (nothing && asked.form().is_narrowed() && !asked.q.trim().is_empty())
            .then(|| Asked { q: asked.q.clone(), ..Asked::default() }.href()),
        any_word: (nothing && plain).then(|| asked.with(|asked| asked.q = words.join(" OR "))),
        instead: found.instead.map(|query| query.to_string()),
    })
}

/// Hits as the paper has them now. One that is published no longer is left out; text that the asker may not read of the story as it is now is
/// not shown, whatever the index holds: it learns of a change within a moment.
async fn hits(house: &House, hits: Vec<search::Hit>, reach: Option<&Reach>) -> Result<Vec<SearchHit>, Fault> {
    let run = |runs: Vec<Run>| runs.into_iter().map(|run| Marked { text: run.text, marked: run.marked }).collect();
    let mut shown = Vec::with_capacity(hits.len());
    for hit in hits {
        let Fetched::Story(entry) = house.fetch(hit.number).await? else { continue };
        if entry.story.number != hit.number {
            continue;
        }
        let card = compose::card(&house.publication, &entry);
        let whole = reach.is_some_and(|reach| reach.opens(entry.marking, entry.story.published_at));
        let same = letters(hit.headline.iter().map(|run| run.text.as_str())) == letters([card.headline.as_str()]);
        let readable = reads(&entry.story, whole, &hit.fragment);
        let plain = vec![Marked { text: card.headline.clone(), marked: false }];
        shown.push(SearchHit {
            path: card.path,
            headline: if same { run(hit.headline) } else { plain },
            fragment: if readable { run(hit.fragment) } else { Vec::new() },
            section: card.section,
            bylines: card.bylines,
            published_at: card.published_at,
            marking: card.marking,
        });
    }
    Ok(shown)
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
            count: grouped(n),
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
            count: grouped(*n),
            href: asked.with(|asked| asked.section = if current { String::new() } else { code.clone() }),
            current,
        }
    };
    sections.iter().take(FACETS).map(facet).collect()
}

fn notice(notice: &Notice) -> String {
    match notice {
        Notice::TooLong => "Only the beginning of the query was read: it is very long.".into(),
        Notice::OnlyCommonWords => {
            "These words stand in nearly every story. Add one that says more, or put a phrase between quotation marks."
                .into()
        }
        Notice::NotADate(text) => {
            format!("“{text}” is no date that the search knows; it was left out. Write 2015, 2015-12 or 2015-12-18.")
        }
        Notice::NotAMarking(text) => {
            format!("“{text}” is not a kind of access; it was left out. Write free, registered, metered or premium.")
        }
        Notice::ShortPrefix(text) => format!("A star needs three letters before it: “{text}” was searched as a word."),
    }
}

/// `12,345`.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// What was typed so far.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    q: String,
}

#[derive(Debug, Serialize)]
struct Suggested {
    suggestions: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Line {
    kind: &'static str,
    text: String,
    href: String,
}

/// `GET /search/suggest`: JSON for the script under the search field. The same for everybody.
pub async fn suggest(
    State(house): State<Arc<House>>,
    Query(typed): Query<Typed>,
    visitor: Visitor,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    knock(&house, Door::Suggest, &asker(&house, &visitor, &headers, &peer), &headers, &peer)?;
    let behind = house.searching.is_behind(house.clock.now());
    let ask = move |index: &search::Index| if behind { Ok(Vec::new()) } else { index.public()?.suggest(&typed.q) };
    let found = house.searching.ask(ask).await;
    let found = match found {
        None => return Err(Fault::Busy),
        Some(Err(SearchError::Absent { .. })) => Vec::new(),
        Some(Err(error)) => return Err(Fault::internal(&error)),
        Some(Ok(found)) => found,
    };
    let search = |field: &str, text: &str| Asked { q: format!("{field}:\"{text}\""), ..Asked::default() }.href();
    let mut suggested = Suggested { suggestions: Vec::with_capacity(found.len()) };
    for suggestion in found {
        suggested.suggestions.push(match suggestion {
            Suggestion::Topic(text) => Line { kind: "Topic", href: search("topic", &text), text },
            Suggestion::Author(text) => Line { kind: "Author", href: search("author", &text), text },
            Suggestion::Headline { number, headline } => match house.fetch(number).await? {
                Fetched::Story(entry) => Line { kind: "Story", text: headline, href: entry.path.clone() },
                _ => continue,
            },
        });
    }
    let text = serde_json::to_vec(&suggested).map_err(|e| Fault::internal(&e))?;
    let mut response = Response::new(Reply::bytes(Bytes::from(text)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// `GET /opensearch.xml`
pub async fn open_search(State(house): State<Arc<House>>, headers: HeaderMap) -> Result<Response<Reply>, Fault> {
    feeds::shared(&house, &headers, "/opensearch.xml", "application/opensearchdescription+xml; charset=utf-8", || {
        Ok(pages::feeds::open_search(&house.paper))
    })
}

/// A search to keep.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Kept {
    query: String,
}

/// `POST /account/searches`
pub async fn keep(
    State(house): State<Arc<House>>,
    Reader(signed): Reader,
    Form(kept): Form<Kept>,
) -> Result<Response<Reply>, Fault> {
    let query = search::Query::parse(&kept.query);
    if query.is_empty() {
        return Ok(see_other("/search"));
    }
    let room = house.store.save_search(signed.reader.0, &query.to_string(), house.clock.now()).await?;
    Ok(see_other(if room {
        "/account?done=search#searches-heading"
    } else {
        "/account?done=searches-full#searches-heading"
    }))
}

/// A search to forget.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Forgotten {
    search: String,
}

/// `POST /account/searches/forget`
pub async fn forget(
    State(house): State<Arc<House>>,
    Reader(signed): Reader,
    Form(forgotten): Form<Forgotten>,
) -> Result<Response<Reply>, Fault> {
    if let Ok(id) = forgotten.search.parse() {
        house.store.forget_search(signed.reader.0, id).await?;
    }
    Ok(see_other("/account?done=search-gone#searches-heading"))
}

/// The searches of a reader, for their account.
///
/// # Errors
/// The store's.
pub async fn on_account(house: &House, reader: i64) -> Result<Vec<views::SavedSearchView>, store::StoreError> {
    let view = |kept: store::SavedSearch| views::SavedSearchView {
        id: kept.id,
        href: Asked { q: kept.query.clone(), sort: "newest".into(), ..Asked::default() }.href(),
        query: kept.query,
    };
    Ok(house.store.saved_searches(reader).await?.into_iter().map(view).collect())
}
