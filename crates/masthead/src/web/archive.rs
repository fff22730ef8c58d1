//! The archive: by year, month and day, on this day, and stories without a date. Heads of stories only; nothing asks for a body.
//!
//! Every list goes on from the place of its last story (`before`), so a page costs the same at the end of a quarter of a century as at its
//! beginning, and keeps its stories when new ones are published.
pub mod credits;
pub mod days;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use http::{HeaderMap, Response};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use newsroom::articles::{Marking, StoryNumber};
use pages::Page as _;
use pages::views::{ArchivePage, ArchiveStory, Calendar, Heap, Link, Tally};
use search::Days;
use serde::Deserialize;
use store::{Place, Span, StoryHead};

use self::days::{Stretch, all_years, day_in, day_of_year, hyphened, path_of, tidied, tidied_day, weeks};
use super::article;
use super::body::Reply;
use super::cache::Cache;
use super::compose;
use super::error::{self, Fault};
use super::page::Page;
use super::printed::Stamp;
use super::visitor::Visitor;
use crate::house::House;

/// Stories of one page.
pub(super) const PER_PAGE: usize = 50;
/// Years listed and looked through at most; older ones are reached by their address.
const MOST_YEARS: usize = 200;
/// Stories of each year on a page of one day in all years.
const OF_EACH_YEAR: usize = 5;
/// Longer than what stands between may keep a page of a day that is over ([`Cache::Past`]).
const KEPT: SignedDuration = SignedDuration::from_hours(48);

/// Query of a list: where it goes on.
#[derive(Debug, Default, Deserialize)]
pub struct Turn {
    before: Option<String>,
}

impl Turn {
    /// # Errors
    /// 404 for anything that [`before`] does not write.
    pub(super) fn place(&self) -> Result<Option<Place>, Fault> {
        let Some(text) = self.before.as_deref() else { return Ok(None) };
        let read = || {
            let (at, number) = text.split_once('.')?;
            let published_at = match at {
                "undated" => None,
                at => Some(Timestamp::from_millisecond(at.parse().ok()?).ok()?),
            };
            Some(Place { published_at, number: StoryNumber(number.parse().ok()?) })
        };
        read().map(Some).ok_or(Fault::NotFound)
    }
}

/// The address of the page after a story's place.
pub(super) fn before(path: &str, place: Place) -> String {
    match place.published_at {
        Some(at) => format!("{path}?before={}.{}", at.as_millisecond(), place.number.0),
        None => format!("{path}?before=undated.{}", place.number.0),
    }
}

/// One story more than a page was asked for: whether there is another page, and where it goes on.
pub(super) fn older(path: &str, heads: &mut Vec<StoryHead>, most: usize) -> Option<String> {
    let more = heads.len() > most;
    heads.truncate(most);
    heads.last().filter(|_| more).map(|last| before(path, last.place()))
}

/// Makes a page the next of a list, where it is one: with a title and an address of its own, the way to the list's beginning, and the way on.
pub(super) fn continued(
    house: &House,
    mut view: ArchivePage,
    place: Option<Place>,
    older: Option<Link>,
) -> ArchivePage {
    let Some(place) = place else { return view };
    view.about = match place.published_at {
        Some(at) => {
            let at = at.to_zoned(house.publication.zone.clone());
            format!("The list goes on: what was published before {}.", at.strftime("%-d %B %Y, %H:%M"))
        }
        None => "The list goes on: stories without a date.".into(),
    };
    view.previous = Some(Link::new(format!("{} from the beginning", view.title), view.path.clone()));
    view.title = format!("{}{}", view.title, goes_on(house, &view, place));
    view.path = before(&view.path, place);
    view.description = String::new();
    view.next = older;
    view
}

/// How a list goes on, for its title: by time, or, of many stories of one minute, by the first of them.
fn goes_on(house: &House, view: &ArchivePage, place: Place) -> String {
    let minute = |at: Timestamp| at.to_zoned(house.publication.zone.clone()).strftime("%-d %B %Y, %H:%M").to_string();
    let first = view.heaps.iter().flat_map(|heap| &heap.stories).next();
    match (place.published_at.map(minute), first) {
        (before, Some(first)) if first.published_at.map(minute) == before => format!(", from “{}” on", first.headline),
        (Some(before), _) => format!(", before {before}"),
        (None, _) => ", the end".into(),
    }
}

