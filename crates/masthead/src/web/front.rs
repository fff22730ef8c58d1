//! The front page and the sections.
use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use http::{HeaderMap, Response};
use newsroom::articles::{Section, StoryNumber};
use pages::{Page as _, views};
use serde::Deserialize;

use super::body::Reply;
use super::cache::Cache;
use super::compose;
use super::error::{self, Fault};
use super::page::Page;
use super::visitor::Visitor;
use crate::catalogue::{Catalogue, Entry, Fetched, number_in};
use crate::house::House;

/// Stories on one page of a section.
const PER_PAGE: usize = 20;
const LATEST: usize = 12;
const PREMIUM: usize = 4;
const RAIL: usize = 4;

/// `GET /`
pub async fn front(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    let page = house.printed.page("/", visitor.class(), house.stamp(), || {
        let view = front_view(&house, &house.catalogue.load(), &visitor);
        let html = view.render(&house.paper, visitor.reader()).map_err(|e| Fault::internal(&e))?;
        Ok::<_, Fault>(Page::html(visitor.cache(), visitor.class_word(), html))
    })?;
    Ok(page.answer(&headers))
}

fn front_view(house: &House, catalogue: &Catalogue, visitor: &Visitor) -> views::FrontPage {
    let publication = &house.publication;
    let lead = catalogue.picks.first().or_else(|| catalogue.newest.first());
    let mut shown: HashSet<u32> = lead.iter().map(|e| e.story.number.0).collect();
    let mut take = |entries: &mut dyn Iterator<Item = &Arc<Entry>>, most: usize| -> Vec<views::StoryCard> {
        let chosen: Vec<&Arc<Entry>> = entries.filter(|e| !shown.contains(&e.story.number.0)).take(most).collect();
        shown.extend(chosen.iter().map(|e| e.story.number.0));
        compose::cards(house, chosen)
    };
    let picks = take(&mut catalogue.picks.iter().skip(1), 8);
    let premium =
        take(&mut catalogue.newest.iter().filter(|e| e.story.marking == newsroom::articles::Marking::Premium), PREMIUM);
    let latest = take(&mut catalogue.newest.iter(), LATEST);
    let rails = publication
        .sections
        .iter()
        .map(|section| views::Rail {
            section: compose::section_link(section),
            stories: take(&mut catalogue.section(&section.code).iter(), RAIL),
        })
        .filter(|rail| !rail.stories.is_empty())
        .collect();
    views::FrontPage {
        printed_at: house.clock.now(),
        lead: lead.map(|e| compose::card(house, e)),
        picks,
        latest,
        premium,
        rails,
        markets: Vec::new(),
        advertisements: advertisements(house, visitor, 0),
    }
}

fn advertisements(house: &House, visitor: &Visitor, turn: usize) -> Vec<views::Advertisement> {
    if visitor.ads() { compose::advertisements(&house.publication, visitor.reader(), turn) } else { Vec::new() }
}

/// Query of a section page.
#[derive(Debug, Deserialize)]
pub struct Turn {
    page: Option<String>,
    /// The place behind which to go on: milliseconds since the epoch, or nothing for stories without a date, a hyphen, and a number.
    before: Option<String>,
}

/// `GET /{section}`
pub async fn section(
    State(house): State<Arc<House>>,
    Path(code): Path<String>,
    Query(turn): Query<Turn>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    let Some(section) = house.publication.sections.iter().find(|s| s.code == code) else {
        return other_address(&house, &format!("/{code}")).await;
    };
    if let Some(before) = turn.before.as_deref() {
        return behind(&house, section, before, &visitor).await;
    }
    // before the catalogue is read: a page made of the former one is never kept as the next one's
    let stamp = house.stamp();
    let catalogue = house.catalogue.load_full();
    let stories = catalogue.section(&code);
    let pages = match catalogue.is_whole() {
        true => stories.len().div_ceil(PER_PAGE).max(1),
        // only full pages: what follows them is behind the last one's last story
        false => (stories.len() / PER_PAGE).max(1),
    };
    let number = match turn.page.as_deref() {
        None => 1,
        Some(text) => text.parse().ok().filter(|n| (1..=pages).contains(n)).ok_or(Fault::NotFound)?,
    };
    let address = format!("/{code}?page={number}");
    let page = house.printed.page(&address, visitor.class(), stamp, || {
        let view = views::SectionPage {
            section: compose::section_link(section),
            about: section.about.clone(),
            stories: compose::cards(&house, stories.iter().skip((number - 1) * PER_PAGE).take(PER_PAGE)),
            page: u32::try_from(number).unwrap_or(u32::MAX),
            pages: if catalogue.is_whole() { u32::try_from(pages).unwrap_or(u32::MAX) } else { 0 },
            older: (!catalogue.is_whole()).then(|| older(&code, stories, number, pages)).flatten(),
            advertisements: advertisements(&house, &visitor, number),
        };
        let html = view.render(&house.paper, visitor.reader()).map_err(|e| Fault::internal(&e))?;
        Ok::<_, Fault>(Page::html(visitor.cache(), visitor.class_word(), html))
    })?;
    Ok(page.answer(&headers))
}

