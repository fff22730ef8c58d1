//! Gifts: bought by one, claimed by another. Paid once; the time begins when the code is claimed.
use std::sync::Arc;

use axum::extract::{Extension, Form, Path, Query, State};
use circulation::billing::{Act, BillingRefusal};
use circulation::plans::Plan;
use circulation::readers::{Email, ReaderId};
use circulation::subscriptions::{State as Standing, SubscriptionRefusal};
use http::{HeaderMap, Response, StatusCode};
use pages::views::{ClaimPage, ClaimState, FieldError, FieldErrors, GiftChoice, GiftCodePage, GiftPage, PlanCard};
use serde::Deserialize;
use serde_json::json;

use super::account::billing_details;
use super::account::refused;
use super::body::Reply;
use super::cancel::quiet;
use super::checkout::{RETURN, leave, special, tax_line};
use super::error::{Fault, see_other};
use super::forms::{checked, knock, show, with_status};
use super::plans as cards;
use super::serve::Peer;
use super::visitor::{Reader, Signed, Visitor};
use crate::billing::links::{gift_code_hash, typed_gift_code};
use crate::billing::orders::{self, Begun, Offer};
use crate::billing::{self, BillingError, Held, dossiers};
use crate::house::House;
use crate::mail;
use crate::readers::{Door, paths};

/// Longest name taken, in characters.
const LONGEST_NAME: usize = 120;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wish {
    plan: String,
}

/// What the form sends. No price: it is ours to name.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Order {
    plan: String,
    attempt: String,
    for_name: String,
    for_mail: String,
    consent: String,
}

/// A plan as a gift: without what is special for those who begin.
fn card(house: &House, plan: &Plan) -> PlanCard {
    PlanCard { offer: None, monthly: None, ..cards::card(&house.publication, plan) }
}

/// `GET /subscribe/gift`: the plans, or the summary of one.
pub async fn page(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(wish): Query<Wish>,
) -> Result<Response<Reply>, Fault> {
    let Some(plan) = house.publication.plans.plan(&wish.plan) else {
        let plans = house.publication.plans.plans().iter().map(|plan| card(&house, plan)).collect();
        return show(&house, visitor.reader(), &GiftPage { plans, ..GiftPage::default() });
    };
    let here = format!("/subscribe/gift?plan={}", paths::value(plan.terms.code.as_str()));
    let Some(signed) = visitor.signed() else {
        return Ok(see_other(&paths::with_next("/signup", Some(&here))));
    };
    if billing_details::are_missing(&house, signed.reader).await? {
        return Ok(see_other(&paths::with_next("/account/billing", Some(&here))));
    }
    summary(&house, signed, plan, Order::default(), Vec::new()).await
}

async fn summary(
    house: &House,
    signed: &Arc<Signed>,
    plan: &Plan,
    typed: Order,
    errors: FieldErrors,
) -> Result<Response<Reply>, Fault> {
    let offer = Offer::of(house, signed.reader, plan, special::gift()).await?;
    let account = house.store.reader(signed.reader.0).await?.ok_or(Fault::NotFound)?;
    let page = GiftPage {
        plans: Vec::new(),
        chosen: Some(GiftChoice {
            plan: card(house, plan),
            email: account.email,
            tax: tax_line(&offer.taxes, offer.charge)?,
            consent: offer.consent_text(),
            attempt: offer.fingerprint(signed.reader),
        }),
        for_name: typed.for_name,
        for_mail: typed.for_mail,
        errors,
    };
    checked(house, Visitor::Signed(Arc::clone(signed)).reader(), &page, &page.errors)
}

