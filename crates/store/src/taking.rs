//! Pieces of an old archive go in: each finds the story it tells, or becomes one. What a batch did and how far its file has come is
//! one transaction, so a process that dies anywhere has lost nothing and doubles nothing when it goes on.
use std::borrow::Cow;

use crate::changes::{Withheld, Writing};
use crate::doubts::{self, NewDoubt};
use crate::joining::{self, language};
use crate::rows::{Read, json, ms, opt_ms, sql};
use crate::stories::{Saved, load, save};
use crate::{Arrived, NewCrawl, Store, StoreError, again, credits, identity, newcomers, taken_back, versions};
use jiff::Timestamp;
use newsroom::articles::{Marking, Story, StoryNumber};
use serde_json::Value;
use sqlx::AnyConnection;

/// Two equal texts that are published further apart are two stories: daily reports may have the same words. In milliseconds.
pub(crate) const SAME_EDITION: i64 = 36 * 60 * 60 * 1000;

/// One piece that is a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Identity within the archive, the same at every import.
    pub source: String,
    /// The identity that earlier releases gave it, where that is another.
    pub former: Option<String>,
    /// What becomes of it.
    pub story: Story,
    /// Number of the version, where the format counts them.
    pub version: Option<u32>,
    /// When the source says that it said so.
    pub said_at: Option<Timestamp>,
    /// Somebody named how its source's dates are read: the same words on another day are no older version, but dated anew.
    pub dated_anew: bool,
    /// Fingerprint of the words.
    pub print: String,
    /// Whether the words alone are enough to know the story by: not for a line of ten words.
    pub telling: bool,
    /// File and place, for people.
    pub place: String,
    /// Addresses of former times, path and query.
    pub addresses: Vec<String>,
    /// Who may read it, where its source says so; else the story's marking is the paper's own for such pieces.
    pub told_marking: Option<Marking>,
    /// Its source says how much of it is open; else the preview is the usual one.
    pub told_preview: bool,
    pub doubts: Vec<NewDoubt>,
}

/// One piece to be settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settle {
    Story(Box<Piece>),
    /// The source says that it is not public: no story is made of it, and one that it told is taken out.
    HoldBack(Box<Piece>, String),
    /// The source took it back: no version of it stays public.
    Withdraw(Box<Piece>),
}

/// What became of one piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub outcome: Outcome,
    /// Addresses that lead to another story already.
    pub conflicts: Vec<(String, StoryNumber)>,
    /// Addresses that lead to its story since.
    pub addresses: Vec<String>,
    /// Its source says it in other words than before: whether it dates these later.
    pub dated_later: Option<bool>,
    /// It is an older state: when its source says it, and when what the paper has.
    pub dated_before: Option<[Timestamp; 2]>,
    /// The words of the doubts that are new.
    pub doubts: Vec<String>,
    /// Its identity is another story's: it has one of its own now.
    pub shares: bool,
    /// What was left out because it repeats what is closed.
    pub withheld: Vec<Withheld>,
    /// Somebody named how its dates are read, and the story has another one all the same.
    pub date_stays: Option<DateStays>,
    /// It would open what its source closed, and stays closed.
    pub stays_closed: Option<StaysClosed>,
    /// It says otherwise what its source said before, and the story has other words: the file and place of those.
    pub follows: Option<String>,
    /// Something that its source says otherwise than the story is asked at the desk.
    pub asked: bool,
    /// What of the story is another since, as people call it.
    pub changed: Vec<&'static str>,
    /// What its source says otherwise than before, and stays as the desk has it.
    pub kept: Vec<&'static str>,
    /// The story has this marking since, as the copy closes more than it did.
    pub closes: Option<Marking>,
    /// It is public, and its story is out of the paper: the file and place of the source that keeps it out.
    pub kept_out: Option<String>,
}

/// Why a piece keeps the stricter marking that its source told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaysClosed {
    /// It says nothing of who may read any more.
    Silent,
    /// One import brings both, and nothing tells which of them is later.
    Undated,
    /// It says so, and the story has the words of another source.
    OfCopy,
}

