//! The access matrix: every route and every story × every kind of visitor × every marking × every way of asking. No
//! answer holds a byte of locked text that its visitor has no right to, each says how it may be cached, and the table of
//! what everybody gets is committed beside this file. `UPDATE_SNAPSHOTS=1` writes it anew.
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use circulation::meter::{Read, ReadList};
use circulation::readers::ReaderId;
use masthead::web::routes;
use newsroom::articles::{Marking, Story, StoryNumber};

use crate::client::{Answer, Browser, Request};
use crate::fixture::Settings;
use crate::house::{Engine, Paper, Rights, Shown, on_both};
use crate::leaks::Locked;

on_both!(the_access_matrix);

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    NoCookie,
    Guest,
    GuestSpent,
    Registered,
    RegisteredSpent,
    Subscriber,
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

    const fn word(self) -> &'static str {
        match self {
            Self::NoCookie => "no cookie",
            Self::Guest => "guest",
            Self::GuestSpent => "guest, spent",
            Self::Registered => "registered",
            Self::RegisteredSpent => "registered, spent",
            Self::Subscriber => "subscriber",
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
            Marking::Premium => matches!(self, Self::Subscriber | Self::Staff),
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

/// One line of the matrix: a request, and the story it is about.
struct Probe {
    name: String,
    request: Request,
    about: Option<Arc<Story>>,
}

impl Probe {
    fn new(request: Request) -> Self {
        Self { name: format!("{} {}", request.method, request.target), request, about: None }
    }

    fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }
}

fn the_access_matrix(engine: Engine) {
    let settings = Settings { stories: Marking::ALL.map(|m| (m, 3)), ..Settings::default() };
    let paper = Paper::open(engine, settings);
    let mut walk = Walk::of(&paper);
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
    for probe in routes_of_the_table(&walk) {
        walk.probe(&probe);
    }
    walk.title("Errors and bad forms");
    for probe in errors(&walk) {
        walk.probe(&probe);
    }
    walk.end();
}

fn story_name(story: &Story) -> String {
    format!("{} story {}", story.marking.word(), story.number.0)
}

fn open(story: &Arc<Story>) -> Probe {
    Probe { name: String::new(), request: Request::get(&story.path()), about: Some(Arc::clone(story)) }
}

/// Everything but a plain visit.
fn ways_of_asking(story: &Arc<Story>) -> Vec<Probe> {
    let path = story.path();
    let marking = story.marking.word();
    let get = |suffix: &str| Request::get(&format!("{path}{suffix}"));
    let mut all: Vec<(String, Request)> = vec![("HEAD".into(), Request::new("HEAD", &path))];
    for accept in [
        "application/json",
        "application/ld+json",
        "application/activity+json",
        "text/markdown",
        "text/plain",
        "application/pdf",
        "*/*",
    ] {
        all.push((format!("accept {accept}"), get("").with("accept", accept)));
    }
    for encoding in ["identity", "gzip", "br", "zstd", "deflate"] {
        all.push((format!("encoding {encoding}"), get("").with("accept-encoding", encoding)));
    }
    for range in ["bytes=0-99", "bytes=4000-"] {
        all.push((format!("range {range}"), get("").with("range", range)));
    }
    for query in ["?outputType=amp", "?amp=1", "?print=1", "?page=2", "?preview=true", "?format=json", "?share=1"] {
        all.push((query.into(), get(query)));
    }
    for suffix in [".md", ".txt", ".json", ".amp", ".xml", ".pdf", "/amp", "/print", "/feed.xml", "/comments", ".md/"] {
        all.push((suffix.into(), get(suffix)));
    }
    for (name, value) in [
        ("sec-purpose", "prefetch"),
        ("purpose", "prefetch"),
        ("sec-fetch-dest", "iframe"),
        ("sec-fetch-dest", "empty"),
    ] {
        all.push((format!("{name} {value}"), get("").with(name, value)));
    }
    for (name, value) in
        [("user-agent", "Googlebot/2.1"), ("referer", "https://www.google.com/"), ("x-forwarded-for", "66.249.66.1")]
    {
        all.push((format!("{name} {value}"), get("").with(name, value)));
    }
    all.push(("if-none-match *".into(), get("").with("if-none-match", "*")));
    all.push(("upper case".into(), Request::get(&path.to_uppercase())));
    all.push(("trailing slash".into(), get("/")));
    all.push(("two slashes".into(), Request::get(&format!("/{path}"))));
    all.push(("old slug".into(), Request::get(&format!("/{}/what-it-was-called-{}", story.section, story.number.0))));
    all.push(("no slug".into(), Request::get(&format!("/{}/{}", story.section, story.number.0))));
    all.push(("number alone".into(), Request::get(&format!("/{}", story.number.0))));
    all.push(("POST".into(), Request::form(&path, &[("a", "b")])));
    all.push(("OPTIONS".into(), Request::new("OPTIONS", &path)));
    all.push(("PUT".into(), Request::new("PUT", &path).with("sec-fetch-site", "same-origin")));
    all.into_iter()
        .map(|(name, request)| Probe { name: format!("{marking}: {name}"), request, about: Some(Arc::clone(story)) })
        .collect()
}

