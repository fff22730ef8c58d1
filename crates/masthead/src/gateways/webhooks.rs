//! Webhooks of the sandbox rail, both ends. The header reads `sandbox-signature: t=SECONDS,v1=HEX`; HEX is the
//! HMAC-SHA256 (RFC 2104) of `SECONDS.BODY` with the raw bytes of the body.
//!
//! A webhook is a hint: what it says is used to find the attempt and for nothing else. The payment itself is looked up
//! at the rail.
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderValue, Method, Request};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use store::{SandboxDelivery, StoreError};
use tokio::net::TcpStream;

use super::rail::WebhookRefused;
use super::sandbox::Event;
use super::settings::Secret;
use super::signature;
use crate::billing::hints;
use crate::house::House;

/// The path at which deliveries arrive.
pub const PATH: &str = "/webhooks/sandbox";
/// The header with time and signature.
pub const SIGNATURE: &str = "sandbox-signature";
/// How old a delivery may be, and how far ahead the sender's clock, in seconds.
const OLDEST: i64 = 300;
/// Longest event id, in bytes.
const LONGEST_ID: usize = 128;
/// Largest body: ours have a few hundred bytes.
const LARGEST: usize = 16 * 1024;
/// How long a delivery may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Webhooks taken from the queue at once, and how often in one round; the rest waits for the next.
const BATCH: usize = 50;
const BATCHES: usize = 20;

/// The signature header of a body at an instant (seconds since the epoch).
#[must_use]
pub fn sign(key: &Secret, seconds: i64, body: &[u8]) -> String {
    let hex = signature::sign(key.expose(), &[seconds.to_string().as_bytes(), b".", body]);
    format!("t={seconds},v1={hex}")
}

