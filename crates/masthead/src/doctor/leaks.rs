//! Whether anything the paper sends to those who may not read gives closed text away: every route that answers a guest,
//! and every walled page of every kind of story, searched for every run of 40 bytes of every closed block.
mod addresses;

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use circulation::gate::Wall;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use newsroom::articles::{Block, Marking, StoryNumber};
use pages::views::Reader;
use tower::ServiceExt as _;

use crate::catalogue::{Catalogue, Entry, Fetched};
use crate::cli::{Failure, say, working};
use crate::house::House;
use crate::web::archive::days::{day_in, path_of};
use crate::web::article::{self, Shape, Variant};
use crate::web::routes;
use crate::web::serve::Peer;
use newsroom::runs::{self, Texts};

/// Stories whose own pages are compiled; of a larger paper so many, evenly spread over its years. What closed text is
/// searched for is bounded by the same number.
pub const STORIES: usize = 2_000;
/// Stories brought from the store for it, where not all are in memory.
const OLD_STORIES: usize = 1_000;
/// Pages of a list that are asked for.
const PAGES: usize = 50;
/// Stories in hand at a time where all are looked at, and after how many the doctor says how far it is.
const BATCH: usize = 200;
const PROGRESS: usize = 5_000;

/// How much is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Of a large paper an even sample.
    Sample,
    /// Every closed story, a few at a time: memory does not grow with the paper, and time does.
    Every,
}

/// What was examined and found.
#[derive(Debug, Default)]
pub struct Seen {
    /// Answers of routes and compiled pages.
    pub answers: usize,
    /// Runs of closed text each answer was searched for.
    pub runs: usize,
    /// Stories with closed text that the paper has, as far as they were counted, and how many of them were examined.
    pub locked: usize,
    pub stories: usize,
    /// Whether every one was to be examined.
    pub every: bool,
    /// One sentence each: where, and the run.
    pub leaks: Vec<String>,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} answers for readers without the right, searched for {} runs of {} bytes of {} closed stories, give none away",
            self.answers,
            self.runs,
            runs::RUN,
            self.stories
        )?;
        if self.every {
            write!(f, ". Every closed story that is published was examined")?;
        } else if self.stories < self.locked {
            let left = self.locked - self.stories;
            write!(f, ". It is a sample: {left} more were not examined; masthead doctor --all goes through every one")?;
        }
        Ok(())
    }
}

/// Closed text, and what everybody may read anyway.
struct Search {
    closed: Texts,
    public: Texts,
    /// The same of the stories in hand, where they are taken a few at a time.
    beside: Texts,
    seen: Seen,
    /// Addresses of which a leak is told already.
    told: BTreeSet<String>,
}

impl Search {
    fn of(house: &House, chosen: &[Arc<Entry>], locked: usize, catalogue: &Catalogue, old: &[Arc<Entry>]) -> Self {
        let closed = Texts::of(chosen.iter().flat_map(|e| e.story.locked()).map(Block::text));
        let seen = Seen { runs: closed.runs(), stories: chosen.len(), locked, ..Seen::default() };
        Self { closed, public: public(house, catalogue, old), beside: Texts::default(), seen, told: BTreeSet::new() }
    }

    /// Looks for the closed text of these stories from now on, and of no others.
    fn turn_to(&mut self, entries: &[Arc<Entry>]) {
        self.closed = Texts::of(entries.iter().flat_map(|e| e.story.locked()).map(Block::text));
        let beside = entries.iter().flat_map(|e| &e.beside.others).map(|(_, card)| card);
        let cards = beside.flat_map(|card| [Some(card.headline.as_str()), card.standfirst.as_deref()]).flatten();
        self.beside = Texts::of(entries.iter().flat_map(|e| open_texts(e)).chain(cards));
        self.seen.runs += self.closed.runs();
        self.seen.stories += entries.len();
    }

