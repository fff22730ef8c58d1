//! What the reader's bank shows: one customer's methods, payments, announced debits and disputes.
use super::debits::read_notice;
use super::mandates::read as read_mandate;
use super::refunds::dispute;
use super::{SandboxCharge, SandboxCustomer, SandboxDispute, SandboxMandate, SandboxNotice, charge};
use crate::rows::{Read, limit, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use sqlx::any::AnyRow;

impl Store {
    /// A customer of the sandbox.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_customer(&self, id: &str) -> Result<Option<SandboxCustomer>, StoreError> {
        let row = sql("SELECT * FROM sandbox_customers WHERE id = $1").bind(id).fetch_optional(&self.reader).await?;
        row.as_ref().map(customer).transpose()
    }

    /// The customers who came last, latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_customers(&self, rows: usize) -> Result<Vec<SandboxCustomer>, StoreError> {
        let text = "SELECT * FROM sandbox_customers ORDER BY created_at DESC, id LIMIT $1";
        let rows = sql(text).bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter().map(customer).collect()
    }

    /// A customer's kept methods, latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_mandates_of(&self, customer: &str, rows: usize) -> Result<Vec<SandboxMandate>, StoreError> {
        let text = "SELECT * FROM sandbox_mandates WHERE customer = $1 ORDER BY created_at DESC, token LIMIT $2";
        let rows = sql(text).bind(customer).bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter().map(read_mandate).collect()
    }

    /// A customer's payments, latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_charges_of(&self, customer: &str, rows: usize) -> Result<Vec<SandboxCharge>, StoreError> {
        let text = "SELECT * FROM sandbox_charges WHERE customer = $1 ORDER BY created_at DESC, reference LIMIT $2";
        let rows = sql(text).bind(customer).bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter().map(charge).collect()
    }

    /// Debits announced to a customer that are neither taken nor skipped, soonest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_notices_of(
        &self,
        customer: &str,
        rows: usize,
        now: Timestamp,
    ) -> Result<Vec<SandboxNotice>, StoreError> {
        let text = "SELECT n.* FROM sandbox_notices n JOIN sandbox_mandates m ON m.token = n.token \
             WHERE m.customer = $1 AND n.skipped_at IS NULL AND NOT EXISTS (SELECT 1 FROM sandbox_charges c \
                 WHERE c.token = n.token AND c.cycle = n.cycle AND c.act = 'debit' AND c.state = 'captured' \
                 AND c.decided_at <= $2) \
             ORDER BY n.debit_from, n.reference LIMIT $3";
        let rows = sql(text).bind(customer).bind(ms(now)).bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter().map(read_notice).collect()
    }

    /// Disputes of a customer's payments that were opened, latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn sandbox_disputes_of(
        &self,
        customer: &str,
        rows: usize,
        now: Timestamp,
    ) -> Result<Vec<SandboxDispute>, StoreError> {
        let text = "SELECT d.* FROM sandbox_disputes d JOIN sandbox_charges c ON c.reference = d.payment \
             WHERE c.customer = $1 AND d.opened_at <= $2 ORDER BY d.opened_at DESC, d.reference LIMIT $3";
        let rows = sql(text).bind(customer).bind(ms(now)).bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter().map(dispute).collect()
    }
}

fn customer(row: &AnyRow) -> Result<SandboxCustomer, StoreError> {
    Ok(SandboxCustomer {
        id: row.text("id")?,
        reader_ref: row.text("reader_ref")?,
        email: row.text("email")?,
        created_at: row.time("created_at")?,
    })
}
