//! Bytes to text: encodings, junk, size. Every refusal says how to mend it.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Text of a crawl and what was noticed on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without byte order mark.
    pub text: String,
    /// Name of the encoding it was read as (WHATWG names).
    pub encoding: &'static str,
    /// Remarks for the report: another encoding than UTF-8, mended or unreadable characters.
    pub notes: Vec<String>,
}

/// Starts of files that are certainly not text, with the name a person knows them by.
const MAGIC: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF document; extract its text first"),
    (
        b"PK\x03\x04",
        "a ZIP archive or an office document; unpack it first (unzip FILE -d FOLDER) and import the folder, or save the document as plain text",
    ),
    (b"\x1f\x8b", "compressed with gzip; unpack it first"),
    (b"BZh", "compressed with bzip2; unpack it first (bunzip2 FILE), or compress it with gzip"),
    (b"\xfd7zXZ\x00", "compressed with xz; unpack it first (unxz FILE), or compress it with gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd; unpack it first (unzstd FILE), or compress it with gzip"),
    (b"\x89PNG", "a picture (PNG); there is no text in it"),
    (b"\xff\xd8\xff", "a picture (JPEG); there is no text in it"),
    (b"GIF8", "a picture (GIF); there is no text in it"),
    (b"\x7fELF", "a program; there is no text in it"),
    (b"SQLite format 3\0", "a database (SQLite); export its stories as text first"),
    (b"{\\rtf", "an RTF document; save it as plain text first"),
    (b"\xd0\xcf\x11\xe0", "an old office document; save it as plain text first"),
];

/// Characters of a line that a remark names it by.
const FIRST_WORDS: usize = 60;

/// What a file is that is certainly no text, and the mend.
pub(crate) fn not_text(bytes: &[u8]) -> Option<&'static str> {
    let unmarked = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let bytes = if unmarked.trim_ascii_start().starts_with(b"{\\rtf") { unmarked.trim_ascii_start() } else { bytes };
    MAGIC.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, what)| *what)
}

/// Reads the bytes of a crawl as text.
///
/// # Errors
/// One line that says what is wrong and what to do: too large, empty, not text, an HTML page, or an encoding that cannot be read.
pub fn decode(bytes: &[u8], max_bytes: usize) -> Result<Decoded, String> {
    if bytes.len() > max_bytes {
        return Err(format!(
            "too large: {} bytes, the limit is {max_bytes}; split the file, or leave it out if it is not a crawl of a story",
            bytes.len()
        ));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err("empty: there is nothing to read; crawl it again or delete it".to_owned());
    }
    if let Some(what) = not_text(bytes) {
        return Err(format!("not text: it is {what}"));
    }
    if let Some(reason) = utf32(bytes).or_else(|| crate::utf7::told(bytes)).or_else(|| crate::hz::told(bytes)) {
        return Err(reason);
    }
    let mut decoded = by_encoding(bytes)?;
    refuse_junk(&decoded)?;
    mend_mojibake(&mut decoded);
    note_unreadable(&mut decoded);
    Ok(decoded)
}

fn by_encoding(bytes: &[u8]) -> Result<Decoded, String> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        let (text, _, _) = encoding.decode(bytes);
        return Ok(plain(text.into_owned(), encoding));
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        let mut decoded = plain(text.into_owned(), encoding);
        decoded.notes.clear();
        decoded.notes.push(format!("read as {} (no byte order mark; guessed from the zero bytes)", encoding.name()));
        return Ok(decoded);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(plain(text.to_owned(), UTF_8)),
        Err(error) => not_quite_utf8(bytes, error),
    }
}

fn plain(text: String, encoding: &'static Encoding) -> Decoded {
    let mut notes = Vec::new();
    if encoding != UTF_8 {
        notes.push(format!("read as {}", encoding.name()));
    }
    Decoded { text, encoding: encoding.name(), notes }
}