    fn finds(&self, text: &[u8]) -> Option<String> {
        runs::readings(text)
            .iter()
            .find_map(|reading| self.closed.repeated_in(reading, |run| self.public.has(run) || self.beside.has(run)))
    }

    /// Searches head and body of one answer. Of an address that gives text away in many answers the first one is told.
    async fn answer<B>(&mut self, address: &str, to: &str, response: Response<B>) -> Result<(), Failure>
    where
        B: hyper::body::Body,
        B::Error: fmt::Display,
    {
        let (head, body) = response.into_parts();
        let body = body.collect().await.map_err(|e| Failure::said(format!("{address} broke off: {e}")))?.to_bytes();
        let head: Vec<u8> = head.headers.iter().flat_map(|(_, value)| [value.as_bytes(), b"\n"].concat()).collect();
        self.seen.answers += 1;
        if let Some(run) = self.finds(&body).or_else(|| self.finds(&head))
            && self.told.insert(address.to_owned())
        {
            self.seen.leaks.push(format!("{address} gives closed text away to {to}: “{run}”"));
        }
        Ok(())
    }
}

/// Examines a house that nobody is served from.
///
/// # Errors
/// When an answer breaks off, or when the search does not find closed text on a page that must have it: then its
/// silence would prove nothing.
pub async fn examine(house: &Arc<House>, depth: Depth, locked_in_all: usize) -> Result<Seen, Failure> {
    let catalogue = house.catalogue.load_full();
    let old = old_stories(house, &catalogue).await?;
    let locked: Vec<&Arc<Entry>> = catalogue.newest.iter().chain(&old).filter(|e| is_locked(e)).collect();
    let step = locked.len().div_ceil(STORIES).max(1);
    let chosen: Vec<Arc<Entry>> = locked.iter().step_by(step).map(|e| Arc::clone(e)).collect();
    let mut search = Search::of(house, &chosen, locked.len().max(locked_in_all), &catalogue, &old);
    control(house, &catalogue, &chosen, &search).await?;
    working("asking every address as a guest");
    routes_for_guests(house, &catalogue, &chosen, &mut search).await?;
    if depth == Depth::Every {
        every_story(house, &catalogue, &mut search).await?;
        return Ok(search.seen);
    }
    for (nth, entry) in chosen.iter().enumerate() {
        if nth % BATCH == 0 {
            working(&format!("looking at the closed pages of story {} of {}", nth + 1, chosen.len()));
        }
        pages_of(house, &catalogue, entry, &[true, false], &mut search).await?;
    }
    Ok(search.seen)
}

/// Compiles and searches the walled pages of a story, with advertisements and without as told.
async fn pages_of(
    house: &House,
    catalogue: &Catalogue,
    entry: &Entry,
    ads: &[bool],
    search: &mut Search,
) -> Result<(), Failure> {
    for variant in walled(entry.story.marking, house).into_iter().filter(|variant| ads.contains(&variant.ads)) {
        let to = to(variant);
        let page = article::compile(house, catalogue, entry, variant, 0)
            .map_err(|_| Failure::said(format!("{} for {to} could not be printed; the log says why", entry.path)))?;
        search.answer(&entry.path, &to, page.answer(&http::HeaderMap::new())).await?;
    }
    Ok(())
}

/// Whom a page is for, and why it is not the whole story.
fn to(variant: Variant) -> String {
    let reader = match variant.reader {
        Reader::Guest => "a guest",
        Reader::Registered => "a registered reader",
        Reader::Subscriber => "a subscriber without the right",
        Reader::Staff => "staff",
    };
    match variant.shape {
        Shape::Open | Shape::Left { .. } => reader.to_owned(),
        Shape::Walled(wall) => format!("{reader} ({wall})"),
    }
}

