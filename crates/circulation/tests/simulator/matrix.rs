//! The crash matrix: a story is told once without an accident, then once for each of its steps with the process dying
//! right after that step. Another process goes on from what is stored, and the end is the same.
use std::collections::BTreeMap;

use circulation::billing::{Act, Policy};
use circulation::money::{Currency, Money};
use circulation::payments::{Capabilities, MethodKind, Rail};
use circulation::subscriptions::{Actor, Offer, Order};
use jiff::Timestamp;

use crate::sim::audit;
use crate::sim::dice::Dice;
use crate::sim::driver::{Job, word};
use crate::sim::rail::Behaviour;
use crate::sim::rules::Violation;
use crate::sim::settings::{DAY, Faults, Settings, after, plan};
use crate::sim::store::{Books, Series};
use crate::sim::world::{Event, Household};

/// A story's end, as far as anybody could care.
#[derive(Debug, PartialEq, Eq)]
struct End {
    state: &'static str,
    paid_through: Option<jiff::civil::Date>,
    books: Books,
    documents: Vec<(String, Money)>,
    held_by_rail: i64,
}

/// A contract, told step by step.
struct Story {
    home: Household,
    settings: Settings,
    series: Series,
}

const CONTRACT: i64 = 1;

impl Story {
    fn new(behaviour: Behaviour, die_at: Option<u64>) -> Story {
        let start = Timestamp::from_second(20_000 * DAY).unwrap_or(Timestamp::UNIX_EPOCH);
        let settings = Settings {
            policy: Policy { page_minutes: 1_440, recognise_days: 31, ..Policy::default() },
            rail: Capabilities { needs_predebit: vec![MethodKind::Upi], ..Capabilities::plain(Rail::Sandbox) },
            faults: Faults::NONE,
            start,
            end: after(start, 800 * DAY),
            outages: Vec::new(),
            restless_days: 300,
        };
        let mut home = Household::quiet(0, &settings, vec![(1, behaviour)], Dice::still());
        home.die_at = die_at;
        Story { home, settings, series: Series::default() }
    }

    fn pass(&mut self, days: i64) -> Result<(), Violation> {
        let until = after(self.home.now, days * DAY);
        while self.home.next_at().is_some_and(|at| at <= until) {
            self.home.step(&self.settings, &mut self.series)?;
        }
        self.home.now = until;
        Ok(())
    }

