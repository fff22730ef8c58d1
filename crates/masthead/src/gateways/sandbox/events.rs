//! What the sandbox tells the paper: events, and how badly they travel.
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::SandboxPost;

use super::super::rail::Hint;
use circulation::payments::AttemptKey;

/// What a webhook says. It is a hint: it names what to ask about and holds no outcome that anybody believes. Fields
/// that this program does not know are passed over, as rails add to theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The same at every delivery.
    pub id: String,
    /// `payment.captured`, `refund.failed`, `mandate.revoked` …
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened.
    pub at: Timestamp,
    /// The paper's account at the sandbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The sandbox's reference of what it is about.
    #[serde(default)]
    pub reference: String,
    /// The paper's key, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The sandbox's name for the reader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
}

impl Event {
    /// What to ask about.
    #[must_use]
    pub fn hint(&self) -> Hint {
        let reference = self.reference.clone();
        match self.kind.split_once('.').map_or("", |(what, _)| what) {
            "payment" | "notice" => Hint::Attempt { key: self.key.as_deref().map(AttemptKey::from_text), reference },
            "refund" => Hint::Refund { reference, key: self.key.clone() },
            "mandate" => Hint::Mandate { token: reference, customer: self.customer.clone() },
            "dispute" => Hint::Dispute(reference),
            "payout" => Hint::Payout(reference),
            _ => Hint::Other,
        }
    }
}

/// How webhooks travel: late, twice and out of order, the same way again for the same seed. Off unless it is set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Travel {
    /// Decides about each event.
    pub seed: u64,
    /// How many of a hundred come more than once.
    pub doubled: u8,
    /// The longest delay in seconds; delays of their own are what puts events out of order.
    pub late: u32,
}

impl Travel {
    /// When the copies of an event are delivered.
    fn due(&self, event: &str, at: Timestamp, least: usize) -> Vec<Timestamp> {
        let mut dice = blake3::Hasher::new_derive_key("masthead 2026 sandbox webhooks on their way");
        let mut dice = dice.update(&self.seed.to_le_bytes()).update(event.as_bytes()).finalize_xof();
        let mut number = || {
            let mut bytes = [0; 8];
            dice.fill(&mut bytes);
            u64::from_le_bytes(bytes)
        };
        let doubled = number() % 100 < u64::from(self.doubled);
        let copies = if doubled { 2 + usize::from(number() % 4 == 0) } else { 1 };
        let longest = u64::from(self.late) * 1_000;
        let delays = (0..copies.max(least)).map(|_| i64::try_from(number() % (longest + 1)).unwrap_or_default());
        delays.map(|late| at + SignedDuration::from_millis(late)).collect()
    }

    /// The event as it is queued, in at least so many copies.
    pub(super) fn post(&self, event: &Event, copies: usize) -> SandboxPost {
        SandboxPost {
            event_id: event.id.clone(),
            kind: event.kind.clone(),
            // A handful of texts always becomes JSON.
            body: serde_json::to_string(event).unwrap_or_default(),
            at: event.at,
            due: self.due(&event.id, event.at, copies),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Travel;
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn a_quiet_line_delivers_once_and_at_once() {
        let at = Timestamp::UNIX_EPOCH;
        assert_eq!(Travel::default().due("evt_1", at, 1), [at]);
        assert_eq!(Travel::default().due("evt_1", at, 2), [at, at]);
    }

    #[test]
    fn a_bad_line_is_bad_in_the_same_way_for_the_same_seed() {
        let at = Timestamp::UNIX_EPOCH;
        let plan = |seed| {
            let travel = Travel { seed, doubled: 30, late: 600 };
            (0..200).map(|n| travel.due(&format!("evt_{n}"), at, 1)).collect::<Vec<_>>()
        };
        let once = plan(7);
        assert_eq!(once, plan(7));
        assert_ne!(once, plan(8));
        let twice = once.iter().filter(|due| due.len() > 1).count();
        assert!((30..=90).contains(&twice), "{twice} of 200 where 60 are expected");
        assert!(once.iter().flatten().all(|due| *due >= at && *due <= at + SignedDuration::from_secs(600)));
        let firsts: Vec<_> = once.iter().map(|due| due[0]).collect();
        assert!(firsts.windows(2).any(|pair| pair[0] > pair[1]), "some overtake others");
    }
}
