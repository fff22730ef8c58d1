//! What rounds and books read: recent payments, disputes, settlements.
use circulation::money::Money;
use circulation::payments::AttemptKey;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::Razorpay;
use super::calls::Said;
use super::orders::key_of;
use super::told::money;
use crate::gateways::http::segment;
use crate::gateways::json;
use crate::gateways::rail::{DisputeFacts, DisputeState, Found, Hint, PayoutFacts, PayoutLine, PayoutSource};

/// Entries that a page of a list has at most.
const PAGE: usize = 100;
/// Pages that a list is read for.
const MOST_PAGES: usize = 5;

impl Razorpay {
    /// Payments and refunds of a span. Razorpay has no list of events.
    pub(super) async fn since(&self, from: Timestamp, to: Timestamp) -> Found<Vec<Hint>> {
        let (from, to) = (from.as_second().to_string(), to.as_second().to_string());
        let query = [("from", from.as_str()), ("to", to.as_str())];
        let (Found::Is(payments), Found::Is(refunds)) =
            (self.pages("/v1/payments", &query, PAGE).await, self.pages("/v1/refunds", &query, PAGE).await)
        else {
            return Found::NoAnswer;
        };
        let attempts = payments.iter().filter_map(|payment| {
            let key = key_of(payment, &self.paper).map(|key| AttemptKey::from_text(&key));
            json::id(payment, "/order_id").map(|reference| Hint::Attempt { key, reference })
        });
        let refunds = refunds.iter().filter_map(|refund| {
            Some(Hint::Refund { reference: json::some_text(refund, "/id")?, key: key_of(refund, &self.paper) })
        });
        Found::Is(attempts.chain(refunds).collect())
    }

    /// A whole list, or no answer.
    async fn pages(&self, path: &str, query: &[(&str, &str)], size: usize) -> Found<Vec<Value>> {
        let (mut all, count) = (Vec::new(), size.to_string());
        for page in 0..MOST_PAGES {
            let skip = (page * size).to_string();
            let mut query = query.to_vec();
            query.extend([("count", count.as_str()), ("skip", skip.as_str())]);
            let Said::Good(page) = self.get(path, &query).await else { return Found::NoAnswer };
            let items = json::list(&page, "/items");
            all.extend(items.iter().cloned());
            if items.len() < size {
                return Found::Is(all);
            }
        }
        Found::NoAnswer
    }

    pub(super) async fn read_dispute(&self, reference: &str) -> Found<DisputeFacts> {
        match self.get(&format!("/v1/disputes/{}", segment(reference)), &[]).await {
            Said::Good(dispute) => dispute_facts(&dispute).map_or(Found::NoAnswer, Found::Is),
            Said::Missing => Found::NotFound,
            Said::No(_) | Said::Unknown => Found::NoAnswer,
        }
    }

    pub(super) async fn read_settlement(&self, reference: &str) -> Found<PayoutFacts> {
        let settlement = match self.get(&format!("/v1/settlements/{}", segment(reference)), &[]).await {
            Said::Good(settlement) => settlement,
            Said::Missing => return Found::NotFound,
            Said::No(_) | Said::Unknown => return Found::NoAnswer,
        };
        let Some(at) = json::instant(&settlement, "/created_at") else { return Found::NoAnswer };
        // The reconciliation is by day, in the zone of the rail's books.
        let Ok(zone) = TimeZone::get("Asia/Kolkata") else { return Found::NoAnswer };
        let day = at.to_zoned(zone).date();
        let (year, month, date) = (day.year().to_string(), day.month().to_string(), day.day().to_string());
        let query = [("year", year.as_str()), ("month", month.as_str()), ("day", date.as_str())];
        let Found::Is(entries) = self.pages("/v1/settlements/recon/combined", &query, 1_000).await else {
            return Found::NoAnswer;
        };
        let ours = entries.iter().filter(|entry| json::text(entry, "/settlement_id") == reference);
        let lines: Option<Vec<PayoutLine>> = ours.map(line).collect();
        let amount = json::number(&settlement, "/amount").map(|n| Money::new(n, circulation::money::Currency::INR));
        match (amount, lines) {
            (Some(amount), Some(lines)) => Found::Is(PayoutFacts {
                reference: reference.to_owned(),
                amount,
                arrives_at: at,
                paid: json::text(&settlement, "/status") == "processed",
                lines,
            }),
            _ => Found::NoAnswer,
        }
    }
}

fn dispute_facts(dispute: &Value) -> Option<DisputeFacts> {
    Some(DisputeFacts {
        reference: json::some_text(dispute, "/id")?,
        payment: json::id(dispute, "/payment_id")?,
        amount: money(dispute, "/amount")?,
        reason: json::text(dispute, "/reason_code").to_owned(),
        state: match json::text(dispute, "/status") {
            "won" | "closed" => DisputeState::Won,
            "lost" => DisputeState::Lost,
            "" => return None,
            _ => DisputeState::Open,
        },
        respond_by: json::instant(dispute, "/respond_by"),
    })
}

fn line(entry: &Value) -> Option<PayoutLine> {
    let reference = json::some_text(entry, "/entity_id")?;
    let (source, sign) = match json::text(entry, "/type") {
        "payment" => (PayoutSource::Payment(reference), 1),
        "refund" => (PayoutSource::Refund(reference), -1),
        word => {
            let sign = if json::number(entry, "/debit").unwrap_or(0) > 0 { -1 } else { 1 };
            (PayoutSource::Other(format!("{word} {reference}")), sign)
        }
    };
    let gross = money(entry, "/amount")?;
    let fee = Money::new(json::number(entry, "/fee").unwrap_or(0), gross.currency());
    Some(PayoutLine { source, gross: Money::new(gross.minor().checked_mul(sign)?, gross.currency()), fee })
}
