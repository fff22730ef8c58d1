//! The sample paper's mailbox: mails that a live paper would send. They hold log-in codes, so the mailbox exists only
//! on a sandbox paper and only for somebody who sits at the machine itself.
use std::sync::Arc;

use axum::extract::{Extension, Path, State};
use http::{HeaderMap, Response};
use pages::views::{self, MailRow, MailboxPage};

use super::body::Reply;
use super::error::Fault;
use super::forms::show;
use super::guard;
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
    if house.publication.payments.rail != "sandbox" || !guard::is_at_this_machine(house, headers, peer) {
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
