//! Readers and staff: what they ask for, when, and from how many tabs.
use std::collections::BTreeMap;

use circulation::billing::{Act, Decision, Dossier, NoticeKind, Record, RefundRule, RefundState, open};
use circulation::calendar::BillingZone;
use circulation::money::{Currency, Money};
use circulation::readers::ReaderId;
use circulation::subscriptions::{
    Actor, Admission, Consent, Coupon, EventKind, Gift, Intro, Off, Offer, Order, Product, State, SubscriptionId, admit,
};
use jiff::Timestamp;

use super::audit;
use super::driver::Job;
use super::rules::Check;
use super::settings::{DAY, Faults, after, plan, taxes};
use super::store::Series;
use super::world::{Event, Household};

fn parameters() -> BTreeMap<String, String> {
    BTreeMap::from([(String::from("return"), String::from("https://paper.example/account"))])
}

fn is_ended(dossier: &Dossier) -> bool {
    matches!(dossier.contract.state(), State::Ended { .. })
}

impl Household {
    /// Sets how often readers want something and begins with it.
    pub fn restless(&mut self, mean_days: u64) {
        let mean = mean_days * *self.dice.pick(&[1, 1, 3]);
        self.mean_days = mean.max(1);
    }

    fn wish_again(&mut self) {
        let days = i64::try_from(self.mean_days).unwrap_or(300);
        let spread = self.dice.below(u64::try_from(2 * days * DAY).unwrap_or(1));
        let mut at = after(self.now, 600 + i64::try_from(spread).unwrap_or(0));
        if self.dice.permille(150) {
            at = after(self.now, i64::try_from(self.dice.below(15 * DAY.unsigned_abs())).unwrap_or(0));
        }
        // Some come exactly when something is due: races are there.
        if self.dice.permille(250)
            && let Some(due) = self.store.rows.values().filter_map(|row| row.due).min()
        {
            at = after(due, i64::try_from(self.dice.below(130)).unwrap_or(0) - 65).max(after(self.now, 1));
        }
        self.push(at, Event::Wish);
    }

    pub fn wish(&mut self, series: &mut Series) -> Check {
        if self.closing || self.erased {
            return Ok(());
        }
        self.wish_again();
        let running = self.store.rows.iter().rev().find(|(_, row)| !is_ended(&row.dossier));
        let Some((id, dossier)) = running.map(|(id, row)| (*id, row.dossier.clone())) else {
            let came_before = !self.store.rows.is_empty();
            if came_before && self.dice.permille(40) {
                self.erase();
                return Ok(());
            }
            return self.subscribe(series);
        };
        if *dossier.contract.state() == State::Unclaimed && self.dice.permille(600) {
            let reader = self.readers[1];
            return self.scene(vec![Job::act(id, Act::Claim { reader })], series);
        }
        // A second tab, or a gift beside one's own contract.
        if self.dice.permille(60) {
            return self.subscribe(series);
        }
        let mut jobs = vec![Job::act(id, self.idea(&dossier))];
        if self.dice.permille(120) {
            let again = self.dice.permille(500);
            let act = self.idea(&dossier);
            jobs.push(if again { jobs[0].clone() } else { Job::act(id, act) });
        }
        self.note(|| String::from("-- somebody wants something"));
        self.scene(jobs, series)
    }

