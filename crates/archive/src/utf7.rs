//! UTF-7 (RFC 2152): plain ASCII to every other reading, with each sign beyond it as an escape of base 64 behind a plus.

/// Bytes that are looked at.
const READ: usize = 1 << 20;
/// Escapes of single signs that tell, and signs of longer ones.
const SEVERAL: usize = 2;
/// Digits of an escape that holds no chance word: six signs.
const LONG: usize = 16;
/// How a page names it.
const NAMES: &[&[u8]] = &[b"charset=utf-7", b"charset=\"utf-7", b"charset='utf-7", b"charset=unicode-1-1-utf-7"];

/// What is wrong with a text in UTF-7, and the mend.
pub(crate) fn told(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.get(..bytes.len().min(READ))?;
    if !bytes.contains(&b'+') || bytes.iter().take(4096).any(|byte| !byte.is_ascii()) {
        return None;
    }
    let (mut good, mut bad) = (0usize, 0usize);
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b'+') {
        rest = rest.get(at + 1..)?;
        let length = rest.iter().position(|byte| !is_digit(*byte)).unwrap_or(rest.len());
        let escape = rest.get(..length)?;
        rest = rest.get(length..)?;
        match length {
            0 => {}
            // One of many signs tells as much as several of one.
            _ if is_escape(escape) => good += if length >= LONG { SEVERAL } else { 1 },
            _ => bad += 1,
        }
    }
    let named = || {
        let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default().to_ascii_lowercase();
        NAMES.iter().any(|name| head.windows(name.len()).any(|part| part == *name))
    };
    (good >= SEVERAL && bad * 4 <= good || good > 0 && named()).then(|| {
        "looks like UTF-7, in which letters beyond ASCII are escapes such as +AOk-: convert it first, with iconv -f UTF-7 -t UTF-8 FILE > \
         CONVERTED, and import that"
            .to_owned()
    })
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

/// Whether the digits are UTF-16 of letters and signs beyond ASCII (or of signs that UTF-7 escapes too), and nothing over.
fn is_escape(digits: &[u8]) -> bool {
    let (mut bits, mut held) = (0u32, 0u32);
    let mut units: Vec<u16> = Vec::new();
    for byte in digits {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits >= 16 {
            bits -= 16;
            units.extend(u16::try_from(held >> bits & 0xffff));
            held &= (1 << bits) - 1;
        }
    }
    if bits >= 6 || held != 0 || units.is_empty() {
        return false;
    }
    let likely = |c: char| {
        let common = matches!(u32::from(c), 0xa0..=0x17f | 0x370..=0x5ff | 0x900..=0xdff | 0x2010..=0x2122);
        // Two in a row of the larger scripts are no chance.
        let wide = c.is_alphanumeric() || matches!(u32::from(c), 0x3000..=0x303f | 0xff00..=0xffef);
        c.is_ascii_graphic() || c == ' ' || common || units.len() > 1 && wide
    };
    char::decode_utf16(units.iter().copied()).all(|c| c.is_ok_and(likely))
}
