//! The sandbox's hosted payment page, which is another company's as far as the paper is concerned, and the door at
//! which its webhooks arrive.
use std::sync::Arc;

use axum::extract::{Form, Path, State};
use circulation::money::{Currency, Money};
use http::{HeaderMap, Response, StatusCode};
use hyper::body::Bytes;
use pages::views::{FieldError, Reader, SandboxPayPage, TestOutcome};
use serde::Deserialize;
use store::SandboxPayment;

use super::body::Reply;
use super::error::{Fault, see_other};
use super::forms::checked;
use crate::gateways::sandbox::Rehearsal;
use crate::gateways::webhooks::{self, Refused, SIGNATURE};
use crate::house::House;
use crate::readers::paths;

/// `GET /sandbox/pay/{id}`
pub async fn page(State(house): State<Arc<House>>, Path(id): Path<String>) -> Result<Response<Reply>, Fault> {
    let payment = house.store.sandbox_payment(&id).await?.ok_or(Fault::NotFound)?;
    hosted(&house, &payment, None, Vec::new()).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Decision {
    outcome: String,
}

/// `POST /sandbox/pay/{id}`: the visitor has chosen what this test payment does.
pub async fn decide(
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Form(decision): Form<Decision>,
) -> Result<Response<Reply>, Fault> {
    let payment = house.store.sandbox_payment(&id).await?.ok_or(Fault::NotFound)?;
    let Some(rehearsal) = Rehearsal::of(&decision.outcome) else {
        let errors = vec![FieldError::new("outcome", "Choose one of the results below.")];
        return hosted(&house, &payment, None, errors).await;
    };
    if !is_open(&payment) {
        return hosted(&house, &payment, None, Vec::new()).await;
    }
    let now = house.clock.now();
    let decided = house.rail.decide(&house.store, &id, rehearsal, now).await?;
    let times = match (rehearsal, decided.state.as_str()) {
        (Rehearsal::Paid | Rehearsal::ReturnLost, "paid") => 1,
        (Rehearsal::Twice, "paid") => 2,
        // Declined says nothing to the paper; of what is decided later the rounds deliver the webhook.
        _ => 0,
    };
    if times > 0 {
        tokio::spawn(webhooks::announce(Arc::clone(&house), decided.clone(), times));
    }
    if rehearsal == Rehearsal::ReturnLost {
        let words =
            "Paid. This test pretends that the browser was closed here: the paper learns of it by the webhook alone.";
        return hosted(&house, &decided, Some(words), Vec::new()).await;
    }
    Ok(see_other(&decided.return_url))
}

fn is_open(payment: &SandboxPayment) -> bool {
    matches!(payment.state.as_str(), "open" | "declined")
}

async fn hosted(
    house: &House,
    payment: &SandboxPayment,
    settled: Option<&str>,
    errors: Vec<FieldError>,
) -> Result<Response<Reply>, Fault> {
    let attempt = house.store.attempt_by_key(&payment.attempt_key).await?;
    let param = |name: &str| {
        let value = attempt.as_ref().and_then(|a| a.params.get(name)).and_then(serde_json::Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    let currency = Currency::parse(&payment.currency).map_err(|e| Fault::internal(&e))?;
    let settled = settled.or(match payment.state.as_str() {
        "open" | "declined" => None,
        "paid" => Some("This payment is made. Nothing more is taken."),
        _ => Some("This payment page is closed. Nothing was taken."),
    });
    let back = match settled {
        Some(_) => payment.return_url.clone(),
        None => {
            let checkout = format!("/checkout?plan={}", paths::value(&param("plan")));
            paths::with_next(&checkout, paths::local(&param("next")).as_deref())
        }
    };
    let page = SandboxPayPage {
        id: payment.session_id.clone(),
        payee: house.publication.name.clone(),
        description: param("description"),
        amount: Money::new(payment.amount, currency).to_string(),
        outcomes: Rehearsal::ALL.into_iter().map(outcome).collect(),
        cancel_path: Some(back),
        settled: settled.map(str::to_owned),
        errors,
    };
    checked(house, Reader::Guest, &page, &page.errors)
}

fn outcome(rehearsal: Rehearsal) -> TestOutcome {
    let (label, explanation) = match rehearsal {
        Rehearsal::Paid => ("Paid", "The payment goes through and you come back at once."),
        Rehearsal::Declined => ("Declined", "The card is refused. You come back and may try again."),
        Rehearsal::Later => {
            ("Decided later", "You come back before the payment is certain; a few seconds later it is.")
        }
        Rehearsal::ReturnLost => {
            ("Paid, but you never come back", "As if the browser closed: only the webhook tells the paper.")
        }
        Rehearsal::Twice => ("Paid, told twice", "The same webhook is delivered two times. You are charged once."),
    };
    TestOutcome { value: rehearsal.word().into(), label: label.into(), explanation: explanation.into() }
}

/// `POST /webhooks/sandbox`
pub async fn webhook(
    State(house): State<Arc<House>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response<Reply>, Fault> {
    // Two headers of one name are a trick: neither is believed.
    let mut given = headers.get_all(SIGNATURE).iter();
    let signature = match (given.next(), given.next()) {
        (Some(one), None) => one.to_str().ok(),
        _ => None,
    };
    match webhooks::receive(&house, signature, &body).await {
        Ok(()) => {
            let mut response = Response::new(Reply::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            Ok(response)
        }
        Err(refused @ (Refused::Forgery(_) | Refused::Body(_))) => {
            tracing::warn!(%refused, bytes = body.len(), "a webhook was refused");
            Err(Fault::Wrong(format!("The delivery was refused: {refused}.")))
        }
    }
}
