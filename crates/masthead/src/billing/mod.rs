//! Billing: the thin driver around `circulation::billing`. It loads a dossier, asks what is next, writes what was decided,
//! calls the rail, and writes what the rail said. All decisions are circulation's, all SQL is the store's.
//!
//! - [`driver`]: the loop, for one contract (somebody acts) and for many (the round).
//! - [`dossiers`]: between the store's rows and circulation's types.
//! - [`records`]: what a decision records: events, entries, mails, documents, rights.
//! - [`calls`]: a call of the engine as a call to a gateway, and the answer as an act.
//! - [`terms`]: what a decision rests on: the publisher's policy, the rail's capabilities, the reader's other contract.
//! - [`hints`]: what webhooks, returns and lists of events say; each only tells what to ask the rail about.
//! - [`links`]: links in mails that work without logging in.
pub mod calls;
pub mod dossiers;
pub mod driver;
mod error;
pub mod hints;
pub mod links;
pub mod orders;
pub mod parties;
pub mod payouts;
pub mod records;
pub mod terms;

pub use dossiers::Held;
pub use driver::{act, act_at, round, settle};
pub use error::BillingError;
