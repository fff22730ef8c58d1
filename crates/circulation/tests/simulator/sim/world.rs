//! One seed: households, each with a store, a rail, readers and time of its own, moved on by the earliest event.
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use circulation::billing::Terms;
use circulation::payments::MandateState;
use circulation::readers::ReaderId;
use jiff::Timestamp;

use super::access::Witness;
use super::audit;
use super::dice::Dice;
use super::driver::Job;
use super::rail::{Behaviour, Rail};
use super::rules::{Check, Violation, broken};
use super::settings::{DAY, Faults, Settings, after, zone};
use super::store::{Series, Store};

/// Something that happens at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A reader comes to a page.
    Visit(usize),
    /// A debit or page that took its time is over.
    Resolve(usize),
    /// A refund that took its time is over.
    Returned(usize),
    /// A permission is paused, resumed or revoked in the reader's app.
    Turn(usize, MandateState),
    /// The rail's own schedule comes round.
    Schedule(usize),
    Dispute(usize),
    Decided(usize, bool),
    /// The rail tells the paper that something has moved.
    Hint(Hint),
    /// A reader wants something.
    Wish,
    /// A reader answers a mail by paying.
    PayNow(i64),
    /// A lapsed process is replaced, or staff looks.
    Look,
}

/// What a webhook is about; its payload is not believed, the rail is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    Charge(String),
    /// One of two payments that a charge took.
    Payment(usize),
    Refund(String),
    Mandate(usize),
    Dispute(usize),
    /// A payment by the rail's own schedule.
    Schedule(usize),
}

type Queued = Reverse<(Timestamp, u64)>;

/// Counts of what happened, to show that it did.
#[derive(Debug, Clone, Default)]
pub struct Stats {
    pub steps: u64,
    pub contracts: u64,
    pub counts: BTreeMap<String, u64>,
    pub longest_scene: u32,
}

impl Stats {
    pub fn count(&mut self, what: &str) {
        match self.counts.get_mut(what) {
            Some(count) => *count += 1,
            None => {
                self.counts.insert(what.to_owned(), 1);
            }
        }
    }

    pub fn add(&mut self, other: &Stats) {
        self.steps += other.steps;
        self.contracts += other.contracts;
        self.longest_scene = self.longest_scene.max(other.longest_scene);
        for (what, count) in &other.counts {
            *self.counts.entry(what.clone()).or_default() += count;
        }
    }
}

/// One or two readers with their contracts.
pub struct Household {
    pub index: usize,
    pub dice: Dice,
    pub now: Timestamp,
    pub store: Store,
    pub rail: Rail,
    pub readers: [ReaderId; 2],
    pub zone: &'static str,
    pub terms: Terms,
    pub faults: Faults,
    pub witness: HashMap<i64, Witness>,
    pub stats: Stats,
    pub log: Option<Vec<String>>,
    /// Readers and staff only tidy up any more.
    pub closing: bool,
    pub erased: bool,
    pub most_steps: u64,
    /// The process that takes this step dies right after it.
    pub die_at: Option<u64>,
    /// How often in a row something had become due while processes were at work.
    pub restarts: u32,
    pub mean_days: u64,
    queue: BinaryHeap<Queued>,
    waiting: HashMap<u64, Event>,
    queued: u64,
}

impl Household {
    pub fn new(seed: u64, index: usize, settings: &Settings) -> Household {
        let mut dice = Dice::new(seed).fork(1_000 + index as u64);
        let mix = mix(&mut dice);
        let mut home = Household::quiet(index, settings, mix, dice);
        let first = i64::try_from(home.dice.between(60, 120 * DAY.unsigned_abs())).unwrap_or(60);
        home.push(after(settings.start, first), Event::Wish);
        home.push(settings.end, Event::Look);
        home
    }

    /// A household in which nobody wants anything yet.
    pub fn quiet(index: usize, settings: &Settings, mix: Vec<(u64, Behaviour)>, mut dice: Dice) -> Household {
        let faults = settings.faults;
        let rail = Rail::new(settings.rail.clone(), faults, dice.fork(7), mix);
        let base = index as i64 * 10;
        let terms = Terms { policy: settings.policy.clone(), rail: settings.rail.clone(), other_live: None };
        let mut home = Household {
            index,
            now: settings.start,
            store: Store::default(),
            rail,
            readers: [ReaderId(base + 1), ReaderId(base + 2)],
            zone: zone(&mut dice),
            terms,
            faults,
            witness: HashMap::new(),
            stats: Stats::default(),
            log: None,
            closing: false,
            erased: false,
            most_steps: u64::MAX,
            die_at: None,
            restarts: 0,
            mean_days: 300,
            queue: BinaryHeap::new(),
            waiting: HashMap::new(),
            queued: 0,
            dice,
        };
        for reader in home.readers {
            home.store.people.insert(reader.0, format!("Reader {}", reader.0));
        }
        home
    }

