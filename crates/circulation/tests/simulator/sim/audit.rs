//! The rules I1–I20, checked after each step against what the engine cannot know: the rail's own books, the store's
//! sums, and what was there before.
use circulation::billing::{
    Act, Call, Decision, DocumentKind, Dossier, Due, InvoiceState, Purpose, Record, RefundState, Way,
};
use circulation::ledger::{Entry, EntryKind, TaxRates};
use circulation::payments::{AttemptKey, AttemptState, DisputeState, FailureKind};
use circulation::subscriptions::State;

use super::calendar;
use super::rail::{Asked, Charge, ChargeState, Rail};
use super::rules::{Check, broken, hold, period_of};
use super::store::{Books, Store};
use super::world::Household;

/// Before a request leaves: it is stored, nothing else is on its way, nobody has cancelled.
pub fn before_call(home: &Household, call: &Call, wanted_by: &Dossier) -> Check {
    let id = wanted_by.contract.id().0;
    let Some(stored) = home.store.dossier(id) else { return broken("I2", "a call for nothing stored") };
    match call {
        Call::Charge(debit) => {
            is_sent(stored, &home.rail, &debit.key, debit.amount.minor())?;
            alone(home, &debit.key)?;
            let contract = &wanted_by.contract;
            let over = contract.cancellation().is_some() || matches!(contract.state(), State::Ended { .. });
            hold(!over, "I17", || format!("{} goes out after the contract was cancelled or over", debit.key))?;
            hold(contract.parked().is_none(), "parked", || format!("{} goes out although parked", debit.key))?;
            in_window(home, debit)
        }
        Call::OpenPage(page) => {
            if period_of(page.key.as_str()).is_some() {
                is_sent(stored, &home.rail, &page.key, page.amount.minor())?;
                alone(home, &page.key)?;
            }
            Ok(())
        }
        Call::Refund(refund) => {
            let known = stored.refunds.iter().find(|known| known.key == refund.key);
            let kept = known.is_some_and(|known| known.amount == refund.amount && known.state != RefundState::Planned);
            hold(kept, "I2", || format!("refund {} was not stored as sent", refund.key))
        }
        Call::AnnounceDebit(debit) => {
            let cancelled = wanted_by.contract.cancellation().is_some();
            hold(!cancelled, "I17", || format!("{} is announced after a cancellation", debit.key))
        }
        Call::ClosePage(_) | Call::LookUp(_) | Call::LookUpRefund(_) | Call::RevokeMandate(_) => Ok(()),
    }
}

/// I2: stored as sent, with this amount; or the rail has it already.
fn is_sent(stored: &Dossier, rail: &Rail, key: &AttemptKey, amount: i64) -> Check {
    let attempt = stored.attempts.iter().find(|attempt| attempt.payment.key() == *key);
    let Some(attempt) = attempt else { return broken("I2", format!("{key} is not stored")) };
    let sent = matches!(attempt.payment.state(), AttemptState::Sent | AttemptState::Unknown { .. });
    hold(sent || rail.index_of(key.as_str()).is_some(), "I2", || {
        format!("{key} goes out and is stored as {}", attempt.payment.state().word())
    })?;
    let frozen = attempt.payment.request().amount.minor();
    hold(frozen == amount, "I14", || format!("{key} asks for {amount}, stored is {frozen}"))
}

/// I1, I3: by the rail's own books nothing else can take money for that period, and nothing has.
fn alone(home: &Household, key: &AttemptKey) -> Check {
    let period = period_of(key.as_str());
    let contract = super::rules::contract_of(key.as_str());
    let same = |charge: &&Charge| {
        charge.key != key.as_str()
            && super::rules::contract_of(&charge.key) == contract
            && period_of(&charge.key) == period
    };
    for other in home.rail.charges.iter().filter(same) {
        let undecided = match (&other.state, &other.asked) {
            (ChargeState::Open, Asked::Page(page)) => home.now < page.expires_at,
            (ChargeState::Open | ChargeState::Processing { .. }, _) => true,
            _ => false,
        };
        hold(!undecided, "I3", || format!("{key} goes out while {} is not decided at the rail", other.key))?;
        if let ChargeState::Done { payment: Some(payment) } = other.state {
            let paid = &home.rail.payments[payment];
            let wrong = paid.amount != other.amount.minor();
            hold(paid.returning > 0 || wrong, "I1", || format!("{key} goes out although {} was captured", other.key))?;
        }
    }
    Ok(())
}

