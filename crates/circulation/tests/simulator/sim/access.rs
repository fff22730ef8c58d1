//! A witness of one contract: from what was captured, paused, extended, refunded and cancelled it works out by the
//! second calendar who may read when (I5, I6, I15), and compares that with the rights in the store.
use chrono::NaiveDate;
use chrono_tz::Tz;
use circulation::benefits::rights_at;
use circulation::billing::{Act, Decision, Dossier, Invoice, Purpose, Record};
use circulation::payments::DisputeState;
use circulation::subscriptions::{EventKind, State};
use jiff::Timestamp;

use super::calendar::{civil, day, days_after, days_between, months_after, start, zone};
use super::rules::{Check, hold};
use super::settings::after;
use super::world::Household;

/// Days in a row that were paid for or given.
#[derive(Debug, Clone)]
struct Spell {
    invoice: u32,
    from: NaiveDate,
    to: NaiveDate,
    since: Timestamp,
    cut: Option<Timestamp>,
    free: bool,
}

/// What somebody who only watches would know of a contract.
#[derive(Debug, Clone)]
pub struct Witness {
    zone: Tz,
    anchor: NaiveDate,
    terms: u32,
    months: u32,
    paid_to: Option<NaiveDate>,
    spells: Vec<Spell>,
    /// Days sold by each invoice.
    sold: Vec<(u32, i64)>,
    /// Access while a payment is being collected.
    graces: Vec<(Timestamp, Timestamp)>,
    trial: Option<(Timestamp, Timestamp, NaiveDate)>,
    paused_at: Option<Timestamp>,
    /// Days kept by a pause: of which invoice, how many, whether they were given.
    days_kept: Vec<(u32, i64, bool)>,
    held: Option<Timestamp>,
}

/// The events that money brings.
const BY_MONEY: [EventKind; 7] = [
    EventKind::Activated,
    EventKind::ActivatedLate,
    EventKind::Converted,
    EventKind::Renewed,
    EventKind::Revived,
    EventKind::Resumed,
    EventKind::PlanChanged,
];

impl Witness {
    pub fn new(dossier: &Dossier) -> Witness {
        Witness {
            zone: zone(dossier.contract.zone().name()),
            anchor: NaiveDate::MIN,
            terms: 0,
            months: u32::from(dossier.contract.plan().term.months().get()),
            paid_to: None,
            spells: Vec::new(),
            sold: Vec::new(),
            graces: Vec::new(),
            trial: None,
            paused_at: None,
            days_kept: Vec::new(),
            held: None,
        }
    }

    /// Takes in a commit, and compares.
    pub fn observe(&mut self, home: &Household, before: Option<&Dossier>, decision: &Decision, act: &Act) -> Check {
        let now = home.now;
        let dossier = &decision.dossier;
        let kinds: Vec<EventKind> = decision
            .records
            .iter()
            .filter_map(|record| match record {
                Record::Event(event) => Some(event.kind),
                _ => None,
            })
            .collect();
        let paid = newly_paid(before, dossier);
        if let Some(invoice) = paid
            && let Some(kind) = kinds.iter().copied().find(|kind| BY_MONEY.contains(kind))
        {
            self.paid(home, dossier, invoice, kind)?;
        }
        for kind in &kinds {
            self.event(home, dossier, *kind, act, paid.is_some());
        }
        if matches!(act, Act::Refund { .. }) && kinds.contains(&EventKind::Cancelled) {
            self.period_given_back(dossier);
        }
        let paid_through = dossier.contract.paid_through().map(civil);
        hold(paid_through == self.paid_to, "I15", || {
            format!(
                "{} is paid through {paid_through:?}, by the second calendar {:?}",
                dossier.contract.id().0,
                self.paid_to
            )
        })?;
        let rights_moved =
            decision.records.iter().any(|r| matches!(r, Record::Grant { .. } | Record::GrantGone { .. }));
        if rights_moved || !kinds.is_empty() { self.compare(home, dossier, now) } else { Ok(()) }
    }

