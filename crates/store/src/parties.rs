//! Who is named on tax documents.
use crate::many::Many;
use crate::rows::{Read, json, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::HashMap;

impl Store {
    /// Who is named on a reader's documents, as given.
    ///
    /// # Errors
    /// The database's.
    pub async fn billing_party(&self, reader_id: i64) -> Result<Option<Value>, StoreError> {
        let row = sql("SELECT party FROM billing_parties WHERE reader_id = $1")
            .bind(reader_id)
            .fetch_optional(&self.reader)
            .await?;
        row.map(|row| row.json("party")).transpose()
    }

    /// [`Store::billing_party`] of many readers, by reader; those who gave none are left out.
    ///
    /// # Errors
    /// The database's.
    pub async fn billing_parties(&self, readers: &[i64]) -> Result<HashMap<i64, Value>, StoreError> {
        static PARTIES: Many =
            Many::new("SELECT reader_id, party FROM billing_parties WHERE reader_id IN (VALUES", 1, ")");
        let mut connection = self.reader.acquire().await?;
        let rows = PARTIES.run(&mut connection, readers, |query, id| Ok(query.bind(*id))).await?;
        rows.iter().map(|row| Ok((row.int("reader_id")?, row.json("party")?))).collect()
    }

    /// Keeps who is named on a reader's documents from now on.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for an unknown reader; otherwise the database's.
    pub async fn set_billing_party(&self, reader_id: i64, party: &Value, now: Timestamp) -> Result<(), StoreError> {
        let text = "INSERT INTO billing_parties (reader_id, party, updated_at) VALUES ($1, $2, $3) \
             ON CONFLICT (reader_id) DO UPDATE SET party = $2, updated_at = $3";
        let mut tx = self.begin().await?;
        sql(text).bind(reader_id).bind(json("billing party", party)?).bind(ms(now)).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }
}
