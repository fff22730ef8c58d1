//! What a person can decide better than the program: kept with its evidence, decided by somebody at a time, and undone as easily.
pub(crate) mod dates;
mod evidence;
mod order;
mod put_back;
pub(crate) mod settled;
pub(crate) mod standing;

pub use dates::key as dates_key;
pub use evidence::{CopyShown, Evidence, LineLeftOut, PlaceInStory};
pub use order::print as paragraph_print;

use crate::changes::Writing;
use crate::rows::{Read, json, limit, ms, sql};
use crate::stories::{load, save, told_nothing};
use crate::taking::{Piece, rest, wake};
use crate::{Store, StoreError, joining, versions};
use jiff::Timestamp;
use newsroom::articles::{Block, Marking, Story, StoryNumber};
use serde::{Deserialize, Serialize};
use serde_json::json as value;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

/// What a doubt is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoubtKind {
    /// Whether a paragraph belongs to the story.
    Paragraph,
    /// In which order the paragraphs stand.
    Order,
    /// Whether two copies tell one story.
    SameStory,
    Headline,
    Date,
    /// Whether lines that were left out belong to the story.
    LeftOut,
    /// Something to look at; nothing follows from it.
    Look,
}

impl DoubtKind {
    pub const ALL: [Self; 7] =
        [Self::Paragraph, Self::Order, Self::SameStory, Self::Headline, Self::Date, Self::LeftOut, Self::Look];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Paragraph => "paragraph",
            Self::Order => "order",
            Self::SameStory => "same-story",
            Self::Headline => "headline",
            Self::Date => "date",
            Self::LeftOut => "left-out",
            Self::Look => "look",
        }
    }

    /// The kind of a word. An unknown one is only to be looked at.
    #[must_use]
    pub fn read(word: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.word() == word).unwrap_or(Self::Look)
    }
}

/// A doubt to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDoubt {
    /// What makes it the same doubt at the next import.
    pub key: String,
    pub kind: DoubtKind,
    /// Paragraph it is about, from 1.
    pub paragraph: Option<u32>,
    pub text: String,
    pub evidence: Evidence,
}

/// A doubt as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    pub id: i64,
    pub import: Option<i64>,
    pub number: StoryNumber,
    /// The story's headline now.
    pub headline: String,
    pub kind: DoubtKind,
    pub paragraph: Option<u32>,
    pub text: String,
    pub evidence: Evidence,
    pub decided: Option<Decided>,
    pub created_at: Timestamp,
}

/// Who decided what and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub by: Option<i64>,
    /// Their name now, or their e-mail address where they gave none.
    pub name: Option<String>,
    pub at: Timestamp,
    /// What was chosen, as [`Choice`] words it.
    pub choice: String,
}

/// What somebody chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// It is well as it is: the paragraph stays, the order is right, the copies are one story or are two.
    AsItIs,
    /// The paragraph goes.
    Remove,
    /// One of the orders offered, from 0.
    Order(usize),
    /// One of the lines left out goes back to where it stood, from 0; `None`: all of them.
    PutBack(Option<usize>),
    /// Two copies that became one story are two.
    Apart,
    /// Two stories are one.
    Join,
    Headline(String),
    /// `None`: unknown.
    Date(Option<Timestamp>),
    /// All dates of its file, read with the day first (0) or with the month (1).
    Dates(usize),
}

/// What undoes a decision. Every field is as it was before, beside what the decision made of it.
#[derive(Debug, Clone, Serialize, Deserialize, Default)]
#[serde(default)]
pub(crate) struct Done {
    choice: String,
    body: Option<[Vec<Block>; 2]>,
    headline: Option<[String; 2]>,
    provisional: Option<bool>,
    date: Option<[Option<i64>; 2]>,
    /// How many blocks everybody may read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    preview: Option<[u16; 2]>,
    /// The story that was made by parting, or put away by joining.
    other: Option<u32>,
    source: Option<String>,
    /// What a joining made of the story that stays.
    pub(crate) before: Option<Box<joining::Before>>,
    /// Stories that the other one stood for.
    pub(crate) moved: Vec<u32>,
    /// Other doubts, by id, that this decision settled too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) settled: Vec<i64>,
    /// It was not decided by itself: another decision settled it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    by_another: bool,
}

