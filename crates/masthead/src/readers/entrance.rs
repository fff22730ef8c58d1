//! In and out: sessions, and what a guest has read moving with the reader.
use circulation::meter::{GuestId, Read, ReadList};
use circulation::readers::ReaderId;
use http::header::{SET_COOKIE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use jiff::SignedDuration;
use store::{NewSession, ReaderRead, StoreError};

use super::devices;
use crate::house::House;
use crate::web::body::Reply;
use crate::web::cookies;
use crate::web::reading::Guest;
use crate::web::visitor::{self, Signed, Visitor};

/// How long a session lasts, in seconds: 30 days.
const SESSION_LASTS: i64 = 30 * 86_400;

/// Signs a reader in on the browser of this request: a new token at every log-in (session fixation), the old one
/// ended; what the browser read as a guest is counted to the account. The cookies are set on `response`.
///
/// # Errors
/// The store's; then nobody is signed in.
pub async fn sign_in(
    house: &House,
    reader: i64,
    headers: &HeaderMap,
    response: &mut Response<Reply>,
) -> Result<(), StoreError> {
    let now = house.clock.now();
    if let Some(Visitor::Signed(old)) = visitor::of(house, headers, now) {
        house.store.end_session(old.reader.0, &old.session, now).await?;
        house.sessions.forget(&old.session);
    }
    carry_reads(house, ReaderId(reader), headers).await?;
    let token = house.dice.token();
    let session = NewSession {
        token_hash: visitor::session_key(&token).to_vec(),
        reader_id: reader,
        device: devices::label(headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok())),
        expires_at: now + SignedDuration::from_secs(SESSION_LASTS),
    };
    house.store.create_session(&session, now).await?;
    set(response, cookies::SESSION, &token, SESSION_LASTS);
    set(response, cookies::ASKED, "", 0);
    Ok(())
}

/// Counts what this browser read as a guest to the account: a union, so that logging in never gives stories back.
async fn carry_reads(house: &House, reader: ReaderId, headers: &HeaderMap) -> Result<(), StoreError> {
    let period = house.meter.period(house.clock.now());
    let Some((_, reads)) = guest(house, headers) else { return Ok(()) };
    if reads.is_empty() {
        return Ok(());
    }
    let rows: Vec<ReaderRead> = reads
        .iter()
        .map(|read| ReaderRead { reader_id: reader.0, period: period.id, story: read.story(), day: read.day() })
        .collect();
    house.store.record_reads(&rows).await?;
    // Memory takes the whole list from the store: with only the guest's part it would count as complete.
    let mut all = reads;
    for read in house.store.reads_of(reader.0, period.id).await? {
        all.insert(Read::new(read.story, read.day));
    }
    house.meter.absorb(reader, &period, &all);
    Ok(())
}

/// The guest of a request and all they have read: what the pass says and what is remembered of it.
fn guest(house: &House, headers: &HeaderMap) -> Option<(GuestId, ReadList)> {
    let now = house.clock.now();
    let period = house.meter.period(now);
    let Guest { id, mut known } = house.meter.pass(cookies::value(headers, cookies::GUEST), &period, now)?;
    if let Some(remembered) = house.meter.guests.reads_of(id.0, &period) {
        known.union(&remembered);
    }
    Some((id, known))
}

/// Signs a reader out: the session ends in the store and in memory, the browser forgets what it kept, and its guest
/// pass holds everything the account has read, so that logging out gives no fresh stories.
///
/// # Errors
/// The store's; then the reader is still signed in.
pub async fn sign_out(
    house: &House,
    signed: &Signed,
    headers: &HeaderMap,
    response: &mut Response<Reply>,
) -> Result<(), StoreError> {
    let now = house.clock.now();
    house.store.end_session(signed.reader.0, &signed.session, now).await?;
    house.sessions.forget(&signed.session);
    let period = house.meter.period(now);
    let (id, mut reads) = guest(house, headers).unwrap_or_else(|| (GuestId(house.dice.number()), ReadList::new()));
    reads.union(&house.meter.reads_of(signed.reader, &period));
    if !reads.is_empty() {
        house.meter.guests.absorb(id.0, &period, &reads);
        let pass = house.meter.seal(id, &period, reads);
        set(response, cookies::GUEST, &pass, house.meter.pass_lives(&period, now));
    }
    forget(response);
    Ok(())
}

/// Takes the session cookie away, and what the browser has stored of the paper.
pub fn forget(response: &mut Response<Reply>) {
    set(response, cookies::SESSION, "", 0);
    // Not "cookies": the guest's pass stays.
    let clear = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), clear);
}

/// Binds the codes that are asked for to this browser.
pub fn remember_asking(response: &mut Response<Reply>, browser: &str) {
    set(response, cookies::ASKED, browser, i64::from(super::codes::MINUTES) * 60);
}

fn set(response: &mut Response<Reply>, name: &str, value: &str, max_age: i64) {
    if let Some(cookie) = cookies::set(name, value, max_age) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}
