//! Two stories that became one are two again: each with its words, its sources and its crawls, and with what somebody decided since.
use super::{Before, name_source, stands_for};
use crate::changes::Writing;
use crate::doubts::Done;
use crate::doubts::beside::Beside;
use crate::doubts::undo::{Later, TakenBack};
use crate::imported::{self, Fingerprints, fingerprint};
use crate::rows::{Read as _, json, sql};
use crate::stories::{load, save};
use crate::taking::wake;
use crate::{StoreError, StoredStory, identity, versions};
use jiff::Timestamp;
use newsroom::articles::{Marking, Story, StoryNumber};
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;

/// What two stories had when they became one.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Had {
    /// Sources of the story that stays, and of the other one.
    sources: [Vec<String>; 2],
    /// Crawls of the story that stays, by hash.
    crawls: Vec<String>,
    /// The latest version that was kept by then.
    version: i64,
}

impl Had {
    pub(crate) async fn of(tx: &mut AnyConnection, stays: StoryNumber, other: StoryNumber) -> Result<Self, StoreError> {
        let row = sql("SELECT COALESCE(MAX(id), 0) AS n FROM story_versions").fetch_one(&mut *tx).await?;
        Ok(Self {
            sources: [sources(tx, stays).await?, sources(tx, other).await?],
            crawls: crawls(tx, stays).await?.into_iter().map(|(hash, _)| hash).collect(),
            version: row.int("n")?,
        })
    }
}

/// Undoes a joining. What it made of the story that stays is taken back part by part; what somebody changed since stays. Words that nobody
/// keeps are under the story's versions.
///
/// # Errors
/// [`StoreError::Stands`] where a later decision changed what the joining did.
pub(crate) async fn part(
    tx: &mut Writing,
    stays: &StoredStory,
    other: StoryNumber,
    done: &Done,
    later: &[Later],
    now: Timestamp,
) -> Result<TakenBack, StoreError> {
    let Some(before) = &done.before else {
        wake(tx, other, now).await?;
        return Ok(TakenBack::default());
    };
    let number = stays.story.number;
    let told = imported_of(tx, number).await?;
    let Without { story, kept, closed } = without(&stays.story, before, later)?;
    if stays.story.body != before.after.body && story.body != stays.story.body {
        let (source, why) = (format!("story:{}", number.0), "as it stood before a joining was undone");
        versions::keep_text(tx, number, &source, "the paper", why, &stays.story, now).await?;
    }
    let moved = before.words && before.other_key.is_some();
    if moved {
        name_source(tx, other, None).await?;
    }
    let mut taken_back = TakenBack { kept, closed, ..TakenBack::default() };
    if moved || story != stays.story {
        let (key, imported) = if moved {
            (before.source_key.clone(), before.imported.clone())
        } else {
            (stays.source_key.clone(), told.clone())
        };
        crate::stories::put_back(tx, stays, &story, key, imported, now).await?;
        let became = Beside::of(&load(tx, number).await?.map_or_else(|| story.clone(), |stored| stored.story));
        taken_back.withheld = Beside::of(&story).differing(&became);
        let lost = done.taken.as_ref().map_or_else(Vec::new, |taken| taken[0].differing(&taken[1]));
        let back = became.differing(&Beside::of(&stays.story)).into_iter().filter(|part| lost.contains(part));
        taken_back.back = back.filter(|part| !taken_back.withheld.contains(part)).collect();
    }
    if moved {
        name_source(tx, other, before.other_key.as_deref()).await?;
    }
    wake(tx, other, now).await?;
    if moved {
        corrected(tx, other, &stays.story, &before.after, told.as_ref(), now).await?;
    }
    closed_too(tx, other, &stays.story, &before.after, now).await?;
    for number in &done.moved {
        stands_for(tx, StoryNumber(*number), other, now).await?;
    }
    let had = before
        .had
        .clone()
        .unwrap_or_else(|| Had { sources: [Vec::new(), before.other_key.iter().cloned().collect()], ..Had::default() });
    share_out(tx, number, other, &had, before.had.is_some()).await?;
    // What was corrected while it was no word of the paper's comes in now.
    let rested = if moved { (number, &before.source_key) } else { (other, &before.other_key) };
    if let (of, Some(key)) = rested
        && let Some(version) = versions::correction_since(tx, key, had.version).await?
    {
        save(tx, &Story { number: of, ..version.story }, Some(key), Some(of), now).await?;
    }
    Ok(taken_back)
}

