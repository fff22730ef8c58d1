//! Addresses of the paper's former systems lead to their stories. They come after everything that the paper itself answers: what is a
//! page of its own stays one.
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use http::{Method, StatusCode};

use super::error::{self, Fault};
use crate::catalogue::LONGEST_PATH;
use crate::house::House;
use crate::import::addresses;

/// Wraps a request: where the paper knows no page, or only guesses one by a number, an old address is looked for as it was written. The front
/// page is asked before, when something is asked of it that it has no word for.
pub async fn around(State(house): State<Arc<House>>, request: Request, next: Next) -> Response {
    let read = matches!(*request.method(), Method::GET | Method::HEAD);
    let written = request.uri().path_and_query().map(|written| written.as_str().to_owned()).unwrap_or_default();
    if read && written.starts_with("/?") {
        match found(&house, &written).await {
            Ok(Some(path)) => return error::moved(&path).into_response(),
            Ok(None) => {}
            Err(fault) => return fault.into_response(),
        }
        return next.run(request).await;
    }
    let response = next.run(request).await;
    if !read || !matches!(response.status(), StatusCode::NOT_FOUND | StatusCode::MOVED_PERMANENTLY) {
        return response;
    }
    match found(&house, &written).await {
        // The paper's own way to the same story stays, with what it says of caching.
        Ok(Some(path)) if leads_to(&response, &path) => response,
        Ok(Some(path)) => error::moved(&path).into_response(),
        Ok(None) => response,
        Err(fault) => fault.into_response(),
    }
}

fn leads_to(response: &Response, path: &str) -> bool {
    response.headers().get(LOCATION).is_some_and(|location| location.as_bytes() == path.as_bytes())
}

/// The path of the story that an old address leads to: with its query, else without.
async fn found(house: &House, written: &str) -> Result<Option<String>, Fault> {
    let Some(whole) = addresses::kept(written) else { return Ok(None) };
    let bare = whole.split_once('?').map(|(path, _)| path).filter(|path| path.len() > 1);
    for address in [Some(whole.as_str()), bare].into_iter().flatten() {
        if let Some(path) = leads(house, address).await? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Where one address leads. Addresses that lead nowhere are remembered, and only so many wait for the store at once: a flood of invented
/// ones costs the paper little.
async fn leads(house: &House, address: &str) -> Result<Option<String>, Fault> {
    if address.len() > LONGEST_PATH || house.stacks.leads_nowhere(address) {
        return Ok(None);
    }
    let _turn = house.stacks.turn(address.len()).await.ok_or(Fault::Busy)?;
    let edition = house.stacks.edition();
    let now = house.clock.now();
    match house.store.story_by_old_path(address).await? {
        Some(head) if head.published_at.is_none_or(|at| at <= now) => Ok(Some(head.path())),
        _ => {
            house.stacks.keep_nowhere(edition, address);
            Ok(None)
        }
    }
}
