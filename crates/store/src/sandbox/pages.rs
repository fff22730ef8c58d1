//! Hosted pages: opened by key, paid or closed once.
use super::mandates::write_mandate;
use super::posts::queue;
use super::refunds::write_dispute;
use super::{
    Claim, SandboxCharge, SandboxCustomer, SandboxDispute, SandboxKept, SandboxKey, SandboxMandate, SandboxPage,
    SandboxPost, claim, write_charge,
};
use crate::open::Tx;
use crate::rows::{Read, json, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use sqlx::any::AnyRow;

/// What a payment on a page puts into the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxTaking {
    pub charge: SandboxCharge,
    pub mandate: Option<SandboxMandate>,
    pub dispute: Option<SandboxDispute>,
    pub posts: Vec<SandboxPost>,
}

impl Store {
    /// Opens a page, or gives the one that this request opened before, whatever became of it. `page.customer` is the
    /// customer known for `customer.reader_ref`, if there is one. An older payment of the same cycle that still waited
    /// for the reader's confirmation can no longer be confirmed: it is paid here now.
    ///
    /// # Errors
    /// The database's.
    pub async fn open_sandbox_page(
        &self,
        key: &SandboxKey<'_>,
        customer: &SandboxCustomer,
        page: &SandboxPage,
        cycle: &str,
        now: Timestamp,
    ) -> Result<SandboxKept<SandboxPage>, StoreError> {
        let mut tx = self.begin().await?;
        match claim(&mut tx, "page", key, now).await? {
            Claim::Other => return Ok(SandboxKept::OtherRequest),
            Claim::Again => {}
            Claim::New => {
                let known = the_customer(&mut tx, customer).await?;
                write_page(&mut tx, page, &known).await?;
                end_confirmations(&mut tx, cycle, now).await?;
            }
        }
        let row = sql("SELECT * FROM sandbox_pages WHERE key = $1").bind(key.key).fetch_optional(&mut *tx).await?;
        let row = row.ok_or_else(|| StoreError::not_found("sandbox page for", key.key))?;
        tx.commit().await?;
        Ok(SandboxKept::Kept(read(&row)?))
    }

    /// A page by its id.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_page(&self, id: &str) -> Result<Option<SandboxPage>, StoreError> {
        let row = sql("SELECT * FROM sandbox_pages WHERE id = $1").bind(id).fetch_optional(&self.reader).await?;
        row.as_ref().map(read).transpose()
    }

    /// A page by the key it was opened with.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_page_by_key(&self, key: &str) -> Result<Option<SandboxPage>, StoreError> {
        let row = sql("SELECT * FROM sandbox_pages WHERE key = $1").bind(key).fetch_optional(&self.reader).await?;
        row.as_ref().map(read).transpose()
    }

    /// Closes a page that is open; one that is decided stays as it is. Gives the page as it is then.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; otherwise the database's.
    pub async fn close_sandbox_page(&self, id: &str, now: Timestamp) -> Result<SandboxPage, StoreError> {
        let text = "UPDATE sandbox_pages SET state = 'closed', decided_at = $2 WHERE id = $1 AND state = 'open'";
        self.change_page(id, sql(text).bind(id).bind(ms(now))).await
    }

    /// Notes that a method was declined on an open page. Gives the page as it is then.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; otherwise the database's.
    pub async fn decline_on_sandbox_page(&self, id: &str) -> Result<SandboxPage, StoreError> {
        let text = "UPDATE sandbox_pages SET declines = declines + 1 WHERE id = $1 AND state = 'open'";
        self.change_page(id, sql(text).bind(id)).await
    }

    async fn change_page(
        &self,
        id: &str,
        change: sqlx::query::Query<'_, sqlx::Any, sqlx::any::AnyArguments>,
    ) -> Result<SandboxPage, StoreError> {
        let mut tx = self.begin().await?;
        change.execute(&mut *tx).await?;
        let row = sql("SELECT * FROM sandbox_pages WHERE id = $1").bind(id).fetch_optional(&mut *tx).await?;
        let row = row.ok_or_else(|| StoreError::not_found("sandbox page", id))?;
        tx.commit().await?;
        read(&row)
    }

    /// The reader pays on a page: once, while it is open and not expired. Gives the page as it is then, and whether
    /// this call paid it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; otherwise the database's.
    pub async fn pay_sandbox_page(
        &self,
        id: &str,
        taking: &SandboxTaking,
        now: Timestamp,
    ) -> Result<(SandboxPage, bool), StoreError> {
        let mut tx = self.begin().await?;
        let text = "UPDATE sandbox_pages SET state = 'paid', decided_at = $2 \
             WHERE id = $1 AND state = 'open' AND expires_at > $2";
        let paid = sql(text).bind(id).bind(ms(now)).execute(&mut *tx).await?.rows_affected() == 1;
        if paid {
            if let Some(mandate) = &taking.mandate {
                write_mandate(&mut tx, mandate).await?;
            }
            write_charge(&mut tx, &taking.charge).await?;
            if let Some(dispute) = &taking.dispute {
                write_dispute(&mut tx, dispute).await?;
            }
            queue(&mut tx, &taking.posts).await?;
        }
        let row = sql("SELECT * FROM sandbox_pages WHERE id = $1").bind(id).fetch_optional(&mut *tx).await?;
        let row = row.ok_or_else(|| StoreError::not_found("sandbox page", id))?;
        tx.commit().await?;
        Ok((read(&row)?, paid))
    }
}

