//! Stand-in until the sandbox is behind the trait.
use super::rail::*;
use async_trait::async_trait;
use circulation::payments::{Announced, MandateFacts, MandateRef, Outcome, Rail, RailAnswer, RefundAnswer, Scheduling};
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};

pub struct NoRail(Capabilities);
impl NoRail {
    pub fn new() -> Self {
        Self(Capabilities {
            scheduling: Scheduling::MerchantInitiated,
            can_change_amount: &[],
            can_resume: &[],
            needs_predebit: &[],
            predebit_lead: SignedDuration::ZERO,
            max_unattended_amount: None,
            debit_windows: None,
            max_interval_months: None,
            resend_within: SignedDuration::from_hours(24),
            page_open: (SignedDuration::from_hours(1), SignedDuration::from_mins(1)),
            method_only_amount: None,
            currencies: vec![],
        })
    }
}
fn none(key: circulation::payments::AttemptKey, at: Timestamp) -> Told {
    Told::only(RailAnswer { key, at, outcome: Outcome::NoAnswer })
}
#[async_trait]
impl Gateway for NoRail {
    fn rail(&self) -> Rail {
        Rail::Sandbox
    }
    fn capabilities(&self) -> &Capabilities {
        &self.0
    }
    async fn open_page(&self, _: &PageRequest, _: Timestamp) -> PageAnswer {
        PageAnswer::NoAnswer
    }
    async fn close_page(&self, r: &PageRequest, _: Option<&str>, now: Timestamp) -> Told {
        none(r.key.clone(), now)
    }
    async fn charge(&self, d: &Debit, now: Timestamp) -> Told {
        none(d.key.clone(), now)
    }
    async fn look_up(&self, a: &Asked, now: Timestamp) -> Told {
        none(a.key.clone(), now)
    }
    async fn refund(&self, _: &RefundOrder, _: Timestamp) -> RefundAnswer {
        RefundAnswer::NoAnswer
    }
    async fn look_up_refund(&self, _: &RefundOrder, _: Option<&str>, _: Timestamp) -> RefundAnswer {
        RefundAnswer::NoAnswer
    }
    async fn mandate(&self, _: &MandateRef, _: Timestamp) -> Found<MandateFacts> {
        Found::NoAnswer
    }
    async fn revoke(&self, _: &MandateRef, _: Timestamp) -> Found<MandateFacts> {
        Found::NoAnswer
    }
    async fn announce_debit(&self, _: &Debit, _: Timestamp) -> Announced {
        Announced::NoAnswer
    }
    fn read_webhook(&self, _: &HeaderMap, _: &[u8], _: Timestamp) -> Result<Webhook, WebhookRefused> {
        Err(WebhookRefused::Malformed)
    }
    fn read_return(&self, _: &[(String, String)]) -> Option<Hint> {
        None
    }
    async fn recent(&self, _: Timestamp, _: Timestamp) -> Found<Vec<Hint>> {
        Found::NoAnswer
    }
    async fn dispute(&self, _: &str, _: Timestamp) -> Found<DisputeFacts> {
        Found::NoAnswer
    }
    async fn payout(&self, _: &str, _: Timestamp) -> Found<PayoutFacts> {
        Found::NoAnswer
    }
}
