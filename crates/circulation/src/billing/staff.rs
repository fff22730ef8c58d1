//! What staff does, each with a reason for the history: refund, extend, end, park and release.
use super::dossier::{RefundState, Stretch};
use super::invoicing::fail_attempt;
use super::policy::RefundRule;
use super::work::{Step, Work, add_days};
use super::{BillingRefusal, NoticeKind};
use crate::benefits::{Benefits, Grant, GrantSource};
use crate::money::Money;
use crate::readers::ReaderId;
use crate::subscriptions::{Actor, EndReason, EventKind, State};
use jiff::Timestamp;

/// A right given by staff without a contract: complimentary copies, colleagues, apologies. `number` makes its reference
/// unique in the paper. Billing never takes it away.
///
/// # Errors
/// [`BillingRefusal::ReasonRequired`], or an end that is not after the start.
pub fn complimentary(
    reader: ReaderId,
    benefits: Benefits,
    (starts_at, ends_at): (Timestamp, Option<Timestamp>),
    number: i64,
    reason: &str,
) -> Result<(ReaderId, Grant), BillingRefusal> {
    require_reason(reason)?;
    if benefits.is_empty() || ends_at.is_some_and(|end| end <= starts_at) {
        return Err(BillingRefusal::Limit("a complimentary right needs benefits and an end after its start"));
    }
    let reference = format!("staff-{number}");
    Ok((reader, Grant { benefits, source: GrantSource::Staff, starts_at, ends_at, reference }))
}

fn require_reason(reason: &str) -> Step {
    if reason.trim().is_empty() { Err(BillingRefusal::ReasonRequired) } else { Ok(()) }
}

impl Work<'_> {
    /// T19. The whole of the running period ends the contract; the whole of one that has not begun ends it before that.
    pub fn staff_refund(&mut self, number: u32, amount: Option<Money>, reason: &str) -> Step {
        require_reason(reason)?;
        let index = self.invoice_index(number)?;
        if self.d.invoices[index].paid_by().is_none() {
            return Err(BillingRefusal::NoSuch("paid invoice"));
        }
        let whole = self.d.returnable(number).unwrap_or(self.d.invoices[index].uncredited());
        self.recognise()?;
        self.refund_invoice(number, amount.unwrap_or(whole), reason, Actor::Staff)?;
        let running = self.d.contract.paid.as_ref().is_some_and(|paid| paid.period.number == number);
        let live = !matches!(self.d.contract.state, State::Ended { .. });
        if !live || !self.d.invoices[index].uncredited().is_zero() {
            return Ok(());
        }
        let service = self.d.invoices[index].service.as_mut();
        let begins = service.as_ref().and_then(|service| service.stretches.first()).map(|stretch| stretch.from);
        match (begins, service) {
            (Some(from), Some(service)) if running && from > self.d.contract.zone.date_at(self.now) => {
                service.stretches.clear();
                service.recognised_days = service.days;
                self.record_cancellation(from, Actor::Staff);
                self.move_end(from)?;
                self.drop_open_invoices()?;
                self.event_with(EventKind::Cancelled, Actor::Staff, None, Some(reason.to_owned()));
                self.mail(NoticeKind::Cancelled, |notice| notice.on = Some(from));
                Ok(())
            }
            _ if running || self.d.contract.state == State::Unclaimed => {
                self.end(EndReason::Refunded, Actor::Staff, Some(reason.to_owned()))?;
                self.mail(NoticeKind::Ended, |_| {});
                Ok(())
            }
            _ => Ok(()),
        }
    }

    pub fn retry_refund(&mut self, key: &str, reason: &str) -> Step {
        require_reason(reason)?;
        let old = self.failed_refund(key)?;
        let refund = self.d.refunds[old].clone();
        self.d.refunds[old].state = RefundState::Replaced;
        self.promise_again(&refund, reason);
        Ok(())
    }

    pub fn refunded_by_bank(&mut self, key: &str, reason: &str) -> Step {
        require_reason(reason)?;
        let index = self.failed_refund(key)?;
        let amount = self.d.refunds[index].amount;
        self.d.refunds[index].state = RefundState::Succeeded { at: self.now };
        self.refund_paid(key, None, amount, Actor::Staff)
    }

    fn failed_refund(&self, key: &str) -> Result<usize, BillingRefusal> {
        let failed = self
            .d
            .refunds
            .iter()
            .position(|refund| refund.key == key && matches!(refund.state, RefundState::Failed { .. }));
        failed.ok_or(BillingRefusal::NoSuch("failed refund"))
    }

    /// Days are added at the end of the paid time; the next periods are counted from there.
    pub fn extend(&mut self, days: u16, reason: &str) -> Step {
        require_reason(reason)?;
        if !(1..=366).contains(&days) {
            return Err(BillingRefusal::Limit("1 to 366 days can be added at a time"));
        }
        if self.d.contract.state != State::Active {
            return self.wrong_state("adding days");
        }
        if let Some(open) = self.d.in_flight() {
            return Err(BillingRefusal::PaymentOpen(open.payment.key()));
        }
        let Some(from) = self.d.contract.paid_through() else { return self.wrong_state("adding days") };
        let to = add_days(from, i64::from(days));
        self.drop_open_invoices()?;
        let since = self.now;
        if let Some(service) = self.d.invoices.iter_mut().rev().find_map(|invoice| invoice.service.as_mut()) {
            service.stretches.push(Stretch { from, to, free: true, since, cut: None });
        }
        self.move_end(to)?;
        self.event_with(EventKind::Extended, Actor::Staff, None, Some(format!("{days} days: {reason}")));
        self.mail(NoticeKind::Extended, |notice| notice.on = Some(to));
        Ok(())
    }

    /// T28.
    pub fn staff_end(&mut self, refund: RefundRule, reason: &str) -> Step {
        require_reason(reason)?;
        if matches!(self.d.contract.state, State::Ended { .. }) {
            return self.wrong_state("ending");
        }
        let back = self.refund_by_rule(refund, reason, Actor::Staff, false)?;
        self.end(EndReason::Staff, Actor::Staff, Some(reason.to_owned()))?;
        self.mail(NoticeKind::Ended, |notice| {
            notice.amount = Some(back).filter(|back| !back.is_zero());
            notice.note = Some(reason.to_owned());
        });
        Ok(())
    }

    /// A person has looked: what belongs to nobody goes back, and work goes on.
    pub fn release(&mut self, reason: &str) -> Step {
        require_reason(reason)?;
        if self.d.contract.parked.take().is_none() {
            return self.wrong_state("releasing");
        }
        let now = self.now;
        let waiting: Vec<_> = self.d.strays.iter().filter(|stray| !stray.returning).cloned().collect();
        for stray in waiting {
            self.return_stray(stray.rail, &stray.payment, stray.amount, "released", Actor::Staff)?;
            for known in self.d.strays.iter_mut().filter(|known| known.payment == stray.payment) {
                known.returning = true;
            }
            for attempt in self.d.attempts.iter_mut().filter(|attempt| attempt.payment.key() == stray.key) {
                if attempt.payment.is_open() {
                    fail_attempt(attempt, "set aside", now)?;
                }
            }
        }
        self.event_with(EventKind::Released, Actor::Staff, None, Some(reason.to_owned()));
        Ok(())
    }
}
