//! *Also Read* and *More From This Section*: pure ranking over words, sections and dates.
//!
//! *Also Read* = similar, told earlier (or within two days) in the same language, not a copy of the same story. A reader of background wants
//! what came before: preferring older stories is the best-known gain in news background linking (TREC 2018–19). What came later, or is in
//! another language, has to be much alike; where too little is similar, the section's earlier stories in the same language fill up.
//! *More From This Section* = the same section, of the newest or of the read story's own time, of several matters, nothing that *Also Read*
//! already shows.
//!
//! What is similar is learned from the paper's own stories ([`Model`]); every story then has a [`Card`] of some 300 bytes, and
//! lists are chosen among cards. Only public words are read: a locked paragraph does not even shape a list of links.
mod around;
mod card;
mod kept;
mod lists;
mod model;
mod shelf;
mod sketch;
mod subspace;
mod words;

pub use around::{LATER, around};
pub use card::{Card, also_read, may_fill_up, more_from_section};
pub use lists::Lists;
pub use model::{Model, SAMPLE, Vector};
pub use shelf::Shelf;
pub use sketch::Sketch;
pub use words::{Passage, Words};
