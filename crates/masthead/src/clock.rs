//! The only place that asks the system what time it is. Everything else is handed a [`Clock`].
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use jiff::Timestamp;

/// The house's clock: the system's, or one that only moves when it is told to (tests, rehearsals).
#[derive(Debug, Clone)]
pub struct Clock(Kind);

#[derive(Debug, Clone)]
enum Kind {
    System,
    /// Milliseconds since the epoch.
    Standing(Arc<AtomicI64>),
}

impl Clock {
    #[must_use]
    pub const fn system() -> Self {
        Self(Kind::System)
    }

    /// A clock that stands at `at` until [`Clock::set`] moves it.
    #[must_use]
    pub fn standing(at: Timestamp) -> Self {
        Self(Kind::Standing(Arc::new(AtomicI64::new(at.as_millisecond()))))
    }

    #[must_use]
    #[allow(clippy::disallowed_methods)] // this is the one place
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Kind::System => Timestamp::now(),
            Kind::Standing(at) => {
                Timestamp::from_millisecond(at.load(Ordering::Relaxed)).unwrap_or(Timestamp::UNIX_EPOCH)
            }
        }
    }

    /// Moves a standing clock; the system's clock cannot be moved and says so by `false`.
    pub fn set(&self, to: Timestamp) -> bool {
        match &self.0 {
            Kind::System => false,
            Kind::Standing(at) => {
                at.store(to.as_millisecond(), Ordering::Relaxed);
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
