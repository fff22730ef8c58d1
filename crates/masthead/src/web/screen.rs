//! What is refused before any route sees it: message framing and odd paths (RFC 9110, RFC 9112).
use http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{Method, StatusCode, Version, request::Parts};

/// Longest request target taken, in bytes.
const LONGEST_TARGET: usize = 8 * 1024;

/// Why a request is refused, with the words sent back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused(pub StatusCode, pub &'static str);

/// Checks one request's head.
///
/// # Errors
/// [`Refused`] with the status that fits.
pub fn screen(head: &Parts) -> Result<(), Refused> {
    let bad = |why| Err(Refused(StatusCode::BAD_REQUEST, why));
    if head.headers.contains_key(TRANSFER_ENCODING) {
        // hyper drops a Content-Length that came along before anybody can see it, and the two together are how requests
        // are smuggled (RFC 9112 §6.1). Nothing that is sent here is of unknown length, so neither is taken.
        return bad("A body must say its length: send Content-Length, without Transfer-Encoding.");
    }
    if head.headers.get_all(CONTENT_LENGTH).iter().count() > 1 {
        return bad("Content-Length may be given once.");
    }
    if head.version < Version::HTTP_2 {
        let mut hosts = head.headers.get_all(HOST).iter();
        match (hosts.next(), hosts.next()) {
            (Some(_), Some(_)) => return bad("Host may be given once."),
            (None, _) if head.version == Version::HTTP_11 => return bad("HTTP/1.1 needs a Host."),
            (Some(host), None) if !is_host(host.as_bytes()) => return bad("Host must be a name or an address."),
            _ => {}
        }
        if let (Some(authority), Some(host)) = (head.uri.authority(), head.headers.get(HOST))
            && !authority.as_str().as_bytes().eq_ignore_ascii_case(host.as_bytes())
        {
            return Err(Refused(StatusCode::MISDIRECTED_REQUEST, "This server does not answer for another host."));
        }
    }
    let bodiless = matches!(head.method, Method::GET | Method::HEAD);
    if bodiless && head.headers.get(CONTENT_LENGTH).is_some_and(|n| n.as_bytes() != b"0") {
        return bad("A GET has no body.");
    }
    let target = head.uri.path_and_query().map_or("", |p| p.as_str());
    if target.len() > LONGEST_TARGET {
        return Err(Refused(StatusCode::URI_TOO_LONG, "This address is too long."));
    }
    if odd(head.uri.path()) {
        return Err(Refused(StatusCode::NOT_FOUND, "There is nothing at this address."));
    }
    Ok(())
}

/// Whether these bytes can be a host and a port (RFC 9112 §3.2).
pub(super) fn is_host(bytes: &[u8]) -> bool {
    !bytes.is_empty()
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']'))
}

/// Paths with bytes that two readers could read differently: matrix parameters, encoded slashes, back-slashes,
/// control bytes, dot segments.
fn odd(path: &str) -> bool {
    let bytes = path.as_bytes();
    for (index, &byte) in bytes.iter().enumerate() {
        match byte {
            b';' | b'\\' | 0..=0x1f | 0x7f => return true,
            b'%' => {
                let pair = bytes.get(index + 1..index + 3).map(<[u8]>::to_ascii_lowercase);
                match pair.as_deref() {
                    Some(b"2f" | b"5c" | b"2e" | b"25" | b"3b" | b"7f") | None => return true,
                    Some([b'0' | b'1', _]) => return true,
                    Some([h, l]) if h.is_ascii_hexdigit() && l.is_ascii_hexdigit() => {}
                    Some(_) => return true,
                }
            }
            b'.' if bytes.get(index.wrapping_sub(1)) == Some(&b'/') => {
                let rest = &bytes[index..];
                let end = rest.iter().position(|&b| b == b'/').unwrap_or(rest.len());
                if matches!(&rest[..end], b"." | b"..") {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::odd;

    #[test]
    fn odd_paths_are_refused_and_plain_ones_pass() {
        for path in [
            "/a/x;.css",
            "/a/x%00.css",
            "/a%2fx",
            "/a/%2e%2e/x",
            "/a/../x",
            "/./x",
            "/a\\x",
            "/a%5cx",
            "/x%",
            "/x%zz",
            "/a%252fx",
        ] {
            assert!(odd(path), "{path}");
        }
        for path in ["/", "/markets/slug-1", "/pictures/harbour-640.webp", "/.well-known/security.txt", "/caf%C3%A9"] {
            assert!(!odd(path), "{path}");
        }
    }
}
