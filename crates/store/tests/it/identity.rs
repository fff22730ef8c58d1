use crate::harness::{Paper, a_reader, at, on_both};
use jiff::Timestamp;
use serde_json::json;
use store::{Code, CodeOutcome, Created, NewCode, NewReader, NewSession, StoreError};
use tokio::task::JoinSet;

on_both!(
    one_account_per_address,
    accounts_change,
    sessions_begin_and_end,
    sessions_are_touched_forwards,
    a_code_works_once,
    five_wrong_tries_end_a_code,
    tries_at_once_are_all_counted,
    codes_are_bound_to_browser_and_time,
    a_link_works_once_in_its_browser,
    a_code_used_twice_at_once_works_once,
    codes_are_counted_and_forgotten,
);

fn code(secret: u8, now: Timestamp) -> NewCode {
    NewCode {
        email: "Asha@Example.test".into(),
        email_key: "asha@example.test".into(),
        browser_hash: vec![1; 32],
        purpose: "log-in".into(),
        code_hash: vec![secret; 32],
        link_hash: Some(vec![secret, 1]),
        data: json!({"return_to": "/markets/x-1"}),
        expires_at: now + jiff::SignedDuration::from_mins(10),
    }
}

async fn attempt(paper: &Paper, secret: u8, now: Timestamp) -> CodeOutcome {
    paper.store.try_code("asha@example.test", &[1; 32], "log-in", &[secret; 32], now).await.unwrap()
}

fn accepted() -> CodeOutcome {
    CodeOutcome::Accepted(Code {
        email: "Asha@Example.test".into(),
        email_key: "asha@example.test".into(),
        purpose: "log-in".into(),
        data: json!({"return_to": "/markets/x-1"}),
    })
}

async fn one_account_per_address(paper: Paper) {
    let mut clicks = JoinSet::new();
    for n in 0..6 {
        let store = paper.store.clone();
        let new = NewReader {
            email: "Asha@Example.test".into(),
            email_key: "asha@example.test".into(),
            name: format!("Asha {n}"),
            password_hash: Some("$argon2id$x".into()),
            role: "reader".into(),
            verified_at: None,
        };
        clicks.spawn(async move { store.create_reader(&new, at(0)).await.unwrap() });
    }
    let outcomes = clicks.join_all().await;
    let made: Vec<_> =
        outcomes.iter().filter_map(|o| if let Created::Created(r) = o { Some(r) } else { None }).collect();
    assert_eq!(made.len(), 1);
    assert!(outcomes.iter().all(|o| matches!(o, Created::Created(r) | Created::Exists(r) if r == made[0])));
    let kept = paper.store.reader_by_email_key("asha@example.test").await.unwrap().unwrap();
    assert_eq!(&kept, made[0]);
    assert!(!format!("{kept:?}").contains("argon2"), "a hash in a log");
    assert_eq!(paper.store.reader_by_email_key("ASHA@example.test").await.unwrap(), None);
}

async fn accounts_change(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await;
    paper.store.set_password_hash(reader.id, Some("$argon2id$y"), at(1)).await.unwrap();
    paper.store.set_verified(reader.id, at(2)).await.unwrap();
    paper.store.set_verified(reader.id, at(3)).await.unwrap();
    paper.store.set_role(reader.id, "staff", at(4)).await.unwrap();
    paper.store.set_reader_name(reader.id, "Asha Rao", at(5)).await.unwrap();
    let kept = paper.store.reader(reader.id).await.unwrap().unwrap();
    assert_eq!((kept.password_hash.as_deref(), kept.verified_at), (Some("$argon2id$y"), Some(at(2))));
    assert_eq!((kept.role.as_str(), kept.name.as_str(), kept.updated_at), ("staff", "Asha Rao", at(5)));
    paper.store.set_password_hash(reader.id, None, at(6)).await.unwrap();
    assert_eq!(paper.store.reader(reader.id).await.unwrap().unwrap().password_hash, None);
    let refused = paper.store.set_role(reader.id, "king", at(7)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Refused { .. }), "{refused}");
    assert!(matches!(paper.store.set_verified(99, at(7)).await.unwrap_err(), StoreError::NotFound { .. }));
}

