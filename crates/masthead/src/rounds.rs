//! The rounds: each takes no input, looks at what is stored or noted, puts it right, and may run twice without harm.
//!
//! Several processes may share one PostgreSQL. Contracts and mails are taken by leases of their own, one by one; what
//! only one process may walk has a named lease (`alone`); the rest does the same for everybody who walks it.
mod deliveries;
mod figures;
pub mod mails;

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use store::{ReaderRead, StoreError};
use tokio::sync::{mpsc, watch};

use crate::billing::{self, BillingError};
use crate::clock::{stopwatch, travel};
use crate::gateways::webhooks;
use crate::house::House;
use crate::neighbours::Relating;
use crate::web::article;
use crate::web::reading::Noted;

/// How long a counted reading may wait to be written down.
const READINGS: Duration = Duration::from_millis(500);
/// How often the catalogue looks whether another process has changed the stories.
const CATALOGUE: Duration = Duration::from_secs(1);
/// How often the search index looks for changes by itself; what is published here wakes it at once.
const INDEX: Duration = Duration::from_secs(1);
/// How often it is asked whether another process has moved the clock; readers see it within a second.
const CLOCK: Duration = Duration::from_millis(400);
/// How often open payments are asked after.
const PAYMENTS: Duration = Duration::from_secs(2);
/// How often mails are sent.
const MAILS: Duration = Duration::from_secs(2);
/// How often deliveries that nobody finished are taken up again, and the rail is asked what happened.
const DELIVERIES: Duration = Duration::from_secs(30);
/// How often the numbers for the operator are counted.
const FIGURES: Duration = Duration::from_secs(15);
/// A round that takes longer says so.
const LONG: Duration = Duration::from_secs(10);
/// How often it is looked whether stories changed that others are to be read beside.
const NEIGHBOURS: Duration = Duration::from_secs(1);
/// Who relates stories may take so long for one step; then another process may.
const NEIGHBOURS_HELD: SignedDuration = SignedDuration::from_mins(30);
/// The lease of relating stories.
const NEIGHBOURS_LEASE: &str = "neighbours";
/// How often the slow sweeps go.
const SWEEPS: Duration = Duration::from_secs(60);
/// Readings written in one transaction.
const BATCH: usize = 1_000;

