//! Razorpay: orders that carry a mandate's terms, its hosted checkout for what the reader does, recurring payments for
//! what we do without them, payment links for a bill, refunds. Its Subscriptions are the fallback ([`Scheduler`]) for
//! accounts that may not send debits themselves.
//!
//! An order is the anchor of every attempt: it has our receipt, is found by it again, and takes one payment. A payment on
//! a page is authorised by the reader and captured by us, so that a page which was closed, or ran out, takes no money:
//! Razorpay gives back what is not captured.
mod books;
mod calls;
mod charges;
mod failures;
mod orders;
mod pages;
mod refunds;
mod subscriptions;
mod tokens;
mod told;
pub mod webhook;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use circulation::money::{Currency, Money};
use circulation::payments::Rail;
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};

use super::http::{BadAddress, Client, Patience};
use super::rail::{
    Announced, Asked, Capabilities, Debit, DebitWindows, DisputeFacts, Found, Gateway, Hint, MandateFacts, MandateRef,
    MethodKind, PageAnswer, PageRequest, PayoutFacts, RefundAnswer, RefundFacts, RefundOrder, ScheduleFacts,
    ScheduleRequest, Scheduler, Scheduling, Told, Webhook, WebhookRefused,
};
use super::settings::RazorpayKeys;

/// Where Razorpay answers.
pub const ADDRESS: &str = "https://api.razorpay.com";
/// What [`super::rail::Purpose::MethodOnly`] takes: a mandate is registered by a payment of at least one rupee.
const ONE_RUPEE: Money = Money::new(100, Currency::INR);

/// The rail.
pub struct Razorpay {
    client: Client,
    keys: RazorpayKeys,
    address: String,
    /// Parts this paper's objects from those of other papers on the same account.
    paper: String,
    capabilities: Capabilities,
}

impl std::fmt::Debug for Razorpay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Razorpay({}, {:?})", self.paper, self.client)
    }
}

impl Razorpay {
    /// The rail at `address`, for the paper named `paper` (at most six letters and digits). With `provider_scheduled`
    /// Razorpay Subscriptions keep the calendar and the house only settles.
    ///
    /// # Errors
    /// An address that is neither HTTPS nor this machine, or a key that no header can carry.
    pub fn new(
        keys: RazorpayKeys,
        paper: &str,
        address: &str,
        provider_scheduled: bool,
        patience: Patience,
    ) -> Result<Self, BadAddress> {
        let pair = STANDARD.encode(format!("{}:{}", keys.key_id, keys.key_secret.expose()));
        let client = Client::new(address, &format!("Basic {pair}"), patience)?;
        let scheduling = if provider_scheduled { Scheduling::ProviderScheduled } else { Scheduling::MerchantInitiated };
        let address = address.trim_end_matches('/').to_owned();
        Ok(Self { client, keys, address, paper: paper.to_owned(), capabilities: capabilities(scheduling) })
    }

    /// Whether the key moves real money.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.keys.is_live()
    }
}

fn capabilities(scheduling: Scheduling) -> Capabilities {
    const MANDATES: &[MethodKind] = &[MethodKind::Card, MethodKind::Upi];
    Capabilities {
        scheduling,
        can_change_amount: if scheduling == Scheduling::MerchantInitiated { MANDATES } else { &[] },
        can_resume: &[],
        needs_predebit: MANDATES,
        predebit_lead: SignedDuration::from_hours(48),
        // RBI e-mandate framework of April 2026: no second factor up to this amount.
        max_unattended_amount: Some(Money::new(1_500_000, Currency::INR)),
        // NPCI, since August 2025: no debits of UPI mandates from 10:00 to 13:00 and from 17:00 to 21:30.
        debit_windows: Some(DebitWindows {
            zone: "Asia/Kolkata",
            minutes: &[(0, 600), (780, 1_020), (1_290, 1_440)],
            methods: &[MethodKind::Upi],
        }),
        max_interval_months: None,
        // An order is found by its receipt for as long as there are orders.
        resend_within: SignedDuration::from_hours(24 * 180),
        page_open: (SignedDuration::from_mins(20), SignedDuration::from_hours(24)),
        method_only_amount: Some(ONE_RUPEE),
        currencies: vec!["INR".to_owned()],
    }
}

#[async_trait]
impl Gateway for Razorpay {
    fn rail(&self) -> Rail {
        Rail::Razorpay
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
        self.token(mandate, now).await
    }

    async fn revoke(&self, mandate: &MandateRef, now: Timestamp) -> Found<MandateFacts> {
        self.cancel_token(mandate, now).await
    }

    async fn announce_debit(&self, debit: &Debit, now: Timestamp) -> Announced {
        self.announce(debit, now).await
    }

    fn read_webhook(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<Webhook, WebhookRefused> {
        webhook::read(&self.keys, &self.paper, headers, body, now)
    }

    fn read_stored(&self, body: &[u8]) -> Option<Hint> {
        webhook::stored(&self.paper, body)
    }

    fn read_return(&self, fields: &[(String, String)]) -> Option<Hint> {
        webhook::read_return(&self.keys, fields)
    }

    async fn recent(&self, from: Timestamp, to: Timestamp) -> Found<Vec<Hint>> {
        self.since(from, to).await
    }

    async fn dispute(&self, reference: &str, _now: Timestamp) -> Found<DisputeFacts> {
        self.read_dispute(reference).await
    }

    async fn payout(&self, reference: &str, _now: Timestamp) -> Found<PayoutFacts> {
        self.read_settlement(reference).await
    }

    fn scheduler(&self) -> Option<&dyn Scheduler> {
        (self.capabilities.scheduling == Scheduling::ProviderScheduled).then_some(self)
    }
}

#[async_trait]
impl Scheduler for Razorpay {
    async fn open_schedule(&self, request: &ScheduleRequest, now: Timestamp) -> PageAnswer {
        self.subscribe(request, now).await
    }

    async fn schedule(&self, reference: &str, _now: Timestamp) -> Found<ScheduleFacts> {
        self.subscription(reference).await
    }

    async fn end_schedule(&self, reference: &str, _now: Timestamp) -> Found<ScheduleFacts> {
        self.unsubscribe(reference).await
    }
}
