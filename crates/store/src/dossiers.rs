//! The dossiers of contracts: read at a revision, written at that revision with everything a decision causes, many in
//! one transaction.
//!
//! The dossier's text is the truth. What queries look for and what the database has to guard by itself (one running contract,
//! one open attempt and one capture a period, numbers without a gap) is written beside it in the same transaction.

use crate::documents::{Issued, NewDocument};
use crate::events::{self, NewEvent};
use crate::grants::NewGrant;
use crate::ledger::NewEntry;
use crate::open::Tx;
use crate::outbox::NewMail;
use crate::rows::{Read, json, limit, ms, opt_ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use sqlx::Row;
use sqlx::any::AnyRow;
use tracing::{Instrument as _, debug_span};

/// A contract as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDossier {
    pub id: i64,
    pub reader_id: i64,
    /// 1 at first; one more with every change.
    pub revision: i64,
    /// The dossier's JSON; `None` for a contract made before there were dossiers.
    pub dossier: Option<String>,
}

/// What queries and the database's own rules need to know of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// `checkout`, `unclaimed`, `trial`, `active`, `past-due`, `lapsed`, `paused` or `ended`.
    pub state: String,
    /// Whose running contract of the product it is; one reader has one at most.
    pub live_reader: Option<i64>,
    /// Whose open checkout of the product it is; one reader has one at most.
    pub checkout_reader: Option<i64>,
    /// Set exactly when it has ended.
    pub end_reason: Option<String>,
    /// The plan as sold, whole.
    pub plan: Value,
    pub anchor: Option<Date>,
    pub period_n: u32,
    pub paid_through: Option<Date>,
    pub cancel_at: Option<Timestamp>,
    /// When it has to be looked at next; `None`: not before somebody acts.
    pub due_at: Option<Timestamp>,
    /// Since when a person has to look at it.
    pub parked_at: Option<Timestamp>,
    /// Since when it is held by a dispute.
    pub held_at: Option<Timestamp>,
}

/// A contract that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Founding {
    pub reader_id: i64,
    /// `digital`.
    pub product: String,
    /// A coupon's code, and how often it may be used by all readers.
    pub coupon: Option<(String, Option<u32>)>,
    /// A gift stands beside the reader's own contract, and there may be any number.
    pub gift: bool,
    /// IANA name; for its whole life.
    pub zone: String,
    pub consent: Value,
}

/// A payment attempt, as the dossier has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptLine {
    pub key: String,
    pub period_n: u32,
    pub attempt_no: u32,
    pub rail: String,
    /// Minor units, above zero.
    pub amount: i64,
    pub currency: String,
    pub params: Value,
    /// `planned`, `sent`, `unknown`, `failed`, `captured`, `surplus` or `refunded`.
    pub state: String,
    pub rail_ref: Option<String>,
    pub failure: Option<String>,
    pub planned_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub unknown_at: Option<Timestamp>,
    pub settled_at: Option<Timestamp>,
}

/// What is owed for a period, as the dossier has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLine {
    pub period_n: u32,
    /// Minor units.
    pub gross: i64,
    pub currency: String,
    pub state: String,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub due_on: Option<Date>,
}

/// Money on its way back, as the dossier has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundLine {
    pub key: String,
    pub attempt_key: String,
    /// Minor units, above zero.
    pub amount: i64,
    pub currency: String,
    pub state: String,
    pub rail_ref: Option<String>,
    pub reason: String,
    pub created_at: Timestamp,
}

/// The permission to debit, as the dossier has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MandateLine {
    pub rail: String,
    pub customer: Option<String>,
    pub token: Option<String>,
    pub method: String,
    pub label: String,
    pub state: String,
    pub expires_at: Option<Timestamp>,
}

/// Everything one decision causes. Attempts, invoices and refunds: those that are new or have changed.
#[derive(Debug, Clone)]
pub struct DossierChange {
    pub id: i64,
    /// The revision the decision was made on.
    pub revision: i64,
    /// The dossier's JSON.
    pub dossier: String,
    pub standing: Standing,
    pub attempts: Vec<AttemptLine>,
    pub invoices: Vec<InvoiceLine>,
    pub refunds: Vec<RefundLine>,
    pub mandate: Option<MandateLine>,
    /// Rights that follow from the contract; the latest word on each source and reference counts.
    pub grants: Vec<NewGrant>,
    /// Rights that are no longer given at all: whose, and the reference.
    pub grants_gone: Vec<(i64, String)>,
    /// Booked once by reason and reference.
    pub entries: Vec<NewEntry>,
    /// Sent once by key.
    pub mails: Vec<NewMail>,
    pub documents: Vec<NewDocument>,
    pub events: Vec<NewEvent>,
}