    /// Somebody asks until it is done: they see that nothing happened when the process died.
    fn ask(&mut self, act: &Act) -> Result<(), Violation> {
        let done = |home: &Household| home.stats.counts.get(word(act)).copied().unwrap_or(0);
        let before = done(&self.home);
        for _ in 0..3 {
            self.home.scene(vec![Job::act(CONTRACT, act.clone())], &mut self.series)?;
            if done(&self.home) > before {
                return Ok(());
            }
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<(), Violation> {
        let reader = self.home.readers[0];
        let order = Order { plan: plan(0, 1), offer: Offer::default(), ..self.home.order(reader) };
        self.home.subscribe_with(order, &mut self.series)?;
        let paid = self.home.store.dossier(CONTRACT).is_some_and(|dossier| !dossier.attempts.is_empty());
        if !paid {
            self.ask(&Act::Pay { parameters: BTreeMap::new() })?;
        }
        self.pass(3)
    }

    fn end(mut self) -> Result<(End, u64), Violation> {
        self.pass(8)?;
        let steps = self.home.stats.steps;
        let dossier = self.home.store.dossier(CONTRACT).cloned();
        let mut documents: Vec<(String, Money)> = self
            .home
            .store
            .documents
            .iter()
            .map(|issued| (issued.order.reference.clone(), issued.order.gross))
            .collect();
        documents.sort_by(|one, other| one.0.cmp(&other.0));
        let end = End {
            state: dossier.as_ref().map_or("none", |dossier| dossier.contract.state().word()),
            paid_through: dossier.and_then(|dossier| dossier.contract.paid_through()),
            books: self.home.store.books.get(&CONTRACT).cloned().unwrap_or_default(),
            documents,
            held_by_rail: self.home.rail.holds(CONTRACT),
        };
        Ok((end, steps))
    }

    /// Runs everything out, and checks what must hold then.
    fn rest(mut self) -> Result<(), Violation> {
        self.home.push(after(self.home.now, DAY), Event::Look);
        self.home.closing = true;
        while self.home.next_at().is_some() {
            self.home.step(&self.settings, &mut self.series)?;
        }
        audit::at_rest(&self.home)
    }
}

type Tale = fn(&mut Story) -> Result<(), Violation>;

/// Tells a tale without an accident, then with one after each of its steps.
fn matrix(name: &str, documents: usize, behaviour: Behaviour, tale: Tale) {
    let told = |die_at| -> Result<(End, u64), Violation> {
        let mut story = Story::new(behaviour, die_at);
        tale(&mut story)?;
        story.end()
    };
    let (whole, steps) = told(None).unwrap_or_else(|violation| panic!("{name}: {violation}"));
    assert!(steps > 10, "{name} has only {steps} steps");
    assert_eq!(whole.documents.len(), documents, "{name} is not the story it is meant to be: {whole:?}");
    for step in 1..=steps {
        let (end, _) =
            told(Some(step)).unwrap_or_else(|violation| panic!("{name}, dead after step {step}: {violation}"));
        assert_eq!(end, whole, "{name}, dead after step {step}");
        let mut story = Story::new(behaviour, Some(step));
        let rested = tale(&mut story).and_then(|()| story.rest());
        rested.unwrap_or_else(|violation| panic!("{name}, dead after step {step}, at rest: {violation}"));
    }
    println!("{name}: {steps} steps");
}

#[test]
fn a_first_payment_survives_death_after_each_step() {
    matrix("first payment", 1, Behaviour::Ok, Story::begin);
}

#[test]
fn a_renewal_survives_death_after_each_step() {
    matrix("renewal", 2, Behaviour::Ok, |story| {
        story.begin()?;
        story.pass(100)
    });
}

#[test]
fn a_renewal_that_fails_twice_survives_death_after_each_step() {
    matrix("failed, then paid", 2, Behaviour::DeclineTwiceThenOk, |story| {
        story.begin()?;
        story.pass(105)
    });
}

#[test]
fn a_time_out_survives_death_after_each_step() {
    matrix("time-out, then captured", 2, Behaviour::TimeoutThenCaptured, |story| {
        story.begin()?;
        story.pass(100)
    });
}

#[test]
fn an_announced_debit_survives_death_after_each_step() {
    matrix("announced debit", 2, Behaviour::UpiOk, |story| {
        story.begin()?;
        story.pass(105)
    });
}

#[test]
fn a_refund_survives_death_after_each_step() {
    matrix("refund", 2, Behaviour::Ok, |story| {
        story.begin()?;
        let amount = Some(Money::new(10_000, Currency::INR));
        story.ask(&Act::Refund { invoice: 0, amount, reason: String::from("a complaint") })?;
        story.pass(10)
    });
}

#[test]
fn a_change_of_plan_at_once_survives_death_after_each_step() {
    matrix("change now", 3, Behaviour::Ok, |story| {
        story.begin()?;
        story.pass(20)?;
        story.ask(&Act::ChangeNow { plan: plan(2, 1), parameters: BTreeMap::new() })?;
        story.pass(10)
    });
}

#[test]
fn a_withdrawal_survives_death_after_each_step() {
    let told = |die_at| -> Result<(), Violation> {
        let mut story = Story::new(Behaviour::Ok, die_at);
        story.begin()?;
        story.ask(&Act::Withdraw)?;
        story.pass(10)?;
        story.rest()
    };
    for step in 0..120 {
        told(Some(step)).unwrap_or_else(|violation| panic!("dead after step {step}: {violation}"));
    }
}

/// A cancellation arrives at each step of a renewal, and the process dies at each step around it: whatever was sent
/// before is given back, nothing is sent after.
#[test]
fn a_cancellation_may_come_at_any_step_of_a_renewal() {
    let mut races = 0;
    for at in 0..16 {
        for death in 0..40 {
            let mut story = Story::new(Behaviour::Ok, None);
            let raced = race(&mut story, at, death);
            raced.and_then(|()| story.rest()).unwrap_or_else(|violation| {
                panic!("cancelled {at} seconds around the renewal, dead after {death} steps: {violation}")
            });
            races += 1;
        }
    }
    assert_eq!(races, 640);
}

fn race(story: &mut Story, at: i64, death: u64) -> Result<(), Violation> {
    story.begin()?;
    while story.home.next_at().is_some_and(|next| next < after(story.settings.start, 91 * DAY)) {
        let due = story.home.store.rows.get(&CONTRACT).and_then(|row| row.due);
        let renews =
            story.home.store.dossier(CONTRACT).and_then(|dossier| dossier.contract.paid().map(|paid| paid.period.ends));
        if due.is_some() && due >= renews {
            break;
        }
        story.home.step(&story.settings, &mut story.series)?;
    }
    // The renewal's own steps are taken one after another; the cancellation comes between two of them.
    for _ in 0..at / 4 {
        story.home.step(&story.settings, &mut story.series)?;
    }
    story.home.die_at = Some(story.home.stats.steps + death);
    let due = story.home.next_at().unwrap_or(story.home.now).max(story.home.now);
    story.home.now = due;
    let cancel = Job::act(CONTRACT, Act::Cancel { by: Actor::Reader });
    let mut jobs = vec![Job::clock(CONTRACT), cancel];
    if at % 2 == 1 {
        jobs.reverse();
    }
    story.home.dice = Dice::new(u64::try_from(at).unwrap_or(0) * 1_000 + death);
    story.home.scene(jobs, &mut story.series)?;
    story.home.dice = Dice::still();
    story.ask(&Act::Cancel { by: Actor::Reader })
}
