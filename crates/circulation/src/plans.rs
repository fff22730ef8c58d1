//! What is for sale. A plan comes from `publication.toml`; what a reader bought is a *plan version*, frozen on the
//! contract, so that a later change of price or name never reaches back.
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::benefits::{Benefit, Benefits};
use crate::calendar::Term;
use crate::money::{Currency, Money};

const LONGEST_CODE: usize = 40;
const LONGEST_NAME: usize = 60;

/// The stable name of a plan in addresses, storage and exports: small letters, digits and single hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlanCode(String);

impl PlanCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PlanCode {
    type Error = PlanProblem;
    fn try_from(code: String) -> Result<PlanCode, PlanProblem> {
        let word = |word: &str| {
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            !word.is_empty() && word.bytes().all(plain)
        };
        if code.len() <= LONGEST_CODE && code.split('-').all(word) {
            Ok(PlanCode(code))
        } else {
            Err(PlanProblem::Code)
        }
    }
}

impl From<PlanCode> for String {
    fn from(code: PlanCode) -> String {
        code.0
    }
}

impl fmt::Display for PlanCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The terms of a sale. Stored whole on every contract; never changed once sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanVersion {
    /// Which plan.
    pub code: PlanCode,
    /// Which version of it, from 1; a new price, term or set of benefits is a new version.
    pub version: u32,
    /// Its name as the reader saw it.
    pub name: String,
    /// What one term costs, tax included, in minor units.
    pub price: Money,
    /// How long one payment lasts; stored as months.
    #[serde(rename = "months")]
    pub term: Term,
    /// What the reader holds meanwhile.
    pub benefits: Benefits,
}

impl PlanVersion {
    /// Whether a reader pays the same for the same time and rights; the name may differ.
    pub fn same_terms(&self, other: &PlanVersion) -> bool {
        (self.price, self.term, self.benefits) == (other.price, other.term, other.benefits)
    }

    /// The price as the plans page shows it.
    pub fn price_line(&self) -> PriceLine {
        let monthly = self.price.per_month(self.term.months());
        PriceLine { price: self.price.to_string(), term: self.term.to_string(), monthly: format!("{monthly}/Month") }
    }
}

/// A price in words. Show `price` wherever `monthly` stands: the monthly figure is cut and is never charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceLine {
    /// What is charged: `₹2,700`.
    pub price: String,
    /// For how long: `1 Year`.
    pub term: String,
    /// What that comes to: `₹225/Month`.
    pub monthly: String,
}

/// A plan on offer: the terms that would be frozen today, and how it is presented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The terms on offer.
    pub terms: PlanVersion,
    /// Whether the plans page marks it as the best value; at most one plan is.
    pub best_value: bool,
}

impl Plan {
    /// The terms as they are frozen on a new contract.
    pub fn freeze(&self) -> PlanVersion {
        self.terms.clone()
    }

    /// Checks that this offer may stand beside what was sold: one version has one set of terms.
    ///
    /// # Errors
    /// [`PlanProblem::VersionReused`] when the same version was sold on other terms.
    pub fn check_against(&self, sold: &PlanVersion) -> Result<(), PlanError> {
        let same_version = (&self.terms.code, self.terms.version) == (&sold.code, sold.version);
        if same_version && !self.terms.same_terms(sold) {
            let problem = PlanProblem::VersionReused { sold: sold.price, version: sold.version };
            return Err(problem.of(self.terms.code.as_str()));
        }
        Ok(())
    }
}

/// One `[[plans]]` table of `publication.toml` as it was written, not yet checked.
///
/// ```toml
/// [[plans]]
/// code = "smart-essential"
/// name = "Smart Essential"
/// price = "2700"          # tax included
/// currency = "INR"        # left out: the paper's
/// months = 12
/// version = 1             # left out: 1; raise it with every new price
/// benefits = ["unlimited", "premium"]
/// best_value = true       # left out: false
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanSettings {
    /// Stable code.
    pub code: String,
    /// Name for readers.
    pub name: String,
    /// Price of one term, tax included, as decimal text or a whole number.
    pub price: PriceSetting,
    /// Currency; the paper's when left out.
    pub currency: Option<String>,
    /// Months that one payment lasts.
    pub months: u16,
    /// Version of the terms; 1 when left out.
    #[serde(default = "first_version")]
    pub version: u32,
    /// Words of the benefits.
    pub benefits: Vec<String>,
    /// Whether to mark it as the best value.
    #[serde(default)]
    pub best_value: bool,
}

fn first_version() -> u32 {
    1
}

/// A price as written in the settings; a number with decimals is refused, since it would pass through floating point.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "a price in quotation marks, such as price = \"2700\" or price = \"900.50\"")]
pub enum PriceSetting {
    /// Text: `"2,700.00"`.
    Text(String),
    /// A whole number of the currency's units: `2700`.
    Whole(i64),
}

/// What is wrong with a plan in the settings, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("plan \"{plan}\": {problem}")]
pub struct PlanError {
    /// Code of the plan as written.
    pub plan: String,
    /// What is wrong with it.
    #[source]
    pub problem: PlanProblem,
}