/// Every closed story of the paper, in the order of their numbers, a few at a time: its walled pages, and the list of its day. What repeats
/// from page to page, and the pages without advertisements, were looked at with the sample's stories.
async fn every_story(house: &Arc<House>, catalogue: &Catalogue, search: &mut Search) -> Result<(), Failure> {
    let router = routes::router(house);
    (search.seen.every, search.seen.stories, search.seen.runs) = (true, 0, 0);
    let mut after = StoryNumber(0);
    let mut said = 0;
    loop {
        let page = house.store.stories_after(after, BATCH).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.story.number;
        let mut entries = Vec::new();
        for number in page.iter().filter(|s| s.story.marking != Marking::Free).map(|s| s.story.number) {
            // one that another took the place of has no page; neither has one whose time has not come
            if let Fetched::Story(entry) = house.fetch(number).await?
                && entry.story.number == number
                && is_locked(&entry)
            {
                entries.push(entry);
            }
        }
        search.turn_to(&entries);
        let mut days = BTreeSet::new();
        for entry in &entries {
            pages_of(house, catalogue, entry, &[true], search).await?;
            days.extend(entry.story.published_at.map(|at| path_of(day_in(&house.publication.zone, at))));
        }
        for day in days {
            ask(&router, &day, search).await?;
        }
        if search.seen.stories / PROGRESS > said {
            said = search.seen.stories / PROGRESS;
            say(&format!("  … {} closed stories examined, up to number {}", search.seen.stories, after.0));
        }
    }
}

/// Stories that are not in memory, evenly spread over the paper's numbers.
async fn old_stories(house: &House, catalogue: &Catalogue) -> Result<Vec<Arc<Entry>>, Failure> {
    let mut old = Vec::new();
    if catalogue.is_whole() {
        return Ok(old);
    }
    let highest = catalogue.newest.iter().map(|e| e.number).max().unwrap_or_default();
    let step = usize::try_from(highest).unwrap_or(usize::MAX).div_ceil(OLD_STORIES).max(1);
    for number in (1..=highest).step_by(step) {
        if catalogue.story(StoryNumber(number)).is_none()
            && let Fetched::Story(entry) = house.fetch(StoryNumber(number)).await?
        {
            old.push(entry);
        }
    }
    Ok(old)
}

fn is_locked(entry: &Entry) -> bool {
    entry.story.marking != Marking::Free && !entry.story.locked().is_empty()
}

/// The search must find what an open page does hold.
async fn control(house: &House, catalogue: &Catalogue, chosen: &[Arc<Entry>], search: &Search) -> Result<(), Failure> {
    let public = |text: &str| search.public.has(text.as_bytes());
    let telling = |entry: &&Arc<Entry>| {
        entry.story.locked().iter().any(|b| {
            let text = runs::even(b.text());
            text.len() >= runs::RUN && text.get(..runs::RUN).is_some_and(|run| !public(run))
        })
    };
    let Some(entry) = chosen.iter().find(telling) else { return Ok(()) };
    let open = Variant { reader: Reader::Subscriber, ads: false, shape: Shape::Open };
    let page = article::compile(house, catalogue, entry, open, 0)
        .map_err(|_| Failure::said(format!("{} could not be printed; the log says why", entry.path)))?;
    let (_, body) = page.answer(&http::HeaderMap::new()).into_parts();
    let body = body.collect().await.map_err(|e| Failure::said(format!("{} broke off: {e}", entry.path)))?.to_bytes();
    match search.finds(&body) {
        Some(_) => Ok(()),
        None => Err(Failure::said(format!(
            "the search does not find the closed text on the open page of {}: this masthead cannot examine itself, please report it",
            entry.path
        ))),
    }
}

