//! The rounds: each takes no input, looks at what is stored or noted, puts it right, and may run twice without harm.
use std::sync::Arc;
use std::time::Duration;

use store::ReaderRead;
use tokio::sync::{mpsc, watch};

use crate::billing;
use crate::gateways::webhooks;
use crate::house::House;
use crate::web::article;
use crate::web::reading::Noted;

/// How long a counted reading may wait to be written down.
const READINGS: Duration = Duration::from_millis(500);
/// How often the catalogue looks whether another process has changed the stories.
const CATALOGUE: Duration = Duration::from_secs(1);
/// How often open payments are asked after.
const PAYMENTS: Duration = Duration::from_secs(2);
/// How often the slow sweeps go.
const SWEEPS: Duration = Duration::from_secs(60);
/// Readings written in one transaction.
const BATCH: usize = 1_000;

/// Walks all rounds until closing time, then writes down what is still noted.
pub async fn walk(house: Arc<House>, notes: mpsc::Receiver<Noted>, closing: watch::Receiver<bool>) {
    let readings = tokio::spawn(readings(Arc::clone(&house), notes, closing.clone()));
    tokio::join!(
        catalogue(Arc::clone(&house), closing.clone()),
        payments(Arc::clone(&house), closing.clone()),
        sweeps(Arc::clone(&house), closing),
    );
    let _ = readings.await;
    let _ = house.store.touch_sessions(&seen(&house)).await;
}

/// True when it is time to stop instead of going round again.
async fn pause(time: Duration, closing: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        () = tokio::time::sleep(time) => false,
        _ = closing.changed() => true,
    }
}

/// Writes down what registered readers have read. What the store refuses for the moment is kept and tried again.
async fn readings(house: Arc<House>, mut notes: mpsc::Receiver<Noted>, mut closing: watch::Receiver<bool>) {
    let mut waiting: Vec<ReaderRead> = Vec::new();
    loop {
        let last = pause(READINGS, &mut closing).await;
        while waiting.len() < BATCH
            && let Ok(noted) = notes.try_recv()
        {
            waiting.push(ReaderRead {
                reader_id: noted.reader.0,
                period: noted.period,
                story: noted.story,
                day: noted.day,
            });
        }
        match house.store.record_reads(&waiting).await {
            Ok(()) => waiting.clear(),
            Err(error) => tracing::warn!(%error, waiting = waiting.len(), "readings could not be written down yet"),
        }
        if last && notes.is_empty() {
            return;
        }
    }
}

/// Notices what an import beside the running paper has changed, and has pages ready before readers ask.
async fn catalogue(house: Arc<House>, mut closing: watch::Receiver<bool>) {
    let mut warmed: Option<Arc<crate::catalogue::Catalogue>> = None;
    loop {
        if let Err(error) = house.refresh().await {
            tracing::warn!(%error, "the catalogue could not be read");
        }
        let catalogue = house.catalogue.load_full();
        if !warmed.as_ref().is_some_and(|w| Arc::ptr_eq(w, &catalogue)) {
            warmed = Some(Arc::clone(&catalogue));
            let house = Arc::clone(&house);
            let closing = closing.clone();
            let warm = move || {
                for entry in catalogue.newest.iter().take(2_000) {
                    if *closing.borrow() {
                        break;
                    }
                    article::warm(&house, &catalogue, entry);
                }
            };
            let _ = tokio::task::spawn_blocking(warm).await;
        }
        if pause(CATALOGUE, &mut closing).await {
            return;
        }
    }
}

/// Does what is due on contracts: renewals, notices, open questions to the rail, ends.
async fn payments(house: Arc<House>, mut closing: watch::Receiver<bool>) {
    while !pause(PAYMENTS, &mut closing).await {
        if let Err(error) = house.rail.work(house.clock.now()).await {
            tracing::warn!(%error, "the sandbox could not do its work");
        }
        if let Err(error) = webhooks::deliver_due(&house).await {
            tracing::warn!(%error, "sandbox webhooks could not be delivered");
        }
        if let Err(error) = billing::round(&house).await {
            tracing::warn!(%error, "contracts that are due could not be looked after");
        }
    }
}

/// Forgets what need not be known any more.
async fn sweeps(house: Arc<House>, mut closing: watch::Receiver<bool>) {
    let mut swept = None;
    while !pause(SWEEPS, &mut closing).await {
        let now = house.clock.now();
        let current = house.meter.period(now);
        if swept != Some(current) {
            house.meter.guests.sweep(&current);
            house.meter.readers.sweep(&current);
            swept = Some(current);
            if let Err(error) = house.store.forget_reads(current.id, current.oldest).await {
                tracing::warn!(%error, "readings of past periods could not be forgotten");
            }
        }
        if let Err(error) = house.store.touch_sessions(&seen(&house)).await {
            tracing::warn!(%error, "the last use of sessions could not be written down");
        }
        if let Err(error) = house.store.forget_sessions(now).await {
            tracing::warn!(%error, "sessions that ended could not be forgotten");
        }
        if let Err(error) = house.store.forget_codes(now).await {
            tracing::warn!(%error, "codes that expired could not be forgotten");
        }
    }
}

fn seen(house: &House) -> Vec<(Vec<u8>, jiff::Timestamp)> {
    house.take_seen().into_iter().map(|(key, at)| (key.to_vec(), at)).collect()
}
