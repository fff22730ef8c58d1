//! *Also Read* and *More From This Section* for an archive of any size: learned, chosen and kept after every change, by the
//! import and by a round; a page only looks them up.
//!
//! What is already done stands in the store, step by step. A step that dies is done again; none is needed for a page to be shown.
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use newsroom::articles::Story;
use newsroom::related::{Card, LATER, Model, SAMPLE, Words, also_read, around, more_from_section};
use store::{CardRow, Cards, Changed, Choice, Generation, Neighbours, Store, StoreError};

/// Changes taken up in one step. A whole step of them after all lists were chosen is an import: then all are chosen again.
const STEP: usize = 500;
/// Stories kept in *Also Read* and in *More From This Section*: more than are shown, since some may not be published.
const ALSO_READ: usize = 8;
const MORE: usize = 12;
/// How many of the section's earlier stories *More From This Section* is chosen from, beside [`LATER`] later ones. Once a story has so
/// many its list stays: a page of 1998 shows what the paper reported then, and need not be fetched again.
const EARLIER: usize = 12;
/// Up to so many stories the paper is learned anew with every new one: it costs milliseconds.
const SMALL: u64 = 500;
/// Of a larger paper, when it has grown or shrunk by one in so many.
const GROWN: u64 = 4;
/// Cards of one list that are read; a list has about a thousand, and much longer ones are cut.
const LONGEST_LIST: usize = 8_000;
/// Cards held at once while all lists are chosen, some 350 bytes each.
const HELD: usize = 200_000;
/// Rows written in one transaction.
const WRITTEN: usize = 512;
/// Cards read at once in the order of sections.
const PAGE: usize = 2_000;

/// Whoever relates stories to each other keeps the model at hand between steps.
#[derive(Default)]
pub struct Relating {
    /// The paper's own.
    language: String,
    model: Option<(i64, Arc<Model>)>,
    /// Threads that choose; none is one.
    threads: Option<usize>,
    told: Option<Told>,
    /// Stories read for the model that is being filled.
    read: usize,
}

/// Is told of each stage how many stories are done.
pub type Told = Box<dyn FnMut(Stage, usize) + Send>;

/// What is being done for every story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Learning from a sample which words belong together.
    Learning,
    /// Reading stories.
    Reading,
    /// Choosing *Also Read*.
    AlsoRead,
    /// Choosing *More From This Section*.
    MoreFromSection,
}

impl Relating {
    /// For a paper in a language.
    #[must_use]
    pub fn new(language: &str) -> Self {
        Self { language: language.to_owned(), ..Self::default() }
    }

    /// For a program that does nothing else, such as an import. In the server readers come first: one core chooses.
    #[must_use]
    pub fn on_all_cores(self, told: Told) -> Self {
        let cores = std::thread::available_parallelism().ok().map(std::num::NonZero::get);
        Self { threads: cores, told: Some(told), ..self }
    }

    fn tell(&mut self, stage: Stage, done: usize) {
        if let Some(told) = &mut self.told {
            told(stage, done);
        }
    }

    /// One step; true while there is more to do.
    ///
    /// # Errors
    /// The store's. The step can be done again.
    pub async fn step(&mut self, store: &Store) -> Result<bool, StoreError> {
        let Some(standing) = store.related_generation().await? else {
            return self.learn(store).await;
        };
        let changes = store.stories_changed_since(standing.version, standing.after, STEP).await?;
        if changes.is_empty() {
            if !standing.chosen {
                self.choose_all(store, &standing).await?;
            }
            return Ok(!standing.chosen);
        }
        if standing.chosen && outgrown(&standing, store.stories_kept().await?) {
            return self.learn(store).await;
        }
        let Some(model) = self.model(store, standing.generation).await? else {
            return self.learn(store).await;
        };
        let next = changes.last().map_or(standing, |last| Generation {
            version: last.version,
            after: last.number(),
            ..standing
        });
        if !standing.chosen {
            self.read += changes.len();
            self.tell(Stage::Reading, self.read);
        }
        let (mut cards, mut gone) = (Vec::new(), Vec::new());
        for change in &changes {
            match &change.what {
                Changed::Story(stored) => cards.push(row(&Card::of(&stored.story, &model), &model)),
                Changed::Gone(number, _) => gone.push(*number),
            }
        }
        if standing.chosen && changes.len() == STEP {
            store.reopen_generation(standing.generation).await?;
        } else if standing.chosen {
            // The place in the feed moves when the lists are there, so that a death between them loses none.
            store.keep_cards(&standing, &cards, &gone).await?;
            for card in &cards {
                let choices = choices(store, &model, standing.generation, card).await?;
                store.keep_choices(&choices).await?;
            }
            cards.clear();
        }
        store.keep_cards(&next, &cards, &gone).await?;
        Ok(true)
    }

