//! What follows from a choice about a doubt.
use super::{Beside, Choice, Done, Doubt, Keep, corrected, gone, order, put_back};
use crate::changes::Writing;
use crate::rows::{Read as _, ms, sql};
use crate::stories::{load, save};
use crate::taking::wake;
use crate::{StoreError, StoredStory, joining, versions};
use jiff::Timestamp;
use newsroom::articles::{Marking, Story, StoryNumber};
use sqlx::AnyConnection;

/// Does what follows from a choice.
pub(super) async fn follow(
    tx: &mut Writing,
    doubt: &Doubt,
    choice: &Choice,
    now: Timestamp,
) -> Result<Done, StoreError> {
    let done = match choice {
        Choice::Apart => part(tx, doubt, now).await?,
        Choice::Join(keep) => join(tx, doubt, *keep, now).await?,
        _ => change(tx, doubt, choice, now).await?,
    };
    Ok(Done { nth: next(tx, doubt.number).await?, ..done })
}

/// The place of a further decision among those about a story.
pub(super) async fn next(tx: &mut AnyConnection, number: StoryNumber) -> Result<u32, StoreError> {
    let text = "SELECT decision FROM doubts WHERE number = $1 AND state = 'decided'";
    let rows = sql(text).bind(i64::from(number.0)).fetch_all(&mut *tx).await?;
    let mut last = 0;
    for row in &rows {
        last = last.max(row.opt_json::<Done>("decision")?.map_or(0, |done| done.nth));
    }
    Ok(last + 1)
}

/// Changes the story as chosen.
async fn change(tx: &mut Writing, doubt: &Doubt, choice: &Choice, now: Timestamp) -> Result<Done, StoreError> {
    let stored = load(tx, doubt.number).await?.ok_or_else(gone)?;
    let mut story = stored.story.clone();
    let mut done = Done::default();
    match choice {
        Choice::AsItIs | Choice::Apart | Choice::Join(_) => done.choice = "as it is".into(),
        Choice::Remove => remove(doubt, &mut story, &mut done)?,
        Choice::Correct => corrected::take(&mut story, &doubt.evidence, &mut done)?,
        Choice::PutBack(nth) => {
            story.body = put_back::with_lines(&story.body, &doubt.evidence.lines, *nth)?;
            done.choice = "put back".into();
        }
        Choice::Order(nth) => {
            story.body = order::arranged(&story.body, &doubt.evidence, *nth)?;
            done.choice = order::in_words(&doubt.evidence, *nth);
        }
        Choice::Headline(headline) => {
            if story.told_by(headline).is_some() {
                let mend = "the headline repeats the closed part of the story, and everybody reads it: choose or write another";
                return Err(StoreError::invalid("decision", mend));
            }
            done.choice = "another headline".into();
            done.provisional = Some(story.headline_provisional);
            done.headline = Some([story.headline.clone(), headline.clone()]);
            story.headline.clone_from(headline);
            story.headline_provisional = false;
        }
        Choice::Date(date) => {
            done.choice = date.map_or_else(|| "date unknown".to_owned(), |at| at.to_string());
            done.date = Some([story.published_at.map(ms), date.map(ms)]);
            story.published_at = *date;
        }
        Choice::Dates(nth) => {
            let date =
                doubt.evidence.by_order.get(*nth).and_then(|at| at.parse::<Timestamp>().ok()).ok_or_else(gone)?;
            let first = if *nth == 0 { "day" } else { "month" };
            done.choice = format!("in all such dates of the file the {first} comes first");
            done.date = Some([story.published_at.map(ms), Some(ms(date))]);
            story.published_at = Some(date);
        }
    }
    if story.body != stored.story.body {
        done.open = Some(stored.story.preview_blocks);
        done.body = Some([stored.story.body.clone(), story.body.clone()]);
    }
    if story != stored.story {
        save(tx, &story, None, Some(doubt.number), now).await?;
        done.taken = Beside::taken(&story, &load(tx, doubt.number).await?.ok_or_else(gone)?.story);
    }
    Ok(done)
}

