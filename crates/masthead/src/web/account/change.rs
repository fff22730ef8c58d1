//! Another plan: what it costs is shown before, and only what was shown is done.
use std::sync::Arc;

use axum::extract::{Extension, Form, Query, State};
use circulation::billing::{Act, BillingRefusal, Decision, Purpose, Quote, quote_change};
use circulation::plans::{Plan, PlanVersion};
use circulation::subscriptions::Actor;
use http::{HeaderMap, Response};
use pages::views::{
    ChangeLater, ChangeNow, ChangePage, ChangeQuotePage, FieldError, FieldErrors, PendingView, PlanCard,
};
use serde::Deserialize;

use super::look::Look;
use super::{refused, running, steps};
use crate::billing::{self, Held, orders};
use crate::house::House;
use crate::readers::Door;
use crate::web::body::Reply;
use crate::web::error::{Fault, see_other};
use crate::web::forms::{checked, knock, show};
use crate::web::plans as cards;
use crate::web::serve::Peer;
use crate::web::visitor::{Reader, Signed, Visitor};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wish {
    to: String,
}

/// What the forms send. No price: it is ours to name.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Order {
    to: String,
    when: String,
    seen: String,
}

/// `GET /account/plan`: the other plans, or what one of them would cost.
pub async fn page(
    State(house): State<Arc<House>>,
    Reader(signed): Reader,
    Query(wish): Query<Wish>,
) -> Result<Response<Reply>, Fault> {
    let class = Visitor::Signed(Arc::clone(&signed)).reader();
    let Some(held) = running(&house, &signed).await? else { return Ok(see_other("/account")) };
    let look = Look::at(&house, &held).await?;
    let Some(plan) = look.other_plans().into_iter().find(|plan| plan.terms.code.as_str() == wish.to) else {
        let plans = look.other_plans().into_iter().map(|plan| card(&look, plan)).collect();
        let page = ChangePage { current: held.dossier.contract.plan().name.clone(), planned: planned(&look), plans };
        return show(&house, class, &page);
    };
    show(&house, class, &quoted(&look, &signed, plan, Vec::new()))
}

/// What the reader has planned; the paper's own changes are the account page's.
fn planned(look: &Look<'_>) -> Option<PendingView> {
    look.pending().filter(|pending| !pending.by_paper)
}

fn card(look: &Look<'_>, plan: &Plan) -> PlanCard {
    let publication = &look.house.publication;
    // A reader may hold what is on sale no more; that goes too.
    let without = cards::without(publication, plan, look.held.dossier.contract.plan().benefits);
    // First prices are for those who begin.
    PlanCard { offer: None, note: without, ..cards::card(publication, plan) }
}

/// A change of plan with its prices, as it stands this minute.
fn quoted(look: &Look<'_>, signed: &Signed, plan: &Plan, errors: FieldErrors) -> ChangeQuotePage {
    let dossier = &look.held.dossier;
    let terms = plan.freeze();
    let quote = quote_change(dossier, &terms, look.now, &look.terms);
    let later = look.would(&Act::ChangeAtRenewal { plan: terms.clone(), by: Actor::Reader });
    let why = |refusal: &BillingRefusal| refused::words(look.house, refusal);
    let allow_first =
        |after: &Decision| has_method(look.held) && !after.dossier.renews_by_itself(look.now, &look.terms);
    // What is planned already is offered again only to allow it.
    let planned_so = dossier.contract.pending().is_some_and(|p| p.by == Actor::Reader && p.plan == terms);
    let (why_not_now, why_not_then) = (quote.as_ref().err().map(why), later.as_ref().err().map(why));
    ChangeQuotePage {
        current: dossier.contract.plan().name.clone(),
        planned: planned(look),
        plan: card(look, plan),
        why_not_now,
        now: quote.ok().map(|quote| now(look, signed, plan, &quote)),
        why_not_then,
        renewal: later.ok().filter(|after| !planned_so || allow_first(after)).map(|after| ChangeLater {
            by: dossier.mandate.as_ref().map(|mandate| mandate.facts.label.clone()),
            allow_first: allow_first(&after),
            on: dossier.contract.next_renewal(),
            price: terms.price.to_string(),
            every: orders::every(terms.term),
            seen: seen_later(look.held, signed, plan),
        }),
        open_page: has_open_page(look.held, &terms),
        errors,
    }
}

/// Whether renewals are debited now.
fn has_method(held: &Held) -> bool {
    held.dossier.mandate.as_ref().is_some_and(|mandate| !mandate.facts.state.is_over())
}

/// Whether this very change was begun and its payment page is open.
fn has_open_page(held: &Held, terms: &PlanVersion) -> bool {
    let begun = held.dossier.open_invoice().filter(|invoice| matches!(invoice.purpose, Purpose::Change { .. }));
    begun.is_some_and(|invoice| invoice.plan == *terms) && held.dossier.open_page().is_some()
}

