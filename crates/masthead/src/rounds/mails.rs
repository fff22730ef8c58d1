//! The round that sends mails. A mail is claimed before it is handed over, so that of several processes one sends it;
//! who dies between the server's yes and our note of it leaves a mail that goes out once more, under the same Message-ID.
use jiff::{SignedDuration, Timestamp};
use store::{Mail, StoreError};

use crate::house::House;
use crate::mail::smtp::{self, Attachment, SendFault, Smtp};

/// Mails claimed together.
const BATCH: usize = 20;
/// How long a claimed mail is left to whoever claimed it: longer than a batch takes at a server's slowest.
const CLAIMED: SignedDuration = SignedDuration::from_mins(30);
/// Minutes to wait after each failure; after the last of them it is given up.
const WAITS: [i64; 12] = [1, 2, 5, 15, 30, 60, 180, 360, 720, 1_440, 1_440, 1_440];
/// A mail with a code is of no use any more after so long.
const CODE_LASTS: SignedDuration = SignedDuration::from_mins(15);

/// Sends what waits and gives how many mails were dealt with. A paper in rehearsal without a mail server shows its mails
/// in its own mailbox; a live one without a mail server keeps them.
///
/// # Errors
/// The store's; a mail that cannot be delivered is none.
pub async fn round(house: &House) -> Result<usize, StoreError> {
    match &house.smtp {
        // A rehearsal whose clock was moved writes to nobody: what it mails is in its mailbox alone.
        Some(_) if crate::clock::travel::is_rehearsing(house) && !house.clock.ahead().is_zero() => show(house).await,
        Some(smtp) => send(house, smtp).await,
        None if crate::clock::travel::is_rehearsing(house) => show(house).await,
        None => Ok(0),
    }
}

/// Notes that mails lie in the paper's own mailbox.
async fn show(house: &House) -> Result<usize, StoreError> {
    let mut shown = 0;
    loop {
        let now = house.clock.now();
        let waiting = house.store.unsent_mails(now, 200).await?;
        if waiting.is_empty() {
            return Ok(shown);
        }
        for mail in waiting {
            house.store.mark_mail_sent(mail.id, now).await?;
            shown += 1;
        }
    }
}

async fn send(house: &House, smtp: &Smtp) -> Result<usize, StoreError> {
    let mut dealt_with = 0;
    loop {
        let now = house.clock.now();
        // Asked first: an empty outbox costs no write.
        if house.store.next_mail().await?.is_none_or(|at| at > now) {
            return Ok(dealt_with);
        }
        let until = now.saturating_add(CLAIMED).unwrap_or(now);
        let claimed = house.store.claim_mails(now, until, BATCH).await?;
        if claimed.is_empty() {
            return Ok(dealt_with);
        }
        for mail in claimed {
            deliver(house, smtp, &mail).await?;
            dealt_with += 1;
        }
    }
}

async fn deliver(house: &House, smtp: &Smtp, mail: &Mail) -> Result<(), StoreError> {
    let files = crate::mail::attachments::of(house, mail).await?;
    let files: Vec<Attachment<'_>> =
        files.iter().map(|file| Attachment { name: &file.name, kind: file.kind, bytes: &file.bytes }).collect();
    let sent = smtp::send(smtp, mail, &files).await;
    let now = house.clock.now();
    match sent {
        Ok(()) => {
            house.store.mark_mail_sent(mail.id, now).await?;
            house.metrics.mails_sent.inc();
        }
        Err(SendFault::Retry(why)) => {
            let again = again(mail, now);
            tracing::warn!(mail = mail.id, kind = mail.kind, tries = mail.attempts + 1, why, "a mail waits");
            house.store.mark_mail_failed(mail.id, again, now).await?;
        }
        Err(SendFault::GiveUp(why)) => {
            tracing::warn!(mail = mail.id, kind = mail.kind, why, "a mail was given up");
            house.store.mark_mail_failed(mail.id, None, now).await?;
        }
    }
    Ok(())
}

/// When a mail is tried again; never (`None`) after the last try, and for a code that has expired.
fn again(mail: &Mail, now: Timestamp) -> Option<Timestamp> {
    let wait = WAITS.get(usize::try_from(mail.attempts).unwrap_or(usize::MAX))?;
    let at = now.saturating_add(SignedDuration::from_mins(*wait)).ok()?;
    let code = mail.reader_id.is_none() && at.duration_since(mail.created_at) > CODE_LASTS;
    (!code).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(attempts: u32, reader_id: Option<i64>) -> Mail {
        Mail {
            id: 1,
            key: None,
            kind: "receipt".into(),
            to: "a@example.com".into(),
            subject: String::new(),
            text: String::new(),
            html: None,
            reader_id,
            about: None,
            attachments: Vec::new(),
            created_at: Timestamp::UNIX_EPOCH,
            sent_at: None,
            attempts,
            given_up_at: None,
        }
    }

    #[test]
    fn a_mail_is_tried_for_five_days_and_a_code_for_a_quarter_of_an_hour() {
        let mut now = Timestamp::UNIX_EPOCH;
        let mut tries = 0;
        while let Some(at) = again(&mail(tries, Some(7)), now) {
            assert!(at > now);
            now = at;
            tries += 1;
        }
        assert_eq!(tries, 12);
        assert!(now.duration_since(Timestamp::UNIX_EPOCH) > SignedDuration::from_hours(24 * 3));
        let mut now = Timestamp::UNIX_EPOCH;
        let mut tries = 0;
        while let Some(at) = again(&mail(tries, None), now) {
            now = at;
            tries += 1;
        }
        assert_eq!(tries, 3, "after 1, 2 and 5 minutes; a quarter of an hour later nobody can use it");
    }
}
