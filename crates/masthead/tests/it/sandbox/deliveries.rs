//! Webhooks: late, twice, out of order, and until they are accepted.
use std::collections::BTreeMap;

use circulation::payments::AttemptKey;
use jiff::{SignedDuration, Timestamp};
use masthead::gateways::rail::{Found, Gateway as _, Hint, WebhookRefused};
use masthead::gateways::sandbox::{BankAct, Behaviour, Change, Event, SandboxSettings, Travel};
use masthead::gateways::webhooks::{self, SIGNATURE};

use super::{Books, debit, hours, now, on_both_books, rail};

on_both_books!(
    a_bad_line_is_the_same_bad_line_for_the_same_seed,
    what_is_not_accepted_comes_again_ever_more_seldom,
    two_processes_do_not_deliver_the_same_copy,
    what_happens_is_told_and_listed,
    a_delivery_of_another_paper_is_refused,
);

/// What is delivered in the first two hours, asked for every second minute: event ids in their order.
async fn delivered(books: &Books) -> Vec<String> {
    let mut order = Vec::new();
    for minute in (0..120).step_by(2) {
        let at = now() + SignedDuration::from_mins(minute);
        for post in books.store.take_sandbox_posts(100, at).await.unwrap() {
            books.store.sandbox_post_answered(post.id, Ok(()), at).await.unwrap();
            order.push(post.event_id);
        }
    }
    order
}

async fn a_bad_line_is_the_same_bad_line_for_the_same_seed(books: Books) {
    let mut lines = Vec::new();
    for seed in [7, 7, 8] {
        let books = Books::open(if books.is_sqlite() { super::Engine::Sqlite } else { super::Engine::Postgres }).await;
        let settings = SandboxSettings { webhooks: Travel { seed, doubled: 40, late: 3_600 } };
        let rail = rail(&books.store, &settings);
        let mut happened = Vec::new();
        for n in 0..12 {
            let page = books.page(&super::first_payment(&format!("sub-{n}-p0-a1"))).await;
            let at = now() + SignedDuration::from_secs(n);
            assert!(rail.pay(&page.reference, Behaviour::Ok, at).await.unwrap().1);
            happened.push(books.captured(&format!("sub-{n}-p0-a1"), at).await.0);
        }
        let order = delivered(&books).await;
        assert_eq!(delivered(&books).await, Vec::<String>::new(), "accepted is accepted");
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for event in &order {
            *times.entry(event).or_default() += 1;
        }
        assert_eq!(times.len(), 24, "each payment and each mandate is told of");
        assert!(times.values().any(|times| *times > 1), "some come twice");
        let Found::Is(hints) = books.rail.recent(now(), now() + hours(1)).await else { panic!("a list") };
        let told: Vec<_> = hints
            .iter()
            .filter_map(|hint| match hint {
                Hint::Attempt { reference, .. } => Some(reference.clone()),
                _ => None,
            })
            .collect();
        assert_eq!(told, happened, "the list is in the order in which it happened");
        lines.push(order);
    }
    assert_eq!(lines[0], lines[1]);
    assert_ne!(lines[0], lines[2]);
}

async fn what_is_not_accepted_comes_again_ever_more_seldom(books: Books) {
    books.paid("sub-1-p0-a1", Behaviour::Ok).await;
    let mut at = now();
    let taken = books.store.take_sandbox_posts(100, at).await.unwrap();
    assert_eq!(taken.len(), 2);
    for (tries, wait) in [(1, 30), (2, 60), (3, 120), (4, 240)] {
        let early = at + SignedDuration::from_secs(wait - 1);
        assert!(books.store.take_sandbox_posts(100, early).await.unwrap().is_empty(), "{tries}");
        at += SignedDuration::from_secs(wait);
        let again = books.store.take_sandbox_posts(100, at).await.unwrap();
        assert_eq!((again.len(), again[0].tries, &again[0].body), (2, tries, &taken[0].body));
    }
    for day in 1..=40 {
        at += hours(24);
        let again = books.store.take_sandbox_posts(100, at).await.unwrap();
        assert_eq!(again.len(), 2, "still on day {day}");
        books.store.sandbox_post_answered(again[0].id, Err("503"), at).await.unwrap();
    }
    assert!(!books.store.take_sandbox_posts(100, at + hours(1)).await.unwrap().is_empty(), "an hour at most");
    for post in &taken {
        books.store.sandbox_post_answered(post.id, Ok(()), at).await.unwrap();
    }
    assert!(books.store.take_sandbox_posts(100, at + hours(99)).await.unwrap().is_empty());
}

async fn two_processes_do_not_deliver_the_same_copy(books: Books) {
    for n in 0..20 {
        books.paid(&format!("sub-{n}-p0-a1"), Behaviour::Twice).await;
    }
    let takers: Vec<_> = (0..4)
        .map(|_| {
            let store = books.store.clone();
            tokio::spawn(async move {
                let mut all = Vec::new();
                loop {
                    let taken = store.take_sandbox_posts(3, now()).await.unwrap();
                    if taken.is_empty() {
                        break all;
                    }
                    all.extend(taken.into_iter().map(|post| post.id));
                }
            })
        })
        .collect();
    let mut all = Vec::new();
    for taker in takers {
        all.extend(taker.await.unwrap());
    }
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!((count, all.len()), (60, 60), "two copies of twenty payments, and twenty mandates");
}

