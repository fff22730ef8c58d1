//! The sandbox rail: a payment company inside the process. It has a hosted page, books of its own (`sandbox_payments`)
//! and signed webhooks; it moves nothing. The paper deals with it only by opening a page, looking a payment up,
//! expiring a page and receiving webhooks, as with any other rail.
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::OnceLock;

use circulation::money::{Currency, Money};
use circulation::payments::{AttemptKey, Failure, FailureKind, Outcome, RailAnswer};
use jiff::{SignedDuration, Timestamp};
use store::{SandboxPayment, Store, StoreError};

use super::webhooks::{self, Event, Sender};
use crate::dice::Dice;
use crate::house::House;

/// How long a payment that is decided later is pending.
const LATER: SignedDuration = SignedDuration::from_secs(6);

/// What a visitor of the hosted page may rehearse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rehearsal {
    /// Taken; webhook and return.
    Paid,
    /// Refused; the page stays open for another try.
    Declined,
    /// Taken a few seconds later: the reader is back before the webhook is.
    Later,
    /// Taken; the browser never comes back, the webhook alone tells.
    ReturnLost,
    /// Taken; the same webhook comes twice.
    Twice,
}

impl Rehearsal {
    pub const ALL: [Self; 5] = [Self::Paid, Self::Declined, Self::Later, Self::ReturnLost, Self::Twice];

    /// Value of the form's field.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Declined => "declined",
            Self::Later => "later",
            Self::ReturnLost => "return-lost",
            Self::Twice => "twice",
        }
    }

    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.word() == word)
    }
}

/// What a hosted page is opened for.
#[derive(Debug, Clone)]
pub struct Opening<'a> {
    /// Idempotency key: the same key gets the same page.
    pub key: &'a str,
    /// Minor units.
    pub amount: i64,
    pub currency: &'a str,
    /// Path to which the reader is sent back; the payment's id is added.
    pub return_path: &'a str,
}

/// Where webhooks are delivered.
#[derive(Debug, Clone, Copy)]
struct Door {
    address: SocketAddr,
    secure: bool,
}

/// The rail.
pub struct Sandbox {
    key: [u8; 32],
    door: OnceLock<Door>,
}

impl Sandbox {
    /// A rail that signs its webhooks with this key.
    #[must_use]
    pub const fn new(webhook_key: [u8; 32]) -> Self {
        Self { key: webhook_key, door: OnceLock::new() }
    }

    /// Tells the rail where the paper listens; `secure` when it speaks TLS there. The first word stays.
    pub fn listen_at(&self, address: SocketAddr, secure: bool) {
        let ip = match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        let _ = self.door.set(Door { address: SocketAddr::new(ip, address.port()), secure });
    }

    /// The key that webhooks are signed with; shared with the paper's end, as with any rail.
    #[must_use]
    pub const fn webhook_key(&self) -> &[u8; 32] {
        &self.key
    }

    /// Opens a hosted page, or gives the one that was opened for this key before.
    ///
    /// # Errors
    /// The store's.
    pub async fn open(
        &self,
        store: &Store,
        dice: &Dice,
        opening: &Opening<'_>,
        now: Timestamp,
    ) -> Result<SandboxPayment, StoreError> {
        let session = dice.token();
        let return_url = format!("{}?id={session}", opening.return_path);
        store.open_sandbox_payment(&session, opening.key, (opening.amount, opening.currency), &return_url, now).await
    }

    /// What the rail knows of an attempt, asked by its key.
    ///
    /// # Errors
    /// The store's.
    pub async fn look_up(&self, store: &Store, key: &str, now: Timestamp) -> Result<RailAnswer, StoreError> {
        let payment = store.sandbox_payment_by_key(key).await?;
        Ok(answer(key, payment.as_ref(), now))
    }

    /// Closes a hosted page so that nobody can pay on it any more. A payment that was decided stays as it is. A page
    /// that was never opened is opened closed: whoever comes late with its key finds it so.
    ///
    /// # Errors
    /// The store's.
    pub async fn expire(
        &self,
        store: &Store,
        dice: &Dice,
        opening: &Opening<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let payment = self.open(store, dice, opening, now).await?;
        store.decide_sandbox_payment(&payment.session_id, "expired", now).await?;
        Ok(())
    }

