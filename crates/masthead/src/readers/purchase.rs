//! Buying: from the reader's consent to the one hosted page on which they pay, and what becomes of checkouts that
//! nobody finishes.
use std::collections::BTreeMap;

use circulation::calendar::{BillingCalendar, BillingZone, Term};
use circulation::money::Money;
use circulation::payments::{self, AttemptKey, ChargeRequest, Rail};
use circulation::plans::{Plan, PlanVersion};
use circulation::readers::ReaderId;
use circulation::subscriptions::{
    Admission, CHECKOUT_LASTS, Consent, Order, SubscriptionId, SubscriptionRefusal, admit, open_checkout,
};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use store::{Attempt, Checkout, NewAttempt, NewSubscription, Planned};

use super::contracts::{self, Held, PRODUCT, TRIES};
use super::{TradeError, paths, settlement};
use crate::gateways::rail::{Gateway as _, MandateWish, PageAnswer, PageRequest, Purpose, Way};
use crate::house::House;

/// Where the hosted page sends the reader back to.
pub const RETURN: &str = "/checkout/return";
/// How long a permission to debit lasts: ten years.
const MANDATE_LASTS: SignedDuration = SignedDuration::from_hours(24 * 3_652);
/// How long a hosted page may be paid on: longer than a checkout lives, whose round closes it.
const PAGE_LASTS: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Stale checkouts read at once.
const BATCH: usize = 200;

/// What is offered to a reader today, as the page shows it and as it will be frozen.
#[derive(Debug, Clone)]
pub struct Offer {
    pub plan: PlanVersion,
    /// The day the plan renews when it is paid today.
    pub renews_on: Date,
    zone: BillingZone,
}

impl Offer {
    /// Today's offer of a plan.
    ///
    /// # Errors
    /// A term that leads out of the calendar.
    pub fn of(house: &House, plan: &Plan) -> Result<Self, TradeError> {
        let zone = BillingZone::new(&house.publication.zone_name)?;
        let plan = plan.freeze();
        let today = zone.date_at(house.clock.now());
        let renews_on = BillingCalendar::new(today, zone.clone(), plan.term).first_day(1)?;
        Ok(Self { plan, renews_on, zone })
    }

    /// The sentence that the reader agrees to, as it stands beside the box.
    #[must_use]
    pub fn consent_text(&self) -> String {
        let line = self.plan.price_line();
        let day = self.renews_on.strftime("%-d %B %Y");
        let every = every(self.plan.term);
        format!("I agree that {} is charged now, and again {every} from {day} until I cancel.", line.price)
    }

    /// Names this very offer to this very reader: a page that was opened before a price changed, or yesterday, or by
    /// somebody else, carries another name.
    #[must_use]
    pub fn fingerprint(&self, reader: ReaderId) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("masthead 2026 offer shown at the checkout");
        hasher.update(&reader.0.to_le_bytes()).update(self.consent_text().as_bytes());
        hasher.update(&serde_json::to_vec(&self.plan).unwrap_or_default());
        hasher.finalize().to_hex().as_str()[..16].to_owned()
    }
}

/// A term as a sentence says it: `every year`, `every 3 months`.
fn every(term: Term) -> String {
    match term.months().get() {
        1 => "every month".to_owned(),
        12 => "every year".to_owned(),
        months if months % 12 == 0 => format!("every {} years", months / 12),
        months => format!("every {months} months"),
    }
}

/// A hosted page and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosted {
    /// The rail's reference of the page.
    pub reference: String,
    /// Where the reader goes to pay.
    pub path: String,
    /// Key of the attempt.
    pub key: String,
}

/// Where a reader goes who has agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// To the hosted page.
    Pay(Hosted),
    /// To the return page: the money is there or on its way.
    Decided(Hosted),
    /// Nowhere: they subscribe already.
    AlreadySubscribed,
}

