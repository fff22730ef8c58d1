//! The accounts, and which kind of entry may touch which of them on which side.
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{LedgerError, TaxName};
use crate::payments::Rail;

/// The accounts of the books.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Account {
    /// Taken by a rail and not yet paid out to the bank; returns to zero.
    Clearing {
        /// Which rail.
        rail: Rail,
    },
    /// Paid for and not yet delivered: a debt to readers in days of reading.
    Deferred,
    /// Delivered.
    Revenue,
    /// Tax taken for the state.
    OutputTax {
        /// Which tax.
        tax: TaxName,
    },
    /// Refunds promised and not yet paid.
    RefundsPayable,
    /// Money that could not be matched yet; must empty itself within a day.
    Suspense,
    /// What rails keep for themselves.
    Fees,
    /// The publisher's bank account.
    Bank,
    /// Money held back while a reader disputes a payment.
    Disputes,
    /// Money lost in disputes.
    Loss,
    /// Credit for days not used, on its way from one invoice to the next; returns to zero within one step.
    ReaderCredit,
}

const CLEARING: &str = "clearing:";
const OUTPUT_TAX: &str = "output-tax:";

/// The stored name: `deferred`, `clearing:sandbox`, `output-tax:igst`.
impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Account::Clearing { rail } => write!(f, "{CLEARING}{rail}"),
            Account::OutputTax { tax } => write!(f, "{OUTPUT_TAX}{}", tax.as_str()),
            Account::Deferred => f.write_str("deferred"),
            Account::Revenue => f.write_str("revenue"),
            Account::RefundsPayable => f.write_str("refunds-payable"),
            Account::Suspense => f.write_str("suspense"),
            Account::Fees => f.write_str("fees"),
            Account::Bank => f.write_str("bank"),
            Account::Disputes => f.write_str("disputes"),
            Account::Loss => f.write_str("loss"),
            Account::ReaderCredit => f.write_str("reader-credit"),
        }
    }
}

impl FromStr for Account {
    type Err = LedgerError;
    fn from_str(name: &str) -> Result<Account, LedgerError> {
        let unknown = || LedgerError::UnknownWord(name.to_owned());
        if let Some(rail) = name.strip_prefix(CLEARING) {
            let rail = rail.parse().map_err(|_| unknown())?;
            return Ok(Account::Clearing { rail });
        }
        if let Some(tax) = name.strip_prefix(OUTPUT_TAX) {
            let tax = TaxName::new(tax)?;
            return Ok(Account::OutputTax { tax });
        }
        [
            Account::Deferred,
            Account::Revenue,
            Account::RefundsPayable,
            Account::Suspense,
            Account::Fees,
            Account::Bank,
            Account::Disputes,
            Account::Loss,
            Account::ReaderCredit,
        ]
        .into_iter()
        .find(|account| account.to_string() == name)
        .ok_or_else(unknown)
    }
}

impl TryFrom<String> for Account {
    type Error = LedgerError;
    fn try_from(name: String) -> Result<Account, LedgerError> {
        name.parse()
    }
}

impl From<Account> for String {
    fn from(account: Account) -> String {
        account.to_string()
    }
}

/// The two sides of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Left.
    Debit,
    /// Right.
    Credit,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Side::Debit => "debit",
            Side::Credit => "credit",
        })
    }
}

/// What happened, and thereby which accounts may be debited and credited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// A payment was captured and belongs to a contract.
    Capture,
    /// A payment was captured that belongs to no contract as it stands.
    UnmatchedCapture,
    /// Unmatched money found its contract.
    SuspenseApplied,
    /// Unmatched money is to be given back.
    SuspenseRefund,
    /// A rail paid out to the bank and kept its fee.
    Payout,
    /// Days of reading passed.
    Recognition,
    /// A refund was promised.
    RefundRequested,
    /// A refund arrived.
    RefundPaid,
    /// A reader disputes a payment at the bank.
    DisputeOpened,
    /// The dispute was lost.
    DisputeLost,
    /// The dispute was won.
    DisputeWon,
    /// Days not used were credited towards another invoice.
    CreditIssued,
}

impl EntryKind {
    const ALL: [EntryKind; 12] = [
        EntryKind::Capture,
        EntryKind::UnmatchedCapture,
        EntryKind::SuspenseApplied,
        EntryKind::SuspenseRefund,
        EntryKind::Payout,
        EntryKind::Recognition,
        EntryKind::RefundRequested,
        EntryKind::RefundPaid,
        EntryKind::DisputeOpened,
        EntryKind::DisputeLost,
        EntryKind::DisputeWon,
        EntryKind::CreditIssued,
    ];

    /// Its stored word.
    pub fn word(self) -> &'static str {
        match self {
            EntryKind::Capture => "capture",
            EntryKind::UnmatchedCapture => "unmatched-capture",
            EntryKind::SuspenseApplied => "suspense-applied",
            EntryKind::SuspenseRefund => "suspense-refund",
            EntryKind::Payout => "payout",
            EntryKind::Recognition => "recognition",
            EntryKind::RefundRequested => "refund-requested",
            EntryKind::RefundPaid => "refund-paid",
            EntryKind::DisputeOpened => "dispute-opened",
            EntryKind::DisputeLost => "dispute-lost",
            EntryKind::DisputeWon => "dispute-won",
            EntryKind::CreditIssued => "credit-issued",
        }
    }

    pub(super) fn allows(self, side: Side, account: &Account) -> bool {
        use Account as A;
        use Side::{Credit, Debit};
        let earned_or_owed = matches!(account, A::Deferred | A::OutputTax { .. });
        let clearing = matches!(account, A::Clearing { .. });
        match (self, side) {
            (EntryKind::Capture, Debit) => clearing || *account == A::ReaderCredit,
            (EntryKind::UnmatchedCapture | EntryKind::DisputeWon, Debit)
            | (EntryKind::Payout | EntryKind::DisputeOpened, Credit) => clearing,
            // A refund that the rail cannot pay is paid from the bank.
            (EntryKind::RefundPaid, Credit) => clearing || *account == A::Bank,
            (EntryKind::Capture | EntryKind::SuspenseApplied, Credit) => earned_or_owed,
            (EntryKind::UnmatchedCapture, Credit) | (EntryKind::SuspenseApplied | EntryKind::SuspenseRefund, Debit) => {
                *account == A::Suspense
            }
            (EntryKind::SuspenseRefund | EntryKind::RefundRequested, Credit) | (EntryKind::RefundPaid, Debit) => {
                *account == A::RefundsPayable
            }
            (EntryKind::Payout, Debit) => matches!(account, A::Bank | A::Fees),
            (EntryKind::Recognition, Debit) => *account == A::Deferred,
            (EntryKind::Recognition, Credit) => *account == A::Revenue,
            (EntryKind::RefundRequested | EntryKind::CreditIssued, Debit) => earned_or_owed || *account == A::Revenue,
            (EntryKind::CreditIssued, Credit) => *account == A::ReaderCredit,
            (EntryKind::DisputeOpened, Debit) | (EntryKind::DisputeLost | EntryKind::DisputeWon, Credit) => {
                *account == A::Disputes
            }
            (EntryKind::DisputeLost, Debit) => *account == A::Loss,
        }
    }
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for EntryKind {
    type Err = LedgerError;
    fn from_str(word: &str) -> Result<EntryKind, LedgerError> {
        EntryKind::ALL
            .into_iter()
            .find(|kind| kind.word() == word)
            .ok_or_else(|| LedgerError::UnknownWord(word.to_owned()))
    }
}
