//! Assets (hashed names, kept for ever) and the paper's pictures.
use std::sync::Arc;

use axum::extract::{Path, State};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Response};
use hyper::body::Bytes;

use super::body::Reply;
use super::cache::Cache;
use super::error::Fault;
use super::page::Page;
use crate::house::House;
use crate::import::pictures;

/// `GET /assets/{name}`
pub async fn asset(
    State(house): State<Arc<House>>,
    uri: http::Uri,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    let asset = pages::assets::find(uri.path()).ok_or(Fault::NotFound)?;
    let cache = if asset.immutable { Cache::Immutable } else { Cache::Shared };
    let packed = asset.content_type.starts_with("text/")
        || asset.content_type.contains("javascript")
        || asset.content_type.contains("svg");
    if !packed {
        return Ok(raw(asset.content_type, cache, asset.bytes.clone().into_owned().into()));
    }
    let page = house.printed.page(asset.path, 0, super::printed::Stamp { generation: 0, day: 0 }, || {
        Ok::<_, Fault>(Page::new(asset.content_type, cache, "everybody", asset.bytes.clone().into_owned()))
    })?;
    Ok(page.answer(&headers))
}

/// `GET /pictures/{file}`: a file of the paper's `pictures` folder. Names are plain, so there is no way out of it.
pub async fn picture(State(house): State<Arc<House>>, Path(file): Path<String>) -> Result<Response<Reply>, Fault> {
    let plain = !file.is_empty()
        && !file.starts_with('.')
        && file.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    let kind = match file.rsplit_once('.').map(|(_, ending)| ending) {
        Some("webp") => "image/webp",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("avif") => "image/avif",
        _ => return Err(Fault::NotFound),
    };
    if !plain {
        return Err(Fault::NotFound);
    }
    let folder = house.data.join("pictures");
    let (kind, bytes) = match tokio::fs::read(folder.join(&file)).await {
        Ok(bytes) => (kind, bytes),
        Err(_) => as_it_came(&folder, &file).await.ok_or(Fault::NotFound)?,
    };
    let mut response = raw(kind, Cache::Shared, bytes.into());
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
    Ok(response)
}

/// A picture that came with an old archive lies there in one size: it is given whichever size is asked for.
async fn as_it_came(folder: &std::path::Path, file: &str) -> Option<(&'static str, Vec<u8>)> {
    for (name, kind) in pictures::as_it_came(file) {
        if let Ok(bytes) = tokio::fs::read(folder.join(name)).await {
            return Some((kind, bytes));
        }
    }
    None
}

fn raw(kind: &'static str, cache: Cache, bytes: Bytes) -> Response<Reply> {
    let mut response = Response::new(Reply::bytes(bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, cache.value());
    // A picture or a font is no document: whatever is inside it, nothing of it runs.
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    response
}

/// `GET /favicon.ico`: browsers ask for it whatever the page says.
pub async fn favicon() -> Result<Response<Reply>, Fault> {
    let asset = pages::assets::find(pages::assets::url("icon-192.png")).ok_or(Fault::NotFound)?;
    Ok(raw(asset.content_type, Cache::Shared, asset.bytes.clone().into_owned().into()))
}
