//! Whether anything the paper sends to those who may not read gives closed text away: every route that answers a guest,
//! and every walled page of every kind of story, searched for every run of 40 bytes of every closed block.
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::body::Body;
use circulation::gate::Wall;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use newsroom::articles::{Block, Marking, StoryNumber};
use pages::views::Reader;
use tower::ServiceExt as _;

use super::runs::{self, Texts};
use crate::catalogue::{Catalogue, Entry, Fetched};
use crate::cli::Failure;
use crate::house::House;
use crate::web::article::{self, Shape, Variant};
use crate::web::routes;
use crate::web::serve::Peer;

/// Stories whose own pages are compiled; of a larger paper so many, evenly spread over its years. What closed text is
/// searched for is bounded by the same number.
pub const STORIES: usize = 2_000;
/// Stories brought from the store for it, where not all are in memory.
const OLD_STORIES: usize = 1_000;
/// Pages of a list that are asked for.
const PAGES: usize = 50;

/// What was examined and found.
#[derive(Debug, Default)]
pub struct Seen {
    /// Answers of routes and compiled pages.
    pub answers: usize,
    /// Runs of closed text each answer was searched for.
    pub runs: usize,
    /// Stories with closed text, and how many of them were examined.
    pub locked: usize,
    pub stories: usize,
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
        if self.stories < self.locked {
            write!(f, " ({} more were not examined)", self.locked - self.stories)?;
        }
        Ok(())
    }
}

/// Closed text, and what everybody may read anyway.
struct Search {
    closed: Texts,
    public: Texts,
    seen: Seen,
}

impl Search {
    fn of(house: &House, chosen: &[Arc<Entry>], locked: usize, catalogue: &Catalogue, old: &[Arc<Entry>]) -> Self {
        let closed = Texts::of(chosen.iter().flat_map(|e| e.story.locked()).map(Block::text));
        let seen = Seen { runs: closed.runs(), stories: chosen.len(), locked, ..Seen::default() };
        Self { closed, public: public(house, catalogue, old), seen }
    }

    fn finds(&self, text: &[u8]) -> Option<String> {
        runs::readings(text).iter().find_map(|reading| self.closed.repeated_in(reading, |run| self.public.has(run)))
    }

    /// Searches head and body of one answer.
    async fn answer<B>(&mut self, whose: &str, response: Response<B>) -> Result<(), Failure>
    where
        B: hyper::body::Body,
        B::Error: fmt::Display,
    {
        let (head, body) = response.into_parts();
        let body = body.collect().await.map_err(|e| Failure::said(format!("{whose} broke off: {e}")))?.to_bytes();
        let head: Vec<u8> = head.headers.iter().flat_map(|(_, value)| [value.as_bytes(), b"\n"].concat()).collect();
        self.seen.answers += 1;
        if let Some(run) = self.finds(&body).or_else(|| self.finds(&head)) {
            self.seen.leaks.push(format!("{whose} gives closed text away: “{run}”"));
        }
        Ok(())
    }
}

/// Examines a house that nobody is served from.
///
/// # Errors
/// When an answer breaks off, or when the search does not find closed text on a page that must have it: then its
/// silence would prove nothing.
pub async fn examine(house: &Arc<House>) -> Result<Seen, Failure> {
    let catalogue = house.catalogue.load_full();
    let old = old_stories(house, &catalogue).await?;
    let locked: Vec<&Arc<Entry>> = catalogue.newest.iter().chain(&old).filter(|e| is_locked(e)).collect();
    let step = locked.len().div_ceil(STORIES).max(1);
    let chosen: Vec<Arc<Entry>> = locked.iter().step_by(step).map(|e| Arc::clone(e)).collect();
    let mut search = Search::of(house, &chosen, locked.len(), &catalogue, &old);
    control(house, &catalogue, &chosen, &search).await?;
    routes_for_guests(house, &catalogue, &mut search).await?;
    for entry in &chosen {
        for variant in walled(entry.story.marking, house) {
            let whose = format!("{} ({:?}, {:?})", entry.path, variant.reader, variant.shape);
            let page = article::compile(house, &catalogue, entry, variant, 0)
                .map_err(|_| Failure::said(format!("{whose} could not be printed; the log says why")))?;
            search.answer(&whose, page.answer(&http::HeaderMap::new())).await?;
        }
    }
    Ok(search.seen)
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
async fn routes_for_guests(house: &Arc<House>, catalogue: &Catalogue, search: &mut Search) -> Result<(), Failure> {
    let router = routes::router(house);
    for line in routes::table().lines.iter().filter(|line| line.methods.contains("GET")) {
        for address in addresses(house, catalogue, line.path) {
            let request = Request::get(address.as_str())
                .extension(Peer {
                    address: IpAddr::V4(Ipv4Addr::LOCALHOST),
                    open: Arc::new(()),
                    pulse: Arc::default(),
                    tls: false,
                })
                .body(Body::empty())
                .map_err(|e| Failure::said(format!("{address} cannot be asked for: {e}")))?;
            let Ok(response) = router.clone().oneshot(request).await;
            search.answer(&address, response).await?;
        }
    }
    Ok(())
}

/// The addresses a line of the routes' table stands for on this paper.
fn addresses(house: &House, catalogue: &Catalogue, path: &str) -> Vec<String> {
    let sections = || house.publication.sections.iter().map(|s| s.code.as_str());
    match path {
        "/{section}" => sections()
            .flat_map(|code| {
                let pages = catalogue.section(code).len().div_ceil(20).clamp(1, PAGES);
                (1..=pages).map(move |page| format!("/{code}?page={page}"))
            })
            .collect(),
        "/sitemap/{file}" => ["paper", "undated"].map(|name| format!("/sitemap/{name}.xml")).to_vec(),
        "/{section}/{story}" => {
            // A story's own address is answered before the routes; its other spellings are answered here.
            let stories = catalogue.newest.iter().take(PAGES).map(|e| format!("{}/", e.path));
            sections().flat_map(|code| ["xml", "json"].map(|e| format!("/{code}/feed.{e}"))).chain(stories).collect()
        }
        plain if !plain.contains('{') => vec![plain.to_owned()],
        other => {
            let parts = other.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
            vec![parts.collect::<Vec<_>>().join("/")]
        }
    }
}

/// Everything that everybody may read: a closed block that says the same words gives nothing away by them.
fn public(house: &House, catalogue: &Catalogue, old: &[Arc<Entry>]) -> Texts {
    let publication = &house.publication;
    let mut texts: Vec<&str> = vec![&publication.name, &publication.tagline];
    texts.extend(publication.sections.iter().map(|s| s.about.as_str()));
    texts.extend(publication.included.iter().map(|i| i.text.as_str()));
    texts.extend(publication.advertisements.iter().map(|a| a.text.as_str()));
    for entry in catalogue.newest.iter().chain(old) {
        let story = &entry.story;
        texts.push(&story.headline);
        texts.extend(story.standfirst.as_deref());
        let open = if story.marking == Marking::Free { story.body.as_slice() } else { story.preview() };
        texts.extend(open.iter().map(Block::text));
        if let Some(picture) = &story.picture {
            texts.push(&picture.alt);
            texts.extend(picture.caption.as_deref());
        }
    }
    Texts::of(texts)
}
