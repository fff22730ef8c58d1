//! The store in memory, with the database's own rules: one revision after another, keys that are unique, one open
//! attempt and one capture for a period, one running contract for a reader, numbers without a gap.
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use circulation::benefits::Grant;
use circulation::billing::{Decision, DocumentKind, DocumentOrder, Dossier, Notice, Record};
use circulation::ledger::{Account, Entry, EntryKind, Side};
use circulation::payments::AttemptState;
use circulation::readers::ReaderId;
use circulation::subscriptions::Subscription;
use jiff::Timestamp;

use super::rules::{Check, Violation, broken, hold, period_of};

/// A stored contract.
#[derive(Debug, Clone)]
pub struct Row {
    pub dossier: Rc<Dossier>,
    pub revision: u64,
    /// When a process shall look at it.
    pub due: Option<Timestamp>,
}

/// Why a commit is not possible; the driver reads again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// Another process was quicker.
    Stale,
    /// Another contract of the reader runs.
    Live,
}

/// Balances of one contract in minor units, debits positive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Books {
    pub clearing: i64,
    pub bank: i64,
    pub deferred: i64,
    pub revenue: i64,
    pub tax: i64,
    pub payable: i64,
    pub suspense: i64,
    pub disputes: i64,
    pub loss: i64,
    pub credit: i64,
    /// By invoice: what was put into deferred income, what became revenue, what was taken back of either.
    pub invoices: BTreeMap<u32, Earning>,
}

/// What one invoice did in the books.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Earning {
    pub captures: u32,
    pub net: i64,
    pub recognised: i64,
    pub back: i64,
}

/// A document with its number.
#[derive(Debug, Clone)]
pub struct Issued {
    pub number: u32,
    pub order: DocumentOrder,
    /// Copied at issue: who the document was made out to.
    pub party: String,
}

/// The numbers of a paper's series, given at commit.
#[derive(Debug, Clone, Default)]
pub struct Series {
    pub invoices: u32,
    pub credit_notes: u32,
}

/// One household's part of the store.
#[derive(Debug, Clone, Default)]
pub struct Store {
    pub rows: BTreeMap<i64, Row>,
    pub books: HashMap<i64, Books>,
    pub entries: HashSet<String>,
    pub mails: HashSet<String>,
    pub documents: Vec<Issued>,
    pub grants: Vec<(i64, ReaderId, Grant)>,
    /// Names of people; erased on request.
    pub people: HashMap<i64, String>,
    /// Who each contract was made with, as the law keeps it.
    pub parties: HashMap<i64, String>,
    /// Mails that were new in the last commit.
    pub fresh_mails: Vec<Notice>,
}

impl Store {
    pub fn dossier(&self, id: i64) -> Option<&Rc<Dossier>> {
        self.rows.get(&id).map(|row| &row.dossier)
    }

    pub fn revision(&self, id: i64) -> u64 {
        self.rows.get(&id).map_or(0, |row| row.revision)
    }

    pub fn contracts(&self) -> Vec<Subscription> {
        self.rows.values().map(|row| row.dossier.contract.clone()).collect()
    }

    /// The running contract of a reader besides one.
    pub fn other_live(&self, reader: ReaderId, besides: i64) -> Option<&Subscription> {
        let mut others = self.rows.iter().filter(|(id, _)| **id != besides);
        let live = |contract: &Subscription| contract.live_key().is_some_and(|(owner, _)| owner == reader);
        others.find(|(_, row)| live(&row.dossier.contract)).map(|(_, row)| &row.dossier.contract)
    }

    /// Writes a decision, all of it or nothing.
    pub fn commit(
        &mut self,
        id: i64,
        revision: u64,
        decision: &Decision,
        series: &mut Series,
    ) -> Result<Result<(), Conflict>, Violation> {
        if self.revision(id) != revision {
            return Ok(Err(Conflict::Stale));
        }
        let contract = &decision.dossier.contract;
        if let Some((reader, _)) = contract.live_key()
            && self.other_live(reader, id).is_some()
        {
            return Ok(Err(Conflict::Live));
        }
        unique_attempts(&decision.dossier)?;
        self.fresh_mails.clear();
        for record in &decision.records {
            match record {
                Record::Entry(entry) => self.enter(id, entry)?,
                Record::Mail(notice) => {
                    if self.mails.insert(notice.key.clone()) {
                        self.fresh_mails.push((**notice).clone());
                    }
                }
                Record::Document(order) => self.issue(order, series)?,
                Record::Grant { reader, grant } => {
                    self.grants.retain(|(_, owner, old)| owner != reader || old.reference != grant.reference);
                    self.grants.push((id, *reader, grant.clone()));
                }
                Record::GrantGone { reader, reference } => {
                    self.grants.retain(|(_, owner, old)| owner != reader || old.reference != *reference);
                }
                Record::Event(_) => {}
            }
        }
        if revision == 0 {
            let name = self.people.get(&contract.reader().0).cloned().unwrap_or_default();
            self.parties.insert(id, name);
        }
        let due = self.rows.get(&id).and_then(|row| row.due);
        let dossier = Rc::new(decision.dossier.clone());
        self.rows.insert(id, Row { dossier, revision: revision + 1, due });
        Ok(Ok(()))
    }

