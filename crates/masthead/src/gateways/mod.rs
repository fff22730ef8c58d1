//! Payment rails. A rail takes money and tells the truth about one payment when asked; what follows from it is decided
//! in `circulation::billing`. No rail is ever called inside a database transaction.
pub mod chosen;
pub mod http;
mod json;
pub mod rail;
pub mod razorpay;
pub mod sandbox;
mod scale;
pub mod settings;
mod signature;
pub mod stripe;
pub mod webhooks;

pub use sandbox::Sandbox;
