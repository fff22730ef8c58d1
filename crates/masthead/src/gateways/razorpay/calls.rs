//! Sending, and what an answer may mean.
use circulation::payments::Failure;
use http::{Method, StatusCode};
use serde_json::Value;

use super::{Razorpay, failures};
use crate::gateways::http::{Call, Content, Fault, Reply};
use crate::gateways::json;

/// What came back.
#[derive(Debug)]
pub enum Said {
    /// An object.
    Good(Value),
    /// A definite no: nothing was done.
    No(Failure),
    /// There is no such thing.
    Missing,
    /// Nothing that can be relied on.
    Unknown,
}

impl Razorpay {
    /// Reads something.
    pub(super) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Said {
        let call = if query.is_empty() { Call::get(path) } else { Call::get(path).query(query) };
        self.say(call).await
    }

    /// Does something.
    pub(super) async fn send(&self, method: Method, path: &str, body: Value) -> Said {
        let content = if body.is_null() { Content::Nothing } else { Content::Json(body) };
        self.say(Call { method, path: path.to_owned(), content, headers: Vec::new() }).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Said {
        self.send(Method::POST, path, body).await
    }

    pub(super) async fn say(&self, call: Call) -> Said {
        let shown = format!("{call:?}");
        let said = understood(self.client.send(call).await);
        match &said {
            Said::Unknown => tracing::warn!(call = %shown, "Razorpay gave no usable answer; it will be looked up"),
            Said::No(failure) => tracing::info!(call = %shown, code = %failure.code, "Razorpay refused"),
            Said::Good(_) | Said::Missing => {}
        }
        said
    }
}

/// Sorts an answer. Razorpay says no by 400 and an error code of its own; a server's or a gateway's error is not a no.
pub fn understood(reply: Result<Reply, Fault>) -> Said {
    let reply = match reply {
        Ok(reply) => reply,
        Err(error) => {
            tracing::warn!(%error, "no answer from Razorpay");
            return Said::Unknown;
        }
    };
    let Ok(body) = serde_json::from_slice::<Value>(&reply.body) else {
        // A deletion may answer by a bare list or by nothing.
        return if reply.status == StatusCode::NO_CONTENT { Said::Good(Value::Null) } else { Said::Unknown };
    };
    if reply.status.is_success() {
        return if body.is_object() || body.is_array() { Said::Good(body) } else { Said::Unknown };
    }
    let error = body.get("error").cloned().unwrap_or_default();
    let says = json::text(&error, "/description");
    match reply.status {
        StatusCode::NOT_FOUND => Said::Missing,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            tracing::error!("Razorpay does not accept the key; check MASTHEAD_RAZORPAY_KEY_ID and its secret");
            Said::Unknown
        }
        StatusCode::BAD_REQUEST if json::text(&error, "/code") == "BAD_REQUEST_ERROR" => {
            let absent = says.contains("id provided does not exist") || says.contains("No db records found");
            if absent { Said::Missing } else { Said::No(failures::of_error(&error)) }
        }
        _ => Said::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::{Said, understood};
    use crate::gateways::http::{Fault, Reply};
    use circulation::payments::FailureKind;

    fn said(status: u16, body: &str) -> Said {
        understood(Ok(Reply { status: status.try_into().unwrap(), body: body.to_owned().into() }))
    }

    #[test]
    fn an_unknown_answer_is_never_a_failure() {
        for (status, body) in [
            (200, "<html>"),
            (200, "7"),
            (302, "{}"),
            (400, "not json"),
            (400, r#"{"error":{"code":"GATEWAY_ERROR"}}"#),
            (400, r#"{"error":{"code":"SERVER_ERROR"}}"#),
            (401, r#"{"error":{"code":"BAD_REQUEST_ERROR"}}"#),
            (409, r#"{"error":{"code":"BAD_REQUEST_ERROR"}}"#),
            (429, r#"{"error":{"code":"BAD_REQUEST_ERROR"}}"#),
            (500, r#"{"error":{"code":"SERVER_ERROR"}}"#),
            (502, r#"{"error":{"code":"GATEWAY_ERROR"}}"#),
        ] {
            assert!(matches!(said(status, body), Said::Unknown), "{status} {body}");
        }
        assert!(matches!(understood(Err(Fault::Connection("reset".into()))), Said::Unknown));
    }

    #[test]
    fn a_no_is_a_no() {
        let body = r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"Amount exceeds maximum amount allowed","reason":"input_validation_failed"}}"#;
        let Said::No(failure) = said(400, body) else { panic!("refused") };
        assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Refused, "input_validation_failed"));
        let absent = r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"The id provided does not exist"}}"#;
        assert!(matches!(said(400, absent), Said::Missing));
    }
}
