//! What a decision records, as rows: events, entries of the books, mails, rights, tax documents.
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use circulation::billing::{Decision, DocumentKind as Kind, DocumentOrder, Notice, Record};
use circulation::invoices::{
    BillingParty, DocumentFacts, DocumentKind, Occasion, SaleLine, Series, Supplier, TaxDocument,
};
use circulation::ledger::Entry;
use circulation::subscriptions::{Actor, Event};
use jiff::civil::Date;
use store::{DossierChange, LedgerLine, NewDocument, NewEntry, NewEvent, NewGrant, NewMail};

use super::{BillingError, parties};
use crate::house::House;
use crate::mail::notices;

/// What has to be known of people and earlier documents before records can be written; read beforehand, since no record
/// may fail inside the transaction.
#[derive(Debug, Default)]
pub struct Parties {
    readers: HashMap<i64, Person>,
    /// Documents that credit notes correct, with the credit notes on them so far, by the document's reference.
    originals: BTreeMap<String, (TaxDocument, Vec<TaxDocument>)>,
}

/// One reader as mails and documents name them.
#[derive(Debug, Default)]
pub struct Person {
    pub email: String,
    pub name: String,
    pub party: Option<BillingParty>,
}

impl Parties {
    /// Reads what these decisions need.
    ///
    /// # Errors
    /// The store's.
    pub async fn of<'a>(house: &House, decisions: impl Iterator<Item = &'a Decision>) -> Result<Self, BillingError> {
        let mut parties = Self::default();
        let (mut wanted, mut named) = (BTreeSet::new(), BTreeSet::new());
        for record in decisions.flat_map(|decision| &decision.records) {
            match record {
                Record::Mail(notice) => _ = wanted.insert(notice.reader.0),
                Record::Document(order) => {
                    wanted.insert(order.reader.0);
                    named.insert(order.reader.0);
                    if let Some(original) = &order.original {
                        parties.look_up(house, original).await?;
                    }
                }
                Record::Event(_) | Record::Entry(_) | Record::Grant { .. } | Record::GrantGone { .. } => {}
            }
        }
        parties.meet(house, wanted, named).await?;
        Ok(parties)
    }

    /// Reads who these readers are, and who is to be named on their documents.
    async fn meet(&mut self, house: &House, wanted: BTreeSet<i64>, named: BTreeSet<i64>) -> Result<(), BillingError> {
        let ids: Vec<i64> = wanted.iter().copied().collect();
        for reader in house.store.readers_with(&ids).await? {
            self.readers.insert(reader.id, Person { email: reader.email, name: reader.name, party: None });
        }
        if house.publication.supplier.is_none() {
            return Ok(());
        }
        let ids: Vec<i64> = named.iter().copied().collect();
        let mut parties = house.store.billing_parties(&ids).await?;
        for id in ids {
            let person = self.readers.entry(id).or_default();
            person.party = Some(parties::given(house, parties.remove(&id), &person.name)?);
        }
        Ok(())
    }

    async fn look_up(&mut self, house: &House, reference: &str) -> Result<(), BillingError> {
        let Some(stored) = house.store.document_for(reference).await? else { return Ok(()) };
        let read = |facts| serde_json::from_value(facts).map_err(|e| BillingError::stored("document", &e));
        let mut earlier = Vec::new();
        for other in house.store.documents_about(stored.subscription_id, stored.period_n).await? {
            let document: TaxDocument = read(other.facts)?;
            if document.original.as_ref().is_some_and(|original| original.number.to_string() == number(&stored.facts)) {
                earlier.push(document);
            }
        }
        self.originals.insert(reference.to_owned(), (read(stored.facts)?, earlier));
        Ok(())
    }
}

