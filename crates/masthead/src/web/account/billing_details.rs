//! Who is named on invoices, and thereby which tax a price contains. Asked before the first payment, where the paper says
//! who sells (for India: CBIC Circular 242/36/2024-GST).
use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Form, Query, State};
use circulation::billing::Act;
use circulation::invoices::{BillingParty, Country, PartyDetails, State as IndianState, Supplier};
use circulation::readers::ReaderId;
use http::Response;
use pages::views::{BillingPage, FieldError, FieldErrors};
use serde::Deserialize;

use crate::billing::{self, BillingError, dossiers, parties};
use crate::house::House;
use crate::readers::paths;
use crate::web::body::Reply;
use crate::web::error::{Fault, see_other};
use crate::web::forms::checked;
use crate::web::visitor::{Reader, Visitor};

/// Whether they have to be asked for before anything is sold to this reader.
///
/// # Errors
/// The store's.
pub async fn are_missing(house: &House, reader: ReaderId) -> Result<bool, BillingError> {
    Ok(house.publication.supplier.is_some() && house.store.billing_party(reader.0).await?.is_none())
}

/// `Meenal Rege, Maharashtra`; `None` where the paper asks for nobody.
///
/// # Errors
/// The store's; a stored party that cannot be read.
pub async fn line(house: &House, reader: ReaderId) -> Result<Option<String>, BillingError> {
    Ok(on_account(house, reader).await?.filter(|line| !line.is_empty()))
}

/// As [`line()`]; empty where nothing was given yet.
///
/// # Errors
/// As [`line()`].
pub async fn on_account(house: &House, reader: ReaderId) -> Result<Option<String>, BillingError> {
    if house.publication.supplier.is_none() {
        return Ok(None);
    }
    let Some(party) = kept(house, reader).await? else { return Ok(Some(String::new())) };
    let place = party.state().map_or(party.country().name(), IndianState::name);
    Ok(Some(format!("{}, {place}", PartyDetails::from(party.clone()).name)))
}

async fn kept(house: &House, reader: ReaderId) -> Result<Option<BillingParty>, BillingError> {
    let Some(stored) = house.store.billing_party(reader.0).await? else { return Ok(None) };
    serde_json::from_value(stored).map(Some).map_err(|e| BillingError::stored("billing party", &e))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Next {
    next: Option<String>,
}

/// What the form sends. No `Debug`: it names a person.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    name: String,
    country: String,
    state: String,
    address: String,
    gstin: String,
    vat_id: String,
    next: Option<String>,
}

impl Typed {
    fn of(details: PartyDetails, next: Option<String>) -> Self {
        Self {
            name: details.name,
            country: details.country,
            state: details.state.unwrap_or_default(),
            address: details.address.join("\n"),
            gstin: details.gstin.unwrap_or_default(),
            vat_id: details.vat_id.unwrap_or_default(),
            next,
        }
    }

    fn details(&self) -> PartyDetails {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let abroad = !self.country.eq_ignore_ascii_case("IN");
        PartyDetails {
            name: self.name.clone(),
            address: self.address.lines().map(str::to_owned).collect(),
            country: self.country.clone(),
            // The field stands there for everybody; outside India it says nothing.
            state: given(&self.state).filter(|_| !abroad),
            gstin: given(&self.gstin),
            vat_id: given(&self.vat_id),
        }
    }
}

/// `GET /account/billing`
pub async fn page(
    State(house): State<Arc<House>>,
    Reader(signed): Reader,
    Query(query): Query<Next>,
) -> Result<Response<Reply>, Fault> {
    let Some(supplier) = &house.publication.supplier else { return Err(Fault::NotFound) };
    let next = paths::next(query.next.as_deref());
    let details = match kept(&house, signed.reader).await? {
        Some(party) => PartyDetails::from(party),
        None => {
            let account = house.store.reader(signed.reader.0).await?.ok_or(Fault::NotFound)?;
            // No State is chosen beforehand: it would often be the wrong one.
            PartyDetails { name: account.name, country: supplier.country().code().to_owned(), ..Default::default() }
        }
    };
    form(&house, supplier, &Visitor::Signed(signed), Typed::of(details, next), Vec::new())
}

