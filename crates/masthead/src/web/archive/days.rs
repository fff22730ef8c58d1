//! Years, months and days in the paper's zone, as addresses write them and as the store asks for them.
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use pages::views::{CalendarDay, Link};
use store::Span;

use crate::web::error::Fault;

/// A year, a month of it or a day of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub first: Date,
    /// The day after the last.
    pub end: Date,
}

/// The digits of a part of an address: so many and nothing else, so that every day has one address.
fn digits(text: &str, count: usize) -> Option<i16> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// What is said of an address that names no day, month or year.
fn none_such(what: &str) -> Fault {
    Fault::Nothing(format!("There is no such {what} in the calendar."), all_years())
}

fn no_day() -> Fault {
    none_such("day")
}

/// Where whoever is lost in the archive begins.
#[must_use]
pub fn all_years() -> Link {
    Link::new("The archive, year by year", "/archive")
}

/// A number with the two digits that it has in addresses.
fn two_digits(text: &str) -> String {
    if text.len() == 1 && text.bytes().all(|b| b.is_ascii_digit()) { format!("0{text}") } else { text.to_owned() }
}

/// The one address of a month or day that was written with single digits; `None` where it was not.
#[must_use]
pub fn tidied(year: &str, month: &str, day: Option<&str>) -> Option<String> {
    let (long_month, long_day) = (two_digits(month), day.map(two_digits));
    if long_month == month && long_day.as_deref() == day {
        return None;
    }
    address(year, &long_month, long_day.as_deref())
}

/// The one address of a month or day that was written with hyphens, `2015-12` or `2015-12-18`; `None` for anything else.
#[must_use]
pub fn hyphened(text: &str) -> Option<String> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-').map_or((rest, None), |(month, day)| (month, Some(two_digits(day))));
    address(year, &two_digits(month), day.as_deref())
}

fn address(year: &str, month: &str, day: Option<&str>) -> Option<String> {
    match day {
        Some(day) => Stretch::day(year, month, day).ok().map(|stretch| path_of(stretch.first)),
        None => Stretch::month(year, month).ok().map(|s| s.first.strftime("/archive/%Y/%m").to_string()),
    }
}

/// [`tidied`], for a day of any year: `3-4`.
#[must_use]
pub fn tidied_day(text: &str) -> Option<String> {
    let (month, day) = text.split_once('-')?;
    let long = format!("{}-{}", two_digits(month), two_digits(day));
    (long != text && day_of_year(&long).is_ok()).then(|| format!("/archive/on-this-day/{long}"))
}

impl Stretch {
    fn of(first: Date, long: jiff::Span) -> Result<Self, Fault> {
        let end = first.checked_add(long).map_err(|_| no_day())?;
        Ok(Self { first, end })
    }

    /// # Errors
    /// 404 for anything but a year of four digits.
    pub fn year(year: &str) -> Result<Self, Fault> {
        let none = || none_such("year");
        let year = digits(year, 4).filter(|year| *year > 0).ok_or_else(none)?;
        Self::of(Date::new(year, 1, 1).map_err(|_| none())?, 1.year())
    }

    /// # Errors
    /// 404 for anything but a month.
    pub fn month(year: &str, month: &str) -> Result<Self, Fault> {
        let first = Self::year(year)?.first;
        let none = || none_such("month");
        let month = digits(month, 2).and_then(|m| i8::try_from(m).ok()).ok_or_else(none)?;
        Self::of(Date::new(first.year(), month, 1).map_err(|_| none())?, 1.month())
    }

    /// # Errors
    /// 404 for a day that no calendar has.
    pub fn day(year: &str, month: &str, day: &str) -> Result<Self, Fault> {
        let first = Self::month(year, month)?.first;
        let day = digits(day, 2).and_then(|d| i8::try_from(d).ok()).ok_or_else(no_day)?;
        Self::on(Date::new(first.year(), first.month(), day).map_err(|_| no_day())?)
    }

    /// # Errors
    /// 404 at the end of time.
    pub fn on(date: Date) -> Result<Self, Fault> {
        Self::of(date, 1.day())
    }

    /// From its first midnight to its last: a story at half past midnight belongs to the day it was printed on, wherever the server stands.
    ///
    /// # Errors
    /// 404 outside of time.
    pub fn span(&self, zone: &TimeZone) -> Result<Span, Fault> {
        let begins = |date: Date| date.to_zoned(zone.clone()).map(|at| at.timestamp()).map_err(|_| no_day());
        Ok(Span { from: begins(self.first)?, to: begins(self.end)? })
    }

