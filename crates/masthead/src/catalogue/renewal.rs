//! How the catalogue follows the store: whole at the start, by what changed afterwards. Both read a bounded number of stories, however many
//! the paper has.
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use newsroom::articles::{Story, StoryNumber};
use newsroom::related::Shelf;
use store::{Changed, Place, StoreError};

use super::neighbours::{self, Near, SHELF};
use super::stacks::Found;
use super::{Catalogue, Contents, Entry, Order, order};
use crate::clock::stopwatch;
use crate::house::House;

/// Stories read at a time.
const PAGE: usize = 500;
/// When more has changed than this, the newest stories are read anew instead.
const CHANGES: usize = 2_000;
/// A section has at least so many of its newest stories in memory, for its first pages, its feeds and the front page.
const OF_A_SECTION: usize = 60;
/// Picks and embargoed stories in memory; the desk has places for far fewer.
const PICKS: usize = 200;
const EMBARGOED: usize = 10_000;

/// What fetching an old story gave.
#[derive(Debug)]
pub enum Fetched {
    Story(Arc<Entry>),
    Nothing,
    /// Too many wait for the store; come again.
    Busy,
}

/// The stories of the next catalogue; entries of the present one where they stay as they are.
struct Draft {
    stories: Vec<Arc<Story>>,
    kept: HashMap<StoryNumber, Arc<Entry>>,
    embargoed: Vec<Arc<Story>>,
    floor: Option<Order>,
    /// What changed since the present catalogue; `None`: unknown.
    touched: Option<HashSet<StoryNumber>>,
}

