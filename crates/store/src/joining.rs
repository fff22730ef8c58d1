//! What comparing found out: crawls that tell a story together, stories that are one, stories that only resemble each other. Two stories
//! that are one are joined with a decided doubt, so the desk sees why and can undo it.
pub(crate) mod apart;
mod filling;
pub(crate) mod language;
pub(crate) mod marking;
mod retold;

pub(crate) use filling::{by_copy, completed, filled, without};

use crate::changes::{Withheld, Writing};
use crate::crawls::mark_at_least;
use crate::doubts::beside::Beside;
use crate::doubts::{self, Done, Keep, NewDoubt};
use crate::imported::{self, Fingerprints};
use crate::rows::{Read, ms, opt_ms, sql};
use crate::stories::{Saved, load, save};
use crate::taking::{Account, note_run, rest};
use crate::telling::TELLING;
use crate::{CopyShown, DoubtKind, Evidence, Store, StoreError, StoredStory, taken_back, versions};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use newsroom::articles::{Block, Marking, Story, StoryNumber};
use retold::{Parted, Told};
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;

/// One thing that comparing found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Crawls, by hash, tell a story together. `story` is what it is if the paper does not have it; else it gets the body, and the headline
    /// where it has none or the crawls are certain of it. `later`: the paragraphs that none of the crawls tells which were here before.
    Rebuilt { story: Box<Story>, key: String, crawls: Vec<String>, later: Vec<String>, doubts: Vec<NewDoubt> },
    /// Stories of the paper, and crawls by hash, tell one story.
    One { stories: Vec<StoryNumber>, crawls: Vec<String> },
    /// Two stories resemble each other, and other facts keep them apart.
    Alike(Meant, Meant),
    /// So do these, and further ones: they are of a series. It is asked only where one closes most of what the other tells.
    Series(Meant, Meant),
    /// A crawl tells no story.
    Useless(String),
}

/// A story, by its number or by one of its crawls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    Story(StoryNumber),
    /// Hash of the crawl.
    Crawl(String),
}

/// What followed from a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Followed {
    Rebuilt {
        saved: Saved,
        /// The headline that the story has.
        headline: String,
        /// What of a story that was here is another since, as people call it.
        changed: Vec<&'static str>,
        /// Stories that proved to be this one.
        supplanted: Vec<StoryNumber>,
        /// Doubts that are new.
        doubts: Vec<NewDoubt>,
        /// What was left out because it repeats what is closed.
        withheld: Vec<Withheld>,
    },
    One(One),
    Alike {
        /// The story and the words of the doubt, when it is new.
        doubts: Vec<(StoryNumber, String)>,
        /// What was left out of the one of them that is closed as the other is.
        withheld: Vec<Withheld>,
    },
    Useless,
}

/// Stories that are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct One {
    /// The story that stays.
    pub stays: StoryNumber,
    /// Whether anything of it changed.
    pub changed: bool,
    /// Stories that it stands for from now on, with their headlines.
    pub joined: Vec<(StoryNumber, String)>,
    /// Those of them whose words it has since they are the later state of the same row, and whether their source dates them later.
    pub corrected: Vec<(StoryNumber, bool)>,
    /// Crawls that are its copies from now on.
    pub crawls: usize,
    /// Its marking, where one of them closes more than it did.
    pub closes: Option<Marking>,
    /// What was left out of it because it repeats what is closed now.
    pub withheld: Vec<Withheld>,
    /// File and place of what keeps it out of the paper, where it is out.
    pub kept_out: Option<String>,
}

/// Whose words a story has that two became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    /// The better ones.
    Better,
    /// As somebody chose.
    Chosen(Keep),
}

/// What undoes a joining: the story as it was and as it became.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Before {
    story: Story,
    after: Story,
    source_key: Option<String>,
    imported: Option<Fingerprints>,
    /// The key of the other story.
    other_key: Option<String>,
    /// The other one's words took the place of this one's.
    words: bool,
    /// What each of both had; joinings of earlier releases did not write it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    had: Option<apart::Had>,
}

impl Before {
    /// Whether the joining changed a part of the story, by the name that it has in the story's record.
    pub(crate) fn changed(&self, part: &str) -> bool {
        imported::part(&self.story, part) != imported::part(&self.after, part)
    }

