//! Money back.
use circulation::payments::{Failure, FailureKind};
use jiff::Timestamp;
use serde_json::Value;

use super::Stripe;
use super::calls::Said;
use super::told::{KEY, PAPER, key_of};
use crate::gateways::http::segment;
use crate::gateways::json;
use crate::gateways::rail::{Found, RefundAnswer, RefundFacts, RefundOrder};
use crate::gateways::scale;

/// A payment is known by its intent; old ones may be known by their charge.
fn by(payment: &str) -> &'static str {
    if payment.starts_with("ch_") { "charge" } else { "payment_intent" }
}

impl Stripe {
    pub(super) async fn give_back(&self, order: &RefundOrder, now: Timestamp) -> RefundAnswer {
        let Some(amount) = scale::to_rail(scale::STRIPE, order.amount).filter(|amount| *amount > 0) else {
            let code = "amount_not_representable".to_owned();
            return RefundAnswer::Failed(Failure { kind: FailureKind::Refused, code });
        };
        let fields = vec![
            (by(&order.payment).to_owned(), order.payment.clone()),
            ("amount".to_owned(), amount.to_string()),
            (format!("metadata[{PAPER}]"), self.paper.clone()),
            (format!("metadata[{KEY}]"), order.key.clone()),
            ("metadata[masthead_reason]".to_owned(), order.reason.chars().take(400).collect()),
        ];
        match self.post("/v1/refunds", &format!("refund.{}", order.key), fields).await {
            Said::Good(refund) => answer(&refund, now),
            Said::No(failure, _) => {
                // Stripe forgets keys after a day; what was refunded under this one then is still there to be found.
                match self.find_refund(order, None, now).await {
                    RefundAnswer::NotFound => RefundAnswer::Failed(failure),
                    found => found,
                }
            }
            Said::Missing => {
                RefundAnswer::Failed(Failure { kind: FailureKind::Refused, code: "resource_missing".to_owned() })
            }
            Said::Unknown => RefundAnswer::NoAnswer,
        }
    }

    pub(super) async fn find_refund(
        &self,
        order: &RefundOrder,
        reference: Option<&str>,
        now: Timestamp,
    ) -> RefundAnswer {
        if let Some(reference) = reference {
            return match self.get(&format!("/v1/refunds/{}", segment(reference)), &[]).await {
                Said::Good(refund) => answer(&refund, now),
                Said::Missing => RefundAnswer::NotFound,
                Said::No(..) | Said::Unknown => RefundAnswer::NoAnswer,
            };
        }
        // A payment has few refunds; more than a hundred is nobody's paper.
        match self.get("/v1/refunds", &[(by(&order.payment), &order.payment), ("limit", "100")]).await {
            Said::Good(page) => {
                let ours = |refund: &&Value| key_of(refund, &self.paper).as_deref() == Some(&order.key);
                match json::list(&page, "/data").iter().find(ours) {
                    Some(refund) => answer(refund, now),
                    None if json::is_true(&page, "/has_more") => RefundAnswer::NoAnswer,
                    None => RefundAnswer::NotFound,
                }
            }
            Said::Missing => RefundAnswer::NotFound,
            Said::No(..) | Said::Unknown => RefundAnswer::NoAnswer,
        }
    }

    pub(super) async fn refund_facts(&self, reference: &str, now: Timestamp) -> Found<RefundFacts> {
        let refund = match self.get(&format!("/v1/refunds/{}", segment(reference)), &[]).await {
            Said::Good(refund) => refund,
            Said::Missing => return Found::NotFound,
            Said::No(..) | Said::Unknown => return Found::NoAnswer,
        };
        let payment = json::id(&refund, "/payment_intent").or_else(|| json::id(&refund, "/charge"));
        let amount = json::number(&refund, "/amount")
            .and_then(|n| scale::from_rail(scale::STRIPE, n, json::text(&refund, "/currency")));
        match (payment, amount) {
            (Some(payment), Some(amount)) => Found::Is(RefundFacts {
                payment,
                amount,
                key: key_of(&refund, &self.paper),
                answer: answer(&refund, now),
            }),
            _ => Found::NoAnswer,
        }
    }
}

fn answer(refund: &Value, now: Timestamp) -> RefundAnswer {
    let Some(reference) = json::some_text(refund, "/id") else { return RefundAnswer::NoAnswer };
    match json::text(refund, "/status") {
        "succeeded" => RefundAnswer::Succeeded { reference, at: json::instant(refund, "/created").unwrap_or(now) },
        "pending" | "requires_action" => RefundAnswer::Pending { reference },
        word @ ("failed" | "canceled") => {
            let code = json::some_text(refund, "/failure_reason").unwrap_or_else(|| word.to_owned());
            RefundAnswer::Failed(Failure { kind: FailureKind::Declined, code })
        }
        _ => RefundAnswer::NoAnswer,
    }
}
