//! Dates of one file that wait for the same answer, whether the day or the month comes first: one thing to decide, once for all of them.
use super::{Choice, Done, Doubt, barred, follow, note, read, settled};
use crate::changes::Writing;
use crate::rows::{Read as _, sql};
use crate::stories::load;
use crate::{Store, StoreError};
use jiff::Timestamp;
use sqlx::AnyConnection;

const PREFIX: &str = "dates:";
/// Letters of a key that dates of one file share: the prefix, sixteen digits, a colon. The list's query has the same number.
const SHARED: usize = 23;

/// The key of a doubt about the order in which a file writes day and month.
#[must_use]
pub fn key(file: &str, source: &str) -> String {
    format!("{PREFIX}{}:{source}", &blake3::hash(file.as_bytes()).to_hex()[..16])
}

/// What dates of the same file share.
fn shared(key: &str) -> Option<&str> {
    key.get(..SHARED).filter(|shared| shared.starts_with(PREFIX))
}

/// The source whose date a key is about.
pub(crate) fn source_of(key: &str) -> Option<&str> {
    match shared(key) {
        Some(_) => key.get(SHARED..),
        None => key.strip_prefix("date:"),
    }
}

/// Whether nothing of its file is asked yet. Of any other doubt that is always so.
pub(crate) async fn is_first(tx: &mut AnyConnection, key: &str) -> Result<bool, StoreError> {
    let Some(shared) = shared(key) else { return Ok(true) };
    let text = "SELECT 1 AS one FROM doubts WHERE state = 'open' AND kind = 'date' AND substr(key, 1, 23) = $1 LIMIT 1";
    Ok(sql(text).bind(shared).fetch_optional(&mut *tx).await?.is_none())
}

/// The open doubts about dates of the same file, this one aside.
pub(super) async fn others(tx: &mut AnyConnection, id: i64) -> Result<Vec<Doubt>, StoreError> {
    let row = sql("SELECT key FROM doubts WHERE id = $1").bind(id).fetch_one(&mut *tx).await?;
    let key = row.text("key")?;
    let Some(shared) = shared(&key) else { return Ok(Vec::new()) };
    let text = "SELECT d.*, s.headline, s.published_at, '' AS who FROM doubts d JOIN stories s ON s.number = d.number \
         WHERE d.state = 'open' AND d.kind = 'date' AND substr(d.key, 1, 23) = $1 AND d.id <> $2 ORDER BY d.id";
    let rows = sql(text).bind(shared).bind(id).fetch_all(&mut *tx).await?;
    rows.iter().map(read).collect()
}

/// Dates the other stories of the file too. One that has a date by now keeps it, and its doubt stays open; so does that of one that is out of the paper.
pub(super) async fn decide_too(
    tx: &mut Writing,
    id: i64,
    choice: &Choice,
    staff: i64,
    now: Timestamp,
) -> Result<Vec<i64>, StoreError> {
    let mut settled = Vec::new();
    for other in others(tx, id).await? {
        let undated = load(tx, other.number).await?.is_some_and(|stored| stored.story.published_at.is_none());
        if !undated || other.evidence.by_order.len() != 2 || barred::by(tx, &other, None).await?.is_some() {
            continue;
        }
        let done = Done { by_another: true, ..follow(tx, &other, choice, now).await? };
        settled::close_with(tx, other.id, &done, Some(staff), now).await?;
        note(tx, &other, "doubt.decided", &done.choice, None, staff, now).await?;
        settled.push(other.id);
    }
    Ok(settled)
}

impl Store {
    /// How many open doubts about dates of the same file there are, this one among them.
    ///
    /// # Errors
    /// The database's.
    pub async fn dates_alike(&self, id: i64) -> Result<u64, StoreError> {
        let text = "SELECT COUNT(*) AS n FROM doubts e JOIN doubts d ON substr(e.key, 1, 23) = substr(d.key, 1, 23) \
             WHERE d.id = $1 AND d.key LIKE 'dates:%' AND e.state = 'open' AND e.kind = 'date'";
        sql(text).bind(id).fetch_one(&self.reader).await?.small("n")
    }
}
