//! One decision in the making: the dossier as it changes, and what is recorded on the way.
use jiff::civil::Date;
use jiff::{Span, Timestamp};

use super::agenda::Agenda;
use super::{BillingRefusal, Call, Decision, Dossier, Notice, NoticeKind, Record, Terms};
use crate::benefits::Grant;
use crate::ledger::{Entry, LedgerError};
use crate::money::Money;
use crate::readers::ReaderId;
use crate::subscriptions::{Actor, Cancellation, EndReason, EventKind, Facts, Parked, State};

pub(super) type Step = Result<(), BillingRefusal>;

pub(super) struct Work<'a> {
    pub d: Dossier,
    pub now: Timestamp,
    pub terms: &'a Terms,
    pub call: Option<Call>,
    records: Vec<Record>,
    facts: Option<Facts>,
    held: Vec<(ReaderId, Grant)>,
}

impl<'a> Work<'a> {
    pub fn new(dossier: Dossier, now: Timestamp, terms: &'a Terms) -> Work<'a> {
        let facts = Some(dossier.contract.facts());
        let held = dossier.grants();
        let mut d = dossier;
        d.steps = d.steps.saturating_add(1);
        Work { d, now, terms, call: None, records: Vec::new(), facts, held }
    }

    /// For a contract that did not exist before.
    pub fn born(dossier: Dossier, now: Timestamp, terms: &'a Terms) -> Work<'a> {
        Work { facts: None, ..Work::new(dossier, now, terms) }
    }

    /// Rights are recorded by comparing those before with those after, so that no step can forget them.
    pub fn finish(mut self) -> Decision {
        let after = self.d.grants();
        for (reader, grant) in &after {
            if !self.held.iter().any(|(owner, old)| owner == reader && old == grant) {
                self.records.push(Record::Grant { reader: *reader, grant: grant.clone() });
            }
        }
        for (reader, old) in &self.held {
            let stays = after.iter().any(|(owner, grant)| owner == reader && grant.reference == old.reference);
            if !stays {
                self.records.push(Record::GrantGone { reader: *reader, reference: old.reference.clone() });
            }
        }
        Decision { dossier: self.d, records: self.records, call: self.call }
    }

    pub fn today(&self) -> Date {
        self.d.contract.zone.date_at(self.now)
    }

    /// First instant of a day in the contract's zone.
    pub fn start_of(&self, day: Date) -> Result<Timestamp, BillingRefusal> {
        start_of(&self.d, day)
    }

    pub fn event(&mut self, kind: EventKind, by: Actor) {
        self.event_with(kind, by, None, None);
    }

    pub fn event_with(&mut self, kind: EventKind, by: Actor, amount: Option<Money>, note: Option<String>) {
        let mut event = self.d.contract.event(kind, by, self.now, self.facts.take());
        self.facts = Some(event.after.clone());
        event.amount = amount;
        event.note = note;
        self.records.push(Record::Event(Box::new(event)));
    }

    pub fn book(&mut self, entry: Result<Entry, LedgerError>) -> Step {
        self.records.push(Record::Entry(entry?));
        Ok(())
    }

    pub fn record(&mut self, record: Record) {
        self.records.push(record);
    }

    /// A mail that is caused by this very step.
    pub fn mail(&mut self, kind: NoticeKind, fill: impl FnOnce(&mut Notice)) {
        let steps = self.d.steps;
        self.mail_as(kind, &format!("{steps}"), fill);
    }

    /// A mail named by what it is about, so that it is written once however often that happens.
    pub fn mail_as(&mut self, kind: NoticeKind, about: &str, fill: impl FnOnce(&mut Notice)) {
        let contract = &self.d.contract;
        let by_itself = match kind {
            NoticeKind::PaymentFailed => self.tries_again(),
            _ => self.d.renews_by_itself(self.now, self.terms),
        };
        let mut notice = Notice {
            by_itself,
            gift: contract.offer.gift.is_some(),
            key: format!("sub-{}/{}/{about}", contract.id.0, kind.word()),
            kind,
            subscription: contract.id,
            reader: contract.reader,
            at: self.now,
            plan: contract.plan.clone(),
            amount: None,
            on: None,
            until: None,
            invoice: None,
            method: self.d.mandate.as_ref().map(|mandate| mandate.facts.label.clone()),
            note: None,
        };
        fill(&mut notice);
        self.records.push(Record::Mail(Box::new(notice)));
    }

    /// Whether a debit for what is open is still to come.
    fn tries_again(&self) -> bool {
        let agenda = Agenda { d: &self.d, now: self.now, terms: self.terms, items: Vec::new() };
        self.d.open_invoice().is_some_and(|invoice| agenda.debit_at(invoice).is_some())
    }

    /// Refuses in the words of the step when the contract stands where it is not possible.
    pub fn wrong_state<T>(&self, step: &'static str) -> Result<T, BillingRefusal> {
        let contract = &self.d.contract;
        Err(BillingRefusal::WrongState { id: contract.id, state: contract.state.word(), step })
    }

    /// Nothing may be charged: parked, or held by a dispute.
    pub fn require_chargeable(&self) -> Step {
        let contract = &self.d.contract;
        if let Some(parked) = &contract.parked {
            return Err(BillingRefusal::Parked { id: contract.id, why: parked.why.clone() });
        }
        if contract.hold.is_some() {
            return Err(BillingRefusal::Disputed(contract.id));
        }
        Ok(())
    }

    /// Nothing is charged any more until a person has looked.
    pub fn park(&mut self, why: String, by: Actor) {
        if self.d.contract.parked.is_none() {
            let why: String = why.chars().take(400).collect();
            self.d.contract.parked = Some(Parked { since: self.now, why: why.clone() });
            self.event_with(EventKind::Parked, by, None, Some(why));
        }
    }

    /// Ends the contract: invoices closed, planned debits dropped, pages closed, the mandate withdrawn. Where the reason
    /// does not keep the paid time, access ends now and what is left of the price is income.
    pub fn end(&mut self, reason: EndReason, by: Actor, note: Option<String>) -> Step {
        self.end_as(EventKind::Ended, reason, by, note)
    }

    pub fn end_as(&mut self, kind: EventKind, reason: EndReason, by: Actor, note: Option<String>) -> Step {
        let now = self.now;
        if let Some(trial) = self.d.contract.trial.as_mut().filter(|_| self.d.contract.state == State::Trial) {
            trial.ends = trial.ends.min(now).max(trial.started);
        }
        self.d.contract.state = State::Ended { reason, at: now };
        self.d.contract.pending = None;
        self.d.contract.hold = None;
        for index in 0..self.d.invoices.len() {
            if self.d.invoices[index].is_open() {
                // A checkout that ends unpaid may have been paid a moment ago: that money still buys it (T5).
                self.drop_invoice(index, matches!(reason, EndReason::Nonpayment | EndReason::Superseded))?;
            }
            if let Some((from, until)) = &mut self.d.invoices[index].grace {
                *until = (*until).min(now).max(*from);
            }
            if !reason.keeps_paid_time() {
                self.close_service(index, true)?;
            }
        }
        self.drop_setups(|_| true);
        self.retire_mandate();
        self.event_with(kind, by, None, note);
        Ok(())
    }

    pub fn record_cancellation(&mut self, cancel_at: Date, by: Actor) {
        self.d.contract.cancellation = Some(Cancellation { cancel_at, recorded_at: self.now, by });
    }

    /// Remembers a notice sent by the clock; the oldest beyond the bound cannot become due again.
    pub fn noted(&mut self, kind: NoticeKind, about: u32) {
        self.d.notices.push((kind, about));
        let surplus = self.d.notices.len().saturating_sub(super::MOST_NOTICES);
        self.d.notices.drain(..surplus);
    }
}

/// First instant of a day in the contract's zone.
pub(super) fn start_of(d: &Dossier, day: Date) -> Result<Timestamp, BillingRefusal> {
    let wrong = crate::calendar::CalendarError::OutOfRange { anchor: day, period: 0 };
    d.contract.zone.start_of_day(day).ok_or(BillingRefusal::Calendar(wrong))
}

/// A day so many days later, or earlier; cut at the ends of the calendar.
pub(super) fn add_days(day: Date, days: i64) -> Date {
    let span = Span::new().try_days(days).unwrap_or_default();
    day.saturating_add(span)
}

/// Whole days from one day to another; 0 when the second is not later.
pub(super) fn days_between(from: Date, to: Date) -> u32 {
    let days = to.since(from).map_or(0, |span| span.get_days());
    u32::try_from(days).unwrap_or(0)
}

/// `amount · part / whole`, cut to the minor unit; nothing of nothing.
pub(super) fn portion(amount: i64, part: u32, whole: u32) -> i64 {
    if whole == 0 {
        return 0;
    }
    let cut = i128::from(amount) * i128::from(part.min(whole)) / i128::from(whole);
    i64::try_from(cut).unwrap_or(0)
}
