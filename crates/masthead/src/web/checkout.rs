//! From the plans to the hosted payment page.
pub mod come_back;
pub mod leave;
pub mod special;

use std::sync::Arc;

use axum::extract::{Extension, Form, Query, State};
use circulation::benefits::Benefits;
use circulation::billing::BillingRefusal;
use circulation::ledger::TaxRates;
use circulation::money::Money;
use circulation::plans::Plan;
use circulation::readers::ReaderId;
use circulation::subscriptions::{Subscription, SubscriptionRefusal};
use http::{HeaderMap, Response};
use pages::views::{self, CheckoutPage, FieldError, Link, MessagePage, PlansPage};
use serde::Deserialize;

use super::account::billing_details;
use super::body::Reply;
use super::error::{Fault, see_other};
use super::forms::{checked, knock, show};
use super::plans as cards;
use super::serve::Peer;
use super::visitor::{Reader, Visitor};
use crate::billing::orders::{self, Begun, Offer};
use crate::billing::{BillingError, dossiers};
use crate::catalogue::number_in;
use crate::house::House;
use crate::readers::{Door, paths};
use special::{Made, Typed};

/// Where the hosted page sends the reader back to.
pub const RETURN: &str = "/checkout/return";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wish {
    plan: String,
    coupon: String,
    next: Option<String>,
}

/// What the summary's form sends. No price: it is ours to name.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Order {
    plan: String,
    attempt: String,
    coupon: String,
    consent: String,
    at_once: String,
    next: Option<String>,
}

/// `GET /subscribe`
pub async fn plans(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(query): Query<Wish>,
) -> Result<Response<Reply>, Fault> {
    let mut plans = cards::cards(&house.publication);
    let mut current = None;
    if let Some(signed) = visitor.signed() {
        current = running(&house, signed.reader).await?;
        match &current {
            Some(contract) => plans.iter_mut().for_each(|card| cards::beside(contract, card)),
            None => cards::for_reader(&house, signed.reader, &mut plans).await?,
        }
    }
    let included = house.publication.included.iter();
    let mut rights = house.publication.plans.plans().iter().map(|plan| plan.terms.benefits);
    let first = rights.next();
    let alike = first.filter(|first| rights.all(|other| other == *first));
    let page = PlansPage {
        plans,
        every_plan_opens: alike.map(|benefits| cards::opened(&house.publication, benefits)),
        included: included.map(|i| views::Included { title: i.title.clone(), text: i.text.clone() }).collect(),
        next: paths::next(query.next.as_deref()),
        current_plan: current.map(|contract| contract.plan().name.clone()),
    };
    show(&house, visitor.reader(), &page)
}

/// The reader's running contract.
async fn running(house: &House, reader: ReaderId) -> Result<Option<Subscription>, BillingError> {
    let held = dossiers::of_reader(house, reader.0).await?;
    Ok(held.into_iter().map(|held| held.dossier.contract).find(|contract| contract.live_key().is_some()))
}

/// `GET /checkout`: the summary.
pub async fn page(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(wish): Query<Wish>,
) -> Result<Response<Reply>, Fault> {
    let next = paths::next(wish.next.as_deref());
    let Some(plan) = house.publication.plans.plan(&wish.plan) else {
        return Ok(see_other(&paths::with_next("/subscribe", next.as_deref())));
    };
    let coupon = wish.coupon.trim();
    let here = here(plan, coupon, next.as_deref());
    let Some(signed) = visitor.signed() else {
        // Most who come here without an account have none; the page leads on to log-in.
        return Ok(see_other(&paths::with_next("/signup", Some(&here))));
    };
    if running(&house, signed.reader).await?.is_some() {
        return already_subscribed(&house, &visitor, next.as_deref());
    }
    if billing_details::are_missing(&house, signed.reader).await? {
        return Ok(see_other(&paths::with_next("/account/billing", Some(&here))));
    }
    if !coupon.is_empty() {
        // Codes could be guessed otherwise.
        knock(&house, Door::Checkout, &format!("reader:{}", signed.reader), &headers, &peer)?;
    }
    let made = special::offer(&house, signed.reader, plan, coupon).await?;
    let summary = Summary { reader: signed.reader, plan, made, typed: coupon, next };
    summary.show(&house, &visitor, Vec::new()).await
}

