//! Buying: from the reader's consent to the one page on which they pay, however often and from however many tabs they
//! ask for it.
use std::collections::BTreeMap;

use circulation::billing::{self, Act, BillingRefusal, Dossier, Policy, Record, RefundRule, Setup, SetupState, Terms};
use circulation::calendar::{BillingCalendar, BillingZone, Term};
use circulation::ledger::TaxRates;
use circulation::payments::{AttemptKey, AttemptState};
use circulation::plans::{Plan, PlanVersion};
use circulation::readers::ReaderId;
use circulation::subscriptions::{
    Admission, Consent, EndReason, Offer as Special, Order, State, Subscription, SubscriptionId, SubscriptionRefusal,
    admit,
};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use store::{Founded, Founding};

use super::dossiers::{self, Held, PRODUCT};
use super::{BillingError, calls, driver, hints, parties, records, terms};
use crate::gateways::rail::Way;
use crate::house::House;

/// How often a step is decided anew when others change the same contract.
const TRIES: usize = 6;
/// How often it is looked whether another process has opened the page: two seconds in all.
const PATIENCE: usize = 80;

/// What is offered to a reader today, as the page shows it and as it will be frozen.
#[derive(Debug, Clone)]
pub struct Offer {
    pub plan: PlanVersion,
    /// The day the plan renews when it is paid today; the day a trial ends.
    pub renews_on: Date,
    /// What is charged now: less than the plan's price at an introduction or with a coupon, nothing for a trial.
    pub charge: circulation::money::Money,
    pub special: Special,
    pub taxes: TaxRates,
    /// What is charged as time goes on; the last price holds until the reader cancels.
    pub steps: Vec<PriceStep>,
    zone: BillingZone,
}

/// A price, from when it is charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceStep {
    /// Tax included.
    pub price: circulation::money::Money,
    /// How many periods are paid before it.
    pub after: u32,
    /// The day it is charged for the first time.
    pub from: Date,
}

impl Offer {
    /// Today's offer of a plan to a reader.
    ///
    /// # Errors
    /// A term that leads out of the calendar; a coupon that does not fit; a tax that is not known.
    pub async fn of(house: &House, reader: ReaderId, plan: &Plan, special: Special) -> Result<Self, BillingError> {
        let zone = BillingZone::new(&house.publication.zone_name)?;
        let plan = plan.freeze();
        let today = zone.date_at(house.clock.now());
        let renews_on = match special.trial_days {
            Some(days) => today.saturating_add(jiff::Span::new().days(i64::from(days))),
            None => BillingCalendar::new(today, zone.clone(), plan.term).first_day(special.span())?,
        };
        let anchor = if special.trial_days.is_some() { renews_on } else { today };
        let steps = steps(&plan, &special, &BillingCalendar::new(anchor, zone.clone(), plan.term))?;
        let charge = special.price(&plan, 0)?;
        let charge =
            if special.trial_days.is_some() { circulation::money::Money::zero(charge.currency()) } else { charge };
        let taxes = parties::rates(house, reader).await?;
        Ok(Self { plan, renews_on, charge, special, taxes, steps, zone })
    }

