//! What to read beside a story: models, cards and lists, kept as they were computed. Losing all of it loses nothing.
//!
//! A model is a *generation*. A new one is filled beside the old, whose lists go on being shown; when every story has its lists by the
//! new one, the old generation's cards are dropped.
use crate::many::{Asking, Many};
use crate::rows::{Read, json, limit, opt_ms, sql};
use crate::stories::{StoredStory, read};
use crate::{Store, StoreError};
use jiff::Timestamp;
use newsroom::articles::StoryNumber;
use sqlx::any::AnyRow;

/// Before all times: where undated stories stand.
const UNDATED: i64 = i64::MIN;

/// A model and how far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generation {
    pub generation: i64,
    /// How many stories the paper had when it was learned.
    pub stories: u64,
    /// Stories up to this place in the feed of changes have cards.
    pub version: i64,
    pub after: StoryNumber,
    /// Whether every story's lists were chosen by it.
    pub chosen: bool,
}

/// What is kept of a story's card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardRow {
    pub number: StoryNumber,
    pub list: u16,
    pub section: String,
    pub published_at: Option<Timestamp>,
    /// Vector and sketch, as `newsroom::related::Card` writes them.
    pub card: Vec<u8>,
}

impl CardRow {
    fn at(&self) -> i64 {
        opt_ms(self.published_at).unwrap_or(UNDATED)
    }
}

/// Which cards are read.
#[derive(Debug, Clone, Copy)]
pub enum Cards<'a> {
    /// Those of one list.
    Of(u16),
    /// A section's up to and with a story, latest first.
    Before(&'a CardRow),
    /// A section's after a story, the next one first.
    After(&'a CardRow),
    /// All, by section and time, after a card if given.
    InOrder(Option<&'a CardRow>),
}

/// Lists chosen for a story; what is `None` stays as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub number: StoryNumber,
    pub also_read: Option<Vec<StoryNumber>>,
    pub more_from_section: Option<Vec<StoryNumber>>,
}

/// A story's lists, best first, longer than what is shown: some of it may be published no longer, or not yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Neighbours {
    pub also_read: Vec<StoryNumber>,
    pub more_from_section: Vec<StoryNumber>,
}

static CARDS: Many = Many::new(
    "INSERT INTO story_cards (generation, list, number, section, at, card) VALUES",
    6,
    "ON CONFLICT (generation, list, number) DO UPDATE SET section = excluded.section, at = excluded.at, card = excluded.card",
);
static ALSO_READ: Many = Many::new(
    "INSERT INTO story_neighbours (number, also_read) VALUES",
    2,
    "ON CONFLICT (number) DO UPDATE SET also_read = excluded.also_read",
);
static MORE: Many = Many::new(
    "INSERT INTO story_neighbours (number, more_from_section) VALUES",
    2,
    "ON CONFLICT (number) DO UPDATE SET more_from_section = excluded.more_from_section",
);

macro_rules! cards {
    ($which:literal) => {
        concat!("SELECT list, number, section, at, card FROM story_cards WHERE generation = $1 AND ", $which)
    };
}

impl Store {
    /// The latest model's standing; `None` before the first.
    ///
    /// # Errors
    /// The database's, as of everything here.
    pub async fn related_generation(&self) -> Result<Option<Generation>, StoreError> {
        let text =
            "SELECT generation, stories, version, after, chosen FROM related_models ORDER BY generation DESC LIMIT 1";
        let row = sql(text).fetch_optional(&self.reader).await?;
        row.map(|row| {
            Ok(Generation {
                generation: row.int("generation")?,
                stories: row.small("stories")?,
                version: row.int("version")?,
                after: StoryNumber(row.small("after")?),
                chosen: row.flag("chosen")?,
            })
        })
        .transpose()
    }

    /// A model's bytes.
    ///
    /// # Errors
    /// The database's.
    pub async fn related_model(&self, generation: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let row = sql("SELECT model FROM related_models WHERE generation = $1")
            .bind(generation)
            .fetch_optional(&self.reader)
            .await?;
        row.map(|row| row.blob("model")).transpose()
    }

    /// How many stories are published or will be.
    ///
    /// # Errors
    /// The database's.
    pub async fn stories_kept(&self) -> Result<u64, StoreError> {
        let text = "SELECT COUNT(*) AS n FROM stories WHERE supplanted_by IS NULL";
        sql(text).fetch_one(&self.reader).await?.small("n")
    }

