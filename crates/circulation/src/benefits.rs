//! What a reader is promised, and from when to when.
//!
//! A right is never a status word: it is a set of dated grants, each with its source, and what a reader holds at an
//! instant is computed from the dates alone ([`rights_at`]). Whoever sold, gave or shared the right writes a grant;
//! the gate reads only the sum.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One named promise of the publisher to a reader.
///
/// The words ([`Benefit::word`]) are stored and written in `publication.toml`; they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Benefit {
    /// Metered stories without a limit; nothing is counted.
    Unlimited,
    /// Stories marked premium.
    Premium,
    /// Pages without advertisements.
    AdFree,
    /// The e-paper: the printed edition, page by page.
    Edition,
    /// The archive of past years.
    Archive,
    /// The newsletters that are for subscribers only.
    Newsletters,
    /// The market analysis tools.
    MarketAnalysis,
    /// Access to a partner's publication.
    Partner,
    /// Signed in on every device at once.
    EveryDevice,
}

impl Benefit {
    /// Every benefit, in the order in which they are listed to readers and written to storage.
    pub const ALL: [Self; 9] = [
        Self::Unlimited,
        Self::Premium,
        Self::AdFree,
        Self::Edition,
        Self::Archive,
        Self::Newsletters,
        Self::MarketAnalysis,
        Self::Partner,
        Self::EveryDevice,
    ];

    /// The stable word used in settings, storage and exports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unlimited => "unlimited",
            Self::Premium => "premium",
            Self::AdFree => "ad-free",
            Self::Edition => "edition",
            Self::Archive => "archive",
            Self::Newsletters => "newsletters",
            Self::MarketAnalysis => "market-analysis",
            Self::Partner => "partner",
            Self::EveryDevice => "every-device",
        }
    }

    const fn bit(self) -> u16 {
        1 << (self as u8)
    }
}

impl fmt::Display for Benefit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A word in settings or storage that this version does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no {what} \"{found}\"; write one of: {known}")]
pub struct UnknownWord {
    /// What kind of word was expected.
    pub what: &'static str,
    /// What was written.
    pub found: String,
    /// The words that would have been understood, separated by commas.
    pub known: String,
}

impl UnknownWord {
    fn new<'a>(what: &'static str, found: &str, known: impl Iterator<Item = &'a str>) -> Self {
        // A stray file pasted into a setting must not fill the log.
        let found = found.chars().take(40).collect();
        let known = known.collect::<Vec<_>>().join(", ");
        Self { what, found, known }
    }
}

impl FromStr for Benefit {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let known = || Self::ALL.into_iter();
        known()
            .find(|benefit| benefit.word() == text)
            .ok_or_else(|| UnknownWord::new("benefit", text, known().map(Self::word)))
    }
}

impl Serialize for Benefit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Benefit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        word.parse().map_err(serde::de::Error::custom)
    }
}

/// A set of benefits, as small as an integer so that it travels with every request.
///
/// Serialised as a list of words in the order of [`Benefit::ALL`].
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Benefits(u16);

impl Benefits {
    /// Holds nothing.
    pub const NONE: Self = Self(0);

    /// Every benefit there is.
    #[must_use]
    pub fn all() -> Self {
        Benefit::ALL.into_iter().collect()
    }

    /// Whether the set holds `benefit`.
    #[must_use]
    pub const fn contains(self, benefit: Benefit) -> bool {
        self.0 & benefit.bit() != 0
    }

    /// Whether the set holds everything that `other` holds.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the set holds nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set with `benefit` added.
    #[must_use]
    pub const fn with(self, benefit: Benefit) -> Self {
        Self(self.0 | benefit.bit())
    }

    /// The set with `benefit` taken out.
    #[must_use]
    pub const fn without(self, benefit: Benefit) -> Self {
        Self(self.0 & !benefit.bit())
    }

    /// Everything that either set holds.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The benefits held, in the order of [`Benefit::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Benefit> {
        Benefit::ALL.into_iter().filter(move |benefit| self.contains(*benefit))
    }
}

impl FromIterator<Benefit> for Benefits {
    fn from_iter<I: IntoIterator<Item = Benefit>>(benefits: I) -> Self {
        benefits.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Debug for Benefits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Serialize for Benefits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Benefits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let benefits = Vec::<Benefit>::deserialize(deserializer)?;
        Ok(benefits.into_iter().collect())
    }
}

/// Where a grant comes from; kept so that a right can always be traced to its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GrantSource {
    /// A captured payment.
    Purchase,
    /// A trial without payment.
    Trial,
    /// A gift from another reader or from the paper.
    Gift,
    /// A seat in a group's subscription.
    Seat,
    /// A partner's code or contract.
    Partner,
    /// The paper's own staff.
    Staff,
}

impl GrantSource {
    /// Every source.
    pub const ALL: [Self; 6] = [Self::Purchase, Self::Trial, Self::Gift, Self::Seat, Self::Partner, Self::Staff];

    /// The stable word used in storage and exports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Purchase => "purchase",
            Self::Trial => "trial",
            Self::Gift => "gift",
            Self::Seat => "seat",
            Self::Partner => "partner",
            Self::Staff => "staff",
        }
    }
}

impl fmt::Display for GrantSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for GrantSource {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let known = || Self::ALL.into_iter();
        known()
            .find(|source| source.word() == text)
            .ok_or_else(|| UnknownWord::new("source of a grant", text, known().map(Self::word)))
    }
}

impl Serialize for GrantSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for GrantSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        word.parse().map_err(serde::de::Error::custom)
    }
}

/// Benefits given to one reader for a stretch of time, `[starts_at, ends_at)`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// What is given.
    pub benefits: Benefits,
    /// Why it is given.
    pub source: GrantSource,
    /// The first instant at which it holds.
    pub starts_at: Timestamp,
    /// The first instant at which it no longer holds; `None`: until it is ended.
    pub ends_at: Option<Timestamp>,
    /// What it stands on: a payment, a voucher, a group, a contract.
    pub reference: String,
}

impl Grant {
    /// Whether the grant holds at `now`: from `starts_at` on, and no longer at `ends_at` itself.
    #[must_use]
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.starts_at <= now && self.ends_at.is_none_or(|end| now < end)
    }
}

/// What a reader holds at an instant, and how long that answer stays true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// Everything held, from all grants together.
    pub benefits: Benefits,
    /// The next instant at which the answer may change: a cached answer must be computed anew from this instant on.
    /// `None`: it stays true until the grants themselves change.
    pub changes_at: Option<Timestamp>,
}

/// The sum of all grants that hold at `now`.
///
/// Pure and exact to the instant: one nanosecond before the end the right is there, at the end it is gone. A grant
/// whose end is not after its start never holds.
#[must_use]
pub fn rights_at(grants: &[Grant], now: Timestamp) -> Rights {
    let mut rights = Rights::default();
    for grant in grants {
        if grant.ends_at.is_some_and(|end| end <= grant.starts_at) {
            continue;
        }
        if grant.holds_at(now) {
            rights.benefits = rights.benefits.union(grant.benefits);
        }
        let edge = if now < grant.starts_at { Some(grant.starts_at) } else { grant.ends_at.filter(|end| now < *end) };
        rights.changes_at = match (rights.changes_at, edge) {
            (Some(known), Some(edge)) => Some(known.min(edge)),
            (known, edge) => known.or(edge),
        };
    }
    rights
}
