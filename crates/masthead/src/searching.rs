//! The search index of a running paper: opened, kept up with the store, asked within bounds.
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use newsroom::articles::StoryNumber;
use search::{Change, Document, Index, Language, Position, SearchError, Settings, State};
use store::{Changed, Place, Store, StoreError, StoredStory};
use tokio::sync::{Notify, Semaphore, mpsc};

use crate::catalogue::Catalogue;
use crate::config::Publication;

/// The index's folder in the paper's folder.
const FOLDER: &str = "search";
/// Stories read from the store at once.
const PAGE: usize = 500;
/// Pages of stories that wait for the index while it is made.
const WAITING: usize = 2;
/// Searches at once; more wait their turn.
const AT_ONCE: usize = 4;
/// Seconds that the index may be behind the store before it answers no more: what it holds may have been closed since.
const MOST_BEHIND: i64 = 10;
/// How long one waits for its turn before the reader is told to come back.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why the index could not follow.
#[derive(Debug, thiserror::Error)]
pub enum SearchingError {
    /// The index.
    #[error(transparent)]
    Index(#[from] SearchError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The work was cut off, because the process ends or something broke inside.
    #[error("the work on the search index was cut off; it goes on from there next time")]
    CutOff,
}

/// The index with what a running paper needs around it.
pub struct Searching {
    pub index: Arc<Index>,
    /// The second up to which stories whose time has come are in; written down with the next change.
    as_of: AtomicI64,
    /// The second at which following failed first since it last went well; 0 while it goes well.
    failing: AtomicI64,
    woken: Notify,
    /// One at a time: two that make the index anew would do the same twice.
    following: tokio::sync::Mutex<()>,
    turns: Semaphore,
}

impl Searching {
    /// Opens the index of a paper. Whether it answers shows later.
    ///
    /// # Errors
    /// When its folder cannot be made.
    pub fn open(data: &Path, publication: &Publication) -> Result<Self, SearchError> {
        let language = Language::read(&publication.language);
        let index = Index::open(&data.join(FOLDER), Settings { language, zone: publication.zone.clone() })?;
        Ok(Self {
            index: Arc::new(index),
            as_of: AtomicI64::new(0),
            failing: AtomicI64::new(0),
            woken: Notify::new(),
            following: tokio::sync::Mutex::default(),
            turns: Semaphore::new(AT_ONCE),
        })
    }

    /// Tells the round that follows that something was published or changed.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// Waits until something was.
    pub async fn woken(&self) {
        self.woken.notified().await;
    }

    /// Does one search beside the threads that answer; `None` when too many wait, or it broke inside.
    pub async fn ask<T: Send + 'static>(&self, work: impl FnOnce(&Index) -> T + Send + 'static) -> Option<T> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.acquire()).await.ok()?.ok()?;
        let index = Arc::clone(&self.index);
        let done = tokio::task::spawn_blocking(move || work(&index)).await.ok();
        drop(turn);
        done
    }

    /// Whether the index has been behind the store for too long to answer.
    #[must_use]
    pub fn is_behind(&self, now: Timestamp) -> bool {
        let failing = self.failing.load(Ordering::Relaxed);
        failing != 0 && now.as_second().saturating_sub(failing) > MOST_BEHIND
    }

    /// Brings the index up to the store, making it anew where there is none. Gives how many changes went in.
    ///
    /// # Errors
    /// The store's and the index's; what went in before stays.
    pub async fn follow(&self, store: &Store, catalogue: &Catalogue, now: Timestamp) -> Result<usize, SearchingError> {
        let done = self.followed(store, catalogue, now).await;
        match &done {
            Ok(_) => self.failing.store(0, Ordering::Relaxed),
            Err(_) => _ = self.failing.compare_exchange(0, now.as_second(), Ordering::Relaxed, Ordering::Relaxed),
        }
        done
    }

    async fn followed(&self, store: &Store, catalogue: &Catalogue, now: Timestamp) -> Result<usize, SearchingError> {
        let _alone = self.following.lock().await;
        self.index.refresh();
        let State::Ready { position, .. } = self.index.state() else {
            let made = make(store, &self.index, now, |_| ()).await?;
            self.as_of.store(now.as_second(), Ordering::Relaxed);
            return Ok(made);
        };
        let as_of = self.as_of.load(Ordering::Relaxed).max(position.as_of);
        let mut done = self.due(store, catalogue, position, as_of, now).await?;
        let (mut version, mut after) = (position.cursor, StoryNumber(u32::MAX));
        loop {
            let page = store.stories_changed_since(version, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            // a page that is full may end inside a version: that one is not behind us yet
            let reached = if page.len() < PAGE { last.version } else { last.version - 1 };
            (version, after) = (last.version, last.number());
            let changes: Vec<Change> = page.into_iter().map(|change| changed(change.what, now)).collect();
            done += changes.len();
            let position = Position { cursor: reached.max(position.cursor), as_of: now.as_second() };
            apply(&self.index, changes, position).await?;
        }
        self.as_of.store(now.as_second(), Ordering::Relaxed);
        Ok(done)
    }

    /// Takes in stories whose time has come since the last round.
    async fn due(
        &self,
        store: &Store,
        catalogue: &Catalogue,
        position: Position,
        as_of: i64,
        now: Timestamp,
    ) -> Result<usize, SearchingError> {
        let since = |at: Option<Timestamp>| at.is_some_and(|at| at.as_second() >= as_of && at <= now);
        let numbers: Vec<StoryNumber> = catalogue
            .newest
            .iter()
            .take_while(|entry| entry.story.published_at.is_some_and(|at| at.as_second() >= as_of))
            .filter(|entry| since(entry.story.published_at))
            .map(|entry| entry.story.number)
            .collect();
        // most rounds find the same story of this second again: nothing is written for that
        if numbers.is_empty() || as_of == 0 || as_of == now.as_second() {
            return Ok(0);
        }
        let mut changes = Vec::new();
        for number in numbers {
            changes.extend(store.story(number).await?.map(|stored| changed(Changed::Story(Box::new(stored)), now)));
        }
        let done = changes.len();
        apply(&self.index, changes, Position { as_of: now.as_second(), ..position }).await?;
        Ok(done)
    }
}

