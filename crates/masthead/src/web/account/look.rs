//! A contract as its page shows it: where it stands, in plain words, and what can be done about it. What is offered is
//! what the rules would do: each act is decided on a copy, and thrown away.
use std::collections::BTreeMap;

use circulation::billing::{self, Act, BillingRefusal, Change, Decision, Terms};
use circulation::payments::{AttemptState, MandateState};
use circulation::plans::PlanVersion;
use circulation::subscriptions::{Actor, EndReason, State};
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use pages::views::{Because, ContractView, May, MethodTrouble, MethodView, PendingView, Standing};

use crate::billing::orders::every;
use crate::billing::{BillingError, Held, terms};
use crate::house::House;

/// A method's end is told so many days ahead.
const ENDS_SOON: i64 = 60;

/// Somebody looks at a contract.
pub struct Look<'a> {
    pub house: &'a House,
    pub held: &'a Held,
    pub terms: Terms,
    pub now: Timestamp,
}

impl<'a> Look<'a> {
    /// # Errors
    /// The store's.
    pub async fn at(house: &'a House, held: &'a Held) -> Result<Self, BillingError> {
        let terms = terms::of(house, &held.dossier).await?;
        Ok(Self { house, held, terms, now: house.clock.now() })
    }

    /// What an act would come to now.
    ///
    /// # Errors
    /// The rule's refusal.
    pub fn would(&self, act: &Act) -> Result<Decision, BillingRefusal> {
        billing::decide(self.held.dossier.clone(), act, self.now, &self.terms)
    }

    fn can(&self, act: &Act) -> bool {
        self.would(act).is_ok()
    }

    /// The contract in plain words; `None` while it is only being begun.
    #[must_use]
    pub fn view(&self) -> Option<ContractView> {
        let dossier = &self.held.dossier;
        let contract = &dossier.contract;
        let line = contract.plan().price_line();
        let standing = self.standing()?;
        let may = self.may();
        let owing = matches!(contract.state(), State::PastDue { .. } | State::Lapsed { .. });
        let waits = |state: &AttemptState| matches!(state, AttemptState::Sent | AttemptState::Unknown { .. });
        let in_flight = dossier.attempts.iter().any(|attempt| waits(attempt.payment.state()));
        Some(ContractView {
            plan: contract.plan().name.clone(),
            price: line.price,
            term: line.term,
            standing,
            method: self.method(),
            unattended: dossier.renews_by_itself(self.now, &self.terms),
            deciding: owing && in_flight && may.pay.is_none(),
            pending: self.pending(),
            disputed: contract.hold().map(|hold| hold.cut),
            parked: contract.parked().is_some(),
            may,
        })
    }

    /// A change of plan that waits.
    #[must_use]
    pub fn pending(&self) -> Option<PendingView> {
        let dossier = &self.held.dossier;
        dossier.contract.pending().map(|pending| PendingView {
            plan: pending.plan.name.clone(),
            price: pending.plan.price.to_string(),
            term: pending.plan.term.to_string(),
            on: dossier.contract.next_renewal(),
            by_paper: pending.by == Actor::Staff,
            needs_yes: dossier.change_by_paper(pending) == Change::NeedsAgreement,
            agreed: pending.agreed,
        })
    }

    /// What the next renewal costs, as things stand.
    fn next_price(&self, due_at: Timestamp) -> (PlanVersion, String) {
        let contract = &self.held.dossier.contract;
        let found = self.held.dossier.next_price(due_at, self.terms.policy.price_notice_days);
        found.map_or_else(
            |_| (contract.plan().clone(), contract.plan().price.to_string()),
            |(plan, price)| (plan, price.to_string()),
        )
    }

    /// What is owed now: the open invoice, else the next renewal.
    fn owed(&self, due_at: Timestamp) -> String {
        let open = self.held.dossier.open_invoice().map(|invoice| invoice.charge().to_string());
        open.unwrap_or_else(|| self.next_price(due_at).1)
    }

