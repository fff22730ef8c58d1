//! Bytes of a page to text. What a page or a server says of its encoding is believed only as far as the bytes agree.

use encoding_rs::{Encoding, UTF_8};

use crate::decode::Decoded;

/// A page declares its encoding early or not at all (HTML: within 1,024 bytes; old pages have long comments first).
const HEAD: usize = 8 * 1024;

/// Reads the bytes of a page. `label` is what the server said (`charset=…` of the content type), if anything.
///
/// Never fails: what cannot be read becomes U+FFFD and is noted.
#[must_use]
pub fn decode(bytes: &[u8], label: Option<&str>) -> Decoded {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        let (text, _, _) = encoding.decode(bytes);
        return decoded(text.into_owned(), encoding, Vec::new());
    }
    if let Some(encoding) = crate::decode::utf16_without_mark(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        let note = format!("read as {} (no byte order mark; guessed from the zero bytes)", encoding.name());
        return decoded(text.into_owned(), encoding, vec![note]);
    }
    let stated = label
        .and_then(|l| Encoding::for_label(l.trim().trim_matches(['"', '\'']).as_bytes()))
        .or_else(|| declared(bytes.get(..bytes.len().min(HEAD)).unwrap_or(bytes)));
    if let Ok(text) = std::str::from_utf8(bytes) {
        let mut notes = Vec::new();
        // Plain ASCII is the same in nearly all encodings; the exceptions are stated and have escapes.
        if let Some(other) = stated.filter(|e| *e != UTF_8 && (!e.is_ascii_compatible() || bytes.contains(&0x1b))) {
            let (text, broken) = other.decode_without_bom_handling(bytes);
            if !broken && !text.contains('\0') {
                return decoded(text.into_owned(), other, notes);
            }
        }
        if let Some(other) = stated.filter(|e| *e != UTF_8 && !text.is_ascii()) {
            notes.push(format!("said to be {}, but it is UTF-8", other.name()));
        }
        return decoded(text.to_owned(), UTF_8, notes);
    }
    let dos = old(bytes).filter(|_| !stated.is_some_and(is_old));
    if let Some(encoding) = stated.filter(|e| *e != UTF_8) {
        // Of the alphabets of old Macs and of DOS the languages' letters are not known here.
        if let Some(other) = crate::dos::better(bytes, encoding).filter(|_| !is_old(encoding)) {
            let (text, broken) = other.decode_without_bom_handling(bytes);
            if !broken {
                let note =
                    format!("read as {} by the letters of its language, said to be {}", other.name(), encoding.name());
                return decoded(text.into_owned(), other, vec![note]);
            }
        }
        let (text, broken) = encoding.decode_without_bom_handling(bytes);
        if !broken {
            return decoded(text.into_owned(), encoding, dos.into_iter().collect());
        }
    }
    let mut decoded = guessed(bytes, stated);
    decoded.notes.extend(dos);
    decoded
}

/// What is wrong with text of DOS or of an old Mac.
fn old(bytes: &[u8]) -> Option<String> {
    crate::dos::told(bytes, crate::decode::guessed(bytes, true))
}

fn guessed(bytes: &[u8], stated: Option<&'static Encoding>) -> Decoded {
    let lossy = String::from_utf8_lossy(bytes);
    let broken = lossy.matches(char::REPLACEMENT_CHARACTER).count();
    let whole = lossy.chars().filter(|c| !c.is_ascii()).count().saturating_sub(broken);
    // Well-formed sequences of several bytes hardly occur by chance: a few bad bytes among them are damage.
    if whole > broken * 4 {
        let notes = vec![format!("{broken} unreadable place(s) in otherwise good UTF-8")];
        return decoded(lossy.into_owned(), UTF_8, notes);
    }
    let encoding = crate::decode::guessed(bytes, true);
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let said = stated.map_or_else(String::new, |e| format!(", said to be {}", e.name()));
    decoded(text.into_owned(), encoding, vec![format!("read as {} (guessed{said})", encoding.name())])
}

fn decoded(text: String, encoding: &'static Encoding, notes: Vec<String>) -> Decoded {
    // They are no characters of a page, and one may stand within a word that says who may read it.
    let text = if text.contains('\0') { text.replace('\0', "") } else { text };
    Decoded { text, encoding: encoding.name(), notes }
}

/// Whether a page says that it is text of DOS or of an old Mac, in an encoding that browsers read.
pub(crate) fn declares_old(bytes: &[u8]) -> bool {
    declared(bytes.get(..bytes.len().min(HEAD)).unwrap_or(bytes)).is_some_and(is_old)
}

fn is_old(encoding: &'static Encoding) -> bool {
    [encoding_rs::MACINTOSH, encoding_rs::X_MAC_CYRILLIC, encoding_rs::IBM866].contains(&encoding)
}

/// The encoding that a page's own head declares: `charset=` in a meta element, or `encoding=` of an XML declaration. What other elements
/// say (`<script charset>`, `<link charset>`) is about other files; what stands in a comment is nobody's word.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let head = head.to_ascii_lowercase();
    let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head).trim_ascii_start();
    if let Some(rest) = start.strip_prefix(b"<?xml")
        && let Some(found) = rest.split(|b| *b == b'>').next().and_then(|inner| named(inner, b"encoding"))
    {
        return Some(found);
    }
    let mut rest = head.as_slice();
    while let Some(at) = rest.iter().position(|b| *b == b'<') {
        rest = rest.get(at + 1..)?;
        if rest.starts_with(b"!--") {
            let end = rest.windows(3).position(|three| three == b"-->")?;
            rest = rest.get(end + 3..)?;
        } else if let Some(inner) = rest.strip_prefix(b"meta")
            && inner.first().is_some_and(|b| b.is_ascii_whitespace() || *b == b'/')
            && let Some(found) = inner.split(|b| *b == b'>').next().and_then(|inner| named(inner, b"charset"))
        {
            return Some(found);
        }
    }
    None
}

/// The encoding behind a word and its sign of equality.
fn named(inner: &[u8], word: &[u8]) -> Option<&'static Encoding> {
    inner.windows(word.len()).enumerate().filter(|(_, w)| *w == word).find_map(|(at, _)| {
        let rest = inner.get(at + word.len()..)?;
        let rest = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
        let end = rest
            .iter()
            .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.')))
            .unwrap_or(rest.len());
        let label = rest.get(..end)?;
        // A page that could be read as far as this declaration is not in UTF-16.
        Encoding::for_label(label).map(|e| if e.is_ascii_compatible() { e } else { UTF_8 })
    })
}
