//! What a bank decides, as plain functions of what it sees.
use circulation::money::Money;
use circulation::payments::FailureKind;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::{SandboxMandate, SandboxPaid, SandboxStanding};

use super::super::rail::{DebitWindows, MandateState, MethodKind};
use super::behaviours::Behaviour;

/// How long a payment on the page that is decided later is pending.
const LATER: SignedDuration = SignedDuration::from_secs(6);
/// A late payment on the page: longer than a checkout lives (T5).
const LATE_PAGE: SignedDuration = SignedDuration::from_hours(30);
/// A late debit: longer than a card's grace (T12, T13).
const LATE_DEBIT: SignedDuration = SignedDuration::from_hours(9 * 24);
/// How long a UPI debit is on its way.
const UPI_TAKES: SignedDuration = SignedDuration::from_mins(10);
/// How long a debit can be confirmed at the bank.
pub(super) const CONFIRM_WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// Notice before a UPI debit (RBI e-mandate framework 2026: at least 24 hours).
pub(super) const NOTICE: SignedDuration = SignedDuration::from_hours(24);
/// One try and three more for one execution of a UPI mandate (NPCI, since 1 August 2025).
const UPI_TRIES: u32 = 4;
/// What may be debited without the reader: ₹15,000 (RBI e-mandate framework 2026), in paise.
pub(super) const UNATTENDED: i64 = 1_500_000;
/// When UPI mandates may be executed: outside the peaks of 10:00–13:00 and 17:00–21:30 (NPCI, since 1 August 2025).
pub(super) const UPI_HOURS: DebitWindows = DebitWindows {
    zone: "Asia/Kolkata",
    minutes: &[(0, 600), (780, 1_020), (1_290, 1_440)],
    methods: &[MethodKind::Upi],
};
/// When a method that is paused or withdrawn by itself is.
pub(super) const CHANGES_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// When a disputed payment is disputed.
pub(super) const DISPUTED_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// How long the paper has to answer a dispute; one that nobody answers is lost.
pub(super) const RESPOND_WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a refund to a UPI address takes, and how long one that fails is believed.
pub(super) const REFUND_TAKES: SignedDuration = SignedDuration::from_hours(1);

/// What becomes of a debit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Taken at this instant, which may be ahead.
    Taken(Timestamp),
    /// Not taken.
    Failed(FailureKind, &'static str),
    /// Not taken unless the reader confirms it.
    Confirm(&'static str),
}

/// Where a kept method stands.
pub(super) fn state(mandate: &SandboxMandate, now: Timestamp) -> MandateState {
    let by_itself = mandate.next.as_ref().filter(|(_, at)| *at <= now);
    let word = by_itself.map_or(mandate.state.as_str(), |(state, _)| state.as_str());
    match word {
        "revoked" => MandateState::Revoked,
        _ if mandate.expires_at <= now => MandateState::Expired,
        "paused-by-reader" => MandateState::PausedByReader,
        "confirmed" => MandateState::Confirmed,
        // Unknown words of a later version debit nothing.
        _ => MandateState::Revoked,
    }
}

/// Why a method cannot be debited or announced at all, whatever the day.
fn refusal<'s>(
    standing: &'s SandboxStanding,
    customer: &str,
    amount: Money,
    now: Timestamp,
) -> Result<&'s SandboxMandate, (FailureKind, &'static str)> {
    let known = standing.mandate.as_ref().filter(|m| m.customer == customer);
    let mandate = known.ok_or((FailureKind::Refused, "no-such-method"))?;
    match state(mandate, now) {
        MandateState::Confirmed => {}
        MandateState::PausedByReader => return Err((FailureKind::NeedsReader, "paused-by-reader")),
        MandateState::Expired => return Err((FailureKind::Refused, "method-expired")),
        MandateState::Pending | MandateState::Revoked => return Err((FailureKind::Refused, "method-withdrawn")),
    }
    if amount.currency().code() != mandate.currency {
        return Err((FailureKind::Refused, "currency-not-agreed"));
    }
    if !amount.is_positive() {
        return Err((FailureKind::Refused, "nothing-to-debit"));
    }
    if amount.minor() > mandate.max_amount {
        return Err((FailureKind::NeedsReader, "above-the-mandate"));
    }
    if is_upi(mandate) && mandate.agreed_amount.is_some_and(|agreed| agreed != amount.minor()) {
        return Err((FailureKind::NeedsReader, "amount-not-agreed"));
    }
    if standing.paid {
        return Err((FailureKind::Refused, "cycle-already-paid"));
    }
    Ok(mandate)
}

pub(super) fn is_upi(mandate: &SandboxMandate) -> bool {
    mandate.method == MethodKind::Upi.word()
}

fn behaviour(mandate: &SandboxMandate) -> Behaviour {
    Behaviour::of(&mandate.behaviour).unwrap_or(Behaviour::Decline)
}

