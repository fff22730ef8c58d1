//! Debits without the reader: announced, taken, confirmed.
use super::mandates::held;
use super::pages::end_confirmations;
use super::posts::queue;
use super::refunds::write_dispute;
use super::{
    Claim, SandboxCharge, SandboxDispute, SandboxKept, SandboxKey, SandboxMandate, SandboxNotice, SandboxPost, charge,
    claim, write_charge,
};
use crate::open::Tx;
use crate::rows::{Read, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use sqlx::any::AnyRow;

/// What a bank looks at before it debits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxStanding {
    /// The kept method; none if there is no such.
    pub mandate: Option<SandboxMandate>,
    /// The notice given for this cycle.
    pub notice: Option<SandboxNotice>,
    /// Debits tried for this cycle by this method.
    pub tries: u32,
    /// Whether one of them was taken and not given back whole.
    pub paid: bool,
    /// Whether a debit by this method is on its way.
    pub in_flight: bool,
}

/// What a debit puts into the books, taken or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxDebited {
    pub charge: SandboxCharge,
    /// Every other debit by this method has to be of this amount from now on.
    pub agrees_to: Option<i64>,
    pub dispute: Option<SandboxDispute>,
    pub posts: Vec<SandboxPost>,
}

impl Store {
    /// Debits a kept method, or gives what the same request came to before. `decide` is shown how things stand and says
    /// what becomes of it; two debits of one method are decided one after the other.
    ///
    /// # Errors
    /// The database's.
    pub async fn debit_at_sandbox(
        &self,
        key: &SandboxKey<'_>,
        token: &str,
        cycle: &str,
        now: Timestamp,
        decide: impl FnOnce(&SandboxStanding) -> SandboxDebited + Send,
    ) -> Result<SandboxKept<SandboxCharge>, StoreError> {
        let mut tx = self.begin().await?;
        match claim(&mut tx, "debit", key, now).await? {
            Claim::Other => return Ok(SandboxKept::OtherRequest),
            Claim::Again => {
                let row = sql("SELECT * FROM sandbox_charges WHERE key = $1").bind(key.key).fetch_one(&mut *tx).await?;
                return Ok(SandboxKept::Kept(charge(&row)?));
            }
            Claim::New => {}
        }
        let standing = standing(self, &mut tx, token, cycle, now).await?;
        let debited = decide(&standing);
        end_confirmations(&mut tx, cycle, now).await?;
        write_charge(&mut tx, &debited.charge).await?;
        let text = "UPDATE sandbox_mandates SET debits = debits + 1, agreed_amount = COALESCE(agreed_amount, $2) \
             WHERE token = $1";
        sql(text).bind(token).bind(debited.agrees_to).execute(&mut *tx).await?;
        if let Some(dispute) = &debited.dispute {
            write_dispute(&mut tx, dispute).await?;
        }
        queue(&mut tx, &debited.posts).await?;
        let row = sql("SELECT * FROM sandbox_charges WHERE key = $1").bind(key.key).fetch_one(&mut *tx).await?;
        tx.commit().await?;
        Ok(SandboxKept::Kept(charge(&row)?))
    }

    /// Announces a debit. One notice serves a method's whole cycle; the notice that was given before is given again.
    /// `decide` may refuse.
    ///
    /// # Errors
    /// The database's.
    pub async fn announce_at_sandbox<E: Send>(
        &self,
        token: &str,
        cycle: &str,
        now: Timestamp,
        decide: impl FnOnce(&SandboxStanding) -> Result<(SandboxNotice, Vec<SandboxPost>), E> + Send,
    ) -> Result<Result<SandboxNotice, E>, StoreError> {
        let mut tx = self.begin().await?;
        let standing = standing(self, &mut tx, token, cycle, now).await?;
        if let Some(notice) = standing.notice {
            return Ok(Ok(notice));
        }
        let (notice, posts) = match decide(&standing) {
            Ok(announced) => announced,
            Err(refused) => return Ok(Err(refused)),
        };
        let text = "INSERT INTO sandbox_notices (token, cycle, reference, amount, debit_from, created_at, skipped_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)";
        sql(text)
            .bind(token)
            .bind(cycle)
            .bind(notice.reference.as_str())
            .bind(notice.amount)
            .bind(ms(notice.debit_from))
            .bind(ms(notice.created_at))
            .bind(notice.skipped_at.map(ms))
            .execute(&mut *tx)
            .await?;
        queue(&mut tx, &posts).await?;
        tx.commit().await?;
        Ok(Ok(notice))
    }

    /// The reader confirms at their bank a payment that waits for it. False when it waits no more: the time is over, or
    /// it was tried anew by another debit or page.
    ///
    /// # Errors
    /// The database's.
    pub async fn confirm_at_sandbox(
        &self,
        reference: &str,
        posts: &[SandboxPost],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let text = "UPDATE sandbox_charges SET state = 'captured', failure_kind = NULL, failure_code = NULL, \
             decided_at = $2 WHERE reference = $1 AND state = 'needs-action' AND confirm_until > $2";
        let done = sql(text).bind(reference).bind(ms(now)).execute(&mut *tx).await?.rows_affected() == 1;
        if done {
            queue(&mut tx, posts).await?;
        }
        tx.commit().await?;
        Ok(done)
    }
}

async fn standing(
    store: &Store,
    tx: &mut Tx,
    token: &str,
    cycle: &str,
    now: Timestamp,
) -> Result<SandboxStanding, StoreError> {
    let mandate = held(store, tx, token).await?;
    let notice = sql("SELECT * FROM sandbox_notices WHERE token = $1 AND cycle = $2")
        .bind(token)
        .bind(cycle)
        .fetch_optional(&mut **tx)
        .await?;
    // A refund that fails later holds its money until then.
    let text = "SELECT COUNT(*) AS tries, \
         COUNT(CASE WHEN c.state = 'captured' AND c.amount > (SELECT COALESCE(SUM(r.amount), 0) FROM sandbox_refunds r \
             WHERE r.payment = c.reference AND (r.state = 'succeeded' OR r.decided_at > $3)) THEN 1 END) AS paid \
         FROM sandbox_charges c WHERE c.token = $1 AND c.cycle = $2 AND c.act = 'debit'";
    let counts = sql(text).bind(token).bind(cycle).bind(ms(now)).fetch_one(&mut **tx).await?;
    let text = "SELECT COUNT(*) AS n FROM sandbox_charges \
         WHERE token = $1 AND act = 'debit' AND state = 'captured' AND decided_at > $2";
    let in_flight = sql(text).bind(token).bind(ms(now)).fetch_one(&mut **tx).await?.int("n")? > 0;
    Ok(SandboxStanding {
        mandate,
        notice: notice.as_ref().map(read_notice).transpose()?,
        tries: counts.small("tries")?,
        paid: counts.int("paid")? > 0,
        in_flight,
    })
}

pub(super) fn read_notice(row: &AnyRow) -> Result<SandboxNotice, StoreError> {
    Ok(SandboxNotice {
        token: row.text("token")?,
        cycle: row.text("cycle")?,
        reference: row.text("reference")?,
        amount: row.int("amount")?,
        debit_from: row.time("debit_from")?,
        created_at: row.time("created_at")?,
        skipped_at: row.opt_time("skipped_at")?,
    })
}
