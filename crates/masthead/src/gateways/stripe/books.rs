//! What rounds and books read: events, disputes, payouts.
use jiff::Timestamp;
use serde_json::Value;

use super::Stripe;
use super::calls::Said;
use super::webhook::hint;
use crate::gateways::http::segment;
use crate::gateways::json;
use crate::gateways::rail::{DisputeFacts, DisputeState, Found, Hint, PayoutFacts, PayoutLine, PayoutSource};
use crate::gateways::scale;

/// Pages of one hundred that a list is read for.
const MOST_PAGES: usize = 10;

impl Stripe {
    pub(super) async fn events(&self, from: Timestamp, to: Timestamp) -> Found<Vec<Hint>> {
        let (from, to) = (from.as_second().to_string(), to.as_second().to_string());
        match self.pages("/v1/events", &[("created[gte]", &from), ("created[lte]", &to)]).await {
            Found::Is(events) => {
                let hints = events.iter().map(|event| hint(event, &self.paper)).filter(|hint| *hint != Hint::Other);
                Found::Is(hints.collect())
            }
            Found::NotFound => Found::Is(Vec::new()),
            Found::NoAnswer => Found::NoAnswer,
        }
    }

    /// A whole list, or no answer: half a list would be read as the whole.
    async fn pages(&self, path: &str, query: &[(&str, &str)]) -> Found<Vec<Value>> {
        let (mut all, mut after) = (Vec::new(), String::new());
        for _ in 0..MOST_PAGES {
            let mut query = query.to_vec();
            query.push(("limit", "100"));
            if !after.is_empty() {
                query.push(("starting_after", &after));
            }
            let page = match self.get(path, &query).await {
                Said::Good(page) => page,
                Said::Missing => return Found::NotFound,
                Said::No(..) | Said::Unknown => return Found::NoAnswer,
            };
            let items = json::list(&page, "/data");
            all.extend(items.iter().cloned());
            match items.last().and_then(|item| json::some_text(item, "/id")) {
                Some(last) if json::is_true(&page, "/has_more") => after = last,
                _ => return Found::Is(all),
            }
        }
        Found::NoAnswer
    }

    pub(super) async fn read_dispute(&self, reference: &str) -> Found<DisputeFacts> {
        match self.get(&format!("/v1/disputes/{}", segment(reference)), &[]).await {
            Said::Good(dispute) => dispute_facts(&dispute).map_or(Found::NoAnswer, Found::Is),
            Said::Missing => Found::NotFound,
            Said::No(..) | Said::Unknown => Found::NoAnswer,
        }
    }

    pub(super) async fn read_payout(&self, reference: &str) -> Found<PayoutFacts> {
        let payout = match self.get(&format!("/v1/payouts/{}", segment(reference)), &[]).await {
            Said::Good(payout) => payout,
            Said::Missing => return Found::NotFound,
            Said::No(..) | Said::Unknown => return Found::NoAnswer,
        };
        let query = [("payout", reference), ("expand[]", "data.source")];
        let Found::Is(entries) = self.pages("/v1/balance_transactions", &query).await else { return Found::NoAnswer };
        let lines: Option<Vec<PayoutLine>> =
            entries.iter().filter(|entry| json::text(entry, "/type") != "payout").map(line).collect();
        let facts = (|| {
            Some(PayoutFacts {
                reference: json::some_text(&payout, "/id")?,
                amount: money(&payout, "/amount")?,
                arrives_at: json::instant(&payout, "/arrival_date")?,
                paid: json::text(&payout, "/status") == "paid",
                lines: lines?,
            })
        })();
        facts.map_or(Found::NoAnswer, Found::Is)
    }
}

fn money(object: &Value, path: &str) -> Option<circulation::money::Money> {
    scale::from_rail(scale::STRIPE, json::number(object, path)?, json::text(object, "/currency"))
}

fn dispute_facts(dispute: &Value) -> Option<DisputeFacts> {
    Some(DisputeFacts {
        reference: json::some_text(dispute, "/id")?,
        payment: json::id(dispute, "/payment_intent").or_else(|| json::id(dispute, "/charge"))?,
        amount: money(dispute, "/amount")?,
        reason: json::text(dispute, "/reason").to_owned(),
        state: match json::text(dispute, "/status") {
            "won" | "warning_closed" | "prevented" => DisputeState::Won,
            "lost" => DisputeState::Lost,
            "" => return None,
            _ => DisputeState::Open,
        },
        respond_by: json::instant(dispute, "/evidence_details/due_by"),
    })
}

fn line(entry: &Value) -> Option<PayoutLine> {
    let source = match json::text(entry, "/type") {
        "charge" | "payment" => {
            json::id(entry, "/source/payment_intent").or_else(|| json::id(entry, "/source")).map(PayoutSource::Payment)
        }
        "refund" | "payment_refund" | "refund_failure" | "payment_failure_refund" => {
            json::id(entry, "/source").map(PayoutSource::Refund)
        }
        "adjustment" if json::text(entry, "/source/object") == "dispute" => {
            json::id(entry, "/source").map(PayoutSource::Dispute)
        }
        _ => None,
    };
    let other = || PayoutSource::Other(format!("{} {}", json::text(entry, "/type"), json::text(entry, "/id")));
    Some(PayoutLine {
        source: source.unwrap_or_else(other),
        gross: money(entry, "/amount")?,
        fee: money(entry, "/fee")?,
    })
}
