//! Money: whole minor units with their currency. No floating-point number, no silent mixing of currencies.
use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// ISO 4217 currencies in use, by the number of decimals of their minor unit. Rails sometimes count
/// differently (UGX, HUF …); that is translated at the rail and never here.
const NO_DECIMALS: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
const THREE_DECIMALS: &str = "BHD IQD JOD KWD LYD OMR TND";
const TWO_DECIMALS: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN \
    BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD \
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT \
    MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD \
    SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES \
    WST XCD XCG YER ZAR ZMW ZWG";

/// The symbol readers expect; a currency without one is shown by its code and a no-break space.
const SYMBOLS: [(&str, &str); 21] = [
    ("INR", "₹"),
    ("USD", "$"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("JPY", "¥"),
    ("AUD", "A$"),
    ("BRL", "R$"),
    ("CAD", "CA$"),
    ("CNY", "CN¥"),
    ("HKD", "HK$"),
    ("ILS", "₪"),
    ("KRW", "₩"),
    ("MXN", "MX$"),
    ("NGN", "₦"),
    ("NZD", "NZ$"),
    ("PHP", "₱"),
    ("SGD", "S$"),
    ("TRY", "₺"),
    ("TWD", "NT$"),
    ("UAH", "₴"),
    ("VND", "₫"),
];

/// What can be wrong with an amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The code is not a currency in use.
    #[error("\"{0}\" is not a currency; write the three letters of ISO 4217, such as INR, USD or EUR")]
    UnknownCurrency(String),
    /// Two amounts of different currencies met.
    #[error("{left} and {right} cannot be mixed; convert or book them separately")]
    CurrencyMismatch {
        /// Currency of the first amount.
        left: Currency,
        /// Currency of the second amount.
        right: Currency,
    },
    /// The result does not fit 64 bits of minor units.
    #[error("the amount is too large to be counted")]
    Overflow,
    /// The text is not an amount.
    #[error("\"{0}\" is not an amount; write digits with a point for decimals, such as 2700, 2,700 or 900.50")]
    NotAnAmount(String),
    /// More decimals than the currency has.
    #[error("\"{text}\" has too many decimals; {currency} has {}", decimals_in_words(*allowed))]
    TooManyDecimals {
        /// The text as written.
        text: String,
        /// Its currency.
        currency: Currency,
        /// How many decimals that currency has.
        allowed: u32,
    },
}

fn decimals_in_words(allowed: u32) -> String {
    match allowed {
        0 => "none".into(),
        n => format!("{n}"),
    }
}

/// A currency of ISO 4217 that is in use. Read from and written as its three capital letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: &'static str,
    exponent: u8,
}

impl Currency {
    /// The Indian rupee, two decimals (paise).
    pub const INR: Currency = Currency { code: "INR", exponent: 2 };

    /// Finds a currency by its code; capitals or not.
    ///
    /// # Errors
    /// [`MoneyError::UnknownCurrency`] when no currency in use has that code.
    pub fn parse(code: &str) -> Result<Currency, MoneyError> {
        let wanted = code.trim();
        let lists = [(TWO_DECIMALS, 2), (NO_DECIMALS, 0), (THREE_DECIMALS, 3), ("CLF UYW", 4)];
        lists
            .into_iter()
            .find_map(|(list, exponent)| {
                let code = list.split_ascii_whitespace().find(|known| known.eq_ignore_ascii_case(wanted))?;
                Some(Currency { code, exponent })
            })
            .ok_or_else(|| MoneyError::UnknownCurrency(code.to_owned()))
    }

    /// The three capital letters.
    pub fn code(self) -> &'static str {
        self.code
    }

    /// Decimals of the minor unit by ISO 4217: 2 for INR, 0 for JPY, 3 for KWD.
    pub fn exponent(self) -> u32 {
        u32::from(self.exponent)
    }

    /// What stands before an amount: `₹`, or the code and a no-break space.
    pub fn symbol(self) -> String {
        SYMBOLS
            .iter()
            .find(|(code, _)| *code == self.code)
            .map_or_else(|| format!("{}\u{a0}", self.code), |(_, symbol)| (*symbol).to_owned())
    }

    /// Minor units in one whole unit: 100 for INR.
    fn scale(self) -> i64 {
        10_i64.pow(self.exponent())
    }
}

