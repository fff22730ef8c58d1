//! The reader's bank, played by whoever tests.
use jiff::Timestamp;
use store::{
    SandboxCharge, SandboxCustomer, SandboxDispute, SandboxMandate, SandboxMandateChange, SandboxNotice, SandboxPost,
    StoreError,
};

use super::super::rail::{MandateState, MethodKind};
use super::gateway::whole;
use super::{About, Sandbox, rules};

/// The most rows of each kind that the bank shows.
const SHOWN: usize = 50;

/// Where a customer's bank is; whoever knows the address may play the reader's part.
#[must_use]
pub fn path(customer: &str) -> String {
    format!("/sandbox/bank/{customer}")
}

/// What becomes of a kept method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The reader pauses a UPI mandate; only the reader can resume it.
    Pause,
    /// The reader resumes it.
    Resume,
    /// Withdrawn for good, by the reader, the bank or the paper.
    Revoke,
}

/// What a reader does at their bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BankAct {
    /// With a kept method, by its token.
    Method(String, Change),
    /// Opts out of an announced debit, by the notice's reference.
    Skip(String),
    /// Confirms a payment that waits for it, by the payment's reference.
    Confirm(String),
    /// Disputes a payment, by its reference.
    Dispute(String),
    /// An open dispute, by its reference, is decided: `true` for the paper.
    Decide(String, bool),
}

/// What the bank shows of one customer, each list latest first.
#[derive(Debug, Clone)]
pub struct Account {
    pub customer: SandboxCustomer,
    pub mandates: Vec<(SandboxMandate, MandateState)>,
    /// Announced debits that can still be skipped.
    pub notices: Vec<SandboxNotice>,
    pub charges: Vec<SandboxCharge>,
    pub disputes: Vec<SandboxDispute>,
}

impl Sandbox {
    /// What a customer's bank shows; none for an address that nobody was given.
    ///
    /// # Errors
    /// The store's.
    pub async fn account(&self, customer: &str, now: Timestamp) -> Result<Option<Account>, StoreError> {
        let now = whole(now);
        let Some(customer) = self.store.sandbox_customer(customer).await? else { return Ok(None) };
        let mandates = self.store.sandbox_mandates_of(&customer.id, SHOWN).await?;
        let mandates = mandates.into_iter().map(|m| (rules::state(&m, now), m)).map(|(s, m)| (m, s)).collect();
        Ok(Some(Account {
            mandates,
            notices: self.store.sandbox_notices_of(&customer.id, SHOWN, now).await?,
            charges: self.store.sandbox_charges_of(&customer.id, SHOWN).await?,
            disputes: self.store.sandbox_disputes_of(&customer.id, SHOWN, now).await?,
            customer,
        }))
    }

    /// The customers who came last.
    ///
    /// # Errors
    /// The store's.
    pub async fn customers(&self) -> Result<Vec<SandboxCustomer>, StoreError> {
        self.store.sandbox_customers(SHOWN).await
    }

