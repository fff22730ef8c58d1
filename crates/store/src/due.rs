//! What the rounds ask for: things whose time has come, by id and page by page. A round goes on after the last id it saw, so that what
//! cannot be dealt with today does not stand before the rest.
use crate::payments::{self, Attempt};
use crate::rows::{limit, ms, sql};
use crate::subscriptions::{self, Subscription};
use crate::{Store, StoreError};
use jiff::Timestamp;

impl Store {
    /// Checkouts with ids above `after`, begun before `before`, that nobody finished.
    ///
    /// # Errors
    /// The database's.
    pub async fn stale_checkouts(
        &self,
        before: Timestamp,
        after: i64,
        rows: usize,
    ) -> Result<Vec<Subscription>, StoreError> {
        let text =
            "SELECT * FROM subscriptions WHERE state = 'checkout' AND created_at < $1 AND id > $2 ORDER BY id LIMIT $3";
        let rows = sql(text).bind(ms(before)).bind(after).bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter().map(subscriptions::read).collect()
    }

    /// Open attempts with ids above `after` for the first period of contracts that have ended: their pages at the rail must be closed.
    ///
    /// # Errors
    /// The database's.
    pub async fn attempts_of_ended(&self, after: i64, rows: usize) -> Result<Vec<Attempt>, StoreError> {
        let text = "SELECT a.* FROM payment_attempts a JOIN subscriptions s ON s.id = a.subscription_id \
             WHERE a.state IN ('planned', 'sent', 'unknown') AND a.period_n = 0 AND s.state = 'ended' AND a.id > $1 \
             ORDER BY a.id LIMIT $2";
        let rows = sql(text).bind(after).bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter().map(payments::read).collect()
    }

    /// Contracts with ids above `after` whose announced end has come.
    ///
    /// # Errors
    /// The database's.
    pub async fn cancellations_due(
        &self,
        now: Timestamp,
        after: i64,
        rows: usize,
    ) -> Result<Vec<Subscription>, StoreError> {
        let text = "SELECT * FROM subscriptions WHERE cancel_at IS NOT NULL AND state <> 'ended' AND cancel_at <= $1 AND id > $2 \
             ORDER BY id LIMIT $3";
        let rows = sql(text).bind(ms(now)).bind(after).bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter().map(subscriptions::read).collect()
    }
}
