//! A call of the engine as a call to a gateway, and what the rail says as an act.
use std::sync::Arc;

use circulation::billing::{Act, Call, DebitCall, LookUpCall, MandateWish, Page, PageCall, PagePurpose, RefundCall};
use circulation::payments::{AttemptKey, MandateFacts, MandateState, Outcome, RailAnswer, Told};
use circulation::readers::ReaderId;
use jiff::Timestamp;

use crate::gateways::rail::{self, Gateway, PageAnswer, Way};
use crate::house::House;

/// Whoever asks the rail for one contract.
pub struct Asker {
    gateway: Arc<dyn Gateway>,
    base_url: String,
    paper: String,
    reader: ReaderId,
    email: String,
    now: Timestamp,
}

/// Whether a call tells the rail the reader's address.
#[must_use]
pub const fn wants_reader(call: &Call) -> bool {
    matches!(call, Call::OpenPage(_) | Call::ClosePage(_) | Call::Charge(_) | Call::AnnounceDebit(_))
}

impl Asker {
    #[must_use]
    pub fn of(house: &House, reader: ReaderId, email: String, now: Timestamp) -> Self {
        Self {
            gateway: Arc::clone(&house.gateway),
            base_url: house.publication.base_url.clone(),
            paper: house.publication.name.clone(),
            reader,
            email,
            now,
        }
    }

    /// Asks, and gives the answer as the act that takes it in. Whatever goes wrong on the way is an unknown answer.
    pub async fn ask(self, call: Call) -> Act {
        match call {
            Call::OpenPage(page) => self.open(page).await,
            Call::ClosePage(page) => {
                let reference = page.reference.clone();
                Act::Told(told(self.gateway.close_page(&self.page(page), reference.as_deref(), self.now).await))
            }
            Call::Charge(debit) => Act::Told(told(self.gateway.charge(&self.debit(debit), self.now).await)),
            Call::AnnounceDebit(debit) => {
                let key = debit.key.clone();
                Act::Announced { key, answer: self.gateway.announce_debit(&self.debit(debit), self.now).await }
            }
            Call::LookUp(attempt) => Act::Told(told(self.gateway.look_up(&asked(attempt), self.now).await)),
            Call::Refund(refund) => {
                let order = order(&refund);
                Act::RefundTold { key: refund.key, answer: self.gateway.refund(&order, self.now).await }
            }
            Call::LookUpRefund(refund) => {
                let order = order(&refund);
                let answer = self.gateway.look_up_refund(&order, refund.reference.as_deref(), self.now).await;
                Act::RefundTold { key: refund.key, answer }
            }
            Call::RevokeMandate(mandate) => {
                let facts = match self.gateway.revoke(mandate.reference(), self.now).await {
                    rail::Found::Is(facts) => Some(facts),
                    // What the rail does not know can debit nothing.
                    rail::Found::NotFound => {
                        Some(MandateFacts { state: MandateState::Revoked, ..mandate.facts.clone() })
                    }
                    rail::Found::NoAnswer => None,
                };
                Act::MandateTold { mandate: mandate.reference().clone(), facts }
            }
        }
    }

    async fn open(self, page: PageCall) -> Act {
        let (key, now) = (page.key.clone(), self.now);
        match self.gateway.open_page(&self.page(page), now).await {
            PageAnswer::Open(page) => {
                Act::PageOpened { key, page: Page { reference: page.reference, address: address(&page.way) } }
            }
            PageAnswer::Refused(failure) => said(key, now, Outcome::Failed(failure)),
            PageAnswer::NoAnswer => said(key, now, Outcome::NoAnswer),
        }
    }

    fn page(&self, call: PageCall) -> rail::PageRequest {
        let parameter = |name: &str| call.parameters.get(name).cloned().unwrap_or_default();
        let come_back = format!("{}/checkout/return?key={}", self.base_url, call.key);
        rail::PageRequest {
            purpose: match call.purpose {
                PagePurpose::FirstPayment => rail::Purpose::FirstPayment,
                PagePurpose::PayNow => rail::Purpose::PayNow,
                PagePurpose::MethodOnly => rail::Purpose::MethodOnly,
            },
            amount: call.amount,
            description: parameter("description"),
            reader_email: self.email.clone(),
            reader_ref: format!("reader-{}", self.reader.0),
            customer: call.customer,
            cancel_url: come_back.clone(),
            return_url: come_back,
            mandate: call.mandate.map(wish),
            expires_at: call.expires_at,
            key: call.key,
        }
    }

    fn debit(&self, call: DebitCall) -> rail::Debit {
        let description = call.parameters.get("description").cloned();
        rail::Debit {
            key: call.key,
            amount: call.amount,
            mandate: call.mandate,
            description: description.unwrap_or_else(|| self.paper.clone()),
            reader_email: self.email.clone(),
            not_before: Some(call.not_before),
        }
    }
}

fn said(key: AttemptKey, at: Timestamp, outcome: Outcome) -> Act {
    Act::Told(Told::only(RailAnswer { key, at, outcome }))
}

/// How a browser gets to the page, in the one text that the dossier keeps: an address, or a form as JSON.
#[must_use]
pub fn address(way: &Way) -> String {
    match way {
        Way::Link(link) => link.clone(),
        Way::Form { .. } => serde_json::to_string(way).unwrap_or_default(),
    }
}

/// The way that an address stands for.
#[must_use]
pub fn way(address: &str) -> Way {
    serde_json::from_str(address).unwrap_or_else(|_| Way::Link(address.to_owned()))
}

fn wish(wish: MandateWish) -> rail::MandateWish {
    rail::MandateWish {
        max_amount: wish.max_amount,
        term_months: wish.term_months,
        expires_at: wish.expires_at,
        method_hint: None,
    }
}

/// What a gateway tells, in the engine's words.
#[must_use]
pub fn told(told: rail::Told) -> Told {
    Told { answer: told.answer, reference: told.reference, customer: told.customer, mandate: told.mandate }
}

fn asked(call: LookUpCall) -> rail::Asked {
    rail::Asked {
        key: call.key,
        amount: call.amount,
        reference: call.reference,
        customer: call.customer,
        sent_at: call.sent_at,
    }
}

fn order(call: &RefundCall) -> rail::RefundOrder {
    rail::RefundOrder {
        key: call.key.clone(),
        payment: call.payment.clone(),
        amount: call.amount,
        reason: call.reason.clone(),
    }
}