    /// About `most` stories, spread evenly over all numbers; of a smaller paper all.
    ///
    /// # Errors
    /// The database's.
    pub async fn story_sample(&self, most: usize) -> Result<Vec<StoredStory>, StoreError> {
        let text = "SELECT COALESCE(MAX(number), 0) AS n FROM stories";
        let last: i64 = sql(text).fetch_one(&self.reader).await?.int("n")?;
        let step = (last / limit(most.max(1))).max(1);
        let text = "SELECT * FROM stories WHERE number >= $1 AND number < $2 AND supplanted_by IS NULL ORDER BY number LIMIT 1";
        let mut sample = Vec::new();
        let mut from = 1;
        while from <= last && sample.len() < most {
            let row = sql(text).bind(from).bind(from + step).fetch_optional(&self.reader).await?;
            sample.extend(row.as_ref().map(read).transpose()?);
            from += step;
        }
        Ok(sample)
    }

    /// Begins a new generation.
    ///
    /// # Errors
    /// The database's.
    pub async fn begin_generation(&self, model: &[u8], stories: u64) -> Result<i64, StoreError> {
        let text = "INSERT INTO related_models (generation, model, stories) \
             SELECT COALESCE(MAX(generation), 0) + 1, $1, CAST($2 AS BIGINT) FROM related_models RETURNING generation";
        let mut tx = self.begin().await?;
        let stories = i64::try_from(stories).unwrap_or(i64::MAX);
        let generation = sql(text).bind(model.to_vec()).bind(stories).fetch_one(&mut *tx).await?.int("generation")?;
        tx.commit().await?;
        Ok(generation)
    }