/// `POST /subscribe/gift`
pub async fn buy(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    Reader(signed): Reader,
    headers: HeaderMap,
    Form(order): Form<Order>,
) -> Result<Response<Reply>, Fault> {
    let class = Visitor::Signed(Arc::clone(&signed)).reader();
    let Some(plan) = house.publication.plans.plan(&order.plan) else { return Ok(see_other("/subscribe/gift")) };
    if billing_details::are_missing(&house, signed.reader).await? {
        return Ok(see_other(&format!("/subscribe/gift?plan={}", paths::value(plan.terms.code.as_str()))));
    }
    let offer = Offer::of(&house, signed.reader, plan, special::gift()).await?;
    let mut errors = wrong(&order);
    if order.attempt != offer.fingerprint(signed.reader) {
        let words = "The offer has changed since this page was opened. This is how it stands today: look at it again, then agree.";
        errors.push(FieldError::new("", words));
    }
    if !errors.is_empty() {
        return summary(&house, &signed, plan, order, errors).await;
    }
    knock(&house, Door::Checkout, &format!("reader:{}", signed.reader), &headers, &peer)?;
    let begun = orders::begin(&house, signed.reader, &offer, "/account", false).await?;
    remember(&house, signed.reader, &order).await?;
    match begun {
        Begun::Pay(way) => leave::leave(&house, class, &way),
        Begun::Decided(key) => Ok(see_other(&format!("{RETURN}?key={key}"))),
        Begun::AlreadySubscribed | Begun::CouponUsed => Ok(see_other("/account")),
    }
}

fn wrong(order: &Order) -> FieldErrors {
    let mut errors = Vec::new();
    if order.for_name.chars().count() > LONGEST_NAME || order.for_name.chars().any(char::is_control) {
        let words = format!("Use at most {LONGEST_NAME} ordinary characters, or leave the name out.");
        errors.push(FieldError::new("for_name", words));
    }
    if !order.for_mail.trim().is_empty()
        && let Err(error) = Email::parse(&order.for_mail)
    {
        errors.push(FieldError::new("for_mail", error.to_string()));
    }
    if order.consent != "yes" {
        errors.push(FieldError::new("consent", "Tick the box to agree; without it nothing is charged."));
    }
    errors
}

