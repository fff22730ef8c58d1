//! Invoices: opened with what is frozen on them, paid, or dropped with everything that was on its way for them.
use jiff::Timestamp;
use jiff::civil::Date;

use super::dossier::{Attempt, Invoice, InvoiceState, Purpose, Service, Setup, SetupState, Stretch, Talk, Way};
use super::work::{Step, Work, add_days, days_between};
use super::{BillingRefusal, Dossier, NoticeKind};
use crate::calendar::{BillingCalendar, BillingPeriod};
use crate::ledger::Entry;
use crate::money::Money;
use crate::payments::{AttemptState, Capture, Failure, FailureKind, Outcome, RailAnswer, settle};
use crate::plans::PlanVersion;
use crate::subscriptions::{Actor, Anchor, EventKind, Paid, PendingPlan, State};

/// What a publisher's change of a running contract needs before it may be charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing: it is in the reader's favour.
    InFavour,
    /// To have been told long enough before.
    NeedsNotice,
    /// The reader's yes.
    NeedsAgreement,
}

impl Dossier {
    /// The invoice that waits for money, if one does.
    pub fn open_invoice(&self) -> Option<&Invoice> {
        self.invoices.iter().rev().find(|invoice| invoice.is_open())
    }

    /// The attempt whose page is, or is being, opened for the open invoice.
    pub fn open_page(&self) -> Option<&Attempt> {
        let number = self.open_invoice()?.number;
        self.attempts.iter().rev().find(|attempt| {
            attempt.payment.period() == number
                && attempt.payment.is_open()
                && attempt.way == Way::Page
                && attempt.talk.close_at.is_none()
        })
    }

    /// The attempt, of whatever invoice, that is with the rail and not decided.
    pub(super) fn in_flight(&self) -> Option<&Attempt> {
        self.attempts
            .iter()
            .find(|attempt| matches!(attempt.payment.state(), AttemptState::Sent | AttemptState::Unknown { .. }))
    }

    /// Whether the change that waits holds for a renewal due at that instant.
    pub(super) fn pending_for(&self, due_at: Timestamp, notice_days: u16) -> Option<&PendingPlan> {
        let pending = self.contract.pending.as_ref()?;
        if pending.agreed || pending.by != Actor::Staff {
            return Some(pending);
        }
        let told_by = add_days(self.contract.zone.date_at(due_at), -i64::from(notice_days));
        let in_time = self.contract.zone.date_at(pending.since) <= told_by;
        match self.change_by_paper(pending) {
            Change::InFavour => Some(pending),
            Change::NeedsNotice => in_time.then_some(pending),
            Change::NeedsAgreement => None,
        }
    }

    /// What a publisher's change needs before it may be charged.
    pub fn change_by_paper(&self, pending: &PendingPlan) -> Change {
        let current = &self.contract.plan;
        // A publisher's change in the reader's favour needs no notice.
        let cheaper = pending.plan.price.currency() == current.price.currency()
            && pending.plan.price.minor() <= current.price.minor()
            && pending.plan.term == current.term
            && pending.plan.benefits.covers(current.benefits);
        let price = pending.plan.price;
        let fits = self.mandate.as_ref().is_none_or(|mandate| {
            mandate
                .facts
                .max_amount
                .is_none_or(|most| most.currency() == price.currency() && price.minor() <= most.minor())
        });
        // Another plan or term is another contract: it needs the reader's yes, as does what the kept mandate does not
        // allow. A new price of the same needs notice.
        let same = pending.plan.code == current.code && pending.plan.term == current.term;
        match (cheaper, same && fits) {
            (true, _) => Change::InFavour,
            (false, true) => Change::NeedsNotice,
            (false, false) => Change::NeedsAgreement,
        }
    }

