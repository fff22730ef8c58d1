//! What an invoice earns day by day, what is taken back of it, and which payment the money goes back to.
use jiff::civil::Date;

use super::dossier::{Invoice, Refund, RefundState, Service, Stray, Talk};
use super::work::{Step, Work, days_between, portion};
use super::{BillingRefusal, DocumentKind, DocumentOrder, Dossier, NoticeKind, Record};
use crate::ledger::{Entry, LedgerError, Reversal, TaxSplit};
use crate::money::Money;
use crate::payments::{AttemptKey, AttemptState, DisputeState, Rail};
use crate::subscriptions::{Actor, EventKind};

impl Service {
    /// Whole paid days delivered before `day`.
    pub fn served(&self, day: Date) -> u32 {
        let paid = self.stretches.iter().filter(|stretch| !stretch.free);
        paid.map(|stretch| days_between(stretch.from, stretch.to.min(day))).sum::<u32>().min(self.days)
    }
}

impl Invoice {
    /// What of it can still be given back or credited.
    pub fn uncredited(&self) -> Money {
        Money::new(self.gross.minor().saturating_sub(self.credited.minor()), self.gross.currency())
    }

    fn reference(&self, id: i64) -> String {
        format!("sub-{id}-p{}", self.number)
    }

    /// The net price less what was taken back of it.
    pub(super) fn kept_net(&self) -> i64 {
        let net = self.service.as_ref().map_or(0, |service| service.net.minor());
        net - self.credited_parts.first().map_or(0, |part| part.minor())
    }

    /// Takes so much of the gross back: splits it into what was not earned yet, what was, and the taxes, such that all
    /// that is ever taken back never exceeds a part, and the whole takes back exactly the whole.
    pub(super) fn take_back(&mut self, amount: Money) -> Result<(Reversal, TaxSplit), LedgerError> {
        let whole = self.rates.split(self.gross)?;
        let share = self.rates.split(amount)?;
        let currency = amount.currency();
        if self.credited_parts.is_empty() {
            self.credited_parts = vec![Money::zero(currency); whole.taxes.len() + 1];
        }
        let left = |part: usize, of: Money| of.minor() - self.credited_parts[part].minor();
        let mut taxes: Vec<i64> = (0..whole.taxes.len())
            .map(|tax| share.taxes[tax].1.minor().min(left(tax + 1, whole.taxes[tax].1)))
            .collect();
        let mut net = amount.minor() - taxes.iter().sum::<i64>();
        // What rounding left over in the net belongs to the taxes.
        for (tax, (_, of)) in whole.taxes.iter().enumerate() {
            let over = (net - left(0, whole.net)).max(0);
            let moved = over.min(left(tax + 1, *of) - taxes[tax]);
            taxes[tax] += moved;
            net -= moved;
        }
        if net < 0 || net > left(0, whole.net) {
            return Err(LedgerError::Tax(format!("{amount} of {} cannot be taken back", self.gross)));
        }
        let money = |minor| Money::new(minor, currency);
        let named = |taxes: &[i64]| {
            let names = whole.taxes.iter().map(|(name, _)| name.clone());
            names.zip(taxes.iter().map(|minor| money(*minor))).collect::<Vec<_>>()
        };
        self.credited = money(self.credited.minor().saturating_add(amount.minor()));
        for (part, minor) in std::iter::once(net).chain(taxes.iter().copied()).enumerate() {
            self.credited_parts[part] = money(self.credited_parts[part].minor().saturating_add(minor));
        }
        let kept = self.kept_net();
        let mut earned = 0;
        if let Some(service) = &mut self.service {
            let target = portion(kept, service.recognised_days, service.days);
            earned = service.recognised.minor() - target;
            service.recognised = money(target);
        }
        let reversal = Reversal { unearned: money(net - earned), earned: money(earned), taxes: named(&taxes) };
        Ok((reversal, TaxSplit { net: money(net), taxes: named(&taxes) }))
    }
}

