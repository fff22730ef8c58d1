//! Two stories that became one are two again: each with its words, its sources and its crawls, and with what somebody decided since.
use super::{Before, name_source, stands_for};
use crate::changes::Writing;
use crate::crawls::mark_at_least;
use crate::doubts::Done;
use crate::doubts::beside::Beside;
use crate::doubts::undo::{Later, TakenBack};
use crate::imported::{self, Fingerprints, fingerprint};
use crate::rows::{Read as _, json, opt_ms, sql};
use crate::stories::{load, save};
use crate::taking::wake;
use crate::{StoreError, StoredStory, identity, versions};
use jiff::Timestamp;
use newsroom::articles::{Marking, Story, StoryNumber};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::AnyConnection;
use std::collections::BTreeSet;

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
    /// The other story.
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<Story>,
}

impl Had {
    pub(crate) async fn of(tx: &mut AnyConnection, stays: StoryNumber, other: &Story) -> Result<Self, StoreError> {
        let row = sql("SELECT COALESCE(MAX(id), 0) AS n FROM story_versions").fetch_one(&mut *tx).await?;
        Ok(Self {
            sources: [sources(tx, stays).await?, sources(tx, other.number).await?],
            crawls: crawls(tx, stays).await?.into_iter().map(|(hash, _)| hash).collect(),
            version: row.int("n")?,
            other: Some(other.clone()),
        })
    }
}

/// Undoes a joining: each story is what it was before, with what its own sources said since and with what the desk changed since. Words that
/// nobody keeps are under the story's versions.
///
/// # Errors
/// [`StoreError::Stands`] where a later decision changed what the joining did.
pub(crate) async fn part(
    tx: &mut Writing,
    stays: &StoredStory,
    other: StoryNumber,
    done: &Done,
    later: &[Later],
    decided_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<TakenBack, StoreError> {
    let Some(before) = &done.before else {
        wake(tx, other, now).await?;
        return Ok(TakenBack::default());
    };
    let number = stays.story.number;
    let moved = before.words && before.other_key.is_some();
    if let Some(one) = later.iter().rev().find(|one| moved && one.has_other_words()) {
        return Err(one.stands());
    }
    let told = imported_of(tx, number).await?;
    let since = Since { now: &stays.story, before, told: told.as_ref(), moved };
    let story = since.without(later)?;
    if stays.story.body != before.after.body && story.body != stays.story.body {
        let (source, why) = (format!("story:{}", number.0), "as it stood before a joining was undone");
        versions::keep_text(tx, number, &source, "the paper", why, &stays.story, now).await?;
    }
    if moved {
        name_source(tx, other, None).await?;
    }
    let mut taken_back = TakenBack::default();
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
    let was = match before.had.as_ref().and_then(|had| had.other.clone()) {
        Some(was) => Some(was),
        None => load(tx, other).await?.map(|stored| stored.story),
    };
    if moved {
        since.corrected(tx, other, now).await?;
    }
    for number in &done.moved {
        stands_for(tx, StoryNumber(*number), other, now).await?;
    }
    let had = before
        .had
        .clone()
        .unwrap_or_else(|| Had { sources: [Vec::new(), before.other_key.iter().cloned().collect()], ..Had::default() });
    share_out(tx, number, other, &had, before.had.is_some()).await?;
    let desk = since.of_the_desk(tx, other, &had, later, decided_at).await?;
    let sides = [
        (&before.story, &before.source_key, number),
        (was.as_ref().unwrap_or(&before.story), &before.other_key, other),
    ];
    for (was, key, number) in sides {
        let side = Side { was, number, key: key.as_deref(), since: had.version };
        side.end(tx, &desk, &mut taken_back, now).await?;
    }
    on_the_front(tx, other, was.and_then(|was| was.pick), now).await?;
    Ok(taken_back)
}

/// What became of a joined story since.
struct Since<'a> {
    now: &'a Story,
    before: &'a Before,
    /// What the source of its words gave last.
    told: Option<&'a Fingerprints>,
    /// That source is the other story's.
    moved: bool,
}

