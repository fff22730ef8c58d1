//! The sandbox's books: what an older version left is carried over. How they are used is tested through the rail.
use crate::harness::{Paper, at, on_both, past_the_store};
use store::{Location, SandboxCustomer, SandboxKept, SandboxKey, SandboxPage, Store};

on_both!(what_the_simpler_sandbox_held_goes_on,);

const SQLITE: &str = include_str!("../../migrations/sqlite/0001_opening.sql");
const POSTGRES: &str = include_str!("../../migrations/postgres/0001_opening.sql");

/// A database as it was before the sandbox had books of its own.
async fn before(paper: &Paper) -> Location {
    let (location, text) = match &paper.location {
        Location::Sqlite(path) => {
            let older = path.with_file_name("older.db");
            std::fs::File::create_new(&older).unwrap();
            (Location::Sqlite(older), SQLITE)
        }
        Location::Postgres(_) => {
            past_the_store(&paper.location, "DROP SCHEMA public CASCADE; CREATE SCHEMA public").await.unwrap();
            (paper.location.clone(), POSTGRES)
        }
    };
    past_the_store(&location, text).await.unwrap();
    let applied = format!(
        "CREATE TABLE schema_migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL); \
         INSERT INTO schema_migrations VALUES (1, 'opening', '{}')",
        blake3::hash(text.as_bytes()).to_hex()
    );
    past_the_store(&location, applied.leak()).await.unwrap();
    location
}

async fn what_the_simpler_sandbox_held_goes_on(paper: Paper) {
    let location = before(&paper).await;
    let rows = "INSERT INTO sandbox_payments \
         (session_id, attempt_key, amount, currency, state, return_url, created_at, decided_at) VALUES \
         ('s1', 'sub-1-p0-a1', 90000, 'INR', 'paid', '/checkout/return?id=s1', 1793491200000, 1793491260000), \
         ('s2', 'sub-2-p0-a1', 270000, 'INR', 'open', '/checkout/return?id=s2', 1793491200000, NULL), \
         ('s3', 'sub-3-p0-a1', 270000, 'INR', 'declined', '/checkout/return?id=s3', 1793491200000, 1793491260000), \
         ('s4', 'sub-4-p0-a1', 390000, 'INR', 'expired', '/checkout/return?id=s4', 1793491200000, 1793491260000)";
    past_the_store(&location, rows).await.unwrap();
    let store = Store::open(&location).await.unwrap();
    let paid = store.sandbox_charge("sub-1-p0-a1").await.unwrap().expect("the payment");
    assert_eq!((paid.reference.as_str(), paid.amount, paid.state.as_str()), ("s1", 90_000, "captured"));
    assert_eq!(paid.decided_at, at(60));
    for (id, state, declines) in [("s1", "paid", 0), ("s2", "open", 0), ("s3", "open", 1), ("s4", "closed", 0)] {
        let page = store.sandbox_page(id).await.unwrap().expect("the page");
        assert_eq!((page.state.as_str(), page.declines, page.expires_at), (state, declines, at(86_400)), "{id}");
        assert_eq!(store.sandbox_charge(&page.key).await.unwrap().is_some(), id == "s1");
    }
    // Its request was not kept, so whoever asks again with the key gets the page it had.
    let open = store.sandbox_page("s2").await.unwrap().expect("the page");
    let customer =
        SandboxCustomer { id: "c".into(), reader_ref: "r".into(), email: "a@b.test".into(), created_at: at(100) };
    let key = SandboxKey { key: &open.key, request: "{}" };
    let wanted = SandboxPage { id: "s9".into(), ..open.clone() };
    let kept = store.open_sandbox_page(&key, &customer, &wanted, &open.key, at(100)).await.unwrap();
    assert_eq!(kept, SandboxKept::Kept(open));
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    store.close().await;
}
