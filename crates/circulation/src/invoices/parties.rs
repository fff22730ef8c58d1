//! Who sells and who buys, as a tax document names them.
use serde::{Deserialize, Serialize};

use super::identifiers::{Gstin, VatId, quoted};
use super::party_problem::PartyProblem;
use super::places::{Country, State};
use crate::money::{Currency, Money};

/// The longest name and the longest line of an address, in characters.
pub(super) const LONGEST_LINE: usize = 120;
/// The most lines of an address.
pub(super) const MOST_LINES: usize = 6;
/// The SAC of online content, which newspapers are (heading 9984, group 99843).
const ONLINE_CONTENT: &str = "998431";

/// The table `[billing.supplier]` of `publication.toml` as it was written, not yet checked.
///
/// ```toml
/// [billing.supplier]
/// name = "Harbour Press Private Limited"       # legal name
/// address = ["12 Press Street", "Mumbai 400001"]
/// country = "IN"
/// state = "Maharashtra"                        # India only; name or GST code
/// gstin = "27AAPFU0939F1ZV"                    # left out: not registered for GST, no tax is charged
/// # vat_id = "DE123456789"                     # EU and UK; for the EU's scheme for others, EU123456789
/// # oss = true                                 # readers elsewhere in the EU pay their own country's VAT
/// # lut = "AD270326000001X"                    # India: exports without tax under this undertaking
/// sac = "998431"                               # left out: 998431, online content
/// series = "M"                                 # left out: M; numbers read M/26-27/0000123
/// email = "accounts@harbour.example"
/// # signatory = "R. Iyer"                      # who signs, printed under the total
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupplierSettings {
    /// Legal name.
    pub name: String,
    /// Lines of the registered address.
    #[serde(default)]
    pub address: Vec<String>,
    /// Two letters of ISO 3166.
    pub country: String,
    /// GST code or name; India only.
    pub state: Option<String>,
    /// GST number.
    pub gstin: Option<String>,
    /// VAT number.
    pub vat_id: Option<String>,
    /// Whether sales to consumers elsewhere in the Union are reported through its one-stop shop.
    #[serde(default)]
    pub oss: bool,
    /// Reference of the Letter of Undertaking for exports without tax (CGST Rules 2017, Rule 96A).
    pub lut: Option<String>,
    /// Services Accounting Code, 4 or 6 digits. How many are needed depends on turnover; ask the accountant.
    pub sac: Option<String>,
    /// What numbers begin with.
    pub series: Option<String>,
    /// Where readers write about invoices.
    pub email: String,
    /// Who signs.
    pub signatory: Option<String>,
}

/// The publisher as a taxable person, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supplier {
    pub(super) name: String,
    pub(super) address: Vec<String>,
    pub(super) country: Country,
    pub(super) state: Option<State>,
    pub(super) gstin: Option<Gstin>,
    pub(super) vat_id: Option<VatId>,
    pub(super) oss: bool,
    pub(super) lut: Option<String>,
    pub(super) sac: Option<String>,
    pub(super) series: String,
    pub(super) email: String,
    pub(super) signatory: Option<String>,
}

impl SupplierSettings {
    /// Checks the table.
    ///
    /// # Errors
    /// The first mistake found; [`PartyProblem::field`] names the key.
    pub fn check(&self) -> Result<Supplier, PartyProblem> {
        let country = Country::parse(&self.country).map_err(PartyProblem::Country)?;
        let state = state(country, self.state.as_deref())?;
        let vat_id = vat_id(self.vat_id.as_deref())?;
        if let Some(id) = vat_id.as_ref().filter(|id| !id.belongs_to(country)) {
            // A supplier from outside the Union may be registered with its scheme for others.
            if country.is_in_vat_union() || !id.is_of_the_scheme() {
                return Err(PartyProblem::VatIdElsewhere { id: id.clone(), country });
            }
        }
        if self.oss && vat_id.is_none() {
            return Err(PartyProblem::OssWithoutNumber);
        }
        let address = address(&self.address)?;
        if address.is_empty() {
            return Err(PartyProblem::NoAddress);
        }
        let signatory = optional(self.signatory.as_deref());
        let signatory = signatory.map(|name| line(name).ok_or(PartyProblem::Signatory)).transpose()?;
        Ok(Supplier {
            name: line(&self.name).ok_or(PartyProblem::Name)?,
            address,
            country,
            state,
            gstin: gstin(country, state, self.gstin.as_deref())?,
            vat_id,
            oss: self.oss,
            lut: self.lut(country)?,
            sac: self.sac(country)?,
            series: self.series()?,
            email: self.email()?,
            signatory,
        })
    }

