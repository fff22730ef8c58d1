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
}