/// A story without what a joining made of it.
struct Without {
    story: Story,
    /// What stays of it as somebody has it since.
    kept: Vec<&'static str>,
    /// What somebody opened since, and is closed as it was, with the words that were closed.
    closed: Vec<&'static str>,
}

/// The story without what the joining made of it.
fn without(now: &Story, before: &Before, later: &[Later]) -> Result<Without, StoreError> {
    let (was, became) = (imported::fields(&before.story)?, imported::fields(&before.after)?);
    let mut fields = imported::fields(now)?;
    let mut kept = Vec::new();
    for (part, was) in was {
        let (became, is) = (became.get(&part), fields.get(&part));
        if Some(&was) == became || Some(&was) == is {
            continue;
        }
        if is != became {
            if let Some(one) = Later::that_changed(later, &part) {
                return Err(one.stands());
            }
            // The words belong to the other story, whatever its source made of them since.
            if part != "body" {
                kept.extend(in_words(&part));
                continue;
            }
        }
        fields.insert(part, was);
    }
    let mut story = imported::of_fields(now.number, fields)?;
    if story.body != now.body {
        // Nobody opened these words.
        if before.story.marking.strictness() > story.marking.strictness() {
            story.marking = before.story.marking;
        }
        story.preview_blocks = story.preview_blocks.min(before.story.preview_blocks);
    }
    let stands = |name: &str| match name {
        "marking" => story.marking == now.marking,
        "open paragraphs" => story.preview_blocks == now.preview_blocks,
        _ => true,
    };
    let (kept, closed) = kept.into_iter().partition(|name| stands(name));
    Ok(Without { story, kept, closed })
}

/// A part of a story's record as people call it; of what nobody decides, nothing.
fn in_words(part: &str) -> Option<&'static str> {
    let names = [
        ("headline", "headline"),
        ("standfirst", "standfirst"),
        ("marking", "marking"),
        ("preview_blocks", "open paragraphs"),
        ("published_at", "date"),
        ("bylines", "writers"),
        ("topics", "topics"),
        ("dateline", "dateline"),
        ("picture", "picture"),
        ("section", "section"),
    ];
    names.into_iter().find(|(name, _)| *name == part).map(|(_, words)| words)
}

/// The other story's source governed both: what it corrected meanwhile is the other story's.
async fn corrected(
    tx: &mut Writing,
    other: StoryNumber,
    joined: &Story,
    after: &Story,
    told: Option<&Fingerprints>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(stored) = load(tx, other).await? else { return Ok(()) };
    let mut own = imported_of(tx, other).await?.unwrap_or_default();
    let (joined, after) = (imported::fields(joined)?, imported::fields(after)?);
    let mut fields = imported::fields(&stored.story)?;
    for (part, now) in joined {
        let print = fingerprint(&now);
        // as its source gave it last, and not before
        if after.get(&part) != Some(&now) && told.and_then(|told| told.get(&part)) == Some(&print) {
            fields.insert(part.clone(), now);
            own.insert(part, print);
        }
    }
    let story = imported::of_fields(other, fields)?;
    if story != stored.story {
        save(tx, &story, None, Some(other), now).await?;
        note_imported(tx, other, Some(&own)).await?;
    }
    Ok(())
}