/// At least one probe for each line of the routes' table: a new route that nobody probes fails here.
fn routes_of_the_table(walk: &Walk<'_>) -> Vec<Probe> {
    let mut probes = Vec::new();
    let stylesheet = pages::assets::url("paper.css");
    assert!(stylesheet.starts_with("/assets/"));
    for route in routes::table().lines {
        for method in route.methods.split(' ') {
            let targets = targets(walk, route.path);
            assert!(!targets.is_empty(), "the route {} has no probe: add a target for it", route.path);
            for target in targets {
                let request =
                    if method == "POST" { Request::form(&target, &[]) } else { Request::new(method, &target) };
                // An asset's name changes with its content; the table does not.
                let name = if target == stylesheet { "GET /assets/{the stylesheet}" } else { "" };
                let probe = Probe::new(request);
                probes.push(if name.is_empty() { probe } else { probe.named(name) });
            }
        }
    }
    probes
}

fn targets(walk: &Walk<'_>, path: &str) -> Vec<String> {
    let list = |all: &[&str]| all.iter().map(|t| (*t).to_owned()).collect();
    match path {
        "/{section}" => list(&["/harbour", "/letters", "/harbour?page=1", "/harbour?page=9", "/nowhere", "/HARBOUR"]),
        "/{section}/{story}" => list(&[
            "/harbour/feed.xml",
            "/harbour/feed.json",
            "/letters/feed.xml",
            "/nowhere/feed.xml",
            "/harbour/feed.md",
            "/harbour/no-such-story-99999",
        ]),
        "/sitemap.xml" => list(&["/sitemap.xml", "/sitemap.xml?part=1", "/sitemap.xml?part=9"]),
        "/assets/{name}" => vec![pages::assets::url("paper.css").to_owned(), "/assets/nothing.css".to_owned()],
        "/pictures/{file}" => list(&["/pictures/none.webp", "/pictures/publication.toml"]),
        "/subscribe" => list(&["/subscribe", "/subscribe?next=/harbour"]),
        "/login" => list(&["/login", "/login?next=/harbour"]),
        "/login/code" => list(&["/login/code", "/login/code?email=a@gazette.example&code=12345678"]),
        "/checkout" => list(&["/checkout", "/checkout?plan=quarter", "/checkout?plan=none"]),
        "/checkout/return" => list(&["/checkout/return", "/checkout/return?session=none&status=paid"]),
        "/sandbox/pay/{id}" => list(&["/sandbox/pay/none"]),
        "/mailbox/{id}" => list(&["/mailbox/1"]),
        "/desk" => list(&["/desk", "/desk?q=harbour&marking=premium"]),
        "/desk/stories/{number}" => {
            let numbers = walk.one_a_marking().into_iter().map(|s| s.number.0).chain([99_999]);
            numbers.map(|n| format!("/desk/stories/{n}")).collect()
        }
        "/desk/imports/{id}" => list(&["/desk/imports/1"]),
        path if path.contains('{') => Vec::new(),
        path => vec![path.to_owned()],
    }
}