/// Why a story keeps a date that its source tells otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateStays {
    /// The desk changed it.
    Decided,
    /// The story has the words of another source.
    Another,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    New(StoryNumber),
    Changed(StoryNumber),
    Same(StoryNumber),
    /// Another source of a story that is there; the number is the story's.
    Merged(StoryNumber),
    /// An older version than the one that is there.
    Older(StoryNumber),
    Withdrawn(StoryNumber),
    /// Its source had taken it back, and publishes it again.
    Back(StoryNumber),
    HeldBack,
    /// It was held back before, with the same words.
    StillHeldBack,
    /// No story tells it, and what its source says later is that it is not public.
    OlderThanHeldBack,
    /// One import says both that it is public and that it is not, and nothing tells which is later.
    UndatedHeldBack,
    /// A later version of a source whose words the story does not have.
    OfCopy(StoryNumber),
}

impl Outcome {
    /// The story it touched.
    #[must_use]
    pub const fn number(self) -> Option<StoryNumber> {
        match self {
            Self::New(n)
            | Self::Changed(n)
            | Self::Same(n)
            | Self::Merged(n)
            | Self::Older(n)
            | Self::Withdrawn(n)
            | Self::Back(n)
            | Self::OfCopy(n) => Some(n),
            Self::HeldBack | Self::StillHeldBack | Self::OlderThanHeldBack | Self::UndatedHeldBack => None,
        }
    }
}

/// How far a file has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileProgress {
    /// Fingerprint of its bytes and of the settings it is read with.
    pub fingerprint: String,
    pub name: String,
    /// Pieces of it that are settled, refused ones among them.
    pub pieces: u64,
    /// Pieces that are in the paper or held back.
    pub stories: u64,
    /// Pieces of it that were refused.
    pub refused: u64,
    pub done: bool,
    /// It was read to its end before, and is read again for what was refused in it: nothing else of it is new.
    pub again: bool,
    /// Other contents came under its name since: what it says is news again.
    pub replaced: bool,
    /// The name under which it was read last, and when; none: it never was.
    pub read_as: Option<(String, Timestamp)>,
}

impl Piece {
    /// Whether nothing but its date of publication says when it was said.
    #[must_use]
    pub fn is_dated_by_publication(&self) -> bool {
        let published = self.said_at.is_some() && self.said_at == self.story.published_at;
        published && self.story.updated_at.is_none() && self.version.is_none()
    }
}

/// What is known of an identity.
pub(crate) struct Known {
    pub number: StoryNumber,
    pub version: Option<i64>,
    pub said_at: Option<i64>,
    pub print: String,
    /// What its source said last of who may read, and in which import.
    pub marking: Option<Marking>,
    pub marked_in: Option<i64>,
}

impl Known {
    /// Whether a piece says what its source said before what is known: by the number of its version, else by the time at which it was said.
    pub fn is_newer_than(&self, piece: &Piece, said_at: Option<Timestamp>) -> bool {
        match (piece.version.map(i64::from), self.version) {
            (Some(new), Some(old)) if new != old => new < old,
            _ if piece.dated_anew && self.print == piece.print => false,
            _ => opt_ms(said_at).zip(self.said_at).is_some_and(|(new, old)| new < old),
        }
    }

    /// Whether the source dates a piece later than what is known, or counts it as a later version.
    pub fn is_older_than(&self, piece: &Piece) -> bool {
        let counted = piece.version.map(i64::from).zip(self.version).is_some_and(|(new, old)| new > old);
        counted || opt_ms(piece.said_at).zip(self.said_at).is_some_and(|(new, old)| new > old)
    }

    /// The marking that a piece has to keep: only a later word of its source opens what it closed.
    pub fn stays_closed(&self, piece: &Piece, run: Option<i64>) -> Option<(Marking, StaysClosed)> {
        let told = self.marking.filter(|told| told.strictness() >= piece.story.marking.strictness())?;
        let undated = run.is_some() && self.marked_in == run && !self.is_older_than(piece);
        let why = match piece.told_marking {
            None => StaysClosed::Silent,
            Some(now) if undated && now != told => StaysClosed::Undated,
            Some(_) => return None,
        };
        Some((told, why))
    }
}

