//! The books of the sandbox rail: a payment company inside the process, with tables of its own. A real rail keeps these
//! itself.
//!
//! Every function here is one transaction of the sandbox's, never part of the paper's. What a bank would decide is
//! decided by the caller: the function reads what the decision depends on, asks, and writes down the answer, all under
//! one lock, so that two calls at once are one after the other.
//!
//! Instants are UTC. A row that is decided for later carries an instant in the future and is to be read as undecided
//! until then. Amounts are minor units of the row's currency.
mod bank;
mod debits;
mod mandates;
mod pages;
mod payouts;
mod posts;
mod refunds;

use crate::open::Tx;
use crate::rows::{Read, ms, opt_ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;

pub use debits::{SandboxDebited, SandboxStanding};
pub use mandates::SandboxMandateChange;
pub use pages::SandboxTaking;
pub use payouts::{SandboxPayout, SandboxPayoutLine, SandboxUnpaid};
pub use posts::{SandboxDelivery, SandboxPost};
pub use refunds::{SandboxDispute, SandboxPaid, SandboxRefund};

/// A request under its idempotency key. The same key belongs to the same bytes for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SandboxKey<'a> {
    /// The key that the paper made.
    pub key: &'a str,
    /// The whole request, written out.
    pub request: &'a str,
}

/// What came of a request under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SandboxKept<T> {
    /// This is in the books: from now on, or from the first request with that key.
    Kept(T),
    /// The key belongs to another request; nothing was done.
    OtherRequest,
}

/// A reader, as the sandbox knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxCustomer {
    pub id: String,
    /// The paper's own name for the reader.
    pub reader_ref: String,
    pub email: String,
    pub created_at: Timestamp,
}

/// The permission to debit later that a page asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxWish {
    /// The most that one debit may take.
    pub max_amount: i64,
    pub term_months: u16,
    pub until: Timestamp,
    /// `card` or `upi`, if the reader chose before.
    pub method: Option<String>,
}

/// A hosted page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxPage {
    /// Part of the page's address: not to be guessed.
    pub id: String,
    pub key: String,
    pub customer: String,
    pub purpose: String,
    pub amount: i64,
    pub currency: String,
    pub description: String,
    pub return_url: String,
    pub cancel_url: String,
    pub wish: Option<SandboxWish>,
    /// `open`, `paid` or `closed`.
    pub state: String,
    /// How often a method was declined on it.
    pub declines: u32,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub decided_at: Option<Timestamp>,
}

/// A kept method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxMandate {
    pub token: String,
    pub customer: String,
    /// `card` or `upi`.
    pub method: String,
    /// What the method does when it is debited.
    pub behaviour: String,
    /// `Visa •••• 4242`
    pub label: String,
    pub max_amount: i64,
    pub currency: String,
    pub term_months: u16,
    /// `confirmed`, `paused-by-reader` or `revoked`, until `next` if that is set.
    pub state: String,
    /// What it turns into by itself, and when.
    pub next: Option<(String, Timestamp)>,
    /// The amount of its first debit, where every other has to be the same.
    pub agreed_amount: Option<i64>,
    /// Debits that were tried with it.
    pub debits: u32,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A debit that was announced to the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxNotice {
    pub token: String,
    pub cycle: String,
    pub reference: String,
    pub amount: i64,
    pub debit_from: Timestamp,
    pub created_at: Timestamp,
    /// When the reader opted out of this one debit.
    pub skipped_at: Option<Timestamp>,
}

/// A payment, tried or taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxCharge {
    pub reference: String,
    pub key: String,
    /// `page` (with the reader) or `debit` (without).
    pub act: String,
    /// What it pays for: attempts for the same thing share it.
    pub cycle: String,
    pub customer: String,
    /// The kept method that was debited, or that came of it.
    pub token: Option<String>,
    pub method: String,
    pub behaviour: String,
    pub amount: i64,
    pub currency: String,
    pub description: String,
    /// `captured`, `failed` or `needs-action`; from `decided_at` on.
    pub state: String,
    /// Of a failed one: what it means, and the sandbox's own word.
    pub failure: Option<(String, String)>,
    /// Until when the reader may still confirm it at their bank.
    pub confirm_until: Option<Timestamp>,
    pub created_at: Timestamp,
    pub decided_at: Timestamp,
}

