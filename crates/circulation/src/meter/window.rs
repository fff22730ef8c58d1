//! The period in which stories are counted, with its edges in the paper's time zone.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, ISOWeekDate};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::reads::ReadList;

/// Longest rolling window, in days.
pub const ROLLING_DAYS_MAX: u16 = 366;
/// Highest limit for guests: their stories travel in a cookie, which stays below 1 KiB.
pub const GUEST_LIMIT_MAX: u16 = 100;
/// Highest limit for registered readers.
pub const REGISTERED_LIMIT_MAX: u16 = 1_000;

/// How long counted stories count. Written `month`, `week`, `day` or `rolling 30 days`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Window {
    /// From the first of a month to the first of the next: what "this month" means to a reader.
    #[default]
    CalendarMonth,
    /// From Monday to Monday (ISO 8601).
    CalendarWeek,
    /// From midnight to midnight.
    Day,
    /// A story counts on the day it was opened and until so many days, that day included, have passed.
    RollingDays(u16),
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CalendarMonth => f.write_str("month"),
            Self::CalendarWeek => f.write_str("week"),
            Self::Day => f.write_str("day"),
            Self::RollingDays(days) => write!(f, "rolling {days} days"),
        }
    }
}

/// A period that cannot be counted in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the meter's period cannot be \"{found}\"; write \"month\", \"week\", \"day\" or, for 1 to {ROLLING_DAYS_MAX} days, \"rolling 30 days\""
)]
pub struct WindowError {
    /// What was written.
    pub found: String,
}

impl FromStr for Window {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, WindowError> {
        let refused = || WindowError { found: text.chars().take(40).collect() };
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["month"] => Ok(Self::CalendarMonth),
            ["week"] => Ok(Self::CalendarWeek),
            ["day"] => Ok(Self::Day),
            ["rolling", days, "day" | "days"] => match days.parse() {
                Ok(days @ 1..=ROLLING_DAYS_MAX) => Ok(Self::RollingDays(days)),
                _ => Err(refused()),
            },
            _ => Err(refused()),
        }
    }
}

impl TryFrom<String> for Window {
    type Error = WindowError;

    fn try_from(text: String) -> Result<Self, WindowError> {
        text.parse()
    }
}

impl From<Window> for String {
    fn from(window: Window) -> Self {
        window.to_string()
    }
}

/// How many metered stories a reader may open in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For guests; 0 puts a free registration wall before every metered story.
    pub guest: u16,
    /// For readers with an account; never below `guest`.
    pub registered: u16,
}

/// The publisher's rules of the meter.
#[derive(Clone, Debug, PartialEq)]
pub struct MeterRules {
    window: Window,
    zone: TimeZone,
    limits: Limits,
}

/// Rules that contradict themselves.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// More stories for guests than a cookie can carry.
    #[error("the guest limit is {found}; it can be at most {GUEST_LIMIT_MAX}, for more mark the stories free")]
    GuestLimit {
        /// What was set.
        found: u16,
    },
    /// More stories for registered readers than a list is kept for.
    #[error(
        "the registered limit is {found}; it can be at most {REGISTERED_LIMIT_MAX}, for more mark the stories registered"
    )]
    RegisteredLimit {
        /// What was set.
        found: u16,
    },
    /// Registering would take stories away.
    #[error("the registered limit ({registered}) is below the guest limit ({guest}); raise it to at least {guest}")]
    RegisteredBelowGuest {
        /// The limit for guests.
        guest: u16,
        /// The limit for registered readers.
        registered: u16,
    },
    /// A rolling window without days, or with too many.
    #[error("a rolling period lasts from 1 to {ROLLING_DAYS_MAX} days, not {found}")]
    RollingDays {
        /// What was set.
        found: u16,
    },
}

/// One period of the meter, and the day in it, as seen at an instant.
///
/// Computing it walks the calendar; keep it while [`Period::is_current`], which is until the next midnight at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Names the period in passes and records; another id is an empty list. A person can read it: 202611 is November
    /// 2026, 1202647 its 47th ISO week, 20261121 a day, 900000030 a rolling window of 30 days, which has but one id.
    pub id: u32,
    /// The id of the period that follows.
    pub next_id: u32,
    /// The first instant of the period.
    pub starts: Timestamp,
    /// The first instant after it: the reset that a reader is told. Of a rolling window: the next midnight.
    pub ends: Timestamp,
    /// The civil day in the paper's zone, in days since 1970-01-01.
    pub today: u16,
    /// Reads of earlier days no longer count; 0 for calendar windows, where all reads of the period do.
    pub oldest: u16,
    day_starts: Timestamp,
    day_ends: Timestamp,
}

impl Period {
    /// Whether this is still the right answer at `now`.
    #[must_use]
    pub fn is_current(&self, now: Timestamp) -> bool {
        self.day_starts <= now && now < self.day_ends
    }
}

