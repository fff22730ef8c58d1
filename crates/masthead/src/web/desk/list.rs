//! `GET /desk`: every story, by words of its headline, by marking and by what it lacks.
use std::sync::Arc;

use axum::extract::{Query, State};
use http::{Response, StatusCode};
use newsroom::articles::{Marking, Story, StoryNumber};
use pages::views;
use serde::Deserialize;
use store::StoredStory;

use super::form::is_unseen;
use super::{message, shown};
use crate::catalogue::Entry;
use crate::house::House;
use crate::web::body::Reply;
use crate::web::compose;
use crate::web::error::Fault;
use crate::web::visitor::Staff;

/// Stories on one page of the list.
const PER_PAGE: usize = 50;
/// Longest search taken, in characters; more is cut off.
const LONGEST_SEARCH: usize = 200;

/// Query of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    q: Option<String>,
    marking: Option<String>,
    /// `provisional` or `undated`.
    state: Option<String>,
    page: Option<String>,
    /// Number of the story that was saved a moment ago.
    saved: Option<String>,
    /// The event that saving wrote; absent: nothing differed.
    event: Option<String>,
}

/// `GET /desk`
pub async fn front(
    State(house): State<Arc<House>>,
    _staff: Staff,
    Query(wanted): Query<Wanted>,
) -> Result<Response<Reply>, Fault> {
    let view = view(&house, &wanted).await?;
    shown(&house, StatusCode::OK, &view)
}

async fn view(house: &House, wanted: &Wanted) -> Result<views::DeskFront, Fault> {
    let catalogue = house.catalogue.load_full();
    let query: String = wanted.q.as_deref().unwrap_or_default().trim().chars().take(LONGEST_SEARCH).collect();
    let marking = word(wanted.marking.as_deref(), |w| Marking::knows(w).then(|| Marking::read(w)));
    let state = word(wanted.state.as_deref(), views::DeskState::read);
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let matches = |entry: &&Arc<Entry>| {
        let story = &entry.story;
        marking.clone().ok().flatten().is_none_or(|m| story.marking == m)
            && state.clone().ok().flatten().is_none_or(|s| lacks(story, s))
            && found(&story.headline, story.number, &words)
    };
    let stories: Vec<&Arc<Entry>> = catalogue.embargoed.iter().chain(&catalogue.newest).filter(matches).collect();
    let pages = stories.len().div_ceil(PER_PAGE).max(1);
    let number = wanted.page.as_deref().and_then(|p| p.parse().ok()).unwrap_or(1).clamp(1, pages);
    let mut rows = Vec::with_capacity(PER_PAGE);
    for entry in stories.iter().skip((number - 1) * PER_PAGE).take(PER_PAGE) {
        // A row shows what the store has, together with its revision: what is decided on it is checked against that.
        if let Some(stored) = house.store.story(entry.story.number).await? {
            rows.push(row(house, &stored));
        }
    }
    let mut said = Vec::new();
    if let Some(number) = wanted.saved.as_deref() {
        said.extend(saved(house, number, wanted.event.as_deref()).await?);
    }
    said.extend(
        marking
            .as_ref()
            .err()
            .map(|w| format!("“{w}” is not a marking, so all are shown. Choose free, registered, metered or premium.")),
    );
    said.extend(state.as_ref().err().map(|w| format!("“{w}” cannot be looked for. Choose from the list.")));
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(views::DeskFront {
        stories: rows,
        total: count(stories.len()),
        page: count(number),
        pages: count(pages),
        query,
        marking: marking.ok().flatten().map(compose::marking),
        state: state.ok().flatten(),
        message: (!said.is_empty()).then(|| said.join(" ")),
        needs: super::money::how_much(house).await?,
    })
}

/// What a word of the address means; nothing for an absent or empty one; an unknown one, shortened, for the message.
fn word<T>(word: Option<&str>, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, String> {
    match word.unwrap_or_default() {
        "" => Ok(None),
        word => read(word).map(Some).ok_or_else(|| word.chars().filter(|c| !is_unseen(*c)).take(40).collect()),
    }
}

fn lacks(story: &Story, state: views::DeskState) -> bool {
    match state {
        views::DeskState::Provisional => story.headline_provisional,
        views::DeskState::Undated => story.published_at.is_none(),
    }
}

/// Whether a headline has every word that is looked for, or the only word is the story's number.
fn found(headline: &str, number: StoryNumber, words: &[String]) -> bool {
    if let [only] = words
        && *only == number.0.to_string()
    {
        return true;
    }
    let headline = headline.to_lowercase();
    words.iter().all(|word| headline.contains(word.as_str()))
}

fn row(house: &House, stored: &StoredStory) -> views::DeskRow {
    let story = &stored.story;
    views::DeskRow {
        number: story.number.0,
        revision: stored.revision,
        headline: story.headline.clone(),
        headline_provisional: story.headline_provisional,
        path: story.path(),
        section: compose::section_of(&house.publication, &story.section),
        marking: compose::marking(story.marking),
        pick: story.pick,
        published_at: story.published_at,
    }
}

/// What was saved, told from what the store says, never from the address.
async fn saved(house: &House, number: &str, event: Option<&str>) -> Result<Option<String>, Fault> {
    let catalogue = house.catalogue.load_full();
    let Some(entry) = number.parse().ok().and_then(|n| catalogue.at_desk(StoryNumber(n))) else { return Ok(None) };
    let told = message::told(house, &entry.story, event).await?;
    Ok(Some(format!("“{}”: {told}", entry.story.headline)))
}

#[cfg(test)]
mod tests {
    use super::{StoryNumber, found};

    #[test]
    fn every_word_must_stand_in_the_headline_whatever_its_case() {
        let words = |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
        let headline = "Ports of Ratnadurg reopen after Cyclone";
        assert!(found(headline, StoryNumber(7), &words("cyclone PORTS")));
        assert!(!found(headline, StoryNumber(7), &words("cyclone harbour")));
        assert!(found(headline, StoryNumber(7), &words("7")));
        assert!(!found(headline, StoryNumber(7), &words("8")));
        assert!(found(headline, StoryNumber(7), &[]));
    }
}
