//! Many seeds on all processors, and what is printed when a rule breaks.
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::world::{Extent, Failure, Stats, run};

/// Lines of the history that are shown.
const SHOWN: usize = 80;

/// Runs `seeds` seeds from `first` on. Stops at the first failure of each worker and gives the lowest seed that failed,
/// made as small as it gets. `progress` is called now and then with how many seeds are done.
pub fn sweep(first: u64, seeds: u64, extent: Extent, progress: &(dyn Fn(u64) + Sync)) -> Result<Stats, String> {
    let next = AtomicU64::new(0);
    let done = AtomicU64::new(0);
    let stop = AtomicBool::new(false);
    let outcome: Mutex<(Stats, Vec<Failure>)> = Mutex::new((Stats::default(), Vec::new()));
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= seeds || stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let ran = run(first + index, extent);
                    let Ok(mut held) = outcome.lock() else { return };
                    match ran {
                        Ok(stats) => held.0.add(&stats),
                        Err(failure) => {
                            held.1.push(*failure);
                            stop.store(true, Ordering::Relaxed);
                        }
                    }
                    drop(held);
                    progress(done.fetch_add(1, Ordering::Relaxed) + 1);
                }
            });
        }
    });
    let (stats, mut failures) = outcome.into_inner().map_err(|error| error.to_string())?;
    failures.sort_by_key(|failure| failure.seed);
    match failures.first() {
        None => Ok(stats),
        Some(failure) => Err(told(failure, extent)),
    }
}

/// Runs all seeds whatever breaks, and counts the broken rules with one example each.
pub fn survey(
    first: u64,
    seeds: u64,
    extent: Extent,
    progress: &(dyn Fn(u64) + Sync),
) -> (Stats, BTreeMap<&'static str, (u64, String)>) {
    let mut stats = Stats::default();
    let mut rules: BTreeMap<&'static str, (u64, String)> = BTreeMap::new();
    for index in 0..seeds {
        match run(first + index, extent) {
            Ok(ran) => stats.add(&ran),
            Err(failure) => {
                let found = rules.entry(failure.violation.rule).or_default();
                found.0 += 1;
                if found.0 == 1 {
                    let mut what = failure.violation.what;
                    what.truncate(600);
                    found.1 = format!("seed {}, household {}: {what}", failure.seed, failure.household);
                }
            }
        }
        progress(index + 1);
    }
    (stats, rules)
}

/// A failure made small: only its household, only its years, only its steps, and with its history.
pub fn told(failure: &Failure, extent: Extent) -> String {
    let mut small = Extent { only: Some(failure.household), told: true, ..extent };
    let mut best = failure.clone();
    for years in 1..=extent.years {
        let shorter = Extent { years, ..small };
        if let Err(found) = run(failure.seed, shorter)
            && found.violation.rule == failure.violation.rule
        {
            small = shorter;
            best = *found;
            break;
        }
    }
    let mut text = String::new();
    let skipped = best.history.len().saturating_sub(SHOWN);
    let _ = writeln!(text, "seed {}, household {}, step {}", best.seed, best.household, best.step);
    let _ = writeln!(text, "{}", best.violation);
    let _ = writeln!(text, "history ({skipped} earlier lines left out):");
    for line in best.history.iter().skip(skipped) {
        let _ = writeln!(text, "  {line}");
    }
    let _ = writeln!(
        text,
        "again: SIM_SEED={} SIM_HOUSEHOLD={} SIM_YEARS={} SIM_CONTRACTS={} SIM_STEPS={} \
         cargo test -p circulation --test simulator replay -- --nocapture",
        best.seed, best.household, small.years, small.contracts, best.step,
    );
    text
}
