//! Terms and billing periods. Every boundary is computed from the anchor, never from the boundary before it, so that
//! a contract begun on the 31st returns to the 31st after each short month.
use std::fmt;
use std::num::NonZeroU16;
use std::sync::LazyLock;

use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Span, Timestamp};
use serde::{Deserialize, Serialize};

/// The longest term that may be sold, in months: ten years.
pub const LONGEST_TERM: u16 = 120;

// Zone rules come with the binary, so that a boundary does not depend on what the machine has installed.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// What can be wrong with a date, a term or a zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// A term of no months, or a longer one than can be sold.
    #[error("a term of {0} months cannot be sold; write months = 1 to {LONGEST_TERM}")]
    Term(u16),
    /// Not a zone of the IANA database.
    #[error("\"{0}\" is not a time zone; write an IANA name such as Asia/Kolkata or Europe/Berlin")]
    Zone(String),
    /// The date lies outside the years the calendar can count.
    #[error("the date lies too far away to be billed (period {period} from {anchor})")]
    OutOfRange {
        /// First paid day.
        anchor: Date,
        /// Number of the period asked for.
        period: u32,
    },
}

/// How long one payment lasts: 1 to [`LONGEST_TERM`] months. Stored as the number of months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Term(NonZeroU16);

impl Term {
    /// A term of so many months.
    ///
    /// # Errors
    /// [`CalendarError::Term`] for none or more than [`LONGEST_TERM`].
    pub fn new(months: u16) -> Result<Term, CalendarError> {
        match NonZeroU16::new(months) {
            Some(count) if months <= LONGEST_TERM => Ok(Term(count)),
            _ => Err(CalendarError::Term(months)),
        }
    }

    /// Months in the term; never 0.
    pub fn months(self) -> NonZeroU16 {
        self.0
    }
}

impl TryFrom<u16> for Term {
    type Error = CalendarError;
    fn try_from(months: u16) -> Result<Term, CalendarError> {
        Term::new(months)
    }
}

impl From<Term> for u16 {
    fn from(term: Term) -> u16 {
        term.0.get()
    }
}

/// As on the plans page: `3 Months`, `1 Year`, `2 Years`.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.get() {
            1 => f.write_str("1 Month"),
            12 => f.write_str("1 Year"),
            months if months % 12 == 0 => write!(f, "{} Years", months / 12),
            months => write!(f, "{months} Months"),
        }
    }
}

/// The time zone frozen on a contract: it decides on which civil day an instant falls and when a day begins.
/// Stored as its IANA name; the rules are those bundled with the binary.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BillingZone(TimeZone);

impl BillingZone {
    /// Finds a zone by its IANA name.
    ///
    /// # Errors
    /// [`CalendarError::Zone`] when there is none of that name.
    pub fn new(name: &str) -> Result<BillingZone, CalendarError> {
        let wrong = || CalendarError::Zone(name.to_owned());
        let zone = ZONES.get(name).map_err(|_| wrong())?;
        // A zone without a name could not be stored and read back.
        match zone.iana_name() {
            Some(_) if !zone.is_unknown() => Ok(BillingZone(zone)),
            _ => Err(wrong()),
        }
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The civil date that an instant falls on here.
    pub fn date_at(&self, instant: Timestamp) -> Date {
        self.0.to_datetime(instant).date()
    }

    /// The first instant of a civil day here; where midnight is skipped by a change of the clocks, the first
    /// instant that exists. `None` beyond the calendar.
    pub fn start_of_day(&self, date: Date) -> Option<Timestamp> {
        let midnight = self.0.to_ambiguous_zoned(date.to_datetime(Time::midnight()));
        if !matches!(midnight.offset(), AmbiguousOffset::Gap { .. }) {
            return Some(midnight.earlier().ok()?.timestamp());
        }
        // Read with the offset that only holds after the change, a skipped midnight lies before the change itself.
        let before = midnight.earlier().ok()?.timestamp();
        Some(self.0.following(before).next()?.timestamp())
    }

    /// An instant so many minutes after midnight by the clocks here, or the first after it where the clocks skip it.
    /// `None` beyond the calendar.
    pub fn at_minute(&self, date: Date, minute: u16) -> Option<Timestamp> {
        let time = Time::midnight().checked_add(SignedDuration::from_mins(i64::from(minute.min(1_439)))).ok()?;
        Some(self.0.to_ambiguous_zoned(date.to_datetime(time)).compatible().ok()?.timestamp())
    }

    /// Minutes since midnight that the clocks here show.
    pub fn minute_of_day(&self, instant: Timestamp) -> u16 {
        let time = self.0.to_datetime(instant).time();
        u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs())
    }
}

impl PartialEq for BillingZone {
    fn eq(&self, other: &BillingZone) -> bool {
        self.name() == other.name()
    }
}

impl Eq for BillingZone {}

impl fmt::Debug for BillingZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for BillingZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl TryFrom<String> for BillingZone {
    type Error = CalendarError;
    fn try_from(name: String) -> Result<BillingZone, CalendarError> {
        BillingZone::new(&name)
    }
}

impl From<BillingZone> for String {
    fn from(zone: BillingZone) -> String {
        zone.name().to_owned()
    }
}

/// One paid stretch of time: civil dates `[from, to)` and the same as instants `[starts, ends)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingPeriod {
    /// Its number; the first is 0.
    pub number: u32,
    /// First day of the period.
    pub from: Date,
    /// First day after the period.
    pub to: Date,
    /// Start of `from` in the contract's zone.
    pub starts: Timestamp,
    /// Start of `to` in the contract's zone.
    pub ends: Timestamp,
}

/// The periods of one contract: a pure function of anchor, zone, term and number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillingCalendar {
    /// First paid day, or the day of the latest re-anchoring.
    pub anchor: Date,
    /// The number of the period that begins on the anchor: 0 unless the contract was re-anchored. Numbers never
    /// start again, since a number is charged at most once.
    pub anchored_period: u32,
    /// Where days begin.
    pub zone: BillingZone,
    /// Months in a period.
    pub term: Term,
}

impl BillingCalendar {
    /// The calendar of a contract whose first day is `anchor`.
    pub fn new(anchor: Date, zone: BillingZone, term: Term) -> BillingCalendar {
        BillingCalendar { anchor, anchored_period: 0, zone, term }
    }

    /// First day of period `number`: the anchor and so many terms, cut to the last day of a shorter month.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`] before the anchor or beyond the calendar.
    pub fn first_day(&self, number: u32) -> Result<Date, CalendarError> {
        let wrong = || self.out_of_range(number);
        let periods = number.checked_sub(self.anchored_period).ok_or_else(wrong)?;
        let months = i64::from(periods) * i64::from(self.term.months().get());
        let span = Span::new().try_months(months).map_err(|_| wrong())?;
        self.anchor.checked_add(span).map_err(|_| wrong())
    }

    /// Period `number` with its boundaries as dates and as instants.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`] before the anchor or beyond the calendar.
    pub fn period(&self, number: u32) -> Result<BillingPeriod, CalendarError> {
        let wrong = || self.out_of_range(number);
        let from = self.first_day(number)?;
        let to = self.first_day(number.checked_add(1).ok_or_else(wrong)?)?;
        Ok(BillingPeriod {
            number,
            from,
            to,
            starts: self.zone.start_of_day(from).ok_or_else(wrong)?,
            ends: self.zone.start_of_day(to).ok_or_else(wrong)?,
        })
    }

    fn out_of_range(&self, period: u32) -> CalendarError {
        CalendarError::OutOfRange { anchor: self.anchor, period }
    }
}
