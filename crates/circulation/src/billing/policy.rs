//! What the publisher has set: every number that the rules use. The defaults are lawful together in India, the EU, the
//! UK and the United States.
use serde::{Deserialize, Serialize};

use crate::payments::{Capabilities, MethodKind};

/// When a failed renewal is tried again, and how long access goes on meanwhile. Days count from the due date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// Days of access after the due date while the payment is being collected.
    pub grace_days: u16,
    /// On which days after the first attempt it is tried again. A retry that would fall on or after the end of grace
    /// is tried on the last day of grace.
    pub retry_days: Vec<u16>,
}

/// What becomes of the money when staff ends a contract, or a reader withdraws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefundRule {
    /// Everything paid for the running period.
    Full,
    /// The days not used; the running day counts as used. For a withdrawal only where the reader expressly asked to
    /// begin at once ([`crate::subscriptions::Consent::begin_at_once`]), otherwise everything.
    ProRata,
    /// Nothing. Not for withdrawals, where it means everything.
    Nothing,
}

/// Rules of pausing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PauseRules {
    /// A pause ends by itself after so many days.
    pub longest_days: u16,
    /// How many pauses may begin within 365 days.
    pub per_year: u16,
}

/// What the publisher has set. Hours and days are of the contract's own zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// How long a payment page stays open, in minutes.
    pub page_minutes: u16,
    /// The hour of the day from which debits are sent.
    pub debit_hour: u8,
    /// The hour of the day from which notices are mailed.
    pub notice_hour: u8,
    /// Days before a renewal at which the reader is told of it.
    pub renewal_notice_days: Vec<u16>,
    /// Days before the end of a trial at which the reader is told.
    pub trial_notice_days: u16,
    /// Days before a renewal by which a new price must have been told.
    pub price_notice_days: u16,
    /// Days before a mandate expires at which the reader is told.
    pub mandate_notice_days: u16,
    /// Whether every reader gets a statement once a year.
    pub yearly_statement: bool,
    /// Collecting by methods that need no notice before a debit.
    pub ladder: Ladder,
    /// Collecting by methods that need a notice before a debit, and by UPI.
    pub announced_ladder: Ladder,
    /// Days of access after a trial while its first payment is being collected.
    pub trial_grace_days: u16,
    /// Days after the due date in which paying revives the contract.
    pub recovery_days: u16,
    /// Debits sent for one contract on one day, at most.
    pub most_debits_per_day: u16,
    /// Pausing; none: not offered.
    pub pause: Option<PauseRules>,
    /// Whether plans may be changed at once with a credit for the days left.
    pub change_now: bool,
    /// Whole local days after the beginning in which a reader may withdraw.
    pub withdrawal_days: u16,
    /// What a withdrawing reader gets back.
    pub withdrawal_refund: RefundRule,
    /// Whether access is cut while a payment is disputed.
    pub cut_on_dispute: bool,
    /// Months between two win-back offers to one reader.
    pub win_back_months: u16,
    /// A mandate is asked for so many percent above the price, so that a later price fits into it.
    pub mandate_headroom_percent: u16,
    /// Months for which a mandate is asked.
    pub mandate_months: u16,
    /// Income is recognised every so many days, always for whole days.
    pub recognise_days: u16,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            page_minutes: 60,
            debit_hour: 6,
            notice_hour: 8,
            renewal_notice_days: vec![21, 7],
            trial_notice_days: 3,
            price_notice_days: 30,
            mandate_notice_days: 30,
            yearly_statement: true,
            ladder: Ladder { grace_days: 7, retry_days: vec![1, 3, 5, 7] },
            announced_ladder: Ladder { grace_days: 5, retry_days: vec![1, 2, 3] },
            trial_grace_days: 0,
            recovery_days: 30,
            most_debits_per_day: 3,
            pause: Some(PauseRules { longest_days: 90, per_year: 2 }),
            change_now: true,
            withdrawal_days: 14,
            withdrawal_refund: RefundRule::Full,
            cut_on_dispute: false,
            win_back_months: 12,
            mandate_headroom_percent: 50,
            mandate_months: 120,
            recognise_days: 1,
        }
    }
}

/// A setting that cannot be obeyed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} = {found} cannot be; {mend}")]
pub struct PolicyProblem {
    /// The setting.
    pub key: &'static str,
    /// Its value.
    pub found: String,
    /// How to mend it.
    pub mend: &'static str,
}

impl Policy {
    /// Checks that the numbers can be obeyed.
    ///
    /// # Errors
    /// The first that cannot, with its mend.
    pub fn check(&self) -> Result<(), PolicyProblem> {
        let in_range = |key, found: u16, least: u16, most: u16, mend| {
            let fits = (least..=most).contains(&found);
            if fits { Ok(()) } else { Err(PolicyProblem { key, found: found.to_string(), mend }) }
        };
        in_range("page_minutes", self.page_minutes, 10, 1_440, "write 10 to 1440")?;
        in_range("debit_hour", u16::from(self.debit_hour), 0, 23, "write an hour, 0 to 23")?;
        in_range("notice_hour", u16::from(self.notice_hour), 0, 23, "write an hour, 0 to 23")?;
        in_range("recovery_days", self.recovery_days, 1, 90, "write 1 to 90")?;
        in_range("most_debits_per_day", self.most_debits_per_day, 1, 10, "write 1 to 10")?;
        in_range("withdrawal_days", self.withdrawal_days, 0, 365, "write 0 to 365")?;
        in_range("mandate_headroom_percent", self.mandate_headroom_percent, 0, 1_000, "write 0 to 1000")?;
        in_range("mandate_months", self.mandate_months, 12, 360, "write 12 to 360")?;
        in_range("recognise_days", self.recognise_days, 1, 31, "write 1 to 31")?;
        in_range("price_notice_days", self.price_notice_days, 0, 365, "write 0 to 365")?;
        if let Some(pause) = &self.pause {
            in_range("pause.longest_days", pause.longest_days, 1, 365, "write 1 to 365, or leave pause out")?;
        }
        for (key, ladder) in [("ladder", &self.ladder), ("announced_ladder", &self.announced_ladder)] {
            let rising = ladder.retry_days.windows(2).all(|pair| pair[0] < pair[1]);
            let shown = format!("{:?}", ladder.retry_days);
            if !rising || ladder.retry_days.first() == Some(&0) || ladder.retry_days.len() > 10 {
                let mend = "write at most ten rising days from 1, such as [1, 3, 5, 7]";
                return Err(PolicyProblem { key, found: shown, mend });
            }
            in_range(key, ladder.grace_days, 0, self.recovery_days, "grace must end before the recovery window does")?;
        }
        let notices = &self.renewal_notice_days;
        if notices.len() > 5 || !notices.windows(2).all(|pair| pair[0] > pair[1]) || notices.contains(&0) {
            let mend = "write at most five falling days, such as [21, 7]";
            return Err(PolicyProblem { key: "renewal_notice_days", found: format!("{notices:?}"), mend });
        }
        Ok(())
    }

    /// The ladder by which a method is collected.
    pub fn ladder_of(&self, method: Option<MethodKind>, rail: &Capabilities) -> &Ladder {
        match method {
            Some(MethodKind::Upi) => &self.announced_ladder,
            Some(method) if rail.needs_predebit.contains(&method) => &self.announced_ladder,
            _ => &self.ladder,
        }
    }
}
