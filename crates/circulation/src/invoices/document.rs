//! Invoices and credit notes: whole snapshots, built once from facts and never changed.
use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::credit::credit;
use super::parties::{BillingParty, Supplier};
use super::series::{DocumentKind, DocumentNumber, NumberError, Series};
use super::treatment::{Determination, PlaceOfSupply, TaxTreatment};
use crate::ledger::{LedgerError, TaxName, TaxRates};
use crate::money::{Currency, Money, MoneyError};

/// The most lines of one document.
pub const MOST_LINES: usize = 200;
/// The longest description, reason or reference, in characters.
const LONGEST_TEXT: usize = 200;
/// The shape of [`TaxDocument`] as this version writes it.
pub(super) const SHAPE: u16 = 1;

/// Why a document is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The number cannot be given.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// A price cannot be split.
    #[error(transparent)]
    Tax(#[from] LedgerError),
    /// Amounts cannot be added.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// No lines, or too many.
    #[error("a document has 1 to {MOST_LINES} lines, not {0}")]
    Lines(usize),
    /// A line of nothing or less.
    #[error(
        "every line is more than zero, not {0}; a discount is part of its line's price, and what goes back is a credit note"
    )]
    NotPositive(Money),
    /// A text that cannot be printed.
    #[error("{0} must have 1 to {LONGEST_TEXT} printable characters")]
    Text(&'static str),
    /// A period that ends before it begins.
    #[error("the period from {from} to {to} has no days")]
    Period {
        /// First day.
        from: Date,
        /// First day after it.
        to: Date,
    },
    /// A credit note for something that is not an invoice.
    #[error("{0} is a {1}; only an invoice can be credited")]
    NotAnInvoice(DocumentNumber, DocumentKind),
    /// A sandbox document with a real one.
    #[error("{0} and its credit note must both be real or both be tests")]
    TestAndReal(DocumentNumber),
    /// Earlier credit notes of another invoice.
    #[error("{0} does not credit {1}; give the credit notes of that invoice")]
    AnotherInvoice(DocumentNumber, DocumentNumber),
    /// A credit note dated before its invoice.
    #[error("a credit note cannot be dated before {0}, the day of its invoice")]
    BeforeInvoice(Date),
    /// More taken back than was invoiced.
    #[error("{asked} cannot be credited: {left} of {invoice} is left")]
    TooMuch {
        /// Wanted.
        asked: Money,
        /// Not yet credited.
        left: Money,
        /// The invoice.
        invoice: DocumentNumber,
    },
}

/// One thing sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleLine {
    /// What it is, as the reader bought it: `Smart Essential, 1 Year`.
    pub description: String,
    /// The days it is for: the first, and the first after the last.
    pub period: Option<(Date, Date)>,
    /// What was paid, tax included and discounts taken off, in minor units.
    pub gross: Money,
}

/// What a document is made of.
#[derive(Debug, Clone, Copy)]
pub struct DocumentFacts<'a> {
    /// Who sells.
    pub supplier: &'a Supplier,
    /// The civil day of issue in the supplier's zone.
    pub issued_on: Date,
    /// The next number of the series' counter, from 1.
    pub serial: u64,
    /// Whether it comes from the sandbox rail: marked, counted apart, and no tax document.
    pub test: bool,
    /// The rail's reference of the payment or refund, to be found again on a statement.
    pub payment: Option<&'a str>,
    /// What happened.
    pub occasion: Occasion<'a>,
}

/// What a document is for.
#[derive(Debug, Clone, Copy)]
pub enum Occasion<'a> {
    /// A captured payment.
    Sale {
        /// Who buys.
        recipient: &'a BillingParty,
        /// The tax on the day of payment.
        tax: &'a Determination,
        /// What was sold, at least one line, all in one currency.
        lines: &'a [SaleLine],
    },
    /// Money that goes back. Rates, place of supply, parties and currency are those of the invoice (CGST Act 2017, s. 34).
    Credit {
        /// The invoice.
        invoice: &'a TaxDocument,
        /// All credit notes on it so far, so that together they take back each tax exactly and never more.
        earlier: &'a [TaxDocument],
        /// What goes back, tax included, in minor units.
        gross: Money,
        /// Why, in words for the reader.
        reason: &'a str,
    },
}

