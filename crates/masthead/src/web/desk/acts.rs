//! `GET` and `POST /desk/contracts/{id}/{act}`: what support does for a reader. A form first, then a page that says exactly
//! what will happen, then the deed: on the contract as it was seen, and on no other.
use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Form, Path, Query, State};
use circulation::billing::Act;
use http::{Response, StatusCode};
use pages::views::{self, FieldError, FieldErrors};
use serde_json::json;
use store::NewEvent;

use super::deeds::Deed;
use super::foresight::{Foreseen, foresee};
use super::shown;
use crate::billing::{self, BillingError, Held, dossiers};
use crate::house::House;
use crate::web::body::Reply;
use crate::web::error::{Fault, see_other};
use crate::web::visitor::Staff;

/// What was typed, by the name of the field.
pub type Typed = HashMap<String, String>;

/// Longest reason, in characters.
const LONGEST_REASON: usize = 400;

/// What is asked for: a contract and a deed that exist.
struct Asked {
    held: Held,
    deed: Deed,
    email: String,
}

async fn asked(house: &House, id: &str, deed: &str) -> Result<Asked, Fault> {
    let id: i64 = id.parse().map_err(|_| Fault::NotFound)?;
    let deed = Deed::read(deed).ok_or(Fault::NotFound)?;
    let held = match dossiers::one(house, id).await {
        Err(BillingError::Store(store::StoreError::NotFound { .. })) => return Err(Fault::NotFound),
        held => held?,
    };
    let reader = house.store.reader(held.dossier.contract.reader().0).await?;
    Ok(Asked { email: reader.map(|reader| reader.email).unwrap_or_default(), held, deed })
}

/// `GET /desk/contracts/{id}/{act}`
pub async fn form(
    State(house): State<Arc<House>>,
    _staff: Staff,
    Path((id, deed)): Path<(String, String)>,
    Query(typed): Query<Typed>,
) -> Result<Response<Reply>, Fault> {
    let asked = asked(&house, &id, &deed).await?;
    shown(&house, StatusCode::OK, &blank(&house, &asked, &typed, Vec::new()))
}