/// Text in UTF-16 shows zero bytes on one side only; binary junk shows them on both.
pub(crate) fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..bytes.len().min(4096) & !1)?;
    if sample.len() < 8 || !sample.contains(&0) {
        return None;
    }
    let half = sample.len() / 2;
    let even = sample.iter().step_by(2).filter(|b| **b == 0).count();
    let odd = sample.iter().skip(1).step_by(2).filter(|b| **b == 0).count();
    // Spaces, figures and markup have a high byte of zero in every script, and no other encoding has such bytes at all. On the other side
    // single letters have them. What is no text hardly ever reads as whole characters.
    let encoding = match (even, odd) {
        (few, many) if many * 50 >= half && few * 4 <= many => UTF_16LE,
        (many, few) if many * 50 >= half && few * 4 <= many => UTF_16BE,
        _ => return None,
    };
    let (text, _) = encoding.decode_without_bom_handling(sample);
    // The sample may end within a character.
    (text.matches(char::REPLACEMENT_CHARACTER).count() <= 1).then_some(encoding)
}

/// What is wrong with text in UTF-32, with a mark at its beginning or not: nearly all of its bytes by fours are characters.
pub(crate) fn utf32(bytes: &[u8]) -> Option<String> {
    let sample = bytes.get(..bytes.len().min(4096) & !3)?;
    // No character has a highest byte but this.
    if !sample.contains(&0) {
        return None;
    }
    let whole = |read: fn([u8; 4]) -> u32| {
        let (units, _) = sample.as_chunks::<4>();
        let good = units.iter().filter(|unit| char::from_u32(read(**unit)).is_some_and(|c| c != '\0')).count();
        units.len() >= 4 && good * 50 >= units.len() * 49
    };
    let name = match (whole(u32::from_le_bytes), whole(u32::from_be_bytes)) {
        (true, _) => "UTF-32LE",
        (_, true) => "UTF-32BE",
        _ => return None,
    };
    Some(format!(
        "text in UTF-32, which is not read; convert it first, with iconv -f {name} -t UTF-8 FILE > CONVERTED, and import that"
    ))
}

fn not_quite_utf8(bytes: &[u8], error: std::str::Utf8Error) -> Result<Decoded, String> {
    // A crawl cut in the middle of a character is still UTF-8.
    if error.error_len().is_none() {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let mut decoded = plain(String::from_utf8_lossy(good).into_owned(), UTF_8);
        decoded.notes.push("cut off in the middle of its last character".to_owned());
        return Ok(decoded);
    }
    let lossy = String::from_utf8_lossy(bytes);
    let broken = lossy.matches(char::REPLACEMENT_CHARACTER).count();
    let whole = lossy.chars().filter(|c| !c.is_ascii()).count().saturating_sub(broken);
    // Well-formed sequences of several bytes hardly occur by chance: a few bad bytes among them are damage, not another encoding.
    if whole > broken * 4 {
        let mut decoded = plain(lossy.into_owned(), UTF_8);
        decoded.notes.push(format!("{broken} unreadable place(s) in otherwise good UTF-8"));
        return Ok(decoded);
    }
    let encoding = guessed(bytes, true);
    if let Some(reason) = crate::dos::told(bytes, encoding) {
        return Err(reason);
    }
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let mut decoded = plain(text.into_owned(), encoding);
    decoded.notes.clear();
    decoded.notes.push(format!("not UTF-8; read as {} (guessed)", encoding.name()));
    Ok(decoded)
}

/// The encoding of a text that is not UTF-8. `last`: nothing of it is missing.
///
/// A few signs alone, such as the pound before a number, tell the detector nothing of the language, and it reads letters of other alphabets there:
/// signs that touch no letter are those of windows-1252.
pub(crate) fn guessed(bytes: &[u8], last: bool) -> &'static Encoding {
    let apart = |at: usize| bytes.get(at).is_none_or(|byte| byte.is_ascii() && !byte.is_ascii_alphabetic());
    let sign = |at: usize| matches!(bytes.get(at), Some(0x80..=0xbf)) && (at == 0 || apart(at - 1)) && apart(at + 1);
    let mut high = bytes.iter().enumerate().filter(|(_, byte)| !byte.is_ascii()).map(|(at, _)| at).peekable();
    if high.peek().is_some() && high.all(sign) {
        return WINDOWS_1252;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, last);
    let guess = detector.guess(None, Utf8Detection::Deny);
    crate::dos::better(bytes, guess).unwrap_or(guess)
}

/// How many characters of which kind a text has.
#[derive(Debug, Default, Clone, Copy)]
struct Census {
    all: usize,
    controls: usize,
    unreadable: usize,
    letters: usize,
}