/// Debits go out at hours in which the rail's rule allows them.
fn in_window(home: &Household, debit: &circulation::billing::DebitCall) -> Check {
    let Some(windows) = &home.terms.rail.debit_windows else { return Ok(()) };
    if !windows.methods.contains(&debit.mandate.method) || home.rail.index_of(debit.key.as_str()).is_some() {
        return Ok(());
    }
    let zone = calendar::zone(windows.zone.name());
    // The call follows its commit by seconds; it may cross the edge by so much.
    let open = [0, -60, -120].iter().any(|seconds| {
        let minute = calendar::minute(super::settings::after(home.now, *seconds), zone);
        windows.minutes.iter().any(|(from, to)| (u32::from(*from)..u32::from(*to)).contains(&minute))
    });
    hold(open, "window", || format!("{} goes out at {} outside the rail's hours", debit.key, home.now))
}

/// After a commit.
pub fn committed(home: &mut Household, before: Option<&Dossier>, decision: &Decision, act: &Act) -> Check {
    let after = &decision.dossier;
    let id = after.contract.id().0;
    if let Some(before) = before {
        only_rises(before, after)?;
        nothing_sent_after_cancel(before, after)?;
    }
    if before.is_some_and(|before| before.attempts.len() < after.attempts.len()) {
        ladder(after, &home.terms.policy, &home.terms.rail)?;
    }
    if matches!(act, Act::Due(Due::Send { .. })) {
        brake(after, home.terms.policy.most_debits_per_day)?;
    }
    refunds(after, &home.rail)?;
    for record in &decision.records {
        match record {
            Record::Entry(entry) => entry_is_true(home, after, entry)?,
            Record::Document(order) => document(&home.store, after, order)?,
            _ => {}
        }
    }
    if let Some(books) = home.store.books.get(&id) {
        balances(books, after)?;
    }
    let mut witness = home.witness.remove(&id).unwrap_or_else(|| super::access::Witness::new(after));
    let seen = witness.observe(home, before, decision, act);
    home.witness.insert(id, witness);
    seen
}

fn rank(state: &AttemptState) -> u8 {
    match state {
        AttemptState::Planned => 0,
        AttemptState::Sent => 1,
        AttemptState::Unknown { .. } => 2,
        AttemptState::Failed { .. } => 3,
        AttemptState::Captured { .. } => 4,
    }
}

/// I8, I12: what is settled stays settled, what is on paper stays on paper.
fn only_rises(before: &Dossier, after: &Dossier) -> Check {
    for (old, new) in before.attempts.iter().zip(&after.attempts) {
        let (was, is) = (old.payment.state(), new.payment.state());
        hold(rank(is) >= rank(was), "I12", || {
            format!("{} went from {} to {}", old.payment.key(), was.word(), is.word())
        })?;
        hold(old.payment.request() == new.payment.request(), "I14", || {
            format!("{} has other parameters than before", old.payment.key())
        })?;
    }
    hold(after.attempts.len() >= before.attempts.len(), "I8", || String::from("an attempt is gone"))?;
    for (old, new) in before.invoices.iter().zip(&after.invoices) {
        let frozen = |invoice: &circulation::billing::Invoice| {
            (invoice.number, invoice.gross, invoice.credit, invoice.rates.clone(), invoice.plan.clone(), invoice.due_on)
        };
        hold(frozen(old) == frozen(new), "I8", || format!("invoice {} was rewritten", old.number))?;
        let back = old.state != new.state && matches!(old.state, InvoiceState::Paid { .. } | InvoiceState::Void { .. });
        hold(!back, "I12", || format!("invoice {} went from {:?} to {:?}", old.number, old.state, new.state))?;
    }
    hold(after.invoices.len() >= before.invoices.len(), "I8", || String::from("an invoice is gone"))?;
    for (old, new) in before.refunds.iter().zip(&after.refunds) {
        let paid = matches!(old.state, RefundState::Succeeded { .. });
        hold(old.key == new.key && old.amount == new.amount && (!paid || old.state == new.state), "I12", || {
            format!("refund {} went from {:?} to {:?}", old.key, old.state, new.state)
        })?;
    }
    hold(after.refunds.len() >= before.refunds.len(), "I8", || String::from("a refund is gone"))
}

