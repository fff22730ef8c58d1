//! Settling a captured payment: everything it causes is written in one transaction, once.
use crate::events::{self, NewEvent};
use crate::grants::{self, NewGrant};
use crate::ledger::{self, NewEntry};
use crate::open::Tx;
use crate::outbox::{self, NewMail};
use crate::payments::{self, Attempt};
use crate::rows::{Read, ms, sql};
use crate::subscriptions::{self, SubscriptionChange};
use crate::{Store, StoreError};
use jiff::Timestamp;

/// What captured money pays for: the contract moves and the reader gets the right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidPeriod {
    pub subscription: SubscriptionChange,
    pub grant: NewGrant,
}

/// A capture and all that it causes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    pub attempt_id: i64,
    /// The rail's name for the payment.
    pub rail_ref: String,
    /// Minor units the rail says it took. Must equal the attempt's.
    pub amount: i64,
    pub currency: String,
    /// `None`: the money pays for nothing (the period was paid, or the reader has another contract). It is surplus: booked, and to be
    /// given back.
    pub period: Option<PaidPeriod>,
    /// What is booked. Its reference is always written as `attempt:` and the attempt's id, by which the doctor finds it.
    pub entry: NewEntry,
    pub mail: Option<NewMail>,
    pub event: NewEvent,
    pub at: Timestamp,
}

/// What became of a settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// Written now; the ledger entry's id.
    Now { entry: i64 },
    /// It was settled before. Nothing was written.
    AlreadySettled,
    /// The contract changed since the decision. Nothing was written: read it again, decide again.
    Stale,
    /// Another attempt has paid for this period. Nothing was written: settle this one as surplus.
    PeriodPaid { by: i64 },
    /// The reader has another live contract for the product. Nothing was written: settle this one as surplus.
    OtherContract { id: i64 },
}

impl Store {
    /// Settles a captured attempt: attempt, contract, right, ledger, mail and event in one transaction. Webhook, poll and return page
    /// may all call it, in any order, any number of times: the first writes, the others find it done.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Invalid`] when amount or currency is not the attempt's, the entry does not balance, or
    /// the contract is not the attempt's; otherwise the database's. After any error nothing is written.
    pub async fn settle(&self, settlement: &Settlement) -> Result<Settled, StoreError> {
        let mut tx = self.begin().await?;
        let Some(attempt) = close(&mut tx, settlement).await? else {
            let known = sql("SELECT id FROM payment_attempts WHERE id = $1")
                .bind(settlement.attempt_id)
                .fetch_optional(&mut *tx)
                .await?;
            return match known {
                Some(_) => Ok(Settled::AlreadySettled),
                None => Err(StoreError::not_found("payment attempt", settlement.attempt_id)),
            };
        };
        check(&attempt, settlement)?;
        if let Some(PaidPeriod { subscription, grant }) = &settlement.period {
            // settlements of one reader go one after another, so that the second sees what the first did
            let row = sql("SELECT reader_id FROM subscriptions WHERE id = $1")
                .bind(subscription.id)
                .fetch_one(&mut *tx)
                .await?;
            self.engine().queue_up(&mut tx, "contracts", row.int("reader_id")?).await?;
            if let Some(refusal) = guard(&mut tx, &attempt, subscription).await? {
                return Ok(refusal);
            }
            mark_captured(&mut tx, attempt.id).await?;
            let Some(moved) = subscriptions::write(&mut tx, subscription, settlement.at).await? else {
                return Ok(Settled::Stale);
            };
            if moved.reader_id != grant.reader_id {
                return Err(StoreError::invalid(
                    "settlement",
                    "the right goes to somebody who is not the contract's reader",
                ));
            }
            grants::give(&mut tx, grant, settlement.at).await?;
        }
        let entry = NewEntry { reference: format!("attempt:{}", attempt.id), ..settlement.entry.clone() };
        let entry = ledger::book(&mut tx, &entry).await?;
        if let Some(mail) = &settlement.mail {
            outbox::queue(&mut tx, mail, settlement.at).await?;
        }
        events::append(&mut tx, &settlement.event, settlement.at).await?;
        tx.commit().await?;
        Ok(Settled::Now { entry })
    }
}

/// Takes the attempt out of the unsettled states. `None` when it was not in one: that statement is what makes settling happen once,
/// because of two transactions the second waits for the first and then finds the row changed.
///
/// Money of every settled attempt is surplus until the checks below say what it pays for.
async fn close(tx: &mut Tx, settlement: &Settlement) -> Result<Option<Attempt>, StoreError> {
    let text = "UPDATE payment_attempts SET state = 'surplus', rail_ref = $2, failure = NULL, settled_at = $3 \
         WHERE id = $1 AND state IN ('planned', 'sent', 'unknown', 'failed') RETURNING *";
    let row = sql(text)
        .bind(settlement.attempt_id)
        .bind(settlement.rail_ref.as_str())
        .bind(ms(settlement.at))
        .fetch_optional(&mut **tx)
        .await?;
    row.as_ref().map(payments::read).transpose()
}

async fn mark_captured(tx: &mut Tx, attempt_id: i64) -> Result<(), StoreError> {
    sql("UPDATE payment_attempts SET state = 'captured' WHERE id = $1").bind(attempt_id).execute(&mut **tx).await?;
    Ok(())
}

fn check(attempt: &Attempt, settlement: &Settlement) -> Result<(), StoreError> {
    if (attempt.amount, attempt.currency.as_str()) != (settlement.amount, settlement.currency.as_str()) {
        let mend = format!(
            "the rail took {} {} where {} {} was asked; look at payment {} at the rail and refund it there",
            settlement.amount, settlement.currency, attempt.amount, attempt.currency, settlement.rail_ref
        );
        return Err(StoreError::invalid("settlement", mend));
    }
    if let Some(period) = &settlement.period
        && period.subscription.id != attempt.subscription_id
    {
        return Err(StoreError::invalid("settlement", "the payment belongs to another contract"));
    }
    Ok(())
}

/// What forbids that the money pays for its period. The unique indexes forbid it as well; this says which and leaves the transaction whole.
async fn guard(tx: &mut Tx, attempt: &Attempt, change: &SubscriptionChange) -> Result<Option<Settled>, StoreError> {
    let text = "SELECT id FROM payment_attempts WHERE subscription_id = $1 AND period_n = $2 AND state = 'captured'";
    let row =
        sql(text).bind(attempt.subscription_id).bind(i64::from(attempt.period_n)).fetch_optional(&mut **tx).await?;
    if let Some(row) = row {
        return Ok(Some(Settled::PeriodPaid { by: row.int("id")? }));
    }
    let text = "SELECT o.id FROM subscriptions o JOIN subscriptions s ON o.reader_id = s.reader_id AND o.product = s.product \
         WHERE s.id = $1 AND o.id <> s.id AND o.state NOT IN ('checkout', 'ended')";
    let row = sql(text).bind(change.id).fetch_optional(&mut **tx).await?;
    Ok(row.map(|row| row.int("id")).transpose()?.map(|id| Settled::OtherContract { id }))
}
