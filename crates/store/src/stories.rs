//! Stories: kept, changed by desk or import, read for the catalogue.
use crate::archive::Place;
use crate::changes::Writing;
use crate::credits;
use crate::imported::{self, Fingerprints};
use crate::joining::marking;
use crate::rows::{Read, json, limit, ms, opt_ms, sql, whole_ms};
use crate::{Store, StoreError, versions};
use jiff::Timestamp;
use newsroom::articles::{Marking, Story, StoryNumber};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

/// A story as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredStory {
    pub story: Story,
    /// Where the story comes from, such as `file:slug` or `crawl:hash`; importing the same source again finds the story by it.
    pub source_key: Option<String>,
    /// 1 at first; one more with every change.
    pub revision: i64,
    pub created_at: Timestamp,
    /// When the store last changed anything of it; `updated_at` of the story is what readers are told.
    pub saved_at: Timestamp,
}

/// What saving a story did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    New(StoryNumber),
    Changed(StoryNumber),
    /// Nothing differed: the revision stays.
    Same(StoryNumber),
}

impl Saved {
    /// The story's number, whatever was done.
    #[must_use]
    pub const fn number(self) -> StoryNumber {
        match self {
            Self::New(number) | Self::Changed(number) | Self::Same(number) => number,
        }
    }
}

/// What the desk changes; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoryEdit {
    /// A written headline is no longer provisional, and does not change the slug.
    pub headline: Option<String>,
    /// `Some(None)` removes it.
    pub standfirst: Option<Option<String>>,
    pub section: Option<String>,
    pub bylines: Option<Vec<String>>,
    pub topics: Option<Vec<String>>,
    pub marking: Option<Marking>,
    pub preview_blocks: Option<u16>,
}

const COLUMNS_BY_NUMBER: &str = "SELECT * FROM stories WHERE number = $1";
const UNDATED_AFTER: &str = "SELECT * FROM stories WHERE supplanted_by IS NULL AND published_at IS NULL AND number > $1 \
     ORDER BY published_at, number LIMIT $2";
const DATED_AFTER: &str = "SELECT * FROM stories WHERE supplanted_by IS NULL AND (published_at, number) > ($1, $2) \
     ORDER BY published_at, number LIMIT $3";

impl Store {
    /// Keeps a new story or a changed one. A story is known by `source_key`, or else by its number; number 0 asks for a new one.
    ///
    /// With a `source_key` this is an import: fields that the desk changed since the last import stay the desk's. Without one,
    /// the story is taken as given.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a number that was never given out; otherwise the database's.
    pub async fn save_story(
        &self,
        story: &Story,
        source_key: Option<&str>,
        now: Timestamp,
    ) -> Result<Saved, StoreError> {
        let mut tx = self.write_stories().await?;
        let saved = save(&mut tx, story, source_key, None, now).await?;
        tx.commit().await?;
        Ok(saved)
    }

    /// [`Store::save_story`] for many, each with its source's key, in one transaction: all go in, or none.
    ///
    /// # Errors
    /// As [`Store::save_story`].
    pub async fn save_stories(&self, stories: &[(Story, String)], now: Timestamp) -> Result<Vec<Saved>, StoreError> {
        let mut tx = self.write_stories().await?;
        let mut saved = Vec::with_capacity(stories.len());
        for (story, source_key) in stories {
            saved.push(save(&mut tx, story, Some(source_key), None, now).await?);
        }
        tx.commit().await?;
        Ok(saved)
    }

    /// Every published story by number, for the catalogue.
    ///
    /// # Errors
    /// The database's; [`StoreError::Unreadable`] for a damaged row.
    pub async fn stories(&self) -> Result<Vec<StoredStory>, StoreError> {
        let mut all = Vec::new();
        let mut after = StoryNumber(0);
        loop {
            let page = self.stories_after(after, 500).await?;
            let Some(last) = page.last() else { return Ok(all) };
            after = last.story.number;
            all.extend(page);
        }
    }

