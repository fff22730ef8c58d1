//! A story's page: who asks, what the gate says, which compiled page that is. Nothing here waits for anything.
use std::sync::Arc;

use circulation::benefits::{Benefit, Benefits};
use circulation::gate::{Ask, Class, Delivery, Question, Standing, Verdict, Wall, decide};
use circulation::meter::{Arrival, Counted, Period, ReadList};
use http::header::SET_COOKIE;
use http::{HeaderValue, Response};
use jiff::Timestamp;
use newsroom::articles::Marking;
use pages::{Page as _, views};

use super::asked::Asked;
use super::body::Reply;
use super::cache::Cache;
use super::cookies;
use super::error;
use super::page::Page;
use super::reading::{Guest, Visit};
use super::serve::Peer;
use super::visitor::{self, Visitor};
use super::{compose, plans};
use crate::catalogue::{Catalogue, Entry};
use crate::house::House;

/// What is sent for a story.
pub enum Answered {
    /// A compiled page, and the pass to set with it.
    Page(Arc<Page>, Option<HeaderValue>),
    /// The reader holds these very bytes.
    Held(Arc<Page>),
    Fault(views::Reader, error::Fault),
}

/// Answers for a story. `None`: who asks is not in memory yet.
pub fn answer(house: &House, catalogue: &Catalogue, entry: &Entry, asked: &Asked<'_>, peer: &Peer) -> Option<Answered> {
    let now = house.clock.now();
    let visitor = visitor::by_token(house, asked.session.value(), now)?;
    let period = house.meter.period(now);
    let mut reading = Reading::new(house, entry, asked, peer, &visitor, period, now);
    let delivery = asked.delivery();
    if delivery == Delivery::Document && !asked.held.is_empty() {
        // A reader who holds these very bytes is told so without a count; anybody else asks like a new reader.
        let verdict = reading.judge(Delivery::Head)?;
        let page = reading.page(catalogue, &verdict);
        if let Ok(page) = page
            && page.is_held(asked.encoding, asked.held.iter().copied())
        {
            return Some(Answered::Held(page));
        }
    }
    let verdict = reading.judge(delivery)?;
    house.metrics.verdict(&verdict);
    Some(match reading.page(catalogue, &verdict) {
        Ok(page) => Answered::Page(page, reading.cookie()),
        Err(fault) => Answered::Fault(visitor.reader(), fault),
    })
}

impl Answered {
    /// As a response for hyper.
    #[must_use]
    pub fn response(self, house: &House, asked: &Asked<'_>) -> Response<Reply> {
        match self {
            Self::Held(page) => page.respond(asked.encoding, asked.held.iter().copied()),
            Self::Fault(reader, fault) => error::page(house, reader, &fault),
            Self::Page(page, cookie) => {
                let mut response = page.respond(asked.encoding, asked.held.iter().copied());
                if let Some(cookie) = cookie {
                    response.headers_mut().append(SET_COOKIE, cookie);
                }
                response
            }
        }
    }
}

/// The one match that turns the desk's marking into the gate's class.
#[must_use]
pub const fn class_of(marking: Marking) -> Class {
    match marking {
        Marking::Free => Class::Open,
        Marking::Registered => Class::Registered,
        Marking::Metered => Class::Metered,
        Marking::Premium => Class::Premium,
    }
}

/// Whether what was published at a time is of the archive, which ends where the newer stories begin.
#[must_use]
pub fn is_of_the_archive(begins: Option<Timestamp>, published_at: Option<Timestamp>) -> bool {
    begins.is_some_and(|begins| published_at.is_none_or(|at| at < begins))
}

/// Whether the gate asks for the right to the archive, whoever wants to read: what lists show as a badge.
#[must_use]
pub fn needs_archive(begins: Option<Timestamp>, marking: Marking, published_at: Option<Timestamp>) -> bool {
    let question = Question {
        class: class_of(marking),
        archived: is_of_the_archive(begins, published_at),
        standing: Standing::Registered,
        // everything but the one right
        benefits: Benefit::ALL.into_iter().filter(|b| *b != Benefit::Archive).fold(Benefits::NONE, Benefits::with),
        delivery: Delivery::Head,
        network_spent: false,
    };
    !question.opens_by_right()
}

/// Whether a story is of the archive on a day, in days since the epoch in the paper's zone.
fn is_archived(house: &House, entry: &Entry, today: u16) -> bool {
    is_of_the_archive(house.archive_begins(today), entry.story.published_at)
}