/// Decides a debit sent now.
pub(super) fn debit(
    standing: &SandboxStanding,
    customer: &str,
    amount: Money,
    not_before: Option<Timestamp>,
    now: Timestamp,
) -> Verdict {
    let mandate = match refusal(standing, customer, amount, now) {
        Ok(mandate) => mandate,
        Err((kind, code)) => return Verdict::Failed(kind, code),
    };
    if standing.in_flight {
        return Verdict::Failed(FailureKind::Declined, "another-debit-on-its-way");
    }
    if amount.currency().code() == "INR" && amount.minor() > UNATTENDED {
        return Verdict::Confirm("above-the-unattended-limit");
    }
    let from = not_before.unwrap_or(now).max(now);
    if is_upi(mandate) {
        return upi(standing, amount, from, now);
    }
    match behaviour(mandate) {
        Behaviour::Decline | Behaviour::TimeoutThenFailed => Verdict::Failed(FailureKind::Declined, "no-funds"),
        Behaviour::DeclineTwiceThenOk if mandate.debits < 2 => Verdict::Failed(FailureKind::Declined, "no-funds"),
        Behaviour::NeedsAction => Verdict::Confirm("confirmation-needed"),
        Behaviour::LateCapture => Verdict::Taken(from + LATE_DEBIT),
        _ => Verdict::Taken(from),
    }
}

fn upi(standing: &SandboxStanding, amount: Money, from: Timestamp, now: Timestamp) -> Verdict {
    let Some(notice) = &standing.notice else { return Verdict::Failed(FailureKind::Declined, "not-announced") };
    if notice.amount != amount.minor() {
        return Verdict::Failed(FailureKind::Declined, "announced-otherwise");
    }
    if notice.skipped_at.is_some() {
        return Verdict::Failed(FailureKind::NeedsReader, "skipped-by-reader");
    }
    if standing.tries >= UPI_TRIES {
        return Verdict::Failed(FailureKind::Declined, "tries-used-up");
    }
    if !is_open(&UPI_HOURS, now) {
        return Verdict::Failed(FailureKind::Declined, "outside-debit-hours");
    }
    Verdict::Taken(from.max(notice.debit_from) + UPI_TAKES)
}

/// Whether a debit may be sent now.
fn is_open(hours: &DebitWindows, now: Timestamp) -> bool {
    // The zone is in the binary; without it nothing is open.
    let Ok(zone) = TimeZone::get(hours.zone) else { return false };
    let time = now.to_zoned(zone).time();
    let minute = u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs());
    hours.minutes.iter().any(|(from, to)| (*from..*to).contains(&minute))
}

/// What becomes of the wish to announce a debit.
pub(super) enum Notice {
    /// The method needs none.
    NotNeeded,
    /// Announced; the debit may come from then on. The flag says that its owner opts out at once.
    From(Timestamp, bool),
    /// Refused, as the debit would be.
    Refused(FailureKind, &'static str),
}

/// Decides about announcing a debit.
pub(super) fn announce(
    standing: &SandboxStanding,
    customer: &str,
    amount: Money,
    not_before: Option<Timestamp>,
    now: Timestamp,
) -> Notice {
    match refusal(standing, customer, amount, now) {
        Err((kind, code)) => Notice::Refused(kind, code),
        Ok(mandate) if !is_upi(mandate) => Notice::NotNeeded,
        Ok(mandate) => {
            let from = not_before.unwrap_or(now).max(now + NOTICE);
            Notice::From(from, behaviour(mandate) == Behaviour::UpiReaderSkips)
        }
    }
}

/// When a payment on the page is certain; none: it is declined there.
pub(super) fn on_the_page(behaviour: Behaviour, now: Timestamp) -> Option<Timestamp> {
    match behaviour {
        Behaviour::Declined => None,
        Behaviour::Later => Some(now + LATER),
        Behaviour::LateCapture => Some(now + LATE_PAGE),
        _ => Some(now),
    }
}

/// Why money cannot be given back.
pub(super) fn refund(paid: Option<&SandboxPaid>, amount: Money, now: Timestamp) -> Result<&SandboxPaid, &'static str> {
    let paid = paid.ok_or("no-such-payment")?;
    if amount.currency().code() != paid.charge.currency {
        return Err("other-currency");
    }
    if !amount.is_positive() {
        return Err("nothing-to-refund");
    }
    if paid.dispute.as_ref().is_some_and(|d| d.outcome == "lost" || d.decided_at > now) {
        return Err("disputed");
    }
    let left = paid.charge.amount - paid.refunded;
    if amount.minor() > left { Err("more-than-was-taken") } else { Ok(paid) }
}

/// What the attempts for one thing have in common: the paper's keys end in the attempt's number, and all before it
/// names contract and period.
pub(super) fn cycle(key: &str) -> &str {
    match key.rsplit_once("-a") {
        Some((cycle, number)) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => cycle,
        _ => key,
    }
}

/// What the sandbox keeps of a payment: 2 % and the tax of 18 % on that, rounded half up.
pub(super) const fn fee(gross: i64) -> i64 {
    (gross * 236 + 5_000) / 10_000
}
