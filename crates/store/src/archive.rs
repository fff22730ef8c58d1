//! Reading an archive of any size: by time, section, author and topic, page by page, and never by looking at every story.
//!
//! Pages go on from a [`Place`]: that of the last story of the page before. Lists are newest first; in lists that are not of a time, stories
//! without a date follow those with one. Every read is given `now`, and a story whose time has not come is in none of them.
use crate::many::Many;
use crate::rows::{Read, limit, ms, sql};
use crate::stories::{StoredStory, read};
use crate::{Store, StoreError};
use jiff::Timestamp;
use newsroom::articles::{Marking, Picture, StoryNumber};
use sqlx::any::AnyRow;

/// What lists show of a story: everything but its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryHead {
    pub number: StoryNumber,
    pub slug: String,
    pub section: String,
    pub headline: String,
    pub headline_provisional: bool,
    pub standfirst: Option<String>,
    pub bylines: Vec<String>,
    pub topics: Vec<String>,
    pub marking: Marking,
    pub preview_blocks: u16,
    pub published_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    pub picture: Option<Picture>,
    pub pick: Option<u16>,
    /// As [`newsroom::articles::Story::language`].
    pub language: Option<String>,
}

impl StoryHead {
    /// The one address of the story.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/{}/{}-{}", self.section, self.slug, self.number.0)
    }

    /// Where the next page goes on.
    #[must_use]
    pub const fn place(&self) -> Place {
        Place { published_at: self.published_at, number: self.number }
    }
}

/// A story's place in lists: its time, and among stories of one time its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    pub published_at: Option<Timestamp>,
    pub number: StoryNumber,
}

/// From an instant to before another. Days, months and years of the paper's zone are made into spans by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    pub from: Timestamp,
    pub to: Timestamp,
}

/// Which directory is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Credits {
    Authors,
    Topics,
}

/// An author or a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// As [`newsroom::articles::author_key_of`] makes it of a writer, [`newsroom::articles::key_of`] of a topic.
    pub key: String,
    /// The name as most stories print it.
    pub name: String,
    /// How many published stories.
    pub stories: u64,
}

macro_rules! heads {
    ($from:literal) => {
        heads!("", $from)
    };
    ($first:literal, $from:literal) => {
        concat!(
            "SELECT ",
            $first,
            "s.number, s.slug, s.section, s.headline, s.headline_provisional, s.standfirst, s.bylines, s.topics, ",
            "s.marking, s.preview_blocks, s.published_at, s.updated_at, s.picture, s.pick, s.language FROM ",
            $from
        )
    };
}
/// Newest first before a place, dated. The undated are ordered by their time too, which all lack: so the index's order serves.
macro_rules! dated {
    ($of:literal) => {
        concat!($of, " (published_at, number) < ($1, $2) ORDER BY published_at DESC, number DESC LIMIT $3")
    };
}
macro_rules! undated {
    ($of:literal) => {
        concat!($of, " published_at IS NULL AND number < $1 ORDER BY published_at DESC, number DESC LIMIT $2")
    };
}

