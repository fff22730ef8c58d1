//! Searches that readers keep.
use crate::rows::{Read, limit, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;

/// Searches that one reader may keep; a further one is refused.
pub const MOST_SAVED_SEARCHES: usize = 50;

/// A search that a reader keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearch {
    pub id: i64,
    /// In the words of the search field.
    pub query: String,
    pub created_at: Timestamp,
}

impl Store {
    /// Keeps a search; the same one again changes nothing. False when the reader keeps [`MOST_SAVED_SEARCHES`] already.
    ///
    /// # Errors
    /// The database's.
    pub async fn save_search(&self, reader_id: i64, query: &str, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        // several tabs at once cannot go over the bound
        self.engine().queue_up(&mut tx, "searches", reader_id).await?;
        let kept = sql("SELECT COUNT(*) AS n FROM saved_searches WHERE reader_id = $1 AND query <> $2")
            .bind(reader_id)
            .bind(query)
            .fetch_one(&mut *tx)
            .await?
            .int("n")?;
        if usize::try_from(kept).unwrap_or(usize::MAX) >= MOST_SAVED_SEARCHES {
            return Ok(false);
        }
        let text = "INSERT INTO saved_searches (reader_id, query, created_at) VALUES ($1, $2, $3) \
             ON CONFLICT (reader_id, query) DO NOTHING";
        sql(text).bind(reader_id).bind(query).bind(ms(now)).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The searches a reader keeps, the latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn saved_searches(&self, reader_id: i64) -> Result<Vec<SavedSearch>, StoreError> {
        let rows = sql("SELECT * FROM saved_searches WHERE reader_id = $1 ORDER BY id DESC LIMIT $2")
            .bind(reader_id)
            .bind(limit(MOST_SAVED_SEARCHES))
            .fetch_all(&self.reader)
            .await?;
        let read = |row: &sqlx::any::AnyRow| {
            Ok(SavedSearch { id: row.int("id")?, query: row.text("query")?, created_at: row.time("created_at")? })
        };
        rows.iter().map(read).collect()
    }

    /// Forgets a search of this reader; another's is left alone.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget_search(&self, reader_id: i64, id: i64) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sql("DELETE FROM saved_searches WHERE reader_id = $1 AND id = $2")
            .bind(reader_id)
            .bind(id)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}
