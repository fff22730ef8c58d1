//! Taking a decision back: the story is as it would be without it, whatever else was decided since.
use super::follow::move_source;
use super::{Beside, Done, Doubt, DoubtKind, gone, patch, settled};
use crate::changes::Writing;
use crate::joining::apart;
use crate::rows::{Read as _, json, ms, sql};
use crate::stories::{load, save, told_nothing};
use crate::taking::rest;
use crate::{StoreError, StoredStory, imported};
use jiff::Timestamp;
use newsroom::articles::{Block, Marking, Story, StoryNumber};
use sqlx::AnyConnection;

/// What taking a decision back did beside that.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct TakenBack {
    /// What the decision took of what everybody reads, and is there again.
    pub back: Vec<&'static str>,
    /// What is left out, since it repeats what is closed.
    pub withheld: Vec<&'static str>,
    /// What was changed since, and stays: the part and its story.
    pub kept: Vec<String>,
    /// What its source says otherwise since, likewise.
    pub told: Vec<String>,
    /// Stories that are two again, each with its marking, and why it has that one.
    pub markings: Vec<(u32, &'static str, &'static str)>,
}

/// A decision about the same story that came later.
pub(crate) struct Later {
    id: i64,
    done: Done,
    changed: bool,
}

impl Later {
    /// The latest of them that changed a part of the story, by the name that it has in the story's record.
    pub(crate) fn that_changed<'a>(later: &'a [Self], part: &str) -> Option<&'a Self> {
        later.iter().rev().find(|one| one.done.changed(part))
    }

    /// Whether it is a joining by which the story has another one's words.
    pub(crate) fn has_other_words(&self) -> bool {
        self.done.before.as_ref().is_some_and(|before| before.has_other_words())
    }

    /// It stands in the way.
    pub(crate) fn stands(&self) -> StoreError {
        let mend = format!(
            "a later decision (“{}”) changed the same part of the story: undo that one first",
            self.done.choice
        );
        StoreError::Stands { doubt: self.id, mend }
    }
}

/// The decisions about the same story after this one, in their order.
async fn later(tx: &mut AnyConnection, doubt: &Doubt, done: &Done) -> Result<Vec<Later>, StoreError> {
    let text = "SELECT id, decided_at, decision FROM doubts WHERE number = $1 AND state = 'decided' AND id <> $2";
    let rows = sql(text).bind(i64::from(doubt.number.0)).bind(doubt.id).fetch_all(&mut *tx).await?;
    let own = (doubt.decided.as_ref().map(|decided| ms(decided.at)), done.nth, doubt.id);
    let mut found = Vec::new();
    for row in &rows {
        let Some(done) = row.opt_json::<Done>("decision")? else { continue };
        let place = (row.opt_int("decided_at")?, done.nth, row.int("id")?);
        if place > own {
            found.push((place, Later { id: place.2, done, changed: false }));
        }
    }
    found.sort_by_key(|(place, _)| *place);
    Ok(found.into_iter().map(|(_, later)| later).collect())
}