fn now(look: &Look<'_>, signed: &Signed, plan: &Plan, quote: &Quote) -> ChangeNow {
    let parameters = orders::parameters_of(&plan.freeze(), "/account");
    let decided = look.would(&Act::ChangeNow { plan: plan.freeze(), parameters });
    // Without a page of the rail's the kept method is debited; the reader has to know by which.
    let by_page = decided.as_ref().is_ok_and(|decision| decision.dossier.open_page().is_some());
    let mandate = look.held.dossier.mandate.as_ref().filter(|_| !by_page);
    ChangeNow {
        days_left: quote.days_left,
        days: quote.days,
        credit: quote.credit.to_string(),
        price: quote.price.to_string(),
        charge: quote.charge.to_string(),
        paid_through: quote.paid_through,
        by: mandate.map(|mandate| mandate.facts.label.clone()),
        seen: seen_now(look.held, signed, plan, quote, by_page),
    }
}

/// Names exactly this quote to exactly this reader: yesterday's, another's or another price's has another name.
fn seen_now(held: &Held, signed: &Signed, plan: &Plan, quote: &Quote, by_page: bool) -> String {
    let Quote { from, days_left, days, credit, price, charge, paid_through } = quote;
    let facts = (from, days_left, days, credit, price, charge, paid_through.to_string(), by_page);
    name(held, signed, plan, "now", &serde_json::to_vec(&facts).unwrap_or_default())
}

fn seen_later(held: &Held, signed: &Signed, plan: &Plan) -> String {
    let on = held.dossier.contract.next_renewal().map(|day| day.to_string()).unwrap_or_default();
    name(held, signed, plan, "renewal", on.as_bytes())
}

fn name(held: &Held, signed: &Signed, plan: &Plan, when: &str, facts: &[u8]) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("masthead 2026 change of plan as shown");
    hasher.update(&signed.reader.0.to_le_bytes()).update(&held.id.to_le_bytes()).update(when.as_bytes());
    hasher.update(&serde_json::to_vec(&plan.freeze()).unwrap_or_default()).update(facts);
    hasher.finalize().to_hex().as_str()[..16].to_owned()
}

/// `POST /account/plan`: does what was shown, or shows how it stands now.
pub async fn change(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    Reader(signed): Reader,
    headers: HeaderMap,
    Form(order): Form<Order>,
) -> Result<Response<Reply>, Fault> {
    let class = Visitor::Signed(Arc::clone(&signed)).reader();
    let Some(held) = running(&house, &signed).await? else { return Ok(see_other("/account")) };
    let look = Look::at(&house, &held).await?;
    let Some(plan) = look.other_plans().into_iter().find(|plan| plan.terms.code.as_str() == order.to) else {
        return Ok(see_other("/account"));
    };
    let fresh = quoted(&look, &signed, plan, Vec::new());
    if order.seen == "open" && fresh.open_page {
        return steps::go(&house, class, Ok(orders::to_page(&held.dossier)));
    }
    let shown = match order.when.as_str() {
        "now" => fresh.now.as_ref().map(|now| now.seen.as_str()),
        "renewal" => fresh.renewal.as_ref().map(|later| later.seen.as_str()),
        _ => None,
    };
    if shown != Some(order.seen.as_str()) {
        let words = "This has changed since the page was opened, so nothing was done. This is how it stands now.";
        let page = quoted(&look, &signed, plan, vec![FieldError::new("", words)]);
        return checked(&house, class, &page, &page.errors);
    }
    if order.when == "renewal" {
        knock(&house, Door::Waver, &format!("contract:{}", held.id), &headers, &peer)?;
        let act = Act::ChangeAtRenewal { plan: plan.freeze(), by: Actor::Reader };
        return match billing::act(&house, held.id, &act).await {
            // What the kept method does not allow, the reader allows now; nothing is charged for it.
            Ok(after) if !after.dossier.renews_by_itself(look.now, &look.terms) && has_method(&held) => {
                let begun = orders::keep_method(&house, held.id, "/account").await;
                steps::go(&house, class, begun)
            }
            Ok(_) => Ok(see_other("/account?done=planned")),
            Err(error) => refused::answer(&house, class, error),
        };
    }
    knock(&house, Door::Checkout, &format!("reader:{}", signed.reader), &headers, &peer)?;
    let parameters = orders::parameters_of(&plan.freeze(), "/account");
    let after = billing::act(&house, held.id, &Act::ChangeNow { plan: plan.freeze(), parameters }).await;
    let begun = match after {
        Ok(after) => orders::opened_page(&house, after).await,
        Err(error) => Err(error),
    };
    steps::go(&house, class, begun)
}