/// I17, at the commit that marks a debit as sent.
fn nothing_sent_after_cancel(before: &Dossier, after: &Dossier) -> Check {
    if before.contract.cancellation().is_none() {
        return Ok(());
    }
    for (index, new) in after.attempts.iter().enumerate() {
        let was = before.attempts.get(index).map(|old| old.payment.state());
        let sent = matches!(new.payment.state(), AttemptState::Sent) && was != Some(new.payment.state());
        let debit = matches!(new.way, Way::Debit { .. });
        hold(!(sent && debit), "I17", || format!("{} was sent after a recorded cancellation", new.payment.key()))?;
    }
    Ok(())
}

/// The ladder's step is the count of failed attempts; a refusal for good is never tried again.
fn ladder(after: &Dossier, policy: &circulation::billing::Policy, rail: &circulation::payments::Capabilities) -> Check {
    let Some(newest) = after.attempts.last() else { return Ok(()) };
    let Way::Debit { mandate, .. } = newest.way else { return Ok(()) };
    let period = newest.payment.period();
    let mut declined = 0;
    for attempt in after.attempts.iter().filter(|attempt| attempt.payment.period() == period) {
        let by_it = matches!(attempt.way, Way::Debit { mandate: other, .. } if other == mandate);
        let AttemptState::Failed { failure, .. } = attempt.payment.state() else { continue };
        if !by_it || attempt.payment.key() == newest.payment.key() {
            continue;
        }
        let final_word = matches!(failure.kind, FailureKind::Refused | FailureKind::NeedsReader);
        hold(!final_word, "ladder", || format!("{} follows a refusal for good", newest.payment.key()))?;
        declined += usize::from(failure.kind == FailureKind::Declined);
    }
    let method = after.mandate.as_ref().map(|mandate| mandate.facts.mandate.method);
    let most = policy.ladder_of(method, rail).retry_days.len();
    hold(declined <= most, "ladder", || format!("{} is retry {declined} of {most}", newest.payment.key()))
}

/// At most so many debits a day.
fn brake(after: &Dossier, most: u16) -> Check {
    let zone = calendar::zone(after.contract.zone().name());
    let mut days = Vec::new();
    for attempt in after.attempts.iter().filter(|attempt| matches!(attempt.way, Way::Debit { .. })) {
        days.extend(attempt.payment.sent_at().map(|at| calendar::day(at, zone)));
    }
    let Some(last) = days.last() else { return Ok(()) };
    let same = days.iter().filter(|day| *day == last).count();
    hold(same <= usize::from(most), "brake", || format!("{same} debits were sent on {last}"))
}

/// I10: what was promised for a payment and still stands is never more than it took.
fn refunds(after: &Dossier, rail: &Rail) -> Check {
    for refund in &after.refunds {
        let promised: i64 = after
            .refunds
            .iter()
            .filter(|other| other.payment == refund.payment && other.state != RefundState::Replaced)
            .map(|other| other.amount.minor())
            .sum();
        let taken = rail.payment(&refund.payment).map_or(0, |payment| payment.amount);
        hold(promised <= taken, "I10", || {
            format!("{promised} are promised of {}, which took {taken}", refund.payment)
        })?;
    }
    Ok(())
}

/// I1, I4: an entry about money at the rail is about money that is there.
fn entry_is_true(home: &Household, after: &Dossier, entry: &Entry) -> Check {
    let amount: i64 = entry.lines().iter().filter(|line| line.signed_minor() > 0).map(|line| line.amount.minor()).sum();
    let reference = entry.reference();
    match entry.kind() {
        EntryKind::Capture => {
            let attempt = after.attempts.iter().find(|attempt| attempt.payment.key().as_str() == reference);
            let Some(capture) = attempt.and_then(|attempt| attempt.payment.capture()) else {
                return broken("I4", format!("{reference} is booked as captured and is not"));
            };
            let paid = home.rail.payment(capture.reference());
            let credit = after.invoices.iter().find(|invoice| invoice.number == capture.period());
            let credit = credit.map_or(0, |invoice| invoice.credit.minor());
            let matches = paid.is_some_and(|paid| paid.amount + credit == amount);
            hold(matches, "I4", || {
                format!("{reference} books {amount}, the rail took {paid:?} beside {credit} of credit")
            })
        }
        EntryKind::UnmatchedCapture => {
            let paid = reference.split('/').next_back().and_then(|reference| home.rail.payment(reference));
            hold(paid.is_some_and(|paid| paid.amount == amount), "I4", || {
                format!("{reference} books {amount}: {paid:?}")
            })
        }
        EntryKind::CreditIssued => credit_is_right(after, amount),
        _ => Ok(()),
    }
}

