//! The second calendar: every boundary is computed once more by another library, from the same civil dates.
use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;
use jiff::Timestamp;

/// A zone by its name.
pub fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

fn instant(at: Timestamp) -> DateTime<chrono::Utc> {
    DateTime::from_timestamp(at.as_second(), 0).unwrap_or_default()
}

fn stamp<Z: TimeZone>(at: &DateTime<Z>) -> Timestamp {
    Timestamp::from_second(at.timestamp()).unwrap_or(Timestamp::MAX)
}

/// The civil day that an instant falls on.
pub fn day(at: Timestamp, zone: Tz) -> NaiveDate {
    instant(at).with_timezone(&zone).date_naive()
}

/// Minutes since midnight by the clocks there.
pub fn minute(at: Timestamp, zone: Tz) -> u32 {
    let local = instant(at).with_timezone(&zone);
    local.hour() * 60 + local.minute()
}

/// The first instant of a civil day. Where midnight does not exist, the change of the clocks itself is searched for
/// second by second of the offset: the first instant that falls on that day.
pub fn start(day: NaiveDate, zone: Tz) -> Timestamp {
    let midnight = day.and_time(NaiveTime::MIN);
    if let Some(found) = zone.from_local_datetime(&midnight).earliest() {
        return stamp(&found);
    }
    // Offsets lie within a day: halve the stretch until the first instant of that day is found.
    let offset = zone.offset_from_utc_datetime(&midnight).fix().local_minus_utc();
    let middle = midnight.and_utc().timestamp() - i64::from(offset);
    let on_day = |second: i64| {
        let at = DateTime::from_timestamp(second, 0).unwrap_or_default();
        at.with_timezone(&zone).date_naive() >= day
    };
    let (mut low, mut high) = (middle - 86_400, middle + 86_400);
    while high - low > 1 {
        let half = low.midpoint(high);
        if on_day(half) { high = half } else { low = half }
    }
    Timestamp::from_second(high).unwrap_or(Timestamp::MAX)
}

/// So many months after a day, cut to the last day of a shorter month.
pub fn months_after(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// So many days after, or before.
pub fn days_after(day: NaiveDate, days: i64) -> NaiveDate {
    if days < 0 {
        return day.checked_sub_days(Days::new(days.unsigned_abs())).unwrap_or(NaiveDate::MIN);
    }
    day.checked_add_days(Days::new(days.unsigned_abs())).unwrap_or(NaiveDate::MAX)
}

/// Whole days from one day to another, never less than none.
pub fn days_between(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).max(TimeDelta::zero()).num_days()
}

/// The engine's civil date in this library's type.
pub fn civil(date: jiff::civil::Date) -> NaiveDate {
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    NaiveDate::from_ymd_opt(i32::from(date.year()), u32::from(month), u32::from(day)).unwrap_or(NaiveDate::MAX)
}
