//! What was added since a moment: for the journey of a moved clock, for counters and for exports. Every list is by the row's own
//! number, so that nothing is told twice or left out.
use crate::events::{self, Event};
use crate::ledger::{LedgerEntry, LedgerLine};
use crate::outbox::{self, Mail};
use crate::rows::{Read, limit, ms, sql};
use crate::{GrantRow, Store, StoreError, grants};
use jiff::Timestamp;

/// How far the lists have come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Watermarks {
    pub event: i64,
    pub mail: i64,
    pub entry: i64,
    pub document: i64,
}

impl Watermarks {
    /// Whether something was added since that people notice: an event, a mail or a document, and not only a booking.
    #[must_use]
    pub const fn differs_for_people(self, since: Self) -> bool {
        self.event != since.event || self.mail != since.mail || self.document != since.document
    }
}

/// A payment as exports and journeys tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub id: i64,
    pub key: String,
    pub subscription_id: i64,
    pub reader_id: i64,
    pub period_n: i64,
    pub attempt_no: i64,
    pub rail: String,
    /// Minor units.
    pub amount: i64,
    pub currency: String,
    pub state: String,
    pub rail_ref: Option<String>,
    pub failure: Option<String>,
    pub planned_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub settled_at: Option<Timestamp>,
}

impl Store {
    /// The latest row of each list.
    ///
    /// # Errors
    /// The database's.
    pub async fn watermarks(&self) -> Result<Watermarks, StoreError> {
        let text = "SELECT (SELECT COALESCE(MAX(id), 0) FROM events) AS event, (SELECT COALESCE(MAX(id), 0) FROM mails) AS mail, \
             (SELECT COALESCE(MAX(id), 0) FROM ledger_entries) AS entry, (SELECT COALESCE(MAX(id), 0) FROM documents) AS document";
        let row = sql(text).fetch_one(&self.reader).await?;
        Ok(Watermarks {
            event: row.int("event")?,
            mail: row.int("mail")?,
            entry: row.int("entry")?,
            document: row.int("document")?,
        })
    }

    /// At most `rows` events with ids above `after`.
    ///
    /// # Errors
    /// The database's.
    pub async fn events_after(&self, after: i64, rows: usize) -> Result<Vec<Event>, StoreError> {
        let text = "SELECT * FROM events WHERE id > $1 ORDER BY id LIMIT $2";
        sql(text).bind(after).bind(limit(rows)).fetch_all(&self.reader).await?.iter().map(events::read).collect()
    }

    /// At most `rows` mails with ids above `after`.
    ///
    /// # Errors
    /// The database's.
    pub async fn mails_after(&self, after: i64, rows: usize) -> Result<Vec<Mail>, StoreError> {
        let text = "SELECT * FROM mails WHERE id > $1 ORDER BY id LIMIT $2";
        sql(text).bind(after).bind(limit(rows)).fetch_all(&self.reader).await?.iter().map(outbox::read).collect()
    }

    /// Rights that were given, or that ended, after `from` and until `to`; at most `rows`.
    ///
    /// # Errors
    /// The database's.
    pub async fn grants_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        rows: usize,
    ) -> Result<Vec<GrantRow>, StoreError> {
        let text = "SELECT * FROM grants WHERE (created_at > $1 AND created_at <= $2) OR (ends_at > $1 AND ends_at <= $2) \
             ORDER BY id LIMIT $3";
        let found = sql(text).bind(ms(from)).bind(ms(to)).bind(limit(rows)).fetch_all(&self.reader).await?;
        found.iter().map(grants::read).collect()
    }

    /// Payments that were sent or decided after `from` and until `to`.
    ///
    /// # Errors
    /// The database's.
    pub async fn payments_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        rows: usize,
    ) -> Result<Vec<Payment>, StoreError> {
        let text = "SELECT a.*, s.reader_id FROM payment_attempts a JOIN subscriptions s ON s.id = a.subscription_id \
             WHERE (a.sent_at > $1 AND a.sent_at <= $2) OR (a.settled_at > $1 AND a.settled_at <= $2) ORDER BY a.id LIMIT $3";
        let found = sql(text).bind(ms(from)).bind(ms(to)).bind(limit(rows)).fetch_all(&self.reader).await?;
        found.iter().map(payment).collect()
    }

    /// At most `rows` payments with ids above `after`.
    ///
    /// # Errors
    /// The database's.
    pub async fn payments_after(&self, after: i64, rows: usize) -> Result<Vec<Payment>, StoreError> {
        let text = "SELECT a.*, s.reader_id FROM payment_attempts a JOIN subscriptions s ON s.id = a.subscription_id \
             WHERE a.id > $1 ORDER BY a.id LIMIT $2";
        sql(text).bind(after).bind(limit(rows)).fetch_all(&self.reader).await?.iter().map(payment).collect()
    }

    /// At most `rows` entries of the books with ids above `after`, each whole.
    ///
    /// # Errors
    /// The database's.
    pub async fn ledger_entries_after(&self, after: i64, rows: usize) -> Result<Vec<LedgerEntry>, StoreError> {
        let text = "SELECT e.id, e.at, e.reason, e.reference, l.account, l.amount, l.currency \
             FROM (SELECT * FROM ledger_entries WHERE id > $1 ORDER BY id LIMIT $2) AS e \
             LEFT JOIN ledger_lines l ON l.entry_id = e.id ORDER BY e.id, l.line_no";
        let mut entries: Vec<LedgerEntry> = Vec::new();
        for row in sql(text).bind(after).bind(limit(rows)).fetch_all(&self.reader).await? {
            let id = row.int("id")?;
            if entries.last().is_none_or(|entry| entry.id != id) {
                entries.push(LedgerEntry {
                    id,
                    at: row.time("at")?,
                    reason: row.text("reason")?,
                    reference: row.text("reference")?,
                    lines: Vec::new(),
                });
            }
            // An entry without lines is a fault, which the reader of this list has to see.
            let Some(account) = row.opt_text("account")? else { continue };
            let line = LedgerLine { account, amount: row.int("amount")?, currency: row.text("currency")? };
            if let Some(entry) = entries.last_mut() {
                entry.lines.push(line);
            }
        }
        Ok(entries)
    }
}

fn payment(row: &sqlx::any::AnyRow) -> Result<Payment, StoreError> {
    Ok(Payment {
        id: row.int("id")?,
        key: row.text("key")?,
        subscription_id: row.int("subscription_id")?,
        reader_id: row.int("reader_id")?,
        period_n: row.int("period_n")?,
        attempt_no: row.int("attempt_no")?,
        rail: row.text("rail")?,
        amount: row.int("amount")?,
        currency: row.text("currency")?,
        state: row.text("state")?,
        rail_ref: row.opt_text("rail_ref")?,
        failure: row.opt_text("failure")?,
        planned_at: row.time("created_at")?,
        sent_at: row.opt_time("sent_at")?,
        settled_at: row.opt_time("settled_at")?,
    })
}
