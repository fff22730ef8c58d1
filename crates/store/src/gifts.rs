//! Gifts: which contract a code gives away, for whom it was meant, and who claimed it. Only hashes of codes are kept.
use crate::rows::{Read, json, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::any::AnyRow;

/// A gift as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredGift {
    pub id: i64,
    pub subscription_id: i64,
    /// For whom it was meant, as the buyer wrote it.
    pub gift: Value,
    pub created_at: Timestamp,
    pub claimed_by: Option<i64>,
    pub claimed_at: Option<Timestamp>,
}

impl Store {
    /// Keeps a gift with the hash of its code. Asked again before it is claimed, only for whom it is changes.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for an unknown contract or a code that another gift has; otherwise the database's.
    pub async fn keep_gift(
        &self,
        subscription_id: i64,
        code_hash: &[u8],
        gift: &Value,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let text = "INSERT INTO gifts (code_hash, subscription_id, gift, created_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (subscription_id) DO UPDATE SET gift = $3 WHERE gifts.claimed_by IS NULL";
        let mut tx = self.begin().await?;
        sql(text)
            .bind(code_hash.to_vec())
            .bind(subscription_id)
            .bind(json("gift", gift)?)
            .bind(ms(now))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The gift of a code.
    ///
    /// # Errors
    /// The database's.
    pub async fn gift_by_code(&self, code_hash: &[u8]) -> Result<Option<StoredGift>, StoreError> {
        let row = sql("SELECT * FROM gifts WHERE code_hash = $1")
            .bind(code_hash.to_vec())
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// The gift that a contract is.
    ///
    /// # Errors
    /// The database's.
    pub async fn gift_of(&self, subscription_id: i64) -> Result<Option<StoredGift>, StoreError> {
        let row = sql("SELECT * FROM gifts WHERE subscription_id = $1")
            .bind(subscription_id)
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// The gifts that a reader has claimed, latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn gifts_claimed_by(&self, reader_id: i64) -> Result<Vec<StoredGift>, StoreError> {
        let rows = sql("SELECT * FROM gifts WHERE claimed_by = $1 ORDER BY id DESC")
            .bind(reader_id)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Notes who claimed a gift. False when it was claimed before: the first claim stays.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for an unknown reader; otherwise the database's.
    pub async fn note_gift_claimed(
        &self,
        subscription_id: i64,
        reader_id: i64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let text =
            "UPDATE gifts SET claimed_by = $2, claimed_at = $3 WHERE subscription_id = $1 AND claimed_by IS NULL";
        let mut tx = self.begin().await?;
        let done = sql(text).bind(subscription_id).bind(reader_id).bind(ms(now)).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// How often a coupon was used by all readers in contracts that run or ran, and whether this reader is among them. A
    /// checkout that is still open counts for nobody: it may be gone on with.
    ///
    /// # Errors
    /// The database's.
    pub async fn coupon_uses(&self, code: &str, reader_id: i64) -> Result<(u32, bool), StoreError> {
        let text = "SELECT COUNT(*) AS n, COALESCE(SUM(CASE WHEN u.reader_id = $2 THEN 1 ELSE 0 END), 0) AS own \
             FROM coupon_uses u JOIN subscriptions s ON s.id = u.subscription_id \
             WHERE u.code = $1 AND s.state <> 'checkout' AND NOT (s.state = 'ended' AND s.anchor IS NULL)";
        let row = sql(text).bind(code).bind(reader_id).fetch_one(&self.reader).await?;
        Ok((row.small("n")?, row.int("own")? > 0))
    }
}

fn read(row: &AnyRow) -> Result<StoredGift, StoreError> {
    Ok(StoredGift {
        id: row.int("id")?,
        subscription_id: row.int("subscription_id")?,
        gift: row.json("gift")?,
        created_at: row.time("created_at")?,
        claimed_by: row.opt_int("claimed_by")?,
        claimed_at: row.opt_time("claimed_at")?,
    })
}
