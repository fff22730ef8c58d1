//! From what the rail says to what the reader has. One routine, called by the webhook, by the reader's return and by
//! the rounds, in any order and any number of times: it asks the rail itself and believes nobody else.
use circulation::ledger::{Entry, LedgerError, TaxRates};
use circulation::money::{Currency, Money};
use circulation::payments::{self, AttemptKey, Capture, Effect, Outcome, PaymentRefusal, RailAnswer};
use circulation::subscriptions::{Actor, FirstPayment, SubscriptionRefusal, find_live};
use jiff::{SignedDuration, Timestamp};
use store::{Attempt, LedgerLine, NewEntry, NewEvent, NewMail, PaidPeriod, Settled, Settlement};

use super::TradeError;
use super::contracts::{self, Held, PRODUCT, TRIES};
use crate::gateways::rail::{Asked, Gateway as _};
use crate::gateways::webhooks;
use crate::house::House;
use crate::mail;

/// Rows read at once in a round.
const BATCH: usize = 1_000;

/// Taxes contained in a price.
///
/// # Errors
/// None for settings that were checked.
pub fn tax_rates(points: u32, currency: Currency) -> Result<TaxRates, LedgerError> {
    if points == 0 { Ok(TaxRates::none()) } else { TaxRates::new(&[(tax_name(currency), points)]) }
}

/// What the tax is called in the books: India's goods and services tax, elsewhere simply the tax.
#[must_use]
pub fn tax_name(currency: Currency) -> &'static str {
    if currency == Currency::INR { "gst" } else { "tax" }
}

/// Asks the rail about an attempt and does what follows. Gives the attempt as it stands then.
///
/// # Errors
/// The store's; a stored row that cannot be read. Nothing is half-done after an error.
pub async fn settle(house: &House, attempt: Attempt) -> Result<Attempt, TradeError> {
    if matches!(attempt.state.as_str(), "captured" | "surplus" | "refunded") {
        return Ok(attempt);
    }
    let now = house.clock.now();
    let answer = house.rail.look_up(&asked(&attempt)?, now).await.answer;
    let known = contracts::attempt(&attempt)?;
    match payments::settle(known, &answer) {
        Ok((_, Effect::Unchanged | Effect::Waiting)) => return Ok(attempt),
        Ok((_, Effect::LookUp)) => {
            house.store.mark_unknown(attempt.id, now).await?;
        }
        Ok((_, Effect::Failed(failure))) => {
            house.store.mark_failed(attempt.id, &failure.code, now).await?;
        }
        Ok((_, Effect::Captured(capture))) => apply(house, &attempt, &capture, now).await?,
        Err(refusal) => set_aside(house, &attempt, &answer, &refusal, now).await?,
    }
    let after = house.store.attempt(attempt.id).await?;
    Ok(after.unwrap_or(attempt))
}

/// What the rail is asked about an attempt.
fn asked(attempt: &Attempt) -> Result<Asked, TradeError> {
    let currency = attempt.currency.parse().map_err(|e| TradeError::stored("attempt", &e))?;
    Ok(Asked {
        key: AttemptKey::from_text(&attempt.key),
        amount: Money::new(attempt.amount, currency),
        reference: attempt.rail_ref.clone(),
        customer: None,
        sent_at: attempt.created_at,
    })
}

/// Applies a capture: one transaction moves attempt, contract, right, books, mail and event.
async fn apply(house: &House, attempt: &Attempt, capture: &Capture, now: Timestamp) -> Result<(), TradeError> {
    for _ in 0..TRIES {
        let held = contracts::one(house, attempt.subscription_id).await?;
        let settlement = match decide(house, attempt, capture, &held, now).await {
            // Webhook and return came together, and the other was quicker.
            Err(TradeError::Contract(SubscriptionRefusal::AlreadyApplied(_))) => return Ok(()),
            decided => decided?,
        };
        let settled = house.store.settle(&settlement).await?;
        if matches!(settled, Settled::Now { .. } | Settled::AlreadySettled) {
            house.sessions.forget_reader(held.contract.reader());
            return Ok(());
        }
        // The contract moved, or other money came first: what is true now decides anew.
    }
    Err(TradeError::Contended)
}

