//! What support can do with a contract: its words, its fields, and the engine's act it becomes.
use circulation::billing::{Act, RefundRule};
use circulation::money::Money;
use circulation::subscriptions::Actor;
use pages::views::{ActField, ActFieldKind, FieldError, FieldErrors};

use super::acts::Typed;
use super::words;
use crate::billing::Held;
use crate::house::House;

/// A deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Refund,
    RetryRefund,
    BankRefund,
    Extend,
    End,
    Cancel,
    TakeBack,
    Change,
    Release,
}

impl Deed {
    const ALL: [Self; 9] = [
        Self::Refund,
        Self::RetryRefund,
        Self::BankRefund,
        Self::Extend,
        Self::End,
        Self::Cancel,
        Self::TakeBack,
        Self::Change,
        Self::Release,
    ];

    /// The word in addresses and in the audit trail.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::RetryRefund => "retry-refund",
            Self::BankRefund => "bank-refund",
            Self::Extend => "extend",
            Self::End => "end",
            Self::Cancel => "cancel",
            Self::TakeBack => "take-back",
            Self::Change => "change",
            Self::Release => "release",
        }
    }

    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.word() == word)
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Refund => "Give money back",
            Self::RetryRefund => "Try a refund again",
            Self::BankRefund => "Note a refund as paid by bank",
            Self::Extend => "Add days",
            Self::End => "End the contract now",
            Self::Cancel => "Cancel for the reader",
            Self::TakeBack => "Take the cancellation back",
            Self::Change => "Change the plan at the next renewal",
            Self::Release => "Release the contract",
        }
    }

    pub fn about(self, house: &House, held: &Held) -> String {
        let contract = &held.dossier.contract;
        let plan = &contract.plan().name;
        match self {
            Self::Refund => {
                "The whole of the running period ends the contract; a part of it, or an earlier period, does not."
                    .to_owned()
            }
            Self::RetryRefund => {
                "The rail refused it. It is asked for once more under a new key; the same money is owed.".to_owned()
            }
            Self::BankRefund => {
                "Only when the money has left the paper's bank account: the reader is told that it was given back."
                    .to_owned()
            }
            Self::Extend => format!(
                "Days are added to the end of {plan}, which is {}. Later periods are counted from there.",
                contract
                    .paid_through()
                    .map_or_else(|| "not paid yet".to_owned(), |day| format!("paid until {}", words::day(day)))
            ),
            Self::End => format!("{plan} ends at once, whatever is paid. To let it run out instead, cancel it."),
            Self::Cancel => {
                format!("{plan} runs to the end of what is paid and does not renew; the reader can take it back.")
            }
            Self::TakeBack => format!("{plan} renews again as if it had never been cancelled."),
            Self::Change => format!(
                "{plan} stays until the end of what is paid. A change by the desk is a change of price: a reader who has not \
                 been told {} days before pays the old price once more.",
                house.publication.billing.price_notice_days
            ),
            Self::Release => {
                let why = contract.parked().map_or("it is not parked", |parked| parked.why.as_str());
                format!(
                    "It is parked because: {why}. Release it when you know what happened; money that belongs to nobody goes back."
                )
            }
        }
    }

    /// Words of the last button.
    pub fn button(self, money: Option<Money>) -> String {
        match (self, money) {
            (Self::Refund, Some(money)) => format!("Give {money} back"),
            (Self::End, Some(money)) => format!("End it and give {money} back"),
            (Self::RetryRefund, _) => "Try again".to_owned(),
            (Self::BankRefund, _) => "It was paid by bank".to_owned(),
            (Self::Extend, _) => "Add the days".to_owned(),
            (Self::End, None) => "End it now".to_owned(),
            (Self::Cancel, _) => "Cancel it".to_owned(),
            (Self::TakeBack, _) => "Take it back".to_owned(),
            (Self::Change, _) => "Change the plan".to_owned(),
            (Self::Release, _) => "Release it".to_owned(),
            (Self::Refund, None) => "Give it back".to_owned(),
        }
    }

    /// What comes from the reader's page and is not typed.
    pub fn hidden(self, typed: &Typed) -> Vec<(String, String)> {
        let name = match self {
            Self::Refund => "invoice",
            Self::RetryRefund | Self::BankRefund => "key",
            _ => return Vec::new(),
        };
        vec![(name.to_owned(), typed.get(name).cloned().unwrap_or_default())]
    }

    /// What is filled in.
    pub fn fields(self, house: &House, held: &Held, typed: &Typed) -> Vec<ActField> {
        let value = |name: &str, first: &str| typed.get(name).cloned().unwrap_or_else(|| first.to_owned());
        let text = |name, label: &str, hint: String, value, keys| ActField {
            name,
            label: label.to_owned(),
            hint,
            value,
            kind: ActFieldKind::Text { keys },
        };
        match self {
            Self::Refund => {
                let left = self.invoice(typed).and_then(|number| held.dossier.returnable(number));
                let hint =
                    left.map_or_else(String::new, |left| format!("At most {left}. Leave it empty for all of that."));
                vec![text("amount", "Amount", hint, value("amount", ""), "decimal")]
            }
            Self::Extend => {
                let hint = "1 to 366. No money moves.".to_owned();
                vec![text("days", "Days", hint, value("days", "7"), "numeric")]
            }
            Self::End => vec![ActField {
                name: "refund",
                label: "What the reader gets back".to_owned(),
                hint: String::new(),
                value: value("refund", "pro-rata"),
                kind: ActFieldKind::Choice(vec![
                    ("pro-rata".to_owned(), "The days not used; today counts as used".to_owned()),
                    ("full".to_owned(), "Everything paid for the running period".to_owned()),
                    ("nothing".to_owned(), "Nothing".to_owned()),
                ]),
            }],
            Self::Change => {
                let sold = held.dossier.contract.plan();
                let plans = house.publication.plans.plans().iter().map(circulation::plans::Plan::freeze);
                let choices: Vec<(String, String)> = plans
                    .filter(|plan| !plan.same_terms(sold))
                    .map(|plan| {
                        let line = plan.price_line();
                        let words = format!("{}, {} for {}", plan.name, line.price, line.term);
                        (plan.code.as_str().to_owned(), words)
                    })
                    .collect();
                let first = choices.first().map(|(code, _)| code.clone()).unwrap_or_default();
                vec![ActField {
                    name: "plan",
                    label: "Plan".to_owned(),
                    hint: String::new(),
                    value: value("plan", &first),
                    kind: ActFieldKind::Choice(choices),
                }]
            }
            Self::RetryRefund | Self::BankRefund | Self::Cancel | Self::TakeBack | Self::Release => Vec::new(),
        }
    }

    fn invoice(self, typed: &Typed) -> Option<u32> {
        typed.get("invoice").and_then(|number| number.parse().ok())
    }

    /// The engine's act.
    ///
    /// # Errors
    /// Beside the fields, with the mend.
    pub fn act(self, house: &House, held: &Held, typed: &Typed) -> Result<Act, FieldErrors> {
        let field = |name: &str| typed.get(name).map_or("", |value| value.trim());
        let wrong = |name: &'static str, words: String| vec![FieldError::new(name, words)];
        let reason = || field("reason").to_owned();
        let key = || field("key").to_owned();
        Ok(match self {
            Self::Refund => {
                let invoice = self.invoice(typed);
                let invoice = invoice
                    .filter(|number| held.dossier.invoices.iter().any(|invoice| invoice.number == *number))
                    .ok_or_else(|| {
                        wrong("", "That period is not one of this contract. Begin again from the reader's page.".into())
                    })?;
                Act::Refund { invoice, amount: amount(held, invoice, field("amount"))?, reason: reason() }
            }
            Self::RetryRefund => Act::RetryRefund { key: key(), reason: reason() },
            Self::BankRefund => Act::RefundedByBank { key: key(), reason: reason() },
            Self::Extend => {
                let days = field("days").parse().ok().filter(|days| (1..=366).contains(days));
                let days = days.ok_or_else(|| wrong("days", "Write a whole number from 1 to 366.".into()))?;
                Act::Extend { days, reason: reason() }
            }
            Self::End => {
                let refund = match field("refund") {
                    "full" => RefundRule::Full,
                    "pro-rata" => RefundRule::ProRata,
                    "nothing" => RefundRule::Nothing,
                    _ => return Err(wrong("refund", "Choose what the reader gets back.".into())),
                };
                Act::End { refund, reason: reason() }
            }
            Self::Cancel => Act::Cancel { by: Actor::Staff },
            Self::TakeBack => Act::TakeCancelBack { by: Actor::Staff },
            Self::Change => {
                let plan = house.publication.plans.plan(field("plan"));
                let plan = plan.ok_or_else(|| wrong("plan", "Choose one of the paper's plans.".into()))?;
                Act::ChangeAtRenewal { plan: plan.freeze(), by: Actor::Staff }
            }
            Self::Release => Act::Release { reason: reason() },
        })
    }
}

/// The amount that was typed; none for all that is left.
fn amount(held: &Held, invoice: u32, text: &str) -> Result<Option<Money>, FieldErrors> {
    let wrong = |words: String| vec![FieldError::new("amount", words)];
    if text.is_empty() {
        return Ok(None);
    }
    let left = held.dossier.returnable(invoice).ok_or_else(|| wrong("Nothing of it can be given back.".into()))?;
    let plain: String =
        text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '₹' | '€' | '£' | '$' | ',')).collect();
    let amount = Money::parse(&plain, left.currency()).map_err(|_| {
        wrong(format!("“{}” is no amount; write it as {}.", text.chars().take(20).collect::<String>(), left.decimal()))
    })?;
    if !amount.is_positive() || amount.minor() > left.minor() {
        return Err(wrong(format!("At most {left} can be given back; write that or less.")));
    }
    Ok(Some(amount))
}
