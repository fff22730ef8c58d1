//! The bench measures, so it may ask the system for the time: here and nowhere else.
use std::time::Instant;

/// The start of a measurement.
#[allow(clippy::disallowed_methods, reason = "the one place of this tool")]
pub fn stopwatch() -> Instant {
    Instant::now()
}