/// Takes the paragraph that is meant out of the story.
fn remove(doubt: &Doubt, story: &mut Story, done: &mut Done) -> Result<(), StoreError> {
    let wanted = doubt.evidence.paragraph.as_deref().ok_or_else(gone)?;
    let place = doubt.paragraph.and_then(|nth| usize::try_from(nth).ok()).and_then(|nth| nth.checked_sub(1));
    let at = place.filter(|at| story.body.get(*at).is_some_and(|block| block.text() == wanted));
    let at = at.or_else(|| story.body.iter().position(|block| block.text() == wanted)).ok_or_else(gone)?;
    if story.body.len() < 2 {
        return Err(StoreError::invalid("decision", "it is the story's only paragraph"));
    }
    let open = story.preview().len();
    if at < open && story.marking != Marking::Free {
        // No closed paragraph moves up into the open part.
        let left = u16::try_from(open - 1).unwrap_or_default();
        done.preview = Some([story.preview_blocks, left]);
        story.preview_blocks = left;
    }
    story.body.remove(at);
    done.choice = "removed".into();
    Ok(())
}

/// Makes a story of its own out of a source that was taken for a version.
async fn part(tx: &mut Writing, doubt: &Doubt, now: Timestamp) -> Result<Done, StoreError> {
    let source = doubt.evidence.source.clone().ok_or_else(gone)?;
    let version = versions::said_by(tx, &source).await?.ok_or_else(gone)?;
    let mut story = version.story;
    story.number = StoryNumber(0);
    let copy = story.clone();
    let number = save(tx, &story, Some(&source), None, now).await?.number();
    // undone before, and parted again: the story is there and rests
    if sql("SELECT 1 AS one FROM stories WHERE number = $1 AND supplanted_by IS NOT NULL")
        .bind(i64::from(number.0))
        .fetch_optional(&mut **tx)
        .await?
        .is_some()
    {
        wake(tx, number, now).await?;
    }
    move_source(tx, &source, number).await?;
    joining::without(tx, doubt.number, &copy, now).await?;
    if let Some(stays) = load(tx, doubt.number).await? {
        // a copy that says nothing of who may read it was as closed as the story
        joining::marking::closed_by_like(tx, number, &stays.story, joining::Resembling::Pair, now).await?;
    }
    Ok(Done { choice: "two stories".into(), other: Some(number.0), source: Some(source), ..Done::default() })
}

/// Puts the other story away: this one stands in its place, and its addresses lead here.
async fn join(tx: &mut Writing, doubt: &Doubt, keep: Keep, now: Timestamp) -> Result<Done, StoreError> {
    let other = StoryNumber(doubt.evidence.other.ok_or_else(gone)?);
    let text = "SELECT COUNT(*) AS n FROM stories WHERE number IN ($1, $2) AND supplanted_by IS NULL";
    let both =
        sql(text).bind(i64::from(other.0)).bind(i64::from(doubt.number.0)).fetch_one(&mut **tx).await?.int("n")?;
    if both != 2 {
        return Err(gone());
    }
    let (Some(stays), Some(other)) = (load(tx, doubt.number).await?, load(tx, other).await?) else {
        return Err(gone());
    };
    let kept = |one: &StoredStory| format!("one story, with the words of story {}", one.story.number.0);
    let choice = kept(if keep == Keep::This { &stays } else { &other });
    let done = joining::join(tx, &stays, &other, joining::Words::Chosen(keep), now).await?;
    Ok(Done { choice, ..done })
}

pub(super) async fn move_source(tx: &mut AnyConnection, source: &str, number: StoryNumber) -> Result<(), StoreError> {
    for text in [
        "UPDATE story_sources SET number = $2 WHERE source = $1",
        "UPDATE story_versions SET number = $2 WHERE source = $1",
    ] {
        sql(text).bind(source).bind(i64::from(number.0)).execute(&mut *tx).await?;
    }
    Ok(())
}
