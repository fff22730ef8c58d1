//! Taking over the subscribers of another system: readers with contracts that are running already, many in one transaction.
use crate::dossiers::{Founding, Standing};
use crate::readers::NewReader;
use crate::rows::{Read, json, ms, opt_date, opt_ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;

/// A reader with a running contract.
pub struct TakenOver {
    pub reader: NewReader,
    pub founding: Founding,
    pub standing: Standing,
}

impl Store {
    /// Stores readers and their contracts. `dossier` makes the text once the ids of reader and contract are known. All or none.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when one of the addresses has an account already; otherwise the database's.
    pub async fn take_over(
        &self,
        all: &[TakenOver],
        dossier: impl Fn(i64, i64) -> Result<String, StoreError> + Send,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for one in all {
            let (reader, founding, standing) = (&one.reader, &one.founding, &one.standing);
            let row = sql("INSERT INTO readers (email, email_key, name, password_hash, role, verified_at, created_at, updated_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING id")
            .bind(reader.email.as_str())
            .bind(reader.email_key.as_str())
            .bind(reader.name.as_str())
            .bind(reader.password_hash.as_deref())
            .bind(reader.role.as_str())
            .bind(opt_ms(reader.verified_at))
            .bind(ms(now))
            .fetch_one(&mut *tx)
            .await?;
            let reader_id = row.int("id")?;
            let text = "INSERT INTO subscriptions (reader_id, product, plan, state, zone, period_n, consent, details, revision, \
                 created_at, updated_at, due_at, anchor, paid_through, live_reader) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, '{}', 1, $8, $8, $9, $10, $11, $1) RETURNING id";
            let row = sql(text)
                .bind(reader_id)
                .bind(founding.product.as_str())
                .bind(json("subscription", &standing.plan)?)
                .bind(standing.state.as_str())
                .bind(founding.zone.as_str())
                .bind(i64::from(standing.period_n))
                .bind(json("subscription", &founding.consent)?)
                .bind(ms(now))
                .bind(opt_ms(standing.due_at))
                .bind(opt_date(standing.anchor))
                .bind(opt_date(standing.paid_through))
                .fetch_one(&mut *tx)
                .await?;
            let id = row.int("id")?;
            sql("UPDATE subscriptions SET dossier = $2 WHERE id = $1")
                .bind(id)
                .bind(dossier(reader_id, id)?)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
