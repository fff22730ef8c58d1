//! What the database does at best: commits that write as many rows and bytes as the round's, into one table, with the
//! same settings and over the same connection.
use jiff::Timestamp;
use masthead::house::House;
use store::NewEvent;

use crate::Done;
use crate::steps::Sum;

/// How long is measured.
const SECONDS: f64 = 4.0;

/// Commits a second, one after the other.
pub async fn rate(house: &House, like: &Sum, now: Timestamp) -> Done<f64> {
    let rows = like.rows.div_ceil(like.commits.max(1)).max(1);
    let text = usize::try_from(like.bytes / like.rows.max(1))?;
    let row = NewEvent {
        actor: "bench".into(),
        kind: "bench".into(),
        subject: "bench".into(),
        data: serde_json::Value::String("x".repeat(text)),
    };
    let rows = vec![row; usize::try_from(rows)?];
    let watch = masthead::clock::stopwatch();
    let mut done = 0_u32;
    while watch.elapsed().as_secs_f64() < SECONDS {
        house.store.append_events(&rows, now).await?;
        done += 1;
    }
    Ok(f64::from(done) / watch.elapsed().as_secs_f64())
}
