//! Long runs of the billing simulator:
//!
//! ```text
//! cargo run --release -p circulation --example simulate -- --seeds 10000 --from 1 --years 3 --contracts 100
//! ```
//!
//! Prints the rate while it runs, and at the end what happened how often. At a broken rule it prints the seed, the
//! contract's history and the command that plays it again. `--survey` does not stop there, and counts the broken rules.
#![allow(clippy::print_stdout, clippy::disallowed_methods)] // a tool for engineers: it prints, and measures its own rate
#[path = "../tests/simulator/sim/mod.rs"]
#[allow(dead_code)] // the tests use more of it
mod sim;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Instant;

use sim::report::{survey, sweep};
use sim::world::{Extent, Stats};

/// What the command line asks for.
struct Wanted {
    first: u64,
    seeds: u64,
    extent: Extent,
    survey: bool,
}

fn wanted() -> Result<Wanted, String> {
    let extent = Extent { years: 3, contracts: 100, only: None, steps: u64::MAX, told: false };
    let mut wanted = Wanted { first: 1, seeds: 1_000, extent, survey: false };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        if word == "--survey" {
            wanted.survey = true;
            continue;
        }
        let number = words.next().and_then(|text| text.parse::<u64>().ok());
        let number = number.ok_or_else(|| format!("{word} needs a number behind it"))?;
        match word.as_str() {
            "--seeds" => wanted.seeds = number,
            "--from" => wanted.first = number,
            "--years" => wanted.extent.years = i64::try_from(number).map_err(|error| error.to_string())?,
            "--contracts" => wanted.extent.contracts = usize::try_from(number).map_err(|error| error.to_string())?,
            _ => return Err(format!("{word} is not known; write --seeds, --from, --years, --contracts or --survey")),
        }
    }
    Ok(wanted)
}

fn main() -> ExitCode {
    let wanted = match wanted() {
        Ok(wanted) => wanted,
        Err(problem) => {
            println!("{problem}");
            return ExitCode::from(2);
        }
    };
    let began = Instant::now();
    let shown = Mutex::new(0);
    let progress = |done: u64| {
        let seconds = began.elapsed().as_secs();
        let Ok(mut last) = shown.lock() else { return };
        if seconds >= *last + 5 {
            *last = seconds;
            println!("{done} of {} seeds, {:.1} a second", wanted.seeds, done as f64 / began.elapsed().as_secs_f64());
        }
    };
    if wanted.survey {
        let (stats, rules) = survey(wanted.first, wanted.seeds, wanted.extent, &progress);
        print(&stats, began);
        return print_survey(&rules);
    }
    match sweep(wanted.first, wanted.seeds, wanted.extent, &progress) {
        Ok(stats) => {
            print(&stats, began);
            ExitCode::SUCCESS
        }
        Err(failure) => {
            println!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn print(stats: &Stats, began: Instant) {
    for (what, count) in &stats.counts {
        println!("{count:>10}  {what}");
    }
    let seconds = began.elapsed().as_secs_f64();
    println!("{} steps of processes, {} households, {seconds:.1} s", stats.steps, stats.contracts);
}

fn print_survey(rules: &BTreeMap<&'static str, (u64, String)>) -> ExitCode {
    for (rule, (count, example)) in rules {
        println!("{count:>6}  {rule}: {example}");
    }
    if rules.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
