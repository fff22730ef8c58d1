//! The desk: the list of stories, one story's form, the imports. To everybody but staff it does not exist.
mod form;
mod list;
mod message;
mod reports;
mod story;
#[cfg(test)]
mod tests;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use hyper::body::Bytes;
use pages::{Page, views};

pub use list::front;
pub use reports::{import, imports};
pub use story::{edit, story};

use super::body::Reply;
use super::error::Fault;
use crate::house::House;

/// A page of the desk. It is made for one request and kept nowhere.
fn shown(house: &House, status: StatusCode, view: &impl Page) -> Result<Response<Reply>, Fault> {
    let html = view.render(&house.paper, views::Reader::Staff).map_err(|e| Fault::internal(&e))?;
    let mut response = Response::new(Reply::bytes(Bytes::from(html)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    Ok(response)
}