/// The walled pages that readers without the right can get of a story.
fn walled(marking: Marking, house: &House) -> Vec<Variant> {
    let limits = house.meter.rules.limits();
    let guest = |wall| (Reader::Guest, wall);
    let registered = |wall| (Reader::Registered, wall);
    let walls = match marking {
        Marking::Free => Vec::new(),
        Marking::Registered => vec![guest(Wall::Register), guest(Wall::Archive), registered(Wall::Archive)],
        Marking::Premium => vec![
            guest(Wall::Premium),
            registered(Wall::Premium),
            (Reader::Subscriber, Wall::Premium),
            (Reader::Subscriber, Wall::Archive),
        ],
        Marking::Metered => vec![
            guest(Wall::Limit { limit: limits.guest, registered: false }),
            registered(Wall::Limit { limit: limits.registered, registered: true }),
            guest(Wall::Register),
            guest(Wall::NetworkSpent),
            guest(Wall::Archive),
            registered(Wall::Archive),
            (Reader::Subscriber, Wall::Archive),
            guest(Wall::Unopened),
            registered(Wall::Unopened),
        ],
    };
    walls
        .into_iter()
        .flat_map(|(reader, wall)| [true, false].map(|ads| Variant { reader, ads, shape: Shape::Walled(wall) }))
        .collect()
}

/// Asks every route that can be asked by GET, as a guest on this machine.
async fn routes_for_guests(
    house: &Arc<House>,
    catalogue: &Catalogue,
    chosen: &[Arc<Entry>],
    search: &mut Search,
) -> Result<(), Failure> {
    let router = routes::router(house);
    for line in routes::table().lines.iter().filter(|line| line.methods.contains("GET")) {
        for address in addresses::of(house, catalogue, chosen, line.path) {
            ask(&router, &address, search).await?;
        }
    }
    Ok(())
}

async fn ask(router: &Router, address: &str, search: &mut Search) -> Result<(), Failure> {
    let request = Request::get(address)
        .extension(Peer {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            open: Arc::new(()),
            pulse: Arc::default(),
            tls: false,
        })
        .body(Body::empty())
        .map_err(|e| Failure::said(format!("{address} cannot be asked for: {e}")))?;
    let Ok(response) = router.clone().oneshot(request).await;
    search.answer(address, "a guest", response).await
}

/// Everything that everybody may read: a closed block that says the same words gives nothing away by them.
fn public(house: &House, catalogue: &Catalogue, old: &[Arc<Entry>]) -> Texts {
    let publication = &house.publication;
    let mut texts: Vec<&str> = vec![&publication.name, &publication.tagline];
    texts.extend(publication.sections.iter().map(|s| s.about.as_str()));
    texts.extend(publication.included.iter().map(|i| i.text.as_str()));
    texts.extend(publication.advertisements.iter().map(|a| a.text.as_str()));
    texts.extend(catalogue.newest.iter().chain(old).flat_map(|entry| open_texts(entry)));
    Texts::of(texts)
}

/// What everybody may read of a story.
fn open_texts(entry: &Entry) -> Vec<&str> {
    let story = &entry.story;
    let mut texts = vec![story.headline.as_str()];
    texts.extend(story.standfirst.as_deref());
    let open = if story.marking == Marking::Free { story.body.as_slice() } else { story.preview() };
    texts.extend(open.iter().map(Block::text));
    if let Some(picture) = &story.picture {
        texts.push(&picture.alt);
        texts.extend(picture.caption.as_deref());
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_that_leaks_is_told_once_and_in_plain_words() {
        let closed = "The harbour master said that no ship would sail before the breakwater was inspected.";
        let mut search = Search {
            closed: Texts::of([closed]),
            public: Texts::default(),
            beside: Texts::default(),
            seen: Seen::default(),
            told: BTreeSet::new(),
        };
        for ads in [true, false] {
            let shape = Shape::Walled(Wall::Limit { limit: 5, registered: false });
            let to = to(Variant { reader: Reader::Guest, ads, shape });
            search.answer("/world/7-ports", &to, Response::new(Body::from(closed))).await.expect("searched");
        }
        let [leak] = search.seen.leaks.as_slice() else { panic!("{:?}", search.seen.leaks) };
        assert!(leak.starts_with("/world/7-ports gives closed text away to a guest (the guest limit of 5 "), "{leak}");
        assert_eq!(search.seen.answers, 2);
    }
}
