//! Money that was certainly taken, and what it leads to: one routine, whoever tells of it and in whatever order.
use super::dossier::{InvoiceState, Purpose, Service};
use super::work::{Step, Work, add_days};
use super::{Dossier, NoticeKind};
use crate::money::Money;
use crate::payments::Capture;
use crate::subscriptions::{Actor, Anchor, EndReason, EventKind, State};

/// What a capture does to a contract as it stands.
enum Use {
    First,
    Late,
    Renewal,
    Revival,
    Change { from: u32 },
    Back(&'static str),
}

impl Dossier {
    fn use_of(&self, index: usize, now: jiff::Timestamp, recovery_days: u16, other_live: bool) -> Use {
        let invoice = &self.invoices[index];
        match invoice.state {
            InvoiceState::Paid { .. } => return Use::Back("the period is already paid"),
            InvoiceState::Void { .. } => return Use::Back("the invoice was withdrawn before the money came"),
            InvoiceState::Open | InvoiceState::Uncollectible { .. } => {}
        }
        let fits_reader = !other_live || self.contract.offer.gift.is_some();
        match &self.contract.state {
            State::Checkout if fits_reader => Use::First,
            State::Ended { reason: EndReason::Nonpayment | EndReason::Superseded, .. }
                if fits_reader && self.contract.activated_at.is_none() =>
            {
                Use::Late
            }
            State::Checkout | State::Ended { .. } if !fits_reader => Use::Back("the reader has another contract"),
            State::Ended { reason: EndReason::Nonpayment, at } => {
                let zone = &self.contract.zone;
                let last = add_days(zone.date_at(*at), i64::from(recovery_days));
                if zone.date_at(now) <= last { Use::Revival } else { Use::Back("the contract ended too long ago") }
            }
            State::Ended { .. } | State::Checkout => Use::Back("the contract has ended"),
            State::Unclaimed => Use::Back("the gift is already paid"),
            State::Active | State::PastDue { .. } | State::Trial => match invoice.purpose {
                Purpose::Change { from } => Use::Change { from },
                _ => Use::Renewal,
            },
            State::Lapsed { .. } => Use::Revival,
            State::Paused { days_left: 0, .. } => Use::Revival,
            State::Paused { .. } => Use::Back("the contract is paused"),
        }
    }
}

impl Work<'_> {
    /// Applies a capture: T2, T5, T6, T9, T11, T13, T22, T23, T30.
    pub fn captured(&mut self, capture: &Capture) -> Step {
        let index = self.invoice_index(capture.period())?;
        let other_live = self.terms.other_live.is_some_and(|other| other != self.d.contract.id);
        match self.d.use_of(index, self.now, self.terms.policy.recovery_days, other_live) {
            Use::First => self.first_payment(index, capture, false),
            Use::Late => self.first_payment(index, capture, true),
            Use::Renewal => self.renewal(index, capture),
            Use::Revival => {
                let was_paused = matches!(self.d.contract.state, State::Paused { .. });
                let kind = if was_paused { EventKind::Resumed } else { EventKind::Revived };
                self.d.contract.cancellation = None;
                let anchor = Anchor { date: self.today(), next: 0 };
                self.pay(index, capture, anchor, kind)?;
                if was_paused {
                    let on = self.d.contract.paid_through();
                    self.mail(NoticeKind::Resumed, |notice| notice.on = on);
                }
                Ok(())
            }
            Use::Change { from } => self.change_paid(index, from, capture),
            Use::Back(why) => self.give_back(capture.key(), capture.rail(), capture.reference(), capture.amount(), why),
        }
    }

    /// T2, and T5 where the money came late: blocked days are not sold.
    fn first_payment(&mut self, index: usize, capture: &Capture, late: bool) -> Step {
        let paid_at = capture.at().min(self.now).max(self.d.contract.opened_at);
        let date = if late { self.today() } else { self.d.contract.zone.date_at(paid_at) };
        if self.d.contract.offer.gift.is_some() {
            return self.gift_paid(index, capture);
        }
        let kind = if late { EventKind::ActivatedLate } else { EventKind::Activated };
        self.pay(index, capture, Anchor { date, next: 0 }, kind)
    }

    /// A gift is paid: its time begins when it is claimed.
    fn gift_paid(&mut self, index: usize, capture: &Capture) -> Step {
        self.book_payment(index, capture)?;
        let invoice = &mut self.d.invoices[index];
        let net = invoice.rates.split(invoice.gross)?.net;
        let recognised = Money::zero(net.currency());
        invoice.service = Some(Service { days: 0, stretches: Vec::new(), net, recognised, recognised_days: 0 });
        self.d.contract.state = State::Unclaimed;
        self.d.contract.activated_at = Some(capture.at().min(self.now));
        self.finish_payment(index, capture, EventKind::GiftBought)?;
        let amount = capture.amount();
        self.mail(NoticeKind::GiftBought, |notice| notice.amount = Some(amount));
        Ok(())
    }

    /// T6, T9, T11: the next period begins where the last one, or the trial, ended, as long as access went on; what is
    /// paid after access was off begins today.
    fn renewal(&mut self, index: usize, capture: &Capture) -> Step {
        // Where all rounds were down, nobody has said yet that it is past due.
        let access_ended = match &self.d.contract.state {
            State::PastDue { grace_until, .. } => *grace_until,
            _ => self.grace_until(self.d.invoices[index].due_on)?,
        };
        let contract = &self.d.contract;
        let gap = self.now >= access_ended && self.today() > self.d.invoices[index].due_on;
        let same_term = self.d.invoices[index].plan.term == contract.plan.term;
        let trial_ends = contract.trial.as_ref().filter(|_| contract.paid.is_none()).map(|trial| trial.to);
        let (anchor, kind) = match (trial_ends, contract.paid_through(), contract.anchor) {
            _ if gap => (Anchor { date: self.today(), next: 0 }, EventKind::Revived),
            (Some(date), ..) => (Anchor { date, next: 0 }, EventKind::Converted),
            (None, _, Some(anchor)) if same_term => (anchor, EventKind::Renewed),
            (None, Some(date), _) => (Anchor { date, next: 0 }, EventKind::Renewed),
            (None, None, _) => (Anchor { date: self.today(), next: 0 }, EventKind::Renewed),
        };
        let changes = self.d.invoices[index].plan != self.d.contract.plan;
        self.pay(index, capture, anchor, kind)?;
        if changes {
            self.event(EventKind::PlanChanged, Actor::Clock);
            self.mail(NoticeKind::PlanChanged, |_| {});
        }
        Ok(())
    }
}
