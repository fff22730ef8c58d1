//! A whole paper on a loopback port: its own folder or database, a clock that stands, dice that repeat themselves.
//! It refuses to end dirty: an answer of ours that failed, books that do not balance or a damaged database fail the
//! test, even if it asserted nothing about them.
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use circulation::meter::{GuestId, Read, ReadList};
use jiff::{SignedDuration, Timestamp};
use masthead::clock::Clock;
use masthead::dice::Dice;
use masthead::house::{House, Plan};
use masthead::import::{self, Report, Target};
use masthead::neighbours::Relating;
use masthead::web::cookies;
use masthead::web::front_desk::FrontDesk;
use masthead::web::serve::{self, Service, Sockets};
use masthead::web::visitor::session_key;
use masthead::{config, readers, rounds};
use newsroom::articles::{Marking, Story, StoryNumber};
use store::{Created, Location, NewGrant, NewReader, NewSession, Store};
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::browser::Browser;
use crate::fixture::{Settings, sentences};
use crate::leaks;

/// The database a paper is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Declares each test on both engines.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $name() { super::$name(crate::house::Engine::Sqlite) })*
        }
        mod postgres {
            $(#[test]
            fn $name() {
                if crate::house::server().is_some() { super::$name(crate::house::Engine::Postgres) }
            })*
        }
    };
}
pub(crate) use on_both;

