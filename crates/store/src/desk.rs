//! What the desk looks up about readers and money.
use crate::readers::{self, Reader};
use crate::rows::{Read, limit, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;

/// Readers found by a search, one page of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundReaders {
    pub readers: Vec<Reader>,
    /// How many there are on all pages.
    pub total: i64,
}

/// How much a person has to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attention {
    /// Contracts on which nothing is charged until somebody has looked.
    pub parked: i64,
    /// Contracts with an open dispute.
    pub disputed: i64,
    /// Refunds that the rail refused.
    pub refunds_failed: i64,
    /// Mails that nobody takes.
    pub mails_given_up: i64,
    /// Deliveries of a rail that were not finished.
    pub webhooks_unfinished: i64,
}

impl Attention {
    /// All of it together.
    #[must_use]
    pub const fn total(&self) -> i64 {
        self.parked + self.disputed + self.refunds_failed + self.mails_given_up + self.webhooks_unfinished
    }
}

/// A contract that needs a person, with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeedsAPerson {
    pub subscription_id: i64,
    pub reader_id: i64,
    /// Since when.
    pub since: Timestamp,
}

/// A refund that the rail refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedRefund {
    pub key: String,
    pub subscription_id: i64,
    pub reader_id: i64,
    /// Minor units.
    pub amount: i64,
    pub currency: String,
    pub since: Timestamp,
}

/// What a rail took or gave back in a span of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    pub currency: String,
    /// How many payments or refunds.
    pub count: i64,
    /// Minor units, together.
    pub amount: i64,
}

/// Money that stands on an account which has to return to zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenMoney {
    pub reference: String,
    pub currency: String,
    /// Minor units, debits above zero.
    pub amount: i64,
    pub since: Timestamp,
}

/// For the numbers that an operator watches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Workload {
    /// Contracts that are due now.
    pub due: i64,
    /// Since when the longest of them is due.
    pub oldest_due: Option<Timestamp>,
    /// Mails that wait.
    pub mails: i64,
    /// When the oldest of them was written.
    pub oldest_mail: Option<Timestamp>,
}

const FOUND: &str = "FROM readers WHERE $1 = '' OR LOWER(email) LIKE $2 ESCAPE '\\' OR LOWER(name) LIKE $2 ESCAPE '\\' \
     OR id IN (SELECT reader_id FROM subscriptions WHERE id = $3) OR id = $3 \
     OR id IN (SELECT reader_id FROM documents WHERE series = $4 AND n = $5) \
     OR id IN (SELECT s.reader_id FROM payment_attempts a JOIN subscriptions s ON s.id = a.subscription_id \
         WHERE a.rail_ref = $1 OR a.key = $1) \
     OR id IN (SELECT s.reader_id FROM refunds r JOIN subscriptions s ON s.id = r.subscription_id \
         WHERE r.rail_ref = $1 OR r.key = $1) \
     OR id IN (SELECT s.reader_id FROM mandates m JOIN subscriptions s ON s.id = m.subscription_id \
         WHERE m.token = $1 OR m.customer = $1)";

