//! Whether what a source tells is public: what never was is kept back, what its source takes back is taken out, and what it publishes again comes
//! back.
use std::borrow::Cow;

use crate::changes::Writing;
use crate::rows::{Read as _, json, ms, opt_ms, sql};
use crate::stories::{StoredStory, read};
use crate::taking::{Known, Piece, known, remember, rest, wake};
use crate::{
    CopyShown, DoubtKind, Evidence, NewDoubt, Outcome, Store, StoreError, Taken, credits, doubts, identity, versions,
};
use jiff::Timestamp;
use newsroom::articles::{Story, StoryNumber};
use sqlx::AnyConnection;

/// Why a piece is held back whose story was public: the story is out as long as one of its sources says so.
pub(crate) const TAKEN_BACK: &str = "was public, and its source took it back";
/// … and what stands there once its source publishes it: a file that is read again for what was refused in it takes nothing out for that.
const PUBLISHED: &str = "is public since";
/// Begins the key of the doubt about a public story of which a source keeps the same words back.
const KEPT_BACK: &str = "kept-back:";

/// A story that is out of the paper, and who took it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutOfPaper {
    pub stored: StoredStory,
    /// File and place of each source that says that it is not public, and when that came in.
    pub by: Vec<(String, Timestamp)>,
}

impl Store {
    /// The story of a number that is out of the paper, or that was joined to such a one; none where it is not.
    ///
    /// # Errors
    /// The database's.
    pub async fn out_of_paper(&self, number: StoryNumber) -> Result<Option<OutOfPaper>, StoreError> {
        let text = "SELECT s.* FROM stories was JOIN stories s ON s.number = was.supplanted_by \
             WHERE was.number = $1 AND s.supplanted_by = s.number";
        let Some(row) = sql(text).bind(i64::from(number.0)).fetch_optional(&self.reader).await? else {
            return Ok(None);
        };
        let stored = read(&row)?;
        let text = "SELECT DISTINCT h.place, h.kept_at FROM held_back h JOIN story_sources k ON k.source = h.source \
             JOIN stories s ON s.number = k.number WHERE h.reason = $2 AND (s.number = $1 OR s.supplanted_by = $1) \
             ORDER BY h.kept_at, h.place";
        let rows = sql(text).bind(i64::from(stored.story.number.0)).bind(TAKEN_BACK).fetch_all(&self.reader).await?;
        let by =
            rows.iter().map(|row| Ok((row.text("place")?, row.time("kept_at")?))).collect::<Result<_, StoreError>>()?;
        Ok(Some(OutOfPaper { stored, by }))
    }
}

/// A source says that a piece is not public. `reread`: its file is read again for what was refused in it.
pub(crate) async fn held(
    tx: &mut Writing,
    piece: &Piece,
    reason: &str,
    reread: bool,
    run: i64,
    now: Timestamp,
) -> Result<Taken, StoreError> {
    let (own, known) = identity::of(tx, piece).await?;
    let (own, known) = match known {
        Some(known) => (own, Some(known)),
        None => (identity::of_held(tx, piece).await?, None),
    };
    let shares = own.is_some();
    let piece = &own.map_or(Cow::Borrowed(piece), |source| Cow::Owned(Piece { source, ..piece.clone() }));
    let outcome = match known {
        Some(known) if reread && is_held(tx, piece, None).await? => Outcome::Same(known.number),
        Some(known) => take_out(tx, piece, &known, run, now).await?,
        None => hold_back(tx, piece, reason, run, now).await?,
    };
    let mut taken = Taken { shares, ..Taken::of(outcome) };
    public_elsewhere(tx, piece, &mut taken, run, now).await?;
    Ok(taken)
}

/// A source takes a piece back.
pub(crate) async fn withdraw(tx: &mut Writing, piece: &Piece, run: i64, now: Timestamp) -> Result<Taken, StoreError> {
    let outcome = match known(tx, &piece.source).await? {
        Some(known) => take_out(tx, piece, &known, run, now).await?,
        None => hold_back(tx, piece, "withdrawn by its source", run, now).await?,
    };
    let mut taken = Taken::of(outcome);
    public_elsewhere(tx, piece, &mut taken, run, now).await?;
    Ok(taken)
}

