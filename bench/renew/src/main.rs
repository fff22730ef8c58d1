//! Makes a paper with many contracts that are due on one day, and renews them by the round of the house.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program of the bench talks")]
mod rail;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use circulation::billing::{self, Act, Dossier, Next, Page, Terms};
use circulation::calendar::BillingZone;
use circulation::ledger::TaxRates;
use circulation::payments::{MandateFacts, MandateRef, MandateState, MethodKind, Outcome, RailAnswer, Told};
use circulation::readers::ReaderId;
use circulation::subscriptions::{Consent, Offer, Order, Product, SubscriptionId};
use clap::Parser;
use jiff::{SignedDuration, Timestamp};
use masthead::clock::Clock;
use masthead::dice::Dice;
use masthead::house::{House, Plan};
use store::{Founding, Location, NewReader, StoreError, TakenOver};

/// Renews contracts that are due on one day.
#[derive(Parser)]
struct Wish {
    /// How many.
    #[arg(long, default_value_t = 100_000)]
    contracts: usize,
    /// An empty folder for the paper.
    #[arg(long)]
    data: PathBuf,
    /// `sqlite:PATH` or `postgres://…`, an empty database.
    #[arg(long)]
    database: String,
}

type Done<T> = Result<T, Box<dyn Error>>;

fn main() -> Done<()> {
    let wish = Wish::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(run(&wish))
}

async fn run(wish: &Wish) -> Done<()> {
    let begun: Timestamp = "2026-08-01T06:00:00Z".parse()?;
    let due: Timestamp = "2026-11-01T01:00:00Z".parse()?;
    let clock = Clock::standing(due);
    let text = std::fs::read_to_string(wish.data.join("publication.toml"))?;
    let publication = masthead::config::parse(&wish.data.join("publication.toml"), &text)?;
    let plan = Plan {
        publication,
        data: wish.data.clone(),
        location: Location::parse(&wish.database)?,
        clock: clock.clone(),
        dice: Dice::seeded(7),
        gateway: Some(Arc::new(rail::Prompt::new())),
    };
    let (house, _notes) = House::open(plan).await?;
    let raw = raw_rate(&house, due).await?;
    println!("raw {raw:.0} commits/s, one row each");
    let watch = masthead::clock::stopwatch();
    fill(&house, wish.contracts, begun, due).await?;
    println!("made {} contracts in {:.1} s", wish.contracts, watch.elapsed().as_secs_f64());
    let watch = masthead::clock::stopwatch();
    let mut looked = 0;
    // A day of the house: what is due now, then what falls due by and by until the evening.
    let evening = due + SignedDuration::from_hours(14);
    loop {
        looked += masthead::billing::round(&house).await?;
        match house.store.next_due().await? {
            Some(next) if next < evening => clock.set(next.max(clock.now())),
            _ => break,
        };
    }
    let took = watch.elapsed().as_secs_f64();
    let rate = wish.contracts as f64 / took;
    println!("renewed {looked} in {took:.1} s: {rate:.0} contracts/s, {:.2} x raw commits", rate / raw);
    println!("peak {} kB", peak());
    check(&house, wish.contracts).await
}

/// Commits of one small row, one after the other: what the database does at best without sharing a transaction.
async fn raw_rate(house: &House, now: Timestamp) -> Done<f64> {
    let watch = masthead::clock::stopwatch();
    let mut done = 0_u32;
    while watch.elapsed().as_secs_f64() < 2.0 {
        house.store.postpone(-1, now).await?;
        let event = store::NewEvent {
            actor: "clock".into(),
            kind: "bench".into(),
            subject: "bench".into(),
            data: serde_json::json!({}),
        };
        house.store.append_event(&event, now).await?;
        done += 1;
    }
    Ok(f64::from(done) / watch.elapsed().as_secs_f64())
}

