//! Dated rights of readers, each with its source. What a reader holds now follows from these rows and the date alone.
use crate::events::{self, NewEvent};
use crate::open::Tx;
use crate::rows::{Read, json, ms, opt_ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use sqlx::any::AnyRow;

/// A right to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGrant {
    pub reader_id: i64,
    /// The benefits' words.
    pub benefits: Vec<String>,
    /// The source's word: `purchase`, `trial`, `gift`, `seat`, `partner`, `staff`.
    pub source: String,
    /// What it was given for, once per source: `subscription:12:0`.
    pub reference: String,
    pub starts_at: Timestamp,
    /// First instant at which it holds no longer; `None` has no end.
    pub ends_at: Option<Timestamp>,
}

/// A right as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRow {
    pub id: i64,
    pub reader_id: i64,
    pub benefits: Vec<String>,
    pub source: String,
    pub reference: String,
    pub starts_at: Timestamp,
    pub ends_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

impl Store {
    /// Gives a right. False when it was given before: nothing changes then.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for an unknown reader; otherwise the database's.
    pub async fn give_grant(&self, grant: &NewGrant, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let given = give(&mut tx, grant, now).await?;
        tx.commit().await?;
        Ok(given)
    }

    /// [`Store::give_grant`] with a line for the audit trail in the same transaction; without the grant no line.
    ///
    /// # Errors
    /// As [`Store::give_grant`].
    pub async fn give_grant_traced(
        &self,
        grant: &NewGrant,
        trace: &NewEvent,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        if !give(&mut tx, grant, now).await? {
            return Ok(false);
        }
        events::append(&mut tx, trace, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// [`Store::end_grant`] with a line for the audit trail in the same transaction; without an effect no line.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_grant_traced(
        &self,
        source: &str,
        reference: &str,
        trace: &NewEvent,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let text =
            "UPDATE grants SET ends_at = $3 WHERE source = $1 AND reference = $2 AND (ends_at IS NULL OR ends_at > $3)";
        let done = sql(text).bind(source).bind(reference).bind(ms(at)).execute(&mut *tx).await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        events::append(&mut tx, trace, at).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// All rights a reader was ever given, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn grants_of(&self, reader_id: i64) -> Result<Vec<GrantRow>, StoreError> {
        let rows = sql("SELECT * FROM grants WHERE reader_id = $1 ORDER BY starts_at, id")
            .bind(reader_id)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Ends a right at an instant, if it would last longer. False when there is nothing to shorten.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_grant(&self, source: &str, reference: &str, at: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let text =
            "UPDATE grants SET ends_at = $3 WHERE source = $1 AND reference = $2 AND (ends_at IS NULL OR ends_at > $3)";
        let done = sql(text).bind(source).bind(reference).bind(ms(at)).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(done.rows_affected() == 1)
    }
}

pub(crate) async fn give(tx: &mut Tx, grant: &NewGrant, now: Timestamp) -> Result<bool, StoreError> {
    let text = "INSERT INTO grants (reader_id, benefits, source, reference, starts_at, ends_at, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (source, reference) DO NOTHING";
    let done = sql(text)
        .bind(grant.reader_id)
        .bind(json("grant", &grant.benefits)?)
        .bind(grant.source.as_str())
        .bind(grant.reference.as_str())
        .bind(ms(grant.starts_at))
        .bind(opt_ms(grant.ends_at))
        .bind(ms(now))
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) fn read(row: &AnyRow) -> Result<GrantRow, StoreError> {
    Ok(GrantRow {
        id: row.int("id")?,
        reader_id: row.int("reader_id")?,
        benefits: row.json("benefits")?,
        source: row.text("source")?,
        reference: row.text("reference")?,
        starts_at: row.time("starts_at")?,
        ends_at: row.opt_time("ends_at")?,
        created_at: row.time("created_at")?,
    })
}
