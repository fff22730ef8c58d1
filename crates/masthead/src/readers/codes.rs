//! Mailed codes: eight digits, good once, for ten minutes, five tries, and only in the browser that asked.
//!
//! The code's hash covers a token of 256 bits that only that browser's cookie holds, so whoever reads the database
//! cannot try all the hundred million codes against it.
use circulation::readers::Email;
use http::HeaderMap;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use store::{CodeOutcome, NewCode, NewMail, StoreError};

use super::paths;
use crate::house::House;
use crate::mail;
use crate::web::cookies;

/// How long a code is good for, in minutes.
pub const MINUTES: u16 = 10;
/// Digits of a code.
const DIGITS: usize = 8;
/// Log-in and sign-up share it: both end in a signed-in reader, by one form.
const PURPOSE: &str = "log-in";

/// What follows once the address is proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Intent {
    /// Log in to the account of the address.
    LogIn,
    /// Make an account, then log in. The password is hashed already.
    SignUp { name: String, password_hash: String },
}

/// Who asks for a code, and why. Whether the address has an account shows in the mail and nowhere else.
#[derive(Debug)]
pub struct Asking<'a> {
    pub email: &'a Email,
    pub next: Option<&'a str>,
    /// Name and password hash of a sign-up.
    pub sign_up: Option<(String, String)>,
}

/// Makes a code and puts its mail into the outbox. Gives the browser's token, for the cookie [`cookies::ASKED`].
///
/// The same rows are written whether the address has an account or not.
///
/// # Errors
/// The store's.
pub async fn ask(house: &House, asking: Asking<'_>) -> Result<String, StoreError> {
    let now = house.clock.now();
    let (browser, code) = (house.dice.token(), house.dice.code());
    let known = house.store.reader_by_email_key(&asking.email.key()).await?;
    let link = link(house, asking.email, &code, asking.next);
    let publication = &house.publication;
    let to = known.as_ref().map_or_else(|| asking.email.as_str().to_owned(), |reader| reader.email.clone());
    let (intent, mail): (Intent, NewMail) = match (asking.sign_up, known.is_some()) {
        (Some((name, password_hash)), false) => {
            (Intent::SignUp { name, password_hash }, mail::confirm_address(publication, &to, &code, &link))
        }
        (Some(_), true) => (Intent::LogIn, mail::account_exists(publication, &to, &code, &link)),
        (None, true) => (Intent::LogIn, mail::log_in_code(publication, &to, &code, &link)),
        (None, false) => (Intent::LogIn, mail::no_account(publication, &to)),
    };
    let new = NewCode {
        email: asking.email.as_str().to_owned(),
        email_key: asking.email.key(),
        browser_hash: browser_hash(&browser),
        purpose: PURPOSE.to_owned(),
        code_hash: code_hash(&code, &asking.email.key(), &browser),
        link_hash: None,
        data: serde_json::to_value(&intent).unwrap_or_default(),
        expires_at: now + SignedDuration::from_mins(i64::from(MINUTES)),
    };
    house.store.create_code(&new, now).await?;
    house.store.queue_mail(&mail, now).await?;
    Ok(browser)
}

fn link(house: &House, email: &Email, code: &str, next: Option<&str>) -> String {
    let path = format!("/login/code?email={}&code={code}", paths::value(email.as_str()));
    format!("{}{}", house.publication.base_url, paths::with_next(&path, next))
}

/// What became of a typed code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// The address is proved.
    Right(Intent),
    /// So many tries are left.
    Wrong { left: u8 },
    /// Used, expired, tried too often, of another browser, or never asked for: nobody's business which.
    Gone,
}

/// Tries a code.
///
/// # Errors
/// The store's.
pub async fn attempt(house: &House, headers: &HeaderMap, email: &Email, code: &str) -> Result<Tried, StoreError> {
    let Some(browser) = cookies::value(headers, cookies::ASKED) else { return Ok(Tried::Gone) };
    let key = email.key();
    let hash = code_hash(code, &key, browser);
    let outcome = house.store.try_code(&key, &browser_hash(browser), PURPOSE, &hash, house.clock.now()).await?;
    Ok(match outcome {
        CodeOutcome::Accepted(code) => serde_json::from_value(code.data).map_or(Tried::Gone, Tried::Right),
        CodeOutcome::Wrong { left } if left > 0 => Tried::Wrong { left },
        CodeOutcome::Wrong { .. } | CodeOutcome::Gone | CodeOutcome::OtherBrowser => Tried::Gone,
    })
}

/// A code as typed or pasted: spaces and hyphens between the digits do not matter. `None`: no code at all.
#[must_use]
pub fn typed(text: &str) -> Option<String> {
    let code: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    (code.len() == DIGITS && code.bytes().all(|b| b.is_ascii_digit())).then_some(code)
}

fn browser_hash(browser: &str) -> Vec<u8> {
    blake3::derive_key("masthead 2026 browser that asked for a code", browser.as_bytes()).to_vec()
}

fn code_hash(code: &str, email_key: &str, browser: &str) -> Vec<u8> {
    let mut hasher = blake3::Hasher::new_derive_key("masthead 2026 mailed code");
    for part in [code, email_key, browser] {
        hasher.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes()).update(part.as_bytes());
    }
    hasher.finalize().as_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::{code_hash, typed};

    #[test]
    fn codes_are_taken_as_people_type_them() {
        for text in ["12345678", "1234 5678", " 1234-5678\n", "12 34 56 78"] {
            assert_eq!(typed(text).as_deref(), Some("12345678"), "{text:?}");
        }
        for text in ["", "1234567", "123456789", "1234567a", "१२३४५६७८"] {
            assert_eq!(typed(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_hash_belongs_to_one_code_address_and_browser() {
        let hash = code_hash("12345678", "asha@example.org", "browser");
        for other in [
            code_hash("12345679", "asha@example.org", "browser"),
            code_hash("12345678", "ravi@example.org", "browser"),
            code_hash("12345678", "asha@example.org", "another"),
            code_hash("12345678", "asha@example.orgb", "rowser"),
        ] {
            assert_ne!(hash, other);
        }
    }
}
