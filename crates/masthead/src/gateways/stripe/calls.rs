//! Sending, and what an answer may mean.
use circulation::payments::{Failure, FailureKind};
use http::StatusCode;
use serde_json::Value;

use super::declines;
use super::{Stripe, VERSION};
use crate::gateways::http::{Call, Content, Fault, Reply};
use crate::gateways::json;

/// What came back.
#[derive(Debug)]
pub enum Said {
    /// An object.
    Good(Value),
    /// A definite no: nothing was done. With the intent that failed, if the error holds one.
    No(Failure, Option<Value>),
    /// There is no such thing.
    Missing,
    /// Nothing that can be relied on.
    Unknown,
}

impl Stripe {
    /// Reads something.
    pub(super) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Said {
        let call = if query.is_empty() { Call::get(path) } else { Call::get(path).query(query) };
        self.say(call).await
    }

    /// Does something, under an idempotency key that is this paper's own.
    pub(super) async fn post(&self, path: &str, key: &str, fields: Vec<(String, String)>) -> Said {
        let call = Call::post(path, Content::Form(fields)).with("idempotency-key", format!("{}.{key}", self.paper));
        self.say(call).await
    }

    /// Does something that does no harm twice (closing, cancelling, detaching). Without a key, since Stripe repeats even
    /// a stored server error under the same key for a day.
    pub(super) async fn end(&self, path: &str) -> Said {
        self.say(Call::post(path, Content::Form(Vec::new()))).await
    }

    async fn say(&self, call: Call) -> Said {
        let shown = format!("{call:?}");
        let reply = self.client.send(call.with("stripe-version", VERSION)).await;
        let said = understood(reply);
        match &said {
            Said::Unknown => tracing::warn!(call = %shown, "Stripe gave no usable answer; it will be looked up"),
            Said::No(failure, _) => tracing::info!(call = %shown, code = %failure.code, "Stripe refused"),
            Said::Good(_) | Said::Missing => {}
        }
        said
    }
}

/// Sorts an answer. Only what Stripe documents as "not done" counts as a no.
pub fn understood(reply: Result<Reply, Fault>) -> Said {
    let reply = match reply {
        Ok(reply) => reply,
        Err(error) => {
            tracing::warn!(%error, "no answer from Stripe");
            return Said::Unknown;
        }
    };
    let Ok(body) = serde_json::from_slice::<Value>(&reply.body) else { return Said::Unknown };
    if reply.status.is_success() {
        return if body.is_object() { Said::Good(body) } else { Said::Unknown };
    }
    let error = body.get("error").cloned().unwrap_or_default();
    let (kind, code) = (json::text(&error, "/type"), json::text(&error, "/code"));
    match reply.status {
        // The key was used with other parameters, or is in use just now: something was done with it, by whatever request.
        _ if kind == "idempotency_error" || code == "idempotency_key_in_use" => Said::Unknown,
        // Too many requests, or another request holds the object: nothing final.
        _ if code == "lock_timeout" || code == "rate_limit" => Said::Unknown,
        StatusCode::PAYMENT_REQUIRED => {
            let code = declines::code(&error);
            let intent = error.get("payment_intent").filter(|intent| intent.is_object()).cloned();
            Said::No(Failure { kind: declines::kind(&code), code }, intent)
        }
        StatusCode::NOT_FOUND => Said::Missing,
        StatusCode::BAD_REQUEST => {
            let param = json::text(&error, "/param");
            let code = if code.is_empty() { format!("invalid_request {param}") } else { code.to_owned() };
            Said::No(Failure { kind: FailureKind::Refused, code: code.trim().to_owned() }, None)
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            // Ours to mend and no reader's fault: not a failure of the attempt.
            tracing::error!("Stripe does not accept the key; check MASTHEAD_STRIPE_SECRET_KEY and what it may do");
            Said::Unknown
        }
        _ => Said::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::{Said, understood};
    use crate::gateways::http::{Fault, Reply};
    use circulation::payments::FailureKind;
    use std::time::Duration;

    fn said(status: u16, body: &str) -> Said {
        understood(Ok(Reply { status: status.try_into().unwrap(), body: body.to_owned().into() }))
    }

    #[test]
    fn an_unknown_answer_is_never_a_failure() {
        let conflict = r#"{"error":{"type":"idempotency_error","message":"other parameters"}}"#;
        for (status, body) in [
            (200, "not json"),
            (200, "[]"),
            (302, "{}"),
            (400, conflict),
            (400, "<html>"),
            (401, r#"{"error":{"type":"invalid_request_error"}}"#),
            (402, ""),
            (403, "{}"),
            (409, r#"{"error":{"code":"idempotency_key_in_use"}}"#),
            (409, r#"{"error":{"type":"idempotency_error"}}"#),
            (429, r#"{"error":{"code":"rate_limit"}}"#),
            (429, r#"{"error":{"code":"lock_timeout"}}"#),
            (500, r#"{"error":{"type":"api_error"}}"#),
            (503, "{}"),
        ] {
            assert!(matches!(said(status, body), Said::Unknown), "{status} {body}");
        }
        assert!(matches!(understood(Err(Fault::TimeOut(Duration::ZERO))), Said::Unknown));
    }

    #[test]
    fn a_no_is_a_no() {
        let declined = r#"{"error":{"type":"card_error","code":"card_declined","decline_code":"stolen_card","payment_intent":{"id":"pi_1"}}}"#;
        let Said::No(failure, Some(intent)) = said(402, declined) else { panic!("refused") };
        assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Refused, "stolen_card"));
        assert_eq!(intent["id"], "pi_1");
        let Said::No(failure, None) = said(400, r#"{"error":{"param":"amount"}}"#) else { panic!("refused") };
        assert_eq!(failure.code, "invalid_request amount");
        assert!(matches!(said(404, "{}"), Said::Missing));
        assert!(matches!(said(200, r#"{"id":"x","new":[{}]}"#), Said::Good(_)));
    }
}