/// Walks all rounds until closing time, then writes down what is still noted.
pub async fn walk(house: Arc<House>, notes: mpsc::Receiver<Noted>, closing: watch::Receiver<bool>) {
    let readings = tokio::spawn(readings(Arc::clone(&house), notes, closing.clone()));
    tokio::join!(
        catalogue(Arc::clone(&house), closing.clone()),
        index(Arc::clone(&house), closing.clone()),
        clock(Arc::clone(&house), closing.clone()),
        payments(Arc::clone(&house), closing.clone()),
        letters(Arc::clone(&house), closing.clone()),
        deliveries(Arc::clone(&house), closing.clone()),
        figures(Arc::clone(&house), closing.clone()),
        neighbours(Arc::clone(&house), closing.clone()),
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

/// Keeps the search index up with the store. What fails is tried again; the paper is served meanwhile.
async fn index(house: Arc<House>, mut closing: watch::Receiver<bool>) {
    loop {
        let catalogue = house.catalogue.load_full();
        match house.searching.follow(&house.store, &catalogue, house.clock.now()).await {
            Ok(0) => {}
            Ok(changes) => tracing::debug!(changes, "the search index was brought up to date"),
            Err(error) => tracing::warn!(%error, "the search index could not be brought up to date"),
        }
        tokio::select! {
            () = tokio::time::sleep(INDEX) => {}
            () = house.searching.woken() => {}
            _ = closing.changed() => return,
        }
    }
}

/// Notices that another process has moved the clock of a paper in rehearsal.
async fn clock(house: Arc<House>, mut closing: watch::Receiver<bool>) {
    if !travel::is_rehearsing(&house) {
        return;
    }
    while !pause(CLOCK, &mut closing).await {
        if let Err(error) = house.notice_clock().await {
            tracing::warn!(%error, "it could not be asked whether the clock was moved");
        }
    }
}

/// What the sandbox does by itself; nothing where the paper takes payments by another rail. Gives how much was done.
async fn rail(house: &House) -> Result<usize, StoreError> {
    if !travel::is_rehearsing(house) {
        return Ok(0);
    }
    let paid_out = house.rail.work(house.clock.now()).await?;
    Ok(paid_out + webhooks::deliver_due(house).await?.accepted)
}

/// Everything that is due now on contracts, mails and stories, once; gives how much there was. For whoever moves the
/// clock; the rounds do the same at their own pace.
///
/// # Errors
/// The store's.
pub async fn everything_due(house: &House) -> Result<usize, BillingError> {
    let contracts = rail(house).await? + billing::round(house).await?;
    let mails = mails::round(house).await?;
    let deliveries = deliveries::take_up(house, house.clock.now()).await?;
    house.refresh().await?;
    Ok(contracts + mails + deliveries)
}

/// Whether this process may walk a round that only one may walk; held for `lasts` in real time.
async fn alone(house: &House, name: &str, lasts: SignedDuration) -> Result<bool, StoreError> {
    let now = house.clock.real();
    let until = now.saturating_add(lasts).unwrap_or(now);
    house.store.take_lease(name, &house.holder, now, until).await
}

/// Does what is due on contracts: renewals, notices, open questions to the rail, ends.
async fn payments(house: Arc<House>, mut closing: watch::Receiver<bool>) {
    while !pause(PAYMENTS, &mut closing).await {
        match travel::is_moved_elsewhere(&house).await {
            Ok(false) => {}
            Ok(true) => continue,
            Err(error) => {
                tracing::warn!(%error, "contracts that are due could not be looked after");
                continue;
            }
        }
        if let Err(error) = rail(&house).await {
            tracing::warn!(%error, "the sandbox could not do its work");
        }
        let began = stopwatch();
        match billing::round(&house).await {
            Ok(looked_at) if began.elapsed() > LONG => {
                tracing::info!(looked_at, seconds = began.elapsed().as_secs(), "contracts were looked after");
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "contracts that are due could not be looked after"),
        }
    }
}

/// Sends mails.
async fn letters(house: Arc<House>, mut closing: watch::Receiver<bool>) {
    while !pause(MAILS, &mut closing).await {
        if let Err(error) = mails::round(&house).await {
            tracing::warn!(%error, "mails could not be sent");
        }
    }
}

/// Takes up deliveries that nobody finished, and asks the rail what happened lately, since deliveries may be lost.
async fn deliveries(house: Arc<House>, mut closing: watch::Receiver<bool>) {
    while !pause(DELIVERIES, &mut closing).await {
        if let Err(error) = deliveries::round(&house).await {
            tracing::warn!(%error, "what the rail told could not be taken up");
        }
    }
    let _ = house.store.return_lease(deliveries::LEASE, &house.holder).await;
}

/// Counts for the operator.
async fn figures(house: Arc<House>, mut closing: watch::Receiver<bool>) {
    loop {
        if let Err(error) = figures::count(&house).await {
            tracing::warn!(%error, "the numbers for the operator could not be counted");
        }
        if pause(FIGURES, &mut closing).await {
            return;
        }
    }
}

/// Whether what to read beside each story is chosen. A store that does not answer has not said so.
async fn all_chosen(house: &House) -> bool {
    house.store.related_generation().await.is_ok_and(|standing| standing.is_some_and(|standing| standing.chosen))
}

/// Chooses what to read beside stories that changed.
async fn neighbours(house: Arc<House>, mut closing: watch::Receiver<bool>) {
    let mut relating = Relating::new(&house.publication.language);
    // whether pages were made while lists were still to be chosen, by this process or another
    let mut waits = false;
    loop {
        let step = async {
            let mine = alone(&house, NEIGHBOURS_LEASE, NEIGHBOURS_HELD).await?;
            if mine { relating.step(&house.store).await } else { Ok(false) }
        };
        // Closing time need not wait: a step that is dropped is done again.
        let more = tokio::select! {
            more = step => more,
            _ = closing.changed() => break,
        };
        match more {
            Ok(true) if !*closing.borrow() => {
                waits = waits || !all_chosen(&house).await;
                continue;
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "what to read beside stories could not be chosen yet"),
        }
        let chosen = all_chosen(&house).await;
        if waits && chosen {
            match house.relist().await {
                Ok(()) => waits = false,
                Err(error) => tracing::warn!(%error, "pages do not name yet what was chosen to be read beside them"),
            }
        }
        waits = waits || !chosen;
        if pause(NEIGHBOURS, &mut closing).await {
            break;
        }
    }
    let _ = house.store.return_lease(NEIGHBOURS_LEASE, &house.holder).await;
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
