//! The language of a story that several sources tell: that of the first that names one.
use crate::changes::Writing;
use crate::stories::{load, save};
use crate::taking::{Known, Outcome, Piece, Taken};
use crate::{StoreError, versions};
use jiff::Timestamp;
use newsroom::articles::{Story, StoryNumber};

/// A source names the language of a story that has none. Whether it did; another one stays.
pub(crate) async fn filled_in(
    tx: &mut Writing,
    number: StoryNumber,
    piece: &Piece,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(language) = &piece.story.language else { return Ok(false) };
    let Some(stored) = load(tx, number).await?.filter(|stored| stored.story.language.is_none()) else {
        return Ok(false);
    };
    let story = Story { language: Some(language.clone()), ..stored.story };
    save(tx, &story, None, Some(number), now).await?;
    Ok(true)
}

/// What becomes of a piece that says what was settled before.
pub(crate) async fn reread(tx: &mut Writing, known: Known, piece: &Piece, now: Timestamp) -> Result<Taken, StoreError> {
    let filled = filled_in(tx, known.number, piece, now).await?;
    Ok(Taken::of(if filled { Outcome::Changed(known.number) } else { Outcome::Same(known.number) }))
}

/// Whether a source said just this before, in words that named their language or did not: those are of before it was read.
pub(crate) async fn was_said(tx: &mut Writing, piece: &Piece) -> Result<bool, StoreError> {
    if versions::is_kept(tx, piece).await? {
        return Ok(true);
    }
    let mut silent = piece.clone();
    Ok(silent.story.language.take().is_some() && versions::is_kept(tx, &silent).await?)
}
