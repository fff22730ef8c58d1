//! What a crawl says about date and names. Clues are quoted, never turned into facts.

use std::collections::{BTreeSet, HashMap};

use crate::blocks::{Block, shortened, words};
use crate::facts;
use crate::furniture::{Kind, Reason};
use crate::lexicon;
use crate::shape;

/// How a clue begins that is no date line: behind it stand days and months, with a comma between them. Each is one place of the text.
pub const TEXT_NAMES: &str = "no date line; the text names ";

const DATE_OPENINGS: &[&str] = &[
    "published",
    "posted",
    "updated",
    "last updated",
    "first published",
    "created",
    "modified",
    "date",
    "dated",
    "publié",
    "mis à jour",
    "veröffentlicht",
    "aktualisiert",
    "stand",
    "publicado",
    "actualizado",
    "pubblicato",
    "aggiornato",
    "gepubliceerd",
];

/// A line of three numbers and nothing else: `14.10.99`. A year of two digits is known only so.
fn is_day_in_numbers(text: &str) -> bool {
    let text = text.trim();
    if text.len() > "1234.1234.1234".len() {
        return false;
    }
    let numbers: Vec<&str> = text.split(['.', '/']).collect();
    let is_number = |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    numbers.len() == 3 && numbers.iter().all(is_number)
}

/// Whether numbers stand together as those of a day, or beside the time of one: `14.10.1999`, `14. 10. 1999`, `1999-10-14`, `10:30`.
fn has_day_in_numbers(text: &str) -> bool {
    let ordinals = text.split(' ').filter(|word| {
        word.strip_suffix('.').is_some_and(|n| (1..=2).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()))
    });
    let day = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_ascii_digit());
        let parts: Vec<&str> = bare.split(['.', '/', '-', '‑', '–', 'T']).collect();
        let number = |part: &&str| !part.is_empty() && part.starts_with(|c: char| c.is_ascii_digit());
        parts.len() >= 3 && parts.iter().take(3).all(number)
            || bare.split_once([':', 'h']).is_some_and(|(h, m)| number(&h) && number(&m))
    };
    let joined = text.replace(" / ", "/");
    ordinals.count() >= 2 || joined.split([' ', ',', '|', '(', ')']).any(day) || !text.is_ascii() && is_spelt(text)
}

/// Whether the numbers have the signs for year, month and day behind them: `1999年10月14日`.
fn is_spelt(text: &str) -> bool {
    text.contains(['年', '년'])
}

/// A line that holds a date and nothing else to read.
pub(crate) fn is_date_line(text: &str, key: &str) -> bool {
    // Every date has a number, and most lines have none.
    if !text.bytes().any(|b| b.is_ascii_digit()) && !key.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    if is_day_in_numbers(text) {
        return true;
    }
    // `14.10.1999` is one word and three numbers
    let words: Vec<&str> = key.split([' ', '.']).filter(|word| !word.is_empty()).take(17).collect();
    let opening = DATE_OPENINGS.iter().any(|o| key.strip_prefix(o).is_some_and(|rest| rest.starts_with(' ')));
    let closed = shape::closes(text) && words.len() > 8;
    if words.len() > 16 || closed && !opening {
        return false;
    }
    let digits = words.iter().filter(|w| w.bytes().any(|b| b.is_ascii_digit())).count();
    let months = words.iter().filter(|w| facts::is_calendar(w)).count();
    let year = words
        .iter()
        .any(|w| w.len() == 4 && (w.starts_with("19") || w.starts_with("20")) && w.bytes().all(|b| b.is_ascii_digit()));
    // Columns of numbers are no day: "12 14 1998".
    let dated = (months > 0 && digits > 0) || (year && digits >= 3 && (opening || has_day_in_numbers(text)));
    let rest = words.len().saturating_sub(digits + months);
    // "Posted on … at 11.29 a.m." ends as a sentence does; "Updated figures for 2020 …" is one.
    dated && (opening && !closed || rest * 2 <= words.len()) && (year || opening || text.contains(':'))
}

/// Whether lines tell of several days of a week, each of another one, as hours of opening do: a page tells its own day once, with its year.
pub(crate) fn names_days<'t>(lines: impl Iterator<Item = &'t str>) -> bool {
    let mut days: Vec<String> = Vec::new();
    for line in lines {
        if words(line).any(|word| bare(word).len() == 4 && bare(word).bytes().all(|b| b.is_ascii_digit())) {
            return false;
        }
        if let Some(day) = opening_day(line) {
            if days.contains(&day) {
                return false;
            }
            days.push(day);
        }
    }
    days.len() > 1
}

/// The day of the week that a line opens with.
pub(crate) fn opening_day(line: &str) -> Option<String> {
    words(line).next().map(|word| bare(word).to_lowercase()).filter(|word| facts::is_weekday(word))
}