impl Store {
    /// A payment by its key: what a rail answers when it is asked by key.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_charge(&self, key: &str) -> Result<Option<SandboxCharge>, StoreError> {
        let row = sql("SELECT * FROM sandbox_charges WHERE key = $1").bind(key).fetch_optional(&self.reader).await?;
        row.as_ref().map(charge).transpose()
    }

    /// What the sandbox has taken, by what it was for: how often, and how much in minor units. Twice for one thing never happens.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_takings(&self) -> Result<Vec<(String, i64, i64)>, StoreError> {
        let text = "SELECT cycle, COUNT(*) AS n, CAST(SUM(amount) AS BIGINT) AS amount FROM sandbox_charges \
             WHERE state = 'captured' AND amount > 0 GROUP BY cycle ORDER BY cycle";
        let rows = sql(text).fetch_all(&self.reader).await?;
        rows.iter().map(|row| Ok((row.text("cycle")?, row.int("n")?, row.int("amount")?))).collect()
    }
}

/// Whether a request may go on under its key.
enum Claim {
    /// The key is new and now belongs to this request.
    New,
    /// This very request was made before.
    Again,
    /// Another request was.
    Other,
}

/// Takes a key for a request. Whoever comes second with the same key waits here until the first has ended.
async fn claim(tx: &mut Tx, act: &str, key: &SandboxKey<'_>, now: Timestamp) -> Result<Claim, StoreError> {
    let text = "INSERT INTO sandbox_keys (key, act, request, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (key) DO NOTHING";
    let done = sql(text).bind(key.key).bind(act).bind(key.request).bind(ms(now)).execute(&mut **tx).await?;
    if done.rows_affected() == 1 {
        return Ok(Claim::New);
    }
    let row = sql("SELECT act, request FROM sandbox_keys WHERE key = $1").bind(key.key).fetch_one(&mut **tx).await?;
    let same = row.text("act")? == act && row.opt_text("request")?.is_none_or(|known| known == key.request);
    Ok(if same { Claim::Again } else { Claim::Other })
}

async fn write_charge(tx: &mut Tx, charge: &SandboxCharge) -> Result<(), StoreError> {
    let text = "INSERT INTO sandbox_charges (reference, key, act, cycle, customer, token, method, behaviour, amount, \
         currency, description, state, failure_kind, failure_code, confirm_until, created_at, decided_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    let failure = charge.failure.as_ref();
    sql(text)
        .bind(charge.reference.as_str())
        .bind(charge.key.as_str())
        .bind(charge.act.as_str())
        .bind(charge.cycle.as_str())
        .bind(charge.customer.as_str())
        .bind(charge.token.as_deref())
        .bind(charge.method.as_str())
        .bind(charge.behaviour.as_str())
        .bind(charge.amount)
        .bind(charge.currency.as_str())
        .bind(charge.description.as_str())
        .bind(charge.state.as_str())
        .bind(failure.map(|(kind, _)| kind.as_str()))
        .bind(failure.map(|(_, code)| code.as_str()))
        .bind(opt_ms(charge.confirm_until))
        .bind(ms(charge.created_at))
        .bind(ms(charge.decided_at))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn charge(row: &AnyRow) -> Result<SandboxCharge, StoreError> {
    Ok(SandboxCharge {
        reference: row.text("reference")?,
        key: row.text("key")?,
        act: row.text("act")?,
        cycle: row.text("cycle")?,
        customer: row.text("customer")?,
        token: row.opt_text("token")?,
        method: row.text("method")?,
        behaviour: row.text("behaviour")?,
        amount: row.int("amount")?,
        currency: row.text("currency")?,
        description: row.text("description")?,
        state: row.text("state")?,
        failure: row.opt_text("failure_kind")?.zip(row.opt_text("failure_code")?),
        confirm_until: row.opt_time("confirm_until")?,
        created_at: row.time("created_at")?,
        decided_at: row.time("decided_at")?,
    })
}