/// The address behind a counted page of a section that goes on in the store.
fn older(code: &str, stories: &[Arc<Entry>], number: usize, pages: usize) -> Option<String> {
    if number < pages {
        return Some(format!("/{code}?page={}", number + 1));
    }
    let last = stories.get((number * PER_PAGE).min(stories.len()).checked_sub(1)?)?;
    Some(behind_address(code, last.story.published_at, last.story.number))
}

fn behind_address(code: &str, at: Option<jiff::Timestamp>, number: StoryNumber) -> String {
    let at = at.map_or_else(String::new, |at| at.as_millisecond().to_string());
    format!("/{code}?before={at}-{}", number.0)
}

/// A section's stories behind a place, from the store.
async fn behind(house: &House, section: &Section, before: &str, visitor: &Visitor) -> Result<Response<Reply>, Fault> {
    let (at, number) = before.rsplit_once('-').ok_or(Fault::NotFound)?;
    let number = StoryNumber(number.parse().map_err(|_| Fault::NotFound)?);
    let published_at = match at {
        "" => None,
        at => {
            let ms = at.parse().map_err(|_| Fault::NotFound)?;
            Some(jiff::Timestamp::from_millisecond(ms).map_err(|_| Fault::NotFound)?)
        }
    };
    let place = store::Place { published_at, number };
    let turn = house.stacks.turn(number.0 as usize).await.ok_or(Fault::Busy)?;
    let now = house.clock.now();
    let found = house.store.whole_stories_of_section(&section.code, now, Some(place), PER_PAGE + 1).await?;
    drop(turn);
    let shown: Vec<_> = found.iter().take(PER_PAGE).map(|stored| &stored.story).collect();
    let last = shown.last().ok_or(Fault::NotFound)?;
    let older = behind_address(&section.code, last.published_at, last.number);
    let view = views::SectionPage {
        section: compose::section_link(section),
        about: section.about.clone(),
        stories: shown.iter().map(|story| compose::card_of(house, story)).collect(),
        // no first page: the way to newer stories leads to the section's front
        page: 2,
        pages: 0,
        older: (found.len() > PER_PAGE).then_some(older),
        advertisements: advertisements(house, visitor, 0),
    };
    let html = view.render(&house.paper, visitor.reader()).map_err(|e| Fault::internal(&e))?;
    Ok(Page::html(visitor.cache(), visitor.class_word(), html).answer(&HeaderMap::new()))
}

/// Everything no route knows: other spellings of a story's or a section's address lead to the one true address.
pub async fn elsewhere(State(house): State<Arc<House>>, uri: http::Uri) -> Result<Response<Reply>, Fault> {
    let bare = uri.path().trim_end_matches('/');
    let listed = |root: &str| bare.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if bare.len() < uri.path().len() && ["/archive", "/authors", "/topics", "/search"].into_iter().any(listed) {
        return Ok(error::moved(&uri.query().map_or_else(|| bare.to_owned(), |query| format!("{bare}?{query}"))));
    }
    other_address(&house, uri.path()).await
}

async fn other_address(house: &House, path: &str) -> Result<Response<Reply>, Fault> {
    let plain = percent_encoding::percent_decode_str(path).decode_utf8().map_err(|_| Fault::NotFound)?;
    let tidy = plain.trim_end_matches('/').to_lowercase();
    let tidy = format!("/{}", tidy.split('/').filter(|p| !p.is_empty()).collect::<Vec<_>>().join("/"));
    if let Some(number) = number_in(&tidy) {
        match house.fetch(number).await? {
            Fetched::Story(entry) => return Ok(error::moved(&entry.path)),
            Fetched::Busy => return Err(Fault::Busy),
            Fetched::Nothing => {}
        }
    }
    let code = tidy.trim_start_matches('/');
    if house.publication.sections.iter().any(|s| s.code == code) && path != tidy {
        return Ok(error::moved(&tidy));
    }
    // What it may have been in former times is looked for by `former`, for every address that leads nowhere.
    Err(Fault::NotFound)
}

/// Cache policy of class pages: what is printed for guests may be kept, the rest never.
#[must_use]
pub const fn class_cache(guest: bool) -> Cache {
    if guest { Cache::Public } else { Cache::Private }
}
