//! The house: everything a running paper is made of, handed to whoever needs it.
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use circulation::meter::{MeterKey, MeterKeys};
use jiff::{SignedDuration, Timestamp};
use pages::views::Paper;
use store::{Location, Store};
use tokio::sync::mpsc;

use crate::billing::links::Links;
use crate::billing::terms;
use crate::catalogue::{self, Catalogue, Shelves, Stacks};
use crate::cli::Failure;
use crate::clock::Clock;
use crate::clock::travel::{self, Rehearsal};
use crate::config::Publication;
use crate::dice::Dice;
use crate::gateways::Sandbox;
use crate::gateways::chosen;
use crate::gateways::rail::Gateway;
use crate::mail::smtp::{Credentials, Smtp};
use crate::searching::Searching;
use crate::web::compose;
use crate::web::metrics::Metrics;
use crate::web::printed::{Printed, Stamp};
use crate::web::reading::{Meter, Noted};
use crate::web::visitor::{SessionKey, Sessions};
use circulation::payments::Capabilities;

/// Bytes that compiled pages may take.
const PAGE_BYTES: usize = 1 << 30;
/// Guests remembered at once, unless the settings say otherwise: what fills the tables' shards without doubling them.
const REMEMBERED_GUESTS: usize = 1_835_008;
/// Sessions whose last use waits to be written down.
const SEEN: usize = 10_000;

pub struct House {
    pub publication: Publication,
    pub paper: Paper,
    pub store: Store,
    pub data: PathBuf,
    pub catalogue: ArcSwap<Catalogue>,
    generation: AtomicU64,
    /// One refresh at a time, so that an older catalogue never replaces a newer one.
    pub(crate) refreshing: tokio::sync::Mutex<()>,
    pub shelves: Shelves,
    /// Old stories that were asked for.
    pub stacks: Stacks,
    pub printed: Printed,
    pub meter: Meter,
    pub sessions: Sessions,
    seen: Mutex<Vec<(SessionKey, Timestamp)>>,
    /// A day, and where the archive ends on it.
    archive: ArcSwap<(u16, Timestamp)>,
    pub clock: Clock,
    pub rehearsal: Rehearsal,
    pub dice: Dice,
    /// Names this process among those that share the paper, in leases.
    pub holder: String,
    /// The mail server, if there is one.
    pub smtp: Option<Smtp>,
    pub metrics: Metrics,
    /// The payment rail.
    pub gateway: Arc<dyn Gateway>,
    /// The sandbox rail, whose pages are part of the paper where it is the gateway.
    pub rail: Arc<Sandbox>,
    /// What the rail can do.
    pub capabilities: Capabilities,
    /// Links in mails that work without logging in.
    pub links: Links,
    pub passwords: crate::readers::Passwords,
    pub limits: crate::readers::RateLimits,
    /// The search index.
    pub searching: Searching,
}

/// What a house needs to open.
pub struct Plan {
    pub publication: Publication,
    pub data: PathBuf,
    pub location: Location,
    pub clock: Clock,
    pub dice: Dice,
    /// The payment rail; the one of the settings when left out.
    pub gateway: Option<Arc<dyn Gateway>>,
}

/// A rail keeps a payment page open no shorter and no longer than it likes.
fn pages_fit(publication: &Publication, gateway: &dyn Gateway) -> Result<(), Failure> {
    let (least, most) = gateway.capabilities().page_open;
    let (least, most) = (least.as_mins(), most.as_mins());
    let set = i64::from(publication.billing.page_minutes);
    if (least..=most).contains(&set) {
        return Ok(());
    }
    Err(Failure::said(format!(
        "page_minutes = {set} in [billing.policy] cannot be: {} keeps a payment page open for {least} to {most} minutes; write a number between",
        gateway.rail()
    )))
}

