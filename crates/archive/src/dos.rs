//! Texts of DOS and of old Macs. Nothing tells such a text but where its signs stand: read in an encoding of the web it is garbage that looks
//! read, with capitals and signs in the middle of words. Read in its own, every letter stands where letters do.
mod pages;

use std::sync::LazyLock;

use encoding_rs::{Encoding, MACINTOSH};

/// Signs that are looked at; what so many do not tell, more do not tell either.
const JUDGED: u64 = 200_000;
/// Encodings of the web for texts in Latin letters, and for texts in others.
const LATIN: [&Encoding; 4] =
    [encoding_rs::WINDOWS_1252, encoding_rs::WINDOWS_1250, encoding_rs::WINDOWS_1254, encoding_rs::ISO_8859_2];
const OTHERS: [&Encoding; 8] = [
    encoding_rs::WINDOWS_1251,
    encoding_rs::WINDOWS_1253,
    encoding_rs::WINDOWS_1257,
    encoding_rs::ISO_8859_5,
    encoding_rs::ISO_8859_7,
    encoding_rs::KOI8_R,
    encoding_rs::IBM866,
    encoding_rs::WINDOWS_874,
];
const WEB: usize = LATIN.len() + OTHERS.len();
/// The code pages, and Mac Roman.
const OWN: usize = pages::PAGES.len() + 1;

/// What a byte is in an encoding, as far as it says where it may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Small,
    Capital,
    /// Stands between letters too: an apostrophe, a dash, a hard space.
    Between,
    Symbol,
    /// Of a box or a ruled line.
    Drawn,
    Nothing,
}

type Table = [Sign; 256];

fn sign(c: char) -> Sign {
    match c {
        '’' | '‘' | '´' | '`' | '\'' | '-' | '\u{ad}' | '–' | '—' | '‐' | '·' | '…' | '°' | '¼' | '½' | '¾' | '¹'
        | '²' | '³' | '\u{a0}' | ' ' => Sign::Between,
        'ª' | 'º' | '\u{fffd}' => Sign::Nothing,
        '\u{2500}'..='\u{259f}' => Sign::Drawn,
        c if c.is_uppercase() => Sign::Capital,
        c if c.is_alphabetic() => Sign::Small,
        c if c.is_control() && !c.is_ascii() => Sign::Nothing,
        _ => Sign::Symbol,
    }
}

fn of_web(encoding: &'static Encoding, byte: u8) -> char {
    encoding.decode_without_bom_handling(&[byte]).0.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// What each byte is in each encoding: those of the web, and then those that are looked for.
static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let mut tables = Vec::with_capacity(WEB + OWN);
    let mut add = |of: &dyn Fn(u8) -> char| {
        let mut table = [Sign::Nothing; 256];
        for (byte, place) in (0..=u8::MAX).zip(&mut table) {
            *place = sign(if byte.is_ascii() { char::from(byte) } else { of(byte) });
        }
        tables.push(table);
    };
    for encoding in LATIN.into_iter().chain(OTHERS) {
        add(&|byte| of_web(encoding, byte));
    }
    for own in 0..OWN {
        add(&|byte| own_sign(own, byte));
    }
    tables
});

/// What a byte above 0x7F is in one of the encodings that are looked for.
fn own_sign(own: usize, byte: u8) -> char {
    match pages::PAGES.get(own) {
        Some((_, signs)) => signs.chars().nth(usize::from(byte & 0x7f)).unwrap_or(char::REPLACEMENT_CHARACTER),
        None => of_web(MACINTOSH, byte),
    }
}

/// Whether a sign stands where it cannot stand.
fn is_odd(table: &Table, [before, byte, after]: [u8; 3]) -> bool {
    let letter = |sign: Sign| matches!(sign, Sign::Small | Sign::Capital);
    let [before, own, after] = [before, byte, after].map(|byte| table[usize::from(byte)]);
    match own {
        Sign::Nothing => true,
        Sign::Capital => before == Sign::Small,
        Sign::Small => before == Sign::Capital && after == Sign::Capital,
        Sign::Symbol => letter(before) && letter(after),
        Sign::Drawn => letter(before) || letter(after),
        Sign::Between => false,
    }
}

