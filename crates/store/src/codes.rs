//! Codes and links sent by mail to prove an address. Single use, short-lived, bound to the browser that asked.
use crate::rows::{Read, json, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::any::AnyRow;

/// Wrong tries after which a code is dead (the table's own bound).
const MOST_TRIES: i64 = 5;

/// A code to be mailed.
#[derive(Clone, PartialEq, Eq)]
pub struct NewCode {
    /// As the reader wrote it.
    pub email: String,
    pub email_key: String,
    /// Hash of what only the asking browser holds.
    pub browser_hash: Vec<u8>,
    /// What it proves the address for: `log-in`, `sign-up`, `reset`.
    pub purpose: String,
    /// Keyed hash of the code that the reader types.
    pub code_hash: Vec<u8>,
    /// Hash of the secret in the mail's link, where the mail has one.
    pub link_hash: Option<Vec<u8>>,
    /// What to do once it is proved, such as the story to return to.
    pub data: Value,
    /// At most ten minutes after now.
    pub expires_at: Timestamp,
}

/// Leaves the secrets out.
impl std::fmt::Debug for NewCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewCode").field("purpose", &self.purpose).finish_non_exhaustive()
    }
}

/// What an accepted code proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    pub email: String,
    pub email_key: String,
    pub purpose: String,
    pub data: Value,
}

/// What became of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeOutcome {
    /// Right, and used up now.
    Accepted(Code),
    /// Wrong; so many tries are left. None left: ask for another code.
    Wrong { left: u8 },
    /// No code for this address and browser, or it is used, expired or tried too often. Which of these is nobody's business.
    Gone,
    /// The link is right, but this is not the browser that asked: let the reader type the code there. Nothing is used up.
    OtherBrowser,
}

impl Store {
    /// Keeps a code. Earlier ones of the same browser stay usable by their links until one of them is used.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for a life longer than ten minutes; otherwise the database's.
    pub async fn create_code(&self, code: &NewCode, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let text = "INSERT INTO codes (email, email_key, browser_hash, purpose, code_hash, link_hash, data, tries, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9)";
        sql(text)
            .bind(code.email.as_str())
            .bind(code.email_key.as_str())
            .bind(code.browser_hash.clone())
            .bind(code.purpose.as_str())
            .bind(code.code_hash.clone())
            .bind(code.link_hash.clone())
            .bind(json("code", &code.data)?)
            .bind(ms(now))
            .bind(ms(code.expires_at))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Tries a typed code against the latest one of this address, browser and purpose. Every try is counted before it is judged,
    /// so tries sent at once count like tries sent one by one.
    ///
    /// # Errors
    /// The database's.
    pub async fn try_code(
        &self,
        email_key: &str,
        browser_hash: &[u8],
        purpose: &str,
        code_hash: &[u8],
        now: Timestamp,
    ) -> Result<CodeOutcome, StoreError> {
        let mut tx = self.begin().await?;
        let text = "UPDATE codes SET tries = tries + 1 WHERE id = (SELECT MAX(id) FROM codes \
             WHERE email_key = $1 AND browser_hash = $2 AND purpose = $3) \
             AND used_at IS NULL AND expires_at > $4 AND tries < $5 RETURNING *";
        let row = sql(text)
            .bind(email_key)
            .bind(browser_hash.to_vec())
            .bind(purpose)
            .bind(ms(now))
            .bind(MOST_TRIES)
            .fetch_optional(&mut *tx)
            .await?;
        let outcome = match row {
            None => CodeOutcome::Gone,
            // both sides are hashes: how long the comparison takes says nothing about the code
            Some(row) if row.blob("code_hash")? == code_hash => accept(&mut tx, &row, now).await?,
            Some(row) => CodeOutcome::Wrong { left: u8::try_from(MOST_TRIES - row.int("tries")?).unwrap_or_default() },
        };
        tx.commit().await?;
        Ok(outcome)
    }

    /// Tries a link's secret. To be called for a pressed button, never for a GET: mail scanners open links.
    ///
    /// # Errors
    /// The database's.
    pub async fn try_link(
        &self,
        link_hash: &[u8],
        browser_hash: &[u8],
        now: Timestamp,
    ) -> Result<CodeOutcome, StoreError> {
        let mut tx = self.begin().await?;
        // the row is written, not only read, so that two presses at once wait for one another on PostgreSQL too
        let text = "UPDATE codes SET tries = tries WHERE link_hash = $1 AND used_at IS NULL AND expires_at > $2 AND tries < $3 RETURNING *";
        let row = sql(text).bind(link_hash.to_vec()).bind(ms(now)).bind(MOST_TRIES).fetch_optional(&mut *tx).await?;
        let outcome = match row {
            None => CodeOutcome::Gone,
            Some(row) if row.blob("browser_hash")? == browser_hash => accept(&mut tx, &row, now).await?,
            Some(_) => CodeOutcome::OtherBrowser,
        };
        tx.commit().await?;
        Ok(outcome)
    }

    /// How many codes were asked for this address since then, for the limit on asking.
    ///
    /// # Errors
    /// The database's.
    pub async fn codes_since(&self, email_key: &str, since: Timestamp) -> Result<i64, StoreError> {
        let text = "SELECT COUNT(*) AS n FROM codes WHERE email_key = $1 AND created_at >= $2";
        sql(text).bind(email_key).bind(ms(since)).fetch_one(&self.reader).await?.int("n")
    }

    /// Deletes codes that expired before `before`. Gives how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget_codes(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let done = sql("DELETE FROM codes WHERE expires_at < $1").bind(ms(before)).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }
}

/// Uses the code up, and with it every other of the same address, browser and purpose.
async fn accept(tx: &mut crate::open::Tx, row: &AnyRow, now: Timestamp) -> Result<CodeOutcome, StoreError> {
    let code = Code {
        email: row.text("email")?,
        email_key: row.text("email_key")?,
        purpose: row.text("purpose")?,
        data: row.json("data")?,
    };
    sql(
        "UPDATE codes SET used_at = $4 WHERE email_key = $1 AND browser_hash = $2 AND purpose = $3 AND used_at IS NULL",
    )
    .bind(code.email_key.as_str())
    .bind(row.blob("browser_hash")?)
    .bind(code.purpose.as_str())
    .bind(ms(now))
    .execute(&mut **tx)
    .await?;
    Ok(CodeOutcome::Accepted(code))
}
