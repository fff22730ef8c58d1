//! What pages with forms have in common: never stored, never compressed (they mix what was typed with what is secret),
//! errors beside the fields.
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use hyper::body::Bytes;
use pages::{Page, views};

use super::body::Reply;
use super::cache::Cache;
use super::error::Fault;
use super::serve::Peer;
use super::visitor;
use crate::house::House;
use crate::readers::Door;

/// A private page.
///
/// # Errors
/// When the page cannot be written out.
pub fn show(house: &House, reader: views::Reader, view: &impl Page) -> Result<Response<Reply>, Fault> {
    with_status(house, reader, view, StatusCode::OK)
}

/// The page of a form that was not accepted: 422 when something is wrong with it, 200 when it is only shown.
///
/// # Errors
/// When the page cannot be written out.
pub fn checked(
    house: &House,
    reader: views::Reader,
    view: &impl Page,
    errors: &views::FieldErrors,
) -> Result<Response<Reply>, Fault> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    with_status(house, reader, view, status)
}

/// A private page under a status of its own.
///
/// # Errors
/// When the page cannot be written out.
pub fn with_status(
    house: &House,
    reader: views::Reader,
    view: &impl Page,
    status: StatusCode,
) -> Result<Response<Reply>, Fault> {
    let html = view.render(&house.paper, reader).map_err(|e| Fault::internal(&e))?;
    let mut response = Response::new(Reply::bytes(Bytes::from(html)));
    *response.status_mut() = status;
    let map = response.headers_mut();
    map.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    map.insert(CACHE_CONTROL, Cache::Private.value());
    Ok(response)
}

/// Takes one try at a door, for the account and for the network the request comes from.
///
/// # Errors
/// [`Fault::TooMany`] with the seconds to wait.
pub fn knock(house: &House, door: Door, account: &str, headers: &HeaderMap, peer: &Peer) -> Result<(), Fault> {
    let address = visitor::address(house, headers, peer);
    house.limits.take(door, account, address, house.clock.now()).map_err(|seconds| {
        tracing::info!(?door, seconds, "somebody knocks too often");
        Fault::TooMany(seconds)
    })
}