    /// Money for a period: where it begins depends on how the contract stood, where it ends on anchor and months.
    fn paid(&mut self, home: &Household, dossier: &Dossier, invoice: &Invoice, kind: EventKind) -> Check {
        self.credit(dossier, invoice)?;
        let reference = home.rail.payments.iter().rev().find(|payment| {
            invoice.paid_by().is_some_and(|key| payment.key == key.as_str()) || payment.key.contains("-own")
        });
        let captured_at = reference.map_or(home.now, |payment| payment.at).min(home.now);
        let today = day(home.now, self.zone);
        let months = u32::from(invoice.plan.term.months().get());
        let old_end = self.paid_to;
        self.legal(home, invoice, kind, captured_at)?;
        match kind {
            EventKind::Renewed if months == self.months => self.terms += 1,
            EventKind::Renewed => (self.anchor, self.terms) = (old_end.unwrap_or(today), 1),
            EventKind::Converted => (self.anchor, self.terms) = (self.trial.map_or(today, |trial| trial.2), 1),
            EventKind::Activated => (self.anchor, self.terms) = (day(captured_at, self.zone), 1),
            _ => (self.anchor, self.terms) = (today, 1),
        }
        self.months = months;
        let span = invoice.span.max(1);
        self.terms += span - 1;
        let to = months_after(self.anchor, self.terms * months);
        let from = months_after(self.anchor, (self.terms - span) * months);
        let mut free = 0;
        if matches!(invoice.purpose, Purpose::Change { .. }) {
            free = self.end_today(today);
        }
        self.sold.push((invoice.number, days_between(from, to)));
        self.spells.push(Spell { invoice: invoice.number, from, to, since: captured_at, cut: None, free: false });
        self.paid_to = Some(to);
        self.paused_at = None;
        for (from, until) in &mut self.graces {
            *until = (*until).min(home.now).max(*from);
        }
        if free > 0 {
            self.give(invoice.number, to, free, home.now, true);
        }
        Ok(())
    }

    /// I16: a credit is never more than the days after the day of asking were worth.
    fn credit(&self, dossier: &Dossier, invoice: &Invoice) -> Check {
        let Purpose::Change { from } = invoice.purpose else { return Ok(()) };
        let tomorrow = days_after(day(invoice.opened_at, self.zone), 1);
        let of_it = self.spells.iter().filter(|spell| spell.invoice == from && !spell.free);
        let left: i64 = of_it.map(|spell| days_between(spell.from.max(tomorrow), spell.to)).sum();
        let sold = self.sold.iter().find(|(number, _)| *number == from).map_or(0, |(_, days)| *days);
        let gross = dossier.invoices.iter().find(|old| old.number == from).map_or(0, |old| old.gross.minor());
        let most = if sold > 0 { gross * left / sold } else { 0 };
        hold(invoice.credit.minor() <= most, "I16", || {
            format!("{} credited for {left} of {sold} days of {gross}, worth {most}", invoice.credit)
        })
    }

    /// Days in a row from a day on; where they end is the new anchor.
    fn give(&mut self, invoice: u32, from: NaiveDate, days: i64, since: Timestamp, free: bool) {
        let to = days_after(from, days);
        self.spells.push(Spell { invoice, from, to, since, cut: None, free });
        self.paid_to = Some(to);
        (self.anchor, self.terms) = (to, 0);
    }

    /// Nobody is sold days that were blocked, and nobody's days begin anew while access still went on.
    fn legal(&self, home: &Household, invoice: &Invoice, kind: EventKind, captured_at: Timestamp) -> Check {
        let Some(end) = self.paid_to.or(self.trial.map(|trial| trial.2)) else { return Ok(()) };
        let over = start(end, self.zone);
        let grace = self.graces.iter().rev().find(|(from, _)| *from == over).map_or(over, |(_, until)| *until);
        let most = after(start(days_after(end, 12), self.zone), 0);
        match kind {
            EventKind::Renewed | EventKind::Converted => hold(captured_at < grace.max(most), "T13", || {
                format!("invoice {} was captured at {captured_at}, access ended {grace}", invoice.number)
            }),
            EventKind::Revived => hold(home.now >= over, "T13", || {
                format!("invoice {} begins anew although access lasts until {over}", invoice.number)
            }),
            _ => Ok(()),
        }
    }

