use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use circulation::meter::{Counted, MeterTable, Read, ReadList, Window};
use proptest::prelude::*;

use crate::{at, december, november, reads, rules, stories};

fn nothing() -> ReadList {
    ReadList::new()
}

#[test]
fn six_tabs_opened_at_once_open_exactly_five_stories() {
    let table = MeterTable::new(10_000);
    let period = november();
    for guest in 0..500 {
        let start = Barrier::new(6);
        let granted = thread::scope(|scope| {
            let tabs: Vec<_> = (0..6)
                .map(|story| {
                    let (table, start) = (&table, &start);
                    scope.spawn(move || {
                        start.wait();
                        table.count(guest, &period, story, 5, &nothing()).granted
                    })
                })
                .collect();
            let answers = tabs.into_iter().map(|tab| tab.join().unwrap());
            answers.filter(|granted| *granted).count()
        });
        assert_eq!(granted, 5, "guest {guest}");
    }
}

#[test]
fn one_story_opened_a_hundred_times_at_once_counts_once() {
    let table = MeterTable::new(1_000);
    let answers: Vec<Counted> = thread::scope(|scope| {
        let tabs: Vec<_> = (0..100).map(|_| scope.spawn(|| table.count(1, &november(), 9, 5, &nothing()))).collect();
        tabs.into_iter().map(|tab| tab.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| answer.granted && answer.counted == 1));
    assert_eq!(answers.iter().filter(|answer| answer.newly).count(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn parallel_counts_never_pass_the_limit(
        limit in 0_u16..8,
        known in prop::collection::btree_set(0_u32..12, 0..4),
        tabs in prop::collection::vec(prop::collection::vec(0_u32..12, 1..6), 1..6),
    ) {
        let table = MeterTable::new(1_000);
        let period = november();
        let known = reads(known);
        let granted: BTreeSet<u32> = thread::scope(|scope| {
            let tabs: Vec<_> = tabs
                .iter()
                .map(|wanted| {
                    let (table, known) = (&table, &known);
                    scope.spawn(move || {
                        let open = |story: &u32| table.count(3, &period, *story, limit, known).granted;
                        wanted.iter().copied().filter(open).collect::<Vec<u32>>()
                    })
                })
                .collect();
            tabs.into_iter().flat_map(|tab| tab.join().unwrap()).collect()
        });
        let known: BTreeSet<u32> = stories(&known).into_iter().collect();
        let wanted: BTreeSet<u32> = tabs.into_iter().flatten().collect();
        let fresh = granted.difference(&known).count();
        let wanted_fresh = wanted.difference(&known).count();
        // Neither one more nor, while the limit allows, one fewer; and what was read before always opens.
        prop_assert_eq!(fresh, wanted_fresh.min(usize::from(limit).saturating_sub(known.len())));
        prop_assert!(wanted.intersection(&known).all(|story| granted.contains(story)));
    }

    #[test]
    fn a_look_says_what_counting_would_and_changes_nothing(
        history in prop::collection::vec((0_u64..3, 0_u32..8, prop::collection::btree_set(0_u32..8, 0..4)), 0..20),
        guest in 0_u64..3,
        story in 0_u32..8,
        known in prop::collection::btree_set(0_u32..8, 0..4),
        limit in 0_u16..6,
    ) {
        let table = MeterTable::new(1_000);
        let period = november();
        for (guest, story, known) in history {
            table.count(guest, &period, story, 5, &reads(known));
        }
        let known = reads(known);
        let looked = table.peek(guest, &period, story, limit, &known);
        prop_assert_eq!(&table.peek(guest, &period, story, limit, &known), &looked);
        let counted = table.count(guest, &period, story, limit, &known);
        prop_assert_eq!(looked, Counted { reads: None, ..counted });
    }

    #[test]
    fn merging_at_log_in_never_takes_a_story_away(
        guest in prop::collection::btree_set(0_u32..30, 0..12),
        reader in prop::collection::btree_set(0_u32..30, 0..12),
    ) {
        let table = MeterTable::new(1_000);
        let period = november();
        table.absorb(40, &period, &reads(reader.iter().copied()));
        table.absorb(40, &period, &reads(guest.iter().copied()));
        table.absorb(40, &period, &reads(guest.iter().copied()));
        let union: Vec<u32> = guest.union(&reader).copied().collect();
        prop_assert_eq!(stories(&table.reads_of(40, &period).unwrap()), union.clone());
        for story in union {
            // Even a limit of 0 does not close what was opened.
            prop_assert!(table.count_held(40, &period, story, 0).unwrap().granted);
        }
    }
}

#[test]
fn a_reading_is_counted_once_and_then_free() {
    let table = MeterTable::new(1_000);
    let first = table.count(1, &november(), 10, 2, &nothing());
    let expected = Counted { granted: true, already: false, newly: true, counted: 1, reads: Some(reads([10])) };
    assert_eq!(first, expected);
    let pass = first.reads.unwrap();
    let again = table.count(1, &november(), 10, 2, &pass);
    assert_eq!((again.granted, again.already, again.newly, again.counted), (true, true, false, 1));
    assert_eq!(again.reads, None, "the pass says all there is to say");
    let last = table.count(1, &november(), 11, 2, &pass);
    assert_eq!((last.granted, last.counted), (true, 2));
    let beyond = table.count(1, &november(), 12, 2, &pass);
    assert_eq!((beyond.granted, beyond.newly, beyond.counted), (false, false, 2));
    assert_eq!(beyond.reads, Some(reads([10, 11])), "the pass was older than the table");
}

#[test]
fn an_old_cookie_played_again_takes_nothing_back() {
    let table = MeterTable::new(1_000);
    let old = reads([1]);
    for story in 2..=5 {
        assert!(table.count(1, &november(), story, 5, &old).granted);
    }
    for story in 6..100 {
        assert!(!table.count(1, &november(), story, 5, &old).granted);
        assert!(!table.count(1, &november(), story, 5, &nothing()).granted);
    }
}

#[test]
fn a_cookie_alone_needs_no_memory() {
    let table = MeterTable::new(1_000);
    let full = reads(1..=5);
    assert!(table.count(1, &november(), 5, 5, &full).already);
    assert!(!table.count(1, &november(), 6, 5, &full).granted);
    assert!(table.is_empty());
    // After a restart the cookie's stories still count.
    assert!(table.count(2, &november(), 5, 5, &reads(1..=4)).granted);
    assert!(!table.count(2, &november(), 6, 5, &nothing()).granted);
}

#[test]
fn a_new_period_starts_empty() {
    let table = MeterTable::new(1_000);
    for story in 1..=5 {
        table.count(1, &november(), story, 5, &nothing());
    }
    assert!(!table.peek(1, &november(), 6, 5, &nothing()).granted);
    assert!(table.peek(1, &december(), 6, 5, &nothing()).granted);
    let first = table.count(1, &december(), 1, 5, &nothing());
    assert_eq!((first.newly, first.counted), (true, 1));
}

#[test]
fn a_question_from_before_midnight_does_not_empty_the_new_period() {
    let table = MeterTable::new(1_000);
    for story in 1..=5 {
        table.count(1, &december(), story, 5, &nothing());
    }
    let late = table.count(1, &november(), 6, 5, &reads([70]));
    assert_eq!((late.granted, late.counted, late.reads), (false, 5, None));
    assert_eq!(table.peek(1, &november(), 6, 5, &reads([70])).counted, 5);
    assert_eq!(stories(&table.reads_of(1, &december()).unwrap()), [1, 2, 3, 4, 5]);
}

#[test]
fn reads_leave_a_rolling_window() {
    let rules = rules(Window::RollingDays(2), "Asia/Kolkata");
    let table = MeterTable::new(1_000);
    let monday = rules.period_at(at("2026-11-23T06:00:00Z"));
    let tuesday = rules.period_at(at("2026-11-24T06:00:00Z"));
    let wednesday = rules.period_at(at("2026-11-25T06:00:00Z"));
    assert!(table.count(1, &monday, 1, 2, &nothing()).granted);
    assert!(table.count(1, &tuesday, 2, 2, &nothing()).granted);
    assert!(!table.count(1, &tuesday, 3, 2, &nothing()).granted);
    assert!(table.peek(1, &wednesday, 3, 2, &nothing()).newly);
    let third = table.count(1, &wednesday, 3, 2, &nothing());
    assert_eq!((third.newly, third.counted), (true, 2));
    assert!(!table.count(1, &wednesday, 1, 2, &nothing()).granted);
}

#[test]
fn a_registered_reader_is_asked_for_when_not_held() {
    let table = MeterTable::new(1_000);
    assert_eq!(table.count_held(9, &november(), 1, 3), None);
    assert!(table.is_empty(), "asking remembers nothing");
    table.absorb(9, &november(), &reads([4, 5]));
    let third = table.count_held(9, &november(), 1, 3).unwrap();
    assert_eq!((third.newly, third.counted), (true, 3));
    assert!(!table.count_held(9, &november(), 2, 3).unwrap().granted);
    // A reader without reads is held too, once loaded.
    table.absorb(10, &november(), &nothing());
    assert!(table.count_held(10, &november(), 1, 3).unwrap().newly);
    // The next period is loaded anew.
    assert_eq!(table.count_held(9, &december(), 1, 3), None);
    table.forget(10);
    assert_eq!(table.count_held(10, &november(), 1, 3), None);
}

#[test]
fn the_table_is_bounded_and_forgets_the_least_active() {
    let bound = 512 * 40;
    let table = MeterTable::new(bound);
    let faithful = 1;
    table.count(faithful, &november(), 1, 5, &nothing());
    for guest in 2..200_000 {
        table.count(guest, &november(), 1, 5, &nothing());
        if guest % 1_000 == 0 {
            assert!(table.count(faithful, &november(), 1, 5, &nothing()).already, "guest {guest}");
        }
    }
    assert!(table.len() <= bound && table.len() >= bound / 2, "{}", table.len());
    assert!(table.reads_of(2, &november()).is_none());
    // Who is forgotten falls back to the cookie.
    assert_eq!(table.count(2, &november(), 2, 5, &reads([1])).counted, 2);
}

#[test]
fn a_sweep_forgets_other_periods_only() {
    let table = MeterTable::new(10_000);
    for guest in 0..100 {
        table.count(guest, &november(), 1, 5, &nothing());
    }
    table.absorb(7, &december(), &reads(1..=20));
    table.sweep(&december());
    assert_eq!(table.len(), 1);
    assert_eq!(table.reads_of(7, &december()).unwrap().len(), 20);
}

/// Fills a table of the given bound, over and over, with readers of six stories each.
fn bytes_per_reader(bound: usize) -> f64 {
    let table = MeterTable::new(bound);
    let period = november();
    let six = reads(1..=6);
    for guest in 0..2 * bound as u64 {
        table.absorb(guest, &period, &six);
    }
    table.memory() as f64 / bound as f64
}

#[test]
fn a_million_remembered_guests_take_at_most_160_megabytes() {
    // Just below and just above the size at which the shards' tables double: the best and the worst case.
    for bound in [512 * 224, 512 * 225] {
        let bytes = bytes_per_reader(bound);
        println!("{bound} guests: {bytes:.0} bytes each");
        assert!((65.0..160.0).contains(&bytes), "{bytes} bytes per guest");
    }
}

#[test]
fn long_lists_are_in_the_memory_shown() {
    let table = MeterTable::new(10_000);
    table.absorb(1, &november(), &reads([1]));
    let before = table.memory();
    table.absorb(1, &november(), &reads(1..=600));
    assert!(table.memory() >= before + 600 * size_of::<Read>());
    table.forget(1);
    assert!(table.memory() <= before);
}

#[test]
fn a_list_keeps_the_later_day_and_stays_bounded() {
    let mut list: ReadList = [Read::new(1, 5)].into_iter().collect();
    list.union(&[Read::new(1, 9), Read::new(2, 3)].into_iter().collect());
    list.union(&[Read::new(1, 7)].into_iter().collect());
    let days: Vec<_> = list.iter().map(|read| (read.story(), read.day())).collect();
    assert_eq!(days, [(1, 9), (2, 3)]);
    let endless: ReadList = (0..5_000).map(|story| Read::new(story, 1)).collect();
    assert_eq!(endless.len(), ReadList::MAX);
    let far = Read::new(0xfedc_ba98, 0x7654);
    assert_eq!((far.story(), far.day()), (0xfedc_ba98, 0x7654));
}
