//! What a rail can do.
use circulation::money::Money;
use jiff::SignedDuration;

use super::{MethodKind, Scheduling};

/// When debits may be sent, in the zone of the rail's rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DebitWindows {
    /// IANA name of the zone.
    pub zone: &'static str,
    /// Open from the first minute of the day (inclusive) to the second (exclusive).
    pub minutes: &'static [(u16, u16)],
    /// The methods the rule is about.
    pub methods: &'static [MethodKind],
}

/// What a rail can do: data that the engine obeys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// Who decides when.
    pub scheduling: Scheduling,
    /// Methods whose permission allows another amount than before, up to its maximum.
    pub can_change_amount: &'static [MethodKind],
    /// Methods whose paused permission the house could resume. None known: the reader paused it, the reader resumes it.
    pub can_resume: &'static [MethodKind],
    /// Methods that need a notice before each debit ([`super::Gateway::announce_debit`]).
    pub needs_predebit: &'static [MethodKind],
    /// How long before the debit that notice must be asked for.
    pub predebit_lead: SignedDuration,
    /// The most that a debit may take without the reader, in the currency it is written in; none: no such limit.
    pub max_unattended_amount: Option<Money>,
    /// When debits may be sent; none: at any time.
    pub debit_windows: Option<DebitWindows>,
    /// Longest term in months that the rail can renew; none: any.
    pub max_interval_months: Option<u16>,
    /// For how long the rail itself honours a key. After that an open question is looked up and never resent.
    pub resend_within: SignedDuration,
    /// Shortest and longest that a hosted page may stay open.
    pub page_open: (SignedDuration, SignedDuration),
    /// What [`super::Purpose::MethodOnly`] takes; zero or none: nothing.
    pub method_only_amount: Option<Money>,
    /// ISO codes that this account may charge; empty: whatever the rail takes.
    pub currencies: Vec<String>,
}