/// The address of a checkout's summary.
fn here(plan: &Plan, coupon: &str, next: Option<&str>) -> String {
    let mut path = format!("/checkout?plan={}", paths::value(plan.terms.code.as_str()));
    if !coupon.is_empty() {
        path.push_str(&format!("&coupon={}", paths::value(coupon)));
    }
    paths::with_next(&path, next)
}

/// Everything that the summary is made of.
struct Summary<'a> {
    reader: ReaderId,
    plan: &'a Plan,
    made: Made,
    typed: &'a str,
    next: Option<String>,
}

impl Summary<'_> {
    async fn show(
        self,
        house: &House,
        visitor: &Visitor,
        mut errors: views::FieldErrors,
    ) -> Result<Response<Reply>, Fault> {
        let Made { offer, coupon } = self.made;
        if let Typed::Refused(words) = &coupon {
            errors.push(FieldError::new("coupon", words.clone()));
        }
        let account = house.store.reader(self.reader.0).await?.ok_or(Fault::NotFound)?;
        let policy = &house.publication.billing;
        let trial_to = offer.special.trial_days.map(|_| offer.renews_on);
        let first = offer.steps.first().map_or(offer.plan.price, |step| step.price);
        let page = CheckoutPage {
            plan: views::PlanCard {
                offer: None,
                note: cards::without(&house.publication, self.plan, Benefits::NONE),
                ..cards::card(&house.publication, self.plan)
            },
            email: account.email,
            charge: offer.charge.to_string(),
            // Beside nothing to pay, an amount of tax would only puzzle.
            tax: if trial_to.is_none() { tax_line(&offer.taxes, first)? } else { None },
            trial_to,
            later: later(&offer),
            every: orders::every(offer.plan.term),
            billing: billing_details::line(house, self.reader).await?,
            coupon: (!house.publication.coupons.is_empty()).then(|| self.typed.to_owned()),
            coupon_taken: matches!(coupon, Typed::Taken(_)),
            welcome_back: offer.special.win_back.is_some(),
            withdrawal_days: Some(policy.withdrawal_days).filter(|days| *days > 0),
            at_once: orders::begin_at_once_text(policy),
            consent: offer.consent_text(),
            attempt: offer.fingerprint(self.reader),
            next: self.next,
            errors,
        };
        checked(house, visitor.reader(), &page, &page.errors)
    }
}

/// What is charged after today, in order: the next charge, and each price that takes the place of another.
fn later(offer: &Offer) -> Vec<(jiff::civil::Date, String)> {
    let first = offer.steps.first();
    let at_renewal = match (offer.special.trial_days, offer.steps.get(1)) {
        (None, Some(next)) if next.after == 1 => None,
        _ => first.map(|step| (offer.renews_on, step.price.to_string())),
    };
    let rest = offer.steps.iter().skip(1).map(|step| (step.from, step.price.to_string()));
    at_renewal.into_iter().chain(rest).collect()
}

