//! Numbers of tax documents: one series for each supplier, kind and year, counted 1, 2, 3 … without a gap.
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::parties::Supplier;

/// The longest number that GST allows (CGST Rules 2017, Rule 46 (b)). Kept everywhere.
const LONGEST_NUMBER: usize = 16;
/// Digits that are written where they fit.
const USUAL_DIGITS: usize = 7;

/// The kinds of tax document. Each has series of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DocumentKind {
    /// An invoice (CGST Rules 2017, Rule 46; Directive 2006/112/EC, Art. 226).
    Invoice,
    /// A credit note, which takes back an invoice or a part of it (Rule 53; Art. 219).
    CreditNote,
}

impl DocumentKind {
    /// The word of storage: `invoice`, `credit-note`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            DocumentKind::Invoice => "invoice",
            DocumentKind::CreditNote => "credit-note",
        }
    }

    /// What follows the supplier's prefix. D, F and R are kept for debit notes, refund and receipt vouchers.
    fn mark(self) -> &'static str {
        match self {
            DocumentKind::Invoice => "",
            DocumentKind::CreditNote => "C",
        }
    }
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Why a number cannot be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Numbers begin with 1.
    #[error("the series {0} is counted from 1; ask for the next number of its counter")]
    Zero(String),
    /// The next number would be longer than 16 characters.
    #[error(
        "the series {series} is full after {last}; write another prefix as series in [billing.supplier], which begins \
         a new series at 1"
    )]
    Full {
        /// The series.
        series: String,
        /// Its last number.
        last: u64,
    },
}

/// A series: what all its numbers begin with. [`Series::key`] names its counter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Series(String);

impl Series {
    /// The series of a document issued on a civil day in the supplier's zone. The year is India's financial year from
    /// 1 April (`26-27`) for Indian suppliers, and the calendar year (`2026`) elsewhere. Documents of the sandbox rail
    /// are counted apart and marked: `TEST-M26-`.
    #[must_use]
    pub fn at(kind: DocumentKind, on: Date, supplier: &Supplier, test: bool) -> Series {
        let india = supplier.country().is_india();
        let first = if india && on.month() < 4 { on.year() - 1 } else { on.year() };
        let (prefix, mark) = (&supplier.series, kind.mark());
        let short = |year: i16| year.rem_euclid(100);
        Series(match (test, india) {
            (true, _) => format!("TEST-{prefix}{mark}{:02}-", short(first)),
            (false, true) => format!("{prefix}{mark}/{:02}-{:02}/", short(first), short(first + 1)),
            (false, false) => format!("{prefix}{mark}/{first:04}/"),
        })
    }

    /// The name of the series' counter.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.0
    }

    /// The number that document `n` of the series bears, from 1; at most 16 letters, digits, `-` and `/`.
    ///
    /// # Errors
    /// `n` is 0, or the series is full.
    pub fn number(&self, n: u64) -> Result<DocumentNumber, NumberError> {
        if n == 0 {
            return Err(NumberError::Zero(self.0.clone()));
        }
        let room = LONGEST_NUMBER.saturating_sub(self.0.len());
        let width = room.min(USUAL_DIGITS);
        let text = format!("{}{n:0width$}", self.0);
        if text.len() > LONGEST_NUMBER {
            let last = u32::try_from(room).ok().and_then(|room| 10_u64.checked_pow(room)).unwrap_or(u64::MAX) - 1;
            return Err(NumberError::Full { series: self.0.clone(), last });
        }
        Ok(DocumentNumber(text))
    }
}

/// The number printed on a document: `M/26-27/0000123`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DocumentNumber(String);

impl DocumentNumber {
    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as a file's name: without strokes, `M-26-27-0000123`.
    #[must_use]
    pub fn file_stem(&self) -> String {
        self.0.replace('/', "-")
    }
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