/// Which stories a visitor may read whole by right, the meter apart: for everything that searches or lists whole texts. Whatever
/// is not named is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InFull {
    /// Markings of stories that are not of the archive.
    pub lately: Vec<Marking>,
    /// Markings of stories of the archive: those published before `begins`, and those without a date.
    pub archived: Vec<Marking>,
    /// Where the archive ends and the newer stories begin; `None`: there is no archive, and `lately` is for all.
    pub begins: Option<Timestamp>,
}

/// [`InFull`] for a visitor of this standing who holds these rights.
#[must_use]
pub fn in_full(house: &House, standing: Standing, benefits: Benefits, now: Timestamp) -> InFull {
    let of = |archived| {
        let opens = |marking: &Marking| {
            let class = class_of(*marking);
            let delivery = Delivery::Document;
            Question { class, archived, standing, benefits, delivery, network_spent: false }.opens_by_right()
        };
        Marking::ALL.into_iter().filter(opens).collect()
    };
    let begins = house.archive_begins(house.meter.period(now).today);
    InFull { lately: of(false), archived: of(true), begins }
}

/// One reading: the facts of a request, and what the meter said.
struct Reading<'a, 'r> {
    house: &'a House,
    entry: &'a Entry,
    asked: &'a Asked<'r>,
    peer: &'a Peer,
    visitor: &'a Visitor,
    period: Period,
    now: Timestamp,
    guest: Option<Guest>,
    /// What the guest's pass must say from now on.
    reads: Option<ReadList>,
}

impl<'a, 'r> Reading<'a, 'r> {
    fn new(
        house: &'a House,
        entry: &'a Entry,
        asked: &'a Asked<'r>,
        peer: &'a Peer,
        visitor: &'a Visitor,
        period: Period,
        now: Timestamp,
    ) -> Self {
        Self { house, entry, asked, peer, visitor, period, now, guest: None, reads: None }
    }

    /// Asks the gate; `None` when a registered reader's reads are not in memory.
    fn judge(&mut self, delivery: Delivery) -> Option<Verdict> {
        let meter = &self.house.meter;
        let limits = meter.rules.limits();
        let mut question = Question {
            class: class_of(self.entry.marking),
            archived: is_archived(self.house, self.entry, self.period.today),
            standing: self.visitor.standing(),
            benefits: self.visitor.benefits(),
            delivery,
            network_spent: false,
        };
        if question.standing == Standing::Guest && question.metered(limits) {
            self.guest = meter.pass(self.asked.guest.value(), &self.period, self.now);
            if self.guest.is_none() && delivery == Delivery::Document {
                self.guest = self.born();
                question.network_spent = self.guest.is_none();
            }
        }
        let mut missing = false;
        let verdict = decide(&question, limits, |ask| {
            let counted = self.count(ask);
            missing = counted.is_none();
            counted.unwrap_or(Counted { granted: false, already: false, newly: false, counted: 0, reads: None })
        });
        (!missing).then_some(verdict)
    }

    fn born(&self) -> Option<Guest> {
        let asked = self.asked;
        // A browser settles on a request's cookies before it waits for a connection: a tab may come, without the cookie,
        // over the very connection on which the first tab was just answered. It says that it navigates.
        let visit = Visit {
            address: visitor::forwarded(self.house, asked.forwarded.iter().copied(), self.peer),
            user_agent: asked.user_agent,
            languages: asked.languages,
            arrival: Arrival { connection: &self.peer.open, multiplexed: asked.navigates() || asked.second },
        };
        self.house.meter.born(&visit, &self.period, self.now)
    }

    fn count(&mut self, ask: Ask) -> Option<Counted> {
        let story = self.entry.number;
        match self.visitor {
            Visitor::Signed(signed) => self.house.meter.reader(signed.reader, &self.period, story, ask),
            Visitor::Guest => {
                let mut counted = self.house.meter.guest(self.guest.as_ref(), &self.period, story, ask);
                self.reads = counted.reads.take();
                Some(counted)
            }
        }
    }

    /// The pass to set: only once something was counted, or when the server remembers more than the pass says.
    fn cookie(&mut self) -> Option<HeaderValue> {
        let (guest, reads) = (self.guest.as_ref()?, self.reads.take()?);
        let meter = &self.house.meter;
        let value = meter.seal(guest.id, &self.period, reads);
        cookies::set(cookies::GUEST, &value, meter.pass_lives(&self.period, self.now))
    }

