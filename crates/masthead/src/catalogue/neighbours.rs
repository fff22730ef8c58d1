//! Which stories stand beside which: the one place that the catalogue asks for *Also Read* and *More From This Section*.
//!
//! A small paper's lists are read from a shelf over all its stories. In a larger one a story is given what its section published around and
//! after it, from memory. `beside` is the seam: lists that are kept in the store are read there instead.
use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use newsroom::articles::{Story, StoryNumber};
use newsroom::related::{LATER, Shelf, may_fill_up};
use pages::views::StoryCard;
use store::{Neighbours, Place, Store, StoreError};

use crate::config::Publication;
use crate::neighbours::Relating;
use crate::web::compose;

/// How many stories *Also Read* shows.
const ALSO_READ: usize = 3;
/// How many stories *More From This Section* shows.
const MORE_FROM_SECTION: usize = 4;
/// A paper of at most so many stories has its lists from a shelf over all of them, made anew with every change.
pub(super) const SHELF: usize = 2_000;

/// Stories of a section looked at before and after one for which no list is chosen yet.
const AROUND: usize = 8;

/// New stories for which lists are chosen while a catalogue is made, some 50 ms each in a very large archive.
const CHOSEN_AT_ONCE: usize = 8;

/// What stands beside a story.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    pub also_read: Vec<StoryNumber>,
    pub more_from_section: Vec<StoryNumber>,
    /// Those of them that are not in memory, as pages show them.
    pub others: Vec<(StoryNumber, StoryCard)>,
}

impl Beside {
    /// Whether any of these stories stands here: then a page of this story has to be made anew.
    pub(super) fn names(&self, any: impl Fn(StoryNumber) -> bool) -> bool {
        self.also_read.iter().chain(&self.more_from_section).any(|number| any(*number))
    }
}

/// What memory holds when lists are chosen.
pub(super) struct Near<'a> {
    pub publication: &'a Publication,
    pub now: Timestamp,
    /// All stories, where the paper is small enough for a shelf.
    pub shelf: Option<&'a Shelf>,
    /// The numbers of each section's stories in memory, newest first.
    pub sections: &'a HashMap<&'a str, Vec<StoryNumber>>,
    /// A story that readers can get from memory.
    pub held: &'a (dyn Fn(StoryNumber) -> Option<&'a Arc<Story>> + Sync),
}

/// The lists of some stories, in their order.
pub(super) async fn beside(store: &Store, about: &[Arc<Story>], near: &Near<'_>) -> Result<Vec<Beside>, StoreError> {
    let mut lists: Vec<Beside> = about.iter().map(|story| from_memory(story, near)).collect();
    let kept = if near.shelf.is_none() { from_store(store, about, near).await? } else { Vec::new() };
    let mut kept = kept.into_iter();
    for (story, beside) in about.iter().zip(&mut lists) {
        if let Some(kept) = kept.next().flatten() {
            *beside = shown(store, near, story, kept, &beside.more_from_section).await?;
        }
    }
    Ok(lists)
}

/// What is shown of the lists that are kept of a story, with the cards of what memory does not hold. What the section told at its time, then what
/// it told lately (`recent`, from memory), fills up *Also Read* where it may, and is *More From This Section*; nothing stands in both. What is
/// published no longer, or only as another story, makes room for what comes after it: the other one may be the very story that is read.
async fn shown(
    store: &Store,
    near: &Near<'_>,
    story: &Story,
    kept: Neighbours,
    recent: &[StoryNumber],
) -> Result<Beside, StoreError> {
    let mut shown = Beside::default();
    let alike = kept.also_read.iter().map(|number| (*number, true));
    let of_section = kept.more_from_section.iter().chain(recent).map(|number| (*number, false));
    for (number, alike) in alike.chain(of_section) {
        let (also, more) = (shown.also_read.len() < ALSO_READ, shown.more_from_section.len() < MORE_FROM_SECTION);
        if !also && (alike || !more) || shown.names(|other| other == number) {
            continue;
        }
        let held = (near.held)(number).map(Arc::clone);
        let is_held = held.is_some();
        let Some(other) = (match held {
            Some(held) => Some(held),
            None => published(store, number, near.now).await?.map(Arc::new),
        }) else {
            continue;
        };
        if also && (alike || may_fill_up(story, &other, &near.publication.language)) {
            shown.also_read.push(number);
        } else if more && !alike {
            shown.more_from_section.push(number);
        } else {
            continue;
        }
        if !is_held {
            shown.others.push((number, compose::timeless_card(near.publication, &other)));
        }
    }
    Ok(shown)
}

