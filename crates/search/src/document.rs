//! What is known of a story here, and which part of it everybody may read.
use jiff::Timestamp;
use newsroom::articles::{Block, Marking, Story, StoryNumber};

/// A story as it is indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub number: StoryNumber,
    /// The store's revision: who shows a hit can tell whether the index is behind.
    pub revision: i64,
    /// The section's code.
    pub section: String,
    pub headline: String,
    pub bylines: Vec<String>,
    pub topics: Vec<String>,
    pub marking: Marking,
    pub published_at: Option<Timestamp>,
    /// What everybody may read below the headline.
    pub open: String,
    /// The whole text below the headline. Kept apart from `open` by which drawer it is put into.
    pub whole: String,
}

impl Document {
    /// A free story is open as a whole; of any other the standfirst and the preview are.
    #[must_use]
    pub fn of(story: &Story, revision: i64) -> Self {
        let text = |blocks: &[Block]| {
            let standfirst = story.standfirst.as_deref().into_iter();
            standfirst.chain(blocks.iter().map(Block::text)).collect::<Vec<_>>().join("\n")
        };
        let whole = text(&story.body);
        Self {
            number: story.number,
            revision,
            section: story.section.clone(),
            headline: story.headline.clone(),
            bylines: story.bylines.clone(),
            topics: story.topics.clone(),
            marking: story.marking,
            published_at: story.published_at,
            open: if story.marking == Marking::Free { whole.clone() } else { text(story.preview()) },
            whole,
        }
    }
}

/// A change of what the paper publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new story, or a new state of one.
    Put(Box<Document>),
    /// The story is no longer published under this number.
    Remove(StoryNumber),
}

impl Change {
    pub(crate) const fn number(&self) -> StoryNumber {
        match self {
            Self::Put(document) => document.number,
            Self::Remove(number) => *number,
        }
    }
}