    /// The sentence that the reader agrees to, as it stands beside the box.
    #[must_use]
    pub fn consent_text(&self) -> String {
        let every = every(self.plan.term);
        let day = |date: Date| date.strftime("%-d %B %Y");
        if let Some(gift) = self.special.gift {
            let terms = if gift.periods == 1 { String::new() } else { format!("{} times ", gift.periods) };
            return format!(
                "I agree that {} is charged now, once, for {terms}{} as a gift. It does not renew.",
                self.charge,
                self.plan.term.to_string().to_lowercase()
            );
        }
        let renews = day(self.renews_on);
        let first = self.steps.first().map_or(self.plan.price, |step| step.price);
        let trial = self.special.trial_days.is_some();
        let mut later = self.steps.iter().skip(1).peekable();
        let lasts = later.peek().map(|next| next.after);
        let mut text = match (trial, lasts) {
            (true, None) => {
                return format!(
                    "I agree that nothing is charged now, and that {first} is charged from {renews} on, {every}, until I cancel."
                );
            }
            (false, None) => {
                return format!("I agree that {first} is charged now, and again {every} from {renews} until I cancel.");
            }
            (false, Some(1)) => format!("I agree that {first} is charged now"),
            (false, Some(times)) => {
                format!("I agree that {first} is charged now and again {every} from {renews}, {times} times in all")
            }
            (true, Some(1)) => format!("I agree that nothing is charged now, that {first} is charged on {renews}"),
            (true, Some(times)) => {
                format!(
                    "I agree that nothing is charged now, that {first} is charged {every} from {renews}, {times} times"
                )
            }
        };
        for step in later {
            text.push_str(&format!(", and then {} {every} from {}", step.price, day(step.from)));
        }
        text + " until I cancel."
    }

    /// Whether the rules sell this offer to this reader, whose contracts are given.
    ///
    /// # Errors
    /// The rule's words.
    pub fn check(
        &self,
        house: &House,
        reader: ReaderId,
        existing: &[circulation::subscriptions::Subscription],
    ) -> Result<(), BillingError> {
        let now = house.clock.now();
        let consent = Consent { text: self.consent_text(), given_at: now, begin_at_once: false };
        opened(0, reader, self, &consent, existing, now, &terms::plain(house)).map(|_| ())
    }

    /// Names this very offer to this very reader: a page that was opened before a price changed, or yesterday, or by
    /// somebody else, carries another name.
    #[must_use]
    pub fn fingerprint(&self, reader: ReaderId) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("masthead 2026 offer shown at the checkout");
        hasher.update(&reader.0.to_le_bytes()).update(self.consent_text().as_bytes());
        hasher.update(&serde_json::to_vec(&(&self.plan, &self.special, &self.taxes)).unwrap_or_default());
        hasher.finalize().to_hex().as_str()[..16].to_owned()
    }
}

/// The sentence by which a reader asks to begin at once, where a withdrawal then costs the days used (Directive
/// 2011/83/EU, Art. 7 (3) and 14 (3)); none where a withdrawal costs nothing anyway.
#[must_use]
pub fn begin_at_once_text(policy: &Policy) -> Option<String> {
    let asked = policy.withdrawal_days > 0 && policy.withdrawal_refund == RefundRule::ProRata;
    asked.then(|| {
        format!(
            "I ask that my subscription begins at once, before the {} days for withdrawing are over. I know that, if I \
             withdraw, I pay for the days until then.",
            policy.withdrawal_days
        )
    })
}

/// What each period costs, equal neighbours taken together: a price can only change where the introduction or the coupon
/// ends.
fn steps(plan: &PlanVersion, special: &Special, calendar: &BillingCalendar) -> Result<Vec<PriceStep>, BillingError> {
    let ends =
        [special.intro.as_ref().map(|intro| intro.periods), special.coupon.as_ref().map(|coupon| coupon.periods)];
    let mut turns: Vec<u32> = ends.into_iter().flatten().chain([0]).collect();
    turns.sort_unstable();
    let mut steps: Vec<PriceStep> = Vec::new();
    for after in turns {
        let price = special.price(plan, after)?;
        if steps.last().is_none_or(|last| last.price != price) {
            steps.push(PriceStep { price, after, from: calendar.first_day(after)? });
        }
    }
    Ok(steps)
}

/// A term as a sentence says it: `every year`, `every 3 months`.
#[must_use]
pub fn every(term: Term) -> String {
    match term.months().get() {
        1 => "every month".to_owned(),
        12 => "every year".to_owned(),
        months if months % 12 == 0 => format!("every {} years", months / 12),
        months => format!("every {months} months"),
    }
}