    /// The visitor of the hosted page has decided.
    ///
    /// # Errors
    /// The store's.
    pub async fn decide(
        &self,
        store: &Store,
        session: &str,
        rehearsal: Rehearsal,
        now: Timestamp,
    ) -> Result<SandboxPayment, StoreError> {
        let (state, at) = match rehearsal {
            Rehearsal::Declined => ("declined", now),
            // Decided in a few seconds: until then the rail says that it does not know.
            Rehearsal::Later => ("paid", now + LATER),
            Rehearsal::Paid | Rehearsal::ReturnLost | Rehearsal::Twice => ("paid", now),
        };
        store.decide_sandbox_payment(session, state, at).await
    }

    /// Tells the paper that a payment was captured: over HTTP to the paper's own address, signed. On a paper that
    /// speaks TLS, or that nobody listens for yet, the very same bytes are handed to the receiving routine directly,
    /// since its certificate is made out to its readers' name and not to the loopback address.
    ///
    /// A delivery that fails is only logged: rounds ask the rail themselves.
    pub async fn announce(&self, house: &House, payment: &SandboxPayment) {
        let now = house.clock.now();
        let (body, signature) = Event::captured(payment).sealed(&self.key, now);
        let delivered = match self.door.get() {
            Some(door) if !door.secure => Sender { address: door.address }.post(&signature, body).await,
            _ => webhooks::receive(house, Some(&signature), &body).await.map_err(|e| e.to_string()),
        };
        if let Err(error) = delivered {
            tracing::warn!(%error, "a sandbox webhook could not be delivered; the next round will ask the rail");
        }
    }
}

/// Whether the rail has taken this payment by now.
#[must_use]
pub fn is_captured(payment: &SandboxPayment, now: Timestamp) -> bool {
    payment.state == "paid" && payment.decided_at.is_none_or(|at| at <= now)
}

fn answer(key: &str, payment: Option<&SandboxPayment>, now: Timestamp) -> RailAnswer {
    let decided = payment.and_then(|p| p.decided_at).unwrap_or(now);
    let (at, outcome) = match payment {
        None => (now, Outcome::NotFound),
        Some(p) if is_captured(p, now) => match Currency::parse(&p.currency) {
            Ok(currency) => {
                let amount = Money::new(p.amount, currency);
                (decided, Outcome::Captured { reference: p.session_id.clone(), amount })
            }
            Err(_) => (now, Outcome::NoAnswer),
        },
        Some(p) if matches!(p.state.as_str(), "cancelled" | "expired") => {
            (decided, Outcome::Failed(Failure { kind: FailureKind::Expired, code: p.state.clone() }))
        }
        // Open, being decided, or declined on a page where another card may be tried.
        Some(_) => (now, Outcome::Pending),
    };
    RailAnswer { key: AttemptKey::from_text(key), at, outcome }
}

#[cfg(test)]
mod tests {
    use super::{LATER, answer, is_captured};
    use circulation::payments::Outcome;
    use jiff::{SignedDuration, Timestamp};
    use store::SandboxPayment;

    fn payment(state: &str, decided_at: Option<Timestamp>) -> SandboxPayment {
        SandboxPayment {
            session_id: "s".into(),
            attempt_key: "sub-1-p0-a1".into(),
            amount: 270_000,
            currency: "INR".into(),
            state: state.into(),
            return_url: "/checkout/return?id=s".into(),
            created_at: Timestamp::UNIX_EPOCH,
            decided_at,
        }
    }

    #[test]
    fn a_payment_decided_later_is_pending_until_then() {
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
        let later = payment("paid", Some(now + LATER));
        assert!(matches!(answer("sub-1-p0-a1", Some(&later), now).outcome, Outcome::Pending));
        assert!(!is_captured(&later, now));
        let said = answer("sub-1-p0-a1", Some(&later), now + LATER);
        assert!(matches!(said.outcome, Outcome::Captured { amount, .. } if amount.minor() == 270_000));
        assert_eq!(said.at, now + LATER);
    }

    #[test]
    fn only_a_closed_page_is_a_failure() {
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
        for state in ["open", "declined"] {
            assert!(matches!(answer("k", Some(&payment(state, None)), now).outcome, Outcome::Pending), "{state}");
        }
        assert!(matches!(answer("k", Some(&payment("expired", Some(now))), now).outcome, Outcome::Failed(_)));
        assert!(matches!(answer("k", None, now).outcome, Outcome::NotFound));
    }
}
