//! From the plans to the hosted payment page and back.
use std::sync::Arc;

use axum::extract::{Extension, Form, Query, State};
use circulation::billing::SetupState;
use circulation::payments::{AttemptKey, AttemptState, FailureKind, Rail};
use circulation::plans::Plan;
use circulation::readers::ReaderId;
use http::{HeaderMap, Response};
use pages::views::{self, CheckoutPage, CheckoutReturnPage, FieldError, Link, MessagePage, PlansPage};
use serde::Deserialize;

use super::body::Reply;
use super::error::{Fault, see_other};
use super::forms::{checked, knock, show};
use super::plans as cards;
use super::serve::Peer;
use super::visitor::{self, Reader, Visitor};
use crate::billing::orders::{self, Begun, Offer};
use crate::billing::{self, BillingError, dossiers, parties};
use crate::gateways::rail::Way;
use crate::house::House;
use crate::readers::{Door, paths};

/// Where the hosted page sends the reader back to.
pub const RETURN: &str = "/checkout/return";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wish {
    plan: String,
    next: Option<String>,
}

/// What the summary's form sends. No price: it is ours to name.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Order {
    plan: String,
    attempt: String,
    consent: String,
    next: Option<String>,
}

/// `GET /subscribe`
pub async fn plans(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(query): Query<Wish>,
) -> Result<Response<Reply>, Fault> {
    let current_plan = match visitor.signed() {
        Some(signed) => current_plan(&house, signed.reader).await?,
        None => None,
    };
    let included = house.publication.included.iter();
    let page = PlansPage {
        plans: cards::cards(&house.publication),
        included: included.map(|i| views::Included { title: i.title.clone(), text: i.text.clone() }).collect(),
        next: paths::next(query.next.as_deref()),
        current_plan,
    };
    show(&house, visitor.reader(), &page)
}

async fn current_plan(house: &House, reader: ReaderId) -> Result<Option<String>, BillingError> {
    let now = house.clock.now();
    let held = dossiers::of_reader(house, reader.0).await?;
    let contracts = held.iter().map(|h| &h.dossier.contract);
    let mut live = contracts.filter(|c| c.live_key().is_some() && c.access_until().is_some_and(|end| now < end));
    Ok(live.next().map(|contract| contract.plan().name.clone()))
}

/// `GET /checkout`: the summary.
pub async fn page(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(wish): Query<Wish>,
) -> Result<Response<Reply>, Fault> {
    let next = paths::next(wish.next.as_deref());
    let Some(plan) = house.publication.plans.plan(&wish.plan) else {
        return Ok(see_other(&paths::with_next("/subscribe", next.as_deref())));
    };
    let Some(signed) = visitor.signed() else {
        // Most who come here without an account have none; the page leads on to log-in.
        let here = paths::with_next(&format!("/checkout?plan={}", paths::value(&wish.plan)), next.as_deref());
        return Ok(see_other(&paths::with_next("/signup", Some(&here))));
    };
    if current_plan(&house, signed.reader).await?.is_some() {
        return already_subscribed(&house, &visitor, next.as_deref());
    }
    summary(&house, &visitor, signed.reader, plan, next, Vec::new()).await
}

async fn summary(
    house: &House,
    visitor: &Visitor,
    reader: ReaderId,
    plan: &Plan,
    next: Option<String>,
    errors: views::FieldErrors,
) -> Result<Response<Reply>, Fault> {
    let offer = Offer::of(house, reader, plan, Default::default()).await?;
    let account = house.store.reader(reader.0).await?.ok_or(Fault::NotFound)?;
    let page = CheckoutPage {
        plan: cards::card(plan),
        email: account.email,
        tax: tax_line(house, plan)?,
        renews_on: offer.renews_on,
        consent: offer.consent_text(),
        attempt: offer.fingerprint(reader),
        next,
        errors,
    };
    checked(house, visitor.reader(), &page, &page.errors)
}

