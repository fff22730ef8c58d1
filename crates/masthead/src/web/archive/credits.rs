//! Authors and topics: two directories, and a page for each name.
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use http::{HeaderMap, Response};
use newsroom::articles::{author_key_of, key_of};
use pages::views::{ArchivePage, Link, Tally};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use store::{Credit, Credits};

use super::{Asking, PER_PAGE, Turn, heap, older, ways};
use crate::house::House;
use crate::web::body::Reply;
use crate::web::error::{self, Fault};
use crate::web::visitor::Visitor;

/// Names on one page of a directory.
const NAMES: usize = 200;
/// A key has letters of any script and hyphens.
const KEY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-');

/// `/authors` or `/topics`.
const fn root(of: Credits) -> &'static str {
    match of {
        Credits::Authors => "/authors",
        Credits::Topics => "/topics",
    }
}

/// The page of a name, where it has letters or digits at all.
#[must_use]
pub fn link(of: Credits, name: &str) -> Option<Link> {
    Some(Link::new(name, path(of, &key(of, name)?)))
}

fn key(of: Credits, name: &str) -> Option<String> {
    match of {
        Credits::Authors => author_key_of(name),
        Credits::Topics => key_of(name),
    }
}

fn path(of: Credits, key: &str) -> String {
    format!("{}/{}", root(of), utf8_percent_encode(key, KEY))
}

fn title(of: Credits) -> &'static str {
    match of {
        Credits::Authors => "Authors",
        Credits::Topics => "Topics",
    }
}

const fn all(of: Credits) -> &'static str {
    match of {
        Credits::Authors => "authors",
        Credits::Topics => "topics",
    }
}

/// A name as it stands alone: a topic, which in a sentence may be a plain word, then begins with a capital. A writer's name is theirs.
fn heading(of: Credits, name: &str) -> String {
    let mut letters = name.chars();
    match (of, letters.next()) {
        (Credits::Topics, Some(first)) => first.to_uppercase().chain(letters).collect(),
        _ => name.to_owned(),
    }
}

/// Letters that are offered to go to.
const MOST_LETTERS: usize = 60;

/// Query of a directory: the key it goes on after, or the letter it begins at.
#[derive(Debug, Default, Deserialize)]
pub struct After {
    after: Option<String>,
    from: Option<String>,
}

/// `GET /authors`
pub async fn authors(
    State(house): State<Arc<House>>,
    Query(after): Query<After>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    directory(&Asking::new(&house, &visitor, &headers), Credits::Authors, after).await
}

/// `GET /topics`
pub async fn topics(
    State(house): State<Arc<House>>,
    Query(after): Query<After>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    directory(&Asking::new(&house, &visitor, &headers), Credits::Topics, after).await
}

async fn directory(asking: &Asking<'_>, of: Credits, after: After) -> Result<Response<Reply>, Fault> {
    let house = asking.house;
    let _turn = house.stacks.turn(2).await.ok_or(Fault::Busy)?;
    let now = house.clock.now();
    // PostgreSQL holds no NUL, and no name has one
    let typed = |text: Option<String>| text.filter(|text| !text.contains('\0')).unwrap_or_default();
    let (from, after) = (typed(after.from), typed(after.after));
    let from = key_of(&from).unwrap_or(from);
    let (mut begins, way) = if from.is_empty() { (&after, "after") } else { (&from, "from") };
    let mut names = house.store.credits(of, now, begins, NAMES + 1).await?;
    // a name that is the letter itself stands at its beginning
    let first = if from.is_empty() { None } else { house.store.credit(of, &from, now).await? };
    names.splice(..0, first);
    let beginning = String::new();
    let mut about = missed(of, &from, names.first());
    if names.is_empty() && !begins.is_empty() {
        begins = &beginning;
        names = house.store.credits(of, now, begins, NAMES + 1).await?;
        about = match about.as_str() {
            _ if names.is_empty() => String::new(),
            "" => "This is the beginning: nothing stands behind what was asked for.".into(),
            missed => format!("{missed} This is the beginning."),
        };
    }
    // whatever was typed, the same lists: those alone that the pages lead to are for search engines
    let known = match way {
        "after" => begins.is_empty() || house.store.credit(of, begins, now).await?.is_some(),
        _ => begins.is_empty() || from.chars().count() == 1 && about.is_empty(),
    };
    let more = names.len() > NAMES;
    names.truncate(NAMES);
    let whole = begins.is_empty() && !more;
    let letters = if whole { Vec::new() } else { letters(house, of).await? };
    let next = names
        .last()
        .filter(|_| more)
        .map(|last| Link::new("Next page", format!("{}?after={}", root(of), utf8_percent_encode(&last.key, KEY))));
    let view = ArchivePage {
        title: match names.first() {
            Some(first) if !begins.is_empty() => format!("{}, from {} on", title(of), first.name),
            _ => title(of).into(),
        },
        description: match of {
            Credits::Authors => format!("Everybody who wrote for {}, with all their stories.", house.publication.name),
            Credits::Topics => format!("Every topic of {}, with all its stories.", house.publication.name),
        },
        by_name: true,
        unlisted: !known,
        about,
        letters,
        previous: (!begins.is_empty()).then(|| Link::new("First page", root(of))),
        path: if begins.is_empty() {
            root(of).into()
        } else {
            format!("{}?{way}={}", root(of), utf8_percent_encode(begins, KEY))
        },
        crumbs: super::crumbs(&[]),
        tallies: names
            .into_iter()
            .map(|credit| Tally {
                path: Some(path(of, &credit.key)),
                name: heading(of, &credit.name),
                stories: credit.stories,
            })
            .collect(),
        empty: "No story names any.".into(),
        ways: ways(root(of)),
        next,
        ..ArchivePage::default()
    };
    asking.answer(&view, false)
}