/// One contract, made by the engine as if its reader had paid at `begun`.
fn contract(house: &House, begun: Timestamp, terms: &Terms) -> Done<Dossier> {
    let plan = house.publication.plans.plan("smart-quarterly").ok_or("the sample has a quarterly plan")?.freeze();
    let order = Order {
        id: SubscriptionId(1),
        reader: ReaderId(1),
        product: Product::Digital,
        plan,
        zone: BillingZone::new("Asia/Kolkata")?,
        consent: Consent { text: "I agree".into(), given_at: begun, begin_at_once: true },
        offer: Offer::default(),
        taxes: TaxRates::new(&[("cgst", 900), ("sgst", 900)])?,
    };
    let mut dossier = billing::open(order, &[], begun, terms)?.dossier;
    dossier = billing::decide(dossier, &Act::Pay { parameters: Default::default() }, begun, terms)?.dossier;
    for _ in 0..20 {
        match billing::next(&dossier, begun, terms) {
            Next::Act(act) => dossier = billing::decide(dossier, &act, begun, terms)?.dossier,
            Next::Call(_) | Next::Wait(_) => break,
        }
    }
    let attempt = dossier.attempts.first().ok_or("an attempt")?.payment.clone();
    let key = attempt.key();
    let page = Page { reference: "page".into(), address: "/page".into() };
    dossier = billing::decide(dossier, &Act::PageOpened { key: key.clone(), page }, begun, terms)?.dossier;
    let mandate = MandateFacts {
        mandate: MandateRef { customer: "cus".into(), token: "tok".into(), method: MethodKind::Card },
        label: "Visa •••• 4242".into(),
        max_amount: None,
        expires: None,
        state: MandateState::Confirmed,
    };
    let amount = attempt.request().amount;
    let answer = RailAnswer { key, at: begun, outcome: Outcome::Captured { reference: "pay".into(), amount } };
    let told = Told { answer, reference: None, customer: Some("cus".into()), mandate: Some(mandate) };
    Ok(billing::decide(dossier, &Act::Told(told), begun, terms)?.dossier)
}

async fn fill(house: &House, contracts: usize, begun: Timestamp, due: Timestamp) -> Done<()> {
    let terms = masthead::billing::terms::plain(house);
    let mut dossier = contract(house, begun, &terms)?;
    // What would have been done by and by until the day of the renewal is done: notices, recognised income.
    let mut now = begun;
    for _ in 0..2_000 {
        match billing::next(&dossier, now, &terms) {
            Next::Act(act) => dossier = billing::decide(dossier, &act, now, &terms)?.dossier,
            Next::Call(_) => break,
            Next::Wait(Some(at)) if at < due - SignedDuration::from_hours(24) => now = at,
            Next::Wait(_) => break,
        }
    }
    let standing = masthead::billing::dossiers::standing(&dossier, &terms, due)?;
    let text = serde_json::to_string(&dossier)?;
    let founding = Founding {
        reader_id: 0,
        product: "digital".into(),
        coupon: None,
        gift: false,
        zone: "Asia/Kolkata".into(),
        consent: serde_json::json!({}),
    };
    for first in (0..contracts).step_by(2_000) {
        let many: Vec<TakenOver> = (first..contracts.min(first + 2_000))
            .map(|n| TakenOver {
                reader: NewReader {
                    email: format!("reader-{n}@gazette.example"),
                    email_key: format!("reader-{n}@gazette.example"),
                    name: format!("Reader {n}"),
                    password_hash: None,
                    role: "reader".into(),
                    verified_at: None,
                },
                founding: founding.clone(),
                standing: standing.clone(),
            })
            .collect();
        let with_ids = |reader: i64, id: i64| -> Result<String, StoreError> {
            let fault = |e: serde_json::Error| StoreError::Invalid { what: "dossier", mend: e.to_string() };
            let mut value: serde_json::Value = serde_json::from_str(&text).map_err(fault)?;
            value["contract"]["id"] = id.into();
            value["contract"]["reader"] = reader.into();
            for attempt in value["attempts"].as_array_mut().into_iter().flatten() {
                attempt["payment"]["subscription"] = id.into();
            }
            Ok(value.to_string().replace("sub-1-", &format!("sub-{id}-")))
        };
        house.store.take_over(&many, with_ids, begun).await?;
    }
    Ok(())
}

fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(String::new, |line| line.trim().trim_end_matches(" kB").to_owned())
}

/// Every contract was renewed exactly once, and the books balance.
async fn check(house: &House, contracts: usize) -> Done<()> {
    let balances = house.store.ledger_balances().await?;
    let clearing: i64 = balances.iter().filter(|b| b.account.starts_with("clearing")).map(|b| b.amount).sum();
    let expected = i64::try_from(contracts)? * 90_000;
    let unbalanced = house.store.ledger_unbalanced().await?;
    println!("clearing {clearing}, expected {expected}; crooked entries {}", unbalanced.len());
    if clearing != expected || !unbalanced.is_empty() {
        return Err("the books are not what they should be".into());
    }
    Ok(())
}