impl Dossier {
    /// What of a captured payment is neither promised back, nor disputed and lost.
    pub fn refundable(&self, key: &AttemptKey) -> Option<Money> {
        let capture = self.attempts.iter().find(|attempt| attempt.payment.key() == *key)?.payment.capture()?;
        let back = |payment: &str| capture.reference() == payment;
        let stands = |refund: &&Refund| back(&refund.payment) && refund.state != RefundState::Replaced;
        let promised = self.refunds.iter().filter(stands).map(|refund| refund.amount.minor());
        let disputed =
            self.disputes.iter().filter(|dispute| back(&dispute.payment) && dispute.state != DisputeState::Won);
        let gone: i64 = promised.chain(disputed.map(|dispute| dispute.amount.minor())).sum();
        Some(Money::new(capture.amount().minor().saturating_sub(gone).max(0), capture.amount().currency()))
    }

    /// Whether a dispute about a payment is open.
    pub(super) fn is_disputed(&self, payment: &str) -> bool {
        self.disputes.iter().any(|dispute| dispute.payment == payment && dispute.state == DisputeState::Open)
    }

    /// What can be given back of an invoice: what was not credited, as far as the payments behind it still hold it.
    pub fn returnable(&self, number: u32) -> Option<Money> {
        let invoice = self.invoices.iter().find(|invoice| invoice.number == number)?;
        let keys = self.payments_behind(number);
        let held: i64 = keys.iter().filter_map(|key| self.refundable(key)).map(Money::minor).sum();
        let left = invoice.uncredited();
        let paid = invoice.paid_by().is_some();
        Some(Money::new(if paid { left.minor().min(held) } else { 0 }, left.currency()))
    }

    /// The payments that stand behind an invoice, nearest first: its own, then that of the invoice whose unused days
    /// it was partly paid with.
    fn payments_behind(&self, number: u32) -> Vec<AttemptKey> {
        let mut keys = Vec::new();
        let mut at = Some(number);
        while let Some(number) = at {
            let Some(invoice) = self.invoices.iter().find(|invoice| invoice.number == number) else { break };
            keys.extend(invoice.paid_by().cloned());
            at = match invoice.purpose {
                super::Purpose::Change { from } if from < number => Some(from),
                _ => None,
            };
        }
        keys
    }
}

