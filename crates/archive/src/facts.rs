//! Numbers and dates in a text: what must agree before two like-sounding texts are one story.

use std::sync::LazyLock;

use crate::blocks::{Block, words};
use crate::lexicon::WordSet;

/// Names of months (English, German, French, Spanish), as they stand in keys.
const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "januar",
    "februar",
    "märz",
    "mai",
    "juni",
    "juli",
    "oktober",
    "dezember",
    "janvier",
    "février",
    "mars",
    "avril",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

/// Names of the days of the week.
const WEEKDAYS: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "lunes",
    "martes",
    "miércoles",
    "jueves",
    "viernes",
    "sábado",
    "domingo",
];

/// Numbers written as words; "one" is left out because it is mostly a pronoun.
const NUMERALS: &[&str] = &[
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty", "thirty",
    "forty", "fifty", "hundred", "thousand", "half", "third", "quarter", "second", "fifth",
];

/// Opposite movements: templated reports differ in them as often as in the figures.
const DIRECTIONS: &[&str] =
    &["rose", "fell", "gained", "lost", "up", "down", "higher", "lower", "jumped", "slipped", "climbed", "dropped"];

static MONTH_WORDS: LazyLock<WordSet> = LazyLock::new(|| MONTHS.iter().copied().collect());
static WEEKDAY_WORDS: LazyLock<WordSet> = LazyLock::new(|| WEEKDAYS.iter().copied().collect());
static NUMERAL_WORDS: LazyLock<WordSet> = LazyLock::new(|| NUMERALS.iter().copied().collect());

pub(crate) fn is_calendar(word: &str) -> bool {
    is_month(word) || is_weekday(word)
}

pub(crate) fn is_weekday(word: &str) -> bool {
    WEEKDAY_WORDS.contains(word)
}

pub(crate) fn is_month(word: &str) -> bool {
    MONTH_WORDS.contains(word)
}

pub(crate) fn is_number(word: &str) -> bool {
    word.bytes().any(|b| b.is_ascii_digit())
        || (!word.is_ascii() && word.chars().any(char::is_numeric))
        || NUMERAL_WORDS.contains(word)
}

fn is_fact(word: &str) -> bool {
    is_number(word) || (word != "may" && word != "march" && is_calendar(word)) || DIRECTIONS.contains(&word)
}

/// Facts of one paragraph, sorted.
pub(crate) fn of(key: &str) -> Vec<&str> {
    let mut facts: Vec<&str> = words(key).filter(|w| is_fact(w)).collect();
    facts.sort_unstable();
    facts
}

/// Whether neither paragraph's facts are all in the other's.
pub(crate) fn conflict(a: &str, b: &str) -> bool {
    let (a, b) = (of(a), of(b));
    !subset(&a, &b) && !subset(&b, &a)
}

/// Whether the two paragraphs name different days.
pub(crate) fn dates_conflict(a: &str, b: &str) -> bool {
    let days = |key: &str| -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let words: Vec<&str> = words(key).collect();
        for (at, word) in words.iter().enumerate() {
            if !is_calendar(word) {
                continue;
            }
            let beside = [at.checked_sub(1), Some(at + 1)];
            let day = beside
                .iter()
                .filter_map(|i| i.and_then(|i| words.get(i)))
                .find(|w| w.len() <= 4 && w.bytes().any(|b| b.is_ascii_digit()));
            // "may" and "march" are months only beside a number.
            if day.is_some() || !matches!(*word, "may" | "march" | "mar" | "second" | "sep" | "dec") {
                found.push(format!("{word} {}", day.unwrap_or(&"")));
            }
        }
        found.sort_unstable();
        found
    };
    let (a, b) = (days(a), days(b));
    !a.is_empty() && !b.is_empty() && !a.iter().all(|d| b.contains(d)) && !b.iter().all(|d| a.contains(d))
}

fn subset(a: &[&str], b: &[&str]) -> bool {
    a.iter().all(|fact| b.binary_search(fact).is_ok())
}

/// Share of the numbers of the text with fewer numbers that are in the other one; none if there are too few to tell.
pub(crate) fn numbers_agree<'a>(a: impl Iterator<Item = &'a Block>, b: impl Iterator<Item = &'a Block>) -> Option<f64> {
    let (a, b) = (numbers(a), numbers(b));
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if few.len() < 3 {
        return None;
    }
    let common = few.iter().filter(|n| many.binary_search(n).is_ok()).count();
    #[allow(clippy::cast_precision_loss, reason = "counts of numbers in one article")]
    Some(common as f64 / few.len() as f64)
}

fn numbers<'a>(blocks: impl Iterator<Item = &'a Block>) -> Vec<&'a str> {
    let mut found: Vec<&str> =
        blocks.flat_map(|block| words(&block.key)).filter(|word| word.bytes().any(|b| b.is_ascii_digit())).collect();
    found.sort_unstable();
    found.dedup();
    found
}
