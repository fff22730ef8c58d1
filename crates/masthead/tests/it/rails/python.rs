//! The companies' own libraries and localstripe, each a process of its own. Without `MASTHEAD_TEST_PYTHON` (a Python
//! with the packages `stripe`, `razorpay` and `localstripe`; `./test` makes one) these say so and end.
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use circulation::payments::{AttemptKey, FailureKind, Outcome};
use http::HeaderMap;
use jiff::SignedDuration;
use masthead::clock::Clock;
use masthead::gateways::rail::{
    Asked, Found, Gateway as _, MandateRef, MandateState, MethodKind, RefundAnswer, RefundOrder,
};
use masthead::gateways::settings::Secret;
use masthead::gateways::stripe::Stripe;
use masthead::gateways::{razorpay, stripe};
use serde_json::{Value, json};

use super::bench::{
    Bench as _, HOOK_SECRET, NOW, PAPER, RazorpayBench, StripeBench, debit, kept, key, patience, rupees, stripe_keys,
};
use super::razorpay_shape;
use super::stripe_shape::{self, Card};

/// A Python process that is spoken to line by line.
struct Python {
    child: Child,
    say: Option<ChildStdin>,
    hear: BufReader<ChildStdout>,
}

impl Python {
    fn start(script: &str) -> Option<Self> {
        let Ok(python) = std::env::var("MASTHEAD_TEST_PYTHON") else {
            eprintln!("skipped: MASTHEAD_TEST_PYTHON is not set (a Python with stripe, razorpay and localstripe)");
            return None;
        };
        let path = format!("{}/tests/it/rails/{script}", env!("CARGO_MANIFEST_DIR"));
        let mut child = Command::new(python)
            .arg(path)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the Python of MASTHEAD_TEST_PYTHON");
        let (say, hear) = (child.stdin.take(), BufReader::new(child.stdout.take().expect("a pipe")));
        Some(Self { child, say, hear })
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.hear.read_line(&mut line).expect("a line");
        assert!(!line.is_empty(), "the Python process ended; its error stands above");
        line
    }

