//! Money that goes back: refunds and disputes.
use super::posts::queue;
use super::{Claim, SandboxCharge, SandboxKept, SandboxKey, SandboxPost, charge, claim};
use crate::open::Tx;
use crate::rows::{Read, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use sqlx::any::AnyRow;

/// A refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxRefund {
    pub reference: String,
    pub key: String,
    /// The payment's reference.
    pub payment: String,
    pub amount: i64,
    pub currency: String,
    pub reason: String,
    /// `succeeded` or `failed`; from `decided_at` on.
    pub state: String,
    pub failure_code: Option<String>,
    pub created_at: Timestamp,
    pub decided_at: Timestamp,
}

/// A dispute. Until `opened_at` there is none; until `decided_at` it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxDispute {
    pub reference: String,
    /// The payment's reference.
    pub payment: String,
    pub amount: i64,
    pub currency: String,
    pub reason: String,
    pub opened_at: Timestamp,
    pub respond_by: Timestamp,
    /// `won` (for the paper) or `lost`.
    pub outcome: String,
    pub decided_at: Timestamp,
}

/// A payment, and what of it is gone already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxPaid {
    pub charge: SandboxCharge,
    /// Given back, or on its way back.
    pub refunded: i64,
    /// Its dispute, if one was opened.
    pub dispute: Option<SandboxDispute>,
}

impl Store {
    /// Gives money back, or gives what the same request came to before. `decide` is shown the payment (none if there is
    /// no such) and may refuse: the key is free again then, as nothing was begun.
    ///
    /// # Errors
    /// The database's.
    pub async fn refund_at_sandbox<E: Send>(
        &self,
        key: &SandboxKey<'_>,
        payment: &str,
        now: Timestamp,
        decide: impl FnOnce(Option<&SandboxPaid>) -> Result<(SandboxRefund, Vec<SandboxPost>), E> + Send,
    ) -> Result<SandboxKept<Result<SandboxRefund, E>>, StoreError> {
        let mut tx = self.begin().await?;
        match claim(&mut tx, "refund", key, now).await? {
            Claim::Other => return Ok(SandboxKept::OtherRequest),
            Claim::Again => {
                let row = sql("SELECT * FROM sandbox_refunds WHERE key = $1").bind(key.key).fetch_one(&mut *tx).await?;
                return Ok(SandboxKept::Kept(Ok(refund(&row)?)));
            }
            Claim::New => {}
        }
        let paid = paid(self, &mut tx, payment, now).await?;
        let (refund, posts) = match decide(paid.as_ref()) {
            Ok(decided) => decided,
            Err(refused) => return Ok(SandboxKept::Kept(Err(refused))),
        };
        let text = "INSERT INTO sandbox_refunds (reference, key, payment, amount, currency, reason, state, \
             failure_code, created_at, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        sql(text)
            .bind(refund.reference.as_str())
            .bind(refund.key.as_str())
            .bind(refund.payment.as_str())
            .bind(refund.amount)
            .bind(refund.currency.as_str())
            .bind(refund.reason.as_str())
            .bind(refund.state.as_str())
            .bind(refund.failure_code.as_deref())
            .bind(ms(refund.created_at))
            .bind(ms(refund.decided_at))
            .execute(&mut *tx)
            .await?;
        // Nobody disputes what was given back whole.
        if paid.is_some_and(|paid| paid.refunded + refund.amount >= paid.charge.amount) {
            sql("DELETE FROM sandbox_disputes WHERE payment = $1 AND opened_at > $2")
                .bind(payment)
                .bind(ms(now))
                .execute(&mut *tx)
                .await?;
        }
        queue(&mut tx, &posts).await?;
        tx.commit().await?;
        Ok(SandboxKept::Kept(Ok(refund)))
    }

