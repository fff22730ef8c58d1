//! Contracts in plain words, for people at the desk. Days are those of the contract's own zone.
use circulation::billing::{Change, Dossier, Invoice, InvoiceState, RefundState};
use circulation::money::Money;
use circulation::subscriptions::{Actor, EndReason, State};
use jiff::Timestamp;
use jiff::civil::Date;

/// `22 November 2026`
pub fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// The day of an instant in the contract's zone.
pub fn day_of(dossier: &Dossier, at: Timestamp) -> String {
    day(dossier.contract.zone().date_at(at))
}

/// One or two words on a contract's state.
pub fn state(dossier: &Dossier) -> &'static str {
    match dossier.contract.state() {
        _ if dossier.contract.parked().is_some() => "Parked",
        _ if dossier.contract.hold().is_some() => "Disputed",
        State::Checkout => "Not paid yet",
        State::Unclaimed => "Unclaimed gift",
        State::Trial => "Free trial",
        State::Active if dossier.contract.cancellation().is_some() => "Cancelled, still running",
        State::Active => "Active",
        State::PastDue { .. } => "Past due",
        State::Lapsed { .. } => "Lapsed",
        State::Paused { .. } => "Paused",
        State::Ended { .. } => "Ended",
    }
}

/// A contract in a few words, for a list.
pub fn in_short(dossier: &Dossier, now: Timestamp) -> String {
    let contract = &dossier.contract;
    let plan = &contract.plan().name;
    match contract.access_until() {
        Some(until) if until > now => {
            format!("{plan}: {}, reads until {}", lower(state(dossier)), day_of(dossier, until))
        }
        _ => format!("{plan}: {}", lower(state(dossier))),
    }
}

fn lower(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

fn who(actor: Actor) -> &'static str {
    match actor {
        Actor::Reader => "the reader",
        Actor::Clock => "the passing of time",
        Actor::Rail => "the bank",
        Actor::Staff => "the desk",
    }
}

fn why(reason: EndReason) -> &'static str {
    match reason {
        EndReason::ReaderCancelled => "the reader had cancelled",
        EndReason::Withdrawn => "the reader withdrew from it",
        EndReason::Refunded => "the payment was given back",
        EndReason::Nonpayment => "it was not paid",
        EndReason::TermOver => "its agreed time was over",
        EndReason::Dispute => "the reader won a dispute about the payment",
        EndReason::Staff => "the desk ended it",
        EndReason::Superseded => "another contract took its place",
    }
}

/// Where a contract stands, sentence by sentence.
pub fn sentences(dossier: &Dossier, now: Timestamp) -> Vec<String> {
    let mut said = vec![stands(dossier)];
    said.extend(renews(dossier));
    let contract = &dossier.contract;
    said.extend(access(dossier, now));
    if let Some(pending) = contract.pending() {
        let plan = &pending.plan;
        let needs = dossier.change_by_paper(pending) == Change::NeedsAgreement && !pending.agreed;
        let agreed = if needs { ", if the reader agrees" } else { "" };
        said.push(format!("At the next renewal the plan changes to {}, {}{agreed}.", plan.name, plan.price));
    }
    if let Some(mandate) = &dossier.mandate {
        said.push(format!("Paid by {} ({}).", mandate.facts.label, mandate.facts.state.word().replace('-', " ")));
    }
    let waiting = |state: &RefundState| matches!(state, RefundState::Planned | RefundState::Sent { .. });
    for refund in dossier.refunds.iter().filter(|refund| waiting(&refund.state)) {
        said.push(format!("{} is on its way back ({}).", refund.amount, refund.key));
    }
    said
}

