//! The cookies of the house. All are `__Host-`: secure, host-only, for every path (RFC 6265bis §4.1.3).
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

/// A guest's pass: what a guest has read this period, signed; nothing about it is kept on the server.
pub const GUEST: &str = "__Host-guest";
/// A signed-in reader's session: an opaque token, of which the server keeps the hash.
pub const SESSION: &str = "__Host-session";
/// Binds a log-in code to the browser that asked for it.
pub const ASKED: &str = "__Host-asked";

/// Which contract a browser pays for by a mailed link, without logging in: the link's own token, for an hour.
pub const PAYING: &str = "__Host-paying";

/// One cookie as a request brings it. Two of one name are a trick or a mistake: neither is believed.
#[derive(Debug, Clone, Copy, Default)]
pub enum Brought<'a> {
    #[default]
    Nothing,
    Once(&'a str),
    Twice,
}

impl<'a> Brought<'a> {
    /// Takes in one more cookie of the name.
    pub const fn take(&mut self, value: &'a str) {
        *self = match self {
            Self::Nothing => Self::Once(value),
            _ => Self::Twice,
        };
    }

    #[must_use]
    pub const fn value(self) -> Option<&'a str> {
        match self {
            Self::Once(value) => Some(value),
            Self::Nothing | Self::Twice => None,
        }
    }
}

/// The names and values of one `Cookie` field. What is not text or has no name is passed over.
pub fn pairs(line: &[u8]) -> impl Iterator<Item = (&str, &str)> {
    let line = std::str::from_utf8(line).unwrap_or_default();
    line.split(';').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.trim(), value.trim_end()))
}

/// The value of the cookie `name`.
#[must_use]
pub fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut brought = Brought::Nothing;
    for (_, value) in headers.get_all(COOKIE).iter().flat_map(|l| pairs(l.as_bytes())).filter(|(n, _)| *n == name) {
        brought.take(value);
    }
    brought.value()
}

/// A `Set-Cookie` value. `max_age` in seconds; 0 removes the cookie.
#[must_use]
pub fn set(name: &str, value: &str, max_age: i64) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={max_age}")).ok()
}
