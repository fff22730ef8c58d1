//! The whole difference between the two engines. Every other query is one text that both understand.
use crate::StoreError;
use crate::rows::{Read, sql};
use sqlx::{AnyConnection, Executor};

/// The engine that keeps the paper's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// SQLite before this can corrupt a write-ahead-logged database when two connections write and checkpoint at the same instant.
pub(crate) const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);
/// The oldest PostgreSQL that its makers still mended when this was written.
pub(crate) const OLDEST_POSTGRES: u32 = 14;

/// Set on the one SQLite connection that writes: durable commits (FULL: a confirmed payment survives a power cut), a write-ahead log
/// so that readers never wait, foreign keys, and five seconds of patience with another process, such as an import.
const SQLITE_WRITER: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000; PRAGMA journal_size_limit = 67108864;";
/// Readers may not write: then they never checkpoint either, so one connection does both.
const SQLITE_READER: &str =
    "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA query_only = ON; PRAGMA cache_size = -4000;";
/// Commits wait for the disk whatever the server's default is; a session that hangs inside a transaction is ended.
const POSTGRES: &str =
    "SET synchronous_commit = on; SET idle_in_transaction_session_timeout = '60s'; SET lock_timeout = '10s'";

impl Engine {
    /// How a writing transaction begins. SQLite takes its lock at once, because a lock taken later can fail half-way.
    pub(crate) const fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED",
        }
    }

    pub(crate) const fn writer_settings(self) -> &'static str {
        match self {
            Self::Sqlite => SQLITE_WRITER,
            Self::Postgres => POSTGRES,
        }
    }

    pub(crate) const fn reader_settings(self) -> &'static str {
        match self {
            Self::Sqlite => SQLITE_READER,
            Self::Postgres => POSTGRES,
        }
    }

    /// Makes transactions that name the same thing wait for one another until the holder ends. SQLite has one writer anyway.
    pub(crate) async fn queue_up(self, connection: &mut AnyConnection, thing: &str, id: i64) -> Result<(), StoreError> {
        if self == Self::Postgres {
            sql("SELECT pg_advisory_xact_lock(hashtextextended($1, $2))")
                .bind(thing)
                .bind(id)
                .execute(connection)
                .await?;
        }
        Ok(())
    }

    /// Reads a contract's state and keeps the row as it is until the transaction ends. SQLite's one writer does so anyway.
    pub(crate) const fn hold_contract(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT state FROM subscriptions WHERE id = $1",
            Self::Postgres => "SELECT state FROM subscriptions WHERE id = $1 FOR UPDATE",
        }
    }

    /// Keeps everybody else from changing stories until the transaction ends. SQLite's one writer does so anyway.
    pub(crate) const fn hold_stories(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT n FROM versions WHERE name = 'stories'",
            Self::Postgres => "SELECT n FROM versions WHERE name = 'stories' FOR UPDATE",
        }
    }

    /// Takes due contracts that nobody works on. PostgreSQL passes over those that another process is just taking.
    pub(crate) const fn lease_due(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "UPDATE subscriptions SET leased_until = $2 WHERE id IN (SELECT id FROM subscriptions WHERE due_at <= $1 \
                 AND leased_until <= $1 ORDER BY due_at LIMIT $3) RETURNING id, reader_id, revision, dossier"
            }
            Self::Postgres => {
                "UPDATE subscriptions SET leased_until = $2 WHERE id IN (SELECT id FROM subscriptions WHERE due_at <= $1 \
                 AND leased_until <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING id, reader_id, revision, dossier"
            }
        }
    }

    /// Refuses an engine too old to be trusted with money.
    pub(crate) async fn check_version(self, connection: &mut AnyConnection) -> Result<(), StoreError> {
        match self {
            Self::Sqlite => {
                let found = sql("SELECT sqlite_version() AS version").fetch_one(connection).await?.text("version")?;
                if sqlite_is_safe(&found) {
                    return Ok(());
                }
                Err(StoreError::OldEngine {
                    engine: "SQLite",
                    found,
                    needed: "3.51.3",
                    mend: "use the masthead that carries its own SQLite",
                })
            }
            Self::Postgres => {
                let row = sql("SELECT current_setting('server_version_num') AS version").fetch_one(connection).await?;
                let number = row.text("version")?;
                // 150012 is 15.12
                let major = number.parse::<u32>().unwrap_or_default() / 10_000;
                if major >= OLDEST_POSTGRES {
                    return Ok(());
                }
                Err(StoreError::OldEngine {
                    engine: "PostgreSQL",
                    found: major.to_string(),
                    needed: "14",
                    mend: "upgrade the server, or use SQLite",
                })
            }
        }
    }

    /// On SQLite a table whose rules change is made anew, and foreign keys must rest meanwhile (sqlite.org/lang_altertable.html §7);
    /// nothing to do on PostgreSQL.
    pub(crate) async fn rest_foreign_keys(self, connection: &mut AnyConnection, rest: bool) -> Result<(), StoreError> {
        if self == Self::Sqlite {
            let pragma = if rest { "PRAGMA foreign_keys = OFF" } else { "PRAGMA foreign_keys = ON" };
            connection.execute(pragma).await?;
        }
        Ok(())
    }

    /// Whether the database has a table of this name.
    pub(crate) async fn has_table(self, connection: &mut AnyConnection, name: &str) -> Result<bool, StoreError> {
        let text = match self {
            Self::Sqlite => "SELECT COUNT(*) AS n FROM sqlite_master WHERE type = 'table' AND name = $1",
            Self::Postgres => {
                "SELECT COUNT(*) AS n FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1"
            }
        };
        Ok(sql(text).bind(name).fetch_one(connection).await?.int("n")? > 0)
    }

    /// What the engine itself finds wrong with its files, one line each; nothing on PostgreSQL, whose pages are checked as they are read.
    pub(crate) async fn integrity(self, connection: &mut AnyConnection) -> Result<Vec<String>, StoreError> {
        if self == Self::Postgres {
            return Ok(Vec::new());
        }
        let mut problems = Vec::new();
        for row in connection.fetch_all("PRAGMA integrity_check(20)").await? {
            let line = row.text("integrity_check")?;
            if line != "ok" {
                problems.push(line);
            }
        }
        for row in connection.fetch_all("PRAGMA foreign_key_check").await? {
            problems.push(format!(
                "a row of {} points to a row of {} that is not there",
                row.text("table")?,
                row.text("parent")?
            ));
        }
        Ok(problems)
    }
}

fn sqlite_is_safe(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or_default());
    let mut next = || parts.next().unwrap_or_default();
    (next(), next(), next()) >= OLDEST_SQLITE
}

#[cfg(test)]
mod tests {
    use super::sqlite_is_safe;

    #[test]
    fn sqlite_versions_are_compared_as_numbers() {
        assert!(!sqlite_is_safe("3.40.1"));
        assert!(!sqlite_is_safe("3.51.2"));
        assert!(sqlite_is_safe("3.51.3"));
        assert!(sqlite_is_safe("3.100.0"));
        assert!(sqlite_is_safe("4.0"));
        assert!(!sqlite_is_safe("unknown"));
    }
}