    /// The running days end with today; says how many free days are lost thereby.
    fn end_today(&mut self, today: NaiveDate) -> i64 {
        let tomorrow = days_after(today, 1);
        let lost = |spell: &Spell| days_between(spell.from.max(tomorrow), spell.to);
        let free = self.spells.iter().filter(|spell| spell.free && spell.cut.is_none()).map(lost).sum();
        self.spells.retain(|spell| spell.from < tomorrow);
        for spell in &mut self.spells {
            spell.to = spell.to.min(tomorrow);
        }
        free
    }

    fn event(&mut self, home: &Household, dossier: &Dossier, kind: EventKind, act: &Act, by_money: bool) {
        let now = home.now;
        let today = day(now, self.zone);
        match kind {
            EventKind::TrialStarted => {
                let days = i64::from(dossier.contract.offer().trial_days.unwrap_or(0));
                let to = days_after(today, days);
                self.trial = Some((now, start(to, self.zone), to));
            }
            EventKind::PastDue => self.grace(home, dossier),
            EventKind::Paused => self.pause(now, today, dossier),
            EventKind::Resumed if !by_money => self.resume(now, today),
            EventKind::GiftClaimed => {
                let Some(invoice) = dossier.invoices.first() else { return };
                (self.anchor, self.terms) = (today, invoice.span.max(1));
                let to = months_after(today, self.terms * self.months);
                let number = invoice.number;
                self.spells.push(Spell { invoice: number, from: today, to, since: now, cut: None, free: false });
                self.paid_to = Some(to);
            }
            EventKind::Extended => {
                let Act::Extend { days, .. } = act else { return };
                let number = self.spells.last().map_or(0, |spell| spell.invoice);
                if let Some(end) = self.paid_to {
                    self.give(number, end, i64::from(*days), now, true);
                }
            }
            EventKind::Ended | EventKind::Superseded | EventKind::CheckoutExpired => self.end(now, dossier),
            EventKind::DisputeOpened if home.terms.policy.cut_on_dispute => {
                let ended = matches!(dossier.contract.state(), State::Ended { .. });
                if !ended && self.held.is_none() {
                    self.held = Some(now);
                }
            }
            EventKind::DisputeWon | EventKind::DisputeLost if decided(dossier) => self.held = None,
            _ => {}
        }
    }

    /// Grace is the publisher's number of days after the day it is due.
    fn grace(&mut self, home: &Household, dossier: &Dossier) {
        let policy = &home.terms.policy;
        let method = dossier.mandate.as_ref().map(|mandate| mandate.facts.mandate.method);
        let trial = self.paid_to.is_none();
        let ladder = policy.ladder_of(method, &home.terms.rail);
        let days = if trial { policy.trial_grace_days } else { ladder.grace_days };
        let due = self.paid_to.or(self.trial.map(|trial| trial.2));
        if let Some(due) = due.filter(|_| days > 0) {
            let until = start(days_after(due, i64::from(days)), self.zone);
            self.graces.push((start(due, self.zone), until));
        }
    }

    fn pause(&mut self, now: Timestamp, today: NaiveDate, dossier: &Dossier) {
        self.paused_at = Some(now);
        let tomorrow = days_after(today, 1);
        let unpaid = matches!(dossier.contract.state(), State::Paused { days_left: 0, .. });
        self.days_kept.clear();
        if unpaid {
            return;
        }
        for free in [false, true] {
            for spell in self.spells.iter().filter(|spell| spell.cut.is_none() && spell.free == free) {
                let days = days_between(spell.from.max(tomorrow), spell.to);
                self.days_kept.push((spell.invoice, days, free));
            }
        }
        self.spells.retain(|spell| spell.from < tomorrow);
        for spell in self.spells.iter_mut().filter(|spell| spell.to > today) {
            spell.to = tomorrow;
            spell.cut = spell.cut.or(Some(now));
        }
    }

