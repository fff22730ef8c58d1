//! Tax documents. A number is given in the transaction that issues the document, and a document never changes.
use crate::many::{Asking, Many};
use crate::open::Tx;
use crate::rows::{Read, json, limit, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::any::AnyRow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Makes the whole document once its number in the series is known.
#[derive(Clone)]
pub struct Numbered(pub Arc<dyn Fn(i64) -> Result<Value, String> + Send + Sync>);

impl std::fmt::Debug for Numbered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Numbered(…)")
    }
}

/// A document to be issued.
#[derive(Debug, Clone)]
pub struct NewDocument {
    /// In which series it takes the next number.
    pub series: String,
    /// `tax-invoice`, `credit-note`.
    pub kind: String,
    /// What it is issued for; one document each.
    pub reference: String,
    pub subscription_id: i64,
    pub period_n: u32,
    pub reader_id: i64,
    pub issued_at: Timestamp,
    /// Minor units.
    pub gross: i64,
    pub currency: String,
    /// Everything on it.
    pub facts: Numbered,
}

/// A document that got its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    pub id: i64,
    pub series: String,
    pub n: i64,
    pub reference: String,
}

/// A document as issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub id: i64,
    pub series: String,
    /// From 1, without a gap in its series.
    pub n: i64,
    pub kind: String,
    pub reference: String,
    pub subscription_id: i64,
    pub period_n: u32,
    pub reader_id: i64,
    pub issued_at: Timestamp,
    pub gross: i64,
    pub currency: String,
    pub facts: Value,
}

impl Store {
    /// A reader's documents, latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn documents_of(&self, reader_id: i64) -> Result<Vec<Document>, StoreError> {
        let text = "SELECT * FROM documents WHERE reader_id = $1 ORDER BY id DESC";
        sql(text).bind(reader_id).fetch_all(&self.reader).await?.iter().map(read).collect()
    }

    /// A document by id.
    ///
    /// # Errors
    /// The database's.
    pub async fn document(&self, id: i64) -> Result<Option<Document>, StoreError> {
        let row = sql("SELECT * FROM documents WHERE id = $1").bind(id).fetch_optional(&self.reader).await?;
        row.as_ref().map(read).transpose()
    }

    /// A document by what it was issued for.
    ///
    /// # Errors
    /// The database's.
    pub async fn document_for(&self, reference: &str) -> Result<Option<Document>, StoreError> {
        let row =
            sql("SELECT * FROM documents WHERE reference = $1").bind(reference).fetch_optional(&self.reader).await?;
        row.as_ref().map(read).transpose()
    }

    /// The documents about one invoice of a contract, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn documents_about(&self, subscription_id: i64, period_n: u32) -> Result<Vec<Document>, StoreError> {
        let text = "SELECT * FROM documents WHERE subscription_id = $1 AND period_n = $2 ORDER BY id";
        let rows = sql(text).bind(subscription_id).bind(i64::from(period_n)).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }

    /// At most `rows` documents with ids above `after`.
    ///
    /// # Errors
    /// The database's.
    pub async fn documents_after(&self, after: i64, rows: usize) -> Result<Vec<Document>, StoreError> {
        let text = "SELECT * FROM documents WHERE id > $1 ORDER BY id LIMIT $2";
        sql(text).bind(after).bind(limit(rows)).fetch_all(&self.reader).await?.iter().map(read).collect()
    }
}

/// Issues documents under the next numbers of their series, but for those that were issued before; gives the new ones by
/// reference.
///
/// On PostgreSQL the series' row is locked until the transaction ends, so a transaction that is undone gives its numbers back
/// before anybody else can take one.
pub(crate) async fn issue_all(tx: &mut Tx, all: &[&NewDocument]) -> Result<HashMap<String, Issued>, StoreError> {
    // Asked one by one inside: a join would be planned for the table's size of some time ago, and read it whole.
    static KNOWN: Many = Many::new(
        "SELECT (SELECT reference FROM documents WHERE reference = wanted.column1) AS reference FROM (VALUES",
        1,
        ") AS wanted",
    );
    static ISSUE: Many = Many::new(
        "INSERT INTO documents (series, n, kind, reference, subscription_id, period_n, reader_id, issued_at, gross, currency, \
         facts) VALUES",
        11,
        "RETURNING id, series, n, reference",
    );
    let mut known = HashSet::with_capacity(all.len());
    for row in KNOWN.run(tx, all, |query, new| Ok(query.bind(new.reference.as_str()))).await? {
        known.extend(row.opt_text("reference")?);
    }
    let mut numbered: Vec<(&NewDocument, i64, String)> = Vec::with_capacity(all.len());
    for new in all.iter().filter(|new| known.insert(new.reference.clone())) {
        let text = "INSERT INTO document_series (series, last) VALUES ($1, 1) \
             ON CONFLICT (series) DO UPDATE SET last = document_series.last + 1 RETURNING last";
        let n = sql(text).bind(new.series.as_str()).fetch_one(&mut **tx).await?.int("last")?;
        // An error undoes the transaction, and the number goes back with it.
        let facts = (new.facts.0)(n).map_err(|mend| StoreError::invalid("document", mend))?;
        numbered.push((*new, n, json("document", &facts)?));
    }
    let mut issued = HashMap::with_capacity(numbered.len());
    for row in ISSUE.run(tx, &numbered, bound).await? {
        let one = Issued {
            id: row.int("id")?,
            series: row.text("series")?,
            n: row.int("n")?,
            reference: row.text("reference")?,
        };
        issued.insert(one.reference.clone(), one);
    }
    Ok(issued)
}

fn bound<'q>(query: Asking<'q>, row: &'q (&NewDocument, i64, String)) -> Result<Asking<'q>, StoreError> {
    let (new, n, facts) = row;
    Ok(query
        .bind(new.series.as_str())
        .bind(*n)
        .bind(new.kind.as_str())
        .bind(new.reference.as_str())
        .bind(new.subscription_id)
        .bind(i64::from(new.period_n))
        .bind(new.reader_id)
        .bind(ms(new.issued_at))
        .bind(new.gross)
        .bind(new.currency.as_str())
        .bind(facts.as_str()))
}

fn read(row: &AnyRow) -> Result<Document, StoreError> {
    Ok(Document {
        id: row.int("id")?,
        series: row.text("series")?,
        n: row.int("n")?,
        kind: row.text("kind")?,
        reference: row.text("reference")?,
        subscription_id: row.int("subscription_id")?,
        period_n: row.small("period_n")?,
        reader_id: row.int("reader_id")?,
        issued_at: row.time("issued_at")?,
        gross: row.int("gross")?,
        currency: row.text("currency")?,
        facts: row.json("facts")?,
    })
}
