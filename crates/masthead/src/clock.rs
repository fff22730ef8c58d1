//! The only place that asks the system what time it is. Everything else is handed a [`Clock`].
//!
//! A paper in rehearsal may have its clock moved forward ([`travel`]): its time is then the real one and so much more.
//! How much is kept in the store, so that a restart keeps it and other processes of the paper notice.
pub mod journey;
pub mod travel;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// The house's clock: the system's, or one that only moves when it is told to (tests); ahead of it by what a rehearsing
/// paper has travelled.
#[derive(Debug, Clone)]
pub struct Clock {
    base: Base,
    /// Milliseconds.
    ahead: Arc<AtomicI64>,
}

#[derive(Debug, Clone)]
enum Base {
    System,
    /// Milliseconds since the epoch.
    Standing(Arc<AtomicI64>),
}

impl Clock {
    #[must_use]
    pub fn system() -> Self {
        Self { base: Base::System, ahead: Arc::default() }
    }

    /// A clock that stands at `at` until [`Clock::set`] moves it.
    #[must_use]
    pub fn standing(at: Timestamp) -> Self {
        Self { base: Base::Standing(Arc::new(AtomicI64::new(at.as_millisecond()))), ahead: Arc::default() }
    }

    /// The paper's time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.real().saturating_add(self.ahead()).unwrap_or(Timestamp::MAX)
    }

    /// The time without what was travelled: for leases between processes and for signatures, never for what readers see.
    #[must_use]
    #[allow(clippy::disallowed_methods)] // this is the one place
    pub fn real(&self) -> Timestamp {
        match &self.base {
            Base::System => Timestamp::now(),
            Base::Standing(at) => {
                Timestamp::from_millisecond(at.load(Ordering::Relaxed)).unwrap_or(Timestamp::UNIX_EPOCH)
            }
        }
    }

    /// How far the paper's time is ahead of the real one; never less than zero.
    #[must_use]
    pub fn ahead(&self) -> SignedDuration {
        SignedDuration::from_millis(self.ahead.load(Ordering::Acquire))
    }

    /// Goes ahead by so much of the real time. What is less than now is passed over: the clock never goes back. True
    /// when that changed something.
    pub fn go_ahead(&self, by: SignedDuration) -> bool {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.ahead.fetch_max(by, Ordering::AcqRel) < by
    }

    /// Moves a standing clock, whether forward or back; the system's clock cannot be moved and says so by `false`.
    pub fn set(&self, to: Timestamp) -> bool {
        match &self.base {
            Base::System => false,
            Base::Standing(at) => {
                at.store(to.as_millisecond() - self.ahead.load(Ordering::Acquire), Ordering::Relaxed);
                true
            }
        }
    }
}

/// A stopwatch for progress and metrics: never for decisions.
#[must_use]
#[allow(clippy::disallowed_methods)] // durations for people, not for rules
pub fn stopwatch() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_only_goes_ahead_and_all_its_copies_with_it() {
        let start: Timestamp = "2026-11-22T08:00:00Z".parse().expect("an instant");
        let clock = Clock::standing(start);
        let other = clock.clone();
        assert!(clock.go_ahead(SignedDuration::from_hours(48)));
        assert_eq!(other.now(), start + SignedDuration::from_hours(48));
        assert_eq!(other.real(), start, "the real time goes its own way");
        assert!(!other.go_ahead(SignedDuration::from_hours(47)), "not back");
        assert_eq!(clock.ahead(), SignedDuration::from_hours(48));
        let later = start + SignedDuration::from_hours(100);
        assert!(clock.set(later));
        assert_eq!(clock.now(), later, "a standing clock is set to the paper's time");
        assert!(!Clock::system().set(later));
    }
}
