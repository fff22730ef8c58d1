//! Finds where one text repeats a run of another: 40 bytes in a row, however the page escapes them.
//!
//! Keeping every run of a large archive would take more memory than the archive. Instead the index keeps windows of 20
//! bytes, one every 21 bytes: any run of 40 bytes holds at least one of them whole. A window that matches is then
//! compared byte by byte in both directions, so what is found is exact.
use unicode_normalization::char::{decompose_compatible, is_combining_mark};
use web_atoms::NAMED_ENTITIES;

use crate::articles::Block;
use crate::parts;

/// Bytes in a row that count as repeated.
pub const RUN: usize = 40;
const WINDOW: usize = 20;
/// `STRIDE + WINDOW - 1 == RUN`: no run slips between two windows.
const STRIDE: usize = RUN - WINDOW + 1;
/// An odd multiplier with well-spread bits, for a rolling hash; equality is checked on the bytes.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Texts in which runs can be looked up.
#[derive(Debug, Default)]
pub struct Texts {
    texts: Vec<Vec<u8>>,
    /// Hash, text, offset; sorted.
    windows: Vec<(u64, u32, u32)>,
    /// One bit for each hash that may be there, so that most look-ups end at once.
    filter: Vec<u64>,
}

impl Texts {
    /// Texts as they are written: their white space is evened out, nothing else.
    #[must_use]
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let texts: Vec<Vec<u8>> = texts.into_iter().map(|t| even(t).into_bytes()).filter(|t| t.len() >= RUN).collect();
        let mut windows = Vec::new();
        for (number, text) in (0_u32..).zip(&texts) {
            for (offset, hash) in hashes(text).enumerate().step_by(STRIDE) {
                windows.push((hash, number, u32::try_from(offset).unwrap_or(u32::MAX)));
            }
        }
        windows.sort_unstable();
        let mut filter = vec![0_u64; (windows.len() / 4).max(64).next_power_of_two()];
        for &(hash, ..) in &windows {
            let (word, bit) = place(hash, filter.len());
            filter[word] |= bit;
        }
        Self { texts, windows, filter }
    }

    /// How many runs there are to be looked for.
    #[must_use]
    pub fn runs(&self) -> usize {
        self.texts.iter().map(|t| t.len() + 1 - RUN).sum()
    }

    /// The first run of these texts that `page` repeats and that `allowed` does not know. White space in `page` must
    /// have been evened out ([`even`], [`readings`]).
    #[must_use]
    pub fn repeated_in(&self, page: &str, allowed: impl Fn(&[u8]) -> bool) -> Option<String> {
        let page = page.as_bytes();
        for (at, hash) in hashes(page).enumerate() {
            for (text, offset) in self.at(hash) {
                let Some((from, to)) = common(page, at, text, offset) else { continue };
                let run = page[from..to].windows(RUN).find(|run| !allowed(run));
                if let Some(run) = run {
                    return Some(String::from_utf8_lossy(run).into_owned());
                }
            }
        }
        None
    }

    /// Whether `run` stands in these texts, whole.
    #[must_use]
    pub fn has(&self, run: &[u8]) -> bool {
        hashes(run).enumerate().take(STRIDE).any(|(at, hash)| {
            self.at(hash).any(|(text, offset)| {
                offset.checked_sub(at).and_then(|from| text.get(from..from + run.len())).is_some_and(|same| same == run)
            })
        })
    }

    /// The places where a window with this hash may stand.
    fn at(&self, hash: u64) -> impl Iterator<Item = (&[u8], usize)> {
        let known = !self.filter.is_empty() && {
            let (word, bit) = place(hash, self.filter.len());
            self.filter[word] & bit != 0
        };
        let first = if known { self.windows.partition_point(|w| w.0 < hash) } else { self.windows.len() };
        self.windows[first..]
            .iter()
            .take_while(move |w| w.0 == hash)
            .map(|&(_, text, offset)| (self.texts[text as usize].as_slice(), offset as usize))
    }
}

