//! Payment rails. A rail takes money and tells the truth about one payment when asked; what follows from it is decided
//! in `readers::settlement`. No rail is ever called inside a database transaction.
pub mod rail;
pub mod sandbox;
pub mod webhooks;

pub use sandbox::Sandbox;
