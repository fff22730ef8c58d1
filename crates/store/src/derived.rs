//! The rows beside a dossier, read back as the dossier's writer made them, so that a doctor can compare.
use crate::dossiers::{AttemptLine, InvoiceLine, MandateLine, RefundLine, Standing};
use crate::rows::{Read, sql};
use crate::{Store, StoreError};
use serde_json::Value;

/// Everything that is stored beside a dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedRows {
    pub standing: Standing,
    /// By key.
    pub attempts: Vec<AttemptLine>,
    /// By period.
    pub invoices: Vec<InvoiceLine>,
    /// By key.
    pub refunds: Vec<RefundLine>,
    pub mandate: Option<MandateLine>,
}

impl Store {
    /// The rows beside a contract's dossier.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; a row that cannot be read; the database's.
    pub async fn derived_rows(&self, id: i64) -> Result<DerivedRows, StoreError> {
        let row = sql("SELECT * FROM subscriptions WHERE id = $1").bind(id).fetch_optional(&self.reader).await?;
        let row = row.ok_or_else(|| StoreError::NotFound { what: format!("subscription {id}") })?;
        let standing = Standing {
            state: row.text("state")?,
            live_reader: row.opt_int("live_reader")?,
            checkout_reader: row.opt_int("checkout_reader")?,
            end_reason: row.opt_text("end_reason")?,
            plan: row.json::<Value>("plan")?,
            anchor: row.opt_date("anchor")?,
            period_n: row.small("period_n")?,
            paid_through: row.opt_date("paid_through")?,
            cancel_at: row.opt_time("cancel_at")?,
            due_at: row.opt_time("due_at")?,
            parked_at: row.opt_time("parked_at")?,
            held_at: row.opt_time("held_at")?,
        };
        Ok(DerivedRows {
            standing,
            attempts: self.attempt_lines(id).await?,
            invoices: self.invoice_lines(id).await?,
            refunds: self.refund_lines(id).await?,
            mandate: self.mandate_line(id).await?,
        })
    }

    async fn attempt_lines(&self, id: i64) -> Result<Vec<AttemptLine>, StoreError> {
        let text = "SELECT * FROM payment_attempts WHERE subscription_id = $1 ORDER BY key";
        let rows = sql(text).bind(id).fetch_all(&self.reader).await?;
        let read = |row: &sqlx::any::AnyRow| {
            Ok(AttemptLine {
                key: row.text("key")?,
                period_n: row.small("period_n")?,
                attempt_no: row.small("attempt_no")?,
                rail: row.text("rail")?,
                amount: row.int("amount")?,
                currency: row.text("currency")?,
                params: row.json("params")?,
                state: row.text("state")?,
                rail_ref: row.opt_text("rail_ref")?,
                failure: row.opt_text("failure")?,
                planned_at: row.time("created_at")?,
                sent_at: row.opt_time("sent_at")?,
                unknown_at: row.opt_time("unknown_at")?,
                settled_at: row.opt_time("settled_at")?,
            })
        };
        rows.iter().map(read).collect()
    }

    async fn invoice_lines(&self, id: i64) -> Result<Vec<InvoiceLine>, StoreError> {
        let text = "SELECT * FROM invoices WHERE subscription_id = $1 ORDER BY period_n";
        let rows = sql(text).bind(id).fetch_all(&self.reader).await?;
        let read = |row: &sqlx::any::AnyRow| {
            Ok(InvoiceLine {
                period_n: row.small("period_n")?,
                gross: row.int("gross")?,
                currency: row.text("currency")?,
                state: row.text("state")?,
                from: row.opt_date("period_from")?,
                to: row.opt_date("period_to")?,
                due_on: row.opt_date("due_on")?,
            })
        };
        rows.iter().map(read).collect()
    }

    async fn refund_lines(&self, id: i64) -> Result<Vec<RefundLine>, StoreError> {
        let text = "SELECT * FROM refunds WHERE subscription_id = $1 ORDER BY key";
        let rows = sql(text).bind(id).fetch_all(&self.reader).await?;
        let read = |row: &sqlx::any::AnyRow| {
            Ok(RefundLine {
                key: row.text("key")?,
                attempt_key: row.text("attempt_key")?,
                amount: row.int("amount")?,
                currency: row.text("currency")?,
                state: row.text("state")?,
                rail_ref: row.opt_text("rail_ref")?,
                reason: row.text("reason")?,
                created_at: row.time("created_at")?,
            })
        };
        rows.iter().map(read).collect()
    }

    async fn mandate_line(&self, id: i64) -> Result<Option<MandateLine>, StoreError> {
        let text = "SELECT * FROM mandates WHERE subscription_id = $1";
        let row = sql(text).bind(id).fetch_optional(&self.reader).await?;
        let read = |row: sqlx::any::AnyRow| {
            Ok(MandateLine {
                rail: row.text("rail")?,
                customer: row.opt_text("customer")?,
                token: row.opt_text("token")?,
                method: row.text("method")?,
                label: row.text("label")?,
                state: row.text("state")?,
                expires_at: row.opt_time("expires_at")?,
            })
        };
        row.map(read).transpose()
    }
}
