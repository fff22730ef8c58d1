//! From the sandbox's books to what a rail says.
use circulation::money::{Currency, Money};
use circulation::payments::{AttemptKey, Failure, FailureKind, Outcome, RailAnswer};
use jiff::Timestamp;
use store::{
    SandboxCharge, SandboxDispute, SandboxMandate, SandboxPage, SandboxPayout, SandboxPayoutLine, SandboxRefund,
};

use super::super::rail::{
    DisputeFacts, DisputeState, MandateFacts, MandateRef, MethodKind, Page, PayoutFacts, PayoutLine, PayoutSource,
    RefundAnswer, RefundFacts, Told, Way,
};
use super::rules;

/// An amount of the books; none for a currency that this version does not know.
pub(super) fn money(minor: i64, currency: &str) -> Option<Money> {
    Currency::parse(currency).ok().map(|currency| Money::new(minor, currency))
}

pub(super) fn failure(kind: FailureKind, code: &str) -> Failure {
    Failure { kind, code: code.to_owned() }
}

fn answer(key: &AttemptKey, at: Timestamp, outcome: Outcome) -> RailAnswer {
    RailAnswer { key: key.clone(), at, outcome }
}

pub(super) fn only(key: &AttemptKey, at: Timestamp, outcome: Outcome) -> Told {
    Told::only(answer(key, at, outcome))
}

/// What became of a payment, taken or tried.
pub(super) fn of_charge(
    key: &AttemptKey,
    charge: &SandboxCharge,
    mandate: Option<&SandboxMandate>,
    now: Timestamp,
) -> Told {
    let (at, outcome) =
        if charge.decided_at > now { (now, Outcome::Pending) } else { (charge.decided_at, outcome(charge)) };
    let waits = charge.state == "needs-action" && charge.confirm_until.is_some_and(|until| now < until);
    Told {
        answer: answer(key, at, outcome),
        reference: Some(charge.reference.clone()),
        customer: Some(charge.customer.clone()),
        mandate: mandate.map(|mandate| of_mandate(mandate, now)),
        confirm_at: waits.then(|| super::bank::path(&charge.customer)),
    }
}

fn outcome(charge: &SandboxCharge) -> Outcome {
    if charge.state == "captured" {
        // A currency that cannot be read is no answer: the money did move.
        return money(charge.amount, &charge.currency)
            .map_or(Outcome::NoAnswer, |amount| Outcome::Captured { reference: charge.reference.clone(), amount });
    }
    let Some((kind, code)) = &charge.failure else { return Outcome::NoAnswer };
    kind.parse().map_or(Outcome::NoAnswer, |kind| Outcome::Failed(failure(kind, code)))
}

/// What became of a page on which nothing was taken yet.
pub(super) fn of_page(key: &AttemptKey, page: &SandboxPage, now: Timestamp) -> Told {
    let (at, outcome) = match page.state.as_str() {
        "open" if now < page.expires_at => (now, Outcome::Pending),
        "open" => (page.expires_at, Outcome::Failed(failure(FailureKind::Expired, "page-expired"))),
        "closed" => (page.decided_at.unwrap_or(now), Outcome::Failed(failure(FailureKind::Expired, "page-closed"))),
        // Paid, and its payment was not found: somebody else's transaction is about to end.
        _ => (now, Outcome::NoAnswer),
    };
    let reference = Some(page.id.clone());
    Told { reference, customer: Some(page.customer.clone()), ..only(key, at, outcome) }
}

/// How a reader gets to a page: it is on this very paper.
pub(super) fn page(page: &SandboxPage) -> Page {
    Page {
        reference: page.id.clone(),
        customer: Some(page.customer.clone()),
        way: Way::Link(format!("/sandbox/pay/{}", page.id)),
    }
}

pub(super) fn of_mandate(mandate: &SandboxMandate, now: Timestamp) -> MandateFacts {
    MandateFacts {
        mandate: MandateRef {
            customer: mandate.customer.clone(),
            token: mandate.token.clone(),
            method: mandate.method.parse().unwrap_or(MethodKind::Card),
        },
        label: mandate.label.clone(),
        // By UPI the amount of the first debit is the one that was agreed.
        max_amount: money(agreed(mandate), &mandate.currency),
        expires: Some(mandate.expires_at),
        state: rules::state(mandate, now),
    }
}

pub(super) fn of_refund(refund: &SandboxRefund, now: Timestamp) -> RefundAnswer {
    let reference = refund.reference.clone();
    if refund.decided_at > now {
        return RefundAnswer::Pending { reference };
    }
    match &refund.failure_code {
        None => RefundAnswer::Succeeded { reference, at: refund.decided_at },
        Some(code) => RefundAnswer::Failed(failure(FailureKind::Refused, code)),
    }
}

pub(super) fn of_refund_made(refund: &SandboxRefund, now: Timestamp) -> Option<RefundFacts> {
    Some(RefundFacts {
        payment: refund.payment.clone(),
        amount: money(refund.amount, &refund.currency)?,
        key: Some(refund.key.clone()),
        answer: of_refund(refund, now),
    })
}

pub(super) fn of_dispute(dispute: &SandboxDispute, now: Timestamp) -> Option<DisputeFacts> {
    if dispute.opened_at > now {
        return None;
    }
    let state = match dispute.outcome.as_str() {
        _ if dispute.decided_at > now => DisputeState::Open,
        "won" => DisputeState::Won,
        _ => DisputeState::Lost,
    };
    Some(DisputeFacts {
        reference: dispute.reference.clone(),
        payment: dispute.payment.clone(),
        amount: money(dispute.amount, &dispute.currency)?,
        reason: dispute.reason.clone(),
        state,
        respond_by: Some(dispute.respond_by),
    })
}

pub(super) fn of_payout(payout: &SandboxPayout, now: Timestamp) -> Option<PayoutFacts> {
    let currency = Currency::parse(&payout.currency).ok()?;
    let line = |line: &SandboxPayoutLine| PayoutLine {
        source: match line.source.as_str() {
            "payment" => PayoutSource::Payment(line.reference.clone()),
            "refund" => PayoutSource::Refund(line.reference.clone()),
            _ => PayoutSource::Dispute(line.reference.clone()),
        },
        gross: Money::new(line.gross, currency),
        fee: Money::new(line.fee, currency),
    };
    Some(PayoutFacts {
        reference: payout.reference.clone(),
        amount: Money::new(payout.amount, currency),
        arrives_at: payout.arrives_at,
        paid: payout.arrives_at <= now,
        lines: payout.lines.iter().map(line).collect(),
    })
}

fn agreed(mandate: &SandboxMandate) -> i64 {
    mandate.agreed_amount.filter(|_| rules::is_upi(mandate)).unwrap_or(mandate.max_amount)
}
