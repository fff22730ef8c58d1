//! Amounts: reading, showing, adding, and the plans that are priced with them.
#![cfg(test)]

use std::num::NonZeroU16;

use circulation::benefits::Benefit;
use circulation::money::{Currency, Money, MoneyError};
use circulation::plans::{PlanSettings, PlanVersion, PriceList};
use proptest::prelude::*;
use serde::Deserialize;

fn rupees(text: &str) -> Money {
    Money::parse(text, Currency::INR).unwrap()
}

fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

fn months(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}

#[test]
fn amounts_are_read_as_people_write_them() {
    let vectors = [
        ("2700", 270_000),
        ("2,700.00", 270_000),
        ("₹2,700", 270_000),
        ("1,00,000", 10_000_000),
        ("100,000", 10_000_000),
        ("900.5", 90_050),
        ("900.50", 90_050),
        (" 0 ", 0),
        ("-5.05", -505),
        ("0.01", 1),
    ];
    for (text, minor) in vectors {
        assert_eq!(rupees(text).minor(), minor, "{text}");
    }
    assert_eq!(Money::parse("1500", currency("JPY")).unwrap().minor(), 1_500);
    assert_eq!(Money::parse("1.5", currency("KWD")).unwrap().minor(), 1_500);
}

#[test]
fn what_could_mean_two_amounts_is_refused() {
    let doubtful = [
        "",
        "-",
        ".",
        "900.",
        ".50",
        "2,70",
        "27,00",
        "1,0,0",
        ",900",
        "900,",
        "1.234,56",
        "1 000",
        "9e2",
        "٩٠٠",
        "900 INR",
        "+5",
        "$5",
        "--5",
        "1,00,000,000",
    ];
    for text in doubtful {
        assert_eq!(Money::parse(text, Currency::INR), Err(MoneyError::NotAnAmount(text.to_owned())), "{text}");
    }
    let error = Money::parse("9.999", Currency::INR).unwrap_err().to_string();
    assert_eq!(error, "\"9.999\" has too many decimals; INR has 2");
    let error = Money::parse("900.50", currency("JPY")).unwrap_err().to_string();
    assert_eq!(error, "\"900.50\" has too many decimals; JPY has none");
    let huge = "9".repeat(40);
    assert_eq!(Money::parse(&huge, Currency::INR), Err(MoneyError::Overflow));
}

#[test]
fn amounts_are_shown_in_the_grouping_of_their_readers() {
    let indian = [
        (90_000, "₹900"),
        (270_000, "₹2,700"),
        (390_000, "₹3,900"),
        (90_050, "₹900.50"),
        (5, "₹0.05"),
        (0, "₹0"),
        (9_999_900, "₹99,999"),
        (10_000_000, "₹1,00,000"),
        (123_456_789, "₹12,34,567.89"),
        (-270_000, "-₹2,700"),
        (i64::MIN, "-₹92,23,37,20,36,85,47,758.08"),
    ];
    for (minor, text) in indian {
        assert_eq!(Money::new(minor, Currency::INR).to_string(), text);
    }
    let western = [
        ("USD", 123_456_789, "$1,234,567.89"),
        ("GBP", 100_000, "£1,000"),
        ("JPY", 1_500_000, "¥1,500,000"),
        ("KWD", 1_234_500, "KWD\u{a0}1,234.500"),
        ("CHF", 50, "CHF\u{a0}0.50"),
    ];
    for (code, minor, text) in western {
        assert_eq!(Money::new(minor, currency(code)).to_string(), text);
    }
}

#[test]
fn machines_get_plain_decimals() {
    assert_eq!(rupees("2,700").decimal(), "2700.00");
    assert_eq!(rupees("-0.05").decimal(), "-0.05");
    assert_eq!(Money::new(1_500, currency("JPY")).decimal(), "1500");
    assert_eq!(Money::new(5, currency("KWD")).decimal(), "0.005");
}

#[test]
fn currencies_keep_their_own_decimals() {
    let exponents = [("INR", 2), ("USD", 2), ("EUR", 2), ("GBP", 2), ("JPY", 0), ("ISK", 0), ("KWD", 3), ("CLF", 4)];
    for (code, exponent) in exponents {
        assert_eq!(currency(code).exponent(), exponent, "{code}");
    }
    assert_eq!(currency("inr"), Currency::INR);
    for unknown in ["", "IN", "RUPEE", "XXX", "AED AFN", "₹"] {
        let error = Currency::parse(unknown).unwrap_err();
        assert_eq!(error, MoneyError::UnknownCurrency(unknown.to_owned()));
    }
}

#[test]
fn the_monthly_figure_is_cut_and_never_promises_more() {
    for (price, term, shown) in [
        ("900", 3, "₹300"),
        ("2,700", 12, "₹225"),
        ("3,900", 24, "₹162"),
        ("999.99", 3, "₹333.33"),
        ("4", 12, "₹0.33"),
        ("900", 1, "₹900"),
    ] {
        assert_eq!(rupees(price).per_month(months(term)).to_string(), shown, "{price}");
    }
    let yen = Money::new(1_000, currency("JPY"));
    assert_eq!(yen.per_month(months(12)).to_string(), "¥83");
}

