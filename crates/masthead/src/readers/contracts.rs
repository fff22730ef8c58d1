//! Contracts between the store's rows and circulation's rules: read, changed by a transition, written at the revision
//! that was read.
use circulation::calendar::BillingZone;
use circulation::money::{Currency, Money};
use circulation::payments::{
    AttemptKey, AttemptRecord, AttemptState, ChargeRequest, Failure, FailureKind, PaymentAttempt,
};
use circulation::readers::ReaderId;
use circulation::subscriptions::{
    Actor, Cancellation, Event, Product, Subscription, SubscriptionId, SubscriptionRecord, Transition,
};
use jiff::Timestamp;
use store::{Attempt, NewEvent, NewGrant, NewMail, SubscriptionChange, Updated};

use super::TradeError;
use crate::house::House;

/// How often a step is decided anew when others change the same contract.
pub const TRIES: usize = 8;

/// A contract, and the row it was read from.
#[derive(Debug, Clone)]
pub struct Held {
    pub row: store::Subscription,
    pub contract: Subscription,
}

/// All contracts of a reader, latest first.
///
/// # Errors
/// The store's, or a row that contradicts itself.
pub async fn of_reader(house: &House, reader: ReaderId) -> Result<Vec<Held>, TradeError> {
    let mut held = Vec::new();
    for row in house.store.subscriptions_of(reader.0).await? {
        held.push(read(house, row).await?);
    }
    Ok(held)
}

/// One contract.
///
/// # Errors
/// As [`of_reader`]; [`store::StoreError::NotFound`] when there is none.
pub async fn one(house: &House, id: i64) -> Result<Held, TradeError> {
    let row = house.store.subscription(id).await?;
    let row = row.ok_or_else(|| store::StoreError::NotFound { what: format!("subscription {id}") })?;
    read(house, row).await
}

/// The contract that gives access now or will end next, else the one paid for last.
#[must_use]
pub fn to_show(held: &[Held]) -> Option<&Held> {
    let live = held.iter().find(|h| h.contract.live_key().is_some());
    live.or_else(|| held.iter().find(|h| h.contract.paid().is_some()))
}

async fn read(house: &House, row: store::Subscription) -> Result<Held, TradeError> {
    let first_payment = match row.anchor {
        None => None,
        Some(_) => house
            .store
            .attempts_of(row.id)
            .await?
            .into_iter()
            .find(|a| a.period_n == 0 && matches!(a.state.as_str(), "captured" | "refunded")),
    };
    let contract = Subscription::try_from(record(&row, first_payment.as_ref())?)?;
    Ok(Held { row, contract })
}

fn record(row: &store::Subscription, first: Option<&Attempt>) -> Result<SubscriptionRecord, TradeError> {
    let json = |e: serde_json::Error| TradeError::stored("contract", &e);
    let by_word = |word: &String| serde_json::from_value(serde_json::Value::String(word.clone())).map_err(json);
    Ok(SubscriptionRecord {
        id: SubscriptionId(row.id),
        reader: ReaderId(row.reader_id),
        product: serde_json::from_value(serde_json::Value::String(row.product.clone())).map_err(json)?,
        plan: serde_json::from_value(row.plan.clone()).map_err(json)?,
        zone: BillingZone::new(&row.zone)?,
        consent: serde_json::from_value(row.consent.clone()).map_err(json)?,
        opened_at: row.created_at,
        state: row.state.clone(),
        anchor: row.anchor,
        anchored_period: 0,
        period: row.anchor.map(|_| row.period_n),
        paid_through: row.paid_through,
        // The instant of payment decides nothing once the anchor's date is fixed.
        paid_at: first.map(|a| a.settled_at.unwrap_or(a.created_at)),
        first_payment: first.map(|a| AttemptKey::from_text(&a.key)),
        cancellation: row.cancel_at.zip(row.paid_through).map(|(_, cancel_at)| Cancellation {
            cancel_at,
            recorded_at: row.updated_at,
            by: Actor::Reader,
        }),
        end_reason: row.end_reason.as_ref().map(by_word).transpose()?,
        ended_at: row.end_reason.as_ref().map(|_| row.updated_at),
    })
}

