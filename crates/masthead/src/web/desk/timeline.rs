//! A reader's timeline: everything that was written down about them, latest first.
use circulation::billing::{Attempt, Dossier, RefundState};
use circulation::payments::{AttemptState, DisputeState};
use pages::views::{TimelineKind as Kind, TimelineRow};
use store::{Document, Event, GrantRow, Mail, StoreError};

use super::reader::{number, source};
use super::words;
use crate::billing::Held;
use crate::clock::journey;
use crate::house::House;

/// Mails of one reader that are looked at; older ones are left out.
const MOST_MAILS: usize = 1_000;

/// All lines, latest first.
///
/// # Errors
/// The store's.
pub async fn of(
    house: &House,
    reader: i64,
    held: &[Held],
    grants: &[GrantRow],
    documents: &[Document],
) -> Result<Vec<TimelineRow>, StoreError> {
    let mut rows = Vec::new();
    let mut events = house.store.events_of(&format!("reader:{reader}")).await?;
    for held in held {
        events.extend(house.store.events_of(&format!("subscription:{}", held.id)).await?);
        money(&held.dossier, &mut rows);
    }
    let mut staff = Colleagues::default();
    for event in events {
        let who = staff.name(house, &event.actor).await?;
        rows.push(happened(&event, who));
    }
    rows.extend(house.store.mails_of_reader(reader, MOST_MAILS).await?.iter().map(mail));
    rows.extend(documents.iter().map(document));
    rows.extend(grants.iter().map(|grant| right(house, grant)));
    // Of one instant, what was written down last comes first.
    rows.reverse();
    rows.sort_by_key(|row| std::cmp::Reverse(row.at));
    Ok(rows)
}

/// Names of those who acted.
#[derive(Default)]
struct Colleagues(std::collections::HashMap<String, String>);

impl Colleagues {
    async fn name(&mut self, house: &House, actor: &str) -> Result<String, StoreError> {
        if let Some(known) = self.0.get(actor) {
            return Ok(known.clone());
        }
        let staff = actor.strip_prefix("staff:").and_then(|id| id.parse::<i64>().ok());
        let name = match (staff, actor) {
            (Some(id), _) => house.store.reader(id).await?.map_or_else(|| actor.to_owned(), |reader| reader.email),
            (None, "clock") => "the clock".to_owned(),
            (None, "rail") => "the rail".to_owned(),
            (None, "staff") => "the desk".to_owned(),
            (None, actor) if actor.starts_with("reader:") => "the reader".to_owned(),
            (None, actor) => actor.to_owned(),
        };
        self.0.insert(actor.to_owned(), name.clone());
        Ok(name)
    }
}

fn happened(event: &Event, who: String) -> TimelineRow {
    let row = |kind, words: String, detail| TimelineRow { at: event.at, kind, words, detail, who, text: None };
    if event.kind.starts_with("desk.") {
        let reason = event.data["reason"].as_str().map(|reason| format!("Reason: {reason}"));
        return row(Kind::Desk, done(event), reason);
    }
    let Some(word) = event.kind.strip_prefix("subscription.") else {
        return row(Kind::Desk, event.kind.replace(['.', '-'], " "), None);
    };
    let kind = match word {
        "dispute-opened" | "dispute-won" | "dispute-lost" => Kind::Dispute,
        _ => Kind::Contract,
    };
    let contract = event.subject.strip_prefix("subscription:").unwrap_or_default();
    let words = format!("The reader {}{}.", journey::happened(word), journey::stand(&event.data));
    let note = event.data["note"].as_str().map(|note| format!(": {note}")).unwrap_or_default();
    row(kind, words, Some(format!("Contract {contract}{note}")))
}

/// What staff did, from the event's own record of what was shown before.
pub fn done(event: &Event) -> String {
    let outcome: Vec<&str> =
        event.data["outcome"].as_array().into_iter().flatten().filter_map(|l| l.as_str()).collect();
    let title = event.data["title"].as_str().unwrap_or("Done");
    if outcome.is_empty() { format!("{title}.") } else { format!("{title}: {}", outcome.join(" ")) }
}

