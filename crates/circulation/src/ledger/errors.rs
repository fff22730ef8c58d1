//! Why the books refuse something.
use super::{Account, EntryKind, MOST_LINES, Side};
use crate::money::{Currency, Money};

/// Why an entry or a tax rate is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// Debits and credits differ in one currency.
    #[error("entry {id} is out of balance by {by} minor units of {currency}; nothing was booked")]
    Unbalanced {
        /// The entry.
        id: String,
        /// The currency concerned.
        currency: Currency,
        /// Debits less credits, in minor units.
        by: i128,
    },
    /// The kind of entry may not touch the account on that side.
    #[error("a {kind} entry may not {side} {account}; choose the kind that fits what happened")]
    AccountNotAllowed {
        /// Kind of entry.
        kind: EntryKind,
        /// Account touched.
        account: Account,
        /// Side touched.
        side: Side,
    },
    /// No lines, one line, or too many.
    #[error("entry {id} has {found} lines; an entry has 2 to {MOST_LINES}")]
    LineCount {
        /// The entry.
        id: String,
        /// How many lines it had.
        found: usize,
    },
    /// A line of nothing or of less than nothing.
    #[error("{account} is booked with {amount}; every line is more than zero, the side says which way")]
    AmountNotPositive {
        /// Account of the line.
        account: Account,
        /// Its amount.
        amount: Money,
    },
    /// An account named by two lines of one currency.
    #[error("{account} is booked twice in entry {id}; add the amounts up first")]
    AccountTwice {
        /// The entry.
        id: String,
        /// The account.
        account: Account,
    },
    /// An entry without a reference could not be told from its copy.
    #[error("an entry needs a reference of 1 to 100 printable characters without spaces, not {0:?}")]
    Reference(String),
    /// Tax rates that cannot be.
    #[error("the tax rates are wrong: {0}; write each as basis points, such as 1800 for 18 %, together at most 10000")]
    Tax(String),
    /// A stored word that is not known.
    #[error("\"{0}\" is no account, kind or side known to this version; update masthead before opening this paper")]
    UnknownWord(String),
}