/// Who withdraws so often within a year reads for nothing, and at the paper's cost.
const MOST_WITHDRAWALS: usize = 2;

/// Where a reader goes who has agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// To the hosted page.
    Pay(Way),
    /// To the return page: the money is there or on its way, or the rail has not answered yet.
    Decided(AttemptKey),
    /// Nowhere: they subscribe already.
    AlreadySubscribed,
    /// Nowhere: the coupon is used up; the words say how.
    CouponUsed,
}

/// Begins to sell an offer to a reader who has agreed to it, or goes on where they stopped: one contract, one open
/// attempt and one hosted page, however often and from however many tabs it is called.
///
/// # Errors
/// The store's; [`BillingError::Refused`] in words for the reader.
pub async fn begin(
    house: &House,
    reader: ReaderId,
    offer: &Offer,
    next: &str,
    begin_at_once: bool,
) -> Result<Begun, BillingError> {
    let now = house.clock.now();
    let at_once = begin_at_once_text(&house.publication.billing).filter(|_| begin_at_once);
    let text = [Some(offer.consent_text()), at_once.clone()].into_iter().flatten().collect::<Vec<_>>().join("\n");
    let consent = Consent { text, given_at: now, begin_at_once: at_once.is_some() };
    for _ in 0..TRIES {
        let held = dossiers::of_reader(house, reader.0).await?;
        let all: Vec<_> = held.iter().map(|h| h.dossier.contract.clone()).collect();
        if withdrawn_of_late(&all, now) >= MOST_WITHDRAWALS {
            return Err(BillingRefusal::Limit(
                "you have withdrawn twice within a year; write to us to subscribe again",
            )
            .into());
        }
        let id = match admit(reader, PRODUCT, &offer.plan, &offer.special, &all, now) {
            Err(SubscriptionRefusal::AlreadyLive(live)) => {
                // Perhaps its last day is over and no round has been by.
                let settled = driver::settle(house, live.0).await?;
                if settled.dossier.contract.live_key().is_some() {
                    return Ok(Begun::AlreadySubscribed);
                }
                continue;
            }
            Err(refusal) => return Err(refusal.into()),
            Ok(Admission::Resume(id)) => id.0,
            Ok(Admission::Open { supersede }) => {
                if let Some(key) = close(house, &held, &supersede, now).await? {
                    return Ok(Begun::Decided(key));
                }
                match found(house, reader, offer, &consent, &all, now).await? {
                    Founded::New(id) => id,
                    Founded::Existing(_) => continue,
                    Founded::CouponUsed => return Ok(Begun::CouponUsed),
                }
            }
        };
        match pay(house, id, next).await {
            Err(BillingError::Refused(BillingRefusal::WrongState { .. } | BillingRefusal::NothingToPay(_))) => {}
            begun => return begun,
        }
    }
    Err(BillingError::Contended)
}

/// Contracts from which a reader withdrew within a year before.
fn withdrawn_of_late(all: &[Subscription], now: Timestamp) -> usize {
    let year = SignedDuration::from_hours(24 * 365);
    let of_late = |contract: &&Subscription| matches!(contract.state(), State::Ended { reason: EndReason::Withdrawn, at } if now.duration_since(*at) < year);
    all.iter().filter(of_late).count()
}

/// Closes older unpaid checkouts. `Some`: one of them turned out to be paid, or its payment is being decided.
async fn close(
    house: &House,
    held: &[Held],
    supersede: &[SubscriptionId],
    now: Timestamp,
) -> Result<Option<AttemptKey>, BillingError> {
    for older in held {
        if supersede.contains(&older.dossier.contract.id()) {
            let key = || older.dossier.attempts.last().map(|a| a.payment.key());
            match driver::act(house, older.id, &Act::Supersede).await {
                Ok(after) if *after.dossier.contract.state() == State::Checkout => return Ok(key()),
                Ok(after) => {
                    if let Some(key) = undecided(&after.dossier, now) {
                        return Ok(Some(key));
                    }
                }
                Err(BillingError::Refused(BillingRefusal::PaymentOpen(key))) => return Ok(Some(key)),
                Err(BillingError::Refused(BillingRefusal::WrongState { .. })) => {}
                Err(error) => return Err(error),
            }
        } else if let Some(key) = undecided(&older.dossier, now) {
            hints::attempt(house, Some(&key), "", now).await?;
            if undecided(&dossiers::one(house, older.id).await?.dossier, now).is_some() {
                return Ok(Some(key));
            }
        }
    }
    Ok(None)
}

