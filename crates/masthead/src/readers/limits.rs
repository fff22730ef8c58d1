//! How often somebody may knock: per account and network, per account, per network and in all, checked together and
//! before any costly work.
//!
//! One network alone cannot lock a reader out: what it may try at one account runs out, and refills, well before the
//! account's own bucket does, so that the reader still gets in from elsewhere.
//!
//! Each limit is a bucket that refills steadily (the generic cell rate algorithm of ITU-T I.371, which needs one number
//! a bucket). A try that is refused takes nothing, so that hammering does not make the wait longer.
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use circulation::meter::Network;
use jiff::Timestamp;

/// Buckets remembered at once. Those that are full again say nothing and are swept first; when none is, newcomers wait.
const MOST: usize = 131_072;

/// What is knocked at. Every door has buckets of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Door {
    /// A new account: hashes a password and sends a mail.
    SignUp,
    /// Address and password.
    LogIn,
    /// A mailed code is asked for.
    AskCode,
    /// A link to cancel is asked for without logging in.
    AskLink,
    /// A mailed code is tried.
    TryCode,
    /// A payment is begun.
    Checkout,
    /// A search.
    Search,
    /// Suggestions for what is being typed.
    Suggest,
    /// A step on a contract that writes a mail and can be taken back.
    Waver,
}

/// So many at once, and one more every so many milliseconds.
#[derive(Debug, Clone, Copy)]
struct Limit {
    burst: i64,
    every: i64,
}

const fn limit(burst: i64, every: i64) -> Limit {
    Limit { burst, every }
}

