//! The sandbox as a rail: each call is one transaction in its own books, and what the books cannot say is no answer.
use async_trait::async_trait;
use circulation::payments::{FailureKind, Outcome, Rail};
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use store::{SandboxKept, SandboxKey, SandboxNotice, StoreError};

use super::super::rail::{
    Announced, Asked, Capabilities, Debit, DisputeFacts, Found, Gateway, Hint, MandateFacts, MandateRef, PageAnswer,
    PageRequest, PayoutFacts, RefundAnswer, RefundFacts, RefundOrder, Told, Webhook, WebhookRefused,
};
use super::super::webhooks;
use super::behaviours::Behaviour;
use super::{Sandbox, events::Event, facts, rules};

/// The most hints of one list.
const MOST_HINTS: usize = 1_000;
/// The longest span that can be listed: older webhooks are forgotten.
const LONGEST_SPAN: SignedDuration = SignedDuration::from_hours(31 * 24);

/// The books did not answer, which to the paper is a rail that did not.
fn silent(error: &StoreError, what: &'static str) {
    tracing::warn!(%error, what, "the sandbox's books do not answer");
}

fn conflict(key: &str) {
    tracing::error!(key, "one idempotency key came with two different requests; the second was not carried out");
}

fn written<T: serde::Serialize>(request: &T) -> String {
    // Plain structs of texts and numbers always become JSON.
    serde_json::to_string(request).unwrap_or_default()
}

