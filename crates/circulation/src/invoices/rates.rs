//! Tax rates as dated data: what holds where, from which day.
use jiff::civil::{Date, date};
use serde::Deserialize;

use super::identifiers::quoted;
use super::places::{Country, PlaceError};

/// What is sold, when the settings do not say it.
pub const DIGITAL_NEWS: &str = "digital-news";

/// Standard rates of VAT in hundredths of a percent, and the day from which each is known to hold.
///
/// Many countries tax electronic newspapers lower (Directive 2006/112/EC, Annex III point 6; in the United Kingdom
/// VAT Act 1994, Schedule 8 Group 3), each with conditions of its own about who publishes and what is in it. Whether a
/// paper meets them only its publisher can say, so the rate built in is the full one and a lower one is written into
/// the settings.
const STANDARD_VAT: [(&str, u32, Date); 32] = [
    ("AT", 2_000, date(2024, 1, 1)),
    ("BE", 2_100, date(2024, 1, 1)),
    ("BG", 2_000, date(2024, 1, 1)),
    ("CY", 1_900, date(2024, 1, 1)),
    ("CZ", 2_100, date(2024, 1, 1)),
    ("DE", 1_900, date(2024, 1, 1)),
    ("DK", 2_500, date(2024, 1, 1)),
    ("EE", 2_200, date(2024, 1, 1)),
    ("EE", 2_400, date(2025, 7, 1)),
    ("ES", 2_100, date(2024, 1, 1)),
    ("FI", 2_400, date(2024, 1, 1)),
    ("FI", 2_550, date(2024, 9, 1)),
    ("FR", 2_000, date(2024, 1, 1)),
    ("GB", 2_000, date(2024, 1, 1)),
    ("GR", 2_400, date(2024, 1, 1)),
    ("HR", 2_500, date(2024, 1, 1)),
    ("HU", 2_700, date(2024, 1, 1)),
    ("IE", 2_300, date(2024, 1, 1)),
    ("IT", 2_200, date(2024, 1, 1)),
    ("LT", 2_100, date(2024, 1, 1)),
    ("LU", 1_700, date(2024, 1, 1)),
    ("LV", 2_100, date(2024, 1, 1)),
    ("MT", 1_800, date(2024, 1, 1)),
    ("NL", 2_100, date(2024, 1, 1)),
    ("PL", 2_300, date(2024, 1, 1)),
    ("PT", 2_300, date(2024, 1, 1)),
    ("RO", 1_900, date(2024, 1, 1)),
    ("RO", 2_100, date(2025, 8, 1)),
    ("SE", 2_500, date(2024, 1, 1)),
    ("SI", 2_200, date(2024, 1, 1)),
    ("SK", 2_000, date(2024, 1, 1)),
    ("SK", 2_300, date(2025, 1, 1)),
];

/// GST on online content, SAC 998431 (Notification 11/2017-Central Tax (Rate) and 8/2017-Integrated Tax (Rate)). The
/// lower rate of e-books (5 %) is not for newspapers.
const INDIAN_GST: (&str, u32, Date) = ("IN", 1_800, date(2017, 7, 1));

/// One `[[billing.tax]]` table of `publication.toml` as it was written, not yet checked. It goes before what is built in.
///
/// ```toml
/// [[billing.tax]]
/// country = "DE"
/// percent = "7"              # in quotation marks; "2.1" for decimals
/// from = "2026-01-01"        # the first day it holds
/// # product = "digital-news" # left out: digital-news
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxSetting {
    /// Two letters of ISO 3166.
    pub country: String,
    /// What is sold, a word of the publisher's own choice that plans refer to.
    #[serde(default = "digital_news")]
    pub product: String,
    /// Decimal text without the sign.
    pub percent: PercentSetting,
    /// The first civil day it holds, in the supplier's zone.
    pub from: String,
}

fn digital_news() -> String {
    DIGITAL_NEWS.to_owned()
}

/// A percentage as written; a bare number with decimals is refused, since it would pass through floating point.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "a percentage in quotation marks, such as percent = \"18\" or percent = \"2.1\"")]
pub enum PercentSetting {
    /// Text: `"2.1"`.
    Text(String),
    /// A whole number: `18`.
    Whole(u32),
}

/// What is wrong with a dated rate, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RateProblem {
    /// Not a country.
    #[error("country: {0}")]
    Country(PlaceError),
    /// Not a percentage from 0 to 100 with at most two decimals.
    #[error(
        "percent: “{0}” is not a rate; write 0 to 100 with at most two decimals, such as percent = \"18\" or percent = \"2.1\""
    )]
    Percent(String),
    /// A rate that cannot be halved between the centre and a State.
    #[error(
        "percent: India's rate is halved between CGST and SGST, and {0} hundredths of a percent have no half; write an even number of them"
    )]
    Odd(u32),
    /// Not a day.
    #[error("from: “{0}” is not a day; write year, month and day, such as from = \"2026-04-01\"")]
    From(String),
    /// Not a word.
    #[error("product: “{0}” is not a product; write small letters, digits and hyphens, such as \"digital-news\"")]
    Product(String),
    /// Two rates for one country, product and day.
    #[error("there are two rates for {0} from {1}; keep one of them")]
    Twice(Country, Date),
    /// No rate for that place and day.
    #[error(
        "no tax rate is known for {product} in {country} on {on}; add a [[billing.tax]] table with country = \"{code}\" and a day \
         in from that is not after it", code = country.code()
    )]
    Unknown {
        /// Where.
        country: Country,
        /// What.
        product: String,
        /// When.
        on: Date,
    },
}