    fn enter(&mut self, id: i64, entry: &Entry) -> Check {
        let name = entry.id();
        hold(self.entries.insert(name.clone()), "I8", || format!("entry {name} was booked twice"))?;
        let sum: i128 = entry.lines().iter().map(circulation::ledger::Line::signed_minor).sum();
        let positive = entry.lines().iter().all(|line| line.amount.minor() > 0);
        hold(sum == 0 && positive, "I7", || format!("entry {name} sums to {sum}"))?;
        let books = self.books.entry(id).or_default();
        for line in entry.lines() {
            let amount = match line.side {
                Side::Debit => line.amount.minor(),
                Side::Credit => -line.amount.minor(),
            };
            *books.balance(&line.account) += amount;
            books.earn(entry, &line.account, amount);
        }
        if entry.kind() == EntryKind::Capture
            && let Some(period) = period_of(entry.reference())
        {
            let earning = books.invoices.entry(period).or_default();
            earning.captures += 1;
            hold(earning.captures == 1, "I1", || format!("period {period} of {id} was captured twice"))?;
        }
        Ok(())
    }

    fn issue(&mut self, order: &DocumentOrder, series: &mut Series) -> Check {
        let known = self.documents.iter().any(|issued| issued.order.reference == order.reference);
        hold(!known, "I8", || format!("document {} was issued twice", order.reference))?;
        let number = match order.kind {
            DocumentKind::TaxInvoice => &mut series.invoices,
            DocumentKind::CreditNote => &mut series.credit_notes,
        };
        *number += 1;
        let number = *number;
        let shown = format!("M/26-27/{number:07}");
        hold(shown.len() <= 16, "I9", || format!("{shown} is longer than 16 characters"))?;
        let party = self.parties.get(&order.subscription.0).cloned().unwrap_or_default();
        self.documents.push(Issued { number, order: order.clone(), party });
        Ok(())
    }
}

impl Books {
    fn balance(&mut self, account: &Account) -> &mut i64 {
        match account {
            Account::Clearing { .. } => &mut self.clearing,
            Account::Deferred => &mut self.deferred,
            Account::Revenue => &mut self.revenue,
            Account::OutputTax { .. } => &mut self.tax,
            Account::RefundsPayable => &mut self.payable,
            Account::Suspense => &mut self.suspense,
            Account::Fees | Account::Bank => &mut self.bank,
            Account::Disputes => &mut self.disputes,
            Account::Loss => &mut self.loss,
            Account::ReaderCredit => &mut self.credit,
        }
    }

    fn earn(&mut self, entry: &Entry, account: &Account, amount: i64) {
        let Some(period) = period_of(entry.reference()) else { return };
        let earning = self.invoices.entry(period).or_default();
        match (entry.kind(), account) {
            (EntryKind::Capture, Account::Deferred) => earning.net -= amount,
            (EntryKind::Recognition, Account::Revenue) => earning.recognised -= amount,
            _ => {}
        }
    }

    /// Everything together; nothing by double entry.
    pub fn sum(&self) -> i64 {
        self.clearing
            + self.bank
            + self.deferred
            + self.revenue
            + self.tax
            + self.payable
            + self.suspense
            + self.disputes
            + self.loss
            + self.credit
    }
}

/// The partial unique indexes: one attempt that is not decided, and one capture, for each period.
fn unique_attempts(dossier: &Dossier) -> Check {
    let mut seen: HashMap<u32, (u32, u32)> = HashMap::new();
    for attempt in &dossier.attempts {
        let counts = seen.entry(attempt.payment.period()).or_default();
        counts.0 += u32::from(attempt.payment.is_open());
        counts.1 += u32::from(matches!(attempt.payment.state(), AttemptState::Captured { .. }));
        let period = attempt.payment.period();
        if counts.0 > 1 {
            return broken("I3", format!("two attempts for period {period} are open at once"));
        }
    }
    Ok(())
}
