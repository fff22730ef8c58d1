//! Money that a rail pays to the bank: booked once it has arrived, with the rail's fees (clearing returns to zero).
use circulation::ledger::Entry;
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
    let fee = circulation::money::Money::new(fees, currency);
    let entry = Entry::payout(house.gateway.rail(), &facts.reference, facts.amount, fee, facts.arrives_at)?;
    house.store.book_once(&records::entry(&entry)).await?;
    Ok(())
}
