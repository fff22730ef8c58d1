//! The permission to debit: kept, replaced, withdrawn, paused and expired.
use jiff::SignedDuration;

use super::dossier::{Mandate, Purpose, Revocation};
use super::work::{Step, Work};
use super::{BillingRefusal, Dossier, NoticeKind};
use crate::money::Money;
use crate::payments::{MandateFacts, MandateRef, MandateState, MethodKind, Scheduling};
use crate::subscriptions::{Actor, EventKind, State};

/// How long after an unanswered revocation it is asked again: doubling from this, at most a day.
const FIRST_RETRY: SignedDuration = SignedDuration::from_mins(15);

/// The wait before question `asked` is put again.
pub(super) fn wait_before(asked: u16) -> SignedDuration {
    let minutes = [2, 5, 15, 60, 180, 360, 720];
    SignedDuration::from_mins(minutes.get(usize::from(asked)).copied().unwrap_or(1_440))
}

impl Dossier {
    /// The mandate by which an amount may be debited now without the reader.
    pub(super) fn usable_mandate(&self, amount: Money, work: &Terms<'_>) -> Option<&Mandate> {
        let rail = &work.terms.rail;
        let most = rail.max_unattended_amount;
        let fits = most.is_none_or(|most| most.currency() != amount.currency() || amount.minor() <= most.minor());
        let mandate = self.mandate.as_ref().filter(|mandate| mandate.allows(amount, work.now))?;
        let ours = mandate.rail == rail.rail && rail.scheduling == Scheduling::MerchantInitiated;
        (fits && ours).then_some(mandate)
    }

    /// Whether what is due next is collected without the reader, as things stand: the kept method allows its amount then,
    /// or the rail's own schedule takes it.
    pub fn renews_by_itself(&self, now: jiff::Timestamp, terms: &super::Terms) -> bool {
        let Some(on) = self.contract.next_renewal() else { return false };
        let due_at = super::work::start_of(self, on).unwrap_or(now);
        let open = self.open_invoice().filter(|invoice| !matches!(invoice.purpose, Purpose::Change { .. }));
        let price = match open {
            Some(invoice) => invoice.charge(),
            None => match self.next_price(due_at, terms.policy.price_notice_days) {
                Ok((_, price)) => price,
                Err(_) => return false,
            },
        };
        let then = due_at.max(now);
        if terms.rail.scheduling == Scheduling::MerchantInitiated {
            return self.usable_mandate(price, &Terms { terms, now: then }).is_some();
        }
        self.mandate.as_ref().is_some_and(|mandate| mandate.allows(price, then))
    }

    /// How the reader pays, as far as is known.
    pub(super) fn method(&self) -> Option<MethodKind> {
        self.mandate.as_ref().map(|mandate| mandate.facts.mandate.method)
    }
}

/// What the use of a mandate depends on.
pub(super) struct Terms<'a> {
    pub terms: &'a super::Terms,
    pub now: jiff::Timestamp,
}

