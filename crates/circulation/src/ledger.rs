//! Double-entry books: an entry that does not balance, or that moves money between accounts it may not, cannot be
//! made. Entries are never changed; what was wrong is put right by a further entry.
mod accounts;
mod entries;
mod errors;
mod health;
mod tax;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::money::{Currency, Money};

pub use accounts::{Account, EntryKind, Side};
pub use entries::Reversal;
pub use errors::LedgerError;
pub use health::{Health, OpenItem, verify};
pub use tax::{TaxName, TaxRates, TaxSplit};

/// Lines an entry may have at most.
pub const MOST_LINES: usize = 16;

/// One line: so much on one side of one account. The amount is always more than zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The account.
    pub account: Account,
    /// Which side.
    pub side: Side,
    /// How much.
    pub amount: Money,
}

impl Line {
    /// A line on the left.
    pub fn debit(account: Account, amount: Money) -> Line {
        Line { account, side: Side::Debit, amount }
    }

    /// A line on the right.
    pub fn credit(account: Account, amount: Money) -> Line {
        Line { account, side: Side::Credit, amount }
    }

    /// Minor units, debits positive and credits negative: the sum over an entry is zero.
    pub fn signed_minor(&self) -> i128 {
        let minor = i128::from(self.amount.minor());
        match self.side {
            Side::Debit => minor,
            Side::Credit => -minor,
        }
    }
}

/// A balanced entry. Its id is made of kind and reference, so that the same event booked twice has the same id and the
/// store can refuse the second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Draft", into = "Draft")]
pub struct Entry {
    draft: Draft,
}

/// An entry before it is checked, and as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What happened.
    pub kind: EntryKind,
    /// What it happened to: the key of a payment, the id of a payout.
    pub reference: String,
    /// When it happened (UTC).
    pub at: Timestamp,
    /// The lines.
    pub lines: Vec<Line>,
}

impl TryFrom<Draft> for Entry {
    type Error = LedgerError;
    fn try_from(draft: Draft) -> Result<Entry, LedgerError> {
        let printable = draft.reference.chars().all(|c| c.is_ascii_graphic());
        if !printable || draft.reference.is_empty() || draft.reference.len() > 100 {
            return Err(LedgerError::Reference(draft.reference));
        }
        let entry = Entry { draft };
        entry.check_lines()?;
        entry.check_balance()?;
        Ok(entry)
    }
}

impl From<Entry> for Draft {
    fn from(entry: Entry) -> Draft {
        entry.draft
    }
}

impl Entry {
    /// `kind:reference`; unique in the books.
    pub fn id(&self) -> String {
        format!("{}:{}", self.draft.kind, self.draft.reference)
    }
    /// What happened.
    pub fn kind(&self) -> EntryKind {
        self.draft.kind
    }
    /// What it happened to.
    pub fn reference(&self) -> &str {
        &self.draft.reference
    }
    /// When it happened (UTC).
    pub fn at(&self) -> Timestamp {
        self.draft.at
    }
    /// The lines; they balance in each currency.
    pub fn lines(&self) -> &[Line] {
        &self.draft.lines
    }

    fn check_lines(&self) -> Result<(), LedgerError> {
        let lines = self.lines();
        if !(2..=MOST_LINES).contains(&lines.len()) {
            return Err(LedgerError::LineCount { id: self.id(), found: lines.len() });
        }
        let mut seen = BTreeSet::new();
        for Line { account, side, amount } in lines {
            if !amount.is_positive() {
                return Err(LedgerError::AmountNotPositive { account: account.clone(), amount: *amount });
            }
            if !self.kind().allows(*side, account) {
                return Err(LedgerError::AccountNotAllowed {
                    kind: self.kind(),
                    account: account.clone(),
                    side: *side,
                });
            }
            if !seen.insert((account, amount.currency())) {
                return Err(LedgerError::AccountTwice { id: self.id(), account: account.clone() });
            }
        }
        Ok(())
    }

    fn check_balance(&self) -> Result<(), LedgerError> {
        let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
        for line in self.lines() {
            *sums.entry(line.amount.currency()).or_default() += line.signed_minor();
        }
        match sums.into_iter().find(|(_, sum)| *sum != 0) {
            Some((currency, by)) => Err(LedgerError::Unbalanced { id: self.id(), currency, by }),
            None => Ok(()),
        }
    }
}

/// Balances in minor units by account and currency, debits positive: nothing but the sum of the entries.
pub fn balances<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> BTreeMap<(Account, Currency), i128> {
    let mut sums = BTreeMap::new();
    for line in entries.into_iter().flat_map(Entry::lines) {
        let place = (line.account.clone(), line.amount.currency());
        *sums.entry(place).or_default() += line.signed_minor();
    }
    sums
}
