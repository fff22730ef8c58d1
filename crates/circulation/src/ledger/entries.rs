//! One constructor for everything that can happen to money.
use jiff::Timestamp;

use super::{Account, Draft, Entry, EntryKind, LedgerError, Line, TaxName, TaxRates};
use crate::money::Money;
use crate::payments::{Capture, Rail};

/// What is taken back of an invoice, part by part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversal {
    /// Of the days not delivered yet.
    pub unearned: Money,
    /// Of the days delivered.
    pub earned: Money,
    /// Of each tax.
    pub taxes: Vec<(TaxName, Money)>,
}

impl Reversal {
    fn debits(self) -> Vec<Line> {
        let taxes = self.taxes.into_iter().map(|(tax, amount)| (Account::OutputTax { tax }, amount));
        let owed = [(Account::Deferred, self.unearned), (Account::Revenue, self.earned)];
        let all = owed.into_iter().chain(taxes).filter(|(_, amount)| !amount.is_zero());
        all.map(|(account, amount)| Line::debit(account, amount)).collect()
    }
}

fn entry(kind: EntryKind, reference: &str, at: Timestamp, lines: Vec<Line>) -> Result<Entry, LedgerError> {
    Entry::try_from(Draft { kind, reference: reference.to_owned(), at, lines })
}

fn pair(
    kind: EntryKind,
    reference: &str,
    at: Timestamp,
    (debit, credit): (Account, Account),
    amount: Money,
) -> Result<Entry, LedgerError> {
    entry(kind, reference, at, vec![Line::debit(debit, amount), Line::credit(credit, amount)])
}

impl Entry {
    /// Money captured for a contract: the gross into clearing, its tax to the state, the rest owed to the reader as
    /// days of reading.
    ///
    /// # Errors
    /// None for a capture and rates that exist; the checks of every entry apply.
    pub fn capture(capture: &Capture, rates: &TaxRates) -> Result<Entry, LedgerError> {
        Entry::capture_with_credit(capture, Money::zero(capture.amount().currency()), rates)
    }

    /// As [`Entry::capture`], for an invoice of which `credit` was paid by days not used of an earlier one: tax and
    /// deferred income are those of both together.
    ///
    /// # Errors
    /// Another currency, or amounts too large.
    pub fn capture_with_credit(capture: &Capture, credit: Money, rates: &TaxRates) -> Result<Entry, LedgerError> {
        let too_large = |_| LedgerError::Tax(format!("{} and {credit} cannot be added", capture.amount()));
        let gross = capture.amount().checked_add(credit).map_err(too_large)?;
        let split = rates.split(gross)?;
        let mut lines = vec![Line::debit(Account::Clearing { rail: capture.rail() }, capture.amount())];
        if !credit.is_zero() {
            lines.push(Line::debit(Account::ReaderCredit, credit));
        }
        let taxes = split.taxes.into_iter().map(|(tax, amount)| (Account::OutputTax { tax }, amount));
        let credits = std::iter::once((Account::Deferred, split.net)).chain(taxes);
        lines.extend(
            credits.filter(|(_, amount)| !amount.is_zero()).map(|(account, amount)| Line::credit(account, amount)),
        );
        entry(EntryKind::Capture, capture.key().as_str(), capture.at(), lines)
    }

    /// Money that a rail took and that no contract can use as it stands: into suspense. `reference` is the rail's own,
    /// since the same attempt may have taken money before; the entry's is the rail, a slash and that.
    ///
    /// # Errors
    /// An amount that is not positive, or an unusable reference.
    pub fn unmatched_capture(rail: Rail, reference: &str, amount: Money, at: Timestamp) -> Result<Entry, LedgerError> {
        if reference.is_empty() {
            return Err(LedgerError::Reference(String::new()));
        }
        let sides = (Account::Clearing { rail }, Account::Suspense);
        pair(EntryKind::UnmatchedCapture, &format!("{rail}/{reference}"), at, sides, amount)
    }

    /// Unmatched money is promised back in full: out of suspense, into refunds payable. `reference` is that of the
    /// entry that brought it into suspense.
    ///
    /// # Errors
    /// An amount that is not positive, or an unusable reference.
    pub fn suspense_refund(reference: &str, amount: Money, at: Timestamp) -> Result<Entry, LedgerError> {
        pair(EntryKind::SuspenseRefund, reference, at, (Account::Suspense, Account::RefundsPayable), amount)
    }

