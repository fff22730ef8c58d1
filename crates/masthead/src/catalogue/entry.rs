//! A story as the catalogue keeps it.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use newsroom::articles::{Marking, Story};

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
    pages: ArcSwap<Vec<Kept>>,
    asked: AtomicBool,
}

#[derive(Debug, Clone)]
struct Kept {
    variant: u16,
    period: u32,
    page: Arc<Page>,
}

impl Entry {
    pub(super) fn new(story: Arc<Story>, beside: Beside) -> Self {
        let path = story.path();
        let (number, marking) = (story.number.0, story.marking);
        Self { story, number, marking, path, beside, pages: ArcSwap::default(), asked: AtomicBool::new(false) }
    }

    /// The compiled page of a variant, if it was made for this period (the reset date stands on it).
    #[must_use]
    pub fn page(&self, variant: u16, period: u32) -> Option<Arc<Page>> {
        if !self.asked.load(Ordering::Relaxed) {
            self.asked.store(true, Ordering::Relaxed);
        }
        self.pages.load().iter().find(|k| k.variant == variant && k.period == period).map(|k| Arc::clone(&k.page))
    }

    pub(super) fn keep(&self, variant: u16, period: u32, page: &Arc<Page>) {
        self.pages.rcu(|old| {
            let mut new: Vec<Kept> =
                old.iter().filter(|k| k.period == period && k.variant != variant).cloned().collect();
            new.push(Kept { variant, period, page: Arc::clone(page) });
            new
        });
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
