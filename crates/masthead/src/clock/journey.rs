//! What happened while the clock was moved, told from what was written down on the way.
use std::collections::{BTreeMap, HashMap};

use circulation::money::{Currency, Money};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Event, GrantRow, Mail, Payment, StoreError, Watermarks};

use crate::house::House;

/// The setting that holds the latest journey.
pub const LATEST: &str = "clock journey";
/// Lines of one journey that are told; the rest is counted.
const MOST_LINES: usize = 500;
/// Rows of one list that are looked at.
const MOST_ROWS: usize = 5_000;

/// A journey that was made. Instants are the paper's (UTC).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journey {
    pub from: Timestamp,
    /// Where it was meant to go.
    pub to: Timestamp,
    /// Where it came to.
    pub arrived: Timestamp,
    /// Instants on the way at which something was due.
    pub stops: usize,
    events_after: i64,
    mails_after: i64,
}

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A contract changed where it stands.
    Contract,
    /// Money was taken.
    Captured,
    /// A payment failed, or nobody knows yet.
    Failed,
    /// A right was given.
    Granted,
    /// A right ended.
    Expired,
    /// A mail was written.
    Mailed,
}

impl Kind {
    /// One or two words for a table.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Contract => "Contract",
            Self::Captured => "Captured",
            Self::Failed => "Payment",
            Self::Granted => "Right given",
            Self::Expired => "Right ended",
            Self::Mailed => "Mail",
        }
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub at: Timestamp,
    pub kind: Kind,
    pub words: String,
    /// Whom it is about.
    pub reader: Option<i64>,
}

/// A journey told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// In the order in which it happened.
    pub lines: Vec<Line>,
    /// How much more there was.
    pub more: usize,
    /// All of it in one sentence.
    pub summary: String,
}

impl Journey {
    pub(super) fn new(from: Timestamp, to: Timestamp, since: Watermarks) -> Self {
        Self { from, to, arrived: from, stops: 0, events_after: since.event, mails_after: since.mail }
    }

    pub(super) fn text(&self) -> String {
        // Numbers and instants always become JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The latest journey of this paper, whoever made it.
    ///
    /// # Errors
    /// The store's.
    pub async fn latest(house: &House) -> Result<Option<Self>, StoreError> {
        let text = house.store.setting(LATEST).await?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Whether it came to where it was meant to go.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.arrived >= self.to
    }

    /// Everything that happened on the way.
    ///
    /// # Errors
    /// The store's.
    pub async fn tell(&self, house: &House) -> Result<Told, StoreError> {
        let store = &house.store;
        let mut names = Names::default();
        let mut lines = Vec::new();
        let mut taken: BTreeMap<String, i64> = BTreeMap::new();
        for payment in store.payments_between(self.from, self.arrived, MOST_ROWS).await? {
            let who = names.of(house, payment.reader_id).await?;
            if let Some(line) = paid(&payment, &who, self) {
                if line.kind == Kind::Captured {
                    *taken.entry(payment.currency.clone()).or_default() += payment.amount;
                }
                lines.push(line);
            }
        }
        for event in store.events_after(self.events_after, MOST_ROWS).await? {
            lines.extend(self.stands(house, &mut names, &event).await?);
        }
        for mail in store.mails_after(self.mails_after, MOST_ROWS).await? {
            if mail.created_at <= self.arrived {
                lines.push(mailed(&mail));
            }
        }
        for grant in store.grants_between(self.from, self.arrived, MOST_ROWS).await? {
            let who = names.of(house, grant.reader_id).await?;
            lines.extend(right(house, &grant, &who, self));
        }
        lines.sort_by(|a, b| (a.at, a.kind, &a.words).cmp(&(b.at, b.kind, &b.words)));
        let summary = summary(&lines, &taken);
        let more = lines.len().saturating_sub(MOST_LINES);
        lines.truncate(MOST_LINES);
        Ok(Told { lines, more, summary })
    }

    /// What an event of a contract says.
    async fn stands(&self, house: &House, names: &mut Names, event: &Event) -> Result<Option<Line>, StoreError> {
        let told = event.kind.strip_prefix("subscription.").filter(|word| *word != "payment-failed");
        let id = event.subject.strip_prefix("subscription:").and_then(|id| id.parse::<i64>().ok());
        let (Some(word), Some(id)) = (told, id) else { return Ok(None) };
        if event.at > self.arrived {
            return Ok(None);
        }
        let reader = names.of_contract(house, id).await?;
        let who = match reader {
            Some(reader) => names.of(house, reader).await?,
            None => String::new(),
        };
        let words = format!("{who}: {}{}", happened(word), stand(&event.data));
        Ok(Some(Line { at: event.at, kind: Kind::Contract, words, reader }))
    }
}

/// Names of readers, each asked for once.
#[derive(Default)]
struct Names {
    readers: HashMap<i64, String>,
    contracts: HashMap<i64, Option<i64>>,
}

impl Names {
    async fn of(&mut self, house: &House, reader: i64) -> Result<String, StoreError> {
        if let Some(known) = self.readers.get(&reader) {
            return Ok(known.clone());
        }
        let email = house.store.reader(reader).await?.map(|reader| reader.email);
        let email = email.unwrap_or_else(|| format!("reader {reader}"));
        self.readers.insert(reader, email.clone());
        Ok(email)
    }

