//! Money back.
use circulation::payments::{Failure, FailureKind};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Razorpay;
use super::calls::Said;
use super::orders::key_of;
use super::told::no_such_amount;
use crate::gateways::http::{Call, Content, segment};
use crate::gateways::json;
use crate::gateways::rail::{Found, RefundAnswer, RefundFacts, RefundOrder};
use crate::gateways::scale;

impl Razorpay {
    pub(super) async fn give_back(&self, order: &RefundOrder, now: Timestamp) -> RefundAnswer {
        let Some(number) = scale::to_rail(scale::RAZORPAY, order.amount).filter(|n| *n > 0) else {
            return RefundAnswer::Failed(no_such_amount());
        };
        let mut notes = self.notes(&order.key, "refund");
        notes.insert("masthead_reason".to_owned(), Value::from(order.reason.chars().take(200).collect::<String>()));
        let body = json!({
            "amount": number,
            "speed": "normal",
            "receipt": self.receipt(&order.key),
            "notes": notes,
        });
        // At least ten characters of letters, digits, hyphens and underscores.
        let mark = blake3::hash(format!("{} {}", self.paper, order.key).as_bytes()).to_hex();
        let path = format!("/v1/payments/{}/refund", segment(&order.payment));
        let call =
            Call::post(path, Content::Json(body)).with("x-refund-idempotency", format!("masthead-{}", &mark[..32]));
        match self.say(call).await {
            Said::Good(refund) => answer(&refund, now),
            Said::No(failure) => match self.find_refund(order, None, now).await {
                RefundAnswer::NotFound => RefundAnswer::Failed(failure),
                found => found,
            },
            Said::Missing => {
                RefundAnswer::Failed(Failure { kind: FailureKind::Refused, code: "payment_not_found".to_owned() })
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
                Said::No(_) | Said::Unknown => RefundAnswer::NoAnswer,
            };
        }
        match self.get(&format!("/v1/payments/{}/refunds", segment(&order.payment)), &[("count", "100")]).await {
            Said::Good(page) => {
                let items = json::list(&page, "/items");
                match items.iter().find(|refund| self.is_ours(refund, &order.key)) {
                    Some(refund) => answer(refund, now),
                    // A full page may hide it.
                    None if items.len() >= 100 => RefundAnswer::NoAnswer,
                    None => RefundAnswer::NotFound,
                }
            }
            Said::Missing => RefundAnswer::NotFound,
            Said::No(_) | Said::Unknown => RefundAnswer::NoAnswer,
        }
    }

    pub(super) async fn refund_facts(&self, reference: &str, now: Timestamp) -> Found<RefundFacts> {
        let refund = match self.get(&format!("/v1/refunds/{}", segment(reference)), &[]).await {
            Said::Good(refund) => refund,
            Said::Missing => return Found::NotFound,
            Said::No(_) | Said::Unknown => return Found::NoAnswer,
        };
        let payment = json::id(&refund, "/payment_id");
        let amount = json::number(&refund, "/amount")
            .and_then(|n| scale::from_rail(scale::RAZORPAY, n, json::text(&refund, "/currency")));
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
        "processed" => RefundAnswer::Succeeded { reference, at: json::instant(refund, "/created_at").unwrap_or(now) },
        "pending" | "created" => RefundAnswer::Pending { reference },
        "failed" => RefundAnswer::Failed(Failure { kind: FailureKind::Declined, code: "refund_failed".to_owned() }),
        _ => RefundAnswer::NoAnswer,
    }
}