/// The payment of a checkout that another plan took the place of, while the rail has not said what became of it: the
/// bank may still be thinking, and who is led to another page meanwhile pays twice. After a day the checkout would have
/// ended by itself, and nobody is kept waiting any longer; what comes later goes back.
fn undecided(dossier: &Dossier, now: Timestamp) -> Option<AttemptKey> {
    let contract = &dossier.contract;
    let superseded = matches!(contract.state(), State::Ended { reason: EndReason::Superseded, .. });
    let open = dossier.attempts.iter().find(|attempt| attempt.payment.is_open());
    open.filter(|_| superseded && now < contract.checkout_ends()).map(|attempt| attempt.payment.key())
}

async fn found(
    house: &House,
    reader: ReaderId,
    offer: &Offer,
    consent: &Consent,
    existing: &[circulation::subscriptions::Subscription],
    now: Timestamp,
) -> Result<Founded, BillingError> {
    let terms = terms::plain(house);
    let open = |id: i64| opened(id, reader, offer, consent, existing, now, &terms);
    // Refused before anything is stored.
    open(0)?;
    let founding = Founding {
        reader_id: reader.0,
        product: PRODUCT.word().to_owned(),
        coupon: offer.special.coupon.as_ref().map(|c| (c.code.to_lowercase(), c.most)),
        gift: offer.special.gift.is_some(),
        zone: offer.zone.name().to_owned(),
        consent: serde_json::to_value(consent).map_err(|e| BillingError::stored("consent", &e))?,
    };
    let plan = serde_json::to_value(&offer.plan).map_err(|e| BillingError::stored("plan", &e))?;
    let write = |id: i64| {
        let fault = |e: BillingError| store::StoreError::Invalid { what: "contract", mend: e.to_string() };
        let (dossier, events) = open(id).map_err(fault)?;
        Ok((dossiers::text(&dossier).map_err(fault)?, events))
    };
    Ok(house.store.found_contract(&founding, &plan, Some(now), write, now).await?)
}

fn opened(
    id: i64,
    reader: ReaderId,
    offer: &Offer,
    consent: &Consent,
    existing: &[circulation::subscriptions::Subscription],
    now: Timestamp,
    terms: &Terms,
) -> Result<(Dossier, Vec<store::NewEvent>), BillingError> {
    let order = Order {
        id: SubscriptionId(id),
        reader,
        product: PRODUCT,
        plan: offer.plan.clone(),
        zone: offer.zone.clone(),
        consent: consent.clone(),
        offer: offer.special.clone(),
        taxes: offer.taxes.clone(),
    };
    let decision = billing::open(order, existing, now, terms)?;
    let events = decision.records.iter().filter_map(|record| match record {
        Record::Event(event) => Some(records::event(event)),
        _ => None,
    });
    let events = events.collect();
    Ok((decision.dossier, events))
}

/// The page on which what is open on a contract can be paid, or a method be kept where nothing is to be paid now.
///
/// # Errors
/// [`BillingError::Refused`] when nothing is to be paid.
pub async fn pay(house: &House, id: i64, next: &str) -> Result<Begun, BillingError> {
    let held = dossiers::one(house, id).await?;
    let parameters = parameters(&held.dossier, next);
    let trial = held.dossier.contract.offer().trial_days.is_some();
    let first = *held.dossier.contract.state() == State::Checkout;
    let act = if trial && first { Act::KeepMethod { parameters } } else { Act::Pay { parameters } };
    let after = driver::act(house, id, &act).await?;
    opened_page(house, after).await
}

