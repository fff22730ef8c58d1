//! The access matrix: every route and every story × every kind of visitor × every marking × every way of asking. No
//! answer holds a byte of locked text that its visitor has no right to, each says how it may be cached, and the table of
//! what everybody gets is committed beside this file. `UPDATE_SNAPSHOTS=1` writes it anew.
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use circulation::meter::{Read, ReadList};
use circulation::readers::ReaderId;
use newsroom::articles::{Marking, Story, StoryNumber};

use crate::browser::Browser;
use crate::client::Answer;
use crate::fixture::{Settings, instant};
use crate::house::{Engine, Paper, Rights, Shown, on_both};
use crate::leaks::Locked;
use crate::probes::{Probe, errors, lists_of_an_archive, open, routes_of_the_table, story_name, ways_of_asking};

on_both!(the_access_matrix, the_access_matrix_of_an_archive);

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    NoCookie,
    Guest,
    GuestSpent,
    Registered,
    RegisteredSpent,
    Subscriber,
    /// Paid, by a plan without the benefit `archive`.
    Shallow,
    Lapsed,
    Staff,
}

impl Who {
    const ALL: [Self; 8] = [
        Self::NoCookie,
        Self::Guest,
        Self::GuestSpent,
        Self::Registered,
        Self::RegisteredSpent,
        Self::Subscriber,
        Self::Lapsed,
        Self::Staff,
    ];

    /// With those whose subscription ends where the archive begins.
    const WITH_AN_ARCHIVE: [Self; 9] = [
        Self::NoCookie,
        Self::Guest,
        Self::GuestSpent,
        Self::Registered,
        Self::RegisteredSpent,
        Self::Subscriber,
        Self::Shallow,
        Self::Lapsed,
        Self::Staff,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::NoCookie => "no cookie",
            Self::Guest => "guest",
            Self::GuestSpent => "guest, spent",
            Self::Registered => "registered",
            Self::RegisteredSpent => "registered, spent",
            Self::Subscriber => "subscriber",
            Self::Shallow => "subscriber, no archive",
            Self::Lapsed => "lapsed",
            Self::Staff => "staff",
        }
    }

    /// Whether this visitor may read a story of this marking when they open its page: the rule in our own words, not
    /// the gate's.
    const fn may_read(self, marking: Marking) -> bool {
        match marking {
            Marking::Free => true,
            Marking::Registered => !matches!(self, Self::NoCookie | Self::Guest | Self::GuestSpent),
            Marking::Metered => !matches!(self, Self::GuestSpent | Self::RegisteredSpent),
            Marking::Premium => matches!(self, Self::Subscriber | Self::Shallow | Self::Staff),
        }
    }

    /// The same of a story of the archive, where that is a right of its own: neither the count nor another benefit opens it.
    const fn may_read_old(self, marking: Marking) -> bool {
        matches!(marking, Marking::Free) || matches!(self, Self::Subscriber | Self::Staff)
    }

    /// Whether a search may look into a whole story of this marking for this visitor: what a story's page opens by a right,
    /// never what it opens by the count.
    const fn may_search(self, marking: Marking) -> bool {
        match marking {
            Marking::Metered => matches!(self, Self::Subscriber | Self::Shallow | Self::Staff),
            other => self.may_read(other),
        }
    }

    /// A visitor of this kind, fresh: what one request counts or ends is not missing at the next.
    fn arrive(self, paper: &Paper) -> Browser {
        let browser = paper.browser();
        let nobody_read = |count: u32| (0..count).map(|n| StoryNumber(900_000 + n)).collect::<Vec<_>>();
        match self {
            Self::NoCookie => browser,
            Self::Guest => browser.holding(&paper.pass(&nobody_read(1))),
            Self::GuestSpent => browser.holding(&paper.pass(&nobody_read(5))),
            Self::Registered => browser.holding(&paper.sign_in("reader", Rights::None).1),
            Self::Subscriber => browser.holding(&paper.sign_in("reader", Rights::Paid).1),
            Self::Shallow => browser.holding(&paper.sign_in("reader", Rights::Shallow).1),
            Self::Lapsed => browser.holding(&paper.sign_in("reader", Rights::Lapsed).1),
            Self::Staff => browser.holding(&paper.sign_in("staff", Rights::None).1),
            Self::RegisteredSpent => {
                let (reader, session) = paper.sign_in("reader", Rights::None);
                let period = paper.house().meter.period(paper.clock.now());
                let mut reads = ReadList::new();
                for story in nobody_read(7) {
                    reads.insert(Read::new(story.0, period.today));
                }
                paper.house().meter.absorb(ReaderId(reader), &period, &reads);
                browser.holding(&session)
            }
        }
    }
}

