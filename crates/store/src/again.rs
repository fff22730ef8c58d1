//! A source that is known comes again: what it corrects comes in, what is older is kept aside, and what it closed stays closed.
use std::borrow::Cow;

use crate::changes::Writing;
use crate::doubts::corrected::{self, Later};
use crate::joining::apart;
use crate::rows::{opt_ms, sql};
use crate::stories::{Saved, StoredStory, load, save};
use crate::taking::{Known, Outcome, Piece, StaysClosed, Taken, remember};
use crate::{StoreError, imported, joining, taken_back, versions};
use jiff::Timestamp;
use newsroom::articles::{Marking, Story, StoryNumber};
use sqlx::AnyConnection;

/// A source that is known comes again.
pub(crate) async fn take(
    tx: &mut Writing,
    piece: &Piece,
    known: &Known,
    run: Option<i64>,
    now: Timestamp,
) -> Result<Taken, StoreError> {
    let number = known.number;
    let mut said_at = piece.said_at;
    if known.is_newer_than(piece, said_at) {
        if !taken_back::is_undated_since(tx, piece).await? {
            let had = known.said_at.and_then(|at| Timestamp::from_millisecond(at).ok());
            let taken = older(tx, piece, known, run, now).await?;
            return Ok(Taken {
                dated_before: said_at.zip(had).filter(|(this, had)| this < had).map(|(this, had)| [this, had]),
                ..taken
            });
        }
        said_at = known.said_at.and_then(|at| Timestamp::from_millisecond(at).ok());
    }
    let (piece, stays) = match known.stays_closed(piece, run) {
        Some((marking, why)) => {
            let closed = closed_as_told(tx, piece, marking).await?;
            let why = Some(why).filter(|_| closed.story != piece.story);
            (Cow::Owned(closed), why)
        }
        None => (no_more_open(tx, piece).await?, None),
    };
    let piece = &*piece;
    let Some(before) = load(tx, number).await? else { return Err(StoreError::not_found("story", number.0)) };
    let governs = leads(piece, &before);
    let stays = stays.or_else(|| opens_nothing(piece, known, &before.story, governs).then_some(StaysClosed::OfCopy));
    let said = versions::said_by(tx, &piece.source).await?.map(|said| said.story);
    let changed = known.print != piece.print;
    let other = said.as_ref().is_some_and(|said| *said != piece.story);
    let anew = changed || !governs && other;
    let mut taken = Taken::of(match followed(tx, piece, &before, said.as_ref(), now).await? {
        true => Outcome::Changed(number),
        false => Outcome::Same(number),
    });
    if let Some(said) = said.filter(|said| if governs { other } else { anew && says_otherwise(said, piece) }) {
        let later = Later { source: &piece.source, place: &piece.place, was: &said, now: &piece.story, leads: governs };
        if governs {
            of_leader(tx, &later, &before, run, &mut taken, now).await?;
        } else {
            of_copy(tx, &later, number, run, &mut taken, now).await?;
        }
    }
    if anew || taken.outcome == Outcome::Changed(number) || !taken.kept.is_empty() {
        versions::keep(tx, piece, number, versions::CORRECTION, now).await?;
    }
    match taken_back::come_back(tx, piece, known, governs, run, now).await? {
        Some(true) => taken.outcome = Outcome::Back(number),
        Some(false) => taken.outcome = Outcome::UndatedHeldBack,
        None => {}
    }
    let marked = piece.told_marking.is_some() && (known.marking, known.marked_in) != (piece.told_marking, run);
    if changed || marked || known.version != piece.version.map(i64::from) || known.said_at != opt_ms(said_at) {
        remember(tx, &Piece { said_at, ..piece.clone() }, number, run).await?;
    }
    taken.dated_later = changed.then(|| known.is_older_than(piece));
    taken.stays_closed = stays;
    Ok(taken)
}

/// Whether a copy that closed a story opens it now, as far as it is concerned: what one source says later opens nothing of another's words.
fn opens_nothing(piece: &Piece, known: &Known, story: &Story, governs: bool) -> bool {
    let closed = known.marking.is_some_and(|told| told.strictness() >= story.marking.strictness());
    let opens = piece.told_marking.is_some_and(|told| told.strictness() < story.marking.strictness());
    !governs && closed && opens
}

/// Whether a piece says in other words what its source said before.
fn says_otherwise(said: &Story, piece: &Piece) -> bool {
    let words = |story: &Story| {
        let beside = (story.headline.clone(), story.standfirst.clone(), story.bylines.clone(), story.dateline.clone());
        (beside, story.body.clone())
    };
    words(said) != words(&piece.story) || !piece.dated_anew && said.published_at != piece.story.published_at
}

/// The source whose words the story has says them otherwise: what is another since is told, and what stays as the desk has it is told and
/// asked about as a copy's correction is.
async fn of_leader(
    tx: &mut AnyConnection,
    later: &Later<'_>,
    before: &StoredStory,
    run: Option<i64>,
    taken: &mut Taken,
    now: Timestamp,
) -> Result<(), StoreError> {
    let number = before.story.number;
    let Some(stored) = load(tx, number).await? else { return Ok(()) };
    let prints = apart::imported_of(tx, number).await?.unwrap_or_default();
    taken.changed = imported::differing(&before.story, &stored.story);
    taken.kept = imported::kept(&prints, later.was, later.now);
    if taken.changed.is_empty() && !taken.kept.is_empty() && before.story.marking == stored.story.marking {
        taken.outcome = Outcome::Same(number);
    }
    corrected::ask(tx, &stored.story, later, run, taken, now).await
}

