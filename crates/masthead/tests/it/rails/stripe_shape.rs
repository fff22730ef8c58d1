//! A peer shaped like Stripe, as far as our rail uses it. It enforces what the usual stand-in does not: keys are
//! honoured, refunds never exceed what was captured, a closed page takes nothing, a detached card pays nothing.
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use serde_json::{Map, Value, json};

use super::server::{Answer, Asked, Peer};

pub const KEY: &str = "sk_test_shape";

/// How a card behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Card {
    Good,
    /// Kept well, declined when debited.
    Declines,
    /// Kept well, wants its holder when debited.
    Asks,
}

#[derive(Default)]
struct Books {
    objects: BTreeMap<String, Value>,
    order: Vec<String>,
    keys: HashMap<String, (String, Answer)>,
    now: i64,
}

#[derive(Default)]
pub struct StripeShape(Mutex<Books>);

fn refusal(status: u16, kind: &str, code: &str) -> Answer {
    (status, json!({"error": {"type": kind, "code": code, "message": code}}))
}

fn missing() -> Answer {
    refusal(404, "invalid_request_error", "resource_missing")
}

impl Peer for StripeShape {
    fn answer(&self, asked: &Asked, spoiled: bool) -> Answer {
        if asked.header("authorization") != format!("Bearer {KEY}") {
            return refusal(401, "invalid_request_error", "api_key_invalid");
        }
        let mut books = self.0.lock().unwrap();
        let key = asked.header("idempotency-key").to_owned();
        let print = format!("{} {} {:?}", asked.method, asked.path, asked.form);
        if asked.method == "POST"
            && let Some((first, answer)) = books.keys.get(&key)
        {
            return if *first == print { answer.clone() } else { refusal(400, "idempotency_error", "") };
        }
        let mut answer = books.act(asked);
        if spoiled {
            answer = refusal(500, "api_error", "");
        }
        if asked.method == "POST" && !key.is_empty() {
            books.keys.insert(key, (print, answer.clone()));
        }
        answer
    }
}

impl StripeShape {
    pub fn at(seconds: i64) -> Self {
        Self(Mutex::new(Books { now: seconds, ..Books::default() }))
    }

    pub fn set_clock(&self, seconds: i64) {
        self.0.lock().unwrap().now = seconds;
    }

    /// The reader pays, or leaves a card, on an open page. What the page lets them do.
    pub fn use_page(&self, session: &str, card: Card) -> bool {
        let mut books = self.0.lock().unwrap();
        let now = books.now;
        let Some(page) = books.objects.get(session).cloned() else { return false };
        if page["status"] != "open" || page["expires_at"].as_i64().unwrap() <= now {
            return false;
        }
        let setup = page["mode"] == "setup";
        let (method, customer) = (books.new_id("pm"), page["customer"].clone());
        let keep = setup || page["future"] == "off_session";
        let holder = if keep { customer.clone() } else { Value::Null };
        books.put(json!({
            "id": method, "object": "payment_method", "type": "card", "customer": holder, "behaves": format!("{card:?}"),
            "card": {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2031, "country": "DE"},
        }));
        let mut intent = json!({
            "object": if setup { "setup_intent" } else { "payment_intent" },
            "id": books.new_id(if setup { "seti" } else { "pi" }), "status": "succeeded", "customer": customer,
            "payment_method": method, "metadata": page["inner"], "created": now,
        });
        if !setup {
            intent["amount"] = page["amount_total"].clone();
            intent["amount_received"] = page["amount_total"].clone();
            intent["currency"] = page["currency"].clone();
            intent["setup_future_usage"] = page["future"].clone();
            intent["latest_charge"] = books.charge(&intent);
        }
        let id = books.put(intent);
        let page = books.objects.get_mut(session).unwrap();
        page[if setup { "setup_intent" } else { "payment_intent" }] = Value::from(id);
        page["status"] = Value::from("complete");
        page["payment_status"] = Value::from(if setup { "no_payment_required" } else { "paid" });
        true
    }

    /// How many payments were taken for a key of ours.
    pub fn taken(&self, key: &str) -> usize {
        let books = self.0.lock().unwrap();
        let of = |o: &&Value| {
            o["object"] == "payment_intent" && o["status"] == "succeeded" && o["metadata"]["masthead_key"] == key
        };
        books.objects.values().filter(of).count()
    }

    pub fn object(&self, id: &str) -> Value {
        self.0.lock().unwrap().objects.get(id).cloned().unwrap_or_default()
    }

    pub fn add(&self, object: Value) {
        self.0.lock().unwrap().put(object);
    }
}

impl Books {
    fn new_id(&mut self, prefix: &str) -> String {
        format!("{prefix}_{:04}", self.objects.len() + 1)
    }

