//! What each source of a story said, word for word, and when: corrections, longer write-throughs, copies.
use crate::rows::{Read, json, limit, ms, opt_ms, sql, whole_ms};
use crate::taken_back::{TAKEN_BACK, is_undated};
use crate::taking::Piece;
use crate::{Store, StoreError};
use jiff::Timestamp;
use newsroom::articles::{Marking, Story, StoryNumber};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

/// Versions kept of one story. A further one is not kept; its source still is, and the story still changes.
const MOST: i64 = 200;

/// Versions of one source with which a later one is compared; what is said otherwise since an earlier one stands under them.
const MOST_ASKED: i64 = 20;

/// Further ones that are kept where the desk would lose words otherwise. At this bound the change is refused.
const MOST_FORMER: i64 = 2 * MOST;
/// Why a version was kept whose standfirst the paper shows no longer: it told what the story's marking closes.
pub const WITHHELD: &str = "as it stood before words that repeat the closed part were left out";

/// Why a version was kept that its source said after another one.
pub(crate) const CORRECTION: &str = "a correction";

/// One version of a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub id: i64,
    pub number: StoryNumber,
    /// The source that said it.
    pub source: String,
    /// File and place it was read from.
    pub place: String,
    /// Why it was kept: as first taken in, a correction, a copy.
    pub why: String,
    /// When the source says that it said so.
    pub said_at: Option<Timestamp>,
    pub kept_at: Timestamp,
    /// The story as that source has it; its number is 0.
    pub story: Story,
}

/// What a source said at one time, and what is followed of it since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidSince {
    pub source: String,
    /// When the earlier words came in.
    pub told_at: Timestamp,
    /// File and place of what is followed, and when that came in.
    pub now: String,
    pub now_at: Timestamp,
    /// It is the same again.
    pub same: bool,
    /// The source dates, or counts, what is followed later: its earlier words are taken from no file.
    pub dated: bool,
}

const CORRECTED: &str = "SELECT v.source, v.place AS now, v.kept_at AS now_at, o.kept_at AS told_at, o.said_at AS told_said_at, \
     CASE WHEN o.story = v.story THEN 1 ELSE 0 END AS same, k.version, k.said_at FROM (SELECT * FROM story_versions c \
     WHERE why = 'a correction' AND source > $1 AND kept_at >= $3 AND NOT EXISTS (SELECT 1 FROM story_versions l \
     WHERE l.source = c.source AND l.why = 'a correction' AND l.id > c.id) ORDER BY source LIMIT $2) v \
     JOIN story_versions o ON o.source = v.source AND o.id < v.id LEFT JOIN story_sources k ON k.source = v.source \
     ORDER BY v.source, o.id";
const TAKEN_OUT: &str = "SELECT v.source, v.place AS now, v.kept_at AS now_at, v.story AS now_story, v.said_at AS now_said_at, \
     o.kept_at AS told_at, o.story AS told_story, o.said_at AS told_said_at, 0 AS same, k.version, k.said_at \
     FROM (SELECT * FROM held_back WHERE reason = $4 AND source > $1 AND kept_at >= $3 ORDER BY source LIMIT $2) v \
     JOIN story_versions o ON o.source = v.source AND o.why <> 'withdrawn by its source' \
     LEFT JOIN story_sources k ON k.source = v.source ORDER BY v.source, o.id";

impl Store {
    /// What sources say otherwise than before, or, with `taken_back`, that it is not public any more, where that came in since a moment: with each
    /// of the earlier versions, in the order of the sources after one of them; of `sources` of them at most.
    ///
    /// # Errors
    /// The database's.
    pub async fn said_since(
        &self,
        since: Timestamp,
        taken_back: bool,
        after: &str,
        sources: usize,
    ) -> Result<Vec<SaidSince>, StoreError> {
        let query = sql(if taken_back { TAKEN_OUT } else { CORRECTED });
        let query = query.bind(after).bind(limit(sources)).bind(ms(since));
        let query = if taken_back { query.bind(TAKEN_BACK) } else { query };
        let rows = query.fetch_all(&self.reader).await?;
        let read = |row: &AnyRow| {
            let (told, known) = (row.opt_time("told_said_at")?, row.opt_time("said_at")?);
            let later = row.opt_int("version")?.is_some() || told.zip(known).is_some_and(|(told, known)| told < known);
            // Of a piece that nothing dates, the word that came in last brings it back.
            let undated = taken_back
                && is_undated(&row.json("told_story")?, told)
                && is_undated(&row.json("now_story")?, row.opt_time("now_said_at")?);
            Ok(SaidSince {
                source: row.text("source")?,
                told_at: row.time("told_at")?,
                now: row.text("now")?,
                now_at: row.time("now_at")?,
                same: row.flag("same")?,
                dated: later && !undated,
            })
        };
        rows.iter().map(read).collect()
    }

