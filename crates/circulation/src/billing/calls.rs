//! What goes out to the rail, made of what is stored: the same bytes whenever it is made.
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::acts::{DebitCall, LookUpCall, MandateWish, PageCall, PagePurpose, RefundCall};
use super::dossier::{Attempt, PageAsk, Refund, Setup, Talk, Way};
use super::work::add_days;
use super::{Dossier, Terms};
use crate::money::Money;
use crate::payments::AttemptKey;

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
            mandate: self.mandate_wish(purpose, amount, now, terms),
            customer: self.customer(),
            until: now.checked_add(minutes).unwrap_or(Timestamp::MAX),
        }
    }

    /// The price of the plan that comes next, as far as is known.
    pub(super) fn coming_price(&self) -> Money {
        let contract = &self.contract;
        contract.pending.as_ref().map_or(contract.plan.price, |pending| pending.plan.price)
    }

    fn mandate_wish(&self, purpose: PagePurpose, amount: Money, now: Timestamp, terms: &Terms) -> Option<MandateWish> {
        let contract = &self.contract;
        // A page that only keeps a method asks for it always: a cancellation is taken back with a new one (T16).
        let cancelled = contract.cancellation.is_some() && purpose != PagePurpose::MethodOnly;
        if contract.offer.gift.is_some() || cancelled {
            return None;
        }
        // A method that is kept for later must suit the plan that comes then.
        let coming =
            contract.pending.as_ref().filter(|_| purpose == PagePurpose::MethodOnly).map(|pending| &pending.plan);
        let open = self.open_invoice().map(|invoice| &invoice.plan);
        let plan = open.or(coming).unwrap_or(&contract.plan);
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

fn page_call(key: AttemptKey, amount: Money, parameters: &BTreeMap<String, String>, talk: &Talk) -> Option<PageCall> {
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