/// Whether a change was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// Yes: the new revision, and the documents that got their numbers.
    Done { revision: i64, issued: Vec<Issued> },
    /// No: the contract changed after it was read, or a rule of the database forbids it now. Read again, decide again.
    Stale,
}

/// What became of a wish to begin a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Founded {
    /// Its id; the dossier is written by the next change, at revision 1.
    New(i64),
    /// The reader has a running contract or an open checkout of this product.
    Existing(i64),
    /// The coupon has been used by this reader in another contract, or as often as it may be. Nothing was stored.
    CouponUsed,
}

impl Store {
    /// Begins a contract in `checkout` unless the reader has one that runs or is being paid. `dossier` makes the text once the id
    /// is known.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for an unknown reader; otherwise the database's.
    pub async fn found_contract(
        &self,
        founding: &Founding,
        plan: &Value,
        due_at: Option<Timestamp>,
        dossier: impl Fn(i64) -> Result<(String, Vec<NewEvent>), StoreError> + Send,
        now: Timestamp,
    ) -> Result<Founded, StoreError> {
        let mut tx = self.begin().await?;
        self.engine().queue_up(&mut tx, "checkout", founding.reader_id).await?;
        let text = "SELECT id FROM subscriptions WHERE product = $2 AND (live_reader = $1 OR checkout_reader = $1) \
             ORDER BY CASE WHEN state = 'checkout' THEN 1 ELSE 0 END, id LIMIT 1";
        let existing =
            sql(text).bind(founding.reader_id).bind(founding.product.as_str()).fetch_optional(&mut *tx).await?;
        if let Some(row) = existing.filter(|_| !founding.gift) {
            return Ok(Founded::Existing(row.int("id")?));
        }
        let text = "INSERT INTO subscriptions (reader_id, product, plan, state, zone, period_n, consent, details, revision, \
             created_at, updated_at, due_at, checkout_reader) \
             VALUES ($1, $2, $3, 'checkout', $4, 0, $5, '{}', 1, $6, $6, $7, $8) RETURNING id";
        let row = sql(text)
            .bind(founding.reader_id)
            .bind(founding.product.as_str())
            .bind(json("subscription", plan)?)
            .bind(founding.zone.as_str())
            .bind(json("subscription", &founding.consent)?)
            .bind(ms(now))
            .bind(opt_ms(due_at))
            .bind((!founding.gift).then_some(founding.reader_id))
            .fetch_one(&mut *tx)
            .await?;
        let id = row.int("id")?;
        let (text, events) = dossier(id)?;
        sql("UPDATE subscriptions SET dossier = $2 WHERE id = $1").bind(id).bind(text).execute(&mut *tx).await?;
        for event in &events {
            events::append(&mut tx, event, now).await?;
        }
        if let Some((code, most)) = &founding.coupon
            && !redeem(&mut tx, code, *most, founding.reader_id, id, now).await?
        {
            return Ok(Founded::CouponUsed);
        }
        tx.commit().await?;
        Ok(Founded::New(id))
    }

    /// A contract's dossier.
    ///
    /// # Errors
    /// The database's.
    pub async fn dossier(&self, id: i64) -> Result<Option<StoredDossier>, StoreError> {
        Ok(self.dossiers(&[id]).await?.pop())
    }

