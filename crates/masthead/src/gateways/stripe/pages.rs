//! Checkout: the page at which the reader pays or leaves a method.
use circulation::payments::{Failure, FailureKind, Outcome};
use jiff::{SignedDuration, Timestamp};

use super::Stripe;
use super::calls::Said;
use super::search::OF_SESSION;
use super::told::{self, FROM_PAGE, KEY, KIND, PAPER};
use crate::gateways::http::segment;
use crate::gateways::json;
use crate::gateways::rail::{Asked, Page, PageAnswer, PageRequest, Purpose, Told, Way};
use crate::gateways::scale;

/// The field that Stripe adds to the return address, at our asking.
pub const RETURNED: &str = "session_id";

/// When a page with this end can have been made: Checkout keeps none open for longer than a day.
fn around(request: &PageRequest) -> Asked {
    Asked {
        key: request.key.clone(),
        amount: request.amount,
        reference: None,
        customer: request.customer.clone(),
        sent_at: request.expires_at - SignedDuration::from_hours(24),
    }
}

impl Stripe {
    pub(super) async fn open(&self, request: &PageRequest, _now: Timestamp) -> PageAnswer {
        let customer = match self.customer(request).await {
            Ok(customer) => customer,
            Err(answer) => return answer,
        };
        let Some(fields) = self.session_fields(request, &customer) else {
            let code = "amount_not_representable".to_owned();
            return PageAnswer::Refused(Failure { kind: FailureKind::Refused, code });
        };
        match self.post("/v1/checkout/sessions", &format!("{}.page", request.key), fields).await {
            Said::Good(session) => match (json::some_text(&session, "/id"), json::some_text(&session, "/url")) {
                (Some(reference), Some(url)) => {
                    PageAnswer::Open(Page { reference, customer: Some(customer), way: Way::Link(url) })
                }
                _ => PageAnswer::NoAnswer,
            },
            Said::No(failure, _) => PageAnswer::Refused(failure),
            Said::Missing | Said::Unknown => PageAnswer::NoAnswer,
        }
    }

    /// Stripe's name for the reader: the one we know, or a new one.
    async fn customer(&self, request: &PageRequest) -> Result<String, PageAnswer> {
        if let Some(known) = &request.customer {
            return Ok(known.clone());
        }
        let fields = vec![
            ("email".to_owned(), request.reader_email.clone()),
            (format!("metadata[{PAPER}]"), self.paper.clone()),
            ("metadata[masthead_reader]".to_owned(), request.reader_ref.clone()),
        ];
        // The address is part of the key: with a new one the same key would be a conflict.
        let mark = blake3::hash(request.reader_email.as_bytes()).to_hex();
        let key = format!("customer.{}.{}", request.reader_ref, &mark[..16]);
        match self.post("/v1/customers", &key, fields).await {
            Said::Good(customer) => json::some_text(&customer, "/id").ok_or(PageAnswer::NoAnswer),
            Said::No(failure, _) => Err(PageAnswer::Refused(failure)),
            Said::Missing | Said::Unknown => Err(PageAnswer::NoAnswer),
        }
    }

    /// The same request always gives the same fields in the same order.
    fn session_fields(&self, request: &PageRequest, customer: &str) -> Option<Vec<(String, String)>> {
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut add = |name: &str, value: String| fields.push((name.to_owned(), value));
        let joint = if request.return_url.contains('?') { '&' } else { '?' };
        add("client_reference_id", request.key.to_string());
        add("customer", customer.to_owned());
        add("success_url", format!("{}{joint}{RETURNED}={{CHECKOUT_SESSION_ID}}", request.return_url));
        add("cancel_url", request.cancel_url.clone());
        add("expires_at", request.expires_at.as_second().to_string());
        let currency = request.amount.currency().code().to_ascii_lowercase();
        let inner = if request.purpose == Purpose::MethodOnly {
            add("mode", "setup".to_owned());
            add("currency", currency);
            "setup_intent_data"
        } else {
            let amount = scale::to_rail(scale::STRIPE, request.amount).filter(|amount| *amount > 0)?;
            add("mode", "payment".to_owned());
            add("line_items[0][quantity]", "1".to_owned());
            add("line_items[0][price_data][currency]", currency);
            add("line_items[0][price_data][unit_amount]", amount.to_string());
            add("line_items[0][price_data][product_data][name]", request.description.clone());
            add("payment_intent_data[description]", request.description.clone());
            if request.mandate.is_some() {
                add("payment_intent_data[setup_future_usage]", "off_session".to_owned());
            }
            "payment_intent_data"
        };
        for place in ["metadata".to_owned(), format!("{inner}[metadata]")] {
            add(&format!("{place}[{PAPER}]"), self.paper.clone());
            add(&format!("{place}[{KEY}]"), request.key.to_string());
            add(&format!("{place}[{KIND}]"), FROM_PAGE.to_owned());
        }
        Some(fields)
    }

    pub(super) async fn close(&self, request: &PageRequest, reference: Option<&str>, now: Timestamp) -> Told {
        let reference = match reference {
            Some(reference) => reference.to_owned(),
            // Opening again under the same key gives the page that was opened, or opens it, so that it can be closed.
            None => match self.open(request, now).await {
                PageAnswer::Open(page) => page.reference,
                PageAnswer::Refused(failure) => return told::outcome(&request.key, now, Outcome::Failed(failure)),
                // The silence may be a stored one: then the page is there, under our key.
                PageAnswer::NoAnswer => match self.find(&around(request), now).await.reference {
                    Some(reference) if reference.starts_with("cs_") => reference,
                    _ => return told::outcome(&request.key, now, Outcome::NoAnswer),
                },
            },
        };
        let name = segment(&reference);
        let closed = self.end(&format!("/v1/checkout/sessions/{name}/expire")).await;
        if matches!(closed, Said::Unknown) {
            let mut told = told::outcome(&request.key, now, Outcome::NoAnswer);
            told.reference = Some(reference);
            return told;
        }
        // Closed, or not open any more: what became of it is read, not concluded.
        match self.get(&format!("/v1/checkout/sessions/{name}"), &OF_SESSION).await {
            Said::Good(session) => {
                let mut told = told::session(&session, &self.paper, now);
                if json::text(&session, "/status") == "open" {
                    told.answer.outcome = Outcome::NoAnswer;
                }
                told
            }
            Said::Missing => told::outcome(&request.key, now, Outcome::NotFound),
            Said::No(..) | Said::Unknown => told::outcome(&request.key, now, Outcome::NoAnswer),
        }
    }
}
