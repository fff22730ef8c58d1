//! What came in and has not yet been compared with the rest of the paper: stories of exports and files, and crawls of which nobody knows yet
//! what they tell. It is kept with what came in, so an import that dies leaves it to the next.
use crate::changes::Writing;
use crate::doubts::corrected::Later;
use crate::rows::{Read, json, limit, ms, sql};
use crate::stories::{Saved, save};
use crate::taking::{Account, Outcome, Taken, note_run};
use crate::{NewCrawl, Store, StoreError, again, joining, versions};
use jiff::Timestamp;
use newsroom::articles::{Story, StoryNumber};
use sqlx::AnyConnection;

/// Crawls whose sizes are asked for at a time.
const SIZES: usize = 500;
/// Bytes of crawls that are read at a time; a larger one comes alone.
const BYTES: i64 = 8 << 20;

/// A story that is given as a story: a file, or an exported line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    pub story: Story,
    /// By what it is known at the next import.
    pub source: String,
    /// File and place, for people.
    pub place: String,
}

/// What became of a crawl that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrived {
    /// It waits to be compared.
    New,
    /// The same bytes wait already, under this name.
    Twin(String),
    /// It was here before.
    Known,
}

/// A crawl as it is read to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldCrawl {
    pub hash: String,
    pub name: String,
    pub text: String,
    /// The story that it is a copy of, as the paper has it now.
    pub story: Option<StoryNumber>,
    /// Nobody knows yet what it tells.
    pub waits: bool,
}

impl Store {
    /// Keeps stories that are given as stories, in one transaction with the account of their import.
    ///
    /// # Errors
    /// The database's; [`StoreError::Invalid`] with the words of an account that could not be written.
    pub async fn settle_stories(
        &self,
        given: &[Given],
        run: i64,
        now: Timestamp,
        account: impl FnOnce(&[Taken]) -> Result<Account, String>,
    ) -> Result<(), StoreError> {
        let mut tx = self.write_stories().await?;
        let mut outcomes = Vec::with_capacity(given.len());
        for one in given {
            let mut taken = match joined_to(&mut tx, &one.source).await? {
                Some(by) => of_joined(&mut tx, one, by, run, now).await?,
                None => Taken::of(match save(&mut tx, &one.story, Some(&one.source), None, now).await? {
                    Saved::New(number) => {
                        add(&mut tx, number).await?;
                        Outcome::New(number)
                    }
                    Saved::Changed(number) => Outcome::Changed(number),
                    Saved::Same(number) => Outcome::Same(number),
                }),
            };
            taken.withheld = tx.take_withheld();
            outcomes.push(taken);
        }
        let account = account(&outcomes).map_err(|mend| StoreError::invalid("account of an import", mend))?;
        note_run(&mut tx, run, &account).await?;
        tx.commit().await
    }

