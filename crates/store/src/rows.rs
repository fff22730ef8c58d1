//! Reading columns, and the few conversions between the database's plain types and ours.
use crate::StoreError;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, Row};

/// A query for either engine.
pub(crate) fn sql<'q>(text: &'static str) -> Query<'q, Any, AnyArguments> {
    sqlx::query(text)
}

/// Milliseconds since the epoch: what the database keeps.
pub(crate) fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// The instant as the database will give it back.
pub(crate) fn whole_ms(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(ms(at)).unwrap_or(at)
}

pub(crate) fn opt_ms(at: Option<Timestamp>) -> Option<i64> {
    at.map(ms)
}

pub(crate) fn opt_date(date: Option<Date>) -> Option<String> {
    date.map(|d| d.to_string())
}

/// JSON text of a value.
pub(crate) fn json<T: Serialize + ?Sized>(what: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::invalid(what, e.to_string()))
}

/// A page's length as SQL wants it; never more than asked and never more than SQL can count.
pub(crate) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn unreadable<E: std::error::Error + Send + Sync + 'static>(column: &str, cause: E) -> StoreError {
    StoreError::Unreadable { what: column.to_owned(), cause: Box::new(cause) }
}

/// Columns by name, as our types.
pub(crate) trait Read {
    fn text(&self, column: &str) -> Result<String, StoreError>;
    fn opt_text(&self, column: &str) -> Result<Option<String>, StoreError>;
    fn int(&self, column: &str) -> Result<i64, StoreError>;
    fn opt_int(&self, column: &str) -> Result<Option<i64>, StoreError>;
    fn blob(&self, column: &str) -> Result<Vec<u8>, StoreError>;

    fn flag(&self, column: &str) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }

    /// An integer in a narrower type.
    fn small<T: TryFrom<i64>>(&self, column: &str) -> Result<T, StoreError>
    where
        T::Error: std::error::Error + Send + Sync + 'static,
    {
        T::try_from(self.int(column)?).map_err(|e| unreadable(column, e))
    }

    fn opt_small<T: TryFrom<i64>>(&self, column: &str) -> Result<Option<T>, StoreError>
    where
        T::Error: std::error::Error + Send + Sync + 'static,
    {
        self.opt_int(column)?.map(|n| T::try_from(n).map_err(|e| unreadable(column, e))).transpose()
    }

    fn time(&self, column: &str) -> Result<Timestamp, StoreError> {
        Timestamp::from_millisecond(self.int(column)?).map_err(|e| unreadable(column, e))
    }

    fn opt_time(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        let found = self.opt_int(column)?;
        found.map(|n| Timestamp::from_millisecond(n).map_err(|e| unreadable(column, e))).transpose()
    }

    fn opt_date(&self, column: &str) -> Result<Option<Date>, StoreError> {
        self.opt_text(column)?.map(|text| text.parse().map_err(|e: jiff::Error| unreadable(column, e))).transpose()
    }

    fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        serde_json::from_str(&self.text(column)?).map_err(|e| unreadable(column, e))
    }

    fn opt_json<T: DeserializeOwned>(&self, column: &str) -> Result<Option<T>, StoreError> {
        self.opt_text(column)?.map(|text| serde_json::from_str(&text).map_err(|e| unreadable(column, e))).transpose()
    }
}

impl Read for AnyRow {
    fn text(&self, column: &str) -> Result<String, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn opt_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn int(&self, column: &str) -> Result<i64, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn opt_int(&self, column: &str) -> Result<Option<i64>, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn blob(&self, column: &str) -> Result<Vec<u8>, StoreError> {
        Ok(self.try_get(column)?)
    }
}
