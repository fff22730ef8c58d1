//! What a person can decide better than the program: kept with its evidence, decided by somebody at a time, and undone as easily.
mod barred;
pub(crate) mod beside;
pub(crate) mod corrected;
pub(crate) mod dates;
mod evidence;
mod follow;
mod order;
mod patch;
mod put_back;
mod seen;
pub(crate) mod settled;
pub(crate) mod standing;
pub(crate) mod undo;

pub use dates::key as dates_key;
pub use evidence::{CopyShown, Corrected, Evidence, LineLeftOut, PlaceInStory};
pub use order::print as paragraph_print;

use crate::rows::{Read, json, limit, ms, sql};
use crate::taking::Piece;
use crate::{Store, StoreError, joining, taken_back};
use beside::Beside;
use follow::follow;
use jiff::Timestamp;
use newsroom::articles::{Block, Story, StoryNumber};
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
    /// Whether what a copy corrects is corrected in the story too.
    Correction,
    /// Something to look at; nothing follows from it.
    Look,
}

impl DoubtKind {
    pub const ALL: [Self; 8] = [
        Self::Paragraph,
        Self::Order,
        Self::SameStory,
        Self::Headline,
        Self::Date,
        Self::LeftOut,
        Self::Correction,
        Self::Look,
    ];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Paragraph => "paragraph",
            Self::Order => "order",
            Self::SameStory => "same-story",
            Self::Headline => "headline",
            Self::Date => "date",
            Self::LeftOut => "left-out",
            Self::Correction => "correction",
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
    /// The story's date now.
    pub published_at: Option<Timestamp>,
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
    /// What came in settled it, and there is nothing to undo.
    pub for_good: bool,
    /// What it took of what everybody reads, because it repeats what is closed since.
    pub withheld: Vec<&'static str>,
    /// The lines that it put back.
    pub put_back: Vec<String>,
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
    /// The story says it as the copy has it now.
    Correct,
    /// Two copies that became one story are two.
    Apart,
    /// Two stories are one, with the words of the one to keep.
    Join(Keep),
    Headline(String),
    /// `None`: unknown.
    Date(Option<Timestamp>),
    /// All dates of its file, read with the day first (0) or with the month (1).
    Dates(usize),
}

