//! What the paper publishes, in memory: every story, the lists it stands in, and its compiled pages.
//!
//! A catalogue is a snapshot: it is never changed, only replaced. Compiled pages are made at publish or by the first
//! reader who needs one, and are bounded by [`Shelves`]: at the bound, pages nobody asked for lately are dropped and
//! made again when asked for.
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use newsroom::articles::{Marking, Story, StoryNumber};
use newsroom::related::Shelf;

use crate::web::page::Page;

/// How many stories *Also Read* shows.
const ALSO_READ: usize = 3;
/// How many stories *More From This Section* shows.
const MORE_FROM_SECTION: usize = 4;

/// A story with its address, its neighbours and its pages.
#[derive(Debug)]
pub struct Entry {
    pub story: Arc<Story>,
    /// The two facts of a story that every page view needs, beside its pages.
    pub number: u32,
    pub marking: Marking,
    pub path: String,
    pub also_read: Vec<StoryNumber>,
    pub more_from_section: Vec<StoryNumber>,
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
    fn new(story: Arc<Story>, also_read: Vec<StoryNumber>, more_from_section: Vec<StoryNumber>) -> Self {
        let path = story.path();
        let (number, marking) = (story.number.0, story.marking);
        Self {
            story,
            number,
            marking,
            path,
            also_read,
            more_from_section,
            pages: ArcSwap::default(),
            asked: AtomicBool::new(false),
        }
    }

    /// The compiled page of a variant, if it was made for this period (the reset date stands on it).
    #[must_use]
    pub fn page(&self, variant: u16, period: u32) -> Option<Arc<Page>> {
        if !self.asked.load(Ordering::Relaxed) {
            self.asked.store(true, Ordering::Relaxed);
        }
        self.pages.load().iter().find(|k| k.variant == variant && k.period == period).map(|k| Arc::clone(&k.page))
    }

    fn keep(&self, variant: u16, period: u32, page: &Arc<Page>) {
        self.pages.rcu(|old| {
            let mut new: Vec<Kept> =
                old.iter().filter(|k| k.period == period && k.variant != variant).cloned().collect();
            new.push(Kept { variant, period, page: Arc::clone(page) });
            new
        });
    }

    /// Drops the pages unless somebody asked for them since the last time.
    fn rest(&self) -> usize {
        if self.asked.swap(false, Ordering::Relaxed) {
            return self.pages.load().iter().map(|k| k.page.weight()).sum();
        }
        self.pages.store(Arc::default());
        0
    }
}

/// The bound on compiled pages.
#[derive(Debug)]
pub struct Shelves {
    /// Bytes that compiled pages may take.
    most: usize,
    held: AtomicUsize,
}

impl Shelves {
    #[must_use]
    pub const fn new(most: usize) -> Self {
        Self { most, held: AtomicUsize::new(0) }
    }

    /// Keeps a page; at the bound, lets go of what was not asked for lately.
    pub fn keep(&self, catalogue: &Catalogue, entry: &Entry, variant: u16, period: u32, page: &Arc<Page>) {
        entry.keep(variant, period, page);
        // Compressed forms come later and weigh about a third together.
        let added = page.weight() * 4 / 3;
        if self.held.fetch_add(added, Ordering::Relaxed) + added > self.most {
            let held = catalogue.newest.iter().map(|e| e.rest()).sum();
            self.held.store(held, Ordering::Relaxed);
        }
    }

    /// Bytes held, roughly.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }
}

/// Everything published, at one moment.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// The store's counter of changes this snapshot was made at.
    pub version: i64,
    by_path: HashMap<Box<str>, Arc<Entry>>,
    by_number: HashMap<StoryNumber, Arc<Entry>>,
    by_section: HashMap<String, Vec<Arc<Entry>>>,
    /// All stories, newest first; those without a date last.
    pub newest: Vec<Arc<Entry>>,
    /// The desk's picks, best first.
    pub picks: Vec<Arc<Entry>>,
    /// Stories whose time has not come, soonest first. To readers they do not exist: no address, no list, no feed.
    pub embargoed: Vec<Arc<Entry>>,
}

impl Catalogue {
    /// Makes the snapshot of `now`: neighbours are chosen here, never on a reader's time.
    #[must_use]
    pub fn of(stories: Vec<Story>, version: i64, now: Timestamp) -> Self {
        let (stories, later): (Vec<Story>, Vec<Story>) =
            stories.into_iter().partition(|s| s.published_at.is_none_or(|at| at <= now));
        let shelf = Shelf::of(&stories);
        let entries = stories
            .into_iter()
            .map(|story| {
                let also_read = shelf.also_read(story.number, ALSO_READ);
                let more = shelf.more_from_section(story.number, &also_read, MORE_FROM_SECTION);
                Arc::new(Entry::new(Arc::new(story), also_read, more))
            })
            .collect();
        let mut catalogue = Self::index(entries, version);
        catalogue.embargoed =
            later.into_iter().map(|story| Arc::new(Entry::new(Arc::new(story), Vec::new(), Vec::new()))).collect();
        catalogue.embargoed.sort_by_key(|e| e.story.published_at);
        catalogue
    }

    /// When the next embargo ends.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.embargoed.first().and_then(|e| e.story.published_at)
    }

    /// For the desk alone: a story, published or not.
    #[must_use]
    pub fn at_desk(&self, number: StoryNumber) -> Option<&Arc<Entry>> {
        self.story(number).or_else(|| self.embargoed.iter().find(|e| e.story.number == number))
    }

    fn index(mut entries: Vec<Arc<Entry>>, version: i64) -> Self {
        entries.sort_by_key(|e| std::cmp::Reverse((e.story.published_at, e.story.number)));
        let mut catalogue = Self { version, ..Self::default() };
        for entry in &entries {
            catalogue.by_path.insert(entry.path.as_str().into(), Arc::clone(entry));
            catalogue.by_number.insert(entry.story.number, Arc::clone(entry));
            catalogue.by_section.entry(entry.story.section.clone()).or_default().push(Arc::clone(entry));
        }
        catalogue.picks = entries.iter().filter(|e| e.story.pick.is_some()).cloned().collect();
        catalogue.picks.sort_by_key(|e| e.story.pick);
        catalogue.newest = entries;
        catalogue
    }

    /// The story whose canonical path this is.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Arc<Entry>> {
        self.by_path.get(path)
    }

    #[must_use]
    pub fn story(&self, number: StoryNumber) -> Option<&Arc<Entry>> {
        self.by_number.get(&number)
    }

    /// A section's stories, newest first.
    #[must_use]
    pub fn section(&self, code: &str) -> &[Arc<Entry>] {
        self.by_section.get(code).map_or(&[], Vec::as_slice)
    }

    /// The entry that an address other than the canonical one means: another case, a trailing slash, an old slug or
    /// section. The number at its end decides.
    #[must_use]
    pub fn meant_by(&self, path: &str) -> Option<&Arc<Entry>> {
        let last = path.trim_end_matches('/').rsplit('/').next()?;
        let number = last.rsplit('-').next()?.parse().ok()?;
        let entry = self.by_number.get(&StoryNumber(number))?;
        let sections = path.trim_matches('/').matches('/').count();
        (sections == 1 && last.contains('-')).then_some(entry)
    }
}
