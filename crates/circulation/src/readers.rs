//! Who a reader is to the paper: a number, an address and a secret.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// A registered reader. Given by the store; never shown to other readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReaderId(pub i64);

impl fmt::Display for ReaderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Longest address that mail can carry, in octets (RFC 5321 §4.5.3.1.3, without the angle brackets).
pub const EMAIL_MAX_OCTETS: usize = 254;
/// Longest part before the @, in octets (RFC 5321 §4.5.3.1.1).
const LOCAL_MAX_OCTETS: usize = 64;
/// Longest label of a domain, in octets (RFC 1035 §2.3.4).
const LABEL_MAX_OCTETS: usize = 63;

/// An e-mail address as its owner writes it, the domain in lower case.
///
/// Quoted local parts and address literals (`"a b"@example.org`, `a@[192.0.2.1]`) are refused: no reader has one, and
/// each is a way to smuggle a second header or recipient into a mail. `Debug` shows only the domain, so that an
/// address does not reach a log by accident; `Display` and [`Email::as_str`] show all of it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// Reads an address as typed or pasted: outer spaces are dropped and the domain is lower-cased.
    ///
    /// # Errors
    /// Says what is wrong in the words to show beside the field.
    pub fn parse(typed: &str) -> Result<Self, EmailError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(EmailError::Empty);
        }
        if typed.len() > EMAIL_MAX_OCTETS {
            return Err(EmailError::TooLong);
        }
        if typed.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(EmailError::Space);
        }
        let (local, domain) = match typed.split_once('@') {
            None => return Err(EmailError::NoAt),
            Some((_, domain)) if domain.contains('@') => return Err(EmailError::SecondAt),
            Some(parts) => parts,
        };
        check_local(local)?;
        let domain = domain.to_lowercase();
        check_domain(&domain)?;
        let email = format!("{local}@{domain}");
        // Lower-casing can lengthen a letter outside ASCII.
        if email.len() > EMAIL_MAX_OCTETS {
            return Err(EmailError::TooLong);
        }
        Ok(Self(email))
    }

    /// The address as mail is sent to it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form under which an address is unique: all of it in lower case.
    ///
    /// RFC 5321 lets a server tell `Asha@` from `asha@`; none that matters does, and readers do not.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// The part before the @.
    #[must_use]
    pub fn local(&self) -> &str {
        self.0.split_once('@').map_or("", |(local, _)| local)
    }

    /// The part after the @, in lower case.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }
}

fn check_local(local: &str) -> Result<(), EmailError> {
    if local.is_empty() {
        return Err(EmailError::NoLocal);
    }
    if local.len() > LOCAL_MAX_OCTETS {
        return Err(EmailError::LocalTooLong);
    }
    if let Some(found) = local.chars().find(|c| "\"(),:;<>[\\]".contains(*c)) {
        return Err(EmailError::Character { found });
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err(EmailError::Dots);
    }
    Ok(())
}

fn check_domain(domain: &str) -> Result<(), EmailError> {
    if domain.is_empty() {
        return Err(EmailError::NoDomain);
    }
    if !domain.contains('.') {
        return Err(EmailError::DomainWithoutDot);
    }
    let label_is_sound = |label: &str| {
        !label.is_empty()
            && label.len() <= LABEL_MAX_OCTETS
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c == '-' || c.is_alphanumeric() || is_joining(c))
    };
    if domain.split('.').all(label_is_sound) { Ok(()) } else { Err(EmailError::Domain) }
}

/// Marks that belong to a word in scripts such as Devanagari without being letters; domains there need them.
fn is_joining(c: char) -> bool {
    !c.is_ascii() && unicode_normalization::char::is_combining_mark(c)
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Email(…@{})", self.domain())
    }
}

impl FromStr for Email {
    type Err = EmailError;

    fn from_str(typed: &str) -> Result<Self, EmailError> {
        Self::parse(typed)
    }
}

impl TryFrom<String> for Email {
    type Error = EmailError;

