//! What each source of a story said, word for word, and when: corrections, longer write-throughs, copies.
use crate::rows::{Read, json, limit, ms, opt_ms, sql};
use crate::taking::Piece;
use crate::{Store, StoreError};
use jiff::Timestamp;
use newsroom::articles::{Story, StoryNumber};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

/// Versions kept of one story. A further one is not kept; its source still is, and the story still changes.
const MOST: i64 = 200;

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

impl Store {
    /// The versions of a story, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn versions_of(&self, number: StoryNumber, rows: usize) -> Result<Vec<Version>, StoreError> {
        let rows = sql("SELECT * FROM story_versions WHERE number = $1 ORDER BY id LIMIT $2")
            .bind(i64::from(number.0))
            .bind(limit(rows))
            .fetch_all(&self.reader)
            .await?;
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
    let text = "INSERT INTO story_versions (number, source, print, place, why, said_at, kept_at, story) \
         SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE (SELECT COUNT(*) FROM story_versions WHERE number = $1) < $9 \
         ON CONFLICT (source, print) DO NOTHING";
    let story = json("story", &piece.story)?;
    let done = sql(text)
        .bind(i64::from(number.0))
        .bind(piece.source.as_str())
        .bind(&blake3::hash(story.as_bytes()).to_hex()[..32])
        .bind(piece.place.as_str())
        .bind(why)
        .bind(opt_ms(piece.said_at))
        .bind(ms(now))
        .bind(story.as_str())
        .bind(MOST)
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
