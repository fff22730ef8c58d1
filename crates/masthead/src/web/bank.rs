//! The sandbox's bank: whoever tests plays the reader's part in it. A customer's bank has an address that nobody
//! guesses, as it names the reader's payments; the list of all is for staff and for whoever sits at the machine.
use std::sync::Arc;

use axum::extract::{Extension, Form, Path, Query, State};
use circulation::money::{Currency, Money};
use http::{HeaderMap, Response};
use jiff::Timestamp;
use pages::views::{self, BankButton, BankGroup, BankItem, Link, MessagePage, SandboxBankPage};
use serde::Deserialize;
use store::{SandboxCharge, SandboxDispute, SandboxMandate, SandboxNotice};

use super::body::Reply;
use super::error::{Fault, see_other};
use super::forms::show;
use super::guard;
use super::sandbox::{every, only_in_sandbox};
use super::serve::Peer;
use super::visitor::Visitor;
use crate::gateways::rail::{MandateState, MethodKind};
use crate::gateways::sandbox::{Account, BankAct, Change, bank};
use crate::gateways::webhooks;
use crate::house::House;

/// `GET /sandbox/bank`
pub async fn list(
    State(house): State<Arc<House>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response<Reply>, Fault> {
    only_in_sandbox(&house)?;
    if visitor.reader() != views::Reader::Staff && !guard::is_at_this_machine(&house, &headers, &peer) {
        return Err(Fault::NotFound);
    }
    let customers = house.rail.customers().await?;
    let words = if customers.is_empty() {
        "Nobody has come to a payment page yet. Subscribe to a plan, and the reader’s bank is here."
    } else {
        "Whose bank do you want to play? The latest are first."
    };
    let name = |customer: &store::SandboxCustomer| match customer.email.as_str() {
        "" => customer.reader_ref.clone(),
        email => email.to_owned(),
    };
    let page = MessagePage {
        title: "The sandbox’s bank".into(),
        paragraphs: vec![words.into()],
        links: customers.iter().map(|c| Link { text: name(c), href: bank::path(&c.id) }).collect(),
    };
    show(&house, visitor.reader(), &page)
}

/// What was said after an act, by a word in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    said: String,
}

/// `GET /sandbox/bank/{customer}`
pub async fn page(
    State(house): State<Arc<House>>,
    Path(customer): Path<String>,
    Query(said): Query<Said>,
) -> Result<Response<Reply>, Fault> {
    only_in_sandbox(&house)?;
    let now = house.clock.now();
    let account = house.rail.account(&customer, now).await?.ok_or(Fault::NotFound)?;
    let said = match said.said.as_str() {
        "done" => Some("Done. The paper is told of it."),
        "late" => Some("That is not possible any more, so nothing was changed. This is how things stand."),
        _ => None,
    };
    show(&house, views::Reader::Guest, &composed(&house, &account, said, now))
}

/// What a button sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Pressed {
    act: String,
    about: String,
}

impl Pressed {
    fn act(self) -> Option<BankAct> {
        let Self { act, about } = self;
        Some(match act.as_str() {
            "pause" => BankAct::Method(about, Change::Pause),
            "resume" => BankAct::Method(about, Change::Resume),
            "revoke" => BankAct::Method(about, Change::Revoke),
            "skip" => BankAct::Skip(about),
            "confirm" => BankAct::Confirm(about),
            "dispute" => BankAct::Dispute(about),
            "lose" => BankAct::Decide(about, false),
            "win" => BankAct::Decide(about, true),
            _ => return None,
        })
    }
}

/// `POST /sandbox/bank/{customer}`
pub async fn act(
    State(house): State<Arc<House>>,
    Path(customer): Path<String>,
    Form(pressed): Form<Pressed>,
) -> Result<Response<Reply>, Fault> {
    only_in_sandbox(&house)?;
    let now = house.clock.now();
    let account = house.rail.account(&customer, now).await?.ok_or(Fault::NotFound)?;
    let Some(act) = pressed.act() else {
        return Err(Fault::Wrong(
            "This bank has no such button. Go back, load its page again and press one there.".into(),
        ));
    };
    let done = house.rail.act(&account.customer.id, &act, now).await?;
    if done {
        tokio::spawn(webhooks::deliver_soon(Arc::clone(&house)));
    }
    let said = if done { "done" } else { "late" };
    Ok(see_other(&format!("{}?said={said}", bank::path(&account.customer.id))))
}

fn composed(house: &House, account: &Account, said: Option<&str>, now: Timestamp) -> SandboxBankPage {
    let shown = Shown { house, account, now };
    let group = |heading: &str, none: &str, items: Vec<BankItem>| BankGroup {
        heading: heading.to_owned(),
        none: none.to_owned(),
        items,
    };
    SandboxBankPage {
        path: bank::path(&account.customer.id),
        holder: account.customer.email.clone(),
        said: said.map(str::to_owned),
        groups: vec![
            group(
                "Payment methods",
                "None is kept.",
                account.mandates.iter().map(|(mandate, state)| shown.method(mandate, *state)).collect(),
            ),
            group("Announced debits", "None is coming.", account.notices.iter().map(|n| shown.notice(n)).collect()),
            group("Payments", "None yet.", account.charges.iter().map(|c| shown.payment(c)).collect()),
            group("Disputes", "None.", account.disputes.iter().map(|d| shown.dispute(d)).collect()),
        ],
    }
}

