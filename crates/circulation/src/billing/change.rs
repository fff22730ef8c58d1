//! A dearer plan at once (T23): unused days are credited, and the rest is charged.
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::dossier::{Purpose, Stretch};
use super::work::{Step, Work, add_days, days_between, portion};
use super::{BillingRefusal, Dossier, NoticeKind, Quote, Terms};
use crate::calendar::BillingCalendar;
use crate::ledger::Entry;
use crate::money::Money;
use crate::payments::Capture;
use crate::plans::PlanVersion;
use crate::subscriptions::{Anchor, EventKind, State};

/// What a change of plan at once would cost today, to be shown before it is asked for (T23). Whole local days; today
/// counts as used; the credit is cut to the minor unit and never more than was paid and is still there.
///
/// # Errors
/// The contract stands where no plan can be changed, the plan does not fit, or it is no upgrade.
pub fn quote_change(
    dossier: &Dossier,
    plan: &PlanVersion,
    now: Timestamp,
    terms: &Terms,
) -> Result<Quote, BillingRefusal> {
    Work::new(dossier.clone(), now, terms).quote(plan)
}

impl Work<'_> {
    fn quote(&self, plan: &PlanVersion) -> Result<Quote, BillingRefusal> {
        if !self.terms.policy.change_now {
            return Err(BillingRefusal::NotOffered("changing the plan at once"));
        }
        self.require_chargeable()?;
        let contract = &self.d.contract;
        if contract.state != State::Active || contract.cancellation.is_some() || contract.is_last_period() {
            return self.wrong_state("changing the plan at once");
        }
        self.require_plan(plan)?;
        if let Some(open) = self.d.attempts.iter().find(|attempt| attempt.payment.is_open()) {
            return Err(BillingRefusal::PaymentOpen(open.payment.key()));
        }
        let Some(paid) = &contract.paid else { return self.wrong_state("changing the plan at once") };
        let from = paid.period.number;
        let invoice = &self.d.invoices[self.invoice_index(from)?];
        let Some(service) = &invoice.service else { return self.wrong_state("changing the plan at once") };
        let (today, tomorrow) = (self.today(), add_days(self.today(), 1));
        if service.stretches.first().is_none_or(|stretch| stretch.from > today) {
            return Err(BillingRefusal::BadPlan("the next period is paid already; change at the renewal after it"));
        }
        let days_left = service.days.saturating_sub(service.served(tomorrow));
        let worth = portion(invoice.gross.minor(), days_left, service.days);
        let most = self.d.returnable(from).map_or(0, Money::minor);
        let credit = Money::new(worth.min(most), invoice.gross.currency());
        let charge = plan.price.checked_sub(credit)?;
        if !charge.is_positive() {
            return Err(BillingRefusal::NoUpgrade);
        }
        let calendar = BillingCalendar::new(today, contract.zone.clone(), plan.term);
        Ok(Quote {
            from,
            days_left,
            days: service.days,
            credit,
            price: plan.price,
            charge,
            paid_through: calendar.first_day(1)?,
        })
    }

    /// Plans the net charge: by the mandate where it allows another amount, else on a page that also asks for a new
    /// mandate. Nothing changes until the money is there.
    pub fn change_now(&mut self, plan: &PlanVersion, parameters: &BTreeMap<String, String>) -> Step {
        let quote = self.quote(plan)?;
        let amounts = (quote.price, quote.credit);
        let today = self.today();
        // A change that was begun and not paid has its own day's price.
        self.drop_open_invoices()?;
        let purpose = Purpose::Change { from: quote.from };
        let index = self.push_invoice(purpose, plan.clone(), amounts, 1, today)?;
        let method = self.d.method();
        let changeable = method.is_some_and(|method| self.terms.rail.can_change_amount.contains(&method));
        let covers = self.usable_mandate(quote.charge).is_some() && self.usable_mandate(quote.price).is_some();
        if changeable && covers {
            return self.plan_debit_at(index, self.now);
        }
        let number = self.d.invoices[index].number;
        self.page_for(number, quote.charge, parameters)
    }

    /// The net is there: the old invoice is credited, the new one is paid, and counting begins anew today.
    pub fn change_paid(&mut self, index: usize, from: u32, capture: &Capture) -> Step {
        let old = self.invoice_index(from)?;
        let credit = self.d.invoices[index].credit;
        let too_much = self.d.returnable(from).is_none_or(|most| credit.minor() > most.minor());
        if too_much || self.d.contract.state != State::Active {
            self.drop_invoice(index, false)?;
            let why = "the contract changed before the money came";
            return self.give_back(capture.key(), capture.rail(), capture.reference(), capture.amount(), why);
        }
        self.recognise()?;
        let key = format!("sub-{}-p{}-credit", self.d.contract.id.0, self.d.invoices[index].number);
        if credit.is_positive() {
            let (reversal, split) = self.d.invoices[old].take_back(credit)?;
            self.book(Entry::credit_issued(&key, credit, reversal, self.now))?;
            self.credit_note(old, &key, credit, split, "change of plan")?;
        }
        self.close_service(old, false)?;
        let free = self.cut_to_today(old);
        let today = self.today();
        self.pay(index, capture, Anchor { date: today, next: 0 }, EventKind::PlanChanged)?;
        if free > 0
            && let Some(end) = self.d.contract.paid_through()
        {
            let to = add_days(end, i64::from(free));
            let since = self.now;
            if let Some(service) = &mut self.d.invoices[index].service {
                service.stretches.push(Stretch { from: end, to, free: true, since, cut: None });
            }
            self.move_end(to)?;
        }
        let (on, plan) = (self.d.contract.paid_through(), self.d.contract.plan.clone());
        self.mail(NoticeKind::PlanChanged, |notice| {
            notice.on = on;
            notice.plan = plan;
        });
        Ok(())
    }

    /// Ends the stretches of an invoice with today, and says how many free days are lost thereby.
    fn cut_to_today(&mut self, index: usize) -> u32 {
        let tomorrow = add_days(self.today(), 1);
        let Some(service) = &mut self.d.invoices[index].service else { return 0 };
        let lost = |stretch: &Stretch| days_between(stretch.from.max(tomorrow), stretch.to);
        let free = service.stretches.iter().filter(|stretch| stretch.free).map(lost).sum();
        service.stretches.retain(|stretch| stretch.from < tomorrow);
        for stretch in &mut service.stretches {
            stretch.to = stretch.to.min(tomorrow);
        }
        free
    }
}
