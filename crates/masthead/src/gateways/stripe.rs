//! Stripe, used as a rail and nothing more: Checkout for what the reader does, PaymentIntents for what we do without
//! them, refunds. No Stripe Billing. The calendar, the retries and the documents are the house's own.
//!
//! About a dozen calls, written by hand. The API version is pinned in every request; of the answers only the fields used
//! are read, and what is not understood counts as no answer.
mod books;
mod calls;
mod debits;
mod declines;
mod methods;
mod pages;
mod refunds;
mod search;
mod told;
pub mod webhook;

use async_trait::async_trait;
use circulation::payments::Rail;
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};

use super::http::{BadAddress, Client, Patience};
use super::rail::{
    Announced, Asked, Capabilities, Debit, DisputeFacts, Found, Gateway, Hint, MandateFacts, MandateRef, MethodKind,
    PageAnswer, PageRequest, PayoutFacts, RefundAnswer, RefundFacts, RefundOrder, Scheduling, Told, Webhook,
    WebhookRefused,
};
use super::settings::StripeKeys;

/// Where Stripe answers.
pub const ADDRESS: &str = "https://api.stripe.com";
/// The version of the API that this file was written and tested against. Set it at the webhook endpoint too.
pub const VERSION: &str = "2026-10-28.endive";

/// The rail.
pub struct Stripe {
    client: Client,
    keys: StripeKeys,
    /// Parts this paper's objects from those of other papers on the same account.
    paper: String,
    capabilities: Capabilities,
}

impl std::fmt::Debug for Stripe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stripe({}, {:?})", self.paper, self.client)
    }
}

impl Stripe {
    /// The rail at `address`, for the paper named `paper` (short, stable, of letters, digits and hyphens).
    ///
    /// # Errors
    /// An address that is neither HTTPS nor this machine, or a key that no header can carry.
    pub fn new(keys: StripeKeys, paper: &str, address: &str, patience: Patience) -> Result<Self, BadAddress> {
        let client = Client::new(address, &format!("Bearer {}", keys.secret_key.expose()), patience)?;
        Ok(Self { client, keys, paper: paper.to_owned(), capabilities: capabilities() })
    }

    /// Whether the key moves real money.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.keys.is_live()
    }
}

fn capabilities() -> Capabilities {
    Capabilities {
        scheduling: Scheduling::MerchantInitiated,
        can_change_amount: &[MethodKind::Card, MethodKind::Bank],
        can_resume: &[],
        needs_predebit: &[],
        predebit_lead: SignedDuration::ZERO,
        max_unattended_amount: None,
        debit_windows: None,
        max_interval_months: None,
        // Keys are kept for at least 24 hours; an hour is left for clocks that differ.
        resend_within: SignedDuration::from_hours(23),
        // Checkout takes 30 minutes to 24 hours from its own clock's now.
        page_open: (SignedDuration::from_mins(35), SignedDuration::from_mins(23 * 60 + 50)),
        method_only_amount: None,
        currencies: Vec::new(),
    }
}

#[async_trait]
impl Gateway for Stripe {
    fn rail(&self) -> Rail {
        Rail::Stripe
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn open_page(&self, request: &PageRequest, now: Timestamp) -> PageAnswer {
        self.open(request, now).await
    }

    async fn close_page(&self, request: &PageRequest, reference: Option<&str>, now: Timestamp) -> Told {
        self.close(request, reference, now).await
    }

    async fn charge(&self, debit: &Debit, now: Timestamp) -> Told {
        self.debit(debit, now).await
    }

    async fn look_up(&self, asked: &Asked, now: Timestamp) -> Told {
        self.find(asked, now).await
    }

    async fn refund(&self, order: &RefundOrder, now: Timestamp) -> RefundAnswer {
        self.give_back(order, now).await
    }

    async fn look_up_refund(&self, order: &RefundOrder, reference: Option<&str>, now: Timestamp) -> RefundAnswer {
        self.find_refund(order, reference, now).await
    }

    async fn refund_made(&self, reference: &str, now: Timestamp) -> Found<RefundFacts> {
        self.refund_facts(reference, now).await
    }

    async fn mandate(&self, mandate: &MandateRef, now: Timestamp) -> Found<MandateFacts> {
        self.method(mandate, now).await
    }

    async fn revoke(&self, mandate: &MandateRef, now: Timestamp) -> Found<MandateFacts> {
        self.detach(mandate, now).await
    }

    async fn announce_debit(&self, _debit: &Debit, _now: Timestamp) -> Announced {
        Announced::NotNeeded
    }

    fn read_webhook(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<Webhook, WebhookRefused> {
        webhook::read(&self.keys, &self.paper, headers, body, now)
    }

    fn read_stored(&self, body: &[u8]) -> Option<Hint> {
        webhook::stored(&self.paper, body)
    }

    fn read_return(&self, fields: &[(String, String)]) -> Option<Hint> {
        let reference = fields.iter().find(|(name, _)| name == pages::RETURNED).map(|(_, value)| value.clone())?;
        // Unsigned: only a hint, and only of the one form that we asked for.
        reference.starts_with("cs_").then_some(Hint::Attempt { key: None, reference })
    }

    async fn recent(&self, from: Timestamp, to: Timestamp) -> Found<Vec<Hint>> {
        self.events(from, to).await
    }

    async fn dispute(&self, reference: &str, _now: Timestamp) -> Found<DisputeFacts> {
        self.read_dispute(reference).await
    }

    async fn payout(&self, reference: &str, _now: Timestamp) -> Found<PayoutFacts> {
        self.read_payout(reference).await
    }
}