/// Asks about a story that is public by another source with the words that this one keeps back. A draft of it may lie about anywhere, so nothing
/// is taken out for it.
async fn public_elsewhere(
    tx: &mut Writing,
    piece: &Piece,
    taken: &mut Taken,
    run: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    if taken.outcome != Outcome::HeldBack || !piece.telling {
        return Ok(());
    }
    let text = "SELECT s.number FROM stories s JOIN stories o ON s.number = COALESCE(o.supplanted_by, o.number) \
         WHERE s.supplanted_by IS NULL AND o.number IN (SELECT number FROM story_sources WHERE print = $1 AND source <> $2 \
         UNION SELECT story_number FROM crawls WHERE print = $1) ORDER BY s.number LIMIT 1";
    let row = sql(text).bind(piece.print.as_str()).bind(piece.source.as_str()).fetch_optional(&mut **tx).await?;
    let Some(row) = row else { return Ok(()) };
    let number = StoryNumber(row.small("number")?);
    let doubt = kept_back(&piece.source, &piece.place, &piece.story);
    taken.doubt(tx, &doubt, number, Some(run), now).await
}

/// What another source than this one keeps back of the words that a public story has.
pub(crate) async fn kept_back_elsewhere(
    tx: &mut AnyConnection,
    print: &str,
    source: Option<&str>,
) -> Result<Option<NewDoubt>, StoreError> {
    let text = "SELECT source, place, story FROM held_back WHERE print = $1 AND source <> $2 AND reason <> $3 ORDER BY source LIMIT 1";
    let row = sql(text).bind(print).bind(source.unwrap_or_default()).bind(PUBLISHED).fetch_optional(&mut *tx).await?;
    row.map(|row| Ok(kept_back(&row.text("source")?, &row.text("place")?, &row.json("story")?))).transpose()
}

fn kept_back(source: &str, place: &str, story: &Story) -> NewDoubt {
    NewDoubt {
        key: format!("{KEPT_BACK}{source}"),
        kind: DoubtKind::Look,
        paragraph: None,
        text: format!(
            "“{place}” says of the same words that they are not public. The story stays in the paper by its own source: if it should not, say so \
             there and import that again"
        ),
        evidence: Evidence { copies: vec![CopyShown::of(place, story)], ..Evidence::default() },
    }
}

/// The story with these words that is out of the paper because its source took it back.
pub(crate) async fn out_with(tx: &mut AnyConnection, print: &str) -> Result<Option<StoryNumber>, StoreError> {
    let text = "SELECT s.number FROM story_sources k JOIN stories o ON o.number = k.number \
         JOIN stories s ON s.number = COALESCE(o.supplanted_by, o.number) \
         WHERE k.print = $1 AND s.supplanted_by = s.number ORDER BY s.number LIMIT 1";
    let row = sql(text).bind(print).fetch_optional(&mut *tx).await?;
    row.map(|row| row.small("number").map(StoryNumber)).transpose()
}

/// Takes a story out of the paper, whichever of its sources says so. What is older than what the paper has takes nothing out; the day on
/// which it was published does not say when it was taken back.
async fn take_out(
    tx: &mut Writing,
    piece: &Piece,
    known: &Known,
    run: i64,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    if known.is_newer_than(piece, piece.story.updated_at) {
        return Ok(Outcome::Older(known.number));
    }
    hold_back(tx, piece, TAKEN_BACK, run, now).await?;
    versions::keep(tx, piece, known.number, "withdrawn by its source", now).await?;
    // an earlier word of it puts nothing back
    let before = known.said_at.and_then(|at| Timestamp::from_millisecond(at).ok());
    let said_at = piece.story.updated_at.or(piece.said_at.max(before));
    remember(tx, &Piece { said_at, told_marking: None, ..piece.clone() }, known.number, None).await?;
    if in_its_place(tx, known.number).await?.is_some() {
        return Ok(Outcome::Same(known.number));
    }
    rest(tx, known.number, known.number, now).await?;
    Ok(Outcome::Withdrawn(known.number))
}

/// Whether a piece is the later word of a source that took its story back: neither says when, so the one that came in last is.
pub(crate) async fn is_undated_since(tx: &mut AnyConnection, piece: &Piece) -> Result<bool, StoreError> {
    if piece.version.is_some() || !is_undated(&piece.story, piece.said_at) {
        return Ok(false);
    }
    let row = sql("SELECT story, said_at FROM held_back WHERE source = $1 AND reason = $2")
        .bind(piece.source.as_str())
        .bind(TAKEN_BACK)
        .fetch_optional(&mut *tx)
        .await?;
    row.map_or(Ok(false), |row| Ok(is_undated(&row.json("story")?, row.opt_time("said_at")?)))
}