/// Which doubts are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DoubtFilter {
    /// `Some(true)`: decided ones.
    pub decided: bool,
    pub kind: Option<DoubtKind>,
    pub number: Option<StoryNumber>,
    pub import: Option<i64>,
}

impl Done {
    /// Another decision settled it.
    fn by_another(choice: &str) -> Self {
        Self { choice: choice.to_owned(), by_another: true, ..Self::default() }
    }

    /// Two stories became one.
    pub(crate) fn joined(other: StoryNumber, before: joining::Before, moved: Vec<u32>) -> Self {
        Self {
            choice: "one story".into(),
            other: Some(other.0),
            before: Some(Box::new(before)),
            moved,
            ..Self::default()
        }
    }
}

impl NewDoubt {
    /// Two sources at one address, with other words.
    pub(crate) fn joined(piece: &Piece, story: &Story) -> Self {
        Self {
            key: format!("joined:{}:{}", story.number.0, piece.source),
            kind: DoubtKind::SameStory,
            paragraph: None,
            text: format!(
                "has the address and the headline of {} and other words: taken for a version of it",
                in_words(story)
            ),
            evidence: Evidence {
                source: Some(piece.source.clone()),
                copies: vec![CopyShown::of(&piece.place, &piece.story)],
                ..Evidence::default()
            },
        }
    }

    /// Equal words, published on other days.
    pub(crate) fn alike(piece: &Piece, number: StoryNumber, other: &Story) -> Self {
        Self {
            key: format!("alike:{}:{}", number.0, other.number.0),
            kind: DoubtKind::SameStory,
            paragraph: None,
            text: format!("has the same words as {} of another day: kept as a story of its own", in_words(other)),
            evidence: Evidence {
                other: Some(other.number.0),
                copies: vec![CopyShown::of(&piece.place, &piece.story)],
                ..Evidence::default()
            },
        }
    }
}

/// A story as a doubt names it: number, headline, address.
pub(crate) fn in_words(story: &Story) -> String {
    format!("story {} “{}” ({})", story.number.0, story.headline, story.path())
}

// Of the dates of one file that wait for the same answer the list shows the first, and a story's own list its own.
const SHOWN: &str = "SELECT d.*, s.headline, COALESCE(NULLIF(r.name, ''), r.email) AS who FROM doubts d JOIN stories s ON s.number = d.number \
     LEFT JOIN readers r ON r.id = d.decided_by \
     WHERE d.state = $1 AND ($2 = '' OR d.kind = $2) AND ($3 = 0 OR d.number = $3) AND ($4 = 0 OR d.import_id = $4) \
     AND ($3 <> 0 OR d.key NOT LIKE 'dates:%' OR (d.state = 'decided' AND d.decision NOT LIKE '%\"by_another\":true%') \
     OR (d.state = 'open' AND d.id IN (SELECT MIN(e.id) FROM doubts e WHERE e.state = 'open' AND e.kind = 'date' \
     AND e.key LIKE 'dates:%' GROUP BY substr(e.key, 1, 23)))) \
     ORDER BY d.id LIMIT $5 OFFSET $6";
const COUNTED: &str = "SELECT COUNT(*) AS n FROM doubts d \
     WHERE d.state = $1 AND ($2 = '' OR d.kind = $2) AND ($3 = 0 OR d.number = $3) AND ($4 = 0 OR d.import_id = $4) \
     AND ($3 <> 0 OR d.key NOT LIKE 'dates:%' OR (d.state = 'decided' AND d.decision NOT LIKE '%\"by_another\":true%') \
     OR (d.state = 'open' AND d.id IN (SELECT MIN(e.id) FROM doubts e WHERE e.state = 'open' AND e.kind = 'date' \
     AND e.key LIKE 'dates:%' GROUP BY substr(e.key, 1, 23))))";

impl DoubtFilter {
    fn bind<'q>(
        &self,
        query: sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments>,
    ) -> sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments> {
        query
            .bind(if self.decided { "decided" } else { "open" })
            .bind(self.kind.map_or("", DoubtKind::word))
            .bind(self.number.map_or(0, |n| i64::from(n.0)))
            .bind(self.import.unwrap_or(0))
    }
}

impl Store {
    /// Doubts in the order in which they came.
    ///
    /// # Errors
    /// The database's.
    pub async fn doubts(&self, filter: &DoubtFilter, rows: usize, skip: usize) -> Result<Vec<Doubt>, StoreError> {
        let rows = filter.bind(sql(SHOWN)).bind(limit(rows)).bind(limit(skip)).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }

