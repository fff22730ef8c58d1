//! The sample paper's mailbox: mails that a live paper would send. They hold log-in codes, so the mailbox exists only
//! on a sandbox paper and only for somebody who sits at the machine itself.
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Extension, Path, State};
use http::header::HOST;
use http::{HeaderMap, Response};
use pages::views::{self, MailRow, MailboxPage};

use super::body::Reply;
use super::error::Fault;
use super::forms::show;
use super::serve::Peer;
use super::visitor::Visitor;
use crate::house::House;

/// Mails listed.
const LISTED: usize = 200;

/// `GET /mailbox`
pub async fn list(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    mailbox(&house, &visitor, &headers, &peer, None).await
}

/// `GET /mailbox/{id}`
pub async fn open(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response<Reply>, Fault> {
    mailbox(&house, &visitor, &headers, &peer, Some(&id)).await
}

async fn mailbox(
    house: &House,
    visitor: &Visitor,
    headers: &HeaderMap,
    peer: &Peer,
    id: Option<&str>,
) -> Result<Response<Reply>, Fault> {
    let sample = house.publication.payments.rail == "sandbox" && house.publication.server.trusted_proxies.is_empty();
    // A name that somebody else's server points at this machine is not this machine's (DNS rebinding).
    let host = headers.get(HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
    if !sample || !peer.address.to_canonical().is_loopback() || !is_this_machine(host) {
        return Err(Fault::NotFound);
    }
    let mails = house.store.mails(LISTED).await?;
    let open = match id {
        None => None,
        Some(id) => Some(mails.iter().find(|m| m.id.to_string() == id).ok_or(Fault::NotFound)?),
    };
    let open = open.map(|m| views::Mail {
        to: m.to.clone(),
        from: format!("{} <{}>", house.publication.name, house.publication.contact),
        subject: m.subject.clone(),
        at: m.created_at,
        text: m.text.clone(),
    });
    let rows =
        mails.into_iter().map(|m| MailRow { id: m.id.to_string(), to: m.to, subject: m.subject, at: m.created_at });
    show(house, visitor.reader(), &MailboxPage { mails: rows.collect(), open })
}

/// Whether a `Host` (HTTP/2: there is none here, the address stands in the request's target) names the loopback.
fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.is_empty() || name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_this_machine;

    #[test]
    fn only_names_of_this_machine_open_the_mailbox() {
        for host in ["127.0.0.1:1997", "localhost:1997", "LOCALHOST", "[::1]:1997", "127.0.0.1"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in
            ["evil.example", "evil.example:1997", "127.0.0.1.evil.example", "localhost.evil.example", "192.0.2.1:1997"]
        {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
