//! The body of every response: bytes that are ready, or what the general router streams.
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body_util::Full;
use hyper::body::{Body, Bytes, Frame, SizeHint};

#[derive(Debug)]
pub enum Reply {
    Ready(Full<Bytes>),
    Routed(axum::body::Body),
}

impl Reply {
    #[must_use]
    pub fn bytes(bytes: Bytes) -> Self {
        Self::Ready(Full::new(bytes))
    }

    #[must_use]
    pub fn empty() -> Self {
        Self::bytes(Bytes::new())
    }
}

impl Body for Reply {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match self.get_mut() {
            Self::Ready(full) => Pin::new(full).poll_frame(cx).map_err(|never| match never {}),
            Self::Routed(body) => Pin::new(body).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Ready(full) => full.is_end_stream(),
            Self::Routed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Ready(full) => full.size_hint(),
            Self::Routed(body) => body.size_hint(),
        }
    }
}
