//! From orders and payments to the house's words. This is where a page's authorised payment is captured.
use circulation::money::Money;
use circulation::payments::{AttemptKey, Failure, FailureKind, Outcome, RailAnswer};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Razorpay;
use super::calls::Said;
use super::failures;
use super::orders::{CLOSED, FROM_PAGE, KIND, UNTIL, key_of};
use crate::gateways::http::segment;
use crate::gateways::json;
use crate::gateways::rail::{Asked, Found, MandateFacts, MandateRef, MandateState, MethodKind, Told};
use crate::gateways::scale;

/// An outcome about `key`, with nothing else known.
pub fn outcome(key: &AttemptKey, at: Timestamp, outcome: Outcome) -> Told {
    Told::only(RailAnswer { key: key.clone(), at, outcome })
}

/// An amount that the rail's numbers cannot say.
pub fn no_such_amount() -> Failure {
    Failure { kind: FailureKind::Refused, code: "amount_not_representable".to_owned() }
}

/// A page that nobody can pay on.
pub fn expired() -> Outcome {
    Outcome::Failed(Failure { kind: FailureKind::Expired, code: "expired".to_owned() })
}

pub fn money(object: &Value, path: &str) -> Option<Money> {
    scale::from_rail(scale::RAZORPAY, json::number(object, path)?, json::text(object, "/currency"))
}

impl Razorpay {
    pub(super) async fn find(&self, asked: &Asked, now: Timestamp) -> Told {
        let mut told = match asked.reference.as_deref() {
            Some(reference) if reference.starts_with("plink_") => self.link(&asked.key, reference, now).await,
            Some(reference) if reference.starts_with("order_") => self.order(&asked.key, reference, now).await,
            Some(reference) if reference.starts_with("pay_") => {
                match self.get(&format!("/v1/payments/{}", segment(reference)), &[]).await {
                    Said::Good(payment) => match json::id(&payment, "/order_id") {
                        Some(order) => self.order(&asked.key, &order, now).await,
                        None => outcome(&asked.key, now, Outcome::NoAnswer),
                    },
                    Said::Missing => outcome(&asked.key, now, Outcome::NotFound),
                    Said::No(_) | Said::Unknown => outcome(&asked.key, now, Outcome::NoAnswer),
                }
            }
            Some(_) => outcome(&asked.key, now, Outcome::NotFound),
            None => self.by_key(&asked.key, now).await,
        };
        told.reference = told.reference.or_else(|| asked.reference.clone());
        told
    }

    async fn by_key(&self, key: &AttemptKey, now: Timestamp) -> Told {
        match self.order_by_key(key).await {
            Found::Is(order) => self.read_order(&order, now).await,
            Found::NoAnswer => outcome(key, now, Outcome::NoAnswer),
            Found::NotFound => match self.link_by_key(key).await {
                Found::Is(link) => self.read_link(&link, now).await,
                Found::NotFound => outcome(key, now, Outcome::NotFound),
                Found::NoAnswer => outcome(key, now, Outcome::NoAnswer),
            },
        }
    }

    async fn order(&self, key: &AttemptKey, reference: &str, now: Timestamp) -> Told {
        match self.get(&format!("/v1/orders/{}", segment(reference)), &[]).await {
            Said::Good(order) => self.read_order(&order, now).await,
            Said::Missing => outcome(key, now, Outcome::NotFound),
            Said::No(_) | Said::Unknown => outcome(key, now, Outcome::NoAnswer),
        }
    }

    /// What became of an order.
    pub(super) async fn read_order(&self, order: &Value, now: Timestamp) -> Told {
        let key = AttemptKey::from_text(&key_of(order, &self.paper).unwrap_or_default());
        let reference = json::text(order, "/id").to_owned();
        let mut told = match self.get(&format!("/v1/orders/{}/payments", segment(&reference)), &[]).await {
            Said::Good(page) => self.judge(&key, order, json::list(&page, "/items"), now).await,
            Said::No(_) | Said::Missing | Said::Unknown => outcome(&key, now, Outcome::NoAnswer),
        };
        told.reference = Some(reference);
        told.customer = told.customer.or_else(|| json::id(order, "/customer_id"));
        told
    }