    /// Keeps the cards of changed stories, drops those of stories that are gone with their lists, and remembers the place in the feed.
    ///
    /// # Errors
    /// The database's.
    pub async fn keep_cards(
        &self,
        standing: &Generation,
        cards: &[CardRow],
        gone: &[StoryNumber],
    ) -> Result<(), StoreError> {
        struct Row<'a>(i64, &'a CardRow);
        fn bind<'q>(query: Asking<'q>, Row(generation, card): &'q Row<'_>) -> Result<Asking<'q>, StoreError> {
            let query = query.bind(*generation).bind(i64::from(card.list)).bind(i64::from(card.number.0));
            Ok(query.bind(card.section.as_str()).bind(card.at()).bind(card.card.as_slice()))
        }
        let mut tx = self.begin().await?;
        // a changed story may belong in another list now
        for number in cards.iter().map(|card| card.number).chain(gone.iter().copied()) {
            sql("DELETE FROM story_cards WHERE generation = $1 AND number = $2")
                .bind(standing.generation)
                .bind(i64::from(number.0))
                .execute(&mut *tx)
                .await?;
        }
        for number in gone {
            sql("DELETE FROM story_neighbours WHERE number = $1").bind(i64::from(number.0)).execute(&mut *tx).await?;
        }
        let rows: Vec<Row<'_>> = cards.iter().map(|card| Row(standing.generation, card)).collect();
        CARDS.run(&mut tx, &rows, bind).await?;
        sql("UPDATE related_models SET version = $2, after = $3 WHERE generation = $1")
            .bind(standing.generation)
            .bind(standing.version)
            .bind(i64::from(standing.after.0))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// At most `rows` cards of a generation.
    ///
    /// # Errors
    /// The database's; [`StoreError::Unreadable`] for a damaged row.
    pub async fn cards(&self, generation: i64, which: Cards<'_>, rows: usize) -> Result<Vec<CardRow>, StoreError> {
        let query = match which {
            Cards::Of(list) => sql(cards!("list = $2 ORDER BY number LIMIT $3")).bind(generation).bind(i64::from(list)),
            Cards::Before(card) => {
                sql(cards!("section = $4 AND (at, number) <= ($2, $5) ORDER BY at DESC, number DESC LIMIT $3"))
                    .bind(generation)
                    .bind(card.at())
            }
            Cards::After(card) => sql(cards!("section = $4 AND (at, number) > ($2, $5) ORDER BY at, number LIMIT $3"))
                .bind(generation)
                .bind(card.at()),
            Cards::InOrder(card) => {
                sql(cards!("(section, at, number) > ($4, $2, $5) ORDER BY section, at, number LIMIT $3"))
                    .bind(generation)
                    .bind(card.map_or(UNDATED, CardRow::at))
            }
        };
        let query = query.bind(limit(rows));
        let after = match which {
            Cards::Of(_) => None,
            Cards::Before(card) | Cards::After(card) => Some(card),
            Cards::InOrder(card) => card,
        };
        let query = match (which, after) {
            (Cards::Of(_), _) => query,
            (_, Some(card)) => query.bind(card.section.as_str()).bind(i64::from(card.number.0)),
            (_, None) => query.bind("").bind(-1i64),
        };
        query.fetch_all(&self.reader).await?.iter().map(card_row).collect()
    }

    /// Keeps lists.
    ///
    /// # Errors
    /// The database's.
    pub async fn keep_choices(&self, choices: &[Choice]) -> Result<(), StoreError> {
        struct Row(StoryNumber, String);
        fn bind<'q>(query: Asking<'q>, Row(number, list): &'q Row) -> Result<Asking<'q>, StoreError> {
            Ok(query.bind(i64::from(number.0)).bind(list.as_str()))
        }
        let (mut also_read, mut more) = (Vec::new(), Vec::new());
        for choice in choices {
            if let Some(list) = &choice.also_read {
                also_read.push(Row(choice.number, json("neighbours", list)?));
            }
            if let Some(list) = &choice.more_from_section {
                more.push(Row(choice.number, json("neighbours", list)?));
            }
        }
        let mut tx = self.begin().await?;
        ALSO_READ.run(&mut tx, &also_read, bind).await?;
        MORE.run(&mut tx, &more, bind).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Says that every story's lists are chosen by a generation, and drops what older ones kept.
    ///
    /// # Errors
    /// The database's.
    pub async fn finish_generation(&self, generation: i64) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for text in [
            "UPDATE related_models SET chosen = 1 WHERE generation = $1",
            "DELETE FROM story_cards WHERE generation < $1",
            "DELETE FROM related_models WHERE generation < $1",
        ] {
            sql(text).bind(generation).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Says that many stories changed at once, and every list has to be chosen again.
    ///
    /// # Errors
    /// The database's.
    pub async fn reopen_generation(&self, generation: i64) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let text = "UPDATE related_models SET chosen = 0 WHERE generation = $1";
        sql(text).bind(generation).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A story's lists; empty where none were chosen yet.
    ///
    /// # Errors
    /// The database's; [`StoreError::Unreadable`] for a damaged row.
    pub async fn neighbours(&self, number: StoryNumber) -> Result<Neighbours, StoreError> {
        let row = sql("SELECT number, also_read, more_from_section FROM story_neighbours WHERE number = $1")
            .bind(i64::from(number.0))
            .fetch_optional(&self.reader)
            .await?;
        Ok(row.map(|row| lists(&row)).transpose()?.map(|(_, lists)| lists).unwrap_or_default())
    }

    /// At most `rows` stories' lists in the order of their numbers, after a number: for a catalogue in memory.
    ///
    /// # Errors
    /// As [`Store::neighbours`].
    pub async fn neighbours_after(
        &self,
        after: StoryNumber,
        rows: usize,
    ) -> Result<Vec<(StoryNumber, Neighbours)>, StoreError> {
        let text = "SELECT number, also_read, more_from_section FROM story_neighbours WHERE number > $1 ORDER BY number LIMIT $2";
        let found = sql(text).bind(i64::from(after.0)).bind(limit(rows)).fetch_all(&self.reader).await?;
        found.iter().map(lists).collect()
    }
}

fn lists(row: &AnyRow) -> Result<(StoryNumber, Neighbours), StoreError> {
    let neighbours =
        Neighbours { also_read: row.json("also_read")?, more_from_section: row.json("more_from_section")? };
    Ok((StoryNumber(row.small("number")?), neighbours))
}

fn card_row(row: &AnyRow) -> Result<CardRow, StoreError> {
    let at = row.int("at")?;
    Ok(CardRow {
        number: StoryNumber(row.small("number")?),
        list: row.small("list")?,
        section: row.text("section")?,
        published_at: if at == UNDATED { None } else { row.opt_time("at")? },
        card: row.blob("card")?,
    })
}
