//! The stacks: stories that are not among the newest, brought from the store when somebody asks, and kept while they are asked for.
//!
//! Everything here is bounded. A story that is asked for once makes room for the next one asked for once; one that was asked for
//! again is not pushed out by a crawler that walks the whole archive. Of requests for one story one goes to the store; at most
//! [`WAYS`] go at a time, and when [`WAITING`] wait, the next is told to come again.
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;
use newsroom::articles::StoryNumber;

use super::Entry;

/// How many requests may ask the store for old stories at a time.
pub const WAYS: usize = 4;
/// How many may wait for that.
pub const WAITING: usize = 512;
/// Numbers and addresses remembered that lead nowhere.
const NOTHING: usize = 8_192;
/// Longest address looked up, in bytes; no story ever had a longer one.
pub const LONGEST_PATH: usize = 1_024;

/// What the stacks know of a number.
#[derive(Debug, Clone)]
pub enum Found {
    Story(Arc<Entry>),
    /// There is no such story.
    Nothing,
    /// The store has to be asked.
    Unknown,
}

#[derive(Debug)]
struct Kept {
    once: LruCache<StoryNumber, Arc<Entry>>,
    again: LruCache<StoryNumber, Arc<Entry>>,
    nothing: LruCache<StoryNumber, ()>,
    no_path: LruCache<Box<str>, ()>,
    /// Rises with every change of the paper: what was read before it is not kept after it.
    edition: u64,
}

/// Old stories in memory.
#[derive(Debug)]
pub struct Stacks {
    kept: Mutex<Kept>,
    ways: [tokio::sync::Mutex<()>; WAYS],
    waiting: AtomicUsize,
}

/// A turn at the store; the next in line goes when it is dropped.
pub struct Turn<'a> {
    _way: tokio::sync::MutexGuard<'a, ()>,
}

