//! The books. Entries balance when they are written and are never changed.
use crate::many::{Asking, Many};
use crate::open::Tx;
use crate::rows::{Read, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};

/// One side of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLine {
    /// The account's word: `clearing:sandbox`, `deferred`.
    pub account: String,
    /// Minor units; debit above zero, credit below, never zero.
    pub amount: i64,
    /// Three letters.
    pub currency: String,
}

/// An entry to be booked. Its lines sum to zero in every currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    pub at: Timestamp,
    /// Why: `capture`, `refund`.
    pub reason: String,
    /// For what, once per reason: `attempt:31`.
    pub reference: String,
    pub lines: Vec<LedgerLine>,
}

/// An entry as booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    pub id: i64,
    pub at: Timestamp,
    pub reason: String,
    pub reference: String,
    pub lines: Vec<LedgerLine>,
}

/// What stands on an account: the sum of its lines in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountBalance {
    pub account: String,
    pub currency: String,
    pub amount: i64,
}

impl Store {
    /// Books an entry of its own and gives its id. Captures are booked by [`Store::settle`].
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when it does not balance; [`StoreError::Refused`] when it was booked before.
    pub async fn book(&self, entry: &NewEntry) -> Result<i64, StoreError> {
        let mut tx = self.begin().await?;
        let id = book(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Books an entry unless it was booked before; true when it is new.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when it does not balance; otherwise the database's.
    pub async fn book_once(&self, entry: &NewEntry) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let new = book_once(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(new)
    }

    /// The balance of every account and currency that has lines.
    ///
    /// # Errors
    /// The database's.
    pub async fn ledger_balances(&self) -> Result<Vec<AccountBalance>, StoreError> {
        let text = "SELECT account, currency, CAST(SUM(amount) AS BIGINT) AS amount FROM ledger_lines \
             GROUP BY account, currency ORDER BY account, currency";
        let rows = sql(text).fetch_all(&self.reader).await?;
        rows.iter()
            .map(|row| {
                Ok(AccountBalance {
                    account: row.text("account")?,
                    currency: row.text("currency")?,
                    amount: row.int("amount")?,
                })
            })
            .collect()
    }

    /// Ids of entries that do not sum to zero or have no lines. There are none unless somebody wrote past this program.
    ///
    /// # Errors
    /// The database's.
    pub async fn ledger_unbalanced(&self) -> Result<Vec<i64>, StoreError> {
        let text = "SELECT DISTINCT entry_id AS id FROM (SELECT entry_id FROM ledger_lines GROUP BY entry_id, currency \
             HAVING SUM(amount) <> 0) AS crooked UNION SELECT e.id FROM ledger_entries e \
             WHERE NOT EXISTS (SELECT 1 FROM ledger_lines l WHERE l.entry_id = e.id) ORDER BY id";
        let rows = sql(text).fetch_all(&self.reader).await?;
        rows.iter().map(|row| row.int("id")).collect()
    }

    /// The entries booked for one thing, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn ledger_entries_of(&self, reference: &str) -> Result<Vec<LedgerEntry>, StoreError> {
        let text = "SELECT e.id, e.at, e.reason, e.reference, l.account, l.amount, l.currency \
             FROM ledger_entries e JOIN ledger_lines l ON l.entry_id = e.id WHERE e.reference = $1 ORDER BY e.id, l.line_no";
        let mut entries: Vec<LedgerEntry> = Vec::new();
        for row in sql(text).bind(reference).fetch_all(&self.reader).await? {
            let id = row.int("id")?;
            let line = LedgerLine {
                account: row.text("account")?,
                amount: row.int("amount")?,
                currency: row.text("currency")?,
            };
            match entries.last_mut() {
                Some(entry) if entry.id == id => entry.lines.push(line),
                _ => entries.push(LedgerEntry {
                    id,
                    at: row.time("at")?,
                    reason: row.text("reason")?,
                    reference: row.text("reference")?,
                    lines: vec![line],
                }),
            }
        }
        Ok(entries)
    }
}

pub(crate) async fn book(tx: &mut Tx, entry: &NewEntry) -> Result<i64, StoreError> {
    balanced(entry)?;
    let row = sql("INSERT INTO ledger_entries (at, reason, reference) VALUES ($1, $2, $3) RETURNING id")
        .bind(ms(entry.at))
        .bind(entry.reason.as_str())
        .bind(entry.reference.as_str())
        .fetch_one(&mut **tx)
        .await?;
    let id = row.int("id")?;
    write_lines(tx, &[(id, entry)]).await?;
    Ok(id)
}

/// Books entries, but for those that were booked before; gives how many are new.
pub(crate) async fn book_all(tx: &mut Tx, entries: &[&NewEntry]) -> Result<usize, StoreError> {
    static BOOK: Many = Many::new(
        "INSERT INTO ledger_entries (at, reason, reference) VALUES",
        3,
        "ON CONFLICT (reason, reference) DO NOTHING RETURNING id, reason, reference",
    );
    for entry in entries {
        balanced(entry)?;
    }
    let mut ids = HashMap::with_capacity(entries.len());
    for row in BOOK.run(tx, entries, head).await? {
        ids.insert((row.text("reason")?, row.text("reference")?), row.int("id")?);
    }
    let new: Vec<(i64, &NewEntry)> = entries
        .iter()
        .filter_map(|entry| Some((ids.remove(&(entry.reason.clone(), entry.reference.clone()))?, *entry)))
        .collect();
    write_lines(tx, &new).await?;
    Ok(new.len())
}

fn head<'q>(query: Asking<'q>, entry: &'q &NewEntry) -> Result<Asking<'q>, StoreError> {
    Ok(query.bind(ms(entry.at)).bind(entry.reason.as_str()).bind(entry.reference.as_str()))
}

/// A line on its way: its entry, its number, itself.
type Numbered<'a> = (i64, i64, &'a LedgerLine);