    pub fn push(&mut self, at: Timestamp, event: Event) {
        self.queued += 1;
        self.queue.push(Reverse((at, self.queued)));
        self.waiting.insert(self.queued, event);
    }

    pub fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(log) = &mut self.log {
            let line = format!("{:>6} {} {}", self.stats.steps, self.now, line());
            log.push(line);
        }
    }

    fn earliest_due(&self) -> Option<(Timestamp, i64)> {
        self.store.rows.iter().filter_map(|(id, row)| Some((row.due?, *id))).min()
    }

    /// The next instant at which anything happens.
    pub fn next_at(&self) -> Option<Timestamp> {
        let queued = self.queue.peek().map(|Reverse((at, _))| *at);
        let due = self.earliest_due().map(|(at, _)| at);
        match (queued, due) {
            (Some(queued), Some(due)) => Some(queued.min(due)),
            (queued, due) => queued.or(due),
        }
    }

    /// Lets the earliest thing happen.
    pub fn step(&mut self, settings: &Settings, series: &mut Series) -> Check {
        let Some(at) = self.next_at() else { return Ok(()) };
        let up = settings.up_at(at);
        let due = self.earliest_due().filter(|(due, _)| *due <= at);
        if let Some((_, id)) = due {
            // All processes are down: it is found when they are up again.
            if up > at {
                if let Some(row) = self.store.rows.get_mut(&id) {
                    row.due = Some(after(up, i64::try_from(self.dice.below(3_600)).unwrap_or(0)));
                }
                return Ok(());
            }
            self.now = self.now.max(at);
            let mut jobs = vec![Job::clock(id)];
            if self.dice.permille(self.faults.second_process) {
                jobs.push(Job::clock(id));
            }
            return self.scene(jobs, series);
        }
        let Some(Reverse((_, number))) = self.queue.pop() else { return Ok(()) };
        let Some(event) = self.waiting.remove(&number) else { return Ok(()) };
        let at_rail = !matches!(event, Event::Hint(_) | Event::Wish | Event::PayNow(_) | Event::Look);
        if up > at && !at_rail {
            let wait = i64::try_from(self.dice.below(7_200)).unwrap_or(0);
            self.push(after(up, wait), event);
            return Ok(());
        }
        self.now = self.now.max(at);
        self.happen(event, series)?;
        self.take_later();
        Ok(())
    }

    fn happen(&mut self, event: Event, series: &mut Series) -> Check {
        let now = self.now;
        if self.log.is_some() && event != Event::Wish {
            self.note(|| format!("-- {event:?}"));
        }
        match event {
            Event::Visit(index) => self.rail.visit(index, now),
            Event::Resolve(index) => self.rail.resolve(index, now),
            Event::Returned(index) => self.rail.returned(index, now),
            Event::Turn(index, to) => self.rail.turn(index, to, now),
            Event::Dispute(payment) if self.closing => {
                let _ = payment;
            }
            Event::Dispute(payment) => self.rail.dispute(payment, now),
            Event::Decided(case, won) => self.rail.decided(case, won, now),
            Event::Schedule(index) => self.schedule(index),
            Event::Hint(hint) => return self.heed(hint, series),
            Event::Wish => return self.wish(series),
            Event::PayNow(id) => return self.pay_now(id, series),
            Event::Look => return self.look(series),
        }
        Ok(())
    }

    pub fn take_later(&mut self) {
        for (at, event) in std::mem::take(&mut self.rail.later) {
            self.push(at, event);
        }
    }

    /// The rail's own schedule: it collects what falls due.
    fn schedule(&mut self, index: usize) {
        let contract = self.rail.permissions[index].contract;
        if let Some(dossier) = self.store.dossier(contract).cloned()
            && let Some(due_on) = dossier.contract.next_renewal()
            && dossier.contract.zone().date_at(self.now) >= due_on
        {
            let open = dossier.open_invoice().map(circulation::billing::Invoice::charge);
            let notice = self.terms.policy.price_notice_days;
            let amount = open.or_else(|| Some(dossier.next_price(self.now, notice).ok()?.1));
            if let Some(amount) = amount {
                self.rail.collect(index, due_on, amount, self.now);
            }
        }
        if !self.closing {
            let wait = i64::try_from(self.dice.between(3_600, 3 * 86_400)).unwrap_or(3_600);
            self.push(after(self.now, wait), Event::Schedule(index));
        }
    }
}