/// The row that a contract is to become.
#[must_use]
pub fn change(row: &store::Subscription, contract: &Subscription) -> SubscriptionChange {
    let after = SubscriptionRecord::from(contract.clone());
    SubscriptionChange {
        state: after.state,
        end_reason: after.end_reason.map(|reason| reason.word().to_owned()),
        anchor: after.anchor,
        period_n: after.period.unwrap_or(row.period_n),
        paid_through: after.paid_through,
        cancel_at: contract.cancellation().and(contract.paid()).map(|paid| paid.period.ends),
        ..SubscriptionChange::of(row)
    }
}

/// An event of a contract as it is written down.
#[must_use]
pub fn event(event: &Event) -> NewEvent {
    let actor = match event.by {
        Actor::Reader => format!("reader:{}", event.reader),
        Actor::Clock => "clock".to_owned(),
        Actor::Rail => "rail:sandbox".to_owned(),
        Actor::Staff => "staff".to_owned(),
    };
    NewEvent {
        actor,
        kind: format!("subscription.{}", event.kind.word()),
        subject: format!("subscription:{}", event.subscription.0),
        data: serde_json::json!({ "before": event.before, "after": event.after }),
    }
}

/// The right that a contract gives for the period it is paid for.
#[must_use]
pub fn grant(contract: &Subscription) -> Option<NewGrant> {
    let grant = contract.grant()?;
    Some(NewGrant {
        reader_id: contract.reader().0,
        benefits: grant.benefits.iter().map(|b| b.word().to_owned()).collect(),
        source: grant.source.word().to_owned(),
        reference: grant.reference,
        starts_at: grant.starts_at,
        ends_at: grant.ends_at,
    })
}

/// Takes a step that needs no payment and writes it with its event and mail. When others changed the contract in
/// between, the step is decided anew on what it is then.
///
/// # Errors
/// What the step refuses; the store's.
pub async fn step(
    house: &House,
    id: i64,
    now: Timestamp,
    take: impl Fn(Subscription) -> Result<Transition, circulation::subscriptions::SubscriptionRefusal>,
    mail: impl Fn(&Subscription, i64) -> Option<NewMail>,
) -> Result<Subscription, TradeError> {
    for _ in 0..TRIES {
        let held = one(house, id).await?;
        let taken = take(held.contract)?;
        let change = change(&held.row, &taken.subscription);
        let mail = mail(&taken.subscription, held.row.revision);
        match house.store.update_subscription(&change, mail.as_ref(), &event(&taken.event), now).await? {
            Updated::Done(_) => return Ok(taken.subscription),
            Updated::Stale(_) => {}
        }
    }
    Err(TradeError::Contended)
}

/// A stored attempt as circulation's rules see it.
///
/// # Errors
/// A row that contradicts itself.
pub fn attempt(row: &Attempt) -> Result<PaymentAttempt, TradeError> {
    let since = row.sent_at.unwrap_or(row.created_at);
    let at = row.settled_at.unwrap_or(since);
    let state = match row.state.as_str() {
        "planned" => AttemptState::Planned,
        "sent" => AttemptState::Sent,
        "unknown" => AttemptState::Unknown { since: row.unknown_at.unwrap_or(since) },
        "captured" => AttemptState::Captured { at, reference: row.rail_ref.clone().unwrap_or_default() },
        // Money that went into suspense pays for nothing: for the period it is as if it had failed.
        _ => AttemptState::Failed {
            at,
            failure: Failure {
                kind: FailureKind::Expired,
                code: row.failure.clone().unwrap_or_else(|| row.state.clone()),
            },
        },
    };
    let currency = Currency::parse(&row.currency).map_err(|e| TradeError::stored("payment attempt", &e))?;
    Ok(PaymentAttempt::try_from(AttemptRecord {
        subscription: SubscriptionId(row.subscription_id),
        period: row.period_n,
        number: u16::try_from(row.attempt_no).map_err(|e| TradeError::stored("payment attempt", &e))?,
        request: ChargeRequest {
            rail: row.rail.parse()?,
            amount: Money::new(row.amount, currency),
            parameters: serde_json::from_value(row.params.clone())
                .map_err(|e| TradeError::stored("payment attempt", &e))?,
        },
        planned_at: row.created_at,
        sent_at: row.sent_at,
        state,
    })?)
}

/// Whether an attempt is still open in the store's words.
#[must_use]
pub fn is_open(row: &Attempt) -> bool {
    matches!(row.state.as_str(), "planned" | "sent" | "unknown")
}

/// The one product of this release.
pub const PRODUCT: Product = Product::Digital;
