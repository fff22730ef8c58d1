//! The sample paper on a loopback port, as a newcomer's first start makes it, under a clock that stands.
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;

use masthead::clock::Clock;
use masthead::dice::Dice;
use masthead::house::{House, Plan};
use masthead::import::{self, Target};
use masthead::web::front_desk::FrontDesk;
use masthead::web::serve::{self, Service, Sockets};
use masthead::{config, readers, rounds, sample};
use newsroom::articles::{Marking, Story, key_of};
use store::{CopyShown, DoubtKind, Evidence, Location, NewDoubt, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::fixture::{instant, sentences};
use crate::leaks;

/// The address the sample's settings give.
const USUAL_ADDRESS: &str = "http://127.0.0.1:1997";
/// A Sunday morning with nine days of the meter's month left.
const MORNING: &str = "2026-11-22T08:00:00+05:30";

/// The accounts of the sample: address and password.
pub const REGISTERED: (&str, &str) = ("reader@example.com", "seven rupees at the tea stall");
pub const EDITOR: (&str, &str) = ("editor@example.com", "put the verb before the number");

/// A folder with the sample imported, made by the first town and kept as long as any is open.
static IMPORTED: Mutex<Weak<TempDir>> = Mutex::new(Weak::new());

fn imported() -> Arc<TempDir> {
    let mut kept = IMPORTED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(folder) = kept.upgrade() {
        return folder;
    }
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let settings = sample::publication().unwrap();
    let publication = config::parse(Path::new("publication.toml"), settings).unwrap();
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(&database(folder.path())).await.unwrap();
        let now = instant(MORNING);
        let target = Target { publication: &publication, store: &store, data: folder.path(), dry_run: false, now };
        let report = import::run(&target, "the sample paper", &import::inside(&sample::SAMPLE)).await.unwrap();
        assert!(report.refused.is_empty(), "{:?}", report.refused);
        store.close().await;
    });
    *kept = Arc::downgrade(&folder);
    folder
}

