//! What the conformance suite needs of a rail: the gateway, and a hand on the other side.
use circulation::money::{Currency, Money};
use circulation::payments::AttemptKey;
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use masthead::gateways::http::Patience;
use masthead::gateways::rail::{
    Asked, Debit, Gateway, MandateRef, MandateWish, MethodKind, Page, PageAnswer, PageRequest, Purpose, Told,
};
use masthead::gateways::razorpay::{self, Razorpay};
use masthead::gateways::settings::{RazorpayKeys, Secret, StripeKeys};
use masthead::gateways::stripe::{self, Stripe};
use serde_json::{Value, json};
use std::time::Duration;

use super::razorpay_shape::{self, RazorpayShape};
use super::server::{Server, Trouble};
use super::stripe_shape::{self, Card, StripeShape};

pub const HOOK_SECRET: &str = "whsec_first";
pub const OLD_HOOK_SECRET: &str = "whsec_before";
pub const PAPER: &str = "main";
/// 22 November 2026, 06:00 UTC: 11:30 in Kolkata.
pub const NOW: i64 = 1_795_327_200;

pub fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

pub fn rupees(amount: i64) -> Money {
    Money::new(amount * 100, Currency::INR)
}

/// Short, so that a slow peer is a silent one.
pub fn patience() -> Patience {
    Patience { connect: Duration::from_secs(2), whole: Duration::from_millis(600) }
}

/// The calls that take or give money, or open a page.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    Page,
    Debit,
    Refund,
}

pub trait Bench: Sync {
    fn gateway(&self) -> &dyn Gateway;
    /// The rail's address.
    fn base(&self) -> String;
    /// The reader uses the page; whether it let them.
    fn reader_pays(&self, page: &Page, card: Card) -> bool;
    /// What banks decide later is decided.
    fn banks_answer(&self);
    fn trouble(&self, step: Step, trouble: Trouble);
    /// Payments that the rail's books hold for a key.
    fn taken(&self, key: &AttemptKey) -> usize;
    /// A delivery about an attempt, by a secret, at a time.
    fn delivery(&self, delivery: &Delivery<'_>) -> (HeaderMap, Vec<u8>);
}

pub struct Delivery<'a> {
    pub kind: &'a str,
    pub key: &'a str,
    pub reference: &'a str,
    pub secret: &'a str,
    pub at: Timestamp,
    pub account: Option<&'a str>,
    pub paper: &'a str,
    pub padding: usize,
}

impl Default for Delivery<'_> {
    fn default() -> Self {
        Self {
            kind: "",
            key: "sub-1-p0-a1",
            reference: "",
            secret: HOOK_SECRET,
            at: now(),
            account: None,
            paper: PAPER,
            padding: 0,
        }
    }
}

pub struct StripeBench {
    pub server: Server<StripeShape>,
    pub rail: Stripe,
}

pub fn stripe_keys(account: Option<&str>) -> StripeKeys {
    StripeKeys {
        secret_key: Secret::new(stripe_shape::KEY),
        webhook_secrets: vec![Secret::new(OLD_HOOK_SECRET), Secret::new(HOOK_SECRET)],
        account: account.map(str::to_owned),
    }
}

impl StripeBench {
    pub fn new() -> Self {
        let server = Server::start(StripeShape::at(NOW));
        let rail = Stripe::new(stripe_keys(Some("acct_ours")), PAPER, &server.base(), patience()).unwrap();
        Self { server, rail }
    }
}

impl Bench for StripeBench {
    fn gateway(&self) -> &dyn Gateway {
        &self.rail
    }

    fn base(&self) -> String {
        self.server.base()
    }

    fn reader_pays(&self, page: &Page, card: Card) -> bool {
        self.server.peer.use_page(&page.reference, card)
    }

    fn banks_answer(&self) {}

    fn trouble(&self, step: Step, trouble: Trouble) {
        let path = match step {
            Step::Page => "/v1/checkout/sessions",
            Step::Debit => "/v1/payment_intents",
            Step::Refund => "/v1/refunds",
        };
        self.server.trouble("POST", path, trouble);
    }

    fn taken(&self, key: &AttemptKey) -> usize {
        self.server.peer.taken(key.as_str())
    }

    fn delivery(&self, d: &Delivery<'_>) -> (HeaderMap, Vec<u8>) {
        let kind = if d.kind.is_empty() { "payment_intent.succeeded" } else { d.kind };
        let object = if kind.starts_with("payment_intent") { "payment_intent" } else { "marvel" };
        let mut event = json!({
            "id": format!("evt_{}", d.reference), "object": "event", "type": kind, "created": d.at.as_second(),
            "livemode": false, "api_version": "2031-01-01.far", "padding": "x".repeat(d.padding),
            "data": {"object": {"id": d.reference, "object": object,
                "metadata": {"masthead_paper": d.paper, "masthead_key": d.key}}},
        });
        if let Some(account) = d.account {
            event["account"] = Value::from(account);
        }
        let body = serde_json::to_vec(&event).unwrap();
        let mut headers = HeaderMap::new();
        let signature = stripe::webhook::sign(d.secret, d.at.as_second(), &body);
        headers.insert(stripe::webhook::SIGNATURE, signature.parse().unwrap());
        (headers, body)
    }
}

