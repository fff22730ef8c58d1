//! The reader's steps on their own contract: cancel, take back, withdraw, pause, pay, another way to pay.
use std::sync::Arc;

use axum::extract::{Extension, Query, State};
use circulation::billing::{Act, BillingRefusal};
use circulation::subscriptions::Actor;
use http::{HeaderMap, Response};
use pages::views::{self, PausePage};
use serde::Deserialize;

use super::look::Look;
use super::{latest, leaving, refused, running};
use crate::billing::orders::{self, Begun};
use crate::billing::{self, BillingError, Held, dossiers};
use crate::house::House;
use crate::readers::Door;
use crate::web::body::Reply;
use crate::web::checkout::{RETURN, leave};
use crate::web::error::{Fault, see_other};
use crate::web::forms::{knock, show};
use crate::web::serve::Peer;
use crate::web::visitor::{Reader, Signed, Visitor};

fn class(signed: &Arc<Signed>) -> views::Reader {
    Visitor::Signed(Arc::clone(signed)).reader()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Just {
    done: String,
}

/// `GET /account/cancel`: the one confirmation, or what was recorded.
pub async fn cancel_page(
    State(house): State<Arc<House>>,
    Reader(signed): Reader,
    Query(query): Query<Just>,
) -> Result<Response<Reply>, Fault> {
    let Some(held) = latest(&house, &signed).await? else { return Ok(see_other("/account")) };
    let look = Look::at(&house, &held).await?;
    if let Some(page) = leaving::cancel_page(&look, "/account/cancel", "/account", "/account/withdraw") {
        return show(&house, class(&signed), &page);
    }
    match leaving::cancelled_page(&look, "/account/resume", !query.done.is_empty()) {
        Some(page) => show(&house, class(&signed), &page),
        None => Ok(see_other("/account")),
    }
}

/// `POST /account/cancel`
pub async fn cancel(State(house): State<Arc<House>>, Reader(signed): Reader) -> Result<Response<Reply>, Fault> {
    let Some(held) = running(&house, &signed).await? else { return Ok(see_other("/account")) };
    match leaving::cancel(&house, held.id).await {
        Ok(()) => Ok(see_other("/account/cancel?done=1")),
        Err(error) => refused::answer(&house, class(&signed), error),
    }
}

/// `POST /account/resume`: takes a cancellation back. Where the permission to debit was withdrawn with it, a new one is
/// kept first.
pub async fn resume(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    Reader(signed): Reader,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    let Some(held) = running(&house, &signed).await? else { return Ok(see_other("/account")) };
    knock(&house, Door::Waver, &format!("contract:{}", held.id), &headers, &peer)?;
    match leaving::take_back(&house, held.id).await {
        Ok(()) => Ok(see_other("/account?done=resumed")),
        Err(BillingError::Refused(BillingRefusal::NeedsMethod)) => {
            let begun = orders::keep_method(&house, held.id, "/account").await;
            go(&house, class(&signed), begun)
        }
        Err(error) => refused::answer(&house, class(&signed), error),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    contract: String,
}

/// The contract that is meant: the one named, if it is the reader's, else the one that runs or ran last.
async fn meant(house: &House, signed: &Signed, which: &str) -> Result<Option<Held>, Fault> {
    if which.is_empty() {
        return Ok(latest(house, signed).await?);
    }
    let held = dossiers::of_reader(house, signed.reader.0).await?;
    held.into_iter().find(|h| h.id.to_string() == which).map(Some).ok_or(Fault::NotFound)
}

/// `GET /account/withdraw`: the statement, or what was recorded.
pub async fn withdraw_page(
    State(house): State<Arc<House>>,
    Reader(signed): Reader,
    Query(which): Query<Which>,
) -> Result<Response<Reply>, Fault> {
    let Some(held) = meant(&house, &signed, &which.contract).await? else { return Ok(see_other("/account")) };
    if let Some(page) = leaving::withdrawn(&held) {
        return show(&house, class(&signed), &page);
    }
    let account = house.store.reader(signed.reader.0).await?.ok_or(Fault::NotFound)?;
    let name = if account.name.trim().is_empty() { account.email } else { account.name };
    let look = Look::at(&house, &held).await?;
    let action = format!("/account/withdraw?contract={}", held.id);
    match leaving::withdraw_page(&look, name, &action, "/account") {
        Some(page) => show(&house, class(&signed), &page),
        None => Ok(see_other("/account")),
    }
}

/// `POST /account/withdraw`
pub async fn withdraw(
    State(house): State<Arc<House>>,
    Reader(signed): Reader,
    Query(which): Query<Which>,
) -> Result<Response<Reply>, Fault> {
    let Some(held) = meant(&house, &signed, &which.contract).await? else { return Ok(see_other("/account")) };
    match leaving::withdraw(&house, held.id).await {
        Ok(()) => Ok(see_other(&format!("/account/withdraw?contract={}", held.id))),
        Err(error) => refused::answer(&house, class(&signed), error),
    }
}

/// `GET /account/pause`
pub async fn pause_page(State(house): State<Arc<House>>, Reader(signed): Reader) -> Result<Response<Reply>, Fault> {
    let Some(held) = running(&house, &signed).await? else { return Ok(see_other("/account")) };
    let look = Look::at(&house, &held).await?;
    let decision = match look.would(&Act::Pause { by: Actor::Reader }) {
        Ok(decision) => decision,
        Err(refusal) => return refused::answer(&house, class(&signed), refusal.into()),
    };
    let contract = &decision.dossier.contract;
    let circulation::subscriptions::State::Paused { days_left, until, .. } = contract.state() else {
        return Ok(see_other("/account"));
    };
    let until = contract.zone().date_at(*until);
    let page = PausePage { plan: contract.plan().name.clone(), days_left: *days_left, until };
    show(&house, class(&signed), &page)
}

/// `POST /account/pause`
pub async fn pause(State(house): State<Arc<House>>, Reader(signed): Reader) -> Result<Response<Reply>, Fault> {
    act(&house, &signed, &Act::Pause { by: Actor::Reader }, "/account?done=paused").await
}

/// `POST /account/pause/end`
pub async fn end_pause(State(house): State<Arc<House>>, Reader(signed): Reader) -> Result<Response<Reply>, Fault> {
    act(&house, &signed, &Act::Resume { by: Actor::Reader }, "/account?done=unpaused").await
}

/// `POST /account/plan/agree`
pub async fn agree(State(house): State<Arc<House>>, Reader(signed): Reader) -> Result<Response<Reply>, Fault> {
    act(&house, &signed, &Act::AgreeToChange, "/account?done=agreed").await
}

/// `POST /account/plan/drop`
pub async fn drop_change(State(house): State<Arc<House>>, Reader(signed): Reader) -> Result<Response<Reply>, Fault> {
    act(&house, &signed, &Act::DropChange { by: Actor::Reader }, "/account?done=dropped").await
}

/// One step on the running contract, then the page that shows it.
async fn act(house: &House, signed: &Arc<Signed>, act: &Act, then: &str) -> Result<Response<Reply>, Fault> {
    let Some(held) = running(house, signed).await? else { return Ok(see_other("/account")) };
    match billing::act(house, held.id, act).await {
        Ok(_) => Ok(see_other(then)),
        Err(error) => refused::answer(house, class(signed), error),
    }
}

/// `POST /account/pay`: what is due.
pub async fn pay(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    Reader(signed): Reader,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    let Some(held) = running(&house, &signed).await? else { return Ok(see_other("/account")) };
    knock(&house, Door::Checkout, &format!("reader:{}", signed.reader), &headers, &peer)?;
    go(&house, class(&signed), orders::pay(&house, held.id, "/account").await)
}

/// `POST /account/method`: another way to pay; nothing is charged.
pub async fn method(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    Reader(signed): Reader,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    let Some(held) = running(&house, &signed).await? else { return Ok(see_other("/account")) };
    knock(&house, Door::Checkout, &format!("reader:{}", signed.reader), &headers, &peer)?;
    go(&house, class(&signed), orders::keep_method(&house, held.id, "/account").await)
}

/// On to the payment page, or to what became of it.
///
/// # Errors
/// What is no refusal.
pub fn go(house: &House, reader: views::Reader, begun: Result<Begun, BillingError>) -> Result<Response<Reply>, Fault> {
    match begun {
        Ok(Begun::Pay(way)) => leave::leave(house, reader, &way),
        Ok(Begun::Decided(key)) => Ok(see_other(&format!("{RETURN}?key={key}"))),
        Ok(Begun::AlreadySubscribed | Begun::CouponUsed) => Ok(see_other("/account")),
        Err(error) => refused::answer(house, reader, error),
    }
}

/// A form of which only the step is read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Todo {
    #[serde(rename = "do")]
    pub step: String,
}