/// Opens a delivery: checks size, signature (in constant time), age and form.
///
/// # Errors
/// [`WebhookRefused`] says which rule was broken.
pub(super) fn open(key: &Secret, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<Event, WebhookRefused> {
    if body.len() > LARGEST {
        return Err(WebhookRefused::TooBig(LARGEST));
    }
    // Two headers of one name are a trick: neither is believed.
    let mut given = headers.get_all(SIGNATURE).iter();
    let header = match (given.next(), given.next()) {
        (Some(one), None) => one.to_str().ok(),
        _ => None,
    };
    let (seconds, hex) = header.and_then(parts).ok_or(WebhookRefused::Malformed)?;
    // The signature first: only then is the time the sender's.
    if !signature::fits(key.expose(), &[seconds.to_string().as_bytes(), b".", body], hex) {
        return Err(WebhookRefused::Forged);
    }
    if now.as_second().abs_diff(seconds) > OLDEST.unsigned_abs() {
        return Err(WebhookRefused::Stale);
    }
    let event: Event = serde_json::from_slice(body).map_err(|e| WebhookRefused::Body(e.to_string()))?;
    if event.id.is_empty() || event.id.len() > LONGEST_ID {
        return Err(WebhookRefused::Body(format!("its id must have 1 to {LONGEST_ID} bytes")));
    }
    Ok(event)
}

fn parts(header: &str) -> Option<(i64, &str)> {
    let (time, signature) = header.split_once(',')?;
    let seconds = time.strip_prefix("t=")?;
    let hex = signature.strip_prefix("v1=")?;
    let digits = !seconds.is_empty() && seconds.bytes().all(|b| b.is_ascii_digit());
    if !digits || hex.len() != 64 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    Some((seconds.parse().ok()?, hex))
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

/// What a round of deliveries came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivered {
    pub accepted: usize,
    /// Not accepted; tried again later, ever more seldom, until it is.
    pub failed: usize,
}

/// A round: delivers the webhooks that are due, over HTTP to the paper's own address. On a paper that speaks TLS, or
/// that nobody listens for yet, the very same bytes are handed to the receiving routine directly.
///
/// # Errors
/// When the sandbox's books cannot be asked.
pub async fn deliver_due(house: &House) -> Result<Delivered, StoreError> {
    let mut delivered = Delivered::default();
    for _ in 0..BATCHES {
        let batch = house.store.take_sandbox_posts(BATCH, house.clock.now()).await?;
        let last = batch.len() < BATCH;
        for delivery in batch {
            let answer = deliver(house, &delivery).await;
            match &answer {
                Ok(()) => delivered.accepted += 1,
                Err(error) => {
                    delivered.failed += 1;
                    tracing::warn!(%error, event = %delivery.event_id, tries = delivery.tries, "a sandbox webhook could not be delivered yet");
                }
            }
            let answer = answer.as_ref().map(|&()| ()).map_err(String::as_str);
            house.store.sandbox_post_answered(delivery.id, answer, house.clock.now()).await?;
        }
        if last {
            break;
        }
    }
    Ok(delivered)
}

/// Delivers one webhook, signed now.
async fn deliver(house: &House, delivery: &SandboxDelivery) -> Result<(), String> {
    let body = Bytes::from(delivery.body.clone());
    let signature = sign(house.rail.webhook_key(), house.clock.now().as_second(), &body);
    if let Some(address) = house.rail.door() {
        return Sender { address }.post(&signature, body).await;
    }
    let mut headers = HeaderMap::new();
    headers.insert(SIGNATURE, HeaderValue::try_from(signature).map_err(|e| e.to_string())?);
    hints::receive(house, &headers, &body).await.map_err(|e| e.to_string())
}

/// For spawning: keeps the house alive until the deliveries are over.
pub async fn deliver_soon(house: Arc<House>) {
    if let Err(error) = deliver_due(&house).await {
        tracing::warn!(%error, "sandbox webhooks could not be delivered; the next round tries again");
    }
}

#[cfg(test)]
mod tests {
    use super::{SIGNATURE, Secret, WebhookRefused, open, sign};
    use http::{HeaderMap, HeaderValue};
    use jiff::{SignedDuration, Timestamp};

    const BODY: &[u8] = br#"{"id":"evt_1","type":"payment.captured","at":"2026-11-30T14:30:00Z","key":"sub-1-p0-a1"}"#;

    fn key() -> Secret {
        Secret::new("whsec_nine")
    }

    fn now() -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_790_000_000)
    }

    fn signed(at: Timestamp) -> String {
        sign(&key(), at.as_second(), BODY)
    }

    fn opened(key: &Secret, header: Option<&str>, body: &[u8]) -> Result<String, WebhookRefused> {
        let mut headers = HeaderMap::new();
        if let Some(header) = header {
            headers.insert(SIGNATURE, HeaderValue::from_str(header).unwrap());
        }
        open(key, &headers, body, now()).map(|event| event.id)
    }

    #[test]
    fn a_fresh_true_delivery_is_believed() {
        assert_eq!(opened(&key(), Some(&signed(now())), BODY).as_deref(), Ok("evt_1"));
        let old = signed(now() - SignedDuration::from_secs(300));
        assert_eq!(opened(&key(), Some(&old), BODY).as_deref(), Ok("evt_1"));
    }

    #[test]
    fn a_forged_one_is_not() {
        let header = signed(now());
        assert_eq!(opened(&Secret::new("whsec_eight"), Some(&header), BODY), Err(WebhookRefused::Forged));
        let mut body = BODY.to_vec();
        body[60] ^= 1;
        assert_eq!(opened(&key(), Some(&header), &body), Err(WebhookRefused::Forged));
        assert_eq!(opened(&key(), Some(&header), &BODY[..BODY.len() - 1]), Err(WebhookRefused::Forged));
        let moved = header.replace(&now().as_second().to_string(), &(now().as_second() + 1).to_string());
        assert_eq!(opened(&key(), Some(&moved), BODY), Err(WebhookRefused::Forged), "the time is signed too");
    }

    #[test]
    fn a_stale_one_and_one_from_the_future_are_not() {
        for seconds in [-301, 301, 86_400] {
            let header = signed(now() + SignedDuration::from_secs(seconds));
            assert_eq!(opened(&key(), Some(&header), BODY), Err(WebhookRefused::Stale), "{seconds}");
        }
    }

    #[test]
    fn a_missing_or_cut_header_is_not() {
        let whole = signed(now());
        assert_eq!(opened(&key(), None, BODY), Err(WebhookRefused::Malformed));
        for end in 0..whole.len() {
            assert_eq!(opened(&key(), Some(&whole[..end]), BODY), Err(WebhookRefused::Malformed), "{end}");
        }
        for odd in ["t=,v1=", "v1=00,t=1", "t=1,v1=zz", "t=-1,v1=00", &format!("{whole}00"), &format!("{whole},v1=00")]
        {
            assert_eq!(opened(&key(), Some(odd), BODY), Err(WebhookRefused::Malformed), "{odd}");
        }
        let mut twice = HeaderMap::new();
        twice.append(SIGNATURE, HeaderValue::from_str(&whole).unwrap());
        twice.append(SIGNATURE, HeaderValue::from_str(&whole).unwrap());
        assert_eq!(open(&key(), &twice, BODY, now()), Err(WebhookRefused::Malformed));
    }

    #[test]
    fn what_is_signed_and_is_no_event_is_refused_with_the_reason() {
        let long = format!(r#"{{"id":"{}","type":"x","at":"2026-11-30T14:30:00Z"}}"#, "x".repeat(129));
        for body in ["[]", "{}", r#"{"id":"","type":"x","at":"2026-11-30T14:30:00Z"}"#, &long] {
            let header = sign(&key(), now().as_second(), body.as_bytes());
            assert!(matches!(opened(&key(), Some(&header), body.as_bytes()), Err(WebhookRefused::Body(_))), "{body}");
        }
        let huge = " ".repeat(20_000);
        assert_eq!(opened(&key(), None, huge.as_bytes()), Err(WebhookRefused::TooBig(16 * 1024)));
    }
}
