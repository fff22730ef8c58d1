//! A story as the catalogue keeps it.
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use newsroom::articles::{Marking, Story, StoryNumber};

use super::Catalogue;
use super::neighbours::Beside;
use crate::web::page::Page;

/// A story with its address, its neighbours and its pages.
#[derive(Debug)]
pub struct Entry {
    pub story: Arc<Story>,
    /// The two facts of a story that every page view needs, beside its pages.
    pub number: u32,
    pub marking: Marking,
    pub path: String,
    pub beside: Beside,
    /// When this story and those beside it were published that may come to need the right to the archive, earliest first.
    ages: OnceLock<Box<[Timestamp]>>,
    pages: ArcSwap<Vec<Kept>>,
    asked: AtomicBool,
}

#[derive(Debug, Clone)]
struct Kept {
    variant: u16,
    edition: u32,
    page: Arc<Page>,
}

impl Entry {
    pub(super) fn new(story: Arc<Story>, beside: Beside) -> Self {
        let path = story.path();
        let (number, marking) = (story.number.0, story.marking);
        let asked = AtomicBool::new(false);
        Self { story, number, marking, path, beside, ages: OnceLock::new(), pages: ArcSwap::default(), asked }
    }

    /// How many of the stories that its pages name were published before a time, of those that are not free. An entry is made anew when
    /// one of them changes.
    #[must_use]
    pub fn named_before(&self, catalogue: &Catalogue, time: Timestamp) -> u32 {
        let ages = self.ages.get_or_init(|| self.ages(catalogue));
        u32::try_from(ages.partition_point(|at| *at < time)).unwrap_or(u32::MAX)
    }

    fn ages(&self, catalogue: &Catalogue) -> Box<[Timestamp]> {
        let beside = |number: &StoryNumber| {
            let (is_free, at) = match catalogue.story(*number) {
                Some(entry) => (entry.marking == Marking::Free, entry.story.published_at),
                None => {
                    let (_, card) = self.beside.others.iter().find(|(other, _)| other == number)?;
                    (card.marking.is_free(), card.published_at)
                }
            };
            at.filter(|_| !is_free)
        };
        let named = self.beside.also_read.iter().chain(&self.beside.more_from_section);
        let own = self.story.published_at.filter(|_| self.marking != Marking::Free);
        let mut ages: Vec<Timestamp> = named.filter_map(beside).chain(own).collect();
        ages.sort_unstable();
        ages.into()
    }

    /// The compiled page of a variant, if it was made for this edition (what stands on it that time changes).
    #[must_use]
    pub fn page(&self, variant: u16, edition: u32) -> Option<Arc<Page>> {
        if !self.asked.load(Ordering::Relaxed) {
            self.asked.store(true, Ordering::Relaxed);
        }
        self.pages.load().iter().find(|k| k.variant == variant && k.edition == edition).map(|k| Arc::clone(&k.page))
    }

    /// Keeps a page in place of the variant's earlier one. Other variants stay: on some of them stands a date and on some none.
    pub(super) fn keep(&self, variant: u16, edition: u32, page: &Arc<Page>) {
        self.pages.rcu(|old| {
            let mut new: Vec<Kept> = old.iter().filter(|k| k.variant != variant).cloned().collect();
            new.push(Kept { variant, edition, page: Arc::clone(page) });
            new
        });
    }

    /// Drops the pages: what stands on all of them is another now.
    pub(super) fn forget_pages(&self) {
        self.pages.store(Arc::default());
    }

    /// Drops the pages unless somebody asked for them since the last time.
    pub(super) fn rest(&self) -> usize {
        if self.asked.swap(false, Ordering::Relaxed) {
            return self.pages.load().iter().map(|k| k.page.weight()).sum();
        }
        self.pages.store(Arc::default());
        0
    }
}
