//! Pages: Razorpay's hosted checkout for what makes a mandate, a payment link for a bill.
use circulation::payments::{AttemptKey, Failure, Outcome};
use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::calls::Said;
use super::orders::{CLOSED, FROM_PAGE, UNTIL, token_block};
use super::told::{self, expired, no_such_amount, outcome};
use super::{ONE_RUPEE, Razorpay};
use crate::gateways::http::segment;
use crate::gateways::json;
use crate::gateways::rail::{Found, MethodKind, Page, PageAnswer, PageRequest, Purpose, Told, Way};
use crate::gateways::scale;

/// The way of a refusal, or of silence.
fn shut(said: Said) -> PageAnswer {
    match said {
        Said::No(failure) => PageAnswer::Refused(failure),
        Said::Good(_) | Said::Missing | Said::Unknown => PageAnswer::NoAnswer,
    }
}

/// A bill needs no mandate: a link is enough, and closes by itself.
fn is_bill(request: &PageRequest) -> bool {
    request.mandate.is_none() && request.purpose != Purpose::MethodOnly
}

impl Razorpay {
    pub(super) async fn open(&self, request: &PageRequest, now: Timestamp) -> PageAnswer {
        if is_bill(request) { self.open_link(request).await } else { self.open_order(request, now).await }
    }

    async fn open_order(&self, request: &PageRequest, now: Timestamp) -> PageAnswer {
        let customer = match self.customer(request).await {
            Ok(customer) => customer,
            Err(said) => return shut(said),
        };
        let amount = if request.purpose == Purpose::MethodOnly { ONE_RUPEE } else { request.amount };
        let mut notes = self.notes(request.key.as_str(), FROM_PAGE);
        notes.insert(UNTIL.to_owned(), Value::from(request.expires_at.as_second().to_string()));
        let mut rest = json!({ "customer_id": customer, "payment_capture": false, "notes": notes });
        if let Some(wish) = &request.mandate {
            let Some(block) = token_block(wish, now) else { return PageAnswer::Refused(no_such_amount()) };
            rest["token"] = block;
            match wish.method_hint {
                Some(MethodKind::Upi) => rest["method"] = Value::from("upi"),
                Some(MethodKind::Card) => rest["method"] = Value::from("card"),
                Some(MethodKind::Bank) => rest["method"] = Value::from("emandate"),
                None => {}
            }
        }
        let order = match self.make_order(&request.key, amount, rest).await {
            Said::Good(order) => order,
            other => return shut(other),
        };
        let reference = json::text(&order, "/id").to_owned();
        let way = self.checkout(request, &reference, &customer, &order);
        PageAnswer::Open(Page { reference, customer: Some(customer), way })
    }

    /// The form that opens Razorpay's own page. Its key id is public; the order decides amount and terms.
    fn checkout(&self, request: &PageRequest, order: &str, customer: &str, made: &Value) -> Way {
        let number = json::number(made, "/amount").unwrap_or_default().to_string();
        let mut fields = vec![
            ("key_id", self.keys.key_id.clone()),
            ("order_id", order.to_owned()),
            ("amount", number),
            ("currency", json::text(made, "/currency").to_owned()),
            ("name", request.description.clone()),
            ("description", request.description.clone()),
            ("prefill[email]", request.reader_email.clone()),
            ("callback_url", request.return_url.clone()),
            ("cancel_url", request.cancel_url.clone()),
        ];
        if request.mandate.is_some() || request.purpose == Purpose::MethodOnly {
            fields.push(("customer_id", customer.to_owned()));
            fields.push(("recurring", "1".to_owned()));
        }
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Way::Form { action: format!("{}/v1/checkout/embedded", self.address), fields }
    }

    /// Razorpay's name for the reader. It gives the one that exists for the same address.
    async fn customer(&self, request: &PageRequest) -> Result<String, Said> {
        if let Some(known) = &request.customer {
            return Ok(known.clone());
        }
        let body = json!({
            "email": request.reader_email,
            "fail_existing": "0",
            "notes": { "masthead_paper": self.paper, "masthead_reader": request.reader_ref },
        });
        match self.post("/v1/customers", body).await {
            Said::Good(customer) => json::some_text(&customer, "/id").ok_or(Said::Unknown),
            other => Err(other),
        }
    }

    async fn open_link(&self, request: &PageRequest) -> PageAnswer {
        let opened = |link: &Value| match (json::some_text(link, "/id"), json::some_text(link, "/short_url")) {
            (Some(reference), Some(url)) => PageAnswer::Open(Page { reference, customer: None, way: Way::Link(url) }),
            _ => PageAnswer::NoAnswer,
        };
        match self.link_by_key(&request.key).await {
            Found::Is(link) => return opened(&link),
            Found::NoAnswer => return PageAnswer::NoAnswer,
            Found::NotFound => {}
        }
        let Some(number) = scale::to_rail(scale::RAZORPAY, request.amount).filter(|n| *n > 0) else {
            return PageAnswer::Refused(no_such_amount());
        };
        let body = json!({
            "amount": number,
            "currency": request.amount.currency().code(),
            "accept_partial": false,
            "description": request.description,
            "reference_id": self.receipt(request.key.as_str()),
            "expire_by": request.expires_at.as_second(),
            "customer": { "email": request.reader_email },
            "notify": { "sms": false, "email": false },
            "reminder_enable": false,
            "notes": self.notes(request.key.as_str(), FROM_PAGE),
            "callback_url": request.return_url,
            "callback_method": "get",
        });
        match self.post("/v1/payment_links", body).await {
            Said::Good(link) => opened(&link),
            // A reference is used once: perhaps by our own request of a moment ago.
            Said::No(failure) => match self.link_by_key(&request.key).await {
                Found::Is(link) => opened(&link),
                Found::NotFound => PageAnswer::Refused(failure),
                Found::NoAnswer => PageAnswer::NoAnswer,
            },
            Said::Missing | Said::Unknown => PageAnswer::NoAnswer,
        }
    }

