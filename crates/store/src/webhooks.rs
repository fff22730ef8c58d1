//! What rails told us, kept as it came. A delivery is claimed by its id before anybody acts on it.
use crate::rows::{Read, limit, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;

/// A delivery to be kept, its signature verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    pub rail: String,
    pub event_id: String,
    pub kind: String,
    /// As it came.
    pub body: String,
}

/// Whether a delivery is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    /// First delivery: act on it.
    New,
    /// Came before and was not finished, perhaps because of a crash: act on it again.
    Unfinished,
    /// Came before and was finished.
    Handled,
}

impl Store {
    /// Keeps a delivery.
    ///
    /// # Errors
    /// The database's.
    pub async fn claim_webhook(&self, webhook: &Webhook, now: Timestamp) -> Result<Claimed, StoreError> {
        let mut tx = self.begin().await?;
        let text = "INSERT INTO webhook_events (rail, event_id, kind, body, received_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (rail, event_id) DO NOTHING";
        let done = sql(text)
            .bind(webhook.rail.as_str())
            .bind(webhook.event_id.as_str())
            .bind(webhook.kind.as_str())
            .bind(webhook.body.as_str())
            .bind(ms(now))
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 1 {
            tx.commit().await?;
            return Ok(Claimed::New);
        }
        let row = sql("SELECT handled_at FROM webhook_events WHERE rail = $1 AND event_id = $2")
            .bind(webhook.rail.as_str())
            .bind(webhook.event_id.as_str())
            .fetch_one(&mut *tx)
            .await?;
        Ok(if row.opt_int("handled_at")?.is_some() { Claimed::Handled } else { Claimed::Unfinished })
    }

    /// A delivery was acted on.
    ///
    /// # Errors
    /// The database's.
    pub async fn finish_webhook(&self, rail: &str, event_id: &str, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sql("UPDATE webhook_events SET handled_at = COALESCE(handled_at, $3) WHERE rail = $1 AND event_id = $2")
            .bind(rail)
            .bind(event_id)
            .bind(ms(now))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The oldest deliveries that came before `before` and that nobody finished.
    ///
    /// # Errors
    /// The database's.
    pub async fn webhooks_left(&self, before: Timestamp, rows: usize) -> Result<Vec<Webhook>, StoreError> {
        let text = "SELECT rail, event_id, kind, body FROM webhook_events WHERE handled_at IS NULL AND received_at < $2 \
             ORDER BY received_at, event_id LIMIT $1";
        let rows = sql(text).bind(limit(rows)).bind(ms(before)).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }

    /// The oldest deliveries that came before an instant and nobody finished, each with when it came.
    ///
    /// # Errors
    /// The database's.
    pub async fn webhooks_waiting(
        &self,
        before: Timestamp,
        rows: usize,
    ) -> Result<Vec<(Webhook, Timestamp)>, StoreError> {
        let text = "SELECT rail, event_id, kind, body, received_at FROM webhook_events WHERE handled_at IS NULL \
             AND received_at < $1 ORDER BY received_at, event_id LIMIT $2";
        let rows = sql(text).bind(ms(before)).bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter().map(|row| Ok((read(row)?, row.time("received_at")?))).collect()
    }

    /// The oldest deliveries nobody finished.
    ///
    /// # Errors
    /// The database's.
    pub async fn unfinished_webhooks(&self, rows: usize) -> Result<Vec<Webhook>, StoreError> {
        let text = "SELECT rail, event_id, kind, body FROM webhook_events WHERE handled_at IS NULL ORDER BY received_at, event_id LIMIT $1";
        let rows = sql(text).bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &sqlx::any::AnyRow) -> Result<Webhook, StoreError> {
    Ok(Webhook {
        rail: row.text("rail")?,
        event_id: row.text("event_id")?,
        kind: row.text("kind")?,
        body: row.text("body")?,
    })
}
