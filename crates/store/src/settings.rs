//! Small values the paper keeps for itself, such as its publication's id.
use crate::rows::{Read, sql};
use crate::{Store, StoreError};

impl Store {
    /// A setting's value.
    ///
    /// # Errors
    /// The database's.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let row = sql("SELECT value FROM settings WHERE key = $1").bind(key).fetch_optional(&self.reader).await?;
        row.map(|row| row.text("value")).transpose()
    }

    /// Sets a setting.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sql("INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
            .bind(key)
            .bind(value)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The value of a setting, which is `first` from now on if it had none: of two processes that start together both get the same.
    ///
    /// # Errors
    /// The database's.
    pub async fn setting_or(&self, key: &str, first: &str) -> Result<String, StoreError> {
        if let Some(value) = self.setting(key).await? {
            return Ok(value);
        }
        let mut tx = self.begin().await?;
        let text = "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = settings.value RETURNING value";
        let row = sql(text).bind(key).bind(first).fetch_one(&mut *tx).await?;
        tx.commit().await?;
        row.text("value")
    }

    /// Moves a number kept as a setting up to `to`, never down, and gives where it stands then.
    ///
    /// # Errors
    /// The database's; a setting that is no number.
    pub async fn raise_setting(&self, key: &str, to: i64) -> Result<i64, StoreError> {
        let text = "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = \
             CASE WHEN CAST(settings.value AS BIGINT) < CAST(excluded.value AS BIGINT) THEN excluded.value ELSE settings.value END \
             RETURNING value";
        let mut tx = self.begin().await?;
        let row = sql(text).bind(key).bind(to.to_string()).fetch_one(&mut *tx).await?;
        tx.commit().await?;
        let value = row.text("value")?;
        value.parse().map_err(|_| StoreError::invalid("setting", format!("{key} is {value}; write a whole number")))
    }
}