    pub(super) async fn link_by_key(&self, key: &AttemptKey) -> Found<Value> {
        match self.get("/v1/payment_links", &[("reference_id", &self.receipt(key.as_str()))]).await {
            Said::Good(page) => {
                let ours = |link: &&Value| self.is_ours(link, key.as_str());
                let links = json::list(&page, "/payment_links");
                links.iter().find(ours).map_or(Found::NotFound, |link| Found::Is(link.clone()))
            }
            Said::Missing => Found::NotFound,
            Said::No(_) | Said::Unknown => Found::NoAnswer,
        }
    }

    pub(super) async fn link(&self, key: &AttemptKey, reference: &str, now: Timestamp) -> Told {
        match self.get(&format!("/v1/payment_links/{}", segment(reference)), &[]).await {
            Said::Good(link) => self.read_link(&link, now).await,
            Said::Missing => outcome(key, now, Outcome::NotFound),
            Said::No(_) | Said::Unknown => outcome(key, now, Outcome::NoAnswer),
        }
    }

    pub(super) async fn read_link(&self, link: &Value, now: Timestamp) -> Told {
        let key = AttemptKey::from_text(&super::orders::key_of(link, &self.paper).unwrap_or_default());
        let paid = json::list(link, "/payments").iter().find(|p| json::text(p, "/status") == "captured");
        let mut told = match (json::text(link, "/status"), paid) {
            ("paid", Some(payment)) => {
                let reference = json::some_text(payment, "/payment_id").or_else(|| json::some_text(payment, "/id"));
                let amount = json::number(payment, "/amount")
                    .and_then(|n| scale::from_rail(scale::RAZORPAY, n, json::text(link, "/currency")));
                let at = json::instant(payment, "/created_at").unwrap_or(now);
                match (reference, amount) {
                    (Some(reference), Some(amount)) => outcome(&key, at, Outcome::Captured { reference, amount }),
                    _ => outcome(&key, now, Outcome::NoAnswer),
                }
            }
            ("paid", None) => outcome(&key, now, Outcome::NoAnswer),
            ("cancelled" | "expired", _) => outcome(&key, now, expired()),
            ("created" | "partially_paid", _) => outcome(&key, now, Outcome::Pending),
            _ => outcome(&key, now, Outcome::NoAnswer),
        };
        told.reference = json::some_text(link, "/id");
        told
    }

    pub(super) async fn close(&self, request: &PageRequest, reference: Option<&str>, now: Timestamp) -> Told {
        let reference = match reference {
            Some(reference) => reference.to_owned(),
            None => match self.open(request, now).await {
                PageAnswer::Open(page) => page.reference,
                PageAnswer::Refused(failure) => return self.never(request, failure, now),
                PageAnswer::NoAnswer => return outcome(&request.key, now, Outcome::NoAnswer),
            },
        };
        let name = segment(&reference);
        let closed = if reference.starts_with("plink_") {
            self.post(&format!("/v1/payment_links/{name}/cancel"), Value::Null).await
        } else {
            // The note is what closes it: an authorised payment of a closed order is not captured.
            let mut notes = self.notes(request.key.as_str(), FROM_PAGE);
            notes.insert(UNTIL.to_owned(), Value::from(request.expires_at.as_second().to_string()));
            notes.insert(CLOSED.to_owned(), Value::from(now.as_second().to_string()));
            self.send(Method::PATCH, &format!("/v1/orders/{name}"), json!({ "notes": notes })).await
        };
        let asked = crate::gateways::rail::Asked {
            key: request.key.clone(),
            amount: request.amount,
            reference: Some(reference.clone()),
            customer: None,
            sent_at: now,
        };
        match closed {
            Said::Unknown => Told { reference: Some(reference), ..outcome(&request.key, now, Outcome::NoAnswer) },
            Said::Missing => outcome(&request.key, now, Outcome::NotFound),
            Said::Good(_) | Said::No(_) => {
                let told = self.find(&asked, now).await;
                // It was to be closed and is not: that is not known to be so.
                if told.answer.outcome == Outcome::Pending && matches!(closed, Said::No(_)) {
                    return Told { reference: Some(reference), ..outcome(&request.key, now, Outcome::NoAnswer) };
                }
                told
            }
        }
    }

    fn never(&self, request: &PageRequest, failure: Failure, now: Timestamp) -> Told {
        told::outcome(&request.key, now, Outcome::Failed(failure))
    }
}
