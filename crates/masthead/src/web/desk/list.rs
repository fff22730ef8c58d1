//! `GET /desk`: every story, by words of its headline and by marking.
use std::sync::Arc;

use axum::extract::{Query, State};
use http::{Response, StatusCode};
use newsroom::articles::{Marking, StoryNumber};
use pages::views;
use serde::Deserialize;

use super::shown;
use crate::catalogue::{Catalogue, Entry};
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
    page: Option<String>,
    /// Number of the story that was saved a moment ago.
    saved: Option<String>,
}

/// `GET /desk`
pub async fn front(
    State(house): State<Arc<House>>,
    _staff: Staff,
    Query(wanted): Query<Wanted>,
) -> Result<Response<Reply>, Fault> {
    let view = view(&house, &house.catalogue.load(), &wanted)?;
    shown(&house, StatusCode::OK, &view)
}

fn view(house: &House, catalogue: &Catalogue, wanted: &Wanted) -> Result<views::DeskFront, Fault> {
    let query: String = wanted.q.as_deref().unwrap_or_default().trim().chars().take(LONGEST_SEARCH).collect();
    let marking = match wanted.marking.as_deref().unwrap_or_default() {
        "" => None,
        word if Marking::knows(word) => Some(Marking::read(word)),
        word => {
            let word: String = word.chars().take(40).collect();
            return Err(Fault::Wrong(format!(
                "“{word}” is not a marking. Choose free, registered, metered or premium."
            )));
        }
    };
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let matches = |entry: &&Arc<Entry>| {
        marking.is_none_or(|m| entry.story.marking == m) && found(&entry.story.headline, entry.story.number, &words)
    };
    let stories: Vec<&Arc<Entry>> = catalogue.newest.iter().filter(matches).collect();
    let pages = stories.len().div_ceil(PER_PAGE).max(1);
    let number = wanted.page.as_deref().and_then(|p| p.parse().ok()).unwrap_or(1).clamp(1, pages);
    let rows = stories.iter().skip((number - 1) * PER_PAGE).take(PER_PAGE).map(|e| row(house, e)).collect();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(views::DeskFront {
        stories: rows,
        total: count(stories.len()),
        page: count(number),
        pages: count(pages),
        query,
        marking: marking.map(compose::marking),
        message: wanted.saved.as_deref().and_then(|number| saved(catalogue, number)),
    })
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

fn row(house: &House, entry: &Entry) -> views::DeskRow {
    let story = &entry.story;
    views::DeskRow {
        number: story.number.0,
        headline: story.headline.clone(),
        headline_provisional: story.headline_provisional,
        path: entry.path.clone(),
        section: compose::section_of(&house.publication, &story.section),
        marking: compose::marking(story.marking),
        pick: story.pick,
        published_at: story.published_at,
    }
}

/// What was saved, told from what the catalogue says now, never from the address.
fn saved(catalogue: &Catalogue, number: &str) -> Option<String> {
    let entry = catalogue.story(StoryNumber(number.parse().ok()?))?;
    Some(format!("Saved. “{}” is marked {}.", entry.story.headline, entry.story.marking.word()))
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