impl MeterRules {
    /// Rules for a paper whose calendar runs in `zone`.
    ///
    /// # Errors
    /// When the numbers contradict each other or cannot be kept; the text says how to mend the setting.
    pub fn new(window: Window, zone: TimeZone, guest_limit: u16, registered_limit: u16) -> Result<Self, RulesError> {
        if guest_limit > GUEST_LIMIT_MAX {
            return Err(RulesError::GuestLimit { found: guest_limit });
        }
        if registered_limit > REGISTERED_LIMIT_MAX {
            return Err(RulesError::RegisteredLimit { found: registered_limit });
        }
        if registered_limit < guest_limit {
            return Err(RulesError::RegisteredBelowGuest { guest: guest_limit, registered: registered_limit });
        }
        if let Window::RollingDays(found) = window
            && !(1..=ROLLING_DAYS_MAX).contains(&found)
        {
            return Err(RulesError::RollingDays { found });
        }
        let limits = Limits { guest: guest_limit, registered: registered_limit };
        Ok(Self { window, zone, limits })
    }

    /// How long counted stories count.
    #[must_use]
    pub fn window(&self) -> Window {
        self.window
    }

    /// The zone whose midnights are the edges.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// How many stories each kind of reader may open.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The period that `now` falls into. Its edges are the first instants of civil days in the paper's zone, also
    /// where a clock change swallows midnight or repeats an hour across it.
    #[must_use]
    pub fn period_at(&self, now: Timestamp) -> Period {
        let today = self.civil_day(now);
        let tomorrow = day_after(today, 1);
        let (first, next) = match self.window {
            Window::CalendarMonth => {
                let first = today.first_of_month();
                let next = first.checked_add(Span::new().months(1));
                (first, next.unwrap_or(Date::MAX))
            }
            Window::CalendarWeek => {
                let monday = day_after(today, -i64::from(today.weekday().to_monday_zero_offset()));
                (monday, day_after(monday, 7))
            }
            Window::Day => (today, tomorrow),
            Window::RollingDays(days) => (day_after(today, 1 - i64::from(days)), tomorrow),
        };
        let oldest = match self.window {
            Window::RollingDays(_) => day_number(first),
            _ => 0,
        };
        Period {
            id: self.id_of(first),
            next_id: self.id_of(next),
            starts: self.first_instant(first),
            ends: self.first_instant(next),
            today: day_number(today),
            oldest,
            day_starts: self.first_instant(today),
            day_ends: self.first_instant(tomorrow),
        }
    }

    /// When a reader at the limit can open another story: at the end of a calendar period, or when enough reads have
    /// left a rolling window. To be told on the wall. For a reader below the limit, or with a limit of 0, it is the end
    /// of the period.
    #[must_use]
    pub fn frees_at(&self, period: &Period, reads: &ReadList, limit: u16) -> Timestamp {
        let Window::RollingDays(window) = self.window else {
            return period.ends;
        };
        let mut days: Vec<u16> = reads.iter().map(|read| read.day()).collect();
        days.sort_unstable();
        // After the first `beyond` reads have left, the next one to leave makes room.
        let beyond = days.len().checked_sub(usize::from(limit));
        let Some(day) = beyond.and_then(|beyond| days.get(beyond)) else {
            return period.ends;
        };
        let free = day_after(EPOCH, i64::from(*day) + i64::from(window));
        self.first_instant(free).max(period.ends)
    }

    /// The civil day of `now`, monotone in `now`: when clocks go back across midnight (St John's did so at a minute
    /// past), the day that had begun goes on, so that no period begins twice.
    fn civil_day(&self, now: Timestamp) -> Date {
        let mut today = self.zone.to_datetime(now).date();
        if let Ok(tomorrow) = today.tomorrow()
            && self.first_instant(tomorrow) <= now
        {
            today = tomorrow;
        }
        today
    }

    /// The first instant of a civil day in the paper's zone.
    fn first_instant(&self, day: Date) -> Timestamp {
        let midnight = self.zone.to_ambiguous_timestamp(day.at(0, 0, 0, 0));
        let in_gap = matches!(midnight.offset(), AmbiguousOffset::Gap { .. });
        // Only the ends of the calendar, the years -9999 and 9999, have no instant.
        let fallback = if day.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
        let Ok(instant) = midnight.compatible() else {
            return fallback;
        };
        if !in_gap {
            return instant;
        }
        // The clocks skip midnight: the day begins when they do. `compatible` counts on from midnight instead, which
        // is later where the gap began before it.
        let after = instant.checked_add(SignedDuration::from_nanos(1));
        self.zone.preceding(after.unwrap_or(instant)).next().map_or(instant, |skip| skip.timestamp())
    }

    fn id_of(&self, first: Date) -> u32 {
        let number = |n: i16| u32::try_from(n).unwrap_or(0);
        let small = |n: i8| u32::try_from(n).unwrap_or(0);
        match self.window {
            Window::CalendarMonth => number(first.year()) * 100 + small(first.month()),
            Window::CalendarWeek => {
                let week = ISOWeekDate::from(first);
                1_000_000 + number(week.year()) * 100 + small(week.week())
            }
            Window::Day => number(first.year()) * 10_000 + small(first.month()) * 100 + small(first.day()),
            Window::RollingDays(days) => 900_000_000 + u32::from(days),
        }
    }
}

const EPOCH: Date = Date::constant(1970, 1, 1);

fn day_after(day: Date, days: i64) -> Date {
    let end = if days < 0 { Date::MIN } else { Date::MAX };
    day.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(end)
}

fn day_number(day: Date) -> u16 {
    let days = day.duration_since(EPOCH).as_hours() / 24;
    u16::try_from(days.max(0)).unwrap_or(u16::MAX)
}