pub struct RazorpayBench {
    pub server: Server<RazorpayShape>,
    pub rail: Razorpay,
}

pub fn razorpay_keys(account: Option<&str>) -> RazorpayKeys {
    RazorpayKeys {
        key_id: razorpay_shape::KEY_ID.to_owned(),
        key_secret: Secret::new(razorpay_shape::KEY_SECRET),
        webhook_secrets: vec![Secret::new(OLD_HOOK_SECRET), Secret::new(HOOK_SECRET)],
        account: account.map(str::to_owned),
    }
}

impl RazorpayBench {
    pub fn new(provider_scheduled: bool) -> Self {
        let server = Server::start(RazorpayShape::at(NOW));
        let keys = razorpay_keys(Some("acct_ours"));
        let rail = Razorpay::new(keys, PAPER, &server.base(), provider_scheduled, patience()).unwrap();
        Self { server, rail }
    }
}

impl Bench for RazorpayBench {
    fn gateway(&self) -> &dyn Gateway {
        &self.rail
    }

    fn base(&self) -> String {
        self.server.base()
    }

    fn reader_pays(&self, page: &Page, card: Card) -> bool {
        self.server.peer.use_page(&page.reference, card)
    }

    fn banks_answer(&self) {
        self.server.peer.banks_answer();
    }

    fn trouble(&self, step: Step, trouble: Trouble) {
        let path = match step {
            Step::Page => "/v1/orders",
            Step::Debit => "/v1/payments/create/recurring",
            Step::Refund => "/v1/payments/",
        };
        self.server.trouble("POST", path, trouble);
    }

    fn taken(&self, key: &AttemptKey) -> usize {
        self.server.peer.taken(key.as_str())
    }

    fn delivery(&self, d: &Delivery<'_>) -> (HeaderMap, Vec<u8>) {
        let kind = if d.kind.is_empty() { "order.paid" } else { d.kind };
        let body = serde_json::to_vec(&json!({
            "entity": "event", "account_id": d.account.unwrap_or("acct_ours"), "event": kind,
            "created_at": d.at.as_second(), "padding": "x".repeat(d.padding),
            "payload": {"order": {"entity": {"id": d.reference,
                "notes": {"masthead_paper": d.paper, "masthead_key": d.key}}}},
        }))
        .unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(razorpay::webhook::SIGNATURE, razorpay::webhook::sign(d.secret, &body).parse().unwrap());
        headers.insert(razorpay::webhook::EVENT_ID, format!("evt_{}", d.reference).parse().unwrap());
        (headers, body)
    }
}

pub fn key(text: &str) -> AttemptKey {
    AttemptKey::from_text(text)
}

/// A first payment of ₹900 with the wish to renew for ₹900, up to ₹1,200, every three months.
pub fn first_payment(of: &str) -> PageRequest {
    PageRequest {
        key: key(of),
        purpose: Purpose::FirstPayment,
        amount: rupees(900),
        description: "Smart Quarterly".to_owned(),
        reader_email: "reader@example.com".to_owned(),
        reader_ref: "r-17".to_owned(),
        customer: None,
        return_url: "https://paper.example/checkout/return?id=7".to_owned(),
        cancel_url: "https://paper.example/plans".to_owned(),
        mandate: Some(MandateWish {
            max_amount: rupees(1_200),
            term_months: 3,
            expires_at: now() + SignedDuration::from_hours(24 * 365 * 5),
            method_hint: Some(MethodKind::Card),
        }),
        expires_at: now() + SignedDuration::from_hours(20),
    }
}

pub fn debit(of: &str, mandate: &MandateRef) -> Debit {
    Debit {
        key: key(of),
        amount: rupees(900),
        mandate: mandate.clone(),
        description: "Smart Quarterly".to_owned(),
        reader_email: "reader@example.com".to_owned(),
        not_before: None,
    }
}

pub fn asked(of: &str, reference: Option<&str>) -> Asked {
    Asked { key: key(of), amount: rupees(900), reference: reference.map(str::to_owned), customer: None, sent_at: now() }
}

pub async fn opened(bench: &dyn Bench, request: &PageRequest) -> Page {
    match bench.gateway().open_page(request, now()).await {
        PageAnswer::Open(page) => page,
        other => panic!("not opened: {other:?}"),
    }
}

/// A first payment with a card that is kept.
pub async fn kept(bench: &dyn Bench, of: &str, card: Card) -> MandateRef {
    let page = opened(bench, &first_payment(of)).await;
    assert!(bench.reader_pays(&page, card));
    let told: Told = bench.gateway().look_up(&asked(of, Some(&page.reference)), now()).await;
    told.mandate.expect("a kept method").mandate
}
