//! How many fresh guests one network may bring in a day, without keeping an address.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A network as an allowance is given to it: an IPv4 /24 or an IPv6 /56, what one household or office commonly has.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network([u8; 8]);

impl Network {
    /// The network of an address; an IPv4 address written as IPv6 is its IPv4 self.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                Self([4, a, b, c, 0, 0, 0, 0])
            }
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, ..] = address.octets();
                Self([6, a, b, c, d, e, f, g])
            }
        }
    }
}

/// A random key of one day. Addresses enter the meter only as numbers made with it; when it is thrown away nobody can
/// say any more, not even by trying every address, which they were.
pub struct DailyKey {
    networks: [u8; 32],
    visits: [u8; 32],
}

impl DailyKey {
    /// A key from 32 random bytes: drawn anew every day, never stored.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        Self {
            networks: blake3::derive_key("masthead circulation 2026-11-21 network of a day", secret),
            visits: blake3::derive_key("masthead circulation 2026-11-21 first visit of a day", secret),
        }
    }

    /// The number under which a network's allowance is counted ([`NetworkAllowance::take`]).
    #[must_use]
    pub fn network(&self, network: Network) -> u64 {
        first_number(&blake3::keyed_hash(&self.networks, &network.0))
    }

    /// The number under which first visits are taken together ([`Newborns::adopt`](super::Newborns::adopt)).
    #[must_use]
    pub fn visit(&self, address: IpAddr, user_agent: &[u8], accept_language: &[u8]) -> u64 {
        let mut hasher = blake3::Hasher::new_keyed(&self.visits);
        match address.to_canonical() {
            IpAddr::V4(address) => hasher.update(&address.octets()),
            IpAddr::V6(address) => hasher.update(&address.octets()),
        };
        // Lengths between the parts, so that none can reach into the next.
        hasher.update(&(user_agent.len() as u64).to_le_bytes());
        hasher.update(user_agent);
        hasher.update(accept_language);
        first_number(&hasher.finalize())
    }
}

fn first_number(hash: &blake3::Hash) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *hash.as_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

const ROWS: usize = 4;
/// Counters per row, a power of two: 2 MiB in all.
const WIDTH: usize = 1 << 17;

/// The supply of fresh guests per network and day, so that deleting the cookie again and again ends at a free
/// registration wall.
///
/// Approximate and of fixed size (a count-min sketch with conservative update, 2 MiB): it never lets a network take
/// more than its allowance; where many networks are busy, a few may be refused somewhat early, on average fewer than
/// eight guests early per million fresh guests in a day.
pub struct NetworkAllowance {
    per_day: u32,
    sketch: Mutex<Sketch>,
}

struct Sketch {
    day: u16,
    counters: Vec<u32>,
}

impl NetworkAllowance {
    /// At most `per_day` fresh guests of one network in a day; `u32::MAX` is as good as no allowance.
    #[must_use]
    pub fn new(per_day: u32) -> Self {
        let sketch = Sketch { day: 0, counters: vec![0; ROWS * WIDTH] };
        Self { per_day, sketch: Mutex::new(sketch) }
    }

    /// Takes one fresh guest from the network's allowance of the day; false when it is spent.
    ///
    /// `network` comes from [`DailyKey::network`], `day` counts days ([`Period::today`](super::Period::today)). Ask only for a
    /// reader without a pass, and only where the meter decides ([`Question::metered`](crate::gate::Question::metered)).
    pub fn take(&self, network: u64, day: u16) -> bool {
        let mut sketch = self.sketch();
        sketch.turn(day);
        let places = places(network);
        let taken = sketch.taken(places);
        if taken >= self.per_day {
            return false;
        }
        for place in places {
            let counter = &mut sketch.counters[place];
            *counter = (*counter).max(taken + 1);
        }
        true
    }

    /// Whether [`NetworkAllowance::take`] would refuse: to answer a HEAD as a GET would be, without taking anything.
    #[must_use]
    pub fn is_spent(&self, network: u64, day: u16) -> bool {
        let mut sketch = self.sketch();
        sketch.turn(day);
        sketch.taken(places(network)) >= self.per_day
    }

    fn sketch(&self) -> MutexGuard<'_, Sketch> {
        // Counters hold after any panic: each is a number on its own.
        self.sketch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sketch {
    fn turn(&mut self, day: u16) {
        // A request that arrives just before midnight and is decided just after must not empty the new day's counts.
        if day != self.day && day.checked_add(1) != Some(self.day) {
            self.day = day;
            self.counters.fill(0);
        }
    }

    /// Never less than was taken.
    fn taken(&self, places: [usize; ROWS]) -> u32 {
        let counters = places.map(|place| self.counters[place]);
        counters.into_iter().min().unwrap_or(0)
    }
}

/// One counter in each row. The number is a keyed hash, so any 17 bits of it are as good as others.
fn places(network: u64) -> [usize; ROWS] {
    [0, 1, 2, 3].map(|row: usize| {
        let part = network.rotate_right(row as u32 * 16) as usize;
        row * WIDTH + part % WIDTH
    })
}
