//! What a seed decides: policy, rail, plans, zones, how much goes wrong, and when all processes are down.
use circulation::benefits::{Benefit, Benefits};
use circulation::billing::{Ladder, PauseRules, Policy, RefundRule};
use circulation::calendar::{BillingZone, Term};
use circulation::ledger::TaxRates;
use circulation::money::{Currency, Money};
use circulation::payments::{Capabilities, DebitWindows, MethodKind, Rail, Scheduling};
use circulation::plans::{PlanCode, PlanVersion};
use jiff::{SignedDuration, Timestamp};

use super::dice::Dice;

pub const DAY: i64 = 86_400;

/// Time zones of readers: with and without changes of the clocks, far east, far west, midnight changes, half hours.
const ZONES: [&str; 9] = [
    "Asia/Kolkata",
    "Asia/Kolkata",
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Apia",
    "Africa/Cairo",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Asia/Beirut",
];

/// How often things go wrong, in thousandths.
#[derive(Debug, Clone, Copy)]
pub struct Faults {
    /// A process dies after a step.
    pub death: u64,
    /// The rail's answer is lost although it did what was asked.
    pub lost_answer: u64,
    /// The request is late: it arrives minutes after the caller has given up.
    pub late_request: u64,
    /// The request never arrives.
    pub lost_request: u64,
    /// A webhook is never delivered.
    pub dropped_hint: u64,
    /// A webhook is delivered more than once.
    pub doubled_hint: u64,
    /// A second process works on the same contract.
    pub second_process: u64,
    /// A rail takes the money twice, or another amount than was asked for.
    pub wrong_capture: u64,
    /// While a request is late, somebody asks the rail what became of it, as a reader does who opens the return page once
    /// more: the rail knows nothing of it yet, and says so.
    pub asked_meanwhile: bool,
}

impl Faults {
    pub const NONE: Faults = Faults {
        death: 0,
        lost_answer: 0,
        late_request: 0,
        lost_request: 0,
        dropped_hint: 0,
        doubled_hint: 0,
        second_process: 0,
        wrong_capture: 0,
        asked_meanwhile: false,
    };
}

/// Everything that a seed decides.
#[derive(Debug, Clone)]
pub struct Settings {
    pub policy: Policy,
    pub rail: Capabilities,
    pub faults: Faults,
    pub start: Timestamp,
    pub end: Timestamp,
    /// All processes are down, from and to, in order.
    pub outages: Vec<(Timestamp, Timestamp)>,
    /// Mean days between two wishes of a reader.
    pub restless_days: u64,
}

impl Settings {
    pub fn of(seed: u64, years: i64) -> Settings {
        let mut dice = Dice::new(seed).fork(1);
        // Anchors shall meet leap days and every kind of month.
        let day = i64::try_from(dice.between(19_000, 20_800)).unwrap_or(20_000);
        let start = Timestamp::from_second(day * DAY).unwrap_or(Timestamp::UNIX_EPOCH);
        let end = after(start, years * 365 * DAY);
        Settings {
            policy: policy(&mut dice),
            // Dice of their own: what was added later leaves the seeds of older findings as they were.
            rail: rail(&mut dice, &mut Dice::new(seed).fork(19)),
            faults: faults(&mut dice, &mut Dice::new(seed).fork(21)),
            start,
            end,
            outages: outages(&mut dice, start, end),
            restless_days: dice.weighted(&[(6, 300), (3, 90), (1, 20)]),
        }
    }

    /// The instant itself, or the end of the outage that it falls into.
    pub fn up_at(&self, at: Timestamp) -> Timestamp {
        self.outages.iter().find(|(from, to)| *from <= at && at < *to).map_or(at, |(_, to)| *to)
    }
}

