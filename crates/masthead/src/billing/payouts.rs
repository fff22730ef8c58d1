//! Money that a rail pays to the bank: booked once it has arrived, with the rail's fees (clearing returns to zero).
use circulation::ledger::Entry;
use circulation::money::Money;
use jiff::Timestamp;

use super::{BillingError, records};
use crate::gateways::rail::Found;
use crate::house::House;

/// Asks the rail about a payout and books it when it has arrived.
///
/// # Errors
/// The store's; amounts that do not sum up.
pub async fn note(house: &House, reference: &str, now: Timestamp) -> Result<(), BillingError> {
    let Found::Is(facts) = house.gateway.payout(reference, now).await else { return Ok(()) };
    if !facts.paid {
        return Ok(());
    }
    let currency = facts.amount.currency();
    let fees: i64 = facts.lines.iter().map(|line| line.fee.minor()).sum();
    let gross: i64 = facts.lines.iter().map(|line| line.gross.minor()).sum();
    if gross.checked_sub(fees) != Some(facts.amount.minor()) {
        // What the fees are is not known then. Clearing stays open, and the doctor says so.
        tracing::error!(payout = facts.reference, gross, fees, amount = %facts.amount, "a payout is not the sum of its lines");
        return Ok(());
    }
    let (gross, fee) = (Money::new(gross, currency), Money::new(fees, currency));
    let entry = Entry::payout(house.gateway.rail(), &facts.reference, gross, fee, facts.arrives_at)?;
    house.store.book_once(&records::entry(&entry)).await?;
    Ok(())
}