impl Store {
    /// Settles the pieces of a batch, keeps the crawls among them until they are compared, and notes how far their file has come, all or nothing. `run` is the import they belong to; `account`
    /// writes down what became of them and gives the account's state, which is committed with them.
    ///
    /// # Errors
    /// The database's; [`StoreError::Invalid`] with the words of an account that could not be written.
    pub async fn settle_pieces(
        &self,
        pieces: &[Settle],
        crawls: &[NewCrawl],
        file: &FileProgress,
        run: i64,
        now: Timestamp,
        account: impl FnOnce(&[Taken], &[Arrived]) -> Result<Account, String>,
    ) -> Result<(), StoreError> {
        let mut tx = self.write_stories().await?;
        let mut settled = Vec::with_capacity(pieces.len());
        for piece in pieces {
            settled.push(match piece {
                Settle::Story(piece) => take(&mut tx, piece, file.again, Some(run), now).await?,
                Settle::HoldBack(piece, reason) => {
                    taken_back::held(&mut tx, piece, reason, file.again, run, now).await?
                }
                Settle::Withdraw(piece) => taken_back::withdraw(&mut tx, piece, run, now).await?,
            });
        }
        note_file(&mut tx, file, now).await?;
        let mut arrived = Vec::with_capacity(crawls.len());
        for crawl in crawls {
            arrived.push(newcomers::stage(&mut tx, crawl, now).await?);
        }
        let account = account(&settled, &arrived).map_err(|mend| StoreError::invalid("account of an import", mend))?;
        note_run(&mut tx, run, &account).await?;
        tx.commit().await
    }

    /// How far a file of this fingerprint has come, which has this name now.
    ///
    /// # Errors
    /// The database's.
    pub async fn file_progress(&self, fingerprint: &str, name: &str) -> Result<Option<FileProgress>, StoreError> {
        // Of two that came in together, under two names, either can be put in the place of the other.
        let text = "SELECT f.*, CASE WHEN EXISTS (SELECT 1 FROM import_files o WHERE substr(o.name, 1, 500) = substr($2, 1, 500) \
             AND o.name = $2 AND (o.saved_at > f.saved_at OR (o.saved_at = f.saved_at AND f.name <> $2))) \
             THEN 1 ELSE 0 END AS replaced FROM import_files f WHERE f.fingerprint = $1";
        let row = sql(text).bind(fingerprint).bind(name).fetch_optional(&self.reader).await?;
        row.map(|row| {
            Ok(FileProgress {
                fingerprint: row.text("fingerprint")?,
                name: row.text("name")?,
                pieces: row.small("pieces")?,
                stories: row.small("stories")?,
                refused: row.small("refused")?,
                done: row.flag("done")?,
                again: row.small::<u64>("pieces")? == 0,
                replaced: row.flag("replaced")?,
                read_as: Some((row.text("name")?, row.time("saved_at")?)),
            })
        })
        .transpose()
    }
}

/// The account of an import up to a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Length of the report's file.
    pub report_bytes: u64,
    /// The sums.
    pub report: Value,
}

impl Taken {
    /// Keeps a doubt, and its words if it is new.
    pub(crate) async fn doubt(
        &mut self,
        tx: &mut AnyConnection,
        doubt: &NewDoubt,
        number: StoryNumber,
        run: Option<i64>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let first = doubts::dates::is_first(tx, &doubt.key).await?;
        if doubts::add(tx, doubt, number, run, now).await? && first {
            self.doubts.push(doubt.text.clone());
        }
        Ok(())
    }

    pub(crate) const fn of(outcome: Outcome) -> Self {
        Self {
            outcome,
            conflicts: Vec::new(),
            addresses: Vec::new(),
            dated_later: None,
            dated_before: None,
            doubts: Vec::new(),
            shares: false,
            withheld: Vec::new(),
            date_stays: None,
            stays_closed: None,
            follows: None,
            asked: false,
            changed: Vec::new(),
            kept: Vec::new(),
            closes: None,
            kept_out: None,
        }
    }
}

pub(crate) async fn known(tx: &mut AnyConnection, source: &str) -> Result<Option<Known>, StoreError> {
    let text = "SELECT COALESCE(s.supplanted_by, s.number) AS number, k.version, k.said_at, k.print, k.marking, k.marked_in \
         FROM story_sources k JOIN stories s ON s.number = k.number WHERE k.source = $1";
    let row = sql(text).bind(source).fetch_optional(&mut *tx).await?;
    row.map(|row| {
        Ok(Known {
            number: StoryNumber(row.small("number")?),
            version: row.opt_int("version")?,
            said_at: row.opt_int("said_at")?,
            print: row.text("print")?,
            marking: row.opt_text("marking")?.map(|word| Marking::read(&word)),
            marked_in: row.opt_int("marked_in")?,
        })
    })
    .transpose()
}

