//! A payment company as the contract sees it: pages, permissions, debits, refunds, disputes, and books of its own.
//! What readers and banks do there stands in [`bank`].
pub mod bank;

use circulation::billing::{Act, Call, DebitCall, LookUpCall, Mandate, Page, PageCall, RefundCall};
use circulation::money::Money;
use circulation::payments::{
    Announced, AttemptKey, Capabilities, DisputeState, Failure, FailureKind, MandateFacts, MandateRef, MandateState,
    Outcome, RailAnswer, RefundAnswer, Told,
};
use jiff::Timestamp;

use super::dice::Dice;
use super::rules::{Check, Violation, broken, contract_of, hold};
use super::settings::{Faults, after};
use super::world::{Event, Hint};

/// How a reader's method behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    Ok,
    Decline,
    DeclineTwiceThenOk,
    NeedsAction,
    TimeoutThenCaptured,
    TimeoutThenFailed,
    UpiOk,
    UpiReaderSkips,
    UpiPaused,
    UpiRevoked,
    LateCapture,
    Dispute,
    RefundFails,
}

/// What was asked for under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    Page(PageCall),
    Debit(DebitCall),
    /// Nobody asked: the rail's own schedule.
    Schedule,
}

/// Where a page or a debit stands at the rail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChargeState {
    /// The page can be paid.
    Open,
    /// Being worked on until then.
    Processing {
        until: Timestamp,
        captured: bool,
    },
    /// Taken, or the method is kept.
    Done {
        payment: Option<usize>,
    },
    Failed {
        at: Timestamp,
        kind: FailureKind,
        code: &'static str,
    },
}

/// A page, a debit, or a payment by the rail's schedule.
#[derive(Debug, Clone)]
pub struct Charge {
    pub key: String,
    pub asked: Asked,
    pub amount: Money,
    /// From when on the rail knows of it.
    pub arrives: Timestamp,
    pub first_asked: Timestamp,
    pub state: ChargeState,
    pub reference: String,
    pub mandate: Option<usize>,
    /// Refunds of it are refused.
    pub refunds_fail: bool,
}

/// Money taken.
#[derive(Debug, Clone)]
pub struct Payment {
    pub reference: String,
    pub key: String,
    pub contract: i64,
    pub amount: i64,
    pub at: Timestamp,
    /// Accepted to be given back.
    pub returning: i64,
    /// Taken by the reader's debit without them at a page.
    pub unattended: bool,
}

/// A permission.
#[derive(Debug, Clone)]
pub struct Permission {
    pub contract: i64,
    pub facts: MandateFacts,
    pub behaviour: Behaviour,
    pub declines: u8,
    /// The rail's own schedule has collected for this due date.
    pub collected: Option<jiff::civil::Date>,
}

/// Money given back.
#[derive(Debug, Clone)]
pub struct Return {
    pub call: RefundCall,
    pub payment: usize,
    pub arrives: Timestamp,
    pub first_asked: Timestamp,
    pub state: ReturnState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnState {
    Pending,
    Succeeded(Timestamp),
    Failed(&'static str),
}

#[derive(Debug, Clone)]
pub struct Case {
    pub reference: String,
    pub payment: usize,
    pub amount: i64,
    pub at: Timestamp,
    pub state: DisputeState,
}

/// The rail of one household.
#[derive(Debug, Clone)]
pub struct Rail {
    pub caps: Capabilities,
    pub faults: Faults,
    pub dice: Dice,
    pub mix: Vec<(u64, Behaviour)>,
    pub charges: Vec<Charge>,
    pub payments: Vec<Payment>,
    pub permissions: Vec<Permission>,
    pub returns: Vec<Return>,
    pub cases: Vec<Case>,
    /// Debits announced to the bank, with the earliest instant.
    pub announced: Vec<(String, Timestamp)>,
    /// What happens later, for the world's queue.
    pub later: Vec<(Timestamp, Event)>,
}

/// What becomes of a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Fine,
    AnswerLost,
    Late(i64),
    Lost,
}

impl Rail {
    pub fn new(caps: Capabilities, faults: Faults, dice: Dice, mix: Vec<(u64, Behaviour)>) -> Rail {
        Rail {
            caps,
            faults,
            dice,
            mix,
            charges: Vec::new(),
            payments: Vec::new(),
            permissions: Vec::new(),
            returns: Vec::new(),
            cases: Vec::new(),
            announced: Vec::new(),
            later: Vec::new(),
        }
    }

