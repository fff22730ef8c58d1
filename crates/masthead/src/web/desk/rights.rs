//! `GET` and `POST /desk/readers/{id}/complimentary` and `…/end-right`: access that staff gives without a contract, and
//! takes back. Billing never touches it.
use std::sync::Arc;

use axum::extract::{Form, Path, Query, State};
use circulation::benefits::{Benefit, Benefits};
use circulation::billing::complimentary as given;
use circulation::readers::ReaderId;
use http::{Response, StatusCode};
use jiff::Timestamp;
use jiff::civil::Date;
use pages::views::{self, ActField, ActFieldKind, FieldError, FieldErrors};
use serde_json::json;
use store::{GrantRow, NewEvent, NewGrant, Reader};

use super::acts::{self, Typed};
use super::{shown, words};
use crate::house::House;
use crate::web::body::Reply;
use crate::web::error::{Fault, see_other};
use crate::web::visitor::Staff;

/// Proposed at first.
const DAYS: i64 = 30;
/// The longest, so that a slip of the pen does not last for ever.
const MOST_DAYS: i32 = 3_660;

async fn reader(house: &House, id: &str) -> Result<Reader, Fault> {
    let id: i64 = id.parse().map_err(|_| Fault::NotFound)?;
    house.store.reader(id).await?.ok_or(Fault::NotFound)
}

/// `GET /desk/readers/{id}/complimentary`
pub async fn complimentary_form(
    State(house): State<Arc<House>>,
    _staff: Staff,
    Path(id): Path<String>,
    Query(typed): Query<Typed>,
) -> Result<Response<Reply>, Fault> {
    let reader = reader(&house, &id).await?;
    shown(&house, StatusCode::OK, &blank(&house, &reader, &typed, Vec::new()))
}

