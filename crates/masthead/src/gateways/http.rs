//! A small HTTP client for rails: HTTPS with the roots inside the binary, forms and JSON, bounds on time and size. It
//! follows no redirect and repeats nothing: what a lost answer means is the caller's to decide.
use std::fmt;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

/// Longest answer that is read, in bytes: a page of one hundred payments has a tenth of it.
const LARGEST: usize = 4 * 1024 * 1024;
/// Kept connections; more are closed after use.
const KEPT: usize = 8;

/// How long to wait.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the connection.
    pub connect: Duration,
    /// For everything together: a rail that takes longer has not answered.
    pub whole: Duration,
}

impl Default for Patience {
    /// Rails answer a charge within seconds, at times within thirty; Stripe's own limit is eighty.
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), whole: Duration::from_secs(60) }
    }
}

/// Why a client cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    #[error("\"{0}\" is no address of a rail: write https://HOST, or http:// with a loopback address for a test")]
    Url(String),
    #[error("the key of the rail holds a character that no header can carry; copy it again, without line ends")]
    Key,
}

/// Why no answer came. Whether the request arrived is not known, whatever the word.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("no answer within {0:?}")]
    TimeOut(Duration),
    #[error("the connection failed: {0}")]
    Connection(String),
    #[error("the answer broke off or is larger than {LARGEST} bytes: {0}")]
    Body(String),
    #[error("the request could not be written: {0}")]
    Request(String),
}

/// What is sent with a request.
#[derive(Debug, Clone, Default)]
pub enum Content {
    #[default]
    Nothing,
    /// Fields in order, percent-encoded as HTML forms are.
    Form(Vec<(String, String)>),
    Json(serde_json::Value),
}

/// One request. Its `Debug` shows no header and no content.
#[derive(Clone)]
pub struct Call {
    pub method: Method,
    /// Below the base address, beginning with a slash; with its query.
    pub path: String,
    pub content: Content,
    pub headers: Vec<(HeaderName, String)>,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.split('?').next().unwrap_or_default();
        write!(f, "{} {path}", self.method)
    }
}

impl Call {
    #[must_use]
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), content: Content::Nothing, headers: Vec::new() }
    }

    #[must_use]
    pub fn post(path: impl Into<String>, content: Content) -> Self {
        Self { method: Method::POST, path: path.into(), content, headers: Vec::new() }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((HeaderName::from_static(name), value.into()));
        self
    }

    /// Adds a query, percent-encoded.
    #[must_use]
    pub fn query(mut self, fields: &[(&str, &str)]) -> Self {
        let owned: Vec<_> = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        self.path = format!("{}?{}", self.path, form(&owned));
        self
    }
}

/// An answer, whole.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub body: Bytes,
}

/// The client of one rail.
pub struct Client {
    base: String,
    authorization: HeaderValue,
    patience: Patience,
    pool: Pool<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({})", self.base)
    }
}

impl Client {
    /// A client for the rail at `base` (`https://api.example.com`); `authorization` goes into every request.
    ///
    /// # Errors
    /// [`BadAddress`]: neither HTTPS nor loopback, or a key that fits no header.
    pub fn new(base: &str, authorization: &str, patience: Patience) -> Result<Self, BadAddress> {
        let wrong = || BadAddress::Url(base.to_owned());
        let uri: Uri = base.parse().map_err(|_| wrong())?;
        let host = uri.host().ok_or_else(wrong)?;
        let ip = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
        let near = host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback());
        // A key in clear text on a network is a key lost.
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if near => {}
            _ => return Err(wrong()),
        }
        let mut authorization = HeaderValue::from_str(authorization).map_err(|_| BadAddress::Key)?;
        authorization.set_sensitive(true);
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(patience.connect));
        let secure =
            HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().wrap_connector(tcp);
        let pool = Pool::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(KEPT)
            .retry_canceled_requests(false)
            .build(secure);
        Ok(Self { base: base.trim_end_matches('/').to_owned(), authorization, patience, pool })
    }

    /// Sends one request, once.
    ///
    /// # Errors
    /// [`Fault`]: no whole answer came, and the request may have arrived.
    pub async fn send(&self, call: Call) -> Result<Reply, Fault> {
        let request = self.request(call)?;
        tokio::time::timeout(self.patience.whole, self.exchange(request))
            .await
            .map_err(|_| Fault::TimeOut(self.patience.whole))?
    }

    fn request(&self, call: Call) -> Result<Request<Full<Bytes>>, Fault> {
        let said = |e: &dyn fmt::Display| Fault::Request(e.to_string());
        let mut builder = Request::builder()
            .method(call.method)
            .uri(format!("{}{}", self.base, call.path))
            .header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, concat!("masthead/", env!("CARGO_PKG_VERSION")));
        for (name, value) in &call.headers {
            builder = builder.header(name, value);
        }
        let bytes = match call.content {
            Content::Nothing => Bytes::new(),
            Content::Form(fields) => {
                builder = builder.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
                Bytes::from(form(&fields))
            }
            Content::Json(value) => {
                builder = builder.header(CONTENT_TYPE, "application/json");
                Bytes::from(serde_json::to_vec(&value).map_err(|e| said(&e))?)
            }
        };
        builder.body(Full::new(bytes)).map_err(|e| said(&e))
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Reply, Fault> {
        let response = self.pool.request(request).await.map_err(|e| Fault::Connection(chain(&e)))?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, LARGEST).collect().await.map_err(|e| Fault::Body(e.to_string()))?.to_bytes();
        Ok(Reply { status: head.status, body })
    }
}