    fn try_from(typed: String) -> Result<Self, EmailError> {
        Self::parse(&typed)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

/// Why a text is not an e-mail address, in the words to show beside the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing was typed.
    #[error("Type your e-mail address, for example name@example.org.")]
    Empty,
    /// Longer than mail can carry.
    #[error("This address is longer than e-mail allows (254 characters). Check that only the address was pasted.")]
    TooLong,
    /// A space, a line break or another invisible character inside.
    #[error("An e-mail address has no spaces or line breaks. Remove them, and give one address only.")]
    Space,
    /// No @ at all.
    #[error("The @ is missing. Write the whole address, for example name@example.org.")]
    NoAt,
    /// More than one @.
    #[error("There is more than one @. Give one address only, for example name@example.org.")]
    SecondAt,
    /// Nothing before the @.
    #[error("The part before the @ is missing. Write the whole address, for example name@example.org.")]
    NoLocal,
    /// More before the @ than mail can carry.
    #[error("The part before the @ is longer than e-mail allows (64 characters). Check it for a slip.")]
    LocalTooLong,
    /// A character that would need quoting.
    #[error("The character {found} cannot be in an e-mail address here. Remove it, or use another address.")]
    Character {
        /// The first such character.
        found: char,
    },
    /// A dot at an edge, or two in a row, before the @.
    #[error("A dot cannot come first, last or twice in a row before the @. Remove the extra dot.")]
    Dots,
    /// Nothing after the @.
    #[error("The part after the @ is missing. Write the whole address, for example name@example.org.")]
    NoDomain,
    /// A domain such as `localhost`.
    #[error("The part after the @ needs a dot, as in example.org. Check how the address ends.")]
    DomainWithoutDot,
    /// The domain cannot exist.
    #[error("The part after the @ is not a domain. Use letters, digits, hyphens and dots, as in example.org.")]
    Domain,
}

/// Fewest characters of a password that is the only factor (NIST SP 800-63B-4 §3.1.1.2).
pub const PASSWORD_MIN_CHARS: usize = 15;
/// Most characters of a password. NIST asks for at least 64; the bound keeps the cost of hashing bounded.
pub const PASSWORD_MAX_CHARS: usize = 256;
/// A name shorter than this occurs inside ordinary words, so its presence says nothing.
const TELLING_NAME_CHARS: usize = 4;
/// A password made only of repetitions of a piece up to this long is as good as the piece.
const REPEATED_PIECE_MAX_CHARS: usize = 5;

/// A reader's password on its way to the hash. Neither `Debug` nor anything else prints it.
///
/// Held in the form of RFC 8265 §4.2 (OpaqueString): other spaces become U+0020 and the text is composed (NFC), so that
/// é typed on one device equals é typed on another. Case and everything else stay as typed, and nothing is cut off.
pub struct Password(String);

impl Password {
    /// A new password, checked by the rules of NIST SP 800-63B-4 §3.1.1.2: length and a list of what is tried first.
    /// No rule about kinds of characters. `paper` is the publication's name, `email` the reader's address.
    ///
    /// # Errors
    /// Says what is wrong in the words to show beside the field, never repeating what was typed.
    pub fn choose(typed: &str, email: &Email, paper: &str) -> Result<Self, PasswordError> {
        let password = Self::enter(typed)?;
        let chars = password.0.chars().count();
        if chars < PASSWORD_MIN_CHARS {
            return Err(PasswordError::TooShort { chars });
        }
        let folded = fold(&password.0);
        if is_repetition(&folded) || is_run(&folded) || TRIED_FIRST.contains(&folded.as_str()) {
            return Err(PasswordError::Common);
        }
        if contains_name(&folded, paper) {
            return Err(PasswordError::PaperName);
        }
        // What follows a + is a mailbox's label, not the name.
        let name = email.local().split('+').next().unwrap_or_default();
        if contains_name(&folded, name) {
            return Err(PasswordError::EmailName);
        }
        Ok(password)
    }