pub(super) fn story(house: &House, head: &StoryHead) -> ArchiveStory {
    ArchiveStory {
        path: head.path(),
        headline: head.headline.clone(),
        standfirst: head.standfirst.clone(),
        section: compose::section_of(&house.publication, &head.section),
        language: compose::language(&house.publication, head.language.as_deref()),
        bylines: head.bylines.clone(),
        published_at: head.published_at,
        marking: compose::marking(head.marking),
        archived: article::needs_archive(house.archive_now(), head.marking, head.published_at),
    }
}

/// Stories in one heap without a heading.
pub(super) fn heap(house: &House, heads: &[StoryHead]) -> Vec<Heap> {
    let stories: Vec<ArchiveStory> = heads.iter().map(|head| story(house, head)).collect();
    if stories.is_empty() { Vec::new() } else { vec![Heap { heading: None, whole: None, stories }] }
}

/// Whoever looks into the archive.
pub(super) struct Asking<'a> {
    pub house: &'a House,
    pub visitor: &'a Visitor,
    pub headers: &'a HeaderMap,
    /// Taken before anything is read: a page made of what was there before a change is never kept as of after it.
    stamp: Stamp,
}

impl<'a> Asking<'a> {
    pub fn new(house: &'a House, visitor: &'a Visitor, headers: &'a HeaderMap) -> Self {
        Self { house, visitor, headers, stamp: house.stamp() }
    }

    /// Whether a badge of a page may be another within the time for which days that are over are kept.
    fn ripens(&self, view: &ArchivePage) -> bool {
        let Some(begins) = self.house.archive_now() else { return false };
        let soon = begins.checked_add(KEPT).ok();
        let mut stories = view.heaps.iter().flat_map(|heap| &heap.stories);
        let needs = |story: &ArchiveStory| {
            article::needs_archive(soon, Marking::read(story.marking.word()), story.published_at)
        };
        stories.any(|story| !story.archived && needs(story))
    }

    fn today(&self) -> Date {
        day_in(&self.house.publication.zone, self.house.clock.now())
    }

    /// The response. What is `past` changes rarely, and may be kept by what stands between guests and the paper: unless a story on it
    /// becomes one of the archive while it is kept.
    pub fn answer(&self, view: &ArchivePage, past: bool) -> Result<Response<Reply>, Fault> {
        Ok(self.page(view, past)?.answer(self.headers))
    }

    /// [`Asking::answer`], and the page stays printed until a catalogue or a day comes: for years and months, of which there are some
    /// hundred. Days and the pages after the first are too many to be kept.
    pub fn answer_kept(&self, view: &ArchivePage, past: bool) -> Result<Response<Reply>, Fault> {
        let page = self.page(view, past)?;
        Ok(self.house.printed.keep(&view.path, self.visitor.class(), self.stamp, page).answer(self.headers))
    }

    /// What [`Asking::answer_kept`] kept of an address.
    pub fn kept(&self, path: &str) -> Option<Response<Reply>> {
        let page = self.house.printed.held(path, self.visitor.class(), self.stamp)?;
        Some(page.answer(self.headers))
    }

    fn page(&self, view: &ArchivePage, past: bool) -> Result<Page, Fault> {
        let cache = match self.visitor.cache() {
            Cache::Public if past && !self.ripens(view) => Cache::Past,
            other => other,
        };
        let html = view.render(&self.house.paper, self.visitor.reader()).map_err(|e| Fault::internal(&e))?;
        Ok(Page::html(cache, self.visitor.class_word(), html))
    }
}

/// Ways into the archive that stand under every page of it.
pub(super) fn ways(but: &str) -> Vec<Link> {
    [
        ("All years", "/archive"),
        ("On this day", "/archive/on-this-day"),
        ("Authors", "/authors"),
        ("Topics", "/topics"),
        ("Without a date", "/archive/undated"),
    ]
    .into_iter()
    .filter(|(_, path)| *path != but)
    .map(|(text, path)| Link::new(text, path))
    .collect()
}

fn crumbs(of: &[(String, String)]) -> Vec<Link> {
    let above = of.iter().map(|(text, path)| Link::new(text.as_str(), path.as_str()));
    std::iter::once(Link::new("Archive", "/archive")).chain(above).collect()
}