    /// Whether it has not begun.
    #[must_use]
    pub fn is_future(&self, today: Date) -> bool {
        self.first > today
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_past(&self, today: Date) -> bool {
        self.end <= today
    }
}

/// A month and a day without a year, as `03-14`. The 29th of February is one.
///
/// # Errors
/// 404 for a day that no year has.
pub fn day_of_year(text: &str) -> Result<(i8, i8), Fault> {
    let (month, day) = text.split_once('-').ok_or_else(no_day)?;
    let number = |text| digits(text, 2).and_then(|n| i8::try_from(n).ok()).ok_or_else(no_day);
    let (month, day) = (number(month)?, number(day)?);
    Date::new(2000, month, day).map(|_| (month, day)).map_err(|_| no_day())
}

/// The civil day of an instant.
#[must_use]
pub fn day_in(zone: &TimeZone, at: Timestamp) -> Date {
    at.to_zoned(zone.clone()).date()
}

/// `/archive/1997/03/14`
#[must_use]
pub fn path_of(date: Date) -> String {
    date.strftime("/archive/%Y/%m/%d").to_string()
}

/// The weeks of a month from Monday on; `counts` has a number for each of its days.
#[must_use]
pub fn weeks(first: Date, counts: &[u64]) -> Vec<[Option<CalendarDay>; 7]> {
    let skipped = usize::try_from(first.weekday().since(Weekday::Monday)).unwrap_or_default();
    let mut weeks: Vec<[Option<CalendarDay>; 7]> = Vec::new();
    for (date, (at, &stories)) in first.series(1.day()).zip(counts.iter().enumerate()) {
        let place = skipped + at;
        if weeks.len() <= place / 7 {
            weeks.push(Default::default());
        }
        let much = if stories == 1 { "1 story".to_owned() } else { format!("{stories} stories") };
        weeks[place / 7][place % 7] = Some(CalendarDay {
            day: date.day(),
            path: (stories > 0).then(|| path_of(date)),
            label: format!("{}, {much}", date.strftime("%-d %B %Y")),
            stories,
        });
    }
    weeks
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn only_days_of_the_calendar_have_an_address() {
        assert_eq!(Stretch::day("2016", "02", "29").unwrap().end, date(2016, 3, 1));
        for (year, month, day) in [
            ("2019", "02", "29"),
            ("2019", "2", "01"),
            ("19", "02", "01"),
            ("2019", "13", "01"),
            ("+019", "01", "01"),
            ("2019", "04", "31"),
            ("0000", "01", "01"),
        ] {
            assert!(Stretch::day(year, month, day).is_err(), "{year}/{month}/{day}");
        }
        assert!(day_of_year("02-29").is_ok());
        assert!(day_of_year("02-30").is_err());
        assert!(day_of_year("2-3").is_err());
        assert_eq!(tidied("2019", "2", Some("3")).as_deref(), Some("/archive/2019/02/03"));
        assert_eq!(tidied("2019", "2", None).as_deref(), Some("/archive/2019/02"));
        assert_eq!(tidied_day("3-4").as_deref(), Some("/archive/on-this-day/03-04"));
        for (year, month, day) in [("2019", "02", Some("03")), ("2019", "0", None), ("2019", "2", Some("31"))] {
            assert_eq!(tidied(year, month, day), None, "{year}/{month}");
        }
        assert_eq!(hyphened("2019-2-03").as_deref(), Some("/archive/2019/02/03"));
        assert_eq!(hyphened("2019-12").as_deref(), Some("/archive/2019/12"));
        for text in ["2019", "2019-13", "2019-02-31", "19-02-03", "2019-02-03-04", "-02-03", "2019-"] {
            assert_eq!(hyphened(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_without_midnight_still_begins_once() {
        // Beirut's clocks went from Saturday 23:59:59 to Sunday 01:00.
        let zone = TimeZone::get("Asia/Beirut").unwrap();
        let day = Stretch::on(date(2022, 3, 27)).unwrap().span(&zone).unwrap();
        let before = Stretch::on(date(2022, 3, 26)).unwrap().span(&zone).unwrap();
        assert_eq!(before.to, day.from);
        assert_eq!(day.to.duration_since(day.from).as_hours(), 23);
    }

    #[test]
    fn weeks_begin_on_monday_and_hold_every_day_once() {
        let weeks = weeks(date(1997, 3, 1), &[1; 31]);
        assert_eq!(weeks.len(), 6);
        assert!(weeks[0][4].is_none());
        assert_eq!(weeks[0][5].as_ref().unwrap().day, 1);
        assert_eq!(weeks[5][0].as_ref().unwrap().path.as_deref(), Some("/archive/1997/03/31"));
        assert_eq!(weeks.iter().flatten().flatten().count(), 31);
    }
}