async fn take(
    tx: &mut Writing,
    piece: &Piece,
    reread: bool,
    run: Option<i64>,
    now: Timestamp,
) -> Result<Taken, StoreError> {
    let (own, known) = identity::of(tx, piece).await?;
    let shares = own.is_some();
    let piece = &own.map_or(Cow::Borrowed(piece), |source| Cow::Owned(Piece { source, ..piece.clone() }));
    let mut settled = match known {
        // Another file of the same heap may have said it otherwise since. What was settled stays settled.
        Some(known) if reread && language::was_said(tx, piece).await? => {
            language::reread(tx, known, piece, now).await?
        }
        Some(known) => again::take(tx, piece, &known, run, now).await?,
        None => match taken_back::stays_back(tx, piece, run).await? {
            Some(stays) => Taken::of(stays),
            None => first(tx, piece, run, now).await?,
        },
    };
    settled.shares = shares;
    if let Outcome::Merged(number) | Outcome::Changed(number) | Outcome::Same(number) | Outcome::OfCopy(number) =
        settled.outcome
    {
        settled.kept_out = taken_back::out_by(tx, number).await?;
    }
    settled.withheld = tx.take_withheld();
    let Some(number) = settled.outcome.number() else { return Ok(settled) };
    if piece.dated_anew && !matches!(settled.outcome, Outcome::Older(_)) {
        settled.date_stays = date_stays(tx, number, piece).await?;
    }
    for address in &piece.addresses {
        match at_address(tx, address).await? {
            Some(other) if other == number => {}
            // It goes on leading to the other story.
            Some(other) => settled.conflicts.push((address.clone(), other)),
            None => {
                crate::stories::keep_path(tx, address, number).await?;
                settled.addresses.push(address.clone());
            }
        }
    }
    if !matches!(settled.outcome, Outcome::Same(_) | Outcome::Older(_) | Outcome::OfCopy(_)) {
        for doubt in &piece.doubts {
            settled.doubt(tx, doubt, number, run, now).await?;
        }
        if matches!(settled.outcome, Outcome::Changed(_) | Outcome::Back(_)) && piece.story.published_at.is_some() {
            doubts::settled::by_its_source(tx, number, piece, now).await?;
        }
    }
    Ok(settled)
}

/// Why the date of a piece is not that of its story.
async fn date_stays(
    tx: &mut AnyConnection,
    number: StoryNumber,
    piece: &Piece,
) -> Result<Option<DateStays>, StoreError> {
    let (Some(told), Some(stored)) = (piece.story.published_at, load(tx, number).await?) else { return Ok(None) };
    if opt_ms(stored.story.published_at) == Some(ms(told)) {
        return Ok(None);
    }
    let own = stored.source_key.as_deref() == Some(piece.source.as_str());
    Ok(Some(if own { DateStays::Decided } else { DateStays::Another }))
}

/// A source that nobody knows: a copy of a story that is there, or a new story.
async fn first(tx: &mut Writing, piece: &Piece, run: Option<i64>, now: Timestamp) -> Result<Taken, StoreError> {
    // a story of an earlier release, or of another command, that has the same source
    let held = sql("SELECT COALESCE(supplanted_by, number) AS number FROM stories WHERE source_key = $1")
        .bind(piece.source.as_str())
        .fetch_optional(&mut **tx)
        .await?;
    let mut unlike = None;
    let mut owner = held.map(|row| row.small("number").map(StoryNumber)).transpose()?;
    let adopted = owner.is_some();
    let mut sure = true;
    if owner.is_none() {
        for address in &piece.addresses {
            let Some(number) = at_address(tx, address).await? else { continue };
            if let Some(same) = tells_the_same(tx, number, piece).await? {
                owner = Some(number);
                sure = same;
                break;
            }
        }
    }
    if owner.is_none() && piece.telling {
        (owner, unlike) = same_words(tx, piece).await?;
    }
    let mut closes = None;
    let outcome = match owner {
        Some(number) if adopted => match save(tx, &piece.story, Some(&piece.source), Some(number), now).await? {
            Saved::Changed(number) => Outcome::Changed(number),
            saved => Outcome::Same(saved.number()),
        },
        Some(number) => {
            closes = complete(tx, number, piece, now).await?;
            if taken_back::in_its_place(tx, number).await?.is_some() {
                // it may have got other writers: it is in no directory
                credits::remove(tx, number).await?;
            }
            Outcome::Merged(number)
        }
        None => {
            let number = save(tx, &piece.story, Some(&piece.source), None, now).await?.number();
            newcomers::add(tx, number).await?;
            Outcome::New(number)
        }
    };
    let number = outcome.number().unwrap_or(StoryNumber(0));
    remember(tx, piece, number, run).await?;
    taken_back::published(tx, &piece.source, now).await?;
    let why = if matches!(outcome, Outcome::Merged(_)) { "a copy from another source" } else { "as first taken in" };
    versions::keep(tx, piece, number, why, now).await?;
    let mut settled = Taken { closes, ..Taken::of(outcome) };
    if let Outcome::Merged(number) = outcome
        && let Some(stored) = load(tx, number).await?
    {
        if sure {
            doubts::add_copy(tx, piece, &stored.story, run, now).await?;
        } else {
            settled.doubt(tx, &NewDoubt::joined(piece, &stored.story), number, run, now).await?;
        }
    }
    asked_of_words(tx, piece, unlike, run, &mut settled, now).await?;
    Ok(settled)
}