    /// What the rail holds for a contract: taken, less given back, less disputed and not won.
    pub fn holds(&self, contract: i64) -> i64 {
        let taken: i64 = self.payments.iter().filter(|paid| paid.contract == contract).map(|paid| paid.amount).sum();
        let of = |payment: usize| self.payments[payment].contract == contract;
        let back = self.returns.iter().filter(|back| of(back.payment));
        let back: i64 =
            back.filter(|back| matches!(back.state, ReturnState::Succeeded(_))).map(|b| b.call.amount.minor()).sum();
        let lost = self.cases.iter().filter(|case| of(case.payment) && case.state != DisputeState::Won);
        taken - back - lost.map(|case| case.amount).sum::<i64>()
    }

    pub fn payment(&self, reference: &str) -> Option<&Payment> {
        self.payments.iter().find(|payment| payment.reference == reference)
    }

    /// What arrived so far and is over by now is settled.
    pub fn settle(&mut self, now: Timestamp) {
        for index in 0..self.charges.len() {
            let charge = &self.charges[index];
            match charge.state {
                ChargeState::Processing { until, captured } if until <= now => self.finish(index, until, captured),
                ChargeState::Open => {
                    let Asked::Page(page) = &charge.asked else { continue };
                    if page.expires_at <= now {
                        let at = page.expires_at;
                        self.charges[index].state =
                            ChargeState::Failed { at, kind: FailureKind::Expired, code: "page-expired" };
                    }
                }
                _ => {}
            }
        }
    }

    /// Does what is asked, as far as the network lets it, and answers.
    pub fn call(&mut self, call: &Call, now: Timestamp) -> Result<Act, Violation> {
        self.settle(now);
        let fate = self.fate(matches!(call, Call::LookUp(_) | Call::LookUpRefund(_)));
        if fate == Fate::Lost {
            return Ok(silence(call, now));
        }
        let arrives = if let Fate::Late(seconds) = fate { after(now, seconds) } else { now };
        self.ask_meanwhile(call, now, arrives);
        let answer = match call {
            Call::OpenPage(page) => self.open_page(page, now, arrives)?,
            Call::ClosePage(page) => self.close_page(page, now),
            Call::Charge(debit) => self.debit(debit, now, arrives)?,
            Call::AnnounceDebit(debit) => self.announce(debit, now),
            Call::LookUp(question) => self.look_up(question, now),
            Call::Refund(refund) => self.refund(refund, now, arrives)?,
            Call::LookUpRefund(refund) => self.look_up_refund(refund, now),
            Call::RevokeMandate(mandate) => self.revoke(mandate),
        };
        let timeout = matches!(call, Call::Charge(_)) && self.times_out();
        Ok(if fate == Fate::Fine && !timeout { answer } else { silence(call, now) })
    }

    /// Somebody asks after a request that is still under way.
    fn ask_meanwhile(&mut self, call: &Call, now: Timestamp, arrives: Timestamp) {
        let (Call::OpenPage(PageCall { key, .. }) | Call::Charge(DebitCall { key, .. })) = call else { return };
        if arrives > now && self.faults.asked_meanwhile {
            let salt = u64::try_from(now.as_second()).unwrap_or(0);
            let asked = after(now, self.dice.fork(salt).wait(60, 900));
            self.later.push((asked, Event::Hint(Hint::Charge(key.as_str().to_owned()))));
        }
    }

    fn fate(&mut self, question: bool) -> Fate {
        let faults = self.faults;
        if self.dice.permille(faults.lost_request) {
            return Fate::Lost;
        }
        if self.dice.permille(faults.late_request) && !question {
            return Fate::Late(i64::try_from(self.dice.between(1, 600)).unwrap_or(1));
        }
        if self.dice.permille(faults.lost_answer) { Fate::AnswerLost } else { Fate::Fine }
    }