/// What a captured payment leads to (T2, T5, T30 of the billing rules).
async fn decide(
    house: &House,
    attempt: &Attempt,
    capture: &Capture,
    held: &Held,
    now: Timestamp,
) -> Result<Settlement, TradeError> {
    let reader = held.contract.reader();
    let all: Vec<_> = contracts::of_reader(house, reader).await?.into_iter().map(|h| h.contract).collect();
    let other = find_live(&all, reader, PRODUCT).map(|live| live.id()).filter(|id| *id != held.contract.id());
    let address = house.store.reader(reader.0).await?.map(|r| r.email).unwrap_or_default();
    let publication = &house.publication;
    let (period, entry, mail, event) = match held.contract.clone().first_payment(capture, other, now)? {
        FirstPayment::Activated(taken) => {
            let contract = taken.subscription;
            let grant = contracts::grant(&contract)
                .ok_or_else(|| TradeError::stored("contract", &"it is paid but gives no right"))?;
            let rates = tax_rates(publication.payments.tax_basis_points, capture.amount().currency())?;
            let mail = mail::receipt(publication, &address, attempt.id, &contract, capture, &rates)?;
            let period = PaidPeriod { subscription: contracts::change(&held.row, &contract), grant };
            (Some(period), Entry::capture(capture, &rates)?, mail, contracts::event(&taken.event))
        }
        FirstPayment::Refund { event, because } => {
            tracing::warn!(attempt = %attempt.key, %because, "a payment cannot be used and must be given back");
            let entry = Entry::unmatched_capture(capture.rail(), capture.reference(), capture.amount(), capture.at())?;
            let mail = mail::refund_owed(publication, &address, attempt.id, capture);
            (None, entry, mail, contracts::event(&event))
        }
    };
    Ok(Settlement {
        attempt_id: attempt.id,
        rail_ref: capture.reference().to_owned(),
        amount: capture.amount().minor(),
        currency: capture.amount().currency().code().to_owned(),
        period,
        entry: booked(&entry),
        mail: Some(mail).filter(|m: &NewMail| !m.to.is_empty()),
        event,
        at: now,
    })
}

/// An entry as the store books it: debits above zero, credits below.
fn booked(entry: &Entry) -> NewEntry {
    let lines = entry.lines().iter().map(|line| LedgerLine {
        account: line.account.to_string(),
        // A line's amount is a positive 64-bit number, so its negative fits as well.
        amount: i64::try_from(line.signed_minor()).unwrap_or_default(),
        currency: line.amount.currency().code().to_owned(),
    });
    NewEntry {
        at: entry.at(),
        reason: entry.kind().word().to_owned(),
        reference: entry.reference().to_owned(),
        lines: lines.collect(),
    }
}