impl House {
    /// Brings the catalogue up to the store if that has changed since; true when it had.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn refresh(&self) -> Result<bool, StoreError> {
        let _alone = self.refreshing.lock().await;
        let version = self.store.stories_version().await?;
        let now = self.clock.now();
        let held = self.catalogue.load_full();
        let due = held.next_due().is_some_and(|at| at <= now);
        let backwards = held.made_at.is_none_or(|at| at > now);
        if version == held.version && !due && !backwards {
            return Ok(false);
        }
        let begun = stopwatch();
        let draft = if backwards { None } else { self.changed(&held, now).await? };
        let draft = match draft {
            Some(draft) => draft,
            None => self.read_newest(now).await?,
        };
        let touched = draft.touched.clone();
        let catalogue = self.composed(draft, &held, version, now).await?;
        self.metrics.stories.set(i64::try_from(catalogue.published).unwrap_or(i64::MAX));
        match touched {
            Some(touched) => self.stacks.forget(|number| touched.contains(&number)),
            None => self.stacks.forget(|_| true),
        }
        self.publish(catalogue);
        tracing::debug!(microseconds = begun.elapsed().as_micros(), "the catalogue is renewed");
        Ok(true)
    }

    /// Makes every entry anew, with the lists that are kept by now: after an import they are chosen long after its stories are read. A paper
    /// on a shelf chose them itself.
    ///
    /// # Errors
    /// When the store does not answer; then the lists stay as they were.
    pub async fn relist(&self) -> Result<(), StoreError> {
        let _alone = self.refreshing.lock().await;
        let held = self.catalogue.load_full();
        if held.is_whole() && held.newest.len() <= SHELF {
            return Ok(());
        }
        let (version, now) = (self.store.stories_version().await?, self.clock.now());
        let draft = self.read_newest(now).await?;
        let catalogue = self.composed(draft, &held, version, now).await?;
        self.stacks.forget(|_| true);
        self.publish(catalogue);
        Ok(())
    }

    /// The newest stories as the store has them.
    async fn read_newest(&self, now: Timestamp) -> Result<Draft, StoreError> {
        let most = self.stories_in_memory();
        let mut stories: Vec<Arc<Story>> = Vec::new();
        let mut after: Option<Place> = None;
        let mut more = true;
        while more && stories.len() < most {
            let wanted = PAGE.min(most - stories.len());
            let page = self.store.newest_stories(now, after, wanted).await?;
            more = page.len() == wanted;
            stories.extend(page.into_iter().map(|stored| Arc::new(stored.story)));
            after = stories.last().map(|s| Place { published_at: s.published_at, number: s.number });
        }
        if more {
            more = !self.store.newest_heads(now, after, 1).await?.is_empty();
        }
        let floor = if more { stories.last().map(|story| order(story)) } else { None };
        let embargoed = self.store.embargoed_stories(now, EMBARGOED).await?;
        let embargoed = embargoed.into_iter().map(|stored| Arc::new(stored.story)).collect();
        Ok(Draft { stories, kept: HashMap::new(), embargoed, floor, touched: None })
    }

    /// The present stories with what has changed since; `None` where reading anew is the shorter way.
    async fn changed(&self, held: &Catalogue, now: Timestamp) -> Result<Option<Draft>, StoreError> {
        let mut changes = Vec::new();
        let (mut version, mut after) = (held.version, StoryNumber(u32::MAX));
        loop {
            let page = self.store.stories_changed_since(version, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            (version, after) = (last.version, last.number());
            changes.extend(page);
            if changes.len() > CHANGES {
                return Ok(None);
            }
        }
        let mut touched: HashSet<StoryNumber> = changes.iter().map(store::Change::number).collect();
        let (due, embargoed): (Vec<_>, Vec<_>) = held
            .embargoed
            .iter()
            .filter(|e| !touched.contains(&e.story.number))
            .map(|e| Arc::clone(&e.story))
            .partition(|story| story.published_at.is_some_and(|at| at <= now));
        let mut draft = Draft {
            stories: due.iter().map(Arc::clone).collect(),
            kept: HashMap::with_capacity(held.newest.len()),
            embargoed,
            floor: held.floor,
            touched: None,
        };
        touched.extend(due.iter().map(|story| story.number));
        for entry in held.newest.iter().filter(|e| !touched.contains(&e.story.number)) {
            draft.stories.push(Arc::clone(&entry.story));
            draft.kept.insert(entry.story.number, Arc::clone(entry));
        }
        // who changed twice while pages were read comes twice: the last word counts
        let mut latest: HashMap<StoryNumber, Arc<Story>> = HashMap::new();
        for change in changes {
            match change.what {
                Changed::Story(stored) => latest.insert(stored.story.number, Arc::new(stored.story)),
                Changed::Gone(number, _) => latest.remove(&number),
            };
        }
        for story in latest.into_values() {
            if story.published_at.is_some_and(|at| at > now) {
                draft.embargoed.push(story);
            } else if draft.floor.is_none_or(|floor| order(&story) >= floor) {
                draft.stories.push(story);
            }
        }
        draft.stories.sort_by_key(|story| std::cmp::Reverse(order(story)));
        let most = self.stories_in_memory();
        let embargoes_hidden = held.embargoed.len() >= EMBARGOED;
        if embargoes_hidden || (draft.floor.is_some() && draft.stories.len() < most / 2) {
            return Ok(None);
        }
        if draft.stories.len() > most {
            draft.stories.truncate(most);
            draft.floor = draft.stories.last().map(|story| order(story));
        }
        draft.touched = Some(touched);
        Ok(Some(draft))
    }

    /// The catalogue of a draft: neighbours are chosen here, never on a reader's time.
    async fn composed(
        &self,
        mut draft: Draft,
        held: &Catalogue,
        version: i64,
        now: Timestamp,
    ) -> Result<Catalogue, StoreError> {
        draft.stories.sort_by_key(|story| std::cmp::Reverse(order(story)));
        let whole = draft.floor.is_none();
        let shelf = (whole && draft.stories.len() <= SHELF)
            .then(|| Shelf::of(draft.stories.iter().map(Arc::as_ref), &self.publication.language));
        if shelf.is_some() {
            draft.kept.clear();
        }
        let behind = if whole { Vec::new() } else { self.behind(&draft.stories, now).await? };
        let picked = self.store.picked_stories(PICKS).await?;
        let picked = picked
            .into_iter()
            .map(|stored| Arc::new(stored.story))
            .filter(|story| story.published_at.is_none_or(|at| at <= now));
        let in_window: HashSet<StoryNumber> = draft.stories.iter().map(|story| story.number).collect();
        let mut all: Vec<Arc<Story>> = draft.stories.clone();
        all.extend(behind.iter().map(Arc::clone));
        let mut picks: Vec<StoryNumber> = Vec::new();
        for story in picked {
            picks.push(story.number);
            if !in_window.contains(&story.number)
                && !all[draft.stories.len()..].iter().any(|s| s.number == story.number)
            {
                all.push(story);
            }
        }
        let mut entries = self.entries(&all, &draft, shelf.as_ref(), now).await?;
        let outside = entries.split_off(draft.stories.len());
        let picks = picks
            .iter()
            .filter_map(|number| entries.iter().chain(&outside).find(|e| e.story.number == *number))
            .filter(|entry| entry.story.pick.is_some())
            .map(Arc::clone)
            .collect();
        let published = self.published(&draft, held, entries.len(), now).await?;
        let behind = outside.into_iter().take(behind.len()).collect();
        let embargoed = draft
            .embargoed
            .into_iter()
            .map(|story| Arc::new(Entry::new(story, neighbours::Beside::default())))
            .collect();
        let contents = Contents { newest: entries, behind, picks, embargoed, floor: draft.floor, published };
        Ok(Catalogue::of(contents, version, now))
    }

    /// Entries for stories in their order: kept ones where neither they nor what stands beside them changed.
    async fn entries(
        &self,
        stories: &[Arc<Story>],
        draft: &Draft,
        shelf: Option<&Shelf>,
        now: Timestamp,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        let mut sections: HashMap<&str, Vec<StoryNumber>> = HashMap::new();
        let mut numbers: HashMap<StoryNumber, &Arc<Story>> = HashMap::with_capacity(stories.len());
        for story in stories {
            sections.entry(story.section.as_str()).or_default().push(story.number);
            numbers.insert(story.number, story);
        }
        let Draft { kept, touched, .. } = draft;
        let stays = |entry: &Arc<Entry>| {
            let is_other = |number| entry.beside.others.iter().any(|(other, _)| *other == number);
            let as_it_was = |number| {
                kept.contains_key(&number)
                    || (is_other(number) && touched.as_ref().is_some_and(|touched| !touched.contains(&number)))
            };
            !entry.beside.names(|number| !as_it_was(number))
        };
        let (mut entries, mut new) = (Vec::with_capacity(stories.len()), Vec::new());
        for story in stories {
            match kept.get(&story.number).filter(|entry| stays(entry)) {
                Some(entry) => entries.push(Some(Arc::clone(entry))),
                None => {
                    new.push(Arc::clone(story));
                    entries.push(None);
                }
            }
        }
        let near = Near {
            publication: &self.publication,
            now,
            shelf,
            sections: &sections,
            held: &|number| numbers.get(&number).copied(),
        };
        let beside = neighbours::beside(&self.store, &new, &near).await?;
        let mut made = new.into_iter().zip(beside).map(|(story, beside)| Arc::new(Entry::new(story, beside)));
        Ok(entries.into_iter().filter_map(|kept| kept.or_else(|| made.next())).collect())
    }

    /// The newest stories of sections that have few in memory, section by section.
    async fn behind(&self, stories: &[Arc<Story>], now: Timestamp) -> Result<Vec<Arc<Story>>, StoreError> {
        let mut behind = Vec::new();
        for section in &self.publication.sections {
            let here: HashSet<StoryNumber> =
                stories.iter().filter(|s| s.section == section.code).take(OF_A_SECTION).map(|s| s.number).collect();
            if here.len() < OF_A_SECTION {
                let found = self.store.whole_stories_of_section(&section.code, now, None, OF_A_SECTION).await?;
                let found = found.into_iter().map(|stored| Arc::new(stored.story));
                behind.extend(found.filter(|story| !here.contains(&story.number)));
            }
        }
        Ok(behind)
    }

    /// How many stories are published. They are counted where the newest are read anew, and when one came or went that is not in memory.
    async fn published(
        &self,
        draft: &Draft,
        held: &Catalogue,
        in_memory: usize,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        if draft.floor.is_none() {
            return Ok(in_memory as u64);
        }
        let known = |number: &StoryNumber| held.story(*number).is_some();
        match &draft.touched {
            Some(touched) if !held.is_whole() && touched.iter().all(known) => Ok(held.published),
            _ => self.store.count_published(now).await,
        }
    }

    /// How many of the newest stories are kept in memory.
    #[must_use]
    pub fn stories_in_memory(&self) -> usize {
        self.publication.server.stories_in_memory.unwrap_or(super::IN_MEMORY)
    }

    /// An old story, from the stacks or the store. A story that another took the place of gives that one.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn fetch(&self, number: StoryNumber) -> Result<Fetched, StoreError> {
        let known = |number| {
            let here = self.catalogue.load().story(number).map(Arc::clone);
            here.map_or_else(|| self.stacks.look(number), Found::Story)
        };
        for _ in 0..2 {
            match known(number) {
                Found::Story(entry) => return Ok(Fetched::Story(entry)),
                Found::Nothing => return Ok(Fetched::Nothing),
                Found::Unknown => {}
            }
            let Some(_turn) = self.stacks.turn(number.0 as usize).await else { return Ok(Fetched::Busy) };
            // whoever held the turn before may have brought it
            if !matches!(known(number), Found::Unknown) {
                continue;
            }
            let edition = self.stacks.edition();
            let now = self.clock.now();
            let stored = self.store.story_in_place_of(number).await?.map(|stored| stored.story);
            let Some(story) = stored.filter(|story| story.published_at.is_none_or(|at| at <= now)) else {
                self.stacks.keep(edition, number, None);
                return Ok(Fetched::Nothing);
            };
            let here = self.catalogue.load().story(story.number).map(Arc::clone);
            if let Some(entry) = here {
                return Ok(Fetched::Story(entry));
            }
            let entry = self.old(Arc::new(story), now).await?;
            self.stacks.keep(edition, entry.story.number, Some(&entry));
            return Ok(Fetched::Story(entry));
        }
        Ok(Fetched::Busy)
    }

    async fn old(&self, story: Arc<Story>, now: Timestamp) -> Result<Arc<Entry>, StoreError> {
        let catalogue = self.catalogue.load_full();
        let lately: Vec<StoryNumber> =
            catalogue.section(&story.section).iter().take(16).map(|e| e.story.number).collect();
        let sections = HashMap::from([(story.section.as_str(), lately)]);
        let near = Near {
            publication: &self.publication,
            now,
            shelf: None,
            sections: &sections,
            held: &|number| catalogue.story(number).map(|entry| &entry.story),
        };
        let beside = neighbours::beside(&self.store, &[Arc::clone(&story)], &near).await?.pop().unwrap_or_default();
        Ok(Arc::new(Entry::new(story, beside)))
    }
}
