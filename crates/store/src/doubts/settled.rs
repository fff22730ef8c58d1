//! Doubts that the decision of another one settles: they close with it, say by what, and open again when it is undone.
use super::{Done, Doubt, DoubtKind, Evidence, NewDoubt, held, read};
use crate::StoreError;
use crate::rows::{Read as _, json, ms, sql};
use crate::taking::Piece;
use jiff::Timestamp;
use newsroom::articles::{Story, StoryNumber};
use sqlx::AnyConnection;

/// Open doubts of whether two stories are one, where both are this story now.
pub(crate) async fn by_joining(tx: &mut AnyConnection, stays: StoryNumber) -> Result<Vec<Doubt>, StoreError> {
    let text = "SELECT d.*, s.headline, s.published_at, '' AS who FROM doubts d JOIN stories s ON s.number = d.number \
         WHERE d.state = 'open' AND d.kind = 'same-story' \
         AND (d.number = $1 OR d.number IN (SELECT number FROM stories WHERE supplanted_by = $1)) ORDER BY d.id";
    let rows = sql(text).bind(i64::from(stays.0)).fetch_all(&mut *tx).await?;
    let mut found = Vec::new();
    for row in &rows {
        let doubt = read(row)?;
        let Some(other) = doubt.evidence.other else { continue };
        let text = "SELECT 1 AS one FROM stories WHERE number = $1 AND (number = $2 OR supplanted_by = $2)";
        let here = sql(text).bind(i64::from(other)).bind(i64::from(stays.0)).fetch_optional(&mut *tx).await?;
        if here.is_some() {
            found.push(doubt);
        }
    }
    Ok(found)
}

/// Open doubts about a paragraph that is gone.
pub(super) async fn by_removing(tx: &mut AnyConnection, removed: &Doubt) -> Result<Vec<Doubt>, StoreError> {
    let Some(paragraph) = &removed.evidence.paragraph else { return Ok(Vec::new()) };
    let still = crate::stories::load(tx, removed.number).await?;
    if still.is_some_and(|stored| stored.story.body.iter().any(|block| block.text() == paragraph)) {
        return Ok(Vec::new());
    }
    let text = "SELECT d.*, s.headline, s.published_at, '' AS who FROM doubts d JOIN stories s ON s.number = d.number \
         WHERE d.number = $1 AND d.state = 'open' AND d.kind IN ('paragraph', 'order') ORDER BY d.id";
    let rows = sql(text).bind(i64::from(removed.number.0)).fetch_all(&mut *tx).await?;
    let doubts: Vec<Doubt> = rows.iter().map(read).collect::<Result<_, _>>()?;
    let about = |doubt: &Doubt| {
        matches!(doubt.kind, DoubtKind::Paragraph | DoubtKind::Order)
            && doubt.evidence.paragraph.as_ref() == Some(paragraph)
    };
    Ok(doubts.into_iter().filter(about).collect())
}

/// Closes what was in doubt of a story's date and is not any more, since its source gives one.
pub(crate) async fn by_its_source(
    tx: &mut AnyConnection,
    number: StoryNumber,
    piece: &Piece,
    now: Timestamp,
) -> Result<(), StoreError> {
    let text = "SELECT id, key FROM doubts WHERE number = $1 AND kind = 'date' AND state = 'open'";
    let rows = sql(text).bind(i64::from(number.0)).fetch_all(&mut *tx).await?;
    for row in &rows {
        let key = row.text("key")?;
        let own = super::dates::source_of(&key).is_some_and(|source| source == piece.source);
        if own && piece.doubts.iter().all(|doubt| doubt.key != key) {
            close(tx, row.int("id")?, DATED, None, now).await?;
        }
    }
    Ok(())
}

/// Closes what was in doubt of a story's paragraphs, lines and headline and is not any more, since its crawls taken together tell it. `asked`:
/// what is in doubt now.
pub(crate) async fn by_crawls(
    tx: &mut AnyConnection,
    story: &Story,
    asked: &[&NewDoubt],
    now: Timestamp,
) -> Result<(), StoreError> {
    let text = "SELECT d.*, s.headline, s.published_at, '' AS who FROM doubts d JOIN stories s ON s.number = d.number \
         WHERE d.number = $1 AND d.state = 'open' AND (d.kind IN ('paragraph', 'order', 'left-out') \
         OR (d.kind = 'headline' AND d.key LIKE 'headline:%')) ORDER BY d.id";
    let rows = sql(text).bind(i64::from(story.number.0)).fetch_all(&mut *tx).await?;
    for row in &rows {
        let doubt = read(row)?;
        let still = |line: &str| {
            let lines = asked.iter().flat_map(|asked| &asked.evidence.lines);
            lines.into_iter().any(|asked| asked.text == line)
        };
        let open = match doubt.kind {
            // What the story does not say can be put back still.
            DoubtKind::LeftOut => doubt
                .evidence
                .lines
                .iter()
                .any(|line| still(&line.text) || !story.body.iter().any(|block| block.text() == line.text)),
            kind @ DoubtKind::Headline => {
                let same = |asked: &&NewDoubt| asked.kind == kind && asked.evidence.choices == doubt.evidence.choices;
                story.headline_provisional || asked.iter().any(same)
            }
            kind => {
                asked.iter().any(|asked| asked.kind == kind && asked.evidence.paragraph == doubt.evidence.paragraph)
            }
        };
        if !open {
            close(tx, doubt.id, CRAWLED, None, now).await?;
        }
    }
    Ok(())
}