fn the_access_matrix(engine: Engine) {
    let settings = Settings { stories: Marking::ALL.map(|m| (m, 3)), ..Settings::default() };
    let paper = Paper::open(engine, settings);
    crate::search::index(&paper);
    let stories = Marking::ALL.into_iter().flat_map(|m| paper.stories(m)).collect();
    let mut walk = Walk::of(&paper, &Who::ALL, stories, LEGEND);
    walk.title("Stories: the page itself");
    for story in &walk.stories.clone() {
        walk.probe(&open(story).named(story_name(story)));
    }
    walk.title("Stories: other ways of asking, by marking");
    for story in walk.one_a_marking() {
        for probe in ways_of_asking(&story) {
            walk.probe(&probe);
        }
    }
    walk.title("Every route of the table");
    for probe in routes_of_the_table(&walk.one_a_marking()) {
        walk.probe(&probe);
    }
    walk.title("Errors and bad forms");
    for probe in errors(&walk.one_a_marking()) {
        walk.probe(&probe);
    }
    walk.end(1_500, "access_matrix.txt");
}

/// Days after which the archive begins on the paper of its matrix.
const AFTER_DAYS: i64 = 30;

/// Free stories of today beside those that are asked for: more than a front page of each section wants, so that old ones are not in memory.
const FILL: usize = 135;

/// Of each marking: two stories of today, one of former years that memory holds, and two that it does not, of which one has no date.
fn with_an_archive(engine: Engine) -> (Paper, Vec<Arc<Story>>) {
    let mut paper = Paper::open(
        engine,
        Settings {
            stories: Marking::ALL.map(|m| (m, if m == Marking::Free { 5 + FILL } else { 5 })),
            server: "stories_in_memory = 147",
            more: "[archive]\nafter_days = 30",
            ..Settings::default()
        },
    );
    let ages = [(2, Some("2024-11-20T08:00:00+05:30")), (3, Some("1999-11-20T08:00:00+05:30")), (4, None)];
    let (house, now) = (paper.house(), paper.clock.now());
    let mut stories: Vec<Arc<Story>> = Vec::new();
    let all = paper.block_on(house.store.stories()).unwrap();
    for marking in Marking::ALL {
        let of_it = all.iter().map(|stored| &stored.story).filter(|story| story.marking == marking);
        for (nth, story) in of_it.take(5).enumerate() {
            let mut story = story.clone();
            if let Some((_, at)) = ages.iter().find(|(of, _)| *of == nth) {
                story.published_at = at.map(instant);
                paper.block_on(house.store.save_story(&story, None, now)).unwrap();
            }
            stories.push(Arc::new(story));
        }
    }
    // Memory is filled anew: what left it came back into it only then.
    paper.restart();
    let house = paper.house();
    crate::search::index(&paper);
    let held = |story: &&Arc<Story>| house.catalogue.load().story(story.number).is_some();
    assert_eq!((stories.len(), stories.iter().filter(held).count()), (20, 12), "the newest are in memory");
    (paper, stories)
}