fn stands(dossier: &Dossier) -> String {
    let contract = &dossier.contract;
    let at = |instant| day_of(dossier, instant);
    let paid = contract.paid_through().map_or_else(|| "an unknown day".to_owned(), day);
    match contract.state() {
        State::Checkout => format!(
            "Began on {} and has not paid; the checkout closes on {}.",
            at(contract.opened_at()),
            at(contract.checkout_ends())
        ),
        State::Unclaimed => "A gift that is paid and waits for the one it is for.".to_owned(),
        State::Trial => {
            let until = contract.trial().map_or_else(|| paid.clone(), |trial| day(trial.to));
            format!("In a free trial until {until}.")
        }
        State::Active => format!("Paid until {paid}."),
        State::PastDue { since, grace_until, recovery_until } => format!(
            "A payment is due since {}. The reader reads on until {}; paying revives the contract until {}.",
            at(*since),
            at(*grace_until),
            at(*recovery_until)
        ),
        State::Lapsed { since, recovery_until } => format!(
            "Not paid; without access since {}. Paying revives the contract until {}.",
            at(*since),
            at(*recovery_until)
        ),
        State::Paused { since, days_left, until, by } => format!(
            "Paused by {} since {}, with {days_left} paid days kept; goes on by itself on {}.",
            who(*by),
            at(*since),
            at(*until)
        ),
        State::Ended { reason, at: ended } => format!("Ended on {}: {}.", at(*ended), why(*reason)),
    }
}

fn renews(dossier: &Dossier) -> Option<String> {
    let contract = &dossier.contract;
    if let Some(cancelled) = contract.cancellation() {
        return (!matches!(contract.state(), State::Ended { .. })).then(|| {
            format!(
                "Cancelled by {} on {}; it ends on {}.",
                who(cancelled.by),
                day_of(dossier, cancelled.recorded_at),
                day(cancelled.cancel_at)
            )
        });
    }
    let on = contract.next_renewal()?;
    let price = contract.pending().map_or(contract.plan().price, |pending| pending.plan.price);
    Some(format!("Renews on {} for {price}.", day(on)))
}

fn access(dossier: &Dossier, now: Timestamp) -> Option<String> {
    let until = dossier.contract.access_until()?;
    let when = day_of(dossier, until);
    Some(if until > now { format!("Access until {when}.") } else { format!("No access since {when}.") })
}

/// What a person has to look at first.
pub fn alert(dossier: &Dossier) -> Option<String> {
    let contract = &dossier.contract;
    if let Some(parked) = contract.parked() {
        let since = day_of(dossier, parked.since);
        return Some(format!(
            "Nothing is charged since {since}: {}. Look into it, then release the contract.",
            parked.why
        ));
    }
    if let Some(hold) = contract.hold() {
        let access = if hold.cut { "access is cut" } else { "the reader reads on" };
        let since = day_of(dossier, hold.since);
        return Some(format!(
            "A payment is disputed since {since}; {access}. Send the bank your evidence at the rail."
        ));
    }
    let failed = dossier.refunds.iter().find(|refund| matches!(refund.state, RefundState::Failed { .. }))?;
    Some(format!("The rail would not pay {} back ({}). Try again, or pay it from the bank.", failed.amount, failed.key))
}

/// `Paid on 22 November 2026`
pub fn invoice_state(dossier: &Dossier, invoice: &Invoice) -> String {
    let mut words = match &invoice.state {
        InvoiceState::Open => format!("Open, due on {}", day(invoice.due_on)),
        InvoiceState::Paid { at, .. } => format!("Paid on {}", day_of(dossier, *at)),
        InvoiceState::Void { at } => format!("Dropped on {}", day_of(dossier, *at)),
        InvoiceState::Uncollectible { at } => format!("Never paid, closed on {}", day_of(dossier, *at)),
    };
    if !invoice.credited.is_zero() {
        words.push_str(&format!("; {} given back", invoice.credited));
    }
    words
}

/// The period of an invoice: `Period 2: 22 Nov 2026 to 22 Feb 2027`.
pub fn period(invoice: &Invoice) -> String {
    let short = |date: Date| date.strftime("%-d %b %Y").to_string();
    let stretches = invoice.service.as_ref().map_or(&[][..], |service| &service.stretches[..]);
    match (stretches.first(), stretches.last()) {
        (Some(first), Some(last)) => {
            format!("Period {}: {} to {}", invoice.number + 1, short(first.from), short(last.to))
        }
        _ => format!("Period {}, due {}", invoice.number + 1, short(invoice.due_on)),
    }
}

/// A sum of amounts of one currency.
pub fn sum(amounts: impl Iterator<Item = Money>) -> Option<Money> {
    amounts.fold(None, |sum, amount| match sum {
        None => Some(amount),
        Some(sum) => sum.checked_add(amount).ok(),
    })
}