/// What the desk closed while both were one is closed of both.
async fn closed_too(
    tx: &mut Writing,
    other: StoryNumber,
    joined: &Story,
    after: &Story,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(stored) = load(tx, other).await? else { return Ok(()) };
    let mut story = stored.story.clone();
    let stricter = |one: Marking, other: Marking| one.strictness() > other.strictness();
    if stricter(joined.marking, after.marking) && stricter(joined.marking, story.marking) {
        story.marking = joined.marking;
    }
    if joined.preview_blocks < after.preview_blocks {
        story.preview_blocks = story.preview_blocks.min(joined.preview_blocks);
    }
    if story != stored.story {
        save(tx, &story, None, Some(other), now).await?;
    }
    Ok(())
}

/// Gives sources and crawls back to the story that they belong to: what each had, and what came since by its words.
async fn share_out(
    tx: &mut Writing,
    stays: StoryNumber,
    other: StoryNumber,
    had: &Had,
    is_known: bool,
) -> Result<(), StoreError> {
    let (Some(ours), Some(theirs)) = (load(tx, stays).await?, load(tx, other).await?) else { return Ok(()) };
    let words = identity::Apart::of(&ours.story, &theirs.story);
    for source in sources(tx, stays).await? {
        let [of_ours, of_theirs] = &had.sources;
        let moves = of_theirs.contains(&source)
            || is_known
                && !of_ours.contains(&source)
                && versions::latest_of(tx, &source).await?.is_some_and(|said| words.is_second(&text_of(&said.story)));
        if moves {
            let text = "UPDATE story_sources SET number = $2 WHERE source = $1";
            sql(text).bind(source).bind(i64::from(other.0)).execute(&mut **tx).await?;
        }
    }
    let text = "UPDATE story_versions SET number = $2 WHERE number = $1 AND source IN \
         (SELECT source FROM story_sources WHERE number = $2)";
    sql(text).bind(i64::from(stays.0)).bind(i64::from(other.0)).execute(&mut **tx).await?;
    for (hash, text) in crawls(tx, stays).await? {
        if is_known && !had.crawls.contains(&hash) && words.is_second(&text) {
            let text = "UPDATE crawls SET story_number = $2 WHERE hash = $1";
            sql(text).bind(hash).bind(i64::from(other.0)).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

fn text_of(story: &Story) -> String {
    story.body.iter().map(|block| block.text()).collect::<Vec<_>>().join("\n")
}

async fn sources(tx: &mut AnyConnection, number: StoryNumber) -> Result<Vec<String>, StoreError> {
    let text = "SELECT source FROM story_sources WHERE number = $1 ORDER BY source";
    let rows = sql(text).bind(i64::from(number.0)).fetch_all(&mut *tx).await?;
    rows.iter().map(|row| row.text("source")).collect()
}

async fn crawls(tx: &mut AnyConnection, number: StoryNumber) -> Result<Vec<(String, String)>, StoreError> {
    let text = "SELECT hash, text FROM crawls WHERE story_number = $1 ORDER BY hash";
    let rows = sql(text).bind(i64::from(number.0)).fetch_all(&mut *tx).await?;
    rows.iter().map(|row| Ok((row.text("hash")?, row.text("text")?))).collect()
}

/// What a story's source gave last.
pub(crate) async fn imported_of(
    tx: &mut AnyConnection,
    number: StoryNumber,
) -> Result<Option<Fingerprints>, StoreError> {
    let text = "SELECT imported FROM stories WHERE number = $1";
    sql(text).bind(i64::from(number.0)).fetch_one(&mut *tx).await?.opt_json("imported")
}

pub(crate) async fn note_imported(
    tx: &mut AnyConnection,
    number: StoryNumber,
    imported: Option<&Fingerprints>,
) -> Result<(), StoreError> {
    sql("UPDATE stories SET imported = $2 WHERE number = $1")
        .bind(i64::from(number.0))
        .bind(imported.map(|f| json("story", f)).transpose()?)
        .execute(&mut *tx)
        .await?;
    Ok(())
}
