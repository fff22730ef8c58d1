//! Which tax a sale bears: the place of supply, the treatment and the rates, each with the rule it follows.
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::parties::{BillingParty, Supplier};
use super::places::{Country, State};
use super::rates::{RateProblem, TaxTable};
use crate::ledger::{LedgerError, TaxRates};

/// Where a supply is taxed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceOfSupply {
    /// A State or Union Territory of India.
    State(State),
    /// A country.
    Country(Country),
}

/// As a document prints it: `Maharashtra (27)`, `Germany`.
impl fmt::Display for PlaceOfSupply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PlaceOfSupply::State(state) => fmt::Display::fmt(state, f),
            PlaceOfSupply::Country(country) => fmt::Display::fmt(country, f),
        }
    }
}

/// How a sale is taxed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaxTreatment {
    /// India, supplier and place of supply in one State: CGST and SGST (or UTGST), half each (IGST Act 2017, s. 8 (2)).
    IntraState,
    /// India, two States: IGST (IGST Act 2017, s. 7 (3)).
    InterState,
    /// India to abroad under a Letter of Undertaking: zero-rated, no tax (IGST Act 2017, s. 16 (3)(a); CGST Rules 2017,
    /// Rule 96A).
    ExportUnderUndertaking,
    /// India to abroad without an undertaking: IGST is paid and may be claimed back (IGST Act 2017, s. 16).
    ExportWithTax,
    /// VAT of the supplier's own country: readers there, and, while the one-stop shop is not used, consumers elsewhere
    /// in the Union below its threshold (Directive 2006/112/EC, Art. 45 and 59c).
    DomesticVat,
    /// VAT of the reader's country in the Union, reported through the one-stop shop (Directive 2006/112/EC, Art. 58 (1)(c)
    /// with Art. 358a to 369k).
    OssVat,
    /// A business with a VAT number in another country of the Union accounts for the VAT itself (Directive
    /// 2006/112/EC, Art. 44 and 196).
    ReverseCharge,
    /// The place of supply is in a country whose tax the supplier does not collect (Directive 2006/112/EC, Art. 44 and 58;
    /// VAT Act 1994, s. 7A).
    OutsideScope,
    /// The supplier is not registered, so no tax may be shown.
    NotRegistered,
}

/// What tax a sale bears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Determination {
    /// Taxes contained in the price; empty where none is charged.
    pub rates: TaxRates,
    /// Where it is taxed.
    pub place: PlaceOfSupply,
    /// Which rule applies.
    pub treatment: TaxTreatment,
    /// Whether the publisher wrote the rate down; a built-in rate of VAT waits for that.
    pub confirmed: bool,
}

/// Why no tax can be determined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreatmentError {
    /// No rate is known.
    #[error(transparent)]
    Rate(#[from] RateProblem),
    /// The rate does not make taxes.
    #[error(transparent)]
    Tax(#[from] LedgerError),
}

/// Determines the tax of a sale of `product` by `supplier` to `party` on the civil day of payment (for a prepaid
/// subscription that is the time of supply: CGST Act 2017, s. 13; Directive 2006/112/EC, Art. 65).
///
/// In India the place of supply of an online newspaper is the reader's State: the recipient's location on record (IGST
/// Act 2017, s. 12 (2); CBIC Circular 242/36/2024-GST names e-newspapers), whatever the amount.
///
/// # Errors
/// No rate is known for that country and day.
pub fn tax_rates_for(
    supplier: &Supplier,
    party: &BillingParty,
    table: &TaxTable,
    product: &str,
    on: Date,
) -> Result<Determination, TreatmentError> {
    let (treatment, place) = treatment(supplier, party);
    let taxed_in = match treatment {
        TaxTreatment::IntraState | TaxTreatment::InterState | TaxTreatment::ExportWithTax => Country::INDIA,
        TaxTreatment::DomesticVat => supplier.country,
        TaxTreatment::OssVat => party.country,
        TaxTreatment::ExportUnderUndertaking
        | TaxTreatment::ReverseCharge
        | TaxTreatment::OutsideScope
        | TaxTreatment::NotRegistered => {
            return Ok(Determination { rates: TaxRates::none(), place, treatment, confirmed: true });
        }
    };
    let rate = table.rate(taxed_in, product, on)?;
    let points = rate.basis_points;
    let rates = match (treatment, place) {
        (TaxTreatment::IntraState, PlaceOfSupply::State(state)) => {
            TaxRates::new(&[("cgst", points / 2), (state.half(), points / 2)])?
        }
        (TaxTreatment::InterState | TaxTreatment::ExportWithTax, _) => TaxRates::new(&[("igst", points)])?,
        _ => TaxRates::new(&[("vat", points)])?,
    };
    Ok(Determination { rates, place, treatment, confirmed: rate.confirmed })
}

fn treatment(supplier: &Supplier, party: &BillingParty) -> (TaxTreatment, PlaceOfSupply) {
    let home = PlaceOfSupply::Country(supplier.country);
    let there = party.state.map_or(PlaceOfSupply::Country(party.country), PlaceOfSupply::State);
    let consumer_in_union = party.country.is_in_vat_union() && party.vat_id.is_none();
    let same_country = supplier.country.vat_area() == party.country.vat_area();
    // The one-stop shop is open to suppliers from anywhere, also where they are not registered at home.
    if supplier.oss && consumer_in_union && !same_country {
        return (TaxTreatment::OssVat, there);
    }
    if !supplier.is_registered() {
        return (TaxTreatment::NotRegistered, there);
    }
    if supplier.country.is_india() {
        let treatment = match party.state {
            Some(state) if supplier.state == Some(state) => TaxTreatment::IntraState,
            Some(_) => TaxTreatment::InterState,
            None if supplier.lut.is_some() => TaxTreatment::ExportUnderUndertaking,
            None => TaxTreatment::ExportWithTax,
        };
        return (treatment, there);
    }
    if same_country {
        return (TaxTreatment::DomesticVat, there);
    }
    if party.country.is_in_vat_union() && party.vat_id.is_some() {
        return (TaxTreatment::ReverseCharge, there);
    }
    if supplier.country.is_in_vat_union() && consumer_in_union {
        return (TaxTreatment::DomesticVat, home);
    }
    (TaxTreatment::OutsideScope, there)
}
