//! A peer shaped like Razorpay, as far as our rail uses it. It enforces its documented rules: one order per unique
//! receipt, one payment per order, one successful debit per cycle of a mandate, nothing above its maximum, refunds never
//! beyond what was captured.
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::server::{Answer, Asked, Peer};
use super::stripe_shape::Card;

pub const KEY_ID: &str = "rzp_test_shape";
pub const KEY_SECRET: &str = "shape-secret";

#[derive(Default)]
struct Books {
    objects: BTreeMap<String, Value>,
    order: Vec<String>,
    refunds: HashMap<String, (String, Answer)>,
    now: i64,
}

#[derive(Default)]
pub struct RazorpayShape(Mutex<Books>);

fn refusal(description: &str, reason: &str) -> Answer {
    let error =
        json!({"code": "BAD_REQUEST_ERROR", "description": description, "reason": reason, "source": "business"});
    (400, json!({ "error": error }))
}

fn missing() -> Answer {
    refusal("The id provided does not exist", "input_validation_failed")
}

impl Peer for RazorpayShape {
    fn answer(&self, asked: &Asked, spoiled: bool) -> Answer {
        if asked.header("authorization") != format!("Basic {}", STANDARD.encode(format!("{KEY_ID}:{KEY_SECRET}"))) {
            return (401, json!({"error": {"code": "BAD_REQUEST_ERROR", "description": "Authentication failed"}}));
        }
        let mut books = self.0.lock().unwrap();
        let key = asked.header("x-refund-idempotency").to_owned();
        let print = format!("{} {}", asked.path, asked.json);
        if let Some((first, answer)) = books.refunds.get(&key) {
            return if *first == print { answer.clone() } else { refusal("Different payload", "idempotency") };
        }
        let answer = books.act(asked);
        if !key.is_empty() && answer.0 == 200 {
            books.refunds.insert(key, (print, answer.clone()));
        }
        if spoiled { (500, json!({"error": {"code": "SERVER_ERROR"}})) } else { answer }
    }
}

impl RazorpayShape {
    pub fn at(seconds: i64) -> Self {
        Self(Mutex::new(Books { now: seconds, ..Books::default() }))
    }

    pub fn set_clock(&self, seconds: i64) {
        self.0.lock().unwrap().now = seconds;
    }

    pub fn object(&self, id: &str) -> Value {
        self.0.lock().unwrap().objects.get(id).cloned().unwrap_or_default()
    }

    pub fn add(&self, object: Value) {
        self.0.lock().unwrap().put(object);
    }

    /// Changes one field of an object: what a bank, a reader's app or the dashboard does.
    pub fn change(&self, id: &str, pointer: &str, value: Value) {
        *self.0.lock().unwrap().objects.get_mut(id).unwrap().pointer_mut(pointer).unwrap() = value;
    }

    /// The reader pays on an order's page or on a link. Whether the page lets them.
    pub fn use_page(&self, reference: &str, card: Card) -> bool {
        self.0.lock().unwrap().use_page(reference, card).is_some()
    }

    /// A day passes at the banks: debits come to an end.
    pub fn banks_answer(&self) {
        let mut books = self.0.lock().unwrap();
        let waiting: Vec<String> =
            books.objects.values().filter(|o| o["status"] == "created" && o["recurring"] == true).map(name).collect();
        for id in waiting {
            books.finish(&id);
        }
    }

    /// How many payments were taken for a key of ours.
    pub fn taken(&self, key: &str) -> usize {
        let books = self.0.lock().unwrap();
        let order = |p: &Value| books.objects.get(p["order_id"].as_str().unwrap_or_default()).cloned();
        let of = |o: &&Value| {
            o["entity"] == "payment"
                && ["captured", "refunded"].iter().any(|word| o["status"] == *word)
                && order(o).is_some_and(|order| order["notes"]["masthead_key"] == key)
        };
        let links = books.objects.values().filter(|o| o["notes"]["masthead_key"] == key && o["status"] == "paid");
        let links = links.filter(|o| o["id"].as_str().unwrap().starts_with("plink_")).count();
        books.objects.values().filter(of).count() + links
    }
}

