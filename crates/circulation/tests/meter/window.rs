use circulation::meter::{MeterRules, Read, ReadList, RulesError, Window};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::{at, rules, zone};

const INSTANT: SignedDuration = SignedDuration::from_nanos(1);

/// The first instants of consecutive periods: up to each the one id holds, from each on the next.
fn assert_edge(rules: &MeterRules, edge: &str, before: u32, after: u32) {
    let edge = at(edge);
    let last = rules.period_at(edge - INSTANT);
    let first = rules.period_at(edge);
    assert_eq!((last.id, last.next_id, last.ends), (before, after, edge));
    assert_eq!((first.id, first.starts), (after, edge));
    assert!(last.is_current(edge - INSTANT) && !last.is_current(edge));
    assert!(first.is_current(edge) && !first.is_current(edge - INSTANT));
}

#[test]
fn a_month_ends_at_midnight_in_the_papers_zone() {
    let kolkata = rules(Window::CalendarMonth, "Asia/Kolkata");
    assert_edge(&kolkata, "2026-11-30T18:30:00Z", 202_611, 202_612);
    assert_edge(&kolkata, "2026-12-31T18:30:00Z", 202_612, 202_701);
    assert_edge(&kolkata, "2028-02-29T18:30:00Z", 202_802, 202_803);
    // Past the end of 32-bit seconds.
    assert_edge(&kolkata, "2038-01-31T18:30:00Z", 203_801, 203_802);
    let utc = rules(Window::CalendarMonth, "UTC");
    assert_eq!(utc.period_at(at("2026-11-30T20:00:00Z")).id, 202_611);
    assert_eq!(kolkata.period_at(at("2026-11-30T20:00:00Z")).id, 202_612);
}

#[test]
fn a_leap_day_is_a_day_of_its_own() {
    let day = rules(Window::Day, "Asia/Kolkata");
    assert_edge(&day, "2028-02-28T18:30:00Z", 20_280_228, 20_280_229);
    assert_edge(&day, "2028-02-29T18:30:00Z", 20_280_229, 20_280_301);
}

#[test]
fn a_month_across_a_clock_change_keeps_its_midnights() {
    let york = rules(Window::CalendarMonth, "America/New_York");
    assert_edge(&york, "2026-03-01T05:00:00Z", 202_602, 202_603);
    assert_edge(&york, "2026-04-01T04:00:00Z", 202_603, 202_604);
    assert_edge(&york, "2026-12-01T05:00:00Z", 202_611, 202_612);
}

#[test]
fn a_day_whose_midnight_is_skipped_begins_with_the_skip() {
    // In Brazil's summer time midnight became one o'clock.
    let paulo = rules(Window::Day, "America/Sao_Paulo");
    assert_edge(&paulo, "2018-11-04T03:00:00Z", 20_181_103, 20_181_104);
    // Egypt skips the first hour of a Friday in April, and repeats the last of a Thursday in October.
    let cairo = rules(Window::Day, "Africa/Cairo");
    assert_edge(&cairo, "2026-04-23T22:00:00Z", 20_260_423, 20_260_424);
    assert_edge(&cairo, "2026-10-29T22:00:00Z", 20_261_029, 20_261_030);
    // Here the skip began half an hour before midnight.
    let toronto = rules(Window::Day, "America/Toronto");
    assert_edge(&toronto, "1919-03-31T04:30:00Z", 19_190_330, 19_190_331);
    // Samoa crossed the date line and had no 30 December at all.
    let apia = rules(Window::Day, "Pacific/Apia");
    assert_eq!(apia.period_at(at("2011-12-30T09:59:59Z")).id, 20_111_229);
    assert_eq!(apia.period_at(at("2011-12-30T10:00:00Z")).id, 20_111_231);
}

#[test]
fn a_day_that_clocks_return_from_does_not_begin_twice() {
    // Newfoundland went back from a minute past midnight to a minute past eleven.
    let johns = rules(Window::Day, "America/St_Johns");
    assert_edge(&johns, "2010-11-07T02:30:00Z", 20_101_106, 20_101_107);
    let again = johns.period_at(at("2010-11-07T03:00:00Z"));
    assert_eq!(again.id, 20_101_107);
    assert_eq!(again.starts, at("2010-11-07T02:30:00Z"));
}

#[test]
fn a_week_runs_from_monday_to_monday() {
    let week = rules(Window::CalendarWeek, "Asia/Kolkata");
    assert_edge(&week, "2026-11-22T18:30:00Z", 1_202_647, 1_202_648);
    // The first days of 2027 belong to the last week of 2026.
    assert_edge(&week, "2027-01-03T18:30:00Z", 1_202_653, 1_202_701);
}

