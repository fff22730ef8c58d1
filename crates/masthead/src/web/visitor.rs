//! Who asks: a guest, or a signed-in reader with what they hold now. From memory on the article path; the store is asked
//! by [`recall`] in the back office, and the answer kept for a minute at most.
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use axum::extract::{FromRequestParts, MatchedPath};
use circulation::benefits::{Benefit, Benefits, Grant, GrantSource, Rights, rights_at};
use circulation::gate::Standing;
use circulation::meter::{Read, ReadList};
use circulation::readers::ReaderId;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method};
use jiff::{SignedDuration, Timestamp};
use pages::views;
use store::StoreError;

use super::cache::Cache;
use super::cookies;
use super::error::Fault;
use super::front::class_cache;
use super::routes;
use super::serve::Peer;
use crate::house::House;

/// How long an answer of the store is believed. Within this process changes act at once; another process's within this.
const BELIEVED: SignedDuration = SignedDuration::from_secs(60);
/// Sessions kept in memory; beyond that those of a shard are dropped and asked for again.
const MOST: usize = 262_144;
const SHARDS: usize = 64;

/// The hash under which a session is stored and remembered.
pub type SessionKey = [u8; 32];

/// A signed-in reader, as long as nothing changes.
#[derive(Debug, Clone)]
pub struct Signed {
    pub session: SessionKey,
    pub reader: ReaderId,
    pub staff: bool,
    pub rights: Rights,
    expires_at: Timestamp,
}

#[derive(Debug, Clone)]
struct Known {
    /// `None`: the store knows no such session.
    signed: Option<Arc<Signed>>,
    asked_at: Timestamp,
}

impl Known {
    fn holds_at(&self, now: Timestamp) -> bool {
        let fresh = now.duration_since(self.asked_at) < BELIEVED && now >= self.asked_at;
        fresh
            && self.signed.as_ref().is_none_or(|s| now < s.expires_at && s.rights.changes_at.is_none_or(|at| now < at))
    }
}

/// Sessions in memory.
#[derive(Debug)]
pub struct Sessions(Vec<RwLock<HashMap<SessionKey, Known>>>);

impl Default for Sessions {
    fn default() -> Self {
        Self((0..SHARDS).map(|_| RwLock::default()).collect())
    }
}

impl Sessions {
    fn shard(&self, key: &SessionKey) -> &RwLock<HashMap<SessionKey, Known>> {
        &self.0[usize::from(key[0]) % SHARDS]
    }

    fn get(&self, key: &SessionKey, now: Timestamp) -> Option<Option<Arc<Signed>>> {
        let shard = self.shard(key).read().unwrap_or_else(PoisonError::into_inner);
        shard.get(key).filter(|k| k.holds_at(now)).map(|k| k.signed.clone())
    }

    fn put(&self, key: SessionKey, known: Known) {
        let mut shard = self.shard(&key).write().unwrap_or_else(PoisonError::into_inner);
        if shard.len() >= MOST / SHARDS {
            shard.clear();
        }
        shard.insert(key, known);
    }

