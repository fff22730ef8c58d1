//! What readers and banks do at the rail: paying on pages, debits that succeed, fail or take their time, permissions
//! paused and revoked, refunds that arrive or do not, disputes, and the rail's own schedule.
use circulation::billing::RefundCall;
use circulation::money::Money;
use circulation::payments::{
    AttemptKey, DisputeState, FailureKind, MandateFacts, MandateRef, MandateState, MethodKind, Scheduling,
};
use jiff::Timestamp;

use super::{Asked, Behaviour, Case, Charge, ChargeState, Payment, Permission, Rail, Return, ReturnState};
use crate::sim::rules::{Check, contract_of, hold};
use crate::sim::settings::{DAY, after};
use crate::sim::world::{Event, Hint};

const HOUR: i64 = 3_600;

impl Rail {
    fn random(&mut self, least: i64, most: i64) -> i64 {
        let spread = u64::try_from(most - least).unwrap_or(0);
        least + i64::try_from(self.dice.below(spread + 1)).unwrap_or(0)
    }

    fn behaviour(&mut self) -> Behaviour {
        self.dice.weighted(&self.mix.clone())
    }

    /// When readers come to a page that was opened: at once, at the last moment, twice, or never.
    pub(super) fn plan_visits(&mut self, index: usize, from: Timestamp) {
        let Asked::Page(page) = &self.charges[index].asked else { return };
        let end = page.expires_at;
        for _ in 0..self.dice.weighted(&[(2, 0), (12, 1), (4, 2)]) {
            let late = self.dice.permille(120);
            let at = if late {
                after(end, self.random(-90, 30))
            } else {
                after(from, 5 + self.dice.wait(120, 2 * HOUR as u64))
            };
            self.later.push((at.max(from), Event::Visit(index)));
        }
    }

    /// A reader is on the page and pays.
    pub fn visit(&mut self, index: usize, now: Timestamp) {
        self.settle(now);
        if self.charges[index].state != ChargeState::Open || self.charges[index].arrives > now {
            return;
        }
        let key = self.charges[index].key.clone();
        let behaviour = self.behaviour();
        match behaviour {
            // The page stays open for another try.
            Behaviour::Decline => return self.hint(Hint::Charge(key), now),
            Behaviour::LateCapture => {
                let until = after(now, self.random(HOUR, 6 * DAY));
                let captured = self.dice.permille(850);
                self.keep_method(index, behaviour, now);
                self.charges[index].state = ChargeState::Processing { until, captured };
                self.later.push((until, Event::Resolve(index)));
            }
            _ => {
                self.keep_method(index, behaviour, now);
                self.finish(index, now, true);
            }
        }
        self.hint(Hint::Charge(key), now);
    }

    /// The page asked for a permission: it is given.
    fn keep_method(&mut self, index: usize, behaviour: Behaviour, now: Timestamp) {
        let Asked::Page(page) = self.charges[index].asked.clone() else { return };
        let Some(wish) = page.mandate else { return };
        let upi = [Behaviour::UpiOk, Behaviour::UpiReaderSkips, Behaviour::UpiPaused, Behaviour::UpiRevoked];
        let method = if upi.contains(&behaviour) { MethodKind::Upi } else { MethodKind::Card };
        let contract = contract_of(&self.charges[index].key).unwrap_or(0);
        let number = self.permissions.len() + 1;
        let max_amount = (method == MethodKind::Upi || self.dice.permille(300)).then_some(wish.max_amount);
        let card_end = after(now, self.random(100, 1_500) * DAY);
        let expires = if method == MethodKind::Upi { wish.expires_at } else { card_end };
        let customer = page.customer.unwrap_or_else(|| format!("cus-{contract}"));
        let mandate = MandateRef { customer, token: format!("tok-{contract}-{number}"), method };
        let label = format!("{} •••• {number:04}", method.word());
        let facts = MandateFacts { mandate, label, max_amount, expires: Some(expires), state: MandateState::Confirmed };
        self.permissions.push(Permission { contract, facts, behaviour, declines: 0, collected: None });
        let index_of = self.permissions.len() - 1;
        self.charges[index].mandate = Some(index_of);
        if matches!(behaviour, Behaviour::UpiPaused | Behaviour::UpiRevoked) {
            let to =
                if behaviour == Behaviour::UpiPaused { MandateState::PausedByReader } else { MandateState::Revoked };
            let at = after(now, self.random(DAY, 400 * DAY));
            self.later.push((at, Event::Turn(index_of, to)));
        }
        if self.caps.scheduling == Scheduling::ProviderScheduled {
            let at = after(now, self.random(DAY, 20 * DAY));
            self.later.push((at, Event::Schedule(index_of)));
        }
    }