async fn apply(index: &Arc<Index>, changes: Vec<Change>, position: Position) -> Result<(), SearchingError> {
    let index = Arc::clone(index);
    let done = tokio::task::spawn_blocking(move || index.apply(changes, position)).await;
    done.map_err(|_| SearchingError::CutOff)??;
    Ok(())
}

/// What a change of the store is to the index. A story whose time has not come does not exist yet.
fn changed(what: Changed, now: Timestamp) -> Change {
    match what {
        Changed::Gone(number, _) => Change::Remove(number),
        Changed::Story(stored) => match document(&stored, now) {
            Some(document) => Change::Put(Box::new(document)),
            None => Change::Remove(stored.story.number),
        },
    }
}

fn document(stored: &StoredStory, now: Timestamp) -> Option<Document> {
    let published = stored.story.published_at.is_none_or(|at| at <= now);
    published.then(|| Document::of(&stored.story, stored.revision))
}

/// Makes the index anew beside the old one, which answers meanwhile. `told` hears how many stories were read.
///
/// # Errors
/// The store's and the index's; the old index then stays.
pub async fn make(
    store: &Store,
    index: &Arc<Index>,
    now: Timestamp,
    mut told: impl FnMut(u64),
) -> Result<usize, SearchingError> {
    // what changes from here on is followed afterwards
    let position = Position { cursor: store.stories_version().await?, as_of: now.as_second() };
    let (pages, mut waiting) = mpsc::channel::<Vec<Document>>(WAITING);
    let into = Arc::clone(index);
    let made = tokio::task::spawn_blocking(move || {
        let mut rebuild = into.rebuild()?;
        let mut whole = false;
        while let Some(page) = waiting.blocking_recv() {
            // an empty page says that the last one has come; a closed channel without it, that the reading failed
            whole = page.is_empty();
            for document in &page {
                rebuild.add(document)?;
            }
        }
        if !whole {
            return Ok(None);
        }
        let documents = rebuild.documents();
        rebuild.finish(position, |_, _| ())?;
        Ok::<_, SearchError>(Some(documents))
    });
    // in the order of time, so that a right that begins with a day has its stories side by side
    let (mut after, mut read, mut seen) = (None, 0, HashSet::new());
    loop {
        let page = store.stories_by_time(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(Place { published_at: last.story.published_at, number: last.story.number });
        read += page.len() as u64;
        // one whose time changed meanwhile comes again; its change is followed afterwards
        let first = page.iter().filter(|stored| seen.insert(stored.story.number));
        let documents: Vec<Document> = first.filter_map(|stored| document(stored, now)).collect();
        told(read);
        if !documents.is_empty() && pages.send(documents).await.is_err() {
            break;
        }
    }
    let _ = pages.send(Vec::new()).await;
    drop(pages);
    let made = made.await.map_err(|_| SearchingError::CutOff)??.ok_or(SearchingError::CutOff)?;
    Ok(usize::try_from(made).unwrap_or(usize::MAX))
}