/// `POST /desk/contracts/{id}/{act}`
pub async fn send(
    State(house): State<Arc<House>>,
    Staff(staff): Staff,
    Path((id, deed)): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response<Reply>, Fault> {
    let asked = asked(&house, &id, &deed).await?;
    let act = match (reason(&typed), asked.deed.act(&house, &asked.held, &typed)) {
        (Ok(_), Ok(act)) => act,
        (reason, act) => {
            let errors = [reason.err(), act.err()].into_iter().flatten().flatten().collect();
            return shown(&house, StatusCode::UNPROCESSABLE_ENTITY, &blank(&house, &asked, &typed, errors));
        }
    };
    let foreseen = match foresee(&house, &asked.held, &act).await? {
        Ok(foreseen) => foreseen,
        Err(refusal) => {
            let errors = vec![FieldError::new("", sentence(&refusal.to_string()))];
            return shown(&house, StatusCode::UNPROCESSABLE_ENTITY, &blank(&house, &asked, &typed, errors));
        }
    };
    let field = |name: &str| typed.get(name).map_or("", String::as_str);
    let wants = field("step") == "do";
    let fresh = field("revision") == asked.held.revision.to_string() && field("seen") == foreseen.name();
    if wants && fresh {
        if let Some(event) = perform(&house, &asked, &act, &foreseen, field("reason").trim(), staff.reader.0).await? {
            let reader = asked.held.dossier.contract.reader().0;
            return Ok(see_other(&format!("/desk/readers/{reader}?done={event}")));
        }
        // Somebody was quicker: shown again, as it stands now.
        let asked = self::asked(&house, &id, &deed).await?;
        return again(&house, &asked, &act, &typed).await;
    }
    let view = views::DeskAct { stale: wants, ..confirm(&house, &asked, &foreseen, &typed) };
    shown(&house, if wants { StatusCode::CONFLICT } else { StatusCode::OK }, &view)
}

async fn again(house: &House, asked: &Asked, act: &Act, typed: &Typed) -> Result<Response<Reply>, Fault> {
    match foresee(house, &asked.held, act).await? {
        Ok(foreseen) => {
            let view = views::DeskAct { stale: true, ..confirm(house, asked, &foreseen, typed) };
            shown(house, StatusCode::CONFLICT, &view)
        }
        Err(refusal) => {
            let errors = vec![FieldError::new("", sentence(&refusal.to_string()))];
            let view = views::DeskAct { stale: true, ..blank(house, asked, typed, errors) };
            shown(house, StatusCode::CONFLICT, &view)
        }
    }
}

/// Does it, with its trace; gives the trace's id, or nothing when the contract has changed.
async fn perform(
    house: &House,
    asked: &Asked,
    act: &Act,
    foreseen: &Foreseen,
    reason: &str,
    staff: i64,
) -> Result<Option<i64>, Fault> {
    let (held, deed) = (&asked.held, asked.deed);
    let subject = format!("subscription:{}", held.id);
    let trace = NewEvent {
        actor: format!("staff:{staff}"),
        kind: format!("desk.{}", deed.word()),
        subject: subject.clone(),
        data: json!({
            "title": deed.title(), "reason": reason, "outcome": foreseen.lines, "cost": foreseen.cost,
            "reader": held.dossier.contract.reader().0, "revision": held.revision,
        }),
    };
    match billing::act_at(house, held.id, act, held.revision, trace).await {
        Ok(Some(_)) => {}
        Ok(None) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    let events = house.store.events_of(&subject).await?;
    Ok(events.iter().rev().find(|event| event.kind.starts_with("desk.")).map(|event| event.id))
}

/// The reason that was given.
pub fn reason(typed: &Typed) -> Result<&str, FieldErrors> {
    let reason = typed.get("reason").map_or("", |reason| reason.trim());
    let wrong = |words: &str| Err(vec![FieldError::new("reason", words)]);
    if reason.is_empty() {
        return wrong("Write one sentence for the history.");
    }
    if reason.chars().count() > LONGEST_REASON {
        return wrong("That is too long: write 400 characters or fewer.");
    }
    if reason.chars().any(|c| super::form::is_unseen(c) && c != '\n' && c != '\r') {
        return wrong("This holds an invisible control character. Type it anew.");
    }
    Ok(reason)
}

fn back(asked: &Asked) -> String {
    format!("/desk/readers/{}", asked.held.dossier.contract.reader().0)
}

fn blank(house: &House, asked: &Asked, typed: &Typed, errors: FieldErrors) -> views::DeskAct {
    let (held, deed) = (&asked.held, asked.deed);
    views::DeskAct {
        title: deed.title().to_owned(),
        about: deed.about(house, held),
        reader: asked.email.clone(),
        back: back(asked),
        action: format!("/desk/contracts/{}/{}", held.id, deed.word()),
        fields: deed.fields(house, held, typed),
        reason: typed.get("reason").cloned().unwrap_or_default(),
        hidden: deed.hidden(typed),
        errors,
        ..views::DeskAct::default()
    }
}

fn confirm(house: &House, asked: &Asked, foreseen: &Foreseen, typed: &Typed) -> views::DeskAct {
    let (held, deed) = (&asked.held, asked.deed);
    let mut hidden = deed.hidden(typed);
    for field in deed.fields(house, held, typed) {
        hidden.push((field.name.to_owned(), field.value));
    }
    hidden.push(("revision".to_owned(), held.revision.to_string()));
    hidden.push(("seen".to_owned(), foreseen.name()));
    views::DeskAct {
        hidden,
        fields: Vec::new(),
        reason: typed.get("reason").map_or("", |reason| reason.trim()).to_owned(),
        outcome: foreseen.lines.clone(),
        cost: foreseen.cost.clone(),
        button: deed.button(foreseen.money),
        ..blank(house, asked, typed, Vec::new())
    }
}

/// A refusal as a sentence.
pub fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}
