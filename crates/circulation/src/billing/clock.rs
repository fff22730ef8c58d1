//! What the clock brings: one function for each thing that becomes due.
use std::collections::BTreeMap;

use super::acts::{Call, Due};
use super::agenda::Agenda;
use super::dossier::{Purpose, RefundState, SetupState, Talk, Way};
use super::invoicing::fail_attempt;
use super::mandates::wait_before;
use super::work::{Step, Work, add_days};
use super::{BillingRefusal, NoticeKind};
use crate::payments::{AttemptKey, AttemptState, MandateState};
use crate::subscriptions::{Actor, EndReason, EventKind, State};

impl Work<'_> {
    /// Does what is due; anything else is refused, so that a late or repeated round does no harm.
    pub fn due(&mut self, due: &Due) -> Step {
        if !Agenda::of(&self.d, self.now, self.terms).has(due) {
            return Err(BillingRefusal::NotDue);
        }
        match due {
            Due::ExpireCheckout => self.end_as(EventKind::CheckoutExpired, EndReason::Nonpayment, Actor::Clock, None),
            Due::OpenRenewal => self.open_renewal().map(|_| ()),
            Due::PastDue => self.past_due(),
            Due::Lapse => self.lapse(),
            Due::GiveUp => {
                self.end(EndReason::Nonpayment, Actor::Clock, None)?;
                self.mail(NoticeKind::RecoveryOver, |_| {});
                Ok(())
            }
            Due::EndCancelled => self.over(EndReason::ReaderCancelled),
            Due::EndTerm => self.over(EndReason::TermOver),
            Due::PauseUnpaid => self.pause_unpaid(),
            Due::EndPause => self.end_pause(),
            Due::PlanDebit { invoice } => self.plan_debit(*invoice),
            Due::Send { key } => self.send(key),
            Due::SendRefund { key } => self.send_refund(key),
            Due::WantClosed { key } => self.want_closed(key),
            Due::Notice { kind, about } => self.notice(*kind, *about),
            Due::Recognise => self.recognise(),
            Due::ExpireMandate => {
                self.expire_mandate();
                Ok(())
            }
        }
    }

    /// The invoice of the next period, for whatever reason it is the next.
    pub fn open_renewal(&mut self) -> Result<usize, BillingRefusal> {
        let contract = &self.d.contract;
        let (purpose, due_on) = match (&contract.state, &contract.trial, contract.paid_through()) {
            (State::Trial, Some(trial), _) => (Purpose::Conversion, trial.to),
            (State::Paused { .. }, ..) => (Purpose::Resume, self.today()),
            (_, _, Some(due_on)) => (Purpose::Renewal, due_on),
            _ => return self.wrong_state("a renewal"),
        };
        self.open_invoice(purpose, due_on)
    }

    /// T10, T8.
    fn past_due(&mut self) -> Step {
        if let Some(index) = self
            .d
            .invoices
            .iter()
            .position(|invoice| invoice.is_open() && matches!(invoice.purpose, Purpose::Change { .. }))
        {
            self.drop_invoice(index, false)?;
        }
        let index = match self.d.invoices.iter().position(super::dossier::Invoice::is_open) {
            Some(index) => index,
            None => self.open_renewal()?,
        };
        let (due_on, since, number) = {
            let invoice = &self.d.invoices[index];
            (invoice.due_on, invoice.due_at, invoice.number)
        };
        let grace_until = self.grace_until(due_on)?;
        let policy = &self.terms.policy;
        // A round that comes late must not take the reader's time to pay away.
        let known_on = due_on.max(self.today());
        let recovery_until = self.start_of(add_days(known_on, i64::from(policy.recovery_days)))?;
        self.d.contract.state = State::PastDue { since, grace_until, recovery_until };
        if grace_until > since {
            self.d.invoices[index].grace = Some((since, grace_until));
        }
        self.event(EventKind::PastDue, Actor::Clock);
        let charge = self.d.invoices[index].charge();
        let tried =
            self.d.attempts.iter().any(|attempt| attempt.payment.period() == number && attempt.way != Way::Page);
        if !tried && self.usable_mandate(charge).is_none() {
            self.mail_as(NoticeKind::PaymentFailed, &format!("p{number}"), |notice| {
                notice.amount = Some(charge);
                notice.invoice = Some(number);
                notice.until = Some(grace_until);
                notice.note = Some(String::from("no-method"));
            });
        }
        Ok(())
    }

    /// End of access for a payment due on a day: shorter, mostly none, after a trial.
    pub fn grace_until(&self, due_on: jiff::civil::Date) -> Result<jiff::Timestamp, BillingRefusal> {
        let policy = &self.terms.policy;
        let from_trial = self.d.contract.paid.is_none();
        let ladder = policy.ladder_of(self.d.method(), &self.terms.rail);
        let grace = if from_trial { policy.trial_grace_days } else { ladder.grace_days };
        self.start_of(add_days(due_on, i64::from(grace)))
    }

    /// T12: no debit any more, unless one is with the rail already.
    fn lapse(&mut self) -> Step {
        let State::PastDue { recovery_until, .. } = self.d.contract.state else { return self.wrong_state("lapsing") };
        self.drop_planned()?;
        self.d.contract.state = State::Lapsed { since: self.now, recovery_until };
        self.event(EventKind::Lapsed, Actor::Clock);
        let amount = self.d.open_invoice().map(super::dossier::Invoice::charge);
        self.mail(NoticeKind::GraceOver, |notice| {
            notice.amount = amount;
            notice.until = Some(recovery_until);
        });
        Ok(())
    }

    fn over(&mut self, reason: EndReason) -> Step {
        self.end(reason, Actor::Clock, None)?;
        let on = self.d.contract.paid_through();
        // A gift's end concerns who reads by it.
        let holder = self.d.contract.holder();
        self.mail(NoticeKind::Ended, |notice| {
            notice.reader = holder;
            notice.on = on;
        });
        Ok(())
    }

    /// T21.
    fn pause_unpaid(&mut self) -> Step {
        let longest = self.terms.policy.pause.as_ref().map_or(90, |rules| rules.longest_days);
        let until = self.start_of(add_days(self.today(), i64::from(longest)))?;
        self.drop_open_invoices()?;
        self.d.contract.state = State::Paused { since: self.now, days_left: 0, until, by: Actor::Rail };
        self.event(EventKind::Paused, Actor::Clock);
        self.mail(NoticeKind::Paused, |notice| notice.until = Some(until));
        Ok(())
    }

    pub fn drop_open_invoices(&mut self) -> Step {
        for index in 0..self.d.invoices.len() {
            if self.d.invoices[index].is_open() {
                self.drop_invoice(index, false)?;
            }
        }
        Ok(())
    }

    /// A pause has lasted long enough: the days left are given back, or the next period waits to be paid.
    fn end_pause(&mut self) -> Step {
        let State::Paused { days_left, .. } = self.d.contract.state else { return self.wrong_state("ending a pause") };
        if days_left > 0 {
            return self.give_days_back(Actor::Clock);
        }
        if self.d.open_invoice().is_none() {
            self.open_renewal()?;
        }
        let last = add_days(self.today(), i64::from(self.terms.policy.recovery_days));
        let recovery_until = self.start_of(last)?;
        self.drop_planned()?;
        self.d.contract.state = State::Lapsed { since: self.now, recovery_until };
        self.event(EventKind::Lapsed, Actor::Clock);
        self.mail(NoticeKind::GraceOver, |notice| notice.until = Some(recovery_until));
        Ok(())
    }

    fn plan_debit(&mut self, number: u32) -> Step {
        let index = self.invoice_index(number)?;
        let agenda = Agenda::of(&self.d, self.now, self.terms);
        let (_, not_before) = agenda.debit_at(&self.d.invoices[index]).ok_or(BillingRefusal::NotDue)?;
        self.plan_debit_at(index, not_before)
    }

    pub fn plan_debit_at(&mut self, index: usize, not_before: jiff::Timestamp) -> Step {
        let (number, charge) = (self.d.invoices[index].number, self.d.invoices[index].charge());
        let name = self.d.invoices[index].plan.name.clone();
        let mandate = self.usable_mandate(charge).ok_or(BillingRefusal::NeedsMethod)?;
        let announce = self.terms.rail.needs_predebit.contains(&mandate.facts.mandate.method);
        let way = Way::Debit { mandate: mandate.number, not_before, announce };
        let parameters = BTreeMap::from([(String::from("description"), name)]);
        self.plan(number, way, charge, parameters)?;
        Ok(())
    }

    /// Marks as sent what goes to the rail once that is certain to be stored.
    fn send(&mut self, key: &AttemptKey) -> Step {
        let asks = self.now.checked_add(wait_before(0)).unwrap_or(jiff::Timestamp::MAX);
        let Some(index) = self.attempt_index(key) else { return self.send_setup(key, asks) };
        let attempt = &self.d.attempts[index];
        let amount = attempt.payment.request().amount;
        if let Way::Debit { mandate, .. } = attempt.way {
            // What was right when it was planned need not be any more.
            let usable = self.usable_mandate(amount).is_some_and(|usable| usable.number == mandate);
            if !usable {
                return fail_attempt(&mut self.d.attempts[index], "the mandate is gone", self.now);
            }
        }
        let attempt = &mut self.d.attempts[index];
        attempt.payment = attempt.payment.clone().send(self.now)?;
        attempt.talk = Talk { asked: 0, absent: false, ask_at: Some(asks), ..attempt.talk.clone() };
        let attempt = &self.d.attempts[index];
        self.call = match attempt.way {
            Way::Page => self.d.page_call(attempt).map(Call::OpenPage),
            Way::Debit { .. } => self.d.debit_call(attempt).map(Call::Charge),
            Way::Expected => None,
        };
        Ok(())
    }

    fn send_setup(&mut self, key: &AttemptKey, asks: jiff::Timestamp) -> Step {
        let now = self.now;
        let index = self.d.setups.iter().position(|setup| setup.key == *key).ok_or(BillingRefusal::NoSuch("page"))?;
        let setup = &mut self.d.setups[index];
        setup.state = SetupState::Sent;
        setup.sent_at = Some(now);
        setup.talk.ask_at = Some(asks);
        self.call = self.d.setup_call(&self.d.setups[index]).map(Call::OpenPage);
        Ok(())
    }

    fn send_refund(&mut self, key: &str) -> Step {
        let now = self.now;
        let refund = self.d.refunds.iter_mut().find(|refund| refund.key == key);
        let refund = refund.ok_or(BillingRefusal::NoSuch("refund"))?;
        refund.state = RefundState::Sent { at: now };
        refund.talk.ask_at = Some(now.checked_add(wait_before(0)).unwrap_or(jiff::Timestamp::MAX));
        refund.talk.absent = false;
        self.call = Some(Call::Refund(refund.call()));
        Ok(())
    }

    fn want_closed(&mut self, key: &AttemptKey) -> Step {
        let now = self.now;
        if let Some(index) = self.attempt_index(key) {
            let attempt = &mut self.d.attempts[index];
            if *attempt.payment.state() == AttemptState::Planned {
                return fail_attempt(attempt, "never opened", now);
            }
            attempt.talk.close_at = Some(now);
            return Ok(());
        }
        let setup = self.d.setups.iter_mut().find(|setup| setup.key == *key).ok_or(BillingRefusal::NoSuch("page"))?;
        match setup.state {
            SetupState::Planned => setup.state = SetupState::Failed,
            _ => setup.talk.close_at = Some(now),
        }
        Ok(())
    }

    fn notice(&mut self, kind: NoticeKind, about: u32) -> Step {
        self.noted(kind, about);
        let contract = &self.d.contract;
        let renews_at = match (&contract.paid, &contract.trial) {
            (Some(paid), _) => Some(paid.period.ends),
            (None, Some(trial)) => Some(trial.ends),
            (None, None) => None,
        };
        let days = self.terms.policy.price_notice_days;
        let due = renews_at.map(|at| self.d.next_price(at, days)).transpose()?;
        let open = self.d.open_invoice().map(|invoice| (invoice.plan.clone(), invoice.charge()));
        let (on, due) = (contract.next_renewal(), open.or(due));
        let expires = self.d.mandate.as_ref().and_then(|mandate| mandate.facts.expires);
        let confirmed = self.d.mandate.as_ref().is_some_and(|m| m.facts.state == MandateState::Confirmed);
        self.mail_as(kind, &format!("{about}"), |notice| {
            notice.on = on;
            if let Some((plan, amount)) = due {
                notice.plan = plan;
                notice.amount = Some(amount);
            }
            if kind == NoticeKind::MandateExpiring {
                notice.until = expires;
            }
            if !confirmed {
                notice.note = Some(String::from("no-method"));
            }
        });
        Ok(())
    }
}
