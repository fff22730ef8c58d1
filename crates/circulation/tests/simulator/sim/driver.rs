//! The driver as the engine asks for it, as several processes that take turns after each step and may die there.
use std::rc::Rc;

use circulation::billing::{Act, BillingRefusal, Call, Decision, Dossier, MOST_STEPS, Next, decide, next};
use circulation::payments::{AttemptKey, AttemptState};
use circulation::subscriptions::SubscriptionId;

use jiff::Timestamp;

use super::audit;
use super::rail::{Charge, not_found};
use super::rules::{Check, broken, contract_of, hold};
use super::settings::after;
use super::store::{Conflict, Series};
use super::world::{Event, Hint, Household};

/// How often in a row something may have become due while others were at work.
const MOST_RESTARTS: u32 = 50;

/// Where a process stands with a contract.
#[derive(Debug, Clone)]
enum Stage {
    Load,
    /// Loaded at a revision.
    Decide(Rc<Dossier>, u64),
    /// Decided then; to be committed at that revision.
    Commit(Box<(Decision, Act)>, u64, Timestamp),
    /// To be asked of the rail: what, and the dossier that wanted it.
    Call(Box<Call>, Rc<Dossier>),
    Over,
}

/// One process at work on one contract.
#[derive(Debug, Clone)]
pub struct Job {
    contract: i64,
    stage: Stage,
    /// To be decided before asking what is next.
    act: Option<Act>,
    /// The act was asked for by a person or the rail: a refusal ends the matter.
    outside: bool,
    steps: usize,
}

impl Job {
    /// A round finds the contract due.
    pub fn clock(contract: i64) -> Job {
        Job { contract, stage: Stage::Load, act: None, outside: false, steps: 0 }
    }

    /// Somebody asks for something.
    pub fn act(contract: i64, act: Act) -> Job {
        Job { contract, stage: Stage::Load, act: Some(act), outside: true, steps: 0 }
    }
}

impl Household {
    /// Lets processes work, one step of one of them after another, until all are done or dead.
    pub fn scene(&mut self, mut jobs: Vec<Job>, series: &mut Series) -> Check {
        let contracts: Vec<i64> = jobs.iter().map(|job| job.contract).collect();
        let mut died = false;
        let mut steps = 0;
        while !jobs.is_empty() {
            let index = usize::try_from(self.dice.below(jobs.len() as u64)).unwrap_or(0);
            self.stats.steps += 1;
            self.micro_step(&mut jobs[index], series)?;
            steps += 1;
            if matches!(jobs[index].stage, Stage::Over) {
                jobs.remove(index);
            } else if self.die_at == Some(self.stats.steps) || self.dies() {
                self.stats.count("death");
                self.note(|| String::from("** a process dies"));
                died = true;
                jobs.remove(index);
            }
        }
        self.stats.longest_scene = self.stats.longest_scene.max(steps);
        self.take_later();
        for contract in contracts {
            // Time passes while others are at work: what has become due meanwhile is done at once.
            if !died && self.has_work(contract) {
                self.restarts += 1;
                hold(self.restarts < MOST_RESTARTS, "progress", || format!("{contract} has work to do without end"))?;
                return self.scene(vec![Job::clock(contract)], series);
            }
            self.set_due(contract)?;
        }
        self.restarts = 0;
        Ok(())
    }

    fn dies(&mut self) -> bool {
        self.faults.death > 0 && self.dice.permille(self.faults.death)
    }

    fn has_work(&self, contract: i64) -> bool {
        let dossier = self.store.dossier(contract);
        dossier.is_some_and(|dossier| !matches!(next(dossier, self.now, &self.terms), Next::Wait(_)))
    }

    /// When the contract is to be looked at again, as the due column of the store would say.
    fn set_due(&mut self, contract: i64) -> Check {
        let Some(dossier) = self.store.dossier(contract).cloned() else { return Ok(()) };
        let due = match next(&dossier, self.now, &self.terms) {
            Next::Wait(Some(at)) => {
                hold(at > self.now, "progress", || format!("{contract} waits for {at}, which is not later"))?;
                Some(at)
            }
            Next::Wait(None) => None,
            _ => {
                let lease = i64::try_from(self.dice.between(1, 600)).unwrap_or(60);
                Some(after(self.now, lease))
            }
        };
        if let Some(row) = self.store.rows.get_mut(&contract) {
            row.due = due;
        }
        Ok(())
    }

