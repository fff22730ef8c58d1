//! How the engines mean to run what this file asks: every read goes by an index, and none sorts what it found.
use super::*;
use crate::Location;
use crate::dialect::Engine;
use sqlx::{AssertSqlSafe, Executor};

/// Each text with the kinds of its parameters.
const READS: &[(&str, &[Kind])] = &[
    (BETWEEN, &[N, N, N, N]),
    (NEWEST[0], &[N, N, N]),
    (NEWEST[1], &[N, N]),
    (WHOLE[0], &[N, N, N]),
    (WHOLE[1], &[N, N]),
    (OF_SECTION[0], &[N, N, N, T]),
    (OF_SECTION[1], &[N, N, T]),
    (WHOLE_OF_SECTION[0], &[N, N, N, T]),
    (WHOLE_OF_SECTION[1], &[N, N, T]),
    (OF_AUTHOR[0], &[N, N, N, T]),
    (OF_AUTHOR[1], &[N, N, T]),
    (OF_TOPIC[0], &[N, N, N, T]),
    (OF_TOPIC[1], &[N, N, T]),
    (COUNT, &[N, N]),
    (EMBARGOED, &[N, N, N]),
    (PICKED, &[N]),
    (OLDEST, &[N]),
    (LATEST, &[N]),
    (BY_OLD_PATH, &[T]),
    (FORMER_KEY, &[T, T]),
    (FOLLOWED, &[N]),
    (AUTHORS, &[T, N, N]),
    (AUTHOR, &[T, N]),
    (TOPICS, &[T, N, N]),
    (TOPIC, &[T, N]),
    (crate::changes::CHANGED_SINCE, &[N, N, N]),
];

#[derive(Clone, Copy)]
enum Kind {
    N,
    T,
}
use Kind::{N, T};

/// Enough for a planner to prefer an index to reading everything: 4,000 stories of 4 sections, 20 authors and topics.
const FILL: [&str; 5] = [
    "INSERT INTO stories (slug, section, headline, headline_provisional, bylines, topics, marking, preview_blocks, published_at, body, \
     revision, created_at, saved_at, changed) SELECT 'slug', 'section-' || (n % 4), 'A headline of some length', 0, '[]', '[]', 'free', 1, \
     CASE WHEN n % 7 = 0 THEN NULL ELSE n * CAST(3600000 AS BIGINT) END, 'a body of some length that makes a row as wide as rows are', 1, 0, 0, n FROM numbers",
    "INSERT INTO story_authors (author, number, name, published_at) SELECT 'section-' || (n % 20), n, 'Name', n * CAST(3600000 AS BIGINT) FROM numbers",
    "INSERT INTO story_topics (topic, number, name, published_at) SELECT 'section-' || (n % 20), n, 'Name', n * CAST(3600000 AS BIGINT) FROM numbers",
    "INSERT INTO old_paths (path, number) SELECT '/old/' || n, n FROM numbers",
    "INSERT INTO former_keys (directory, former, key) SELECT 'authors', 'former-' || n, 'section-' || (n % 20) FROM numbers",
];

async fn explained(store: &Store, text: &str, kinds: &[Kind]) -> String {
    let how = if store.engine() == Engine::Sqlite { "EXPLAIN QUERY PLAN " } else { "EXPLAIN " };
    let mut query = sqlx::query(AssertSqlSafe(format!("{how}{text}")));
    for (place, kind) in kinds.iter().enumerate() {
        query = match kind {
            Kind::N if text.contains(&format!("LIMIT ${}", place + 1)) || (place == 2 && kinds.len() == 3) => {
                query.bind(20i64)
            }
            Kind::N => query.bind(3_600_000i64 * 2_000),
            Kind::T => query.bind("section-1"),
        };
    }
    let column = if store.engine() == Engine::Sqlite { "detail" } else { "QUERY PLAN" };
    let rows = query.fetch_all(&store.reader).await.unwrap();
    rows.iter().map(|row| row.text(column).unwrap()).collect::<Vec<_>>().join("\n")
}

/// What a plan must not have. `k` and `keys` are the keys of one page of a directory, `spellings` those of one name; a temporary tree is SQLite's sort.
fn faults(engine: Engine, plan: &str) -> Vec<&str> {
    let scans = |line: &str| {
        line.strip_prefix("SCAN ").is_some_and(|what| !["k", "keys", "spellings", "CONSTANT ROW"].contains(&what))
    };
    plan.lines()
        .filter(|line| match engine {
            Engine::Sqlite => scans(line) || line.contains("TEMP B-TREE"),
            Engine::Postgres => line.contains("Seq Scan") || line.contains("Sort  ("),
        })
        .collect()
}

async fn look(store: Store) {
    let mut tx = store.begin().await.unwrap();
    for text in FILL {
        let numbers = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 4000)";
        // SQLite and PostgreSQL both take the list before the statement
        tx.execute(AssertSqlSafe(format!("{numbers} {text}"))).await.unwrap();
    }
    // a paper on SQLite is never analysed, and PostgreSQL does it by itself
    if store.engine() == Engine::Postgres {
        tx.execute("ANALYZE").await.unwrap();
    }
    tx.commit().await.unwrap();
    let whole = "SELECT * FROM stories WHERE headline = $1 ORDER BY standfirst";
    let plan = explained(&store, whole, &[T]).await;
    assert_eq!(faults(store.engine(), &plan).len(), 2, "a scan and a sort are seen where there are some: {plan}");
    let mut wrong = Vec::new();
    for (text, kinds) in READS {
        let plan = explained(&store, text, kinds).await;
        if !faults(store.engine(), &plan).is_empty() {
            wrong.push(format!("{text}\n{plan}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test]
async fn no_read_of_the_archive_looks_at_every_story_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    look(Store::open(&Location::Sqlite(folder.path().join("paper.db"))).await.unwrap()).await;
}

#[tokio::test]
async fn no_read_of_the_archive_looks_at_every_story_on_postgres() {
    let Ok(server) = std::env::var("MASTHEAD_TEST_POSTGRES") else { return };
    let name = format!("masthead_test_plans_{}", std::process::id());
    sqlx::any::install_default_drivers();
    let mut admin = <sqlx::AnyConnection as sqlx::Connection>::connect(&server).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    let (front, _) = server.rsplit_once('/').unwrap();
    let store = Store::open(&Location::Postgres(format!("{front}/{name}"))).await.unwrap();
    let outcome = tokio::spawn(look(store.clone())).await;
    store.close().await;
    admin.execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await.unwrap();
    outcome.unwrap();
}