fn year_link(date: Date) -> (String, String) {
    (date.strftime("%Y").to_string(), date.strftime("/archive/%Y").to_string())
}

fn month_link(date: Date) -> (String, String) {
    (date.strftime("%B").to_string(), date.strftime("/archive/%Y/%m").to_string())
}

fn counted(stories: u64) -> String {
    if stories == 1 { "1 story".into() } else { format!("{stories} stories") }
}

/// `GET /archive`
pub async fn front(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    let asking = Asking::new(&house, &visitor, &headers);
    if let Some(kept) = asking.kept("/archive") {
        return Ok(kept);
    }
    let _turn = house.stacks.turn(0).await.ok_or(Fault::Busy)?;
    let zone = &house.publication.zone;
    let now = house.clock.now();
    let mut view = ArchivePage {
        title: "Archive".into(),
        path: "/archive".into(),
        empty: "Nothing has been published with a date yet.".into(),
        searches: true,
        ways: ways("/archive"),
        ..ArchivePage::default()
    };
    if let Some((first, latest)) = house.store.first_and_latest(now).await? {
        let (first, latest) = (day_in(zone, first).year(), day_in(zone, latest).year());
        view.about = format!("Everything the paper published since {first}, by year, month and day.");
        let years: Vec<Stretch> = (first..=latest)
            .rev()
            .take(MOST_YEARS)
            .map(|year| Stretch::year(&format!("{year:04}")))
            .collect::<Result<_, _>>()?;
        view.tallies = tallies(&house, &years, now, year_link).await?;
    }
    asking.answer_kept(&view, false)
}

async fn tallies(
    house: &House,
    of: &[Stretch],
    now: Timestamp,
    link: fn(Date) -> (String, String),
) -> Result<Vec<Tally>, Fault> {
    let spans: Vec<Span> = of.iter().map(|s| s.span(&house.publication.zone)).collect::<Result<_, _>>()?;
    let counts = house.store.count_stories(&spans, now).await?;
    let one = |(stretch, stories): (&Stretch, u64)| {
        let (name, path) = link(stretch.first);
        Tally { name, path: (stories > 0).then_some(path), stories }
    };
    Ok(of.iter().zip(counts).map(one).collect())
}

/// `GET /archive/{year}`
pub async fn year(
    State(house): State<Arc<House>>,
    Path(year): Path<String>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    if let Some(path) = hyphened(&year) {
        return Ok(error::moved(&path));
    }
    let asking = Asking::new(&house, &visitor, &headers);
    let stretch = begun(&asking, Stretch::year(&year)?, "year")?;
    if let Some(kept) = asking.kept(&year_link(stretch.first).1) {
        return Ok(kept);
    }
    let _turn = house.stacks.turn(1).await.ok_or(Fault::Busy)?;
    let edges = edges(&asking).await?;
    within(&asking, stretch, edges)?;
    let now = house.clock.now();
    let months: Vec<Stretch> = (1..=12).map(|m| Stretch::month(&year, &format!("{m:02}"))).collect::<Result<_, _>>()?;
    let mut tallies = tallies(&house, &months, now, month_link).await?;
    let stories: u64 = tallies.iter().map(|t| t.stories).sum();
    if stories == 0 {
        tallies.clear();
    }
    let (name, path) = year_link(stretch.first);
    let beside = |date: Option<Date>| date.map(year_link).map(|(text, path)| Link::new(text, path));
    let view = ArchivePage {
        about: if stories == 0 { String::new() } else { counted(stories) },
        empty: "Nothing was published in that year.".into(),
        description: described(&house, &name, stories, "month by month"),
        title: name,
        path,
        crumbs: crumbs(&[]),
        tallies,
        ways: ways(""),
        previous: beside(
            stretch.first.checked_sub(1.year()).ok().filter(|d| edges.is_some_and(|(a, _)| d.year() >= a.year())),
        ),
        next: beside(Some(stretch.end).filter(|d| edges.is_some_and(|(_, b)| d.year() <= b.year()))),
        ..ArchivePage::default()
    };
    asking.answer_kept(&view, stretch.is_past(asking.today()))
}

