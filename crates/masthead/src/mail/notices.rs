//! What readers are told about their subscription, in plain words: what happened, what it means for them, what they can
//! do. Dates are days in the contract's zone; amounts contain tax. Every mail about a running contract carries the way out.
use circulation::billing::{Notice, NoticeKind as Kind};
use jiff::Timestamp;
use jiff::civil::Date;
use store::NewMail;

use super::{day, letter};
use crate::billing::links::{Links, Purpose};
use crate::billing::records::Person;
use crate::config::Publication;

/// The mail for a notice.
#[must_use]
pub fn letter_for(publication: &Publication, links: &Links, person: &Person, notice: &Notice) -> NewMail {
    let facts = Facts { publication, links, notice };
    let (subject, mut paragraphs) = facts.words();
    if publication.payments.rail == "sandbox" && notice.amount.is_some() {
        paragraphs.push("This paper is in rehearsal: no money moves.".to_owned());
    }
    if !person.name.trim().is_empty() {
        paragraphs.insert(0, format!("Dear {},", person.name.trim()));
    }
    let lines: Vec<&str> = paragraphs.iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
    let kind = notice.kind.word();
    let mut mail = letter(publication, &kind, Some(notice.key.clone()), &person.email, subject, &lines);
    mail.reader_id = Some(notice.reader.0);
    mail.about = Some(format!("subscription:{}", notice.subscription.0));
    if let (Kind::Receipt, Some(invoice)) = (notice.kind, notice.invoice) {
        mail.attachments.push(format!("invoice:sub-{}-p{invoice}", notice.subscription.0));
    }
    mail
}

struct Facts<'a> {
    publication: &'a Publication,
    links: &'a Links,
    notice: &'a Notice,
}

