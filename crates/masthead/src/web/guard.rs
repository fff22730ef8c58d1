//! What stands around every route of the back office: cross-site requests are refused, failures become pages.
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{HOST, ORIGIN};
use http::{HeaderMap, Method};

use super::error::{self, Fault, Unprinted};
use super::visitor;
use crate::house::House;

/// How long a request may take, body included.
const LONGEST: Duration = Duration::from_secs(30);

/// Wraps a request.
pub async fn around(State(house): State<Arc<House>>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let reader = visitor::of(&house, &headers, house.clock.now()).map_or(pages::views::Reader::Guest, |v| v.reader());
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let response = if !safe && !request.uri().path().starts_with("/webhooks/") && !own_page(&house, &headers) {
        Fault::Wrong("This form was sent from another site. Open the page here and send it again.".into()).into_response()
    } else {
        match tokio::time::timeout(LONGEST, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Fault::Busy.into_response(),
        }
    };
    match response.extensions().get::<Unprinted>() {
        Some(unprinted) => error::print(&house, reader, unprinted).into_response(),
        // The router's own refusals (405, 413, 415, a form that does not parse) get a page as well.
        None if response.status().is_client_error() && plain(&response) => {
            error::of_status(&house, reader, response.status()).into_response()
        }
        None => response,
    }
}

fn plain(response: &Response) -> bool {
    let kind = response.headers().get(http::header::CONTENT_TYPE).map(http::HeaderValue::as_bytes);
    kind.is_none_or(|k| k.starts_with(b"text/plain"))
}

/// Whether a form comes from a page of ours: by Fetch Metadata, else by Origin; a client that sends neither is no
/// browser and carries nobody's cookies by accident.
fn own_page(house: &House, headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    let Some(origin) = headers.get(ORIGIN).and_then(|o| o.to_str().ok()) else { return true };
    let host = headers.get(HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
    let origin_host = origin.split_once("://").map_or("", |(_, host)| host);
    origin == house.publication.base_url || (!host.is_empty() && origin_host == host)
}