/// I16: a credit is what the unused days were worth, and never more than what is still there.
fn credit_is_right(after: &Dossier, amount: i64) -> Check {
    let invoice = after.invoices.iter().rev().find(|invoice| invoice.paid_by().is_some());
    let Some((invoice, Purpose::Change { from })) = invoice.map(|invoice| (invoice, invoice.purpose)) else {
        return broken("I16", "a credit without a change of plan");
    };
    let old = after.invoices.iter().find(|old| old.number == from);
    let Some(old) = old else { return broken("I16", "a credit of nothing") };
    hold(invoice.credit.minor() == amount && old.credited.minor() <= old.gross.minor(), "I16", || {
        format!("{amount} of invoice {from} are credited, {} in all of {}", old.credited, old.gross)
    })
}

/// I18: lines and taxes are the gross; each tax is the rate's share to the nearest minor unit.
fn document(store: &Store, after: &Dossier, order: &circulation::billing::DocumentOrder) -> Check {
    let taxes: i64 = order.split.taxes.iter().map(|(_, tax)| tax.minor()).sum();
    let sum = order.split.net.minor() + taxes;
    hold(sum == order.gross.minor() && order.gross.minor() > 0, "I18", || {
        format!("{}: {sum} is not {}", order.reference, order.gross)
    })?;
    match order.kind {
        DocumentKind::TaxInvoice => {
            let invoice = after.invoices.iter().find(|invoice| invoice.number == order.invoice);
            let paid = invoice.is_some_and(|invoice| invoice.paid_by().is_some() && invoice.gross == order.gross);
            hold(paid, "I9", || format!("{} has a number before its money", order.reference))?;
            let expected = taxes_of(order.gross.minor(), &order.rates);
            let given: Vec<i64> = order.split.taxes.iter().map(|(_, tax)| tax.minor()).collect();
            hold(given == expected, "I18", || {
                format!("{}: taxes {given:?}, by the rates {expected:?}", order.reference)
            })
        }
        DocumentKind::CreditNote => {
            let original = order.original.as_deref().unwrap_or_default();
            let known = store.documents.iter().any(|issued| issued.order.reference == original);
            hold(known, "I9", || format!("{} corrects {original}, which was never issued", order.reference))
        }
    }
}

/// Each tax of a gross amount, by long division and rounding half up.
fn taxes_of(gross: i64, rates: &TaxRates) -> Vec<i64> {
    let total: i64 = 10_000 + rates.iter().map(|(_, points)| i64::from(points)).sum::<i64>();
    let tax = |points: u32| {
        let share = gross * i64::from(points);
        share / total + i64::from(share % total * 2 >= total)
    };
    rates.iter().map(|(_, points)| tax(points)).collect()
}

/// I7, I10, I16, I19: the sums of the store against what stands in the dossier.
fn balances(books: &Books, after: &Dossier) -> Check {
    let id = after.contract.id().0;
    hold(books.sum() == 0, "I7", || format!("the accounts of {id} sum to {}", books.sum()))?;
    hold(books.credit == 0, "I16", || format!("reader credit of {id} stands at {}", books.credit))?;
    let wrong_side =
        books.deferred > 0 || books.revenue > 0 || books.tax > 0 || books.payable > 0 || books.suspense > 0;
    hold(!wrong_side, "I7", || format!("an account of {id} is on the wrong side: {books:?}"))?;
    let owed = |state: &RefundState| !matches!(state, RefundState::Succeeded { .. } | RefundState::Replaced);
    let payable: i64 = after.refunds.iter().filter(|r| owed(&r.state)).map(|r| r.amount.minor()).sum();
    hold(payable == -books.payable, "I10", || format!("{id} owes {payable} and has booked {}", -books.payable))?;
    let strays: i64 = after.strays.iter().filter(|s| !s.returning).map(|s| s.amount.minor()).sum();
    hold(strays == -books.suspense, "I4", || format!("{id}: {strays} stray, {} in suspense", -books.suspense))?;
    let mut deferred = 0;
    for invoice in &after.invoices {
        let Some(service) = &invoice.service else { continue };
        let kept = service.net.minor() - invoice.credited_parts.first().map_or(0, |part| part.minor());
        let earned = service.recognised.minor();
        let fits = earned <= kept && earned >= 0;
        hold(fits, "I19", || format!("invoice {} of {id} has earned {earned} of {kept}", invoice.number))?;
        deferred += kept - earned;
    }
    hold(deferred == -books.deferred, "I19", || format!("{id}: {deferred} not earned, {} deferred", -books.deferred))?;
    let open: i64 = after.disputes.iter().filter(|d| d.state == DisputeState::Open).map(|d| d.amount.minor()).sum();
    hold(open == books.disputes, "I4", || format!("{id}: {open} disputed, {} booked", books.disputes))
}