/// The longest stretch around `page[at..]` and `text[offset..]` that is equal in both, if it is a run.
fn common(page: &[u8], at: usize, text: &[u8], offset: usize) -> Option<(usize, usize)> {
    let before = page[..at].iter().rev().zip(text[..offset].iter().rev()).take_while(|(a, b)| a == b).count();
    let after = page[at..].iter().zip(&text[offset..]).take_while(|(a, b)| a == b).count();
    (after >= WINDOW && before + after >= RUN).then_some((at - before, at + after))
}

/// The hash of every window, in order.
fn hashes(text: &[u8]) -> impl Iterator<Item = u64> {
    let top = (1..WINDOW).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let mut hash = 0_u64;
    text.iter().enumerate().filter_map(move |(index, &byte)| {
        if index >= WINDOW {
            hash = hash.wrapping_sub(value(text[index - WINDOW]).wrapping_mul(top));
        }
        hash = hash.wrapping_mul(BASE).wrapping_add(value(byte));
        (index + 1 >= WINDOW).then_some(hash)
    })
}

fn value(byte: u8) -> u64 {
    (u64::from(byte) + 1).wrapping_mul(0xff51_afd7_ed55_8ccd)
}

fn place(hash: u64, words: usize) -> (usize, u64) {
    let mixed = hash ^ (hash >> 29);
    ((mixed >> 6) as usize % words, 1 << (mixed & 63))
}

/// The first run of the locked blocks that words for everybody repeat; what stands in the open blocks as well is no secret.
#[must_use]
pub fn given_away(public: &str, locked: &[Block], open: &[Block]) -> Option<String> {
    let public = even(public);
    if public.len() < RUN {
        return None;
    }
    let parts = parts::of(locked, open);
    let [locked, open] = parts.written();
    locked.repeated_in(&public, |run| open.has(run))
}

/// [`given_away`] in other typography: other quotation marks, dashes and spaces, capitals, accents, markup between the words, or
/// backwards.
#[must_use]
pub fn given_away_otherwise(public: &str, locked: &[Block], open: &[Block]) -> bool {
    give_away(&said_both_ways(public).concat(), locked, open)
}

/// Whether one of some readings of a text repeats a run of the closed blocks.
pub(crate) fn give_away(said: &[String], locked: &[Block], open: &[Block]) -> bool {
    let said: Vec<&String> = said.iter().filter(|said| said.len() >= RUN).collect();
    if said.is_empty() {
        return false;
    }
    let parts = parts::of(locked, open);
    let [locked, open] = parts.letters();
    said.iter().any(|said| locked.repeated_in(said, |run| open.has(run)).is_some())
}

/// The [`letters`] of all blocks, one after the other: the lines of a verse and of a list are short.
pub(crate) fn of_blocks(blocks: &[Block]) -> String {
    blocks.iter().map(|block| letters(block.text())).collect()
}

/// The [`letters`] of a text, as it is written and as a browser, a program or an address would read it, however often it was escaped:
/// `&ensp;`, `\u0020`, `\x20`, `%20`, `%2520`, `%u0020`, `=20`, `_x0020_`; and without the numbers between the words.
#[must_use]
pub fn said(text: &str) -> Vec<String> {
    readings_of(text, &plain_texts(text))
}

/// … with the text without its escapes.
fn readings_of(text: &str, plain: &[String]) -> Vec<String> {
    // what looks like a tag may be one or may be words
    let tagged =
        |text: &str| [Some(letters(text)), text.contains('<').then(|| every_letter(text))].into_iter().flatten();
    // numbers between the words may count them, or be what is left of an escape
    let numbered = |read: &String| read.bytes().any(|b| b.is_ascii_digit());
    let unnumbered = |read: &String| read.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let both = |text: &str| {
        let mut read: Vec<String> = tagged(text).collect();
        if text.contains(|c| above(c).is_some()) {
            read.push(letters(&text.chars().map(|c| above(c).unwrap_or(c)).collect::<String>()));
        }
        read.extend(read.iter().filter(|read| numbered(read)).map(unnumbered).collect::<Vec<_>>());
        read
    };
    let mut said: Vec<String> = both(text);
    said.extend(plain.iter().flat_map(|plain| both(plain)));
    said
}