/// First and latest day with a story.
async fn edges(asking: &Asking<'_>) -> Result<Option<(Date, Date)>, Fault> {
    edges_of(asking.house).await
}

async fn edges_of(house: &House) -> Result<Option<(Date, Date)>, Fault> {
    let zone = &house.publication.zone;
    let found = house.store.first_and_latest(house.clock.now()).await?;
    Ok(found.map(|(first, latest)| (day_in(zone, first), day_in(zone, latest))))
}

/// What has begun has a page; what is to come has none.
fn begun(asking: &Asking<'_>, stretch: Stretch, what: &str) -> Result<Stretch, Fault> {
    if stretch.is_future(asking.today()) {
        return Err(Fault::Nothing(format!("That {what} is still to come."), all_years()));
    }
    Ok(stretch)
}

/// How far the archive reaches: years before the first story and after the latest one are no part of it; the present one always is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    edges: Option<(Date, Date)>,
    today: Date,
}

impl Extent {
    pub(super) async fn of(house: &House, today: Date) -> Result<Self, Fault> {
        Ok(Self { edges: edges_of(house).await?, today })
    }

    /// The edge beyond which a year lies, and the word for it.
    fn beyond(self, year: i16) -> Option<(&'static str, Date)> {
        let (first, latest) = self.edges?;
        if year < first.year() {
            Some(("begins", first))
        } else if year > latest.year() && year < self.today.year() {
            Some(("ends", latest))
        } else {
            None
        }
    }

    /// Whether a time has a page on which a story may be: it has begun, and it is not over before the first story.
    pub(super) fn reaches(self, days: Days) -> bool {
        days.from.is_some_and(|from| self.beyond(from.year()).is_none()) && self.meets(days)
    }

    /// Whether a story may be of a time, however long it is.
    pub(super) fn meets(self, days: Days) -> bool {
        self.beside(days).is_none()
    }

    /// Why no story can be of a time: it was over before the first one, begins after the latest one, or is still to come.
    pub(super) fn beside(self, days: Days) -> Option<String> {
        if let Some((first, _)) = self.edges.filter(|(first, _)| days.until.is_some_and(|until| until <= *first)) {
            return Some(edge_said("begins", first));
        }
        match days.from {
            Some(from) if from > self.today => Some("That time is still to come.".into()),
            Some(from) => {
                self.beyond(from.year()).filter(|(word, _)| *word == "ends").map(|(word, edge)| edge_said(word, edge))
            }
            None => None,
        }
    }
}

/// `The archive begins on 3 January 1997.`
fn edge_said(word: &str, edge: Date) -> String {
    format!("The archive {word} on {}.", edge.strftime("%-d %B %Y"))
}

fn within(asking: &Asking<'_>, stretch: Stretch, edges: Option<(Date, Date)>) -> Result<(), Fault> {
    let extent = Extent { edges, today: asking.today() };
    let Some((word, edge)) = extent.beyond(stretch.first.year()) else { return Ok(()) };
    let (name, path) = year_link(edge);
    Err(Fault::Nothing(edge_said(word, edge), Link::new(format!("The year {name}"), path)))
}

/// A sentence for search engines: `Everything The Gazette published in March 1997, day by day: 12 stories.`
fn described(house: &House, time: &str, stories: u64, order: &str) -> String {
    format!("Everything {} published in {time}, {order}: {}.", house.publication.name, counted(stories))
}

