//! What one line looks like, without regard to its neighbours.

use crate::blocks::words;
use crate::lexicon;

/// Features of a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// Number of words of the key.
    pub words: usize,
    /// Ends like a sentence.
    pub closes: bool,
    /// Has quotation marks in it.
    pub quotes: bool,
    /// How much it looks like running prose, 0 to 1.
    pub prose: f32,
    /// Vocabulary.
    pub vocabulary: lexicon::Vocabulary,
}

/// Measures a line. Of a very long one the first thousand words decide.
pub(crate) fn shape(text: &str, key: &str) -> Shape {
    let all: Vec<&str> = words(key).filter(|w| !w.is_empty()).take(60).collect();
    let vocabulary = lexicon::vocabulary(&all);
    // One space stands between words.
    let count = (key.bytes().filter(|byte| *byte == b' ').count() + usize::from(!key.is_empty())).min(1000);
    let closes = closes(text);
    let quotes = text.as_bytes().contains(&b'"') || (!text.is_ascii() && text.contains(['“', '”', '„', '«', '»']));
    let mut shape = Shape { words: count, closes, quotes, prose: 0.0, vocabulary };
    shape.prose = prose(text, &shape);
    shape
}

fn prose(text: &str, shape: &Shape) -> f32 {
    let looked_at = shape.words.min(60);
    let mut score: f32 = 0.0;
    if shape.closes {
        score += 0.35;
    }
    score += match shape.words {
        20.. => 0.25,
        8..=19 => 0.2,
        4..=7 => 0.12,
        _ => 0.0,
    };
    let foreign =
        !text.is_ascii() && text.chars().take(200).filter(|c| c.is_alphabetic() && !is_latin(*c)).count() > 20;
    // Small words of other scripts are not listed; they are neither for nor against.
    score += if foreign || shape.vocabulary.small * 4 >= looked_at {
        0.25
    } else if shape.vocabulary.small * 8 >= looked_at {
        0.18
    } else {
        0.0
    };
    let first = text.chars().find(|c| !c.is_whitespace());
    if first.is_some_and(|c| {
        !c.is_lowercase()
            && (c.is_alphanumeric() || matches!(c, '"' | '“' | '‘' | '\'' | '„' | '«' | '¿' | '¡' | '—' | '–'))
    }) {
        score += 0.1;
    }
    let head = text.get(..text.floor_char_boundary(400)).unwrap_or_default();
    if head.bytes().filter(u8::is_ascii_digit).count() * 5 < head.chars().count() {
        score += 0.05;
    }
    if shape.words < 25 && text.contains(['→', '»', '›', '▶', '►', '|', '•', '✓', '✔', '★']) {
        score -= 0.3;
    }
    if shape.vocabulary.order && shape.vocabulary.ordered && shape.words < 20 {
        score -= 0.2;
    }
    score.clamp(0.0, 1.0)
}

fn is_latin(c: char) -> bool {
    c.is_ascii() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// A face, a heart, or another picture among letters.
pub(crate) fn is_emoji(c: char) -> bool {
    matches!(u32::from(c), 0x1f300..=0x1f64f | 0x1f680..=0x1f6ff | 0x1f900..=0x1faff | 0x2639..=0x263b | 0x2763..=0x2764)
}

/// Whether the text ends like a sentence: a closing mark, quotes, brackets and emoji after it allowed.
pub(crate) fn closes(text: &str) -> bool {
    let end = text.trim_end_matches(|c: char| {
        c.is_whitespace()
            || is_emoji(c)
            || matches!(c, '\u{fe0f}' | '\u{200d}')
            || matches!(c, '"' | '\'' | '”' | '’' | '»' | '›' | ')' | ']' | '」' | '』' | '*' | '†')
    });
    match end.chars().next_back() {
        Some('.' | '!' | '?' | '…' | '。' | '！' | '？' | '।' | '॥' | '؟' | '۔' | '።' | ':' | ';' | '—') => {
            true
        }
        // A quotation may stand without a full stop, a headline within quotation marks has none inside or outside.
        Some(',') => end.len() < text.len(),
        _ => false,
    }
}

/// Whether the line is written in capitals, as headlines are.
pub(crate) fn is_shouted(text: &str) -> bool {
    // Most lines are ASCII, whose letters are counted many at a time.
    let (upper, lower) = if text.is_ascii() {
        let count = |is: fn(&u8) -> bool| text.bytes().filter(is).count();
        (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase))
    } else {
        let count = |is: fn(&char) -> bool| text.chars().filter(is).count();
        (count(|c| c.is_uppercase()), count(|c| c.is_lowercase()))
    };
    upper >= 6 && lower * 6 < upper
}

