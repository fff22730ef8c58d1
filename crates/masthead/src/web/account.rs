//! The reader's own page: the contract in plain words and what can be done about it, gifts, devices, what was read.
pub mod billing_details;
pub mod change;
pub mod data;
pub mod erase;
pub mod leaving;
pub mod look;
pub mod refused;
pub mod steps;

use std::sync::Arc;

use axum::extract::{Form, Query, State};
use circulation::benefits::{Benefit, GrantSource};
use circulation::subscriptions::State as Standing;
use http::Response;
use jiff::civil::Date;
use newsroom::articles::StoryNumber;
use pages::views::{AccountPage, Device, GiftView, ReadStory, ReadingView};
use serde::Deserialize;

use super::body::Reply;
use super::compose;
use super::error::{Fault, see_other};
use super::forms::show;
use super::visitor::{self, Reader, Signed, Visitor};
use crate::billing::{BillingError, Held, dossiers};
use crate::house::House;
use crate::readers::devices;
use look::Look;

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
    let contract = match dossiers::to_show(&held) {
        Some(shown) => Look::at(&house, shown).await?.view(),
        None => None,
    };
    let mut gifts = Vec::new();
    for gift in held.iter().filter(|h| h.dossier.contract.offer().gift.is_some()) {
        gifts.extend(gift_view(&house, gift).await?);
    }
    let payments = held.iter().any(|h| !h.dossier.attempts.is_empty());
    let page = AccountPage {
        name: reader.name,
        email: reader.email,
        contract,
        held_gift: held_gift(&house, &signed).await?,
        gifts,
        payments,
        billing: billing_details::on_account(&house, signed.reader).await?,
        searches: super::search::kept::on_account(&house, signed.reader.0).await?,
        devices: signed_in_on(&house, &signed).await?,
        reading: reading(&house, &signed).await?,
        searches_message: super::search::kept::message(&query.done).map(str::to_owned),
        message: message(&query.done).map(str::to_owned),
    };
    show(&house, Visitor::Signed(signed).reader(), &page)
}

/// Only words of our own: the address can be anybody's.
fn message(done: &str) -> Option<&'static str> {
    Some(match done {
        "resumed" => "The cancellation is taken back: your subscription goes on.",
        "device" => "The device was signed out.",
        "paused" => "Your subscription is paused. A confirmation is on its way to your mail.",
        "unpaused" => "Welcome back: your subscription goes on.",
        "planned" => "The change is noted. A confirmation is on its way to your mail.",
        "dropped" => "You keep your plan.",
        "agreed" => "Thank you. You have agreed to the new price.",
        "billing" => "Your billing details are saved.",
        "mailed" => "The gift is on its way by mail.",
        _ => return None,
    })
}

/// The gift that the reader has claimed and reads by: its plan and the first day after.
async fn held_gift(house: &House, signed: &Signed) -> Result<Option<(String, Date)>, BillingError> {
    let now = house.clock.now();
    for grant in visitor::grants_of(house, signed.reader.0).await? {
        if grant.source != GrantSource::Gift || grant.ends_at.is_none_or(|end| end <= now) {
            continue;
        }
        // `sub-12-p0`: the contract that gives it.
        let id = grant.reference.strip_prefix("sub-").and_then(|rest| rest.split('-').next()).map(str::parse);
        let Some(Ok(id)) = id else { continue };
        let contract = dossiers::one(house, id).await?.dossier.contract;
        if let Some(to) = contract.paid_through() {
            return Ok(Some((contract.plan().name.clone(), to)));
        }
    }
    Ok(None)
}

/// A gift that was bought; `None` while it is not paid.
async fn gift_view(house: &House, held: &Held) -> Result<Option<GiftView>, BillingError> {
    let contract = &held.dossier.contract;
    if contract.activated_at().is_none() && *contract.state() != Standing::Unclaimed {
        return Ok(None);
    }
    let kept = house.store.gift_of(held.id).await?;
    let field = |name: &str| {
        let found = kept.as_ref().and_then(|kept| kept.gift.get(name)).and_then(serde_json::Value::as_str);
        found.unwrap_or_default().to_owned()
    };
    let waits = *contract.state() == Standing::Unclaimed;
    let code = house.links.gift_code(held.id);
    let address = format!("{}/gift/{code}", house.publication.base_url);
    Ok(Some(GiftView {
        id: held.id,
        plan: contract.plan().name.clone(),
        term: contract.plan().term.to_string(),
        for_name: field("name"),
        for_mail: field("mail"),
        code: waits.then_some((code, address)),
        claimed: contract.paid().map(|paid| paid.period.from),
        withdraw_through: Look::at(house, held).await?.withdraw_through(),
    }))
}

/// The contract that runs.
pub(super) async fn running(house: &House, signed: &Signed) -> Result<Option<Held>, BillingError> {
    let held = dossiers::of_reader(house, signed.reader.0).await?;
    Ok(held.into_iter().find(|h| h.dossier.contract.live_key().is_some()))
}

/// The contract that runs, else the one that ran last.
pub(super) async fn latest(house: &House, signed: &Signed) -> Result<Option<Held>, BillingError> {
    let held = dossiers::of_reader(house, signed.reader.0).await?;
    let position = dossiers::to_show(&held).map(|shown| shown.id);
    Ok(held.into_iter().find(|h| Some(h.id) == position))
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

async fn reading(house: &House, signed: &Signed) -> Result<ReadingView, store::StoreError> {
    let unlimited = signed.staff || signed.rights.benefits.contains(Benefit::Unlimited);
    let (now, limit) = (house.clock.now(), house.meter.rules.limits().registered);
    let period = house.meter.period(now);
    let reads = house.meter.reads_of(signed.reader, &period);
    let resets_at = house.meter.resets_at(&period, || reads.clone(), limit);
    let mut numbers: Vec<StoryNumber> = reads.iter().map(|read| StoryNumber(read.story())).collect();
    numbers.reverse();
    let titles = house.titles(&numbers).await?;
    let named = numbers.iter().filter_map(|number| titles.get(number));
    let stories = named
        .take(LISTED)
        .map(|title| ReadStory { headline: title.headline.clone(), path: title.path.clone() })
        .collect();
    Ok(ReadingView {
        counted: reads.count(),
        limit: (!unlimited).then_some(limit),
        period: compose::meter_period(&house.meter.rules.window()),
        resets_on: Some(compose::day(&house.publication, resets_at)),
        stories,
    })
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
