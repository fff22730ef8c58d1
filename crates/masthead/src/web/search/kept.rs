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
    if holds(&house, signed.reader.0, &asked.q, asked.is_newest()).await? {
        return Ok(see_other("/account?done=search#searches-heading"));
    }
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

/// What a kept search asks, without the order of its results, and whether that is the order of time.
fn as_asked(kept: &str) -> (&str, bool) {
    kept.strip_suffix(NEWEST).map_or((kept, false), |query| (query, true))
}

/// Whether a reader keeps a search already that means the same, in this order.
///
/// # Errors
/// The store's.
pub(super) async fn holds(house: &House, reader: i64, query: &str, newest: bool) -> Result<bool, store::StoreError> {
    let meant = |query: &str| search::Query::parse(query).to_string();
    let asked = (meant(query), newest);
    let same = |kept: &store::SavedSearch| {
        let (query, newest) = as_asked(&kept.query);
        (meant(query), newest) == asked
    };
    Ok(house.store.saved_searches(reader).await?.iter().any(same))
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
