//! Tax invoices and credit notes: who sells and who buys, which tax is due where and from which day, numbers without a
//! gap, and documents that hold all they print. Nothing here is legal advice; each rule names its source.
//!
//! Erasure: a document is a copy. Erasing an account removes the account and never its documents, which the law wants
//! kept (GDPR Art. 17 (3)(b); CGST Act 2017, s. 36: 72 months from the annual return).
mod credit;
mod document;
mod identifiers;
mod parties;
mod party_problem;
mod places;
mod printed;
mod rates;
mod series;
mod treatment;

pub use document::{
    DocumentError, DocumentFacts, DocumentLine, MOST_LINES, Occasion, Original, PrintedParty, SaleLine, TaxAmount,
    TaxDocument,
};
pub use identifiers::{Gstin, IdentifierError, VatId};
pub use parties::{BillingParty, PartyDetails, Supplier, SupplierSettings};
pub use party_problem::PartyProblem;
pub use places::{Country, PlaceError, State};
pub use printed::{Printed, PrintedRow, PrintedTotal};
pub use rates::{DIGITAL_NEWS, PercentSetting, Rate, RateProblem, TaxSetting, TaxTable};
pub use series::{DocumentKind, DocumentNumber, NumberError, Series};
pub use treatment::{Determination, PlaceOfSupply, TaxTreatment, TreatmentError, tax_rates_for};
