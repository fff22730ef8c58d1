//! What a rail told and nobody finished, and what it never told at all.
use jiff::{SignedDuration, Timestamp};

use crate::billing::{BillingError, hints};
use crate::house::House;

/// Who asks the rail for its list of events.
pub(super) const LEASE: &str = "rail events";
/// How long that lease lasts without being renewed, in real time.
const LEASED: SignedDuration = SignedDuration::from_mins(2);
/// A delivery younger than this may still be under way in the request that brought it.
const UNDER_WAY: SignedDuration = SignedDuration::from_mins(1);
/// Deliveries taken up in one round; the oldest first.
const BATCH: usize = 100;
/// The setting that says up to when the rail's events were read (milliseconds).
const READ_TO: &str = "rail events read to";
/// How often they are read.
const EVERY: SignedDuration = SignedDuration::from_mins(10);
/// How far back a paper looks that has never read them.
const AT_FIRST: SignedDuration = SignedDuration::from_hours(24);

/// Both.
///
/// # Errors
/// The store's.
pub(super) async fn round(house: &House) -> Result<(), BillingError> {
    let now = house.clock.now();
    let before = now.saturating_sub(UNDER_WAY).unwrap_or(now);
    take_up(house, before).await?;
    poll(house, now).await
}

/// Follows deliveries from before an instant that nobody finished; gives how many are finished now. One that cannot be
/// followed stays, does not hold up the others, and is shown at the desk.
///
/// # Errors
/// The store's.
pub(super) async fn take_up(house: &House, before: Timestamp) -> Result<usize, BillingError> {
    let mut finished = 0;
    let rail = house.gateway.rail().word();
    for delivery in house.store.webhooks_left(before, BATCH).await? {
        if delivery.rail != rail {
            continue;
        }
        let Some(hint) = house.gateway.read_stored(delivery.body.as_bytes()) else { continue };
        let now = house.clock.now();
        match hints::follow(house, &hint, now).await {
            Ok(()) => {
                house.store.finish_webhook(rail, &delivery.event_id, now).await?;
                finished += 1;
            }
            Err(error) => tracing::warn!(%error, event = delivery.event_id, "a delivery could not be followed yet"),
        }
    }
    Ok(finished)
}

/// Reads a live rail's own list of events, every ten minutes, in one of the processes.
async fn poll(house: &House, now: Timestamp) -> Result<(), BillingError> {
    if crate::clock::travel::is_rehearsing(house) {
        return Ok(());
    }
    let read_to = house.store.setting(READ_TO).await?.and_then(|text| text.parse().ok());
    let read_to = read_to.and_then(|ms| Timestamp::from_millisecond(ms).ok());
    let since = read_to.unwrap_or_else(|| now.saturating_sub(AT_FIRST).unwrap_or(now));
    if now.duration_since(since) < EVERY || !super::alone(house, LEASE, LEASED).await? {
        return Ok(());
    }
    // Without an answer nothing is lost: the next round asks for the same time again.
    if hints::poll(house, since).await? {
        house.store.raise_setting(READ_TO, now.as_millisecond()).await?;
    } else {
        tracing::warn!(%since, "the rail does not list its events; it is asked again");
    }
    Ok(())
}