/// A supplier or recipient as printed: a copy in words, which no later list of countries or rule can make unreadable.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedParty {
    /// Legal name.
    pub name: String,
    /// Lines of the address; may be empty for a recipient.
    #[serde(default)]
    pub address: Vec<String>,
    /// ISO 3166 code.
    pub country: String,
    /// Name of the country.
    pub country_name: String,
    /// Two digits of GST; India only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Name of the State; India only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_name: Option<String>,
    /// GST number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gstin: Option<String>,
    /// VAT number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_id: Option<String>,
    /// Address for questions; suppliers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// Leaves out who it is: logs hold no names.
impl std::fmt::Debug for PrintedParty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PrintedParty").field("country", &self.country).finish_non_exhaustive()
    }
}

/// One tax with its rate and its amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxAmount {
    /// `igst`, `cgst`, `sgst`, `utgst`, `vat`.
    pub name: TaxName,
    /// Hundredths of a percent of the taxable value.
    pub basis_points: u32,
    /// The amount, in minor units.
    pub amount: Money,
}

/// A printed line: `taxable` and `taxes` are `gross` exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentLine {
    /// What it is.
    pub description: String,
    /// First day of the period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// First day after the period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// Services Accounting Code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sac: Option<String>,
    /// Value without tax.
    pub taxable: Money,
    /// Its taxes.
    pub taxes: Vec<TaxAmount>,
    /// Value with tax: what was paid.
    pub gross: Money,
}

/// The invoice that a credit note takes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Original {
    /// Its number.
    pub number: DocumentNumber,
    /// Its date.
    pub issued_on: Date,
    /// Why it is taken back, wholly or in part.
    pub reason: String,
}

/// An issued invoice or credit note, whole. Stored as JSON and never changed: all that is printed is in it, so that
/// neither a new price, a new address nor the erasure of the account reaches it. Amounts are positive on both kinds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxDocument {
    /// Which shape of this record it has.
    pub shape: u16,
    /// Invoice or credit note.
    pub kind: DocumentKind,
    /// Its number.
    pub number: DocumentNumber,
    /// The series it was counted in.
    pub series: String,
    /// Its place in the series, from 1.
    pub serial: u64,
    /// Civil day of issue in the supplier's zone.
    pub issued_on: Date,
    /// From the sandbox: not a tax document.
    pub test: bool,
    /// Who sells.
    pub supplier: PrintedParty,
    /// Who buys.
    pub recipient: PrintedParty,
    /// What was sold or is taken back.
    pub lines: Vec<DocumentLine>,
    /// Sum without tax.
    pub taxable: Money,
    /// Sums by tax, in the order of the lines' taxes.
    pub taxes: Vec<TaxAmount>,
    /// Sum with tax, which is `taxable` and `taxes` exactly.
    pub gross: Money,
    /// How it is taxed.
    pub treatment: TaxTreatment,
    /// Where it is taxed, in words.
    pub place_of_supply: String,
    /// Whether the recipient accounts for the tax.
    pub reverse_charge: bool,
    /// The undertaking an export without tax refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lut: Option<String>,
    /// The rail's reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<String>,
    /// Who signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signatory: Option<String>,
    /// Of a credit note: what it takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<Original>,
}

impl TaxDocument {
    /// Builds a document. Call it for a captured payment or a refund, with a number taken from the series' counter in
    /// the same transaction that stores the document: then the series has no gap.
    ///
    /// # Errors
    /// Facts that do not fit together; nothing was issued, so the number must go back with the transaction.
    pub fn issue(facts: &DocumentFacts<'_>) -> Result<TaxDocument, DocumentError> {
        let payment = facts.payment.map(|text| printable(text, "the payment's reference")).transpose()?;
        match facts.occasion {
            Occasion::Sale { recipient, tax, lines } => sale(facts, payment, recipient, tax, lines),
            Occasion::Credit { invoice, earlier, gross, reason } => {
                credit(facts, payment, invoice, earlier, gross, reason)
            }
        }
    }

    /// The currency of all its amounts.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.gross.currency()
    }
}

pub(super) fn number(facts: &DocumentFacts<'_>, kind: DocumentKind) -> Result<(DocumentNumber, String), DocumentError> {
    let series = Series::at(kind, facts.issued_on, facts.supplier, facts.test);
    Ok((series.number(facts.serial)?, series.key().to_owned()))
}