fn money(dossier: &Dossier, rows: &mut Vec<TimelineRow>) {
    rows.extend(dossier.attempts.iter().map(attempt));
    for refund in &dossier.refunds {
        let (at, words) = match &refund.state {
            RefundState::Planned => (refund.asked_at, format!("{} is to be given back.", refund.amount)),
            RefundState::Sent { at } => (*at, format!("{} is on its way back.", refund.amount)),
            RefundState::Failed { code } => {
                (refund.asked_at, format!("{} could not be given back: {code}.", refund.amount))
            }
            RefundState::Replaced => (refund.asked_at, format!("A refund of {} was replaced.", refund.amount)),
            RefundState::Succeeded { at } => (*at, format!("{} was given back.", refund.amount)),
        };
        let reference = refund.talk.reference.as_deref().map(|r| format!(", at the rail {r}")).unwrap_or_default();
        let detail = format!("{}, of payment {}{reference}. {}", refund.key, refund.payment, refund.reason);
        rows.push(TimelineRow { at, kind: Kind::Refund, words, detail: Some(detail), who: String::new(), text: None });
    }
    for dispute in &dossier.disputes {
        let stands = match dispute.state {
            DisputeState::Open => "is open",
            DisputeState::Won => "is decided for the paper",
            DisputeState::Lost => "is decided for the reader",
        };
        rows.push(TimelineRow {
            at: dispute.at,
            kind: Kind::Dispute,
            words: format!("A dispute about {} {stands}.", dispute.amount),
            detail: Some(format!("{}, of payment {}", dispute.reference, dispute.payment)),
            who: String::new(),
            text: None,
        });
    }
}

fn attempt(attempt: &Attempt) -> TimelineRow {
    let payment = &attempt.payment;
    let request = payment.request();
    let sent = payment.sent_at().unwrap_or(payment.planned_at());
    let (at, words, reference) = match payment.state() {
        AttemptState::Planned => (payment.planned_at(), format!("{} is to be collected.", request.amount), None),
        AttemptState::Sent => (sent, format!("{} was asked for; nothing is decided yet.", request.amount), None),
        AttemptState::Unknown { since } => {
            (*since, format!("{} was asked for, and the rail has not answered.", request.amount), None)
        }
        AttemptState::Failed { at, failure } => {
            (*at, format!("{} was not taken: {}.", request.amount, failure.code), None)
        }
        AttemptState::Captured { at, reference } => {
            (*at, format!("{} was taken.", request.amount), Some(reference.clone()))
        }
    };
    let reference = reference.or_else(|| attempt.talk.reference.clone());
    let reference = reference.map(|reference| format!(", at {} {reference}", request.rail)).unwrap_or_default();
    TimelineRow {
        at,
        kind: Kind::Payment,
        words,
        detail: Some(format!("{}{reference}", payment.key())),
        who: String::new(),
        text: None,
    }
}

fn mail(mail: &Mail) -> TimelineRow {
    let way = match (mail.sent_at, mail.given_up_at) {
        (Some(_), _) => "sent",
        (None, Some(_)) => "nobody takes it; given up",
        (None, None) if mail.attempts > 0 => "waits; tried before",
        (None, None) => "waits to be sent",
    };
    TimelineRow {
        at: mail.created_at,
        kind: Kind::Mail,
        words: format!("Mail “{}”: {way}.", mail.subject),
        detail: Some(format!("To {}", mail.to)),
        who: String::new(),
        text: Some(without_links(&mail.text)),
    }
}

/// A mail without what lets its reader act: such a link does what it does without logging in, and what the desk does
/// for a reader is done with the desk's own buttons, which leave a trace.
fn without_links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (nth, line) in text.split('\n').enumerate() {
        if nth > 0 {
            out.push('\n');
        }
        let secret =
            ["/cancel/", "/pay/", "/gift/"].iter().filter_map(|path| line.find(path).map(|at| at + path.len()));
        match secret.min() {
            Some(at) => out.push_str(&format!("{}… (the reader's own link)", &line[..at])),
            None => out.push_str(line),
        }
    }
    out
}

fn document(document: &Document) -> TimelineRow {
    let kind = if document.kind == "credit-note" { "Credit note" } else { "Invoice" };
    TimelineRow {
        at: document.issued_at,
        kind: Kind::Document,
        words: format!("{kind} {} over {}.", number(document), journey::amount(document.gross, &document.currency)),
        detail: Some(document.reference.clone()),
        who: String::new(),
        text: None,
    }
}

fn right(house: &House, grant: &GrantRow) -> TimelineRow {
    let day = |at: jiff::Timestamp| words::day(at.to_zoned(house.publication.zone.clone()).date());
    let until = grant.ends_at.map_or_else(|| "without an end".to_owned(), |end| format!("until {}", day(end)));
    TimelineRow {
        at: grant.created_at,
        kind: Kind::Right,
        words: format!(
            "{} from {} {until}: {}.",
            source(&grant.source),
            day(grant.starts_at),
            grant.benefits.join(", ").replace('-', " ")
        ),
        detail: Some(grant.reference.clone()),
        who: String::new(),
        text: None,
    }
}

#[cfg(test)]
mod tests {
    use super::without_links;

    #[test]
    fn a_link_that_acts_is_not_shown_to_colleagues() {
        let text = "Dear A,\nPay here:\nhttps://x.example/pay/AbC-1\nYour invoice: https://x.example/account/invoices";
        assert_eq!(
            without_links(text),
            "Dear A,\nPay here:\nhttps://x.example/pay/… (the reader's own link)\nYour invoice: https://x.example/account/invoices"
        );
    }
}