/// Whose words a story has that two stories became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Those of the story that the doubt is about.
    This,
    /// Those of the other one.
    Other,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    preview: Option<[u16; 2]>,
    /// How many they were before the text changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    open: Option<u16>,
    /// What was wanted of what everybody reads, and what became of it, since it repeats what is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) taken: Option<Box<[Beside; 2]>>,
    /// The place among the decisions about the story; 0 where nobody counted yet.
    nth: u32,
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

    /// Whether anything of a story can have changed by it.
    const fn did_something(&self) -> bool {
        self.body.is_some() || self.headline.is_some() || self.date.is_some() || self.other.is_some()
    }

    /// Whether it changed a part of the story, by the name that it has in the story's record.
    pub(crate) fn changed(&self, part: &str) -> bool {
        let own = match part {
            "body" => self.body.is_some(),
            "headline" => self.headline.is_some(),
            "published_at" => self.date.is_some(),
            "preview_blocks" => self.preview.is_some(),
            _ => false,
        };
        own || self.before.as_ref().is_some_and(|before| before.changed(part))
    }

    /// The lines that it put back.
    fn put_back(&self, evidence: &Evidence) -> Vec<String> {
        let Some([before, after]) = &self.body else { return Vec::new() };
        let times = |body: &[Block], line: &str| body.iter().filter(|block| block.text() == line).count();
        let lines = evidence.lines.iter().map(|line| line.text.as_str());
        lines.filter(|line| times(after, line) > times(before, line)).map(str::to_owned).collect()
    }

    /// The texts that it remembers.
    fn bodies(&mut self) -> impl Iterator<Item = &mut Vec<Block>> {
        let joined = self.before.as_mut().map(|before| before.bodies());
        self.body.iter_mut().flatten().chain(joined.into_iter().flatten())
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

    /// A copy that is known by its words.
    fn copied(piece: &Piece, story: &Story) -> Self {
        Self {
            text: format!("{} has the same words as {}: taken for a copy of it", piece.place, in_words(story)),
            ..Self::joined(piece, story)
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
const SHOWN: &str = "SELECT d.*, s.headline, s.published_at, COALESCE(NULLIF(r.name, ''), r.email) AS who FROM doubts d JOIN stories s ON s.number = d.number \
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
        let text = "SELECT d.*, s.headline, s.published_at, COALESCE(NULLIF(r.name, ''), r.email) AS who FROM doubts d JOIN stories s ON s.number = d.number \
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

    /// Decides an open doubt: what follows from it is done, and who decided is written down. `seen` is what [`Store::print_of_doubt`] gave
    /// when the doubt was looked at; none: whoever decides does not mind what has changed since.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Stale`] where it is not as it was seen; [`StoreError::Invalid`] where it is decided already, or the story has changed so that the choice
    /// means nothing any more: the text says so.
    pub async fn decide_doubt(
        &self,
        id: i64,
        choice: &Choice,
        seen: Option<&str>,
        staff: i64,
        now: Timestamp,
    ) -> Result<Doubt, StoreError> {
        let mut tx = self.write_stories().await?;
        let doubt = held(&mut tx, id).await?;
        is_as_seen(&mut tx, &doubt, seen).await?;
        if doubt.decided.is_some() {
            return Err(StoreError::invalid("decision", "somebody has decided it already; undo that first"));
        }
        if *choice != Choice::AsItIs {
            barred::is_free(&mut tx, &doubt, None).await?;
        }
        let kept_out = taken_back::kept_out_by(&mut tx, doubt.number).await?.is_some();
        let mut done = follow(&mut tx, &doubt, choice, now).await?;
        if matches!(choice, Choice::Apart | Choice::Join(_)) {
            barred::each_by_its_sources(&mut tx, &doubt, &done, kept_out, now).await?;
        }
        if let Choice::Dates(_) = choice {
            done.settled = dates::decide_too(&mut tx, id, choice, staff, now).await?;
        }
        let others = match choice {
            Choice::Join(_) => settled::by_joining(&mut tx, doubt.number).await?,
            Choice::Remove => settled::by_removing(&mut tx, &doubt).await?,
            _ => Vec::new(),
        };
        let why = match choice {
            Choice::Remove => "the paragraph was removed".to_owned(),
            _ => format!("one story: story {} was joined to story {}", done.other.unwrap_or_default(), doubt.number.0),
        };
        for other in others.iter().filter(|other| other.id != id) {
            settled::close(&mut tx, other.id, &why, Some(staff), now).await?;
            note(&mut tx, other, "doubt.decided", &why, None, staff, now).await?;
            done.settled.push(other.id);
        }
        sql("UPDATE doubts SET state = 'decided', decided_by = $2, decided_at = $3, decision = $4 WHERE id = $1")
            .bind(id)
            .bind(staff)
            .bind(ms(now))
            .bind(json("decision", &done)?)
            .execute(&mut *tx)
            .await?;
        note(&mut tx, &doubt, "doubt.decided", &done.choice, None, staff, now).await?;
        let doubt = held(&mut tx, id).await?;
        tx.commit().await?;
        Ok(doubt)
    }

    /// Undoes a decision: the story is as it would be without it, and the doubt is open again. `seen` is as of [`Store::decide_doubt`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Stale`] where it is not as it was seen; [`StoreError::Stands`] where a later decision changed
    /// the same part of the story; [`StoreError::Invalid`] where it is open, or something else changed that part.
    pub async fn undo_doubt(
        &self,
        id: i64,
        seen: Option<&str>,
        staff: i64,
        now: Timestamp,
    ) -> Result<Doubt, StoreError> {
        let mut tx = self.write_stories().await?;
        let doubt = held(&mut tx, id).await?;
        is_as_seen(&mut tx, &doubt, seen).await?;
        let row = sql("SELECT decision FROM doubts WHERE id = $1").bind(id).fetch_one(&mut *tx).await?;
        let Some(done) = row.opt_json::<Done>("decision")? else {
            return Err(StoreError::invalid("decision", "it is not decided"));
        };
        if settled::is_for_good(&done.choice) {
            let mend = format!("{}, so there is nothing to undo; what is said again is asked again", done.choice);
            return Err(StoreError::invalid("decision", mend));
        }
        barred::is_free(&mut tx, &doubt, Some(&done)).await?;
        let kept_out = taken_back::kept_out_by(&mut tx, doubt.number).await?.is_some();
        let taken_back = undo::take_back(&mut tx, &doubt, &done, now).await?;
        if doubt.kind == DoubtKind::SameStory {
            barred::each_by_its_sources(&mut tx, &doubt, &done, kept_out, now).await?;
        }
        for other in undo::open_again(&mut tx, &done.settled, now).await? {
            note(&mut tx, &other, "doubt.reopened", "", None, staff, now).await?;
        }
        sql("UPDATE doubts SET state = 'open', decided_by = NULL, decided_at = NULL, decision = NULL WHERE id = $1")
            .bind(id)
            .execute(&mut *tx)
            .await?;
        note(&mut tx, &doubt, "doubt.reopened", &done.choice, Some(&taken_back), staff, now).await?;
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
    let of_source = matches!(doubt.kind, DoubtKind::Date | DoubtKind::Correction | DoubtKind::Headline);
    if of_source && settled::opened_by_its_source(tx, doubt).await? {
        return Ok(true);
    }
    let headed = doubt.kind == DoubtKind::Headline && doubt.key.starts_with("headline:");
    let of_crawls = headed || matches!(doubt.kind, DoubtKind::Paragraph | DoubtKind::Order | DoubtKind::LeftOut);
    if of_crawls && settled::opened_by_crawls(tx, doubt, number).await? {
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

/// Whether somebody decided about a doubt.
pub(crate) async fn is_decided(tx: &mut AnyConnection, key: &str) -> Result<bool, StoreError> {
    let query = sql("SELECT 1 AS one FROM doubts WHERE key = $1 AND state = 'decided'").bind(key);
    Ok(query.fetch_optional(&mut *tx).await?.is_some())
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

/// Keeps that a piece was taken for a copy, known by its words, so that a person can undo it: then it is asked.
pub(crate) async fn add_copy(
    tx: &mut AnyConnection,
    piece: &Piece,
    story: &Story,
    import: Option<i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let done = Done { choice: "one story, known by equal words".to_owned(), ..Done::default() };
    match import {
        Some(import) => add_decided(tx, &NewDoubt::copied(piece, story), story.number, import, done, now).await,
        None => Ok(()),
    }
}

/// Keeps a doubt that the program decided itself, so that a person can undo it.
pub(crate) async fn add_decided(
    tx: &mut AnyConnection,
    doubt: &NewDoubt,
    number: StoryNumber,
    import: i64,
    done: Done,
    now: Timestamp,
) -> Result<(), StoreError> {
    let done = Done { nth: follow::next(tx, number).await?, ..done };
    if add(tx, doubt, number, Some(import), now).await? {
        sql("UPDATE doubts SET state = 'decided', decided_at = $2, decision = $3 WHERE key = $1")
            .bind(doubt.key.as_str())
            .bind(ms(now))
            .bind(json("decision", &done)?)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

pub(crate) async fn held(tx: &mut AnyConnection, id: i64) -> Result<Doubt, StoreError> {
    let text = "SELECT d.*, s.headline, s.published_at, COALESCE(NULLIF(r.name, ''), r.email) AS who FROM doubts d JOIN stories s ON s.number = d.number \
         LEFT JOIN readers r ON r.id = d.decided_by WHERE d.id = $1";
    let row = sql(text).bind(id).fetch_optional(&mut *tx).await?;
    row.as_ref().map(read).transpose()?.ok_or_else(|| StoreError::not_found("doubt", id))
}

/// Refuses what was decided on another state than this.
async fn is_as_seen(tx: &mut AnyConnection, doubt: &Doubt, seen: Option<&str>) -> Result<(), StoreError> {
    match seen {
        Some(seen) if seen::print(tx, doubt).await? != seen => Err(StoreError::Stale),
        _ => Ok(()),
    }
}

async fn note(
    tx: &mut AnyConnection,
    doubt: &Doubt,
    kind: &str,
    choice: &str,
    taken_back: Option<&undo::TakenBack>,
    staff: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut data = value!({ "doubt": doubt.id, "kind": doubt.kind.word(), "choice": choice });
    if let Some(taken_back) = taken_back {
        data["back"] = value!(taken_back.back);
        data["withheld"] = value!(taken_back.withheld);
        data["kept"] = value!(taken_back.kept);
        data["told"] = value!(taken_back.told);
        data["markings"] = value!(taken_back.markings);
    }
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

pub(crate) fn read(row: &AnyRow) -> Result<Doubt, StoreError> {
    let decided = match row.opt_time("decided_at")? {
        None => None,
        Some(at) => {
            let done = row.opt_json::<Done>("decision")?.unwrap_or_default();
            let withheld = done.taken.as_ref().map_or_else(Vec::new, |taken| taken[0].differing(&taken[1]));
            let put_back = done.put_back(&row.json::<Evidence>("evidence")?);
            Some(Decided {
                put_back,
                by: row.opt_int("decided_by")?,
                name: row.opt_text("who")?,
                at,
                for_good: settled::is_for_good(&done.choice),
                choice: done.choice,
                withheld,
            })
        }
    };
    Ok(Doubt {
        id: row.int("id")?,
        import: row.opt_int("import_id")?,
        number: StoryNumber(row.small("number")?),
        headline: row.text("headline")?,
        published_at: row.opt_time("published_at")?,
        kind: DoubtKind::read(&row.text("kind")?),
        paragraph: row.opt_small("paragraph")?,
        text: row.text("text")?,
        evidence: row.json("evidence")?,
        decided,
        created_at: row.time("created_at")?,
    })
}
