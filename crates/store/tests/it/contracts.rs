use crate::harness::{Paper, a_checkout, a_reader, an_attempt, at, event, on_both, settlement, wish};
use serde_json::json;
use store::{Checkout, NewEvent, NewMail, Settled, StoreError, SubscriptionChange, Updated};
use tokio::task::JoinSet;

on_both!(
    two_clicks_make_one_checkout,
    a_live_contract_forbids_another,
    a_decision_on_old_facts_is_not_written,
    cancelling_and_taking_it_back,
    the_rounds_find_what_is_due,
    the_database_knows_the_states,
    contracts_come_page_by_page,
);

async fn two_clicks_make_one_checkout(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await;
    let mut clicks = JoinSet::new();
    for _ in 0..8 {
        let (store, wish) = (paper.store.clone(), wish(&reader));
        clicks
            .spawn(async move { store.create_checkout(&wish, &event("subscription.checkout"), at(0)).await.unwrap() });
    }
    let outcomes = clicks.join_all().await;
    assert_eq!(outcomes.iter().filter(|o| matches!(o, Checkout::Created(_))).count(), 1);
    assert_eq!(outcomes.iter().filter(|o| matches!(o, Checkout::Open(_))).count(), 7);
    let contracts = paper.store.subscriptions_of(reader.id).await.unwrap();
    assert_eq!(contracts.len(), 1);
    let kept = &contracts[0];
    assert_eq!((kept.state.as_str(), kept.revision, kept.zone.as_str()), ("checkout", 1, "Asia/Kolkata"));
    assert_eq!((&kept.plan, &kept.consent), (&wish(&reader).plan, &wish(&reader).consent));
    let events = paper.store.events_of(&format!("subscription:{}", kept.id)).await.unwrap();
    assert_eq!(events.len(), 1);
}

async fn a_live_contract_forbids_another(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await;
    let contract = a_checkout(&paper.store, &reader).await;
    let attempt = an_attempt(&paper.store, &contract, 1).await;
    assert!(matches!(paper.store.settle(&settlement(&attempt, &contract)).await.unwrap(), Settled::Now { .. }));
    let Checkout::Live(live) = paper.store.create_checkout(&wish(&reader), &event("x"), at(20)).await.unwrap() else {
        panic!()
    };
    assert_eq!(live.id, contract.id);
    // another reader is free to
    let other = a_reader(&paper.store, "ravi").await;
    a_checkout(&paper.store, &other).await;
}

async fn a_decision_on_old_facts_is_not_written(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await;
    let contract = a_checkout(&paper.store, &reader).await;
    let end = SubscriptionChange {
        state: "ended".into(),
        end_reason: Some("nonpayment".into()),
        ..SubscriptionChange::of(&contract)
    };
    let Updated::Done(ended) =
        paper.store.update_subscription(&end, None, &event("subscription.ended"), at(5)).await.unwrap()
    else {
        panic!()
    };
    assert_eq!((ended.state.as_str(), ended.revision, ended.updated_at), ("ended", 2, at(5)));
    let Updated::Stale(now) =
        paper.store.update_subscription(&end, None, &event("subscription.ended"), at(6)).await.unwrap()
    else {
        panic!()
    };
    assert_eq!(now, ended);
    let unknown = SubscriptionChange { id: 99, ..end };
    let refused = paper.store.update_subscription(&unknown, None, &event("x"), at(6)).await.unwrap_err();
    assert!(matches!(refused, StoreError::NotFound { .. }), "{refused}");
    // an ended checkout makes room for another
    a_checkout(&paper.store, &reader).await;
}

