//! Moving the clock of a paper in rehearsal, forward only: from one instant at which something is due to the next, so
//! that every notice, debit and retry of the way happens on its own day.
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use store::{NewEvent, StoreError};

use super::journey::{Journey, LATEST};
use crate::billing::BillingError;
use crate::house::House;
use crate::rounds;

/// The setting that holds how far the clock is ahead, in milliseconds.
pub const AHEAD: &str = "clock ahead";
/// The lease of whoever moves the clock.
const LEASE: &str = "clock";
/// How long that lease lasts without being renewed, in real time.
const LEASED: SignedDuration = SignedDuration::from_secs(30);
/// Stops on one journey; then it says how far it came.
const MOST_STOPS: usize = 20_000;
/// The longest journey: twice the longest plan.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 366 * 4);
/// How often work that another process has in hand is waited for, and how long each time.
const PATIENCE: (usize, Duration) = (100, Duration::from_millis(50));
/// Sweeps at one stop until nothing is left to do. Each brings every contract to rest, so two are usual.
const MOST_SWEEPS: usize = 50;

/// Where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    At(Timestamp),
    /// So much further.
    By(SignedDuration),
    /// To the next instant at which something happens that a person would notice: a mail, a payment, a change of a
    /// contract. Days on which there is only revenue to be booked are passed.
    Next,
}

/// Why the clock is not moved. Nothing has happened then.
#[derive(Debug, thiserror::Error)]
pub enum TravelRefused {
    #[error(
        "only a paper that rehearses can move its clock, and this one takes payments by {0}. Make a paper with rail = \"sandbox\" in [payments] to try things out"
    )]
    NotInRehearsal(String),
    #[error(
        "the clock only goes forward: {0} is over here, and what was mailed, charged and booked since cannot be undone. To begin again, make a new paper"
    )]
    Back(String),
    #[error("{0} is too far for one journey; travel four years at a time at most")]
    TooFar(String),
    #[error("nothing is due any more, so there is no next event. Say how far: a day, a week, or a date")]
    NothingDue,
    #[error("somebody else is moving this paper's clock just now; look again in a moment")]
    Busy,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Billing(#[from] BillingError),
}

/// What a process knows of moving its clock.
#[derive(Debug, Default)]
pub struct Rehearsal {
    alone: tokio::sync::Mutex<()>,
    /// How many stops the running journey has made; `None`: none runs.
    under_way: Mutex<Option<usize>>,
}

impl Rehearsal {
    /// How many stops the running journey has made.
    #[must_use]
    pub fn under_way(&self) -> Option<usize> {
        *self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, stops: Option<usize>) {
        *self.under_way.lock().unwrap_or_else(PoisonError::into_inner) = stops;
    }
}

/// Whether a paper may move its clock.
#[must_use]
pub fn is_rehearsing(house: &House) -> bool {
    house.publication.payments.rail == "sandbox"
}

/// Moves the clock and does on the way what becomes due. `by` is who asks: `staff:2`, `command line`.
///
/// # Errors
/// [`TravelRefused`]. A journey that is cut short by the store's failure has come as far as the clock says; going on
/// from there loses nothing.
pub async fn travel(house: &House, to: To, by: &str) -> Result<Journey, TravelRefused> {
    if !is_rehearsing(house) {
        return Err(TravelRefused::NotInRehearsal(house.publication.payments.rail.clone()));
    }
    let _alone = house.rehearsal.alone.try_lock().map_err(|_| TravelRefused::Busy)?;
    hold(house).await?;
    house.rehearsal.note(Some(0));
    let went = go(house, to, by).await;
    house.rehearsal.note(None);
    let returned = house.store.return_lease(LEASE, &house.holder).await;
    let journey = went?;
    returned?;
    Ok(journey)
}

async fn go(house: &House, to: To, by: &str) -> Result<Journey, TravelRefused> {
    house.notice_clock().await?;
    let from = house.clock.now();
    let since = house.store.watermarks().await?;
    if to != To::Next {
        target(house, to, from).await?;
    }
    // First what is due already: it may decide what comes next.
    settle(house).await?;
    let target = target(house, to, from).await?;
    let event = NewEvent {
        actor: by.to_owned(),
        kind: "clock.moved".into(),
        subject: "clock".into(),
        data: serde_json::json!({ "from": from, "to": target }),
    };
    house.store.append_event(&event, from).await?;
    let quiet = house.store.watermarks().await?;
    let mut journey = Journey::new(from, target, since);
    while journey.stops < MOST_STOPS {
        let now = house.clock.now();
        let due = next_due(house, now).await?;
        let happened = to == To::Next && house.store.watermarks().await?.differs_for_people(quiet);
        // On the way to whatever comes next, the goal is where it came, or where nothing is due any more.
        if now >= target || happened || (to == To::Next && due.is_none()) {
            // The clock runs on while this is found out: the goal is where the journey came, not what the clock says now.
            journey.to = journey.to.min(journey.arrived);
            break;
        }
        let next = due.filter(|at| *at < target).unwrap_or(target);
        move_to(house, next).await?;
        hold(house).await?;
        settle(house).await?;
        journey.stops += 1;
        journey.arrived = house.clock.now();
        house.rehearsal.note(Some(journey.stops));
        if journey.stops.is_multiple_of(100) {
            tracing::info!(stops = journey.stops, at = %journey.arrived, "the clock is on its way");
        }
    }
    house.store.set_setting(LATEST, &journey.text()).await?;
    Ok(journey)
}

