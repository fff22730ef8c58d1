//! Razorpay's deliveries: `x-razorpay-signature` is the HMAC-SHA256 of the raw body with the webhook's secret. No time is
//! signed and the event's id stands in a header that is not signed either; an event older than its last retry is not
//! taken, and within that time a replay is nothing but another hint.
use circulation::payments::AttemptKey;
use http::HeaderMap;
use jiff::Timestamp;
use serde_json::Value;

use super::orders::{PAPER, key_of};
use crate::gateways::json;
use crate::gateways::rail::{Hint, Webhook, WebhookRefused};
use crate::gateways::settings::RazorpayKeys;
use crate::gateways::signature;

/// The header with the signature.
pub const SIGNATURE: &str = "x-razorpay-signature";
/// The header with the event's id.
pub const EVENT_ID: &str = "x-razorpay-event-id";
/// Deliveries are retried for a day; an hour more for the last of them. In seconds.
const OLDEST: i64 = 25 * 3_600;
/// How far ahead Razorpay's clock may be, in seconds.
const AHEAD: i64 = 300;
/// Longest body, in bytes.
const LARGEST: usize = 512 * 1024;

/// The signature that Razorpay would send with this body.
#[must_use]
pub fn sign(secret: &str, body: &[u8]) -> String {
    signature::sign(secret, &[body])
}

/// Verifies and reads a delivery.
pub(super) fn read(
    keys: &RazorpayKeys,
    paper: &str,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<Webhook, WebhookRefused> {
    if body.len() > LARGEST {
        return Err(WebhookRefused::TooBig(LARGEST));
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let claimed = header(SIGNATURE);
    if claimed.len() != 64 {
        return Err(WebhookRefused::Malformed);
    }
    if !keys.webhook_secrets.iter().any(|secret| signature::fits(secret.expose(), &[body], claimed)) {
        return Err(WebhookRefused::Forged);
    }
    let event: Value = serde_json::from_slice(body).map_err(|e| WebhookRefused::Body(e.to_string()))?;
    let at = json::instant(&event, "/created_at").ok_or_else(|| WebhookRefused::Body("it has no time".to_owned()))?;
    let age = now.as_second() - at.as_second();
    if !(-AHEAD..=OLDEST).contains(&age) {
        return Err(WebhookRefused::Stale);
    }
    let account = json::some_text(&event, "/account_id");
    if let (Some(expected), Some(got)) = (&keys.account, &account)
        && expected != got
    {
        return Err(WebhookRefused::OtherAccount { expected: expected.clone(), got: got.clone() });
    }
    let named = header(EVENT_ID);
    let event_id = if named.is_empty() || named.len() > 128 {
        format!("body-{}", &blake3::hash(body).to_hex()[..32])
    } else {
        named.to_owned()
    };
    let kind = json::text(&event, "/event").to_owned();
    if kind.is_empty() {
        return Err(WebhookRefused::Body("it names no event".to_owned()));
    }
    Ok(Webhook { event_id, hint: hint(&kind, &event, paper), kind, at, account })
}

/// What a delivery is about that was verified before.
pub(super) fn stored(paper: &str, body: &[u8]) -> Option<Hint> {
    let event: Value = serde_json::from_slice(body).ok()?;
    Some(hint(json::text(&event, "/event"), &event, paper))
}

/// What an event is about. Nothing in it is believed but names.
fn hint(kind: &str, event: &Value, paper: &str) -> Hint {
    let entity = |name: &str| event.pointer(&format!("/payload/{name}/entity"));
    let id = |name: &str| entity(name).and_then(|object| json::some_text(object, "/id"));
    let attempt = |reference: Option<String>, object: Option<&Value>| {
        let Some(reference) = reference else { return Hint::Other };
        let note = object.map_or("", |object| json::text(object, &format!("/notes/{PAPER}")));
        if !note.is_empty() && note != paper {
            return Hint::Other;
        }
        let key = object.and_then(|object| key_of(object, paper)).map(|key| AttemptKey::from_text(&key));
        Hint::Attempt { key, reference }
    };
    let found = match kind.split('.').next().unwrap_or_default() {
        "subscription" => id("subscription").map(Hint::Schedule),
        "invoice" => entity("invoice").and_then(|i| json::id(i, "/subscription_id")).map(Hint::Schedule),
        "payment_link" => Some(attempt(id("payment_link"), entity("payment_link"))),
        "refund" => id("refund").map(|reference| Hint::Refund {
            reference,
            key: entity("refund").and_then(|refund| key_of(refund, paper)),
        }),
        "token" => id("token").map(|token| Hint::Mandate {
            token,
            customer: entity("token").and_then(|token| json::id(token, "/customer_id")),
        }),
        "settlement" => id("settlement").map(Hint::Payout),
        "payment" if kind.starts_with("payment.dispute.") => id("dispute").map(Hint::Dispute),
        "order" => Some(attempt(id("order"), entity("order"))),
        "payment" => {
            let payment = entity("payment");
            let order = payment.and_then(|payment| json::id(payment, "/order_id"));
            Some(attempt(order.or_else(|| id("payment")), payment))
        }
        _ => None,
    };
    found.unwrap_or(Hint::Other)
}

/// What the reader brings back, if Razorpay signed it: from the checkout (by a form), from a link (in the query), from a
/// subscription's page.
pub(super) fn read_return(keys: &RazorpayKeys, fields: &[(String, String)]) -> Option<Hint> {
    let field = |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    let claimed = field("razorpay_signature")?;
    let payment = field("razorpay_payment_id")?;
    let signed = |parts: &[&str]| signature::fits(keys.key_secret.expose(), &[parts.join("|").as_bytes()], claimed);
    if let Some(order) = field("razorpay_order_id") {
        return signed(&[order, payment]).then(|| Hint::Attempt { key: None, reference: order.to_owned() });
    }
    if let Some(link) = field("razorpay_payment_link_id") {
        let (reference, status) =
            (field("razorpay_payment_link_reference_id")?, field("razorpay_payment_link_status")?);
        return signed(&[link, reference, status, payment])
            .then(|| Hint::Attempt { key: None, reference: link.to_owned() });
    }
    let subscription = field("razorpay_subscription_id")?;
    signed(&[payment, subscription]).then(|| Hint::Schedule(subscription.to_owned()))
}