    /// The day on which the next story comes free, as days since the epoch.
    fn reset_day(&self, limit: u16) -> u32 {
        let meter = &self.house.meter;
        let reads = || match self.visitor {
            Visitor::Signed(signed) => meter.reads_of(signed.reader, &self.period),
            Visitor::Guest => {
                let guest = self.guest.as_ref();
                let mut reads = guest.and_then(|g| meter.guests.reads_of(g.id.0, &self.period)).unwrap_or_default();
                guest.inspect(|g| reads.union(&g.known));
                reads
            }
        };
        let at = meter.resets_at(&self.period, reads, limit);
        day_number(compose::day(&self.house.publication, at))
    }

    /// The compiled page for a verdict.
    fn page(&self, catalogue: &Catalogue, verdict: &Verdict) -> Result<Arc<Page>, error::Fault> {
        let variant = Variant::of(self.visitor.reader(), verdict, self.house.meter.notice_at);
        let resets = variant.limit().map_or(0, |limit| self.reset_day(limit));
        let edition = edition(self.house, catalogue, self.entry, self.period.today, resets);
        if let Some(page) = self.entry.page(variant.code(), edition) {
            return Ok(page);
        }
        let page = Arc::new(compile(self.house, catalogue, self.entry, variant, resets)?);
        self.house.shelves.keep(catalogue, &self.house.stacks, self.entry, variant.code(), edition, &page);
        Ok(page)
    }
}

/// Which of a story's pages: everything a page's bytes depend on besides the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variant {
    pub reader: views::Reader,
    pub ads: bool,
    pub shape: Shape,
}

/// What stands on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Open,
    /// Open, with the notice.
    Left {
        left: u16,
        limit: u16,
    },
    Walled(Wall),
}

impl Variant {
    #[must_use]
    pub fn of(reader: views::Reader, verdict: &Verdict, notice_at: u16) -> Self {
        let (shape, ads) = match *verdict {
            Verdict::Open { left: Some(left), because, ads } if left <= notice_at => {
                let limit = match because {
                    circulation::gate::Because::Counted { limit, .. }
                    | circulation::gate::Because::ReadBefore { limit, .. } => limit,
                    _ => 0,
                };
                (Shape::Left { left, limit }, ads)
            }
            Verdict::Open { ads, .. } => (Shape::Open, ads),
            Verdict::Walled { wall, ads } => (Shape::Walled(wall), ads),
        };
        Self { reader, ads, shape }
    }

    const fn limit(self) -> Option<u16> {
        match self.shape {
            Shape::Left { limit, .. } | Shape::Walled(Wall::Limit { limit, .. }) => Some(limit),
            _ => None,
        }
    }

    /// A number for each variant of one paper: limits are the same on all its pages.
    #[must_use]
    pub const fn code(self) -> u16 {
        let shape = match self.shape {
            Shape::Open => 0,
            Shape::Walled(Wall::Register) => 1,
            Shape::Walled(Wall::NetworkSpent) => 2,
            Shape::Walled(Wall::Premium) => 3,
            Shape::Walled(Wall::Unopened) => 4,
            Shape::Walled(Wall::Limit { .. }) => 5,
            Shape::Walled(Wall::Archive) => 6,
            Shape::Left { left, .. } => 8 + left,
        };
        shape * 8 + self.reader as u16 * 2 + self.ads as u16
    }

    fn class(self) -> String {
        format!("{:?}", self)
    }
}

fn day_number(date: jiff::civil::Date) -> u32 {
    let days = date.since(jiff::civil::date(1970, 1, 1)).map_or(0, |s| s.get_days());
    u32::try_from(days).unwrap_or_default()
}

/// What a page's bytes depend on that time changes: the day on which the next story comes free, and how many of the stories it names are
/// of the archive by now. Those only become more, so their number says which.
fn edition(house: &House, catalogue: &Catalogue, entry: &Entry, today: u16, resets: u32) -> u32 {
    let archived = house.archive_begins(today).map_or(0, |begins| entry.named_before(catalogue, begins));
    resets | archived << DAY_BITS
}

/// Bits of a day's number.
const DAY_BITS: u32 = 24;

