//! Tokens: Razorpay's name for a mandate.
use http::Method;
use jiff::Timestamp;
use serde_json::Value;

use super::Razorpay;
use super::calls::Said;
use super::told::{label, method};
use crate::gateways::http::segment;
use crate::gateways::json;
use crate::gateways::rail::{Found, MandateFacts, MandateRef, MandateState, MethodKind};
use crate::gateways::scale;

impl Razorpay {
    fn token_path(mandate: &MandateRef) -> String {
        format!("/v1/customers/{}/tokens/{}", segment(&mandate.customer), segment(&mandate.token))
    }

    pub(super) async fn token(&self, mandate: &MandateRef, now: Timestamp) -> Found<MandateFacts> {
        match self.get(&Self::token_path(mandate), &[]).await {
            Said::Good(token) => Found::Is(facts(&token, mandate, now)),
            Said::Missing => Found::NotFound,
            Said::No(_) | Said::Unknown => Found::NoAnswer,
        }
    }

    pub(super) async fn cancel_token(&self, mandate: &MandateRef, now: Timestamp) -> Found<MandateFacts> {
        let path = Self::token_path(mandate);
        // Cancelling ends the mandate at the bank; only deleting would leave it standing there.
        let said = match self.send(Method::PUT, &format!("{path}/cancel"), Value::Null).await {
            // Card tokens know no cancellation on some accounts: then the token goes, and nothing can be debited by it.
            Said::No(_) | Said::Missing if mandate.method == MethodKind::Card => {
                self.send(Method::DELETE, &path, Value::Null).await
            }
            said => said,
        };
        match said {
            Said::Unknown => Found::NoAnswer,
            Said::Good(_) | Said::No(_) | Said::Missing => self.token(mandate, now).await,
        }
    }
}

fn facts(token: &Value, asked: &MandateRef, now: Timestamp) -> MandateFacts {
    let expires = json::instant(token, "/expired_at");
    let state = match json::text(token, "/recurring_details/status") {
        "confirmed" if expires.is_some_and(|end| end <= now) => MandateState::Expired,
        "confirmed" => MandateState::Confirmed,
        "paused" => MandateState::PausedByReader,
        "cancelled" | "cancellation_initiated" | "rejected" => MandateState::Revoked,
        // "initiated", and whatever may be added: not to be debited.
        _ => MandateState::Pending,
    };
    MandateFacts {
        mandate: MandateRef { method: method(json::text(token, "/method")), ..asked.clone() },
        label: label(token),
        max_amount: json::number(token, "/max_amount").and_then(|n| scale::from_rail(scale::RAZORPAY, n, "INR")),
        expires,
        state,
    }
}