    /// The days kept begin today; on the day of the pause itself it is undone.
    fn resume(&mut self, now: Timestamp, today: NaiveDate) {
        let Some(since) = self.paused_at.take() else { return };
        let same_day = day(since, self.zone) == today;
        if same_day {
            for spell in self.spells.iter_mut().filter(|spell| spell.cut == Some(since)) {
                spell.cut = None;
            }
        }
        let mut first = if same_day { days_after(today, 1) } else { today };
        for (invoice, days, free) in std::mem::take(&mut self.days_kept) {
            if days > 0 {
                self.give(invoice, first, days, now, free);
                first = days_after(first, days);
            }
        }
    }

    fn end(&mut self, now: Timestamp, dossier: &Dossier) {
        let State::Ended { reason, .. } = dossier.contract.state() else { return };
        self.held = None;
        let trial_runs = self.paid_to.is_none();
        if let Some((began, ends, _)) = self.trial.as_mut().filter(|_| trial_runs) {
            *ends = (*ends).min(now).max(*began);
        }
        for (from, until) in &mut self.graces {
            *until = (*until).min(now).max(*from);
        }
        if reason.keeps_paid_time() {
            return;
        }
        for spell in self.spells.iter_mut().filter(|spell| spell.cut.is_none()) {
            if start(spell.to, self.zone) > now {
                spell.cut = Some(now);
            }
        }
    }

    /// A period that had not begun was given back whole: the paid time ends before it.
    fn period_given_back(&mut self, dossier: &Dossier) {
        let Some(cancelled) = dossier.contract.cancellation() else { return };
        let from = civil(cancelled.cancel_at);
        self.spells.retain(|spell| spell.from < from);
        self.paid_to = Some(from);
        (self.anchor, self.terms) = (from, 0);
    }

    /// Whether the reader may read at an instant.
    fn may_read(&self, at: Timestamp) -> bool {
        let bounds = |spell: &Spell| (start(spell.from, self.zone).max(spell.since), start(spell.to, self.zone));
        let by_spell = self.spells.iter().any(|spell| {
            let (from, to) = bounds(spell);
            from <= at && at < spell.cut.map_or(to, |cut| cut.min(to))
        });
        let by_grace = self.graces.iter().any(|(from, until)| *from <= at && at < *until);
        let by_trial = self.trial.is_some_and(|(from, until, _)| from <= at && at < until);
        (by_spell || by_grace || by_trial) && self.held.is_none_or(|held| at < held)
    }

    /// The rights in the store, at now and around every boundary still to come.
    fn compare(&self, home: &Household, dossier: &Dossier, now: Timestamp) -> Check {
        let id = dossier.contract.id().0;
        let holder = dossier.contract.holder();
        let grants: Vec<_> = home
            .store
            .grants
            .iter()
            .filter(|(contract, owner, _)| *contract == id && *owner == holder)
            .map(|(_, _, grant)| grant.clone())
            .collect();
        let mut probes = vec![now];
        let spells = self.spells.iter().flat_map(|spell| [start(spell.from, self.zone), start(spell.to, self.zone)]);
        let graces = self.graces.iter().flat_map(|(from, until)| [*from, *until]);
        let trial = self.trial.iter().flat_map(|(from, until, _)| [*from, *until]);
        for bound in spells.chain(graces).chain(trial).filter(|bound| *bound >= now) {
            probes.extend([bound, after(bound, -1)]);
        }
        for probe in probes {
            let given = !rights_at(&grants, probe).benefits.is_empty();
            let earned = self.may_read(probe);
            let rule = if given { "I5" } else { "I6" };
            hold(given == earned, rule, || {
                format!(
                    "{id} at {probe}: the store says {given}, by what was paid it is {earned}\n{self:?}\n{grants:?}"
                )
            })?;
        }
        Ok(())
    }
}

/// Whether no dispute is open any more.
fn decided(dossier: &Dossier) -> bool {
    dossier.disputes.iter().all(|dispute| dispute.state != DisputeState::Open)
}

/// The invoice that this commit paid.
fn newly_paid<'a>(before: Option<&Dossier>, after: &'a Dossier) -> Option<&'a Invoice> {
    let before = before?;
    after.invoices.iter().find(|invoice| {
        let old = before.invoices.iter().find(|old| old.number == invoice.number);
        invoice.paid_by().is_some() && old.is_none_or(|old| old.paid_by().is_none())
    })
}
