//! The meter: how many metered stories a reader may open in a period, counted exactly.
//!
//! - [`window`]: the period, with its edges in the paper's time zone.
//! - [`reads`]: which stories were counted.
//! - [`pass`]: a guest's own copy of that, in a signed cookie. It is the durable one: the paper stores nothing about
//!   what an anonymous reader read.
//! - [`table`]: the bounded table in memory that makes parallel requests exact and defeats an old cookie played again
//!   while it remembers.
//! - [`newborns`]: first visits in several tabs at once.
//! - [`network`]: how many fresh guests one network may bring in a day.
//!
//! One story is one number, whatever its address looked like; a story counted in the period is free to read again.
pub mod network;
pub mod newborns;
pub mod pass;
pub mod reads;
pub mod table;
pub mod window;

pub use network::{DailyKey, Network, NetworkAllowance};
pub use newborns::{Arrival, Newborns};
pub use pass::{GuestId, GuestPass, KeysError, MeterKey, MeterKeys};
pub use reads::{Read, ReadList};
pub use table::{Counted, MeterTable};
pub use window::{Limits, MeterRules, Period, RulesError, Window, WindowError};
