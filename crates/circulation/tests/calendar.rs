//! Terms, zones and period boundaries.
#![cfg(test)]

use circulation::calendar::{BillingCalendar, BillingZone, CalendarError, Term};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn zone(name: &str) -> BillingZone {
    BillingZone::new(name).unwrap()
}

fn calendar(anchor: Date, zone_name: &str, months: u16) -> BillingCalendar {
    BillingCalendar::new(anchor, zone(zone_name), Term::new(months).unwrap())
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn terms_are_worded_as_on_the_plans_page() {
    let words =
        [(1, "1 Month"), (3, "3 Months"), (12, "1 Year"), (18, "18 Months"), (24, "2 Years"), (120, "10 Years")];
    for (months, text) in words {
        assert_eq!(Term::new(months).unwrap().to_string(), text);
    }
    assert_eq!(Term::new(0), Err(CalendarError::Term(0)));
    let error = Term::new(121).unwrap_err().to_string();
    assert_eq!(error, "a term of 121 months cannot be sold; write months = 1 to 120");
}

#[test]
fn the_31st_comes_back_after_every_short_month() {
    let monthly = calendar(date(2024, 1, 31), "Asia/Kolkata", 1);
    let expected = [
        (1, date(2024, 2, 29)),
        (2, date(2024, 3, 31)),
        (3, date(2024, 4, 30)),
        (13, date(2025, 2, 28)),
        (14, date(2025, 3, 31)),
    ];
    for (number, day) in expected {
        assert_eq!(monthly.first_day(number).unwrap(), day);
    }
}

#[test]
fn the_29th_of_february_comes_back_in_leap_years() {
    let yearly = calendar(date(2024, 2, 29), "Asia/Kolkata", 12);
    let days: Vec<Date> = (1..=4).map(|n| yearly.first_day(n).unwrap()).collect();
    assert_eq!(days, [date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]);
}

#[test]
fn quarters_and_two_year_terms_are_cut_from_the_anchor() {
    let quarterly = calendar(date(2026, 11, 30), "Asia/Kolkata", 3);
    assert_eq!(quarterly.first_day(1).unwrap(), date(2027, 2, 28));
    assert_eq!(quarterly.first_day(2).unwrap(), date(2027, 5, 30));
    let two_years = calendar(date(2026, 11, 30), "Asia/Kolkata", 24);
    assert_eq!(two_years.first_day(1).unwrap(), date(2028, 11, 30));
}

#[test]
fn a_day_in_india_begins_in_the_evening_of_utc() {
    let yearly = calendar(date(2026, 11, 22), "Asia/Kolkata", 12);
    let period = yearly.period(0).unwrap();
    assert_eq!(period.starts, instant("2026-11-21T18:30:00Z"));
    assert_eq!(period.ends, instant("2027-11-21T18:30:00Z"));
    assert_eq!((period.from, period.to), (date(2026, 11, 22), date(2027, 11, 22)));
    let kolkata = zone("Asia/Kolkata");
    assert_eq!(kolkata.date_at(instant("2026-11-21T18:29:59.999Z")), date(2026, 11, 21));
    assert_eq!(kolkata.date_at(instant("2026-11-21T18:30:00Z")), date(2026, 11, 22));
}

#[test]
fn boundaries_follow_the_clocks_of_the_zone() {
    // New York: winter time five hours behind, summer time four.
    let monthly = calendar(date(2026, 2, 8), "America/New_York", 1);
    assert_eq!(monthly.period(0).unwrap().starts, instant("2026-02-08T05:00:00Z"));
    assert_eq!(monthly.period(1).unwrap().starts, instant("2026-03-08T05:00:00Z"));
    assert_eq!(monthly.period(2).unwrap().starts, instant("2026-04-08T04:00:00Z"));
    // Midnight did not exist: São Paulo until 2018 and Cairo skip from 00:00 to 01:00.
    let sao_paulo = calendar(date(2018, 10, 4), "America/Sao_Paulo", 1);
    assert_eq!(sao_paulo.period(0).unwrap().ends, instant("2018-11-04T03:00:00Z"));
    let cairo = calendar(date(2024, 4, 26), "Africa/Cairo", 1);
    assert_eq!(cairo.period(0).unwrap().starts, instant("2024-04-25T22:00:00Z"));
    // Toronto, 1919: the gap began before midnight and ended at 00:30.
    let toronto = calendar(date(1919, 3, 31), "America/Toronto", 1);
    assert_eq!(toronto.period(0).unwrap().starts, instant("1919-03-31T04:30:00Z"));
    // Samoa had no 30 December 2011 at all; a period that ends there ends where the 31st begins.
    let apia = calendar(date(2011, 11, 30), "Pacific/Apia", 1);
    assert_eq!(apia.period(0).unwrap().ends, instant("2011-12-30T10:00:00Z"));
    // Havana: midnight came twice; the day begins with the first.
    let havana = calendar(date(2026, 11, 1), "America/Havana", 1);
    assert_eq!(havana.period(0).unwrap().starts, instant("2026-11-01T04:00:00Z"));
}

#[test]
fn a_re_anchored_contract_goes_on_counting() {
    let mut quarterly = calendar(date(2026, 5, 31), "Asia/Kolkata", 3);
    quarterly.anchored_period = 4;
    assert_eq!(quarterly.first_day(4).unwrap(), date(2026, 5, 31));
    assert_eq!(quarterly.first_day(5).unwrap(), date(2026, 8, 31));
    let before = quarterly.period(3).unwrap_err();
    assert_eq!(before, CalendarError::OutOfRange { anchor: date(2026, 5, 31), period: 3 });
}

#[test]
fn zones_are_known_by_name_and_stored_by_name() {
    assert_eq!(zone("asia/kolkata"), zone("Asia/Kolkata"));
    assert_eq!(zone("Europe/Berlin").to_string(), "Europe/Berlin");
    for wrong in ["", "IST+5:30", "Asia/Bombay Street", "Etc/Unknown", "../etc/passwd"] {
        let error = BillingZone::new(wrong).unwrap_err();
        assert_eq!(error, CalendarError::Zone(wrong.to_owned()));
    }
    let stored = serde_json::to_string(&zone("Asia/Kolkata")).unwrap();
    assert_eq!(stored, "\"Asia/Kolkata\"");
    assert_eq!(serde_json::from_str::<BillingZone>(&stored).unwrap(), zone("Asia/Kolkata"));
    assert!(serde_json::from_str::<BillingZone>("\"Mars/Olympus\"").is_err());
}

#[test]
fn dates_beyond_the_calendar_are_an_error_and_not_a_crash() {
    let decades = calendar(date(2026, 1, 1), "UTC", 120);
    assert!(decades.period(u32::MAX).is_err());
    assert!(decades.period(800).is_err());
    assert!(decades.period(100).is_ok());
}

/// Days of a month counted by hand, so that the boundaries are checked by something that is not jiff.
fn month_length(year: i32, month: i32) -> i32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

proptest! {
    #[test]
    fn boundaries_agree_with_counting_by_hand(
        year in 1990_i16..2100, month in 1_i8..=12, day in 1_i8..=31, months in 1_u16..=120, number in 0_u32..40,
    ) {
        prop_assume!(i32::from(day) <= month_length(i32::from(year), i32::from(month)));
        let months_since_zero =
            i32::from(year) * 12 + i32::from(month) - 1 + i32::from(months) * i32::try_from(number).unwrap();
        let (wanted_year, wanted_month) = (months_since_zero / 12, months_since_zero % 12 + 1);
        let wanted_day = i32::from(day).min(month_length(wanted_year, wanted_month));
        let found = calendar(date(year, month, day), "Asia/Kolkata", months).first_day(number).unwrap();
        prop_assert_eq!(
            (i32::from(found.year()), i32::from(found.month()), i32::from(found.day())),
            (wanted_year, wanted_month, wanted_day)
        );
    }

    #[test]
    fn periods_leave_no_gap_and_begin_on_their_own_day(
        days in 0_i32..40_000, months in 1_u16..=36, number in 0_u32..20,
        name in "Asia/Kolkata|America/New_York|America/Sao_Paulo|Africa/Cairo|Australia/Lord_Howe",
    ) {
        let anchor = date(1995, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let billing = calendar(anchor, &name, months);
        let period = billing.period(number).unwrap();
        let next = billing.period(number + 1).unwrap();
        prop_assert_eq!((period.to, period.ends), (next.from, next.starts));
        prop_assert!(period.starts < period.ends);
        let own_zone = zone(&name);
        prop_assert_eq!(own_zone.date_at(period.starts), period.from);
        let just_before = period.starts.checked_sub(jiff::Span::new().nanoseconds(1)).unwrap();
        prop_assert!(own_zone.date_at(just_before) < period.from);
    }
}

/// Chrono's opinion of the first instant of a day: the first minute of it that exists.
fn chrono_start(zone: chrono_tz::Tz, day: chrono::NaiveDate) -> i64 {
    use chrono::TimeZone;
    (0..1_440)
        .find_map(|minute| {
            let time = chrono::NaiveTime::from_hms_opt(minute / 60, minute % 60, 0)?;
            zone.from_local_datetime(&day.and_time(time)).earliest()
        })
        .map_or(i64::MIN, |start| start.timestamp())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    /// I15: a second calendar library agrees on every boundary, as a date and as an instant.
    #[test]
    fn another_calendar_agrees_on_every_boundary(
        year in 1995_i16..2035, month in 1_i8..=12, day in 1_i8..=31, months in 1_u16..=36, number in 0_u32..40,
        name in prop::sample::select(vec![
            "Asia/Kolkata", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe",
            "Africa/Cairo", "Asia/Beirut", "Pacific/Auckland", "America/Asuncion", "America/Havana", "Europe/London",
            "America/Santiago", "Atlantic/Azores",
        ]),
    ) {
        let Ok(anchor) = Date::new(year, month, day) else { return Ok(()) };
        let calendar = calendar(anchor, name, months);
        let Ok(period) = calendar.period(number) else { return Ok(()) };
        // Beyond 2037 the two libraries may guess the rules differently.
        if period.to.year() > 2036 {
            return Ok(());
        }
        let first = chrono::NaiveDate::from_ymd_opt(year.into(), month.unsigned_abs().into(), day.unsigned_abs().into()).unwrap();
        let boundary = |number: u32| first + chrono::Months::new(u32::from(months) * number);
        prop_assert_eq!(period.from.to_string(), boundary(number).to_string());
        prop_assert_eq!(period.to.to_string(), boundary(number + 1).to_string());
        let other: chrono_tz::Tz = name.parse().unwrap();
        prop_assert_eq!(period.starts.as_second(), chrono_start(other, boundary(number)), "{} {}", name, period.from);
        prop_assert_eq!(period.ends.as_second(), chrono_start(other, boundary(number + 1)), "{} {}", name, period.to);
    }
}

#[test]
fn hours_of_a_day_are_those_of_the_clocks_there() {
    let berlin = zone("Europe/Berlin");
    assert_eq!(berlin.at_minute(date(2027, 1, 10), 360), Some(instant("2027-01-10T05:00:00Z")));
    assert_eq!(berlin.at_minute(date(2027, 7, 10), 360), Some(instant("2027-07-10T04:00:00Z")));
    // 02:30 does not exist on that day: the clocks show half past three.
    assert_eq!(berlin.at_minute(date(2027, 3, 28), 150), Some(instant("2027-03-28T01:30:00Z")));
    assert_eq!(berlin.minute_of_day(instant("2027-07-10T04:00:59Z")), 360);
}
