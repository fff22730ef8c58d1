//! The sandbox in the suite that every rail passes. It has no wire that could break, so a gateway around it loses the
//! answers.
use std::collections::HashSet;
use std::sync::Mutex;

use async_trait::async_trait;
use circulation::payments::{AttemptKey, Outcome, Rail, RailAnswer};
use http::HeaderMap;
use jiff::Timestamp;
use masthead::gateways::rail::{
    Announced, Asked, Capabilities, Debit, DisputeFacts, Found, Gateway, Hint, MandateFacts, MandateRef, Page,
    PageAnswer, PageRequest, PayoutFacts, RefundAnswer, RefundFacts, RefundOrder, Told, Webhook, WebhookRefused,
};
use masthead::gateways::sandbox::{Behaviour, Event};
use masthead::gateways::settings::Secret;
use masthead::gateways::webhooks::{self, SIGNATURE};

use super::bench::{Bench, Delivery, HOOK_SECRET, OLD_HOOK_SECRET, PAPER, Step, now};
use super::server::Trouble;
use super::stripe_shape::Card;
use crate::house::Engine;
use crate::sandbox::Books;

pub struct SandboxBench {
    wire: Wire,
}

impl SandboxBench {
    pub async fn new() -> Self {
        let books = Books::open(Engine::Sqlite).await;
        Self { wire: Wire { books, trouble: Mutex::default(), broken: Mutex::default() } }
    }
}

/// A wire to the sandbox on which answers get lost.
struct Wire {
    books: Books,
    trouble: Mutex<Vec<(&'static str, Trouble)>>,
    /// Keys whose answer is an error for good.
    broken: Mutex<HashSet<String>>,
}

const fn name(step: Step) -> &'static str {
    match step {
        Step::Page => "page",
        Step::Debit => "debit",
        Step::Refund => "refund",
    }
}

impl Wire {
    /// Whether the request gets there, and whether its answer gets back.
    fn carries(&self, step: Step, key: &str) -> (bool, bool) {
        let mut trouble = self.trouble.lock().unwrap();
        let place = trouble.iter().position(|(of, _)| *of == name(step));
        let broken = self.broken.lock().unwrap().contains(key);
        match place.map(|place| trouble.remove(place).1) {
            Some(Trouble::NeverArrives) => (false, false),
            Some(Trouble::Error500) => {
                self.broken.lock().unwrap().insert(key.to_owned());
                (true, false)
            }
            Some(Trouble::AnswerLost | Trouble::Slow) => (true, false),
            None => (true, !broken),
        }
    }

    fn silence(&self, key: &AttemptKey) -> Told {
        Told::only(RailAnswer { key: key.clone(), at: now(), outcome: Outcome::NoAnswer })
    }
}

#[async_trait]
impl Gateway for Wire {
    fn rail(&self) -> Rail {
        self.books.rail.rail()
    }

    fn capabilities(&self) -> &Capabilities {
        self.books.rail.capabilities()
    }

    async fn open_page(&self, request: &PageRequest, now: Timestamp) -> PageAnswer {
        let (arrives, returns) = self.carries(Step::Page, request.key.as_str());
        let answer = if arrives { self.books.rail.open_page(request, now).await } else { PageAnswer::NoAnswer };
        if returns { answer } else { PageAnswer::NoAnswer }
    }

    async fn close_page(&self, request: &PageRequest, reference: Option<&str>, now: Timestamp) -> Told {
        self.books.rail.close_page(request, reference, now).await
    }

    async fn charge(&self, debit: &Debit, now: Timestamp) -> Told {
        let (arrives, returns) = self.carries(Step::Debit, debit.key.as_str());
        let told = if arrives { self.books.rail.charge(debit, now).await } else { self.silence(&debit.key) };
        if returns { told } else { self.silence(&debit.key) }
    }

    async fn look_up(&self, asked: &Asked, now: Timestamp) -> Told {
        self.books.rail.look_up(asked, now).await
    }