/// `Includes GST of ₹411.86 (18%)`
fn tax_line(house: &House, plan: &Plan) -> Result<Option<String>, BillingError> {
    let points = house.publication.payments.tax_basis_points;
    let price = plan.terms.price;
    let split = parties::tax_rates(points, price.currency())?.split(price)?;
    Ok(split.taxes.first().map(|(tax, amount)| {
        let name = if tax.as_str() == "tax" { "tax".to_owned() } else { tax.as_str().to_uppercase() };
        format!("Includes {name} of {amount} ({})", percent(points))
    }))
}

fn percent(points: u32) -> String {
    let (whole, rest) = (points / 100, points % 100);
    if rest == 0 { format!("{whole}%") } else { format!("{whole}.{}%", format!("{rest:02}").trim_end_matches('0')) }
}

/// `POST /checkout`: the reader agrees; one contract, one attempt, one hosted page come of it, however often it is sent.
pub async fn begin(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    Reader(signed): Reader,
    headers: HeaderMap,
    Form(order): Form<Order>,
) -> Result<Response<Reply>, Fault> {
    let visitor = Visitor::Signed(Arc::clone(&signed));
    let next = paths::next(order.next.as_deref());
    let Some(plan) = house.publication.plans.plan(&order.plan) else {
        return Ok(see_other(&paths::with_next("/subscribe", next.as_deref())));
    };
    let offer = Offer::of(&house, signed.reader, plan, Default::default()).await?;
    if order.consent != "yes" {
        let errors = vec![FieldError::new("consent", "Tick the box to agree; without it nothing is charged.")];
        return summary(&house, &visitor, signed.reader, plan, next, errors).await;
    }
    if order.attempt != offer.fingerprint(signed.reader) {
        let words = "The offer has changed since this page was opened. This is how it stands today: look at it again, then agree.";
        return summary(&house, &visitor, signed.reader, plan, next, vec![FieldError::new("", words)]).await;
    }
    knock(&house, Door::Checkout, &format!("reader:{}", signed.reader), &headers, &peer)?;
    match orders::begin(&house, signed.reader, &offer, next.as_deref().unwrap_or("/"), true).await? {
        Begun::Pay(Way::Link(page)) => Ok(see_other(&page)),
        Begun::Pay(Way::Form { .. }) => Err(Fault::Busy),
        Begun::Decided(key) => Ok(see_other(&format!("{RETURN}?key={key}"))),
        Begun::AlreadySubscribed => already_subscribed(&house, &visitor, next.as_deref()),
        Begun::CouponUsed => {
            let errors =
                vec![FieldError::new("coupon", "This code has been used already. Go on without it, or with another.")];
            summary(&house, &visitor, signed.reader, plan, next, errors).await
        }
    }
}

fn already_subscribed(house: &House, visitor: &Visitor, next: Option<&str>) -> Result<Response<Reply>, Fault> {
    let page = MessagePage {
        title: "You subscribe already".into(),
        paragraphs: vec!["Your subscription is running, so nothing is charged again.".into()],
        links: vec![onward(house, next.unwrap_or("/")), Link { text: "Your account".into(), href: "/account".into() }],
    };
    show(house, visitor.reader(), &page)
}

