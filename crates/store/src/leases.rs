//! Named leases: which process walks a round that only one may walk. A lease is in real time, never in a moved clock's.
use crate::rows::{Read, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;

impl Store {
    /// Takes a lease, or holds on to one's own, until `until`. False when somebody else holds it.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_lease(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let text = "INSERT INTO round_leases (name, holder, until) VALUES ($1, $2, $4) \
             ON CONFLICT (name) DO UPDATE SET holder = $2, until = $4 WHERE round_leases.holder = $2 OR round_leases.until <= $3";
        let mut tx = self.begin().await?;
        let done = sql(text).bind(name).bind(holder).bind(ms(now)).bind(ms(until)).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// Gives one's lease back before its time.
    ///
    /// # Errors
    /// The database's.
    pub async fn return_lease(&self, name: &str, holder: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sql("DELETE FROM round_leases WHERE name = $1 AND holder = $2")
            .bind(name)
            .bind(holder)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Who holds a lease now.
    ///
    /// # Errors
    /// The database's.
    pub async fn lease_holder(&self, name: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
        let row = sql("SELECT holder FROM round_leases WHERE name = $1 AND until > $2")
            .bind(name)
            .bind(ms(now))
            .fetch_optional(&self.reader)
            .await?;
        row.map(|row| row.text("holder")).transpose()
    }
}
