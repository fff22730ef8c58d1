//! Rights are dates: exact at both ends, traceable to their source, stable in their words.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use circulation::benefits::{Benefit, Benefits, Grant, GrantSource, Rights, rights_at};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn grant(benefits: &[Benefit], starts_at: Timestamp, ends_at: Option<Timestamp>) -> Grant {
    Grant {
        benefits: benefits.iter().copied().collect(),
        source: GrantSource::Purchase,
        starts_at,
        ends_at,
        reference: "payment 17".to_owned(),
    }
}

#[test]
fn a_grant_holds_from_its_start_until_just_before_its_end() {
    let (start, end) = (at("2026-11-21T00:00:00Z"), at("2027-02-21T00:00:00Z"));
    let grants = [grant(&[Benefit::Premium], start, Some(end))];
    let tick = SignedDuration::from_nanos(1);
    let premium = Benefits::NONE.with(Benefit::Premium);
    let rights = |benefits, changes_at| Rights { benefits, changes_at };
    assert_eq!(rights_at(&grants, start - tick), rights(Benefits::NONE, Some(start)));
    assert_eq!(rights_at(&grants, start), rights(premium, Some(end)));
    assert_eq!(rights_at(&grants, end - tick), rights(premium, Some(end)));
    assert_eq!(rights_at(&grants, end), rights(Benefits::NONE, None));
}

#[test]
fn grants_add_up_and_the_nearest_edge_is_named() {
    let day = |n: i64| at("2026-11-01T00:00:00Z") + SignedDuration::from_hours(24 * n);
    let grants = [
        grant(&[Benefit::Unlimited], day(0), None),
        grant(&[Benefit::Premium, Benefit::AdFree], day(2), Some(day(9))),
        grant(&[Benefit::Archive], day(5), Some(day(7))),
        // Never holds, and is no edge either.
        grant(&[Benefit::Edition], day(4), Some(day(4))),
        grant(&[Benefit::Edition], day(6), Some(day(3))),
    ];
    let words = |n| {
        let rights = rights_at(&grants, day(n));
        let words: Vec<&str> = rights.benefits.iter().map(Benefit::word).collect();
        (words.join(" "), rights.changes_at)
    };
    assert_eq!(words(1), ("unlimited".to_owned(), Some(day(2))));
    assert_eq!(words(3), ("unlimited premium ad-free".to_owned(), Some(day(5))));
    assert_eq!(words(6), ("unlimited premium ad-free archive".to_owned(), Some(day(7))));
    assert_eq!(words(8), ("unlimited premium ad-free".to_owned(), Some(day(9))));
    assert_eq!(words(9), ("unlimited".to_owned(), None));
    assert_eq!(rights_at(&[], day(0)), Rights::default());
}

proptest! {
    #[test]
    fn an_answer_stays_true_until_the_instant_it_names(
        edges in prop::collection::vec((0_i64..50, prop::option::of(0_i64..50), 0_usize..9), 0..8),
        now in 0_i64..50,
        later in 0_i64..50,
    ) {
        let instant = |second| Timestamp::from_second(second).unwrap();
        let grants: Vec<Grant> = edges
            .into_iter()
            .map(|(start, end, n)| grant(&[Benefit::ALL[n]], instant(start), end.map(instant)))
            .collect();
        let rights = rights_at(&grants, instant(now));
        let later = instant(now.max(later));
        if rights.changes_at.is_none_or(|edge| later < edge) {
            prop_assert_eq!(rights_at(&grants, later), rights);
        }
    }
}

#[test]
fn words_are_stable() {
    let words: Vec<&str> = Benefit::ALL.into_iter().map(Benefit::word).collect();
    assert_eq!(
        words.join(" "),
        "unlimited premium ad-free edition archive newsletters market-analysis partner every-device"
    );
    let sources: Vec<&str> = GrantSource::ALL.into_iter().map(GrantSource::word).collect();
    assert_eq!(sources.join(" "), "purchase trial gift seat partner staff");
    for source in GrantSource::ALL {
        assert_eq!(source.word().parse(), Ok(source));
    }
}

#[test]
fn a_set_is_written_as_its_words() {
    let set: Benefits = [Benefit::AdFree, Benefit::Premium].into_iter().collect();
    let json = r#"["premium","ad-free"]"#;
    assert_eq!(serde_json::to_string(&set).unwrap(), json);
    assert_eq!(serde_json::from_str::<Benefits>(json).unwrap(), set);
    let doubled = r#"["ad-free","premium","premium"]"#;
    assert_eq!(serde_json::from_str::<Benefits>(doubled).unwrap(), set);
    assert_eq!(format!("{set:?}"), "{Premium, AdFree}");

    let error = serde_json::from_str::<Benefits>(r#"["adfree"]"#).unwrap_err().to_string();
    assert!(error.contains("\"adfree\"") && error.contains("ad-free, edition"), "{error}");
    let error = "bribe".parse::<GrantSource>().unwrap_err().to_string();
    assert!(error.contains("one of: purchase, trial"), "{error}");
}

#[test]
fn a_grant_survives_its_storage() {
    let grant = grant(
        &[Benefit::Unlimited, Benefit::EveryDevice],
        at("2026-11-21T00:00:00.000000001Z"),
        Some(at("2028-02-29T18:30:00Z")),
    );
    let json = serde_json::to_string(&grant).unwrap();
    assert_eq!(serde_json::from_str::<Grant>(&json).unwrap(), grant);
    assert!(json.contains(r#""source":"purchase""#), "{json}");
}

#[test]
fn sets_behave_as_sets() {
    let all = Benefits::all();
    assert_eq!(all.iter().count(), 9);
    let less = all.without(Benefit::Edition);
    assert!(all.covers(less) && !less.covers(all) && !less.contains(Benefit::Edition));
    assert_eq!(less.with(Benefit::Edition), all);
    assert_eq!(less.union(Benefits::NONE.with(Benefit::Edition)), all);
    assert!(Benefits::NONE.is_empty() && !less.is_empty());
}
