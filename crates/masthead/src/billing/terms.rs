//! What a decision rests on besides the dossier.
use circulation::billing::{Dossier, Terms};
use circulation::calendar::BillingZone;
use circulation::payments::{Capabilities, DebitWindows, Rail};
use circulation::readers::ReaderId;
use circulation::subscriptions::SubscriptionId;

use super::BillingError;
use super::dossiers;
use crate::gateways::rail;
use crate::house::House;

/// The terms for a dossier, as they are now.
///
/// # Errors
/// The store's.
pub async fn of(house: &House, dossier: &Dossier) -> Result<Terms, BillingError> {
    let contract = &dossier.contract;
    // A contract that runs is the one: the database allows no other beside it.
    let alone = contract.live_key().is_some();
    let other_live = if alone { None } else { other(house, contract.holder(), contract.id()).await? };
    Ok(Terms { other_live, ..plain(house) })
}

/// The terms where no other contract matters.
#[must_use]
pub fn plain(house: &House) -> Terms {
    Terms { policy: house.publication.billing.clone(), rail: house.capabilities.clone(), other_live: None }
}

/// Another running contract of a reader.
///
/// # Errors
/// The store's.
pub async fn other(
    house: &House,
    reader: ReaderId,
    but: SubscriptionId,
) -> Result<Option<SubscriptionId>, BillingError> {
    let live = house.store.live_contract(reader.0, dossiers::PRODUCT.word()).await?;
    Ok(live.map(SubscriptionId).filter(|id| *id != but))
}

/// A rail's capabilities in circulation's words.
///
/// # Errors
/// A zone that does not exist.
pub fn capabilities(of: Rail, found: &rail::Capabilities) -> Result<Capabilities, BillingError> {
    let windows = found.debit_windows.as_ref().map(|windows| {
        Ok::<_, BillingError>(DebitWindows {
            zone: BillingZone::new(windows.zone)?,
            minutes: windows.minutes.to_vec(),
            methods: windows.methods.to_vec(),
        })
    });
    Ok(Capabilities {
        rail: of,
        scheduling: found.scheduling,
        can_change_amount: found.can_change_amount.to_vec(),
        can_resume: found.can_resume.to_vec(),
        needs_predebit: found.needs_predebit.to_vec(),
        predebit_lead: found.predebit_lead,
        max_unattended_amount: found.max_unattended_amount,
        debit_windows: windows.transpose()?,
        max_interval_months: found.max_interval_months,
        resend_within: found.resend_within,
        method_only_amount: found.method_only_amount,
    })
}
