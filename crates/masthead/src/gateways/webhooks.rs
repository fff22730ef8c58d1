//! Webhooks of the sandbox rail, both ends. The header reads `sandbox-signature: t=SECONDS,v1=HEX`; HEX is the
//! HMAC-SHA256 (RFC 2104) of `SECONDS.BODY` with the raw bytes of the body.
//!
//! A webhook is a hint: what it says is used to find the attempt and for nothing else. The payment itself is looked up
//! at the rail.
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::header::{CONTENT_TYPE, HOST};
use http::{Method, Request};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use store::SandboxPayment;
use tokio::net::TcpStream;

use crate::house::House;

/// The path at which deliveries arrive.
pub const PATH: &str = "/webhooks/sandbox";
/// The header with time and signature.
pub const SIGNATURE: &str = "sandbox-signature";
/// How old a delivery may be, and how far ahead the sender's clock, in seconds.
const OLDEST: i64 = 300;
/// How long a delivery may take.
const PATIENCE: Duration = Duration::from_secs(10);
const CAPTURED: &str = "payment.captured";

/// What a webhook says. Fields this program does not know are passed over: rails add to theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    /// The idempotency key of the attempt it speaks of.
    pub attempt: String,
    #[serde(default)]
    pub session: String,
}

impl Event {
    /// The event of a captured payment; its id is the same at every delivery.
    #[must_use]
    pub fn captured(payment: &SandboxPayment) -> Self {
        Self {
            id: format!("captured-{}", payment.session_id),
            kind: CAPTURED.to_owned(),
            attempt: payment.attempt_key.clone(),
            session: payment.session_id.clone(),
        }
    }

    /// Body and signature header of a delivery made now.
    #[must_use]
    pub fn sealed(&self, key: &[u8; 32], now: Timestamp) -> (Bytes, String) {
        // Four texts always become JSON.
        let body = Bytes::from(serde_json::to_vec(self).unwrap_or_default());
        let signature = sign(key, now.as_second(), &body);
        (body, signature)
    }
}

/// Why a delivery is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forgery {
    #[error("the signature header is missing or is not t=SECONDS,v1=HEX")]
    Malformed,
    #[error("the delivery is older than five minutes, or from the future; check the clocks of both ends")]
    Stale,
    #[error(
        "the signature does not fit the body; check that both ends use one key and that no proxy rewrites the body"
    )]
    Forged,
}

/// Why a delivery was not acted on.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error(transparent)]
    Forgery(#[from] Forgery),
    #[error("the body is no event: {0}")]
    Body(String),
}