    /// What the next renewal costs as things stand, and by which plan.
    pub fn next_price(&self, due_at: Timestamp, notice_days: u16) -> Result<(PlanVersion, Money), BillingRefusal> {
        if let Some(pending) = self.pending_for(due_at, notice_days) {
            return Ok((pending.plan.clone(), pending.plan.price));
        }
        let contract = &self.contract;
        Ok((contract.plan.clone(), contract.offer.price(&contract.plan, contract.periods_paid)?))
    }
}

impl Work<'_> {
    /// Opens the next invoice under the next number. Nothing else may be open.
    pub fn open_invoice(&mut self, purpose: Purpose, due_on: Date) -> Result<usize, BillingRefusal> {
        let due_at = self.start_of(due_on)?;
        let (plan, gross) = self.d.next_price(due_at, self.terms.policy.price_notice_days)?;
        let span = if purpose == Purpose::First { self.d.contract.offer.span() } else { 1 };
        self.push_invoice(purpose, plan, (gross, Money::zero(gross.currency())), span, due_on)
    }

    pub fn push_invoice(
        &mut self,
        purpose: Purpose,
        plan: PlanVersion,
        (gross, credit): (Money, Money),
        span: u32,
        due_on: Date,
    ) -> Result<usize, BillingRefusal> {
        let number = self.d.invoices.last().map_or(0, |invoice| invoice.number.saturating_add(1));
        let invoice = Invoice {
            number,
            purpose,
            plan,
            span,
            gross,
            credit,
            rates: self.d.contract.taxes.clone(),
            opened_at: self.now,
            due_at: self.start_of(due_on)?,
            due_on,
            state: InvoiceState::Open,
            grace: None,
            service: None,
            credited: Money::zero(gross.currency()),
            credited_parts: Vec::new(),
        };
        // What cannot be split into its taxes could never be booked: better now than when the money is there.
        invoice.rates.split(invoice.gross)?;
        self.d.invoices.push(invoice);
        Ok(self.d.invoices.len() - 1)
    }

    /// An invoice is no longer to be paid: what was planned for it is dropped, pages are closed, and what was sent is
    /// given back when it is captured.
    pub fn drop_invoice(&mut self, index: usize, uncollectible: bool) -> Step {
        let at = self.now;
        let number = self.d.invoices[index].number;
        self.d.invoices[index].state =
            if uncollectible { InvoiceState::Uncollectible { at } } else { InvoiceState::Void { at } };
        self.drop_attempts(number)
    }

    /// Drops what was planned for an invoice and has its pages closed.
    pub fn drop_attempts(&mut self, number: u32) -> Step {
        let now = self.now;
        for attempt in self.d.attempts.iter_mut().filter(|attempt| attempt.payment.period() == number) {
            match attempt.payment.state() {
                AttemptState::Planned => fail_attempt(attempt, "dropped", now)?,
                AttemptState::Sent | AttemptState::Unknown { .. } if attempt.way == Way::Page => {
                    attempt.talk.close_at.get_or_insert(now);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Drops the pages planned to keep a method, and has the open ones closed: those that `go`.
    pub fn drop_setups(&mut self, go: impl Fn(&Setup) -> bool) {
        for setup in self.d.setups.iter_mut().filter(|setup| go(setup)) {
            match setup.state {
                SetupState::Planned => setup.state = SetupState::Failed,
                SetupState::Sent => {
                    setup.talk.close_at.get_or_insert(self.now);
                }
                SetupState::Done | SetupState::Failed => {}
            }
        }
    }

    /// The period that an invoice pays for, counted from an anchor, and the anchor for the ones after it.
    pub fn period_of(&self, index: usize, anchor: Anchor) -> Result<(BillingPeriod, Anchor), BillingRefusal> {
        let invoice = &self.d.invoices[index];
        let calendar = BillingCalendar {
            anchor: anchor.date,
            anchored_period: invoice.number.saturating_sub(anchor.next),
            zone: self.d.contract.zone.clone(),
            term: invoice.plan.term,
        };
        let first = calendar.period(invoice.number)?;
        let last = calendar.period(invoice.number.saturating_add(invoice.span.saturating_sub(1)))?;
        let after = Anchor { date: anchor.date, next: anchor.next.saturating_add(invoice.span) };
        Ok((BillingPeriod { to: last.to, ends: last.ends, ..first }, after))
    }

    /// Money for an invoice is there: books, document, time and right follow, all counted from `anchor`.
    pub fn pay(&mut self, index: usize, capture: &Capture, anchor: Anchor, kind: EventKind) -> Step {
        // A rail's clock that runs ahead must not keep the reader waiting for what they paid.
        let paid_at = capture.at().min(self.now);
        let changes = self.d.invoices[index].plan != self.d.contract.plan;
        let (period, next) = self.period_of(index, anchor)?;
        self.book_payment(index, capture)?;
        self.lay_service(index, &period, paid_at)?;
        let contract = &mut self.d.contract;
        if changes {
            contract.plan = self.d.invoices[index].plan.clone();
            contract.offer.intro = None;
            contract.offer.coupon = None;
            contract.pending = contract.pending.take().filter(|pending| pending.plan != contract.plan);
        }
        contract.anchor = Some(next);
        contract.paid = Some(Paid { period, paid_at });
        contract.activated_at.get_or_insert(paid_at);
        contract.state = State::Active;
        if changes {
            self.close_outdated_setups();
        }
        self.finish_payment(index, capture, kind)
    }

    /// The entry, and the invoice's own state.
    pub fn book_payment(&mut self, index: usize, capture: &Capture) -> Step {
        let invoice = &mut self.d.invoices[index];
        let entry = Entry::capture_with_credit(capture, invoice.credit, &invoice.rates);
        invoice.state = InvoiceState::Paid { at: self.now, attempt: capture.key().clone() };
        // From here on the paid time itself gives the right.
        if let Some((from, until)) = &mut invoice.grace {
            *until = (*until).min(self.now).max(*from);
        }
        let number = invoice.number;
        self.d.contract.periods_paid = self.d.contract.periods_paid.saturating_add(1);
        self.book(entry)?;
        self.drop_attempts(number)
    }

    pub fn lay_service(&mut self, index: usize, period: &BillingPeriod, since: Timestamp) -> Step {
        let invoice = &mut self.d.invoices[index];
        let net = invoice.rates.split(invoice.gross)?.net;
        invoice.service = Some(Service {
            days: days_between(period.from, period.to),
            stretches: vec![Stretch { from: period.from, to: period.to, free: false, since, cut: None }],
            net,
            recognised: Money::zero(net.currency()),
            recognised_days: 0,
        });
        Ok(())
    }

    /// Document, history and receipt of a payment.
    pub fn finish_payment(&mut self, index: usize, capture: &Capture, kind: EventKind) -> Step {
        self.tax_invoice(index)?;
        self.event_with(kind, Actor::Rail, Some(capture.amount()), Some(capture.key().to_string()));
        let number = self.d.invoices[index].number;
        let (on, until) = (self.d.contract.paid_through(), self.d.contract.access_until());
        self.mail_as(NoticeKind::Receipt, capture.key().as_str(), |notice| {
            notice.amount = Some(capture.amount());
            notice.invoice = Some(number);
            notice.on = on;
            notice.until = until;
        });
        Ok(())
    }
}

/// Closes an attempt of which it is certain that nothing was or will be taken.
pub(super) fn fail_attempt(attempt: &mut Attempt, code: &str, now: Timestamp) -> Step {
    let failure = Failure { kind: FailureKind::Expired, code: code.to_owned() };
    let answer = RailAnswer { key: attempt.payment.key(), at: now, outcome: Outcome::Failed(failure) };
    attempt.payment = settle(attempt.payment.clone(), &answer)?.0;
    attempt.talk = Talk { reference: attempt.talk.reference.take(), ..Talk::default() };
    Ok(())
}
