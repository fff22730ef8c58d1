//! One compiled page: its bytes in every encoding we send, its validator and its headers, made once.
use std::io::Write as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use hyper::body::Bytes;

use super::body::Reply;
use super::cache::Cache;
use super::headers;

/// How a body travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Encoding {
    #[default]
    Identity,
    Gzip,
    Brotli,
}

impl Encoding {
    /// The best encoding that the request takes.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let fields = headers.get_all(ACCEPT_ENCODING).iter();
        fields.map(|field| Self::of_field(field.as_bytes())).max().unwrap_or_default()
    }

    /// The best encoding that one `Accept-Encoding` field takes (RFC 9110 §12.5.3; a weight of 0 refuses).
    #[must_use]
    pub fn of_field(field: &[u8]) -> Self {
        let mut best = Self::Identity;
        for offer in field.split(|b| *b == b',') {
            let (name, weight) = match offer.iter().position(|b| *b == b';') {
                Some(at) => (offer[..at].trim_ascii(), &offer[at..]),
                None => (offer.trim_ascii(), &b""[..]),
            };
            let coding = match name {
                b"*" => Self::Gzip,
                _ if name.eq_ignore_ascii_case(b"br") => Self::Brotli,
                _ if name.eq_ignore_ascii_case(b"gzip") => Self::Gzip,
                _ => continue,
            };
            if coding > best && !refused(weight) {
                best = coding;
            }
        }
        best
    }

    const fn word(self) -> Option<HeaderValue> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some(HeaderValue::from_static("gzip")),
            Self::Brotli => Some(HeaderValue::from_static("br")),
        }
    }
}

/// Whether the parameters of an offer give it the weight 0.
fn refused(parameters: &[u8]) -> bool {
    parameters.split(|b| *b == b';').any(|parameter| {
        let weight = parameter.trim_ascii().strip_prefix(b"q=");
        weight.is_some_and(|q| q.iter().all(|b| matches!(b, b'0' | b'.')))
    })
}

/// One encoding of a page. Everything but the validator is the same on thousands of pages and kept once, so that the
/// processor has it at hand whichever page is asked for.
#[derive(Debug)]
struct Sealed {
    bytes: Bytes,
    etag: HeaderValue,
    /// The fields that are the page's own, as they go over the wire: length and validator.
    own: Box<[u8]>,
    fixed: Arc<Fixed>,
}

/// The fields that many pages share: for hyper, and as they go over the wire after the status line.
#[derive(Debug)]
struct Fixed {
    map: HeaderMap,
    text: Vec<u8>,
}

/// What the header fields of a page depend on besides its validator.
type Kind = (&'static str, Cache, Encoding);

/// The fixed fields of each kind met so far: a handful of content types, few policies, three encodings.
static FIXED: Mutex<Vec<(Kind, Arc<Fixed>)>> = Mutex::new(Vec::new());

fn fixed(kind: Kind) -> Arc<Fixed> {
    let mut known = FIXED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, fixed)) = known.iter().find(|(k, _)| *k == kind) {
        return Arc::clone(fixed);
    }
    let (content_type, cache, encoding) = kind;
    let mut map = HeaderMap::with_capacity(16);
    map.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Some(word) = encoding.word() {
        map.insert(CONTENT_ENCODING, word);
    }
    map.insert(VARY, HeaderValue::from_static("accept-encoding"));
    map.insert(CACHE_CONTROL, cache.value());
    headers::secure(&mut map);
    let mut text = b"HTTP/1.1 200 OK\r\n".to_vec();
    for (name, value) in &map {
        field(&mut text, name.as_str().as_bytes(), value.as_bytes());
    }
    // Room for the page's own validator, which is put in its place.
    map.insert(ETAG, HeaderValue::from_static("\"\""));
    let fixed = Arc::new(Fixed { map, text });
    known.push((kind, Arc::clone(&fixed)));
    fixed
}

/// Writes one header field as it goes over the wire (RFC 9112 §5).
pub fn field(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    for part in [name, b": ", value, b"\r\n"] {
        out.extend_from_slice(part);
    }
}

/// A page ready to be sent any number of times.
#[derive(Debug)]
pub struct Page {
    status: StatusCode,
    content_type: &'static str,
    cache: Cache,
    validator: [u8; 16],
    identity: Bytes,
    sealed: [OnceLock<Sealed>; 3],
}

impl Page {
    /// Compiles a page. `class` is the access class: it is part of the validator, so that a preview's validator can
    /// never bring a full text back to life, nor the other way round.
    #[must_use]
    pub fn new(content_type: &'static str, cache: Cache, class: &str, body: impl Into<Bytes>) -> Self {
        let identity = body.into();
        let mut hasher = blake3::Hasher::new();
        hasher.update(class.as_bytes()).update(&[0]).update(&identity);
        let mut validator = [0; 16];
        hasher.finalize_xof().fill(&mut validator);
        Self { status: StatusCode::OK, content_type, cache, validator, identity, sealed: Default::default() }
    }