    fn micro_step(&mut self, job: &mut Job, series: &mut Series) -> Check {
        let stage = std::mem::replace(&mut job.stage, Stage::Over);
        match stage {
            Stage::Load => {
                if let Some(dossier) = self.store.dossier(job.contract) {
                    job.stage = Stage::Decide(dossier.clone(), self.store.revision(job.contract));
                }
                Ok(())
            }
            Stage::Decide(dossier, revision) => self.decide(job, &dossier, revision),
            Stage::Commit(decided, revision, at) => {
                let (decision, act) = *decided;
                // Other processes take their time meanwhile: the decision speaks of the instant at which it was made.
                let now = std::mem::replace(&mut self.now, at);
                let committed = self.commit(job, &decision, revision, act, series);
                self.now = now;
                committed
            }
            Stage::Call(call, wanted_by) => self.make_call(job, &call, &wanted_by),
            Stage::Over => Ok(()),
        }
    }

    /// The other running contract of whoever the act is about.
    pub fn other_live(&self, dossier: &Dossier, act: Option<&Act>) -> Option<SubscriptionId> {
        let contract = &dossier.contract;
        let reader = match act {
            Some(Act::Claim { reader }) => *reader,
            _ => contract.reader(),
        };
        self.store.other_live(reader, contract.id().0).map(circulation::subscriptions::Subscription::id)
    }

    fn decide(&mut self, job: &mut Job, dossier: &Rc<Dossier>, revision: u64) -> Check {
        let asked = job.act.is_some();
        let act = match job.act.take() {
            Some(act) => act,
            None => match next(dossier, self.now, &self.terms) {
                Next::Act(act) => act,
                Next::Call(call) => {
                    job.stage = Stage::Call(Box::new(call), dossier.clone());
                    return Ok(());
                }
                Next::Wait(_) => return Ok(()),
            },
        };
        job.steps += 1;
        hold(job.steps <= MOST_STEPS, "progress", || {
            format!("{} needed more than {MOST_STEPS} steps; the last was {act:?}", job.contract)
        })?;
        self.terms.other_live = self.other_live(dossier, Some(&act));
        match decide((**dossier).clone(), &act, self.now, &self.terms) {
            Ok(decision) => {
                job.stage = Stage::Commit(Box::new((decision, act)), revision, self.now);
                Ok(())
            }
            Err(refusal) => self.refused(job, act, &refusal, revision, asked),
        }
    }

    /// A refusal is an answer to a person, and no fault when the dossier has moved meanwhile.
    fn refused(&mut self, job: &mut Job, act: Act, refusal: &BillingRefusal, revision: u64, asked: bool) -> Check {
        self.note(|| format!("   refused {}: {refusal}", word(&act)));
        self.stats.count(&format!("refused {}", word(&act)));
        if let BillingRefusal::Stored { .. } = refusal {
            return broken("stored", refusal.to_string());
        }
        let moved = self.store.revision(job.contract) != revision;
        hold(moved || !matches!(act, Act::ProviderCaptured { .. }), "I4", || format!("money is refused: {refusal}"))?;
        if !asked {
            hold(moved, "progress", || format!("{act:?} was due and refused: {refusal}"))?;
        }
        if !job.outside || moved {
            job.stage = Stage::Load;
        }
        job.outside = false;
        Ok(())
    }

    fn commit(&mut self, job: &mut Job, decision: &Decision, revision: u64, act: Act, series: &mut Series) -> Check {
        let before = self.store.dossier(job.contract).cloned();
        match self.store.commit(job.contract, revision, decision, series)? {
            Ok(()) => {
                self.note(|| format!("   {} -> {}", word(&act), facts(&decision.dossier)));
                self.stats.count(word(&act));
                audit::committed(self, before.as_deref(), decision, &act)?;
                self.react(decision);
                job.outside = false;
                job.stage = match &decision.call {
                    Some(call) => Stage::Call(Box::new(call.clone()), Rc::new(decision.dossier.clone())),
                    None => Stage::Load,
                };
            }
            Err(conflict) => {
                self.stats.count(if conflict == Conflict::Live { "conflict live" } else { "conflict" });
                job.steps += 1;
                hold(job.steps <= MOST_STEPS, "progress", || {
                    format!("{} never gets its commit through", job.contract)
                })?;
                // Only what somebody asked for is kept; what was due is found again.
                let from_outside = !matches!(act, Act::Due(_));
                job.act = from_outside.then_some(act);
                job.stage = Stage::Load;
            }
        }
        Ok(())
    }

    fn make_call(&mut self, job: &mut Job, call: &Call, wanted_by: &Dossier) -> Check {
        audit::before_call(self, call, wanted_by)?;
        if self.dice.permille(250) {
            self.now = after(self.now, i64::try_from(self.dice.below(40)).unwrap_or(0));
        }
        let answer = self.rail.call(call, self.now)?;
        self.note(|| format!("   rail {} -> {}", call_word(call), told(&answer)));
        self.stats.count(call_word(call));
        self.take_later();
        job.act = Some(answer);
        job.outside = false;
        job.stage = Stage::Load;
        Ok(())
    }

