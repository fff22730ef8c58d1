//! The audit trail: who did what to what. Rows are only ever added.
use crate::many::{Asking, Many};
use crate::open::Tx;
use crate::rows::{Read, json, limit, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::any::AnyRow;

/// Something that happened, to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Who: `reader:7`, `staff:2`, `clock`, `rail:sandbox`.
    pub actor: String,
    /// What: `subscription.activated`.
    pub kind: String,
    /// To what: `subscription:12`.
    pub subject: String,
    /// Old and new values. No secrets, no text of stories.
    pub data: Value,
}

/// Something that happened, as written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub id: i64,
    pub at: Timestamp,
    pub actor: String,
    pub kind: String,
    pub subject: String,
    pub data: Value,
}

impl Store {
    /// Writes an event down.
    ///
    /// # Errors
    /// The database's.
    pub async fn append_event(&self, event: &NewEvent, at: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        append(&mut tx, event, at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Writes events down, all or none.
    ///
    /// # Errors
    /// The database's.
    pub async fn append_events(&self, events: &[NewEvent], at: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let rows: Vec<_> = events.iter().map(|event| (event, at)).collect();
        append_all(&mut tx, &rows).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The events of one subject, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn events_of(&self, subject: &str) -> Result<Vec<Event>, StoreError> {
        let rows =
            sql("SELECT * FROM events WHERE subject = $1 ORDER BY id").bind(subject).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }

    /// The latest events, latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn events(&self, rows: usize) -> Result<Vec<Event>, StoreError> {
        let rows =
            sql("SELECT * FROM events ORDER BY id DESC LIMIT $1").bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }
}

pub(crate) async fn append(tx: &mut Tx, event: &NewEvent, at: Timestamp) -> Result<(), StoreError> {
    append_all(tx, &[(event, at)]).await
}

pub(crate) async fn append_all(tx: &mut Tx, events: &[(&NewEvent, Timestamp)]) -> Result<(), StoreError> {
    static APPEND: Many = Many::new("INSERT INTO events (at, actor, kind, subject, data) VALUES", 5, "");
    APPEND.run(tx, events, bound).await?;
    Ok(())
}

fn bound<'q>(query: Asking<'q>, row: &'q (&NewEvent, Timestamp)) -> Result<Asking<'q>, StoreError> {
    let (event, at) = row;
    Ok(query
        .bind(ms(*at))
        .bind(event.actor.as_str())
        .bind(event.kind.as_str())
        .bind(event.subject.as_str())
        .bind(json("event", &event.data)?))
}

pub(crate) fn read(row: &AnyRow) -> Result<Event, StoreError> {
    Ok(Event {
        id: row.int("id")?,
        at: row.time("at")?,
        actor: row.text("actor")?,
        kind: row.text("kind")?,
        subject: row.text("subject")?,
        data: row.json("data")?,
    })
}