    fn times_out(&self) -> bool {
        let last = self.charges.last().and_then(|charge| charge.mandate).map(|index| self.permissions[index].behaviour);
        matches!(last, Some(Behaviour::TimeoutThenCaptured | Behaviour::TimeoutThenFailed))
    }

    pub fn index_of(&self, key: &str) -> Option<usize> {
        self.charges.iter().position(|charge| charge.key == key)
    }

    /// The charge that is known under a key; a repeated request finds it, and must be the same while the key lives.
    fn repeated(&mut self, key: &AttemptKey, asked: &Asked, now: Timestamp) -> Result<Option<usize>, Violation> {
        let Some(index) = self.index_of(key.as_str()) else { return Ok(None) };
        let charge = &mut self.charges[index];
        hold(charge.asked == *asked, "I14", || format!("{key} went out with other bytes than before"))?;
        let age = now.duration_since(charge.first_asked);
        hold(age < self.caps.resend_within, "I14", || {
            format!("{key} was sent again {age:#} after the first time: the rail does not honour it any more")
        })?;
        charge.arrives = charge.arrives.min(now);
        Ok(Some(index))
    }

    fn begin(&mut self, key: &AttemptKey, asked: Asked, amount: Money, now: Timestamp, arrives: Timestamp) -> usize {
        let reference = format!("rail-{}-{}", contract_of(key.as_str()).unwrap_or(0), self.charges.len() + 1);
        self.charges.push(Charge {
            key: key.as_str().to_owned(),
            asked,
            amount,
            arrives,
            first_asked: now,
            state: ChargeState::Open,
            reference,
            mandate: None,
            refunds_fail: false,
        });
        self.charges.len() - 1
    }

    fn open_page(&mut self, page: &PageCall, now: Timestamp, arrives: Timestamp) -> Result<Act, Violation> {
        let asked = Asked::Page(PageCall { reference: None, ..page.clone() });
        let index = match self.repeated(&page.key, &asked, now)? {
            Some(index) => index,
            None => {
                // A process that was slow may come a little late; the rail then says that the page is over.
                hold(now < after(page.expires_at, 600), "page", || format!("{} was opened after its end", page.key))?;
                let index = self.begin(&page.key, asked, page.amount, now, arrives);
                self.plan_visits(index, arrives);
                index
            }
        };
        self.settle(now);
        let reference = self.charges[index].reference.clone();
        let address = format!("https://rail.example/{reference}");
        Ok(match self.charges[index].state {
            ChargeState::Open => Act::PageOpened { key: page.key.clone(), page: Page { reference, address } },
            _ => self.told(index, now),
        })
    }

    fn close_page(&mut self, page: &PageCall, now: Timestamp) -> Act {
        let Some(index) = self.known(page.key.as_str(), now) else { return not_found(&page.key, now) };
        if self.charges[index].state == ChargeState::Open {
            let closed = ChargeState::Failed { at: now, kind: FailureKind::Expired, code: "page-closed" };
            self.charges[index].state = closed;
        }
        self.told(index, now)
    }

    pub fn known(&self, key: &str, now: Timestamp) -> Option<usize> {
        self.index_of(key).filter(|index| self.charges[*index].arrives <= now)
    }

    fn look_up(&mut self, question: &LookUpCall, now: Timestamp) -> Act {
        match self.known(question.key.as_str(), now) {
            Some(index) => self.told(index, now),
            None => not_found(&question.key, now),
        }
    }

    /// What the rail says of a charge.
    pub fn told(&self, index: usize, now: Timestamp) -> Act {
        let charge = &self.charges[index];
        let (outcome, at) = match &charge.state {
            ChargeState::Open | ChargeState::Processing { .. } => (Outcome::Pending, now),
            ChargeState::Failed { at, kind, code } => {
                (Outcome::Failed(Failure { kind: *kind, code: (*code).to_owned() }), *at)
            }
            ChargeState::Done { payment } => self.captured(charge, *payment, now),
        };
        self.say(charge, outcome, at)
    }

