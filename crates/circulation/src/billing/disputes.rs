//! What the rail does of its own accord: captures by its own schedule, and disputes.
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::dossier::{Dispute, Purpose, RefundState, Way};
use super::work::{Step, Work};
use super::{BillingRefusal, NoticeKind};
use crate::ledger::Entry;
use crate::money::Money;
use crate::payments::{AttemptKey, DisputeState, Failure, Outcome, RailAnswer, Told};
use crate::subscriptions::{Actor, EndReason, EventKind, Hold, State};

impl Work<'_> {
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
        // Money is never refused: what cannot be used while another payment is on its way goes back.
        if self.d.in_flight().is_some() {
            return stray(self, "another payment is on its way");
        }
        self.drop_planned()?;
        let number = match self.d.open_invoice().map(|invoice| invoice.number) {
            Some(number) => number,
            None if self.d.contract.state == State::Active && self.d.contract.next_renewal().is_some() => {
                let due_on = self.d.contract.paid_through().unwrap_or_else(|| self.today());
                let index = self.open_invoice(Purpose::Renewal, due_on)?;
                self.d.invoices[index].number
            }
            None => return stray(self, "nothing was to be paid"),
        };
        let charge = self.d.invoices[self.invoice_index(number)?].charge();
        let index = self.plan(number, Way::Expected, charge, BTreeMap::new())?;
        let attempt = &mut self.d.attempts[index];
        attempt.payment = attempt.payment.clone().send(self.now)?;
        let outcome = Outcome::Captured { reference: reference.to_owned(), amount };
        let answer = RailAnswer { key: attempt.payment.key(), at, outcome };
        self.attempt_told(index, &Told::only(answer))
    }

    pub fn provider_failed(&mut self, failure: &Failure, at: Timestamp) -> Step {
        let number = self.d.open_invoice().map(|invoice| invoice.number);
        let number = number.ok_or(BillingRefusal::NothingToPay(self.d.contract.id))?;
        let charge = self.d.invoices[self.invoice_index(number)?].charge();
        let index = self.plan(number, Way::Expected, charge, BTreeMap::new())?;
        let key = self.d.attempts[index].payment.key();
        let answer = RailAnswer { key, at, outcome: Outcome::Failed(failure.clone()) };
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
}