impl RateProblem {
    /// The key of the `[[billing.tax]]` table to mend.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            RateProblem::Country(_) | RateProblem::Unknown { .. } => "country",
            RateProblem::Percent(_) | RateProblem::Odd(_) => "percent",
            RateProblem::From(_) | RateProblem::Twice(..) => "from",
            RateProblem::Product(_) => "product",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    country: Country,
    product: String,
    points: u32,
    from: Date,
}

/// A rate that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Hundredths of a percent of the net price: 1800 is 18 %.
    pub basis_points: u32,
    /// Whether the publisher wrote it down, or it is the full rate built in.
    pub confirmed: bool,
}

/// Rates by country, product and day: the publisher's own before those built in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxTable {
    own: Vec<Row>,
}

impl TaxTable {
    /// What is built in, alone.
    #[must_use]
    pub fn built_in() -> TaxTable {
        TaxTable { own: Vec::new() }
    }

    /// What is built in, with the publisher's `[[billing.tax]]` tables before it.
    ///
    /// # Errors
    /// The first mistake, with the number of its table from 0.
    pub fn new(settings: &[TaxSetting]) -> Result<TaxTable, (usize, RateProblem)> {
        let mut own: Vec<Row> = Vec::with_capacity(settings.len());
        for (nth, setting) in settings.iter().enumerate() {
            let row = setting.check().map_err(|problem| (nth, problem))?;
            let same =
                |other: &Row| (other.country, &other.product, other.from) == (row.country, &row.product, row.from);
            if own.iter().any(same) {
                return Err((nth, RateProblem::Twice(row.country, row.from)));
            }
            own.push(row);
        }
        Ok(TaxTable { own })
    }

    /// The rate for `product` in `country` on that civil day. A country that lends its VAT to another (France to
    /// Monaco) lends the rate. Built-in rates know [`DIGITAL_NEWS`] only.
    ///
    /// # Errors
    /// [`RateProblem::Unknown`]: nothing is guessed.
    pub fn rate(&self, country: Country, product: &str, on: Date) -> Result<Rate, RateProblem> {
        let area = country.vat_area();
        let own = self
            .own
            .iter()
            .filter(|row| row.country.vat_area() == area && row.product == product && row.from <= on)
            .max_by_key(|row| row.from);
        if let Some(row) = own {
            return Ok(Rate { basis_points: row.points, confirmed: true });
        }
        let known = STANDARD_VAT.iter().chain([&INDIAN_GST]);
        known
            .filter(|(code, _, from)| product == DIGITAL_NEWS && *code == area.code() && *from <= on)
            .max_by_key(|(_, _, from)| *from)
            .map(|(code, points, _)| Rate { basis_points: *points, confirmed: *code == "IN" })
            .ok_or_else(|| RateProblem::Unknown { country, product: quoted(product), on })
    }
}

impl TaxSetting {
    fn check(&self) -> Result<Row, RateProblem> {
        let country = Country::parse(&self.country).map_err(RateProblem::Country)?;
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=40).contains(&self.product.len()) || !self.product.bytes().all(plain) {
            return Err(RateProblem::Product(quoted(&self.product)));
        }
        let points = self.percent.basis_points()?;
        if country.is_india() && points % 2 == 1 {
            return Err(RateProblem::Odd(points));
        }
        let from = self.from.parse().map_err(|_| RateProblem::From(quoted(&self.from)))?;
        Ok(Row { country, product: self.product.clone(), points, from })
    }
}

impl PercentSetting {
    fn basis_points(&self) -> Result<u32, RateProblem> {
        let text = match self {
            PercentSetting::Text(text) => text.trim().to_owned(),
            PercentSetting::Whole(whole) => whole.to_string(),
        };
        let wrong = || RateProblem::Percent(quoted(&text));
        let (whole, decimals) = text.split_once('.').unwrap_or((&text, "0"));
        let digits = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(whole, 3) || !digits(decimals, 2) {
            return Err(wrong());
        }
        let whole: u32 = whole.parse().map_err(|_| wrong())?;
        let hundredths: u32 = format!("{decimals:0<2}").parse().map_err(|_| wrong())?;
        let points = whole * 100 + hundredths;
        if points <= 10_000 { Ok(points) } else { Err(wrong()) }
    }
}