    /// How many there are.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_doubts(&self, filter: &DoubtFilter) -> Result<u64, StoreError> {
        filter.bind(sql(COUNTED)).fetch_one(&self.reader).await?.small("n")
    }

    /// One doubt.
    ///
    /// # Errors
    /// The database's.
    pub async fn doubt(&self, id: i64) -> Result<Option<Doubt>, StoreError> {
        let text = "SELECT d.*, s.headline, COALESCE(NULLIF(r.name, ''), r.email) AS who FROM doubts d JOIN stories s ON s.number = d.number \
             LEFT JOIN readers r ON r.id = d.decided_by WHERE d.id = $1";
        let row = sql(text).bind(id).fetch_optional(&self.reader).await?;
        row.as_ref().map(read).transpose()
    }

    /// Keeps doubts of a story; those that were kept before stay as they are. Gives how many are new.
    ///
    /// # Errors
    /// The database's.
    pub async fn add_doubts(
        &self,
        number: StoryNumber,
        doubts: &[NewDoubt],
        import: Option<i64>,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let mut tx = self.begin().await?;
        let mut new = 0;
        for doubt in doubts {
            new += usize::from(add(&mut tx, doubt, number, import, now).await?);
        }
        tx.commit().await?;
        Ok(new)
    }

    /// Decides an open doubt: what follows from it is done, and who decided is written down.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Invalid`] where it is decided already, or the story has changed so that the choice
    /// means nothing any more: the text says so.
    pub async fn decide_doubt(
        &self,
        id: i64,
        choice: &Choice,
        staff: i64,
        now: Timestamp,
    ) -> Result<Doubt, StoreError> {
        let mut tx = self.write_stories().await?;
        let doubt = held(&mut tx, id).await?;
        if doubt.decided.is_some() {
            return Err(StoreError::invalid("decision", "somebody has decided it already; undo that first"));
        }
        let mut done = follow(&mut tx, &doubt, choice, now).await?;
        if let Choice::Dates(_) = choice {
            done.settled = dates::decide_too(&mut tx, id, choice, staff, now).await?;
        }
        let others = match choice {
            Choice::Join => settled::by_joining(&mut tx, doubt.number).await?,
            Choice::Remove => settled::by_removing(&mut tx, &doubt).await?,
            _ => Vec::new(),
        };
        let why = match choice {
            Choice::Remove => "the paragraph was removed".to_owned(),
            _ => format!("one story: story {} was joined to story {}", done.other.unwrap_or_default(), doubt.number.0),
        };
        for other in others.iter().filter(|other| other.id != id) {
            settled::close(&mut tx, other.id, &why, Some(staff), now).await?;
            note(&mut tx, other, "doubt.decided", &why, staff, now).await?;
            done.settled.push(other.id);
        }
        sql("UPDATE doubts SET state = 'decided', decided_by = $2, decided_at = $3, decision = $4 WHERE id = $1")
            .bind(id)
            .bind(staff)
            .bind(ms(now))
            .bind(json("decision", &done)?)
            .execute(&mut *tx)
            .await?;
        note(&mut tx, &doubt, "doubt.decided", &done.choice, staff, now).await?;
        let doubt = held(&mut tx, id).await?;
        tx.commit().await?;
        Ok(doubt)
    }

    /// Undoes a decision: the story is as before, and the doubt is open again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Invalid`] where it is open, or where somebody has changed since what the decision made.
    pub async fn undo_doubt(&self, id: i64, staff: i64, now: Timestamp) -> Result<Doubt, StoreError> {
        let mut tx = self.write_stories().await?;
        let doubt = held(&mut tx, id).await?;
        let row = sql("SELECT decision FROM doubts WHERE id = $1").bind(id).fetch_one(&mut *tx).await?;
        let Some(done) = row.opt_json::<Done>("decision")? else {
            return Err(StoreError::invalid("decision", "it is not decided"));
        };
        take_back(&mut tx, &doubt, &done, now).await?;
        for other in settled::open_again(&mut tx, &done.settled, now).await? {
            note(&mut tx, &other, "doubt.reopened", "", staff, now).await?;
        }
        sql("UPDATE doubts SET state = 'open', decided_by = NULL, decided_at = NULL, decision = NULL WHERE id = $1")
            .bind(id)
            .execute(&mut *tx)
            .await?;
        note(&mut tx, &doubt, "doubt.reopened", &done.choice, staff, now).await?;
        let doubt = held(&mut tx, id).await?;
        tx.commit().await?;
        Ok(doubt)
    }
}