    /// A refund is promised: out of what is owed, earned and due to the state, into refunds payable. `reference` is the
    /// refund's key.
    ///
    /// # Errors
    /// Nothing to give back, or an unusable reference.
    pub fn refund_requested(
        reference: &str,
        amount: Money,
        parts: Reversal,
        at: Timestamp,
    ) -> Result<Entry, LedgerError> {
        let mut lines = parts.debits();
        lines.push(Line::credit(Account::RefundsPayable, amount));
        entry(EntryKind::RefundRequested, reference, at, lines)
    }

    /// Days not used are credited towards another invoice, whose capture takes the credit up again.
    ///
    /// # Errors
    /// Nothing to credit, or an unusable reference.
    pub fn credit_issued(reference: &str, amount: Money, parts: Reversal, at: Timestamp) -> Result<Entry, LedgerError> {
        let mut lines = parts.debits();
        lines.push(Line::credit(Account::ReaderCredit, amount));
        entry(EntryKind::CreditIssued, reference, at, lines)
    }

    /// A refund was paid, by the rail that took the money or (`None`) from the bank.
    ///
    /// # Errors
    /// An amount that is not positive, or an unusable reference.
    pub fn refund_paid(
        reference: &str,
        rail: Option<Rail>,
        amount: Money,
        at: Timestamp,
    ) -> Result<Entry, LedgerError> {
        let from = rail.map_or(Account::Bank, |rail| Account::Clearing { rail });
        pair(EntryKind::RefundPaid, reference, at, (Account::RefundsPayable, from), amount)
    }

    /// Days of reading were delivered.
    ///
    /// # Errors
    /// An amount that is not positive, or an unusable reference.
    pub fn recognition(reference: &str, amount: Money, at: Timestamp) -> Result<Entry, LedgerError> {
        pair(EntryKind::Recognition, reference, at, (Account::Deferred, Account::Revenue), amount)
    }

    /// A rail paid out `gross` less its `fee` to the bank. `reference` is the rail's own.
    ///
    /// # Errors
    /// A fee of less than nothing or more than the gross, other currencies, or an unusable reference.
    pub fn payout(rail: Rail, reference: &str, gross: Money, fee: Money, at: Timestamp) -> Result<Entry, LedgerError> {
        let wrong = |_| LedgerError::AmountNotPositive { account: Account::Fees, amount: fee };
        let paid = gross.checked_sub(fee).map_err(wrong)?;
        let debits = [(Account::Bank, paid), (Account::Fees, fee)];
        let mut lines: Vec<Line> = debits
            .into_iter()
            .filter(|(_, amount)| !amount.is_zero())
            .map(|(account, amount)| Line::debit(account, amount))
            .collect();
        lines.push(Line::credit(Account::Clearing { rail }, gross));
        entry(EntryKind::Payout, &format!("{rail}/{reference}"), at, lines)
    }

    /// A reader disputes a payment at the bank: the rail takes the money out of clearing. `reference` is the rail's own.
    ///
    /// # Errors
    /// An amount that is not positive, or an unusable reference.
    pub fn dispute_opened(rail: Rail, reference: &str, amount: Money, at: Timestamp) -> Result<Entry, LedgerError> {
        let sides = (Account::Disputes, Account::Clearing { rail });
        pair(EntryKind::DisputeOpened, &format!("{rail}/{reference}"), at, sides, amount)
    }

    /// The dispute was decided: won, the money is back in clearing; lost, it is gone.
    ///
    /// # Errors
    /// An amount that is not positive, or an unusable reference.
    pub fn dispute_decided(
        rail: Rail,
        reference: &str,
        amount: Money,
        won: bool,
        at: Timestamp,
    ) -> Result<Entry, LedgerError> {
        let (kind, to) = if won {
            (EntryKind::DisputeWon, Account::Clearing { rail })
        } else {
            (EntryKind::DisputeLost, Account::Loss)
        };
        pair(kind, &format!("{rail}/{reference}"), at, (to, Account::Disputes), amount)
    }
}
