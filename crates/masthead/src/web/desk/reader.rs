//! `GET /desk/readers/{id}`: one reader as support sees them.
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use circulation::billing::{Dossier, RefundState};
use circulation::subscriptions::State as Standing;
use http::{Response, StatusCode};
use jiff::Timestamp;
use pages::views::{self, Link};
use serde::Deserialize;
use store::{Document, GrantRow};

use super::{shown, timeline, words};
use crate::billing::{Held, dossiers};
use crate::clock::journey;
use crate::house::House;
use crate::web::body::Reply;
use crate::web::error::Fault;
use crate::web::visitor::Staff;

/// Lines of the timeline on one page.
const PER_PAGE: usize = 50;

/// Query of the page.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    show: Option<String>,
    page: Option<String>,
    /// The event that the last act wrote.
    done: Option<String>,
}

/// `GET /desk/readers/{id}`
pub async fn reader(
    State(house): State<Arc<House>>,
    _staff: Staff,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response<Reply>, Fault> {
    let id: i64 = id.parse().map_err(|_| Fault::NotFound)?;
    let reader = house.store.reader(id).await?.ok_or(Fault::NotFound)?;
    let mut held = dossiers::of_reader(&house, id).await?;
    held.sort_by_key(|held| held.dossier.contract.live_key().is_none());
    let now = house.clock.now();
    let grants = house.store.grants_of(id).await?;
    let documents = house.store.documents_of(id).await?;
    let show = wanted.show.as_deref().and_then(views::TimelineKind::read);
    let mut rows = timeline::of(&house, id, &held, &grants, &documents).await?;
    let message = done(&rows, &house, id, wanted.done.as_deref()).await?;
    rows.retain(|row| show.is_none_or(|show| row.kind == show));
    let pages = rows.len().div_ceil(PER_PAGE).max(1);
    let page = wanted.page.and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, pages);
    let timeline = rows.into_iter().skip((page - 1) * PER_PAGE).take(PER_PAGE).collect();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let view = views::DeskReader {
        id,
        email: reader.email,
        name: reader.name,
        since: reader.created_at,
        verified: reader.verified_at.is_some(),
        staff: reader.role == "staff",
        message,
        contracts: held.iter().map(|held| panel(held, now)).collect(),
        rights: rights(id, grants, now),
        documents: documents.iter().map(document).collect(),
        timeline,
        show,
        page: count(page),
        pages: count(pages),
        complimentary: format!("/desk/readers/{id}/complimentary"),
    };
    shown(&house, StatusCode::OK, &view)
}

/// What was just done, told from the event, never from the address.
async fn done(
    rows: &[views::TimelineRow],
    house: &House,
    id: i64,
    event: Option<&str>,
) -> Result<Option<String>, Fault> {
    let Some(event) = event.and_then(|event| event.parse::<i64>().ok()) else { return Ok(None) };
    let found = house.store.events_after(event - 1, 1).await?.pop();
    let Some(found) = found.filter(|found| found.id == event && found.kind.starts_with("desk.")) else {
        return Ok(None);
    };
    let said = timeline::done(&found);
    // Another reader's event is none of this page's.
    let here = found.data["reader"].as_i64() == Some(id) && rows.iter().any(|row| row.at == found.at);
    Ok(here.then_some(said))
}

fn panel(held: &Held, now: Timestamp) -> views::ContractPanel {
    let dossier = &held.dossier;
    let contract = &dossier.contract;
    let line = contract.plan().price_line();
    let mut invoices: Vec<views::InvoiceRow> =
        dossier.invoices.iter().rev().map(|invoice| invoice_row(held.id, dossier, invoice)).collect();
    invoices.truncate(24);
    views::ContractPanel {
        id: held.id,
        plan: format!("{}, {} for {}", contract.plan().name, line.price, line.term),
        state: words::state(dossier).to_owned(),
        alert: words::alert(dossier),
        words: words::sentences(dossier, now),
        actions: actions(held, now),
        invoices,
    }
}

fn invoice_row(id: i64, dossier: &Dossier, invoice: &circulation::billing::Invoice) -> views::InvoiceRow {
    let returnable = dossier.returnable(invoice.number).is_some_and(|left| left.is_positive());
    views::InvoiceRow {
        period: words::period(invoice),
        amount: invoice.gross.to_string(),
        state: words::invoice_state(dossier, invoice),
        refund: returnable.then(|| format!("/desk/contracts/{id}/refund?invoice={}", invoice.number)),
    }
}

/// What can be done with a contract as it stands; whether it can really, the engine says on the next page.
fn actions(held: &Held, now: Timestamp) -> Vec<Link> {
    let (id, dossier) = (held.id, &held.dossier);
    let contract = &dossier.contract;
    let mut links = Vec::new();
    let mut offer = |text: &str, act: &str| links.push(Link::new(text, format!("/desk/contracts/{id}/{act}")));
    if contract.parked().is_some() {
        offer("Release", "release");
    }
    for refund in &dossier.refunds {
        if matches!(refund.state, RefundState::Failed { .. }) {
            offer(&format!("Try refund of {} again", refund.amount), &format!("retry-refund?key={}", refund.key));
            offer(&format!("{} was paid by bank", refund.amount), &format!("bank-refund?key={}", refund.key));
        }
    }
    let running = contract.live_key().is_some();
    let ended = matches!(contract.state(), Standing::Ended { .. });
    if *contract.state() == Standing::Active {
        offer("Extend", "extend");
        offer("Change plan at renewal", "change");
    }
    match contract.cancellation() {
        Some(_) if !ended && contract.cancels_at().is_some_and(|end| now < end) => {
            offer("Take the cancellation back", "take-back");
        }
        None if running => offer("Cancel", "cancel"),
        _ => {}
    }
    if !ended {
        offer("End now", "end");
    }
    links
}

fn rights(reader: i64, grants: Vec<GrantRow>, now: Timestamp) -> Vec<views::RightRow> {
    let mut rows: Vec<views::RightRow> = grants
        .into_iter()
        // A right that ends where it starts is none.
        .filter(|grant| grant.ends_at.is_none_or(|end| end > grant.starts_at))
        .map(|grant| {
            let over = grant.ends_at.is_some_and(|end| end <= now);
            let ours = grant.source == "staff" && !over;
            views::RightRow {
                benefits: grant.benefits.join(", ").replace('-', " "),
                source: source(&grant.source).to_owned(),
                end: ours.then(|| format!("/desk/readers/{reader}/end-right?reference={}", grant.reference)),
                reference: grant.reference,
                from: grant.starts_at,
                until: grant.ends_at,
                holds: grant.starts_at <= now && !over,
            }
        })
        .collect();
    rows.sort_by_key(|row| (!row.holds, std::cmp::Reverse(row.from)));
    rows.truncate(50);
    rows
}

/// Where a right comes from, in a word.
pub fn source(word: &str) -> &str {
    match word {
        "purchase" => "Subscription",
        "trial" => "Trial",
        "gift" => "Gift",
        "seat" => "Seat",
        "partner" => "Partner",
        "staff" => "Complimentary",
        other => other,
    }
}

fn document(document: &Document) -> views::PaperRow {
    views::PaperRow {
        number: number(document),
        kind: if document.kind == "credit-note" { "Credit note" } else { "Invoice" }.to_owned(),
        at: document.issued_at,
        amount: journey::amount(document.gross, &document.currency),
    }
}

/// The number as printed.
pub fn number(document: &Document) -> String {
    let printed = document.facts.get("number").and_then(serde_json::Value::as_str);
    printed.map_or_else(|| format!("{}{}", document.series, document.n), str::to_owned)
}