/// An instant so many seconds later.
pub fn after(at: Timestamp, seconds: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

fn policy(dice: &mut Dice) -> Policy {
    let ladders: [&[u16]; 5] = [&[1, 3, 5, 7], &[1, 2, 3], &[3], &[], &[2, 9]];
    let mut ladder =
        |graces: &[u16]| Ladder { grace_days: *dice.pick(graces), retry_days: dice.pick(&ladders).to_vec() };
    let (ladder, announced_ladder) = (ladder(&[7, 7, 3, 0, 10]), ladder(&[5, 5, 2, 0]));
    Policy {
        page_minutes: *dice.pick(&[60, 60, 10, 1_440]),
        debit_hour: *dice.pick(&[6, 6, 0, 23]),
        notice_hour: *dice.pick(&[8, 0, 22]),
        renewal_notice_days: dice.pick(&[vec![21, 7], vec![30, 14, 3], vec![]]).clone(),
        trial_notice_days: *dice.pick(&[3, 7]),
        price_notice_days: *dice.pick(&[30, 7, 0]),
        mandate_notice_days: 30,
        yearly_statement: !dice.permille(200),
        ladder,
        announced_ladder,
        trial_grace_days: *dice.pick(&[0, 0, 3]),
        recovery_days: *dice.pick(&[30, 30, 15, 60]),
        most_debits_per_day: *dice.pick(&[3, 3, 1]),
        pause: match dice.below(4) {
            0 => None,
            1 => Some(PauseRules { longest_days: 20, per_year: 4 }),
            _ => Some(PauseRules { longest_days: 90, per_year: 2 }),
        },
        change_now: !dice.permille(200),
        withdrawal_days: *dice.pick(&[14, 14, 0, 30]),
        withdrawal_refund: *dice.pick(&[RefundRule::Full, RefundRule::ProRata, RefundRule::Nothing]),
        cut_on_dispute: dice.permille(400),
        win_back_months: *dice.pick(&[12, 1]),
        mandate_headroom_percent: *dice.pick(&[50, 0, 400]),
        mandate_months: *dice.pick(&[120, 24, 12]),
        recognise_days: dice.weighted(&[(1, 1), (3, 7), (36, 31)]),
    }
}

fn rail(dice: &mut Dice, hours: &mut Dice) -> Capabilities {
    let plain = Capabilities::plain(Rail::Sandbox);
    let resend_within = SignedDuration::from_hours(*dice.pick(&[24, 24, 0, 1, 72]));
    let mut rail = Capabilities { resend_within, ..plain };
    match dice.below(8) {
        0..=2 => {}
        3..=5 => indian(&mut rail, dice, hours),
        6 => rail.scheduling = Scheduling::ProviderScheduled,
        _ => {
            rail.method_only_amount = Some(Money::new(500, Currency::INR));
            rail.max_unattended_amount = Some(Money::new(300_000, Currency::INR));
        }
    }
    rail
}

/// Notices before debits, hours in which debits may be sent, amounts that cannot be changed. Some rails are open for a few
/// minutes only: what is sent again a little later then meets a closed door.
fn indian(rail: &mut Capabilities, dice: &mut Dice, hours: &mut Dice) {
    rail.can_change_amount = vec![MethodKind::Card];
    rail.needs_predebit =
        if dice.permille(400) { vec![MethodKind::Upi, MethodKind::Card] } else { vec![MethodKind::Upi] };
    if let Ok(zone) = BillingZone::new("Asia/Kolkata") {
        let wide = vec![(0, 600), (780, 1_020), (1_290, 1_440)];
        let narrow = vec![(355, 364), (780, 785), (1_290, 1_296)];
        let minutes = if hours.permille(300) { narrow } else { wide };
        rail.debit_windows = Some(DebitWindows { zone, minutes, methods: vec![MethodKind::Upi] });
    }
    rail.max_unattended_amount = dice.permille(500).then_some(Money::new(1_500_000, Currency::INR));
    rail.method_only_amount = dice.permille(500).then_some(Money::new(200, Currency::INR));
}

fn faults(dice: &mut Dice, line: &mut Dice) -> Faults {
    let wild = dice.weighted(&[(2, 0), (5, 1), (2, 4)]);
    // On a bad line requests are lost or late one after another, and people ask what became of them.
    let bad_line = line.permille(200);
    let often = if bad_line { 5 } else { 1 };
    Faults {
        death: 15 * wild,
        lost_answer: 30 * wild,
        late_request: 15 * wild * often,
        lost_request: 15 * wild * often,
        dropped_hint: 60 * wild,
        doubled_hint: 60 * wild,
        second_process: 50 * wild,
        wrong_capture: 2 * wild,
        asked_meanwhile: bad_line,
    }
}

fn outages(dice: &mut Dice, start: Timestamp, end: Timestamp) -> Vec<(Timestamp, Timestamp)> {
    let mut at = start;
    let mut found = Vec::new();
    for _ in 0..dice.below(8) {
        let from = after(at, i64::try_from(dice.between(3_600, 300 * 86_400)).unwrap_or(0));
        let to = after(from, 600 + dice.wait(3_600, 40 * 86_400));
        if to >= end {
            break;
        }
        found.push((from, to));
        at = to;
    }
    found
}

/// A household's zone.
pub fn zone(dice: &mut Dice) -> &'static str {
    dice.pick::<&'static str>(&ZONES)
}

/// The reader's place: within the State, in another State, abroad.
pub fn taxes(dice: &mut Dice) -> TaxRates {
    let rates: [&[(&str, u32)]; 4] = [&[("cgst", 900), ("sgst", 900)], &[("igst", 1_800)], &[("vat", 700)], &[]];
    TaxRates::new(dice.pick::<&[(&str, u32)]>(&rates)).unwrap_or_else(|_| TaxRates::none())
}

/// The plans on sale: 0 quarterly, 1 yearly, 2 for two years, 3 monthly.
pub fn plan(which: usize, version: u32) -> PlanVersion {
    let table = [
        ("smart-quarterly", 90_000, 3),
        ("smart-essential", 270_000, 12),
        ("super-saver", 390_000, 24),
        ("smart-monthly", 33_301, 1),
    ];
    let (code, price, months) = table[which % table.len()];
    let price = price + i64::from(version - 1) * (price / 9 + 1);
    PlanVersion {
        code: PlanCode::try_from(code.to_owned()).unwrap_or_else(|_| unreachable!("a good code")),
        version,
        name: code.replace('-', " "),
        price: Money::new(price, Currency::INR),
        term: Term::new(months).unwrap_or_else(|_| unreachable!("a good term")),
        benefits: Benefits::NONE.with(Benefit::Unlimited).with(Benefit::Premium),
    }
}
