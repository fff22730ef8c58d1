//! First visits in several tabs at once.

use std::mem;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use hashbrown::HashMap;
use jiff::Timestamp;

use super::pass::GuestId;

/// How long a birth is remembered, in milliseconds: time enough for a browser to open the tabs that a person asked for
/// together, and for its answers to arrive over a slow line.
const INFANCY_MS: i64 = 3_000;
/// So many births are remembered per shard and generation; further guests are simply not shared.
const BOUND: usize = 4_096;
const SHARDS: usize = 16;

/// How a request came in.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// The connection, alive as long as it is open.
    pub connection: &'a Arc<()>,
    /// Whether a request on it may have been made before an earlier one was answered: HTTP/2, where they overlap, or a
    /// browser's navigation, which settles on its cookies before it waits for a connection.
    pub multiplexed: bool,
}

/// Lets the tabs of one browser, opened together on a first visit, share one guest.
///
/// **Why.** A reader without a cookie who opens six stories at once sends six requests before any answer can set one.
/// Each would be a guest of its own with a whole allowance. Without a fingerprint and without a cookie before
/// anything is counted, the requests can be known as one reader's only by arriving together and looking alike.
///
/// **How.** The caller makes a key of address, user agent and accepted languages under a random key of the day
/// ([`DailyKey`](super::DailyKey)); nothing else is kept, and no key is of use after three seconds. A request without a pass adopts the
/// guest born under the same key within that time if all of these hold:
///
/// - The connection that saw the birth is still open, as a browser's is. Clients that come one after the other, each
///   with a connection of its own, are not tabs.
/// - This request came on another connection, or on the same one while requests overlap on it. A client that has
///   received its cookie on an ordinary connection and comes again without it refuses cookies; it is not a tab.
/// - Nobody has shown that guest's pass yet ([`Newborns::grown_up`]). From then on the browser has its cookie, and who
///   comes without one is somebody else.
///
/// **What remains.** Two people behind one address with the same browser and language whose first metered stories fall
/// within three seconds share one allowance until the period ends. A browser without Fetch Metadata that opens its tabs over HTTP/1.1 and puts
/// a request that was waiting onto the connection of the first, just answered, gets a second allowance.
pub struct Newborns {
    by_key: [Mutex<Fading<Newborn>>; SHARDS],
    /// Guest to key, to find a birth by its guest.
    by_guest: [Mutex<Fading<u64>>; SHARDS],
    /// When the latest guest was born, in milliseconds: when that is long ago nobody looks into the tables.
    latest_ms: AtomicI64,
}

#[derive(Clone)]
struct Newborn {
    guest: GuestId,
    born_ms: i64,
    connection: Weak<()>,
}

/// Entries that are dropped by the tableful: each lives for one to two infancies.
struct Fading<T> {
    young: HashMap<u64, T>,
    old: HashMap<u64, T>,
    turned_ms: i64,
}

impl<T> Default for Fading<T> {
    fn default() -> Self {
        Self { young: HashMap::default(), old: HashMap::default(), turned_ms: i64::MIN }
    }
}

impl<T> Fading<T> {
    fn turn(&mut self, now_ms: i64) {
        // An age below zero is a clock set back: then nothing may live for longer than it should.
        let age = now_ms.saturating_sub(self.turned_ms);
        if (0..INFANCY_MS).contains(&age) {
            return;
        }
        mem::swap(&mut self.young, &mut self.old);
        self.young.clear();
        if !(0..2 * INFANCY_MS).contains(&age) {
            self.old.clear();
        }
        self.turned_ms = now_ms;
    }

    fn get(&self, key: u64) -> Option<&T> {
        self.young.get(&key).or_else(|| self.old.get(&key))
    }

    fn put(&mut self, key: u64, value: T) {
        if self.young.len() < BOUND || self.young.contains_key(&key) {
            self.young.insert(key, value);
        } else {
            // An older birth must not be taken for this one.
            self.old.remove(&key);
        }
    }

    fn take(&mut self, key: u64) -> Option<T> {
        let old = self.old.remove(&key);
        self.young.remove(&key).or(old)
    }
}

impl Default for Newborns {
    fn default() -> Self {
        Self { by_key: Default::default(), by_guest: Default::default(), latest_ms: AtomicI64::new(i64::MIN) }
    }
}

impl Newborns {
    /// Nobody born yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The guest for a request without a pass: one just born under the same `key`, by the rules above, or a new one
    /// from `mint`; `None` when `mint` refuses, because the network's allowance is spent. Taking from the allowance
    /// inside `mint` charges tabs opened together once.
    pub fn adopt(
        &self,
        key: u64,
        arrival: Arrival<'_>,
        now: Timestamp,
        mint: impl FnOnce() -> Option<GuestId>,
    ) -> Option<GuestId> {
        let now_ms = now.as_millisecond();
        let mut births = lock(&self.by_key, key);
        births.turn(now_ms);
        if let Some(newborn) = births.get(key)
            && newborn.may_be_shared(arrival, now_ms)
        {
            return Some(newborn.guest);
        }
        let guest = mint()?;
        let connection = Arc::downgrade(arrival.connection);
        let newborn = Newborn { guest, born_ms: now_ms, connection };
        births.put(key, newborn);
        // Never two locks at once. Nobody can show this guest's pass before it is returned from here.
        drop(births);
        let mut keys = lock(&self.by_guest, guest.0);
        keys.turn(now_ms);
        keys.put(guest.0, key);
        drop(keys);
        self.latest_ms.fetch_max(now_ms, Ordering::Relaxed);
        Some(guest)
    }

    /// To be told of every pass that is shown: from then on its guest is not shared any more. One atomic load while
    /// nobody was born in the last seconds.
    pub fn grown_up(&self, guest: GuestId, now: Timestamp) {
        let latest_ms = self.latest_ms.load(Ordering::Relaxed);
        if now.as_millisecond().saturating_sub(latest_ms) >= INFANCY_MS {
            return;
        }
        let Some(key) = lock(&self.by_guest, guest.0).take(guest.0) else {
            return;
        };
        let mut births = lock(&self.by_key, key);
        if births.get(key).is_some_and(|newborn| newborn.guest == guest) {
            births.take(key);
        }
    }
}

impl Newborn {
    fn may_be_shared(&self, arrival: Arrival<'_>, now_ms: i64) -> bool {
        let age = now_ms.saturating_sub(self.born_ms);
        if !(0..INFANCY_MS).contains(&age) {
            return false;
        }
        let Some(connection) = self.connection.upgrade() else {
            return false;
        };
        arrival.multiplexed || !Arc::ptr_eq(&connection, arrival.connection)
    }
}

fn lock<T>(shards: &[Mutex<Fading<T>>; SHARDS], key: u64) -> MutexGuard<'_, Fading<T>> {
    // Keys and guests are random numbers.
    let shard = (key >> 32) as usize % SHARDS;
    shards[shard].lock().unwrap_or_else(PoisonError::into_inner)
}
