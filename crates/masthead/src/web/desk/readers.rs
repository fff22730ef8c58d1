//! `GET /desk/readers`: readers by address, name, document, contract or reference.
use std::sync::Arc;

use axum::extract::{Query, State};
use http::{Response, StatusCode};
use pages::views;
use serde::Deserialize;

use super::shown;
use super::words;
use crate::billing::dossiers;
use crate::house::House;
use crate::web::body::Reply;
use crate::web::error::Fault;
use crate::web::visitor::Staff;

/// Readers on one page.
const PER_PAGE: usize = 50;
/// Longest search taken, in characters; more is cut off.
const LONGEST_SEARCH: usize = 200;

/// Query of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    q: Option<String>,
    page: Option<String>,
}

/// `GET /desk/readers`
pub async fn readers(
    State(house): State<Arc<House>>,
    _staff: Staff,
    Query(wanted): Query<Wanted>,
) -> Result<Response<Reply>, Fault> {
    let unseen = |c: &char| !super::form::is_unseen(*c);
    let query: String = wanted.q.unwrap_or_default().trim().chars().filter(unseen).take(LONGEST_SEARCH).collect();
    let asked = wanted.page.and_then(|page| page.parse::<usize>().ok()).unwrap_or(1).clamp(1, 1_000_000);
    let mut found = house.store.find_readers(&query, (asked - 1) * PER_PAGE, PER_PAGE).await?;
    let pages = usize::try_from(found.total).unwrap_or(0).div_ceil(PER_PAGE).max(1);
    let page = asked.min(pages);
    if page != asked {
        found = house.store.find_readers(&query, (page - 1) * PER_PAGE, PER_PAGE).await?;
    }
    let now = house.clock.now();
    let mut rows = Vec::with_capacity(found.readers.len());
    for reader in found.readers {
        let held = dossiers::of_reader(&house, reader.id).await.unwrap_or_default();
        let standing = dossiers::to_show(&held)
            .map_or_else(|| "never subscribed".to_owned(), |held| words::in_short(&held.dossier, now));
        rows.push(views::ReaderRow {
            id: reader.id,
            email: reader.email,
            name: reader.name,
            standing,
            since: reader.created_at,
            staff: reader.role == "staff",
        });
    }
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let view = views::DeskReaders {
        query,
        readers: rows,
        total: u32::try_from(found.total).unwrap_or(u32::MAX),
        page: count(page),
        pages: count(pages),
    };
    shown(&house, StatusCode::OK, &view)
}