/// [`said`], and then the same backwards: from the last letter to the first, as signs that turn the direction of words have it read, from the
/// last word to the first, and each word for itself.
pub(crate) fn said_both_ways(text: &str) -> [Vec<String>; 2] {
    let plain = plain_texts(text);
    let forwards = readings_of(text, &plain);
    let mut back: Vec<String> = forwards.iter().map(|said| said.chars().rev().collect()).collect();
    for text in std::iter::once(text).chain(plain.iter().map(String::as_str)) {
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.len() > 1 {
            let last_first: String = words.iter().rev().flat_map(|word| [*word, " "]).collect();
            back.push(words.iter().flat_map(|word| letters(word).chars().rev().collect::<Vec<_>>()).collect());
            back.push(letters(&last_first));
        }
    }
    [forwards, back]
}

/// A text without its escapes, once for each that was read; nothing where it has none.
fn plain_texts(text: &str) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for _ in 0..DEEPEST_ESCAPE {
        let before = texts.len();
        for (sign, read) in ESCAPES {
            let escaped = texts.last().map_or(text, String::as_str);
            if !escaped.contains(sign) {
                continue;
            }
            let plain = read(escaped);
            // a sign that escapes nothing, as in 50 %, is read once
            if plain != escaped {
                texts.push(plain);
            }
        }
        if texts.len() == before {
            break;
        }
    }
    // the same digits are one number to a program and another to a style sheet: neither is read in the other
    let mut read = Vec::new();
    for text in std::iter::once(text).chain(texts.iter().map(String::as_str)).filter(|text| text.contains('\\')) {
        read.extend([octal_escape, css_escape].map(|escape| unescaped(text, '\\', escape)));
    }
    texts.extend(read);
    texts
}

/// The [`letters`] of each few words in a row of a text, of so many bytes, and of so many words at least.
pub(crate) fn few_words(text: &str, bytes: std::ops::Range<usize>, least: usize) -> Vec<String> {
    let mut found = Vec::new();
    let plain = plain_texts(text);
    for text in std::iter::once(text).chain(plain.iter().map(String::as_str)) {
        let sign = |c: char| !c.is_alphanumeric() && !is_combining_mark(c) && !matches!(c, '\'' | '’');
        let words: Vec<String> = text.split(sign).map(letters).filter(|word| !word.is_empty()).collect();
        for from in 0..words.len() {
            let mut run = String::new();
            for (nth, word) in (1..).zip(&words[from..]) {
                run.push_str(word);
                if run.len() >= bytes.end {
                    break;
                }
                if run.len() >= bytes.start && nth >= least {
                    found.push(run.clone());
                }
            }
        }
    }
    found
}

/// Letters and digits alone, small and without accents: what is left of a text however it is set. Tags are no text; a sign that opens
/// none is one.
#[must_use]
pub fn letters(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let length = tag(from);
        plain.push_str(if length == 0 { "<" } else { "" });
        rest = from.get(length.max(1)..).unwrap_or_default();
    }
    plain.push_str(rest);
    every_letter(&plain)
}

/// How long the tag is that a text begins with; 0: it begins with none.
fn tag(text: &str) -> usize {
    let opens = text.as_bytes().get(1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'/');
    let end = text.bytes().skip(1).position(|byte| matches!(byte, b'<' | b'>'));
    end.map(|end| end + 1).filter(|end| opens && text.as_bytes().get(*end) == Some(&b'>')).map_or(0, |end| end + 1)
}

/// [`letters`] of a text in which a tag is text too: a page shows it as it is written.
fn every_letter(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            if c.is_ascii_alphanumeric() {
                letters.push(c.to_ascii_lowercase());
            }
            continue;
        }
        // One by one is NFKD but for the order of marks, and marks are left out.
        decompose_compatible(c, |part| {
            if let Some(plain) = plain(part) {
                letters.extend(plain.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
            } else if part.is_alphanumeric() && !is_combining_mark(part) && !is_blank(part) {
                // By way of the capitals, so that forms which share them are one: the two small sigmas.
                letters.extend(part.to_uppercase().flat_map(char::to_lowercase));
            }
        });
    }
    letters
}

