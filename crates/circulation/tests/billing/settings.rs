//! What the publisher sets is checked, and says how to mend it.
use circulation::billing::{Ladder, PauseRules, Policy};

#[test]
fn the_defaults_can_be_obeyed_and_are_those_of_the_law() {
    let policy = Policy::default();
    policy.check().unwrap();
    assert_eq!(policy, toml::from_str("").unwrap());
    assert_eq!((policy.ladder.grace_days, policy.announced_ladder.grace_days, policy.recovery_days), (7, 5, 30));
    assert_eq!((policy.renewal_notice_days.as_slice(), policy.withdrawal_days), ([21_u16, 7].as_slice(), 14));
}

#[test]
fn what_cannot_be_obeyed_names_the_setting_and_the_mend() {
    let ladder = |retry_days: &[u16]| Ladder { grace_days: 7, retry_days: retry_days.to_vec() };
    for (policy, key) in [
        (Policy { debit_hour: 24, ..Policy::default() }, "debit_hour"),
        (Policy { ladder: ladder(&[3, 1]), ..Policy::default() }, "ladder"),
        (Policy { ladder: ladder(&[0]), ..Policy::default() }, "ladder"),
        (Policy { recovery_days: 6, ..Policy::default() }, "ladder"),
        (Policy { renewal_notice_days: vec![7, 21], ..Policy::default() }, "renewal_notice_days"),
        (
            Policy { pause: Some(PauseRules { longest_days: 0, per_year: 1 }), ..Policy::default() },
            "pause.longest_days",
        ),
        (Policy { most_debits_per_day: 0, ..Policy::default() }, "most_debits_per_day"),
    ] {
        let problem = policy.check().unwrap_err();
        assert_eq!(problem.key, key);
        assert!(problem.to_string().contains(key) && problem.to_string().len() > 20);
    }
    let unknown = toml::from_str::<Policy>("grace = 3").unwrap_err().to_string();
    assert!(unknown.contains("unknown field"), "{unknown}");
}
