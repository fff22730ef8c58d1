//! The books and the contracts, summed up and derived again from nothing, and compared with what is stored.
use std::collections::{BTreeMap, HashMap};

use circulation::billing::{Dossier, Next, RefundState};
use circulation::ledger::{Account, Draft, Health, Line, Side, verify};
use circulation::money::{Currency, Money};
use circulation::subscriptions::State;
use jiff::{SignedDuration, Timestamp};
use store::{DerivedRows, LedgerEntry, StoreError};

use super::{Findings, named};
use crate::billing::{Held, dossiers, terms};
use crate::clock::journey::amount;
use crate::house::House;

/// Rows asked of the store at once.
const PAGE: usize = 500;
/// Suspense older than this needs a person.
const SUSPENSE: SignedDuration = SignedDuration::from_hours(24);
/// A refund owed for longer is one that nobody pays.
const REFUNDS: SignedDuration = SignedDuration::from_hours(24 * 14);
/// Money at a rail for longer was never paid out, or its payout never booked.
const CLEARING: SignedDuration = SignedDuration::from_hours(24 * 14);
/// The rounds are behind when a contract is due for longer.
const DUE: SignedDuration = SignedDuration::from_mins(30);

/// Examines the books.
pub async fn ledger(house: &House, findings: &mut Findings) -> Result<(), StoreError> {
    let mut drafts = Vec::new();
    let mut after = 0;
    let mut broken: Vec<String> = Vec::new();
    loop {
        let page = house.store.ledger_entries_after(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for entry in page {
            match draft(&entry) {
                Ok(draft) => drafts.push(draft),
                Err(why) => broken.push(format!("entry {}: {why}", entry.id)),
            }
        }
    }
    let health = verify(&drafts);
    broken.extend(health.faults.iter().map(|(id, why)| format!("{id}: {why}")));
    if broken.is_empty() && health.is_sound() {
        findings.good(format!("ledger: {} entries, summed up again, balance to zero", drafts.len()));
    } else {
        findings.fault(format!(
            "ledger: {} entries are not as this program books them: {}. Somebody wrote past it; restore a backup, or book the opposite by hand with your accountant",
            broken.len().max(1),
            named(broken.iter())
        ));
    }
    open(&health, house.clock.now(), findings);
    Ok(())
}

fn draft(entry: &LedgerEntry) -> Result<Draft, String> {
    let kind = entry.reason.parse().map_err(|_| format!("“{}” is no kind of entry", entry.reason))?;
    let lines = entry.lines.iter().map(|line| {
        let account: Account = line.account.parse().map_err(|_| format!("“{}” is no account", line.account))?;
        let currency = Currency::parse(&line.currency).map_err(|error| error.to_string())?;
        let minor = line.amount.checked_abs().ok_or("an amount beyond all bounds")?;
        let side = if line.amount > 0 { Side::Debit } else { Side::Credit };
        Ok::<Line, String>(Line { account, side, amount: Money::new(minor, currency) })
    });
    Ok(Draft { kind, reference: entry.reference.clone(), at: entry.at, lines: lines.collect::<Result<_, _>>()? })
}

/// What stands on the accounts that have to return to zero, and for how long.
fn open(health: &Health, now: Timestamp, findings: &mut Findings) {
    for ((account, currency), item) in &health.open {
        let sum = i64::try_from(item.balance).unwrap_or(i64::MAX);
        let sum = amount(sum, currency.code());
        let age = now.duration_since(item.since);
        let days = age.as_hours() / 24;
        let line = format!("ledger: {account} stands at {sum}, the oldest of it for {days} days");
        match account {
            Account::Suspense if age > SUSPENSE => findings.fault(format!(
                "{line}. It belongs to nothing that is known: look under Billing at the desk, and find the payment at the rail"
            )),
            Account::RefundsPayable if age > REFUNDS => findings.fault(format!(
                "{line}. Readers wait for it: look for failed refunds under Billing at the desk"
            )),
            Account::Clearing { .. } if age > CLEARING => findings.warn(format!(
                "{line}. Compare with the rail's payouts; they are booked when the rail tells of them"
            )),
            Account::ReaderCredit => {
                findings.fault(format!("{line}. It empties itself in the step that fills it: restore a backup, and tell the makers"));
            }
            _ => findings.good(line),
        }
    }
}

/// What the contracts say, gathered on the way through all of them.
#[derive(Default)]
struct Seen {
    contracts: usize,
    unreadable: Vec<String>,
    /// Contracts whose rows differ from their dossier, with the row.
    differing: Vec<String>,
    overdue: Vec<i64>,
    /// Recognised revenue by contract and currency: what the dossier says.
    recognised: BTreeMap<(i64, String), i128>,
    /// Invoices whose recognised part is not what the days give.
    formula: Vec<String>,
    /// Money taken, by the reference the books must have.
    unbooked: Vec<String>,
}

/// Examines every contract.
pub async fn contracts(house: &House, findings: &mut Findings) -> Result<(), StoreError> {
    let now = house.clock.now();
    let booked = booked(house).await?;
    let mut seen = Seen::default();
    let mut after = 0;
    loop {
        let page = house.store.dossiers_after(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for row in page.iter().filter(|row| row.dossier.is_some()) {
            seen.contracts += 1;
            match Held::read(row) {
                Ok(held) => contract(house, &held, &booked, now, &mut seen).await?,
                Err(error) => seen.unreadable.push(format!("{} ({error})", row.id)),
            }
        }
    }
    tell(&seen, findings);
    let mut wrong = Vec::new();
    for ((id, currency), says) in &seen.recognised {
        let books = booked.revenue.get(&(*id, currency.clone())).copied().unwrap_or(0);
        if books != *says {
            wrong.push(format!("contract {id}: {says} by its days, {books} in the books"));
        }
    }
    let without: Vec<String> = booked
        .revenue
        .iter()
        .filter(|(key, sum)| **sum != 0 && !seen.recognised.contains_key(*key))
        .map(|((id, _), _)| format!("contract {id}: in the books and not among the contracts"))
        .collect();
    wrong.extend(without);
    if wrong.is_empty() {
        findings.good("revenue: what is recognised in the books is what the days that were delivered give");
    } else {
        findings.fault(format!(
            "revenue: {} contracts differ (minor units): {}. Restore a backup, or have your accountant book the difference",
            wrong.len(),
            named(wrong.iter())
        ));
    }
    Ok(())
}

fn tell(seen: &Seen, findings: &mut Findings) {
    if !seen.unreadable.is_empty() {
        findings.fault(format!(
            "contracts: {} cannot be read: {}. Restore them from a backup",
            seen.unreadable.len(),
            named(seen.unreadable.iter())
        ));
    }
    if seen.differing.is_empty() {
        findings.good(format!("contracts: {}, each with the rows that follow from it", seen.contracts));
    } else {
        findings.fault(format!(
            "contracts: {} rows say something else than their contract: {}. The contract is right; its rows are made anew at its next change",
            seen.differing.len(),
            named(seen.differing.iter())
        ));
    }
    if !seen.formula.is_empty() {
        findings.fault(format!(
            "revenue: {} invoices recognise something else than their days give: {}. Tell the makers",
            seen.formula.len(),
            named(seen.formula.iter())
        ));
    }
    if seen.unbooked.is_empty() {
        findings.good("payments: every captured payment and every refund is in the books");
    } else {
        findings.fault(format!(
            "payments: {} are missing in the books: {}. Restore a backup, or have your accountant book them",
            seen.unbooked.len(),
            named(seen.unbooked.iter())
        ));
    }
    if !seen.overdue.is_empty() {
        findings.warn(format!(
            "contracts: {} are due for more than half an hour: {}. The rounds run while the paper is served; start it and look again",
            seen.overdue.len(),
            named(seen.overdue.iter())
        ));
    }
}

/// What the books know of contracts.
#[derive(Default)]
struct Booked {
    /// Credits less debits of revenue by contract and currency, minor units.
    revenue: BTreeMap<(i64, String), i128>,
    /// Kind and reference of every entry about money that moves.
    entries: HashMap<String, ()>,
}

async fn booked(house: &House) -> Result<Booked, StoreError> {
    let mut booked = Booked::default();
    let mut after = 0;
    loop {
        let page = house.store.ledger_entries_after(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(booked) };
        after = last.id;
        for entry in page {
            if entry.reason != "recognition" {
                booked.entries.insert(format!("{}:{}", entry.reason, entry.reference), ());
            }
            let Some(id) = contract_of(&entry.reference) else { continue };
            for line in entry.lines.iter().filter(|line| line.account == "revenue") {
                *booked.revenue.entry((id, line.currency.clone())).or_default() -= i128::from(line.amount);
            }
        }
    }
}

/// The contract that a reference of ours names: `sub-12-p0/d30`.
fn contract_of(reference: &str) -> Option<i64> {
    reference.strip_prefix("sub-")?.split('-').next()?.parse().ok()
}

async fn contract(
    house: &House,
    held: &Held,
    booked: &Booked,
    now: Timestamp,
    seen: &mut Seen,
) -> Result<(), StoreError> {
    let dossier = &held.dossier;
    let terms = match terms::of(house, dossier).await {
        Ok(terms) => terms,
        Err(error) => {
            seen.unreadable.push(format!("{} ({error})", held.id));
            return Ok(());
        }
    };
    match dossiers::rows(dossier, &terms, now) {
        Ok(rows) => {
            let stored = house.store.derived_rows(held.id).await?;
            let due = matches!(circulation::billing::next(dossier, now, &terms), Next::Act(_) | Next::Call(_));
            if due && stored.standing.due_at.is_none_or(|at| now.duration_since(at) > DUE) {
                seen.overdue.push(held.id);
            }
            seen.differing.extend(differences(&rows, &stored).map(|what| format!("contract {}: {what}", held.id)));
            grants(house, held, seen).await?;
        }
        Err(error) => seen.unreadable.push(format!("{} ({error})", held.id)),
    }
    revenue(held, seen);
    let has = |kind: &str, reference: &str| booked.entries.contains_key(&format!("{kind}:{reference}"));
    for attempt in &dossier.attempts {
        let Some(capture) = attempt.payment.capture() else { continue };
        let key = attempt.payment.key();
        let foreign = format!("{}/{}", capture.rail(), capture.reference());
        if !has("capture", key.as_str()) && !has("unmatched-capture", &foreign) {
            seen.unbooked.push(key.to_string());
        }
    }
    for refund in &dossier.refunds {
        let foreign = format!("{}/{}", refund.rail, refund.payment);
        let promised = has("refund-requested", &refund.key) || has("suspense-refund", &foreign);
        // What takes the place of a refused one is owed already.
        let again = dossier.refunds.iter().any(|old| {
            old.state == RefundState::Replaced && old.payment == refund.payment && old.amount == refund.amount
        });
        if !promised && !again {
            seen.unbooked.push(refund.key.clone());
        }
    }
    Ok(())
}

/// What the stored rows say otherwise. Instants are compared as the database keeps them, and when a contract is due next
/// is no row to be compared: it moves with the time.
fn differences(made: &DerivedRows, stored: &DerivedRows) -> impl Iterator<Item = &'static str> {
    let ms = |at: Timestamp| at.as_millisecond();
    let (a, b) = (&made.standing, &stored.standing);
    let standing = a.state == b.state
        && a.live_reader == b.live_reader
        && a.checkout_reader == b.checkout_reader
        && a.end_reason == b.end_reason
        && a.anchor == b.anchor
        && a.period_n == b.period_n
        && a.paid_through == b.paid_through
        && a.plan == b.plan
        && [(a.cancel_at, b.cancel_at), (a.parked_at, b.parked_at), (a.held_at, b.held_at)]
            .iter()
            .all(|(a, b)| a.map(ms) == b.map(ms));
    let attempts = made.attempts.len() == stored.attempts.len()
        && made.attempts.iter().zip(&stored.attempts).all(|(a, b)| {
            let times = [
                (Some(a.planned_at), Some(b.planned_at)),
                (a.sent_at, b.sent_at),
                (a.unknown_at, b.unknown_at),
                (a.settled_at, b.settled_at),
            ];
            (&a.key, a.amount, &a.currency, &a.state, &a.rail_ref, &a.failure)
                == (&b.key, b.amount, &b.currency, &b.state, &b.rail_ref, &b.failure)
                && times.iter().all(|(a, b)| a.map(ms) == b.map(ms))
        });
    let refunds = made.refunds.len() == stored.refunds.len()
        && made.refunds.iter().zip(&stored.refunds).all(|(a, b)| {
            (&a.key, a.amount, &a.currency, &a.state, &a.rail_ref)
                == (&b.key, b.amount, &b.currency, &b.state, &b.rail_ref)
        });
    let mandate = match (&made.mandate, &stored.mandate) {
        (Some(a), Some(b)) => {
            (&a.rail, &a.customer, &a.token, &a.method, &a.label, &a.state)
                == (&b.rail, &b.customer, &b.token, &b.method, &b.label, &b.state)
        }
        (made, stored) => made.is_none() && stored.is_none(),
    };
    [
        (standing, "its standing"),
        (attempts, "its attempts"),
        (made.invoices == stored.invoices, "its invoices"),
        (refunds, "its refunds"),
        (mandate, "its permission to debit"),
    ]
    .into_iter()
    .filter(|(same, _)| !same)
    .map(|(_, what)| what)
}

/// The rights that follow from a contract are given, to the millisecond.
async fn grants(house: &House, held: &Held, seen: &mut Seen) -> Result<(), StoreError> {
    let wanted = held.dossier.grants();
    let Some((reader, _)) = wanted.first() else { return Ok(()) };
    let stored = house.store.grants_of(reader.0).await?;
    let missing = wanted.iter().any(|(_, right)| {
        let ms = |at: Timestamp| at.as_millisecond();
        !stored.iter().any(|row| {
            row.reference == right.reference
                && row.source == right.source.word()
                && ms(row.starts_at) == ms(right.starts_at)
                && row.ends_at.map(ms) == right.ends_at.map(ms)
        })
    });
    let own = format!("sub-{}-", held.id);
    let surplus = stored.iter().any(|row| {
        row.reference.starts_with(&own) && !wanted.iter().any(|(_, right)| right.reference == row.reference)
    });
    if missing || surplus {
        seen.differing.push(format!("contract {}: its rights", held.id));
    }
    Ok(())
}

/// What is recognised of each invoice: as much as its days give, and all of it once it is over.
fn revenue(held: &Held, seen: &mut Seen) {
    let dossier: &Dossier = &held.dossier;
    let ended = matches!(dossier.contract.state(), State::Ended { .. });
    for invoice in &dossier.invoices {
        let Some(service) = &invoice.service else { continue };
        let currency = service.net.currency().code().to_owned();
        *seen.recognised.entry((held.id, currency)).or_default() += i128::from(service.recognised.minor());
        let kept = service.net.minor() - invoice.credited_parts.first().map_or(0, |part| part.minor());
        let by_days = match service.days {
            0 => 0,
            days => i128::from(kept) * i128::from(service.recognised_days.min(days)) / i128::from(days),
        };
        if i128::from(service.recognised.minor()) != by_days {
            let over = if ended { " of an ended contract" } else { "" };
            seen.formula.push(format!("contract {}, period {}{over}", held.id, invoice.number + 1));
        }
    }
}