async fn cancelling_and_taking_it_back(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await;
    let contract = a_checkout(&paper.store, &reader).await;
    let attempt = an_attempt(&paper.store, &contract, 1).await;
    paper.store.settle(&settlement(&attempt, &contract)).await.unwrap();
    let active = paper.store.subscription(contract.id).await.unwrap().unwrap();
    let mail = NewMail {
        key: None,
        kind: "cancelled".into(),
        to: reader.email.clone(),
        subject: "Your subscription ends".into(),
        text: "on 1 November 2027".into(),
        html: None,
        reader_id: None,
        about: None,
        attachments: Vec::new(),
    };
    let cancelled = NewEvent { subject: format!("subscription:{}", contract.id), ..event("subscription.cancelled") };
    let end = Some(at(365 * 86_400));
    let details = json!({"cancellation": {"by": "reader"}});
    let cancel = SubscriptionChange { cancel_at: end, details: details.clone(), ..SubscriptionChange::of(&active) };
    let done = paper.store.update_subscription(&cancel, Some(&mail), &cancelled, at(30)).await.unwrap();
    let Updated::Done(ending) = done else { panic!() };
    assert_eq!((ending.cancel_at, ending.state.as_str(), ending.paid_through), (end, "active", active.paid_through));
    assert_eq!(ending.details, details);
    // the second click
    let again = paper.store.update_subscription(&cancel, Some(&mail), &cancelled, at(31)).await.unwrap();
    assert_eq!(again, Updated::Stale(ending.clone()));
    let kinds: Vec<String> = paper.store.mails(10).await.unwrap().into_iter().map(|m| m.kind).collect();
    assert_eq!(kinds, vec!["cancelled", "receipt"]);
    let kept = NewEvent { kind: "subscription.kept".into(), ..cancelled };
    let keep = SubscriptionChange { cancel_at: None, details: json!({}), ..SubscriptionChange::of(&ending) };
    let Updated::Done(back) = paper.store.update_subscription(&keep, None, &kept, at(32)).await.unwrap() else {
        panic!()
    };
    assert_eq!(back.cancel_at, None);
    let story: Vec<String> = paper.store.events_of(&kept.subject).await.unwrap().into_iter().map(|e| e.kind).collect();
    assert_eq!(
        story,
        vec!["subscription.checkout", "subscription.activated", "subscription.cancelled", "subscription.kept"]
    );
}

async fn the_rounds_find_what_is_due(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await;
    let contract = a_checkout(&paper.store, &reader).await;
    assert_eq!(paper.store.stale_checkouts(at(0), 0, 10).await.unwrap(), vec![]);
    assert_eq!(paper.store.stale_checkouts(at(1), 0, 10).await.unwrap(), vec![contract.clone()]);
    let attempt = an_attempt(&paper.store, &contract, 1).await;
    assert_eq!(paper.store.open_attempts(at(2), 0, 10).await.unwrap(), vec![attempt.clone()]);
    paper.store.settle(&settlement(&attempt, &contract)).await.unwrap();
    assert_eq!(paper.store.open_attempts(at(2), 0, 10).await.unwrap(), vec![]);
    assert_eq!(paper.store.stale_checkouts(at(1), 0, 10).await.unwrap(), vec![]);
    let active = paper.store.subscription(contract.id).await.unwrap().unwrap();
    let cancel = SubscriptionChange { cancel_at: Some(at(100)), ..SubscriptionChange::of(&active) };
    paper.store.update_subscription(&cancel, None, &event("x"), at(20)).await.unwrap();
    assert_eq!(paper.store.cancellations_due(at(99), 0, 10).await.unwrap(), vec![]);
    assert_eq!(paper.store.cancellations_due(at(100), 0, 10).await.unwrap().len(), 1);
}

async fn the_database_knows_the_states(paper: Paper) {
    let reader = a_reader(&paper.store, "asha").await;
    let contract = a_checkout(&paper.store, &reader).await;
    let present = SubscriptionChange::of(&contract);
    let unknown_word = SubscriptionChange { state: "happy".into(), ..present.clone() };
    let ended_without_reason = SubscriptionChange { state: "ended".into(), ..present.clone() };
    let active_without_dates = SubscriptionChange { state: "active".into(), ..present };
    for wrong in [unknown_word, ended_without_reason, active_without_dates] {
        let refused = paper.store.update_subscription(&wrong, None, &event("x"), at(1)).await.unwrap_err();
        assert!(matches!(refused, StoreError::Refused { .. }), "{refused}");
    }
    assert_eq!(paper.store.subscription(contract.id).await.unwrap().unwrap(), contract);
}

async fn contracts_come_page_by_page(paper: Paper) {
    for n in 0..5 {
        let reader = a_reader(&paper.store, &format!("reader-{n}")).await;
        a_checkout(&paper.store, &reader).await;
    }
    let ids: Vec<i64> = paper.store.subscriptions_after(2, 2).await.unwrap().iter().map(|s| s.id).collect();
    assert_eq!(ids, vec![3, 4]);
    let ids: Vec<i64> = paper.store.readers_after(3, 10).await.unwrap().iter().map(|r| r.id).collect();
    assert_eq!(ids, vec![4, 5]);
}
