//! Tax documents and payments, for the one they belong to.
use std::sync::Arc;

use axum::extract::{Path, State};
use circulation::billing::{Dossier, RefundState};
use circulation::invoices::{DocumentKind, Printed, TaxDocument};
use circulation::payments::AttemptState;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, Response};
use hyper::body::Bytes;
use pages::views::{DocumentRow, InvoicesPage, PaymentOutcome, PaymentRow};
use press::{Day, Fact, Invoice, Party, PressError, Row};

use super::body::Reply;
use super::error::Fault;
use super::forms::show;
use super::visitor::{Reader, Visitor};
use crate::billing::{BillingError, dossiers};
use crate::config::Publication;
use crate::house::House;

/// `GET /account/invoices`
pub async fn list(State(house): State<Arc<House>>, Reader(signed): Reader) -> Result<Response<Reply>, Fault> {
    let mut documents = Vec::new();
    for stored in house.store.documents_of(signed.reader.0).await? {
        let document = read(&stored)?;
        documents.push(DocumentRow {
            id: stored.id,
            number: document.number.to_string(),
            credit: document.kind == DocumentKind::CreditNote,
            what: document.lines.first().map(|line| line.description.clone()).unwrap_or_default(),
            at: stored.issued_at,
            amount: document.gross.to_string(),
        });
    }
    let mut payments = Vec::new();
    for held in dossiers::of_reader(&house, signed.reader.0).await? {
        rows(&held.dossier, &mut payments);
    }
    payments.sort_by_key(|row: &PaymentRow| std::cmp::Reverse(row.at));
    show(&house, Visitor::Signed(signed).reader(), &InvoicesPage { documents, payments })
}

fn read(stored: &store::Document) -> Result<TaxDocument, BillingError> {
    serde_json::from_value(stored.facts.clone()).map_err(|e| BillingError::stored("document", &e))
}

/// The payments and refunds of a contract. What never left the house is no payment.
fn rows(dossier: &Dossier, rows: &mut Vec<PaymentRow>) {
    let plan_of = |number: u32| {
        let invoice = dossier.invoices.iter().find(|invoice| invoice.number == number);
        invoice.map_or_else(|| dossier.contract.plan().name.clone(), |invoice| invoice.plan.name.clone())
    };
    for attempt in &dossier.attempts {
        let payment = &attempt.payment;
        let pays = dossier.invoices.iter().any(|invoice| invoice.paid_by() == Some(&payment.key()));
        let (at, outcome) = match payment.state() {
            AttemptState::Planned => continue,
            AttemptState::Sent | AttemptState::Unknown { .. } => {
                (payment.sent_at().unwrap_or(payment.planned_at()), PaymentOutcome::Open)
            }
            AttemptState::Failed { .. } if payment.sent_at().is_none() => continue,
            AttemptState::Failed { at, .. } => (*at, PaymentOutcome::Failed),
            AttemptState::Captured { at, .. } if pays => (*at, PaymentOutcome::Paid),
            AttemptState::Captured { at, .. } => (*at, PaymentOutcome::Returning),
        };
        rows.push(PaymentRow {
            at,
            plan: plan_of(payment.period()),
            amount: payment.request().amount.to_string(),
            outcome,
        });
    }
    for refund in &dossier.refunds {
        let (at, outcome) = match &refund.state {
            RefundState::Replaced => continue,
            RefundState::Planned | RefundState::Sent { .. } => (refund.asked_at, PaymentOutcome::RefundComing),
            RefundState::Failed { .. } => (refund.asked_at, PaymentOutcome::RefundStuck),
            RefundState::Succeeded { at } => (*at, PaymentOutcome::Refunded),
        };
        let plan = refund.invoice.map_or_else(|| dossier.contract.plan().name.clone(), plan_of);
        rows.push(PaymentRow { at, plan, amount: refund.amount.to_string(), outcome });
    }
}