    /// At most `rows` stories with numbers above `after`, for exports of any size in little memory.
    ///
    /// # Errors
    /// As [`Store::stories`].
    pub async fn stories_after(&self, after: StoryNumber, rows: usize) -> Result<Vec<StoredStory>, StoreError> {
        let rows = sql("SELECT * FROM stories WHERE number > $1 AND supplanted_by IS NULL ORDER BY number LIMIT $2")
            .bind(i64::from(after.0))
            .bind(limit(rows))
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(read).collect()
    }

    /// At most `rows` stories in the order of their time, those without a date first, from the one behind `after` on. One whose time is
    /// changed meanwhile may come twice or not at all.
    ///
    /// # Errors
    /// As [`Store::stories`].
    pub async fn stories_by_time(&self, after: Option<Place>, rows: usize) -> Result<Vec<StoredStory>, StoreError> {
        let mut found = Vec::new();
        let (mut at, mut number) = (i64::MIN, -1);
        match after {
            Some(Place { published_at: Some(time), number: last }) => (at, number) = (ms(time), i64::from(last.0)),
            undated => {
                let last = undated.map_or(-1, |place| i64::from(place.number.0));
                found = sql(UNDATED_AFTER).bind(last).bind(limit(rows)).fetch_all(&self.reader).await?;
            }
        }
        if found.len() < rows {
            let rest = limit(rows - found.len());
            found.extend(sql(DATED_AFTER).bind(at).bind(number).bind(rest).fetch_all(&self.reader).await?);
        }
        found.iter().map(read).collect()
    }

    /// One story.
    ///
    /// # Errors
    /// The database's.
    pub async fn story(&self, number: StoryNumber) -> Result<Option<StoredStory>, StoreError> {
        let row = sql(COLUMNS_BY_NUMBER).bind(i64::from(number.0)).fetch_optional(&self.reader).await?;
        row.as_ref().map(read).transpose()
    }

    /// Rises by one with every transaction that changed a story; a running server asks this to notice an import.
    ///
    /// # Errors
    /// The database's.
    pub async fn stories_version(&self) -> Result<i64, StoreError> {
        sql("SELECT n FROM versions WHERE name = 'stories'").fetch_one(&self.reader).await?.int("n")
    }

    /// Changes what the desk names and nothing else. Changed words set the story's `updated_at`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; otherwise the database's.
    pub async fn edit_story(&self, number: StoryNumber, edit: &StoryEdit, now: Timestamp) -> Result<Saved, StoreError> {
        let mut tx = self.write_stories().await?;
        let before = load(&mut tx, number).await?.ok_or_else(|| StoreError::not_found("story", number.0))?;
        let mut story = before.story.clone();
        let edit = edit.clone();
        if let Some(headline) = edit.headline {
            story.headline = headline;
            story.headline_provisional = false;
        }
        story.standfirst = edit.standfirst.unwrap_or(story.standfirst);
        if (&story.headline, &story.standfirst) != (&before.story.headline, &before.story.standfirst) {
            story.updated_at = Some(now);
        }
        story.section = edit.section.unwrap_or(story.section);
        story.bylines = edit.bylines.unwrap_or(story.bylines);
        story.topics = edit.topics.unwrap_or(story.topics);
        story.marking = edit.marking.unwrap_or(story.marking);
        story.preview_blocks = edit.preview_blocks.unwrap_or(story.preview_blocks);
        let saved = save(&mut tx, &story, None, None, now).await?;
        tx.commit().await?;
        Ok(saved)
    }

    /// Marks a story.
    ///
    /// # Errors
    /// As [`Store::edit_story`].
    pub async fn set_marking(
        &self,
        number: StoryNumber,
        marking: Marking,
        now: Timestamp,
    ) -> Result<Saved, StoreError> {
        self.edit_story(number, &StoryEdit { marking: Some(marking), ..StoryEdit::default() }, now).await
    }

