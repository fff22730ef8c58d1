//! What the rounds ask for: things whose time has come, oldest first.
use crate::rows::{limit, ms, sql};
use crate::subscriptions::{self, Subscription};
use crate::{Store, StoreError};
use jiff::Timestamp;

impl Store {
    /// Checkouts begun before `before` that nobody finished.
    ///
    /// # Errors
    /// The database's.
    pub async fn stale_checkouts(&self, before: Timestamp, rows: usize) -> Result<Vec<Subscription>, StoreError> {
        let text =
            "SELECT * FROM subscriptions WHERE state = 'checkout' AND created_at < $1 ORDER BY created_at, id LIMIT $2";
        let rows = sql(text).bind(ms(before)).bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter().map(subscriptions::read).collect()
    }

    /// Contracts whose announced end has come.
    ///
    /// # Errors
    /// The database's.
    pub async fn cancellations_due(&self, now: Timestamp, rows: usize) -> Result<Vec<Subscription>, StoreError> {
        let text = "SELECT * FROM subscriptions WHERE cancel_at IS NOT NULL AND state <> 'ended' AND cancel_at <= $1 \
             ORDER BY cancel_at, id LIMIT $2";
        let rows = sql(text).bind(ms(now)).bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter().map(subscriptions::read).collect()
    }
}