/// `GET /archive/{year}/{month}`
pub async fn month(
    State(house): State<Arc<House>>,
    Path((year, month)): Path<(String, String)>,
    Query(turn): Query<Turn>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    let asking = Asking::new(&house, &visitor, &headers);
    if let Some(path) = tidied(&year, &month, None) {
        return Ok(error::moved(&path));
    }
    let stretch = begun(&asking, Stretch::month(&year, &month)?, "month")?;
    let place = turn.place()?;
    if place.is_none()
        && let Some(kept) = asking.kept(&month_link(stretch.first).1)
    {
        return Ok(kept);
    }
    let _turn = house.stacks.turn(2).await.ok_or(Fault::Busy)?;
    let edges = edges(&asking).await?;
    within(&asking, stretch, edges)?;
    let (zone, now) = (&house.publication.zone, house.clock.now());
    let days: Vec<Stretch> =
        stretch.first.series(1.day()).take_while(|d| *d < stretch.end).map(Stretch::on).collect::<Result<_, _>>()?;
    let spans: Vec<Span> = days.iter().map(|day| day.span(zone)).collect::<Result<_, _>>()?;
    let counts = house.store.count_stories(&spans, now).await?;
    let mut heads = house.store.stories_between(stretch.span(zone)?, now, place, PER_PAGE + 1).await?;
    let title = stretch.first.strftime("%B %Y").to_string();
    let (_, path) = month_link(stretch.first);
    let older = older(&path, &mut heads, PER_PAGE).map(|href| Link::new("Earlier that month", href));
    let beside = |date: Option<Date>| {
        let link = |date: Date| Link::new(date.strftime("%B %Y").to_string(), month_link(date).1);
        date.filter(|d| edges.is_some_and(|(a, b)| *d <= b && (d.year(), d.month()) >= (a.year(), a.month()))).map(link)
    };
    let mut ways = ways("");
    ways.splice(0..0, older.clone().filter(|_| place.is_none()));
    let view = ArchivePage {
        about: match counts.iter().sum() {
            0 => "Nothing was published in that month.".into(),
            stories => counted(stories),
        },
        description: described(&house, &title, counts.iter().sum(), "day by day"),
        crumbs: crumbs(&[year_link(stretch.first)]),
        calendar: Some(Calendar { caption: title.clone(), weeks: weeks(stretch.first, &counts) }),
        heaps: by_day(&house, &heads),
        ways,
        previous: beside(stretch.first.checked_sub(1.month()).ok()),
        next: beside(Some(stretch.end)),
        title,
        path,
        ..ArchivePage::default()
    };
    let past = stretch.is_past(asking.today());
    match place {
        Some(_) => asking.answer(&continued(&house, view, place, older), past),
        None => asking.answer_kept(&view, past),
    }
}

fn by_day(house: &House, heads: &[StoryHead]) -> Vec<Heap> {
    let day = |head: &StoryHead| head.published_at.map(|at| day_in(&house.publication.zone, at));
    heads
        .chunk_by(|a, b| day(a) == day(b))
        .map(|heads| under(house, heads.first().and_then(day), "%A, %-d %B %Y", heads))
        .collect()
}

/// Stories of one day under a heading that names it, with the way to its page.
fn under(house: &House, day: Option<Date>, heading: &str, heads: &[StoryHead]) -> Heap {
    let whole = |date: Date| Link::new(date.strftime("All of %-d %B %Y").to_string(), path_of(date));
    Heap {
        heading: day.map(|date| date.strftime(heading).to_string()),
        whole: day.map(whole),
        stories: heads.iter().map(|head| story(house, head)).collect(),
    }
}

/// `GET /archive/{year}/{month}/{day}`
pub async fn day(
    State(house): State<Arc<House>>,
    Path((year, month, day)): Path<(String, String, String)>,
    Query(turn): Query<Turn>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    let asking = Asking::new(&house, &visitor, &headers);
    if let Some(path) = tidied(&year, &month, Some(&day)) {
        return Ok(error::moved(&path));
    }
    let stretch = begun(&asking, Stretch::day(&year, &month, &day)?, "day")?;
    let place = turn.place()?;
    let _turn = house.stacks.turn(3).await.ok_or(Fault::Busy)?;
    within(&asking, stretch, edges(&asking).await?)?;
    let (zone, now) = (&house.publication.zone, house.clock.now());
    let span = stretch.span(zone)?;
    let mut heads = house.store.stories_between(span, now, place, PER_PAGE + 1).await?;
    let path = path_of(stretch.first);
    let older = older(&path, &mut heads, PER_PAGE).map(|href| Link::new("Earlier that day", href));
    let link = |date: Date| Link::new(date.strftime("%-d %B %Y").to_string(), path_of(date));
    let earlier = house.store.stories_between(Span { from: Timestamp::MIN, to: span.from }, now, None, 1).await?;
    let earlier = earlier.first().and_then(|head| head.published_at).map(|at| link(day_in(zone, at)));
    let later = house.store.first_from(span.to, now).await?.map(|at| link(day_in(zone, at)));
    let (name, of_month) = month_link(stretch.first);
    let on_this_day = stretch.first.strftime("/archive/on-this-day/%m-%d").to_string();
    let mut ways = ways("");
    ways.insert(0, Link::new(format!("{} in other years", stretch.first.strftime("%-d %B")), on_this_day));
    ways.splice(0..0, older.clone().filter(|_| place.is_none()));
    let title = stretch.first.strftime("%A, %-d %B %Y").to_string();
    let lead = heads.first().map_or_else(String::new, |head| format!(": {}", head.headline));
    let view = ArchivePage {
        description: format!("What {} published on {title}{lead}.", house.publication.name),
        title,
        path,
        crumbs: crumbs(&[year_link(stretch.first), (name, of_month)]),
        heaps: heap(&house, &heads),
        empty: "Nothing was published on that day.".into(),
        ways,
        previous: earlier,
        next: later,
        ..ArchivePage::default()
    };
    asking.answer(&continued(&house, view, place, older), stretch.is_past(asking.today()))
}

