//! What webhooks, a reader's return and a rail's own list of events say. Each is only a hint what to ask the rail about;
//! what follows from the answer is decided like any other.
use circulation::billing::Act;
use circulation::payments::AttemptKey;
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use store::{Claimed, Webhook as Stored};

use super::{BillingError, calls, driver};
use crate::gateways::rail::{Asked, Found, Hint, WebhookRefused};
use crate::house::House;

/// A delivery of the rail that is not finished after this time needs a person; before, it is only being worked on.
const DELIVERY: SignedDuration = SignedDuration::from_mins(10);

/// What is older than this is not simply under way.
#[must_use]
pub fn stuck_before(now: Timestamp) -> Timestamp {
    now.saturating_sub(DELIVERY).unwrap_or(now)
}

/// Largest delivery that is read, in bytes.
pub const LARGEST: usize = 256 * 1024;

/// Why a delivery was not acted on.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error(transparent)]
    Delivery(#[from] WebhookRefused),
    #[error(transparent)]
    Billing(#[from] BillingError),
}

impl From<store::StoreError> for Refused {
    fn from(error: store::StoreError) -> Self {
        Self::Billing(error.into())
    }
}

/// A delivery: verified, claimed, acted on, ticked off. Anything may come twice or in any order.
///
/// # Errors
/// [`Refused::Delivery`] when it is not believed: nothing has changed. [`Refused::Billing`]: the delivery is noted as
/// unfinished, and the rail will send it again.
pub async fn receive(house: &House, headers: &HeaderMap, body: &[u8]) -> Result<(), Refused> {
    let now = house.clock.now();
    let webhook = house.gateway.read_webhook(headers, body, now)?;
    let rail = house.gateway.rail().word();
    let stored = Stored {
        rail: rail.to_owned(),
        event_id: webhook.event_id.clone(),
        kind: webhook.kind,
        body: String::from_utf8_lossy(body).into_owned(),
    };
    if house.store.claim_webhook(&stored, now).await? == Claimed::Handled {
        return Ok(());
    }
    follow(house, &webhook.hint, now).await?;
    house.store.finish_webhook(rail, &webhook.event_id, now).await?;
    Ok(())
}

/// Asks the rail about what a hint speaks of, and does what follows.
///
/// # Errors
/// The store's; a contract that keeps changing.
pub async fn follow(house: &House, hint: &Hint, now: Timestamp) -> Result<(), BillingError> {
    match hint {
        Hint::Attempt { key, reference } => attempt(house, key.as_ref(), reference, now).await,
        Hint::Refund { reference, key } => refund(house, key.as_deref(), reference, now).await,
        Hint::Mandate { token, .. } => mandate(house, token, now).await,
        Hint::Dispute(reference) => dispute(house, reference, now).await,
        Hint::Payout(reference) => super::payouts::note(house, reference, now).await,
        Hint::Schedule(reference) => {
            tracing::info!(reference, "a rail's own schedule speaks; this paper sends its debits itself");
            Ok(())
        }
        Hint::Other => Ok(()),
    }
}

/// Asks the rail what became of an attempt, by our key or by the rail's reference.
///
/// # Errors
/// As [`follow`].
pub async fn attempt(
    house: &House,
    key: Option<&AttemptKey>,
    reference: &str,
    now: Timestamp,
) -> Result<(), BillingError> {
    let rail = house.gateway.rail().word();
    let found = match key {
        Some(key) => house.store.contract_of_attempt(key.as_str()).await?,
        None => house.store.contract_of_reference(rail, reference).await?,
    };
    let Some(id) = found else {
        tracing::warn!(reference, "the rail speaks of a payment that this paper never asked for");
        return Ok(());
    };
    let held = super::dossiers::one(house, id).await?;
    let asked = held.dossier.attempts.iter().find(|attempt| {
        key.is_some_and(|key| attempt.payment.key() == *key) || attempt.talk.reference.as_deref() == Some(reference)
    });
    let asked = asked.map(|attempt| Asked {
        key: attempt.payment.key(),
        amount: attempt.payment.request().amount,
        reference: attempt.talk.reference.clone().or_else(|| some(reference)),
        customer: held.dossier.mandate.as_ref().map(|m| m.facts.mandate.customer.clone()),
        sent_at: attempt.payment.sent_at().unwrap_or(attempt.payment.planned_at()),
    });
    let setup = || {
        let found = held.dossier.setups.iter().find(|setup| key.is_some_and(|key| setup.key == *key))?;
        Some(Asked {
            key: found.key.clone(),
            amount: found.amount,
            reference: found.talk.reference.clone().or_else(|| some(reference)),
            customer: None,
            sent_at: found.sent_at.unwrap_or(found.planned_at),
        })
    };
    if let Some(asked) = asked.or_else(setup) {
        let told = calls::told(house.gateway.look_up(&asked, now).await);
        overtaken(driver::act(house, id, &Act::Told(told)).await)?;
    }
    Ok(())
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

async fn refund(house: &House, key: Option<&str>, reference: &str, now: Timestamp) -> Result<(), BillingError> {
    let Some((id, key)) = house.store.contract_of_refund(key, reference).await? else { return Ok(()) };
    let held = super::dossiers::one(house, id).await?;
    let Some(refund) = held.dossier.refunds.iter().find(|refund| refund.key == key) else { return Ok(()) };
    let order = crate::gateways::rail::RefundOrder {
        key: refund.key.clone(),
        payment: refund.payment.clone(),
        amount: refund.amount,
        reason: refund.reason.clone(),
    };
    let answer = house.gateway.look_up_refund(&order, some(reference).as_deref(), now).await;
    overtaken(driver::act(house, id, &Act::RefundTold { key, answer }).await)
}

async fn mandate(house: &House, token: &str, now: Timestamp) -> Result<(), BillingError> {
    for id in house.store.contracts_of_mandate(house.gateway.rail().word(), token).await? {
        let held = super::dossiers::one(house, id).await?;
        let Some(mandate) = held.dossier.mandate.as_ref().filter(|m| m.reference().token == token) else { continue };
        if let Found::Is(facts) = house.gateway.mandate(mandate.reference(), now).await {
            let told = Act::MandateTold { mandate: mandate.reference().clone(), facts: Some(facts) };
            overtaken(driver::act(house, id, &told).await)?;
        }
    }
    Ok(())
}

async fn dispute(house: &House, reference: &str, now: Timestamp) -> Result<(), BillingError> {
    let Found::Is(facts) = house.gateway.dispute(reference, now).await else { return Ok(()) };
    let Some(id) = house.store.contract_of_reference(house.gateway.rail().word(), &facts.payment).await? else {
        tracing::error!(reference, "a dispute is about a payment that this paper does not know");
        return Ok(());
    };
    let told = Act::Disputed {
        reference: facts.reference,
        payment: facts.payment,
        amount: facts.amount,
        at: now,
        state: facts.state,
    };
    overtaken(driver::act(house, id, &told).await)
}

/// A hint that tells nothing new, or comes too late, is no fault.
fn overtaken(done: Result<super::Held, BillingError>) -> Result<(), BillingError> {
    match done {
        Ok(_) => Ok(()),
        Err(BillingError::Refused(refusal)) if !refusal.is_fault() => {
            tracing::debug!(%refusal, "a hint told nothing that could still be used");
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// A round: reads the rail's own list of what happened lately, since deliveries may be lost. False when the rail gave
/// none.
///
/// # Errors
/// The store's.
pub async fn poll(house: &House, since: Timestamp) -> Result<bool, BillingError> {
    let now = house.clock.now();
    let from = since - SignedDuration::from_mins(10);
    let Found::Is(hints) = house.gateway.recent(from, now).await else { return Ok(false) };
    for hint in hints {
        follow(house, &hint, now).await?;
    }
    Ok(true)
}
