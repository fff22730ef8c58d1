//! Cuts what a reader typed into terms. Unbalanced quotation marks end with the text; brackets are spaces.

/// One part of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lexeme {
    Or,
    Not,
    Term { negated: bool, field: Option<String>, value: String, quoted: bool },
}

/// Names of fields as readers write them, with the one name each stands for.
const FIELDS: [(&str, &str); 20] = [
    ("author", "author"),
    ("by", "author"),
    ("byline", "author"),
    ("section", "section"),
    ("in", "section"),
    ("topic", "topic"),
    ("about", "topic"),
    ("headline", "headline"),
    ("title", "headline"),
    ("marking", "marking"),
    ("year", "year"),
    ("month", "month"),
    ("on", "on"),
    ("date", "on"),
    ("before", "before"),
    ("after", "after"),
    ("since", "since"),
    ("from", "since"),
    ("until", "until"),
    ("till", "until"),
];

/// Fields that take a time.
pub(super) const TIMES: [&str; 7] = ["year", "month", "on", "before", "after", "since", "until"];

const DASHES: [char; 3] = ['-', '−', '–'];

pub(super) const fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '‟' | '＂')
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | ';')
}

pub(super) fn lexemes(text: &str) -> Vec<Lexeme> {
    let mut found = Vec::new();
    let mut rest = text.trim_start_matches(is_gap);
    while !rest.is_empty() {
        let (lexeme, after) = one(rest);
        found.extend(lexeme);
        rest = after.trim_start_matches(is_gap);
    }
    found
}

/// Reads one lexeme from the start of `text`, which is not empty and begins with no gap. Always goes on by a character at least.
fn one(text: &str) -> (Option<Lexeme>, &str) {
    // one dash before a word leaves it out; several, or one alone, are ornament
    let bare = text.trim_start_matches(DASHES);
    let negated = text[..text.len() - bare.len()].chars().count() == 1;
    if bare.is_empty() || bare.starts_with(is_gap) {
        return (None, bare);
    }
    let text = bare;
    let asked = text.split_once(':').and_then(|(name, rest)| Some((named(name)?, value(rest)?)));
    let (field, text) = asked.map_or((None, text), |(field, value)| (Some(field.to_owned()), value));
    if text.starts_with(is_quote) {
        let inside = text.trim_start_matches(is_quote);
        let end = inside.find(is_quote).unwrap_or(inside.len());
        let after = inside[end..].trim_start_matches(is_quote);
        return (Some(Lexeme::Term { negated, field, value: inside[..end].to_owned(), quoted: true }), after);
    }
    let end = text.find(|c| is_gap(c) || is_quote(c)).unwrap_or(text.len());
    let (value, after) = text.split_at(end);
    let lexeme = match (value, field.is_some() || negated) {
        ("OR" | "|" | "||", false) => Some(Lexeme::Or),
        ("AND" | "&" | "&&" | "+", false) => None,
        ("NOT", false) => Some(Lexeme::Not),
        _ => Some(Lexeme::Term { negated, field, value: value.to_owned(), quoted: false }),
    };
    (lexeme, after)
}

/// What a field asks for, a space after its colon or not: `author: lopez`. Nothing where something else follows, which then stands for itself.
fn value(rest: &str) -> Option<&str> {
    let value = rest.trim_start_matches(is_gap);
    let spaced = value.len() < rest.len();
    let word = value.split(is_gap).next().unwrap_or_default();
    let another = word.starts_with(DASHES) || matches!(word, "OR" | "|" | "||" | "NOT") || led(word).0.is_some();
    if value.is_empty() || spaced && another { None } else { Some(value) }
}

/// The field that a text begins with, where it begins with one, and the rest.
pub(crate) fn led(text: &str) -> (Option<&'static str>, &str) {
    let field = text.trim_start().split_once(':').and_then(|(name, rest)| Some((named(name)?, rest)));
    field.map_or((None, text), |(field, rest)| (Some(field), rest))
}

/// The field of times that this word names.
pub(super) fn of_time(name: &str) -> Option<&'static str> {
    named(name).filter(|field| TIMES.contains(field))
}

fn named(name: &str) -> Option<&'static str> {
    FIELDS.iter().find(|(word, _)| name.eq_ignore_ascii_case(word)).map(|(_, field)| *field)
}