fn errors(walk: &Walk<'_>) -> Vec<Probe> {
    let story = walk.one_a_marking().pop().expect("a premium story");
    let mut probes = vec![
        Probe::new(Request::get("/no/such/page")),
        Probe::new(Request::get("/.well-known/security.txt")),
        Probe::new(Request::get("/llms.txt")),
        Probe::new(Request::get("/llms-full.txt")),
        Probe::new(Request::get("/api/stories")),
        Probe::new(Request::get(&format!("/api/stories/{}", story.number.0))),
        Probe::new(Request::get(&format!("/?s={}", story.slug))),
        Probe::new(Request::get(&format!("/search?q={}", story.slug))),
        Probe::new(Request::get(&format!("/oembed?url={}", story.path()))),
        Probe::new(Request::get("/wp-json/wp/v2/posts")),
        Probe::new(Request::get("/sw.js")),
        Probe::new(Request::get("/account/x.css")),
        Probe::new(Request::get("/account;x.css")),
        Probe::new(Request::get("/assets/..%2faccount")),
        Probe::new(Request::new("DELETE", "/account").with("sec-fetch-site", "same-origin")),
        Probe::new(Request::new("PUT", "/").with("sec-fetch-site", "same-origin")),
        Probe::new(Request::form("/login", &[("email", "no address"), ("password", "short")])),
        Probe::new(Request::form("/signup", &[("email", "@"), ("password", "x")])).named("POST /signup (bad)"),
        Probe::new(Request::form("/login/code", &[("email", "@")])).named("POST /login/code (bad)"),
        Probe::new(Request::form("/checkout", &[("plan", "none"), ("consent", "yes")])).named("POST /checkout (bad)"),
        Probe::new(Request::form("/account", &[])),
    ];
    probes[16].name = "POST /login (bad)".into();
    let elsewhere = [("from another site", "cross-site")];
    for path in ["/login", "/logout", "/account/cancel", "/desk/stories/1"] {
        for (name, site) in elsewhere {
            let mut request = Request::form(path, &[]);
            request.headers.retain(|(n, _)| n != "sec-fetch-site");
            probes.push(Probe::new(request.with("sec-fetch-site", site)).named(format!("POST {path} ({name})")));
        }
    }
    let mut json =
        Request::new("POST", "/login").with("content-type", "application/json").with("sec-fetch-site", "same-origin");
    json.body = Some(b"{\"email\":\"a\"}".to_vec());
    probes.push(Probe::new(json).named("POST /login (JSON)"));
    probes
}

/// Walks the matrix, looks at every answer and writes the table.
struct Walk<'a> {
    paper: &'a Paper,
    stories: Vec<Arc<Story>>,
    locked: Locked,
    table: String,
    /// Bodies that were searched already, with what they were allowed to hold.
    searched: HashSet<[u8; 32]>,
    /// What stood in the pages of each validator.
    validators: BTreeMap<String, BTreeSet<&'static str>>,
    leaks: Vec<String>,
    answers: usize,
    opened: usize,
}

const WIDTH: usize = 24;

impl<'a> Walk<'a> {
    fn of(paper: &'a Paper) -> Self {
        let mut stories: Vec<_> = Marking::ALL.into_iter().flat_map(|m| paper.stories(m)).collect();
        stories.sort_by_key(|s| (s.marking.strictness(), s.number));
        let closed = stories.iter().filter(|s| s.marking != Marking::Free).map(|s| &**s);
        let locked = Locked::of(closed);
        assert!(locked.len() > 1_000, "there is much to look for");
        Self {
            paper,
            locked,
            stories,
            table: String::from(LEGEND),
            searched: HashSet::new(),
            validators: BTreeMap::new(),
            leaks: Vec::new(),
            answers: 0,
            opened: 0,
        }
    }

    fn one_a_marking(&self) -> Vec<Arc<Story>> {
        Marking::ALL.into_iter().map(|m| self.stories.iter().find(|s| s.marking == m).unwrap().clone()).collect()
    }

    fn title(&mut self, title: &str) {
        write!(self.table, "\n{title}\n\n{:46}", "").unwrap();
        for who in Who::ALL {
            write!(self.table, "{:WIDTH$}", who.word()).unwrap();
        }
        end_line(&mut self.table);
    }

    fn probe(&mut self, probe: &Probe) {
        write!(self.table, "{:46}", probe.name).unwrap();
        for who in Who::ALL {
            let answer = who.arrive(self.paper).send(&probe.request);
            self.answers += 1;
            let cell = self.look(probe, who, &answer);
            write!(self.table, "{cell:WIDTH$}").unwrap();
        }
        end_line(&mut self.table);
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
            assert!(who.may_read(story.marking), "{place} opened");
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
        let right_to = probe.about.as_ref().filter(|story| who.may_read(story.marking)).map(|s| s.number);
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
            if Some(leak.story) != right_to {
                self.leaks.push(format!("{place}: story {}: …{}…", leak.story.0, leak.text));
            }
        }
    }

    fn end(self) {
        assert!(self.leaks.is_empty(), "locked text got out:\n{}", self.leaks.join("\n"));
        for (tag, what) in &self.validators {
            assert_eq!(what.len(), 1, "the validator {tag} stands for {what:?}");
        }
        assert!(self.opened > 100, "the search was seen to work on {} open pages", self.opened);
        assert!(
            self.searched.len() > 100 && self.answers > 1_500,
            "{} answers, {} bodies",
            self.answers,
            self.searched.len()
        );
        compare(&self.table);
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

/// Compares with the committed table, or writes it when told to.
fn compare(table: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots/access_matrix.txt");
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