    /// Whether the words of the other story took the place of this one's.
    pub(crate) const fn has_other_words(&self) -> bool {
        self.words
    }

    /// The texts before and after.
    pub(crate) fn bodies(&mut self) -> [&mut Vec<Block>; 2] {
        [&mut self.story.body, &mut self.after.body]
    }
}

impl Store {
    /// Does what follows from findings, in one transaction with the account of their import. Days are named in the paper's zone.
    ///
    /// # Errors
    /// The database's; [`StoreError::Invalid`] with the words of an account that could not be written.
    pub async fn settle_findings(
        &self,
        findings: &[Finding],
        run: i64,
        now: Timestamp,
        zone: &TimeZone,
        account: impl FnOnce(&[Followed]) -> Result<Account, String>,
    ) -> Result<(), StoreError> {
        let mut tx = self.write_stories().await?;
        let mut followed = Vec::with_capacity(findings.len());
        let mut parted = None;
        for finding in findings {
            followed.push(follow(&mut tx, finding, &mut parted, run, now, zone).await?);
        }
        let account = account(&followed).map_err(|mend| StoreError::invalid("account of an import", mend))?;
        note_run(&mut tx, run, &account).await?;
        tx.commit().await
    }
}

async fn follow(
    tx: &mut Writing,
    finding: &Finding,
    parted: &mut Parted,
    run: i64,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Followed, StoreError> {
    Ok(match finding {
        Finding::Rebuilt { story, key, crawls, later, doubts } => {
            let told = Told { story, key, crawls, later, doubts };
            retold::follow(tx, told, parted, run, now).await?
        }
        Finding::One { stories, crawls } => Followed::One(one(tx, stories, crawls, run, now).await?),
        Finding::Alike(a, b) | Finding::Series(a, b) => {
            let resembling = if matches!(finding, Finding::Series(..)) { Resembling::Series } else { Resembling::Pair };
            let doubts = alike(tx, [a, b], resembling, run, now, zone).await?;
            Followed::Alike { doubts, withheld: tx.take_withheld() }
        }
        Finding::Useless(hash) => {
            for text in [
                "DELETE FROM crawls WHERE hash = $1 AND waits = 1 AND story_number IS NULL",
                "UPDATE crawls SET waits = 0 WHERE hash = $1",
            ] {
                sql(text).bind(hash.as_str()).execute(&mut **tx).await?;
            }
            Followed::Useless
        }
    })
}

/// Says of crawls which story they tell. Those that belong to one already stay there. Gives how many did not.
async fn attend(tx: &mut AnyConnection, crawls: &[String], number: StoryNumber) -> Result<usize, StoreError> {
    let mut fresh = 0;
    for hash in crawls {
        let text =
            "UPDATE crawls SET story_number = $2, waits = 0 WHERE hash = $1 AND (waits = 1 OR story_number IS NULL)";
        let done = sql(text).bind(hash.as_str()).bind(i64::from(number.0)).execute(&mut *tx).await?;
        fresh += usize::try_from(done.rows_affected()).unwrap_or_default();
    }
    Ok(fresh)
}

/// The story as the paper has it now: the one it was joined to, if it was. None where its source took it back.
async fn standing(tx: &mut AnyConnection, number: StoryNumber) -> Result<Option<StoryNumber>, StoreError> {
    let text = "SELECT s.number FROM stories o JOIN stories s ON s.number = COALESCE(o.supplanted_by, o.number) \
         WHERE o.number = $1 AND s.supplanted_by IS NULL";
    let row = sql(text).bind(i64::from(number.0)).fetch_optional(&mut *tx).await?;
    Ok(row.map(|row| row.small("number")).transpose()?.map(StoryNumber))
}

async fn one(
    tx: &mut Writing,
    stories: &[StoryNumber],
    crawls: &[String],
    run: i64,
    now: Timestamp,
) -> Result<One, StoreError> {
    let mut all = Vec::new();
    for number in stories {
        all.extend(standing(tx, *number).await?);
    }
    // Whoever knows none of the stories any more keeps its crawls for the story that was meant.
    let meant = all.first().or(stories.first()).copied().unwrap_or(StoryNumber(0));
    for hash in crawls {
        if let Some(number) = of_crawl(tx, hash).await? {
            all.extend(standing(tx, number).await?);
        }
    }
    all.sort_unstable();
    all.dedup();
    let stays = all.first().copied().unwrap_or(meant);
    let mut told = One {
        stays,
        changed: false,
        joined: Vec::new(),
        corrected: Vec::new(),
        crawls: 0,
        closes: None,
        withheld: Vec::new(),
        kept_out: None,
    };
    let mut own = is_own(tx, stays).await?;
    for other in all.into_iter().skip(1) {
        let theirs = is_own(tx, other).await?;
        // Two story files are two stories by their author's word; and what the desk parted stays parted.
        if (own && theirs) || doubted(tx, stays, other).await? {
            continue;
        }
        let (Some(a), Some(b)) = (load(tx, stays).await?, load(tx, other).await?) else { continue };
        if letters(&a.story).min(letters(&b.story)) < TELLING {
            continue;
        }
        own |= theirs;
        let mut done = join(tx, &a, &b, Words::Better, now).await?;
        for doubt in doubts::settled::by_joining(tx, stays).await? {
            // What was asked of these two is this joining, which can be undone.
            let pair = [Some(stays), Some(other)];
            if pair.contains(&Some(doubt.number)) && pair.contains(&doubt.evidence.other.map(StoryNumber)) {
                doubts::settled::forget(tx, doubt.id).await?;
                continue;
            }
            let why = format!("one story: the import joined story {} to story {}", other.0, stays.0);
            doubts::settled::close(tx, doubt.id, &why, None, now).await?;
            done.settled.push(doubt.id);
        }
        told.changed |= done.before.as_ref().is_some_and(|before| before.story != before.after);
        if let Some(before) = &done.before {
            told.closes = marking::stricter(&before.story, &before.after).or(told.closes);
        }
        told.joined.push((other, b.story.headline.clone()));
        if are_one_row(&a, &b) && done.before.as_ref().is_some_and(|before| before.words) {
            told.corrected.push((other, said(&b.story) > said(&a.story)));
        }
        doubts::add_decided(tx, &joined(&a, &b), stays, run, done, now).await?;
    }
    told.crawls = attend(tx, crawls, stays).await?;
    told.kept_out = taken_back::out_by(tx, stays).await?;
    told.withheld = tx.take_withheld();
    Ok(told)
}

fn key(a: StoryNumber, b: StoryNumber) -> String {
    format!("one:{}:{}", a.0.min(b.0), a.0.max(b.0))
}

fn joined(a: &StoredStory, b: &StoredStory) -> NewDoubt {
    NewDoubt {
        key: key(a.story.number, b.story.number),
        kind: DoubtKind::SameStory,
        paragraph: None,
        text: format!("tells the same as {}", doubts::in_words(&b.story)),
        evidence: side_by_side(a, b),
    }
}

fn side_by_side(a: &StoredStory, b: &StoredStory) -> Evidence {
    let copy = |stored: &StoredStory| CopyShown::of(&format!("story {}", stored.story.number.0), &stored.story);
    Evidence { other: Some(b.story.number.0), copies: vec![copy(a), copy(b)], ..Evidence::default() }
}

async fn doubted(tx: &mut AnyConnection, a: StoryNumber, b: StoryNumber) -> Result<bool, StoreError> {
    let row = sql("SELECT 1 AS one FROM doubts WHERE key = $1").bind(key(a, b)).fetch_optional(&mut *tx).await?;
    Ok(row.is_some())
}

/// The story that is meant, as the paper has it now.
async fn meant(tx: &mut AnyConnection, story: &Meant) -> Result<Option<StoryNumber>, StoreError> {
    match story {
        Meant::Story(number) => standing(tx, *number).await,
        Meant::Crawl(hash) => match of_crawl(tx, hash).await? {
            Some(number) => standing(tx, number).await,
            None => Ok(None),
        },
    }
}

async fn of_crawl(tx: &mut AnyConnection, hash: &str) -> Result<Option<StoryNumber>, StoreError> {
    let text = "SELECT story_number FROM crawls WHERE hash = $1";
    let row = sql(text).bind(hash).fetch_optional(&mut *tx).await?;
    Ok(row.map(|row| row.opt_small("story_number")).transpose()?.flatten().map(StoryNumber))
}

/// How many stories one resembles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resembling {
    Pair,
    Series,
}

