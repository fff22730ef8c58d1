//! What the house and a payment rail say to each other besides [`super::RailAnswer`]: kept methods, refunds, notices of
//! debits, disputes, and what a rail can do.
use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Failure, PaymentRefusal, Rail, RailAnswer};
use crate::calendar::BillingZone;
use crate::money::Money;

/// How a kept method debits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MethodKind {
    /// A card.
    Card,
    /// UPI Autopay.
    Upi,
    /// A bank account: SEPA, NACH, e-mandate.
    Bank,
}

impl MethodKind {
    /// Its stored word.
    pub const fn word(self) -> &'static str {
        match self {
            MethodKind::Card => "card",
            MethodKind::Upi => "upi",
            MethodKind::Bank => "bank",
        }
    }
}

impl fmt::Display for MethodKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for MethodKind {
    type Err = PaymentRefusal;
    fn from_str(word: &str) -> Result<MethodKind, PaymentRefusal> {
        [MethodKind::Card, MethodKind::Upi, MethodKind::Bank]
            .into_iter()
            .find(|kind| kind.word() == word)
            .ok_or_else(|| PaymentRefusal::UnknownWord(word.to_owned()))
    }
}

/// Where a permission to debit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MandateState {
    /// Asked for; bank or reader has not confirmed yet.
    Pending,
    /// May be debited.
    Confirmed,
    /// The reader paused it in the UPI app; only the reader resumes it, there.
    PausedByReader,
    /// Withdrawn by the reader, the bank or the paper. For good.
    Revoked,
    /// Over by its date.
    Expired,
}

impl MandateState {
    /// Its stored word.
    pub const fn word(self) -> &'static str {
        match self {
            MandateState::Pending => "pending",
            MandateState::Confirmed => "confirmed",
            MandateState::PausedByReader => "paused-by-reader",
            MandateState::Revoked => "revoked",
            MandateState::Expired => "expired",
        }
    }

    /// Nothing brings it back: a revoked or expired permission stays so.
    pub const fn is_over(self) -> bool {
        matches!(self, MandateState::Revoked | MandateState::Expired)
    }
}

/// Where a kept method is at the rail.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MandateRef {
    /// The rail's name for the reader.
    pub customer: String,
    /// The rail's name for the method or token.
    pub token: String,
    /// What it is.
    pub method: MethodKind,
}

/// What the rail says of a kept method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MandateFacts {
    /// Where it is.
    #[serde(flatten)]
    pub mandate: MandateRef,
    /// For the reader: `Visa •••• 4242`, `name@bank`. Never a whole number.
    pub label: String,
    /// The most that one debit may take, where the rail holds such a limit.
    pub max_amount: Option<Money>,
    /// When it ends (UTC). Of a card: the first instant after its last month.
    pub expires: Option<Timestamp>,
    /// Where it stands.
    pub state: MandateState,
}

/// What a rail says about one attempt, by whatever call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The outcome.
    pub answer: RailAnswer,
    /// The rail's reference of page or charge, kept for later look-ups.
    pub reference: Option<String>,
    /// The rail's name for the reader.
    pub customer: Option<String>,
    /// The method that was kept or debited.
    pub mandate: Option<MandateFacts>,
}

impl Told {
    /// Only an outcome, nothing else.
    pub const fn only(answer: RailAnswer) -> Told {
        Told { answer, reference: None, customer: None, mandate: None }
    }
}

/// What came of announcing a debit to the reader's bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Announced {
    /// This rail or method needs no notice; debit when due.
    NotNeeded,
    /// Notice is on its way.
    Sent {
        /// The rail's reference, kept for later look-ups.
        reference: String,
        /// Earliest debit (UTC).
        debit_from: Timestamp,
    },
    /// The rail refuses: the debit would be refused too.
    Refused(Failure),
    /// It may or may not have gone out.
    NoAnswer,
}

/// What the rail says of a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundAnswer {
    /// The money is on its way back and cannot fail any more by the rail's word.
    Succeeded {
        /// The rail's reference of the refund.
        reference: String,
        /// When (UTC).
        at: Timestamp,
    },
    /// Accepted, not done yet.
    Pending {
        /// The rail's reference of the refund.
        reference: String,
    },
    /// Not given back, and this key never will be.
    Failed(Failure),
    /// It may or may not have been accepted.
    NoAnswer,
    /// A look-up says that there is no such refund.
    NotFound,
}

/// Where a dispute stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DisputeState {
    /// Being decided; the rail may hold the money already.
    Open,
    /// Decided for the paper.
    Won,
    /// Decided for the reader: the money is gone.
    Lost,
}

/// When debits may be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DebitWindows {
    /// The zone of the rail's rule.
    pub zone: BillingZone,
    /// Open from the first minute of the day (inclusive) to the second (exclusive, at most 1440), in order.
    pub minutes: Vec<(u16, u16)>,
    /// The methods that the rule is about.
    pub methods: Vec<MethodKind>,
}

impl DebitWindows {
    /// The first instant from `at` on at which a debit may be sent. Rules without any open minute hold nothing back.
    pub fn next_open(&self, at: Timestamp) -> Timestamp {
        let (mut day, minute) = (self.zone.date_at(at), self.zone.minute_of_day(at));
        if self.minutes.iter().any(|(from, to)| (*from..*to).contains(&minute)) {
            return at;
        }
        for _ in 0..3 {
            for (from, _) in &self.minutes {
                match self.zone.at_minute(day, *from) {
                    Some(opens) if opens >= at => return opens,
                    _ => {}
                }
            }
            let Ok(next) = day.tomorrow() else { return at };
            day = next;
        }
        at
    }
}

/// Who decides when a renewal is debited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheduling {
    /// The house sends each debit.
    MerchantInitiated,
    /// The rail debits by a schedule of its own; the house expects the capture and settles it.
    ProviderScheduled,
}

/// What a rail can do: data that the engine obeys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// Which rail.
    pub rail: Rail,
    /// Who decides when.
    pub scheduling: Scheduling,
    /// Methods whose permission allows another amount than before, up to its maximum.
    pub can_change_amount: Vec<MethodKind>,
    /// Methods whose paused permission the house could resume.
    pub can_resume: Vec<MethodKind>,
    /// Methods that need a notice before each debit.
    pub needs_predebit: Vec<MethodKind>,
    /// How long before the debit that notice is asked for.
    pub predebit_lead: SignedDuration,
    /// The most that a debit may take without the reader, in the currency it is written in; none: no such limit.
    pub max_unattended_amount: Option<Money>,
    /// When debits may be sent; none: at any time.
    pub debit_windows: Option<DebitWindows>,
    /// Longest term in months that the rail can renew; none: any.
    pub max_interval_months: Option<u16>,
    /// For how long after the first sending the rail itself honours a key: so long, and no longer, the same request
    /// may go out again. Zero: never.
    pub resend_within: SignedDuration,
    /// What a page that only keeps a method takes (and the engine gives back); none: nothing.
    pub method_only_amount: Option<Money>,
}

impl Capabilities {
    /// A rail with nothing in its way: debits at any time, of any amount, without notice.
    pub fn plain(rail: Rail) -> Capabilities {
        Capabilities {
            rail,
            scheduling: Scheduling::MerchantInitiated,
            can_change_amount: vec![MethodKind::Card, MethodKind::Bank],
            can_resume: Vec::new(),
            needs_predebit: Vec::new(),
            predebit_lead: SignedDuration::from_hours(48),
            max_unattended_amount: None,
            debit_windows: None,
            max_interval_months: None,
            resend_within: SignedDuration::from_hours(24),
            method_only_amount: None,
        }
    }
}