/// The PostgreSQL server of the tests.
pub fn server() -> Option<String> {
    std::env::var("MASTHEAD_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// Answers of ours that failed, as `500 GET /path`.
pub type Failures = Arc<Mutex<Vec<String>>>;

struct Running {
    house: Arc<House>,
    address: SocketAddr,
    runtime: Runtime,
    close: watch::Sender<bool>,
    workers: Vec<thread::JoinHandle<()>>,
    rounds: tokio::task::JoinHandle<()>,
}

pub struct Paper {
    settings: Settings,
    folder: tempfile::TempDir,
    location: Location,
    database: Option<(String, String)>,
    running: Option<Running>,
    pub clock: Clock,
    pub failures: Failures,
    next: AtomicU32,
}

impl Paper {
    /// Opens a paper with the dictated stories in it.
    pub fn open(engine: Engine, settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = (engine == Engine::Postgres).then(create_database);
        let location = match &database {
            None => Location::Sqlite(folder.path().join("masthead.db")),
            Some((server, name)) => Location::Postgres(with_database(server, name)),
        };
        std::fs::write(folder.path().join("publication.toml"), settings.publication()).unwrap();
        let clock = Clock::standing(settings.now);
        let stories = settings.dictated();
        let mut paper = Self {
            settings,
            folder,
            location,
            database,
            running: None,
            clock,
            failures: Failures::default(),
            next: AtomicU32::new(1),
        };
        paper.start(&stories);
        paper
    }

    /// Without a story.
    pub fn empty(engine: Engine) -> Self {
        let stories = Settings::default().stories.map(|(marking, _)| (marking, 0));
        Self::open(engine, Settings { stories, ..Settings::default() })
    }

    /// The one story that the paper has.
    pub fn only_story(&self) -> Story {
        let mut stories = self.block_on(self.house().store.stories()).unwrap();
        assert_eq!(stories.len(), 1, "one story: {stories:?}");
        stories.remove(0).story
    }

    /// Imports as the command does: what it prints, and its report, whose name says of which kind it is.
    pub fn run_import(&self, path: &Path, report: &str) -> (String, String) {
        let report = self.folder().join(report);
        let _ = std::fs::remove_file(&report);
        let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
        command.arg("import").arg(path).arg("--data").arg(self.folder()).args(["--database", &self.database()]);
        let done = command.arg("--report").arg(&report).stdin(Stdio::null()).output().unwrap();
        self.block_on(self.house().refresh()).unwrap();
        let told = std::fs::read_to_string(&report).unwrap_or_default();
        (String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr), told)
    }

    /// Takes these files and folders in, while the paper runs.
    pub fn import(&self, paths: &[PathBuf], dry_run: bool) -> Report {
        let inputs = import::below(paths).unwrap();
        let house = self.house();
        let target = Target {
            publication: &house.publication,
            store: &house.store,
            data: self.folder(),
            dry_run,
            now: self.clock.now(),
        };
        self.block_on(async {
            let report = import::run(&target, "a test", &inputs).await.unwrap();
            house.refresh().await.unwrap();
            report
        })
    }

    /// A paper with the usual settings.
    pub fn usual(engine: Engine) -> Self {
        Self::open(engine, Settings::default())
    }

    fn start(&mut self, stories: &[(Story, String)]) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let publication = config::load(&self.folder.path().join("publication.toml")).unwrap();
        let data = self.folder.path().to_owned();
        // Dice that were thrown before must not fall the same way after a restart.
        let seed = self.settings.seed * 1000 + u64::from(self.next.fetch_add(1, Ordering::Relaxed));
        let (location, clock) = (self.location.clone(), self.clock.clone());
        let now = clock.now();
        let plan = Plan {
            publication,
            data,
            location,
            clock,
            dice: Dice::seeded(seed),
            gateway: self.settings.gateway.map(|make| make()),
        };
        let (house, notes) = runtime.block_on(async {
            let (house, notes) = House::open(plan).await.unwrap();
            house.store.save_stories(stories, now).await.unwrap();
            // A paper that is larger than its memory has its lists before anybody reads: pages then stay as they are.
            if house.publication.server.stories_in_memory.is_some() {
                Relating::new(&house.publication.language).finish(&house.store).await.unwrap();
            }
            house.refresh().await.unwrap();
            (house, notes)
        });
        let sockets = Sockets::open("127.0.0.1:0".parse().unwrap(), 2).unwrap();
        let address = sockets.address;
        house.rail.listen_at(address, false);
        let (close, closing) = watch::channel(false);
        let rounds = runtime.spawn(rounds::walk(Arc::clone(&house), notes, closing.clone()));
        let desk = Arc::new(FrontDesk::new(Arc::clone(&house), runtime.handle().clone()));
        let service = Service { desk, tls: None, connections: 512 };
        let workers = serve::serve(sockets, &service, &closing).unwrap();
        self.running = Some(Running { house, address, runtime, close, workers, rounds });
    }

    /// Stops the paper as Ctrl-C would.
    pub fn stop(&mut self) {
        let Some(running) = self.running.take() else { return };
        let Running { house, runtime, close, workers, rounds, .. } = running;
        let _ = close.send(true);
        for worker in workers {
            worker.join().expect("a thread that serves readers ended well");
        }
        runtime.block_on(async {
            rounds.await.expect("the rounds ended well");
            house.store.close().await;
        });
    }

    /// Tells the paper to stop, and does not wait for it.
    pub fn begin_to_stop(&self) {
        self.running().close.send(true).unwrap();
    }

    /// Stops it and starts it again: what was only in memory is gone.
    pub fn restart(&mut self) {
        self.stop();
        self.start(&[]);
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("the paper runs")
    }

    pub fn house(&self) -> &Arc<House> {
        &self.running().house
    }

    pub fn address(&self) -> SocketAddr {
        self.running().address
    }

    pub fn location(&self) -> Location {
        self.location.clone()
    }

    /// The address of the paper's database, where it is no file in its folder.
    pub fn database_url(&self) -> Option<String> {
        self.database.as_ref().map(|(server, name)| with_database(server, name))
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The database as `--database` names it.
    pub fn database(&self) -> String {
        match &self.location {
            Location::Sqlite(path) => format!("sqlite:{}", path.display()),
            Location::Postgres(url) => url.clone(),
        }
    }

    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.running().runtime.block_on(future)
    }

    pub fn set_clock(&self, at: Timestamp) {
        assert!(self.clock.set(at));
    }

    /// A browser that nobody has used before, unlike every other.
    pub fn browser(&self) -> Browser {
        Browser::new(self)
    }

    /// The stories of a marking, in the order of their numbers.
    pub fn stories(&self, marking: Marking) -> Vec<Arc<Story>> {
        let catalogue = self.house().catalogue.load();
        let mut found: Vec<Arc<Story>> =
            catalogue.newest.iter().filter(|e| e.story.marking == marking).map(|e| Arc::clone(&e.story)).collect();
        found.sort_by_key(|s| s.number);
        found
    }

    pub fn metered(&self) -> Vec<Arc<Story>> {
        self.stories(Marking::Metered)
    }

    /// A pass that says these stories were read in the present period.
    pub fn pass(&self, stories: &[StoryNumber]) -> String {
        let period = self.house().meter.period(self.clock.now());
        let mut reads = ReadList::new();
        for story in stories {
            reads.insert(Read::new(story.0, period.today));
        }
        let value = self.house().meter.seal(GuestId(self.house().dice.number()), &period, reads);
        format!("{}={value}", cookies::GUEST)
    }

    /// A new account and the cookie of a session of it, past the log-in page.
    pub fn sign_in(&self, role: &str, rights: Rights) -> (i64, String) {
        let name = format!("made-{}", self.next.fetch_add(1, Ordering::Relaxed));
        let now = self.clock.now();
        let token = self.house().dice.token();
        let reader = NewReader {
            email: format!("{name}@gazette.example"),
            email_key: format!("{name}@gazette.example"),
            name,
            password_hash: None,
            role: role.into(),
            verified_at: Some(now),
        };
        let store = &self.house().store;
        let id = self.block_on(async {
            let Created::Created(reader) = store.create_reader(&reader, now).await.unwrap() else {
                panic!("the name is new")
            };
            if let Some(grant) = rights.grant(reader.id, now) {
                assert!(store.give_grant(&grant, now).await.unwrap());
            }
            let session = NewSession {
                token_hash: session_key(&token).to_vec(),
                reader_id: reader.id,
                device: "a test".into(),
                expires_at: now + SignedDuration::from_hours(720),
            };
            store.create_session(&session, now).await.unwrap();
            reader.id
        });
        (id, format!("{}={token}", cookies::SESSION))
    }

    /// The cookie of a new session of an account.
    pub fn log_in_again(&self, reader_id: i64) -> String {
        let token = self.house().dice.token();
        let now = self.clock.now();
        let session = NewSession {
            token_hash: session_key(&token).to_vec(),
            reader_id,
            device: "a test".into(),
            expires_at: now + SignedDuration::from_hours(720),
        };
        self.block_on(self.house().store.create_session(&session, now)).unwrap();
        format!("{}={token}", cookies::SESSION)
    }

    /// Makes the accounts of `publication.toml`, with passwords that work.
    pub fn make_accounts(&self) {
        self.block_on(readers::create_sample_accounts(self.house())).unwrap();
    }

    /// How much of a story a text holds.
    pub fn shown(&self, text: &str, story: &Story) -> Shown {
        let text = leaks::plain(text);
        let there = |sentence: &String| text.contains(&leaks::normal(sentence));
        let locked = sentences(story.locked());
        let found = locked.iter().filter(|s| there(s)).count();
        if found == locked.len() {
            Shown::Open
        } else if found > 0 {
            panic!("{found} of {} locked sentences of {} are there", locked.len(), story.path())
        } else if sentences(story.preview()).iter().all(there) {
            Shown::Preview
        } else {
            Shown::Nothing
        }
    }
}

