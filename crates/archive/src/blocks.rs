//! Text to blocks: one per line (or per unwrapped paragraph), each with the key by which it is compared.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use crate::Form;
use crate::columns;
use crate::facts;
use crate::furniture::Kind;

/// One line of a crawl.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// Line in the file, counted from 1.
    pub line: u32,
    /// The text to publish: entities and inner markup resolved, one space between words.
    pub text: String,
    /// The comparison key; see [`key`].
    pub key: String,
    /// Hash of the key.
    pub hash: u64,
    /// What it seems to be.
    pub kind: Kind,
    /// How much it looks like running prose, 0 to 1.
    pub score: f32,
    /// What the source says it is; a line of text gets it from markup left around it.
    pub form: Form,
}

impl Block {
    pub(crate) fn new(line: u32, text: String) -> Self {
        let key = key(&text);
        let hash = hash_of(&key);
        Self { line, text, key, hash, kind: Kind::Unsure, score: 0.0, form: Form::Line }
    }

    pub(crate) fn chars(&self) -> usize {
        // Keys are mostly ASCII; exact only where it matters, that is near the small thresholds.
        if self.key.len() > 400 { self.key.len() } else { self.key.chars().count() }
    }
}

/// A line that is no sentence, its numbers, days and months aside: pages number their pictures and date their changes, each time
/// otherwise. None of a line without numbers, of a long one,
/// and of a single number or word, which is a cell of a table as often.
pub(crate) fn mould(key: &str) -> Option<u64> {
    if key.len() > 160 || !key.contains(' ') || !key.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let varies = |word: &str| word.bytes().any(|b| b.is_ascii_digit()) || facts::is_calendar(word);
    let words: Vec<&str> = words(key).map(|w| if varies(w) { "#" } else { w }).collect();
    Some(hash_of(&format!("# {}", words.join(" "))))
}

/// A short, stable hash of a key.
pub(crate) fn hash_of(key: &str) -> u64 {
    short(&blake3::hash(key.as_bytes()))
}

/// The part of a hash that [`hash_of`] gives.
pub(crate) fn short(hash: &blake3::Hash) -> u64 {
    let bytes = *hash.as_bytes();
    u64::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]])
}

/// Cuts a text into blocks. Blank lines separate but are no blocks.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut lines: Vec<(u32, String)> = Vec::new();
    let mut marks: Vec<(u32, Form)> = Vec::new();
    // "\r" alone ended lines on old Macintosh systems.
    let text = if text.contains('\r') {
        std::borrow::Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        std::borrow::Cow::Borrowed(text)
    };
    for (index, raw) in text_lines(&text).into_iter().enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        marks.extend(mark(raw).map(|mark| (number, mark)));
        for piece in without_tags(raw).split('\n') {
            lines.push((number, tidy(piece)));
        }
    }
    if columns::are_set(&lines) {
        lines = columns::joined(lines);
    } else if is_hard_wrapped(&lines) {
        lines = unwrapped(lines);
    }
    let mut marks = marks.into_iter().peekable();
    lines
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(line, text)| {
            let mut block = Block::new(line, text);
            while marks.next_if(|(at, _)| *at < line).is_some() {}
            block.form = marks.peek().filter(|(at, _)| *at == line).map_or(Form::Line, |(_, mark)| *mark);
            block
        })
        .collect()
}

fn text_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    for line in text.split('\n') {
        // First bytes of the other signs that end a line: most lines have none.
        if line.bytes().any(|byte| matches!(byte, 0xb | 0xc | 0xc2 | 0xe2)) {
            lines.extend(line.split(['\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']));
        } else {
            lines.push(line);
        }
    }
    lines
}

/// The words of a key. Bytes are looked at one by one: words are too short for what finds a sign in a long text.
pub(crate) fn words(key: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(key);
    std::iter::from_fn(move || {
        let key = rest?;
        let end = key.bytes().position(|byte| byte == b' ');
        rest = end.and_then(|end| key.get(end + 1..));
        key.get(..end.unwrap_or(key.len()))
    })
}

/// The mark of a line that one element holds from its start to its end. A page's menus are lists too: an entry with a link in it
/// says nothing.
fn mark(raw: &str) -> Option<Form> {
    let inner = raw.trim().strip_prefix('<')?;
    let name = inner.split(|c: char| !c.is_ascii_alphanumeric()).next()?.to_ascii_lowercase();
    let closes = raw.trim_end().to_ascii_lowercase().ends_with(&format!("</{name}>"));
    if !closes || raw.contains("<a ") || raw.contains("<A ") {
        return None;
    }
    match name.as_str() {
        "h2" | "h3" | "h4" => Some(Form::Crosshead),
        "blockquote" => Some(Form::Quote),
        "li" => Some(Form::Listed),
        "tr" => Some(Form::Row),
        _ => None,
    }
}