#[test]
fn reads_leave_a_rolling_window_one_by_one() {
    let rolling = rules(Window::RollingDays(30), "Asia/Kolkata");
    let first = rolling.period_at(at("2026-11-01T06:00:00Z"));
    let third = rolling.period_at(at("2026-11-03T06:00:00Z"));
    let list: ReadList = [Read::new(7, first.today), Read::new(8, third.today)].into_iter().collect();

    let mut on_the_30th = list.clone();
    on_the_30th.prune(rolling.period_at(at("2026-11-30T18:29:59Z")).oldest);
    assert_eq!(on_the_30th.len(), 2);
    let after = rolling.period_at(at("2026-11-30T18:30:00Z"));
    let mut on_the_1st = list.clone();
    on_the_1st.prune(after.oldest);
    assert_eq!(crate::stories(&on_the_1st), [8]);

    assert_eq!((first.id, first.next_id, after.id), (900_000_030, 900_000_030, 900_000_030));
    assert_eq!(first.ends, at("2026-11-01T18:30:00Z"));
    // With a limit of 2 one read must leave; with 1 both.
    assert_eq!(rolling.frees_at(&third, &list, 2), at("2026-11-30T18:30:00Z"));
    assert_eq!(rolling.frees_at(&third, &list, 1), at("2026-12-02T18:30:00Z"));
    // Nothing to wait for below the limit, and nothing to hope for at 0.
    assert_eq!(rolling.frees_at(&third, &list, 3), third.ends);
    assert_eq!(rolling.frees_at(&third, &list, 0), third.ends);
    let month = rules(Window::CalendarMonth, "Asia/Kolkata");
    let november = month.period_at(at("2026-11-03T06:00:00Z"));
    assert_eq!(month.frees_at(&november, &list, 1), at("2026-11-30T18:30:00Z"));
}

const ZONES: [&str; 9] = [
    "Asia/Kolkata",
    "America/New_York",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "America/St_Johns",
    "America/Havana",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "Asia/Beirut",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn every_instant_lies_in_exactly_one_period(
        seconds in 0_i64..2_500_000_000,
        name in prop::sample::select(&ZONES[..]),
        window in prop::sample::select(vec![Window::CalendarMonth, Window::CalendarWeek, Window::Day, Window::RollingDays(10)]),
    ) {
        let now = Timestamp::from_second(seconds).unwrap();
        let rules = rules(window, name);
        let period = rules.period_at(now);
        prop_assert!(period.starts <= now && now < period.ends);
        prop_assert!(period.is_current(now));
        prop_assert_eq!(rules.period_at(period.ends).id, period.next_id);
        prop_assert_eq!(rules.period_at(period.ends - INSTANT).id, period.id);
        if !matches!(window, Window::RollingDays(_)) {
            prop_assert_eq!(rules.period_at(period.starts).id, period.id);
            prop_assert_eq!(rules.period_at(period.starts - INSTANT).next_id, period.id);
        }
    }
}

#[test]
fn the_window_is_written_in_words() {
    for (word, window) in [
        ("month", Window::CalendarMonth),
        ("week", Window::CalendarWeek),
        ("day", Window::Day),
        ("rolling 30 days", Window::RollingDays(30)),
    ] {
        let json = format!("\"{word}\"");
        assert_eq!(serde_json::from_str::<Window>(&json).unwrap(), window);
        assert_eq!(serde_json::to_string(&window).unwrap(), json);
    }
    assert_eq!("rolling 1 day".parse(), Ok(Window::RollingDays(1)));
    for wrong in ["", "year", "Month", "rolling", "rolling 0 days", "rolling 367 days", "rolling -1 days", "rolling 30"]
    {
        let error = wrong.parse::<Window>().unwrap_err().to_string();
        assert!(error.contains("rolling 30 days"), "{error}");
    }
}

#[test]
fn contradictory_rules_are_refused_with_the_mend() {
    let new = |window, guest, registered| MeterRules::new(window, zone("Asia/Kolkata"), guest, registered);
    let month = Window::CalendarMonth;
    let below = RulesError::RegisteredBelowGuest { guest: 5, registered: 4 };
    assert!(below.to_string().contains("at least 5"));
    assert_eq!(new(month, 5, 4), Err(below));
    assert_eq!(new(month, 101, 200), Err(RulesError::GuestLimit { found: 101 }));
    assert_eq!(new(month, 5, 1_001), Err(RulesError::RegisteredLimit { found: 1_001 }));
    assert_eq!(new(Window::RollingDays(0), 5, 5), Err(RulesError::RollingDays { found: 0 }));
    assert_eq!(new(month, 0, 0).map(|rules| rules.limits().guest), Ok(0));
    assert_eq!(new(month, 100, 1_000).map(|rules| rules.limits().registered), Ok(1_000));
}
