//! `masthead reprice PLAN`: who pays by an older version of a plan is told of the one on sale, and pays it from the first
//! renewal that the notice reaches in time.
use std::collections::BTreeMap;

use circulation::billing::Act;
use circulation::plans::{Plan as OnSale, PlanVersion};
use circulation::subscriptions::Actor;
use store::NewEvent;

use super::{Failure, Place, say};
use crate::billing::{self, BillingError, Held};
use crate::clock::Clock;
use crate::config;
use crate::dice::Dice;
use crate::house::{House, Plan};

/// Contracts read at once.
const ROWS: usize = 500;

/// Says whom it concerns; with `go`, orders the change for each of them.
///
/// # Errors
/// One clear line.
pub async fn run(place: &Place, code: &str, go: bool) -> Result<(), Failure> {
    let publication = config::load(&place.data.join("publication.toml"))?;
    let location = super::location(place)?;
    let plan = Plan {
        publication,
        data: place.data.clone(),
        location,
        clock: Clock::system(),
        dice: Dice::system(),
        gateway: None,
    };
    let (house, _notes) = House::open(plan).await?;
    let done = reprice(&house, code, go).await;
    house.store.close().await;
    done
}

async fn reprice(house: &House, code: &str, go: bool) -> Result<(), Failure> {
    let Some(on_sale) = house.publication.plans.plan(code) else {
        return Err(Failure::said(format!("no plan “{code}” is on sale; publication.toml has the codes")));
    };
    let to = on_sale.freeze();
    let mut found: BTreeMap<(u32, String), u32> = BTreeMap::new();
    let (mut told, mut refused, mut after) = (0, 0, 0);
    loop {
        let rows = house.store.dossiers_after(after, ROWS).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for row in rows.iter().filter(|row| row.dossier.is_some()) {
            let held = Held::read(row).map_err(said)?;
            if !concerns(&held, on_sale, &to)? {
                continue;
            }
            let now = held.dossier.contract.plan();
            *found.entry((now.version, now.price.to_string())).or_default() += 1;
            if !go {
                continue;
            }
            match billing::act(house, held.id, &Act::ChangeAtRenewal { plan: to.clone(), by: Actor::Staff }).await {
                Ok(_) => told += 1,
                Err(BillingError::Refused(refusal)) => {
                    refused += 1;
                    say(&format!("contract {}: {refusal}", held.id));
                }
                Err(error) => return Err(said(error)),
            }
            if (told + refused) % 1_000 == 0 {
                say(&format!("{} so far", told + refused));
            }
        }
    }
    for ((version, price), many) in &found {
        say(&format!("{many} × {}, version {version}, {price}", to.name));
    }
    let line = to.price_line();
    let what = format!("{}, version {}: {} for {}", to.name, to.version, line.price, line.term);
    match (found.is_empty(), go) {
        (true, _) => say(&format!("Everybody who can be told has {what}.")),
        (false, false) => say(&format!(
            "With --yes each of them is told by mail that it will be {what}, and pays it from the first renewal at least {} days later.",
            house.publication.billing.price_notice_days
        )),
        (false, true) => {
            let event = NewEvent {
                actor: "command line".into(),
                kind: "plan.repriced".into(),
                subject: format!("plan:{code}"),
                data: serde_json::json!({ "version": to.version, "told": told, "refused": refused }),
            };
            house.store.append_event(&event, house.clock.now()).await?;
            say(&format!("{told} told of {what}; {refused} could not be."));
        }
    }
    Ok(())
}

/// Whether a contract runs on by an older version and has not been told of this one.
fn concerns(held: &Held, on_sale: &OnSale, to: &PlanVersion) -> Result<bool, Failure> {
    let contract = &held.dossier.contract;
    let now = contract.plan();
    let runs = contract.live_key().is_some() && contract.activated_at().is_some() && contract.next_renewal().is_some();
    if !runs || now.code != to.code || contract.pending().is_some_and(|pending| pending.plan == *to) {
        return Ok(false);
    }
    on_sale.check_against(now).map_err(|problem| Failure::said(problem.to_string()))?;
    Ok(now.version < to.version)
}

fn said(error: BillingError) -> Failure {
    Failure::said(error.to_string())
}
