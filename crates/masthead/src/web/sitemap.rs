//! The site map: one file for a small paper; for a larger one an index with a file a month, read from the store as crawlers ask.
use std::sync::Arc;

use axum::extract::{Path, State};
use http::{HeaderMap, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use pages::feeds::{SITEMAP_MOST, SitemapEntry};
use store::{Place, Span, StoryHead};

use super::body::Reply;
use super::error::Fault;
use super::feeds::{XML, shared};
use crate::house::House;

/// Addresses read at a time.
const ROWS: usize = 2_000;
/// The file of the front page and the sections.
const FRONTS: &str = "paper";
/// The file of stories without a date.
const UNDATED: &str = "undated";

fn fronts(house: &House) -> Vec<SitemapEntry> {
    let sections = house.publication.sections.iter().map(|s| format!("/{}", s.code));
    std::iter::once("/".to_owned()).chain(sections).map(|path| SitemapEntry { path, changed_at: None }).collect()
}

/// Whether one file holds everything.
fn is_small(house: &House) -> bool {
    let catalogue = house.catalogue.load();
    catalogue.is_whole() && catalogue.newest.len() + 1 + house.publication.sections.len() <= SITEMAP_MOST
}

/// `GET /sitemap.xml`
pub async fn sitemap(State(house): State<Arc<House>>, headers: HeaderMap) -> Result<Response<Reply>, Fault> {
    let address = "/sitemap.xml";
    if is_small(&house) {
        return shared(&house, &headers, address, XML, || {
            let mut entries = fronts(&house);
            entries.extend(house.catalogue.load().newest.iter().map(|e| SitemapEntry {
                path: e.path.clone(),
                changed_at: e.story.updated_at.or(e.story.published_at),
            }));
            Ok(pages::feeds::sitemap(&house.paper, &entries))
        });
    }
    let _turn = house.stacks.turn(0).await.ok_or(Fault::Busy)?;
    let now = house.clock.now();
    let mut files = vec![file(FRONTS, 1)];
    if let Some((first, latest)) = house.store.first_and_latest(now).await? {
        let months = months(&house, first, latest);
        let spans: Vec<Span> = months.iter().filter_map(|month| span(&house, *month)).collect();
        let counts = house.store.count_stories(&spans, now).await?;
        for (month, count) in months.iter().zip(counts) {
            files.extend((1..=parts(count)).map(|part| file(&month.strftime("%Y-%m").to_string(), part)));
        }
    }
    let undated = house.store.count_undated().await?;
    files.extend((1..=parts(undated)).map(|part| file(UNDATED, part)));
    shared(&house, &headers, address, XML, || Ok(pages::feeds::sitemap_index(&house.paper, &files)))
}

/// How many files so many addresses take.
const fn parts(addresses: u64) -> u64 {
    addresses.div_ceil(SITEMAP_MOST as u64)
}

fn file(of: &str, part: u64) -> SitemapEntry {
    let part = if part > 1 { format!("-part{part}") } else { String::new() };
    SitemapEntry { path: format!("/sitemap/{of}{part}.xml"), changed_at: None }
}

/// The first days of all months from one instant to another, in the paper's zone.
fn months(house: &House, first: Timestamp, latest: Timestamp) -> Vec<Date> {
    let day = |at: Timestamp| at.to_zoned(house.publication.zone.clone()).date().first_of_month();
    let (mut month, last) = (day(first), day(latest));
    let mut months = Vec::new();
    while month <= last {
        months.push(month);
        let Ok(next) = month.checked_add(jiff::Span::new().months(1)) else { break };
        month = next;
    }
    months
}

/// From the first instant of a month to that of the next, in the paper's zone.
fn span(house: &House, month: Date) -> Option<Span> {
    let starts = |day: Date| day.to_zoned(house.publication.zone.clone()).ok().map(|zoned| zoned.timestamp());
    Some(Span { from: starts(month)?, to: starts(month.checked_add(jiff::Span::new().months(1)).ok()?)? })
}

/// What a file's name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slice {
    Fronts,
    Undated,
    Month(Date),
}

/// Reads `2019-03.xml`, `2019-03-part2.xml`, `undated.xml`, `paper.xml`.
fn read(name: &str) -> Option<(Slice, u64)> {
    let name = name.strip_suffix(".xml")?;
    let (of, part) = match name.split_once("-part") {
        None => (name, 1),
        Some((of, part)) => (of, part.parse().ok().filter(|part| (2..=1_000).contains(part))?),
    };
    let slice = match of {
        FRONTS if part == 1 => Slice::Fronts,
        UNDATED => Slice::Undated,
        month => {
            let plain = month.len() == 7 && month.bytes().all(|b| b.is_ascii_digit() || b == b'-');
            Slice::Month(plain.then(|| format!("{month}-01").parse().ok()).flatten()?)
        }
    };
    Some((slice, part))
}

/// `GET /sitemap/{file}`
pub async fn slice(
    State(house): State<Arc<House>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    let (slice, part) = read(&name).ok_or(Fault::NotFound)?;
    let entries = match slice {
        Slice::Fronts => fronts(&house),
        slice => {
            let _turn = house.stacks.turn(1).await.ok_or(Fault::Busy)?;
            stories(&house, slice, part).await?
        }
    };
    if entries.is_empty() {
        return Err(Fault::NotFound);
    }
    // not kept in memory: a crawler asks for each of them once a day at most
    let xml = pages::feeds::sitemap(&house.paper, &entries);
    Ok(super::page::Page::new(XML, super::cache::Cache::Shared, "everybody", xml).answer(&headers))
}

/// The addresses of one file. Later parts of a month walk through the earlier ones: a month with so many stories is rare.
async fn stories(house: &House, slice: Slice, part: u64) -> Result<Vec<SitemapEntry>, Fault> {
    let now = house.clock.now();
    let (mut entries, mut after): (Vec<SitemapEntry>, Option<Place>) = (Vec::new(), None);
    for nth in 1..=part {
        entries.clear();
        while entries.len() < SITEMAP_MOST {
            let rows = ROWS.min(SITEMAP_MOST - entries.len());
            let page = match slice {
                Slice::Month(month) => {
                    let span = span(house, month).ok_or(Fault::NotFound)?;
                    house.store.stories_between(span, now, after, rows).await?
                }
                _ => house.store.undated_stories(after.map(|place| place.number), rows).await?,
            };
            after = page.last().map(StoryHead::place).or(after);
            let whole = page.len() == rows;
            entries.extend(
                page.iter()
                    .map(|head| SitemapEntry { path: head.path(), changed_at: head.updated_at.or(head.published_at) }),
            );
            if !whole {
                if nth < part {
                    entries.clear();
                }
                return Ok(entries);
            }
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn names_of_files_are_read_in_one_way() {
        assert_eq!(read("2019-03.xml"), Some((Slice::Month(date(2019, 3, 1)), 1)));
        assert_eq!(read("2019-03-part2.xml"), Some((Slice::Month(date(2019, 3, 1)), 2)));
        assert_eq!(read("undated-part12.xml"), Some((Slice::Undated, 12)));
        assert_eq!(read("paper.xml"), Some((Slice::Fronts, 1)));
        for odd in [
            "2019-13.xml",
            "2019-3.xml",
            "2019-03",
            "2019-03-part1.xml",
            "paper-part2.xml",
            "x.xml",
            "+019-03.xml",
            ".xml",
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
