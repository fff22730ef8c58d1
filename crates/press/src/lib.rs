//! Typesetting: an invoice or credit note in words comes in, its sheets as PDF go out. Nothing here knows what a tax or
//! a plan is, and nothing here counts: figures arrive as text.
//!
//! The PDF is tagged (PDF/UA-1), fit for keeping (PDF/A-2a) and the same to the byte for the same input. Fonts for
//! Latin, Greek, Cyrillic and nine Indian scripts are inside; each document embeds only the glyphs it uses.
mod document;
mod fonts;
mod layout;
mod sheet;
mod text;

use std::collections::BTreeSet;

/// A label with its value.
#[derive(Clone, PartialEq, Eq)]
pub struct Fact {
    /// `Date`, `CGST 9 %`.
    pub label: String,
    /// `22 November 2026`, `₹68.64`.
    pub value: String,
}

impl Fact {
    /// A label with its value.
    #[must_use]
    pub fn new(label: &str, value: &str) -> Fact {
        Fact { label: label.to_owned(), value: value.to_owned() }
    }
}

/// One side of the sale.
#[derive(Clone, PartialEq, Eq)]
pub struct Party {
    /// `Supplier`, `Billed to`.
    pub heading: String,
    /// Name, set stronger than the rest.
    pub name: String,
    /// Address and numbers, each broken into further lines where it is too long.
    pub lines: Vec<String>,
}

/// A line of the table.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// What was sold.
    pub description: String,
    /// Set small below it; may be empty.
    pub detail: String,
    /// One figure for each column after the first.
    pub cells: Vec<String>,
}

/// The day of a document, for the PDF's own record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Year, 0 to 9999.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day, 1 to 31.
    pub day: u8,
}

/// An invoice or credit note in words.
#[derive(Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Language of the labels, as a BCP 47 tag.
    pub language: String,
    /// Name of the paper, as on its masthead.
    pub paper: String,
    /// `Tax invoice`, `Credit note`.
    pub title: String,
    /// `M/26-27/0000123`.
    pub number: String,
    /// Day of issue.
    pub date: Day,
    /// What must be seen first, such as that it is a test; in red in a frame.
    pub warning: Option<String>,
    /// Who sells.
    pub supplier: Party,
    /// Who buys.
    pub recipient: Party,
    /// Date, place of supply and so on; the number stands by the title.
    pub facts: Vec<Fact>,
    /// Headings of the table: the description's, then one for each column of figures.
    pub columns: Vec<String>,
    /// The table.
    pub rows: Vec<Row>,
    /// Below the table, to the right; the last one is set stronger.
    pub totals: Vec<Fact>,
    /// Below, small.
    pub notes: Vec<String>,
    /// Who signs, in lines; the last is the name. Empty for none.
    pub signature: Vec<String>,
}

/// A set document.
#[derive(Clone, PartialEq, Eq)]
pub struct Sheets {
    /// The PDF's bytes.
    pub pdf: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// Characters that no font here has, such as Urdu or Chinese ones; each stands as a replacement sign (U+FFFD).
    /// The text of the invoice itself is whole in the record it was set from.
    pub missing: BTreeSet<char>,
}

/// Why a document cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PressError {
    /// A font inside the program cannot be read.
    #[error("the font {0} inside the program is damaged; install masthead again")]
    Font(&'static str),
    /// A row has more or fewer figures than the table has columns.
    #[error("row {row} of the table has {found} figures where {wanted} columns are headed")]
    Columns {
        /// The row, from 1.
        row: usize,
        /// Its figures.
        found: usize,
        /// Columns of figures.
        wanted: usize,
    },
    /// More pages than a document may have, or a block that is kept together and taller than a page.
    #[error("the document is longer than {0} pages, or one part of it is taller than a page; issue it in parts")]
    TooLong(usize),
    /// The PDF does not meet its own rules.
    #[error("the PDF cannot be written: {0}")]
    Pdf(String),
}

/// Sets an invoice or credit note on A4.
///
/// # Errors
/// A table whose rows do not fit its columns, a document of more pages than [`MOST_PAGES`], or a PDF that breaks
/// the rules of its own kind.
pub fn set(invoice: &Invoice) -> Result<Sheets, PressError> {
    let fonts = fonts::Fonts::load()?;
    let plan = layout::lay_out(invoice, &fonts)?;
    let pages = plan.pages.len();
    let pdf = document::write(invoice, &plan, &fonts)?;
    Ok(Sheets { pdf, pages, missing: fonts.missing() })
}

/// The most pages of one document.
pub const MOST_PAGES: usize = 100;
