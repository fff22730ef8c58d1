//! The two cookies of the house. Both are `__Host-`: secure, host-only, for every path (RFC 6265bis §4.1.3).
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

/// A guest's pass: what a guest has read this period, signed; nothing about it is kept on the server.
pub const GUEST: &str = "__Host-guest";
/// A signed-in reader's session: an opaque token, of which the server keeps the hash.
pub const SESSION: &str = "__Host-session";
/// Binds a log-in code to the browser that asked for it.
pub const ASKED: &str = "__Host-asked";

/// The value of the cookie `name`. Two cookies of one name are a trick or a mistake: neither is believed.
#[must_use]
pub fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found = None;
    for header in headers.get_all(COOKIE) {
        let Ok(line) = header.to_str() else { continue };
        for pair in line.split(';') {
            let Some((key, value)) = pair.trim_start().split_once('=') else { continue };
            if key.trim_end() == name {
                if found.is_some() {
                    return None;
                }
                found = Some(value.trim_end());
            }
        }
    }
    found
}

/// A `Set-Cookie` value. `max_age` in seconds; 0 removes the cookie.
#[must_use]
pub fn set(name: &str, value: &str, max_age: i64) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={max_age}")).ok()
}