/// A copy whose words the story does not have says them otherwise: that is told, and asked about where the story says the same.
pub(crate) async fn of_copy(
    tx: &mut AnyConnection,
    later: &Later<'_>,
    number: StoryNumber,
    run: Option<i64>,
    taken: &mut Taken,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(stored) = load(tx, number).await? else { return Ok(()) };
    let leads = match &stored.source_key {
        Some(key) => versions::said_by(tx, key).await?.map(|version| version.place),
        None => None,
    };
    if taken.outcome == Outcome::Same(number) {
        taken.outcome = Outcome::OfCopy(number);
    }
    taken.follows = Some(leads.unwrap_or_else(|| "its other copies".to_owned()));
    corrected::ask(tx, &stored.story, later, run, taken, now).await
}

/// A story gets what its source says; of a source whose words it does not have only that it closes, and its language. Whether that changed it.
async fn followed(
    tx: &mut Writing,
    piece: &Piece,
    before: &StoredStory,
    said: Option<&Story>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let number = before.story.number;
    if !leads(piece, before) {
        return joining::by_copy(tx, number, piece, now).await;
    }
    let story = joining::completed(tx, number, piece, said).await?;
    if !matches!(save(tx, &story, Some(&piece.source), Some(number), now).await?, Saved::Changed(_)) {
        return Ok(false);
    }
    if !piece.told_preview {
        stays_closed(tx, piece, &before.story, now).await?;
    }
    Ok(true)
}

/// What a copy closes of a story stays closed, wherever the source of its words puts it: that one says nothing of how much is open.
async fn stays_closed(tx: &mut Writing, piece: &Piece, before: &Story, now: Timestamp) -> Result<(), StoreError> {
    let number = before.number;
    let others = versions::strictest(tx, number, Some(&piece.source)).await?;
    if others.is_none_or(|others| others == Marking::Free) {
        return Ok(());
    }
    let Some(mut story) = load(tx, number).await?.map(|stored| stored.story) else { return Ok(()) };
    if story.keep_closed(before) {
        save(tx, &story, None, Some(number), now).await?;
    }
    Ok(())
}

/// An older state than the one that is known.
async fn older(
    tx: &mut Writing,
    piece: &Piece,
    known: &Known,
    run: Option<i64>,
    now: Timestamp,
) -> Result<Taken, StoreError> {
    let number = known.number;
    let now_said = versions::latest_of(tx, &piece.source).await?;
    let other = now_said.is_none_or(|said| said.story != piece.story);
    versions::keep(tx, piece, number, "an older version", now).await?;
    // The words of what was taken back say again what its source says no more.
    let aside = Taken::of(match taken_back::is_out_by(tx, piece, number).await? {
        true => Outcome::OlderThanHeldBack,
        false if other => Outcome::Older(number),
        false => Outcome::Same(number),
    });
    // Who may read is what the older state says, where the later one says nothing of it.
    let (None, Some(told)) = (known.marking, piece.told_marking) else { return Ok(aside) };
    sql("UPDATE story_sources SET marking = $2, marked_in = $3 WHERE source = $1")
        .bind(piece.source.as_str())
        .bind(told.word())
        .bind(run)
        .execute(&mut **tx)
        .await?;
    let Some(said) = versions::followed_of(tx, &piece.source).await? else { return Ok(aside) };
    if told.strictness() < said.story.marking.strictness() {
        return Ok(aside);
    }
    let later = Piece { said_at: said.said_at, story: said.story.clone(), ..piece.clone() };
    let later = closed_as_told(tx, &later, told).await?;
    if later.story == said.story {
        return Ok(aside);
    }
    let Some(before) = load(tx, number).await? else { return Ok(aside) };
    if !followed(tx, &later, &before, Some(&said.story), now).await? {
        return Ok(aside);
    }
    versions::keep(tx, &later, number, versions::CORRECTION, now).await?;
    Ok(Taken { stays_closed: Some(StaysClosed::Silent), ..Taken::of(Outcome::Changed(number)) })
}

/// A piece that is as closed as its source has it, and says no more how much of it is open: no more is than was.
async fn no_more_open<'a>(tx: &mut AnyConnection, piece: &'a Piece) -> Result<Cow<'a, Piece>, StoreError> {
    if piece.told_preview || piece.told_marking.is_none() || piece.story.marking == Marking::Free {
        return Ok(Cow::Borrowed(piece));
    }
    let said = versions::latest_of(tx, &piece.source).await?.map(|said| said.story);
    let Some(said) = said.filter(|said| said.preview_blocks < piece.story.preview_blocks) else {
        return Ok(Cow::Borrowed(piece));
    };
    let mut piece = piece.clone();
    piece.story.close_as(&said);
    Ok(Cow::Owned(piece))
}

/// A piece with the marking that its source told before, and no more of it open than was.
async fn closed_as_told(tx: &mut AnyConnection, piece: &Piece, marking: Marking) -> Result<Piece, StoreError> {
    let mut piece = Piece { told_marking: Some(marking), ..piece.clone() };
    piece.story.marking = marking;
    if let Some(said) = versions::latest_of(tx, &piece.source).await? {
        piece.story.preview_blocks = piece.story.preview_blocks.min(said.story.preview_blocks);
        piece.story.close_as(&said.story);
    }
    Ok(piece)
}

/// Whether a story's words come from this piece's source: the first one that told it.
fn leads(piece: &Piece, story: &StoredStory) -> bool {
    story.source_key.as_deref() == Some(piece.source.as_str())
}
