//! Crawled copies as they came in, and the reports of imports. Crawls are never served: they are the evidence for what was rebuilt.
use crate::changes::Writing;
use crate::credits;
use crate::rows::{Read, json, limit, ms, sql};
use crate::stories::{Saved, keep_path, load, save};
use crate::{Store, StoreError};
use jiff::Timestamp;
use newsroom::articles::{Marking, Story, StoryNumber};
use serde_json::Value;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

/// A crawled copy to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCrawl {
    /// Fingerprint of the bytes; the same bytes are kept once.
    pub hash: String,
    /// File name, for people.
    pub name: String,
    /// The decoded text, whole.
    pub text: String,
    /// What the archive knows of it: witnesses, doubts, what was dropped.
    pub provenance: Value,
}

/// A crawled copy as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crawl {
    pub hash: String,
    pub name: String,
    pub text: String,
    pub imported_at: Timestamp,
    /// The story it is a copy of; `None` where it gave none.
    pub story: Option<StoryNumber>,
    pub provenance: Value,
}

/// What saving a rebuilt story did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    pub saved: Saved,
    /// Earlier stories that proved to be copies of this one. They are published no longer, and their addresses lead here.
    pub supplanted: Vec<StoryNumber>,
}

/// One line per import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportSummary {
    pub id: i64,
    pub at: Timestamp,
    pub summary: String,
}

/// An import that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningImport {
    pub id: i64,
    /// Length of its report's file that belongs to what is committed.
    pub report_bytes: u64,
    /// The sums up to there; null at the beginning.
    pub report: Value,
}

/// An import with its whole report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportReport {
    pub id: i64,
    pub at: Timestamp,
    pub summary: String,
    pub report: Value,
}

impl Store {
    /// Keeps a rebuilt story and the crawls it was rebuilt from, in one transaction.
    ///
    /// The story is found by `source_key`, or else by any of its crawls that already belongs to a story: a further crawl may change
    /// the key, never the number. Where the crawls belong to several stories, the lowest number stays and takes the strictest marking.
    ///
    /// # Errors
    /// As [`Store::save_story`].
    pub async fn save_rebuilt(
        &self,
        story: &Story,
        source_key: &str,
        crawls: &[NewCrawl],
        now: Timestamp,
    ) -> Result<Rebuilt, StoreError> {
        let mut tx = self.write_stories().await?;
        let hashes: Vec<String> = crawls.iter().map(|crawl| crawl.hash.clone()).collect();
        let owners = owners(&mut tx, source_key, &hashes).await?;
        let rebuilt = save_rebuilt_in(&mut tx, story, source_key, owners, now).await?;
        for crawl in crawls {
            keep(&mut tx, crawl, Some(rebuilt.saved.number()), now).await?;
        }
        tx.commit().await?;
        Ok(rebuilt)
    }

