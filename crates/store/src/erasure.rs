//! Erasing an account: the person goes, what the law wants kept stays (documents, contracts, payments, books). What stays
//! names nobody but by number; a document is a copy of its own and keeps the name that stood on it when it was issued.
use crate::events::{self, NewEvent};
use crate::outbox::{self, NewMail};
use crate::rows::{Read, ms, sql};
use crate::{Store, StoreError};
use jiff::Timestamp;

/// Whether an account was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased {
    /// It is.
    Done,
    /// A contract of the reader runs, or is being paid: nothing was changed.
    ContractRuns(i64),
    /// There is no such account, or it is staff's: nothing was changed.
    NoSuchReader,
}

impl Store {
    /// Erases an account in one transaction: address, name and password; sessions, codes, readings, searches, billing
    /// details, mails and what was written on gifts. Its number stays, so that contracts, payments, documents and books stay
    /// whole. The address may open an account anew. `farewell` is the one mail that still goes there.
    ///
    /// # Errors
    /// The database's; after an error nothing is erased.
    pub async fn erase_reader(
        &self,
        reader_id: i64,
        farewell: Option<&NewMail>,
        now: Timestamp,
    ) -> Result<Erased, StoreError> {
        let mut tx = self.begin().await?;
        // A checkout that begins at this instant waits until this is over, or is seen here.
        self.engine().queue_up(&mut tx, "checkout", reader_id).await?;
        let text = "SELECT email, email_key FROM readers WHERE id = $1 AND role = 'reader' AND email <> ''";
        let Some(row) = sql(text).bind(reader_id).fetch_optional(&mut *tx).await? else {
            return Ok(Erased::NoSuchReader);
        };
        let (email, email_key) = (row.text("email")?, row.text("email_key")?);
        let text = "SELECT id FROM subscriptions WHERE live_reader = $1 OR checkout_reader = $1 ORDER BY id LIMIT 1";
        if let Some(row) = sql(text).bind(reader_id).fetch_optional(&mut *tx).await? {
            return Ok(Erased::ContractRuns(row.int("id")?));
        }
        let text = "UPDATE readers SET email = '', email_key = $2, name = '', password_hash = NULL, verified_at = NULL, \
             updated_at = $3 WHERE id = $1";
        // No address reads like this one: it has no @.
        let gone = format!("erased:{reader_id}");
        sql(text).bind(reader_id).bind(gone).bind(ms(now)).execute(&mut *tx).await?;
        for text in [
            "DELETE FROM sessions WHERE reader_id = $1",
            "DELETE FROM meter_reads WHERE reader_id = $1",
            "DELETE FROM billing_parties WHERE reader_id = $1",
            "DELETE FROM saved_searches WHERE reader_id = $1",
            "UPDATE gifts SET gift = '{}' WHERE subscription_id IN (SELECT id FROM subscriptions WHERE reader_id = $1)",
        ] {
            sql(text).bind(reader_id).execute(&mut *tx).await?;
        }
        sql("DELETE FROM codes WHERE email_key = $1").bind(email_key).execute(&mut *tx).await?;
        sql("DELETE FROM mails WHERE reader_id = $1 OR recipient = $2")
            .bind(reader_id)
            .bind(email)
            .execute(&mut *tx)
            .await?;
        let event = NewEvent {
            actor: format!("reader:{reader_id}"),
            kind: "reader.erased".into(),
            subject: format!("reader:{reader_id}"),
            data: serde_json::json!({}),
        };
        events::append(&mut tx, &event, now).await?;
        if let Some(mail) = farewell {
            outbox::queue(&mut tx, mail, now).await?;
        }
        tx.commit().await?;
        Ok(Erased::Done)
    }
}