impl Door {
    /// Per account (or what claims to be one) and network, per account, per network, in all.
    const fn limits(self) -> [Limit; 4] {
        match self {
            Self::SignUp | Self::AskCode => [limit(5, 180_000), limit(20, 60_000), limit(30, 10_000), limit(300, 50)],
            Self::AskLink => [limit(3, 1_800_000), limit(6, 3_600_000), limit(20, 30_000), limit(300, 50)],
            Self::LogIn => [limit(10, 60_000), limit(50, 12_000), limit(60, 2_000), limit(300, 20)],
            Self::TryCode => [limit(15, 30_000), limit(60, 6_000), limit(60, 2_000), limit(300, 20)],
            Self::Search => [limit(60, 1_000), limit(90, 1_000), limit(180, 250), limit(600, 5)],
            Self::Suggest => [limit(90, 250), limit(120, 250), limit(360, 100), limit(900, 2)],
            Self::Waver => [limit(6, 600_000), limit(12, 600_000), limit(60, 3_000), limit(300, 20)],
            Self::Checkout => [limit(20, 10_000), limit(60, 3_000), limit(120, 1_000), limit(300, 20)],
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Pair(Door, [u8; 16], Network),
    Account(Door, [u8; 16]),
    /// In the meter's sense: an IPv4 /24, an IPv6 /56.
    Network(Door, Network),
    All(Door),
}

/// The buckets: for each the instant (milliseconds since the epoch) at which it is full again.
#[derive(Default)]
pub struct RateLimits(Mutex<HashMap<Key, i64>>);

impl RateLimits {
    /// Takes one from each of the four buckets, or nothing from any.
    ///
    /// `account` is the key of an address, known to the paper or not; nothing but its hash is kept.
    ///
    /// # Errors
    /// How many seconds to wait, at least 1.
    pub fn take(&self, door: Door, account: &str, address: IpAddr, now: Timestamp) -> Result<(), u32> {
        let [pair, account_limit, network_limit, common] = door.limits();
        let (account, network) = (account_key(account), Network::of(address));
        let asked = [
            (Key::Pair(door, account, network), pair),
            (Key::Account(door, account), account_limit),
            (Key::Network(door, network), network_limit),
            (Key::All(door), common),
        ];
        let now = now.as_millisecond();
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() + asked.len() > MOST {
            buckets.retain(|_, full_at| *full_at > now);
            if buckets.len() + asked.len() > MOST {
                return Err(60);
            }
        }
        let wait = asked.iter().map(|(key, limit)| limit.wait(buckets.get(key).copied(), now)).max().unwrap_or(0);
        if wait > 0 {
            return Err(u32::try_from(wait.div_euclid(1_000) + 1).unwrap_or(u32::MAX));
        }
        for (key, limit) in asked {
            let full_at = limit.full_at(buckets.get(&key).copied(), now) + limit.every;
            buckets.insert(key, full_at);
        }
        Ok(())
    }

    /// Buckets remembered now.
    #[must_use]
    pub fn remembered(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Limit {
    /// When the bucket is full. An instant further off than an empty one needs is of a clock that was set back since:
    /// then nothing is known, and nobody is kept out until that clock has caught up.
    fn full_at(self, known: Option<i64>, now: i64) -> i64 {
        known.filter(|full_at| *full_at <= now + self.burst * self.every).unwrap_or(now).max(now)
    }

    /// Milliseconds until there is one to take.
    fn wait(self, known: Option<i64>, now: i64) -> i64 {
        (self.full_at(known, now) - now - (self.burst - 1) * self.every).max(0)
    }
}

fn account_key(account: &str) -> [u8; 16] {
    let mut key = [0; 16];
    key.copy_from_slice(&blake3::hash(account.as_bytes()).as_bytes()[..16]);
    key
}

#[cfg(test)]
mod tests {
    use super::{Door, RateLimits};
    use jiff::{SignedDuration, Timestamp};
    use std::net::IpAddr;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_000_000 + seconds)
    }

    fn elsewhere(n: u8) -> IpAddr {
        IpAddr::from([198, 51, n, 1])
    }

    #[test]
    fn an_account_has_fifty_tries_then_one_in_twelve_seconds_wherever_they_come_from() {
        let limits = RateLimits::default();
        for n in 0..50 {
            assert_eq!(limits.take(Door::LogIn, "asha@example.org", elsewhere(n), at(0)), Ok(()));
        }
        let wait = limits.take(Door::LogIn, "asha@example.org", elsewhere(60), at(0)).expect_err("the next waits");
        assert!((12..=13).contains(&wait), "{wait}");
        assert!(limits.take(Door::LogIn, "asha@example.org", elsewhere(60), at(11)).is_err());
        assert_eq!(limits.take(Door::LogIn, "asha@example.org", elsewhere(60), at(13)), Ok(()));
    }

    #[test]
    fn from_one_network_an_account_has_ten_tries_then_one_a_minute() {
        let limits = RateLimits::default();
        for _ in 0..10 {
            assert_eq!(limits.take(Door::LogIn, "asha@example.org", elsewhere(1), at(0)), Ok(()));
        }
        let wait = limits.take(Door::LogIn, "asha@example.org", elsewhere(1), at(0)).expect_err("the eleventh waits");
        assert!((60..=61).contains(&wait), "{wait}");
        assert!(limits.take(Door::LogIn, "asha@example.org", elsewhere(1), at(59)).is_err());
        assert_eq!(limits.take(Door::LogIn, "asha@example.org", elsewhere(1), at(61)), Ok(()));
        assert_eq!(
            limits.take(Door::LogIn, "ravi@example.org", HOME, at(61)),
            Ok(()),
            "another account is not concerned"
        );
        assert_eq!(limits.take(Door::AskCode, "asha@example.org", HOME, at(61)), Ok(()), "nor is another door");
    }

    #[test]
    fn one_network_hammering_for_hours_never_locks_the_reader_out_elsewhere() {
        let limits = RateLimits::default();
        for door in [Door::LogIn, Door::AskCode, Door::TryCode, Door::SignUp, Door::Checkout] {
            for second in 0..10_800 {
                let _ = limits.take(door, "asha@example.org", elsewhere(1), at(second));
                if second % 900 == 0 {
                    assert_eq!(limits.take(door, "asha@example.org", HOME, at(second)), Ok(()), "{door:?} {second}");
                }
            }
        }
    }

    #[test]
    fn a_network_is_limited_over_all_accounts_and_its_neighbours_are_not() {
        let limits = RateLimits::default();
        let tried =
            (0..200).filter(|n| limits.take(Door::LogIn, &format!("r{n}@example.org"), HOME, at(0)).is_ok()).count();
        assert_eq!(tried, 60);
        assert!(limits.take(Door::LogIn, "x@example.org", IpAddr::from([192, 0, 2, 200]), at(0)).is_err(), "same /24");
        assert_eq!(limits.take(Door::LogIn, "x@example.org", elsewhere(1), at(0)), Ok(()));
    }

    #[test]
    fn what_is_refused_takes_nothing() {
        let limits = RateLimits::default();
        while limits.take(Door::SignUp, "asha@example.org", HOME, at(0)).is_ok() {}
        for _ in 0..1_000 {
            assert!(limits.take(Door::SignUp, "asha@example.org", HOME, at(1)).is_err());
        }
        assert_eq!(limits.take(Door::SignUp, "asha@example.org", HOME, at(181)), Ok(()));
    }

    #[test]
    fn a_hundred_at_once_get_in_no_more_often_than_one_by_one() {
        let limits = RateLimits::default();
        let got_in = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..100)
                .map(|n| {
                    let limits = &limits;
                    scope.spawn(move || limits.take(Door::TryCode, "asha@example.org", elsewhere(n % 2), at(0)).is_ok())
                })
                .collect();
            tries.into_iter().filter_map(|t| t.join().ok()).filter(|ok| *ok).count()
        });
        assert_eq!(got_in, 30, "15 from each of two networks");
    }

    #[test]
    fn a_clock_set_back_keeps_nobody_out_until_it_has_caught_up() {
        let limits = RateLimits::default();
        while limits.take(Door::LogIn, "asha@example.org", HOME, at(86_400)).is_ok() {}
        for _ in 0..10 {
            assert_eq!(limits.take(Door::LogIn, "asha@example.org", HOME, at(0)), Ok(()));
        }
        assert!(limits.take(Door::LogIn, "asha@example.org", HOME, at(0)).is_err());
    }

    #[test]
    fn memory_stays_bounded() {
        let limits = RateLimits::default();
        for second in 0..2_000 {
            for n in 0..100_u32 {
                let [_, a, b, c] = (second as u32 * 100 + n).to_be_bytes();
                let _ = limits.take(
                    Door::LogIn,
                    &format!("{second}-{n}@example.org"),
                    IpAddr::from([a, b, c, 1]),
                    at(second),
                );
            }
        }
        assert!(limits.remembered() <= super::MOST);
    }
}
