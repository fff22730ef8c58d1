//! The bench measures, so it may ask the system for the time: here and nowhere else.
use std::time::Instant;

use jiff::Timestamp;

/// The time of day, for the period that guests are signed for.
#[allow(clippy::disallowed_methods, reason = "the one place of this tool")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// The start of a measurement.
#[allow(clippy::disallowed_methods, reason = "the one place of this tool")]
pub fn stopwatch() -> Instant {
    Instant::now()
}
