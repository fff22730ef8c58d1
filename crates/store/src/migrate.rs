//! Bringing a database up to date. Every migration is carried inside the binary, in both dialects, and runs in one transaction.
use crate::StoreError;
use crate::credits;
use crate::dialect::Engine;
use crate::rows::{Read, sql};
use sqlx::{AnyConnection, Connection, Executor};

struct Migration {
    number: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

static MIGRATIONS: [Migration; 19] = [
    Migration {
        number: 1,
        name: "opening",
        sqlite: include_str!("../migrations/sqlite/0001_opening.sql"),
        postgres: include_str!("../migrations/postgres/0001_opening.sql"),
    },
    Migration {
        number: 2,
        name: "billing",
        sqlite: include_str!("../migrations/sqlite/0002_billing.sql"),
        postgres: include_str!("../migrations/postgres/0002_billing.sql"),
    },
    Migration {
        number: 3,
        name: "sandbox",
        sqlite: include_str!("../migrations/sqlite/0003_sandbox.sql"),
        postgres: include_str!("../migrations/postgres/0003_sandbox.sql"),
    },
    Migration {
        number: 4,
        name: "desk",
        sqlite: include_str!("../migrations/sqlite/0004_desk.sql"),
        postgres: include_str!("../migrations/postgres/0004_desk.sql"),
    },
    Migration {
        number: 5,
        name: "archive",
        sqlite: include_str!("../migrations/sqlite/0005_archive.sql"),
        postgres: include_str!("../migrations/postgres/0005_archive.sql"),
    },
    Migration {
        number: 6,
        name: "import",
        sqlite: include_str!("../migrations/sqlite/0006_import.sql"),
        postgres: include_str!("../migrations/postgres/0006_import.sql"),
    },
    Migration {
        number: 7,
        name: "saved_searches",
        sqlite: include_str!("../migrations/sqlite/0007_saved_searches.sql"),
        postgres: include_str!("../migrations/postgres/0007_saved_searches.sql"),
    },
    Migration {
        number: 8,
        name: "neighbours",
        sqlite: include_str!("../migrations/sqlite/0008_neighbours.sql"),
        postgres: include_str!("../migrations/postgres/0008_neighbours.sql"),
    },
    Migration {
        number: 9,
        name: "gathering",
        sqlite: include_str!("../migrations/sqlite/0009_gathering.sql"),
        postgres: include_str!("../migrations/postgres/0009_gathering.sql"),
    },
    Migration {
        number: 10,
        name: "spellings",
        sqlite: include_str!("../migrations/sqlite/0010_spellings.sql"),
        postgres: include_str!("../migrations/postgres/0010_spellings.sql"),
    },
    Migration {
        number: 11,
        name: "file_names",
        sqlite: include_str!("../migrations/sqlite/0011_file_names.sql"),
        postgres: include_str!("../migrations/postgres/0011_file_names.sql"),
    },
    Migration {
        number: 12,
        name: "marks",
        sqlite: include_str!("../migrations/sqlite/0012_marks.sql"),
        postgres: include_str!("../migrations/postgres/0012_marks.sql"),
    },
    Migration {
        number: 13,
        name: "told_marking",
        sqlite: include_str!("../migrations/sqlite/0013_told_marking.sql"),
        postgres: include_str!("../migrations/postgres/0013_told_marking.sql"),
    },
    Migration {
        number: 14,
        name: "since",
        sqlite: include_str!("../migrations/sqlite/0014_since.sql"),
        postgres: include_str!("../migrations/postgres/0014_since.sql"),
    },
    Migration {
        number: 15,
        name: "language",
        sqlite: include_str!("../migrations/sqlite/0015_language.sql"),
        postgres: include_str!("../migrations/postgres/0015_language.sql"),
    },
    Migration {
        number: 16,
        name: "languages",
        sqlite: include_str!("../migrations/sqlite/0016_languages.sql"),
        postgres: include_str!("../migrations/postgres/0016_languages.sql"),
    },
    Migration {
        number: 17,
        name: "initials",
        sqlite: include_str!("../migrations/sqlite/0017_initials.sql"),
        postgres: include_str!("../migrations/postgres/0017_initials.sql"),
    },
    Migration {
        number: 18,
        name: "held_when",
        sqlite: include_str!("../migrations/sqlite/0018_held_when.sql"),
        postgres: include_str!("../migrations/postgres/0018_held_when.sql"),
    },
    Migration {
        number: 19,
        name: "held_words",
        sqlite: include_str!("../migrations/sqlite/0019_held_words.sql"),
        postgres: include_str!("../migrations/postgres/0019_held_words.sql"),
    },
];

impl Migration {
    const fn text(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }

    fn checksum(&self, engine: Engine) -> String {
        blake3::hash(self.text(engine).as_bytes()).to_hex().to_string()
    }
}

/// Applies what is missing; refuses a database that knows more than we do or whose history differs from ours.
pub(crate) async fn up(engine: Engine, connection: &mut AnyConnection) -> Result<(), StoreError> {
    // most starts find nothing to do, and take no lock
    if pending(engine, connection).await?.is_empty() {
        return Ok(());
    }
    engine.rest_foreign_keys(connection, true).await?;
    let done = apply(engine, connection).await;
    engine.rest_foreign_keys(connection, false).await?;
    done
}

async fn apply(engine: Engine, connection: &mut AnyConnection) -> Result<(), StoreError> {
    let mut tx = connection.begin_with(engine.begin()).await?;
    engine.queue_up(&mut tx, "migrations", 0).await?;
    tx.execute(
        "CREATE TABLE IF NOT EXISTS schema_migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)",
    )
    .await?;
    // asked again under the lock: another process may have been faster
    for migration in pending(engine, &mut tx).await? {
        tracing::info!(number = migration.number, name = migration.name, "upgrading the database");
        tx.execute(migration.text(engine)).await?;
        if migration.number == credits::SINCE {
            credits::fill(&mut tx).await?;
        }
        sql("INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)")
            .bind(migration.number)
            .bind(migration.name)
            .bind(migration.checksum(engine))
            .execute(&mut *tx)
            .await?;
    }
    if let Some(fault) = engine.integrity(&mut tx).await?.into_iter().next() {
        return Err(StoreError::Corrupt { cause: fault.into() });
    }
    tx.commit().await?;
    Ok(())
}

async fn pending(engine: Engine, connection: &mut AnyConnection) -> Result<Vec<&'static Migration>, StoreError> {
    if !engine.has_table(connection, "schema_migrations").await? {
        return Ok(MIGRATIONS.iter().collect());
    }
    let mut applied = Vec::new();
    for row in sql("SELECT number, checksum FROM schema_migrations ORDER BY number").fetch_all(connection).await? {
        applied.push((row.int("number")?, row.text("checksum")?));
    }
    let known = MIGRATIONS.iter().map(|m| m.number).max().unwrap_or_default();
    let found = applied.iter().map(|(number, _)| *number).max().unwrap_or_default();
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    let mut missing = Vec::new();
    for migration in &MIGRATIONS {
        match applied.iter().find(|(number, _)| *number == migration.number) {
            None => missing.push(migration),
            Some((_, checksum)) if *checksum == migration.checksum(engine) => {}
            Some(_) => return Err(StoreError::Altered { number: migration.number }),
        }
    }
    Ok(missing)
}