impl House {
    /// Opens the house: database, keys, catalogue. The second value are the readings to be written down by a round.
    ///
    /// # Errors
    /// One clear line.
    pub async fn open(plan: Plan) -> Result<(Arc<Self>, mpsc::Receiver<Noted>), Failure> {
        let Plan { publication, data, location, clock, dice, gateway } = plan;
        let store = Store::open(&location).await?;
        set_ahead(&publication, &store, &clock).await?;
        let smtp = smtp(&publication, &data)?;
        let secret = Secrets::open(&data, &dice)?;
        let keys = MeterKeys::new(MeterKey::new(1, &secret.derive("meter")), Vec::new())
            .map_err(|e| Failure::said(e.to_string()))?;
        let now = clock.now();
        let remembered = publication.server.remembered_guests.unwrap_or(REMEMBERED_GUESTS);
        let (meter, notes) = Meter::new(&publication.meter, keys, remembered, &dice, now);
        let rail = Arc::new(Sandbox::new(
            store.clone(),
            secret.derive("sandbox"),
            publication.currency,
            &publication.payments.sandbox,
        ));
        let gateway = match gateway {
            Some(gateway) => gateway,
            None => chosen::gateway(&publication, &rail, &store).await?,
        };
        pages_fit(&publication, gateway.as_ref())?;
        let searching = Searching::open(&data, &publication).map_err(|e| Failure::said(e.to_string()))?;
        let house = Self {
            paper: compose::paper(&publication),
            catalogue: ArcSwap::default(),
            generation: AtomicU64::new(1),
            refreshing: tokio::sync::Mutex::default(),
            shelves: Shelves::new(PAGE_BYTES),
            stacks: Stacks::new(publication.server.stories_in_memory.unwrap_or(catalogue::IN_MEMORY) / 4),
            printed: Printed::default(),
            meter,
            sessions: Sessions::default(),
            seen: Mutex::default(),
            archive: ArcSwap::from_pointee((u16::MAX, Timestamp::MAX)),
            metrics: Metrics::default(),
            capabilities: terms::capabilities(gateway.rail(), gateway.capabilities())
                .map_err(|e| Failure::said(e.to_string()))?,
            gateway,
            rail,
            links: Links::new(secret.derive("links in mails")),
            passwords: crate::readers::Passwords::default(),
            limits: crate::readers::RateLimits::default(),
            searching,
            publication,
            store,
            data,
            clock,
            rehearsal: Rehearsal::default(),
            holder: format!("process {:016x}", dice.number()),
            smtp,
            dice,
        };
        house.show_clock();
        house.refresh().await?;
        Ok((Arc::new(house), notes))
    }

    /// Puts a catalogue in place of the present one: the next request obeys it.
    pub fn publish(&self, catalogue: Catalogue) {
        self.catalogue.store(Arc::new(catalogue));
        self.generation.fetch_add(1, Ordering::Release);
        self.searching.wake();
    }

