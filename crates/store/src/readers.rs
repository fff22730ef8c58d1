//! Readers: everybody with an account, staff included.
use crate::many::Many;
use crate::rows::{Read, limit, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use sqlx::any::AnyRow;

/// An account to be made.
#[derive(Clone, PartialEq, Eq)]
pub struct NewReader {
    /// As the reader wrote it; mails go there.
    pub email: String,
    /// The form that makes addresses comparable; one account each.
    pub email_key: String,
    pub name: String,
    /// The password's hash in PHC form; `None` for readers who log in by mail.
    pub password_hash: Option<String>,
    /// `reader` or `staff`.
    pub role: String,
    /// When the address was proved, if it was.
    pub verified_at: Option<Timestamp>,
}

/// An account.
#[derive(Clone, PartialEq, Eq)]
pub struct Reader {
    pub id: i64,
    pub email: String,
    pub email_key: String,
    pub name: String,
    pub password_hash: Option<String>,
    /// `reader` or `staff`.
    pub role: String,
    pub verified_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Leaves the password's hash out.
impl std::fmt::Debug for NewReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewReader").field("role", &self.role).finish_non_exhaustive()
    }
}

/// Leaves the password's hash out, and what would name a person in a log.
impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("id", &self.id).field("role", &self.role).finish_non_exhaustive()
    }
}

/// Whether an account was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created {
    Created(Reader),
    /// The address has an account already; nothing was changed.
    Exists(Reader),
}

impl Store {
    /// Makes an account unless the address has one.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for an unknown role; otherwise the database's.
    pub async fn create_reader(&self, reader: &NewReader, now: Timestamp) -> Result<Created, StoreError> {
        let mut tx = self.begin().await?;
        let text = "INSERT INTO readers (email, email_key, name, password_hash, role, verified_at, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (email_key) DO NOTHING RETURNING *";
        let row = sql(text)
            .bind(reader.email.as_str())
            .bind(reader.email_key.as_str())
            .bind(reader.name.as_str())
            .bind(reader.password_hash.as_deref())
            .bind(reader.role.as_str())
            .bind(reader.verified_at.map(ms))
            .bind(ms(now))
            .fetch_optional(&mut *tx)
            .await?;
        let created = match row {
            Some(row) => Created::Created(read(&row)?),
            None => {
                let row = sql("SELECT * FROM readers WHERE email_key = $1").bind(reader.email_key.as_str());
                Created::Exists(read(&row.fetch_one(&mut *tx).await?)?)
            }
        };
        tx.commit().await?;
        Ok(created)
    }

    /// The account of an address.
    ///
    /// # Errors
    /// The database's.
    pub async fn reader_by_email_key(&self, email_key: &str) -> Result<Option<Reader>, StoreError> {
        let row =
            sql("SELECT * FROM readers WHERE email_key = $1").bind(email_key).fetch_optional(&self.reader).await?;
        row.as_ref().map(read).transpose()
    }

    /// An account by id.
    ///
    /// # Errors
    /// The database's.
    pub async fn reader(&self, id: i64) -> Result<Option<Reader>, StoreError> {
        let row = sql("SELECT * FROM readers WHERE id = $1").bind(id).fetch_optional(&self.reader).await?;
        row.as_ref().map(read).transpose()
    }

    /// The accounts with these ids, in no order; unknown ids are left out.
    ///
    /// # Errors
    /// The database's.
    pub async fn readers_with(&self, ids: &[i64]) -> Result<Vec<Reader>, StoreError> {
        static ACCOUNTS: Many = Many::new("SELECT * FROM readers WHERE id IN (VALUES", 1, ")");
        let mut connection = self.reader.acquire().await?;
        let rows = ACCOUNTS.run(&mut connection, ids, |query, id| Ok(query.bind(*id))).await?;
        rows.iter().map(read).collect()
    }

    /// At most `rows` accounts with ids above `after`.
    ///
    /// # Errors
    /// The database's.
    pub async fn readers_after(&self, after: i64, rows: usize) -> Result<Vec<Reader>, StoreError> {
        let rows = sql("SELECT * FROM readers WHERE id > $1 ORDER BY id LIMIT $2")
            .bind(after)
            .bind(limit(rows))
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Sets or removes the password's hash.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; otherwise the database's.
    pub async fn set_password_hash(&self, id: i64, hash: Option<&str>, now: Timestamp) -> Result<(), StoreError> {
        let query = sql("UPDATE readers SET password_hash = $2, updated_at = $3 WHERE id = $1")
            .bind(id)
            .bind(hash)
            .bind(ms(now));
        self.change_reader(id, query).await
    }

    /// The address was proved. The first proof's time stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; otherwise the database's.
    pub async fn set_verified(&self, id: i64, now: Timestamp) -> Result<(), StoreError> {
        let query = sql("UPDATE readers SET verified_at = COALESCE(verified_at, $2), updated_at = $2 WHERE id = $1");
        self.change_reader(id, query.bind(id).bind(ms(now))).await
    }

    /// Sets the name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; otherwise the database's.
    pub async fn set_reader_name(&self, id: i64, name: &str, now: Timestamp) -> Result<(), StoreError> {
        let query =
            sql("UPDATE readers SET name = $2, updated_at = $3 WHERE id = $1").bind(id).bind(name).bind(ms(now));
        self.change_reader(id, query).await
    }

    /// Sets the role, `reader` or `staff`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Refused`] for another word; otherwise the database's.
    pub async fn set_role(&self, id: i64, role: &str, now: Timestamp) -> Result<(), StoreError> {
        let query =
            sql("UPDATE readers SET role = $2, updated_at = $3 WHERE id = $1").bind(id).bind(role).bind(ms(now));
        self.change_reader(id, query).await
    }

    async fn change_reader(
        &self,
        id: i64,
        query: sqlx::query::Query<'_, sqlx::Any, sqlx::any::AnyArguments>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        if query.execute(&mut *tx).await?.rows_affected() == 0 {
            return Err(StoreError::not_found("reader", id));
        }
        tx.commit().await?;
        Ok(())
    }
}

pub(crate) fn read(row: &AnyRow) -> Result<Reader, StoreError> {
    Ok(Reader {
        id: row.int("id")?,
        email: row.text("email")?,
        email_key: row.text("email_key")?,
        name: row.text("name")?,
        password_hash: row.opt_text("password_hash")?,
        role: row.text("role")?,
        verified_at: row.opt_time("verified_at")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