fn the_access_matrix_of_an_archive(engine: Engine) {
    let (paper, stories) = with_an_archive(engine);
    let mut walk = Walk::of(&paper, &Who::WITH_AN_ARCHIVE, stories, ARCHIVE_LEGEND);
    walk.title("Stories: the page itself");
    for story in &walk.stories.clone() {
        let place = if paper.house().catalogue.load().story(story.number).is_some() { "" } else { ", not in memory" };
        walk.probe(&open(story).named(format!("{}, {}{place}", story_name(story), year(story))));
    }
    walk.title("Stories: other ways of asking, of stories that are not in memory");
    for marking in [Marking::Metered, Marking::Premium] {
        let story = walk.stories.iter().find(|s| s.marking == marking && year(s) == "1999").unwrap().clone();
        for probe in ways_of_asking(&story) {
            walk.probe(&probe);
        }
    }
    walk.title("Lists, feeds, site maps, search and a reader's own pages");
    let closed: Vec<Arc<Story>> = walk.stories.iter().filter(|s| s.marking != Marking::Free).cloned().collect();
    for probe in lists_of_an_archive(&closed) {
        walk.probe(&probe);
    }
    walk.end(1_000, "access_matrix_archive.txt");
}

fn year(story: &Story) -> String {
    story.published_at.map_or_else(|| "undated".to_owned(), |at| at.strftime("%Y").to_string())
}

/// Walks the matrix, looks at every answer and writes the table.
struct Walk<'a> {
    paper: &'a Paper,
    visitors: &'static [Who],
    stories: Vec<Arc<Story>>,
    locked: Locked,
    table: String,
    /// Bodies that were searched already, with what they were allowed to hold.
    searched: HashSet<[u8; 32]>,
    /// What stood in the pages of each validator.
    validators: BTreeMap<String, BTreeSet<&'static str>>,
    accounts: BTreeMap<Who, Browser>,
    leaks: Vec<String>,
    answers: usize,
    opened: usize,
}

/// Columns of a name and of a cell.
const NAME: usize = 44;
const WIDTH: usize = 24;

impl<'a> Walk<'a> {
    fn of(paper: &'a Paper, visitors: &'static [Who], mut stories: Vec<Arc<Story>>, legend: &str) -> Self {
        stories.sort_by_key(|s| (s.marking.strictness(), s.number));
        let closed = stories.iter().filter(|s| s.marking != Marking::Free).map(|s| &**s);
        let locked = Locked::of(closed);
        assert!(locked.len() > 1_000, "there is much to look for");
        Self {
            paper,
            visitors,
            locked,
            stories,
            table: String::from(legend),
            searched: HashSet::new(),
            validators: BTreeMap::new(),
            accounts: BTreeMap::new(),
            leaks: Vec::new(),
            answers: 0,
            opened: 0,
        }
    }

    /// Whether somebody may read a story of this paper.
    fn may_read(&self, who: Who, story: &Story) -> bool {
        if self.is_old(story) { who.may_read_old(story.marking) } else { who.may_read(story.marking) }
    }

    fn is_old(&self, story: &Story) -> bool {
        let begins = self.paper.clock.now() - jiff::SignedDuration::from_hours(24 * AFTER_DAYS);
        story.published_at.is_none_or(|at| at < begins)
    }

    fn one_a_marking(&self) -> Vec<Arc<Story>> {
        Marking::ALL.into_iter().map(|m| self.stories.iter().find(|s| s.marking == m).unwrap().clone()).collect()
    }

    fn title(&mut self, title: &str) {
        write!(self.table, "\n{title}\n\n{:NAME$}", "").unwrap();
        for who in self.visitors {
            write!(self.table, "{:WIDTH$}", who.word()).unwrap();
        }
        end_line(&mut self.table);
    }

    fn probe(&mut self, probe: &Probe) {
        let long = probe.name.chars().count() >= NAME;
        let name = if long { probe.name.chars().take(NAME - 2).chain(['…']).collect() } else { probe.name.clone() };
        write!(self.table, "{name:NAME$}").unwrap();
        for who in self.visitors.iter().copied() {
            let answer = self.visitor(who, &probe.request.method).send(&probe.request);
            self.answers += 1;
            let cell = self.look(probe, who, &answer);
            write!(self.table, "{cell:WIDTH$}").unwrap();
        }
        end_line(&mut self.table);
    }

