//! Makes a paper with many contracts that are due on one day, renews them by the round of the house, and compares with
//! what the same database does when it only commits. Prints one `name value` a line; see bench/README.md.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program of the bench talks")]
mod check;
mod paper;
mod process;
mod rail;
mod raw;
mod steps;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;
use jiff::{SignedDuration, Timestamp};
use masthead::clock::Clock;
use masthead::dice::Dice;
use masthead::house::{House, Plan};
use steps::Steps;
use store::Location;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Contracts of the rehearsal, which tells how heavy a commit of the round is.
const PILOT: usize = 512;

/// Renews contracts that are due on one day.
#[derive(Parser)]
struct Wish {
    /// How many.
    #[arg(long, default_value_t = 100_000)]
    contracts: usize,
    /// A folder with the paper's settings.
    #[arg(long)]
    data: PathBuf,
    /// `sqlite:PATH` or `postgres://…`, an empty database.
    #[arg(long)]
    database: String,
}

pub(crate) type Done<T> = Result<T, Box<dyn Error>>;

fn main() -> Done<()> {
    let wish = Wish::parse();
    let steps = Steps::default();
    let ours = Targets::new().with_target("masthead", LevelFilter::DEBUG).with_target("store", LevelFilter::DEBUG);
    let faults = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_filter(LevelFilter::WARN);
    tracing_subscriber::registry().with(steps.clone().with_filter(ours)).with(faults).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(run(&wish, &steps))
}

async fn run(wish: &Wish, steps: &Steps) -> Done<()> {
    let due: Timestamp = "2026-11-01T01:00:00Z".parse()?;
    let day = SignedDuration::from_hours(24);
    let clock = Clock::standing(due - day);
    let house = open(wish, &clock).await?;

    // The same on the day before with a few: what a commit of the round weighs, everything once compiled and warm.
    paper::fill(&house, 0..PILOT, due - day).await?;
    steps.take();
    renew(&house, &clock).await?;
    let pilot = steps.take();
    // They are done with, and must not come into what is measured.
    for row in house.store.dossiers_after(0, PILOT).await? {
        house.store.postpone(row.id, due + 400 * day).await?;
    }

    clock.set(due);
    paper::fill(&house, PILOT..PILOT + wish.contracts, due).await?;
    let before = raw::rate(&house, &pilot, due).await?;
    process::forget_peak()?;
    steps.take();
    let (cpu, watch) = (process::cpu_seconds()?, masthead::clock::stopwatch());
    renew(&house, &clock).await?;
    let (took, cpu) = (watch.elapsed().as_secs_f64(), process::cpu_seconds()? - cpu);
    let (peak, done) = (process::peak_kilobytes()?, steps.take());
    let after = raw::rate(&house, &done, clock.now()).await?;

    check::all(&house, PILOT + wish.contracts).await?;
    let contracts = wish.contracts as f64;
    let raw = (before + after) / 2.0;
    println!("contracts {}", wish.contracts);
    println!("seconds {took:.2}");
    println!("rate {:.1}", contracts / took);
    println!("peak {peak}");
    println!("cpu {:.1}", cpu * 1e6 / contracts);
    println!("raw {raw:.1}");
    println!("raw_before {before:.1}");
    println!("raw_after {after:.1}");
    println!("commits {:.4}", done.commits as f64 / contracts);
    println!("rows {:.1}", done.rows as f64 / contracts);
    println!("bytes {:.0}", done.bytes as f64 / contracts);
    println!("ratio {:.3}", done.commits as f64 / took / raw);
    done.print(took);
    Ok(())
}

async fn open(wish: &Wish, clock: &Clock) -> Done<Arc<House>> {
    let settings = wish.data.join("publication.toml");
    let publication = masthead::config::parse(&settings, &std::fs::read_to_string(&settings)?)?;
    let plan = Plan {
        publication,
        data: wish.data.clone(),
        location: Location::parse(&wish.database)?,
        clock: clock.clone(),
        dice: Dice::seeded(7),
        gateway: Some(Arc::new(rail::Prompt::new())),
    };
    Ok(House::open(plan).await?.0)
}

/// A day of the house: what is due now, then what falls due by and by until the evening.
async fn renew(house: &House, clock: &Clock) -> Done<()> {
    let evening = clock.now() + SignedDuration::from_hours(14);
    loop {
        masthead::billing::round(house).await?;
        match house.store.next_due().await? {
            Some(next) if next < evening => clock.set(next.max(clock.now())),
            _ => return Ok(()),
        };
    }
}
