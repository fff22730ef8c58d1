//! `GET /desk/stories/{number}/versions`: what each source of a story said, and how each differs from the one before.
use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::{Path, State};
use http::{Response, StatusCode};
use newsroom::articles::{Story, StoryNumber};
use pages::views;
use store::{Crawl, Version};

use super::doubts::begun;
use super::shown;
use crate::house::House;
use crate::web::body::Reply;
use crate::web::error::Fault;
use crate::web::visitor::Staff;

/// Versions and crawls of a story that are shown.
const VERSIONS: usize = 50;
/// Characters of a crawl's fingerprint that tell it from another.
const MARK: usize = 12;

/// `GET /desk/stories/{number}/versions`
pub async fn versions(
    State(house): State<Arc<House>>,
    _staff: Staff,
    Path(number): Path<String>,
) -> Result<Response<Reply>, Fault> {
    let number = StoryNumber(number.parse().map_err(|_| Fault::NotFound)?);
    let stored = house.store.story(number).await?.ok_or(Fault::NotFound)?;
    let kept = house.store.versions_of(number, VERSIONS).await?;
    let crawls = house.store.crawls_of(number, VERSIONS).await?;
    let before = std::iter::once(None).chain(kept.iter().map(Some));
    let view = views::DeskVersions {
        number: number.0,
        headline: stored.story.headline,
        versions: kept
            .iter()
            .zip(before)
            .enumerate()
            .map(|(at, (one, before))| told(number, at, one, before))
            .collect(),
        crawls: crawls.iter().enumerate().map(|(at, crawl)| crawled(at, crawl)).collect(),
    };
    shown(&house, StatusCode::OK, &view)
}

fn told(number: StoryNumber, at: usize, version: &Version, before: Option<&Version>) -> views::VersionShown {
    let (story, before) = (&version.story, before.map(|version| &version.story));
    let had: HashSet<&str> = before.into_iter().flat_map(paragraphs).collect();
    let new = |text: &str| before.is_some() && !had.contains(text);
    views::VersionShown {
        nth: at + 1,
        why: version.why.clone(),
        source: version.source.clone(),
        place: newsroom::articles::escaped(&version.place).into_owned(),
        of: Some(version.number.0).filter(|of| *of != number.0),
        said_at: version.said_at,
        kept_at: version.kept_at,
        differs: differs(story, before),
        headline: (before.is_some_and(|before| before.headline != story.headline), story.headline.clone()),
        standfirst: story
            .standfirst
            .as_ref()
            .map(|text| (before.is_some_and(|before| before.standfirst != story.standfirst), text.clone())),
        paragraphs: paragraphs(story).map(|text| (new(text), text.to_owned())).collect(),
    }
}

fn paragraphs(story: &Story) -> impl Iterator<Item = &str> {
    story.body.iter().map(|block| block.text())
}

/// `Another headline; 2 paragraphs are new, 1 is gone.`
fn differs(story: &Story, before: Option<&Story>) -> String {
    let words: usize = paragraphs(story).map(|text| text.split_whitespace().count()).sum();
    let length = format!("{} paragraphs, {words} words", story.body.len());
    let Some(before) = before else { return length };
    let mut told = Vec::new();
    if story.headline != before.headline {
        told.push("another headline".to_owned());
    }
    match (&story.standfirst, &before.standfirst) {
        (now, then) if now == then => {}
        (None, _) => told.push("no standfirst".to_owned()),
        (Some(_), None) => told.push("a standfirst".to_owned()),
        (Some(_), Some(_)) => told.push("another standfirst".to_owned()),
    }
    if story.marking != before.marking {
        told.push(format!("{} instead of {}", story.marking.word(), before.marking.word()));
    }
    let (here, there): (HashSet<&str>, HashSet<&str>) = (paragraphs(story).collect(), paragraphs(before).collect());
    for (number, what) in [(here.difference(&there).count(), "new"), (there.difference(&here).count(), "gone")] {
        match number {
            0 => {}
            1 => told.push(format!("1 paragraph {what}")),
            many => told.push(format!("{many} paragraphs {what}")),
        }
    }
    if told.is_empty() { format!("The same words; {length}") } else { begun(&format!("{}; {length}", told.join(", "))) }
}

fn crawled(at: usize, crawl: &Crawl) -> views::CrawlShown {
    views::CrawlShown {
        nth: at + 1,
        name: crawl.name.clone(),
        kept_at: crawl.imported_at,
        mark: crawl.hash.chars().take(MARK).collect(),
        lines: crawl.text.lines().count(),
        text: crawl.text.clone(),
    }
}
