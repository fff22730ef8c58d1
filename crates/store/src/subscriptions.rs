//! Contracts with readers. Every change names the revision it was decided on, so that two decisions never overwrite one another.
use crate::events::{self, NewEvent};
use crate::open::Tx;
use crate::outbox::{self, NewMail};
use crate::rows::{Read, json, limit, ms, opt_date, opt_ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use sqlx::any::AnyRow;

/// A contract whose checkout begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubscription {
    pub reader_id: i64,
    /// `digital`.
    pub product: String,
    /// The plan as sold, whole: code, name, version, months, price in minor units, currency, benefits. Never changed.
    pub plan: Value,
    /// IANA name of the time zone in which its days are counted, for its whole life.
    pub zone: String,
    /// What the reader agreed to, with text and time.
    pub consent: Value,
}

/// A contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    pub id: i64,
    pub reader_id: i64,
    pub product: String,
    pub plan: Value,
    /// `checkout`, `trial`, `active`, `past_due`, `lapsed`, `paused` or `ended`.
    pub state: String,
    /// Why it ended; set exactly when it has.
    pub end_reason: Option<String>,
    /// First paid day.
    pub anchor: Option<Date>,
    pub zone: String,
    /// The period that runs, from 0.
    pub period_n: u32,
    /// First day not paid for.
    pub paid_through: Option<Date>,
    /// The instant at which it is to end; see [`SubscriptionChange::cancel_at`].
    pub cancel_at: Option<Timestamp>,
    pub consent: Value,
    /// What else the contract records: when it was paid and by which payment, who cancelled it and when, when it ended.
    pub details: Value,
    /// 1 at first; one more with every change.
    pub revision: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What a contract is to become. Every field is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionChange {
    pub id: i64,
    /// The revision the decision was made on.
    pub revision: i64,
    pub state: String,
    pub end_reason: Option<String>,
    pub anchor: Option<Date>,
    pub period_n: u32,
    pub paid_through: Option<Date>,
    /// The start of the day, in the contract's zone, on which it runs no longer; the round that ends contracts looks for it.
    pub cancel_at: Option<Timestamp>,
    pub details: Value,
}

impl SubscriptionChange {
    /// No change yet: what the contract is now, at its present revision.
    #[must_use]
    pub fn of(now: &Subscription) -> Self {
        Self {
            id: now.id,
            revision: now.revision,
            state: now.state.clone(),
            end_reason: now.end_reason.clone(),
            anchor: now.anchor,
            period_n: now.period_n,
            paid_through: now.paid_through,
            cancel_at: now.cancel_at,
            details: now.details.clone(),
        }
    }
}

/// What became of a wish to subscribe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checkout {
    /// A new contract in `checkout`.
    Created(Subscription),
    /// A checkout of the same product is open already (a second click, a second tab): go on with it, or end it first.
    Open(Subscription),
    /// The reader has a live contract for this product.
    Live(Subscription),
}

/// Whether a change was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Updated {
    /// Yes; the contract as it is now.
    Done(Subscription),
    /// No: it changed after it was read. Decide again on this.
    Stale(Subscription),
}

impl Store {
    /// Begins a checkout unless the reader has a contract or a checkout of this product.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for an unknown reader; otherwise the database's.
    pub async fn create_checkout(
        &self,
        new: &NewSubscription,
        event: &NewEvent,
        now: Timestamp,
    ) -> Result<Checkout, StoreError> {
        let mut tx = self.begin().await?;
        self.engine().queue_up(&mut tx, "checkout", new.reader_id).await?;
        let text = "SELECT * FROM subscriptions WHERE reader_id = $1 AND product = $2 AND state <> 'ended' \
             ORDER BY CASE WHEN state = 'checkout' THEN 1 ELSE 0 END, id LIMIT 1";
        let row = sql(text).bind(new.reader_id).bind(new.product.as_str()).fetch_optional(&mut *tx).await?;
        if let Some(row) = row {
            let found = read(&row)?;
            return Ok(if found.state == "checkout" { Checkout::Open(found) } else { Checkout::Live(found) });
        }
        let text = "INSERT INTO subscriptions (reader_id, product, plan, state, zone, period_n, consent, details, checkout_reader, revision, \
             created_at, updated_at) VALUES ($1, $2, $3, 'checkout', $4, 0, $5, '{}', $1, 1, $6, $6) RETURNING *";
        let row = sql(text)
            .bind(new.reader_id)
            .bind(new.product.as_str())
            .bind(json("subscription", &new.plan)?)
            .bind(new.zone.as_str())
            .bind(json("subscription", &new.consent)?)
            .bind(ms(now))
            .fetch_one(&mut *tx)
            .await?;
        let created = read(&row)?;
        // the caller cannot know the id beforehand
        let event = NewEvent { subject: format!("subscription:{}", created.id), ..event.clone() };
        events::append(&mut tx, &event, now).await?;
        tx.commit().await?;
        Ok(Checkout::Created(created))
    }

