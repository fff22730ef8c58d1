//! A rail that answers at once and always yes: what is measured is the house.
use async_trait::async_trait;
use circulation::payments::{Announced, MandateFacts, MandateRef, Outcome, Rail, RailAnswer, RefundAnswer, Scheduling};
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use masthead::gateways::rail::{
    Asked, Capabilities, Debit, DisputeFacts, Found, Gateway, Hint, MethodKind, Page, PageAnswer, PageRequest,
    PayoutFacts, RefundOrder, Told, Way, Webhook, WebhookRefused,
};

pub struct Prompt(Capabilities);

impl Prompt {
    pub fn new() -> Self {
        Self(Capabilities {
            scheduling: Scheduling::MerchantInitiated,
            can_change_amount: &[MethodKind::Card],
            can_resume: &[],
            needs_predebit: &[],
            predebit_lead: SignedDuration::ZERO,
            max_unattended_amount: None,
            debit_windows: None,
            max_interval_months: None,
            resend_within: SignedDuration::from_hours(24),
            page_open: (SignedDuration::from_hours(24), SignedDuration::from_mins(1)),
            method_only_amount: None,
            currencies: Vec::new(),
        })
    }
}

fn taken(key: circulation::payments::AttemptKey, amount: circulation::money::Money, at: Timestamp) -> Told {
    let reference = format!("pay-{key}");
    Told::only(RailAnswer { key, at, outcome: Outcome::Captured { reference, amount } })
}

#[async_trait]
impl Gateway for Prompt {
    fn rail(&self) -> Rail {
        Rail::Sandbox
    }
    fn capabilities(&self) -> &Capabilities {
        &self.0
    }
    async fn open_page(&self, request: &PageRequest, _: Timestamp) -> PageAnswer {
        let reference = format!("page-{}", request.key);
        PageAnswer::Open(Page { way: Way::Link(format!("/pages/{reference}")), reference, customer: None })
    }
    async fn close_page(&self, request: &PageRequest, _: Option<&str>, now: Timestamp) -> Told {
        Told::only(RailAnswer { key: request.key.clone(), at: now, outcome: Outcome::Pending })
    }
    async fn charge(&self, debit: &Debit, now: Timestamp) -> Told {
        taken(debit.key.clone(), debit.amount, now)
    }
    async fn look_up(&self, asked: &Asked, now: Timestamp) -> Told {
        taken(asked.key.clone(), asked.amount, now)
    }
    async fn refund(&self, order: &RefundOrder, now: Timestamp) -> RefundAnswer {
        RefundAnswer::Succeeded { reference: format!("refund-{}", order.key), at: now }
    }
    async fn look_up_refund(&self, order: &RefundOrder, _: Option<&str>, now: Timestamp) -> RefundAnswer {
        self.refund(order, now).await
    }
    async fn mandate(&self, _: &MandateRef, _: Timestamp) -> Found<MandateFacts> {
        Found::NoAnswer
    }
    async fn revoke(&self, _: &MandateRef, _: Timestamp) -> Found<MandateFacts> {
        Found::NotFound
    }
    async fn announce_debit(&self, _: &Debit, _: Timestamp) -> Announced {
        Announced::NotNeeded
    }
    fn read_webhook(&self, _: &HeaderMap, _: &[u8], _: Timestamp) -> Result<Webhook, WebhookRefused> {
        Err(WebhookRefused::Malformed)
    }
    fn read_return(&self, _: &[(String, String)]) -> Option<Hint> {
        None
    }
    async fn recent(&self, _: Timestamp, _: Timestamp) -> Found<Vec<Hint>> {
        Found::Is(Vec::new())
    }
    async fn dispute(&self, _: &str, _: Timestamp) -> Found<DisputeFacts> {
        Found::NotFound
    }
    async fn payout(&self, _: &str, _: Timestamp) -> Found<PayoutFacts> {
        Found::NotFound
    }
}
