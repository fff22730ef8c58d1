//! Kept methods and what becomes of them.
use super::posts::queue;
use super::{SandboxMandate, SandboxPost};
use crate::open::Tx;
use crate::rows::{Read, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use sqlx::any::AnyRow;

/// What becomes of a mandate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxMandateChange {
    /// `confirmed`, `paused-by-reader` or `revoked`.
    pub state: String,
    /// Debits that are on their way and not taken yet fail for good, with this code.
    pub stops_debits: Option<String>,
    pub posts: Vec<SandboxPost>,
}

impl Store {
    /// A kept method.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_mandate(&self, token: &str) -> Result<Option<SandboxMandate>, StoreError> {
        let row =
            sql("SELECT * FROM sandbox_mandates WHERE token = $1").bind(token).fetch_optional(&self.reader).await?;
        row.as_ref().map(read).transpose()
    }

    /// Changes a kept method if `decide`, shown how it stands, says so. Gives the method as it is then; none if there
    /// is no such method.
    ///
    /// # Errors
    /// The database's.
    pub async fn change_sandbox_mandate(
        &self,
        token: &str,
        now: Timestamp,
        decide: impl FnOnce(&SandboxMandate) -> Option<SandboxMandateChange> + Send,
    ) -> Result<Option<SandboxMandate>, StoreError> {
        let mut tx = self.begin().await?;
        let Some(mandate) = held(self, &mut tx, token).await? else { return Ok(None) };
        let Some(change) = decide(&mandate) else { return Ok(Some(mandate)) };
        let text = "UPDATE sandbox_mandates SET state = $2, next_state = NULL, next_at = NULL, changed_at = $3 \
             WHERE token = $1";
        sql(text).bind(token).bind(change.state.as_str()).bind(ms(now)).execute(&mut *tx).await?;
        if let Some(code) = &change.stops_debits {
            stop_debits(&mut tx, token, None, ("refused", code), now).await?;
        }
        queue(&mut tx, &change.posts).await?;
        tx.commit().await?;
        let next = None;
        Ok(Some(SandboxMandate { state: change.state, next, changed_at: crate::rows::whole_ms(now), ..mandate }))
    }

    /// The reader opts out of one announced debit. False when nothing of that kind is announced, or it was taken.
    ///
    /// # Errors
    /// The database's.
    pub async fn skip_sandbox_debit(
        &self,
        reference: &str,
        posts: &[SandboxPost],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let notice = sql("SELECT token, cycle FROM sandbox_notices WHERE reference = $1 AND skipped_at IS NULL")
            .bind(reference)
            .fetch_optional(&mut *tx)
            .await?;
        let Some(notice) = notice else { return Ok(false) };
        let (token, cycle) = (notice.text("token")?, notice.text("cycle")?);
        held(self, &mut tx, &token).await?;
        let text = "SELECT COUNT(*) AS n FROM sandbox_charges \
             WHERE token = $1 AND cycle = $2 AND act = 'debit' AND state = 'captured' AND decided_at <= $3";
        let taken = sql(text).bind(token.as_str()).bind(cycle.as_str()).bind(ms(now)).fetch_one(&mut *tx).await?;
        if taken.int("n")? > 0 {
            return Ok(false);
        }
        sql("UPDATE sandbox_notices SET skipped_at = $2 WHERE reference = $1 AND skipped_at IS NULL")
            .bind(reference)
            .bind(ms(now))
            .execute(&mut *tx)
            .await?;
        stop_debits(&mut tx, &token, Some(&cycle), ("needs-reader", "skipped-by-reader"), now).await?;
        queue(&mut tx, posts).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Debits of a method that are on their way and not taken yet fail.
async fn stop_debits(
    tx: &mut Tx,
    token: &str,
    cycle: Option<&str>,
    (kind, code): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let text = "UPDATE sandbox_charges SET state = 'failed', failure_kind = $3, failure_code = $4, decided_at = $5 \
         WHERE token = $1 AND (cycle = $2 OR $2 = '') AND act = 'debit' AND decided_at > $5";
    sql(text)
        .bind(token)
        .bind(cycle.unwrap_or_default())
        .bind(kind)
        .bind(code)
        .bind(ms(now))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Reads a method and keeps everybody else away from it until the transaction ends.
pub(super) async fn held(store: &Store, tx: &mut Tx, token: &str) -> Result<Option<SandboxMandate>, StoreError> {
    store.engine().queue_up(tx, &format!("sandbox mandate {token}"), 0).await?;
    let row = sql("SELECT * FROM sandbox_mandates WHERE token = $1").bind(token).fetch_optional(&mut **tx).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn write_mandate(tx: &mut Tx, mandate: &SandboxMandate) -> Result<(), StoreError> {
    let text = "INSERT INTO sandbox_mandates (token, customer, method, behaviour, label, max_amount, currency, \
         term_months, state, next_state, next_at, created_at, changed_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    let next = mandate.next.as_ref();
    sql(text)
        .bind(mandate.token.as_str())
        .bind(mandate.customer.as_str())
        .bind(mandate.method.as_str())
        .bind(mandate.behaviour.as_str())
        .bind(mandate.label.as_str())
        .bind(mandate.max_amount)
        .bind(mandate.currency.as_str())
        .bind(i64::from(mandate.term_months))
        .bind(mandate.state.as_str())
        .bind(next.map(|(state, _)| state.as_str()))
        .bind(next.map(|(_, at)| ms(*at)))
        .bind(ms(mandate.created_at))
        .bind(ms(mandate.changed_at))
        .bind(ms(mandate.expires_at))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(super) fn read(row: &AnyRow) -> Result<SandboxMandate, StoreError> {
    Ok(SandboxMandate {
        token: row.text("token")?,
        customer: row.text("customer")?,
        method: row.text("method")?,
        behaviour: row.text("behaviour")?,
        label: row.text("label")?,
        max_amount: row.int("max_amount")?,
        currency: row.text("currency")?,
        term_months: row.small("term_months")?,
        state: row.text("state")?,
        next: row.opt_text("next_state")?.zip(row.opt_time("next_at")?),
        agreed_amount: row.opt_int("agreed_amount")?,
        debits: row.small("debits")?,
        created_at: row.time("created_at")?,
        changed_at: row.time("changed_at")?,
        expires_at: row.time("expires_at")?,
    })
}