impl Stacks {
    /// Room for `most` stories, at least a few.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let room = |n: usize| NonZeroUsize::new(n).unwrap_or(NonZeroUsize::MIN);
        let once = (most / 4).max(16);
        Self {
            kept: Mutex::new(Kept {
                once: LruCache::new(room(once)),
                again: LruCache::new(room(most.saturating_sub(once).max(16))),
                nothing: LruCache::new(room(NOTHING)),
                no_path: LruCache::new(room(NOTHING)),
                edition: 0,
            }),
            ways: Default::default(),
            waiting: AtomicUsize::new(0),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The story whose one address this is, if it is here. Waits for nothing but the lock.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<Arc<Entry>> {
        match self.look(number_in(path)?) {
            Found::Story(entry) if entry.path == path => Some(entry),
            _ => None,
        }
    }

    /// What is known of a number.
    #[must_use]
    pub fn look(&self, number: StoryNumber) -> Found {
        let mut kept = self.kept();
        if let Some(entry) = kept.again.get(&number) {
            return Found::Story(Arc::clone(entry));
        }
        if let Some(entry) = kept.once.pop(&number) {
            kept.again.put(number, Arc::clone(&entry));
            return Found::Story(entry);
        }
        if kept.nothing.get(&number).is_some() { Found::Nothing } else { Found::Unknown }
    }

    /// Waits for a turn; `None`: too many wait already.
    pub async fn turn(&self, of: usize) -> Option<Turn<'_>> {
        struct Waits<'a>(&'a AtomicUsize);
        impl Drop for Waits<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }
        let waits = Waits(&self.waiting);
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING {
            return None;
        }
        let way = self.ways[of % WAYS].lock().await;
        drop(waits);
        Some(Turn { _way: way })
    }

    /// The present edition, to be asked before the store is.
    #[must_use]
    pub fn edition(&self) -> u64 {
        self.kept().edition
    }

    /// Keeps what the store said of a number in an edition; nothing if the paper has changed since.
    pub fn keep(&self, edition: u64, number: StoryNumber, entry: Option<&Arc<Entry>>) {
        let mut kept = self.kept();
        if kept.edition != edition {
            return;
        }
        match entry {
            Some(entry) => {
                kept.once.put(number, Arc::clone(entry));
            }
            None => {
                kept.nothing.put(number, ());
            }
        }
    }

    /// Whether an address is known to lead nowhere.
    #[must_use]
    pub fn leads_nowhere(&self, path: &str) -> bool {
        self.kept().no_path.get(path).is_some()
    }

    /// Remembers that an address leads nowhere, in an edition.
    pub fn keep_nowhere(&self, edition: u64, path: &str) {
        let mut kept = self.kept();
        if kept.edition == edition {
            kept.no_path.put(path.into(), ());
        }
    }

    /// Begins a new edition: lets go of stories that changed, of those beside which a changed one stands, and of every "nothing".
    pub(super) fn forget(&self, changed: impl Fn(StoryNumber) -> bool) {
        let mut kept = self.kept();
        kept.edition += 1;
        kept.nothing.clear();
        kept.no_path.clear();
        let Kept { once, again, .. } = &mut *kept;
        for shelf in [once, again] {
            let gone: Vec<StoryNumber> = shelf
                .iter()
                .filter(|(number, entry)| changed(**number) || entry.beside.names(&changed))
                .map(|(number, _)| *number)
                .collect();
            for number in gone {
                shelf.pop(&number);
            }
        }
    }

    /// Drops the pages of stories that nobody asked for since the last time; gives the bytes that stay.
    pub(super) fn rest(&self) -> usize {
        let kept = self.kept();
        kept.once.iter().chain(kept.again.iter()).map(|(_, entry)| entry.rest()).sum()
    }

    /// Drops the pages of every story.
    pub(super) fn forget_pages(&self) {
        let kept = self.kept();
        kept.once.iter().chain(kept.again.iter()).for_each(|(_, entry)| entry.forget_pages());
    }

    /// How many stories are here.
    #[must_use]
    pub fn len(&self) -> usize {
        let kept = self.kept();
        kept.once.len() + kept.again.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The number at the end of an address of a story's form, `/section/words-123`.
#[must_use]
pub fn number_in(path: &str) -> Option<StoryNumber> {
    let (section, last) = path.strip_prefix('/')?.split_once('/')?;
    let (_, number) = last.rsplit_once('-')?;
    let plain = !section.is_empty() && !last.contains('/') && number.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| number.parse().ok()).flatten().map(StoryNumber)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::neighbours::Beside;
    use newsroom::articles::Story;

    fn entry(number: u32, also_read: &[u32]) -> Arc<Entry> {
        let story: Story = serde_json::from_value(serde_json::json!({
            "number": number, "slug": "words", "section": "world", "headline": "Words", "headline_provisional": false,
            "bylines": [], "topics": [], "marking": "free", "preview_blocks": 1, "body": [],
        }))
        .unwrap();
        let also_read = also_read.iter().map(|n| StoryNumber(*n)).collect();
        Arc::new(Entry::new(Arc::new(story), Beside { also_read, ..Beside::default() }))
    }

    fn put(stacks: &Stacks, number: u32) {
        stacks.keep(stacks.edition(), StoryNumber(number), Some(&entry(number, &[])));
    }

    #[test]
    fn a_walk_through_the_archive_pushes_out_nothing_that_is_read() {
        let stacks = Stacks::new(100);
        for number in 1..=20 {
            put(&stacks, number);
            assert!(stacks.at(&format!("/world/words-{number}")).is_some());
        }
        for number in 1_000..9_000 {
            put(&stacks, number);
        }
        assert!((1..=20).all(|n| matches!(stacks.look(StoryNumber(n)), Found::Story(_))));
        assert!(matches!(stacks.look(StoryNumber(1_000)), Found::Unknown), "what was asked for once has gone");
        assert!(stacks.len() <= 100);
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let stacks = Stacks::new(100);
        let before = stacks.edition();
        put(&stacks, 1);
        stacks.keep(before, StoryNumber(2), Some(&entry(2, &[7])));
        stacks.keep(before, StoryNumber(3), None);
        stacks.keep_nowhere(before, "/1997/a.html");
        assert!(matches!(stacks.look(StoryNumber(3)), Found::Nothing));
        assert!(stacks.leads_nowhere("/1997/a.html"));
        stacks.forget(|number| number == StoryNumber(7));
        assert!(matches!(stacks.look(StoryNumber(1)), Found::Story(_)));
        for number in [2, 3] {
            assert!(matches!(stacks.look(StoryNumber(number)), Found::Unknown), "{number}");
        }
        assert!(!stacks.leads_nowhere("/1997/a.html"));
        stacks.keep(before, StoryNumber(4), Some(&entry(4, &[])));
        assert!(matches!(stacks.look(StoryNumber(4)), Found::Unknown));
    }

    #[tokio::test]
    async fn who_comes_when_too_many_wait_is_sent_away() {
        let stacks = Arc::new(Stacks::new(1));
        let held = stacks.turn(0).await.unwrap();
        let mut waiting: Vec<_> = (0..WAITING).map(|_| Box::pin(stacks.turn(0))).collect();
        for turn in &mut waiting {
            assert!(std::future::poll_fn(|cx| std::task::Poll::Ready(turn.as_mut().poll(cx).is_pending())).await);
        }
        assert!(stacks.turn(1).await.is_none());
        drop(waiting);
        assert!(stacks.turn(1).await.is_some(), "who goes away makes room");
        drop(held);
        assert!(stacks.turn(0).await.is_some());
    }

    #[test]
    fn only_addresses_of_stories_have_a_number() {
        assert_eq!(number_in("/world/some-words-12"), Some(StoryNumber(12)));
        for odd in [
            "/",
            "/world",
            "/world/12",
            "/world/a-12/",
            "/a/b/c-12",
            "world/a-12",
            "//a-12",
            "/w/a-+1",
            "/w/a-99999999999",
        ] {
            assert_eq!(number_in(odd), None, "{odd}");
        }
    }
}
