//! `GET` and `POST /desk/clock`: moving the clock of a paper in rehearsal, and what happened on the way.
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Form, State};
use http::{Response, StatusCode};
use jiff::Span;
use jiff::civil::Date;
use pages::views::{self, FieldError, FieldErrors, JourneyLine};
use serde::Deserialize;

use super::acts::sentence;
use super::shown;
use crate::clock::journey::Journey;
use crate::clock::travel::{self, To, TravelRefused};
use crate::house::House;
use crate::web::body::Reply;
use crate::web::error::{Fault, see_other};
use crate::web::visitor::Staff;

/// How long a journey is waited for; a longer one is shown on its way.
const WAIT: Duration = Duration::from_secs(12);

/// `GET /desk/clock`
pub async fn page(State(house): State<Arc<House>>, _staff: Staff) -> Result<Response<Reply>, Fault> {
    rehearsing(&house)?;
    shown(&house, StatusCode::OK, &view(&house, Vec::new(), "").await?)
}

/// A paper that takes real money has no such page, and says why.
fn rehearsing(house: &House) -> Result<(), Fault> {
    if travel::is_rehearsing(house) {
        return Ok(());
    }
    Err(Fault::Conflict(sentence(&TravelRefused::NotInRehearsal(house.publication.payments.rail.clone()).to_string())))
}

/// How far.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    by: String,
    to: String,
}

/// `POST /desk/clock`
pub async fn go(
    State(house): State<Arc<House>>,
    Staff(staff): Staff,
    Form(wanted): Form<Wanted>,
) -> Result<Response<Reply>, Fault> {
    rehearsing(&house)?;
    let to = match destination(&house, &wanted) {
        Ok(to) => to,
        Err(error) => {
            let view = view(&house, vec![error], &wanted.to).await?;
            return shown(&house, StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    let by = format!("staff:{}", staff.reader.0);
    // A task of its own: who closes the page does not stop the clock half-way.
    let travelling = tokio::spawn({
        let house = Arc::clone(&house);
        async move { travel::travel(&house, to, &by).await }
    });
    match tokio::time::timeout(WAIT, travelling).await {
        // Still on its way: the page says how far.
        Err(_) | Ok(Ok(Ok(_))) => Ok(see_other("/desk/clock")),
        Ok(Ok(Err(TravelRefused::Store(error)))) => Err(error.into()),
        Ok(Ok(Err(TravelRefused::Billing(error)))) => Err(error.into()),
        Ok(Ok(Err(refused))) => {
            let error = FieldError::new(if wanted.to.is_empty() { "" } else { "to" }, sentence(&refused.to_string()));
            let view = view(&house, vec![error], &wanted.to).await?;
            shown(&house, StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Ok(Err(error)) => Err(Fault::internal(&error)),
    }
}

fn destination(house: &House, wanted: &Wanted) -> Result<To, FieldError> {
    let zone = house.publication.zone.clone();
    let here = house.clock.now().to_zoned(zone.clone());
    let further = |span: Span| here.checked_add(span).map(|at| To::At(at.timestamp()));
    let wrong = |words: &str| FieldError::new("to", words);
    let to = match wanted.by.as_str() {
        "next" => Ok(To::Next),
        "day" => further(Span::new().days(1)),
        "week" => further(Span::new().weeks(1)),
        "month" => further(Span::new().months(1)),
        _ => {
            let day: Date = wanted.to.trim().parse().map_err(|_| wrong("Write a date such as 2026-12-24."))?;
            day.to_zoned(zone).map(|start| To::At(start.timestamp()))
        }
    };
    to.map_err(|_| wrong("That leads out of the calendar; write an earlier date."))
}

async fn view(house: &House, errors: FieldErrors, to: &str) -> Result<views::DeskClock, Fault> {
    let now = house.clock.now();
    let today = now.to_zoned(house.publication.zone.clone()).date();
    let ahead = house.clock.ahead();
    let journey = match Journey::latest(house).await? {
        Some(journey) => Some(told(house, &journey).await?),
        None => None,
    };
    Ok(views::DeskClock {
        now,
        ahead: ahead.is_positive().then(|| travel::in_words(ahead)),
        next_due: travel::next_due(house, now).await?,
        tomorrow: today.tomorrow().unwrap_or(today),
        under_way: house.rehearsal.under_way().map(|stops| u32::try_from(stops).unwrap_or(u32::MAX)),
        journey,
        to: to.to_owned(),
        errors,
    })
}

async fn told(house: &House, journey: &Journey) -> Result<views::JourneyView, Fault> {
    let told = journey.tell(house).await?;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let line = |line: crate::clock::journey::Line| JourneyLine {
        at: line.at,
        kind: line.kind.words(),
        words: line.words,
        path: line.reader.map(|reader| format!("/desk/readers/{reader}")),
    };
    Ok(views::JourneyView {
        from: journey.from,
        to: journey.arrived,
        stops: count(journey.stops),
        whole: journey.is_whole(),
        summary: told.summary,
        lines: told.lines.into_iter().map(line).collect(),
        more: count(told.more),
    })
}
