//! A paper with an empty database on either engine. After each test the doctor looks at what is left: a test that leaves the books
//! crooked fails even if it asserted nothing about them.
use jiff::{SignedDuration, Timestamp};
use newsroom::articles::{Block, Marking, Story, StoryNumber};
use serde_json::json;
use sqlx::{Connection, Executor};
use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use store::{
    Attempt, Checkout, Created, LedgerLine, Location, NewAttempt, NewEntry, NewEvent, NewGrant, NewMail, NewReader,
    NewSubscription, PaidPeriod, Planned, Reader, Settlement, Store, Subscription, SubscriptionChange,
};

/// Declares each test on both engines.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { crate::harness::on_sqlite(super::$name).await })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { crate::harness::on_postgres(super::$name).await })*
        }
    };
}
pub(crate) use on_both;

#[derive(Clone)]
pub(crate) struct Paper {
    pub(crate) store: Store,
    pub(crate) location: Location,
}

pub(crate) async fn on_sqlite<F, R>(test: F)
where
    F: FnOnce(Paper) -> R,
    R: Future<Output = ()> + Send + 'static,
{
    let folder = tempfile::tempdir().unwrap();
    // a name that would break an address put together carelessly
    let location = Location::Sqlite(folder.path().join("the paper's #1 50%?.db"));
    run(location, test).await.unwrap();
}

pub(crate) async fn on_postgres<F, R>(test: F)
where
    F: FnOnce(Paper) -> R,
    R: Future<Output = ()> + Send + 'static,
{
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let Some(server) = std::env::var("MASTHEAD_TEST_POSTGRES").ok().filter(|url| !url.is_empty()) else {
        eprintln!("skipped on PostgreSQL: MASTHEAD_TEST_POSTGRES is not set");
        return;
    };
    let name = format!("masthead_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    // a run that was ended may have left one, and numbers of processes come again
    administer(&server, format!("DROP DATABASE IF EXISTS {name}")).await;
    administer(&server, format!("CREATE DATABASE {name}")).await;
    let outcome = run(Location::Postgres(with_database(&server, &name)), test).await;
    administer(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
    outcome.unwrap();
}

async fn run<F, R>(location: Location, test: F) -> Result<(), tokio::task::JoinError>
where
    F: FnOnce(Paper) -> R,
    R: Future<Output = ()> + Send + 'static,
{
    let store = Store::open(&location).await.unwrap();
    let paper = Paper { store: store.clone(), location: location.clone() };
    let outcome = tokio::spawn(test(paper)).await;
    store.close().await;
    if outcome.is_ok() {
        let store = Store::open(&location).await.unwrap();
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new(), "the test left a crooked database");
        store.close().await;
    }
    outcome
}

async fn administer(server: &str, command: String) {
    let mut connection = sqlx::PgConnection::connect(server).await.unwrap();
    connection.execute(sqlx::AssertSqlSafe(command)).await.unwrap();
    connection.close().await.unwrap();
}

/// The server's address with another database.
fn with_database(server: &str, name: &str) -> String {
    let (front, parameters) = server.split_once('?').map_or((server, None), |(front, rest)| (front, Some(rest)));
    let (scheme, rest) = front.split_once("://").unwrap();
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    let parameters = parameters.map(|p| format!("?{p}")).unwrap_or_default();
    format!("{scheme}://{host}/{name}{parameters}")
}

/// Sends statements past the store, as an intruder or a careless administrator would.
pub(crate) async fn past_the_store(location: &Location, statement: &'static str) -> Result<u64, sqlx::Error> {
    match location {
        Location::Sqlite(path) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
            let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
            let done = connection.execute(statement).await;
            connection.close().await?;
            Ok(done?.rows_affected())
        }
        Location::Postgres(url) => {
            let mut connection = sqlx::PgConnection::connect(url).await?;
            let done = connection.execute(statement).await;
            connection.close().await?;
            Ok(done?.rows_affected())
        }
    }
}

