//! Who is named on a tax document, and which tax that makes.
use circulation::invoices::{
    BillingParty, DIGITAL_NEWS, Determination, PartyDetails, PlaceOfSupply, TaxTreatment, tax_rates_for,
};
use circulation::ledger::TaxRates;
use circulation::money::Currency;
use circulation::readers::ReaderId;
use jiff::civil::Date;

use super::BillingError;
use crate::house::House;

/// The billing party of a reader: what they gave, else by name at the supplier's own place (for India the law's own
/// fallback where no address is on record: IGST Act 2017, s. 12 (2)(b)(ii)).
///
/// # Errors
/// The store's; a stored party that cannot be read.
pub async fn of(house: &House, reader: ReaderId, name: &str) -> Result<BillingParty, BillingError> {
    given(house, house.store.billing_party(reader.0).await?, name)
}

/// The billing party of what a reader gave, if they gave anything: as [`of`].
///
/// # Errors
/// A stored party that cannot be read.
pub fn given(house: &House, stored: Option<serde_json::Value>, name: &str) -> Result<BillingParty, BillingError> {
    match stored {
        Some(stored) => serde_json::from_value(stored).map_err(|e| BillingError::stored("billing party", &e)),
        None => at_home(house, name),
    }
}

/// A reader of whom only the name is known.
///
/// # Errors
/// None for a supplier that was checked.
pub fn at_home(house: &House, name: &str) -> Result<BillingParty, BillingError> {
    let supplier = house.publication.supplier.as_ref();
    let name = name.trim();
    let details = PartyDetails {
        name: if name.is_empty() { "Reader".to_owned() } else { name.chars().take(100).collect() },
        country: supplier.map_or("IN", |s| s.country().code()).to_owned(),
        state: supplier.and_then(|s| s.state()).map(|state| state.name().to_owned()),
        ..PartyDetails::default()
    };
    BillingParty::check(&details).map_err(|e| BillingError::stored("billing party", &e))
}

/// Keeps what a reader gave.
///
/// # Errors
/// The store's.
pub async fn keep(house: &House, reader: ReaderId, party: &BillingParty) -> Result<(), BillingError> {
    let json = serde_json::to_value(party).map_err(|e| BillingError::stored("billing party", &e))?;
    house.store.set_billing_party(reader.0, &json, house.clock.now()).await?;
    Ok(())
}

/// The tax of a sale to this party on this day.
///
/// # Errors
/// No rate is known for that country and day: the publisher has to write it down.
pub fn tax(house: &House, party: &BillingParty, on: Date) -> Result<Determination, BillingError> {
    let publication = &house.publication;
    let Some(supplier) = &publication.supplier else {
        return Ok(Determination {
            rates: tax_rates(publication.payments.tax_basis_points, publication.currency)?,
            place: PlaceOfSupply::Country(party.country()),
            treatment: TaxTreatment::NotRegistered,
            confirmed: true,
        });
    };
    tax_rates_for(supplier, party, &publication.tax_table, DIGITAL_NEWS, on)
        .map_err(|e| BillingError::stored("tax", &e))
}

/// Taxes contained in a price, for a publisher who has written down one rate and no more.
///
/// # Errors
/// None for settings that were checked.
pub fn tax_rates(points: u32, currency: Currency) -> Result<TaxRates, BillingError> {
    let name = if currency == Currency::INR { "gst" } else { "tax" };
    Ok(if points == 0 { TaxRates::none() } else { TaxRates::new(&[(name, points)])? })
}

/// The taxes contained in a price for a reader today.
///
/// # Errors
/// As [`of`] and [`tax`].
pub async fn rates(house: &House, reader: ReaderId) -> Result<TaxRates, BillingError> {
    let publication = &house.publication;
    if publication.supplier.is_none() {
        return tax_rates(publication.payments.tax_basis_points, publication.currency);
    }
    let name = house.store.reader(reader.0).await?.map(|r| r.name).unwrap_or_default();
    let today = house.clock.now().to_zoned(publication.zone.clone()).date();
    Ok(tax(house, &of(house, reader, &name).await?, today)?.rates)
}