async fn write_lines(tx: &mut Tx, entries: &[(i64, &NewEntry)]) -> Result<(), StoreError> {
    static LINES: Many =
        Many::new("INSERT INTO ledger_lines (entry_id, line_no, account, amount, currency) VALUES", 5, "");
    let lines: Vec<Numbered<'_>> = entries
        .iter()
        .flat_map(|(id, entry)| (1_i64..).zip(&entry.lines).map(|(line_no, line)| (*id, line_no, line)))
        .collect();
    LINES.run(tx, &lines, bound).await?;
    Ok(())
}

fn bound<'q>(query: Asking<'q>, row: &'q Numbered<'_>) -> Result<Asking<'q>, StoreError> {
    let (entry_id, line_no, line) = row;
    Ok(query.bind(*entry_id).bind(*line_no).bind(line.account.as_str()).bind(line.amount).bind(line.currency.as_str()))
}

/// [`book`], unless it was booked before.
pub(crate) async fn book_once(tx: &mut Tx, entry: &NewEntry) -> Result<bool, StoreError> {
    Ok(book_all(tx, &[entry]).await? == 1)
}

fn balanced(entry: &NewEntry) -> Result<(), StoreError> {
    let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
    for line in &entry.lines {
        if line.amount == 0 {
            return Err(StoreError::invalid(
                "ledger entry",
                format!("the line on {} moves nothing; leave it out", line.account),
            ));
        }
        *sums.entry(&line.currency).or_default() += i128::from(line.amount);
    }
    if sums.is_empty() {
        return Err(StoreError::invalid("ledger entry", "it has no lines; give it at least a debit and a credit"));
    }
    match sums.iter().find(|(_, sum)| **sum != 0) {
        None => Ok(()),
        Some((currency, sum)) => Err(StoreError::invalid(
            "ledger entry",
            format!("its {currency} lines sum to {sum} minor units; make them sum to zero"),
        )),
    }
}