/// What is asked about the words of a source that nobody knew: which other source keeps them back, and which story of another day, `unlike`,
/// has them too.
async fn asked_of_words(
    tx: &mut Writing,
    piece: &Piece,
    unlike: Option<StoryNumber>,
    run: Option<i64>,
    settled: &mut Taken,
    now: Timestamp,
) -> Result<(), StoreError> {
    let number = settled.outcome.number().unwrap_or(StoryNumber(0));
    if piece.telling
        && taken_back::in_its_place(tx, number).await?.is_none()
        && let Some(doubt) = taken_back::kept_back_elsewhere(tx, &piece.print, Some(&piece.source)).await?
    {
        settled.doubt(tx, &doubt, number, run, now).await?;
    }
    if let Some(other) = unlike
        && let Some(stored) = load(tx, other).await?
    {
        let mut doubt = NewDoubt::alike(piece, number, &stored.story);
        if let Some(own) = load(tx, number).await? {
            doubt
                .text
                .extend(joining::closed_alike(tx, [&own.story, &stored.story], joining::Resembling::Pair, now).await?);
        }
        settled.doubt(tx, &doubt, number, run, now).await?;
    }
    Ok(())
}

/// What another copy knows and the story lacks: a date, writers, a standfirst, a picture. What is there stays. The story's marking, where the
/// copy closes it more.
async fn complete(
    tx: &mut Writing,
    number: StoryNumber,
    piece: &Piece,
    now: Timestamp,
) -> Result<Option<Marking>, StoreError> {
    let Some(stored) = load(tx, number).await? else { return Ok(None) };
    let (mut story, withheld) = joining::filled(&stored.story, &piece.story);
    if piece.told_preview {
        story.close_as(&piece.story);
    }
    tx.withhold(withheld.map(|words| ("headline", words)));
    save(tx, &story, None, Some(number), now).await?;
    Ok(joining::marking::stricter(&stored.story, &story))
}

async fn at_address(tx: &mut AnyConnection, address: &str) -> Result<Option<StoryNumber>, StoreError> {
    let text = "SELECT COALESCE(s.supplanted_by, s.number) AS number FROM old_paths o JOIN stories s ON s.number = o.number \
         WHERE o.path = $1";
    let row = sql(text).bind(address).fetch_optional(&mut *tx).await?;
    Ok(row.map(|row| row.small("number")).transpose()?.map(StoryNumber))
}

/// Whether a story at the same address tells the same: by its words or its headline. Two systems may have used one address for two stories.
///
/// `Some(true)`: the words are equal; `Some(false)`: only the headline is.
async fn tells_the_same(
    tx: &mut AnyConnection,
    number: StoryNumber,
    piece: &Piece,
) -> Result<Option<bool>, StoreError> {
    let same = sql("SELECT 1 AS one FROM story_sources WHERE number = $1 AND print = $2 LIMIT 1")
        .bind(i64::from(number.0))
        .bind(piece.print.as_str())
        .fetch_optional(&mut *tx)
        .await?;
    if same.is_some() {
        return Ok(Some(true));
    }
    let Some(stored) = load(tx, number).await? else { return Ok(None) };
    let even = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let named = !piece.story.headline_provisional && even(&stored.story.headline) == even(&piece.story.headline);
    Ok(named.then_some(false))
}

