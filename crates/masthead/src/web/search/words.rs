//! What the search page says of a query and of what was searched.
use jiff::civil::Date;
use newsroom::articles::Marking;
use search::{Days, Notice};

use crate::house::House;
use crate::web::article::InFull;

/// Sections that are named where one was asked for that the paper does not have.
const MOST_SECTIONS: usize = 40;

/// Times that exclude each other.
pub(super) const NO_SUCH_TIME: &str =
    "No day is of all the times that are asked for, so there is no story to find. Take one of the times off.";

/// The days that were searched, where the time has no name of its own: of `after:2015` not everybody expects the same.
pub(super) fn range(days: Days) -> Option<String> {
    let named = days.whole_year().is_some() || days.whole_month().is_some() || days.whole_day().is_some();
    let day = |day: Date| day.strftime("%-d %B %Y").to_string();
    let last = days.until.map(|end| day(end.yesterday().unwrap_or(end)));
    match (days.from.map(day), last) {
        _ if named || days.exclude_each_other() => None,
        (Some(first), Some(last)) => Some(format!("Stories from {first} to {last}.")),
        (Some(first), None) => Some(format!("Stories from {first} on.")),
        (None, Some(last)) => Some(format!("Stories until {last}.")),
        (None, None) => None,
    }
}

pub(super) fn notice(notice: &Notice) -> String {
    match notice {
        Notice::TooLong => "Only the beginning of the query was read: it is very long.".into(),
        Notice::OnlyCommonWords => {
            "These words stand in nearly every story. Add one that says more, or put a phrase between quotation marks."
                .into()
        }
        Notice::CommonWordsAsPhrase => {
            "These words stand in nearly every story, so they were searched side by side. Add one that says more."
                .into()
        }
        Notice::EitherDay { field, typed, .. } => format!("“{field}:{typed}” may mean two days, so it was left out."),
        Notice::SectionsApart => {
            "The section that was chosen is none of those in the words, so there is no story to find. Take one of them off.".into()
        }
        Notice::MarkingsApart => {
            "The access that was chosen is not what the words ask for, so there is no story to find. Take one of them off.".into()
        }
        Notice::NotADate(text) if Days::is_no_day(text) => format!("There is no day “{text}”; it was left out."),
        Notice::NotADate(text) => {
            format!(
                "“{text}” is no date that the search knows; it was left out. Write 2015, 2010-2014, 2015-12 or 2015-12-18."
            )
        }
        Notice::NotAMarking(text) => {
            format!("“{text}” is not a kind of access; it was left out. Write free, registered, metered or premium.")
        }
        Notice::NotAField(name) => format!(
            "“{name}:” is no field of the search, so its words were searched as they stand. Fields are author, section, topic, headline, \
             marking, year, month, on, after, before, since and until."
        ),
        Notice::ShortPrefix(text) => format!("A star needs three letters before it: “{text}” was searched as a word."),
    }
}

/// A date in the field for a year that may be two days.
pub(super) fn either_day(typed: &str) -> String {
    format!("“{typed}” may mean two days, so it was left out.")
}

/// A filter for a section that the paper does not have.
pub(super) fn no_section(house: &House, code: &str) -> String {
    format!("“{code}” is no section of the paper; it was left out. {}", sections(house))
}

/// Sections in the words of a query that the paper does not have: nothing was found in them.
pub(super) fn unknown_sections(house: &House, query: &search::Query) -> Vec<String> {
    let known = |code: &String| house.publication.sections.iter().any(|section| section.code == *code);
    let unknown = query.sections().iter().filter(|code| !known(code));
    unknown.map(|code| format!("“{code}” is no section of the paper. {}", sections(house))).collect()
}

fn sections(house: &House) -> String {
    let codes: Vec<&str> =
        house.publication.sections.iter().take(MOST_SECTIONS).map(|section| section.code.as_str()).collect();
    match codes.split_last() {
        None => String::new(),
        Some((only, [])) => format!("Write {only}."),
        Some((last, most)) => format!("Write {} or {last}.", most.join(", ")),
    }
}

/// What was searched, for everybody who may not read all of it.
pub(super) fn extent(house: &House, in_full: &InFull) -> Option<String> {
    let locked = [Marking::Registered, Marking::Metered, Marking::Premium];
    let old = |marking: &Marking| in_full.begins.is_none() || in_full.archived.contains(marking);
    let lately: Vec<Marking> = locked.into_iter().filter(|marking| in_full.lately.contains(marking)).collect();
    if lately.len() == locked.len() && lately.iter().all(old) {
        return None;
    }
    let (always, since): (Vec<Marking>, Vec<Marking>) = lately.into_iter().partition(old);
    let mut whole = vec!["Free stories"];
    whole.extend(always.into_iter().map(named));
    let mut text = format!("{} were searched whole", listed(&whole));
    if let Some(begins) = in_full.begins.filter(|_| !since.is_empty()) {
        let day = begins.to_zoned(house.publication.zone.clone()).strftime("%-d %B %Y");
        let since: Vec<&str> = since.into_iter().map(named).collect();
        text = format!("{text}, and from {day} on {} too", listed(&since));
    }
    text.push_str(". Of all others, headlines, summaries and openings were searched.");
    Some(text)
}

/// `A`, `A and B`, `A, B and C`
fn listed(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, most)) if !most.is_empty() => format!("{} and {last}", most.join(", ")),
        _ => names.concat(),
    }
}

const fn named(marking: Marking) -> &'static str {
    match marking {
        Marking::Free => "free stories",
        Marking::Registered => "stories for registered readers",
        Marking::Metered => "metered stories",
        Marking::Premium => "premium stories",
    }
}

/// `12,345`.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