    async fn judge(&self, key: &AttemptKey, order: &Value, payments: &[Value], now: Timestamp) -> Told {
        let first = |words: &[&str]| {
            let mut found: Vec<&Value> =
                payments.iter().filter(|p| words.contains(&json::text(p, "/status"))).collect();
            found.sort_by_key(|p| json::number(p, "/created_at"));
            found.into_iter().next()
        };
        // Refunded was captured before: the refund is its own act.
        if let Some(payment) = first(&["captured", "refunded"]) {
            return self.captured(key, order, payment, now).await;
        }
        let page = json::text(order, &format!("/notes/{KIND}")) == FROM_PAGE;
        let until = json::number(order, &format!("/notes/{UNTIL}"));
        let over = !json::text(order, &format!("/notes/{CLOSED}")).is_empty();
        if let Some(payment) = first(&["authorized"]) {
            let late = json::number(payment, "/created_at").zip(until).is_some_and(|(at, until)| at > until);
            if page && (over || late) {
                // Never captured, hence given back by Razorpay.
                return outcome(key, now, expired());
            }
            return self.capture(key, order, payment, now).await;
        }
        if page && (over || until.is_some_and(|until| now.as_second() > until)) {
            return outcome(key, now, expired());
        }
        if page || first(&["created", "pending"]).is_some() {
            return outcome(key, now, Outcome::Pending);
        }
        match first(&["failed"]) {
            Some(payment) => {
                let at = json::instant(payment, "/created_at").unwrap_or(now);
                outcome(key, at, Outcome::Failed(failures::of_payment(payment)))
            }
            // Announced at most; nothing was asked of the mandate.
            None if payments.is_empty() => outcome(key, now, Outcome::NotFound),
            None => outcome(key, now, Outcome::NoAnswer),
        }
    }

    async fn capture(&self, key: &AttemptKey, order: &Value, payment: &Value, now: Timestamp) -> Told {
        let name = segment(json::text(payment, "/id"));
        let body = json!({"amount": payment["amount"], "currency": payment["currency"]});
        match self.post(&format!("/v1/payments/{name}/capture"), body).await {
            Said::Good(taken) if json::text(&taken, "/status") == "captured" => {
                self.captured(key, order, &taken, now).await
            }
            // Perhaps captured a moment ago by another call: the next look tells.
            Said::Good(_) | Said::No(_) | Said::Missing => outcome(key, now, Outcome::Pending),
            Said::Unknown => outcome(key, now, Outcome::NoAnswer),
        }
    }

    async fn captured(&self, key: &AttemptKey, order: &Value, payment: &Value, now: Timestamp) -> Told {
        let reference = json::some_text(payment, "/id");
        let (Some(reference), Some(amount)) = (reference, money(payment, "/amount")) else {
            return outcome(key, now, Outcome::NoAnswer);
        };
        let at = json::instant(payment, "/created_at").unwrap_or(now);
        let mut told = outcome(key, at, Outcome::Captured { reference, amount });
        told.customer = json::id(payment, "/customer_id").or_else(|| json::id(order, "/customer_id"));
        if let (Some(customer), Some(token)) = (told.customer.clone(), json::id(payment, "/token_id")) {
            let mandate = MandateRef { customer, token, method: method(json::text(payment, "/method")) };
            told.mandate = Some(match self.token(&mandate, now).await {
                Found::Is(facts) => facts,
                // Not readable just now: there is one, and it may not be debited before it was read.
                Found::NotFound | Found::NoAnswer => MandateFacts {
                    label: label(payment),
                    mandate,
                    max_amount: None,
                    expires: None,
                    state: MandateState::Pending,
                },
            });
        }
        told
    }
}

/// Razorpay's word for a method.
pub fn method(word: &str) -> MethodKind {
    match word {
        "card" => MethodKind::Card,
        "upi" => MethodKind::Upi,
        _ => MethodKind::Bank,
    }
}

/// What a reader knows a method by; of a payment or of a token.
pub fn label(object: &Value) -> String {
    match json::text(object, "/method") {
        "card" => format!("{} •••• {}", json::text(object, "/card/network"), json::text(object, "/card/last4")),
        "upi" => {
            let (user, bank) = (json::text(object, "/vpa/username"), json::text(object, "/vpa/handle"));
            match json::some_text(object, "/vpa") {
                Some(vpa) => vpa,
                None if user.is_empty() => "UPI".to_owned(),
                None => format!("{user}@{bank}"),
            }
        }
        _ => json::some_text(object, "/bank").unwrap_or_else(|| "Bank account".to_owned()),
    }
}
