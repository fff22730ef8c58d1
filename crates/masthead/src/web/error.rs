//! The one place that turns failures into responses.
use std::sync::Arc;

use axum::response::IntoResponse;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};
use hyper::body::Bytes;
use pages::{Page as _, views};

use super::body::Reply;
use super::cache::Cache;
use super::compose;
use super::headers;
use crate::house::House;

/// Words of an address that leads nowhere which are offered to be searched for, and bytes of each.
const LOOKED_FOR: usize = 8;
const LONGEST_WORD: usize = 40;

/// Why a page cannot be given.
#[derive(Debug)]
pub enum Fault {
    NotFound,
    /// Not found, and more can be said than that: why, and where there is something.
    Nothing(String, views::Link),
    /// The form or the request is wrong; the words say how to mend it.
    Wrong(String),
    /// Staff only, or another's.
    Forbidden,
    /// The state does not allow it any more.
    Conflict(String),
    /// The same, and where to go on.
    Stands(String, views::Link),
    /// Too often; seconds to wait.
    TooMany(u32),
    /// The store cannot answer now.
    Busy,
    /// A fault of ours; the log has it under this reference.
    Internal(String),
}

impl Fault {
    /// Logs a fault of ours and gives it a reference for the page.
    pub fn internal(error: &dyn std::error::Error) -> Self {
        let reference = short(&error.to_string());
        tracing::error!(%error, reference, "a request could not be answered");
        Self::Internal(reference)
    }

    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::Nothing(..) => StatusCode::NOT_FOUND,
            Self::Wrong(_) => StatusCode::BAD_REQUEST,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Conflict(_) | Self::Stands(..) => StatusCode::CONFLICT,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// A reference by which a line of the log is found: no part of the error's words.
fn short(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().as_str()[..8].to_owned()
}

impl From<store::StoreError> for Fault {
    fn from(error: store::StoreError) -> Self {
        if error.can_retry() {
            tracing::warn!(%error, "the store is busy");
            return Self::Busy;
        }
        Self::internal(&error)
    }
}

/// A fault carries no house; the middleware that sees this mark prints the page.
#[derive(Debug, Clone)]
pub struct Unprinted(Arc<Fault>);

impl IntoResponse for Fault {
    fn into_response(self) -> axum::response::Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Unprinted(Arc::new(self)));
        response
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> axum::response::Response {
        axum::response::Response::new(axum::body::Body::new(self))
    }
}

/// Prints the page of a fault that an address gave.
#[must_use]
pub fn print(house: &House, reader: views::Reader, unprinted: &Unprinted, path: &str) -> Response<Reply> {
    let fault = &*unprinted.0;
    let missing = fault.status() == StatusCode::NOT_FOUND;
    let mut view = view(house, fault);
    if at_desk(reader, path) {
        view = views::ErrorPage {
            desk: true,
            way: view.way.or_else(|| back(path, missing)),
            suggestions: Vec::new(),
            ..view
        };
    } else if missing {
        view.looked_for = words_of(path);
    }
    printed(house, reader, &view)
}

/// The page of a fault.
#[must_use]
pub fn page(house: &House, reader: views::Reader, fault: &Fault) -> Response<Reply> {
    printed(house, reader, &view(house, fault))
}

fn at_desk(reader: views::Reader, path: &str) -> bool {
    reader == views::Reader::Staff && (path == "/desk" || path.starts_with("/desk/"))
}

/// Where a step at the desk was taken from: the story's page or the list. Where something is missing it may be the story itself.
fn back(path: &str, missing: bool) -> Option<views::Link> {
    let mut parts = path.trim_start_matches("/desk").trim_matches('/').split('/');
    match (parts.next()?, parts.next()) {
        ("stories", Some(number)) if !missing && number.bytes().all(|b| b.is_ascii_digit()) => {
            Some(views::Link::new("Back to the story", format!("/desk/stories/{number}")))
        }
        ("doubts", _) => Some(views::Link::new("Back to the doubts", "/desk/doubts")),
        ("imports", _) => Some(views::Link::new("Back to the imports", "/desk/imports")),
        ("readers", _) => Some(views::Link::new("Back to the readers", "/desk/readers")),
        ("billing", _) => Some(views::Link::new("Back to billing", "/desk/billing")),
        _ => None,
    }
}