    fn ask(&mut self, question: &Value) -> Value {
        writeln!(self.say.as_mut().expect("open"), "{question}").expect("asked");
        serde_json::from_str(&self.line()).expect("JSON")
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        drop(self.say.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn stripes_own_library_and_ours_agree_on_signatures() {
    let Some(mut oracle) = Python::start("oracle.py") else { return };
    let bench = StripeBench::new();
    let now = Clock::system().now();
    let body = json!({"id": "evt_1", "object": "event", "type": "x", "created": now.as_second(), "livemode": false, "note": "₹ é"});
    let body = body.to_string();
    let mut theirs = |header: &str, body: &str| {
        oracle.ask(&json!({"ask": "stripe_verify", "body": body, "header": header, "secret": HOOK_SECRET})) == true
    };
    let ours = |header: &str, body: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("stripe-signature", header.parse().unwrap());
        bench.rail.read_webhook(&headers, body.as_bytes(), now).is_ok()
    };
    let at = |seconds: i64| stripe::webhook::sign(HOOK_SECRET, now.as_second() + seconds, body.as_bytes());
    let (time, good) = (now.as_second(), at(0));
    let hex = good.split("v1=").nth(1).unwrap().to_owned();
    let wrong = "0".repeat(64);
    for (header, expected) in [
        (good.clone(), true),
        (at(-200), true),
        (at(-400), false),
        (stripe::webhook::sign("whsec_other", time, body.as_bytes()), false),
        (format!("t={time},v1={wrong},v1={hex}"), true),
        (format!("t={time},v0={hex}"), false),
        (format!("t={time},v0={wrong},v1={hex}"), true),
        (format!("t={time}"), false),
        (format!("v1={hex}"), false),
        (good.replace(&time.to_string(), &(time - 1).to_string()), false),
    ] {
        assert_eq!((theirs(&header, &body), ours(&header, &body)), (expected, expected), "{header}");
        assert!(!theirs(&header, &body.replace("evt_1", "evt_2")) && !ours(&header, &body.replace("evt_1", "evt_2")));
    }
    let signed = oracle.ask(&json!({"ask": "stripe_sign", "time": time, "body": body, "secret": HOOK_SECRET}));
    assert_eq!(signed, good.as_str(), "and it signs as we do");
    assert!(ours(signed.as_str().unwrap(), &body));
}

#[test]
fn razorpays_own_library_and_ours_agree_on_signatures() {
    let Some(mut oracle) = Python::start("oracle.py") else { return };
    let bench = RazorpayBench::new(false);
    let secret = razorpay_shape::KEY_SECRET;
    let body = json!({"event": "order.paid", "created_at": NOW, "payload": {}, "note": "₹ é"}).to_string();
    let mut theirs = |what: &str, body: &str, signature: &str, secret: &str, fields: Value| {
        let question = json!({"ask": "razorpay_verify", "what": what, "body": body, "signature": signature,
            "secret": secret, "fields": fields});
        oracle.ask(&question) == true
    };
    let good = razorpay::webhook::sign(HOOK_SECRET, body.as_bytes());
    let ours = |body: &str, signature: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("x-razorpay-signature", signature.parse().unwrap());
        bench.rail.read_webhook(&headers, body.as_bytes(), super::bench::now()).is_ok()
    };
    let bent = body.replace("paid", "pai_");
    for (body, signature, expected) in [
        (&body, good.as_str(), true),
        (&bent, &good, false),
        (&body, &"0".repeat(64), false),
        (&body, &good[1..], false),
    ] {
        assert_eq!(theirs("webhook", body, signature, HOOK_SECRET, Value::Null), expected);
        assert_eq!(ours(body, signature), expected);
    }
    for (what, text, fields) in [
        ("payment", "order_1|pay_1", json!({"razorpay_order_id": "order_1", "razorpay_payment_id": "pay_1"})),
        ("subscription", "pay_1|sub_1", json!({"razorpay_subscription_id": "sub_1", "razorpay_payment_id": "pay_1"})),
        (
            "link",
            "plink_1|main-1|paid|pay_1",
            json!({"payment_link_id": "plink_1", "payment_link_reference_id": "main-1", "payment_link_status": "paid",
                "razorpay_payment_id": "pay_1"}),
        ),
    ] {
        let mut returned: Vec<(String, String)> = fields
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| {
                // The library names a link's fields otherwise than the query does.
                let name = name.strip_prefix("razorpay_").unwrap_or(name);
                (format!("razorpay_{name}"), value.as_str().unwrap().to_owned())
            })
            .collect();
        let signature = razorpay::webhook::sign(secret, text.as_bytes());
        for (signature, expected) in [(signature, true), (razorpay::webhook::sign(secret, b"x"), false)] {
            let mut fields = fields.clone();
            fields["razorpay_signature"] = json!(signature);
            assert_eq!(theirs(what, "", "", secret, fields), expected, "{what}");
            returned.retain(|(name, _)| name != "razorpay_signature");
            returned.push(("razorpay_signature".to_owned(), signature));
            assert_eq!(bench.rail.read_return(&returned).is_some(), expected, "{what}");
        }
    }
    let signed = oracle.ask(&json!({"ask": "plain_sign", "body": body, "secret": HOOK_SECRET}));
    assert!(ours(&body, signed.as_str().unwrap()), "signed elsewhere, accepted here");
}

