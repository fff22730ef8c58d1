//! The sandbox rail's own books: what its hosted payment page was asked for and what the visitor pressed. A real rail keeps these itself.
use crate::rows::{Read, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use sqlx::any::AnyRow;

/// A payment on the sandbox's hosted page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxPayment {
    /// Random; part of the page's address.
    pub session_id: String,
    /// The idempotency key of the attempt.
    pub attempt_key: String,
    /// Minor units.
    pub amount: i64,
    pub currency: String,
    /// `open`, `paid`, `declined`, `cancelled` or `expired`.
    pub state: String,
    pub return_url: String,
    pub created_at: Timestamp,
    pub decided_at: Option<Timestamp>,
}

impl Store {
    /// Opens a hosted page. The same attempt gets the page it had: a second request with one key starts no second payment.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for a session id that is taken; otherwise the database's.
    pub async fn open_sandbox_payment(
        &self,
        session_id: &str,
        attempt_key: &str,
        (amount, currency): (i64, &str),
        return_url: &str,
        now: Timestamp,
    ) -> Result<SandboxPayment, StoreError> {
        let mut tx = self.begin().await?;
        let text = "INSERT INTO sandbox_payments (session_id, attempt_key, amount, currency, state, return_url, created_at) \
             VALUES ($1, $2, $3, $4, 'open', $5, $6) ON CONFLICT (attempt_key) DO NOTHING";
        sql(text)
            .bind(session_id)
            .bind(attempt_key)
            .bind(amount)
            .bind(currency)
            .bind(return_url)
            .bind(ms(now))
            .execute(&mut *tx)
            .await?;
        let row =
            sql("SELECT * FROM sandbox_payments WHERE attempt_key = $1").bind(attempt_key).fetch_one(&mut *tx).await?;
        tx.commit().await?;
        read(&row)
    }

    /// A hosted page's payment.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_payment(&self, session_id: &str) -> Result<Option<SandboxPayment>, StoreError> {
        let row = sql("SELECT * FROM sandbox_payments WHERE session_id = $1")
            .bind(session_id)
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// The payment of an attempt: what a rail answers when it is asked by key.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_payment_by_key(&self, attempt_key: &str) -> Result<Option<SandboxPayment>, StoreError> {
        let row = sql("SELECT * FROM sandbox_payments WHERE attempt_key = $1")
            .bind(attempt_key)
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Decides an open payment, once: `paid`, `declined`, `cancelled` or `expired`. Gives the payment as it is then, whoever decided.
    /// A declined one may be tried again, and then paid.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Refused`] for another word; otherwise the database's.
    pub async fn decide_sandbox_payment(
        &self,
        session_id: &str,
        state: &str,
        now: Timestamp,
    ) -> Result<SandboxPayment, StoreError> {
        let mut tx = self.begin().await?;
        sql("UPDATE sandbox_payments SET state = $2, decided_at = $3 WHERE session_id = $1 AND state IN ('open', 'declined')")
            .bind(session_id)
            .bind(state)
            .bind(ms(now))
            .execute(&mut *tx)
            .await?;
        let row = sql("SELECT * FROM sandbox_payments WHERE session_id = $1")
            .bind(session_id)
            .fetch_optional(&mut *tx)
            .await?;
        let row = row.ok_or_else(|| StoreError::not_found("sandbox payment", session_id))?;
        tx.commit().await?;
        read(&row)
    }
}

fn read(row: &AnyRow) -> Result<SandboxPayment, StoreError> {
    Ok(SandboxPayment {
        session_id: row.text("session_id")?,
        attempt_key: row.text("attempt_key")?,
        amount: row.int("amount")?,
        currency: row.text("currency")?,
        state: row.text("state")?,
        return_url: row.text("return_url")?,
        created_at: row.time("created_at")?,
        decided_at: row.opt_time("decided_at")?,
    })
}