    /// Keeps crawls; those that are known already only get a story where they had none.
    ///
    /// # Errors
    /// The database's.
    pub async fn save_crawls(
        &self,
        crawls: &[(NewCrawl, Option<StoryNumber>)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for (crawl, story) in crawls {
            keep(&mut tx, crawl, *story, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Says which story a crawl is a copy of.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an unknown crawl; [`StoreError::Refused`] for an unknown story.
    pub async fn attach_crawl(&self, hash: &str, story: StoryNumber) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let done = sql("UPDATE crawls SET story_number = $2 WHERE hash = $1")
            .bind(hash)
            .bind(i64::from(story.0))
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::not_found("crawl", hash));
        }
        tx.commit().await?;
        Ok(())
    }

    /// The crawls of one story, and of those that it stands for, by hash; at most `rows`.
    ///
    /// # Errors
    /// The database's.
    pub async fn crawls_of(&self, story: StoryNumber, rows: usize) -> Result<Vec<Crawl>, StoreError> {
        let text = "SELECT * FROM crawls WHERE story_number IN (SELECT number FROM stories WHERE number = $1 OR supplanted_by = $1) \
             ORDER BY hash LIMIT $2";
        let rows = sql(text).bind(i64::from(story.0)).bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }

    /// Keeps an import's report; `summary` is its one line in the list. Gives its id.
    ///
    /// # Errors
    /// The database's.
    pub async fn save_import(&self, summary: &str, report: &Value, at: Timestamp) -> Result<i64, StoreError> {
        let mut tx = self.begin().await?;
        let row = sql("INSERT INTO imports (at, summary, report) VALUES ($1, $2, $3) RETURNING id")
            .bind(ms(at))
            .bind(summary)
            .bind(json("import report", report)?)
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        row.int("id")
    }

    /// Begins an import, or goes on with the one of the same paths and settings that was cut off: gives its id and the length of its
    /// report up to the last commit, with the sums up to there.
    ///
    /// # Errors
    /// The database's.
    pub async fn begin_import(&self, run: &str, summary: &str, at: Timestamp) -> Result<RunningImport, StoreError> {
        let mut tx = self.begin().await?;
        let text = "SELECT id, report_bytes, report FROM imports WHERE run = $1 AND state = 'running'";
        if let Some(row) = sql(text).bind(run).fetch_optional(&mut *tx).await? {
            let report = row.json("report")?;
            return Ok(RunningImport { id: row.int("id")?, report_bytes: row.small("report_bytes")?, report });
        }
        let text =
            "INSERT INTO imports (at, summary, report, state, run) VALUES ($1, $2, 'null', 'running', $3) RETURNING id";
        let row = sql(text).bind(ms(at)).bind(summary).bind(run).fetch_one(&mut *tx).await?;
        tx.commit().await?;
        Ok(RunningImport { id: row.int("id")?, report_bytes: 0, report: Value::Null })
    }

    /// The import of these paths and settings that was cut off, if there is one.
    ///
    /// # Errors
    /// The database's.
    pub async fn running_import(&self, run: &str) -> Result<Option<i64>, StoreError> {
        let text = "SELECT id FROM imports WHERE run = $1 AND state = 'running'";
        sql(text).bind(run).fetch_optional(&self.reader).await?.map(|row| row.int("id")).transpose()
    }

    /// Ends an import with its summary and its sums.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_import(&self, id: i64, summary: &str, report: &Value) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sql("UPDATE imports SET state = 'done', summary = $2, report = $3 WHERE id = $1")
            .bind(id)
            .bind(summary)
            .bind(json("import report", report)?)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Forgets an import that began and found nothing to do.
    ///
    /// # Errors
    /// The database's; refused where something belongs to it.
    pub async fn drop_import(&self, id: i64) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sql("DELETE FROM imports WHERE id = $1").bind(id).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The imports, latest first, without their reports.
    ///
    /// # Errors
    /// The database's.
    pub async fn imports(&self) -> Result<Vec<ImportSummary>, StoreError> {
        let rows = sql("SELECT id, at, summary FROM imports ORDER BY id DESC").fetch_all(&self.reader).await?;
        rows.iter()
            .map(|row| Ok(ImportSummary { id: row.int("id")?, at: row.time("at")?, summary: row.text("summary")? }))
            .collect()
    }

    /// One import with its report.
    ///
    /// # Errors
    /// The database's.
    pub async fn import(&self, id: i64) -> Result<Option<ImportReport>, StoreError> {
        let row = sql("SELECT * FROM imports WHERE id = $1").bind(id).fetch_optional(&self.reader).await?;
        row.map(|row| {
            Ok(ImportReport { id, at: row.time("at")?, summary: row.text("summary")?, report: row.json("report")? })
        })
        .transpose()
    }
}

/// The stories that have this key or one of the crawls, as the paper has them now, ascending.
pub(crate) async fn owners(
    tx: &mut AnyConnection,
    source_key: &str,
    crawls: &[String],
) -> Result<Vec<StoryNumber>, StoreError> {
    let mut owners = Vec::new();
    let by_key = sql("SELECT COALESCE(supplanted_by, number) AS number FROM stories WHERE source_key = $1")
        .bind(source_key)
        .fetch_optional(&mut *tx)
        .await?;
    if let Some(row) = by_key {
        owners.push(StoryNumber(row.small("number")?));
    }
    for hash in crawls {
        let text = "SELECT COALESCE(s.supplanted_by, s.number) AS number FROM crawls c JOIN stories s ON s.number = c.story_number \
             WHERE c.hash = $1";
        if let Some(row) = sql(text).bind(hash.as_str()).fetch_optional(&mut *tx).await? {
            owners.push(StoryNumber(row.small("number")?));
        }
    }
    owners.sort_unstable();
    owners.dedup();
    Ok(owners)
}

/// Saves a rebuilt story as the first of its owners; the others are one with it.
pub(crate) async fn save_rebuilt_in(
    tx: &mut Writing,
    story: &Story,
    source_key: &str,
    owners: Vec<StoryNumber>,
    now: Timestamp,
) -> Result<Rebuilt, StoreError> {
    let mut owners = owners.into_iter();
    let stays = owners.next();
    let supplanted: Vec<StoryNumber> = owners.collect();
    let mut strictest = None;
    for number in &supplanted {
        let other = load(tx, *number).await?.map(|other| other.story.marking);
        strictest = strictest.into_iter().chain(other).max_by_key(|marking: &Marking| marking.strictness());
        // frees the key, which may be the one the survivor takes
        sql("UPDATE stories SET source_key = NULL WHERE number = $1")
            .bind(i64::from(number.0))
            .execute(&mut **tx)
            .await?;
    }
    let saved = save(tx, story, Some(source_key), stays, now).await?;
    if let Some(strictest) = strictest {
        mark_at_least(tx, saved.number(), strictest, now).await?;
    }
    for number in &supplanted {
        supplant(tx, *number, saved.number(), now).await?;
    }
    Ok(Rebuilt { saved, supplanted })
}

/// Raises a marking as the desk would, so that the next import does not lower it again.
pub(crate) async fn mark_at_least(
    tx: &mut Writing,
    number: StoryNumber,
    marking: Marking,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(mut stored) = load(tx, number).await? else {
        return Ok(());
    };
    if marking.strictness() > stored.story.marking.strictness() {
        stored.story.marking = marking;
        save(tx, &stored.story, None, Some(number), now).await?;
    }
    Ok(())
}

async fn keep(
    tx: &mut AnyConnection,
    crawl: &NewCrawl,
    story: Option<StoryNumber>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let text = "INSERT INTO crawls (hash, name, text, imported_at, story_number, provenance) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (hash) DO UPDATE SET story_number = COALESCE(excluded.story_number, crawls.story_number)";
    sql(text)
        .bind(crawl.hash.as_str())
        .bind(crawl.name.as_str())
        .bind(crawl.text.as_str())
        .bind(ms(now))
        .bind(story.map(|number| i64::from(number.0)))
        .bind(json("crawl", &crawl.provenance)?)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

async fn supplant(tx: &mut Writing, old: StoryNumber, by: StoryNumber, now: Timestamp) -> Result<(), StoreError> {
    let Some(stored) = load(tx, old).await? else { return Ok(()) };
    let version = tx.version().await?;
    let text = "UPDATE stories SET supplanted_by = $2, pick = NULL, revision = revision + 1, saved_at = $3, changed = $4 \
         WHERE number = $1 OR supplanted_by = $1";
    sql(text).bind(i64::from(old.0)).bind(i64::from(by.0)).bind(ms(now)).bind(version).execute(&mut **tx).await?;
    credits::remove(tx, old).await?;
    sql("UPDATE crawls SET story_number = $2 WHERE story_number = $1")
        .bind(i64::from(old.0))
        .bind(i64::from(by.0))
        .execute(&mut **tx)
        .await?;
    sql("UPDATE old_paths SET number = $2 WHERE number = $1")
        .bind(i64::from(old.0))
        .bind(i64::from(by.0))
        .execute(&mut **tx)
        .await?;
    keep_path(tx, &stored.story.path(), by).await
}

fn read(row: &AnyRow) -> Result<Crawl, StoreError> {
    Ok(Crawl {
        hash: row.text("hash")?,
        name: row.text("name")?,
        text: row.text("text")?,
        imported_at: row.time("imported_at")?,
        story: row.opt_small("story_number")?.map(StoryNumber),
        provenance: row.json("provenance")?,
    })
}