    fn lut(&self, country: Country) -> Result<Option<String>, PartyProblem> {
        let Some(reference) = optional(self.lut.as_deref()) else { return Ok(None) };
        let printable = line(reference).filter(|text| country.is_india() && text.chars().count() <= 40);
        printable.map(Some).ok_or(PartyProblem::Lut)
    }

    fn sac(&self, country: Country) -> Result<Option<String>, PartyProblem> {
        match optional(self.sac.as_deref()) {
            None => Ok(country.is_india().then(|| ONLINE_CONTENT.to_owned())),
            Some(code) if matches!(code.len(), 4 | 6) && code.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok(Some(code.to_owned()))
            }
            Some(code) => Err(PartyProblem::Sac(quoted(code))),
        }
    }

    fn series(&self) -> Result<String, PartyProblem> {
        let prefix = self.series.as_deref().unwrap_or("M");
        let capitals = prefix.bytes().all(|byte| byte.is_ascii_uppercase());
        let taken = prefix.len() == 2 && prefix.ends_with(['C', 'D', 'F', 'R']);
        if capitals && matches!(prefix.len(), 1 | 2) && !taken {
            Ok(prefix.to_owned())
        } else {
            Err(PartyProblem::Series(quoted(prefix)))
        }
    }

    fn email(&self) -> Result<String, PartyProblem> {
        let email = self.email.trim();
        let reachable = email
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
        if reachable && email.len() <= LONGEST_LINE && !email.contains(|c: char| c.is_whitespace() || c.is_control()) {
            Ok(email.to_owned())
        } else {
            Err(PartyProblem::Email(quoted(email)))
        }
    }
}

impl Supplier {
    /// The country it is established in.
    #[must_use]
    pub fn country(&self) -> Country {
        self.country
    }

    /// Its State; always there in India.
    #[must_use]
    pub fn state(&self) -> Option<State> {
        self.state
    }

    /// Whether it is registered for the tax of its own country: with a GSTIN in India, a VAT number elsewhere. Without
    /// a registration no tax may be shown (CGST Act 2017, s. 32; Directive 2006/112/EC, Art. 203).
    #[must_use]
    pub fn is_registered(&self) -> bool {
        if self.country.is_india() {
            self.gstin.is_some()
        } else {
            self.vat_id.as_ref().is_some_and(|id| !id.is_of_the_scheme())
        }
    }
}

/// Who buys, as a form or a stored record gives it, not yet checked.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartyDetails {
    /// The name to be printed.
    pub name: String,
    /// Lines of the address; may be left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub address: Vec<String>,
    /// Two letters of ISO 3166.
    pub country: String,
    /// GST code or name of the State; required in India.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// GST number of a business in India.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gstin: Option<String>,
    /// VAT number of a business in the Union or the United Kingdom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_id: Option<String>,
}

/// Who buys, checked. It is copied onto each document, so that a later change or the erasure of the account never
/// reaches a document that was issued. Read and written as [`PartyDetails`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PartyDetails", into = "PartyDetails")]
pub struct BillingParty {
    pub(super) name: String,
    pub(super) address: Vec<String>,
    pub(super) country: Country,
    pub(super) state: Option<State>,
    pub(super) gstin: Option<Gstin>,
    pub(super) vat_id: Option<VatId>,
}

impl BillingParty {
    /// Checks what a reader gave. Empty fields count as left out.
    ///
    /// # Errors
    /// The first mistake found; [`PartyProblem::field`] names the field.
    pub fn check(details: &PartyDetails) -> Result<BillingParty, PartyProblem> {
        let country = Country::parse(&details.country).map_err(PartyProblem::Country)?;
        let state = state(country, details.state.as_deref())?;
        let vat_id = vat_id(details.vat_id.as_deref())?;
        if let Some(id) = vat_id.as_ref().filter(|id| !id.belongs_to(country)) {
            return Err(PartyProblem::VatIdElsewhere { id: id.clone(), country });
        }
        Ok(BillingParty {
            name: line(&details.name).ok_or(PartyProblem::Name)?,
            address: address(&details.address)?,
            country,
            state,
            gstin: gstin(country, state, details.gstin.as_deref())?,
            vat_id,
        })
    }