    /// One of the things that people ask for.
    fn idea(&mut self, dossier: &Dossier) -> Act {
        let weights = self.weights(dossier);
        match self.dice.weighted(&weights) {
            0 => Act::Pay { parameters: parameters() },
            1 => Act::Cancel { by: self.who() },
            2 => Act::TakeCancelBack { by: self.who() },
            3 => Act::Pause { by: self.who() },
            4 => Act::Resume { by: self.who() },
            5 => Act::ChangeNow { plan: self.another_plan(), parameters: parameters() },
            6 => Act::ChangeAtRenewal { plan: self.another_plan(), by: Actor::Reader },
            7 => Act::KeepMethod { parameters: parameters() },
            8 => Act::AgreeToChange,
            9 => Act::DropChange { by: self.who() },
            10 => Act::Moved { taxes: taxes(&mut self.dice) },
            11 => Act::Withdraw,
            12 => self.refund(dossier, None),
            13 => {
                let amount = i64::try_from(self.dice.between(1, 60_000)).unwrap_or(1);
                self.refund(dossier, Some(Money::new(amount, Currency::INR)))
            }
            14 => {
                let days = u16::try_from(self.dice.between(1, 40)).unwrap_or(1);
                Act::Extend { days, reason: String::from("an apology") }
            }
            15 => {
                let refund = *self.dice.pick(&[RefundRule::Full, RefundRule::ProRata, RefundRule::Nothing]);
                Act::End { refund, reason: String::from("asked by letter") }
            }
            16 => Act::ChangeAtRenewal { plan: self.next_price_of(dossier), by: Actor::Staff },
            _ => Act::Supersede,
        }
    }

    /// What is on people's minds depends on how the contract stands; now and then on nothing.
    fn weights(&mut self, dossier: &Dossier) -> Vec<(u64, u8)> {
        let mut weights: Vec<(u64, u8)> =
            vec![(4, 0), (4, 1), (1, 2), (5, 3), (1, 4), (5, 5), (4, 6), (5, 7), (1, 8), (1, 9), (3, 10), (1, 11)];
        weights.extend([(2, 12), (4, 13), (4, 14), (1, 15), (4, 16), (1, 17)]);
        let contract = &dossier.contract;
        let mut add = |weight, what| weights.push((weight, what));
        match contract.state() {
            State::Paused { .. } => add(40, 4),
            State::PastDue { .. } | State::Lapsed { .. } | State::Checkout => add(40, 0),
            _ => {}
        }
        if contract.cancellation().is_some() {
            add(30, 2);
            add(15, 7);
        }
        if contract.pending().is_some() {
            add(10, 8);
            add(8, 9);
        }
        let young = contract.activated_at().is_some_and(|at| after(at, 20 * DAY) > self.now);
        if young {
            add(12, 11);
        }
        weights
    }

    fn who(&mut self) -> Actor {
        if self.dice.permille(850) { Actor::Reader } else { Actor::Staff }
    }

    fn another_plan(&mut self) -> circulation::plans::PlanVersion {
        let which = usize::try_from(self.dice.below(4)).unwrap_or(0);
        plan(which, u32::try_from(self.dice.between(1, 3)).unwrap_or(1))
    }

    fn next_price_of(&mut self, dossier: &Dossier) -> circulation::plans::PlanVersion {
        let current = dossier.contract.plan();
        let version = u32::try_from(self.dice.between(1, 4)).unwrap_or(1);
        (0..4)
            .map(|which| plan(which, version))
            .find(|found| found.code == current.code)
            .unwrap_or_else(|| current.clone())
    }

    fn refund(&mut self, dossier: &Dossier, amount: Option<Money>) -> Act {
        let invoice = match dossier.invoices.len() {
            0 => 0,
            many => dossier.invoices[usize::try_from(self.dice.below(many as u64)).unwrap_or(0)].number,
        };
        Act::Refund { invoice, amount, reason: String::from("a complaint") }
    }

    /// A reader pays what a mail reminded of, or keeps another method.
    pub fn pay_now(&mut self, id: i64, series: &mut Series) -> Check {
        if self.closing || self.erased {
            return Ok(());
        }
        let Some(dossier) = self.store.dossier(id).cloned() else { return Ok(()) };
        let act = if dossier.open_invoice().is_some() {
            Act::Pay { parameters: parameters() }
        } else {
            Act::KeepMethod { parameters: parameters() }
        };
        let mut jobs = vec![Job::act(id, act.clone())];
        if self.dice.permille(100) {
            jobs.push(Job::act(id, act));
        }
        self.scene(jobs, series)
    }

