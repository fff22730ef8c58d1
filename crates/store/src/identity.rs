//! One identity, claimed by stories that have nothing in common: exports without their site's name, tables that count from 1 each year, feeds
//! that give every entry one number. Each story keeps a place of its own, whatever comes first, and finds it again at the next import.
use std::collections::HashSet;

use newsroom::articles::Story;
use sqlx::AnyConnection;

use crate::StoreError;
use crate::rows::{Read as _, opt_ms, sql};
use crate::taking::{Known, Piece, SAME_EDITION, known};
use crate::versions;

/// Stories that may share one identity. A further one is taken for a version of the first, which keeps its words under *Versions*.
const MOST: usize = 1_000;
/// Words that are compared together.
const TOGETHER: usize = 3;

/// The identity under which a piece is settled: its own, or, where that is another story's, its own and a number. With what is known of it.
pub(crate) async fn of(tx: &mut AnyConnection, piece: &Piece) -> Result<(Option<String>, Option<Known>), StoreError> {
    if let Some(former) = &piece.former {
        rename(tx, former, &piece.source).await?;
    }
    let Some(first) = known(tx, &piece.source).await? else { return Ok((None, None)) };
    if !is_anothers(tx, &piece.source, &first, piece).await? {
        return Ok((None, Some(first)));
    }
    for nth in 2..=MOST {
        let source = format!("{}~{nth}", piece.source);
        match known(tx, &source).await? {
            Some(known) if is_anothers(tx, &source, &known, piece).await? => {}
            known => return Ok((Some(source), known)),
        }
    }
    Ok((None, Some(first)))
}

/// Gives a source the identity that it has now. Where another one has that, it is one of those that share it.
async fn rename(tx: &mut AnyConnection, former: &str, source: &str) -> Result<(), StoreError> {
    const KNOWN: [&str; 2] =
        ["SELECT 1 AS one FROM story_sources WHERE source = $1", "SELECT 1 AS one FROM held_back WHERE source = $1"];
    let is_there = async |tx: &mut AnyConnection, source: &str| -> Result<bool, StoreError> {
        for text in KNOWN {
            if sql(text).bind(source).fetch_optional(&mut *tx).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    };
    if !is_there(tx, former).await? {
        return Ok(());
    }
    for nth in 1..=MOST {
        let now = if nth == 1 { source.to_owned() } else { format!("{source}~{nth}") };
        if is_there(tx, &now).await? {
            continue;
        }
        for text in [
            "UPDATE story_sources SET source = $2 WHERE source = $1",
            "UPDATE story_versions SET source = $2 WHERE source = $1",
            "UPDATE held_back SET source = $2 WHERE source = $1",
            "UPDATE stories SET source_key = $2 WHERE source_key = $1",
        ] {
            sql(text).bind(former).bind(now.as_str()).execute(&mut *tx).await?;
        }
        break;
    }
    Ok(())
}

/// The identity under which a piece is held back, in the same way.
pub(crate) async fn of_held(tx: &mut AnyConnection, piece: &Piece) -> Result<Option<String>, StoreError> {
    for nth in 1..=MOST {
        let source = if nth == 1 { piece.source.clone() } else { format!("{}~{nth}", piece.source) };
        let row =
            sql("SELECT story FROM held_back WHERE source = $1").bind(source.as_str()).fetch_optional(&mut *tx).await?;
        let held: Option<Story> = row.map(|row| row.json("story")).transpose()?;
        if !is_loose(piece, None) || held.is_none_or(|held| !is_another(&held, &piece.story)) {
            return Ok((nth > 1).then_some(source));
        }
    }
    Ok(None)
}

/// Whether an identity leaves room for doubt. An address is one page's, and who counts versions knows what is a version of what.
fn is_loose(piece: &Piece, version: Option<i64>) -> bool {
    !piece.source.starts_with("page:") && (piece.version.is_none() || version.is_none())
}

async fn is_anothers(tx: &mut AnyConnection, source: &str, known: &Known, piece: &Piece) -> Result<bool, StoreError> {
    if known.print == piece.print || !is_loose(piece, known.version) {
        return Ok(false);
    }
    let said = versions::latest_of(tx, source).await?;
    Ok(said.is_some_and(|said| is_another(&said.story, &piece.story)))
}

/// Whether two texts tell two stories. A story that its source rewrote from the first word to the last keeps its date; one that was published
/// again on another day keeps its words. Where a date is missing, headline and words must both be others.
fn is_another(one: &Story, other: &Story) -> bool {
    if let Some((one_at, other_at)) = opt_ms(one.published_at).zip(opt_ms(other.published_at)) {
        return (one_at - other_at).abs() > SAME_EDITION && !share(one, other, 3, 5);
    }
    let even = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let named = !one.headline_provisional && !other.headline_provisional;
    let same_name = named && even(&one.headline) == even(&other.headline);
    !same_name && !share(one, other, 1, 5)
}

/// Whether two texts share so many of so many groups of words of the shorter one.
fn share(one: &Story, other: &Story, many: usize, of: usize) -> bool {
    let (one, other) = (groups(one), groups(other));
    one.intersection(&other).count() * of >= one.len().min(other.len()) * many
}

/// What tells two stories from each other: the words that only one of them has.
pub(crate) struct Apart {
    first: HashSet<Vec<String>>,
    second: HashSet<Vec<String>>,
}

impl Apart {
    pub(crate) fn of(first: &Story, second: &Story) -> Self {
        let (one, other) = (groups(first), groups(second));
        Self { first: one.difference(&other).cloned().collect(), second: other.difference(&one).cloned().collect() }
    }

    /// Whether a text has more of the second story's own words than of the first one's.
    pub(crate) fn is_second(&self, text: &str) -> bool {
        let said = groups_of(std::iter::once(text));
        let has = |own: &HashSet<Vec<String>>| own.intersection(&said).count();
        has(&self.second) > has(&self.first)
    }
}

/// The groups of words of a text; of a very short one its words.
fn groups(story: &Story) -> HashSet<Vec<String>> {
    groups_of(story.body.iter().map(|block| block.text()))
}

fn groups_of<'a>(texts: impl Iterator<Item = &'a str>) -> HashSet<Vec<String>> {
    let words: Vec<String> = texts
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let together = if words.len() < 4 * TOGETHER { 1 } else { TOGETHER };
    words.windows(together).map(<[String]>::to_vec).collect()
}
