//! What has to be done for a contract, each thing with the instant from which on it is due, in the order in which they
//! are done. Whatever is done leaves the agenda or moves on in time.
use jiff::{SignedDuration, Timestamp};

use super::acts::{Call, Due};
use super::dossier::{Attempt, Invoice, Purpose, RefundState, SetupState, Talk, Way};
use super::mandates::Terms as Use;
use super::work::{add_days, start_of};
use super::{Act, Dossier, Next, Terms};
use crate::payments::{AttemptState, DebitWindows, FailureKind, MandateState, RESENT_FOR, Scheduling};
use crate::subscriptions::State;

/// The shortest time between a failed debit and the next.
const RETRY_GAP: SignedDuration = SignedDuration::from_hours(12);

pub(super) enum Todo {
    Due(Due),
    Call(Call),
}

pub(super) struct Agenda<'a> {
    pub d: &'a Dossier,
    pub now: Timestamp,
    pub terms: &'a Terms,
    pub items: Vec<(Timestamp, Todo)>,
}

/// What has to be done next. Pure, and never two things at once: ask again after each.
pub fn next(dossier: &Dossier, now: Timestamp, terms: &Terms) -> Next {
    let agenda = Agenda::of(dossier, now, terms);
    let mut wait: Option<Timestamp> = None;
    for (at, todo) in agenda.items {
        if at <= now {
            return match todo {
                Todo::Due(due) => Next::Act(Act::Due(due)),
                Todo::Call(call) => Next::Call(call),
            };
        }
        wait = Some(wait.map_or(at, |earliest| earliest.min(at)));
    }
    Next::Wait(wait)
}