async fn alike(
    tx: &mut Writing,
    [a, b]: [&Meant; 2],
    resembling: Resembling,
    run: i64,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Vec<(StoryNumber, String)>, StoreError> {
    let (Some(a), Some(b)) = (meant(tx, a).await?, meant(tx, b).await?) else { return Ok(Vec::new()) };
    if a == b || (is_own(tx, a).await? && is_own(tx, b).await?) {
        return Ok(Vec::new());
    }
    let (Some(first), Some(second)) = (load(tx, a.min(b)).await?, load(tx, a.max(b)).await?) else {
        return Ok(Vec::new());
    };
    let mut text = format!(
        "sounds like {}, but {}: kept apart",
        doubts::in_words(&second.story),
        differing(&first, &second, zone)
    );
    let mut closed = None;
    if !doubts::is_decided(tx, &key(a, b)).await? {
        closed = closed_alike(tx, [&first.story, &second.story], resembling, now).await?;
    }
    if closed.is_none() && resembling == Resembling::Series {
        return Ok(Vec::new());
    }
    text.extend(closed.clone());
    let evidence = side_by_side(&first, &second);
    let doubt = NewDoubt { key: key(a, b), kind: DoubtKind::SameStory, paragraph: None, text, evidence };
    let new = doubts::add(tx, &doubt, first.story.number, Some(run), now).await?;
    Ok((new || closed.is_some()).then_some((first.story.number, doubt.text)).into_iter().collect())
}

/// Closes the one of two stories that sound alike whose source does not say who may read it, where it tells what the other closes. Says so.
pub(crate) async fn closed_alike(
    tx: &mut Writing,
    [a, b]: [&Story; 2],
    resembling: Resembling,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    for (one, like) in [(a, b), (b, a)] {
        if marking::closed_by_like(tx, one.number, like, resembling, now).await? {
            return Ok(Some(format!(
                "; story {} is closed as story {} is, whose closed words it has, since nothing says that everybody may read it: if they may, mark it so",
                one.number.0, like.number.0
            )));
        }
    }
    Ok(None)
}

/// Hours between two copies of one story.
const HOURS: i64 = 36;

/// What keeps two stories apart that sound alike, as far as their days tell. Days are those of the paper's zone.
fn differing(a: &StoredStory, b: &StoredStory, zone: &TimeZone) -> String {
    let days = a
        .story
        .published_at
        .zip(b.story.published_at)
        .filter(|(a, b)| (a.as_second() - b.as_second()).abs() > HOURS * 3_600);
    let day = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%-d %B %Y").to_string();
    days.map_or_else(
        || {
            let dated = a.story.published_at.and(b.story.published_at).is_some();
            match (numbers(&a.story) == numbers(&b.story), dated) {
                (true, _) => "paragraphs in them differ",
                (false, true) => "numbers in them differ",
                (false, false) => "numbers or days in them differ",
            }
            .to_owned()
        },
        |(a, b)| format!("they are of other days, {} and {}", day(a), day(b)),
    )
}

/// The numbers in a story, in their order.
fn numbers(story: &Story) -> Vec<&str> {
    let texts = std::iter::once(story.headline.as_str()).chain(story.body.iter().map(|block| block.text()));
    texts.flat_map(|text| text.split(|c: char| !c.is_ascii_digit())).filter(|number| !number.is_empty()).collect()
}

/// Whether a story, or one that it stands for, was given as a story: by a file or a line of this program, or by the desk. It has neither
/// a source in an export nor crawls.
pub(crate) async fn is_own(tx: &mut AnyConnection, number: StoryNumber) -> Result<bool, StoreError> {
    let text = "SELECT 1 AS one FROM stories s WHERE (s.number = $1 OR (s.supplanted_by = $1 AND s.source_key NOT LIKE 'crawl:%')) \
         AND NOT EXISTS (SELECT 1 FROM story_sources k WHERE k.source = s.source_key) \
         AND NOT EXISTS (SELECT 1 FROM crawls c WHERE c.story_number = s.number AND s.source_key LIKE 'crawl:%') LIMIT 1";
    Ok(sql(text).bind(i64::from(number.0)).fetch_optional(&mut *tx).await?.is_some())
}

/// Joins `b` to `a`, which stays. What the desk wrote stays in any case, unless it chose the words of `b`.
pub(crate) async fn join(
    tx: &mut Writing,
    a: &StoredStory,
    b: &StoredStory,
    words: Words,
    now: Timestamp,
) -> Result<Done, StoreError> {
    let (stays, other) = (a.story.number, b.story.number);
    let imported = apart::imported_of(tx, stays).await?;
    for (stored, why) in [(a, "as it stood in the paper"), (b, "a copy from another source")] {
        let source = stored.source_key.clone().unwrap_or_else(|| format!("story:{}", stored.story.number.0));
        let place = format!("story {}", stored.story.number.0);
        versions::keep_text(tx, stored.story.number, &source, &place, why, &stored.story, now).await?;
    }
    let had = apart::Had::of(tx, stays, &b.story).await?;
    let crawled = |stored: &StoredStory| stored.source_key.as_deref().is_some_and(|key| key.starts_with("crawl:"));
    let theirs = match words {
        Words::Better => b.source_key.is_some() && leads(a, b, crawled(a), crawled(b)),
        Words::Chosen(keep) => keep == Keep::Other,
    };
    let path = b.story.path();
    let moved = put_away(tx, other, stays, &path, now).await?;
    let (story, withheld) =
        if theirs { taking_words(&a.story, &b.story, crawled(a)) } else { filled(&a.story, &b.story) };
    tx.withhold(withheld.clone().map(|words| ("headline", words)));
    // The key of the words goes with them; whoever comes again under the former one finds the story by the one that rests.
    let key = b.source_key.as_deref().filter(|_| theirs);
    let by_import = words == Words::Better;
    if key.is_some() {
        name_source(tx, other, None).await?;
    }
    save(tx, &story, key.filter(|_| by_import), Some(stays), now).await?;
    if key.is_some() && !by_import {
        name_source(tx, stays, key).await?;
        let theirs = apart::imported_of(tx, other).await?;
        apart::note_imported(tx, stays, theirs.as_ref()).await?;
    }
    if key.is_some() {
        name_source(tx, other, a.source_key.as_deref()).await?;
    }
    mark_at_least(tx, stays, b.story.marking, now).await?;
    let after = load(tx, stays).await?.map_or_else(|| a.story.clone(), |stored| stored.story);
    // The headline that it would have, were it not withheld at once.
    let wanted = match withheld {
        Some(headline) => Story { headline, headline_provisional: false, ..story },
        None => story,
    };
    let taken = Beside::taken(&wanted, &after);
    let before = Before {
        story: a.story.clone(),
        after,
        source_key: a.source_key.clone(),
        imported,
        other_key: b.source_key.clone(),
        words: theirs,
        had: Some(had),
    };
    let mut done = Done::joined(other, before, moved);
    done.taken = taken;
    Ok(done)
}

pub(crate) async fn name_source(
    tx: &mut AnyConnection,
    number: StoryNumber,
    key: Option<&str>,
) -> Result<(), StoreError> {
    let text = "UPDATE stories SET source_key = $2 WHERE number = $1";
    sql(text).bind(i64::from(number.0)).bind(key.map(str::to_owned)).execute(&mut *tx).await?;
    Ok(())
}

/// Takes a story out of the paper for another one, with all that it stood for itself. Gives those.
async fn put_away(
    tx: &mut Writing,
    other: StoryNumber,
    by: StoryNumber,
    path: &str,
    now: Timestamp,
) -> Result<Vec<u32>, StoreError> {
    crate::stories::keep_path(tx, path, other).await?;
    let rows = sql("SELECT number FROM stories WHERE supplanted_by = $1 ORDER BY number")
        .bind(i64::from(other.0))
        .fetch_all(&mut **tx)
        .await?;
    let moved: Vec<u32> = rows.iter().map(|row| row.small("number")).collect::<Result<_, _>>()?;
    for number in &moved {
        stands_for(tx, StoryNumber(*number), by, now).await?;
    }
    rest(tx, other, by, now).await?;
    Ok(moved)
}

pub(crate) async fn stands_for(
    tx: &mut Writing,
    number: StoryNumber,
    by: StoryNumber,
    now: Timestamp,
) -> Result<(), StoreError> {
    let version = tx.version().await?;
    let text =
        "UPDATE stories SET supplanted_by = $2, revision = revision + 1, saved_at = $3, changed = $4 WHERE number = $1";
    sql(text).bind(i64::from(number.0)).bind(i64::from(by.0)).bind(ms(now)).bind(version).execute(&mut **tx).await?;
    Ok(())
}

/// When a story says that it said so.
fn said(story: &Story) -> Option<i64> {
    opt_ms(story.updated_at.or(story.published_at))
}

fn letters(story: &Story) -> usize {
    story.body.iter().flat_map(|block| block.text().chars()).filter(|c| c.is_alphanumeric()).count()
}

/// Whether the words of `b` are better than those of `a`: a source's against a rebuilt text, a later version, or a fuller copy.
fn leads(a: &StoredStory, b: &StoredStory, rebuilt_a: bool, rebuilt_b: bool) -> bool {
    if rebuilt_a != rebuilt_b {
        return rebuilt_a;
    }
    let (of_a, of_b) = (letters(&a.story), letters(&b.story));
    let lacks = |one: &Story, other: &Story| other.body.iter().any(|block| !one.body.contains(block));
    let undated = said(&a.story).zip(said(&b.story)).is_none_or(|(a, b)| a == b);
    let later = said(&b.story).zip(said(&a.story)).is_some_and(|(b, a)| b > a) || undated && are_one_row(a, b);
    if later && are_one_row(a, b) {
        return true;
    }
    // Of one text the copy in which no sign was lost.
    let (lost_a, lost_b) = (lost(&a.story), lost(&b.story));
    if lost_a != lost_b && of_a.abs_diff(of_b) * 20 <= of_a.min(of_b) {
        return lost_a > lost_b;
    }
    // A later piece that only lacks something is a teaser or a damaged copy: it corrects nothing.
    if later && lacks(&a.story, &b.story) {
        return of_b * 5 >= of_a * 3;
    }
    let earlier = said(&a.story).zip(said(&b.story)).is_some_and(|(a, b)| b < a);
    let fuller = of_b * 10 > of_a * 11;
    fuller && !(earlier && lacks(&b.story, &a.story))
}

/// Signs that were lost in a text when it was converted.
fn lost(story: &Story) -> usize {
    story.body.iter().map(|block| block.text().matches(char::REPLACEMENT_CHARACTER).count()).sum()
}

/// Whether two stories are what two files of tables give one number: then the second to come in is a state of the first.
fn are_one_row(a: &StoredStory, b: &StoredStory) -> bool {
    let row = |stored: &'_ StoredStory| -> Option<(String, String)> {
        let (table, number) = stored.source_key.as_deref()?.strip_prefix("row:")?.split_once(':')?;
        Some((table.to_owned(), number.to_owned()))
    };
    row(a).zip(row(b)).is_some_and(|(a, b)| a.0 != b.0 && a.1 == b.1) && a.story.number < b.story.number
}

/// `a` with the words of `b`. Its address stays, unless it was made of crawls and had none of its own. Second, a headline that was withheld.
fn taking_words(a: &Story, b: &Story, crawled: bool) -> (Story, Option<String>) {
    let (mut story, withheld) = filled(b, a);
    story.number = a.number;
    story.pick = a.pick;
    if !crawled {
        story.slug.clone_from(&a.slug);
        story.section.clone_from(&a.section);
        story.preview_blocks = a.preview_blocks;
        story.close_as(a);
        story.close_as(b);
        story.published_at = a.published_at.or(b.published_at);
        story.updated_at = b.updated_at.or(b.published_at.filter(|at| a.published_at.is_some_and(|first| *at > first)));
    }
    let withheld = withheld.or(story.withhold_headline());
    (story, withheld)
}