impl Facts<'_> {
    fn words(&self) -> (String, Vec<String>) {
        match self.notice.kind {
            Kind::Receipt | Kind::PaymentFailed | Kind::RefundRequested | Kind::RefundPaid | Kind::DebitComing => {
                self.about_money()
            }
            Kind::Dispute | Kind::LateMoneyReturned => self.about_money_back(),
            Kind::RenewalComing(_)
            | Kind::YearlyStatement
            | Kind::PlanChanged
            | Kind::PlanWillChange
            | Kind::PriceChange
            | Kind::MandateGone
            | Kind::MandateExpiring
            | Kind::MethodKept => self.about_renewing(),
            Kind::GraceOver
            | Kind::RecoveryOver
            | Kind::Cancelled
            | Kind::CancelTakenBack
            | Kind::Ended
            | Kind::WithdrawalReceived => self.about_ending(),
            Kind::Paused
            | Kind::Resumed
            | Kind::TrialStarted
            | Kind::TrialEnding
            | Kind::GiftBought
            | Kind::GiftClaimed
            | Kind::Extended => self.about_time(),
        }
    }

    fn about_money(&self) -> (String, Vec<String>) {
        let (plan, amount) = (&self.notice.plan.name, self.amount());
        match self.notice.kind {
            Kind::Receipt => self.receipt(),
            Kind::PaymentFailed => (
                format!("We could not take {amount} for {plan}"),
                vec![
                    format!(
                        "Your subscription {plan} was due for renewal, and the payment of {amount}{} did not go through.",
                        self.by_method()
                    ),
                    match self.notice.until {
                        Some(until) => {
                            let again = if self.notice.by_itself { " We try again before that." } else { "" };
                            format!("You keep full access until {}.{again}", self.moment(until))
                        }
                        None if self.notice.by_itself => "We try again in the coming days.".to_owned(),
                        None => String::new(),
                    },
                    format!("Pay now, or with another method, without logging in:\n{}", self.link(Purpose::Pay)),
                    self.way_out(),
                ],
            ),
            Kind::RefundRequested => (
                format!("You get {amount} back"),
                vec![
                    format!("We are giving you {amount} back for {plan}, by the way you paid."),
                    "Banks take up to ten working days. We write again when it is on its way.".to_owned(),
                ],
            ),
            Kind::RefundPaid => (
                format!("{amount} is on its way to you"),
                vec![format!("{amount} for {plan} has been sent back to you. How soon it shows depends on your bank.")],
            ),
            _ => (
                format!("{amount} will be debited{}", self.to_day(" on ")),
                vec![
                    format!(
                        "{plan} renews{}. {} debits {amount}{}, reference {}.",
                        self.to_day(" on "),
                        self.publication.name,
                        self.by_method(),
                        self.notice.key.rsplit('/').next().unwrap_or_default()
                    ),
                    "Your bank tells you of this debit as well, and lets you skip it.".to_owned(),
                    self.way_out(),
                ],
            ),
        }
    }

    fn about_money_back(&self) -> (String, Vec<String>) {
        let (plan, amount) = (&self.notice.plan.name, self.amount());
        match self.notice.kind {
            Kind::Dispute => (
                format!("About your disputed payment of {amount}"),
                vec![
                    format!("Your bank tells us that you dispute a payment of {amount} for {plan}."),
                    format!(
                        "If that is a mistake, please tell your bank. If something is wrong, write to us and we will put it right: {}",
                        self.publication.contact
                    ),
                ],
            ),
            _ => (
                format!("You get {amount} back"),
                vec![
                    format!(
                        "A payment of {amount} reached us that we cannot use: you subscribe already, or the order was closed."
                    ),
                    "You will get all of it back by the way it came.".to_owned(),
                ],
            ),
        }
    }

    fn receipt(&self) -> (String, Vec<String>) {
        let plan = &self.notice.plan.name;
        let amount = self.amount();
        (
            format!("Receipt: {plan}, {amount}"),
            if self.notice.gift {
                vec![
                    format!("Thank you. We have received {amount} for {plan} as a gift{}.", self.by_method()),
                    self.paper_trail(),
                ]
            } else {
                vec![
                    format!("Thank you for reading {}.", self.publication.name),
                    format!(
                        "We have received {amount} for {plan}, paid{}{}.",
                        self.to_day(" until "),
                        self.by_method()
                    ),
                    self.paper_trail(),
                    self.renews(),
                    self.way_out(),
                ]
            },
        )
    }

    fn renewal_coming(&self, days: u16) -> (String, Vec<String>) {
        let plan = &self.notice.plan.name;
        let amount = self.amount();
        (
            if self.notice.by_itself {
                format!("{plan} renews{}", self.to_day(" on "))
            } else {
                format!("{plan} is due{}", self.to_day(" on "))
            },
            if self.notice.by_itself {
                vec![
                    format!(
                        "In {days} days, {}, your subscription {plan} renews by itself: {amount} for {}{}.",
                        self.to_day("on "),
                        self.term(),
                        self.by_method()
                    ),
                    "You need not do anything to go on reading.".to_owned(),
                    self.way_out(),
                ]
            } else {
                vec![
                    format!(
                        "In {days} days, {}, your subscription {plan} is due: {amount} for {}.",
                        self.to_day("on "),
                        self.term()
                    ),
                    format!(
                        "It cannot renew by itself, because no way to pay is kept that allows it. To go on reading, choose one now; nothing is charged before that day, and no log-in is needed:\n{}",
                        self.link(Purpose::Pay)
                    ),
                    self.way_out(),
                ]
            },
        )
    }

    fn plan_will_change(&self) -> (String, Vec<String>) {
        let plan = &self.notice.plan.name;
        let amount = self.amount();
        (
            format!("{plan} begins{}", self.to_day(" on ")),
            vec![
                format!(
                    "At your next renewal{} your plan becomes {plan}, {amount} for {}. Until then nothing changes.",
                    self.notice.on.map_or_else(String::new, |on| format!(", {},", day(on))),
                    self.term()
                ),
                self.must_allow(),
                format!("You can take the change back until then:\n{}", self.url("/account")),
            ],
        )
    }

    fn mandate_gone(&self) -> (String, Vec<String>) {
        let plan = &self.notice.plan.name;
        (
            format!("{plan} needs another way to pay"),
            vec![
                format!(
                    "The permission to debit{} was withdrawn, so {plan} cannot renew by itself{}.",
                    self.by_method(),
                    self.to_day(" on ")
                ),
                format!(
                    "To go on reading, choose another way to pay; it takes a minute and needs no log-in:\n{}",
                    self.link(Purpose::Pay)
                ),
                "If you would rather stop, there is nothing to do: nothing will be debited.".to_owned(),
            ],
        )
    }

    fn cancelled(&self) -> (String, Vec<String>) {
        let plan = &self.notice.plan.name;
        let at = self.moment(self.notice.at);
        (
            if self.is_over() {
                format!("Cancelled: {plan}")
            } else {
                format!("Cancelled: {plan} ends{}", self.to_day(" on "))
            },
            vec![
                format!("We received your cancellation of {plan} on {at}. Nothing will be charged any more."),
                if self.is_over() {
                    "It has ended with this, and nothing is owed.".to_owned()
                } else {
                    format!("You keep full access{}.", self.to_day(" until "))
                },
                if self.is_over() {
                    format!("You are welcome back whenever you like:\n{}", self.url("/subscribe"))
                } else {
                    format!("You can take the cancellation back until that day:\n{}", self.link(Purpose::Cancel))
                },
            ],
        )
    }

    fn withdrawal(&self) -> (String, Vec<String>) {
        let plan = &self.notice.plan.name;
        let at = self.moment(self.notice.at);
        (
            format!("Your withdrawal from {plan}"),
            vec![
                format!(
                    "We received your withdrawal from the contract {plan} on {at}. It has ended; nothing more will be charged."
                ),
                match self.notice.amount {
                    Some(amount) if amount.is_positive() => {
                        format!("You get {amount} back by the way you paid, at the latest within 14 days.")
                    }
                    _ => "Nothing had been charged.".to_owned(),
                },
                "Keep this mail: it is the confirmation of your withdrawal.".to_owned(),
            ],
        )
    }

    fn trial_started(&self) -> (String, Vec<String>) {
        let plan = &self.notice.plan.name;
        let amount = self.amount();
        (
            format!("Your free trial of {plan}"),
            vec![
                format!(
                    "Your free trial of {plan} has begun. It lasts{}; nothing has been charged.",
                    self.to_day(" until ")
                ),
                format!(
                    "After it {amount} is charged for {}{}, unless you cancel before.",
                    self.term(),
                    self.by_method()
                ),
                self.way_out(),
            ],
        )
    }

    fn mandate_expiring(&self) -> (String, Vec<String>) {
        let plan = &self.notice.plan.name;
        (
            "Your way to pay expires soon".to_owned(),
            vec![
                format!(
                    "Your way to pay{} ends{}. {plan} will need another one to renew.",
                    self.by_method(),
                    self.until_day(" on ")
                ),
                format!("Choose one here, without logging in:\n{}", self.link(Purpose::Pay)),
            ],
        )
    }

    /// Only who issues tax documents can attach one.
    fn paper_trail(&self) -> String {
        let kept = self.url("/account/invoices");
        match self.publication.supplier {
            Some(_) => format!("The invoice is attached, and in your account:\n{kept}"),
            None => format!("Your payments are listed in your account:\n{kept}"),
        }
    }

    fn about_renewing(&self) -> (String, Vec<String>) {
        let (plan, amount) = (&self.notice.plan.name, self.amount());
        match self.notice.kind {
            Kind::RenewalComing(days) => self.renewal_coming(days),
            Kind::YearlyStatement => (
                format!("Your year with {}", self.publication.name),
                vec![
                    format!(
                        "You subscribe to {plan}, {amount} for {}. The next payment is due{}.",
                        self.term(),
                        self.to_day(" on ")
                    ),
                    format!("Payments and invoices are in your account:\n{}", self.url("/account/invoices")),
                    self.way_out(),
                ],
            ),
            Kind::PlanChanged => (
                format!("Your plan is now {plan}"),
                vec![
                    format!(
                        "You have changed to {plan}, {amount} for {}. It is paid{}.",
                        self.term(),
                        self.to_day(" until ")
                    ),
                    self.renews(),
                    self.way_out(),
                ],
            ),
            Kind::PlanWillChange => self.plan_will_change(),
            Kind::PriceChange => (
                if self.notice.by_itself {
                    format!("The price of {plan} changes")
                } else {
                    format!("{plan}: do you agree?")
                },
                self.new_price(),
            ),
            Kind::MandateGone => self.mandate_gone(),
            Kind::MandateExpiring => self.mandate_expiring(),
            _ => (
                "Your way to pay has changed".to_owned(),
                vec![
                    format!("From now on {plan} is paid{}. Nothing was charged for the change.", self.by_method()),
                    format!("It was not you? Write to us at once: {}", self.publication.contact),
                ],
            ),
        }
    }

    fn about_ending(&self) -> (String, Vec<String>) {
        let plan = &self.notice.plan.name;
        let at = self.moment(self.notice.at);
        match self.notice.kind {
            Kind::GraceOver => (
                format!("{plan} is interrupted"),
                vec![
                    format!(
                        "We could not take the payment of {} for {plan}, and the days of grace are over.",
                        self.amount()
                    ),
                    format!(
                        "One payment brings everything back{}; the days in between are not charged:\n{}",
                        self.to_day(", before "),
                        self.link(Purpose::Pay)
                    ),
                    "If you would rather stop, there is nothing to do: nothing will be charged.".to_owned(),
                ],
            ),
            Kind::RecoveryOver => (
                format!("{plan} has ended"),
                vec![
                    format!("{plan} was not paid and has ended. Nothing is owed and nothing will be charged."),
                    format!("You are welcome back whenever you like:\n{}", self.url("/subscribe")),
                ],
            ),
            Kind::Cancelled => self.cancelled(),
            Kind::CancelTakenBack => (
                format!("{plan} goes on"),
                vec![format!("The cancellation of {plan} was taken back on {at}."), self.renews(), self.way_out()],
            ),
            Kind::WithdrawalReceived => self.withdrawal(),
            _ => (
                format!("{plan} has ended"),
                vec![
                    if self.notice.gift {
                        format!(
                            "The gift {plan} by which you read ended{}. It was paid for once, and nothing is charged.",
                            self.to_day(" on ")
                        )
                    } else {
                        format!(
                            "Your subscription {plan} ended{}. Nothing will be charged any more.",
                            self.to_day(" on ")
                        )
                    },
                    format!(
                        "Your account, your invoices and the free stories stay. You are welcome back:\n{}",
                        self.url("/subscribe")
                    ),
                ],
            ),
        }
    }

    fn about_time(&self) -> (String, Vec<String>) {
        let (plan, amount) = (&self.notice.plan.name, self.amount());
        match self.notice.kind {
            Kind::Paused => (
                format!("{plan} is paused"),
                vec![
                    format!("{plan} is paused. The days you have paid for are kept and nothing is charged."),
                    format!(
                        "It goes on{} by itself, or earlier when you like:\n{}",
                        self.to_day(" on "),
                        self.url("/account")
                    ),
                ],
            ),
            Kind::Resumed => (
                format!("{plan} goes on"),
                vec![
                    format!("Welcome back. {plan} goes on, and is paid{}.", self.to_day(" until ")),
                    self.renews(),
                    self.way_out(),
                ],
            ),
            Kind::TrialStarted => self.trial_started(),
            Kind::TrialEnding => (
                format!("Your free trial ends{}", self.to_day(" on ")),
                vec![
                    format!(
                        "Your free trial of {plan} ends{}. Then {amount} is charged for {}{}.",
                        self.to_day(" on "),
                        self.term(),
                        self.by_method()
                    ),
                    self.way_out(),
                ],
            ),
            Kind::GiftBought => (
                format!("Your gift: {plan}"),
                vec![
                    format!("Thank you. You have paid {amount} for {plan} as a gift. It does not renew."),
                    format!(
                        "The link to give away is in your account; the time begins when it is opened and claimed:\n{}",
                        self.url("/account")
                    ),
                ],
            ),
            Kind::GiftClaimed => (
                format!("The gift {plan} has begun"),
                vec![format!("The gift {plan} was claimed and lasts{}. It ends by itself.", self.to_day(" until "))],
            ),
            _ => (
                format!("{plan} lasts longer"),
                vec![
                    format!(
                        "We have added days to your subscription {plan}. It is now paid{}.",
                        self.to_day(" until ")
                    ),
                    self.renews(),
                ],
            ),
        }
    }

    fn amount(&self) -> String {
        self.notice.amount.map_or_else(|| self.notice.plan.price.to_string(), |amount| amount.to_string())
    }

    fn term(&self) -> String {
        self.notice.plan.term.to_string().to_lowercase()
    }

    fn to_day(&self, word: &str) -> String {
        let by_instant = || self.notice.until.map(|at| at.to_zoned(self.publication.zone.clone()).date());
        let date: Option<Date> = self.notice.on.or_else(by_instant);
        date.map_or_else(String::new, |date| format!("{word}{}", day(date)))
    }

    fn until_day(&self, word: &str) -> String {
        let date = self.notice.until.map(|at| at.to_zoned(self.publication.zone.clone()).date());
        date.map_or_else(String::new, |date| format!("{word}{}", day(date)))
    }

    /// Whether what was cancelled has ended with that.
    fn is_over(&self) -> bool {
        let today = self.notice.at.to_zoned(self.publication.zone.clone()).date();
        self.notice.on.is_none_or(|on| on <= today)
    }

    fn new_price(&self) -> Vec<String> {
        let (plan, amount) = (&self.notice.plan.name, self.amount());
        if !self.notice.by_itself {
            return vec![
                format!("We offer you {plan} for your next renewal: {amount} for {}.", self.term()),
                format!("It is charged only if you agree, in your account:\n{}", self.url("/account")),
                "If you do nothing, everything stays as it is.".to_owned(),
            ];
        }
        let from = match self.notice.on {
            Some(on) => format!("From your next renewal, on {},", day(on)),
            None => format!("From your first renewal after {}", self.until_day("")),
        };
        vec![
            format!("{from} {plan} costs {amount} for {}.", self.term()),
            "Until then you pay nothing more. If you do not want to go on at the new price, cancel before that day."
                .to_owned(),
            self.way_out(),
        ]
    }

    /// What the reader has to do before a dearer plan can renew by itself.
    fn must_allow(&self) -> String {
        if self.notice.by_itself {
            return String::new();
        }
        format!(
            "It renews by itself once a way to pay allows so much. If you have not allowed it since, do so here, without logging in; nothing is charged before that day:\n{}",
            self.link(Purpose::Pay)
        )
    }

    fn by_method(&self) -> String {
        self.notice.method.as_ref().map_or_else(String::new, |method| format!(" by {method}"))
    }

    fn renews(&self) -> String {
        match (self.notice.gift, self.notice.by_itself) {
            (true, _) => String::new(),
            (false, true) => "It renews by itself; we write before it does, with the date and the amount.".to_owned(),
            (false, false) => "It does not renew by itself: before that day we write to you how to go on.".to_owned(),
        }
    }

    fn way_out(&self) -> String {
        format!("Cancel any time, in two clicks and without logging in:\n{}", self.link(Purpose::Cancel))
    }

    fn link(&self, purpose: Purpose) -> String {
        self.url(&self.links.path(purpose, self.notice.subscription.0, self.notice.at))
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.publication.base_url)
    }

    /// Day, time and zone: a confirmation says when it came (§ 312k (4) BGB; Directive 2011/83/EU, Art. 11a (4)).
    fn moment(&self, at: Timestamp) -> String {
        at.to_zoned(self.publication.zone.clone()).strftime("%-d %B %Y, %H:%M %Z").to_string()
    }
}