    /// The dossiers of these contracts, by id; unknown ids are left out.
    ///
    /// # Errors
    /// The database's.
    pub async fn dossiers(&self, ids: &[i64]) -> Result<Vec<StoredDossier>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        // One connection and one prepared statement: a list of any length in one text would be a text of its own each time.
        let mut connection = self.reader.acquire().await?;
        for id in ids {
            let row = sql("SELECT id, reader_id, revision, dossier FROM subscriptions WHERE id = $1")
                .bind(*id)
                .fetch_optional(&mut *connection)
                .await?;
            if let Some(row) = row {
                found.push(read(&row)?);
            }
        }
        Ok(found)
    }

    /// All dossiers of a reader, latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn dossiers_of(&self, reader_id: i64) -> Result<Vec<StoredDossier>, StoreError> {
        let text = "SELECT id, reader_id, revision, dossier FROM subscriptions WHERE reader_id = $1 ORDER BY id DESC";
        sql(text).bind(reader_id).fetch_all(&self.reader).await?.iter().map(read).collect()
    }

    /// At most `rows` dossiers with ids above `after`, for the doctor and for exports.
    ///
    /// # Errors
    /// The database's.
    pub async fn dossiers_after(&self, after: i64, rows: usize) -> Result<Vec<StoredDossier>, StoreError> {
        let text = "SELECT id, reader_id, revision, dossier FROM subscriptions WHERE id > $1 ORDER BY id LIMIT $2";
        sql(text).bind(after).bind(limit(rows)).fetch_all(&self.reader).await?.iter().map(read).collect()
    }

    /// Takes contracts that are due and that nobody works on, longest due first, and keeps others from taking them until `until`.
    /// Only a convenience: what is written is guarded by the revision.
    ///
    /// # Errors
    /// The database's.
    pub async fn lease_due(
        &self,
        now: Timestamp,
        until: Timestamp,
        rows: usize,
    ) -> Result<Vec<StoredDossier>, StoreError> {
        let mut tx = self.begin().await?;
        let rows =
            sql(self.engine().lease_due()).bind(ms(now)).bind(ms(until)).bind(limit(rows)).fetch_all(&mut *tx).await?;
        tx.commit().instrument(debug_span!("commit")).await?;
        rows.iter().map(read).collect()
    }

    /// The earliest instant at which a contract has to be looked at.
    ///
    /// # Errors
    /// The database's.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let row = sql("SELECT MIN(due_at) AS due_at FROM subscriptions WHERE due_at IS NOT NULL")
            .fetch_one(&self.reader)
            .await?;
        row.opt_time("due_at")
    }

    /// The running contract of a reader for a product.
    ///
    /// # Errors
    /// The database's.
    pub async fn live_contract(&self, reader_id: i64, product: &str) -> Result<Option<i64>, StoreError> {
        let text = "SELECT id FROM subscriptions WHERE live_reader = $1 AND product = $2";
        let row = sql(text).bind(reader_id).bind(product).fetch_optional(&self.reader).await?;
        row.map(|row| row.int("id")).transpose()
    }

    /// Gives a leased contract back, to be looked at again at `due_at`. Nothing happens when it has changed since `revision`.
    ///
    /// # Errors
    /// The database's.
    pub async fn release(&self, id: i64, revision: i64, due_at: Option<Timestamp>) -> Result<(), StoreError> {
        let text = "UPDATE subscriptions SET due_at = $3, leased_until = 0 WHERE id = $1 AND revision = $2 \
             AND (leased_until <> 0 OR due_at IS DISTINCT FROM $3)";
        let mut tx = self.begin().await?;
        sql(text).bind(id).bind(revision).bind(opt_ms(due_at)).execute(&mut *tx).await?;
        tx.commit().instrument(debug_span!("commit")).await?;
        Ok(())
    }

    /// [`Store::release`] for many, in one transaction.
    ///
    /// # Errors
    /// The database's.
    pub async fn release_all(&self, rested: &[(i64, i64, Option<Timestamp>)]) -> Result<(), StoreError> {
        if rested.is_empty() {
            return Ok(());
        }
        let text = "UPDATE subscriptions SET due_at = $3, leased_until = 0 WHERE id = $1 AND revision = $2 \
             AND (leased_until <> 0 OR due_at IS DISTINCT FROM $3)";
        let mut tx = self.begin().await?;
        for (id, revision, due_at) in rested {
            sql(text).bind(*id).bind(*revision).bind(opt_ms(*due_at)).execute(&mut *tx).await?;
        }
        tx.commit().instrument(debug_span!("commit")).await?;
        Ok(())
    }

    /// Has a contract that cannot be brought on looked at again later, whatever its revision.
    ///
    /// # Errors
    /// The database's.
    pub async fn postpone(&self, id: i64, until: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sql("UPDATE subscriptions SET due_at = $2, leased_until = 0 WHERE id = $1")
            .bind(id)
            .bind(ms(until))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Whether a contract that has not ended is paid through this rail.
    ///
    /// # Errors
    /// The database's.
    pub async fn has_contracts_of(&self, rail: &str) -> Result<bool, StoreError> {
        let text = "SELECT 1 AS one FROM payment_attempts a JOIN subscriptions s ON s.id = a.subscription_id \
             WHERE a.rail = $1 AND s.state <> 'ended' LIMIT 1";
        Ok(sql(text).bind(rail).fetch_optional(&self.reader).await?.is_some())
    }

    /// The contract of an attempt, or of the keeping of a method, by its key.
    ///
    /// # Errors
    /// The database's.
    pub async fn contract_of_attempt(&self, key: &str) -> Result<Option<i64>, StoreError> {
        let row = sql("SELECT subscription_id AS id FROM payment_attempts WHERE key = $1")
            .bind(key)
            .fetch_optional(&self.reader)
            .await?;
        if let Some(row) = row {
            return Ok(Some(row.int("id")?));
        }
        // `sub-12-m1`: only a method is kept, and no attempt is stored.
        let id = key.strip_prefix("sub-").and_then(|rest| rest.split_once("-m")).and_then(|(id, _)| id.parse().ok());
        let Some(id): Option<i64> = id else { return Ok(None) };
        Ok(self.dossier(id).await?.map(|found| found.id))
    }

    /// The contract that a rail's reference of a payment or page belongs to.
    ///
    /// # Errors
    /// The database's.
    pub async fn contract_of_reference(&self, rail: &str, reference: &str) -> Result<Option<i64>, StoreError> {
        let text =
            "SELECT subscription_id AS id FROM payment_attempts WHERE rail = $1 AND rail_ref = $2 ORDER BY id LIMIT 1";
        let row = sql(text).bind(rail).bind(reference).fetch_optional(&self.reader).await?;
        row.map(|row| row.int("id")).transpose()
    }

    /// The contract and key of a refund, by our key or the rail's reference.
    ///
    /// # Errors
    /// The database's.
    pub async fn contract_of_refund(
        &self,
        key: Option<&str>,
        reference: &str,
    ) -> Result<Option<(i64, String)>, StoreError> {
        let text =
            "SELECT subscription_id AS id, key FROM refunds WHERE key = $1 OR ($1 IS NULL AND rail_ref = $2) LIMIT 1";
        let row = sql(text).bind(key).bind(reference).fetch_optional(&self.reader).await?;
        row.map(|row| Ok((row.int("id")?, row.text("key")?))).transpose()
    }

    /// The contracts that debit by a permission.
    ///
    /// # Errors
    /// The database's.
    pub async fn contracts_of_mandate(&self, rail: &str, token: &str) -> Result<Vec<i64>, StoreError> {
        let text = "SELECT subscription_id AS id FROM mandates WHERE rail = $1 AND token = $2 ORDER BY subscription_id";
        let rows = sql(text).bind(rail).bind(token).fetch_all(&self.reader).await?;
        rows.iter().map(|row| row.int("id")).collect()
    }
}

