//! Orders: made once per attempt, found again by their receipt.
use circulation::money::Money;
use circulation::payments::AttemptKey;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Razorpay;
use super::calls::Said;
use crate::gateways::json;
use crate::gateways::rail::{Found, MandateWish, MethodKind};
use crate::gateways::scale;

/// Note: which paper an object belongs to.
pub const PAPER: &str = "masthead_paper";
/// Note: the house's key of attempt or refund.
pub const KEY: &str = "masthead_key";
/// Note: [`FROM_PAGE`] or [`FROM_DEBIT`].
pub const KIND: &str = "masthead_kind";
/// Note: until when a page may be paid on, in seconds since the epoch.
pub const UNTIL: &str = "masthead_until";
/// Note: set when a page is closed.
pub const CLOSED: &str = "masthead_closed";
/// An order that the reader pays on a page.
pub const FROM_PAGE: &str = "page";
/// An order that we debit.
pub const FROM_DEBIT: &str = "debit";

/// Longest receipt and reference, in characters.
const LONGEST: usize = 40;

impl Razorpay {
    /// The receipt of an attempt: its key after the paper's name, or a hash of both where that is too long.
    pub(super) fn receipt(&self, key: &str) -> String {
        let plain = format!("{}-{key}", self.paper);
        if plain.len() <= LONGEST {
            return plain;
        }
        format!("{}-h{}", self.paper, &blake3::hash(plain.as_bytes()).to_hex()[..32])
    }

    pub(super) fn notes(&self, key: &str, kind: &str) -> Map<String, Value> {
        [(PAPER, self.paper.as_str()), (KEY, key), (KIND, kind)]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Value::from(value)))
            .collect()
    }

    /// Whether an object is the one made for this key.
    pub(super) fn is_ours(&self, object: &Value, key: &str) -> bool {
        key_of(object, &self.paper).as_deref() == Some(key)
    }

    /// The order of an attempt, if there is one.
    pub(super) async fn order_by_key(&self, key: &AttemptKey) -> Found<Value> {
        match self.get("/v1/orders", &[("receipt", &self.receipt(key.as_str())), ("count", "100")]).await {
            Said::Good(page) => {
                let ours = |order: &&Value| self.is_ours(order, key.as_str());
                json::list(&page, "/items").iter().find(ours).map_or(Found::NotFound, |order| Found::Is(order.clone()))
            }
            Said::Missing => Found::NotFound,
            Said::No(_) | Said::Unknown => Found::NoAnswer,
        }
    }

    /// Makes an order, or gives the one that this receipt has already.
    pub(super) async fn make_order(&self, key: &AttemptKey, amount: Money, rest: Value) -> Said {
        match self.order_by_key(key).await {
            Found::Is(order) => return self.checked(order, amount),
            Found::NoAnswer => return Said::Unknown,
            Found::NotFound => {}
        }
        let Some(number) = scale::to_rail(scale::RAZORPAY, amount) else {
            return Said::No(super::told::no_such_amount());
        };
        let mut body = json!({
            "amount": number,
            "currency": amount.currency().code(),
            "receipt": self.receipt(key.as_str()),
            // A second request with this receipt, sent at the same moment, gets this order and makes none.
            "unique_receipt": true,
        });
        if let (Some(body), Value::Object(rest)) = (body.as_object_mut(), rest) {
            body.extend(rest);
        }
        match self.post("/v1/orders", body).await {
            Said::Good(order) => self.checked(order, amount),
            other => other,
        }
    }

    /// An order under our receipt for another amount is a conflict, which is neither yes nor no.
    fn checked(&self, order: Value, amount: Money) -> Said {
        let told = json::number(&order, "/amount")
            .and_then(|n| scale::from_rail(scale::RAZORPAY, n, json::text(&order, "/currency")));
        if told == Some(amount) && json::some_text(&order, "/id").is_some() {
            return Said::Good(order);
        }
        tracing::error!(order = json::text(&order, "/id"), "an order of this receipt asks for another amount");
        Said::Unknown
    }
}

/// The house's key on an object, if the object is this paper's. Empty notes are a list, not an object.
pub fn key_of(object: &Value, paper: &str) -> Option<String> {
    (json::text(object, &format!("/notes/{PAPER}")) == paper)
        .then(|| json::some_text(object, &format!("/notes/{KEY}")))
        .flatten()
}

/// How often a mandate may be debited. Cards know neither quarters nor two years, UPI knows no two years; both take "as
/// presented", which binds to nothing but the maximum.
pub fn frequency(months: u16, method: Option<MethodKind>) -> &'static str {
    match (months, method) {
        (12, _) => "yearly",
        (3, Some(MethodKind::Upi)) => "quarterly",
        (6, Some(MethodKind::Upi)) => "half_yearly",
        (1, _) => "monthly",
        _ => "as_presented",
    }
}

/// The mandate's terms in an order; none if the amount cannot be written.
pub fn token_block(wish: &MandateWish, now: Timestamp) -> Option<Value> {
    // Razorpay's limit: thirty years.
    let latest = now.as_second() + 30 * 365 * 86_400;
    Some(json!({
        "max_amount": scale::to_rail(scale::RAZORPAY, wish.max_amount)?,
        "expire_at": wish.expires_at.as_second().min(latest),
        "frequency": frequency(wish.term_months, wish.method_hint),
    }))
}

#[cfg(test)]
mod tests {
    use super::frequency;
    use crate::gateways::http::Patience;
    use crate::gateways::rail::MethodKind;
    use crate::gateways::razorpay::{ADDRESS, Razorpay};
    use crate::gateways::settings::{RazorpayKeys, Secret};
    use circulation::payments::AttemptKey;
    use circulation::subscriptions::SubscriptionId;

    #[test]
    fn a_receipt_fits_and_stays_one_to_one() {
        let keys = RazorpayKeys {
            key_id: "rzp_test_1".into(),
            key_secret: Secret::new("s"),
            webhook_secrets: Vec::new(),
            account: None,
        };
        let rail = Razorpay::new(keys, "main", ADDRESS, false, Patience::default()).unwrap();
        let short = AttemptKey::new(SubscriptionId(7), 3, 1);
        assert_eq!(rail.receipt(short.as_str()), "main-sub-7-p3-a1");
        let long = |end: &str| rail.receipt(&format!("{}{end}", "x".repeat(60)));
        assert!(long("a").len() <= 40 && long("a") != long("b"));
        assert_eq!(long("a"), long("a"));
    }

    #[test]
    fn the_plans_terms_are_written_as_the_method_knows_them() {
        for (months, upi, card) in
            [(3, "quarterly", "as_presented"), (12, "yearly", "yearly"), (24, "as_presented", "as_presented")]
        {
            assert_eq!(frequency(months, Some(MethodKind::Upi)), upi);
            assert_eq!(frequency(months, Some(MethodKind::Card)), card);
            assert_eq!(frequency(months, None), card, "what any method takes");
        }
    }
}
