//! Webhooks on their way: written with the change they tell of, delivered until they are accepted.
use crate::open::Tx;
use crate::rows::{Read, limit, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;

/// A webhook to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxPost {
    /// The same at every delivery.
    pub event_id: String,
    pub kind: String,
    /// What is sent.
    pub body: String,
    /// When it happens; in the future for what is decided for later.
    pub at: Timestamp,
    /// When each copy is delivered, first of all the first one.
    pub due: Vec<Timestamp>,
}

/// A webhook that is to be delivered now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxDelivery {
    pub id: i64,
    pub event_id: String,
    pub kind: String,
    pub body: String,
    /// Deliveries of this copy that failed before.
    pub tries: u32,
}

/// Longest back-off.
const SLOWEST: i64 = 3_600_000;
/// Back-off after the first delivery that fails, in milliseconds; doubled each time.
const FIRST: i64 = 30_000;

impl Store {
    /// When the next webhook is due after `at`; for moving a clock.
    ///
    /// # Errors
    /// The database's.
    pub async fn next_sandbox_post(&self, at: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let text = "SELECT MIN(due_at) AS at FROM sandbox_posts WHERE accepted_at IS NULL AND due_at > $1";
        sql(text).bind(ms(at)).fetch_one(&self.reader).await?.opt_time("at")
    }

    /// Takes the webhooks that are due, oldest first, and puts each off until its next try: whoever takes them has so
    /// long to deliver them before they are given out again.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_sandbox_posts(&self, rows: usize, now: Timestamp) -> Result<Vec<SandboxDelivery>, StoreError> {
        let text = "SELECT id, event_id, kind, body, tries FROM sandbox_posts \
             WHERE accepted_at IS NULL AND due_at <= $1 ORDER BY due_at, id LIMIT $2";
        // Most rounds find nothing, and write nothing.
        if sql(text).bind(ms(now)).bind(1_i64).fetch_optional(&self.reader).await?.is_none() {
            return Ok(Vec::new());
        }
        let mut tx = self.begin().await?;
        self.engine().queue_up(&mut tx, "sandbox posts", 0).await?;
        let found = sql(text).bind(ms(now)).bind(limit(rows)).fetch_all(&mut *tx).await?;
        let mut taken = Vec::with_capacity(found.len());
        for row in found {
            let delivery = SandboxDelivery {
                id: row.int("id")?,
                event_id: row.text("event_id")?,
                kind: row.text("kind")?,
                body: row.text("body")?,
                tries: row.small("tries")?,
            };
            let wait = FIRST.checked_shl(delivery.tries.min(16)).unwrap_or(SLOWEST).min(SLOWEST);
            sql("UPDATE sandbox_posts SET due_at = $2, tries = tries + 1 WHERE id = $1")
                .bind(delivery.id)
                .bind(ms(now) + wait)
                .execute(&mut *tx)
                .await?;
            taken.push(delivery);
        }
        tx.commit().await?;
        Ok(taken)
    }

    /// The paper accepted a delivery, or did not and said why.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_post_answered(
        &self,
        id: i64,
        answer: Result<(), &str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let query = match answer {
            Ok(()) => {
                sql("UPDATE sandbox_posts SET accepted_at = $2, trouble = NULL WHERE id = $1").bind(id).bind(ms(now))
            }
            Err(trouble) => sql("UPDATE sandbox_posts SET trouble = $2 WHERE id = $1").bind(id).bind(trouble),
        };
        query.execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What happened from one instant to another (both included), as it was or will be told, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_happened(
        &self,
        from: Timestamp,
        to: Timestamp,
        rows: usize,
    ) -> Result<Vec<String>, StoreError> {
        let text = "SELECT body FROM sandbox_posts WHERE copy = 0 AND happened_at >= $1 AND happened_at <= $2 \
             ORDER BY happened_at, id LIMIT $3";
        let rows = sql(text).bind(ms(from)).bind(ms(to)).bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter().map(|row| row.text("body")).collect()
    }

    /// Forgets webhooks accepted before an instant. Gives how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget_sandbox_posts(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let done = sql("DELETE FROM sandbox_posts WHERE accepted_at IS NOT NULL AND accepted_at < $1")
            .bind(ms(before))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }
}

/// Queues webhooks in the transaction of what they tell. One that is queued already is not queued again.
pub(super) async fn queue(tx: &mut Tx, posts: &[SandboxPost]) -> Result<(), StoreError> {
    for post in posts {
        for (copy, due) in (0_i64..).zip(&post.due) {
            let text = "INSERT INTO sandbox_posts (event_id, copy, kind, body, happened_at, due_at) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (event_id, copy) DO NOTHING";
            sql(text)
                .bind(post.event_id.as_str())
                .bind(copy)
                .bind(post.kind.as_str())
                .bind(post.body.as_str())
                .bind(ms(post.at))
                .bind(ms(*due))
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}