/// An error with its causes, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

/// Fields as `application/x-www-form-urlencoded`.
#[must_use]
pub fn form(fields: &[(String, String)]) -> String {
    let escape =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    fields.iter().map(|(key, value)| format!("{}={}", escape(key), escape(value))).collect::<Vec<_>>().join("&")
}

/// One segment of a path, percent-encoded: a reference from elsewhere cannot change which thing is asked for.
#[must_use]
pub fn segment(text: &str) -> String {
    const LEFT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC.remove(b'_').remove(b'-');
    percent_encoding::utf8_percent_encode(text, LEFT).to_string()
}

#[cfg(test)]
mod tests {
    use super::{BadAddress, Call, Client, Content, Fault, Patience, form, segment};
    use std::time::Duration;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    const SHORT: Patience = Patience { connect: Duration::from_millis(500), whole: Duration::from_millis(500) };

    #[test]
    fn a_key_never_travels_in_clear_text_but_to_this_machine() {
        for base in ["http://api.stripe.com", "ftp://127.0.0.1", "api.stripe.com", "", "http://127.0.0.1.example.com"] {
            assert_eq!(Client::new(base, "k", SHORT).err(), Some(BadAddress::Url(base.to_owned())), "{base}");
        }
        for base in ["https://api.stripe.com", "http://127.0.0.1:8420", "http://[::1]:8420", "http://localhost:1"] {
            assert!(Client::new(base, "k", SHORT).is_ok(), "{base}");
        }
        assert_eq!(Client::new("https://api.stripe.com", "a\nb", SHORT).err(), Some(BadAddress::Key));
    }

    #[test]
    fn neither_key_nor_content_is_shown() {
        let client = Client::new("https://api.stripe.com", "Bearer sk_secret", SHORT).unwrap();
        let call = Call::post("/v1/x?email=a%40b", Content::Form(vec![("email".into(), "reader@example.com".into())]))
            .with("idempotency-key", "sub-1");
        let shown = format!("{client:?} {call:?}");
        assert_eq!(shown, "Client(https://api.stripe.com) POST /v1/x");
    }

    #[test]
    fn fields_and_segments_cannot_break_out() {
        assert_eq!(form(&[("a[b]".into(), "1&c=2 é".into())]), "a%5Bb%5D=1%26c%3D2%20%C3%A9");
        assert_eq!(segment("pi_1/../refunds?x"), "pi_1%2F%2E%2E%2Frefunds%3Fx");
    }

    async fn answering(bytes: Vec<u8>) -> (Client, tokio::task::JoinHandle<usize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            let mut heard = 0;
            while let Ok(Ok((mut stream, _))) =
                tokio::time::timeout(Duration::from_millis(900), listener.accept()).await
            {
                heard += 1;
                let mut buffer = [0; 4096];
                let _ = stream.read(&mut buffer).await;
                let _ = stream.write_all(&bytes).await;
            }
            heard
        });
        (Client::new(&base, "k", SHORT).unwrap(), task)
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_is_not_followed() {
        let bytes = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".to_vec();
        let (client, task) = answering(bytes).await;
        let reply = client.send(Call::get("/x")).await.unwrap();
        assert_eq!(reply.status.as_u16(), 302);
        assert_eq!(task.await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_broken_answer_is_a_fault_and_nothing_is_sent_twice() {
        for bytes in [&b""[..], b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort", b"nonsense\r\n\r\n"] {
            let (client, task) = answering(bytes.to_vec()).await;
            assert!(client.send(Call::post("/x", Content::Nothing)).await.is_err());
            assert_eq!(task.await.unwrap(), 1, "sent once");
        }
    }

    #[tokio::test]
    async fn to_an_https_address_nothing_is_said_in_clear_text() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("https://{}", listener.local_addr().unwrap());
        let client = Client::new(&base, "Bearer sk_secret", SHORT).unwrap();
        let heard = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut buffer = vec![0; 4096];
            let read = stream.read(&mut buffer).await.unwrap();
            buffer.truncate(read);
            // Answers as a server that speaks no TLS would.
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
            buffer
        });
        assert!(matches!(client.send(Call::get("/v1/x")).await, Err(Fault::Connection(_))));
        let heard = heard.await.unwrap();
        assert_eq!(heard[..2], [0x16, 0x03], "a TLS handshake (RFC 8446 §5.1)");
        assert!(!heard.windows(6).any(|bytes| bytes == b"secret"));
    }

    #[tokio::test]
    async fn an_endless_answer_and_a_silent_one_end() {
        let mut bytes = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", 5 * 1024 * 1024).into_bytes();
        bytes.resize(bytes.len() + 5 * 1024 * 1024, b' ');
        let (client, _task) = answering(bytes).await;
        assert!(matches!(client.send(Call::get("/x")).await, Err(Fault::Body(_) | Fault::TimeOut(_))));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let client = Client::new(&base, "k", SHORT).unwrap();
        assert!(matches!(client.send(Call::get("/x")).await, Err(Fault::TimeOut(_))));
    }
}
