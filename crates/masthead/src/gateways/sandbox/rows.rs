//! From what is asked of the sandbox to the rows of its books.
use circulation::payments::FailureKind;
use jiff::{SignedDuration, Timestamp};
use store::{
    SandboxCharge, SandboxCustomer, SandboxDebited, SandboxMandate, SandboxNotice, SandboxPage, SandboxPaid,
    SandboxPayout, SandboxPost, SandboxRefund, SandboxStanding, SandboxTaking, SandboxUnpaid, SandboxWish,
};

use super::super::rail::{Announced, Debit, MethodKind, PageRequest, Purpose, RefundOrder};
use super::gateway::whole;
use super::{About, Behaviour, PAGE_OPEN, Sandbox, facts, rules};

/// How long a payout takes to the bank, and how far apart payouts are.
const PAYOUT_TAKES: SignedDuration = SignedDuration::from_hours(24);
/// Months after which a test card runs out.
const CARD_LASTS: i32 = 61;

impl Sandbox {
    pub(super) fn new_page(&self, request: &PageRequest, now: Timestamp) -> (SandboxCustomer, SandboxPage) {
        let key = request.key.as_str();
        let customer = SandboxCustomer {
            id: self.reference("cus", &[&request.reader_ref]),
            reader_ref: request.reader_ref.clone(),
            email: request.reader_email.clone(),
            created_at: now,
        };
        let wish = request.mandate.as_ref().map(|wish| SandboxWish {
            max_amount: wish.max_amount.minor(),
            term_months: wish.term_months,
            until: whole(wish.expires_at),
            method: wish.method_hint.map(|method| method.word().to_owned()),
        });
        let page = SandboxPage {
            id: self.reference("page", &[key]),
            key: key.to_owned(),
            customer: customer.id.clone(),
            purpose: purpose(request.purpose).to_owned(),
            amount: request.amount.minor(),
            currency: request.amount.currency().code().to_owned(),
            description: request.description.clone(),
            return_url: request.return_url.clone(),
            cancel_url: request.cancel_url.clone(),
            wish,
            state: "open".to_owned(),
            declines: 0,
            created_at: now,
            expires_at: whole(request.expires_at).min(now + PAGE_OPEN.1),
            decided_at: None,
        };
        (customer, page)
    }

    pub(super) fn taking(
        &self,
        page: &SandboxPage,
        behaviour: Behaviour,
        certain: Timestamp,
        now: Timestamp,
    ) -> SandboxTaking {
        let mandate = page.wish.as_ref().map(|wish| self.new_mandate(page, wish, behaviour, now));
        let charge = SandboxCharge {
            reference: self.reference("pay", &[&page.key]),
            key: page.key.clone(),
            act: "page".to_owned(),
            cycle: rules::cycle(&page.key).to_owned(),
            customer: page.customer.clone(),
            token: mandate.as_ref().map(|mandate| mandate.token.clone()),
            method: behaviour.method().word().to_owned(),
            behaviour: behaviour.word().to_owned(),
            amount: page.amount,
            currency: page.currency.clone(),
            description: page.description.clone(),
            state: "captured".to_owned(),
            failure: None,
            confirm_until: None,
            created_at: now,
            decided_at: certain,
        };
        let copies = if behaviour == Behaviour::Twice { 2 } else { 1 };
        let mut posts = vec![self.event_in_copies("payment.captured", &About::charge(&charge), certain, copies)];
        if let Some(mandate) = &mandate {
            let about = About { reference: &mandate.token, key: None, customer: Some(&mandate.customer) };
            posts.push(self.event("mandate.confirmed", &about, now));
            if let Some((state, at)) = &mandate.next {
                let kind = if state == "revoked" { "mandate.revoked" } else { "mandate.paused" };
                posts.push(self.event(kind, &about, *at));
            }
        }
        let dispute = self.disputes_itself(&charge, &mut posts);
        SandboxTaking { charge, mandate, dispute, posts }
    }

