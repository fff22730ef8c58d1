//! Where every request arrives. A story that is in the catalogue is answered at once, on the thread of its connection,
//! from memory; everything else goes to the back office, where it may wait for the store.
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

use super::asked::Asked;
use super::body::Reply;
use super::error;
use super::headers;
use super::page::Page;
use super::screen::{Refused, screen};
use super::serve::Peer;
use super::watch::AtWork;
use super::{article, visitor};
use crate::catalogue::{Fetched, number_in};
use crate::house::House;

/// The front desk of one house.
pub struct FrontDesk {
    house: Arc<House>,
    router: axum::Router,
    office: Handle,
}

/// What the front desk says to a request that came by the express way.
pub(super) enum Express {
    /// A story: its page, and the pass to set with it.
    Page(Arc<Page>, Option<HeaderValue>),
    /// A story, but who asks has to be looked up first.
    Unknown,
    /// An old story, which has to be brought first.
    Away,
    /// Nothing for the express way.
    Other,
}

/// An answer: ready, or being made in the back office.
pub enum Answer {
    Ready(Option<Response<Reply>>),
    Office { work: JoinHandle<Response<Reply>>, house: Arc<House>, at_work: AtWork },
}

impl FrontDesk {
    #[must_use]
    pub fn new(house: Arc<House>, office: Handle) -> Self {
        let router = super::routes::router(&house);
        Self { house, router, office }
    }

    /// Proxies that speak for many readers.
    #[must_use]
    pub fn trusted_proxies(&self) -> &[std::net::IpAddr] {
        &self.house.publication.server.trusted_proxies
    }

    /// Answers one request.
    pub fn answer(self: &Arc<Self>, request: Request<Incoming>, peer: &Peer) -> Answer {
        let (head, body) = request.into_parts();
        if let Err(Refused(status, why)) = screen(&head) {
            self.house.metrics.refused.inc();
            return Answer::ready(error::plain(status, why), peer);
        }
        if is_read(&head.method)
            && let Some(response) = self.story(&head, peer)
        {
            return Answer::ready(response, peer);
        }
        let request = Request::from_parts(head, axum::body::Body::new(body));
        let work = self.office.spawn(Arc::clone(self).office(request, peer.clone()));
        Answer::Office { work, house: Arc::clone(&self.house), at_work: peer.pulse.work() }
    }

    /// The article path: nothing here waits. `None`: no story, or its reader is not in memory yet.
    fn story(&self, head: &Parts, peer: &Peer) -> Option<Response<Reply>> {
        let catalogue = self.house.catalogue.load();
        let old;
        let entry = match catalogue.at(head.uri.path()) {
            Some(entry) => entry,
            None => {
                old = self.house.stacks.at(head.uri.path())?;
                &old
            }
        };
        let asked = Asked::of(head);
        Some(article::answer(&self.house, &catalogue, entry, &asked, peer)?.response(&self.house, &asked))
    }

    /// What a story's page is, for [`super::express`]; the same as [`FrontDesk::answer`] gives.
    pub(super) fn express(&self, path: &str, asked: &Asked<'_>, peer: &Peer) -> Express {
        let catalogue = self.house.catalogue.load();
        let old;
        let entry = match catalogue.at(path) {
            Some(entry) => entry,
            None if number_in(path).is_none() || catalogue.is_whole() => return Express::Other,
            None => match self.house.stacks.at(path) {
                Some(entry) => {
                    old = entry;
                    &old
                }
                None => return Express::Away,
            },
        };
        match article::answer(&self.house, &catalogue, entry, asked, peer) {
            Some(article::Answered::Page(page, cookie)) => Express::Page(page, cookie),
            Some(_) => Express::Other,
            None => Express::Unknown,
        }
    }

    /// Has the back office bring a signed-in reader to memory; false when it cannot.
    pub(super) async fn recall(&self, token: &str) -> bool {
        let (house, token) = (Arc::clone(&self.house), token.to_owned());
        let work = self.office.spawn(async move { visitor::recall_token(&house, Some(&token)).await });
        matches!(work.await, Ok(Ok(())))
    }

    /// Has the back office bring an old story to memory; false when its address is another one, or there is none.
    pub(super) async fn bring(&self, path: &str) -> bool {
        let Some(number) = number_in(path) else { return false };
        let house = Arc::clone(&self.house);
        let work = self.office.spawn(async move { house.fetch(number).await });
        matches!(work.await, Ok(Ok(Fetched::Story(entry))) if entry.path == path)
    }

    /// The house's time, for the `Date` of an answer.
    pub(super) fn now(&self) -> jiff::Timestamp {
        self.house.clock.now()
    }

    async fn office(self: Arc<Self>, request: Request<axum::body::Body>, peer: Peer) -> Response<Reply> {
        let (head, body) = request.into_parts();
        if let Err(error) = visitor::recall(&self.house, &head.headers).await {
            return seal(error::of_store(&self.house, &error), &peer);
        }
        if is_read(&head.method) {
            if let Some(response) = self.story(&head, &peer) {
                return seal(response, &peer);
            }
            if let Some(response) = self.old_story(&head, &peer).await {
                return seal(response, &peer);
            }
        }
        let mut request = Request::from_parts(head, body);
        request.extensions_mut().insert(peer.clone());
        let Ok(response) = self.router.clone().oneshot(request).await;
        seal(response.map(Reply::Routed), &peer)
    }
}

impl FrontDesk {
    /// An old story, brought from the store first. `None`: its address is no old story's own.
    async fn old_story(&self, head: &Parts, peer: &Peer) -> Option<Response<Reply>> {
        let path = head.uri.path();
        if self.house.catalogue.load().is_whole() {
            return None;
        }
        let entry = match self.house.fetch(number_in(path)?).await {
            Ok(Fetched::Story(entry)) if entry.path == path => entry,
            Ok(Fetched::Story(_) | Fetched::Nothing) => return None,
            Ok(Fetched::Busy) => {
                return Some(error::page(&self.house, pages::views::Reader::Guest, &error::Fault::Busy));
            }
            Err(error) => return Some(error::of_store(&self.house, &error)),
        };
        let catalogue = self.house.catalogue.load();
        let asked = Asked::of(head);
        Some(article::answer(&self.house, &catalogue, &entry, &asked, peer)?.response(&self.house, &asked))
    }
}

const fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// What every response carries, whoever made it.
fn seal(mut response: Response<Reply>, peer: &Peer) -> Response<Reply> {
    headers::secure(response.headers_mut());
    if peer.tls {
        let (name, value) = headers::STRICT_TRANSPORT;
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

impl Answer {
    /// Compiled pages and the error pages carry the security headers already; TLS adds its own.
    fn ready(response: Response<Reply>, peer: &Peer) -> Self {
        Self::Ready(Some(if peer.tls { seal(response, peer) } else { response }))
    }
}

impl Future for Answer {
    type Output = Result<Response<Reply>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Ready(response) => Poll::Ready(Ok(response
                .take()
                .unwrap_or_else(|| error::plain(StatusCode::INTERNAL_SERVER_ERROR, "Asked twice.")))),
            Self::Office { work, house, .. } => match Pin::new(work).poll(cx) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Ok(response)) => Poll::Ready(Ok(response)),
                Poll::Ready(Err(fault)) => {
                    tracing::error!(%fault, "a request ended in a panic");
                    Poll::Ready(Ok(error::fault(house)))
                }
            },
        }
    }
}