impl<'a> Agenda<'a> {
    pub fn of(d: &'a Dossier, now: Timestamp, terms: &'a Terms) -> Agenda<'a> {
        let mut agenda = Agenda { d, now, terms, items: Vec::new() };
        agenda.talks();
        // While a person has to look, only what is with the rail is followed up.
        if d.contract.parked.is_none() {
            agenda.contract();
            agenda.collect();
            agenda.notices();
            agenda.income();
        }
        agenda
    }

    /// Whether exactly this is due now.
    pub fn has(&self, due: &Due) -> bool {
        self.items.iter().any(|(at, todo)| *at <= self.now && matches!(todo, Todo::Due(known) if known == due))
    }

    pub fn due(&mut self, at: Timestamp, due: Due) {
        self.items.push((at, Todo::Due(due)));
    }

    fn call(&mut self, at: Timestamp, call: Call) {
        self.items.push((at, Todo::Call(call)));
    }

    fn start_of(&self, day: jiff::civil::Date) -> Timestamp {
        start_of(self.d, day).unwrap_or(Timestamp::MAX)
    }

    /// An hour of a day in the contract's zone.
    pub fn hour(&self, day: jiff::civil::Date, hour: u8) -> Timestamp {
        let instant = self.d.contract.zone.at_minute(day, u16::from(hour) * 60);
        instant.unwrap_or_else(|| self.start_of(day))
    }

    /// Everything that is with the rail, or about to be.
    fn talks(&mut self) {
        for gone in &self.d.revocations {
            self.call(gone.ask_at, Call::RevokeMandate(gone.mandate.clone()));
        }
        for attempt in &self.d.attempts {
            match attempt.payment.state() {
                AttemptState::Planned => self.planned(attempt),
                AttemptState::Sent | AttemptState::Unknown { .. } => self.sent(attempt),
                AttemptState::Failed { .. } | AttemptState::Captured { .. } => {}
            }
        }
        for setup in &self.d.setups {
            let sent_at = setup.sent_at.unwrap_or(setup.planned_at);
            match setup.state {
                SetupState::Planned => self.send_page(setup.key.clone(), setup.planned_at, &setup.talk),
                SetupState::Sent => {
                    let look_up = Call::LookUp(super::LookUpCall {
                        key: setup.key.clone(),
                        amount: setup.amount,
                        reference: setup.talk.reference.clone(),
                        customer: setup.talk.ask.as_ref().and_then(|ask| ask.customer.clone()),
                        sent_at,
                    });
                    let page = self.d.setup_call(setup);
                    self.page_talk(&setup.key, &setup.talk, page, look_up, sent_at);
                }
                SetupState::Done | SetupState::Failed => {}
            }
        }
        for refund in &self.d.refunds {
            let ask_at = refund.talk.ask_at.unwrap_or(refund.asked_at);
            match refund.state {
                // While the bank decides, the same money must not go back twice.
                RefundState::Planned if self.d.is_disputed(&refund.payment) => {}
                RefundState::Planned => self.due(ask_at, Due::SendRefund { key: refund.key.clone() }),
                RefundState::Sent { at } => {
                    let resend = refund.talk.absent && self.honoured(at);
                    let call = refund.call();
                    self.call(ask_at, if resend { Call::Refund(call) } else { Call::LookUpRefund(call) });
                }
                RefundState::Failed { .. } | RefundState::Replaced | RefundState::Succeeded { .. } => {}
            }
        }
    }

    /// Whether the same request may go out again: the rail honours its key, and absence is not yet believed for long.
    fn honoured(&self, sent: Timestamp) -> bool {
        self.now.duration_since(sent) < self.terms.rail.resend_within.min(RESENT_FOR)
    }

    fn planned(&mut self, attempt: &Attempt) {
        let contract = &self.d.contract;
        let key = attempt.payment.key();
        let planned_at = attempt.payment.planned_at();
        match &attempt.way {
            _ if contract.parked.is_some() || contract.hold.is_some() => {}
            Way::Debit { announce: true, .. } => {
                let at = attempt.talk.ask_at.unwrap_or(planned_at);
                match self.d.debit_call(attempt) {
                    Some(call) => self.call(at, Call::AnnounceDebit(call)),
                    // Its mandate is gone: sending is refused, and drops it.
                    None => self.due(at, Due::Send { key }),
                }
            }
            Way::Debit { not_before, .. } => self.due(self.allowed(*not_before), Due::Send { key }),
            Way::Page | Way::Expected => self.send_page(key, planned_at, &attempt.talk),
        }
    }

    /// A planned page is opened, unless all processes were down until its end.
    fn send_page(&mut self, key: crate::payments::AttemptKey, planned_at: Timestamp, talk: &Talk) {
        let over = talk.ask.as_ref().is_some_and(|ask| ask.until <= self.now);
        self.due(planned_at, if over { Due::WantClosed { key } } else { Due::Send { key } });
    }

    fn sent(&mut self, attempt: &Attempt) {
        let sent_at = attempt.payment.sent_at().unwrap_or_else(|| attempt.payment.planned_at());
        let look_up = Call::LookUp(self.d.look_up_call(attempt));
        if attempt.way == Way::Page {
            let page = self.d.page_call(attempt);
            return self.page_talk(&attempt.payment.key(), &attempt.talk, page, look_up, sent_at);
        }
        let at = attempt.talk.ask_at.unwrap_or(sent_at);
        match self.d.debit_call(attempt) {
            Some(call) if attempt.talk.absent && self.honoured(sent_at) && self.may_charge() && self.in_window() => {
                self.call(at, Call::Charge(call));
            }
            _ => self.call(at, look_up),
        }
    }

    /// Whether anything may be sent out that takes money: after a cancellation, while parked or disputed, nothing.
    fn may_charge(&self) -> bool {
        let contract = &self.d.contract;
        let wanted = contract.cancellation.is_none() && !matches!(contract.state, State::Ended { .. });
        wanted && contract.parked.is_none() && contract.hold.is_none()
    }

    fn page_talk(
        &mut self,
        key: &crate::payments::AttemptKey,
        talk: &Talk,
        page: Option<super::PageCall>,
        look_up: Call,
        sent_at: Timestamp,
    ) {
        let until = talk.ask.as_ref().map_or(sent_at, |ask| ask.until);
        let ask_at = talk.ask_at.unwrap_or(sent_at);
        match (talk.close_at, page) {
            (Some(at), Some(page)) => self.call(at, Call::ClosePage(page)),
            (None, Some(page)) => {
                self.due(until, Due::WantClosed { key: key.clone() });
                let reopen = talk.page.is_none() && self.now < until && self.honoured(sent_at);
                self.call(ask_at, if reopen { Call::OpenPage(page) } else { look_up });
            }
            (_, None) => self.call(ask_at, look_up),
        }
    }

    /// When a debit may go out: not before, inside the rail's windows, and not more often than the daily brake allows.
    fn allowed(&self, not_before: Timestamp) -> Timestamp {
        let zone = &self.d.contract.zone;
        let mut at = not_before.max(self.now);
        let day = zone.date_at(at);
        let sent_that_day = self.d.attempts.iter().filter(|attempt| {
            matches!(attempt.way, Way::Debit { .. })
                && attempt.payment.sent_at().is_some_and(|sent| zone.date_at(sent) == day)
        });
        if sent_that_day.count() >= usize::from(self.terms.policy.most_debits_per_day) {
            at = self.hour(add_days(day, 1), self.terms.policy.debit_hour);
        }
        let opens = self.windows().map_or(at, |windows| windows.next_open(at));
        // What is allowed now was allowed before now: keep the instant in the past, so that it is due.
        if opens <= self.now { not_before.min(opens) } else { opens }
    }

    /// The rail's hours, if it has any for the reader's method.
    fn windows(&self) -> Option<&DebitWindows> {
        let method = self.d.method()?;
        self.terms.rail.debit_windows.as_ref().filter(|windows| windows.methods.contains(&method))
    }

    fn in_window(&self) -> bool {
        self.windows().is_none_or(|windows| windows.next_open(self.now) <= self.now)
    }

    /// What the dates of the contract bring.
    fn contract(&mut self) {
        let contract = &self.d.contract;
        if let Some(mandate) = &self.d.mandate
            && let Some(expires) = mandate.facts.expires
            && !mandate.facts.state.is_over()
            && !matches!(contract.state, State::Ended { .. })
        {
            self.due(expires, Due::ExpireMandate);
        }
        let cancelled = contract.cancels_at();
        match &contract.state {
            State::Checkout => self.due(contract.checkout_ends(), Due::ExpireCheckout),
            State::Unclaimed | State::Ended { .. } => {}
            State::Trial | State::Active | State::PastDue { .. } if cancelled.is_some() => {
                self.due(cancelled.unwrap_or(self.now), Due::EndCancelled);
            }
            State::Trial => self.trial(),
            State::Active => self.active(),
            State::PastDue { grace_until, .. } => self.due(*grace_until, Due::Lapse),
            State::Lapsed { recovery_until, .. } => self.due(*recovery_until, Due::GiveUp),
            State::Paused { until, days_left, .. } => {
                let opens = *days_left == 0 && self.d.open_invoice().is_none();
                if opens && self.mandate_state() == Some(MandateState::Confirmed) {
                    self.due(self.now, Due::OpenRenewal);
                }
                self.due(*until, Due::EndPause);
            }
        }
    }

    fn mandate_state(&self) -> Option<MandateState> {
        self.d.mandate.as_ref().map(|mandate| mandate.facts.state)
    }

    fn trial(&mut self) {
        let Some(ends) = self.d.contract.trial.as_ref().map(|trial| trial.ends) else { return };
        let Some(invoice) = self.d.open_invoice() else {
            let opens = ends.checked_sub(self.lead()).unwrap_or(ends);
            return self.due(opens, Due::OpenRenewal);
        };
        // Past due once the first attempt has failed, or when none can be made.
        let number = invoice.number;
        let mut of_it = self.d.attempts.iter().filter(|attempt| attempt.payment.period() == number);
        let failed = of_it.clone().any(counts_as_failed);
        let trying = of_it.any(|attempt| attempt.payment.is_open() && attempt.way != Way::Page);
        if failed || !(trying || self.debit_at(invoice).is_some()) {
            self.due(ends, Due::PastDue);
        }
    }

    fn active(&mut self) {
        let contract = &self.d.contract;
        let Some(ends) = contract.paid.as_ref().map(|paid| paid.period.ends) else { return };
        if contract.is_last_period() {
            return self.due(ends, Due::EndTerm);
        }
        if self.mandate_state() == Some(MandateState::PausedByReader) {
            return self.due(ends, Due::PauseUnpaid);
        }
        if self.d.open_invoice().is_none() {
            let opens = ends.checked_sub(self.lead()).unwrap_or(ends);
            if opens < ends {
                self.due(opens, Due::OpenRenewal);
            }
        }
        self.due(ends, Due::PastDue);
    }

    /// How long before it is due a payment has to be announced.
    fn lead(&self) -> SignedDuration {
        let needs = self.d.method().is_some_and(|method| self.terms.rail.needs_predebit.contains(&method));
        let usable = self.mandate_state() == Some(MandateState::Confirmed);
        let ours = self.terms.rail.scheduling == Scheduling::MerchantInitiated;
        if needs && usable && ours { self.terms.rail.predebit_lead } else { SignedDuration::ZERO }
    }

    /// Debits for the open invoice.
    fn collect(&mut self) {
        let Some(invoice) = self.d.open_invoice() else { return };
        let Some((at, not_before)) = self.debit_at(invoice) else { return };
        let number = invoice.number;
        match self.d.attempts.iter().find(|attempt| attempt.payment.is_open()) {
            None => self.due(at, Due::PlanDebit { invoice: number }),
            // The page goes first, certainly closed, before a debit goes out. One that was opened when the debit could
            // have gone out already is left to its reader until it ends by itself.
            Some(page) if page.way == Way::Page && page.talk.close_at.is_none() => {
                let sent = *page.payment.state() != AttemptState::Planned;
                if sent && page.payment.planned_at() < not_before {
                    self.due(not_before, Due::WantClosed { key: page.payment.key() });
                }
            }
            Some(_) => {}
        }
    }

    /// When the next debit for an invoice is to be planned, and before which instant it must not be sent; none when
    /// only the reader can pay it.
    pub fn debit_at(&self, invoice: &Invoice) -> Option<(Timestamp, Timestamp)> {
        if !self.may_charge() || matches!(invoice.purpose, Purpose::First | Purpose::Change { .. }) {
            return None;
        }
        let grace_until = match &self.d.contract.state {
            State::Active | State::Trial => None,
            State::PastDue { grace_until, .. } => Some(*grace_until),
            State::Paused { days_left: 0, .. } => None,
            _ => return None,
        };
        let usage = Use { terms: self.terms, now: self.now };
        let mandate = self.d.usable_mandate(invoice.charge(), &usage)?;
        let by_it = self.d.attempts.iter().filter(|attempt| {
            let this = matches!(attempt.way, Way::Debit { mandate: number, .. } if number == mandate.number);
            this && attempt.payment.period() == invoice.number
        });
        // The step is the count of failed attempts, never of events.
        let mut failures = 0;
        let mut last_failure = None;
        for attempt in by_it.filter(|attempt| counts_as_failed(attempt)) {
            if let AttemptState::Failed { at, failure } = attempt.payment.state() {
                if failure.kind != FailureKind::Declined {
                    return None;
                }
                failures += 1;
                last_failure = last_failure.max(Some(*at));
            }
        }
        let method = mandate.facts.mandate.method;
        let ladder = self.terms.policy.ladder_of(Some(method), &self.terms.rail);
        let hour = self.terms.policy.debit_hour;
        let base = match failures {
            0 if self.d.contract.state == State::Trial && self.terms.policy.trial_grace_days == 0 => invoice.due_at,
            0 => self.hour(invoice.due_on, hour),
            failed => {
                let retry = ladder.retry_days.get(failed - 1)?;
                let wanted = self.hour(add_days(invoice.due_on, i64::from(*retry)), hour);
                let last_day = grace_until.map(|until| {
                    let day = add_days(self.d.contract.zone.date_at(until), -1);
                    self.hour(day, hour)
                });
                let clipped = match (last_day, grace_until) {
                    (Some(last), Some(until)) if wanted >= until => last,
                    _ => wanted,
                };
                let rested = last_failure.and_then(|at| at.checked_add(RETRY_GAP).ok()).unwrap_or(clipped);
                clipped.max(rested)
            }
        };
        if failures > 0 && grace_until.is_some_and(|until| base >= until) {
            return None;
        }
        let announces = self.terms.rail.needs_predebit.contains(&method);
        let plan_at = if announces { invoice.opened_at } else { base };
        Some((plan_at, base))
    }

    /// Income of days that have passed.
    fn income(&mut self) {
        let Some(earliest) = self.d.invoices.iter().filter_map(|invoice| self.next_income(invoice)).min() else {
            return;
        };
        self.due(earliest, Due::Recognise);
    }

    fn next_income(&self, invoice: &Invoice) -> Option<Timestamp> {
        let service = invoice.service.as_ref()?;
        if service.recognised_days >= service.days {
            return None;
        }
        let step = i64::from(self.terms.policy.recognise_days);
        let mut days = 0;
        for stretch in service.stretches.iter().filter(|stretch| !stretch.free) {
            let length = super::work::days_between(stretch.from, stretch.to);
            if days + length > service.recognised_days {
                let known = service.recognised_days.saturating_sub(days);
                let reached = add_days(stretch.from, i64::from(known));
                let from = self.d.recognised_to.map_or(reached, |to| to.max(reached));
                let day = add_days(from, step).min(stretch.to).max(add_days(reached, 1));
                return Some(self.start_of(day));
            }
            days += length;
        }
        None
    }
}

/// A failure that moves the ladder on. What never arrived, or a page left open, does not.
fn counts_as_failed(attempt: &Attempt) -> bool {
    match attempt.payment.state() {
        AttemptState::Failed { failure, .. } => {
            attempt.way != Way::Page && !matches!(failure.kind, FailureKind::NeverArrived | FailureKind::Expired)
        }
        _ => false,
    }
}