impl Store {
    /// Readers by a part of their address or name, by the number of a document, the id of a reader or contract, or a key or
    /// reference of a payment, refund or permission. Latest first; an empty search finds everybody.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_readers(&self, search: &str, skip: usize, rows: usize) -> Result<FoundReaders, StoreError> {
        static COUNT: std::sync::LazyLock<String> =
            std::sync::LazyLock::new(|| format!("SELECT COUNT(*) AS n {FOUND}"));
        static LIST: std::sync::LazyLock<String> =
            std::sync::LazyLock::new(|| format!("SELECT * {FOUND} ORDER BY id DESC LIMIT $6 OFFSET $7"));
        let search = search.trim();
        let like = format!("%{}%", escaped(&search.to_lowercase()));
        let id = search.trim_start_matches('#').parse::<i64>().unwrap_or(-1);
        let (series, n) = self.document_number(search).await?.unwrap_or_default();
        let bound = |text: &'static str| {
            sql(text).bind(search.to_owned()).bind(like.clone()).bind(id).bind(series.clone()).bind(n)
        };
        let total = bound(COUNT.as_str()).fetch_one(&self.reader).await?.int("n")?;
        let found = bound(LIST.as_str()).bind(limit(rows)).bind(limit(skip)).fetch_all(&self.reader).await?;
        Ok(FoundReaders { readers: found.iter().map(readers::read).collect::<Result<_, _>>()?, total })
    }

    /// Series and place of a document's number, when it begins like one of our series.
    async fn document_number(&self, number: &str) -> Result<Option<(String, i64)>, StoreError> {
        if number.len() > 32 || !number.ends_with(|c: char| c.is_ascii_digit()) {
            return Ok(None);
        }
        for row in sql("SELECT series FROM document_series ORDER BY series").fetch_all(&self.reader).await? {
            let series = row.text("series")?;
            let rest = number.get(..series.len()).filter(|start| start.eq_ignore_ascii_case(&series));
            if let Some(n) = rest.and_then(|_| number[series.len()..].parse().ok()) {
                return Ok(Some((series, n)));
            }
        }
        Ok(None)
    }

    /// How much a person has to look at, of deliveries those that came before an instant: later ones are still being
    /// worked on. Every count has an index of its own.
    ///
    /// # Errors
    /// The database's.
    pub async fn attention(&self, before: Timestamp) -> Result<Attention, StoreError> {
        let text = "SELECT (SELECT COUNT(*) FROM subscriptions WHERE parked_at IS NOT NULL) AS parked, \
             (SELECT COUNT(*) FROM subscriptions WHERE held_at IS NOT NULL) AS disputed, \
             (SELECT COUNT(*) FROM refunds WHERE state = 'failed') AS refunds_failed, \
             (SELECT COUNT(*) FROM mails WHERE given_up_at IS NOT NULL) AS mails_given_up, \
             (SELECT COUNT(*) FROM webhook_events WHERE handled_at IS NULL AND received_at < $1) AS webhooks_unfinished";
        let row = sql(text).bind(ms(before)).fetch_one(&self.reader).await?;
        Ok(Attention {
            parked: row.int("parked")?,
            disputed: row.int("disputed")?,
            refunds_failed: row.int("refunds_failed")?,
            mails_given_up: row.int("mails_given_up")?,
            webhooks_unfinished: row.int("webhooks_unfinished")?,
        })
    }

    /// Contracts that are parked, longest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn parked_contracts(&self, rows: usize) -> Result<Vec<NeedsAPerson>, StoreError> {
        let text = "SELECT id, reader_id, parked_at AS since FROM subscriptions WHERE parked_at IS NOT NULL ORDER BY parked_at LIMIT $1";
        self.people_needed(text, rows).await
    }

    /// Contracts that an open dispute holds, longest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn disputed_contracts(&self, rows: usize) -> Result<Vec<NeedsAPerson>, StoreError> {
        let text = "SELECT id, reader_id, held_at AS since FROM subscriptions WHERE held_at IS NOT NULL ORDER BY held_at LIMIT $1";
        self.people_needed(text, rows).await
    }

    async fn people_needed(&self, text: &'static str, rows: usize) -> Result<Vec<NeedsAPerson>, StoreError> {
        let rows = sql(text).bind(limit(rows)).fetch_all(&self.reader).await?;
        let read = |row: &sqlx::any::AnyRow| {
            Ok(NeedsAPerson {
                subscription_id: row.int("id")?,
                reader_id: row.int("reader_id")?,
                since: row.time("since")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Refunds that the rail refused, longest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn failed_refunds(&self, rows: usize) -> Result<Vec<FailedRefund>, StoreError> {
        let text = "SELECT r.key, r.subscription_id, s.reader_id, r.amount, r.currency, r.updated_at FROM refunds r \
             JOIN subscriptions s ON s.id = r.subscription_id WHERE r.state = 'failed' ORDER BY r.updated_at LIMIT $1";
        let rows = sql(text).bind(limit(rows)).fetch_all(&self.reader).await?;
        let read = |row: &sqlx::any::AnyRow| {
            Ok(FailedRefund {
                key: row.text("key")?,
                subscription_id: row.int("subscription_id")?,
                reader_id: row.int("reader_id")?,
                amount: row.int("amount")?,
                currency: row.text("currency")?,
                since: row.time("updated_at")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// What was captured from `from` to before `to`.
    ///
    /// # Errors
    /// The database's.
    pub async fn captured_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Taking>, StoreError> {
        let text = "SELECT currency, COUNT(*) AS n, CAST(SUM(amount) AS BIGINT) AS amount FROM payment_attempts \
             WHERE settled_at >= $1 AND settled_at < $2 AND state IN ('captured', 'surplus', 'refunded') \
             GROUP BY currency ORDER BY currency";
        self.takings(text, from, to).await
    }

    /// What was given back from `from` to before `to`.
    ///
    /// # Errors
    /// The database's.
    pub async fn returned_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Taking>, StoreError> {
        let text = "SELECT currency, COUNT(*) AS n, CAST(SUM(amount) AS BIGINT) AS amount FROM refunds \
             WHERE state = 'succeeded' AND updated_at >= $1 AND updated_at < $2 GROUP BY currency ORDER BY currency";
        self.takings(text, from, to).await
    }

    async fn takings(&self, text: &'static str, from: Timestamp, to: Timestamp) -> Result<Vec<Taking>, StoreError> {
        let rows = sql(text).bind(ms(from)).bind(ms(to)).fetch_all(&self.reader).await?;
        let read = |row: &sqlx::any::AnyRow| {
            Ok(Taking { currency: row.text("currency")?, count: row.int("n")?, amount: row.int("amount")? })
        };
        rows.iter().map(read).collect()
    }

    /// The earliest instant after `at` at which a contract has to be looked at.
    ///
    /// # Errors
    /// The database's.
    pub async fn next_due_after(&self, at: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        // What a process has taken comes back when its time with it is over: perhaps that process is no more.
        let text = "SELECT MIN(CASE WHEN leased_until > due_at THEN leased_until ELSE due_at END) AS due_at FROM subscriptions \
             WHERE due_at > $1 OR (due_at IS NOT NULL AND leased_until > $1)";
        sql(text).bind(ms(at)).fetch_one(&self.reader).await?.opt_time("due_at")
    }

    /// What is open on an account that has to return to zero, by the reference of its entries, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn open_on(&self, account: &str) -> Result<Vec<OpenMoney>, StoreError> {
        let text = "SELECT e.reference, l.currency, CAST(SUM(l.amount) AS BIGINT) AS amount, MIN(e.at) AS since \
             FROM ledger_lines l JOIN ledger_entries e ON e.id = l.entry_id WHERE l.account = $1 \
             GROUP BY e.reference, l.currency HAVING SUM(l.amount) <> 0 ORDER BY since";
        let rows = sql(text).bind(account).fetch_all(&self.reader).await?;
        let read = |row: &sqlx::any::AnyRow| {
            Ok(OpenMoney {
                reference: row.text("reference")?,
                currency: row.text("currency")?,
                amount: row.int("amount")?,
                since: row.time("since")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// What waits to be done.
    ///
    /// # Errors
    /// The database's.
    pub async fn workload(&self, now: Timestamp) -> Result<Workload, StoreError> {
        let text = "SELECT COUNT(*) AS n, MIN(due_at) AS oldest FROM subscriptions WHERE due_at <= $1";
        let due = sql(text).bind(ms(now)).fetch_one(&self.reader).await?;
        let text =
            "SELECT COUNT(*) AS n, MIN(created_at) AS oldest FROM mails WHERE sent_at IS NULL AND given_up_at IS NULL";
        let mails = sql(text).fetch_one(&self.reader).await?;
        Ok(Workload {
            due: due.int("n")?,
            oldest_due: due.opt_time("oldest")?,
            mails: mails.int("n")?,
            oldest_mail: mails.opt_time("oldest")?,
        })
    }
}

/// A text as `LIKE` takes it literally.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
