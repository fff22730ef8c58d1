//! Payment attempts. An attempt is stored before its request leaves, and the database allows one open attempt and one capture per period.
use crate::rows::{Read, json, limit, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::any::AnyRow;

/// An attempt to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttempt {
    pub subscription_id: i64,
    /// The period it pays for, from 0.
    pub period_n: u32,
    /// 1 at first; see [`Store::attempts_of`].
    pub attempt_no: u32,
    /// The idempotency key, made of subscription, period and attempt.
    pub key: String,
    /// `sandbox`, `stripe`, `razorpay`.
    pub rail: String,
    /// Minor units, above zero.
    pub amount: i64,
    /// Three letters.
    pub currency: String,
    /// What is sent, frozen: the same key always carries the same bytes.
    pub params: Value,
}

/// An attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub id: i64,
    pub subscription_id: i64,
    pub period_n: u32,
    pub attempt_no: u32,
    pub key: String,
    pub rail: String,
    /// Minor units.
    pub amount: i64,
    pub currency: String,
    pub params: Value,
    /// `planned`, `sent`, `unknown`, `failed`, `captured`, `surplus` (captured, and to be given back) or `refunded`.
    pub state: String,
    /// The rail's own name for it.
    pub rail_ref: Option<String>,
    pub failure: Option<String>,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    /// When its outcome became unknown.
    pub unknown_at: Option<Timestamp>,
    /// When it failed or was captured.
    pub settled_at: Option<Timestamp>,
}

/// What became of a wish to charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Planned {
    /// Stored. The request may leave now.
    Planned(Attempt),
    /// An attempt for this period is open: finish it or find out what became of it, and send no other.
    Open(Attempt),
    /// The period is paid.
    Paid(Attempt),
    /// This very attempt was stored before and has failed: plan one with the next number.
    Failed(Attempt),
    /// The contract is no longer in `checkout`, so its first period is not for sale any more: another tab ended it. Nothing was stored.
    Closed,
}

impl Store {
    /// Stores an attempt unless the period is paid or has an open one, or a first period's contract has left `checkout`. Once a contract
    /// has ended, no attempt for its first period comes into being: whoever ends it sees all there are.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for an unknown subscription or an amount not above zero; otherwise the database's.
    pub async fn plan_attempt(&self, new: &NewAttempt, now: Timestamp) -> Result<Planned, StoreError> {
        let mut tx = self.begin().await?;
        self.engine().queue_up(&mut tx, "attempts", new.subscription_id).await?;
        // held until the attempt is stored, so that nobody ends the contract in between
        let contract = sql(self.engine().hold_contract()).bind(new.subscription_id).fetch_optional(&mut *tx).await?;
        let state = contract.map(|row| row.text("state")).transpose()?;
        let closed = new.period_n == 0 && state.is_some_and(|state| state != "checkout");
        let text = "SELECT * FROM payment_attempts WHERE subscription_id = $1 AND period_n = $2 \
             AND (state <> 'failed' OR attempt_no = $3) \
             ORDER BY CASE state WHEN 'captured' THEN 0 WHEN 'failed' THEN 2 ELSE 1 END, attempt_no DESC";
        let rows = sql(text)
            .bind(new.subscription_id)
            .bind(i64::from(new.period_n))
            .bind(i64::from(new.attempt_no))
            .fetch_all(&mut *tx)
            .await?;
        for row in &rows {
            let found = read(row)?;
            match found.state.as_str() {
                "captured" => return Ok(Planned::Paid(found)),
                _ if closed => return Ok(Planned::Closed),
                "planned" | "sent" | "unknown" => return Ok(Planned::Open(found)),
                "failed" => return Ok(Planned::Failed(found)),
                // surplus and refunded money pays for nothing
                _ => {}
            }
        }
        if closed {
            return Ok(Planned::Closed);
        }
        let text = "INSERT INTO payment_attempts (subscription_id, period_n, attempt_no, key, rail, amount, currency, params, state, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'planned', $9) RETURNING *";
        let row = sql(text)
            .bind(new.subscription_id)
            .bind(i64::from(new.period_n))
            .bind(i64::from(new.attempt_no))
            .bind(new.key.as_str())
            .bind(new.rail.as_str())
            .bind(new.amount)
            .bind(new.currency.as_str())
            .bind(json("payment attempt", &new.params)?)
            .bind(ms(now))
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(Planned::Planned(read(&row)?))
    }

