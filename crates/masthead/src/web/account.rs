//! The reader's own page: plan, cancelling in two clicks, devices, what was read.
use std::sync::Arc;

use axum::extract::{Form, Query, State};
use http::Response;
use newsroom::articles::StoryNumber;
use pages::views::{
    self, AccountPage, CancelPage, CancelledPage, Device, ReadStory, ReadingView, Renewal, SubscriptionView,
};
use serde::Deserialize;

use super::body::Reply;
use super::compose;
use super::error::{Fault, see_other};
use super::forms::show;
use super::visitor::{Reader, Signed, Visitor};
use crate::billing::{self, Held, dossiers};
use crate::house::House;
use crate::readers::devices;
use circulation::benefits::Benefit;
use circulation::billing::Act;
use circulation::subscriptions::Actor;

/// Stories listed as read.
const LISTED: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Done {
    done: String,
}

/// `GET /account`
pub async fn page(
    State(house): State<Arc<House>>,
    Reader(signed): Reader,
    Query(query): Query<Done>,
) -> Result<Response<Reply>, Fault> {
    let reader = house.store.reader(signed.reader.0).await?.ok_or(Fault::NotFound)?;
    let held = dossiers::of_reader(&house, signed.reader.0).await?;
    // Only words of our own: the address can be anybody's.
    let message = match query.done.as_str() {
        "resumed" => Some("The cancellation is taken back: your subscription goes on."),
        "device" => Some("The device was signed out."),
        _ => None,
    };
    let page = AccountPage {
        name: reader.name,
        email: reader.email,
        subscription: dossiers::to_show(&held).and_then(|h| subscription(&house, h)),
        devices: signed_in_on(&house, &signed).await?,
        reading: reading(&house, &signed),
        message: message.map(str::to_owned),
    };
    show(&house, Visitor::Signed(signed).reader(), &page)
}

fn subscription(house: &House, held: &Held) -> Option<SubscriptionView> {
    let contract = &held.dossier.contract;
    let line = contract.plan().price_line();
    let over = contract.access_until().is_none_or(|end| end <= house.clock.now());
    let renewal = match contract.next_renewal() {
        _ if over => Renewal::Ended,
        Some(on) => Renewal::Renews { on, amount: line.price.clone() },
        None => Renewal::Ends,
    };
    Some(SubscriptionView {
        plan: contract.plan().name.clone(),
        price: line.price,
        term: line.term,
        paid_through: contract.paid_through()?,
        renewal,
    })
}

async fn signed_in_on(house: &House, signed: &Signed) -> Result<Vec<Device>, Fault> {
    let sessions = house.store.sessions_of(signed.reader.0, house.clock.now()).await?;
    let mut all: Vec<Device> = sessions
        .into_iter()
        .map(|session| Device {
            id: devices::id(&session.token_hash),
            label: session.device,
            last_seen: session.last_seen_at,
            current: session.token_hash == signed.session,
        })
        .collect();
    all.sort_by_key(|device| !device.current);
    Ok(all)
}

fn reading(house: &House, signed: &Signed) -> ReadingView {
    let unlimited = signed.staff || signed.rights.benefits.contains(Benefit::Unlimited);
    let (now, limit) = (house.clock.now(), house.meter.rules.limits().registered);
    let period = house.meter.period(now);
    let reads = house.meter.reads_of(signed.reader, &period);
    let resets_at = house.meter.resets_at(&period, || reads.clone(), limit);
    let catalogue = house.catalogue.load();
    let mut stories: Vec<ReadStory> = reads
        .iter()
        .filter_map(|read| catalogue.story(StoryNumber(read.story())))
        .map(|entry| ReadStory { headline: entry.story.headline.clone(), path: entry.path.clone() })
        .collect();
    stories.reverse();
    stories.truncate(LISTED);
    ReadingView {
        counted: reads.count(),
        limit: (!unlimited).then_some(limit),
        period: compose::meter_period(&house.meter.rules.window()),
        resets_on: Some(compose::day(&house.publication, resets_at)),
        stories,
    }
}

/// The contract that may be cancelled or resumed now.
async fn running(house: &House, signed: &Signed) -> Result<Option<Held>, Fault> {
    let now = house.clock.now();
    let held = dossiers::of_reader(house, signed.reader.0).await?;
    let runs = |h: &Held| {
        h.dossier.contract.live_key().is_some() && h.dossier.contract.access_until().is_some_and(|end| now < end)
    };
    Ok(held.into_iter().find(runs))
}

/// `GET /account/cancel`: the one confirmation, or what was recorded.
pub async fn cancel_page(State(house): State<Arc<House>>, Reader(signed): Reader) -> Result<Response<Reply>, Fault> {
    let Some(held) = running(&house, &signed).await? else { return Ok(see_other("/account")) };
    let class: views::Reader = Visitor::Signed(signed).reader();
    let contract = &held.dossier.contract;
    let plan = contract.plan().name.clone();
    let access_until = contract.paid_through().ok_or(Fault::NotFound)?;
    if contract.cancellation().is_some() {
        return show(&house, class, &CancelledPage { plan, access_until });
    }
    show(&house, class, &CancelPage { plan, access_until, amount: contract.plan().price_line().price })
}

/// `POST /account/cancel`
pub async fn cancel(State(house): State<Arc<House>>, Reader(signed): Reader) -> Result<Response<Reply>, Fault> {
    let Some(held) = running(&house, &signed).await? else { return Ok(see_other("/account")) };
    billing::act(&house, held.id, &Act::Cancel { by: Actor::Reader }).await?;
    Ok(see_other("/account/cancel"))
}

/// `POST /account/resume`
pub async fn resume(State(house): State<Arc<House>>, Reader(signed): Reader) -> Result<Response<Reply>, Fault> {
    let Some(held) = running(&house, &signed).await? else { return Ok(see_other("/account")) };
    billing::act(&house, held.id, &Act::TakeCancelBack { by: Actor::Reader }).await?;
    Ok(see_other("/account?done=resumed"))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ended {
    device: String,
}

/// `POST /account/devices/end`: acts at once, in this process and, within a minute, in every other.
pub async fn end_device(
    State(house): State<Arc<House>>,
    Reader(signed): Reader,
    Form(ended): Form<Ended>,
) -> Result<Response<Reply>, Fault> {
    let now = house.clock.now();
    let sessions = house.store.sessions_of(signed.reader.0, now).await?;
    // Only the reader's own are looked through, so another's name leads nowhere.
    let Some(session) = sessions.into_iter().find(|s| devices::id(&s.token_hash) == ended.device) else {
        return Ok(see_other("/account"));
    };
    house.store.end_session(signed.reader.0, &session.token_hash, now).await?;
    if let Some(key) = devices::key(&session.token_hash) {
        house.sessions.forget(&key);
    }
    Ok(see_other("/account?done=device"))
}