    async fn refund(&self, order: &RefundOrder, now: Timestamp) -> RefundAnswer {
        let (arrives, returns) = self.carries(Step::Refund, &order.key);
        let answer = if arrives { self.books.rail.refund(order, now).await } else { RefundAnswer::NoAnswer };
        if returns { answer } else { RefundAnswer::NoAnswer }
    }

    async fn look_up_refund(&self, order: &RefundOrder, reference: Option<&str>, now: Timestamp) -> RefundAnswer {
        self.books.rail.look_up_refund(order, reference, now).await
    }

    async fn refund_made(&self, reference: &str, now: Timestamp) -> Found<RefundFacts> {
        self.books.rail.refund_made(reference, now).await
    }

    async fn mandate(&self, mandate: &MandateRef, now: Timestamp) -> Found<MandateFacts> {
        self.books.rail.mandate(mandate, now).await
    }

    async fn revoke(&self, mandate: &MandateRef, now: Timestamp) -> Found<MandateFacts> {
        self.books.rail.revoke(mandate, now).await
    }

    async fn announce_debit(&self, debit: &Debit, now: Timestamp) -> Announced {
        self.books.rail.announce_debit(debit, now).await
    }

    fn read_webhook(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<Webhook, WebhookRefused> {
        self.books.rail.read_webhook(headers, body, now)
    }

    fn read_return(&self, fields: &[(String, String)]) -> Option<Hint> {
        self.books.rail.read_return(fields)
    }

    async fn recent(&self, from: Timestamp, to: Timestamp) -> Found<Vec<Hint>> {
        self.books.rail.recent(from, to).await
    }

    async fn dispute(&self, reference: &str, now: Timestamp) -> Found<DisputeFacts> {
        self.books.rail.dispute(reference, now).await
    }

    async fn payout(&self, reference: &str, now: Timestamp) -> Found<PayoutFacts> {
        self.books.rail.payout(reference, now).await
    }
}

/// Waits where the suite's own hands cannot.
fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(future))
}

impl Bench for SandboxBench {
    fn gateway(&self) -> &dyn Gateway {
        &self.wire
    }

    fn base(&self) -> String {
        String::new()
    }

    fn reader_pays(&self, page: &Page, card: Card) -> bool {
        let behaviour = match card {
            Card::Good => Behaviour::Ok,
            Card::Declines => Behaviour::Decline,
            Card::Asks => Behaviour::NeedsAction,
        };
        wait(self.wire.books.rail.pay(&page.reference, behaviour, now())).unwrap().1
    }

    fn banks_answer(&self) {}

    fn trouble(&self, step: Step, trouble: Trouble) {
        self.wire.trouble.lock().unwrap().push((name(step), trouble));
    }

    fn taken(&self, key: &AttemptKey) -> usize {
        let charge = wait(self.wire.books.store.sandbox_charge(key.as_str())).unwrap();
        usize::from(charge.is_some_and(|charge| charge.state == "captured"))
    }

    fn delivery(&self, d: &Delivery<'_>) -> (HeaderMap, Vec<u8>) {
        // An account of the sandbox is one paper's: what is not about it is about nothing that this paper knows.
        let kind = match d.kind {
            _ if d.paper != PAPER => "elsewhere.happened",
            "" => "payment.captured",
            kind => kind,
        };
        let event = Event {
            id: format!("evt_{}", d.reference),
            kind: kind.to_owned(),
            at: d.at,
            account: d.account.map(str::to_owned),
            reference: d.reference.to_owned(),
            key: Some(d.key.to_owned()),
            customer: None,
        };
        let mut event = serde_json::to_value(&event).unwrap();
        event["padding"] = "x".repeat(d.padding).into();
        let body = serde_json::to_vec(&event).unwrap();
        // It has one secret, which lives and dies with its books: nobody ever replaces it.
        let secret = match d.secret {
            HOOK_SECRET | OLD_HOOK_SECRET => self.wire.books.rail.webhook_key().clone(),
            other => Secret::new(other),
        };
        let mut headers = HeaderMap::new();
        headers.insert(SIGNATURE, webhooks::sign(&secret, d.at.as_second(), &body).parse().unwrap());
        (headers, body)
    }
}
