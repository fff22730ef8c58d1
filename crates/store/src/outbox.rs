//! Mails that wait to be sent. A mail is written in the transaction of what it tells, and sent afterwards.
use crate::many::{Asking, Many};
use crate::open::Tx;
use crate::rows::{Read, json, limit, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;
use sqlx::any::AnyRow;

/// A mail to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct NewMail {
    /// Where a mail may be written only once, what it is for: `receipt:attempt:31`.
    pub key: Option<String>,
    /// `log-in-code`, `receipt`, `cancelled`.
    pub kind: String,
    /// The address.
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    /// The reader it goes to, if they have an account.
    pub reader_id: Option<i64>,
    /// What it is about: `subscription:12`.
    pub about: Option<String>,
    /// References of documents that go with it.
    pub attachments: Vec<String>,
}

/// A mail in the outbox.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    pub id: i64,
    pub key: Option<String>,
    pub kind: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    /// The reader it goes to, if they have an account.
    pub reader_id: Option<i64>,
    pub about: Option<String>,
    pub attachments: Vec<String>,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was given up: the address does not exist, or nobody takes it.
    pub given_up_at: Option<Timestamp>,
}

/// Leaves out whom it goes to and what it says: log-in codes are in there.
impl std::fmt::Debug for NewMail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewMail").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Leaves out whom it goes to and what it says: log-in codes are in there.
impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("sent_at", &self.sent_at)
            .finish_non_exhaustive()
    }
}

/// Whether a mail was put into the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queued {
    /// Yes, under this id.
    New(i64),
    /// One with its key was there already.
    Already,
}

impl Store {
    /// Puts a mail into the outbox.
    ///
    /// # Errors
    /// The database's.
    pub async fn queue_mail(&self, mail: &NewMail, now: Timestamp) -> Result<Queued, StoreError> {
        let mut tx = self.begin().await?;
        let queued = queue(&mut tx, mail, now).await?;
        tx.commit().await?;
        Ok(queued)
    }

    /// The latest mails, latest first: the sample paper's mailbox.
    ///
    /// # Errors
    /// The database's.
    pub async fn mails(&self, rows: usize) -> Result<Vec<Mail>, StoreError> {
        let rows =
            sql("SELECT * FROM mails ORDER BY id DESC LIMIT $1").bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }

    /// The mails about one thing, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn mails_about(&self, about: &str) -> Result<Vec<Mail>, StoreError> {
        let rows =
            sql("SELECT * FROM mails WHERE subject_of = $1 ORDER BY id").bind(about).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }

    /// A mail could not be handed over: it is tried again at `not_before`, or never (`None`).
    ///
    /// # Errors
    /// The database's.
    pub async fn mark_mail_failed(
        &self,
        id: i64,
        not_before: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let text = "UPDATE mails SET attempts = attempts + 1, not_before = $2, given_up_at = $3 WHERE id = $1 AND sent_at IS NULL";
        let mut tx = self.begin().await?;
        sql(text)
            .bind(id)
            .bind(not_before.map_or(0, ms))
            .bind(not_before.is_none().then(|| ms(now)))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The oldest mails that are to be sent now.
    ///
    /// # Errors
    /// The database's.
    pub async fn unsent_mails(&self, now: Timestamp, rows: usize) -> Result<Vec<Mail>, StoreError> {
        let text = "SELECT * FROM mails WHERE sent_at IS NULL AND given_up_at IS NULL AND not_before <= $2 ORDER BY id LIMIT $1";
        let rows = sql(text).bind(limit(rows)).bind(ms(now)).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }

    /// Takes the oldest mails that are to be sent now and keeps everybody else from them until `until`: of several processes
    /// one sends each. Who dies on the way leaves them to be sent after that.
    ///
    /// # Errors
    /// The database's.
    pub async fn claim_mails(&self, now: Timestamp, until: Timestamp, rows: usize) -> Result<Vec<Mail>, StoreError> {
        // The condition stands outside as well: of two that read the same rows the second finds them taken.
        let text = "UPDATE mails SET not_before = $2 WHERE sent_at IS NULL AND given_up_at IS NULL AND not_before <= $1 AND id IN \
             (SELECT id FROM mails WHERE sent_at IS NULL AND given_up_at IS NULL AND not_before <= $1 ORDER BY id LIMIT $3) \
             RETURNING *";
        let mut tx = self.begin().await?;
        let rows = sql(text).bind(ms(now)).bind(ms(until)).bind(limit(rows)).fetch_all(&mut *tx).await?;
        tx.commit().await?;
        let mut mails = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        mails.sort_by_key(|mail| mail.id);
        Ok(mails)
    }

    /// When the next mail may be sent; `None`: none waits.
    ///
    /// # Errors
    /// The database's.
    pub async fn next_mail(&self) -> Result<Option<Timestamp>, StoreError> {
        let text = "SELECT MIN(not_before) AS at FROM mails WHERE sent_at IS NULL AND given_up_at IS NULL";
        sql(text).fetch_one(&self.reader).await?.opt_time("at")
    }

    /// The mails to a reader's account, latest first. Mails with log-in codes belong to no account and are not among them.
    ///
    /// # Errors
    /// The database's.
    pub async fn mails_of_reader(&self, reader_id: i64, rows: usize) -> Result<Vec<Mail>, StoreError> {
        let text = "SELECT * FROM mails WHERE reader_id = $1 ORDER BY id DESC LIMIT $2";
        sql(text).bind(reader_id).bind(limit(rows)).fetch_all(&self.reader).await?.iter().map(read).collect()
    }

    /// Mails that nobody takes, latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn mails_given_up(&self, rows: usize) -> Result<Vec<Mail>, StoreError> {
        let text = "SELECT * FROM mails WHERE given_up_at IS NOT NULL ORDER BY given_up_at DESC LIMIT $1";
        sql(text).bind(limit(rows)).fetch_all(&self.reader).await?.iter().map(read).collect()
    }

    /// A mail was handed over. False when it had been already.
    ///
    /// # Errors
    /// The database's.
    pub async fn mark_mail_sent(&self, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let done = sql("UPDATE mails SET sent_at = $2 WHERE id = $1 AND sent_at IS NULL")
            .bind(id)
            .bind(ms(now))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(done.rows_affected() == 1)
    }
}

