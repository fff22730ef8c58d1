//! Between the store's rows and circulation's types. The dossier's JSON is the truth; the rows beside it are made of it
//! at every write, those that have changed.
use circulation::billing::{
    Attempt, Decision, Dossier, Invoice, InvoiceState, Mandate, Next, Refund, RefundState, Terms,
};
use circulation::payments::AttemptState;
use circulation::subscriptions::State;
use jiff::Timestamp;
use store::{AttemptLine, DerivedRows, DossierChange, InvoiceLine, MandateLine, RefundLine, Standing, StoredDossier};

use super::BillingError;
use super::records::{self, Parties};
use crate::house::House;

/// A dossier and the revision it was read at.
#[derive(Debug, Clone)]
pub struct Held {
    pub id: i64,
    pub revision: i64,
    pub dossier: Dossier,
}

impl Held {
    /// Reads a stored row.
    ///
    /// # Errors
    /// [`BillingError::Stored`] when it cannot be read.
    pub fn read(row: &StoredDossier) -> Result<Self, BillingError> {
        let text = row.dossier.as_deref().ok_or_else(|| BillingError::stored("dossier", &"it is missing"))?;
        let dossier = serde_json::from_str(text).map_err(|e| BillingError::stored("dossier", &e))?;
        Ok(Self { id: row.id, revision: row.revision, dossier })
    }
}

/// One dossier.
///
/// # Errors
/// The store's; [`store::StoreError::NotFound`] when there is none.
pub async fn one(house: &House, id: i64) -> Result<Held, BillingError> {
    let row = house.store.dossier(id).await?;
    let row = row.ok_or_else(|| store::StoreError::NotFound { what: format!("subscription {id}") })?;
    Held::read(&row)
}

/// The one product of this release.
pub const PRODUCT: circulation::subscriptions::Product = circulation::subscriptions::Product::Digital;

/// All dossiers of a reader, latest first.
///
/// # Errors
/// The store's; a row that cannot be read.
pub async fn of_reader(house: &House, reader: i64) -> Result<Vec<Held>, BillingError> {
    house.store.dossiers_of(reader).await?.iter().map(Held::read).collect()
}

/// The contract to show a reader: the one that runs, else the one paid for last.
#[must_use]
pub fn to_show(held: &[Held]) -> Option<&Held> {
    let own = || held.iter().filter(|h| h.dossier.contract.offer().gift.is_none());
    own()
        .find(|h| h.dossier.contract.live_key().is_some())
        .or_else(|| own().find(|h| h.dossier.contract.paid().is_some()))
}

/// What the store is to write for a decision.
///
/// # Errors
/// A record that cannot be worded or booked.
pub fn change(
    house: &House,
    held: &Held,
    decision: &Decision,
    terms: &Terms,
    parties: &Parties,
    now: Timestamp,
) -> Result<DossierChange, BillingError> {
    let (before, after) = (Some(&held.dossier), &decision.dossier);
    let mut change = DossierChange {
        id: held.id,
        revision: held.revision,
        dossier: text(after)?,
        standing: standing(after, terms, now)?,
        attempts: changed(before.map(|d| &d.attempts[..]), &after.attempts)
            .map(|a| attempt(after, a))
            .collect::<Result<_, _>>()?,
        invoices: changed(before.map(|d| &d.invoices[..]), &after.invoices).map(invoice).collect(),
        refunds: changed(before.map(|d| &d.refunds[..]), &after.refunds).map(|r| refund(after, r)).collect(),
        mandate: after.mandate.as_ref().filter(|m| before.and_then(|d| d.mandate.as_ref()) != Some(m)).map(mandate),
        grants: Vec::new(),
        grants_gone: Vec::new(),
        entries: Vec::new(),
        mails: Vec::new(),
        documents: Vec::new(),
        events: Vec::new(),
    };
    records::add(house, decision, parties, &mut change)?;
    Ok(change)
}

/// All rows beside a dossier as they would be made anew, in the order of [`store::Store::derived_rows`]: for the doctor.
///
/// # Errors
/// None for a dossier that was decided.
pub fn rows(dossier: &Dossier, terms: &Terms, now: Timestamp) -> Result<DerivedRows, BillingError> {
    let mut attempts =
        dossier.attempts.iter().map(|a| attempt(dossier, a)).collect::<Result<Vec<AttemptLine>, BillingError>>()?;
    let mut refunds: Vec<RefundLine> = dossier.refunds.iter().map(|r| refund(dossier, r)).collect();
    attempts.sort_by(|a, b| a.key.cmp(&b.key));
    refunds.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(DerivedRows {
        standing: standing(dossier, terms, now)?,
        attempts,
        invoices: dossier.invoices.iter().map(invoice).collect(),
        refunds,
        mandate: dossier.mandate.as_ref().map(mandate),
    })
}

/// The dossier's JSON.
///
/// # Errors
/// None for a dossier that was decided.
pub fn text(dossier: &Dossier) -> Result<String, BillingError> {
    serde_json::to_string(dossier).map_err(|e| BillingError::stored("dossier", &e))
}

/// The rows of a list that are new or differ from what they were.
fn changed<'a, T: PartialEq>(before: Option<&'a [T]>, after: &'a [T]) -> impl Iterator<Item = &'a T> {
    let before = before.unwrap_or_default();
    after.iter().enumerate().filter(move |(index, row)| before.get(*index) != Some(row)).map(|(_, row)| row)
}