    fn captured(&self, charge: &Charge, payment: Option<usize>, now: Timestamp) -> (Outcome, Timestamp) {
        match payment.map(|payment| &self.payments[payment]) {
            Some(payment) => {
                let amount = Money::new(payment.amount, charge.amount.currency());
                (Outcome::Captured { reference: payment.reference.clone(), amount }, payment.at)
            }
            None => (Outcome::Captured { reference: charge.reference.clone(), amount: charge.amount }, now),
        }
    }

    /// What the rail says of one payment of a charge.
    pub fn told_payment(&self, payment: usize, now: Timestamp) -> Option<Act> {
        let charge = &self.charges[self.index_of(&self.payments[payment].key)?];
        let (outcome, at) = self.captured(charge, Some(payment), now);
        Some(self.say(charge, outcome, at))
    }

    fn say(&self, charge: &Charge, outcome: Outcome, at: Timestamp) -> Act {
        let done = matches!(charge.state, ChargeState::Done { .. } | ChargeState::Failed { .. });
        let mandate = charge.mandate.filter(|_| done).map(|index| self.permissions[index].facts.clone());
        let key = AttemptKey::from_text(&charge.key);
        Act::Told(Told {
            answer: RailAnswer { key, at, outcome },
            reference: Some(charge.reference.clone()),
            customer: mandate.as_ref().map(|facts| facts.mandate.customer.clone()),
            mandate,
        })
    }

    pub fn permission(&self, mandate: &MandateRef) -> Option<usize> {
        self.permissions.iter().position(|known| known.facts.mandate == *mandate)
    }

    fn debit(&mut self, call: &DebitCall, now: Timestamp, arrives: Timestamp) -> Result<Act, Violation> {
        let asked = Asked::Debit(call.clone());
        if let Some(index) = self.repeated(&call.key, &asked, now)? {
            return Ok(self.told(index, now));
        }
        self.may_debit(call, now)?;
        let index = self.begin(&call.key, asked, call.amount, now, arrives);
        let permission = self.permission(&call.mandate);
        self.charges[index].mandate = permission;
        self.run_debit(index, permission, arrives);
        Ok(self.told(index, now))
    }

    /// What the house could know and has to obey.
    fn may_debit(&self, call: &DebitCall, now: Timestamp) -> Check {
        hold(now >= call.not_before, "T9", || format!("{} was sent before its time {}", call.key, call.not_before))?;
        if self.caps.needs_predebit.contains(&call.mandate.method) {
            let notice = self.announced.iter().find(|(key, _)| key == call.key.as_str());
            let Some((_, from)) = notice else { return broken("pre-debit", format!("{} was not announced", call.key)) };
            hold(now >= *from, "pre-debit", || format!("{} was sent before {from}", call.key))?;
        }
        let most = self.permission(&call.mandate).and_then(|index| self.permissions[index].facts.max_amount);
        hold(most.is_none_or(|most| call.amount.minor() <= most.minor()), "mandate", || {
            format!("{} takes {} where at most {most:?} is allowed", call.key, call.amount)
        })
    }

    fn announce(&mut self, call: &DebitCall, now: Timestamp) -> Act {
        let key = call.key.clone();
        if !self.caps.needs_predebit.contains(&call.mandate.method) {
            return Act::Announced { key, answer: Announced::NotNeeded };
        }
        let known = self.announced.iter().find(|(known, _)| known == key.as_str()).map(|(_, from)| *from);
        let debit_from = known.unwrap_or_else(|| after(now, 25 * 3_600));
        if known.is_none() {
            let state = self.permission(&call.mandate).map(|index| self.permissions[index].facts.state);
            if state != Some(MandateState::Confirmed) {
                let failure = Failure { kind: FailureKind::Refused, code: String::from("no-mandate") };
                return Act::Announced { key, answer: Announced::Refused(failure) };
            }
            self.announced.push((key.as_str().to_owned(), debit_from));
        }
        let reference = format!("notice-{key}");
        Act::Announced { key, answer: Announced::Sent { reference, debit_from } }
    }

