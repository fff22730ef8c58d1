//! Who wrote a story and what it is about, as rows of their own: what pages of authors and topics are read from.
use crate::StoreError;
use crate::many::{Asking, Many};
use crate::rows::{Read, opt_ms, sql};
use jiff::Timestamp;
use newsroom::articles::{Story, StoryNumber, author_key_of, key_of};
use newsroom::letters;
use sqlx::AnyConnection;

/// The migration after which the rows are made anew: the latest that changed what a name's key is.
pub(crate) const SINCE: i64 = 17;
/// Names kept of one story; what is beyond stands in the story, not in the directories.
const MOST: usize = 100;
/// Bytes of a key as it was until the twelfth migration.
const FORMER_MOST: usize = 120;
/// Stories whose rows are filled in at a time.
const PAGE: i64 = 500;

static AUTHORS: Many =
    Many::new("INSERT INTO story_authors (author, number, name, published_at) VALUES", 4, "ON CONFLICT DO NOTHING");
static FORMER: Many = Many::new(
    "INSERT INTO former_keys (directory, former, key) VALUES",
    3,
    "ON CONFLICT (directory, former) DO UPDATE SET key = excluded.key",
);
static TOPICS: Many =
    Many::new("INSERT INTO story_topics (topic, number, name, published_at) VALUES", 4, "ON CONFLICT DO NOTHING");

/// What makes a name's key.
type KeyOf = fn(&str) -> Option<String>;

struct Row {
    key: String,
    number: StoryNumber,
    name: String,
    published_at: Option<Timestamp>,
}

fn rows<'a>(
    key_of: KeyOf,
    number: StoryNumber,
    names: &'a [String],
    at: Option<Timestamp>,
) -> impl Iterator<Item = Row> + 'a {
    names.iter().take(MOST).filter_map(move |name| {
        Some(Row { key: key_of(name)?, number, name: name.trim().to_owned(), published_at: at })
    })
}

fn bind<'q>(query: Asking<'q>, row: &'q Row) -> Result<Asking<'q>, StoreError> {
    Ok(query
        .bind(row.key.as_str())
        .bind(i64::from(row.number.0))
        .bind(row.name.as_str())
        .bind(opt_ms(row.published_at)))
}

/// Of a new story.
pub(crate) async fn add(tx: &mut AnyConnection, number: StoryNumber, story: &Story) -> Result<(), StoreError> {
    let authors: Vec<Row> = rows(author_key_of, number, &story.bylines, story.published_at).collect();
    AUTHORS.run(tx, &authors, bind).await?;
    let topics: Vec<Row> = rows(key_of, number, &story.topics, story.published_at).collect();
    TOPICS.run(tx, &topics, bind).await?;
    Ok(())
}

/// Of a story that changed.
pub(crate) async fn renew(tx: &mut AnyConnection, before: &Story, now: &Story) -> Result<(), StoreError> {
    let said = |story: &Story| (story.bylines.clone(), story.topics.clone(), story.published_at);
    if said(before) == said(now) {
        return Ok(());
    }
    remove(tx, now.number).await?;
    add(tx, now.number, now).await
}

/// Of a story that is published no longer.
pub(crate) async fn remove(tx: &mut AnyConnection, number: StoryNumber) -> Result<(), StoreError> {
    for text in ["DELETE FROM story_authors WHERE number = $1", "DELETE FROM story_topics WHERE number = $1"] {
        sql(text).bind(i64::from(number.0)).execute(&mut *tx).await?;
    }
    Ok(())
}

/// Under which key a name stood in a directory once, and which it has now.
struct Former<'a> {
    directory: &'static str,
    former: String,
    key: &'a str,
}

/// Those of which the key is another: until the twelfth migration words were parted at marks that are no letters, until the seventeenth
/// initials without points were a word.
fn former<'a>(directory: &'static str, rows: &'a [Row]) -> Vec<Former<'a>> {
    // a row may have been listed under either
    let of = |row: &'a Row| {
        let other = |former: &String| !former.is_empty() && *former != row.key;
        let keys = [Some(parted(&row.name)), key_of(&row.name)].into_iter().flatten().filter(other);
        keys.map(|former| Former { directory, former, key: &row.key }).collect::<Vec<_>>()
    };
    let mut all: Vec<Former<'a>> = rows.iter().flat_map(of).collect();
    // a database takes one row of a key in one statement
    all.sort_by(|a, b| (&a.former, a.key).cmp(&(&b.former, b.key)));
    all.dedup_by(|a, b| a.former == b.former);
    all
}

/// The key of a name as it was until the twelfth migration.
fn parted(name: &str) -> String {
    let mut former = String::new();
    for letter in letters::bare(name) {
        if former.len() + letter.len_utf8() > FORMER_MOST {
            break;
        }
        if letter.is_alphanumeric() {
            former.push(letter);
        } else if !matches!(letter, '\'' | '’') && !former.is_empty() && !former.ends_with('-') {
            former.push('-');
        }
    }
    former.truncate(former.trim_end_matches('-').len());
    former
}

fn bind_former<'q>(query: Asking<'q>, row: &'q Former<'_>) -> Result<Asking<'q>, StoreError> {
    Ok(query.bind(row.directory).bind(row.former.as_str()).bind(row.key))
}

/// Of every story, into empty tables.
pub(crate) async fn fill(tx: &mut AnyConnection) -> Result<(), StoreError> {
    let text = "SELECT number, bylines, topics, published_at FROM stories WHERE number > $1 AND supplanted_by IS NULL \
         ORDER BY number LIMIT $2";
    let mut after = 0i64;
    loop {
        let page = sql(text).bind(after).bind(PAGE).fetch_all(&mut *tx).await?;
        let (mut authors, mut topics) = (Vec::new(), Vec::new());
        for row in &page {
            let number = StoryNumber(row.small("number")?);
            let at = row.opt_time("published_at")?;
            after = i64::from(number.0);
            authors.extend(rows(author_key_of, number, &row.json::<Vec<String>>("bylines")?, at));
            topics.extend(rows(key_of, number, &row.json::<Vec<String>>("topics")?, at));
        }
        if page.is_empty() {
            return Ok(());
        }
        AUTHORS.run(tx, &authors, bind).await?;
        TOPICS.run(tx, &topics, bind).await?;
        FORMER.run(tx, &former("authors", &authors), bind_former).await?;
        FORMER.run(tx, &former("topics", &topics), bind_former).await?;
    }
}
