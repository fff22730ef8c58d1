//! The marking of a story that several sources tell: the strictest that any of them gives, whichever of them says it otherwise.
use crate::changes::Writing;
use crate::crawls::mark_at_least;
use crate::imported::{self, Fingerprints};
use crate::joining::{Resembling, is_own};
use crate::rows::sql;
use crate::stories::{load, save};
use crate::{StoreError, versions};
use jiff::Timestamp;
use newsroom::articles::{Marking, Story, StoryNumber};
use sqlx::AnyConnection;

/// As [`imported::merge`], with a marking that suits all sources of the story.
pub(crate) async fn merged(
    tx: &mut AnyConnection,
    current: &Story,
    incoming: &Story,
    source: Option<&str>,
    last: &Fingerprints,
) -> Result<(Story, Fingerprints), StoreError> {
    let (mut merged, mut prints) = imported::merge(current, incoming, last)?;
    of_copies(tx, current, incoming.marking, source, &mut merged, &mut prints).await?;
    Ok((merged, prints))
}

/// One source of a story gives another marking than the story has: `merged` is the story with what that source says. It opens nothing that
/// another source closes, and closes what no desk has opened.
async fn of_copies(
    tx: &mut AnyConnection,
    current: &Story,
    given: Marking,
    source: Option<&str>,
    merged: &mut Story,
    prints: &mut Fingerprints,
) -> Result<(), StoreError> {
    if given == current.marking {
        return Ok(());
    }
    // Where there is no other source, it is between this one and the desk.
    let Some(others) = versions::strictest(tx, current.number, source).await? else { return Ok(()) };
    let marking = if given.strictness() > current.marking.strictness() {
        if is_opened(tx, current).await? {
            return Ok(());
        }
        given
    } else if merged.marking == given {
        if others.strictness() > given.strictness() { others } else { given }
    } else {
        return Ok(());
    };
    merged.marking = marking;
    imported::agree(prints, merged, "marking");
    Ok(())
}

/// A source whose words a story does not have closes it all the same, and what that source closes of it is not open either. Whether it did.
pub(crate) async fn closed_by_copy(
    tx: &mut Writing,
    number: StoryNumber,
    given: &Story,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(stored) = load(tx, number).await? else { return Ok(false) };
    let stricter = given.marking.strictness() > stored.story.marking.strictness();
    if !stricter || is_opened(tx, &stored.story).await? {
        return Ok(false);
    }
    mark_at_least(tx, number, given.marking, now).await?;
    let Some(mut story) = load(tx, number).await?.map(|stored| stored.story) else { return Ok(true) };
    if story.close_as(given) {
        save(tx, &story, None, Some(number), now).await?;
    }
    Ok(true)
}

/// Of two stories that sound alike, and may be one: one that tells what the other closes, and whose sources say nothing of who may read it, is as
/// closed, and opens nothing of that. Whether it did.
pub(crate) async fn closed_by_like(
    tx: &mut Writing,
    number: StoryNumber,
    like: &Story,
    resembling: Resembling,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(stored) = load(tx, number).await? else { return Ok(false) };
    let marking = stored.story.marking;
    // The stories of a series have sentences in common that are nobody's alone.
    let tells = |other: &Story| match resembling {
        Resembling::Pair => like.is_told_in(other),
        Resembling::Series => like.is_mostly_told_in(other),
    };
    if like.marking.strictness() < marking.strictness() || !tells(&stored.story) {
        return Ok(false);
    }
    if is_own(tx, number).await? || is_told(tx, number).await? || is_opened(tx, &stored.story).await? {
        return Ok(false);
    }
    let mut story = Story { marking: like.marking, ..stored.story.clone() };
    story.keep_closed(like);
    if story == stored.story {
        return Ok(false);
    }
    save(tx, &story, None, Some(number), now).await?;
    Ok(true)
}

/// Whether any source of a story says who may read it.
async fn is_told(tx: &mut AnyConnection, number: StoryNumber) -> Result<bool, StoreError> {
    let text = "SELECT 1 AS one FROM story_sources k JOIN stories s ON s.number = k.number \
         WHERE (s.number = $1 OR s.supplanted_by = $1) AND k.marking IS NOT NULL LIMIT 1";
    Ok(sql(text).bind(i64::from(number.0)).fetch_optional(&mut *tx).await?.is_some())
}

/// The marking of a story that is closed more than it was.
pub(crate) fn stricter(before: &Story, after: &Story) -> Option<Marking> {
    Some(after.marking).filter(|marking| marking.strictness() > before.marking.strictness())
}

/// Whether the desk made a story more open than its sources have it.
async fn is_opened(tx: &mut AnyConnection, story: &Story) -> Result<bool, StoreError> {
    let all = versions::strictest(tx, story.number, None).await?;
    Ok(all.is_some_and(|all| all.strictness() > story.marking.strictness()))
}
