//! Why a doubt is neither decided nor undone as things stand: a source keeps out of the paper what would come in, or it is asked no more. What is
//! refused has no button.
use super::{Done, Doubt, DoubtKind, corrected};
use crate::changes::Writing;
use crate::rows::{Read as _, sql};
use crate::taking::{rest, wake};
use crate::{Store, StoreError, credits, taken_back};
use jiff::Timestamp;
use newsroom::articles::StoryNumber;
use sqlx::AnyConnection;

impl Store {
    /// Why an open doubt cannot be decided but by leaving it as it is, or a decided one not be undone; none where it can.
    ///
    /// # Errors
    /// The database's.
    pub async fn doubt_barred(&self, doubt: &Doubt) -> Result<Option<String>, StoreError> {
        let tx = &mut *self.reader.acquire().await?;
        let row = sql("SELECT decision FROM doubts WHERE id = $1").bind(doubt.id).fetch_optional(&mut *tx).await?;
        let done = row.map(|row| row.opt_json::<Done>("decision")).transpose()?.flatten();
        by(tx, doubt, done.as_ref()).await
    }
}

/// Refuses what is barred. `done`: it is decided, and shall be undone.
pub(super) async fn is_free(tx: &mut AnyConnection, doubt: &Doubt, done: Option<&Done>) -> Result<(), StoreError> {
    by(tx, doubt, done).await?.map_or(Ok(()), |why| Err(StoreError::invalid("decision", why)))
}

/// What bars a doubt.
pub(super) async fn by(
    tx: &mut AnyConnection,
    doubt: &Doubt,
    done: Option<&Done>,
) -> Result<Option<String>, StoreError> {
    let numbers = if parts(doubt, done) { Vec::new() } else { stories(doubt, done) };
    for number in numbers {
        let text = "SELECT s.number FROM stories was JOIN stories s ON s.number = was.supplanted_by \
             WHERE was.number = $1 AND s.supplanted_by = s.number";
        if let Some(out) = sql(text).bind(i64::from(number.0)).fetch_optional(&mut *tx).await? {
            let number: u32 = out.small("number")?;
            let by = taken_back::kept_out_by(tx, StoryNumber(number)).await?;
            return Ok(Some(format!(
                "story {number} is out of the paper, taken back by {}: this can be {} when it is published there again",
                by.as_deref().unwrap_or("its source"),
                if done.is_some() { "undone" } else { "decided" }
            )));
        }
    }
    let key = sql("SELECT key FROM doubts WHERE id = $1").bind(doubt.id).fetch_one(&mut *tx).await?.text("key")?;
    let copy = corrected::source_of(&key);
    let brings = match done {
        None => copy.or(doubt.evidence.source.as_deref().filter(|_| doubt.kind != DoubtKind::SameStory)),
        Some(done) => done.source.as_deref(),
    };
    if let Some(source) = brings
        && let Some(place) = taken_back::place_held(tx, source).await?
    {
        return Ok(Some(held(&place)));
    }
    if let (Some(source), Some(done)) = (copy, done)
        && !done.did_something()
        && !corrected::is_asked_still(tx, doubt, source).await?
    {
        return Ok(Some("what came in or was decided since says it otherwise, so it is asked no more".to_owned()));
    }
    Ok(None)
}

/// Whether what can be done makes two stories of one: each is in the paper then or out of it by its own sources.
fn parts(doubt: &Doubt, done: Option<&Done>) -> bool {
    let of_copy = || doubt.evidence.source.is_some();
    doubt.kind == DoubtKind::SameStory && done.map_or_else(of_copy, |done| done.source.is_none())
}

/// The stories that a doubt, or its decision, is about.
fn stories(doubt: &Doubt, done: Option<&Done>) -> Vec<StoryNumber> {
    let other = doubt.evidence.other.filter(|_| doubt.kind == DoubtKind::SameStory);
    let moved = done.map_or(&[][..], |done| &done.moved);
    let made = done.and_then(|done| done.other);
    let numbers = std::iter::once(doubt.number.0).chain(other).chain(made).chain(moved.iter().copied());
    numbers.map(StoryNumber).collect()
}

fn held(place: &str) -> String {
    format!("a source, {place}, took back what it said, and this can be decided when it publishes it again")
}

/// What was done of two stories that are one or two: each of them is out of the paper where one of its own sources took it back. A story that was out
/// by a source that is not its own any more is back.
pub(super) async fn each_by_its_sources(
    tx: &mut Writing,
    doubt: &Doubt,
    done: &Done,
    was_kept_out: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    for number in stories(doubt, Some(done)) {
        let is_kept_out = taken_back::kept_out_by(tx, number).await?.is_some();
        match taken_back::in_its_place(tx, number).await? {
            None if is_kept_out => rest(tx, number, number, now).await?,
            Some(by) if by == i64::from(number.0) && is_kept_out => credits::remove(tx, number).await?,
            Some(by) if by == i64::from(number.0) && number == doubt.number && was_kept_out => {
                wake(tx, number, now).await?
            }
            _ => {}
        }
    }
    Ok(())
}