    /// The dispute that a payment with such a method leads to by itself.
    pub(super) fn disputes_itself(
        &self,
        charge: &SandboxCharge,
        posts: &mut Vec<SandboxPost>,
    ) -> Option<store::SandboxDispute> {
        let disputed = charge.behaviour == Behaviour::Dispute.word() && charge.state == "captured" && charge.amount > 0;
        let (dispute, told) =
            disputed.then(|| self.dispute_of(charge, charge.amount, charge.decided_at + rules::DISPUTED_AFTER))?;
        posts.extend(told);
        Some(dispute)
    }

    pub(super) fn new_mandate(
        &self,
        page: &SandboxPage,
        wish: &SandboxWish,
        behaviour: Behaviour,
        now: Timestamp,
    ) -> SandboxMandate {
        let kept = behaviour.kept();
        let turns = |state: &str| Some((state.to_owned(), now + rules::CHANGES_AFTER));
        SandboxMandate {
            token: self.reference("tok", &[&page.key]),
            customer: page.customer.clone(),
            method: kept.method().word().to_owned(),
            behaviour: kept.word().to_owned(),
            label: kept.label().to_owned(),
            max_amount: wish.max_amount,
            currency: page.currency.clone(),
            term_months: wish.term_months,
            state: "confirmed".to_owned(),
            next: match kept {
                Behaviour::UpiPaused => turns("paused-by-reader"),
                Behaviour::UpiRevoked => turns("revoked"),
                _ => None,
            },
            agreed_amount: None,
            debits: 0,
            created_at: now,
            changed_at: now,
            expires_at: if kept.method() == MethodKind::Card { card_runs_out(now) } else { wish.until },
        }
    }

    pub(super) fn debited(
        &self,
        debit: &Debit,
        cycle: &str,
        standing: &SandboxStanding,
        now: Timestamp,
    ) -> SandboxDebited {
        let mandate = standing.mandate.as_ref();
        let verdict = rules::debit(standing, &debit.mandate.customer, debit.amount, debit.not_before, now);
        let (state, decided_at, failure, kind) = match &verdict {
            rules::Verdict::Taken(at) => ("captured", *at, None, "payment.captured"),
            rules::Verdict::Failed(kind, code) => ("failed", now, Some((*kind, *code)), "payment.failed"),
            rules::Verdict::Confirm(code) => {
                ("needs-action", now, Some((FailureKind::NeedsReader, *code)), "payment.needs-action")
            }
        };
        let charge = SandboxCharge {
            reference: self.reference("pay", &[debit.key.as_str()]),
            key: debit.key.to_string(),
            act: "debit".to_owned(),
            cycle: cycle.to_owned(),
            customer: debit.mandate.customer.clone(),
            token: mandate.map(|mandate| mandate.token.clone()),
            method: debit.mandate.method.word().to_owned(),
            behaviour: mandate.map_or(Behaviour::Ok.word(), |mandate| &mandate.behaviour).to_owned(),
            amount: debit.amount.minor().max(0),
            currency: debit.amount.currency().code().to_owned(),
            description: debit.description.clone(),
            state: state.to_owned(),
            failure: failure.map(|(kind, code)| (kind.word().to_owned(), code.to_owned())),
            confirm_until: (state == "needs-action").then(|| now + rules::CONFIRM_WITHIN),
            created_at: now,
            decided_at,
        };
        let mut posts = vec![self.event(kind, &About::charge(&charge), decided_at)];
        let dispute = self.disputes_itself(&charge, &mut posts);
        let taken_by_upi = state == "captured" && charge.method == MethodKind::Upi.word();
        SandboxDebited { agrees_to: taken_by_upi.then_some(charge.amount), dispute, posts, charge }
    }