    /// A webhook: its payload is not believed, the rail is asked, and the same routine runs.
    pub fn heed(&mut self, hint: Hint, series: &mut Series) -> Check {
        let now = self.now;
        self.rail.settle(now);
        let act = match &hint {
            Hint::Charge(key) => Some(match self.rail.known(key, now) {
                Some(index) => self.rail.told(index, now),
                None => not_found(&AttemptKey::from_text(key), now),
            }),
            Hint::Payment(payment) => self.rail.told_payment(*payment, now),
            Hint::Refund(key) => {
                let call = self.rail.returns.iter().find(|back| back.call.key == *key).map(|back| back.call.clone());
                call.map(|call| self.rail.look_up_refund(&call, now))
            }
            Hint::Mandate(index) => {
                let facts = self.rail.permissions[*index].facts.clone();
                Some(Act::MandateTold { mandate: facts.mandate.clone(), facts: Some(facts) })
            }
            Hint::Dispute(index) => Some(self.case(*index)),
            Hint::Schedule(index) => Some(self.scheduled(*index)),
        };
        let Some(act) = act else { return Ok(()) };
        let Some(contract) = self.subject(&hint) else { return Ok(()) };
        if self.store.dossier(contract).is_none() {
            return Ok(());
        }
        // What is told of a payment that the paper has not settled yet comes again, as a sweep would find it.
        if matches!(act, Act::Disputed { .. }) && !self.knows_payment(contract, &act) {
            self.push(after(now, 86_400), Event::Hint(hint));
            return Ok(());
        }
        self.note(|| format!("   hint {}", told(&act)));
        let mut jobs = vec![Job::act(contract, act.clone())];
        if self.dice.permille(self.faults.second_process) {
            jobs.push(if self.dice.permille(500) { Job::act(contract, act) } else { Job::clock(contract) });
        }
        self.scene(jobs, series)?;
        // A process that died with a word that nobody asks for again is told again.
        if !matches!(hint, Hint::Charge(_) | Hint::Refund(_)) && self.faults.death > 0 && !self.heeded(&hint) {
            self.push(after(now, 3 * 86_400), Event::Hint(hint));
        }
        Ok(())
    }

    fn case(&self, index: usize) -> Act {
        let case = &self.rail.cases[index];
        let currency = circulation::money::Currency::INR;
        Act::Disputed {
            reference: case.reference.clone(),
            payment: self.rail.payments[case.payment].reference.clone(),
            amount: circulation::money::Money::new(case.amount, currency),
            at: case.at,
            state: case.state,
        }
    }

    fn scheduled(&self, index: usize) -> Act {
        let charge: &Charge = &self.rail.charges[index];
        match self.rail.scheduled(charge) {
            Some(payment) => Act::ProviderCaptured {
                reference: payment.reference.clone(),
                amount: circulation::money::Money::new(payment.amount, charge.amount.currency()),
                at: payment.at,
            },
            None => Act::ProviderFailed {
                failure: circulation::payments::Failure {
                    kind: circulation::payments::FailureKind::Declined,
                    code: String::from("schedule"),
                },
                at: charge.first_asked,
            },
        }
    }

    fn subject(&self, hint: &Hint) -> Option<i64> {
        match hint {
            Hint::Charge(key) | Hint::Refund(key) => contract_of(key),
            Hint::Payment(payment) => Some(self.rail.payments[*payment].contract),
            Hint::Mandate(index) => Some(self.rail.permissions[*index].contract),
            Hint::Dispute(index) => Some(self.rail.payments[self.rail.cases[*index].payment].contract),
            Hint::Schedule(index) => contract_of(&self.rail.charges[*index].key),
        }
    }

    fn knows_payment(&self, contract: i64, act: &Act) -> bool {
        let Act::Disputed { payment, .. } = act else { return true };
        self.store.dossier(contract).is_some_and(|dossier| knows(dossier, payment))
    }

    /// Whether what the hint tells is in the dossier.
    fn heeded(&self, hint: &Hint) -> bool {
        let Some(dossier) = self.subject(hint).and_then(|id| self.store.dossier(id)) else { return true };
        match hint {
            Hint::Payment(payment) => knows(dossier, &self.rail.payments[*payment].reference),
            Hint::Dispute(index) => {
                let case = &self.rail.cases[*index];
                dossier.disputes.iter().any(|known| known.reference == case.reference && known.state == case.state)
            }
            Hint::Mandate(index) => {
                let facts = &self.rail.permissions[*index].facts;
                let known = dossier.mandate.as_ref().filter(|known| known.facts.mandate == facts.mandate);
                known.is_none_or(|known| known.facts.state == facts.state || known.facts.state.is_over())
            }
            Hint::Schedule(index) => {
                let payment = self.rail.scheduled(&self.rail.charges[*index]);
                payment.is_none_or(|payment| knows(dossier, &payment.reference))
            }
            Hint::Charge(_) | Hint::Refund(_) => true,
        }
    }
}