    /// A refund by its key.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_refund_by_key(&self, key: &str) -> Result<Option<SandboxRefund>, StoreError> {
        let row = sql("SELECT * FROM sandbox_refunds WHERE key = $1").bind(key).fetch_optional(&self.reader).await?;
        row.as_ref().map(refund).transpose()
    }

    /// A refund by its reference.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_refund(&self, reference: &str) -> Result<Option<SandboxRefund>, StoreError> {
        let row = sql("SELECT * FROM sandbox_refunds WHERE reference = $1")
            .bind(reference)
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(refund).transpose()
    }

    /// A dispute by its reference.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_dispute(&self, reference: &str) -> Result<Option<SandboxDispute>, StoreError> {
        let row = sql("SELECT * FROM sandbox_disputes WHERE reference = $1")
            .bind(reference)
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(dispute).transpose()
    }

    /// Opens the dispute that `decide` makes of a payment. False when it makes none.
    ///
    /// # Errors
    /// The database's.
    pub async fn open_sandbox_dispute(
        &self,
        payment: &str,
        now: Timestamp,
        decide: impl FnOnce(&SandboxPaid) -> Option<(SandboxDispute, Vec<SandboxPost>)> + Send,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let Some(paid) = paid(self, &mut tx, payment, now).await? else { return Ok(false) };
        let Some((dispute, posts)) = decide(&paid) else { return Ok(false) };
        // One that would have opened by itself gives way to the one that opens now.
        sql("DELETE FROM sandbox_disputes WHERE payment = $1 AND opened_at > $2")
            .bind(payment)
            .bind(ms(now))
            .execute(&mut *tx)
            .await?;
        write_dispute(&mut tx, &dispute).await?;
        queue(&mut tx, &posts).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Decides an open dispute: `won` or `lost`. False when it is not open.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for another word; otherwise the database's.
    pub async fn decide_sandbox_dispute(
        &self,
        reference: &str,
        outcome: &str,
        posts: &[SandboxPost],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let text = "UPDATE sandbox_disputes SET outcome = $2, decided_at = $3 \
             WHERE reference = $1 AND opened_at <= $3 AND decided_at > $3";
        let done = sql(text).bind(reference).bind(outcome).bind(ms(now)).execute(&mut *tx).await?.rows_affected() == 1;
        if done {
            queue(&mut tx, posts).await?;
        }
        tx.commit().await?;
        Ok(done)
    }
}

/// A payment that was taken, with everybody else kept away from it until the transaction ends.
async fn paid(store: &Store, tx: &mut Tx, payment: &str, now: Timestamp) -> Result<Option<SandboxPaid>, StoreError> {
    store.engine().queue_up(tx, &format!("sandbox payment {payment}"), 0).await?;
    let text = "SELECT * FROM sandbox_charges WHERE reference = $1 AND state = 'captured' AND decided_at <= $2";
    let Some(row) = sql(text).bind(payment).bind(ms(now)).fetch_optional(&mut **tx).await? else { return Ok(None) };
    // A refund that fails later holds its money until then.
    let text = "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS sum FROM sandbox_refunds \
         WHERE payment = $1 AND (state = 'succeeded' OR decided_at > $2)";
    let refunded = sql(text).bind(payment).bind(ms(now)).fetch_one(&mut **tx).await?.int("sum")?;
    let text = "SELECT * FROM sandbox_disputes WHERE payment = $1 AND opened_at <= $2";
    let open = sql(text).bind(payment).bind(ms(now)).fetch_optional(&mut **tx).await?;
    Ok(Some(SandboxPaid { charge: charge(&row)?, refunded, dispute: open.as_ref().map(dispute).transpose()? }))
}

pub(super) async fn write_dispute(tx: &mut Tx, dispute: &SandboxDispute) -> Result<(), StoreError> {
    let text = "INSERT INTO sandbox_disputes (reference, payment, amount, currency, reason, opened_at, respond_by, \
         outcome, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    sql(text)
        .bind(dispute.reference.as_str())
        .bind(dispute.payment.as_str())
        .bind(dispute.amount)
        .bind(dispute.currency.as_str())
        .bind(dispute.reason.as_str())
        .bind(ms(dispute.opened_at))
        .bind(ms(dispute.respond_by))
        .bind(dispute.outcome.as_str())
        .bind(ms(dispute.decided_at))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(super) fn refund(row: &AnyRow) -> Result<SandboxRefund, StoreError> {
    Ok(SandboxRefund {
        reference: row.text("reference")?,
        key: row.text("key")?,
        payment: row.text("payment")?,
        amount: row.int("amount")?,
        currency: row.text("currency")?,
        reason: row.text("reason")?,
        state: row.text("state")?,
        failure_code: row.opt_text("failure_code")?,
        created_at: row.time("created_at")?,
        decided_at: row.time("decided_at")?,
    })
}

pub(super) fn dispute(row: &AnyRow) -> Result<SandboxDispute, StoreError> {
    Ok(SandboxDispute {
        reference: row.text("reference")?,
        payment: row.text("payment")?,
        amount: row.int("amount")?,
        currency: row.text("currency")?,
        reason: row.text("reason")?,
        opened_at: row.time("opened_at")?,
        respond_by: row.time("respond_by")?,
        outcome: row.text("outcome")?,
        decided_at: row.time("decided_at")?,
    })
}