/// Keeps for whom the gift is that is being bought, with the hash of its code.
async fn remember(house: &House, reader: ReaderId, order: &Order) -> Result<(), BillingError> {
    let held = dossiers::of_reader(house, reader.0).await?;
    let begun = |h: &&Held| {
        let contract = &h.dossier.contract;
        contract.offer().gift.is_some() && matches!(contract.state(), Standing::Checkout | Standing::Unclaimed)
    };
    // The latest: a gift whose payment is open is gone on with, never begun twice.
    let Some(gift) = held.iter().find(begun) else { return Ok(()) };
    let hash = gift_code_hash(&house.links.gift_code(gift.id));
    let facts = json!({ "name": order.for_name.trim(), "mail": order.for_mail.trim() });
    house.store.keep_gift(gift.id, &hash, &facts, house.clock.now()).await?;
    Ok(())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TypedCode {
    code: String,
}

/// `GET /gift`: a code typed in.
pub async fn code_page(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(typed): Query<TypedCode>,
) -> Result<Response<Reply>, Fault> {
    if typed.code.trim().is_empty() {
        return show(&house, visitor.reader(), &GiftCodePage::default());
    }
    match typed_gift_code(&typed.code) {
        Some(code) => Ok(see_other(&format!("/gift/{code}"))),
        None => unknown(&house, &visitor, typed.code),
    }
}

fn unknown(house: &House, visitor: &Visitor, code: String) -> Result<Response<Reply>, Fault> {
    let words = "We know no such gift. Check the code: three groups of four letters and digits.";
    let page = GiftCodePage { code, errors: vec![FieldError::new("code", words)] };
    quiet(with_status(house, visitor.reader(), &page, StatusCode::NOT_FOUND))
}

/// The gift of a code. Codes are too many to be guessed; trying is slowed down all the same.
async fn find(
    house: &House,
    headers: &HeaderMap,
    peer: &Peer,
    typed: &str,
) -> Result<Option<(String, store::StoredGift, Held)>, Fault> {
    knock(house, Door::TryCode, &format!("gift:{}", super::visitor::address(house, headers, peer)), headers, peer)?;
    let Some(code) = typed_gift_code(typed) else { return Ok(None) };
    let Some(gift) = house.store.gift_by_code(&gift_code_hash(&code)).await? else { return Ok(None) };
    let held = dossiers::one(house, gift.subscription_id).await?;
    Ok(Some((code, gift, held)))
}

/// `GET /gift/{code}`: what it is, and a button.
pub async fn claim_page(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(typed): Path<String>,
) -> Result<Response<Reply>, Fault> {
    let Some((code, _, held)) = find(&house, &headers, &peer, &typed).await? else {
        return unknown(&house, &visitor, typed);
    };
    let state = state(&house, &visitor, &held).await?;
    shown(&house, &visitor, &code, &held, state)
}

fn shown(
    house: &House,
    visitor: &Visitor,
    code: &str,
    held: &Held,
    state: ClaimState,
) -> Result<Response<Reply>, Fault> {
    let plan = held.dossier.contract.plan();
    let path = format!("/gift/{code}");
    let opens = cards::opened(&house.publication, plan.benefits);
    let page = ClaimPage { plan: plan.name.clone(), term: plan.term.to_string(), opens, path, state };
    quiet(show(house, visitor.reader(), &page))
}

async fn state(house: &House, visitor: &Visitor, held: &Held) -> Result<ClaimState, BillingError> {
    let contract = &held.dossier.contract;
    Ok(match (contract.state(), visitor.signed()) {
        (Standing::Unclaimed, None) => ClaimState::LogInFirst,
        (Standing::Unclaimed, Some(signed)) => {
            let own = house.store.live_contract(signed.reader.0, dossiers::PRODUCT.word()).await?;
            if own.is_some() { ClaimState::Keeps } else { ClaimState::Waits }
        }
        (Standing::Checkout, _) => ClaimState::Void,
        (_, Some(signed)) if contract.paid().is_some() && contract.holder() == signed.reader => {
            contract.paid_through().map_or(ClaimState::Void, |to| ClaimState::Yours { to })
        }
        _ if contract.paid().is_some() => ClaimState::Taken,
        _ => ClaimState::Void,
    })
}

/// `POST /gift/{code}`: claims it, once.
pub async fn claim(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    Reader(signed): Reader,
    headers: HeaderMap,
    Path(typed): Path<String>,
) -> Result<Response<Reply>, Fault> {
    let visitor = Visitor::Signed(Arc::clone(&signed));
    let Some((code, _, held)) = find(&house, &headers, &peer, &typed).await? else {
        return unknown(&house, &visitor, typed);
    };
    let claimed = billing::act(&house, held.id, &Act::Claim { reader: signed.reader }).await;
    match claimed {
        Ok(_) => {
            house.store.note_gift_claimed(held.id, signed.reader.0, house.clock.now()).await?;
            house.sessions.forget_reader(signed.reader);
            Ok(see_other(&format!("/gift/{code}")))
        }
        // The reader has a contract of their own: the gift keeps.
        Err(BillingError::Refused(BillingRefusal::Contract(SubscriptionRefusal::AlreadyLive(_)))) => {
            shown(&house, &visitor, &code, &held, ClaimState::Keeps)
        }
        // Claimed before, by this reader's other click or by somebody else: the page says which.
        Err(BillingError::Refused(BillingRefusal::WrongState { .. })) => Ok(see_other(&format!("/gift/{code}"))),
        Err(error) => refused::answer(&house, visitor.reader(), error),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    gift: String,
}

/// `POST /account/gifts/mail`: sends the code to the one it is for, on the buyer's word; once.
pub async fn send(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    Reader(signed): Reader,
    headers: HeaderMap,
    Form(which): Form<Which>,
) -> Result<Response<Reply>, Fault> {
    let held = dossiers::of_reader(&house, signed.reader.0).await?;
    let held = held.into_iter().find(|h| h.id.to_string() == which.gift).ok_or(Fault::NotFound)?;
    let gift = house.store.gift_of(held.id).await?.ok_or(Fault::NotFound)?;
    let to = gift.gift.get("mail").and_then(serde_json::Value::as_str).unwrap_or_default();
    if *held.dossier.contract.state() != Standing::Unclaimed || to.is_empty() {
        return Ok(see_other("/account"));
    }
    knock(&house, Door::AskCode, to, &headers, &peer)?;
    let account = house.store.reader(signed.reader.0).await?.ok_or(Fault::NotFound)?;
    let code = house.links.gift_code(held.id);
    let plan = held.dossier.contract.plan();
    let (what, address) =
        (format!("{}, {}", plan.name, plan.term), format!("{}/gift/{code}", house.publication.base_url));
    let key = format!("gift:{}:{to}", held.id);
    let letter = mail::gift_for_you(&house.publication, key, to, &account.name, (&what, &code, &address));
    house.store.queue_mail(&letter, house.clock.now()).await?;
    Ok(see_other("/account?done=mailed"))
}
