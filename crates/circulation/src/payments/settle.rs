//! What the rail says, and what follows from it.
use jiff::Timestamp;

use super::{
    ABSENCE_BELIEVED_AFTER, AttemptKey, AttemptState, Failure, FailureKind, PaymentAttempt, PaymentRefusal, Rail,
};
use crate::money::Money;
use crate::subscriptions::SubscriptionId;

/// What the rail says about an attempt, by answer, notice, look-up or the reader's return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RailAnswer {
    /// Which attempt it speaks of, as the rail gave it back to us.
    pub key: AttemptKey,
    /// When it happened by the rail's account, else when we learnt of it (UTC).
    pub at: Timestamp,
    /// What happened.
    pub outcome: Outcome,
}

/// The content of a rail's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Taken. The amount is what the rail says it took.
    Captured {
        /// The rail's reference of the payment.
        reference: String,
        /// Amount taken.
        amount: Money,
    },
    /// Not taken, and this attempt can no longer be. A decline on a payment page on which the reader may try
    /// another card is [`Outcome::Pending`].
    Failed(Failure),
    /// Still being worked on.
    Pending,
    /// No usable answer: time-out, broken connection, server error, key conflict.
    NoAnswer,
    /// A look-up says that there is no such payment.
    NotFound,
}

/// What the caller has to do after an answer, in the same transaction that stores the attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Nothing new; the attempt is as it was.
    Unchanged,
    /// The rail has it now; wait for an outcome.
    Waiting,
    /// The outcome became unknown: look it up later, charge nothing else meanwhile.
    LookUp,
    /// It failed: tell the reader.
    Failed(Failure),
    /// The money was taken: apply it to the contract and the ledger. Given once per attempt.
    Captured(Capture),
}

/// Money that was certainly taken. It cannot be made by hand: it comes out of a captured attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    key: AttemptKey,
    subscription: SubscriptionId,
    period: u32,
    rail: Rail,
    reference: String,
    amount: Money,
    at: Timestamp,
}

impl Capture {
    /// Key of the attempt that took it.
    pub fn key(&self) -> &AttemptKey {
        &self.key
    }
    /// The contract it is for.
    pub fn subscription(&self) -> SubscriptionId {
        self.subscription
    }
    /// The period it is for.
    pub fn period(&self) -> u32 {
        self.period
    }
    /// Who took it.
    pub fn rail(&self) -> Rail {
        self.rail
    }
    /// The rail's reference.
    pub fn reference(&self) -> &str {
        &self.reference
    }
    /// Amount taken, tax included.
    pub fn amount(&self) -> Money {
        self.amount
    }
    /// When it was taken, by the rail's account (UTC).
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

impl PaymentAttempt {
    /// The money it took, if it did.
    pub fn capture(&self) -> Option<Capture> {
        let AttemptState::Captured { at, reference } = self.state() else {
            return None;
        };
        Some(Capture {
            key: self.key(),
            subscription: self.subscription(),
            period: self.period(),
            rail: self.request().rail,
            reference: reference.clone(),
            amount: self.request().amount,
            at: *at,
        })
    }

    /// Whether the rail's "no such payment" can be believed at `at`.
    fn absence_is_certain(&self, at: Timestamp) -> bool {
        self.sent_at().is_some_and(|sent| at.duration_since(sent) >= ABSENCE_BELIEVED_AFTER)
    }
}

/// Takes in what the rail says. Idempotent, and for a sent attempt independent of order: a repeated or late answer
/// never lowers a state, and a capture wins over everything, since the money is there. Of several failures the first
/// one told is kept.
///
/// # Errors
/// The answer is about another attempt, another amount or currency was taken, or money was taken twice: the attempt
/// stays as it was, and that money belongs in suspense ([`crate::ledger::Entry::unmatched_capture`]).
pub fn settle(mut attempt: PaymentAttempt, answer: &RailAnswer) -> Result<(PaymentAttempt, Effect), PaymentRefusal> {
    let key = attempt.key();
    if answer.key != key {
        return Err(PaymentRefusal::OtherAttempt { expected: key, got: answer.key.clone() });
    }
    let effect = match &answer.outcome {
        Outcome::Captured { reference, amount } => {
            return settle_capture(attempt, answer.at, reference, *amount);
        }
        _ if !attempt.is_open() => Effect::Unchanged,
        Outcome::Failed(failure) => fail(&mut attempt, answer.at, failure.clone()),
        Outcome::Pending if *attempt.state() == AttemptState::Planned => {
            attempt.record.sent_at = Some(answer.at);
            attempt.record.state = AttemptState::Sent;
            Effect::Waiting
        }
        Outcome::Pending => Effect::Unchanged,
        // Nothing was sent yet, so the rail is right and the attempt may still go out.
        Outcome::NotFound if *attempt.state() == AttemptState::Planned => Effect::Unchanged,
        Outcome::NotFound if attempt.absence_is_certain(answer.at) => {
            let failure = Failure { kind: FailureKind::NeverArrived, code: String::from("not-found") };
            fail(&mut attempt, answer.at, failure)
        }
        Outcome::NotFound | Outcome::NoAnswer => match attempt.state() {
            AttemptState::Unknown { .. } => Effect::Unchanged,
            _ => {
                // A planned attempt without an answer was sent by a process that died before it could say so.
                attempt.record.sent_at.get_or_insert(answer.at);
                attempt.record.state = AttemptState::Unknown { since: answer.at };
                Effect::LookUp
            }
        },
    };
    Ok((attempt, effect))
}

fn fail(attempt: &mut PaymentAttempt, at: Timestamp, failure: Failure) -> Effect {
    attempt.record.state = AttemptState::Failed { at, failure: failure.clone() };
    Effect::Failed(failure)
}

fn settle_capture(
    mut attempt: PaymentAttempt,
    at: Timestamp,
    reference: &str,
    amount: Money,
) -> Result<(PaymentAttempt, Effect), PaymentRefusal> {
    // Twice is worse than wrong: it is told first.
    if let AttemptState::Captured { reference: first, .. } = attempt.state()
        && first != reference
    {
        return Err(PaymentRefusal::SecondPayment {
            key: attempt.key(),
            first: first.clone(),
            second: reference.to_owned(),
        });
    }
    if amount != attempt.request().amount {
        return Err(PaymentRefusal::AmountDiffers {
            key: attempt.key(),
            expected: attempt.request().amount,
            got: amount,
        });
    }
    if matches!(attempt.state(), AttemptState::Captured { .. }) {
        return Ok((attempt, Effect::Unchanged));
    }
    attempt.record.state = AttemptState::Captured { at, reference: reference.to_owned() };
    let effect = attempt.capture().map_or(Effect::Unchanged, Effect::Captured);
    Ok((attempt, effect))
}
