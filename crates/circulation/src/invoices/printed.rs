//! A tax document in words and figures, ready to be set on paper or shown on a page. British English; amounts with all
//! their decimals, grouped as the currency's readers group them.
use jiff::civil::Date;

use super::document::{DocumentLine, PrintedParty, TaxDocument};
use super::series::DocumentKind;
use super::treatment::TaxTreatment;
use crate::money::Money;

/// A label with its value.
#[derive(Clone, PartialEq, Eq)]
pub struct PrintedTotal {
    /// `Taxable value`, `CGST 9 %`, `Total`.
    pub label: String,
    /// `₹762.72`.
    pub value: String,
}

/// A line of the table.
#[derive(Clone, PartialEq, Eq)]
pub struct PrintedRow {
    /// What it is.
    pub description: String,
    /// The days it is for, in words; empty without a period.
    pub period: String,
    /// Services Accounting Code; empty where there is none.
    pub sac: String,
    /// Value without tax.
    pub taxable: String,
    /// Sum of its taxes.
    pub tax: String,
    /// Value with tax.
    pub gross: String,
}

/// A document in words.
#[derive(Clone, PartialEq, Eq)]
pub struct Printed {
    /// `Tax invoice`, `Invoice` or `Credit note`.
    pub title: String,
    /// What a document of the sandbox says of itself; nothing on a real one.
    pub warning: Option<String>,
    /// Its number.
    pub number: String,
    /// Date, place of supply and the like, each with its label; the number stands by the title.
    pub facts: Vec<PrintedTotal>,
    /// Name of the supplier.
    pub supplier: String,
    /// Address, tax numbers and address for questions of the supplier.
    pub supplier_lines: Vec<String>,
    /// Name of the recipient.
    pub recipient: String,
    /// Address and tax numbers of the recipient.
    pub recipient_lines: Vec<String>,
    /// Whether the table has a column for the accounting code.
    pub has_sac: bool,
    /// The table.
    pub rows: Vec<PrintedRow>,
    /// From the taxable value to the total, each tax with its rate. The last one is the total.
    pub totals: Vec<PrintedTotal>,
    /// What the law wants said, and what helps.
    pub notes: Vec<String>,
    /// Who signs.
    pub signatory: Option<String>,
}

impl TaxDocument {
    /// The document in words.
    #[must_use]
    pub fn printed(&self) -> Printed {
        Printed {
            title: self.title().to_owned(),
            warning: self.test.then(|| "TEST — not a tax document. No money moved.".to_owned()),
            number: self.number.to_string(),
            facts: self.facts(),
            supplier: self.supplier.name.clone(),
            supplier_lines: party(&self.supplier),
            recipient: self.recipient.name.clone(),
            recipient_lines: party(&self.recipient),
            has_sac: self.lines.iter().any(|line| line.sac.is_some()),
            rows: self.lines.iter().map(row).collect(),
            totals: self.totals(),
            notes: self.notes(),
            signatory: self.signatory.clone(),
        }
    }

    fn is_indian(&self) -> bool {
        self.supplier.country == "IN"
    }