    fn revoke(&mut self, mandate: &Mandate) -> Act {
        let reference = mandate.facts.mandate.clone();
        let facts = match self.permission(&reference) {
            Some(index) => {
                let facts = &mut self.permissions[index].facts;
                if !facts.state.is_over() {
                    facts.state = MandateState::Revoked;
                }
                facts.clone()
            }
            None => MandateFacts { state: MandateState::Revoked, ..mandate.facts.clone() },
        };
        Act::MandateTold { mandate: reference, facts: Some(facts) }
    }

    fn refund(&mut self, call: &RefundCall, now: Timestamp, arrives: Timestamp) -> Result<Act, Violation> {
        let bytes = RefundCall { reference: None, ..call.clone() };
        if let Some(known) = self.returns.iter_mut().find(|known| known.call.key == call.key) {
            hold(known.call == bytes, "I14", || format!("{} went out with other bytes than before", call.key))?;
            let age = now.duration_since(known.first_asked);
            let honoured = age < self.caps.resend_within;
            hold(honoured, "I14", || format!("{} was sent again {age:#} after the first time", call.key))?;
            known.arrives = known.arrives.min(now);
            return Ok(self.look_up_refund(call, now));
        }
        let Some(payment) = self.payments.iter().position(|payment| payment.reference == call.payment) else {
            return broken("I10", format!("{} gives back {}, which was never taken", call.key, call.payment));
        };
        self.accept_refund(bytes, payment, now, arrives)?;
        Ok(self.look_up_refund(call, now))
    }

    pub fn look_up_refund(&self, call: &RefundCall, now: Timestamp) -> Act {
        let known = self.returns.iter().find(|known| known.call.key == call.key && known.arrives <= now);
        let reference = format!("back-{}", call.key);
        let answer = match known.map(|known| known.state) {
            None => RefundAnswer::NotFound,
            Some(ReturnState::Pending) => RefundAnswer::Pending { reference },
            Some(ReturnState::Succeeded(at)) => RefundAnswer::Succeeded { reference, at },
            Some(ReturnState::Failed(code)) => {
                RefundAnswer::Failed(Failure { kind: FailureKind::Refused, code: code.to_owned() })
            }
        };
        Act::RefundTold { key: call.key.clone(), answer }
    }

    /// Tells the paper later that something has moved: late, twice, in any order, or not at all.
    pub fn hint(&mut self, hint: Hint, at: Timestamp) {
        let certain = !matches!(hint, Hint::Charge(_) | Hint::Refund(_));
        if certain || !self.dice.permille(self.faults.dropped_hint) {
            let wait = self.dice.wait(5, 3 * 86_400);
            self.later.push((after(at, wait), Event::Hint(hint.clone())));
        }
        if self.dice.permille(self.faults.doubled_hint) {
            for _ in 0..self.dice.between(1, 3) {
                let wait = self.dice.wait(60, 3 * 86_400);
                self.later.push((after(at, wait), Event::Hint(hint.clone())));
            }
        }
    }
}

/// What the caller sees when no usable answer comes.
fn silence(call: &Call, now: Timestamp) -> Act {
    let told = |key: &AttemptKey| {
        let answer = RailAnswer { key: key.clone(), at: now, outcome: Outcome::NoAnswer };
        Act::Told(Told::only(answer))
    };
    match call {
        Call::OpenPage(page) | Call::ClosePage(page) => told(&page.key),
        Call::Charge(debit) => told(&debit.key),
        Call::LookUp(question) => told(&question.key),
        Call::AnnounceDebit(debit) => Act::Announced { key: debit.key.clone(), answer: Announced::NoAnswer },
        Call::Refund(refund) | Call::LookUpRefund(refund) => {
            Act::RefundTold { key: refund.key.clone(), answer: RefundAnswer::NoAnswer }
        }
        Call::RevokeMandate(mandate) => Act::MandateTold { mandate: mandate.facts.mandate.clone(), facts: None },
    }
}

pub fn not_found(key: &AttemptKey, now: Timestamp) -> Act {
    Act::Told(Told::only(RailAnswer { key: key.clone(), at: now, outcome: Outcome::NotFound }))
}