struct Shown<'a> {
    house: &'a House,
    account: &'a Account,
    now: Timestamp,
}

fn button(act: &str, about: &str, label: &str) -> BankButton {
    BankButton { act: act.to_owned(), about: about.to_owned(), label: label.to_owned() }
}

impl Shown<'_> {
    fn when(&self, at: Timestamp) -> String {
        at.to_zoned(self.house.publication.zone.clone()).strftime("%-d %B %Y, %H:%M").to_string()
    }

    fn money(&self, minor: i64, currency: &str) -> String {
        Currency::parse(currency).map_or_else(|_| format!("{minor} {currency}"), |c| Money::new(minor, c).to_string())
    }

    /// The label of a kept method.
    fn label(&self, token: Option<&str>) -> Option<&str> {
        let mandates = self.account.mandates.iter();
        mandates.map(|(mandate, _)| mandate).find(|m| Some(m.token.as_str()) == token).map(|m| m.label.as_str())
    }

    fn method(&self, mandate: &SandboxMandate, state: MandateState) -> BankItem {
        let upi = mandate.method == MethodKind::Upi.word();
        let about = mandate.token.as_str();
        let (words, buttons) = match state {
            MandateState::Confirmed if upi => (
                "May be debited".to_owned(),
                vec![button("pause", about, "Pause"), button("revoke", about, "Withdraw")],
            ),
            MandateState::Confirmed => ("May be debited".to_owned(), vec![button("revoke", about, "Block")]),
            MandateState::PausedByReader => (
                "Paused: nothing is debited until you resume it".to_owned(),
                vec![button("resume", about, "Resume"), button("revoke", about, "Withdraw")],
            ),
            MandateState::Pending => ("Not confirmed yet".to_owned(), Vec::new()),
            MandateState::Revoked => ("Withdrawn: nothing is debited any more".to_owned(), Vec::new()),
            MandateState::Expired => ("Has run out".to_owned(), Vec::new()),
        };
        let most = self.money(mandate.max_amount, &mandate.currency);
        BankItem {
            title: mandate.label.clone(),
            lines: vec![
                format!("Up to {most} {}, until {}", every(mandate.term_months), self.when(mandate.expires_at)),
                words,
            ],
            buttons,
        }
    }

    fn notice(&self, notice: &SandboxNotice) -> BankItem {
        let mandate = self.account.mandates.iter().map(|(m, _)| m).find(|m| m.token == notice.token);
        let amount = self.money(notice.amount, mandate.map_or("", |m| &m.currency));
        let label = mandate.map_or("a kept method", |m| m.label.as_str());
        BankItem {
            title: format!("{amount} from {label}"),
            lines: vec![format!(
                "{} will debit this from {} on",
                self.house.publication.name,
                self.when(notice.debit_from)
            )],
            buttons: vec![button("skip", &notice.reference, "Skip this debit")],
        }
    }

    fn payment(&self, charge: &SandboxCharge) -> BankItem {
        let amount = self.money(charge.amount, &charge.currency);
        let title = match self.label(charge.token.as_deref()) {
            Some(label) => format!("{amount} by {label}"),
            None => amount,
        };
        let waits = charge.state == "needs-action" && charge.confirm_until.is_some_and(|until| self.now < until);
        let disputed = self.account.disputes.iter().any(|d| d.payment == charge.reference);
        let state = match charge.state.as_str() {
            _ if charge.decided_at > self.now => "Being processed".to_owned(),
            "captured" => "Paid".to_owned(),
            "needs-action" if waits => {
                let until = charge.confirm_until.unwrap_or(self.now);
                format!("Waits for your confirmation until {}", self.when(until))
            }
            "needs-action" => "Was not confirmed".to_owned(),
            _ => format!("Not paid ({})", charge.failure.as_ref().map_or("", |(_, code)| code.as_str())),
        };
        let paid = charge.state == "captured" && charge.decided_at <= self.now && charge.amount > 0;
        let buttons = match (waits, paid && !disputed) {
            (true, _) => vec![button("confirm", &charge.reference, "Confirm the payment")],
            (false, true) => vec![button("dispute", &charge.reference, "Dispute it")],
            (false, false) => Vec::new(),
        };
        let what = Some(charge.description.clone()).filter(|what| !what.is_empty());
        BankItem { title, lines: what.into_iter().chain([self.when(charge.created_at), state]).collect(), buttons }
    }

    fn dispute(&self, dispute: &SandboxDispute) -> BankItem {
        let (state, buttons) = if dispute.decided_at > self.now {
            let buttons = vec![
                button("lose", &dispute.reference, "Decide for the reader"),
                button("win", &dispute.reference, "Decide for the paper"),
            ];
            (format!("Open; decided for the reader on {}", self.when(dispute.respond_by)), buttons)
        } else if dispute.outcome == "won" {
            ("Decided for the paper".to_owned(), Vec::new())
        } else {
            ("Decided for the reader: the money is back".to_owned(), Vec::new())
        };
        BankItem {
            title: format!("{} disputed", self.money(dispute.amount, &dispute.currency)),
            lines: vec![self.when(dispute.opened_at), state],
            buttons,
        }
    }
}