    /// Does what a customer asks of their bank. False when it is not possible, or not possible any more; what belongs
    /// to another customer is not there.
    ///
    /// # Errors
    /// The store's.
    pub async fn act(&self, customer: &str, act: &BankAct, now: Timestamp) -> Result<bool, StoreError> {
        let now = whole(now);
        let Some(account) = self.account(customer, now).await? else { return Ok(false) };
        match act {
            BankAct::Method(token, change) => {
                let done = self.change(customer, token, *change, now).await?;
                Ok(done.is_some_and(|(_, changed)| changed))
            }
            BankAct::Skip(reference) => {
                let Some(notice) = account.notices.iter().find(|n| n.reference == *reference) else { return Ok(false) };
                let about = About { reference: &notice.token, key: None, customer: Some(customer) };
                let post = self.event("mandate.debit-skipped", &about, now);
                self.store.skip_sandbox_debit(reference, &[post], now).await
            }
            BankAct::Confirm(reference) => {
                let Some(charge) = account.charges.iter().find(|c| c.reference == *reference) else { return Ok(false) };
                let post = self.event("payment.captured", &About::charge(charge), now);
                self.store.confirm_at_sandbox(reference, &[post], now).await
            }
            BankAct::Dispute(payment) => {
                if !account.charges.iter().any(|c| c.reference == *payment) {
                    return Ok(false);
                }
                let open = |paid: &store::SandboxPaid| {
                    let left = paid.charge.amount - paid.refunded;
                    (paid.dispute.is_none() && left > 0).then(|| self.dispute_of(&paid.charge, left, now))
                };
                self.store.open_sandbox_dispute(payment, now, open).await
            }
            BankAct::Decide(reference, won) => {
                if !account.disputes.iter().any(|d| d.reference == *reference) {
                    return Ok(false);
                }
                let outcome = if *won { "won" } else { "lost" };
                let about = About { reference, key: None, customer: Some(customer) };
                let post = self.event(&format!("dispute.{outcome}"), &about, now);
                self.store.decide_sandbox_dispute(reference, outcome, &[post], now).await
            }
        }
    }

    /// Changes a kept method of a customer. Gives it as it stands then, and whether this call changed it.
    pub(super) async fn change(
        &self,
        customer: &str,
        token: &str,
        change: Change,
        now: Timestamp,
    ) -> Result<Option<(SandboxMandate, bool)>, StoreError> {
        let (mut ours, mut changed) = (false, false);
        let decide = |mandate: &SandboxMandate| {
            ours = mandate.customer == customer;
            let made = ours.then(|| self.changed(mandate, change, now)).flatten();
            changed = made.is_some();
            made
        };
        let after = self.store.change_sandbox_mandate(token, now, decide).await?;
        Ok(after.filter(|_| ours).map(|after| (after, changed)))
    }

    fn changed(&self, mandate: &SandboxMandate, change: Change, now: Timestamp) -> Option<SandboxMandateChange> {
        let upi = mandate.method == MethodKind::Upi.word();
        let (state, kind, stops) = match (change, rules::state(mandate, now)) {
            (Change::Pause, MandateState::Confirmed) if upi => {
                ("paused-by-reader", "mandate.paused", Some("paused-by-reader"))
            }
            (Change::Resume, MandateState::PausedByReader) => ("confirmed", "mandate.resumed", None),
            (Change::Revoke, MandateState::Confirmed | MandateState::PausedByReader | MandateState::Pending) => {
                ("revoked", "mandate.revoked", Some("method-withdrawn"))
            }
            _ => return None,
        };
        let about = About { reference: &mandate.token, key: None, customer: Some(&mandate.customer) };
        Some(SandboxMandateChange {
            state: state.to_owned(),
            // Money that a card's bank is moving goes on moving.
            stops_debits: stops.filter(|_| upi).map(str::to_owned),
            posts: vec![self.event(kind, &about, now)],
        })
    }

    /// The dispute of a payment, opened at an instant that may be ahead, with what the paper is told of it.
    pub(super) fn dispute_of(
        &self,
        charge: &SandboxCharge,
        amount: i64,
        opened_at: Timestamp,
    ) -> (SandboxDispute, Vec<SandboxPost>) {
        let reference = self.reference("dp", &[&charge.reference, &opened_at.to_string()]);
        let respond_by = opened_at + rules::RESPOND_WITHIN;
        let about = About { reference: &reference, key: None, customer: Some(&charge.customer) };
        let posts =
            vec![self.event("dispute.opened", &about, opened_at), self.event("dispute.lost", &about, respond_by)];
        let dispute = SandboxDispute {
            payment: charge.reference.clone(),
            amount,
            currency: charge.currency.clone(),
            reason: "not-recognised".to_owned(),
            opened_at,
            respond_by,
            outcome: "lost".to_owned(),
            decided_at: respond_by,
            reference,
        };
        (dispute, posts)
    }
}