/// Which methods a household's readers use.
fn mix(dice: &mut Dice) -> Vec<(u64, Behaviour)> {
    use Behaviour as B;
    let rest = [
        B::Decline,
        B::DeclineTwiceThenOk,
        B::NeedsAction,
        B::TimeoutThenCaptured,
        B::TimeoutThenFailed,
        B::UpiReaderSkips,
        B::UpiPaused,
        B::UpiRevoked,
        B::LateCapture,
        B::Dispute,
        B::RefundFails,
    ];
    let mut mix = vec![(dice.between(4, 20), B::Ok), (dice.between(0, 14), B::UpiOk)];
    for _ in 0..dice.below(5) {
        mix.push((dice.between(1, 8), *dice.pick(&rest)));
    }
    mix
}

/// How far a run goes.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    pub years: i64,
    pub contracts: usize,
    /// Only this household.
    pub only: Option<usize>,
    /// Steps of a household after which it is left alone.
    pub steps: u64,
    /// Whether the history is kept.
    pub told: bool,
}

/// What broke, and where.
#[derive(Debug, Clone)]
pub struct Failure {
    pub seed: u64,
    pub household: usize,
    pub step: u64,
    pub violation: Violation,
    pub history: Vec<String>,
}

/// Runs one seed to its end.
pub fn run(seed: u64, extent: Extent) -> Result<Stats, Box<Failure>> {
    let settings = Settings::of(seed, extent.years);
    let mut series = Series::default();
    let mut homes: Vec<Household> = (0..extent.contracts)
        .filter(|index| extent.only.is_none_or(|only| only == *index))
        .map(|index| Household::new(seed, index, &settings))
        .collect();
    for home in &mut homes {
        home.log = extent.told.then(Vec::new);
        home.most_steps = extent.steps;
        let every = settings.restless_days;
        home.stats.contracts = 1;
        home.restless(every);
    }
    live(seed, &mut homes, &settings, &mut series)?;
    let mut stats = Stats::default();
    let mut numbers: Vec<u32> = Vec::new();
    let mut notes: Vec<u32> = Vec::new();
    for home in &mut homes {
        let checked = audit::at_rest(home);
        blame(seed, home, checked)?;
        audit::collect_numbers(home, &mut numbers, &mut notes);
        stats.add(&home.stats);
    }
    if let Some(home) = homes.first() {
        let gapless =
            audit::gapless(numbers, series.invoices).and_then(|()| audit::gapless(notes, series.credit_notes));
        blame(seed, home, gapless)?;
    }
    Ok(stats)
}

/// All households by the clock, then the tidying up until nothing is left to do.
fn live(seed: u64, homes: &mut [Household], settings: &Settings, series: &mut Series) -> Result<(), Box<Failure>> {
    let mut order: BinaryHeap<Reverse<(Timestamp, usize)>> = BinaryHeap::new();
    let put = |order: &mut BinaryHeap<_>, home: &Household, index: usize| {
        if let Some(at) = home.next_at() {
            order.push(Reverse((at, index)));
        }
    };
    for (index, home) in homes.iter().enumerate() {
        put(&mut order, home, index);
    }
    while let Some(Reverse((at, index))) = order.pop() {
        let home = &mut homes[index];
        if home.stats.steps >= home.most_steps {
            continue;
        }
        if at >= settings.end && !home.closing {
            home.close_down(settings.end);
        }
        let stepped = home.step(settings, series);
        blame(seed, home, stepped)?;
        if after(settings.end, 40 * 365 * DAY) < at {
            let stuck = broken("progress", "forty years later something is still being done");
            blame(seed, home, stuck)?;
        }
        put(&mut order, home, index);
    }
    Ok(())
}

fn blame(seed: u64, home: &Household, check: Check) -> Result<(), Box<Failure>> {
    check.map_err(|violation| {
        let history = home.log.clone().unwrap_or_default();
        Box::new(Failure { seed, household: home.index, step: home.stats.steps, violation, history })
    })
}
