//! What makes a contract cheaper or different than its plan: all of it data on the order, frozen on the contract.
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{SubscriptionId, SubscriptionRefusal};
use crate::money::Money;
use crate::plans::PlanVersion;

/// Another price for the first periods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intro {
    /// Price of each of them, tax included.
    pub price: Money,
    /// How many.
    pub periods: u32,
}

/// What a coupon takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Off {
    /// So many hundredths, 1 to 99; cut to the minor unit in the paper's favour.
    Percent(u8),
    /// So much, less than the price.
    Amount(Money),
}

/// A coupon as the publisher issues it. The store counts its redemptions; the rule is [`Coupon::check`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coupon {
    /// What the reader types; compared without regard to capitals.
    pub code: String,
    /// What it takes off.
    pub off: Off,
    /// For how many of the first periods.
    pub periods: u32,
    /// Last instant at which it may be used (UTC); none: no end.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// How often it may be used by all readers together; none: no limit.
    #[serde(default)]
    pub most: Option<u32>,
}

impl Coupon {
    /// Whether it may be used now. `used` counts its redemptions by all readers, `used_by_reader` tells whether this
    /// one is among them; both are read in the transaction that stores the order.
    ///
    /// # Errors
    /// [`SubscriptionRefusal::Coupon`] says why not.
    pub fn check(&self, now: Timestamp, used: u32, used_by_reader: bool) -> Result<(), SubscriptionRefusal> {
        let refused = |why| Err(SubscriptionRefusal::Coupon { code: self.code.clone(), why });
        if self.until.is_some_and(|until| now > until) {
            return refused("its time is over");
        }
        if used_by_reader {
            return refused("you have used it already");
        }
        if self.most.is_some_and(|most| used >= most) {
            return refused("it has been used as often as it may be");
        }
        Ok(())
    }

    /// The price with the coupon.
    ///
    /// # Errors
    /// Nothing would be left to pay, or it is of another currency.
    pub fn apply(&self, price: Money) -> Result<Money, SubscriptionRefusal> {
        let refused = |why| SubscriptionRefusal::Coupon { code: self.code.clone(), why };
        let left = match self.off {
            Off::Percent(percent @ 1..=99) => {
                let off = i128::from(price.minor()) * i128::from(percent) / 100;
                i64::try_from(i128::from(price.minor()) - off).ok().map(|left| Money::new(left, price.currency()))
            }
            Off::Percent(_) => None,
            Off::Amount(off) if !off.is_positive() => None,
            Off::Amount(off) => {
                Some(price.checked_sub(off).map_err(|_| refused("it is for prices in another currency"))?)
            }
        };
        left.filter(|left| left.is_positive()).ok_or_else(|| refused("it does not fit this price"))
    }
}

/// A contract that one reader buys for another: paid once, it never renews, and its time begins when it is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gift {
    /// How many terms of the plan it lasts; paid together.
    pub periods: u32,
}

/// Everything that is special about an order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Offer {
    /// Another price at first.
    pub intro: Option<Intro>,
    /// Free days before the first payment; a permission to debit is confirmed before they begin.
    pub trial_days: Option<u16>,
    /// A coupon.
    pub coupon: Option<Coupon>,
    /// For somebody else.
    pub gift: Option<Gift>,
    /// The ended contract that this one wins back (T27).
    pub win_back: Option<SubscriptionId>,
    /// After so many paid periods the contract is over (T29).
    pub periods: Option<u32>,
}

impl Offer {
    /// What the next period costs when `paid` periods have been paid: the introductory price, then the plan's; less the
    /// coupon while it lasts.
    ///
    /// # Errors
    /// [`SubscriptionRefusal::Coupon`] when it does not fit the price.
    pub fn price(&self, plan: &PlanVersion, paid: u32) -> Result<Money, SubscriptionRefusal> {
        let base = self.intro.as_ref().filter(|intro| paid < intro.periods).map_or(plan.price, |intro| intro.price);
        let base = match self.gift {
            Some(gift) => {
                let minor = base.minor().checked_mul(i64::from(gift.periods.max(1)));
                Money::new(minor.ok_or(SubscriptionRefusal::OfferBroken("the gift is too dear"))?, base.currency())
            }
            None => base,
        };
        match &self.coupon {
            Some(coupon) if paid < coupon.periods => coupon.apply(base),
            _ => Ok(base),
        }
    }

    /// Terms that one payment covers: 1 but for a gift of several.
    pub fn span(&self) -> u32 {
        self.gift.map_or(1, |gift| gift.periods.max(1))
    }
}
