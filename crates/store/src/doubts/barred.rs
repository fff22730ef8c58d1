//! Why a doubt is neither decided nor undone as things stand: a source keeps out of the paper what would come in, or it is asked no more. What is
//! refused has no button.
use super::{Done, Doubt, DoubtKind, corrected};
use crate::rows::{Read as _, sql};
use crate::{Store, StoreError, taken_back};
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
    for number in stories(doubt, done) {
        let text = "SELECT s.number FROM stories was JOIN stories s ON s.number = was.supplanted_by \
             WHERE was.number = $1 AND s.supplanted_by = s.number";
        if let Some(out) = sql(text).bind(i64::from(number.0)).fetch_optional(&mut *tx).await? {
            return Ok(Some(format!(
                "a source took story {} back: it is out of the paper, and this can be decided when it is published there again",
                out.small::<u32>("number")?
            )));
        }
    }
    let key = sql("SELECT key FROM doubts WHERE id = $1").bind(doubt.id).fetch_one(&mut *tx).await?.text("key")?;
    let copy = corrected::source_of(&key);
    let brings = match done {
        None => copy.or(doubt.evidence.source.as_deref()),
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

/// Refuses what was done if one of its stories is in the paper now and has a source that took it back: by whatever way it came there.
pub(super) async fn brought_nothing_in(tx: &mut AnyConnection, doubt: &Doubt, done: &Done) -> Result<(), StoreError> {
    for number in stories(doubt, Some(done)) {
        if let Some(place) = taken_back::kept_out_by(tx, number).await?
            && taken_back::in_its_place(tx, number).await?.is_none()
        {
            return Err(StoreError::invalid("decision", held(&place)));
        }
    }
    Ok(())
}
