use crate::harness::{Paper, at, on_both, past_the_store, story};
use store::{Engine, Location, Store, StoreError};

on_both!(
    a_second_start_finds_everything,
    a_newer_database_is_refused,
    an_altered_history_is_refused,
    many_may_start_at_once
);

async fn a_second_start_finds_everything(paper: Paper) {
    let number = paper.store.save_story(&story("Kept"), None, at(0)).await.unwrap().number();
    let again = Store::open(&paper.location).await.unwrap();
    assert_eq!(again.story(number).await.unwrap().unwrap().story.headline, "Kept");
    again.close().await;
}

async fn a_newer_database_is_refused(paper: Paper) {
    let newer = "INSERT INTO schema_migrations (number, name, checksum) VALUES (9999, 'tomorrow', 'x')";
    past_the_store(&paper.location, newer).await.unwrap();
    let refused = Store::open(&paper.location).await.unwrap_err();
    assert!(matches!(refused, StoreError::Newer { found: 9999, .. }), "{refused}");
    assert!(refused.to_string().contains("start the newer masthead"), "{refused}");
    assert!(!refused.can_retry());
    past_the_store(&paper.location, "DELETE FROM schema_migrations WHERE number = 9999").await.unwrap();
}

async fn an_altered_history_is_refused(paper: Paper) {
    past_the_store(&paper.location, "UPDATE schema_migrations SET checksum = 'x' || checksum WHERE number = 1")
        .await
        .unwrap();
    let refused = Store::open(&paper.location).await.unwrap_err();
    assert!(matches!(refused, StoreError::Altered { number: 1 }), "{refused}");
    past_the_store(&paper.location, "UPDATE schema_migrations SET checksum = substr(checksum, 2) WHERE number = 1")
        .await
        .unwrap();
}

async fn many_may_start_at_once(paper: Paper) {
    // the same empty database, several processes; the tables are taken away so that all of them find work
    let location = match &paper.location {
        Location::Sqlite(path) => Location::Sqlite(path.with_file_name("second.db")),
        Location::Postgres(_) => {
            past_the_store(&paper.location, "DROP SCHEMA public CASCADE; CREATE SCHEMA public").await.unwrap();
            paper.location.clone()
        }
    };
    let mut starts = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let location = location.clone();
        starts.spawn(async move { Store::open(&location).await.unwrap() });
    }
    for store in starts.join_all().await {
        assert_eq!(store.stories_version().await.unwrap(), 0);
        store.close().await;
    }
}

#[test]
fn locations_are_read() {
    assert_eq!(Location::parse("sqlite:data/a.db").unwrap(), Location::Sqlite("data/a.db".into()));
    assert_eq!(Location::parse(" sqlite:///var/a.db ").unwrap(), Location::Sqlite("/var/a.db".into()));
    let postgres = Location::parse("postgres://paper:hush@db/masthead?sslmode=require&password=hush").unwrap();
    assert_eq!(postgres.to_string(), "postgres://paper@db/masthead");
    assert!(!format!("{postgres:?}").contains("hush"));
    for wrong in ["", "sqlite:", "mysql://x", "data/a.db", "sqlite::memory:"] {
        let refused = Location::parse(wrong).unwrap_err();
        assert!(refused.to_string().contains("write sqlite:PATH"), "{refused}");
    }
    assert!(!Location::parse("mysql://me:hush@x/y").unwrap_err().to_string().contains("hush"));
}

#[tokio::test]
async fn a_place_that_cannot_be_written_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "not a folder").unwrap();
    let refused = Store::open(&Location::Sqlite(file.join("paper.db"))).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unwritable { .. }), "{refused}");
    let text = refused.to_string();
    assert!(text.starts_with("cannot write the database ") && text.contains("choose another folder"), "{text}");
    let refused = Store::open(&Location::Sqlite(folder.path().to_owned())).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unwritable { .. }), "{refused}");
}

#[tokio::test]
async fn a_file_that_is_no_database_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.db");
    std::fs::write(&file, "Dear diary, ".repeat(500)).unwrap();
    let refused = Store::open(&Location::Sqlite(file.clone())).await.unwrap_err();
    assert!(matches!(refused, StoreError::Corrupt { .. }), "{refused}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "Dear diary, ".repeat(500), "it must not be touched");
}

#[tokio::test]
async fn a_server_that_does_not_answer_may_be_tried_again() {
    let refused = Store::open(&Location::parse("postgres://paper@127.0.0.1:1/masthead").unwrap()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unreachable { .. }), "{refused}");
    assert!(refused.can_retry());
}

#[tokio::test]
async fn sqlite_is_opened_as_promised() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/paper.db");
    let store = Store::open(&Location::Sqlite(path.clone())).await.unwrap();
    assert_eq!(store.engine(), Engine::Sqlite);
    store.set_setting("a", "b").await.unwrap();
    assert!(path.with_extension("db-wal").exists(), "a write-ahead log is kept");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for file in ["db", "db-wal"] {
            let mode = std::fs::metadata(path.with_extension(file)).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{file} is open to others");
        }
    }
    store.close().await;
    let closed = store.health().await.unwrap_err();
    assert!(matches!(closed, StoreError::Unreachable { .. }), "{closed}");
}
