//! Suggestions under the search field, as one types.
use std::sync::Arc;

use axum::extract::{Extension, Query, State};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response};
use hyper::body::Bytes;
use newsroom::articles::Story;
use search::{SearchError, Suggestion, Typing};
use serde::Serialize;

use super::asked::Asked;
use super::asker;
use crate::catalogue::Fetched;
use crate::house::House;
use crate::readers::Door;
use crate::web::body::Reply;
use crate::web::compose;
use crate::web::error::Fault;
use crate::web::forms::knock;
use crate::web::serve::Peer;
use crate::web::visitor::Visitor;

#[derive(Debug, Serialize)]
struct Suggested {
    suggestions: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Line {
    kind: &'static str,
    text: String,
    /// What tells it from another of the same words: of a story its section and date.
    #[serde(skip_serializing_if = "String::is_empty")]
    about: String,
    href: String,
}

impl Line {
    /// A name, which leads to a search for it, narrowed as the one that is being typed.
    fn of_name(kind: &'static str, field: &str, text: String, narrowed: &Asked) -> Self {
        let name = format!("{field}:\"{text}\"");
        let href = narrowed.with(|asked| asked.q = format!("{name} {}", asked.q).trim_end().to_owned());
        Self { kind, href, text, about: String::new() }
    }
}

/// `Markets, 3 Mar 2015`
fn about(house: &House, story: &Story) -> String {
    let section = compose::section_of(&house.publication, &story.section).name;
    match story.published_at {
        Some(at) => format!("{section}, {}", compose::day(&house.publication, at).strftime("%-d %b %Y")),
        None => section,
    }
}

/// `GET /search/suggest`: JSON for the script under the search field, within what is chosen beside it. The same for everybody.
pub async fn suggest(
    State(house): State<Arc<House>>,
    Query(asked): Query<Asked>,
    visitor: Visitor,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    knock(&house, Door::Suggest, &asker(&house, &visitor, &headers, &peer), &headers, &peer)?;
    let behind = house.searching.is_behind(house.clock.now());
    let narrowed = Asked { q: Typing::read(&asked.q).narrowing, ..asked.clone() };
    let (narrowing, _) = narrowed.query(&house);
    let ask = move |index: &search::Index| {
        if behind { Ok(Vec::new()) } else { index.public()?.suggest(&asked.q, &narrowing) }
    };
    let found = house.searching.ask(ask).await;
    let found = match found {
        None => return Err(Fault::Busy),
        Some(Err(SearchError::Absent { .. })) => Vec::new(),
        Some(Err(error)) => return Err(Fault::internal(&error)),
        Some(Ok(found)) => found,
    };
    let mut suggested = Suggested { suggestions: Vec::with_capacity(found.len()) };
    for suggestion in found {
        suggested.suggestions.push(match suggestion {
            Suggestion::Topic(text) => Line::of_name("Topic", "topic", text, &narrowed),
            Suggestion::Author(text) => Line::of_name("Author", "author", text, &narrowed),
            Suggestion::Headline { number, headline } => match house.fetch(number).await? {
                Fetched::Story(entry) => {
                    Line { kind: "Story", text: headline, about: about(&house, &entry.story), href: entry.path.clone() }
                }
                _ => continue,
            },
        });
    }
    let text = serde_json::to_vec(&suggested).map_err(|e| Fault::internal(&e))?;
    let mut response = Response::new(Reply::bytes(Bytes::from(text)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}