/// So many seconds after the first instant of November 2026, UTC.
pub(crate) fn at(seconds: i64) -> Timestamp {
    "2026-11-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

pub(crate) fn story(headline: &str) -> Story {
    Story {
        number: StoryNumber(0),
        slug: newsroom::articles::slug_of(headline),
        section: "markets".into(),
        headline: headline.into(),
        headline_provisional: false,
        standfirst: Some("What it means for savers".into()),
        bylines: vec!["Asha Rao".into(), "Zoë Müller".into()],
        dateline: Some("MUMBAI".into()),
        topics: vec!["rates".into()],
        marking: Marking::Metered,
        preview_blocks: 2,
        published_at: Some(at(-86_400)),
        updated_at: None,
        picture: None,
        pick: None,
        language: None,
        body: vec![
            Block::Paragraph("The harbour reopened at dawn.".into()),
            Block::Crosshead("Slow return".into()),
            Block::Quote("We will “see” — ₹900 a tonne.".into()),
        ],
    }
}

pub(crate) fn event(kind: &str) -> NewEvent {
    NewEvent { actor: "reader:1".into(), kind: kind.into(), subject: "subscription:1".into(), data: json!({}) }
}

pub(crate) async fn a_reader(store: &Store, name: &str) -> Reader {
    let reader = NewReader {
        email: format!("{name}@Example.test"),
        email_key: format!("{name}@example.test"),
        name: name.into(),
        password_hash: None,
        role: "reader".into(),
        verified_at: None,
    };
    match store.create_reader(&reader, at(0)).await.unwrap() {
        Created::Created(reader) => reader,
        Created::Exists(_) => panic!("{name} exists"),
    }
}

pub(crate) fn wish(reader: &Reader) -> NewSubscription {
    NewSubscription {
        reader_id: reader.id,
        product: "digital".into(),
        plan: json!({"code": "smart-essential", "version": 1, "months": 12, "price": 270_000, "currency": "INR"}),
        zone: "Asia/Kolkata".into(),
        consent: json!({"text": "Renews automatically, cancel anytime."}),
    }
}

pub(crate) async fn a_checkout(store: &Store, reader: &Reader) -> Subscription {
    match store.create_checkout(&wish(reader), &event("subscription.checkout"), at(0)).await.unwrap() {
        Checkout::Created(subscription) => subscription,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn charge(subscription: &Subscription, attempt_no: u32) -> NewAttempt {
    NewAttempt {
        subscription_id: subscription.id,
        period_n: 0,
        attempt_no,
        key: format!("sub-{}-period-0-attempt-{attempt_no}", subscription.id),
        rail: "sandbox".into(),
        amount: 270_000,
        currency: "INR".into(),
        params: json!({"amount": 270_000}),
    }
}

pub(crate) async fn an_attempt(store: &Store, subscription: &Subscription, attempt_no: u32) -> Attempt {
    match store.plan_attempt(&charge(subscription, attempt_no), at(1)).await.unwrap() {
        Planned::Planned(attempt) => attempt,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn capture_lines() -> Vec<LedgerLine> {
    let line = |account: &str, amount| LedgerLine { account: account.into(), amount, currency: "INR".into() };
    vec![line("clearing:sandbox", 270_000), line("deferred", -228_814), line("output-tax:igst", -41_186)]
}

/// A settlement that turns a checkout into an active contract for a year.
pub(crate) fn settlement(attempt: &Attempt, subscription: &Subscription) -> Settlement {
    Settlement {
        attempt_id: attempt.id,
        rail_ref: format!("pay-{}", attempt.id),
        amount: attempt.amount,
        currency: attempt.currency.clone(),
        period: Some(PaidPeriod {
            subscription: SubscriptionChange {
                state: "active".into(),
                anchor: Some(jiff::civil::date(2026, 11, 1)),
                paid_through: Some(jiff::civil::date(2027, 11, 1)),
                ..SubscriptionChange::of(subscription)
            },
            grant: NewGrant {
                reader_id: subscription.reader_id,
                benefits: vec!["unlimited".into(), "ad-free".into()],
                source: "purchase".into(),
                reference: format!("subscription:{}:0", subscription.id),
                starts_at: at(10),
                ends_at: Some(at(365 * 86_400)),
            },
        }),
        entry: NewEntry { at: at(10), reason: "capture".into(), reference: String::new(), lines: capture_lines() },
        mail: Some(NewMail {
            key: Some(format!("receipt:{}", attempt.id)),
            kind: "receipt".into(),
            to: "reader@example.test".into(),
            subject: "Your receipt".into(),
            text: "₹2,700".into(),
            html: None,
            reader_id: None,
            about: None,
            attachments: Vec::new(),
        }),
        event: NewEvent { subject: format!("subscription:{}", subscription.id), ..event("subscription.activated") },
        at: at(10),
    }
}