/// `GET /archive/on-this-day`: today's, under an address that stays.
pub async fn this_day(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    let today = day_in(&house.publication.zone, house.clock.now());
    in_all_years(&Asking::new(&house, &visitor, &headers), today.month(), today.day()).await
}

/// `GET /archive/on-this-day/{day}`
pub async fn on_day(
    State(house): State<Arc<House>>,
    Path(day): Path<String>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    if let Some(path) = tidied_day(&day) {
        return Ok(error::moved(&path));
    }
    let (month, day) = day_of_year(&day)?;
    in_all_years(&Asking::new(&house, &visitor, &headers), month, day).await
}

async fn in_all_years(asking: &Asking<'_>, month: i8, day: i8) -> Result<Response<Reply>, Fault> {
    let house = asking.house;
    let _turn = house.stacks.turn(0).await.ok_or(Fault::Busy)?;
    let (zone, now, today) = (&house.publication.zone, house.clock.now(), asking.today());
    let mut heaps = Vec::new();
    if let Some((first, latest)) = edges(asking).await? {
        for year in (first.year()..=latest.year()).rev().take(MOST_YEARS) {
            let Some(date) = Date::new(year, month, day).ok().filter(|date| *date < today) else { continue };
            let span = Stretch::on(date)?.span(zone)?;
            let heads = house.store.stories_between(span, now, None, OF_EACH_YEAR).await?;
            if !heads.is_empty() {
                heaps.push(under(house, Some(date), "%Y", &heads));
            }
        }
    }
    // A leap year, so that the 29th of February has its neighbours.
    let here = Date::new(2000, month, day).map_err(|e| Fault::internal(&e))?;
    let path = |date: Date| date.strftime("/archive/on-this-day/%m-%d").to_string();
    let link = |date: Date| Link::new(date.strftime("%-d %B").to_string(), path(date));
    let view = ArchivePage {
        title: format!("On this day: {}", here.strftime("%-d %B")),
        about: "What the paper published on this day in former years.".into(),
        path: path(here),
        crumbs: crumbs(&[]),
        heaps,
        empty: "In no former year was anything published on this day.".into(),
        ways: ways("/archive/on-this-day"),
        previous: here.yesterday().ok().map(link),
        next: here.tomorrow().ok().map(link),
        ..ArchivePage::default()
    };
    asking.answer(&view, false)
}

/// `GET /archive/undated`
pub async fn undated(
    State(house): State<Arc<House>>,
    Query(turn): Query<Turn>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    let asking = Asking::new(&house, &visitor, &headers);
    let place = turn.place()?;
    let _turn = house.stacks.turn(1).await.ok_or(Fault::Busy)?;
    let path = "/archive/undated";
    let mut heads = house.store.undated_stories(place.map(|place| place.number), PER_PAGE + 1).await?;
    let older = older(path, &mut heads, PER_PAGE).map(|href| Link::new("Next page", href));
    let view = ArchivePage {
        title: "Without a date".into(),
        about: "Stories of which the archive does not say when they were published.".into(),
        path: path.into(),
        crumbs: crumbs(&[]),
        heaps: heap(&house, &heads),
        empty: "Every story has its date.".into(),
        ways: ways(path),
        next: older.clone(),
        ..ArchivePage::default()
    };
    asking.answer(&continued(&house, view, place, older), false)
}
