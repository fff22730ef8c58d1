//! Tax numbers: GSTIN, and the VAT numbers of the European Union and the United Kingdom. Their shape and, where the
//! number carries one, their check digit; whether a number is alive only its tax office can say.
use std::fmt;

use serde::{Deserialize, Serialize};

use super::places::{Country, State};

/// The digits of a GSTIN's check, in their order of value.
const BASE_36: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// What VAT numbers look like behind their two letters, as the Commission's VIES service lists them: `9` a digit,
/// `@` a letter, `?` either, everything else as it stands. `EU` numbers belong to the scheme for suppliers from outside
/// the Union (Directive 2006/112/EC, Art. 362).
const VAT_SHAPES: [(&str, &[&str]); 30] = [
    ("AT", &["U99999999"]),
    ("BE", &["0999999999", "1999999999"]),
    ("BG", &["999999999", "9999999999"]),
    ("CY", &["99999999@"]),
    ("CZ", &["99999999", "999999999", "9999999999"]),
    ("DE", &["999999999"]),
    ("DK", &["99999999"]),
    ("EE", &["999999999"]),
    ("EL", &["999999999"]),
    ("ES", &["?9999999?"]),
    ("EU", &["999999999"]),
    ("FI", &["99999999"]),
    ("FR", &["??999999999"]),
    ("GB", &["999999999", "999999999999", "GD999", "HA999"]),
    ("HR", &["99999999999"]),
    ("HU", &["99999999"]),
    ("IE", &["9999999@", "9999999@@", "9?99999@", "9+99999@", "9*99999@"]),
    ("IT", &["99999999999"]),
    ("LT", &["999999999", "999999999999"]),
    ("LU", &["99999999"]),
    ("LV", &["99999999999"]),
    ("MT", &["99999999"]),
    ("NL", &["999999999B99"]),
    ("PL", &["9999999999"]),
    ("PT", &["999999999"]),
    ("RO", &["99", "999", "9999", "99999", "999999", "9999999", "99999999", "999999999", "9999999999"]),
    ("SE", &["999999999999"]),
    ("SI", &["99999999"]),
    ("SK", &["9999999999"]),
    ("XI", &["999999999", "999999999999", "GD999", "HA999"]),
];

/// Why a tax number is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// Not 15 capital letters and digits that begin with a State's code.
    #[error(
        "“{0}” is not a GSTIN; it has 15 letters and digits and begins with the State's code, such as 27AAPFU0939F1ZV"
    )]
    GstinShape(String),
    /// The check character does not fit the rest.
    #[error(
        "the GSTIN “{0}” has a slip of the pen: its last character does not fit the others; compare it with the certificate"
    )]
    GstinCheck(String),
    /// Two letters that no VAT number begins with.
    #[error(
        "“{0}” is not a VAT number; write it with the letters of its country in front, such as DE123456789 or GB123456789"
    )]
    VatPrefix(String),
    /// The rest does not have the country's shape.
    #[error(
        "“{text}” is not a VAT number of {country}; those look like {country}{example} (9 is any digit, @ any letter, ? either)"
    )]
    VatShape {
        /// As written.
        text: String,
        /// The two letters it begins with.
        country: &'static str,
        /// A shape of that country.
        example: &'static str,
    },
}

/// What was typed, as far as an error repeats it.
pub(super) fn quoted(text: &str) -> String {
    text.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Capital letters, without the spaces, dots and hyphens people group a number with.
fn tidy(text: &str) -> String {
    let kept = |c: &char| !matches!(c, ' ' | '.' | '-' | '\u{a0}');
    text.trim().chars().filter(kept).map(|c| c.to_ascii_uppercase()).collect()
}

/// An Indian GST number with its State and a check character that fits. Written as its 15 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Gstin {
    text: String,
    state: Option<State>,
}

