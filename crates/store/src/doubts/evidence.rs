//! What a person sees to decide a doubt by.
use newsroom::articles::Story;
use serde::{Deserialize, Serialize};

/// What a person sees to decide by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// What can be chosen, best guess first: headlines, RFC 3339 times.
    pub choices: Vec<String>,
    /// Of a date that is two days: the one with the day first, and the one with the month first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by_order: Vec<String>,
    /// Orders that can be chosen, each by places of paragraphs from 1.
    pub orders: Vec<Vec<u32>>,
    /// The same in words: where each puts the paragraph that is meant.
    pub orders_in_words: Vec<String>,
    /// The paragraphs that the orders are of, in the order in which they stood, each by [`crate::paragraph_print`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prints: Vec<String>,
    /// Lines that were left out and can be put back.
    pub lines: Vec<LineLeftOut>,
    /// The copies side by side.
    pub copies: Vec<CopyShown>,
    /// The paragraph that is meant.
    pub paragraph: Option<String>,
    /// What a copy says otherwise than the story does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected: Option<Corrected>,
    /// The other source, where two may be one story.
    pub source: Option<String>,
    /// The other story's number, where it is another one now.
    pub other: Option<u32>,
}

/// Paragraphs that a copy has otherwise than it had them, and as it has them now: none, where it says nothing of it any more.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Corrected {
    pub was: Vec<String>,
    pub now: Vec<String>,
    /// The copy does not show all of it to everybody.
    pub closed: bool,
}

/// A line that was left out, and where it stood.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LineLeftOut {
    pub text: String,
    /// Its places: one line may have stood at several.
    pub places: Vec<PlaceInStory>,
}

/// Between which paragraphs a line stood.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PlaceInStory {
    /// Number of the paragraph above it, from 1; 0: it stood above the first.
    pub after: u32,
    /// The paragraphs above and below, as they were then.
    pub above: Option<String>,
    pub below: Option<String>,
    /// The lines that were left out between these two, in their order; this one is one of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub between: Vec<String>,
}

/// One copy as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CopyShown {
    /// File and place.
    pub place: String,
    pub headline: String,
    /// At most a few paragraphs.
    pub paragraphs: Vec<String>,
}

impl CopyShown {
    /// The beginning of a copy.
    #[must_use]
    pub fn of(place: &str, story: &Story) -> Self {
        let short = |text: &str| text.chars().take(600).collect::<String>();
        Self {
            place: place.to_owned(),
            headline: story.headline.clone(),
            paragraphs: story.body.iter().take(6).map(|block| short(block.text())).collect(),
        }
    }
}
