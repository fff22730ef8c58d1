//! Who is signed in where. Only hashes of tokens are kept.
use crate::readers::{self, Reader};
use crate::rows::{Read, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use sqlx::any::AnyRow;

/// A session to begin.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSession {
    /// SHA-256 of the token in the cookie.
    pub token_hash: Vec<u8>,
    pub reader_id: i64,
    /// What the account page calls the device: `Firefox on Android`.
    pub device: String,
    pub expires_at: Timestamp,
}

/// A session.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    pub token_hash: Vec<u8>,
    pub reader_id: i64,
    pub device: String,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

/// Leaves the token's hash out.
impl std::fmt::Debug for NewSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSession").field("reader_id", &self.reader_id).finish_non_exhaustive()
    }
}

/// Leaves the token's hash out.
impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("reader_id", &self.reader_id)
            .field("ended_at", &self.ended_at)
            .finish_non_exhaustive()
    }
}

/// A session that holds, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    pub session: Session,
    pub reader: Reader,
}

impl Store {
    /// Begins a session.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for a token that exists or a reader who does not; otherwise the database's.
    pub async fn create_session(&self, session: &NewSession, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let text = "INSERT INTO sessions (token_hash, reader_id, device, created_at, last_seen_at, expires_at) \
             VALUES ($1, $2, $3, $4, $4, $5)";
        sql(text)
            .bind(session.token_hash.clone())
            .bind(session.reader_id)
            .bind(session.device.as_str())
            .bind(ms(now))
            .bind(ms(session.expires_at))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The session of a token, unless it has ended or expired.
    ///
    /// # Errors
    /// The database's.
    pub async fn session(&self, token_hash: &[u8], now: Timestamp) -> Result<Option<SignedIn>, StoreError> {
        let text = "SELECT r.*, s.token_hash, s.reader_id, s.device, s.created_at AS session_created_at, s.last_seen_at, s.expires_at, \
             s.ended_at FROM sessions s JOIN readers r ON r.id = s.reader_id \
             WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2";
        let row = sql(text).bind(token_hash.to_vec()).bind(ms(now)).fetch_optional(&self.reader).await?;
        row.map(|row| Ok(SignedIn { session: read(&row, "session_created_at")?, reader: readers::read(&row)? }))
            .transpose()
    }

    /// The reader's sessions that hold, latest seen first.
    ///
    /// # Errors
    /// The database's.
    pub async fn sessions_of(&self, reader_id: i64, now: Timestamp) -> Result<Vec<Session>, StoreError> {
        let text = "SELECT * FROM sessions WHERE reader_id = $1 AND ended_at IS NULL AND expires_at > $2 \
             ORDER BY last_seen_at DESC, created_at DESC";
        let rows = sql(text).bind(reader_id).bind(ms(now)).fetch_all(&self.reader).await?;
        rows.iter().map(|row| read(row, "created_at")).collect()
    }

    /// Ends one of the reader's sessions. False when that reader has no such session, or it had ended.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_session(&self, reader_id: i64, token_hash: &[u8], now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let text = "UPDATE sessions SET ended_at = $3 WHERE reader_id = $1 AND token_hash = $2 AND ended_at IS NULL";
        let done = sql(text).bind(reader_id).bind(token_hash.to_vec()).bind(ms(now)).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// Ends all of the reader's sessions but the one to keep; an empty slice keeps none. Gives how many ended.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_other_sessions(&self, reader_id: i64, keep: &[u8], now: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let text = "UPDATE sessions SET ended_at = $3 WHERE reader_id = $1 AND token_hash <> $2 AND ended_at IS NULL";
        let done = sql(text).bind(reader_id).bind(keep.to_vec()).bind(ms(now)).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }

    /// Notes when sessions were last seen; a time never moves backwards.
    ///
    /// # Errors
    /// The database's.
    pub async fn touch_sessions(&self, seen: &[(Vec<u8>, Timestamp)]) -> Result<(), StoreError> {
        if seen.is_empty() {
            return Ok(());
        }
        // in one order everywhere, so that two batches cannot wait for one another in a ring
        let mut seen = seen.to_vec();
        seen.sort_unstable();
        let mut tx = self.begin().await?;
        for (token_hash, at) in seen {
            sql("UPDATE sessions SET last_seen_at = $2 WHERE token_hash = $1 AND last_seen_at < $2")
                .bind(token_hash)
                .bind(ms(at))
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Deletes sessions that expired before `before`. Gives how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget_sessions(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let done = sql("DELETE FROM sessions WHERE expires_at < $1").bind(ms(before)).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }
}

fn read(row: &AnyRow, created_at: &str) -> Result<Session, StoreError> {
    Ok(Session {
        token_hash: row.blob("token_hash")?,
        reader_id: row.int("reader_id")?,
        device: row.text("device")?,
        created_at: row.time(created_at)?,
        last_seen_at: row.time("last_seen_at")?,
        expires_at: row.time("expires_at")?,
        ended_at: row.opt_time("ended_at")?,
    })
}