/// Begins to sell an offer to a reader who has agreed to it, or goes on where they stopped: one contract, one open
/// attempt and one hosted page, however often and from however many tabs it is called.
///
/// # Errors
/// The store's; [`TradeError::Payment`] when a contract has used up its attempts.
pub async fn begin(house: &House, reader: ReaderId, offer: &Offer, next: &str) -> Result<Begun, TradeError> {
    let now = house.clock.now();
    let consent = Consent { text: offer.consent_text(), given_at: now };
    for _ in 0..TRIES {
        let held = contracts::of_reader(house, reader).await?;
        let all: Vec<_> = held.iter().map(|h| h.contract.clone()).collect();
        let id = match admit(reader, PRODUCT, &offer.plan, &all, now) {
            Err(SubscriptionRefusal::AlreadyLive(live)) => {
                if end_if_over(house, live, now).await? {
                    continue;
                }
                return Ok(Begun::AlreadySubscribed);
            }
            Err(refusal) => return Err(refusal.into()),
            Ok(Admission::Resume(id)) => id.0,
            Ok(Admission::Open { supersede }) => {
                for older in held.iter().filter(|h| supersede.contains(&h.contract.id())) {
                    if let Closed::Waiting(payment) = close(house, older, now).await? {
                        return Ok(Begun::Decided(payment));
                    }
                }
                match open(house, reader, offer, &consent, now).await? {
                    Some(id) => id,
                    None => continue,
                }
            }
        };
        if let Some(begun) = page(house, id, next, now).await? {
            return Ok(begun);
        }
    }
    Err(TradeError::Contended)
}