    /// The request is about to leave. False unless the attempt was planned: then somebody else sends it, or it is settled.
    ///
    /// # Errors
    /// The database's.
    pub async fn mark_sent(&self, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        let text = "UPDATE payment_attempts SET state = 'sent', sent_at = $2 WHERE id = $1 AND state = 'planned'";
        self.change_attempt(sql(text).bind(id).bind(ms(now))).await
    }

    /// The rail's name for the attempt, as soon as it is known; the first one stays.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_rail_ref(&self, id: i64, rail_ref: &str) -> Result<bool, StoreError> {
        let text = "UPDATE payment_attempts SET rail_ref = $2 WHERE id = $1 AND (rail_ref IS NULL OR rail_ref = $2)";
        self.change_attempt(sql(text).bind(id).bind(rail_ref)).await
    }

    /// The answer was lost: nobody knows whether money moved. It stays open, and blocks every other attempt of the period.
    ///
    /// # Errors
    /// The database's.
    pub async fn mark_unknown(&self, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        let text = "UPDATE payment_attempts SET state = 'unknown', unknown_at = $2 WHERE id = $1 AND state IN ('planned', 'sent')";
        self.change_attempt(sql(text).bind(id).bind(ms(now))).await
    }

    /// The rail says no. False when the attempt is settled: a late or failed word never lowers what was captured.
    ///
    /// # Errors
    /// The database's.
    pub async fn mark_failed(&self, id: i64, failure: &str, now: Timestamp) -> Result<bool, StoreError> {
        let text = "UPDATE payment_attempts SET state = 'failed', failure = $2, settled_at = $3 \
             WHERE id = $1 AND state IN ('planned', 'sent', 'unknown')";
        self.change_attempt(sql(text).bind(id).bind(failure).bind(ms(now))).await
    }

    async fn change_attempt(
        &self,
        query: sqlx::query::Query<'_, sqlx::Any, sqlx::any::AnyArguments>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let done = query.execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// An attempt by id.
    ///
    /// # Errors
    /// The database's.
    pub async fn attempt(&self, id: i64) -> Result<Option<Attempt>, StoreError> {
        let row = sql("SELECT * FROM payment_attempts WHERE id = $1").bind(id).fetch_optional(&self.reader).await?;
        row.as_ref().map(read).transpose()
    }

    /// An attempt by its idempotency key.
    ///
    /// # Errors
    /// The database's.
    pub async fn attempt_by_key(&self, key: &str) -> Result<Option<Attempt>, StoreError> {
        let row = sql("SELECT * FROM payment_attempts WHERE key = $1").bind(key).fetch_optional(&self.reader).await?;
        row.as_ref().map(read).transpose()
    }

    /// The attempts of a contract, by period and number.
    ///
    /// # Errors
    /// The database's.
    pub async fn attempts_of(&self, subscription_id: i64) -> Result<Vec<Attempt>, StoreError> {
        let rows = sql("SELECT * FROM payment_attempts WHERE subscription_id = $1 ORDER BY period_n, attempt_no")
            .bind(subscription_id)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Attempts with ids above `after`, stored before `before`, that are still open, by id: what became of them must be looked up at
    /// the rail.
    ///
    /// # Errors
    /// The database's.
    pub async fn open_attempts(&self, before: Timestamp, after: i64, rows: usize) -> Result<Vec<Attempt>, StoreError> {
        let text = "SELECT * FROM payment_attempts WHERE state IN ('planned', 'sent', 'unknown') AND created_at < $1 AND id > $2 \
             ORDER BY id LIMIT $3";
        let rows = sql(text).bind(ms(before)).bind(after).bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }
}

pub(crate) fn read(row: &AnyRow) -> Result<Attempt, StoreError> {
    Ok(Attempt {
        id: row.int("id")?,
        subscription_id: row.int("subscription_id")?,
        period_n: row.small("period_n")?,
        attempt_no: row.small("attempt_no")?,
        key: row.text("key")?,
        rail: row.text("rail")?,
        amount: row.int("amount")?,
        currency: row.text("currency")?,
        params: row.json("params")?,
        state: row.text("state")?,
        rail_ref: row.opt_text("rail_ref")?,
        failure: row.opt_text("failure")?,
        created_at: row.time("created_at")?,
        sent_at: row.opt_time("sent_at")?,
        unknown_at: row.opt_time("unknown_at")?,
        settled_at: row.opt_time("settled_at")?,
    })
}