fn sale(
    facts: &DocumentFacts<'_>,
    payment: Option<String>,
    recipient: &BillingParty,
    tax: &Determination,
    lines: &[SaleLine],
) -> Result<TaxDocument, DocumentError> {
    let (number, series) = number(facts, DocumentKind::Invoice)?;
    if !(1..=MOST_LINES).contains(&lines.len()) {
        return Err(DocumentError::Lines(lines.len()));
    }
    let lines: Vec<DocumentLine> =
        lines.iter().map(|line| printed_line(line, &tax.rates, facts.supplier)).collect::<Result<_, _>>()?;
    let totals = Totals::of(&lines)?;
    let supplier = facts.supplier;
    Ok(TaxDocument {
        shape: SHAPE,
        kind: DocumentKind::Invoice,
        number,
        series,
        serial: facts.serial,
        issued_on: facts.issued_on,
        test: facts.test,
        supplier: supplier.printed(),
        recipient: recipient.printed(),
        lines,
        taxable: totals.taxable,
        taxes: totals.taxes,
        gross: totals.gross,
        treatment: tax.treatment,
        place_of_supply: match tax.place {
            PlaceOfSupply::State(state) => state.to_string(),
            PlaceOfSupply::Country(country) => country.to_string(),
        },
        reverse_charge: tax.treatment == TaxTreatment::ReverseCharge,
        lut: supplier.lut.clone().filter(|_| tax.treatment == TaxTreatment::ExportUnderUndertaking),
        payment,
        signatory: supplier.signatory.clone(),
        original: None,
    })
}

fn printed_line(line: &SaleLine, rates: &TaxRates, supplier: &Supplier) -> Result<DocumentLine, DocumentError> {
    if !line.gross.is_positive() {
        return Err(DocumentError::NotPositive(line.gross));
    }
    if let Some((from, to)) = line.period.filter(|(from, to)| from >= to) {
        return Err(DocumentError::Period { from, to });
    }
    let split = rates.split(line.gross)?;
    let points: BTreeMap<TaxName, u32> = Vec::from(rates.clone()).into_iter().collect();
    let taxes = split.taxes.into_iter().map(|(name, amount)| {
        let basis_points = points.get(&name).copied().unwrap_or_default();
        TaxAmount { name, basis_points, amount }
    });
    Ok(DocumentLine {
        description: printable(&line.description, "a line's description")?,
        from: line.period.map(|(from, _)| from),
        to: line.period.map(|(_, to)| to),
        sac: supplier.sac.clone(),
        taxable: split.net,
        taxes: taxes.collect(),
        gross: line.gross,
    })
}

struct Totals {
    taxable: Money,
    taxes: Vec<TaxAmount>,
    gross: Money,
}

impl Totals {
    fn of(lines: &[DocumentLine]) -> Result<Totals, DocumentError> {
        let Some((first, rest)) = lines.split_first() else { return Err(DocumentError::Lines(0)) };
        let mut sum = Totals { taxable: first.taxable, taxes: first.taxes.clone(), gross: first.gross };
        for line in rest {
            sum.taxable = sum.taxable.checked_add(line.taxable)?;
            sum.gross = sum.gross.checked_add(line.gross)?;
            for (total, tax) in sum.taxes.iter_mut().zip(&line.taxes) {
                total.amount = total.amount.checked_add(tax.amount)?;
            }
        }
        Ok(sum)
    }
}

pub(super) fn printable(text: &str, what: &'static str) -> Result<String, DocumentError> {
    let tidied = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = (1..=LONGEST_TEXT).contains(&tidied.chars().count()) && !tidied.chars().any(char::is_control);
    if fits { Ok(tidied) } else { Err(DocumentError::Text(what)) }
}

impl Supplier {
    fn printed(&self) -> PrintedParty {
        PrintedParty {
            name: self.name.clone(),
            address: self.address.clone(),
            country: self.country.code().to_owned(),
            country_name: self.country.name().to_owned(),
            state: self.state.map(|state| state.code()),
            state_name: self.state.map(|state| state.name().to_owned()),
            gstin: self.gstin.as_ref().map(ToString::to_string),
            vat_id: self.vat_id.as_ref().map(ToString::to_string),
            email: Some(self.email.clone()),
        }
    }
}

impl BillingParty {
    fn printed(&self) -> PrintedParty {
        PrintedParty {
            name: self.name.clone(),
            address: self.address.clone(),
            country: self.country.code().to_owned(),
            country_name: self.country.name().to_owned(),
            state: self.state.map(|state| state.code()),
            state_name: self.state.map(|state| state.name().to_owned()),
            gstin: self.gstin.as_ref().map(ToString::to_string),
            vat_id: self.vat_id.as_ref().map(ToString::to_string),
            email: None,
        }
    }
}
