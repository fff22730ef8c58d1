//! The meter as the house runs it: the keys, the tables, the period of the moment, and what is still to be written down.
use std::net::IpAddr;
use std::sync::Arc;

use arc_swap::ArcSwap;
use circulation::gate::Ask;
use circulation::meter::{
    Arrival, Counted, DailyKey, GuestId, GuestPass, MeterKeys, MeterRules, MeterTable, Network, NetworkAllowance,
    Newborns, Period, ReadList, Window,
};
use circulation::readers::ReaderId;
use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::config::MeterSettings;
use crate::dice::Dice;

/// Reads of registered readers that may wait to be written down. At the bound further ones are not written: they count
/// in memory and are forgotten at a restart, in the reader's favour.
pub const PENDING: usize = 65_536;

/// One counted reading of a registered reader.
#[derive(Debug, Clone, Copy)]
pub struct Noted {
    pub reader: ReaderId,
    pub period: u32,
    pub story: u32,
    pub day: u16,
}

pub struct Meter {
    pub rules: MeterRules,
    /// The notice appears when this many stories or fewer are left.
    pub notice_at: u16,
    pub keys: MeterKeys,
    pub guests: MeterTable,
    pub readers: MeterTable,
    newborns: Newborns,
    network: NetworkAllowance,
    daily: ArcSwap<(u16, DailyKey)>,
    period: ArcSwap<Period>,
    dice: Dice,
    noted: mpsc::Sender<Noted>,
}

/// A guest as far as the meter is concerned.
#[derive(Debug, Clone)]
pub struct Guest {
    pub id: GuestId,
    pub known: ReadList,
}

impl Meter {
    /// The meter, and the readings to be written down.
    #[must_use]
    pub fn new(
        settings: &MeterSettings,
        keys: MeterKeys,
        remembered: usize,
        dice: &Dice,
        now: Timestamp,
    ) -> (Self, mpsc::Receiver<Noted>) {
        let (noted, notes) = mpsc::channel(PENDING);
        let period = settings.rules.period_at(now);
        let meter = Self {
            rules: settings.rules.clone(),
            notice_at: settings.notice_at,
            keys,
            guests: MeterTable::new(remembered),
            readers: MeterTable::new(remembered),
            newborns: Newborns::new(),
            network: NetworkAllowance::new(settings.fresh_guests_per_network),
            daily: ArcSwap::from_pointee((period.today, DailyKey::new(&dice.key()))),
            period: ArcSwap::from_pointee(period),
            dice: dice.clone(),
            noted,
        };
        (meter, notes)
    }

    /// The period of the moment. Walking the calendar is done once a day, not once a page.
    #[must_use]
    pub fn period(&self, now: Timestamp) -> Period {
        let held = **self.period.load();
        if held.is_current(now) {
            return held;
        }
        let period = self.rules.period_at(now);
        self.period.store(Arc::new(period));
        period
    }

    /// Reads the pass a guest shows.
    #[must_use]
    pub fn pass(&self, cookie: Option<&str>, period: &Period, now: Timestamp) -> Option<Guest> {
        let pass = GuestPass::open(cookie?, &self.keys, period, now)?;
        self.newborns.grown_up(pass.guest, now);
        Some(Guest { id: pass.guest, known: pass.reads })
    }

    /// A guest for a visitor without a pass; `None` when the visitor's network has used up its fresh guests of the day.
    pub fn born(&self, visit: &Visit<'_>, period: &Period, now: Timestamp) -> Option<Guest> {
        let daily = self.daily_key(period);
        let key = daily.1.visit(visit.address, visit.user_agent, visit.languages);
        let id = self.newborns.adopt(key, visit.arrival, now, || {
            let network = daily.1.network(Network::of(visit.address));
            self.network.take(network, period.today).then(|| GuestId(self.dice.number()))
        })?;
        Some(Guest { id, known: ReadList::new() })
    }

    fn daily_key(&self, period: &Period) -> Arc<(u16, DailyKey)> {
        let held = self.daily.load_full();
        if held.0 == period.today {
            return held;
        }
        let fresh = Arc::new((period.today, DailyKey::new(&self.dice.key())));
        self.daily.store(Arc::clone(&fresh));
        fresh
    }

    /// Counts, or only looks, for a guest.
    #[must_use]
    pub fn guest(&self, guest: Option<&Guest>, period: &Period, story: u32, ask: Ask) -> Counted {
        match guest {
            Some(guest) if ask.count => self.guests.count(guest.id.0, period, story, ask.limit, &guest.known),
            Some(guest) => self.guests.peek(guest.id.0, period, story, ask.limit, &guest.known),
            // Nobody yet: what a fresh guest would be told.
            None => self.guests.peek(0, period, story, ask.limit, &ReadList::new()),
        }
    }

    /// Counts, or only looks, for a registered reader; `None` when the reads are not in memory yet.
    #[must_use]
    pub fn reader(&self, reader: ReaderId, period: &Period, story: u32, ask: Ask) -> Option<Counted> {
        let key = reader_key(reader);
        if !ask.count {
            self.readers.reads_of(key, period)?;
            return Some(self.readers.peek(key, period, story, ask.limit, &ReadList::new()));
        }
        let counted = self.readers.count_held(key, period, story, ask.limit)?;
        if counted.newly {
            let note = Noted { reader, period: period.id, story, day: period.today };
            if self.noted.try_send(note).is_err() {
                tracing::warn!("readings wait faster than they are written down; one will not survive a restart");
            }
        }
        Some(counted)
    }

    /// Whether a reader's reads of this period are in memory.
    #[must_use]
    pub fn knows(&self, reader: ReaderId, period: &Period) -> bool {
        self.readers.reads_of(reader_key(reader), period).is_some()
    }

    /// Puts a reader's reads in memory: from the store, or a guest's own at log-in.
    pub fn absorb(&self, reader: ReaderId, period: &Period, reads: &ReadList) {
        self.readers.absorb(reader_key(reader), period, reads);
    }

    /// What a reader has read in this period.
    #[must_use]
    pub fn reads_of(&self, reader: ReaderId, period: &Period) -> ReadList {
        self.readers.reads_of(reader_key(reader), period).unwrap_or_default()
    }

    /// A guest's pass as a cookie's value.
    #[must_use]
    pub fn seal(&self, guest: GuestId, period: &Period, reads: ReadList) -> String {
        GuestPass { guest, period: period.id, reads }.seal(&self.keys)
    }

    /// How long a pass may live, in seconds: never longer than its period.
    #[must_use]
    pub fn pass_lives(&self, period: &Period, now: Timestamp) -> i64 {
        match self.rules.window() {
            Window::RollingDays(days) => i64::from(days) * 86_400,
            _ => (period.ends.as_second() - now.as_second()).max(1),
        }
    }

    /// When the next story comes free for these reads: the reset that the page names.
    #[must_use]
    pub fn resets_at(&self, period: &Period, reads: impl FnOnce() -> ReadList, limit: u16) -> Timestamp {
        match self.rules.window() {
            Window::RollingDays(_) => self.rules.frees_at(period, &reads(), limit),
            _ => period.ends,
        }
    }
}

/// Reader ids are small and in order; the table mixes them itself.
const fn reader_key(reader: ReaderId) -> u64 {
    reader.0.cast_unsigned()
}

/// How a visitor without a pass arrived.
#[derive(Debug)]
pub struct Visit<'a> {
    pub address: IpAddr,
    pub user_agent: &'a [u8],
    pub languages: &'a [u8],
    pub arrival: Arrival<'a>,
}