const BETWEEN: &str = heads!(
    "stories s WHERE supplanted_by IS NULL AND published_at >= $4 AND (published_at, number) < ($1, $2) \
     ORDER BY published_at DESC, number DESC LIMIT $3"
);
const NEWEST: [&str; 2] = [
    heads!(
        "stories s WHERE supplanted_by IS NULL AND (published_at, number) < ($1, $2) \
         ORDER BY published_at DESC, number DESC LIMIT $3"
    ),
    heads!(
        "stories s WHERE supplanted_by IS NULL AND published_at IS NULL AND number < $1 ORDER BY published_at DESC, number DESC LIMIT $2"
    ),
];
const WHOLE: [&str; 2] = [
    dated!("SELECT * FROM stories WHERE supplanted_by IS NULL AND"),
    undated!("SELECT * FROM stories WHERE supplanted_by IS NULL AND"),
];
const OF_SECTION: [&str; 2] = [
    heads!(
        "stories s WHERE supplanted_by IS NULL AND section = $4 AND (published_at, number) < ($1, $2) \
         ORDER BY published_at DESC, number DESC LIMIT $3"
    ),
    heads!(
        "stories s WHERE supplanted_by IS NULL AND section = $3 AND published_at IS NULL AND number < $1 \
         ORDER BY published_at DESC, number DESC LIMIT $2"
    ),
];
const LATER_OF_SECTION: &str = heads!(
    "stories s WHERE supplanted_by IS NULL AND section = $4 AND (published_at, number) > ($1, $2) AND published_at <= $5 \
     ORDER BY published_at, number LIMIT $3"
);
const WHOLE_OF_SECTION: [&str; 2] = [
    "SELECT * FROM stories WHERE supplanted_by IS NULL AND section = $4 AND (published_at, number) < ($1, $2) \
     ORDER BY published_at DESC, number DESC LIMIT $3",
    "SELECT * FROM stories WHERE supplanted_by IS NULL AND section = $3 AND published_at IS NULL AND number < $1 \
     ORDER BY published_at DESC, number DESC LIMIT $2",
];
// CROSS JOIN keeps SQLite from turning the join round; to PostgreSQL it is the same
const OF_AUTHOR: [&str; 2] = [
    heads!(
        "story_authors a CROSS JOIN stories s WHERE s.number = a.number AND a.author = $4 \
         AND (a.published_at, a.number) < ($1, $2) ORDER BY a.published_at DESC, a.number DESC LIMIT $3"
    ),
    heads!(
        "story_authors a CROSS JOIN stories s WHERE s.number = a.number AND a.author = $3 AND a.published_at IS NULL \
         AND a.number < $1 ORDER BY a.published_at DESC, a.number DESC LIMIT $2"
    ),
];
const OF_TOPIC: [&str; 2] = [
    heads!(
        "story_topics a CROSS JOIN stories s WHERE s.number = a.number AND a.topic = $4 \
         AND (a.published_at, a.number) < ($1, $2) ORDER BY a.published_at DESC, a.number DESC LIMIT $3"
    ),
    heads!(
        "story_topics a CROSS JOIN stories s WHERE s.number = a.number AND a.topic = $3 AND a.published_at IS NULL \
         AND a.number < $1 ORDER BY a.published_at DESC, a.number DESC LIMIT $2"
    ),
];
const COUNT: &str =
    "SELECT COUNT(*) AS n FROM stories WHERE supplanted_by IS NULL AND published_at >= $1 AND published_at < $2";
const COUNT_DATED: &str = "SELECT COUNT(*) AS n FROM stories WHERE supplanted_by IS NULL AND published_at <= $1";
const COUNT_UNDATED: &str = "SELECT COUNT(*) AS n FROM stories WHERE supplanted_by IS NULL AND published_at IS NULL";
const EMBARGOED: &str = "SELECT * FROM stories WHERE supplanted_by IS NULL AND (published_at, number) > ($1, $2) \
     ORDER BY published_at, number LIMIT $3";
const PICKED: &str = "SELECT * FROM stories WHERE supplanted_by IS NULL AND pick IS NOT NULL ORDER BY pick LIMIT $1";
const OLDEST: &str = "SELECT published_at FROM stories WHERE supplanted_by IS NULL AND published_at <= $1 \
     ORDER BY published_at, number LIMIT 1";
const NEXT: &str = "SELECT published_at FROM stories WHERE supplanted_by IS NULL AND published_at >= $1 AND published_at <= $2 \
     ORDER BY published_at, number LIMIT 1";
const LATEST: &str = "SELECT published_at FROM stories WHERE supplanted_by IS NULL AND published_at <= $1 \
     ORDER BY published_at DESC, number DESC LIMIT 1";
const BY_OLD_PATH: &str = heads!(
    "old_paths o CROSS JOIN stories was CROSS JOIN stories s WHERE o.path = $1 AND was.number = o.number \
     AND s.number = COALESCE(was.supplanted_by, was.number) AND s.supplanted_by IS NULL"
);
const FOLLOWED: &str = "SELECT s.* FROM stories was CROSS JOIN stories s WHERE was.number = $1 \
     AND s.number = COALESCE(was.supplanted_by, was.number) AND s.supplanted_by IS NULL";