    /// Reads how far the clock is ahead, as another process may have left it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn notice_clock(&self) -> Result<(), store::StoreError> {
        let ahead = ahead(&self.store).await?;
        let moved = self.clock.go_ahead(ahead);
        self.show_clock();
        if moved {
            self.refresh().await?;
        }
        Ok(())
    }

    /// Has every page say that the clock is moved, and to which day; nothing where it is not.
    pub fn show_clock(&self) {
        let words = self.clock.ahead().is_positive().then(|| {
            let today = self.clock.now().to_zoned(self.publication.zone.clone());
            today.strftime("The clock of this paper is moved: here it is %A, %-d %B %Y.").to_string()
        });
        if self.paper.moved.say(words) {
            self.shelves.clear(&self.catalogue.load(), &self.stacks);
            self.generation.fetch_add(1, Ordering::Release);
        }
    }

    /// Where the archive ends on a day (in days since the epoch in the paper's zone): what was published before belongs to it. `None`: age
    /// makes no difference in this paper. Worked out once a day, since every page view asks.
    #[must_use]
    pub fn archive_begins(&self, today: u16) -> Option<Timestamp> {
        let days = self.publication.archive.after_days?;
        let (day, begins) = **self.archive.load();
        if day == today {
            return Some(begins);
        }
        let first =
            jiff::civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(i64::from(today) - i64::from(days)));
        // a day that cannot be found closes everything that is not free
        let begins =
            first.to_zoned(self.publication.zone.clone()).map_or(Timestamp::MAX, |midnight| midnight.timestamp());
        self.archive.store(Arc::new((today, begins)));
        Some(begins)
    }

    /// [`House::archive_begins`] today.
    #[must_use]
    pub fn archive_now(&self) -> Option<Timestamp> {
        self.publication.archive.after_days?;
        self.archive_begins(self.meter.period(self.clock.now()).today)
    }

    /// What class pages depend on.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        let today = self.meter.period(self.clock.now()).today;
        Stamp { generation: self.generation.load(Ordering::Acquire), day: i32::from(today) }
    }

    /// Remembers that a session was used, to be written down by a round.
    pub fn note_seen(&self, session: SessionKey, at: Timestamp) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() < SEEN {
            seen.push((session, at));
        }
    }

    /// Takes what was noted since the last time.
    #[must_use]
    pub fn take_seen(&self) -> Vec<(SessionKey, Timestamp)> {
        std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How far a paper's clock is ahead.
async fn ahead(store: &Store) -> Result<SignedDuration, store::StoreError> {
    let ms = store.setting(travel::AHEAD).await?.and_then(|text| text.parse().ok()).unwrap_or(0);
    Ok(SignedDuration::from_millis(ms))
}

/// A clock that was moved for a rehearsal stays moved. Contracts, documents and books of such a paper are dated in a
/// future that has not come: it is never opened for real money.
async fn set_ahead(publication: &Publication, store: &Store, clock: &Clock) -> Result<(), Failure> {
    let ahead = ahead(store).await?;
    if ahead.is_positive() && publication.payments.rail != "sandbox" {
        return Err(Failure::said(format!(
            "the clock of this paper was moved for a rehearsal, so its contracts and books are dated in the future, and \
             it cannot take payments by {}. Make a new paper with masthead init, or write rail = \"sandbox\" again",
            publication.payments.rail
        )));
    }
    clock.go_ahead(ahead);
    Ok(())
}

/// The mail server of the settings.
fn smtp(publication: &Publication, data: &Path) -> Result<Option<Smtp>, Failure> {
    let Some(settings) = &publication.mail else { return Ok(None) };
    let said = |error: crate::mail::smtp::SettingsError| Failure::said(format!("publication.toml, [mail]: {error}"));
    let credentials = Credentials::load(|name| std::env::var(name).ok()).map_err(said)?;
    settings.check(data, credentials).map(Some).map_err(said)
}

/// The one secret of a paper, from which every key is derived. It is a file that only its owner may read, never a row
/// of the database: who reads the database can sign nothing.
struct Secrets([u8; 32]);

impl Secrets {
    fn open(data: &Path, dice: &Dice) -> Result<Self, Failure> {
        let path = data.join("secret.key");
        let said = |what: &str, e: &dyn std::fmt::Display| {
            Failure::said(format!("{} {what}: {e}. Give this user the right to its folder", path.display()))
        };
        match std::fs::read(&path) {
            Ok(bytes) => {
                let bytes: [u8; 32] = bytes.try_into().map_err(|_| {
                    Failure::said(format!(
                        "{} is not a key of 32 bytes. Restore it from a backup, or delete it: guests then start a new count",
                        path.display()
                    ))
                })?;
                Ok(Self(bytes))
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let key = dice.key();
                write_private(&path, &key).map_err(|e| said("cannot be written", &e))?;
                Ok(Self(key))
            }
            Err(e) => Err(said("cannot be read", &e)),
        }
    }

    fn derive(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(&format!("masthead 2026 {purpose}"), &self.0)
    }
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