    /// Puts a story at a place of the front page (1 leads), or takes it off. Who held the place loses it.
    ///
    /// # Errors
    /// As [`Store::edit_story`].
    pub async fn set_pick(&self, number: StoryNumber, pick: Option<u16>, now: Timestamp) -> Result<Saved, StoreError> {
        let mut tx = self.write_stories().await?;
        let mut story = load(&mut tx, number).await?.ok_or_else(|| StoreError::not_found("story", number.0))?.story;
        if let Some(place) = pick {
            let version = tx.version().await?;
            let text = "UPDATE stories SET pick = NULL, revision = revision + 1, saved_at = $3, changed = $4 \
                 WHERE pick = $1 AND number <> $2";
            sql(text)
                .bind(i64::from(place))
                .bind(i64::from(number.0))
                .bind(ms(now))
                .bind(version)
                .execute(&mut *tx)
                .await?;
        }
        story.pick = pick;
        let saved = save(&mut tx, &story, None, None, now).await?;
        tx.commit().await?;
        Ok(saved)
    }

    /// Addresses that stories had before, each with the number of the story to redirect to.
    ///
    /// # Errors
    /// The database's.
    pub async fn old_paths(&self) -> Result<Vec<(String, StoryNumber)>, StoreError> {
        let text = "SELECT o.path, COALESCE(s.supplanted_by, s.number) AS number \
             FROM old_paths o JOIN stories s ON s.number = o.number ORDER BY o.path";
        let rows = sql(text).fetch_all(&self.reader).await?;
        rows.iter().map(|row| Ok((row.text("path")?, StoryNumber(row.small("number")?)))).collect()
    }

