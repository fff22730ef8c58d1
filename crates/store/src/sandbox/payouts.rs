//! What the sandbox pays to the paper's bank.
use super::SandboxPost;
use super::posts::queue;
use crate::open::Tx;
use crate::rows::{Read, limit, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;

/// Something that no payout holds yet, or a line of the payout that does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxPayoutLine {
    /// `payment`, `refund`, `dispute` (withheld) or `dispute-won` (given back).
    pub source: String,
    pub reference: String,
    /// Negative for refunds and what is withheld.
    pub gross: i64,
    /// What the sandbox keeps.
    pub fee: i64,
}

/// What waits to be paid out in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxUnpaid {
    pub currency: String,
    /// Payments, refunds and disputes; fees are not set yet.
    pub lines: Vec<SandboxPayoutLine>,
    /// When this currency was paid out last.
    pub last: Option<Timestamp>,
}

/// A payout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxPayout {
    pub reference: String,
    pub amount: i64,
    pub currency: String,
    pub created_at: Timestamp,
    pub arrives_at: Timestamp,
    pub lines: Vec<SandboxPayoutLine>,
}

/// Everything that no payout holds: payments taken by $2, refunds and disputes by $1.
const UNPAID: &str = "SELECT 'payment' AS source, reference, amount AS gross, currency FROM sandbox_charges \
         WHERE state = 'captured' AND payout IS NULL AND amount > 0 AND decided_at <= $2 \
     UNION ALL SELECT 'refund', reference, -amount, currency FROM sandbox_refunds \
         WHERE state = 'succeeded' AND payout IS NULL AND decided_at <= $1 \
     UNION ALL SELECT 'dispute', reference, -amount, currency FROM sandbox_disputes \
         WHERE payout IS NULL AND opened_at <= $1 \
     UNION ALL SELECT 'dispute-won', reference, amount, currency FROM sandbox_disputes \
         WHERE outcome = 'won' AND returned_in IS NULL AND decided_at <= $1 \
     ORDER BY 4, 3, 2 LIMIT $3";

impl Store {
    /// Pays out what has waited long enough: payments taken by `until`. `decide` is shown what waits in each currency
    /// and says what is paid out of it, if anything. Gives how many payouts were made. At most so many `rows` are
    /// looked at, refunds and disputes first; the rest waits for the next time.
    ///
    /// # Errors
    /// The database's.
    pub async fn pay_out_at_sandbox(
        &self,
        until: Timestamp,
        rows: usize,
        now: Timestamp,
        mut decide: impl FnMut(&SandboxUnpaid) -> Option<(SandboxPayout, Vec<SandboxPost>)> + Send,
    ) -> Result<usize, StoreError> {
        let mut tx = self.begin().await?;
        self.engine().queue_up(&mut tx, "sandbox payouts", 0).await?;
        let mut made = 0;
        for unpaid in unpaid(&mut tx, until, rows, now).await? {
            let Some((payout, posts)) = decide(&unpaid) else { continue };
            write(&mut tx, &payout).await?;
            queue(&mut tx, &posts).await?;
            made += 1;
        }
        tx.commit().await?;
        Ok(made)
    }

    /// A payout with its lines.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_payout(&self, reference: &str) -> Result<Option<SandboxPayout>, StoreError> {
        let row = sql("SELECT * FROM sandbox_payouts WHERE reference = $1")
            .bind(reference)
            .fetch_optional(&self.reader)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let text = "SELECT 'payment' AS source, reference, amount AS gross, COALESCE(fee, 0) AS fee \
                 FROM sandbox_charges WHERE payout = $1 \
             UNION ALL SELECT 'refund', reference, -amount, 0 FROM sandbox_refunds WHERE payout = $1 \
             UNION ALL SELECT 'dispute', reference, -amount, 0 FROM sandbox_disputes WHERE payout = $1 \
             UNION ALL SELECT 'dispute-won', reference, amount, 0 FROM sandbox_disputes WHERE returned_in = $1 \
             ORDER BY 1, 2";
        let lines = sql(text).bind(reference).fetch_all(&self.reader).await?;
        let line = |row: &sqlx::any::AnyRow| {
            Ok(SandboxPayoutLine {
                source: row.text("source")?,
                reference: row.text("reference")?,
                gross: row.int("gross")?,
                fee: row.int("fee")?,
            })
        };
        Ok(Some(SandboxPayout {
            reference: row.text("reference")?,
            amount: row.int("amount")?,
            currency: row.text("currency")?,
            created_at: row.time("created_at")?,
            arrives_at: row.time("arrives_at")?,
            lines: lines.iter().map(line).collect::<Result<_, StoreError>>()?,
        }))
    }
}

async fn unpaid(tx: &mut Tx, until: Timestamp, rows: usize, now: Timestamp) -> Result<Vec<SandboxUnpaid>, StoreError> {
    let found = sql(UNPAID).bind(ms(now)).bind(ms(until)).bind(limit(rows)).fetch_all(&mut **tx).await?;
    let mut all: Vec<SandboxUnpaid> = Vec::new();
    for row in found {
        let currency = row.text("currency")?;
        let line = SandboxPayoutLine {
            source: row.text("source")?,
            reference: row.text("reference")?,
            gross: row.int("gross")?,
            fee: 0,
        };
        match all.last_mut().filter(|unpaid| unpaid.currency == currency) {
            Some(unpaid) => unpaid.lines.push(line),
            None => all.push(SandboxUnpaid { currency, lines: vec![line], last: None }),
        }
    }
    for unpaid in &mut all {
        let text = "SELECT MAX(created_at) AS last FROM sandbox_payouts WHERE currency = $1";
        unpaid.last = sql(text).bind(unpaid.currency.as_str()).fetch_one(&mut **tx).await?.opt_time("last")?;
    }
    Ok(all)
}

async fn write(tx: &mut Tx, payout: &SandboxPayout) -> Result<(), StoreError> {
    let text = "INSERT INTO sandbox_payouts (reference, amount, currency, created_at, arrives_at) \
         VALUES ($1, $2, $3, $4, $5)";
    sql(text)
        .bind(payout.reference.as_str())
        .bind(payout.amount)
        .bind(payout.currency.as_str())
        .bind(ms(payout.created_at))
        .bind(ms(payout.arrives_at))
        .execute(&mut **tx)
        .await?;
    for line in &payout.lines {
        let text = match line.source.as_str() {
            "payment" => "UPDATE sandbox_charges SET payout = $2, fee = $3 WHERE reference = $1 AND payout IS NULL",
            "refund" => "UPDATE sandbox_refunds SET payout = $2 WHERE reference = $1 AND payout IS NULL AND $3 = 0",
            "dispute" => "UPDATE sandbox_disputes SET payout = $2 WHERE reference = $1 AND payout IS NULL AND $3 = 0",
            _ => "UPDATE sandbox_disputes SET returned_in = $2 WHERE reference = $1 AND returned_in IS NULL AND $3 = 0",
        };
        let bound = sql(text).bind(line.reference.as_str()).bind(payout.reference.as_str()).bind(line.fee);
        if bound.execute(&mut **tx).await?.rows_affected() != 1 {
            return Err(StoreError::not_found("unpaid line", &line.reference));
        }
    }
    Ok(())
}
