//! Pausing and going on: the days left are kept, and given back from the day of return.
use super::dossier::Stretch;
use super::work::{Step, Work, add_days, days_between};
use super::{BillingRefusal, NoticeKind};
use crate::calendar::{BillingPeriod, CalendarError};
use crate::payments::MandateState;
use crate::subscriptions::{Actor, Anchor, EventKind, State};

impl Work<'_> {
    /// T20: the running day counts as used; the rest is kept.
    pub fn pause(&mut self, by: Actor) -> Step {
        let rules = self.terms.policy.pause.as_ref().ok_or(BillingRefusal::NotOffered("pausing"))?;
        self.require_chargeable()?;
        let contract = &self.d.contract;
        if contract.state != State::Active || contract.cancellation.is_some() || contract.offer.gift.is_some() {
            return self.wrong_state("pausing");
        }
        if let Some(open) = self.d.in_flight() {
            return Err(BillingRefusal::PaymentOpen(open.payment.key()));
        }
        let (now, today) = (self.now, self.today());
        let year_ago = self.start_of(add_days(today, -365))?;
        let recent = contract.pauses.iter().filter(|began| **began >= year_ago).count();
        if recent >= usize::from(rules.per_year) {
            return Err(BillingRefusal::Limit("this year's pauses are used up; cancel instead, the paid time stays"));
        }
        let tomorrow = add_days(today, 1);
        let days_left = contract.paid_through().map_or(0, |to| days_between(tomorrow, to));
        if days_left == 0 {
            return Err(BillingRefusal::Limit("no whole day is left that could be kept"));
        }
        let until = self.start_of(add_days(today, i64::from(rules.longest_days)))?;
        self.drop_open_invoices()?;
        for service in self.d.invoices.iter_mut().filter_map(|invoice| invoice.service.as_mut()) {
            service.stretches.retain(|stretch| stretch.from < tomorrow);
            for stretch in service.stretches.iter_mut().filter(|stretch| stretch.to >= tomorrow) {
                stretch.to = tomorrow;
                stretch.cut = stretch.cut.or(Some(now));
            }
        }
        self.d.contract.pauses.retain(|began| *began >= year_ago);
        self.d.contract.pauses.push(now);
        self.d.contract.state = State::Paused { since: now, days_left, until, by };
        self.event(EventKind::Paused, by);
        self.mail(NoticeKind::Paused, |notice| notice.until = Some(until));
        Ok(())
    }

    /// T22.
    pub fn resume(&mut self, by: Actor) -> Step {
        let State::Paused { days_left, .. } = self.d.contract.state else { return self.wrong_state("resuming") };
        if days_left > 0 {
            return self.give_days_back(by);
        }
        match self.d.mandate.as_ref().map(|mandate| mandate.facts.state) {
            Some(MandateState::PausedByReader) => return Err(BillingRefusal::PausedElsewhere),
            Some(MandateState::Confirmed) => {}
            _ => return Err(BillingRefusal::NeedsMethod),
        }
        self.require_chargeable()?;
        if self.d.open_invoice().is_none() {
            self.open_renewal()?;
        }
        Ok(())
    }

    /// The days kept by a pause begin today; where they end is the new anchor. On the day of the pause itself the
    /// pause is undone.
    pub fn give_days_back(&mut self, by: Actor) -> Step {
        let State::Paused { days_left, since, .. } = self.d.contract.state else { return self.wrong_state("resuming") };
        let (now, today) = (self.now, self.today());
        let same_day = self.d.contract.zone.date_at(since) == today;
        let first = if same_day { add_days(today, 1) } else { today };
        let (mut day, mut kept) = (first, days_left);
        for service in self.d.invoices.iter_mut().filter_map(|invoice| invoice.service.as_mut()) {
            for stretch in service.stretches.iter_mut().filter(|stretch| same_day && stretch.cut == Some(since)) {
                stretch.cut = None;
            }
            let laid: u32 = service.stretches.iter().filter(|stretch| !stretch.free).map(Stretch::days).sum();
            let open = service.recognised_days < service.days || service.days == 0;
            let rest = if open { service.days.saturating_sub(laid).min(kept) } else { 0 };
            if rest > 0 {
                let to = add_days(day, i64::from(rest));
                service.stretches.push(Stretch { from: day, to, free: false, since: now, cut: None });
                (day, kept) = (to, kept - rest);
            }
        }
        // What is left was given by staff.
        if kept > 0
            && let Some(service) = self.d.invoices.iter_mut().rev().find_map(|invoice| invoice.service.as_mut())
        {
            let to = add_days(day, i64::from(kept));
            service.stretches.push(Stretch { from: day, to, free: true, since: now, cut: None });
            day = to;
        }
        self.move_end(day)?;
        self.d.contract.state = State::Active;
        self.event(EventKind::Resumed, by);
        self.mail(NoticeKind::Resumed, |notice| notice.on = Some(day));
        Ok(())
    }

    /// The paid time ends on another day, from which the next periods are counted.
    pub fn move_end(&mut self, to: jiff::civil::Date) -> Step {
        let ends = self.start_of(to)?;
        let wrong = CalendarError::OutOfRange { anchor: to, period: 0 };
        let paid = self.d.contract.paid.as_mut().ok_or(BillingRefusal::Calendar(wrong))?;
        paid.period = BillingPeriod { to, ends, ..paid.period };
        self.d.contract.anchor = Some(Anchor { date: to, next: 0 });
        if let Some(cancellation) = &mut self.d.contract.cancellation {
            cancellation.cancel_at = to;
        }
        Ok(())
    }
}

impl Stretch {
    fn days(&self) -> u32 {
        days_between(self.from, self.to)
    }
}