    fn title(&self) -> &'static str {
        match self.kind {
            DocumentKind::CreditNote => "Credit note",
            DocumentKind::Invoice if self.is_indian() && self.supplier.gstin.is_some() => "Tax invoice",
            DocumentKind::Invoice => "Invoice",
        }
    }

    fn facts(&self) -> Vec<PrintedTotal> {
        let mut facts = vec![labelled("Date", day(self.issued_on))];
        if let Some(original) = &self.original {
            // The day stays together where the line is broken.
            let invoice = format!("{} of {}", original.number, day(original.issued_on).replace(' ', "\u{a0}"));
            facts.push(labelled("Invoice credited", invoice));
            facts.push(labelled("Reason", original.reason.clone()));
        }
        facts.push(labelled("Place of supply", self.place_of_supply.clone()));
        // Rule 46 (p) wants it said on every Indian invoice, the Union only where it applies (Art. 226 (11a)).
        if self.is_indian() || self.reverse_charge {
            let answer = if self.reverse_charge { "Yes" } else { "No" };
            facts.push(labelled("Tax payable on reverse charge", answer.to_owned()));
        }
        if let Some(payment) = &self.payment {
            let label = if self.kind == DocumentKind::CreditNote { "Refund" } else { "Payment" };
            facts.push(labelled(label, payment.clone()));
        }
        facts
    }

    fn totals(&self) -> Vec<PrintedTotal> {
        let mut totals = vec![labelled("Taxable value", amount(self.taxable))];
        for tax in &self.taxes {
            let label = format!("{} {}", tax.name.as_str().to_uppercase(), percent(tax.basis_points));
            totals.push(labelled(&label, amount(tax.amount)));
        }
        let label = if self.kind == DocumentKind::CreditNote { "Total credited" } else { "Total" };
        totals.push(labelled(label, amount(self.gross)));
        totals
    }

    /// Words that the law prescribes for a treatment, and how the amounts are meant.
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        match self.treatment {
            TaxTreatment::ReverseCharge => notes.push(
                "Reverse charge: the recipient accounts for the VAT (Articles 44 and 196 of Directive 2006/112/EC)."
                    .to_owned(),
            ),
            TaxTreatment::ExportUnderUndertaking => {
                let reference = self.lut.as_deref().unwrap_or_default();
                notes.push(format!(
                    "Supply meant for export under bond or Letter of Undertaking without payment of integrated tax. \
                     Undertaking {reference}."
                ));
            }
            TaxTreatment::ExportWithTax => {
                notes.push("Supply meant for export on payment of integrated tax.".to_owned());
            }
            TaxTreatment::OutsideScope => notes.push(format!(
                "The place of supply is {}; no tax of {} is due.",
                self.place_of_supply, self.supplier.country_name
            )),
            TaxTreatment::NotRegistered => {
                notes.push("The supplier is not registered for this tax; none is charged.".to_owned());
            }
            TaxTreatment::IntraState | TaxTreatment::InterState | TaxTreatment::DomesticVat | TaxTreatment::OssVat => {}
        }
        if self.kind == DocumentKind::Invoice {
            notes.push(format!("Paid in full. All amounts are in {}.", self.currency()));
        } else {
            notes.push(format!("All amounts are in {}.", self.currency()));
        }
        if let Some(email) = &self.supplier.email {
            notes.push(format!("Questions about this document: {email}"));
        }
        notes
    }
}

fn labelled(label: &str, value: String) -> PrintedTotal {
    PrintedTotal { label: label.to_owned(), value }
}

fn row(line: &DocumentLine) -> PrintedRow {
    let period = match (line.from, line.to.map(|to| to.yesterday())) {
        (Some(from), Some(Ok(last))) if from == last => day(from),
        (Some(from), Some(Ok(last))) => format!("{} to {}", day(from), day(last)),
        _ => String::new(),
    };
    let tax = Money::new(line.gross.minor().saturating_sub(line.taxable.minor()), line.gross.currency());
    PrintedRow {
        description: line.description.clone(),
        period,
        sac: line.sac.clone().unwrap_or_default(),
        taxable: amount(line.taxable),
        tax: amount(tax),
        gross: amount(line.gross),
    }
}

fn party(party: &PrintedParty) -> Vec<String> {
    let mut lines = party.address.clone();
    match (&party.state_name, &party.state) {
        (Some(name), Some(code)) => lines.push(format!("{name} ({code}), {}", party.country_name)),
        _ => lines.push(party.country_name.clone()),
    }
    lines.extend(party.gstin.iter().map(|number| format!("GSTIN {number}")));
    lines.extend(party.vat_id.iter().map(|number| format!("VAT {number}")));
    lines
}

/// `22 November 2026`.
fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// `18 %`, `2.1 %`; a no-break space keeps sign and figure together.
fn percent(basis_points: u32) -> String {
    let (whole, hundredths) = (basis_points / 100, basis_points % 100);
    let decimals = format!("{hundredths:02}");
    match decimals.trim_end_matches('0') {
        "" => format!("{whole}\u{a0}%"),
        some => format!("{whole}.{some}\u{a0}%"),
    }
}

/// With all decimals of the currency, so that figures stand under each other: `₹900.00`, `¥1,200`.
fn amount(money: Money) -> String {
    let shown = money.to_string();
    let places = money.currency().exponent() as usize;
    if places == 0 || shown.contains('.') { shown } else { format!("{shown}.{}", "0".repeat(places)) }
}
