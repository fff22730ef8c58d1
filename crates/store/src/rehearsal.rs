//! A copy of what an import looks at, in a database of its own: a dry run does there all that the import would do, so that what it tells
//! is what would happen.
use crate::rows::{Read, sql};
use crate::{Store, StoreError};
use sqlx::any::AnyRow;
use sqlx::{Column, Row, TypeInfo, ValueRef};

/// Rows copied at a time.
const PAGE: i64 = 500;

/// A table with the column that orders it, and the statements that read a page of it and write a row.
struct Table {
    page: &'static str,
    key: &'static str,
    insert: &'static str,
}

/// In the order in which they refer to each other. People and money stay where they are.
const TABLES: [Table; 9] = [
    Table {
        page: "SELECT number, source_key, slug, section, headline, headline_provisional, standfirst, bylines, dateline, topics, marking, \
               preview_blocks, published_at, updated_at, picture, pick, body, language, imported, revision, created_at, saved_at, \
               supplanted_by, changed FROM stories WHERE number > $1 ORDER BY number LIMIT $2",
        key: "number",
        insert: "INSERT INTO stories (number, source_key, slug, section, headline, headline_provisional, standfirst, bylines, dateline, \
                 topics, marking, preview_blocks, published_at, updated_at, picture, pick, body, language, imported, revision, created_at, \
                 saved_at, supplanted_by, changed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
                 $20, $21, $22, $23, $24)",
    },
    Table {
        page: "SELECT path, number FROM old_paths WHERE path > $1 ORDER BY path LIMIT $2",
        key: "path",
        insert: "INSERT INTO old_paths (path, number) VALUES ($1, $2)",
    },
    Table {
        page: "SELECT hash, name, text, imported_at, story_number, provenance, waits FROM crawls WHERE hash > $1 ORDER BY hash LIMIT $2",
        key: "hash",
        insert: "INSERT INTO crawls (hash, name, text, imported_at, story_number, provenance, waits) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    },
    // In which import something was said is left out: the rehearsal's own import is another one.
    Table {
        page: "SELECT source, number, version, said_at, print, marking FROM story_sources WHERE source > $1 ORDER BY source LIMIT $2",
        key: "source",
        insert: "INSERT INTO story_sources (source, number, version, said_at, print, marking) VALUES ($1, $2, $3, $4, $5, $6)",
    },
    Table {
        page: "SELECT source, headline, place, reason, story, kept_at, said_at FROM held_back WHERE source > $1 ORDER BY source LIMIT $2",
        key: "source",
        insert: "INSERT INTO held_back (source, headline, place, reason, story, kept_at, said_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    },
    Table {
        page: "SELECT fingerprint, name, pieces, stories, refused, done, saved_at FROM import_files WHERE fingerprint > $1 \
               ORDER BY fingerprint LIMIT $2",
        key: "fingerprint",
        insert: "INSERT INTO import_files (fingerprint, name, pieces, stories, refused, done, saved_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
    },
    Table {
        page: "SELECT number FROM newcomers WHERE number > $1 ORDER BY number LIMIT $2",
        key: "number",
        insert: "INSERT INTO newcomers (number) VALUES ($1)",
    },
    // A piece that says what one of them said has nothing new: their words are compared.
    Table {
        page: "SELECT id AS number, number AS story_number, source, print, place, why, said_at, kept_at, story \
               FROM story_versions WHERE id > $1 ORDER BY id LIMIT $2",
        key: "number",
        insert: "INSERT INTO story_versions (id, number, source, print, place, why, said_at, kept_at, story) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    },
    // Which doubts there are, without who decided them.
    Table {
        page: "SELECT key, number, paragraph, kind, text, evidence, state, decided_at, decision, created_at FROM doubts \
               WHERE key > $1 ORDER BY key LIMIT $2",
        key: "key",
        insert: "INSERT INTO doubts (key, number, paragraph, kind, text, evidence, state, decided_at, decision, created_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    },
];

impl Store {
    /// Copies what an import looks at into an empty store on SQLite: stories, their sources and addresses, crawls, what is held back,
    /// how far files have come.
    ///
    /// # Errors
    /// Either database's.
    pub async fn copy_archive_to(&self, rehearsal: &Self) -> Result<(), StoreError> {
        // One transaction: a story may stand in for one with a lower number.
        let mut tx = rehearsal.begin().await?;
        sql("PRAGMA defer_foreign_keys = ON").execute(&mut *tx).await?;
        for table in &TABLES {
            let numbers = table.key == "number";
            let (mut after, mut after_text) = (0_i64, String::new());
            loop {
                let query = sql(table.page);
                let query = if numbers { query.bind(after) } else { query.bind(after_text.as_str()) };
                let rows = query.bind(PAGE).fetch_all(&self.reader).await?;
                let Some(last) = rows.last() else { break };
                if numbers {
                    after = last.int(table.key)?;
                } else {
                    after_text = last.text(table.key)?;
                }
                for row in &rows {
                    Copying(row, table.insert).bind_all()?.execute(&mut *tx).await?;
                }
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

struct Copying<'a>(&'a AnyRow, &'static str);

impl Copying<'_> {
    fn bind_all(self) -> Result<sqlx::query::Query<'static, sqlx::Any, sqlx::any::AnyArguments>, StoreError> {
        let mut query = sql(self.1);
        for column in self.0.columns() {
            let place = column.ordinal();
            let value = self.0.try_get_raw(place)?;
            let null = value.is_null();
            let kind = value.type_info().name().to_ascii_uppercase();
            query = if null {
                query.bind(None::<i64>)
            } else if kind.contains("INT") {
                query.bind(self.0.try_get::<i64, _>(place)?)
            } else {
                query.bind(self.0.try_get::<String, _>(place)?)
            };
        }
        Ok(query)
    }
}