    /// Forgets one session: it ended.
    pub fn forget(&self, key: &SessionKey) {
        self.shard(key).write().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    /// Forgets every session of a reader: what they hold has changed.
    pub fn forget_reader(&self, reader: ReaderId) {
        for shard in &self.0 {
            let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
            shard.retain(|_, known| known.signed.as_ref().is_none_or(|s| s.reader != reader));
        }
    }
}

/// The key of a session token.
#[must_use]
pub fn session_key(token: &str) -> SessionKey {
    *blake3::hash(token.as_bytes()).as_bytes()
}

/// Who asks.
#[derive(Debug, Clone)]
pub enum Visitor {
    Guest,
    Signed(Arc<Signed>),
}

/// The visitor of a request, from memory; `None` when the store has to be asked first ([`recall`]).
#[must_use]
pub fn of(house: &House, headers: &HeaderMap, now: Timestamp) -> Option<Visitor> {
    by_token(house, cookies::value(headers, cookies::SESSION), now)
}

/// [`of`], by the session's token.
#[must_use]
pub fn by_token(house: &House, token: Option<&str>, now: Timestamp) -> Option<Visitor> {
    let Some(token) = token else { return Some(Visitor::Guest) };
    let signed = house.sessions.get(&session_key(token), now)?;
    Some(signed.map_or(Visitor::Guest, Visitor::Signed))
}

/// Makes sure that the visitor of a request is in memory, with the reads of this period.
///
/// # Errors
/// When the store does not answer: then nobody is assumed to be anybody.
pub async fn recall(house: &House, headers: &HeaderMap) -> Result<(), StoreError> {
    recall_token(house, cookies::value(headers, cookies::SESSION)).await
}

/// [`recall`], by the session's token.
///
/// # Errors
/// As [`recall`].
pub async fn recall_token(house: &House, token: Option<&str>) -> Result<(), StoreError> {
    let Some(token) = token else { return Ok(()) };
    let (key, now) = (session_key(token), house.clock.now());
    let signed = match house.sessions.get(&key, now) {
        Some(signed) => signed,
        None => {
            let signed = ask(house, &key, now).await?;
            house.sessions.put(key, Known { signed: signed.clone(), asked_at: now });
            signed
        }
    };
    let period = house.meter.period(now);
    if let Some(signed) = signed
        && !house.meter.knows(signed.reader, &period)
    {
        let mut reads = ReadList::new();
        for read in house.store.reads_of(signed.reader.0, period.id).await? {
            reads.insert(Read::new(read.story, read.day));
        }
        house.meter.absorb(signed.reader, &period, &reads);
    }
    Ok(())
}

async fn ask(house: &House, key: &SessionKey, now: Timestamp) -> Result<Option<Arc<Signed>>, StoreError> {
    let Some(found) = house.store.session(key, now).await? else { return Ok(None) };
    let grants = grants_of(house, found.reader.id).await?;
    house.note_seen(*key, now);
    Ok(Some(Arc::new(Signed {
        session: *key,
        reader: ReaderId(found.reader.id),
        staff: found.reader.role == "staff",
        rights: rights_at(&grants, now),
        expires_at: found.session.expires_at,
    })))
}

/// The grants of a reader. A grant with a word this program does not know gives only what it does know.
///
/// # Errors
/// When the store does not answer.
pub async fn grants_of(house: &House, reader: i64) -> Result<Vec<Grant>, StoreError> {
    let rows = house.store.grants_of(reader).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let known = |word: &String| Benefit::ALL.into_iter().find(|b| b.word() == word.as_str());
            let benefits = row.benefits.iter().filter_map(known).fold(Benefits::NONE, Benefits::with);
            let source = GrantSource::ALL.into_iter().find(|s| s.word() == row.source).unwrap_or(GrantSource::Purchase);
            Grant { benefits, source, starts_at: row.starts_at, ends_at: row.ends_at, reference: row.reference }
        })
        .collect())
}

impl Visitor {
    #[must_use]
    pub fn signed(&self) -> Option<&Arc<Signed>> {
        match self {
            Self::Guest => None,
            Self::Signed(signed) => Some(signed),
        }
    }

    #[must_use]
    pub fn standing(&self) -> Standing {
        match self {
            Self::Guest => Standing::Guest,
            Self::Signed(signed) if signed.staff => Standing::Staff,
            Self::Signed(_) => Standing::Registered,
        }
    }

    #[must_use]
    pub fn benefits(&self) -> Benefits {
        self.signed().map_or(Benefits::NONE, |s| s.rights.benefits)
    }

    /// Whether pages carry advertisements for this visitor.
    #[must_use]
    pub fn ads(&self) -> bool {
        !self.benefits().contains(Benefit::AdFree)
    }

    /// What a page's header may know.
    #[must_use]
    pub fn reader(&self) -> views::Reader {
        match self {
            Self::Guest => views::Reader::Guest,
            Self::Signed(signed) if signed.staff => views::Reader::Staff,
            Self::Signed(signed) if signed.rights.benefits.contains(Benefit::Unlimited) => views::Reader::Subscriber,
            Self::Signed(_) => views::Reader::Registered,
        }
    }

    /// The class of printed pages: the reader's and whether there are advertisements.
    #[must_use]
    pub fn class(&self) -> u8 {
        self.reader() as u8 * 2 + u8::from(self.ads())
    }

