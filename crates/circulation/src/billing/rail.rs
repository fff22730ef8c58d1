//! What the rail says, and what follows.
use jiff::Timestamp;

use super::dossier::{Attempt, Page, Purpose, RefundState, SetupState, Talk, Way};
use super::invoicing::fail_attempt;
use super::mandates::wait_before;
use super::work::{Step, Work};
use super::{BillingRefusal, NoticeKind};
use crate::ledger::Entry;
use crate::money::Money;
use crate::payments::{
    ABSENCE_BELIEVED_AFTER, Announced, AttemptKey, AttemptState, ChargeRequest, Effect, Failure, FailureKind,
    MandateState, Outcome, PaymentRefusal, RefundAnswer, Told, plan_attempt, settle,
};
use crate::subscriptions::{Actor, EventKind, State};

/// After so many questions without a final answer a person has to look; asking goes on once a day.
const MOST_ASKED: u16 = 40;

impl Talk {
    /// Asked once more without a final answer.
    fn ask_later(&mut self, now: Timestamp) {
        let wait = wait_before(self.asked);
        self.asked = self.asked.saturating_add(1);
        self.ask_at = Some(now.checked_add(wait).unwrap_or(Timestamp::MAX));
        if self.close_at.is_some() {
            self.close_at = self.ask_at;
        }
    }

    fn keep_reference(&mut self, reference: Option<&String>) {
        if let Some(reference) = reference {
            self.reference = Some(reference.clone());
        }
    }
}