    /// A contract by id.
    ///
    /// # Errors
    /// The database's.
    pub async fn subscription(&self, id: i64) -> Result<Option<Subscription>, StoreError> {
        let row = sql("SELECT * FROM subscriptions WHERE id = $1").bind(id).fetch_optional(&self.reader).await?;
        row.as_ref().map(read).transpose()
    }

    /// All contracts of a reader, latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn subscriptions_of(&self, reader_id: i64) -> Result<Vec<Subscription>, StoreError> {
        let rows = sql("SELECT * FROM subscriptions WHERE reader_id = $1 ORDER BY id DESC")
            .bind(reader_id)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(read).collect()
    }

    /// At most `rows` contracts with ids above `after`.
    ///
    /// # Errors
    /// The database's.
    pub async fn subscriptions_after(&self, after: i64, rows: usize) -> Result<Vec<Subscription>, StoreError> {
        let rows = sql("SELECT * FROM subscriptions WHERE id > $1 ORDER BY id LIMIT $2")
            .bind(after)
            .bind(limit(rows))
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Writes a change that needs no payment, such as cancelling and taking that back, with its event and mail, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Refused`] where a rule of the table forbids it; otherwise the database's.
    pub async fn update_subscription(
        &self,
        change: &SubscriptionChange,
        mail: Option<&NewMail>,
        event: &NewEvent,
        now: Timestamp,
    ) -> Result<Updated, StoreError> {
        let mut tx = self.begin().await?;
        let Some(done) = write(&mut tx, change, now).await? else {
            let row = sql("SELECT * FROM subscriptions WHERE id = $1").bind(change.id).fetch_optional(&mut *tx).await?;
            let row = row.ok_or_else(|| StoreError::not_found("subscription", change.id))?;
            return Ok(Updated::Stale(read(&row)?));
        };
        if let Some(mail) = mail {
            outbox::queue(&mut tx, mail, now).await?;
        }
        events::append(&mut tx, event, now).await?;
        tx.commit().await?;
        Ok(Updated::Done(done))
    }
}

/// Writes a change; `None` when the contract is not at the revision named.
pub(crate) async fn write(
    tx: &mut Tx,
    change: &SubscriptionChange,
    now: Timestamp,
) -> Result<Option<Subscription>, StoreError> {
    let text = "UPDATE subscriptions SET state = $3, end_reason = $4, anchor = $5, period_n = $6, paid_through = $7, cancel_at = $8, \
         details = $10, live_reader = CASE WHEN $3 NOT IN ('checkout', 'ended') THEN reader_id END, \
         checkout_reader = CASE WHEN $3 = 'checkout' THEN reader_id END, revision = revision + 1, updated_at = $9 WHERE id = $1 AND revision = $2 RETURNING *";
    let row = sql(text)
        .bind(change.id)
        .bind(change.revision)
        .bind(change.state.as_str())
        .bind(change.end_reason.as_deref())
        .bind(opt_date(change.anchor))
        .bind(i64::from(change.period_n))
        .bind(opt_date(change.paid_through))
        .bind(opt_ms(change.cancel_at))
        .bind(ms(now))
        .bind(json("subscription", &change.details)?)
        .fetch_optional(&mut **tx)
        .await?;
    row.as_ref().map(read).transpose()
}

pub(crate) fn read(row: &AnyRow) -> Result<Subscription, StoreError> {
    Ok(Subscription {
        id: row.int("id")?,
        reader_id: row.int("reader_id")?,
        product: row.text("product")?,
        plan: row.json("plan")?,
        state: row.text("state")?,
        end_reason: row.opt_text("end_reason")?,
        anchor: row.opt_date("anchor")?,
        zone: row.text("zone")?,
        period_n: row.small("period_n")?,
        paid_through: row.opt_date("paid_through")?,
        cancel_at: row.opt_time("cancel_at")?,
        consent: row.json("consent")?,
        details: row.json("details")?,
        revision: row.int("revision")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
