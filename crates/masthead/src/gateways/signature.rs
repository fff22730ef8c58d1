//! HMAC-SHA256 (RFC 2104) with a secret that is text, in lower-case hex, as both rails sign.
use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

fn mac(secret: &str, parts: &[&[u8]]) -> Hmac<Sha256> {
    // A key longer than the block is hashed, a shorter one padded with zeros (RFC 2104 §2): done here, no error is left.
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    let bytes = secret.as_bytes();
    if bytes.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(bytes));
    } else {
        block[..bytes.len()].copy_from_slice(bytes);
    }
    let mut mac = Hmac::<Sha256>::new(&block);
    for part in parts {
        mac.update(part);
    }
    mac
}

/// The signature of the joined parts.
pub fn sign(secret: &str, parts: &[&[u8]]) -> String {
    let mut text = String::with_capacity(64);
    for byte in mac(secret, parts).finalize().into_bytes() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Whether `hex` is the signature of the joined parts. Takes as long for a good one as for a wrong one. An empty
/// secret signs nothing: anybody could.
pub fn fits(secret: &str, parts: &[&[u8]], hex: &str) -> bool {
    !secret.is_empty() && decoded(hex).is_some_and(|claimed| mac(secret, parts).verify_slice(&claimed).is_ok())
}

fn decoded(hex: &str) -> Option<[u8; 32]> {
    let hex = hex.as_bytes();
    let mut bytes = [0; 32];
    if hex.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
        let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{fits, sign};

    #[test]
    fn it_is_the_published_function() {
        // RFC 4231, cases 2 and 6 (the key of case 6 is longer than a block, and is text when its byte is 0x2a).
        let tag = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(sign("Jefe", &[b"what do ya want ", b"for nothing?"]), tag);
        assert!(fits("Jefe", &[b"what do ya want for nothing?"], tag));
        let long = "*".repeat(131);
        assert_ne!(sign(&long, &[b"x"]), sign(&long[..130], &[b"x"]));
    }

    #[test]
    fn nothing_else_fits() {
        let tag = sign("secret", &[b"body"]);
        assert!(fits("secret", &[b"body"], &tag));
        for (secret, body, hex) in [
            ("Secret", &b"body"[..], tag.clone()),
            ("secret", b"bodi", tag.clone()),
            ("secret", b"body", tag[..63].to_owned()),
            ("secret", b"body", format!("{tag}00")),
            ("secret", b"body", String::new()),
            ("", b"body", sign("", &[b"body"])),
        ] {
            assert!(!fits(secret, &[body], &hex), "{secret} {hex}");
        }
    }
}