/// What an account made by a test holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    None,
    Paid,
    /// Paid, by a plan without the archive.
    Shallow,
    /// Paid once; ended an hour ago.
    Lapsed,
}

impl Rights {
    fn grant(self, reader_id: i64, now: Timestamp) -> Option<NewGrant> {
        let month = SignedDuration::from_hours(720);
        let (starts_at, ends_at) = match self {
            Self::None => return None,
            Self::Paid | Self::Shallow => (now - month, now + month),
            Self::Lapsed => (now - month, now - SignedDuration::from_hours(1)),
        };
        let all: &[&str] = &["unlimited", "premium", "ad-free", "archive"];
        let benefits = if self == Self::Shallow { &all[..3] } else { all };
        Some(NewGrant {
            reader_id,
            benefits: benefits.iter().copied().map(String::from).collect(),
            source: "purchase".into(),
            reference: format!("made for a test: {reader_id}"),
            starts_at,
            ends_at: Some(ends_at),
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Open,
    Preview,
    Nothing,
}

impl Drop for Paper {
    fn drop(&mut self) {
        if thread::panicking() {
            // The test has failed already: only leave nothing behind.
            if let Some(running) = &self.running {
                let _ = running.close.send(true);
            }
        } else {
            self.stop();
            self.examine();
        }
        if let Some((server, name)) = &self.database {
            administer(server, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

impl Paper {
    fn examine(&self) {
        let failures = self.failures.lock().unwrap();
        assert!(failures.is_empty(), "answers that failed: {failures:?}");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = Store::open(&self.location).await.unwrap();
            assert_eq!(store.ledger_unbalanced().await.unwrap(), Vec::<i64>::new(), "the books balance");
            assert_eq!(store.check().await.unwrap(), Vec::<String>::new(), "the database is sound");
            store.close().await;
        });
    }
}

/// The paragraphs of a story.
pub fn texts(story: &Story) -> Vec<String> {
    story.body.iter().map(|block| block.text().to_owned()).collect()
}

pub fn create_database() -> (String, String) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = server().expect("MASTHEAD_TEST_POSTGRES is set");
    let name = format!("masthead_it_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    // a run that was ended may have left one, and numbers of processes come again
    administer(&server, &format!("DROP DATABASE IF EXISTS {name}"));
    administer(&server, &format!("CREATE DATABASE {name}"));
    (server, name)
}

/// One administrator's command, by PostgreSQL's own client: this crate has no other way to say it, and shall have none.
pub fn administer(server: &str, command: &str) {
    let done = Command::new("psql").args(["--no-psqlrc", "--quiet", "--command", command, server]).output();
    let done = done.expect("psql is installed beside the server of MASTHEAD_TEST_POSTGRES");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// The server's address with another database.
pub fn with_database(server: &str, name: &str) -> String {
    let (front, parameters) = server.split_once('?').map_or((server, None), |(front, rest)| (front, Some(rest)));
    let (scheme, rest) = front.split_once("://").unwrap();
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    let parameters = parameters.map(|p| format!("?{p}")).unwrap_or_default();
    format!("{scheme}://{host}/{name}{parameters}")
}