/// The link back to what the reader wanted.
fn onward(house: &House, next: &str) -> Link {
    let path = next.split(['?', '#']).next().unwrap_or(next);
    let text = match house.catalogue.load().at(path) {
        Some(_) => "Read on where you were",
        None if path == "/" => "Go to the front page",
        None => "Go on",
    };
    Link { text: text.into(), href: next.to_owned() }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Returned {
    key: String,
}

/// `GET /checkout/return`. What stands in the address only says which payment; what became of it is asked at the rail.
pub async fn come_back(
    State(house): State<Arc<House>>,
    Reader(signed): Reader,
    headers: HeaderMap,
    Query(returned): Query<Returned>,
) -> Result<Response<Reply>, Fault> {
    let id = house.store.contract_of_attempt(&returned.key).await?.ok_or(Fault::NotFound)?;
    if dossiers::one(&house, id).await?.dossier.contract.reader() != signed.reader {
        return Err(Fault::NotFound);
    }
    let key = AttemptKey::from_text(&returned.key);
    billing::hints::attempt(&house, Some(&key), "", house.clock.now()).await?;
    let held = billing::settle(&house, id).await?;
    // What this reader holds may have changed just now, and the page's header shows it.
    visitor::recall(&house, &headers).await?;
    let reader = visitor::of(&house, &headers, house.clock.now()).map_or(views::Reader::Registered, |v| v.reader());
    let contract = &held.dossier.contract;
    let attempt = held.dossier.attempts.iter().find(|a| a.payment.key() == key);
    let setup = held.dossier.setups.iter().find(|s| s.key == key);
    let parameters = attempt.map(|a| &a.payment.request().parameters).or_else(|| setup.map(|s| &s.parameters));
    let param = |name: &str| parameters.and_then(|p| p.get(name)).map_or("", String::as_str);
    let next = paths::local(param("next")).unwrap_or_else(|| "/".into());
    let paid = held.dossier.invoices.iter().any(|invoice| invoice.paid_by() == Some(&key));
    let kept = setup.is_some_and(|s| s.state == SetupState::Done);
    if paid || kept {
        let paid_through = contract.paid_through().or_else(|| contract.trial().map(|trial| trial.to));
        let paid_through = paid_through.ok_or(Fault::NotFound)?;
        let plan = contract.plan().name.clone();
        return show(&house, reader, &CheckoutReturnPage::Paid { plan, paid_through, next: onward(&house, &next) });
    }
    if attempt.is_some_and(|a| a.payment.capture().is_some()) {
        return show(&house, reader, &goes_back(&house, &next));
    }
    let retry = paths::with_next(&format!("/checkout?plan={}", paths::value(param("plan"))), Some(&next));
    let page =
        attempt.and_then(|a| a.talk.reference.as_deref()).or_else(|| setup.and_then(|s| s.talk.reference.as_deref()));
    if declined_on(&house, page).await? {
        let reason = "The payment was declined.".to_owned();
        return show(&house, reader, &CheckoutReturnPage::Failed { reason, retry_path: retry });
    }
    show(&house, reader, &unpaid(attempt.map(|a| a.payment.state()), &returned.key, retry))
}

/// Whether the reader comes from a page of the sandbox that is still open and on which a method was declined. Other rails
/// show that on their own page and say nothing of it.
async fn declined_on(house: &House, page: Option<&str>) -> Result<bool, Fault> {
    let (Some(page), Rail::Sandbox) = (page, house.gateway.rail()) else { return Ok(false) };
    let hosted = house.rail.hosted_page(page).await?;
    Ok(hosted.is_some_and(|hosted| hosted.state == "open" && hosted.declines > 0))
}

fn unpaid(attempt: Option<&AttemptState>, key: &str, retry_path: String) -> CheckoutReturnPage {
    let reason = match attempt {
        Some(AttemptState::Failed { failure, .. }) => match failure.kind {
            FailureKind::Declined | FailureKind::Refused => "The payment was declined.",
            FailureKind::Expired => "The payment page was closed before you paid.",
            FailureKind::NeedsReader => "The payment was not confirmed.",
            FailureKind::NeverArrived => "The payment company could not take the payment.",
        },
        _ => return CheckoutReturnPage::Pending { check_path: format!("{RETURN}?key={}", paths::value(key)) },
    };
    CheckoutReturnPage::Failed { reason: reason.into(), retry_path }
}

fn goes_back(house: &House, next: &str) -> MessagePage {
    MessagePage {
        title: "You get this payment back".into(),
        paragraphs: vec![
            "You subscribe already, or the order was closed before the payment came, so this payment buys nothing."
                .into(),
            "You will get all of it back by the way it came. We have written to you about it.".into(),
        ],
        links: vec![Link { text: "Your account".into(), href: "/account".into() }, onward(house, next)],
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn tax_rates_read_as_people_write_them() {
        assert_eq!(percent(1800), "18%");
        assert_eq!(percent(1250), "12.5%");
        assert_eq!(percent(725), "7.25%");
        assert_eq!(percent(5), "0.05%");
    }
}