#[tokio::test]
async fn a_foreign_program_pays_through_our_stripe_shaped_peer() {
    let Some(mut oracle) = Python::start("oracle.py") else { return };
    let bench = StripeBench::new();
    let good = kept(&bench, "sub-40-p0-a1", Card::Good).await;
    let mut declines = kept(&bench, "sub-41-p0-a1", Card::Declines).await;
    if declines.customer != good.customer {
        let mut method = bench.server.peer.object(&declines.token);
        method["customer"] = json!(good.customer);
        bench.server.peer.add(method);
        declines.customer.clone_from(&good.customer);
    }
    let said = oracle.ask(&json!({"ask": "foreign_stripe", "key": stripe_shape::KEY, "base": bench.base(),
        "customer": good.customer, "method": good.token, "declines": declines.token}));
    let expected = json!({"same_customer": true, "conflict": "refused", "paid": ["succeeded", 90_000], "once": true,
        "beyond": "amount_too_large", "declined": "insufficient_funds", "detached": "refused", "listed": [1, true]});
    assert_eq!(said, expected);
}

#[tokio::test]
async fn a_foreign_program_pays_through_our_razorpay_shaped_peer() {
    let Some(mut oracle) = Python::start("oracle.py") else { return };
    let bench = RazorpayBench::new(false);
    let mandate = kept(&bench, "sub-42-p0-a1", Card::Good).await;
    let said = oracle.ask(&json!({"ask": "foreign_razorpay", "key": razorpay_shape::KEY_ID, "base": bench.base(),
        "secret": razorpay_shape::KEY_SECRET, "customer": mandate.customer, "token": mandate.token, "later": NOW + 9_000}));
    let expected = json!({"same_order": true, "found": true, "payment": "created", "twice": "refused",
        "early": "refused", "payments": 1, "token": "confirmed", "link": "cancelled"});
    assert_eq!(said, expected);
}

/// localstripe with a card in its books.
struct Local {
    _process: Python,
    base: String,
    rail: Stripe,
}