fn form(
    house: &House,
    supplier: &Supplier,
    visitor: &Visitor,
    typed: Typed,
    errors: FieldErrors,
) -> Result<Response<Reply>, Fault> {
    let countries: Vec<(String, String)> =
        Country::all().into_iter().map(|c| (c.code().to_owned(), c.name().to_owned())).collect();
    let states: Vec<(String, String)> =
        IndianState::all().into_iter().map(|s| (s.code(), s.name().to_owned())).collect();
    let page = BillingPage {
        name: typed.name,
        country: typed.country,
        countries,
        state: typed.state,
        states,
        address: typed.address,
        gstin: typed.gstin,
        vat_id: typed.vat_id,
        indian: supplier.country().is_india(),
        before_paying: typed.next.as_deref().is_some_and(|next| next.starts_with("/checkout") || is_gift(next)),
        next: typed.next,
        errors,
    };
    checked(house, visitor.reader(), &page, &page.errors)
}

fn is_gift(next: &str) -> bool {
    next.starts_with("/subscribe/gift")
}

/// `POST /account/billing`: keeps them, and has running contracts use that place's tax from the next invoice on.
pub async fn save(
    State(house): State<Arc<House>>,
    Reader(signed): Reader,
    Form(typed): Form<Typed>,
) -> Result<Response<Reply>, Fault> {
    let Some(supplier) = &house.publication.supplier else { return Err(Fault::NotFound) };
    let next = paths::next(typed.next.as_deref());
    let typed = Typed { next: next.clone(), ..typed };
    let party = match BillingParty::check(&typed.details()) {
        Ok(party) => party,
        Err(problem) => {
            let errors = vec![FieldError::new(problem.field(), sentence(&problem.to_string()))];
            return form(&house, supplier, &Visitor::Signed(signed), typed, errors);
        }
    };
    if let Some(error) = cannot_sell(&house, supplier, &party) {
        return form(&house, supplier, &Visitor::Signed(signed), typed, vec![error]);
    }
    parties::keep(&house, signed.reader, &party).await?;
    let taxes = parties::rates(&house, signed.reader).await?;
    for held in dossiers::of_reader(&house, signed.reader.0).await? {
        let contract = &held.dossier.contract;
        if contract.live_key().is_some() && *contract.taxes() != taxes {
            billing::act(&house, held.id, &Act::Moved { taxes: taxes.clone() }).await?;
        }
    }
    Ok(see_other(next.as_deref().unwrap_or("/account?done=billing")))
}

/// Why nothing can be sold to this party.
fn cannot_sell(house: &House, supplier: &Supplier, party: &BillingParty) -> Option<FieldError> {
    let today = house.clock.now().to_zoned(house.publication.zone.clone()).date();
    let dearest = house.publication.plans.plans().iter().map(|plan| plan.terms.price).max_by_key(|price| price.minor());
    if dearest.is_some_and(|price| party.needs_address(supplier, price)) {
        let words =
            "The law wants the address of a business, and of readers abroad, on the invoice. Write it in lines.";
        return Some(FieldError::new("address", words));
    }
    if parties::tax(house, party, today).is_err() {
        let words = format!(
            "We cannot sell to {} yet: we do not know the tax there. Write to us: {}",
            party.country().name(),
            house.publication.contact
        );
        return Some(FieldError::new("country", words));
    }
    None
}

/// A problem's words begin with the name of its setting where a publisher reads them; a reader sees the field.
fn sentence(words: &str) -> String {
    let keys: BTreeSet<&str> = ["country", "state", "gstin", "vat_id"].into();
    let words = words.split_once(": ").filter(|(key, _)| keys.contains(key)).map_or(words, |(_, rest)| rest);
    let mut letters = words.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let end = if words.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}