impl Since<'_> {
    /// Whether a part is as the source of the words gave it last.
    fn is_told(&self, part: &str, value: Option<&Value>) -> bool {
        value.is_some_and(|value| self.told.and_then(|told| told.get(part)) == Some(&fingerprint(value)))
    }

    /// The story that stays without what the joining made of it, and without what the other one's source made of it since.
    fn without(&self, later: &[Later]) -> Result<Story, StoreError> {
        let (was, became) = (imported::fields(&self.before.story)?, imported::fields(&self.before.after)?);
        let mut fields = imported::fields(self.now)?;
        let parts: BTreeSet<String> = was.keys().chain(became.keys()).chain(fields.keys()).cloned().collect();
        for part in parts {
            let (was, became, is) = (was.get(&part), became.get(&part), fields.get(&part));
            if is == was || is != became && self.stays(&part, was == became, is, later)? {
                continue;
            }
            match was {
                Some(was) => fields.insert(part, was.clone()),
                None => fields.remove(&part),
            };
        }
        imported::of_fields(self.now.number, fields)
    }

    /// Whether a part that was changed since stays as it is now.
    fn stays(&self, part: &str, untouched: bool, is: Option<&Value>, later: &[Later]) -> Result<bool, StoreError> {
        if let Some(one) = Later::that_changed(later, part) {
            // It is about what this story had before, and has again.
            return if untouched { Ok(true) } else { Err(one.stands()) };
        }
        if self.is_told(part, is) {
            return Ok(!self.moved);
        }
        // Words belong to their story whatever became of them, and who may read is looked at for both.
        Ok(!matches!(part, "body" | "marking" | "preview_blocks"))
    }

    /// The other story's source governed both: what it corrected meanwhile is the other story's.
    async fn corrected(&self, tx: &mut Writing, other: StoryNumber, now: Timestamp) -> Result<(), StoreError> {
        let Some(stored) = load(tx, other).await? else { return Ok(()) };
        let mut own = imported_of(tx, other).await?.unwrap_or_default();
        let (joined, after) = (imported::fields(self.now)?, imported::fields(&self.before.after)?);
        let mut fields = imported::fields(&stored.story)?;
        for (part, now) in joined {
            // as its source gave it last, and not before
            if after.get(&part) != Some(&now) && self.is_told(&part, Some(&now)) {
                own.insert(part.clone(), fingerprint(&now));
                fields.insert(part, now);
            }
        }
        let story = imported::of_fields(other, fields)?;
        if story != stored.story {
            save(tx, &story, None, Some(other), now).await?;
            note_imported(tx, other, Some(&own)).await?;
        }
        Ok(())
    }

    /// What the desk made of who may read, and no source did.
    async fn of_the_desk(
        &self,
        tx: &mut AnyConnection,
        other: StoryNumber,
        had: &Had,
        later: &[Later],
        decided_at: Option<Timestamp>,
    ) -> Result<Desk, StoreError> {
        let (now, after) = (self.now, &self.before.after);
        let is_told = |part: &str| self.is_told(part, imported::part(now, part).as_ref());
        let mut marking = (now.marking != after.marking && !is_told("marking")).then_some(now.marking);
        if now.marking.strictness() > after.marking.strictness() {
            let is_copys = versions::is_marked_since(tx, [now.number, other], had.version, now.marking).await?;
            if is_copys && !is_marked_at_the_desk(tx, now, decided_at).await? {
                marking = None;
            }
        }
        let decided = Later::that_changed(later, "preview_blocks").is_some();
        let open = now.preview_blocks != after.preview_blocks && !decided && !is_told("preview_blocks");
        Ok(Desk { marking, open: open.then_some(now.preview_blocks) })
    }
}