/// Whether a dossier holds a payment of that reference.
fn knows(dossier: &Dossier, payment: &str) -> bool {
    let captured = |attempt: &circulation::billing::Attempt| matches!(attempt.payment.state(), AttemptState::Captured { reference, .. } if reference == payment);
    dossier.attempts.iter().any(captured) || dossier.strays.iter().any(|stray| stray.payment == payment)
}

/// An act in one word.
pub fn word(act: &Act) -> &'static str {
    match act {
        Act::Pay { .. } => "pay",
        Act::KeepMethod { .. } => "keep-method",
        Act::Supersede => "supersede",
        Act::Cancel { .. } => "cancel",
        Act::TakeCancelBack { .. } => "take-cancel-back",
        Act::Withdraw => "withdraw",
        Act::Pause { .. } => "pause",
        Act::Resume { .. } => "resume",
        Act::ChangeNow { .. } => "change-now",
        Act::ChangeAtRenewal { .. } => "change-at-renewal",
        Act::AgreeToChange => "agree",
        Act::DropChange { .. } => "drop-change",
        Act::Claim { .. } => "claim",
        Act::Moved { .. } => "moved",
        Act::Refund { .. } => "refund",
        Act::RetryRefund { .. } => "retry-refund",
        Act::RefundedByBank { .. } => "refunded-by-bank",
        Act::Extend { .. } => "extend",
        Act::End { .. } => "end",
        Act::Park { .. } => "park",
        Act::Release { .. } => "release",
        Act::Due(due) => due_word(due),
        Act::Told(_) => "told",
        Act::PageOpened { .. } => "page-opened",
        Act::Announced { .. } => "announced",
        Act::RefundTold { .. } => "refund-told",
        Act::MandateTold { .. } => "mandate-told",
        Act::ProviderCaptured { .. } => "provider-captured",
        Act::ProviderFailed { .. } => "provider-failed",
        Act::Disputed { .. } => "disputed",
    }
}

fn due_word(due: &circulation::billing::Due) -> &'static str {
    use circulation::billing::Due;
    match due {
        Due::ExpireCheckout => "due expire-checkout",
        Due::OpenRenewal => "due open-renewal",
        Due::PastDue => "due past-due",
        Due::Lapse => "due lapse",
        Due::GiveUp => "due give-up",
        Due::EndCancelled => "due end-cancelled",
        Due::EndTerm => "due end-term",
        Due::PauseUnpaid => "due pause-unpaid",
        Due::EndPause => "due end-pause",
        Due::PlanDebit { .. } => "due plan-debit",
        Due::Send { .. } => "due send",
        Due::SendRefund { .. } => "due send-refund",
        Due::WantClosed { .. } => "due want-closed",
        Due::Notice { .. } => "due notice",
        Due::Recognise => "due recognise",
        Due::ExpireMandate => "due expire-mandate",
    }
}

fn call_word(call: &Call) -> &'static str {
    match call {
        Call::OpenPage(_) => "call open-page",
        Call::ClosePage(_) => "call close-page",
        Call::Charge(_) => "call charge",
        Call::AnnounceDebit(_) => "call announce",
        Call::LookUp(_) => "call look-up",
        Call::Refund(_) => "call refund",
        Call::LookUpRefund(_) => "call look-up-refund",
        Call::RevokeMandate(_) => "call revoke",
    }
}

/// What the rail said, for the history.
fn told(act: &Act) -> String {
    match act {
        Act::Told(told) => format!("{} {:?}", told.answer.key, told.answer.outcome),
        Act::RefundTold { key, answer } => format!("{key} {answer:?}"),
        Act::PageOpened { key, .. } => format!("{key} opened"),
        Act::Announced { key, answer } => format!("{key} {answer:?}"),
        Act::MandateTold { mandate, facts } => {
            format!("{} {:?}", mandate.token, facts.as_ref().map(|facts| facts.state))
        }
        Act::Disputed { payment, state, amount, .. } => format!("dispute of {payment} {amount} {state:?}"),
        other => format!("{other:?}"),
    }
}

/// Where a contract stands, for the history.
fn facts(dossier: &Dossier) -> String {
    let contract = &dossier.contract;
    let paid = contract.paid_through().map_or(String::from("-"), |date| date.to_string());
    let open = dossier.attempts.iter().filter(|attempt| attempt.payment.is_open());
    let open: Vec<String> =
        open.map(|attempt| format!("{} {}", attempt.payment.key(), attempt.payment.state().word())).collect();
    let cancel = contract.cancellation().map_or(String::new(), |c| format!(" cancel {}", c.cancel_at));
    let parked = contract.parked().map_or(String::new(), |p| format!(" PARKED {}", p.why));
    format!("{} paid to {paid}{cancel}{parked} {open:?}", contract.state().word())
}