/// Pairs that enclose the name of a value in template languages.
const ENCLOSED: &[(&str, &str)] = &[
    ("{{", "}}"),
    ("{%", "%}"),
    ("<%", "%>"),
    ("<?", "?>"),
    ("${", "}"),
    ("#{", "}"),
    ("@{", "}"),
    ("[[", "]]"),
    ("%(", ")s"),
    ("%(", ")d"),
    ("((", "))"),
    ("<<", ">>"),
    ("{#", "#}"),
    ("*|", "|*"),
    ("%%", "%%"),
    ("@@", "@@"),
    ("##", "##"),
    ("__", "__"),
    ("[%", "%]"),
    ("[#", "#]"),
    ("~[", "]~"),
    ("{", "}"),
    ("%", "%"),
    ("||", "||"),
    ("^^", "^^"),
    ("~~", "~~"),
    ("$$", "$$"),
];

/// Which ASCII characters stand in a line, and which stand there twice in a row: most lines have none of the brackets, and need no
/// search for each.
struct Marks {
    single: u128,
    double: u128,
}

/// What the first of two brackets begins with.
const OPENS: [bool; 256] = {
    let mut table = [false; 256];
    let mut at = 0;
    while at < ENCLOSED.len() {
        table[ENCLOSED[at].0.as_bytes()[0] as usize] = true;
        at += 1;
    }
    table
};

impl Marks {
    fn of(text: &str) -> Self {
        let mut marks = Self { single: 0, double: 0 };
        let mut last = 0;
        for byte in text.bytes() {
            let bit = if byte < 128 { 1u128 << byte } else { 0 };
            marks.single |= bit;
            marks.double |= bit & last;
            last = bit;
        }
        marks
    }

    fn may_hold(&self, bracket: &str) -> bool {
        match bracket.as_bytes() {
            [a, b] if a == b => self.double >> (a & 127) & 1 == 1,
            bytes => bytes.iter().all(|b| self.single >> (b & 127) & 1 == 1),
        }
    }
}

/// Whether the line has a placeholder in it that nobody filled in: something like a name between the brackets of a template language.
pub(crate) fn is_unrendered(text: &str) -> bool {
    if text.len() > 4000 {
        return false;
    }
    has_placeholder(text, ENCLOSED)
}

/// Pairs that stand in running prose for nothing else than a value.
const STRONGLY_ENCLOSED: &[(&str, &str)] =
    &[("{{", "}}"), ("{%", "%}"), ("<%", "%>"), ("${", "}"), ("*|", "|*"), ("%(", ")s"), ("{#", "#}")];

/// Whether there is a placeholder in a line that prose cannot have written.
pub(crate) fn has_strong_placeholder(text: &str) -> bool {
    has_placeholder(text, STRONGLY_ENCLOSED)
}

fn has_placeholder(text: &str, enclosed: &[(&str, &str)]) -> bool {
    if !text.bytes().fold(false, |any, byte| any | OPENS[usize::from(byte)]) {
        return false;
    }
    let marks = Marks::of(text);
    enclosed.iter().filter(|(open, close)| marks.may_hold(open) && marks.may_hold(close)).any(|(open, close)| {
        text.match_indices(open).take(8).any(|(at, _)| {
            let inside = text.get(at + open.len()..).unwrap_or_default();
            inside
                .find(close)
                .and_then(|end| inside.get(..end))
                .is_some_and(|name| is_placeholder(name, open.len() > 1))
        })
    })
}

