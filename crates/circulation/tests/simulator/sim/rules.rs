//! What a broken rule looks like.
use std::fmt;

/// A rule that did not hold: its name (I1–I20 and a few of the simulator's own) and what was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub rule: &'static str,
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.what)
    }
}

pub type Check = Result<(), Violation>;

/// Breaks with the rule's name.
pub fn broken<T>(rule: &'static str, what: impl Into<String>) -> Result<T, Violation> {
    Err(Violation { rule, what: what.into() })
}

/// Breaks unless it holds.
pub fn hold(holds: bool, rule: &'static str, what: impl FnOnce() -> String) -> Check {
    if holds { Ok(()) } else { broken(rule, what()) }
}

/// The contract's number in a key such as `sub-12-p0-a1`.
pub fn contract_of(key: &str) -> Option<i64> {
    key.strip_prefix("sub-")?.split(['-', '/']).next()?.parse().ok()
}

/// The period's number in a key such as `sub-12-p0-a1`; none for set-ups and strays.
pub fn period_of(key: &str) -> Option<u32> {
    key.split(['-', '/']).nth(2)?.strip_prefix('p')?.parse().ok()
}
