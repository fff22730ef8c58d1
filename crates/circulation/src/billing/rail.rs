//! What the rail says, and what follows.
use jiff::Timestamp;

use super::acts::{DebitCall, LookUpCall, MandateWish, PageCall, PagePurpose, RefundCall};
use super::dossier::{Attempt, Dispute, Page, PageAsk, Purpose, Refund, RefundState, Setup, SetupState, Talk, Way};
use super::invoicing::fail_attempt;
use super::mandates::wait_before;
use super::work::{Step, Work, add_days};
use super::{BillingRefusal, Dossier, NoticeKind, Terms};
use crate::ledger::Entry;
use crate::money::Money;
use crate::payments::{
    ABSENCE_BELIEVED_AFTER, Announced, AttemptKey, AttemptState, ChargeRequest, DisputeState, Effect, Failure,
    FailureKind, MandateState, Outcome, PaymentRefusal, RefundAnswer, Told, plan_attempt, settle,
};
use crate::subscriptions::{Actor, EndReason, EventKind, Hold, State};

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

    fn attempt_told(&mut self, index: usize, told: &Told) -> Step {
        let payment = self.d.attempts[index].payment.clone();
        let rail = payment.request().rail;
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
            self.take_mandate(facts);
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
                let _ = rail;
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
            self.take_mandate(facts);
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

    /// A capture by the rail's own schedule: an attempt of ours is written for it and settled like any other.
    pub fn provider_captured(&mut self, reference: &str, amount: Money, at: Timestamp) -> Step {
        if self.knows_payment(reference) {
            return Ok(());
        }
        let rail = self.terms.rail.rail;
        let stray = |work: &mut Self, why: &str| {
            let key = AttemptKey::from_text(&format!("sub-{}-x{}", work.d.contract.id.0, work.d.strays.len() + 1));
            work.give_back(&key, rail, reference, amount, why)
        };
        let number = match self.d.open_invoice().map(|invoice| invoice.number) {
            Some(number) => number,
            None if self.d.contract.state == State::Active && self.d.contract.next_renewal().is_some() => {
                let due_on = self.d.contract.paid_through().unwrap_or_else(|| self.today());
                let index = self.open_invoice(Purpose::Renewal, due_on)?;
                self.d.invoices[index].number
            }
            None => return stray(self, "nothing was to be paid"),
        };
        if self.d.in_flight().is_some_and(|attempt| attempt.payment.period() == number) {
            return stray(self, "another payment for the period is on its way");
        }
        let charge = self.d.invoices[self.invoice_index(number)?].charge();
        let index = self.plan(number, Way::Expected, charge, std::collections::BTreeMap::new())?;
        let attempt = &mut self.d.attempts[index];
        attempt.payment = attempt.payment.clone().send(self.now)?;
        let outcome = Outcome::Captured { reference: reference.to_owned(), amount };
        let answer = crate::payments::RailAnswer { key: attempt.payment.key(), at, outcome };
        self.attempt_told(index, &Told::only(answer))
    }

    pub fn provider_failed(&mut self, failure: &Failure, at: Timestamp) -> Step {
        let number = self.d.open_invoice().map(|invoice| invoice.number);
        let number = number.ok_or(BillingRefusal::NothingToPay(self.d.contract.id))?;
        let charge = self.d.invoices[self.invoice_index(number)?].charge();
        let index = self.plan(number, Way::Expected, charge, std::collections::BTreeMap::new())?;
        let key = self.d.attempts[index].payment.key();
        let answer = crate::payments::RailAnswer { key, at, outcome: Outcome::Failed(failure.clone()) };
        self.attempt_told(index, &Told::only(answer))
    }

    /// T26, whatever is heard first: it only ever moves from open to decided.
    pub fn disputed(&mut self, reference: &str, payment: &str, amount: Money, state: DisputeState) -> Step {
        let (now, rail) = (self.now, self.terms.rail.rail);
        if !self.knows_payment(payment) {
            return Err(BillingRefusal::NoSuch("payment"));
        }
        let known = self.d.disputes.iter().position(|dispute| dispute.reference == reference);
        let index = match known {
            Some(index) => index,
            None => {
                self.book(Entry::dispute_opened(rail, reference, amount, now))?;
                let (reference, payment) = (reference.to_owned(), payment.to_owned());
                self.d.disputes.push(Dispute { reference, payment, amount, at: now, state: DisputeState::Open });
                let ended = matches!(self.d.contract.state, State::Ended { .. });
                if self.d.contract.hold.is_none() && !ended {
                    self.d.contract.hold = Some(Hold { since: now, cut: self.terms.policy.cut_on_dispute });
                }
                self.event_with(EventKind::DisputeOpened, Actor::Rail, Some(amount), None);
                self.mail(NoticeKind::Dispute, |notice| notice.amount = Some(amount));
                self.d.disputes.len() - 1
            }
        };
        if state == DisputeState::Open || self.d.disputes[index].state != DisputeState::Open {
            return Ok(());
        }
        let amount = self.d.disputes[index].amount;
        self.d.disputes[index].state = state;
        let won = state == DisputeState::Won;
        self.book(Entry::dispute_decided(rail, reference, amount, won, now))?;
        let open = self.d.disputes.iter().any(|dispute| dispute.state == DisputeState::Open);
        if !open {
            self.d.contract.hold = None;
        }
        let kind = if won { EventKind::DisputeWon } else { EventKind::DisputeLost };
        self.event_with(kind, Actor::Rail, Some(amount), None);
        let doubled =
            self.d.refunds.iter_mut().find(|refund| refund.payment == payment && refund.state == RefundState::Planned);
        if let Some(refund) = doubled.filter(|_| !won) {
            refund.state = RefundState::Failed { code: String::from("disputed") };
            let why = format!("refund {} and a lost dispute are about the same money", refund.key);
            self.park(why, Actor::Rail);
        }
        if !won && !matches!(self.d.contract.state, State::Ended { .. }) {
            self.end(EndReason::Dispute, Actor::Rail, None)?;
            self.mail(NoticeKind::Ended, |_| {});
        }
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

impl Dossier {
    /// The call that opens, or closes, the page of an attempt; the same bytes whenever it is made.
    pub(super) fn page_call(&self, attempt: &Attempt) -> Option<PageCall> {
        let request = attempt.payment.request();
        page_call(attempt.payment.key(), request.amount, &request.parameters, &attempt.talk)
    }

    pub(super) fn setup_call(&self, setup: &Setup) -> Option<PageCall> {
        page_call(setup.key.clone(), setup.amount, &setup.parameters, &setup.talk)
    }

    /// What a page planned now is asked to do. The permission is asked for the dearer of price and amount, with
    /// headroom for a rise, since some cannot be changed later.
    pub(super) fn page_ask(&self, purpose: PagePurpose, amount: Money, now: Timestamp, terms: &Terms) -> PageAsk {
        let minutes = jiff::SignedDuration::from_mins(i64::from(terms.policy.page_minutes));
        PageAsk {
            purpose,
            mandate: self.mandate_wish(amount, now, terms),
            customer: self.customer(),
            until: now.checked_add(minutes).unwrap_or(Timestamp::MAX),
        }
    }

    fn mandate_wish(&self, amount: Money, now: Timestamp, terms: &Terms) -> Option<MandateWish> {
        let contract = &self.contract;
        if contract.offer.gift.is_some() || contract.cancellation.is_some() {
            return None;
        }
        let plan = self.open_invoice().map_or(&contract.plan, |invoice| &invoice.plan);
        let same = plan.price.currency() == amount.currency();
        let price = if same { plan.price.minor().max(amount.minor()) } else { amount.minor() };
        let headroom = i128::from(price) * i128::from(terms.policy.mandate_headroom_percent) / 100;
        let max = i64::try_from(i128::from(price) + headroom).unwrap_or(i64::MAX);
        let until = add_days(contract.zone.date_at(now), i64::from(terms.policy.mandate_months) * 30);
        Some(MandateWish {
            max_amount: Money::new(max, amount.currency()),
            term_months: plan.term.months().get(),
            expires_at: contract.zone.start_of_day(until).unwrap_or(Timestamp::MAX),
        })
    }

    fn customer(&self) -> Option<String> {
        self.mandate.as_ref().map(|mandate| mandate.facts.mandate.customer.clone())
    }

    pub(super) fn debit_call(&self, attempt: &Attempt) -> Option<DebitCall> {
        let Way::Debit { not_before, mandate, .. } = &attempt.way else { return None };
        let known = self.mandate.iter().chain(self.revocations.iter().map(|gone| &gone.mandate));
        let mandate = known.into_iter().find(|known| known.number == *mandate)?;
        Some(DebitCall {
            key: attempt.payment.key(),
            amount: attempt.payment.request().amount,
            mandate: mandate.facts.mandate.clone(),
            not_before: *not_before,
            parameters: attempt.payment.request().parameters.clone(),
        })
    }

    pub(super) fn look_up_call(&self, attempt: &Attempt) -> LookUpCall {
        let payment = &attempt.payment;
        LookUpCall {
            key: payment.key(),
            amount: payment.request().amount,
            reference: attempt.talk.reference.clone(),
            customer: self.customer(),
            sent_at: payment.sent_at().unwrap_or_else(|| payment.planned_at()),
        }
    }
}

fn page_call(
    key: AttemptKey,
    amount: Money,
    parameters: &std::collections::BTreeMap<String, String>,
    talk: &Talk,
) -> Option<PageCall> {
    let ask = talk.ask.as_ref()?;
    Some(PageCall {
        key,
        purpose: ask.purpose,
        amount,
        mandate: ask.mandate.clone(),
        customer: ask.customer.clone(),
        reference: talk.reference.clone(),
        parameters: parameters.clone(),
        expires_at: ask.until,
    })
}

impl Refund {
    pub(super) fn call(&self) -> RefundCall {
        RefundCall {
            key: self.key.clone(),
            payment: self.payment.clone(),
            amount: self.amount,
            reason: self.reason.clone(),
            reference: self.talk.reference.clone(),
        }
    }
}
