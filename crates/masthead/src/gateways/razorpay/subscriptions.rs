//! Razorpay Subscriptions: the fallback for accounts that may not send debits themselves. The house keeps the contract
//! and only expects captures; which period a capture is for follows from the order of the invoices.
use circulation::payments::AttemptKey;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Razorpay;
use super::calls::Said;
use super::orders::{FROM_PAGE, key_of};
use super::told::{money, no_such_amount};
use crate::gateways::http::segment;
use crate::gateways::json;
use crate::gateways::rail::{
    Found, Page, PageAnswer, ScheduleFacts, ScheduleRequest, ScheduleState, ScheduledPayment, Way,
};
use crate::gateways::scale;

/// Invoices that are read: a hundred periods of three months are twenty-five years.
const MOST: usize = 100;

/// Period and interval of a plan.
fn plan_terms(months: u16) -> (&'static str, u16) {
    match months {
        3 => ("quarterly", 1),
        m if m % 12 == 0 && m > 0 => ("yearly", m / 12),
        m => ("monthly", m),
    }
}

impl Razorpay {
    pub(super) async fn subscribe(&self, request: &ScheduleRequest, now: Timestamp) -> PageAnswer {
        let key = &request.page.key;
        match self.subscription_by_key(key, now).await {
            Found::Is(found) => return opened(&found),
            Found::NoAnswer => return PageAnswer::NoAnswer,
            Found::NotFound => {}
        }
        let Some(number) = scale::to_rail(scale::RAZORPAY, request.page.amount).filter(|n| *n > 0) else {
            return PageAnswer::Refused(no_such_amount());
        };
        let (period, interval) = plan_terms(request.months);
        let item = json!({
            "name": request.page.description,
            "amount": number,
            "currency": request.page.amount.currency().code(),
        });
        let plan = json!({ "period": period, "interval": interval, "item": item });
        // A second plan of the same terms does no harm: a plan charges nobody.
        let plan = match self.post("/v1/plans", plan).await {
            Said::Good(plan) => plan,
            Said::No(failure) => return PageAnswer::Refused(failure),
            Said::Missing | Said::Unknown => return PageAnswer::NoAnswer,
        };
        let body = json!({
            "plan_id": plan["id"],
            "total_count": request.times,
            "quantity": 1,
            "customer_notify": false,
            "expire_by": request.page.expires_at.as_second(),
            "notes": self.notes(key.as_str(), FROM_PAGE),
        });
        match self.post("/v1/subscriptions", body).await {
            Said::Good(made) => opened(&made),
            Said::No(failure) => PageAnswer::Refused(failure),
            Said::Missing | Said::Unknown => PageAnswer::NoAnswer,
        }
    }

    /// A subscription has no receipt; the last two days' are read for our note.
    async fn subscription_by_key(&self, key: &AttemptKey, now: Timestamp) -> Found<Value> {
        let from = (now - SignedDuration::from_hours(48)).as_second().to_string();
        for page in 0..10_usize {
            let skip = (page * MOST).to_string();
            let query = [("from", from.as_str()), ("count", "100"), ("skip", skip.as_str())];
            let Said::Good(list) = self.get("/v1/subscriptions", &query).await else { return Found::NoAnswer };
            let items = json::list(&list, "/items");
            if let Some(found) = items.iter().find(|item| self.is_ours(item, key.as_str())) {
                return Found::Is(found.clone());
            }
            if items.len() < MOST {
                return Found::NotFound;
            }
        }
        Found::NoAnswer
    }

    pub(super) async fn subscription(&self, reference: &str) -> Found<ScheduleFacts> {
        let object = match self.get(&format!("/v1/subscriptions/{}", segment(reference)), &[]).await {
            Said::Good(object) => object,
            Said::Missing => return Found::NotFound,
            Said::No(_) | Said::Unknown => return Found::NoAnswer,
        };
        let query = [("subscription_id", reference), ("count", "100")];
        let Said::Good(invoices) = self.get("/v1/invoices", &query).await else { return Found::NoAnswer };
        let Some(payments) = payments(json::list(&invoices, "/items")) else { return Found::NoAnswer };
        Found::Is(ScheduleFacts {
            reference: reference.to_owned(),
            key: key_of(&object, &self.paper).map(|key| AttemptKey::from_text(&key)),
            state: state(json::text(&object, "/status")),
            next_at: json::instant(&object, "/charge_at"),
            payments,
            token: json::id(&object, "/token_id"),
        })
    }

    pub(super) async fn unsubscribe(&self, reference: &str) -> Found<ScheduleFacts> {
        let path = format!("/v1/subscriptions/{}/cancel", segment(reference));
        match self.post(&path, json!({ "cancel_at_cycle_end": false })).await {
            Said::Unknown => Found::NoAnswer,
            Said::Missing => Found::NotFound,
            // Ended now, or was before: read where it stands.
            Said::Good(_) | Said::No(_) => self.subscription(reference).await,
        }
    }
}

fn opened(object: &Value) -> PageAnswer {
    match (json::some_text(object, "/id"), json::some_text(object, "/short_url")) {
        (Some(reference), Some(url)) => {
            PageAnswer::Open(Page { reference, customer: json::id(object, "/customer_id"), way: Way::Link(url) })
        }
        _ => PageAnswer::NoAnswer,
    }
}

fn state(word: &str) -> ScheduleState {
    match word {
        "authenticated" | "active" => ScheduleState::Running,
        "pending" => ScheduleState::Retrying,
        "halted" => ScheduleState::Halted,
        "paused" => ScheduleState::Paused,
        "cancelled" | "completed" | "expired" => ScheduleState::Ended,
        _ => ScheduleState::Waiting,
    }
}

/// Paid invoices with their place among all, oldest first; none if the list may be cut off or cannot be read.
fn payments(invoices: &[Value]) -> Option<Vec<ScheduledPayment>> {
    if invoices.len() >= MOST {
        return None;
    }
    let mut ordered: Vec<&Value> = invoices.iter().collect();
    ordered.sort_by_key(|invoice| {
        (json::number(invoice, "/billing_start"), json::number(invoice, "/date"), json::text(invoice, "/id").to_owned())
    });
    ordered
        .into_iter()
        .zip(0..)
        .filter(|(invoice, _)| json::text(invoice, "/status") == "paid")
        .map(|(invoice, period)| {
            Some(ScheduledPayment {
                period,
                reference: json::id(invoice, "/payment_id")?,
                amount: money(invoice, "/amount_paid")?,
                at: json::instant(invoice, "/paid_at")?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::plan_terms;

    #[test]
    fn terms_become_what_a_plan_can_say() {
        assert_eq!(plan_terms(3), ("quarterly", 1));
        assert_eq!(plan_terms(12), ("yearly", 1));
        assert_eq!(plan_terms(24), ("yearly", 2));
        assert_eq!(plan_terms(1), ("monthly", 1));
    }
}
