//! Counts what an operator watches.
use jiff::Timestamp;
use store::StoreError;

use crate::billing::hints::stuck_before;
use crate::house::House;

/// Counts once.
///
/// # Errors
/// The store's.
pub(super) async fn count(house: &House) -> Result<(), StoreError> {
    let now = house.clock.now();
    let load = house.store.workload(now).await?;
    let attention = house.store.attention(stuck_before(now)).await?;
    let suspense: i64 = house.store.open_on("suspense").await?.iter().map(|open| open.amount.saturating_abs()).sum();
    let metrics = &house.metrics;
    metrics.contracts_due.set(load.due);
    metrics.oldest_due.set(age(load.oldest_due, now));
    metrics.contracts_parked.set(attention.parked);
    metrics.needs_a_person.set(attention.total());
    metrics.suspense.set(suspense);
    metrics.outbox.set(load.mails);
    metrics.oldest_mail.set(age(load.oldest_mail, now));
    Ok(())
}

/// Whole seconds since then; 0 for nothing.
fn age(since: Option<Timestamp>, now: Timestamp) -> i64 {
    since.map_or(0, |since| now.duration_since(since).as_secs().max(0))
}