pub(crate) async fn queue(tx: &mut Tx, mail: &NewMail, now: Timestamp) -> Result<Queued, StoreError> {
    let rows = queue_all(tx, &[(mail, now)]).await?;
    rows.first().map_or(Ok(Queued::Already), |row| Ok(Queued::New(row.int("id")?)))
}

/// Queues mails, but for those whose key is there already; gives a row with the id of each that is new.
pub(crate) async fn queue_all(tx: &mut Tx, mails: &[(&NewMail, Timestamp)]) -> Result<Vec<AnyRow>, StoreError> {
    static QUEUE: Many = Many::new(
        "INSERT INTO mails (key, kind, recipient, subject, body_text, body_html, created_at, reader_id, subject_of, attachments) VALUES",
        10,
        "ON CONFLICT (key) DO NOTHING RETURNING id",
    );
    QUEUE.run(tx, mails, bound).await
}

fn bound<'q>(query: Asking<'q>, row: &'q (&NewMail, Timestamp)) -> Result<Asking<'q>, StoreError> {
    let (mail, now) = row;
    let attachments = if mail.attachments.is_empty() { None } else { Some(json("mail", &mail.attachments)?) };
    Ok(query
        .bind(mail.key.as_deref())
        .bind(mail.kind.as_str())
        .bind(mail.to.as_str())
        .bind(mail.subject.as_str())
        .bind(mail.text.as_str())
        .bind(mail.html.as_deref())
        .bind(ms(*now))
        .bind(mail.reader_id)
        .bind(mail.about.as_deref())
        .bind(attachments))
}

pub(crate) fn read(row: &AnyRow) -> Result<Mail, StoreError> {
    Ok(Mail {
        id: row.int("id")?,
        key: row.opt_text("key")?,
        kind: row.text("kind")?,
        to: row.text("recipient")?,
        subject: row.text("subject")?,
        text: row.text("body_text")?,
        html: row.opt_text("body_html")?,
        reader_id: row.opt_int("reader_id")?,
        about: row.opt_text("subject_of")?,
        attachments: row.opt_text("attachments")?.map_or(Ok(Vec::new()), |text| {
            serde_json::from_str(&text)
                .map_err(|e| StoreError::Unreadable { what: "attachments".into(), cause: Box::new(e) })
        })?,
        created_at: row.time("created_at")?,
        sent_at: row.opt_time("sent_at")?,
        attempts: row.small("attempts")?,
        given_up_at: row.opt_time("given_up_at")?,
    })
}
