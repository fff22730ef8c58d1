//! The meter through its public door: periods, passes, the table, first visits and networks.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]
mod network;
mod newborns;
mod pass;
mod table;
mod window;

use circulation::meter::{MeterRules, Period, Read, ReadList, Window};
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

pub fn rules(window: Window, name: &str) -> MeterRules {
    MeterRules::new(window, zone(name), 5, 10).unwrap()
}

/// November 2026 in Kolkata.
pub fn november() -> Period {
    rules(Window::CalendarMonth, "Asia/Kolkata").period_at(at("2026-11-21T06:00:00Z"))
}

/// December 2026 in Kolkata.
pub fn december() -> Period {
    rules(Window::CalendarMonth, "Asia/Kolkata").period_at(at("2026-12-01T06:00:00Z"))
}

pub fn reads(stories: impl IntoIterator<Item = u32>) -> ReadList {
    let today = november().today;
    stories.into_iter().map(|s| Read::new(s, today)).collect()
}

pub fn stories(reads: &ReadList) -> Vec<u32> {
    let mut stories: Vec<u32> = reads.iter().map(Read::story).collect();
    stories.sort_unstable();
    stories
}