    /// What people do about what they hear.
    pub fn react(&mut self, decision: &Decision) {
        let id = decision.dossier.contract.id().0;
        let mails = std::mem::take(&mut self.store.fresh_mails);
        for mail in &mails {
            let chance = match mail.kind {
                NoticeKind::PaymentFailed => 350,
                NoticeKind::GraceOver => 300,
                NoticeKind::MandateGone | NoticeKind::MandateExpiring => 400,
                NoticeKind::RecoveryOver => 0,
                _ => continue,
            };
            if self.dice.permille(chance) {
                let wait = self.dice.wait(600, 20 * DAY.unsigned_abs());
                self.push(after(self.now, wait), Event::PayNow(id));
            }
        }
        for record in &decision.records {
            if let Record::Event(event) = record {
                self.stats.count(&format!("event {}", event.kind));
                if matches!(event.kind, EventKind::Parked | EventKind::RefundFailed) {
                    let wait = self.dice.wait(3_600, 9 * DAY.unsigned_abs());
                    self.push(after(self.now, 60 + wait), Event::Look);
                }
            }
        }
    }

    /// A new contract, with whatever is on offer; sometimes from two tabs at once.
    pub fn subscribe(&mut self, series: &mut Series) -> Check {
        let reader = self.readers[usize::from(self.dice.permille(100))];
        let order = self.order(reader);
        self.subscribe_with(order, series)
    }

    /// As [`Household::subscribe`], with this order.
    pub fn subscribe_with(&mut self, order: Order, series: &mut Series) -> Check {
        let (reader, offer) = (order.reader, order.offer.clone());
        let existing = self.store.contracts();
        let mut jobs = Vec::new();
        match admit(reader, Product::Digital, &order.plan, &offer, &existing, self.now) {
            Ok(Admission::Resume(id)) => {
                return self.scene(vec![Job::act(id.0, self.begin(&offer))], series);
            }
            Ok(Admission::Open { supersede }) => {
                // Another tab knows nothing of it.
                if self.dice.permille(850) {
                    jobs.extend(supersede.iter().map(|id| Job::act(id.0, Act::Supersede)));
                }
            }
            Err(_) => self.stats.count("refused subscribe"),
        }
        let begin = self.begin(&offer);
        let id = order.id.0;
        self.terms.other_live = None;
        match open(order, &existing, self.now, &self.terms) {
            Ok(decision) => {
                if self.store.commit(id, 0, &decision, series)?.is_ok() {
                    self.stats.count("open");
                    self.note(|| {
                        format!("-- contract {id} opened: {:?} {:?}", decision.dossier.contract.plan(), offer)
                    });
                    audit::committed(self, None, &decision, &Act::Supersede)?;
                    self.react(&decision);
                    jobs.push(Job::act(id, begin.clone()));
                    if self.dice.permille(80) {
                        jobs.push(Job::act(id, begin));
                    }
                }
            }
            Err(refusal) => {
                self.note(|| format!("-- no contract: {refusal}"));
                self.stats.count("refused open");
            }
        }
        self.scene(jobs, series)
    }

    fn begin(&self, offer: &Offer) -> Act {
        match offer.trial_days {
            Some(_) => Act::KeepMethod { parameters: parameters() },
            None => Act::Pay { parameters: parameters() },
        }
    }

    pub fn order(&mut self, reader: ReaderId) -> Order {
        let id = SubscriptionId(self.index as i64 * 1_000 + self.store.rows.len() as i64 + 1);
        let which = self.dice.weighted(&[(10, 0), (6, 1), (4, 2), (1, 3)]);
        let plan = plan(which, u32::try_from(self.dice.between(1, 2)).unwrap_or(1));
        let offer = self.offer(reader);
        let zone = BillingZone::new(self.zone).unwrap_or_else(|_| unreachable!("a zone that exists"));
        let text = String::from("renews automatically, cancel at any time");
        let consent = Consent { text, given_at: self.now, begin_at_once: self.dice.permille(300) };
        Order { id, reader, product: Product::Digital, plan, zone, consent, offer, taxes: taxes(&mut self.dice) }
    }

