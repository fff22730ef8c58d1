//! From Stripe's objects to the house's words.
use circulation::money::{Currency, Money};
use circulation::payments::{AttemptKey, Failure, FailureKind, Outcome, RailAnswer};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde_json::Value;

use super::declines;
use crate::gateways::json;
use crate::gateways::rail::{MandateFacts, MandateRef, MandateState, MethodKind, Told};
use crate::gateways::scale;

/// Metadata: which paper an object belongs to.
pub const PAPER: &str = "masthead_paper";
/// Metadata: the house's key of attempt or refund.
pub const KEY: &str = "masthead_key";
/// Metadata: [`FROM_PAGE`] or [`FROM_DEBIT`].
pub const KIND: &str = "masthead_kind";
/// An intent that the reader works on.
pub const FROM_PAGE: &str = "page";
/// An intent that we sent.
pub const FROM_DEBIT: &str = "debit";

/// The house's key on an object, if the object is this paper's.
pub fn key_of(object: &Value, paper: &str) -> Option<String> {
    (json::text(object, &format!("/metadata/{PAPER}")) == paper)
        .then(|| json::some_text(object, &format!("/metadata/{KEY}")))
        .flatten()
}

/// An outcome about `key`, with nothing else known.
pub fn outcome(key: &AttemptKey, at: Timestamp, outcome: Outcome) -> Told {
    Told::only(RailAnswer { key: key.clone(), at, outcome })
}

/// A checkout session, whole, with its intents expanded.
pub fn session(object: &Value, paper: &str, now: Timestamp) -> Told {
    let key = AttemptKey::from_text(&key_of(object, paper).unwrap_or_default());
    let reference = json::some_text(object, "/id");
    let intent =
        ["/payment_intent", "/setup_intent"].iter().find_map(|p| object.pointer(p).filter(|i| i.get("id").is_some()));
    let mut told = match intent {
        Some(intent) => from_intent(&key, intent, now),
        None => outcome(&key, now, Outcome::Pending),
    };
    told.reference = reference;
    told.customer = json::id(object, "/customer").or(told.customer);
    // A setup intent has no currency; the page it belongs to has.
    if json::text(object, "/mode") == "setup"
        && let (Outcome::Captured { amount, .. }, Ok(currency)) =
            (&mut told.answer.outcome, Currency::parse(json::text(object, "/currency")))
    {
        *amount = Money::zero(currency);
    }
    let over = matches!(told.answer.outcome, Outcome::Captured { .. });
    let moving =
        intent.is_some_and(|intent| matches!(json::text(intent, "/status"), "processing" | "requires_capture"));
    if !over && !moving {
        told.answer.outcome = match json::text(object, "/status") {
            "expired" => Outcome::Failed(Failure { kind: FailureKind::Expired, code: "expired".to_owned() }),
            // A declined try on an open page is no end: the reader may take another card.
            "open" => Outcome::Pending,
            // A method that answers later has said no after the page was done.
            "complete" => match told.answer.outcome {
                Outcome::Failed(failure) => Outcome::Failed(failure),
                _ => Outcome::Pending,
            },
            _ => Outcome::NoAnswer,
        };
    }
    told
}

/// A payment or setup intent on its own: one that we sent.
pub fn intent(object: &Value, paper: &str, now: Timestamp) -> Told {
    let key = AttemptKey::from_text(&key_of(object, paper).unwrap_or_default());
    let mut told = from_intent(&key, object, now);
    told.reference = json::some_text(object, "/id");
    told
}

fn from_intent(key: &AttemptKey, intent: &Value, now: Timestamp) -> Told {
    let (outcome, at) = match json::text(intent, "/status") {
        "succeeded" => (captured(intent), json::instant(intent, "/latest_charge/created")),
        "processing" | "requires_capture" => (Outcome::Pending, None),
        "canceled" | "requires_payment_method" => (Outcome::Failed(last_error(intent)), None),
        "requires_action" => (Outcome::Failed(needs_reader()), None),
        // Created and never confirmed: nothing has been asked of the card.
        "requires_confirmation" => (Outcome::Pending, None),
        _ => (Outcome::NoAnswer, None),
    };
    let at = at.or_else(|| json::instant(intent, "/created")).unwrap_or(now);
    let answer = RailAnswer { key: key.clone(), at, outcome };
    Told { customer: json::id(intent, "/customer"), mandate: mandate(intent, now), ..Told::only(answer) }
}

