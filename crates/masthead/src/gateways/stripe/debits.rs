//! Debits without the reader.
use circulation::payments::{Failure, FailureKind, Outcome};
use jiff::Timestamp;

use super::Stripe;
use super::calls::Said;
use super::told::{self, FROM_DEBIT, KEY, KIND, PAPER};
use crate::gateways::http::segment;
use crate::gateways::json;
use crate::gateways::rail::{Debit, MethodKind, Told};
use crate::gateways::scale;

impl Stripe {
    pub(super) async fn debit(&self, debit: &Debit, now: Timestamp) -> Told {
        let Some(amount) = scale::to_rail(scale::STRIPE, debit.amount).filter(|amount| *amount > 0) else {
            let failure = Failure { kind: FailureKind::Refused, code: "amount_not_representable".to_owned() };
            return told::outcome(&debit.key, now, Outcome::Failed(failure));
        };
        let kind = match self.type_of(debit).await {
            Ok(kind) => kind,
            Err(outcome) => return told::outcome(&debit.key, now, outcome),
        };
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let fields = vec![
            field("amount", &amount.to_string()),
            field("currency", &debit.amount.currency().code().to_ascii_lowercase()),
            field("customer", &debit.mandate.customer),
            field("payment_method", &debit.mandate.token),
            field("payment_method_types[]", &kind),
            field("confirm", "true"),
            field("off_session", "true"),
            field("description", &debit.description),
            field(&format!("metadata[{PAPER}]"), &self.paper),
            field(&format!("metadata[{KEY}]"), debit.key.as_str()),
            field(&format!("metadata[{KIND}]"), FROM_DEBIT),
            field("expand[]", "latest_charge"),
            field("expand[]", "payment_method"),
        ];
        match self.post("/v1/payment_intents", debit.key.as_str(), fields).await {
            Said::Good(intent) => self.settled(debit, intent, now).await,
            Said::No(failure, intent) => {
                let mut told = told::outcome(&debit.key, now, Outcome::Failed(failure));
                told.reference = intent.as_ref().and_then(|intent| json::some_text(intent, "/id"));
                told.customer = Some(debit.mandate.customer.clone());
                told
            }
            Said::Missing => {
                let failure = Failure { kind: FailureKind::Refused, code: "resource_missing".to_owned() };
                told::outcome(&debit.key, now, Outcome::Failed(failure))
            }
            Said::Unknown => told::outcome(&debit.key, now, Outcome::NoAnswer),
        }
    }

    /// An intent that waits for the reader is cancelled: it could otherwise be confirmed in a bank's app long after
    /// another payment was made.
    async fn settled(&self, debit: &Debit, intent: serde_json::Value, now: Timestamp) -> Told {
        let told = told::intent(&intent, &self.paper, now);
        if json::text(&intent, "/status") != "requires_action" {
            return told;
        }
        let name = segment(json::text(&intent, "/id"));
        let path = format!("/v1/payment_intents/{name}/cancel");
        let mut told = match self.end(&path).await {
            Said::Good(_) => told,
            Said::No(..) | Said::Missing | Said::Unknown => {
                let reference = told.reference.clone();
                Told { reference, ..told::outcome(&debit.key, now, Outcome::NoAnswer) }
            }
        };
        if matches!(told.answer.outcome, Outcome::Failed(_)) {
            told.answer.outcome = Outcome::Failed(told::needs_reader());
        }
        told
    }

    /// Stripe's word for the method: an intent names the types it may use.
    async fn type_of(&self, debit: &Debit) -> Result<String, Outcome> {
        match debit.mandate.method {
            MethodKind::Card => return Ok("card".to_owned()),
            MethodKind::Upi => return Ok("upi".to_owned()),
            MethodKind::Bank => {}
        }
        match self.get(&format!("/v1/payment_methods/{}", segment(&debit.mandate.token)), &[]).await {
            Said::Good(method) => json::some_text(&method, "/type").ok_or(Outcome::NoAnswer),
            Said::No(failure, _) => Err(Outcome::Failed(failure)),
            Said::Missing => {
                Err(Outcome::Failed(Failure { kind: FailureKind::Refused, code: "resource_missing".to_owned() }))
            }
            Said::Unknown => Err(Outcome::NoAnswer),
        }
    }
}