    fn put(&mut self, object: Value) -> String {
        let id = object["id"].as_str().unwrap().to_owned();
        self.order.push(id.clone());
        self.objects.insert(id.clone(), object);
        id
    }

    fn charge(&mut self, intent: &Value) -> Value {
        let id = self.new_id("ch");
        let charge = json!({
            "id": id, "object": "charge", "amount": intent["amount"], "amount_refunded": 0, "created": self.now,
            "payment_intent": intent["id"], "payment_method_details": {"card": {"mandate": null}},
        });
        Value::from(self.put(charge))
    }

    fn act(&mut self, asked: &Asked) -> Answer {
        let parts = asked.parts();
        let done = match (asked.method.as_str(), parts.as_slice()) {
            ("POST", ["customers"]) => {
                let id = self.new_id("cus");
                let made = json!({"id": id, "object": "customer", "email": asked.field("email"), "created": self.now});
                Ok(self.put(made))
            }
            ("POST", ["checkout", "sessions"]) => self.open(asked),
            ("POST", ["checkout", "sessions", id, "expire"]) => self.close(id),
            ("POST", ["payment_intents"]) => self.pay(asked),
            ("POST", ["payment_intents", id, "cancel"]) => self.cancel(id),
            ("POST", ["payment_methods", id, "detach"]) => self.detach(id),
            ("POST", ["refunds"]) => self.give_back(asked),
            ("GET", ["checkout", "sessions"]) => return self.list(asked, "checkout.session"),
            ("GET", [list]) => return self.list(asked, list.trim_end_matches('s')),
            ("GET", [.., id]) if self.objects.contains_key(*id) => Ok((*id).to_owned()),
            _ => Err(missing()),
        };
        match done {
            Ok(id) => (200, self.shown(&self.objects[&id], &asked.all("expand"))),
            Err(answer) => answer,
        }
    }

    fn list(&self, asked: &Asked, kind: &str) -> Answer {
        let (from, to) = (asked.number("created[gte]"), asked.number("created[lte]"));
        let wanted = |object: &&Value| {
            let created = object["created"].as_i64().unwrap_or(0);
            object["object"] == kind
                && created >= from
                && (to == 0 || created <= to)
                && ["customer", "payment_intent", "payout"]
                    .iter()
                    .all(|name| asked.field(name).is_empty() || object[*name] == asked.field(name))
        };
        let newest: Vec<&Value> = self.order.iter().rev().map(|id| &self.objects[id]).filter(wanted).collect();
        let after = asked.field("starting_after");
        let from = newest.iter().position(|object| object["id"] == after).map_or(0, |at| at + 1);
        let most = usize::try_from(asked.number("limit")).unwrap().clamp(1, 100);
        let page: Vec<Value> = newest[from..]
            .iter()
            .take(most)
            .map(|o| {
                self.shown(o, &asked.all("expand").iter().map(|p| p.trim_start_matches("data.")).collect::<Vec<_>>())
            })
            .collect();
        let more = newest.len() > from + page.len();
        (200, json!({"object": "list", "data": page, "has_more": more, "url": asked.path}))
    }

    /// An object with the named references put in whole.
    fn shown(&self, object: &Value, expand: &[&str]) -> Value {
        let mut object = object.clone();
        for path in expand {
            let mut at = &mut object;
            for part in path.split('.') {
                if let Some(whole) = at[part].as_str().and_then(|id| self.objects.get(id)) {
                    at[part] = whole.clone();
                }
                let Some(inner) = at.get_mut(part).filter(|inner| inner.is_object()) else { break };
                at = inner;
            }
        }
        object
    }

    fn open(&mut self, asked: &Asked) -> Result<String, Answer> {
        let expires = asked.number("expires_at");
        if !(self.now + 1_800..=self.now + 86_400).contains(&expires) {
            return Err(refusal(400, "invalid_request_error", "expires_at"));
        }
        let setup = asked.field("mode") == "setup";
        let amount = asked.number("line_items[0][price_data][unit_amount]");
        if !setup && amount <= 0 {
            return Err(refusal(400, "invalid_request_error", "amount_too_small"));
        }
        let inner = if setup { "setup_intent_data" } else { "payment_intent_data" };
        let currency = [asked.field("currency"), asked.field("line_items[0][price_data][currency]")].concat();
        let id = self.new_id("cs");
        let made = json!({
            "id": id, "object": "checkout.session", "mode": asked.field("mode"), "status": "open",
            "payment_status": "unpaid", "url": format!("https://checkout.example/{id}"), "expires_at": expires,
            "amount_total": amount, "currency": currency, "customer": asked.field("customer"), "created": self.now,
            "client_reference_id": asked.field("client_reference_id"), "success_url": asked.field("success_url"),
            "metadata": metadata(asked, "metadata"), "inner": metadata(asked, &format!("{inner}[metadata]")),
            "future": asked.field("payment_intent_data[setup_future_usage]"),
        });
        Ok(self.put(made))
    }

