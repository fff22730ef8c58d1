//! The desk: the list of stories, one story's form, the imports; readers, billing, and the clock of a rehearsing paper. To
//! everybody but staff it does not exist.
mod acts;
mod clock;
mod deeds;
mod doubts;
mod foresight;
mod form;
mod list;
mod message;
mod money;
mod reader;
mod readers;
mod reports;
mod rights;
mod story;
#[cfg(test)]
mod tests;
mod timeline;
mod versions;
mod words;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use hyper::body::Bytes;
use pages::{Page, views};

pub use acts::{form as act_form, send as act};
pub use clock::{go as move_clock, page as clock};
pub use doubts::{decide, doubt, doubts};
pub use list::front;
pub use money::billing;
pub use reader::reader;
pub use readers::readers;
pub use reports::{import, imports, report_file};
pub use rights::{complimentary, complimentary_form, end as end_right, end_form as end_right_form};
pub use story::{edit, story};
pub use versions::versions;

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
