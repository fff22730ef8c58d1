//! The rail that the settings choose, with its keys.
use std::sync::Arc;

use store::Store;

use super::Sandbox;
use super::http::Patience;
use super::rail::Gateway;
use super::razorpay::{self, Razorpay};
use super::settings::{PaymentSettings, RailChoice, choose, may_start};
use super::stripe::{self, Stripe};
use crate::cli::Failure;
use crate::config::Publication;

/// The gateway of a paper. A live rail and the sandbox are never used beside each other.
///
/// # Errors
/// One clear line.
pub async fn gateway(
    publication: &Publication,
    sandbox: &Arc<Sandbox>,
    store: &Store,
) -> Result<Arc<dyn Gateway>, Failure> {
    let said = |e: &dyn std::fmt::Display| Failure::said(e.to_string());
    let payments = &publication.payments;
    let settings = PaymentSettings {
        rail: Some(payments.rail.clone()),
        name: payments.name.clone(),
        account: payments.account.clone(),
        scheduling: payments.scheduling.clone(),
    };
    let environment = |name: &str| std::env::var(name).ok();
    let file = |path: &str| std::fs::read_to_string(path);
    let choice = choose(&settings, &environment, &file).map_err(|e| said(&e))?;
    may_start(&choice, choice.is_live() && store.has_contracts_of("sandbox").await?).map_err(|e| said(&e))?;
    Ok(match choice {
        RailChoice::Sandbox => Arc::clone(sandbox) as Arc<dyn Gateway>,
        RailChoice::Stripe { keys, name } => {
            Arc::new(Stripe::new(keys, &name, stripe::ADDRESS, Patience::default()).map_err(|e| said(&e))?)
        }
        RailChoice::Razorpay { keys, name, provider_scheduled } => {
            let rail = Razorpay::new(keys, &name, razorpay::ADDRESS, provider_scheduled, Patience::default());
            Arc::new(rail.map_err(|e| said(&e))?)
        }
    })
}
