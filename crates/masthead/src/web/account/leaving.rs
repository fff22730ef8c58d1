//! Cancelling, taking it back, withdrawing: the same in the account and by a mailed link. Cancelling and withdrawing are
//! two controls with two effects (Directive 2011/83/EU, Art. 11a; § 312k BGB).
use circulation::billing::{Act, BillingRefusal, Dossier};
use circulation::money::Money;
use circulation::subscriptions::{Actor, EndReason, State};
use pages::views::{CancelPage, CancelledPage, Standing, WithdrawPage, WithdrawnPage};

use super::look::Look;
use crate::billing::{self, BillingError, Held};
use crate::house::House;

/// Cancels. Cancelled already is as good.
///
/// # Errors
/// [`BillingError::Refused`] when there is nothing to cancel.
pub async fn cancel(house: &House, id: i64) -> Result<(), BillingError> {
    done_already(billing::act(house, id, &Act::Cancel { by: Actor::Reader }).await, |refusal| {
        matches!(refusal, BillingRefusal::AlreadyCancelled(_))
    })
}

/// Takes a cancellation back. Not cancelled is as good.
///
/// # Errors
/// [`BillingError::Refused`]: too late, or a way to pay is needed first.
pub async fn take_back(house: &House, id: i64) -> Result<(), BillingError> {
    done_already(billing::act(house, id, &Act::TakeCancelBack { by: Actor::Reader }).await, |refusal| {
        matches!(refusal, BillingRefusal::NotCancelled(_))
    })
}

/// Withdraws.
///
/// # Errors
/// [`BillingError::Refused`]: too late.
pub async fn withdraw(house: &House, id: i64) -> Result<(), BillingError> {
    let done = billing::act(house, id, &Act::Withdraw).await;
    if done.is_err() && withdrawn(&billing::dossiers::one(house, id).await?).is_some() {
        return Ok(());
    }
    done.map(|_| ())
}

fn done_already(
    done: Result<Held, BillingError>,
    as_good: impl Fn(&BillingRefusal) -> bool,
) -> Result<(), BillingError> {
    match done {
        Err(BillingError::Refused(refusal)) if as_good(&refusal) => Ok(()),
        done => done.map(|_| ()),
    }
}

/// The one confirmation before cancelling; `None` when there is nothing to cancel.
#[must_use]
pub fn cancel_page(look: &Look<'_>, action: &str, back: &str, withdraw: &str) -> Option<CancelPage> {
    let view = look.view().filter(|view| view.may.cancel)?;
    let (access_until, amount) = match view.standing {
        Standing::Trial { to, amount, .. } => (Some(to), amount),
        Standing::Active { on, amount } => (Some(on), amount),
        Standing::LastTerm { to } => (Some(to), view.price),
        Standing::PastDue { amount, .. } | Standing::Lapsed { amount, .. } => (None, amount),
        _ => (
            look.would(&Act::Cancel { by: Actor::Reader }).ok().and_then(|d| d.dossier.contract.paid_through()),
            view.price,
        ),
    };
    Some(CancelPage {
        plan: view.plan,
        access_until,
        amount,
        action: action.to_owned(),
        back: back.to_owned(),
        withdraw: view.may.withdraw_through.map(|day| (withdraw.to_owned(), day)),
    })
}

/// What was recorded; `None` when nothing was. `just`: a moment ago, so that pausing may be mentioned, once.
#[must_use]
pub fn cancelled_page(look: &Look<'_>, take_back: &str, just: bool) -> Option<CancelledPage> {
    let contract = &look.held.dossier.contract;
    let ended_so = matches!(contract.state(), State::Ended { reason: EndReason::ReaderCancelled, .. });
    let cancellation = contract.cancellation().filter(|_| contract.live_key().is_some() || ended_so)?;
    let runs = contract.live_key().is_some() && contract.access_until().is_some_and(|end| look.now < end);
    let taken_back = look.would(&Act::TakeCancelBack { by: Actor::Reader });
    let may_take_back = matches!(taken_back, Ok(_) | Err(BillingRefusal::NeedsMethod));
    let pause = look.terms.policy.pause.as_ref().filter(|_| just && *contract.state() == State::Active);
    let could_pause = taken_back.ok().is_some_and(|decision| {
        let pause = Act::Pause { by: Actor::Reader };
        circulation::billing::decide(decision.dossier, &pause, look.now, &look.terms).is_ok()
    });
    Some(CancelledPage {
        plan: contract.plan().name.clone(),
        received: cancellation.recorded_at,
        access_until: runs.then_some(cancellation.cancel_at),
        take_back: may_take_back.then(|| take_back.to_owned()),
        pause_days: pause.filter(|_| could_pause).map(|rules| rules.longest_days),
    })
}

/// The statement of withdrawal; `None` when it is too late, or there is nothing to withdraw from.
#[must_use]
pub fn withdraw_page(look: &Look<'_>, reader: String, action: &str, leave: &str) -> Option<WithdrawPage> {
    let through = look.withdraw_through()?;
    let before = &look.held.dossier;
    let after = look.would(&Act::Withdraw).ok()?.dossier;
    let back = given_back(&after).filter(|back| back.is_positive());
    let paid: i64 = before.invoices.iter().filter(|i| i.paid_by().is_some()).map(|i| i.charge().minor()).sum();
    Some(WithdrawPage {
        plan: before.contract.plan().name.clone(),
        contract: before.contract.id().0,
        began: look.began(),
        through,
        pro_rata: back.is_some_and(|back| back.minor() < paid),
        back: back.map(|back| back.to_string()),
        reader,
        action: action.to_owned(),
        leave: leave.to_owned(),
    })
}

/// What was recorded of a withdrawal.
#[must_use]
pub fn withdrawn(held: &Held) -> Option<WithdrawnPage> {
    let contract = &held.dossier.contract;
    let State::Ended { reason: EndReason::Withdrawn, at } = contract.state() else { return None };
    let back = given_back(&held.dossier).filter(|back| back.is_positive());
    Some(WithdrawnPage { plan: contract.plan().name.clone(), received: *at, back: back.map(|back| back.to_string()) })
}

/// What a withdrawal gives back, all refunds together.
fn given_back(dossier: &Dossier) -> Option<Money> {
    let asked = dossier.refunds.iter().filter(|refund| refund.reason == "withdrawal" && !is_replaced(&refund.state));
    asked.map(|refund| refund.amount).try_fold(None, |sum: Option<Money>, amount| match sum {
        None => Some(Some(amount)),
        Some(sum) => sum.checked_add(amount).ok().map(Some),
    })?
}

fn is_replaced(state: &circulation::billing::RefundState) -> bool {
    *state == circulation::billing::RefundState::Replaced
}