    fn standing(&self) -> Option<Standing> {
        let contract = &self.held.dossier.contract;
        let day = |at: Timestamp| contract.zone().date_at(at);
        let running = matches!(contract.state(), State::Trial | State::Active | State::PastDue { .. });
        if let Some(cancellation) = contract.cancellation().filter(|_| running) {
            return Some(Standing::Cancelled { to: cancellation.cancel_at, received: cancellation.recorded_at });
        }
        match contract.state() {
            State::Checkout | State::Unclaimed => None,
            State::Trial => contract.trial().map(|trial| {
                let (plan, amount) = self.next_price(trial.ends);
                Standing::Trial { to: trial.to, amount, every: every(plan.term) }
            }),
            State::Active => {
                let to = contract.paid_through()?;
                let Some(on) = contract.next_renewal() else { return Some(Standing::LastTerm { to }) };
                let due_at = contract.zone().start_of_day(on).unwrap_or(self.now);
                Some(Standing::Active { on, amount: self.next_price(due_at).1 })
            }
            State::PastDue { since, grace_until, .. } => Some(Standing::PastDue {
                since: day(*since),
                amount: self.owed(*since),
                access_until: contract.access_until().unwrap_or(*grace_until),
            }),
            State::Lapsed { recovery_until, .. } => {
                Some(Standing::Lapsed { amount: self.owed(self.now), until: day(*recovery_until) })
            }
            State::Paused { by: Actor::Rail, .. } => Some(Standing::PausedAtBank),
            State::Paused { days_left, until, .. } => {
                Some(Standing::Paused { days_left: *days_left, until: day(*until) })
            }
            State::Ended { reason, at } => {
                let because = match reason {
                    EndReason::ReaderCancelled => Because::Cancelled,
                    EndReason::Withdrawn => Because::Withdrawn,
                    EndReason::Refunded => Because::Refunded,
                    EndReason::Nonpayment => Because::Unpaid,
                    EndReason::TermOver => Because::TermOver,
                    EndReason::Dispute => Because::Dispute,
                    EndReason::Staff | EndReason::Superseded => Because::ByPaper,
                };
                Some(Standing::Ended { on: day(*at), because })
            }
        }
    }

    /// The way to pay, while it matters.
    fn method(&self) -> Option<MethodView> {
        let contract = &self.held.dossier.contract;
        let mandate = self.held.dossier.mandate.as_ref()?;
        let renews = contract.cancellation().is_none() && !matches!(contract.state(), State::Ended { .. });
        let trouble = match mandate.facts.state {
            MandateState::Confirmed => mandate.facts.expires.and_then(|at| self.ends_soon(at)),
            MandateState::Pending => Some(MethodTrouble::Pending),
            MandateState::PausedByReader => Some(MethodTrouble::Paused),
            MandateState::Revoked => Some(MethodTrouble::Gone),
            MandateState::Expired => Some(MethodTrouble::Expired),
        };
        renews.then(|| MethodView { label: mandate.facts.label.clone(), trouble })
    }

    fn ends_soon(&self, at: Timestamp) -> Option<MethodTrouble> {
        let zone = self.held.dossier.contract.zone();
        let soon = zone.date_at(self.now).saturating_add(Span::new().days(ENDS_SOON));
        Some(zone.date_at(at)).filter(|day| *day <= soon).map(MethodTrouble::Expires)
    }

    fn may(&self) -> May {
        let contract = &self.held.dossier.contract;
        let parameters = BTreeMap::new();
        let state = contract.state();
        // Paused at the bank with no days left, only a payment goes on.
        let owing = matches!(state, State::PastDue { .. } | State::Lapsed { .. } | State::Paused { days_left: 0, .. });
        let pay = (owing && self.can(&Act::Pay { parameters: parameters.clone() })).then(|| self.owed(self.now));
        let renews = contract.cancellation().is_none() && !contract.is_last_period();
        let live = contract.live_key().is_some();
        let by = Actor::Reader;
        let take_back = self.would(&Act::TakeCancelBack { by });
        let here = !matches!(state, State::Paused { by: Actor::Rail, .. });
        May {
            pay,
            change: live && renews && !matches!(state, State::Lapsed { .. }) && !self.other_plans().is_empty(),
            pause: self.can(&Act::Pause { by }),
            resume: here && self.can(&Act::Resume { by }),
            cancel: live && self.can(&Act::Cancel { by }),
            // Where the permission to debit was withdrawn meanwhile, the way back leads over a new one.
            take_back: matches!(take_back, Ok(_) | Err(BillingRefusal::NeedsMethod)),
            method: live && renews && self.can(&Act::KeepMethod { parameters }),
            withdraw_through: self.withdraw_through(),
        }
    }

    /// The last day on which the reader may withdraw, while that is possible.
    #[must_use]
    pub fn withdraw_through(&self) -> Option<Date> {
        self.would(&Act::Withdraw).ok()?;
        Some(self.began().saturating_add(Span::new().days(i64::from(self.terms.policy.withdrawal_days))))
    }

    /// The day the contract began.
    #[must_use]
    pub fn began(&self) -> Date {
        let contract = &self.held.dossier.contract;
        contract.zone().date_at(contract.activated_at().unwrap_or(contract.opened_at()))
    }

    /// The plans on sale that are not this contract's.
    #[must_use]
    pub fn other_plans(&self) -> Vec<&'a circulation::plans::Plan> {
        let current = self.held.dossier.contract.plan();
        let plans = self.house.publication.plans.plans().iter();
        plans.filter(|plan| !plan.freeze().same_terms(current) || plan.terms.code != current.code).collect()
    }
}
