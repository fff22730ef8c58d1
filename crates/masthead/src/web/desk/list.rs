//! `GET /desk`: every story, by words of its headline, by marking and by what it lacks.
use std::sync::Arc;

use axum::extract::{Query, State};
use http::{Response, StatusCode};
use newsroom::articles::{Marking, Story, StoryNumber};
use pages::views;
use serde::Deserialize;
use store::{Place, StoredStory, StoryHead};

use super::form::is_unseen;
use super::{message, shown, story};
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
/// Stories listed at most from behind memory; who wants more adds a word.
const LISTED: usize = 1_000;
/// Stories behind memory that a search looks at, and how many at a time.
const LOOKED_AT: usize = 50_000;
const ROWS: usize = 1_000;

/// Query of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    q: Option<String>,
    marking: Option<String>,
    /// `provisional`, `undated` or `out`.
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
    let mut said = Vec::new();
    let wants = Wants { words: &words, marking: marking.clone().ok().flatten(), state: state.clone().ok().flatten() };
    let out = wants.state == Some(views::DeskState::Out);
    let mut stories: Vec<StoryNumber> = Vec::new();
    if out {
        let heads = house.store.stories_out(LISTED).await?;
        stories.extend(heads.iter().filter(|head| wants.fits(head)).map(|head| head.number));
        said.extend((heads.len() == LISTED).then(|| format!("Only the {LISTED} latest out of the paper are listed.")));
    } else {
        let in_memory = catalogue.embargoed.iter().chain(&catalogue.newest).filter(matches);
        stories.extend(in_memory.map(|entry| entry.story.number));
        said.extend(behind(house, &catalogue, &wants, &mut stories).await?);
    }
    let pages = stories.len().div_ceil(PER_PAGE).max(1);
    let number = wanted.page.as_deref().and_then(|p| p.parse().ok()).unwrap_or(1).clamp(1, pages);
    let mut rows = Vec::with_capacity(PER_PAGE);
    for number in stories.iter().skip((number - 1) * PER_PAGE).take(PER_PAGE) {
        // A row shows what the store has, together with its revision: what is decided on it is checked against that.
        let stored = match out {
            true => house.store.out_of_paper(*number).await?.map(|out| out.stored),
            false => house.store.story(*number).await?,
        };
        rows.extend(stored.map(|stored| row(house, &stored, out)));
    }
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

/// What the list is asked for.
struct Wants<'a> {
    words: &'a [String],
    marking: Option<Marking>,
    state: Option<views::DeskState>,
}

impl Wants<'_> {
    fn fits(&self, head: &StoryHead) -> bool {
        let lacks = |state| match state {
            views::DeskState::Provisional => head.headline_provisional,
            views::DeskState::Undated => head.published_at.is_none(),
            views::DeskState::Out => true,
        };
        self.marking.is_none_or(|marking| head.marking == marking)
            && self.state.is_none_or(lacks)
            && found(&head.headline, head.number, self.words)
    }

    /// The story that the only word is the number of.
    fn number(&self) -> Option<StoryNumber> {
        let [only] = self.words else { return None };
        only.parse().ok().map(StoryNumber)
    }
}

/// Adds what the store has behind memory, as far as is worth looking; a sentence where it did not look at all of it.
async fn behind(
    house: &House,
    catalogue: &Catalogue,
    wants: &Wants<'_>,
    found: &mut Vec<StoryNumber>,
) -> Result<Option<String>, Fault> {
    if catalogue.is_whole() {
        return Ok(None);
    }
    let now = house.clock.now();
    if let Some(number) = wants.number()
        && !found.contains(&number)
        && house.store.story_in_place_of(number).await?.is_some_and(|stored| stored.story.number == number)
    {
        found.insert(0, number);
    }
    if wants.state == Some(views::DeskState::Undated) {
        // they are the last of all; the list begins with them
        let undated = house.store.undated_stories(None, LISTED).await?;
        let fitting: Vec<StoryNumber> =
            undated.iter().filter(|head| wants.fits(head)).map(|head| head.number).collect();
        let new: Vec<StoryNumber> = fitting.into_iter().filter(|number| !found.contains(number)).collect();
        found.extend(new);
        return Ok((undated.len() == LISTED).then(|| format!("Only the {LISTED} latest without a date are listed.")));
    }
    let mut after =
        catalogue.newest.last().map(|e| Place { published_at: e.story.published_at, number: e.story.number });
    let mut looked = 0;
    while looked < LOOKED_AT && found.len() < LISTED {
        let page = house.store.newest_heads(now, after, ROWS).await?;
        looked += page.len();
        found.extend(page.iter().filter(|head| wants.fits(head)).map(|head| head.number));
        after = page.last().map(StoryHead::place);
        if page.len() < ROWS {
            return Ok(None);
        }
    }
    let all = catalogue.published;
    Ok(Some(format!(
        "The paper has {all} stories: the newest {} were looked at. Add a word, or write a story’s number.",
        catalogue.newest.len() + looked
    )))
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
        // It is in no memory.
        views::DeskState::Out => false,
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

fn row(house: &House, stored: &StoredStory, out: bool) -> views::DeskRow {
    let story = &stored.story;
    views::DeskRow {
        number: story.number.0,
        revision: stored.revision,
        headline: story.headline.clone(),
        headline_provisional: story.headline_provisional,
        path: story.path(),
        section: compose::section_of(&house.publication, &story.section),
        marking: compose::marking(story.marking),
        out,
        pick: story.pick,
        published_at: story.published_at,
    }
}

/// What was saved, told from what the store says, never from the address.
async fn saved(house: &House, number: &str, event: Option<&str>) -> Result<Option<String>, Fault> {
    let Ok(number) = number.parse() else { return Ok(None) };
    let stored = house.store.story_in_place_of(StoryNumber(number)).await?;
    let Some(story) = stored.map(|stored| stored.story).filter(|story| story.number.0 == number) else {
        return Ok(None);
    };
    let told = message::told(house, &story, event).await?;
    let warning = story::warning(&story).map_or_else(String::new, |warning| format!(" {warning}"));
    Ok(Some(format!("“{}”: {told}{warning}", story.headline)))
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