/// Payments of a cycle that still wait for the reader's confirmation wait no longer.
pub(super) async fn end_confirmations(tx: &mut Tx, cycle: &str, now: Timestamp) -> Result<(), StoreError> {
    let text = "UPDATE sandbox_charges SET confirm_until = $2 \
         WHERE cycle = $1 AND state = 'needs-action' AND confirm_until > $2";
    sql(text).bind(cycle).bind(ms(now)).execute(&mut **tx).await?;
    Ok(())
}

async fn the_customer(tx: &mut Tx, customer: &SandboxCustomer) -> Result<String, StoreError> {
    let text = "INSERT INTO sandbox_customers (id, reader_ref, email, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (reader_ref) DO UPDATE SET email = excluded.email RETURNING id";
    let row = sql(text)
        .bind(customer.id.as_str())
        .bind(customer.reader_ref.as_str())
        .bind(customer.email.as_str())
        .bind(ms(customer.created_at))
        .fetch_one(&mut **tx)
        .await?;
    row.text("id")
}

async fn write_page(tx: &mut Tx, page: &SandboxPage, customer: &str) -> Result<(), StoreError> {
    let wish = page.wish.as_ref().map(|wish| json("sandbox page", wish)).transpose()?;
    let text = "INSERT INTO sandbox_pages (id, key, customer, purpose, amount, currency, description, return_url, \
         cancel_url, wish, state, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11, $12)";
    sql(text)
        .bind(page.id.as_str())
        .bind(page.key.as_str())
        .bind(customer)
        .bind(page.purpose.as_str())
        .bind(page.amount)
        .bind(page.currency.as_str())
        .bind(page.description.as_str())
        .bind(page.return_url.as_str())
        .bind(page.cancel_url.as_str())
        .bind(wish)
        .bind(ms(page.created_at))
        .bind(ms(page.expires_at))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<SandboxPage, StoreError> {
    Ok(SandboxPage {
        id: row.text("id")?,
        key: row.text("key")?,
        customer: row.text("customer")?,
        purpose: row.text("purpose")?,
        amount: row.int("amount")?,
        currency: row.text("currency")?,
        description: row.text("description")?,
        return_url: row.text("return_url")?,
        cancel_url: row.text("cancel_url")?,
        wish: row.opt_json("wish")?,
        state: row.text("state")?,
        declines: row.small("declines")?,
        created_at: row.time("created_at")?,
        expires_at: row.time("expires_at")?,
        decided_at: row.opt_time("decided_at")?,
    })
}