/// The plain letters of a Latin letter that does not decompose, as ł, ø, æ and ß, and of small capitals and the letters of flags.
fn plain(c: char) -> Option<&'static str> {
    const ALPHABET: &str = "abcdefghijklmnopqrstuvwxyz";
    let nth = |at: u32| usize::try_from(at).ok().and_then(|at| ALPHABET.get(at..=at));
    match u32::from(c) {
        // turned letters, which the table spells as a sign
        0x18e | 0x18f | 0x190 | 0x1dd | 0x258..=0x25e => Some("e"),
        0x186 | 0x254 => Some("o"),
        0xc0..=0x2af | 0x1d00..=0x1dbf | 0x1e00..=0x1eff | 0x2c60..=0x2c7f | 0xa720..=0xa7ff | 0xab30..=0xab6f
            if c.is_alphabetic() =>
        {
            deunicode::deunicode_char(c).filter(|plain| plain.bytes().any(|b| b.is_ascii_alphanumeric()))
        }
        // letters in a circle, in a square, and of flags
        enclosed @ 0x1f150..=0x1f169 => nth(enclosed - 0x1f150),
        enclosed @ 0x1f170..=0x1f189 => nth(enclosed - 0x1f170),
        flag @ 0x1f1e6..=0x1f1ff => nth(flag - 0x1f1e6),
        _ => None,
    }
}

/// The letter that stands small above another: a mark to some, a letter of the word to others.
fn above(c: char) -> Option<char> {
    const ABOVE: [char; 13] = ['a', 'e', 'i', 'o', 'u', 'c', 'h', 'd', 'm', 'r', 't', 'v', 'x'];
    let at = u32::from(c).checked_sub(0x363).and_then(|at| usize::try_from(at).ok())?;
    ABOVE.get(at).copied()
}

/// Letters that are written as nothing (Unicode Standard Annex 44, Default_Ignorable_Code_Point; the other fillers decompose into these).
const fn is_blank(c: char) -> bool {
    // … and the stroke that lengthens an Arabic word
    matches!(c, '\u{115f}' | '\u{1160}' | '\u{640}')
}

/// One space for every stretch of white space, none at the ends.
#[must_use]
pub fn even(text: &str) -> String {
    let mut even = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c == '\u{a0}').filter(|w| !w.is_empty()) {
        if !even.is_empty() {
            even.push(' ');
        }
        even.push_str(word);
    }
    even
}

/// What a page says, once read as HTML or XML and once as JSON.
#[must_use]
pub fn readings(page: &[u8]) -> [String; 2] {
    let page = String::from_utf8_lossy(page);
    [even(&unescaped(&page, '&', entity)), even(&unescaped(&page, '\\', json_escape))]
}

/// Replaces what `read` understands after each `sign`; it gives the character and the bytes it took.
fn unescaped(text: &str, sign: char, read: fn(&str) -> Option<(char, usize)>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(sign) {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let (char, taken) = read(after).unwrap_or((sign, 0));
        out.push(char);
        rest = &after[taken..];
    }
    out.push_str(rest);
    out
}

/// The character that a reference after `&` stands for, and its bytes (HTML Living Standard, named and numeric character references). Of
/// the few names that stand for two characters, the first.
fn entity(after: &str) -> Option<(char, usize)> {
    if let Some(number) = after.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        let (digits, radix) = hex.map_or((number, 10), |hex| (hex, 16));
        // what stands behind the digits without a sign belongs to the text
        let end = ascii_run(digits, LONGEST_NUMBER, |b| char::from(b).is_digit(radix));
        let code = u32::from_str_radix(digits[..end].trim_start_matches('0'), radix).ok()?;
        let closed = digits.as_bytes().get(end) == Some(&b';');
        return Some((char::from_u32(code)?, after.len() - digits.len() + end + usize::from(closed)));
    }
    let end = ascii_run(after, LONGEST_NAME, |b| b.is_ascii_alphanumeric());
    let closed = after.as_bytes().get(end) == Some(&b';');
    let known = |name: &str| {
        let code = NAMED_ENTITIES.get(name).map(|(first, _)| *first).filter(|code| *code != 0)?;
        Some((char::from_u32(code)?, name.len()))
    };
    if closed && let Some(found) = known(&after[..=end]) {
        return Some(found);
    }
    // the old names need no sign behind them
    (2..=end.min(LONGEST_OLD_NAME)).rev().find_map(|length| known(&after[..length]))
}