fn database(folder: &Path) -> Location {
    Location::Sqlite(folder.join("masthead.db"))
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

struct Running {
    runtime: Runtime,
    close: watch::Sender<bool>,
    workers: Vec<thread::JoinHandle<()>>,
    rounds: tokio::task::JoinHandle<()>,
}

/// A town with one newspaper.
pub struct Town {
    pub house: Arc<House>,
    pub address: SocketAddr,
    pub clock: Clock,
    folder: TempDir,
    _imported: Arc<TempDir>,
    running: Option<Running>,
}

impl Town {
    pub fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let imported = imported();
        copy(imported.path(), folder.path());
        let sockets = Sockets::open("127.0.0.1:0".parse().unwrap(), 2).unwrap();
        let address = sockets.address;
        // Mails and canonical links must lead to where this paper really is.
        let settings = sample::publication().unwrap().replace(USUAL_ADDRESS, &format!("http://{address}"));
        let publication = config::parse(Path::new("publication.toml"), &settings).unwrap();
        let clock = Clock::standing(instant(MORNING));
        let plan = Plan {
            publication,
            data: folder.path().to_owned(),
            location: database(folder.path()),
            clock: clock.clone(),
            dice: Dice::seeded(22),
            gateway: None,
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (house, notes) = runtime.block_on(async {
            let (house, notes) = House::open(plan).await.unwrap();
            readers::create_sample_accounts(&house).await.unwrap();
            (house, notes)
        });
        house.rail.listen_at(address, false);
        let (close, closing) = watch::channel(false);
        let rounds = runtime.spawn(rounds::walk(Arc::clone(&house), notes, closing.clone()));
        let desk = Arc::new(FrontDesk::new(Arc::clone(&house), runtime.handle().clone()));
        let workers = serve::serve(sockets, &Service { desk, tls: None, connections: 512 }, &closing).unwrap();
        Self {
            house,
            address,
            clock,
            folder,
            _imported: imported,
            running: Some(Running { runtime, close, workers, rounds }),
        }
    }

    /// The stories of a marking, newest first.
    pub fn stories(&self, marking: Marking) -> Vec<Arc<Story>> {
        let catalogue = self.house.catalogue.load();
        catalogue.newest.iter().filter(|e| e.story.marking == marking).map(|e| Arc::clone(&e.story)).collect()
    }

    /// The newest story of a marking.
    pub fn newest(&self, marking: Marking) -> Arc<Story> {
        self.stories(marking).swap_remove(0)
    }

    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.running.as_ref().expect("the town is open").runtime.block_on(future)
    }

    /// A writer and a topic of the newest stories that have them, as addresses name them.
    pub fn credits(&self) -> (String, String) {
        let catalogue = self.house.catalogue.load();
        let first = |of: fn(&Story) -> &Vec<String>| {
            let mut keys = catalogue.newest.iter().flat_map(|e| of(&e.story)).filter_map(|name| key_of(name));
            keys.next().expect("some story names one")
        };
        (first(|story| &story.bylines), first(|story| &story.topics))
    }

    /// Has the desk doubt a story in every way there is, with copies side by side, and gives its number.
    pub fn doubt(&self) -> u32 {
        let story = self.newest(Marking::Free);
        let paragraph = story.body[0].text().to_owned();
        let copy = |place: &str| CopyShown {
            place: place.into(),
            headline: story.headline.clone(),
            paragraphs: story.body.iter().take(4).map(|block| block.text().to_owned()).collect(),
        };
        let last = u32::try_from(story.body.len()).unwrap();
        let doubts: Vec<NewDoubt> = DoubtKind::ALL
            .into_iter()
            .map(|kind| NewDoubt {
                key: kind.word().into(),
                kind,
                paragraph: (kind == DoubtKind::Paragraph).then_some(1),
                text: "It stands in one of three copies only.".into(),
                evidence: Evidence {
                    choices: match kind {
                        DoubtKind::Headline => vec![story.headline.clone(), "Another headline of this story".into()],
                        DoubtKind::Date => vec!["1997-03-14T06:30:00Z".into(), "1997-03-15T06:30:00Z".into()],
                        _ => Vec::new(),
                    },
                    orders: vec![(1..=last).collect(), (1..=last).rev().collect()],
                    copies: vec![copy("first.html"), copy("second.html")],
                    paragraph: (kind == DoubtKind::Paragraph).then(|| paragraph.clone()),
                    ..Evidence::default()
                },
            })
            .collect();
        let added = self.block_on(self.house.store.add_doubts(story.number, &doubts, None, self.clock.now())).unwrap();
        assert_eq!(added, DoubtKind::ALL.len());
        story.number.0
    }

    /// A story that was put together from crawls.
    pub fn rebuilt(&self) -> u32 {
        let crawls = self.block_on(self.house.store.crawls_after("")).unwrap();
        crawls.iter().find_map(|crawl| crawl.story).expect("the sample has crawls").0
    }

    fn stop(&mut self) {
        let Some(Running { runtime, close, workers, rounds }) = self.running.take() else { return };
        let _ = close.send(true);
        for worker in workers {
            worker.join().expect("a thread that serves readers ended well");
        }
        runtime.block_on(async {
            rounds.await.expect("the rounds ended well");
            self.house.store.close().await;
            let store = Store::open(&database(self.folder.path())).await.unwrap();
            assert_eq!(store.ledger_unbalanced().await.unwrap(), Vec::<i64>::new(), "the books balance");
            assert_eq!(store.check().await.unwrap(), Vec::<String>::new(), "the database is sound");
            store.close().await;
        });
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        if thread::panicking() {
            // The test has failed already: only leave nothing behind.
            if let Some(running) = &self.running {
                let _ = running.close.send(true);
            }
        } else {
            self.stop();
        }
    }
}

/// How many of a story's locked sentences stand in a page, and how many there are.
pub fn locked_sentences(page: &str, story: &Story) -> (usize, usize) {
    let page = leaks::plain(page);
    let locked = sentences(story.locked());
    assert!(!locked.is_empty(), "{} has nothing to lock", story.path());
    (locked.iter().filter(|s| page.contains(&leaks::normal(s))).count(), locked.len())
}
