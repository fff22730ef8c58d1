//! What a story lacks and another copy of it knows is filled in, when they become one and whenever the source of its words comes again.
use super::{apart, language, marking};
use crate::changes::Writing;
use crate::rows::{Read as _, sql};
use crate::stories::{load, save};
use crate::taking::Piece;
use crate::{StoreError, imported, versions};
use jiff::Timestamp;
use newsroom::articles::{Story, StoryNumber};
use sqlx::AnyConnection;

/// Further sources of a story that are asked for what that of its words lacks.
const OTHERS: i64 = 20;

/// What a source whose words a story does not have says of it all the same: that it is closed, and its language. Whether that changed it.
pub(crate) async fn by_copy(
    tx: &mut Writing,
    number: StoryNumber,
    piece: &Piece,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let filled = language::filled_in(tx, number, piece, now).await?;
    let closed = marking::closed_by_copy(tx, number, &piece.story, now).await?;
    let Some(mut story) = load(tx, number).await?.map(|stored| stored.story) else { return Ok(closed || filled) };
    let less = piece.told_preview && story.close_as(&piece.story);
    if less {
        save(tx, &story, None, Some(number), now).await?;
    }
    Ok(closed || filled || less)
}

/// What a joined story has from the one that was there first, whoever leads.
const FIRST: [&str; 4] = ["slug", "section", "published_at", "preview_blocks"];

/// What the source of a story's words says, with what that source lacks and another one of the story knows, and with what a joined story has of
/// another one until its own source says that otherwise. `said`: what it said before.
pub(crate) async fn completed(
    tx: &mut AnyConnection,
    number: StoryNumber,
    piece: &Piece,
    said: Option<&Story>,
) -> Result<Story, StoreError> {
    let mut story = piece.story.clone();
    let text = "SELECT k.source FROM story_sources k JOIN stories s ON s.number = k.number \
         WHERE (s.number = $1 OR s.supplanted_by = $1) AND k.source <> $2 ORDER BY k.source LIMIT $3";
    let query = sql(text).bind(i64::from(number.0)).bind(piece.source.as_str()).bind(OTHERS);
    let others = query.fetch_all(&mut *tx).await?;
    for row in &others {
        if let Some(said) = versions::said_by(tx, &row.text("source")?).await? {
            fill_in(&mut story, &said.story);
        }
    }
    let (Some(said), false) = (said, others.is_empty()) else { return Ok(story) };
    let (Some(stored), Some(last)) = (load(tx, number).await?, apart::imported_of(tx, number).await?) else {
        return Ok(story);
    };
    let mut fields = imported::fields(&story)?;
    for name in FIRST {
        let unchanged = imported::part(said, name) == imported::part(&piece.story, name);
        if unchanged && imported::stands(&stored.story, name, &last) {
            fields.extend(imported::part(&stored.story, name).map(|value| (name.to_owned(), value)));
        }
    }
    imported::of_fields(story.number, fields)
}

/// What is beside the words of a story and who may read them, where it lacks that and another copy has it.
fn fill_in(story: &mut Story, more: &Story) {
    story.published_at = story.published_at.or(more.published_at);
    story.picture = story.picture.take().or_else(|| more.picture.clone());
    story.standfirst = story.standfirst.take().or_else(|| more.standfirst.clone());
    story.dateline = story.dateline.take().or_else(|| more.dateline.clone());
    story.language = story.language.take().or_else(|| more.language.clone());
    if story.bylines.is_empty() {
        story.bylines.clone_from(&more.bylines);
    }
    if story.topics.is_empty() {
        story.topics.clone_from(&more.topics);
    }
}

/// Takes out of a story what a copy said that is none any more: what its own sources lack.
pub(crate) async fn without(
    tx: &mut Writing,
    number: StoryNumber,
    copy: &Story,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(stored) = load(tx, number).await? else { return Ok(()) };
    let Some(source) = &stored.source_key else { return Ok(()) };
    let Some(mut own) = versions::said_by(tx, source).await?.map(|said| said.story) else { return Ok(()) };
    let text = "SELECT source FROM story_sources WHERE number = $1 AND source <> $2 ORDER BY source LIMIT $3";
    let others = sql(text).bind(i64::from(number.0)).bind(source.as_str()).bind(OTHERS).fetch_all(&mut **tx).await?;
    for row in &others {
        if let Some(said) = versions::said_by(tx, &row.text("source")?).await? {
            fill_in(&mut own, &said.story);
        }
    }
    let mut story = stored.story.clone();
    let lacked = |ours: bool, is_copys: bool| !ours && is_copys;
    if lacked(own.picture.is_some(), story.picture == copy.picture) {
        story.picture = None;
    }
    if lacked(own.standfirst.is_some(), story.standfirst == copy.standfirst) {
        story.standfirst = None;
    }
    if lacked(own.dateline.is_some(), story.dateline == copy.dateline) {
        story.dateline = None;
    }
    if lacked(!own.bylines.is_empty(), story.bylines == copy.bylines) {
        story.bylines.clear();
    }
    if lacked(!own.topics.is_empty(), story.topics == copy.topics) {
        story.topics.clear();
    }
    if story != stored.story {
        save(tx, &story, None, Some(number), now).await?;
    }
    Ok(())
}

/// A story with what another copy knows and it lacks. What is there stays. Second, a headline that was withheld: it repeats what is closed now.
pub(crate) fn filled(story: &Story, more: &Story) -> (Story, Option<String>) {
    let mut story = story.clone();
    fill_in(&mut story, more);
    if story.headline_provisional && !more.headline_provisional && story.told_by(&more.headline).is_none() {
        story.headline.clone_from(&more.headline);
        story.headline_provisional = false;
    }
    // A group of copies takes its strictest marking.
    if more.marking.strictness() > story.marking.strictness() {
        story.marking = more.marking;
        story.close_as(more);
    }
    // what was open before may be closed now
    let withheld = story.withhold_headline();
    (story, withheld)
}