/// When everything has run out: the rail's books are the paper's, and nothing is owed, stray or not earned.
pub fn at_rest(home: &Household) -> Check {
    if home.stats.steps >= home.most_steps {
        return Ok(());
    }
    for (id, row) in &home.store.rows {
        let dossier = &row.dossier;
        let ended = matches!(dossier.contract.state(), State::Ended { .. });
        hold(ended && row.due.is_none(), "progress", || {
            format!("{id} is {} and waits for {:?}", dossier.contract.state().word(), row.due)
        })?;
        let open = dossier.attempts.iter().find(|attempt| attempt.payment.is_open());
        hold(open.is_none(), "progress", || {
            format!("{id} never heard what became of {:?}", open.map(|a| a.payment.key()))
        })?;
        hold(dossier.revocations.is_empty(), "progress", || format!("{id} still has a permission to withdraw"))?;
        let books = home.store.books.get(id).cloned().unwrap_or_default();
        let held = home.rail.holds(*id);
        hold(books.clearing == held, "I4", || format!("{id}: clearing {}, the rail holds {held}", books.clearing))?;
        let quiet = (books.payable, books.suspense, books.credit, books.disputes) == (0, 0, 0, 0);
        hold(quiet, "I4", || format!("{id} is not quiet: {books:?}"))?;
        hold(books.deferred == 0, "I19", || format!("{id}: {} were never earned", -books.deferred))?;
        known_money(home, *id, dossier)?;
        cancelled_money(home, *id, dossier)?;
    }
    erased(home)
}

/// I4: every rupee that the rail took is applied or went back.
fn known_money(home: &Household, id: i64, dossier: &Dossier) -> Check {
    for payment in home.rail.payments.iter().filter(|payment| payment.contract == id) {
        let applied = dossier.attempts.iter().any(|attempt| {
            matches!(attempt.payment.state(), AttemptState::Captured { reference, .. } if *reference == payment.reference)
        });
        let stray = dossier.strays.iter().any(|stray| stray.payment == payment.reference);
        hold(applied || stray, "I4", || format!("{} was taken and nobody knows of it", payment.reference))?;
        let entry = format!("capture:{}", payment.key);
        let in_books = home.store.entries.contains(&entry)
            || home.store.entries.contains(&format!("unmatched-capture:sandbox/{}", payment.reference))
            || payment.key.contains("-own");
        hold(in_books, "I4", || format!("{} is not in the books", payment.reference))?;
    }
    Ok(())
}

/// I17: what a debit took although the contract was cancelled went back in full.
fn cancelled_money(home: &Household, id: i64, dossier: &Dossier) -> Check {
    let Some(cancelled) = dossier.contract.cancellation() else { return Ok(()) };
    for payment in home.rail.payments.iter().filter(|payment| payment.contract == id && payment.unattended) {
        if payment.at <= cancelled.recorded_at {
            continue;
        }
        let promised: i64 = dossier
            .refunds
            .iter()
            .filter(|refund| refund.payment == payment.reference && refund.state != RefundState::Replaced)
            .map(|refund| refund.amount.minor())
            .sum();
        let lost = dossier.disputes.iter().any(|d| d.payment == payment.reference && d.state == DisputeState::Lost);
        hold(promised == payment.amount || lost, "I17", || {
            format!("{} took {} after the cancellation and {promised} went back", payment.reference, payment.amount)
        })?;
    }
    Ok(())
}

/// I20: without the person the documents still say who they were made out to, and the books still sum.
fn erased(home: &Household) -> Check {
    for issued in &home.store.documents {
        hold(!issued.party.is_empty(), "I20", || format!("{} lost its party", issued.order.reference))?;
    }
    Ok(())
}

/// The numbers a household's documents were given.
pub fn collect_numbers(home: &Household, invoices: &mut Vec<u32>, notes: &mut Vec<u32>) {
    for issued in &home.store.documents {
        match issued.order.kind {
            DocumentKind::TaxInvoice => invoices.push(issued.number),
            DocumentKind::CreditNote => notes.push(issued.number),
        }
    }
}

/// I9: one to the last, each once.
pub fn gapless(mut numbers: Vec<u32>, last: u32) -> Check {
    numbers.sort_unstable();
    let whole = numbers.iter().copied().eq(1..=last);
    hold(whole, "I9", || format!("{} numbers are given up to {last}", numbers.len()))
}