    pub(super) fn announced(
        &self,
        debit: &Debit,
        cycle: &str,
        standing: &SandboxStanding,
        now: Timestamp,
    ) -> Result<(SandboxNotice, Vec<SandboxPost>), Announced> {
        match rules::announce(standing, &debit.mandate.customer, debit.amount, debit.not_before, now) {
            rules::Notice::NotNeeded => Err(Announced::NotNeeded),
            rules::Notice::Refused(kind, code) => Err(Announced::Refused(facts::failure(kind, code))),
            rules::Notice::From(debit_from, skipped) => {
                let token = &debit.mandate.token;
                let reference = self.reference("ntc", &[token, cycle]);
                let about = About {
                    reference: &reference,
                    key: Some(debit.key.as_str()),
                    customer: Some(&debit.mandate.customer),
                };
                let mut posts = vec![self.event("notice.sent", &about, now)];
                if skipped {
                    let about = About { reference: token, key: None, customer: Some(&debit.mandate.customer) };
                    posts.push(self.event("mandate.debit-skipped", &about, now));
                }
                let notice = SandboxNotice {
                    token: token.clone(),
                    cycle: cycle.to_owned(),
                    amount: debit.amount.minor(),
                    debit_from: whole(debit_from),
                    created_at: now,
                    skipped_at: skipped.then_some(now),
                    reference,
                };
                Ok((notice, posts))
            }
        }
    }

    pub(super) fn refunded(
        &self,
        order: &RefundOrder,
        paid: Option<&SandboxPaid>,
        now: Timestamp,
    ) -> Result<(SandboxRefund, Vec<SandboxPost>), &'static str> {
        let paid = rules::refund(paid, order.amount, now)?;
        let fails = paid.charge.behaviour == Behaviour::RefundFails.word();
        let at_once = !fails && paid.charge.method == MethodKind::Card.word();
        let refund = SandboxRefund {
            reference: self.reference("rfd", &[&order.key]),
            key: order.key.clone(),
            payment: order.payment.clone(),
            amount: order.amount.minor(),
            currency: paid.charge.currency.clone(),
            reason: order.reason.clone(),
            state: if fails { "failed" } else { "succeeded" }.to_owned(),
            failure_code: fails.then(|| "account-closed".to_owned()),
            created_at: now,
            decided_at: if at_once { now } else { now + rules::REFUND_TAKES },
        };
        let about =
            About { reference: &refund.reference, key: Some(&refund.key), customer: Some(&paid.charge.customer) };
        let posts = vec![self.event(&format!("refund.{}", refund.state), &about, refund.decided_at)];
        Ok((refund, posts))
    }

    /// What is paid out of what waits. A payout that goes on where the last one was full does not wait for a day.
    pub(super) fn payout_of(
        &self,
        unpaid: &SandboxUnpaid,
        goes_on: bool,
        now: Timestamp,
    ) -> Option<(SandboxPayout, Vec<SandboxPost>)> {
        if !goes_on && unpaid.last.is_some_and(|last| now < last + PAYOUT_TAKES) {
            return None;
        }
        let mut lines = unpaid.lines.clone();
        for line in lines.iter_mut().filter(|line| line.source == "payment") {
            line.fee = rules::fee(line.gross);
        }
        let amount = lines.iter().map(|line| line.gross - line.fee).sum::<i64>();
        // What the paper owes waits until payments outweigh it.
        if amount <= 0 {
            return None;
        }
        let payout = SandboxPayout {
            reference: self.reference("po", &[&unpaid.currency, &now.to_string(), &unpaid.lines.first()?.reference]),
            amount,
            currency: unpaid.currency.clone(),
            created_at: now,
            arrives_at: now + PAYOUT_TAKES,
            lines,
        };
        let about = About { reference: &payout.reference, key: None, customer: None };
        let posts = vec![self.event("payout.arrived", &about, payout.arrives_at)];
        Some((payout, posts))
    }
}

const fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::FirstPayment => "first-payment",
        Purpose::PayNow => "pay-now",
        Purpose::MethodOnly => "method-only",
    }
}

/// The first instant after a card's last month (UTC).
fn card_runs_out(now: Timestamp) -> Timestamp {
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let month = today.first_of_month().checked_add(jiff::Span::new().months(CARD_LASTS));
    let start = month.and_then(|month| month.to_zoned(jiff::tz::TimeZone::UTC));
    start.map_or(Timestamp::MAX, |start| start.timestamp())
}
