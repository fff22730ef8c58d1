//! Bylines of tables and lines: one cell names persons, agencies and what somebody is.

use super::clean;
use super::columns::listed;
use crate::item::Item;

/// Puts the names of a cell into the piece. What somebody is ("Staff Writer") is no name: it is left out, and said.
pub(crate) fn fill(item: &mut Item, value: &str) {
    for name in names(value) {
        if is_role(&name) {
            item.notes.push(format!("“{}” was left out of the byline: it names nobody", clean::shortened(&name, 60)));
        } else {
            item.bylines.push(name);
        }
    }
}

/// Names of writers. A comma parts them where each part has two words, since "Kamat, Ila" is one person, where what follows is an agency or
/// says what somebody is, or where a list ends in "and"; "and" parts them where somebody stands on both sides, since "Arts and Letters Desk"
/// is one desk.
fn names(value: &str) -> Vec<String> {
    let value = without_by(value.trim());
    let stands = |part: &str| part.split_whitespace().count() >= 2 || is_agency(part) || is_role(part);
    let list =
        value.contains(['|', ';', '\n']) || (value.contains(',') && value.split(',').all(|part| stands(part.trim())));
    let names = if list { listed(value) } else { clean::line(value).into_iter().collect() };
    names.iter().flat_map(|name| pair(without_by(name))).collect()
}

/// Without the word before the names. "By" is a name too, where it is all there is.
fn without_by(value: &str) -> &str {
    let bare = value.get(..3).filter(|start| start.eq_ignore_ascii_case("by ")).and_then(|_| value.get(3..));
    bare.map(str::trim_start).filter(|rest| !rest.is_empty()).unwrap_or(value)
}

/// Two joined by "and" or "&": each a person or an agency.
pub(crate) fn pair(value: &str) -> Vec<String> {
    let value = value.trim().strip_prefix("and ").unwrap_or(value.trim());
    // ASCII alone changes its case: places stay what they are.
    let lower = value.to_ascii_lowercase();
    for sign in [" with inputs from ", " and ", " & ", " und ", " et ", " y ", "/"] {
        let Some(at) = lower.find(sign) else { continue };
        let (Some(one), Some(other)) = (value.get(..at), value.get(at + sign.len()..)) else { continue };
        let (one, other) = (one.trim(), other.trim());
        let stands = |part: &str| is_person(part) || is_agency(part);
        if stands(one) && (stands(other) || (is_person(one) && pair(other).len() > 1)) {
            let mut names = vec![one.to_owned()];
            names.extend(pair(other));
            return names;
        }
    }
    vec![value.to_owned()]
}

/// A name of two to four words that begin with capitals.
fn is_person(part: &str) -> bool {
    let words: Vec<&str> = part.split_whitespace().collect();
    let capital = |word: &&str| word.chars().next().is_some_and(|c| !c.is_lowercase());
    (2..=4).contains(&words.len())
        && words.first().is_some_and(capital)
        && words.last().is_some_and(capital)
        && !words.iter().any(|word| DESKS.contains(&word.to_lowercase().as_str()))
}

/// An agency, by the capitals of its short name or by its long one.
fn is_agency(part: &str) -> bool {
    let short = (2..=5).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_uppercase());
    short || AGENCIES.contains(&part.to_lowercase().as_str())
}

/// What somebody is, and not who.
fn is_role(part: &str) -> bool {
    let lower = part.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    (2..=4).contains(&words.len())
        && words.last().is_some_and(|word| ROLES.contains(word))
        && words.first().is_some_and(|word| KINDS.contains(word))
}

/// Words of a byline that names no person.
const DESKS: [&str; 12] = [
    "desk",
    "bureau",
    "staff",
    "team",
    "service",
    "agency",
    "agencies",
    "news",
    "correspondent",
    "reporter",
    "press",
    "board",
];

/// Agencies whose names are no capitals.
const AGENCIES: [&str; 11] = [
    "agencies",
    "agency",
    "news agencies",
    "wire services",
    "agency reports",
    "reuters",
    "bloomberg",
    "associated press",
    "press trust of india",
    "agence france-presse",
    "press association",
];

const ROLES: [&str; 7] = ["writer", "reporter", "correspondent", "editor", "columnist", "contributor", "photographer"];

/// First words of what somebody is.
const KINDS: [&str; 12] = [
    "staff",
    "special",
    "senior",
    "chief",
    "our",
    "contributing",
    "guest",
    "deputy",
    "assistant",
    "political",
    "foreign",
    "sports",
];
