//! How rails count currencies that they count otherwise than ISO 4217. The books keep ISO; only what goes over the wire
//! is translated, and an amount that the rail could not take exactly is refused, not rounded.
use circulation::money::{Currency, Money};

/// A rail's exceptions: code, decimals that the rail's numbers have, and the step that its amounts must be multiples of.
pub type Exceptions = &'static [(&'static str, u32, i64)];

/// Stripe: ISK and UGX have no decimals but are written with two; MGA is written without; amounts with three decimals
/// must end in zero. HUF and TWD differ in payouts only (Stripe's currency page, read November 2026).
pub const STRIPE: Exceptions = &[
    ("ISK", 2, 100),
    ("UGX", 2, 100),
    ("MGA", 0, 1),
    ("BHD", 3, 10),
    ("IQD", 3, 10),
    ("JOD", 3, 10),
    ("KWD", 3, 10),
    ("LYD", 3, 10),
    ("OMR", 3, 10),
    ("TND", 3, 10),
];

/// Razorpay: amounts with three decimals must end in zero; the rest as ISO has it.
pub const RAZORPAY: Exceptions =
    &[("BHD", 3, 10), ("IQD", 3, 10), ("JOD", 3, 10), ("KWD", 3, 10), ("LYD", 3, 10), ("OMR", 3, 10), ("TND", 3, 10)];

fn rule(exceptions: Exceptions, currency: Currency) -> (u32, i64) {
    let found = exceptions.iter().find(|(code, _, _)| *code == currency.code());
    found.map_or((currency.exponent(), 1), |(_, decimals, step)| (*decimals, *step))
}

/// The rail's number for an amount; none if the rail cannot take it exactly.
pub fn to_rail(exceptions: Exceptions, amount: Money) -> Option<i64> {
    let (decimals, step) = rule(exceptions, amount.currency());
    let number = shifted(amount.minor(), amount.currency().exponent(), decimals)?;
    (number % step == 0).then_some(number)
}

/// The amount that a rail's number is; none for an unknown currency or a fraction of our minor unit.
pub fn from_rail(exceptions: Exceptions, number: i64, code: &str) -> Option<Money> {
    let currency = Currency::parse(code).ok()?;
    let (decimals, _) = rule(exceptions, currency);
    Some(Money::new(shifted(number, decimals, currency.exponent())?, currency))
}

/// A number with `from` decimals written with `to` decimals, if that is exact.
fn shifted(number: i64, from: u32, to: u32) -> Option<i64> {
    if to >= from {
        return number.checked_mul(10_i64.checked_pow(to - from)?);
    }
    let divisor = 10_i64.checked_pow(from - to)?;
    (number % divisor == 0).then_some(number / divisor)
}

#[cfg(test)]
mod tests {
    use super::{RAZORPAY, STRIPE, from_rail, to_rail};
    use circulation::money::{Currency, Money};

    #[test]
    fn amounts_reach_the_rail_as_it_counts() {
        let cases = [
            ("INR", 90_000, Some(90_000)),
            ("JPY", 900, Some(900)),
            ("ISK", 900, Some(90_000)),
            ("UGX", 5_000, Some(500_000)),
            ("MGA", 500_000, Some(5_000)),
            ("MGA", 500_050, None),
            ("KWD", 1_230, Some(1_230)),
            ("KWD", 1_234, None),
            ("HUF", 12_345, Some(12_345)),
            ("ISK", i64::MAX, None),
        ];
        for (code, minor, wire) in cases {
            let money = Money::new(minor, Currency::parse(code).unwrap());
            assert_eq!(to_rail(STRIPE, money), wire, "{code} {minor}");
            if let Some(wire) = wire {
                assert_eq!(from_rail(STRIPE, wire, &code.to_lowercase()), Some(money), "{code} back");
            }
        }
        assert_eq!(from_rail(STRIPE, 90_050, "ISK"), None, "half a króna is no amount of ours");
        assert_eq!(from_rail(STRIPE, 1, "XXX"), None);
        assert_eq!(to_rail(RAZORPAY, Money::new(900, Currency::parse("ISK").unwrap())), Some(900));
    }
}
