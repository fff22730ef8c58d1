//! What registered readers have read: the durable side of their meter. Nothing is kept here about guests.
use crate::rows::{Read, sql};
use crate::{Store, StoreError};
use std::collections::BTreeSet;

/// A story a reader has read in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MeterRead {
    pub story: u32,
    /// The civil day's number in the paper's zone.
    pub day: u16,
}

/// A read to be written down, with whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReaderRead {
    pub reader_id: i64,
    pub period: u32,
    pub story: u32,
    pub day: u16,
}

/// What counting a read did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadCounted {
    /// Counted now.
    Counted,
    /// Read before in this period: costs nothing.
    Already,
    /// The limit is reached; nothing was written.
    OverLimit,
}

impl Store {
    /// Counts a read unless it was counted before or `limit` is reached. However many come at once, never more than `limit` get in.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for an unknown reader; otherwise the database's.
    pub async fn count_read(&self, read: ReaderRead, limit: u16) -> Result<ReadCounted, StoreError> {
        let mut tx = self.begin().await?;
        // PostgreSQL lets two transactions count at once and neither sees the other's row; readers therefore queue up each on their own
        self.engine().queue_up(&mut tx, "meter", read.reader_id).await?;
        let text = "INSERT INTO meter_reads (reader_id, period, story, day) SELECT $1, $2, $3, $4 \
             WHERE (SELECT COUNT(*) FROM meter_reads WHERE reader_id = $1 AND period = $2) < $5 \
             ON CONFLICT (reader_id, period, story) DO NOTHING";
        let done = sql(text)
            .bind(read.reader_id)
            .bind(i64::from(read.period))
            .bind(i64::from(read.story))
            .bind(i64::from(read.day))
            .bind(i64::from(limit))
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 1 {
            tx.commit().await?;
            return Ok(ReadCounted::Counted);
        }
        let known = sql("SELECT 1 AS one FROM meter_reads WHERE reader_id = $1 AND period = $2 AND story = $3")
            .bind(read.reader_id)
            .bind(i64::from(read.period))
            .bind(i64::from(read.story))
            .fetch_optional(&mut *tx)
            .await?;
        Ok(if known.is_some() { ReadCounted::Already } else { ReadCounted::OverLimit })
    }

    /// Writes down reads that were already granted, many in one commit. What is known already is left as it is, and reads of accounts
    /// that no longer exist or were erased are dropped.
    ///
    /// # Errors
    /// The database's.
    pub async fn record_reads(&self, reads: &[ReaderRead]) -> Result<(), StoreError> {
        if reads.is_empty() {
            return Ok(());
        }
        // in one order everywhere, so that two batches cannot wait for one another in a ring
        let reads: BTreeSet<ReaderRead> = reads.iter().copied().collect();
        let text = "INSERT INTO meter_reads (reader_id, period, story, day) SELECT id, $2, $3, $4 FROM readers WHERE id = $1 AND email <> '' \
             ON CONFLICT (reader_id, period, story) DO NOTHING";
        let mut tx = self.begin().await?;
        for read in reads {
            sql(text)
                .bind(read.reader_id)
                .bind(i64::from(read.period))
                .bind(i64::from(read.story))
                .bind(i64::from(read.day))
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// What a reader has read in a period, by story.
    ///
    /// # Errors
    /// The database's.
    pub async fn reads_of(&self, reader_id: i64, period: u32) -> Result<Vec<MeterRead>, StoreError> {
        let rows = sql("SELECT story, day FROM meter_reads WHERE reader_id = $1 AND period = $2 ORDER BY story")
            .bind(reader_id)
            .bind(i64::from(period))
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(|row| Ok(MeterRead { story: row.small("story")?, day: row.small("day")? })).collect()
    }

    /// Deletes reads of periods below `period`, and of days below `day` in any period (for windows that roll). Gives how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget_reads(&self, period: u32, day: u16) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let done = sql("DELETE FROM meter_reads WHERE period < $1 OR day < $2")
            .bind(i64::from(period))
            .bind(i64::from(day))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }
}