/// The page of a directory after a key, and one entry of it. Keys are found one after the other, each by one step into the index, whatever a
/// planner thinks of the table. The name is the spelling of most stories, and of the latest among equals: the greatest of how many there are,
/// in nine digits, the time of the latest, in sixteen, and the spelling.
macro_rules! directory {
    ($table:literal, $key:literal, $keys:expr) => {
        concat!(
            $keys,
            " SELECT k.key AS key, (SELECT COUNT(*) FROM ",
            $table,
            " a WHERE a.",
            $key,
            " = k.key AND a.published_at <= $2) + \
             (SELECT COUNT(*) FROM ",
            $table,
            " a WHERE a.",
            $key,
            " = k.key AND a.published_at IS NULL) AS stories, \
             (SELECT MAX(spellings.said) FROM (SELECT SUBSTR(CAST(1000000000 + COUNT(*) AS TEXT), 2) \
             || CAST(5000000000000000 + COALESCE(MAX(b.published_at), -400000000000000) AS TEXT) || b.name AS said FROM ",
            $table,
            " b WHERE b.",
            $key,
            " = k.key AND (b.published_at <= $2 OR b.published_at IS NULL) GROUP BY b.name) spellings) AS name \
             FROM keys k WHERE k.key IS NOT NULL"
        )
    };
}
macro_rules! page_of {
    ($table:literal, $key:literal) => {
        directory!(
            $table,
            $key,
            concat!(
                "WITH RECURSIVE keys (key, still) AS (SELECT (SELECT MIN(",
                $key,
                ") FROM ",
                $table,
                " WHERE ",
                $key,
                " > $1), CAST($3 AS BIGINT) \
             UNION ALL SELECT (SELECT MIN(",
                $key,
                ") FROM ",
                $table,
                " WHERE ",
                $key,
                " > keys.key), keys.still - 1 \
             FROM keys WHERE keys.key IS NOT NULL AND keys.still > 1)"
            )
        )
    };
}
macro_rules! one_of {
    ($table:literal, $key:literal) => {
        directory!($table, $key, "WITH keys (key) AS (SELECT CAST($1 AS TEXT))")
    };
}
const AUTHORS: &str = page_of!("story_authors", "author");
const AUTHOR: &str = one_of!("story_authors", "author");
const TOPICS: &str = page_of!("story_topics", "topic");
const TOPIC: &str = one_of!("story_topics", "topic");

const FORMER_KEY: &str = "SELECT key FROM former_keys WHERE directory = $1 AND former = $2";

/// Digits before the spelling of a name, which choose it.
const SPELLED_AFTER: usize = 9 + 16;
/// Above every number.
const ABOVE: i64 = i64::MAX;

impl Store {
    /// The paper's stories, newest first.
    ///
    /// # Errors
    /// The database's, as of every read here.
    pub async fn newest_heads(
        &self,
        now: Timestamp,
        after: Option<Place>,
        rows: usize,
    ) -> Result<Vec<StoryHead>, StoreError> {
        self.listed(NEWEST, None, now, after, rows, head).await
    }

    /// [`Store::newest_heads`] with their bodies, for what is kept in memory.
    ///
    /// # Errors
    /// The database's.
    pub async fn newest_stories(
        &self,
        now: Timestamp,
        after: Option<Place>,
        rows: usize,
    ) -> Result<Vec<StoredStory>, StoreError> {
        self.listed(WHOLE, None, now, after, rows, read).await
    }

    /// A section's stories, newest first, those without a date last.
    ///
    /// # Errors
    /// The database's.
    pub async fn stories_of_section(
        &self,
        section: &str,
        now: Timestamp,
        after: Option<Place>,
        rows: usize,
    ) -> Result<Vec<StoryHead>, StoreError> {
        self.listed(OF_SECTION, Some(section), now, after, rows, head).await
    }