    /// A page or debit is over: taken or not.
    pub(super) fn finish(&mut self, index: usize, at: Timestamp, captured: bool) {
        if !captured {
            self.charges[index].state = ChargeState::Failed { at, kind: FailureKind::Declined, code: "declined-late" };
            return;
        }
        let behaviour = self.charges[index].mandate.map(|mandate| self.permissions[mandate].behaviour);
        let own = self.charges[index].asked == Asked::Schedule;
        let wrong = !own && self.dice.permille(self.faults.wrong_capture);
        let amount = self.charges[index].amount.minor();
        let first = (amount > 0).then(|| self.take(index, amount, at, ""));
        if let (true, Some(first)) = (wrong, first) {
            if self.dice.permille(500) {
                self.payments[first].amount += 100;
            } else {
                let second = self.take(index, amount, at, "-again");
                self.hint(Hint::Payment(first), at);
                self.hint(Hint::Payment(second), at);
            }
        }
        let charge = &mut self.charges[index];
        charge.state = ChargeState::Done { payment: first };
        charge.refunds_fail = behaviour == Some(Behaviour::RefundFails);
        if behaviour == Some(Behaviour::Dispute)
            && let Some(first) = first
            && self.dice.permille(400)
        {
            let when = after(at, self.random(DAY, 60 * DAY));
            self.later.push((when, Event::Dispute(first)));
        }
    }

    fn take(&mut self, index: usize, amount: i64, at: Timestamp, suffix: &str) -> usize {
        let charge = &self.charges[index];
        self.payments.push(Payment {
            reference: format!("{}-paid{suffix}", charge.reference),
            key: charge.key.clone(),
            contract: contract_of(&charge.key).unwrap_or(0),
            amount,
            at,
            returning: 0,
            unattended: matches!(charge.asked, Asked::Debit(_)),
        });
        self.payments.len() - 1
    }

    /// A debit meets the bank.
    pub(super) fn run_debit(&mut self, index: usize, permission: Option<usize>, now: Timestamp) {
        let refuse = |code| ChargeState::Failed { at: now, kind: FailureKind::Refused, code };
        let Some(permission) = permission else {
            self.charges[index].state = refuse("no-such-mandate");
            return;
        };
        let facts = &self.permissions[permission].facts;
        if facts.state != MandateState::Confirmed || facts.expires.is_some_and(|end| end <= now) {
            self.charges[index].state = refuse("mandate-not-usable");
            return;
        }
        let usual = self.dice.permille(850);
        let behaviour = if usual { self.permissions[permission].behaviour } else { self.behaviour() };
        let declined = |kind, code| ChargeState::Failed { at: now, kind, code };
        let state = match behaviour {
            Behaviour::Decline => Some(declined(FailureKind::Declined, "insufficient-funds")),
            Behaviour::NeedsAction => Some(declined(FailureKind::NeedsReader, "authentication-required")),
            Behaviour::TimeoutThenFailed => Some(declined(FailureKind::Declined, "issuer-down")),
            Behaviour::UpiReaderSkips => Some(declined(FailureKind::Refused, "reader-opted-out")),
            Behaviour::DeclineTwiceThenOk if self.permissions[permission].declines < 2 => {
                self.permissions[permission].declines += 1;
                Some(declined(FailureKind::Declined, "try-later"))
            }
            _ => None,
        };
        if let Some(state) = state {
            self.charges[index].state = state;
        } else {
            self.permissions[permission].declines = 0;
            self.succeed(index, permission, behaviour, now);
        }
        let key = self.charges[index].key.clone();
        self.hint(Hint::Charge(key), now);
    }

    fn succeed(&mut self, index: usize, permission: usize, behaviour: Behaviour, now: Timestamp) {
        let upi = self.permissions[permission].facts.mandate.method == MethodKind::Upi;
        let wait = match behaviour {
            Behaviour::LateCapture => self.random(DAY, 12 * DAY),
            _ if upi => self.random(60, 36 * HOUR),
            _ => return self.finish(index, now, true),
        };
        let captured = behaviour != Behaviour::LateCapture || self.dice.permille(850);
        let until = after(now, wait);
        self.charges[index].state = ChargeState::Processing { until, captured };
        self.later.push((until, Event::Resolve(index)));
    }

    /// Something that took its time is over.
    pub fn resolve(&mut self, index: usize, now: Timestamp) {
        self.settle(now);
        let key = self.charges[index].key.clone();
        self.hint(Hint::Charge(key), now);
    }

