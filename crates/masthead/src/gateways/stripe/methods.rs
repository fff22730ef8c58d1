//! Kept methods.
use jiff::Timestamp;

use super::Stripe;
use super::calls::Said;
use super::told;
use crate::gateways::http::segment;
use crate::gateways::rail::{Found, MandateFacts, MandateRef, MandateState};

impl Stripe {
    pub(super) async fn method(&self, mandate: &MandateRef, now: Timestamp) -> Found<MandateFacts> {
        match self.get(&format!("/v1/payment_methods/{}", segment(&mandate.token)), &[]).await {
            Said::Good(object) => {
                let mut facts = told::method_facts(&object, now);
                // Attached to somebody else is not ours to debit.
                if facts.state == MandateState::Confirmed && facts.mandate.customer != mandate.customer {
                    facts.state = MandateState::Revoked;
                }
                facts.mandate.customer.clone_from(&mandate.customer);
                Found::Is(facts)
            }
            Said::Missing => Found::NotFound,
            Said::No(..) | Said::Unknown => Found::NoAnswer,
        }
    }

    pub(super) async fn detach(&self, mandate: &MandateRef, now: Timestamp) -> Found<MandateFacts> {
        let path = format!("/v1/payment_methods/{}/detach", segment(&mandate.token));
        match self.end(&path).await {
            Said::Missing => Found::NotFound,
            Said::Unknown => Found::NoAnswer,
            // Detached now, or was before: read where it stands.
            Said::Good(_) | Said::No(..) => self.method(mandate, now).await,
        }
    }
}