/// Compiles one page. Only here does a body meet a verdict, and only an open one gets it.
///
/// # Errors
/// When a template fails.
pub fn compile(
    house: &House,
    catalogue: &Catalogue,
    entry: &Entry,
    variant: Variant,
    resets: u32,
) -> Result<Page, error::Fault> {
    let publication = &house.publication;
    let story = compose::head(house, catalogue, entry);
    let turn = entry.story.number.0 as usize;
    let advertisements =
        if variant.ads { compose::advertisements(publication, variant.reader, turn) } else { Vec::new() };
    let period = compose::meter_period(&house.meter.rules.window());
    let resets_on = jiff::civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(i64::from(resets)));
    let preview = compose::blocks(entry.story.preview());
    let html = match variant.shape {
        Shape::Walled(wall) => {
            let wall = wall_view(house, wall, period, resets_on);
            let plans = plans::cards_that_open(publication, class_of(entry.marking), story.archived);
            views::WalledArticle { story, preview, wall, plans, advertisements }.render(&house.paper, variant.reader)
        }
        Shape::Open | Shape::Left { .. } => {
            let notice = match variant.shape {
                Shape::Left { left, limit } => Some(views::Notice { left, limit, period, resets_on }),
                _ => None,
            };
            let rest = compose::blocks(entry.story.locked());
            views::OpenArticle { story, opening: preview, rest, notice, advertisements }
                .render(&house.paper, variant.reader)
        }
    };
    let html = html.map_err(|e| error::Fault::internal(&e))?;
    let open_to_all = entry.story.marking == Marking::Free && variant.reader.is_guest();
    let cache = if open_to_all { Cache::Public } else { Cache::Private };
    Ok(Page::html(cache, &variant.class(), html))
}

fn wall_view(house: &House, wall: Wall, period: views::MeterPeriod, resets_on: jiff::civil::Date) -> views::WallView {
    let more = house.meter.rules.limits().registered;
    match wall {
        Wall::Limit { limit, registered } => views::WallView::Limit {
            limit,
            registered,
            period,
            resets_on,
            with_account: (!registered && more > limit).then_some(more),
        },
        Wall::Register => views::WallView::Register,
        Wall::NetworkSpent => views::WallView::NetworkSpent,
        Wall::Premium => views::WallView::Premium,
        Wall::Archive => views::WallView::Archive,
        Wall::Unopened => views::WallView::Unopened,
    }
}

/// Makes the pages that most readers will ask for ahead of the first of them.
pub fn warm(house: &House, catalogue: &Catalogue, entry: &Entry) {
    let now = house.clock.now();
    let period = house.meter.period(now);
    let resets = day_number(compose::day(&house.publication, period.ends));
    let limit = house.meter.rules.limits().guest;
    let guest = |shape| Variant { reader: views::Reader::Guest, ads: true, shape };
    let subscriber = Variant { reader: views::Reader::Subscriber, ads: false, shape: Shape::Open };
    let archived = is_archived(house, entry, period.today);
    let variants: &[(Variant, u32)] = match entry.story.marking {
        Marking::Free => &[(guest(Shape::Open), 0)],
        Marking::Registered | Marking::Metered if archived => {
            &[(guest(Shape::Walled(Wall::Archive)), 0), (subscriber, 0)]
        }
        Marking::Registered => &[(guest(Shape::Walled(Wall::Register)), 0), (subscriber, 0)],
        Marking::Premium => &[(guest(Shape::Walled(Wall::Premium)), 0), (subscriber, 0)],
        Marking::Metered => &[
            (guest(Shape::Open), 0),
            (guest(Shape::Walled(Wall::Limit { limit, registered: false })), resets),
            (subscriber, 0),
        ],
    };
    for &(variant, resets) in variants {
        let edition = edition(house, catalogue, entry, period.today, resets);
        if entry.page(variant.code(), edition).is_none()
            && let Ok(page) = compile(house, catalogue, entry, variant, resets)
        {
            page.warm();
            house.shelves.keep(catalogue, &house.stacks, entry, variant.code(), edition, &Arc::new(page));
        }
    }
}

/// Whether a story is of the archive today.
#[must_use]
pub fn of_the_archive(house: &House, story: &newsroom::articles::Story) -> bool {
    is_of_the_archive(house.archive_now(), story.published_at)
}

/// What the gate would say to a visitor of some kind, for the desk: nothing is counted.
#[must_use]
pub fn would_say(
    house: &House,
    story: &newsroom::articles::Story,
    standing: Standing,
    benefits: Benefits,
    read: u16,
) -> Verdict {
    let question = Question {
        class: class_of(story.marking),
        archived: of_the_archive(house, story),
        standing,
        benefits,
        delivery: Delivery::Document,
        network_spent: false,
    };
    decide(&question, house.meter.rules.limits(), |ask| {
        let newly = read < ask.limit;
        Counted { granted: newly, already: false, newly, counted: read + u16::from(newly), reads: None }
    })
}