    /// The reader pauses, resumes or revokes the permission in their own app.
    pub fn turn(&mut self, permission: usize, to: MandateState, now: Timestamp) {
        let facts = &mut self.permissions[permission].facts;
        if facts.state.is_over() || facts.state == to {
            return;
        }
        facts.state = to;
        self.hint(Hint::Mandate(permission), now);
        if to == MandateState::PausedByReader && self.dice.permille(700) {
            let at = after(now, self.random(DAY, 200 * DAY));
            self.later.push((at, Event::Turn(permission, MandateState::Confirmed)));
        }
    }

    pub(super) fn accept_refund(
        &mut self,
        call: RefundCall,
        payment: usize,
        now: Timestamp,
        arrives: Timestamp,
    ) -> Check {
        let paid = &self.payments[payment];
        let disputed = self.cases.iter().any(|case| case.payment == payment && case.state != DisputeState::Won);
        let amount = call.amount.minor();
        hold(paid.returning + amount <= paid.amount, "I10", || {
            format!("{} asks {amount} back of {}, of which {} go back already", call.key, paid.amount, paid.returning)
        })?;
        let refused = self.charges.iter().any(|charge| charge.key == paid.key && charge.refunds_fail);
        let state = if disputed {
            ReturnState::Failed("disputed")
        } else if refused && self.dice.permille(700) {
            ReturnState::Failed("account-closed")
        } else if self.dice.permille(300) {
            let at = after(now, self.random(HOUR, 5 * DAY));
            self.later.push((at, Event::Returned(self.returns.len())));
            ReturnState::Pending
        } else {
            ReturnState::Succeeded(now)
        };
        if !matches!(state, ReturnState::Failed(_)) {
            self.payments[payment].returning += amount;
        }
        self.returns.push(Return { call, payment, arrives, first_asked: now, state });
        Ok(())
    }

    /// A refund that was accepted is done, or the bank sends it back.
    pub fn returned(&mut self, index: usize, now: Timestamp) {
        let back = &mut self.returns[index];
        if back.state != ReturnState::Pending {
            return;
        }
        let fails = self.dice.permille(60);
        back.state = if fails { ReturnState::Failed("sent-back") } else { ReturnState::Succeeded(now) };
        let (key, payment, amount) = (back.call.key.clone(), back.payment, back.call.amount.minor());
        if fails {
            self.payments[payment].returning -= amount;
        }
        self.hint(Hint::Refund(key), now);
    }

    /// The reader's bank takes the money back for the time being.
    pub fn dispute(&mut self, payment: usize, now: Timestamp) {
        let paid = &self.payments[payment];
        let amount = paid.amount - paid.returning;
        if amount <= 0 || self.cases.iter().any(|case| case.payment == payment) {
            return;
        }
        let reference = format!("case-{}", paid.reference);
        self.cases.push(Case { reference, payment, amount, at: now, state: DisputeState::Open });
        let case = self.cases.len() - 1;
        self.hint(Hint::Dispute(case), now);
        let won = self.dice.permille(500);
        let at = after(now, self.random(HOUR, 70 * DAY));
        self.later.push((at, Event::Decided(case, won)));
    }

    pub fn decided(&mut self, case: usize, won: bool, now: Timestamp) {
        self.cases[case].state = if won { DisputeState::Won } else { DisputeState::Lost };
        self.hint(Hint::Dispute(case), now);
    }

    /// The rail's own schedule collects what is due on a date; once for each date.
    pub fn collect(&mut self, permission: usize, due_on: jiff::civil::Date, amount: Money, now: Timestamp) {
        let known = &mut self.permissions[permission];
        if known.facts.state != MandateState::Confirmed || known.collected == Some(due_on) {
            return;
        }
        let failed = matches!(known.behaviour, Behaviour::Decline | Behaviour::NeedsAction) && self.dice.permille(700);
        let contract = self.permissions[permission].contract;
        if !failed {
            self.permissions[permission].collected = Some(due_on);
        }
        let key = AttemptKey::from_text(&format!("sub-{contract}-own{}", self.charges.len()));
        let index = self.begin(&key, Asked::Schedule, amount, now, now);
        self.charges[index].mandate = Some(permission);
        self.finish(index, now, !failed);
        self.hint(Hint::Schedule(index), now);
    }

    /// How a payment by the schedule is called at the rail.
    pub fn scheduled(&self, charge: &Charge) -> Option<&Payment> {
        match charge.state {
            ChargeState::Done { payment: Some(payment) } => Some(&self.payments[payment]),
            _ => None,
        }
    }
}
