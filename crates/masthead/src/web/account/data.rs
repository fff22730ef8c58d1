//! Everything the paper keeps about a reader, in one file of their own (GDPR Art. 15 and 20): account, contracts with
//! consents and history, payments, documents, ways to pay as they are shown, gifts, devices, what was read.
use std::sync::Arc;

use axum::extract::State;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, Response};
use hyper::body::Bytes;
use newsroom::articles::StoryNumber;
use serde_json::{Value, json};

use crate::billing::{BillingError, Held, dossiers};
use crate::house::House;
use crate::web::body::Reply;
use crate::web::error::Fault;
use crate::web::visitor::{Reader, Signed};

/// `GET /account/data.json`
pub async fn download(State(house): State<Arc<House>>, Reader(signed): Reader) -> Result<Response<Reply>, Fault> {
    let data = gather(&house, &signed).await?;
    let text = serde_json::to_vec_pretty(&data).map_err(|e| Fault::internal(&e))?;
    let mut response = Response::new(Reply::bytes(Bytes::from(text)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"my-data.json\""));
    Ok(response)
}

async fn gather(house: &House, signed: &Signed) -> Result<Value, Fault> {
    let (id, now) = (signed.reader.0, house.clock.now());
    let reader = house.store.reader(id).await?.ok_or(Fault::NotFound)?;
    let mut contracts = Vec::new();
    for held in dossiers::of_reader(house, id).await? {
        contracts.push(contract(house, &held).await?);
    }
    let mut gifts = Vec::new();
    for gift in house.store.gifts_claimed_by(id).await? {
        let contract = dossiers::one(house, gift.subscription_id).await?.dossier.contract;
        gifts.push(json!({
            "plan": contract.plan().name, "claimed_at": gift.claimed_at, "until": contract.paid_through(),
        }));
    }
    let documents = house.store.documents_of(id).await?;
    let documents: Vec<Value> = documents.into_iter().map(|document| document.facts).collect();
    let sessions = house.store.sessions_of(id, now).await?.into_iter();
    let devices: Vec<Value> = sessions
        .map(|session| {
            json!({
                "device": session.device, "since": session.created_at, "last_seen": session.last_seen_at,
                "until": session.expires_at,
            })
        })
        .collect();
    let kept = house.store.saved_searches(id).await?.into_iter();
    let searches: Vec<Value> = kept.map(|kept| json!({ "query": kept.query, "since": kept.created_at })).collect();
    let period = house.meter.period(now);
    let reads = house.meter.reads_of(signed.reader, &period);
    let numbers: Vec<StoryNumber> = reads.iter().map(|read| StoryNumber(read.story())).collect();
    let titles = house.titles(&numbers).await?;
    let read = |number: &StoryNumber| {
        let title = titles.get(number);
        json!({ "story": number.0, "headline": title.map(|t| &t.headline), "path": title.map(|t| &t.path) })
    };
    let reads: Vec<Value> = numbers.iter().map(read).collect();
    Ok(json!({
        "paper": house.publication.name,
        "at": now,
        "account": {
            "number": id, "email": reader.email, "name": reader.name, "role": reader.role,
            "address_proved_at": reader.verified_at, "created_at": reader.created_at,
            "has_password": reader.password_hash.is_some(),
        },
        "billing_details": house.store.billing_party(id).await?,
        "contracts": contracts,
        "gifts_claimed": gifts,
        "documents": documents,
        "devices": devices,
        "saved_searches": searches,
        "read_in_this_period": reads,
    }))
}

/// A contract with its history. Of a way to pay only what is shown to the reader: no token, no name at the rail.
async fn contract(house: &House, held: &Held) -> Result<Value, BillingError> {
    let dossier = &held.dossier;
    let contract = &dossier.contract;
    let payments = dossier.attempts.iter().map(|attempt| {
        let payment = &attempt.payment;
        json!({
            "key": payment.key(), "amount": payment.request().amount, "rail": payment.request().rail,
            "at": payment.planned_at(), "state": payment.state().word(),
            "reference": payment.capture().map(|capture| capture.reference().to_owned()),
        })
    });
    let refunds = dossier.refunds.iter().map(|refund| {
        json!({
            "key": refund.key, "amount": refund.amount, "why": refund.reason, "asked_at": refund.asked_at,
            "state": refund.state,
        })
    });
    let method = dossier.mandate.as_ref().map(|mandate| {
        json!({
            "shown_as": mandate.facts.label, "kind": mandate.facts.mandate.method,
            "state": mandate.facts.state.word(), "most_per_debit": mandate.facts.max_amount,
            "until": mandate.facts.expires,
        })
    });
    let events = house.store.events_of(&format!("subscription:{}", held.id)).await?.into_iter();
    let history = events.map(|event| json!({ "at": event.at, "what": event.kind }));
    let kept = house.store.gift_of(held.id).await?;
    Ok(json!({
        "number": held.id,
        "plan": contract.plan(),
        "state": contract.state(),
        "opened_at": contract.opened_at(),
        "consent": contract.consent(),
        "offer": contract.offer(),
        "paid_through": contract.paid_through(),
        "cancellation": contract.cancellation(),
        "change_that_waits": contract.pending(),
        "way_to_pay": method,
        "payments": payments.collect::<Vec<_>>(),
        "refunds": refunds.collect::<Vec<_>>(),
        "gift_for": kept.map(|kept| kept.gift),
        "history": history.collect::<Vec<_>>(),
    }))
}
