//! Contracts in bulk, as the engine itself makes them.
use std::ops::Range;

use circulation::billing::{self, Act, Dossier, Next, Page, Terms};
use circulation::calendar::BillingZone;
use circulation::ledger::TaxRates;
use circulation::payments::{MandateFacts, MandateRef, MandateState, MethodKind, Outcome, RailAnswer, Told};
use circulation::readers::ReaderId;
use circulation::subscriptions::{Consent, Offer, Order, Product, SubscriptionId};
use jiff::{SignedDuration, Timestamp};
use masthead::house::House;
use store::{Founding, NewReader, StoreError, TakenOver};

use crate::Done;

/// Contracts taken over in one transaction.
const TOGETHER: usize = 2_000;
/// From the payment of a quarter to the morning on which the next is due: 1 August, 06:00 to 1 November, 01:00 (UTC).
const QUARTER: SignedDuration = SignedDuration::from_hours(92 * 24 - 5);

/// One contract, made by the engine as if its reader had paid at `begun`.
fn contract(house: &House, begun: Timestamp, terms: &Terms) -> Done<Dossier> {
    let plan = house.publication.plans.plan("smart-quarterly").ok_or("the sample has a quarterly plan")?.freeze();
    let order = Order {
        id: SubscriptionId(1),
        reader: ReaderId(1),
        product: Product::Digital,
        plan,
        zone: BillingZone::new("Asia/Kolkata")?,
        consent: Consent { text: "I agree".into(), given_at: begun, begin_at_once: true },
        offer: Offer::default(),
        taxes: TaxRates::new(&[("cgst", 900), ("sgst", 900)])?,
    };
    let mut dossier = billing::open(order, &[], begun, terms)?.dossier;
    dossier = billing::decide(dossier, &Act::Pay { parameters: Default::default() }, begun, terms)?.dossier;
    for _ in 0..20 {
        match billing::next(&dossier, begun, terms) {
            Next::Act(act) => dossier = billing::decide(dossier, &act, begun, terms)?.dossier,
            Next::Call(_) | Next::Wait(_) => break,
        }
    }
    let attempt = dossier.attempts.first().ok_or("an attempt")?.payment.clone();
    let key = attempt.key();
    let page = Page { reference: "page".into(), address: "/page".into() };
    dossier = billing::decide(dossier, &Act::PageOpened { key: key.clone(), page }, begun, terms)?.dossier;
    let mandate = MandateFacts {
        mandate: MandateRef { customer: "cus".into(), token: "tok".into(), method: MethodKind::Card },
        label: "Visa •••• 4242".into(),
        max_amount: None,
        expires: None,
        state: MandateState::Confirmed,
    };
    let amount = attempt.request().amount;
    let answer = RailAnswer { key, at: begun, outcome: Outcome::Captured { reference: "pay".into(), amount } };
    let told = Told { answer, reference: None, customer: Some("cus".into()), mandate: Some(mandate) };
    Ok(billing::decide(dossier, &Act::Told(told), begun, terms)?.dossier)
}

/// Stores contracts that were paid a quarter ago and are to be renewed at `due`, with readers numbered as given.
pub async fn fill(house: &House, numbers: Range<usize>, due: Timestamp) -> Done<()> {
    let begun = due - QUARTER;
    let terms = masthead::billing::terms::plain(house);
    let mut dossier = contract(house, begun, &terms)?;
    // What would have been done by and by until the day of the renewal is done: notices, recognised income.
    let mut now = begun;
    for _ in 0..2_000 {
        match billing::next(&dossier, now, &terms) {
            Next::Act(act) => dossier = billing::decide(dossier, &act, now, &terms)?.dossier,
            Next::Call(_) => break,
            Next::Wait(Some(at)) if at < due - SignedDuration::from_hours(24) => now = at,
            Next::Wait(_) => break,
        }
    }
    let standing = masthead::billing::dossiers::standing(&dossier, &terms, due)?;
    let text = serde_json::to_string(&dossier)?;
    let founding = Founding {
        reader_id: 0,
        product: "digital".into(),
        coupon: None,
        gift: false,
        zone: "Asia/Kolkata".into(),
        consent: serde_json::json!({}),
    };
    for first in numbers.clone().step_by(TOGETHER) {
        let many: Vec<TakenOver> = (first..numbers.end.min(first + TOGETHER))
            .map(|n| TakenOver {
                reader: NewReader {
                    email: format!("reader-{n}@gazette.example"),
                    email_key: format!("reader-{n}@gazette.example"),
                    name: format!("Reader {n}"),
                    password_hash: None,
                    role: "reader".into(),
                    verified_at: None,
                },
                founding: founding.clone(),
                standing: standing.clone(),
            })
            .collect();
        let with_ids = |reader: i64, id: i64| -> Result<String, StoreError> {
            let fault = |e: serde_json::Error| StoreError::Invalid { what: "dossier", mend: e.to_string() };
            let mut value: serde_json::Value = serde_json::from_str(&text).map_err(fault)?;
            value["contract"]["id"] = id.into();
            value["contract"]["reader"] = reader.into();
            for attempt in value["attempts"].as_array_mut().into_iter().flatten() {
                attempt["payment"]["subscription"] = id.into();
            }
            Ok(value.to_string().replace("sub-1-", &format!("sub-{id}-")))
        };
        house.store.take_over(&many, with_ids, begun).await?;
    }
    Ok(())
}