/// A failure that waits for the reader.
pub fn needs_reader() -> Failure {
    Failure { kind: FailureKind::NeedsReader, code: "requires_action".to_owned() }
}

fn captured(intent: &Value) -> Outcome {
    let Some(reference) = json::some_text(intent, "/id") else { return Outcome::NoAnswer };
    if json::text(intent, "/object") == "setup_intent" {
        // The caller knows the currency of nothing.
        return Outcome::Captured { reference, amount: Money::zero(Currency::INR) };
    }
    // `amount_received` is what was taken; a peer that leaves it out says the amount.
    let number = json::number(intent, "/amount_received").or_else(|| json::number(intent, "/amount"));
    let amount = number.and_then(|n| scale::from_rail(scale::STRIPE, n, json::text(intent, "/currency")));
    match amount {
        Some(amount) => Outcome::Captured { reference, amount },
        // Taken, but in an amount that cannot be said: a person must see it, and it stays open until then.
        None => Outcome::NoAnswer,
    }
}

fn last_error(intent: &Value) -> Failure {
    let error = ["/last_payment_error", "/last_setup_error"].iter().find_map(|p| intent.pointer(p));
    match error.filter(|error| error.is_object()) {
        Some(error) => {
            let code = declines::code(error);
            Failure { kind: declines::kind(&code), code }
        }
        None => Failure { kind: FailureKind::Declined, code: json::text(intent, "/status").to_owned() },
    }
}

/// The method that an intent kept or used, if it is kept.
fn mandate(intent: &Value, now: Timestamp) -> Option<MandateFacts> {
    let kept = json::text(intent, "/setup_future_usage") == "off_session"
        || json::text(intent, "/object") == "setup_intent"
        || json::text(intent, &format!("/metadata/{KIND}")) == FROM_DEBIT;
    let method = intent.pointer("/payment_method").filter(|method| method.is_object() && kept)?;
    let mut facts = method_facts(method, now);
    facts.mandate.customer = json::id(intent, "/customer").unwrap_or(facts.mandate.customer);
    facts.state = match json::text(intent, "/status") {
        // Kept by what has just succeeded, whether or not the copy of the method says so already.
        "succeeded" if facts.state == MandateState::Revoked => MandateState::Confirmed,
        "succeeded" => facts.state,
        _ => MandateState::Pending,
    };
    // An Indian card without a registered mandate looks kept and fails at the first renewal, up to a year later.
    let indian = json::text(method, "/card/country") == "IN" && json::text(intent, "/currency") == "inr";
    let registered = ["/latest_charge/payment_method_details/card/mandate", "/mandate"];
    if indian && registered.iter().all(|path| json::id(intent, path).is_none()) {
        facts.state = MandateState::Pending;
    }
    Some(facts)
}

/// A payment method as Stripe shows it.
pub fn method_facts(method: &Value, now: Timestamp) -> MandateFacts {
    let word = json::text(method, "/type");
    let detail = |field: &str| json::text(method, &format!("/{word}/{field}"));
    let (kind, label) = match word {
        "card" => (MethodKind::Card, format!("{} •••• {}", capitalised(detail("brand")), detail("last4"))),
        "upi" => (MethodKind::Upi, Some(detail("vpa")).filter(|v| !v.is_empty()).unwrap_or("UPI").to_owned()),
        "sepa_debit" => (MethodKind::Bank, format!("SEPA •••• {}", detail("last4"))),
        _ if detail("last4").is_empty() => (MethodKind::Bank, capitalised(&word.replace('_', " "))),
        _ => (MethodKind::Bank, format!("{} •••• {}", capitalised(&word.replace('_', " ")), detail("last4"))),
    };
    let expires = after_month(json::number(method, "/card/exp_year"), json::number(method, "/card/exp_month"));
    let customer = json::id(method, "/customer");
    let state = match (&customer, expires) {
        (None, _) => MandateState::Revoked,
        (_, Some(end)) if end <= now => MandateState::Expired,
        _ => MandateState::Confirmed,
    };
    let token = json::text(method, "/id").to_owned();
    let mandate = MandateRef { customer: customer.unwrap_or_default(), token, method: kind };
    MandateFacts { mandate, label, max_amount: None, expires, state }
}

/// The first instant after a card's last month.
fn after_month(year: Option<i64>, month: Option<i64>) -> Option<Timestamp> {
    let first = Date::new(i16::try_from(year?).ok()?, i8::try_from(month?).ok()?, 1).ok()?;
    first.checked_add(1.month()).ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
