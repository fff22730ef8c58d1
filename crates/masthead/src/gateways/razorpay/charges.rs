//! Debits without the reader: an order, then a recurring payment with the token. The order may have been made days
//! before, when the reader's bank was asked to tell them.
use circulation::payments::{Failure, FailureKind, Outcome};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Razorpay;
use super::calls::Said;
use super::orders::FROM_DEBIT;
use super::told::outcome;
use crate::gateways::http::segment;
use crate::gateways::json;
use crate::gateways::rail::{Announced, Debit, MethodKind, Told};
use crate::gateways::scale;

/// Earliest debit after a notice that names no time (Razorpay's pages on subsequent payments).
const AFTER_NOTICE: SignedDuration = SignedDuration::from_hours(25);
const AFTER_NOTICE_CARD: SignedDuration = SignedDuration::from_mins(36 * 60 + 5);

impl Razorpay {
    async fn debit_order(&self, debit: &Debit) -> Said {
        let mut rest = json!({
            "payment_capture": true,
            "customer_id": debit.mandate.customer,
            "notes": self.notes(debit.key.as_str(), FROM_DEBIT),
        });
        if let Some(after) = debit.not_before {
            rest["notification"] = json!({ "token_id": debit.mandate.token, "payment_after": after.as_second() });
        }
        self.make_order(&debit.key, debit.amount, rest).await
    }

    pub(super) async fn announce(&self, debit: &Debit, now: Timestamp) -> Announced {
        if debit.mandate.method == MethodKind::Bank {
            return Announced::NotNeeded;
        }
        let least = if debit.mandate.method == MethodKind::Card { AFTER_NOTICE_CARD } else { AFTER_NOTICE };
        let debit_from = debit.not_before.unwrap_or(now + least);
        let told = Debit { not_before: Some(debit_from), ..debit.clone() };
        match self.debit_order(&told).await {
            Said::Good(order) => Announced::Sent {
                reference: json::text(&order, "/id").to_owned(),
                // What an earlier call asked for stands.
                debit_from: json::instant(&order, "/notification/payment_after").unwrap_or(debit_from),
            },
            Said::No(failure) => Announced::Refused(failure),
            Said::Missing => Announced::Refused(gone()),
            Said::Unknown => Announced::NoAnswer,
        }
    }

    pub(super) async fn debit(&self, debit: &Debit, now: Timestamp) -> Told {
        let order = match self.debit_order(debit).await {
            Said::Good(order) => order,
            Said::No(failure) => return outcome(&debit.key, now, Outcome::Failed(failure)),
            Said::Missing => return outcome(&debit.key, now, Outcome::Failed(gone())),
            Said::Unknown => return outcome(&debit.key, now, Outcome::NoAnswer),
        };
        let reference = json::text(&order, "/id").to_owned();
        let mut told = self.read_order(&order, now).await;
        if told.answer.outcome == Outcome::NotFound {
            // No payment under this order yet: this is the first and only time that one is asked for.
            told = match self.ask(debit, &reference).await {
                Said::Good(_) => self.read_order(&order, now).await,
                // Refused, or perhaps refused because the same debit was accepted a moment ago from elsewhere.
                Said::No(failure) => {
                    let read = self.read_order(&order, now).await;
                    if read.answer.outcome == Outcome::NotFound {
                        outcome(&debit.key, now, Outcome::Failed(failure))
                    } else {
                        read
                    }
                }
                Said::Missing => outcome(&debit.key, now, Outcome::Failed(gone())),
                Said::Unknown => outcome(&debit.key, now, Outcome::NoAnswer),
            };
            if told.answer.outcome == Outcome::NotFound {
                // Accepted and not listed yet.
                told.answer.outcome = Outcome::Pending;
            }
        }
        told.reference = Some(reference);
        told
    }

    async fn ask(&self, debit: &Debit, order: &str) -> Said {
        let customer = match self.get(&format!("/v1/customers/{}", segment(&debit.mandate.customer)), &[]).await {
            Said::Good(customer) => customer,
            other => return other,
        };
        let Some(number) = scale::to_rail(scale::RAZORPAY, debit.amount) else { return Said::Unknown };
        let mut body = json!({
            "email": debit.reader_email,
            "amount": number,
            "currency": debit.amount.currency().code(),
            "order_id": order,
            "customer_id": debit.mandate.customer,
            "token": debit.mandate.token,
            "recurring": true,
            "description": debit.description,
            "notes": self.notes(debit.key.as_str(), FROM_DEBIT),
        });
        if let Some(contact) = json::some_text(&customer, "/contact") {
            body["contact"] = Value::from(contact);
        }
        self.post("/v1/payments/create/recurring", body).await
    }
}

/// The token, or the reader, is not known at the rail.
fn gone() -> Failure {
    Failure { kind: FailureKind::Refused, code: "token_not_found".to_owned() }
}
