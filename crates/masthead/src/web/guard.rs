//! What stands around every route of the back office: cross-site requests are refused, failures become pages.
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{HOST, ORIGIN};
use http::{HeaderMap, Method};

use super::error::{self, Fault, Unprinted};
use super::serve::Peer;
use super::visitor;
use crate::house::House;

/// How long a request may take, body included.
const LONGEST: Duration = Duration::from_secs(30);

/// Wraps a request.
pub async fn around(State(house): State<Arc<House>>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let reader = visitor::of(&house, &headers, house.clock.now()).map_or(pages::views::Reader::Guest, |v| v.reader());
    let path = request.uri().path().to_owned();
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let response = if !safe && !comes_from_rails(request.uri().path()) && !own_page(&house, &headers) {
        Fault::Wrong("This form was sent from another site. Open the page here and send it again.".into())
            .into_response()
    } else {
        match tokio::time::timeout(LONGEST, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Fault::Busy.into_response(),
        }
    };
    match response.extensions().get::<Unprinted>() {
        Some(unprinted) => error::print(&house, reader, unprinted, &path).into_response(),
        // The router's own refusals (405, 413, 415, a form that does not parse) get a page as well.
        None if response.status().is_client_error() && plain(&response) => {
            error::of_status(&house, reader, response.status(), &path).into_response()
        }
        None => response,
    }
}

/// Where a payment company speaks, itself or through the reader's browser: what it sends is believed by its signature,
/// never by a cookie.
fn comes_from_rails(path: &str) -> bool {
    path.starts_with("/webhooks/") || path == "/checkout/return"
}

fn plain(response: &Response) -> bool {
    let kind = response.headers().get(http::header::CONTENT_TYPE).map(http::HeaderValue::as_bytes);
    kind.is_none_or(|k| k.starts_with(b"text/plain"))
}

/// Fields by which a proxy says that it speaks for somebody else.
const FORWARDED: [&str; 6] =
    ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];

/// Whether a request comes from this machine's own browser to a paper that is only meant for it: a local address on
/// both ends, no proxy that says so, and settings that send no reader here. A proxy may say nothing: so the settings
/// must agree as well.
#[must_use]
pub fn is_at_this_machine(house: &House, headers: &HeaderMap, peer: &Peer) -> bool {
    house.publication.is_local() && asks_this_machine(house, headers, peer)
}

/// Whether the other end is on this machine and means it by name: a name that somebody else's server points at this
/// machine is not this machine's (DNS rebinding).
#[must_use]
pub fn asks_this_machine(house: &House, headers: &HeaderMap, peer: &Peer) -> bool {
    let host = headers.get(HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
    names_this_machine(host) && comes_from_this_machine(house, headers, peer)
}

/// Whether the other end is on this machine and speaks for itself.
#[must_use]
pub fn comes_from_this_machine(house: &House, headers: &HeaderMap, peer: &Peer) -> bool {
    peer.address.is_loopback()
        && house.publication.server.trusted_proxies.is_empty()
        && !FORWARDED.iter().any(|name| headers.contains_key(*name))
}

fn names_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether a form comes from a page of ours: by Fetch Metadata, else by Origin; a client that sends neither is no
/// browser and carries nobody's cookies by accident.
fn own_page(house: &House, headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let Some((scheme, origin)) = origin.to_str().ok().and_then(|o| o.split_once("://")) else { return false };
    let host = headers.get(HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
    let ours = house.publication.base_url.split_once("://").map_or("", |(_, host)| host);
    matches!(scheme, "http" | "https") && !origin.is_empty() && (origin == ours || origin == host)
}

#[cfg(test)]
mod tests {
    use super::names_this_machine;

    #[test]
    fn only_names_of_this_machine_are_taken_for_it() {
        for host in ["127.0.0.1:1997", "localhost:1997", "LOCALHOST", "[::1]:1997", "127.0.0.1"] {
            assert!(names_this_machine(host), "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "192.0.2.1:1997", "", ":80"] {
            assert!(!names_this_machine(host), "{host}");
        }
    }
}