/// What is said of a doubt that further crawls settled.
const CRAWLED: &str = "its crawls taken together tell it now";
/// … and of whether two stories are one, which they are.
pub(crate) const BOTH_TOLD: &str = "one story: further crawls tell both";

/// Opens a doubt again that further crawls settled, and still others raise.
pub(super) async fn opened_by_crawls(
    tx: &mut AnyConnection,
    doubt: &NewDoubt,
    number: StoryNumber,
) -> Result<bool, StoreError> {
    let text = "SELECT id, decision, evidence FROM doubts WHERE number = $1 AND kind = $2 AND state = 'decided' \
         AND decided_by IS NULL ORDER BY id";
    let rows = sql(text).bind(i64::from(number.0)).bind(doubt.kind.word()).fetch_all(&mut *tx).await?;
    for row in &rows {
        let evidence: Evidence = row.json("evidence")?;
        let lines = |evidence: &Evidence| evidence.lines.iter().map(|line| line.text.clone()).collect::<Vec<_>>();
        let same = evidence.paragraph == doubt.evidence.paragraph && lines(&evidence) == lines(&doubt.evidence);
        if !same || row.opt_json::<Done>("decision")?.is_none_or(|done| done.choice != CRAWLED) {
            continue;
        }
        let text = "UPDATE doubts SET state = 'open', decided_at = NULL, decision = NULL, text = $2, evidence = $3, \
             paragraph = $4 WHERE id = $1";
        sql(text)
            .bind(row.int("id")?)
            .bind(doubt.text.as_str())
            .bind(json("evidence", &doubt.evidence)?)
            .bind(doubt.paragraph.map(i64::from))
            .execute(&mut *tx)
            .await?;
        return Ok(true);
    }
    Ok(false)
}

/// Takes away an open one that another one asks.
pub(crate) async fn forget(tx: &mut AnyConnection, id: i64) -> Result<(), StoreError> {
    sql("DELETE FROM doubts WHERE id = $1 AND state = 'open'").bind(id).execute(&mut *tx).await?;
    Ok(())
}

/// Closes one, with the words of what settled it.
pub(crate) async fn close(
    tx: &mut AnyConnection,
    id: i64,
    why: &str,
    staff: Option<i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    close_with(tx, id, &Done::by_another(why), staff, now).await
}

/// What is said of a doubt about a date that its source told later.
const DATED: &str = "its source tells the date now";
/// … and of one about what a source said otherwise, where it, or the story, says it otherwise since.
pub(super) const SAID_OTHERWISE: &str = "what came in since says it otherwise";

/// Whether what came in settled it in a way that leaves nothing to undo.
pub(super) fn is_for_good(choice: &str) -> bool {
    choice == SAID_OTHERWISE || choice == BOTH_TOLD
}

/// Opens a doubt again that was closed by what its source told, where the source tells it no more.
pub(super) async fn opened_by_its_source(tx: &mut AnyConnection, doubt: &NewDoubt) -> Result<bool, StoreError> {
    let text = "SELECT id, decision FROM doubts WHERE key = $1 AND state = 'decided' AND decided_by IS NULL";
    let Some(row) = sql(text).bind(doubt.key.as_str()).fetch_optional(&mut *tx).await? else { return Ok(false) };
    if row.opt_json::<Done>("decision")?.is_none_or(|done| done.choice != DATED && done.choice != SAID_OTHERWISE) {
        return Ok(false);
    }
    let text = "UPDATE doubts SET state = 'open', decided_at = NULL, decision = NULL, text = $2, evidence = $3, paragraph = $4 \
         WHERE id = $1";
    sql(text)
        .bind(row.int("id")?)
        .bind(doubt.text.as_str())
        .bind(json("evidence", &doubt.evidence)?)
        .bind(doubt.paragraph.map(i64::from))
        .execute(&mut *tx)
        .await?;
    Ok(true)
}

/// Closes one with what was done of it.
pub(super) async fn close_with(
    tx: &mut AnyConnection,
    id: i64,
    done: &Done,
    staff: Option<i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    sql("UPDATE doubts SET state = 'decided', decided_by = $2, decided_at = $3, decision = $4 WHERE id = $1")
        .bind(id)
        .bind(staff)
        .bind(ms(now))
        .bind(json("decision", done)?)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// A doubt that the decision of another one settled, with what was done of it; none where somebody has decided it since.
pub(super) async fn by_another(tx: &mut AnyConnection, id: i64) -> Result<Option<(Doubt, Done)>, StoreError> {
    let row = sql("SELECT decision FROM doubts WHERE id = $1").bind(id).fetch_optional(&mut *tx).await?;
    let done = row.map(|row| row.opt_json::<Done>("decision")).transpose()?.flatten();
    match done.filter(|done| done.by_another) {
        Some(done) => Ok(Some((held(tx, id).await?, done))),
        None => Ok(None),
    }
}