impl Local {
    fn start() -> Option<Self> {
        let mut process = Python::start("stripe_peer.py")?;
        let base = format!("http://127.0.0.1:{}", process.line().trim());
        let mut keys = stripe_keys(None);
        keys.secret_key = Secret::new("sk_test_local");
        let slow = masthead::gateways::http::Patience { whole: std::time::Duration::from_secs(20), ..patience() };
        let rail = Stripe::new(keys, PAPER, &base, slow).unwrap();
        Some(Self { _process: process, base, rail })
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Value {
        use masthead::gateways::http::{Call, Client, Content};
        let client = Client::new(&self.base, "Bearer sk_test_local", patience()).unwrap();
        let fields = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let reply = client.send(Call::post(path, Content::Form(fields))).await.expect("localstripe answers");
        serde_json::from_slice(&reply.body).unwrap()
    }

    /// A reader whose card was kept by a setup intent.
    async fn reader(&self, card: &str) -> MandateRef {
        let customer = self.post("/v1/customers", &[("email", "reader@example.com")]).await;
        let customer = customer["id"].as_str().unwrap();
        let method = self
            .post(
                "/v1/payment_methods",
                &[
                    ("type", "card"),
                    ("card[number]", card),
                    ("card[exp_month]", "12"),
                    ("card[exp_year]", "2031"),
                    ("card[cvc]", "123"),
                ],
            )
            .await;
        let token = method["id"].as_str().unwrap();
        self.post(&format!("/v1/payment_methods/{token}/attach"), &[("customer", customer)]).await;
        let notes = [("metadata[masthead_paper]", PAPER), ("metadata[masthead_key]", "sub-50-method-1")];
        let setup = self.post("/v1/setup_intents", &[&[("customer", customer)], &notes[..]].concat()).await;
        let setup = setup["id"].as_str().unwrap();
        let path = format!("/v1/setup_intents/{setup}/confirm");
        let confirmed = self.post(&path, &[("payment_method", token)]).await;
        if confirmed["status"] == "succeeded" {
            let look = Asked {
                key: key("sub-50-method-1"),
                amount: rupees(0),
                reference: Some(setup.to_owned()),
                customer: None,
                sent_at: Clock::system().now(),
            };
            let told = self.rail.look_up(&look, Clock::system().now()).await;
            assert!(matches!(told.answer.outcome, Outcome::Captured { amount, .. } if amount == rupees(0)), "{told:?}");
            assert_eq!(told.mandate.map(|facts| facts.mandate.token).as_deref(), Some(token));
        }
        MandateRef { customer: customer.to_owned(), token: token.to_owned(), method: MethodKind::Card }
    }
}

#[tokio::test]
async fn localstripe_takes_our_debits_and_refunds() {
    let Some(local) = Local::start() else { return };
    let now = Clock::system().now();
    let mandate = local.reader("4242424242424242").await;
    let Found::Is(facts) = local.rail.mandate(&mandate, now).await else { panic!("there") };
    assert_eq!((facts.state, facts.label.as_str()), (MandateState::Confirmed, "Visa •••• 4242"));
    let told = local.rail.charge(&debit("sub-50-p1-a1", &mandate), now).await;
    let Outcome::Captured { reference, amount } = &told.answer.outcome else { panic!("{told:?}") };
    assert_eq!((*amount, &told.answer.key), (rupees(900), &key("sub-50-p1-a1")));
    let look = |reference: Option<&str>| Asked {
        key: key("sub-50-p1-a1"),
        amount: rupees(900),
        reference: reference.map(str::to_owned),
        customer: Some(mandate.customer.clone()),
        sent_at: now,
    };
    for look in [look(Some(reference)), look(None)] {
        let again = local.rail.look_up(&look, now).await;
        assert_eq!(again.answer.outcome, told.answer.outcome);
    }
    let absent = Asked { key: AttemptKey::from_text("sub-50-p9-a1"), ..look(None) };
    assert_eq!(local.rail.look_up(&absent, now).await.answer.outcome, Outcome::NotFound);
    let order =
        RefundOrder { key: "refund-50".into(), payment: reference.clone(), amount: rupees(400), reason: "x".into() };
    assert_eq!(local.rail.look_up_refund(&order, None, now).await, RefundAnswer::NotFound);
    let refunded = local.rail.refund(&order, now).await;
    assert!(matches!(refunded, RefundAnswer::Succeeded { .. }), "{refunded:?}");
    assert_eq!(local.rail.look_up_refund(&order, None, now).await, refunded);
    let hints = local.rail.recent(now - SignedDuration::from_hours(1), now + SignedDuration::from_hours(1)).await;
    assert!(matches!(hints, Found::Is(hints) if !hints.is_empty()), "its events can be read");
    let Found::Is(facts) = local.rail.revoke(&mandate, now).await else { panic!("there") };
    assert_eq!(facts.state, MandateState::Revoked);
}

#[tokio::test]
async fn localstripe_declines_and_asks_for_the_reader() {
    let Some(local) = Local::start() else { return };
    let now = Clock::system().now();
    for (card, kind) in [("4000000000000341", FailureKind::Declined), ("4000002500003155", FailureKind::NeedsReader)] {
        let mandate = local.reader(card).await;
        let told = local.rail.charge(&debit("sub-51-p1-a1", &mandate), now).await;
        assert!(matches!(&told.answer.outcome, Outcome::Failed(f) if f.kind == kind), "{card}: {told:?}");
        if kind == FailureKind::NeedsReader {
            // Left open, it could be confirmed after another payment was made.
            let look = Asked {
                key: key("sub-51-p1-a1"),
                amount: rupees(900),
                reference: told.reference.clone(),
                customer: None,
                sent_at: now,
            };
            let intent = local.rail.look_up(&look, now);
            assert!(matches!(intent.await.answer.outcome, Outcome::Failed(f) if f.code == "canceled"));
        }
    }
    let gone = MandateRef { customer: "cus_none".into(), token: "pm_none".into(), method: MethodKind::Card };
    let told = local.rail.charge(&debit("sub-52-p1-a1", &gone), now).await;
    assert!(matches!(told.answer.outcome, Outcome::Failed(f) if f.kind == FailureKind::Refused));
}