    /// A visitor of a kind. Who only looks may be the same account each time; who sends a form is new.
    fn visitor(&mut self, who: Who, method: &str) -> Browser {
        let account = !matches!(who, Who::NoCookie | Who::Guest | Who::GuestSpent);
        if !account || !matches!(method, "GET" | "HEAD") {
            return who.arrive(self.paper);
        }
        let paper = self.paper;
        self.accounts.entry(who).or_insert_with(|| who.arrive(paper)).tab()
    }

    /// Examines one answer and gives its cell.
    fn look(&mut self, probe: &Probe, who: Who, answer: &Answer) -> String {
        let place = format!("{} for {}", probe.name, who.word());
        let cache = self.check_headers(&place, answer);
        let shown = probe.about.as_ref().map_or(Shown::Nothing, |story| self.shown_in(&place, who, story, answer));
        self.search(&place, probe, who, answer);
        if let (Some(tag), Some(_)) = (answer.header("etag"), &probe.about) {
            let what = if shown == Shown::Open { "open" } else { "closed" };
            // HEAD and 304 carry the validator of a page that is not there to be looked at.
            if !answer.body.is_empty() {
                self.validators.entry(tag.to_owned()).or_default().insert(what);
            }
        }
        let what = match (answer.status, shown) {
            (301 | 303 | 302 | 307 | 308, _) => match answer.header("location").unwrap_or("?").split('?').next() {
                Some(to) if probe.about.as_ref().is_some_and(|s| s.path() == to) => "to the story",
                Some("/login") => "to log-in",
                Some(_) => "elsewhere",
                None => "?",
            },
            (200, Shown::Open) => "open",
            (200, Shown::Preview) => "preview",
            (_, Shown::Open) => panic!("{place}: a story under status {}", answer.status),
            _ if answer.body.is_empty() => "",
            _ => "page",
        };
        let cookie = if answer.header("set-cookie").is_some() { "+c" } else { "" };
        format!("{} {what} {cache}{cookie}", answer.status).replace("  ", " ")
    }

    fn shown_in(&mut self, place: &str, who: Who, story: &Arc<Story>, answer: &Answer) -> Shown {
        let shown = self.paper.shown(&answer.text(), story);
        if shown == Shown::Open {
            assert!(self.may_read(who, story), "{place} opened");
            if story.marking != Marking::Free {
                let found = self.locked.find_in(answer);
                assert!(found.iter().any(|l| l.story == story.number), "{place}: the search finds what is there");
                self.opened += 1;
            }
        }
        shown
    }

