//! What can be wrong with a supplier or a billing party.
use super::identifiers::{IdentifierError, VatId};
use super::parties::{LONGEST_LINE, MOST_LINES};
use super::places::{Country, PlaceError, State};

/// What is wrong with a supplier or a billing party, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartyProblem {
    /// No name, too long a name, or one with control characters.
    #[error("the name must have 1 to {LONGEST_LINE} printable characters; write the legal name, as it is registered")]
    Name,
    /// An address that cannot be printed.
    #[error("the address must have at most {MOST_LINES} lines of 1 to {LONGEST_LINE} printable characters each")]
    Address,
    /// A supplier without an address.
    #[error(
        "a supplier's address stands on every invoice; write for example address = [\"12 Press Street\", \"Mumbai 400001\"]"
    )]
    NoAddress,
    /// Not a country.
    #[error("country: {0}")]
    Country(PlaceError),
    /// Not a State of India.
    #[error("state: {0}")]
    State(PlaceError),
    /// India without a State.
    #[error(
        "in India the State decides which tax is due and is printed on every invoice; choose the State or Union Territory"
    )]
    StateMissing,
    /// A State outside India.
    #[error("a State is asked for in India only; leave it out, or write country = \"IN\"")]
    StateAbroad,
    /// A wrong GSTIN.
    #[error("gstin: {0}")]
    Gstin(IdentifierError),
    /// A GSTIN of another State.
    #[error(
        "the GSTIN is registered in {registered}, but the State is {state}; write the State of the registration, or the GSTIN of this State"
    )]
    GstinElsewhere {
        /// Where the number is registered.
        registered: String,
        /// The State given.
        state: State,
    },
    /// A GSTIN outside India.
    #[error("a GSTIN belongs to a registration in India; leave it out, or write country = \"IN\"")]
    GstinAbroad,
    /// A wrong VAT number.
    #[error("vat_id: {0}")]
    VatId(IdentifierError),
    /// A VAT number of another country.
    #[error(
        "the VAT number {id} does not belong to {country}; write the number of that country, or choose the country it is registered in"
    )]
    VatIdElsewhere {
        /// The number.
        id: VatId,
        /// The country given.
        country: Country,
    },
    /// Not a Services Accounting Code.
    #[error("sac: “{0}” is not a Services Accounting Code; write 4 or 6 digits, such as \"998431\" for online content")]
    Sac(String),
    /// A prefix that numbers cannot begin with.
    #[error(
        "series: “{0}” cannot begin invoice numbers; write one or two capital letters, the second not C, D, F or R \
         (those mark credit notes and other kinds of document)"
    )]
    Series(String),
    /// Not a mail address.
    #[error("email: “{0}” is not a mail address; write one such as \"accounts@news.example\"")]
    Email(String),
    /// An undertaking outside India, or one that cannot be printed.
    #[error(
        "lut: write the reference of the Letter of Undertaking of an Indian supplier (at most 40 characters), or leave it out"
    )]
    Lut,
    /// A person who signs that cannot be printed.
    #[error("signatory: write a name of at most {LONGEST_LINE} printable characters, or leave it out")]
    Signatory,
    /// The one-stop shop without a registration.
    #[error("oss: reporting through the one-stop shop needs a VAT number in vat_id; add it, or leave oss out")]
    OssWithoutNumber,
}

impl PartyProblem {
    /// The key or form field to mend.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            PartyProblem::Name => "name",
            PartyProblem::Address | PartyProblem::NoAddress => "address",
            PartyProblem::Country(_) => "country",
            PartyProblem::State(_) | PartyProblem::StateMissing | PartyProblem::StateAbroad => "state",
            PartyProblem::Gstin(_) | PartyProblem::GstinElsewhere { .. } | PartyProblem::GstinAbroad => "gstin",
            PartyProblem::VatId(_) | PartyProblem::VatIdElsewhere { .. } => "vat_id",
            PartyProblem::Sac(_) => "sac",
            PartyProblem::Series(_) => "series",
            PartyProblem::Email(_) => "email",
            PartyProblem::Lut => "lut",
            PartyProblem::Signatory => "signatory",
            PartyProblem::OssWithoutNumber => "oss",
        }
    }
}