/// How many of the first bytes, `most` at most, are as asked.
fn ascii_run(text: &str, most: usize, is_one: impl Fn(u8) -> bool) -> usize {
    text.bytes().take(most).take_while(|byte| byte.is_ascii() && is_one(*byte)).count()
}

/// Bytes of the longest name, its sign too: `CounterClockwiseContourIntegral;`.
const LONGEST_NAME: usize = 33;
/// Bytes of the longest number: however many zeros stand before it.
const LONGEST_NUMBER: usize = 4_096;
/// Bytes of the longest name that needs no sign: `frac12`, `Aacute`, `yacute`, `thorn` and their like.
const LONGEST_OLD_NAME: usize = 6;

fn json_escape(after: &str) -> Option<(char, usize)> {
    match after.bytes().next()? {
        b'n' | b't' | b'r' => Some((' ', 1)),
        byte @ (b'"' | b'\\' | b'/') => Some((char::from(byte), 1)),
        // no JSON, but programs write them too
        b'x' | b'u' if after.as_bytes().get(1) == Some(&b'{') => {
            let digits = after.get(2..)?.split_once('}')?.0;
            let code = u32::from_str_radix(Some(digits).filter(|digits| digits.len() <= 64)?, 16).ok()?;
            Some((char::from_u32(code)?, digits.len() + 3))
        }
        b'x' => Some((char::from_u32(u32::from_str_radix(after.get(1..3)?, 16).ok()?)?, 3)),
        b'N' if after.as_bytes().get(1) == Some(&b'{') => {
            let name = after.get(2..)?.split_once('}')?.0;
            Some((named(Some(name).filter(|name| name.len() <= LONGEST_CHARACTER)?)?, name.len() + 3))
        }
        b'U' => Some((char::from_u32(u32::from_str_radix(after.get(1..9)?, 16).ok()?)?, 9)),
        b'u' => {
            let first = unit(after, 1)?;
            if !(0xd800..0xdc00).contains(&first) {
                return Some((char::from_u32(first)?, 5));
            }
            let second = after.get(5..7).filter(|sign| *sign == "\\u").and_then(|_| unit(after, 7))?;
            let code = 0x1_0000 + ((first - 0xd800) << 10) + second.checked_sub(0xdc00)?;
            Some((char::from_u32(code)?, 11))
        }
        _ => None,
    }
}

/// Bytes of the longest name that a character has in the Unicode Standard.
const LONGEST_CHARACTER: usize = 88;

/// A character by its name or number, `\N{SPACE}` and `\N{U+20}`, as programs write them: of the Latin letters the plain one; what is
/// no letter stands between words.
fn named(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix("U+") {
        return char::from_u32(u32::from_str_radix(number, 16).ok()?);
    }
    let mut words = name.split(' ').map(str::to_ascii_uppercase);
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'-')) || words.next()?.is_empty() {
        return None;
    }
    // LATIN SMALL LETTER TURNED E, MATHEMATICAL BOLD SMALL E
    let letter = words.skip_while(|word| !matches!(word.as_str(), "LETTER" | "SMALL" | "CAPITAL"));
    let mut plain = letter.filter_map(|word| match word.as_str() {
        "AE" => Some('æ'),
        "OE" => Some('œ'),
        "SHARP" => Some('ß'),
        letter if letter.len() == 1 => letter.chars().next().map(|c| c.to_ascii_lowercase()),
        _ => None,
    });
    Some(plain.next().unwrap_or(' '))
}