/// Takes back what a decision did.
///
/// # Errors
/// [`StoreError::Stands`] where a later decision changed the same part; [`StoreError::Invalid`] where something else did.
pub(super) async fn take_back(
    tx: &mut Writing,
    doubt: &Doubt,
    done: &Done,
    now: Timestamp,
) -> Result<TakenBack, StoreError> {
    let stored = load(tx, doubt.number).await?.ok_or_else(gone)?;
    if done.did_something() {
        stands_by_itself(tx, doubt).await?;
    }
    if done.by_another && matches!(doubt.kind, DoubtKind::Paragraph | DoubtKind::Order) {
        is_settled_by_none(tx, doubt).await?;
    }
    let mut later = later(tx, doubt, done).await?;
    let mut story = stored.story.clone();
    if let Some(sides) = &done.body {
        take_back_body(&mut story, done, sides, &mut later)?;
    }
    if let Some([before, after]) = &done.headline {
        if story.headline != *after {
            let mend = format!(
                "the headline was written anew since and is “{}” now: change it in the story's form",
                story.headline
            );
            return Err(by(&later, "headline", mend));
        }
        story.headline.clone_from(before);
        story.headline_provisional = done.provisional.unwrap_or(story.headline_provisional);
    }
    if let Some([before, after]) = done.date {
        if story.published_at.map(ms) != after {
            let mend =
                "its date has changed since: look at the date that it has, under its open doubts or in its source";
            return Err(by(&later, "published_at", mend.to_owned()));
        }
        story.published_at = before.and_then(|at| Timestamp::from_millisecond(at).ok());
    }
    let mut taken_back = TakenBack::default();
    if story != stored.story {
        taken_back = put_back(tx, done, &stored, story, now).await?;
        follow_crawls(tx, doubt.number).await?;
    }
    for one in later.iter().filter(|one| one.changed) {
        sql("UPDATE doubts SET decision = $2 WHERE id = $1")
            .bind(one.id)
            .bind(json("decision", &one.done)?)
            .execute(&mut **tx)
            .await?;
    }
    let Some(other) = done.other.map(StoryNumber) else { return Ok(taken_back) };
    match &done.source {
        Some(source) => {
            move_source(tx, source, doubt.number).await?;
            let path = load(tx, other).await?.map(|stored| stored.story.path());
            if let Some(path) = path {
                crate::stories::keep_path(tx, &path, other).await?;
            }
            rest(tx, other, doubt.number, now).await?;
            Ok(taken_back)
        }
        None => {
            let decided_at = doubt.decided.as_ref().map(|decided| decided.at);
            apart::part(tx, &stored, other, done, &later, decided_at, now).await
        }
    }
}

/// The error of a part that is not as the decision made it any more.
fn by(later: &[Later], part: &str, mend: String) -> StoreError {
    Later::that_changed(later, part).map_or_else(|| StoreError::invalid("decision", mend), Later::stands)
}

/// A story that was joined to another one has its words there: what was decided about it before cannot be seen. One that is out of the paper can
/// be parted from another one.
async fn stands_by_itself(tx: &mut AnyConnection, doubt: &Doubt) -> Result<(), StoreError> {
    let number = doubt.number;
    let text = "SELECT supplanted_by FROM stories WHERE number = $1 AND supplanted_by IS NOT NULL";
    let Some(row) = sql(text).bind(i64::from(number.0)).fetch_optional(&mut *tx).await? else { return Ok(()) };
    let by: u32 = row.small("supplanted_by")?;
    if by == number.0 && doubt.kind == DoubtKind::SameStory {
        return Ok(());
    }
    let text = "SELECT id, decision FROM doubts WHERE kind = 'same-story' AND state = 'decided' ORDER BY id";
    for row in sql(text).fetch_all(&mut *tx).await? {
        let done = row.opt_json::<Done>("decision")?.unwrap_or_default();
        if done.before.is_some() && (done.other == Some(number.0) || done.moved.contains(&number.0)) {
            let mend = format!("story {} was joined to story {by} since: undo that first", number.0);
            return Err(StoreError::Stands { doubt: row.int("id")?, mend });
        }
    }
    let why = if by == number.0 {
        "its source took the story back".to_owned()
    } else {
        format!("it is part of story {by} now")
    };
    Err(StoreError::invalid("decision", format!("{why}: there is nothing here that could be seen to change")))
}

/// What another decision settled with its own is open again when that one is undone: until then, the paragraph is out by it.
async fn is_settled_by_none(tx: &mut AnyConnection, doubt: &Doubt) -> Result<(), StoreError> {
    let text = "SELECT id, decision FROM doubts WHERE number = $1 AND state = 'decided' AND id <> $2 ORDER BY id";
    for row in sql(text).bind(i64::from(doubt.number.0)).bind(doubt.id).fetch_all(&mut *tx).await? {
        let Some(done) = row.opt_json::<Done>("decision")? else { continue };
        if done.settled.contains(&doubt.id) {
            let mend = format!("another decision (“{}”) took the same paragraph out: undo that one", done.choice);
            return Err(StoreError::Stands { doubt: row.int("id")?, mend });
        }
    }
    Ok(())
}

