//! Which stories stand beside which: the one place that the catalogue asks for *Also Read* and *More From This Section*.
//!
//! A small paper's lists are read from a shelf over all its stories. In a larger one a story is given what its section published around and
//! after it, from memory. `beside` is the seam: lists that are kept in the store are read there instead.
use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use newsroom::articles::{Story, StoryNumber};
use newsroom::related::Shelf;
use pages::views::StoryCard;
use store::{Neighbours, Store, StoreError};

use crate::config::Publication;
use crate::neighbours::{self as related, Relating};
use crate::web::compose;

/// How many stories *Also Read* shows.
const ALSO_READ: usize = 3;
/// How many stories *More From This Section* shows.
const MORE_FROM_SECTION: usize = 4;
/// A paper of at most so many stories has its lists from a shelf over all of them, made anew with every change.
pub(super) const SHELF: usize = 2_000;

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
    if near.shelf.is_none() {
        from_store(store, about, &mut lists).await?;
    }
    for beside in &mut lists {
        let missing: Vec<StoryNumber> = beside
            .also_read
            .iter()
            .chain(&beside.more_from_section)
            .copied()
            .filter(|number| !(near.held)(*number))
            .collect();
        for number in missing {
            let found = store.story_in_place_of(number).await?.map(|stored| stored.story);
            let shown = found.filter(|story| story.published_at.is_none_or(|at| at <= near.now));
            beside.others.extend(shown.map(|story| (number, compose::card_of(near.publication, &story))));
        }
    }
    Ok(lists)
}

/// Puts lists that were chosen by likeness in place of those from memory. A few new stories are chosen for at once; of many, such as after
/// an import, those from memory stand until the round has been there.
async fn from_store(store: &Store, about: &[Arc<Story>], lists: &mut [Beside]) -> Result<(), StoreError> {
    let mut relating = Relating::default();
    let mut chosen = 0;
    for (story, beside) in about.iter().zip(lists) {
        let mut kept = store.neighbours(story.number).await?;
        if kept == Neighbours::default() && chosen < CHOSEN_AT_ONCE {
            chosen += 1;
            kept = relating.of_new(store, story).await?;
        }
        if kept == Neighbours::default() {
            continue;
        }
        // A story that is not in memory may still be published: whether it is, is asked where it is shown.
        let (also_read, more_from_section) =
            related::shown(&kept, &beside.more_from_section, ALSO_READ, MORE_FROM_SECTION);
        *beside = Beside { also_read, more_from_section, others: Vec::new() };
    }
    Ok(())
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
    let after = here.map_or(MORE_FROM_SECTION, |here| here + 1).min(all.len());
    let also_read: Vec<StoryNumber> = all[after..].iter().copied().take(ALSO_READ).collect();
    let more_from_section = all
        .iter()
        .copied()
        .filter(|number| *number != story.number && !also_read.contains(number))
        .take(MORE_FROM_SECTION)
        .collect();
    Beside { also_read, more_from_section, others: Vec::new() }
}