impl Work<'_> {
    pub fn usable_mandate(&self, amount: Money) -> Option<&Mandate> {
        self.d.usable_mandate(amount, &Terms { terms: self.terms, now: self.now })
    }

    /// Takes in what the rail says of a method. A new one takes the place of the old only when it is confirmed; what is
    /// over stays over, however late somebody tells otherwise.
    pub fn take_mandate(&mut self, facts: &MandateFacts, alone: bool) {
        let known = self.d.mandate.as_ref().filter(|mandate| mandate.facts.mandate == facts.mandate);
        if known.is_some() {
            return self.update_mandate(facts);
        }
        let retired = self.d.revocations.iter().any(|gone| gone.mandate.facts.mandate == facts.mandate);
        let confirmed = facts.state == MandateState::Confirmed;
        let replaceable = self.d.mandate.as_ref().is_none_or(|mandate| mandate.facts.state.is_over());
        if retired || facts.state.is_over() || !(confirmed || replaceable) {
            return;
        }
        if !replaceable {
            self.retire_mandate();
        }
        let number = self.d.mandate.as_ref().map_or(1, |mandate| mandate.number.saturating_add(1));
        let rail = self.terms.rail.rail;
        self.d.mandate = Some(Mandate { number, rail, facts: facts.clone(), since: self.now });
        self.event_with(EventKind::MandateChanged, Actor::Rail, None, Some(facts.label.clone()));
        // Money that came with it has a receipt of its own.
        if confirmed && number > 1 && alone {
            self.mail_as(NoticeKind::MethodKept, &format!("m{number}"), |_| {});
        }
    }

    fn update_mandate(&mut self, facts: &MandateFacts) {
        let now = self.now;
        let Some(mandate) = &mut self.d.mandate else { return };
        if mandate.facts.state.is_over() || mandate.facts == *facts {
            return;
        }
        let before = mandate.facts.state;
        mandate.facts = facts.clone();
        mandate.since = now;
        let (number, label) = (mandate.number, facts.label.clone());
        if before == facts.state {
            return;
        }
        let note = format!("{label}: {}", facts.state.word());
        self.event_with(EventKind::MandateChanged, Actor::Rail, None, Some(note));
        if facts.state.is_over() {
            self.mandate_gone(number);
        }
    }

    /// T25: the state of the contract stays; the reader is told while they can still do something about it.
    pub fn mandate_gone(&mut self, number: u32) {
        let running = matches!(
            self.d.contract.state,
            State::Trial | State::Active | State::PastDue { .. } | State::Paused { .. }
        );
        if running && self.d.contract.cancellation.is_none() {
            let on = self.d.contract.next_renewal();
            self.mail_as(NoticeKind::MandateGone, &format!("m{number}"), |notice| notice.on = on);
        }
    }

    /// The permission is not needed any more: it is never used again from here on, and withdrawn at the rail.
    pub fn retire_mandate(&mut self) {
        let Some(mandate) = &mut self.d.mandate else { return };
        if mandate.facts.state.is_over() {
            return;
        }
        let given_back = mandate.clone();
        mandate.facts.state = MandateState::Revoked;
        mandate.since = self.now;
        self.d.revocations.push(Revocation { mandate: given_back, ask_at: self.now, asked: 0 });
    }

    /// The rail's word on a permission, asked for or not.
    pub fn mandate_told(&mut self, mandate: &MandateRef, facts: Option<&MandateFacts>) -> Step {
        if let Some(index) = self.d.revocations.iter().position(|gone| gone.mandate.facts.mandate == *mandate) {
            match facts {
                Some(facts) if facts.state.is_over() => {
                    self.d.revocations.remove(index);
                }
                _ => {
                    let gone = &mut self.d.revocations[index];
                    let doubled = FIRST_RETRY.as_secs().saturating_mul(1 << gone.asked.min(7));
                    gone.asked = gone.asked.saturating_add(1);
                    let wait = SignedDuration::from_secs(doubled.min(86_400));
                    gone.ask_at = self.now.checked_add(wait).unwrap_or(jiff::Timestamp::MAX);
                }
            }
            return Ok(());
        }
        let known = self.d.mandate.as_ref().is_some_and(|known| known.facts.mandate == *mandate);
        match facts {
            Some(facts) if known => {
                self.take_mandate(facts, true);
                Ok(())
            }
            _ if known => Ok(()),
            _ => Err(BillingRefusal::NoSuch("mandate")),
        }
    }

    /// T25 by the calendar.
    pub fn expire_mandate(&mut self) {
        let now = self.now;
        let Some(mandate) = &mut self.d.mandate else { return };
        mandate.facts.state = MandateState::Expired;
        mandate.since = now;
        let number = mandate.number;
        self.event(EventKind::MandateChanged, Actor::Clock);
        self.mandate_gone(number);
    }
}
