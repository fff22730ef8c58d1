//! Whether a piece was public, by columns and keys of no field: a second status, a flag that it was deleted, the day on which it was withdrawn.
//! They can only take a piece out of the paper, never put it in.

use super::clean;
use super::columns::{ColumnMap, Field};
use crate::access::{self, names};
use crate::item::{Item, Standing};

/// What a name asks of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// The word for where it stands: `web_status`. One that nobody knows was not public.
    Status,
    /// A word that may say so, and may be another thing's: `workflow`, `state`.
    Hint,
    /// A yes to what was public: `is_live`.
    Shown,
    /// A yes to what was not, or when it ended: `deleted_at`.
    Gone(Standing),
}

/// Words for where something stands …
const STATUS: &[&str] = &["status", "statut", "estatus", "stav", "статус"];
const STAGES: &[&str] = &[
    "state",
    "stage",
    "workflow",
    "lifecycle",
    "phase",
    "estado",
    "stato",
    "zustand",
    "disposition",
    "visibility",
    "sichtbarkeit",
    "visibilité",
    "visibilidad",
];
/// … and for what it is that stands there, among words that say nothing.
const OF_STORIES: &[&str] = &[
    "web",
    "site",
    "website",
    "online",
    "digital",
    "story",
    "article",
    "artikel",
    "articulo",
    "artículo",
    "articolo",
    "post",
    "item",
    "content",
    "page",
    "text",
    "publication",
    "publishing",
    "publish",
    "published",
    "pub",
    "publikation",
    "publikations",
    "veröffentlichung",
    "veröffentlichungs",
    "publicación",
    "publicacion",
    "pubblicazione",
    "editorial",
    "edit",
    "doc",
    "document",
    "node",
    "entry",
    "cms",
    "record",
    "release",
    "live",
    "current",
    "is",
    "was",
    "has",
    "been",
    "the",
    "de",
    "of",
    "la",
    "flag",
];
/// … and for when it came to that, or through whom.
const WHEN: &[&str] = &["at", "on", "by", "from", "date", "time", "datetime", "ts", "timestamp"];
const SHOWN: &[&str] = &[
    "live",
    "online",
    "public",
    "visible",
    "published",
    "publish",
    "veröffentlicht",
    "sichtbar",
    "publié",
    "publicado",
    "pubblicato",
    "gepubliceerd",
];
const WITHDRAWN: &[&str] = &["withdrawn", "retracted", "zurückgezogen", "killed"];
const GONE: &[&str] =
    &["deleted", "removed", "trashed", "spiked", "unpublished", "depublished", "gelöscht", "eliminado", "supprimé"];
const CLOSED: &[&str] = &["embargoed", "hidden", "draft", "private", "offline"];

/// What a column or key asks, unless a person said otherwise: one of no field, or one for who may read, which may tell a draft too.
pub(crate) fn sign(name: &str, field: Option<Field>, columns: &ColumnMap) -> Option<Sign> {
    let sign = match field {
        None => access::standing(name),
        Some(Field::Access) => access::standing(name).filter(|sign| *sign == Sign::Hint),
        Some(_) => None,
    };
    sign.filter(|sign| !matches!(sign, Sign::Status | Sign::Hint) || !columns.has(Field::Status))
}

