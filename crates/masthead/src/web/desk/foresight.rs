//! What an act at the desk would do, told before it is done: the engine decides it on a copy, and what it decides is put
//! into words. What is shown is what will be written, since the same function decides both.
use circulation::billing::{
    self, Act, BillingRefusal, Change, DocumentKind, Dossier, InvoiceState, Record, RefundState,
};
use circulation::money::Money;
use circulation::subscriptions::State;
use jiff::Timestamp;

use super::words;
use crate::billing::records::Person;
use crate::billing::{BillingError, Held, terms};
use crate::house::House;
use crate::mail::notices;

/// What would happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreseen {
    /// Sentence by sentence.
    pub lines: Vec<String>,
    /// What it costs the paper.
    pub cost: String,
    /// Money that leaves.
    pub money: Option<Money>,
}

impl Foreseen {
    /// Names exactly this: when it is done, it must still be what was seen.
    pub fn name(&self) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("masthead 2026 what the desk was shown");
        for line in self.lines.iter().chain([&self.cost]) {
            hasher.update(&(line.len() as u64).to_le_bytes()).update(line.as_bytes());
        }
        hasher.finalize().to_hex().as_str()[..24].to_owned()
    }
}

/// What `act` would do to a contract now. `Err` in the inner result: the rules refuse, in words.
///
/// # Errors
/// The store's.
pub async fn foresee(house: &House, held: &Held, act: &Act) -> Result<Result<Foreseen, BillingRefusal>, BillingError> {
    let terms = terms::of(house, &held.dossier).await?;
    let now = house.clock.now();
    let decision = match billing::decide(held.dossier.clone(), act, now, &terms) {
        Ok(decision) => decision,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (before, after) = (&held.dossier, &decision.dossier);
    let mut lines = Vec::new();
    state(before, after, &mut lines);
    access(before, after, now, &mut lines);
    let money = refunds(before, after, &mut lines);
    for record in &decision.records {
        if let Record::Document(order) = record {
            let kind = if order.kind == DocumentKind::CreditNote { "credit note" } else { "invoice" };
            if house.publication.supplier.is_some() {
                lines.push(format!("A {kind} over {} is issued.", order.gross));
            }
        }
    }
    mails(house, &decision.records, &mut lines).await?;
    if lines.is_empty() {
        lines.push("Only the history gets a line.".to_owned());
    }
    let cost = match money {
        Some(money) => format!("This costs the paper {money}."),
        None => "No money moves.".to_owned(),
    };
    Ok(Ok(Foreseen { lines, cost, money }))
}

fn state(before: &Dossier, after: &Dossier, lines: &mut Vec<String>) {
    let (was, is) = (&before.contract, &after.contract);
    if !matches!(was.state(), State::Ended { .. }) && matches!(is.state(), State::Ended { .. }) {
        lines.push("The contract ends now and never renews.".to_owned());
    } else if let (None, Some(cancelled)) = (was.cancellation(), is.cancellation()) {
        lines.push(format!(
            "The contract is cancelled: it does not renew and ends on {}.",
            words::day(cancelled.cancel_at)
        ));
    } else if was.cancellation().is_some() && is.cancellation().is_none() {
        let on = is.next_renewal().map_or_else(String::new, |on| format!(" on {}", words::day(on)));
        lines.push(format!("The cancellation is taken back: the contract renews again{on}, for {}.", is.plan().price));
    } else if words::state(before) != words::state(after) {
        lines.push(format!("The contract is then: {}.", words::state(after)));
    }
    if let Some(pending) = is.pending().filter(|pending| was.pending() != Some(pending)) {
        let plan = &pending.plan;
        let on = is.next_renewal().map_or_else(|| "the next renewal".to_owned(), words::day);
        let line = plan.price_line();
        lines.push(format!("From {on} on it renews as {}, {} for {}.", plan.name, line.price, line.term));
        match after.change_by_paper(pending) {
            Change::NeedsAgreement if !pending.agreed => {
                lines.push(
                    "The reader has to agree to it before it can be charged; without that nothing changes.".into(),
                );
            }
            Change::NeedsNotice if !pending.agreed => lines.push(
                "It needs no agreement, but notice: told too late for that day, it holds from the renewal after."
                    .into(),
            ),
            _ => {}
        }
    } else if was.pending().is_some() && is.pending().is_none() {
        lines.push("The change of plan that was waiting is dropped.".to_owned());
    }
    if was.parked().is_some() && is.parked().is_none() {
        lines.push("Work on the contract goes on: what is due is done.".to_owned());
    }
    for (invoice, then) in before.invoices.iter().zip(&after.invoices) {
        let dropped = matches!(then.state, InvoiceState::Void { .. } | InvoiceState::Uncollectible { .. });
        if invoice.is_open() && dropped {
            lines.push(format!("{} that was asked for is no longer to be paid.", invoice.charge()));
        }
    }
    if after.revocations.len() > before.revocations.len() {
        lines.push("The permission to debit is withdrawn at the rail.".to_owned());
    }
}

fn access(before: &Dossier, after: &Dossier, now: Timestamp, lines: &mut Vec<String>) {
    let (was, is) = (before.contract.access_until(), after.contract.access_until());
    if was == is {
        return;
    }
    let had = was.is_some_and(|until| until > now);
    match is {
        Some(until) if until > now => {
            let instead = was.filter(|was| *was > now).map(|was| format!(" instead of {}", words::day_of(before, was)));
            lines.push(format!(
                "The reader reads until {}{}.",
                words::day_of(after, until),
                instead.unwrap_or_default()
            ));
        }
        _ if had => lines.push("Access ends now.".to_owned()),
        _ => {}
    }
}

/// New refunds; their sum is what it costs. One that takes the place of another, or is paid by hand, costs nothing new.
fn refunds(before: &Dossier, after: &Dossier, lines: &mut Vec<String>) -> Option<Money> {
    for (refund, then) in before.refunds.iter().zip(&after.refunds) {
        if refund.state != then.state && matches!(then.state, RefundState::Succeeded { .. }) {
            lines.push(format!("The refund of {} is noted as paid from the bank account.", then.amount));
        }
    }
    let replaced = before.refunds.iter().zip(&after.refunds).any(|(was, is)| was.state != is.state);
    let new = &after.refunds[before.refunds.len().min(after.refunds.len())..];
    for refund in new {
        let again = if replaced { " once more" } else { "" };
        lines.push(format!(
            "{} goes back{again} by the way it was paid ({}, payment {}).",
            refund.amount, refund.rail, refund.payment
        ));
    }
    if replaced { None } else { words::sum(new.iter().map(|refund| refund.amount)) }
}

async fn mails(house: &House, records: &[Record], lines: &mut Vec<String>) -> Result<(), BillingError> {
    for record in records {
        let Record::Mail(notice) = record else { continue };
        let Some(reader) = house.store.reader(notice.reader.0).await? else { continue };
        let person = Person { email: reader.email, name: reader.name, party: None };
        let mail = notices::letter_for(&house.publication, &house.links, &person, notice);
        lines.push(format!("{} gets a mail: “{}”.", mail.to, mail.subject));
    }
    Ok(())
}