#[async_trait]
impl Gateway for Sandbox {
    fn rail(&self) -> Rail {
        Rail::Sandbox
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn open_page(&self, request: &PageRequest, now: Timestamp) -> PageAnswer {
        let now = whole(now);
        if let Err(code) = self.page_refused(request, now) {
            return PageAnswer::Refused(facts::failure(FailureKind::Refused, code));
        }
        let bytes = written(request);
        let key = SandboxKey { key: request.key.as_str(), request: &bytes };
        let (customer, page) = self.new_page(request, now);
        let cycle = rules::cycle(key.key);
        match self.store.open_sandbox_page(&key, &customer, &page, cycle, now).await {
            Ok(SandboxKept::Kept(page)) if page.state == "closed" => {
                PageAnswer::Refused(facts::failure(FailureKind::Expired, "page-closed"))
            }
            Ok(SandboxKept::Kept(page)) if page.state == "open" && page.expires_at <= now => {
                PageAnswer::Refused(facts::failure(FailureKind::Expired, "page-expired"))
            }
            Ok(SandboxKept::Kept(page)) => PageAnswer::Open(facts::page(&page)),
            Ok(SandboxKept::OtherRequest) => {
                conflict(key.key);
                PageAnswer::NoAnswer
            }
            Err(error) => {
                silent(&error, "opening a page");
                PageAnswer::NoAnswer
            }
        }
    }

    async fn close_page(&self, request: &PageRequest, _reference: Option<&str>, now: Timestamp) -> Told {
        let now = whole(now);
        match self.closed(request, now).await {
            Ok(Some(told)) => told,
            Ok(None) => facts::only(&request.key, now, Outcome::NoAnswer),
            Err(error) => {
                silent(&error, "closing a page");
                facts::only(&request.key, now, Outcome::NoAnswer)
            }
        }
    }

    async fn charge(&self, debit: &Debit, now: Timestamp) -> Told {
        let now = whole(now);
        let bytes = written(debit);
        let key = SandboxKey { key: debit.key.as_str(), request: &bytes };
        let cycle = rules::cycle(key.key);
        let mut behaviour = None;
        let decide = |standing: &store::SandboxStanding| {
            let debited = self.debited(debit, cycle, standing, now);
            behaviour = Behaviour::of(&debited.charge.behaviour);
            debited
        };
        let kept = self.store.debit_at_sandbox(&key, &debit.mandate.token, cycle, now, decide).await;
        match kept {
            // The first answer gets lost on purpose; whoever asks again, or sends again, is told.
            Ok(_) if matches!(behaviour, Some(Behaviour::TimeoutThenCaptured | Behaviour::TimeoutThenFailed)) => {
                facts::only(&debit.key, now, Outcome::NoAnswer)
            }
            Ok(SandboxKept::Kept(charge)) => self.told(&debit.key, &charge, now).await,
            Ok(SandboxKept::OtherRequest) => {
                conflict(key.key);
                facts::only(&debit.key, now, Outcome::NoAnswer)
            }
            Err(error) => {
                silent(&error, "a debit");
                facts::only(&debit.key, now, Outcome::NoAnswer)
            }
        }
    }

    async fn look_up(&self, asked: &Asked, now: Timestamp) -> Told {
        let now = whole(now);
        match self.known(&asked.key, now).await {
            Ok(Some(told)) => told,
            Ok(None) => facts::only(&asked.key, now, Outcome::NotFound),
            Err(error) => {
                silent(&error, "a look-up");
                facts::only(&asked.key, now, Outcome::NoAnswer)
            }
        }
    }

    async fn refund(&self, order: &RefundOrder, now: Timestamp) -> RefundAnswer {
        let now = whole(now);
        let bytes = written(order);
        let key = SandboxKey { key: &order.key, request: &bytes };
        let decide = |paid: Option<&store::SandboxPaid>| self.refunded(order, paid, now);
        match self.store.refund_at_sandbox(&key, &order.payment, now, decide).await {
            Ok(SandboxKept::Kept(Ok(refund))) => facts::of_refund(&refund, now),
            Ok(SandboxKept::Kept(Err(code))) => RefundAnswer::Failed(facts::failure(FailureKind::Refused, code)),
            Ok(SandboxKept::OtherRequest) => {
                conflict(key.key);
                RefundAnswer::NoAnswer
            }
            Err(error) => {
                silent(&error, "a refund");
                RefundAnswer::NoAnswer
            }
        }
    }

    async fn look_up_refund(&self, order: &RefundOrder, _reference: Option<&str>, now: Timestamp) -> RefundAnswer {
        match self.store.sandbox_refund_by_key(&order.key).await {
            Ok(Some(refund)) => facts::of_refund(&refund, whole(now)),
            Ok(None) => RefundAnswer::NotFound,
            Err(error) => {
                silent(&error, "the look-up of a refund");
                RefundAnswer::NoAnswer
            }
        }
    }

    async fn refund_made(&self, reference: &str, now: Timestamp) -> Found<RefundFacts> {
        let refund = self.store.sandbox_refund(reference).await;
        found(refund, "a refund", |refund| facts::of_refund_made(&refund, whole(now)))
    }

    async fn mandate(&self, mandate: &MandateRef, now: Timestamp) -> Found<MandateFacts> {
        let found = self.store.sandbox_mandate(&mandate.token).await;
        let found = found.map(|known| known.filter(|known| known.customer == mandate.customer));
        self::found(found, "a method", |known| Some(facts::of_mandate(&known, whole(now))))
    }

    async fn revoke(&self, mandate: &MandateRef, now: Timestamp) -> Found<MandateFacts> {
        let now = whole(now);
        let found = self.change(&mandate.customer, &mandate.token, super::bank::Change::Revoke, now).await;
        self::found(found, "a revocation", |(known, _)| Some(facts::of_mandate(&known, now)))
    }

    async fn announce_debit(&self, debit: &Debit, now: Timestamp) -> Announced {
        let now = whole(now);
        let cycle = rules::cycle(debit.key.as_str());
        let decide = |standing: &store::SandboxStanding| self.announced(debit, cycle, standing, now);
        match self.store.announce_at_sandbox(&debit.mandate.token, cycle, now, decide).await {
            Ok(Ok(notice)) if notice.amount == debit.amount.minor() => {
                let SandboxNotice { reference, debit_from, .. } = notice;
                Announced::Sent { reference, debit_from }
            }
            Ok(Ok(_)) => Announced::Refused(facts::failure(FailureKind::Declined, "announced-otherwise")),
            Ok(Err(refused)) => refused,
            Err(error) => {
                silent(&error, "announcing a debit");
                Announced::NoAnswer
            }
        }
    }

    fn read_webhook(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<Webhook, WebhookRefused> {
        let event: Event = webhooks::open(&self.webhook_key, headers, body, now)?;
        if let Some(got) = event.account.clone().filter(|account| *account != self.account) {
            return Err(WebhookRefused::OtherAccount { expected: self.account.clone(), got });
        }
        let hint = event.hint();
        Ok(Webhook { event_id: event.id, kind: event.kind, at: event.at, hint, account: event.account })
    }

    fn read_stored(&self, body: &[u8]) -> Option<Hint> {
        serde_json::from_slice::<Event>(body).ok().map(|event| event.hint())
    }

    fn read_return(&self, fields: &[(String, String)]) -> Option<Hint> {
        let (_, page) = fields.iter().find(|(name, _)| name == super::RETURNED)?;
        Some(Hint::Attempt { key: None, reference: page.clone() })
    }

    async fn recent(&self, from: Timestamp, to: Timestamp) -> Found<Vec<Hint>> {
        if from + LONGEST_SPAN < to {
            return Found::NoAnswer;
        }
        match self.store.sandbox_happened(from, to, MOST_HINTS + 1).await {
            Ok(bodies) if bodies.len() > MOST_HINTS => Found::NoAnswer,
            Ok(bodies) => {
                let events = bodies.iter().filter_map(|body| serde_json::from_str::<Event>(body).ok());
                Found::Is(events.map(|event| event.hint()).collect())
            }
            Err(error) => {
                silent(&error, "a list of what happened");
                Found::NoAnswer
            }
        }
    }

    async fn dispute(&self, reference: &str, now: Timestamp) -> Found<DisputeFacts> {
        let dispute = self.store.sandbox_dispute(reference).await;
        found(dispute, "a dispute", |dispute| facts::of_dispute(&dispute, whole(now)))
    }

    async fn payout(&self, reference: &str, now: Timestamp) -> Found<PayoutFacts> {
        let payout = self.store.sandbox_payout(reference).await;
        found(payout, "a payout", |payout| facts::of_payout(&payout, whole(now)))
    }
}

fn found<R, T>(
    read: Result<Option<R>, StoreError>,
    what: &'static str,
    facts: impl FnOnce(R) -> Option<T>,
) -> Found<T> {
    match read {
        Ok(row) => row.and_then(facts).map_or(Found::NotFound, Found::Is),
        Err(error) => {
            silent(&error, what);
            Found::NoAnswer
        }
    }
}

/// The books keep milliseconds; so what is said now is what will be said later.
pub(super) fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
