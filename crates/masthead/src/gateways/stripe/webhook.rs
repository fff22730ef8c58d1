//! Stripe's deliveries: `stripe-signature: t=SECONDS,v1=HEX[,v1=HEX…]`, HEX being the HMAC-SHA256 of `SECONDS.BODY` with
//! the endpoint's secret. While a secret is being changed there are two of each.
use http::HeaderMap;
use jiff::Timestamp;
use serde_json::Value;

use super::told::key_of;
use crate::gateways::json;
use crate::gateways::rail::{Hint, Webhook, WebhookRefused};
use crate::gateways::settings::StripeKeys;
use crate::gateways::signature;
use circulation::payments::AttemptKey;

/// The header with time and signatures.
pub const SIGNATURE: &str = "stripe-signature";
/// How old a delivery may be, and how far ahead Stripe's clock, in seconds.
const OLDEST: u64 = 300;
/// Longest body, in bytes.
const LARGEST: usize = 512 * 1024;
/// Signatures that are tried: one a secret and scheme is usual, two while secrets change.
const MOST_SIGNATURES: usize = 8;

/// The header that Stripe would send with this body at this instant (seconds since the epoch).
#[must_use]
pub fn sign(secret: &str, seconds: i64, body: &[u8]) -> String {
    let time = seconds.to_string();
    format!("t={time},v1={}", signature::sign(secret, &[time.as_bytes(), b".", body]))
}

/// Verifies and reads a delivery.
pub(super) fn read(
    keys: &StripeKeys,
    paper: &str,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<Webhook, WebhookRefused> {
    if body.len() > LARGEST {
        return Err(WebhookRefused::TooBig(LARGEST));
    }
    let header = headers.get(SIGNATURE).and_then(|value| value.to_str().ok()).ok_or(WebhookRefused::Malformed)?;
    verify(keys, header, body, now)?;
    let event: Value = serde_json::from_slice(body).map_err(|e| WebhookRefused::Body(e.to_string()))?;
    let event_id = json::some_text(&event, "/id").filter(|id| id.len() <= 255);
    let event_id = event_id.ok_or_else(|| WebhookRefused::Body("it has no id".to_owned()))?;
    let mode = |live: bool| if live { "live mode" } else { "test mode" }.to_owned();
    let live = json::is_true(&event, "/livemode");
    if live != keys.is_live() {
        return Err(WebhookRefused::OtherAccount { expected: mode(keys.is_live()), got: mode(live) });
    }
    let account = json::some_text(&event, "/account");
    if let Some(got) = account.as_ref().filter(|got| keys.account.as_ref() != Some(got)) {
        let expected = keys.account.clone().unwrap_or_else(|| "the key's own account".to_owned());
        return Err(WebhookRefused::OtherAccount { expected, got: got.clone() });
    }
    Ok(Webhook {
        event_id,
        kind: json::text(&event, "/type").to_owned(),
        at: json::instant(&event, "/created").unwrap_or(now),
        hint: hint(&event, paper),
        account,
    })
}

/// What a delivery is about that was verified before.
pub(super) fn stored(paper: &str, body: &[u8]) -> Option<Hint> {
    let event: Value = serde_json::from_slice(body).ok()?;
    Some(hint(&event, paper))
}

fn verify(keys: &StripeKeys, header: &str, body: &[u8], now: Timestamp) -> Result<(), WebhookRefused> {
    let (mut time, mut signatures) = (None, Vec::new());
    for (name, value) in header.split(',').filter_map(|part| part.split_once('=')) {
        match name.trim() {
            "t" if time.is_none() => time = Some(value.trim()),
            "t" => return Err(WebhookRefused::Malformed),
            "v1" if signatures.len() < MOST_SIGNATURES => signatures.push(value.trim()),
            _ => {}
        }
    }
    let digits = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let time = time.filter(digits).ok_or(WebhookRefused::Malformed)?;
    let seconds: i64 = time.parse().map_err(|_| WebhookRefused::Malformed)?;
    if signatures.is_empty() {
        return Err(WebhookRefused::Malformed);
    }
    let parts: [&[u8]; 3] = [time.as_bytes(), b".", body];
    // The signature first: only then is the time Stripe's.
    let good = keys
        .webhook_secrets
        .iter()
        .any(|secret| signatures.iter().any(|signature| signature::fits(secret.expose(), &parts, signature)));
    if !good {
        return Err(WebhookRefused::Forged);
    }
    if now.as_second().abs_diff(seconds) > OLDEST {
        return Err(WebhookRefused::Stale);
    }
    Ok(())
}

/// What an event is about. Nothing in it is believed but names.
pub(super) fn hint(event: &Value, paper: &str) -> Hint {
    let Some(object) = event.pointer("/data/object") else { return Hint::Other };
    let Some(reference) = json::some_text(object, "/id") else { return Hint::Other };
    let key = key_of(object, paper);
    match json::text(object, "/object") {
        "checkout.session" | "payment_intent" | "setup_intent" => {
            key.map_or(Hint::Other, |key| Hint::Attempt { key: Some(AttemptKey::from_text(&key)), reference })
        }
        "charge" => match (key, json::id(object, "/payment_intent")) {
            (Some(key), Some(intent)) => Hint::Attempt { key: Some(AttemptKey::from_text(&key)), reference: intent },
            _ => Hint::Other,
        },
        // A refund made by hand at Stripe has no key, and still has to be booked.
        "refund" => Hint::Refund { reference, key },
        "payment_method" => Hint::Mandate { token: reference, customer: json::id(object, "/customer") },
        "mandate" => {
            json::id(object, "/payment_method").map_or(Hint::Other, |token| Hint::Mandate { token, customer: None })
        }
        "dispute" => Hint::Dispute(reference),
        "payout" => Hint::Payout(reference),
        _ => Hint::Other,
    }
}