/// The story with the same words: of the same edition, or, second, of another day. One that its source took back is one too, as if the copy had
/// been there before.
async fn same_words(
    tx: &mut AnyConnection,
    piece: &Piece,
) -> Result<(Option<StoryNumber>, Option<StoryNumber>), StoreError> {
    // with the sources of stories that were joined to others
    let text = "SELECT DISTINCT s.number, s.published_at FROM story_sources k JOIN stories o ON o.number = k.number \
         JOIN stories s ON s.number = COALESCE(o.supplanted_by, o.number) \
         WHERE k.print = $1 ORDER BY s.number LIMIT 20";
    let rows = sql(text).bind(piece.print.as_str()).fetch_all(&mut *tx).await?;
    let mut unlike = None;
    for row in &rows {
        let number = StoryNumber(row.small("number")?);
        let near = opt_ms(piece.story.published_at)
            .zip(row.opt_int("published_at")?)
            .is_none_or(|(one, other)| (one - other).abs() <= SAME_EDITION);
        if near {
            return Ok((Some(number), None));
        }
        if taken_back::in_its_place(tx, number).await?.is_none() {
            unlike = unlike.or(Some(number));
        }
    }
    Ok((None, unlike))
}

pub(crate) async fn remember(
    tx: &mut AnyConnection,
    piece: &Piece,
    number: StoryNumber,
    run: Option<i64>,
) -> Result<(), StoreError> {
    let text = "INSERT INTO story_sources (source, number, version, said_at, print, marking, marked_in) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (source) DO UPDATE SET number = excluded.number, version = excluded.version, \
         said_at = excluded.said_at, print = excluded.print, marking = COALESCE(excluded.marking, story_sources.marking), \
         marked_in = COALESCE(excluded.marked_in, story_sources.marked_in)";
    sql(text)
        .bind(piece.source.as_str())
        .bind(i64::from(number.0))
        .bind(piece.version.map(i64::from))
        .bind(opt_ms(piece.said_at))
        .bind(piece.print.as_str())
        .bind(piece.told_marking.map(Marking::word))
        .bind(run.filter(|_| piece.told_marking.is_some()))
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Takes a story out of the paper; `by` stands in its place (itself: nothing does).
pub(crate) async fn rest(
    tx: &mut Writing,
    number: StoryNumber,
    by: StoryNumber,
    now: Timestamp,
) -> Result<(), StoreError> {
    let version = tx.version().await?;
    let text = "UPDATE stories SET supplanted_by = $2, pick = NULL, revision = revision + 1, saved_at = $3, changed = $4 \
         WHERE number = $1";
    sql(text).bind(i64::from(number.0)).bind(i64::from(by.0)).bind(ms(now)).bind(version).execute(&mut **tx).await?;
    credits::remove(tx, number).await
}

/// Publishes a story again that [`rest`] took out.
pub(crate) async fn wake(tx: &mut Writing, number: StoryNumber, now: Timestamp) -> Result<(), StoreError> {
    let version = tx.version().await?;
    let text = "UPDATE stories SET supplanted_by = NULL, revision = revision + 1, saved_at = $2, changed = $3 WHERE number = $1";
    sql(text).bind(i64::from(number.0)).bind(ms(now)).bind(version).execute(&mut **tx).await?;
    if let Some(stored) = load(tx, number).await? {
        credits::add(tx, number, &stored.story).await?;
    }
    Ok(())
}

async fn note_file(tx: &mut AnyConnection, file: &FileProgress, now: Timestamp) -> Result<(), StoreError> {
    let whole = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let text = "INSERT INTO import_files (fingerprint, name, pieces, stories, refused, done, saved_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (fingerprint) DO UPDATE SET name = excluded.name, pieces = excluded.pieces, stories = excluded.stories, \
         refused = excluded.refused, done = excluded.done, saved_at = excluded.saved_at";
    sql(text)
        .bind(file.fingerprint.as_str())
        .bind(file.name.as_str())
        .bind(whole(file.pieces))
        .bind(whole(file.stories))
        .bind(whole(file.refused))
        .bind(i64::from(file.done))
        .bind(ms(now))
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(crate) async fn note_run(tx: &mut AnyConnection, run: i64, account: &Account) -> Result<(), StoreError> {
    sql("UPDATE imports SET report_bytes = $2, report = $3 WHERE id = $1")
        .bind(run)
        .bind(i64::try_from(account.report_bytes).unwrap_or(i64::MAX))
        .bind(json("import report", &account.report)?)
        .execute(&mut *tx)
        .await?;
    Ok(())
}