fn name(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

impl Books {
    fn new_id(&self, prefix: &str) -> String {
        format!("{prefix}_{:014}", self.objects.len() + 1)
    }

    fn put(&mut self, object: Value) -> String {
        let id = name(&object);
        self.order.push(id.clone());
        self.objects.insert(id.clone(), object);
        id
    }

    fn act(&mut self, asked: &Asked) -> Answer {
        let parts = asked.parts();
        let body = &asked.json;
        let done = match (asked.method.as_str(), parts.as_slice()) {
            ("POST", ["customers"]) => self.customer(body),
            ("POST", ["orders"]) => self.new_order(body),
            ("PATCH", ["orders", id]) => self.patch(id, body),
            ("GET", ["orders", id, "payments"]) => {
                return self.list(asked, |o| o["entity"] == "payment" && o["order_id"] == *id, "items");
            }
            ("POST", ["payments", "create", "recurring"]) => {
                return match self.recurring(body) {
                    Ok(id) => (200, json!({"razorpay_payment_id": id})),
                    Err(answer) => answer,
                };
            }
            ("POST", ["payments", id, "capture"]) => self.capture(id, body),
            ("POST", ["payments", id, "refund"]) => self.refund(id, body),
            ("GET", ["payments", id, "refunds"]) => {
                return self.list(asked, |o| o["entity"] == "refund" && o["payment_id"] == *id, "items");
            }
            ("PUT", ["customers", _, "tokens", id, "cancel"]) => {
                return match self.objects.get_mut(*id) {
                    Some(token) => {
                        token["recurring_details"]["status"] = Value::from("cancelled");
                        (200, json!({"status": "cancellation_initiated"}))
                    }
                    None => missing(),
                };
            }
            ("POST", ["payment_links"]) => self.new_link(body),
            ("POST", ["payment_links", id, "cancel"]) => self.cancel_link(id),
            ("POST", ["plans"]) => {
                let made = json!({"id": self.new_id("plan"), "entity": "plan", "plan": body});
                Ok(self.put(made))
            }
            ("POST", ["subscriptions"]) => self.subscribe(body),
            ("POST", ["subscriptions", id, "cancel"]) => self.end(id),
            ("GET", ["payment_links"]) => {
                let wanted = asked.field("reference_id").to_owned();
                return self.list(asked, move |o| o["reference_id"] == wanted.as_str(), "payment_links");
            }
            ("GET", ["settlements", "recon", "combined"]) => {
                return self.list(asked, |o| o["entity"] == "recon", "items");
            }
            ("GET", [kind]) => {
                let entity = kind.trim_end_matches('s').to_owned();
                return self.list(asked, move |o| o["entity"] == entity.as_str(), "items");
            }
            ("GET", [.., id]) if self.objects.contains_key(*id) => Ok((*id).to_owned()),
            _ => Err(missing()),
        };
        match done {
            Ok(id) => (200, self.objects[&id].clone()),
            Err(answer) => answer,
        }
    }

    fn list(&self, asked: &Asked, kind: impl Fn(&Value) -> bool, field: &str) -> Answer {
        let exact = ["receipt", "subscription_id"];
        let (from, to) = (asked.number("from"), asked.number("to"));
        let wanted = |o: &&Value| {
            let created = o["created_at"].as_i64().unwrap_or(0);
            kind(o)
                && created >= from
                && (to == 0 || created <= to)
                && exact.iter().all(|name| asked.field(name).is_empty() || o[*name] == asked.field(name))
        };
        let skip = usize::try_from(asked.number("skip")).unwrap();
        let count = usize::try_from(asked.number("count")).unwrap().max(10);
        let items: Vec<&Value> =
            self.order.iter().rev().map(|id| &self.objects[id]).filter(wanted).skip(skip).take(count).collect();
        let mut answer = json!({"entity": "collection", "count": items.len()});
        answer[field] = json!(items);
        (200, answer)
    }

    fn customer(&mut self, body: &Value) -> Result<String, Answer> {
        let same = self.objects.values().find(|o| o["entity"] == "customer" && o["email"] == body["email"]).map(name);
        match same {
            Some(id) if body["fail_existing"] == "0" => Ok(id),
            Some(_) => Err(refusal("Customer already exists for the merchant", "input_validation_failed")),
            None => {
                let made = json!({"id": self.new_id("cust"), "entity": "customer", "email": body["email"], "contact": "+919000090000"});
                Ok(self.put(made))
            }
        }
    }

    fn new_order(&mut self, body: &Value) -> Result<String, Answer> {
        let amount = body["amount"].as_i64().unwrap_or(0);
        if amount < 100 || body["receipt"].as_str().is_some_and(|receipt| receipt.len() > 40) {
            return Err(refusal("The amount must be at least INR 1.00", "input_validation_failed"));
        }
        if let Some(most) = body["token"]["max_amount"].as_i64()
            && most < amount
        {
            return Err(refusal(
                "The order amount cannot be greater than the token max amount",
                "input_validation_failed",
            ));
        }
        if body["unique_receipt"] == true
            && let Some(same) =
                self.objects.values().find(|o| o["entity"] == "order" && o["receipt"] == body["receipt"])
        {
            return Ok(name(same));
        }
        let mut made = body.clone();
        made["id"] = Value::from(self.new_id("order"));
        made["entity"] = Value::from("order");
        made["status"] = Value::from("created");
        made["created_at"] = Value::from(self.now);
        if made["notes"].is_null() {
            made["notes"] = json!([]);
        }
        Ok(self.put(made))
    }

    fn patch(&mut self, id: &str, body: &Value) -> Result<String, Answer> {
        let order = self.objects.get_mut(id).ok_or_else(missing)?;
        order["notes"] = body["notes"].clone();
        Ok(id.to_owned())
    }

    fn use_page(&mut self, reference: &str, card: Card) -> Option<String> {
        let page = self.objects.get(reference).cloned()?;
        if page["status"] == "paid" || page["status"] == "cancelled" {
            return None;
        }
        if reference.starts_with("plink_") {
            if page["expire_by"].as_i64()? <= self.now {
                return None;
            }
            let payment = json!({"payment_id": self.new_id("pay"), "status": "captured", "amount": page["amount"], "created_at": self.now});
            let link = self.objects.get_mut(reference)?;
            link["status"] = Value::from("paid");
            link["payments"] = json!([payment]);
            return Some(reference.to_owned());
        }
        let id = self.new_id("pay");
        let mut payment = json!({
            "id": id, "entity": "payment", "order_id": reference, "amount": page["amount"], "currency": page["currency"],
            "method": "card", "card": {"network": "Visa", "last4": "1007"}, "customer_id": page["customer_id"],
            "status": if page["payment_capture"] == true { "captured" } else { "authorized" }, "created_at": self.now,
            "amount_refunded": 0, "notes": [],
        });
        if page["token"].is_object() {
            let token = self.new_id("token");
            payment["token_id"] = Value::from(token.clone());
            self.put(json!({
                "id": token, "entity": "token", "method": "card", "card": {"network": "Visa", "last4": "1007"},
                "recurring_details": {"status": "confirmed"}, "expired_at": page["token"]["expire_at"],
                "max_amount": page["token"]["max_amount"], "behaves": format!("{card:?}"),
                "customer_id": page["customer_id"], "frequency": page["token"]["frequency"], "last": 0,
            }));
        }
        Some(self.put(payment))
    }

    fn recurring(&mut self, body: &Value) -> Result<String, Answer> {
        let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
        let order = self.objects.get(&text("order_id")).cloned().ok_or_else(missing)?;
        let token = self.objects.get(&text("token")).cloned().ok_or_else(missing)?;
        let wrong = |why: &str, reason: &str| Err(refusal(why, reason));
        if token["customer_id"] != body["customer_id"] || body["recurring"] != true || body["contact"].is_null() {
            return wrong("The request is not complete", "input_validation_failed");
        }
        if body["amount"] != order["amount"] {
            return wrong("Payment amount differs from the order's", "input_validation_failed");
        }
        if body["amount"].as_i64() > token["max_amount"].as_i64() {
            return wrong("Amount exceeds maximum amount allowed", "input_validation_failed");
        }
        match token["recurring_details"]["status"].as_str() {
            Some("confirmed") => {}
            Some("paused") => return wrong("The token is paused", "token_paused"),
            _ => return wrong("The token is not active", "token_cancelled"),
        }
        let open = |o: &&Value| o["entity"] == "payment" && o["order_id"] == order["id"] && o["status"] != "failed";
        if self.objects.values().any(|o| open(&o)) {
            return wrong("A payment for this order is already there", "order_already_paid");
        }
        let cycle = match token["frequency"].as_str() {
            Some("yearly") => 360 * 86_400,
            Some("quarterly") => 88 * 86_400,
            _ => 0,
        };
        let last = token["last"].as_i64().unwrap();
        if last > 0 && self.now - last < cycle {
            return wrong("One debit per cycle is allowed", "debit_limit_reached");
        }
        let made = json!({
            "id": self.new_id("pay"), "entity": "payment", "order_id": order["id"], "amount": order["amount"],
            "currency": order["currency"], "method": "card", "card": {"network": "Visa", "last4": "1007"},
            "customer_id": body["customer_id"], "token_id": body["token"], "recurring": true, "status": "created",
            "created_at": self.now, "amount_refunded": 0, "notes": body["notes"],
        });
        Ok(self.put(made))
    }

    fn finish(&mut self, id: &str) {
        let token = self.objects[id]["token_id"].as_str().unwrap().to_owned();
        let reason = match self.objects[&token]["behaves"].as_str() {
            Some("Declines") => Some("insufficient_funds"),
            Some("Asks") => Some("payment_declined_by_customer"),
            _ => None,
        };
        if reason.is_none() {
            self.objects.get_mut(&token).unwrap()["last"] = Value::from(self.now);
        }
        let payment = self.objects.get_mut(id).unwrap();
        payment["status"] = Value::from(if reason.is_some() { "failed" } else { "captured" });
        payment["error_reason"] = reason.map_or(Value::Null, Value::from);
    }

    fn capture(&mut self, id: &str, body: &Value) -> Result<String, Answer> {
        let payment = self.objects.get_mut(id).ok_or_else(missing)?;
        if payment["status"] != "authorized" || payment["amount"] != body["amount"] {
            return Err(refusal("This payment has already been captured", "input_validation_failed"));
        }
        payment["status"] = Value::from("captured");
        let order = payment["order_id"].as_str().unwrap().to_owned();
        self.objects.get_mut(&order).unwrap()["status"] = Value::from("paid");
        Ok(id.to_owned())
    }

    fn refund(&mut self, id: &str, body: &Value) -> Result<String, Answer> {
        let made_id = self.new_id("rfnd");
        let now = self.now;
        let payment = self.objects.get_mut(id).ok_or_else(missing)?;
        let left = payment["amount"].as_i64().unwrap() - payment["amount_refunded"].as_i64().unwrap();
        let amount = body["amount"].as_i64().unwrap_or(left);
        if !["captured", "refunded"].iter().any(|word| payment["status"] == *word) || amount <= 0 || amount > left {
            return Err(refusal(
                "The total refund amount is greater than the refund payment amount",
                "refund_too_large",
            ));
        }
        payment["amount_refunded"] = Value::from(payment["amount_refunded"].as_i64().unwrap() + amount);
        if amount == left {
            payment["status"] = Value::from("refunded");
        }
        let made = json!({
            "id": made_id, "entity": "refund", "payment_id": id, "amount": amount, "currency": payment["currency"],
            "status": "processed", "created_at": now, "notes": body["notes"], "receipt": body["receipt"],
        });
        Ok(self.put(made))
    }

    fn new_link(&mut self, body: &Value) -> Result<String, Answer> {
        if body["expire_by"].as_i64().unwrap_or(0) < self.now + 900 {
            return Err(refusal(
                "expire_by should be at least 15 minutes after current time",
                "input_validation_failed",
            ));
        }
        if self.objects.values().any(|o| o["reference_id"] == body["reference_id"]) {
            return Err(refusal("payment link with given reference_id already exists", "input_validation_failed"));
        }
        let id = self.new_id("plink");
        let mut made = body.clone();
        made["id"] = Value::from(id.clone());
        made["status"] = Value::from("created");
        made["short_url"] = Value::from(format!("https://rzp.example/{id}"));
        made["payments"] = Value::Null;
        Ok(self.put(made))
    }

    fn cancel_link(&mut self, id: &str) -> Result<String, Answer> {
        let link = self.objects.get_mut(id).ok_or_else(missing)?;
        if link["status"] != "created" {
            return Err(refusal("Payment link can't be cancelled", "input_validation_failed"));
        }
        link["status"] = Value::from("cancelled");
        Ok(id.to_owned())
    }

    fn subscribe(&mut self, body: &Value) -> Result<String, Answer> {
        let id = self.new_id("sub");
        let mut made = body.clone();
        made["id"] = Value::from(id.clone());
        made["entity"] = Value::from("subscription");
        made["status"] = Value::from("created");
        made["created_at"] = Value::from(self.now);
        made["short_url"] = Value::from(format!("https://rzp.example/{id}"));
        Ok(self.put(made))
    }

    fn end(&mut self, id: &str) -> Result<String, Answer> {
        let subscription = self.objects.get_mut(id).ok_or_else(missing)?;
        if subscription["status"] == "cancelled" {
            return Err(refusal("Subscription is not cancellable in cancelled status.", "input_validation_failed"));
        }
        subscription["status"] = Value::from("cancelled");
        Ok(id.to_owned())
    }
}