    /// The cache policy's letter; asserts what every answer must say of itself.
    fn check_headers(&self, place: &str, answer: &Answer) -> &'static str {
        assert!(answer.status < 500, "{place}: {}", answer.status);
        for name in [
            "content-security-policy",
            "x-content-type-options",
            "referrer-policy",
            "cross-origin-opener-policy",
            "cross-origin-resource-policy",
            "permissions-policy",
        ] {
            assert_eq!(answer.all(name).count(), 1, "{place}: {name}");
        }
        assert_eq!(answer.header("access-control-allow-origin"), None, "{place}");
        assert_eq!(answer.header("last-modified"), None, "{place}: a date cannot tell a preview from a story");
        let policies: Vec<&str> = answer.all("cache-control").collect();
        let [policy] = policies[..] else { panic!("{place}: one cache policy, not {policies:?}") };
        let letter = match policy {
            "private, no-store" => "private",
            "public, max-age=0, must-revalidate" => "public",
            "public, max-age=300, s-maxage=3600" => "past",
            "public, max-age=300" => "shared",
            "public, max-age=86400" => "daily",
            "public, max-age=31536000, immutable" => "immutable",
            other => panic!("{place}: a policy nobody has named: {other}"),
        };
        if letter != "private" {
            assert_eq!(answer.header("set-cookie"), None, "{place}: a cookie on an answer that caches may keep");
        }
        letter
    }

    fn search(&mut self, place: &str, probe: &Probe, who: Who, answer: &Answer) {
        // The desk shows staff every story; nobody else sees the desk.
        if who == Who::Staff && probe.request.target.starts_with("/desk/stories/") {
            return;
        }
        let right_to: Vec<StoryNumber> = if probe.request.target.starts_with("/search?") {
            let may = |story: &&Arc<Story>| match self.is_old(story) {
                true => who.may_read_old(story.marking),
                false => who.may_search(story.marking),
            };
            self.stories.iter().filter(may).map(|s| s.number).collect()
        } else {
            probe.about.iter().filter(|story| self.may_read(who, story)).map(|s| s.number).collect()
        };
        let mut key = blake3::Hasher::new();
        key.update(&answer.body).update(format!("{right_to:?}").as_bytes());
        for (name, value) in answer.headers.iter().filter(|(n, _)| !matches!(n.as_str(), "date" | "set-cookie")) {
            key.update(name.as_bytes()).update(value.as_bytes());
        }
        for cookie in answer.all("set-cookie") {
            assert_eq!(self.locked.find(cookie.as_bytes()), [], "{place}: a cookie");
        }
        if !self.searched.insert(*key.finalize().as_bytes()) {
            return;
        }
        for leak in self.locked.find_in(answer) {
            if !right_to.contains(&leak.story) {
                self.leaks.push(format!("{place}: story {}: …{}…", leak.story.0, leak.text));
            }
        }
    }

    fn end(self, answers: usize, file: &str) {
        assert!(self.leaks.is_empty(), "locked text got out:\n{}", self.leaks.join("\n"));
        for (tag, what) in &self.validators {
            assert_eq!(what.len(), 1, "the validator {tag} stands for {what:?}");
        }
        assert!(self.opened > 100, "the search was seen to work on {} open pages", self.opened);
        assert!(
            self.searched.len() > 100 && self.answers > answers,
            "{} answers, {} bodies",
            self.answers,
            self.searched.len()
        );
        compare(&self.table, file);
    }
}

fn end_line(table: &mut String) {
    table.truncate(table.trim_end_matches(' ').len());
    table.push('\n');
}

const LEGEND: &str = "\
The access matrix of a paper that lets guests read 5 and registered readers 7 metered stories a month.

Each cell: status, what of the story stands in the answer (open: all of it; preview: what everybody may read; page: an
answer without the story), cache policy, +c where a cookie is set. private: never stored. public: stored, asked again each
time. shared: five minutes. daily: a day. immutable: for ever.
";

const ARCHIVE_LEGEND: &str = "\
The access matrix of a paper whose stories of more than 30 days ago, and those without a date, need the right to the archive.
It keeps its 147 newest stories in memory. A subscriber's plan has the right to the archive unless the column says otherwise.

Each cell: status, what of the story stands in the answer (open: all of it; preview: what everybody may read; page: an
answer without the story), cache policy, +c where a cookie is set. past: a day in front of the paper, five minutes at home.
private, public, shared, daily, immutable: as in access_matrix.txt.
";

/// Compares with the committed table, or writes it when told to.
fn compare(table: &str, file: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots").join(file);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, table).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    for (nth, (now, then)) in table.lines().zip(committed.lines()).enumerate() {
        assert_eq!(now, then, "line {} of the access matrix; UPDATE_SNAPSHOTS=1 writes it anew", nth + 1);
    }
    assert_eq!(
        table.lines().count(),
        committed.lines().count(),
        "lines of the access matrix; UPDATE_SNAPSHOTS=1 writes it anew"
    );
}

#[test]
fn the_visitors_are_who_they_seem() {
    let paper = Paper::usual(Engine::Sqlite);
    for who in Who::ALL {
        for marking in Marking::ALL {
            let story = &paper.stories(marking)[0];
            let shown = paper.shown(&who.arrive(&paper).get(&story.path()).text(), story);
            let expected = if who.may_read(marking) { Shown::Open } else { Shown::Preview };
            assert_eq!(shown, expected, "{} and {}", who.word(), marking.word());
        }
    }
}
