//! Crawls that tell a story together: what a story that the paper has takes of them, and what it is if the paper has none.
use super::{Followed, attend, key, one};
use crate::changes::Writing;
use crate::crawls::{owners, save_rebuilt_in};
use crate::doubts::{self, NewDoubt};
use crate::rows::{Read, sql};
use crate::stories::load;
use crate::{DoubtKind, StoreError, imported, is_telling, taken_back, words_print};
use jiff::Timestamp;
use newsroom::articles::{Block, Story, StoryNumber};
use sqlx::AnyConnection;

/// What the crawls tell; see [`super::Finding::Rebuilt`].
pub(super) struct Told<'a> {
    pub story: &'a Story,
    pub key: &'a str,
    pub crawls: &'a [String],
    pub later: &'a [String],
    pub doubts: &'a [NewDoubt],
}

pub(super) async fn follow(
    tx: &mut Writing,
    told: Told<'_>,
    parted: &mut Parted,
    run: i64,
    now: Timestamp,
) -> Result<Followed, StoreError> {
    let owners = owners(tx, told.key, told.crawls).await?;
    if let Some(theirs) = with_words(tx, &owners).await? {
        // The words of a source stay: to them the crawls are copies.
        return Ok(Followed::One(one(tx, &theirs, told.crawls, run, now).await?));
    }
    // What the desk joined has the desk's words, and what it parted stays parted: to them the crawls are copies.
    let apart = are_parted(tx, &owners).await? || takes_of_a_parted(tx, &owners, told.story, parted).await?;
    if apart || holds_another(tx, &owners).await? {
        return Ok(Followed::One(one(tx, &owners, told.crawls, run, now).await?));
    }
    let before = match owners.first() {
        Some(first) => load(tx, *first).await?,
        None => None,
    };
    let print = is_telling(&told.story.body).then(|| words_print(&told.story.body));
    if let (None, Some(print)) = (&before, &print)
        && let Some(out) = taken_back::out_with(tx, print).await?
    {
        // What its source took back is public by no copy.
        return Ok(Followed::One(one(tx, &[out], told.crawls, run, now).await?));
    }
    let (story, doubts) = match &before {
        Some(before) => retold(tx, &before.story, &told).await?,
        None => (told.story.clone(), told.doubts.to_vec()),
    };
    let rebuilt = save_rebuilt_in(tx, &story, told.key, owners, now).await?;
    let number = rebuilt.saved.number();
    let stands = match &before {
        Some(_) => load(tx, number).await?.map(|stored| stored.story),
        None => None,
    };
    let mut doubts = match &stands {
        Some(stands) => doubts::standing::of_story(number, &stands.body, &story.body, told.later, doubts),
        None => doubts,
    };
    attend(tx, told.crawls, number).await?;
    if let Some(print) = &print {
        print_crawls(tx, told.crawls, print).await?;
        doubts.extend(taken_back::kept_back_elsewhere(tx, print, None).await?);
    }
    if !rebuilt.supplanted.is_empty() {
        for doubt in doubts::settled::by_joining(tx, number).await? {
            doubts::settled::close(tx, doubt.id, doubts::settled::BOTH_TOLD, None, now).await?;
        }
    }
    if let Some(stands) = &stands {
        let asked: Vec<&NewDoubt> = told.doubts.iter().chain(&doubts).collect();
        doubts::settled::by_crawls(tx, stands, &asked, now).await?;
    }
    let mut new = Vec::new();
    for doubt in doubts {
        if doubts::add(tx, &doubt, number, Some(run), now).await? {
            new.push(doubt);
        }
    }
    let changed = before.zip(stands.as_ref()).map(|(before, stands)| imported::differing(&before.story, stands));
    Ok(Followed::Rebuilt {
        saved: rebuilt.saved,
        changed: changed.unwrap_or_default(),
        headline: stands.unwrap_or(story).headline,
        supplanted: rebuilt.supplanted,
        doubts: new,
        withheld: tx.take_withheld(),
    })
}

/// Notes the words that crawls tell together.
async fn print_crawls(tx: &mut AnyConnection, crawls: &[String], print: &str) -> Result<(), StoreError> {
    for hash in crawls {
        sql("UPDATE crawls SET print = $2 WHERE hash = $1").bind(hash.as_str()).bind(print).execute(&mut *tx).await?;
    }
    Ok(())
}