    /// A section's stories around a place: at most `rows` told before it and as many told after it, newest first. What stands around one
    /// without a date are others without one.
    ///
    /// # Errors
    /// The database's.
    pub async fn stories_around(
        &self,
        section: &str,
        now: Timestamp,
        place: Place,
        rows: usize,
    ) -> Result<Vec<StoryHead>, StoreError> {
        let mut around = Vec::new();
        if let Some(at) = place.published_at {
            let query = sql(LATER_OF_SECTION).bind(ms(at)).bind(i64::from(place.number.0)).bind(limit(rows));
            for row in query.bind(section).bind(ms(now)).fetch_all(&self.reader).await? {
                around.push(head(&row)?);
            }
            around.reverse();
        }
        around.extend(self.stories_of_section(section, now, Some(place), rows).await?);
        Ok(around)
    }

    /// [`Store::stories_of_section`] with their bodies, for what is kept in memory.
    ///
    /// # Errors
    /// The database's.
    pub async fn whole_stories_of_section(
        &self,
        section: &str,
        now: Timestamp,
        after: Option<Place>,
        rows: usize,
    ) -> Result<Vec<StoredStory>, StoreError> {
        self.listed(WHOLE_OF_SECTION, Some(section), now, after, rows, read).await
    }

    /// How many stories are published. It counts through an index, which takes some ten milliseconds for each million.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_published(&self, now: Timestamp) -> Result<u64, StoreError> {
        let dated = sql(COUNT_DATED).bind(ms(now)).fetch_one(&self.reader).await?;
        Ok(dated.small::<u64>("n")? + self.count_undated().await?)
    }

    /// How many stories have no date.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_undated(&self) -> Result<u64, StoreError> {
        sql(COUNT_UNDATED).fetch_one(&self.reader).await?.small("n")
    }

    /// An author's or a topic's stories, newest first, those without a date last. An unknown key has none.
    ///
    /// # Errors
    /// The database's.
    pub async fn stories_of_credit(
        &self,
        of: Credits,
        key: &str,
        now: Timestamp,
        after: Option<Place>,
        rows: usize,
    ) -> Result<Vec<StoryHead>, StoreError> {
        let texts = match of {
            Credits::Authors => OF_AUTHOR,
            Credits::Topics => OF_TOPIC,
        };
        self.listed(texts, Some(key), now, after, rows, head).await
    }

    /// The stories of a span, newest first: a day, a month, a year, a slice of the sitemap.
    ///
    /// # Errors
    /// The database's.
    pub async fn stories_between(
        &self,
        span: Span,
        now: Timestamp,
        after: Option<Place>,
        rows: usize,
    ) -> Result<Vec<StoryHead>, StoreError> {
        let end = if span.to <= now { (ms(span.to), 0) } else { (ms(now), ABOVE) };
        let (at, number) = match after {
            Some(Place { published_at: Some(at), number }) => end.min((ms(at), i64::from(number.0))),
            Some(Place { published_at: None, .. }) => return Ok(Vec::new()),
            None => end,
        };
        let found =
            sql(BETWEEN).bind(at).bind(number).bind(limit(rows)).bind(ms(span.from)).fetch_all(&self.reader).await?;
        found.iter().map(head).collect()
    }

    /// Stories without a date, latest number first, below `before` if given: the last slice of the sitemap.
    ///
    /// # Errors
    /// The database's.
    pub async fn undated_stories(
        &self,
        before: Option<StoryNumber>,
        rows: usize,
    ) -> Result<Vec<StoryHead>, StoreError> {
        let [_, text] = NEWEST;
        let below = before.map_or(ABOVE, |number| i64::from(number.0));
        let found = sql(text).bind(below).bind(limit(rows)).fetch_all(&self.reader).await?;
        found.iter().map(head).collect()
    }

    /// The heads of stories that are out of the paper because a source took them back, the latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn stories_out(&self, rows: usize) -> Result<Vec<StoryHead>, StoreError> {
        let text = heads!("stories s WHERE supplanted_by = number ORDER BY saved_at DESC, number DESC LIMIT $1");
        let found = sql(text).bind(limit(rows)).fetch_all(&self.reader).await?;
        found.iter().map(head).collect()
    }

    /// How many stories each span has: the days of a month, the months of a year.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_stories(&self, spans: &[Span], now: Timestamp) -> Result<Vec<u64>, StoreError> {
        let mut connection = self.reader.acquire().await?;
        let mut counts = Vec::with_capacity(spans.len());
        for span in spans {
            let to = ms(span.to).min(ms(now).saturating_add(1));
            let row = sql(COUNT).bind(ms(span.from)).bind(to).fetch_one(&mut *connection).await?;
            counts.push(row.small("n")?);
        }
        Ok(counts)
    }

    /// When the paper's oldest and latest dated stories were published; `None` where none has a date.
    ///
    /// # Errors
    /// The database's.
    pub async fn first_and_latest(&self, now: Timestamp) -> Result<Option<(Timestamp, Timestamp)>, StoreError> {
        let first = sql(OLDEST).bind(ms(now)).fetch_optional(&self.reader).await?;
        let latest = sql(LATEST).bind(ms(now)).fetch_optional(&self.reader).await?;
        let (Some(first), Some(latest)) = (first, latest) else { return Ok(None) };
        Ok(Some((first.time("published_at")?, latest.time("published_at")?)))
    }

    /// When the first story at or after an instant was published; `None` where none was.
    ///
    /// # Errors
    /// The database's.
    pub async fn first_from(&self, from: Timestamp, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let found = sql(NEXT).bind(ms(from)).bind(ms(now)).fetch_optional(&self.reader).await?;
        found.map(|row| row.time("published_at")).transpose()
    }

    /// A directory after a key ("" at first), in the order of the keys. It costs what the page's entries have stories.
    ///
    /// # Errors
    /// The database's.
    pub async fn credits(
        &self,
        of: Credits,
        now: Timestamp,
        after: &str,
        rows: usize,
    ) -> Result<Vec<Credit>, StoreError> {
        let text = match of {
            Credits::Authors => AUTHORS,
            Credits::Topics => TOPICS,
        };
        let (mut list, mut after) = (Vec::new(), after.to_owned());
        while list.len() < rows {
            let wanted = rows - list.len();
            let found =
                sql(text).bind(after.as_str()).bind(ms(now)).bind(limit(wanted)).fetch_all(&self.reader).await?;
            let page: Vec<Credit> = found.iter().map(credit).collect::<Result<_, _>>()?;
            let Some(last) = page.last() else { break };
            let whole = page.len() == wanted;
            after.clone_from(&last.key);
            // names that only stories of tomorrow have are nobody's business today
            list.extend(page.into_iter().filter(|credit| credit.stories > 0));
            if !whole {
                break;
            }
        }
        Ok(list)
    }

    /// One author or topic; `None` where nothing published names it.
    ///
    /// # Errors
    /// The database's.
    pub async fn credit(&self, of: Credits, key: &str, now: Timestamp) -> Result<Option<Credit>, StoreError> {
        let text = match of {
            Credits::Authors => AUTHOR,
            Credits::Topics => TOPIC,
        };
        let found = sql(text).bind(key).bind(ms(now)).fetch_optional(&self.reader).await?;
        Ok(found.as_ref().map(credit).transpose()?.filter(|credit| credit.stories > 0))
    }

    /// The key under which a name stands now that stood under another before; `None` where none did.
    ///
    /// # Errors
    /// The database's.
    pub async fn key_after(&self, of: Credits, former: &str) -> Result<Option<String>, StoreError> {
        let directory = match of {
            Credits::Authors => "authors",
            Credits::Topics => "topics",
        };
        let found = sql(FORMER_KEY).bind(directory).bind(former).fetch_optional(&self.reader).await?;
        found.as_ref().map(|row| row.text("key")).transpose()
    }

    /// The story that an address of former times leads to, published or not yet: the caller looks at its time. A story that another took the
    /// place of leads to that one.
    ///
    /// # Errors
    /// The database's.
    pub async fn story_by_old_path(&self, path: &str) -> Result<Option<StoryHead>, StoreError> {
        let found = sql(BY_OLD_PATH).bind(path).fetch_optional(&self.reader).await?;
        found.as_ref().map(head).transpose()
    }

    /// The story of a number, or the one that took its place.
    ///
    /// # Errors
    /// The database's.
    pub async fn story_in_place_of(&self, number: StoryNumber) -> Result<Option<StoredStory>, StoreError> {
        let found = sql(FOLLOWED).bind(i64::from(number.0)).fetch_optional(&self.reader).await?;
        found.as_ref().map(read).transpose()
    }

    /// Heads of stories by their numbers, each with the number that was asked for: a story that another took the place of gives that one. In
    /// no order; published or not yet: the caller looks at the time. Unknown numbers are left out.
    ///
    /// # Errors
    /// The database's.
    pub async fn heads_of(&self, numbers: &[StoryNumber]) -> Result<Vec<(StoryNumber, StoryHead)>, StoreError> {
        static HEADS: Many = Many::new(
            heads!(
                "was.number AS asked, ",
                "stories was CROSS JOIN stories s WHERE s.number = COALESCE(was.supplanted_by, was.number) \
                 AND s.supplanted_by IS NULL AND was.number IN (VALUES"
            ),
            1,
            ")",
        );
        let mut connection = self.reader.acquire().await?;
        let rows = HEADS.run(&mut connection, numbers, |query, number| Ok(query.bind(i64::from(number.0)))).await?;
        rows.iter().map(|row| Ok((StoryNumber(row.small("asked")?), head(row)?))).collect()
    }

    /// Stories whose time has not come, soonest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn embargoed_stories(&self, now: Timestamp, rows: usize) -> Result<Vec<StoredStory>, StoreError> {
        let found = sql(EMBARGOED).bind(ms(now)).bind(ABOVE).bind(limit(rows)).fetch_all(&self.reader).await?;
        found.iter().map(read).collect()
    }

    /// The desk's picks, best first, embargoed ones among them.
    ///
    /// # Errors
    /// The database's.
    pub async fn picked_stories(&self, rows: usize) -> Result<Vec<StoredStory>, StoreError> {
        let found = sql(PICKED).bind(limit(rows)).fetch_all(&self.reader).await?;
        found.iter().map(read).collect()
    }

    async fn listed<T>(
        &self,
        [dated, undated]: [&'static str; 2],
        of: Option<&str>,
        now: Timestamp,
        after: Option<Place>,
        rows: usize,
        read: fn(&AnyRow) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut list = Vec::new();
        let newest = (ms(now), ABOVE);
        let (from, below) = match after {
            None => (Some(newest), ABOVE),
            Some(Place { published_at: Some(at), number }) => (Some(newest.min((ms(at), i64::from(number.0)))), ABOVE),
            Some(Place { published_at: None, number }) => (None, i64::from(number.0)),
        };
        if let Some((at, number)) = from {
            let query = sql(dated).bind(at).bind(number).bind(limit(rows));
            let query = if let Some(of) = of { query.bind(of) } else { query };
            for row in query.fetch_all(&self.reader).await? {
                list.push(read(&row)?);
            }
        }
        if list.len() < rows {
            let query = sql(undated).bind(below).bind(limit(rows - list.len()));
            let query = if let Some(of) = of { query.bind(of) } else { query };
            for row in query.fetch_all(&self.reader).await? {
                list.push(read(&row)?);
            }
        }
        Ok(list)
    }
}

fn head(row: &AnyRow) -> Result<StoryHead, StoreError> {
    Ok(StoryHead {
        number: StoryNumber(row.small("number")?),
        slug: row.text("slug")?,
        section: row.text("section")?,
        headline: row.text("headline")?,
        headline_provisional: row.flag("headline_provisional")?,
        standfirst: row.opt_text("standfirst")?,
        bylines: row.json("bylines")?,
        topics: row.json("topics")?,
        marking: Marking::read(&row.text("marking")?),
        preview_blocks: row.small("preview_blocks")?,
        published_at: row.opt_time("published_at")?,
        updated_at: row.opt_time("updated_at")?,
        picture: row.opt_json("picture")?,
        pick: row.opt_small("pick")?,
        language: row.opt_text("language")?,
    })
}

fn credit(row: &AnyRow) -> Result<Credit, StoreError> {
    Ok(Credit {
        key: row.text("key")?,
        name: row.opt_text("name")?.map(|said| said.chars().skip(SPELLED_AFTER).collect()).unwrap_or_default(),
        stories: row.small("stories")?,
    })
}

#[cfg(test)]
mod plans;