impl Work<'_> {
    /// A step of clock or rail that cannot be finished: a person has to look, and the question is put again later.
    pub fn stuck(&mut self, act: &super::Act, fault: &BillingRefusal) {
        match act {
            super::Act::Told(told) => {
                if let Some(index) = self.attempt_index(&told.answer.key) {
                    self.heard(index, &Outcome::NoAnswer);
                }
                let now = self.now;
                for setup in self.d.setups.iter_mut().filter(|setup| setup.key == told.answer.key) {
                    setup.talk.ask_later(now);
                }
            }
            super::Act::RefundTold { key, .. } => {
                let now = self.now;
                for refund in self.d.refunds.iter_mut().filter(|refund| refund.key == *key) {
                    refund.talk.ask_later(now);
                }
            }
            _ => {}
        }
        self.park(fault.to_string(), Actor::Clock);
    }

    pub fn attempt_index(&self, key: &AttemptKey) -> Option<usize> {
        self.d.attempts.iter().position(|attempt| attempt.payment.key() == *key)
    }

    /// The rail's word on an attempt or a set-up.
    pub fn told(&mut self, told: &Told) -> Step {
        if let Some(index) = self.attempt_index(&told.answer.key) {
            return self.attempt_told(index, told);
        }
        let setup = self.d.setups.iter().position(|setup| setup.key == told.answer.key);
        self.setup_told(setup.ok_or(BillingRefusal::NoSuch("payment"))?, told)
    }

    pub fn attempt_told(&mut self, index: usize, told: &Told) -> Step {
        let payment = self.d.attempts[index].payment.clone();
        self.d.attempts[index].talk.keep_reference(told.reference.as_ref());
        if let Outcome::Captured { reference, .. } = &told.answer.outcome
            && self.d.strays.iter().any(|stray| stray.payment == *reference)
        {
            self.heard(index, &told.answer.outcome);
            return Ok(());
        }
        let (after, effect) = match settle(payment, &told.answer) {
            Ok(settled) => settled,
            Err(refusal @ PaymentRefusal::OtherAttempt { .. }) => return Err(refusal.into()),
            Err(refusal) => return self.cannot_be(index, told, &refusal),
        };
        self.d.attempts[index].payment = after;
        if let Some(facts) = &told.mandate
            && !matches!(effect, Effect::Failed(_))
        {
            self.take_mandate(facts, false);
        }
        match effect {
            Effect::Captured(capture) => {
                self.d.attempts[index].talk = Talk { reference: told.reference.clone(), ..Talk::default() };
                self.captured(&capture)
            }
            Effect::Failed(failure) => {
                self.d.attempts[index].talk.ask_at = None;
                self.d.attempts[index].talk.close_at = None;
                self.failed(index, &failure)
            }
            Effect::Unchanged | Effect::Waiting | Effect::LookUp => {
                self.heard(index, &told.answer.outcome);
                Ok(())
            }
        }
    }

    /// No final answer: when to ask again, and whether the same request may go out again.
    fn heard(&mut self, index: usize, outcome: &Outcome) {
        let now = self.now;
        let attempt = &mut self.d.attempts[index];
        if !attempt.payment.is_open() {
            return;
        }
        attempt.talk.absent = *outcome == Outcome::NotFound;
        attempt.talk.ask_later(now);
        if attempt.talk.asked == MOST_ASKED {
            let why = format!("payment {} has no final answer after {MOST_ASKED} questions", attempt.payment.key());
            self.park(why, Actor::Rail);
        }
    }

    /// The rail took something else than was asked, or took it twice. Money taken twice goes back; for the rest a
    /// person has to look.
    fn cannot_be(&mut self, index: usize, told: &Told, refusal: &PaymentRefusal) -> Step {
        let Outcome::Captured { reference, amount } = &told.answer.outcome else { return Err(refusal.clone().into()) };
        let (key, rail) = (told.answer.key.clone(), self.d.attempts[index].payment.request().rail);
        self.heard(index, &told.answer.outcome);
        if matches!(refusal, PaymentRefusal::SecondPayment { .. }) {
            return self.give_back(&key, rail, reference, *amount, "the rail took it twice");
        }
        self.set_aside(&key, rail, reference, *amount, false)?;
        self.park(refusal.to_string(), Actor::Rail);
        Ok(())
    }

    /// An attempt failed for good.
    fn failed(&mut self, index: usize, failure: &Failure) -> Step {
        let attempt = &self.d.attempts[index];
        let (number, debit) = (attempt.payment.period(), matches!(attempt.way, Way::Debit { .. } | Way::Expected));
        let key = attempt.payment.key().to_string();
        let invoice = self.invoice_index(number)?;
        let told_reader = !matches!(failure.kind, FailureKind::Expired | FailureKind::NeverArrived);
        if told_reader || debit {
            let amount = self.d.invoices[invoice].charge();
            let note = format!("{key}: {} ({})", failure.kind.word(), failure.code);
            self.event_with(EventKind::PaymentFailed, Actor::Rail, Some(amount), Some(note));
        }
        if told_reader && self.d.invoices[invoice].is_open() {
            let (amount, until) = (self.d.invoices[invoice].charge(), self.d.contract.access_until());
            let code = failure.code.clone();
            self.mail_as(NoticeKind::PaymentFailed, &key, |notice| {
                notice.amount = Some(amount);
                notice.invoice = Some(number);
                notice.until = until;
                notice.note = Some(code);
            });
        }
        // A change of plan is asked for anew, at that day's price.
        if matches!(self.d.invoices[invoice].purpose, Purpose::Change { .. }) && self.d.invoices[invoice].is_open() {
            self.drop_invoice(invoice, false)?;
        }
        Ok(())
    }

    fn setup_told(&mut self, index: usize, told: &Told) -> Step {
        let now = self.now;
        let rail = self.terms.rail.rail;
        let setup = &mut self.d.setups[index];
        setup.talk.keep_reference(told.reference.as_ref());
        let age = setup.sent_at.map(|sent| now.duration_since(sent));
        let ended = matches!(setup.state, SetupState::Done | SetupState::Failed);
        let kept = told.mandate.as_ref().is_some_and(|facts| facts.state == MandateState::Confirmed);
        let waits = told.mandate.as_ref().is_some_and(|facts| facts.state == MandateState::Pending);
        let taken = match &told.answer.outcome {
            Outcome::Captured { reference, amount } if amount.is_positive() => Some((reference.clone(), *amount)),
            _ => None,
        };
        match &told.answer.outcome {
            _ if kept && setup.state != SetupState::Done => {
                setup.state = SetupState::Done;
                setup.talk = Talk { reference: setup.talk.reference.take(), ..Talk::default() };
            }
            _ if ended => {}
            Outcome::Failed(_) => setup.state = SetupState::Failed,
            // The page is over, and what it kept is gone again already.
            Outcome::Captured { .. } if !waits => setup.state = SetupState::Failed,
            Outcome::NotFound if age.is_some_and(|age| age >= ABSENCE_BELIEVED_AFTER) => {
                setup.state = SetupState::Failed
            }
            outcome => {
                setup.talk.absent = *outcome == Outcome::NotFound;
                setup.talk.ask_later(now);
            }
        }
        let key = setup.key.clone();
        if let Some((reference, amount)) = taken
            && !self.knows_payment(&reference)
        {
            self.set_aside(&key, rail, &reference, amount, true)?;
            self.return_stray(rail, &reference, amount, "taken to check the method", Actor::Rail)?;
        }
        if let Some(facts) =
            told.mandate.as_ref().filter(|_| kept && !matches!(self.d.contract.state, State::Ended { .. }))
        {
            self.take_mandate(facts, true);
            if self.d.contract.state == State::Checkout && self.d.contract.offer.trial_days.is_some() {
                return self.start_trial();
            }
        }
        Ok(())
    }

    pub fn page_opened(&mut self, key: &AttemptKey, page: &Page) -> Step {
        let now = self.now;
        let talk = match self.attempt_index(key) {
            Some(index) if !self.d.attempts[index].payment.is_open() => return Ok(()),
            Some(index) => &mut self.d.attempts[index].talk,
            None => {
                let setup = self.d.setups.iter_mut().find(|setup| setup.key == *key);
                &mut setup.ok_or(BillingRefusal::NoSuch("page"))?.talk
            }
        };
        talk.reference = Some(page.reference.clone());
        if talk.page.is_none() {
            talk.page = Some(page.clone());
            talk.asked = 0;
            talk.ask_at = Some(now.checked_add(wait_before(1)).unwrap_or(Timestamp::MAX));
        }
        Ok(())
    }

    pub fn announced(&mut self, key: &AttemptKey, answer: &Announced) -> Step {
        let now = self.now;
        let index = self.attempt_index(key).ok_or(BillingRefusal::NoSuch("payment"))?;
        let attempt = &mut self.d.attempts[index];
        let planned = *attempt.payment.state() == AttemptState::Planned;
        let Way::Debit { not_before, announce, .. } = &mut attempt.way else {
            return Err(BillingRefusal::NoSuch("debit"));
        };
        if !planned || !*announce {
            return Ok(());
        }
        match answer {
            Announced::NotNeeded => *announce = false,
            Announced::Sent { reference, debit_from } => {
                *announce = false;
                *not_before = (*not_before).max(*debit_from);
                attempt.talk.reference = Some(reference.clone());
                let (amount, until, number) = (attempt.payment.request().amount, *not_before, attempt.payment.period());
                self.mail_as(NoticeKind::DebitComing, key.as_str(), |notice| {
                    notice.amount = Some(amount);
                    notice.until = Some(until);
                    notice.invoice = Some(number);
                });
            }
            Announced::Refused(failure) => {
                let outcome = Outcome::Failed(failure.clone());
                let answer = crate::payments::RailAnswer { key: key.clone(), at: now, outcome };
                return self.attempt_told(index, &Told::only(answer));
            }
            Announced::NoAnswer => attempt.talk.ask_later(now),
        }
        Ok(())
    }

    pub fn refund_told(&mut self, key: &str, answer: &RefundAnswer) -> Step {
        let now = self.now;
        let found = self.d.refunds.iter_mut().find(|refund| refund.key == key);
        let refund = found.ok_or(BillingRefusal::NoSuch("refund"))?;
        // Only what was sent can be answered, and what is paid stays paid.
        let sent = match refund.state {
            RefundState::Sent { at } => at,
            RefundState::Replaced if matches!(answer, RefundAnswer::Succeeded { .. }) => {
                self.park(format!("refund {key} was paid after another had taken its place"), Actor::Rail);
                return Ok(());
            }
            RefundState::Succeeded { .. } | RefundState::Planned | RefundState::Replaced => return Ok(()),
            RefundState::Failed { .. } if matches!(answer, RefundAnswer::Succeeded { .. }) => now,
            RefundState::Failed { .. } => return Ok(()),
        };
        match answer {
            RefundAnswer::Succeeded { reference, at } => {
                refund.state = RefundState::Succeeded { at: *at };
                refund.talk = Talk { reference: Some(reference.clone()), ..Talk::default() };
                let (rail, amount) = (refund.rail, refund.amount);
                self.refund_paid(key, Some(rail), amount, Actor::Rail)
            }
            RefundAnswer::Failed(failure) => {
                refund.state = RefundState::Failed { code: failure.code.clone() };
                refund.talk.ask_at = None;
                let (amount, note) = (refund.amount, format!("{key}: {}", failure.code));
                self.event_with(EventKind::RefundFailed, Actor::Rail, Some(amount), Some(note));
                self.park(
                    format!("refund {key} was refused by the rail ({}); pay it another way", failure.code),
                    Actor::Rail,
                );
                Ok(())
            }
            // It never arrived: the same key may go out again.
            RefundAnswer::NotFound if now.duration_since(sent) >= ABSENCE_BELIEVED_AFTER => {
                refund.state = RefundState::Planned;
                refund.talk.ask_later(now);
                Ok(())
            }
            RefundAnswer::Pending { reference } => {
                refund.talk.reference = Some(reference.clone());
                refund.talk.ask_later(now);
                Ok(())
            }
            RefundAnswer::NoAnswer | RefundAnswer::NotFound => {
                refund.talk.ask_later(now);
                Ok(())
            }
        }
    }

    pub fn refund_paid(&mut self, key: &str, rail: Option<crate::payments::Rail>, amount: Money, by: Actor) -> Step {
        self.book(Entry::refund_paid(key, rail, amount, self.now))?;
        self.event_with(EventKind::RefundPaid, by, Some(amount), Some(key.to_owned()));
        self.mail_as(NoticeKind::RefundPaid, key, |notice| notice.amount = Some(amount));
        Ok(())
    }

    /// Plans an attempt for an invoice. At most one is open for the whole contract.
    pub fn plan(
        &mut self,
        number: u32,
        way: Way,
        amount: Money,
        parameters: std::collections::BTreeMap<String, String>,
    ) -> Result<usize, BillingRefusal> {
        if let Some(other) = self.d.in_flight() {
            return Err(BillingRefusal::PaymentOpen(other.payment.key()));
        }
        let request = ChargeRequest { rail: self.terms.rail.rail, amount, parameters };
        let existing: Vec<_> = self.d.attempts.iter().map(|attempt| attempt.payment.clone()).collect();
        let payment = plan_attempt(self.d.contract.id, number, &existing, request, self.now)?;
        self.d.attempts.push(Attempt { payment, way, talk: Talk::default() });
        Ok(self.d.attempts.len() - 1)
    }

    /// Drops a debit that is planned and not sent, so that another way can be taken.
    pub fn drop_planned(&mut self) -> Step {
        let now = self.now;
        for attempt in &mut self.d.attempts {
            if *attempt.payment.state() == AttemptState::Planned {
                fail_attempt(attempt, "another way was taken", now)?;
            }
        }
        Ok(())
    }
}