    #[must_use]
    pub fn class_word(&self) -> &'static str {
        match self.reader() {
            views::Reader::Guest => "guest",
            views::Reader::Registered => "registered",
            views::Reader::Subscriber => "subscriber",
            views::Reader::Staff => "staff",
        }
    }

    /// The cache policy of a page that is the same for the whole class.
    #[must_use]
    pub const fn cache(&self) -> Cache {
        class_cache(matches!(self, Self::Guest))
    }
}

/// Handlers of the back office take the visitor as an argument: [`recall`] has run before them.
impl FromRequestParts<Arc<House>> for Visitor {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Fault> {
        if let Some(visitor) = of(house, &parts.headers, house.clock.now()) {
            return Ok(visitor);
        }
        // What the reader holds changed since (a payment was settled beside this request): ask once more.
        recall(house, &parts.headers).await?;
        of(house, &parts.headers, house.clock.now()).ok_or(Fault::Busy)
    }
}

/// A signed-in reader, or the way to the log-in page and back.
#[derive(Debug, Clone)]
pub struct Reader(pub Arc<Signed>);

impl FromRequestParts<Arc<House>> for Reader {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Refusal> {
        let visitor = Visitor::from_request_parts(parts, house).await.map_err(Refusal::Fault)?;
        match visitor {
            Visitor::Signed(signed) => Ok(Self(signed)),
            Visitor::Guest => Err(Refusal::LogIn(way_back(parts))),
        }
    }
}

/// Where a request goes on after the log-in: its own page, or, where a form was sent to an address that has none, the page that its address
/// begins with.
fn way_back(parts: &Parts) -> String {
    let path = parts.uri.path();
    let read = matches!(parts.method, Method::GET | Method::HEAD);
    let pageless = parts.extensions.get::<MatchedPath>().is_some_and(|matched| !routes::has_page(matched.as_str()));
    if !read && pageless {
        return format!("/{}", path.split('/').nth(1).unwrap_or_default());
    }
    parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned()
}

/// Somebody who works for the paper. To everybody else the desk does not exist.
#[derive(Debug, Clone)]
pub struct Staff(pub Arc<Signed>);

impl FromRequestParts<Arc<House>> for Staff {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Refusal> {
        let Reader(signed) = Reader::from_request_parts(parts, house).await?;
        if signed.staff { Ok(Self(signed)) } else { Err(Refusal::Fault(Fault::NotFound)) }
    }
}

/// Why an extractor refuses.
#[derive(Debug)]
pub enum Refusal {
    /// Log in, then come back to this path.
    LogIn(String),
    Fault(Fault),
}

impl axum::response::IntoResponse for Refusal {
    fn into_response(self) -> axum::response::Response {
        match self {
            Self::Fault(fault) => fault.into_response(),
            Self::LogIn(path) => {
                let next = percent_encoding::utf8_percent_encode(&path, percent_encoding::NON_ALPHANUMERIC);
                super::error::see_other(&format!("/login?next={next}")).into_response()
            }
        }
    }
}

/// The visitor's own address: the connection's, or what a trusted proxy says of it.
#[must_use]
pub fn address(house: &House, headers: &HeaderMap, peer: &Peer) -> IpAddr {
    forwarded(house, headers.get_all("x-forwarded-for").iter().map(HeaderValue::as_bytes), peer)
}

/// [`address`], by the `X-Forwarded-For` fields in their order.
#[must_use]
pub fn forwarded<'a>(house: &House, fields: impl Iterator<Item = &'a [u8]>, peer: &Peer) -> IpAddr {
    let trusted = &house.publication.server.trusted_proxies;
    if !trusted.contains(&peer.address) {
        return peer.address;
    }
    let mut hops: Vec<IpAddr> = Vec::new();
    for field in fields {
        let Ok(line) = std::str::from_utf8(field) else { return peer.address };
        for hop in line.split(',') {
            let Ok(address) = hop.trim().parse::<IpAddr>() else { return peer.address };
            hops.push(address.to_canonical());
        }
    }
    hops.into_iter().rev().find(|hop| !trusted.contains(hop)).unwrap_or(peer.address)
}