const AGENCIES: &[&str] = &[
    "reuters",
    "afp",
    "ap",
    "pti",
    "ani",
    "ians",
    "bloomberg",
    "dpa",
    "efe",
    "ansa",
    "xinhua",
    "tass",
    "upi",
    "kyodo",
    "press trust of india",
    "associated press",
    "agence france presse",
];
const DESKS: &[&str] = &[
    "correspondent",
    "reporter",
    "bureau",
    "desk",
    "staff writer",
    "news service",
    "news agency",
    "contributor",
    "web team",
    "editorial team",
];

/// A line that says who wrote the story.
pub(crate) fn is_byline(text: &str, key: &str, words: usize) -> bool {
    if words == 0 || words > 14 || (shape::closes(text) && words > 6) {
        return false;
    }
    let capitals = text.split(' ').skip(1).filter(|w| w.starts_with(char::is_uppercase)).count();
    let by = ["by ", "von ", "par ", "por ", "di ", "door "].iter().any(|opening| key.starts_with(opening));
    let desk = DESKS.iter().any(|d| key.ends_with(d) || key.contains(&format!("{d} ")));
    AGENCIES.contains(&key)
        || (by
            && words >= 2
            && capitals * 2 >= words - 1
            && capitals > 0
            && text.starts_with(char::is_uppercase)
            && !shape::closes(text))
        || (desk && words <= 8 && capitals + 1 >= words.div_ceil(2) && !shape::closes(text))
        || (words <= 8
            && text.contains('|')
            && text.split('|').any(|part| AGENCIES.contains(&crate::blocks::key(part).as_str())))
}

