//! The books summed up again from nothing: what a doctor reads.
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::Timestamp;

use super::{Account, Draft, Entry, LedgerError};
use crate::money::Currency;

/// What is left open on an account that has to return to zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenItem {
    /// Minor units, debits positive.
    pub balance: i128,
    /// Since when the oldest part of it is open (UTC), the oldest being cleared first.
    pub since: Timestamp,
}

/// The result of summing up the books.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// Entries that cannot be, and entries that are there twice: each with its id.
    pub faults: Vec<(String, String)>,
    /// Balances in minor units, debits positive.
    pub balances: BTreeMap<(Account, Currency), i128>,
    /// What is open on clearing, suspense, refunds payable, disputes and reader credit. Suspense that is older than a
    /// day is an alarm; reader credit is never open between two entries of one instant.
    pub open: BTreeMap<(Account, Currency), OpenItem>,
}

impl Health {
    /// Whether every entry balances, is there once, and all accounts together sum to zero in every currency.
    pub fn is_sound(&self) -> bool {
        let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
        for ((_, currency), sum) in &self.balances {
            *sums.entry(*currency).or_default() += sum;
        }
        self.faults.is_empty() && sums.values().all(|sum| *sum == 0)
    }
}

/// Re-sums stored entries in any order; believes nothing about them. What is broken is listed and not summed.
pub fn verify<'a>(drafts: impl IntoIterator<Item = &'a Draft>) -> Health {
    let mut health = Health::default();
    let mut seen = BTreeSet::new();
    let mut lots: BTreeMap<(Account, Currency), Vec<(Timestamp, i128)>> = BTreeMap::new();
    for draft in drafts {
        let id = format!("{}:{}", draft.kind, draft.reference);
        let checked: Result<Entry, LedgerError> = Entry::try_from(draft.clone());
        let entry = match checked {
            Ok(entry) => entry,
            Err(error) => {
                health.faults.push((id, error.to_string()));
                continue;
            }
        };
        if !seen.insert(id.clone()) {
            health.faults.push((id, String::from("the entry is there twice")));
            continue;
        }
        for line in entry.lines() {
            let place = (line.account.clone(), line.amount.currency());
            *health.balances.entry(place.clone()).or_default() += line.signed_minor();
            if must_clear(&line.account) {
                lots.entry(place).or_default().push((entry.at(), line.signed_minor()));
            }
        }
    }
    for (place, lots) in lots {
        if let Some(item) = oldest_open(lots) {
            health.open.insert(place, item);
        }
    }
    health
}

fn must_clear(account: &Account) -> bool {
    let returns = [Account::Suspense, Account::RefundsPayable, Account::Disputes, Account::ReaderCredit];
    matches!(account, Account::Clearing { .. }) || returns.contains(account)
}

/// First in, first out: each amount clears the oldest open ones of the other sign.
fn oldest_open(mut lots: Vec<(Timestamp, i128)>) -> Option<OpenItem> {
    lots.sort_by_key(|(at, _)| *at);
    let mut open: VecDeque<(Timestamp, i128)> = VecDeque::new();
    for (at, mut amount) in lots {
        while let Some((_, front)) = open.front_mut()
            && amount != 0
            && front.signum() == -amount.signum()
        {
            let cleared = amount.abs().min(front.abs()) * amount.signum();
            *front += cleared;
            amount -= cleared;
            if *front == 0 {
                open.pop_front();
            }
        }
        if amount != 0 {
            open.push_back((at, amount));
        }
    }
    let since = open.front()?.0;
    Some(OpenItem { balance: open.iter().map(|(_, amount)| amount).sum(), since })
}
