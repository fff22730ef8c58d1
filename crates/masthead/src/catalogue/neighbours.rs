//! Which stories stand beside which: the one place that the catalogue asks for *Also Read* and *More From This Section*.
//!
//! A small paper's lists are read from a shelf over all its stories. In a larger one a story is given what its section published around and
//! after it, from memory. `beside` is the seam: lists that are kept in the store are read there instead.
use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use newsroom::articles::{Story, StoryNumber};
use newsroom::related::{LATER, Shelf};
use pages::views::StoryCard;
use store::{Neighbours, Place, Store, StoreError};

use crate::config::Publication;
use crate::neighbours::{self as related, Relating};
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
    /// Whether readers can get a story from memory.
    pub held: &'a (dyn Fn(StoryNumber) -> bool + Sync),
}

/// The lists of some stories, in their order.
pub(super) async fn beside(store: &Store, about: &[Arc<Story>], near: &Near<'_>) -> Result<Vec<Beside>, StoreError> {
    let mut lists: Vec<Beside> = about.iter().map(|story| from_memory(story, near)).collect();
    let kept = if near.shelf.is_none() { from_store(store, about, near).await? } else { Vec::new() };
    let mut kept = kept.into_iter();
    for beside in &mut lists {
        if let Some(kept) = kept.next().flatten() {
            complete(store, near, beside, kept).await?;
        }
    }
    Ok(lists)
}

/// Shows what is published of the lists that are kept of a story, with the cards of what memory does not hold. What is published no longer,
/// or only as another story, makes room for what comes after it: the other one may be the very story that is read.
async fn complete(store: &Store, near: &Near<'_>, beside: &mut Beside, mut kept: Neighbours) -> Result<(), StoreError> {
    let mut recent = std::mem::take(&mut beside.more_from_section);
    loop {
        (beside.also_read, beside.more_from_section) = related::shown(&kept, &recent, ALSO_READ, MORE_FROM_SECTION);
        let known =
            |number: &StoryNumber| (near.held)(*number) || beside.others.iter().any(|(other, _)| other == number);
        let named = beside.also_read.iter().chain(&beside.more_from_section);
        let missing: Vec<StoryNumber> = named.copied().filter(|number| !known(number)).collect();
        let mut gone = Vec::new();
        for number in missing {
            let found = store.story_in_place_of(number).await?.map(|stored| stored.story);
            let is_shown = |story: &Story| story.number == number && story.published_at.is_none_or(|at| at <= near.now);
            match found.filter(is_shown) {
                Some(story) => beside.others.push((number, compose::timeless_card(near.publication, &story))),
                None => gone.push(number),
            }
        }
        if gone.is_empty() {
            break;
        }
        // each turn leaves out one at least
        for list in [&mut kept.also_read, &mut kept.more_from_section, &mut recent] {
            list.retain(|number| !gone.contains(number));
        }
    }
    let named: Vec<StoryNumber> = beside.also_read.iter().chain(&beside.more_from_section).copied().collect();
    beside.others.retain(|(number, _)| named.contains(number));
    Ok(())
}

/// Lists that were chosen by likeness, to stand in place of those from memory. A few new stories are chosen for at once; of many, such as after
/// an import, those from memory stand until the round has been there.
async fn from_store(
    store: &Store,
    about: &[Arc<Story>],
    near: &Near<'_>,
) -> Result<Vec<Option<Neighbours>>, StoreError> {
    let mut relating = Relating::default();
    let mut chosen = 0;
    let mut lists = Vec::with_capacity(about.len());
    for story in about {
        let mut kept = store.neighbours(story.number).await?;
        if kept == Neighbours::default() && chosen < CHOSEN_AT_ONCE {
            chosen += 1;
            kept = relating.of_new(store, story).await?;
        }
        if kept == Neighbours::default() && !(near.held)(story.number) {
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
    // what the section told before it, of its first ones what it told next; of a story that is not in memory, what it told lately
    let (later, earlier) = all.split_at(here.unwrap_or(MORE_FROM_SECTION).min(all.len()));
    let others = |number: &StoryNumber| *number != story.number;
    let also_read: Vec<StoryNumber> =
        earlier.iter().chain(later.iter().rev()).copied().filter(others).take(ALSO_READ).collect();
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