fn session(token: u8, reader_id: i64) -> NewSession {
    NewSession { token_hash: vec![token; 32], reader_id, device: format!("Device {token}"), expires_at: at(1_000) }
}

async fn sessions_begin_and_end(paper: Paper) {
    let store = &paper.store;
    let asha = a_reader(store, "asha").await;
    let ravi = a_reader(store, "ravi").await;
    for token in 1..=3 {
        store.create_session(&session(token, asha.id), at(i64::from(token))).await.unwrap();
    }
    store.create_session(&session(4, ravi.id), at(9)).await.unwrap();
    let held = store.session(&[2; 32], at(10)).await.unwrap().unwrap();
    assert_eq!((held.reader, held.session.device.as_str(), held.session.created_at), (asha.clone(), "Device 2", at(2)));
    assert_eq!(store.session(&[2; 32], at(1_000)).await.unwrap(), None, "expired");
    assert_eq!(store.session(&[9; 32], at(10)).await.unwrap(), None);
    assert!(!store.end_session(asha.id, &[4; 32], at(11)).await.unwrap(), "somebody else's session");
    assert!(store.end_session(asha.id, &[2; 32], at(11)).await.unwrap());
    assert!(!store.end_session(asha.id, &[2; 32], at(12)).await.unwrap());
    assert_eq!(store.session(&[2; 32], at(12)).await.unwrap(), None, "ended");
    assert_eq!(store.end_other_sessions(asha.id, &[3; 32], at(13)).await.unwrap(), 1);
    let left: Vec<String> = store.sessions_of(asha.id, at(14)).await.unwrap().into_iter().map(|s| s.device).collect();
    assert_eq!(left, vec!["Device 3"]);
    assert_eq!(store.end_other_sessions(asha.id, &[], at(15)).await.unwrap(), 1);
    assert!(store.session(&[4; 32], at(15)).await.unwrap().is_some());
    store.create_session(&session(4, asha.id), at(16)).await.unwrap_err();
    assert_eq!(store.forget_sessions(at(1_001)).await.unwrap(), 4);
}

async fn sessions_are_touched_forwards(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await;
    paper.store.create_session(&session(1, reader.id), at(1)).await.unwrap();
    paper.store.create_session(&session(2, reader.id), at(2)).await.unwrap();
    paper.store.touch_sessions(&[(vec![1; 32], at(50)), (vec![2; 32], at(1)), (vec![7; 32], at(60))]).await.unwrap();
    paper.store.touch_sessions(&[(vec![1; 32], at(40))]).await.unwrap();
    let seen: Vec<_> =
        paper.store.sessions_of(reader.id, at(70)).await.unwrap().iter().map(|s| s.last_seen_at).collect();
    assert_eq!(seen, vec![at(50), at(2)]);
}

async fn a_code_works_once(paper: Paper) {
    paper.store.create_code(&code(7, at(0)), at(0)).await.unwrap();
    assert_eq!(attempt(&paper, 8, at(1)).await, CodeOutcome::Wrong { left: 4 });
    assert_eq!(attempt(&paper, 7, at(2)).await, accepted());
    assert_eq!(attempt(&paper, 7, at(3)).await, CodeOutcome::Gone);
    let link = paper.store.try_link(&[7, 1], &[1; 32], at(3)).await.unwrap();
    assert_eq!(link, CodeOutcome::Gone, "code and link are one use");
}

async fn five_wrong_tries_end_a_code(paper: Paper) {
    paper.store.create_code(&code(7, at(0)), at(0)).await.unwrap();
    for left in (0..5).rev() {
        assert_eq!(attempt(&paper, 8, at(1)).await, CodeOutcome::Wrong { left });
    }
    assert_eq!(attempt(&paper, 7, at(2)).await, CodeOutcome::Gone, "right, too late");
    // asking again starts afresh
    paper.store.create_code(&code(9, at(3)), at(3)).await.unwrap();
    assert_eq!(attempt(&paper, 9, at(4)).await, accepted());
}

