//! Files that go with mails: tax documents as PDF, set anew from what was issued, the same to the byte each time.
use circulation::invoices::TaxDocument;
use press::{Day, Fact, Invoice, Party, Row};
use store::{Mail, StoreError};

use crate::house::House;

/// A file.
pub struct File {
    /// `M-26-27-0000123.pdf`
    pub name: String,
    /// Its media type.
    pub kind: &'static str,
    pub bytes: Vec<u8>,
}

/// The files of a mail. A document that was never issued (the publisher issues none) is left out; one that cannot be set
/// is left out too and logged, since a receipt that never comes is worse than one without its file.
///
/// # Errors
/// The store's.
pub async fn of(house: &House, mail: &Mail) -> Result<Vec<File>, StoreError> {
    let mut files = Vec::new();
    for reference in &mail.attachments {
        let Some(stored) = house.store.document_for(reference).await? else { continue };
        let document: Result<TaxDocument, _> = serde_json::from_value(stored.facts);
        let set = document.map_err(|e| e.to_string()).and_then(|document| pdf(house, &document));
        match set {
            Ok(file) => files.push(file),
            Err(error) => tracing::error!(error, reference, "a document could not be set; the mail goes without it"),
        }
    }
    Ok(files)
}

/// A tax document as PDF.
///
/// # Errors
/// In words, when it cannot be set.
pub fn pdf(house: &House, document: &TaxDocument) -> Result<File, String> {
    let printed = document.printed();
    let fact = |fact: &circulation::invoices::PrintedTotal| Fact::new(&fact.label, &fact.value);
    let on = document.issued_on;
    let small = |n: i8| u8::try_from(n).unwrap_or_default();
    let mut columns = vec!["Description".to_owned()];
    columns.extend(printed.has_sac.then(|| "SAC".to_owned()));
    columns.extend(["Taxable value", "Tax", "Total"].map(str::to_owned));
    let row = |row: &circulation::invoices::PrintedRow| {
        let mut cells: Vec<String> = printed.has_sac.then(|| row.sac.clone()).into_iter().collect();
        cells.extend([row.taxable.clone(), row.tax.clone(), row.gross.clone()]);
        Row { description: row.description.clone(), detail: row.period.clone(), cells }
    };
    let invoice = Invoice {
        language: house.publication.language.clone(),
        paper: house.publication.name.clone(),
        title: printed.title.clone(),
        number: printed.number.clone(),
        date: Day {
            year: u16::try_from(on.year()).unwrap_or_default(),
            month: small(on.month()),
            day: small(on.day()),
        },
        warning: printed.warning.clone(),
        supplier: Party {
            heading: "Supplier".to_owned(),
            name: printed.supplier.clone(),
            lines: printed.supplier_lines.clone(),
        },
        recipient: Party {
            heading: "Billed to".to_owned(),
            name: printed.recipient.clone(),
            lines: printed.recipient_lines.clone(),
        },
        facts: printed.facts.iter().map(fact).collect(),
        columns,
        rows: printed.rows.iter().map(row).collect(),
        totals: printed.totals.iter().map(fact).collect(),
        notes: printed.notes.clone(),
        signature: printed.signatory.clone().into_iter().collect(),
    };
    let sheets = press::set(&invoice).map_err(|error| error.to_string())?;
    Ok(File { name: format!("{}.pdf", document.number.file_stem()), kind: "application/pdf", bytes: sheets.pdf })
}