fn number(facts: &serde_json::Value) -> String {
    facts.get("number").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

/// Adds a decision's records to what is written for it.
///
/// # Errors
/// A document that cannot be made of its facts.
pub fn add(
    house: &House,
    decision: &Decision,
    parties: &Parties,
    change: &mut DossierChange,
) -> Result<(), BillingError> {
    for record in &decision.records {
        match record {
            Record::Event(happened) => change.events.push(event(happened)),
            Record::Entry(booked) => change.entries.push(entry(booked)),
            Record::Mail(notice) => change.mails.extend(mail(house, parties, notice)),
            Record::Document(order) => change.documents.extend(document(house, parties, order)?),
            Record::Grant { reader, grant } => change.grants.push(NewGrant {
                reader_id: reader.0,
                benefits: grant.benefits.iter().map(|b| b.word().to_owned()).collect(),
                source: grant.source.word().to_owned(),
                reference: grant.reference.clone(),
                starts_at: grant.starts_at,
                ends_at: grant.ends_at,
            }),
            Record::GrantGone { reader, reference } => change.grants_gone.push((reader.0, reference.clone())),
        }
    }
    Ok(())
}

/// An event of a contract as it is written down.
#[must_use]
pub fn event(event: &Event) -> NewEvent {
    let actor = match event.by {
        Actor::Reader => format!("reader:{}", event.reader),
        Actor::Clock => "clock".to_owned(),
        Actor::Rail => "rail".to_owned(),
        Actor::Staff => "staff".to_owned(),
    };
    NewEvent {
        actor,
        kind: format!("subscription.{}", event.kind.word()),
        subject: format!("subscription:{}", event.subscription.0),
        data: serde_json::json!({
            "before": event.before, "after": event.after, "amount": event.amount, "note": event.note,
        }),
    }
}

/// An entry as the store books it: debits above zero, credits below.
#[must_use]
pub fn entry(entry: &Entry) -> NewEntry {
    let lines = entry.lines().iter().map(|line| LedgerLine {
        account: line.account.to_string(),
        // A line's amount is a positive 64-bit number, so its negative fits as well.
        amount: i64::try_from(line.signed_minor()).unwrap_or_default(),
        currency: line.amount.currency().code().to_owned(),
    });
    NewEntry {
        at: entry.at(),
        reason: entry.kind().word().to_owned(),
        reference: entry.reference().to_owned(),
        lines: lines.collect(),
    }
}

fn mail(house: &House, parties: &Parties, notice: &Notice) -> Option<NewMail> {
    let person = parties.readers.get(&notice.reader.0).filter(|person| !person.email.is_empty())?;
    Some(notices::letter_for(&house.publication, &house.links, person, notice))
}

/// A tax document, where the publisher has said who sells; without that there is nobody to issue it.
fn document(house: &House, parties: &Parties, order: &DocumentOrder) -> Result<Option<NewDocument>, BillingError> {
    let Some(supplier) = &house.publication.supplier else { return Ok(None) };
    let kind = match order.kind {
        Kind::TaxInvoice => DocumentKind::Invoice,
        Kind::CreditNote => DocumentKind::CreditNote,
    };
    let issued_on = order.at.to_zoned(house.publication.zone.clone()).date();
    let test = house.publication.payments.rail == "sandbox";
    let series = Series::at(kind, issued_on, supplier, test).key().to_owned();
    let draft = match order.kind {
        Kind::TaxInvoice => Draft::sale(house, parties, order, supplier, issued_on, test)?,
        Kind::CreditNote => match order.original.as_ref().and_then(|original| parties.originals.get(original)) {
            Some((invoice, earlier)) => Draft {
                supplier: supplier.clone(),
                issued_on,
                test,
                what: What::Credit {
                    invoice: Box::new(invoice.clone()),
                    earlier: earlier.clone(),
                    order: Box::new(order.clone()),
                },
            },
            // Sold before documents were issued: there is nothing to correct.
            None => return Ok(None),
        },
    };
    // Tried once with a number that is not used, so that nothing can be wrong with it inside the transaction.
    draft.issue(1).map_err(|cause| BillingError::stored("document", &cause))?;
    Ok(Some(NewDocument {
        series,
        kind: kind.word().to_owned(),
        reference: order.reference.clone(),
        subscription_id: order.subscription.0,
        period_n: order.invoice,
        reader_id: order.reader.0,
        issued_at: order.at,
        gross: order.gross.minor(),
        currency: order.gross.currency().code().to_owned(),
        facts: store::Numbered(Arc::new(move |n| draft.issue(n))),
    }))
}

/// A document but for its number.
struct Draft {
    supplier: Supplier,
    issued_on: Date,
    test: bool,
    what: What,
}

enum What {
    Sale { recipient: Box<BillingParty>, tax: Box<circulation::invoices::Determination>, line: SaleLine },
    Credit { invoice: Box<TaxDocument>, earlier: Vec<TaxDocument>, order: Box<DocumentOrder> },
}

impl Draft {
    fn sale(
        house: &House,
        parties: &Parties,
        order: &DocumentOrder,
        supplier: &Supplier,
        issued_on: Date,
        test: bool,
    ) -> Result<Self, BillingError> {
        let person = parties.readers.get(&order.reader.0);
        let recipient = person
            .and_then(|person| person.party.clone())
            .ok_or_else(|| BillingError::stored("reader", &"there is nobody to name on the document"))?;
        let mut tax = parties::tax(house, &recipient, issued_on)?;
        // What the price contains was frozen when the invoice was opened.
        tax.rates = order.rates.clone();
        let line = SaleLine {
            description: format!("{}, {}", order.plan.name, order.plan.term),
            // The days of a gift are not known before it is claimed.
            period: Some((order.from, order.to)).filter(|(from, to)| from < to),
            gross: order.gross,
        };
        let what = What::Sale { recipient: Box::new(recipient), tax: Box::new(tax), line };
        Ok(Self { supplier: supplier.clone(), issued_on, test, what })
    }

    fn issue(&self, serial: i64) -> Result<serde_json::Value, String> {
        let serial = u64::try_from(serial).map_err(|e| e.to_string())?;
        let occasion = match &self.what {
            What::Sale { recipient, tax, line } => Occasion::Sale { recipient, tax, lines: std::slice::from_ref(line) },
            What::Credit { invoice, earlier, order } => Occasion::Credit {
                invoice,
                earlier,
                gross: order.gross,
                reason: order.reason.as_deref().unwrap_or("Given back"),
            },
        };
        let facts = DocumentFacts {
            supplier: &self.supplier,
            issued_on: self.issued_on,
            serial,
            test: self.test,
            payment: None,
            occasion,
        };
        let document = TaxDocument::issue(&facts).map_err(|e| e.to_string())?;
        serde_json::to_value(document).map_err(|e| e.to_string())
    }
}