async fn target(house: &House, to: To, from: Timestamp) -> Result<Timestamp, TravelRefused> {
    let day = |at: Timestamp| at.to_zoned(house.publication.zone.clone()).strftime("%-d %B %Y, %H:%M").to_string();
    let target = match to {
        To::At(at) => at,
        To::By(by) => from.saturating_add(by).unwrap_or(Timestamp::MAX),
        To::Next => {
            next_due(house, from).await?.ok_or(TravelRefused::NothingDue)?;
            from.saturating_add(LONGEST).unwrap_or(Timestamp::MAX)
        }
    };
    if target <= from {
        return Err(TravelRefused::Back(day(target)));
    }
    if target.duration_since(from) > LONGEST {
        return Err(TravelRefused::TooFar(day(target)));
    }
    Ok(target)
}

/// The clock's lease, taken or renewed.
async fn hold(house: &House) -> Result<(), TravelRefused> {
    let now = house.clock.real();
    let until = now.saturating_add(LEASED).unwrap_or(now);
    if house.store.take_lease(LEASE, &house.holder, now, until).await? { Ok(()) } else { Err(TravelRefused::Busy) }
}

/// Whether another process is moving the clock just now: rounds rest meanwhile, since their time is behind.
///
/// # Errors
/// The store's.
pub async fn is_moved_elsewhere(house: &House) -> Result<bool, StoreError> {
    if !is_rehearsing(house) {
        return Ok(false);
    }
    let holder = house.store.lease_holder(LEASE, house.clock.real()).await?;
    Ok(holder.is_some_and(|holder| holder != house.holder))
}

async fn move_to(house: &House, at: Timestamp) -> Result<(), StoreError> {
    let ahead = at.duration_since(house.clock.real());
    // A millisecond more: what is cut off must not bring it before the instant.
    let ahead = i64::try_from(ahead.as_millis()).unwrap_or(i64::MAX).saturating_add(1);
    // Stored first: a process that dies here goes on at the new time.
    let ahead = house.store.raise_setting(AHEAD, ahead).await?;
    house.clock.go_ahead(SignedDuration::from_millis(ahead));
    house.show_clock();
    house.refresh().await?;
    Ok(())
}

/// Does everything that is due now, until nothing is left.
async fn settle(house: &House) -> Result<(), TravelRefused> {
    for _ in 0..MOST_SWEEPS {
        if rounds::everything_due(house).await? == 0 {
            break;
        }
    }
    // What another process has in hand would otherwise be done on a later day than it is due.
    let (times, pause) = PATIENCE;
    for _ in 0..times {
        if house.store.workload(house.clock.now()).await?.due == 0 {
            return Ok(());
        }
        tokio::time::sleep(pause).await;
        rounds::everything_due(house).await?;
    }
    tracing::warn!("contracts are due that could not be brought on; the journey goes on without them");
    Ok(())
}

/// The next instant after `now` at which something is due.
///
/// # Errors
/// The store's.
pub async fn next_due(house: &House, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let contract = house.store.next_due_after(now).await?;
    let story = house.catalogue.load().next_due().filter(|at| *at > now);
    let mail = house.store.next_mail().await?.filter(|at| *at > now);
    let delivery = house.store.next_sandbox_post(now).await?;
    Ok([contract, story, mail, delivery].into_iter().flatten().min())
}

/// `12 days 3 hours`, to the nearest minute.
#[must_use]
pub fn in_words(by: SignedDuration) -> String {
    let minutes = (by.as_secs() + 30) / 60;
    let hours = minutes / 60;
    let of = |n: i64, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    match (hours / 24, hours % 24) {
        (0, 0) => of(minutes, "minute"),
        (0, hours) => of(hours, "hour"),
        (days, 0) => of(days, "day"),
        (days, hours) => format!("{} {}", of(days, "day"), of(hours, "hour")),
    }
}

#[cfg(test)]
mod tests {
    use super::{SignedDuration, in_words};

    #[test]
    fn spans_read_as_people_say_them() {
        let said = [1, 24, 27, 24 * 30].map(|hours| in_words(SignedDuration::from_hours(hours)));
        assert_eq!(said, ["1 hour", "1 day", "1 day 3 hours", "30 days"]);
        assert_eq!(in_words(SignedDuration::from_mins(5)), "5 minutes");
    }
}