/// `POST /desk/readers/{id}/complimentary`
pub async fn complimentary(
    State(house): State<Arc<House>>,
    Staff(staff): Staff,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response<Reply>, Fault> {
    let reader = reader(&house, &id).await?;
    let (reason, last) = match (acts::reason(&typed), last_day(&house, &typed)) {
        (Ok(reason), Ok(last)) => (reason, last),
        (reason, last) => {
            let errors = [reason.err(), last.err()].into_iter().flatten().flatten().collect();
            return shown(&house, StatusCode::UNPROCESSABLE_ENTITY, &blank(&house, &reader, &typed, errors));
        }
    };
    let now = house.clock.now();
    let end = end_of(&house, last);
    let outcome =
        vec![format!("{} reads everything until the end of {}, without paying.", reader.email, words::day(last))];
    let field = |name: &str| typed.get(name).map_or("", String::as_str);
    let Ok(number) = field("once").parse::<u32>() else {
        // The number of the right is drawn here, so that a form that is sent twice gives one right.
        let once = (house.dice.number() >> 33).to_string();
        let hidden = vec![("once".to_owned(), once), ("until".to_owned(), last.to_string())];
        let view = views::DeskAct {
            hidden,
            fields: Vec::new(),
            reason: reason.to_owned(),
            outcome,
            cost: "No money moves, and nothing is asked for afterwards.".to_owned(),
            button: "Give access".to_owned(),
            ..blank(&house, &reader, &typed, Vec::new())
        };
        return shown(&house, StatusCode::OK, &view);
    };
    let right = given(ReaderId(reader.id), everything(), (now, Some(end)), i64::from(number), reason);
    let (_, grant) = right.map_err(|refusal| Fault::Conflict(acts::sentence(&refusal.to_string())))?;
    let grant = NewGrant {
        reader_id: reader.id,
        benefits: grant.benefits.iter().map(|benefit| benefit.word().to_owned()).collect(),
        source: grant.source.word().to_owned(),
        reference: grant.reference,
        starts_at: grant.starts_at,
        ends_at: grant.ends_at,
    };
    let trace = trace(&reader, staff.reader.0, "complimentary", "Complimentary access given", reason, &outcome);
    house.store.give_grant_traced(&grant, &trace, now).await?;
    house.sessions.forget_reader(ReaderId(reader.id));
    done(&house, &reader, &trace.subject).await
}

/// `GET /desk/readers/{id}/end-right`
pub async fn end_form(
    State(house): State<Arc<House>>,
    _staff: Staff,
    Path(id): Path<String>,
    Query(typed): Query<Typed>,
) -> Result<Response<Reply>, Fault> {
    let reader = reader(&house, &id).await?;
    let grant = grant(&house, &reader, &typed).await?;
    shown(&house, StatusCode::OK, &blank_end(&house, &reader, &grant, &typed, Vec::new()))
}

/// `POST /desk/readers/{id}/end-right`
pub async fn end(
    State(house): State<Arc<House>>,
    Staff(staff): Staff,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response<Reply>, Fault> {
    let reader = reader(&house, &id).await?;
    let grant = grant(&house, &reader, &typed).await?;
    let reason = match acts::reason(&typed) {
        Ok(reason) => reason,
        Err(errors) => {
            let view = blank_end(&house, &reader, &grant, &typed, errors);
            return shown(&house, StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    let outcome =
        vec![format!("The complimentary access of {} ends now. A subscription is not touched.", reader.email)];
    if typed.get("step").map(String::as_str) != Some("do") {
        let view = views::DeskAct {
            reason: reason.to_owned(),
            outcome,
            cost: "No money moves.".to_owned(),
            button: "End it now".to_owned(),
            ..blank_end(&house, &reader, &grant, &typed, Vec::new())
        };
        return shown(&house, StatusCode::OK, &view);
    }
    let now = house.clock.now();
    let trace = trace(&reader, staff.reader.0, "end-right", "Complimentary access ended", reason, &outcome);
    house.store.end_grant_traced("staff", &grant.reference, &trace, now).await?;
    house.sessions.forget_reader(ReaderId(reader.id));
    done(&house, &reader, &trace.subject).await
}

/// A right of this reader that staff gave.
async fn grant(house: &House, reader: &Reader, typed: &Typed) -> Result<GrantRow, Fault> {
    let wanted = typed.get("reference").map_or("", String::as_str);
    let grants = house.store.grants_of(reader.id).await?;
    grants.into_iter().find(|grant| grant.source == "staff" && grant.reference == wanted).ok_or(Fault::NotFound)
}

fn everything() -> Benefits {
    Benefit::ALL.into_iter().fold(Benefits::NONE, Benefits::with)
}

fn today(house: &House) -> Date {
    house.clock.now().to_zoned(house.publication.zone.clone()).date()
}

/// The last day of the access.
fn last_day(house: &House, typed: &Typed) -> Result<Date, FieldErrors> {
    let wrong = |words: &str| Err(vec![FieldError::new("until", words)]);
    let text = typed.get("until").map_or("", |text| text.trim());
    let Ok(day) = text.parse::<Date>() else { return wrong("Write a date such as 2026-12-24.") };
    let days = day.since(today(house)).map_or(i32::MAX, |span| span.get_days());
    if days < 0 {
        return wrong("That day is over; write today or a later one.");
    }
    if days > MOST_DAYS {
        return wrong("That is more than ten years; write an earlier day.");
    }
    Ok(day)
}

/// The first instant after a day in the paper's zone.
fn end_of(house: &House, day: Date) -> Timestamp {
    let next = day.tomorrow().unwrap_or(day);
    let start = next.to_zoned(house.publication.zone.clone());
    start.map_or(Timestamp::MAX, |start| start.timestamp())
}

fn trace(reader: &Reader, staff: i64, word: &str, title: &str, reason: &str, outcome: &[String]) -> NewEvent {
    NewEvent {
        actor: format!("staff:{staff}"),
        kind: format!("desk.{word}"),
        subject: format!("reader:{}", reader.id),
        data: json!({ "title": title, "reason": reason, "outcome": outcome, "reader": reader.id }),
    }
}

async fn done(house: &House, reader: &Reader, subject: &str) -> Result<Response<Reply>, Fault> {
    let events = house.store.events_of(subject).await?;
    let event = events.iter().rev().find(|event| event.kind.starts_with("desk.")).map_or(0, |event| event.id);
    Ok(see_other(&format!("/desk/readers/{}?done={event}", reader.id)))
}

fn blank(house: &House, reader: &Reader, typed: &Typed, errors: FieldErrors) -> views::DeskAct {
    let proposed = today(house).saturating_add(jiff::Span::new().days(DAYS));
    views::DeskAct {
        title: "Give complimentary access".to_owned(),
        about: "Everything a subscription gives, without one. It ends by itself; a subscription beside it goes on and is paid as before."
            .to_owned(),
        reader: reader.email.clone(),
        back: format!("/desk/readers/{}", reader.id),
        action: format!("/desk/readers/{}/complimentary", reader.id),
        fields: vec![ActField {
            name: "until",
            label: "Last day".to_owned(),
            hint: "The access ends when this day does.".to_owned(),
            value: typed.get("until").cloned().unwrap_or_else(|| proposed.to_string()),
            kind: ActFieldKind::Date,
        }],
        reason: typed.get("reason").cloned().unwrap_or_default(),
        errors,
        ..views::DeskAct::default()
    }
}

fn blank_end(house: &House, reader: &Reader, grant: &GrantRow, typed: &Typed, errors: FieldErrors) -> views::DeskAct {
    let until = grant.ends_at.map_or_else(
        || "without an end".to_owned(),
        |end| format!("until {}", words::day(end.to_zoned(house.publication.zone.clone()).date())),
    );
    views::DeskAct {
        title: "End complimentary access".to_owned(),
        about: format!("It was given {until} ({}).", grant.reference),
        reader: reader.email.clone(),
        back: format!("/desk/readers/{}", reader.id),
        action: format!("/desk/readers/{}/end-right", reader.id),
        hidden: vec![("reference".to_owned(), grant.reference.clone())],
        reason: typed.get("reason").cloned().unwrap_or_default(),
        errors,
        ..views::DeskAct::default()
    }
}
