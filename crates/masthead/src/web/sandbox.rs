//! The sandbox's hosted payment page, which is another company's as far as the paper is concerned, and the door at
//! which its webhooks arrive.
use std::sync::Arc;

use axum::extract::{Form, Path, State};
use circulation::money::{Currency, Money};
use http::{HeaderMap, Response, StatusCode};
use hyper::body::Bytes;
use pages::views::{FieldError, FieldErrors, Reader, SandboxPayPage, TestMethod, TestMethods};
use serde::Deserialize;
use store::SandboxPage;

use super::body::Reply;
use super::error::{Fault, see_other};
use super::forms::checked;
use crate::billing::hints::{self, Refused};
use crate::gateways::rail::MethodKind;
use crate::gateways::sandbox::{Behaviour, RETURNED, bank};
use crate::gateways::webhooks;
use crate::house::House;

/// Only papers whose payments are tests have these pages.
pub(super) fn only_in_sandbox(house: &House) -> Result<(), Fault> {
    if house.publication.payments.rail == "sandbox" { Ok(()) } else { Err(Fault::NotFound) }
}

/// `GET /sandbox/pay/{id}`
pub async fn page(State(house): State<Arc<House>>, Path(id): Path<String>) -> Result<Response<Reply>, Fault> {
    only_in_sandbox(&house)?;
    let page = house.rail.hosted_page(&id).await?.ok_or(Fault::NotFound)?;
    hosted(&house, &page, None, Vec::new())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Decision {
    outcome: String,
}

/// `POST /sandbox/pay/{id}`: the visitor has chosen a test method.
pub async fn decide(
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Form(decision): Form<Decision>,
) -> Result<Response<Reply>, Fault> {
    only_in_sandbox(&house)?;
    let page = house.rail.hosted_page(&id).await?.ok_or(Fault::NotFound)?;
    let Some(behaviour) = Behaviour::of(&decision.outcome) else {
        let errors = vec![FieldError::new("outcome", "Choose one of the methods below.")];
        return hosted(&house, &page, None, errors);
    };
    if !is_open(&house, &page) {
        return hosted(&house, &page, None, Vec::new());
    }
    let (page, paid) = house.rail.pay(&id, behaviour, house.clock.now()).await?;
    if paid {
        tokio::spawn(webhooks::deliver_soon(Arc::clone(&house)));
    } else if behaviour != Behaviour::Declined {
        // Another tab was quicker.
        return hosted(&house, &page, None, Vec::new());
    }
    if behaviour == Behaviour::ReturnLost {
        let words =
            "Paid. This test pretends that the browser was closed here: the paper learns of it by the webhook alone.";
        return hosted(&house, &page, Some(words), Vec::new());
    }
    Ok(see_other(&returned(&house, &page)))
}

fn is_open(house: &House, page: &SandboxPage) -> bool {
    page.state == "open" && house.clock.now() < page.expires_at
}

/// The address to which the reader goes back, with the page's reference. On this very paper it is a path, whatever name
/// it is visited by.
fn returned(house: &House, page: &SandboxPage) -> String {
    let back = here(house, &page.return_url);
    let join = if back.contains('?') { '&' } else { '?' };
    // References are letters, digits, `-` and `_`.
    format!("{back}{join}{RETURNED}={}", page.id)
}

fn here<'u>(house: &House, url: &'u str) -> &'u str {
    let base = house.publication.base_url.trim_end_matches('/');
    url.strip_prefix(base).filter(|path| path.starts_with('/')).unwrap_or(url)
}

fn hosted(
    house: &House,
    page: &SandboxPage,
    settled: Option<&str>,
    errors: FieldErrors,
) -> Result<Response<Reply>, Fault> {
    let settled = settled.or(match page.state.as_str() {
        "open" if is_open(house, page) => None,
        "paid" if page.amount == 0 => Some("This method is kept. Nothing was taken."),
        "paid" => Some("This payment is made. Nothing more is taken."),
        _ => Some("This payment page is closed. Nothing was taken."),
    });
    let back = if settled.is_some() { returned(house, page) } else { here(house, &page.cancel_url).to_owned() };
    let currency = Currency::parse(&page.currency).map_err(|e| Fault::internal(&e))?;
    let money = |minor| Money::new(minor, currency).to_string();
    let view = SandboxPayPage {
        id: page.id.clone(),
        payee: house.publication.name.clone(),
        description: page.description.clone(),
        amount: (page.amount > 0).then(|| money(page.amount)),
        permission: page.wish.as_ref().map(|wish| {
            let every = every(wish.term_months);
            format!("The method is kept. Up to {} may be debited from it {every}.", money(wish.max_amount))
        }),
        methods: methods(page),
        declined: page.declines > 0 && settled.is_none(),
        cancel_path: Some(back),
        settled: settled.map(str::to_owned),
        bank_path: Some(bank::path(&page.customer)),
        errors,
    };
    checked(house, Reader::Guest, &view, &view.errors)
}

/// `every 3 months`, `every 2 years`
pub(super) fn every(months: u16) -> String {
    match (months, months % 12) {
        (1, _) => "every month".to_owned(),
        (12, _) => "every year".to_owned(),
        (months, 0) => format!("every {} years", months / 12),
        (months, _) => format!("every {months} months"),
    }
}

/// The methods in their groups; those of the kind that the reader chose before stand first.
fn methods(page: &SandboxPage) -> Vec<TestMethods> {
    let method = |behaviour: Behaviour| TestMethod {
        value: behaviour.field().to_owned(),
        label: behaviour.title().to_owned(),
        explanation: behaviour.words().to_owned(),
    };
    let group = |heading: &str, fits: &dyn Fn(Behaviour) -> bool| TestMethods {
        heading: heading.to_owned(),
        methods: Behaviour::ALL.into_iter().filter(|b| fits(*b)).map(method).collect(),
    };
    let kept = |kind| move |b: Behaviour| !b.is_of_the_page() && b.method() == kind;
    let mut groups = vec![
        group("Cards", &kept(MethodKind::Card)),
        group("UPI Autopay", &kept(MethodKind::Upi)),
        group("Only for this payment", &Behaviour::is_of_the_page),
    ];
    let hint = page.wish.as_ref().and_then(|wish| wish.method.as_deref());
    if hint == Some(MethodKind::Upi.word()) {
        groups.swap(0, 1);
    }
    groups
}

/// `POST /webhooks/{rail}`: only the rail of this paper is listened to.
pub async fn webhook(
    State(house): State<Arc<House>>,
    Path(rail): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response<Reply>, Fault> {
    if rail != house.gateway.rail().word() {
        return Err(Fault::NotFound);
    }
    match hints::receive(&house, &headers, &body).await {
        Ok(()) => {
            let mut response = Response::new(Reply::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            Ok(response)
        }
        Err(Refused::Billing(error)) => Err(error.into()),
        Err(refused @ Refused::Delivery(_)) => {
            tracing::warn!(%refused, bytes = body.len(), "a webhook was refused");
            Err(Fault::Wrong(format!("The delivery was refused: {refused}.")))
        }
    }
}
