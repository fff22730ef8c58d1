//! Readers from the door to the contract: passwords, codes, sessions, devices, buying, settling, cancelling.
pub mod codes;
pub mod devices;
pub mod entrance;
pub mod limits;
pub mod passwords;
pub mod paths;
mod sample;

pub use limits::{Door, RateLimits};
pub use passwords::Passwords;
pub use sample::create_sample_accounts;
