//! What the desk says of a decision: that it was made or undone, what went with it, and why one was refused.
use jiff::Timestamp;
use jiff::civil::DateTime;
use newsroom::articles::escaped;
use pages::views;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use store::{Decided, Doubt, DoubtKind, StoreError};

use super::day_and_time;
use crate::house::House;
use crate::web::error::Fault;

/// What was done, told from what the store says.
pub async fn done(house: &House, done: Option<&str>) -> Result<Option<String>, Fault> {
    let Some(id) = done.and_then(|id| id.parse().ok()) else { return Ok(None) };
    let Some(doubt) = house.store.doubt(id).await? else { return Ok(None) };
    if let Some(decided) = &doubt.decided {
        return Ok(Some(format!("“{}”: {}. It can be undone under Decided.", doubt.headline, choice(house, decided))));
    }
    let mut told = format!("“{}”: undone. The doubt is open again.", doubt.headline);
    let events = house.store.events_of(&super::story::subject(doubt.number)).await?;
    let undone = events.iter().rev().find(|event| event.kind == "doubt.reopened" && event.data["doubt"] == id);
    for (part, before, after) in [
        ("back", "What the decision had taken away is there again: ", "."),
        (
            "withheld",
            "Still left out, because everybody reads it and it repeats what is closed: ",
            ". The words are kept under Versions.",
        ),
        ("kept", "Changed since, and left as it is now: ", "."),
        ("told", "As its source has it since: ", "."),
    ] {
        let names = undone.and_then(|event| event.data[part].as_array()).into_iter().flatten();
        let names: Vec<&str> = names.filter_map(|name| name.as_str()).collect();
        if !names.is_empty() {
            told.push_str(&format!(" {before}{}{after}", names.join(", ")));
        }
    }
    let markings = undone.and_then(|event| event.data["markings"].as_array()).into_iter().flatten();
    let markings: Vec<String> = markings.filter_map(marked).collect();
    if !markings.is_empty() {
        told.push_str(&format!(" {}.", super::begun(&markings.join("; "))));
    }
    Ok(Some(told))
}

/// Who may read one of two stories that are two again, and why.
fn marked(said: &serde_json::Value) -> Option<String> {
    let why = match said[2].as_str()? {
        "desk" => "as it was marked while the two were one",
        "source" => "as its source has it since",
        "closed" => "as before: what was opened while the two were one opens neither",
        _ => "as before",
    };
    Some(format!("story {} is {}, {why}", said[0].as_u64()?, said[1].as_str()?))
}

/// What was chosen, and what it took away. Of a date the store keeps the moment alone.
pub fn choice(house: &House, decided: &Decided) -> String {
    let mut words = in_words(house, &decided.choice);
    if !decided.put_back.is_empty() {
        let lines = decided.put_back.iter().map(|line| format!("“{}”", super::beginning(line, 60)));
        words.push_str(&format!(" {}", escaped(&lines.collect::<Vec<_>>().join(", "))));
    }
    if !decided.withheld.is_empty() {
        let names = decided.withheld.join(", ");
        words.push_str(&format!("; left out, because everybody reads it and it repeats what is closed now: {names}"));
    }
    words
}

fn in_words(house: &House, choice: &str) -> String {
    choice.parse::<Timestamp>().map_or_else(|_| choice.to_owned(), |at| day_and_time(house, at))
}

/// What somebody typed with a decision.
pub struct Typed {
    pub date: Option<DateTime>,
    pub headline: Option<String>,
}

impl Typed {
    pub fn of(date: Option<&str>, headline: Option<&str>) -> Self {
        Self {
            date: date.and_then(super::written),
            headline: headline.map(super::seen).filter(|text| !text.is_empty()),
        }
    }

    /// What is said of it where it was not taken.
    fn said(&self, house: &House) -> String {
        let zone = &house.publication.zone;
        let date = self.date.and_then(|local| zone.to_ambiguous_timestamp(local).compatible().ok());
        let date = date.map(|at| format!(" You had written {}.", day_and_time(house, at)));
        let headline = self.headline.as_ref().map(|text| format!(" You had written “{text}”."));
        date.into_iter().chain(headline).collect()
    }

    /// As the address of a doubt's form carries it.
    pub fn carried(&self) -> String {
        let date = self.date.map(|at| format!("&date={at}"));
        let headline =
            self.headline.as_ref().map(|text| format!("&headline={}", utf8_percent_encode(text, NON_ALPHANUMERIC)));
        date.into_iter().chain(headline).collect()
    }
}

/// Why a decision was not taken, what stands now, and the way on. What was typed is said, and the form that the way leads to has it.
pub async fn refused(house: &House, id: i64, error: StoreError, typed: &Typed) -> Fault {
    let said = typed.said(house);
    let look = |text: &str, doubt: i64| {
        let typed = if doubt == id { typed.carried() } else { String::new() };
        views::Link::new(text, format!("/desk/doubts?doubt={doubt}{typed}"))
    };
    match error {
        StoreError::Stale => match stands(house, id).await {
            Ok(stands) => Fault::Stands(
                format!("Nothing was changed: somebody changed this since your page was shown. {stands}{said}"),
                look("Look at it as it is now", id),
            ),
            Err(fault) => fault,
        },
        StoreError::Stands { doubt, mend } => {
            Fault::Stands(format!("Nothing was changed: {mend}.{said}"), look("Open the other decision", doubt))
        }
        StoreError::Invalid { mend, .. } => {
            Fault::Stands(format!("Nothing was changed: {mend}.{said}"), look("Look at it as it is now", id))
        }
        StoreError::NotFound { .. } => Fault::NotFound,
        error => error.into(),
    }
}

/// What a doubt stands on now.
async fn stands(house: &House, id: i64) -> Result<String, Fault> {
    let doubt = house.store.doubt(id).await?.ok_or(Fault::NotFound)?;
    if let Some(decided) = &doubt.decided {
        let by = decided.name.as_deref().unwrap_or("The import");
        let at = pages::date_time(decided.at, &house.publication.zone);
        return Ok(format!("{by} decided it on {at}: {}.", choice(house, decided)));
    }
    Ok(match doubt.kind {
        DoubtKind::Headline => format!("The headline is “{}” now.", doubt.headline),
        DoubtKind::Date => match doubt.published_at {
            Some(at) => format!("The date is {} now.", day_and_time(house, at)),
            None => "The story has no date now.".to_owned(),
        },
        DoubtKind::SameStory => {
            "The words of one of the two stories are others now, or it was joined to another.".to_owned()
        }
        _ => paragraphs(&doubt),
    })
}

fn paragraphs(doubt: &Doubt) -> String {
    format!("The paragraphs of story {} are others now, or stand in another order.", doubt.number.0)
}