#[test]
fn currencies_do_not_mix_and_nothing_wraps_around() {
    let dollars = Money::new(100, currency("USD"));
    let error = rupees("1").checked_add(dollars).unwrap_err();
    assert_eq!(error.to_string(), "INR and USD cannot be mixed; convert or book them separately");
    let most = Money::new(i64::MAX, Currency::INR);
    assert_eq!(most.checked_add(rupees("0.01")), Err(MoneyError::Overflow));
    let least = Money::new(i64::MIN, Currency::INR);
    assert_eq!(least.checked_neg(), Err(MoneyError::Overflow));
    assert_eq!(least.checked_sub(rupees("0.01")), Err(MoneyError::Overflow));
    assert_eq!(rupees("5").checked_sub(rupees("7.50")).unwrap(), rupees("-2.50"));
}

#[test]
fn money_is_stored_as_minor_units_with_its_currency() {
    let stored = serde_json::to_string(&rupees("900")).unwrap();
    assert_eq!(stored, r#"{"minor":90000,"currency":"INR"}"#);
    let read: Money = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, rupees("900"));
    assert!(serde_json::from_str::<Money>(r#"{"minor":1,"currency":"ZZZ"}"#).is_err());
    assert!(serde_json::from_str::<Money>(r#"{"minor":1.5,"currency":"INR"}"#).is_err());
}

proptest! {
    #[test]
    fn what_is_shown_can_be_read_again(minor in (i64::MIN + 1)..i64::MAX, code in "INR|USD|JPY|KWD|CHF|CLF") {
        let money = Money::new(minor, currency(&code));
        prop_assert_eq!(Money::parse(&money.to_string(), money.currency()).unwrap(), money);
        prop_assert_eq!(Money::parse(&money.decimal(), money.currency()).unwrap(), money);
    }

    #[test]
    fn no_text_makes_the_reader_of_amounts_fall_over(text in "\\PC{0,30}") {
        if let Ok(money) = Money::parse(&text, Currency::INR) {
            // Whatever was accepted holds the same digits as the text did.
            let digits = |s: &str| s.chars().filter(char::is_ascii_digit).collect::<String>();
            let written = digits(&text);
            let read = digits(&money.decimal());
            let same_value = read.trim_start_matches('0').starts_with(written.trim_start_matches('0'));
            prop_assert!(same_value, "{} read as {:?}", text, money);
        }
    }

    #[test]
    fn months_of_the_monthly_figure_never_exceed_the_price(minor in 1_i64..1_000_000_000, term in 1_u16..=120) {
        let price = Money::new(minor, Currency::INR);
        let monthly = price.per_month(months(term));
        prop_assert!(monthly.minor() * i64::from(term) <= minor);
        // The whole-unit cut loses less than one unit and one paisa per month.
        prop_assert!((monthly.minor() + 100) * i64::from(term) > minor);
    }
}

// ---- plans -------------------------------------------------------------------------------------------------------

#[derive(Deserialize)]
struct Settings {
    plans: Vec<PlanSettings>,
}

const THREE_PLANS: &str = r#"
[[plans]]
code = "smart-quarterly"
name = "Smart Quarterly"
price = "900"
months = 3
benefits = ["unlimited", "premium", "ad-free"]

[[plans]]
code = "smart-essential"
name = "Smart Essential"
price = "2,700.00"
months = 12
benefits = ["unlimited", "premium", "ad-free"]
best_value = true

[[plans]]
code = "super-saver"
name = "Super Saver"
price = 3900
months = 24
version = 2
benefits = ["unlimited", "premium", "ad-free"]
"#;

fn price_list(toml_text: &str) -> Result<PriceList, String> {
    let settings: Settings = toml::from_str(toml_text).map_err(|error| error.to_string())?;
    PriceList::new(&settings.plans, Currency::INR).map_err(|error| error.to_string())
}

#[test]
fn the_three_plans_read_as_promised() {
    let list = price_list(THREE_PLANS).unwrap();
    let lines: Vec<_> = list
        .plans()
        .iter()
        .map(|plan| {
            let line = plan.terms.price_line();
            (line.price, line.term, line.monthly)
        })
        .collect();
    let line = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(
        lines,
        [
            line("₹900", "3 Months", "₹300/Month"),
            line("₹2,700", "1 Year", "₹225/Month"),
            line("₹3,900", "2 Years", "₹162/Month"),
        ]
    );
    let saver = list.plan("super-saver").unwrap();
    assert_eq!(saver.terms.version, 2);
    assert!(saver.terms.benefits.contains(Benefit::AdFree));
    assert!(!saver.terms.benefits.contains(Benefit::Edition));
    assert!(list.plan("smart-essential").unwrap().best_value && !saver.best_value);
    assert!(list.plan("smart").is_none());
}

#[test]
fn a_plan_may_have_its_own_currency() {
    let abroad = THREE_PLANS.replace("months = 24", "months = 24\ncurrency = \"USD\"");
    let list = price_list(&abroad).unwrap();
    assert_eq!(list.plan("super-saver").unwrap().terms.price_line().price, "$3,900");
}

#[test]
fn a_mistake_in_a_plan_says_how_to_mend_it() {
    let mistakes = [
        (
            "\"900\"",
            "\"0\"",
            "plan \"smart-quarterly\": the price must be more than zero, not ₹0; for free reading raise the meter's limits instead",
        ),
        (
            "\"900\"",
            "\"-900\"",
            "plan \"smart-quarterly\": the price must be more than zero, not -₹900; for free reading raise the meter's limits instead",
        ),
        (
            "\"900\"",
            "\"nine\"",
            "plan \"smart-quarterly\": price: \"nine\" is not an amount; write digits with a point for decimals, such as 2700, 2,700 or 900.50",
        ),
        (
            "months = 3\n",
            "months = 0\n",
            "plan \"smart-quarterly\": months: a term of 0 months cannot be sold; write months = 1 to 120",
        ),
        (
            "months = 3\n",
            "months = 121\n",
            "plan \"smart-quarterly\": months: a term of 121 months cannot be sold; write months = 1 to 120",
        ),
        (
            "months = 3\n",
            "months = 3\ncurrency = \"RS\"\n",
            "plan \"smart-quarterly\": currency: \"RS\" is not a currency; write the three letters of ISO 4217, such as INR, USD or EUR",
        ),
        (
            "\"smart-quarterly\"",
            "\"smart-essential\"",
            "plan \"smart-essential\": another plan has the same code; give each plan a code of its own",
        ),
        (
            "\"smart-quarterly\"",
            "\"Smart Quarterly!\"",
            "plan \"Smart Quarterly!\": the code must be small letters, digits and single hyphens, at most 40 characters; write for example code = \"smart-essential\"",
        ),
        (
            "\"Smart Quarterly\"",
            "\" \"",
            "plan \"smart-quarterly\": the name must have 1 to 60 printable characters; write for example name = \"Smart Essential\"",
        ),
        (
            "version = 2",
            "version = 0",
            "plan \"super-saver\": versions are counted from 1; write version = 1 or leave it out",
        ),
        (
            "version = 2",
            "best_value = true",
            "plan \"super-saver\": only one plan can be the best value; remove best_value from all but one",
        ),
    ];
    for (right, wrong, message) in mistakes {
        let error = price_list(&THREE_PLANS.replacen(right, wrong, 1)).unwrap_err();
        assert_eq!(error, message);
    }
    let benefits = r#"["unlimited", "premium", "ad-free"]"#;
    let error = price_list(&THREE_PLANS.replacen(benefits, r#"["adfree"]"#, 1)).unwrap_err();
    assert!(error.starts_with("plan \"smart-quarterly\": benefits: ") && error.contains("ad-free"), "{error}");
    let error = price_list(&THREE_PLANS.replacen(benefits, "[]", 1)).unwrap_err();
    assert!(error.contains("a plan must give something"), "{error}");
    // Floating point would lose paise; a misspelt key would be a setting that does nothing.
    let error = price_list(&THREE_PLANS.replacen("\"900\"", "900.50", 1)).unwrap_err();
    assert!(error.contains("price = \"900.50\""), "{error}");
    let error = price_list(&THREE_PLANS.replacen("version", "versoin", 1)).unwrap_err();
    assert!(error.contains("versoin"), "{error}");
}

#[test]
fn a_sold_version_cannot_be_given_other_terms() {
    let list = price_list(THREE_PLANS).unwrap();
    let saver = list.plan("super-saver").unwrap();
    let sold = saver.freeze();
    saver.check_against(&sold).unwrap();
    let renamed = PlanVersion { name: "Saver".into(), ..sold.clone() };
    saver.check_against(&renamed).unwrap();
    let cheaper = PlanVersion { price: rupees("3,500"), ..sold.clone() };
    let error = saver.check_against(&cheaper).unwrap_err();
    assert_eq!(error.problem.field(), "version");
    assert_eq!(
        error.to_string(),
        "plan \"super-saver\": version 2 was sold on other terms (₹3,500); write version = 3 for the new ones"
    );
    let older = PlanVersion { version: 1, ..cheaper };
    saver.check_against(&older).unwrap();
}

#[test]
fn a_frozen_version_is_stored_whole() {
    let sold = price_list(THREE_PLANS).unwrap().plan("smart-essential").unwrap().freeze();
    let stored = serde_json::to_string(&sold).unwrap();
    assert_eq!(
        stored,
        r#"{"code":"smart-essential","version":1,"name":"Smart Essential","price":{"minor":270000,"currency":"INR"},"months":12,"benefits":["unlimited","premium","ad-free"]}"#
    );
    assert_eq!(serde_json::from_str::<PlanVersion>(&stored).unwrap(), sold);
    let endless = stored.replace("\"months\":12", "\"months\":0");
    assert!(serde_json::from_str::<PlanVersion>(&endless).is_err());
}
