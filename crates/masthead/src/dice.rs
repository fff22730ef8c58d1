//! The only place that throws dice. Everything else is handed [`Dice`].
use std::sync::Arc;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The house's randomness: the system's, or a seeded sequence for tests.
#[derive(Clone)]
pub struct Dice(Kind);

#[derive(Clone)]
enum Kind {
    System,
    Seeded(Arc<Mutex<blake3::OutputReader>>),
}

impl std::fmt::Debug for Dice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Dice")
    }
}

impl Dice {
    #[must_use]
    pub const fn system() -> Self {
        Self(Kind::System)
    }

    /// A repeatable sequence; for tests only.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let reader = blake3::Hasher::new_derive_key("masthead test dice").update(&seed.to_le_bytes()).finalize_xof();
        Self(Kind::Seeded(Arc::new(Mutex::new(reader))))
    }

    /// Fills `out`.
    ///
    /// # Panics
    /// When the system has no randomness to give: nothing that needs secrets can go on then.
    #[allow(clippy::disallowed_methods, clippy::panic)] // the one place; without randomness every secret would be guessable
    pub fn fill(&self, out: &mut [u8]) {
        match &self.0 {
            Kind::System => {
                if let Err(error) = getrandom::fill(out) {
                    panic!("the system gives no randomness: {error}");
                }
            }
            Kind::Seeded(reader) => reader.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill(out),
        }
    }

    #[must_use]
    pub fn number(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    #[must_use]
    pub fn key(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }

    /// An opaque token of 256 bits, URL-safe.
    #[must_use]
    pub fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.key())
    }

    /// A code of eight digits, for typing.
    #[must_use]
    pub fn code(&self) -> String {
        format!("{:08}", self.number() % 100_000_000)
    }
}