/// Whether somebody at the desk gave a story its marking since.
async fn is_marked_at_the_desk(
    tx: &mut AnyConnection,
    story: &Story,
    since: Option<Timestamp>,
) -> Result<bool, StoreError> {
    let text = "SELECT data FROM events WHERE subject = $1 AND kind = 'story.edited' AND at >= $2 ORDER BY id DESC";
    let subject = format!("story:{}", story.number.0);
    let rows = sql(text).bind(subject).bind(opt_ms(since).unwrap_or_default()).fetch_all(&mut *tx).await?;
    for row in &rows {
        if row.json::<Value>("data")?["marking"]["to"] == story.marking.word() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the desk made of who may read while two stories were one: it closes both, and opens neither beyond what it was.
struct Desk {
    marking: Option<Marking>,
    /// Blocks that everybody may read.
    open: Option<u16>,
}

/// One of two stories that are two again.
struct Side<'a> {
    /// As it was before the joining.
    was: &'a Story,
    number: StoryNumber,
    key: Option<&'a str>,
    /// The latest version that was kept before the joining.
    since: i64,
}

impl Side<'_> {
    /// Gives the story what its own source said meanwhile and what the desk closed, and tells what is not as it was.
    async fn end(
        &self,
        tx: &mut Writing,
        desk: &Desk,
        taken_back: &mut TakenBack,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut said = None;
        if let Some(key) = self.key
            && let Some(version) = versions::correction_since(tx, key, self.since).await?
        {
            let story = Story { number: self.number, ..version.story };
            save(tx, &story, Some(key), Some(self.number), now).await?;
            said = Some(story);
        }
        for source in sources(tx, self.number).await? {
            if let Some(marking) = self.closed_by(tx, &source).await? {
                mark_at_least(tx, self.number, marking, now).await?;
            }
        }
        let Some(own) = load(tx, self.number).await?.map(|stored| stored.story) else { return Ok(()) };
        let mut story = own.clone();
        if let Some(marking) = desk.marking.filter(|desk| desk.strictness() > own.marking.strictness()) {
            story.marking = marking;
        }
        story.preview_blocks = own.preview_blocks.min(desk.open.unwrap_or(u16::MAX));
        if story != own {
            save(tx, &story, None, Some(self.number), now).await?;
            let closed = load(tx, self.number).await?.map_or_else(|| story.clone(), |stored| stored.story);
            for part in Beside::of(&story).differing(&Beside::of(&closed)) {
                if !taken_back.withheld.contains(&part) {
                    taken_back.withheld.push(part);
                }
            }
            story = closed;
        }
        let why = match desk.marking {
            Some(_) if story.marking != own.marking => "desk",
            _ if own.marking != self.was.marking => "source",
            Some(desk) if desk.strictness() < own.marking.strictness() => "closed",
            _ => "before",
        };
        taken_back.markings.push((self.number.0, story.marking.word(), why));
        let others = said.as_ref().map_or_else(Vec::new, |said| imported::differing(said, &story));
        for words in imported::differing(self.was, &story) {
            if taken_back.withheld.contains(&words) {
                continue;
            }
            let by_source = said.is_some() && !others.contains(&words);
            let list = if by_source { &mut taken_back.told } else { &mut taken_back.kept };
            list.push(format!("{words} of story {}", self.number.0));
        }
        Ok(())
    }
}

impl Side<'_> {
    /// The marking that a further source of the story gives it since.
    async fn closed_by(&self, tx: &mut AnyConnection, source: &str) -> Result<Option<Marking>, StoreError> {
        if self.key == Some(source) {
            return Ok(None);
        }
        let Some(version) = versions::correction_since(tx, source, self.since).await? else { return Ok(None) };
        let before = versions::marking_until(tx, source, self.since).await?;
        Ok(Some(version.story.marking).filter(|marking| before != Some(*marking)))
    }
}

/// Gives a story its place on the front page back, where nobody has it now.
async fn on_the_front(
    tx: &mut Writing,
    number: StoryNumber,
    pick: Option<u16>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(pick) = pick else { return Ok(()) };
    let taken =
        sql("SELECT 1 AS one FROM stories WHERE pick = $1").bind(i64::from(pick)).fetch_optional(&mut **tx).await?;
    if let (None, Some(stored)) = (taken, load(tx, number).await?) {
        save(tx, &Story { pick: Some(pick), ..stored.story }, None, Some(number), now).await?;
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
    let text = "UPDATE story_versions SET number = $2 WHERE number = $1 AND source = (SELECT source_key FROM stories WHERE number = $2)";
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