fn is_placeholder(inside: &str, strong: bool) -> bool {
    let name = inside.trim_matches(|c: char| {
        c.is_ascii_whitespace() || matches!(c, '=' | '-' | '!' | '#' | '/' | '~' | '$' | ':' | '^' | '&' | '*')
    });
    if name.is_empty() || name.len() > 80 {
        return false;
    }
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '.');
    let one_word =
        name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '[' | ']' | '\'' | '"'));
    // Logic and filters ("x | upper", "if user.free > 3") have spaces; only the doubled or marked brackets may hold them.
    let code = strong
        && name.is_ascii()
        && (name.split_ascii_whitespace().count() <= 3 || name.contains(['|', '=', '_', '.', '(']));
    starts_well && (one_word || code)
}

const UNITS: &[&str] = &[
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "year",
    "years",
    "quarter",
    "mo",
    "yr",
    "mth",
    "tag",
    "tage",
    "woche",
    "wochen",
    "monat",
    "monate",
    "jahr",
    "jahre",
    "jour",
    "jours",
    "semaine",
    "mois",
    "an",
    "ans",
    "día",
    "días",
    "semana",
    "mes",
    "meses",
    "año",
    "años",
    "mese",
    "mesi",
    "anno",
    "anni",
    "mês",
    "ano",
    "anos",
    "maand",
    "maanden",
    "jaar",
    "annual",
    "annually",
    "monthly",
    "yearly",
    "weekly",
    "quarterly",
    "महीने",
    "माह",
    "साल",
    "वर्ष",
];
const PRICE_FILLERS: &[&str] = &[
    "per", "a", "only", "for", "just", "from", "at", "then", "every", "plus", "tax", "gst", "vat", "off", "save",
    "first", "pro", "par", "por", "al",
];
const CURRENCY_CODES: &[&str] =
    &["rs", "inr", "usd", "eur", "gbp", "jpy", "aud", "cad", "chf", "cny", "sgd", "aed", "re"];

/// A bare price: money, perhaps with the term it is for, and nothing else.
pub(crate) fn is_price(text: &str) -> bool {
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    let mut money = false;
    let mut digits = false;
    let mut count = 0;
    for token in pieces(text) {
        count += 1;
        let lower = token.to_lowercase();
        let symbol = token.chars().any(is_currency);
        let number = token.chars().any(|c| c.is_ascii_digit())
            && token.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',') || is_currency(c));
        digits |= number;
        money |= symbol || CURRENCY_CODES.contains(&lower.as_str());
        let filler = number
            || symbol
            || CURRENCY_CODES.contains(&lower.as_str())
            || UNITS.contains(&lower.as_str())
            || PRICE_FILLERS.contains(&lower.as_str());
        if !filler || count > 10 {
            return false;
        }
    }
    money && digits
}

/// A bare length of time, the way plans state it: a number and a unit.
pub(crate) fn is_term(text: &str) -> bool {
    let tokens: Vec<String> = pieces(text).take(4).map(str::to_lowercase).collect();
    match tokens.as_slice() {
        [number, unit] => {
            number.len() <= 4 && number.chars().all(|c| c.is_ascii_digit()) && UNITS.contains(&unit.as_str())
        }
        [unit] => matches!(unit.as_str(), "monthly" | "yearly" | "annual" | "annually" | "quarterly" | "weekly"),
        _ => false,
    }
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '/' | '*' | '(' | ')' | '+'))
        .map(|t| t.trim_matches(|c: char| matches!(c, '.' | ',' | ':' | ';' | '!' | '-' | '–' | '—')))
        .filter(|t| !t.is_empty())
}

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '£' | '¥' | '¢' | '€') || ('\u{20a0}'..='\u{20cf}').contains(&c)
}