/// `GET /account/invoices/{file}`: `12.pdf` or `12.json`. To anybody else the document does not exist.
pub async fn file(
    State(house): State<Arc<House>>,
    Reader(signed): Reader,
    Path(file): Path<String>,
) -> Result<Response<Reply>, Fault> {
    let (id, kind) = file.split_once('.').ok_or(Fault::NotFound)?;
    let id: i64 = id.parse().map_err(|_| Fault::NotFound)?;
    let stored = house.store.document(id).await?.filter(|stored| stored.reader_id == signed.reader.0);
    let stored = stored.ok_or(Fault::NotFound)?;
    let document = read(&stored)?;
    let (bytes, content_type) = match kind {
        "json" => {
            let text = serde_json::to_vec_pretty(&document).map_err(|e| Fault::internal(&e))?;
            (text, "application/json")
        }
        "pdf" => {
            let invoice = printed(&house.publication, &document);
            // Setting a page takes a few milliseconds of work: not on the threads that serve readers.
            let set = tokio::task::spawn_blocking(move || pdf(&invoice)).await.map_err(|e| Fault::internal(&e))?;
            (set.map_err(|e| Fault::internal(&e))?, "application/pdf")
        }
        _ => return Err(Fault::NotFound),
    };
    let mut response = Response::new(Reply::bytes(Bytes::from(bytes)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    let name = file_name(&document.number.to_string(), kind);
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
    headers.insert(CONTENT_DISPOSITION, disposition.map_err(|e| Fault::internal(&e))?);
    Ok(response)
}

/// `M/26-27/0000123` as a file's name: `M-26-27-0000123.pdf`.
#[must_use]
pub fn file_name(number: &str, kind: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
    format!("{}.{kind}", number.chars().map(plain).collect::<String>())
}

/// A document's PDF.
///
/// # Errors
/// None for a document that was issued.
pub fn pdf(invoice: &Invoice) -> Result<Vec<u8>, PressError> {
    let sheets = press::set(invoice)?;
    if !sheets.missing.is_empty() {
        tracing::warn!(number = invoice.number, characters = sheets.missing.len(), "no font here has some characters");
    }
    Ok(sheets.pdf)
}

/// A document as the press sets it.
#[must_use]
pub fn printed(publication: &Publication, document: &TaxDocument) -> Invoice {
    let Printed { title, warning, number, facts, has_sac, rows, totals, notes, signatory, .. } = document.printed();
    let words = document.printed();
    let fact = |fact: &circulation::invoices::PrintedTotal| Fact::new(&fact.label, &fact.value);
    let party = |heading: &str, name: String, lines| Party { heading: heading.to_owned(), name, lines };
    let mut columns = vec!["Description"];
    columns.extend(has_sac.then_some("SAC"));
    columns.extend(["Taxable value", "Tax", "Total"]);
    let row = |row: circulation::invoices::PrintedRow| Row {
        description: row.description,
        detail: row.period,
        cells: has_sac.then_some(row.sac).into_iter().chain([row.taxable, row.tax, row.gross]).collect(),
    };
    let day = document.issued_on;
    Invoice {
        language: publication.language.clone(),
        paper: publication.name.clone(),
        title,
        number,
        date: Day {
            year: u16::try_from(day.year()).unwrap_or_default(),
            month: u8::try_from(day.month()).unwrap_or_default(),
            day: u8::try_from(day.day()).unwrap_or_default(),
        },
        warning,
        supplier: party("Supplier", words.supplier, words.supplier_lines),
        recipient: party("Billed to", words.recipient, words.recipient_lines),
        facts: facts.iter().map(fact).collect(),
        columns: columns.into_iter().map(str::to_owned).collect(),
        rows: rows.into_iter().map(row).collect(),
        totals: totals.iter().map(fact).collect(),
        notes,
        signature: signatory.map(|name| vec![format!("For {}", document.supplier.name), name]).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_number_makes_a_file_name_that_every_system_takes() {
        assert_eq!(file_name("M/26-27/0000123", "pdf"), "M-26-27-0000123.pdf");
        assert_eq!(file_name("../..\"\r\n", "json"), "--------.json");
    }
}