/// Tags after which a new line begins.
const BREAKING: &[&str] = &[
    "p",
    "br",
    "div",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "table",
    "section",
    "article",
    "blockquote",
    "aside",
    "header",
    "footer",
    "nav",
    "figure",
    "figcaption",
    "hr",
];
/// Tags that only vanish.
const INLINE: &[&str] = &[
    "a", "b", "i", "u", "em", "strong", "span", "small", "sup", "sub", "font", "img", "td", "th", "tbody", "thead",
    "code", "cite", "q", "abbr", "mark", "time", "button", "label",
];

/// Resolves the markup that some crawlers leave in text lines. Anything that is not a known tag stays as it is.
fn without_tags(raw: &str) -> std::borrow::Cow<'_, str> {
    if !raw.contains('<') {
        return raw.into();
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        match tag(from) {
            Some((length, breaking)) => {
                if breaking {
                    out.push('\n');
                }
                rest = from.get(length..).unwrap_or_default();
            }
            None => {
                out.push('<');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out.into()
}

/// Length in bytes of the tag at the start of `from`, and whether it breaks the line.
fn tag(from: &str) -> Option<(usize, bool)> {
    let window = from.as_bytes().get(..from.len().min(600))?;
    let end = window.iter().position(|b| *b == b'>')?;
    let inner = from.get(1..end)?;
    let name: String = inner
        .trim_start_matches('/')
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    if BREAKING.contains(&name.as_str()) {
        return Some((end + 1, true));
    }
    INLINE.contains(&name.as_str()).then_some((end + 1, false))
}

/// Entities resolved, invisible characters out, one space between words.
pub(crate) fn tidy(line: &str) -> String {
    if is_tidy(line) {
        return line.to_owned();
    }
    let mut text = std::borrow::Cow::Borrowed(line);
    // Twice: crawlers escape what is escaped already.
    for _ in 0..2 {
        if !text.contains('&') {
            break;
        }
        text = std::borrow::Cow::Owned(unescape(&text));
    }
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars() {
        if c.is_whitespace() {
            space = !out.is_empty();
        } else if is_invisible(c) {
            // A soft hyphen, a zero-width space or a control character is not part of the text.
        } else {
            if space {
                out.push(' ');
                space = false;
            }
            out.push(c);
        }
    }
    out
}

/// Whether there is nothing to tidy, as in nearly every line of English.
fn is_tidy(line: &str) -> bool {
    let untidy = |stretch: &[u8]| stretch.iter().fold(false, |any, b| any | !matches!(b, b' '..=b'~') | (*b == b'&'));
    let edges = line.starts_with(' ') || line.ends_with(' ');
    !edges && !line.as_bytes().chunks(64).any(untidy) && !line.contains("  ")
}

fn is_invisible(c: char) -> bool {
    // The joiners U+200C and U+200D are letters' business in Indic scripts and Persian, and stay.
    c.is_control() || matches!(c, '\u{ad}' | '\u{200b}' | '\u{feff}' | '\u{2060}' | '\u{200e}' | '\u{200f}')
}

/// Named characters that occur in crawled prose (HTML Living Standard, named character references).
const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("rsquo", '’'),
    ("lsquo", '‘'),
    ("rdquo", '”'),
    ("ldquo", '“'),
    ("bdquo", '„'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("bull", '•'),
    ("middot", '·'),
    ("euro", '€'),
    ("pound", '£'),
    ("cent", '¢'),
    ("yen", '¥'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("deg", '°'),
    ("frac12", '½'),
    ("frac14", '¼'),
    ("times", '×'),
    ("eacute", 'é'),
    ("egrave", 'è'),
    ("ecirc", 'ê'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("acirc", 'â'),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("Auml", 'Ä'),
    ("Ouml", 'Ö'),
    ("Uuml", 'Ü'),
    ("szlig", 'ß'),
    ("ccedil", 'ç'),
    ("ntilde", 'ñ'),
    ("oacute", 'ó'),
    ("ocirc", 'ô'),
    ("iacute", 'í'),
    ("uacute", 'ú'),
    ("shy", '\u{ad}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("rarr", '→'),
    ("larr", '←'),
];

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        match entity(from) {
            Some((c, length)) => {
                out.push(c);
                rest = from.get(length..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(from: &str) -> Option<(char, usize)> {
    let window = from.as_bytes().get(1..from.len().min(14))?;
    let end = window.iter().position(|b| *b == b';')?;
    let name = from.get(1..=end)?;
    let length = end + 2;
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        // Numbers 128 to 159 mean windows-1252 (HTML Living Standard, numeric character reference end state).
        if let Ok(byte @ 0x80..=0x9f) = u8::try_from(code) {
            let byte = [byte];
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte);
            return text.chars().next().map(|c| (c, length));
        }
        return char::from_u32(code).map(|c| (c, length));
    }
    ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, c)| (*c, length))
}

/// Lines broken at a fixed width, paragraphs apart by blank lines: the shape of old wire copy and of mail.
fn is_hard_wrapped(lines: &[(u32, String)]) -> bool {
    let (mut inner, mut like_wrapped, mut gaps) = (0usize, 0usize, 0usize);
    for pair in lines.windows(2) {
        let (Some((_, a)), Some((_, b))) = (pair.first(), pair.last()) else {
            continue;
        };
        if a.len() > 240 {
            return false;
        }
        if a.is_empty() {
            gaps += usize::from(!b.is_empty());
            continue;
        }
        if !b.is_empty() {
            inner += 1;
            let length = a.chars().count();
            let goes_on = !a.ends_with(['.', '!', '?', '"', '”', ':']);
            like_wrapped += usize::from(goes_on && (45..=100).contains(&length));
        }
    }
    gaps >= 2 && inner >= 6 && like_wrapped * 10 >= inner * 7
}

fn unwrapped(lines: Vec<(u32, String)>) -> Vec<(u32, String)> {
    let mut out: Vec<(u32, String)> = Vec::new();
    let mut open = false;
    for (number, text) in lines {
        if text.is_empty() {
            open = false;
            continue;
        }
        match out.last_mut() {
            Some((_, paragraph)) if open => {
                columns::join(paragraph, &text);
            }
            _ => out.push((number, text)),
        }
        open = true;
    }
    out
}

/// The key by which lines are compared: compatibility forms folded (NFKC), lower case, no punctuation, one space between words.
/// Points inside numbers stay ("1.5" is not "15"); separators of thousands go; each CJK character is a word.
pub(crate) fn key(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    let mut last = ' ';
    if text.is_ascii() {
        return ascii_key(text.as_bytes());
    }
    let mut push = |c: char, next_digit: bool| {
        // A letter or an apostrophe that was lost parts no word.
        let joiner = matches!(c, '\'' | '’' | '‘' | '`' | '´' | '\u{200c}' | '\u{200d}' | char::REPLACEMENT_CHARACTER);
        let inside_number = last.is_ascii_digit() && next_digit;
        if c.is_alphanumeric() || is_mark(c) || (c == '.' && inside_number) {
            let cjk = is_cjk(c);
            if (space || cjk) && !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
            if c.is_ascii() {
                out.push(c.to_ascii_lowercase());
            } else {
                out.extend(c.to_lowercase());
            }
            space = cjk;
        } else if !(joiner || (c == ',' && inside_number)) {
            space = true;
        }
        last = c;
    };
    if is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        with_next(text.chars(), &mut push);
    } else {
        with_next(text.nfkc(), &mut push);
    }
    out
}

/// What an ASCII character becomes in a key: itself in lower case, a space, or 0 where its neighbours decide.
const IN_KEY: [u8; 256] = {
    let mut table = [b' '; 256];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'\'' | b'`' | b'.' | b',' => 0,
            byte if byte.is_ascii_alphanumeric() => byte.to_ascii_lowercase(),
            _ => b' ',
        };
        byte += 1;
    }
    table
};

/// The same for ASCII.
fn ascii_key(text: &[u8]) -> String {
    let mut out = vec![0; text.len()];
    // No branch on whether a word ends: no processor could guess that.
    let (mut length, mut last) = (0, b' ');
    for (at, byte) in text.iter().enumerate() {
        let mut put = IN_KEY[usize::from(*byte)];
        if put == 0 {
            let is_digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
            put = match byte {
                b'.' | b',' if !(is_digit(at.checked_sub(1)) && is_digit(Some(at + 1))) => b' ',
                b'.' => b'.',
                _ => continue,
            };
        }
        if let Some(place) = out.get_mut(length) {
            *place = put;
        }
        length += usize::from(put != b' ' || last != b' ');
        last = put;
    }
    out.truncate(length - usize::from(length > 0 && last == b' '));
    String::from_utf8(out).unwrap_or_default()
}

/// Calls for each character with whether a digit follows.
fn with_next(chars: impl Iterator<Item = char>, push: &mut impl FnMut(char, bool)) {
    let mut chars = chars.peekable();
    while let Some(c) = chars.next() {
        let next_digit = chars.peek().is_some_and(char::is_ascii_digit);
        push(c, next_digit);
    }
}

pub(crate) fn is_mark(c: char) -> bool {
    // Signs that are part of a word but not letters: viramas, nuktas, accents, and the currency signs, which are facts.
    !c.is_ascii()
        && (unicode_normalization::char::is_combining_mark(c)
            || ('\u{20a0}'..='\u{20cf}').contains(&c)
            || matches!(c, '£' | '¥'))
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// A text cut to at most `chars` characters, with an ellipsis if something is missing.
pub(crate) fn shortened(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}
