//! The simulator of the billing engine, as tests. How it works stands in `sim/mod.rs`, what it found in
//! `docs/billing-proofs.md`.
#![allow(clippy::panic, clippy::print_stdout)] // a test file: it fails by panicking and prints its numbers
mod matrix;
mod orders;
#[allow(dead_code)] // the tool for long runs uses more of it
mod sim;

use sim::report::sweep;
use sim::world::{Extent, Stats, run};

/// A number from the environment.
fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn extent() -> Extent {
    let years = i64::try_from(setting("SIM_YEARS", 3)).unwrap_or(3);
    let contracts = usize::try_from(setting("SIM_CONTRACTS", 100)).unwrap_or(100);
    Extent { years, contracts, only: None, steps: u64::MAX, told: false }
}

fn print(stats: &Stats) {
    println!("{} steps, {} households, longest scene {}", stats.steps, stats.contracts, stats.longest_scene);
    for (what, count) in &stats.counts {
        println!("{count:>9}  {what}");
    }
}

#[test]
fn a_thousand_seeds_of_three_years_keep_every_rule() {
    let seeds = setting("SIM_SEEDS", 1_000);
    match sweep(setting("SIM_FROM", 1), seeds, extent(), &|_| ()) {
        Ok(stats) => print(&stats),
        Err(failure) => panic!("{failure}"),
    }
}

/// Runs one seed, or one household of it, again: `SIM_SEED`, `SIM_HOUSEHOLD`, `SIM_YEARS`, `SIM_CONTRACTS`, `SIM_STEPS`.
#[test]
fn replay() {
    let Ok(seed) = std::env::var("SIM_SEED") else { return };
    let Ok(seed) = seed.parse() else { panic!("SIM_SEED is no number") };
    let only = std::env::var("SIM_HOUSEHOLD").ok().and_then(|text| text.parse().ok());
    let extent = Extent { only, steps: setting("SIM_STEPS", u64::MAX), told: true, ..extent() };
    match run(seed, extent) {
        Ok(stats) => print(&stats),
        Err(failure) => {
            for line in &failure.history {
                println!("{line}");
            }
            panic!("seed {}, household {}: {}", failure.seed, failure.household, failure.violation);
        }
    }
}