    /// The versions of a story, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn versions_of(&self, number: StoryNumber, rows: usize) -> Result<Vec<Version>, StoreError> {
        // with those of the stories that it stands for
        let text = "SELECT * FROM story_versions WHERE number IN (SELECT number FROM stories WHERE number = $1 OR supplanted_by = $1) \
             ORDER BY id LIMIT $2";
        let rows = sql(text).bind(i64::from(number.0)).bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }
}

/// Keeps what a source says now. False: it was kept before, or there are too many.
pub(crate) async fn keep(
    tx: &mut AnyConnection,
    piece: &Piece,
    number: StoryNumber,
    why: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let said = Said { source: &piece.source, place: &piece.place, said_at: piece.said_at, most: MOST };
    let kept = keep_said(tx, number, &said, why, &piece.story, now, None).await?;
    if kept || why != CORRECTION {
        return Ok(kept);
    }
    // Who goes back to what it said before says that last.
    match said_by(tx, &piece.source).await?.filter(|last| last.story != piece.story) {
        Some(last) => keep_said(tx, number, &said, why, &piece.story, now, Some(last.id)).await,
        None => Ok(false),
    }
}

/// Whether a source said exactly this before.
pub(crate) async fn is_kept(tx: &mut AnyConnection, piece: &Piece) -> Result<bool, StoreError> {
    let story = json("story", &piece.story)?;
    let row = sql("SELECT 1 AS one FROM story_versions WHERE source = $1 AND print = $2")
        .bind(piece.source.as_str())
        .bind(&blake3::hash(story.as_bytes()).to_hex()[..32])
        .fetch_optional(&mut *tx)
        .await?;
    Ok(row.is_some())
}

/// Keeps the words of a story that is given as one.
pub(crate) async fn keep_text(
    tx: &mut AnyConnection,
    number: StoryNumber,
    source: &str,
    place: &str,
    why: &str,
    story: &Story,
    now: Timestamp,
) -> Result<bool, StoreError> {
    keep_words(
        tx,
        number,
        &Said { source, place, said_at: story.updated_at.or(story.published_at), most: MOST },
        why,
        story,
        now,
    )
    .await
}

/// Keeps a story as it stands in the paper, whose standfirst is about to be left out.
///
/// # Errors
/// [`StoreError::Invalid`] where there is no room; otherwise the database's.
pub(crate) async fn keep_former(tx: &mut AnyConnection, story: &Story, now: Timestamp) -> Result<(), StoreError> {
    let source = format!("story:{}", story.number.0);
    let said_at = story.updated_at.or(story.published_at);
    let said = Said { source: &source, place: "the paper", said_at, most: MOST_FORMER };
    // however often it was saved, the same words are kept once
    let words = Story { updated_at: None, ..story.clone() };
    if keep_words(tx, story.number, &said, WITHHELD, &words, now).await? {
        return Ok(());
    }
    // kept before, or there are too many
    let text = "SELECT COUNT(*) AS n FROM story_versions WHERE number = $1";
    let kept = sql(text).bind(i64::from(story.number.0)).fetch_one(&mut *tx).await?.int("n")?;
    if kept < MOST_FORMER {
        return Ok(());
    }
    let mend = "what everybody reads repeats what would be closed, and the story's history is full: write another headline or standfirst first";
    Err(StoreError::invalid("change of a story", mend))
}

async fn keep_words(
    tx: &mut AnyConnection,
    number: StoryNumber,
    said: &Said<'_>,
    why: &str,
    story: &Story,
    now: Timestamp,
) -> Result<bool, StoreError> {
    // Words are told apart, not what the paper does with them.
    let story = Story {
        number: StoryNumber(0),
        pick: None,
        published_at: story.published_at.map(whole_ms),
        updated_at: story.updated_at.map(whole_ms),
        ..story.clone()
    };
    keep_said(tx, number, said, why, &story, now, None).await
}

/// Who said it, where and when.
struct Said<'a> {
    source: &'a str,
    place: &'a str,
    said_at: Option<Timestamp>,
    /// How many versions of a story there may be for this one to be kept.
    most: i64,
}