    /// The country it lives or is established in.
    #[must_use]
    pub fn country(&self) -> Country {
        self.country
    }

    /// Its State; always there in India.
    #[must_use]
    pub fn state(&self) -> Option<State> {
        self.state
    }

    /// Whether it buys as a business, with a tax number of its own.
    #[must_use]
    pub fn is_business(&self) -> bool {
        self.gstin.is_some() || self.vat_id.is_some()
    }

    /// Whether an address must be asked for before the sale: an Indian invoice names the address of a registered
    /// recipient, and of any recipient from ₹50,000 (CGST Rules 2017, Rule 46 (d) and (e)), and so does an export's.
    /// In the Union and the United Kingdom a business is named with its address (Directive 2006/112/EC, Art. 226 (5)).
    #[must_use]
    pub fn needs_address(&self, supplier: &Supplier, gross: Money) -> bool {
        let large = gross.currency() == Currency::INR && gross.minor() >= 5_000_000;
        let asked = self.is_business() || (supplier.country.is_india() && (large || !self.country.is_india()));
        asked && self.address.is_empty()
    }
}

impl TryFrom<PartyDetails> for BillingParty {
    type Error = PartyProblem;
    fn try_from(details: PartyDetails) -> Result<BillingParty, PartyProblem> {
        BillingParty::check(&details)
    }
}

impl From<BillingParty> for PartyDetails {
    fn from(party: BillingParty) -> PartyDetails {
        PartyDetails {
            name: party.name,
            address: party.address,
            country: party.country.code().to_owned(),
            state: party.state.map(State::code),
            gstin: party.gstin.map(String::from),
            vat_id: party.vat_id.map(String::from),
        }
    }
}

/// Says where it is and leaves out who it is: logs hold no names.
impl std::fmt::Debug for BillingParty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BillingParty")
            .field("country", &self.country)
            .field("state", &self.state)
            .field("business", &self.is_business())
            .finish_non_exhaustive()
    }
}

/// What was written, unless it is empty.
fn optional(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// One printable line, with single spaces.
fn line(text: &str) -> Option<String> {
    // Direction marks could make a name read otherwise than it is stored.
    let steers =
        |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    if text.chars().any(|c| c.is_control() || steers(c)) {
        return None;
    }
    let tidied = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (1..=LONGEST_LINE).contains(&tidied.chars().count()).then_some(tidied)
}

fn address(lines: &[String]) -> Result<Vec<String>, PartyProblem> {
    let written: Vec<&String> = lines.iter().filter(|text| !text.trim().is_empty()).collect();
    if written.len() > MOST_LINES {
        return Err(PartyProblem::Address);
    }
    written.into_iter().map(|text| line(text).ok_or(PartyProblem::Address)).collect()
}

fn state(country: Country, written: Option<&str>) -> Result<Option<State>, PartyProblem> {
    match (optional(written), country.is_india()) {
        (Some(text), true) => State::parse(text).map(Some).map_err(PartyProblem::State),
        (None, true) => Err(PartyProblem::StateMissing),
        (Some(_), false) => Err(PartyProblem::StateAbroad),
        (None, false) => Ok(None),
    }
}

fn gstin(country: Country, state: Option<State>, written: Option<&str>) -> Result<Option<Gstin>, PartyProblem> {
    let Some(text) = optional(written) else { return Ok(None) };
    if !country.is_india() {
        return Err(PartyProblem::GstinAbroad);
    }
    let gstin = Gstin::parse(text).map_err(PartyProblem::Gstin)?;
    match state {
        Some(state) if gstin.state() != Some(state) => {
            let registered = gstin.state().map_or_else(|| "no State (99)".to_owned(), |state| state.to_string());
            Err(PartyProblem::GstinElsewhere { registered, state })
        }
        _ => Ok(Some(gstin)),
    }
}

fn vat_id(written: Option<&str>) -> Result<Option<VatId>, PartyProblem> {
    optional(written).map(|text| VatId::parse(text).map_err(PartyProblem::VatId)).transpose()
}