/// A story that the paper has with what its crawls tell now: their text, but for published lines that they only lack, and their headline.
async fn retold(tx: &mut AnyConnection, before: &Story, told: &Told<'_>) -> Result<(Story, Vec<NewDoubt>), StoreError> {
    let (body, doubts) = doubts::standing::kept(before.number, &before.body, &told.story.body, told.doubts);
    let mut story = Story { body, ..before.clone() };
    let certain = told.doubts.iter().all(|doubt| doubt.kind != DoubtKind::Headline);
    if !told.story.headline_provisional
        && (before.headline_provisional || certain)
        && !is_headline_decided(tx, before.number).await?
    {
        story.headline.clone_from(&told.story.headline);
        story.headline_provisional = false;
    }
    Ok((story, doubts))
}

/// Whether somebody decided what the headline of a story is. What the desk wrote in its form is known by the fingerprint of what came in.
async fn is_headline_decided(tx: &mut AnyConnection, number: StoryNumber) -> Result<bool, StoreError> {
    let text = "SELECT 1 AS one FROM doubts WHERE number = $1 AND kind = 'headline' AND state = 'decided' \
         AND decided_by IS NOT NULL LIMIT 1";
    Ok(sql(text).bind(i64::from(number.0)).fetch_optional(&mut *tx).await?.is_some())
}

/// These stories, if the words of one of them are not made of crawls.
async fn with_words(tx: &mut AnyConnection, owners: &[StoryNumber]) -> Result<Option<Vec<StoryNumber>>, StoreError> {
    for number in owners {
        let crawled = load(tx, *number).await?.and_then(|s| s.source_key).is_some_and(|key| key.starts_with("crawl:"));
        if !crawled {
            return Ok(Some(owners.to_vec()));
        }
    }
    Ok(None)
}

/// Whether a story stands for another one that has crawls of its own: two were joined that the archive keeps apart.
async fn holds_another(tx: &mut AnyConnection, owners: &[StoryNumber]) -> Result<bool, StoreError> {
    for number in owners {
        let text = "SELECT 1 AS one FROM crawls c JOIN stories s ON s.number = c.story_number WHERE s.supplanted_by = $1 LIMIT 1";
        if sql(text).bind(i64::from(number.0)).fetch_optional(&mut *tx).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether somebody decided that two of the stories are two.
async fn are_parted(tx: &mut AnyConnection, owners: &[StoryNumber]) -> Result<bool, StoreError> {
    // Of very many, some: the pairs are a square.
    let owners: Vec<StoryNumber> = owners.iter().copied().take(16).collect();
    for (at, a) in owners.iter().enumerate() {
        for b in owners.iter().skip(at + 1) {
            let text = "SELECT 1 AS one FROM doubts WHERE key = $1 AND state = 'decided' AND decided_by IS NOT NULL";
            if sql(text).bind(key(*a, *b)).fetch_optional(&mut *tx).await?.is_some() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Pairs of stories that somebody decided are two, asked once in a transaction.
pub(super) type Parted = Option<Vec<Vec<StoryNumber>>>;

/// Whether a rebuilt text has words of a story that somebody decided is another one: a crawl may hold both.
async fn takes_of_a_parted(
    tx: &mut AnyConnection,
    owners: &[StoryNumber],
    rebuilt: &Story,
    parted: &mut Parted,
) -> Result<bool, StoreError> {
    if owners.is_empty() {
        return Ok(false);
    }
    if parted.is_none() {
        let text = "SELECT key FROM doubts WHERE state = 'decided' AND kind = 'same-story' AND decided_by IS NOT NULL ORDER BY id";
        let rows = sql(text).fetch_all(&mut *tx).await?;
        let keys = rows.iter().map(|row| row.text("key")).collect::<Result<Vec<_>, _>>()?;
        let pairs = keys.iter().filter_map(|key| key.strip_prefix("one:"));
        *parted = Some(pairs.map(|pair| pair.split(':').flat_map(str::parse).map(StoryNumber).collect()).collect());
    }
    for pair in parted.iter().flatten() {
        let Some(own) = pair.iter().find(|number| owners.contains(number)) else { continue };
        let Some(other) = pair.iter().find(|number| *number != own) else { continue };
        let (Some(own), Some(other)) = (load(tx, *own).await?, load(tx, *other).await?) else { continue };
        let (own, other) = (plain(&own.story.body), plain(&other.story.body));
        let mut fresh = rebuilt.body.iter().map(|block| plain(std::slice::from_ref(block)));
        if fresh.any(|words| !words.is_empty() && other.contains(&words) && !own.contains(&words)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The letters and digits of a text, small.
fn plain(body: &[Block]) -> String {
    let letters = body.iter().flat_map(|block| block.text().chars()).filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