/// `Includes IGST of ₹411.86 (18%)`; of several taxes each.
pub(super) fn tax_line(rates: &TaxRates, price: Money) -> Result<Option<String>, BillingError> {
    let split = rates.split(price)?;
    let parts: Vec<String> = split
        .taxes
        .iter()
        .zip(rates.iter())
        .map(|((tax, amount), (_, points))| {
            let name = if tax.as_str() == "tax" { "tax".to_owned() } else { tax.as_str().to_uppercase() };
            format!("{name} of {amount} ({})", percent(points))
        })
        .collect();
    Ok((!parts.is_empty()).then(|| format!("Includes {}", parts.join(" and "))))
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
    let coupon = order.coupon.trim();
    if billing_details::are_missing(&house, signed.reader).await? {
        return Ok(see_other(&paths::with_next("/account/billing", Some(&here(plan, coupon, next.as_deref())))));
    }
    knock(&house, Door::Checkout, &format!("reader:{}", signed.reader), &headers, &peer)?;
    let made = special::offer(&house, signed.reader, plan, coupon).await?;
    let wrong = match () {
        () if order.consent != "yes" => {
            Some(FieldError::new("consent", "Tick the box to agree; without it nothing is charged."))
        }
        () if matches!(made.coupon, Typed::Refused(_)) => Some(FieldError::new("", NOTHING_CHARGED)),
        () if order.attempt != made.offer.fingerprint(signed.reader) => Some(FieldError::new("", CHANGED)),
        () => None,
    };
    if let Some(error) = wrong {
        let summary = Summary { reader: signed.reader, plan, made, typed: coupon, next };
        return summary.show(&house, &visitor, vec![error]).await;
    }
    let at_once = order.at_once == "yes";
    let begun = orders::begin(&house, signed.reader, &made.offer, next.as_deref().unwrap_or("/"), at_once).await;
    let error = match begun {
        Ok(Begun::Pay(way)) => return leave::leave(&house, visitor.reader(), &way),
        Ok(Begun::Decided(key)) => return Ok(see_other(&format!("{RETURN}?key={key}"))),
        Ok(Begun::AlreadySubscribed) => return already_subscribed(&house, &visitor, next.as_deref()),
        Ok(Begun::CouponUsed) => FieldError::new(
            "coupon",
            "This code is used up, or kept for readers who are just paying. Try it again tomorrow, or go on without it.",
        ),
        // Another tab was quicker: what was offered is not open to this reader any more.
        Err(
            BillingError::Contract(SubscriptionRefusal::NotEligible(_))
            | BillingError::Refused(BillingRefusal::Contract(SubscriptionRefusal::NotEligible(_))),
        ) => FieldError::new("", CHANGED),
        Err(error) => return Err(error.into()),
    };
    let made = special::offer(&house, signed.reader, plan, "").await?;
    Summary { reader: signed.reader, plan, made, typed: "", next }.show(&house, &visitor, vec![error]).await
}

const CHANGED: &str =
    "The offer has changed since this page was opened. This is how it stands today: look at it again, then agree.";
const NOTHING_CHARGED: &str = "Nothing was charged. Look at the code below, then agree to the price as it stands now.";

fn already_subscribed(house: &House, visitor: &Visitor, next: Option<&str>) -> Result<Response<Reply>, Fault> {
    let page = MessagePage {
        title: "You subscribe already".into(),
        paragraphs: vec!["Your subscription is running, so nothing is charged again.".into()],
        links: vec![
            onward(house, next.unwrap_or("/")),
            Link { text: "Change your plan".into(), href: "/account/plan".into() },
            Link { text: "Your account".into(), href: "/account".into() },
        ],
    };
    show(house, visitor.reader(), &page)
}

/// The link back to what the reader wanted.
fn onward(house: &House, next: &str) -> Link {
    let path = next.split(['?', '#']).next().unwrap_or(next);
    let catalogue = house.catalogue.load();
    // an old story is known by the form of its address: no question to the store for a word of a link
    let story = catalogue.at(path).is_some() || (!catalogue.is_whole() && number_in(path).is_some());
    let text = match path {
        _ if story => "Read on where you were",
        "/" => "Go to the front page",
        "/account" => "Your account",
        _ => "Go on",
    };
    Link { text: text.into(), href: next.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{percent, tax_line};
    use circulation::ledger::TaxRates;
    use circulation::money::{Currency, Money};

    #[test]
    fn tax_rates_read_as_people_write_them() {
        assert_eq!(percent(1800), "18%");
        assert_eq!(percent(1250), "12.5%");
        assert_eq!(percent(725), "7.25%");
        assert_eq!(percent(5), "0.05%");
    }

    #[test]
    fn the_tax_line_names_each_tax_of_the_readers_place() {
        let price = Money::new(90_000, Currency::INR);
        let line = |rates: &[(&str, u32)]| tax_line(&TaxRates::new(rates).expect("rates"), price).expect("a line");
        assert_eq!(line(&[("igst", 1800)]).as_deref(), Some("Includes IGST of ₹137.29 (18%)"));
        let both = "Includes CGST of ₹68.64 (9%) and SGST of ₹68.64 (9%)";
        assert_eq!(line(&[("cgst", 900), ("sgst", 900)]).as_deref(), Some(both));
        assert_eq!(line(&[]), None);
    }
}