/// Uses a coupon up. A contract that never ran gives its use back.
async fn redeem(
    tx: &mut Tx,
    code: &str,
    most: Option<u32>,
    reader_id: i64,
    subscription_id: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let text = "DELETE FROM coupon_uses WHERE code = $1 AND subscription_id IN \
         (SELECT id FROM subscriptions WHERE state = 'ended' AND anchor IS NULL)";
    sql(text).bind(code).execute(&mut **tx).await?;
    let used = sql("SELECT COUNT(*) AS n FROM coupon_uses WHERE code = $1").bind(code).fetch_one(&mut **tx).await?;
    if most.is_some_and(|most| used.int("n").is_ok_and(|n| n >= i64::from(most))) {
        return Ok(false);
    }
    let text = "INSERT INTO coupon_uses (code, reader_id, subscription_id, used_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (code, reader_id) DO NOTHING";
    let done = sql(text).bind(code).bind(reader_id).bind(subscription_id).bind(ms(now)).execute(&mut **tx).await?;
    Ok(done.rows_affected() == 1)
}

fn read(row: &AnyRow) -> Result<StoredDossier, StoreError> {
    Ok(StoredDossier {
        id: row.int("id")?,
        reader_id: row.int("reader_id")?,
        revision: row.int("revision")?,
        dossier: row.try_get("dossier")?,
    })
}
