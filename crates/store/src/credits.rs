//! Who wrote a story and what it is about, as rows of their own: what pages of authors and topics are read from.
use crate::StoreError;
use crate::many::{Asking, Many};
use crate::rows::{Read, opt_ms, sql};
use jiff::Timestamp;
use newsroom::articles::{Story, StoryNumber, key_of};
use newsroom::letters;
use sqlx::AnyConnection;

/// The migration after which the rows are made anew: the latest that changed what a name's key is.
pub(crate) const SINCE: i64 = 12;
/// Names kept of one story; what is beyond stands in the story, not in the directories.
const MOST: usize = 100;
/// Bytes of a key as it was until the twelfth migration.
const FORMER_MOST: usize = 120;
/// Stories whose rows are filled in at a time.
const PAGE: i64 = 500;

static AUTHORS: Many =
    Many::new("INSERT INTO story_authors (author, number, name, published_at) VALUES", 4, "ON CONFLICT DO NOTHING");
static FORMER: Many = Many::new("INSERT INTO former_keys (directory, former, key) VALUES", 3, "ON CONFLICT DO NOTHING");
static TOPICS: Many =
    Many::new("INSERT INTO story_topics (topic, number, name, published_at) VALUES", 4, "ON CONFLICT DO NOTHING");

struct Row {
    key: String,
    number: StoryNumber,
    name: String,
    published_at: Option<Timestamp>,
}

fn rows<'a>(number: StoryNumber, names: &'a [String], at: Option<Timestamp>) -> impl Iterator<Item = Row> + 'a {
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
    let authors: Vec<Row> = rows(number, &story.bylines, story.published_at).collect();
    AUTHORS.run(tx, &authors, bind).await?;
    let topics: Vec<Row> = rows(number, &story.topics, story.published_at).collect();
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

/// Under which key a name stood in a directory until the twelfth migration, and which it has now.
struct Former<'a> {
    directory: &'static str,
    former: String,
    key: &'a str,
}

/// Those of which the key is another: words were parted at marks that are no letters.
fn former<'a>(directory: &'static str, rows: &'a [Row]) -> Vec<Former<'a>> {
    let parted = |row: &'a Row| {
        let mut former = String::new();
        for letter in letters::bare(&row.name) {
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
        (!former.is_empty() && former != row.key).then_some(Former { directory, former, key: &row.key })
    };
    rows.iter().filter_map(parted).collect()
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
            authors.extend(rows(number, &row.json::<Vec<String>>("bylines")?, at));
            topics.extend(rows(number, &row.json::<Vec<String>>("topics")?, at));
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
