//! Back from the payment page. What stands in the address only says which payment; what became of it is asked at the rail.
use std::sync::Arc;

use axum::extract::{Form, Query, State};
use circulation::billing::{Dossier, Purpose, Setup, SetupState};
use circulation::payments::{AttemptKey, AttemptState, FailureKind, Rail};
use circulation::subscriptions::{Actor, State as Standing};
use http::{HeaderMap, Response};
use pages::views::{self, CheckoutReturnPage, Link, MessagePage, PaidFor, Stays};
use serde::Deserialize;

use super::{RETURN, already_subscribed, onward};
use crate::billing::{self, dossiers, links, terms};
use crate::house::House;
use crate::readers::paths;
use crate::web::body::Reply;
use crate::web::cookies;
use crate::web::error::{Fault, see_other};
use crate::web::forms::show;
use crate::web::plans as cards;
use crate::web::visitor::{self, Visitor};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Returned {
    key: String,
}

/// Whether the one who comes back may see what became of this contract's payment: who pays for it, or the browser that
/// left from its mailed link.
fn concerns(house: &House, headers: &HeaderMap, visitor: &Visitor, dossier: &Dossier) -> bool {
    let contract = &dossier.contract;
    let own = visitor.signed().is_some_and(|signed| signed.reader == contract.reader());
    let token = cookies::value(headers, cookies::PAYING);
    let by_link = token.and_then(|token| house.links.open(links::Purpose::Pay, token, house.clock.now()));
    own || by_link == Some(contract.id().0)
}

/// `GET /checkout/return`
pub async fn come_back(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(returned): Query<Returned>,
) -> Result<Response<Reply>, Fault> {
    let here = format!("{RETURN}?key={}", paths::value(&returned.key));
    let guest = visitor.signed().is_none();
    let found = house.store.contract_of_attempt(&returned.key).await?;
    let held = match found {
        Some(id) => Some(dossiers::one(&house, id).await?),
        None => None,
    };
    let Some(held) = held.filter(|held| concerns(&house, &headers, &visitor, &held.dossier)) else {
        // To a guest everything looks the same, whether there is such a payment or not.
        return if guest { Ok(see_other(&paths::with_next("/login", Some(&here)))) } else { Err(Fault::NotFound) };
    };
    let key = AttemptKey::from_text(&returned.key);
    // What is decided needs no more questions to the rail.
    if is_undecided(&held.dossier, &key) {
        billing::hints::attempt(&house, Some(&key), "", house.clock.now()).await?;
    }
    let held = billing::settle(&house, held.id).await?;
    // What this reader holds may have changed just now, and the page's header shows it.
    visitor::recall(&house, &headers).await?;
    let reader = visitor::of(&house, &headers, house.clock.now()).map_or(views::Reader::Guest, |v| v.reader());
    let declined = declined_on(&house, &held.dossier, &key).await?;
    // The page of a tab that another tab was quicker than: nothing went wrong.
    let contract = &held.dossier.contract;
    let closed = held.dossier.attempts.iter().any(|a| {
        let expired = |state: &AttemptState| matches!(state, AttemptState::Failed { failure, .. } if failure.kind == FailureKind::Expired);
        a.payment.key() == key && expired(a.payment.state())
    });
    let other = terms::other(&house, contract.holder(), contract.id()).await?.is_some();
    if closed && contract.offer().gift.is_none() && (other || *contract.state() == Standing::Active) {
        return already_subscribed(&house, &visitor, None);
    }
    answer(&house, reader, &held.dossier, &key, guest, declined)
}

fn is_undecided(dossier: &Dossier, key: &AttemptKey) -> bool {
    let attempt = dossier.attempts.iter().any(|a| a.payment.key() == *key && a.payment.is_open());
    let setup = |s: &Setup| s.key == *key && matches!(s.state, SetupState::Planned | SetupState::Sent);
    attempt || dossier.setups.iter().any(setup)
}

/// Whether the reader comes from a page of the sandbox that is still open and on which a method was declined. Other rails
/// show that on their own page and say nothing of it.
async fn declined_on(house: &House, dossier: &Dossier, key: &AttemptKey) -> Result<bool, Fault> {
    let attempt = dossier.attempts.iter().find(|a| a.payment.key() == *key).map(|a| &a.talk);
    let talk = attempt.or_else(|| dossier.setups.iter().find(|s| s.key == *key).map(|s| &s.talk));
    let page = talk.and_then(|talk| talk.reference.as_deref());
    let (Some(page), Rail::Sandbox) = (page, house.gateway.rail()) else { return Ok(false) };
    let hosted = house.rail.hosted_page(page).await?;
    Ok(hosted.is_some_and(|hosted| hosted.state == "open" && hosted.declines > 0))
}