/// The rail took something else than was asked: no right comes of it. The money is booked into suspense once, and a
/// person has to give it back at the rail.
async fn set_aside(
    house: &House,
    attempt: &Attempt,
    answer: &RailAnswer,
    refusal: &PaymentRefusal,
    now: Timestamp,
) -> Result<(), TradeError> {
    tracing::error!(attempt = %attempt.key, %refusal, "the rail's account of a payment differs from ours");
    let Outcome::Captured { reference, amount } = &answer.outcome else { return Ok(()) };
    let entry = Entry::unmatched_capture(attempt.rail.parse()?, reference, *amount, answer.at)?;
    match house.store.book(&booked(&entry)).await {
        // Refused: it was set aside before.
        Ok(_) | Err(store::StoreError::Refused { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    if house.store.mark_failed(attempt.id, "amount-differs", now).await? {
        let event = NewEvent {
            actor: "rail:sandbox".into(),
            kind: "payment.set-aside".into(),
            subject: format!("subscription:{}", attempt.subscription_id),
            data: serde_json::json!({ "attempt": attempt.key, "why": refusal.to_string() }),
        };
        house.store.append_event(&event, now).await?;
    }
    Ok(())
}

/// A round: asks the rail about every open attempt, and has the sandbox deliver the webhooks that are due. Gives how
/// many attempts were settled. One attempt that cannot be settled does not hold up the others.
///
/// # Errors
/// When the store cannot be asked.
pub async fn settle_open(house: &House) -> Result<usize, TradeError> {
    house.rail.work(house.clock.now()).await?;
    webhooks::deliver_due(house).await?;
    settle_open_by(house, BATCH).await
}

/// [`settle_open`], so many rows at a time. Every attempt is reached in every round, however many older ones stay open;
/// the round ends because those stored after it began are left to the next.
pub(super) async fn settle_open_by(house: &House, rows: usize) -> Result<usize, TradeError> {
    let now = house.clock.now();
    let (mut settled, mut after) = (0, 0);
    // Those of this very millisecond as well.
    let before = now + SignedDuration::from_millis(1);
    loop {
        let page = house.store.open_attempts(before, after, rows).await?;
        let Some(last) = page.last() else { return Ok(settled) };
        after = last.id;
        for attempt in &page {
            match settle_again(house, attempt).await {
                Ok(after) => settled += usize::from(!contracts::is_open(&after)),
                Err(error) => tracing::error!(%error, attempt = %attempt.key, "an open payment could not be settled"),
            }
        }
    }
}

/// Whatever became of the webhook: the rail's word is asked for directly as well.
async fn settle_again(house: &House, attempt: &Attempt) -> Result<Attempt, TradeError> {
    match house.store.attempt(attempt.id).await? {
        Some(fresh) => settle(house, fresh).await,
        None => Ok(attempt.clone()),
    }
}

/// A round: ends cancelled contracts whose paid time is over (T17). Gives how many.
///
/// # Errors
/// When the store cannot be asked.
pub async fn end_cancelled(house: &House) -> Result<usize, TradeError> {
    let now = house.clock.now();
    let (mut ended, mut after) = (0, 0);
    loop {
        let page = house.store.cancellations_due(now, after, BATCH).await?;
        let Some(last) = page.last() else { return Ok(ended) };
        after = last.id;
        for row in &page {
            match contracts::step(house, row.id, now, |contract| contract.end_cancelled(now), |_, _| None).await {
                Ok(contract) => {
                    house.sessions.forget_reader(contract.reader());
                    ended += 1;
                }
                Err(TradeError::Contract(refusal)) => {
                    tracing::info!(%refusal, "a cancelled contract is not to be ended");
                }
                Err(error) => {
                    tracing::error!(%error, subscription = row.id, "a cancelled contract could not be ended");
                }
            }
        }
    }
}

/// Records or takes back a cancellation (T15, T16). Doing it twice changes nothing the second time.
///
/// # Errors
/// [`TradeError::Contract`] when there is nothing to cancel or to resume; the store's.
pub async fn cancel(house: &House, held: &Held, cancelled: bool) -> Result<(), TradeError> {
    let now = house.clock.now();
    let address = house.store.reader(held.row.reader_id).await?.map(|r| r.email).unwrap_or_default();
    let publication = &house.publication;
    let done = contracts::step(
        house,
        held.row.id,
        now,
        |contract| if cancelled { contract.cancel(Actor::Reader, now) } else { contract.resume(Actor::Reader, now) },
        |contract, revision| mail::cancellation(publication, &address, contract, cancelled, revision),
    )
    .await;
    match done {
        Ok(_)
        | Err(TradeError::Contract(
            SubscriptionRefusal::AlreadyCancelled { .. } | SubscriptionRefusal::NotCancelled(_),
        )) => Ok(()),
        Err(error) => Err(error),
    }
}