async fn tries_at_once_are_all_counted(paper: Paper) {
    paper.store.create_code(&code(7, at(0)), at(0)).await.unwrap();
    let mut guesses = JoinSet::new();
    for guess in 100..130_u8 {
        let store = paper.store.clone();
        guesses.spawn(async move {
            store.try_code("asha@example.test", &[1; 32], "log-in", &[guess; 32], at(1)).await.unwrap()
        });
    }
    let outcomes = guesses.join_all().await;
    assert_eq!(outcomes.iter().filter(|o| matches!(o, CodeOutcome::Wrong { .. })).count(), 5);
    assert_eq!(outcomes.iter().filter(|o| **o == CodeOutcome::Gone).count(), 25);
}

async fn codes_are_bound_to_browser_and_time(paper: Paper) {
    let store = &paper.store;
    store.create_code(&code(7, at(0)), at(0)).await.unwrap();
    let elsewhere = store.try_code("asha@example.test", &[2; 32], "log-in", &[7; 32], at(1)).await.unwrap();
    assert_eq!(elsewhere, CodeOutcome::Gone);
    let other_purpose = store.try_code("asha@example.test", &[1; 32], "reset", &[7; 32], at(1)).await.unwrap();
    assert_eq!(other_purpose, CodeOutcome::Gone);
    assert_eq!(attempt(&paper, 7, at(600)).await, CodeOutcome::Gone, "ten minutes are over");
    assert_eq!(attempt(&paper, 7, at(599)).await, accepted());
    let long = NewCode { expires_at: at(601), ..code(3, at(0)) };
    let refused = store.create_code(&long, at(0)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Refused { .. }), "{refused}");
}

async fn a_link_works_once_in_its_browser(paper: Paper) {
    let store = &paper.store;
    store.create_code(&code(6, at(0)), at(0)).await.unwrap();
    store.create_code(&code(7, at(1)), at(1)).await.unwrap();
    assert_eq!(store.try_link(&[6, 1], &[2; 32], at(2)).await.unwrap(), CodeOutcome::OtherBrowser);
    assert_eq!(store.try_link(&[5, 1], &[1; 32], at(2)).await.unwrap(), CodeOutcome::Gone);
    // the mail that came first still works, and ends the other
    assert_eq!(store.try_link(&[6, 1], &[1; 32], at(3)).await.unwrap(), accepted());
    assert_eq!(store.try_link(&[7, 1], &[1; 32], at(4)).await.unwrap(), CodeOutcome::Gone);
    assert_eq!(attempt(&paper, 7, at(4)).await, CodeOutcome::Gone);
}

async fn a_code_used_twice_at_once_works_once(paper: Paper) {
    paper.store.create_code(&code(7, at(0)), at(0)).await.unwrap();
    let mut presses = JoinSet::new();
    for n in 0..10 {
        let store = paper.store.clone();
        presses.spawn(async move {
            if n % 2 == 0 {
                store.try_link(&[7, 1], &[1; 32], at(1)).await.unwrap()
            } else {
                store.try_code("asha@example.test", &[1; 32], "log-in", &[7; 32], at(1)).await.unwrap()
            }
        });
    }
    let outcomes = presses.join_all().await;
    assert_eq!(outcomes.iter().filter(|o| matches!(o, CodeOutcome::Accepted(_))).count(), 1, "{outcomes:?}");
}

async fn codes_are_counted_and_forgotten(paper: Paper) {
    for n in 0..4 {
        paper.store.create_code(&code(u8::try_from(n).unwrap(), at(n * 100)), at(n * 100)).await.unwrap();
    }
    assert_eq!(paper.store.codes_since("asha@example.test", at(100)).await.unwrap(), 3);
    assert_eq!(paper.store.codes_since("ravi@example.test", at(0)).await.unwrap(), 0);
    assert_eq!(paper.store.forget_codes(at(750)).await.unwrap(), 2);
    assert_eq!(paper.store.codes_since("asha@example.test", at(0)).await.unwrap(), 2);
}
