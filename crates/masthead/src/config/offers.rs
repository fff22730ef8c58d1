//! `[[billing.offers]]` and `[[billing.coupons]]`: what makes a plan cheaper for a while.
use std::collections::HashSet;

use circulation::money::{Currency, Money};
use circulation::plans::PriceList;
use circulation::subscriptions::{Coupon, Intro, Off};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan as _};
use serde::Deserialize;

use super::publication::Wrong;
use super::settings::ConfigError;

/// What is special about a plan for new or returning subscribers.
#[derive(Debug, Clone)]
pub struct PlanOffer {
    pub plan: String,
    pub trial_days: Option<u16>,
    pub intro: Option<Intro>,
    /// The price of the first period for somebody who comes back.
    pub win_back: Option<Intro>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenOffer {
    plan: String,
    trial_days: Option<u16>,
    intro_price: Option<String>,
    intro_periods: Option<u32>,
    win_back_price: Option<String>,
}

const fn one() -> u32 {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenCoupon {
    code: String,
    percent: Option<u8>,
    amount: Option<String>,
    #[serde(default = "one")]
    periods: u32,
    until: Option<String>,
    most: Option<u32>,
}

pub(super) fn offers(
    written: &[WrittenOffer],
    plans: &PriceList,
    wrong: &Wrong<'_>,
) -> Result<Vec<PlanOffer>, ConfigError> {
    let mut offers: Vec<PlanOffer> = Vec::new();
    for (nth, offer) in written.iter().enumerate() {
        let wrong = |key, message| wrong("billing.offers", nth, key, message);
        let plan = plans.plan(&offer.plan);
        let plan = plan.ok_or_else(|| wrong("plan", format!("there is no plan \"{}\"", offer.plan)))?;
        if offers.iter().any(|known| known.plan == offer.plan) {
            return Err(wrong("plan", "write one [[billing.offers]] for each plan".to_owned()));
        }
        let price = |key: &'static str, text: &Option<String>| {
            let Some(text) = text else { return Ok(None) };
            let price = Money::parse(text, plan.terms.price.currency()).map_err(|e| wrong(key, e.to_string()))?;
            let fits = price.is_positive() && price.minor() < plan.terms.price.minor();
            let words = format!("it must be more than nothing and less than {}", plan.terms.price);
            if fits { Ok(Some(price)) } else { Err(wrong(key, words)) }
        };
        if offer.trial_days.is_none() && offer.intro_price.is_none() && offer.win_back_price.is_none() {
            return Err(wrong(
                "plan",
                "write trial_days, intro_price or win_back_price, or leave the table out".into(),
            ));
        }
        if offer.intro_periods.is_some() && offer.intro_price.is_none() {
            return Err(wrong("intro_periods", "it needs an intro_price, such as intro_price = \"450\"".to_owned()));
        }
        if offer.intro_periods.is_some_and(|periods| !(1..=120).contains(&periods)) {
            return Err(wrong("intro_periods", "write for how many of the first terms it holds, 1 to 120".to_owned()));
        }
        if offer.trial_days.is_some_and(|days| !(1..=90).contains(&days)) {
            return Err(wrong("trial_days", "write 1 to 90, or leave it out".to_owned()));
        }
        let intro = price("intro_price", &offer.intro_price)?;
        let win_back = price("win_back_price", &offer.win_back_price)?;
        offers.push(PlanOffer {
            plan: offer.plan.clone(),
            trial_days: offer.trial_days,
            intro: intro.map(|price| Intro { price, periods: offer.intro_periods.unwrap_or(1) }),
            win_back: win_back.map(|price| Intro { price, periods: 1 }),
        });
    }
    Ok(offers)
}

pub(super) fn coupons(
    written: &[WrittenCoupon],
    currency: Currency,
    zone: &TimeZone,
    wrong: &Wrong<'_>,
) -> Result<Vec<Coupon>, ConfigError> {
    let mut codes = HashSet::new();
    let mut coupons = Vec::new();
    for (nth, coupon) in written.iter().enumerate() {
        let wrong = |key, message: &str| wrong("billing.coupons", nth, key, message.to_owned());
        if coupon.code.trim().is_empty() || !codes.insert(coupon.code.trim().to_lowercase()) {
            return Err(wrong("code", "every coupon needs a code of its own, such as code = \"WELCOME\""));
        }
        let off = match (coupon.percent, &coupon.amount) {
            (Some(percent @ 1..=99), None) => Off::Percent(percent),
            (Some(_), None) => return Err(wrong("percent", "write 1 to 99")),
            (None, Some(amount)) => match Money::parse(amount, currency) {
                Ok(amount) if amount.is_positive() => Off::Amount(amount),
                Ok(_) => return Err(wrong("amount", "it must be more than nothing, such as amount = \"100\"")),
                Err(error) => return Err(wrong("amount", &error.to_string())),
            },
            _ => return Err(wrong("code", "write either percent = 20 or amount = \"100\"")),
        };
        if !(1..=120).contains(&coupon.periods) {
            return Err(wrong("periods", "write for how many of the first terms it holds, 1 to 120"));
        }
        if coupon.most == Some(0) {
            return Err(wrong("most", "nobody could use it; write how many may, or leave it out"));
        }
        let last = match &coupon.until {
            None => None,
            Some(text) => {
                let day: Date =
                    text.parse().map_err(|_| wrong("until", "write the last day, such as \"2027-03-31\""))?;
                let end = day.checked_add(1.day()).and_then(|next| next.to_zoned(zone.clone()));
                let end = end.map_err(|_| wrong("until", "that day is too far away"))?;
                Some(end.timestamp() - SignedDuration::from_millis(1))
            }
        };
        let code = coupon.code.trim().to_owned();
        coupons.push(Coupon { code, off, periods: coupon.periods, until: last, most: coupon.most });
    }
    Ok(coupons)
}