impl FromStr for Currency {
    type Err = MoneyError;
    fn from_str(code: &str) -> Result<Currency, MoneyError> {
        Currency::parse(code)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Currency, D::Error> {
        let code = String::deserialize(deserializer)?;
        Currency::parse(&code).map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// An amount: minor units (paise, cents) of one currency; may be negative.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// An amount of `minor` units: `Money::new(90_000, Currency::INR)` is ₹900.
    pub const fn new(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    /// Nothing, in that currency.
    pub const fn zero(currency: Currency) -> Money {
        Money::new(0, currency)
    }

    /// Reads decimal text: `2700`, `2,700.00`, `1,00,000`, `₹900.50`, `-5`. Commas must stand where Indian or
    /// western grouping puts them, so that `2,70` (meant as a decimal comma) is refused, not read as 270.
    ///
    /// # Errors
    /// Not an amount, more decimals than the currency has, or too large.
    pub fn parse(text: &str, currency: Currency) -> Result<Money, MoneyError> {
        let wrong = || MoneyError::NotAnAmount(text.to_owned());
        let trimmed = text.trim();
        let (negative, unsigned) = match trimmed.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, trimmed),
        };
        let digits = unsigned.strip_prefix(currency.symbol().as_str()).unwrap_or(unsigned);
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return Err(wrong()),
            None => (digits, ""),
        };
        if !well_grouped(whole) || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        let places = currency.exponent() as usize;
        if fraction.len() > places {
            return Err(MoneyError::TooManyDecimals { text: text.to_owned(), currency, allowed: currency.exponent() });
        }
        let padding = std::iter::repeat_n('0', places - fraction.len());
        let all: String = whole.chars().filter(|digit| *digit != ',').chain(fraction.chars()).chain(padding).collect();
        let minor: i64 = all.parse().map_err(|_| MoneyError::Overflow)?;
        Ok(Money::new(if negative { -minor } else { minor }, currency))
    }

    /// Minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// More than nothing.
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// Exactly nothing.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Sum.
    ///
    /// # Errors
    /// Different currencies, or too large.
    pub fn checked_add(self, other: Money) -> Result<Money, MoneyError> {
        self.combine(other, i64::checked_add)
    }

    /// Difference.
    ///
    /// # Errors
    /// Different currencies, or too large.
    pub fn checked_sub(self, other: Money) -> Result<Money, MoneyError> {
        self.combine(other, i64::checked_sub)
    }

    /// The same amount on the other side of nothing.
    ///
    /// # Errors
    /// Too large (only the one amount that has no opposite).
    pub fn checked_neg(self) -> Result<Money, MoneyError> {
        let minor = self.minor.checked_neg().ok_or(MoneyError::Overflow)?;
        Ok(Money::new(minor, self.currency))
    }

    fn combine(self, other: Money, operation: fn(i64, i64) -> Option<i64>) -> Result<Money, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch { left: self.currency, right: other.currency });
        }
        let minor = operation(self.minor, other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Money::new(minor, self.currency))
    }

    /// What a price comes to per month, **for display only**; never charge it. Cut, not rounded, so that it never
    /// promises more than the total: to whole units when the price is in whole units (₹3,900 / 24 → ₹162), else to
    /// minor units ($9.99 / 3 → $3.33), and also to minor units where whole units would show nothing.
    /// The total must stand beside it: ₹162 × 24 is less than ₹3,900.
    pub fn per_month(self, months: NonZeroU16) -> Money {
        let scale = self.currency.scale();
        let minor = self.minor / i64::from(months.get());
        let whole = minor - minor % scale;
        let price_is_whole = self.minor % scale == 0;
        let shown = if price_is_whole && whole != 0 { whole } else { minor };
        Money::new(shown, self.currency)
    }

    /// Plain decimal text with all decimals and no grouping, for machines: `2700.00`.
    pub fn decimal(self) -> String {
        let (whole, fraction) = self.parts();
        let sign = if self.minor < 0 { "-" } else { "" };
        match self.currency.exponent() {
            0 => format!("{sign}{whole}"),
            places => format!("{sign}{whole}.{fraction:0width$}", width = places as usize),
        }
    }

    /// Whole units and minor rest, both without sign.
    fn parts(self) -> (u64, u64) {
        let scale = self.currency.scale().unsigned_abs();
        let minor = self.minor.unsigned_abs();
        (minor / scale, minor % scale)
    }
}

/// As readers write it: `₹2,700`, `₹1,00,000`, `₹900.50`; decimals only when the amount is not whole.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = self.parts();
        let sign = if self.minor < 0 { "-" } else { "" };
        let grouped = grouped(&whole.to_string(), if self.currency == Currency::INR { 2 } else { 3 });
        write!(f, "{sign}{}{grouped}", self.currency.symbol())?;
        if fraction != 0 {
            let places = self.currency.exponent() as usize;
            write!(f, ".{fraction:0places$}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.decimal())
    }
}

/// Puts commas: the last three digits together, those before in groups of `upper` (2 Indian, 3 western).
fn grouped(digits: &str, upper: usize) -> String {
    let mut out = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        let behind = digits.len() - place;
        if place > 0 && behind >= 3 && (behind - 3).is_multiple_of(upper) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Whether `whole` is digits only, or digits grouped throughout in the Indian or the western way.
fn well_grouped(whole: &str) -> bool {
    let plain: String = whole.chars().filter(|digit| *digit != ',').collect();
    let is_number = !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit());
    is_number && (whole == plain || whole == grouped(&plain, 2) || whole == grouped(&plain, 3))
}