    /// Remembers an address a story had elsewhere, such as in the paper's former system. Saving keeps changed addresses by itself.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such story; otherwise the database's.
    pub async fn add_old_path(&self, path: &str, number: StoryNumber) -> Result<(), StoreError> {
        let mut tx = self.write_stories().await?;
        load(&mut tx, number).await?.ok_or_else(|| StoreError::not_found("story", number.0))?;
        keep_path(&mut tx, path, number).await?;
        let version = tx.version().await?;
        sql("UPDATE stories SET changed = $2 WHERE number = $1")
            .bind(i64::from(number.0))
            .bind(version)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Saves inside a transaction. `found` names the story where the caller already knows it.
pub(crate) async fn save(
    tx: &mut Writing,
    story: &Story,
    source_key: Option<&str>,
    found: Option<StoryNumber>,
    now: Timestamp,
) -> Result<Saved, StoreError> {
    let mut incoming = story.clone();
    // what the database gives back must equal what was given, else nothing would ever be the same
    incoming.published_at = incoming.published_at.map(whole_ms);
    incoming.updated_at = incoming.updated_at.map(whole_ms);
    let row = match (found, source_key) {
        (Some(number), _) => sql(COLUMNS_BY_NUMBER).bind(i64::from(number.0)).fetch_optional(&mut **tx).await?,
        (None, Some(key)) => {
            sql("SELECT * FROM stories WHERE source_key = $1").bind(key).fetch_optional(&mut **tx).await?
        }
        (None, None) => None,
    };
    let row = match row {
        None if incoming.number.0 != 0 => {
            let number = i64::from(incoming.number.0);
            let row = sql(COLUMNS_BY_NUMBER).bind(number).fetch_optional(&mut **tx).await?;
            Some(row.ok_or_else(|| StoreError::not_found("story", number))?)
        }
        row => row,
    };
    let Some(row) = row else {
        if source_key.is_some() {
            incoming.withhold_headline();
        }
        incoming.withhold_told();
        incoming.withhold_beside();
        return insert(tx, &incoming, source_key, now).await;
    };
    let current = read(&row)?;
    let number = current.story.number;
    incoming.number = number;
    let last: Option<Fingerprints> = row.opt_json("imported")?;
    let mut imported = last.clone();
    if source_key.is_some() {
        imported = Some(imported::fingerprints(&incoming)?);
        if let Some(last) = &last {
            let (merged, prints) = marking::merged(tx, &current.story, &incoming, source_key, last).await?;
            (incoming, imported) = (merged, Some(prints));
        }
    }
    let key = source_key.map(str::to_owned).or_else(|| current.source_key.clone());
    // Everybody reads a standfirst, a caption, an address: whatever changes a story, the desk's marking too, may not make them tell the closed
    // part. What stood in the paper stays in the story's history.
    // A headline that the desk writes is the desk's, and it is told; one that a source gives, that stands in, or that told nothing closed until
    // this change is nobody's decision.
    let same_words = incoming.headline == current.story.headline;
    let given = source_key.is_some() && !same_words;
    let told_nothing = same_words && current.story.told_by(&current.story.headline).is_none();
    let undecided = given || told_nothing || incoming.headline_provisional;
    let headline = if undecided { incoming.withhold_headline() } else { None };
    let taken = incoming.withhold_told();
    let beside = incoming.withhold_beside();
    let stood = headline.as_ref().is_some_and(|headline| *headline == current.story.headline)
        || taken.is_some() && current.story.standfirst == taken
        || beside.iter().any(|(what, words)| *what != "address" && says(&current.story, words));
    if stood {
        versions::keep_former(tx, &current.story, now).await?;
    }
    let same = incoming == current.story;
    if same && imported == last && key == current.source_key {
        return Ok(Saved::Same(number));
    }
    let named = [("headline", headline), ("standfirst", taken)];
    tx.withhold(named.into_iter().filter_map(|(name, words)| Some((name, words?))).chain(beside));
    let changed = if same { row.int("changed")? } else { tx.version().await? };
    update(tx, &incoming, key, imported, Marks { revision: current.revision + i64::from(!same), changed, now }).await?;
    if same {
        return Ok(Saved::Same(number));
    }
    if current.story.path() != incoming.path() {
        keep_path(tx, &current.story.path(), number).await?;
    }
    credits::renew(tx, &current.story, &incoming).await?;
    Ok(Saved::Changed(number))
}

/// Whether these are the words of a story's picture or the name of its file, one of its names, its place, or its standfirst.
fn says(story: &Story, words: &str) -> bool {
    let picture = story.picture.iter();
    let pictures = picture.flat_map(|p| [Some(&p.alt), p.caption.as_ref(), p.credit.as_ref()]).flatten();
    let mut all = pictures.chain(&story.bylines).chain(&story.topics).chain(&story.dateline).chain(&story.standfirst);
    all.any(|said| said == words) || story.picture.as_ref().is_some_and(|picture| picture.file == words)
}

/// Makes a story what it was before, with its source and what that gave last.
pub(crate) async fn put_back(
    tx: &mut Writing,
    current: &StoredStory,
    before: &Story,
    source_key: Option<String>,
    imported: Option<Fingerprints>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let before = &told_nothing(tx, before, now).await?;
    let changed = tx.version().await?;
    update(tx, before, source_key, imported, Marks { revision: current.revision + 1, changed, now }).await?;
    if current.story.path() != before.path() {
        keep_path(tx, &current.story.path(), before.number).await?;
    }
    credits::renew(tx, &current.story, before).await
}

/// A story that comes back as it was: it may have been closed since, and what everybody reads tells nothing closed. Words that are left out
/// stay in its history.
pub(crate) async fn told_nothing(tx: &mut AnyConnection, story: &Story, now: Timestamp) -> Result<Story, StoreError> {
    let mut kept = story.clone();
    kept.withhold_headline();
    kept.withhold_told();
    kept.withhold_beside();
    if kept != *story {
        versions::keep_former(tx, story, now).await?;
    }
    Ok(kept)
}

/// What the store itself notes of a change.
struct Marks {
    revision: i64,
    changed: i64,
    now: Timestamp,
}

async fn insert(
    tx: &mut Writing,
    story: &Story,
    source_key: Option<&str>,
    now: Timestamp,
) -> Result<Saved, StoreError> {
    let version = tx.version().await?;
    let imported = source_key.map(|_| imported::fingerprints(story)).transpose()?;
    let text = "INSERT INTO stories (slug, section, headline, headline_provisional, standfirst, bylines, dateline, topics, marking, \
         preview_blocks, published_at, updated_at, picture, pick, body, language, imported, source_key, saved_at, revision, created_at, \
         changed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 1, $19, $20) RETURNING number";
    let row = fields(sql(text), story)?
        .bind(imported.as_ref().map(|f| json("story", f)).transpose()?)
        .bind(source_key.map(str::to_owned))
        .bind(ms(now))
        .bind(version)
        .fetch_one(&mut **tx)
        .await?;
    let number = StoryNumber(row.small("number")?);
    credits::add(tx, number, story).await?;
    Ok(Saved::New(number))
}

async fn update(
    tx: &mut AnyConnection,
    story: &Story,
    source_key: Option<String>,
    imported: Option<Fingerprints>,
    marks: Marks,
) -> Result<(), StoreError> {
    let text = "UPDATE stories SET slug = $1, section = $2, headline = $3, headline_provisional = $4, standfirst = $5, bylines = $6, \
         dateline = $7, topics = $8, marking = $9, preview_blocks = $10, published_at = $11, updated_at = $12, picture = $13, \
         pick = $14, body = $15, language = $16, imported = $17, source_key = $18, saved_at = $19, revision = $20, \
         changed = $21 WHERE number = $22";
    fields(sql(text), story)?
        .bind(imported.as_ref().map(|f| json("story", f)).transpose()?)
        .bind(source_key)
        .bind(ms(marks.now))
        .bind(marks.revision)
        .bind(marks.changed)
        .bind(i64::from(story.number.0))
        .execute(&mut *tx)
        .await?;
    Ok(())
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments>;

/// Binds $1 to $16, the story's own fields.
fn fields<'q>(query: Query<'q>, story: &'q Story) -> Result<Query<'q>, StoreError> {
    Ok(query
        .bind(story.slug.as_str())
        .bind(story.section.as_str())
        .bind(story.headline.as_str())
        .bind(i64::from(story.headline_provisional))
        .bind(story.standfirst.as_deref())
        .bind(json("story", &story.bylines)?)
        .bind(story.dateline.as_deref())
        .bind(json("story", &story.topics)?)
        .bind(story.marking.word())
        .bind(i64::from(story.preview_blocks))
        .bind(opt_ms(story.published_at))
        .bind(opt_ms(story.updated_at))
        .bind(story.picture.as_ref().map(|picture| json("story", picture)).transpose()?)
        .bind(story.pick.map(i64::from))
        .bind(json("story", &story.body)?)
        .bind(story.language.as_deref()))
}

pub(crate) async fn load(tx: &mut AnyConnection, number: StoryNumber) -> Result<Option<StoredStory>, StoreError> {
    let row = sql(COLUMNS_BY_NUMBER).bind(i64::from(number.0)).fetch_optional(&mut *tx).await?;
    row.as_ref().map(read).transpose()
}

pub(crate) async fn keep_path(tx: &mut AnyConnection, path: &str, number: StoryNumber) -> Result<(), StoreError> {
    sql("INSERT INTO old_paths (path, number) VALUES ($1, $2) ON CONFLICT (path) DO UPDATE SET number = excluded.number")
        .bind(path)
        .bind(i64::from(number.0))
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(crate) fn read(row: &AnyRow) -> Result<StoredStory, StoreError> {
    Ok(StoredStory {
        story: Story {
            number: StoryNumber(row.small("number")?),
            slug: row.text("slug")?,
            section: row.text("section")?,
            headline: row.text("headline")?,
            headline_provisional: row.flag("headline_provisional")?,
            standfirst: row.opt_text("standfirst")?,
            bylines: row.json("bylines")?,
            dateline: row.opt_text("dateline")?,
            topics: row.json("topics")?,
            marking: Marking::read(&row.text("marking")?),
            preview_blocks: row.small("preview_blocks")?,
            published_at: row.opt_time("published_at")?,
            updated_at: row.opt_time("updated_at")?,
            picture: row.opt_json("picture")?,
            pick: row.opt_small("pick")?,
            language: row.opt_text("language")?,
            body: row.json("body")?,
        },
        source_key: row.opt_text("source_key")?,
        revision: row.int("revision")?,
        created_at: row.time("created_at")?,
        saved_at: row.time("saved_at")?,
    })
}
