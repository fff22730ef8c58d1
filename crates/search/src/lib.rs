//! The in-process search index.
//!
//! One folder, and in it drawers: for each marking one of what everybody may read, and one of whole stories. [`Public`] opens the former,
//! [`Full`] the latter, as far as a [`Reach`] goes; a reach is made of rights and of nothing else.
//!
//! The [`Index`] follows the store: [`Index::apply`] takes changes with the store's version, and after a crash goes on from it. An index that
//! is damaged, or was made by another version, answers nothing until [`Index::rebuild`] has made a new one beside it.
mod any;
mod codes;
mod collect;
mod compile;
mod document;
mod drawer;
mod error;
mod exact;
mod find;
mod full;
mod highlight;
mod index;
mod manifest;
mod onward;
mod public;
mod query;
mod rebuild;
mod schema;
mod spelling;
mod statistics;
mod suggest;
mod times;
mod window;
mod within;
mod words;

pub use document::{Change, Document};
pub use error::SearchError;
pub use find::{Ask, Found, Hit, MOST_HITS, Order};
pub use full::{Full, Reach, Right};
pub use highlight::Run;
pub use index::{Applied, Index, Settings, State};
pub use manifest::Position;
pub use public::Public;
pub use query::{Days, MOST_CHARACTERS, Notice, Query, Typing};
pub use rebuild::Rebuild;
pub use suggest::{LEAST_LETTERS, Suggestion};
pub use words::Language;