/// Whether nothing but the day on which it was published tells when a source said this.
pub(crate) fn is_undated(story: &Story, said_at: Option<Timestamp>) -> bool {
    story.updated_at.is_none() && opt_ms(said_at).is_none_or(|at| Some(at) == opt_ms(story.published_at))
}

/// Whether a story is out of the paper because this source took it back.
pub(crate) async fn is_out_by(tx: &mut AnyConnection, piece: &Piece, number: StoryNumber) -> Result<bool, StoreError> {
    let is_out = in_its_place(tx, number).await? == Some(i64::from(number.0));
    Ok(is_out && is_held(tx, piece, Some(TAKEN_BACK)).await?)
}

/// A source publishes a piece that is known: true where its story was out and is back. Only who took it out brings it back, and only while no
/// other source of it keeps it out. False: one import says both, and nothing tells which is later.
pub(crate) async fn come_back(
    tx: &mut Writing,
    piece: &Piece,
    known: &Known,
    governs: bool,
    run: Option<i64>,
    now: Timestamp,
) -> Result<Option<bool>, StoreError> {
    let number = known.number;
    let held = is_held(tx, piece, Some(TAKEN_BACK)).await?;
    let counted = piece.version.map(i64::from).zip(known.version);
    let is_out = in_its_place(tx, number).await? == Some(i64::from(number.0));
    if !is_out || !held && counted.is_some_and(|(new, old)| new <= old) {
        return Ok(None);
    }
    if held && !known.is_older_than(piece) && is_of_run(tx, &piece.source, run).await? {
        credits::remove(tx, number).await?;
        return Ok(Some(false));
    }
    published(tx, &piece.source, now).await?;
    if held {
        // What was public before is what it says now: its draft is not.
        versions::keep(tx, piece, number, versions::CORRECTION, now).await?;
    }
    let kept_out = kept_out_by(tx, number).await?.is_some();
    if kept_out || !(held || governs || counted.is_some()) {
        // it may have got other writers: it is in no directory
        credits::remove(tx, number).await?;
        return Ok(None);
    }
    wake(tx, number, now).await?;
    Ok(Some(true))
}

/// What keeps a piece back that its source publishes here and that no story tells yet: its source says later that it is not public, or says
/// both in one import. Where nothing is dated, what came in last is what it says.
pub(crate) async fn stays_back(
    tx: &mut AnyConnection,
    piece: &Piece,
    run: Option<i64>,
) -> Result<Option<Outcome>, StoreError> {
    let own = identity::of_held(tx, piece).await?;
    let source = own.as_deref().unwrap_or(&piece.source);
    let row = sql("SELECT story, said_at FROM held_back WHERE source = $1 AND reason <> $2")
        .bind(source)
        .bind(PUBLISHED)
        .fetch_optional(&mut *tx)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let held = opt_ms(row.json::<Story>("story")?.updated_at).or(row.opt_int("said_at")?);
    let dates = held.zip(opt_ms(piece.said_at));
    if dates.is_some_and(|(held, said)| said < held) {
        return Ok(Some(Outcome::OlderThanHeldBack));
    }
    let undated = dates.is_none_or(|(held, said)| said == held);
    Ok((undated && is_of_run(tx, source, run).await?).then_some(Outcome::UndatedHeldBack))
}

/// Whether a piece was held back in this import.
async fn is_of_run(tx: &mut AnyConnection, source: &str, run: Option<i64>) -> Result<bool, StoreError> {
    let Some(run) = run else { return Ok(false) };
    let text = "SELECT 1 AS one FROM held_back WHERE source = $1 AND import_id = $2";
    Ok(sql(text).bind(source).bind(run).fetch_optional(&mut *tx).await?.is_some())
}

/// A source publishes what it kept back before.
pub(crate) async fn published(tx: &mut AnyConnection, source: &str, now: Timestamp) -> Result<(), StoreError> {
    sql("UPDATE held_back SET reason = $2 WHERE source = $1").bind(source).bind(PUBLISHED).execute(&mut *tx).await?;
    let text = "SELECT id FROM doubts WHERE key = $1 AND state = 'open'";
    if let Some(row) = sql(text).bind(format!("{KEPT_BACK}{source}")).fetch_optional(&mut *tx).await? {
        doubts::settled::close(tx, row.int("id")?, "its source publishes it now", None, now).await?;
    }
    Ok(())
}