    /// A password entered to log in: brought to the stored form, but not judged, since the rules of today may not be
    /// those under which it was chosen.
    ///
    /// # Errors
    /// [`PasswordError::Empty`] and [`PasswordError::TooLong`]: no account can have such a password.
    pub fn enter(typed: &str) -> Result<Self, PasswordError> {
        if typed.is_empty() {
            return Err(PasswordError::Empty);
        }
        // Judged before the work of composing, which can at most treble a text.
        if typed.chars().nth(PASSWORD_MAX_CHARS).is_some() {
            return Err(PasswordError::TooLong);
        }
        let spaces = |c: char| if is_other_space(c) { ' ' } else { c };
        Ok(Self(typed.chars().map(spaces).nfc().collect()))
    }

    /// The secret itself, for the hash and nothing else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Unicode's space separators other than U+0020 (category Zs).
fn is_other_space(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// Lower case without spaces and punctuation: what a guesser varies first must not hide a name.
fn fold(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    let folded: String = letters.flat_map(char::to_lowercase).collect();
    // Of a password that is mostly punctuation too little would be left to judge it by.
    if folded.len() * 2 < text.len() { text.to_lowercase() } else { folded }
}

fn contains_name(folded: &str, name: &str) -> bool {
    let name = fold(name);
    name.chars().count() >= TELLING_NAME_CHARS && folded.contains(&name)
}

fn is_repetition(folded: &str) -> bool {
    let chars: Vec<char> = folded.chars().collect();
    (1..=REPEATED_PIECE_MAX_CHARS)
        .any(|piece| chars.len() > piece && chars.iter().skip(piece).eq(chars.iter().take(chars.len() - piece)))
}

/// A walk along the alphabet, the digits or a row of keys, forwards or backwards, perhaps starting again.
fn is_run(folded: &str) -> bool {
    const ROWS: [&str; 4] =
        ["abcdefghijklmnopqrstuvwxyz", "0123456789", "qwertyuiopasdfghjklzxcvbnm", "qazwsxedcrfvtgbyhnujmikolp"];
    let backwards: String = folded.chars().rev().collect();
    ROWS.iter().any(|row| {
        let round = row.repeat(1 + PASSWORD_MAX_CHARS / row.len() + 1);
        round.contains(folded) || round.contains(&backwards)
    })
}

/// Long passwords that lists of stolen ones are full of, in the form of [`fold`]. Repetitions and runs are found by
/// rule; here is what a rule does not find.
const TRIED_FIRST: [&str; 24] = [
    "1q2w3e4r5t6y7u8i",
    "1q2w3e4r5t6y7u8i9o",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv",
    "1qaz2wsx3edc4rfv5tgb",
    "123qweasdzxc123qweasdzxc",
    "abc123abc123abc123abc",
    "administrator123",
    "administrator1234",
    "changemechangeme",
    "correcthorsebatterystaple",
    "iloveyouforever",
    "iloveyouiloveyou",
    "letmeinletmeinletmein",
    "mynameismyname",
    "passw0rdpassw0rd",
    "password12345678",
    "password123456789",
    "password1234567890",
    "passwordpassword",
    "qwerty123456789",
    "qwerty1234567890",
    "qwertyuiop12345",
    "qwertyuiop1234567890",
];

/// Why a password cannot be taken, in the words to show beside the field; none repeats what was typed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Nothing was typed.
    #[error("Type a password.")]
    Empty,
    /// Too few characters.
    #[error(
        "This password has {chars} characters; use at least 15. A few unrelated words are easy to remember, and any characters may be used."
    )]
    TooShort {
        /// How many were typed.
        chars: usize,
    },
    /// Too many characters.
    #[error("This password is longer than 256 characters. Use a shorter one.")]
    TooLong,
    /// On the list of what is tried first, a repetition or a row of keys.
    #[error("This password is among the first that are tried. Choose a few unrelated words instead.")]
    Common,
    /// Contains the paper's name.
    #[error(
        "The password contains the paper's name, which is tried first. Choose words that have nothing to do with it."
    )]
    PaperName,
    /// Contains the name from the reader's address.
    #[error("The password contains the name from your e-mail address, which is tried first. Choose other words.")]
    EmailName,
}
