//! Searches that readers keep. A search in order of time says so at its end, in the words of the page's address.
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
    let query = search::Query::parse(&kept.query);
    if query.is_empty() {
        return Ok(see_other("/search"));
    }
    let asked = Asked { q: query.to_string(), sort: kept.sort, ..Asked::default() };
    let Some(signed) = visitor.signed() else {
        return Ok(see_other(&paths::with_next("/login", Some(&asked.href()))));
    };
    let kept = as_kept(&asked.q, asked.is_newest());
    let room = house.store.save_search(signed.reader.0, &kept, house.clock.now()).await?;
    Ok(see_other(if room {
        "/account?done=search#searches-heading"
    } else {
        "/account?done=searches-full#searches-heading"
    }))
}

fn as_kept(query: &str, newest: bool) -> String {
    format!("{query}{}", if newest { NEWEST } else { "" })
}

/// Whether a reader keeps this search already, in this order.
///
/// # Errors
/// The store's.
pub(super) async fn holds(house: &House, reader: i64, query: &str, newest: bool) -> Result<bool, store::StoreError> {
    let asked = as_kept(query, newest);
    Ok(house.store.saved_searches(reader).await?.iter().any(|kept| kept.query == asked))
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
    Ok(see_other("/account?done=search-gone#searches-heading"))
}

/// The searches of a reader, for their account.
///
/// # Errors
/// The store's.
pub async fn on_account(house: &House, reader: i64) -> Result<Vec<views::SavedSearchView>, store::StoreError> {
    let view = |kept: store::SavedSearch| {
        let newest = kept.query.strip_suffix(NEWEST).map(str::to_owned);
        let sort = if newest.is_some() { "newest" } else { "" };
        let query = newest.unwrap_or(kept.query);
        views::SavedSearchView {
            id: kept.id,
            href: Asked { q: query.clone(), sort: sort.into(), ..Asked::default() }.href(),
            query: if sort.is_empty() { query } else { format!("{query} (newest first)") },
        }
    };
    Ok(house.store.saved_searches(reader).await?.into_iter().map(view).collect())
}