async fn kinds(books: &Books, at: Timestamp) -> Vec<String> {
    let taken = books.store.take_sandbox_posts(100, at).await.unwrap();
    let mut kinds = Vec::new();
    for post in taken {
        books.store.sandbox_post_answered(post.id, Ok(()), at).await.unwrap();
        let mut headers = http::HeaderMap::new();
        let signature = webhooks::sign(books.rail.webhook_key(), at.as_second(), post.body.as_bytes());
        headers.insert(SIGNATURE, signature.parse().unwrap());
        let event = books.rail.read_webhook(&headers, post.body.as_bytes(), at).unwrap();
        assert_eq!((&event.event_id, &event.kind), (&post.event_id, &post.kind));
        assert_ne!(event.hint, Hint::Other, "{}", event.kind);
        kinds.push(event.kind);
    }
    kinds
}

async fn what_happens_is_told_and_listed(books: Books) {
    let card = books.kept("sub-1-p0-a1", Behaviour::NeedsAction).await;
    assert_eq!(kinds(&books, now()).await, ["payment.captured", "mandate.confirmed"]);
    let told = books.rail.charge(&debit("sub-1-p1-a1", &card), now()).await;
    assert_eq!(kinds(&books, now()).await, ["payment.needs-action"]);
    let payment = told.reference.expect("a payment");
    books.rail.act(&card.customer, &BankAct::Confirm(payment.clone()), now()).await.unwrap();
    assert_eq!(kinds(&books, now()).await, ["payment.captured"]);
    books.rail.act(&card.customer, &BankAct::Dispute(payment), now()).await.unwrap();
    assert_eq!(kinds(&books, now()).await, ["dispute.opened"]);
    let dispute = books.rail.account(&card.customer, now()).await.unwrap().unwrap().disputes.remove(0).reference;
    books.rail.act(&card.customer, &BankAct::Decide(dispute, true), now()).await.unwrap();
    assert_eq!(kinds(&books, now()).await, ["dispute.won"]);
    books.rail.act(&card.customer, &BankAct::Method(card.token.clone(), Change::Revoke), now()).await.unwrap();
    assert_eq!(kinds(&books, now()).await, ["mandate.revoked"]);
    books.rail.charge(&debit("sub-1-p2-a1", &card), now()).await;
    assert_eq!(kinds(&books, now()).await, ["payment.failed"]);
    let upi = books.kept("sub-2-p0-a1", Behaviour::UpiPaused).await;
    kinds(&books, now()).await;
    books.rail.announce_debit(&debit("sub-2-p1-a1", &upi), now()).await;
    assert_eq!(kinds(&books, now()).await, ["notice.sent"]);
    assert_eq!(kinds(&books, now() + hours(23)).await, Vec::<String>::new());
    assert_eq!(kinds(&books, now() + hours(24)).await, ["mandate.paused"], "it is told when it happens");
    assert_eq!(books.rail.recent(now() - hours(24 * 32), now()).await, Found::NoAnswer, "too long a span");
    let Found::Is(hints) = books.rail.recent(now(), now()).await else { panic!("a list") };
    let of = |key: &str| {
        let key = AttemptKey::from_text(key);
        hints.iter().filter(|hint| matches!(hint, Hint::Attempt { key: Some(k), .. } if *k == key)).count()
    };
    assert_eq!((of("sub-1-p1-a1"), of("sub-1-p2-a1"), of("sub-2-p1-a1")), (2, 1, 1));
}

async fn a_delivery_of_another_paper_is_refused(books: Books) {
    let event = Event {
        id: "evt_1".into(),
        kind: "payment.captured".into(),
        at: now(),
        account: Some("acct_theirs".into()),
        reference: "pay_1".into(),
        key: Some("sub-1-p0-a1".into()),
        customer: None,
    };
    let read = |event: &Event| {
        let body = serde_json::to_vec(event).unwrap();
        let mut headers = http::HeaderMap::new();
        headers.insert(SIGNATURE, webhooks::sign(books.rail.webhook_key(), now().as_second(), &body).parse().unwrap());
        books.rail.read_webhook(&headers, &body, now()).map(|event| event.hint)
    };
    assert_eq!(
        read(&event),
        Err(WebhookRefused::OtherAccount {
            expected: books.rail.account_id().to_owned(),
            got: "acct_theirs".to_owned()
        })
    );
    let ours = Event { account: Some(books.rail.account_id().to_owned()), ..event.clone() };
    assert!(matches!(read(&ours), Ok(Hint::Attempt { .. })));
    let strange = Event { kind: "weather.changed".into(), account: None, ..event };
    assert_eq!(read(&strange), Ok(Hint::Other));
    let shown = format!("{:?}", books.rail);
    assert!(!shown.contains("whsec") && !shown.contains(books.rail.webhook_key().expose()), "{shown}");
}