impl Gstin {
    /// Reads a GSTIN; spaces and small letters are mended.
    ///
    /// # Errors
    /// Its shape, or its check character (a sum in base 36 with weights 1 and 2, as GSTN publishes it).
    pub fn parse(text: &str) -> Result<Gstin, IdentifierError> {
        let tidied = tidy(text);
        let wrong = || IdentifierError::GstinShape(quoted(text));
        if tidied.len() != 15 || !tidied.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(wrong());
        }
        let prefix = tidied.get(..2).unwrap_or_default();
        let state = State::parse(prefix).ok();
        // 99: registered with the centre, as suppliers from abroad are; no State.
        if state.is_none() && prefix != "99" {
            return Err(wrong());
        }
        let Some((last, rest)) = tidied.as_bytes().split_last() else { return Err(wrong()) };
        if gstin_check(rest) != Some(*last) {
            return Err(IdentifierError::GstinCheck(quoted(text)));
        }
        Ok(Gstin { text: tidied, state })
    }

    /// The 15 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The State it is registered in; none for a registration with the centre (99).
    #[must_use]
    pub fn state(&self) -> Option<State> {
        self.state
    }
}

fn gstin_check(rest: &[u8]) -> Option<u8> {
    let mut sum = 0;
    for (place, byte) in rest.iter().enumerate() {
        let value = BASE_36.iter().position(|digit| digit == byte)?;
        let product = value * (1 + place % 2);
        sum += product / 36 + product % 36;
    }
    BASE_36.get((36 - sum % 36) % 36).copied()
}

impl fmt::Display for Gstin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for Gstin {
    type Error = IdentifierError;
    fn try_from(text: String) -> Result<Gstin, IdentifierError> {
        Gstin::parse(&text)
    }
}

impl From<Gstin> for String {
    fn from(gstin: Gstin) -> String {
        gstin.text
    }
}

/// A VAT number of the European Union or the United Kingdom, with the letters of its country in front.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VatId(String);

impl VatId {
    /// Reads a VAT number; spaces, dots, hyphens and small letters are mended.
    ///
    /// # Errors
    /// Letters that no number begins with, or a shape that its country does not have.
    pub fn parse(text: &str) -> Result<VatId, IdentifierError> {
        let tidied = tidy(text);
        let unknown = || IdentifierError::VatPrefix(quoted(text));
        let (prefix, rest) = tidied.split_at_checked(2).ok_or_else(unknown)?;
        let (country, shapes) = VAT_SHAPES.iter().find(|(known, _)| *known == prefix).ok_or_else(unknown)?;
        if shapes.iter().any(|shape| has_shape(rest, shape)) {
            return Ok(VatId(tidied));
        }
        let example = shapes.first().copied().unwrap_or_default();
        Err(IdentifierError::VatShape { text: quoted(text), country, example })
    }

    /// The number with its letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a business of that country has numbers that begin like this one: EL in Greece, GB and XI in the United
    /// Kingdom, FR in Monaco.
    #[must_use]
    pub fn belongs_to(&self, country: Country) -> bool {
        let prefix = self.0.get(..2).unwrap_or_default();
        match country.vat_area().code() {
            "GR" => prefix == "EL",
            "GB" => matches!(prefix, "GB" | "XI"),
            code => prefix == code,
        }
    }

    /// Whether it is a number of the scheme for suppliers from outside the Union.
    #[must_use]
    pub fn is_of_the_scheme(&self) -> bool {
        self.0.starts_with("EU")
    }
}

fn has_shape(rest: &str, shape: &str) -> bool {
    rest.len() == shape.len()
        && rest.bytes().zip(shape.bytes()).all(|(byte, sign)| match sign {
            b'9' => byte.is_ascii_digit(),
            b'@' => byte.is_ascii_uppercase(),
            b'?' => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
            sign => byte == sign,
        })
}

impl fmt::Display for VatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for VatId {
    type Error = IdentifierError;
    fn try_from(text: String) -> Result<VatId, IdentifierError> {
        VatId::parse(&text)
    }
}

impl From<VatId> for String {
    fn from(id: VatId) -> String {
        id.0
    }
}
