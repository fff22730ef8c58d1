//! Taxes that a price contains.
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::LedgerError;
use crate::money::Money;

/// One whole in basis points.
const WHOLE: i128 = 10_000;

/// The name of a tax, as in `igst`, `cgst`, `sgst`, `vat`: 2 to 10 small letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TaxName(String);

impl TaxName {
    /// Reads a name.
    ///
    /// # Errors
    /// [`LedgerError::Tax`] when it is not 2 to 10 small letters.
    pub fn new(name: &str) -> Result<TaxName, LedgerError> {
        let letters = name.bytes().all(|byte| byte.is_ascii_lowercase());
        if letters && (2..=10).contains(&name.len()) {
            Ok(TaxName(name.to_owned()))
        } else {
            Err(LedgerError::Tax(format!("a tax is named by 2 to 10 small letters, not {name:?}")))
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for TaxName {
    type Error = LedgerError;
    fn try_from(name: String) -> Result<TaxName, LedgerError> {
        TaxName::new(&name)
    }
}

impl From<TaxName> for String {
    fn from(name: TaxName) -> String {
        name.0
    }
}

/// Taxes contained in a price, each in basis points of the net price (1800 = 18 %). Indian GST is one tax between
/// states (`igst`) and two equal ones within a state (`cgst`, `sgst`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<(TaxName, u32)>", into = "Vec<(TaxName, u32)>")]
pub struct TaxRates(Vec<(TaxName, u32)>);

/// A gross amount taken apart; net and taxes add up to the gross exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxSplit {
    /// What remains for the publisher.
    pub net: Money,
    /// Each tax with its amount, in the order of the rates.
    pub taxes: Vec<(TaxName, Money)>,
}

impl TaxRates {
    /// No tax at all.
    pub fn none() -> TaxRates {
        TaxRates(Vec::new())
    }

    /// Rates by name, at most four different ones, together at most 100 %.
    ///
    /// # Errors
    /// [`LedgerError::Tax`] says which rule was broken.
    pub fn new(rates: &[(&str, u32)]) -> Result<TaxRates, LedgerError> {
        let named: Result<Vec<_>, _> = rates.iter().map(|(name, points)| Ok((TaxName::new(name)?, *points))).collect();
        TaxRates::try_from(named?)
    }

    /// The rates by name, in order, in basis points.
    pub fn iter(&self) -> impl Iterator<Item = (&TaxName, u32)> {
        self.0.iter().map(|(name, points)| (name, *points))
    }

    /// Takes a gross price apart. The gross is what was printed and paid, so it is never recomputed: each tax is
    /// `gross × rate / (100 % + all rates)`, rounded half up to the minor unit, and the net is what is left.
    ///
    /// # Errors
    /// [`LedgerError::Tax`] for an amount too small to hold its taxes, or below zero.
    pub fn split(&self, gross: Money) -> Result<TaxSplit, LedgerError> {
        let too_small = || LedgerError::Tax(format!("{gross} cannot be split"));
        let total: i128 = self.0.iter().map(|(_, points)| i128::from(*points)).sum();
        let base = WHOLE + total;
        let mut net = i128::from(gross.minor());
        let mut taxes = Vec::with_capacity(self.0.len());
        for (name, points) in &self.0 {
            let share = i128::from(gross.minor()) * i128::from(*points);
            let tax = (2 * share + base).div_euclid(2 * base);
            net -= tax;
            let tax = i64::try_from(tax).map_err(|_| too_small())?;
            taxes.push((name.clone(), Money::new(tax, gross.currency())));
        }
        match i64::try_from(net) {
            Ok(net) if net >= 0 && gross.minor() >= 0 => Ok(TaxSplit { net: Money::new(net, gross.currency()), taxes }),
            _ => Err(too_small()),
        }
    }
}

impl TryFrom<Vec<(TaxName, u32)>> for TaxRates {
    type Error = LedgerError;
    fn try_from(rates: Vec<(TaxName, u32)>) -> Result<TaxRates, LedgerError> {
        let names: BTreeSet<_> = rates.iter().map(|(name, _)| name).collect();
        let total: u64 = rates.iter().map(|(_, points)| u64::from(*points)).sum();
        let wrong = if rates.len() > 4 {
            Some(format!("{} taxes where at most 4 are counted", rates.len()))
        } else if names.len() < rates.len() {
            Some(String::from("one tax is named twice"))
        } else if total > 10_000 {
            Some(format!("together they are {total} basis points"))
        } else {
            None
        };
        match wrong {
            Some(text) => Err(LedgerError::Tax(text)),
            None => Ok(TaxRates(rates)),
        }
    }
}

impl From<TaxRates> for Vec<(TaxName, u32)> {
    fn from(rates: TaxRates) -> Vec<(TaxName, u32)> {
        rates.0
    }
}