/// The page on which another method is kept.
///
/// # Errors
/// [`BillingError::Refused`] when the contract cannot keep one.
pub async fn keep_method(house: &House, id: i64, next: &str) -> Result<Begun, BillingError> {
    let held = dossiers::one(house, id).await?;
    let act = Act::KeepMethod { parameters: parameters(&held.dossier, next) };
    let after = driver::act(house, id, &act).await?;
    opened_page(house, after).await
}

/// [`to_page`], after a round that took the same contract at the same moment has had the time to open the page.
///
/// # Errors
/// The store's.
pub async fn opened_page(house: &House, after: Held) -> Result<Begun, BillingError> {
    let mut after = after;
    for _ in 0..PATIENCE {
        if !is_opening(&after.dossier) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        after = dossiers::one(house, after.id).await?;
    }
    Ok(to_page(&after.dossier))
}

/// Whether somebody is just asking the rail for a page.
fn is_opening(dossier: &Dossier) -> bool {
    let asks = |state: &AttemptState| matches!(state, AttemptState::Planned | AttemptState::Sent);
    let attempt = dossier.open_page().is_some_and(|a| a.talk.page.is_none() && asks(a.payment.state()));
    let unopened = |setup: &Setup| {
        let asked = matches!(setup.state, SetupState::Planned | SetupState::Sent);
        asked && setup.talk.page.is_none() && setup.talk.asked == 0
    };
    attempt || dossier.setups.last().is_some_and(unopened)
}

/// What goes to the rail with a page, and what the return page needs to know.
#[must_use]
pub fn parameters(dossier: &Dossier, next: &str) -> BTreeMap<String, String> {
    let open = dossier.open_invoice().map(|invoice| &invoice.plan);
    let coming = dossier.contract.pending().map(|pending| &pending.plan);
    parameters_of(open.or(coming).unwrap_or(dossier.contract.plan()), next)
}

/// As [`parameters`], for a plan that is to be paid.
#[must_use]
pub fn parameters_of(plan: &PlanVersion, next: &str) -> BTreeMap<String, String> {
    BTreeMap::from([
        ("description".to_owned(), format!("{}, {}", plan.name, plan.term)),
        ("next".to_owned(), next.to_owned()),
        ("plan".to_owned(), plan.code.as_str().to_owned()),
    ])
}

/// Where the page that is open leads, else what the latest attempt has come to.
#[must_use]
pub fn to_page(dossier: &Dossier) -> Begun {
    let open = dossier.open_page().and_then(|attempt| attempt.talk.page.as_ref());
    let waits = |setup: &&Setup| matches!(setup.state, SetupState::Planned | SetupState::Sent);
    let setup = dossier.setups.iter().rev().find(waits);
    let page = open.or_else(|| setup.and_then(|setup| setup.talk.page.as_ref()));
    if let Some(page) = page {
        return Begun::Pay(calls::way(&page.address));
    }
    let asked = setup.map(|setup| setup.key.clone());
    let latest = asked.or_else(|| dossier.attempts.last().map(|attempt| attempt.payment.key()));
    let latest = latest.or_else(|| dossier.setups.last().map(|setup| setup.key.clone()));
    latest.map_or(Begun::AlreadySubscribed, Begun::Decided)
}

#[cfg(test)]
mod tests {
    use super::{Term, every};

    #[test]
    fn terms_read_as_a_sentence_says_them() {
        let said = |months| every(Term::new(months).expect("a term"));
        assert_eq!(
            [1, 3, 12, 18, 24].map(said),
            ["every month", "every 3 months", "every year", "every 18 months", "every 2 years"]
        );
    }
}