    fn offer(&mut self, reader: ReaderId) -> Offer {
        let mut offer = Offer::default();
        let few = |dice: &mut super::dice::Dice| u32::try_from(dice.between(1, 3)).unwrap_or(1);
        let lost = self.store.rows.values().rev().find(|row| {
            row.dossier.contract.reader() == reader
                && is_ended(&row.dossier)
                && row.dossier.contract.activated_at().is_some()
        });
        let lost = lost.map(|row| row.dossier.contract.id());
        match self.dice.below(12) {
            0 => {
                let price = Money::new(i64::try_from(self.dice.between(100, 30_000)).unwrap_or(100), Currency::INR);
                offer.intro = Some(Intro { price, periods: few(&mut self.dice) });
            }
            1 | 2 => offer.trial_days = Some(*self.dice.pick(&[1, 7, 30, 90])),
            3 => {
                let percent = u8::try_from(self.dice.between(1, 99)).unwrap_or(10);
                let off = if self.dice.permille(500) {
                    Off::Percent(percent)
                } else {
                    Off::Amount(Money::new(7_777, Currency::INR))
                };
                let code = String::from("WELCOME");
                offer.coupon = Some(Coupon { code, off, periods: few(&mut self.dice), until: None, most: None });
            }
            4 => offer.gift = Some(Gift { periods: few(&mut self.dice) }),
            5 => offer.periods = Some(few(&mut self.dice)),
            6..=8 => offer.win_back = lost,
            _ => {}
        }
        offer
    }

    /// The reader's name goes; what the law keeps stays.
    fn erase(&mut self) {
        self.note(|| String::from("-- the readers are erased"));
        self.stats.count("erased");
        self.store.people.clear();
        self.erased = true;
    }

    /// Staff looks at what waits for a person; at the end also at what still runs.
    pub fn look(&mut self, series: &mut Series) -> Check {
        self.note(|| String::from("-- staff looks"));
        let ids: Vec<i64> = self.store.rows.keys().copied().collect();
        let mut open = false;
        for id in ids {
            let Some(dossier) = self.store.dossier(id).cloned() else { continue };
            let mut jobs = Vec::new();
            for refund in dossier.refunds.iter().filter(|refund| matches!(refund.state, RefundState::Failed { .. })) {
                let key = refund.key.clone();
                let again = !self.closing && self.dice.permille(500);
                let reason = String::from("looked at");
                let act = if again { Act::RetryRefund { key, reason } } else { Act::RefundedByBank { key, reason } };
                jobs.push(Job::act(id, act));
            }
            if dossier.contract.parked().is_some() {
                jobs.push(Job::act(id, Act::Release { reason: String::from("looked at") }));
            } else if self.closing {
                jobs.extend(closing_act(&dossier).map(|act| Job::act(id, act)));
            }
            open |= !is_ended(&dossier) || !jobs.is_empty();
            for job in jobs {
                self.scene(vec![job], series)?;
            }
        }
        if self.closing && open {
            let at = after(self.now, 20 * DAY);
            self.push(at, Event::Look);
        }
        Ok(())
    }

    /// The years are over: nothing goes wrong any more, nobody wants anything new, and everything runs out.
    pub fn close_down(&mut self, end: Timestamp) {
        self.closing = true;
        self.faults = Faults::NONE;
        self.rail.faults = Faults::NONE;
        self.push(end, Event::Look);
    }
}

/// How staff brings a contract to its end.
fn closing_act(dossier: &Dossier) -> Option<Act> {
    let reason = String::from("the years are over");
    match dossier.contract.state() {
        State::Ended { .. } | State::Checkout => None,
        State::Unclaimed => Some(Act::End { refund: RefundRule::Full, reason }),
        _ if dossier.contract.cancellation().is_some() => None,
        _ => Some(Act::Cancel { by: Actor::Staff }),
    }
}