/// The signature header of a body at an instant (seconds since the epoch).
#[must_use]
pub fn sign(key: &[u8; 32], seconds: i64, body: &[u8]) -> String {
    let mut text = format!("t={seconds},v1=");
    for byte in mac(key, seconds, body).finalize().into_bytes() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Checks a signature header against the raw body, in constant time.
///
/// # Errors
/// [`Forgery`] says which rule was broken.
pub fn verify(key: &[u8; 32], header: Option<&str>, body: &[u8], now: Timestamp) -> Result<(), Forgery> {
    let (seconds, claimed) = header.and_then(parts).ok_or(Forgery::Malformed)?;
    // The signature first: only then is the time the sender's.
    mac(key, seconds, body).verify_slice(&claimed).map_err(|_| Forgery::Forged)?;
    if now.as_second().abs_diff(seconds) > OLDEST.unsigned_abs() {
        return Err(Forgery::Stale);
    }
    Ok(())
}

fn mac(key: &[u8; 32], seconds: i64, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new(&hmac_key(key));
    mac.update(seconds.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
}

/// HMAC pads a key shorter than its block with zeros (RFC 2104 §2): doing so here leaves no error to handle.
fn hmac_key(key: &[u8; 32]) -> hmac::digest::Key<Hmac<Sha256>> {
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    block[..32].copy_from_slice(key);
    block
}

fn parts(header: &str) -> Option<(i64, [u8; 32])> {
    let (time, signature) = header.split_once(',')?;
    let seconds = time.strip_prefix("t=")?;
    if seconds.is_empty() || !seconds.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hex = signature.strip_prefix("v1=")?.as_bytes();
    let mut claimed = [0; 32];
    if hex.len() != 64 {
        return None;
    }
    for (byte, pair) in claimed.iter_mut().zip(hex.chunks_exact(2)) {
        let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some((seconds.parse().ok()?, claimed))
}

pub async fn receive(_house: &House, _header: Option<&str>, _body: &[u8]) -> Result<(), Refused> {
    Ok(())
}

/// The sending end: one small HTTP/1.1 request to the paper's own address.
#[derive(Debug, Clone, Copy)]
pub struct Sender {
    pub address: SocketAddr,
}

impl Sender {
    /// Delivers one webhook.
    ///
    /// # Errors
    /// In words, for the log.
    pub async fn post(&self, signature: &str, body: Bytes) -> Result<(), String> {
        tokio::time::timeout(PATIENCE, self.exchange(signature, body))
            .await
            .map_err(|_| "no answer in time".to_owned())?
    }

    async fn exchange(&self, signature: &str, body: Bytes) -> Result<(), String> {
        let said = |e: &dyn std::fmt::Display| e.to_string();
        let stream = TcpStream::connect(self.address).await.map_err(|e| said(&e))?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|e| said(&e))?;
        let driver = tokio::spawn(connection);
        let request = Request::builder()
            .method(Method::POST)
            .uri(PATH)
            .header(HOST, self.address.to_string())
            .header(CONTENT_TYPE, "application/json")
            .header(SIGNATURE, signature)
            .body(Full::new(body))
            .map_err(|e| said(&e))?;
        let response = sender.send_request(request).await.map_err(|e| said(&e));
        driver.abort();
        let status = response?.status();
        if status.is_success() { Ok(()) } else { Err(format!("the paper answered {status}")) }
    }
}

/// For spawning: keeps the house alive until the delivery is over.
pub async fn announce(house: Arc<House>, payment: SandboxPayment, times: u8) {
    for _ in 0..times {
        house.rail.announce(&house, &payment).await;
    }
}

#[cfg(test)]
mod tests {
    use super::{Forgery, sign, verify};
    use jiff::{SignedDuration, Timestamp};

    const KEY: [u8; 32] = [9; 32];
    const BODY: &[u8] = br#"{"id":"captured-1","type":"payment.captured","attempt":"sub-1-p0-a1"}"#;

    fn now() -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_790_000_000)
    }

    fn signed(at: Timestamp) -> String {
        sign(&KEY, at.as_second(), BODY)
    }

    #[test]
    fn the_signature_is_hmac_sha256_as_others_compute_it() {
        // RFC 4231 case 2 has the key "Jefe"; padded to a block it is the same key.
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let mac = <hmac::Hmac<sha2::Sha256> as hmac::KeyInit>::new(&super::hmac_key(&key));
        let tag = hmac::Mac::finalize(hmac::Mac::chain_update(mac, b"what do ya want for nothing?")).into_bytes();
        assert_eq!(tag[..4], [0x5b, 0xdc, 0xc1, 0x46]);
        assert_eq!(tag[28..], [0x64, 0xec, 0x38, 0x43]);
    }

    #[test]
    fn a_fresh_true_delivery_is_believed() {
        assert_eq!(verify(&KEY, Some(&signed(now())), BODY, now()), Ok(()));
        let old = signed(now() - SignedDuration::from_secs(300));
        assert_eq!(verify(&KEY, Some(&old), BODY, now()), Ok(()));
    }

    #[test]
    fn a_forged_one_is_not() {
        let header = signed(now());
        assert_eq!(verify(&[8; 32], Some(&header), BODY, now()), Err(Forgery::Forged));
        let mut body = BODY.to_vec();
        body[60] ^= 1;
        assert_eq!(verify(&KEY, Some(&header), &body, now()), Err(Forgery::Forged));
        assert_eq!(verify(&KEY, Some(&header), &BODY[..BODY.len() - 1], now()), Err(Forgery::Forged));
        let moved = header.replace(&now().as_second().to_string(), &(now().as_second() + 1).to_string());
        assert_eq!(verify(&KEY, Some(&moved), BODY, now()), Err(Forgery::Forged), "the time is signed too");
    }

    #[test]
    fn a_stale_one_and_one_from_the_future_are_not() {
        for seconds in [-301, 301, 86_400] {
            let header = signed(now() + SignedDuration::from_secs(seconds));
            assert_eq!(verify(&KEY, Some(&header), BODY, now()), Err(Forgery::Stale), "{seconds}");
        }
    }

    #[test]
    fn a_missing_or_cut_header_is_not() {
        let whole = signed(now());
        assert_eq!(verify(&KEY, None, BODY, now()), Err(Forgery::Malformed));
        for end in 0..whole.len() {
            assert_eq!(verify(&KEY, Some(&whole[..end]), BODY, now()), Err(Forgery::Malformed), "{end}");
        }
        for odd in ["t=,v1=", "v1=00,t=1", "t=1,v1=zz", "t=-1,v1=00", &format!("{whole}00"), &format!("{whole},v1=00")]
        {
            assert_eq!(verify(&KEY, Some(odd), BODY, now()), Err(Forgery::Malformed), "{odd}");
        }
    }
}
