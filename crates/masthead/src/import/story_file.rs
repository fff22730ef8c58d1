//! A story as a file: TOML front matter between `+++` lines, then paragraphs separated by blank lines.
//! `## ` begins a crosshead, `> ` a quotation. Text is plain.
use jiff::Timestamp;
use newsroom::articles::{Block, Marking, Picture, Story, StoryNumber, slug_of};
use newsroom::languages;
use serde::Deserialize;

use super::pictures::Pictures;
use super::words;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    headline: String,
    slug: Option<String>,
    standfirst: Option<String>,
    section: String,
    #[serde(default)]
    marking: Option<String>,
    published_at: Option<String>,
    updated_at: Option<String>,
    #[serde(default)]
    bylines: Vec<String>,
    dateline: Option<String>,
    #[serde(default)]
    topics: Vec<String>,
    preview: Option<u16>,
    picture: Option<String>,
    alt: Option<String>,
    caption: Option<String>,
    pick: Option<u16>,
    language: Option<String>,
}

/// How many blocks everybody may read when a story does not say.
pub const PREVIEW_BLOCKS: u16 = 3;

/// Reads one story file, and the marking it asks for if that is none. The number is 0 until the store gives one.
///
/// # Errors
/// A sentence with the line and the mend.
pub fn read(text: &str, pictures: &Pictures) -> Result<(Story, Option<String>), String> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    if text.starts_with("---\n") {
        return Err("line 1: its head is between lines ---, as Jekyll and Hugo have it, and is not read: --map reaches columns of tables and \
                    keys of JSON Lines. Write one JSON object a line (title, date, section, body) and import that, or make it a story file: \
                    lines +++, headline = \"…\" and section = \"…\", see docs/import.md"
            .to_owned());
    }
    let rest = text.strip_prefix("+++\n").ok_or("line 1: a story file begins with a line +++ and its front matter")?;
    let (front, body) = rest
        .split_once("\n+++\n")
        .or_else(|| rest.split_once("\n+++"))
        .ok_or("the front matter is not closed: put a line +++ after it")?;
    let front: Front = toml::from_str(front).map_err(|e| {
        let line = e.span().map_or(2, |s| front[..s.start.min(front.len())].matches('\n').count() + 2);
        format!("line {line}: {}", words::plain(e.message()))
    })?;
    let body = blocks(body);
    if body.is_empty() {
        return Err("the story has no paragraphs: write them after the second +++, separated by blank lines".into());
    }
    if front.headline.trim().is_empty() {
        return Err("headline is empty: write one".into());
    }
    let picture = match &front.picture {
        None => None,
        Some(key) => Some(picture(key, &front, pictures)?),
    };
    let slug = front.slug.as_deref().map_or_else(|| slug_of(&front.headline), slug_of);
    let unknown = front.marking.clone().filter(|word| !Marking::knows(word));
    let story = Story {
        number: StoryNumber(0),
        slug,
        section: front.section,
        headline: front.headline.trim().to_owned(),
        headline_provisional: false,
        standfirst: front.standfirst,
        bylines: front.bylines,
        dateline: front.dateline,
        topics: front.topics,
        marking: front.marking.as_deref().map_or(Marking::Premium, Marking::read),
        preview_blocks: front.preview.unwrap_or(PREVIEW_BLOCKS),
        published_at: instant("published_at", front.published_at.as_deref())?,
        updated_at: instant("updated_at", front.updated_at.as_deref())?,
        picture,
        pick: front.pick,
        language: language(front.language.as_deref())?,
        body,
    };
    Ok((story, unknown))
}

fn picture(key: &str, front: &Front, pictures: &Pictures) -> Result<Picture, String> {
    let mut picture = pictures.get(key).cloned().ok_or_else(|| {
        format!("there is no picture “{key}” in pictures/pictures.toml: add it there, with its alternative text")
    })?;
    if let Some(alt) = &front.alt {
        picture.alt.clone_from(alt);
    }
    picture.caption.clone_from(&front.caption);
    Ok(picture)
}

fn language(written: Option<&str>) -> Result<Option<String>, String> {
    let unread = |words| format!("language: “{words}” is not a language tag; write one such as \"ar\" or \"en-IN\"");
    written.map(|words| languages::tag_of(words).ok_or_else(|| unread(words))).transpose()
}

fn instant(key: &str, written: Option<&str>) -> Result<Option<Timestamp>, String> {
    written
        .map(|w| w.parse().map_err(|_| format!("{key}: “{w}” is not a time such as 2026-11-20T07:40:00+05:30")))
        .transpose()
}

/// Splits a body into its blocks.
#[must_use]
pub fn blocks(body: &str) -> Vec<Block> {
    body.split("\n\n")
        .map(|chunk| chunk.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" "))
        .filter(|chunk| !chunk.is_empty())
        .map(|chunk| match (chunk.strip_prefix("## "), chunk.strip_prefix("> ")) {
            (Some(head), _) => Block::Crosshead(head.trim().to_owned()),
            (_, Some(quote)) => Block::Quote(quote.replace(" > ", " ").trim().to_owned()),
            _ => Block::Paragraph(chunk),
        })
        .collect()
}