    /// Keeps crawls until it is known what they tell, in one transaction with the account of their import.
    ///
    /// # Errors
    /// As [`Store::settle_stories`].
    pub async fn stage_crawls(
        &self,
        crawls: &[NewCrawl],
        run: i64,
        now: Timestamp,
        account: impl FnOnce(&[Arrived]) -> Result<Account, String>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let mut arrived = Vec::with_capacity(crawls.len());
        for crawl in crawls {
            arrived.push(stage(&mut tx, crawl, now).await?);
        }
        let account = account(&arrived).map_err(|mend| StoreError::invalid("account of an import", mend))?;
        note_run(&mut tx, run, &account).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Numbers of the stories that were not compared yet, ascending.
    ///
    /// # Errors
    /// The database's.
    pub async fn newcomers(&self) -> Result<Vec<StoryNumber>, StoreError> {
        let rows = sql("SELECT number FROM newcomers ORDER BY number").fetch_all(&self.reader).await?;
        rows.iter().map(|row| Ok(StoryNumber(row.small("number")?))).collect()
    }

    /// Whether a crawl waits to be compared.
    ///
    /// # Errors
    /// The database's.
    pub async fn crawls_wait(&self) -> Result<bool, StoreError> {
        Ok(sql("SELECT 1 AS one FROM crawls WHERE waits = 1 LIMIT 1").fetch_optional(&self.reader).await?.is_some())
    }

    /// Some crawls by hash, after one of them; none at the end.
    ///
    /// # Errors
    /// The database's.
    pub async fn crawls_after(&self, after: &str) -> Result<Vec<HeldCrawl>, StoreError> {
        let sizes = sql("SELECT hash, LENGTH(text) AS size FROM crawls WHERE hash > $1 ORDER BY hash LIMIT $2")
            .bind(after)
            .bind(limit(SIZES))
            .fetch_all(&self.reader)
            .await?;
        let (mut last, mut bytes) = (None, 0);
        for row in &sizes {
            bytes += row.int("size")?;
            if last.is_some() && bytes > BYTES {
                break;
            }
            last = Some(row.text("hash")?);
        }
        let Some(last) = last else { return Ok(Vec::new()) };
        let text = "SELECT c.hash, c.name, c.text, c.waits, COALESCE(s.supplanted_by, s.number) AS story \
             FROM crawls c LEFT JOIN stories s ON s.number = c.story_number WHERE c.hash > $1 AND c.hash <= $2 ORDER BY c.hash";
        let rows = sql(text).bind(after).bind(last).fetch_all(&self.reader).await?;
        rows.iter()
            .map(|row| {
                Ok(HeldCrawl {
                    hash: row.text("hash")?,
                    name: row.text("name")?,
                    text: row.text("text")?,
                    story: row.opt_small("story")?.map(StoryNumber),
                    waits: row.flag("waits")?,
                })
            })
            .collect()
    }

    /// Whether nothing is there but stories that were given as stories: of these none is another's copy.
    ///
    /// # Errors
    /// The database's.
    pub async fn only_own_stories(&self) -> Result<bool, StoreError> {
        for text in ["SELECT 1 AS one FROM crawls LIMIT 1", "SELECT 1 AS one FROM story_sources LIMIT 1"] {
            if sql(text).fetch_optional(&self.reader).await?.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The highest number that a story has.
    ///
    /// # Errors
    /// The database's.
    pub async fn last_story(&self) -> Result<StoryNumber, StoreError> {
        let text = "SELECT COALESCE(MAX(number), 0) AS number FROM stories";
        Ok(StoryNumber(sql(text).fetch_one(&self.reader).await?.small("number")?))
    }

    /// Everything up to this number has been compared.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_gathering(&self, last: StoryNumber, run: i64, account: &Account) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sql("DELETE FROM newcomers WHERE number <= $1").bind(i64::from(last.0)).execute(&mut *tx).await?;
        note_run(&mut tx, run, account).await?;
        tx.commit().await?;
        Ok(())
    }
}

pub(crate) async fn add(tx: &mut AnyConnection, number: StoryNumber) -> Result<(), StoreError> {
    sql("INSERT INTO newcomers (number) VALUES ($1) ON CONFLICT DO NOTHING")
        .bind(i64::from(number.0))
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// The story that the one of this source was joined to, if it was.
async fn joined_to(tx: &mut AnyConnection, source: &str) -> Result<Option<StoryNumber>, StoreError> {
    let text = "SELECT supplanted_by AS number FROM stories WHERE source_key = $1 AND supplanted_by <> number";
    let row = sql(text).bind(source).fetch_optional(&mut *tx).await?;
    Ok(row.map(|row| row.small("number")).transpose()?.map(StoryNumber))
}

/// A copy of another story changed: that story's words are not its own.
async fn of_joined(
    tx: &mut Writing,
    one: &Given,
    by: StoryNumber,
    run: i64,
    now: Timestamp,
) -> Result<Taken, StoreError> {
    let said = versions::followed_of(tx, &one.source).await?.map(|said| said.story);
    let why = "a copy from another source";
    let new = versions::keep_text(tx, by, &one.source, &one.place, why, &one.story, now).await?;
    let closed = joining::marking::closed_by_copy(tx, by, &one.story, now).await?;
    let mut taken = Taken::of(if closed { Outcome::Changed(by) } else { Outcome::Same(by) });
    if let Some(said) = said.filter(|_| new) {
        let later = Later { source: &one.source, place: &one.place, was: &said, now: &one.story, leads: false };
        again::of_copy(tx, &later, by, Some(run), &mut taken, now).await?;
    }
    Ok(taken)
}

pub(crate) async fn stage(tx: &mut AnyConnection, crawl: &NewCrawl, now: Timestamp) -> Result<Arrived, StoreError> {
    let text = "INSERT INTO crawls (hash, name, text, imported_at, story_number, provenance, waits) \
         VALUES ($1, $2, $3, $4, NULL, $5, 1) ON CONFLICT (hash) DO NOTHING";
    let done = sql(text)
        .bind(crawl.hash.as_str())
        .bind(crawl.name.as_str())
        .bind(crawl.text.as_str())
        .bind(ms(now))
        .bind(json("crawl", &crawl.provenance)?)
        .execute(&mut *tx)
        .await?;
    if done.rows_affected() > 0 {
        return Ok(Arrived::New);
    }
    let row = sql("SELECT name, waits, story_number FROM crawls WHERE hash = $1")
        .bind(crawl.hash.as_str())
        .fetch_one(&mut *tx)
        .await?;
    // One of a story may wait to be compared once more.
    let is_new = row.flag("waits")? && row.opt_int("story_number")?.is_none();
    Ok(if is_new { Arrived::Twin(row.text("name")?) } else { Arrived::Known })
}