/// File and place by which a source keeps a story out of the paper, whichever of its sources, or of those of stories that it stands for, that is.
pub(crate) async fn kept_out_by(tx: &mut AnyConnection, number: StoryNumber) -> Result<Option<String>, StoreError> {
    let text = "SELECT h.place FROM held_back h JOIN story_sources k ON k.source = h.source JOIN stories s ON s.number = k.number \
         WHERE h.reason = $2 AND (s.number = $1 OR s.supplanted_by = $1) LIMIT 1";
    let row = sql(text).bind(i64::from(number.0)).bind(TAKEN_BACK).fetch_optional(&mut *tx).await?;
    row.map(|row| row.text("place")).transpose()
}

/// File and place of what keeps a story out that is out of the paper.
pub(crate) async fn out_by(tx: &mut AnyConnection, number: StoryNumber) -> Result<Option<String>, StoreError> {
    if in_its_place(tx, number).await? == Some(i64::from(number.0)) { kept_out_by(tx, number).await } else { Ok(None) }
}

/// File and place by which a source took back what it said.
pub(crate) async fn place_held(tx: &mut AnyConnection, source: &str) -> Result<Option<String>, StoreError> {
    let text = "SELECT place FROM held_back WHERE source = $1 AND reason = $2";
    let row = sql(text).bind(source).bind(TAKEN_BACK).fetch_optional(&mut *tx).await?;
    row.map(|row| row.text("place")).transpose()
}

/// Whether a piece is held back: for this reason, or, for whatever reason, with the same words.
async fn is_held(tx: &mut AnyConnection, piece: &Piece, reason: Option<&str>) -> Result<bool, StoreError> {
    let query = match reason {
        Some(_) => "SELECT 1 AS one FROM held_back WHERE source = $1 AND reason = $2",
        None => "SELECT 1 AS one FROM held_back WHERE source = $1 AND story = $2",
    };
    let story = json("story", &piece.story)?;
    let row = sql(query).bind(piece.source.as_str()).bind(reason.unwrap_or(&story)).fetch_optional(&mut *tx).await?;
    Ok(row.is_some())
}

/// What stands in the place of a story: it itself where it is out of the paper.
pub(crate) async fn in_its_place(tx: &mut AnyConnection, number: StoryNumber) -> Result<Option<i64>, StoreError> {
    let text = "SELECT supplanted_by FROM stories WHERE number = $1";
    sql(text).bind(i64::from(number.0)).fetch_one(&mut *tx).await?.opt_int("supplanted_by")
}

async fn hold_back(
    tx: &mut Writing,
    piece: &Piece,
    reason: &str,
    run: i64,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let story = json("story", &piece.story)?;
    let same = sql("SELECT 1 AS one FROM held_back WHERE source = $1 AND reason = $2 AND story = $3")
        .bind(piece.source.as_str())
        .bind(reason)
        .bind(story.as_str())
        .fetch_optional(&mut **tx)
        .await?;
    let print = piece.telling.then_some(piece.print.as_str());
    if same.is_some() {
        let text = "UPDATE held_back SET print = $2 WHERE source = $1 AND print IS NULL";
        sql(text).bind(piece.source.as_str()).bind(print).execute(&mut **tx).await?;
        return Ok(Outcome::StillHeldBack);
    }
    let text = "INSERT INTO held_back (source, headline, place, reason, story, kept_at, said_at, import_id, print) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (source) DO UPDATE SET headline = excluded.headline, \
         place = excluded.place, reason = excluded.reason, story = excluded.story, kept_at = excluded.kept_at, \
         said_at = excluded.said_at, import_id = excluded.import_id, print = excluded.print";
    sql(text)
        .bind(piece.source.as_str())
        .bind(piece.story.headline.as_str())
        .bind(piece.place.as_str())
        .bind(reason)
        .bind(story)
        .bind(ms(now))
        .bind(opt_ms(piece.said_at))
        .bind(run)
        .bind(print)
        .execute(&mut **tx)
        .await?;
    Ok(Outcome::HeldBack)
}