    async fn of_contract(&mut self, house: &House, id: i64) -> Result<Option<i64>, StoreError> {
        if let Some(known) = self.contracts.get(&id) {
            return Ok(*known);
        }
        let reader = house.store.dossier(id).await?.map(|row| row.reader_id);
        self.contracts.insert(id, reader);
        Ok(reader)
    }
}

/// An amount of minor units as people read it.
#[must_use]
pub fn amount(minor: i64, currency: &str) -> String {
    match Currency::parse(currency) {
        Ok(currency) => Money::new(minor, currency).to_string(),
        Err(_) => format!("{minor} minor units of {currency}"),
    }
}

fn paid(payment: &Payment, who: &str, journey: &Journey) -> Option<Line> {
    let sum = amount(payment.amount, &payment.currency);
    let reader = Some(payment.reader_id);
    let on_the_way = |at: Timestamp| at > journey.from && at <= journey.arrived;
    let line = |at, kind, words| Some(Line { at, kind, words, reader });
    match (payment.state.as_str(), payment.settled_at, payment.sent_at) {
        ("captured" | "surplus" | "refunded", Some(at), _) if on_the_way(at) => {
            line(at, Kind::Captured, format!("{sum} from {who} ({})", payment.key))
        }
        ("failed", Some(at), Some(_)) if on_the_way(at) => {
            let why = payment.failure.as_deref().unwrap_or("no reason given");
            line(at, Kind::Failed, format!("{sum} from {who} was not taken: {why} ({})", payment.key))
        }
        ("sent" | "unknown", _, Some(at)) if on_the_way(at) => {
            line(at, Kind::Failed, format!("{sum} was asked of {who} and is not decided ({})", payment.key))
        }
        _ => None,
    }
}

fn mailed(mail: &Mail) -> Line {
    // The subject of a mail with a log-in code holds the code.
    let subject = if mail.reader_id.is_some() { mail.subject.as_str() } else { "a code to log in" };
    let words = format!("to {}: {subject}", mail.to);
    Line { at: mail.created_at, kind: Kind::Mailed, words, reader: mail.reader_id }
}

fn right(house: &House, grant: &GrantRow, who: &str, journey: &Journey) -> Vec<Line> {
    let on_the_way = |at: Timestamp| at > journey.from && at <= journey.arrived;
    let day = |at: Timestamp| at.to_zoned(house.publication.zone.clone()).strftime("%-d %B %Y").to_string();
    let mut lines = Vec::new();
    // A right that ends where it starts is none.
    if grant.ends_at.is_some_and(|end| end <= grant.starts_at) {
        return lines;
    }
    if on_the_way(grant.created_at) {
        let until = grant.ends_at.map_or_else(|| "without an end".to_owned(), |end| format!("until {}", day(end)));
        let words = format!("{who} may read {} {until} ({})", grant.benefits.join(", "), grant.reference);
        lines.push(Line { at: grant.created_at, kind: Kind::Granted, words, reader: Some(grant.reader_id) });
    }
    if let Some(end) = grant.ends_at.filter(|end| on_the_way(*end)) {
        let words = format!("{who} ({})", grant.reference);
        lines.push(Line { at: end, kind: Kind::Expired, words, reader: Some(grant.reader_id) });
    }
    lines
}

fn summary(lines: &[Line], taken: &BTreeMap<String, i64>) -> String {
    let count = |kind| lines.iter().filter(|line| line.kind == kind).count();
    let of = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let sums: Vec<String> = taken.iter().map(|(currency, minor)| amount(*minor, currency)).collect();
    let captured = of(count(Kind::Captured), "payment", "payments");
    let captured = if sums.is_empty() { captured } else { format!("{captured} ({})", sums.join(", ")) };
    format!(
        "{}, {captured}, {} not taken, {}, {} given, {} ended",
        of(count(Kind::Mailed), "mail", "mails"),
        count(Kind::Failed),
        of(count(Kind::Contract), "change of a contract", "changes of contracts"),
        of(count(Kind::Granted), "right", "rights"),
        count(Kind::Expired),
    )
}

/// What happened to a contract, in a few words.
#[must_use]
pub fn happened(word: &str) -> String {
    let words = match word {
        "checkout-opened" => "began to subscribe",
        "superseded" => "chose another plan before paying",
        "activated" => "subscribed",
        "trial-started" => "began a free trial",
        "checkout-expired" => "did not pay in time; the checkout is closed",
        "activated-late" => "subscribed, the money came late",
        "converted" => "went from the trial to paying",
        "renewed" => "renewed",
        "past-due" => "is past due",
        "lapsed" => "lapsed: no access until it is paid",
        "revived" => "paid and reads again",
        "cancelled" => "cancelled",
        "cancel-taken-back" => "took the cancellation back",
        "ended" => "ended",
        "paused" => "paused",
        "resumed" => "goes on after a pause",
        "plan-changed" => "has another plan now",
        "change-planned" => "will have another plan at the next renewal",
        "change-dropped" => "keeps the plan after all",
        "mandate-changed" => "had their way to pay updated",
        "dispute-opened" => "disputes a payment",
        "dispute-won" => "has a dispute decided against them; the payment stands",
        "dispute-lost" => "has a dispute decided for them; the payment is gone",
        "refund-owed" => "paid what nobody can use; it goes back",
        "refund-requested" => "gets money back",
        "refund-paid" => "got money back",
        "refund-failed" => "could not be paid back: a person is needed",
        "payment-failed" => "could not pay",
        "extended" => "got days added",
        "gift-bought" => "bought a gift",
        "gift-claimed" => "claimed a gift",
        "parked" => "is parked: a person is needed",
        "released" => "was released by a person",
        other => return other.replace('-', " "),
    };
    words.to_owned()
}

/// Where a contract stands after an event.
#[must_use]
pub fn stand(data: &serde_json::Value) -> String {
    let text = |path: &str| data.pointer(path).and_then(serde_json::Value::as_str);
    let mut words = String::new();
    let changed = data.pointer("/before/paid_through") != data.pointer("/after/paid_through");
    if let Some(day) = text("/after/paid_through").filter(|_| changed).and_then(|day| day.parse().ok()) {
        let day: jiff::civil::Date = day;
        words.push_str(&format!(", paid until {}", day.strftime("%-d %B %Y")));
    }
    if let Some(reason) = text("/after/end_reason") {
        words.push_str(&format!(" ({})", reason.replace('-', " ")));
    }
    words
}