/// `POST /checkout/return`: some rails send the reader back by a form of their own, from their own origin and therefore
/// without our cookies. Only what the rail has signed is believed, and it only tells what to ask the rail about; the
/// reader goes on to the page that they may see.
pub async fn sent_back(
    State(house): State<Arc<House>>,
    Query(returned): Query<Returned>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response<Reply>, Fault> {
    match house.gateway.read_return(&fields) {
        Some(hint) => billing::hints::follow(&house, &hint, house.clock.now()).await?,
        None => tracing::warn!(fields = fields.len(), "a reader was sent back without a signature that fits"),
    }
    Ok(see_other(&format!("{RETURN}?key={}", paths::value(&returned.key))))
}

fn answer(
    house: &House,
    reader: views::Reader,
    dossier: &Dossier,
    key: &AttemptKey,
    guest: bool,
    declined: bool,
) -> Result<Response<Reply>, Fault> {
    let contract = &dossier.contract;
    let attempt = dossier.attempts.iter().find(|a| a.payment.key() == *key);
    let setup = dossier.setups.iter().find(|s| s.key == *key);
    let parameters = attempt.map(|a| &a.payment.request().parameters).or_else(|| setup.map(|s| &s.parameters));
    let param = |name: &str| parameters.and_then(|p| p.get(name)).map_or("", String::as_str);
    let next = paths::local(param("next")).unwrap_or_else(|| "/".into());
    let paid = dossier.invoices.iter().find(|invoice| invoice.paid_by() == Some(key));
    let coming = contract.pending().filter(|pending| pending.agreed).map(|pending| &pending.plan);
    let what = match (paid.map(|invoice| invoice.purpose), setup.map(|s| s.state)) {
        _ if paid.is_some() && contract.offer().gift.is_some() => Some(gift(house, contract.id().0)),
        (Some(Purpose::First), _) => Some(PaidFor::Subscribed),
        (Some(Purpose::Change { .. }), _) => Some(PaidFor::Change),
        (Some(Purpose::Conversion | Purpose::Renewal | Purpose::Resume), _) => Some(PaidFor::Due),
        (None, Some(SetupState::Done)) if contract.offer().trial_days.is_some() && dossier.setups.len() == 1 => {
            Some(PaidFor::Trial)
        }
        (None, Some(SetupState::Done)) => Some(PaidFor::Method { from: coming.and(contract.next_renewal()) }),
        _ => None,
    };
    if let Some(what) = what {
        let coming = coming.filter(|_| matches!(what, PaidFor::Method { .. }));
        let plan = paid.map(|invoice| &invoice.plan).or(coming).unwrap_or(contract.plan());
        let (plan, opens) = (plan.name.clone(), cards::opened(&house.publication, plan.benefits));
        let paid_through = contract.paid_through().or_else(|| contract.trial().map(|trial| trial.to));
        let paid_through = paid_through.filter(|_| *contract.state() != Standing::Unclaimed);
        return show(
            house,
            reader,
            &CheckoutReturnPage::Paid { what, plan, opens, paid_through, next: onward(house, &next) },
        );
    }
    if attempt.is_some_and(|a| a.payment.capture().is_some()) {
        return show(house, reader, &goes_back(house, &next));
    }
    // A payment of one's own is tried again where it was begun; a mailed link is opened again.
    let again = match next.as_str() {
        _ if contract.activated_at().is_none() && contract.offer().gift.is_none() => {
            paths::with_next(&format!("/checkout?plan={}", paths::value(param("plan"))), Some(&next))
        }
        _ if contract.activated_at().is_none() => {
            format!("/subscribe/gift?plan={}", paths::value(param("plan")))
        }
        next if guest && next.starts_with("/pay/") => next.to_owned(),
        _ => "/account".to_owned(),
    };
    if declined {
        let reason = "The payment was declined.".to_owned();
        return show(house, reader, &CheckoutReturnPage::Failed { reason, retry_path: again });
    }
    if let Some(setup) = setup.filter(|_| is_undecided(dossier, key)) {
        return show(house, reader, &not_allowed(dossier, setup, again));
    }
    let failed = setup.is_some_and(|s| s.state == SetupState::Failed);
    show(house, reader, &unpaid(attempt.map(|a| a.payment.state()), failed, key, again))
}

/// No rail tells whether a page was left or still stands open: the reader knows, and reads what either means.
fn not_allowed(dossier: &Dossier, setup: &Setup, again: String) -> CheckoutReturnPage {
    let contract = &dossier.contract;
    let planned = contract.pending().filter(|pending| pending.by == Actor::Reader);
    let method = dossier.mandate.as_ref().filter(|mandate| !mandate.facts.state.is_over());
    let stays = match planned {
        _ if contract.activated_at().is_none() => Stays::NotBegun,
        _ if contract.cancellation().is_some() => Stays::Cancelled,
        Some(pending) => Stays::Planned(pending.plan.name.clone()),
        None => Stays::Paid(method.map(|mandate| mandate.facts.label.clone())),
    };
    // From the account the same page opens again at once.
    let again = if again == "/account" { "/account/method".to_owned() } else { again };
    CheckoutReturnPage::NotAllowed { stays, check_path: here(&setup.key), again }
}

/// The address of this very page.
fn here(key: &AttemptKey) -> String {
    format!("{RETURN}?key={}", paths::value(key.as_str()))
}

fn gift(house: &House, contract: i64) -> PaidFor {
    let code = house.links.gift_code(contract);
    PaidFor::Gift { address: format!("{}/gift/{code}", house.publication.base_url), code }
}

fn unpaid(
    attempt: Option<&AttemptState>,
    setup_failed: bool,
    key: &AttemptKey,
    retry_path: String,
) -> CheckoutReturnPage {
    let reason = match attempt {
        Some(AttemptState::Failed { failure, .. }) => match failure.kind {
            FailureKind::Declined | FailureKind::Refused => "The payment was declined.",
            FailureKind::Expired => "The payment page was closed before you paid.",
            FailureKind::NeedsReader => "The payment was not confirmed.",
            FailureKind::NeverArrived => "The payment company could not take the payment.",
        },
        None if setup_failed => "No way to pay was kept.",
        _ => {
            return CheckoutReturnPage::Pending { check_path: here(key) };
        }
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
