//! What readers ask for: pay, cancel, withdraw, pause, change at renewal, claim.
use std::collections::BTreeMap;

use super::acts::PagePurpose;
use super::dossier::{PageAsk, Setup, SetupState, Talk, Way};
use super::invoicing::Change;
use super::policy::RefundRule;
use super::work::{Step, Work, add_days, portion};
use super::{BillingRefusal, NoticeKind};
use crate::ledger::TaxRates;
use crate::money::Money;
use crate::payments::{AttemptKey, MandateState, MethodKind};
use crate::plans::PlanVersion;
use crate::readers::ReaderId;
use crate::subscriptions::{Actor, Anchor, EndReason, EventKind, Paid, PendingPlan, State, SubscriptionRefusal, Trial};

/// Finished set-ups that are remembered.
const MOST_SETUPS: usize = 10;

impl Work<'_> {
    /// Plans the page on which the reader pays what is open.
    pub fn ask_page(&mut self, parameters: &BTreeMap<String, String>) -> Step {
        self.require_chargeable()?;
        if self.d.open_page().is_some() {
            return Ok(());
        }
        match self.d.contract.state {
            State::Ended { .. } | State::Unclaimed => return self.wrong_state("paying"),
            State::Checkout if self.d.invoices.is_empty() => return Err(BillingRefusal::NeedsMethod),
            State::Paused { days_left: 0, .. } if self.d.open_invoice().is_none() => {
                self.open_renewal()?;
            }
            _ => {}
        }
        let Some(invoice) = self.d.open_invoice() else { return Err(BillingRefusal::NothingToPay(self.d.contract.id)) };
        let (number, charge) = (invoice.number, invoice.charge());
        self.page_for(number, charge, parameters)
    }

    pub fn page_for(&mut self, number: u32, charge: Money, parameters: &BTreeMap<String, String>) -> Step {
        self.drop_planned()?;
        let first = self.d.contract.activated_at.is_none();
        let purpose = if first { PagePurpose::FirstPayment } else { PagePurpose::PayNow };
        let index = self.plan(number, Way::Page, charge, parameters.clone())?;
        let ask = self.d.page_ask(purpose, charge, self.now, self.terms);
        self.d.attempts[index].talk.ask = Some(ask);
        Ok(())
    }

    /// Plans the page on which the reader only keeps a method.
    pub fn keep_method(&mut self, parameters: &BTreeMap<String, String>) -> Step {
        let trial = self.d.contract.offer.trial_days.is_some();
        match self.d.contract.state {
            State::Ended { .. } | State::Unclaimed => return self.wrong_state("keeping a method"),
            State::Checkout if !trial => return self.wrong_state("keeping a method"),
            // It would be charged at once, on a page that says that nothing is: who owes pays, and the method is kept.
            State::PastDue { .. } | State::Lapsed { .. } | State::Paused { days_left: 0, .. } => {
                return Err(BillingRefusal::PayFirst);
            }
            _ => {}
        }
        self.close_outdated_setups();
        let open = |setup: &Setup| matches!(setup.state, SetupState::Planned | SetupState::Sent);
        if self.d.setups.iter().any(|setup| open(setup) && setup.talk.close_at.is_none()) {
            return Ok(());
        }
        let number = self.d.setups.last().map_or(1, |setup| setup.number.saturating_add(1));
        let surplus = self.d.setups.len().saturating_sub(MOST_SETUPS);
        let mut drop = surplus;
        self.d.setups.retain(|setup| {
            let keep = open(setup) || drop == 0;
            drop -= usize::from(!keep);
            keep
        });
        let price = self.d.coming_price();
        let ask = self.d.page_ask(PagePurpose::MethodOnly, price, self.now, self.terms);
        let taken = self.terms.rail.method_only_amount.filter(|amount| amount.currency() == price.currency());
        self.d.setups.push(Setup {
            number,
            key: AttemptKey::from_text(&format!("sub-{}-m{number}", self.d.contract.id.0)),
            amount: taken.unwrap_or(Money::zero(price.currency())),
            parameters: parameters.clone(),
            planned_at: self.now,
            sent_at: None,
            state: SetupState::Planned,
            talk: Talk { ask: Some(ask), ..Talk::default() },
        });
        Ok(())
    }

    /// Closes the pages to keep a method that ask for another permission than is wanted now: a lower one, allowed there, would take the place of the kept
    /// method and fail at the renewal.
    pub fn close_outdated_setups(&mut self) {
        let ask = self.d.page_ask(PagePurpose::MethodOnly, self.d.coming_price(), self.now, self.terms);
        let said = |ask: Option<&PageAsk>| {
            ask.and_then(|ask| ask.mandate.as_ref()).map(|wish| (wish.max_amount, wish.term_months))
        };
        let wanted = said(Some(&ask));
        self.drop_setups(|setup| said(setup.talk.ask.as_ref()) != wanted);
    }

    /// T3: the method is kept, the free days begin.
    pub fn start_trial(&mut self) -> Step {
        let contract = &self.d.contract;
        if self.terms.other_live.is_some_and(|other| other != contract.id) {
            return self.end_as(EventKind::Superseded, EndReason::Superseded, Actor::Rail, None);
        }
        let days = contract.offer.trial_days.unwrap_or(0);
        let to = add_days(self.today(), i64::from(days));
        let ends = self.start_of(to)?;
        let started = self.now;
        self.d.contract.trial = Some(Trial { started, to, ends });
        self.d.contract.state = State::Trial;
        self.d.contract.activated_at = Some(started);
        self.event(EventKind::TrialStarted, Actor::Rail);
        self.mail(NoticeKind::TrialStarted, |notice| notice.on = Some(to));
        Ok(())
    }

    /// Another plan was chosen before paying.
    pub fn supersede(&mut self) -> Step {
        if self.d.contract.state != State::Checkout {
            return self.wrong_state("choosing another plan");
        }
        self.end_as(EventKind::Superseded, EndReason::Superseded, Actor::Reader, None)
    }

    /// T15, T7. From here on nothing is sent that takes money.
    pub fn cancel(&mut self, by: Actor) -> Step {
        let contract = &self.d.contract;
        if contract.cancellation.is_some() && !matches!(contract.state, State::Ended { .. }) {
            return Err(BillingRefusal::AlreadyCancelled(contract.id));
        }
        let cancel_at = match &contract.state {
            State::Trial => contract.trial.as_ref().map(|trial| trial.to),
            State::Active => contract.paid_through(),
            State::PastDue { .. } => Some(self.today()),
            State::Lapsed { .. } | State::Paused { days_left: 0, .. } => {
                self.record_cancellation(self.today(), by);
                self.end(EndReason::ReaderCancelled, by, None)?;
                return self.tell_cancelled(by);
            }
            State::Paused { .. } => {
                self.give_days_back(by)?;
                self.d.contract.paid_through()
            }
            State::Checkout | State::Unclaimed | State::Ended { .. } => None,
        };
        let Some(cancel_at) = cancel_at else { return self.wrong_state("cancelling") };
        self.record_cancellation(cancel_at, by);
        self.d.contract.pending = None;
        self.drop_open_invoices()?;
        // Where a bank announces debits, a permission left standing frightens the reader; a card is kept, so that the
        // cancellation can be taken back.
        let announced = self
            .d
            .method()
            .is_some_and(|method| method == MethodKind::Upi || self.terms.rail.needs_predebit.contains(&method));
        if announced {
            self.retire_mandate();
        }
        self.tell_cancelled(by)
    }

    fn tell_cancelled(&mut self, by: Actor) -> Step {
        self.event(EventKind::Cancelled, by);
        let ends = self.d.contract.cancellation.as_ref().map(|cancellation| cancellation.cancel_at);
        let (on, until) = (ends.or_else(|| self.d.contract.paid_through()), self.d.contract.cancels_at());
        self.mail(NoticeKind::Cancelled, |notice| {
            notice.on = on;
            notice.until = until;
        });
        Ok(())
    }

    /// T16.
    pub fn take_cancel_back(&mut self, by: Actor) -> Step {
        let contract = &self.d.contract;
        if !matches!(contract.state, State::Trial | State::Active) {
            return self.wrong_state("taking a cancellation back");
        }
        let ends = contract.cancels_at().ok_or(BillingRefusal::NotCancelled(contract.id))?;
        if self.now >= ends {
            return Err(BillingRefusal::TooLate(ends));
        }
        match self.d.mandate.as_ref().map(|mandate| mandate.facts.state) {
            // Who never kept a method pays by a link at each renewal.
            None | Some(MandateState::Confirmed) => {}
            Some(MandateState::PausedByReader) => return Err(BillingRefusal::PausedElsewhere),
            Some(_) => return Err(BillingRefusal::NeedsMethod),
        }
        self.d.contract.cancellation = None;
        self.event(EventKind::CancelTakenBack, by);
        let on = self.d.contract.next_renewal();
        self.mail(NoticeKind::CancelTakenBack, |notice| notice.on = on);
        Ok(())
    }

    /// T18: access ends now and the money goes back, all of it unless the reader had asked to begin at once.
    pub fn withdraw(&mut self) -> Step {
        let contract = &self.d.contract;
        if matches!(contract.state, State::Checkout | State::Ended { .. }) {
            return self.wrong_state("withdrawing");
        }
        let began = contract.zone.date_at(contract.activated_at.unwrap_or(contract.opened_at));
        let last = add_days(began, i64::from(self.terms.policy.withdrawal_days));
        if self.today() > last {
            return Err(BillingRefusal::TooLate(self.start_of(add_days(last, 1))?));
        }
        let keeps_days = self.terms.policy.withdrawal_refund == RefundRule::ProRata && contract.consent.begin_at_once;
        let rule = if keeps_days { RefundRule::ProRata } else { RefundRule::Full };
        let back = self.refund_by_rule(rule, "withdrawal", Actor::Reader, true)?;
        self.end(EndReason::Withdrawn, Actor::Reader, None)?;
        self.mail(NoticeKind::WithdrawalReceived, |notice| notice.amount = Some(back));
        Ok(())
    }

    /// Gives back what a rule says: of all invoices, or of those with days still to come.
    pub fn refund_by_rule(
        &mut self,
        rule: RefundRule,
        why: &str,
        by: Actor,
        all: bool,
    ) -> Result<Money, BillingRefusal> {
        self.recognise()?;
        let tomorrow = add_days(self.today(), 1);
        let mut sum = Money::zero(self.d.contract.plan.price.currency());
        let numbers: Vec<u32> = self.d.invoices.iter().rev().map(|invoice| invoice.number).collect();
        for number in numbers {
            let invoice = &self.d.invoices[self.invoice_index(number)?];
            let Some(service) = &invoice.service else { continue };
            let left = service.days.saturating_sub(service.served(tomorrow));
            let unclaimed = service.days == 0;
            if !all && left == 0 && !unclaimed {
                continue;
            }
            let most = self.d.returnable(number).unwrap_or(sum);
            let amount = match rule {
                RefundRule::Nothing => 0,
                RefundRule::ProRata if !unclaimed => {
                    portion(invoice.gross.minor(), left, service.days).min(most.minor())
                }
                RefundRule::ProRata | RefundRule::Full => most.minor(),
            };
            if amount > 0 && most.currency() == sum.currency() {
                let amount = Money::new(amount, most.currency());
                self.refund_invoice(number, amount, why, by)?;
                sum = sum.checked_add(amount)?;
            }
        }
        Ok(sum)
    }

    /// T24: the reader's wish, or the publisher's price change with notice.
    pub fn change_at_renewal(&mut self, plan: &PlanVersion, by: Actor) -> Step {
        let contract = &self.d.contract;
        if !matches!(contract.state, State::Trial | State::Active | State::PastDue { .. } | State::Paused { .. })
            || contract.cancellation.is_some()
            || contract.offer.gift.is_some()
        {
            return self.wrong_state("changing the plan");
        }
        self.require_plan(plan)?;
        if by == Actor::Reader && self.d.open_invoice().is_some() {
            return Err(BillingRefusal::BadPlan(
                "a payment is open; finish it, or wait until it is over, at most an hour for a page",
            ));
        }
        let agreed = by == Actor::Reader;
        // A second click is no second wish, and needs no second mail.
        let waits = self.d.contract.pending.as_ref();
        if agreed && waits.is_some_and(|pending| pending.by == by && pending.plan == *plan) {
            return Ok(());
        }
        self.d.contract.pending = Some(PendingPlan { plan: plan.clone(), since: self.now, by, agreed });
        self.close_outdated_setups();
        self.event(EventKind::ChangePlanned, by);
        let on = self.d.contract.next_renewal();
        let kind = if agreed { NoticeKind::PlanWillChange } else { NoticeKind::PriceChange };
        // Told too late for the next renewal, it holds from the first one after the time of notice.
        let due_at = on.and_then(|day| self.start_of(day).ok()).unwrap_or(self.now);
        let holds = self.d.pending_for(due_at, self.terms.policy.price_notice_days).is_some();
        let waits = self.d.contract.pending.as_ref().map(|pending| self.d.change_by_paper(pending));
        let notice_over = add_days(self.today(), i64::from(self.terms.policy.price_notice_days));
        let until = self.start_of(notice_over).ok();
        self.mail(kind, |notice| {
            notice.plan = plan.clone();
            notice.amount = Some(plan.price);
            notice.on = on.filter(|_| agreed || holds);
            notice.until = until.filter(|_| !agreed);
            if !agreed {
                notice.by_itself = waits != Some(Change::NeedsAgreement);
            }
        });
        Ok(())
    }

    /// A plan that this contract can change to on this rail.
    pub fn require_plan(&self, plan: &PlanVersion) -> Step {
        let current = &self.d.contract.plan;
        if plan == current {
            return Err(BillingRefusal::BadPlan("that is the plan already"));
        }
        if plan.price.currency() != current.price.currency() {
            return Err(BillingRefusal::BadPlan("that plan is sold in another currency; end this one and begin anew"));
        }
        if !plan.price.is_positive() || self.d.contract.taxes.split(plan.price).is_err() {
            return Err(BillingRefusal::BadPlan("that plan's price cannot be charged"));
        }
        let longest = self.terms.rail.max_interval_months;
        if longest.is_some_and(|most| plan.term.months().get() > most) {
            return Err(BillingRefusal::BadPlan("the payment rail cannot renew so long a term; offer a shorter one"));
        }
        Ok(())
    }

    /// The reader agrees to the publisher's change that waits.
    pub fn agree_to_change(&mut self) -> Step {
        let pending = self.d.contract.pending.as_mut().ok_or(BillingRefusal::NoSuch("waiting change"))?;
        pending.agreed = true;
        self.event(EventKind::ChangePlanned, Actor::Reader);
        Ok(())
    }

    pub fn drop_change(&mut self, by: Actor) -> Step {
        let pending = self.d.contract.pending.as_ref().ok_or(BillingRefusal::NoSuch("waiting change"))?;
        if pending.by == Actor::Staff && by == Actor::Reader {
            return Err(BillingRefusal::BadPlan(
                "the paper's own change cannot be dropped; cancel, or change the plan",
            ));
        }
        self.d.contract.pending = None;
        self.close_outdated_setups();
        self.event(EventKind::ChangeDropped, by);
        Ok(())
    }

    /// A gift is claimed: its time begins today.
    pub fn claim(&mut self, reader: ReaderId) -> Step {
        if self.d.contract.state != State::Unclaimed {
            return self.wrong_state("claiming");
        }
        self.require_chargeable()?;
        if let Some(live) = self.terms.other_live {
            return Err(SubscriptionRefusal::AlreadyLive(live).into());
        }
        let (period, next) = self.period_of(0, Anchor { date: self.today(), next: 0 })?;
        self.lay_service(0, &period, self.now)?;
        let contract = &mut self.d.contract;
        contract.beneficiary = Some(reader);
        contract.anchor = Some(next);
        contract.paid = Some(Paid { period, paid_at: self.now });
        contract.state = State::Active;
        self.event(EventKind::GiftClaimed, Actor::Reader);
        self.mail_as(NoticeKind::GiftClaimed, "buyer", |notice| notice.on = Some(period.to));
        self.mail_as(NoticeKind::GiftClaimed, "reader", |notice| {
            notice.reader = reader;
            notice.on = Some(period.to);
            notice.method = None;
        });
        Ok(())
    }

    /// The reader lives elsewhere now: the next invoice has that place's taxes.
    pub fn moved(&mut self, taxes: &TaxRates) -> Step {
        taxes.split(self.d.contract.plan.price)?;
        self.d.contract.taxes = taxes.clone();
        Ok(())
    }
}
