//! Searches that readers keep, in their own words. A search in order of time says so at its end, in the words of the page's address.
use std::sync::Arc;

use axum::extract::{Form, State};
use http::Response;
use pages::views;
use serde::Deserialize;

use super::asked::Asked;
use crate::house::House;
use crate::readers::paths;
use crate::web::body::Reply;
use crate::web::error::{Fault, see_other};
use crate::web::visitor::{Reader, Visitor};

/// What stands behind a kept query whose results come newest first.
const NEWEST: &str = " sort:newest";

/// A search to keep.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Kept {
    query: String,
    sort: String,
}

/// `POST /account/searches`. Whose session has ended logs in and is back at the search.
pub async fn keep(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Form(kept): Form<Kept>,
) -> Result<Response<Reply>, Fault> {
    let asked = Asked { q: kept.query, sort: kept.sort, ..Asked::default() };
    let query = search::Query::parse(&asked.q);
    if query.is_empty() {
        return Ok(see_other("/search"));
    }
    let asked = Asked { q: asked.line(&query), ..asked };
    let Some(signed) = visitor.signed() else {
        return Ok(see_other(&paths::with_next("/login", Some(&asked.href()))));
    };
    // the results say that they are kept, where the reader pressed
    let results = format!("{}#saved", asked.href());
    if holds(&house.store.saved_searches(signed.reader.0).await?, &asked.q, asked.is_newest()) {
        return Ok(see_other(&results));
    }
    let kept = as_kept(&asked.q, asked.is_newest());
    let room = house.store.save_search(signed.reader.0, &kept, house.clock.now()).await?;
    Ok(see_other(if room { &results } else { "/account?done=searches-full#searches-done" }))
}

fn as_kept(query: &str, newest: bool) -> String {
    format!("{query}{}", if newest { NEWEST } else { "" })
}

/// What a kept search asks, without the order of its results, and whether that is the order of time.
fn as_asked(kept: &str) -> (&str, bool) {
    kept.strip_suffix(NEWEST).map_or((kept, false), |query| (query, true))
}

/// Whether one of a reader's kept searches means the same, in this order.
pub(super) fn holds(kept: &[store::SavedSearch], query: &str, newest: bool) -> bool {
    let meant = |query: &str| search::Query::parse(query).to_string();
    let asked = (meant(query), newest);
    kept.iter().any(|kept| {
        let (query, newest) = as_asked(&kept.query);
        (meant(query), newest) == asked
    })
}

/// `GET /account/searches`: they stand on the account's page.
pub async fn list(Reader(_): Reader) -> Result<Response<Reply>, Fault> {
    Ok(see_other("/account#searches-heading"))
}

/// A search to forget.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Forgotten {
    search: String,
}

/// `POST /account/searches/forget`
pub async fn forget(
    State(house): State<Arc<House>>,
    Reader(signed): Reader,
    Form(forgotten): Form<Forgotten>,
) -> Result<Response<Reply>, Fault> {
    if let Ok(id) = forgotten.search.parse() {
        house.store.forget_search(signed.reader.0, id).await?;
    }
    Ok(see_other("/account?done=search-gone#searches-done"))
}

/// What is said above the searches of an account, where the reader lands.
pub fn message(done: &str) -> Option<&'static str> {
    match done {
        "searches-full" => Some("You have saved as many searches as there is room for. Remove one first."),
        "search-gone" => Some("The search was removed."),
        _ => None,
    }
}

/// The searches of a reader, for their account.
///
/// # Errors
/// The store's.
pub async fn on_account(house: &House, reader: i64) -> Result<Vec<views::SavedSearchView>, store::StoreError> {
    let view = |kept: store::SavedSearch| {
        let (query, newest) = as_asked(&kept.query);
        let (query, sort) = (query.to_owned(), if newest { "newest" } else { "" });
        views::SavedSearchView {
            id: kept.id,
            href: Asked { q: query.clone(), sort: sort.into(), ..Asked::default() }.href(),
            query: if sort.is_empty() { query } else { format!("{query} (newest first)") },
        }
    };
    Ok(house.store.saved_searches(reader).await?.into_iter().map(view).collect())
}