pub(crate) async fn add(
    tx: &mut AnyConnection,
    doubt: &NewDoubt,
    number: StoryNumber,
    import: Option<i64>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if doubt.kind == DoubtKind::Date && settled::opened_by_its_source(tx, doubt).await? {
        return Ok(true);
    }
    let once =
        matches!(doubt.kind, DoubtKind::Headline | DoubtKind::Date | DoubtKind::LeftOut) || is_of_series(&doubt.text);
    if (once || doubt.key.starts_with(standing::PREFIX)) && is_asked(tx, doubt, number).await? {
        return Ok(false);
    }
    let text = "INSERT INTO doubts (key, import_id, number, paragraph, kind, text, evidence, state, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8) ON CONFLICT (key) DO NOTHING";
    let done = sql(text)
        .bind(doubt.key.as_str())
        .bind(import)
        .bind(i64::from(number.0))
        .bind(doubt.paragraph.map(i64::from))
        .bind(doubt.kind.word())
        .bind(doubt.text.as_str())
        .bind(json("evidence", &doubt.evidence)?)
        .bind(ms(now))
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Whether the same headlines, dates or lines of a story are in doubt, or were: further crawls give a story another key, and ask nothing
/// else.
async fn is_asked(tx: &mut AnyConnection, doubt: &NewDoubt, number: StoryNumber) -> Result<bool, StoreError> {
    let rows = sql("SELECT text, evidence FROM doubts WHERE number = $1 AND kind = $2")
        .bind(i64::from(number.0))
        .bind(doubt.kind.word())
        .fetch_all(&mut *tx)
        .await?;
    let mut asked: Vec<String> = Vec::new();
    for row in &rows {
        let kept: Evidence = row.json("evidence")?;
        if doubt.kind == DoubtKind::LeftOut {
            asked.extend(kept.lines.into_iter().map(|line| line.text));
        } else if doubt.kind == DoubtKind::Paragraph {
            if kept.paragraph == doubt.evidence.paragraph {
                return Ok(true);
            }
        } else if is_of_series(&doubt.text) {
            if is_of_series(&row.text("text")?) {
                return Ok(true);
            }
        } else if kept.choices == doubt.evidence.choices && row.text("text")? == doubt.text {
            return Ok(true);
        }
    }
    let lines = &doubt.evidence.lines;
    Ok(!lines.is_empty() && lines.iter().all(|line| asked.contains(&line.text)))
}

/// Whether it says that a story sounds like several others: that one is of a series is told once, however long the series grows.
fn is_of_series(text: &str) -> bool {
    text.starts_with("sounds like ") && text.contains(" more, but ")
}

/// Keeps a doubt that the program decided itself, so that a person can undo it.
pub(crate) async fn add_decided(
    tx: &mut AnyConnection,
    doubt: &NewDoubt,
    number: StoryNumber,
    import: i64,
    done: &Done,
    now: Timestamp,
) -> Result<(), StoreError> {
    if add(tx, doubt, number, Some(import), now).await? {
        sql("UPDATE doubts SET state = 'decided', decided_at = $2, decision = $3 WHERE key = $1")
            .bind(doubt.key.as_str())
            .bind(ms(now))
            .bind(json("decision", done)?)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

pub(crate) async fn held(tx: &mut AnyConnection, id: i64) -> Result<Doubt, StoreError> {
    let text = "SELECT d.*, s.headline, COALESCE(NULLIF(r.name, ''), r.email) AS who FROM doubts d JOIN stories s ON s.number = d.number \
         LEFT JOIN readers r ON r.id = d.decided_by WHERE d.id = $1";
    let row = sql(text).bind(id).fetch_optional(&mut *tx).await?;
    row.as_ref().map(read).transpose()?.ok_or_else(|| StoreError::not_found("doubt", id))
}

async fn note(
    tx: &mut AnyConnection,
    doubt: &Doubt,
    kind: &str,
    choice: &str,
    staff: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let data = value!({ "doubt": doubt.id, "kind": doubt.kind.word(), "choice": choice });
    sql("INSERT INTO events (at, actor, kind, subject, data) VALUES ($1, $2, $3, $4, $5)")
        .bind(ms(now))
        .bind(format!("staff:{staff}"))
        .bind(kind)
        .bind(format!("story:{}", doubt.number.0))
        .bind(json("event", &data)?)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

fn gone() -> StoreError {
    StoreError::invalid(
        "decision",
        "the story has changed since; where a later decision changed it, undo that one first, else open it and look again",
    )
}

/// Does what follows from a choice.
async fn follow(tx: &mut Writing, doubt: &Doubt, choice: &Choice, now: Timestamp) -> Result<Done, StoreError> {
    let stored = load(tx, doubt.number).await?.ok_or_else(gone)?;
    let mut story = stored.story.clone();
    let mut done = Done::default();
    match choice {
        Choice::AsItIs => done.choice = "as it is".into(),
        Choice::Remove => {
            let wanted = doubt.evidence.paragraph.as_deref().ok_or_else(gone)?;
            let place = doubt.paragraph.and_then(|nth| usize::try_from(nth).ok()).and_then(|nth| nth.checked_sub(1));
            let at = place.filter(|at| story.body.get(*at).is_some_and(|block| block.text() == wanted));
            let at = at.or_else(|| story.body.iter().position(|block| block.text() == wanted)).ok_or_else(gone)?;
            if story.body.len() < 2 {
                return Err(StoreError::invalid("decision", "it is the story's only paragraph"));
            }
            let before = story.body.clone();
            let open = story.preview().len();
            if at < open && story.marking != Marking::Free {
                // No closed paragraph moves up into the open part.
                let left = u16::try_from(open - 1).unwrap_or_default();
                done.preview = Some([story.preview_blocks, left]);
                story.preview_blocks = left;
            }
            story.body.remove(at);
            done.choice = "removed".into();
            done.body = Some([before, story.body.clone()]);
        }
        Choice::PutBack(nth) => {
            let before = story.body.clone();
            story.body = put_back::with_lines(&before, &doubt.evidence.lines, *nth).ok_or_else(gone)?;
            done.choice = "put back".into();
            done.body = Some([before, story.body.clone()]);
        }
        Choice::Order(nth) => {
            let body = order::arranged(&story.body, &doubt.evidence, *nth)?;
            done.choice = order::in_words(&doubt.evidence, *nth);
            done.body = Some([std::mem::replace(&mut story.body, body.clone()), body]);
        }
        Choice::Headline(headline) => {
            if story.told_by(headline).is_some() {
                let mend = "the headline repeats the closed part of the story, and everybody reads it: choose or write another";
                return Err(StoreError::invalid("decision", mend));
            }
            done.choice = "another headline".into();
            done.provisional = Some(story.headline_provisional);
            done.headline = Some([story.headline.clone(), headline.clone()]);
            story.headline.clone_from(headline);
            story.headline_provisional = false;
        }
        Choice::Date(date) => {
            done.choice = date.map_or_else(|| "date unknown".to_owned(), |at| at.to_string());
            done.date = Some([story.published_at.map(ms), date.map(ms)]);
            story.published_at = *date;
        }
        Choice::Dates(nth) => {
            let date =
                doubt.evidence.by_order.get(*nth).and_then(|at| at.parse::<Timestamp>().ok()).ok_or_else(gone)?;
            let first = if *nth == 0 { "day" } else { "month" };
            done.choice = format!("in all such dates of the file the {first} comes first");
            done.date = Some([story.published_at.map(ms), Some(ms(date))]);
            story.published_at = Some(date);
        }
        Choice::Apart => return part(tx, doubt, now).await,
        Choice::Join => return join(tx, doubt, now).await,
    }
    if story != stored.story {
        save(tx, &story, None, Some(doubt.number), now).await?;
    }
    Ok(done)
}

/// Makes a story of its own out of a source that was taken for a version.
async fn part(tx: &mut Writing, doubt: &Doubt, now: Timestamp) -> Result<Done, StoreError> {
    let source = doubt.evidence.source.clone().ok_or_else(gone)?;
    let version = versions::latest_of(tx, &source).await?.ok_or_else(gone)?;
    let mut story = version.story;
    story.number = StoryNumber(0);
    let number = save(tx, &story, Some(&source), None, now).await?.number();
    // undone before, and parted again: the story is there and rests
    if sql("SELECT 1 AS one FROM stories WHERE number = $1 AND supplanted_by IS NOT NULL")
        .bind(i64::from(number.0))
        .fetch_optional(&mut **tx)
        .await?
        .is_some()
    {
        wake(tx, number, now).await?;
    }
    move_source(tx, &source, number).await?;
    Ok(Done { choice: "two stories".into(), other: Some(number.0), source: Some(source), ..Done::default() })
}

/// Puts the other story away: this one stands in its place, and its addresses lead here.
async fn join(tx: &mut Writing, doubt: &Doubt, now: Timestamp) -> Result<Done, StoreError> {
    let other = StoryNumber(doubt.evidence.other.ok_or_else(gone)?);
    let text = "SELECT COUNT(*) AS n FROM stories WHERE number IN ($1, $2) AND supplanted_by IS NULL";
    let both =
        sql(text).bind(i64::from(other.0)).bind(i64::from(doubt.number.0)).fetch_one(&mut **tx).await?.int("n")?;
    if both != 2 {
        return Err(gone());
    }
    let (Some(stays), Some(other)) = (load(tx, doubt.number).await?, load(tx, other).await?) else {
        return Err(gone());
    };
    joining::join(tx, &stays, &other, now).await
}

async fn move_source(tx: &mut AnyConnection, source: &str, number: StoryNumber) -> Result<(), StoreError> {
    for text in [
        "UPDATE story_sources SET number = $2 WHERE source = $1",
        "UPDATE story_versions SET number = $2 WHERE source = $1",
    ] {
        sql(text).bind(source).bind(i64::from(number.0)).execute(&mut *tx).await?;
    }
    Ok(())
}

async fn take_back(tx: &mut Writing, doubt: &Doubt, done: &Done, now: Timestamp) -> Result<(), StoreError> {
    let stored = load(tx, doubt.number).await?.ok_or_else(gone)?;
    let mut story = stored.story.clone();
    if let Some([before, after]) = &done.body {
        if story.body != *after {
            return Err(gone());
        }
        story.body.clone_from(before);
    }
    if let Some([before, after]) = &done.headline {
        if story.headline != *after {
            return Err(gone());
        }
        story.headline.clone_from(before);
        story.headline_provisional = done.provisional.unwrap_or(story.headline_provisional);
        story = told_nothing(tx, &story, now).await?;
    }
    if let Some([before, after]) = done.preview
        && story.preview_blocks == after
    {
        story.preview_blocks = before;
    }
    if let Some([before, after]) = done.date {
        if story.published_at.map(ms) != after {
            return Err(gone());
        }
        story.published_at = before.and_then(|at| Timestamp::from_millisecond(at).ok());
    }
    if story != stored.story {
        save(tx, &story, None, Some(doubt.number), now).await?;
    }
    let Some(other) = done.other.map(StoryNumber) else { return Ok(()) };
    match &done.source {
        Some(source) => {
            move_source(tx, source, doubt.number).await?;
            let path = load(tx, other).await?.map(|stored| stored.story.path());
            if let Some(path) = path {
                crate::stories::keep_path(tx, &path, other).await?;
            }
            rest(tx, other, doubt.number, now).await
        }
        None => {
            if !joining::part(tx, &stored, other, done, now).await? {
                let text = "another copy was joined to the story later, or somebody changed its words. Undo the later joinings of this \
                     story first, the newest before the others";
                return Err(StoreError::invalid("decision", text));
            }
            wake(tx, other, now).await
        }
    }
}

pub(crate) fn read(row: &AnyRow) -> Result<Doubt, StoreError> {
    let decided = match row.opt_time("decided_at")? {
        None => None,
        Some(at) => Some(Decided {
            by: row.opt_int("decided_by")?,
            name: row.opt_text("who")?,
            at,
            choice: row.opt_json::<Done>("decision")?.map(|done| done.choice).unwrap_or_default(),
        }),
    };
    Ok(Doubt {
        id: row.int("id")?,
        import: row.opt_int("import_id")?,
        number: StoryNumber(row.small("number")?),
        headline: row.text("headline")?,
        kind: DoubtKind::read(&row.text("kind")?),
        paragraph: row.opt_small("paragraph")?,
        text: row.text("text")?,
        evidence: row.json("evidence")?,
        decided,
        created_at: row.time("created_at")?,
    })
}