/// The words in the last part of an address, which in many systems are those of the headline: `/1998/dam-opens-early.html`. Where there is
/// only one, it names a program or a place and no story.
fn words_of(path: &str) -> String {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let last = last.rsplit_once('.').map_or(last, |(name, _)| name);
    let plain = percent_encoding::percent_decode_str(last).decode_utf8_lossy();
    let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().any(char::is_alphabetic));
    let words: Vec<&str> = words.filter(|word| word.len() <= LONGEST_WORD).take(LOOKED_FOR).collect();
    if words.len() < 2 { String::new() } else { words.join(" ") }
}

fn view(house: &House, fault: &Fault) -> views::ErrorPage {
    let (detail, retry_after, reference) = match fault {
        Fault::Wrong(words) | Fault::Conflict(words) | Fault::Nothing(words, _) | Fault::Stands(words, _) => {
            (Some(words.clone()), None, None)
        }
        Fault::TooMany(seconds) => (None, Some(*seconds), None),
        Fault::Busy => (None, Some(5), None),
        Fault::Internal(reference) => (None, None, Some(reference.clone())),
        Fault::NotFound | Fault::Forbidden => (None, None, None),
    };
    let way = if let Fault::Nothing(_, way) | Fault::Stands(_, way) = fault { Some(way.clone()) } else { None };
    let suggestions = compose::cards(house, house.catalogue.load().newest.iter().take(3));
    let status = fault.status().as_u16();
    // Where something else stands now, going back to the form leads nowhere.
    let advised = matches!(fault, Fault::Stands(..));
    views::ErrorPage {
        advised,
        status,
        detail,
        retry_after,
        reference,
        way,
        suggestions,
        ..views::ErrorPage::default()
    }
}

fn printed(house: &House, reader: views::Reader, view: &views::ErrorPage) -> Response<Reply> {
    let status = StatusCode::from_u16(view.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let Ok(html) = view.render(&house.paper, reader) else { return plain(status, "Something went wrong.") };
    let mut response = Response::new(Reply::bytes(Bytes::from(html)));
    *response.status_mut() = status;
    let map = response.headers_mut();
    map.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    map.insert(CACHE_CONTROL, Cache::Private.value());
    if let Some(seconds) = view.retry_after {
        map.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    headers::secure(map);
    response
}

/// The page of a status that the router itself gave.
#[must_use]
pub fn of_status(house: &House, reader: views::Reader, status: StatusCode, path: &str) -> Response<Reply> {
    let (desk, way) = if at_desk(reader, path) { (true, back(path, false)) } else { (false, None) };
    printed(house, reader, &views::ErrorPage { status: status.as_u16(), desk, way, ..views::ErrorPage::default() })
}

/// A bare answer for requests that never reach a page.
#[must_use]
pub fn plain(status: StatusCode, why: &'static str) -> Response<Reply> {
    let mut response = Response::new(Reply::bytes(Bytes::from_static(why.as_bytes())));
    *response.status_mut() = status;
    let map = response.headers_mut();
    map.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    map.insert(CACHE_CONTROL, Cache::Private.value());
    if status == StatusCode::BAD_REQUEST {
        map.insert(http::header::CONNECTION, HeaderValue::from_static("close"));
    }
    headers::secure(map);
    response
}

/// After a panic: the reader gets a page, the log has the rest.
#[must_use]
pub fn fault(house: &House) -> Response<Reply> {
    page(house, views::Reader::Guest, &Fault::Internal("panic".into()))
}

/// The store could not say who the reader is: nothing is assumed.
#[must_use]
pub fn of_store(house: &House, error: &store::StoreError) -> Response<Reply> {
    let fault = if error.can_retry() { Fault::Busy } else { Fault::internal(error) };
    page(house, views::Reader::Guest, &fault)
}

/// For good, to the one true address.
#[must_use]
pub fn moved(path: &str) -> Response<Reply> {
    redirect(StatusCode::MOVED_PERMANENTLY, path, Cache::Shared)
}

/// After a form, to the page that shows the result.
#[must_use]
pub fn see_other(path: &str) -> Response<Reply> {
    redirect(StatusCode::SEE_OTHER, path, Cache::Private)
}

fn redirect(status: StatusCode, path: &str, cache: Cache) -> Response<Reply> {
    let mut response = Response::new(Reply::empty());
    *response.status_mut() = status;
    let location = HeaderValue::try_from(path).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(LOCATION, location);
    response.headers_mut().insert(CACHE_CONTROL, cache.value());
    response
}