/// What a name asks, by all of its words.
pub(crate) fn of_name(name: &str) -> Option<Sign> {
    let words = parts(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let all = |lists: &[&[&str]]| words.iter().all(|word| lists.concat().contains(&word.as_str()));
    let stages = has(STAGES);
    match () {
        () if has(STATUS) || stages => {
            let of_story = all(&[STATUS, STAGES, OF_STORIES, SHOWN]) && !all(&[STAGES]);
            let hints = || all(&[STATUS, STAGES, OF_STORIES, SHOWN, WITHDRAWN, GONE, CLOSED]);
            if of_story { Some(Sign::Status) } else { hints().then_some(Sign::Hint) }
        }
        () if has(WITHDRAWN) => all(&[WITHDRAWN, OF_STORIES, WHEN]).then_some(Sign::Gone(Standing::Withdrawn)),
        () if has(GONE) => all(&[GONE, OF_STORIES, WHEN]).then_some(Sign::Gone(Standing::Unpublished)),
        () if has(CLOSED) => all(&[CLOSED, OF_STORIES]).then_some(Sign::Gone(Standing::Unpublished)),
        () => (has(SHOWN) && all(&[SHOWN, OF_STORIES])).then_some(Sign::Shown),
    }
}

/// The words of a name, also of two that are written together: `webstatus`, `isdeleted`.
fn parts(name: &str) -> Vec<String> {
    let mut out = Vec::new();
    for word in names::cut(name) {
        let mut halves = (2..word.len()).filter(|_| !is_known(&word)).filter_map(|at| word.split_at_checked(at));
        match halves.find(|(front, back)| is_known(front) && is_known(back)) {
            Some((front, back)) => out.extend([front.to_owned(), back.to_owned()]),
            None => out.push(word),
        }
    }
    out
}

fn is_known(word: &str) -> bool {
    [STATUS, STAGES, OF_STORIES, WHEN, SHOWN, WITHDRAWN, GONE, CLOSED].iter().any(|list| list.contains(&word))
}

/// Takes the piece out if the value says so. Gives whether it said anything.
pub(crate) fn take(item: &mut Item, sign: Sign, name: &str, value: &str) -> bool {
    let value = value.trim();
    let standing = match sign {
        _ if value.is_empty() => return false,
        Sign::Status => of_status(value),
        Sign::Hint => match known(value) {
            Some(standing) => standing,
            None => return false,
        },
        Sign::Shown => match is_no(value) {
            true => Standing::Unpublished,
            // A date beside it is not what was asked.
            false if known(value) == Some(Standing::Published) => Standing::Published,
            false => return false,
        },
        Sign::Gone(_) if is_no(value) => Standing::Published,
        // How many were killed.
        Sign::Gone(_) if name.eq_ignore_ascii_case("killed") && value.parse::<f64>().is_ok() => return false,
        Sign::Gone(standing) => standing,
    };
    stands(item, standing, name, value);
    if standing != Standing::Published {
        item.notes
            .push(format!("if {name} says nothing of whether it was public, import again with --map \"none={name}\""));
    }
    true
}

/// What the status of a piece says. What is not known to be public is not.
pub(crate) fn of_status(value: &str) -> Standing {
    known(value).unwrap_or(Standing::Unpublished)
}

/// The piece stands no better than that, with a note that says why.
pub(crate) fn stands(item: &mut Item, standing: Standing, name: &str, value: &str) {
    item.standing = item.standing.max(standing);
    if standing != Standing::Published {
        item.notes.push(format!("its {} is “{}”", clean::shortened(name, 40), clean::shortened(value, 40)));
    }
}

fn known(value: &str) -> Option<Standing> {
    let words = names::cut(value).join(" ");
    Some(match words.as_str() {
        "publish"
        | "published"
        | "true"
        | "1"
        | "yes"
        | "y"
        | "live"
        | "public"
        | "active"
        | "usable"
        | "online"
        | "approved"
        | "released"
        | "posted"
        | "visible"
        | "veröffentlicht"
        | "veroeffentlicht"
        | "sichtbar"
        | "publié"
        | "publicado"
        | "pubblicato"
        | "gepubliceerd"
        | "опубликовано" => Standing::Published,
        "canceled" | "cancelled" | "killed" | "withdrawn" | "retracted" | "zurückgezogen" => Standing::Withdrawn,
        "draft" | "entwurf" | "borrador" | "brouillon" | "bozza" | "pending" | "in review" | "review" | "spiked"
        | "unpublished" | "trash" | "trashed" | "deleted" | "removed" | "hidden" | "private" | "embargoed"
        | "do not publish" | "not published" | "never published" | "on hold" | "held" | "hold" | "offline"
        | "gelöscht" | "eliminado" | "supprimé" | "scheduled" | "future" | "inactive" => Standing::Unpublished,
        _ => return None,
    })
}

/// Whether a cell says no, or nothing, in the ways of databases and of what writes tables; also by a day before there were any, as zero dates
/// come out.
pub(crate) fn is_no(value: &str) -> bool {
    const NONE: &[&str] = &[
        "", "false", "no", "n", "f", "off", "nein", "non", "nee", "falsch", "faux", "none", "null", "nil", "\\n", "-",
        "–", "never", "n/a", "na", "nan", "nat",
    ];
    let value = value.trim().to_lowercase();
    let zero = || value.parse::<f64>().is_ok_and(|number| number == 0.0);
    NONE.contains(&value.as_str())
        || zero()
        || ["0000-", "0001-01-01", "1970-01-01"].iter().any(|day| value.starts_with(day))
}
