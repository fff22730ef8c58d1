//! Paying what is open by a mailed link, without logging in. Opening the link charges nothing.
use std::sync::Arc;

use axum::extract::{Extension, Path, State};
use circulation::billing::BillingRefusal;
use http::header::SET_COOKIE;
use http::{HeaderMap, Response};
use pages::views::PayLinkPage;

use super::account::look::Look;
use super::account::steps;
use super::body::Reply;
use super::cancel::{opened, over, quiet};
use super::cookies;
use super::error::Fault;
use super::forms::{knock, show};
use super::serve::Peer;
use super::visitor::Visitor;
use crate::billing::links::Purpose;
use crate::billing::{BillingError, orders};
use crate::house::House;
use crate::readers::Door;

/// How long a browser that left for the payment page is shown the result without logging in, in seconds.
const AWAY: i64 = 3_600;

/// `GET /pay/{token}`
pub async fn page(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response<Reply>, Fault> {
    let Some(held) = opened(&house, Purpose::Pay, &token).await? else { return over(&house, visitor.reader()) };
    let Some(contract) = Look::at(&house, &held).await?.view() else { return over(&house, visitor.reader()) };
    quiet(show(&house, visitor.reader(), &PayLinkPage { contract, path: format!("/pay/{token}") }))
}

/// `POST /pay/{token}`: on to the payment page; where nothing is due, to the page that keeps another way to pay.
pub async fn pay(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Result<Response<Reply>, Fault> {
    let Some(held) = opened(&house, Purpose::Pay, &token).await? else { return over(&house, visitor.reader()) };
    let reader = held.dossier.contract.reader();
    knock(&house, Door::Checkout, &format!("reader:{reader}"), &headers, &peer)?;
    let may = Look::at(&house, &held).await?.view().map(|view| view.may).unwrap_or_default();
    let here = format!("/pay/{token}");
    let begun = match (may.pay.is_some(), may.method) {
        (true, _) => orders::pay(&house, held.id, &here).await,
        (false, true) => orders::keep_method(&house, held.id, &here).await,
        (false, false) => Err(BillingError::Refused(BillingRefusal::NothingToPay(held.dossier.contract.id()))),
    };
    let left = begun.is_ok();
    let mut response = quiet(steps::go(&house, visitor.reader(), begun))?;
    if left && let Some(cookie) = cookies::set(cookies::PAYING, &token, AWAY) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}