/// The text without the decision's change, in the story and in what later decisions remember of it.
fn take_back_body(
    story: &mut Story,
    done: &Done,
    [before, after]: &[Vec<Block>; 2],
    later: &mut [Later],
) -> Result<(), StoreError> {
    let stood = story.clone();
    for one in later.iter_mut() {
        let mut stands = false;
        for text in one.done.bodies() {
            match patch::without(before, after, text) {
                Some(without) => *text = without,
                None => stands = true,
            }
            one.changed = true;
        }
        if stands {
            return Err(one.stands());
        }
    }
    story.body = patch::without(before, after, &story.body).ok_or_else(|| {
        let mend = "its source told these paragraphs otherwise since: what it said before stands under Versions";
        StoreError::invalid("decision", mend)
    })?;
    if let Some([was, left]) = done.preview {
        let latest = later.iter().rev().find_map(|one| one.done.preview).map_or(left, |[_, left]| left);
        if story.preview_blocks == latest {
            let more = was.saturating_sub(left);
            story.preview_blocks = story.preview_blocks.saturating_add(more);
            for one in later {
                // What was open when they were made would have been open without it.
                for blocks in one.done.preview.iter_mut().flatten().chain(&mut one.done.open) {
                    *blocks = blocks.saturating_add(more);
                    one.changed = true;
                }
            }
        }
    }
    if story.marking != Marking::Free {
        // What comes back comes back as it was: nothing closed stands before the wall for it.
        let open = usize::from(done.open.unwrap_or(stood.preview_blocks)).min(before.len().saturating_sub(1));
        let known = |block: &Block| stood.preview().contains(block) || before[..open].contains(block);
        if let Some(closed) = story.preview().iter().position(|block| !known(block)) {
            story.preview_blocks = u16::try_from(closed).unwrap_or(story.preview_blocks);
        }
    }
    Ok(())
}

/// Where crawls have told a story's text otherwise while the desk's stood, and the desk's stands no more, the next import compares them once
/// more.
async fn follow_crawls(tx: &mut Writing, number: StoryNumber) -> Result<(), StoreError> {
    let Some(stored) = load(tx, number).await? else { return Ok(()) };
    let told = apart::imported_of(tx, number).await?.unwrap_or_default();
    if !imported::is_behind(&stored.story, "body", &told) {
        return Ok(());
    }
    let text = "UPDATE crawls SET waits = 1 WHERE hash = (SELECT hash FROM crawls WHERE story_number = $1 \
         ORDER BY imported_at DESC, hash LIMIT 1)";
    sql(text).bind(i64::from(number.0)).execute(&mut **tx).await?;
    Ok(())
}

/// Saves what is taken back, with what the decision took of the story beside its text.
async fn put_back(
    tx: &mut Writing,
    done: &Done,
    stored: &StoredStory,
    mut story: Story,
    now: Timestamp,
) -> Result<TakenBack, StoreError> {
    let stood = Beside::of(&stored.story);
    if let Some(taken) = &done.taken {
        Beside::give_back(taken, &mut story);
    }
    let wanted = Beside::of(&story);
    if done.body.is_some() || done.headline.is_some() {
        story = told_nothing(tx, &story, now).await?;
    }
    save(tx, &story, None, Some(story.number), now).await?;
    let became = Beside::of(&load(tx, story.number).await?.ok_or_else(gone)?.story);
    let withheld = wanted.differing(&became);
    let own: &[&str] = if done.headline.is_some() { &["headline"] } else { &[] };
    let back =
        became.differing(&stood).into_iter().filter(|part| !withheld.contains(part) && !own.contains(part)).collect();
    Ok(TakenBack { back, withheld, ..TakenBack::default() })
}

/// Opens those again that nobody has decided since, and takes back what was done of each. One whose story has changed since stays decided.
pub(super) async fn open_again(tx: &mut Writing, ids: &[i64], now: Timestamp) -> Result<Vec<Doubt>, StoreError> {
    let mut opened = Vec::new();
    for id in ids {
        let Some((doubt, done)) = settled::by_another(tx, *id).await? else { continue };
        if done.date.is_some() {
            match Box::pin(take_back(tx, &doubt, &done, now)).await {
                Err(StoreError::Invalid { .. } | StoreError::Stands { .. }) => continue,
                taken => taken?,
            };
        }
        sql("UPDATE doubts SET state = 'open', decided_by = NULL, decided_at = NULL, decision = NULL WHERE id = $1")
            .bind(*id)
            .execute(&mut **tx)
            .await?;
        opened.push(super::held(tx, *id).await?);
    }
    Ok(opened)
}