    /// All steps there are, such as after an import.
    ///
    /// # Errors
    /// The store's.
    pub async fn finish(&mut self, store: &Store) -> Result<(), StoreError> {
        while self.step(store).await? {}
        Ok(())
    }

    /// Lists of a story that has none yet, chosen without keeping them: the round will. Empty before anything was learned.
    ///
    /// # Errors
    /// The store's.
    pub async fn of_new(&mut self, store: &Store, story: &Story) -> Result<Neighbours, StoreError> {
        let Some(standing) = store.related_generation().await?.filter(|standing| standing.chosen) else {
            return Ok(Neighbours::default());
        };
        let Some(model) = self.model(store, standing.generation).await? else { return Ok(Neighbours::default()) };
        let read = row(&Card::of(story, &model), &model);
        let mut lists = Neighbours::default();
        for choice in choices(store, &model, standing.generation, &read).await? {
            if choice.number == story.number {
                lists.also_read.extend(choice.also_read.into_iter().flatten());
                lists.more_from_section.extend(choice.more_from_section.into_iter().flatten());
            }
        }
        Ok(lists)
    }

    async fn learn(&mut self, store: &Store) -> Result<bool, StoreError> {
        let stories = store.stories_kept().await?;
        if stories == 0 {
            return Ok(false);
        }
        self.read = 0;
        self.tell(Stage::Learning, 0);
        let mut sample = Vec::new();
        for stored in store.story_sample(SAMPLE).await? {
            sample.push(Words::of(&stored.story));
        }
        let many = usize::try_from(stories).unwrap_or(usize::MAX);
        let language = self.language.clone();
        let learned = tokio::task::spawn_blocking(move || {
            let model = Model::learn(&sample, many, &language);
            let bytes = model.to_bytes();
            (model, bytes)
        });
        // A learner that dies has been told of in the log; the next step begins again.
        let Ok((model, bytes)) = learned.await else { return Ok(false) };
        let generation = store.begin_generation(&bytes, stories).await?;
        self.model = Some((generation, Arc::new(model)));
        Ok(true)
    }

    /// The model of a generation; `None` where its bytes are no model any more.
    async fn model(&mut self, store: &Store, generation: i64) -> Result<Option<Arc<Model>>, StoreError> {
        if let Some((known, model)) = &self.model
            && *known == generation
        {
            return Ok(Some(Arc::clone(model)));
        }
        let bytes = store.related_model(generation).await?.unwrap_or_default();
        let model = Model::from_bytes(&bytes).map(Arc::new);
        self.model = model.clone().map(|model| (generation, model));
        Ok(model)
    }

    async fn choose_all(&mut self, store: &Store, standing: &Generation) -> Result<(), StoreError> {
        if let Some(model) = self.model(store, standing.generation).await? {
            self.background(store, &model, standing.generation).await?;
            self.sections(store, standing.generation).await?;
        }
        store.finish_generation(standing.generation).await
    }

    /// *Also Read* of every story: list by list, each with the lists near its middle.
    async fn background(&mut self, store: &Store, model: &Model, generation: i64) -> Result<(), StoreError> {
        let mut held: HashMap<u16, Arc<Vec<Card>>> = HashMap::new();
        let mut order: VecDeque<u16> = VecDeque::new();
        let mut cards = 0;
        let mut done = 0;
        for list in 0..u16::try_from(model.lists().count()).unwrap_or(u16::MAX) {
            let mut near = model.lists().near(&model.lists().middle(list));
            if !near.contains(&list) {
                near.push(list);
            }
            for &wanted in &near {
                if held.contains_key(&wanted) {
                    continue;
                }
                let read: Vec<Card> =
                    store.cards(generation, Cards::Of(wanted), LONGEST_LIST).await?.iter().map(card).collect();
                cards += read.len();
                held.insert(wanted, Arc::new(read));
                order.push_back(wanted);
            }
            let mine = held.get(&list).cloned().unwrap_or_default();
            let near: Arc<Vec<_>> = Arc::new(near.iter().filter_map(|list| held.get(list).cloned()).collect());
            let choices = choose_side_by_side(&mine, &near, model.much_alike(), self.threads.unwrap_or(1)).await;
            for part in choices.chunks(WRITTEN) {
                store.keep_choices(part).await?;
            }
            done += choices.len();
            self.tell(Stage::AlsoRead, done);
            while cards > HELD
                && let Some(oldest) = order.pop_front()
            {
                cards -= held.remove(&oldest).map_or(0, |gone| gone.len());
            }
        }
        Ok(())
    }

