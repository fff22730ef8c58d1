//! Stories as JSON Lines: what `masthead export stories` writes, and what is read back.
use jiff::Timestamp;
use newsroom::articles::{Block, Marking, Picture, Story, StoryNumber, slug_of};
use newsroom::languages;
use serde::{Deserialize, Serialize};

use super::story_file::PREVIEW_BLOCKS;

/// One story on one line. Times are RFC 3339 in UTC; `url` is absolute; `paragraphs` are the texts of `body`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    pub slug: String,
    pub url: String,
    pub headline: String,
    pub marking: Marking,
    pub published_at: Option<Timestamp>,
    pub section: String,
    pub paragraphs: Vec<String>,
    #[serde(default)]
    pub number: Option<u32>,
    #[serde(default)]
    pub standfirst: Option<String>,
    #[serde(default)]
    pub bylines: Vec<String>,
    #[serde(default)]
    pub dateline: Option<String>,
    #[serde(default)]
    pub topics: Vec<String>,
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
    #[serde(default)]
    pub preview_blocks: Option<u16>,
    #[serde(default)]
    pub pick: Option<u16>,
    #[serde(default)]
    pub picture: Option<Picture>,
    /// BCP 47; none: the paper's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(default)]
    pub headline_provisional: bool,
    #[serde(default)]
    pub body: Vec<Block>,
    /// What the story was made from; the same source is the same story at the next import.
    #[serde(default)]
    pub source: Option<String>,
}

impl Line {
    #[must_use]
    pub fn of(story: &Story, base_url: &str, source: Option<String>) -> Self {
        Self {
            slug: story.slug.clone(),
            url: format!("{base_url}{}", story.path()),
            headline: story.headline.clone(),
            marking: story.marking,
            published_at: story.published_at,
            section: story.section.clone(),
            paragraphs: story.body.iter().map(|b| b.text().to_owned()).collect(),
            number: Some(story.number.0),
            standfirst: story.standfirst.clone(),
            bylines: story.bylines.clone(),
            dateline: story.dateline.clone(),
            topics: story.topics.clone(),
            updated_at: story.updated_at,
            preview_blocks: Some(story.preview_blocks),
            pick: story.pick,
            picture: story.picture.clone(),
            language: story.language.clone(),
            headline_provisional: story.headline_provisional,
            body: story.body.clone(),
            source,
        }
    }

    /// The story of a line, and the key under which it is known.
    ///
    /// # Errors
    /// A sentence with the mend.
    pub fn into_story(self) -> Result<(Story, String), String> {
        let body = if self.body.is_empty() {
            self.paragraphs.into_iter().filter(|p| !p.trim().is_empty()).map(Block::Paragraph).collect()
        } else {
            self.body
        };
        if body.is_empty() {
            return Err("the story has neither body nor paragraphs".into());
        }
        if self.headline.trim().is_empty() {
            return Err("headline is empty".into());
        }
        let slug = slug_of(if self.slug.is_empty() { &self.headline } else { &self.slug });
        let day = self.published_at.map_or_else(|| "undated".to_owned(), |t| t.to_string().chars().take(10).collect());
        let key = self.source.unwrap_or_else(|| format!("file:{day}-{slug}"));
        let story = Story {
            number: StoryNumber(0),
            slug,
            section: self.section,
            headline: self.headline,
            headline_provisional: self.headline_provisional,
            standfirst: self.standfirst,
            bylines: self.bylines,
            dateline: self.dateline,
            topics: self.topics,
            marking: self.marking,
            preview_blocks: self.preview_blocks.unwrap_or(PREVIEW_BLOCKS),
            published_at: self.published_at,
            updated_at: self.updated_at,
            picture: self.picture,
            pick: self.pick,
            language: self.language.as_deref().and_then(languages::tag_of),
            body,
        };
        Ok((story, key))
    }
}