/// A story of this very number, where everybody can read it now.
async fn published(store: &Store, number: StoryNumber, now: Timestamp) -> Result<Option<Story>, StoreError> {
    let found = store.story_in_place_of(number).await?.map(|stored| stored.story);
    Ok(found.filter(|story| story.number == number && story.published_at.is_none_or(|at| at <= now)))
}

/// Lists that were chosen by likeness, to stand in place of those from memory. A few new stories are chosen for at once; of many, such as after
/// an import, those from memory stand until the round has been there.
async fn from_store(
    store: &Store,
    about: &[Arc<Story>],
    near: &Near<'_>,
) -> Result<Vec<Option<Neighbours>>, StoreError> {
    let mut relating = Relating::new(&near.publication.language);
    let mut chosen = 0;
    let mut lists = Vec::with_capacity(about.len());
    for story in about {
        let mut kept = store.neighbours(story.number).await?;
        if kept == Neighbours::default() && chosen < CHOSEN_AT_ONCE {
            chosen += 1;
            kept = relating.of_new(store, story).await?;
        }
        if kept == Neighbours::default() && (near.held)(story.number).is_none() {
            kept.more_from_section = of_its_time(store, story, near.now).await?;
        }
        lists.push(Some(kept).filter(|kept| *kept != Neighbours::default()));
    }
    Ok(lists)
}

/// What the section told around a story that memory does not hold, nearest first, while no list is chosen for it. What has its headline may
/// be its copy.
async fn of_its_time(store: &Store, story: &Story, now: Timestamp) -> Result<Vec<StoryNumber>, StoreError> {
    let place = Place { published_at: story.published_at, number: story.number };
    let mut told = store.stories_around(&story.section, now, place, AROUND).await?;
    let apart = |at: Option<Timestamp>| match (story.published_at, at) {
        (Some(read), Some(at)) => read.as_millisecond().abs_diff(at.as_millisecond()),
        _ => u64::MAX,
    };
    told.sort_by_key(|head| apart(head.published_at));
    let others = told.into_iter().filter(|head| head.headline != story.headline);
    Ok(others.map(|head| head.number).collect())
}

fn from_memory(story: &Story, near: &Near<'_>) -> Beside {
    if let Some(shelf) = near.shelf {
        let also_read = shelf.also_read(story.number, ALSO_READ);
        let more_from_section = shelf.more_from_section(story.number, &also_read, MORE_FROM_SECTION);
        return Beside { also_read, more_from_section, others: Vec::new() };
    }
    let all = near.sections.get(story.section.as_str()).map_or(&[][..], Vec::as_slice);
    let here = all.iter().position(|number| *number == story.number);
    // what the section told before it; of a story that is not in memory, what it told lately
    let (later, earlier) = all.split_at(here.unwrap_or_default());
    let fills_up = |number: &StoryNumber| {
        let other = (near.held)(*number).filter(|other| other.number != story.number);
        other.is_some_and(|other| may_fill_up(story, other, &near.publication.language))
    };
    let also_read: Vec<StoryNumber> = earlier.iter().copied().filter(fills_up).take(ALSO_READ).collect();
    let near: Vec<StoryNumber> = match here {
        Some(here) if here >= LATER => by_turns(later.iter().rev().copied(), earlier.iter().copied()).collect(),
        _ => all.iter().copied().take(LATER).collect(),
    };
    let more_from_section = near
        .into_iter()
        .filter(|number| *number != story.number && !also_read.contains(number))
        .take(MORE_FROM_SECTION)
        .collect();
    Beside { also_read, more_from_section, others: Vec::new() }
}

/// The first of both, then the second of both, as far as a list looks.
fn by_turns(
    one: impl Iterator<Item = StoryNumber>,
    other: impl Iterator<Item = StoryNumber>,
) -> impl Iterator<Item = StoryNumber> {
    let (mut one, mut other) = (one.fuse(), other.fuse());
    (0..LATER).flat_map(move |_| [one.next(), other.next()]).flatten()
}