impl Census {
    fn of(text: &str) -> Self {
        let mut census = Self::default();
        // ASCII in stretches that can be counted without a branch; the rest sign by sign.
        for stretch in text.as_bytes().chunks(128) {
            let (mut ascii, mut controls, mut letters) = (0u8, 0u8, 0u8);
            for byte in stretch {
                ascii += u8::from(*byte < 0x80);
                controls +=
                    u8::from((*byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t' | b'\x0c')) || *byte == 0x7f);
                letters += u8::from((byte | 0x20).wrapping_sub(b'a') < 26 || byte.wrapping_sub(b'0') < 10);
            }
            census.all += usize::from(ascii);
            census.controls += usize::from(controls);
            census.letters += usize::from(letters);
        }
        if census.all < text.len() {
            for c in text.chars().filter(|c| !c.is_ascii()) {
                census.all += 1;
                if c == char::REPLACEMENT_CHARACTER {
                    census.unreadable += 1;
                } else if c.is_control() {
                    census.controls += 1;
                } else if c.is_alphanumeric() {
                    census.letters += 1;
                }
            }
        }
        census
    }
}

fn refuse_junk(decoded: &Decoded) -> Result<(), String> {
    let Census { all, controls, unreadable, letters } = Census::of(&decoded.text);
    if controls * 50 > all && ["\u{1b}$B", "\u{1b}$@"].iter().any(|escape| decoded.text.contains(escape)) {
        return Err("looks like Japanese in ISO-2022: convert it first, with iconv -f ISO-2022-JP -t UTF-8 FILE > CONVERTED, and import that"
            .to_owned());
    }
    if controls * 50 > all && decoded.encoding != UTF_8.name() {
        return Err(format!(
            "not text, or in an encoding that is not known: read as {}, {controls} of {all} characters are control characters; convert it \
             first, with iconv -f ITS-ENCODING -t UTF-8 FILE > CONVERTED, or save the document as plain text",
            decoded.encoding
        ));
    }
    if controls * 50 > all {
        return Err(format!(
            "not text: {controls} of {all} characters are control characters; if it is a document, save it as plain text"
        ));
    }
    if unreadable * 20 > all {
        return Err(format!(
            "unreadable: {unreadable} of {all} characters are not valid {}; save the file again as UTF-8",
            decoded.encoding
        ));
    }
    if letters * 4 < all && all > 200 {
        // Blank lines may be many; only what is printed counts.
        let printed = decoded.text.chars().filter(|c| !c.is_whitespace()).count();
        if letters * 3 < printed {
            return Err(format!(
                "not text: only {letters} of {printed} printed characters are letters or digits; leave it out"
            ));
        }
    }
    let head = decoded.text.get(..decoded.text.floor_char_boundary(4096)).unwrap_or_default();
    let is_marked = |head: &str| ["<!doctype html", "<html", "<body", "<?xml"].iter().any(|mark| head.contains(mark));
    if head.contains('<') && is_marked(&head.to_ascii_lowercase()) {
        return Err("a page of markup (HTML or XML), not its text; extract the text first and import that".to_owned());
    }
    Ok(())
}

/// UTF-8 that was once read as windows-1252 ("â€™" for an apostrophe) is turned back, line by line, and only where the whole
/// line can be: nothing is guessed.
fn mend_mojibake(decoded: &mut Decoded) {
    // 0xC3: the first byte of all of them.
    if !decoded.text.as_bytes().contains(&0xc3) || !decoded.text.contains(['Ã', 'Â', 'â', 'à', 'ð', 'Ð', 'Ñ']) {
        return;
    }
    let mut mended = 0usize;
    let mut text = String::with_capacity(decoded.text.len());
    for line in decoded.text.split_inclusive('\n') {
        match unmangled(line) {
            Some(better) => {
                mended += 1;
                // It may have been read so twice.
                text.push_str(&unmangled(&better).unwrap_or(better));
            }
            None => text.push_str(line),
        }
    }
    if mended > 0 {
        decoded.text = text;
        decoded.notes.push(format!("{mended} line(s) of UTF-8 that had been read as windows-1252 were turned back"));
    }
}

fn unmangled(line: &str) -> Option<String> {
    if line.is_ascii() {
        return None;
    }
    let bytes = line.chars().map(byte_of).collect::<Option<Vec<u8>>>()?;
    let better = String::from_utf8(bytes).ok()?;
    // Equal length would mean that nothing was a sequence of several bytes.
    (better.chars().count() < line.chars().count()).then_some(better)
}

/// The byte that was read as this character, by windows-1252 or ISO-8859-1.
fn byte_of(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    let mut text = [0; 4];
    let (bytes, _, lossy) = WINDOWS_1252.encode(c.encode_utf8(&mut text));
    match (bytes.as_ref(), lossy) {
        ([byte], false) => Some(*byte),
        _ => None,
    }
}

/// A text whose UTF-8 was read as another encoding, turned back: once, twice, or in those places only that cannot be anything
/// else. None when nothing is wrong with it.
pub(crate) fn turned_back(text: &str) -> Option<String> {
    if !text
        .contains(['Ã', 'Â', 'â', 'à', 'ð', 'Ð', 'Ñ', 'Å', 'Ä', 'Î', 'Ï', 'Ø', 'Ù', 'å', 'æ', 'ç', 'è', 'é', 'ï', 'ã'])
    {
        return None;
    }
    // Of the bytes that windows-1252 lacks, and that are lost so, only the one of a closing quotation mark is in prose here.
    const LOST: &str = "â€\u{fffd}";
    let whole = if text.contains(LOST) { Cow::Owned(text.replace(LOST, "â€\u{9d}")) } else { Cow::Borrowed(text) };
    let text = whole.as_ref();
    match unmangled(text) {
        Some(once) => Some(unmangled(&once).unwrap_or(once)),
        None => places_turned_back(text),
    }
}

/// Turns back “â€™” and its like where the rest of the text is sound.
fn places_turned_back(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut at, mut signs, mut letters) = (String::with_capacity(text.len()), 0, 0, 0);
    while let Some(c) = chars.get(at) {
        let length = match byte_of(*c) {
            Some(0xc2 | 0xc3) => 2,
            Some(0xe2) => 3,
            Some(0xf0) => 4,
            _ => 1,
        };
        let bytes: Option<Vec<u8>> = chars.get(at..at + length).and_then(|s| s.iter().map(|c| byte_of(*c)).collect());
        let better = bytes.filter(|_| length > 1).and_then(|bytes| String::from_utf8(bytes).ok());
        match better {
            Some(better) => {
                // Two letters in a row may be meant; three signs of which the second is a euro or a letter never are.
                if length > 2 {
                    signs += 1
                } else {
                    letters += 1
                }
                out.push_str(&better);
                at += length;
            }
            None => {
                out.push(*c);
                at += 1;
            }
        }
    }
    (signs > 0 || letters > 1).then_some(out)
}

fn note_unreadable(decoded: &mut Decoded) {
    // The first bytes of what is looked for below.
    if ![0xef, 0xc3].iter().any(|first| decoded.text.as_bytes().contains(first)) {
        return;
    }
    let broken = decoded.text.matches(char::REPLACEMENT_CHARACTER).count();
    if broken > 0 && !decoded.notes.iter().any(|n| n.contains("unreadable")) {
        decoded.notes.push(format!("{broken} unreadable character(s)"));
    }
    let wrong = |line: &&str| line.contains("â€") || line.contains("Ã©") || line.contains("Â ");
    let mut places = decoded.text.lines().zip(1..).filter(|(line, _)| wrong(line));
    if let Some((first, number)) = places.next() {
        let lines = 1 + places.count();
        let words = beginning(first);
        decoded.notes.push(format!(
            "{lines} line(s) look as if read in a wrong encoding and could not be turned back; the first is line {number}, {words}; look at \
             them"
        ));
    }
}

/// The first words of a line, as a person finds it again.
fn beginning(line: &str) -> String {
    let mut words: String = line.trim().chars().take(FIRST_WORDS).collect();
    if line.trim().chars().nth(FIRST_WORDS).is_some() {
        // A cut word would be looked for in vain.
        words.truncate(words.rfind(char::is_whitespace).unwrap_or(words.len()));
        words.push('…');
    }
    format!("“{words}”")
}