    fn close(&mut self, id: &str) -> Result<String, Answer> {
        let session = self.objects.get_mut(id).ok_or_else(missing)?;
        if session["status"] != "open" {
            return Err(refusal(400, "invalid_request_error", "session_not_open"));
        }
        session["status"] = Value::from("expired");
        Ok(id.to_owned())
    }

    fn pay(&mut self, asked: &Asked) -> Result<String, Answer> {
        let method = self.objects.get(asked.field("payment_method")).cloned().ok_or_else(missing)?;
        if method["customer"] != asked.field("customer") {
            return Err(refusal(400, "invalid_request_error", "payment_method_not_available"));
        }
        let (amount, types) = (asked.number("amount"), asked.all("payment_method_types"));
        if amount <= 0 || asked.field("confirm") != "true" || asked.field("off_session") != "true" || types != ["card"]
        {
            return Err(refusal(400, "invalid_request_error", "parameter_missing"));
        }
        let behaves = method["behaves"].as_str().unwrap().to_owned();
        let error = match behaves.as_str() {
            "Good" => Value::Null,
            "Declines" => json!({"type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds"}),
            _ => {
                json!({"type": "card_error", "code": "authentication_required", "decline_code": "authentication_required"})
            }
        };
        let good = error.is_null();
        let mut intent = json!({
            "id": self.new_id("pi"), "object": "payment_intent", "amount": amount, "created": self.now,
            "amount_received": if good { amount } else { 0 }, "currency": asked.field("currency"),
            "status": if good { "succeeded" } else { "requires_payment_method" }, "customer": asked.field("customer"),
            "payment_method": if good { method["id"].clone() } else { Value::Null }, "last_payment_error": error,
            "metadata": metadata(asked, "metadata"), "latest_charge": null, "setup_future_usage": null,
        });
        if good {
            intent["latest_charge"] = self.charge(&intent);
        }
        let mut error = intent["last_payment_error"].clone();
        let id = self.put(intent);
        if good {
            return Ok(id);
        }
        error["payment_intent"] = self.objects[&id].clone();
        Err((402, json!({ "error": error })))
    }

    fn cancel(&mut self, id: &str) -> Result<String, Answer> {
        let intent = self.objects.get_mut(id).ok_or_else(missing)?;
        if intent["status"] == "succeeded" {
            return Err(refusal(400, "invalid_request_error", "payment_intent_unexpected_state"));
        }
        intent["status"] = Value::from("canceled");
        Ok(id.to_owned())
    }

    fn detach(&mut self, id: &str) -> Result<String, Answer> {
        let method = self.objects.get_mut(id).ok_or_else(missing)?;
        if method["customer"].is_null() {
            return Err(refusal(400, "invalid_request_error", "payment_method_unexpected_state"));
        }
        method["customer"] = Value::Null;
        Ok(id.to_owned())
    }

    fn give_back(&mut self, asked: &Asked) -> Result<String, Answer> {
        let intent = self.objects.get(asked.field("payment_intent")).cloned().ok_or_else(missing)?;
        let charge = intent["latest_charge"].as_str().ok_or_else(missing)?.to_owned();
        let amount = asked.number("amount");
        let charge = self.objects.get_mut(&charge).unwrap();
        let left = charge["amount"].as_i64().unwrap() - charge["amount_refunded"].as_i64().unwrap();
        if left == 0 {
            return Err(refusal(400, "invalid_request_error", "charge_already_refunded"));
        }
        if amount <= 0 || amount > left {
            return Err(refusal(400, "invalid_request_error", "amount_too_large"));
        }
        charge["amount_refunded"] = Value::from(charge["amount_refunded"].as_i64().unwrap() + amount);
        let made = json!({
            "id": self.new_id("re"), "object": "refund", "amount": amount, "currency": intent["currency"],
            "payment_intent": intent["id"], "status": "succeeded", "created": self.now,
            "metadata": metadata(asked, "metadata"),
        });
        Ok(self.put(made))
    }
}

fn metadata(asked: &Asked, at: &str) -> Map<String, Value> {
    let inner = |name: &str| Some(name.strip_prefix(at)?.strip_prefix('[')?.strip_suffix(']')?.to_owned());
    asked.form.iter().filter_map(|(name, value)| Some((inner(name)?, Value::from(value.clone())))).collect()
}
