//! `masthead staff EMAIL`: the first editor, and every further one.
use circulation::readers::{Email, Password};
use store::{Created, NewEvent, NewReader};

use super::{Failure, Place, say};
use crate::clock::Clock;
use crate::dice::Dice;
use crate::readers::Passwords;

/// Gives or takes the right to the desk.
///
/// # Errors
/// One clear line.
pub async fn run(place: &Place, email: &str, remove: bool) -> Result<(), Failure> {
    let email = Email::parse(email).map_err(|e| Failure::said(e.to_string()))?;
    let opened = super::open(place).await?;
    let now = Clock::system().now();
    let role = if remove { "reader" } else { "staff" };
    let held = opened.store.reader_by_email_key(&email.key()).await?;
    let (id, secret) = match (held, remove) {
        (Some(reader), _) => (reader.id, None),
        (None, true) => return Err(Failure::said(format!("{} has no account here", email.as_str()))),
        (None, false) => {
            let (dice, secret) = (Dice::system(), Dice::system().token());
            let password = Password::enter(&secret).map_err(|e| Failure::said(e.to_string()))?;
            let hash = Passwords::default().hash(password, &dice).await.map_err(|e| Failure::said(e.to_string()))?;
            let new = NewReader {
                email: email.as_str().to_owned(),
                email_key: email.key(),
                name: String::new(),
                password_hash: Some(hash),
                role: role.to_owned(),
                verified_at: Some(now),
            };
            let (Created::Created(reader) | Created::Exists(reader)) = opened.store.create_reader(&new, now).await?;
            (reader.id, Some(secret))
        }
    };
    opened.store.set_role(id, role, now).await?;
    let event = NewEvent {
        actor: "command line".into(),
        kind: format!("reader.{role}"),
        subject: format!("reader:{id}"),
        data: serde_json::Value::Null,
    };
    opened.store.append_event(&event, now).await?;
    say(&format!("{} is {} now.", email.as_str(), if remove { "no longer at the desk" } else { "at the desk" }));
    if let Some(secret) = secret {
        say(&format!("Password, shown this once: {secret}"));
    }
    opened.store.close().await;
    Ok(())
}