impl Work<'_> {
    pub fn invoice_index(&self, number: u32) -> Result<usize, BillingRefusal> {
        let found = self.d.invoices.iter().position(|invoice| invoice.number == number);
        found.ok_or(BillingRefusal::NoSuch("invoice"))
    }

    /// Recognises what was delivered before today, by the cumulative rule: nothing is lost to rounding.
    pub fn recognise(&mut self) -> Step {
        let today = self.today();
        for index in 0..self.d.invoices.len() {
            let served = self.d.invoices[index].service.as_ref().map_or(0, |service| service.served(today));
            self.recognise_days(index, served, "d")?;
        }
        self.d.recognised_to = Some(self.d.recognised_to.map_or(today, |to| to.max(today)));
        Ok(())
    }

    /// Nothing more will be delivered on an invoice: what is left of it is income. The running day has been used.
    pub fn close_service(&mut self, index: usize, cut: bool) -> Step {
        let (now, today) = (self.now, self.today());
        let Some(service) = &mut self.d.invoices[index].service else { return Ok(()) };
        if cut {
            for stretch in &mut service.stretches {
                if stretch.to > today && stretch.cut.is_none() {
                    stretch.cut = Some(now);
                }
            }
        }
        // A gift that was never claimed has no days; what was kept of it is income all the same.
        service.days = service.days.max(1);
        let days = service.days;
        self.recognise_days(index, days, "end")
    }

    fn recognise_days(&mut self, index: usize, days: u32, word: &str) -> Step {
        let id = self.d.contract.id.0;
        let invoice = &mut self.d.invoices[index];
        let kept = invoice.kept_net();
        let reference = invoice.reference(id);
        let Some(service) = &mut invoice.service else { return Ok(()) };
        if days <= service.recognised_days {
            return Ok(());
        }
        let target = portion(kept, days, service.days);
        let amount = Money::new(target - service.recognised.minor(), service.net.currency());
        service.recognised_days = days;
        if !amount.is_positive() {
            return Ok(());
        }
        service.recognised = Money::new(target, amount.currency());
        let from = self.now;
        self.book(Entry::recognition(&format!("{reference}/{word}{days}"), amount, from))
    }

    /// Gives so much of an invoice back, by credit notes and refunds of the payments behind it.
    pub fn refund_invoice(&mut self, number: u32, amount: Money, reason: &str, by: Actor) -> Step {
        let index = self.invoice_index(number)?;
        let left = self.d.invoices[index].uncredited();
        let too_much = || BillingRefusal::TooMuch { invoice: number, left: left.to_string() };
        if amount.currency() != left.currency() || amount.minor() > left.minor() || !amount.is_positive() {
            return Err(too_much());
        }
        let mut rest = amount.minor();
        let mut pieces = Vec::new();
        for key in self.d.payments_behind(number) {
            let piece = self.d.refundable(&key).map_or(0, |most| most.minor()).min(rest);
            if piece > 0 {
                pieces.push((key, Money::new(piece, amount.currency())));
                rest -= piece;
            }
        }
        if rest > 0 {
            return Err(too_much());
        }
        for (key, piece) in pieces {
            self.refund_piece(index, &key, piece, reason, by)?;
        }
        Ok(())
    }

    fn refund_piece(&mut self, index: usize, key: &AttemptKey, amount: Money, reason: &str, by: Actor) -> Step {
        let attempt = self.d.attempts.iter().find(|attempt| attempt.payment.key() == *key);
        let capture = attempt.and_then(|attempt| attempt.payment.capture()).ok_or(BillingRefusal::NoSuch("payment"))?;
        let refund = self.refund_key(capture.period());
        let number = self.d.invoices[index].number;
        let (reversal, split) = self.d.invoices[index].take_back(amount)?;
        self.book(Entry::refund_requested(&refund, amount, reversal, self.now))?;
        self.credit_note(index, &refund, amount, split, reason)?;
        self.promise(refund, Some(number), capture.rail(), capture.reference().to_owned(), amount, reason, by);
        Ok(())
    }

    fn refund_key(&self, period: u32) -> String {
        format!("sub-{}-p{period}-r{}", self.d.contract.id.0, self.d.refunds.len() + 1)
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one refund, each said once")]
    fn promise(
        &mut self,
        key: String,
        invoice: Option<u32>,
        rail: Rail,
        payment: String,
        amount: Money,
        reason: &str,
        by: Actor,
    ) {
        self.d.refunds.push(Refund {
            key: key.clone(),
            invoice,
            rail,
            payment,
            amount,
            reason: reason.to_owned(),
            by,
            asked_at: self.now,
            state: RefundState::Planned,
            talk: Talk::default(),
        });
        self.event_with(EventKind::RefundRequested, by, Some(amount), Some(reason.to_owned()));
        self.mail_as(NoticeKind::RefundRequested, &key, |notice| {
            notice.amount = Some(amount);
            notice.invoice = invoice;
        });
    }

    /// Tries a refund that the rail refused under a new key: the same money is owed, so nothing is booked.
    pub fn promise_again(&mut self, old: &Refund, reason: &str) {
        let key = self.refund_key(old.invoice.unwrap_or(0));
        let (payment, amount) = (old.payment.clone(), old.amount);
        self.promise(key, old.invoice, old.rail, payment, amount, reason, Actor::Staff);
    }

    /// Money that nobody can use: into suspense, and all of it back.
    pub fn give_back(&mut self, key: &AttemptKey, rail: Rail, payment: &str, amount: Money, why: &str) -> Step {
        self.set_aside(key, rail, payment, amount, true)?;
        self.return_stray(rail, payment, amount, why, Actor::Rail)?;
        self.event_with(EventKind::RefundOwed, Actor::Rail, Some(amount), Some(format!("{key}: {why}")));
        self.mail_as(NoticeKind::LateMoneyReturned, payment, |notice| notice.amount = Some(amount));
        Ok(())
    }

    /// Money that does not fit what was asked for: into suspense.
    pub fn set_aside(&mut self, key: &AttemptKey, rail: Rail, payment: &str, amount: Money, returning: bool) -> Step {
        let (at, key, payment) = (self.now, key.clone(), payment.to_owned());
        self.book(Entry::unmatched_capture(rail, &payment, amount, at))?;
        self.d.strays.push(Stray { key, rail, payment, amount, at, returning });
        Ok(())
    }

    pub fn return_stray(&mut self, rail: Rail, payment: &str, amount: Money, why: &str, by: Actor) -> Step {
        self.book(Entry::suspense_refund(&format!("{rail}/{payment}"), amount, self.now))?;
        let key = format!("sub-{}-s{}-r{}", self.d.contract.id.0, self.d.strays.len(), self.d.refunds.len() + 1);
        self.promise(key, None, rail, payment.to_owned(), amount, why, by);
        Ok(())
    }

    /// The days from which a document is for: first day and first day after, over all paid stretches.
    fn days_of(&self, index: usize) -> (Date, Date) {
        let invoice = &self.d.invoices[index];
        let paid = || invoice.service.iter().flat_map(|service| &service.stretches).filter(|stretch| !stretch.free);
        let from = paid().map(|stretch| stretch.from).min().unwrap_or(invoice.due_on);
        (from, paid().map(|stretch| stretch.to).max().unwrap_or(from))
    }

    pub fn credit_note(&mut self, index: usize, key: &str, gross: Money, split: TaxSplit, reason: &str) -> Step {
        let reference = format!("credit-note:{key}");
        let original = format!("invoice:{}", self.d.invoices[index].reference(self.d.contract.id.0));
        self.document(index, DocumentKind::CreditNote, reference, (gross, split), Some((original, reason.to_owned())));
        Ok(())
    }

    /// Orders the tax invoice of an invoice just paid.
    pub fn tax_invoice(&mut self, index: usize) -> Step {
        let invoice = &self.d.invoices[index];
        let split = invoice.rates.split(invoice.gross)?;
        let reference = format!("invoice:{}", invoice.reference(self.d.contract.id.0));
        self.document(index, DocumentKind::TaxInvoice, reference, (invoice.gross, split), None);
        Ok(())
    }

    fn document(
        &mut self,
        index: usize,
        kind: DocumentKind,
        reference: String,
        (gross, split): (Money, TaxSplit),
        of: Option<(String, String)>,
    ) {
        let (from, to) = self.days_of(index);
        let (original, reason) = of.unzip();
        let invoice = &self.d.invoices[index];
        let order = DocumentOrder {
            kind,
            reference,
            subscription: self.d.contract.id,
            reader: self.d.contract.reader,
            invoice: invoice.number,
            plan: invoice.plan.clone(),
            from,
            to,
            gross,
            split,
            rates: invoice.rates.clone(),
            original,
            reason,
            at: self.now,
        };
        self.record(Record::Document(Box::new(order)));
    }

    /// Whether money of that reference is known already, in whatever place.
    pub fn knows_payment(&self, payment: &str) -> bool {
        let captured = |state: &AttemptState| match state {
            AttemptState::Captured { reference, .. } => reference == payment,
            _ => false,
        };
        self.d.strays.iter().any(|stray| stray.payment == payment)
            || self.d.attempts.iter().any(|attempt| captured(attempt.payment.state()))
    }
}
