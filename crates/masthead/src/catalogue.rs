//! What the paper publishes, in memory: the newest stories with the lists they stand in and their compiled pages, the desk's picks,
//! and what is under embargo. Older stories are in the [`Stacks`], as they are asked for.
//!
//! A catalogue is a snapshot: it is never changed, only replaced; what did not change is shared with the one before. Compiled
//! pages are made at publish or by the first reader who needs one, and are bounded by [`Shelves`]: at the bound, pages nobody asked for
//! lately are dropped and made again when asked for.
mod entry;
pub mod neighbours;
mod renewal;
mod stacks;
mod titles;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use newsroom::articles::StoryNumber;

pub use entry::Entry;
pub use renewal::Fetched;
pub use stacks::{LONGEST_PATH, Stacks, number_in};
pub use titles::Title;

use crate::web::page::Page;

/// Stories kept whole in memory, unless the settings say otherwise; about 5 KB each.
pub const IN_MEMORY: usize = 20_000;

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
    pub fn keep(
        &self,
        catalogue: &Catalogue,
        stacks: &Stacks,
        entry: &Entry,
        variant: u16,
        edition: u32,
        page: &Arc<Page>,
    ) {
        entry.keep(variant, edition, page);
        // Compressed forms come later and weigh about a third together.
        let added = page.weight() * 4 / 3;
        if self.held.fetch_add(added, Ordering::Relaxed) + added > self.most {
            let held: usize = catalogue.by_number.values().map(|e| e.rest()).sum();
            self.held.store(held + stacks.rest(), Ordering::Relaxed);
        }
    }

    /// Lets go of every page, when what stands on all of them changed.
    pub fn clear(&self, catalogue: &Catalogue, stacks: &Stacks) {
        catalogue.by_number.values().for_each(|entry| entry.forget_pages());
        stacks.forget_pages();
        self.held.store(0, Ordering::Relaxed);
    }

    /// Bytes held, roughly.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }
}

/// The paper in memory, at one moment.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// The store's counter of changes this snapshot was made at.
    pub version: i64,
    /// When it was made; `None`: the store was not read yet.
    made_at: Option<Timestamp>,
    by_path: HashMap<Box<str>, Arc<Entry>>,
    by_number: HashMap<StoryNumber, Arc<Entry>>,
    by_section: HashMap<String, Vec<Arc<Entry>>>,
    /// The newest stories, newest first; those without a date last. All of them where [`Catalogue::is_whole`].
    pub newest: Vec<Arc<Entry>>,
    /// The desk's picks, best first.
    pub picks: Vec<Arc<Entry>>,
    /// Stories whose time has not come, soonest first. To readers they do not exist: no address, no list, no feed.
    pub embargoed: Vec<Arc<Entry>>,
    /// The place of the last of `newest` where the store has more behind it.
    floor: Option<Order>,
    /// How many stories are published, in memory or not.
    pub published: u64,
}

/// The order of lists: by time, then number; no time is before every time.
type Order = (Option<Timestamp>, StoryNumber);

fn order(story: &newsroom::articles::Story) -> Order {
    (story.published_at, story.number)
}

/// What a catalogue is made of.
#[derive(Debug, Default)]
struct Contents {
    newest: Vec<Arc<Entry>>,
    /// The newest of sections that have few among the newest, each newest first.
    behind: Vec<Arc<Entry>>,
    picks: Vec<Arc<Entry>>,
    embargoed: Vec<Arc<Entry>>,
    floor: Option<Order>,
    published: u64,
}

impl Catalogue {
    /// When the next embargo ends.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.embargoed.first().and_then(|e| e.story.published_at)
    }

    /// For the desk alone: a story in memory, published or not.
    #[must_use]
    pub fn at_desk(&self, number: StoryNumber) -> Option<&Arc<Entry>> {
        self.story(number).or_else(|| self.embargoed.iter().find(|e| e.story.number == number))
    }

    /// Whether every published story is in memory.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.floor.is_none()
    }

    fn of(contents: Contents, version: i64, now: Timestamp) -> Self {
        let Contents { mut newest, behind, mut picks, mut embargoed, floor, published } = contents;
        newest.sort_by_key(|e| std::cmp::Reverse(order(&e.story)));
        picks.sort_by_key(|e| e.story.pick);
        embargoed.sort_by_key(|e| order(&e.story));
        let mut catalogue = Self { version, made_at: Some(now), floor, published, ..Self::default() };
        catalogue.by_path.reserve(newest.len());
        catalogue.by_number.reserve(newest.len());
        for entry in newest.iter().chain(&behind).chain(&picks) {
            catalogue.by_path.insert(entry.path.as_str().into(), Arc::clone(entry));
            catalogue.by_number.insert(entry.story.number, Arc::clone(entry));
        }
        for entry in newest.iter().chain(&behind) {
            match catalogue.by_section.get_mut(&entry.story.section) {
                Some(list) => list.push(Arc::clone(entry)),
                None => {
                    catalogue.by_section.insert(entry.story.section.clone(), vec![Arc::clone(entry)]);
                }
            }
        }
        catalogue.newest = newest;
        catalogue.picks = picks;
        catalogue.embargoed = embargoed;
        catalogue
    }

    /// The story in memory whose canonical path this is.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Arc<Entry>> {
        self.by_path.get(path)
    }

    #[must_use]
    pub fn story(&self, number: StoryNumber) -> Option<&Arc<Entry>> {
        self.by_number.get(&number)
    }

    /// A section's stories in memory, newest first, without a gap.
    #[must_use]
    pub fn section(&self, code: &str) -> &[Arc<Entry>] {
        self.by_section.get(code).map_or(&[], Vec::as_slice)
    }
}