/// What queries and the database's own rules need to know.
///
/// # Errors
/// None for a dossier that was decided.
pub fn standing(dossier: &Dossier, terms: &Terms, now: Timestamp) -> Result<Standing, BillingError> {
    let contract = &dossier.contract;
    let due_at = match circulation::billing::next(dossier, now, terms) {
        Next::Act(_) | Next::Call(_) => Some(now),
        Next::Wait(until) => until,
    };
    let open_checkout = *contract.state() == State::Checkout && contract.offer().gift.is_none();
    Ok(Standing {
        state: contract.state().word().to_owned(),
        live_reader: contract.live_key().map(|(reader, _)| reader.0),
        checkout_reader: open_checkout.then_some(contract.reader().0),
        end_reason: match contract.state() {
            State::Ended { reason, .. } => Some(reason.word().to_owned()),
            _ => None,
        },
        plan: serde_json::to_value(contract.plan()).map_err(|e| BillingError::stored("plan", &e))?,
        anchor: contract.anchor().map(|anchor| anchor.date),
        period_n: contract.paid().map_or(0, |paid| paid.period.number),
        paid_through: contract.paid_through(),
        cancel_at: contract.cancels_at(),
        due_at,
        parked_at: contract.parked().map(|parked| parked.since),
        held_at: contract.hold().map(|hold| hold.since),
    })
}

fn attempt(dossier: &Dossier, attempt: &Attempt) -> Result<AttemptLine, BillingError> {
    let payment = &attempt.payment;
    let key = payment.key();
    // Money that paid for nothing: captured as well, and to be given back.
    let pays = || dossier.invoices.iter().any(|invoice| invoice.paid_by() == Some(&key));
    let (mut rail_ref, mut failure, mut unknown_at, mut settled_at) =
        (attempt.talk.reference.clone(), None, None, None);
    match payment.state() {
        AttemptState::Planned | AttemptState::Sent => {}
        AttemptState::Unknown { since } => unknown_at = Some(*since),
        AttemptState::Failed { at, failure: why } => {
            failure = Some(why.code.clone());
            settled_at = Some(*at);
        }
        AttemptState::Captured { at, reference } => {
            rail_ref = Some(reference.clone());
            settled_at = Some(*at);
        }
    }
    Ok(AttemptLine {
        key: key.to_string(),
        period_n: payment.period(),
        attempt_no: u32::from(payment.number()),
        rail: payment.request().rail.word().to_owned(),
        amount: payment.request().amount.minor(),
        currency: payment.request().amount.currency().code().to_owned(),
        params: serde_json::to_value(&payment.request().parameters)
            .map_err(|e| BillingError::stored("payment attempt", &e))?,
        state: if payment.capture().is_some() && !pays() { "surplus" } else { payment.state().word() }.to_owned(),
        rail_ref,
        failure,
        planned_at: payment.planned_at(),
        sent_at: payment.sent_at(),
        unknown_at,
        settled_at,
    })
}

fn invoice(invoice: &Invoice) -> InvoiceLine {
    let state = match &invoice.state {
        InvoiceState::Open => "open",
        InvoiceState::Paid { .. } => "paid",
        InvoiceState::Void { .. } => "void",
        InvoiceState::Uncollectible { .. } => "uncollectible",
    };
    let stretches = invoice.service.as_ref().map_or(&[][..], |service| &service.stretches[..]);
    InvoiceLine {
        period_n: invoice.number,
        gross: invoice.gross.minor(),
        currency: invoice.gross.currency().code().to_owned(),
        state: state.to_owned(),
        from: stretches.first().map(|s| s.from),
        to: stretches.last().map(|s| s.to),
        due_on: Some(invoice.due_on),
    }
}

fn refund(dossier: &Dossier, refund: &Refund) -> RefundLine {
    let took = |attempt: &&Attempt| attempt.payment.capture().is_some_and(|c| c.reference() == refund.payment);
    let attempt = dossier.attempts.iter().find(took);
    let state = match &refund.state {
        RefundState::Planned => "planned",
        RefundState::Sent { .. } => "sent",
        RefundState::Failed { .. } => "failed",
        RefundState::Succeeded { .. } => "succeeded",
        RefundState::Replaced => "replaced",
    };
    RefundLine {
        key: refund.key.clone(),
        attempt_key: attempt.map_or_else(|| refund.payment.clone(), |a| a.payment.key().to_string()),
        amount: refund.amount.minor(),
        currency: refund.amount.currency().code().to_owned(),
        state: state.to_owned(),
        rail_ref: refund.talk.reference.clone(),
        reason: refund.reason.clone(),
        created_at: refund.asked_at,
    }
}

fn mandate(mandate: &Mandate) -> MandateLine {
    let facts = &mandate.facts;
    MandateLine {
        rail: mandate.rail.word().to_owned(),
        customer: Some(facts.mandate.customer.clone()),
        token: Some(facts.mandate.token.clone()),
        method: facts.mandate.method.word().to_owned(),
        label: facts.label.clone(),
        state: facts.state.word().to_owned(),
        expires_at: facts.expires,
    }
}
