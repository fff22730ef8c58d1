use crate::harness::{Paper, a_reader, at, event, on_both};
use serde_json::json;
use store::{NewEvent, NewGrant, NewMail, Queued, StoreError};

on_both!(
    settings_are_kept,
    a_first_value_is_agreed_on,
    rights_are_given_once_and_ended,
    mails_wait_in_order,
    events_are_listed,
    text_is_kept_exactly
);

async fn settings_are_kept(paper: Paper) {
    assert_eq!(paper.store.setting("publication").await.unwrap(), None);
    paper.store.set_setting("publication", "a").await.unwrap();
    paper.store.set_setting("publication", "b").await.unwrap();
    assert_eq!(paper.store.setting("publication").await.unwrap().as_deref(), Some("b"));
    paper.store.health().await.unwrap();
}

async fn a_first_value_is_agreed_on(paper: Paper) {
    let mut starts = tokio::task::JoinSet::new();
    for n in 0..6 {
        let store = paper.store.clone();
        starts.spawn(async move { store.setting_or("meter-key", &format!("key-{n}")).await.unwrap() });
    }
    let values = starts.join_all().await;
    let kept = paper.store.setting("meter-key").await.unwrap().unwrap();
    assert!(values.iter().all(|v| *v == kept), "{values:?}");
}

async fn rights_are_given_once_and_ended(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await;
    let gift = NewGrant {
        reader_id: reader.id,
        benefits: vec!["premium".into()],
        source: "gift".into(),
        reference: "gift:9".into(),
        starts_at: at(5),
        ends_at: None,
    };
    assert!(paper.store.give_grant(&gift, at(1)).await.unwrap());
    assert!(!paper.store.give_grant(&gift, at(2)).await.unwrap());
    assert!(paper.store.end_grant("gift", "gift:9", at(100)).await.unwrap());
    assert!(!paper.store.end_grant("gift", "gift:9", at(200)).await.unwrap(), "a right is only ever shortened");
    assert!(!paper.store.end_grant("purchase", "gift:9", at(50)).await.unwrap());
    let held = paper.store.grants_of(reader.id).await.unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!((held[0].ends_at, held[0].created_at, held[0].source.as_str()), (Some(at(100)), at(1), "gift"));
    let nobody = NewGrant { reader_id: 99, reference: "gift:10".into(), ..gift };
    assert!(matches!(paper.store.give_grant(&nobody, at(3)).await.unwrap_err(), StoreError::Refused { .. }));
}

async fn mails_wait_in_order(paper: Paper) {
    let mail = |key: Option<&str>, subject: &str| NewMail {
        key: key.map(str::to_owned),
        kind: "log-in-code".into(),
        to: "asha@example.test".into(),
        subject: subject.into(),
        text: "Your code is 123456".into(),
        html: Some("<p>123456</p>".into()),
        reader_id: None,
        about: None,
        attachments: Vec::new(),
    };
    let Queued::New(first) = paper.store.queue_mail(&mail(None, "one"), at(0)).await.unwrap() else { panic!() };
    paper.store.queue_mail(&mail(None, "two"), at(1)).await.unwrap();
    paper.store.queue_mail(&mail(Some("k"), "three"), at(2)).await.unwrap();
    assert_eq!(paper.store.queue_mail(&mail(Some("k"), "four"), at(3)).await.unwrap(), Queued::Already);
    assert!(paper.store.mark_mail_sent(first, at(4)).await.unwrap());
    assert!(!paper.store.mark_mail_sent(first, at(5)).await.unwrap());
    let waiting: Vec<String> =
        paper.store.unsent_mails(at(1_000), 10).await.unwrap().into_iter().map(|m| m.subject).collect();
    assert_eq!(waiting, vec!["two", "three"]);
    let latest = paper.store.mails(2).await.unwrap();
    assert_eq!(latest.iter().map(|m| m.subject.as_str()).collect::<Vec<_>>(), vec!["three", "two"]);
    assert!(!format!("{latest:?}").contains("123456"), "a code in a log");
}

async fn events_are_listed(paper: Paper) {
    for n in 0..3 {
        let one = NewEvent { subject: format!("story:{n}"), data: json!({"n": n}), ..event("story.marked") };
        paper.store.append_event(&one, at(n)).await.unwrap();
    }
    let latest = paper.store.events(2).await.unwrap();
    assert_eq!(
        latest.iter().map(|e| (e.at, e.data.clone())).collect::<Vec<_>>(),
        vec![(at(2), json!({"n": 2})), (at(1), json!({"n": 1}))]
    );
    assert_eq!(paper.store.events_of("story:0").await.unwrap().len(), 1);
}

async fn text_is_kept_exactly(paper: Paper) {
    for text in ["", " ", "'; DROP TABLE settings; --", "नमस्ते ₹ 🗞", "a\r\nb\tc", "\\ % _ \" $1 ?1"] {
        paper.store.set_setting("text", text).await.unwrap();
        assert_eq!(paper.store.setting("text").await.unwrap().as_deref(), Some(text));
    }
}
