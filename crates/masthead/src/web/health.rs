//! For the operator: is it alive, is it ready, what has it counted.
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::body::Reply;
use super::error::Fault;
use super::guard;
use super::serve::Peer;
use crate::house::House;

fn text(status: StatusCode, kind: &'static str, words: String) -> Response<Reply> {
    let mut response = Response::new(Reply::bytes(words.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// `GET /health`: the process answers.
pub async fn health() -> Response<Reply> {
    text(StatusCode::OK, "text/plain; charset=utf-8", "alive\n".into())
}

/// `GET /ready`: the database answers too.
pub async fn ready(State(house): State<Arc<House>>) -> Response<Reply> {
    match house.store.health().await {
        Ok(()) => text(StatusCode::OK, "text/plain; charset=utf-8", "ready\n".into()),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            text(StatusCode::SERVICE_UNAVAILABLE, "text/plain; charset=utf-8", "the database does not answer\n".into())
        }
    }
}

/// `GET /metrics`: only for a collector on this machine.
pub async fn metrics(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    if !guard::asks_this_machine(&house, &headers, &peer) {
        return Err(Fault::NotFound);
    }
    house.metrics.guests.set(i64::try_from(house.meter.guests.len()).unwrap_or(i64::MAX));
    house.metrics.page_bytes.set(i64::try_from(house.shelves.held()).unwrap_or(i64::MAX));
    Ok(text(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", house.metrics.text()))
}
