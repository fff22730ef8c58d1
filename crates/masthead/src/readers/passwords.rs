//! Passwords as Argon2id hashes (RFC 9106) with 19 MiB, two passes and one lane, the first choice of the OWASP list.
//! Hashing runs on the blocking pool, two at once; a short queue waits and the rest is sent away, so that a flood of
//! log-ins cannot take the machine from readers.
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier as _, Version};
use circulation::readers::Password;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::dice::Dice;
use crate::web::error::Fault;

/// Kibibytes a hash takes.
const MEMORY: u32 = 19 * 1_024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes worked on at once.
const AT_ONCE: usize = 2;
/// Hashes worked on or waiting.
const ROOM: usize = 34;
/// What somebody who finds no room is told to wait, in seconds.
const COME_BACK: u32 = 3;
/// What an address without a password is checked against, so that it takes the same work: no password has this hash.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$ypeBEsobvcr6wjGzmiPcTQ$PiPoFgA5WUoziU9lZOGxNIu9egCI1CxKy3PurtWcAJ0";

/// The two workers and their queue.
#[derive(Debug)]
pub struct Passwords {
    room: Arc<Semaphore>,
    working: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { room: Arc::new(Semaphore::new(ROOM)), working: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

/// Why a password could not be worked on.
#[derive(Debug, thiserror::Error)]
pub enum PasswordFault {
    #[error("too many passwords are being checked; try again in a few seconds")]
    Busy,
    #[error("a password could not be hashed: {0}")]
    Broken(String),
}

impl From<PasswordFault> for Fault {
    fn from(fault: PasswordFault) -> Self {
        match fault {
            PasswordFault::Busy => Self::TooMany(COME_BACK),
            PasswordFault::Broken(_) => Self::internal(&fault),
        }
    }
}

impl Passwords {
    /// The hash of a new password, as a PHC string.
    ///
    /// # Errors
    /// [`PasswordFault::Busy`] when the queue is full.
    pub async fn hash(&self, password: Password, dice: &Dice) -> Result<String, PasswordFault> {
        let mut salt = [0; 16];
        dice.fill(&mut salt);
        self.work(move || {
            let hash = hasher()?.hash_password_with_salt(password.reveal().as_bytes(), &salt);
            hash.map(|h| h.to_string()).map_err(|e| PasswordFault::Broken(e.to_string()))
        })
        .await?
    }

    /// Whether this is the password of that hash. Without a hash the same work is done, and the answer is no.
    ///
    /// # Errors
    /// [`PasswordFault::Busy`] when the queue is full.
    pub async fn is_right(&self, password: Password, hash: Option<String>) -> Result<bool, PasswordFault> {
        self.work(move || {
            let text = hash.as_deref().unwrap_or(DECOY);
            let stored = PasswordHash::new(text).map_err(|e| PasswordFault::Broken(e.to_string()))?;
            let right = hasher()?.verify_password(password.reveal().as_bytes(), &stored).is_ok();
            Ok(right && hash.is_some())
        })
        .await?
    }

    async fn work<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordFault> {
        let place = Arc::clone(&self.room).try_acquire_owned().map_err(|_| PasswordFault::Busy)?;
        let turn = Arc::clone(&self.working).acquire_owned().await.map_err(|_| PasswordFault::Busy)?;
        // The places go with the work, not with the request: a caller who hangs up frees nothing early.
        let places: [OwnedSemaphorePermit; 2] = [place, turn];
        let done = tokio::task::spawn_blocking(move || {
            let result = job();
            drop(places);
            result
        });
        done.await.map_err(|e| PasswordFault::Broken(e.to_string()))
    }
}

fn hasher() -> Result<Argon2<'static>, PasswordFault> {
    let params = Params::new(MEMORY, PASSES, LANES, None).map_err(|e| PasswordFault::Broken(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::{DECOY, PasswordFault, Passwords, ROOM};
    use crate::dice::Dice;
    use circulation::readers::Password;
    use std::sync::Arc;

    fn typed(text: &str) -> Password {
        Password::enter(text).expect("a password that can be entered")
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_another_is_not() {
        let (passwords, dice) = (Passwords::default(), Dice::seeded(1));
        let hash = passwords.hash(typed("seven ferries at dawn"), &dice).await.expect("hashed");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.is_right(typed("seven ferries at dawn"), Some(hash.clone())).await.expect("checked"));
        assert!(!passwords.is_right(typed("seven ferries at dusk"), Some(hash.clone())).await.expect("checked"));
        let again = passwords.hash(typed("seven ferries at dawn"), &dice).await.expect("hashed");
        assert_ne!(hash, again, "every hash has a salt of its own");
    }

    #[tokio::test]
    async fn nobody_without_a_password_gets_in() {
        let passwords = Passwords::default();
        assert!(!passwords.is_right(typed("anything at all, really"), None).await.expect("checked"));
        assert!(argon2::PasswordHash::new(DECOY).is_ok(), "the decoy costs what a real hash costs");
    }

    #[tokio::test]
    async fn beyond_the_queue_people_are_sent_away_at_once() {
        let passwords = Arc::new(Passwords::default());
        let taken: Vec<_> = (0..ROOM).map(|_| Arc::clone(&passwords.room).try_acquire_owned().expect("room")).collect();
        let refused = passwords.is_right(typed("one too many for the door"), None).await;
        assert!(matches!(refused, Err(PasswordFault::Busy)));
        drop(taken);
        assert!(!passwords.is_right(typed("one too many for the door"), None).await.expect("room again"));
    }
}
