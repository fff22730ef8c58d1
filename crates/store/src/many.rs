//! One statement for many rows. To ask a database costs more than a row costs it.
use std::sync::OnceLock;

use crate::StoreError;
use crate::rows::sql;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection};

pub(crate) type Asking<'q> = Query<'q, Any, AnyArguments>;
/// Binds a row's columns, in their order.
pub(crate) type Bind<T> = for<'q> fn(Asking<'q>, &'q T) -> Result<Asking<'q>, StoreError>;

/// How many rows a statement has: few lengths, so that every text is prepared once and kept.
const LENGTHS: [usize; 3] = [64, 8, 1];

/// A statement around a list of rows: `head ($1, $2), ($3, $4) tail`.
pub(crate) struct Many {
    head: &'static str,
    columns: usize,
    tail: &'static str,
    texts: [OnceLock<String>; LENGTHS.len()],
}

impl Many {
    pub(crate) const fn new(head: &'static str, columns: usize, tail: &'static str) -> Self {
        Self { head, columns, tail, texts: [const { OnceLock::new() }; LENGTHS.len()] }
    }

    /// Runs it for all rows, in their order, and gives what it returns. No rows, no statement.
    pub(crate) async fn run<T: Sync>(
        &'static self,
        connection: &mut AnyConnection,
        rows: &[T],
        bind: Bind<T>,
    ) -> Result<Vec<AnyRow>, StoreError> {
        let mut found = Vec::new();
        let mut left = rows;
        for (length, text) in LENGTHS.into_iter().zip(&self.texts) {
            while left.len() >= length {
                let (now, later) = left.split_at(length);
                left = later;
                let mut query = sql(text.get_or_init(|| self.text(length)));
                for row in now {
                    query = bind(query, row)?;
                }
                found.extend(query.fetch_all(&mut *connection).await?);
            }
        }
        Ok(found)
    }

    fn text(&self, rows: usize) -> String {
        let mut text = String::from(self.head);
        for row in 0..rows {
            text.push_str(if row == 0 { " (" } else { ", (" });
            for column in 1..=self.columns {
                let comma = if column == 1 { "" } else { ", " };
                text.push_str(&format!("{comma}${}", row * self.columns + column));
            }
            text.push(')');
        }
        text.push(' ');
        text.push_str(self.tail);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_counted_through_all_rows() {
        let many = Many::new("INSERT INTO t (a, b) VALUES", 2, "RETURNING a");
        assert_eq!(many.text(1), "INSERT INTO t (a, b) VALUES ($1, $2) RETURNING a");
        assert_eq!(many.text(3), "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4), ($5, $6) RETURNING a");
    }
}