    /// *More From This Section* of every story: one walk through all sections in the order of time.
    async fn sections(&mut self, store: &Store, generation: i64) -> Result<(), StoreError> {
        let mut run: Vec<Card> = Vec::new();
        // Stories of the run before this place have their lists.
        let mut done = 0;
        let mut last: Option<CardRow> = None;
        let mut chosen = 0;
        loop {
            let page = store.cards(generation, Cards::InOrder(last.as_ref()), PAGE).await?;
            let mut choices = Vec::new();
            for row in &page {
                if run.last().is_some_and(|before| before.section != row.section) {
                    choices.extend((done..run.len()).map(|at| more(&run, at)));
                    run.clear();
                    done = 0;
                }
                run.push(card(row));
            }
            let known = if page.is_empty() { run.len() } else { run.len().saturating_sub(LATER) };
            choices.extend((done..known).map(|at| more(&run, at)));
            done = done.max(known);
            let kept = done.saturating_sub(EARLIER);
            run.drain(..kept);
            done -= kept;
            for part in choices.chunks(WRITTEN) {
                store.keep_choices(part).await?;
            }
            chosen += choices.len();
            self.tell(Stage::MoreFromSection, chosen);
            match page.into_iter().next_back() {
                Some(row) => last = Some(row),
                None => return Ok(()),
            }
        }
    }
}

fn outgrown(standing: &Generation, stories: u64) -> bool {
    let change = stories.abs_diff(standing.stories);
    if standing.stories < SMALL { change > 0 } else { change > standing.stories / GROWN }
}

fn row(card: &Card, model: &Model) -> CardRow {
    CardRow {
        number: card.number,
        list: model.lists().list(card.vector()),
        section: card.section.clone(),
        published_at: card.published_at,
        card: card.to_bytes(),
    }
}

/// A card as it was kept. A damaged one knows nothing of its story, and is chosen for its section and time alone.
fn card(row: &CardRow) -> Card {
    let blank = || Card::blank(row.number, row.section.clone(), row.published_at);
    blank().with_bytes(&row.card).unwrap_or_else(blank)
}

/// Chooses for one story that is new or changed, and for the section's stories before it, which it is now later than.
async fn choices(store: &Store, model: &Model, generation: i64, read: &CardRow) -> Result<Vec<Choice>, StoreError> {
    let here = card(read);
    let mut candidates = Vec::new();
    for list in model.lists().near(here.vector()) {
        candidates.extend(store.cards(generation, Cards::Of(list), LONGEST_LIST).await?.iter().map(card));
    }
    let also = also_read(&here, &candidates, model.much_alike(), ALSO_READ);
    let mut choices = vec![Choice { number: read.number, also_read: Some(also), more_from_section: None }];
    let mut run: Vec<Card> =
        store.cards(generation, Cards::Before(read), LATER + EARLIER + 1).await?.iter().map(card).collect();
    run.reverse();
    if run.last().is_none_or(|card| card.number != read.number) {
        run.push(card(read));
    }
    let place = run.len() - 1;
    run.extend(store.cards(generation, Cards::After(read), LATER).await?.iter().map(card));
    choices.extend((place.saturating_sub(LATER)..=place).filter(|&at| at < run.len()).map(|at| more(&run, at)));
    Ok(choices)
}

/// *More From This Section* of one in a run of a section's stories, oldest first.
fn more(run: &[Card], at: usize) -> Choice {
    let first = at.saturating_sub(EARLIER);
    let near = &run[first..run.len().min(at + LATER + 1)];
    let last = near.len() - 1;
    let section = around(near.len(), last - (at - first), |place| &near[last - place]);
    let list = more_from_section(&run[at], section, &[], MORE);
    Choice { number: run[at].number, also_read: None, more_from_section: Some(list) }
}

/// *Also Read* of each of `mine` out of all cards in `near`, beside each other: a million stories are compared thirty thousand million times.
async fn choose_side_by_side(
    mine: &Arc<Vec<Card>>,
    near: &Arc<Vec<Arc<Vec<Card>>>>,
    much_alike: f32,
    threads: usize,
) -> Vec<Choice> {
    let part = mine.len().div_ceil(threads).max(1);
    let choosing: Vec<_> = (0..mine.len())
        .step_by(part)
        .map(|from| {
            let (mine, near) = (Arc::clone(mine), Arc::clone(near));
            tokio::task::spawn_blocking(move || {
                let of = |here: &Card| Choice {
                    number: here.number,
                    also_read: Some(also_read(here, near.iter().flat_map(|cards| cards.iter()), much_alike, ALSO_READ)),
                    more_from_section: None,
                };
                mine.iter().skip(from).take(part).map(of).collect::<Vec<Choice>>()
            })
        })
        .collect();
    let mut choices = Vec::with_capacity(mine.len());
    for chosen in choosing {
        // One that dies has been told of in the log; its stories go on with the lists they have.
        choices.extend(chosen.await.unwrap_or_default());
    }
    choices
}
