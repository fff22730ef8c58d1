//! Texts of DOS and of old Macs, and of Korean ones. Nothing tells such a text but where its signs stand: read in an encoding of the web it is garbage that looks
//! read, with capitals and signs in the middle of words. Read in its own, every letter stands where letters do.
mod johab;
mod pages;
mod tongues;

use std::sync::LazyLock;

use encoding_rs::{Encoding, MACINTOSH};

use tongues::Told;

/// Signs that are looked at; what so many do not tell, more do not tell either.
const JUDGED: u64 = 200_000;
/// Bytes that are letters of DOS and of Macs, and in windows-1252 neither quotation marks, dashes nor points: by their place above 0x80.
const STRANGE: u128 = {
    let bytes =
        [0x81, 0x83, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x8d, 0x8e, 0x8f, 0x90, 0x98, 0x9a, 0x9c, 0x9d, 0x9e, 0x9f_u8];
    let (mut set, mut at) = (0, 0);
    while at < bytes.len() {
        set |= 1 << (bytes[at] & 0x7f);
        at += 1;
    }
    set
};
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
/// The code pages, Mac Roman, and the other Macs.
const OWN: usize = pages::PAGES.len() + 1 + pages::MACS.len();

/// What a byte is in an encoding, as far as it says where it may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Small,
    /// A small letter that ends words: ς.
    Last,
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
        'ς' => Sign::Last,
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
    let signs = match (pages::PAGES.get(own), mac(own)) {
        (Some((_, signs)), _) | (_, Some((.., signs))) => signs,
        _ => return of_web(MACINTOSH, byte),
    };
    signs.chars().nth(usize::from(byte & 0x7f)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The character set of a Mac that is not Mac Roman.
fn mac(own: usize) -> Option<&'static (&'static str, &'static str, &'static str)> {
    pages::MACS.get(own.checked_sub(pages::PAGES.len() + 1)?)
}

/// Whether a sign stands where it cannot stand.
fn is_odd(table: &Table, [before, byte, after]: [u8; 3]) -> bool {
    let small = |sign: Sign| matches!(sign, Sign::Small | Sign::Last);
    let letter = |sign: Sign| small(sign) || sign == Sign::Capital;
    let [before, own, after] = [before, byte, after].map(|byte| table[usize::from(byte)]);
    match own {
        Sign::Nothing => true,
        Sign::Capital => small(before),
        Sign::Small => before == Sign::Capital && after == Sign::Capital,
        Sign::Last => !letter(before) || letter(after),
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
        let (best, odd) = own.iter().enumerate().min_by_key(|(at, odd)| (**odd, likely(*at)))?;
        // A line or two has few signs: there half of them must be odd, and one of those be no quotation mark that lost its space.
        let short = well >= 2 && well * 2 >= self.judged && self.seen & STRANGE != 0;
        // Alphabets that resemble each other leave few odd places, and the right one leaves none.
        let clear = well >= 5 && well * 20 >= self.judged && *odd == 0;
        let misread = well >= 3 && well * 12 >= self.judged || clear || short;
        let drawn = !dense && self.ruled >= 8 && self.ruled >= self.judged;
        if *odd * 50 > self.judged || !(misread || drawn) {
            return None;
        }
        // Others that the places do not tell from it, where a letter would be another.
        let differs =
            |own: usize| (0..128_u8).any(|at| self.seen & (1 << at) != 0 && own_sign(own, at) != own_sign(best, at));
        let same = own.iter().enumerate().filter(|(at, other)| *at != best && *other == odd && differs(*at));
        let mut same: Vec<usize> = same.map(|(at, _)| at).collect();
        same.sort_by_key(|at| likely(*at));
        Some(refusal(best, &same))
    }
}

/// What is wrong with a text of the encoding `best`, and the mend; `same` are others that tell as much.
fn refusal(best: usize, same: &[usize]) -> String {
    let others: Vec<&str> = same.iter().take(3).map(|own| iconv(*own)).collect();
    let others = if others.is_empty() {
        String::new()
    } else {
        format!(", or as {} where letters are wrong then", others.join(", "))
    };
    let name = iconv(best);
    let what = match (pages::PAGES.get(best), mac(best)) {
        (Some(_), _) if matches!(name, "CP437" | "CP850") => "of DOS (code page 437 or 850)".to_owned(),
        (Some(_), _) => format!("of DOS (code page {})", name.trim_start_matches("CP")),
        (None, Some((people, ..))) => format!("of an old Macintosh ({people})"),
        (None, None) => "of an old Macintosh (Mac Roman)".to_owned(),
    };
    let known = if matches!(name, "MACGREEK" | "MACTURKISH" | "MACROMANIA") {
        " (the iconv of a Mac or of libiconv)"
    } else {
        ""
    };
    mend(&what, name, &format!("{known}{others}"))
}

/// The name that iconv has for it.
fn iconv(own: usize) -> &'static str {
    match (pages::PAGES.get(own), mac(own)) {
        (Some((name, _)), _) | (None, Some((_, name, _))) => name,
        (None, None) => "MACINTOSH",
    }
}

/// Of what a text may be as well, the commonest first: Mac Roman stands behind the two code pages of the West.
fn likely(own: usize) -> usize {
    if own == pages::PAGES.len() { 3 } else { own * 2 }
}

fn mend(what: &str, name: &str, others: &str) -> String {
    format!(
        "looks like text {what}: convert it first, for example with iconv -f {name} -t UTF-8 FILE > CONVERTED{others}, and import that"
    )
}

/// What is wrong with the bytes of a text, which are no UTF-8, if they are text of DOS or of an old Mac. `guess` is what they would be
/// read as.
pub(crate) fn told(bytes: &[u8], guess: &'static Encoding) -> Option<String> {
    match tongues::told(bytes, guess) {
        Some(Told::Own(best, same)) => Some(refusal(best, &same)),
        Some(Told::Web(_)) => None,
        None => {
            let mut places = Places::default();
            places.add(bytes);
            places.tell().or_else(|| johab::told(bytes))
        }
    }
}

/// Another encoding of the web than `guess`, if the language of the text tells it.
pub(crate) fn better(bytes: &[u8], guess: &'static Encoding) -> Option<&'static Encoding> {
    match tongues::told(bytes, guess) {
        Some(Told::Web(encoding)) => Some(encoding),
        _ => None,
    }
}