/// How often words may be escaped one time over the other and still be read.
const DEEPEST_ESCAPE: usize = 24;

/// The sign of each way to escape, and how it is read.
type Escape = (char, fn(&str) -> String);
const ESCAPES: [Escape; 5] = [
    ('&', |text| unescaped(text, '&', entity)),
    ('\\', |text| unescaped(text, '\\', json_escape)),
    ('%', |text| from_bytes(&unescaped(text, '%', wide_escape), b'%')),
    ('=', |text| from_bytes(text, b'=')),
    ('_', |text| unescaped(text, '_', office_escape)),
];

/// `\040`, as programs write a byte of ASCII.
fn octal_escape(after: &str) -> Option<(char, usize)> {
    let end = ascii_run(after, 3, |b| matches!(b, b'0'..=b'7'));
    Some((char::from_u32(u32::from_str_radix(&after[..end], 8).ok()?)?, end))
}

/// `\20 `, as style sheets escape (CSS Syntax Level 3, section 4.3.7); one space behind it belongs to it.
fn css_escape(after: &str) -> Option<(char, usize)> {
    let end = ascii_run(after, 6, |b| b.is_ascii_hexdigit());
    let code = u32::from_str_radix(&after[..end], 16).ok()?;
    let space = after.as_bytes().get(end).is_some_and(u8::is_ascii_whitespace);
    Some((char::from_u32(code)?, end + usize::from(space)))
}

/// `_x0020_`, as office programs escape names.
fn office_escape(after: &str) -> Option<(char, usize)> {
    let closed = after.starts_with('x') && after.as_bytes().get(5) == Some(&b'_');
    closed.then(|| Some((char::from_u32(unit(after, 1)?)?, 6))).flatten()
}

/// `%u0020`, as old browsers escaped.
fn wide_escape(after: &str) -> Option<(char, usize)> {
    after.starts_with('u').then(|| Some((char::from_u32(unit(after, 1)?)?, 5))).flatten()
}