    #[must_use]
    pub fn html(cache: Cache, class: &str, body: impl Into<Bytes>) -> Self {
        Self::new("text/html; charset=utf-8", cache, class, body)
    }

    /// Bytes held for this page.
    #[must_use]
    pub fn weight(&self) -> usize {
        let packed: usize = self.sealed.iter().skip(1).filter_map(OnceLock::get).map(|s| s.bytes.len()).sum();
        self.identity.len() + packed + size_of::<Self>()
    }

    /// Makes the compressed forms ahead of the first reader.
    pub fn warm(&self) {
        for encoding in [Encoding::Identity, Encoding::Gzip, Encoding::Brotli] {
            let _ = self.sealed(encoding);
        }
    }

    /// The response for one request: 200 with the body, or 304 when the reader already holds these very bytes.
    #[must_use]
    pub fn answer(&self, request: &HeaderMap) -> Response<Reply> {
        let held = request.get_all(IF_NONE_MATCH).iter().map(HeaderValue::as_bytes);
        self.respond(Encoding::of(request), held)
    }

    /// [`Page::answer`] by what the request takes and which validators it holds.
    #[must_use]
    pub fn respond<'a>(&self, encoding: Encoding, held: impl Iterator<Item = &'a [u8]>) -> Response<Reply> {
        let sealed = self.sealed(encoding);
        if self.status == StatusCode::OK && holds(held, &sealed.etag) {
            return not_modified(sealed);
        }
        let mut response = Response::new(Reply::bytes(sealed.bytes.clone()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.clone_from(&sealed.fixed.map);
        headers.insert(ETAG, sealed.etag.clone());
        response
    }

    /// Writes the start of a 200 as it goes over the wire: status line and fields, without the empty line that ends
    /// them. Gives the body.
    pub fn write(&self, encoding: Encoding, out: &mut Vec<u8>) -> &Bytes {
        let sealed = self.sealed(encoding);
        out.extend_from_slice(&sealed.fixed.text);
        out.extend_from_slice(&sealed.own);
        &sealed.bytes
    }

    /// Whether the reader already holds these very bytes.
    #[must_use]
    pub fn is_held<'a>(&self, encoding: Encoding, held: impl Iterator<Item = &'a [u8]>) -> bool {
        holds(held, &self.sealed(encoding).etag)
    }

    fn sealed(&self, encoding: Encoding) -> &Sealed {
        self.sealed[encoding as usize].get_or_init(|| {
            let bytes = match encoding {
                Encoding::Identity => self.identity.clone(),
                Encoding::Gzip => gzip(&self.identity),
                Encoding::Brotli => brotli(&self.identity),
            };
            let hex: String = self.validator.iter().map(|b| format!("{b:02x}")).collect();
            let etag = HeaderValue::try_from(format!("\"{hex}-{}\"", encoding as u8));
            let etag = etag.unwrap_or(HeaderValue::from_static("\"\""));
            let mut own = Vec::new();
            field(&mut own, b"etag", etag.as_bytes());
            field(&mut own, b"content-length", bytes.len().to_string().as_bytes());
            Sealed { bytes, etag, own: own.into(), fixed: fixed((self.content_type, self.cache, encoding)) }
        })
    }
}

fn not_modified(sealed: &Sealed) -> Response<Reply> {
    let mut response = Response::new(Reply::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response.headers_mut().insert(ETAG, sealed.etag.clone());
    for name in [CACHE_CONTROL, VARY] {
        if let Some(value) = sealed.fixed.map.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    headers::secure(response.headers_mut());
    response
}

/// Whether one of these `If-None-Match` fields names the validator (RFC 9110 §13.1.2; compared weakly).
fn holds<'a>(mut fields: impl Iterator<Item = &'a [u8]>, etag: &HeaderValue) -> bool {
    fields.any(|field| {
        let mut held = field.split(|b| *b == b',').map(<[u8]>::trim_ascii);
        held.any(|held| held.strip_prefix(b"W/").unwrap_or(held) == etag.as_bytes())
    })
}

/// gzip at its best level: done once a page, never for a request that waits.
#[must_use]
pub fn gzip(bytes: &[u8]) -> Bytes {
    let mut encoder = flate2::write::GzEncoder::new(Vec::with_capacity(bytes.len() / 3), flate2::Compression::best());
    // Writing to memory does not fail; were it to, an empty member would be caught by every client as corrupt.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default().into()
}

/// Brotli at quality 9, window 18: near its best for pages of this size at a tenth of the time.
#[must_use]
pub fn brotli(bytes: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(bytes.len() / 4);
    let parameters = brotli::enc::BrotliEncoderParams { quality: 9, lgwin: 18, ..Default::default() };
    let _ = brotli::BrotliCompress(&mut &bytes[..], &mut out, &parameters);
    out.into()
}
