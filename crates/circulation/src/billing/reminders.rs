//! Mails that are due by date, as part of the agenda.
use jiff::Timestamp;

use super::NoticeKind;
use super::acts::Due;
use super::agenda::Agenda;
use super::work::add_days;
use crate::payments::MandateState;
use crate::subscriptions::State;

impl Agenda<'_> {
    /// Mails that are due by date.
    pub fn notices(&mut self) {
        let contract = &self.d.contract;
        let policy = &self.terms.policy;
        let runs = contract.cancellation.is_none();
        let hour = policy.notice_hour;
        if contract.state == State::Active && runs && !contract.is_last_period() {
            self.renewal_notices();
        }
        if contract.state == State::Trial
            && runs
            && let Some(trial) = &contract.trial
        {
            let at = self.hour(add_days(trial.to, -i64::from(policy.trial_notice_days)), hour);
            if at > trial.started && !self.sent_notice(NoticeKind::TrialEnding, 0) {
                self.due(at, Due::Notice { kind: NoticeKind::TrialEnding, about: 0 });
            }
        }
        let live = matches!(contract.state, State::Active | State::PastDue { .. } | State::Trial);
        if live
            && runs
            && let Some(mandate) = &self.d.mandate
            && let Some(expires) = mandate.facts.expires
            && mandate.facts.state == MandateState::Confirmed
            && !self.sent_notice(NoticeKind::MandateExpiring, mandate.number)
        {
            let day = add_days(contract.zone.date_at(expires), -i64::from(policy.mandate_notice_days));
            let due = Due::Notice { kind: NoticeKind::MandateExpiring, about: mandate.number };
            self.due(self.hour(day, hour), due);
        }
        if live
            && policy.yearly_statement
            && let Some(began) = contract.activated_at
        {
            self.statement(contract.zone.date_at(began));
        }
    }

    pub fn sent_notice(&self, kind: NoticeKind, about: u32) -> bool {
        self.d.notices.contains(&(kind, about))
    }

    /// Of several notices that are late together only the latest is still worth a mail.
    fn renewal_notices(&mut self) {
        let Some(paid) = &self.d.contract.paid else { return };
        let about = paid.period.number;
        let days = &self.terms.policy.renewal_notice_days;
        let instants: Vec<(u16, Timestamp)> =
            days.iter().map(|days| (*days, self.notice_at(paid.period.to, *days))).collect();
        for (index, (days, at)) in instants.iter().enumerate() {
            let kind = NoticeKind::RenewalComing(*days);
            let over = instants.get(index + 1).map_or(paid.period.ends, |(_, next)| *next);
            let timely = *at > paid.paid_at && self.now < over;
            if timely && !self.sent_notice(kind, about) {
                self.due(*at, Due::Notice { kind, about });
            }
        }
    }

    fn notice_at(&self, renews: jiff::civil::Date, days: u16) -> Timestamp {
        self.hour(add_days(renews, -i64::from(days)), self.terms.policy.notice_hour)
    }

    /// The statement of the year that was completed last, or the date of the next.
    fn statement(&mut self, began: jiff::civil::Date) {
        let today = self.d.contract.zone.date_at(self.now);
        let complete = u32::try_from(today.year() - began.year()).unwrap_or(0);
        for year in complete.saturating_sub(1).max(1)..=complete.saturating_add(1) {
            let Ok(span) = jiff::Span::new().try_years(i64::from(year)) else { return };
            let Ok(day) = began.checked_add(span) else { return };
            let old = add_days(day, 60) < today;
            if !old && !self.sent_notice(NoticeKind::YearlyStatement, year) {
                let at = self.hour(day, self.terms.policy.notice_hour);
                return self.due(at, Due::Notice { kind: NoticeKind::YearlyStatement, about: year });
            }
        }
    }
}