/// Words about the date: date lines of the crawls, else the days and months that the text names.
pub(crate) fn date_clue(date_lines: &BTreeSet<String>, paragraphs: &[&str]) -> Option<String> {
    if !date_lines.is_empty() {
        let lines: Vec<String> = date_lines.iter().take(4).map(|l| shortened(l, 120)).collect();
        return Some(lines.join(" / "));
    }
    let mut named: Vec<String> = Vec::new();
    for text in paragraphs {
        let raw: Vec<&str> = words(text).collect();
        for at in 0..raw.len() {
            if let Some(phrase) = day_named(&raw, at)
                && !named.contains(&phrase)
            {
                named.push(phrase);
            }
        }
    }
    named.truncate(6);
    (!named.is_empty()).then(|| format!("{TEXT_NAMES}{}", named.join(", ")))
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// The day or month that a word names, with the number beside it.
fn day_named(raw: &[&str], at: usize) -> Option<String> {
    let written = *raw.get(at)?;
    // Nearly all words are not; the first letter or digit tells.
    if !written.chars().find(|c| c.is_alphanumeric())?.is_uppercase() {
        return None;
    }
    let word = bare(written);
    let lower = word.to_lowercase();
    if !facts::is_calendar(&lower) {
        return None;
    }
    // Behind a day of the week stands something else's number, and so does what stands beyond the end of a sentence.
    let number = |i: Option<usize>, year: bool| {
        let word = i.and_then(|i| raw.get(i)).map(|word| bare(word)).filter(|_| facts::is_month(&lower))?;
        let value: u32 = word.parse().ok()?;
        let is_day = word.len() <= 2 && (1..=31).contains(&value);
        (is_day || year && word.len() == 4).then_some(word)
    };
    let ends = word.len() > 4 && written.ends_with(['.', '!', '?']);
    let (before, after) = (number(at.checked_sub(1), false), number(Some(at + 1).filter(|_| !ends), true));
    // "May" and "March" open sentences; only beside a number are they months.
    if matches!(lower.as_str(), "may" | "march") && before.is_none() && after.is_none() {
        return None;
    }
    Some([before, Some(word), after].into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// Date lines of a crawl.
pub(crate) fn date_lines(blocks: &[Block]) -> impl Iterator<Item = &Block> {
    blocks.iter().filter(|b| b.kind == Kind::Furniture(Reason::DateLine) && facts_in(b))
}

fn facts_in(block: &Block) -> bool {
    is_day_in_numbers(&block.text)
        || block.key.split(' ').any(facts::is_calendar)
        || block.key.split(' ').any(|w| w.len() == 4 && w.bytes().all(|b| b.is_ascii_digit()))
}

/// Surnames that a story uses before it introduces their bearers: a hint that a paragraph before is missing. Returns the paragraph
/// (from 0) and the name. Half of all such hints are false; they are worth a line, never a rule.
pub(crate) fn names_before_introduction(paragraphs: &[&str]) -> Vec<(usize, String)> {
    let mut named: Vec<Names<'_>> = paragraphs.iter().map(|text| names(text)).collect();
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (at, names) in named.iter().enumerate() {
        for (_, surname) in &names.full {
            first.entry(surname).or_insert(at);
        }
    }
    let mut found: Vec<(usize, String)> = Vec::new();
    for (at, (text, names)) in paragraphs.iter().zip(&mut named).enumerate() {
        // Paragraphs run together to a megabyte are doubted anyway; looking every name up in one would take for ever.
        if text.len() > 20_000 {
            continue;
        }
        if names.bare.is_empty() {
            continue;
        }
        names.bare.sort_unstable();
        names.bare.dedup();
        let verbs: Vec<&str> = SPEECH.into_iter().filter(|verb| text.contains(verb)).collect();
        for name in names.bare.iter().copied() {
            let introduced = first.get(name).copied();
            let known = introduced.is_some_and(|first| first <= at) || found.iter().any(|(_, n)| n == name);
            if !known && (introduced.is_some() || says(text, name, &verbs)) {
                found.push((at, name.to_owned()));
            }
        }
    }
    found
}

/// Whether `lead` names people in full whom `follower` only calls by surname.
pub(crate) fn introduces(lead: &str, follower: &str) -> bool {
    let (lead, follower) = (names(lead), names(follower));
    let has = |names: &Names<'_>, name: &str| names.full.iter().any(|(_, surname)| *surname == name);
    follower.bare.iter().any(|name| has(&lead, name) && !has(&follower, name))
}

/// Whether the text opens as only a later paragraph does: with a connective or a pronoun.
pub(crate) fn leans_back(text: &str) -> bool {
    let first = text.trim_start_matches(|c: char| !c.is_alphanumeric()).split(' ').next().unwrap_or_default();
    matches!(
        first.trim_matches(|c: char| !c.is_alphanumeric()),
        "But"
            | "And"
            | "However"
            | "Meanwhile"
            | "He"
            | "She"
            | "They"
            | "Still"
            | "Yet"
            | "Also"
            | "His"
            | "Her"
            | "Their"
            | "Those"
            | "These"
            | "That"
            | "Then"
    )
}

fn capitalised(word: &str) -> Option<&str> {
    // Nearly all words are not; the first letter or digit tells.
    if !word.chars().find(|c| c.is_alphanumeric())?.is_uppercase() {
        return None;
    }
    let mut bare = bare(word);
    for ending in ["'s", "’s"] {
        while let Some(rest) = bare.strip_suffix(ending) {
            bare = rest;
        }
    }
    let mut chars = bare.chars();
    let first = chars.next()?;
    let rest = chars.next()?;
    (first.is_uppercase() && rest.is_lowercase()).then_some(bare)
}

/// The names in a text.
#[derive(Debug, Default)]
struct Names<'a> {
    /// Given name and surname: the last two of several capitalised words that follow each other without punctuation.
    full: Vec<(&'a str, &'a str)>,
    /// Capitalised words that stand alone, not at the start of a sentence unless a verb of speech follows.
    bare: Vec<&'a str>,
}

fn names(text: &str) -> Names<'_> {
    let mut names = Names::default();
    let mut run: Vec<&str> = Vec::new();
    // A word alone unless the next one is a name, too; and whether the word before is capitalised and does not end a name.
    let (mut waiting, mut begun) = (None, false);
    for word in words(text) {
        let Some(name) = capitalised(word) else {
            names.bare.extend(waiting.take());
            begun = false;
            if !run.is_empty() {
                end_of_name(&mut run, &mut names.full);
            }
            continue;
        };
        waiting = None;
        let lower = name.to_lowercase();
        let calendar = facts::is_calendar(&lower);
        let open = !word.ends_with([',', '.']);
        if !begun && !calendar && name.chars().count() >= 4 {
            if open {
                waiting = Some(name);
            } else {
                names.bare.push(name);
            }
        }
        begun = open;
        // Words that open sentences are no given names.
        if calendar || lexicon::is_small(&lower) || leans_back(name) {
            end_of_name(&mut run, &mut names.full);
        } else {
            run.push(name);
        }
        if word.ends_with([',', '.', ';', ':', '"', '”', ')', '?', '!']) {
            end_of_name(&mut run, &mut names.full);
        }
    }
    end_of_name(&mut run, &mut names.full);
    names.bare.extend(waiting);
    names
}

fn end_of_name<'a>(run: &mut Vec<&'a str>, names: &mut Vec<(&'a str, &'a str)>) {
    if let [.., given, surname] = run.as_slice() {
        names.push((given, surname));
    }
    run.clear();
}

const SPEECH: [&str; 3] = ["said", "told", "added"];

/// Whether somebody of this name speaks; `verbs` are those of [`SPEECH`] that stand in the text.
fn says(text: &str, name: &str, verbs: &[&str]) -> bool {
    verbs.iter().any(|verb| text.contains(&format!("{name} {verb}")) || text.contains(&format!("{verb} {name}.")))
}
