//! Readers from the door to the contract: passwords, codes, sessions, devices, buying, settling, cancelling.
pub mod codes;
pub mod contracts;
pub mod devices;
pub mod entrance;
mod error;
pub mod limits;
pub mod passwords;
pub mod paths;
pub mod purchase;
#[cfg(test)]
mod races;
mod sample;
pub mod settlement;
#[cfg(test)]
mod walk;

pub use error::TradeError;
pub use limits::{Door, RateLimits};
pub use passwords::Passwords;
pub use purchase::expire_checkouts;
pub use sample::create_sample_accounts;
pub use settlement::{end_cancelled, settle_open};