/// A text whose bytes are escaped as two digits behind a sign: `%20` in an address (RFC 3986, section 2.1), `=20` in mail (RFC 2045,
/// section 6.7). What is none stays.
fn from_bytes(text: &str, sign: u8) -> String {
    let digit =
        |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        match (*first, digit(after.first()), digit(after.get(1))) {
            (byte, Some(high), Some(low)) if byte == sign => {
                out.push(high << 4 | low);
                rest = after.get(2..).unwrap_or_default();
            }
            (byte, ..) => {
                out.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn unit(text: &str, at: usize) -> Option<u32> {
    u32::from_str_radix(text.get(at..at + 4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "The harbour master of Ratnadurg said on Tuesday that \"no ship\" & no barge would sail before the tide turned.";

    #[test]
    fn any_run_of_forty_bytes_is_found_and_none_of_thirty_nine() {
        let texts = Texts::of([SECRET]);
        assert_eq!(texts.runs(), SECRET.len() + 1 - RUN);
        for from in 0..=SECRET.len() - RUN {
            let page = format!("<p>x{}y</p>", &SECRET[from..from + RUN]);
            assert_eq!(texts.repeated_in(&page, |_| false).as_deref(), Some(&SECRET[from..from + RUN]), "from {from}");
            let short = format!("<p>#{}#</p>", &SECRET[from..from + RUN - 1]);
            assert_eq!(texts.repeated_in(&short, |_| false), None, "from {from}");
        }
    }

    #[test]
    fn escapes_do_not_hide_a_run() {
        let texts = Texts::of([SECRET]);
        let html = SECRET.replace('&', "&amp;").replace('"', "&#34;").replace(' ', "\n ");
        let json: String = SECRET.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
        for page in [html, json] {
            assert!(readings(page.as_bytes()).iter().any(|r| texts.repeated_in(r, |_| false).is_some()), "{page}");
        }
        let pair = readings(br#"a\ud83d\ude00b\qc"#);
        assert_eq!(pair[1], "a😀b\\qc");
    }

    #[test]
    fn words_that_everybody_may_read_are_no_leak() {
        let texts = Texts::of([SECRET]);
        let public = Texts::of([&SECRET[10..70]]);
        let page = format!("<p>{}</p>", &SECRET[12..64]);
        assert_eq!(texts.repeated_in(&page, |run| public.has(run)), None);
        let more = format!("<p>{}</p>", &SECRET[12..80]);
        assert!(texts.repeated_in(&more, |run| public.has(run)).is_some());
    }

    /// A text in letters that look like its own.
    fn in_other_letters(plain: &str) -> Vec<String> {
        let enclosed = |first: u32| {
            move |c: char| {
                let at = u32::from(c.to_ascii_lowercase()).checked_sub(97).filter(|at| *at < 26);
                at.and_then(|at| char::from_u32(first + at)).unwrap_or(c)
            }
        };
        vec![
            plain.chars().map(enclosed(0x1f130)).collect(),
            plain.chars().map(enclosed(0x1f150)).collect(),
            plain.chars().map(enclosed(0x1f170)).collect(),
            plain.replace('a', "\u{363}").replace('e', "\u{364}").replace('r', "\u{36c}"),
            plain.chars().flat_map(|c| [c, '\u{363}']).collect(),
            plain.replace('a', "\u{2c65}").replace('t', "\u{2c66}"),
            plain.replace('a', "\u{ab30}").replace('e', "\u{ab32}").replace('o', "\u{ab3d}"),
            plain.replace('d', "\u{1d81}").replace('s', "\u{1d8a}").replace('e', "\u{1d92}"),
            plain.replace('e', "\u{1dd}").replace('a', "\u{250}").replace('r', "\u{279}"),
            plain.replace('o', "\u{1f1f4}").replace('e', "\u{1d07}"),
        ]
    }

    #[test]
    fn a_standfirst_that_tells_the_locked_part_is_found() {
        let locked = [Block::Paragraph(SECRET.into())];
        assert!(given_away(&format!("So it goes: {}", &SECRET[20..75]), &locked, &[]).is_some());
        assert_eq!(given_away("The harbour master speaks of the tide", &locked, &[]), None);
        let plain = &SECRET[20..100];
        let set = [
            plain.replace('"', "”").replace(' ', "\u{2009}"),
            plain.to_uppercase(),
            plain.replace(' ', " – "),
            plain.replace(' ', "\u{200b} "),
            plain.split(' ').map(|word| format!("<b>{word}</b> ")).collect(),
            plain.replace('a', "a\u{301}"),
            plain.replace(' ', "%20"),
            plain.replace(' ', "%2520").replace('o', "%6F"),
            plain.bytes().map(|byte| format!("%{byte:02x}")).collect(),
            plain.replace(' ', "&ensp;"),
            plain.replace(' ', "&nbsp"),
            plain.replace(' ', "&amp;ensp;"),
            plain.replace(' ', &format!("&{}ensp;", "amp;".repeat(12))),
            plain.replace(' ', &format!("%{}20", "25".repeat(9))),
            plain.replace('o', &format!("&#{}111;", "0".repeat(60))),
            plain.chars().flat_map(|c| [c, '\u{345}', '\u{64e}', '\u{902}']).collect(),
            plain.replace(' ', "%26amp%3Bensp;"),
            plain.replace(' ', "\\x20"),
            plain.replace(' ', "\\u{20}").replace('o', "\\u{00006f}"),
            plain.replace(' ', "%u0020").replace('o', "%u006F"),
            plain.replace(' ', "=20").replace('o', "=6F"),
            plain.replace(' ', "\\040"),
            plain.replace(' ', "\\20 "),
            plain.replace(' ', "\\x{20}"),
            plain.replace(' ', "\\U00000020"),
            plain.replace(' ', "\\N{SPACE}").replace('o', "\\N{LATIN SMALL LETTER O}"),
            plain.replace(' ', "\\N{NO-BREAK SPACE}").replace('a', "\\N{U+61}"),
            format!("\\u202e{}", plain.chars().rev().collect::<String>()),
            format!("&#x202e;{}", plain.chars().rev().collect::<String>().replace(' ', "&ensp;")),
            plain.replace(' ', "_x0020_"),
            plain.split(' ').zip(0..).map(|(word, nth)| format!("{nth}) {word} ")).collect(),
            plain.replace('o', "&#111"),
            plain.replace('o', "&#x6f"),
            plain.bytes().map(|byte| format!("\\{byte:03o}")).collect(),
            plain.bytes().map(|byte| format!("\\{byte:x} ")).collect(),
            plain.bytes().map(|byte| format!("\\{byte:06x}")).collect(),
            plain.replace('o', "\\N{MATHEMATICAL BOLD SMALL O}").replace('e', "\\N{LATIN SMALL LETTER TURNED E}"),
            plain.split(' ').rev().collect::<Vec<_>>().join(" "),
            plain.split(' ').map(|word| word.chars().rev().chain([' ']).collect::<String>()).collect(),
            plain.replace('o', "&ograve;").replace(' ', "&NoBreak;&hairsp;"),
            plain.replace(' ', "\u{3164}"),
            plain.replace(' ', "\u{ffa0}\u{115f}"),
            format!("Look <a {plain}"),
            format!("Look </ {plain}>"),
            format!("a < b <i>and</i> {}", plain.replace(' ', "<br>")),
        ];
        for otherwise in set.into_iter().chain(in_other_letters(plain)) {
            assert!(given_away_otherwise(&otherwise, &locked, &[]), "{otherwise}");
            assert!(!given_away_otherwise(&otherwise, &[], &locked), "{otherwise}");
        }
        assert!(!given_away_otherwise("The harbour master speaks of the tide and of ships in general", &locked, &[]));
        assert_eq!(
            readings("&lt;a&gt; &amp;amp; &eacute;t&eacute &notanentity; &".as_bytes())[0],
            "<a> &amp; été ¬anentity; &"
        );
        assert!(!given_away_otherwise("100 % of the ships, 50%of the tide, %zz, %", &locked, &[]));
        assert_eq!(given_away(SECRET, &[], &[]), None);
    }

    #[test]
    fn capitals_and_letters_without_their_marks_are_the_same_words_in_every_language() {
        let same = |public: &str, closed: &str| {
            let closed = [Block::Paragraph(closed.into())];
            assert!(given_away_otherwise(public, &closed, &[]), "{public}");
        };
        same(
            "Ο ΛΙΜΕΝΑΡΧΗΣ ΤΗΣ ΠΟΛΗΣ ΜΙΛΗΣΕ ΓΙΑ ΤΟΥΣ ΝΑΥΤΙΚΟΥΣ ΚΑΙ ΤΙΣ ΒΑΡΚΕΣ",
            "Ο λιμενάρχης της πόλης μίλησε για τους ναυτικούς και τις βάρκες.",
        );
        same(
            "DIE GROSSE STRASSE AM HAFEN WIRD AUSSEN MIT WEISSER FARBE GESTRICHEN",
            "Die große Straße am Hafen wird außen mit weißer Farbe gestrichen.",
        );
        same(
            "LİMANIN KIYISINDAKİ KAYIKLAR SABAH IŞIĞINDA YAVAŞÇA SALLANIYORDU",
            "Limanın kıyısındaki kayıklar sabah ışığında yavaşça sallanıyordu.",
        );
        same(
            "SAEREN HENTEDE OLLET PA BROEN MENS FAERGEN LAGDE TIL VED OEN",
            "Særen hentede øllet på broen mens færgen lagde til ved Oen.",
        );
        same(
            "Lodz przyplynela do malego portu przed switem i wylowila zloto",
            "Łódź przypłynęła do małego portu przed świtem i wyłowiła złoto.",
        );
        same(
            "قالت الســـلطات إن السـفينة غادرت الميناء صباح اليوم بعد العاصفة",
            "قالت السلطات إن السفينة غادرت الميناء صباح اليوم بعد العاصفة.",
        );
    }
}
