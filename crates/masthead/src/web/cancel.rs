//! Cancelling and withdrawing without logging in: `GET /cancel` mails a signed link, and its page has the buttons. Opening a
//! link does nothing; nobody learns here whether an address has a subscription.
use std::sync::Arc;

use axum::extract::{Extension, Form, Path, Query, State};
use circulation::readers::Email;
use http::header::REFERRER_POLICY;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use pages::views::{CancelAskPage, ContractLinkPage, FieldError, Link, MessagePage, Reader};
use serde::Deserialize;

use super::account::look::Look;
use super::account::steps::Todo;
use super::account::{leaving, refused};
use super::body::Reply;
use super::error::{Fault, see_other};
use super::forms::{checked, knock, show, with_status};
use super::serve::Peer;
use super::visitor::Visitor;
use crate::billing::links::Purpose;
use crate::billing::{BillingError, Held, dossiers};
use crate::house::House;
use crate::mail;
use crate::readers::Door;

/// `GET /cancel`
pub async fn ask_page(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response<Reply>, Fault> {
    show(&house, visitor.reader(), &CancelAskPage::default())
}

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    email: String,
    contract: String,
}

/// `POST /cancel`: the same page and one mail, whether there is a subscription or not.
pub async fn ask(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response<Reply>, Fault> {
    let email = match Email::parse(&typed.email) {
        Ok(email) => email,
        Err(error) => {
            let errors = vec![FieldError::new("email", error.to_string())];
            let page = CancelAskPage { email: typed.email, contract: typed.contract, errors };
            return checked(&house, visitor.reader(), &page, &page.errors);
        }
    };
    knock(&house, Door::AskLink, &email.key(), &headers, &peer)?;
    let now = house.clock.now();
    let received = now.to_zoned(house.publication.zone.clone()).strftime("%-d %B %Y, %-I:%M %P %Z").to_string();
    let (to, ways) = ways(&house, &email, &typed.contract).await?;
    let letter = mail::ways_to_cancel(&house.publication, &to, &ways, &received);
    house.store.queue_mail(&letter, now).await?;
    let page = MessagePage {
        title: "Look in your mail".into(),
        paragraphs: vec![
            format!("We received your request on {received}."),
            format!(
                "A mail is on its way to {email}. Its link leads to a page on which one button cancels; no log-in is needed."
            ),
            "No mail after a few minutes? Look among the unwanted ones, or try the address that our mails come to."
                .into(),
        ],
        links: vec![Link::new("Try another address", "/cancel")],
    };
    show(&house, visitor.reader(), &page)
}

/// The address of the account, and for each contract that can be left its plan and whole link.
async fn ways(house: &House, email: &Email, which: &str) -> Result<(String, Vec<(String, String)>), BillingError> {
    let Some(account) = house.store.reader_by_email_key(&email.key()).await? else {
        return Ok((email.as_str().to_owned(), Vec::new()));
    };
    let now = house.clock.now();
    let mut ways = Vec::new();
    let mut named = Vec::new();
    let mut all = dossiers::of_reader(house, account.id).await?;
    // What runs first: that is what most people mean.
    all.sort_by_key(|held| held.dossier.contract.live_key().is_none());
    for held in all {
        let look = Look::at(house, &held).await?;
        let contract = &held.dossier.contract;
        let live = contract.live_key().is_some();
        if !live && look.withdraw_through().is_none() {
            continue;
        }
        let path = house.links.path(Purpose::Cancel, held.id, now);
        let mut plan = contract.plan().name.clone();
        if contract.offer().gift.is_some() {
            plan.push_str(", the gift you bought");
        }
        let which = which.trim();
        if !which.is_empty() && (held.id.to_string() == which || plan.to_lowercase().contains(&which.to_lowercase())) {
            named.push((plan.clone(), format!("{}{path}", house.publication.base_url)));
        }
        ways.push((plan, format!("{}{path}", house.publication.base_url)));
    }
    // A name that fits nothing must not keep anybody from leaving.
    Ok((account.email, if named.is_empty() { ways } else { named }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    step: String,
    done: String,
}

/// `GET /cancel/{token}`: the contract and its buttons, or what was recorded.
pub async fn page(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response<Reply>, Fault> {
    let Some(held) = opened(&house, Purpose::Cancel, &token).await? else { return over(&house, visitor.reader()) };
    let (path, class) = (format!("/cancel/{token}"), visitor.reader());
    let look = Look::at(&house, &held).await?;
    if let Some(page) = leaving::withdrawn(&held) {
        return quiet(show(&house, class, &page));
    }
    if asked.step == "withdraw"
        && let Some(page) = leaving::withdraw_page(&look, whose(&house, &held).await?, &path, &path)
    {
        return quiet(show(&house, class, &page));
    }
    let just = !asked.done.is_empty();
    if just && let Some(page) = leaving::cancelled_page(&look, &path, just) {
        return quiet(show(&house, class, &page));
    }
    match look.view() {
        Some(contract) => quiet(show(&house, class, &ContractLinkPage { contract, path })),
        // A gift that waits has nothing to cancel; it can be withdrawn from while that is possible.
        None => match leaving::withdraw_page(&look, whose(&house, &held).await?, &path, "/") {
            Some(page) => quiet(show(&house, class, &page)),
            None => over(&house, class),
        },
    }
}

/// Whose contract it is, as far as the bearer of a mailed link should be told.
async fn whose(house: &House, held: &Held) -> Result<String, Fault> {
    let account = house.store.reader(held.dossier.contract.reader().0).await?;
    let name = account.map(|account| account.name).filter(|name| !name.trim().is_empty());
    Ok(name.unwrap_or_else(|| "the subscriber".into()))
}

/// `POST /cancel/{token}`: the button.
pub async fn act(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(token): Path<String>,
    Form(todo): Form<Todo>,
) -> Result<Response<Reply>, Fault> {
    let class = visitor.reader();
    let Some(held) = opened(&house, Purpose::Cancel, &token).await? else { return over(&house, class) };
    let path = format!("/cancel/{token}");
    // Cancelling is never held up; taking it back again and again is.
    if todo.step == "take-back" {
        knock(&house, Door::Waver, &format!("contract:{}", held.id), &headers, &peer)?;
    }
    let (done, then) = match todo.step.as_str() {
        "cancel" => (leaving::cancel(&house, held.id).await, format!("{path}?done=cancelled")),
        "take-back" => (leaving::take_back(&house, held.id).await, path),
        "withdraw" => (leaving::withdraw(&house, held.id).await, path),
        _ => (Ok(()), path),
    };
    match done {
        Ok(()) => quiet(Ok(see_other(&then))),
        Err(error) => quiet(refused::answer(&house, class, error)),
    }
}

/// The contract of a link.
///
/// # Errors
/// The store's.
pub(super) async fn opened(house: &House, purpose: Purpose, token: &str) -> Result<Option<Held>, BillingError> {
    let Some(id) = house.links.open(purpose, token, house.clock.now()) else { return Ok(None) };
    match house.store.dossier(id).await? {
        Some(row) => Held::read(&row).map(Some),
        None => Ok(None),
    }
}

/// For a link that is forged, mistyped or too old.
pub(super) fn over(house: &House, reader: Reader) -> Result<Response<Reply>, Fault> {
    let page = MessagePage {
        title: "This link does not work (any more)".into(),
        paragraphs: vec![
            "Perhaps a part of it was lost on the way, or it is more than a year old. Ask for a new one, or log in."
                .into(),
        ],
        links: vec![Link::new("Cancel a subscription", "/cancel"), Link::new("Your account", "/account")],
    };
    quiet(with_status(house, reader, &page, StatusCode::NOT_FOUND))
}

/// The address is a key: it is told to nobody.
pub(super) fn quiet(response: Result<Response<Reply>, Fault>) -> Result<Response<Reply>, Fault> {
    let mut response = response?;
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}
