//! What changed since a version: the feed by which a catalogue or an index keeps up without reading everything.
//!
//! Every transaction that changes stories raises the counter `versions('stories')` once and marks each story it touches with the new
//! value. The counter's row is held from the transaction's first statement to its end, so versions become visible in their order: who has seen
//! version *n* has seen everything marked with *n* or less, however many write at once.
use std::ops::{Deref, DerefMut};

use crate::open::Tx;
use crate::rows::{Read, limit, sql};
use crate::stories::{StoredStory, read};
use crate::{Store, StoreError};
use newsroom::articles::StoryNumber;
use sqlx::AnyConnection;

/// One story that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The version of the change: with [`Change::number`], where to go on from.
    pub version: i64,
    pub what: Changed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// The story as it is now.
    Story(Box<StoredStory>),
    /// Published no longer: another story took its place, if it is named; if not, its source took it back.
    Gone(StoryNumber, Option<StoryNumber>),
}

impl Change {
    #[must_use]
    pub fn number(&self) -> StoryNumber {
        match &self.what {
            Changed::Story(stored) => stored.story.number,
            Changed::Gone(number, _) => *number,
        }
    }
}

impl Store {
    /// At most `rows` stories that changed after (`version`, `after`), in the order of their changes, then numbers. Go on from the last one's
    /// version and number until a page is empty. From the beginning: version 0, number 0. Whoever is up to date with version *v*
    /// asks from *v* and [`u32::MAX`].
    ///
    /// A story that changes again while pages are read comes again later; none is missed.
    ///
    /// # Errors
    /// The database's; [`StoreError::Unreadable`] for a damaged row.
    pub async fn stories_changed_since(
        &self,
        version: i64,
        after: StoryNumber,
        rows: usize,
    ) -> Result<Vec<Change>, StoreError> {
        let rows =
            sql(CHANGED_SINCE).bind(version).bind(i64::from(after.0)).bind(limit(rows)).fetch_all(&self.reader).await?;
        rows.iter()
            .map(|row| {
                let by: Option<u32> = row.opt_small("supplanted_by")?;
                let what = match by {
                    Some(by) => {
                        let number: u32 = row.small("number")?;
                        Changed::Gone(StoryNumber(number), (by != number).then_some(StoryNumber(by)))
                    }
                    None => Changed::Story(Box::new(read(row)?)),
                };
                Ok(Change { version: row.int("changed")?, what })
            })
            .collect()
    }

    /// A transaction that changes stories: it waits for the one before it, then no other goes on until it ends.
    pub(crate) async fn write_stories(&self) -> Result<Writing, StoreError> {
        let mut tx = self.begin().await?;
        sql(self.engine().hold_stories()).fetch_optional(&mut *tx).await?;
        Ok(Writing { tx, version: None, withheld: Vec::new() })
    }
}

pub(crate) const CHANGED_SINCE: &str =
    "SELECT * FROM stories WHERE (changed, number) > ($1, $2) ORDER BY changed, number LIMIT $3";

/// What was taken out of the paper because everybody reads it and it repeats what is closed: its name, and its words.
pub type Withheld = (&'static str, String);

/// A transaction on stories, with the version of its changes.
pub(crate) struct Writing {
    tx: Tx,
    version: Option<i64>,
    withheld: Vec<Withheld>,
}

impl Writing {
    /// The version that this transaction's changes are marked with. The first call raises the counter: running servers notice.
    pub(crate) async fn version(&mut self) -> Result<i64, StoreError> {
        if let Some(version) = self.version {
            return Ok(version);
        }
        let text = "UPDATE versions SET n = n + 1 WHERE name = 'stories' RETURNING n";
        let version = sql(text).fetch_one(&mut *self.tx).await?.int("n")?;
        self.version = Some(version);
        Ok(version)
    }

    /// Notes what was withheld, for whoever tells what was done.
    pub(crate) fn withhold(&mut self, taken: impl IntoIterator<Item = Withheld>) {
        self.withheld.extend(taken);
    }

    /// What was withheld since this was asked last.
    pub(crate) fn take_withheld(&mut self) -> Vec<Withheld> {
        std::mem::take(&mut self.withheld)
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        Ok(self.tx.commit().await?)
    }
}

impl Deref for Writing {
    type Target = AnyConnection;
    fn deref(&self) -> &AnyConnection {
        &self.tx
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.tx
    }
}