/// `behind`: the version that it comes behind, where the same words came before.
async fn keep_said(
    tx: &mut AnyConnection,
    number: StoryNumber,
    said: &Said<'_>,
    why: &str,
    story: &Story,
    now: Timestamp,
    behind: Option<i64>,
) -> Result<bool, StoreError> {
    let text = "INSERT INTO story_versions (number, source, print, place, why, said_at, kept_at, story) \
         SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE (SELECT COUNT(*) FROM story_versions WHERE number = $1) < $9 \
         ON CONFLICT (source, print) DO NOTHING";
    let story = json("story", story)?;
    let behind = behind.map_or_else(String::new, |id| format!("~{id}"));
    let done = sql(text)
        .bind(i64::from(number.0))
        .bind(said.source)
        .bind(format!("{}{behind}", &blake3::hash(story.as_bytes()).to_hex()[..32]))
        .bind(said.place)
        .bind(why)
        .bind(opt_ms(said.said_at))
        .bind(ms(now))
        .bind(story.as_str())
        .bind(said.most)
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// The latest version that a source gave.
pub(crate) async fn latest_of(tx: &mut AnyConnection, source: &str) -> Result<Option<Version>, StoreError> {
    let row = sql("SELECT * FROM story_versions WHERE source = $1 ORDER BY id DESC LIMIT 1")
        .bind(source)
        .fetch_optional(&mut *tx)
        .await?;
    row.as_ref().map(read).transpose()
}

/// The marking that a source gave last in versions up to a number.
pub(crate) async fn marking_until(
    tx: &mut AnyConnection,
    source: &str,
    id: i64,
) -> Result<Option<Marking>, StoreError> {
    let text = "SELECT story FROM story_versions WHERE source = $1 AND id <= $2 AND why <> 'an older version' \
         ORDER BY id DESC LIMIT 1";
    let row = sql(text).bind(source).bind(id).fetch_optional(&mut *tx).await?;
    Ok(row.map(|row| row.json::<Story>("story")).transpose()?.map(|story| story.marking))
}

/// What a source said last itself: not what the paper had made of it when it was joined to another.
pub(crate) async fn said_by(tx: &mut AnyConnection, source: &str) -> Result<Option<Version>, StoreError> {
    let text = "SELECT * FROM story_versions WHERE source = $1 AND why <> 'an older version' AND place <> 'story ' || number \
         ORDER BY id DESC LIMIT 1";
    let row = sql(text).bind(source).fetch_optional(&mut *tx).await?;
    row.as_ref().map(read).transpose()
}

/// What a source said at one time or another, the last first.
pub(crate) async fn all_by(tx: &mut AnyConnection, source: &str) -> Result<Vec<Story>, StoreError> {
    let text =
        "SELECT story FROM story_versions WHERE source = $1 AND place <> 'story ' || number ORDER BY id DESC LIMIT $2";
    let rows = sql(text).bind(source).bind(MOST_ASKED).fetch_all(&mut *tx).await?;
    rows.iter().map(|row| row.json("story")).collect()
}

/// What a source says now, as far as the paper follows it.
pub(crate) async fn followed_of(tx: &mut AnyConnection, source: &str) -> Result<Option<Version>, StoreError> {
    let text = "SELECT * FROM story_versions WHERE source = $1 AND why <> 'an older version' ORDER BY id DESC LIMIT 1";
    let row = sql(text).bind(source).fetch_optional(&mut *tx).await?;
    row.as_ref().map(read).transpose()
}

/// The strictest marking that the sources of a story gave last, with those of the stories that it stands for; of all but one of them, where
/// one is named. What the paper made of them does not count.
pub(crate) async fn strictest(
    tx: &mut AnyConnection,
    number: StoryNumber,
    but: Option<&str>,
) -> Result<Option<Marking>, StoreError> {
    let text = "SELECT story FROM story_versions WHERE id IN (SELECT MAX(id) FROM story_versions WHERE number IN \
         (SELECT number FROM stories WHERE number = $1 OR supplanted_by = $1) AND source <> $2 \
         AND why <> 'an older version' AND why NOT LIKE 'as it stood before %' GROUP BY source)";
    let rows = sql(text).bind(i64::from(number.0)).bind(but.unwrap_or_default()).fetch_all(&mut *tx).await?;
    let mut strictest: Option<Marking> = None;
    for row in &rows {
        let marking = row.json::<Story>("story")?.marking;
        if strictest.is_none_or(|before| before.strictness() < marking.strictness()) {
            strictest = Some(marking);
        }
    }
    Ok(strictest)
}

/// What a source said last after a version of this number, where it was newer than what it said before.
pub(crate) async fn correction_since(
    tx: &mut AnyConnection,
    source: &str,
    id: i64,
) -> Result<Option<Version>, StoreError> {
    let text = "SELECT * FROM story_versions WHERE source = $1 AND id > $2 AND why IN ('a correction', 'a copy from another source') \
         ORDER BY id DESC LIMIT 1";
    let row = sql(text).bind(source).bind(id).fetch_optional(&mut *tx).await?;
    row.as_ref().map(read).transpose()
}

/// Whether a source of one of these stories said since a version of this number that they have this marking.
pub(crate) async fn is_marked_since(
    tx: &mut AnyConnection,
    numbers: [StoryNumber; 2],
    id: i64,
    marking: Marking,
) -> Result<bool, StoreError> {
    let text = "SELECT story FROM story_versions WHERE id > $1 AND number IN ($2, $3) \
         AND why IN ('a correction', 'a copy from another source')";
    let [one, other] = numbers.map(|number| i64::from(number.0));
    for row in &sql(text).bind(id).bind(one).bind(other).fetch_all(&mut *tx).await? {
        if row.json::<Story>("story")?.marking == marking {
            return Ok(true);
        }
    }
    Ok(false)
}

fn read(row: &AnyRow) -> Result<Version, StoreError> {
    Ok(Version {
        id: row.int("id")?,
        number: StoryNumber(row.small("number")?),
        source: row.text("source")?,
        place: row.text("place")?,
        why: row.text("why")?,
        said_at: row.opt_time("said_at")?,
        kept_at: row.time("kept_at")?,
        story: row.json("story")?,
    })
}