/// What the places of a text's signs tell, gathered from as many parts of it as there are.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// Letters of ASCII.
    plain: u64,
    /// Bytes above those that were looked at.
    judged: u64,
    /// Odd ones among them, in each encoding.
    odd: [u64; WEB + OWN],
    /// Bytes of ruled lines.
    ruled: u64,
    /// Which there are.
    seen: u128,
}

impl Places {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        if self.judged >= JUDGED {
            return;
        }
        self.plain += u64::try_from(bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count()).unwrap_or_default();
        if bytes.is_ascii() {
            return;
        }
        for three in bytes.windows(3) {
            if let [before, byte, after] = three {
                self.place([*before, *byte, *after]);
            }
        }
    }

    fn place(&mut self, three: [u8; 3]) {
        let [before, byte, after] = three;
        if byte.is_ascii() {
            return;
        }
        // Beside itself a sign draws a line, and tells nothing of letters.
        if before == byte || after == byte {
            // Ä, Í, Û, Ü and ß in windows-1252: three of them are no word.
            self.ruled += u64::from(before == after && matches!(byte, 0xc4 | 0xcd | 0xdb | 0xdc | 0xdf));
            return;
        }
        self.judged += 1;
        self.seen |= 1 << (byte & 0x7f);
        for (odd, table) in self.odd.iter_mut().zip(TABLES.iter()) {
            *odd += u64::from(is_odd(table, three));
        }
    }

    /// What is wrong with a text of DOS or of an old Mac, and the mend: nearly every sign of it stands well in one of their encodings, and in
    /// none of the web's. A text in another script than ours has more such signs than letters of ASCII, and more encodings.
    pub(crate) fn tell(&self) -> Option<String> {
        let (web, own) = self.odd.split_at(WEB);
        let dense = self.judged * 3 >= self.plain;
        let web = if dense { web } else { web.get(..LATIN.len())? };
        let well = *web.iter().min()?;
        let (best, odd) = own.iter().enumerate().min_by_key(|(_, odd)| **odd)?;
        let misread = well >= 3 && well * 12 >= self.judged;
        let drawn = !dense && self.ruled >= 8 && self.ruled >= self.judged;
        if *odd * 50 > self.judged || !(misread || drawn) {
            return None;
        }
        let Some((name, _)) = pages::PAGES.get(best) else {
            return Some(mend("of an old Macintosh (Mac Roman)", "MACINTOSH", ""));
        };
        let number = name.trim_start_matches("CP");
        let page = if matches!(number, "437" | "850") { "437 or 850" } else { number };
        // Others that the places do not tell from it, where a letter would be another.
        let differs =
            |own: usize| (0..128_u8).any(|at| self.seen & (1 << at) != 0 && own_sign(own, at) != own_sign(best, at));
        let same = own.iter().zip(pages::PAGES).enumerate();
        let same = same
            .filter(|(at, (other, _))| *at != best && *other == odd && differs(*at))
            .map(|(_, (_, (name, _)))| name);
        let others: Vec<&str> = same.take(3).collect();
        let others = if others.is_empty() {
            String::new()
        } else {
            format!(", or as {} where letters are wrong then", others.join(", "))
        };
        Some(mend(&format!("of DOS (code page {page})"), name, &others))
    }
}

fn mend(what: &str, name: &str, others: &str) -> String {
    format!(
        "looks like text {what}: convert it first, for example with iconv -f {name} -t UTF-8 FILE > CONVERTED{others}, and import that"
    )
}

/// What is wrong with the bytes of a text, which are no UTF-8, if they are text of DOS or of an old Mac.
pub(crate) fn told(bytes: &[u8]) -> Option<String> {
    let mut places = Places::default();
    places.add(bytes);
    places.tell()
}