/// The kinds of mistakes in a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanProblem {
    /// The code cannot stand in an address.
    #[error(
        "the code must be small letters, digits and single hyphens, at most {LONGEST_CODE} characters; \
         write for example code = \"smart-essential\""
    )]
    Code,
    /// Two plans have the same code.
    #[error("another plan has the same code; give each plan a code of its own")]
    DoubleCode,
    /// No name, too long a name, or one with control characters.
    #[error(
        "the name must have 1 to {LONGEST_NAME} printable characters; write for example name = \"Smart Essential\""
    )]
    Name,
    /// The price cannot be read.
    #[error("price: {0}")]
    Price(String),
    /// The price is zero or less.
    #[error("the price must be more than zero, not {0}; for free reading raise the meter's limits instead")]
    NotPositive(Money),
    /// The currency is not known.
    #[error("currency: {0}")]
    Currency(String),
    /// The term cannot be sold.
    #[error("months: {0}")]
    Months(String),
    /// Version 0.
    #[error("versions are counted from 1; write version = 1 or leave it out")]
    Version,
    /// No benefits.
    #[error("a plan must give something; write for example benefits = [\"unlimited\"]")]
    NoBenefits,
    /// A benefit that does not exist.
    #[error("benefits: {0}")]
    Benefit(String),
    /// Several plans claim to be the best value.
    #[error("only one plan can be the best value; remove best_value from all but one")]
    SecondBestValue,
    /// A version that was sold now has other terms.
    #[error(
        "version {version} was sold on other terms ({sold}); write version = {} for the new ones",
        .version.saturating_add(1)
    )]
    VersionReused {
        /// The price it was sold at.
        sold: Money,
        /// The version.
        version: u32,
    },
}

impl PlanProblem {
    fn of(self, plan: &str) -> PlanError {
        PlanError { plan: plan.chars().take(LONGEST_NAME).collect(), problem: self }
    }

    /// The key of the `[[plans]]` table to mend.
    pub fn field(&self) -> &'static str {
        match self {
            PlanProblem::Code | PlanProblem::DoubleCode => "code",
            PlanProblem::Name => "name",
            PlanProblem::Price(_) | PlanProblem::NotPositive(_) => "price",
            PlanProblem::Currency(_) => "currency",
            PlanProblem::Months(_) => "months",
            PlanProblem::Version | PlanProblem::VersionReused { .. } => "version",
            PlanProblem::NoBenefits | PlanProblem::Benefit(_) => "benefits",
            PlanProblem::SecondBestValue => "best_value",
        }
    }
}

impl PlanSettings {
    /// Checks one plan on its own.
    ///
    /// # Errors
    /// The first mistake found, with its mend.
    pub fn check(&self, paper: Currency) -> Result<Plan, PlanError> {
        self.checked(paper).map_err(|problem| problem.of(&self.code))
    }

    fn checked(&self, paper: Currency) -> Result<Plan, PlanProblem> {
        let code = PlanCode::try_from(self.code.clone())?;
        let name = self.name.trim();
        let length = name.chars().count();
        if !(1..=LONGEST_NAME).contains(&length) || name.chars().any(char::is_control) {
            return Err(PlanProblem::Name);
        }
        if self.version == 0 {
            return Err(PlanProblem::Version);
        }
        let benefits = self
            .benefits
            .iter()
            .map(|word| word.parse::<Benefit>())
            .collect::<Result<Benefits, _>>()
            .map_err(|error| PlanProblem::Benefit(error.to_string()))?;
        if benefits.is_empty() {
            return Err(PlanProblem::NoBenefits);
        }
        let terms = PlanVersion {
            code,
            version: self.version,
            name: name.to_owned(),
            price: self.price(paper)?,
            term: Term::new(self.months).map_err(|error| PlanProblem::Months(error.to_string()))?,
            benefits,
        };
        Ok(Plan { terms, best_value: self.best_value })
    }

    fn price(&self, paper: Currency) -> Result<Money, PlanProblem> {
        let currency = match &self.currency {
            Some(code) => Currency::parse(code).map_err(|error| PlanProblem::Currency(error.to_string()))?,
            None => paper,
        };
        let text = match &self.price {
            PriceSetting::Text(text) => text.clone(),
            PriceSetting::Whole(units) => units.to_string(),
        };
        let price = Money::parse(&text, currency).map_err(|error| PlanProblem::Price(error.to_string()))?;
        if price.is_positive() { Ok(price) } else { Err(PlanProblem::NotPositive(price)) }
    }
}

/// Everything on sale, in the order of the settings. A paper without plans has an empty list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriceList {
    plans: Vec<Plan>,
}

impl PriceList {
    /// Checks all plans of the settings, each alone and against each other. `paper` is the paper's own currency.
    ///
    /// # Errors
    /// The first mistake found, with the plan and the mend.
    pub fn new(settings: &[PlanSettings], paper: Currency) -> Result<PriceList, PlanError> {
        let mut list = PriceList::default();
        for setting in settings {
            let plan = setting.check(paper)?;
            if list.plan(plan.terms.code.as_str()).is_some() {
                return Err(PlanProblem::DoubleCode.of(&setting.code));
            }
            if plan.best_value && list.plans.iter().any(|other| other.best_value) {
                return Err(PlanProblem::SecondBestValue.of(&setting.code));
            }
            list.plans.push(plan);
        }
        Ok(list)
    }

    /// The plans in order.
    pub fn plans(&self) -> &[Plan] {
        &self.plans
    }

    /// The plan with that code.
    pub fn plan(&self, code: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.terms.code.as_str() == code)
    }

    /// Whether no plan of the list costs less a month than this one. Prices in several currencies are not compared: then it is not known.
    pub fn is_lowest_a_month(&self, plan: &Plan) -> bool {
        // across the terms, for the monthly figures are cut
        let for_time_of = |one: &PlanVersion, other: &PlanVersion| {
            i128::from(one.price.minor()) * i128::from(other.term.months().get())
        };
        self.plans.iter().all(|other| {
            let (one, other) = (&plan.terms, &other.terms);
            one.price.currency() == other.price.currency() && for_time_of(one, other) <= for_time_of(other, one)
        })
    }
}
