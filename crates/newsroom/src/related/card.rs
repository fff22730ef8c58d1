//! What is known of a story when lists are chosen, and the choosing.
use jiff::Timestamp;

use super::model::{Model, Vector};
use super::sketch::Sketch;
use super::words::Words;
use crate::articles::{Story, StoryNumber};
use crate::languages;

/// Below this cosine a story is not similar enough to be called background.
const SIMILAR: f32 = 0.05;
/// How much later than the read story a background story may be told.
const LATER_SECONDS: i64 = 2 * 24 * 3600;
/// A story told later than that weighs so much: background is what came before.
const LATER: f32 = 0.6;
/// The own section weighs a little more.
const OWN_SECTION: f32 = 1.15;
/// Two stories nearer to each other than this are about one matter: of them a section's list shows one, while it can.
const ONE_MATTER: f32 = 0.75;
/// How many of a ranking are looked at for a list.
const LOOKED_AT: usize = 64;

/// A story among others: where it points, what a copy of it would share, when and where it was told.
#[derive(Debug, Clone)]
pub struct Card {
    pub number: StoryNumber,
    pub section: String,
    pub published_at: Option<Timestamp>,
    pub(super) language: u32,
    pub(super) vector: Vector,
    pub(super) sketch: Sketch,
    length: f32,
}

impl Card {
    /// A card that knows nothing of the story's words yet.
    #[must_use]
    pub fn blank(number: StoryNumber, section: String, published_at: Option<Timestamp>) -> Self {
        let (vector, sketch) = (Vector::default(), Sketch::default());
        Self { number, section, published_at, language: 0, vector, sketch, length: 0.0 }
    }

    /// The card of a story by its public words.
    #[must_use]
    pub fn of(story: &Story, model: &Model) -> Self {
        Self::read(story, &Words::of(story), model)
    }

    /// [`Card::of`] where the words were read already.
    #[must_use]
    pub fn read(story: &Story, words: &Words, model: &Model) -> Self {
        let mut card = Self::blank(story.number, story.section.clone(), story.published_at);
        card.language = model.language(story);
        card.place(model.vector(words), model.sketch(words));
        card
    }

    pub(super) fn place(&mut self, vector: Vector, sketch: Sketch) {
        self.length = vector.length();
        self.vector = vector;
        self.sketch = sketch;
    }

    /// Where the story points.
    #[must_use]
    pub const fn vector(&self) -> &Vector {
        &self.vector
    }

    /// How much two stories are about the same, at most 1.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> f32 {
        self.likeness_wide(&self.vector.wide(), other)
    }

    /// [`Card::likeness`] with the own vector widened.
    #[allow(clippy::cast_precision_loss)] // below 127² × the width
    fn likeness_wide(&self, wide: &[i16], other: &Self) -> f32 {
        let lengths = self.length * other.length;
        if lengths > 0.0 { other.vector.times_wide(wide) as f32 / lengths } else { 0.0 }
    }

    /// Whether the other is a copy or a version of this story.
    #[must_use]
    pub fn same_story(&self, other: &Self) -> bool {
        self.number == other.number || self.sketch.same_story(&other.sketch)
    }

    /// Older background and the own section weigh a little more.
    fn lean(&self, other: &Self) -> f32 {
        let section = if self.section == other.section { OWN_SECTION } else { 1.0 };
        section * if came_before(self.published_at, other.published_at) { 1.0 } else { LATER }
    }

    /// Whether a story that is not like this one may fill up its *Also Read*: one that came before, in the same language.
    pub(super) fn may_fill_up(&self, other: &Self) -> bool {
        came_before(self.published_at, other.published_at) && self.language == other.language
    }
}

/// Whether a story was told before the one that is read, or within two days of it.
fn came_before(read: Option<Timestamp>, other: Option<Timestamp>) -> bool {
    match (read, other) {
        (Some(read), Some(other)) => other.as_second() <= read.as_second() + LATER_SECONDS,
        // nobody knows that an undated story came before
        (Some(_), None) => false,
        (None, _) => true,
    }
}

/// Whether a story of the same section may stand in *Also Read* without being like the one that is read, in a paper in a `language`: where too
/// few are like it, what came before fills up, in the same language.
#[must_use]
pub fn may_fill_up(read: &Story, other: &Story, language: &str) -> bool {
    let language = |story: &Story| languages::number_of(story.language.as_deref().unwrap_or(language));
    came_before(read.published_at, other.published_at) && language(read) == language(other)
}

/// *Also Read*: similar, told earlier (or within two days) in the same language, or much alike ([`Model::much_alike`]): a sequel is welcome
/// beside a story, and its like in another language. No copy of the story or of another in the list; best first. `candidates` may hold the
/// story itself.
#[must_use]
pub fn also_read<'a>(
    read: &Card,
    candidates: impl IntoIterator<Item = &'a Card>,
    much_alike: f32,
    most: usize,
) -> Vec<StoryNumber> {
    let wide = read.vector.wide();
    let mut ranked: Vec<(f32, &Card)> = candidates
        .into_iter()
        .filter_map(|other| {
            let likeness = read.likeness_wide(&wide, other);
            let least = if read.may_fill_up(other) { SIMILAR } else { much_alike };
            (likeness >= least && other.number != read.number).then(|| (likeness * read.lean(other), other))
        })
        .collect();
    let order = |a: &(f32, &Card), b: &(f32, &Card)| b.0.total_cmp(&a.0).then(b.1.number.cmp(&a.1.number));
    if ranked.len() > LOOKED_AT {
        ranked.select_nth_unstable_by(LOOKED_AT, order);
        ranked.truncate(LOOKED_AT);
    }
    ranked.sort_unstable_by(order);
    let mut left: Vec<&Card> = ranked.into_iter().map(|(_, other)| other).collect();
    let mut chosen: Vec<&Card> = Vec::new();
    drop_story(read, &mut left);
    while chosen.len() < most && !left.is_empty() {
        let best = left.remove(0);
        drop_story(best, &mut left);
        chosen.push(best);
    }
    chosen.into_iter().map(|card| card.number).collect()
}

/// Takes a story's copies out, and their copies: two that share no word are one story if a third shares words with both.
fn drop_story(story: &Card, left: &mut Vec<&Card>) {
    let mut found = vec![story];
    while let Some(of) = found.pop() {
        left.retain(|other| {
            let same = of.same_story(other);
            if same {
                found.push(*other);
            }
            !same
        });
    }
}

/// *More From This Section*: the first of `section` (its stories as [`around`](super::around()) orders them) that are not in `shown`, no
/// copies, and not all about one matter.
#[must_use]
pub fn more_from_section<'a>(
    read: &Card,
    section: impl IntoIterator<Item = &'a Card>,
    shown: &[StoryNumber],
    most: usize,
) -> Vec<StoryNumber> {
    let mut chosen: Vec<&Card> = Vec::new();
    let mut alike: Vec<&Card> = Vec::new();
    for other in section.into_iter().take(LOOKED_AT) {
        if chosen.len() >= most {
            break;
        }
        if shown.contains(&other.number) || read.same_story(other) || chosen.iter().any(|c| c.same_story(other)) {
            continue;
        }
        let near = chosen.iter().any(|before| before.likeness(other) >= ONE_MATTER);
        if near { alike.push(other) } else { chosen.push(other) }
    }
    for other in alike {
        if chosen.len() < most && !chosen.iter().any(|c| c.same_story(other)) {
            chosen.push(other);
        }
    }
    chosen.into_iter().map(|card| card.number).collect()
}