/// What is said where no name begins with what was asked for: digits stand for all of them.
fn missed(of: Credits, from: &str, found: Option<&Credit>) -> String {
    let begins = |credit: &&Credit| {
        credit.key.starts_with(from) || from == "0" && credit.key.starts_with(|c: char| c.is_ascii_digit())
    };
    let one = match of {
        Credits::Authors => "author",
        Credits::Topics => "topic",
    };
    match found {
        _ if from.is_empty() => String::new(),
        Some(credit) if begins(&credit) => String::new(),
        Some(credit) => format!("No {one} begins with that. The next is {}.", heading(of, &credit.name)),
        None => format!("No {one} begins with that, and none stands behind it."),
    }
}

/// What the names of a directory begin with: digits together, and each letter.
async fn letters(house: &House, of: Credits) -> Result<Vec<Link>, Fault> {
    let mut found: Vec<char> = Vec::new();
    let mut begins = String::new();
    while found.len() < MOST_LETTERS {
        let next = house.store.credits(of, house.clock.now(), &begins, 1).await?;
        let Some(first) = next.first().and_then(|credit| credit.key.chars().next()) else { break };
        let letter = if first.is_ascii_digit() { '0' } else { first };
        // a database that sorts by the rules of a language may lead back
        if found.contains(&letter) {
            break;
        }
        found.push(letter);
        begins = match letter {
            '0' => "a".to_owned(),
            letter => char::from_u32(u32::from(letter) + 1).unwrap_or(char::MAX).to_string(),
        };
    }
    let link = |letter: char| {
        let label = if letter == '0' { "0–9".to_owned() } else { letter.to_uppercase().to_string() };
        Link::new(label, format!("{}?from={}", root(of), utf8_percent_encode(&letter.to_string(), KEY)))
    };
    Ok(found.into_iter().map(link).collect())
}

/// `GET /authors/{key}`
pub async fn author(
    State(house): State<Arc<House>>,
    Path(key): Path<String>,
    Query(turn): Query<Turn>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    named(&Asking::new(&house, &visitor, &headers), Credits::Authors, &key, &turn).await
}

/// `GET /topics/{key}`
pub async fn topic(
    State(house): State<Arc<House>>,
    Path(key): Path<String>,
    Query(turn): Query<Turn>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    named(&Asking::new(&house, &visitor, &headers), Credits::Topics, &key, &turn).await
}

async fn named(asking: &Asking<'_>, of: Credits, written: &str, goes_on: &Turn) -> Result<Response<Reply>, Fault> {
    let house = asking.house;
    let nobody = || Fault::Nothing("No story names that.".into(), Link::new(format!("All {}", all(of)), root(of)));
    let true_key = key_of(written).ok_or_else(nobody)?;
    let place = goes_on.place()?;
    let _turn = house.stacks.turn(3).await.ok_or(Fault::Busy)?;
    let now = house.clock.now();
    let Some(credit) = house.store.credit(of, &true_key, now).await? else {
        let after = house.store.key_after(of, &true_key).await?.ok_or_else(nobody)?;
        house.store.credit(of, &after, now).await?.ok_or_else(nobody)?;
        return Ok(error::moved(&path(of, &after)));
    };
    let path = path(of, &true_key);
    if true_key != written {
        return Ok(error::moved(&path));
    }
    let mut heads = house.store.stories_of_credit(of, &true_key, now, place, PER_PAGE + 1).await?;
    let older = older(&path, &mut heads, PER_PAGE).map(|href| Link::new("Older stories", href));
    let mut crumbs = super::crumbs(&[]);
    crumbs.push(Link::new(title(of), root(of)));
    let view = ArchivePage {
        about: super::counted(credit.stories),
        description: match of {
            Credits::Authors => format!("Everything by {} in {}.", credit.name, house.publication.name),
            Credits::Topics => format!("Everything about {} in {}.", credit.name, house.publication.name),
        },
        title: heading(of, &credit.name),
        path,
        crumbs,
        heaps: heap(house, &heads),
        empty: "There is nothing older.".into(),
        ways: ways(""),
        next: older.clone(),
        ..ArchivePage::default()
    };
    asking.answer(&super::continued(house, view, place, older), false)
}
