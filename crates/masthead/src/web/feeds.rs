//! Feeds, site maps, robots.txt, the manifest: none of them can hold more than everybody may read.
use std::sync::Arc;

use axum::extract::{Path, State};
use http::{HeaderMap, Response};
use pages::feeds::{Feed, FeedItem};

use super::body::Reply;
use super::cache::Cache;
use super::compose;
use super::error::Fault;
use super::page::Page;
use crate::catalogue::Entry;
use crate::house::House;

/// Stories in a feed.
const FEED: usize = 30;

fn item(house: &House, entry: &Entry) -> FeedItem {
    let card = compose::card(house, entry);
    FeedItem {
        path: card.path,
        headline: card.headline,
        summary: compose::summary(&entry.story),
        section: card.section,
        bylines: card.bylines,
        published_at: entry.story.published_at,
        updated_at: entry.story.updated_at,
        marking: card.marking,
        picture: card.picture,
        language: card.language,
    }
}

fn feed(house: &House, code: Option<&str>) -> Result<Feed, Fault> {
    let catalogue = house.catalogue.load();
    let (section, entries) = match code {
        None => (None, catalogue.newest.as_slice()),
        Some(code) => {
            let section = house.publication.sections.iter().find(|s| s.code == code).ok_or(Fault::NotFound)?;
            (Some(compose::section_link(section)), catalogue.section(code))
        }
    };
    Ok(Feed { section, items: entries.iter().take(FEED).map(|e| item(house, e)).collect() })
}

pub(super) fn shared(
    house: &House,
    headers: &HeaderMap,
    address: &str,
    content_type: &'static str,
    make: impl FnOnce() -> Result<String, Fault>,
) -> Result<Response<Reply>, Fault> {
    let page = house.printed.page(address, 0, house.stamp(), || {
        Ok::<_, Fault>(Page::new(content_type, Cache::Shared, "everybody", make()?))
    })?;
    Ok(page.answer(headers))
}

const RSS: &str = "application/rss+xml; charset=utf-8";
const JSON_FEED: &str = "application/feed+json; charset=utf-8";
pub(super) const XML: &str = "application/xml; charset=utf-8";

/// `GET /feed.xml`
pub async fn rss(State(house): State<Arc<House>>, headers: HeaderMap) -> Result<Response<Reply>, Fault> {
    shared(&house, &headers, "/feed.xml", RSS, || Ok(pages::feeds::rss(&house.paper, &feed(&house, None)?)))
}

/// `GET /feed.json`
pub async fn json(State(house): State<Arc<House>>, headers: HeaderMap) -> Result<Response<Reply>, Fault> {
    shared(&house, &headers, "/feed.json", JSON_FEED, || {
        Ok(pages::feeds::json_feed(&house.paper, &feed(&house, None)?))
    })
}

/// `GET /{section}/feed.xml` and `GET /{section}/feed.json`: called by the route that a section's pages share.
pub fn of_section(house: &House, headers: &HeaderMap, code: &str, ending: &str) -> Result<Response<Reply>, Fault> {
    let address = format!("/{code}/feed.{ending}");
    match ending {
        "xml" => {
            shared(house, headers, &address, RSS, || Ok(pages::feeds::rss(&house.paper, &feed(house, Some(code))?)))
        }
        "json" => shared(house, headers, &address, JSON_FEED, || {
            Ok(pages::feeds::json_feed(&house.paper, &feed(house, Some(code))?))
        }),
        _ => Err(Fault::NotFound),
    }
}

/// `GET /{section}/{rest}`: a section's feeds; a story's other spellings lead to its address.
pub async fn inside_section(
    State(house): State<Arc<House>>,
    Path((code, rest)): Path<(String, String)>,
    uri: http::Uri,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    match rest.strip_prefix("feed.") {
        Some(ending) => of_section(&house, &headers, &code, ending),
        None => super::front::elsewhere(State(house), uri).await,
    }
}

/// `GET /news-sitemap.xml`: the last two days.
pub async fn news_sitemap(State(house): State<Arc<House>>, headers: HeaderMap) -> Result<Response<Reply>, Fault> {
    shared(&house, &headers, "/news-sitemap.xml", XML, || {
        let catalogue = house.catalogue.load();
        let items: Vec<FeedItem> =
            catalogue.newest.iter().take(pages::feeds::NEWS_SITEMAP_MOST).map(|e| item(&house, e)).collect();
        Ok(pages::feeds::news_sitemap(&house.paper, &items, house.clock.now()))
    })
}

/// `GET /robots.txt`
pub async fn robots(State(house): State<Arc<House>>, headers: HeaderMap) -> Result<Response<Reply>, Fault> {
    shared(&house, &headers, "/robots.txt", "text/plain; charset=utf-8", || Ok(pages::feeds::robots(&house.paper)))
}

/// `GET /manifest.webmanifest`
pub async fn manifest(State(house): State<Arc<House>>, headers: HeaderMap) -> Result<Response<Reply>, Fault> {
    shared(&house, &headers, "/manifest.webmanifest", "application/manifest+json; charset=utf-8", || {
        Ok(pages::feeds::web_manifest(&house.paper))
    })
}