/// A cancelled contract whose last day is over does not stand in the way of a new one, round or no round (T17).
async fn end_if_over(house: &House, live: SubscriptionId, now: Timestamp) -> Result<bool, TradeError> {
    match contracts::step(house, live.0, now, |contract| contract.end_cancelled(now), |_, _| None).await {
        Ok(_) => Ok(true),
        Err(TradeError::Contract(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Opens a checkout (T1). `None`: somebody was quicker; look again.
async fn open(
    house: &House,
    reader: ReaderId,
    offer: &Offer,
    consent: &Consent,
    now: Timestamp,
) -> Result<Option<i64>, TradeError> {
    // The store numbers contracts; the rules only need a place for the number.
    let order = Order {
        id: SubscriptionId(0),
        reader,
        product: PRODUCT,
        plan: offer.plan.clone(),
        zone: offer.zone.clone(),
        consent: consent.clone(),
    };
    let opened = open_checkout(order, &[], now)?;
    let json = |e: serde_json::Error| TradeError::stored("plan", &e);
    let new = NewSubscription {
        reader_id: reader.0,
        product: PRODUCT.word().to_owned(),
        plan: serde_json::to_value(&offer.plan).map_err(json)?,
        zone: offer.zone.name().to_owned(),
        consent: serde_json::to_value(consent).map_err(json)?,
    };
    match house.store.create_checkout(&new, &contracts::event(&opened.event), now).await? {
        Checkout::Created(row) => Ok(Some(row.id)),
        Checkout::Open(_) | Checkout::Live(_) => Ok(None),
    }
}

/// The hosted page of a contract's open attempt; a new attempt when none is open. `None`: look again from the start.
async fn page(house: &House, id: i64, next: &str, now: Timestamp) -> Result<Option<Begun>, TradeError> {
    let held = contracts::one(house, id).await?;
    let Some(attempt) = planned(house, &held, next, now).await? else { return Ok(None) };
    // Perhaps it was paid in another tab, or the page is closed.
    let attempt = settlement::settle(house, attempt).await?;
    if !contracts::is_open(&attempt) {
        return Ok(None);
    }
    house.store.mark_sent(attempt.id, now).await?;
    let request = opening(&attempt)?;
    let (page, state) = match house.rail.open_page(&request, now).await {
        PageAnswer::Open(page) => {
            let state = house.rail.hosted_page(&page.reference).await?.map(|page| page.state);
            (page, state.unwrap_or_default())
        }
        PageAnswer::Refused(_) => {
            settlement::settle(house, attempt).await?;
            return Ok(None);
        }
        PageAnswer::NoAnswer => return Err(TradeError::Contended),
    };
    // Another tab has closed it since.
    if state == "closed" {
        settlement::settle(house, attempt).await?;
        return Ok(None);
    }
    house.store.set_rail_ref(attempt.id, &page.reference).await?;
    let Way::Link(path) = page.way else { return Err(TradeError::Contended) };
    let hosted = Hosted { reference: page.reference, path, key: attempt.key };
    Ok(Some(if state == "open" { Begun::Pay(hosted) } else { Begun::Decided(hosted) }))
}

/// The open attempt of a contract's first period, stored before anything is sent.
async fn planned(house: &House, held: &Held, next: &str, now: Timestamp) -> Result<Option<Attempt>, TradeError> {
    let rows = house.store.attempts_of(held.row.id).await?;
    if let Some(open) = rows.iter().find(|a| a.period_n == 0 && contracts::is_open(a)) {
        return Ok(Some(open.clone()));
    }
    let plan = held.contract.plan();
    let reader = house.store.reader(held.row.reader_id).await?;
    let parameters = BTreeMap::from([
        ("email".to_owned(), reader.map(|reader| reader.email).unwrap_or_default()),
        ("reader".to_owned(), format!("r{}", held.row.reader_id)),
        ("months".to_owned(), plan.term.months().to_string()),
        ("description".to_owned(), format!("{}, {}", plan.name, plan.term)),
        ("next".to_owned(), next.to_owned()),
        ("plan".to_owned(), plan.code.as_str().to_owned()),
        ("return".to_owned(), RETURN.to_owned()),
    ]);
    let request = ChargeRequest { rail: Rail::Sandbox, amount: plan.price, parameters };
    let existing = rows.iter().map(contracts::attempt).collect::<Result<Vec<_>, _>>()?;
    let attempt = payments::plan_attempt(held.contract.id(), 0, &existing, request, now)?;
    let new = NewAttempt {
        subscription_id: held.row.id,
        period_n: 0,
        attempt_no: u32::from(attempt.number()),
        key: attempt.key().to_string(),
        rail: Rail::Sandbox.word().to_owned(),
        amount: plan.price.minor(),
        currency: plan.price.currency().code().to_owned(),
        params: serde_json::to_value(&attempt.request().parameters).map_err(|e| TradeError::stored("attempt", &e))?,
    };
    Ok(match house.store.plan_attempt(&new, now).await? {
        Planned::Planned(row) | Planned::Open(row) => Some(row),
        Planned::Paid(_) | Planned::Failed(_) | Planned::Closed => None,
    })
}

/// What became of the wish to close a checkout.
enum Closed {
    /// It is closed, or it turned out to be paid.
    Done,
    /// Its payment is decided and not certain yet: nothing else may be sold until it is.
    Waiting(Hosted),
}

/// Closes an unpaid checkout: its page at the rail first, so that nobody pays on it any more; then the contract, by
/// lapse of time (T4) or because another plan was chosen. Money that was quicker is settled instead.
///
/// The pages are closed once more after the contract has ended: another tab may have planned an attempt in between.
/// From then on the store lets none be planned.
async fn close(house: &House, held: &Held, now: Timestamp) -> Result<Closed, TradeError> {
    if let Closed::Waiting(payment) = close_pages(house, held.row.id, now).await? {
        return Ok(Closed::Waiting(payment));
    }
    let over = now >= held.contract.checkout_ends();
    let ended = contracts::step(
        house,
        held.row.id,
        now,
        |contract| if over { contract.expire_checkout(now) } else { contract.supersede(now) },
        |_, _| None,
    );
    match ended.await {
        Ok(_) => close_pages(house, held.row.id, now).await,
        // Paid, or ended by another tab that has yet to close what it left open.
        Err(TradeError::Contract(SubscriptionRefusal::NotCheckout(_))) => {
            let ended = contracts::one(house, held.row.id).await?.contract.live_key().is_none();
            if ended { close_pages(house, held.row.id, now).await } else { Ok(Closed::Done) }
        }
        Err(error) => Err(error),
    }
}

/// Closes the pages of a contract's open attempts.
async fn close_pages(house: &House, id: i64, now: Timestamp) -> Result<Closed, TradeError> {
    for attempt in house.store.attempts_of(id).await? {
        if let Closed::Waiting(payment) = close_page(house, attempt, now).await? {
            return Ok(Closed::Waiting(payment));
        }
    }
    Ok(Closed::Done)
}

async fn close_page(house: &House, attempt: Attempt, now: Timestamp) -> Result<Closed, TradeError> {
    if !contracts::is_open(&attempt) {
        return Ok(Closed::Done);
    }
    house.rail.close_page(&opening(&attempt)?, attempt.rail_ref.as_deref(), now).await;
    let after = settlement::settle(house, attempt).await?;
    if !contracts::is_open(&after) {
        return Ok(Closed::Done);
    }
    let reference = after.rail_ref.unwrap_or_default();
    Ok(Closed::Waiting(Hosted { path: format!("/sandbox/pay/{reference}"), reference, key: after.key }))
}

/// The request of an attempt, made of what is stored with it and of nothing else: the same key always has the same
/// bytes.
fn opening(attempt: &Attempt) -> Result<PageRequest, TradeError> {
    let param = |name: &str| attempt.params.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    let currency = attempt.currency.parse().map_err(|e| TradeError::stored("attempt", &e))?;
    let amount = Money::new(attempt.amount, currency);
    let back = paths::with_next(
        &format!("/checkout?plan={}", paths::value(param("plan"))),
        paths::local(param("next")).as_deref(),
    );
    Ok(PageRequest {
        key: AttemptKey::from_text(&attempt.key),
        purpose: Purpose::FirstPayment,
        amount,
        description: param("description").to_owned(),
        reader_email: param("email").to_owned(),
        reader_ref: param("reader").to_owned(),
        customer: None,
        return_url: RETURN.to_owned(),
        cancel_url: back,
        mandate: param("months").parse().ok().map(|term_months| MandateWish {
            max_amount: amount,
            term_months,
            expires_at: attempt.created_at + MANDATE_LASTS,
            method_hint: None,
        }),
        expires_at: attempt.created_at + PAGE_LASTS,
    })
}

/// A round: closes checkouts that nobody paid within a day (T4), and the pages that ended ones left open. Gives how
/// many checkouts were closed.
///
/// # Errors
/// When the store cannot be asked.
pub async fn expire_checkouts(house: &House) -> Result<usize, TradeError> {
    let now = house.clock.now();
    close_left_open(house, now, BATCH).await?;
    let Ok(before) = now.checked_sub(CHECKOUT_LASTS) else { return Ok(0) };
    let (mut closed, mut after) = (0, 0);
    loop {
        let page = house.store.stale_checkouts(before, after, BATCH).await?;
        let Some(last) = page.last() else { return Ok(closed) };
        after = last.id;
        for row in page {
            match expire_one(house, row.id, now).await {
                Ok(done) => closed += usize::from(matches!(done, Closed::Done)),
                Err(error) => tracing::error!(%error, subscription = row.id, "a stale checkout could not be closed"),
            }
        }
    }
}

async fn expire_one(house: &House, id: i64, now: Timestamp) -> Result<Closed, TradeError> {
    close(house, &contracts::one(house, id).await?, now).await
}

/// Closes the pages of contracts that ended while they were being opened, or before a crash could close them.
async fn close_left_open(house: &House, now: Timestamp, rows: usize) -> Result<(), TradeError> {
    let mut after = 0;
    loop {
        let page = house.store.attempts_of_ended(after, rows).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        for attempt in page {
            let key = attempt.key.clone();
            if let Err(error) = close_page(house, attempt, now).await {
                tracing::error!(%error, attempt = %key, "the page of an ended checkout could not be closed");
            }
        }
    }
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
