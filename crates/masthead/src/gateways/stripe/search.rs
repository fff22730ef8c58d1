//! Finding an attempt: by Stripe's own name when we know it, else by our key in a window of time.
use circulation::payments::Outcome;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Stripe;
use super::calls::Said;
use super::told::{self, FROM_DEBIT, KIND};
use crate::gateways::http::segment;
use crate::gateways::json;
use crate::gateways::rail::{Asked, Told};

/// What a session is asked for with: one look shows the payment and the method.
pub const OF_SESSION: [(&str, &str); 3] = [
    ("expand[]", "payment_intent.latest_charge"),
    ("expand[]", "payment_intent.payment_method"),
    ("expand[]", "setup_intent.payment_method"),
];
/// What an intent is asked for with.
pub const OF_INTENT: [(&str, &str); 2] = [("expand[]", "latest_charge"), ("expand[]", "payment_method")];
/// Pages of one hundred that a search reads before it gives up.
const MOST_PAGES: usize = 10;

/// What a search gives.
enum Hit {
    One(Value),
    None,
    Unknown,
}

impl Stripe {
    pub(super) async fn find(&self, asked: &Asked, now: Timestamp) -> Told {
        let mut told = match asked.reference.as_deref() {
            Some(reference) => self.by_reference(asked, reference, now).await,
            None => self.by_key(asked, now).await,
        };
        told.reference = told.reference.or_else(|| asked.reference.clone());
        told
    }

    async fn by_reference(&self, asked: &Asked, reference: &str, now: Timestamp) -> Told {
        let name = segment(reference);
        let (path, expand) = match reference.split('_').next() {
            Some("cs") => (format!("/v1/checkout/sessions/{name}"), &OF_SESSION[..]),
            Some("pi") => (format!("/v1/payment_intents/{name}"), &OF_INTENT[..]),
            Some("seti") => (format!("/v1/setup_intents/{name}"), &OF_INTENT[1..]),
            _ => return told::outcome(&asked.key, now, Outcome::NotFound),
        };
        match self.get(&path, expand).await {
            Said::Good(object) if reference.starts_with("cs_") => told::session(&object, &self.paper, now),
            Said::Good(object) => {
                let mut told = told::intent(&object, &self.paper, now);
                if let (Outcome::Captured { amount, .. }, true) = (&mut told.answer.outcome, asked.amount.is_zero()) {
                    *amount = asked.amount;
                }
                told
            }
            Said::Missing => told::outcome(&asked.key, now, Outcome::NotFound),
            Said::No(..) | Said::Unknown => told::outcome(&asked.key, now, Outcome::NoAnswer),
        }
    }

    /// Intents first, since both ways of paying end in one; then sessions, since a page not used yet has none.
    async fn by_key(&self, asked: &Asked, now: Timestamp) -> Told {
        let intents = self.search("/v1/payment_intents", asked).await;
        let intent = match intents {
            Hit::Unknown => return told::outcome(&asked.key, now, Outcome::NoAnswer),
            Hit::One(intent) => Some(intent),
            Hit::None => None,
        };
        if let Some(intent) = &intent
            && json::text(intent, &format!("/metadata/{KIND}")) == FROM_DEBIT
        {
            let reference = json::text(intent, "/id").to_owned();
            return self.by_reference(asked, &reference, now).await;
        }
        match self.search("/v1/checkout/sessions", asked).await {
            Hit::One(session) => {
                let reference = json::text(&session, "/id").to_owned();
                self.by_reference(asked, &reference, now).await
            }
            Hit::None if intent.is_none() => told::outcome(&asked.key, now, Outcome::NotFound),
            Hit::None | Hit::Unknown => told::outcome(&asked.key, now, Outcome::NoAnswer),
        }
    }

    /// Reads a list, newest first, around the time of sending. An end that is not reached is no absence.
    async fn search(&self, path: &str, asked: &Asked) -> Hit {
        // Clocks differ, and an attempt may be resent for a day.
        let from = (asked.sent_at - SignedDuration::from_hours(1)).as_second().to_string();
        let to = (asked.sent_at + SignedDuration::from_hours(48)).as_second().to_string();
        let mut after = String::new();
        for _ in 0..MOST_PAGES {
            let mut query = vec![("limit", "100"), ("created[gte]", from.as_str()), ("created[lte]", to.as_str())];
            query.extend(asked.customer.as_deref().map(|customer| ("customer", customer)));
            if !after.is_empty() {
                query.push(("starting_after", after.as_str()));
            }
            let page = match self.get(path, &query).await {
                Said::Good(page) => page,
                Said::Missing => return Hit::None,
                Said::No(..) | Said::Unknown => return Hit::Unknown,
            };
            let items = json::list(&page, "/data");
            let ours = |item: &&Value| told::key_of(item, &self.paper).as_deref() == Some(asked.key.as_str());
            if let Some(found) = items.iter().find(ours) {
                return Hit::One(found.clone());
            }
            if !json::is_true(&page, "/has_more") {
                return Hit::None;
            }
            match items.last().and_then(|item| json::some_text(item, "/id")) {
                Some(last) => after = last,
                None => return Hit::Unknown,
            }
        }
        Hit::Unknown
    }
}
