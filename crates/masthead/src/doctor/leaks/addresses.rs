//! Which addresses the routes' table stands for on a paper, the archive's among them.
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use newsroom::articles::{author_key_of, key_of};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::PAGES;
use crate::catalogue::{Catalogue, Entry};
use crate::house::House;
use crate::web::archive::days::{day_in, path_of};

/// The addresses a line of the routes' table stands for on this paper.
pub(super) fn of(house: &House, catalogue: &Catalogue, chosen: &[Arc<Entry>], path: &str) -> Vec<String> {
    let sections = || house.publication.sections.iter().map(|s| s.code.as_str());
    let days = |address: &dyn Fn(Date) -> String| {
        let zone = &house.publication.zone;
        spread(chosen.iter().filter_map(|e| e.story.published_at).map(|at| address(day_in(zone, at))))
    };
    let names = |root: &str, of: fn(&Entry) -> &Vec<String>, key_of: fn(&str) -> Option<String>| {
        let keys = chosen.iter().flat_map(|entry| of(entry)).filter_map(|name| key_of(name));
        spread(keys.map(|key| format!("{root}/{}", utf8_percent_encode(&key, NON_ALPHANUMERIC))))
    };
    match path {
        "/{section}" => sections()
            .flat_map(|code| {
                let pages = catalogue.section(code).len().div_ceil(20).clamp(1, PAGES);
                (1..=pages).map(move |page| format!("/{code}?page={page}"))
            })
            .collect(),
        "/sitemap/{file}" => {
            let months = days(&|day| day.strftime("/sitemap/%Y-%m.xml").to_string());
            ["/sitemap/paper.xml", "/sitemap/undated.xml"].map(String::from).into_iter().chain(months).collect()
        }
        "/archive/{year}" => days(&|day| day.strftime("/archive/%Y").to_string()),
        "/archive/{year}/{month}" => days(&|day| day.strftime("/archive/%Y/%m").to_string()),
        "/archive/{year}/{month}/{day}" => days(&path_of),
        "/archive/on-this-day/{day}" => days(&|day| day.strftime("/archive/on-this-day/%m-%d").to_string()),
        "/authors/{name}" => names("/authors", |entry| &entry.story.bylines, author_key_of),
        "/topics/{name}" => names("/topics", |entry| &entry.story.topics, key_of),
        "/{section}/{story}" => {
            // A story's own address is answered before the routes; its other spellings are answered here.
            let stories = catalogue.newest.iter().take(PAGES).map(|e| format!("{}/", e.path));
            sections().flat_map(|code| ["xml", "json"].map(|e| format!("/{code}/feed.{e}"))).chain(stories).collect()
        }
        plain if !plain.contains('{') => vec![plain.to_owned()],
        other => {
            let parts = other.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
            vec![parts.collect::<Vec<_>>().join("/")]
        }
    }
}

/// Each address once, and of many so many, evenly spread.
fn spread(addresses: impl Iterator<Item = String>) -> Vec<String> {
    let all: BTreeSet<String> = addresses.collect();
    let step = all.len().div_ceil(PAGES).max(1);
    all.into_iter().step_by(step).collect()
}
